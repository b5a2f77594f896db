#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""clatctl set and clat-nmcli beside a real NetworkManager."""

import json
import os
import socket
import subprocess
import unittest

import sandbox

KEY = "net.clatnm.clat"
NOBODY = "65534"


class Profiles(unittest.TestCase):
    def setUp(self):
        self.environment = {**os.environ, "LC_ALL": "C.UTF-8", "G_DEBUG": "fatal-warnings"}
        self.addCleanup(self.delete_profiles)

    def run_program(self, program, words, prefix=(), stdin=None):
        return subprocess.run(
            [*prefix, program, *words],
            capture_output=True,
            text=True,
            input=stdin,
            env=self.environment,
            timeout=sandbox.TIMEOUT,
            check=False,
        )

    def real(self, *words, **options):
        return self.run_program("nmcli", words, **options)

    def nmcli(self, *words, **options):
        return self.run_program(os.environ["CLAT_NMCLI_PROGRAM"], words, **options)

    def clatctl(self, *words, **options):
        return self.run_program(os.environ["CLATCTL"], words, **options)

    def delete_profiles(self):
        uuids = self.real("-g", "UUID,TYPE", "connection", "show").stdout.split()
        uuids = [line.split(":")[0] for line in uuids if not line.endswith(":loopback")]
        if uuids:
            self.real("connection", "delete", *uuids)

    def add(self, name, *properties):
        interface = "d-" + name.replace(" ", "")[:8]
        words = ["type", "dummy", "ifname", interface, "con-name", name, "autoconnect", "no"]
        result = self.real("connection", "add", *words, *properties)
        self.assertEqual(result.returncode, 0, result.stderr)

    def activate(self, name, interface="eth0"):
        """Activate a profile that waits neither for DHCP nor for router advertisements."""
        words = ["type", "ethernet", "ifname", interface, "con-name", name]
        words += ["ipv4.method", "disabled", "ipv6.method", "link-local"]
        for command in (["add", *words], ["up", name]):
            result = self.real("-w", "10", "connection", *command)
            self.assertEqual(result.returncode, 0, result.stderr)

    def get(self, fields, name):
        return self.real("-g", fields, "connection", "show", name).stdout.strip()

    def get_mode(self, *selection):
        result = self.nmcli("-g", "ipv6.clat", "connection", "show", *selection)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        return result.stdout.strip()

    def read_file(self, name, folder=sandbox.PROFILES):
        path = f"{folder}/{name}.nmconnection"
        with open(path, encoding="utf-8") as file:
            return file.read()

    def assert_done(self, result, output=""):
        self.assertEqual((result.returncode, result.stderr, result.stdout), (0, "", output))

    def assert_fails(self, result, status, message):
        self.assertEqual(
            (result.returncode, result.stderr, result.stdout), (status, message + "\n", "")
        )


class Set(Profiles):
    """clatctl set"""

    def test_by_name_and_uuid_on_disk(self):
        self.add("My Home")
        self.assert_done(self.clatctl("set", "My Home", "force"))
        self.assertIn(f"[user]\n{KEY}=force\n", self.read_file("My Home"))
        uuid = self.get("connection.uuid", "My Home")
        self.assert_done(self.clatctl("set", uuid, "no"))
        self.assertIn(f"[user]\n{KEY}=no\n", self.read_file("My Home"))

    def test_by_interface_of_an_active_connection(self):
        self.activate("Cable")
        for name, mode in (("eth0", "yes"), ("clat-eth0", "no")):
            self.assert_done(self.clatctl("set", name, mode))
            self.assertEqual(self.get_mode("Cable"), mode)

    def test_by_host_interface_of_a_long_name(self):
        self.activate("Cable", sandbox.LONG_INTERFACE)
        index = socket.if_nametoindex(sandbox.LONG_INTERFACE)
        self.assert_done(self.clatctl("set", f"clat-{index}", "yes"))
        self.assertEqual(self.get_mode("Cable"), "yes")

    def test_auto_removes_only_our_key(self):
        self.add("Home")
        path = f"{sandbox.PROFILES}/Home.nmconnection"
        with open(path, "a", encoding="utf-8") as file:
            file.write(f"\n[user]\norg.example.color=red\n{KEY}=yes\n")
        self.assertEqual(self.real("connection", "load", path).returncode, 0)
        self.assertEqual(self.get_mode("Home"), "yes")
        self.assert_done(self.clatctl("set", "Home", "auto"))
        text = self.read_file("Home")
        self.assertIn("org.example.color=red", text)
        self.assertNotIn(KEY, text)

    def test_json(self):
        self.add("Home")
        shown = json.loads(self.clatctl("--json", "set", "Home", "yes").stdout)
        uuid = self.get("connection.uuid", "Home")
        self.assertEqual(shown, {"Uuid": uuid, "Id": "Home", "Mode": "yes", "Prefix": "",
                                 "Address": "", "Ipv6Mostly": ""})

    def test_prefix(self):
        self.add("Home")
        self.assert_done(self.clatctl("set", "Home", "no", "prefix=64:ff9b::/96"))
        text = self.read_file("Home")
        self.assertIn(f"{KEY}=no\n", text)
        self.assertIn("net.clatnm.prefix=64:ff9b::/96\n", text)
        shown = json.loads(self.clatctl("--json", "set", "Home", "prefix=").stdout)
        self.assertEqual((shown["Mode"], shown["Prefix"]), ("no", ""))
        self.assertNotIn("net.clatnm.prefix", self.read_file("Home"))

    def test_address(self):
        self.add("Home")
        self.assert_done(self.clatctl("set", "Home", "address=2001:db8:5::/64", "yes"))
        text = self.read_file("Home")
        self.assertIn(f"{KEY}=yes\n", text)
        self.assertIn("net.clatnm.address=2001:db8:5::/64\n", text)
        shown = json.loads(self.clatctl("--json", "set", "Home", "address=own").stdout)
        self.assertEqual(shown["Address"], "own")
        result = self.clatctl("set", "Home", "address=mine")
        self.assertEqual((result.returncode, result.stdout), (2, ""))
        self.assertRegex(result.stderr, r"\Aclatctl: 'mine' is neither auto, own or shared nor")
        self.assert_done(self.clatctl("set", "Home", "address="))
        self.assertNotIn("net.clatnm.address", self.read_file("Home"))

    def test_ipv6_mostly(self):
        self.add("Home")
        for word in ("ipv6-mostly=default", "ipv6-mostly="):
            self.assert_done(self.clatctl("set", "Home", "no", "ipv6-mostly=yes"))
            text = self.read_file("Home")
            self.assertIn(f"{KEY}=no\n", text)
            self.assertIn("net.clatnm.ipv6-mostly=yes\n", text)
            shown = json.loads(self.clatctl("--json", "set", "Home", "ipv6-mostly=no").stdout)
            self.assertEqual((shown["Mode"], shown["Ipv6Mostly"]), ("no", "no"))
            self.assert_done(self.clatctl("set", "Home", word))
            self.assertNotIn("net.clatnm.ipv6-mostly", self.read_file("Home"))

    def test_mode_with_an_unchanged_prefix(self):
        self.add("Home")
        prefix = "prefix=64:ff9b::/96"
        self.assert_done(self.clatctl("set", "Home", prefix))
        self.assert_done(self.clatctl("set", "Home", "no", prefix))
        self.assertIn(f"{KEY}=no\n", self.read_file("Home"))
        self.assert_done(self.clatctl("set", "Home", "no", "prefix=2001:db8::/96"))
        self.assertIn("net.clatnm.prefix=2001:db8::/96\n", self.read_file("Home"))

    def test_invalid_prefix_changes_nothing(self):
        self.add("Home")
        for prefix, reason in (
            ("64:ff9b::/95", "the length of a NAT64 prefix is 32, 40, 48, 56, 64 or 96"),
            ("64:ff9b::", "not an IPv6 prefix such as 64:ff9b::/96"),
            ("64:ff9b::1/96", "has bits set beyond its length"),
        ):
            result = self.clatctl("set", "Home", "no", f"prefix={prefix}")
            self.assertEqual((result.returncode, result.stdout), (2, ""))
            self.assertRegex(result.stderr, rf"\Aclatctl: .{prefix}.[^\n]*{reason}\n\Z")
        self.assertEqual(self.get_mode("Home"), "auto")

    def test_unknown_profile_lists_the_profiles(self):
        self.add("Home")
        result = self.clatctl("set", "Hmoe", "yes")
        self.assertEqual((result.returncode, result.stdout), (1, ""))
        self.assertRegex(
            result.stderr, r"\Aclatctl: unknown profile 'Hmoe'; profiles: .*Home\n\Z"
        )

    def test_full_disk(self):
        self.add("Home")
        for words in (
            [os.environ["CLATCTL"], "--json", "set", "Home", "yes"],
            [os.environ["CLAT_NMCLI_PROGRAM"], "-g", "ipv6.clat", "c", "s", "Home"],
        ):
            with open("/dev/full", "w", encoding="utf-8") as full:
                result = subprocess.run(
                    words,
                    stdout=full,
                    stderr=subprocess.PIPE,
                    text=True,
                    env=self.environment,
                    timeout=sandbox.TIMEOUT,
                    check=False,
                )
            self.assertRegex(result.stderr, "could not write to standard output")
            self.assertEqual(result.returncode, 1)

    def test_ambiguous_name_lists_the_uuids(self):
        self.add("Home")
        self.add("Home")
        result = self.clatctl("set", "Home", "yes")
        self.assertEqual((result.returncode, result.stdout), (1, ""))
        self.assertRegex(
            result.stderr,
            r"\Aclatctl: 'Home' is ambiguous; specify the UUID: \S{36}, \S{36}\n\Z",
        )

    def test_without_permission(self):
        self.add("Home")
        result = self.clatctl("set", "Home", "yes", prefix=as_nobody())
        self.assertEqual((result.returncode, result.stdout), (1, ""))
        self.assertRegex(
            result.stderr, r"\Aclatctl: cannot change 'Home': permission denied \([^\n]+\)\n\Z"
        )
        self.assertEqual(self.get_mode("Home"), "auto")


class Modify(Profiles):
    """nmcli connection modify"""

    def test_among_other_properties(self):
        self.add("Home")
        words = ["ipv6.mtu", "1400", "ipv6.clat", "yes", "connection.id", "New Home"]
        self.assert_done(self.nmcli("connection", "modify", "Home", *words))
        self.assertEqual(self.get("ipv6.mtu", "New Home"), "1400")
        self.assertIn(f"{KEY}=yes", self.read_file("Home"))

    def test_of_a_profile_named_like_a_keyword(self):
        self.add("id")
        self.assert_done(self.nmcli("c", "m", "id", "id", "ipv6.clat", "yes"))
        self.assertEqual(self.get_mode("id", "id"), "yes")

    def test_empty_and_default_reset(self):
        self.add("Home")
        for value in ("", "default"):
            self.assert_done(self.nmcli("c", "m", "Home", "ipv6.clat", "yes"))
            self.assert_done(self.nmcli("c", "m", "Home", "ipv6.clat", value))
            self.assertEqual(self.get_mode("Home"), "auto")
            self.assertNotIn(KEY, self.read_file("Home"))

    def test_temporary_is_not_on_disk(self):
        self.add("Home")
        self.assert_done(self.nmcli("c", "m", "--temporary", "Home", "ipv6.clat", "yes"))
        self.assertEqual(self.get_mode("Home"), "yes")
        self.assertNotIn(KEY, self.read_file("Home"))

    def test_nmcli_fails_first(self):
        self.add("Home")
        words = ["c", "m", "Home", "ipv6.mtu", "many"]
        expected = self.real(*words)
        result = self.nmcli(*words, "ipv6.clat", "yes")
        self.assertEqual(result.stderr, expected.stderr)
        self.assertEqual(result.returncode, expected.returncode)
        self.assertEqual(self.get_mode("Home"), "auto")

    def test_unknown_property_fails_as_with_nmcli(self):
        result = self.nmcli("c", "m", "Nowhere", "ipv6.clat", "yes")
        expected = self.real("c", "m", "Nowhere", "ipv6.mtu", "0")
        self.assertEqual(result.stderr, expected.stderr)
        self.assertEqual(result.returncode, expected.returncode)

    def test_error_names_the_changed_properties(self):
        self.add("Home")
        self.environment["CLAT_NMCLI"] = "/bin/true"
        words = ["c", "m", "Home", "ipv6.clat", "yes"]
        both = self.nmcli(*words, "ipv6.mtu", "1400", prefix=as_nobody())
        alone = self.nmcli(*words, prefix=as_nobody())
        self.assertEqual((both.returncode, alone.returncode), (1, 1))
        done = "; ipv6.clat was not set, all other properties were"
        refused = r"\AError: cannot change 'Home': permission denied .*"
        self.assertRegex(both.stderr, rf"{refused}{done}.\n\Z")
        self.assertNotIn(done, alone.stderr)

    def test_offline(self):
        words = ["type", "dummy", "ifname", "d0", "con-name", "X"]
        added = self.nmcli("--offline", "c", "add", *words, "ipv6.clat", "force")
        self.assertIn(f"[user]\n{KEY}=force\n", added.stdout)
        reset = self.nmcli("--offline", "c", "m", "ipv6.clat", "auto", stdin=added.stdout)
        self.assertNotIn("[user]", reset.stdout)
        self.assertIn("id=X", reset.stdout)


class Add(Profiles):
    """nmcli connection add"""

    def test_with_a_mode(self):
        words = ["type", "dummy", "ifname", "d0", "con-name", "Home"]
        result = self.nmcli("connection", "add", "ipv6.clat", "force", *words)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertRegex(
            result.stdout, r"\AConnection 'Home' \(\S{36}\) successfully added.\n\Z"
        )
        self.assertIn(f"{KEY}=force", self.read_file("Home"))

    def test_with_a_uuid(self):
        uuid = "12345678-1234-1234-1234-123456789012"
        words = ["type", "dummy", "ifname", "d0", "ipv6.clat", "no", "connection.uuid", uuid]
        self.assertEqual(self.nmcli("c", "a", *words).returncode, 0)
        self.assertEqual(self.get_mode("uuid", uuid), "no")

    def test_save_no_stays_in_memory(self):
        words = ["type", "dummy", "ifname", "d0", "con-name", "Home", "save", "no"]
        self.assertEqual(self.nmcli("c", "a", *words, "ipv6.clat", "no").returncode, 0)
        self.assertEqual(self.get_mode("Home"), "no")
        with self.assertRaises(FileNotFoundError):
            self.read_file("Home")


class Show(Profiles):
    """nmcli connection show ID"""

    def setUp(self):
        super().setUp()
        self.add("Home")
        self.nmcli("connection", "modify", "Home", "ipv6.clat", "yes")

    def test_only_our_line_is_added(self):
        for options, line in (
            ([], f"{'ipv6.clat:':40}yes"),
            (["-t"], "ipv6.clat:yes"),
            (["-p"], f"{'ipv6.clat:':40}yes"),
            (["-m", "multiline", "-t"], "ipv6.clat:yes"),
            (["-f", "ipv6"], f"{'ipv6.clat:':40}yes"),
            (["-f", "profile"], f"{'ipv6.clat:':40}yes"),
        ):
            result = self.nmcli(*options, "connection", "show", "Home")
            self.assertEqual((result.returncode, result.stderr), (0, ""))
            lines = result.stdout.splitlines()
            at = lines.index(line)
            self.assertTrue(lines[at - 1].startswith("ipv6."))
            self.assertFalse("".join(lines[at + 1 : at + 2]).startswith("ipv6."))
            del lines[at]
            expected = self.real(*options, "connection", "show", "Home").stdout
            self.assertEqual(lines, expected.splitlines())

    def test_chosen_fields_keep_their_order(self):
        fields = "ipv6.method,ipv6.clat,connection.id"
        self.assert_done(
            self.nmcli("-g", fields, "c", "s", "Home"), "disabled\nyes\nHome\n"
        )
        self.assert_done(
            self.nmcli("-f", "ipv6.clat,connection.id", "c", "s", "Home"),
            f"{'ipv6.clat:':40}yes\n{'connection.id:':40}Home\n",
        )

    def test_tables(self):
        as_section = self.nmcli("-g", "ipv6", "c", "s", "Home").stdout
        expected = self.real("-g", "ipv6", "c", "s", "Home").stdout
        self.assertEqual(as_section, expected.replace("\n", ":yes\n"))
        self.assert_done(
            self.nmcli("-m", "tabular", "-f", "ipv6.clat,connection.id", "c", "s", "Home"),
            "clat \nyes  \n\nid   \nHome \n",
        )

    def test_title_is_printed_once(self):
        fields = "ipv6.clat,connection.id,ipv6.mtu"
        lines = self.nmcli("-p", "-f", fields, "c", "s", "Home").stdout.splitlines()
        expected = self.real("-p", "-f", "connection.id", "c", "s", "Home").stdout
        self.assertEqual(lines[:3], expected.splitlines()[:3])
        self.assertEqual([line.split(":")[0] for line in lines[3::2]], fields.split(","))

    def test_several_profiles(self):
        self.add("Other Home")
        fields = "ipv6.clat,connection.id"
        result = self.nmcli("-g", fields, "c", "s", "Home", "id", "Other Home")
        self.assert_done(result, "yes\nHome\n\nauto\nOther Home\n")
        names = ["Home", "Nowhere", "Other Home"]
        result = self.nmcli("-g", "ipv6.clat", "c", "s", *names)
        self.assertEqual(result.stdout, "yes\n")
        self.assertEqual(result.returncode, 10)
        self.assertEqual(result.stderr, "Error: Nowhere - no such connection profile.\n")

    def test_all_of_one_name(self):
        self.add("Home")
        result = self.nmcli("-g", "ipv6.clat", "c", "s", "Home")
        self.assertEqual(sorted(result.stdout.split()), ["auto", "yes"])

    def test_abbreviated_uuid(self):
        for last in "12":
            uuid = f"abcdef00-0000-0000-0000-00000000000{last}"
            self.add(f"Lab {last}", "connection.uuid", uuid)
        uuid = self.get("connection.uuid", "Home")
        self.assertEqual(self.get_mode("uuid", uuid[:9]), "yes")
        result = self.nmcli("-g", "ipv6.clat", "c", "s", "uuid", "abcdef00")
        expected = self.real("-g", "ipv6.method", "c", "s", "uuid", "abcdef00")
        self.assert_fails(result, expected.returncode, expected.stderr.strip())

    def test_show_active_skips_inactive_profiles(self):
        self.assert_done(self.nmcli("-g", "ipv6.clat", "c", "s", "--active", "Home"))

    def test_profile_without_ipv6_has_no_line(self):
        self.add("Port", "connection.master", "br0", "connection.slave-type", "bridge")
        expected = self.real("c", "s", "Port").stdout
        self.assertNotIn("ipv6.method", expected)
        self.assert_done(self.nmcli("c", "s", "Port"), expected)
        self.assert_done(self.nmcli("-g", "ipv6.clat", "c", "s", "Port"))

    def test_active_connection_by_path(self):
        self.activate("Cable")
        self.nmcli("connection", "modify", "Cable", "ipv6.clat", "yes")
        path = self.get("GENERAL.DBUS-PATH", "Cable")
        for selection in ([path], ["apath", path], ["apath", path.rsplit("/", 1)[1]]):
            self.assertEqual(self.get_mode(*selection), "yes")

    def test_invalid_field_prints_nothing_else(self):
        result = self.nmcli("-g", "ipv6.clat,ipv6.nothing", "c", "s", "Home")
        self.assertEqual((result.returncode, result.stdout), (2, ""))
        self.assertIn("invalid field 'ipv6.nothing'", result.stderr)

    def test_invalid_value_in_a_profile(self):
        self.nmcli("c", "m", "Home", "ipv6.clat", "auto")
        path = f"{sandbox.PROFILES}/Home.nmconnection"
        with open(path, "a", encoding="utf-8") as file:
            file.write(f"\n[user]\n{KEY}=\x1b[31m:x\n")
        self.real("connection", "load", path)
        self.assertEqual(self.get_mode("Home"), "\\\\x1b[31m\\:x")


def as_nobody():
    return ["setpriv", "--reuid", NOBODY, "--clear-groups"]


if __name__ == "__main__":
    sandbox.enter()
    unittest.main()

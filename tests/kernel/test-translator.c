/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A translator in the running kernel: set up, changed, repaired, adopted, removed. */
#include <string.h>
#include <unistd.h>

#include "clat-rule.h"
#include "kernel-lab.h"

#define NAME "clat-eth0"

/* A command in the namespace of the translator. */
#define INSIDE "nsenter --net=/run/netns/" NAME " "

/* A host behind the NAT64, whose address the router has. */
#define FAR_HOST "198.51.100.1"

/* Of "ip -o link": without numbers that differ from one to the next, and without the
 * state of the carrier, which the kernel notes a little later. */
#define LINKS                                                                            \
  "| sed 's/^[0-9]*: //; s/@if[0-9]*//; s/link.ether.*//; s/ state [A-Z]*//; "           \
  "s/NO-CARRIER,//; s/,LOWER_UP//' | sort;"

/* What the host has of the translator. */
static char *
describe (void)
{
  return lab_read ("ip -o link show dev " NAME LINKS "ip -o -4 address show dev " NAME
                   " | sed 's/^[0-9]*: //';"
                   "ip -4 route show table all | grep ' default\\|^default' | "
                   "sed 's/464[0-9]*/OWN/; s/ linkdown//'; ip -4 rule | "
                   "sed 's/464[0-9]*/OWN/';"
                   "cat /proc/sys/net/ipv4/conf/" NAME "/forwarding "
                   "/proc/sys/net/ipv4/conf/" NAME "/rp_filter;" INSIDE
                   "ip -o link " LINKS INSIDE
                   "ip -6 route show default | sed 's/ linkdown//'; ls /run/netns");
}

static void
assert_has (const char *text, const char *part)
{
  if (strstr (text, part) == NULL)
    g_error ("no '%s' in:\n%s", part, text);
}

static void
assert_lacks (const char *text, const char *part)
{
  if (strstr (text, part) != NULL)
    g_error ("'%s' in:\n%s", part, text);
}

static guint64
count_packets (KernelLab *self, guint direction)
{
  struct clat_counters counters[CLAT_N_DIRECTIONS];
  g_autoptr (GError) error = NULL;

  clat_kernel_read_counters (self->kernel, NAME, counters, &error);
  g_assert_no_error (error);
  return counters[direction].packets;
}

static gboolean
is_answered (KernelLab *self)
{
  g_autoptr (GError) error = NULL;

  clat_kernel_ping (self->kernel, NAME, self->wanted.pairs[0].ipv4, lab_ipv4 (FAR_HOST),
                    &error);
  g_assert_no_error (error);
  g_usleep (10000);
  return count_packets (self, CLAT_6TO4) > 0;
}

static void
test_is_set_up (KernelLab *self, gconstpointer data)
{
  g_autofree char *host = NULL;

  lab_apply (self);
  host = describe ();
  assert_has (host, "BROADCAST,NOARP,UP> mtu 1500");
  assert_has (host, "group 464");
  assert_has (host, "inet 192.0.0.1/32");
  assert_has (host,
              "default dev " NAME " proto static scope link src 192.0.0.1 metric 600"
              " mtu 1472");
  assert_has (host, "default dev " NAME " table OWN proto static scope link mtu 1472");
  assert_has (host, "from 192.0.0.1 lookup main suppress_prefixlength 0");
  assert_has (host, "from 192.0.0.1 lookup OWN");
  assert_has (host, "1\n2\n");
  g_assert_cmpint (self->actual.parent, ==, self->wanted.parent);
  g_assert_cmpuint (self->actual.slow, ==, CLAT_SLOW_PATH_RUNNING);
  g_assert_cmpuint (self->actual.refusal, ==, CLAT_REFUSAL_RIGHT);
  g_assert_false (self->actual.datapath.is_outdated);
}

static void
test_translates_in_both_directions (KernelLab *self, gconstpointer data)
{
  lab_apply (self);
  LAB_WAIT_FOR (is_answered (self));
  g_assert_cmpuint (count_packets (self, CLAT_4TO6), >, 0);
}

/* An IPv4 socket that is bound to the link would send untranslated packets there. */
static void
test_refuses_ipv4_on_the_link (KernelLab *self, gconstpointer data)
{
  lab_apply (self);
  lab_run ("! ping -c 1 -W 1 -I eth0 " FAR_HOST " 2> /dev/null");
  lab_run ("ip -4 rule | grep 'oif eth0 lookup 464'");
  lab_run ("ip -4 route show table all | grep 'broadcast default dev eth0 table 464'");
}

/* What other programs can do to it. Each: a command, and whether the kernel notifies us.
 */
static const struct
{
  const char *command;
  gboolean is_silent;
} damages[] = {
    {"ip route del default dev " NAME, FALSE},
    {"ip route flush table $(ip -4 rule | sed -n 's/.*oif eth0 lookup //p')", FALSE},
    {"ip rule del from 192.0.0.1", FALSE},
    {"ip rule del from 192.0.0.1; ip rule del from 192.0.0.1", FALSE},
    {"ip rule del oif eth0", FALSE},
    {"ip rule add oif eth0 lookup 46409999 protocol 64 priority 32768", FALSE},
    {"ip address flush dev " NAME, FALSE},
    {"ip address add 192.0.0.5/32 dev " NAME, FALSE},
    {"ip route add default dev " NAME " metric 5", FALSE},
    {"ip route add default dev " NAME " metric 6 scope global proto static", FALSE},
    {"ip link set " NAME " down", FALSE},
    {"ip link set " NAME " multicast on", FALSE},
    {"ip link set " NAME " mtu 1400", FALSE},
    {"ip link del " NAME, FALSE},
    {"echo 0 > /proc/sys/net/ipv4/conf/" NAME "/forwarding", TRUE},
    {INSIDE "ip link set uplink down", FALSE},
    {INSIDE "ip link set inner down", FALSE},
    {INSIDE "ip link set slow down", FALSE},
    {INSIDE "ip link set uplink mtu 1300", FALSE},
    {INSIDE "ip link del uplink", FALSE},
    {INSIDE "ip -6 address flush dev uplink scope global", FALSE},
    {INSIDE "ip -6 route del default dev uplink", FALSE},
    {INSIDE "tc qdisc del dev uplink clsact", FALSE},
    {INSIDE "tc filter del dev inner ingress", FALSE},
    {"umount /run/netns/" NAME "; rm /run/netns/" NAME, FALSE},
};

static void
test_damage_is_repaired (KernelLab *self, gconstpointer data)
{
  g_autofree char *before = NULL;
  struct in6_addr ipv6;

  lab_apply (self);
  before = describe ();
  ipv6 = self->actual.ipv6;
  for (guint i = 0; i < G_N_ELEMENTS (damages); i++)
    {
      g_autofree char *after = NULL;

      g_test_message ("%s", damages[i].command);
      self->n_changes = 0;
      lab_run ("%s", damages[i].command);
      if (!damages[i].is_silent)
        LAB_WAIT_FOR (self->n_changes > 0);
      lab_apply (self);
      after = describe ();
      g_assert_cmpstr (after, ==, before);
      g_assert_true (IN6_ARE_ADDR_EQUAL (&self->actual.ipv6, &ipv6));
    }
}

/* They are no default routes of this translator. */
static void
test_routes_of_others_stay (KernelLab *self, gconstpointer data)
{
  static const char *const routes[] = {
      "default tos 0x10 dev " NAME,
      "default metric 7 nexthop dev " NAME " nexthop dev eth0",
  };

  lab_apply (self);
  for (guint i = 0; i < G_N_ELEMENTS (routes); i++)
    lab_run ("ip route add %s", routes[i]);
  lab_apply (self);
  lab_run ("ip route | grep '^default tos'; ip route | grep 'nexthop dev " NAME "'");
}

/* After a pause, if it has not lived long. */
static void
assert_is_started_again (KernelLab *self, const char *command)
{
  lab_apply (self);
  g_test_expect_message ("clat-nm", G_LOG_LEVEL_WARNING, "*clat-xlat has ended*");
  lab_run ("%s", command);
  LAB_WAIT_FOR ((lab_inspect (self), self->actual.slow != CLAT_SLOW_PATH_RUNNING));
  g_test_assert_expected_messages ();
  LAB_WAIT_FOR ((lab_inspect (self), self->actual.slow != CLAT_SLOW_PATH_BROKEN));
  lab_apply (self);
  g_assert_cmpuint (self->actual.slow, ==, CLAT_SLOW_PATH_RUNNING);
  lab_run (INSIDE "ip link show dev slow | grep LOWER_UP");
}

static void
test_killed_clat_xlat_is_started_again (KernelLab *self, gconstpointer data)
{
  assert_is_started_again (self, "pkill clat-xlat");
}

static void
test_removed_tun_device_is_made_again (KernelLab *self, gconstpointer data)
{
  assert_is_started_again (self, INSIDE "ip link del slow");
}

static void
test_next_instance_takes_over (KernelLab *self, gconstpointer data)
{
  g_autofree char *before = NULL, *after = NULL, *device = NULL, *same_device = NULL;
  guint32 program;
  guint64 packets;

  lab_apply (self);
  LAB_WAIT_FOR (is_answered (self));
  before = describe ();
  device = lab_read (INSIDE "ip -o link show dev slow | sed 's/:.*//'");
  program = self->actual.program;
  packets = count_packets (self, CLAT_4TO6);

  lab_restart (self);
  lab_inspect (self);
  g_assert_cmpuint (self->actual.slow, ==, CLAT_SLOW_PATH_ORPHANED);
  g_assert_true (clat_actual_has_route (&self->actual));
  lab_apply (self);
  after = describe ();
  g_assert_cmpstr (after, ==, before);
  same_device = lab_read (INSIDE "ip -o link show dev slow | sed 's/:.*//'");
  g_assert_cmpstr (device, ==, same_device);
  g_assert_cmpuint (self->actual.program, ==, program);
  g_assert_cmpuint (count_packets (self, CLAT_4TO6), >=, packets);
}

static void
test_sweep_removes_what_nobody_wants (KernelLab *self, gconstpointer data)
{
  const char *const kept[] = {NAME, NULL}, *const none[] = {NULL};

  lab_apply (self);
  clat_kernel_sweep (self->kernel, kept);
  lab_inspect (self);
  g_assert_true (self->actual.has_datapath);
  lab_restart (self);
  clat_kernel_sweep (self->kernel, none);
  lab_inspect (self);
  g_assert_false (self->actual.has_namespace);
  g_assert_cmpuint (if_nametoindex (NAME), ==, 0);
}

/* The name is used by another program. */
static void
test_namespace_of_another_program_stays (KernelLab *self, gconstpointer data)
{
  static const ClatWanted nothing = {0};

  lab_run ("ip netns add " NAME);
  clat_kernel_apply (self->kernel, NAME, &nothing, &self->actual, NULL);
  lab_run ("test -e /run/netns/" NAME);
  g_assert_false (
      clat_kernel_apply (self->kernel, NAME, &self->wanted, &self->actual, NULL));
  lab_run (INSIDE "ip link; ip netns del " NAME);
}

static void
test_metric_and_table_change (KernelLab *self, gconstpointer data)
{
  g_autofree char *host = NULL;

  lab_apply (self);
  self->wanted.metric = 100;
  self->wanted.penalty = 20000;
  self->wanted.table = 77;
  lab_apply (self);
  host = describe ();
  assert_has (host, "default dev " NAME " table 77 proto static scope link src 192.0.0.1 "
                    "metric 20100");
  assert_has (host, "from 192.0.0.1 lookup 77");
  assert_lacks (host, "metric 600");
}

static void
test_mtu_changes (KernelLab *self, gconstpointer data)
{
  g_autofree char *host = NULL;

  lab_apply (self);
  lab_run ("nsenter --net=/proc/%d/fd/%d ip link set router mtu 9000;"
           "ip link set eth0 mtu 9000",
           getpid (), self->router);
  self->wanted.parent_mtu = 9000;
  lab_apply (self);
  host = describe ();
  assert_has (host, "mtu 9000");
  assert_has (host, "metric 600 mtu 8972");
  g_assert_cmpuint (self->actual.slow_translation.mtu6, ==, 9000);
}

static void
test_second_pair_and_gateway (KernelLab *self, gconstpointer data)
{
  g_autofree char *host = NULL;

  lab_apply (self);
  self->wanted.n_pairs = 2;
  self->wanted.pairs[1] = self->wanted.pairs[0];
  self->wanted.next_hops[1] = self->wanted.next_hops[0];
  self->wanted.pairs[0].ipv4 = lab_ipv4 ("192.0.0.3");
  g_assert_true (clat_prefix_parse ("2001:db8:64::/96", &self->wanted.prefix, NULL));
  self->wanted.pairs[0].prefix = self->wanted.prefix;
  self->wanted.ipv4_gateway = lab_ipv4 ("192.0.0.2");
  lab_apply (self);
  host = describe ();
  assert_has (host, "inet 192.0.0.1/32 ");
  assert_has (host, "inet 192.0.0.3 peer 192.0.0.2/32");
  assert_has (host, "default via 192.0.0.2 dev " NAME);
  assert_has (host, "from 192.0.0.3 lookup OWN");
  assert_has (host, "from 192.0.0.1 lookup OWN");
  g_assert_cmpuint (self->actual.datapath.translation.n_pairs, ==, 2);
  LAB_WAIT_FOR ((clat_kernel_ping (self->kernel, NAME, self->wanted.pairs[1].ipv4,
                                   lab_ipv4 (FAR_HOST), NULL),
                 count_packets (self, CLAT_6TO4) > 0));
}

static void
test_drain_keeps_only_old_connections (KernelLab *self, gconstpointer data)
{
  g_autofree char *host = NULL;

  lab_apply (self);
  self->wanted.drains = TRUE;
  lab_apply (self);
  host = describe ();
  assert_has (host, "default dev " NAME " table OWN");
  assert_lacks (host, "metric 600");
  g_assert_false (clat_actual_has_route (&self->actual));
}

static void
test_userspace_only (KernelLab *self, gconstpointer data)
{
  self->wanted.settings.userspace = TRUE;
  lab_apply (self);
  g_assert_true (self->actual.datapath.slow_path_only);
  LAB_WAIT_FOR (is_answered (self));
}

/* Links that accept only the parent's MAC address, of kernels without ipvlan too. */
static void
test_keeps_mac (KernelLab *self, gconstpointer data)
{
  self->wanted.keeps_mac = TRUE;
  lab_apply (self);
  g_assert_cmpuint (self->actual.uplink, !=, CLAT_UPLINK_MACVLAN);
  g_assert_true (clat_actual_has_route (&self->actual));
  LAB_WAIT_FOR (is_answered (self));
}

/* How many of three packets of one flow go through the namespace. */
static guint64
count_in_namespace (void)
{
  const char *count =
      INSIDE "ip -s link show dev inner | awk '/RX:/ {getline; print $2}'";
  g_autofree char *before = lab_read ("%s", count);
  g_autofree char *after = NULL;

  lab_run ("ping -c 3 -i 0.2 -W 20 -I 192.0.0.1 " FAR_HOST);
  after = lab_read ("%s", count);
  return g_ascii_strtoull (after, NULL, 10) - g_ascii_strtoull (before, NULL, 10);
}

static void
give_address (KernelLab *self, ClatAddressChoice choice, const char *address)
{
  self->wanted.address = choice;
  self->wanted.static_ipv6 = (ClatStaticIpv6){0};
  self->wanted.n_given = 1;
  self->wanted.given[0] =
      (ClatSourceAddress){.address = lab_ipv6 (address), .prefix_length = 64};
}

static void
test_shares_the_address_of_the_host (KernelLab *self, gconstpointer data)
{
  give_address (self, CLAT_ADDRESS_SHARED, "2001:db8:1::2");
  lab_apply (self);
  g_assert_cmpuint (self->actual.uplink, ==, CLAT_UPLINK_SHARED);
  g_assert_true (self->actual.has_redirect);
  LAB_WAIT_FOR (is_answered (self));
  lab_run ("ping -c 1 -W 20 64:ff9b::c633:6401");
  /* The first packet makes the flow known, and the others go directly. */
  g_assert_cmpuint (count_in_namespace (), ==, 1);
}

static void
test_address_of_a_routed_prefix (KernelLab *self, gconstpointer data)
{
  lab_run ("nsenter --net=/proc/%d/fd/%d ip -6 route add 2001:db8:2::/64 via "
           "fe80::ff:fe00:1 dev router",
           getpid (), self->router);
  give_address (self, CLAT_ADDRESS_ROUTED, "2001:db8:2::7");
  lab_apply (self);
  g_assert_cmpuint (self->actual.uplink, ==, CLAT_UPLINK_REDIRECT);
  g_assert_cmpuint (self->actual.address, ==, CLAT_ADDRESS_ROUTED);
  LAB_WAIT_FOR (is_answered (self));

  /* Another one: the programs at the parent follow. */
  give_address (self, CLAT_ADDRESS_ROUTED, "2001:db8:2::8");
  self->wanted.pairs[0].ipv6 = lab_ipv6 ("2001:db8:2::8");
  lab_apply (self);
  g_assert_true (self->actual.is_redirect_current);
  g_assert_cmpuint (self->actual.added.n, ==, 1);
}

static void
test_record_of_prefixes_is_kept (KernelLab *self, gconstpointer data)
{
  ClatPref64Record record = {.carriers = 3, .dns_server = "2001:db8::53"}, found;

  g_assert_false (clat_kernel_read_pref64s (self->kernel, NAME, &found));
  lab_apply (self);
  record.pref64s[0].prefix = self->wanted.prefix;
  record.pref64s[0].source = CLAT_PREF64_SOURCE_DNS;
  clat_kernel_store_pref64s (self->kernel, NAME, &record);
  lab_restart (self);
  lab_inspect (self);
  g_assert_true (clat_kernel_read_pref64s (self->kernel, NAME, &found));
  g_assert_true (clat_pref64_record_equal (&record, &found));
}

static gboolean
has_noted_answer (KernelLab *self, ClatPlatEvidence *evidence)
{
  g_assert_true (clat_kernel_read_plat (self->kernel, NAME, evidence));
  return evidence->last_in != 0;
}

static void
ping_far_host (KernelLab *self, const char *address)
{
  g_autoptr (GError) error = NULL;

  clat_kernel_ping (self->kernel, NAME, self->wanted.pairs[0].ipv4, lab_ipv4 (address),
                    &error);
  g_assert_no_error (error);
}

static gboolean
has_sent (KernelLab *self, ClatPlatEvidence *evidence)
{
  g_assert_true (clat_kernel_read_plat (self->kernel, NAME, evidence));
  return evidence->n_out > 0;
}

static void
test_silent_host_is_noted (KernelLab *self, gconstpointer data)
{
  ClatPlatEvidence evidence;

  lab_apply (self);
  ping_far_host (self, "203.0.113.9");
  LAB_WAIT_FOR (has_sent (self, &evidence));
  g_assert_cmpuint (evidence.n_targets, ==, 1);
  g_assert_cmpuint (evidence.targets[0].s_addr, ==, lab_ipv4 ("203.0.113.9").s_addr);
  g_assert_false (evidence.targets_answered);
}

static void
test_evidence_about_the_nat64 (KernelLab *self, gconstpointer data)
{
  ClatPlatVerdict verdict = {.state = CLAT_PLAT_UNREACHABLE};
  ClatPlatEvidence evidence;

  g_assert_false (clat_kernel_read_plat (self->kernel, NAME, &evidence));
  lab_apply (self);
  clat_kernel_set_plat (self->kernel, NAME, &verdict, CLAT_PLAT_REPORT_IN);
  g_assert_true (clat_kernel_read_plat (self->kernel, NAME, &evidence));
  g_assert_cmpuint (evidence.verdict.state, ==, CLAT_PLAT_UNREACHABLE);
  g_assert_cmpint (evidence.last_in, ==, 0);

  self->n_changes = 0;
  LAB_WAIT_FOR (is_answered (self));
  LAB_WAIT_FOR (self->n_changes > 0);
  LAB_WAIT_FOR (has_noted_answer (self, &evidence));
  g_assert_cmpuint (evidence.n_targets, ==, 1);
  g_assert_cmpuint (evidence.targets[0].s_addr, ==, lab_ipv4 (FAR_HOST).s_addr);

  /* It answers no more. */
  lab_run ("nsenter --net=/proc/%d/fd/%d ip address del 64:ff9b::c633:6401/128"
           " dev router",
           getpid (), self->router);
  ping_far_host (self, FAR_HOST);
  LAB_WAIT_FOR (has_sent (self, &evidence));
  g_assert_true (evidence.targets_answered);

  clat_kernel_forget_plat (self->kernel, NAME);
  g_assert_true (clat_kernel_read_plat (self->kernel, NAME, &evidence));
  g_assert_cmpint (evidence.last_in, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (!lab_begin ())
    return 0;
  LAB_TEST ("/translator/is-set-up", test_is_set_up);
  LAB_TEST ("/translator/translates-in-both-directions",
            test_translates_in_both_directions);
  LAB_TEST ("/translator/refuses-ipv4-on-the-link", test_refuses_ipv4_on_the_link);
  LAB_TEST ("/translator/damage-is-repaired", test_damage_is_repaired);
  LAB_TEST ("/translator/routes-of-others-stay", test_routes_of_others_stay);
  LAB_TEST ("/translator/killed-clat-xlat-is-started-again",
            test_killed_clat_xlat_is_started_again);
  LAB_TEST ("/translator/removed-tun-device-is-made-again",
            test_removed_tun_device_is_made_again);
  LAB_TEST ("/translator/next-instance-takes-over", test_next_instance_takes_over);
  LAB_TEST ("/translator/sweep-removes-what-nobody-wants",
            test_sweep_removes_what_nobody_wants);
  LAB_TEST ("/translator/namespace-of-another-program-stays",
            test_namespace_of_another_program_stays);
  LAB_TEST ("/translator/metric-and-table-change", test_metric_and_table_change);
  LAB_TEST ("/translator/mtu-changes", test_mtu_changes);
  LAB_TEST ("/translator/second-pair-and-gateway", test_second_pair_and_gateway);
  LAB_TEST ("/translator/drain-keeps-only-old-connections",
            test_drain_keeps_only_old_connections);
  LAB_TEST ("/translator/userspace-only", test_userspace_only);
  LAB_TEST ("/translator/keeps-mac", test_keeps_mac);
  LAB_TEST ("/translator/shares-the-address-of-the-host",
            test_shares_the_address_of_the_host);
  LAB_TEST ("/translator/address-of-a-routed-prefix", test_address_of_a_routed_prefix);
  LAB_TEST ("/translator/record-of-prefixes-is-kept", test_record_of_prefixes_is_kept);
  LAB_TEST ("/translator/silent-host-is-noted", test_silent_host_is_noted);
  LAB_TEST ("/translator/evidence-about-the-nat64", test_evidence_about_the_nat64);
  return g_test_run ();
}

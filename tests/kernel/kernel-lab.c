/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel-lab.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clat-linux.h"
#include "clat-plan.h"
#include "clat-probe.h"
#include "config.h"

#define NAME "clat-eth0"

/* Where the service starts it. */
static void
install_clat_xlat (void)
{
  g_autofree char *directory = g_path_get_dirname (CLAT_XLAT);
  g_autofree char *program = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;

  g_file_get_contents (g_getenv ("CLAT_TEST_XLAT"), &program, &length, &error);
  g_assert_no_error (error);
  g_assert_cmpint (mount ("tmpfs", directory, "tmpfs", 0, NULL), ==, 0);
  g_file_set_contents (CLAT_XLAT, program, length, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_chmod (CLAT_XLAT, 0755), ==, 0);
}

static gboolean
skip (const char *reason)
{
  g_print ("1..0 # SKIP %s\n", reason);
  return FALSE;
}

static gboolean
enter_namespaces (void)
{
  return unshare (CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWPID) == 0
         && mount ("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0
         && mount ("tmpfs", "/run", "tmpfs", 0, NULL) == 0;
}

/* Goes on in a child, and ends with its status. */
static void
fork_and_wait (void)
{
  pid_t child = fork ();
  int status = 1;

  g_assert_cmpint (child, >=, 0);
  if (child > 0)
    {
      waitpid (child, &status, 0);
      _exit (WIFEXITED (status) ? WEXITSTATUS (status) : 1);
    }
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

/* The kernel ends what this process has started together with the first process of their
 * namespace, which ends with this one. */
static void
enter_pid_namespace (void)
{
  fork_and_wait ();
  g_assert_cmpint (mount ("proc", "/proc", "proc", 0, NULL), ==, 0);
  fork_and_wait ();
}

gboolean
lab_begin (void)
{
  g_autofree char *ip = g_find_program_in_path ("ip");
  ClatFeatures features = {0};

  if (ip == NULL)
    return skip ("ip of iproute2 is missing");
  if (!enter_namespaces ())
    return skip ("namespaces need CAP_SYS_ADMIN");
  enter_pid_namespace ();
  if (!clat_probe (&features, NULL) || !clat_features_suffice (&features)
      || !features.has[CLAT_FEATURE_FAST_PATH])
    return skip ("this kernel lacks a feature that a translator needs");

  install_clat_xlat ();
  return TRUE;
}

static char *
run (const char *format, va_list arguments)
{
  g_autofree char *command = g_strdup_vprintf (format, arguments);
  const char *argv[] = {"sh", "-ec", command, NULL};
  g_autoptr (GError) error = NULL;
  char *output = NULL;
  int status;

  if (!g_spawn_sync (NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &output,
                     NULL, &status, &error)
      || !g_spawn_check_wait_status (status, &error))
    g_error ("%s: %s", command, error->message);
  return g_strstrip (output);
}

void
lab_run (const char *format, ...)
{
  g_autofree char *output = NULL;
  va_list arguments;

  va_start (arguments, format);
  output = run (format, arguments);
  va_end (arguments);
}

char *
lab_read (const char *format, ...)
{
  char *output;
  va_list arguments;

  va_start (arguments, format);
  output = run (format, arguments);
  va_end (arguments);
  return output;
}

struct in_addr
lab_ipv4 (const char *text)
{
  struct in_addr address;

  g_assert_cmpint (inet_pton (AF_INET, text, &address), ==, 1);
  return address;
}

struct in6_addr
lab_ipv6 (const char *text)
{
  struct in6_addr address;

  g_assert_cmpint (inet_pton (AF_INET6, text, &address), ==, 1);
  return address;
}

static int
make_namespace (void)
{
  int fd;

  g_assert_cmpint (unshare (CLONE_NEWNET), ==, 0);
  fd = open ("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
  g_assert_cmpint (fd, >=, 0);
  /* Addresses can be used at once. */
  lab_run ("ip link set lo up; echo 0 > /proc/sys/net/ipv6/conf/default/accept_dad");
  return fd;
}

static ClatWanted
make_wanted (void)
{
  ClatWanted wanted = {
      .translator = TRUE,
      .name = NAME,
      .parent = (int)if_nametoindex ("eth0"),
      .parent_mtu = 1500,
      .address = CLAT_ADDRESS_OWN,
      .identifier = "0123456789abcde",
      .static_ipv6 = {1, {{lab_ipv6 ("2001:db8:1::2"), 64}}, lab_ipv6 ("fe80::1")},
      .lacks_slaac = TRUE,
      .n_pairs = 1,
      .settings = {.lowest_ipv6_mtu = 1280, .reassembles = TRUE},
      .table = 254,
      .metric = 600,
  };

  g_assert_true (clat_prefix_parse ("64:ff9b::/96", &wanted.prefix, NULL));
  wanted.pairs[0].ipv4 = lab_ipv4 ("192.0.0.1");
  wanted.pairs[0].prefix = wanted.prefix;
  return wanted;
}

static void
count_change (KernelLab *self)
{
  self->n_changes++;
}

/* The store of a service manager, for the one translator. */
static int stored = -1;

static int
take_stored (const char *name)
{
  int fd = stored;

  stored = -1;
  return fd;
}

static void
remove_stored (const char *name)
{
  if (stored >= 0)
    close (stored);
  stored = -1;
}

static void
put_into_store (const char *name, int fd)
{
  remove_stored (name);
  stored = dup (fd);
}

static void
remove_unclaimed (void)
{
}

static const ClatFdStore store = {take_stored, put_into_store, remove_stored,
                                  remove_unclaimed};

static void
start (KernelLab *self)
{
  g_autoptr (GError) error = NULL;

  self->kernel = clat_linux_new (&store, &error);
  g_assert_no_error (error);
  g_signal_connect_swapped (self->kernel, "changed", G_CALLBACK (count_change), self);
}

void
lab_set_up (KernelLab *self, gconstpointer data)
{
  self->router = make_namespace ();
  lab_run ("echo 1 > /proc/sys/net/ipv6/conf/all/forwarding");
  self->host = make_namespace ();
  lab_run ("ip link add eth0 address 02:00:00:00:00:01 type veth peer name router"
           " address 02:00:00:00:00:02 netns /proc/%d/fd/%d;"
           "ip link set eth0 up; ip address add 2001:db8:1::2/64 dev eth0;"
           "nsenter --net=/proc/%d/fd/%d sh -ec '"
           "ip link set router up; ip address add fe80::1/64 dev router;"
           "ip address add 64:ff9b::c633:6401/128 dev router;"
           "ip -6 route add 2001:db8:1::/64 dev router';"
           "ip -6 route add default via fe80::1 dev eth0",
           getpid (), self->router, getpid (), self->router);
  self->wanted = make_wanted ();
  start (self);
}

void
lab_restart (KernelLab *self)
{
  g_clear_object (&self->kernel);
  start (self);
}

void
lab_wait_a_little (gint64 end, const char *condition)
{
  if (g_get_monotonic_time () > end)
    g_error ("waited %u s in vain for: %s", LAB_WAIT_SECONDS, condition);
  if (!g_main_context_iteration (NULL, FALSE))
    g_usleep (1000);
}

/* The service gives a pair the address that the uplink has got. */
gboolean
lab_try (KernelLab *self)
{
  g_autoptr (GError) error = NULL;
  gboolean is_known = !IN6_IS_ADDR_UNSPECIFIED (&self->wanted.pairs[0].ipv6);

  clat_kernel_apply (self->kernel, NAME, &self->wanted, &self->actual, &error);
  g_assert_no_error (error);
  if (self->wanted.translator && !is_known
      && self->actual.addressing == CLAT_ADDRESSING_READY)
    {
      self->wanted.pairs[0].ipv6 = self->actual.ipv6;
      self->wanted.next_hops[0] = self->actual.next_hop;
      return FALSE;
    }
  return clat_plan_next (&self->wanted, &self->actual) == CLAT_STEP_NONE;
}

void
lab_apply (KernelLab *self)
{
  LAB_WAIT_FOR (lab_try (self));
}

void
lab_inspect (KernelLab *self)
{
  clat_kernel_inspect (self->kernel, NAME, &self->actual);
}

static void
assert_nothing_is_left (void)
{
  g_autofree char *links = lab_read ("ip -o link | grep -v ' lo:\\| eth0@' || true");
  g_autofree char *rules =
      lab_read ("ip -4 rule | grep -v 'lookup \\(local\\|main\\|default\\)$' || true");
  g_autofree char *names = lab_read ("ls /run/netns 2> /dev/null || true");
  g_autofree char *refusals = lab_read ("ip -4 route show table all type broadcast"
                                        " default");

  g_assert_cmpstr (links, ==, "");
  g_assert_cmpstr (rules, ==, "");
  g_assert_cmpstr (names, ==, "");
  g_assert_cmpstr (refusals, ==, "");
}

void
lab_tear_down (KernelLab *self, gconstpointer data)
{
  self->wanted = (ClatWanted){.ends_connections = TRUE};
  lab_apply (self);
  assert_nothing_is_left ();
  g_clear_object (&self->kernel);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  close (self->host);
  close (self->router);
}

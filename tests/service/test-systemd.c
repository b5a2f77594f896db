/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The service manager is played by a socket. */
#include "clat-systemd.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "service-fixture.h"

/* The kernel chooses an abstract name, of five characters. */
static int
open_notify_socket (void)
{
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  socklen_t length = sizeof address;
  int fd = socket (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  g_autofree char *name = NULL;

  g_assert_cmpint (
      bind (fd, (const struct sockaddr *)&address, sizeof address.sun_family), ==, 0);
  g_assert_cmpint (getsockname (fd, (struct sockaddr *)&address, &length), ==, 0);
  name = g_strdup_printf ("@%.5s", address.sun_path + 1);
  g_setenv ("NOTIFY_SOCKET", name, TRUE);
  return fd;
}

static gboolean
receives (int fd, const char *state)
{
  char text[64] = "";

  return recv (fd, text, sizeof text - 1, 0) > 0 && g_str_equal (text, state);
}

static void
test_watchdog_is_notified (void)
{
  int fd = open_notify_socket ();

  g_setenv ("WATCHDOG_USEC", "3000000", TRUE);
  clat_systemd_start_watchdog ();
  WAIT_UNTIL (receives (fd, "WATCHDOG=1"));
  clat_systemd_notify ("READY=1");
  WAIT_UNTIL (receives (fd, "READY=1"));
  close (fd);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/systemd/watchdog-is-notified", test_watchdog_is_notified);
  return g_test_run ();
}

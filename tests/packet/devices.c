/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "devices.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define STATUS_SKIPPED 77
#define TIMEOUT_MS     20000

static int
check (int result, const char *what)
{
  if (result < 0)
    g_error ("%s: %s", what, g_strerror (errno));
  return result;
}

int
devices_new_namespace (void)
{
  if (unshare (CLONE_NEWNET) < 0)
    {
      g_printerr ("skipped: cannot make a network namespace: %s\n", g_strerror (errno));
      exit (STATUS_SKIPPED);
    }
  devices_ip ("link set lo up");
  return check (open ("/proc/self/ns/net", O_RDONLY | O_CLOEXEC),
                "opening the namespace");
}

void
devices_enter_namespace (int namespace)
{
  check (setns (namespace, CLONE_NEWNET), "entering a namespace");
}

void
devices_ip (const char *format, ...)
{
  va_list arguments;
  g_autofree char *text = NULL, *command = NULL;
  g_autoptr (GError) error = NULL;
  int status;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  command = g_strconcat ("ip ", text, NULL);
  if (!g_spawn_command_line_sync (command, NULL, NULL, &status, &error)
      || !g_spawn_check_wait_status (status, &error))
    g_error ("%s: %s", command, error->message);
}

void
devices_wait_until_up (const char *name)
{
  g_autofree char *command = g_strdup_printf ("ip -o link show dev %s", name);

  for (guint i = 0; i < TIMEOUT_MS; i++)
    {
      g_autofree char *text = NULL;

      if (g_spawn_command_line_sync (command, &text, NULL, NULL, NULL)
          && strstr (text, "state UP") != NULL)
        return;
      g_usleep (1000);
    }
  g_error ("%s does not come up", name);
}

int
devices_new_tun (const char *name)
{
  struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI};
  int fd = check (open ("/dev/net/tun", O_RDWR | O_CLOEXEC), "/dev/net/tun");

  g_strlcpy (request.ifr_name, name, sizeof request.ifr_name);
  check (ioctl (fd, TUNSETIFF, &request), "making a tun device");
  devices_ip ("link set %s up", name);
  return fd;
}

int
devices_open_socket (const char *name)
{
  struct sockaddr_ll address = {
      .sll_family = AF_PACKET,
      .sll_protocol = htons (ETH_P_ALL),
      .sll_ifindex = (int)devices_get_ifindex (name),
  };
  int fd = check (socket (AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0), "a packet socket");

  check (bind (fd, (const struct sockaddr *)&address, sizeof address), name);
  return fd;
}

guint32
devices_get_ifindex (const char *name)
{
  guint32 ifindex = if_nametoindex (name);

  if (ifindex == 0)
    g_error ("%s: %s", name, g_strerror (errno));
  return ifindex;
}

void
devices_check_loaded (int result)
{
  if (result == -EPERM || result == -ENOSYS)
    {
      g_printerr ("skipped: BPF programs cannot be loaded: %s\n", g_strerror (-result));
      exit (STATUS_SKIPPED);
    }
  if (result != 0)
    g_error ("loading BPF programs: %s", g_strerror (-result));
}

void
devices_attach (const char *name, const struct bpf_program *program)
{
  LIBBPF_OPTS (bpf_tc_hook, hook, .ifindex = (int)devices_get_ifindex (name),
               .attach_point = BPF_TC_INGRESS);
  LIBBPF_OPTS (bpf_tc_opts, options, .prog_fd = bpf_program__fd (program));
  int result = bpf_tc_hook_create (&hook);

  if (result == 0)
    result = bpf_tc_attach (&hook, &options);
  if (result != 0)
    g_error ("attaching to %s: %s", name, g_strerror (-result));
}

void
devices_send (int fd, const guint8 *frame, gsize length)
{
  g_assert_cmpint (write (fd, frame, length), ==, (gssize)length);
}

static gboolean
is_of_test (const guint8 *ip, gsize length)
{
  if (length < 20)
    return FALSE;
  return ip[ip[0] >> 4 == 6 ? 7 : 8] == DEVICES_TTL;
}

/* Frames that the socket's own side has sent are seen too. */
static gssize
read_incoming (int fd, DeviceFrame *frame)
{
  struct sockaddr_ll address = {0};
  socklen_t size = sizeof address;
  gssize n = recvfrom (fd, frame->data, sizeof frame->data, 0,
                       (struct sockaddr *)&address, &size);

  if (n < 0 && errno == ENOTSOCK)
    return read (fd, frame->data, sizeof frame->data);
  return address.sll_pkttype == PACKET_OUTGOING ? 0 : n;
}

void
devices_receive (int fd, gsize offset, DeviceFrame *frame)
{
  gint64 end = g_get_monotonic_time () + TIMEOUT_MS * G_TIME_SPAN_MILLISECOND;

  while (g_get_monotonic_time () < end)
    {
      struct pollfd ready = {.fd = fd, .events = POLLIN};
      gssize n;

      if (poll (&ready, 1, TIMEOUT_MS) <= 0)
        break;
      n = read_incoming (fd, frame);
      if (n > (gssize)offset && is_of_test (frame->data + offset, (gsize)n - offset))
        {
          frame->length = (gsize)n;
          return;
        }
    }
  g_error ("no packet has come");
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Preloaded into the daemon by tests: makes system calls fail that a file lists, as long
 * as it lists them. Each line of the file that $CLAT_TEST_FAULTS names is
 *
 *   CALL ERRNO [WHAT]
 *
 * CALL is one of open, create (open that creates a file), mount, umount, unshare, ioctl,
 * memfd, bpf, spawn, netlink. WHAT narrows it: a part of the path where there is one; the
 * request of ioctl, the command of bpf; for netlink the message type, optionally with a
 * text that is in the message ("16:veth"), a flag of the interface that it changes
 * ("16:/0x80"), an attribute of the interface or routing rule ("16:#4") or the address
 * family ("20:=10"). */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <libmnl/libmnl.h>
#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>
#include <sched.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#define REAL(name) ((typeof (&name))dlsym (RTLD_NEXT, #name))

typedef struct
{
  const char *path;
  unsigned long number;
  const void *message;
  size_t length;
} Call;

static char *file;

/* Processes that the daemon starts are not affected. */
__attribute__ ((constructor)) static void
begin (void)
{
  file = strdup (getenv ("CLAT_TEST_FAULTS"));
  unsetenv ("LD_PRELOAD");
}

static int
has_attribute (const struct nlmsghdr *header, unsigned type)
{
  int is_rule = header->nlmsg_type == RTM_NEWRULE || header->nlmsg_type == RTM_DELRULE;
  size_t size = is_rule ? sizeof (struct fib_rule_hdr) : sizeof (struct ifinfomsg);
  const struct nlattr *attribute;

  mnl_attr_for_each (attribute, header, size)
    if (mnl_attr_get_type (attribute) == type)
      return 1;
  return 0;
}

static int
message_matches (const Call *call, const char *what)
{
  const struct nlmsghdr *header = call->message;
  const struct ifinfomsg *link = mnl_nlmsg_get_payload (header);
  char *rest;

  if (header->nlmsg_type != strtoul (what, &rest, 0))
    return 0;
  if (*rest == '\0')
    return 1;
  rest++;
  if (*rest == '#')
    return has_attribute (header, strtoul (rest + 1, NULL, 0));
  if (*rest == '/')
    return (link->ifi_change & strtoul (rest + 1, NULL, 0)) != 0;
  /* All messages of rtnetlink begin with the address family. */
  if (*rest == '=')
    return link->ifi_family == strtoul (rest + 1, NULL, 0);
  return memmem (call->message, call->length, rest, strlen (rest)) != NULL;
}

static int
matches (const Call *call, const char *what)
{
  if (*what == '\0')
    return 1;
  if (call->path != NULL)
    return strstr (call->path, what) != NULL;
  if (call->message != NULL)
    return message_matches (call, what);
  return call->number == strtoul (what, NULL, 0);
}

/* The error with which the call must fail, 0: none. */
static int
find_fault (const char *name, const Call *call)
{
  int kept = errno, result = 0;
  FILE *stream = fdopen (REAL (open) (file, O_RDONLY | O_CLOEXEC), "r");
  char line[256];

  while (stream != NULL && result == 0 && fgets (line, sizeof line, stream) != NULL)
    {
      char found[16], what[128] = "";
      int number;

      if (sscanf (line, "%15s %d %127s", found, &number, what) >= 2
          && strcmp (found, name) == 0 && matches (call, what))
        result = number;
    }
  if (stream != NULL)
    fclose (stream);
  errno = kept;
  return result;
}

static int
fails (const char *name, Call call)
{
  int number = find_fault (name, &call);

  if (number != 0)
    errno = number;
  return number != 0;
}

int
open (const char *path, int flags, ...)
{
  va_list arguments;
  mode_t mode = 0;

  if (flags & (O_CREAT | O_TMPFILE))
    {
      va_start (arguments, flags);
      mode = va_arg (arguments, mode_t);
      va_end (arguments);
    }
  if (fails ("open", (Call){.path = path})
      || (flags & O_CREAT && fails ("create", (Call){.path = path})))
    return -1;
  return REAL (open) (path, flags, mode);
}

int
mount (const char *source, const char *target, const char *type, unsigned long flags,
       const void *data)
{
  return fails ("mount", (Call){.path = target})
             ? -1
             : REAL (mount) (source, target, type, flags, data);
}

int
umount2 (const char *target, int flags)
{
  return fails ("umount", (Call){.path = target}) ? -1 : REAL (umount2) (target, flags);
}

int
unshare (int flags)
{
  return fails ("unshare", (Call){0}) ? -1 : REAL (unshare) (flags);
}

int
ioctl (int fd, unsigned long request, ...)
{
  va_list arguments;
  void *argument;

  va_start (arguments, request);
  argument = va_arg (arguments, void *);
  va_end (arguments);
  return fails ("ioctl", (Call){.number = request})
             ? -1
             : REAL (ioctl) (fd, request, argument);
}

int
memfd_create (const char *name, unsigned int flags)
{
  return fails ("memfd", (Call){0}) ? -1 : REAL (memfd_create) (name, flags);
}

int
posix_spawn (pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions,
             const posix_spawnattr_t *attributes, char *const argv[], char *const envp[])
{
  if (fails ("spawn", (Call){0}))
    return errno;
  return REAL (posix_spawn) (pid, path, actions, attributes, argv, envp);
}

pid_t
fork (void)
{
  return fails ("spawn", (Call){0}) ? -1 : REAL (fork) ();
}

/* libbpf calls bpf() only by this function. */
long
syscall (long number, ...)
{
  va_list list;
  long a[6];

  va_start (list, number);
  for (int i = 0; i < 6; i++)
    a[i] = va_arg (list, long);
  va_end (list);
  if (number == SYS_bpf && fails ("bpf", (Call){.number = a[0]}))
    return -1;
  return REAL (syscall) (number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

ssize_t
mnl_socket_sendto (const struct mnl_socket *socket, const void *message, size_t length)
{
  if (fails ("netlink", (Call){.message = message, .length = length}))
    return -1;
  return REAL (mnl_socket_sendto) (socket, message, length);
}

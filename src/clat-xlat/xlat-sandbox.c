/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Packets come from untrusted hosts: an attacker who exploits a fault in their
 * translation must gain nothing more. */
#include "xlat-sandbox.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NOBODY 65534

/* The sanitizers need more system calls. */
#if defined(__SANITIZE_ADDRESS__)
#  define HAS_SANITIZER 1
#elif defined(__has_feature)
#  if __has_feature(address_sanitizer)
#    define HAS_SANITIZER 1
#  endif
#endif
#ifndef HAS_SANITIZER
#  define HAS_SANITIZER 0
#endif

static bool
complain (const char *what, int error)
{
  fprintf (stderr, "clat-xlat: %s: %s\n", what, strerror (error));
  return false;
}

/* A user namespace may not map nobody. Then the user stays, and dropping the capabilities
 * is enough. */
static bool
become_nobody (void)
{
  if (geteuid () != 0)
    return true;

  if (setgroups (0, NULL) < 0 && errno != EPERM)
    return complain ("cannot leave the groups", errno);
  if (setresgid (NOBODY, NOBODY, NOBODY) < 0 && errno != EINVAL && errno != EPERM)
    return complain ("cannot change the group", errno);
  if (setresuid (NOBODY, NOBODY, NOBODY) < 0 && errno != EINVAL && errno != EPERM)
    return complain ("cannot change the user", errno);
  return true;
}

static bool
drop_capabilities (void)
{
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {0};

  if (syscall (SYS_capset, &header, none) < 0)
    return complain ("cannot drop the capabilities", errno);
  return true;
}

/* Fails without CAP_SETPCAP, which does no harm: no_new_privs is set too. */
static void
empty_bounding_set (void)
{
  for (unsigned long capability = 0; prctl (PR_CAPBSET_READ, capability, 0, 0, 0) >= 0;
       capability++)
    prctl (PR_CAPBSET_DROP, capability, 0, 0, 0);
}

static int
allow_calls (scmp_filter_ctx filter, int tun_fd)
{
  static const int calls[] = {
      SCMP_SYS (clock_gettime),   SCMP_SYS (clock_gettime64), SCMP_SYS (exit),
      SCMP_SYS (exit_group),      SCMP_SYS (ppoll),           SCMP_SYS (ppoll_time64),
      SCMP_SYS (restart_syscall), SCMP_SYS (rt_sigreturn),
  };
  const struct scmp_arg_cmp is_tun = {.op = SCMP_CMP_EQ, .datum_a = (scmp_datum_t)tun_fd};
  const struct scmp_arg_cmp is_stderr = {.op = SCMP_CMP_EQ, .datum_a = STDERR_FILENO};
  int status;

  for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++)
    if ((status = seccomp_rule_add_array (filter, SCMP_ACT_ALLOW, calls[i], 0, NULL)) < 0)
      return status;

  status = seccomp_rule_add_array (filter, SCMP_ACT_ALLOW, SCMP_SYS (readv), 1, &is_tun);
  if (status == 0)
    status =
        seccomp_rule_add_array (filter, SCMP_ACT_ALLOW, SCMP_SYS (writev), 1, &is_tun);
  if (status == 0)
    status =
        seccomp_rule_add_array (filter, SCMP_ACT_ALLOW, SCMP_SYS (write), 1, &is_stderr);
  return status;
}

static bool
filter_calls (int tun_fd)
{
  scmp_filter_ctx filter;
  int status;

  if (HAS_SANITIZER)
    return true;

  filter = seccomp_init (SCMP_ACT_KILL_PROCESS);
  if (filter == NULL)
    return complain ("cannot make a seccomp filter", ENOMEM);
  status = allow_calls (filter, tun_fd);
  if (status == 0)
    status = seccomp_load (filter);
  seccomp_release (filter);
  if (status < 0)
    return complain ("cannot install the seccomp filter", -status);
  return true;
}

bool
xlat_sandbox_enter (int tun_fd)
{
  const struct rlimit none = {0, 0};

  empty_bounding_set ();
  if (!become_nobody () || !drop_capabilities ())
    return false;
  if (prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
    return complain ("cannot give up new privileges", errno);
  if (setrlimit (RLIMIT_CORE, &none) < 0)
    return complain ("cannot forbid core dumps", errno);
  return filter_calls (tun_fd);
}

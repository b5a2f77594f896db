/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs a command in a machine of the test network: in the namespaces of its first
 * process.
 *
 * usage: enter PID COMMAND...
 *
 * What nsenter and setpriv do, with one exec instead of three: tests run many thousands
 * of commands. Both processes end when their parents do. The exit status, or the signal,
 * is that of the command. */

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define NAMESPACES                                                                       \
  (CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWPID)

static void
fail (const char *what)
{
  perror (what);
  exit (EXIT_FAILURE);
}

static void
enter_namespaces (pid_t pid)
{
  int machine = (int)syscall (SYS_pidfd_open, pid, 0);

  if (machine < 0)
    fail ("enter: first process");
  if (setns (machine, NAMESPACES) < 0)
    fail ("enter: namespaces");
  close (machine);
}

static void
become (char **command)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  execvp (command[0], command);
  fprintf (stderr, "enter: %s: ", command[0]);
  perror (NULL);
  _exit (errno == ENOENT ? 127 : 126);
}

/* Ends as CHILD does, and stops while it is stopped: it may be a shell. */
static int
follow (pid_t child)
{
  int status;

  for (;;)
    {
      if (waitpid (child, &status, WUNTRACED) < 0)
        {
          if (errno == EINTR)
            continue;
          fail ("enter: wait");
        }
      if (WIFEXITED (status))
        return WEXITSTATUS (status);
      if (WIFSIGNALED (status))
        {
          struct rlimit no_core = {0, 0};

          setrlimit (RLIMIT_CORE, &no_core);
          signal (WTERMSIG (status), SIG_DFL);
          raise (WTERMSIG (status));
          return 128 + WTERMSIG (status);
        }
      raise (SIGSTOP);
      kill (child, SIGCONT);
    }
}

int
main (int argc, char **argv)
{
  pid_t child;

  if (argc < 3)
    {
      fputs ("usage: enter PID COMMAND...\n", stderr);
      return 2;
    }
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  enter_namespaces ((pid_t)strtol (argv[1], NULL, 10));
  child = fork ();
  if (child < 0)
    fail ("enter: fork");
  if (child == 0)
    become (argv + 2);
  return follow (child);
}

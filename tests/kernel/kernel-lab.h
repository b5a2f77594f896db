/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The running kernel in network namespaces of the test's own: a host with the interface
 * eth0, at whose other end is a router, and a translator that a connection would want. */
#pragma once

#include "clat-kernel.h"

#define LAB_WAIT_SECONDS 20

typedef struct
{
  ClatKernel *kernel;
  int host; /* descriptors of the namespaces; the test is in that of the host */
  int router;
  ClatWanted wanted; /* complete but for the addresses that the kernel chooses */
  ClatActual actual; /* as of the last lab_apply or lab_inspect */
  guint n_changes;   /* signals "changed" */
} KernelLab;

/* Registers a test with a lab of its own. */
#define LAB_TEST(path, function)                                                         \
  g_test_add (path, KernelLab, NULL, lab_set_up, function, lab_tear_down)

/* FALSE, with a line that says so, if this process may not make namespaces, or the kernel
 * has no feature that a translator needs. To call once, before the tests. */
gboolean lab_begin (void);

void lab_set_up (KernelLab *self, gconstpointer data);

/* Fails the test if anything is left of the translator once it is not wanted. */
void lab_tear_down (KernelLab *self, gconstpointer data);

/* Another instance of the service: what the first one has made stays in the kernel. */
void lab_restart (KernelLab *self);

/* Runs a shell command in the namespace of the host; fails the test if that fails. */
void lab_run (const char *format, ...) G_GNUC_PRINTF (1, 2);

/* What the command prints, without the blanks at its ends. */
char *lab_read (const char *format, ...) G_GNUC_PRINTF (1, 2);

/* Waits for events of the kernel until the condition holds. */
#define LAB_WAIT_FOR(condition)                                                          \
  for (gint64 end_ = g_get_monotonic_time () + LAB_WAIT_SECONDS * G_USEC_PER_SEC;        \
       !(condition);)                                                                    \
  lab_wait_a_little (end_, #condition)
void lab_wait_a_little (gint64 end, const char *condition);

/* Carries the plan out as the service does, until all is as wanted. */
void lab_apply (KernelLab *self);

/* One pass: FALSE if something is still missing. */
gboolean lab_try (KernelLab *self);

void lab_inspect (KernelLab *self);

struct in_addr lab_ipv4 (const char *text);
struct in6_addr lab_ipv6 (const char *text);

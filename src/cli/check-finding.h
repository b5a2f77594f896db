/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What "clatctl check" finds out about one link of the chain, and tables of such checks.
 */
#pragma once

#include "check-facts.h"

G_BEGIN_DECLS

typedef enum
{
  CHECK_OK,
  CHECK_WARNING,
  CHECK_FAILED,
  CHECK_SKIPPED, /* unknown, or not needed */
} CheckResult;

/* Whose fault it is. */
typedef enum
{
  CHECK_FAULT_NONE,
  CHECK_FAULT_HOST,
  CHECK_FAULT_NETWORK,
  CHECK_FAULT_NAT64,
} CheckFault;

typedef struct
{
  const char *name;  /* in JSON: "router" */
  const char *title; /* translated */
  CheckResult result;
  CheckFault fault;
  char *text;
  const char *remedy; /* translated; NULL: none */
} CheckFinding;

/* An array of CheckFinding. */
GArray *check_findings_new (void);

/* One check: a function of the facts only, which calls one of check_finding_*. */
typedef struct
{
  const char *name;
  const char *title;
  void (*judge) (const CheckFacts *facts, CheckFinding *finding);
} Check;

/* The checks by group, each in a file of its own, in the order in which IPv4 depends on
 * them. */
extern const Check check_network[];
extern const Check check_translator[];
extern const Check check_host[];
extern const Check check_path[];

/* checks: ended by one without a name. */
void check_findings_add (GArray *findings, const Check *checks, const CheckFacts *facts);
GArray *check_findings_of (const CheckFacts *facts);
guint check_findings_count (GArray *findings, CheckResult result);

void check_finding_ok (CheckFinding *finding, const char *format, ...)
    G_GNUC_PRINTF (2, 3);
void check_finding_skip (CheckFinding *finding, const char *format, ...)
    G_GNUC_PRINTF (2, 3);
void check_finding_fail (CheckFinding *finding, CheckFault fault, const char *remedy,
                         const char *format, ...) G_GNUC_PRINTF (4, 5);
void check_finding_warn (CheckFinding *finding, CheckFault fault, const char *remedy,
                         const char *format, ...) G_GNUC_PRINTF (4, 5);

/* "ok", "warning", "failed" or "skipped", as in JSON. */
const char *check_result_to_string (CheckResult result);

/* "host", "network", "nat64" or "", as in JSON. */
const char *check_fault_to_string (CheckFault fault);

G_END_DECLS

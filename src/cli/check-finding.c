/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What "clatctl check" finds out about one link of the chain, and tables of such checks.
 */
#include "config.h"

#include <glib/gi18n.h>

#include "check-finding.h"

static void
clear_finding (gpointer data)
{
  CheckFinding *self = data;

  g_clear_pointer (&self->text, g_free);
}

GArray *
check_findings_new (void)
{
  GArray *findings = g_array_new (FALSE, TRUE, sizeof (CheckFinding));

  g_array_set_clear_func (findings, clear_finding);
  return findings;
}

void
check_findings_add (GArray *findings, const Check *checks, const CheckFacts *facts)
{
  for (const Check *check = checks; check->name != NULL; check++)
    {
      CheckFinding finding = {.name = check->name, .title = _ (check->title)};

      check->judge (facts, &finding);
      g_array_append_val (findings, finding);
    }
}

GArray *
check_findings_of (const CheckFacts *facts)
{
  GArray *findings = check_findings_new ();

  check_findings_add (findings, check_network, facts);
  check_findings_add (findings, check_translator, facts);
  check_findings_add (findings, check_host, facts);
  check_findings_add (findings, check_path, facts);
  return findings;
}

guint
check_findings_count (GArray *findings, CheckResult result)
{
  guint count = 0;

  for (guint i = 0; i < findings->len; i++)
    count += g_array_index (findings, CheckFinding, i).result == result;
  return count;
}

static void
set (CheckFinding *finding, CheckResult result, CheckFault fault, const char *remedy,
     const char *format, va_list arguments)
{
  finding->result = result;
  finding->fault = fault;
  finding->remedy = remedy;
  finding->text = g_strdup_vprintf (format, arguments);
}

void
check_finding_ok (CheckFinding *finding, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  set (finding, CHECK_OK, CHECK_FAULT_NONE, NULL, format, arguments);
  va_end (arguments);
}

void
check_finding_skip (CheckFinding *finding, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  set (finding, CHECK_SKIPPED, CHECK_FAULT_NONE, NULL, format, arguments);
  va_end (arguments);
}

void
check_finding_fail (CheckFinding *finding, CheckFault fault, const char *remedy,
                    const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  set (finding, CHECK_FAILED, fault, remedy, format, arguments);
  va_end (arguments);
}

void
check_finding_warn (CheckFinding *finding, CheckFault fault, const char *remedy,
                    const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  set (finding, CHECK_WARNING, fault, remedy, format, arguments);
  va_end (arguments);
}

const char *
check_result_to_string (CheckResult result)
{
  switch (result)
    {
    case CHECK_OK:
      return "ok";
    case CHECK_WARNING:
      return "warning";
    case CHECK_FAILED:
      return "failed";
    case CHECK_SKIPPED:
      return "skipped";
    }
  g_return_val_if_reached ("");
}

const char *
check_fault_to_string (CheckFault fault)
{
  switch (fault)
    {
    case CHECK_FAULT_NONE:
      return "";
    case CHECK_FAULT_HOST:
      return "host";
    case CHECK_FAULT_NETWORK:
      return "network";
    case CHECK_FAULT_NAT64:
      return "nat64";
    }
  g_return_val_if_reached ("");
}

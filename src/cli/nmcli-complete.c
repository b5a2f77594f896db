/* SPDX-License-Identifier: GPL-2.0-or-later */
/* nmcli --complete-args, which shells call for completion, with ipv6.clat. */
#include "config.h"

#include <stdio.h>

#include "cli-mode.h"
#include "nmcli-commands.h"
#include "nmcli-run.h"

/* The words with the last one replaced, or removed if last is NULL. */
static GPtrArray *
replace_last (const char *const *words, guint n, const char *last)
{
  GPtrArray *replaced = g_ptr_array_new ();

  for (guint i = 0; i + 1 < n; i++)
    g_ptr_array_add (replaced, (gpointer)words[i]);
  if (last != NULL)
    g_ptr_array_add (replaced, (gpointer)last);
  g_ptr_array_add (replaced, NULL);
  return replaced;
}

/* Whether these words end with our property, so that its value is next. */
static gboolean
ends_with_property (GPtrArray *words)
{
  g_autoptr (NmcliArgs) args = nmcli_args_parse ((const char *const *)words->pdata);

  return args->lacks_value;
}

static void
print_if_begins (const char *word, const char *beginning)
{
  if (g_str_has_prefix (word, beginning))
    printf ("%s\n", word);
}

/* Without our property, at which nmcli would stop completing. */
static int
run_nmcli (const char *const *words)
{
  g_autoptr (NmcliArgs) args = nmcli_args_parse (words);
  g_autoptr (GPtrArray) all = g_ptr_array_new ();

  g_ptr_array_add (all, (gpointer)NMCLI_COMPLETE);
  if (args->values->len > 0)
    g_ptr_array_extend (all, args->rest, NULL, NULL);
  else
    for (; *words != NULL; words++)
      g_ptr_array_add (all, (gpointer)*words);
  g_ptr_array_add (all, NULL);
  fflush (stdout);
  return nmcli_run_exec ((const char *const *)all->pdata);
}

int
nmcli_complete (const char *const *words)
{
  guint n = g_strv_length ((char **)words);
  const char *last = n > 0 ? words[n - 1] : "";
  g_autoptr (GPtrArray) before = replace_last (words, n, NULL);
  g_autoptr (GPtrArray) with_property = replace_last (words, n, NMCLI_PROPERTY);

  if (ends_with_property (before))
    {
      for (ClatMode mode = 0; mode < CLI_N_MODES; mode++)
        print_if_begins (clat_mode_to_string (mode), last);
      return NMCLI_EXIT_SUCCESS;
    }

  /* Like nmcli, offer a property only after its setting has been typed. */
  if (g_str_has_prefix (last, "ipv6.") && ends_with_property (with_property))
    print_if_begins (NMCLI_PROPERTY, last);
  return run_nmcli (words);
}

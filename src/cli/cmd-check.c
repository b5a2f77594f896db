/* SPDX-License-Identifier: GPL-2.0-or-later */
/* clatctl check: the features of the kernel, and everything that IPv4 depends on. */
#include "config.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <sys/utsname.h>

#include "check-feature-text.h"
#include "check-features.h"
#include "check-gather.h"
#include "check-print.h"
#include "check-shorten.h"
#include "cli-bus.h"
#include "cli-command.h"
#include "cli-details.h"
#include "cli-error.h"
#include "cli-json.h"
#include "cli-output.h"
#include "cli-profile.h"

typedef struct
{
  const CliOptions *options;
  gboolean has_features;
  CheckFeatures features;
  GPtrArray *connections; /* ClatDBusConnection1 */
  GPtrArray *findings;    /* GArray of CheckFinding, for each of them */
  char *networkmanager;   /* its version; NULL: it does not run */
} Checkup;

static void
clear_checkup (Checkup *self)
{
  check_features_clear (&self->features);
  g_clear_pointer (&self->connections, g_ptr_array_unref);
  g_clear_pointer (&self->findings, g_ptr_array_unref);
  g_clear_pointer (&self->networkmanager, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Checkup, clear_checkup)

/* One connection by its name; else the kernel, too, and all connections. */
static gboolean
choose (Checkup *self, GDBusObjectManagerClient *bus, const char *name, GError **error)
{
  ClatDBusConnection1 *connection;

  if (name == NULL)
    {
      self->has_features = check_features_ask (bus, &self->features, error);
      self->connections = cli_bus_list (bus);
      return self->has_features;
    }
  connection = cli_bus_find (bus, name, error);
  if (connection == NULL)
    return FALSE;
  self->connections = g_ptr_array_new_with_free_func (g_object_unref);
  g_ptr_array_add (self->connections, connection);
  return TRUE;
}

static void
examine (Checkup *self, const CheckTarget *target, NMClient *client)
{
  self->findings = g_ptr_array_new_with_free_func ((GDestroyNotify)g_array_unref);
  for (guint i = 0; i < self->connections->len; i++)
    {
      g_auto (CheckFacts) facts = {0};

      check_gather (self->connections->pdata[i], client, target, &facts);
      g_ptr_array_add (self->findings, check_findings_of (&facts));
    }
}

static gboolean
gather (Checkup *self, const char *name, GError **error)
{
  g_auto (CheckTarget) target = {0};
  g_autoptr (NMClient) client = NULL;
  g_autoptr (GDBusObjectManagerClient) bus = NULL;

  if (self->options->target != NULL
      && !check_target_parse (self->options->target, &target, error))
    return FALSE;
  bus = cli_bus_open (error);
  if (bus == NULL || !choose (self, bus, name, error))
    return FALSE;

  /* Where there is none, that is one of the findings. */
  if (self->connections->len > 0)
    client = cli_profile_open (NULL);
  if (client != NULL)
    self->networkmanager = g_strdup (nm_client_get_version (client));
  if (client != NULL && target.address == NULL)
    check_target_find (client, &target);
  examine (self, &target, client);
  return TRUE;
}

static char *
to_json (Checkup *self)
{
  JsonObject *object = json_object_new ();
  JsonArray *connections = json_array_new ();
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);

  if (self->has_features)
    check_features_add_to_json (&self->features, object);
  for (guint i = 0; i < self->connections->len; i++)
    json_array_add_object_element (
        connections,
        check_print_to_json (self->connections->pdata[i], self->findings->pdata[i]));
  json_object_set_array_member (object, "Connections", connections);
  json_node_take_object (node, object);
  return cli_json_format (node, FALSE);
}

static void
append_versions (GString *text, const Checkup *self)
{
  struct utsname kernel;

  g_string_append (text, "clat-nm " CLAT_VERSION);
  if (uname (&kernel) == 0)
    g_string_append_printf (text, ", %s %s %s", kernel.sysname, kernel.release,
                            kernel.machine);
  if (self->networkmanager != NULL)
    g_string_append_printf (text, ", NetworkManager %s", self->networkmanager);
  g_string_append (text, "\n\n");
}

static char *
to_text (Checkup *self)
{
  gboolean is_report = self->options->is_report;
  CliStyle style = is_report ? (CliStyle){0} : cli_style_of_stdout ();
  GString *text = g_string_new (NULL);

  if (is_report)
    append_versions (text, self);
  if (self->has_features)
    {
      g_autofree char *features = check_features_to_text (&self->features, style);

      g_string_append (text, features);
    }
  for (guint i = 0; i < self->connections->len; i++)
    {
      ClatDBusConnection1 *connection = self->connections->pdata[i];
      g_autofree char *findings =
          check_print_to_text (connection, self->findings->pdata[i], style);
      g_autofree char *details =
          is_report ? cli_details_format (connection, style) : NULL;

      g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "", findings);
      if (details != NULL)
        g_string_append_printf (text, "\n%s", details);
    }
  return g_string_free (text, FALSE);
}

static void
print (Checkup *self)
{
  gboolean is_json = self->options->is_json;
  g_autofree char *text = is_json ? to_json (self) : to_text (self);
  g_autofree char *short_text = self->options->is_short ? check_shorten (text) : NULL;

  /* JSON is UTF-8, whatever the locale. */
  if (is_json)
    printf ("%s\n", short_text != NULL ? short_text : text);
  else
    g_print ("%s", short_text != NULL ? short_text : text);
}

static gboolean
check_result (Checkup *self, GError **error)
{
  guint n_failed = 0;

  if (self->has_features && !self->features.is_sufficient)
    {
      g_set_error_literal (error, CLI_ERROR, CLI_ERROR_FAILED,
                           check_feature_text_translate (self->features.summary));
      return FALSE;
    }
  for (guint i = 0; i < self->findings->len; i++)
    n_failed += check_findings_count (self->findings->pdata[i], CHECK_FAILED);
  if (n_failed == 0)
    return TRUE;
  g_set_error (error, CLI_ERROR, CLI_ERROR_FAILED,
               g_dngettext (GETTEXT_PACKAGE, "%u check has failed",
                            "%u checks have failed", n_failed),
               n_failed);
  return FALSE;
}

gboolean
cmd_check (const CliOptions *options, char **args, GError **error)
{
  g_auto (Checkup) self = {.options = options};

  if (!gather (&self, args[0], error))
    return FALSE;
  print (&self);
  return cli_output_check (error) && check_result (&self, error);
}

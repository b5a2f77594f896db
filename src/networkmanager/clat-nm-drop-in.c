/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A file in /run that adds to the configuration of NetworkManager. */
#include "clat-nm-drop-in.h"

#include <errno.h>
#include <glib/gstdio.h>

#define NAME "org.freedesktop.NetworkManager"
#define PATH "/org/freedesktop/NetworkManager"

/* A file of the same name in /usr/lib would be hidden. */
#define DIRECTORY "/run/NetworkManager/conf.d"
#define FILE_NAME DIRECTORY "/clat-nm-defaults.conf"

#define FLAG_CONF         1 /* of Reload */
#define ANSWER_TIMEOUT_MS 5000

struct _ClatNmDropIn
{
  GDBusConnection *bus;
  GCancellable *cancellable;
  ClatNmDropInFunc function;
  gpointer data;

  gboolean is_set;     /* by this instance */
  gboolean has_failed; /* to be written; said once */
  gboolean is_loading;
  gboolean is_again; /* the file was written meanwhile */
  char *text;        /* of the file; NULL: there is none */
  ClatNetworkDefaults *written;
  ClatNetworkDefaults *loaded;
};

static char *
read_text (void)
{
  char *text = NULL;

  return g_file_get_contents (FILE_NAME, &text, NULL, NULL) ? text : NULL;
}

static ClatNetworkDefaults *
parse (const char *text)
{
  return clat_network_defaults_parse (text == NULL ? "" : text);
}

static gboolean
write_text (const char *text, GError **error)
{
  if (g_mkdir_with_parents (DIRECTORY, 0755) < 0)
    {
      g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno), "%s: %s",
                   DIRECTORY, g_strerror (errno));
      return FALSE;
    }
  return g_file_set_contents_full (FILE_NAME, text, -1, G_FILE_SET_CONTENTS_CONSISTENT,
                                   0644, error);
}

static gboolean
remove_file (GError **error)
{
  if (g_unlink (FILE_NAME) == 0 || errno == ENOENT)
    return TRUE;
  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno), "%s: %s", FILE_NAME,
               g_strerror (errno));
  return FALSE;
}

static void
note_loaded (ClatNmDropIn *self)
{
  g_autoptr (ClatNetworkDefaults) before = g_steal_pointer (&self->loaded);

  self->loaded = parse (self->text);
  self->function (before, self->loaded, self->data);
}

static void load (ClatNmDropIn *self);

/* A NetworkManager that does not run loads the file when it starts. */
static void
on_loaded (GObject *bus, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (bus), result, &error);
  ClatNmDropIn *self = data;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (answer == NULL)
    g_message ("NetworkManager has not loaded %s: %s", FILE_NAME, error->message);

  self->is_loading = FALSE;
  if (self->is_again)
    load (self);
  else
    note_loaded (self);
}

static void
load (ClatNmDropIn *self)
{
  self->is_again = self->is_loading;
  if (self->is_loading)
    return;

  self->is_loading = TRUE;
  g_dbus_connection_call (self->bus, NAME, PATH, NAME, "Reload",
                          g_variant_new ("(u)", FLAG_CONF), NULL,
                          G_DBUS_CALL_FLAGS_NO_AUTO_START, ANSWER_TIMEOUT_MS,
                          self->cancellable, on_loaded, self);
}

void
clat_nm_drop_in_set (ClatNmDropIn *self, const ClatNetworkDefaults *defaults)
{
  g_autofree char *text = clat_network_defaults_to_text (defaults);
  g_autoptr (GError) error = NULL;
  /* The previous instance may have ended before it was loaded. */
  gboolean is_adopted = !self->is_set && self->text != NULL;

  self->is_set = TRUE;
  if (g_strcmp0 (text, self->text) == 0 && !is_adopted)
    return;

  if (!(text == NULL ? remove_file (&error) : write_text (text, &error)))
    {
      g_log (G_LOG_DOMAIN, self->has_failed ? G_LOG_LEVEL_DEBUG : G_LOG_LEVEL_WARNING,
             "the defaults of NetworkManager cannot be changed: %s", error->message);
      self->has_failed = TRUE;
      return;
    }
  g_free (self->text);
  self->text = g_steal_pointer (&text);
  clat_network_defaults_free (self->written);
  self->written = parse (self->text);
  load (self);
}

gboolean
clat_nm_drop_in_is_loading (ClatNmDropIn *self)
{
  return self->is_loading;
}

gboolean
clat_nm_drop_in_asks (ClatNmDropIn *self, const char *interface)
{
  return g_hash_table_contains (self->written->option_108, interface);
}

void
clat_nm_drop_in_flush (ClatNmDropIn *self)
{
  while (self->is_loading)
    g_main_context_iteration (NULL, TRUE);
}

gboolean
clat_nm_drop_in_remove (GDBusConnection *bus)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = NULL;

  if (!g_file_test (FILE_NAME, G_FILE_TEST_EXISTS))
    return FALSE;
  if (!remove_file (&error))
    g_message ("%s", error->message);
  if (bus != NULL)
    answer = g_dbus_connection_call_sync (
        bus, NAME, PATH, NAME, "Reload", g_variant_new ("(u)", FLAG_CONF), NULL,
        G_DBUS_CALL_FLAGS_NO_AUTO_START, ANSWER_TIMEOUT_MS, NULL, NULL);
  return TRUE;
}

ClatNmDropIn *
clat_nm_drop_in_new (GDBusConnection *bus, ClatNmDropInFunc function, gpointer data)
{
  ClatNmDropIn *self = g_new0 (ClatNmDropIn, 1);

  self->bus = g_object_ref (bus);
  self->cancellable = g_cancellable_new ();
  self->function = function;
  self->data = data;
  self->text = read_text ();
  self->written = parse (self->text);
  self->loaded = parse (self->text);
  return self;
}

void
clat_nm_drop_in_free (ClatNmDropIn *self)
{
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  clat_network_defaults_free (self->written);
  clat_network_defaults_free (self->loaded);
  g_free (self->text);
  g_object_unref (self->bus);
  g_free (self);
}

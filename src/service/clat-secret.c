/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The secret of this host. */
#include "clat-secret.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/random.h>

#include "clat-error.h"

#define SECRET_FILE "secret_key"

struct _ClatSecret
{
  guint8 bytes[32];
};

static gboolean
make (ClatSecret *self, const char *directory, const char *path, GError **error)
{
  if (getrandom (self->bytes, sizeof self->bytes, 0) != sizeof self->bytes
      || g_mkdir_with_parents (directory, 0700) < 0)
    {
      g_set_error (error, CLAT_ERROR, CLAT_ERROR_INVALID, "%s: %s", directory,
                   g_strerror (errno));
      return FALSE;
    }
  return g_file_set_contents_full (
      path, (const char *)self->bytes, sizeof self->bytes,
      G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, error);
}

ClatSecret *
clat_secret_load (const char *directory, GError **error)
{
  g_autoptr (ClatSecret) self = g_new0 (ClatSecret, 1);
  g_autofree char *path = g_build_filename (directory, SECRET_FILE, NULL);
  g_autofree char *contents = NULL;
  g_autoptr (GError) local_error = NULL;
  gsize length;

  if (g_file_get_contents (path, &contents, &length, &local_error))
    {
      /* A damaged secret is replaced: addresses change once. */
      if (length == sizeof self->bytes)
        {
          memcpy (self->bytes, contents, length);
          return g_steal_pointer (&self);
        }
      g_warning ("%s: not a secret of %zu octets, making a new one", path,
                 sizeof self->bytes);
    }
  else if (!g_error_matches (local_error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }

  return make (self, directory, path, error) ? g_steal_pointer (&self) : NULL;
}

void
clat_secret_free (ClatSecret *self)
{
  explicit_bzero (self, sizeof *self);
  g_free (self);
}

void
clat_secret_derive (ClatSecret *self, const char *network,
                    guint8 identifier[CLAT_IDENTIFIER_LENGTH])
{
  g_autoptr (GHmac) hmac =
      g_hmac_new (G_CHECKSUM_SHA256, self->bytes, sizeof self->bytes);
  guint8 digest[32];
  gsize length = sizeof digest;

  g_hmac_update (hmac, (const guchar *)network, -1);
  g_hmac_get_digest (hmac, digest, &length);
  memcpy (identifier, digest, CLAT_IDENTIFIER_LENGTH);
}

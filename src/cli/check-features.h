/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which features of the kernel a translator can use, as the service has found out. */
#pragma once

#include <json-glib/json-glib.h>

#include "clat-dbus.h"
#include "cli-table.h"

G_BEGIN_DECLS

typedef struct
{
  gboolean is_sufficient;
  char *summary;
  GVariant *rows; /* a(sbs) */
} CheckFeatures;

void check_features_clear (CheckFeatures *features);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CheckFeatures, check_features_clear)

/* Lets the service try them; blocks. */
gboolean check_features_ask (GDBusObjectManagerClient *bus, CheckFeatures *features,
                             GError **error);

/* A table, and the summary if the kernel is sufficient. */
char *check_features_to_text (const CheckFeatures *features, CliStyle style);
void check_features_add_to_json (const CheckFeatures *features, JsonObject *object);

G_END_DECLS

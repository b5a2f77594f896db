/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An event of "clatctl monitor", as text or as JSON. */
#pragma once

#include "clat-dbus.h"

G_BEGIN_DECLS

typedef enum
{
  CLI_EVENT_SERVICE_STARTED,
  CLI_EVENT_SERVICE_STOPPED,
  CLI_EVENT_NETWORKMANAGER_STARTED,
  CLI_EVENT_NETWORKMANAGER_STOPPED,
  CLI_EVENT_ADDED,
  CLI_EVENT_CHANGED,
  CLI_EVENT_REMOVED,
} CliEvent;

/* connection is for the last three events, changed (a{sv}) for CLI_EVENT_CHANGED; NULL
 * otherwise. */
void cli_event_print_text (CliEvent event, ClatDBusConnection1 *connection,
                           GVariant *changed);
void cli_event_print_json (CliEvent event, ClatDBusConnection1 *connection,
                           GVariant *changed);

G_END_DECLS

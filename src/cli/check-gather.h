/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Collects the facts about one connection, from wherever they are. */
#pragma once

#include <NetworkManager.h>

#include "check-facts.h"
#include "clat-dbus.h"

G_BEGIN_DECLS

/* Where the probes go. */
typedef struct
{
  char *address; /* IPv4; NULL: none */
  guint port;
} CheckTarget;

void check_target_clear (CheckTarget *target);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CheckTarget, check_target_clear)

/* text: "192.0.2.1" or "192.0.2.1:80". */
gboolean check_target_parse (const char *text, CheckTarget *target, GError **error);

/* The server of NetworkManager's connectivity check, to which the host sends anyway. The
 * target stays as it is if there is none. */
void check_target_find (NMClient *client, CheckTarget *target);

/* client: NULL if NetworkManager cannot be queried. Blocks for some seconds where
 * something does not answer. */
void check_gather (ClatDBusConnection1 *connection, NMClient *client,
                   const CheckTarget *target, CheckFacts *facts);

G_END_DECLS

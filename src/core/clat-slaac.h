/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a router offers stateless address autoconfiguration (RFC 4862). */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  CLAT_SLAAC_UNKNOWN, /* no router advertisement received */
  CLAT_SLAAC_NONE,
  CLAT_SLAAC_OFFERED,
} ClatSlaac;

/* Whether a router advertisement (the ICMPv6 message), received age seconds ago, has a
 * prefix for autoconfiguration that is still valid. */
gboolean clat_slaac_is_offered (const guint8 *message, gsize length, guint32 age);

G_END_DECLS

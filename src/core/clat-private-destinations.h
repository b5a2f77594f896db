/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether packets to private IPv4 addresses are translated. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  CLAT_PRIVATE_AUTO, /* not with 64:ff9b::/96 (RFC 6052, 3.1) */
  CLAT_PRIVATE_YES,
  CLAT_PRIVATE_NO,
  CLAT_N_PRIVATE
} ClatPrivateDestinations;

const char *clat_private_destinations_to_string (ClatPrivateDestinations value);

/* FALSE if there is no such value. */
gboolean clat_private_destinations_parse (const char *text,
                                          ClatPrivateDestinations *value);

G_END_DECLS

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What NetworkManager does on an interface where a profile says nothing, as a drop-in for
 * its configuration: NetworkManager.conf(5), "connection sections". */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Sets of the names of interfaces. */
typedef struct
{
  GHashTable *option_108;   /* DHCPv4 asks for option 108 */
  GHashTable *without_clat; /* NetworkManager's own CLAT is off */
} ClatNetworkDefaults;

ClatNetworkDefaults *clat_network_defaults_new (void);
void clat_network_defaults_free (ClatNetworkDefaults *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ClatNetworkDefaults, clat_network_defaults_free)

/* Whether the name has no meaning of its own in such a file. The kernel allows nearly all
 * characters. */
gboolean clat_network_defaults_accept (const char *interface);

/* Adds an interface to a set, if its name is accepted. */
void clat_network_defaults_add (GHashTable *set, const char *interface);

/* The text of the drop-in; NULL if nothing differs from what NetworkManager does itself.
 * The same sets have the same text. */
char *clat_network_defaults_to_text (const ClatNetworkDefaults *self);

/* What a text says that the former has returned, perhaps that of another version. */
ClatNetworkDefaults *clat_network_defaults_parse (const char *text);

G_END_DECLS

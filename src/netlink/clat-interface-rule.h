/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Routing rules for packets of programs that are bound to an interface, by rtnetlink. */
#pragma once

#include <net/if.h>

#include "clat-rtnl.h"

G_BEGIN_DECLS

typedef struct
{
  char interface[IFNAMSIZ];
  guint32 table; /* to look up */
} ClatInterfaceRule;

/* Calls function for each of our rules, also those of a previous instance. */
gboolean clat_interface_rule_list (ClatRtnl *rtnl,
                                   void (*function) (const ClatInterfaceRule *, gpointer),
                                   gpointer data, GError **error);

/* Adds the rule behind those of the main and the default table. If it exists, that is not
 * an error. */
gboolean clat_interface_rule_add (ClatRtnl *rtnl, const ClatInterfaceRule *rule,
                                  GError **error);

/* If the rule does not exist, that is not an error. */
gboolean clat_interface_rule_remove (ClatRtnl *rtnl, const ClatInterfaceRule *rule,
                                     GError **error);

G_END_DECLS

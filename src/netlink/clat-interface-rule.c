/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Routing rules for packets of programs that are bound to an interface, by rtnetlink. */
#include "clat-interface-rule.h"

#include <string.h>

#include "clat-rule-request.h"

/* Behind those of the main table (32766) and the default table (32767). */
#define PRIORITY 32768

typedef struct
{
  void (*function) (const ClatInterfaceRule *, gpointer);
  gpointer data;
} Listing;

static void
list_rule (const struct nlmsghdr *message, gpointer data)
{
  const struct fib_rule_hdr *header = clat_rule_request_read (message);
  const struct nlattr *attribute;
  Listing *listing = data;
  ClatInterfaceRule rule = {0};
  guint8 protocol = 0;

  if (header == NULL)
    return;

  mnl_attr_for_each (attribute, message, sizeof *header)
    {
      guint16 type = mnl_attr_get_type (attribute);

      if (type == FRA_PROTOCOL && mnl_attr_validate (attribute, MNL_TYPE_U8) == 0)
        protocol = mnl_attr_get_u8 (attribute);
      else if (type == FRA_TABLE && mnl_attr_validate (attribute, MNL_TYPE_U32) == 0)
        rule.table = mnl_attr_get_u32 (attribute);
      else if (type == FRA_OIFNAME
               && mnl_attr_validate (attribute, MNL_TYPE_NUL_STRING) == 0)
        g_strlcpy (rule.interface, mnl_attr_get_str (attribute), sizeof rule.interface);
    }
  if (protocol == CLAT_RULE_PROTOCOL && *rule.interface != '\0')
    listing->function (&rule, listing->data);
}

gboolean
clat_interface_rule_list (ClatRtnl *rtnl,
                          void (*function) (const ClatInterfaceRule *, gpointer),
                          gpointer data, GError **error)
{
  Listing listing = {function, data};

  return clat_rule_request_list (rtnl, list_rule, &listing, error);
}

static void
begin_rule (ClatRtnlRequest *request, guint16 type, const ClatInterfaceRule *rule)
{
  clat_rule_request_begin (request, type, PRIORITY, rule->table);
  mnl_attr_put_strz (&request->header, FRA_OIFNAME, rule->interface);
}

gboolean
clat_interface_rule_add (ClatRtnl *rtnl, const ClatInterfaceRule *rule, GError **error)
{
  ClatRtnlRequest request;

  begin_rule (&request, RTM_NEWRULE, rule);
  return clat_rule_request_send (rtnl, &request, error);
}

gboolean
clat_interface_rule_remove (ClatRtnl *rtnl, const ClatInterfaceRule *rule, GError **error)
{
  ClatRtnlRequest request;

  begin_rule (&request, RTM_DELRULE, rule);
  return clat_rule_request_send (rtnl, &request, error);
}

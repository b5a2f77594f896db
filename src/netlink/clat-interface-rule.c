/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Routing rules for packets of programs that are bound to an interface, by rtnetlink. */
#include "clat-interface-rule.h"

#include <linux/fib_rules.h>
#include <string.h>

#include "clat-rule.h"

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
  const struct fib_rule_hdr *header = mnl_nlmsg_get_payload (message);
  const struct nlattr *attribute;
  Listing *listing = data;
  ClatInterfaceRule rule = {0};
  guint8 protocol = 0;

  if (message->nlmsg_type != RTM_NEWRULE
      || mnl_nlmsg_get_payload_len (message) < sizeof *header
      || header->family != AF_INET)
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
  ClatRtnlRequest request;
  struct fib_rule_hdr *header =
      clat_rtnl_begin (&request, RTM_GETRULE, NLM_F_DUMP, sizeof *header);

  header->family = AF_INET;
  return clat_rtnl_ask (rtnl, &request, list_rule, &listing, error);
}

static void
begin_rule (ClatRtnlRequest *request, guint16 type, guint16 flags,
            const ClatInterfaceRule *rule)
{
  struct fib_rule_hdr *header = clat_rtnl_begin (request, type, flags, sizeof *header);

  header->family = AF_INET;
  header->action = FR_ACT_TO_TBL;
  mnl_attr_put_strz (&request->header, FRA_OIFNAME, rule->interface);
  mnl_attr_put_u32 (&request->header, FRA_PRIORITY, PRIORITY);
  mnl_attr_put_u32 (&request->header, FRA_TABLE, rule->table);
  mnl_attr_put_u8 (&request->header, FRA_PROTOCOL, CLAT_RULE_PROTOCOL);
}

gboolean
clat_interface_rule_add (ClatRtnl *rtnl, const ClatInterfaceRule *rule, GError **error)
{
  ClatRtnlRequest request;

  begin_rule (&request, RTM_NEWRULE, NLM_F_CREATE | NLM_F_EXCL, rule);
  return clat_rtnl_talk_unless (rtnl, &request, CLAT_ERROR_EXISTS, error);
}

gboolean
clat_interface_rule_remove (ClatRtnl *rtnl, const ClatInterfaceRule *rule, GError **error)
{
  ClatRtnlRequest request;

  begin_rule (&request, RTM_DELRULE, 0, rule);
  return clat_rtnl_talk_unless (rtnl, &request, CLAT_ERROR_GONE, error);
}

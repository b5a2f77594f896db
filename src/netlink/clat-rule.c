/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Routing rules that keep what comes from a CLAT's IPv4 address on its connection. */
#include "clat-rule.h"

#include <linux/fib_rules.h>
#include <string.h>

/* By this number, which nobody else has in iproute2's list, a rule is known as ours: the
 * "proto 64" of "ip -details rule". */
#define PROTOCOL 64

/* Just before the main table's rule (32766), and so behind those of a VPN that wants to
 * have everything. */
static const guint32 priorities[CLAT_N_RULES] = {
    [CLAT_RULE_SPECIFIC] = 32763,
    [CLAT_RULE_SHARED] = 32764,
    [CLAT_RULE_OWN_TABLE] = 32765,
};

#define ADDRESS_BITS 32

/* Of interfaces that nobody has put into another one: all but ours. */
#define DEFAULT_LINK_GROUP 0

typedef struct
{
  void (*function) (const ClatRule *, gpointer);
  gpointer data;
} Listing;

static ClatRuleKind
kind_of (guint32 priority)
{
  for (ClatRuleKind kind = 0; kind < CLAT_N_RULES; kind++)
    if (priorities[kind] == priority)
      return kind;
  return CLAT_RULE_OWN_TABLE;
}

static void
list_rule (const struct nlmsghdr *message, gpointer data)
{
  const struct fib_rule_hdr *header = mnl_nlmsg_get_payload (message);
  const struct nlattr *attribute;
  Listing *listing = data;
  guint32 priority = 0;
  guint8 protocol = 0;
  ClatRule rule = {0};

  if (message->nlmsg_type != RTM_NEWRULE
      || mnl_nlmsg_get_payload_len (message) < sizeof *header || header->family != AF_INET
      || header->src_len != ADDRESS_BITS)
    return;

  mnl_attr_for_each (attribute, message, sizeof *header)
    {
      guint16 type = mnl_attr_get_type (attribute);
      gboolean is_number = mnl_attr_validate (attribute, MNL_TYPE_U32) == 0;

      if (type == FRA_PROTOCOL && mnl_attr_validate (attribute, MNL_TYPE_U8) == 0)
        protocol = mnl_attr_get_u8 (attribute);
      else if (type == FRA_PRIORITY && is_number)
        priority = mnl_attr_get_u32 (attribute);
      else if (type == FRA_TABLE && is_number)
        rule.table = mnl_attr_get_u32 (attribute);
      else if (type == FRA_SRC && is_number)
        rule.source.s_addr = mnl_attr_get_u32 (attribute);
    }

  if (protocol != PROTOCOL)
    return;
  rule.kind = kind_of (priority);
  listing->function (&rule, listing->data);
}

gboolean
clat_rule_list (ClatRtnl *rtnl, void (*function) (const ClatRule *, gpointer),
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
begin_rule (ClatRtnlRequest *request, guint16 type, guint16 flags, const ClatRule *rule)
{
  struct fib_rule_hdr *header = clat_rtnl_begin (request, type, flags, sizeof *header);

  header->family = AF_INET;
  header->src_len = ADDRESS_BITS;
  header->action = FR_ACT_TO_TBL;
  mnl_attr_put_u32 (&request->header, FRA_SRC, rule->source.s_addr);
  mnl_attr_put_u32 (&request->header, FRA_PRIORITY, priorities[rule->kind]);
  mnl_attr_put_u32 (&request->header, FRA_TABLE, rule->table);
  mnl_attr_put_u8 (&request->header, FRA_PROTOCOL, PROTOCOL);
  /* What is named here is left out. */
  if (rule->kind == CLAT_RULE_SPECIFIC)
    mnl_attr_put_u32 (&request->header, FRA_SUPPRESS_PREFIXLEN, 0);
  if (rule->kind == CLAT_RULE_SHARED)
    mnl_attr_put_u32 (&request->header, FRA_SUPPRESS_IFGROUP, DEFAULT_LINK_GROUP);
}

gboolean
clat_rule_add (ClatRtnl *rtnl, const ClatRule *rule, GError **error)
{
  ClatRtnlRequest request;

  begin_rule (&request, RTM_NEWRULE, NLM_F_CREATE | NLM_F_EXCL, rule);
  return clat_rtnl_talk_unless (rtnl, &request, CLAT_ERROR_EXISTS, error);
}

gboolean
clat_rule_remove (ClatRtnl *rtnl, const ClatRule *rule, GError **error)
{
  ClatRtnlRequest request;

  begin_rule (&request, RTM_DELRULE, 0, rule);
  return clat_rtnl_talk_unless (rtnl, &request, CLAT_ERROR_GONE, error);
}

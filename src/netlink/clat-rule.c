/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The routing rules of a translator's IPv4 addresses. */
#include "clat-rule.h"

#include <string.h>

#include "clat-rule-request.h"

/* Just before the rule of the main table (32766). The rules of a VPN that takes all
 * traffic are added with a lower number, or came before ours and have the same one: they
 * are looked up before ours. */
#define PRIORITY 32765

#define ADDRESS_BITS 32

typedef struct
{
  void (*function) (const ClatRule *, gpointer);
  gpointer data;
} Listing;

/* What the kernel has where a rule suppresses nothing. */
#define NOTHING_SUPPRESSED G_MAXUINT32

static ClatSourceRule
kind_of (guint32 prefix_length, guint32 group, guint32 table)
{
  if (group == CLAT_RULE_LINK_GROUP)
    return CLAT_SOURCE_RULE_FOREIGN_DEFAULT;
  if (group != NOTHING_SUPPRESSED)
    return CLAT_N_SOURCE_RULES;
  if (prefix_length == 0)
    return CLAT_SOURCE_RULE_SPECIFIC;
  return table >= CLAT_RULE_TABLE_BASE ? CLAT_SOURCE_RULE_OWN_TABLE
                                       : CLAT_SOURCE_RULE_DEFAULT;
}

static void
list_rule (const struct nlmsghdr *message, gpointer data)
{
  const struct fib_rule_hdr *header = clat_rule_request_read (message);
  const struct nlattr *attribute;
  Listing *listing = data;
  guint32 prefix_length = NOTHING_SUPPRESSED, group = NOTHING_SUPPRESSED;
  guint8 protocol = 0;
  gboolean is_of_flow = FALSE;
  ClatRule rule = {0};

  if (header == NULL || header->src_len != ADDRESS_BITS)
    return;

  mnl_attr_for_each (attribute, message, sizeof *header)
    {
      guint16 type = mnl_attr_get_type (attribute);
      gboolean is_number = mnl_attr_validate (attribute, MNL_TYPE_U32) == 0;

      if (type == FRA_PROTOCOL && mnl_attr_validate (attribute, MNL_TYPE_U8) == 0)
        protocol = mnl_attr_get_u8 (attribute);
      else if (type == FRA_IP_PROTO) /* see clat-flow-rule */
        is_of_flow = TRUE;
      else if (type == FRA_PRIORITY && is_number)
        rule.priority = mnl_attr_get_u32 (attribute);
      else if (type == FRA_TABLE && is_number)
        rule.table = mnl_attr_get_u32 (attribute);
      else if (type == FRA_SRC && is_number)
        rule.source.s_addr = mnl_attr_get_u32 (attribute);
      else if (type == FRA_SUPPRESS_PREFIXLEN && is_number)
        prefix_length = mnl_attr_get_u32 (attribute);
      else if (type == FRA_SUPPRESS_IFGROUP && is_number)
        group = mnl_attr_get_u32 (attribute);
    }

  if (protocol != CLAT_RULE_PROTOCOL || is_of_flow)
    return;
  rule.kind = rule.priority == PRIORITY ? kind_of (prefix_length, group, rule.table)
                                        : CLAT_N_SOURCE_RULES;
  listing->function (&rule, listing->data);
}

gboolean
clat_rule_list (ClatRtnl *rtnl, void (*function) (const ClatRule *, gpointer),
                gpointer data, GError **error)
{
  Listing listing = {function, data};

  return clat_rule_request_list (rtnl, list_rule, &listing, error);
}

static void
begin_rule (ClatRtnlRequest *request, guint16 type, const ClatRule *rule,
            guint32 priority)
{
  struct fib_rule_hdr *header =
      clat_rule_request_begin (request, type, priority, rule->table);

  header->src_len = ADDRESS_BITS;
  mnl_attr_put_u32 (&request->header, FRA_SRC, rule->source.s_addr);
  /* A rule does not apply if the route that it finds is of that kind. */
  if (rule->kind == CLAT_SOURCE_RULE_SPECIFIC)
    mnl_attr_put_u32 (&request->header, FRA_SUPPRESS_PREFIXLEN, 0);
  if (rule->kind == CLAT_SOURCE_RULE_FOREIGN_DEFAULT)
    mnl_attr_put_u32 (&request->header, FRA_SUPPRESS_IFGROUP, CLAT_RULE_LINK_GROUP);
}

gboolean
clat_rule_add (ClatRtnl *rtnl, const ClatRule *rule, GError **error)
{
  ClatRtnlRequest request;

  begin_rule (&request, RTM_NEWRULE, rule, PRIORITY);
  return clat_rule_request_send (rtnl, &request, error);
}

gboolean
clat_rule_remove (ClatRtnl *rtnl, const ClatRule *rule, GError **error)
{
  ClatRtnlRequest request;

  begin_rule (&request, RTM_DELRULE, rule, rule->priority);
  return clat_rule_request_send (rtnl, &request, error);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Routing rules that keep one flow of a guest on a translator, by rtnetlink. */
#include "clat-flow-rule.h"

#include <string.h>

#include "clat-rule-request.h"
#include "clat-rule.h"

/* That of the rules of the translator's own addresses, for the same reasons. */
#define PRIORITY 32765

#define ADDRESS_BITS 32

typedef struct
{
  void (*function) (const ClatFlowRule *, gpointer);
  gpointer data;
} Listing;

static guint16
read_port (const struct nlattr *attribute)
{
  struct fib_rule_port_range range = {0};

  if (mnl_attr_get_payload_len (attribute) == sizeof range)
    memcpy (&range, mnl_attr_get_payload (attribute), sizeof range);
  return range.start;
}

static void
read_attribute (const struct nlattr *attribute, ClatFlowRule *rule, guint8 *protocol)
{
  guint16 type = mnl_attr_get_type (attribute);
  gboolean is_number = mnl_attr_validate (attribute, MNL_TYPE_U32) == 0;
  gboolean is_octet = mnl_attr_validate (attribute, MNL_TYPE_U8) == 0;

  if (type == FRA_PROTOCOL && is_octet)
    *protocol = mnl_attr_get_u8 (attribute);
  else if (type == FRA_IP_PROTO && is_octet)
    rule->flow.protocol = mnl_attr_get_u8 (attribute);
  else if (type == FRA_TABLE && is_number)
    rule->table = mnl_attr_get_u32 (attribute);
  else if (type == FRA_SRC && is_number)
    rule->flow.source.s_addr = mnl_attr_get_u32 (attribute);
  else if (type == FRA_DST && is_number)
    rule->flow.destination.s_addr = mnl_attr_get_u32 (attribute);
  else if (type == FRA_SPORT_RANGE)
    rule->flow.source_port = read_port (attribute);
  else if (type == FRA_DPORT_RANGE)
    rule->flow.destination_port = read_port (attribute);
}

static void
list_rule (const struct nlmsghdr *message, gpointer data)
{
  const struct fib_rule_hdr *header = clat_rule_request_read (message);
  const struct nlattr *attribute;
  Listing *listing = data;
  ClatFlowRule rule = {0};
  guint8 protocol = 0;

  if (header == NULL || header->src_len != ADDRESS_BITS
      || header->dst_len != ADDRESS_BITS)
    return;

  mnl_attr_for_each (attribute, message, sizeof *header)
    read_attribute (attribute, &rule, &protocol);
  if (protocol != CLAT_RULE_PROTOCOL || rule.flow.protocol == 0)
    return;
  rule.kind = rule.table >= CLAT_RULE_TABLE_BASE ? CLAT_FLOW_RULE_OWN_TABLE
                                                 : CLAT_FLOW_RULE_SPECIFIC;
  listing->function (&rule, listing->data);
}

gboolean
clat_flow_rule_list (ClatRtnl *rtnl, void (*function) (const ClatFlowRule *, gpointer),
                     gpointer data, GError **error)
{
  Listing listing = {function, data};

  return clat_rule_request_list (rtnl, list_rule, &listing, error);
}

static void
put_port (ClatRtnlRequest *request, guint16 type, guint16 port)
{
  struct fib_rule_port_range range = {port, port};

  mnl_attr_put (&request->header, type, sizeof range, &range);
}

static void
begin_rule (ClatRtnlRequest *request, guint16 type, const ClatFlowRule *rule)
{
  struct fib_rule_hdr *header =
      clat_rule_request_begin (request, type, PRIORITY, rule->table);

  header->src_len = ADDRESS_BITS;
  header->dst_len = ADDRESS_BITS;
  mnl_attr_put_u32 (&request->header, FRA_SRC, rule->flow.source.s_addr);
  mnl_attr_put_u32 (&request->header, FRA_DST, rule->flow.destination.s_addr);
  mnl_attr_put_u8 (&request->header, FRA_IP_PROTO, rule->flow.protocol);
  put_port (request, FRA_SPORT_RANGE, rule->flow.source_port);
  put_port (request, FRA_DPORT_RANGE, rule->flow.destination_port);
  if (rule->kind == CLAT_FLOW_RULE_SPECIFIC)
    mnl_attr_put_u32 (&request->header, FRA_SUPPRESS_PREFIXLEN, 0);
}

gboolean
clat_flow_rule_add (ClatRtnl *rtnl, const ClatFlowRule *rule, GError **error)
{
  ClatRtnlRequest request;

  begin_rule (&request, RTM_NEWRULE, rule);
  return clat_rule_request_send (rtnl, &request, error);
}

gboolean
clat_flow_rule_remove (ClatRtnl *rtnl, const ClatFlowRule *rule, GError **error)
{
  ClatRtnlRequest request;

  begin_rule (&request, RTM_DELRULE, rule);
  return clat_rule_request_send (rtnl, &request, error);
}

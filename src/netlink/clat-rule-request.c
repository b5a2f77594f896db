/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the requests for all of our IPv4 routing rules have in common, by rtnetlink. */
#include "clat-rule-request.h"

gboolean
clat_rule_request_list (ClatRtnl *rtnl, ClatRtnlFunc function, gpointer data,
                        GError **error)
{
  ClatRtnlRequest request;
  struct fib_rule_hdr *header =
      clat_rtnl_begin (&request, RTM_GETRULE, NLM_F_DUMP, sizeof *header);

  header->family = AF_INET;
  return clat_rtnl_ask (rtnl, &request, function, data, error);
}

const struct fib_rule_hdr *
clat_rule_request_read (const struct nlmsghdr *message)
{
  const struct fib_rule_hdr *header = mnl_nlmsg_get_payload (message);

  return message->nlmsg_type == RTM_NEWRULE
                 && mnl_nlmsg_get_payload_len (message) >= sizeof *header
                 && header->family == AF_INET
             ? header
             : NULL;
}

struct fib_rule_hdr *
clat_rule_request_begin (ClatRtnlRequest *request, guint16 type, guint32 priority,
                         guint32 table)
{
  guint16 flags = type == RTM_NEWRULE ? NLM_F_CREATE | NLM_F_EXCL : 0;
  struct fib_rule_hdr *header = clat_rtnl_begin (request, type, flags, sizeof *header);

  header->family = AF_INET;
  header->action = FR_ACT_TO_TBL;
  mnl_attr_put_u32 (&request->header, FRA_PRIORITY, priority);
  mnl_attr_put_u32 (&request->header, FRA_TABLE, table);
  mnl_attr_put_u8 (&request->header, FRA_PROTOCOL, CLAT_RULE_PROTOCOL);
  return header;
}

gboolean
clat_rule_request_send (ClatRtnl *rtnl, ClatRtnlRequest *request, GError **error)
{
  ClatError harmless =
      request->header.nlmsg_type == RTM_NEWRULE ? CLAT_ERROR_EXISTS : CLAT_ERROR_GONE;

  return clat_rtnl_talk_unless (rtnl, request, harmless, error);
}

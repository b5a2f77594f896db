/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the requests for all of our IPv4 routing rules have in common, by rtnetlink. */
#pragma once

#include <linux/fib_rules.h>

#include "clat-rtnl.h"

G_BEGIN_DECLS

/* The protocol by which a rule is known as ours: "proto 64" of "ip -details rule".
 * iproute2 has no name for that number. */
#define CLAT_RULE_PROTOCOL 64

/* Calls function for each message of a dump of the IPv4 rules. */
gboolean clat_rule_request_list (ClatRtnl *rtnl, ClatRtnlFunc function, gpointer data,
                                 GError **error);

/* The header of such a message, NULL if it is not that of an IPv4 rule. */
const struct fib_rule_hdr *clat_rule_request_read (const struct nlmsghdr *message);

/* Starts a request for a rule of ours that looks up a table. type: RTM_NEWRULE or
 * RTM_DELRULE. Returns its header, for further fields. */
struct fib_rule_hdr *clat_rule_request_begin (ClatRtnlRequest *request, guint16 type,
                                              guint32 priority, guint32 table);

/* If the rule exists already, or does not exist any more, that is not an error. */
gboolean clat_rule_request_send (ClatRtnl *rtnl, ClatRtnlRequest *request,
                                 GError **error);

G_END_DECLS

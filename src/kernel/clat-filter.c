/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bpf programs at the ingress of an interface (clsact and cls_bpf), by rtnetlink. */
#include "clat-filter.h"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>

/* Ours is the only filter in a namespace that is ours. */
#define FILTER_HANDLE   1
#define FILTER_PRIORITY 1

#define INGRESS TC_H_MAKE (TC_H_CLSACT, TC_H_MIN_INGRESS)

static struct tcmsg *
begin (ClatRtnlRequest *request, guint16 type, guint16 flags, int ifindex, guint32 parent)
{
  struct tcmsg *header = clat_rtnl_begin (request, type, flags, sizeof *header);

  header->tcm_family = AF_UNSPEC;
  header->tcm_ifindex = ifindex;
  header->tcm_parent = parent;
  return header;
}

static gboolean
add_clsact (ClatRtnl *rtnl, int ifindex, GError **error)
{
  ClatRtnlRequest request;
  struct tcmsg *header =
      begin (&request, RTM_NEWQDISC, NLM_F_CREATE | NLM_F_EXCL, ifindex, TC_H_CLSACT);

  header->tcm_handle = TC_H_MAKE (TC_H_CLSACT, 0);
  mnl_attr_put_strz (&request.header, TCA_KIND, "clsact");
  return clat_rtnl_talk_unless (rtnl, &request, CLAT_ERROR_EXISTS, error);
}

gboolean
clat_filter_set (ClatRtnl *rtnl, int ifindex, int program, const char *name,
                 GError **error)
{
  ClatRtnlRequest request;
  struct nlattr *options;
  struct tcmsg *header;

  if (!add_clsact (rtnl, ifindex, error))
    return FALSE;

  header = begin (&request, RTM_NEWTFILTER, NLM_F_CREATE, ifindex, INGRESS);
  header->tcm_handle = FILTER_HANDLE;
  header->tcm_info = TC_H_MAKE (FILTER_PRIORITY << 16, htons (ETH_P_ALL));
  mnl_attr_put_strz (&request.header, TCA_KIND, "bpf");
  options = mnl_attr_nest_start (&request.header, TCA_OPTIONS);
  mnl_attr_put_u32 (&request.header, TCA_BPF_FD, program);
  mnl_attr_put_strz (&request.header, TCA_BPF_NAME, name);
  mnl_attr_put_u32 (&request.header, TCA_BPF_FLAGS, TCA_BPF_FLAG_ACT_DIRECT);
  mnl_attr_nest_end (&request.header, options);
  return clat_rtnl_talk (rtnl, &request, error);
}

static void
keep_id (const struct nlmsghdr *message, gpointer data)
{
  const struct tcmsg *header = mnl_nlmsg_get_payload (message);
  const struct nlattr *attribute, *option;
  guint32 *id = data;

  if (message->nlmsg_type != RTM_NEWTFILTER
      || mnl_nlmsg_get_payload_len (message) < sizeof *header
      || header->tcm_handle != FILTER_HANDLE)
    return;

  mnl_attr_for_each (attribute, message, sizeof *header)
    {
      if (mnl_attr_get_type (attribute) != TCA_OPTIONS)
        continue;
      mnl_attr_for_each_nested (option, attribute)
        if (mnl_attr_get_type (option) == TCA_BPF_ID
            && mnl_attr_validate (option, MNL_TYPE_U32) == 0)
          *id = mnl_attr_get_u32 (option);
    }
}

gboolean
clat_filter_get (ClatRtnl *rtnl, int ifindex, guint32 *id, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  ClatRtnlRequest request;
  guint32 found = 0;

  begin (&request, RTM_GETTFILTER, NLM_F_DUMP, ifindex, INGRESS);
  /* Without a clsact there is nothing to list, and the kernel says so in several ways. */
  if (!clat_rtnl_ask (rtnl, &request, keep_id, &found, &local_error)
      && g_error_matches (local_error, CLAT_ERROR, CLAT_ERROR_NO_PERMISSION))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }

  *id = found;
  return TRUE;
}

gboolean
clat_filter_remove (ClatRtnl *rtnl, int ifindex, GError **error)
{
  ClatRtnlRequest request;

  begin (&request, RTM_DELQDISC, 0, ifindex, TC_H_CLSACT);
  return clat_rtnl_talk_unless (rtnl, &request, CLAT_ERROR_GONE, error);
}

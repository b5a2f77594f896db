/* SPDX-License-Identifier: GPL-2.0-or-later */
/* BPF programs at the hooks of an interface (clsact and cls_bpf), by rtnetlink. */
#include "clat-tc.h"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>

#define FILTER_PRIORITY 1

/* In our namespaces there are no filters but ours. */
#define OWN_HANDLE 1

/* On other interfaces the handle records whether the clsact qdisc is ours. */
#define FOREIGN_QDISC_HANDLE 0xc1a70001 /* it existed before */
#define OWN_QDISC_HANDLE     0xc1a70002 /* we added it */

static const guint32 hooks[] = {
    [CLAT_TC_INGRESS] = TC_H_MAKE (TC_H_CLSACT, TC_H_MIN_INGRESS),
    [CLAT_TC_EGRESS] = TC_H_MAKE (TC_H_CLSACT, TC_H_MIN_EGRESS),
};

/* The BPF filters of a hook: the ids of our programs by handle, 0 for none. */
typedef struct
{
  guint n; /* all filters */
  guint32 own;
  guint32 on_foreign_qdisc;
  guint32 on_own_qdisc;
} Filters;

static struct tcmsg *
begin (ClatRtnlRequest *request, guint16 type, guint16 flags, int ifindex, guint32 parent)
{
  struct tcmsg *header = clat_rtnl_begin (request, type, flags, sizeof *header);

  header->tcm_family = AF_UNSPEC;
  header->tcm_ifindex = ifindex;
  header->tcm_parent = parent;
  return header;
}

/* added: FALSE if it existed. */
static gboolean
add_clsact (ClatRtnl *rtnl, int ifindex, gboolean *added, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  ClatRtnlRequest request;
  struct tcmsg *header =
      begin (&request, RTM_NEWQDISC, NLM_F_CREATE | NLM_F_EXCL, ifindex, TC_H_CLSACT);

  header->tcm_handle = TC_H_MAKE (TC_H_CLSACT, 0);
  mnl_attr_put_strz (&request.header, TCA_KIND, "clsact");
  *added = clat_rtnl_talk (rtnl, &request, &local_error);
  if (*added || g_error_matches (local_error, CLAT_ERROR, CLAT_ERROR_EXISTS))
    return TRUE;

  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static gboolean
remove_clsact (ClatRtnl *rtnl, int ifindex, GError **error)
{
  ClatRtnlRequest request;

  begin (&request, RTM_DELQDISC, 0, ifindex, TC_H_CLSACT);
  return clat_rtnl_talk_unless (rtnl, &request, CLAT_ERROR_GONE, error);
}

static struct tcmsg *
begin_filter (ClatRtnlRequest *request, guint16 type, guint16 flags, int ifindex,
              ClatTcHook hook, guint32 handle)
{
  struct tcmsg *header = begin (request, type, flags, ifindex, hooks[hook]);

  header->tcm_handle = handle;
  header->tcm_info = TC_H_MAKE (FILTER_PRIORITY << 16, htons (ETH_P_ALL));
  mnl_attr_put_strz (&request->header, TCA_KIND, "bpf");
  return header;
}

static gboolean
set_filter (ClatRtnl *rtnl, int ifindex, ClatTcHook hook, guint32 handle, int program,
            const char *name, GError **error)
{
  ClatRtnlRequest request;
  struct nlattr *options;

  begin_filter (&request, RTM_NEWTFILTER, NLM_F_CREATE, ifindex, hook, handle);
  options = mnl_attr_nest_start (&request.header, TCA_OPTIONS);
  mnl_attr_put_u32 (&request.header, TCA_BPF_FD, program);
  mnl_attr_put_strz (&request.header, TCA_BPF_NAME, name);
  mnl_attr_put_u32 (&request.header, TCA_BPF_FLAGS, TCA_BPF_FLAG_ACT_DIRECT);
  mnl_attr_nest_end (&request.header, options);
  return clat_rtnl_talk (rtnl, &request, error);
}

gboolean
clat_tc_set (ClatRtnl *rtnl, int ifindex, int program, const char *name, GError **error)
{
  gboolean added;

  return add_clsact (rtnl, ifindex, &added, error)
         && set_filter (rtnl, ifindex, CLAT_TC_INGRESS, OWN_HANDLE, program, name, error);
}

static void
read_filter (const struct nlmsghdr *message, gpointer data)
{
  const struct tcmsg *header = mnl_nlmsg_get_payload (message);
  const struct nlattr *attribute, *option;
  Filters *filters = data;
  guint32 id = 0;

  /* The dump contains each priority too, as a filter without a handle. */
  if (message->nlmsg_type != RTM_NEWTFILTER
      || mnl_nlmsg_get_payload_len (message) < sizeof *header || header->tcm_handle == 0)
    return;

  mnl_attr_for_each (attribute, message, sizeof *header)
    {
      if (mnl_attr_get_type (attribute) != TCA_OPTIONS)
        continue;
      mnl_attr_for_each_nested (option, attribute)
        if (mnl_attr_get_type (option) == TCA_BPF_ID
            && mnl_attr_validate (option, MNL_TYPE_U32) == 0)
          id = mnl_attr_get_u32 (option);
    }

  filters->n++;
  if (header->tcm_handle == OWN_HANDLE)
    filters->own = id;
  else if (header->tcm_handle == FOREIGN_QDISC_HANDLE)
    filters->on_foreign_qdisc = id;
  else if (header->tcm_handle == OWN_QDISC_HANDLE)
    filters->on_own_qdisc = id;
}

static gboolean
read_filters (ClatRtnl *rtnl, int ifindex, ClatTcHook hook, Filters *filters,
              GError **error)
{
  g_autoptr (GError) local_error = NULL;
  ClatRtnlRequest request;

  *filters = (Filters){0};
  begin (&request, RTM_GETTFILTER, NLM_F_DUMP, ifindex, hooks[hook]);
  /* Without a clsact there are no filters, which the kernel reports by several errors. */
  if (!clat_rtnl_ask (rtnl, &request, read_filter, filters, &local_error)
      && (g_error_matches (local_error, CLAT_ERROR, CLAT_ERROR_NO_PERMISSION)
          || g_error_matches (local_error, CLAT_ERROR, CLAT_ERROR_BUSY)))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  return TRUE;
}

gboolean
clat_tc_get (ClatRtnl *rtnl, int ifindex, guint32 *id, GError **error)
{
  Filters filters;

  if (!read_filters (rtnl, ifindex, CLAT_TC_INGRESS, &filters, error))
    return FALSE;
  *id = filters.own;
  return TRUE;
}

gboolean
clat_tc_remove (ClatRtnl *rtnl, int ifindex, GError **error)
{
  return remove_clsact (rtnl, ifindex, error);
}

gboolean
clat_tc_set_foreign (ClatRtnl *rtnl, int ifindex, ClatTcHook hook, int program,
                     const char *name, GError **error)
{
  gboolean added;
  Filters filters;
  guint32 handle;

  if (!add_clsact (rtnl, ifindex, &added, error)
      || !read_filters (rtnl, ifindex, hook, &filters, error))
    return FALSE;

  handle = added || filters.on_own_qdisc != 0 ? OWN_QDISC_HANDLE : FOREIGN_QDISC_HANDLE;
  if (set_filter (rtnl, ifindex, hook, handle, program, name, error))
    return TRUE;

  if (added)
    remove_clsact (rtnl, ifindex, NULL);
  return FALSE;
}

gboolean
clat_tc_get_foreign (ClatRtnl *rtnl, int ifindex, ClatTcHook hook, guint32 *id,
                     GError **error)
{
  Filters filters;

  if (!read_filters (rtnl, ifindex, hook, &filters, error))
    return FALSE;
  *id = filters.on_own_qdisc != 0 ? filters.on_own_qdisc : filters.on_foreign_qdisc;
  return TRUE;
}

/* Other programs may have added filters to the clsact that we added. */
static gboolean
is_empty (ClatRtnl *rtnl, int ifindex)
{
  Filters in, out;

  return read_filters (rtnl, ifindex, CLAT_TC_INGRESS, &in, NULL)
         && read_filters (rtnl, ifindex, CLAT_TC_EGRESS, &out, NULL) && in.n + out.n == 0;
}

gboolean
clat_tc_remove_foreign (ClatRtnl *rtnl, int ifindex, ClatTcHook hook, GError **error)
{
  ClatRtnlRequest request;
  Filters filters;

  if (!read_filters (rtnl, ifindex, hook, &filters, error))
    return FALSE;
  if (filters.on_own_qdisc == 0 && filters.on_foreign_qdisc == 0)
    return TRUE;

  begin_filter (&request, RTM_DELTFILTER, 0, ifindex, hook,
                filters.on_own_qdisc != 0 ? OWN_QDISC_HANDLE : FOREIGN_QDISC_HANDLE);
  if (!clat_rtnl_talk_unless (rtnl, &request, CLAT_ERROR_GONE, error))
    return FALSE;
  return filters.on_own_qdisc == 0 || !is_empty (rtnl, ifindex)
         || remove_clsact (rtnl, ifindex, error);
}

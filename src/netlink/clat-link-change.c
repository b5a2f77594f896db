/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Adds, configures and removes interfaces, by rtnetlink. */
#include "clat-link-change.h"

#include <linux/if_link.h>
#include <linux/veth.h>

static void
begin_child (ClatRtnlRequest *request, const char *name, int parent, int netns)
{
  clat_rtnl_begin (request, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL,
                   sizeof (struct ifinfomsg));
  mnl_attr_put_strz (&request->header, IFLA_IFNAME, name);
  mnl_attr_put_u32 (&request->header, IFLA_LINK, parent);
  mnl_attr_put_u32 (&request->header, IFLA_NET_NS_FD, netns);
}

/* Leaves the nested attribute IFLA_INFO_DATA open for the attributes of that kind. */
static void
begin_kind (ClatRtnlRequest *request, const char *kind, struct nlattr **info,
            struct nlattr **data)
{
  *info = mnl_attr_nest_start (&request->header, IFLA_LINKINFO);
  mnl_attr_put_strz (&request->header, IFLA_INFO_KIND, kind);
  *data = mnl_attr_nest_start (&request->header, IFLA_INFO_DATA);
}

gboolean
clat_link_add_ipvlan (ClatRtnl *rtnl, const char *name, int parent, int netns,
                      GError **error)
{
  struct nlattr *info, *data;
  ClatRtnlRequest request;

  begin_child (&request, name, parent, netns);
  begin_kind (&request, "ipvlan", &info, &data);
  mnl_attr_put_u16 (&request.header, IFLA_IPVLAN_MODE, IPVLAN_MODE_L2);
  mnl_attr_nest_end (&request.header, data);
  mnl_attr_nest_end (&request.header, info);
  return clat_rtnl_talk (rtnl, &request, error);
}

gboolean
clat_link_add_macvlan (ClatRtnl *rtnl, const char *name, int parent, int netns,
                       const guint8 mac[CLAT_MAC_LENGTH], GError **error)
{
  struct nlattr *info, *data;
  ClatRtnlRequest request;

  begin_child (&request, name, parent, netns);
  mnl_attr_put (&request.header, IFLA_ADDRESS, CLAT_MAC_LENGTH, mac);
  begin_kind (&request, "macvlan", &info, &data);
  mnl_attr_put_u32 (&request.header, IFLA_MACVLAN_MODE, MACVLAN_MODE_BRIDGE);
  mnl_attr_nest_end (&request.header, data);
  mnl_attr_nest_end (&request.header, info);
  return clat_rtnl_talk (rtnl, &request, error);
}

gboolean
clat_link_add_veth (ClatRtnl *rtnl, const char *name, const char *peer, int netns,
                    guint mtu, GError **error)
{
  struct nlattr *info, *data, *end;
  ClatRtnlRequest request;

  clat_rtnl_begin (&request, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL,
                   sizeof (struct ifinfomsg));
  mnl_attr_put_strz (&request.header, IFLA_IFNAME, name);
  mnl_attr_put_u32 (&request.header, IFLA_MTU, mtu);

  info = mnl_attr_nest_start (&request.header, IFLA_LINKINFO);
  mnl_attr_put_strz (&request.header, IFLA_INFO_KIND, "veth");
  data = mnl_attr_nest_start (&request.header, IFLA_INFO_DATA);
  /* VETH_INFO_PEER contains a whole link message for the other end. */
  end = mnl_attr_nest_start (&request.header, VETH_INFO_PEER);
  mnl_nlmsg_put_extra_header (&request.header, sizeof (struct ifinfomsg));
  mnl_attr_put_strz (&request.header, IFLA_IFNAME, peer);
  mnl_attr_put_u32 (&request.header, IFLA_MTU, mtu);
  mnl_attr_put_u32 (&request.header, IFLA_NET_NS_FD, netns);
  mnl_attr_nest_end (&request.header, end);
  mnl_attr_nest_end (&request.header, data);
  mnl_attr_nest_end (&request.header, info);

  return clat_rtnl_talk (rtnl, &request, error);
}

gboolean
clat_link_add_kind (ClatRtnl *rtnl, const char *kind, const char *name, GError **error)
{
  ClatRtnlRequest request;
  struct nlattr *info;

  clat_rtnl_begin (&request, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL,
                   sizeof (struct ifinfomsg));
  mnl_attr_put_strz (&request.header, IFLA_IFNAME, name);
  info = mnl_attr_nest_start (&request.header, IFLA_LINKINFO);
  mnl_attr_put_strz (&request.header, IFLA_INFO_KIND, kind);
  mnl_attr_nest_end (&request.header, info);
  return clat_rtnl_talk (rtnl, &request, error);
}

static struct ifinfomsg *
begin_change (ClatRtnlRequest *request, int ifindex)
{
  struct ifinfomsg *header =
      clat_rtnl_begin (request, RTM_NEWLINK, 0, sizeof (struct ifinfomsg));

  header->ifi_index = ifindex;
  return header;
}

static gboolean
set_number (ClatRtnl *rtnl, int ifindex, guint16 attribute, guint32 value, GError **error)
{
  ClatRtnlRequest request;

  begin_change (&request, ifindex);
  mnl_attr_put_u32 (&request.header, attribute, value);
  return clat_rtnl_talk (rtnl, &request, error);
}

gboolean
clat_link_set_master (ClatRtnl *rtnl, int ifindex, int master, GError **error)
{
  return set_number (rtnl, ifindex, IFLA_MASTER, master, error);
}

gboolean
clat_link_move (ClatRtnl *rtnl, int ifindex, int netns, GError **error)
{
  return set_number (rtnl, ifindex, IFLA_TARGET_NETNSID, netns, error);
}

gboolean
clat_link_set_mtu (ClatRtnl *rtnl, int ifindex, guint mtu, GError **error)
{
  return set_number (rtnl, ifindex, IFLA_MTU, mtu, error);
}

gboolean
clat_link_set_mac (ClatRtnl *rtnl, int ifindex, const guint8 mac[CLAT_MAC_LENGTH],
                   GError **error)
{
  ClatRtnlRequest request;

  begin_change (&request, ifindex);
  mnl_attr_put (&request.header, IFLA_ADDRESS, CLAT_MAC_LENGTH, mac);
  return clat_rtnl_talk (rtnl, &request, error);
}

static gboolean
change_flags (ClatRtnl *rtnl, int ifindex, guint changed, guint flags, GError **error)
{
  ClatRtnlRequest request;
  struct ifinfomsg *header = begin_change (&request, ifindex);

  header->ifi_flags = flags;
  header->ifi_change = changed;
  return clat_rtnl_talk (rtnl, &request, error);
}

gboolean
clat_link_set_flags (ClatRtnl *rtnl, int ifindex, guint flags, GError **error)
{
  return change_flags (rtnl, ifindex, flags, flags, error);
}

gboolean
clat_link_clear_flags (ClatRtnl *rtnl, int ifindex, guint flags, GError **error)
{
  return change_flags (rtnl, ifindex, flags, 0, error);
}

gboolean
clat_link_set_group (ClatRtnl *rtnl, int ifindex, guint32 group, GError **error)
{
  return set_number (rtnl, ifindex, IFLA_GROUP, group, error);
}

gboolean
clat_link_set_alias (ClatRtnl *rtnl, int ifindex, const char *alias, GError **error)
{
  ClatRtnlRequest request;

  begin_change (&request, ifindex);
  mnl_attr_put_strz (&request.header, IFLA_IFALIAS, alias);
  return clat_rtnl_talk (rtnl, &request, error);
}

gboolean
clat_link_refuse_ipv6 (ClatRtnl *rtnl, int ifindex, GError **error)
{
  struct nlattr *families, *family;
  ClatRtnlRequest request;

  begin_change (&request, ifindex);
  families = mnl_attr_nest_start (&request.header, IFLA_AF_SPEC);
  family = mnl_attr_nest_start (&request.header, AF_INET6);
  mnl_attr_put_u8 (&request.header, IFLA_INET6_ADDR_GEN_MODE, IN6_ADDR_GEN_MODE_NONE);
  mnl_attr_nest_end (&request.header, family);
  mnl_attr_nest_end (&request.header, families);
  return clat_rtnl_talk (rtnl, &request, error);
}

gboolean
clat_link_remove (ClatRtnl *rtnl, int ifindex, GError **error)
{
  ClatRtnlRequest request;
  struct ifinfomsg *header =
      clat_rtnl_begin (&request, RTM_DELLINK, 0, sizeof (struct ifinfomsg));

  header->ifi_index = ifindex;
  return clat_rtnl_talk_unless (rtnl, &request, CLAT_ERROR_GONE, error);
}

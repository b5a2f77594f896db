/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Interfaces by rtnetlink: one function per request. */
#include "clat-link.h"

#include <linux/if_link.h>
#include <linux/veth.h>
#include <string.h>

#ifndef DEVCONF_MTU6
#  include <linux/ipv6.h>
#endif

typedef struct
{
  void (*function) (const ClatLink *, gpointer);
  gpointer data;
} Listing;

static void
parse_ipvlan (const struct nlattr *data, ClatLink *link)
{
  const struct nlattr *attribute;

  mnl_attr_for_each_nested (attribute, data)
    if (mnl_attr_get_type (attribute) == IFLA_IPVLAN_MODE
        && mnl_attr_validate (attribute, MNL_TYPE_U16) == 0)
      link->ipvlan_mode = mnl_attr_get_u16 (attribute);
}

static void
parse_vrf (const struct nlattr *data, ClatLink *link)
{
  const struct nlattr *attribute;

  mnl_attr_for_each_nested (attribute, data)
    if (mnl_attr_get_type (attribute) == IFLA_VRF_TABLE
        && mnl_attr_validate (attribute, MNL_TYPE_U32) == 0)
      link->table = mnl_attr_get_u32 (attribute);
}

/* IFLA_LINKINFO { IFLA_INFO_KIND, IFLA_INFO_DATA: by kind }. */
static void
parse_info (const struct nlattr *info, ClatLink *link)
{
  const struct nlattr *attribute, *data = NULL;

  mnl_attr_for_each_nested (attribute, info)
    {
      if (mnl_attr_get_type (attribute) == IFLA_INFO_KIND
          && mnl_attr_validate (attribute, MNL_TYPE_STRING) == 0)
        g_strlcpy (link->kind, mnl_attr_get_str (attribute),
                   MIN (sizeof link->kind, mnl_attr_get_payload_len (attribute) + 1u));
      else if (mnl_attr_get_type (attribute) == IFLA_INFO_DATA)
        data = attribute;
    }

  if (data != NULL && g_str_equal (link->kind, "ipvlan"))
    parse_ipvlan (data, link);
  else if (data != NULL && g_str_equal (link->kind, "vrf"))
    parse_vrf (data, link);
}

/* IFLA_AF_SPEC { AF_INET6 { IFLA_INET6_CONF: array of int by DEVCONF_* } } */
static void
parse_mtu6 (const struct nlattr *families, ClatLink *link)
{
  const struct nlattr *family, *attribute;

  mnl_attr_for_each_nested (family, families)
    {
      if (mnl_attr_get_type (family) != AF_INET6)
        continue;
      mnl_attr_for_each_nested (attribute, family)
        {
          const gint32 *values = mnl_attr_get_payload (attribute);

          if (mnl_attr_get_type (attribute) == IFLA_INET6_CONF
              && mnl_attr_get_payload_len (attribute)
                     >= (DEVCONF_MTU6 + 1) * sizeof *values)
            link->mtu6 = values[DEVCONF_MTU6];
        }
    }
}

static void
parse_attribute (const struct nlattr *attribute, ClatLink *link)
{
  guint16 length = mnl_attr_get_payload_len (attribute);

  switch (mnl_attr_get_type (attribute))
    {
    case IFLA_IFNAME:
      g_strlcpy (link->name, mnl_attr_get_str (attribute),
                 MIN (sizeof link->name, length));
      break;
    case IFLA_IFALIAS:
      g_strlcpy (link->alias, mnl_attr_get_str (attribute),
                 MIN (sizeof link->alias, length));
      break;
    case IFLA_ADDRESS:
      if (length == sizeof link->mac)
        memcpy (link->mac, mnl_attr_get_payload (attribute), length);
      break;
    case IFLA_MTU:
      link->mtu = mnl_attr_get_u32 (attribute);
      break;
    case IFLA_LINK:
      link->parent = mnl_attr_get_u32 (attribute);
      break;
    case IFLA_LINK_NETNSID:
      link->peer_netns = (int)mnl_attr_get_u32 (attribute);
      break;
    case IFLA_MASTER:
      link->master = mnl_attr_get_u32 (attribute);
      break;
    case IFLA_CARRIER_UP_COUNT:
      link->carriers = mnl_attr_get_u32 (attribute);
      break;
    case IFLA_LINKINFO:
      parse_info (attribute, link);
      break;
    case IFLA_AF_SPEC:
      parse_mtu6 (attribute, link);
      break;
    default:
      break;
    }
}

int
clat_link_get_lower (const ClatLink *link)
{
  static const char *const kinds[] = {"macvlan", "macvtap", "ipvlan", "ipvtap", NULL};

  return g_strv_contains (kinds, link->kind) ? link->parent : 0;
}

gboolean
clat_link_parse (const struct nlmsghdr *message, ClatLink *link)
{
  const struct ifinfomsg *header = mnl_nlmsg_get_payload (message);
  const struct nlattr *attribute;

  if (message->nlmsg_type != RTM_NEWLINK
      || mnl_nlmsg_get_payload_len (message) < sizeof *header)
    return FALSE;

  *link = (ClatLink){
      .ifindex = header->ifi_index,
      .type = header->ifi_type,
      .flags = header->ifi_flags,
      .peer_netns = -1,
  };
  mnl_attr_for_each (attribute, message, sizeof *header)
    parse_attribute (attribute, link);
  return TRUE;
}

static void
keep_link (const struct nlmsghdr *message, gpointer data)
{
  clat_link_parse (message, data);
}

static gboolean
ask (ClatRtnl *rtnl, ClatRtnlRequest *request, ClatLink *link, GError **error)
{
  ClatLink found = {0};

  if (!clat_rtnl_ask (rtnl, request, keep_link, &found, error))
    return FALSE;

  *link = found;
  return TRUE;
}

gboolean
clat_link_get (ClatRtnl *rtnl, const char *name, ClatLink *link, GError **error)
{
  ClatRtnlRequest request;

  clat_rtnl_begin (&request, RTM_GETLINK, 0, sizeof (struct ifinfomsg));
  mnl_attr_put_strz (&request.header, IFLA_IFNAME, name);
  return ask (rtnl, &request, link, error);
}

gboolean
clat_link_get_in (ClatRtnl *rtnl, int netns, const char *name, ClatLink *link,
                  GError **error)
{
  ClatRtnlRequest request;

  clat_rtnl_begin (&request, RTM_GETLINK, 0, sizeof (struct ifinfomsg));
  mnl_attr_put_strz (&request.header, IFLA_IFNAME, name);
  mnl_attr_put_u32 (&request.header, IFLA_TARGET_NETNSID, netns);
  return ask (rtnl, &request, link, error);
}

gboolean
clat_link_get_by_index (ClatRtnl *rtnl, int ifindex, ClatLink *link, GError **error)
{
  ClatRtnlRequest request;
  struct ifinfomsg *header =
      clat_rtnl_begin (&request, RTM_GETLINK, 0, sizeof (struct ifinfomsg));

  header->ifi_index = ifindex;
  return ask (rtnl, &request, link, error);
}

static void
list_link (const struct nlmsghdr *message, gpointer data)
{
  Listing *listing = data;
  ClatLink link;

  if (clat_link_parse (message, &link))
    listing->function (&link, listing->data);
}

gboolean
clat_link_list (ClatRtnl *rtnl, void (*function) (const ClatLink *, gpointer),
                gpointer data, GError **error)
{
  Listing listing = {function, data};
  ClatRtnlRequest request;

  clat_rtnl_begin (&request, RTM_GETLINK, NLM_F_DUMP, sizeof (struct ifinfomsg));
  return clat_rtnl_ask (rtnl, &request, list_link, &listing, error);
}

static void
begin_child (ClatRtnlRequest *request, const char *name, int parent, int netns)
{
  clat_rtnl_begin (request, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL,
                   sizeof (struct ifinfomsg));
  mnl_attr_put_strz (&request->header, IFLA_IFNAME, name);
  mnl_attr_put_u32 (&request->header, IFLA_LINK, parent);
  mnl_attr_put_u32 (&request->header, IFLA_NET_NS_FD, netns);
}

/* With the attribute IFLA_INFO_DATA left open for what is of that kind. */
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
  /* The other end is a message within the message. */
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

gboolean
clat_link_set_flags (ClatRtnl *rtnl, int ifindex, guint flags, GError **error)
{
  ClatRtnlRequest request;
  struct ifinfomsg *header = begin_change (&request, ifindex);

  header->ifi_flags = flags;
  header->ifi_change = flags;
  return clat_rtnl_talk (rtnl, &request, error);
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

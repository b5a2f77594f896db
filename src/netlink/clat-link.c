/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Interfaces, as rtnetlink describes them. */
#include "clat-link.h"

#include <linux/if_link.h>
#include <linux/ip.h>
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

/* The value at an index of an array of int, such as IFLA_INET_CONF; 0 if it is shorter.
 */
static gint32
get_setting (const struct nlattr *array, guint index)
{
  const gint32 *values = mnl_attr_get_payload (array);

  return mnl_attr_get_payload_len (array) >= (index + 1) * sizeof *values ? values[index]
                                                                          : 0;
}

/* IFLA_AF_SPEC { AF_INET { IFLA_INET_CONF: by IPV4_DEVCONF_*, which begin with 1 },
 *                AF_INET6 { IFLA_INET6_CONF: by DEVCONF_* } } */
static void
parse_settings (const struct nlattr *families, ClatLink *link)
{
  const struct nlattr *family, *attribute;

  mnl_attr_for_each_nested (family, families)
    mnl_attr_for_each_nested (attribute, family)
      {
        guint16 protocol = mnl_attr_get_type (family),
                type = mnl_attr_get_type (attribute);

        if (protocol == AF_INET && type == IFLA_INET_CONF)
          link->forwards_ipv4 = get_setting (attribute, IPV4_DEVCONF_FORWARDING - 1) != 0;
        else if (protocol == AF_INET6 && type == IFLA_INET6_CONF)
          link->mtu6 = get_setting (attribute, DEVCONF_MTU6);
      }
}

static void
parse_statistics (const struct nlattr *attribute, ClatLink *link)
{
  struct rtnl_link_stats64 statistics = {0};

  /* Longer in newer kernels. */
  memcpy (&statistics, mnl_attr_get_payload (attribute),
          MIN (sizeof statistics, mnl_attr_get_payload_len (attribute)));
  link->tx_dropped = statistics.tx_dropped;
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
    case IFLA_GROUP:
      link->group = mnl_attr_get_u32 (attribute);
      break;
    case IFLA_CARRIER_UP_COUNT:
      link->carriers = mnl_attr_get_u32 (attribute);
      break;
    case IFLA_STATS64:
      parse_statistics (attribute, link);
      break;
    case IFLA_LINKINFO:
      parse_info (attribute, link);
      break;
    case IFLA_AF_SPEC:
      parse_settings (attribute, link);
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
parse_answer (const struct nlmsghdr *message, gpointer data)
{
  clat_link_parse (message, data);
}

static gboolean
ask (ClatRtnl *rtnl, ClatRtnlRequest *request, ClatLink *link, GError **error)
{
  ClatLink found = {0};

  if (!clat_rtnl_ask (rtnl, request, parse_answer, &found, error))
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

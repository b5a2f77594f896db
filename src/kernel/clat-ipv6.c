/* SPDX-License-Identifier: GPL-2.0-or-later */
/* IPv6 addresses and gateways, by rtnetlink. */
#include "clat-ipv6.h"

#include <linux/if_addr.h>
#include <string.h>

/* The kernel gives those that routers advertise 1024. */
#define GATEWAY_METRIC 4096

typedef struct
{
  void (*function) (const ClatIpv6Address *, gpointer);
  gpointer data;
} AddressListing;

typedef struct
{
  void (*function) (const ClatGateway *, gpointer);
  gpointer data;
} GatewayListing;

static void
copy_address (const struct nlattr *attribute, struct in6_addr *address)
{
  if (mnl_attr_get_payload_len (attribute) == sizeof *address)
    memcpy (address, mnl_attr_get_payload (attribute), sizeof *address);
}

static void
list_address (const struct nlmsghdr *message, gpointer data)
{
  const struct ifaddrmsg *header = mnl_nlmsg_get_payload (message);
  const struct nlattr *attribute;
  AddressListing *listing = data;
  ClatIpv6Address address = {0};
  gboolean has_peer = FALSE;

  if (message->nlmsg_type != RTM_NEWADDR
      || mnl_nlmsg_get_payload_len (message) < sizeof *header
      || header->ifa_family != AF_INET6 || header->ifa_scope != RT_SCOPE_UNIVERSE)
    return;

  address.ifindex = header->ifa_index;
  address.ipv6.length = header->ifa_prefixlen;
  address.flags = header->ifa_flags;
  mnl_attr_for_each (attribute, message, sizeof *header)
    {
      switch (mnl_attr_get_type (attribute))
        {
        case IFA_ADDRESS:
          copy_address (attribute, &address.peer);
          break;
        case IFA_LOCAL: /* only there if it has a peer */
          copy_address (attribute, &address.ipv6.address);
          has_peer = TRUE;
          break;
        case IFA_FLAGS:
          if (mnl_attr_validate (attribute, MNL_TYPE_U32) == 0)
            address.flags = mnl_attr_get_u32 (attribute);
          break;
        default:
          break;
        }
    }
  if (!has_peer)
    {
      address.ipv6.address = address.peer;
      address.peer = (struct in6_addr){0};
    }
  listing->function (&address, listing->data);
}

gboolean
clat_ipv6_list (ClatRtnl *rtnl, void (*function) (const ClatIpv6Address *, gpointer),
                gpointer data, GError **error)
{
  AddressListing listing = {function, data};
  ClatRtnlRequest request;
  struct ifaddrmsg *header =
      clat_rtnl_begin (&request, RTM_GETADDR, NLM_F_DUMP, sizeof *header);

  header->ifa_family = AF_INET6;
  return clat_rtnl_ask (rtnl, &request, list_address, &listing, error);
}

gboolean
clat_ipv6_may_be_used (const ClatIpv6Address *address)
{
  return !(address->flags & IFA_F_DADFAILED)
         && (address->flags & IFA_F_OPTIMISTIC || !(address->flags & IFA_F_TENTATIVE));
}

gboolean
clat_ipv6_is_usable (const ClatIpv6Address *address)
{
  return clat_ipv6_may_be_used (address) && !(address->flags & IFA_F_DEPRECATED);
}

static void
begin_address (ClatRtnlRequest *request, guint16 type, guint16 flags, int ifindex,
               const ClatIpv6 *ipv6)
{
  struct ifaddrmsg *header = clat_rtnl_begin (request, type, flags, sizeof *header);

  header->ifa_family = AF_INET6;
  header->ifa_prefixlen = ipv6->length;
  header->ifa_index = ifindex;
  mnl_attr_put (&request->header, IFA_LOCAL, sizeof ipv6->address, &ipv6->address);
}

gboolean
clat_ipv6_add (ClatRtnl *rtnl, int ifindex, const ClatIpv6 *ipv6, GError **error)
{
  ClatRtnlRequest request;

  begin_address (&request, RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE, ifindex, ipv6);
  mnl_attr_put_u32 (&request.header, IFA_FLAGS, IFA_F_OPTIMISTIC);
  return clat_rtnl_talk (rtnl, &request, error);
}

gboolean
clat_ipv6_remove (ClatRtnl *rtnl, int ifindex, const ClatIpv6 *ipv6, GError **error)
{
  ClatRtnlRequest request;

  begin_address (&request, RTM_DELADDR, 0, ifindex, ipv6);
  return clat_rtnl_talk_unless (rtnl, &request, CLAT_ERROR_GONE, error);
}

gboolean
clat_gateway_is_meant (const struct nlmsghdr *message)
{
  const struct rtmsg *header = mnl_nlmsg_get_payload (message);

  return (message->nlmsg_type == RTM_NEWROUTE || message->nlmsg_type == RTM_DELROUTE)
         && mnl_nlmsg_get_payload_len (message) >= sizeof *header
         && header->rtm_family == AF_INET6 && header->rtm_dst_len == 0
         && header->rtm_src_len == 0 && header->rtm_type == RTN_UNICAST
         && header->rtm_protocol != RTPROT_RA && !(header->rtm_flags & RTM_F_CLONED);
}

static void
list_next_hops (const struct nlattr *attribute, ClatGateway gateway,
                GatewayListing *listing)
{
  const struct rtnexthop *hop = mnl_attr_get_payload (attribute);
  gssize left = mnl_attr_get_payload_len (attribute);

  while (left >= (gssize)sizeof *hop && hop->rtnh_len >= sizeof *hop
         && hop->rtnh_len <= left)
    {
      const struct nlattr *inner = (const struct nlattr *)RTNH_DATA (hop);
      const struct nlattr *end =
          (const struct nlattr *)((const char *)hop + hop->rtnh_len);

      gateway.ifindex = hop->rtnh_ifindex;
      gateway.address = (struct in6_addr){0};
      for (; mnl_attr_ok (inner, (const char *)end - (const char *)inner);
           inner = mnl_attr_next (inner))
        if (mnl_attr_get_type (inner) == RTA_GATEWAY)
          copy_address (inner, &gateway.address);
      listing->function (&gateway, listing->data);
      left -= RTNH_ALIGN (hop->rtnh_len);
      hop = RTNH_NEXT (hop);
    }
}

static void
list_gateway (const struct nlmsghdr *message, gpointer data)
{
  const struct rtmsg *header = mnl_nlmsg_get_payload (message);
  const struct nlattr *attribute, *next_hops = NULL;
  GatewayListing *listing = data;
  ClatGateway gateway = {0};

  if (!clat_gateway_is_meant (message))
    return;

  mnl_attr_for_each (attribute, message, sizeof *header)
    {
      switch (mnl_attr_get_type (attribute))
        {
        case RTA_OIF:
          gateway.ifindex = mnl_attr_get_u32 (attribute);
          break;
        case RTA_PRIORITY:
          gateway.metric = mnl_attr_get_u32 (attribute);
          break;
        case RTA_GATEWAY:
          copy_address (attribute, &gateway.address);
          break;
        case RTA_MULTIPATH:
          next_hops = attribute;
          break;
        default:
          break;
        }
    }

  if (next_hops != NULL)
    list_next_hops (next_hops, gateway, listing);
  else
    listing->function (&gateway, listing->data);
}

gboolean
clat_gateway_list (ClatRtnl *rtnl, void (*function) (const ClatGateway *, gpointer),
                   gpointer data, GError **error)
{
  GatewayListing listing = {function, data};
  ClatRtnlRequest request;
  struct rtmsg *header =
      clat_rtnl_begin (&request, RTM_GETROUTE, NLM_F_DUMP, sizeof *header);

  header->rtm_family = AF_INET6;
  return clat_rtnl_ask (rtnl, &request, list_gateway, &listing, error);
}

static void
begin_gateway (ClatRtnlRequest *request, guint16 type, guint16 flags, int ifindex,
               const struct in6_addr *address)
{
  struct rtmsg *header = clat_rtnl_begin (request, type, flags, sizeof *header);

  header->rtm_family = AF_INET6;
  header->rtm_protocol = RTPROT_STATIC;
  header->rtm_type = RTN_UNICAST;
  header->rtm_table = RT_TABLE_MAIN;
  /* It need not be in a prefix of the link. */
  header->rtm_flags = RTNH_F_ONLINK;
  mnl_attr_put_u32 (&request->header, RTA_PRIORITY, GATEWAY_METRIC);
  mnl_attr_put_u32 (&request->header, RTA_OIF, ifindex);
  mnl_attr_put (&request->header, RTA_GATEWAY, sizeof *address, address);
}

gboolean
clat_gateway_add (ClatRtnl *rtnl, int ifindex, const struct in6_addr *address,
                  GError **error)
{
  ClatRtnlRequest request;

  begin_gateway (&request, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE, ifindex, address);
  return clat_rtnl_talk (rtnl, &request, error);
}

gboolean
clat_gateway_remove (ClatRtnl *rtnl, int ifindex, const struct in6_addr *address,
                     GError **error)
{
  ClatRtnlRequest request;

  begin_gateway (&request, RTM_DELROUTE, 0, ifindex, address);
  return clat_rtnl_talk_unless (rtnl, &request, CLAT_ERROR_GONE, error);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* IPv6 addresses, by rtnetlink. */
#include "clat-ipv6-address.h"

#include <linux/if_addr.h>

typedef struct
{
  void (*function) (const ClatIpv6Address *, gpointer);
  gpointer data;
} AddressListing;

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
          clat_rtnl_read_ipv6 (attribute, &address.peer);
          break;
        case IFA_LOCAL: /* only on point-to-point addresses, where IFA_ADDRESS is the
                           peer's */
          clat_rtnl_read_ipv6 (attribute, &address.ipv6.address);
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

static gboolean
request_addresses (ClatRtnl *rtnl, ClatRtnlFunc function, gpointer data, GError **error)
{
  ClatRtnlRequest request;
  struct ifaddrmsg *header =
      clat_rtnl_begin (&request, RTM_GETADDR, NLM_F_DUMP, sizeof *header);

  header->ifa_family = AF_INET6;
  return clat_rtnl_ask (rtnl, &request, function, data, error);
}

gboolean
clat_ipv6_address_list (ClatRtnl *rtnl,
                        void (*function) (const ClatIpv6Address *, gpointer),
                        gpointer data, GError **error)
{
  AddressListing listing = {function, data};

  return request_addresses (rtnl, list_address, &listing, error);
}

typedef struct
{
  int ifindex;
  gboolean found;
} LinkLocal;

static void
note_link_local (const struct nlmsghdr *message, gpointer data)
{
  const struct ifaddrmsg *header = mnl_nlmsg_get_payload (message);
  LinkLocal *link = data;

  if (message->nlmsg_type == RTM_NEWADDR
      && mnl_nlmsg_get_payload_len (message) >= sizeof *header
      && header->ifa_family == AF_INET6 && header->ifa_scope == RT_SCOPE_LINK
      && (int)header->ifa_index == link->ifindex
      && !(header->ifa_flags & IFA_F_DADFAILED))
    link->found = TRUE;
}

gboolean
clat_ipv6_address_find_link_local (ClatRtnl *rtnl, int ifindex, gboolean *found,
                                   GError **error)
{
  LinkLocal link = {.ifindex = ifindex};

  if (!request_addresses (rtnl, note_link_local, &link, error))
    return FALSE;
  *found = link.found;
  return TRUE;
}

gboolean
clat_ipv6_address_may_be_used (const ClatIpv6Address *address)
{
  return !(address->flags & IFA_F_DADFAILED)
         && (address->flags & IFA_F_OPTIMISTIC || !(address->flags & IFA_F_TENTATIVE));
}

gboolean
clat_ipv6_address_is_usable (const ClatIpv6Address *address)
{
  return clat_ipv6_address_may_be_used (address) && !(address->flags & IFA_F_DEPRECATED);
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
clat_ipv6_address_add (ClatRtnl *rtnl, int ifindex, const ClatIpv6 *ipv6, GError **error)
{
  ClatRtnlRequest request;

  begin_address (&request, RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE, ifindex, ipv6);
  mnl_attr_put_u32 (&request.header, IFA_FLAGS, IFA_F_OPTIMISTIC);
  return clat_rtnl_talk (rtnl, &request, error);
}

gboolean
clat_ipv6_address_remove (ClatRtnl *rtnl, int ifindex, const ClatIpv6 *ipv6,
                          GError **error)
{
  ClatRtnlRequest request;

  begin_address (&request, RTM_DELADDR, 0, ifindex, ipv6);
  return clat_rtnl_talk_unless (rtnl, &request, CLAT_ERROR_GONE, error);
}

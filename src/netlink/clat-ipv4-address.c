/* SPDX-License-Identifier: GPL-2.0-or-later */
/* IPv4 addresses, by rtnetlink. */
#include "clat-ipv4-address.h"

#include <string.h>

typedef struct
{
  void (*function) (const ClatIpv4Address *, gpointer);
  gpointer data;
} AddressListing;

static void
read_address (const struct nlattr *attribute, struct in_addr *address)
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
  ClatIpv4Address ipv4 = {0};

  if (message->nlmsg_type != RTM_NEWADDR
      || mnl_nlmsg_get_payload_len (message) < sizeof *header
      || header->ifa_family != AF_INET)
    return;

  ipv4.ifindex = header->ifa_index;
  mnl_attr_for_each (attribute, message, sizeof *header)
    {
      if (mnl_attr_get_type (attribute) == IFA_LOCAL)
        read_address (attribute, &ipv4.address);
      else if (mnl_attr_get_type (attribute) == IFA_ADDRESS)
        read_address (attribute, &ipv4.peer);
    }
  listing->function (&ipv4, listing->data);
}

gboolean
clat_ipv4_address_list (ClatRtnl *rtnl,
                        void (*function) (const ClatIpv4Address *, gpointer),
                        gpointer data, GError **error)
{
  AddressListing listing = {function, data};
  ClatRtnlRequest request;
  struct ifaddrmsg *header =
      clat_rtnl_begin (&request, RTM_GETADDR, NLM_F_DUMP, sizeof *header);

  header->ifa_family = AF_INET;
  return clat_rtnl_ask (rtnl, &request, list_address, &listing, error);
}

static void
begin_address (ClatRtnlRequest *request, guint16 type, guint16 flags,
               const ClatIpv4Address *ipv4)
{
  struct ifaddrmsg *header = clat_rtnl_begin (request, type, flags, sizeof *header);

  header->ifa_family = AF_INET;
  header->ifa_prefixlen = 32;
  header->ifa_index = ipv4->ifindex;
  mnl_attr_put_u32 (&request->header, IFA_LOCAL, ipv4->address.s_addr);
  mnl_attr_put_u32 (&request->header, IFA_ADDRESS, ipv4->peer.s_addr);
}

gboolean
clat_ipv4_address_add (ClatRtnl *rtnl, const ClatIpv4Address *ipv4, GError **error)
{
  ClatRtnlRequest request;

  /* NLM_F_REPLACE: after a crash the address may exist already. */
  begin_address (&request, RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE, ipv4);
  return clat_rtnl_talk (rtnl, &request, error);
}

gboolean
clat_ipv4_address_remove (ClatRtnl *rtnl, const ClatIpv4Address *ipv4, GError **error)
{
  ClatRtnlRequest request;

  begin_address (&request, RTM_DELADDR, 0, ipv4);
  return clat_rtnl_talk_unless (rtnl, &request, CLAT_ERROR_GONE, error);
}

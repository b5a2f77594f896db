/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The proxy neighbour entries of an interface, by rtnetlink. */
#include "clat-proxy-ndp.h"

#include <linux/neighbour.h>

/* NDA_PROTOCOL of our entries. */
#define PROTOCOL 64

typedef struct
{
  int ifindex;
  ClatProxyNdp *proxy_ndp;
} Listing;

void
clat_proxy_ndp_add (ClatProxyNdp *self, const struct in6_addr *address)
{
  if (self->n < CLAT_MAX_PROXY_NDP)
    self->addresses[self->n++] = *address;
}

static gboolean
has (const ClatProxyNdp *self, const struct in6_addr *address)
{
  for (guint i = 0; i < self->n; i++)
    if (IN6_ARE_ADDR_EQUAL (&self->addresses[i], address))
      return TRUE;
  return FALSE;
}

gboolean
clat_proxy_ndp_equal (const ClatProxyNdp *a, const ClatProxyNdp *b)
{
  for (guint i = 0; i < a->n; i++)
    if (!has (b, &a->addresses[i]))
      return FALSE;
  return a->n == b->n;
}

static void
list_proxy (const struct nlmsghdr *message, gpointer data)
{
  const struct ndmsg *header = mnl_nlmsg_get_payload (message);
  const struct nlattr *attribute;
  struct in6_addr address = {0};
  Listing *listing = data;
  guint8 protocol = 0;

  if (message->nlmsg_type != RTM_NEWNEIGH
      || mnl_nlmsg_get_payload_len (message) < sizeof *header
      || header->ndm_ifindex != listing->ifindex || !(header->ndm_flags & NTF_PROXY))
    return;

  mnl_attr_for_each (attribute, message, sizeof *header)
    {
      guint16 type = mnl_attr_get_type (attribute);

      if (type == NDA_PROTOCOL && mnl_attr_validate (attribute, MNL_TYPE_U8) == 0)
        protocol = mnl_attr_get_u8 (attribute);
      else if (type == NDA_DST)
        clat_rtnl_read_ipv6 (attribute, &address);
    }
  if (protocol == PROTOCOL)
    clat_proxy_ndp_add (listing->proxy_ndp, &address);
}

gboolean
clat_proxy_ndp_read (ClatProxyNdp *self, ClatRtnl *rtnl, int ifindex, GError **error)
{
  Listing listing = {ifindex, self};
  ClatRtnlRequest request;
  struct ndmsg *header =
      clat_rtnl_begin (&request, RTM_GETNEIGH, NLM_F_DUMP, sizeof *header);

  header->ndm_family = AF_INET6;
  header->ndm_flags = NTF_PROXY;
  self->n = 0;
  return clat_rtnl_ask (rtnl, &request, list_proxy, &listing, error);
}

static void
begin_change (ClatRtnlRequest *request, guint16 type, guint16 flags, int ifindex,
              const struct in6_addr *address)
{
  struct ndmsg *header = clat_rtnl_begin (request, type, flags, sizeof *header);

  header->ndm_family = AF_INET6;
  header->ndm_ifindex = ifindex;
  header->ndm_flags = NTF_PROXY;
  /* Newer kernels then keep the entry when the carrier is lost. */
  header->ndm_state = NUD_PERMANENT;
  mnl_attr_put (&request->header, NDA_DST, sizeof *address, address);
}

static gboolean
add (ClatRtnl *rtnl, int ifindex, const struct in6_addr *address, GError **error)
{
  ClatRtnlRequest request;

  begin_change (&request, RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_REPLACE, ifindex, address);
  mnl_attr_put_u8 (&request.header, NDA_PROTOCOL, PROTOCOL);
  return clat_rtnl_talk (rtnl, &request, error);
}

/* A missing entry, or interface, is not an error. */
static gboolean
remove_one (ClatRtnl *rtnl, int ifindex, const struct in6_addr *address, GError **error)
{
  ClatRtnlRequest request;

  begin_change (&request, RTM_DELNEIGH, 0, ifindex, address);
  return clat_rtnl_talk_unless (rtnl, &request, CLAT_ERROR_GONE, error);
}

gboolean
clat_proxy_ndp_change (const ClatProxyNdp *old, const ClatProxyNdp *new, ClatRtnl *rtnl,
                       int ifindex, GError **error)
{
  for (guint i = 0; i < new->n; i++)
    if (!has (old, &new->addresses[i]) && !add (rtnl, ifindex, &new->addresses[i], error))
      return FALSE;
  for (guint i = 0; i < old->n; i++)
    if (!has (new, &old->addresses[i])
        && !remove_one (rtnl, ifindex, &old->addresses[i], error))
      return FALSE;
  return TRUE;
}

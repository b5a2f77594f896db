/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The IPv6 neighbour table, by rtnetlink. */
#include "clat-neighbour.h"

#include <linux/neighbour.h>
#include <string.h>

typedef struct
{
  int ifindex;
  void (*function) (const struct in6_addr *, gboolean has_failed, gpointer);
  gpointer data;
} Listing;

gboolean
clat_neighbour_is_router (const struct nlmsghdr *message, gboolean *has_failed)
{
  const struct ndmsg *header = mnl_nlmsg_get_payload (message);

  if ((message->nlmsg_type != RTM_NEWNEIGH && message->nlmsg_type != RTM_DELNEIGH)
      || mnl_nlmsg_get_payload_len (message) < sizeof *header
      || header->ndm_family != AF_INET6 || !(header->ndm_flags & NTF_ROUTER))
    return FALSE;

  *has_failed = message->nlmsg_type == RTM_NEWNEIGH && header->ndm_state & NUD_FAILED;
  return TRUE;
}

static void
list_unresolved_router (const struct nlmsghdr *message, gpointer data)
{
  const struct ndmsg *header = mnl_nlmsg_get_payload (message);
  const struct nlattr *attribute;
  Listing *listing = data;
  struct in6_addr address;
  gboolean has_failed;

  if (!clat_neighbour_is_router (message, &has_failed)
      || !(header->ndm_state & (NUD_FAILED | NUD_INCOMPLETE))
      || header->ndm_ifindex != listing->ifindex)
    return;

  mnl_attr_for_each (attribute, message, sizeof *header)
    if (mnl_attr_get_type (attribute) == NDA_DST
        && mnl_attr_get_payload_len (attribute) == sizeof address)
      {
        memcpy (&address, mnl_attr_get_payload (attribute), sizeof address);
        listing->function (&address, has_failed, listing->data);
      }
}

gboolean
clat_neighbour_list_unresolved_routers (ClatRtnl *rtnl, int ifindex,
                                        void (*function) (const struct in6_addr *,
                                                          gboolean has_failed, gpointer),
                                        gpointer data, GError **error)
{
  Listing listing = {ifindex, function, data};
  ClatRtnlRequest request;
  struct ndmsg *header =
      clat_rtnl_begin (&request, RTM_GETNEIGH, NLM_F_DUMP, sizeof *header);

  header->ndm_family = AF_INET6;
  return clat_rtnl_ask (rtnl, &request, list_unresolved_router, &listing, error);
}

static void
read_state (const struct nlmsghdr *message, gpointer data)
{
  const struct ndmsg *header = mnl_nlmsg_get_payload (message);

  if (mnl_nlmsg_get_payload_len (message) >= sizeof *header)
    *(guint16 *)data = header->ndm_state;
}

gboolean
clat_neighbour_is_reachable (ClatRtnl *rtnl, int ifindex, const struct in6_addr *address)
{
  guint16 state = NUD_NONE;
  ClatRtnlRequest request;
  struct ndmsg *header = clat_rtnl_begin (&request, RTM_GETNEIGH, 0, sizeof *header);

  header->ndm_family = AF_INET6;
  header->ndm_ifindex = ifindex;
  mnl_attr_put (&request.header, NDA_DST, sizeof *address, address);
  /* An error: there is no entry. */
  return clat_rtnl_ask (rtnl, &request, read_state, &state, NULL)
         && state & (NUD_REACHABLE | NUD_PERMANENT);
}

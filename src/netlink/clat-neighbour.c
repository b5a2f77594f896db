/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The IPv6 neighbour table, by rtnetlink. */
#include "clat-neighbour.h"

#include <linux/neighbour.h>
#include <string.h>
#include <unistd.h>

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

/* Copies the last attribute of the type; FALSE if there is none of that size. */
static gboolean
read_attribute (const struct nlmsghdr *message, int type, void *value, gsize size)
{
  const struct nlattr *attribute;
  gboolean found = FALSE;

  mnl_attr_for_each (attribute, message, sizeof (struct ndmsg))
    if (mnl_attr_get_type (attribute) == type
        && mnl_attr_get_payload_len (attribute) >= size)
      {
        memcpy (value, mnl_attr_get_payload (attribute), size);
        found = TRUE;
      }
  return found;
}

typedef struct
{
  guint seconds;
  gboolean is_confirmed;
} Confirmation;

static void
read_confirmation (const struct nlmsghdr *message, gpointer data)
{
  const struct ndmsg *header = mnl_nlmsg_get_payload (message);
  Confirmation *confirmation = data;
  struct nda_cacheinfo info;

  if (mnl_nlmsg_get_payload_len (message) < sizeof *header
      || !(header->ndm_state & (NUD_REACHABLE | NUD_STALE | NUD_DELAY | NUD_PROBE))
      || !read_attribute (message, NDA_CACHEINFO, &info, sizeof info))
    return;
  confirmation->is_confirmed =
      info.ndm_confirmed / sysconf (_SC_CLK_TCK) <= confirmation->seconds;
}

gboolean
clat_neighbour_is_confirmed (ClatRtnl *rtnl, int ifindex, const struct in6_addr *address,
                             guint seconds)
{
  Confirmation confirmation = {seconds, FALSE};
  ClatRtnlRequest request;
  struct ndmsg *header = clat_rtnl_begin (&request, RTM_GETNEIGH, 0, sizeof *header);

  header->ndm_family = AF_INET6;
  header->ndm_ifindex = ifindex;
  mnl_attr_put (&request.header, NDA_DST, sizeof *address, address);
  /* An error: there is no entry. */
  return clat_rtnl_ask (rtnl, &request, read_confirmation, &confirmation, NULL)
         && confirmation.is_confirmed;
}

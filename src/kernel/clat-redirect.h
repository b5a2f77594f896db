/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The uplink of a translator on a link that takes no child: a veth pair between the
 * host's namespace and the translator's, and programs between it and the link. */
#pragma once

#include "clat-link.h"
#include "clat-proxy-ndp.h"
#include "redirect-shared.h"

G_BEGIN_DECLS

/* What is there of it. */
typedef struct
{
  ClatLink inside;  /* the namespace's end */
  ClatLink outside; /* the host's; ifindex 0: not there */
  int parent;       /* the link, 0: unknown */

  gboolean has_programs;
  struct clat_redirect configured;
  struct clat_redirect wanted; /* but for the addresses, which others add */

  /* On a link with neighbours, for the same addresses. */
  ClatProxyNdp proxy_ndp;
  ClatProxyNdp wanted_proxy_ndp;
} ClatRedirect;

/* The pair, its inner end down in the namespace netns and the outer one up: with no
 * address, and IPv6 off. Where the inner one has no IFF_NOARP, the link has neighbours.
 * Error CLAT_ERROR_LACKS_FEATURE if the parent gets nothing that could be redirected. */
gboolean clat_redirect_make (ClatRtnl *host, int parent, const char *inside, int netns,
                             GError **error);

/* inside: the namespace's end. Unchanged if that is no veth. */
gboolean clat_redirect_read (ClatRedirect *self, ClatRtnl *host, const ClatLink *inside,
                             GError **error);

/* Does nothing when there is no room. */
void clat_redirect_want_address (ClatRedirect *self, const struct in6_addr *address);

gboolean clat_redirect_is_as_wanted (const ClatRedirect *self);

/* Attaches the programs, or exchanges them. space: of the translator's namespace. */
gboolean clat_redirect_set (const ClatRedirect *self, ClatRtnl *host, ClatRtnl *space,
                            GError **error);

/* Takes away what is attached to the link; the pair goes with its inner end. */
gboolean clat_redirect_release (ClatRtnl *host, int parent, GError **error);

/* Takes away what is attached to any link and leads nowhere. */
void clat_redirect_sweep (ClatRtnl *host);

G_END_DECLS

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The uplink of a translator on an interface that cannot carry an ipvlan or macvlan, or
 * without an address of its own on the link: a veth pair between the host's namespace and
 * the translator's, and BPF programs that redirect packets between it and the link. */
#pragma once

#include "clat-address-setting.h"
#include "clat-link.h"
#include "clat-prefix.h"
#include "clat-proxy-ndp.h"
#include "clat-shared.h"
#include "redirect-shared.h"

G_BEGIN_DECLS

/* The uplink as read from the kernel, and its wanted configuration. */
typedef struct
{
  ClatLink inside;           /* the namespace's end */
  ClatLink outside;          /* the host's; ifindex 0: does not exist */
  int parent;                /* ifindex of the link, 0: unknown */
  ClatAddressChoice address; /* that it was made for */

  gboolean has_programs;
  guint32 program; /* id of the one on the link, 0: none */
  struct clat_redirect configured;
  struct clat_redirect wanted; /* addresses: see clat_redirect_want_address */

  /* Proxy neighbour entries for the same addresses, on a link with neighbours. */
  ClatProxyNdp proxy_ndp;
  ClatProxyNdp wanted_proxy_ndp;
} ClatRedirect;

/* Adds the veth pair for an uplink with such an address: the inner end is down, in the
 * namespace netns; the outer end is up, without IPv6. If the inner end has no IFF_NOARP,
 * the link has neighbours. Error CLAT_ERROR_LACKS_FEATURE if the parent receives no
 * packets that could be redirected. */
gboolean clat_redirect_make (ClatRtnl *host, int parent, ClatAddressChoice address,
                             const char *inside, int netns, GError **error);

/* inside: the namespace's end. */
gboolean clat_redirect_read (ClatRedirect *self, ClatRtnl *host, const ClatLink *inside,
                             GError **error);

/* Adds an address of the uplink to the wanted configuration, if there is room. */
void clat_redirect_want_address (ClatRedirect *self, const struct in6_addr *address);

/* Sets the host's next hop, for packets of an uplink that resolves no neighbours itself.
 */
void clat_redirect_want_next_hop (ClatRedirect *self, const struct in6_addr *next_hop);

/* Adds a NAT64 prefix whose packets are the translator's, though their address is the
 * host's. */
void clat_redirect_want_prefix (ClatRedirect *self, const ClatPrefix *prefix);

gboolean clat_redirect_is_as_wanted (const ClatRedirect *self);

/* Attaches or replaces the programs. inner: of the translator's namespace. */
gboolean clat_redirect_set (const ClatRedirect *self, ClatRtnl *host, ClatRtnl *inner,
                            GError **error);

/* Adds what the program on the link has counted. */
gboolean clat_redirect_add_counters (ClatRtnl *host, int parent,
                                     struct clat_counters counters[CLAT_N_DIRECTIONS],
                                     GError **error);

/* Detaches our programs and entries from the link; the veth pair vanishes with its inner
 * end.
 */
gboolean clat_redirect_release (ClatRtnl *host, int parent, GError **error);

/* Detaches stale programs and entries from all links: those without a veth pair. */
void clat_redirect_sweep (ClatRtnl *host);

G_END_DECLS

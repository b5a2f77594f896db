/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Source address selection among the addresses of an interface (RFC 6724, 5). */
#pragma once

#include <glib.h>
#include <netinet/in.h>

G_BEGIN_DECLS

/* A usable global address. */
typedef struct
{
  struct in6_addr address;
  guint8 prefix_length;
  gboolean is_deprecated;
  gboolean is_optimistic; /* duplicate address detection is not complete (RFC 4429) */
  gboolean is_of_router;  /* the next hop announced its prefix */
  gboolean is_temporary;  /* for privacy (RFC 8981) */
} ClatSourceAddress;

/* NULL if there are no addresses. Among equals used (:: for none) is chosen: a change of
 * address cuts every connection. */
const ClatSourceAddress *clat_source_address_choose (const ClatSourceAddress *sources,
                                                     guint count,
                                                     const struct in6_addr *destination,
                                                     const struct in6_addr *used);

G_END_DECLS

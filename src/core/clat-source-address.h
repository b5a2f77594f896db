/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which of the addresses of an interface suits a destination (RFC 6724, 5). */
#pragma once

#include <glib.h>
#include <netinet/in.h>

G_BEGIN_DECLS

/* A global address that can be used. */
typedef struct
{
  struct in6_addr address;
  guint8 prefix_length;
  gboolean is_deprecated;
  gboolean is_optimistic; /* whether somebody else has it is still being asked */
  gboolean is_of_router;  /* the next hop announced its prefix */
} ClatSourceAddress;

/* NULL if there are none. Of those that are equally good, used (:: for none) stays: a
 * change of address cuts every connection. */
const ClatSourceAddress *clat_source_address_choose (const ClatSourceAddress *sources,
                                                     guint count,
                                                     const struct in6_addr *destination,
                                                     const struct in6_addr *used);

G_END_DECLS

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why a packet was not translated: one list for both translators, the counters and the
 * bus. Plain C without includes: the BPF programs use it too. */
#pragma once

/* clang-format off */
#define XLAT_REASONS(X)                                                                    \
  X (NONE,                "none")                                                          \
  X (MALFORMED,           "malformed")            /* lengths or header checksum wrong */   \
  X (BAD_SOURCE,          "bad-source")           /* not ours, or illegal (RFC 1812) */    \
  X (BAD_DESTINATION,     "bad-destination")      /* multicast, broadcast, loopback, ... */\
  X (TTL_EXPIRED,         "ttl-expired")                                                   \
  X (TOO_BIG,             "too-big")                                                       \
  X (FRAGMENT,            "fragment")                                                      \
  X (OPTIONS,             "options")              /* of IPv4, or of a SYN */               \
  X (EXTENSION_HEADER,    "extension-header")                                              \
  X (SOURCE_ROUTE,        "source-route")         /* unexpired, either family */           \
  X (ICMP_TYPE,           "icmp-type")            /* has no counterpart */                 \
  X (ICMP_ERROR,          "icmp-error")                                                    \
  X (PROTOCOL,            "protocol")                                                      \
  X (NO_CHECKSUM,         "no-checksum")          /* UDP without one, in fragments */    \
  X (REASSEMBLY,          "reassembly")           /* overlap, or never complete */         \
  X (SHARED_ADDRESS,      "shared-address")       /* cannot be told from the host's own */ \
  X (RESOURCES,           "resources")            /* no memory, no room in a queue */      \
  X (OVERFLOW,            "slow-path-overflow")   /* clat-xlat had too much to do */
/* clang-format on */

enum xlat_reason
{
#define XLAT_REASON_ENUM(name, text) XLAT_REASON_##name,
  XLAT_REASONS (XLAT_REASON_ENUM)
#undef XLAT_REASON_ENUM
      XLAT_N_REASONS
};

/* The name of the list, as on the bus. */
const char *xlat_reason_to_string (enum xlat_reason reason);

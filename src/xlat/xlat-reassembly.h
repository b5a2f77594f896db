/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reassembles packets, in memory of a fixed size. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "xlat-wire.h"

#define XLAT_REASSEMBLY_SLOTS      16
#define XLAT_REASSEMBLY_TIMEOUT_NS (30ull * 1000 * 1000 * 1000)

/* IPv4 addresses are followed by zeroes. The struct has no padding: keys are compared
 * with memcmp. */
struct xlat_fragment_key
{
  struct xlat_address6 source;
  struct xlat_address6 destination;
  uint32_t id;
  uint32_t protocol;
};

struct xlat_fragment
{
  struct xlat_fragment_key key;
  const uint8_t *data;
  size_t length;
  uint32_t offset; /* in bytes, a multiple of 8 */
  bool more;
  uint8_t tos;
  uint8_t ttl;
};

/* A reassembled packet; TOS and TTL are those of its first fragment. DATA is valid until
 * the next fragment is added. */
struct xlat_whole
{
  uint8_t *data;
  size_t length;
  uint8_t tos;
  uint8_t ttl;
};

enum xlat_reassembly_status
{
  XLAT_REASSEMBLY_WAITING,
  XLAT_REASSEMBLY_COMPLETE,
  XLAT_REASSEMBLY_REFUSED, /* overlaps another fragment, or does not fit */
};

struct xlat_reassembly;

struct xlat_reassembly *xlat_reassembly_new (void);
void xlat_reassembly_free (struct xlat_reassembly *self);

/* Drops packets that were not completed in time; returns how many fragments they had. */
unsigned xlat_reassembly_expire (struct xlat_reassembly *self, uint64_t now_ns);

/* Whether an earlier fragment of the packet has been added. */
bool xlat_reassembly_knows (const struct xlat_reassembly *self,
                            const struct xlat_fragment_key *key);

/* Whether any packet is incomplete. */
bool xlat_reassembly_is_waiting (const struct xlat_reassembly *self);

/* If all slots are in use, the oldest packet is dropped; DISPLACED is how many fragments
 * it had. */
enum xlat_reassembly_status
xlat_reassembly_add (struct xlat_reassembly *self, const struct xlat_fragment *fragment,
                     uint64_t now_ns, struct xlat_whole *whole, unsigned *displaced);

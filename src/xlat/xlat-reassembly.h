/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes whole packets of fragments, in memory whose size is fixed from the start. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "xlat-wire.h"

#define XLAT_REASSEMBLY_SLOTS      16
#define XLAT_REASSEMBLY_TIMEOUT_NS (30ull * 1000 * 1000 * 1000)

/* IPv4 addresses are padded with zeroes. Without padding, so that keys compare as bytes.
 */
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

/* A packet that has become whole; TOS and TTL are those of its first fragment. DATA is
 * valid until the next fragment comes. */
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

/* Forgets packets that did not become whole in time; returns how many fragments that
 * cost. */
unsigned xlat_reassembly_expire (struct xlat_reassembly *self, uint64_t now_ns);

bool xlat_reassembly_knows (const struct xlat_reassembly *self,
                            const struct xlat_fragment_key *key);

/* Whether fragments wait for the rest of their packet. */
bool xlat_reassembly_is_waiting (const struct xlat_reassembly *self);

/* When all slots are taken the oldest is given up; DISPLACED is how many fragments that
 * cost. */
enum xlat_reassembly_status
xlat_reassembly_add (struct xlat_reassembly *self, const struct xlat_fragment *fragment,
                     uint64_t now_ns, struct xlat_whole *whole, unsigned *displaced);

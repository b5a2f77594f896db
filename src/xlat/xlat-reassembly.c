/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fragments begin at multiples of 8 bytes, so one bit for each 8 bytes marks what has
 * been received. A bit that is set already is an overlap: the packet is dropped (RFC
 * 5722). */
#include "xlat-reassembly.h"

#include <stdlib.h>
#include <string.h>

#define UNIT       8u
#define MAX_LENGTH 65535u
#define MAX_UNITS  ((MAX_LENGTH + UNIT - 1) / UNIT)

struct slot
{
  struct xlat_fragment_key key;
  bool used;
  bool refused; /* overlap: drop the remaining fragments too */
  uint8_t tos;
  uint8_t ttl;
  bool congested;
  uint32_t n_fragments;
  uint32_t n_units;
  uint32_t end;    /* of the fragments received so far */
  uint32_t length; /* 0: the last fragment is missing */
  uint64_t started_ns;
  uint8_t present[(MAX_UNITS + 7) / 8];
  uint8_t data[MAX_UNITS * UNIT];
};

struct xlat_reassembly
{
  unsigned n_used;
  struct slot slots[XLAT_REASSEMBLY_SLOTS];
};

_Static_assert(sizeof (struct xlat_fragment_key) == 40, "keys compare as bytes");

struct xlat_reassembly *
xlat_reassembly_new (void)
{
  return calloc (1, sizeof (struct xlat_reassembly));
}

void
xlat_reassembly_free (struct xlat_reassembly *self)
{
  free (self);
}

static bool
is_present (const struct slot *slot, uint32_t unit)
{
  return (slot->present[unit / 8] >> unit % 8 & 1) != 0;
}

static void
release (struct xlat_reassembly *self, struct slot *slot)
{
  slot->used = false;
  self->n_used--;
}

static bool
has_expired (const struct slot *slot, uint64_t now_ns)
{
  return now_ns >= slot->started_ns
         && now_ns - slot->started_ns >= XLAT_REASSEMBLY_TIMEOUT_NS;
}

unsigned
xlat_reassembly_expire (struct xlat_reassembly *self, uint64_t now_ns)
{
  unsigned lost = 0;

  for (unsigned i = 0; self->n_used > 0 && i < XLAT_REASSEMBLY_SLOTS; i++)
    if (self->slots[i].used && has_expired (&self->slots[i], now_ns))
      {
        lost += self->slots[i].n_fragments;
        release (self, &self->slots[i]);
      }

  return lost;
}

static const struct slot *
find (const struct xlat_reassembly *self, const struct xlat_fragment_key *key)
{
  for (unsigned i = 0; self->n_used > 0 && i < XLAT_REASSEMBLY_SLOTS; i++)
    if (self->slots[i].used && memcmp (&self->slots[i].key, key, sizeof *key) == 0)
      return &self->slots[i];
  return NULL;
}

bool
xlat_reassembly_knows (const struct xlat_reassembly *self,
                       const struct xlat_fragment_key *key)
{
  return find (self, key) != NULL;
}

bool
xlat_reassembly_is_waiting (const struct xlat_reassembly *self)
{
  for (unsigned i = 0; self->n_used > 0 && i < XLAT_REASSEMBLY_SLOTS; i++)
    if (self->slots[i].used && !self->slots[i].refused)
      return true;
  return false;
}

/* An unused slot, else the oldest one. */
static struct slot *
pick_slot (struct xlat_reassembly *self)
{
  struct slot *oldest = &self->slots[0];

  for (unsigned i = 0; i < XLAT_REASSEMBLY_SLOTS; i++)
    {
      if (!self->slots[i].used)
        return &self->slots[i];
      if (self->slots[i].started_ns < oldest->started_ns)
        oldest = &self->slots[i];
    }
  return oldest;
}

static struct slot *
start (struct xlat_reassembly *self, const struct xlat_fragment_key *key, uint64_t now_ns,
       unsigned *displaced)
{
  struct slot *slot = pick_slot (self);

  if (slot->used)
    {
      *displaced = slot->n_fragments;
      release (self, slot);
    }

  memset (slot, 0, offsetof (struct slot, data));
  slot->key = *key;
  slot->started_ns = now_ns;
  slot->used = true;
  self->n_used++;
  return slot;
}

static bool
is_duplicate (const struct slot *slot, const struct xlat_fragment *fragment)
{
  uint32_t first = fragment->offset / UNIT;
  uint32_t last = (uint32_t)(fragment->offset + fragment->length - 1) / UNIT;

  for (uint32_t unit = first; unit <= last; unit++)
    if (!is_present (slot, unit))
      return false;

  return (fragment->more || slot->length == fragment->offset + fragment->length)
         && memcmp (slot->data + fragment->offset, fragment->data, fragment->length) == 0;
}

/* False if FRAGMENT contradicts earlier ones. */
static bool
insert (struct slot *slot, const struct xlat_fragment *fragment)
{
  uint32_t end = (uint32_t)(fragment->offset + fragment->length);
  uint32_t first = fragment->offset / UNIT;
  uint32_t last = (end - 1) / UNIT;

  if (slot->length != 0 && (!fragment->more || end > slot->length))
    return false;
  if (!fragment->more && end < slot->end)
    return false;
  for (uint32_t unit = first; unit <= last; unit++)
    if (is_present (slot, unit))
      return false;

  for (uint32_t unit = first; unit <= last; unit++)
    slot->present[unit / 8] |= (uint8_t)(1u << unit % 8);
  memcpy (slot->data + fragment->offset, fragment->data, fragment->length);
  slot->n_units += last - first + 1;
  if (end > slot->end)
    slot->end = end;
  if (!fragment->more)
    slot->length = end;
  if (fragment->offset == 0)
    {
      slot->tos = fragment->tos;
      slot->ttl = fragment->ttl;
    }
  if ((fragment->tos & 3) == 3)
    slot->congested = true;
  return true;
}

static bool
is_sound (const struct xlat_fragment *fragment)
{
  return fragment->length > 0 && fragment->offset + fragment->length <= MAX_LENGTH
         && (!fragment->more || fragment->length % UNIT == 0);
}

enum xlat_reassembly_status
xlat_reassembly_add (struct xlat_reassembly *self, const struct xlat_fragment *fragment,
                     uint64_t now_ns, struct xlat_whole *whole, unsigned *displaced)
{
  struct slot *slot = (struct slot *)find (self, &fragment->key);

  *displaced = 0;
  if (!is_sound (fragment))
    return XLAT_REASSEMBLY_REFUSED;

  if (slot == NULL)
    slot = start (self, &fragment->key, now_ns, displaced);
  else if (slot->refused)
    return XLAT_REASSEMBLY_REFUSED;
  else if (is_duplicate (slot, fragment))
    return XLAT_REASSEMBLY_WAITING;

  if (!insert (slot, fragment))
    {
      slot->refused = true;
      return XLAT_REASSEMBLY_REFUSED;
    }
  slot->n_fragments++;

  if (slot->length == 0 || slot->n_units < (slot->length + UNIT - 1) / UNIT)
    return XLAT_REASSEMBLY_WAITING;

  /* RFC 3168, 5.3: the packet has CE if any fragment has. */
  *whole = (struct xlat_whole){
      .data = slot->data,
      .length = slot->length,
      .tos = slot->congested ? slot->tos | 3 : slot->tos,
      .ttl = slot->ttl,
  };
  release (self, slot);
  return XLAT_REASSEMBLY_COMPLETE;
}

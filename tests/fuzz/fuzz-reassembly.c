/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reassembles fragments in any order. Each byte of a packet is a function of the packet
 * and its offset, by which the result is checked. */
#include <stdlib.h>
#include <string.h>

#include "packet-check.h"
#include "xlat-reassembly.h"

#define STEP_LENGTH 7

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static uint8_t
content (uint32_t id, size_t at)
{
  return (uint8_t)(id * 31 + at * 7 + at / 256);
}

static void
check_whole (const struct xlat_whole *whole, uint32_t id)
{
  REQUIRE (whole->length > 0 && whole->length <= 65535);
  for (size_t i = 0; i < whole->length; i++)
    REQUIRE (whole->data[i] == content (id, i));
}

/* STEP: the packet, offset, length, more fragments, delay, wrong content. */
static void
add (struct xlat_reassembly *reassembly, const uint8_t *step, uint64_t *now_ns)
{
  uint32_t id = step[0] % 32;
  uint32_t offset = (uint32_t)(step[1] << 8 | step[2]) & 0xfff8;
  size_t length = (size_t)((step[3] << 8 | step[4]) & 0x7ff);
  uint8_t *bytes = malloc (length + 1);
  struct xlat_fragment fragment = {
      .key = {.id = id},
      .data = bytes,
      .length = length,
      .offset = offset,
      .more = (step[5] & 1) != 0,
      .ttl = step[5],
  };
  struct xlat_whole whole;
  unsigned displaced, lost;

  REQUIRE (bytes != NULL);
  for (size_t i = 0; i < length; i++)
    bytes[i] = content (id, offset + i);

  *now_ns += step[6] * 100000000ull;
  lost = xlat_reassembly_expire (reassembly, *now_ns);
  REQUIRE (lost <= XLAT_REASSEMBLY_SLOTS * 8192u);
  switch (xlat_reassembly_add (reassembly, &fragment, *now_ns, &whole, &displaced))
    {
    case XLAT_REASSEMBLY_COMPLETE:
      check_whole (&whole, id);
      REQUIRE (!xlat_reassembly_knows (reassembly, &fragment.key));
      break;
    case XLAT_REASSEMBLY_WAITING:
      REQUIRE (xlat_reassembly_knows (reassembly, &fragment.key));
      break;
    case XLAT_REASSEMBLY_REFUSED:
      break;
    }
  free (bytes);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  struct xlat_reassembly *reassembly = xlat_reassembly_new ();
  uint64_t now_ns = 0;

  REQUIRE (reassembly != NULL);
  for (; size >= STEP_LENGTH; data += STEP_LENGTH, size -= STEP_LENGTH)
    add (reassembly, data, &now_ns);
  xlat_reassembly_free (reassembly);
  return 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Merges translated datagrams, and segments the result as the kernel would: the datagrams
 * and their order must be the same. The first byte chooses the direction, three more
 * describe each datagram: arbitrary input seldom has two that can be merged. */
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>

#include "packet-check.h"
#include "xlat-merge.h"
#include "xlat.h"

#define MAX_PACKETS 100
#define MAX_LENGTH  2048

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

struct packet
{
  uint8_t bytes[MAX_LENGTH];
  size_t length;
};

/* The datagrams that have been merged and not yet been segmented again. */
static struct packet waiting[MAX_PACKETS];
static unsigned n_waiting;

static struct packet inputs[MAX_PACKETS];
static struct xlat_merge merge;

static void
put16 (uint8_t *at, size_t value)
{
  at[0] = (uint8_t)(value >> 8);
  at[1] = (uint8_t)value;
}

/* A datagram that can be merged, with the fuzzer's content, ports and length. */
static size_t
make_datagram (bool is_ipv6, const uint8_t *step, unsigned n, uint8_t *packet)
{
  static const uint8_t addresses4[] = {192, 0, 0, 1, 198, 51, 100, 2};
  static const uint8_t remote6[16] = {0x20, 1,          0xd, 0xb8, 0,
                                      0x64, [12] = 198, 51,  100,  2};
  static const uint8_t local6[16] = {0x20, 1, 0xd, 0xb8, 0, 1, [15] = 1};
  size_t header = is_ipv6 ? 40 : 20, data = step[0] * 4u + (step[1] & 1);
  size_t length = header + 8 + data;
  struct view view;
  uint16_t checksum;

  memset (packet, 0, length);
  if (is_ipv6)
    {
      packet[0] = 0x60;
      packet[1] = step[2] & 0x30;
      put16 (packet + 4, length - header);
      packet[6] = 17;
      packet[7] = 64;
      memcpy (packet + 8, remote6, 16);
      memcpy (packet + 24, local6, 16);
    }
  else
    {
      packet[0] = 0x45;
      packet[1] = step[2] & 3;
      put16 (packet + 2, length);
      put16 (packet + 4, (step[2] & 8) != 0 ? n : step[2]);
      packet[6] = (step[2] & 4) != 0 ? 0x40 : 0;
      packet[8] = 64;
      packet[9] = 17;
      memcpy (packet + 12, addresses4, 8);
      checksum = (uint16_t)~naive_fold (naive_sum (packet, 20, 0));
      put16 (packet + 10, checksum);
    }
  packet[header + 1] = step[1] & 6;
  packet[header + 3] = 53;
  put16 (packet + header + 4, 8 + data);
  for (size_t i = 0; i < data; i++)
    packet[header + 8 + i] = (uint8_t)(n * 5 + i * step[1]);
  REQUIRE (view_packet (packet, length, &view));
  fix_checksum (&view, packet + header);
  if ((step[1] & 0x70) == 0x70) /* a wrong checksum, or none */
    packet[header + 6] = packet[header + 7] = (step[1] & 0x80) != 0 ? 0 : 0x55;
  return length;
}

/* The identification may differ only if DF is set. */
static void
check_segment (const uint8_t *packet, size_t length)
{
  struct packet *expected = &waiting[0];

  REQUIRE (n_waiting > 0);
  REQUIRE (length == expected->length);
  if (packet[0] >> 4 == 4 && (packet[6] & 0x40) != 0)
    {
      REQUIRE (memcmp (packet, expected->bytes, 4) == 0);
      REQUIRE (memcmp (packet + 6, expected->bytes + 6, 4) == 0);
      REQUIRE (memcmp (packet + 12, expected->bytes + 12, length - 12) == 0);
    }
  else
    REQUIRE (memcmp (packet, expected->bytes, length) == 0);
  n_waiting--;
  memmove (waiting, waiting + 1, n_waiting * sizeof *waiting);
}

/* Segments a packet as the kernel does. */
static void
segment (const uint8_t *packet, size_t length, const struct xlat_offload *offload)
{
  size_t header = offload->checksum_start, at = header + 8;
  uint8_t piece[MAX_LENGTH];
  struct view view;
  unsigned n = 0;

  REQUIRE (view_packet (packet, length, &view));
  REQUIRE (view.protocol == 17);
  REQUIRE (offload->needs_checksum && offload->checksum_offset == 6);
  REQUIRE ((size_t)(view.payload - packet) == header);
  REQUIRE ((size_t)(packet[header + 4] << 8 | packet[header + 5]) == length - header);
  for (; at < length; n++)
    {
      size_t data = length - at < offload->gso_size ? length - at : offload->gso_size;
      size_t total = header + 8 + data;

      memcpy (piece, packet, header + 8);
      memcpy (piece + header + 8, packet + at, data);
      put16 (piece + header + 4, 8 + data);
      if (piece[0] >> 4 == 4)
        {
          put16 (piece + 2, total);
          put16 (piece + 4, (size_t)(packet[4] << 8 | packet[5]) + n);
          put16 (piece + 10, 0);
          put16 (piece + 10, (uint16_t)~naive_fold (naive_sum (piece, 20, 0)));
        }
      else
        put16 (piece + 4, 8 + data);
      REQUIRE (view_packet (piece, total, &view));
      fix_checksum (&view, piece + header);
      check_segment (piece, total);
      at += data;
    }
  REQUIRE (n <= XLAT_MERGE_MAX);
}

static void
flush (void)
{
  static uint8_t packet[1 << 17];
  size_t length = 0;

  if (merge.n == 0)
    return;
  xlat_merge_finish (&merge);
  REQUIRE (merge.n_parts <= XLAT_MERGE_PARTS);
  for (int i = 1; i < merge.n_parts; i++)
    {
      memcpy (packet + length, merge.parts[i].iov_base, merge.parts[i].iov_len);
      length += merge.parts[i].iov_len;
    }
  REQUIRE (length <= 65535 + 40);
  if (merge.n == 1)
    check_segment (packet, length);
  else
    segment (packet, length, &merge.first.offload);
  merge.n = 0;
}

static void
give (const struct xlat_output *output)
{
  struct packet *copy = &waiting[n_waiting];

  copy->length = output->head_length + output->body_length;
  REQUIRE (copy->length <= MAX_LENGTH);
  memcpy (copy->bytes, output->head, output->head_length);
  memcpy (copy->bytes + output->head_length, output->body, output->body_length);
  if (xlat_merge_add (&merge, output))
    {
      n_waiting++;
      return;
    }
  flush ();
  waiting[0] = *copy;
  n_waiting = 1;
  xlat_merge_start (&merge, output);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static struct xlat_result result;
  struct xlat_statistics statistics = {0};
  struct xlat_config config;
  struct xlat *xlat;

  if (size == 0)
    return 0;
  xlat_config_init (&config);
  config.n_pairs = 1;
  config.pairs[0].prefix.length = 96;
  REQUIRE (inet_pton (AF_INET6, "2001:db8:64::", &config.pairs[0].prefix.address) == 1);
  REQUIRE (inet_pton (AF_INET, "192.0.0.1", &config.pairs[0].ipv4) == 1);
  REQUIRE (inet_pton (AF_INET6, "2001:db8:1::1", &config.pairs[0].ipv6) == 1);
  xlat = xlat_new (&config, 0xfff0, &statistics);
  REQUIRE (xlat != NULL);

  n_waiting = 0;
  merge.n = 0;
  for (unsigned n = 0; n < MAX_PACKETS && 1 + n * 3 + 3 <= size; n++)
    {
      inputs[n].length =
          make_datagram ((data[0] & 1) != 0, data + 1 + n * 3, n, inputs[n].bytes);
      xlat_translate (xlat, inputs[n].bytes, inputs[n].length, NULL, 0, &result);
      if (result.verdict == XLAT_FORWARD && result.n_packets == 1
          && xlat_merge_is_candidate (&result.packets[0]))
        give (&result.packets[0]);
      else
        flush ();
    }
  flush ();
  REQUIRE (n_waiting == 0);
  xlat_free (xlat);
  return 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks that hold for any packet. They do not use the library, so that they find its
 * faults. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Ends the program; the fuzzer keeps the input. */
#define REQUIRE(condition)                                                               \
  do                                                                                     \
    if (!(condition))                                                                    \
      fuzz_fail (__FILE__, __LINE__, #condition);                                        \
  while (0)

_Noreturn void fuzz_fail (const char *file, int line, const char *condition);

enum checksum_state
{
  CHECKSUM_UNKNOWN, /* the protocol has none, or it does not cover the packet */
  CHECKSUM_ABSENT,
  CHECKSUM_WRONG,
  CHECKSUM_RIGHT
};

/* A parsed packet. */
struct view
{
  int version;
  uint8_t source[16];
  uint8_t destination[16];
  uint8_t traffic_class;
  uint8_t hops;
  uint8_t protocol;
  const uint8_t *payload;
  size_t length;
  bool has_fragment_header;
  bool is_fragment;
  bool more;
  bool dont_fragment;
  size_t offset;
  uint16_t id; /* the low 16 bits */
};

/* False if the headers are not those of exactly LENGTH bytes. IPv6 extension headers
 * other than a fragment header are not followed. */
bool view_packet (const uint8_t *packet, size_t length, struct view *view);

/* Of the transport PAYLOAD between the addresses of VIEW. */
enum checksum_state view_checksum (const struct view *view, uint8_t protocol,
                                   const uint8_t *payload, size_t length);

/* Corrects the checksum of an unfragmented packet. */
void fix_checksum (const struct view *view, uint8_t *payload);

/* The sum of RFC 1071 in network byte order. */
uint32_t naive_sum (const uint8_t *data, size_t length, uint32_t sum);
uint16_t naive_fold (uint32_t sum);

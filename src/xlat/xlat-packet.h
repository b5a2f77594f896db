/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What goes into the translator and what comes out of it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "xlat-reason.h"
#include "xlat-rules.h"
#include "xlat-wire.h"

enum xlat_direction
{
  XLAT_4TO6,
  XLAT_6TO4,
  XLAT_N_DIRECTIONS
};

enum xlat_gso
{
  XLAT_GSO_NONE,
  XLAT_GSO_TCP,
  XLAT_GSO_UDP,
};

/* Work that a device has not done yet. Zeroes: a packet as on the wire. */
struct xlat_offload
{
  /* The field at CHECKSUM_START + CHECKSUM_OFFSET holds the sum of the pseudo header
   * only; the bytes from CHECKSUM_START on are not yet in it. */
  bool needs_checksum;
  bool gso_ecn;
  enum xlat_gso gso;
  uint16_t gso_size; /* payload of each segment, without any header */
  uint16_t checksum_start;
  uint16_t checksum_offset;
};

enum xlat_verdict
{
  XLAT_DROP,
  XLAT_ANSWER,  /* dropped, and an error goes back to the sender */
  XLAT_HOLD,    /* kept until the other fragments are there */
  XLAT_FORWARD, /* translated */
};

/* IPv6 header, fragment header, and UDP header of a datagram that is cut in pieces. */
#define XLAT_MAX_HEAD 56

/* The largest datagram in pieces of the smallest usual MTU (576) */
#define XLAT_MAX_PACKETS 128

/* A packet in two parts: headers that are new, and the rest where it was. */
struct xlat_output
{
  uint8_t head[XLAT_MAX_HEAD];
  uint8_t head_length;
  const uint8_t *body;
  size_t body_length;
  struct xlat_offload offload;
};

/* Bodies point into the packet that was given, into the result or into the translator:
 * all is valid until the next packet. Large, so meant to be used again and again. */
struct xlat_result
{
  enum xlat_verdict verdict;
  enum xlat_reason reason; /* of XLAT_DROP and XLAT_ANSWER */
  enum xlat_direction direction;
  unsigned n_packets;
  struct xlat_output packets[XLAT_MAX_PACKETS];
  uint8_t message[XLAT_IPV6_MIN_MTU]; /* an ICMP message made here */
};

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The packets and results of the translator. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "xlat-reason.h"
#include "xlat-rules.h"

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

/* Checksumming and segmentation that are left to a device. All zero: a packet as on the
 * wire. */
struct xlat_offload
{
  /* The field at CHECKSUM_START + CHECKSUM_OFFSET holds only the sum of the
   * pseudo-header; the bytes from CHECKSUM_START on must be added. */
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
  XLAT_ANSWER,  /* dropped, with an ICMP error to the sender */
  XLAT_HOLD,    /* a fragment, kept until the packet is complete */
  XLAT_FORWARD, /* translated */
  XLAT_REPLY,   /* an echo request to the translator, with the reply to it */
};

/* IPv6 header, fragment header, and the UDP header of a fragmented datagram. */
#define XLAT_MAX_HEAD 56

/* Enough fragments for the largest datagram at the smallest common MTU (576). */
#define XLAT_MAX_PACKETS 128

/* A packet in two parts: new headers, and the rest in place. */
struct xlat_output
{
  uint8_t head[XLAT_MAX_HEAD];
  uint8_t head_length;
  const uint8_t *body;
  size_t body_length;
  struct xlat_offload offload;
};

/* Bodies point into the input packet, into the result or into the translator, and are
 * valid until the next packet. Large, so allocate it once. */
struct xlat_result
{
  enum xlat_verdict verdict;
  enum xlat_reason reason; /* of XLAT_DROP and XLAT_ANSWER */
  enum xlat_direction direction;
  unsigned n_packets;
  struct xlat_output packets[XLAT_MAX_PACKETS];
  uint8_t message[XLAT_IPV6_MIN_MTU]; /* a new ICMP message */
};

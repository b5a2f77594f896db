/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Merges UDP datagrams into a GSO packet.
 *
 *   | IP | UDP | data 1 |  +  | IP | UDP | data 2 |  =  | IP | UDP | data 1 | data 2 |
 *
 * The kernel will compute the checksums of the segments, so only datagrams with a correct
 * or partial checksum are merged: a wrong checksum must stay wrong. */
#include "xlat-merge.h"

#include <string.h>

#include "xlat-checksum.h"

static bool
is_ipv6 (const struct xlat_output *output)
{
  return output->head[0] >> 4 == 6;
}

static uint16_t
pseudo_sum (const struct xlat_output *output, size_t length)
{
  size_t at = is_ipv6 (output) ? offsetof (struct xlat_ipv6, source)
                               : offsetof (struct xlat_ipv4, source);

  /* The addresses end the header in both families. */
  return xlat_sum_add (xlat_sum (output->head + at, output->head_length - at),
                       xlat_sum_pseudo (length, XLAT_PROTOCOL_UDP));
}

static const struct xlat_udp *
udp_of (const struct xlat_output *output)
{
  return (const struct xlat_udp *)output->body;
}

static bool
has_plain_header (const struct xlat_output *output)
{
  const struct xlat_ipv4 *ip = (const struct xlat_ipv4 *)output->head;

  if (is_ipv6 (output))
    return ((const struct xlat_ipv6 *)output->head)->next_header == XLAT_PROTOCOL_UDP
           && output->head_length == XLAT_IPV6_HEADER;
  return ip->protocol == XLAT_PROTOCOL_UDP && output->head_length == XLAT_IPV4_HEADER
         && (ip->fragment & ~htons (XLAT_IPV4_DONT_FRAGMENT)) == 0;
}

bool
xlat_merge_is_candidate (const struct xlat_output *output)
{
  return has_plain_header (output) && output->offload.gso == XLAT_GSO_NONE
         && output->body_length > XLAT_UDP_HEADER
         && ntohs (udp_of (output)->length) == output->body_length;
}

static bool
has_right_checksum (const struct xlat_output *output)
{
  if (output->offload.needs_checksum)
    return true;
  return udp_of (output)->checksum != 0
         && xlat_sum_add (pseudo_sum (output, output->body_length),
                          xlat_sum (output->body, output->body_length))
                == 0xffff;
}

/* Whether the kernel would write this header for the Nth segment after FIRST. */
static bool
continues_header (const struct xlat_output *first, unsigned n,
                  const struct xlat_output *output)
{
  const struct xlat_ipv4 *a, *b;

  if (first->head_length != output->head_length)
    return false;
  if (is_ipv6 (first))
    {
      size_t after = offsetof (struct xlat_ipv6, next_header);

      return memcmp (first->head, output->head,
                     offsetof (struct xlat_ipv6, payload_length))
                 == 0
             && memcmp (first->head + after, output->head + after,
                        sizeof (struct xlat_ipv6) - after)
                    == 0;
    }

  a = (const struct xlat_ipv4 *)first->head;
  b = (const struct xlat_ipv4 *)output->head;
  return a->tos == b->tos && a->fragment == b->fragment && a->ttl == b->ttl
         && a->source == b->source && a->destination == b->destination
         && (a->fragment != 0 || ntohs (b->id) == (uint16_t)(ntohs (a->id) + n));
}

static bool
continues_flow (const struct xlat_output *first, const struct xlat_output *output)
{
  return udp_of (first)->source_port == udp_of (output)->source_port
         && udp_of (first)->destination_port == udp_of (output)->destination_port;
}

static void
add_part (struct xlat_merge *self, const void *data, size_t length)
{
  self->parts[self->n_parts++] = (struct iovec){(void *)data, length};
}

void
xlat_merge_start (struct xlat_merge *self, const struct xlat_output *output)
{
  self->first = *output;
  self->n = 1;
  self->data = output->body_length - XLAT_UDP_HEADER;
  self->is_closed = false;
  self->n_parts = 1;
  add_part (self, self->first.head, self->first.head_length);
  add_part (self, output->body, output->body_length);
}

bool
xlat_merge_add (struct xlat_merge *self, const struct xlat_output *output)
{
  const struct xlat_output *first = &self->first;
  size_t data;

  if (self->n == 0 || self->is_closed || self->n == XLAT_MERGE_MAX
      || !xlat_merge_is_candidate (output))
    return false;

  data = output->body_length - XLAT_UDP_HEADER;
  if (data > first->body_length - XLAT_UDP_HEADER
      || XLAT_IPV6_HEADER + XLAT_UDP_HEADER + self->data + data > UINT16_MAX
      || !continues_header (first, self->n, output) || !continues_flow (first, output)
      || !has_right_checksum (output))
    return false;
  if (self->n == 1 && !has_right_checksum (first))
    {
      self->is_closed = true;
      return false;
    }

  add_part (self, output->body + XLAT_UDP_HEADER, data);
  self->n++;
  self->data += data;
  self->is_closed = data < first->body_length - XLAT_UDP_HEADER;
  return true;
}

static void
lengthen_header (struct xlat_output *output, size_t payload_length)
{
  struct xlat_ipv4 *ip4 = (struct xlat_ipv4 *)output->head;
  struct xlat_ipv6 *ip6 = (struct xlat_ipv6 *)output->head;

  if (is_ipv6 (output))
    {
      ip6->payload_length = htons ((uint16_t)payload_length);
      return;
    }
  ip4->total_length = htons ((uint16_t)(sizeof *ip4 + payload_length));
  ip4->checksum = 0;
  ip4->checksum = (be16)~xlat_sum (ip4, sizeof *ip4);
}

void
xlat_merge_finish (struct xlat_merge *self)
{
  struct xlat_output *first = &self->first;
  size_t length = XLAT_UDP_HEADER + self->data;
  struct xlat_udp udp;

  if (self->n < 2)
    return;

  lengthen_header (first, length);
  memcpy (&udp, first->body, sizeof udp);
  udp.length = htons ((uint16_t)length);
  udp.checksum = pseudo_sum (first, length);
  memcpy (self->udp, &udp, sizeof udp);

  /* Replace the UDP header of the first datagram by that of the merged packet. */
  memmove (self->parts + 3, self->parts + 2,
           (size_t)(self->n_parts - 2) * sizeof *self->parts);
  self->n_parts++;
  self->parts[2] = (struct iovec){self->udp, sizeof self->udp};
  self->parts[3] = (struct iovec){(void *)(first->body + XLAT_UDP_HEADER),
                                  first->body_length - XLAT_UDP_HEADER};
  first->offload = (struct xlat_offload){
      .needs_checksum = true,
      .gso = XLAT_GSO_UDP,
      .gso_size = (uint16_t)(first->body_length - XLAT_UDP_HEADER),
      .checksum_start = first->head_length,
      .checksum_offset = offsetof (struct xlat_udp, checksum),
  };
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Builds headers, and cuts bodies into fragments. */
#include "xlat-emit.h"

#include <string.h>

#include "xlat-checksum.h"

/* Fragment offsets have 13 bits and count units of 8 bytes. */
#define UNIT       8u
#define MAX_OFFSET (0x1fffu * UNIT)

/* A part of a body; the first one has its prefix. */
struct piece
{
  struct xlat_position position;
  size_t start; /* in the body, prefix included */
  size_t length;
};

static size_t
body_length (const struct xlat_body *body)
{
  return body->prefix_length + body->length;
}

static struct xlat_output *
add_packet (struct xlat_result *result)
{
  struct xlat_output *output;

  if (result->n_packets == XLAT_MAX_PACKETS)
    {
      result->n_packets = 0;
      return NULL;
    }

  output = &result->packets[result->n_packets++];
  output->offload = (struct xlat_offload){0};
  return output;
}

static void
add_body (struct xlat_output *output, const struct xlat_body *body,
          const struct piece *piece)
{
  size_t prefix = piece->start == 0 ? body->prefix_length : 0;

  if (prefix > 0)
    {
      memcpy (output->head + output->head_length, body->prefix, prefix);
      output->head_length += (uint8_t)prefix;
      output->body = body->data;
    }
  else
    output->body = body->data + (piece->start - body->prefix_length);
  output->body_length = piece->length - prefix;
}

static void
add_offload (struct xlat_output *output, const struct xlat_offload *offload)
{
  if (offload == NULL)
    return;

  output->offload = *offload;
  output->offload.checksum_start = output->head_length;
}

static void
write_header6 (struct xlat_output *output, const struct xlat_header6 *header,
               const struct piece *piece)
{
  size_t extension = piece->position.is_fragment ? XLAT_FRAGMENT_HEADER : 0;
  struct xlat_ipv6 ip = {
      .version_class_flow = htonl (6u << 28 | (uint32_t)header->traffic_class << 20),
      .payload_length = htons ((uint16_t)(extension + piece->length)),
      .next_header = extension > 0 ? XLAT_PROTOCOL_FRAGMENT : header->next_header,
      .hop_limit = header->hop_limit,
      .source = header->source,
      .destination = header->destination,
  };

  memcpy (output->head, &ip, sizeof ip);
  output->head_length = sizeof ip;

  if (extension > 0)
    {
      struct xlat_fragment_header fragment = {
          .next_header = header->next_header,
          .offset = htons ((uint16_t)(piece->position.offset
                                      | (piece->position.more ? XLAT_FRAGMENT_MORE : 0))),
          .id = htonl (header->id),
      };

      memcpy (output->head + sizeof ip, &fragment, sizeof fragment);
      output->head_length += (uint8_t)sizeof fragment;
    }
}

static void
write_header4 (struct xlat_output *output, const struct xlat_header4 *header,
               const struct piece *piece)
{
  uint16_t fragment =
      (uint16_t)(piece->position.offset / UNIT
                 | (piece->position.more ? XLAT_IPV4_MORE_FRAGMENTS : 0u)
                 | (header->dont_fragment ? XLAT_IPV4_DONT_FRAGMENT : 0u));
  struct xlat_ipv4 ip = {
      .version_ihl = 0x45,
      .tos = header->tos,
      .total_length = htons ((uint16_t)(sizeof ip + piece->length)),
      .id = htons (header->id),
      .fragment = htons (fragment),
      .ttl = header->ttl,
      .protocol = header->protocol,
      .source = header->source,
      .destination = header->destination,
  };

  ip.checksum = (be16)~xlat_sum (&ip, sizeof ip);
  memcpy (output->head, &ip, sizeof ip);
  output->head_length = sizeof ip;
}

void
xlat_head6 (struct xlat_output *output, const struct xlat_header6 *header, size_t length)
{
  struct piece piece = {.position = header->position, .length = length};

  write_header6 (output, header, &piece);
}

void
xlat_head4 (struct xlat_output *output, const struct xlat_header4 *header, size_t length)
{
  struct piece piece = {.position = header->position, .length = length};

  write_header4 (output, header, &piece);
}

/* Advances PIECE to the next one, of at most MAX bytes. False if its offset would be too
 * large. */
static bool
next_piece (struct piece *piece, const struct xlat_position *whole, size_t length,
            size_t max)
{
  size_t rest;

  piece->start += piece->length;
  rest = length - piece->start;
  piece->length = rest <= max ? rest : max - max % UNIT;
  piece->position.is_fragment = true;
  piece->position.offset = whole->offset + (uint32_t)piece->start;
  piece->position.more = whole->more || piece->length < rest;
  return piece->position.offset <= MAX_OFFSET;
}

bool
xlat_emit6 (struct xlat_result *result, const struct xlat_header6 *header,
            const struct xlat_body *body, size_t limit,
            const struct xlat_offload *offload)
{
  size_t length = body_length (body);
  size_t overhead =
      XLAT_IPV6_HEADER + (header->position.is_fragment ? XLAT_FRAGMENT_HEADER : 0);
  struct piece piece = {.position = header->position, .length = length};
  struct xlat_output *output;

  if (overhead + length <= limit || (offload != NULL && offload->gso != XLAT_GSO_NONE))
    {
      if ((output = add_packet (result)) == NULL)
        return false;
      write_header6 (output, header, &piece);
      add_body (output, body, &piece);
      add_offload (output, offload);
      return true;
    }

  overhead = XLAT_IPV6_HEADER + XLAT_FRAGMENT_HEADER;
  for (piece.length = 0; piece.start + piece.length < length;)
    {
      if (!next_piece (&piece, &header->position, length, limit - overhead)
          || (output = add_packet (result)) == NULL)
        {
          result->n_packets = 0;
          return false;
        }
      write_header6 (output, header, &piece);
      add_body (output, body, &piece);
    }
  return true;
}

bool
xlat_emit4 (struct xlat_result *result, const struct xlat_header4 *header,
            const struct xlat_body *body, size_t limit,
            const struct xlat_offload *offload)
{
  size_t length = body_length (body);
  struct piece piece = {.position = header->position, .length = length};
  struct xlat_output *output;

  if (XLAT_IPV4_HEADER + length <= limit
      || (offload != NULL && offload->gso != XLAT_GSO_NONE))
    {
      if ((output = add_packet (result)) == NULL)
        return false;
      write_header4 (output, header, &piece);
      add_body (output, body, &piece);
      add_offload (output, offload);
      return true;
    }

  for (piece.length = 0; piece.start + piece.length < length;)
    {
      if (!next_piece (&piece, &header->position, length, limit - XLAT_IPV4_HEADER)
          || (output = add_packet (result)) == NULL)
        {
          result->n_packets = 0;
          return false;
        }
      write_header4 (output, header, &piece);
      add_body (output, body, &piece);
    }
  return true;
}

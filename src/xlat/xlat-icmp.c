/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Echo messages are translated in place, errors are rebuilt. */
#include "xlat-icmp.h"

#include <string.h>

#include "xlat-checksum.h"
#include "xlat-icmp-extension.h"
#include "xlat-icmp-quote.h"
#include "xlat-transport.h"

/* The largest errors: RFC 4443, 2.4 c for IPv6. RFC 7915 has no limit for IPv4; this is
 * that of RFC 1812, 4.3.2.3. */
#define MAX_QUOTED6 (XLAT_IPV6_MIN_MTU - XLAT_IPV6_HEADER - XLAT_ICMP_HEADER)
#define MAX_QUOTED4 (576 - XLAT_IPV4_HEADER - XLAT_ICMP_HEADER)

/* RFC 4884: the field with the length of the quoted packet, and its unit in bytes. */
#define LENGTH4_BYTE 1 /* of the four bytes after the checksum */
#define LENGTH4_UNIT 4
#define LENGTH6_BYTE 0
#define LENGTH6_UNIT 8

#define MTU4_BYTE 2

static bool
has_extensions4 (uint8_t type)
{
  return type == XLAT_ICMP4_UNREACHABLE || type == XLAT_ICMP4_TIME_EXCEEDED
         || type == XLAT_ICMP4_PARAMETER_PROBLEM;
}

static bool
has_extensions6 (uint8_t type)
{
  return type == XLAT_ICMP6_UNREACHABLE || type == XLAT_ICMP6_TIME_EXCEEDED;
}

bool
xlat_icmp4_is_translatable (uint8_t type, uint8_t code)
{
  return xlat_icmp_echo_4to6 (type) != XLAT_ICMP_NONE
         || xlat_icmp_error_4to6 (type, code) != XLAT_ICMP_NONE;
}

bool
xlat_icmp6_is_translatable (uint8_t type, uint8_t code)
{
  return xlat_icmp_echo_6to4 (type) != XLAT_ICMP_NONE
         || xlat_icmp_error_6to4 (type, code) != XLAT_ICMP_NONE;
}

/* Translates the last four bytes of the header of an error, without the length. False if
 * they have no counterpart. */
static bool
translate_rest_4to6 (const struct xlat *xlat, const struct xlat_icmp *old,
                     const struct xlat_icmp_quote *quote, struct xlat_icmp *new)
{
  int pointer;

  memset (new->rest, 0, sizeof new->rest);
  if (new->type == XLAT_ICMP6_PACKET_TOO_BIG)
    xlat_put_be32 (new->rest, xlat_mtu_4to6 (xlat_get_be16 (old->rest + MTU4_BYTE),
                                             (unsigned)quote->total_length,
                                             xlat->config.mtu6, xlat->config.mtu4));
  if (new->type != XLAT_ICMP6_PARAMETER_PROBLEM)
    return true;

  pointer = old->type == XLAT_ICMP4_UNREACHABLE ? XLAT_POINTER_NEXT_HEADER
                                                : xlat_icmp_pointer_4to6 (old->rest[0]);
  if (pointer == XLAT_ICMP_NONE)
    return false;
  xlat_put_be32 (new->rest, (uint32_t)pointer);
  return true;
}

static bool
translate_rest_6to4 (const struct xlat *xlat, const struct xlat_icmp *old,
                     const struct xlat_icmp_quote *quote, struct xlat_icmp *new)
{
  memset (new->rest, 0, sizeof new->rest);
  if (old->type == XLAT_ICMP6_PACKET_TOO_BIG)
    {
      unsigned mtu = xlat_mtu_6to4 (xlat_get_be32 (old->rest), quote->had_fragment_header,
                                    xlat->config.mtu6, xlat->config.mtu4);

      xlat_put_be16 (new->rest + MTU4_BYTE, (uint16_t)mtu);
      return mtu != 0;
    }
  if (new->type == XLAT_ICMP4_PARAMETER_PROBLEM)
    {
      int pointer = xlat_icmp_pointer_6to4 (xlat_get_be32 (old->rest));

      new->rest[0] = (uint8_t)pointer;
      return pointer != XLAT_ICMP_NONE;
    }
  return true;
}

/* PAIR is an XLAT_ICMP_PAIR. */
static struct xlat_icmp
new_header (int pair)
{
  return (struct xlat_icmp){.type = (uint8_t)(pair >> 8), .code = (uint8_t)pair};
}

static void
finish (struct xlat_work *work, const struct xlat_icmp *header, size_t length,
        uint16_t pseudo, struct xlat_body *body)
{
  uint8_t *message = work->result->message;

  memcpy (message, header, sizeof *header);
  xlat_checksum_store (message + offsetof (struct xlat_icmp, checksum),
                       xlat_sum_add (xlat_sum (message, length), pseudo));
  body->data = message;
  body->length = length;
}

static enum xlat_reason
translate_error_4to6 (struct xlat_work *work, uint8_t *data, size_t length,
                      const struct xlat_header6 *header, struct xlat_body *body)
{
  struct xlat_icmp_extension extension = {0};
  struct xlat_icmp old, new;
  struct xlat_icmp_quote quote;
  uint8_t *quoted = data + sizeof old;
  size_t quoted_length = length - sizeof old;
  size_t message_length;

  /* The checksum is computed from scratch, which would hide a wrong one. */
  if (xlat_sum (data, length) != 0xffff)
    return XLAT_REASON_MALFORMED;

  memcpy (&old, data, sizeof old);
  new = new_header (xlat_icmp_error_4to6 (old.type, old.code));
  if (has_extensions4 (old.type))
    quoted_length = xlat_icmp_extension_find (
        quoted, quoted_length, old.rest[LENGTH4_BYTE], LENGTH4_UNIT, &extension);
  if (!xlat_icmp_quote_4to6 (&work->xlat->config, work->pair, quoted, quoted_length,
                             &quote))
    return XLAT_REASON_ICMP_ERROR;
  if (!translate_rest_4to6 (work->xlat, &old, &quote, &new))
    return XLAT_REASON_ICMP_TYPE;

  message_length =
      sizeof new
      + xlat_icmp_extension_lay_out (
          work->result->message + sizeof new, MAX_QUOTED6, LENGTH6_UNIT, &quote,
          &extension, NULL, has_extensions6 (new.type) ? &new.rest[LENGTH6_BYTE] : NULL);
  finish (work, &new, message_length,
          xlat_sum_add (xlat_sum_addresses6 (&header->source, &header->destination),
                        xlat_sum_pseudo (message_length, XLAT_PROTOCOL_ICMP6)),
          body);
  return XLAT_REASON_NONE;
}

static enum xlat_reason
translate_error_6to4 (struct xlat_work *work, uint8_t *data, size_t length,
                      uint16_t pseudo, const struct xlat_address6 *node,
                      struct xlat_body *body)
{
  struct xlat_icmp_extension extension = {0};
  struct xlat_icmp old, new;
  struct xlat_icmp_quote quote;
  uint8_t *quoted = data + sizeof old;
  size_t quoted_length = length - sizeof old;
  size_t message_length;

  if (xlat_sum_add (xlat_sum (data, length), pseudo) != 0xffff)
    return XLAT_REASON_MALFORMED;

  memcpy (&old, data, sizeof old);
  new = new_header (xlat_icmp_error_6to4 (old.type, old.code));
  if (has_extensions6 (old.type))
    quoted_length = xlat_icmp_extension_find (
        quoted, quoted_length, old.rest[LENGTH6_BYTE], LENGTH6_UNIT, &extension);
  if (!xlat_icmp_quote_6to4 (&work->xlat->config, quoted, quoted_length, &quote))
    return XLAT_REASON_ICMP_ERROR;
  if (!translate_rest_6to4 (work->xlat, &old, &quote, &new))
    return XLAT_REASON_ICMP_TYPE;
  work->pair = quote.pair;

  /* Only for types that can carry extensions in both families. */
  message_length =
      sizeof new
      + xlat_icmp_extension_lay_out (
          work->result->message + sizeof new, MAX_QUOTED4, LENGTH4_UNIT, &quote,
          &extension, node, has_extensions6 (old.type) ? &new.rest[LENGTH4_BYTE] : NULL);
  finish (work, &new, message_length, 0, body);
  return XLAT_REASON_NONE;
}

enum xlat_reason
xlat_icmp_4to6 (struct xlat_work *work, uint8_t *data, size_t length,
                const struct xlat_header6 *header, struct xlat_body *body)
{
  int echo = xlat_icmp_echo_4to6 (data[0]);
  uint16_t pseudo;

  if (echo == XLAT_ICMP_NONE)
    return translate_error_4to6 (work, data, length, header, body);

  pseudo = xlat_sum_add (xlat_sum_addresses6 (&header->source, &header->destination),
                         xlat_sum_pseudo (length, XLAT_PROTOCOL_ICMP6));
  xlat_echo_translate (data, echo, pseudo);
  body->data = data;
  body->length = length;
  return XLAT_REASON_NONE;
}

enum xlat_reason
xlat_icmp_6to4 (struct xlat_work *work, uint8_t *data, size_t length,
                const struct xlat_ipv6 *ip, const struct xlat_address6 *node,
                struct xlat_body *body)
{
  int echo = xlat_icmp_echo_6to4 (data[0]);
  uint16_t pseudo = xlat_sum_add (xlat_sum_addresses6 (&ip->source, &ip->destination),
                                  xlat_sum_pseudo (length, XLAT_PROTOCOL_ICMP6));

  if (echo == XLAT_ICMP_NONE)
    return translate_error_6to4 (work, data, length, pseudo, node, body);

  xlat_echo_translate (data, echo, (uint16_t)~pseudo);
  /* The checksum of an all-zero message, an echo reply, is 0xffff. */
  if (xlat_get_be16 (data + offsetof (struct xlat_icmp, checksum)) == 0
      && xlat_sum (data, length) == 0)
    xlat_checksum_avoid_zero (data + offsetof (struct xlat_icmp, checksum));
  body->data = data;
  body->length = length;
  return XLAT_REASON_NONE;
}

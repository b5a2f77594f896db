/* SPDX-License-Identifier: GPL-2.0-or-later */
/* RFC 4884: an error begins with the quoted packet, padded to at least 128 bytes; then
 * follows one extension structure with a version and a checksum.
 *
 *   | quoted packet, zeroes | version checksum | object | object ... |
 *   '------- length --------'
 */
#include "xlat-icmp-extension.h"

#include <string.h>

#include "xlat-checksum.h"

#define MIN_QUOTED       128u
#define STRUCTURE_HEADER 4u
#define VERSION          0x20

#define NODE_OBJECT     24u
#define NODE_CLASS      5
#define NODE_IP_ADDRESS 0x04 /* bit of the C-Type: has an IP address */
#define AFI_IPV6        2

static size_t
round_up (size_t length, size_t unit)
{
  return (length + unit - 1) / unit * unit;
}

size_t
xlat_icmp_extension_find (const uint8_t *data, size_t length, uint8_t attribute,
                          size_t unit, struct xlat_icmp_extension *extension)
{
  size_t quoted = attribute * unit;

  /* An invalid length means no extension: routers older than RFC 4884 left arbitrary
   * values in that byte. */
  if (quoted < MIN_QUOTED || quoted > length)
    {
      *extension = (struct xlat_icmp_extension){0};
      return length;
    }

  *extension = (struct xlat_icmp_extension){
      .is_marked = true,
      .data = data + quoted,
      .length = length - quoted,
  };
  return quoted;
}

static bool
is_structure (const struct xlat_icmp_extension *extension)
{
  return extension->length >= STRUCTURE_HEADER && extension->data[0] >> 4 == VERSION >> 4;
}

static size_t
write_quote (uint8_t *buffer, size_t room, const struct xlat_icmp_quote *quote)
{
  size_t rest = room - quote->head_length < quote->rest_length ? room - quote->head_length
                                                               : quote->rest_length;

  memcpy (buffer, quote->head, quote->head_length);
  memcpy (buffer + quote->head_length, quote->rest, rest);
  return quote->head_length + rest;
}

/* Appends the object of the node to the structure of LENGTH bytes at BUFFER. */
static size_t
add_node (uint8_t *buffer, size_t length, const struct xlat_address6 *node)
{
  uint8_t *object = buffer + length;
  uint8_t *checksum = buffer + 2;

  xlat_put_be16 (object, NODE_OBJECT);
  object[2] = NODE_CLASS;
  object[3] = NODE_IP_ADDRESS;
  xlat_put_be16 (object + 4, AFI_IPV6);
  xlat_put_be16 (object + 6, 0);
  memcpy (object + 8, node, sizeof *node);

  /* Zero: the structure has no checksum. */
  if (xlat_get_be16 (checksum) != 0)
    xlat_checksum_adjust (checksum, xlat_sum (object, NODE_OBJECT));
  return length + NODE_OBJECT;
}

static size_t
write_extension (uint8_t *buffer, const struct xlat_icmp_extension *extension,
                 const struct xlat_address6 *node)
{
  static const uint8_t empty[STRUCTURE_HEADER] = {VERSION, 0, 0xdf, 0xff};

  if (node == NULL)
    {
      memcpy (buffer, extension->data, extension->length);
      return extension->length;
    }
  if (is_structure (extension))
    {
      memcpy (buffer, extension->data, extension->length);
      return add_node (buffer, extension->length, node);
    }

  memcpy (buffer, empty, sizeof empty);
  return add_node (buffer, sizeof empty, node);
}

static size_t
extension_length (const struct xlat_icmp_extension *extension,
                  const struct xlat_address6 *node)
{
  if (node == NULL)
    return extension->length;
  return (is_structure (extension) ? extension->length : STRUCTURE_HEADER) + NODE_OBJECT;
}

size_t
xlat_icmp_extension_lay_out (uint8_t *buffer, size_t room, size_t unit,
                             const struct xlat_icmp_quote *quote,
                             const struct xlat_icmp_extension *extension,
                             const struct xlat_address6 *node, uint8_t *attribute)
{
  static const struct xlat_icmp_extension none;
  size_t extended, field, written;

  if (attribute == NULL)
    return write_quote (buffer, room, quote);

  /* Receivers rely on the first 128 bytes of the quoted packet. An extension that does
   * not fit after them is left out. */
  if (MIN_QUOTED + extension_length (extension, node) > room)
    extension = &none;

  *attribute = 0;
  extended = extension_length (extension, node);
  if (!extension->is_marked && extended == 0)
    return write_quote (buffer, room, quote);

  field = round_up (quote->head_length + quote->rest_length, unit);
  if (field < MIN_QUOTED)
    field = MIN_QUOTED;
  if (field > room - extended)
    field = (room - extended) / unit * unit;

  written = write_quote (buffer, field, quote);
  memset (buffer + written, 0, field - written);
  *attribute = (uint8_t)(field / unit);
  return field + write_extension (buffer + field, extension, node);
}

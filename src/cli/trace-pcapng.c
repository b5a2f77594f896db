/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Packets as a pcapng file (draft-ietf-opsawg-pcapng), in the byte order of this host. */
#include <string.h>

#include "trace-pcapng.h"

#define BLOCK_SECTION   0x0a0d0d0a
#define BLOCK_INTERFACE 1
#define BLOCK_PACKET    6 /* enhanced */

#define BYTE_ORDER_MAGIC 0x1a2b3c4d
#define MAJOR_VERSION    1
#define LINK_TYPE_RAW    101
#define NO_LIMIT         0

#define OPTION_END     0
#define OPTION_COMMENT 1
#define OPTION_NAME    2 /* of the interface */

static void
append_u16 (GByteArray *into, guint16 value)
{
  g_byte_array_append (into, (const guint8 *)&value, sizeof value);
}

static void
append_u32 (GByteArray *into, guint32 value)
{
  g_byte_array_append (into, (const guint8 *)&value, sizeof value);
}

/* Padded to 32 bits. */
static void
append_octets (GByteArray *into, const void *octets, guint length)
{
  static const guint8 padding[4];

  g_byte_array_append (into, octets, length);
  g_byte_array_append (into, padding, -length % 4);
}

static void
append_option (GByteArray *into, guint16 code, const char *text)
{
  gsize length = MIN (strlen (text), G_MAXUINT16);

  append_u16 (into, code);
  append_u16 (into, length);
  append_octets (into, text, length);
  append_u16 (into, OPTION_END);
  append_u16 (into, 0);
}

/* The length of a block is in front of its body and behind it. */
static guint
begin_block (GByteArray *into, guint32 type)
{
  guint start = into->len;

  append_u32 (into, type);
  append_u32 (into, 0);
  return start;
}

static void
end_block (GByteArray *into, guint start)
{
  guint32 length = into->len - start + sizeof length;

  append_u32 (into, length);
  memcpy (into->data + start + sizeof (guint32), &length, sizeof length);
}

void
trace_pcapng_append_header (GByteArray *into, const char *interface)
{
  guint start = begin_block (into, BLOCK_SECTION);

  append_u32 (into, BYTE_ORDER_MAGIC);
  append_u16 (into, MAJOR_VERSION);
  append_u16 (into, 0);
  append_u32 (into, G_MAXUINT32); /* the length of the section: unknown */
  append_u32 (into, G_MAXUINT32);
  end_block (into, start);

  /* Only one, because libpcap 1.10 refuses a second one of this link type. */
  start = begin_block (into, BLOCK_INTERFACE);
  append_u16 (into, LINK_TYPE_RAW);
  append_u16 (into, 0);
  append_u32 (into, NO_LIMIT);
  append_option (into, OPTION_NAME, interface);
  end_block (into, start);
}

void
trace_pcapng_append_packet (GByteArray *into, gint64 time, const ClatTracePacket *packet,
                            const char *comment)
{
  guint start = begin_block (into, BLOCK_PACKET);

  append_u32 (into, 0); /* of the interface */
  append_u32 (into, (guint64)time >> 32);
  append_u32 (into, (guint64)time);
  append_u32 (into, packet->captured);
  append_u32 (into, packet->length);
  append_octets (into, packet->data, packet->captured);
  if (comment != NULL)
    append_option (into, OPTION_COMMENT, comment);
  end_block (into, start);
}

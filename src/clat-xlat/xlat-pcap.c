/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The classic pcap format: a header of 24 bytes, then packets, each after a record header
 * of 16 bytes. The magic number gives the byte order and the unit of time. */
#include "xlat-pcap.h"

#include <byteswap.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#define MAGIC_MICROSECONDS 0xa1b2c3d4u
#define MAGIC_NANOSECONDS  0xa1b23c4du
#define MAGIC_PCAPNG       0x0a0d0d0au

#define VERSION_MAJOR 2
#define VERSION_MINOR 4

#define LINKTYPE_RAW  101u
#define LINKTYPE_IPV4 228u
#define LINKTYPE_IPV6 229u
#define LINKTYPE_MASK                                                                    \
  0x03ffffffu /* the other bits are about the frame check sequence                       \
               */

struct file_header
{
  uint32_t magic;
  uint16_t version_major;
  uint16_t version_minor;
  uint32_t zone;
  uint32_t accuracy;
  uint32_t snap_length;
  uint32_t link_type;
};

struct record
{
  uint32_t seconds;
  uint32_t fraction;
  uint32_t captured;
  uint32_t length;
};

_Static_assert(sizeof (struct file_header) == 24, "as in the file");
_Static_assert(sizeof (struct record) == 16, "as in the file");

static uint32_t
in_order (const struct xlat_pcap_reader *reader, uint32_t value)
{
  return reader->is_swapped ? bswap_32 (value) : value;
}

static const char *
why_short (FILE *file)
{
  return ferror (file) ? strerror (errno) : "the file ends";
}

/* 12 and 14 are DLT_RAW of BSD systems, which some programs write to files. */
static bool
is_raw_ip (uint32_t link_type)
{
  return link_type == LINKTYPE_RAW || link_type == LINKTYPE_IPV4
         || link_type == LINKTYPE_IPV6 || link_type == 12 || link_type == 14;
}

static bool
read_magic (struct xlat_pcap_reader *reader, uint32_t magic)
{
  reader->is_swapped =
      magic == bswap_32 (MAGIC_MICROSECONDS) || magic == bswap_32 (MAGIC_NANOSECONDS);
  magic = in_order (reader, magic);
  reader->has_nanoseconds = magic == MAGIC_NANOSECONDS;

  if (magic == MAGIC_MICROSECONDS || magic == MAGIC_NANOSECONDS)
    return true;
  if (magic == MAGIC_PCAPNG)
    snprintf (reader->problem, sizeof reader->problem,
              "%s: pcapng is not supported; convert it with editcap -F pcap",
              reader->name);
  else
    snprintf (reader->problem, sizeof reader->problem,
              "%s: not a capture file: it starts with %08" PRIx32, reader->name, magic);
  return false;
}

bool
xlat_pcap_reader_open (struct xlat_pcap_reader *reader, FILE *file, const char *name)
{
  struct file_header header;
  uint32_t link_type;

  reader->file = file;
  reader->name = name;
  reader->n_packets = 0;
  reader->problem[0] = '\0';

  if (fread (&header, sizeof header, 1, file) != 1)
    {
      snprintf (reader->problem, sizeof reader->problem,
                "%s: not a capture file: %s within the header", name, why_short (file));
      return false;
    }
  if (!read_magic (reader, header.magic))
    return false;

  link_type = in_order (reader, header.link_type) & LINKTYPE_MASK;
  if (!is_raw_ip (link_type))
    {
      snprintf (reader->problem, sizeof reader->problem,
                "%s: link type %" PRIu32 " is not supported, only raw IP packets (%u)",
                name, link_type, LINKTYPE_RAW);
      return false;
    }
  return true;
}

__attribute__ ((format (printf, 3, 4))) static enum xlat_pcap_status
fail (struct xlat_pcap_reader *reader, enum xlat_pcap_status status, const char *format,
      ...)
{
  int length = snprintf (reader->problem, sizeof reader->problem,
                         "%s: packet %" PRIu64 ": ", reader->name, reader->n_packets);
  va_list arguments;

  if (length < 0 || (size_t)length >= sizeof reader->problem)
    return status;
  va_start (arguments, format);
  vsnprintf (reader->problem + length, sizeof reader->problem - (size_t)length, format,
             arguments);
  va_end (arguments);
  return status;
}

enum xlat_pcap_status
xlat_pcap_read (struct xlat_pcap_reader *reader, struct xlat_pcap_packet *packet)
{
  struct record record;
  uint32_t captured, length;
  size_t n = fread (&record, 1, sizeof record, reader->file);

  if (n == 0 && !ferror (reader->file))
    return XLAT_PCAP_END;
  reader->n_packets++;
  if (n < sizeof record)
    return fail (reader, XLAT_PCAP_BROKEN, "%s within the record header",
                 why_short (reader->file));

  captured = in_order (reader, record.captured);
  length = in_order (reader, record.length);
  if (captured > sizeof reader->data)
    return fail (reader, XLAT_PCAP_BROKEN,
                 "the record length of %" PRIu32 " bytes is too large", captured);

  n = fread (reader->data, 1, captured, reader->file);
  if (n < captured)
    return fail (reader, XLAT_PCAP_BROKEN, "%s after %zu of %" PRIu32 " bytes",
                 why_short (reader->file), n, captured);
  if (captured > length)
    return fail (reader, XLAT_PCAP_INCOMPLETE,
                 "%" PRIu32 " bytes were captured of a packet of %" PRIu32, captured,
                 length);
  if (captured < length)
    return fail (reader, XLAT_PCAP_INCOMPLETE,
                 "only %" PRIu32 " of its %" PRIu32
                 " bytes were captured, so it cannot be translated",
                 captured, length);

  packet->data = reader->data;
  packet->length = captured;
  packet->time.seconds = in_order (reader, record.seconds);
  packet->time.fraction = in_order (reader, record.fraction);
  packet->time.ns = packet->time.seconds * 1000000000ull
                    + packet->time.fraction * (reader->has_nanoseconds ? 1ull : 1000ull);
  return XLAT_PCAP_PACKET;
}

bool
xlat_pcap_write_header (FILE *file, bool has_nanoseconds)
{
  const struct file_header header = {
      .magic = has_nanoseconds ? MAGIC_NANOSECONDS : MAGIC_MICROSECONDS,
      .version_major = VERSION_MAJOR,
      .version_minor = VERSION_MINOR,
      .snap_length = XLAT_PCAP_MAX_PACKET,
      .link_type = LINKTYPE_RAW,
  };

  return fwrite (&header, sizeof header, 1, file) == 1;
}

bool
xlat_pcap_write (FILE *file, const struct xlat_pcap_time *time,
                 const struct xlat_pcap_part *parts, size_t n_parts)
{
  struct record record = {.seconds = time->seconds, .fraction = time->fraction};

  for (size_t i = 0; i < n_parts; i++)
    record.captured += (uint32_t)parts[i].length;
  record.length = record.captured;

  if (fwrite (&record, sizeof record, 1, file) != 1)
    return false;
  for (size_t i = 0; i < n_parts; i++)
    if (parts[i].length > 0 && fwrite (parts[i].data, parts[i].length, 1, file) != 1)
      return false;
  return true;
}

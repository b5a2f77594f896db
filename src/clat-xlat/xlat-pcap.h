/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Classic capture files of raw IP packets (LINKTYPE_RAW). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define XLAT_PCAP_MAX_PACKET 262144

struct xlat_pcap_reader
{
  FILE *file;
  const char *name;
  bool is_swapped;
  bool has_nanoseconds;
  uint64_t n_packets; /* read so far; the number of the last one */
  char problem[160];
  uint8_t data[XLAT_PCAP_MAX_PACKET];
};

/* When a packet was captured: as in the file, and in nanoseconds. */
struct xlat_pcap_time
{
  uint32_t seconds;
  uint32_t fraction;
  uint64_t ns;
};

struct xlat_pcap_packet
{
  struct xlat_pcap_time time;
  uint8_t *data;
  size_t length;
};

enum xlat_pcap_status
{
  XLAT_PCAP_PACKET,
  XLAT_PCAP_INCOMPLETE, /* skip this packet, the next one may be usable */
  XLAT_PCAP_BROKEN,     /* nothing more can be read */
  XLAT_PCAP_END
};

/* False if FILE is not a supported capture; PROBLEM is set. */
bool xlat_pcap_reader_open (struct xlat_pcap_reader *reader, FILE *file,
                            const char *name);

/* PACKET is valid until the next call. PROBLEM is set if the result is neither
 * XLAT_PCAP_PACKET nor XLAT_PCAP_END. */
enum xlat_pcap_status xlat_pcap_read (struct xlat_pcap_reader *reader,
                                      struct xlat_pcap_packet *packet);

struct xlat_pcap_part
{
  const void *data;
  size_t length;
};

/* False if FILE cannot be written; errno is set. Output is buffered: check fflush too. */
bool xlat_pcap_write_header (FILE *file, bool has_nanoseconds);
bool xlat_pcap_write (FILE *file, const struct xlat_pcap_time *time,
                      const struct xlat_pcap_part *parts, size_t n_parts);

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The answer of a DNS server to a query for AAAA records (RFC 1035, RFC 2308). c-ares
 * before 1.22 does not parse the authority section, which has the SOA record of a
 * negative answer: the message is parsed here. */
#include "clat-dns-answer.h"

#include <string.h>

#define TYPE_CNAME 5
#define TYPE_SOA   6
#define TYPE_AAAA  28
#define CLASS_IN   1

#define RCODE_NO_ERROR     0
#define RCODE_NO_SUCH_NAME 3

/* How long a negative answer without a SOA record holds, in seconds. */
#define DEFAULT_NEGATIVE_TTL 60

/* Two names of at least one octet and five 32-bit numbers (RFC 1035, 3.3.13). */
#define SOA_MIN_LENGTH 22

typedef struct
{
  const guint8 *at;
  gsize left;
} Reader;

typedef struct
{
  guint16 type;
  guint16 class;
  guint32 ttl;
  const guint8 *data;
  guint16 length;
} Record;

/* NULL if fewer octets are left. */
static const guint8 *
take (Reader *reader, gsize length)
{
  const guint8 *taken = reader->at;

  if (length > reader->left)
    return NULL;
  reader->at += length;
  reader->left -= length;
  return taken;
}

static guint16
read_u16 (const guint8 *octets)
{
  return octets[0] << 8 | octets[1];
}

static guint32
read_u32 (const guint8 *octets)
{
  return (guint32)read_u16 (octets) << 16 | read_u16 (octets + 2);
}

/* Names are not compared, so compression pointers need not be followed. */
static gboolean
skip_name (Reader *reader)
{
  const guint8 *octet;

  while ((octet = take (reader, 1)) != NULL)
    {
      if (*octet == 0)
        return TRUE;
      if (*octet >= 0xc0)
        return take (reader, 1) != NULL;
      if (*octet >= 0x40 || take (reader, *octet) == NULL)
        return FALSE;
    }
  return FALSE;
}

static gboolean
skip_questions (Reader *reader, guint count)
{
  for (guint i = 0; i < count; i++)
    if (!skip_name (reader) || take (reader, 4) == NULL)
      return FALSE;
  return TRUE;
}

static gboolean
read_record (Reader *reader, Record *record)
{
  const guint8 *fixed;

  if (!skip_name (reader) || (fixed = take (reader, 10)) == NULL)
    return FALSE;

  *record = (Record){
      .type = read_u16 (fixed),
      .class = read_u16 (fixed + 2),
      .ttl = read_u32 (fixed + 4),
      .length = read_u16 (fixed + 8),
  };
  /* RFC 2181, 8: the most significant bit is not used. */
  if (record->ttl > G_MAXINT32)
    record->ttl = 0;
  record->data = take (reader, record->length);
  return record->data != NULL;
}

static gboolean
read_addresses (Reader *reader, guint n_records, ClatDnsAnswer *answer)
{
  answer->ttl = G_MAXUINT32;

  for (guint i = 0; i < n_records; i++)
    {
      Record record;

      if (!read_record (reader, &record))
        return FALSE;
      if (record.class != CLASS_IN
          || (record.type != TYPE_CNAME && record.type != TYPE_AAAA))
        continue;

      answer->ttl = MIN (answer->ttl, record.ttl);
      if (record.type != TYPE_AAAA)
        continue;
      if (record.length != sizeof (struct in6_addr))
        return FALSE;
      if (answer->count < CLAT_DNS_ANSWER_MAX)
        memcpy (&answer->addresses[answer->count++], record.data, record.length);
    }
  return TRUE;
}

/* RFC 2308, 5: the lesser of the SOA record's TTL and its MINIMUM field. */
static gboolean
read_negative_ttl (Reader *reader, guint n_records, guint32 *ttl)
{
  *ttl = DEFAULT_NEGATIVE_TTL;

  for (guint i = 0; i < n_records; i++)
    {
      Record record;

      if (!read_record (reader, &record))
        return FALSE;
      if (record.class != CLASS_IN || record.type != TYPE_SOA)
        continue;
      if (record.length < SOA_MIN_LENGTH)
        return FALSE;
      *ttl = MIN (record.ttl, read_u32 (record.data + record.length - 4));
      return TRUE;
    }
  return TRUE;
}

gboolean
clat_dns_answer_parse (const guint8 *message, gsize length, ClatDnsAnswer *answer)
{
  Reader reader = {message, length};
  const guint8 *header = take (&reader, 12);
  ClatDnsAnswer parsed = {.count = 0};
  guint rcode;

  if (header == NULL)
    return FALSE;

  rcode = header[3] & 0x0f;
  if (!(header[2] & 0x80) || (rcode != RCODE_NO_ERROR && rcode != RCODE_NO_SUCH_NAME))
    return FALSE;

  if (!skip_questions (&reader, read_u16 (header + 4))
      || !read_addresses (&reader, read_u16 (header + 6), &parsed))
    return FALSE;

  if (rcode == RCODE_NO_SUCH_NAME)
    parsed.count = 0;
  if (parsed.count == 0
      && !read_negative_ttl (&reader, read_u16 (header + 8), &parsed.ttl))
    return FALSE;

  *answer = parsed;
  return TRUE;
}

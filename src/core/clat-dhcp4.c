/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The two DHCPv4 messages that show whether a network is IPv6-mostly. */
#include "clat-dhcp4.h"

#include <string.h>

#define SERVER_PORT 67

#define IP_HEADER      20
#define UDP_HEADER     8
#define IP_FRAGMENT    0x3fff /* more fragments, or an offset */
#define HOP_LIMIT      64
#define HTYPE_ETHERNET 1

/* RFC 2131, 2: the offsets of the fixed fields. */
enum
{
  OFFSET_OP = 0,
  OFFSET_HTYPE = 1,
  OFFSET_HLEN = 2,
  OFFSET_XID = 4,
  OFFSET_SECS = 8,
  OFFSET_CHADDR = 28,
  OFFSET_SNAME = 44,
  OFFSET_FILE = 108,
  OFFSET_COOKIE = 236,
  OFFSET_OPTIONS = 240,
  SMALLEST_MESSAGE = 300, /* RFC 951: some servers and relays drop shorter ones */
};

enum
{
  BOOTREQUEST = 1,
  BOOTREPLY = 2,
};

enum
{
  DHCPDISCOVER = 1,
  DHCPOFFER = 2,
};

enum
{
  OPTION_PAD = 0,
  OPTION_OVERLOAD = 52,
  OPTION_MESSAGE_TYPE = 53,
  OPTION_SERVER = 54,
  OPTION_PARAMETERS = 55,
  OPTION_CLIENT = 61,
  OPTION_V6ONLY = 108,
  OPTION_END = 255,
};

#define OVERLOAD_FILE  1
#define OVERLOAD_SNAME 2

static const guint8 cookie[4] = {99, 130, 83, 99};

static guint16
get_16 (const guint8 *bytes)
{
  return bytes[0] << 8 | bytes[1];
}

static guint32
get_32 (const guint8 *bytes)
{
  return (guint32)get_16 (bytes) << 16 | get_16 (bytes + 2);
}

static void
put_16 (guint8 *bytes, guint16 value)
{
  bytes[0] = value >> 8;
  bytes[1] = value & 0xff;
}

static void
put_32 (guint8 *bytes, guint32 value)
{
  put_16 (bytes, value >> 16);
  put_16 (bytes + 2, value & 0xffff);
}

static guint32
sum (const guint8 *bytes, gsize length)
{
  guint32 total = 0;

  for (gsize i = 0; i + 1 < length; i += 2)
    total += get_16 (bytes + i);
  if (length % 2 != 0)
    total += bytes[length - 1] << 8;
  return total;
}

static guint16
checksum (guint32 total)
{
  while (total > 0xffff)
    total = (total & 0xffff) + (total >> 16);
  return ~total & 0xffff;
}

/* The client identifier is the one that most clients use, so that the server offers the
 * lease that the host may have, and not a second address. */
static gsize
write_options (const ClatDhcp4Query *query, guint8 *options)
{
  static const guint8 parameters[] = {OPTION_PARAMETERS, 5, 1, 3, 6, 51, OPTION_V6ONLY};
  gsize length = 0;

  options[length++] = OPTION_MESSAGE_TYPE;
  options[length++] = 1;
  options[length++] = DHCPDISCOVER;
  options[length++] = OPTION_CLIENT;
  options[length++] = 1 + CLAT_DHCP4_MAC_LENGTH;
  options[length++] = HTYPE_ETHERNET;
  memcpy (options + length, query->mac, CLAT_DHCP4_MAC_LENGTH);
  length += CLAT_DHCP4_MAC_LENGTH;
  memcpy (options + length, parameters, sizeof parameters);
  length += sizeof parameters;
  options[length++] = OPTION_END;
  return length;
}

static gsize
write_message (const ClatDhcp4Query *query, guint16 secs, guint8 *message)
{
  gsize length;

  message[OFFSET_OP] = BOOTREQUEST;
  message[OFFSET_HTYPE] = HTYPE_ETHERNET;
  message[OFFSET_HLEN] = CLAT_DHCP4_MAC_LENGTH;
  put_32 (message + OFFSET_XID, query->xid);
  put_16 (message + OFFSET_SECS, secs);
  memcpy (message + OFFSET_CHADDR, query->mac, CLAT_DHCP4_MAC_LENGTH);
  memcpy (message + OFFSET_COOKIE, cookie, sizeof cookie);
  length = OFFSET_OPTIONS + write_options (query, message + OFFSET_OPTIONS);
  return MAX (length, SMALLEST_MESSAGE);
}

gsize
clat_dhcp4_write_discover (const ClatDhcp4Query *query, guint16 secs,
                           guint8 packet[CLAT_DHCP4_DISCOVER_MAX])
{
  guint8 *udp = packet + IP_HEADER;
  gsize length;

  memset (packet, 0, CLAT_DHCP4_DISCOVER_MAX);
  length = UDP_HEADER + write_message (query, secs, udp + UDP_HEADER);

  packet[0] = 0x45;
  put_16 (packet + 2, IP_HEADER + length);
  packet[8] = HOP_LIMIT;
  packet[9] = IPPROTO_UDP;
  put_32 (packet + 16, INADDR_BROADCAST);
  put_16 (packet + 10, checksum (sum (packet, IP_HEADER)));

  put_16 (udp, CLAT_DHCP4_CLIENT_PORT);
  put_16 (udp + 2, SERVER_PORT);
  put_16 (udp + 4, length);
  /* The pseudo header: both addresses, the protocol, the length. */
  put_16 (udp + 6,
          checksum (sum (packet + 12, 8) + IPPROTO_UDP + length + sum (udp, length)));
  return IP_HEADER + length;
}

/* The DHCP message in an IPv4 packet, NULL if it has none for a client. The checksum is
 * not looked at: a sender on the same host may have left it to the device. */
static const guint8 *
find_message (const guint8 *packet, gsize size, gsize *length)
{
  gsize header, total, udp_length;
  const guint8 *udp;

  if (size < IP_HEADER || packet[0] >> 4 != 4)
    return NULL;
  header = (packet[0] & 0xf) * 4;
  total = get_16 (packet + 2);
  if (header < IP_HEADER || total > size || total < header + UDP_HEADER
      || packet[9] != IPPROTO_UDP || (get_16 (packet + 6) & IP_FRAGMENT) != 0)
    return NULL;

  udp = packet + header;
  udp_length = get_16 (udp + 4);
  if (get_16 (udp) != SERVER_PORT || get_16 (udp + 2) != CLAT_DHCP4_CLIENT_PORT
      || udp_length < UDP_HEADER + OFFSET_OPTIONS || udp_length > total - header)
    return NULL;

  *length = udp_length - UDP_HEADER;
  return udp + UDP_HEADER;
}

/* What the options say so far. */
typedef struct
{
  guint8 type;
  guint8 overload;
  guint n_v6only; /* how often option 108 was there */
  gboolean has_server;
  ClatDhcp4Offer offer;
} Options;

static void
read_option (Options *self, guint8 code, const guint8 *value, guint8 length)
{
  switch (code)
    {
    case OPTION_MESSAGE_TYPE:
      self->type = length == 1 ? value[0] : 0;
      break;
    case OPTION_OVERLOAD:
      self->overload = length == 1 ? value[0] : 0;
      break;
    case OPTION_SERVER:
      self->has_server = length == sizeof self->offer.server;
      if (self->has_server)
        memcpy (&self->offer.server, value, sizeof self->offer.server);
      break;
    case OPTION_V6ONLY:
      self->n_v6only++;
      self->offer.is_v6only = length == 4;
      self->offer.v6only_wait = length == 4 ? get_32 (value) : 0;
      break;
    default:
      break;
    }
}

/* FALSE if an option ends beyond the field. */
static gboolean
read_options (Options *self, const guint8 *field, gsize length)
{
  gsize at = 0;

  while (at < length && field[at] != OPTION_END)
    {
      if (field[at] == OPTION_PAD)
        {
          at++;
          continue;
        }
      if (at + 1 >= length || field[at + 1] > length - at - 2)
        return FALSE;
      read_option (self, field[at], field + at + 2, field[at + 1]);
      at += 2 + field[at + 1];
    }
  return TRUE;
}

/* RFC 2131, 4.1: first the options field, then "file", then "sname". */
static gboolean
read_all_options (Options *self, const guint8 *message, gsize length)
{
  guint8 overload;

  if (!read_options (self, message + OFFSET_OPTIONS, length - OFFSET_OPTIONS))
    return FALSE;
  overload = self->overload;
  if ((overload & OVERLOAD_FILE) != 0
      && !read_options (self, message + OFFSET_FILE, OFFSET_COOKIE - OFFSET_FILE))
    return FALSE;
  return (overload & OVERLOAD_SNAME) == 0
         || read_options (self, message + OFFSET_SNAME, OFFSET_FILE - OFFSET_SNAME);
}

gboolean
clat_dhcp4_parse_offer (const ClatDhcp4Query *query, const guint8 *packet, gsize length,
                        ClatDhcp4Offer *offer)
{
  gsize message_length = 0;
  const guint8 *message = find_message (packet, length, &message_length);
  Options options = {0};

  if (message == NULL || message[OFFSET_OP] != BOOTREPLY
      || message[OFFSET_HTYPE] != HTYPE_ETHERNET
      || message[OFFSET_HLEN] != CLAT_DHCP4_MAC_LENGTH
      || get_32 (message + OFFSET_XID) != query->xid
      || memcmp (message + OFFSET_CHADDR, query->mac, CLAT_DHCP4_MAC_LENGTH) != 0
      || memcmp (message + OFFSET_COOKIE, cookie, sizeof cookie) != 0)
    return FALSE;
  if (!read_all_options (&options, message, message_length) || options.type != DHCPOFFER
      || !options.has_server)
    return FALSE;

  /* RFC 3396: a repeated option is one long option, which is of a wrong length here. */
  if (options.n_v6only > 1)
    {
      options.offer.is_v6only = FALSE;
      options.offer.v6only_wait = 0;
    }
  *offer = options.offer;
  return TRUE;
}

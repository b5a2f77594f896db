/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Describes packets and results. */
#include "xlat-explain.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "xlat-ipv6-chain.h"

static const char *
protocol_name (uint8_t protocol, char *buffer, size_t size)
{
  switch (protocol)
    {
    case XLAT_PROTOCOL_ICMP4:
      return "ICMP";
    case XLAT_PROTOCOL_IGMP:
      return "IGMP";
    case XLAT_PROTOCOL_TCP:
      return "TCP";
    case XLAT_PROTOCOL_UDP:
      return "UDP";
    case XLAT_PROTOCOL_DCCP:
      return "DCCP";
    case XLAT_PROTOCOL_ICMP6:
      return "ICMPv6";
    case XLAT_PROTOCOL_UDPLITE:
      return "UDP-Lite";
    default:
      snprintf (buffer, size, "protocol %u", protocol);
      return buffer;
    }
}

/* The ports at PAYLOAD, to be appended to the addresses. */
static void
describe_ports (uint8_t protocol, const struct xlat_position *position,
                const uint8_t *payload, size_t length, char *from, char *to, size_t size)
{
  *from = *to = '\0';
  if (!xlat_protocol_has_ports (protocol) || position->offset != 0 || length < 4)
    return;
  snprintf (from, size, " port %u", xlat_get_be16 (payload));
  snprintf (to, size, " port %u", xlat_get_be16 (payload + 2));
}

static void
describe (int family, const void *source, const void *destination, uint8_t protocol,
          const struct xlat_position *position, const uint8_t *packet, size_t header,
          size_t length, char *text, size_t size)
{
  char from[INET6_ADDRSTRLEN], to[INET6_ADDRSTRLEN], from_port[16], to_port[16];
  char name[16], fragment[48] = "";

  if (header > length)
    header = length;
  describe_ports (protocol, position, packet + header, length - header, from_port,
                  to_port, sizeof from_port);

  if (position->is_fragment)
    snprintf (fragment, sizeof fragment, ", %s at %u",
              position->more ? "fragment" : "last fragment", position->offset);
  snprintf (text, size, "%s %s%s > %s%s, %zu bytes%s",
            protocol_name (protocol, name, sizeof name),
            inet_ntop (family, source, from, sizeof from), from_port,
            inet_ntop (family, destination, to, sizeof to), to_port, length, fragment);
}

static void
describe4 (const uint8_t *packet, size_t length, char *text, size_t size)
{
  struct xlat_ipv4 ip;
  struct xlat_position position;
  be32 source, destination;

  memcpy (&ip, packet, sizeof ip);
  source = ip.source;
  destination = ip.destination;
  position = xlat_position_of_ipv4 (&ip);
  describe (AF_INET, &source, &destination, ip.protocol, &position, packet,
            (ip.version_ihl & 0x0f) * 4u, length, text, size);
}

static void
describe6 (const uint8_t *packet, size_t length, char *text, size_t size)
{
  struct xlat_ipv6 ip;
  struct xlat_ipv6_chain chain;

  memcpy (&ip, packet, sizeof ip);
  if (!xlat_ipv6_chain_follow (packet + sizeof ip, length - sizeof ip, ip.next_header,
                               &chain))
    chain = (struct xlat_ipv6_chain){.protocol = ip.next_header};
  describe (AF_INET6, &ip.source, &ip.destination, chain.protocol, &chain.position,
            packet, sizeof ip + chain.length, length, text, size);
}

void
xlat_describe (const uint8_t *packet, size_t length, char *text, size_t size)
{
  uint8_t version = length > 0 ? packet[0] >> 4 : 0;

  if (version == 4 && length >= XLAT_IPV4_HEADER)
    describe4 (packet, length, text, size);
  else if (version == 6 && length >= XLAT_IPV6_HEADER)
    describe6 (packet, length, text, size);
  else
    snprintf (text, size, "not an IP packet, %zu bytes", length);
}

static size_t
output_length (const struct xlat_output *output)
{
  return output->head_length + output->body_length;
}

static void
explain_answer (const struct xlat_result *result, char *text, size_t size)
{
  snprintf (text, size, "dropped, %s; %s %u/%u sent",
            xlat_reason_to_string (result->reason),
            result->direction == XLAT_4TO6 ? "ICMP" : "ICMPv6", result->message[0],
            result->message[1]);
}

static void
explain_packets (const struct xlat_result *result, char *text, size_t size)
{
  const char *family = result->direction == XLAT_4TO6 ? "IPv6" : "IPv4";

  if (result->n_packets == 1)
    snprintf (text, size, "translated, %zu bytes of %s",
              output_length (&result->packets[0]), family);
  else
    snprintf (text, size, "translated, %u %s fragments of up to %zu bytes",
              result->n_packets, family, output_length (&result->packets[0]));
}

void
xlat_explain (const struct xlat_result *result, char *text, size_t size)
{
  switch (result->verdict)
    {
    case XLAT_DROP:
      snprintf (text, size, "dropped, %s", xlat_reason_to_string (result->reason));
      break;
    case XLAT_ANSWER:
      explain_answer (result, text, size);
      break;
    case XLAT_HOLD:
      snprintf (text, size, "kept until all fragments have arrived");
      break;
    case XLAT_FORWARD:
      explain_packets (result, text, size);
      break;
    case XLAT_REPLY:
      snprintf (text, size, "answered, echo reply sent");
      break;
    }
}

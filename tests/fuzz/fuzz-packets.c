/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The near translator is that of a host. The far one reverses the translation: the peer
 * is its local address, and its prefix contains the host's IPv6 address. */
#include "fuzz-packets.h"

#include <stdlib.h>
#include <string.h>

#include "packet-check.h"
#include "xlat.h"

#define MAX_LENGTH        65600
#define PROTOCOL_FRAGMENT 44

/* A source for the far translator, which translates nothing from 192.0.0.0/24. */
static const uint8_t host4[4] = {203, 0, 113, 1};
static const uint8_t peer4[4] = {198, 51, 100, 2};
static const uint8_t near_prefix[16] = {0x20, 0x01, 0x0d, 0xb8, 0x00, 0x64};
static const uint8_t far_prefix[16] = {0x20, 0x01, 0x0d, 0xb8, 0x00, 0x65};

#define PLAN_LENGTH 4

struct plan
{
  struct xlat_config config;
  struct xlat_offload offload;
  bool repairs_headers;
  bool repairs_checksums;
  bool repairs_addresses;
};

static void
embed (const uint8_t *prefix, const uint8_t *ipv4, uint8_t *ipv6)
{
  memcpy (ipv6, prefix, 12);
  memcpy (ipv6 + 12, ipv4, 4);
}

static void
configure (struct xlat_config *config, const uint8_t *prefix, const uint8_t *local4,
           const uint8_t *local_prefix)
{
  xlat_config_init (config);
  config->n_pairs = 1;
  memcpy (&config->pairs[0].ipv4, local4, 4);
  memcpy (&config->pairs[0].prefix.address, prefix, 16);
  config->pairs[0].prefix.length = 96;
  embed (local_prefix, local4, config->pairs[0].ipv6.bytes);
}

/* Byte 0: sizes and options; byte 1: repairs, offload, options; 2 and 3: segment size. */
static void
read_plan (const uint8_t *data, struct plan *plan)
{
  static const uint32_t mtus6[] = {1500, 1280, 1400, 9000};
  static const uint32_t lowest[] = {1280, 1492, 1500, 65535};
  static const uint32_t mtus4[] = {1500, 1000, 576, 65535};
  struct xlat_config *config = &plan->config;

  memset (plan, 0, sizeof *plan);
  configure (config, near_prefix, host4, far_prefix);
  config->mtu6 = mtus6[data[0] & 3];
  config->lowest_ipv6_mtu = lowest[data[0] >> 2 & 3];
  config->mtu4 = mtus4[data[0] >> 4 & 3];
  config->zero_traffic_class = (data[0] & 0x40) != 0;
  config->no_reassembly = (data[0] & 0x80) != 0;
  config->error_rate4.burst = config->error_rate6.burst = 1000;

  plan->repairs_headers = (data[1] & 1) == 0;
  plan->repairs_checksums = (data[1] & 2) == 0;
  plan->repairs_addresses = (data[1] & 4) == 0;
  plan->offload.needs_checksum = (data[1] & 8) != 0;
  plan->offload.gso = (enum xlat_gso) ((data[1] >> 4 & 3) % 3);
  plan->offload.gso_size = (uint16_t)(data[2] << 8 | data[3]);
  config->strict_well_known_prefix = (data[1] & 0x40) != 0;
  config->drop_udp_without_checksum = (data[1] & 0x80) != 0;
}

/* Without repairs most inputs are dropped at the first check. */
static void
repair4 (const struct plan *plan, uint8_t *packet, size_t length)
{
  struct view view;
  uint16_t checksum;

  if (length < 20)
    return;
  if (plan->repairs_addresses)
    {
      memcpy (packet + 12, host4, 4);
      memcpy (packet + 16, peer4, 4);
    }
  if (plan->repairs_headers && (packet[0] & 15) >= 5 && (packet[0] & 15) * 4u <= length)
    {
      packet[0] = (uint8_t)(0x40 | (packet[0] & 15));
      packet[2] = (uint8_t)(length >> 8);
      packet[3] = (uint8_t)length;
      packet[10] = packet[11] = 0;
      checksum = (uint16_t)~naive_fold (naive_sum (packet, (packet[0] & 15) * 4u, 0));
      packet[10] = (uint8_t)(checksum >> 8);
      packet[11] = (uint8_t)checksum;
    }
  if (plan->repairs_checksums && view_packet (packet, length, &view) && !view.is_fragment)
    fix_checksum (&view, packet + (view.payload - packet));
}

static void
repair6 (const struct plan *plan, uint8_t *packet, size_t length)
{
  struct view view;

  if (length < 40)
    return;
  if (plan->repairs_addresses)
    {
      embed (near_prefix, peer4, packet + 8);
      embed (far_prefix, host4, packet + 24);
    }
  if (plan->repairs_headers)
    {
      packet[0] = (uint8_t)(0x60 | (packet[0] & 15));
      packet[4] = (uint8_t)((length - 40) >> 8);
      packet[5] = (uint8_t)(length - 40);
    }
  if (plan->repairs_checksums && view_packet (packet, length, &view) && !view.is_fragment)
    fix_checksum (&view, packet + (view.payload - packet));
}

static size_t
join (const struct xlat_output *output, uint8_t *buffer)
{
  REQUIRE (output->head_length <= XLAT_MAX_HEAD);
  REQUIRE (output->head_length + output->body_length <= MAX_LENGTH);
  memcpy (buffer, output->head, output->head_length);
  if (output->body_length > 0)
    memcpy (buffer + output->head_length, output->body, output->body_length);
  return output->head_length + output->body_length;
}

static void
check_verdict (const struct xlat_result *result)
{
  REQUIRE (result->n_packets <= XLAT_MAX_PACKETS);
  switch (result->verdict)
    {
    case XLAT_DROP:
      REQUIRE (result->n_packets == 0);
      REQUIRE (result->reason != XLAT_REASON_NONE);
      break;
    case XLAT_HOLD:
      REQUIRE (result->n_packets == 0);
      break;
    case XLAT_ANSWER:
      REQUIRE (result->n_packets == 1);
      REQUIRE (result->reason != XLAT_REASON_NONE);
      break;
    case XLAT_REPLY:
    case XLAT_FORWARD:
      REQUIRE (result->n_packets >= 1);
      REQUIRE (result->reason == XLAT_REASON_NONE);
      break;
    }
}

static void
check_offload (const struct xlat_output *output, size_t length)
{
  const struct xlat_offload *offload = &output->offload;

  if (offload->gso != XLAT_GSO_NONE)
    REQUIRE (offload->needs_checksum && offload->gso_size > 0);
  if (offload->needs_checksum)
    REQUIRE (offload->checksum_start + offload->checksum_offset + 2u <= length);
}

static void
check_answer (const struct xlat_result *result)
{
  uint8_t buffer[MAX_LENGTH];
  size_t length = join (&result->packets[0], buffer);
  struct view view;

  REQUIRE (view_packet (buffer, length, &view));
  REQUIRE (!view.is_fragment);
  REQUIRE (view.version == (result->direction == XLAT_4TO6 ? 4 : 6));
  REQUIRE (length <= (view.version == 4 ? 576 : 1280));
  REQUIRE (view_checksum (&view, view.protocol, view.payload, view.length)
           == CHECKSUM_RIGHT);
}

/* One output, and what all of them have carried so far. */
static void
check_output (const struct plan *plan, const struct xlat_result *result, unsigned i,
              struct view *view, uint8_t *transport, size_t *carried)
{
  static uint8_t buffer[MAX_LENGTH];
  size_t length = join (&result->packets[i], buffer);
  bool is_4to6 = result->direction == XLAT_4TO6;

  check_offload (&result->packets[i], length);
  REQUIRE (view_packet (buffer, length, view));
  REQUIRE (view->version == (is_4to6 ? 6 : 4));
  if (is_4to6)
    REQUIRE (!view->has_fragment_header || view->is_fragment);
  else
    REQUIRE (!view->is_fragment || !view->dont_fragment);
  if (result->packets[i].offload.gso == XLAT_GSO_NONE)
    REQUIRE (length <= (is_4to6 ? plan->config.mtu6 : plan->config.mtu4));
  if (i > 0)
    REQUIRE (view->offset % 8 == 0);

  memcpy (transport + *carried, view->payload, view->length);
  *carried += view->length;
}

/* A checksum that was right stays right, and one that was wrong stays wrong. */
static void
check_checksum (const struct view *input, const struct view *output,
                const uint8_t *transport, size_t length)
{
  enum checksum_state before =
      view_checksum (input, input->protocol, input->payload, input->length);
  enum checksum_state after = view_checksum (output, output->protocol, transport, length);

  if (before == CHECKSUM_ABSENT)
    REQUIRE (after == CHECKSUM_RIGHT);
  else if (before != CHECKSUM_UNKNOWN)
    REQUIRE (after == before);
}

static bool
is_icmp (uint8_t protocol)
{
  return protocol == 1 || protocol == 58;
}

/* The checksum is left out: it may have been computed, and zero has two forms. */
static void
check_same_transport (const struct view *a, const uint8_t *transport_a,
                      const uint8_t *transport_b, size_t length)
{
  size_t field = a->protocol == 6 ? 16 : 6;
  bool has_field = a->offset == 0 && !is_icmp (a->protocol)
                   && (a->protocol == 6 || a->protocol == 17 || a->protocol == 33
                       || a->protocol == 136);

  for (size_t i = 0; i < length; i++)
    if (!has_field || i < field || i >= field + 2)
      if (!is_icmp (a->protocol) || a->offset != 0 || i >= 4)
        REQUIRE (transport_a[i] == transport_b[i]);
}

/* What the far translator makes of one output is what went in, or its part of it. */
static void
check_way_back (const struct plan *plan, struct xlat *far, const struct view *input,
                const struct xlat_output *output, size_t done)
{
  static struct xlat_result result;
  static uint8_t buffer[MAX_LENGTH], back[MAX_LENGTH];
  size_t length = join (output, buffer);
  struct view view;

  xlat_translate (far, buffer, length, NULL, 0, &result);
  REQUIRE (result.verdict == XLAT_FORWARD);
  REQUIRE (result.n_packets == 1);
  length = join (&result.packets[0], back);
  REQUIRE (view_packet (back, length, &view));
  REQUIRE (view.version == input->version);
  REQUIRE (memcmp (view.source, input->source, 16) == 0);
  REQUIRE (memcmp (view.destination, input->destination, 16) == 0);
  REQUIRE (view.protocol == input->protocol);
  REQUIRE (view.hops == input->hops - 2);
  REQUIRE (view.traffic_class
           == (plan->config.zero_traffic_class ? 0 : input->traffic_class));
  REQUIRE (view.offset == input->offset + done);
  REQUIRE (done + view.length <= input->length);
  if (done == 0)
    check_same_transport (input, input->payload, view.payload, view.length);
  else
    REQUIRE (memcmp (input->payload + done, view.payload, view.length) == 0);
}

static bool
can_come_back (const struct plan *plan, const struct view *input)
{
  bool is_echo = is_icmp (input->protocol) && input->length >= 8 && !input->is_fragment
                 && (input->payload[0] == 8 || input->payload[0] == 0
                     || input->payload[0] == 128 || input->payload[0] == 129);
  bool is_header = input->protocol == 0 || input->protocol == 43 || input->protocol == 44
                   || input->protocol == 60 || input->protocol == 51
                   || input->protocol == 135 || input->protocol == 139
                   || input->protocol == 140;

  /* The way back starts with one hop less, and without reassembly on the way. */
  return plan->repairs_addresses && input->hops > 2 && !is_header
         && (is_echo || !is_icmp (input->protocol))
         && input->offset + input->length <= 65535
         /* One without a checksum gets one, if its length is right; a fragment may be
          * what completes one. */
         && (input->protocol != 17
             || (input->is_fragment
                     ? plan->config.no_reassembly && input->offset != 0
                     : view_checksum (input, 17, input->payload, input->length)
                           != CHECKSUM_UNKNOWN));
}

static void
check_forwarded (const struct plan *plan, struct xlat *far, const uint8_t *packet,
                 size_t length, const struct xlat_result *result)
{
  static uint8_t transport[MAX_LENGTH * 2];
  struct view input, output;
  size_t carried = 0, before;
  bool has_offload = plan->offload.needs_checksum || plan->offload.gso != XLAT_GSO_NONE;
  bool has_view = view_packet (packet, length, &input);

  for (unsigned i = 0; i < result->n_packets; i++)
    {
      before = carried;
      check_output (plan, result, i, &output, transport, &carried);
      if (has_view && !has_offload && can_come_back (plan, &input)
          && (!is_icmp (input.protocol) || result->n_packets == 1))
        check_way_back (plan, far, &input, &result->packets[i], before);
    }

  /* Reassembled packets and those with extension headers are beyond the simple view. */
  if (has_view && !has_offload && !input.is_fragment
      && !(input.version == 6
           && (input.protocol == 0 || input.protocol == 43 || input.protocol == 60)))
    check_checksum (&input, &output, transport, carried);
}

static void
translate (const struct plan *plan, struct xlat *near, struct xlat *far,
           enum xlat_direction direction, const uint8_t *data, size_t length,
           uint64_t now_ns)
{
  static struct xlat_result result;
  static uint8_t before[MAX_LENGTH];
  uint8_t *packet = malloc (length + 1); /* its own, to find reads beyond it */
  struct xlat_offload offload = plan->offload;

  REQUIRE (packet != NULL);
  memcpy (packet, data, length);
  if (direction == XLAT_4TO6)
    repair4 (plan, packet, length);
  else
    repair6 (plan, packet, length);

  if (length >= 40)
    {
      uint8_t protocol = direction == XLAT_4TO6 ? packet[9] : packet[6];

      offload.checksum_start = direction == XLAT_4TO6 ? (packet[0] & 15) * 4 : 40;
      offload.checksum_offset = protocol == 6 ? 16 : 6;
    }
  memcpy (before, packet, length);

  xlat_translate (near, packet, length, &offload, now_ns, &result);
  check_verdict (&result);
  if (result.verdict == XLAT_ANSWER)
    check_answer (&result);
  /* RFC 7915 copies any protocol, so a host can make what looks like our fragments. */
  if (result.verdict == XLAT_FORWARD
      && !(direction == XLAT_4TO6 && before[9] == PROTOCOL_FRAGMENT))
    check_forwarded (plan, far, before, length, &result);
  free (packet);
}

void
fuzz_packets (enum xlat_direction direction, const uint8_t *data, size_t size)
{
  struct xlat_statistics statistics = {0}, far_statistics = {0};
  struct xlat_config far_config;
  struct xlat *near, *far;
  struct plan plan;
  uint64_t now_ns = 0;

  if (size < PLAN_LENGTH)
    return;
  read_plan (data, &plan);
  configure (&far_config, far_prefix, peer4, near_prefix);
  far_config.mtu6 = far_config.mtu4 = far_config.lowest_ipv6_mtu = 65535;
  far_config.no_reassembly = true;
  far_config.zero_traffic_class = plan.config.zero_traffic_class;

  near = xlat_new (&plan.config, 1, &statistics);
  far = xlat_new (&far_config, 1, &far_statistics);
  REQUIRE (near != NULL && far != NULL);

  for (data += PLAN_LENGTH, size -= PLAN_LENGTH; size >= 2;)
    {
      size_t length = (size_t)(data[0] << 8 | data[1]);

      data += 2;
      size -= 2;
      if (length > size)
        length = size;
      translate (&plan, near, far, direction, data, length, now_ns);
      data += length;
      size -= length;
      now_ns += 1000000000;
    }

  xlat_free (near);
  xlat_free (far);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The virtio header, in host byte order. */
#include "xlat-vnet.h"

#include "xlat-wire.h"

#ifndef VIRTIO_NET_HDR_GSO_UDP_L4 /* Linux 6.2 */
#  define VIRTIO_NET_HDR_GSO_UDP_L4 5
#endif

bool
xlat_vnet_read (const struct virtio_net_hdr *header, struct xlat_offload *offload)
{
  *offload = (struct xlat_offload){
      .needs_checksum = (header->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM) != 0,
      .checksum_start = header->csum_start,
      .checksum_offset = header->csum_offset,
  };

  switch (header->gso_type & ~VIRTIO_NET_HDR_GSO_ECN)
    {
    case VIRTIO_NET_HDR_GSO_NONE:
      return true;
    case VIRTIO_NET_HDR_GSO_TCPV4:
    case VIRTIO_NET_HDR_GSO_TCPV6:
      offload->gso = XLAT_GSO_TCP;
      break;
    case VIRTIO_NET_HDR_GSO_UDP_L4:
      offload->gso = XLAT_GSO_UDP;
      break;
    default:
      return false;
    }

  offload->gso_ecn = (header->gso_type & VIRTIO_NET_HDR_GSO_ECN) != 0;
  offload->gso_size = header->gso_size;
  return true;
}

static uint8_t
gso_type (const struct xlat_offload *offload, enum xlat_direction direction)
{
  uint8_t ecn = offload->gso_ecn ? VIRTIO_NET_HDR_GSO_ECN : 0;

  switch (offload->gso)
    {
    case XLAT_GSO_NONE:
      return VIRTIO_NET_HDR_GSO_NONE;
    case XLAT_GSO_UDP:
      return VIRTIO_NET_HDR_GSO_UDP_L4;
    case XLAT_GSO_TCP:
      break;
    }
  return ecn
         | (direction == XLAT_4TO6 ? VIRTIO_NET_HDR_GSO_TCPV6 : VIRTIO_NET_HDR_GSO_TCPV4);
}

void
xlat_vnet_write (const struct xlat_offload *offload, enum xlat_direction direction,
                 struct virtio_net_hdr *header)
{
  *header = (struct virtio_net_hdr){
      .gso_type = gso_type (offload, direction),
      .gso_size = offload->gso_size,
  };
  if (!offload->needs_checksum)
    return;

  header->flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
  header->csum_start = offload->checksum_start;
  header->csum_offset = offload->checksum_offset;
  /* A hint how much the kernel should put into the linear part. */
  header->hdr_len =
      (uint16_t)(offload->checksum_start + offload->checksum_offset + sizeof (be16));
}

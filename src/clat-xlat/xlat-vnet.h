/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The header that a tun device with IFF_VNET_HDR puts before a packet: which offloads it
 * uses. */
#pragma once

#include <stdbool.h>

#include <linux/virtio_net.h>

#include "xlat-packet.h"

/* False if HEADER uses an offload that has not been enabled. */
bool xlat_vnet_read (const struct virtio_net_hdr *header, struct xlat_offload *offload);

/* For a packet of DIRECTION. */
void xlat_vnet_write (const struct xlat_offload *offload, enum xlat_direction direction,
                      struct virtio_net_hdr *header);

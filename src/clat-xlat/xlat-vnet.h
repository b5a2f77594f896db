/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The header that a tun device puts before a packet to say what is left to do. */
#pragma once

#include <stdbool.h>

#include <linux/virtio_net.h>

#include "xlat-packet.h"

/* False if the kernel says something that we have not agreed to. */
bool xlat_vnet_read (const struct virtio_net_hdr *header, struct xlat_offload *offload);

/* For a packet of DIRECTION. */
void xlat_vnet_write (const struct xlat_offload *offload, enum xlat_direction direction,
                      struct virtio_net_hdr *header);

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The virtio header of tun devices. */
#include <glib.h>

#include "xlat-vnet.h"

static struct xlat_offload
read_header (guint8 flags, guint8 gso_type)
{
  const struct virtio_net_hdr header = {
      .flags = flags,
      .gso_type = gso_type,
      .gso_size = 1400,
      .csum_start = 20,
      .csum_offset = 16,
  };
  struct xlat_offload offload;

  g_assert_true (xlat_vnet_read (&header, &offload));
  return offload;
}

static void
test_read (void)
{
  struct xlat_offload offload = read_header (0, VIRTIO_NET_HDR_GSO_NONE);

  g_assert_false (offload.needs_checksum);
  g_assert_cmpint (offload.gso, ==, XLAT_GSO_NONE);

  offload = read_header (VIRTIO_NET_HDR_F_NEEDS_CSUM, VIRTIO_NET_HDR_GSO_TCPV4);
  g_assert_true (offload.needs_checksum);
  g_assert_cmpuint (offload.checksum_start, ==, 20);
  g_assert_cmpuint (offload.checksum_offset, ==, 16);
  g_assert_cmpint (offload.gso, ==, XLAT_GSO_TCP);
  g_assert_cmpuint (offload.gso_size, ==, 1400);
  g_assert_false (offload.gso_ecn);

  offload = read_header (1, VIRTIO_NET_HDR_GSO_TCPV6 | VIRTIO_NET_HDR_GSO_ECN);
  g_assert_cmpint (offload.gso, ==, XLAT_GSO_TCP);
  g_assert_true (offload.gso_ecn);
}

static void
test_refuses_unknown (void)
{
  const struct virtio_net_hdr header = {.gso_type = VIRTIO_NET_HDR_GSO_UDP};
  struct xlat_offload offload;

  g_assert_false (xlat_vnet_read (&header, &offload));
}

static struct virtio_net_hdr
write_header (enum xlat_gso gso, gboolean ecn, enum xlat_direction direction)
{
  const struct xlat_offload offload = {
      .needs_checksum = true,
      .gso = gso,
      .gso_ecn = ecn,
      .gso_size = 1000,
      .checksum_start = 40,
      .checksum_offset = 6,
  };
  struct virtio_net_hdr header;

  xlat_vnet_write (&offload, direction, &header);
  g_assert_cmpuint (header.flags, ==, VIRTIO_NET_HDR_F_NEEDS_CSUM);
  g_assert_cmpuint (header.gso_size, ==, 1000);
  g_assert_cmpuint (header.csum_start, ==, 40);
  g_assert_cmpuint (header.csum_offset, ==, 6);
  g_assert_cmpuint (header.hdr_len, ==, 48);
  return header;
}

static void
test_write (void)
{
  const struct xlat_offload none = {0};
  struct virtio_net_hdr header;

  header = write_header (XLAT_GSO_TCP, FALSE, XLAT_4TO6);
  g_assert_cmpuint (header.gso_type, ==, VIRTIO_NET_HDR_GSO_TCPV6);
  header = write_header (XLAT_GSO_TCP, FALSE, XLAT_6TO4);
  g_assert_cmpuint (header.gso_type, ==, VIRTIO_NET_HDR_GSO_TCPV4);
  header = write_header (XLAT_GSO_TCP, TRUE, XLAT_6TO4);
  g_assert_cmpuint (header.gso_type, ==,
                    VIRTIO_NET_HDR_GSO_TCPV4 | VIRTIO_NET_HDR_GSO_ECN);

  xlat_vnet_write (&none, XLAT_4TO6, &header);
  g_assert_cmpuint (header.flags, ==, 0);
  g_assert_cmpuint (header.gso_type, ==, VIRTIO_NET_HDR_GSO_NONE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/vnet/read", test_read);
  g_test_add_func ("/vnet/refuses-unknown", test_refuses_unknown);
  g_test_add_func ("/vnet/write", test_write);
  return g_test_run ();
}

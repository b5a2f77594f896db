/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kinds of links that can carry a CLAT. */
#include "clat-link-kind.h"

#include <net/if.h>
#include <net/if_arp.h>

#define RAW_IP 519 /* ARPHRD_RAWIP */

static const struct
{
  const char *name;
  guint type;
  guint flags;
  const char *driver;
  ClatLinkKind kind;
} rows[] = {
    {"ethernet", ARPHRD_ETHER, IFF_UP, "", CLAT_LINK_KIND_ETHERNET},
    {"bridge", ARPHRD_ETHER, IFF_UP, "bridge", CLAT_LINK_KIND_ETHERNET},
    {"ipvlan-l2", ARPHRD_ETHER, IFF_UP, "ipvlan", CLAT_LINK_KIND_ETHERNET},
    {"ipvlan-l3", ARPHRD_ETHER, IFF_UP | IFF_NOARP, "ipvlan", CLAT_LINK_KIND_UNSUPPORTED},
    {"modem", ARPHRD_ETHER, IFF_UP | IFF_NOARP, "", CLAT_LINK_KIND_POINT_TO_POINT},
    {"raw-ip-modem", RAW_IP, IFF_NOARP, "", CLAT_LINK_KIND_POINT_TO_POINT},
    {"ppp", ARPHRD_PPP, IFF_POINTOPOINT, "ppp", CLAT_LINK_KIND_POINT_TO_POINT},
    {"tun", ARPHRD_NONE, IFF_POINTOPOINT, "tun", CLAT_LINK_KIND_POINT_TO_POINT},
    {"wireguard", ARPHRD_NONE, IFF_NOARP, "wireguard", CLAT_LINK_KIND_POINT_TO_POINT},
    {"loopback", ARPHRD_LOOPBACK, IFF_LOOPBACK, "", CLAT_LINK_KIND_UNSUPPORTED},
    {"sit", ARPHRD_SIT, IFF_NOARP, "sit", CLAT_LINK_KIND_UNSUPPORTED},
    {"gre", ARPHRD_IPGRE, IFF_NOARP, "gre", CLAT_LINK_KIND_UNSUPPORTED},
    {"infiniband", ARPHRD_INFINIBAND, 0, "", CLAT_LINK_KIND_UNSUPPORTED},
    {"6lowpan", ARPHRD_IEEE802154, 0, "", CLAT_LINK_KIND_UNSUPPORTED},
};

static void
test_row (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);

  g_assert_cmpint (clat_link_kind_of (rows[i].type, rows[i].flags, rows[i].driver), ==,
                   rows[i].kind);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_strdup_printf ("/link-kind/%s", rows[i].name);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_row);
    }
  return g_test_run ();
}

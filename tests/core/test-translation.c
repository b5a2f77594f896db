/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether two configurations of the translators are equal: each member counts. */
#include "clat-translation.h"

static ClatDatapath
make (void)
{
  ClatDatapath datapath = {
      .translation =
          {
              .n_pairs = 2,
              .mtu6 = 1500,
              .lowest_ipv6_mtu = 1280,
          },
  };

  for (guint i = 0; i < 2; i++)
    {
      datapath.translation.pairs[i].ipv4.s_addr = i + 1;
      datapath.translation.pairs[i].ipv6.s6_addr[15] = i + 1;
      datapath.translation.pairs[i].prefix.address.s6_addr[1] = 0x64;
      datapath.translation.pairs[i].prefix.length = 96;
      datapath.next_hops[i].s6_addr[15] = i + 1;
    }
  return datapath;
}

static void
test_equal (void)
{
  ClatDatapath a = make (), b = make ();

  /* Pairs beyond their number are ignored. */
  b.translation.pairs[2].ipv4.s_addr = 9;
  b.next_hops[2].s6_addr[15] = 9;
  g_assert_true (clat_translation_equal (&a.translation, &b.translation));
  g_assert_true (clat_datapath_equal (&a, &b));
}

static void
test_member_of_translation (gconstpointer data)
{
  ClatDatapath a = make (), b = make ();
  ClatTranslation *translation = &b.translation;

  switch (GPOINTER_TO_INT (data))
    {
    case 0:
      translation->pairs[0].prefix.address.s6_addr[1]++;
      break;
    case 1:
      translation->pairs[1].prefix.length = 64;
      break;
    case 2:
      translation->n_pairs = 1;
      break;
    case 3:
      translation->pairs[0].ipv4.s_addr = 9;
      break;
    case 4:
      translation->pairs[1].ipv4.s_addr = 9;
      break;
    case 5:
      translation->pairs[0].ipv6.s6_addr[0] = 9;
      break;
    case 6:
      translation->pairs[1].ipv6.s6_addr[15] = 9;
      break;
    case 7:
      translation->mtu6 = 9000;
      break;
    case 8:
      translation->lowest_ipv6_mtu = 1400;
      break;
    case 9:
      translation->reassembles = TRUE;
      break;
    case 10:
      translation->private_destinations = CLAT_PRIVATE_NO;
      break;
    default:
      g_assert_not_reached ();
    }
  g_assert_false (clat_translation_equal (&a.translation, &b.translation));
  g_assert_false (clat_translation_equal (&b.translation, &a.translation));
  g_assert_false (clat_datapath_equal (&a, &b));
}

static void
test_member_of_datapath (gconstpointer data)
{
  ClatDatapath a = make (), b = make ();

  switch (GPOINTER_TO_INT (data))
    {
    case 0:
      b.next_hops[0].s6_addr[0] = 9;
      break;
    case 1:
      b.next_hops[1].s6_addr[15] = 9;
      break;
    case 2:
      b.is_outdated = TRUE;
      break;
    case 3:
      b.slow_path_only = TRUE;
      break;
    case 4:
      b.direct = 2;
      break;
    default:
      g_assert_not_reached ();
    }
  g_assert_true (clat_translation_equal (&a.translation, &b.translation));
  g_assert_false (clat_datapath_equal (&a, &b));
}

int
main (int argc, char **argv)
{
  static const char *const of_translation[] = {
      "first-prefix",
      "last-prefix-length",
      "number-of-pairs",
      "first-ipv4",
      "last-ipv4",
      "first-ipv6",
      "last-ipv6",
      "mtu6",
      "lowest-ipv6-mtu",
      "reassembles",
      "private-destinations",
  };
  static const char *const of_datapath[] = {
      "first-next-hop", "last-next-hop", "is-outdated", "takes-nothing", "direct",
  };

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/translation/equal", test_equal);
  for (guint i = 0; i < G_N_ELEMENTS (of_translation); i++)
    {
      g_autofree char *path = g_strdup_printf ("/translation/%s", of_translation[i]);

      g_test_add_data_func (path, GINT_TO_POINTER (i), test_member_of_translation);
    }
  for (guint i = 0; i < G_N_ELEMENTS (of_datapath); i++)
    {
      g_autofree char *path = g_strdup_printf ("/datapath/%s", of_datapath[i]);

      g_test_add_data_func (path, GINT_TO_POINTER (i), test_member_of_datapath);
    }
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The choice of the CLAT's address among those of the link (CL-D5), as RFC 6724 has it.
 */
#include "clat-source-address.h"

#include <arpa/inet.h>

#define MAX_SOURCES 3

static const struct
{
  const char *name;
  const char *destination;
  const char *used;
  const char *sources; /* addresses of a /64 with what is special about them */
  const char *expected;
} rows[] = {
    /* clang-format off */
    {"cl-d5/global-for-the-well-known-prefix", "64:ff9b::c000:aa", "::",
     "fd00:1::5 2001:db8:1::5", "2001:db8:1::5"},
    {"cl-d5/local-for-a-local-prefix", "fd00:64::c000:aa", "::",
     "2001:db8:1::5 fd00:1::5", "fd00:1::5"},
    {"cl-d5/longest-match", "2001:db8:ff::c000:aa", "::",
     "2001:db9::5 2001:db8:1::5", "2001:db8:1::5"},
    {"cl-d5/match-up-to-the-length-of-the-prefix", "2001:db8:1::c000:aa", "::",
     "2001:db8:1::ffff 2001:db8:1::c000:ab", "2001:db8:1::ffff"},
    {"cl-d5/match-of-a-longer-prefix", "2001:db8:1::c000:aa", "::",
     "2001:db8:1::ffff 2001:db8:1::c000:ab/128", "2001:db8:1::c000:ab"},
    {"cl-d5/preferred-before-label", "64:ff9b::c000:aa", "::",
     "2001:db8:1::5/deprecated fd00:1::5", "fd00:1::5"},
    {"cl-d5/preferred-before-router", "64:ff9b::c000:aa", "::",
     "2001:db8:1::5/deprecated/router 2001:db8:2::5", "2001:db8:2::5"},
    {"cl-d5/router-before-label", "64:ff9b::c000:aa", "::",
     "2001:db8:1::5 fd00:1::5/router", "fd00:1::5"},
    {"cl-d5/router-before-longest-match", "2001:db8:ff::c000:aa", "::",
     "2001:db8:1::5 2001:db9::5/router", "2001:db9::5"},
    {"cl-d5/local-is-the-only-choice", "64:ff9b::c000:aa", "::",
     "fd00:1::5", "fd00:1::5"},
    {"cl-d5/deprecated-is-the-only-choice", "64:ff9b::c000:aa", "::",
     "2001:db8:1::5/deprecated", "2001:db8:1::5"},
    {"cl-d8/deprecated-in-use-gives-way", "64:ff9b::c000:aa", "2001:db8:1::5",
     "2001:db8:1::5/deprecated 2001:db8:2::5", "2001:db8:2::5"},
    {"in-use-stays", "64:ff9b::c000:aa", "2001:db8:1::6",
     "2001:db8:1::5 2001:db8:1::6/optimistic", "2001:db8:1::6"},
    {"in-use-gives-way-to-a-better-one", "64:ff9b::c000:aa", "fd00:1::5",
     "fd00:1::5 2001:db8:1::5", "2001:db8:1::5"},
    {"certain-before-optimistic", "64:ff9b::c000:aa", "::",
     "2001:db8:1::5/optimistic 2001:db8:1::6", "2001:db8:1::6"},
    {"teredo-has-a-label-of-its-own", "2001::c000:aa", "::",
     "2001:db8:1::5 2001:0:1::5", "2001:0:1::5"},
    {"6to4-has-a-label-of-its-own", "64:ff9b::c000:aa", "::",
     "2002:c000:201::5 2001:db8:1::5", "2001:db8:1::5"},
    {"local-has-a-label-of-its-own", "9000::c000:aa", "::",
     "fd00:1::5 2001:db8:1::5", "2001:db8:1::5"},
    {"first-of-equals", "64:ff9b::c000:aa", "::",
     "2001:db8:1::6 2001:db8:1::5", "2001:db8:1::6"},
    /* clang-format on */
};

static struct in6_addr
parse (const char *text)
{
  struct in6_addr address;

  g_assert_cmpint (inet_pton (AF_INET6, text, &address), ==, 1);
  return address;
}

static ClatSourceAddress
parse_source (const char *text)
{
  g_auto (GStrv) words = g_strsplit (text, "/", -1);
  ClatSourceAddress source = {.address = parse (words[0]), .prefix_length = 64};

  for (guint i = 1; words[i] != NULL; i++)
    {
      source.is_deprecated |= g_str_equal (words[i], "deprecated");
      source.is_optimistic |= g_str_equal (words[i], "optimistic");
      source.is_of_router |= g_str_equal (words[i], "router");
      if (g_str_equal (words[i], "128"))
        source.prefix_length = 128;
    }
  return source;
}

static void
test_row (gconstpointer data)
{
  guint number = GPOINTER_TO_UINT (data);
  g_auto (GStrv) words = g_strsplit (rows[number].sources, " ", MAX_SOURCES);
  struct in6_addr destination = parse (rows[number].destination);
  struct in6_addr used = parse (rows[number].used);
  ClatSourceAddress sources[MAX_SOURCES];
  char text[INET6_ADDRSTRLEN];
  const ClatSourceAddress *chosen;
  guint count = 0;

  for (; words[count] != NULL; count++)
    sources[count] = parse_source (words[count]);

  chosen = clat_source_address_choose (sources, count, &destination, &used);
  g_assert_nonnull (chosen);
  g_assert_cmpstr (inet_ntop (AF_INET6, &chosen->address, text, sizeof text), ==,
                   rows[number].expected);
}

static void
test_none (void)
{
  struct in6_addr destination = parse ("64:ff9b::c000:aa");

  g_assert_null (clat_source_address_choose (NULL, 0, &destination, &destination));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_strdup_printf ("/source/%s", rows[i].name);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_row);
    }
  g_test_add_func ("/source/none", test_none);
  return g_test_run ();
}

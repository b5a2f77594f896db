/* SPDX-License-Identifier: GPL-2.0-or-later */
/* PREF64 options of router advertisements (RFC 8781). */
#include "clat-ra.h"

#include <string.h>

#define SOURCE_LINK_ADDRESS 0x01, 0x01, 0x02, 0x00, 0x00, 0x00, 0x00, 0x01
#define WKP                 0x00, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0

static const struct
{
  const char *name;
  guint8 option[16];
  const char *prefix; /* NULL: the option is ignored */
  guint32 lifetime;
} options[] = {
    {"/96",                            {0x26, 2, 0x07, 0x08, WKP},                    "64:ff9b::/96",  1800 },
    {"/64",
     {0x26, 2, 0x07, 0x09, 0x20, 0x01, 0x0d, 0xb8, 0x01, 0x22, 0x03, 0x44},
     "2001:db8:122:344::/64",                                                                          1800 },
    {"/56",
     {0x26, 2, 0x07, 0x0a, 0x20, 0x01, 0x0d, 0xb8, 0x01, 0x22, 0x03},
     "2001:db8:122:300::/56",                                                                          1800 },
    {"/48",
     {0x26, 2, 0x07, 0x0b, 0x20, 0x01, 0x0d, 0xb8, 0x01, 0x22},
     "2001:db8:122::/48",                                                                              1800 },
    {"/40",
     {0x26, 2, 0x07, 0x0c, 0x20, 0x01, 0x0d, 0xb8, 0x01},
     "2001:db8:100::/40",                                                                              1800 },
    {"/32",                            {0x26, 2, 0x07, 0x0d, 0x20, 0x01, 0x0d, 0xb8}, "2001:db8::/32", 1800 },
    {"longest-lifetime",               {0x26, 2, 0xff, 0xf8, WKP},                    "64:ff9b::/96",  65528},
    {"8781-3 shortest lifetime",       {0x26, 2, 0x00, 0x08, WKP},                    "64:ff9b::/96",  8    },
    {"8781-4 withdrawn",               {0x26, 2, 0x00, 0x00, WKP},                    "64:ff9b::/96",  0    },
    {"8781-2 PLC 6",                   {0x26, 2, 0x07, 0x0e, WKP},                    NULL,            0    },
    {"8781-2 PLC 7",                   {0x26, 2, 0x07, 0x0f, WKP},                    NULL,            0    },
    {"8781-11 bits beyond the length",
     {0x26, 2, 0x07, 0x09, 0x20, 0x01, 0x0d, 0xb8, 0x01, 0x22, 0x03, 0x44, 0xde, 0xad,
      0xbe, 0xef},
     "2001:db8:122:344::/64",                                                                          1800 },
    {"8781-11 octet 8 of a /96",
     {0x26, 2, 0x07, 0x08, 0x00, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 1},
     NULL,                                                                                             0    },
    {"link-local prefix",              {0x26, 2, 0x07, 0x08, 0xfe, 0x80},             NULL,            0    },
    {"multicast prefix",               {0x26, 2, 0x07, 0x08, 0xff, 0x02},             NULL,            0    },
    {"no prefix",                      {0x26, 2, 0x07, 0x08},                         NULL,            0    },
    {"another option",                 {0x27, 2, 0x07, 0x08, WKP},                    NULL,            0    },
};

static void
test_options (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (options); i++)
    {
      g_autoptr (GArray) found =
          clat_ra_parse_pref64 (options[i].option, sizeof options[i].option);
      g_autofree char *prefix = NULL;

      g_test_message ("%s", options[i].name);
      g_assert_nonnull (found);
      g_assert_cmpuint (found->len, ==, options[i].prefix != NULL);
      if (options[i].prefix == NULL)
        continue;

      prefix = clat_prefix_to_string (&g_array_index (found, ClatRaPref64, 0).prefix);
      g_assert_cmpstr (prefix, ==, options[i].prefix);
      g_assert_cmpuint (g_array_index (found, ClatRaPref64, 0).lifetime, ==,
                        options[i].lifetime);
    }
}

/* 8781-1 */
static void
test_wrong_length_is_ignored (void)
{
  guint8 message[24] = {0x26, 3, 0x07, 0x08, WKP};
  g_autoptr (GArray) longer = clat_ra_parse_pref64 (message, sizeof message);
  g_autoptr (GArray) shorter = NULL;

  g_assert_cmpuint (longer->len, ==, 0);
  message[1] = 1;
  message[8] = 0x01;
  message[9] = 2;
  shorter = clat_ra_parse_pref64 (message, sizeof message);
  g_assert_cmpuint (shorter->len, ==, 0);
}

/* 8781-7 */
static void
test_several_options_keep_their_order (void)
{
  static const guint8 message[] = {
      SOURCE_LINK_ADDRESS,
      0x26,
      2,
      0x07,
      0x08,
      WKP,
      0x05,
      0x01,
      0,
      0,
      0,
      0,
      0x05,
      0xdc,
      0x26,
      2,
      0x00,
      0x0d,
      0x20,
      0x01,
      0x0d,
      0xb8,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
  };
  g_autoptr (GArray) found = clat_ra_parse_pref64 (message, sizeof message);

  g_assert_cmpuint (found->len, ==, 2);
  g_assert_cmpuint (g_array_index (found, ClatRaPref64, 0).prefix.length, ==, 96);
  g_assert_cmpuint (g_array_index (found, ClatRaPref64, 1).prefix.length, ==, 32);
}

/* 8781-10: RFC 4861, 6.1.2 */
static void
test_malformed_options_spoil_the_message (void)
{
  static const guint8 zero[] = {0x26, 2, 0x07, 0x08, WKP, 0x01, 0};
  static const guint8 beyond[] = {0x26, 2, 0x07, 0x08, WKP, 0x01, 2, 0, 0, 0, 0, 0, 0};
  static const guint8 half[] = {0x26, 2, 0x07, 0x08, WKP, 0x01};

  g_assert_null (clat_ra_parse_pref64 (zero, sizeof zero));
  g_assert_null (clat_ra_parse_pref64 (beyond, sizeof beyond));
  g_assert_null (clat_ra_parse_pref64 (half, sizeof half));
}

static void
test_no_options (void)
{
  g_autoptr (GArray) found = clat_ra_parse_pref64 (NULL, 0);

  g_assert_cmpuint (found->len, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ra/options", test_options);
  g_test_add_func ("/ra/wrong-length-is-ignored", test_wrong_length_is_ignored);
  g_test_add_func ("/ra/several-options-keep-their-order",
                   test_several_options_keep_their_order);
  g_test_add_func ("/ra/malformed-options-spoil-the-message",
                   test_malformed_options_spoil_the_message);
  g_test_add_func ("/ra/no-options", test_no_options);
  return g_test_run ();
}

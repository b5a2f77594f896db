/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nmcli-output.h"

#define MULTILINE        ((NmcliLook){NMCLI_PRINT_NORMAL, FALSE, FALSE})
#define MULTILINE_TERSE  ((NmcliLook){NMCLI_PRINT_TERSE, FALSE, FALSE})
#define MULTILINE_PRETTY ((NmcliLook){NMCLI_PRINT_PRETTY, FALSE, FALSE})
#define TABLE            ((NmcliLook){NMCLI_PRINT_NORMAL, TRUE, FALSE})
#define TABLE_TERSE      ((NmcliLook){NMCLI_PRINT_TERSE, TRUE, FALSE})
#define TABLE_UNESCAPED  ((NmcliLook){NMCLI_PRINT_TERSE, TRUE, TRUE})
#define TABLE_PRETTY     ((NmcliLook){NMCLI_PRINT_PRETTY, TRUE, FALSE})

#define RULE                                                                             \
  "-------------------------------------------------------------------------------\n"

static void
test_fields_are_cut_at_ours (void)
{
  static const struct
  {
    const char *fields;
    const char *chunks; /* kind and fields */
  } cases[] = {
      /* clang-format off */
      {NULL,                                  "section -|"},
      {"ipv6.clat",                           "ours ipv6.clat|"},
      {"IPV6.Clat",                           "ours IPV6.Clat|"},
      {"ipv6.method,connection.id",           "other ipv6.method,connection.id|"},
      {"a, b,ipv6.clat ,c",                   "other a,b|ours ipv6.clat|other c|"},
      {"ipv6,IP6,ipv4",                       "section ipv6|other IP6,ipv4|"},
      {"a,ipv6.clat,ipv6.clat,profile,all,b", "other a|ours ipv6.clat|ours ipv6.clat|"
                                              "section profile|section all|other b|"},
      /* clang-format on */
  };
  static const char *const kinds[] = {
      [NMCLI_CHUNK_OTHER] = "other",
      [NMCLI_CHUNK_SECTION] = "section",
      [NMCLI_CHUNK_OURS] = "ours",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GArray) chunks = nmcli_output_split_fields (cases[i].fields);
      g_autoptr (GString) text = g_string_new (NULL);

      for (guint j = 0; j < chunks->len; j++)
        {
          NmcliChunk chunk = g_array_index (chunks, NmcliChunk, j);

          g_string_append_printf (text, "%s %s|", kinds[chunk.kind],
                                  chunk.fields != NULL ? chunk.fields : "-");
        }
      g_assert_cmpstr (text->str, ==, cases[i].chunks);
    }
}

static void
test_foreign_fields (void)
{
  g_autoptr (GArray) foreign = nmcli_output_split_fields ("ipv6.method,GENERAL");
  g_autoptr (GArray) ours = nmcli_output_split_fields ("ipv6.method,ipv6.clat");
  g_autoptr (GArray) section = nmcli_output_split_fields ("ipv4,common");

  g_assert_true (nmcli_output_is_foreign (foreign));
  g_assert_false (nmcli_output_is_foreign (ours));
  g_assert_false (nmcli_output_is_foreign (section));
}

static void
test_alone_in_every_look (void)
{
  const struct
  {
    NmcliLook look;
    const char *mode;
    const char *text;
  } cases[] = {
      {MULTILINE, "yes", "ipv6.clat:                              yes\n"},
      {MULTILINE_TERSE, "yes", "ipv6.clat:yes\n"},
      {MULTILINE_PRETTY, "yes", "ipv6.clat:                              yes\n" RULE},
      {TABLE, "yes", "clat \nyes  \n"},
      {TABLE, "force", "clat  \nforce \n"},
      {TABLE_TERSE, "yes", "yes\n"},
      {TABLE_TERSE, "a:b\\c", "a\\:b\\\\c\n"},
      {TABLE_UNESCAPED, "a:b\\c", "a:b\\c\n"},
      {TABLE_PRETTY, "yes", "clat \n------\nyes  \n"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = nmcli_output_format (cases[i].look, cases[i].mode);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

static void
test_last_of_its_section_in_every_look (void)
{
  const struct
  {
    NmcliLook look;
    const char *before;
    const char *after;
  } cases[] = {
      /* clang-format off */
      {MULTILINE,
       "ipv4.dns:  --\nipv6.method:  auto\nipv6.token:  --\nproxy.method:  none\n",
       "ipv4.dns:  --\nipv6.method:  auto\nipv6.token:  --\n"
       "ipv6.clat:                              yes\nproxy.method:  none\n"},
      {MULTILINE_TERSE,
       "ipv6.token:\n",
       "ipv6.token:\nipv6.clat:yes\n"},
      {MULTILINE_TERSE,
       "connection.id:ipv6.x\nIP6.DNS[1]:::1\n",
       "connection.id:ipv6.x\nIP6.DNS[1]:::1\n"},
      {MULTILINE_PRETTY,
       "ipv6.token:  --\n" RULE,
       "ipv6.token:  --\nipv6.clat:                              yes\n" RULE},
      {TABLE_TERSE,
       "ipv4:auto:\nipv6:auto:\nproxy:none\n",
       "ipv4:auto:\nipv6:auto::yes\nproxy:none\n"},
      {TABLE,
       "name  dns \nipv4  --  \n\nname  dns \nipv6  --  \n\n",
       "name  dns \nipv4  --  \n\nname  dns  clat \nipv6  --   yes  \n\n"},
      {TABLE_PRETTY,
       "name  dns \n-----------\nipv6  --  \n",
       "name  dns  clat \n-----------------\nipv6  --   yes  \n"},
      {TABLE, "ipv6 \n", "ipv6 \n"},
      {MULTILINE, "", ""},
      {TABLE, "", ""},
      /* clang-format on */
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = nmcli_output_insert (cases[i].look, cases[i].before, "yes");

      g_assert_cmpstr (text, ==, cases[i].after);
    }
}

static void
test_title (void)
{
  g_assert_cmpuint (nmcli_output_title_length ("===\n x\n===\nipv6"), ==, 11);
  g_assert_cmpuint (nmcli_output_title_length ("=="), ==, 2);
  g_assert_cmpuint (nmcli_output_title_length ("ipv6.clat: yes\n"), ==, 0);
  g_assert_cmpuint (nmcli_output_title_length (""), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/nmcli-output/fields", test_fields_are_cut_at_ours);
  g_test_add_func ("/nmcli-output/foreign", test_foreign_fields);
  g_test_add_func ("/nmcli-output/alone", test_alone_in_every_look);
  g_test_add_func ("/nmcli-output/section", test_last_of_its_section_in_every_look);
  g_test_add_func ("/nmcli-output/title", test_title);
  return g_test_run ();
}

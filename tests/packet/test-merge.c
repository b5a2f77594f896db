/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which datagrams are merged into one GSO packet: those that the kernel would make of it
 * again. */
#include <glib.h>
#include <string.h>

#include "xlat-checksum.h"
#include "xlat-merge.h"

#define DATA 100

typedef struct
{
  struct xlat_output output;
  guint8 body[XLAT_UDP_HEADER + DATA];
} Datagram;

typedef struct
{
  gboolean is_ipv6;
  struct xlat_merge merge;
  Datagram datagrams[XLAT_MERGE_MAX + 1];
} Fixture;

/* Writes the checksum of the datagram, whose addresses end its IP header. */
static void
complete (Datagram *datagram)
{
  struct xlat_output *output = &datagram->output;
  gsize addresses = output->head[0] >> 4 == 6 ? 32 : 8;
  guint16 sum = xlat_sum_pseudo (output->body_length, XLAT_PROTOCOL_UDP);

  datagram->body[6] = datagram->body[7] = 0;
  sum = xlat_sum_add (
      sum, xlat_sum (output->head + output->head_length - addresses, addresses));
  sum = xlat_sum_add (sum, xlat_sum (datagram->body, output->body_length));
  xlat_checksum_store (datagram->body + 6, sum);
}

static void
resize (Datagram *datagram, gsize data)
{
  datagram->output.body_length = XLAT_UDP_HEADER + data;
  xlat_put_be16 (datagram->body + 4, (guint16)datagram->output.body_length);
}

static Datagram *
make (Fixture *fixture, guint n)
{
  Datagram *datagram = &fixture->datagrams[n];
  struct xlat_output *output = &datagram->output;

  memset (datagram, 0, sizeof *datagram);
  output->body = datagram->body;
  if (fixture->is_ipv6)
    {
      output->head_length = XLAT_IPV6_HEADER;
      output->head[0] = 0x60;
      output->head[6] = XLAT_PROTOCOL_UDP;
      output->head[7] = 64;
      memset (output->head + 8, 1, 32);
    }
  else
    {
      output->head_length = XLAT_IPV4_HEADER;
      output->head[0] = 0x45;
      xlat_put_be16 (output->head + 4, (guint16)(0xfff0 + n));
      output->head[8] = 64;
      output->head[9] = XLAT_PROTOCOL_UDP;
      memset (output->head + 12, 1, 8);
    }
  xlat_put_be16 (datagram->body, 40000);
  xlat_put_be16 (datagram->body + 2, 53);
  memset (datagram->body + XLAT_UDP_HEADER, (int)n, DATA);
  resize (datagram, DATA);
  complete (datagram);
  return datagram;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->is_ipv6 = GPOINTER_TO_INT (data);
}

static gboolean
merges (Fixture *fixture, const Datagram *second)
{
  xlat_merge_start (&fixture->merge, &make (fixture, 0)->output);
  return xlat_merge_add (&fixture->merge, &second->output);
}

static void
test_equal_headers (Fixture *fixture, gconstpointer data)
{
  g_assert_true (merges (fixture, make (fixture, 1)));
  xlat_merge_finish (&fixture->merge);
  g_assert_cmpint (fixture->merge.first.offload.gso, ==, XLAT_GSO_UDP);
  g_assert_cmpuint (fixture->merge.first.offload.gso_size, ==, DATA);
  g_assert_true (fixture->merge.first.offload.needs_checksum);
}

/* A difference in any byte of the header, but for lengths and checksum. */
static void
test_other_header (Fixture *fixture, gconstpointer data)
{
  gsize length = fixture->is_ipv6 ? XLAT_IPV6_HEADER : XLAT_IPV4_HEADER;

  for (gsize i = 0; i < length; i++)
    {
      Datagram *second = make (fixture, 1);
      gboolean is_length = fixture->is_ipv6 ? i == 4 || i == 5 : i == 2 || i == 3;
      gboolean is_checksum = !fixture->is_ipv6 && (i == 10 || i == 11);

      if (is_length || is_checksum || i == 0)
        continue;
      second->output.head[i] ^= 0x10;
      complete (second);
      if (merges (fixture, second))
        g_error ("merged with another byte %" G_GSIZE_FORMAT " of the header", i);
    }
}

static void
test_other_ports (Fixture *fixture, gconstpointer data)
{
  for (gsize i = 0; i < 4; i++)
    {
      Datagram *second = make (fixture, 1);

      second->body[i] ^= 1;
      complete (second);
      g_assert_false (merges (fixture, second));
    }
}

static void
test_checksums (Fixture *fixture, gconstpointer data)
{
  Datagram *second = make (fixture, 1);

  second->body[6] ^= 1;
  g_assert_false (merges (fixture, second));

  second = make (fixture, 1);
  second->body[6] = second->body[7] = 0;
  g_assert_false (merges (fixture, second));

  /* A wrong checksum of the first datagram shows when a second one comes. */
  second = make (fixture, 1);
  make (fixture, 0)->body[6] ^= 1;
  xlat_merge_start (&fixture->merge, &fixture->datagrams[0].output);
  g_assert_false (xlat_merge_add (&fixture->merge, &second->output));
  g_assert_false (xlat_merge_add (&fixture->merge, &second->output));
}

static void
test_lengths (Fixture *fixture, gconstpointer data)
{
  Datagram *shorter = make (fixture, 1);

  resize (shorter, DATA - 1);
  complete (shorter);
  g_assert_true (merges (fixture, shorter));
  g_assert_false (xlat_merge_add (&fixture->merge, &make (fixture, 2)->output));

  /* Longer than the first one. */
  make (fixture, 2);
  make (fixture, 1);
  resize (shorter, DATA - 1);
  complete (shorter);
  xlat_merge_start (&fixture->merge, &shorter->output);
  g_assert_false (xlat_merge_add (&fixture->merge, &fixture->datagrams[2].output));
}

static void
test_most (Fixture *fixture, gconstpointer data)
{
  xlat_merge_start (&fixture->merge, &make (fixture, 0)->output);
  for (guint i = 1; i < XLAT_MERGE_MAX; i++)
    g_assert_true (xlat_merge_add (&fixture->merge, &make (fixture, i)->output));
  g_assert_false (
      xlat_merge_add (&fixture->merge, &make (fixture, XLAT_MERGE_MAX)->output));
  g_assert_cmpuint (fixture->merge.n, ==, XLAT_MERGE_MAX);
}

/* With DF the identification has no meaning (RFC 6864), without DF the kernel counts up.
 */
static void
test_identification (Fixture *fixture, gconstpointer data)
{
  Datagram *second = make (fixture, 2);

  g_assert_false (merges (fixture, second));

  make (fixture, 0)->output.head[6] = second->output.head[6] = 0x40;
  xlat_merge_start (&fixture->merge, &fixture->datagrams[0].output);
  g_assert_true (xlat_merge_add (&fixture->merge, &second->output));
}

static void
add (const char *name, void (*test) (Fixture *fixture, gconstpointer data))
{
  g_autofree char *path4 = g_strdup_printf ("/merge/ipv4/%s", name);
  g_autofree char *path6 = g_strdup_printf ("/merge/ipv6/%s", name);

  g_test_add (path4, Fixture, GINT_TO_POINTER (FALSE), set_up, test, NULL);
  g_test_add (path6, Fixture, GINT_TO_POINTER (TRUE), set_up, test, NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  add ("equal-headers", test_equal_headers);
  add ("other-header", test_other_header);
  add ("other-ports", test_other_ports);
  add ("checksums", test_checksums);
  add ("lengths", test_lengths);
  add ("most", test_most);
  g_test_add ("/merge/ipv4/identification", Fixture, GINT_TO_POINTER (FALSE), set_up,
              test_identification, NULL);
  return g_test_run ();
}

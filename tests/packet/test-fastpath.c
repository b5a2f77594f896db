/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Both translators on the same packets: those of the table, and many made of them by
 * chance. What the fast path takes must come out as the library makes it, byte for byte;
 * the identification of a packet that needs one is each one's own. What it hands over or
 * drops is none of this test's business, except that it drops nothing that can be
 * translated. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <glib.h>
#include <stdio.h>
#include <string.h>

#include <linux/if_ether.h>
#include <linux/pkt_cls.h>

#include "clat-shared.h"
#include "clat.skel.h"
#include "packet-check.h"
#include "row-file.h"
#include "xlat-options.h"
#include "xlat.h"

/* What a test run of the kernel takes and gives. */
#define LARGEST_INPUT  3400
#define LARGEST_OUTPUT 4096

#define MUTATIONS   60
#define MAX_REPORTS 20
#define SKIPPED     77

typedef struct
{
  struct clat *skeleton;
  struct xlat *xlat;
  struct xlat_statistics statistics;
  struct xlat_result result;
  unsigned n_taken;
  unsigned n_handed_over;
  unsigned n_dropped;
  unsigned n_different;
} Both;

/* The fast path has no other settings. */
static gboolean
is_for_both (const Row *row)
{
  static const char *const known[] = {
      "--ipv4=", "--ipv6=", "--prefix=", "--mtu6=", "--lowest-ipv6-mtu="};

  for (unsigned i = 0; i < row->options->len; i++)
    {
      gboolean is_known = FALSE;

      for (unsigned j = 0; j < G_N_ELEMENTS (known); j++)
        is_known |= g_str_has_prefix (row->options->pdata[i], known[j]);
      if (!is_known)
        return FALSE;
    }
  return row->options->len < 6; /* one pair */
}

static char *
join_options (const Row *row)
{
  g_autoptr (GPtrArray) options = g_ptr_array_new ();

  for (unsigned i = 0; i < row->options->len; i++)
    g_ptr_array_add (options, row->options->pdata[i]);
  g_ptr_array_add (options, NULL);
  return g_strjoinv (" ", (char **)options->pdata);
}

static void
parse_options (const char *text, struct xlat_options *options)
{
  g_autofree char *line = g_strdup_printf ("clat-xlat %s --tun-fd=0", text);
  g_auto (GStrv) arguments = g_strsplit (line, " ", -1);

  g_assert_cmpint (
      xlat_options_parse (options, (int)g_strv_length (arguments), arguments), ==,
      XLAT_OPTIONS_RUN);
}

static void
set_up (Both *both, const char *options_text)
{
  struct clat_datapath datapath = {.uplink = 1, .inner = 1, .slow = 1, .next_hop = {1}};
  struct xlat_options options;
  struct xlat_config *config = &options.config;

  parse_options (options_text, &options);
  datapath.ipv4 = config->pairs[0].ipv4;
  memcpy (datapath.ipv6, &config->pairs[0].ipv6, sizeof datapath.ipv6);
  memcpy (datapath.prefix, &config->prefix.address, sizeof datapath.prefix);
  datapath.prefix_length = config->prefix.length;
  datapath.mtu6 = config->mtu6;
  datapath.lowest_ipv6_mtu = config->lowest_ipv6_mtu;

  /* The fast path leaves the size of the host's side to the kernel. */
  config->mtu4 = 65535;
  config->no_reassembly = true;
  both->xlat = xlat_new (config, 1, &both->statistics);

  both->skeleton = clat__open ();
  g_assert_nonnull (both->skeleton);
  memcpy ((void *)&both->skeleton->rodata->datapath, &datapath, sizeof datapath);
  g_assert_cmpint (clat__load (both->skeleton), ==, 0);
}

static void
tear_down (Both *both)
{
  g_clear_pointer (&both->skeleton, clat__destroy);
  g_clear_pointer (&both->xlat, xlat_free);
}

static char *
to_hex (const guint8 *data, gsize length)
{
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < length; i++)
    g_string_append_printf (text, "%02x", data[i]);
  return g_string_free (text, FALSE);
}

/* The first few are enough to see what is wrong. */
static void report (Both *both, const char *name, const char *format, ...)
    G_GNUC_PRINTF (3, 4);

static void
report (Both *both, const char *name, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list arguments;

  if (both->n_different++ >= MAX_REPORTS)
    return;
  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_printerr ("%s: %s\n", name, text);
}

static gsize
join_output (const struct xlat_output *output, guint8 *buffer)
{
  memcpy (buffer, output->head, output->head_length);
  memcpy (buffer + output->head_length, output->body, output->body_length);
  return output->head_length + output->body_length;
}

/* Whether a whole IPv4 packet is one for which an identification was chosen. */
static gboolean
has_chosen_id (const guint8 *packet)
{
  return packet[0] >> 4 == 4 && (packet[6] & 0x40) == 0;
}

static void
compare (Both *both, const char *name, const guint8 *input, gsize length, guint8 *taken,
         gsize taken_length)
{
  g_autofree guint8 *packet = g_memdup2 (input, length);
  guint8 expected[LARGEST_OUTPUT + 64];
  gsize expected_length;
  gboolean is_fragment6 = input[0] >> 4 == 6 && input[6] == 44;
  g_autofree char *hex_input = to_hex (input, length), *hex = NULL, *hex_expected = NULL;

  xlat_translate (both->xlat, packet, length, NULL, 0, &both->result);
  if (both->result.verdict != XLAT_FORWARD || both->result.n_packets != 1)
    {
      report (both, name,
              "the fast path translated %s, of which the library made %u (%s)", hex_input,
              both->result.n_packets, xlat_reason_to_string (both->result.reason));
      return;
    }

  expected_length = join_output (&both->result.packets[0], expected);
  if (taken_length >= 20 && has_chosen_id (taken) && !is_fragment6)
    {
      row_forget_id (taken);
      row_forget_id (expected);
    }
  hex = to_hex (taken, taken_length);
  hex_expected = to_hex (expected, expected_length);
  if (strcmp (hex, hex_expected) != 0)
    report (both, name, "of %s\nthe fast path made %s\nthe library  made %s", hex_input,
            hex, hex_expected);
}

static void
check_dropped (Both *both, const char *name, const guint8 *input, gsize length)
{
  g_autofree guint8 *packet = g_memdup2 (input, length);
  g_autofree char *hex = to_hex (input, length);

  xlat_translate (both->xlat, packet, length, NULL, 0, &both->result);
  if (both->result.verdict == XLAT_FORWARD)
    report (both, name, "the fast path dropped %s, which can be translated", hex);
}

static void
run_both (Both *both, const char *name, const guint8 *input, gsize length)
{
  guint8 frame[ETH_HLEN + LARGEST_INPUT] = {0}, output[LARGEST_OUTPUT];
  gboolean is_4to6 = input[0] >> 4 == 4;
  guint16 protocol = is_4to6 ? ETH_P_IP : ETH_P_IPV6;
  LIBBPF_OPTS (bpf_test_run_opts, options, .data_in = frame,
               .data_size_in = (guint32)(ETH_HLEN + length), .data_out = output,
               .data_size_out = sizeof output);
  struct bpf_program *program =
      is_4to6 ? both->skeleton->progs.clat_4to6 : both->skeleton->progs.clat_6to4;

  frame[12] = (guint8)(protocol >> 8);
  frame[13] = (guint8)protocol;
  memcpy (frame + ETH_HLEN, input, length);
  g_assert_cmpint (bpf_prog_test_run_opts (bpf_program__fd (program), &options), ==, 0);

  if (options.retval == TC_ACT_SHOT)
    {
      both->n_dropped++;
      check_dropped (both, name, input, length);
    }
  else if (options.retval == TC_ACT_REDIRECT
           && (options.data_size_out != options.data_size_in
               || memcmp (frame, output, options.data_size_in) != 0))
    {
      both->n_taken++;
      compare (both, name, input, length, output + ETH_HLEN,
               options.data_size_out - ETH_HLEN);
    }
  else
    both->n_handed_over++;
}

/* Changes a few bits of the headers, and makes right again what would end the matter too
 * soon: a header checksum, sometimes the checksum of the transport. */
static void
mutate (guint8 *packet, gsize length, GRand *random)
{
  struct view view;
  gsize header = (packet[0] & 15) * 4u;

  for (int i = g_rand_int_range (random, 1, 4); i > 0; i--)
    {
      gsize at = (gsize)g_rand_int_range (random, 0, (gint32)MIN (length, 90));

      packet[at] ^= (guint8)(at == 0 ? g_rand_int_range (random, 0, 16)
                                     : 1 << g_rand_int_range (random, 0, 8));
    }
  if (packet[0] >> 4 == 4 && header >= 20 && header <= length)
    {
      packet[10] = packet[11] = 0;
      ((struct xlat_ipv4 *)packet)->checksum =
          (be16)~htons (naive_fold (naive_sum (packet, header, 0)));
    }
  if (g_rand_boolean (random) && view_packet (packet, length, &view) && !view.is_fragment)
    fix_checksum (&view, packet + (view.payload - packet));
}

static void
run_row (Both *both, const Row *row, GRand *random)
{
  for (unsigned i = 0; i < row->steps->len; i++)
    {
      const RowStep *step = row->steps->pdata[i];
      gsize length = g_bytes_get_size (step->packet);
      const guint8 *packet = g_bytes_get_data (step->packet, NULL);

      /* The kernel makes no packet of less, nor a test run of more. */
      if (length < 20 || length > LARGEST_INPUT
          || (packet[0] >> 4 != 4 && (packet[0] >> 4 != 6 || length < 40)))
        continue;

      run_both (both, row->name, packet, length);
      for (unsigned j = 0; j < MUTATIONS && i < 4; j++)
        {
          g_autofree guint8 *copy = g_memdup2 (packet, length);

          mutate (copy, length, random);
          run_both (both, row->name, copy, length);
        }
    }
}

static gboolean
can_load (void)
{
  struct clat *skeleton = clat__open_and_load ();
  int error = errno;

  if (skeleton == NULL && (error == EPERM || error == EACCES))
    return FALSE;
  g_assert_nonnull (skeleton);
  clat__destroy (skeleton);
  return TRUE;
}

static int
print_nothing (enum libbpf_print_level level, const char *format, va_list arguments)
{
  return 0;
}

int
main (int argc, char **argv)
{
  guint32 seed = argc > 2 ? (guint32)g_ascii_strtoull (argv[2], NULL, 10) : 1;
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GHashTable) done =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Both *both = g_new0 (Both, 1);
  int status;

  if (argc < 2)
    g_error ("usage: test-fastpath ROWS [SEED]");
  libbpf_set_print (print_nothing);
  if (!can_load ())
    {
      puts ("SKIP: not permitted to load bpf programs");
      return SKIPPED;
    }

  /* A program is loaded once for all rows of a configuration. */
  rows = row_file_load (argv[1]);
  for (unsigned i = 0; i < rows->len; i++)
    {
      const Row *row = rows->pdata[i];
      g_autofree char *options = join_options (row);

      if (!is_for_both (row) || g_hash_table_contains (done, options))
        continue;
      set_up (both, options);
      for (unsigned j = i; j < rows->len; j++)
        {
          g_autofree char *others = join_options (rows->pdata[j]);

          if (strcmp (options, others) == 0)
            run_row (both, rows->pdata[j], random);
        }
      tear_down (both);
      g_hash_table_add (done, g_steal_pointer (&options));
    }

  printf ("%u packets alike, %u handed over, %u dropped by the fast path\n",
          both->n_taken, both->n_handed_over, both->n_dropped);
  printf ("%u differences\n", both->n_different);
  status = both->n_different == 0 && both->n_taken > 1000 ? 0 : 1;
  g_free (both);
  return status;
}

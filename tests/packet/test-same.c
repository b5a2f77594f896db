/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Both translators on the same packets: those of the table, mutations of them, and random
 * ones. */
#include <stdlib.h>
#include <unistd.h>

#include "clat-shared.h"
#include "kinds.h"
#include "pair.h"
#include "random-packets.h"
#include "row-file.h"
#include "xlat-command-line.h"

#define STATUS_SKIPPED 77

#define DEFAULT_SEED 464
#define N_PACKETS    1500 /* in each direction, for each configuration */
#define N_SEGMENTED  50
#define N_MUTATIONS  30 /* of each packet of the table */

/* BPF_PROG_TEST_RUN accepts packets from the smallest header to about a page. */
#define MAX_UNTRIED 10

/* A tenth of the limit of Linux 5.2 and newer, because compilers and kernels differ. */
#define MAX_COST 100000

typedef struct
{
  const char *prefix;
  guint8 length;
} Prefix;

typedef struct
{
  guint32 mtu6;
  guint32 lowest_ipv6_mtu;
} Sizes;

static const Prefix prefixes[] = {
    {"2001:db8::", 32},         {"2001:db8:100::", 40},     {"2001:db8:122::", 48},
    {"2001:db8:122:300::", 56}, {"2001:db8:122:344::", 64}, {"64:ff9b::", 96},
};
static const Sizes sizes[] = {
    {1280, 1280}, {1500, 1280}, {1500, 1500}, {9000, 1280}, {9000, 9000},
};

static const char *rows_path;
static guint32 seed = DEFAULT_SEED;

static void
configure_row (const Row *row, struct xlat_config *config)
{
  g_autoptr (GPtrArray) arguments = g_ptr_array_new ();
  struct xlat_command_line command_line;

  g_ptr_array_add (arguments, (char *)"clat-xlat");
  for (guint i = 0; i < row->options->len; i++)
    g_ptr_array_add (arguments, row->options->pdata[i]);
  g_ptr_array_add (arguments, (char *)"--tun-fd=0"); /* not opened: only parsed */
  g_ptr_array_add (arguments, NULL);
  g_assert_cmpint (xlat_command_line_parse (&command_line, (int)arguments->len - 1,
                                            (char **)arguments->pdata),
                   ==, XLAT_COMMAND_LINE_RUN);

  *config = command_line.config;
  /* The fast path supports no more. */
  config->n_pairs = MIN (config->n_pairs, CLAT_MAX_PAIRS);
}

static void
compare_mutations (Pair *pair, const FastPacket *original, GRand *random, guint64 now_ns)
{
  for (guint i = 0; i < N_MUTATIONS; i++)
    {
      g_autofree guint8 *data = g_memdup2 (original->data, original->length);
      FastPacket packet = *original;

      random_mutation (random, data, packet.length);
      packet.data = data;
      (void)pair_compare (pair, &packet, now_ns);
    }
}

/* Returns how many of its packets BPF_PROG_TEST_RUN does not accept. */
static guint
compare_row (const Row *row, GRand *random)
{
  struct xlat_config config;
  g_autoptr (Pair) pair = NULL;
  guint n_untried = 0;

  configure_row (row, &config);
  pair = pair_new (row->name, &config);
  for (guint i = 0; i < row->steps->len; i++)
    {
      const RowStep *step = row->steps->pdata[i];
      FastPacket packet = {.segments = 1};

      packet.data = g_bytes_get_data (step->packet, &packet.length);
      if (packet.length == 0)
        continue;
      packet.direction = packet.data[0] >> 4 == 6 ? XLAT_6TO4 : XLAT_4TO6;
      if (pair_compare (pair, &packet, step->time_ns))
        compare_mutations (pair, &packet, random, step->time_ns);
      else
        n_untried++;
    }
  return n_untried;
}

static void
test_rows (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  g_autoptr (GPtrArray) rows = row_file_load (rows_path);
  guint n_untried = 0;

  g_assert_cmpuint (rows->len, >, 0);
  for (guint i = 0; i < rows->len; i++)
    n_untried += compare_row (rows->pdata[i], random);
  g_printerr ("%u rows, %u packets that BPF_PROG_TEST_RUN does not accept\n", rows->len,
              n_untried);
  g_assert_cmpuint (n_untried, <, MAX_UNTRIED);
}

static void
set_prefix (struct xlat_pair *pair, const Prefix *prefix)
{
  pair->prefix.length = prefix->length;
  inet_pton (AF_INET6, prefix->prefix, &pair->prefix.address);
}

static struct xlat_config
configure (const Prefix *prefix, const Sizes *size, guint n_pairs)
{
  /* The first one is inside the shortest prefix, which extracts 10.1.2.3 from it. */
  static const char *const addresses[CLAT_MAX_PAIRS] = {
      "2001:db8:a01:203:a:b:c:d", "2001:db8:1::c", "fd00:1::c:1", "2001:db8:1::d"};
  struct xlat_config config;

  xlat_config_init (&config);
  config.n_pairs = n_pairs;
  for (guint i = 0; i < n_pairs; i++)
    {
      config.pairs[i].ipv4 = htonl (0xc0000001 + i);
      inet_pton (AF_INET6, addresses[i], &config.pairs[i].ipv6);
      set_prefix (&config.pairs[i], prefix);
    }
  config.mtu6 = config.mtu4 = size->mtu6; /* as the service does */
  config.lowest_ipv6_mtu = size->lowest_ipv6_mtu;
  g_assert_null (xlat_config_check (&config));
  return config;
}

static void
compare_random (Pair *pair, const struct xlat_config *config, GRand *random)
{
  guint8 data[RANDOM_PACKET_LARGEST];
  gsize largest = MIN (pair_get_largest (pair), sizeof data);

  for (guint i = 0; i < XLAT_N_DIRECTIONS * N_PACKETS; i++)
    {
      FastPacket packet = {
          .direction = i % XLAT_N_DIRECTIONS, .data = data, .segments = 1};

      packet.length = random_packet (random, config, packet.direction, largest, data);
      (void)pair_compare (pair, &packet, i);
    }
  for (guint i = 0; i < XLAT_N_DIRECTIONS * N_SEGMENTED; i++)
    {
      FastPacket packet = {.direction = i % XLAT_N_DIRECTIONS, .data = data};
      gsize headers, size;

      packet.length = random_segments (random, config, packet.direction, largest, data);
      headers = packet.direction == XLAT_4TO6 ? XLAT_IPV4_HEADER : XLAT_IPV6_HEADER;
      if (data[packet.direction == XLAT_4TO6 ? 9 : 6] == XLAT_PROTOCOL_UDP)
        headers += XLAT_UDP_HEADER;
      else
        headers += (data[headers + 12] >> 4) * 4u;
      size = packet.length - headers;
      packet.gso_size = (guint)g_rand_int_range (random, 1, (gint32)MIN (size, 1500));
      packet.segments = (guint)((size + packet.gso_size - 1) / packet.gso_size);
      (void)pair_compare (pair, &packet, i);
    }
}

static void
compare_configuration (const Prefix *prefix, const Sizes *size, guint n_pairs,
                       GRand *random)
{
  struct xlat_config config = configure (prefix, size, n_pairs);
  g_autofree char *name = g_strdup_printf (
      "seed %u, %s/%u, MTU %u, lowest IPv6 MTU %u, %u pairs", seed, prefix->prefix,
      prefix->length, size->mtu6, size->lowest_ipv6_mtu, n_pairs);
  g_autoptr (Pair) pair = pair_new (name, &config);

  compare_random (pair, &config, random);
}

static void
test_random (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);

  for (guint i = 0; i < G_N_ELEMENTS (prefixes); i++)
    for (guint j = 0; j < G_N_ELEMENTS (sizes); j++)
      compare_configuration (&prefixes[i], &sizes[j], 1, random);
  kinds_check ();
}

static void
test_random_with_pairs (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);

  for (guint n_pairs = 2; n_pairs <= CLAT_MAX_PAIRS; n_pairs++)
    for (guint i = 0; i < G_N_ELEMENTS (prefixes); i++)
      compare_configuration (&prefixes[i], &sizes[0], n_pairs, random);
}

/* The first three have the same IPv6 address. One prefix may be inside another. */
static struct xlat_config
configure_shared (guint first)
{
  struct xlat_config config = configure (&prefixes[first], &sizes[0], CLAT_MAX_PAIRS);

  for (guint i = 1; i < CLAT_MAX_PAIRS; i++)
    set_prefix (&config.pairs[i], &prefixes[(first + i) % G_N_ELEMENTS (prefixes)]);
  config.pairs[1].ipv6 = config.pairs[2].ipv6 = config.pairs[0].ipv6;
  g_assert_null (xlat_config_check (&config));
  return config;
}

static void
test_random_with_prefixes (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);

  for (guint i = 0; i < G_N_ELEMENTS (prefixes); i++)
    {
      struct xlat_config config = configure_shared (i);
      g_autofree char *name =
          g_strdup_printf ("seed %u, four prefixes from %s", seed, prefixes[i].prefix);
      g_autoptr (Pair) pair = pair_new (name, &config);

      compare_random (pair, &config, random);
    }
}

static void
check_cost (const char *name, guint cost)
{
  g_printerr ("instructions verified, %s: %u\n", name, cost);
  g_assert_cmpuint (cost, >, 0);
  g_assert_cmpuint (cost, <, MAX_COST);
}

static void
check_costs (guint n_pairs, gboolean is_shared)
{
  FastCost max = {0};

  g_printerr ("with %u pairs%s\n", n_pairs, is_shared ? ", one IPv6 address" : "");

  /* The configuration is constant for the verifier, which skips what it excludes. */
  for (guint i = 0; i < G_N_ELEMENTS (prefixes); i++)
    {
      struct xlat_config config =
          is_shared ? configure_shared (i) : configure (&prefixes[i], &sizes[0], n_pairs);
      g_autoptr (FastPath) fast = fast_path_new (&config, FALSE);
      const FastCost *cost = fast_path_get_cost (fast);

      max.to_ipv6 = MAX (max.to_ipv6, cost->to_ipv6);
      max.direct = MAX (max.direct, cost->direct);
      max.to_ipv4 = MAX (max.to_ipv4, cost->to_ipv4);
      max.slow = MAX (max.slow, cost->slow);
    }
  check_cost ("4 to 6", max.to_ipv6);
  check_cost ("direct", max.direct);
  check_cost ("6 to 4", max.to_ipv4);
  check_cost ("slow path", max.slow);
}

static void
test_cost (void)
{
  check_costs (1, FALSE);
  check_costs (CLAT_MAX_PAIRS, FALSE);
  check_costs (CLAT_MAX_PAIRS, TRUE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (argc < 2 || argc > 3)
    g_error ("usage: test-same ROWS [SEED]");
  rows_path = argv[1];
  if (argc == 3)
    seed = (guint32)g_ascii_strtoull (argv[2], NULL, 10);

  if (geteuid () != 0)
    {
      g_printerr ("skipped: only root may load BPF programs\n");
      return STATUS_SKIPPED;
    }

  g_test_add_func ("/same/rows", test_rows);
  g_test_add_func ("/same/random", test_random);
  g_test_add_func ("/same/random-with-pairs", test_random_with_pairs);
  g_test_add_func ("/same/random-with-prefixes", test_random_with_prefixes);
  g_test_add_func ("/same/cost", test_cost);
  return g_test_run ();
}

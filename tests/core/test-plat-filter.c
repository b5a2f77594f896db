/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pings of the router from two addresses, and what follows from their answers. */
#include "clat-plat-filter.h"

#define S     ((gint64)G_USEC_PER_SEC)
#define START (1000 * S)

/* Packets of an address that has worked, without an answer since START. */
static const ClatPlatEvidence silent = {
    .last_in = START - 100 * S,
    .first_out = START,
    .last_out = START + 4 * S,
    .n_out = 10,
    .has_own_address = TRUE,
};

/* The outcome when so many of the host's pings are answered, and the number of pings. */
static ClatPlatFilterState
ping_all (const ClatPlatEvidence *evidence, guint n_answers, guint *n_pings)
{
  ClatPlatEvidence now = *evidence;
  ClatPlatFilterState state = CLAT_PLAT_FILTER_NONE;
  ClatPlatFilter filter = {0};

  *n_pings = 0;
  for (gint64 i = 4; i < 14; i++)
    {
      gboolean pings = FALSE;

      state = clat_plat_filter_judge (&filter, &now, START + i * S, &pings);
      *n_pings += pings;
      now.n_host_answers = pings && n_answers > 0;
      n_answers -= now.n_host_answers;
    }
  return state;
}

static void
test_answers_of_the_host (void)
{
  static const ClatPlatFilterState states[] = {
      CLAT_PLAT_FILTER_NONE,  CLAT_PLAT_FILTER_NONE,  CLAT_PLAT_FILTER_NONE,
      CLAT_PLAT_FILTER_FOUND, CLAT_PLAT_FILTER_FOUND, CLAT_PLAT_FILTER_FOUND,
      CLAT_PLAT_FILTER_FOUND,
  };

  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    {
      guint n_pings;

      g_assert_cmpint (ping_all (&silent, i, &n_pings), ==, states[i]);
      g_assert_cmpuint (n_pings, ==, 6);
    }
}

/* The NAT64 is dead: the router answers the translator, now or since packets go out. */
static void
test_answer_to_the_translator (void)
{
  ClatPlatEvidence evidence = silent;
  guint n_pings;

  evidence.last_other = START + S;
  g_assert_cmpint (ping_all (&evidence, 6, &n_pings), ==, CLAT_PLAT_FILTER_NONE);
  g_assert_cmpuint (n_pings, ==, 0);

  /* That was before: it says nothing now. */
  evidence.last_other = START - S;
  g_assert_cmpint (ping_all (&evidence, 6, &n_pings), ==, CLAT_PLAT_FILTER_FOUND);
}

/* Neighbour discovery of the translator is filtered, too: the host's pings still count.
 */
static void
test_lost_router (void)
{
  ClatPlatEvidence evidence = silent;
  guint n_pings;

  evidence.has_lost_router = evidence.host_has_router = TRUE;
  g_assert_cmpint (ping_all (&evidence, 0, &n_pings), ==, CLAT_PLAT_FILTER_NONE);
  g_assert_cmpint (ping_all (&evidence, 6, &n_pings), ==, CLAT_PLAT_FILTER_FOUND);
}

static void
test_shared_address (void)
{
  ClatPlatEvidence evidence = silent;
  guint n_pings;

  evidence.has_own_address = FALSE;
  g_assert_cmpint (ping_all (&evidence, 6, &n_pings), ==, CLAT_PLAT_FILTER_NONE);
  g_assert_cmpuint (n_pings, ==, 0);
}

/* An address that has never worked is given up without answers to the host, if neighbour
 * discovery of the host knows the router. */
static void
test_address_that_has_never_worked (void)
{
  ClatPlatEvidence evidence = silent;
  guint n_pings;

  evidence.last_in = 0;
  g_assert_cmpint (ping_all (&evidence, 0, &n_pings), ==, CLAT_PLAT_FILTER_NONE);
  g_assert_cmpint (ping_all (&evidence, 1, &n_pings), ==, CLAT_PLAT_FILTER_FOUND);
  g_assert_cmpuint (n_pings, ==, 6);
  evidence.host_has_router = TRUE;
  g_assert_cmpint (ping_all (&evidence, 0, &n_pings), ==, CLAT_PLAT_FILTER_FOUND);
  g_assert_cmpuint (n_pings, ==, 6);
}

/* A router that has just failed may still be known to the host: one answer is enough, but
 * needed, to be sure at once. */
static void
test_router_that_only_the_host_reaches (void)
{
  ClatPlatEvidence evidence = silent;
  guint n_pings;

  evidence.last_in = 0;
  evidence.has_lost_router = TRUE;
  g_assert_cmpint (ping_all (&evidence, 0, &n_pings), ==, CLAT_PLAT_FILTER_NONE);
  g_assert_cmpint (ping_all (&evidence, 1, &n_pings), ==, CLAT_PLAT_FILTER_FOUND);
  g_assert_cmpuint (n_pings, ==, 1);
}

/* The verdict on the NAT64 waits for the pings once the host is answered. */
static void
test_suspicion (void)
{
  ClatPlatEvidence evidence = silent;
  ClatPlatFilter filter = {0};
  gboolean pings = FALSE;

  g_assert_cmpint (clat_plat_filter_judge (&filter, &evidence, START + 4 * S, &pings), ==,
                   CLAT_PLAT_FILTER_NONE);
  g_assert_true (pings);
  evidence.n_host_answers = 1;
  pings = FALSE;
  g_assert_cmpint (clat_plat_filter_judge (&filter, &evidence, START + 4 * S + 1, &pings),
                   ==, CLAT_PLAT_FILTER_SUSPECTED);
  g_assert_false (pings);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/plat-filter/host", test_answers_of_the_host);
  g_test_add_func ("/plat-filter/translator", test_answer_to_the_translator);
  g_test_add_func ("/plat-filter/router", test_lost_router);
  g_test_add_func ("/plat-filter/shared", test_shared_address);
  g_test_add_func ("/plat-filter/new", test_address_that_has_never_worked);
  g_test_add_func ("/plat-filter/router-that-only-the-host-reaches",
                   test_router_that_only_the_host_reaches);
  g_test_add_func ("/plat-filter/suspicion", test_suspicion);
  return g_test_run ();
}

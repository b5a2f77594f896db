/* SPDX-License-Identifier: GPL-2.0-or-later */
/* When a connection gives up native IPv4, and when it gets it back. */
#include "clat-ipv6-mostly.h"

#include "clat-expiry.h"

#define SECOND G_GINT64_CONSTANT (1000000)
#define START  (100 * SECOND)

static const ClatIpv6MostlyInput possible = {.is_allowed = TRUE, .can_translate = TRUE};
static const ClatIpv6MostlyInput without_nat64 = {.is_allowed = TRUE,
                                                  .has_native_ipv4 = TRUE};
static const ClatIpv6MostlyInput without_both = {.is_allowed = TRUE};

static void
offer (ClatIpv6Mostly *self, gboolean is_v6only, guint32 wait, gint64 now)
{
  ClatDhcp4Offer offered = {.is_v6only = is_v6only, .v6only_wait = wait};

  clat_ipv6_mostly_receive (self, &offered, &possible, now);
}

/* Asked at START, answered a second later. */
static ClatIpv6Mostly
make_answered (gboolean is_v6only, guint32 wait)
{
  ClatIpv6Mostly self = {0};

  g_assert_true (clat_ipv6_mostly_advance (&self, &possible, START));
  offer (&self, is_v6only, wait, START + SECOND);
  return self;
}

static void
assert_wish (const ClatIpv6Mostly *self, const ClatIpv6MostlyInput *input, gint64 now,
             ClatIpv4Wish wish)
{
  g_assert_cmpint (clat_ipv6_mostly_get_wish (self, input, now), ==, wish);
}

/* Row 8925-2: a host that cannot do without IPv4 does not ask. */
static void
test_8925_2_not_asked_without_nat64 (void)
{
  ClatIpv6Mostly self = {0};

  g_assert_false (clat_ipv6_mostly_advance (&self, &without_nat64, START));
  assert_wish (&self, &without_nat64, START, CLAT_IPV4_AS_IS);
  g_assert_true (clat_ipv6_mostly_advance (&self, &possible, START + SECOND));
}

static void
test_not_allowed (void)
{
  ClatIpv6MostlyInput input = {.can_translate = TRUE};
  ClatIpv6Mostly self = make_answered (TRUE, 1800);

  g_assert_false (clat_ipv6_mostly_advance (&self, &input, START + 2 * SECOND));
  assert_wish (&self, &input, START + 2 * SECOND, CLAT_IPV4_ON);
  g_assert_cmpint (clat_ipv6_mostly_get_next (&self, &input, START + 2 * SECOND), ==,
                   CLAT_NEVER);
  /* Allowed again, the network is asked again. */
  g_assert_true (clat_ipv6_mostly_advance (&self, &possible, START + 3 * SECOND));
}

/* NetworkManager does it, but not about a lease from before. */
static void
test_not_asked_twice (void)
{
  ClatIpv6Mostly self = {0};
  ClatIpv6MostlyInput input = {
      .is_allowed = TRUE, .can_translate = TRUE, .is_asked = TRUE};

  g_assert_false (clat_ipv6_mostly_advance (&self, &input, START));
  g_assert_cmpint (clat_ipv6_mostly_get_next (&self, &input, START), ==, CLAT_NEVER);
  assert_wish (&self, &input, START, CLAT_IPV4_AS_IS);
  input.has_native_ipv4 = TRUE;
  g_assert_true (clat_ipv6_mostly_advance (&self, &input, START));
}

/* The network has said otherwise to NetworkManager: it is not asked again at once. */
static void
test_denied (void)
{
  ClatIpv6Mostly self = make_answered (TRUE, 1800);
  ClatIpv6MostlyInput input = {.is_allowed = TRUE,
                               .can_translate = TRUE,
                               .has_native_ipv4 = TRUE,
                               .is_asked = TRUE};
  gint64 now = START + 2 * SECOND;

  clat_ipv6_mostly_deny (&self, now);
  assert_wish (&self, &input, now, CLAT_IPV4_ON);
  g_assert_false (clat_ipv6_mostly_advance (&self, &input, now + 1799 * SECOND));
  g_assert_true (clat_ipv6_mostly_advance (&self, &input, now + 1800 * SECOND));
}

static void
test_retries_are_bounded (void)
{
  ClatIpv6Mostly self = {0};
  gint64 now = START;
  guint n_sent = 0;

  while (self.phase != CLAT_IPV6_MOSTLY_NO)
    {
      n_sent += clat_ipv6_mostly_advance (&self, &possible, now);
      now = clat_ipv6_mostly_get_next (&self, &possible, now);
      g_assert_cmpint (now, <=, START + 2000 * SECOND);
    }
  g_assert_cmpuint (n_sent, ==, 3);
  assert_wish (&self, &possible, now, CLAT_IPV4_ON);
  g_assert_cmpint (now, ==, START + (10 + 1800) * SECOND);
}

static void
test_8925_11_offer_without_option (void)
{
  ClatIpv6Mostly self = make_answered (FALSE, 0);

  assert_wish (&self, &possible, START + SECOND, CLAT_IPV4_ON);
  g_assert_false (clat_ipv6_mostly_advance (&self, &possible, START + 1800 * SECOND));
  /* The network may become IPv6-mostly. */
  g_assert_true (clat_ipv6_mostly_advance (&self, &possible, START + 1801 * SECOND));
}

static void
test_offer_that_was_not_asked_for (void)
{
  ClatIpv6Mostly self = {0};

  offer (&self, TRUE, 1800, START);
  assert_wish (&self, &possible, START, CLAT_IPV4_AS_IS);
}

/* Row 8925-8. */
static void
test_8925_8_wait (void)
{
  static const struct
  {
    guint32 value;
    gint64 seconds;
  } waits[] = {
      {0, 300}, {299, 300}, {300, 300}, {1800, 1800}, {G_MAXUINT32, G_MAXUINT32},
  };

  for (guint i = 0; i < G_N_ELEMENTS (waits); i++)
    {
      ClatIpv6Mostly self = make_answered (TRUE, waits[i].value);
      gint64 end = START + SECOND + waits[i].seconds * SECOND;

      assert_wish (&self, &possible, START + SECOND, CLAT_IPV4_OFF);
      g_assert_cmpint (clat_ipv6_mostly_get_next (&self, &possible, START + SECOND), ==,
                       end);
      g_assert_false (clat_ipv6_mostly_advance (&self, &possible, end - 1));
      assert_wish (&self, &possible, end - 1, CLAT_IPV4_OFF);
      /* IPv4 stays away until the network has answered. */
      g_assert_true (clat_ipv6_mostly_advance (&self, &possible, end));
      assert_wish (&self, &possible, end, CLAT_IPV4_AS_IS);
    }
}

/* Row CL-C5. */
static void
test_cl_c5_option_is_gone_after_the_wait (void)
{
  ClatIpv6Mostly self = make_answered (TRUE, 300);

  g_assert_true (clat_ipv6_mostly_advance (&self, &possible, START + 301 * SECOND));
  offer (&self, FALSE, 0, START + 302 * SECOND);
  assert_wish (&self, &possible, START + 302 * SECOND, CLAT_IPV4_ON);
}

/* Row 8925-9: a new attachment ends the wait; but not more than a DISCOVER a second. */
static void
test_8925_9_attachment (void)
{
  ClatIpv6Mostly self = make_answered (TRUE, 1800);

  clat_ipv6_mostly_forget (&self);
  assert_wish (&self, &possible, START + 2 * SECOND, CLAT_IPV4_AS_IS);
  g_assert_true (clat_ipv6_mostly_advance (&self, &possible, START + 2 * SECOND));

  clat_ipv6_mostly_forget (&self);
  g_assert_false (clat_ipv6_mostly_advance (&self, &possible, START + 3 * SECOND - 1));
  g_assert_cmpint (clat_ipv6_mostly_get_next (&self, &possible, START + 3 * SECOND - 1),
                   ==, START + 3 * SECOND);
  g_assert_true (clat_ipv6_mostly_advance (&self, &possible, START + 3 * SECOND));
}

/* Row CL-B7: neither IPv4 nor a CLAT. It is remembered: IPv4 does not come and go. */
static void
test_cl_b7_nat64_is_lost (void)
{
  ClatIpv6Mostly self = make_answered (TRUE, 1800);
  gint64 lost = START + 10 * SECOND;

  clat_ipv6_mostly_advance (&self, &without_nat64, lost);
  assert_wish (&self, &without_nat64, lost, CLAT_IPV4_AS_IS);
  g_assert_cmpint (clat_ipv6_mostly_get_next (&self, &without_nat64, lost), ==,
                   lost + 30 * SECOND);

  clat_ipv6_mostly_advance (&self, &without_nat64, lost + 30 * SECOND);
  assert_wish (&self, &without_nat64, lost + 30 * SECOND, CLAT_IPV4_REQUIRED);
  g_assert_false (clat_ipv6_mostly_advance (&self, &possible, lost + 9999 * SECOND));
  assert_wish (&self, &possible, lost + 9999 * SECOND, CLAT_IPV4_REQUIRED);

  clat_ipv6_mostly_forget (&self);
  g_assert_true (clat_ipv6_mostly_advance (&self, &possible, lost + 9999 * SECOND));
}

static void
test_nat64_is_lost_for_a_moment (void)
{
  ClatIpv6Mostly self = make_answered (TRUE, 1800);

  clat_ipv6_mostly_advance (&self, &without_nat64, START + 10 * SECOND);
  clat_ipv6_mostly_advance (&self, &possible, START + 39 * SECOND);
  clat_ipv6_mostly_advance (&self, &without_nat64, START + 40 * SECOND);
  clat_ipv6_mostly_advance (&self, &possible, START + 50 * SECOND);
  assert_wish (&self, &possible, START + 50 * SECOND, CLAT_IPV4_OFF);
}

/* A connection without IPv4 that a previous instance left, on a network without NAT64. */
static void
test_never_any_nat64 (void)
{
  ClatIpv6Mostly self = {0};

  clat_ipv6_mostly_advance (&self, &without_nat64, START);
  assert_wish (&self, &without_nat64, START + 30 * SECOND - 1, CLAT_IPV4_AS_IS);
  assert_wish (&self, &without_nat64, START + 30 * SECOND, CLAT_IPV4_ON);
}

/* NetworkManager has asked for option 108 itself, and took no lease; there is no NAT64.
 */
static void
test_cl_b7_without_ipv4_and_nat64 (void)
{
  ClatIpv6Mostly self = {0};
  ClatDhcp4Offer offered = {.is_v6only = TRUE, .v6only_wait = 1800};

  g_assert_false (clat_ipv6_mostly_advance (&self, &without_both, START));
  g_assert_cmpint (clat_ipv6_mostly_get_next (&self, &without_both, START), ==,
                   START + 5 * SECOND);
  g_assert_true (clat_ipv6_mostly_advance (&self, &without_both, START + 5 * SECOND));
  g_assert_false (clat_ipv6_mostly_lacks_both (&self, &without_both));
  clat_ipv6_mostly_receive (&self, &offered, &without_both, START + 6 * SECOND);
  g_assert_true (clat_ipv6_mostly_lacks_both (&self, &without_both));
  g_assert_false (clat_ipv6_mostly_lacks_both (&self, &without_nat64));
  assert_wish (&self, &without_both, START + 6 * SECOND, CLAT_IPV4_AS_IS);
  g_assert_cmpint (clat_ipv6_mostly_get_next (&self, &without_both, START + 6 * SECOND),
                   ==, START + 30 * SECOND);

  g_assert_false (clat_ipv6_mostly_advance (&self, &without_both, START + 30 * SECOND));
  assert_wish (&self, &without_both, START + 30 * SECOND, CLAT_IPV4_REQUIRED);
  g_assert_cmpint (clat_ipv6_mostly_get_next (&self, &without_both, START + 30 * SECOND),
                   ==, CLAT_NEVER);
}

static void
test_recalled_without_waiting (void)
{
  ClatIpv6Mostly self = {0};
  ClatDhcp4Offer offered = {.server = {42}, .is_v6only = TRUE, .v6only_wait = 1800};

  clat_ipv6_mostly_advance (&self, &without_both, START);
  clat_ipv6_mostly_recall (&self);
  g_assert_false (self.lacks_nat64);
  g_assert_true (clat_ipv6_mostly_advance (&self, &without_both, START + 5 * SECOND));
  clat_ipv6_mostly_receive (&self, &offered, &without_both, START + 6 * SECOND);
  g_assert_cmpuint (self.server.s_addr, ==, 42);
  clat_ipv6_mostly_recall (&self);
  assert_wish (&self, &without_both, START + 6 * SECOND, CLAT_IPV4_REQUIRED);
}

/* A network without DHCPv4 is not asked without end. */
static void
test_retries_without_ipv4_and_nat64_are_bounded (void)
{
  ClatIpv6Mostly self = {0};
  gint64 now = START;
  guint n_sent = 0;

  while (now < START + 1800 * SECOND)
    {
      n_sent += clat_ipv6_mostly_advance (&self, &without_both, now);
      now = clat_ipv6_mostly_get_next (&self, &without_both, now);
    }
  g_assert_cmpuint (n_sent, ==, 3);
  assert_wish (&self, &without_both, now, CLAT_IPV4_ON);
}

static void
test_lease_in_use_stays_until_it_ends (void)
{
  ClatIpv6MostlyInput used = {TRUE, TRUE, TRUE, START + 60 * SECOND, TRUE, FALSE};
  ClatIpv6Mostly self = {0};
  ClatDhcp4Offer offered = {.is_v6only = TRUE, .v6only_wait = 1800};

  clat_ipv6_mostly_advance (&self, &used, START);
  clat_ipv6_mostly_receive (&self, &offered, &used, START);
  assert_wish (&self, &used, START + SECOND, CLAT_IPV4_AS_IS);
  g_assert_true (clat_ipv6_mostly_awaits_lease (&self, &used, START + SECOND));
  g_assert_cmpint (clat_ipv6_mostly_get_next (&self, &used, START + SECOND), ==,
                   START + 6 * SECOND);

  /* Nothing uses it any more. */
  assert_wish (&self, &possible, START + 6 * SECOND, CLAT_IPV4_OFF);
  g_assert_false (clat_ipv6_mostly_awaits_lease (&self, &possible, START + 6 * SECOND));

  /* NetworkManager renews it, but it ends. */
  used.lease_end = START + 120 * SECOND;
  assert_wish (&self, &used, START + 60 * SECOND, CLAT_IPV4_OFF);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ipv6-mostly/not-asked-twice", test_not_asked_twice);
  g_test_add_func ("/ipv6-mostly/denied", test_denied);
  g_test_add_func ("/ipv6-mostly/8925-2", test_8925_2_not_asked_without_nat64);
  g_test_add_func ("/ipv6-mostly/not-allowed", test_not_allowed);
  g_test_add_func ("/ipv6-mostly/retries", test_retries_are_bounded);
  g_test_add_func ("/ipv6-mostly/8925-11", test_8925_11_offer_without_option);
  g_test_add_func ("/ipv6-mostly/unasked", test_offer_that_was_not_asked_for);
  g_test_add_func ("/ipv6-mostly/8925-8", test_8925_8_wait);
  g_test_add_func ("/ipv6-mostly/cl-c5", test_cl_c5_option_is_gone_after_the_wait);
  g_test_add_func ("/ipv6-mostly/8925-9", test_8925_9_attachment);
  g_test_add_func ("/ipv6-mostly/cl-b7", test_cl_b7_nat64_is_lost);
  g_test_add_func ("/ipv6-mostly/nat64-flap", test_nat64_is_lost_for_a_moment);
  g_test_add_func ("/ipv6-mostly/no-nat64", test_never_any_nat64);
  g_test_add_func ("/ipv6-mostly/cl-b7-no-ipv4", test_cl_b7_without_ipv4_and_nat64);
  g_test_add_func ("/ipv6-mostly/recalled", test_recalled_without_waiting);
  g_test_add_func ("/ipv6-mostly/retries-no-ipv4",
                   test_retries_without_ipv4_and_nat64_are_bounded);
  g_test_add_func ("/ipv6-mostly/lease", test_lease_in_use_stays_until_it_ends);
  return g_test_run ();
}

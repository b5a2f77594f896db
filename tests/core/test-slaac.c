/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether an advertisement offers addresses. */
#include "clat-slaac.h"

#include <string.h>

#define HEADER  16
#define PREFIX  32
#define FLAGS   (HEADER + 3)
#define LENGTH  (HEADER + 2)
#define VALID   (HEADER + 4)
#define ADDRESS (HEADER + 16)

/* 2001:db8::/64, on the link and for SLAAC, valid for 256 s. */
static const guint8 offer[HEADER + PREFIX] = {
    [0] = 134,
    [HEADER] = 3,
    [HEADER + 1] = 4,
    [LENGTH] = 64,
    [FLAGS] = 0xc0,
    [VALID + 2] = 1,
    [VALID + 6] = 1,
    [ADDRESS] = 0x20,
    [ADDRESS + 1] = 0x01,
    [ADDRESS + 2] = 0x0d,
    [ADDRESS + 3] = 0xb8,
};

static void
test_offer (void)
{
  g_assert_true (clat_slaac_is_offered (offer, sizeof offer, 0));
  g_assert_true (clat_slaac_is_offered (offer, sizeof offer, 255));
  g_assert_false (clat_slaac_is_offered (offer, sizeof offer, 256));
}

/* RFC 4862, 5.5.3; CL-D11 */
static void
test_not_an_offer (void)
{
  static const struct
  {
    gsize offset;
    guint8 value;
  } changes[] = {
      {HEADER, 24},                    /* another option */
      {FLAGS, 0x80},                   /* not autonomous */
      {LENGTH, 63},    {VALID + 2, 0}, /* gone, and preferred for longer than valid */
      {VALID + 5, 1},                  /* preferred for longer than valid */
      {ADDRESS, 0xff}, {ADDRESS, 0xfe}, {HEADER + 1, 0}, {HEADER + 1, 3}, {HEADER + 1, 5},
  };

  for (guint i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      guint8 message[sizeof offer];

      memcpy (message, offer, sizeof message);
      message[changes[i].offset] = changes[i].value;
      if (changes[i].value == 0xfe)
        message[ADDRESS + 1] = 0x80; /* link-local */
      g_test_message ("change %u", i);
      g_assert_false (clat_slaac_is_offered (message, sizeof message, 0));
    }
}

static void
test_any_option_may_be_it (void)
{
  guint8 message[sizeof offer + 8] = {[HEADER] = 1, [HEADER + 1] = 1};

  memcpy (message + HEADER + 8, offer + HEADER, PREFIX);
  g_assert_true (clat_slaac_is_offered (message, sizeof message, 0));
}

static void
test_truncated_option (void)
{
  for (gsize length = 0; length < sizeof offer; length++)
    {
      g_autofree guint8 *message = g_memdup2 (offer, MAX (length, 1));

      g_assert_false (clat_slaac_is_offered (message, length, 0));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/slaac/offer", test_offer);
  g_test_add_func ("/slaac/not-an-offer", test_not_an_offer);
  g_test_add_func ("/slaac/any-option-may-be-it", test_any_option_may_be_it);
  g_test_add_func ("/slaac/truncated-option", test_truncated_option);
  return g_test_run ();
}

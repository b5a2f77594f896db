/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The features that a kernel must have, and the sentences about them. */
#include "clat-features.h"

static ClatFeatures
all (void)
{
  ClatFeatures features;

  for (guint i = 0; i < CLAT_N_FEATURES; i++)
    features.has[i] = TRUE;
  return features;
}

static ClatFeatures
all_but (ClatFeature feature)
{
  ClatFeatures features = all ();

  features.has[feature] = FALSE;
  return features;
}

static void
test_needed_features (void)
{
  static const ClatFeature needed[] = {
      CLAT_FEATURE_VETH,
      CLAT_FEATURE_CLSACT,
      CLAT_FEATURE_REDIRECT_NEIGH,
      CLAT_FEATURE_REDIRECT_PEER,
  };
  guint n_needed = 0;

  for (guint i = 0; i < CLAT_N_FEATURES; i++)
    {
      ClatFeatures features = all_but (i);

      n_needed += !clat_features_suffice (&features);
    }
  g_assert_cmpuint (n_needed, ==, G_N_ELEMENTS (needed));
  for (guint i = 0; i < G_N_ELEMENTS (needed); i++)
    {
      ClatFeatures features = all_but (needed[i]);

      g_assert_false (clat_features_suffice (&features));
      g_assert_cmpstr (clat_features_explain (&features), ==,
                       "This kernel lacks features that a translator needs.");
    }
}

static void
test_one_translator_is_enough (void)
{
  ClatFeatures features = all_but (CLAT_FEATURE_FAST_PATH);

  g_assert_true (clat_features_suffice (&features));
  features.has[CLAT_FEATURE_TUN] = FALSE;
  g_assert_false (clat_features_suffice (&features));
}

/* A BPF program on the link needs none. */
static void
test_no_kind_of_child_is_needed (void)
{
  ClatFeatures features = all_but (CLAT_FEATURE_IPVLAN);

  features.has[CLAT_FEATURE_MACVLAN] = FALSE;
  g_assert_true (clat_features_suffice (&features));
}

static void
test_sentences (void)
{
  static const struct
  {
    ClatFeature missing;
    const char *sentence;
  } rows[] = {
      {CLAT_FEATURE_FAST_PATH, "This kernel can translate, but without the fast path."},
      {CLAT_FEATURE_TUN,
       "This kernel can translate, but only what the fast path handles."},
      {CLAT_FEATURE_IPVLAN, "This kernel has all features that a translator needs."},
      {CLAT_FEATURE_NETKIT, "This kernel has all features that a translator needs."},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      ClatFeatures features = all_but (rows[i].missing);

      g_assert_cmpstr (clat_features_explain (&features), ==, rows[i].sentence);
    }
}

static void
test_every_feature_has_a_name_and_two_sentences (void)
{
  for (guint i = 0; i < CLAT_N_FEATURES; i++)
    {
      g_assert_cmpstr (clat_feature_to_string (i), !=, "");
      g_assert_true (g_str_has_suffix (clat_feature_explain (i, TRUE), "."));
      g_assert_true (g_str_has_suffix (clat_feature_explain (i, FALSE), "."));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/features/needed-features", test_needed_features);
  g_test_add_func ("/features/one-translator-is-enough", test_one_translator_is_enough);
  g_test_add_func ("/features/no-kind-of-child-is-needed",
                   test_no_kind_of_child_is_needed);
  g_test_add_func ("/features/sentences", test_sentences);
  g_test_add_func ("/features/every-feature-has-a-name-and-two-sentences",
                   test_every_feature_has_a_name_and_two_sentences);
  return g_test_run ();
}

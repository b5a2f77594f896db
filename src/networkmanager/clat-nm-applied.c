/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An applied connection as D-Bus has it, with IPv4 and without. */
#include "clat-nm-applied.h"

#include "clat-profile-keys.h"

#define IPV4 "ipv4"
#define USER "user"
#define OFF  "off"

/* An int32: -1 the default of NetworkManager, 0 no, 1 yes; since 1.52. */
#define OPTION_108 "dhcp-ipv6-only-preferred"

#define TIMEOUT         "dhcp-timeout"
#define DEFAULT_TIMEOUT 45

/* The setting of that name, NULL if there is none. */
static GVariant *
get_setting (GVariant *connection, const char *name)
{
  return g_variant_lookup_value (connection, name, G_VARIANT_TYPE_VARDICT);
}

static gboolean
has_method (GVariant *connection, const char *wanted)
{
  g_autoptr (GVariant) ipv4 = get_setting (connection, IPV4);
  const char *method;

  return ipv4 != NULL && g_variant_lookup (ipv4, "method", "&s", &method)
         && g_str_equal (method, wanted);
}

static GVariant *
get_user_data (GVariant *connection)
{
  g_autoptr (GVariant) user = get_setting (connection, USER);

  return user == NULL ? NULL
                      : g_variant_lookup_value (user, "data", G_VARIANT_TYPE ("a{ss}"));
}

gboolean
clat_nm_applied_lacks_ipv4 (GVariant *applied)
{
  g_autoptr (GVariant) data = get_user_data (applied);

  return data != NULL && g_variant_lookup (data, CLAT_PROFILE_IPV4_KEY, "&s", NULL)
         && has_method (applied, "disabled");
}

/* The settings other than these two. */
static void
copy_other_settings (GVariantBuilder *builder, GVariant *connection)
{
  GVariantIter iterator;
  const char *name;
  GVariant *setting;

  g_variant_iter_init (&iterator, connection);
  while (g_variant_iter_next (&iterator, "{&s@a{sv}}", &name, &setting))
    {
      if (!g_str_equal (name, IPV4) && !g_str_equal (name, USER))
        g_variant_builder_add (builder, "{s@a{sv}}", name, setting);
      g_variant_unref (setting);
    }
}

static void
copy_setting (GVariantBuilder *builder, GVariant *connection, const char *name)
{
  g_autoptr (GVariant) setting = get_setting (connection, name);

  if (setting != NULL)
    g_variant_builder_add (builder, "{s@a{sv}}", name, setting);
}

static void
add_disabled (GVariantBuilder *builder)
{
  GVariantBuilder ipv4 = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  g_variant_builder_add (&ipv4, "{sv}", "method", g_variant_new_string ("disabled"));
  g_variant_builder_add (builder, "{sa{sv}}", IPV4, &ipv4);
}

static void
add_mark (GVariantBuilder *builder, GVariant *connection)
{
  g_autoptr (GVariant) old = get_user_data (connection);
  GVariantBuilder data = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a{ss}"));
  GVariantBuilder user = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  const char *key, *value;
  GVariantIter iterator;

  if (old != NULL)
    {
      g_variant_iter_init (&iterator, old);
      while (g_variant_iter_next (&iterator, "{&s&s}", &key, &value))
        if (!g_str_equal (key, CLAT_PROFILE_IPV4_KEY))
          g_variant_builder_add (&data, "{ss}", key, value);
    }
  g_variant_builder_add (&data, "{ss}", CLAT_PROFILE_IPV4_KEY, OFF);
  g_variant_builder_add (&user, "{sv}", "data", g_variant_builder_end (&data));
  g_variant_builder_add (builder, "{sa{sv}}", USER, &user);
}

GVariant *
clat_nm_applied_without_ipv4 (GVariant *applied)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a{sa{sv}}"));

  if (!has_method (applied, "auto"))
    {
      g_variant_builder_clear (&builder);
      return NULL;
    }

  copy_other_settings (&builder, applied);
  add_disabled (&builder);
  add_mark (&builder, applied);
  return g_variant_builder_end (&builder);
}

static void
add_without_option_108 (GVariantBuilder *builder, GVariant *ipv4)
{
  GVariantDict changed;

  g_variant_dict_init (&changed, ipv4);
  g_variant_dict_insert (&changed, OPTION_108, "i", 0);
  g_variant_builder_add (builder, "{s@a{sv}}", IPV4, g_variant_dict_end (&changed));
}

GVariant *
clat_nm_applied_without_option_108 (GVariant *applied)
{
  g_autoptr (GVariant) ipv4 = get_setting (applied, IPV4);
  GVariantBuilder builder;
  gint32 value;

  if (!has_method (applied, "auto")
      || (g_variant_lookup (ipv4, OPTION_108, "i", &value) && value == 0))
    return NULL;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{sa{sv}}"));
  copy_other_settings (&builder, applied);
  copy_setting (&builder, applied, USER);
  add_without_option_108 (&builder, ipv4);
  return g_variant_builder_end (&builder);
}

/* How long DHCPv4 may take until it counts as failed; 45 s is the default. */
static gint32
get_other_timeout (GVariant *ipv4)
{
  gint32 timeout = 0;

  g_variant_lookup (ipv4, TIMEOUT, "i", &timeout);
  if (timeout == 0)
    return DEFAULT_TIMEOUT;
  return timeout == DEFAULT_TIMEOUT ? 0 : timeout ^ 1;
}

static void
add_with_new_dhcp (GVariantBuilder *builder, GVariant *ipv4, GVariant *profile)
{
  g_autoptr (GVariant) stored = get_setting (profile, IPV4);
  GVariantDict changed;
  gint32 value;

  g_variant_dict_init (&changed, ipv4);
  g_variant_dict_insert (&changed, TIMEOUT, "i", get_other_timeout (ipv4));
  if (stored != NULL && g_variant_lookup (stored, OPTION_108, "i", &value))
    g_variant_dict_insert (&changed, OPTION_108, "i", value);
  else
    g_variant_dict_remove (&changed, OPTION_108);
  g_variant_builder_add (builder, "{s@a{sv}}", IPV4, g_variant_dict_end (&changed));
}

GVariant *
clat_nm_applied_with_new_dhcp (GVariant *applied, GVariant *profile)
{
  g_autoptr (GVariant) ipv4 = get_setting (applied, IPV4);
  GVariantBuilder builder;

  if (!has_method (applied, "auto"))
    return NULL;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{sa{sv}}"));
  copy_other_settings (&builder, applied);
  copy_setting (&builder, applied, USER);
  add_with_new_dhcp (&builder, ipv4, profile);
  return g_variant_builder_end (&builder);
}

GVariant *
clat_nm_applied_with_ipv4 (GVariant *applied, GVariant *profile)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a{sa{sv}}"));

  copy_other_settings (&builder, applied);
  copy_setting (&builder, profile, IPV4);
  copy_setting (&builder, profile, USER);
  return g_variant_builder_end (&builder);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a connection or a manager needs to run in a test, on a fake kernel. */
#include "service-fixture.h"

#include <glib/gstdio.h>
#include <unistd.h>

ClatProfile *
make_profile (void)
{
  ClatProfile *profile = g_new0 (ClatProfile, 1);

  profile->active_path = g_strdup ("/org/freedesktop/NetworkManager/ActiveConnection/1");
  profile->uuid = g_strdup ("5e543c99-3624-543c-955f-83697c314808");
  profile->id = g_strdup ("home");
  profile->interface = g_strdup ("wlan0");
  profile->ifindex = FAKE_IFINDEX;
  profile->nameservers = g_new0 (char *, 1);
  profile->network_nameservers = g_new0 (char *, 1);
  profile->is_connected = TRUE;
  profile->table = 254;
  profile->has_metric = TRUE;
  profile->metric = 600;
  return profile;
}

void
settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

void
wait_a_little (gint64 end, const char *condition)
{
  if (g_get_monotonic_time () > end)
    g_error ("waited %u s in vain for: %s", WAIT_SECONDS, condition);
  if (!g_main_context_iteration (NULL, FALSE))
    g_usleep (1000);
}

void
service_fixture_set_up (ServiceFixture *self)
{
  g_autoptr (GError) error = NULL;

  self->directory = g_dir_make_tmp ("clat-nm-test-XXXXXX", &error);
  g_assert_no_error (error);
  self->kernel = fake_kernel_new ();
  self->network_manager = fake_network_manager_new ();
  self->secret = clat_secret_load (self->directory, &error);
  g_assert_no_error (error);
  self->pool = clat_pool_new ("192.0.0.0/30", NULL);
  self->config = clat_config_new ();
  self->common = (ClatCommon){CLAT_KERNEL (self->kernel),
                              self->pool,
                              self->secret,
                              self->config,
                              CLAT_NETWORK_MANAGER (self->network_manager),
                              &self->filtered,
                              &self->without_nat64};
}

void
service_fixture_tear_down (ServiceFixture *self)
{
  g_autofree char *secret = g_build_filename (self->directory, "secret_key", NULL);

  clat_config_free (self->config);
  clat_pool_free (self->pool);
  clat_secret_free (self->secret);
  g_object_unref (self->kernel);
  g_object_unref (self->network_manager);
  g_unlink (secret);
  g_rmdir (self->directory);
  g_free (self->directory);
}

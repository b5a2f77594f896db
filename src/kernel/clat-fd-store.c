/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A store that keeps no descriptors. */
#include "clat-fd-store.h"

static int
take (const char *name)
{
  return -1;
}

static void
put (const char *name, int fd)
{
}

static void
remove_none (const char *name)
{
}

static void
remove_unclaimed (void)
{
}

const ClatFdStore clat_fd_store_none = {take, put, remove_none, remove_unclaimed};

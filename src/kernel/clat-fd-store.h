/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Descriptors that outlive this process: the service manager stores them, and passes them
 * to the next instance. The interface hides which service manager that is. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  /* The descriptor of that name, which the caller owns from now on; -1 if there is none.
   */
  int (*take) (const char *name);

  /* Stores a copy of the descriptor, which replaces the one of that name. */
  void (*put) (const char *name, int fd);

  void (*remove) (const char *name);

  /* Removes the descriptors from previous instances that this one has not taken. */
  void (*remove_unclaimed) (void);
} ClatFdStore;

/* A store that keeps no descriptors. */
extern const ClatFdStore clat_fd_store_none;

G_END_DECLS

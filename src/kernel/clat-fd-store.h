/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Descriptors that outlive this process: whoever started it keeps them, and gives them to
 * its next life. Who that is the kernel layer need not know. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  /* The descriptor of that name, which is the caller's from now on; -1 if there is none.
   */
  int (*take) (const char *name);

  /* Keeps a copy of the descriptor in place of the one of that name. */
  void (*put) (const char *name, int fd);

  void (*remove) (const char *name);

  /* Removes all that nobody has taken in this life. */
  void (*remove_unclaimed) (void);
} ClatFdStore;

/* One that keeps nothing. */
extern const ClatFdStore clat_fd_store_none;

G_END_DECLS

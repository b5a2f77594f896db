/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The BPF programs of a redirecting uplink (libbpf): those of bpf/redirect.bpf.c, or with
 * the host's address those of bpf/shared.bpf.c. */
#pragma once

#include <glib.h>

#include "redirect-shared.h"

G_BEGIN_DECLS

typedef struct
{
  int in; /* descriptors; the kernel keeps what is attached */
  int out;
} ClatRedirectPrograms;

/* Loads the programs with that configuration. Those of bpf/shared.bpf.c go on with the
 * maps of the program with id predecessor (0: none). Release with
 * clat_redirect_programs_clear. */
gboolean clat_redirect_programs_load (ClatRedirectPrograms *self,
                                      const struct clat_redirect *configured,
                                      gboolean is_shared, guint32 predecessor,
                                      GError **error);
void clat_redirect_programs_clear (ClatRedirectPrograms *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ClatRedirectPrograms, clat_redirect_programs_clear)

/* Reads the configuration of the attached program with that id, of either object. FALSE
 * if there is none. */
gboolean clat_redirect_programs_read (guint32 program, struct clat_redirect *configured);

/* Identifies this build of the object. */
guint64 clat_redirect_programs_get_build (gboolean is_shared);

G_END_DECLS

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fast path's programs and maps (libbpf). What is attached is read back from the
 * kernel by the id of a program: nothing needs to be remembered over a restart. */
#pragma once

#include <glib.h>

#include "clat-error.h"
#include "clat-shared.h"

G_BEGIN_DECLS

/* What libbpf has to say goes to our log, for all of the program. */
void clat_bpf_log_here (void);

typedef struct
{
  int programs[CLAT_N_PROGRAMS]; /* descriptors; the kernel keeps what is attached */
} ClatBpf;

/* Loads the programs with what they are configured. They go on with the counters of the
 * program with id predecessor if there is one (0: none). Release with clat_bpf_clear. */
gboolean clat_bpf_load (ClatBpf *self, const struct clat_datapath *datapath,
                        guint32 predecessor, GError **error);
void clat_bpf_clear (ClatBpf *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ClatBpf, clat_bpf_clear)

/* Tells one build of a bpf object from another. */
guint64 clat_bpf_identify (const void *object, gsize size);

/* A descriptor of the map of that name (as the kernel has it: 15 octets) that the program
 * uses, -1 if there is none or if the size of its values is not between the two. */
int clat_bpf_open_map (guint32 program, const char *name, gsize min_size, gsize max_size);

/* What the program with that id was configured, by this version of the service or by one
 * that said it in the same way. FALSE if it cannot be understood. */
gboolean clat_bpf_read_datapath (guint32 id, struct clat_datapath *datapath);

/* Whether that program does what ours would do. */
gboolean clat_bpf_is_own_build (const struct clat_datapath *datapath);

/* Sums over all processors. */
gboolean clat_bpf_read_counters (guint32 id,
                                 struct clat_counters counters[CLAT_N_DIRECTIONS],
                                 GError **error);

G_END_DECLS

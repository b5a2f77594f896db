/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The BPF programs and maps of the data path (libbpf). The configuration of attached
 * programs is read back from the kernel by program id, so that a restart needs no stored
 * state. */
#pragma once

#include <glib.h>

#include "clat-shared.h"

G_BEGIN_DECLS

/* Redirects libbpf's messages to our log, as debug messages, for the whole process. */
void clat_bpf_log_here (void);

typedef struct
{
  int programs[CLAT_N_PROGRAMS]; /* descriptors; the kernel keeps what is attached */
} ClatBpf;

/* Loads the programs with that configuration. They continue the counters of the program
 * with id predecessor (0: none), and for the same prefix what it knows about the NAT64.
 * Release with clat_bpf_clear. */
gboolean clat_bpf_load (ClatBpf *self, const struct clat_datapath *datapath,
                        guint32 predecessor, GError **error);
void clat_bpf_clear (ClatBpf *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ClatBpf, clat_bpf_clear)

/* A number that differs between builds of a BPF object. */
guint64 clat_bpf_identify (const void *object, gsize size);

/* A descriptor of the map of that name (truncated to 15 octets by the kernel) that the
 * program uses; -1 if there is none, or if the size of its values is outside the limits.
 */
int clat_bpf_open_map (guint32 program, const char *name, gsize min_size, gsize max_size);

/* Read and write the only value of that map, an array. FALSE if the program has no map of
 * that name with values of this size. */
gboolean clat_bpf_read_map (guint32 program, const char *name, void *value, gsize size);
gboolean clat_bpf_write_map (guint32 program, const char *name, const void *value,
                             gsize size);

/* The id of that map, 0 if there is none. */
guint32 clat_bpf_get_map_id (guint32 program, const char *name);

/* The configuration of the program with that id. FALSE if its layout is that of another
 * version of the service. */
gboolean clat_bpf_read_datapath (guint32 id, struct clat_datapath *datapath);

/* Whether the configuration is that of programs of this build. */
gboolean clat_bpf_is_own_build (const struct clat_datapath *datapath);

/* Sums over all processors. */
gboolean clat_bpf_read_counters (guint32 id,
                                 struct clat_counters counters[CLAT_N_DIRECTIONS],
                                 GError **error);

G_END_DECLS

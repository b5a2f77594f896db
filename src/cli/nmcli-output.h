/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The property ipv6.clat in what "nmcli connection show ID" prints. */
#pragma once

#include "nmcli-args.h"

G_BEGIN_DECLS

typedef enum
{
  NMCLI_CHUNK_OTHER,   /* fields without ipv6.clat */
  NMCLI_CHUNK_SECTION, /* one that has all ipv6 properties in it */
  NMCLI_CHUNK_OURS,    /* ipv6.clat alone */
} NmcliChunkKind;

typedef struct
{
  NmcliChunkKind kind;
  char *fields; /* for nmcli; NULL: its default */
} NmcliChunk;

/* The parts of a list of fields (NULL: nmcli's default), in order. nmcli prints each
 * field on its own, so printing the parts one after the other gives what the whole would.
 */
GArray *nmcli_output_split_fields (const char *fields);

/* Whether nmcli alone would print the same. */
gboolean nmcli_output_is_foreign (const GArray *chunks);

/* What nmcli would print for "-f ipv6.clat". */
char *nmcli_output_format (NmcliLook look, const char *mode);

/* What nmcli printed for a section, with ipv6.clat as the last property of "ipv6", if it
 * has any. */
char *nmcli_output_insert (NmcliLook look, const char *output, const char *mode);

/* The length of the title that "--pretty" puts first. */
gsize nmcli_output_title_length (const char *output);

G_END_DECLS

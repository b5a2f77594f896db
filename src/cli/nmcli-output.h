/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The property ipv6.clat in the output of "nmcli connection show ID". */
#pragma once

#include "nmcli-args.h"

G_BEGIN_DECLS

typedef enum
{
  NMCLI_CHUNK_OTHER,   /* fields of nmcli only */
  NMCLI_CHUNK_SECTION, /* a field with all ipv6 properties */
  NMCLI_CHUNK_OURS,    /* ipv6.clat */
} NmcliChunkKind;

typedef struct
{
  NmcliChunkKind kind;
  char *fields; /* for nmcli; NULL: its default */
} NmcliChunk;

/* The parts of a list of fields (NULL: nmcli's default), in order. nmcli prints each
 * field separately, so that the outputs of the parts add up to that of the whole. */
GArray *nmcli_output_split_fields (const char *fields);

/* Whether none of the fields has ipv6.clat. */
gboolean nmcli_output_is_foreign (const GArray *chunks);

/* The output for "-f ipv6.clat". */
char *nmcli_output_format (NmcliLook look, const char *mode);

/* nmcli's output for a section, with ipv6.clat added as the last property of "ipv6", if
 * the output has any. */
char *nmcli_output_insert (NmcliLook look, const char *output, const char *mode);

/* The length of the title that "--pretty" puts first. */
gsize nmcli_output_title_length (const char *output);

G_END_DECLS

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of packets that rows.py writes. */
#pragma once

#include <glib.h>

#include "xlat-packet.h"

typedef struct
{
  GBytes *packet;
  gboolean has_new_id; /* the translator chooses the identification */
} RowOutput;

typedef struct
{
  guint64 time_ns;
  GBytes *packet;
  enum xlat_verdict verdict;
  enum xlat_reason reason;
  GPtrArray *outputs; /* of RowOutput */
} RowStep;

typedef struct
{
  char *name;
  GPtrArray *options; /* of strings, as for clat-xlat */
  GPtrArray *steps;   /* of RowStep */
} Row;

/* Ends the program if the file is invalid. */
GPtrArray *row_file_load (const char *path);

/* Sets the identification of an IPv4 packet to 0. */
void row_forget_id (guint8 *packet);

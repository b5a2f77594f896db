/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A random packet under construction, and random numbers. */
#pragma once

#include <glib.h>

#include "xlat-config.h"
#include "xlat-packet.h"

struct draft
{
  GRand *random;
  const struct xlat_config *config;
  const struct xlat_pair *local; /* one of its pairs */
  enum xlat_direction direction;
  guint8 *packet;
  gsize header; /* length of IP header, options and extension headers */
  gsize length; /* of the packet */
  guint8 protocol;
  gboolean is_later_fragment;
};

guint8 draft_pick_protocol (const struct draft *draft);

/* Writes all that follows the IP headers, which must have their addresses. */
void draft_write_transport (const struct draft *draft);

static inline guint
below (GRand *random, guint n)
{
  return (guint)g_rand_int_range (random, 0, (gint32)n);
}

static inline gboolean
chance (GRand *random, guint percent)
{
  return below (random, 100) < percent;
}

static inline void
fill (GRand *random, guint8 *data, gsize length)
{
  for (gsize i = 0; i < length; i++)
    data[i] = (guint8)g_rand_int (random);
}

static inline guint8
pick (GRand *random, const guint8 *choices, gsize n)
{
  return choices[below (random, (guint)n)];
}

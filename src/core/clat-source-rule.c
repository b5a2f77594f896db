/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which routing rules a packet from an IPv4 address of a translator needs. */
#include "clat-source-rule.h"

#include "clat-route-metric.h"

/* The best default route of the table that leads to no translator, NULL if there is none.
 */
static const ClatDefault *
find_best_foreign (const ClatDefault *defaults, guint count, guint32 table)
{
  const ClatDefault *best = NULL;

  for (guint i = 0; i < count; i++)
    if (defaults[i].table == table && !defaults[i].is_translator
        && (best == NULL || defaults[i].metric < best->metric))
      best = &defaults[i];
  return best;
}

/* The metric of the translator's default route. */
static guint32
get_metric (const ClatWanted *wanted)
{
  return clat_route_metric_add_penalty (wanted->metric, wanted->penalty);
}

/* Whether new connections go through another translator rather than through this one. */
static gboolean
is_behind_another (const ClatWanted *wanted, int veth, const ClatDefault *defaults,
                   guint count)
{
  for (guint i = 0; i < count; i++)
    if (defaults[i].table == wanted->table && defaults[i].is_translator
        && defaults[i].ifindex != veth && defaults[i].metric <= get_metric (wanted))
      return TRUE;
  return FALSE;
}

/* Whether the default route that is preferred to the translator's is the native IPv4 of
 * its own connection, or is preferred only as long as the NAT64 does not answer: then a
 * packet from a CLAT address belongs to a connection that was established before, or to a
 * program that is bound to the translator. */
static gboolean
stays_beside_native (const ClatWanted *wanted, const ClatDefault *defaults, guint count)
{
  const ClatDefault *best = find_best_foreign (defaults, count, wanted->table);

  if (wanted->drains)
    return TRUE;
  if (best == NULL || best->metric > get_metric (wanted))
    return FALSE;
  return best->ifindex == wanted->parent || best->metric > wanted->metric;
}

guint
clat_source_rule_choose (const ClatWanted *wanted, int veth, const ClatDefault *defaults,
                         guint count, ClatSourceRule rules[CLAT_N_SOURCE_RULES])
{
  guint n = 0;

  rules[n++] = CLAT_SOURCE_RULE_SPECIFIC;
  if (!stays_beside_native (wanted, defaults, count))
    rules[n++] = is_behind_another (wanted, veth, defaults, count)
                     ? CLAT_SOURCE_RULE_FOREIGN_DEFAULT
                     : CLAT_SOURCE_RULE_DEFAULT;
  rules[n++] = CLAT_SOURCE_RULE_OWN_TABLE;
  return n;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The metric of the IPv4 default route to a translator. */
#include "clat-route-metric.h"

guint32
clat_route_metric_choose (guint32 connection, gboolean has_native, guint32 native)
{
  return has_native && connection <= native ? native + 1 : connection;
}

guint32
clat_route_metric_add_penalty (guint32 metric, guint32 penalty)
{
  return metric > G_MAXUINT32 - penalty ? G_MAXUINT32 : metric + penalty;
}

guint32
clat_route_metric_strip_penalty (guint32 metric, const guint32 *others, guint count,
                                 gboolean lacks_connectivity)
{
  guint32 stripped = metric - CLAT_ROUTE_METRIC_NETWORKMANAGER_PENALTY;
  gboolean has_penalty = lacks_connectivity;

  if (metric < CLAT_ROUTE_METRIC_NETWORKMANAGER_PENALTY)
    return metric;
  for (guint i = 0; i < count; i++)
    {
      if (others[i] == metric)
        return metric;
      if (others[i] == stripped)
        has_penalty = TRUE;
    }
  return has_penalty ? stripped : metric;
}

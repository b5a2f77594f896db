/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The metric of the IPv4 default route to a translator. */
#include "clat-route-metric.h"

guint32
clat_route_metric_choose (guint32 connection, gboolean has_native, guint32 native)
{
  return has_native && connection <= native ? native + 1 : connection;
}

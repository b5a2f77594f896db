/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The metric of the IPv4 default route to a translator. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Of a connection without an IPv6 default route: behind everything else, as
 * NetworkManager does with connections that have no connectivity. */
#define CLAT_ROUTE_METRIC_LAST_RESORT 20000

/* What NetworkManager adds to the metric of a connection's default routes of one family
 * while its connectivity check of that family fails. */
#define CLAT_ROUTE_METRIC_NETWORKMANAGER_PENALTY 20000

/* The metric of a default route without that. others: of the connection's routes to
 * prefixes, which get the connection's metric and no penalty; lacks_connectivity: the
 * check fails, as far as is known now, in case there are no such routes. */
guint32 clat_route_metric_strip_penalty (guint32 metric, const guint32 *others,
                                         guint count, gboolean lacks_connectivity);

/* What is added to the metric while the NAT64 does not answer: more than NetworkManager
 * adds to that of any connection. */
#define CLAT_ROUTE_METRIC_PENALTY 40000

/* The sum, or the highest metric. */
guint32 clat_route_metric_add_penalty (guint32 metric, guint32 penalty);

/* connection: the metric of the connection's own default routes. Next to native IPv4 on
 * the same interface, whose best metric is native, the translator comes second. */
guint32 clat_route_metric_choose (guint32 connection, gboolean has_native,
                                  guint32 native);

G_END_DECLS

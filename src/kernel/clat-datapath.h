/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The configuration of the data path, to and from the form in which its BPF programs have
 * it: struct clat_datapath. */
#pragma once

#include "clat-link.h"
#include "clat-shared.h"
#include "clat-translation.h"

G_BEGIN_DECLS

/* The interfaces that packets pass; ifindex 0: the interface does not exist. */
typedef struct
{
  ClatLink uplink;
  ClatLink inner; /* the namespace's end of the veth pair */
  ClatLink veth;  /* the host's end */
  ClatLink slow;  /* the tun device of the slow path */
  guint32 flows;  /* id of the map of flows of a shared address, 0: none */
} ClatDatapathLinks;

struct clat_datapath clat_datapath_encode (const ClatDatapath *datapath,
                                           const ClatDatapathLinks *links);

/* Of the programs of another build, the result is outdated. */
ClatDatapath clat_datapath_decode (const struct clat_datapath *configured);

/* Whether the programs were configured for these interfaces. */
gboolean clat_datapath_is_for (const struct clat_datapath *configured,
                               const ClatDatapathLinks *links);

G_END_DECLS

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The map beside the BPF programs of one translator in which the service stores what its
 * next instance is to know about the NAT64 prefixes. It is found by the id of one of the
 * programs. */
#pragma once

#include "clat-pref64-record.h"

G_BEGIN_DECLS

/* FALSE if the programs have no such map: those of an older version. */
gboolean clat_pref64_map_read (guint32 program, ClatPref64Record *record);

void clat_pref64_map_write (guint32 program, const ClatPref64Record *record);

G_END_DECLS

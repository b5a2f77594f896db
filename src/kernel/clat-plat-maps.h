/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The maps in which the BPF programs of one translator note whether the NAT64 answers,
 * and the service its verdict. They are found by the id of one of the programs, also
 * those of a previous instance. */
#pragma once

#include "clat-plat.h"

G_BEGIN_DECLS

/* Leaves what the programs do not know unset. FALSE if the programs have no such maps. */
gboolean clat_plat_maps_read (guint32 program, ClatPlatEvidence *evidence);

/* Stores the verdict, and what the programs are to report (of ClatPlatReport). */
void clat_plat_maps_write (guint32 program, const ClatPlatVerdict *verdict,
                           guint reports);

/* Empties the maps. */
void clat_plat_maps_forget (guint32 program);

typedef struct _ClatPlatReports ClatPlatReports;

/* Calls function for each report of the programs. */
ClatPlatReports *clat_plat_reports_new (guint32 program, GSourceFunc function,
                                        gpointer data);
void clat_plat_reports_free (ClatPlatReports *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ClatPlatReports, clat_plat_reports_free)

/* Whether they are the reports of this program: programs that replace others may keep
 * their maps. */
gboolean clat_plat_reports_is_of (ClatPlatReports *self, guint32 program);

G_END_DECLS

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The members of a translator. For clat-translator and its steps only. */
#pragma once

#include <net/if.h>

#include "clat-announcement.h"
#include "clat-host-ping.h"
#include "clat-namespace.h"
#include "clat-plat-maps.h"
#include "clat-ra-cache.h"
#include "clat-rtnl.h"
#include "clat-slow-path.h"

G_BEGIN_DECLS

/* The same type as in clat-translator.h, which shows it to others without its members. */
typedef struct _ClatTranslator ClatTranslator;

struct _ClatTranslator
{
  char name[IFNAMSIZ];
  ClatRtnl *host;        /* lent */
  ClatRaCache *ra_cache; /* lent */
  GSourceFunc function;
  gpointer data;

  ClatNamespace *namespace; /* NULL: not created yet */
  ClatSlowPath *slow;
  ClatPlatReports *plat_reports; /* NULL: nothing is reported yet */
  ClatHostPing *host_ping;       /* NULL: none was sent */
  gboolean lacks_fast_path;
  gboolean lacks_direct;
  int redirected_link; /* ifindex; 0: no redirection */
  ClatAnnouncement announcement;
};

G_END_DECLS

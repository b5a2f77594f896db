/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An rtnetlink socket (libmnl) of the namespace in which it was opened: requests that are
 * answered at once, and notifications. */
#pragma once

#include <glib.h>
#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>

#include "clat-error.h"
#include "clat-rtnl-answer.h"

G_BEGIN_DECLS

/* Room for every request of the service. */
#define CLAT_RTNL_REQUEST_SIZE 1024

/* A request under construction. */
typedef union
{
  struct nlmsghdr header;
  char bytes[CLAT_RTNL_REQUEST_SIZE];
} ClatRtnlRequest;

typedef struct _ClatRtnl ClatRtnl;

ClatRtnl *clat_rtnl_new (GError **error);
void clat_rtnl_free (ClatRtnl *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ClatRtnl, clat_rtnl_free)

/* Starts a request; returns its family-specific header of the given size, zeroed. */
void *clat_rtnl_begin (ClatRtnlRequest *request, guint16 type, guint16 flags, gsize size);

/* Sends the request and waits for the kernel's acknowledgement, which comes at once. */
gboolean clat_rtnl_talk (ClatRtnl *self, ClatRtnlRequest *request, GError **error);

/* The same, where one kind of error means that nothing is to be done. */
gboolean clat_rtnl_talk_unless (ClatRtnl *self, ClatRtnlRequest *request,
                                ClatError harmless, GError **error);

/* Leaves address unchanged if the attribute is not an IPv6 address. */
void clat_rtnl_read_ipv6 (const struct nlattr *attribute, struct in6_addr *address);

/* The same for requests that are answered with a message or, with NLM_F_DUMP, with many:
 * function is called for each, complete and aligned, once all have arrived. A dump that
 * the kernel marks as interrupted is inconsistent and is read again; error
 * CLAT_ERROR_BUSY if none of several tries is consistent. */
gboolean clat_rtnl_ask (ClatRtnl *self, ClatRtnlRequest *request, ClatRtnlFunc function,
                        gpointer data, GError **error);

/* The same, but messages for which filter returns FALSE are dropped on arrival: a host
 * may have a million routes. */
gboolean clat_rtnl_ask_for (ClatRtnl *self, ClatRtnlRequest *request,
                            ClatRtnlFilter filter, ClatRtnlFunc function, gpointer data,
                            GError **error);

/* Calls function for each notification of the groups (RTNLGRP_*, ended by 0), and with
 * NULL when notifications were lost. */
typedef struct _ClatRtnlMonitor ClatRtnlMonitor;

ClatRtnlMonitor *clat_rtnl_monitor_new (const guint *groups, ClatRtnlFunc function,
                                        gpointer data, GError **error);
void clat_rtnl_monitor_free (ClatRtnlMonitor *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ClatRtnlMonitor, clat_rtnl_monitor_free)

G_END_DECLS

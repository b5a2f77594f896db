/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel's answer to one rtnetlink request, collected from the datagrams in which it
 * arrives, so that nothing of an interrupted dump is used. */
#pragma once

#include <glib.h>
#include <libmnl/libmnl.h>

G_BEGIN_DECLS

typedef void (*ClatRtnlFunc) (const struct nlmsghdr *message, gpointer data);

/* FALSE for a message that need not be kept. */
typedef gboolean (*ClatRtnlFilter) (const struct nlmsghdr *message);

typedef struct
{
  guint32 sequence;        /* of the request */
  ClatRtnlFilter filter;   /* messages to keep; NULL: all */
  GByteArray *messages;    /* complete and aligned, one after the other */
  gboolean is_interrupted; /* the listed objects changed while they were listed */
} ClatRtnlAnswer;

/* Waits for the answer to the request with that sequence number, and drops all that was
 * collected before. */
void clat_rtnl_answer_begin (ClatRtnlAnswer *self, guint32 sequence);

/* Adds the messages of one datagram. TRUE if the answer is complete; error is then set if
 * the kernel refused the request. */
gboolean clat_rtnl_answer_add (ClatRtnlAnswer *self, const void *datagram, gsize length,
                               GError **error);

/* Calls function for each message. */
void clat_rtnl_answer_deliver (const ClatRtnlAnswer *self, ClatRtnlFunc function,
                               gpointer data);

void clat_rtnl_answer_clear (ClatRtnlAnswer *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ClatRtnlAnswer, clat_rtnl_answer_clear)

G_END_DECLS

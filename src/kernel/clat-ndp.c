/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Receives router advertisements and sends router solicitations (libndp). */
#include "clat-ndp.h"

#include <glib-unix.h>
#include <ndp.h>

#include "clat-bucket.h"
#include "clat-error.h"

/* The burst is more than the routers of any link. Advertisements beyond the rate overflow
 * the kernel's buffer, which is small so that those that are read are recent. */
#define READ_AT_ONCE    100
#define READ_PER_SECOND 50
#define RECEIVE_BUFFER  (64 * 1024)

struct _ClatNdp
{
  struct ndp *ndp;
  ClatBucket readings;
  guint source;
  ClatNdpFunc function;
  gpointer data;
};

/* libndp and the kernel have checked hop limit 255, the checksum and the length of the
 * fixed part (RFC 4861, 6.1.2). libndp 1.8 does not parse PREF64: clat-ra does. */
static int
on_advertisement (struct ndp *ndp, struct ndp_msg *message, void *data)
{
  ClatAdvertisement advertisement = {
      .ifindex = ndp_msg_ifindex (message),
      .router = *ndp_msg_addrto (message),
      .message = ndp_msg_payload (message),
      .length = ndp_msg_payload_len (message),
  };
  ClatNdp *self = data;

  if (IN6_IS_ADDR_LINKLOCAL (&advertisement.router)
      && clat_ra_parse (advertisement.message, advertisement.length, &advertisement.ra))
    self->function (&advertisement, self->data);
  return 0;
}

static gboolean on_readable (int fd, GIOCondition condition, gpointer data);

static void
watch (ClatNdp *self)
{
  self->source = g_unix_fd_add (ndp_get_eventfd (self->ndp), G_IO_IN, on_readable, self);
}

static gboolean
on_pause_over (gpointer data)
{
  watch (data);
  return G_SOURCE_REMOVE;
}

static gboolean
on_readable (int fd, GIOCondition condition, gpointer data)
{
  ClatNdp *self = data;
  int result;

  if (!clat_bucket_take (&self->readings, g_get_monotonic_time ()))
    {
      self->source = g_timeout_add (1000 / READ_PER_SECOND, on_pause_over, self);
      return G_SOURCE_REMOVE;
    }

  result = ndp_call_eventfd_handler (self->ndp);
  if (result < 0)
    g_debug ("router advertisement not read: %s", g_strerror (-result));
  return G_SOURCE_CONTINUE;
}

static void
limit_reading (ClatNdp *self)
{
  int size = RECEIVE_BUFFER;

  self->readings = (ClatBucket){.burst = READ_AT_ONCE, .per_second = READ_PER_SECOND};
  /* If that fails, the buffer is only larger. */
  setsockopt (ndp_get_eventfd (self->ndp), SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
}

ClatNdp *
clat_ndp_new (ClatNdpFunc function, gpointer data, GError **error)
{
  g_autoptr (ClatNdp) self = g_new0 (ClatNdp, 1);
  int result = ndp_open (&self->ndp);

  if (result < 0)
    {
      clat_error_set_errno (error, -result, "socket for router advertisements");
      return NULL;
    }
  if (function == NULL)
    return g_steal_pointer (&self);

  self->function = function;
  self->data = data;
  /* Interface 0 means all. */
  result = ndp_msgrcv_handler_register (self->ndp, on_advertisement, NDP_MSG_RA, 0, self);
  if (result < 0)
    {
      clat_error_set_errno (error, -result, "socket for router advertisements");
      return NULL;
    }
  limit_reading (self);
  watch (self);
  return g_steal_pointer (&self);
}

void
clat_ndp_free (ClatNdp *self)
{
  if (self->source != 0)
    {
      g_source_remove (self->source);
      ndp_msgrcv_handler_unregister (self->ndp, on_advertisement, NDP_MSG_RA, 0, self);
    }
  if (self->ndp != NULL)
    ndp_close (self->ndp);
  g_free (self);
}

gboolean
clat_ndp_solicit (ClatNdp *self, int ifindex, GError **error)
{
  struct ndp_msg *message;
  int result = ndp_msg_new (&message, NDP_MSG_RS);

  if (result == 0)
    {
      ndp_msg_ifindex_set (message, ifindex);
      result = ndp_msg_send (self->ndp, message);
      ndp_msg_destroy (message);
    }
  if (result < 0)
    {
      clat_error_set_errno (error, -result, "router solicitation");
      return FALSE;
    }
  return TRUE;
}

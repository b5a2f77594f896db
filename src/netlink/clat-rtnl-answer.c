/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel's answer to one rtnetlink request. */
#include "clat-rtnl-answer.h"

#include <linux/netlink.h>

#include "clat-error.h"

/* The sentence that newer kernels add to a refusal. */
static const char *
find_explanation (const struct nlmsghdr *message)
{
  const struct nlmsgerr *refusal = mnl_nlmsg_get_payload (message);
  const struct nlattr *attribute;
  gsize offset = sizeof *refusal;

  if (!(message->nlmsg_flags & NLM_F_ACK_TLVS))
    return NULL;
  if (!(message->nlmsg_flags & NLM_F_CAPPED))
    offset += mnl_nlmsg_get_payload_len (&refusal->msg);
  if (offset > mnl_nlmsg_get_payload_len (message))
    return NULL;

  mnl_attr_for_each (attribute, message, offset)
    if (mnl_attr_get_type (attribute) == NLMSGERR_ATTR_MSG
        && mnl_attr_validate (attribute, MNL_TYPE_NUL_STRING) == 0)
      return mnl_attr_get_str (attribute);
  return NULL;
}

void
clat_rtnl_answer_begin (ClatRtnlAnswer *self, guint32 sequence)
{
  self->sequence = sequence;
  self->is_interrupted = FALSE;
  if (self->messages == NULL)
    self->messages = g_byte_array_new ();
  g_byte_array_set_size (self->messages, 0);
}

static void
keep_message (ClatRtnlAnswer *self, const struct nlmsghdr *message)
{
  static const guint8 padding[NLMSG_ALIGNTO];
  guint excess = message->nlmsg_len % NLMSG_ALIGNTO;

  if (self->filter != NULL && !self->filter (message))
    return;

  g_byte_array_append (self->messages, (const guint8 *)message, message->nlmsg_len);
  if (excess != 0)
    g_byte_array_append (self->messages, padding, NLMSG_ALIGNTO - excess);
}

/* TRUE if the message is the last one of the answer. */
static gboolean
add_message (ClatRtnlAnswer *self, const struct nlmsghdr *message, GError **error)
{
  const struct nlmsgerr *result;

  self->is_interrupted |= (message->nlmsg_flags & NLM_F_DUMP_INTR) != 0;
  switch (message->nlmsg_type)
    {
    case NLMSG_ERROR:
    case NLMSG_DONE:
      if (mnl_nlmsg_get_payload_len (message) < sizeof (int))
        return TRUE;
      /* Both begin with a negative errno. */
      result = mnl_nlmsg_get_payload (message);
      if (result->error != 0)
        clat_error_set_errno (
            error, -result->error,
            message->nlmsg_type == NLMSG_ERROR ? find_explanation (message) : NULL);
      return TRUE;
    case NLMSG_NOOP:
      return FALSE;
    default:
      keep_message (self, message);
      return FALSE;
    }
}

gboolean
clat_rtnl_answer_add (ClatRtnlAnswer *self, const void *datagram, gsize length,
                      GError **error)
{
  const struct nlmsghdr *message = datagram;
  int left = length;

  for (; mnl_nlmsg_ok (message, left); message = mnl_nlmsg_next (message, &left))
    if (message->nlmsg_seq == self->sequence && add_message (self, message, error))
      return TRUE;
  return FALSE;
}

void
clat_rtnl_answer_deliver (const ClatRtnlAnswer *self, ClatRtnlFunc function,
                          gpointer data)
{
  const struct nlmsghdr *message = (const struct nlmsghdr *)self->messages->data;
  int left = self->messages->len;

  for (; mnl_nlmsg_ok (message, left); message = mnl_nlmsg_next (message, &left))
    function (message, data);
}

void
clat_rtnl_answer_clear (ClatRtnlAnswer *self)
{
  g_clear_pointer (&self->messages, g_byte_array_unref);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Requests to a kernel that is played by this file: it replaces the functions of libmnl
 * that reach a socket. */
#include "clat-rtnl.h"

#include <errno.h>
#include <string.h>

#define MAX_DATAGRAMS 64
#define PAYLOAD       8

/* What the kernel sends to the next request: each datagram is one message. */
typedef struct
{
  guint16 type;
  guint16 flags;
  gint32 payload; /* errno of NLMSG_ERROR and NLMSG_DONE, else an object's number */
  guint32 late;   /* how many requests ago the one was that it answers */
} Datagram;

static struct
{
  Datagram datagrams[MAX_DATAGRAMS];
  guint count;
  guint next;
  guint32 sequence;
  guint requests;
} kernel;

struct mnl_socket
{
  int fd;
};

struct mnl_socket *
mnl_socket_open2 (int bus, int flags)
{
  return g_new0 (struct mnl_socket, 1);
}

int
mnl_socket_bind (struct mnl_socket *socket, unsigned int groups, pid_t pid)
{
  return 0;
}

int
mnl_socket_setsockopt (const struct mnl_socket *socket, int type, void *buffer,
                       socklen_t length)
{
  return 0;
}

int
mnl_socket_get_fd (const struct mnl_socket *socket)
{
  return -1;
}

unsigned int
mnl_socket_get_portid (const struct mnl_socket *socket)
{
  return 1;
}

int
mnl_socket_close (struct mnl_socket *socket)
{
  g_free (socket);
  return 0;
}

ssize_t
mnl_socket_sendto (const struct mnl_socket *socket, const void *request, size_t length)
{
  kernel.sequence = ((const struct nlmsghdr *)request)->nlmsg_seq;
  kernel.requests++;
  return length;
}

ssize_t
mnl_socket_recvfrom (const struct mnl_socket *socket, void *buffer, size_t size)
{
  struct nlmsghdr *message = mnl_nlmsg_put_header (buffer);
  gint32 *payload = mnl_nlmsg_put_extra_header (message, PAYLOAD);
  const Datagram *datagram = &kernel.datagrams[kernel.next++];

  if (kernel.next > kernel.count)
    {
      errno = EAGAIN;
      return -1;
    }
  message->nlmsg_type = datagram->type;
  message->nlmsg_flags = datagram->flags;
  message->nlmsg_seq = kernel.sequence - datagram->late;
  *payload = datagram->payload;
  return message->nlmsg_len;
}

static void
expect (const Datagram *datagrams, guint count)
{
  memset (&kernel, 0, sizeof kernel);
  if (count > 0)
    memcpy (kernel.datagrams, datagrams, count * sizeof *datagrams);
  kernel.count = count;
}

static void
append_number (const struct nlmsghdr *message, gpointer data)
{
  g_string_append_printf (data, "%d ", *(gint32 *)mnl_nlmsg_get_payload (message));
}

static gboolean
is_even (const struct nlmsghdr *message)
{
  return *(gint32 *)mnl_nlmsg_get_payload (message) % 2 == 0;
}

/* The numbers of the objects that were delivered, each followed by a space. */
static char *
dump (ClatRtnlFilter filter, GError **error)
{
  g_autoptr (ClatRtnl) rtnl = clat_rtnl_new (NULL);
  g_autoptr (GString) delivered = g_string_new (NULL);
  ClatRtnlRequest request;

  clat_rtnl_begin (&request, RTM_GETLINK, NLM_F_DUMP, sizeof (struct ifinfomsg));
  clat_rtnl_ask_for (rtnl, &request, filter, append_number, delivered, error);
  return g_string_free (g_steal_pointer (&delivered), FALSE);
}

static void
test_delivers_each_message_of_a_dump (void)
{
  static const Datagram datagrams[] = {
      {RTM_NEWLINK, NLM_F_MULTI, 1, 0},
      {RTM_NEWLINK, NLM_F_MULTI, 2, 0},
      {NLMSG_DONE, NLM_F_MULTI, 0, 0},
  };
  g_autoptr (GError) error = NULL;
  g_autofree char *delivered = NULL;

  expect (datagrams, G_N_ELEMENTS (datagrams));
  delivered = dump (NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (delivered, ==, "1 2 ");
  g_assert_cmpuint (kernel.requests, ==, 1);
}

/* Object 2 was missed, because object 1 vanished meanwhile. */
static void
test_reads_an_interrupted_dump_again (void)
{
  static const Datagram datagrams[] = {
      {RTM_NEWLINK, NLM_F_MULTI, 1, 0},
      {RTM_NEWLINK, NLM_F_MULTI | NLM_F_DUMP_INTR, 3, 0},
      {NLMSG_DONE, NLM_F_MULTI, 0, 0},
      {RTM_NEWLINK, NLM_F_MULTI, 2, 0},
      {RTM_NEWLINK, NLM_F_MULTI, 3, 0},
      {NLMSG_DONE, NLM_F_MULTI, 0, 0},
  };
  g_autoptr (GError) error = NULL;
  g_autofree char *delivered = NULL;

  expect (datagrams, G_N_ELEMENTS (datagrams));
  delivered = dump (NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (delivered, ==, "2 3 ");
  g_assert_cmpuint (kernel.requests, ==, 2);
}

/* The change came after the last object, and is marked in the last message only. */
static void
test_interruption_at_the_end_counts (void)
{
  static const Datagram datagrams[] = {
      {RTM_NEWLINK, NLM_F_MULTI, 1, 0},
      {NLMSG_DONE, NLM_F_MULTI | NLM_F_DUMP_INTR, 0, 0},
      {RTM_NEWLINK, NLM_F_MULTI, 2, 0},
      {NLMSG_DONE, NLM_F_MULTI, 0, 0},
  };
  g_autoptr (GError) error = NULL;
  g_autofree char *delivered = NULL;

  expect (datagrams, G_N_ELEMENTS (datagrams));
  delivered = dump (NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (delivered, ==, "2 ");
}

static void
test_gives_up_when_every_dump_is_interrupted (void)
{
  Datagram datagrams[MAX_DATAGRAMS];
  g_autoptr (GError) error = NULL;
  g_autofree char *delivered = NULL;

  for (guint i = 0; i < MAX_DATAGRAMS; i += 2)
    {
      datagrams[i] = (Datagram){RTM_NEWLINK, NLM_F_MULTI, i, 0};
      datagrams[i + 1] = (Datagram){NLMSG_DONE, NLM_F_MULTI | NLM_F_DUMP_INTR, 0, 0};
    }
  expect (datagrams, G_N_ELEMENTS (datagrams));
  delivered = dump (NULL, &error);
  g_assert_error (error, CLAT_ERROR, CLAT_ERROR_BUSY);
  g_assert_cmpstr (delivered, ==, "");
  g_assert_cmpuint (kernel.requests, >, 1);
  g_assert_cmpuint (kernel.requests, <, MAX_DATAGRAMS / 2);
}

static void
test_keeps_only_what_the_filter_accepts (void)
{
  static const Datagram datagrams[] = {
      {RTM_NEWLINK, NLM_F_MULTI, 1, 0}, {RTM_NEWLINK, NLM_F_MULTI, 2, 0},
      {RTM_NEWLINK, NLM_F_MULTI, 3, 0}, {RTM_NEWLINK, NLM_F_MULTI, 4, 0},
      {NLMSG_DONE, NLM_F_MULTI, 0, 0},
  };
  g_autofree char *delivered = NULL;

  expect (datagrams, G_N_ELEMENTS (datagrams));
  delivered = dump (is_even, NULL);
  g_assert_cmpstr (delivered, ==, "2 4 ");
}

/* What is left of an answer that came too late is not part of the next one. */
static void
test_ignores_answers_to_earlier_requests (void)
{
  static const Datagram datagrams[] = {
      {RTM_NEWLINK, NLM_F_MULTI | NLM_F_DUMP_INTR, 1, 1},
      {NLMSG_DONE, NLM_F_MULTI, 0, 1},
      {RTM_NEWLINK, NLM_F_MULTI, 2, 0},
      {NLMSG_DONE, NLM_F_MULTI, 0, 0},
  };
  g_autoptr (GError) error = NULL;
  g_autofree char *delivered = NULL;

  expect (datagrams, G_N_ELEMENTS (datagrams));
  delivered = dump (NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (delivered, ==, "2 ");
  g_assert_cmpuint (kernel.requests, ==, 1);
}

static void
test_a_refused_dump_delivers_nothing (void)
{
  static const Datagram datagrams[] = {
      {RTM_NEWLINK, NLM_F_MULTI, 1, 0},
      {NLMSG_DONE, NLM_F_MULTI, -ENODEV, 0},
  };
  g_autoptr (GError) error = NULL;
  g_autofree char *delivered = NULL;

  expect (datagrams, G_N_ELEMENTS (datagrams));
  delivered = dump (NULL, &error);
  g_assert_error (error, CLAT_ERROR, CLAT_ERROR_GONE);
  g_assert_cmpstr (delivered, ==, "");
}

static void
test_no_answer_is_an_error (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *delivered = NULL;

  expect (NULL, 0);
  delivered = dump (NULL, &error);
  g_assert_error (error, CLAT_ERROR, CLAT_ERROR_BUSY);
  g_assert_cmpstr (delivered, ==, "");
}

static void
test_acknowledgement (void)
{
  static const Datagram accepted[] = {{NLMSG_ERROR, 0, 0, 0}};
  static const Datagram refused[] = {{NLMSG_ERROR, 0, -EEXIST, 0}};
  g_autoptr (ClatRtnl) rtnl = clat_rtnl_new (NULL);
  g_autoptr (GError) error = NULL;
  ClatRtnlRequest request;

  clat_rtnl_begin (&request, RTM_NEWLINK, NLM_F_CREATE, sizeof (struct ifinfomsg));
  expect (accepted, 1);
  g_assert_true (clat_rtnl_talk (rtnl, &request, NULL));
  expect (refused, 1);
  g_assert_true (clat_rtnl_talk_unless (rtnl, &request, CLAT_ERROR_EXISTS, NULL));
  expect (refused, 1);
  g_assert_false (clat_rtnl_talk_unless (rtnl, &request, CLAT_ERROR_GONE, &error));
  g_assert_error (error, CLAT_ERROR, CLAT_ERROR_EXISTS);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rtnl/delivers-each-message-of-a-dump",
                   test_delivers_each_message_of_a_dump);
  g_test_add_func ("/rtnl/reads-an-interrupted-dump-again",
                   test_reads_an_interrupted_dump_again);
  g_test_add_func ("/rtnl/interruption-at-the-end-counts",
                   test_interruption_at_the_end_counts);
  g_test_add_func ("/rtnl/gives-up-when-every-dump-is-interrupted",
                   test_gives_up_when_every_dump_is_interrupted);
  g_test_add_func ("/rtnl/keeps-only-what-the-filter-accepts",
                   test_keeps_only_what_the_filter_accepts);
  g_test_add_func ("/rtnl/ignores-answers-to-earlier-requests",
                   test_ignores_answers_to_earlier_requests);
  g_test_add_func ("/rtnl/a-refused-dump-delivers-nothing",
                   test_a_refused_dump_delivers_nothing);
  g_test_add_func ("/rtnl/no-answer-is-an-error", test_no_answer_is_an_error);
  g_test_add_func ("/rtnl/acknowledgement", test_acknowledgement);
  return g_test_run ();
}

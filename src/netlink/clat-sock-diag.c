/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a socket on the host uses an IPv4 address (sock_diag). */
#include "clat-sock-diag.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netinet/tcp.h>
#include <string.h>

#define RECEIVE_SIZE   65536
#define ANSWER_SECONDS 5

/* Without closed connections, and those in TIME_WAIT, which send nothing more. */
#define TCP_STATES (~(1u << TCP_CLOSE | 1u << TCP_TIME_WAIT))
#define ALL_STATES (~0u)
/* Not those that only wait for the last acknowledgements. */
#define CONNECTED_STATES (1u << TCP_ESTABLISHED | 1u << TCP_CLOSE_WAIT)
#define ANY_PORT         (-1)
#define ADDRESS_BITS     32

/* Bytecode for the kernel's filter: accepts sockets with this source address. A jump to
 * the end accepts, a jump beyond it rejects. */
typedef struct
{
  struct inet_diag_bc_op op;
  struct inet_diag_hostcond condition;
  struct in_addr address;
} Filter;

typedef struct
{
  char bytes[512];
} Request;

static void
put_filter (struct nlmsghdr *message, struct in_addr address)
{
  Filter filter = {
      .op = {.code = INET_DIAG_BC_S_COND,
             .yes = sizeof filter,
             .no = sizeof filter + sizeof (struct inet_diag_bc_op)},
      .condition = {.family = AF_INET, .prefix_len = ADDRESS_BITS, .port = ANY_PORT},
      .address = address,
  };

  mnl_attr_put (message, INET_DIAG_REQ_BYTECODE, sizeof filter, &filter);
}

static int
note_socket (const struct nlmsghdr *message, void *data)
{
  if (message->nlmsg_type == SOCK_DIAG_BY_FAMILY)
    *(gboolean *)data = TRUE;
  return MNL_CB_OK;
}

/* FALSE if the kernel does not answer, or the dump was interrupted. */
static gboolean
ask (struct mnl_socket *socket, guint8 family, guint8 protocol, guint32 states,
     struct in_addr address, gboolean *found)
{
  g_autofree char *buffer = g_malloc (RECEIVE_SIZE);
  _Alignas(NLMSG_ALIGNTO) Request request = {0};
  struct nlmsghdr *message = mnl_nlmsg_put_header (&request);
  struct inet_diag_req_v2 *header = mnl_nlmsg_put_extra_header (message, sizeof *header);
  int result = MNL_CB_OK;

  message->nlmsg_type = SOCK_DIAG_BY_FAMILY;
  message->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  header->sdiag_family = family;
  header->sdiag_protocol = protocol;
  header->idiag_states = states;
  put_filter (message, address);

  if (mnl_socket_sendto (socket, message, message->nlmsg_len) < 0)
    return FALSE;
  while (result == MNL_CB_OK)
    {
      ssize_t received = mnl_socket_recvfrom (socket, buffer, RECEIVE_SIZE);

      if (received <= 0)
        return FALSE;
      result = mnl_cb_run (buffer, received, 0, 0, note_socket, found);
    }
  return result == MNL_CB_STOP;
}

/* Which sockets are listed. */
typedef struct
{
  guint8 family; /* IPv6 sockets can have IPv4-mapped addresses */
  guint8 protocol;
  guint32 states;
} Kind;

static gboolean
ask_all (struct mnl_socket *socket, const Kind *kinds, guint n_kinds,
         struct in_addr address, gboolean *found)
{
  for (guint i = 0; i < n_kinds && !*found; i++)
    if (!ask (socket, kinds[i].family, kinds[i].protocol, kinds[i].states, address,
              found))
      return FALSE;
  return TRUE;
}

static gboolean
has_socket (const Kind *kinds, guint n_kinds, struct in_addr address)
{
  struct mnl_socket *socket = mnl_socket_open2 (NETLINK_SOCK_DIAG, SOCK_CLOEXEC);
  struct timeval limit = {.tv_sec = ANSWER_SECONDS};
  gboolean found = FALSE;
  gboolean answered = FALSE;

  if (socket != NULL && mnl_socket_bind (socket, 0, MNL_SOCKET_AUTOPID) == 0)
    {
      setsockopt (mnl_socket_get_fd (socket), SOL_SOCKET, SO_RCVTIMEO, &limit,
                  sizeof limit);
      answered = ask_all (socket, kinds, n_kinds, address, &found);
    }
  if (!answered)
    g_debug ("cannot list sockets: %s", g_strerror (errno));
  if (socket != NULL)
    mnl_socket_close (socket);
  return found || !answered;
}

gboolean
clat_sock_diag_has_socket (struct in_addr address)
{
  static const Kind kinds[] = {
      {AF_INET, IPPROTO_TCP, TCP_STATES},
      {AF_INET6, IPPROTO_TCP, TCP_STATES},
      {AF_INET, IPPROTO_UDP, ALL_STATES},
      {AF_INET6, IPPROTO_UDP, ALL_STATES},
  };

  return has_socket (kinds, G_N_ELEMENTS (kinds), address);
}

gboolean
clat_sock_diag_has_connection (struct in_addr address)
{
  static const Kind kinds[] = {
      {AF_INET, IPPROTO_TCP, CONNECTED_STATES},
      {AF_INET6, IPPROTO_TCP, CONNECTED_STATES},
  };

  return has_socket (kinds, G_N_ELEMENTS (kinds), address);
}

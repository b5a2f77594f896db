/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sockets on the host that use an IPv4 address (sock_diag). */
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
/* A connection that is being established may still be by another way. */
#define ESTABLISHED_STATES (TCP_STATES & ~(1u << TCP_LISTEN | 1u << TCP_SYN_SENT))
#define CONNECTED_STATES   (1u << TCP_ESTABLISHED | 1u << TCP_CLOSE_WAIT)
#define ANY_PORT           (-1)
#define ADDRESS_BITS       32

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

/* What inet_diag needs to find a socket again. */
typedef struct
{
  guint8 family;
  guint8 protocol;
  struct inet_diag_sockid id;
} Socket;

typedef struct
{
  guint8 protocol;
  GArray *sockets; /* of Socket */
} Listing;

static int
append_socket (const struct nlmsghdr *message, void *data)
{
  const struct inet_diag_msg *found = mnl_nlmsg_get_payload (message);
  Listing *listing = data;
  Socket socket;

  if (message->nlmsg_type != SOCK_DIAG_BY_FAMILY
      || mnl_nlmsg_get_payload_len (message) < sizeof *found)
    return MNL_CB_OK;
  socket = (Socket){found->idiag_family, listing->protocol, found->id};
  g_array_append_val (listing->sockets, socket);
  return MNL_CB_OK;
}

/* Sends a request and reads the answer up to its end. FALSE if the kernel does not
 * answer, refuses, or the dump was interrupted. */
static gboolean
talk (struct mnl_socket *socket, const struct nlmsghdr *message, mnl_cb_t function,
      gpointer data)
{
  g_autofree char *buffer = g_malloc (RECEIVE_SIZE);
  int result = MNL_CB_OK;

  if (mnl_socket_sendto (socket, message, message->nlmsg_len) < 0)
    return FALSE;
  while (result == MNL_CB_OK)
    {
      ssize_t received = mnl_socket_recvfrom (socket, buffer, RECEIVE_SIZE);

      if (received <= 0)
        return FALSE;
      result = mnl_cb_run (buffer, received, 0, 0, function, data);
    }
  return result == MNL_CB_STOP;
}

typedef struct
{
  guint8 family; /* IPv6 sockets can have IPv4-mapped addresses */
  guint8 protocol;
  guint32 states;
} Kind;

static gboolean
list_kind (struct mnl_socket *socket, const Kind *kind, struct in_addr address,
           GArray *sockets)
{
  _Alignas(NLMSG_ALIGNTO) Request request = {0};
  struct nlmsghdr *message = mnl_nlmsg_put_header (&request);
  struct inet_diag_req_v2 *header = mnl_nlmsg_put_extra_header (message, sizeof *header);
  Listing listing = {kind->protocol, sockets};

  message->nlmsg_type = SOCK_DIAG_BY_FAMILY;
  message->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  header->sdiag_family = kind->family;
  header->sdiag_protocol = kind->protocol;
  header->idiag_states = kind->states;
  put_filter (message, address);
  return talk (socket, message, append_socket, &listing);
}

static gboolean
list_kinds (struct mnl_socket *socket, const Kind *kinds, guint n_kinds,
            struct in_addr address, GArray *sockets)
{
  for (guint i = 0; i < n_kinds; i++)
    if (!list_kind (socket, &kinds[i], address, sockets))
      return FALSE;
  return TRUE;
}

static struct mnl_socket *
open_socket (void)
{
  struct mnl_socket *socket = mnl_socket_open2 (NETLINK_SOCK_DIAG, SOCK_CLOEXEC);
  struct timeval limit = {.tv_sec = ANSWER_SECONDS};

  if (socket == NULL)
    return NULL;
  if (mnl_socket_bind (socket, 0, MNL_SOCKET_AUTOPID) < 0)
    {
      mnl_socket_close (socket);
      return NULL;
    }
  setsockopt (mnl_socket_get_fd (socket), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  return socket;
}

static const Kind all_kinds[] = {
    {AF_INET, IPPROTO_TCP, TCP_STATES},
    {AF_INET6, IPPROTO_TCP, TCP_STATES},
    {AF_INET, IPPROTO_UDP, ALL_STATES},
    {AF_INET6, IPPROTO_UDP, ALL_STATES},
};

static const Kind connections[] = {
    {AF_INET, IPPROTO_TCP, ESTABLISHED_STATES},
    {AF_INET6, IPPROTO_TCP, ESTABLISHED_STATES},
};

/* Not those that only wait for the last acknowledgements. */
static const Kind live_connections[] = {
    {AF_INET, IPPROTO_TCP, CONNECTED_STATES},
    {AF_INET6, IPPROTO_TCP, CONNECTED_STATES},
};

static gboolean
has_socket (const Kind *kinds, guint n_kinds, struct in_addr address)
{
  g_autoptr (GArray) sockets = g_array_new (FALSE, FALSE, sizeof (Socket));
  struct mnl_socket *socket = open_socket ();
  gboolean answered =
      socket != NULL && list_kinds (socket, kinds, n_kinds, address, sockets);

  if (!answered)
    g_debug ("cannot list sockets: %s", g_strerror (errno));
  if (socket != NULL)
    mnl_socket_close (socket);
  return sockets->len > 0 || !answered;
}

gboolean
clat_sock_diag_has_socket (struct in_addr address)
{
  return has_socket (all_kinds, G_N_ELEMENTS (all_kinds), address);
}

gboolean
clat_sock_diag_has_connection (struct in_addr address)
{
  return has_socket (live_connections, G_N_ELEMENTS (live_connections), address);
}

/* One that has been closed meanwhile is not an error. */
static gboolean
end_one (struct mnl_socket *socket, const Socket *target)
{
  _Alignas(NLMSG_ALIGNTO) Request request = {0};
  struct nlmsghdr *message = mnl_nlmsg_put_header (&request);
  struct inet_diag_req_v2 *header = mnl_nlmsg_put_extra_header (message, sizeof *header);

  message->nlmsg_type = SOCK_DESTROY;
  message->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
  header->sdiag_family = target->family;
  header->sdiag_protocol = target->protocol;
  header->idiag_states = ALL_STATES;
  header->id = target->id;
  return talk (socket, message, NULL, NULL) || errno == ENOENT;
}

static void
end_kinds (const Kind *kinds, guint n_kinds, struct in_addr address)
{
  g_autoptr (GArray) sockets = g_array_new (FALSE, FALSE, sizeof (Socket));
  struct mnl_socket *socket = open_socket ();
  gboolean done = socket != NULL && list_kinds (socket, kinds, n_kinds, address, sockets);

  for (guint i = 0; done && i < sockets->len; i++)
    done = end_one (socket, &g_array_index (sockets, Socket, i));
  if (!done)
    g_debug ("cannot end sockets: %s", g_strerror (errno));
  if (socket != NULL)
    mnl_socket_close (socket);
}

void
clat_sock_diag_end (struct in_addr address)
{
  end_kinds (all_kinds, G_N_ELEMENTS (all_kinds), address);
}

void
clat_sock_diag_end_connections (struct in_addr address)
{
  end_kinds (connections, G_N_ELEMENTS (connections), address);
}

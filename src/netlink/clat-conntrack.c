/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tracked flows of guests of the host that are translated to one of its IPv4
 * addresses (ctnetlink). */
#include "clat-conntrack.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nf_conntrack_tcp.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <string.h>
#include <sys/socket.h>

#define RECEIVE_SIZE   65536
#define ANSWER_SECONDS 5

/* The number of tracked flows of this namespace. A request for a dump would load the
 * modules where nothing needs them. */
#define COUNT_PATH "/proc/sys/net/netfilter/nf_conntrack_count"

typedef struct
{
  struct in_addr address;
  gboolean found;

  ClatFlow *flows; /* NULL: whether there is one is enough */
  guint maximum;
  guint count;
} Search;

static gboolean
is_complete (const Search *self)
{
  return self->flows == NULL ? self->found : self->count == self->maximum;
}

static gboolean
tracks_any (void)
{
  g_autofree char *count = NULL;

  return g_file_get_contents (COUNT_PATH, &count, NULL, NULL)
         && g_ascii_strtoull (count, NULL, 10) > 0;
}

/* The attribute of that type inside a nested one, NULL if there is none. */
static const struct nlattr *
find_in (const struct nlattr *nest, guint16 type)
{
  const struct nlattr *attribute;

  if (nest == NULL)
    return NULL;
  mnl_attr_for_each_nested (attribute, nest)
    if (mnl_attr_get_type (attribute) == type)
      return attribute;
  return NULL;
}

static const struct nlattr *
find (const struct nlmsghdr *message, guint16 type)
{
  const struct nlattr *attribute;

  mnl_attr_for_each (attribute, message, sizeof (struct nfgenmsg))
    if (mnl_attr_get_type (attribute) == type)
      return attribute;
  return NULL;
}

static gboolean
has_address (const struct nlattr *tuple, guint16 type, struct in_addr address)
{
  const struct nlattr *found = find_in (find_in (tuple, CTA_TUPLE_IP), type);

  return found != NULL && mnl_attr_get_payload_len (found) == sizeof address
         && memcmp (mnl_attr_get_payload (found), &address, sizeof address) == 0;
}

static gboolean
read_end (const struct nlattr *tuple, struct in_addr *address, guint16 *port)
{
  const struct nlattr *ip = find_in (find_in (tuple, CTA_TUPLE_IP), CTA_IP_V4_SRC);
  const struct nlattr *number =
      find_in (find_in (tuple, CTA_TUPLE_PROTO), CTA_PROTO_SRC_PORT);

  if (ip == NULL || mnl_attr_get_payload_len (ip) != sizeof *address || number == NULL
      || mnl_attr_get_payload_len (number) != sizeof *port)
    return FALSE;
  memcpy (address, mnl_attr_get_payload (ip), sizeof *address);
  *port = g_ntohs (mnl_attr_get_u16 (number));
  return TRUE;
}

/* The server may have another address for the guest: the host routes by the one that
 * answers. */
static gboolean
read_flow (const struct nlmsghdr *message, ClatFlow *flow)
{
  const struct nlattr *original = find (message, CTA_TUPLE_ORIG);
  const struct nlattr *protocol =
      find_in (find_in (original, CTA_TUPLE_PROTO), CTA_PROTO_NUM);

  if (protocol == NULL || mnl_attr_get_payload_len (protocol) != 1)
    return FALSE;
  *flow = (ClatFlow){.protocol = mnl_attr_get_u8 (protocol)};
  return read_end (original, &flow->source, &flow->source_port)
         && read_end (find (message, CTA_TUPLE_REPLY), &flow->destination,
                      &flow->destination_port);
}

static void
note_flow (const struct nlmsghdr *message, Search *search)
{
  search->found = TRUE;
  if (search->flows != NULL && search->count < search->maximum
      && read_flow (message, &search->flows[search->count]))
    search->count++;
}

/* A connection that is half closed may still carry data. */
static gboolean
is_open_tcp (const struct nlattr *protocol)
{
  const struct nlattr *state =
      find_in (find_in (protocol, CTA_PROTOINFO_TCP), CTA_PROTOINFO_TCP_STATE);

  if (state == NULL || mnl_attr_get_payload_len (state) != 1)
    return FALSE;
  switch (mnl_attr_get_u8 (state))
    {
    case TCP_CONNTRACK_SYN_RECV:
    case TCP_CONNTRACK_ESTABLISHED:
    case TCP_CONNTRACK_FIN_WAIT:
    case TCP_CONNTRACK_CLOSE_WAIT:
      return TRUE;
    default:
      return FALSE;
    }
}

static gboolean
is_assured (const struct nlattr *status)
{
  return status != NULL && mnl_attr_get_payload_len (status) == sizeof (guint32)
         && g_ntohl (mnl_attr_get_u32 (status)) & IPS_ASSURED;
}

/* The host's own flows have the address as their source, too: its sockets tell whether
 * they are in use. */
static int
check_flow (const struct nlmsghdr *message, void *data)
{
  const struct nlattr *protocol = find (message, CTA_PROTOINFO);
  Search *search = data;

  if (!has_address (find (message, CTA_TUPLE_REPLY), CTA_IP_V4_DST, search->address)
      || has_address (find (message, CTA_TUPLE_ORIG), CTA_IP_V4_SRC, search->address))
    return MNL_CB_OK;
  if (find_in (protocol, CTA_PROTOINFO_TCP) != NULL
          ? is_open_tcp (protocol)
          : is_assured (find (message, CTA_STATUS)))
    note_flow (message, search);
  return MNL_CB_OK;
}

/* FALSE if the kernel does not answer, or the dump was interrupted. */
static gboolean
dump (struct mnl_socket *socket, Search *search)
{
  g_autofree char *buffer = g_malloc (RECEIVE_SIZE);
  _Alignas(NLMSG_ALIGNTO) char request[128] = {0};
  struct nlmsghdr *message = mnl_nlmsg_put_header (request);
  struct nfgenmsg *header = mnl_nlmsg_put_extra_header (message, sizeof *header);
  int result = MNL_CB_OK;

  message->nlmsg_type = NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_GET;
  message->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  header->nfgen_family = AF_INET;
  header->version = NFNETLINK_V0;

  if (mnl_socket_sendto (socket, message, message->nlmsg_len) < 0)
    return FALSE;
  while (result == MNL_CB_OK && !is_complete (search))
    {
      ssize_t received = mnl_socket_recvfrom (socket, buffer, RECEIVE_SIZE);

      if (received <= 0)
        return FALSE;
      result = mnl_cb_run (buffer, received, 0, 0, check_flow, search);
    }
  return is_complete (search) || result == MNL_CB_STOP;
}

static void
run (Search *search)
{
  struct timeval limit = {.tv_sec = ANSWER_SECONDS};
  struct mnl_socket *socket;
  gboolean answered = FALSE;

  if (!tracks_any ())
    return;

  socket = mnl_socket_open2 (NETLINK_NETFILTER, SOCK_CLOEXEC);
  if (socket != NULL && mnl_socket_bind (socket, 0, MNL_SOCKET_AUTOPID) == 0)
    {
      setsockopt (mnl_socket_get_fd (socket), SOL_SOCKET, SO_RCVTIMEO, &limit,
                  sizeof limit);
      answered = dump (socket, search);
    }
  if (!answered)
    g_debug ("cannot list tracked flows: %s", g_strerror (errno));
  if (socket != NULL)
    mnl_socket_close (socket);
}

gboolean
clat_conntrack_has_flow (struct in_addr address)
{
  Search search = {.address = address};

  run (&search);
  return search.found;
}

guint
clat_conntrack_list_flows (struct in_addr address, ClatFlow *flows, guint maximum)
{
  Search search = {.address = address, .flows = flows, .maximum = maximum};

  run (&search);
  return search.count;
}

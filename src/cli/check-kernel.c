/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Facts from the kernel, by rtnetlink and sockets. */
#include <arpa/inet.h>
#include <linux/if_addr.h>
#include <string.h>
#include <unistd.h>

#include "check-kernel.h"
#include "clat-default-route.h"
#include "clat-ipv4-address.h"
#include "clat-ipv6-address.h"
#include "clat-link.h"
#include "clat-neighbour.h"
#include "cli-netns.h"

/* Neighbour discovery fails after three solicitations, a second each. */
#define RESOLVE_TRIES   40
#define RESOLVE_STEP_US (100 * 1000)

#define DISCARD_PORT 9

/* Of linux/if.h, which cannot be included beside net/if.h. Unlike IFF_RUNNING, it does
 * not lag behind the carrier. */
#ifndef IFF_LOWER_UP
#  define IFF_LOWER_UP 0x10000
#endif

/* No packet is sent there (RFC 5737). */
#define SOME_IPV4_ADDRESS "203.0.113.1"

typedef struct
{
  CheckFacts *facts;
  int ifindex;
  struct in6_addr router;
  gboolean is_failed;
  gboolean is_unresolved;
} Gathering;

static CheckAnswer
to_answer (gboolean is_true)
{
  return is_true ? CHECK_YES : CHECK_NO;
}

static void
note_router (const ClatDefaultRoute *route, gpointer data)
{
  Gathering *self = data;
  char text[INET6_ADDRSTRLEN];

  if (route->ifindex != self->ifindex || self->facts->has_router == CHECK_YES)
    return;
  self->facts->has_router = CHECK_YES;
  self->router = route->gateway;
  if (!IN6_IS_ADDR_UNSPECIFIED (&route->gateway))
    self->facts->router =
        g_strdup (inet_ntop (AF_INET6, &route->gateway, text, sizeof text));
}

static void
note_unresolved (const struct in6_addr *address, gboolean has_failed, gpointer data)
{
  Gathering *self = data;

  if (!IN6_ARE_ADDR_EQUAL (address, &self->router))
    return;
  self->is_unresolved = TRUE;
  self->is_failed |= has_failed;
}

/* A packet makes the kernel resolve the router. */
static void
send_to_router (const Gathering *self)
{
  struct sockaddr_in6 to = {.sin6_family = AF_INET6,
                            .sin6_port = htons (DISCARD_PORT),
                            .sin6_addr = self->router,
                            .sin6_scope_id = self->ifindex};
  int fd = socket (AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);

  if (fd < 0)
    return;
  sendto (fd, "", 1, MSG_DONTWAIT, (struct sockaddr *)&to, sizeof to);
  close (fd);
}

static void
gather_neighbour (Gathering *self, ClatRtnl *rtnl)
{
  send_to_router (self);
  for (guint i = 0; i < RESOLVE_TRIES; i++)
    {
      self->is_unresolved = self->is_failed = FALSE;
      if (!clat_neighbour_list_unresolved_routers (rtnl, self->ifindex, note_unresolved,
                                                   self, NULL))
        return;
      if (self->is_failed || !self->is_unresolved)
        break;
      g_usleep (RESOLVE_STEP_US);
    }
  self->facts->router_is_resolved = to_answer (!self->is_unresolved);
}

static void
gather_link (Gathering *self, ClatRtnl *rtnl)
{
  CheckFacts *facts = self->facts;
  ClatLink link;

  if (!clat_link_get (rtnl, facts->interface, &link, NULL))
    return;
  self->ifindex = link.ifindex;
  facts->is_up = to_answer (link.flags & IFF_UP);
  facts->has_carrier = to_answer (link.flags & IFF_LOWER_UP);
  facts->ipv6_mtu = link.mtu6;

  facts->has_router = CHECK_NO;
  if (!clat_default_route_list (rtnl, AF_INET6, note_router, self, NULL))
    facts->has_router = CHECK_UNKNOWN;
  if (facts->router != NULL)
    gather_neighbour (self, rtnl);
}

static void
note_ipv4_address (const ClatIpv4Address *address, gpointer data)
{
  Gathering *self = data;
  CheckFacts *facts = self->facts;
  char text[INET_ADDRSTRLEN];
  char name[IF_NAMESIZE];

  inet_ntop (AF_INET, &address->address, text, sizeof text);
  if (address->ifindex == self->ifindex && g_str_equal (text, facts->ipv4_address))
    facts->has_ipv4_address = CHECK_YES;
  if (g_strcmp0 (text, facts->default_source) == 0 && facts->default_interface == NULL
      && if_indextoname (address->ifindex, name) != NULL)
    facts->default_interface = g_strdup (name);
}

static void
note_ipv4_route (const ClatDefaultRoute *route, gpointer data)
{
  Gathering *self = data;

  if (route->ifindex == self->ifindex)
    self->facts->has_ipv4_route = CHECK_YES;
}

/* Connects a socket, which sends nothing: routes and rules choose its address. source:
 * NULL for any. Returns the address, or NULL if there is no way. */
static char *
find_source (const char *source)
{
  struct sockaddr_in from = {.sin_family = AF_INET};
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons (DISCARD_PORT)};
  socklen_t length = sizeof from;
  char text[INET_ADDRSTRLEN];
  char *found = NULL;
  int fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

  if (fd < 0)
    return NULL;
  inet_pton (AF_INET, SOME_IPV4_ADDRESS, &to.sin_addr);
  if ((source == NULL
       || (inet_pton (AF_INET, source, &from.sin_addr) == 1
           && bind (fd, (struct sockaddr *)&from, sizeof from) == 0))
      && connect (fd, (struct sockaddr *)&to, sizeof to) == 0
      && getsockname (fd, (struct sockaddr *)&from, &length) == 0)
    found = g_strdup (inet_ntop (AF_INET, &from.sin_addr, text, sizeof text));
  close (fd);
  return found;
}

static void
gather_ipv4 (Gathering *self, ClatRtnl *rtnl)
{
  CheckFacts *facts = self->facts;
  g_autofree char *own_source = find_source (facts->ipv4_address);

  self->ifindex = if_nametoindex (facts->host_interface);
  facts->default_source = find_source (NULL);
  facts->may_send = to_answer (own_source != NULL);
  facts->has_ipv4_address = facts->has_ipv4_route = CHECK_NO;
  clat_ipv4_address_list (rtnl, note_ipv4_address, self, NULL);
  clat_default_route_list (rtnl, AF_INET, note_ipv4_route, self, NULL);
}

static void
note_ipv6_address (const ClatIpv6Address *address, gpointer data)
{
  CheckFacts *facts = data;
  char text[INET6_ADDRSTRLEN];

  inet_ntop (AF_INET6, &address->ipv6.address, text, sizeof text);
  if (address->flags & IFA_F_DADFAILED)
    facts->is_duplicate = CHECK_YES;
  else if (g_str_equal (text, facts->ipv6_address))
    facts->has_ipv6_address = CHECK_YES;
}

/* The host's own address, with uplink "shared", is not in the namespace. */
static gboolean
has_address_in_namespace (const CheckFacts *facts)
{
  return g_str_equal (facts->uplink, "ipvlan") || g_str_equal (facts->uplink, "macvlan");
}

static void
gather_namespace (CheckFacts *facts)
{
  g_autoptr (ClatRtnl) rtnl = NULL;
  int previous;

  facts->has_namespace = to_answer (cli_netns_exists (facts->namespace));
  if (!facts->is_root || !has_address_in_namespace (facts)
      || !cli_netns_enter (facts->namespace, &previous, NULL))
    return;
  /* The socket stays in the namespace in which it was opened. */
  rtnl = clat_rtnl_new (NULL);
  cli_netns_leave (previous);
  if (rtnl == NULL)
    return;
  facts->has_ipv6_address = CHECK_NO;
  clat_ipv6_address_list (rtnl, note_ipv6_address, facts, NULL);
}

void
check_kernel_gather (CheckFacts *facts)
{
  Gathering self = {.facts = facts};
  g_autoptr (ClatRtnl) rtnl = clat_rtnl_new (NULL);

  if (rtnl == NULL)
    return;
  gather_link (&self, rtnl);
  if (!check_facts_has_translator (facts))
    return;
  gather_namespace (facts);
  gather_ipv4 (&self, rtnl);
}

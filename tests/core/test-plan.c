/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plan from the actual translator to the wanted one, from every state to every goal.
 */
#include "clat-plan.h"

#include <arpa/inet.h>
#include <string.h>

#define VRF        11
#define PARENT     7
#define OTHER      8
#define PARENT_MTU 1500
#define MAX_STEPS  32
#define OWN_TABLE  46400009
#define GATEWAY    0xc0000001

static struct in6_addr
ipv6 (const char *text)
{
  struct in6_addr address;

  g_assert_cmpint (inet_pton (AF_INET6, text, &address), ==, 1);
  return address;
}

static ClatWanted
make_wanted (gboolean translator, const char *prefix)
{
  ClatWanted wanted = {
      .translator = translator,
      .name = "clat-wlan0",
      .parent = PARENT,
      .parent_mtu = PARENT_MTU,
      .table = 254,
      .metric = 100,
  };

  if (prefix != NULL)
    {
      g_assert_true (clat_prefix_parse (prefix, &wanted.prefix, NULL));
      wanted.pairs[0].ipv4.s_addr = htonl (0xc0000002);
      wanted.pairs[0].ipv6 = ipv6 ("2001:db8::5");
      wanted.pairs[0].prefix = wanted.prefix;
      wanted.next_hops[0] = ipv6 ("fe80::1");
      wanted.n_pairs = 1;
      wanted.ipv4_gateway.s_addr = htonl (GATEWAY);
    }
  return wanted;
}

/* A second pair, of before a renumbering. */
static ClatWanted
with_old_pair (ClatWanted wanted)
{
  wanted.pairs[1].ipv4.s_addr = htonl (0xc0000003);
  wanted.pairs[1].ipv6 = ipv6 ("2001:db8:1::5");
  wanted.pairs[1].prefix = wanted.prefix;
  wanted.next_hops[1] = ipv6 ("fe80::1");
  wanted.n_pairs = 2;
  return wanted;
}

/* With the address of the first pair, which belongs to the host or is routed to it. */
static ClatWanted
give (ClatWanted wanted, ClatAddressChoice choice)
{
  wanted.address = choice;
  wanted.given[0] = (ClatSourceAddress){.address = ipv6 ("2001:db8::5")};
  wanted.n_given = 1;
  return wanted;
}

static guint
count_ipv4 (const ClatActual *actual, struct in_addr address)
{
  guint count = 0;

  for (guint i = 0; i < actual->n_ipv4s; i++)
    if (actual->ipv4s[i].address.s_addr == address.s_addr)
      count++;
  return count;
}

static void
remove_ipv4 (ClatActual *actual, const ClatHostIpv4 *ipv4)
{
  const ClatHostIpv4 removed = *ipv4;

  for (guint i = 0; i < actual->n_ipv4s; i++)
    if (actual->ipv4s[i].address.s_addr == removed.address.s_addr
        && actual->ipv4s[i].peer.s_addr == removed.peer.s_addr)
      actual->ipv4s[i] = actual->ipv4s[--actual->n_ipv4s];
}

/* As the kernel does it: an address with the peer of another one would be a secondary
 * address. */
static void
add_ipv4 (const ClatWanted *wanted, ClatActual *actual)
{
  ClatHostIpv4 ipv4;

  g_assert_true (clat_plan_missing_ipv4 (wanted, actual, &ipv4));
  remove_ipv4 (actual, &ipv4);
  for (guint i = 0; i < actual->n_ipv4s; i++)
    g_assert_cmpuint (actual->ipv4s[i].peer.s_addr, !=, ipv4.peer.s_addr);
  actual->ipv4s[actual->n_ipv4s++] = ipv4;
}

/* The host is never without a wanted address that it has. */
static void
remove_surplus_ipv4 (const ClatWanted *wanted, ClatActual *actual)
{
  const ClatHostIpv4 surplus = *clat_plan_surplus_ipv4 (wanted, actual);

  remove_ipv4 (actual, &surplus);
  for (guint i = 0; i < wanted->n_pairs && clat_plan_may_translate (wanted, actual); i++)
    if (wanted->pairs[i].ipv4.s_addr == surplus.address.s_addr)
      g_assert_cmpuint (count_ipv4 (actual, surplus.address), >, 0);
}

static void
remove_route (ClatActual *actual, ClatRoute route)
{
  guint before = actual->n_routes;

  for (guint i = 0; i < actual->n_routes; i++)
    if (clat_route_equal (&actual->routes[i], &route))
      actual->routes[i] = actual->routes[--actual->n_routes];
  g_assert_cmpuint (actual->n_routes, ==, before - 1);
}

static void
remove_added (const ClatWanted *wanted, ClatActual *actual)
{
  ClatAddedIpv6List *list = &actual->added;
  ClatIpv6 ipv6;

  g_assert_true (clat_plan_ipv6_to_remove (wanted, actual, &ipv6));
  for (guint i = 0; i < list->n; i++)
    if (IN6_ARE_ADDR_EQUAL (&list->addresses[i].ipv6.address, &ipv6.address))
      {
        list->addresses[i] = list->addresses[--list->n];
        return;
      }
  g_assert_not_reached ();
}

/* Carries out a step in a model of the kernel. */
static void
carry_out (ClatStep step, const ClatWanted *wanted, ClatActual *actual)
{

  switch (step)
    {
    case CLAT_STEP_NONE:
    case CLAT_STEP_WAIT:
      g_assert_not_reached ();
    case CLAT_STEP_REMOVE_STRAY_RULES:
      g_assert_true (actual->has_stray_rules);
      actual->has_stray_rules = FALSE;
      break;
    case CLAT_STEP_REMOVE_ROUTE:
      remove_route (actual, *clat_plan_surplus_route (wanted, actual));
      break;
    case CLAT_STEP_REMOVE_IPV4:
      remove_surplus_ipv4 (wanted, actual);
      break;
    case CLAT_STEP_REMOVE_DATAPATH:
      g_assert_true (actual->has_datapath);
      actual->has_datapath = FALSE;
      break;
    case CLAT_STEP_STOP_SLOW_PATH:
      g_assert_cmpint (actual->slow, !=, CLAT_SLOW_PATH_NONE);
      actual->slow = CLAT_SLOW_PATH_NONE;
      break;
    case CLAT_STEP_REMOVE_VETH:
      g_assert_true (actual->has_veth);
      g_assert_cmpint (actual->slow, ==, CLAT_SLOW_PATH_NONE);
      g_assert_cmpuint (actual->n_routes + actual->n_ipv4s, ==, 0);
      g_assert_false (actual->has_datapath);
      actual->has_veth = FALSE;
      break;
    case CLAT_STEP_REMOVE_UPLINK:
      g_assert_cmpint (actual->uplink, !=, CLAT_UPLINK_NONE);
      g_assert_false (actual->has_veth);
      actual->uplink = CLAT_UPLINK_NONE;
      actual->has_redirect = actual->is_redirect_current = FALSE;
      break;
    case CLAT_STEP_REMOVE_NAMESPACE:
      g_assert_true (actual->has_namespace);
      g_assert_cmpint (actual->uplink, ==, CLAT_UPLINK_NONE);
      g_assert_false (actual->has_veth);
      actual->has_namespace = FALSE;
      break;
    case CLAT_STEP_MAKE_NAMESPACE:
      g_assert_false (actual->has_namespace);
      actual->has_namespace = TRUE;
      break;
    case CLAT_STEP_MAKE_UPLINK:
      g_assert_cmpint (actual->uplink, ==, CLAT_UPLINK_NONE);
      /* As if the link could not carry a child. */
      actual->uplink = !clat_wanted_has_neighbours (wanted) || wanted->keeps_mac
                           ? CLAT_UPLINK_REDIRECT
                           : CLAT_UPLINK_MACVLAN;
      if (wanted->address == CLAT_ADDRESS_SHARED)
        actual->uplink = CLAT_UPLINK_SHARED;
      actual->address = wanted->address;
      actual->has_neighbours = clat_wanted_has_neighbours (wanted);
      actual->parent = wanted->parent;
      actual->uplink_mtu = 1400;
      actual->is_down = TRUE;
      break;
    case CLAT_STEP_BRING_UP:
      g_assert_true (actual->is_down);
      /* Neighbours are solicited at once. */
      g_assert_true (!clat_uplink_redirects (actual->uplink) || !actual->has_neighbours
                     || actual->is_redirect_current);
      actual->is_down = FALSE;
      break;
    case CLAT_STEP_SET_UPLINK_MTU:
      actual->uplink_mtu = wanted->parent_mtu;
      break;
    case CLAT_STEP_ADD_IPV6:
      {
        ClatAddedIpv6 *added = &actual->added.addresses[actual->added.n++];

        g_assert_true (clat_plan_ipv6_to_add (wanted, actual, &added->ipv6));
        break;
      }
    case CLAT_STEP_REMOVE_IPV6:
      remove_added (wanted, actual);
      break;
    case CLAT_STEP_SET_GATEWAY:
      actual->gateway = clat_plan_gateway (wanted);
      break;
    case CLAT_STEP_SET_REDIRECT:
      g_assert_true (clat_uplink_redirects (actual->uplink));
      actual->has_redirect = actual->is_redirect_current = TRUE;
      break;
    case CLAT_STEP_MAKE_VETH:
      g_assert_false (actual->has_veth);
      actual->has_veth = TRUE;
      actual->vrf = 0;
      actual->veth_mtu = clat_plan_veth_mtu (actual);
      break;
    case CLAT_STEP_SET_VETH_MTU:
      actual->veth_mtu = clat_plan_veth_mtu (actual);
      break;
    case CLAT_STEP_REMOVE_REFUSAL:
      g_assert_cmpint (actual->refusal, !=, CLAT_REFUSAL_NONE);
      actual->refusal = CLAT_REFUSAL_NONE;
      break;
    case CLAT_STEP_ADD_REFUSAL:
      g_assert_true (actual->is_refusal_due && actual->n_routes > 0);
      actual->refusal = CLAT_REFUSAL_RIGHT;
      break;
    case CLAT_STEP_CLEAR_MULTICAST:
      g_assert_true (actual->has_veth && actual->has_multicast);
      actual->has_multicast = FALSE;
      break;
    case CLAT_STEP_SET_FORWARDING:
      g_assert_true (actual->has_veth && actual->lacks_forwarding);
      actual->lacks_forwarding = FALSE;
      break;
    case CLAT_STEP_SET_VRF:
      g_assert_true (actual->has_veth);
      actual->vrf = wanted->vrf;
      /* As the kernel does. */
      actual->n_routes = 0;
      break;
    case CLAT_STEP_START_SLOW_PATH:
      g_assert_true (actual->has_veth);
      actual->slow = CLAT_SLOW_PATH_RUNNING;
      actual->slow_translation = clat_plan_translation (wanted, actual);
      break;
    case CLAT_STEP_SET_DATAPATH:
      g_assert_true (actual->has_veth);
      actual->has_datapath = TRUE;
      actual->datapath = clat_plan_datapath (wanted, actual);
      break;
    case CLAT_STEP_ADD_IPV4:
      g_assert_true (actual->has_datapath);
      add_ipv4 (wanted, actual);
      break;
    case CLAT_STEP_ADD_ROUTE:
      g_assert_cmpuint (actual->n_ipv4s, >, 0);
      g_assert_true (
          clat_plan_missing_route (wanted, actual, &actual->routes[actual->n_routes]));
      actual->n_routes++;
      break;
    }
}

/* No black hole: everything that a packet passes exists. */
static gboolean
is_passable (const ClatWanted *wanted, const ClatActual *actual)
{
  if (wanted->settings.userspace && actual->slow != CLAT_SLOW_PATH_RUNNING)
    return FALSE;
  if (clat_uplink_redirects (actual->uplink) && !actual->has_redirect)
    return FALSE;
  return actual->has_namespace && actual->uplink != CLAT_UPLINK_NONE
         && actual->addressing == CLAT_ADDRESSING_READY && actual->has_veth
         && !actual->is_down && actual->has_datapath && actual->n_ipv4s > 0;
}

static void
assert_is_as_wanted (const ClatWanted *wanted, const ClatActual *actual)
{
  ClatDatapath datapath = clat_plan_datapath (wanted, actual);
  ClatHostIpv4 ipv4;
  ClatRoute route;

  g_assert_true (clat_datapath_equal (&actual->datapath, &datapath));
  g_assert_cmpint (actual->parent, ==, wanted->parent);
  g_assert_cmpint (!clat_uplink_redirects (actual->uplink) || actual->has_neighbours, ==,
                   clat_wanted_has_neighbours (wanted));
  g_assert_cmpint (actual->address, ==, wanted->address);
  g_assert_cmpint (actual->is_redirect_current, ==,
                   clat_uplink_redirects (actual->uplink));
  g_assert_false (actual->has_multicast);
  g_assert_false (actual->lacks_forwarding);
  g_assert_cmpint (actual->refusal, ==,
                   actual->is_refusal_due ? CLAT_REFUSAL_RIGHT : CLAT_REFUSAL_NONE);
  g_assert_cmpint (actual->vrf, ==, wanted->vrf);
  g_assert_cmpuint (actual->uplink_mtu, ==, wanted->parent_mtu);
  g_assert_cmpuint (actual->n_ipv4s, ==, wanted->n_pairs);
  g_assert_false (clat_plan_missing_ipv4 (wanted, actual, &ipv4));
  g_assert_cmpuint (actual->n_routes, ==, wanted->drains ? 1 : 2);
  g_assert_false (clat_plan_missing_route (wanted, actual, &route));
}

static void
follow (const ClatWanted *wanted, ClatActual actual)
{
  for (guint i = 0; i < MAX_STEPS; i++)
    {
      ClatStep step = clat_plan_next (wanted, &actual);

      g_assert_true (step == CLAT_STEP_REMOVE_ROUTE || actual.n_routes == 0
                     || is_passable (wanted, &actual));
      if (step == CLAT_STEP_WAIT || step == CLAT_STEP_NONE)
        {
          gboolean may_pass = wanted->translator && wanted->prefix.length != 0
                              && actual.addressing == CLAT_ADDRESSING_READY;
          gboolean complete =
              may_pass
              && !(wanted->settings.userspace && actual.slow == CLAT_SLOW_PATH_BROKEN);

          g_assert_cmpint (actual.has_namespace, ==, wanted->translator);
          g_assert_cmpint (actual.uplink != CLAT_UPLINK_NONE, ==, wanted->translator);
          g_assert_cmpint (actual.has_veth, ==, may_pass);
          g_assert_cmpint (clat_actual_has_route (&actual), ==,
                           complete && !wanted->drains);
          g_assert_false (actual.has_stray_rules);
          if (complete)
            assert_is_as_wanted (wanted, &actual);
          else
            g_assert_cmpuint (actual.n_routes + actual.refusal, ==, 0);
          return;
        }
      carry_out (step, wanted, &actual);
    }
  g_assert_not_reached ();
}

#define BIT(n) ((bits >> (n)) & 1)
#define N_BITS 20

static void
add_route (ClatActual *actual, ClatRoute route)
{
  actual->routes[actual->n_routes++] = route;
}

/* Every combination, also those that only a crash or another program leaves. */
static gboolean
make_actual (guint bits, ClatActual *actual)
{
  const struct in_addr right = {htonl (0xc0000002)}, wrong = {htonl (0xc0000003)},
                       gateway = {htonl (GATEWAY)}, none = {0};

  *actual = (ClatActual){
      .has_namespace = BIT (0),
      .uplink = BIT (1) ? CLAT_UPLINK_IPVLAN : CLAT_UPLINK_NONE,
      .parent = BIT (2) ? PARENT : OTHER,
      .uplink_mtu = BIT (3) ? PARENT_MTU : 1280,
      .addressing = BIT (4) ? CLAT_ADDRESSING_READY : CLAT_ADDRESSING_NONE,
      .mtu6 = 1500,
      .has_veth = BIT (5),
      .veth_mtu = BIT (6) ? 1500 : 1400,
      .has_multicast = BIT (5) && BIT (3),
      .lacks_forwarding = BIT (5) && BIT (8),
      .vrf = BIT (6) ? 0 : VRF,
      .has_datapath = BIT (7),
      .own_table = OWN_TABLE,
      .has_stray_rules = BIT (18),
      .refusal = BIT (5) ? (bits >> 13) % 3 : CLAT_REFUSAL_NONE,
      .is_refusal_due = BIT (9),
  };
  if (BIT (8))
    actual->datapath.translation.pairs[0].prefix.length = 96;
  if (BIT (9))
    actual->ipv4s[actual->n_ipv4s++] =
        (ClatHostIpv4){BIT (10) ? right : wrong, BIT (13) ? gateway : right, BIT (3)};
  if (BIT (11))
    add_route (actual, (ClatRoute){254, BIT (12) ? 100 : 600, BIT (13) ? 1472 : 1252,
                                   BIT (10) ? right : wrong, BIT (3) ? gateway : none});
  if (BIT (12))
    add_route (actual, (ClatRoute){OWN_TABLE, 0, 1472, right, gateway});

  actual->is_down = BIT (17);
  if (BIT (19) && actual->uplink != CLAT_UPLINK_NONE)
    {
      actual->uplink = BIT (16) ? CLAT_UPLINK_SHARED : CLAT_UPLINK_REDIRECT;
      actual->address = BIT (16) ? CLAT_ADDRESS_SHARED : CLAT_ADDRESS_OWN;
      actual->has_neighbours = BIT (8) && !BIT (16);
      actual->has_redirect = BIT (6);
      actual->is_redirect_current = actual->has_redirect && BIT (3);
    }
  if (BIT (14))
    actual->slow = BIT (15) ? CLAT_SLOW_PATH_RUNNING : CLAT_SLOW_PATH_BROKEN;
  else if (BIT (16))
    actual->slow = CLAT_SLOW_PATH_ORPHANED;

  /* What the kernel cannot show. */
  return (actual->has_namespace || actual->slow == CLAT_SLOW_PATH_NONE)
         && (actual->has_namespace
             || (actual->uplink == CLAT_UPLINK_NONE && !actual->has_datapath))
         && (actual->uplink != CLAT_UPLINK_NONE || !actual->has_datapath)
         && (actual->has_veth
             || (actual->n_ipv4s + actual->n_routes == 0 && !actual->has_datapath));
}

static void
test_every_state_to_every_goal (void)
{
  ClatWanted goals[] = {
      make_wanted (FALSE, NULL),
      make_wanted (TRUE, NULL),
      make_wanted (TRUE, "64:ff9b::/96"),
      with_old_pair (make_wanted (TRUE, "2001:db8:64::/48")),
      make_wanted (TRUE, "2001:db8:64::/48"),
      make_wanted (TRUE, "2001:db8:64::/48"),
      make_wanted (TRUE, "2001:db8:64::/48"),
      make_wanted (TRUE, "2001:db8:64::/48"),
      make_wanted (TRUE, "2001:db8:64::/48"),
      give (make_wanted (TRUE, "2001:db8:64::/48"), CLAT_ADDRESS_SHARED),
      give (make_wanted (TRUE, "2001:db8:64::/48"), CLAT_ADDRESS_ROUTED),
  };
  guint tried = 0;

  goals[4].settings.userspace = TRUE;
  goals[5].drains = TRUE;
  goals[6].redirects = TRUE;
  goals[7].vrf = VRF;
  goals[8].keeps_mac = TRUE;

  for (guint bits = 0; bits < 1 << N_BITS; bits++)
    {
      ClatActual actual;

      if (!make_actual (bits, &actual))
        continue;
      for (guint i = 0; i < G_N_ELEMENTS (goals); i++)
        follow (&goals[i], actual);
      tried++;
    }
  g_assert_cmpuint (tried, >, 1000);
}

static ClatActual
make_complete (const ClatWanted *wanted)
{
  ClatActual actual = {
      .addressing = CLAT_ADDRESSING_READY, .mtu6 = 1500, .own_table = OWN_TABLE};
  ClatStep step;

  while ((step = clat_plan_next (wanted, &actual)) != CLAT_STEP_NONE)
    carry_out (step, wanted, &actual);
  return actual;
}

/* Sockets of a pair that was dropped, or that changes in place, get an error; those of a
 * translator that is only repaired or made again do not. */
static void
test_ended_pairs (void)
{
  ClatWanted before = with_old_pair (make_wanted (TRUE, "64:ff9b::/96"));
  ClatActual actual = make_complete (&before);
  ClatWanted wanted = before;
  struct in_addr first = before.pairs[0].ipv4, old = before.pairs[1].ipv4;

  wanted.n_pairs = 1;
  g_assert_false (clat_plan_has_ended (&wanted, old));
  wanted.ends_connections = TRUE;
  g_assert_true (clat_plan_has_ended (&wanted, old));
  g_assert_false (clat_plan_has_ended (&wanted, first));

  wanted = before;
  wanted.ends_connections = TRUE;
  g_assert_false (clat_plan_has_ended (&wanted, old));
  g_assert_false (clat_plan_changes_pair (&wanted, &actual, first));
  wanted.pairs[0].ipv6 = ipv6 ("2001:db8:2::5");
  g_assert_true (clat_plan_changes_pair (&wanted, &actual, first));
  g_assert_false (clat_plan_changes_pair (&wanted, &actual, old));
  wanted.pairs[0] = before.pairs[0];
  wanted.pairs[1].prefix.length = 64;
  g_assert_true (clat_plan_changes_pair (&wanted, &actual, old));
  wanted.ends_connections = FALSE;
  g_assert_false (clat_plan_changes_pair (&wanted, &actual, old));

  wanted = (ClatWanted){0};
  g_assert_false (clat_plan_has_ended (&wanted, first));
  wanted.ends_connections = TRUE;
  g_assert_true (clat_plan_has_ended (&wanted, first));
}

/* CL-C3 */
static void
test_new_prefix_is_one_exchange (void)
{
  ClatWanted wanted = make_wanted (TRUE, "64:ff9b::/96");
  ClatActual actual = make_complete (&wanted);

  wanted = make_wanted (TRUE, "2001:db8:64::/48");
  g_assert_cmpint (clat_plan_next (&wanted, &actual), ==, CLAT_STEP_START_SLOW_PATH);
  carry_out (CLAT_STEP_START_SLOW_PATH, &wanted, &actual);
  g_assert_cmpint (clat_plan_next (&wanted, &actual), ==, CLAT_STEP_SET_DATAPATH);
  carry_out (CLAT_STEP_SET_DATAPATH, &wanted, &actual);
  g_assert_cmpint (clat_plan_next (&wanted, &actual), ==, CLAT_STEP_NONE);
}

static void
test_new_metric_moves_only_the_route (void)
{
  ClatWanted wanted = make_wanted (TRUE, "64:ff9b::/96");
  ClatActual actual = make_complete (&wanted);

  wanted.metric = 600;
  g_assert_cmpint (clat_plan_next (&wanted, &actual), ==, CLAT_STEP_ADD_ROUTE);
  carry_out (CLAT_STEP_ADD_ROUTE, &wanted, &actual);
  g_assert_cmpint (clat_plan_next (&wanted, &actual), ==, CLAT_STEP_REMOVE_ROUTE);
  carry_out (CLAT_STEP_REMOVE_ROUTE, &wanted, &actual);
  g_assert_cmpint (clat_plan_next (&wanted, &actual), ==, CLAT_STEP_NONE);
}

/* On a macvlan, for example, the uplink is a child of its parent. */
static void
test_sibling_is_as_good_as_a_child (void)
{
  ClatWanted wanted = make_wanted (TRUE, "64:ff9b::/96");
  ClatActual actual = make_complete (&wanted);

  actual.parent = OTHER;
  g_assert_cmpint (clat_plan_next (&wanted, &actual), !=, CLAT_STEP_NONE);
  wanted.lower = OTHER;
  g_assert_cmpint (clat_plan_next (&wanted, &actual), ==, CLAT_STEP_NONE);
}

/* The link of a redirecting uplink is not known if another program changed the alias. */
static void
test_unknown_parent_is_not_the_right_one (void)
{
  ClatWanted wanted = make_wanted (TRUE, "64:ff9b::/96");
  ClatActual actual = make_complete (&wanted);

  actual.parent = 0;
  g_assert_cmpint (clat_plan_next (&wanted, &actual), ==, CLAT_STEP_REMOVE_ROUTE);
  g_assert_false (clat_plan_uplink_may_stay (&wanted, &actual));
}

/* A prefix is known, but no IPv6 address has been chosen. */
static void
test_waits_for_an_address (void)
{
  ClatWanted wanted = make_wanted (TRUE, "64:ff9b::/96");
  ClatActual actual = {.addressing = CLAT_ADDRESSING_READY, .mtu6 = 1500};
  ClatStep step;

  wanted.pairs[0].ipv6 = ipv6 ("::");
  while ((step = clat_plan_next (&wanted, &actual)) != CLAT_STEP_WAIT)
    carry_out (step, &wanted, &actual);
  g_assert_cmpint (actual.uplink, !=, CLAT_UPLINK_NONE);
  g_assert_false (actual.has_veth);
}

static void
test_missing_rules_are_added_with_their_address (void)
{
  ClatWanted wanted = make_wanted (TRUE, "64:ff9b::/96");
  ClatActual actual = make_complete (&wanted);

  actual.ipv4s[0].has_rules = FALSE;
  g_assert_cmpint (clat_plan_next (&wanted, &actual), ==, CLAT_STEP_ADD_IPV4);
  carry_out (CLAT_STEP_ADD_IPV4, &wanted, &actual);
  g_assert_cmpint (clat_plan_next (&wanted, &actual), ==, CLAT_STEP_NONE);
}

/* New connections are never without a route, old ones never without an address. */
static void
test_renumbering_adds_before_it_removes (void)
{
  ClatWanted old = make_wanted (TRUE, "64:ff9b::/96");
  ClatActual actual = make_complete (&old);
  ClatWanted wanted = with_old_pair (old);
  ClatPair first = wanted.pairs[0];
  ClatStep step;

  wanted.pairs[0] = wanted.pairs[1];
  wanted.pairs[1] = first;
  while ((step = clat_plan_next (&wanted, &actual)) != CLAT_STEP_NONE)
    {
      carry_out (step, &wanted, &actual);
      g_assert_true (clat_actual_has_route (&actual));
      g_assert_cmpuint (count_ipv4 (&actual, first.ipv4), >, 0);
    }
  assert_is_as_wanted (&wanted, &actual);

  wanted.n_pairs = 1;
  while ((step = clat_plan_next (&wanted, &actual)) != CLAT_STEP_NONE)
    carry_out (step, &wanted, &actual);
  assert_is_as_wanted (&wanted, &actual);
}

/* Masquerading chooses the first address whose peer is the gateway. */
static void
test_only_the_first_pair_has_the_gateway_as_peer (void)
{
  ClatWanted wanted = with_old_pair (make_wanted (TRUE, "64:ff9b::/96"));
  ClatActual actual = make_complete (&wanted);

  g_assert_cmpuint (actual.n_ipv4s, ==, 2);
  for (guint i = 0; i < actual.n_ipv4s; i++)
    {
      const ClatHostIpv4 *ipv4 = &actual.ipv4s[i];
      gboolean is_first = ipv4->address.s_addr == wanted.pairs[0].ipv4.s_addr;

      g_assert_cmpuint (ipv4->peer.s_addr, ==,
                        is_first ? htonl (GATEWAY) : ipv4->address.s_addr);
    }
}

/* From another gateway, and from a version of the service that had none. */
static void
test_new_gateway_keeps_addresses_and_a_route (void)
{
  static const guint32 befores[] = {0, 0xc0000004};
  ClatWanted wanted = make_wanted (TRUE, "64:ff9b::/96");

  for (guint i = 0; i < G_N_ELEMENTS (befores); i++)
    {
      ClatWanted before = wanted;
      ClatActual actual;
      ClatStep step;

      before.ipv4_gateway.s_addr = htonl (befores[i]);
      actual = make_complete (&before);
      while ((step = clat_plan_next (&wanted, &actual)) != CLAT_STEP_NONE)
        {
          carry_out (step, &wanted, &actual);
          g_assert_true (clat_actual_has_route (&actual));
          g_assert_cmpuint (count_ipv4 (&actual, wanted.pairs[0].ipv4), >, 0);
        }
      assert_is_as_wanted (&wanted, &actual);
      g_assert_cmpuint (actual.n_ipv4s, ==, 1);
      g_assert_cmpuint (actual.routes[0].gateway.s_addr, ==, htonl (GATEWAY));
      g_assert_cmpuint (actual.routes[1].gateway.s_addr, ==, htonl (GATEWAY));
    }
}

/* CL-C1, CL-C4: only existing connections continue. */
static void
test_drain_takes_only_the_route (void)
{
  ClatWanted wanted = make_wanted (TRUE, "64:ff9b::/96");
  ClatActual actual = make_complete (&wanted);

  wanted.drains = TRUE;
  g_assert_cmpint (clat_plan_next (&wanted, &actual), ==, CLAT_STEP_REMOVE_ROUTE);
  carry_out (CLAT_STEP_REMOVE_ROUTE, &wanted, &actual);
  g_assert_cmpint (clat_plan_next (&wanted, &actual), ==, CLAT_STEP_NONE);
  g_assert_false (clat_actual_has_route (&actual));
  g_assert_cmpuint (actual.n_routes, ==, 1);
}

/* The fast path works without clat-xlat; without the fast path, clat-xlat must run. */
static void
test_broken_slow_path (void)
{
  ClatWanted wanted = make_wanted (TRUE, "64:ff9b::/96");
  ClatActual actual = make_complete (&wanted);

  actual.slow = CLAT_SLOW_PATH_BROKEN;
  g_assert_cmpint (clat_plan_next (&wanted, &actual), ==, CLAT_STEP_NONE);
  actual.slow = CLAT_SLOW_PATH_NONE;
  g_assert_cmpint (clat_plan_next (&wanted, &actual), ==, CLAT_STEP_START_SLOW_PATH);

  wanted.settings.userspace = TRUE;
  actual = make_complete (&wanted);
  g_assert_true (actual.datapath.slow_path_only);
  actual.slow = CLAT_SLOW_PATH_BROKEN;
  g_assert_cmpint (clat_plan_next (&wanted, &actual), ==, CLAT_STEP_REMOVE_ROUTE);
}

static void
test_lost_address_takes_the_route_first (void)
{
  ClatWanted wanted = make_wanted (TRUE, "64:ff9b::/96");
  ClatActual actual = make_complete (&wanted);

  actual.addressing = CLAT_ADDRESSING_NONE;
  g_assert_cmpint (clat_plan_next (&wanted, &actual), ==, CLAT_STEP_REMOVE_ROUTE);
}

/* CL-D11 */
static void
test_static_address_when_no_other_comes (void)
{
  ClatWanted wanted = make_wanted (TRUE, "64:ff9b::/96");
  ClatActual actual = make_complete (&wanted);
  ClatIpv6 made;

  wanted.static_ipv6.n_addresses = 1;
  wanted.static_ipv6.addresses[0] = (ClatIpv6){ipv6 ("2001:db8::77"), 64};
  wanted.static_ipv6.gateway = ipv6 ("2001:db8::1");
  g_assert_cmpint (clat_plan_next (&wanted, &actual), ==, CLAT_STEP_SET_GATEWAY);
  carry_out (CLAT_STEP_SET_GATEWAY, &wanted, &actual);
  g_assert_cmpint (clat_plan_next (&wanted, &actual), ==, CLAT_STEP_NONE);

  wanted.lacks_slaac = TRUE;
  g_assert_cmpint (clat_plan_next (&wanted, &actual), ==, CLAT_STEP_ADD_IPV6);
  carry_out (CLAT_STEP_ADD_IPV6, &wanted, &actual);
  g_assert_cmpint (clat_plan_next (&wanted, &actual), ==, CLAT_STEP_NONE);

  /* The address of a previous instance stays; a duplicate is followed by another. */
  wanted.lacks_slaac = FALSE;
  g_assert_cmpint (clat_plan_next (&wanted, &actual), ==, CLAT_STEP_NONE);
  actual.added.addresses[0].is_duplicate = TRUE;
  g_assert_cmpint (clat_plan_next (&wanted, &actual), ==, CLAT_STEP_ADD_IPV6);
  carry_out (CLAT_STEP_ADD_IPV6, &wanted, &actual);
  g_assert_cmpint (clat_plan_next (&wanted, &actual), ==, CLAT_STEP_NONE);

  /* Another prefix: the new address comes before the old ones go. */
  wanted.static_ipv6.addresses[0].address = ipv6 ("2001:db8:1::77");
  g_assert_cmpint (clat_plan_next (&wanted, &actual), ==, CLAT_STEP_ADD_IPV6);
  carry_out (CLAT_STEP_ADD_IPV6, &wanted, &actual);
  for (guint i = 0; i < 2; i++)
    {
      g_assert_cmpint (clat_plan_next (&wanted, &actual), ==, CLAT_STEP_REMOVE_IPV6);
      carry_out (CLAT_STEP_REMOVE_IPV6, &wanted, &actual);
    }
  g_assert_cmpuint (actual.added.n, ==, 1);

  /* SLAAC after all. */
  wanted.lacks_slaac = TRUE;
  actual.has_slaac = TRUE;
  g_assert_false (clat_plan_ipv6_to_add (&wanted, &actual, &made));
  g_assert_cmpint (clat_plan_next (&wanted, &actual), ==, CLAT_STEP_REMOVE_IPV6);
  carry_out (CLAT_STEP_REMOVE_IPV6, &wanted, &actual);
  g_assert_cmpint (clat_plan_next (&wanted, &actual), ==, CLAT_STEP_NONE);
}

/* The table of CL-F4. */
static void
test_route_mtu (void)
{
  static const struct
  {
    guint mtu6;
    guint mtu;
  } expected[] = {{1500, 1472}, {1492, 1464}, {1420, 1392},
                  {1280, 1252}, {9000, 8972}, {1000, 1252}};
  const ClatWanted wanted = make_wanted (TRUE, "64:ff9b::/96");

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      ClatActual actual = {.mtu6 = expected[i].mtu6};

      g_assert_cmpuint (clat_plan_route_mtu (&actual), ==, expected[i].mtu);
      g_assert_cmpuint (clat_plan_translation (&wanted, &actual).mtu6, ==,
                        expected[i].mtu + 28);
      g_assert_cmpuint (clat_plan_veth_mtu (&actual), >=, 1480);
      g_assert_cmpuint (clat_plan_veth_mtu (&actual), >=, expected[i].mtu6);
    }
}

/* On a live connection: the MTU of the link is raised to 9000, then lowered again. */
static void
test_veth_mtu_follows_the_link (void)
{
  static const guint mtus[] = {9000, 1400};
  ClatWanted wanted = make_wanted (TRUE, "64:ff9b::/96");
  ClatActual actual = make_complete (&wanted);
  ClatStep step;

  for (guint i = 0; i < G_N_ELEMENTS (mtus); i++)
    {
      wanted.parent_mtu = mtus[i];
      g_assert_cmpint (clat_plan_next (&wanted, &actual), ==, CLAT_STEP_SET_UPLINK_MTU);
      carry_out (CLAT_STEP_SET_UPLINK_MTU, &wanted, &actual);
      actual.mtu6 = mtus[i];
      g_assert_cmpint (clat_plan_next (&wanted, &actual), ==, CLAT_STEP_SET_VETH_MTU);
      carry_out (CLAT_STEP_SET_VETH_MTU, &wanted, &actual);
      g_assert_cmpuint (actual.veth_mtu, ==, MAX (mtus[i], 1500));

      while ((step = clat_plan_next (&wanted, &actual)) != CLAT_STEP_NONE)
        carry_out (step, &wanted, &actual);
      assert_is_as_wanted (&wanted, &actual);
      g_assert_cmpuint (actual.datapath.translation.mtu6, ==, mtus[i]);
      g_assert_cmpuint (actual.slow_translation.mtu6, ==, mtus[i]);
      for (guint j = 0; j < actual.n_routes; j++)
        g_assert_cmpuint (actual.routes[j].mtu, ==, mtus[i] - 28);
    }
}

/* Each setting reaches both translators. */
static void
test_settings_reach_both_translators (void)
{
  ClatWanted wanted = make_wanted (TRUE, "64:ff9b::/96");
  ClatActual actual = make_complete (&wanted);
  ClatStep step;

  wanted.settings = (ClatSettings){.lowest_ipv6_mtu = 1400,
                                   .reassembles = TRUE,
                                   .private_destinations = CLAT_PRIVATE_NO};
  g_assert_cmpint (clat_plan_next (&wanted, &actual), ==, CLAT_STEP_START_SLOW_PATH);
  while ((step = clat_plan_next (&wanted, &actual)) != CLAT_STEP_NONE)
    carry_out (step, &wanted, &actual);
  g_assert_cmpuint (actual.datapath.translation.lowest_ipv6_mtu, ==, 1400);
  g_assert_true (actual.datapath.translation.reassembles);
  g_assert_cmpuint (actual.slow_translation.lowest_ipv6_mtu, ==, 1400);
  g_assert_true (actual.slow_translation.reassembles);
  g_assert_cmpint (actual.datapath.translation.private_destinations, ==, CLAT_PRIVATE_NO);
  g_assert_cmpint (actual.slow_translation.private_destinations, ==, CLAT_PRIVATE_NO);
  g_assert_false (actual.datapath.slow_path_only);
}

/* A new next hop concerns the fast path only. */
static void
test_new_next_hop (void)
{
  ClatWanted wanted = make_wanted (TRUE, "64:ff9b::/96");
  ClatActual actual = make_complete (&wanted);

  wanted.next_hops[0] = ipv6 ("fe80::2");
  g_assert_cmpint (clat_plan_next (&wanted, &actual), ==, CLAT_STEP_SET_DATAPATH);
  carry_out (CLAT_STEP_SET_DATAPATH, &wanted, &actual);
  g_assert_cmpint (clat_plan_next (&wanted, &actual), ==, CLAT_STEP_NONE);
}

/* Packets go to the link directly if it takes them for the uplink's, and the next hop is
 * known. */
static void
test_direct (void)
{
  static const struct
  {
    ClatUplink uplink;
    gboolean is_sibling, lacks_router, lacks_direct, userspace, expected;
  } cases[] = {
      {CLAT_UPLINK_IPVLAN, FALSE, FALSE, FALSE, FALSE, TRUE},
      {CLAT_UPLINK_REDIRECT, FALSE, FALSE, FALSE, FALSE, TRUE},
      {CLAT_UPLINK_SHARED, FALSE, FALSE, FALSE, FALSE, TRUE},
      {CLAT_UPLINK_MACVLAN, FALSE, FALSE, FALSE, FALSE, FALSE},
      {CLAT_UPLINK_IPVLAN, TRUE, FALSE, FALSE, FALSE, FALSE},
      {CLAT_UPLINK_IPVLAN, FALSE, TRUE, FALSE, FALSE, FALSE},
      {CLAT_UPLINK_IPVLAN, FALSE, FALSE, TRUE, FALSE, FALSE},
      {CLAT_UPLINK_IPVLAN, FALSE, FALSE, FALSE, TRUE, FALSE},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      ClatWanted wanted = make_wanted (TRUE, "64:ff9b::/96");
      ClatActual actual = make_complete (&wanted);

      wanted.next_hops[0] = ipv6 (cases[i].lacks_router ? "::" : "fe80::1");
      wanted.settings.userspace = cases[i].userspace;
      actual.uplink = cases[i].uplink;
      actual.parent = cases[i].is_sibling ? wanted.parent + 1 : wanted.parent;
      actual.lacks_direct = cases[i].lacks_direct;
      g_assert_cmpint (clat_plan_datapath (&wanted, &actual).direct, ==,
                       cases[i].expected ? wanted.parent : 0);
    }
}

/* The programs of a previous instance are replaced, and its clat-xlat. */
static void
test_previous_instance (void)
{
  ClatWanted wanted = make_wanted (TRUE, "64:ff9b::/96");
  ClatActual actual = make_complete (&wanted);

  actual.slow = CLAT_SLOW_PATH_ORPHANED;
  actual.datapath.is_outdated = TRUE;
  g_assert_cmpint (clat_plan_next (&wanted, &actual), ==, CLAT_STEP_START_SLOW_PATH);
  carry_out (CLAT_STEP_START_SLOW_PATH, &wanted, &actual);
  g_assert_cmpint (clat_plan_next (&wanted, &actual), ==, CLAT_STEP_SET_DATAPATH);
  carry_out (CLAT_STEP_SET_DATAPATH, &wanted, &actual);
  g_assert_cmpint (clat_plan_next (&wanted, &actual), ==, CLAT_STEP_NONE);
}

/* Where the kernel refuses the fast path, nothing passes before clat-xlat runs. */
static void
test_kernel_without_fast_path (void)
{
  ClatWanted wanted = make_wanted (TRUE, "64:ff9b::/96");
  ClatActual actual = make_complete (&wanted);

  actual.lacks_fast_path = TRUE;
  g_assert_cmpint (clat_plan_next (&wanted, &actual), ==, CLAT_STEP_SET_DATAPATH);
  carry_out (CLAT_STEP_SET_DATAPATH, &wanted, &actual);
  g_assert_true (actual.datapath.slow_path_only);
  g_assert_cmpint (clat_plan_next (&wanted, &actual), ==, CLAT_STEP_NONE);

  actual.slow = CLAT_SLOW_PATH_BROKEN;
  for (guint i = 0; i < 2; i++)
    {
      g_assert_cmpint (clat_plan_next (&wanted, &actual), ==, CLAT_STEP_REMOVE_ROUTE);
      carry_out (CLAT_STEP_REMOVE_ROUTE, &wanted, &actual);
    }
  g_assert_cmpint (clat_plan_next (&wanted, &actual), ==, CLAT_STEP_WAIT);
}

/* The route of new connections is removed first, and added last. */
static void
test_order_of_routes (void)
{
  ClatWanted wanted = make_wanted (TRUE, "64:ff9b::/96");
  ClatActual actual = make_complete (&wanted);

  g_assert_cmpuint (actual.routes[0].table, ==, OWN_TABLE);
  g_assert_cmpuint (actual.routes[0].source.s_addr, ==, 0);
  g_assert_cmpuint (actual.routes[0].metric, ==, 0);
  g_assert_cmpuint (actual.routes[1].table, ==, wanted.table);
  g_assert_cmpuint (actual.routes[1].source.s_addr, ==, wanted.pairs[0].ipv4.s_addr);

  wanted = make_wanted (FALSE, NULL);
  g_assert_cmpuint (clat_plan_surplus_route (&wanted, &actual)->table, ==, 254);
  actual.routes[2] = actual.routes[0];
  g_assert_cmpuint (actual.n_routes++, ==, 2);
  g_assert_cmpuint (clat_plan_surplus_route (&wanted, &actual)->table, ==, 254);
}

/* Only the own table leads to the translator; a default route of before goes. */
static void
test_never_default (void)
{
  ClatWanted wanted = make_wanted (TRUE, "64:ff9b::/96");
  ClatActual actual = make_complete (&wanted);

  g_assert_cmpuint (actual.n_routes, ==, 2);
  wanted.never_default = TRUE;
  g_assert_cmpint (clat_plan_next (&wanted, &actual), ==, CLAT_STEP_REMOVE_ROUTE);
  g_assert_cmpuint (clat_plan_surplus_route (&wanted, &actual)->table, ==, wanted.table);

  actual = make_complete (&wanted);
  g_assert_cmpuint (actual.n_routes, ==, 1);
  g_assert_cmpuint (actual.routes[0].table, ==, OWN_TABLE);
  g_assert_cmpint (clat_plan_next (&wanted, &actual), ==, CLAT_STEP_NONE);
}

/* Without address resolution any gateway does. */
static void
test_gateway_of_a_link_without_neighbours (void)
{
  ClatWanted wanted = make_wanted (TRUE, "64:ff9b::/96");
  struct in6_addr gateway = clat_plan_gateway (&wanted);

  g_assert_true (IN6_IS_ADDR_UNSPECIFIED (&gateway));
  wanted.redirects = TRUE;
  gateway = clat_plan_gateway (&wanted);
  g_assert_true (IN6_IS_ADDR_LINKLOCAL (&gateway));
}

/* The uplink has exactly the addresses that the host has, as single ones. */
static void
test_shared_addresses_follow_the_host (void)
{
  ClatWanted wanted = give (make_wanted (TRUE, "64:ff9b::/96"), CLAT_ADDRESS_SHARED);
  ClatActual actual = make_complete (&wanted);
  ClatIpv6 changed;

  g_assert_cmpuint (actual.added.n, ==, 1);
  g_assert_cmpuint (actual.added.addresses[0].ipv6.length, ==, 128);

  wanted.given[0].address = ipv6 ("2001:db8::6");
  g_assert_cmpint (clat_plan_next (&wanted, &actual), ==, CLAT_STEP_ADD_IPV6);
  carry_out (CLAT_STEP_ADD_IPV6, &wanted, &actual);
  g_assert_cmpint (clat_plan_next (&wanted, &actual), ==, CLAT_STEP_REMOVE_IPV6);
  g_assert_true (clat_plan_ipv6_to_remove (&wanted, &actual, &changed));
  g_assert_true (changed.address.s6_addr[15] == 5);
}

/* A change between an address of its own and the host's is another uplink. */
static void
test_other_choice_of_the_address (void)
{
  ClatWanted own = make_wanted (TRUE, "64:ff9b::/96");
  ClatWanted shared = give (own, CLAT_ADDRESS_SHARED);
  ClatActual actual = make_complete (&own);

  g_assert_true (clat_plan_uplink_may_stay (&own, &actual));
  g_assert_false (clat_plan_uplink_may_stay (&shared, &actual));
  actual = make_complete (&shared);
  g_assert_false (clat_plan_uplink_may_stay (&own, &actual));

  /* Both redirect on a link without neighbours. */
  own.redirects = TRUE;
  g_assert_false (clat_plan_uplink_may_stay (&own, &actual));
}

static void
test_address_is_advertised_after_its_probe (void)
{
  static const ClatStep before_use[] = {CLAT_STEP_MAKE_VETH, CLAT_STEP_START_SLOW_PATH,
                                        CLAT_STEP_NONE, CLAT_STEP_WAIT};
  ClatActual actual = {
      .addressing = CLAT_ADDRESSING_READY,
      .uplink = CLAT_UPLINK_IPVLAN,
      .ipv6 = ipv6 ("2001:db8::5"),
      .addresses = {{.address = ipv6 ("2001:db8::4")},
                    {.address = ipv6 ("2001:db8::5"), .is_optimistic = TRUE}},
      .n_addresses = 2,
  };

  for (guint i = 0; i < G_N_ELEMENTS (before_use); i++)
    g_assert_false (clat_plan_may_advertise (&actual, before_use[i]));
  g_assert_true (clat_plan_may_advertise (&actual, CLAT_STEP_SET_DATAPATH));
  g_assert_false (clat_plan_may_override (&actual));

  /* Duplicate address detection has finished. */
  actual.addresses[1].is_optimistic = FALSE;
  g_assert_true (clat_plan_may_advertise (&actual, CLAT_STEP_NONE));
  g_assert_true (clat_plan_may_override (&actual));

  actual.is_down = TRUE;
  g_assert_false (clat_plan_may_advertise (&actual, CLAT_STEP_NONE));
}

static void
test_steps_have_names (void)
{
  for (ClatStep step = CLAT_STEP_NONE; step <= CLAT_STEP_ADD_ROUTE; step++)
    g_assert_nonnull (clat_step_to_string (step));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/plan/every-state-to-every-goal", test_every_state_to_every_goal);
  g_test_add_func ("/plan/ended-pairs", test_ended_pairs);
  g_test_add_func ("/plan/new-prefix-is-one-exchange", test_new_prefix_is_one_exchange);
  g_test_add_func ("/plan/new-metric-moves-only-the-route",
                   test_new_metric_moves_only_the_route);
  g_test_add_func ("/plan/sibling-is-as-good-as-a-child",
                   test_sibling_is_as_good_as_a_child);
  g_test_add_func ("/plan/unknown-parent-is-not-the-right-one",
                   test_unknown_parent_is_not_the_right_one);
  g_test_add_func ("/plan/waits-for-an-address", test_waits_for_an_address);
  g_test_add_func ("/plan/missing-rules-are-added-with-their-address",
                   test_missing_rules_are_added_with_their_address);
  g_test_add_func ("/plan/renumbering-adds-before-it-removes",
                   test_renumbering_adds_before_it_removes);
  g_test_add_func ("/plan/only-the-first-pair-has-the-gateway-as-peer",
                   test_only_the_first_pair_has_the_gateway_as_peer);
  g_test_add_func ("/plan/new-gateway-keeps-addresses-and-a-route",
                   test_new_gateway_keeps_addresses_and_a_route);
  g_test_add_func ("/plan/drain-takes-only-the-route", test_drain_takes_only_the_route);
  g_test_add_func ("/plan/broken-slow-path", test_broken_slow_path);
  g_test_add_func ("/plan/lost-address-takes-the-route-first",
                   test_lost_address_takes_the_route_first);
  g_test_add_func ("/plan/static-address-when-no-other-comes",
                   test_static_address_when_no_other_comes);
  g_test_add_func ("/plan/route-mtu", test_route_mtu);
  g_test_add_func ("/plan/veth-mtu-follows-the-link", test_veth_mtu_follows_the_link);
  g_test_add_func ("/plan/settings-reach-both-translators",
                   test_settings_reach_both_translators);
  g_test_add_func ("/plan/new-next-hop", test_new_next_hop);
  g_test_add_func ("/plan/direct", test_direct);
  g_test_add_func ("/plan/previous-instance", test_previous_instance);
  g_test_add_func ("/plan/kernel-without-fast-path", test_kernel_without_fast_path);
  g_test_add_func ("/plan/order-of-routes", test_order_of_routes);
  g_test_add_func ("/plan/never-default", test_never_default);
  g_test_add_func ("/plan/gateway-of-a-link-without-neighbours",
                   test_gateway_of_a_link_without_neighbours);
  g_test_add_func ("/plan/shared-addresses-follow-the-host",
                   test_shared_addresses_follow_the_host);
  g_test_add_func ("/plan/other-choice-of-the-address", test_other_choice_of_the_address);
  g_test_add_func ("/plan/address-is-advertised-after-its-probe",
                   test_address_is_advertised_after_its_probe);
  g_test_add_func ("/plan/steps-have-names", test_steps_have_names);
  return g_test_run ();
}

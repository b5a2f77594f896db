/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules and policies of nftables that drop packets of an interface (libnftables-json(5)).
 */
#include <json-glib/json-glib.h>
#include <string.h>

#include "check-firewall.h"

/* What the expressions of one rule say. */
typedef struct
{
  const char *key;       /* "iifname", "oif", ...; NULL: no match of an interface */
  const char *interface; /* as in the rule, may end in an asterisk */
  const char *verdict;   /* "drop", "reject"; NULL: another one */
  gboolean is_conditional;
} Reading;

static JsonObject *
get_object (JsonObject *from, const char *name)
{
  JsonNode *node = json_object_get_member (from, name);

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node)
                                                       : NULL;
}

static const char *
get_string (JsonObject *from, const char *name)
{
  JsonNode *node = json_object_get_member (from, name);

  return node != NULL ? json_node_get_string (node) : NULL;
}

/* NULL, or an array of which other types than T are skipped by the callers. */
static JsonArray *
get_array (JsonObject *from, const char *name)
{
  JsonNode *node = json_object_get_member (from, name);

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

static gboolean
is_matching (const char *pattern, const char *const *interfaces)
{
  gsize length = strlen (pattern);

  if (!g_str_has_suffix (pattern, "*"))
    return g_strv_contains (interfaces, pattern);
  for (; *interfaces != NULL; interfaces++)
    if (strncmp (pattern, *interfaces, length - 1) == 0)
      return TRUE;
  return FALSE;
}

/* One name, or a set of names. */
static const char *
find_interface (JsonNode *right, const char *const *interfaces)
{
  const char *one = NULL;
  JsonArray *set = NULL;

  if (right == NULL)
    return NULL;
  if (JSON_NODE_HOLDS_VALUE (right))
    one = json_node_get_string (right);
  if (one != NULL)
    return is_matching (one, interfaces) ? one : NULL;

  if (JSON_NODE_HOLDS_OBJECT (right))
    set = get_array (json_node_get_object (right), "set");
  for (guint i = 0; set != NULL && i < json_array_get_length (set); i++)
    {
      JsonNode *element = json_array_get_element (set, i);

      one = JSON_NODE_HOLDS_VALUE (element) ? json_node_get_string (element) : NULL;
      if (one != NULL && is_matching (one, interfaces))
        return one;
    }
  return NULL;
}

static void
read_match (JsonObject *match, const char *const *interfaces, Reading *reading)
{
  JsonObject *left = get_object (match, "left");
  JsonObject *meta = left != NULL ? get_object (left, "meta") : NULL;
  const char *key = meta != NULL ? get_string (meta, "key") : NULL;
  const char *interface =
      key != NULL && (g_str_has_prefix (key, "iif") || g_str_has_prefix (key, "oif"))
              && g_strcmp0 (get_string (match, "op"), "==") == 0
          ? find_interface (json_object_get_member (match, "right"), interfaces)
          : NULL;

  if (interface == NULL || reading->interface != NULL)
    {
      reading->is_conditional = TRUE;
      return;
    }
  reading->key = key;
  reading->interface = interface;
}

static gboolean
has_no_effect (JsonObject *expression)
{
  return json_object_has_member (expression, "counter")
         || json_object_has_member (expression, "log");
}

static void
read_expression (JsonObject *expression, const char *const *interfaces, Reading *reading)
{
  JsonObject *match = get_object (expression, "match");

  if (match != NULL)
    read_match (match, interfaces, reading);
  else if (json_object_has_member (expression, "drop"))
    reading->verdict = "drop";
  else if (json_object_has_member (expression, "reject"))
    reading->verdict = "reject";
  else if (!has_no_effect (expression))
    /* A limit, a match of iptables, ... */
    reading->is_conditional = TRUE;
}

static void
read_rule (JsonObject *rule, const char *const *interfaces, GArray *rules)
{
  JsonArray *expressions = get_array (rule, "expr");
  Reading reading = {0};
  CheckFirewallRule found;

  for (guint i = 0; expressions != NULL && i < json_array_get_length (expressions); i++)
    {
      JsonNode *node = json_array_get_element (expressions, i);

      if (JSON_NODE_HOLDS_OBJECT (node))
        read_expression (json_node_get_object (node), interfaces, &reading);
    }
  if (reading.interface == NULL || reading.verdict == NULL)
    return;

  found.is_conditional = reading.is_conditional;
  found.text = g_strdup_printf ("%s %s %s: %s %s%s %s", get_string (rule, "family"),
                                get_string (rule, "table"), get_string (rule, "chain"),
                                reading.key, reading.interface,
                                reading.is_conditional ? " ..." : "", reading.verdict);
  g_array_append_val (rules, found);
}

static JsonObject *
get_member (JsonArray *objects, guint i, const char *name)
{
  JsonNode *node = json_array_get_element (objects, i);

  return JSON_NODE_HOLDS_OBJECT (node) ? get_object (json_node_get_object (node), name)
                                       : NULL;
}

/* Whether an expression limits a rule to other interfaces. */
static gboolean
is_of_others (JsonObject *expression, const char *const *interfaces)
{
  JsonObject *match = get_object (expression, "match");
  JsonObject *left = match != NULL ? get_object (match, "left") : NULL;
  JsonObject *meta = left != NULL ? get_object (left, "meta") : NULL;
  const char *key = meta != NULL ? get_string (meta, "key") : NULL;

  return key != NULL && (g_str_has_prefix (key, "iif") || g_str_has_prefix (key, "oif"))
         && g_strcmp0 (get_string (match, "op"), "==") == 0
         && find_interface (json_object_get_member (match, "right"), interfaces) == NULL;
}

/* Accepts, or passes on to what may accept, a packet of one of the interfaces. */
static gboolean
may_accept (JsonObject *rule, const char *const *interfaces)
{
  JsonArray *expressions = get_array (rule, "expr");
  gboolean drops = FALSE;

  for (guint i = 0; expressions != NULL && i < json_array_get_length (expressions); i++)
    {
      JsonNode *node = json_array_get_element (expressions, i);
      JsonObject *expression =
          JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;

      if (expression == NULL)
        continue;
      if (is_of_others (expression, interfaces))
        return FALSE;
      drops |= json_object_has_member (expression, "drop")
               || json_object_has_member (expression, "reject");
    }
  return !drops;
}

static gboolean
is_of_chain (JsonObject *rule, JsonObject *chain)
{
  return g_strcmp0 (get_string (rule, "family"), get_string (chain, "family")) == 0
         && g_strcmp0 (get_string (rule, "table"), get_string (chain, "table")) == 0
         && g_strcmp0 (get_string (rule, "chain"), get_string (chain, "name")) == 0;
}

/* Counts as a rule: what no rule accepts, the policy drops. */
static void
read_policy (JsonObject *chain, JsonArray *objects, const char *const *interfaces,
             GArray *rules)
{
  CheckFirewallRule found = {.is_conditional = TRUE};

  if (g_strcmp0 (get_string (chain, "policy"), "drop") != 0)
    return;
  for (guint i = 0; i < json_array_get_length (objects); i++)
    {
      JsonObject *rule = get_member (objects, i, "rule");

      if (rule != NULL && is_of_chain (rule, chain) && may_accept (rule, interfaces))
        return;
    }
  found.text = g_strdup_printf ("%s %s %s: policy drop", get_string (chain, "family"),
                                get_string (chain, "table"), get_string (chain, "name"));
  g_array_append_val (rules, found);
}

GArray *
check_firewall_parse (const char *json, const char *const *interfaces)
{
  g_autoptr (JsonNode) root = json_from_string (json, NULL);
  JsonArray *objects = NULL;
  GArray *rules;

  if (root != NULL && JSON_NODE_HOLDS_OBJECT (root))
    objects = get_array (json_node_get_object (root), "nftables");
  if (objects == NULL)
    return NULL;

  rules = check_firewall_rules_new ();
  for (guint i = 0; i < json_array_get_length (objects); i++)
    {
      JsonObject *rule = get_member (objects, i, "rule");
      JsonObject *chain = get_member (objects, i, "chain");

      if (rule != NULL)
        read_rule (rule, interfaces, rules);
      else if (chain != NULL)
        read_policy (chain, objects, interfaces, rules);
    }
  return rules;
}

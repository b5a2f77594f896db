/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parses the command line of nmcli as far as the property ipv6.clat needs it. */
#include "config.h"

#include <string.h>

#include "nmcli-args.h"

/* A shorter one could mean a property of a future NetworkManager. */
#define MIN_ABBREVIATION strlen ("cl")

typedef struct
{
  const char *const *words;
  guint at;
} Cursor;

static const char *
peek (const Cursor *cursor)
{
  return cursor->words[cursor->at];
}

static gboolean
is_prefix (const char *text, const char *of)
{
  return *text != '\0' && g_str_has_prefix (of, text);
}

static gboolean
is_prefix_nocase (const char *text, const char *of)
{
  return *text != '\0' && g_ascii_strncasecmp (text, of, strlen (text)) == 0;
}

/* With one dash or two, in full or abbreviated. */
static gboolean
is_option (const char *word, const char *name)
{
  if (word[0] != '-')
    return FALSE;
  return is_prefix (word + (word[1] == '-' ? 2 : 1), name);
}

static gboolean
is_help (const char *word)
{
  return is_prefix (word, "help") || is_option (word, "help");
}

/* nmcli accepts these two nearly everywhere. */
static gboolean
is_global_option (const char *word)
{
  return is_option (word, "ask") || is_option (word, "show-secrets");
}

static void
skip_global_options (Cursor *cursor)
{
  while (peek (cursor) != NULL && is_global_option (peek (cursor)))
    cursor->at++;
}

/* To the next word that is not a global option. */
static void
advance (Cursor *cursor)
{
  cursor->at++;
  skip_global_options (cursor);
}

static gboolean
is_selector (const char *word, gboolean takes_apath)
{
  static const char *const selectors[] = {"id", "uuid", "path", "filename", NULL};

  return g_strv_contains (selectors, word)
         || (takes_apath && g_str_equal (word, "apath"));
}

typedef struct
{
  const char *name;
  gboolean has_value;
} Option;

/* In nmcli's order, which decides what an abbreviation means. */
static const Option options[] = {
    {"overview", FALSE},  {"offline", FALSE}, {"terse", FALSE}, {"pretty", FALSE},
    {"mode", TRUE},       {"colors", TRUE},   {"escape", TRUE}, {"fields", TRUE},
    {"get-values", TRUE}, {"nocheck", FALSE}, {"wait", TRUE},
};

/* value: what follows "="; NULL: the next word. */
static const Option *
find_option (const char *word, const char **value)
{
  const char *equals = strchrnul (word, '=');
  g_autofree char *name = g_strndup (word, equals - word);

  for (gsize i = 0; i < G_N_ELEMENTS (options); i++)
    if (is_option (options[i].has_value ? name : word, options[i].name))
      {
        *value = options[i].has_value && *equals == '=' ? equals + 1 : NULL;
        return &options[i];
      }
  return NULL;
}

static void
apply_option (NmcliArgs *self, const char *name, const char *value)
{
  if (g_str_equal (name, "offline"))
    self->is_offline = TRUE;
  else if (g_str_equal (name, "terse"))
    self->look.print = NMCLI_PRINT_TERSE;
  else if (g_str_equal (name, "pretty"))
    self->look.print = NMCLI_PRINT_PRETTY;
  else if (g_str_equal (name, "escape"))
    self->look.is_unescaped = is_prefix (value, "no");
  else if (g_str_equal (name, "fields"))
    self->fields = value;
  else if (g_str_equal (name, "mode"))
    {
      self->look.is_tabular = is_prefix (value, "tabular");
      self->has_mode = TRUE;
    }
  else if (g_str_equal (name, "get-values"))
    {
      self->fields = value;
      self->look.print = NMCLI_PRINT_TERSE;
      /* "-m" overrides this, before or after it. */
      if (!self->has_mode)
        self->look.is_tabular = TRUE;
    }
}

/* FALSE if there is an option that only nmcli knows. */
static gboolean
take_options (NmcliArgs *self, Cursor *cursor)
{
  skip_global_options (cursor);
  while (peek (cursor) != NULL && peek (cursor)[0] == '-'
         && !g_str_equal (peek (cursor), "--"))
    {
      const char *value;
      const Option *option = find_option (peek (cursor), &value);

      if (is_help (peek (cursor)))
        return TRUE;
      if (option == NULL)
        return FALSE;
      if (option->has_value && value == NULL)
        value = cursor->words[++cursor->at];
      if (option->has_value && value == NULL)
        return FALSE;
      apply_option (self, option->name, value != NULL ? value : "");
      advance (cursor);
    }

  for (guint i = 0; i < cursor->at; i++)
    g_ptr_array_add (self->options, (gpointer)cursor->words[i]);
  if (peek (cursor) != NULL && g_str_equal (peek (cursor), "--"))
    advance (cursor);
  return peek (cursor) != NULL;
}

/* "ipv6.clat" in upper or lower case, the last part possibly abbreviated, possibly with a
 * "+" or "-", which has no effect on a property that is not a list. */
static gboolean
is_our_property (const char *word)
{
  const char *name = word + (word[0] == '+' || word[0] == '-' ? 1 : 0);
  const char *property = name + strlen ("ipv6.");

  return g_ascii_strncasecmp (name, "ipv6.", strlen ("ipv6.")) == 0
         && strlen (property) >= MIN_ABBREVIATION && is_prefix_nocase (property, "clat");
}

static gboolean
is_uuid_property (const char *word)
{
  const char *dot = strchr (word, '.');
  g_autofree char *setting = dot != NULL ? g_strndup (word, dot - word) : NULL;

  return dot != NULL && is_prefix_nocase (setting, "connection")
         && is_prefix_nocase (dot + 1, "uuid");
}

static void
keep (NmcliArgs *self, const char *word)
{
  g_ptr_array_add (self->rest, (gpointer)word);
}

/* Pairs of property and value, so that a value is not mistaken for a property. */
static void
take_properties (NmcliArgs *self, Cursor *cursor)
{
  while (peek (cursor) != NULL)
    {
      const char *word = peek (cursor);
      const char *value = cursor->words[cursor->at + 1];

      if (is_our_property (word))
        {
          self->position = self->rest->len;
          self->lacks_value = value == NULL;
          if (value == NULL)
            return;
          g_ptr_array_add (self->values, (gpointer)value);
          cursor->at += 2;
          continue;
        }

      keep (self, word);
      cursor->at++;
      if (self->command == NMCLI_COMMAND_ADD
          && (g_str_equal (word, "--") || is_global_option (word)))
        continue;
      self->has_rest = TRUE;
      if (value == NULL)
        return;
      if (is_uuid_property (word))
        self->uuid = value;
      keep (self, value);
      cursor->at++;
    }
}

static void
keep_until (NmcliArgs *self, const Cursor *cursor)
{
  for (guint i = self->rest->len; i < cursor->at; i++)
    keep (self, cursor->words[i]);
}

static gboolean
take_selection (NmcliArgs *self, Cursor *cursor, gboolean takes_apath)
{
  NmcliSelection selection = {0};

  if (is_selector (peek (cursor), takes_apath))
    {
      selection.selector = peek (cursor);
      cursor->at++;
    }
  selection.name = peek (cursor);
  if (selection.name == NULL)
    return FALSE;
  g_array_append_val (self->selections, selection);
  return TRUE;
}

static gboolean
take_add (NmcliArgs *self, Cursor *cursor)
{
  advance (cursor);
  keep_until (self, cursor);
  take_properties (self, cursor);
  return self->values->len > 0 || self->lacks_value;
}

static gboolean
take_modify (NmcliArgs *self, Cursor *cursor)
{
  advance (cursor);
  if (peek (cursor) != NULL && is_option (peek (cursor), "temporary"))
    {
      self->is_temporary = TRUE;
      advance (cursor);
    }
  /* With --offline the only profile is that on standard input. */
  if (!self->is_offline)
    {
      if (peek (cursor) == NULL || !take_selection (self, cursor, FALSE))
        return FALSE;
      advance (cursor);
    }
  keep_until (self, cursor);
  take_properties (self, cursor);
  return self->values->len > 0 || self->lacks_value;
}

static gboolean
take_show (NmcliArgs *self, Cursor *cursor)
{
  guint start = ++cursor->at;

  for (; peek (cursor) != NULL; cursor->at++)
    {
      if (is_option (peek (cursor), "active"))
        self->is_active_only = TRUE;
      else if (is_option (peek (cursor), "order")
               && cursor->words[cursor->at + 1] != NULL)
        cursor->at++;
      else if (!is_global_option (peek (cursor)))
        break;
    }
  for (guint i = start; i < cursor->at; i++)
    g_ptr_array_add (self->show_options, (gpointer)cursor->words[i]);

  for (; peek (cursor) != NULL; cursor->at++)
    {
      if (is_global_option (peek (cursor)))
        g_ptr_array_add (self->show_options, (gpointer)peek (cursor));
      else if (!take_selection (self, cursor, TRUE))
        return FALSE;
    }
  return self->selections->len > 0 && !self->is_offline;
}

static gboolean
take_help (NmcliArgs *self)
{
  self->command = NMCLI_COMMAND_HELP;
  return TRUE;
}

static gboolean
take_command (NmcliArgs *self, Cursor *cursor)
{
  const char *next = cursor->words[cursor->at + 1];

  if (is_help (peek (cursor)))
    return take_help (self);
  if (next != NULL && is_help (next)
      && (is_prefix (peek (cursor), "show") || is_prefix (peek (cursor), "add")
          || is_prefix (peek (cursor), "modify")))
    return take_help (self);

  /* nmcli has more commands with these initials, but matches these first. */
  if (is_prefix (peek (cursor), "show"))
    {
      self->command = NMCLI_COMMAND_SHOW;
      return take_show (self, cursor);
    }
  if (is_prefix (peek (cursor), "add"))
    {
      self->command = NMCLI_COMMAND_ADD;
      return take_add (self, cursor);
    }
  if (is_prefix (peek (cursor), "modify"))
    {
      self->command = NMCLI_COMMAND_MODIFY;
      return take_modify (self, cursor);
    }
  return FALSE;
}

static gboolean
take_all (NmcliArgs *self, Cursor *cursor)
{
  /* Completion must not change anything. */
  if (g_strcmp0 (peek (cursor), NMCLI_COMPLETE) == 0)
    return FALSE;
  if (!take_options (self, cursor))
    return FALSE;
  if (is_help (peek (cursor)))
    return take_help (self);
  if (!is_prefix (peek (cursor), "connection"))
    return FALSE;
  advance (cursor);
  return peek (cursor) != NULL && take_command (self, cursor);
}

NmcliArgs *
nmcli_args_parse (const char *const *words)
{
  NmcliArgs *self = g_new0 (NmcliArgs, 1);
  Cursor cursor = {words, 0};

  self->options = g_ptr_array_new ();
  self->values = g_ptr_array_new ();
  self->rest = g_ptr_array_new ();
  self->selections = g_array_new (FALSE, FALSE, sizeof (NmcliSelection));
  self->show_options = g_ptr_array_new ();
  if (!take_all (self, &cursor))
    self->command = NMCLI_COMMAND_OTHER;
  return self;
}

void
nmcli_args_free (NmcliArgs *self)
{
  g_ptr_array_unref (self->options);
  g_ptr_array_unref (self->values);
  g_ptr_array_unref (self->rest);
  g_array_unref (self->selections);
  g_ptr_array_unref (self->show_options);
  g_free (self);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* nmcli's command line, as far as the property ipv6.clat needs it: abbreviations, options
 * in odd places and all. What it does not understand it leaves to nmcli. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define NMCLI_PROPERTY "ipv6.clat"
#define NMCLI_COMPLETE "--complete-args"

typedef enum
{
  /* Nothing for us to do. */
  NMCLI_COMMAND_OTHER,
  NMCLI_COMMAND_ADD,
  NMCLI_COMMAND_MODIFY,
  NMCLI_COMMAND_SHOW,
  /* For nmcli, of "connection", or of one of the above. */
  NMCLI_COMMAND_HELP,
} NmcliCommand;

typedef enum
{
  NMCLI_PRINT_NORMAL,
  NMCLI_PRINT_TERSE,
  NMCLI_PRINT_PRETTY,
} NmcliPrint;

/* How "connection show ID" looks. */
typedef struct
{
  NmcliPrint print;
  gboolean is_tabular;
  gboolean is_unescaped;
} NmcliLook;

/* A profile as it is named on the command line. */
typedef struct
{
  const char *selector; /* "id", "uuid", ...; NULL: any */
  const char *name;
} NmcliSelection;

typedef struct
{
  NmcliCommand command;

  /* The words before the object, without the program. */
  GPtrArray *options;
  const char *fields; /* of -f or -g; NULL: none */
  NmcliLook look;
  gboolean has_mode; /* of -m */
  gboolean is_offline;

  /* Add and modify. */
  GPtrArray *values;    /* all that were given to ipv6.clat, in order */
  gboolean lacks_value; /* the last word is ipv6.clat */
  GPtrArray *rest; /* what nmcli is to be given: all words but ipv6.clat and its values */
  guint position;  /* in rest, where ipv6.clat was */
  gboolean has_rest; /* it changes something else as well */
  gboolean is_temporary;
  const char *uuid; /* connection.uuid, if given */

  /* Modify one; show any number. */
  GArray *selections;

  /* Show: the words after "show" that are no selection. */
  GPtrArray *show_options;
  gboolean is_active_only;
} NmcliArgs;

/* The words are lent. */
NmcliArgs *nmcli_args_parse (const char *const *words);
void nmcli_args_free (NmcliArgs *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (NmcliArgs, nmcli_args_free)

G_END_DECLS

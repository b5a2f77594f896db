/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parses the command line of nmcli, with abbreviations and options in any place, as far
 * as the property ipv6.clat needs it. Everything else is left to nmcli. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define NMCLI_PROPERTY "ipv6.clat"
#define NMCLI_COMPLETE "--complete-args"

typedef enum
{
  /* Left to nmcli. */
  NMCLI_COMMAND_OTHER,
  NMCLI_COMMAND_ADD,
  NMCLI_COMMAND_MODIFY,
  NMCLI_COMMAND_SHOW,
  /* The help of nmcli, of "connection", or of one of the commands above. */
  NMCLI_COMMAND_HELP,
} NmcliCommand;

typedef enum
{
  NMCLI_PRINT_NORMAL,
  NMCLI_PRINT_TERSE,
  NMCLI_PRINT_PRETTY,
} NmcliPrint;

/* The output format of "connection show ID". */
typedef struct
{
  NmcliPrint print;
  gboolean is_tabular;
  gboolean is_unescaped;
} NmcliLook;

/* A profile as named on the command line. */
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
  GPtrArray *values;    /* of ipv6.clat, in order */
  gboolean lacks_value; /* the last word is ipv6.clat */
  GPtrArray *rest;      /* words for nmcli: all but ipv6.clat and its values */
  guint position;       /* in rest, where ipv6.clat was */
  gboolean has_rest;    /* other properties are changed, too */
  gboolean is_temporary;
  const char *uuid; /* connection.uuid, if given */

  /* Modify one; show any number. */
  GArray *selections;

  /* Show: the words after "show" that do not select a profile. */
  GPtrArray *show_options;
  gboolean is_active_only;
} NmcliArgs;

/* The result refers to the words, which must outlive it. */
NmcliArgs *nmcli_args_parse (const char *const *words);
void nmcli_args_free (NmcliArgs *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (NmcliArgs, nmcli_args_free)

G_END_DECLS

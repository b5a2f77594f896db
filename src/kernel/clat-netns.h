/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Network namespaces with a name, as "ip netns" shows them. */
#pragma once

#include <gio/gio.h>

#include "clat-error.h"

G_BEGIN_DECLS

typedef struct _ClatNetns ClatNetns;

/* Makes a namespace of that name. furnish is called in it before it has the name: whoever
 * finds the name finds the furniture. */
ClatNetns *clat_netns_make (const char *name, gboolean (*furnish) (GError **error),
                            GError **error);

/* One that goes with its descriptor. */
ClatNetns *clat_netns_make_nameless (GError **error);

/* The namespace of that name. NULL without error if there is none. */
ClatNetns *clat_netns_open (const char *name, GError **error);

/* The namespace that the descriptor leads to; takes the descriptor. */
ClatNetns *clat_netns_wrap (int fd);

/* Gives the namespace that name again if it does not have it any more. */
gboolean clat_netns_keep_name (ClatNetns *self, const char *name, GError **error);

/* Calls function when a name has come or gone. Ends with g_object_unref of the result. */
GObject *clat_netns_watch (GCallback function, gpointer data);

/* Forgets our descriptor; the namespace stays. */
void clat_netns_free (ClatNetns *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ClatNetns, clat_netns_free)

int clat_netns_get_fd (ClatNetns *self);

/* Takes the name away; the namespace goes when nothing in it is used any more. That there
 * is none is no error. */
gboolean clat_netns_remove (const char *name, GError **error);

/* The names that begin with prefix, as a strv. */
char **clat_netns_list (const char *prefix);

/* Between enter and leave this thread is in the namespace: sockets opened and sysctls
 * written belong to it. enter returns a descriptor for leave, or -1. */
int clat_netns_enter (ClatNetns *self, GError **error);
void clat_netns_leave (int home);

G_END_DECLS

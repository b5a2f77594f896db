/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Named network namespaces, as "ip netns" shows them. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _ClatNetns ClatNetns;

/* Makes the directory of the names a shared mount, so that names, and their removal, are
 * visible in every mount namespace that is created from this one. */
gboolean clat_netns_share_names (GError **error);

/* Names are mounts. The default, mount(2) and umount(2), is right in the mount namespace
 * of the host only: in another one the host would not see them. */
typedef struct
{
  /* Bind-mounts source, a path in /proc, at target, a file. */
  gboolean (*mount) (const char *source, const char *target, GError **error);

  /* What uses the mount may go on. */
  gboolean (*unmount) (const char *target, GError **error);
} ClatNetnsMounts;

/* Lent. */
void clat_netns_set_mounts (const ClatNetnsMounts *mounts);

/* Creates a namespace of that name. set_up is called in it before it gets the name: a
 * namespace with a name is always set up. */
ClatNetns *clat_netns_make (const char *name, gboolean (*set_up) (GError **error),
                            GError **error);

/* Creates a namespace without a name, which vanishes with its descriptor. */
ClatNetns *clat_netns_make_nameless (GError **error);

/* Opens the namespace of that name. NULL without error if there is none. */
ClatNetns *clat_netns_open (const char *name, GError **error);

/* The namespace of the descriptor, which is taken. */
ClatNetns *clat_netns_wrap (int fd);

/* Restores the name if the namespace has lost it. */
gboolean clat_netns_keep_name (ClatNetns *self, const char *name, GError **error);

/* Calls function when a name was added or removed, until the result is unreferenced. */
GObject *clat_netns_watch (GCallback function, gpointer data);

/* Closes our descriptor; a namespace with a name stays. */
void clat_netns_free (ClatNetns *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ClatNetns, clat_netns_free)

int clat_netns_get_fd (ClatNetns *self);

/* Removes the name; the namespace vanishes when no process or descriptor uses it any
 * more. A missing name is not an error. */
gboolean clat_netns_remove (const char *name, GError **error);

/* All names that begin with prefix, as a strv. */
char **clat_netns_list (const char *prefix);

/* Between enter and leave this thread is in the namespace: sockets opened and sysctls
 * written belong to it. enter returns a descriptor for leave, or -1. */
int clat_netns_enter (ClatNetns *self, GError **error);
void clat_netns_leave (int home);

G_END_DECLS

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Mounts in the mount namespace of the host, carried out by systemd. */
#pragma once

#include "clat-netns.h"

G_BEGIN_DECLS

/* Each call returns when this process sees the change, or after some seconds with an
 * error. Paths in /proc must name this process by its number. */
extern const ClatNetnsMounts clat_systemd_mounts;

G_END_DECLS

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The one error domain: what the world can do wrong, as callers must tell it apart. */
#pragma once

#include <glib.h>

#define CLAT_ERROR (clat_error_quark ())
GQuark clat_error_quark (void);

typedef enum
{
  CLAT_ERROR_INVALID, /* text or a value that was given */
  CLAT_ERROR_KERNEL,  /* a request the kernel refused, not one of those below */
  CLAT_ERROR_GONE,    /* what was asked for vanished or never was */
  CLAT_ERROR_EXISTS,  /* it is there already */
  CLAT_ERROR_BUSY,    /* passes by itself */
  CLAT_ERROR_NO_PERMISSION,
  CLAT_ERROR_LACKS_FEATURE, /* this kernel cannot do it */
} ClatError;

/* Sets error from number, an errno: its code, and the text of the errno. detail, which
 * may be NULL, says more: the extended acknowledgement of netlink, or what was tried. */
void clat_error_set_errno (GError **error, int number, const char *detail);

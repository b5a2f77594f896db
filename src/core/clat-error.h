/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The error domain of the project: the kinds of errors that callers distinguish. */
#pragma once

#include <glib.h>

#define CLAT_ERROR (clat_error_quark ())
GQuark clat_error_quark (void);

typedef enum
{
  CLAT_ERROR_INVALID, /* text or a value from outside is not valid */
  CLAT_ERROR_KERNEL,  /* the kernel refused a request for another reason than those below
                       */
  CLAT_ERROR_GONE,    /* the object does not exist, or no longer */
  CLAT_ERROR_EXISTS,  /* the object exists already */
  CLAT_ERROR_BUSY,    /* temporary: try again */
  CLAT_ERROR_NO_PERMISSION,
  CLAT_ERROR_LACKS_FEATURE, /* the kernel does not support it */
} ClatError;

/* Sets error from number, an errno: the code, and the text of the errno. detail is added
 * in parentheses unless NULL: the extended acknowledgement of netlink, or the object. */
void clat_error_set_errno (GError **error, int number, const char *detail);

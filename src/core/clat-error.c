/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The error domain of the project, and the kernel's errors in it. */
#include "clat-error.h"

#include <errno.h>

G_DEFINE_QUARK (clat - error - quark, clat_error)

void
clat_error_set_errno (GError **error, int number, const char *detail)
{
  ClatError code;

  switch (number)
    {
    case EPERM:
    case EACCES:
      code = CLAT_ERROR_NO_PERMISSION;
      break;
    case EOPNOTSUPP:
    case EAFNOSUPPORT:
    case EPROTONOSUPPORT:
    case ENOSYS:
      code = CLAT_ERROR_LACKS_FEATURE;
      break;
    case ENODEV:
    case ENXIO:
    case ESRCH:
    case EADDRNOTAVAIL:
    case ENOENT:
      code = CLAT_ERROR_GONE;
      break;
    case EEXIST:
      code = CLAT_ERROR_EXISTS;
      break;
    case EBUSY:
    case EAGAIN:
    case ENOBUFS:
      code = CLAT_ERROR_BUSY;
      break;
    default:
      code = CLAT_ERROR_KERNEL;
      break;
    }

  if (detail != NULL && *detail != '\0')
    g_set_error (error, CLAT_ERROR, code, "%s (%s)", g_strerror (number), detail);
  else
    g_set_error_literal (error, CLAT_ERROR, code, g_strerror (number));
}

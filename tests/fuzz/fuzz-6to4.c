/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Packets to the host. */
#include "fuzz-packets.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  fuzz_packets (XLAT_6TO4, data, size);
  return 0;
}

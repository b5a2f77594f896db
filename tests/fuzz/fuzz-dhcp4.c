/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any packet as the answer of a DHCPv4 server. */
#include "clat-dhcp4.h"
#include "packet-check.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const ClatDhcp4Query query = {0x12345678, {2, 0, 0, 0, 0, 0x17}};
  ClatDhcp4Offer offer;

  if (clat_dhcp4_parse_offer (&query, data, size, &offer))
    REQUIRE (offer.is_v6only || offer.v6only_wait == 0);
  return 0;
}

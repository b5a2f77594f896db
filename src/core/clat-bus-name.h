/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The service on D-Bus, as data/net.clatnm.xml describes it. */
#pragma once

#define CLAT_BUS_NAME "net.clatnm"
#define CLAT_BUS_PATH "/net/clatnm" /* of the object manager */

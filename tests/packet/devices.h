/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Devices in network namespaces of the test's own, with BPF programs at their ingress,
 * for what BPF_PROG_TEST_RUN does not show: where a packet goes. */
#pragma once

#include <bpf/libbpf.h>
#include <glib.h>

#include <linux/if_ether.h>

/* Packets of the test have this TTL or hop limit when they arrive, others are ignored:
 * the kernel sends its own ones, of neighbour discovery and MLD. */
#define DEVICES_TTL 77

/* Exits with the status of a skipped test if this process may not make a namespace. The
 * process is in the new one afterwards; the result is a descriptor of it. */
int devices_new_namespace (void);
void devices_enter_namespace (int namespace);

/* Runs ip with the given arguments, separated by spaces. */
void devices_ip (const char *format, ...) G_GNUC_PRINTF (1, 2);

/* The tun device NAME, set up; its packets have no header of a device. */
int devices_new_tun (const char *name);

/* Waits until the kernel has noticed that both ends of the veth pair of NAME are up,
 * before which it drops what is sent. */
void devices_wait_until_up (const char *name);

/* A socket for whole frames of device NAME. */
int devices_open_socket (const char *name);

guint32 devices_get_ifindex (const char *name);

/* RESULT is that of loading programs. Exits with the status of a skipped test if this
 * process may not load any, and fails if the kernel refuses these. */
void devices_check_loaded (int result);

/* At the ingress of device NAME. */
void devices_attach (const char *name, const struct bpf_program *program);

void devices_send (int fd, const guint8 *frame, gsize length);

typedef struct
{
  guint8 data[2048];
  gsize length;
} DeviceFrame;

/* The next packet of the test, of FD's socket or tun, whose IP header is at OFFSET. Fails
 * the test if none comes within 20 seconds. */
void devices_receive (int fd, gsize offset, DeviceFrame *frame);

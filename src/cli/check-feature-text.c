/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the service says about the kernel, in the user's language. */
#include "config.h"

#include "check-feature-text.h"

#include <glib/gi18n.h>

/* The sentences of clat_features_explain() and clat_feature_explain(). */
static const char *const sentences[] = {
    N_ ("This kernel lacks features that a translator needs."),
    N_ ("This kernel can translate, but without the fast path."),
    N_ ("This kernel can translate, but only what the fast path handles."),
    N_ ("This kernel has all features that a translator needs."),
    N_ ("Connects the host to a translator."),
    N_ ("A translator is not possible."),
    N_ ("The translator shares the MAC address of its link, as Wi-Fi requires."),
    N_ ("The translator has its own MAC address or, on Wi-Fi, uses a BPF program on the "
        "link."),
    N_ ("Used where another program has macvlan interfaces on the link."),
    N_ ("A BPF program on the link is used instead."),
    N_ ("BPF programs can be attached to interfaces."),
    N_ ("A translator is not possible: BPF programs cannot be attached to interfaces "
        "(cls_bpf, clsact)."),
    N_ ("Sends packets from the translator to the link."),
    N_ ("A translator is not possible: Linux 5.10 or newer is required."),
    N_ ("Returns packets from the translator to the host."),
    N_ ("Most packets are translated in the kernel."),
    N_ ("All packets are translated by clat-xlat, which is slower. The log has the "
        "reason."),
    N_ ("Packets that the fast path does not handle are translated by clat-xlat."),
    N_ ("Packets that the fast path does not handle are dropped."),
    N_ ("clat-xlat translates TCP in segments of up to 64 KiB."),
    N_ ("clat-xlat translates each TCP packet, which is slower."),
    N_ ("clat-xlat translates UDP in segments of up to 64 KiB."),
    N_ ("clat-xlat translates each UDP packet, which is slower."),
    N_ ("Used on links that cannot carry an ipvlan or macvlan."),
    N_ ("Not required."),
    N_ ("Not used."),
};

const char *
check_feature_text_translate (const char *text)
{
  for (gsize i = 0; i < G_N_ELEMENTS (sentences); i++)
    if (g_str_equal (sentences[i], text))
      return _ (sentences[i]);
  return text;
}

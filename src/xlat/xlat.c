/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory and counters of the translator, and the choice of direction. */
#include "xlat.h"

#include <stdlib.h>

#include "xlat-4to6.h"
#include "xlat-6to4.h"
#include "xlat-refusal.h"
#include "xlat-work.h"

struct xlat *
xlat_new (const struct xlat_config *config, uint16_t seed,
          struct xlat_statistics *statistics)
{
  struct xlat *xlat = calloc (1, sizeof *xlat);

  if (xlat == NULL)
    return NULL;

  xlat->config = *config;
  xlat->next_id = seed;
  xlat->statistics = statistics;
  statistics->version = XLAT_STATISTICS_VERSION;
  statistics->n_reasons = XLAT_N_REASONS;

  for (unsigned i = 0; i < XLAT_N_DIRECTIONS && !config->no_reassembly; i++)
    {
      xlat->reassembly[i] = xlat_reassembly_new ();
      if (xlat->reassembly[i] == NULL)
        {
          xlat_free (xlat);
          return NULL;
        }
    }

  return xlat;
}

void
xlat_free (struct xlat *xlat)
{
  if (xlat == NULL)
    return;

  for (unsigned i = 0; i < XLAT_N_DIRECTIONS; i++)
    xlat_reassembly_free (xlat->reassembly[i]);
  free (xlat);
}

bool
xlat_is_gathering (const struct xlat *xlat)
{
  for (unsigned i = 0; i < XLAT_N_DIRECTIONS; i++)
    if (xlat->reassembly[i] != NULL && xlat_reassembly_is_waiting (xlat->reassembly[i]))
      return true;
  return false;
}

static void
count (const struct xlat_work *work, size_t length)
{
  const struct xlat_result *result = work->result;
  struct xlat_direction_statistics *statistics =
      &work->xlat->statistics->directions[result->direction];

  switch (result->verdict)
    {
    case XLAT_FORWARD:
      xlat_count (&statistics->packets, work->segments);
      xlat_count (&statistics->bytes, length);
      return;
    case XLAT_HOLD:
      xlat_count (&statistics->held, 1);
      return;
    case XLAT_ANSWER:
      xlat_count (&statistics->answers, 1);
      xlat_count (&statistics->drops[result->reason], 1);
      return;
    case XLAT_REPLY:
      xlat_count (&statistics->answers, 1);
      return;
    case XLAT_DROP:
      xlat_count (&statistics->drops[result->reason], 1);
      return;
    }
}

static void
expire_fragments (struct xlat *xlat)
{
  for (unsigned i = 0; i < XLAT_N_DIRECTIONS; i++)
    if (xlat->reassembly[i] != NULL)
      xlat_count_lost_fragments (
          xlat, (enum xlat_direction)i,
          xlat_reassembly_expire (xlat->reassembly[i], xlat->now_ns));
}

/* The answer is translated like one from the network. */
static void
answer_refused (struct xlat_work *work)
{
  struct xlat_result *result = work->result;
  bool answers = xlat_refusal_make (work);

  if (answers)
    xlat_6to4 (work);
  answers = answers && result->verdict == XLAT_FORWARD;
  result->direction = XLAT_4TO6;
  result->reason = XLAT_REASON_SHARED_ADDRESS;
  result->verdict = answers ? XLAT_ANSWER : XLAT_DROP;
  if (!answers)
    result->n_packets = 0;
}

void
xlat_translate (struct xlat *xlat, uint8_t *packet, size_t length,
                const struct xlat_offload *offload, uint64_t now_ns,
                struct xlat_result *result)
{
  struct xlat_work work = {
      .xlat = xlat,
      .packet = packet,
      .length = length,
      .offload = offload != NULL ? *offload : (struct xlat_offload){0},
      .result = result,
      .segments = 1,
  };
  uint8_t version = length > 0 ? packet[0] >> 4 : 0;

  xlat->now_ns = now_ns;
  expire_fragments (xlat);

  result->verdict = XLAT_FORWARD;
  result->reason = XLAT_REASON_NONE;
  result->direction = version == 6 ? XLAT_6TO4 : XLAT_4TO6;
  result->n_packets = 0;

  if (version == 4)
    xlat_4to6 (&work);
  else if (version == 6 && xlat_refusal_is (&work))
    answer_refused (&work);
  else if (version == 6)
    xlat_6to4 (&work);
  else
    xlat_drop (&work, XLAT_REASON_MALFORMED);

  count (&work, length);
}

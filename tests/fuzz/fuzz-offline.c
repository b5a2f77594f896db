/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any file as a capture: the output must be a valid capture. */
#include <arpa/inet.h>
#include <stdlib.h>

#include "packet-check.h"
#include "xlat-offline.h"
#include "xlat-pcap.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
check_capture (char *data, size_t size)
{
  static struct xlat_pcap_reader reader;
  struct xlat_pcap_packet packet;
  enum xlat_pcap_status status;
  struct view view;
  FILE *file;

  if (size == 0) /* nothing was translated */
    return;
  file = fmemopen (data, size, "rb");
  REQUIRE (file != NULL);
  REQUIRE (xlat_pcap_reader_open (&reader, file, "output"));
  while ((status = xlat_pcap_read (&reader, &packet)) == XLAT_PCAP_PACKET)
    REQUIRE (view_packet (packet.data, packet.length, &view));
  REQUIRE (status == XLAT_PCAP_END);
  fclose (file);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  struct xlat_config config;
  char *translated = NULL, *explained = NULL;
  size_t translated_size, explained_size;
  FILE *input, *output, *explanation;

  if (size == 0)
    return 0;
  xlat_config_init (&config);
  config.n_pairs = 1;
  config.pairs[0].prefix.length = 96;
  REQUIRE (inet_pton (AF_INET6, "64:ff9b::", &config.pairs[0].prefix.address) == 1);
  REQUIRE (inet_pton (AF_INET, "192.0.0.1", &config.pairs[0].ipv4) == 1);
  REQUIRE (inet_pton (AF_INET6, "2001:db8:1:2:a:b:c:d", &config.pairs[0].ipv6) == 1);

  input = fmemopen ((void *)data, size, "rb");
  output = open_memstream (&translated, &translated_size);
  explanation = open_memstream (&explained, &explained_size);
  REQUIRE (input != NULL && output != NULL && explanation != NULL);
  xlat_offline_translate (&config, input, "input", output, "output", explanation);
  fclose (input);
  fclose (output);
  fclose (explanation);

  check_capture (translated, translated_size);
  free (translated);
  free (explained);
  return 0;
}

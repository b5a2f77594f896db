/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line of clat-xlat. */
#include "xlat-command-line.h"

#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"

enum option_id
{
  OPTION_IPV4 = 1,
  OPTION_IPV6,
  OPTION_PREFIX,
  OPTION_MTU6,
  OPTION_MTU4,
  OPTION_LOWEST_IPV6_MTU,
  OPTION_OWN_IPV4,
  OPTION_PRIVATE_DESTINATIONS,
  OPTION_ZERO_TRAFFIC_CLASS,
  OPTION_DROP_UDP_WITHOUT_CHECKSUM,
  OPTION_STRICT_WELL_KNOWN_PREFIX,
  OPTION_NO_REASSEMBLY,
  OPTION_NO_ERRORS4,
  OPTION_NO_ERRORS6,
  OPTION_READ,
  OPTION_WRITE,
  OPTION_EXPLAIN,
  OPTION_TUN_FD,
  OPTION_STATS_FD,
  OPTION_HELP,
  OPTION_VERSION,
};

static const struct option long_options[] = {
    {"ipv4", required_argument, NULL, OPTION_IPV4},
    {"ipv6", required_argument, NULL, OPTION_IPV6},
    {"prefix", required_argument, NULL, OPTION_PREFIX},
    {"mtu6", required_argument, NULL, OPTION_MTU6},
    {"mtu4", required_argument, NULL, OPTION_MTU4},
    {"lowest-ipv6-mtu", required_argument, NULL, OPTION_LOWEST_IPV6_MTU},
    {"own-ipv4", required_argument, NULL, OPTION_OWN_IPV4},
    {"private-destinations", required_argument, NULL, OPTION_PRIVATE_DESTINATIONS},
    {"zero-traffic-class", no_argument, NULL, OPTION_ZERO_TRAFFIC_CLASS},
    {"drop-udp-without-checksum", no_argument, NULL, OPTION_DROP_UDP_WITHOUT_CHECKSUM},
    {"strict-well-known-prefix", no_argument, NULL, OPTION_STRICT_WELL_KNOWN_PREFIX},
    {"no-reassembly", no_argument, NULL, OPTION_NO_REASSEMBLY},
    {"no-ipv4-errors", no_argument, NULL, OPTION_NO_ERRORS4},
    {"no-ipv6-errors", no_argument, NULL, OPTION_NO_ERRORS6},
    {"read", required_argument, NULL, OPTION_READ},
    {"write", required_argument, NULL, OPTION_WRITE},
    {"explain", no_argument, NULL, OPTION_EXPLAIN},
    {"tun-fd", required_argument, NULL, OPTION_TUN_FD},
    {"stats-fd", required_argument, NULL, OPTION_STATS_FD},
    {"help", no_argument, NULL, OPTION_HELP},
    {"version", no_argument, NULL, OPTION_VERSION},
    {NULL, 0, NULL, 0},
};

static const char help[] =
    "Usage: clat-xlat --ipv4 A --ipv6 B --prefix P/LEN [OPTION]... --read IN --write "
    "OUT\n"
    "       clat-xlat --ipv4 A --ipv6 B --prefix P/LEN [OPTION]... --tun-fd FD\n"
    "Translate packets between IPv4 and IPv6 (RFC 7915) for the addresses of one host.\n"
    "\n"
    "  --ipv4 A               an IPv4 address of the host\n"
    "  --ipv6 B               the IPv6 address that replaces it; repeat both options "
    "for\n"
    "                         more pairs\n"
    "  --prefix P/LEN         NAT64 prefix of a pair; LEN is 32, 40, 48, 56, 64 or 96; "
    "pairs\n"
    "                         without one have the last\n"
    "  --mtu6 N               MTU on the IPv6 side (1500)\n"
    "  --mtu4 N               MTU on the IPv4 side (1500)\n"
    "  --lowest-ipv6-mtu N    largest IPv6 packet made of IPv4 packets without DF "
    "(1280)\n"
    "  --own-ipv4 A           source of ICMP errors to the host; answers ping "
    "(192.0.0.8)\n"
    "  --private-destinations auto|yes|no\n"
    "                         translate private IPv4 addresses; auto: unless the prefix\n"
    "                         is 64:ff9b::/96 (auto)\n"
    "\n"
    "  --zero-traffic-class         set DSCP and ECN to zero instead of copying them\n"
    "  --drop-udp-without-checksum  drop such UDP packets instead of computing a "
    "checksum\n"
    "  --strict-well-known-prefix   do not translate any IPv4 address that is not "
    "global\n"
    "                               with 64:ff9b::/96\n"
    "  --no-reassembly              drop fragments of ICMP and of UDP without checksum\n"
    "  --no-ipv4-errors             send no ICMP errors to the host\n"
    "  --no-ipv6-errors             send no ICMPv6 errors to the network\n"
    "\n"
    "  --read IN.pcap         translate a capture of raw IP packets; - for standard "
    "input\n"
    "  --write OUT.pcap       write the translated packets; - for standard output\n"
    "  --explain              print for each packet what was done with it, and why\n"
    "\n"
    "  --tun-fd FD            translate the packets of the open tun device FD until\n"
    "                         SIGTERM\n"
    "  --stats-fd FD          keep counters in the memory file FD\n"
    "\n"
    "  --help                 print this help\n"
    "  --version              print the version\n";

static bool
complain (const char *option, const char *value, const char *problem)
{
  fprintf (stderr, "clat-xlat: --%s %s: %s\n", option, value, problem);
  return false;
}

static bool
parse_number (const char *option, const char *text, unsigned long most, uint32_t *value)
{
  unsigned long number;
  char *end;

  errno = 0;
  number = strtoul (text, &end, 10);
  if (*text < '0' || *text > '9' || *end != '\0' || errno != 0 || number > most)
    return complain (option, text, "not a number, or too large");
  *value = (uint32_t)number;
  return true;
}

static bool
parse_fd (const char *option, const char *text, int *fd)
{
  uint32_t number;

  if (!parse_number (option, text, 1 << 20, &number))
    return false;
  *fd = (int)number;
  return true;
}

static bool
parse_ipv4 (const char *option, const char *text, be32 *address)
{
  if (inet_pton (AF_INET, text, address) == 1)
    return true;
  return complain (option, text, "not an IPv4 address");
}

static bool
parse_private (const char *option, const char *text,
               enum xlat_private_destinations *setting)
{
  static const char *const values[] = {
      [XLAT_PRIVATE_AUTO] = "auto",
      [XLAT_PRIVATE_YES] = "yes",
      [XLAT_PRIVATE_NO] = "no",
  };

  for (unsigned i = 0; i < sizeof values / sizeof values[0]; i++)
    if (strcmp (values[i], text) == 0)
      {
        *setting = (enum xlat_private_destinations)i;
        return true;
      }
  return complain (option, text, "not auto, yes or no");
}

static bool
parse_ipv6 (const char *option, const char *text, struct xlat_address6 *address)
{
  if (inet_pton (AF_INET6, text, address) == 1)
    return true;
  return complain (option, text, "not an IPv6 address");
}

static bool
parse_prefix (const char *option, const char *text, struct xlat_prefix *prefix)
{
  const char *slash = strchr (text, '/');
  char address[INET6_ADDRSTRLEN];
  uint32_t length;

  if (slash == NULL || (size_t)(slash - text) >= sizeof address)
    return complain (option, text, "not an IPv6 prefix with a length");

  memcpy (address, text, (size_t)(slash - text));
  address[slash - text] = '\0';
  if (inet_pton (AF_INET6, address, &prefix->address) != 1)
    return complain (option, text, "not an IPv6 prefix");
  if (!parse_number (option, slash + 1, 128, &length))
    return false;
  prefix->length = (uint8_t)length;
  return true;
}

/* The Nth --ipv4, --ipv6 and --prefix are a pair. */
static struct xlat_pair *
next_pair (struct xlat_config *config, unsigned *n)
{
  static struct xlat_pair surplus;
  struct xlat_pair *pair = *n < XLAT_MAX_PAIRS ? &config->pairs[*n] : &surplus;

  ++*n;
  return pair;
}

struct parser
{
  struct xlat_command_line *command_line;
  unsigned n_ipv4;
  unsigned n_ipv6;
  unsigned n_prefixes;
};

static bool
parse_option (struct parser *parser, enum option_id id, const char *name,
              const char *value)
{
  struct xlat_command_line *command_line = parser->command_line;
  struct xlat_config *config = &command_line->config;

  switch (id)
    {
    case OPTION_IPV4:
      return parse_ipv4 (name, value, &next_pair (config, &parser->n_ipv4)->ipv4);
    case OPTION_IPV6:
      return parse_ipv6 (name, value, &next_pair (config, &parser->n_ipv6)->ipv6);
    case OPTION_PREFIX:
      return parse_prefix (name, value, &next_pair (config, &parser->n_prefixes)->prefix);
    case OPTION_MTU6:
      return parse_number (name, value, UINT32_MAX, &config->mtu6);
    case OPTION_MTU4:
      return parse_number (name, value, UINT32_MAX, &config->mtu4);
    case OPTION_LOWEST_IPV6_MTU:
      return parse_number (name, value, UINT32_MAX, &config->lowest_ipv6_mtu);
    case OPTION_OWN_IPV4:
      return parse_ipv4 (name, value, &config->own_ipv4);
    case OPTION_PRIVATE_DESTINATIONS:
      return parse_private (name, value, &config->private_destinations);
    case OPTION_ZERO_TRAFFIC_CLASS:
      config->zero_traffic_class = true;
      return true;
    case OPTION_DROP_UDP_WITHOUT_CHECKSUM:
      config->drop_udp_without_checksum = true;
      return true;
    case OPTION_STRICT_WELL_KNOWN_PREFIX:
      config->strict_well_known_prefix = true;
      return true;
    case OPTION_NO_REASSEMBLY:
      config->no_reassembly = true;
      return true;
    case OPTION_NO_ERRORS4:
      config->error_rate4.burst = 0;
      return true;
    case OPTION_NO_ERRORS6:
      config->error_rate6.burst = 0;
      return true;
    case OPTION_READ:
      command_line->read_name = value;
      return true;
    case OPTION_WRITE:
      command_line->write_name = value;
      return true;
    case OPTION_EXPLAIN:
      command_line->explain = true;
      return true;
    case OPTION_TUN_FD:
      return parse_fd (name, value, &command_line->tun_fd);
    case OPTION_STATS_FD:
      return parse_fd (name, value, &command_line->stats_fd);
    case OPTION_HELP:
    case OPTION_VERSION:
      break;
    }
  return true;
}

static void
complete_pairs (struct xlat_config *config, const struct parser *parser)
{
  config->n_pairs = parser->n_ipv4;
  if (parser->n_prefixes == 0)
    return;
  for (unsigned i = parser->n_prefixes; i < parser->n_ipv4 && i < XLAT_MAX_PAIRS; i++)
    config->pairs[i].prefix = config->pairs[i - 1].prefix;
}

/* NULL if the options are complete and fit together. */
static const char *
check (const struct parser *parser)
{
  const struct xlat_command_line *command_line = parser->command_line;
  bool is_offline = command_line->read_name != NULL || command_line->write_name != NULL;

  if (parser->n_ipv4 == 0 || parser->n_ipv6 == 0 || parser->n_prefixes == 0)
    return "--ipv4, --ipv6 and --prefix are needed (see --help)";
  if (parser->n_ipv4 != parser->n_ipv6)
    return "each --ipv4 needs an --ipv6";
  if (parser->n_prefixes > parser->n_ipv4)
    return "more --prefix than pairs of addresses";
  if (is_offline == (command_line->tun_fd >= 0))
    return "either --read and --write or --tun-fd is needed (see --help)";
  if (is_offline && (command_line->read_name == NULL || command_line->write_name == NULL))
    return "--read and --write must be given together";
  return xlat_config_check (&command_line->config);
}

enum xlat_command_line_result
xlat_command_line_parse (struct xlat_command_line *command_line, int argc, char **argv)
{
  struct parser parser = {.command_line = command_line};
  const char *problem;
  int id, index;

  *command_line = (struct xlat_command_line){.tun_fd = -1, .stats_fd = -1};
  xlat_config_init (&command_line->config);

  optind = 0; /* reset getopt for another command line */
  while ((id = getopt_long (argc, argv, "", long_options, &index)) != -1)
    {
      if (id == '?')
        return XLAT_COMMAND_LINE_WRONG;
      if (id == OPTION_HELP)
        {
          fputs (help, stdout);
          return XLAT_COMMAND_LINE_DONE;
        }
      if (id == OPTION_VERSION)
        {
          puts ("clat-xlat " CLAT_VERSION);
          return XLAT_COMMAND_LINE_DONE;
        }
      if (!parse_option (&parser, (enum option_id)id, long_options[index].name, optarg))
        return XLAT_COMMAND_LINE_WRONG;
    }

  complete_pairs (&command_line->config, &parser);
  problem = optind < argc ? "unexpected argument" : check (&parser);
  if (problem == NULL)
    return XLAT_COMMAND_LINE_RUN;
  fprintf (stderr, "clat-xlat: %s\n", problem);
  return XLAT_COMMAND_LINE_WRONG;
}

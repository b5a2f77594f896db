/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What programs do with a network, in its simplest form, for measurements.
 *
 * usage: exchange serve ADDRESS...
 *        exchange up|down ADDRESS SECONDS STREAMS    Gbit/s of TCP
 *        exchange tcp|udp ADDRESS SECONDS            median round trip of 64 bytes, in us
 *        exchange connect ADDRESS SECONDS            TCP connections per second
 *        exchange send ADDRESS SECONDS SIZE RATE [BURST]     datagrams sent per second
 *        exchange receive ADDRESS SECONDS SIZE RATE [BURST]  the server is asked to send
 *
 * RATE is in datagrams per second, 0 for as many as possible; BURST of them are passed to
 * the kernel in one call, which segments them (UDP_SEGMENT). How many arrive is seen in
 * the counters of the receiving kernel, whether or not a program is fast enough to read
 * them. */

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define ECHO_PORT   7001
#define SINK_PORT   7002
#define SOURCE_PORT 7003

#define BLOCK       (128 * 1024)
#define MESSAGE     64
#define MAX_SAMPLES 4000000
#define MAX_STREAMS 16
#define SECOND      1000000000LL

typedef struct
{
  uint32_t size;
  uint32_t seconds;
  uint32_t rate;
  uint32_t burst;
} Request;

typedef void *(*Service) (void *socket);

static char block[BLOCK];

static void
fail (const char *what)
{
  perror (what);
  exit (EXIT_FAILURE);
}

static int64_t
get_now (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return now.tv_sec * SECOND + now.tv_nsec;
}

static int
open_socket (const char *address, uint16_t port, int type, int is_server)
{
  struct sockaddr_in ipv4 = {.sin_family = AF_INET, .sin_port = htons (port)};
  struct sockaddr_in6 ipv6 = {.sin6_family = AF_INET6, .sin6_port = htons (port)};
  int is_ipv4 = inet_pton (AF_INET, address, &ipv4.sin_addr) == 1;
  const void *end = is_ipv4 ? (void *)&ipv4 : (void *)&ipv6;
  socklen_t length = is_ipv4 ? sizeof ipv4 : sizeof ipv6;
  int one = 1;
  int self;

  if (!is_ipv4 && inet_pton (AF_INET6, address, &ipv6.sin6_addr) != 1)
    {
      fprintf (stderr, "exchange: '%s' is not an address\n", address);
      exit (EXIT_FAILURE);
    }
  self = socket (is_ipv4 ? AF_INET : AF_INET6, type, 0);
  if (self < 0)
    fail ("socket");
  setsockopt (self, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (is_server ? bind (self, end, length) < 0 : connect (self, end, length) < 0)
    fail (address);
  if (type == SOCK_STREAM)
    setsockopt (self, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  return self;
}

static void
start (Service service, int socket)
{
  pthread_t thread;

  if (pthread_create (&thread, NULL, service, (void *)(intptr_t)socket) != 0)
    fail ("thread");
  pthread_detach (thread);
}

static int
is_valid (const Request *request)
{
  return request->burst > 0 && request->burst <= BLOCK
         && request->size <= BLOCK / request->burst;
}

/* An error of an earlier datagram, such as a full queue or an ICMP error, does not
 * concern the next one. */
static double
send_datagrams (int socket, const struct sockaddr *to, socklen_t length, Request request)
{
  int64_t begin = get_now ();
  int64_t end = begin + request.seconds * SECOND;
  int64_t now = begin;
  int segment = request.burst > 1 ? (int)request.size : 0;
  long n_sent = 0;

  if (setsockopt (socket, SOL_UDP, UDP_SEGMENT, &segment, sizeof segment) < 0)
    fail ("UDP_SEGMENT");
  while (now < end)
    {
      if (sendto (socket, block, (size_t)request.size * request.burst, 0, to, length)
          >= 0)
        n_sent += request.burst;
      now = get_now ();
      while (request.rate != 0 && now < begin + n_sent * SECOND / request.rate)
        now = get_now ();
    }
  return (double)n_sent / request.seconds;
}

static void *
echo_stream (void *data)
{
  int socket = (int)(intptr_t)data;
  char message[MESSAGE];
  ssize_t length;

  while ((length = recv (socket, message, sizeof message, 0)) > 0)
    if (send (socket, message, (size_t)length, MSG_NOSIGNAL) < 0)
      break;
  close (socket);
  return NULL;
}

static void *
sink_stream (void *data)
{
  int socket = (int)(intptr_t)data;
  char *buffer = malloc (BLOCK);

  while (recv (socket, buffer, BLOCK, 0) > 0)
    ;
  free (buffer);
  close (socket);
  return NULL;
}

static void *
source_stream (void *data)
{
  int socket = (int)(intptr_t)data;

  while (send (socket, block, BLOCK, MSG_NOSIGNAL) > 0)
    ;
  close (socket);
  return NULL;
}

static void *
echo_datagrams (void *data)
{
  int socket = (int)(intptr_t)data;
  struct sockaddr_storage from;
  char message[MESSAGE];

  for (;;)
    {
      socklen_t length = sizeof from;
      ssize_t received = recvfrom (socket, message, sizeof message, 0,
                                   (struct sockaddr *)&from, &length);

      if (received >= 0)
        sendto (socket, message, (size_t)received, 0, (struct sockaddr *)&from, length);
    }
  return NULL;
}

static void *
source_datagrams (void *data)
{
  int socket = (int)(intptr_t)data;
  struct sockaddr_storage from;
  Request request;

  for (;;)
    {
      socklen_t length = sizeof from;

      if (recvfrom (socket, &request, sizeof request, 0, (struct sockaddr *)&from,
                    &length)
              == sizeof request
          && is_valid (&request))
        send_datagrams (socket, (struct sockaddr *)&from, length, request);
    }
  return NULL;
}

typedef struct
{
  int socket;
  Service service;
} Listener;

static void *
accept_streams (void *data)
{
  Listener *self = data;

  for (;;)
    {
      int accepted = accept (self->socket, NULL, NULL);
      int one = 1;

      if (accepted < 0)
        continue;
      setsockopt (accepted, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
      start (self->service, accepted);
    }
  return NULL;
}

static void
listen_on (const char *address, uint16_t port, Service service)
{
  Listener *listener = malloc (sizeof *listener);
  pthread_t thread;

  *listener = (Listener){open_socket (address, port, SOCK_STREAM, 1), service};
  if (listen (listener->socket, 4096) < 0)
    fail ("listen");
  if (pthread_create (&thread, NULL, accept_streams, listener) != 0)
    fail ("thread");
}

static void
serve (char **addresses)
{
  for (; *addresses != NULL; addresses++)
    {
      listen_on (*addresses, ECHO_PORT, echo_stream);
      listen_on (*addresses, SINK_PORT, sink_stream);
      listen_on (*addresses, SOURCE_PORT, source_stream);
      start (echo_datagrams, open_socket (*addresses, ECHO_PORT, SOCK_DGRAM, 1));
      start (source_datagrams, open_socket (*addresses, SOURCE_PORT, SOCK_DGRAM, 1));
      /* Not read: its datagrams are counted by the kernel. */
      open_socket (*addresses, SINK_PORT, SOCK_DGRAM, 1);
    }
  puts ("ready");
  fflush (stdout);
  pause ();
}

static int64_t deadline;

/* The number of bytes transferred. */
static void *
transfer (void *data)
{
  int *socket = data;
  int is_up = socket[1];
  char *buffer = calloc (1, BLOCK);
  intptr_t total = 0;

  while (get_now () < deadline)
    {
      ssize_t length = is_up ? send (socket[0], buffer, BLOCK, MSG_NOSIGNAL)
                             : recv (socket[0], buffer, BLOCK, 0);

      if (length <= 0)
        fail ("transfer");
      total += length;
    }
  free (buffer);
  close (socket[0]);
  return (void *)total;
}

static void
measure_streams (const char *address, int is_up, long seconds, int n_streams)
{
  int sockets[MAX_STREAMS][2];
  pthread_t threads[MAX_STREAMS];
  double total = 0;

  if (n_streams < 1 || n_streams > MAX_STREAMS)
    n_streams = 1;
  for (int i = 0; i < n_streams; i++)
    {
      sockets[i][0] =
          open_socket (address, is_up ? SINK_PORT : SOURCE_PORT, SOCK_STREAM, 0);
      sockets[i][1] = is_up;
    }
  deadline = get_now () + seconds * SECOND;
  for (int i = 0; i < n_streams; i++)
    if (pthread_create (&threads[i], NULL, transfer, sockets[i]) != 0)
      fail ("thread");
  for (int i = 0; i < n_streams; i++)
    {
      void *bytes;

      pthread_join (threads[i], &bytes);
      total += (double)(intptr_t)bytes;
    }
  printf ("%f\n", total * 8 / 1e9 / (double)seconds);
}

static int
compare (const void *a, const void *b)
{
  float left = *(const float *)a;
  float right = *(const float *)b;

  return (left > right) - (left < right);
}

static void
measure_round_trips (const char *address, int type, long seconds)
{
  const struct timeval patience = {.tv_sec = 1};
  int self = open_socket (address, ECHO_PORT, type, 0);
  float *samples = malloc (MAX_SAMPLES * sizeof *samples);
  int64_t end = get_now () + seconds * SECOND;
  size_t n = 0;

  setsockopt (self, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  while (n < MAX_SAMPLES && get_now () < end)
    {
      char message[MESSAGE] = "";
      int64_t begin = get_now ();

      if (send (self, message, sizeof message, 0) < 0)
        fail ("send");
      if (recv (self, message, sizeof message, 0) > 0)
        samples[n++] = (float)(get_now () - begin) / 1000;
    }
  if (n == 0)
    {
      fputs ("no answer\n", stderr);
      exit (EXIT_FAILURE);
    }
  qsort (samples, n, sizeof *samples, compare);
  printf ("%f\n", (double)samples[n / 2]);
  free (samples);
}

/* Each is reset at its end, so that none is left in TIME-WAIT. */
static void
measure_connections (const char *address, long seconds)
{
  const struct linger reset = {.l_onoff = 1};
  int64_t end = get_now () + seconds * SECOND;
  long n = 0;

  while (get_now () < end)
    {
      char message[MESSAGE] = "";
      int self = open_socket (address, ECHO_PORT, SOCK_STREAM, 0);

      if (send (self, message, sizeof message, 0) < 0
          || recv (self, message, sizeof message, 0) <= 0)
        fail ("connection");
      setsockopt (self, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
      close (self);
      n++;
    }
  printf ("%f\n", (double)n / (double)seconds);
}

static void
measure_sending (const char *address, Request request)
{
  int self = open_socket (address, SINK_PORT, SOCK_DGRAM, 0);

  printf ("%f\n", send_datagrams (self, NULL, 0, request));
}

/* The datagrams fill the buffer of a socket that nobody reads. */
static void
measure_receiving (const char *address, Request request)
{
  int self = open_socket (address, SOURCE_PORT, SOCK_DGRAM, 0);

  if (send (self, &request, sizeof request, 0) < 0)
    fail ("send");
  sleep (request.seconds + 1);
  puts ("0");
}

int
main (int argc, char **argv)
{
  const char *mode = argc > 2 ? argv[1] : "";
  long seconds = argc > 3 ? atol (argv[3]) : 1;
  long first = argc > 4 ? atol (argv[4]) : 0;
  Request request = {.size = (uint32_t)first,
                     .seconds = (uint32_t)seconds,
                     .rate = argc > 5 ? (uint32_t)atol (argv[5]) : 0,
                     .burst = argc > 6 ? (uint32_t)atol (argv[6]) : 1};

  if (!is_valid (&request))
    {
      fputs ("exchange: the datagrams are too large\n", stderr);
      return 2;
    }
  if (strcmp (mode, "serve") == 0)
    serve (argv + 2);
  else if (strcmp (mode, "up") == 0 || strcmp (mode, "down") == 0)
    measure_streams (argv[2], strcmp (mode, "up") == 0, seconds, (int)first);
  else if (strcmp (mode, "tcp") == 0 || strcmp (mode, "udp") == 0)
    measure_round_trips (argv[2], strcmp (mode, "tcp") == 0 ? SOCK_STREAM : SOCK_DGRAM,
                         seconds);
  else if (strcmp (mode, "connect") == 0)
    measure_connections (argv[2], seconds);
  else if (strcmp (mode, "send") == 0)
    measure_sending (argv[2], request);
  else if (strcmp (mode, "receive") == 0)
    measure_receiving (argv[2], request);
  else
    {
      fputs ("exchange: see the top of exchange.c\n", stderr);
      return 2;
    }
  return EXIT_SUCCESS;
}

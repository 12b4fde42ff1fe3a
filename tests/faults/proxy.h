/* >>proxy: stands between a program and the server, in a thread of the test. It knows where the protocol's messages begin and end, so that
   it can cut a connection before, inside or after the n-th of either side, and count what was sent.

   proxy_start(); orm_open(proxy_url()) ...            on a TCP port of its own, the server's side is its socket in ORM_POSTGRES_FOLDER
   proxy_arm((proxy_cut){ ... })                       counts from here on, and cuts once; a cut of message 0 never comes
   proxy_counts()                                      what passed since then */
#ifndef FAULTS_PROXY_H
#define FAULTS_PROXY_H
#include "check.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

typedef enum proxy_side { PROXY_CLIENT, PROXY_SERVER } proxy_side;                   /* who sends */
typedef enum proxy_place { PROXY_BEFORE, PROXY_INSIDE, PROXY_AFTER } proxy_place;
typedef enum proxy_way { PROXY_RESET, PROXY_CLOSE, PROXY_SILENCE, PROXY_HALF } proxy_way;       /* TCP RST, FIN, nothing more in either direction, FIN that the server never sees */
typedef struct proxy_cut { unsigned message; proxy_side side; proxy_place place; proxy_way way; unsigned wait_us; } proxy_cut;       /* wait_us: between message and cut */

typedef struct proxy_count {
    unsigned messages[2], types[2][128];    /* by side, and by the message's letter: P, B, E, S, Q of the client */
    unsigned connections, commits;          /* accepted; COMMITs on their way to the server, delivered or not */
    unsigned marked, marked_at[2];          /* messages of the client that hold the marker; the messages of each side up to the first of them */
    bool cut;
} proxy_count;

#define PROXY_LINKS 64
typedef struct proxy_link { int fd[2]; bool used, started, silent; struct { unsigned char *bytes; size_t n, capacity; } from[2]; } proxy_link;

static struct proxy {
    int listener, wake[2], port;
    pthread_t thread;
    pthread_mutex_t mutex;                  /* of what follows up to `links` */
    proxy_cut cut;
    proxy_count count;
    const char *marker;
    bool drips;
    proxy_link links[PROXY_LINKS];
} proxy;

static int proxy_connect(void)
{
    struct sockaddr_un to = { .sun_family = AF_UNIX };
    snprintf(to.sun_path, sizeof to.sun_path, "%s/.s.PGSQL.5432", getenv("ORM_POSTGRES_FOLDER"));
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (connect(fd, (struct sockaddr *)&to, sizeof to) == 0) return fd;
    close(fd);
    return -1;
}

static void proxy_end(proxy_link *link, bool reset)
{
    struct linger at_once = { .l_onoff = 1, .l_linger = 0 };
    if (reset) setsockopt(link->fd[PROXY_CLIENT], SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    for (int side = 0; side < 2; side++) {
        if (link->fd[side] >= 0) close(link->fd[side]);
        free(link->from[side].bytes);
    }
    *link = (proxy_link){ .used = false };
}

static void proxy_accept(void)
{
    int i = 0, on = 1, client = accept(proxy.listener, NULL, NULL);
    while (i < PROXY_LINKS && proxy.links[i].used) i++;
    if (client < 0 || i == PROXY_LINKS) {
        if (client >= 0) close(client);
        return;
    }
    setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    proxy.links[i] = (proxy_link){ .fd = { client, proxy_connect() }, .used = true };
    pthread_mutex_lock(&proxy.mutex);
    proxy.count.connections++;
    pthread_mutex_unlock(&proxy.mutex);
    if (proxy.links[i].fd[PROXY_SERVER] < 0) proxy_end(&proxy.links[i], false);
}

static bool proxy_send(int fd, const unsigned char *bytes, size_t n)
{
    for (size_t done = 0, step = proxy.drips ? 1 : n; done < n; ) {
        ssize_t sent = send(fd, bytes + done, step < n - done ? step : n - done, MSG_NOSIGNAL);
        if (sent <= 0) return false;
        done += (size_t)sent;
    }
    return true;
}

static size_t proxy_number(const unsigned char *at) { return (size_t)at[0] << 24 | (size_t)at[1] << 16 | (size_t)at[2] << 8 | at[3]; }

/* of the first message that was read from a side, 0 while it is not complete: only the client's first has no letter */
static size_t proxy_size(const proxy_link *link, proxy_side side)
{
    size_t letter = side == PROXY_SERVER || link->started, n = link->from[side].n;
    size_t size = n >= letter + 4 ? letter + proxy_number(link->from[side].bytes + letter) : 0;
    return size <= n ? size : 0;
}

static bool proxy_holds(const unsigned char *bytes, size_t n, const char *text_)
{
    for (size_t at = 0, size = strlen(text_); at + size <= n; at++) if (memcmp(bytes + at, text_, size) == 0) return true;
    return false;
}

/* counts a message; is it the one at which to cut? */
static bool proxy_counted(proxy_side side, const unsigned char *bytes, size_t n, proxy_cut *cut)
{
    proxy_count *count = &proxy.count;
    pthread_mutex_lock(&proxy.mutex);
    count->messages[side]++;
    count->types[side][bytes[0] & 127]++;
    if (side == PROXY_CLIENT && bytes[0] == 'Q' && proxy_holds(bytes, n, "commit")) count->commits++;
    if (side == PROXY_CLIENT && proxy.marker && proxy_holds(bytes, n, proxy.marker) && count->marked++ == 0) memcpy(count->marked_at, count->messages, sizeof count->marked_at);
    bool hit = proxy.cut.message && proxy.cut.side == side && proxy.cut.message == count->messages[side];
    *cut = proxy.cut;
    if (hit) {
        proxy.cut.message = 0;
        count->cut = true;
    }
    pthread_mutex_unlock(&proxy.mutex);
    return hit;
}

/* passes a message on; false when the link has ended */
static bool proxy_pass(proxy_link *link, proxy_side side, const unsigned char *bytes, size_t n)
{
    proxy_cut cut;
    bool starts = side == PROXY_CLIENT && !link->started;
    if (starts) link->started = n >= 8 && proxy_number(bytes + 4) == 196608;          /* version 3.0; else a cancellation */
    bool hit = !starts && proxy_counted(side, bytes, n, &cut);
    if (!hit) return proxy_send(link->fd[!side], bytes, n);
    if (cut.place != PROXY_BEFORE) proxy_send(link->fd[!side], bytes, cut.place == PROXY_INSIDE ? n / 2 : n);
    if (cut.wait_us) nanosleep(&(struct timespec){ .tv_nsec = (long)cut.wait_us * 1000 }, NULL);
    link->silent = cut.way == PROXY_SILENCE || cut.way == PROXY_HALF;
    if (cut.way == PROXY_HALF) {
        close(link->fd[PROXY_CLIENT]);
        link->fd[PROXY_CLIENT] = -1;
    }
    if (link->silent) return true;
    proxy_end(link, cut.way == PROXY_RESET);
    return false;
}

static void proxy_pump(proxy_link *link, proxy_side side)
{
    if (link->from[side].capacity - link->from[side].n < 65536) {
        link->from[side].capacity += 1 << 20;
        link->from[side].bytes = realloc(link->from[side].bytes, link->from[side].capacity);
    }
    ssize_t n = read(link->fd[side], link->from[side].bytes + link->from[side].n, 65536);
    if (n <= 0) {
        proxy_end(link, false);
        return;
    }
    if (link->silent) return;
    link->from[side].n += (size_t)n;
    for (size_t size; (size = proxy_size(link, side)) > 0; ) {
        if (!proxy_pass(link, side, link->from[side].bytes, size)) {
            if (link->used) proxy_end(link, false);
            return;
        }
        link->from[side].n = link->silent ? 0 : link->from[side].n - size;
        memmove(link->from[side].bytes, link->from[side].bytes + size, link->from[side].n);
    }
}

static void *proxy_main(void *unused)
{
    (void)unused;
    for (;;) {
        struct pollfd wanted[2 + 2 * PROXY_LINKS] = { { .fd = proxy.wake[0], .events = POLLIN }, { .fd = proxy.listener, .events = POLLIN } };
        for (int i = 0; i < 2 * PROXY_LINKS; i++) wanted[2 + i] = (struct pollfd){ .fd = proxy.links[i / 2].used ? proxy.links[i / 2].fd[i % 2] : -1, .events = POLLIN };
        if (poll(wanted, 2 + 2 * PROXY_LINKS, -1) < 0) continue;
        if (wanted[0].revents) break;
        if (wanted[1].revents) proxy_accept();
        for (int i = 0; i < 2 * PROXY_LINKS; i++) {
            proxy_link *link = &proxy.links[i / 2];
            if (wanted[2 + i].revents && link->used && link->fd[i % 2] == wanted[2 + i].fd) proxy_pump(link, (proxy_side)(i % 2));
        }
    }
    for (int i = 0; i < PROXY_LINKS; i++) if (proxy.links[i].used) proxy_end(&proxy.links[i], false);
    return NULL;
}

static void proxy_start(void)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
    socklen_t size = sizeof at;
    memset(&proxy, 0, sizeof proxy);
    pthread_mutex_init(&proxy.mutex, NULL);
    proxy.listener = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(bind(proxy.listener, (struct sockaddr *)&at, sizeof at) == 0 && listen(proxy.listener, 64) == 0);
    CHECK_INT(getsockname(proxy.listener, (struct sockaddr *)&at, &size), 0);
    CHECK_INT(pipe(proxy.wake), 0);
    proxy.port = ntohs(at.sin_port);
    CHECK_INT(pthread_create(&proxy.thread, NULL, proxy_main, NULL), 0);
}

/* ends all connections, too */
static void proxy_stop(void)
{
    CHECK_INT(write(proxy.wake[1], "", 1), 1);
    pthread_join(proxy.thread, NULL);
    close(proxy.wake[0]);
    close(proxy.wake[1]);
    close(proxy.listener);
    pthread_mutex_destroy(&proxy.mutex);
}

/* valid until the next call */
static const char *proxy_url(void)
{
    static char url[200];
    snprintf(url, sizeof url, "postgres:host=127.0.0.1 port=%d dbname=postgres user=postgres application_name=proxied sslmode=disable gssencmode=disable", proxy.port);
    return url;
}

static void proxy_arm(proxy_cut cut, const char *marker)
{
    pthread_mutex_lock(&proxy.mutex);
    proxy.cut = cut;
    proxy.marker = marker;
    memset(&proxy.count, 0, sizeof proxy.count);
    pthread_mutex_unlock(&proxy.mutex);
}

static proxy_count proxy_counts(void)
{
    pthread_mutex_lock(&proxy.mutex);
    proxy_count counts = proxy.count;
    pthread_mutex_unlock(&proxy.mutex);
    return counts;
}
#endif

/* Requests and answers over libmicrohttpd, whose threads share the handle of the database. A thread has many connections, and answers one request at a time. */
#include "http.h"
#include "database.h"
#include "errors.h"
#include "routes.h"
#include <arpa/inet.h>
#include <fcntl.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

struct http {
    orm_db *db;
    struct MHD_Daemon *daemon;
    atomic_int running;          /* requests whose answer is not sent yet */
    atomic_bool stopping;
};

const char *request_query(const request *r, const char *name) { return MHD_lookup_connection_value(r->connection, MHD_GET_ARGUMENT_KIND, name); }
const char *request_header(const request *r, const char *name) { return MHD_lookup_connection_value(r->connection, MHD_HEADER_KIND, name); }

/* ---- the answer ---- */

static void answer(request *r, unsigned status, const char *type, const char *text)
{
    orm_free_text(r->owned);
    r->owned = NULL;
    r->status = status;
    r->type = type;
    r->text = text;
}

void answer_text(request *r, unsigned status, const char *json)
{
    if (json) answer(r, status, "application/json", json);
    else answer(r, 503, "application/json", "{\"kind\":\"ORM_NO_MEMORY\",\"message\":\"out of memory\",\"errors\":[]}");
}

void answer_json(request *r, unsigned status, char *json)
{
    if (!json) {
        refuse(r);
        return;
    }
    answer_text(r, status, json);
    r->owned = json;
}

void answer_header(request *r, const char *name, const char *value)
{
    r->header = name;
    r->value = value;
}

void answer_file(request *r, const char *type, const char *path) { answer(r, 200, type, path); }

static struct MHD_Response *file_response(const char *path)
{
    struct stat file;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return NULL;
    struct MHD_Response *response = fstat(fd, &file) == 0 ? MHD_create_response_from_fd((size_t)file.st_size, fd) : NULL;
    if (!response) close(fd);
    return response;
}

/* microseconds of a clock that nobody sets */
static int64_t ticks(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* One line; what a client wrote cannot make two of it. */
static void log_request(const request *r)
{
    char path[200], when[ORM_TIME_SIZE];
    size_t n = 0;
    for (; n < sizeof path - 1 && r->path[n]; n++) path[n] = r->path[n] > ' ' && r->path[n] < 127 ? r->path[n] : '?';
    path[n] = 0;
    struct sql_cost sql = database_cost();
    printf("%s %s %s %u %.1f ms, %u statements in %.1f ms\n", orm_time_text(orm_now(), when), r->method, path, r->status, (double)(ticks() - r->begun) / 1000, sql.statements, (double)sql.microseconds / 1000);
    fflush(stdout);
}

static enum MHD_Result send_answer(request *r)
{
    bool file = strcmp(r->type, "application/json") != 0;
    struct MHD_Response *response = file ? file_response(r->text) : NULL;
    if (!response) {
        if (file) refuse_as(r, NO_PATH);
        union { const char *text; void *bytes; } body = { r->text };      /* which are only read */
        response = MHD_create_response_from_buffer(strlen(r->text), body.bytes, MHD_RESPMEM_PERSISTENT);
    }
    log_request(r);
    if (!response) return MHD_NO;
    MHD_add_response_header(response, "Content-Type", r->type);
    MHD_add_response_header(response, "Cache-Control", "no-store");
    MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
    MHD_add_response_header(response, "Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    if (r->header) MHD_add_response_header(response, r->header, r->value);
    if (atomic_load(&r->server->stopping)) MHD_add_response_header(response, "Connection", "close");
    enum MHD_Result queued = MHD_queue_response(r->connection, r->status, response);
    MHD_destroy_response(response);
    return queued;
}

/* ---- the request ---- */

static bool keep_body(request *r, const char *data, size_t size)
{
    if (r->too_large || size > BODY_LIMIT - r->length) {
        r->too_large = true;     /* a polite client is told when it has sent all; one that goes on and on is cut off */
        r->length += size;
        return r->length < 16 * BODY_LIMIT;
    }
    if (!r->buffer && !(r->buffer = orm_arena_allocate(&r->arena, BODY_LIMIT))) return false;
    memcpy(r->buffer + r->length, data, size);
    r->body = r->buffer;
    r->length += size;
    return true;
}

static request *begin(http *server, struct MHD_Connection *connection, const char *method, const char *path)
{
    request *r = calloc(1, sizeof *r);
    if (!r) return NULL;
    *r = (request){ .server = server, .connection = connection, .db = server->db, .method = method, .path = path, .body = "", .begun = ticks() };
    atomic_fetch_add(&server->running, 1);
    return r;
}

/* Called when the head of a request is there, for each part of its body, and when all of it is there. */
static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *path, const char *method, const char *version, const char *data, size_t *size, void **kept)
{
    (void)version;
    request *r = *kept;
    if (!r) {
        if (!(r = *kept = begin(context, connection, method, path))) return MHD_NO;
        const char *length = request_header(r, "Content-Length");
        if (!length || strtoull(length, NULL, 10) <= BODY_LIMIT) return MHD_YES;
        refuse_as(r, BODY_TOO_LARGE);      /* before it is sent */
        return send_answer(r);
    }
    if (*size) {
        bool kept_it = keep_body(r, data, *size);
        *size = 0;
        return kept_it ? MHD_YES : MHD_NO;
    }
    if (r->too_large) refuse_as(r, BODY_TOO_LARGE);
    else route(r);
    return send_answer(r);
}

static void on_end(void *context, struct MHD_Connection *connection, void **kept, enum MHD_RequestTerminationCode how)
{
    (void)connection, (void)how;
    http *server = context;
    request *r = *kept;
    if (!r) return;
    orm_free_text(r->owned);
    orm_arena_release(&r->arena);
    free(r);
    atomic_fetch_sub(&server->running, 1);
}

/* ---- start and stop ---- */

http *http_start(orm_db *db, uint16_t port, unsigned threads)
{
    http *server = calloc(1, sizeof *server);
    if (!server) return NULL;
    const struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    server->db = db;
    server->daemon = MHD_start_daemon(MHD_USE_AUTO_INTERNAL_THREAD | MHD_USE_ITC | MHD_USE_ERROR_LOG, port, NULL, NULL, on_request, server, MHD_OPTION_SOCK_ADDR, &address,
                                      MHD_OPTION_NOTIFY_COMPLETED, on_end, server, MHD_OPTION_THREAD_POOL_SIZE, threads, MHD_OPTION_CONNECTION_TIMEOUT, 30U, MHD_OPTION_END);
    if (server->daemon) return server;
    fprintf(stderr, "storefront: cannot listen on port %u\n", (unsigned)port);
    free(server);
    return NULL;
}

uint16_t http_port(const http *server) { return MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_BIND_PORT)->port; }

void http_stop(http *server)
{
    atomic_store(&server->stopping, true);
    MHD_socket listening = MHD_quiesce_daemon(server->daemon);
    for (int i = 0; i < 1000 && atomic_load(&server->running); i++) nanosleep(&(struct timespec){ .tv_nsec = 10 * 1000 * 1000 }, NULL);
    MHD_stop_daemon(server->daemon);
    if (listening != MHD_INVALID_SOCKET) close(listening);
    free(server);
}

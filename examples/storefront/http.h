/* The server: requests as they come in, answers as they go out. Handlers see this, and nothing of libmicrohttpd. */
#ifndef HTTP_H
#define HTTP_H
#include "models.h"

enum { BODY_LIMIT = 64 * 1024 };
typedef struct http http;

/* One request, which one thread reads, answers and forgets. Texts and rows of it are in its arena. */
typedef struct request {
    http *server;
    struct MHD_Connection *connection;
    orm_db *db;
    orm_arena arena;             /* freed when the answer is sent */
    const char *method, *path;   /* the path decoded */
    const char *body;            /* `length` bytes: those of the buffer, or none */
    char *buffer;
    size_t length;
    bool too_large;              /* there were more than BODY_LIMIT: they are not kept */
    int64_t id;                  /* the number in the path, where the route has one */
    const User *user;            /* who is logged in, where the route asks for it */
    int64_t begun;               /* when its head was there */
    unsigned status;             /* of the answer; 0: there is none yet */
    const char *text, *type, *header, *value;
    char *owned;                 /* the text, if orm_free_text frees it */
} request;

/* Listens on the loopback interface; port 0 is any that is free. NULL with a line on stderr. */
http *http_start(orm_db *db, uint16_t port, unsigned threads);
uint16_t http_port(const http *server);
/* Takes no more connections, lets the requests end that have begun, for ten seconds at most, and frees the server. */
void http_stop(http *server);

/* What the request says; NULL if it does not. */
const char *request_query(const request *r, const char *name);
const char *request_header(const request *r, const char *name);

/* The answer. The last one counts. */
void answer_json(request *r, unsigned status, char *json);            /* of M_to_json, freed by orm_free_text. NULL: answers with the failure */
void answer_text(request *r, unsigned status, const char *json);      /* static, or in the arena. NULL: there was no memory */
void answer_header(request *r, const char *name, const char *value);  /* one more line of its head */
void answer_file(request *r, const char *type, const char *path);
#endif

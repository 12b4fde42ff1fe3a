/* The cases that send statements without waiting for each, in C on libpq alone: up to 256 are on their way. */
#ifndef BENCH_RAW_POSTGRES_PIPELINED_H
#define BENCH_RAW_POSTGRES_PIPELINED_H
#include "raw_postgres.h"

enum { PIPELINED = 10000, ON_THE_WAY = 256 };

static void ask_for(int statement, const parameters *p)
{
    char name[16];
    name_of(statement, name);
    if (!PQsendQueryPrepared(db, name, p->n, p->at, p->length, p->format, 1)) fail("send");
}

static PGresult *answer(void)
{
    PGresult *r = PQgetResult(db);
    while (!r) r = PQgetResult(db);     /* the end of the answer before */
    return r;
}

static void sync_all(void) { if (!PQpipelineSync(db)) fail("sync"); }

static void synced(void)
{
    PGresult *r = answer();
    if (PQresultStatus(r) != PGRES_PIPELINE_SYNC) fail("out of step");
    PQclear(r);
}

/* `each`: every statement is a transaction of its own */
static int64_t pipeline(bool each, void (*send)(void *context, int i), int64_t (*receive)(PGresult *r), void *context)
{
    int64_t sum = 0;
    int sent = 0, got = 0;
    if (!PQenterPipelineMode(db)) fail("pipeline");
    while (got < PIPELINED) {
        while (sent < PIPELINED && sent - got < ON_THE_WAY) {
            send(context, sent++);
            if (each || sent == PIPELINED) sync_all();
        }
        if (!each && sent < PIPELINED && !PQsendFlushRequest(db)) fail("flush");
        if (PQflush(db) < 0) fail("flush");
        for (int until = sent < PIPELINED ? got + ON_THE_WAY / 2 : PIPELINED; got < until; got++) {
            PGresult *r = good(answer());
            sum += receive(r);
            PQclear(r);
            if (each) synced();
        }
    }
    if (!each) synced();
    if (!PQexitPipelineMode(db)) fail("pipeline");
    return sum;
}

/* ---- the cases ---- */
static void send_find(void *context, int i)
{
    uint64_t *seed = context;
    parameters p = { .n = 0 };
    (void)i;
    put_int64(&p, 1 + draw(seed) % USERS);
    ask_for(FIND, &p);
}

static int64_t receive_user(PGresult *r)
{
    user u;
    read_user(r, 0, &u);
    int64_t sum = h_user(&u);
    reset(&memory);
    return sum;
}

static void pipe_find(void)
{
    uint64_t seed = 777;
    clock_start();
    int64_t sum = pipeline(false, send_find, receive_user, &seed);
    clock_stop();
    report("pipe_find", PIPELINED, PIPELINED, sum);
}

static void send_insert(void *context, int i)
{
    const input *const *from = context;
    parameters p = { .n = 0 };
    put_user(&p, &(*from)[i]);
    ask_for(INSERT, &p);
}

static int64_t receive_key(PGresult *r) { return get_int64(r, 0, 0); }

static void pipe_insert(const input *from)
{
    open_fresh();
    clock_start();
    int64_t sum = pipeline(true, send_insert, receive_key, &from);
    clock_stop();
    report("pipe_insert", PIPELINED, PIPELINED, sum + ask(SUM_USERS));
}

static void pipe_insert_1tx(const input *from)
{
    open_fresh();
    clock_start();
    execute("begin");
    int64_t sum = pipeline(false, send_insert, receive_key, &from);
    execute("commit");
    clock_stop();
    report("pipe_insert_1tx", PIPELINED, PIPELINED, sum + ask(SUM_USERS));
}

/* one round trip for each transaction: the link takes the key that the sequence gave last */
static void tx3_pipelined(void)
{
    const int n = 3000;
    const parameters none = { .n = 0 };
    uint64_t seed = 888;
    clock_start();
    for (int i = 1; i <= n; i++) {
        int user_id = 1 + (int)(draw(&seed) % 10000), tag_id = 1 + (int)(draw(&seed) % 100);
        char title[32];
        int length = snprintf(title, sizeof title, "Order %d", i);
        parameters p = { .n = 0 }, link = { .n = 0 }, add = { .n = 0 };
        put_int64(&p, user_id);
        put_text(&p, title, length);
        put_null(&p);
        put_int32(&p, 0);
        put_bool(&p, true);
        put_time(&p, (int64_t)(BASE + i) * MICRO);
        put_int64(&link, tag_id);
        put_int64(&add, user_id);
        if (!PQenterPipelineMode(db)) fail("pipeline");
        ask_for(BEGIN, &none);
        ask_for(INSERT_POST, &p);
        ask_for(INSERT_LINK_TO_LAST, &link);
        ask_for(ADD, &add);
        ask_for(COMMIT, &none);
        sync_all();
        for (int k = 0; k < 5; k++) PQclear(good(answer()));
        synced();
        if (!PQexitPipelineMode(db)) fail("pipeline");
    }
    clock_stop();
    report("tx3_pipelined", n * 3, n, ask(SUM_USERS) + ask(SUM_POSTS) + ask(SUM_LINKS));
}
#endif

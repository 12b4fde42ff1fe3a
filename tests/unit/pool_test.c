/* test: no-valgrind: a child that ends by _exit leaves its copy of the memory of its parent */
/* >>pool_test: who gets a connection, when, and what those are told who get none. On an engine that only records, in three forms: any number of
   connections, connections of a server that can be lost, and one that writes beside others that read. */
#include "dummy_dialect.h"
#include "check.h"
#include "check_alloc.h"
#include <sys/wait.h>

static bool dummy_alive(orm_connection *c, bool ask)
{
    dummy.asked += ask;
    return c->number > dummy.dead;
}
static orm_status dummy_set_back(orm_connection *c)
{
    dummy.resets++;
    return dummy_call(c, "reset");
}
#define DUMMY_MANY                                                                                                                       \
    .version = ORM_DIALECT_VERSION, .open = dummy_open, .close = dummy_close, .engine = dummy_engine, .max_parameters = dummy_max_parameters, \
    .deadline = dummy_deadline, .prepare = dummy_prepare, .finalize = dummy_finalize, .start = dummy_start, .fetch = dummy_fetch,             \
    .finish = dummy_finish, .begin = dummy_begin, .commit = dummy_commit, .rollback = dummy_rollback, .in_transaction = dummy_in_transaction, \
    .parameter = dummy_parameter, .quote = dummy_quote
static const orm_dialect many_dialect = { DUMMY_MANY, .name = "many", .scheme = "many" };
static const orm_dialect server_dialect = { DUMMY_MANY, .name = "server", .scheme = "server", .alive = dummy_alive, .reset = dummy_set_back };
static const orm_dialect file_dialect = { DUMMY_MANY, .name = "file", .scheme = "file", .can = { .one_writer = true } };
#undef ORM__ADAPTER_5
#undef ORM__ADAPTER_6
#undef ORM__ADAPTER_7
#define ORM__ADAPTER_5 &many_dialect,
#define ORM__ADAPTER_6 &server_dialect,
#define ORM__ADAPTER_7 &file_dialect,

/* ---- what the log was told ---- */

static struct { pthread_mutex_t mutex; int errors, notes; char last_note[600]; } told = { .mutex = PTHREAD_MUTEX_INITIALIZER };
static void hear(void *context, const orm_log_event *event)
{
    (void)context;
    pthread_mutex_lock(&told.mutex);
    told.errors += event->level == ORM_LOG_ERROR;
    told.notes += event->level == ORM_LOG_NOTE;
    if (event->level == ORM_LOG_NOTE) snprintf(told.last_note, sizeof told.last_note, "%s", event->message);
    pthread_mutex_unlock(&told.mutex);
}
static int notes(void)
{
    pthread_mutex_lock(&told.mutex);
    int n = told.notes;
    pthread_mutex_unlock(&told.mutex);
    return n;
}
static void fresh(void)
{
    dummy_reset();
    told.errors = told.notes = 0;
    told.last_note[0] = 0;
}
#define OPEN(url, ...) (fresh(), orm_open(url, .log = hear, .pool = { __VA_ARGS__ }))
#define RUN(db, sql) orm_exec(db, NULL, sql, orm_no_params)

static int64_t ms_since(int64_t began) { return (orm__ticks() - began) / 1000; }
/* until it holds, but no longer than a machine under load may need */
#define WAIT(condition) do { for (int64_t wait_began = orm__ticks(); !(condition) && ms_since(wait_began) < 10000; ) dummy_nap(1); CHECK(condition); } while (0)

/* ---- threads that hold a connection until they are told to let go ---- */

struct holder {
    orm_db *db;
    pthread_t thread;
    _Atomic bool holds, go;
    bool wants_outside, read_only;
    orm_status status; char message[512];       /* of the block, or of the call outside */
    int *order, number; _Atomic int *turn;
};

static void *hold(void *argument)
{
    struct holder *h = (struct holder *)argument;
    ORM_TRANSACTION(h->db, .read_only = h->read_only) {
        h->holds = true;
        if (h->order) h->order[(*h->turn)++] = h->number;
        while (!h->go) dummy_nap(1);
        if (h->wants_outside) {
            h->status = RUN(orm_outside(h->db), "insert outside");
            snprintf(h->message, sizeof h->message, "%s", orm_error()->message);
        }
    }
    if (!h->wants_outside) {
        h->status = orm_error()->kind;
        snprintf(h->message, sizeof h->message, "%s", orm_error()->message);
    }
    return NULL;
}
static void hold_begins(struct holder *h)
{
    CHECK(pthread_create(&h->thread, NULL, hold, h) == 0);
}
static void hold_ends(struct holder *h)
{
    h->go = true;
    pthread_join(h->thread, NULL);
}

/* ---- the queue ---- */

TEST(threads_are_served_in_the_order_in_which_they_came)
{
    for (int round = 0; round < 3; round++) {
        orm_db *db = OPEN(round == 0 ? "many:" : round == 1 ? "server:" : "file:", .max = round == 2 ? 3 : 1, .acquire_ms = 20000);
        REQUIRE(db);
        _Atomic int turn = 0;
        int order[10];
        struct holder first = { .db = db }, others[8];
        hold_begins(&first);
        WAIT(first.holds);
        for (int i = 0; i < 8; i++) {
            others[i] = (struct holder){ .db = db, .order = order, .number = i, .turn = &turn, .go = true };
            hold_begins(&others[i]);
            WAIT(orm_counters_of(db).waiting == (uint64_t)i + 1);
        }
        dummy_nap(5);
        hold_ends(&first);
        CHECK_INT(RUN(db, "insert newcomer"), ORM_OK);           /* does not overtake those who have waited for long */
        order[turn++] = 8;
        for (int i = 0; i < 8; i++) hold_ends(&others[i]);
        CHECK_INT(turn, 9);
        for (int i = 0; i < 8; i++) CHECK_INT(order[i], i);
        CHECK_INT(dummy.connections, 1);
        orm_counters counters = orm_counters_of(db);
        CHECK(counters.waits >= 8 && counters.waits <= 9);
        CHECK(counters.longest_wait_us >= 5000);
        CHECK_INT(counters.timeouts, 0);
        CHECK_INT(counters.waiting, 0);
        CHECK_INT(counters.in_use, 0);
        orm_close(db);
        CHECK_INT(dummy.connections, 0);
        CHECK_INT(dummy.statements, 0);
    }
}

/* takes the connection as soon as it can, over and over */
static void *hog(void *argument)
{
    struct holder *h = (struct holder *)argument;
    while (!h->go) h->status = RUN(h->db, "insert hog");
    return NULL;
}

TEST(calls_in_a_loop_starve_nobody)
{
    orm_db *db = OPEN("many:", .max = 1, .acquire_ms = 10000);
    struct holder hogs[3];
    for (int i = 0; i < 3; i++) {
        hogs[i] = (struct holder){ .db = db };
        CHECK(pthread_create(&hogs[i].thread, NULL, hog, &hogs[i]) == 0);
    }
    for (int i = 0; i < 50; i++) CHECK_INT(RUN(db, "insert mine"), ORM_OK);
    for (int i = 0; i < 3; i++) {
        hold_ends(&hogs[i]);
        CHECK_INT(hogs[i].status, ORM_OK);
    }
    CHECK(orm_counters_of(db).longest_wait_us < 5000000);
    CHECK_INT(dummy.connections, 1);
    orm_close(db);
}

/* ---- no connection in time ---- */

TEST(a_thread_that_gets_none_is_told_in_time_who_has_them)
{
    char place[2][40];
    bool in_time = false;
    for (int attempt = 0; attempt < 8 && !in_time; attempt++) {     /* not before, and not much later, unless the machine is busy */
        orm_db *db = OPEN("server:", .max = 2, .acquire_ms = 100);
        struct holder waiter = { .db = db, .go = true };
        ORM_TRANSACTION(db) {
            snprintf(place[0], sizeof place[0], "pool_test.c:%d for 0.", __LINE__ - 1);
            dummy_nap(3);
            ORM_TRANSACTION(orm_outside(db)) {
                snprintf(place[1], sizeof place[1], "pool_test.c:%d for 0.", __LINE__ - 1);
                int64_t began = orm__ticks();
                hold_begins(&waiter);
                pthread_join(waiter.thread, NULL);
                CHECK(ms_since(began) >= 100);
                in_time = ms_since(began) < 150;
            }
        }
        CHECK(!orm_failed());
        CHECK_INT(waiter.status, ORM_ACQUIRE_TIMEOUT);
        CHECK_CONTAINS(waiter.message, "no connection became free in 0.1 s: 2 of at most 2 in use, 1 waiting; held by the call at ");
        const char *longest = strstr(waiter.message, place[0]), *other = strstr(waiter.message, place[1]);
        CHECK(longest && other && longest < other);
        CHECK_INT(orm_counters_of(db).timeouts, 1);
        CHECK_INT(RUN(db, "insert"), ORM_OK);
        orm_close(db);
    }
    CHECK(in_time);
}

static void *run_slow(void *argument)
{
    struct holder *h = (struct holder *)argument;
    h->status = RUN(h->db, "slow"); h->number = __LINE__;
    return NULL;
}

TEST(calls_that_take_long_are_named_as_blocks_are)
{
    orm_db *db = OPEN("many:", .min = 2, .max = 2, .acquire_ms = 60);
    char place[40];
    struct holder slow[2] = { { .db = db }, { .db = db } };
    dummy.slow_ms = 400;
    for (int i = 0; i < 2; i++) CHECK(pthread_create(&slow[i].thread, NULL, run_slow, &slow[i]) == 0);
    WAIT(orm_counters_of(db).in_use == 2);
    CHECK_INT(RUN(db, "insert"), ORM_ACQUIRE_TIMEOUT);
    char message[512];
    snprintf(message, sizeof message, "%s", orm_error()->message);
    for (int i = 0; i < 2; i++) hold_ends(&slow[i]);
    snprintf(place, sizeof place, "pool_test.c:%d for ", slow[0].number);
    const char *first = strstr(message, place);
    CHECK(first && strstr(first + 1, place));           /* both, though their time was taken at the same moment */
    orm_close(db);
}

TEST(a_writer_that_waits_is_told_of_the_one_that_writes)
{
    orm_db *db = OPEN("file:", .max = 5, .acquire_ms = 30);
    struct holder writer = { .db = db }, reader = { .db = db, .read_only = true };
    hold_begins(&writer);
    hold_begins(&reader);
    WAIT(writer.holds && reader.holds);
    CHECK_INT(RUN(db, "insert"), ORM_ACQUIRE_TIMEOUT);
    CHECK_CONTAINS(orm_error()->message, "no connection that writes became free in 0.0 s: 1 of at most 1 in use, 1 waiting; held by the call at ");
    hold_ends(&writer);
    hold_ends(&reader);
    orm_close(db);
}

TEST(a_deadline_of_the_call_bounds_its_wait)
{
    fresh();
    orm_db *db = orm_open("many:", .timeout_ms = 40, .pool = { .max = 1, .acquire_ms = 30000 });
    struct holder holder = { .db = db };
    hold_begins(&holder);
    WAIT(holder.holds);
    int64_t began = orm__ticks();
    CHECK_INT(RUN(db, "insert"), ORM_ACQUIRE_TIMEOUT);
    CHECK(ms_since(began) >= 39 && ms_since(began) < 20000);
    hold_ends(&holder);
    orm_close(db);
}

/* ---- threads that would wait for themselves ---- */

TEST(a_pool_of_one_and_a_call_outside_is_an_error_and_no_hang)
{
    orm_db *db = OPEN("server:", .max = 1, .acquire_ms = 20000);
    char place[40];
    int64_t began = orm__ticks();
    ORM_TRANSACTION(db) {
        snprintf(place, sizeof place, "pool_test.c:%d", __LINE__ - 1);
        CHECK_INT(RUN(db, "insert a"), ORM_OK);
        CHECK_INT(RUN(orm_outside(db), "insert b"), ORM_DEADLOCK_SELF);
        CHECK_CONTAINS(orm_error()->message, "this thread holds the connection that it would have to wait for: it took it at ");
        CHECK_CONTAINS(orm_error()->message, place);
        int runs = 0;
        ORM_TRANSACTION(orm_outside(db)) runs++;
        CHECK_INT(runs, 0);
        CHECK_INT(orm_error()->kind, ORM_DEADLOCK_SELF);
    }
    CHECK(!orm_failed());                                       /* no call of the transaction's own failed */
    CHECK(ms_since(began) < 10000);
    CHECK_TEXT(dummy.trace, "begin, insert a, commit");
    orm_close(db);
}

TEST(a_write_outside_a_write_transaction_of_a_file_would_wait_for_itself)
{
    orm_db *db = OPEN("file:", .max = 5, .acquire_ms = 20000);
    ORM_TRANSACTION(db) {
        CHECK_INT(RUN(orm_outside(db), "insert"), ORM_DEADLOCK_SELF);
        ORM_TRANSACTION(orm_outside(db), .read_only = true) continue;      /* another connection reads */
        CHECK(!orm_failed());
    }
    CHECK(!orm_failed());
    ORM_TRANSACTION(db, .read_only = true) CHECK_INT(RUN(orm_outside(db), "insert"), ORM_OK);
    CHECK(!orm_failed());
    orm_close(db);
}

TEST(two_threads_that_wait_for_each_other_are_found_out)
{
    for (int servers = 0; servers < 2; servers++) {
        orm_db *db = OPEN(servers ? "server:" : "many:", .max = 2, .acquire_ms = 20000);
        struct holder both[2] = { { .db = db, .wants_outside = true }, { .db = db, .wants_outside = true } };
        int64_t began = orm__ticks();
        for (int i = 0; i < 2; i++) hold_begins(&both[i]);
        WAIT(both[0].holds && both[1].holds);
        both[0].go = both[1].go = true;
        for (int i = 0; i < 2; i++) hold_ends(&both[i]);
        CHECK(ms_since(began) < 15000);
        CHECK_INT((both[0].status == ORM_DEADLOCK_SELF) + (both[1].status == ORM_DEADLOCK_SELF), 1);      /* the other goes on */
        CHECK_INT((both[0].status == ORM_OK) + (both[1].status == ORM_OK), 1);
        CHECK_CONTAINS(both[both[0].status == ORM_OK].message, "every connection is held by a thread that waits for another one, one by this thread since the call at ");
        orm_close(db);
    }
}

TEST(waiting_for_a_thread_that_waits_for_one_that_runs_is_no_deadlock)
{
    orm_db *db = OPEN("file:", .max = 2, .acquire_ms = 20000);
    struct holder writer = { .db = db }, reader = { .db = db, .read_only = true, .wants_outside = true }, third = { .db = db, .read_only = true, .go = true };
    hold_begins(&writer);
    WAIT(writer.holds);
    hold_begins(&reader);
    WAIT(reader.holds);
    reader.go = true;                                           /* to write it waits for the writer */
    WAIT(orm_counters_of(db).waiting == 1);
    hold_begins(&third);                                        /* and this one for the reader */
    WAIT(orm_counters_of(db).waiting == 2);
    dummy_nap(5);
    hold_ends(&writer);
    hold_ends(&reader);
    hold_ends(&third);
    CHECK_INT(reader.status, ORM_OK);
    CHECK_INT(third.status, ORM_OK);
    orm_close(db);
}

/* ---- held for too long ---- */

TEST(a_connection_that_is_held_for_long_is_told_once_with_its_place)
{
    orm_db *db = OPEN("server:", .max = 2, .leak_ms = 40);
    char place[60];
    CHECK_INT(RUN(db, "insert"), ORM_OK);
    ORM_TRANSACTION(db) {
        snprintf(place, sizeof place, "pool_test.c:%d", __LINE__ - 1);
        CHECK_INT(RUN(db, "insert"), ORM_OK);                   /* not the call that took it */
        WAIT(notes() == 1);
        CHECK_CONTAINS(told.last_note, "a connection has been held for 0.");
        CHECK_CONTAINS(told.last_note, place);
        dummy_nap(60);
    }
    CHECK_INT(notes(), 1);
    orm_tx *tx = orm_begin(db, NULL);
    WAIT(notes() == 2);                                         /* the next time it is told again */
    CHECK_INT(orm_commit(tx), ORM_OK);
    orm_close(db);
}

TEST(a_connection_that_was_idle_for_long_is_no_leak)
{
    orm_db *db = OPEN("server:", .max = 2, .leak_ms = 40, .check_ms = 1);
    CHECK_INT(RUN(db, "insert"), ORM_OK);
    dummy_nap(60);
    dummy.slow_ms = 60;
    dummy.dead = dummy.opens;
    CHECK_INT(RUN(db, "insert"), ORM_OK);                       /* while it waits for another one nothing is held for long */
    dummy.slow_ms = 0;
    CHECK(!strstr(told.last_note, "held"));
    orm_close(db);
}

/* ---- opening and closing ---- */

TEST(as_many_as_shall_stay_open_are_opened_at_once)
{
    orm_db *db = OPEN("server:", .min = 3, .max = 5);
    CHECK_INT(dummy.connections, 3);
    CHECK_INT(orm_counters_of(db).opened, 3);
    CHECK_INT(orm_counters_of(db).connections, 3);
    CHECK_INT(orm_counters_of(db).in_use, 0);
    orm_close(db);
    db = OPEN("many:", .min = 12);
    CHECK_INT(dummy.connections, 12);
    orm_close(db);
    db = OPEN("file:", .min = 3);                               /* readers come with the second thread */
    CHECK_INT(dummy.connections, 1);
    orm_close(db);
    CHECK(!OPEN("many:", .min = 3, .max = 2));
    CHECK_INT(orm_error()->kind, ORM_CONFIG);
    CHECK_INT(dummy.connections, 0);
}

static void hold_many(orm_db *db, struct holder *holders, int n)
{
    for (int i = 0; i < n; i++) {
        holders[i] = (struct holder){ .db = db };
        hold_begins(&holders[i]);
        WAIT(holders[i].holds);
    }
}

TEST(connections_that_nobody_uses_are_closed_but_for_the_least)
{
    orm_db *db = OPEN("server:", .min = 2, .max = 5, .idle_ms = 40);
    struct holder holders[5];
    hold_many(db, holders, 5);
    CHECK_INT(dummy.connections, 5);
    dummy_nap(60);
    CHECK_INT(dummy.connections, 5);                            /* held ones are not idle */
    for (int i = 0; i < 5; i++) hold_ends(&holders[i]);
    WAIT(orm_counters_of(db).connections == 2);
    dummy_nap(100);
    CHECK_INT(dummy.connections, 2);
    CHECK_INT(orm_counters_of(db).opened, 5);
    CHECK_INT(orm_counters_of(db).closed, 3);
    hold_many(db, holders, 5);                                  /* and opened again when needed */
    CHECK_INT(dummy.connections, 5);
    for (int i = 0; i < 5; i++) hold_ends(&holders[i]);
    orm_close(db);
    CHECK_INT(dummy.connections, 0);
}

TEST(old_connections_are_replaced_when_nobody_uses_them)
{
    orm_db *db = OPEN("server:", .min = 2, .max = 3, .lifetime_ms = 60);
    CHECK_INT(RUN(db, "insert"), ORM_OK);
    WAIT(dummy.opens >= 6);
    WAIT(orm_counters_of(db).connections == 2);
    int before = 0, after = 0;
    ORM_TRANSACTION(db) {
        before = session_of(db)->connection ? session_of(db)->connection->number : 0;
        CHECK_INT(RUN(db, "insert"), ORM_OK);
        dummy_nap(100);
        CHECK_INT(RUN(db, "insert"), ORM_OK);
        after = session_of(db)->connection ? session_of(db)->connection->number : 0;
    }
    CHECK(!orm_failed());
    if (session_of(db)->level == 0 && before) CHECK_INT(after, before);
    orm_close(db);
    CHECK_INT(dummy.connections, 0);
    /* a pool of one has nobody to look after it: it is replaced when it is given back */
    db = OPEN("server:", .max = 1, .lifetime_ms = 30);
    CHECK_INT(RUN(db, "insert"), ORM_OK);
    dummy_nap(40);
    CHECK_INT(RUN(db, "insert"), ORM_OK);
    CHECK_INT(dummy.opens, 2);
    orm_close(db);
}

TEST(lifetimes_differ_by_up_to_a_tenth)
{
    orm_db *db = OPEN("server:", .min = 8, .max = 8, .lifetime_ms = 1000000);
    int64_t least = INT64_MAX, most = 0;
    for (unsigned i = 0; i < 8; i++) {
        const orm__session *session = atomic_load(&db->pool->sessions[i]);
        int64_t life = session->expires_at - session->opened_at;
        if (life < least) least = life;
        if (life > most) most = life;
    }
    CHECK(least >= 900000000 && most <= 1000000000);
    CHECK(most - least > 1000000);
    orm_close(db);
}

TEST(connections_of_a_file_are_kept)
{
    orm_db *db = OPEN("file:", .max = 3, .idle_ms = 1, .lifetime_ms = 1, .check_ms = 1, .leak_ms = 1);
    CHECK_INT(RUN(db, "insert"), ORM_OK);
    dummy_nap(120);
    CHECK_INT(RUN(db, "insert"), ORM_OK);
    CHECK_INT(dummy.opens, 1);
    orm_close(db);
}

/* ---- lost connections ---- */

TEST(a_connection_that_was_lost_while_idle_is_replaced_before_it_is_used)
{
    orm_db *db = OPEN("server:", .max = 1, .check_ms = 60);
    CHECK_INT(RUN(db, "insert a"), ORM_OK);
    CHECK_INT(RUN(db, "insert a"), ORM_OK);
    CHECK_INT(dummy.asked, 0);                                  /* not for each use */
    dummy_nap(120);
    CHECK_INT(RUN(db, "insert b"), ORM_OK);
    CHECK_INT(dummy.asked, 1);
    CHECK_INT(dummy.opens, 1);
    dummy_nap(120);
    dummy.dead = dummy.opens;
    CHECK_INT(RUN(db, "insert c"), ORM_OK);
    CHECK_INT(dummy.opens, 2);
    CHECK_INT(notes(), 1);
    CHECK_CONTAINS(told.last_note, "lost while nobody used it");
    CHECK_TEXT(dummy.trace, "insert a, insert a, insert b, insert c");      /* nothing is sent twice */
    CHECK_INT(orm_counters_of(db).connections, 1);
    orm_close(db);
    CHECK_INT(dummy.connections, 0);
    CHECK_INT(dummy.statements, 0);
}

TEST(those_that_shall_stay_open_are_replaced_without_being_asked_for)
{
    orm_db *db = OPEN("server:", .min = 3, .max = 4, .idle_ms = 40);
    CHECK_INT(RUN(db, "insert"), ORM_OK);
    dummy.dead = dummy.opens;
    WAIT(dummy.opens >= 6 && orm_counters_of(db).connections == 3);
    CHECK_INT(dummy.connections, 3);
    orm_close(db);
}

TEST(a_connection_that_is_lost_in_a_call_is_closed_and_the_next_call_has_another)
{
    orm_db *db = OPEN("server:", .max = 1);
    dummy_fail("insert", 1, 1, ORM_CONNECTION_LOST);
    CHECK_INT(RUN(db, "select"), ORM_OK);
    dummy.dead = dummy.opens;
    CHECK_INT(RUN(db, "insert"), ORM_CONNECTION_LOST);
    CHECK_INT(dummy.connections, 0);
    CHECK_INT(RUN(db, "insert"), ORM_OK);
    CHECK_INT(dummy.opens, 2);
    ORM_TRANSACTION(db) {
        CHECK_INT(RUN(db, "insert"), ORM_OK);
        dummy_fail("insert", 1, 1, ORM_CONNECTION_LOST);
        dummy.dead = dummy.opens;
        CHECK_INT(RUN(db, "insert"), ORM_CONNECTION_LOST);
        CHECK_INT(RUN(db, "insert"), ORM_CONNECTION_LOST);      /* never on another connection */
    }
    CHECK_INT(orm_error()->kind, ORM_CONNECTION_LOST);
    CHECK_INT(RUN(db, "insert"), ORM_OK);
    CHECK_INT(dummy.opens, 3);
    orm_close(db);
    CHECK_INT(dummy.connections, 0);
}

TEST(a_server_that_does_not_answer_is_asked_by_one_thread_at_a_time_and_ever_less)
{
    orm_db *db = OPEN("server:", .max = 4, .acquire_ms = 400);
    CHECK_INT(RUN(db, "insert"), ORM_OK);
    dummy_nap(110);
    dummy.dead = dummy.opens;
    dummy.refused = 1000000;
    struct holder threads[8];
    int before = dummy.opens;
    for (int i = 0; i < 8; i++) {
        threads[i] = (struct holder){ .db = db, .go = true };
        hold_begins(&threads[i]);
    }
    for (int i = 0; i < 8; i++) {
        pthread_join(threads[i].thread, NULL);
        CHECK_INT(threads[i].status, ORM_CONNECTION_LOST);
        CHECK_TEXT(threads[i].message, "nobody answers");
    }
    int tries = dummy.opens - before;
    CHECK(tries >= 3 && tries <= 14);                           /* up to four at the first moment, then after 20, 40, 80 ... ms */
    CHECK_INT(orm_counters_of(db).connections, 0);
    dummy.refused = 0;
    CHECK_INT(RUN(db, "insert"), ORM_OK);
    orm_close(db);
    CHECK_INT(dummy.connections, 0);
}

TEST(a_server_that_comes_back_in_time_is_waited_for)
{
    orm_db *db = OPEN("server:", .max = 4, .acquire_ms = 20000);
    CHECK_INT(RUN(db, "insert"), ORM_OK);
    dummy_nap(110);
    dummy.dead = dummy.opens;
    dummy.refused = 6;
    struct holder threads[8];
    for (int i = 0; i < 8; i++) {
        threads[i] = (struct holder){ .db = db, .go = true };
        hold_begins(&threads[i]);
    }
    for (int i = 0; i < 8; i++) {
        pthread_join(threads[i].thread, NULL);
        CHECK_INT(threads[i].status, ORM_OK);
    }
    CHECK(orm_counters_of(db).longest_wait_us < 5000000);
    orm_close(db);
}

TEST(a_first_connection_that_fails_fails_at_once)
{
    fresh();
    dummy.refused = 1;
    CHECK(!orm_open("server:", .pool = { .acquire_ms = 20000 }));
    CHECK_TEXT(orm_error()->message, "nobody answers");
    CHECK_INT(dummy.opens, 1);
}

/* ---- settings ---- */

TEST(a_connection_is_set_back_when_its_settings_were_changed_and_only_then)
{
    orm_db *db = OPEN("server:", .max = 1);
    for (int i = 0; i < 3; i++) CHECK_INT(RUN(db, "insert"), ORM_OK);
    CHECK_INT(dummy.prepared, 1);
    ORM_TRANSACTION(db) {
        CHECK_INT(RUN(db, "set a"), ORM_OK);
        CHECK_INT(RUN(db, "insert"), ORM_OK);
        CHECK_INT(dummy.resets, 0);                             /* it is this transaction's to the end */
    }
    CHECK_INT(dummy.resets, 1);
    CHECK_INT(RUN(db, "insert"), ORM_OK);
    CHECK_INT(dummy.resets, 1);
    CHECK_INT(dummy.prepared, 3);                               /* statements went with the settings */
    dummy_fail("reset", 1, 1, ORM_CONNECTION_LOST);
    CHECK_INT(RUN(db, "set b"), ORM_OK);                        /* what fails is no part of the call */
    CHECK(!orm_failed());
    CHECK_INT(dummy.connections, 0);
    CHECK_INT(RUN(db, "insert"), ORM_OK);
    CHECK_INT(dummy.opens, 2);
    orm_close(db);
    CHECK_INT(dummy.statements, 0);
}

static orm_db *hook_db;
static int hook_calls;
static void call_again(void *context, const orm_log_event *event)
{
    (void)context;
    if (event->level != ORM_LOG_ERROR || hook_calls > 100) return;
    hook_calls++;
    hook_calls += RUN(hook_db, "insert by the hook") != ORM_OK;
}

TEST(a_log_hook_may_call_while_a_connection_is_set_back)
{
    fresh();
    orm_db *db = hook_db = orm_open("server:", .log = call_again, .pool = { .max = 1 });
    hook_calls = 0;
    dummy_fail("reset", 1, 1000, ORM_IO);
    CHECK_INT(RUN(db, "set"), ORM_OK);
    CHECK_INT(hook_calls, 1);
    CHECK_INT(dummy.resets, 1);
    CHECK_INT(orm_counters_of(db).in_use, 0);
    orm_close(db);
    CHECK_INT(dummy.connections, 0);
}

/* ---- replicas ---- */

TEST(reads_go_to_replicas_and_to_the_primary_when_asked_so_or_in_transactions)
{
    fresh();
    orm_db *db = orm_open("server:", .log = hear, .replicas = { "server:away" }, .pool = { .max = 2, .acquire_ms = 2000 });
    REQUIRE(db);
    orm_opt_int64 n;
    CHECK_INT(orm_scalar(db, &n, "select 1", orm_no_params), ORM_OK);
    int away = dummy.away;
    CHECK_INT(RUN(db, "insert"), ORM_OK);
    CHECK_INT(dummy.away, away);
    orm__session *session = orm__enter(db, ORM__READ, NULL, NULL, 0);
    REQUIRE(session);
    CHECK(session->connection->away);
    orm__session *primary = orm__enter(orm_primary(db), ORM__READ, NULL, NULL, 0);        /* from inside a read, as a log hook would */
    REQUIRE(primary);
    CHECK(!primary->connection->away);
    orm__leave(primary);
    orm__leave(session);
    ORM_TRANSACTION(db) {
        session = orm__enter(db, ORM__READ, NULL, NULL, 0);
        REQUIRE(session);
        CHECK(!session->connection->away);
        primary = orm__enter(orm_primary(db), ORM__READ, NULL, NULL, 0);
        CHECK(primary == session);                              /* the transaction's own */
        if (primary) orm__leave(primary);
        orm__leave(session);
    }
    CHECK(!orm_failed());
    orm_close(db);
}

TEST(a_replica_that_does_not_answer_is_left_out)
{
    fresh();
    dummy.refused_away = 1000000;
    orm_db *db = orm_open("server:", .log = hear, .replicas = { "server:away" }, .pool = { .max = 2, .acquire_ms = 2000 });
    REQUIRE(db);
    for (int i = 0; i < 5; i++) {
        orm__session *session = orm__enter(db, ORM__READ, NULL, NULL, 0);
        REQUIRE(session);
        CHECK(!session->connection->away);
        orm__leave(session);
    }
    CHECK_INT(dummy.opens, 2);
    CHECK_INT(notes(), 1);
    CHECK_CONTAINS(told.last_note, "replica 1 is left out for a while: nobody answers");
    orm_close(db);
    CHECK_INT(dummy.connections, 0);
}

/* ---- closing ---- */

TEST(a_database_that_another_thread_uses_is_not_closed)
{
    orm_db *db = OPEN("server:", .max = 2, .acquire_ms = 40, .leak_ms = 100000);
    struct holder holder = { .db = db };
    hold_begins(&holder);
    WAIT(holder.holds);
    int64_t began = orm__ticks();
    orm_close(db);
    CHECK(ms_since(began) >= 40);
    CHECK_INT(orm_error()->kind, ORM_MISUSE);
    CHECK_CONTAINS(orm_error()->message, "orm_close: another thread still uses the database, since the call at ");
    CHECK_CONTAINS(orm_error()->message, "pool_test.c:");
    CHECK_INT(RUN(db, "insert"), ORM_OK);                       /* all is as before */
    CHECK_INT(orm_counters_of(db).in_use, 1);
    hold_ends(&holder);
    CHECK_INT(holder.status, ORM_OK);
    orm_close(db);
    CHECK_INT(dummy.connections, 0);
    CHECK_INT(dummy.statements, 0);
}

TEST(closing_waits_for_the_calls_of_others)
{
    orm_db *db = OPEN("many:", .max = 2, .acquire_ms = 20000);
    struct holder slow = { .db = db };
    dummy.slow_ms = 50;
    CHECK(pthread_create(&slow.thread, NULL, run_slow, &slow) == 0);
    WAIT(orm_counters_of(db).in_use == 1);
    orm_close(db);
    pthread_join(slow.thread, NULL);
    CHECK_INT(slow.status, ORM_OK);
    CHECK_INT(dummy.connections, 0);
}

TEST(threads_that_wait_while_it_is_closed_are_told)
{
    orm_db *db = OPEN("many:", .max = 1, .acquire_ms = 20000);
    struct holder waiting[3];
    ORM_TRANSACTION(db) {
        for (int i = 0; i < 3; i++) {
            waiting[i] = (struct holder){ .db = db, .go = true };
            hold_begins(&waiting[i]);
        }
        WAIT(orm_counters_of(db).waiting == 3);
        pthread_mutex_lock(&db->pool->mutex);                   /* nobody is served in between */
        db->pool->closing = true;
        pthread_mutex_unlock(&db->pool->mutex);
    }
    orm_close(db);
    for (int i = 0; i < 3; i++) {
        pthread_join(waiting[i].thread, NULL);
        CHECK_INT(waiting[i].status, ORM_MISUSE);
        CHECK_TEXT(waiting[i].message, "the database is being closed");
    }
    CHECK_INT(dummy.connections, 0);
}

static void close_it(void *context, const orm_log_event *event)
{
    (void)context;
    if (event->level == ORM_LOG_SQL && strncmp(event->sql, "insert", 6) == 0) orm_close(hook_db);
}

TEST(a_log_hook_cannot_close_what_is_being_used)
{
    fresh();
    orm_db *db = hook_db = orm_open("many:", .log = close_it);
    CHECK_INT(RUN(db, "insert"), ORM_OK);
    ORM_TRANSACTION(db) CHECK_INT(RUN(db, "insert"), ORM_OK);
    CHECK(!orm_failed());
    CHECK_INT(dummy.connections, 1);
    orm_close(db);
    CHECK_INT(dummy.connections, 0);
}

TEST(only_what_orm_open_gave_is_closed)
{
    orm_db *db = OPEN("many:", .max = 2);
    orm_close(orm_outside(db));
    CHECK_INT(orm_error()->kind, ORM_MISUSE);
    orm_close(orm_primary(db));
    CHECK_INT(orm_error()->kind, ORM_MISUSE);
    CHECK_INT(RUN(db, "insert"), ORM_OK);
    orm_close(db);
    orm_close(NULL);
    CHECK_INT(dummy.connections, 0);
}

/* ---- threads and processes that end ---- */

static void *begin_and_end(void *argument)
{
    orm_db *db = (orm_db *)argument;
    orm_tx *tx = orm_begin(db, NULL);
    if (tx && orm_begin(orm_outside(db), NULL)) RUN(db, "insert");
    return NULL;
}

TEST(what_a_thread_held_when_it_ended_is_rolled_back_and_free)
{
    orm_db *db = OPEN("many:", .max = 2);
    for (int i = 0; i < 3; i++) {
        pthread_t thread;
        CHECK(pthread_create(&thread, NULL, begin_and_end, db) == 0);
        pthread_join(thread, NULL);
        CHECK_INT(notes(), 2 * (i + 1));
        CHECK_CONTAINS(told.last_note, "a thread ended in a transaction, which is rolled back: it was begun at 0x");
        CHECK_INT(orm_counters_of(db).in_use, 0);
    }
    CHECK_TEXT(dummy.trace, "begin, begin, insert, rollback, rollback, begin, begin, insert, rollback, rollback, begin, begin, insert, rollback, rollback");
    orm_close(db);
    CHECK_INT(dummy.connections, 0);
}

TEST(the_child_of_a_fork_closes_its_parents_database_without_losing_its_own)
{
    orm_db *db = OPEN("many:", .max = 2);
    ORM_TRANSACTION(db) {
        pid_t child = fork();
        if (child == 0) {
            int wrong = 0;
            orm_db *own = orm_open("many:");
            ORM_TRANSACTION(own) {
                wrong += RUN(db, "insert") != ORM_MISUSE;
                orm_close(db);                                  /* frees memory only */
                wrong += RUN(own, "insert") != ORM_OK;
            }
            wrong += orm_failed();
            orm_close(own);
            _exit(wrong);
        }
        int state = -1;
        CHECK_INT(waitpid(child, &state, 0), child);
        CHECK_INT(state, 0);
        CHECK_INT(RUN(db, "insert"), ORM_OK);
    }
    CHECK(!orm_failed());
    orm_close(db);
}

/* ---- orm_current ---- */

struct joiner { orm_db *db; orm_status status; int rounds; };
static void *join(void *argument)
{
    struct joiner *j = (struct joiner *)argument;
    for (int i = 0; i < j->rounds && !j->status; i++) j->status = RUN(j->db, "insert");
    return NULL;
}
static int after_calls;
static void after(void *arg) { after_calls++, (void)arg; }

TEST(calls_on_a_transaction_that_was_handed_on_and_has_ended_are_refused)
{
    orm_db *db = OPEN("many:", .max = 2), *handed = NULL;
    CHECK(!orm_current(db));
    CHECK_INT(orm_error()->kind, ORM_MISUSE);
    after_calls = 0;
    ORM_TRANSACTION(db) {
        handed = orm_current(db);
        CHECK(handed && orm_current(db) == handed);
        CHECK(!orm_current(handed));
        CHECK_INT(RUN(handed, "insert"), ORM_OK);
        int runs = 0;
        ORM_TRANSACTION(handed) runs++;
        CHECK_INT(runs, 0);
        CHECK_INT(orm_error()->kind, ORM_MISUSE);
        CHECK_INT(orm_attempt(handed), 1);
    }
    CHECK(!orm_failed());
    for (int i = 0; i < 7; i++) {
        CHECK_INT(RUN(handed, "insert"), ORM_MISUSE);
        CHECK_CONTAINS(orm_error()->message, "has ended");
        CHECK_INT(orm_after_commit(handed, after, NULL), ORM_MISUSE);
        CHECK(!orm_handled(handed));
        CHECK_INT(orm_attempt(handed), 0);
        ORM_TRANSACTION(db) CHECK(orm_current(db) != handed);
        CHECK(!orm_failed());
    }
    CHECK_INT(after_calls, 0);
    orm_close(db);
}

TEST(threads_that_share_a_transaction_do_not_meet_in_it)
{
    orm_db *db = OPEN("many:", .max = 2);
    struct joiner joiners[4];
    pthread_t threads[4];
    after_calls = 0;
    for (int round = 0; round < 2; round++) {
        ORM_TRANSACTION(db) {
            for (int i = 0; i < 4; i++) {
                joiners[i] = (struct joiner){ .db = orm_current(db), .rounds = 50 };
                CHECK(pthread_create(&threads[i], NULL, join, &joiners[i]) == 0);
            }
            for (int i = 0; i < 50; i++) {                      /* while its owner opens and ends savepoints, and asks for this and that */
                ORM_TRANSACTION(db) CHECK_INT(RUN(db, "insert"), ORM_OK);
                CHECK(!orm_failed());
                CHECK_INT(orm_after_commit(db, after, NULL), ORM_OK);
                CHECK(orm_current(db) == joiners[0].db);
                orm_tx *tx = orm_begin(db, NULL);
                CHECK(tx != NULL);
                CHECK_INT(orm_commit(tx), ORM_OK);
            }
            for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
            if (round == 1) break;
        }
        CHECK_INT(orm_error()->kind, round ? ORM_ROLLED_BACK : ORM_OK);
        for (int i = 0; i < 4; i++) CHECK_INT(joiners[i].status, ORM_OK);
    }
    CHECK_INT(after_calls, 50);
    CHECK_INT(dummy.connections, 1);
    orm_close(db);
}

/* the calls of others in a transaction that was handed on may still run when it ends */
TEST(a_transaction_ends_between_the_calls_of_those_who_share_it)
{
    orm_db *db = OPEN("many:", .max = 2);
    for (int round = 0; round < 20; round++) {
        struct joiner joiner = { .rounds = 1000000 };
        pthread_t thread;
        ORM_TRANSACTION(db) {
            joiner.db = orm_current(db);
            CHECK(pthread_create(&thread, NULL, join, &joiner) == 0);
            if (round % 2) dummy_nap(1);
            if (round % 3 == 0) break;
        }
        pthread_join(thread, NULL);
        CHECK_INT(joiner.status, ORM_MISUSE);
        dummy.trace[0] = 0;
    }
    orm_close(db);
    CHECK_INT(dummy.connections, 0);
}

/* ---- out of memory ---- */

static void everything(orm_allocator allocator)
{
    orm_db *db = orm_open("server:", .allocator = allocator, .pool = { .min = 2, .max = 3, .acquire_ms = 50 }, .replicas = { "server:away" });
    if (!db) {
        CHECK_INT(orm_error()->kind, ORM_NO_MEMORY);
        return;
    }
    orm_opt_int64 n;
    orm_scalar(db, &n, "select 1", orm_no_params);
    ORM_TRANSACTION(db) {
        orm_after_commit(db, after, NULL);
        RUN(db, "insert");
        ORM_TRANSACTION(orm_outside(db)) {
            RUN(orm_outside(db), "set");
            ORM_TRANSACTION(db) RUN(orm_current(db), "insert");
        }
    }
    orm_tx *tx = orm_begin(db, NULL);
    if (tx) orm_commit(tx);
    else CHECK_INT(orm_error()->kind, ORM_NO_MEMORY);
    CHECK_INT(orm_counters_of(db).in_use, 0);
    struct holder holder = { .db = db, .go = true };
    hold_begins(&holder);
    pthread_join(holder.thread, NULL);
    CHECK(holder.status == ORM_OK || holder.status == ORM_NO_MEMORY);
    orm_close(db);
}

TEST(every_allocation_may_fail)
{
    struct check_allocator state = { .fail_at = 0 };
    fresh();
    everything(check_failing_allocator(&state));
    CHECK_INT(state.live, 0);
    size_t all = state.count;
    CHECK(all > 10);
    for (size_t n = 1; n <= all; n++) {
        state = (struct check_allocator){ .fail_at = n };
        fresh();
        everything(check_failing_allocator(&state));
        CHECK_INT(state.live, 0);
        CHECK(!state.wrong);
        CHECK_INT(dummy.connections, 0);
        CHECK_INT(dummy.statements, 0);
    }
}

CHECK_MAIN()

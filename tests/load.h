/* >>load: many threads that do all sorts of things with one database at once, and what must be true of it at every moment. For one .c file each,
   which includes an adapter: it defines the schema, too.

   ORM_TEST_SECONDS and ORM_TEST_THREADS say for how long, and how many. */
#ifndef LOAD_H
#define LOAD_H
#include "check.h"
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#define Purse_FIELDS(X)                                          \
    X(id,         serial)                                        \
    X(name,       string(40), length(2, 40))                     \
    X(amount,     integer, default(0))                           \
    X(slips,      has_many(Slip, purse_id))                      \
    X(updated_at, updated_at)
ORM_MODEL(Purse, purses)

#define Slip_FIELDS(X)                                           \
    X(id,         serial)                                        \
    X(purse_id,   key(Purse), indexed)                           \
    X(note,       string(60), not_empty)                         \
    X(purse,      belongs_to(Purse, purse_id))
ORM_MODEL(Slip, slips)

#define Load_MODELS(X) X(Purse) X(Slip)
ORM_SCHEMA(Load)
ORM_DEFINE(Load)

#if defined __has_feature
#  if __has_feature(thread_sanitizer)
#    define LOAD_SECONDS 5
#  endif
#endif
#ifndef LOAD_SECONDS
#  define LOAD_SECONDS 2
#endif
enum { LOAD_PURSES = 20, LOAD_SUM = LOAD_PURSES * 1000, LOAD_MOST_THREADS = 256 };

struct load {
    orm_db *db;
    const char *url;
    int64_t first, until;               /* the key of the first purse; milliseconds */
    _Atomic int aside, committed, after, wrong;      /* handles of their own; transactions that asked for a call afterwards; those calls; promises broken */
    _Atomic uint64_t calls, conflicts, timeouts, deadlocks;
};
struct load_thread { struct load *load; pthread_t thread; uint64_t random; int number; };

static int64_t load_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}
static int load_number(const char *name, int usual)
{
    const char *wanted = getenv(name);
    return wanted && atoi(wanted) > 0 ? atoi(wanted) : usual;
}
static int load_below(struct load_thread *t, int n)
{
    t->random = t->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (int)((t->random >> 33) % (uint64_t)n);
}
static int64_t load_purse(struct load_thread *t) { return t->load->first + load_below(t, LOAD_PURSES); }

/* what may come between threads is counted, anything else is wrong */
static void load_check(struct load_thread *t, const char *what)
{
    const orm_error_info *error = orm_error();
    t->load->calls++;
    if (!orm_failed()) return;
    switch (error->kind) {
    case ORM_SERIALIZATION: case ORM_DEADLOCK: t->load->conflicts++; return;
    case ORM_DEADLOCK_SELF: t->load->deadlocks++; return;
    case ORM_TIMEOUT: case ORM_ACQUIRE_TIMEOUT: t->load->timeouts++; return;
    default: break;
    }
    t->load->wrong++;
    fprintf(stderr, "%s: %s: %s\n", what, orm_status_name(error->kind), error->message);
}
static void load_require(struct load_thread *t, bool holds, const char *what)
{
    if (holds) return;
    t->load->wrong++;
    fprintf(stderr, "%s does not hold\n", what);
}

/* ---- what the threads do ---- */

static void load_find(struct load_thread *t)
{
    ORM_AUTO Purse *purse = Purse_find(t->load->db, load_purse(t));
    load_check(t, "find");
    load_require(t, purse != NULL || orm_failed(), "every purse is found");
}

static void load_include(struct load_thread *t)
{
    ORM_AUTO Purse *purses = Purse_find_all(t->load->db, &(Purse_query){ .include = { orm_with(Purse_.slips, .limit = 3) }, .limit = 4 });
    load_check(t, "include");
    load_require(t, orm_failed() || orm_len(purses) == 4, "four purses are found with their slips");
}

static void load_create(struct load_thread *t)
{
    char note[40];
    snprintf(note, sizeof note, "thread %d", t->number);
    ORM_NEW(Slip, slip, .purse_id = load_purse(t), .note = note);
    Slip_create(t->load->db, &slip);
    load_check(t, "create");
    load_require(t, slip.id > 0 || orm_failed(), "a created row has its key");
    slip.note = "saved";
    if (!orm_failed() && load_below(t, 2)) {
        Slip_save(t->load->db, &slip);          /* of another session, perhaps */
        load_check(t, "save");
    }
}

static void load_bulk(struct load_thread *t)
{
    Slip slips[20];
    for (int i = 0; i < 20; i++) {
        slips[i] = Slip_defaults();
        slips[i].purse_id = load_purse(t);
        slips[i].note = "bulk";
    }
    Slip_create_all(t->load->db, slips, 20, NULL);
    load_check(t, "create_all");
    if (orm_failed()) return;
    Slip_destroy_all(t->load->db, &(Slip_query){ .where = orm_and(orm_gte(Slip_.id, slips[0].id), orm_lte(Slip_.id, slips[19].id), orm_eq(Slip_.note, "bulk")) }, NULL);
    load_check(t, "destroy_all");
}

static void load_rename(struct load_thread *t)
{
    ORM_AUTO Purse *purse = Purse_find(t->load->db, load_purse(t));
    load_check(t, "find");
    if (!purse) return;
    purse->name = load_below(t, 2) ? "leather" : "silk";
    Purse_save_only(t->load->db, purse, (Purse_mask){ .name = 1 });
    load_check(t, "save_only");
}

static void load_after(void *arg) { ((struct load *)arg)->after++; }

static void load_transfer(struct load_thread *t)
{
    orm_db *db = t->load->db;
    int64_t from = load_purse(t), to = load_purse(t);
    bool asked = false;
    if (from == to) return;
    ORM_TRANSACTION(db, .retries = 50) {
        ORM_AUTO Purse *a = Purse_get(db, from);
        ORM_AUTO Purse *b = Purse_get(db, to);
        if (!a || !b) break;
        a->amount -= 3;
        b->amount += 3;
        if (Purse_save(db, a) || Purse_save(db, b)) break;
        asked = orm_after_commit(db, load_after, t->load) == ORM_OK;
    }
    load_check(t, "transfer");
    t->load->committed += asked && !orm_failed();
}

static void load_nested(struct load_thread *t)
{
    orm_db *db = t->load->db;
    int64_t before = -1, after = -1, mine = 0;
    ORM_TRANSACTION(db, .retries = 50) {
        ORM_NEW(Slip, outer, .purse_id = load_purse(t), .note = "outer");
        if (Slip_create(db, &outer)) break;
        mine = outer.id;
        ORM_TRANSACTION(db) {
            ORM_NEW(Slip, inner, .purse_id = load_purse(t), .note = "inner");
            Slip_create(db, &inner);
            orm_fail(db, 1, "on purpose");
        }
        if (!orm_handled(db)) break;
        if (Slip_count(db, &(Slip_query){ .where = orm_and(orm_eq(Slip_.note, "inner"), orm_gte(Slip_.id, mine)) }, &before)) break;
        if (Slip_destroy_by_key(db, mine)) break;
        if (Slip_count(db, &(Slip_query){ .where = orm_eq(Slip_.id, mine) }, &after)) break;
    }
    load_check(t, "nested");
    load_require(t, orm_failed() || after == 0, "what a transaction destroys it does not see any more");
}

/* a reader's moment: whatever is transferred at the same time, the sum is the same */
static void load_sum(struct load_thread *t)
{
    orm_db *db = t->load->db;
    int64_t first = 0, second = 0;
    ORM_TRANSACTION(db, .read_only = true) {
        if (orm_sum(db, Purse_.amount, &first, NULL)) break;
        if (orm_sum(db, Purse_.amount, &second, NULL)) break;
    }
    load_check(t, "sum");
    load_require(t, orm_failed() || (first == LOAD_SUM && second == LOAD_SUM), "the sum stays the same");
}

static void load_outside(struct load_thread *t)
{
    orm_db *db = t->load->db, *outside = orm_outside(db);
    int64_t seen = -1, id = 0;
    ORM_TRANSACTION(db) {
        ORM_NEW(Slip, slip, .purse_id = load_purse(t), .note = "not yet");
        if (Slip_create(db, &slip)) break;
        id = slip.id;
        Slip_count(outside, &(Slip_query){ .where = orm_eq(Slip_.id, id) }, &seen);
        load_check(t, "count outside");
        break;
    }
    load_require(t, seen <= 0, "nobody else sees what was not committed");
}

struct load_helper { struct load_thread *of; orm_db *db; };
static void *load_help(void *argument)
{
    struct load_helper *help = (struct load_helper *)argument;
    for (int i = 0; i < 3; i++) {
        ORM_NEW(Slip, slip, .purse_id = help->of->load->first, .note = "handed on");
        Slip_create(help->db, &slip);
        load_check(help->of, "create on what was handed on");
    }
    return NULL;
}
static void load_current(struct load_thread *t)
{
    orm_db *db = t->load->db;
    pthread_t threads[2];
    ORM_TRANSACTION(db) {
        struct load_helper help = { t, orm_current(db) };
        int n = 0;
        while (n < 2 && pthread_create(&threads[n], NULL, load_help, &help) == 0) n++;
        ORM_NEW(Slip, slip, .purse_id = t->load->first, .note = "handed on");
        Slip_create(db, &slip);
        while (n > 0) pthread_join(threads[--n], NULL);
        break;
    }
}

static void load_each(struct load_thread *t)
{
    int64_t last = 0;
    ORM_EACH(Slip, slip, t->load->db, .limit = 300) {
        load_require(t, slip->id > last, "keys ascend");
        last = slip->id;
    }
    load_check(t, "each");
}

static void load_in_time(struct load_thread *t)
{
    int64_t n = 0;
    Slip_count(t->load->db, &(Slip_query){ .timeout_ms = 1 }, &n);
    load_check(t, "count with a deadline");
}

static void load_aside(struct load_thread *t)
{
    if (++t->load->aside <= 3) {
        orm_db *own = orm_open(t->load->url, .busy_timeout_ms = 60000);
        if (own) {
            ORM_AUTO Purse *purse = Purse_find(own, load_purse(t));
            load_check(t, "find on a handle of its own");
            load_require(t, purse != NULL || orm_failed(), "every purse is found by another handle");
        } else {
            load_check(t, "open");
        }
        orm_close(own);
    }
    t->load->aside--;
}

static void load_begin(struct load_thread *t)
{
    orm_tx *tx = orm_begin(t->load->db, NULL);
    load_check(t, "begin");
    ORM_NEW(Slip, slip, .purse_id = load_purse(t), .note = "rolled back");
    if (tx) Slip_create(t->load->db, &slip);
    orm_rollback(tx);
}

static void *load_run(void *argument)
{
    static void (*const does[])(struct load_thread *) = { load_find, load_find, load_find, load_include, load_create, load_create, load_bulk, load_rename,
        load_transfer, load_transfer, load_nested, load_sum, load_outside, load_current, load_each, load_in_time, load_aside, load_begin };
    struct load_thread *t = (struct load_thread *)argument;
    char note[40];
    snprintf(note, sizeof note, "thread %d", t->number);
    for (int i = 1; load_ms() < t->load->until; i++) {
        does[load_below(t, sizeof does / sizeof does[0])](t);
        if (i % 40) continue;
        Slip_destroy_all(t->load->db, &(Slip_query){ .where = orm_or(orm_eq(Slip_.note, note), orm_eq(Slip_.note, "saved")) }, NULL);
        load_check(t, "destroy_all");
    }
    return NULL;
}

/* on an opened database, whose url is for handles beside it */
static void load(orm_db *db, const char *url)
{
    struct load state = { .db = db, .url = url };
    struct load_thread *threads = calloc(LOAD_MOST_THREADS, sizeof *threads);
    int n = load_number("ORM_TEST_THREADS", 64), seconds = load_number("ORM_TEST_SECONDS", LOAD_SECONDS);
    Purse purses[LOAD_PURSES];
    for (int i = 0; i < LOAD_PURSES; i++) {
        purses[i] = Purse_defaults();
        purses[i].name = "purse";
        purses[i].amount = LOAD_SUM / LOAD_PURSES;
    }
    REQUIRE(threads && !Purse_create_all(db, purses, LOAD_PURSES, NULL));
    state.first = purses[0].id;
    state.until = load_ms() + seconds * 1000;
    if (n > LOAD_MOST_THREADS) n = LOAD_MOST_THREADS;
    for (int i = 0; i < n; i++) {
        threads[i] = (struct load_thread){ .load = &state, .random = (uint64_t)i * 7919 + 1, .number = i };
        REQUIRE(pthread_create(&threads[i].thread, NULL, load_run, &threads[i]) == 0);
    }
    for (int i = 0; i < n; i++) pthread_join(threads[i].thread, NULL);
    free(threads);
    int64_t sum = 0;
    CHECK_INT(orm_sum(db, Purse_.amount, &sum, NULL), ORM_OK);
    CHECK_INT(sum, LOAD_SUM);
    int64_t ghosts = -1;
    CHECK_INT(Slip_count(db, &(Slip_query){ .where = orm_in(Slip_.note, "inner", "not yet", "handed on", "rolled back") }, &ghosts), ORM_OK);
    CHECK_INT(ghosts, 0);
    CHECK_INT(state.wrong, 0);
    CHECK_INT(state.after, state.committed);
    orm_counters counters = orm_counters_of(db);
    CHECK_INT(counters.in_use, 0);
    CHECK_INT(counters.waiting, 0);
    CHECK(state.calls > 0);
    if (getenv("ORM_TEST_SECONDS"))
        printf("%d threads, %d s: %" PRIu64 " calls, %" PRIu64 " statements, %" PRIu64 " waited, at most %.1f ms; %" PRIu64 " conflicts, %" PRIu64 " timed out, %" PRIu64 " would have waited for themselves, %" PRIu64 " connections\n",
               n, seconds, state.calls, counters.statements, counters.waits, (double)counters.longest_wait_us / 1000, state.conflicts, state.timeouts, state.deadlocks, counters.opened);
}
#endif

/* >>dummy_dialect: an engine without data, for tests of what happens around statements. It records its calls and fails when told.

   Its trace names what reached the engine, in order: "begin, insert x, commit". Statements are any text; "select" yields one row, "slow" takes
   its time, "set" changes the connection's settings. It has one connection, unless its copies in pool_test.c say otherwise. */
#ifndef DUMMY_DIALECT_H
#define DUMMY_DIALECT_H
#include "internal.h"

struct orm_connection { orm__session *db; bool in_transaction, reading, away; int number; int64_t deadline; };
struct orm_statement { char sql[256]; bool done; orm_status failed; };

static struct dummy {
    char trace[4096];
    const char *fail_on;              /* the call or statement whose text begins so */
    int fail_nth, fail_times;         /* fails the n-th such call (from 1) and the next ones, `fail_times` in all */
    orm_status fail_kind;
    bool rolls_back;                  /* the failure ends the engine's transaction */
    int seen;
    _Atomic int connections, statements, prepared, deadlines;      /* alive; alive; ever; set */
    _Atomic int opens;                /* connections that were tried, the number of the last */
    _Atomic int refused, slow_ms;     /* so many of the next ones fail; what a connect and a slow statement take */
    _Atomic int refused_away;         /* the same for URLs that end in "away" */
    _Atomic int dead;                 /* the connections up to this number are lost */
    _Atomic int asked, resets, away;  /* how often it was asked whether it lives; set back; statements on an "away" */
    orm_value last_value;
    size_t last_n;
} dummy;
static pthread_mutex_t dummy_mutex = PTHREAD_MUTEX_INITIALIZER;      /* of the trace and what belongs to it */

__attribute__((unused)) static orm__session *session_of(orm_db *db) { return atomic_load(&db->pool->sessions[0]); }
__attribute__((unused)) static void dummy_reset(void) { dummy = (struct dummy){ .seen = 0 }; }
__attribute__((unused)) static void dummy_fail(const char *on, int nth, int times, orm_status kind)
{
    dummy.fail_on = on;
    dummy.fail_nth = nth;
    dummy.fail_times = times;
    dummy.fail_kind = kind;
    dummy.seen = 0;
}

static bool dummy_fails(const char *what)
{
    size_t length = strlen(dummy.trace);
    snprintf(dummy.trace + length, sizeof dummy.trace - length, "%s%s", length ? ", " : "", what);
    if (!dummy.fail_on || strncmp(what, dummy.fail_on, strlen(dummy.fail_on)) != 0) return false;
    dummy.seen++;
    return dummy.seen >= dummy.fail_nth && dummy.seen < dummy.fail_nth + dummy.fail_times;
}

static orm_status dummy_call(orm_connection *c, const char *what)
{
    pthread_mutex_lock(&dummy_mutex);
    bool fails = dummy_fails(what);
    pthread_mutex_unlock(&dummy_mutex);
    if (!fails) return ORM_OK;
    if (dummy.rolls_back) c->in_transaction = false;
    return orm__raise(c->db, dummy.fail_kind, 1000 + (int)dummy.fail_kind, "%s failed", what);
}

static void dummy_nap(int ms) { if (ms) nanosleep(&(struct timespec){ .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L }, NULL); }
static bool dummy_takes(_Atomic int *some)
{
    int left = atomic_load(some);
    while (left > 0 && !atomic_compare_exchange_weak(some, &left, left - 1)) continue;
    return left > 0;
}

static orm_status dummy_open(orm__session *db, const char *url, const orm_options *options, bool reader, orm_connection **out)
{
    (void)options, (void)reader;
    bool away = strlen(url) > 4 && strcmp(url + strlen(url) - 4, "away") == 0;
    int number = ++dummy.opens;
    dummy_nap(dummy.slow_ms);
    if (dummy_takes(away ? &dummy.refused_away : &dummy.refused)) return orm__raise(db, ORM_CONNECTION_LOST, 8, "nobody answers");
    if (strcmp(url, "dummy:broken") == 0) return orm__raise(db, ORM_CONFIG, 7, "broken");
    *out = (orm_connection *)calloc(1, sizeof **out);
    if (!*out) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory");
    **out = (orm_connection){ .db = db, .away = away, .number = number };
    dummy.connections++;
    return ORM_OK;
}
/* one connection, so that what one test leaves is what the next finds */
static bool dummy_alone(orm_connection *c) { (void)c; return true; }
static void dummy_close(orm_connection *c) { dummy.connections--; free(c); }
static const char *dummy_engine(orm_connection *c) { (void)c; return "Dummy 1"; }
static size_t dummy_max_parameters(orm_connection *c) { (void)c; return 100; }
static void dummy_deadline(orm_connection *c, int64_t at) { c->deadline = at; dummy.deadlines += at != 0; }

static orm_status dummy_prepare(orm_connection *c, const char *sql, size_t length, orm_statement **out)
{
    if (strncmp(sql, "unknown", 7) == 0) return orm__raise(c->db, ORM_SYNTAX, 1, "syntax");
    *out = (orm_statement *)calloc(1, sizeof **out);
    snprintf((*out)->sql, sizeof (*out)->sql, "%.*s", (int)length, sql);
    dummy.statements++;
    dummy.prepared++;
    return ORM_OK;
}
static void dummy_finalize(orm_connection *c, orm_statement *s) { (void)c; dummy.statements--; free(s); }
static orm_status dummy_start(orm_connection *c, orm_statement *s, const orm_value *values, size_t n)
{
    s->done = false;
    s->failed = ORM_OK;
    pthread_mutex_lock(&dummy_mutex);
    dummy.last_n = n;
    if (n) dummy.last_value = values[n - 1];
    pthread_mutex_unlock(&dummy_mutex);
    dummy.away += c->away;
    if (strncmp(s->sql, "set", 3) == 0) c->db->touched = true;
    if (strncmp(s->sql, "slow", 4) == 0) dummy_nap(dummy.slow_ms);
    if (c->in_transaction && c->reading && strncmp(s->sql, "insert", 6) == 0) return orm__raise(c->db, ORM_READ_ONLY, 3, "reading");
    if (strncmp(s->sql, "nobind", 6) == 0) return orm__raise(c->db, ORM_VALUE_RANGE, 2, "bind");
    return ORM_OK;
}
static orm_step dummy_fetch(orm_connection *c, orm_statement *s, const orm_plan *plan, void **rows, orm_arena *texts, int64_t *extra)
{
    (void)extra;
    if (s->done) return ORM_STEP_DONE;
    s->done = true;
    s->failed = dummy_call(c, s->sql);
    if (s->failed) return ORM_STEP_FAILED;
    if (strncmp(s->sql, "select", 6) != 0) return ORM_STEP_DONE;
    if (plan->n_segments == 0 || strstr(s->sql, "null")) return ORM_STEP_ROW;
    char *member = (char *)rows[0] + plan->fields[0].offset;
    const char *hello = NULL;
    switch (plan->fields[0].type) {
    case ORM_INT64: *(orm_opt_int64 *)(void *)member = orm_int64(42); break;
    case ORM_BOOL:  *(orm_opt_bool *)(void *)member = orm_bool(true); break;
    case ORM_TEXT:
        hello = orm__bump_text(texts, "hello", 5);
        memcpy(member, &hello, sizeof hello);
        break;
    default: orm__raise(c->db, ORM_BAD_DATA, 0, "does not fit"); return ORM_STEP_FAILED;      /* and finish knows nothing of it */
    }
    return ORM_STEP_ROW;
}
static orm_status dummy_finish(orm_connection *c, orm_statement *s, orm_outcome *out)
{
    (void)c;
    if (out) *out = (orm_outcome){ .changed = 3, .generated = 9 };
    return s->failed;
}

static orm_status dummy_begin(orm_connection *c, const orm_transaction_options *how)
{
    bool read_only = how && how->read_only;
    orm_status status = dummy_call(c, read_only ? "begin read only" : "begin");
    c->in_transaction = status == ORM_OK;
    c->reading = read_only;
    return status;
}
static orm_status dummy_commit(orm_connection *c)
{
    orm_status status = dummy_call(c, "commit");
    if (!status) c->in_transaction = false;
    return status;
}
static void dummy_rollback(orm_connection *c) { dummy_call(c, "rollback"); c->in_transaction = false; }
static bool dummy_in_transaction(orm_connection *c) { return c->in_transaction; }
static void dummy_parameter(orm__sql *out, unsigned number) { orm__put_format(out, "$%u", number); }
static void dummy_quote(orm__sql *out, const char *name) { orm__put_format(out, "\"%s\"", name); }

static const orm_dialect dummy_dialect = {
    .version = ORM_DIALECT_VERSION, .name = "dummy", .scheme = "dummy",
    .open = dummy_open, .close = dummy_close, .alone = dummy_alone, .engine = dummy_engine, .max_parameters = dummy_max_parameters, .deadline = dummy_deadline,
    .prepare = dummy_prepare, .finalize = dummy_finalize, .start = dummy_start, .fetch = dummy_fetch, .finish = dummy_finish,
    .begin = dummy_begin, .commit = dummy_commit, .rollback = dummy_rollback, .in_transaction = dummy_in_transaction,
    .parameter = dummy_parameter, .quote = dummy_quote,
};
#undef ORM__ADAPTER_8
#define ORM__ADAPTER_8 &dummy_dialect,
#endif

/* >>db: opening and closing a handle, and who uses its connection: one thread at a time, for a call or for a whole transaction.
   The way in is a compare-and-swap on `owner`; mutex and condition are touched only when somebody has to wait. */
#include "internal.h"

#define ORM__MAX_TEXT_LIMIT 1000000000u
#define ORM__SCRATCH_KEPT (1u << 20)    /* bytes that a handle keeps from call to call */
#define ORM__STARVING_AFTER 1000        /* microseconds a thread waits before newcomers must queue behind it */

/* ---- the allocator's meter ---- */

static void orm__meter_drop(struct orm__meter *meter)
{
    if (atomic_fetch_sub_explicit(&meter->live, 1, memory_order_acq_rel) != 1) return;
    orm_allocator user = meter->user;
    user.release(user.context, meter, sizeof *meter);
}

static void *orm__meter_allocate(void *context, size_t size)
{
    struct orm__meter *meter = (struct orm__meter *)context;
    atomic_fetch_add_explicit(&meter->calls, 1, memory_order_relaxed);
    void *block = meter->user.allocate(meter->user.context, size);
    if (block) atomic_fetch_add_explicit(&meter->live, 1, memory_order_relaxed);
    return block;
}

static void *orm__meter_resize(void *context, void *block, size_t old_size, size_t size)
{
    struct orm__meter *meter = (struct orm__meter *)context;
    atomic_fetch_add_explicit(&meter->calls, 1, memory_order_relaxed);
    return meter->user.resize(meter->user.context, block, old_size, size);
}

static void orm__meter_release(void *context, void *block, size_t size)
{
    struct orm__meter *meter = (struct orm__meter *)context;
    meter->user.release(meter->user.context, block, size);
    orm__meter_drop(meter);
}

static struct orm__meter *orm__meter_new(const orm_allocator *user)
{
    struct orm__meter *meter = (struct orm__meter *)user->allocate(user->context, sizeof *meter);
    if (!meter) return NULL;
    meter->user = *user;
    atomic_init(&meter->calls, 0);
    atomic_init(&meter->live, 1);
    atomic_init(&meter->parked, NULL);
    return meter;
}

/* ---- open and close ---- */

/* how often this process came out of fork(): a handle works only in the process that opened it */
static _Atomic unsigned orm__forks;
static pthread_once_t orm__forks_once = PTHREAD_ONCE_INIT;
static void orm__after_fork(void) { atomic_fetch_add(&orm__forks, 1); }
static void orm__watch_forks(void) { pthread_atfork(NULL, NULL, orm__after_fork); }

ORM_PRIVATE bool orm__forked(const orm_db *db) { return db->forks != atomic_load_explicit(&orm__forks, memory_order_relaxed); }

static bool orm__is_scheme(const char *scheme, const char *url, size_t size) { return scheme && strlen(scheme) == size && strncmp(scheme, url, size) == 0; }

/* the adapter for the URL's scheme. Messages show the scheme only: the rest may hold a password. */
static const orm_dialect *orm__choose_adapter(const char *url, const orm_dialect *const *adapters, size_t n)
{
    size_t size = url ? strspn(url, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.") : 0;
    if (size == 0 || size > 31 || url[size] != ':') {
        orm__raise(NULL, ORM_CONFIG, 0, "the URL must begin with an engine, as in sqlite:blog.db");
        return NULL;
    }
    for (size_t i = 0; i < n; i++) {
        const orm_dialect *dialect = adapters[i];
        if (dialect->version == ORM_DIALECT_VERSION && !orm__is_scheme(dialect->scheme, url, size) && !orm__is_scheme(dialect->other_scheme, url, size)) continue;
        if (dialect->version == ORM_DIALECT_VERSION) return dialect;
        orm__raise(NULL, ORM_CONFIG, 0, "an adapter has version %u, but orm.h needs %d: take both from one release", (unsigned)dialect->version, ORM_DIALECT_VERSION);
        return NULL;
    }
    orm__raise(NULL, ORM_CONFIG, 0, "no adapter for '%.*s:...' is included in this file: include dialects/%.*s.h", (int)size, url, (int)size, url);
    return NULL;
}

static orm_status orm__fill_options(orm_options *options)
{
    orm_allocator *a = &options->allocator;
    if (!a->allocate != !a->resize || !a->allocate != !a->release) return orm__raise(NULL, ORM_CONFIG, 0, "options.allocator needs all three functions, or none");
    if (!a->allocate) *a = orm__default_allocator();
    if (options->max_text > ORM__MAX_TEXT_LIMIT) return orm__raise(NULL, ORM_CONFIG, 0, "options.max_text is at most %u", ORM__MAX_TEXT_LIMIT);
    if (!options->max_text) options->max_text = ORM__DEFAULT_MAX_TEXT;
    if (!options->busy_timeout_ms) options->busy_timeout_ms = 5000;
    if (!options->max_statements) options->max_statements = 256;
    const char *wanted = getenv("ORM_LOG");
    if (!options->log && wanted && strcmp(wanted, "1") == 0) options->log = orm__stderr_log;
    return ORM_OK;
}

static bool orm__init_lock(orm_db *db)
{
    pthread_condattr_t attributes;
    if (pthread_condattr_init(&attributes) != 0) return false;
    bool done = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0 && pthread_cond_init(&db->released, &attributes) == 0;
    pthread_condattr_destroy(&attributes);
    if (!done) return false;
    if (pthread_mutex_init(&db->mutex, NULL) == 0) return true;
    pthread_cond_destroy(&db->released);
    return false;
}

static uint16_t orm__next_number(void)
{
    static _Atomic uint16_t last;
    return (uint16_t)(atomic_fetch_add_explicit(&last, 1, memory_order_relaxed) + 1);
}

static void orm__dispose(orm_db *db)
{
    struct orm__meter *meter = db->meter;
    orm__parking_close(meter);
    orm_arena_release(&db->scratch);
    pthread_mutex_destroy(&db->mutex);
    pthread_cond_destroy(&db->released);
    orm__release(&db->allocator, db, sizeof *db);
    orm__meter_drop(meter);
}

/* a handle without a connection */
static orm_db *orm__make_handle(const orm_options *options)
{
    struct orm__meter *meter = orm__meter_new(&options->allocator);
    if (!meter) return NULL;
    orm_allocator metered = { orm__meter_allocate, orm__meter_resize, orm__meter_release, meter };
    orm_db *db = (orm_db *)orm__allocate(&metered, sizeof *db);
    if (db) memset(db, 0, sizeof *db);
    if (!db || !orm__init_lock(db)) {
        if (db) orm__release(&metered, db, sizeof *db);
        orm__meter_drop(meter);
        return NULL;
    }
    db->meter = meter;
    db->allocator = db->scratch.orm__allocator = metered;
    db->options = *options;
    db->number = orm__next_number();
    db->forks = atomic_load(&orm__forks);
    return db;
}

ORM_API orm_db *orm__open(const char *url, const orm_dialect *const *adapters, size_t n, const orm_options *options, size_t query_size)
{
    orm_options filled = options ? *options : (orm_options){ .orm__begin = true };
    orm__clear_error();
    if (query_size != sizeof(orm_query)) {
        orm__raise(NULL, ORM_CONFIG, 0, "the file that calls orm_open was compiled with another ORM_MAX_TERMS than the one that defines ORM_IMPLEMENTATION (%d)", ORM_MAX_TERMS);
        return NULL;
    }
    const orm_dialect *dialect = orm__choose_adapter(url, adapters, n);
    if (!dialect || orm__fill_options(&filled)) return NULL;
    pthread_once(&orm__forks_once, orm__watch_forks);
    orm_db *db = orm__make_handle(&filled);
    if (!db) {
        orm__raise(NULL, ORM_NO_MEMORY, 0, "out of memory");
        return NULL;
    }
    db->dialect = dialect;
    if (dialect->open(db, url, &db->options, &db->connection) == ORM_OK) return db;
    orm__dispose(db);
    return NULL;
}

ORM_API void orm_close(orm_db *db)
{
    if (!db) return;
    if (orm__forked(db)) db->connection = NULL;      /* the parent's: to close it here would end or damage its session */
    if (db->level > 0) orm__log_note(db, "orm_close: a transaction was still open and is rolled back");
    orm__levels_abandon(db);
    orm__statements_free(db);
    if (db->connection) db->dialect->close(db->connection);
    orm__dispose(db);
}

/* ---- taking the connection ---- */

static bool orm__take(orm_db *db, orm__thread *self)
{
    orm__thread *nobody = NULL;
    if (!atomic_compare_exchange_strong(&db->owner, &nobody, self)) return false;
    db->depth = 1;
    return true;
}

/* Waits for the owner to let go. A thread counts itself as waiting before it looks at the owner, and the owner leaves before it looks
   for waiting threads: one of the two always sees the other. */
static ORM__COLD bool orm__wait(orm_db *db, orm__thread *self, int64_t until)
{
    int64_t began = orm__ticks(), limit = began + (int64_t)db->options.busy_timeout_ms * 1000;
    if (until && until < limit) limit = until;
    struct timespec end_of_wait = { .tv_sec = (time_t)(limit / 1000000), .tv_nsec = (long)(limit % 1000000 * 1000) };
    bool taken = false, starving = false, first = true;
    pthread_mutex_lock(&db->mutex);
    atomic_fetch_add(&db->waiting, 1);
    for (;;) {
        /* behind a starving thread even a free connection is not taken at once */
        taken = (!first || atomic_load(&db->starving) == 0) && orm__take(db, self);
        int64_t now = orm__ticks();
        if (taken || now >= limit) break;
        if (!starving && now - began > ORM__STARVING_AFTER) {
            starving = true;
            atomic_fetch_add(&db->starving, 1);
        }
        first = false;
        pthread_cond_timedwait(&db->released, &db->mutex, &end_of_wait);
    }
    atomic_fetch_sub(&db->waiting, 1);
    if (starving) atomic_fetch_sub(&db->starving, 1);
    pthread_mutex_unlock(&db->mutex);
    return taken;
}

static orm_status orm__grab(orm_db *db, orm__thread *self, int64_t until)
{
    if (ORM__UNLIKELY(orm__forked(db))) {
        orm__clear_error();
        return orm__raise(NULL, ORM_MISUSE, 0, "the database was opened before fork(): open another one in the child");
    }
    if (atomic_load_explicit(&db->owner, memory_order_relaxed) == self) {
        db->depth++;
        return ORM_OK;
    }
    if (ORM__LIKELY(atomic_load_explicit(&db->starving, memory_order_relaxed) == 0 && orm__take(db, self))) return ORM_OK;
    if (orm__wait(db, self, until)) return ORM_OK;
    const char *place = atomic_load_explicit(&db->last_place, memory_order_relaxed);
    orm__clear_error();
    return orm__raise(db, ORM_BUSY, 0, "another thread did not let go of the connection in time%s%s", place ? ": it is held since " : "", place ? place : "");
}

ORM_PRIVATE orm_status orm__hold(orm_db *db)
{
    if (!db) {
        orm__clear_error();
        return orm__raise(NULL, ORM_MISUSE, 0, "the database handle is NULL");
    }
    return orm__grab(db, orm__self(), orm__until(db, 0));
}

static ORM__COLD void orm__wake(orm_db *db)
{
    pthread_mutex_lock(&db->mutex);
    pthread_cond_signal(&db->released);
    pthread_mutex_unlock(&db->mutex);
}

ORM_PRIVATE void orm__let_go(orm_db *db)
{
    if (--db->depth > 0) return;
    atomic_store(&db->owner, NULL);
    if (ORM__UNLIKELY(atomic_load(&db->waiting) > 0)) orm__wake(db);
}

/* ---- calls ---- */

ORM_PRIVATE int64_t orm__until(const orm_db *db, uint32_t timeout_ms)
{
    uint32_t timeout = timeout_ms ? timeout_ms : db->options.timeout_ms;
    return ORM__LIKELY(!timeout) ? 0 : orm__ticks() + (int64_t)timeout * 1000;
}

/* what a log hook calls from inside a call is part of that call: it keeps the outer place, deadline and scratch memory */
ORM_PRIVATE void orm__work_begin(orm_db *db, const char *place, const void *address, int64_t until)
{
    if (place || db->depth == 1) atomic_store_explicit(&db->last_place, place, memory_order_relaxed);
    if (db->calls++ > 0) return;
    orm__thread *self = orm__self();
    self->place = place;
    self->address = address;
    self->model = NULL;
    self->absence_fails = false;
    if (ORM__LIKELY(!until)) return;
    db->deadline = until;
    db->dialect->deadline(db->connection, until);
}

static ORM__COLD void orm__tidy(orm_db *db)
{
    orm_arena *scratch = &db->scratch;
    if (db->deadline) db->dialect->deadline(db->connection, 0);
    db->deadline = 0;
    orm_arena_reset(scratch);
    if (scratch->orm__chunks && scratch->orm__chunks->size > ORM__SCRATCH_KEPT) orm_arena_release(scratch);
    db->scratch_start = scratch->orm__at;
}

ORM_PRIVATE void orm__work_end(orm_db *db)
{
    if (--db->calls > 0) return;
    /* a large piece stands in a chunk of its own and leaves `at` where it was */
    const orm_arena *scratch = &db->scratch;
    bool one_chunk = scratch->orm__at ? !scratch->orm__chunks->next : !scratch->orm__chunks;
    if (ORM__UNLIKELY(scratch->orm__at != db->scratch_start || !one_chunk || db->deadline != 0)) orm__tidy(db);
}

/* also in a transaction, in another call, after an error, with a deadline, or when somebody else holds the connection */
static ORM__COLD orm_status orm__enter_slow(orm_db *db, const char *place, const void *address, uint32_t timeout_ms)
{
    if (!db) return orm__hold(db);
    orm__thread *self = orm__self();
    int64_t until = orm__until(db, timeout_ms);
    orm_status status = orm__grab(db, self, until);
    if (status) return status;
    if (db->level > 0 && (status = orm__level_refuses(db)) != ORM_OK) {
        orm__let_go(db);
        return status;
    }
    if (db->calls == 0 || self->error.kind == ORM_NOT_FOUND) orm__clear_error();
    orm__work_begin(db, place, address, until);
    return ORM_OK;
}

ORM_PRIVATE orm_status orm__enter(orm_db *db, const char *place, const void *address, uint32_t timeout_ms)
{
    orm__thread *self = orm__self(), *nobody = NULL;
    if (ORM__UNLIKELY(!db || self->error.kind != ORM_OK || (timeout_ms | db->options.timeout_ms) || orm__forked(db))) return orm__enter_slow(db, place, address, timeout_ms);
    if (ORM__UNLIKELY(atomic_load_explicit(&db->starving, memory_order_relaxed) > 0 || !atomic_compare_exchange_strong(&db->owner, &nobody, self)))
        return orm__enter_slow(db, place, address, timeout_ms);
    /* nobody held the connection, so this is neither inside a transaction nor inside another call */
    db->depth = db->calls = 1;
    atomic_store_explicit(&db->last_place, place, memory_order_relaxed);
    self->place = place;
    self->address = address;
    self->model = NULL;
    self->absence_fails = false;
    return ORM_OK;
}

ORM_PRIVATE void orm__leave(orm_db *db)
{
    orm__work_end(db);
    orm__let_go(db);
}

/* ---- what a handle tells ---- */

ORM_API orm_counters orm_counters_of(orm_db *db)
{
    orm_counters counters = { 0 };
    if (orm__hold(db)) return counters;
    counters = (orm_counters){ .statements = db->statements, .prepares = db->prepares, .cached = db->cached, .rows = db->rows,
                               .allocations = atomic_load_explicit(&db->meter->calls, memory_order_relaxed) };
    orm__let_go(db);
    return counters;
}

ORM_API const char *orm_engine(orm_db *db)
{
    return db ? db->dialect->engine(db->connection) : "";
}

ORM_API const orm_capabilities *orm_capabilities_of(orm_db *db)
{
    static const orm_capabilities none;
    return db ? &db->dialect->can : &none;
}

/* ---- budgets ---- */

ORM_API bool orm__budget_enter(orm__budget *budget)
{
    if (budget->entered) return false;
    orm__thread *self = orm__self();
    budget->entered = true;
    budget->outer = self->budget;
    self->budget = budget;
    return true;
}

ORM_API void orm__budget_leave(orm__budget *budget)
{
    if (budget->entered) orm__self()->budget = budget->outer;
}

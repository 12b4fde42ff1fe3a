/* >>db: opening and closing a handle with its pool, the handles beside it, and what they tell. */
#include "internal.h"

#define ORM__MAX_TEXT_LIMIT 1000000000u

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

static bool orm__is_scheme(const char *scheme, const char *url, size_t size) { return scheme && strlen(scheme) == size && strncmp(scheme, url, size) == 0; }

/* the adapter for the URL's scheme. Messages show the scheme only: the rest may hold a password. */
ORM_PRIVATE const orm_dialect *orm__choose_adapter(const char *url, const orm_dialect *const *adapters, size_t n)
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

static void orm__fill_pool(orm_pool_options *pool, const orm_dialect *dialect, uint32_t busy_timeout_ms)
{
    const orm_pool_options usual = { .min = 1, .max = dialect->can.one_writer ? 5 : 10, .acquire_ms = busy_timeout_ms, .idle_ms = 600000, .lifetime_ms = 1800000,
                                     .check_ms = 30000, .leak_ms = 60000 };
    if (!pool->max) pool->max = usual.max < pool->min ? pool->min : usual.max;
    if (!pool->min) pool->min = usual.min;
    if (!pool->acquire_ms) pool->acquire_ms = usual.acquire_ms;
    if (!pool->idle_ms) pool->idle_ms = usual.idle_ms;
    if (!pool->lifetime_ms) pool->lifetime_ms = usual.lifetime_ms;
    if (!pool->check_ms) pool->check_ms = usual.check_ms;
    if (!pool->leak_ms) pool->leak_ms = usual.leak_ms;
}

static orm_status orm__fill_options(orm_options *options, const orm_dialect *dialect)
{
    orm_allocator *a = &options->allocator;
    if (!a->allocate != !a->resize || !a->allocate != !a->release) return orm__raise(NULL, ORM_CONFIG, 0, "options.allocator needs all three functions, or none");
    if (!a->allocate) *a = orm__default_allocator();
    if (options->max_text > ORM__MAX_TEXT_LIMIT) return orm__raise(NULL, ORM_CONFIG, 0, "options.max_text is at most %u", ORM__MAX_TEXT_LIMIT);
    if (!options->max_text) options->max_text = ORM__DEFAULT_MAX_TEXT;
    if (!options->max_rows) options->max_rows = ORM__DEFAULT_MAX_ROWS;
    if (!options->busy_timeout_ms) options->busy_timeout_ms = 5000;
    if (!options->max_statements) options->max_statements = 256;
    orm__fill_pool(&options->pool, dialect, options->busy_timeout_ms);
    if (options->pool.min > options->pool.max) return orm__raise(NULL, ORM_CONFIG, 0, "pool.min is %u, but pool.max only %u", (unsigned)options->pool.min, (unsigned)options->pool.max);
    if (options->pool.max > ORM__MAX_SESSIONS / 16) return orm__raise(NULL, ORM_CONFIG, 0, "pool.max is at most %d", ORM__MAX_SESSIONS / 16);
    const char *wanted = getenv("ORM_LOG");
    if (!options->log && wanted && strcmp(wanted, "1") == 0) options->log = orm__stderr_log;
    return ORM_OK;
}

/* ---- open and close ---- */

/* how often this process came out of fork(): a pool works only in the process that opened it */
static _Atomic unsigned orm__forks;
static pthread_once_t orm__forks_once = PTHREAD_ONCE_INIT;
static void orm__after_fork(void)
{
    orm__thread *self = orm__self();
    atomic_fetch_add(&orm__forks, 1);
    memset(&self->recent, 0, sizeof self->recent);
    for (orm__session *db = self->held; db; db = db->next_held) db->dead_transaction = true;      /* it goes on in the parent */
}
static void orm__in_parent(void) { orm__advise_after_fork(false); }
static void orm__in_child(void)
{
    orm__advise_after_fork(true);
    orm__after_fork();
}
static void orm__watch_forks(void) { pthread_atfork(orm__advise_before_fork, orm__in_parent, orm__in_child); }

ORM_PRIVATE bool orm__forked(const orm__pool *pool) { return pool->forks != atomic_load_explicit(&orm__forks, memory_order_relaxed); }

ORM_PRIVATE orm_db orm__handle(orm__pool *pool, const orm_db *joins)
{
    static _Atomic uint64_t last;
    return (orm_db){ .serial = atomic_fetch_add_explicit(&last, 1, memory_order_relaxed) + 1, .pool = pool, .joins = joins };
}

static bool orm__add_server(orm__pool *pool, const char *url)
{
    size_t size = strlen(url) + 1;
    char *copy = (char *)orm__allocate(&pool->allocator, size);
    if (!copy) return false;
    memcpy(copy, url, size);
    pool->servers[pool->n_servers++] = (orm__server){ .url = copy, .url_size = size };
    return true;
}

static void orm__pool_free(orm__pool *pool)
{
    struct orm__meter *meter = pool->meter;
    unsigned n = atomic_load(&pool->n_sessions);
    orm__parking_close(meter);
    for (unsigned i = 0; i < n; i++) orm__session_free(atomic_load(&pool->sessions[i]));
    if (pool->sessions) orm__release(&pool->allocator, (void *)(uintptr_t)pool->sessions, pool->capacity * sizeof *pool->sessions);
    for (unsigned i = 0; i < pool->n_servers; i++) orm__release(&pool->allocator, pool->servers[i].url, pool->servers[i].url_size);
    orm__tenants_free(pool);
    orm__advise_close(pool);
    if (!orm__forked(pool)) {           /* in a child the keeper, which is not there, would be waited for */
        pthread_mutex_destroy(&pool->mutex);
        pthread_mutex_destroy(&pool->lost_mutex);
        pthread_cond_destroy(&pool->keeper_wakes);
    }
    orm__release(&pool->allocator, pool, sizeof *pool);
    orm__meter_drop(meter);
}

static bool orm__init_locks(orm__pool *pool)
{
    if (pthread_mutex_init(&pool->mutex, NULL) != 0) return false;
    if (pthread_mutex_init(&pool->lost_mutex, NULL) == 0) {
        if (orm__monotonic_condition(&pool->keeper_wakes)) return true;
        pthread_mutex_destroy(&pool->lost_mutex);
    }
    pthread_mutex_destroy(&pool->mutex);
    return false;
}

/* a pool with its servers' names and room for their sessions, and none yet */
static orm__pool *orm__pool_new(const orm_dialect *dialect, const orm_options *options, const char *url)
{
    struct orm__meter *meter = orm__meter_new(&options->allocator);
    if (!meter) return NULL;
    orm_allocator metered = { orm__meter_allocate, orm__meter_resize, orm__meter_release, meter };
    orm__pool *pool = (orm__pool *)orm__allocate(&metered, sizeof *pool);
    if (pool) memset(pool, 0, sizeof *pool);
    if (!pool || !orm__init_locks(pool)) {
        if (pool) orm__release(&metered, pool, sizeof *pool);
        orm__meter_drop(meter);
        return NULL;
    }
    pool->dialect = dialect;
    pool->options = *options;
    pool->meter = meter;
    pool->allocator = metered;
    pool->forks = atomic_load(&orm__forks);
    pool->main = orm__handle(pool, &pool->main);
    pool->outside = orm__handle(pool, &pool->outside);
    pool->primary = orm__handle(pool, &pool->main);
    pool->primary.primary = true;
    pool->outside_primary = orm__handle(pool, &pool->outside);
    pool->outside_primary.primary = true;
    pool->everyone = orm__handle(pool, &pool->main);
    pool->everyone.all_tenants = true;
    pool->last_waiter = &pool->first_waiter;
    bool made = orm__add_server(pool, url);
    for (size_t i = 0; made && i < ORM_MAX_REPLICAS && options->replicas[i]; i++) made = orm__add_server(pool, options->replicas[i]);
    pool->capacity = options->pool.max * pool->n_servers;
    pool->sessions = made ? (orm__session *_Atomic *)orm__allocate(&pool->allocator, pool->capacity * sizeof *pool->sessions) : NULL;
    if (pool->sessions) return pool;
    orm__pool_free(pool);
    return NULL;
}

/* The first connection of the primary shows whether the URL is right, and what the database can share. */
static orm_status orm__open_first(orm__pool *pool)
{
    orm_db *handle = &pool->main;
    orm__session *db = orm__session_new(pool, &pool->servers[0]);
    if (!db) return orm__raise_pool(pool, ORM_NO_MEMORY, "out of memory");
    atomic_store(&db->owner, orm__self());
    pool->servers[0].n_open = 1;
    db->counted = true;
    orm_status status = orm__session_connect(db, orm__until(&pool->options, 0));
    atomic_store(&db->owner, NULL);
    if (status) return status;
    bool alone = pool->dialect->alone && pool->dialect->alone(db->connection);
    if (alone && pool->n_servers > 1) return orm__raise_pool(pool, ORM_CONFIG, "such a database has no replicas");
    if (alone) pool->options.pool.min = pool->options.pool.max = 1;
    pool->servers[0].single_writer = pool->dialect->can.one_writer && pool->options.pool.max > 1;
    snprintf(pool->engine, sizeof pool->engine, "%s", pool->dialect->engine(db->connection));
    status = orm__advise(pool, db->connection, pool->servers[0].url);
    if (status) return status;
    /* the others that shall be open; the threads that hold them are one, so each by a handle of its own */
    orm__session *held[ORM__MAX_SESSIONS / 16];
    unsigned n = 0, wanted = pool->servers[0].single_writer ? 1 : pool->options.pool.min;
    for (; wanted > 1 && n < wanted; n++) {
        orm_db another = { .serial = handle->serial, .pool = pool, .joins = &another };
        held[n] = orm__acquire(&another, ORM__WRITE, orm__until(&pool->options, 0), NULL, NULL);
        if (!held[n]) break;
        held[n]->via = NULL;
    }
    if (wanted > 1 && n < wanted) status = orm__refused();
    while (n > 0) orm__let_go(held[--n]);
    return status;
}

ORM_API orm_db *orm__open(const char *url, const orm_dialect *const *adapters, size_t n, const orm_options *options, size_t query_size)
{
    orm_options filled = options ? *options : (orm_options){ .orm__begin = true };
    const bool timed = filled.pool.idle_ms || filled.pool.lifetime_ms || filled.pool.leak_ms;
    orm__clear_error();
    orm__self()->place = filled.orm__place;
    if (query_size != sizeof(orm_query)) {
        orm__raise(NULL, ORM_CONFIG, 0, "the file that calls orm_open was compiled with another ORM_MAX_TERMS than the one that defines ORM_IMPLEMENTATION (%d)", ORM_MAX_TERMS);
        return NULL;
    }
    const orm_dialect *dialect = orm__choose_adapter(url, adapters, n);
    if (!dialect || orm__fill_options(&filled, dialect)) return NULL;
    for (size_t i = 0; i < ORM_MAX_REPLICAS && filled.replicas[i]; i++) {
        if (orm__choose_adapter(filled.replicas[i], adapters, n) == dialect) continue;
        if (!orm_failed()) orm__raise(NULL, ORM_CONFIG, 0, "a replica is of another engine than the primary");
        return NULL;
    }
    pthread_once(&orm__forks_once, orm__watch_forks);
    orm__pool *pool = orm__pool_new(dialect, &filled, url);
    if (!pool) {
        orm__raise(NULL, ORM_NO_MEMORY, 0, "out of memory");
        return NULL;
    }
    pool->timed = timed;
    if (orm__open_first(pool) == ORM_OK) {
        orm__clear_error();
        return &pool->main;
    }
    orm__keeper_stop(pool);
    orm__pool_free(pool);
    return NULL;
}

/* does this thread close the database inside one of its calls, in a log hook? */
static bool orm__is_called(const orm__pool *pool)
{
    for (const orm__session *db = orm__self()->held; db; db = db->next_held) if (db->pool == pool && db->calls > 0) return true;
    return false;
}

static void orm__forget_held(const orm__pool *pool)
{
    orm__session **at = &orm__self()->held;
    while (*at) {
        if ((*at)->pool == pool) *at = (*at)->next_held;
        else at = &(*at)->next_held;
    }
}

/* what this thread left open by one of the pool's handles */
static void orm__close_own(orm__pool *pool)
{
    orm__session *next = NULL;
    for (orm__session *db = orm__self()->held; db; db = next) {
        next = db->next_held;
        if (db->pool != pool) continue;
        char place[ORM__PLACE_SIZE];
        if (db->level > 0) orm__log_note(db, "orm_close: a transaction was still open and is rolled back: it was begun at %s", orm__taken_at(db, place));
        orm__levels_abandon(db);
        db->depth = 1;
        orm__let_go(db);
    }
}

ORM_API void orm_close(orm_db *handle)
{
    if (!handle) return;
    orm__pool *pool = handle->pool;
    if (handle != &pool->main) {
        orm__raise_pool(pool, ORM_MISUSE, "orm_close: only the handle that orm_open gave is closed");
        return;
    }
    if (orm__forked(pool)) {            /* the parent's: to close the connections here would end or damage its sessions */
        for (unsigned i = 0; i < atomic_load(&pool->n_sessions); i++) {
            orm__session *db = atomic_load(&pool->sessions[i]);
            db->connection = NULL;
            db->level = 0;
        }
        orm__forget_held(pool);
        orm__pool_free(pool);
        return;
    }
    if (orm__is_called(pool)) {
        orm__raise_pool(pool, ORM_MISUSE, "orm_close inside a call on the database: nothing was closed");
        return;
    }
    orm__close_own(pool);
    orm__keeper_stop(pool);
    if (orm__pool_drain(pool)) orm__pool_free(pool);
}

/* ---- other handles ---- */

ORM_API orm_db *orm_outside(orm_db *handle) { return handle ? &handle->pool->outside : NULL; }
ORM_API orm_db *orm_primary(orm_db *handle)
{
    if (!handle) return NULL;
    return handle->joins == &handle->pool->outside ? &handle->pool->outside_primary : &handle->pool->primary;
}

/* ---- what a handle tells ---- */

ORM_API orm_counters orm_counters_of(orm_db *handle)
{
    orm_counters counters = { 0 };
    if (!handle) return counters;
    orm__pool *pool = handle->pool;
    unsigned n = atomic_load(&pool->n_sessions);
    for (unsigned i = 0; i < n; i++) {
        orm__session *db = atomic_load(&pool->sessions[i]);
        counters.statements += atomic_load_explicit(&db->statements, memory_order_relaxed);
        counters.prepares += atomic_load_explicit(&db->prepares, memory_order_relaxed);
        counters.cached += atomic_load_explicit(&db->cached, memory_order_relaxed);
        counters.rows += atomic_load_explicit(&db->rows, memory_order_relaxed);
        counters.connections += atomic_load_explicit(&db->serves, memory_order_relaxed) != 0;
        counters.in_use += atomic_load_explicit(&db->owner, memory_order_relaxed) != NULL;
    }
    counters.allocations = atomic_load_explicit(&pool->meter->calls, memory_order_relaxed);
    counters.waiting = atomic_load(&pool->waiting);
    counters.waits = atomic_load(&pool->waits);
    counters.timeouts = atomic_load(&pool->timeouts);
    counters.longest_wait_us = atomic_load(&pool->longest_wait_us);
    counters.opened = atomic_load(&pool->opened);
    counters.closed = atomic_load(&pool->closed);
    return counters;
}

ORM_API const char *orm_engine(orm_db *handle)
{
    return handle ? handle->pool->engine : "";
}

ORM_API const orm_capabilities *orm_capabilities_of(orm_db *handle)
{
    static const orm_capabilities none;
    return handle ? &handle->pool->dialect->can : &none;
}

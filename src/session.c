/* >>session: one connection of a pool with all that belongs to it: made, connected, disconnected, freed. */
#include "internal.h"

static uint16_t orm__next_number(void)
{
    static _Atomic uint16_t last;
    return (uint16_t)(atomic_fetch_add_explicit(&last, 1, memory_order_relaxed) + 1);
}

static bool orm__recursive_mutex(pthread_mutex_t *mutex)
{
    pthread_mutexattr_t attributes;
    if (pthread_mutexattr_init(&attributes) != 0) return false;
    bool made = pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE) == 0 && pthread_mutex_init(mutex, &attributes) == 0;
    pthread_mutexattr_destroy(&attributes);
    return made;
}

ORM_PRIVATE orm__session *orm__session_new(orm__pool *pool, orm__server *server)
{
    unsigned n = atomic_load(&pool->n_sessions);
    orm__session *db = n < pool->capacity ? (orm__session *)orm__allocate(&pool->allocator, sizeof *db) : NULL;
    if (!db) return NULL;
    memset(db, 0, sizeof *db);
    if (!orm__recursive_mutex(&db->call_mutex)) {
        orm__release(&pool->allocator, db, sizeof *db);
        return NULL;
    }
    db->dialect = pool->dialect;
    db->allocator = db->scratch.orm__allocator = pool->allocator;
    db->options = pool->options;
    db->watched = db->options.log || db->options.before_statement;
    db->meter = pool->meter;
    db->number = orm__next_number();
    db->pool = pool;
    db->server = server;
    db->checked = pool->dialect->alive != NULL;
    atomic_store(&pool->sessions[n], db);
    atomic_store(&pool->n_sessions, n + 1);
    return db;
}

/* the database keeps nothing of what we prepared there */
static void orm__session_forget(orm__session *db)
{
    orm__statements_free(db);
    if (db->connection) db->dialect->close(db->connection);
    db->connection = NULL;
    db->broken = db->touched = false;
}

ORM_PRIVATE void orm__session_free(orm__session *db)
{
    orm__session_forget(db);
    orm_arena_release(&db->scratch);
    pthread_mutex_destroy(&db->call_mutex);
    orm__release(&db->pool->allocator, db, sizeof *db);
}

/* a random number for waits and lifetimes that shall not coincide */
ORM_PRIVATE uint64_t orm__jitter(const void *salt)
{
    uint64_t random = ((uint64_t)orm__ticks() ^ (uint64_t)(uintptr_t)salt) * UINT64_C(0x9E3779B97F4A7C15);
    random = (random ^ random >> 29) * UINT64_C(0xBF58476D1CE4E5B9);
    return random >> 32;
}

static unsigned orm__session_modes(const orm__session *db)
{
    const orm__pool *pool = db->pool;
    if (db->server != &pool->servers[0]) return ORM__READ;
    if (!db->server->single_writer) return ORM__READ | ORM__WRITE;
    if (db != atomic_load(&pool->sessions[0])) return ORM__READ;
    return pool->several ? ORM__WRITE : ORM__READ | ORM__WRITE;
}

/* ---- the user's settings of a connection ---- */

ORM_API orm_status orm__connecting_exec(orm_connecting *connection, const char *sql)
{
    return orm__run_once((orm__session *)(void *)connection, sql, strlen(sql), NULL, 0, NULL);
}

ORM_PRIVATE orm_status orm__session_setup(orm__session *db)
{
    if (ORM__LIKELY(!db->options.on_connect)) return ORM_OK;
    orm_status status = db->options.on_connect(db->options.hook_context, (orm_connecting *)(void *)db);
    db->touched = false;                /* the settings are those that every connection has */
    if (!status || orm_failed()) return status;
    return orm__raise(db, status, 0, "on_connect refused the connection: %s", orm_status_text(status));
}

ORM_PRIVATE orm_status orm__session_connect(orm__session *db, int64_t until)
{
    orm__pool *pool = db->pool;
    orm_options options = pool->options;
    int64_t now = orm__ticks(), lifetime = (int64_t)options.pool.lifetime_ms * 1000;
    if (until) options.timeout_ms = until - now < 1000 ? 1 : (uint32_t)((until - now) / 1000);
    bool reader = db->server != &pool->servers[0] || (db->server->single_writer && db != atomic_load(&pool->sessions[0]));
    orm_status status = db->dialect->open(db, db->server->url, &options, reader, &db->connection);
    if (!status && (status = orm__session_setup(db)) != ORM_OK) orm__session_forget(db);
    if (status) {
        db->connection = NULL;
        return status;
    }
    now = orm__ticks();
    db->opened_at = db->idle_since = now;
    db->expires_at = now + lifetime - (int64_t)(orm__jitter(db) % ((uint64_t)lifetime / 10 + 1));
    atomic_fetch_add_explicit(&pool->opened, 1, memory_order_relaxed);
    pthread_mutex_lock(&pool->mutex);
    atomic_store(&db->serves, orm__session_modes(db));
    pthread_mutex_unlock(&pool->mutex);
    return ORM_OK;
}

ORM_PRIVATE void orm__session_disconnect(orm__session *db, const char *why)
{
    if (!db->connection) return;
    if (why) orm__log_note(db, "a connection is closed: %s", why);
    atomic_store(&db->serves, 0);
    orm__session_forget(db);
    atomic_fetch_add_explicit(&db->pool->closed, 1, memory_order_relaxed);
}

/* >>pool: which thread holds which session. A thread takes a free one, opens another while there is room, or queues; whoever lets go of a session
   wakes the first in the queue that can use it. The usual way in, the session that the thread had last, needs none of this: see orm__enter. */
#include "internal.h"

#define ORM__STARVING_AFTER   1000      /* microseconds a thread waits before newcomers must queue behind it */
#define ORM__RETRY_FIRST      20000     /* microseconds after the first connect that failed; doubled for each further one */
#define ORM__RETRY_MOST       500000
#define ORM__REPLICA_AWAY     5000000   /* how long a replica that does not answer is left out */
#define ORM__LOOK_AFTER       100000    /* microseconds of idleness after which what the server sent meanwhile is looked at */
#define ORM__MOMENT           100       /* microseconds after which a session that is neither held nor free will be the one or the other */

ORM_PRIVATE bool orm__monotonic_condition(pthread_cond_t *condition)
{
    pthread_condattr_t attributes;
    if (pthread_condattr_init(&attributes) != 0) return false;
    bool made = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0 && pthread_cond_init(condition, &attributes) == 0;
    pthread_condattr_destroy(&attributes);
    return made;
}

ORM_PRIVATE struct timespec orm__moment(int64_t ticks)
{
    return (struct timespec){ .tv_sec = (time_t)(ticks / 1000000), .tv_nsec = (long)(ticks % 1000000 * 1000) };
}

/* ---- which session for whom (under the pool's mutex) ------------------------------------------------------------------- */

static bool orm__sticks(const orm__pool *pool)
{
    const orm__thread *self = orm__self();
    return pool->options.sticky_ms && self->wrote.handle == pool->main.serial && orm__ticks() < self->wrote.until;
}

static bool orm__is_away(const orm__server *server) { return server->failures && orm__ticks() < server->retry_at; }

/* do the thread's reads go to replicas now? */
static bool orm__wants_replica(const orm__pool *pool, const orm__waiter *w)
{
    if (pool->n_servers == 1 || w->mode != ORM__READ || w->handle->primary || w->sticks) return false;
    for (unsigned i = 1; i < pool->n_servers; i++) if (!orm__is_away(&pool->servers[i])) return true;
    return false;
}

/* may the session serve the thread, by its role, when it is free? */
static bool orm__suits(const orm__pool *pool, const orm__session *db, const orm__waiter *w)
{
    const orm__server *primary = &pool->servers[0];
    if (orm__wants_replica(pool, w)) return db->server != primary && !orm__is_away(db->server);
    if (db->server != primary) return false;
    bool writes = !primary->single_writer || db == atomic_load(&pool->sessions[0]);
    bool reads = !writes || !primary->single_writer || !pool->several;
    return w->mode == ORM__WRITE ? writes : reads;
}

/* Is a free session for somebody who has waited longer? There is one for each of those, and the others are for whoever comes. A newcomer overtakes as long as nobody starves. */
static bool orm__is_promised(const orm__pool *pool, const orm__session *db, const orm__waiter *w, bool queued)
{
    if (!queued && atomic_load(&pool->starving) == 0) return false;
    for (orm__waiter *other = pool->first_waiter; other && other != w; other = other->next)
        if (!other->served && !other->promised && orm__suits(pool, db, other)) return other->promised = true;
    return false;
}

ORM_PRIVATE bool orm__grasp(orm__session *db, orm__thread *self)
{
    orm__thread *nobody = NULL;
    return atomic_load(&db->owner) == NULL && atomic_compare_exchange_strong(&db->owner, &nobody, self);
}

static orm__session *orm__pick_open(orm__pool *pool, const orm__waiter *w, bool queued, int64_t *retry_at)
{
    unsigned n = atomic_load(&pool->n_sessions), start = orm__wants_replica(pool, w) ? pool->turn++ : 0;
    for (orm__waiter *other = pool->first_waiter; other; other = other->next) other->promised = false;
    for (unsigned i = 0; i < n; i++) {
        orm__session *db = atomic_load(&pool->sessions[(start + i) % n]);
        if (atomic_load(&db->serves) == 0 || !orm__suits(pool, db, w) || (atomic_load(&db->owner) == NULL && orm__is_promised(pool, db, w, queued))) continue;
        if (orm__grasp(db, w->thread)) return db;
        if (atomic_load(&db->owner) == ORM__LEAVING) *retry_at = orm__ticks() + ORM__MOMENT;
    }
    return NULL;
}

/* the server to connect to: NULL when there is no room; `*retry_at` gets the moment at which one that failed may be tried again */
static orm__server *orm__pick_server(orm__pool *pool, const orm__waiter *w, int64_t *retry_at)
{
    bool replica = orm__wants_replica(pool, w);
    orm__server *best = NULL;
    for (unsigned i = replica ? 1 : 0; i < (replica ? pool->n_servers : 1); i++) {
        orm__server *server = &pool->servers[i];
        if (server->n_open >= pool->options.pool.max || (server->failures && replica && orm__is_away(server))) continue;
        if (server->failures && (server->connecting || orm__ticks() < server->retry_at)) {
            if (!server->connecting) *retry_at = server->retry_at;
            continue;
        }
        if (!best || server->n_open < best->n_open) best = server;
    }
    return best;
}

/* a session without a connection, to be given one; `*full` tells that none can be had by waiting for a server */
static orm__session *orm__pick_closed(orm__pool *pool, const orm__waiter *w, int64_t *retry_at, bool *full, orm_status *failed)
{
    orm__server *server = orm__pick_server(pool, w, retry_at);
    orm__session *chosen = NULL;
    unsigned n = 0;
    *full = !server && !*retry_at;
    if (!server) return NULL;
    for (unsigned i = 0; i < atomic_load(&pool->n_sessions) && !chosen; i++) {
        orm__session *db = atomic_load(&pool->sessions[i]);
        n += db->server == server;
        if (db->server == server && atomic_load(&db->serves) == 0 && orm__suits(pool, db, w) && orm__grasp(db, w->thread)) chosen = db;
    }
    if (!chosen && server->single_writer && w->mode == ORM__WRITE) {      /* there is only one that writes */
        *full = true;
        return NULL;
    }
    if (!chosen && n >= pool->options.pool.max) {      /* somebody looks at the closed one, or is about to close another */
        *retry_at = orm__ticks() + ORM__MOMENT;
        return NULL;
    }
    if (!chosen) {
        chosen = orm__session_new(pool, server);
        if (!chosen) {
            *failed = ORM_NO_MEMORY;
            return NULL;
        }
        atomic_store(&chosen->owner, w->thread);
    }
    server->n_open++;
    chosen->counted = true;
    server->connecting = server->failures > 0;
    return chosen;
}

/* ---- the queue (under the pool's mutex) ------------------------------------------------------------------------------ */

/* the first in the queue of each mode look again; with replicas all, as more than the mode decides who can use what */
static void orm__stir(orm__pool *pool)
{
    unsigned told = 0;
    for (orm__waiter *w = pool->first_waiter; w; w = w->next) {
        if (w->served || ((told & (unsigned)w->mode) && pool->n_servers == 1)) continue;
        told |= (unsigned)w->mode;
        pthread_cond_signal(&w->released);
    }
}

static bool orm__enqueue(orm__pool *pool, orm__waiter *w)
{
    if (!orm__monotonic_condition(&w->released)) return false;
    *pool->last_waiter = w;
    pool->last_waiter = &w->next;
    atomic_fetch_add(&pool->waiting, 1);
    atomic_fetch_add_explicit(&pool->waits, 1, memory_order_relaxed);
    w->began = orm__ticks();
    return true;
}

static void orm__dequeue(orm__pool *pool, orm__waiter *w)
{
    orm__waiter **at = &pool->first_waiter;
    while (*at != w) at = &(*at)->next;
    *at = w->next;
    if (pool->last_waiter == &w->next) pool->last_waiter = at;
    atomic_fetch_sub(&pool->waiting, 1);
    if (w->starving) atomic_fetch_sub(&pool->starving, 1);
    pthread_cond_destroy(&w->released);
    uint64_t waited = (uint64_t)(orm__ticks() - w->began);
    if (waited > atomic_load_explicit(&pool->longest_wait_us, memory_order_relaxed)) atomic_store_explicit(&pool->longest_wait_us, waited, memory_order_relaxed);
    orm__stir(pool);
}

/* Can what the thread waits for come free? Somebody who runs holds it, or somebody who waits and may himself get what he waits for. */
static bool orm__may_hope(orm__pool *pool, const orm__waiter *w, const orm__thread *asks)
{
    int64_t retry_at = 0;
    bool one = pool->servers[0].single_writer && w->mode == ORM__WRITE;
    if (!one && (orm__pick_server(pool, w, &retry_at) || retry_at)) return true;
    for (unsigned i = 0; i < atomic_load(&pool->n_sessions); i++) {
        const orm__session *db = atomic_load(&pool->sessions[i]);
        const orm__thread *owner = atomic_load(&db->owner);
        if (owner == asks || !orm__suits(pool, db, w)) continue;
        const orm__waiter *other = pool->first_waiter;
        while (other && other->thread != owner) other = other->next;
        if (!owner || !other || other->hopes) return true;
    }
    return false;
}

/* Would the thread wait for ever: for itself alone (`mine`), or for threads that wait for each other and for it? */
static bool orm__waits_for_itself(orm__pool *pool, orm__waiter *w, bool *mine)
{
    bool found = true;
    for (orm__waiter *other = pool->first_waiter; other; other = other->next) other->hopes = other->served && other != w;
    w->hopes = orm__may_hope(pool, w, w->thread);
    while (!w->hopes && found) {
        found = false;
        for (orm__waiter *other = pool->first_waiter; other; other = other->next) {
            if (other->hopes || other == w || !orm__may_hope(pool, other, w->thread)) continue;
            found = other->hopes = true;
        }
        w->hopes = found && orm__may_hope(pool, w, w->thread);
    }
    if (w->hopes) return false;
    *mine = true;
    for (unsigned i = 0; i < atomic_load(&pool->n_sessions) && *mine; i++) {
        const orm__session *db = atomic_load(&pool->sessions[i]);
        *mine = atomic_load(&db->owner) == w->thread || !orm__suits(pool, db, w);
    }
    return true;
}

/* ---- telling ------------------------------------------------------------------------------------------------------------ */

ORM_PRIVATE const char *orm__taken_at(const orm__session *db, char text_[ORM__PLACE_SIZE])
{
    const char *place = atomic_load(&db->last_place);
    if (place) snprintf(text_, ORM__PLACE_SIZE, "%s", place);
    else snprintf(text_, ORM__PLACE_SIZE, "%p", atomic_load(&db->last_address));
    return text_;
}

/* the held session that suits and comes behind `last` in the order of their times; NULL when there is none */
static const orm__session *orm__next_holder(const orm__pool *pool, const orm__waiter *w, unsigned *last, int64_t *since)
{
    const orm__session *next = NULL;
    int64_t after = *since, first = 0;
    unsigned behind = *last;
    for (unsigned i = 0; i < atomic_load(&pool->n_sessions); i++) {
        const orm__session *db = atomic_load(&pool->sessions[i]);
        int64_t began = atomic_load(&db->held_since);
        if (!atomic_load(&db->owner) || !began || !orm__suits(pool, db, w)) continue;
        if (began < after || (began == after && i <= behind) || (next && began >= first)) continue;
        next = db;
        *last = i;
        *since = first = began;
    }
    return next;
}

/* "bank.c:22 for 12.3 s" for the sessions that suit, the longest first as far as there is room */
static void orm__list_holders(const orm__pool *pool, const orm__waiter *w, orm__writer *out)
{
    char place[ORM__PLACE_SIZE];
    const char *before = "; held by the call at ";
    int64_t now = orm__ticks(), since = 0;
    unsigned last = 0;
    for (const orm__session *db = NULL; (db = orm__next_holder(pool, w, &last, &since)) != NULL; before = ", ")
        orm__put_format(out, "%s%s for %.1f s", before, orm__taken_at(db, place), (double)(now - since) / 1e6);
}

/* takes the time for sessions of which nobody took it */
static void orm__stamp_holders(const orm__pool *pool)
{
    int64_t now = orm__ticks();
    for (unsigned i = 0; i < atomic_load(&pool->n_sessions); i++) {
        orm__session *db = atomic_load(&pool->sessions[i]);
        int64_t unknown = 0;
        if (atomic_load(&db->owner)) atomic_compare_exchange_strong(&db->held_since, &unknown, now);
    }
}

/* how many sessions can serve such a call at most */
static unsigned orm__most(const orm__pool *pool, const orm__waiter *w)
{
    unsigned max = pool->options.pool.max;
    if (orm__wants_replica(pool, w)) return max * (pool->n_servers - 1);
    if (!pool->servers[0].single_writer) return max;
    return w->mode == ORM__WRITE ? 1 : pool->several ? max - 1 : max;
}

static orm_status orm__gave_up(orm__pool *pool, const orm__waiter *w, const char *why)
{
    char text_[sizeof orm__self()->error.message];
    orm__writer out = { .text = text_, .capacity = sizeof text_ };
    atomic_fetch_add_explicit(&pool->timeouts, 1, memory_order_relaxed);
    if (why[0]) return orm__raise_pool(pool, ORM_CONNECTION_LOST, "%s", why);
    unsigned used = 0;
    pthread_mutex_lock(&pool->mutex);
    for (unsigned i = 0; i < atomic_load(&pool->n_sessions); i++) {
        const orm__session *db = atomic_load(&pool->sessions[i]);
        used += atomic_load(&db->owner) && orm__suits(pool, db, w);
    }
    orm__put_format(&out, "no connection%s became free in %.1f s: %u of at most %u in use, %u waiting", pool->servers[0].single_writer && w->mode == ORM__WRITE ? " that writes" : "",
                    (double)(orm__ticks() - w->began) / 1e6, used, orm__most(pool, w), atomic_load(&pool->waiting) + 1);
    orm__list_holders(pool, w, &out);
    pthread_mutex_unlock(&pool->mutex);
    return orm__raise_pool(pool, ORM_ACQUIRE_TIMEOUT, "%s", text_);
}

static orm_status orm__own_way(orm__pool *pool, bool mine)
{
    char place[ORM__PLACE_SIZE] = "";
    for (const orm__session *db = orm__self()->held; db && !place[0]; db = db->next_held) if (db->pool == pool) orm__taken_at(db, place);
    if (mine) return orm__raise_pool(pool, ORM_DEADLOCK_SELF, "this thread holds the connection that it would have to wait for: it took it at %s", place);
    return orm__raise_pool(pool, ORM_DEADLOCK_SELF, "every connection is held by a thread that waits for another one%s%s", place[0] ? ", one by this thread since the call at " : "", place);
}

/* ---- connecting ------------------------------------------------------------------------------------------------------- */

/* with the pool's mutex: by who closed the connection, or sees that somebody waits */
ORM_PRIVATE ORM__COLD void orm__release_slow(orm__session *db)
{
    orm__pool *pool = db->pool;
    pthread_mutex_lock(&pool->mutex);
    bool closed = !db->connection;
    if (closed && db->counted) {
        db->counted = false;
        db->server->n_open--;
    }
    atomic_store(&db->owner, NULL);
    for (orm__waiter *w = pool->first_waiter; w; w = w->next) {
        if (w->served || (!closed && !orm__suits(pool, db, w))) continue;
        pthread_cond_signal(&w->released);
        break;
    }
    pthread_mutex_unlock(&pool->mutex);
}

/* the outcome of a connect: after a failure the server is left alone for a while, longer each time */
static void orm__note_connect(orm__pool *pool, orm__server *server, bool worked)
{
    int64_t pause = ORM__RETRY_FIRST;
    char why[sizeof server->why];
    snprintf(why, sizeof why, "%.*s", (int)sizeof why - 1, worked ? "" : orm__self()->error.message);
    pthread_mutex_lock(&pool->mutex);
    bool was_away = server->failures > 0;
    server->connecting = false;
    if (worked) {
        server->failures = 0;
    } else {
        for (unsigned i = 0; i < server->failures && pause < ORM__RETRY_MOST; i++) pause *= 2;
        if (pause > ORM__RETRY_MOST) pause = ORM__RETRY_MOST;
        if (server != &pool->servers[0]) pause = ORM__REPLICA_AWAY;
        server->retry_at = orm__ticks() + pause - (int64_t)(orm__jitter(server) % (uint64_t)(pause / 4));
        server->failures++;
        memcpy(server->why, why, sizeof why);
    }
    if (was_away || !worked) orm__stir(pool);
    pthread_mutex_unlock(&pool->mutex);
    if (server == &pool->servers[0] || worked != was_away) return;
    if (worked) orm__pool_note(pool, "replica %u answers again", (unsigned)(server - pool->servers));
    else orm__pool_note(pool, "replica %u is left out for a while: %s", (unsigned)(server - pool->servers), why);
}

/* Makes a grasped session fit for use: looks whether its connection is still good, and connects. False: it was given back. */
static bool orm__make_ready(orm__session *db, int64_t until)
{
    orm__pool *pool = db->pool;
    int64_t now = db->checked && db->connection ? orm__ticks() : 0;
    if (now && now >= db->expires_at) orm__session_disconnect(db, NULL);
    else if (now && now - db->idle_since > ORM__LOOK_AFTER && !db->dialect->alive(db->connection, now - db->idle_since > (int64_t)pool->options.pool.check_ms * 1000))
        orm__session_disconnect(db, "it was lost while nobody used it");
    if (db->connection) return true;
    orm__clear_error();
    bool worked = orm__session_connect(db, until) == ORM_OK;
    orm__note_connect(pool, db->server, worked);
    if (!worked) orm__release_session(db);
    return worked;
}

/* ---- taking ------------------------------------------------------------------------------------------------------------- */

/* where one session writes and others read, the first one is for writes alone from now on */
static void orm__part_roles(orm__pool *pool)
{
    orm__session *writer = pool->servers[0].single_writer ? atomic_load(&pool->sessions[0]) : NULL;
    pool->several = true;
    if (writer && atomic_load(&writer->serves)) atomic_store(&writer->serves, ORM__WRITE);
}

ORM_PRIVATE void orm__pool_part_roles(orm__pool *pool)
{
    if (!pool->servers[0].single_writer) return;
    pthread_mutex_lock(&pool->mutex);
    if (!pool->several) orm__part_roles(pool);
    pthread_mutex_unlock(&pool->mutex);
}

static void orm__note_thread(orm__pool *pool, orm__thread *self)
{
    if (pool->several || pool->first_thread == self) return;
    if (pool->first_thread) orm__part_roles(pool);
    pool->first_thread = self;
}

/* sleeps until somebody stirs, the moment comes, or it is time to be counted as starving */
static void orm__sleep(orm__pool *pool, orm__waiter *w, int64_t until)
{
    int64_t now = orm__ticks();
    if (!w->starving && now - w->began > ORM__STARVING_AFTER) {
        w->starving = true;
        atomic_fetch_add(&pool->starving, 1);
    }
    if (!w->starving && w->began + ORM__STARVING_AFTER < until) until = w->began + ORM__STARVING_AFTER + 1;
    struct timespec moment = orm__moment(until);
    pthread_cond_timedwait(&w->released, &pool->mutex, &moment);
}

/* One look under the mutex: a grasped session, or NULL: then `*failed`, or wait until `*retry_at` (0: until somebody lets go). */
static orm__session *orm__look(orm__pool *pool, orm__waiter *w, bool queued, int64_t *retry_at, orm_status *failed, bool *mine)
{
    bool full = false;
    *retry_at = 0;
    w->sticks = orm__sticks(pool);
    if (pool->closing) {
        *failed = ORM_MISUSE;
        return NULL;
    }
    orm__session *db = orm__pick_open(pool, w, queued, retry_at);
    if (!db) db = orm__pick_closed(pool, w, retry_at, &full, failed);
    if (!db && full && orm__waits_for_itself(pool, w, mine)) *failed = ORM_DEADLOCK_SELF;
    if (!db) return NULL;
    atomic_store_explicit(&db->last_place, w->place, memory_order_relaxed);
    atomic_store_explicit(&db->last_address, w->address, memory_order_relaxed);
    return db;
}

static void orm__tell_failure(orm__pool *pool, const orm__waiter *w, orm_status failed, bool mine, const char *why)
{
    if (failed == ORM_NO_MEMORY && orm__self()->error.kind == ORM_NO_MEMORY) return;
    orm__clear_error();
    if (failed == ORM_DEADLOCK_SELF) orm__own_way(pool, mine);
    else if (failed == ORM_MISUSE) orm__raise_pool(pool, failed, "the database is being closed");
    else if (failed) orm__raise_pool(pool, failed, "out of memory");
    else orm__gave_up(pool, w, why);
}

static orm__session *orm__take(orm_db *handle, orm__mode mode, int64_t until, const char *place, const void *address)
{
    orm__pool *pool = handle->pool;
    orm__waiter w = { .thread = orm__self(), .handle = handle, .mode = mode, .place = place, .address = address };
    orm__session *db = NULL;
    orm_status failed = ORM_OK;
    bool queued = false, late = false, mine = false;
    int64_t limit = orm__ticks() + (int64_t)pool->options.pool.acquire_ms * 1000, retry_at = 0;
    char why[sizeof pool->servers[0].why] = "";
    if (until && until < limit) limit = until;
    pthread_mutex_lock(&pool->mutex);
    pool->visitors++;
    orm__note_thread(pool, w.thread);
    while (!failed && !late) {
        db = orm__look(pool, &w, queued, &retry_at, &failed, &mine);
        w.served = db != NULL;
        if (db) {
            pthread_mutex_unlock(&pool->mutex);
            bool ready = orm__make_ready(db, limit);
            pthread_mutex_lock(&pool->mutex);
            if (ready) break;
            if (orm__self()->error.kind == ORM_NO_MEMORY) failed = ORM_NO_MEMORY;
            w.served = false;
            db = NULL;
        } else if (!failed && !queued) {      /* and looks again: whoever lets go from now on sees it in the queue */
            queued = orm__enqueue(pool, &w);
            if (!queued) failed = ORM_NO_MEMORY;
        } else if (!failed) {
            orm__stamp_holders(pool);
            late = orm__ticks() >= limit;
            if (!late) orm__sleep(pool, &w, retry_at && retry_at < limit ? retry_at : limit);
        }
    }
    if (queued) orm__dequeue(pool, &w);
    if (!db && pool->servers[0].failures) snprintf(why, sizeof why, "%s", pool->servers[0].why);
    if (!db) {
        pthread_mutex_unlock(&pool->mutex);
        orm__tell_failure(pool, &w, failed, mine, why);
        pthread_mutex_lock(&pool->mutex);
    }
    pool->visitors--;
    pthread_mutex_unlock(&pool->mutex);
    return db;
}

ORM_PRIVATE orm__session *orm__held_by(const orm_db *handle)
{
    if (!handle || orm__forked(handle->pool)) return NULL;
    orm__session *db = handle->pinned ? NULL : orm__self()->held;
    while (db && db->via != handle->joins) db = db->next_held;
    if (db) orm__batch_drain(db);
    return db;
}

/* a call of any thread in a transaction that was handed on by orm_current */
static orm__session *orm__join_pinned(orm_db *handle)
{
    orm__session *db = handle->pinned;
    pthread_mutex_lock(&db->call_mutex);
    if (db->shared && db->level > 0 && db->levels[1].serial == handle->level) {
        db->simple = 0;
        db->depth++;
        return db;
    }
    pthread_mutex_unlock(&db->call_mutex);
    orm__clear_error();
    orm__raise_pool(handle->pool, ORM_MISUSE, "the transaction that orm_current gave has ended");
    return NULL;
}

/* What a log hook calls while its thread reads joins in, unless it writes where only another session can, or asks for the primary. */
static bool orm__joins(const orm__session *db, const orm_db *handle, orm__mode mode)
{
    if (db->level > 0) return true;
    return (atomic_load(&db->serves) & mode) && (!handle->primary || db->server == &db->pool->servers[0]);
}

ORM_PRIVATE orm__session *orm__acquire(orm_db *handle, orm__mode mode, int64_t until, const char *place, const void *address)
{
    orm__thread *self = orm__self();
    if (ORM__UNLIKELY(orm__forked(handle->pool))) {
        orm__clear_error();
        orm__raise(NULL, ORM_MISUSE, 0, "the database was opened before fork(): open another one in the child");
        return NULL;
    }
    if (handle->pinned) return orm__join_pinned(handle);
    orm__session *db = orm__held_by(handle);
    if (db && orm__joins(db, handle, mode)) {
        if (db->shared) pthread_mutex_lock(&db->call_mutex);
        db->simple = 0;
        db->depth++;
        return db;
    }
    db = orm__take(handle, mode, until, place, address);
    if (!db) return NULL;
    if (self->held) self->held->simple = 0;
    db->simple = 0;
    db->next_held = self->held;
    self->held = db;
    db->via = handle->joins;
    db->mode = mode;
    db->depth = 1;
    db->calls = 0;
    atomic_store_explicit(&db->held_since, db->checked ? orm__ticks() : 0, memory_order_relaxed);
    atomic_store_explicit(&db->leak_told, false, memory_order_relaxed);
    if (!db->checked && !db->options.timeout_ms) {
        self->recent.handle[mode] = handle->serial;
        self->recent.session[mode] = db;
    }
    return db;
}

ORM_PRIVATE void orm__pool_refill(orm__pool *pool)
{
    orm__waiter w = { .thread = orm__self(), .handle = &pool->primary, .mode = ORM__WRITE };
    for (bool more = true; more; ) {
        int64_t retry_at = 0;
        bool full = false;
        orm_status failed = ORM_OK;
        pthread_mutex_lock(&pool->mutex);
        more = !pool->closing && pool->servers[0].n_open < pool->options.pool.min;
        orm__session *db = more ? orm__pick_closed(pool, &w, &retry_at, &full, &failed) : NULL;
        pthread_mutex_unlock(&pool->mutex);
        more = db && orm__make_ready(db, orm__ticks() + (int64_t)pool->options.pool.acquire_ms * 1000);
        if (more) orm__release_session(db);
    }
}

/* ---- letting go ------------------------------------------------------------------------------------------------------------ */

/* before a session whose connection can be lost, or was changed by hand, is given back */
static ORM__COLD void orm__clean(orm__session *db)
{
    orm__thread *self = orm__self();
    if (db->mode == ORM__WRITE && db->options.sticky_ms) {
        self->wrote.handle = db->pool->main.serial;
        self->wrote.until = orm__ticks() + (int64_t)db->options.sticky_ms * 1000;
    }
    if (db->connection && db->dialect->in_transaction(db->connection)) db->broken = true;      /* one that nobody will end */
    if (!db->broken && db->touched) {
        orm__statements_free(db);
        orm__thread kept = *self;
        db->touched = false;
        db->broken = db->dialect->reset(db->connection) != ORM_OK || orm__session_setup(db) != ORM_OK;
        *self = kept;
    }
    db->idle_since = orm__ticks();
    if (db->broken || db->idle_since >= db->expires_at) orm__session_disconnect(db, NULL);
    atomic_store_explicit(&db->held_since, 0, memory_order_relaxed);
    orm__keeper_start(db->pool);
}

static void orm__unlink_held(orm__thread *self, orm__session *db)
{
    orm__session **at = &self->held;
    while (*at && *at != db) at = &(*at)->next_held;
    if (*at) *at = db->next_held;
    db->next_held = NULL;
}

ORM_PRIVATE void orm__let_go(orm__session *db)
{
    if (db->shared) {            /* the block that shares it still holds it */
        db->depth--;
        pthread_mutex_unlock(&db->call_mutex);
        return;
    }
    if (db->depth > 1) {
        db->depth--;
        return;
    }
    orm__thread *self = orm__self();
    if (db->checked) orm__clean(db);      /* still held: what its failures tell the log may come back here */
    db->depth = 0;
    orm__unlink_held(self, db);
    orm__release_session(db);
}

/* holds the sessions that are free, so that nobody takes them any more. Is the pool this thread's alone now? `busy` gets a session that is not. */
static bool orm__seize(orm__pool *pool, orm__thread *self, orm__session **busy)
{
    *busy = NULL;
    for (unsigned i = 0; i < atomic_load(&pool->n_sessions); i++) {
        orm__session *db = atomic_load(&pool->sessions[i]);
        if (atomic_load(&db->owner) != self && !orm__grasp(db, self)) *busy = db;
    }
    pthread_mutex_lock(&pool->mutex);
    bool alone = !*busy && pool->visitors == 0;
    pthread_mutex_unlock(&pool->mutex);
    return alone;
}

static void orm__seized_back(orm__pool *pool, const orm__thread *self)
{
    for (unsigned i = 0; i < atomic_load(&pool->n_sessions); i++) {
        orm__session *db = atomic_load(&pool->sessions[i]);
        if (atomic_load(&db->owner) == self) orm__release_session(db);
    }
    pthread_mutex_lock(&pool->mutex);
    pool->closing = pool->keeper_stops = false;
    orm__stir(pool);
    pthread_mutex_unlock(&pool->mutex);
}

ORM_PRIVATE bool orm__pool_drain(orm__pool *pool)
{
    orm__thread *self = orm__self();
    int64_t until = orm__ticks() + (int64_t)pool->options.pool.acquire_ms * 1000;
    pthread_mutex_lock(&pool->mutex);
    pool->closing = true;
    orm__stir(pool);
    pthread_mutex_unlock(&pool->mutex);
    orm__session *busy = NULL;
    bool alone = orm__seize(pool, self, &busy);
    while (!alone && orm__ticks() < until) {
        nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
        alone = orm__seize(pool, self, &busy);
    }
    if (alone) return true;
    char place[ORM__PLACE_SIZE] = "";
    orm__clear_error();
    if (busy) orm__raise_pool(pool, ORM_MISUSE, "orm_close: another thread still uses the database, since the call at %s: nothing was closed", orm__taken_at(busy, place));
    else orm__raise_pool(pool, ORM_MISUSE, "orm_close: another thread still waits for the database: nothing was closed");
    orm__seized_back(pool, self);
    return false;
}

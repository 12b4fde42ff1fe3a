/* >>keeper: a pool's own thread, where connections can be lost, and several threads or connections are in use: closes those that nobody used
   for long, replaces the lost ones that shall stay open, and tells the log of sessions that are held for too long. All of it is comfort: no
   call waits for it. */
#include "internal.h"
#include <signal.h>

#define ORM__KEEPER_MOST  1000000       /* microseconds between two rounds, at most and at least */
#define ORM__KEEPER_LEAST 10000

static int64_t orm__keeper_pause(const orm__pool *pool)
{
    const orm_pool_options *how = &pool->options.pool;
    uint32_t shortest = how->idle_ms < how->leak_ms ? how->idle_ms : how->leak_ms;
    if (how->lifetime_ms < shortest) shortest = how->lifetime_ms;
    int64_t pause = (int64_t)shortest * 1000 / 4;
    return pause < ORM__KEEPER_LEAST ? ORM__KEEPER_LEAST : pause > ORM__KEEPER_MOST ? ORM__KEEPER_MOST : pause;
}

/* told once for each time that a session is held */
static void orm__keeper_leak(orm__pool *pool, orm__session *db, int64_t now)
{
    int64_t since = atomic_load(&db->held_since);
    if (!since || now - since < (int64_t)pool->options.pool.leak_ms * 1000 || atomic_exchange(&db->leak_told, true)) return;
    char place[ORM__PLACE_SIZE];
    orm__pool_note(pool, "a connection has been held for %.1f s by the call at %s", (double)(now - since) / 1e6, orm__taken_at(db, place));
}

static void orm__keeper_close_idle(orm__pool *pool, orm__session *db, int64_t now)
{
    if (now - db->idle_since < (int64_t)pool->options.pool.idle_ms * 1000 && now < db->expires_at && db->dialect->alive(db->connection, false)) return;
    pthread_mutex_lock(&pool->mutex);
    bool spare = db->server->n_open > pool->options.pool.min;
    pthread_mutex_unlock(&pool->mutex);
    if (spare || now >= db->expires_at || !db->dialect->alive(db->connection, false)) orm__session_disconnect(db, NULL);
}

static void orm__keeper_round(orm__pool *pool)
{
    int64_t now = orm__ticks();
    for (unsigned i = 0; i < atomic_load(&pool->n_sessions); i++) {
        orm__session *db = atomic_load(&pool->sessions[i]);
        if (atomic_load(&db->owner)) orm__keeper_leak(pool, db, now);
        else if (atomic_load(&db->serves) && orm__grasp(db, orm__self())) {
            if (db->connection) orm__keeper_close_idle(pool, db, now);
            orm__release_session(db);
        }
    }
    orm__pool_refill(pool);
}

static void *orm__keeper_main(void *argument)
{
    orm__pool *pool = (orm__pool *)argument;
    pthread_mutex_lock(&pool->mutex);
    while (!pool->keeper_stops) {
        struct timespec moment = orm__moment(orm__ticks() + orm__keeper_pause(pool));
        pthread_cond_timedwait(&pool->keeper_wakes, &pool->mutex, &moment);
        if (pool->keeper_stops) break;
        pthread_mutex_unlock(&pool->mutex);
        orm__keeper_round(pool);
        pthread_mutex_lock(&pool->mutex);
    }
    pthread_mutex_unlock(&pool->mutex);
    return NULL;
}

/* A program of one thread with one connection gets no second thread of ours unless it asked for times that one keeps. A failure to start it is none:
   connections are then closed when they are used next. */
ORM_PRIVATE void orm__keeper_start(orm__pool *pool)
{
    if (ORM__LIKELY(atomic_load_explicit(&pool->keeper_runs, memory_order_relaxed))) return;
    if (pool->options.pool.max == 1 || !(pool->timed || atomic_load(&pool->several) || atomic_load(&pool->n_sessions) > 1)) return;
    sigset_t all, before;
    pthread_mutex_lock(&pool->mutex);
    if (!atomic_load(&pool->keeper_runs) && !pool->keeper_stops) {
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before);        /* the program's signals are not for this thread */
        atomic_store(&pool->keeper_runs, pthread_create(&pool->keeper, NULL, orm__keeper_main, pool) == 0);
        pthread_sigmask(SIG_SETMASK, &before, NULL);
    }
    pthread_mutex_unlock(&pool->mutex);
}

ORM_PRIVATE void orm__keeper_stop(orm__pool *pool)
{
    pthread_mutex_lock(&pool->mutex);
    pool->keeper_stops = true;
    pthread_cond_signal(&pool->keeper_wakes);
    pthread_mutex_unlock(&pool->mutex);
    if (atomic_load(&pool->keeper_runs)) pthread_join(pool->keeper, NULL);
    atomic_store(&pool->keeper_runs, false);
}

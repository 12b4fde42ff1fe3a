/* >>advise: what the log is told of a handle when it is opened, because it works today and will hurt later: a second handle on the same database, a
   password that stands in the source, a pool that is larger than the server. Each once. */
#include "internal.h"

/* ---- the handles of this process that are open ---- */

static pthread_mutex_t orm__open_mutex = PTHREAD_MUTEX_INITIALIZER;
static orm__pool *orm__open_pools;

ORM_PRIVATE void orm__advise_before_fork(void) { pthread_mutex_lock(&orm__open_mutex); }
ORM_PRIVATE void orm__advise_after_fork(bool child)
{
    if (child) orm__open_pools = NULL;      /* the parent's are of no use here, and no second one */
    pthread_mutex_unlock(&orm__open_mutex);
}

static const char *orm__opened_at(const orm__pool *pool) { return pool->options.orm__place ? pool->options.orm__place : "a place that did not say so"; }

/* Lists the pool; the place where an older one with the same database was opened comes back, once for all of them. */
static const char *orm__open_enlist(orm__pool *pool)
{
    const char *older = NULL;
    bool told = false;
    pthread_mutex_lock(&orm__open_mutex);
    for (const orm__pool *p = orm__open_pools; p; p = p->next_open) {
        if (strcmp(p->target, pool->target) != 0) continue;
        told |= p->twin_told;
        older = orm__opened_at(p);          /* the last in the list is the oldest */
    }
    for (orm__pool *p = orm__open_pools; p && older; p = p->next_open) p->twin_told |= strcmp(p->target, pool->target) == 0;
    pool->twin_told = older != NULL;
    pool->next_open = orm__open_pools;
    orm__open_pools = pool;
    pthread_mutex_unlock(&orm__open_mutex);
    return told ? NULL : older;
}

ORM_PRIVATE void orm__advise_close(orm__pool *pool)
{
    if (!pool->target) return;
    pthread_mutex_lock(&orm__open_mutex);
    orm__pool **at = &orm__open_pools;
    while (*at && *at != pool) at = &(*at)->next_open;
    if (*at) *at = pool->next_open;
    pthread_mutex_unlock(&orm__open_mutex);
    orm__release(&pool->allocator, pool->target, pool->target_size);
}

static orm_status orm__advise_second(orm__pool *pool, orm_connection *c)
{
    char room[ORM__TARGET_SIZE];
    const char *target = pool->dialect->target ? pool->dialect->target(c, room) : NULL;
    if (!target) return ORM_OK;
    pool->target_size = strlen(target) + 1;
    pool->target = (char *)orm__allocate(&pool->allocator, pool->target_size);
    if (!pool->target) return orm__raise_pool(pool, ORM_NO_MEMORY, "out of memory");
    memcpy(pool->target, target, pool->target_size);
    const char *older = orm__open_enlist(pool);
    if (older) orm__pool_note(pool, "this process has %.200s open already, by orm_open at %.100s: a handle is for all threads, and a second one is a second pool beside it", target, older);
    return ORM_OK;
}

/* ---- a password in the source ---- */

/* The first time that this orm_open is reached? Places are literals, whose addresses stand for them; when there are more than fit, the others stay untold. */
static bool orm__first_time(const char *place)
{
    static const char *seen[32];
    const size_t n = sizeof seen / sizeof seen[0];
    size_t i = 0;
    pthread_mutex_lock(&orm__open_mutex);
    while (i < n && seen[i] && seen[i] != place) i++;
    bool first = i < n && !seen[i];
    if (first) seen[i] = place;
    pthread_mutex_unlock(&orm__open_mutex);
    return first;
}

static void orm__advise_password(const orm__pool *pool, const char *url)
{
    const orm_options *o = &pool->options;
    if (!o->log || !o->orm__literal || !pool->dialect->has_password || !pool->dialect->has_password(url) || !orm__first_time(o->orm__place)) return;
    orm__pool_note(pool, "the password of the database stands in the source: take the URL from the environment, or the password from a file that is not shared");
}

/* ---- more connections than there are ---- */

static void orm__advise_size(const orm__pool *pool, orm_connection *c)
{
    size_t most = pool->options.log && pool->dialect->most_connections ? pool->dialect->most_connections(c) : 0;
    if (most == 0 || pool->options.pool.max <= most) return;
    orm__pool_note(pool, "pool.max is %u, but the server has connections for %zu, those of all other clients included: calls would fail instead of waiting for each other",
                   (unsigned)pool->options.pool.max, most);
}

ORM_PRIVATE orm_status orm__advise(orm__pool *pool, orm_connection *c, const char *url)
{
    orm__advise_password(pool, url);
    orm__advise_size(pool, c);
    return orm__advise_second(pool, c);
}

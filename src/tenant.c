/* >>tenant: handles that stand for one tenant, and whose the rows are that are created by them. The handles of a pool are kept in a table until it is closed. */
#include "internal.h"

#define ORM__TENANT_BUCKETS 256
typedef struct orm__tenants { orm_db *bucket[ORM__TENANT_BUCKETS]; } orm__tenants;

static orm_db **orm__tenant_bucket(const orm__tenants *all, int64_t id)
{
    uint64_t hash = (uint64_t)id * UINT64_C(0x9E3779B97F4A7C15);
    return (orm_db **)(uintptr_t)&all->bucket[hash >> 56];
}

/* the handle of a tenant by the way that `base` goes; with the pool's mutex. NULL when out of memory. */
static orm_db *orm__tenant_handle(orm__pool *pool, const orm_db *base, int64_t id)
{
    if (!pool->tenants) {
        pool->tenants = (orm__tenants *)orm__allocate(&pool->allocator, sizeof *pool->tenants);
        if (!pool->tenants) return NULL;
        memset(pool->tenants, 0, sizeof *pool->tenants);
    }
    orm_db **bucket = orm__tenant_bucket(pool->tenants, id);
    for (orm_db *at = *bucket; at; at = at->next)
        if (at->tenant == id && at->joins == base->joins && at->primary == base->primary) return at;
    orm_db *made = (orm_db *)orm__allocate(&pool->allocator, sizeof *made);
    if (!made) return NULL;
    *made = orm__handle(pool, base->joins);
    made->primary = base->primary;
    made->tenant = id;
    made->next = *bucket;
    *bucket = made;
    return made;
}

ORM_PRIVATE void orm__tenants_free(orm__pool *pool)
{
    for (size_t i = 0; pool->tenants && i < ORM__TENANT_BUCKETS; i++) {
        for (orm_db *at = pool->tenants->bucket[i], *next; at; at = next) {
            next = at->next;
            orm__release(&pool->allocator, at, sizeof *at);
        }
    }
    if (pool->tenants) orm__release(&pool->allocator, pool->tenants, sizeof *pool->tenants);
}

ORM_API orm_db *orm_tenant(orm_db *handle, int64_t id)
{
    if (!handle || id == 0 || handle->pinned) {
        orm__clear_error();
        orm__raise(NULL, ORM_MISUSE, 0, "orm_tenant: %s", !handle ? "the database handle is NULL" : id == 0 ? "0 is no tenant" : "call orm_current on the tenant's handle instead");
        return NULL;
    }
    orm__pool *pool = handle->pool;
    pthread_mutex_lock(&pool->mutex);
    orm_db *made = orm__tenant_handle(pool, handle, id);
    pthread_mutex_unlock(&pool->mutex);
    if (made) return made;
    orm__clear_error();
    orm__raise(NULL, ORM_NO_MEMORY, 0, "out of memory for the handle of a tenant");
    return NULL;
}

ORM_API orm_db *orm_all_tenants(orm_db *handle) { return handle ? &handle->pool->everyone : NULL; }

ORM_PRIVATE orm_status orm__tenant_told(orm__session *db, const orm_model *model, bool *limited)
{
    *limited = db->handle->tenant != 0;
    if (*limited || db->handle->all_tenants) return ORM_OK;
    return orm__raise_at(db, ORM_MISUSE, model, model->tenant, "the rows belong to tenants, and the handle to none: call it on orm_tenant(db, id), or on orm_all_tenants(db) if all of them are meant");
}

ORM_PRIVATE orm_status orm__tenant_of_new(orm__session *db, const orm_model *model, void *row)
{
    bool limited = false;
    int64_t id;
    orm_status status = orm__tenant_limits(db, model, &limited);
    if (status || ORM__LIKELY(!limited)) return status;
    memcpy(&id, (const char *)row + model->tenant->offset, sizeof id);
    if (id && id != db->handle->tenant) return orm__raise_at(db, ORM_MISUSE, model, model->tenant, "the row is another tenant's than the handle");
    memcpy((char *)row + model->tenant->offset, &db->handle->tenant, sizeof id);
    return ORM_OK;
}

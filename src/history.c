/* >>history: the table orm_migrations: what was applied to a database, when, and what the file was then. It is a model like any other. */
#include "evolve.h"

#define orm__History_FIELDS(X)                                                                                    \
    X(name,         string(120), primary_key)                                                                     \
    X(checksum,     string(16))                                                      /* "" of functions */        \
    X(applied_at,   timestamp)                                                                                    \
    X(microseconds, bigint)                                                          /* how long it took */       \
    X(finished,     boolean)                                                         /* false: outside of a transaction it began, and did not end */
ORM_MODEL(orm__History, orm_migrations)
#define orm__Histories_MODELS(X) X(orm__History)
ORM_SCHEMA(orm__Histories)
ORM_DEFINE(orm__Histories)

ORM_PRIVATE const char *orm__history_table(void) { return orm__History_model.table; }

/* without a lock: two that make it at once would meet */
ORM_PRIVATE orm_status orm__history_make(orm_db *db) { return orm_sync(db, &orm__Histories_schema); }

ORM_PRIVATE orm_status orm__history_exists(orm_db *handle, bool *exists)
{
    orm__session *db = orm__enter(handle ? orm_primary(handle) : NULL, ORM__READ, NULL, ORM__CALLER, 0);       /* a replica may not have it yet */
    if (!db) return orm__refused();
    orm_found_table found;
    orm_status status = db->dialect->describe(db->connection, orm__History_model.table, &db->scratch, &found);
    *exists = !status && found.exists;
    orm__leave(db);
    return status;
}

ORM_PRIVATE orm_status orm__history_read(orm_db *db, orm_arena *arena, orm__applied **out, size_t *n)
{
    bool exists = false;
    *n = 0;
    *out = orm_arena_allocate(arena, sizeof **out);
    orm_status status = orm__history_exists(db, &exists);
    if (status || !exists) return status;
    /* the limit, as .max_rows of the handle is for the program's own lists */
    orm__History *rows = orm__History_find_all(orm_primary(db), &(orm__History_query){ .orm__literal = true, .limit = INT32_MAX, .order = { orm_asc(orm__History_.name) } });
    if (!rows) return orm_error()->kind;
    *out = orm_arena_allocate(arena, (orm_len(rows) + 1) * sizeof **out);
    for (size_t i = 0; i < orm_len(rows) && *out; i++) {
        orm__applied *a = &(*out)[(*n)++];
        *a = (orm__applied){ .name = orm_text(arena, rows[i].name), .applied_at = rows[i].applied_at, .microseconds = rows[i].microseconds, .finished = rows[i].finished };
        snprintf(a->checksum, sizeof a->checksum, "%s", rows[i].checksum);
        if (!a->name) *out = NULL;
    }
    orm_free(rows);
    return *out ? ORM_OK : orm__raise(NULL, ORM_NO_MEMORY, 0, "out of memory");
}

ORM_PRIVATE orm_status orm__history_note(orm_db *db, const char *name, const char *checksum, int64_t microseconds, bool finished)
{
    orm__History row = orm__History_defaults();
    row.name = name;
    row.checksum = checksum;
    row.applied_at = orm_now();
    row.microseconds = microseconds;
    row.finished = finished;
    return orm__History_create(db, &row);
}

ORM_PRIVATE orm_status orm__history_change(orm_db *db, const char *name, const char *checksum, int64_t microseconds)
{
    int64_t changed = 0;
    return orm__History_update(db, &(orm__History_change){ .orm__literal = true, .where = orm_eq(orm__History_.name, name),
        .set = { orm_set(orm__History_.checksum, checksum), orm_set(orm__History_.microseconds, microseconds), orm_set(orm__History_.finished, true) } }, &changed);
}

ORM_PRIVATE orm_status orm__history_forget(orm_db *db, const char *name) { return orm__History_destroy_by_key(db, name); }

/* is it there already? Asked again under the lock. */
ORM_PRIVATE orm_status orm__history_has(orm_db *db, const char *name, bool *there)
{
    int64_t n = 0;
    orm_status status = orm__History_count(orm_primary(db), &(orm__History_query){ .orm__literal = true, .where = orm_eq(orm__History_.name, name) }, &n);
    *there = n > 0;
    return status;
}

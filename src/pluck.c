/* >>pluck: one column of many rows as an array. */
#include "internal.h"

/* the values that are there, one behind the other */
static orm_status orm__pluck_values(orm__session *db, const orm_column *column, const char *rows, orm_arena *arena, void **out, size_t *n)
{
    size_t length = orm__len(rows, column->model->ticket), size = orm__member_size(column->is.type), bytes;
    char *values = __builtin_mul_overflow(length + 1, size, &bytes) ? NULL : (char *)orm__bump(arena, bytes, 16);
    if (!values) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory for %zu values", length);
    *n = 0;
    for (size_t i = 0; i < length; i++) {
        const char *row = rows + i * column->model->size;
        if (!orm__is_unset(column, row)) memcpy(values + (*n)++ * size, row + column->offset, size);
    }
    *out = values;
    return ORM_OK;
}

ORM_API orm_status orm__pluck(orm_db *handle, const orm_column *column, const orm_query *query, orm_arena *arena, void **out, size_t *n, const char *place)
{
    const orm_model *model = column->model;
    orm_query own = query ? *query : (orm_query){ .limit = 0 };
    orm__session *db = orm__enter(handle, ORM__READ, place, NULL, own.timeout_ms);
    if (!db) return orm__refused();
    orm_status status = ORM_OK;
    if (!arena) status = orm__raise_at(db, ORM_MISUSE, model, column, "orm_pluck needs an arena for what it finds");
    else if (own.include[0].relation || own.include[0].count || !orm__mask_names_none(model, &own.select)) status = orm__raise_at(db, ORM_MISUSE, model, column, "orm_pluck reads one column: it takes no .include and no .select");
    else if (column->count_of) status = orm__raise_at(db, ORM_MISUSE, model, column, "orm_pluck reads columns of the table: a count of relations comes with its row");
    own.arena = arena;
    memset(&own.select, 0, sizeof own.select);
    if (!status) orm__mask_add(&own.select, orm__column_index(model, column));
    const char *rows = status ? NULL : (const char *)orm__find_all_hooked(db, model, &own, 0, false);
    if (!status) status = rows ? orm__pluck_values(db, column, rows, arena, out, n) : orm__self()->error.kind;
    orm__leave(db);
    return status;
}

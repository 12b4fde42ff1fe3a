/* >>returning: changes by condition that bring back the rows which they changed: UPDATE and DELETE with RETURNING. */
#include "internal.h"

typedef struct orm__returning { void (*walk)(orm__build *b, const void *arg); const void *arg; const orm__part *head; } orm__returning;

static void orm__b_returning(orm__build *b, const orm__returning *r)
{
    const char *before = " returning ";
    r->walk(b, r->arg);
    orm__b_key(b, 'R');
    for (size_t i = 0; i < sizeof r->head->columns.word / sizeof r->head->columns.word[0]; i++) orm__b_key(b, r->head->columns.word[i]);
    for (size_t i = 0; i < r->head->model->n_columns && b->sql; i++) {
        if (!orm__mask_has(&r->head->columns, i)) continue;
        orm__put(b->sql, before);
        orm__put_name(b->sql, orm__column_name(&r->head->model->columns[i]));
        before = ", ";
    }
}

/* the list of rows that the statement changes and tells of; NULL with this thread's error */
ORM_PRIVATE void *orm__returned(orm__session *db, const orm_model *model, const orm_mask *fields, void (*walk)(orm__build *b, const void *arg), const void *arg, orm_arena *arena)
{
    orm_query query = { .select = *fields };
    orm__build b;
    orm__part *head;
    if (orm__parts_make(db, model, &query, &head)) return NULL;
    head->any_number = true;            /* they are changed already */
    const orm__returning r = { walk, arg, head };
    orm__build_begin(&b, db);
    orm__b_returning(&b, &r);
    orm__prepared *p = b.status ? NULL : orm__shape_find(db, b.key, b.key_words * sizeof *b.key);
    if (!b.status && !p) {
        orm__writer sql = { .allocator = &db->allocator, .dialect = db->dialect };
        orm__build_spell(&b, &sql);
        orm__b_returning(&b, &r);
        b.sql = NULL;
        orm_status status = b.status ? b.status : orm__prepare(db, &sql, &p);
        orm__writer_release(&sql);
        if (status) return NULL;
        p->secret = b.secret;
        status = orm__plan_make(db, p, head);
        if (!status) status = orm__shape_add(db, p, b.key, b.key_words * sizeof *b.key);
        if (status) {
            orm__prepared_free(db, p);
            return NULL;
        }
    }
    void *rows = p ? orm__find_all_read(db, head, p, &b, arena, true) : NULL;
    if (rows) db->serial++;
    return rows;
}

/* rows whose hooks would not run are refused as with calls that bring nothing back */
ORM_PRIVATE orm_status orm__returning_hooks(orm__session *db, const orm_model *model, uint32_t rows, uint32_t bulk, bool skip, const char *what)
{
    if (ORM__LIKELY(!orm__hooked(model, rows | bulk)) || (skip && !orm__hooked(model, bulk))) return ORM_OK;
    return orm__raise_at(db, ORM_MISUSE, model, NULL, "%s runs no hooks, and %s has some%s", what, model->name, orm__hooked(model, bulk) ? "" : ": say .skip_row_hooks = true to do without");
}

ORM_API void *orm__update_returning(orm_db *handle, const orm_model *model, const orm_change *change, const orm_mask *fields)
{
    orm__update_arg arg;
    unsigned n = 0;
    void *rows = NULL;
    orm__session *db = orm__enter(handle, ORM__WRITE, NULL, ORM__CALLER, change ? change->timeout_ms : 0);
    if (!db) return NULL;
    orm_status status = orm__update_check(db, model, change, &arg, &n);
    if (!status) status = orm__returning_hooks(db, model, ORM__UPDATE_EVENTS, ORM__BULK_UPDATE_EVENTS, change->skip_row_hooks, "update_returning");
    if (!status && !n) status = orm__raise_at(db, ORM_MISUSE, model, NULL, "update_returning needs something to change");
    if (!status) rows = orm__returned(db, model, fields, orm__b_update, &arg, NULL);
    orm__leave(db);
    return rows;
}

ORM_API void *orm__destroy_returning(orm_db *handle, const orm_model *model, const orm_query *query)
{
    orm__remove_arg arg;
    void *rows = NULL;
    orm__session *db = orm__enter(handle, ORM__WRITE, NULL, ORM__CALLER, query ? query->timeout_ms : 0);
    if (!db) return NULL;
    orm_status status = orm__remove_check(db, model, query, orm__removal_of(model, false), &arg);
    if (!status) status = orm__returning_hooks(db, model, ORM__DESTROY_EVENTS, ORM__BULK_DESTROY_EVENTS, query->skip_row_hooks, "destroy_returning");
    if (!status) rows = orm__returned(db, model, &query->select, orm__b_remove_all, &arg, query->arena);
    orm__leave(db);
    return rows;
}

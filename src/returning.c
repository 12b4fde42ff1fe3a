/* >>returning: changes by condition that bring back the rows which they changed: UPDATE and DELETE with RETURNING;
   and rows taken from a queue, which are locked, changed and brought back by one statement. */
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
    void *rows = NULL;
    orm__session *db = orm__enter(handle, ORM__WRITE, NULL, ORM__CALLER, change ? change->timeout_ms : 0);
    if (!db) return NULL;
    orm_status status = orm__update_check(db, model, change, &arg);
    if (!status) status = orm__returning_hooks(db, model, ORM__UPDATE_EVENTS, ORM__BULK_UPDATE_EVENTS, change->skip_row_hooks, "update_returning");
    if (!status && !arg.n_set) status = orm__raise_at(db, ORM_MISUSE, model, NULL, "update_returning needs something to change");
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

/* ---- a queue ---- */

typedef struct orm__taking { orm__update_arg update; orm__part *head; } orm__taking;

/* the i-th column of the keys that were taken: a name that no column of the model bears, as RETURNING names those without a table */
static void orm__b_taken_key(orm__build *b, size_t i)
{
    if (!b->sql) return;
    orm__put(b->sql, "\"orm__k");
    orm__put_int(b->sql, (int64_t)i);
    orm__put_char(b->sql, '"');
}

/* with orm__taken as (select the keys of the first rows ... for no key update skip locked) update ... from orm__taken where key = key

   Which rows they are is found out once and held by the locks, whatever plan the engine makes for the update: a query inside of its condition
   might be run again, and lock further rows. The lock is the one that the update takes itself: a row that others merely refer to is not skipped. */
static void orm__b_take(orm__build *b, const void *arg)
{
    const orm__taking *t = (const orm__taking *)arg;
    const orm_model *model = t->head->model;
    const char *before = "with orm__taken (";
    orm__b_key(b, 11);
    for (size_t i = 0; i < model->n_columns; i++) {
        if (!orm__mask_has(&t->head->columns, i)) continue;
        orm__b_put(b, before);
        orm__b_taken_key(b, i);
        before = ", ";
    }
    orm__b_put(b, ") as (");
    orm__b_select(b, t->head);
    b->head = NULL;                     /* the update is a statement of its own */
    orm__b_put(b, ") ");
    orm__b_set(b, &t->update);
    orm__b_put(b, " from orm__taken");
    before = " where ";
    for (size_t i = 0; i < model->n_columns && b->sql; i++) {
        if (!model->columns[i].primary_key) continue;
        orm__put(b->sql, before);
        orm__b_column(b, 0, &model->columns[i]);
        orm__put(b->sql, " = orm__taken.");
        orm__b_taken_key(b, i);
        before = " and ";
    }
}

static orm_status orm__take_check(orm__session *db, const orm_model *model, const orm_change *change, size_t n_orders, int64_t limit, orm__update_arg *arg)
{
    if (model->view) return orm__raise_at(db, ORM_MISUSE, model, NULL, "take changes rows of tables, and %s is a view", model->name);
    if (!change) return orm__raise_at(db, ORM_MISUSE, model, NULL, "take needs a change");
    if (limit < 1) return orm__raise_at(db, ORM_MISUSE, model, NULL, "take_up_to takes one row or more");
    if (n_orders < 1 || n_orders > ORM_MAX_ORDERS) return orm__raise_at(db, ORM_MISUSE, model, NULL, "take needs the order of the queue, of up to " ORM__STRING(ORM_MAX_ORDERS) " terms");
    if (!change->all && orm__always(&change->where) == 1)
        return orm__raise_at(db, ORM_MISUSE, model, NULL, "take without a condition would take rows that were taken already: say .all = true if you mean it");
    orm_status status = orm__update_check(db, model, change, arg);
    if (!status) status = orm__returning_hooks(db, model, ORM__UPDATE_EVENTS, ORM__BULK_UPDATE_EVENTS, change->skip_row_hooks, "take");
    if (!status && !arg->n_set) status = orm__raise_at(db, ORM_MISUSE, model, NULL, "take needs something to change, by which others see that the row is taken");
    return status;
}

static void *orm__take_entered(orm__session *db, const orm_model *model, const orm_change *change, const orm_order *order, size_t n_orders, int64_t limit)
{
    static const orm_mask all;
    orm__taking t;
    orm__self()->model = model;
    if (orm__take_check(db, model, change, n_orders, limit, &t.update)) return NULL;
    orm_query query = { .where = change->where, .limit = limit, .with_deleted = change->with_deleted, .only_deleted = change->only_deleted, .unscoped = change->unscoped };
    for (size_t i = 0; i < n_orders; i++) query.order[i] = order[i];
    for (size_t i = 0; i < model->n_columns; i++)
        if (model->columns[i].primary_key) orm__mask_add(&query.select, i);
    if (orm__parts_make(db, model, &query, &t.head)) return NULL;
    query.lock = ORM_FOR_NO_KEY_UPDATE;             /* said only now: it is held by this statement, in a transaction or not */
    query.wait = ORM_SKIP_LOCKED;
    return orm__returned(db, model, &all, orm__b_take, &t, NULL);
}

ORM_API void *orm__take_rows(orm_db *handle, const orm_model *model, const orm_change *change, const orm_order *order, size_t n_orders, int64_t limit, bool one, const char *place)
{
    orm__session *db = orm__enter(handle, ORM__WRITE, place, NULL, change ? change->timeout_ms : 0);
    if (!db) return NULL;
    void *rows = orm__take_entered(db, model, change, order, n_orders, limit);
    if (rows && one && orm__len(rows, model->ticket) == 0) {
        orm__free(rows);
        rows = NULL;
        orm__absent(db, model, false);
    }
    orm__leave(db);
    return rows;
}

/* >>destroy: rows deleted, softly where the model has a row of type deleted_at, and restored. */
#include "internal.h"

#define ORM__PAGE_OF_ROWS 200           /* rows that are read at once by orm__each_row */

ORM_PRIVATE void orm__b_key_condition(orm__build *b, const orm_model *model, bool tenant, bool version)
{
    const char *with = " where ";
    for (size_t i = 0; i < model->n_columns; i++) {
        if (!model->columns[i].primary_key) continue;
        orm__b_put(b, with);
        orm__b_template(b, ORM_OP_EQ, 0, &model->columns[i], NULL, NULL);
        with = " and ";
    }
    if (tenant) {
        orm__b_put(b, with);
        orm__b_template(b, ORM_OP_EQ, 0, model->tenant, NULL, NULL);
    }
    if (version && model->version) {
        orm__b_put(b, with);
        orm__b_template(b, ORM_OP_EQ, 0, model->version, NULL, NULL);
    }
}

static void orm__put_key(orm__writer *w, const orm_model *model, const void *row)
{
    const char *before = "";
    for (size_t i = 0; i < model->n_columns; i++) {
        const orm_column *column = &model->columns[i];
        if (!column->primary_key) continue;
        orm_value v = orm__value_of(column, row);
        orm__put(w, before);
        if (column->secret) orm__put(w, "***");
        else if (v.type == ORM_TEXT) orm__put_json_text(w, v.as.s, strlen(v.as.s));
        else orm__json_value(w, NULL, model, column, &v);
        before = ", ";
    }
}

ORM_PRIVATE orm_status orm__raise_stale(orm__session *db, const orm_model *model, const void *row)
{
    char key[200] = "";
    orm__writer w = { .text = key, .capacity = sizeof key };
    if (!model->version) return orm__raise_at(db, ORM_STALE, model, NULL, "the row is not there any more");
    orm__put_key(&w, model, row);
    return orm__raise_at(db, ORM_STALE, model, model->version, "%s %s was changed or deleted since it was read as version %" PRId64 ": read it again", model->name, key, orm__value_of(model->version, row).as.i);
}

/* ---- the statement ------------------------------------------------------------------------------------------------------------ */

static const orm_column *orm__updated_at(const orm_model *model)
{
    for (size_t i = 0; i < model->n_columns; i++)
        if (model->columns[i].is.updated_at) return &model->columns[i];
    return NULL;
}

/* delete from t, or: update t set deleted_at = ?, updated_at = ?, version = version + 1 */
static void orm__b_remove(orm__build *b, const orm__remove_arg *arg)
{
    orm__b_key(b, 7 | (uint64_t)arg->how << 8);
    orm__b_pointer(b, arg->model);
    b->next_alias = 1;
    orm__b_put(b, arg->how == ORM__DELETE ? "delete from " : "update ");
    orm__b_table(b, arg->model, 0);
    if (arg->how == ORM__DELETE) return;
    orm__b_put(b, " set ");
    if (b->sql) orm__put_name(b->sql, orm__column_name(arg->model->deleted_at));
    if (arg->how == ORM__RESTORE) {
        orm__b_put(b, " = null");
    } else {
        orm__b_put(b, " = ");
        orm__b_bind(b, arg->model->deleted_at, (orm_value){ .type = ORM_TIME, .as.i = arg->now });
    }
    orm__b_stamps(b, arg->model, orm__updated_at(arg->model), arg->now);
}

/* the kept statement for one row: fixed for a plain delete, else a shape */
static orm_status orm__removal_statement(orm__session *db, const orm_model *model, orm__removal how, bool tenant, bool version, orm__prepared **out)
{
    struct { uint64_t tag; const orm_model *model; uint64_t how; } key;
    bool fixed = how == ORM__DELETE && !tenant && !version;
    orm__prepared **slot = fixed ? orm__slot(db, model, ORM__OP_DELETE) : NULL;
    if (fixed && !slot) return ORM_NO_MEMORY;
    memset(&key, 0, sizeof key);
    key.tag = 8;
    key.model = model;
    key.how = (uint64_t)how | (uint64_t)tenant << 8 | (uint64_t)version << 9;
    *out = fixed ? *slot : orm__shape_find(db, &key, sizeof key);
    if (*out) return ORM_OK;
    orm__writer sql = { .allocator = &db->allocator, .dialect = db->dialect };
    orm__build b;
    const orm__remove_arg arg = { .model = model, .how = how };
    orm__build_begin(&b, db);
    orm__build_spell(&b, &sql);
    orm__b_remove(&b, &arg);
    orm__b_key_condition(&b, model, tenant, version);
    if (how != ORM__DELETE) {
        orm__b_put(&b, " and ");
        orm__b_template(&b, how == ORM__RESTORE ? ORM_OP_IS_NOT_NULL : ORM_OP_IS_NULL, 0, model->deleted_at, NULL, NULL);
    }
    orm_status status = b.status ? b.status : orm__prepare(db, &sql, out);
    orm__writer_release(&sql);
    if (status) return status;
    if (fixed) {
        *slot = *out;
        return ORM_OK;
    }
    status = orm__shape_add(db, *out, &key, sizeof key);
    if (status) orm__prepared_free(db, *out);
    return status;
}

/* ---- one row --------------------------------------------------------------------------------------------------------------------- */

ORM_PRIVATE orm_status orm__destroy_prepare(orm__session *db, const orm_model *model, const void *key, const void *row, orm__removal how, orm_time now, orm_value *values, size_t *n, orm__prepared **p)
{
    bool version = row && model->version, tenant;
    size_t before = 0, n_keys = 0;
    orm__self()->model = model;
    orm_status status = orm__tenant_limits(db, model, &tenant);
    if (status) return status;
    if (how == ORM__DELETE_SOFTLY) values[before++] = (orm_value){ .type = ORM_TIME, .as.i = now };
    if (how != ORM__DELETE && orm__updated_at(model)) values[before++] = (orm_value){ .type = ORM_TIME, .as.i = now };
    status = orm__key_values(db, model, key, row, values + before, &n_keys);
    if (status) return status;
    *n = before + n_keys;
    if (tenant) values[(*n)++] = (orm_value){ .type = ORM_INT64, .as.i = db->handle->tenant };
    if (version) values[(*n)++] = orm__value_of(model->version, row);
    return orm__removal_statement(db, model, how, tenant, version, p);
}

ORM_PRIVATE orm_status orm__destroy_run(orm__session *db, const orm_model *model, orm__prepared *p, const orm_value *values, size_t n)
{
    int64_t changed = 0;
    orm_status status = orm__run_write(db, p, values, n, &changed);
    if (!status && changed == 0) status = orm__raise_at(db, ORM_STALE, model, NULL, "the row is not there any more");
    return status;
}

/* what the statement wrote, in the row */
static void orm__note_removal(const orm_model *model, void *row, orm__removal how, orm_time now)
{
    const orm_column *stamp = orm__updated_at(model);
    if (how == ORM__DELETE) return;
    orm__store(model->deleted_at, row, &(orm_value){ .type = how == ORM__RESTORE ? ORM_NULL : ORM_TIME, .as.i = now });
    if (stamp) orm__store(stamp, row, &(orm_value){ .type = ORM_TIME, .as.i = now });
    if (!model->version) return;
    orm_value next = orm__value_of(model->version, row);
    next.as.i++;
    orm__store(model->version, row, &next);
}

/* of a row (which is then as it is in the database) or of a key */
static orm_status orm__remove_plain(orm__session *db, const orm_model *model, const void *key, void *row, orm__removal how)
{
    orm_value values[ORM__MAX_KEY + ORM__REMOVAL_VALUES];
    size_t n = 0;
    int64_t changed = 0;
    orm__prepared *p;
    orm_time now = how == ORM__DELETE ? 0 : orm_now();
    orm_status status = orm__destroy_prepare(db, model, key, row, how, now, values, &n, &p);
    if (!status) status = orm__run_write(db, p, values, n, &changed);
    if (status) return status;
    if (changed == 0 && row) return orm__raise_stale(db, model, row);
    if (changed == 0) return orm__raise_at(db, ORM_STALE, model, NULL, how == ORM__RESTORE ? "there is no such destroyed row" : "the row is not there any more");
    if (row) orm__note_removal(model, row, how, now);
    return ORM_OK;
}

static orm_status orm__remove_hooked(orm__session *db, const orm_model *model, const void *key, void *row, orm__removal how)
{
    bool restores = how == ORM__RESTORE;
    void *found = NULL;
    orm_status status = ORM_OK;
    if (!row) {                         /* hooks take a row: it is read */
        orm_query query = { .only_deleted = restores, .with_deleted = how == ORM__DELETE && model->deleted_at != NULL };
        orm_value values[ORM__MAX_KEY];
        size_t n = 0;
        status = orm__key_values(db, model, key, NULL, values, &n);
        if (!status) orm__where_values(model, values, &query.where);
        if (!status && !(found = orm__find_all_entered(db, model, &query, NULL, 1, false))) status = orm__self()->error.kind;
        if (!status && orm__len(found, model->ticket) == 0) status = orm__raise_at(db, ORM_STALE, model, NULL, restores ? "there is no such destroyed row" : "the row is not there any more");
        row = found;
    }
    if (!status) status = orm__hooks_run(db, model, restores ? ORM_BEFORE_RESTORE : ORM_BEFORE_DESTROY, row, 1);
    if (!status) status = orm__remove_plain(db, model, NULL, row, how);
    if (!status) status = orm__hooks_run(db, model, restores ? ORM_AFTER_RESTORE : ORM_AFTER_DESTROY, row, 1);
    orm__free(found);
    return status;
}

static uint32_t orm__removal_events(orm__removal how) { return how == ORM__RESTORE ? ORM__RESTORE_EVENTS : ORM__DESTROY_EVENTS; }

static orm_status orm__remove_entered(orm__session *db, const orm_model *model, const void *key, void *row, orm__removal how)
{
    if (ORM__LIKELY(!orm__hooked(model, orm__removal_events(how)))) return orm__remove_plain(db, model, key, row, how);
    orm__self()->model = model;
    orm_status status = orm__level_begin(db, NULL);
    return status ? status : orm__hooks_end(db, orm__remove_hooked(db, model, key, row, how));
}

static orm_status orm__remove_row(orm_db *handle, const orm_model *model, void *row, orm__removal how, const void *address)
{
    bool lost = false;
    const char *what = how == ORM__RESTORE ? "restore" : "destroy";
    orm__session *db = orm__enter(handle, ORM__WRITE, NULL, address, 0);
    if (!db) return orm__refused();
    orm_status status = orm__check_row(db, model, row, what);
    if (!status) {
        uint64_t ticket = *orm__ticket(model, row);
        if (ORM__KIND(ticket) == ORM__KIND_CREATED) status = orm__created_is_lost(db, model, ticket, &lost);
        if (!status && (lost || ORM__KIND(ticket) == ORM__KIND_FRESH)) status = orm__raise_at(db, ORM_MISUSE, model, NULL, "%s: the row is not in the database", what);
        if (!status) status = orm__remove_entered(db, model, NULL, row, how);
    }
    orm__leave(db);
    return status;
}

ORM_API orm_status orm__destroy(orm_db *handle, const orm_model *model, void *row, bool hard) { return orm__remove_row(handle, model, row, orm__removal_of(model, hard), ORM__CALLER); }
ORM_API orm_status orm__restore(orm_db *handle, const orm_model *model, void *row) { return orm__remove_row(handle, model, row, ORM__RESTORE, ORM__CALLER); }

static orm_status orm__remove_by_key(orm_db *handle, const orm_model *model, const void *key, orm__removal how, const void *address)
{
    orm__session *db = orm__enter(handle, ORM__WRITE, NULL, address, 0);
    if (!db) return orm__refused();
    orm_status status = orm__remove_entered(db, model, key, NULL, how);
    orm__leave(db);
    return status;
}

ORM_API orm_status orm__destroy_by_key(orm_db *handle, const orm_model *model, const void *key, bool hard) { return orm__remove_by_key(handle, model, key, orm__removal_of(model, hard), ORM__CALLER); }
ORM_API orm_status orm__restore_by_key(orm_db *handle, const orm_model *model, const void *key) { return orm__remove_by_key(handle, model, key, ORM__RESTORE, ORM__CALLER); }

/* ---- rows by condition ------------------------------------------------------------------------------------------------------------- */

ORM_PRIVATE void orm__b_remove_all(orm__build *b, const void *arg_)
{
    const orm__remove_arg *arg = (const orm__remove_arg *)arg_;
    orm__b_remove(b, arg);
    const char *with = orm__b_scope(b, arg->model, 0, arg->scope, " where ");
    orm__b_key(b, arg->where->used > 0);
    if (!arg->where->used) return;
    orm__b_put(b, with);
    orm__b_condition(b, arg->where, 0);
}

/* which rows are meant: those that are there; for a restore those that are not; a hard destroy takes both */
static unsigned orm__removal_scope(const orm_model *model, const orm_query *query, orm__removal how)
{
    unsigned scope = orm__scope_of_query(query);
    if (how == ORM__RESTORE) scope |= ORM__ONLY_DELETED;
    if (how == ORM__DELETE && model->deleted_at && !(scope & ORM__ONLY_DELETED)) scope |= ORM__WITH_DELETED;
    return scope;
}

static orm_status orm__removal_check(orm__session *db, const orm_model *model, const orm_query *query, orm__removal how)
{
    const char *what = how == ORM__RESTORE ? "restore_all" : "destroy_all";
    if (!query || (!query->all && orm__always(&query->where) == 1))
        return orm__raise_at(db, ORM_MISUSE, model, NULL, "%s without a condition would %s every row: say .all = true if you mean it", what, how == ORM__RESTORE ? "restore" : "delete");
    if (query->limit || query->offset || query->page || query->per_page || query->after || query->order[0].column || query->include[0].relation || query->lock || query->wait)
        return orm__raise_at(db, ORM_MISUSE, model, NULL, "%s takes .where only: an order, limit, page, include or lock would be ignored", what);
    if (how == ORM__DELETE_SOFTLY && (query->with_deleted || query->only_deleted))
        return orm__raise_at(db, ORM_MISUSE, model, NULL, "destroy_all is about rows that are not destroyed yet: destroy_hard_all deletes those that are");
    if (how == ORM__RESTORE && query->with_deleted) return orm__raise_at(db, ORM_MISUSE, model, NULL, "restore_all is about destroyed rows only");
    return orm__scope_check(db, model, orm__scope_of_query(query));
}

ORM_PRIVATE orm_status orm__remove_check(orm__session *db, const orm_model *model, const orm_query *query, orm__removal how, orm__remove_arg *arg)
{
    orm__self()->model = model;
    orm_status status = orm__removal_check(db, model, query, how);
    if (!status) *arg = (orm__remove_arg){ model, how, orm_now(), &query->where, orm__removal_scope(model, query, how) };
    return status;
}

ORM_PRIVATE orm_status orm__destroy_all_prepare(orm__session *db, const orm_model *model, const orm_query *query, orm__removal how, orm__build *b, orm__prepared **p)
{
    orm__remove_arg arg;
    orm_status status = orm__remove_check(db, model, query, how, &arg);
    return status ? status : orm__change_prepare(db, b, orm__b_remove_all, &arg, p);
}

static orm_status orm__remove_all_plain(orm__session *db, const orm_model *model, const orm_query *query, orm__removal how, int64_t *removed)
{
    orm__build b;
    orm__prepared *p;
    *removed = 0;
    orm_status status = orm__destroy_all_prepare(db, model, query, how, &b, &p);
    return status ? status : orm__change_run(db, p, &b, removed);
}

ORM_PRIVATE orm_status orm__each_row(orm__session *db, const orm_model *model, const orm_query *query, orm_status (*each)(orm__session *db, void *row, void *context), void *context)
{
    orm_query page = *query;
    char *rows = NULL, *before = NULL;
    orm_status status = ORM_OK;
    for (size_t n = ORM__PAGE_OF_ROWS; n == ORM__PAGE_OF_ROWS && !status; ) {
        page.after = rows ? rows + (n - 1) * model->size : NULL;
        before = rows;
        rows = (char *)orm__find_all_entered(db, model, &page, NULL, ORM__PAGE_OF_ROWS, true);
        orm__free(before);
        if (!rows) return orm__self()->error.kind;
        n = orm__len(rows, model->ticket);
        for (size_t i = 0; i < n && !status; i++) status = each(db, rows + i * model->size, context);
    }
    orm__free(rows);
    return status;
}

typedef struct orm__remove_each { const orm_model *model; orm__removal how; int64_t n; } orm__remove_each;

static orm_status orm__remove_one(orm__session *db, void *row, void *context)
{
    orm__remove_each *each = (orm__remove_each *)context;
    each->n++;
    return orm__remove_hooked(db, each->model, NULL, row, each->how);
}

static orm_status orm__remove_all_hooked(orm__session *db, const orm_model *model, const orm_query *query, orm__removal how, int64_t *removed)
{
    orm_query own = *query;
    bool restores = how == ORM__RESTORE, each_row = query->each_row && orm__hooked(model, orm__removal_events(how));
    orm__remove_each each = { model, how, 0 };
    orm_status status = orm__hooks_run(db, model, restores ? ORM_BEFORE_BULK_RESTORE : ORM_BEFORE_BULK_DESTROY, &own, 1);
    if (!status && !each_row) {
        status = orm__remove_all_plain(db, model, &own, how, removed);
    } else if (!status) {
        unsigned scope = orm__removal_scope(model, &own, how);
        orm_query read = { .where = own.where, .with_deleted = (scope & ORM__WITH_DELETED) != 0, .only_deleted = (scope & ORM__ONLY_DELETED) != 0, .unscoped = own.unscoped };
        status = orm__removal_check(db, model, &own, how);
        if (!status) status = orm__each_row(db, model, &read, orm__remove_one, &each);
        *removed = each.n;
    }
    return status ? status : orm__hooks_run(db, model, restores ? ORM_AFTER_BULK_RESTORE : ORM_AFTER_BULK_DESTROY, &own, *removed);
}

ORM_PRIVATE orm_status orm__destroy_all_entered(orm__session *db, const orm_model *model, const orm_query *query, orm__removal how, int64_t *removed)
{
    int64_t n = 0;
    uint32_t rows = orm__removal_events(how), bulk = how == ORM__RESTORE ? ORM__BULK_RESTORE_EVENTS : ORM__BULK_DESTROY_EVENTS;
    if (ORM__LIKELY(!orm__hooked(model, rows | bulk)) || !query) return orm__remove_all_plain(db, model, query, how, removed ? removed : &n);
    orm__self()->model = model;
    orm_status status = orm__hooks_for_rows(db, model, rows, query->each_row, query->skip_row_hooks, how == ORM__RESTORE ? "restore_all" : "destroy_all");
    if (!status) status = orm__level_begin(db, NULL);
    if (!status) status = orm__hooks_end(db, orm__remove_all_hooked(db, model, query, how, &n));
    if (removed) *removed = status ? 0 : n;
    return status;
}

static orm_status orm__remove_all(orm_db *handle, const orm_model *model, const orm_query *query, orm__removal how, int64_t *removed, const void *address)
{
    orm__session *db = orm__enter(handle, ORM__WRITE, NULL, address, query ? query->timeout_ms : 0);
    if (!db) return orm__refused();
    orm_status status = orm__destroy_all_entered(db, model, query, how, removed);
    orm__leave(db);
    return status;
}

ORM_API orm_status orm__destroy_all(orm_db *handle, const orm_model *model, const orm_query *query, int64_t *destroyed, bool hard)
{
    return orm__remove_all(handle, model, query, orm__removal_of(model, hard), destroyed, ORM__CALLER);
}

ORM_API orm_status orm__restore_all(orm_db *handle, const orm_model *model, const orm_query *query, int64_t *restored)
{
    return orm__remove_all(handle, model, query, ORM__RESTORE, restored, ORM__CALLER);
}

/* >>find: reading rows. One row by key goes the short way: a kept statement, one allocation, no query. Everything else is a tree of
   parts (select.c) whose statements run parents first. */
#include "internal.h"

/* ---- rows by key ------------------------------------------------------------------------------------------------------ */

/* select ... from table where these columns = ?; with the plan */
static orm_status orm__find_spell(orm__session *db, const orm_model *model, const orm_column *by, bool limited, orm__prepared **out)
{
    orm__part *part;
    orm__writer sql = { .allocator = &db->allocator, .dialect = db->dialect };
    orm__build b;
    orm_status status = orm__parts_make(db, model, NULL, &part);
    if (status) return status;
    part->keyed = true;
    orm__build_begin(&b, db);
    b.limited = limited;
    orm__build_spell(&b, &sql);
    orm__b_select(&b, part);
    const char *with = " where ";
    for (size_t i = 0; i < model->n_columns; i++) {
        const orm_column *column = &model->columns[i];
        if (by ? column != by : !column->primary_key) continue;
        orm__b_put(&b, with);
        orm__b_template(&b, ORM_OP_EQ, 0, column, NULL, NULL);
        with = " and ";
    }
    orm__b_scope(&b, model, 0, 0, with);
    status = b.status ? b.status : orm__prepare(db, &sql, out);
    orm__writer_release(&sql);
    if (status) return status;
    (*out)->secret = b.secret;
    (*out)->columns = part->columns;
    for (size_t i = 0; i < model->n_columns; i++) (*out)->partial |= !orm__mask_has(&part->columns, i);
    (*out)->special = (*out)->partial || model->scoped || model->tenant || orm__hooked(model, ORM__EVENT(ORM_AFTER_FIND));
    status = orm__plan_make(db, *out, part);
    if (status) {
        orm__prepared_free(db, *out);
        *out = NULL;
    }
    return status;
}

/* Runs a kept statement that yields at most one row. NULL with ORM_NOT_FOUND not yet raised when there is none. */
static inline __attribute__((always_inline)) void *orm__row_found(orm__session *db, const orm_model *model, orm__prepared *p, const orm_value *values, size_t n)
{
    orm__run run;
    void *row;
    orm__result *result = orm__result_one(db, model, &row);
    if (!result) return NULL;
    orm_step step = ORM_STEP_FAILED;
    if (orm__run_start(db, &run, p, values, n) == ORM_OK) {
        step = orm__run_fetch(db, &run, &row, result->arena, NULL);
        if (orm__run_finish(db, &run, NULL)) step = ORM_STEP_FAILED;
    }
    if (step != ORM_STEP_ROW) {
        orm__result_discard(result);
        return NULL;
    }
    memcpy(result->snapshots, row, model->size);
    orm__result_publish(result, row, 1);
    return row;
}

ORM_PRIVATE void *orm__find_row(orm__session *db, const orm_model *model, orm__prepared *p, const orm_value *values, size_t n)
{
    void *row = orm__row_found(db, model, p, values, n);
    if (row && ORM__UNLIKELY(p->partial)) orm__result_of(*orm__ticket(model, row))->loads->columns = p->columns;
    return row;
}

ORM_PRIVATE void orm__absent(orm__session *db, const orm_model *model, bool must)
{
    if (orm__self()->error.kind) return;
    orm__self()->absence_fails = must;
    orm__raise_at(db, ORM_NOT_FOUND, model, NULL, "no such row");
}

/* the value of a primary-key column in a key struct */
static orm_value orm__key_value(const orm_column *column, const void *key)
{
    if (column->is.type == ORM_INT64) {
        orm_value v = { .type = ORM_INT64 };
        memcpy(&v.as.i, (const char *)key + column->key_offset, sizeof v.as.i);
        return v;
    }
    orm_column member = *column;
    member.offset = column->key_offset;
    member.is.is_key = member.is.generated = false;
    return orm__value_of(&member, key);
}

/* what was found goes through the hooks before the caller has it */
ORM_PRIVATE void *orm__found_hooked(orm__session *db, const orm_model *model, void *rows, size_t n, const orm_arena *arena)
{
    if (!rows || orm__hooks_run(db, model, ORM_AFTER_FIND, rows, (int64_t)n) == ORM_OK) return rows;
    if (!arena) orm__free(rows);
    return NULL;
}

ORM_PRIVATE const char *orm__key_fit(const orm_model *model, const void *key, const void *row, size_t max_text, orm_value *values, size_t *n, const orm_column **at, char why[160], orm_status *kind)
{
    *n = 0;
    for (size_t i = 0; i < model->n_columns; i++) {
        const orm_column *column = *at = &model->columns[i];
        if (!column->primary_key) continue;
        orm_value v = key ? orm__key_value(column, key) : orm__value_of(column, row);
        *kind = v.type == ORM_NULL ? ORM_MISUSE : ORM_VALUE_RANGE;
        if (v.type == ORM_NULL) return "the key has no value";
        const char *message_ = v.type == ORM_INT64 && column->is.type == ORM_INT64 ? NULL : orm__fit(column, &v, max_text, why, kind);
        if (message_) return message_;
        values[(*n)++] = v;
    }
    return NULL;
}

static __attribute__((noinline)) orm_status orm__key_values_of(orm__session *db, const orm_model *model, const void *key, const void *row, orm_value *values, size_t *n)
{
    char why[160];
    orm_status kind = ORM_OK;
    const orm_column *at = NULL;
    const char *message_ = orm__key_fit(model, key, row, db->options.max_text, values, n, &at, why, &kind);
    return message_ ? orm__raise_at(db, kind, model, at, "%s", message_) : ORM_OK;
}

ORM_PRIVATE void orm__where_values(const orm_model *model, const orm_value *key, orm_expr *where)
{
    for (size_t i = 0, k = 0; i < model->n_columns; i++) {
        orm_expr leaf;
        if (!model->columns[i].primary_key) continue;
        leaf.used = 1;
        leaf.node[0] = (orm_node){ .of = &model->columns[i], .value = key[k++] };
        leaf.node[0].value.op = ORM_OP_EQ;
        leaf.node[0].value.n = 0;
        orm__where(where, &leaf);
    }
}

/* nearly every key: a key struct of this size holds nothing else */
static inline __attribute__((always_inline)) bool orm__key_simple(const orm_model *model, const void *key, orm_value *values, size_t *n)
{
    const orm_column *first = model->columns;
    if (ORM__UNLIKELY(!(key && model->key_size == sizeof values->as.i && first->primary_key && first->is.type == ORM_INT64))) return false;
    *n = 1;
    values[0] = (orm_value){ .type = ORM_INT64 };
    memcpy(&values[0].as.i, key, sizeof values[0].as.i);
    return true;
}

/* the same of a row that has one */
static inline bool orm__row_key_simple(const orm_model *model, const void *row, orm_value *values, size_t *n)
{
    const orm_column *first = model->columns;
    if (ORM__UNLIKELY(!(row && model->key_size == sizeof values->as.i && first->primary_key && first->is.type == ORM_INT64))) return false;
    *n = 1;
    values[0] = (orm_value){ .type = ORM_INT64 };
    memcpy(&values[0].as.i, (const char *)row + first->offset, sizeof values[0].as.i);
    return values[0].as.i != 0 && !first->is.bits;
}

ORM_PRIVATE orm_status orm__key_values(orm__session *db, const orm_model *model, const void *key, const void *row, orm_value *values, size_t *n)
{
    if (!key && orm__row_key_simple(model, row, values, n)) return ORM_OK;
    return orm__key_simple(model, key, values, n) ? ORM_OK : orm__key_values_of(db, model, key, row, values, n);
}

/* in line, as orm__row_found: a find by key is the call whose cost is counted most closely */
static inline __attribute__((always_inline)) orm_status orm__find_made(orm__session *db, const orm_model *model, const void *key, const void *row, orm_value *values, size_t *n, orm__prepared **p)
{
    orm_status status = ORM_OK;
    orm__self()->model = model;
    orm__prepared **slot = orm__slot(db, model, ORM__OP_FIND);
    if (!slot) return ORM_NO_MEMORY;
    if (ORM__UNLIKELY(!*slot) && (status = orm__find_spell(db, model, NULL, true, slot)) != ORM_OK) return status;
    *p = *slot;
    return orm__key_simple(model, key, values, n) ? ORM_OK : orm__key_values_of(db, model, key, row, values, n);
}

ORM_PRIVATE orm_status orm__find_prepare(orm__session *db, const orm_model *model, const void *key, const void *row, orm_value *values, size_t *n, orm__prepared **p)
{
    return orm__find_made(db, model, key, row, values, n, p);
}

/* for all tenants the statement is another one than that of one tenant, which is the usual one */
ORM_PRIVATE orm_status orm__find_everyone(orm__session *db, const orm_model *model, orm__prepared **p)
{
    if (!model->tenant || !db->handle->all_tenants) return ORM_OK;
    orm__prepared **slot = orm__slot(db, model, orm__operation(db, model, ORM__OP_FIND));
    orm_status status = !slot ? ORM_NO_MEMORY : *slot ? ORM_OK : orm__find_spell(db, model, NULL, false, slot);
    if (!status) *p = *slot;
    return status;
}

/* a model with conditions of its own, with hooks, or with columns that are not read */
static ORM__COLD void *orm__find_special(orm__session *db, const orm_model *model, orm__prepared *p, const orm_value *values, size_t n)
{
    if (orm__scope_values(db, model, 0, &values, &n) || orm__find_everyone(db, model, &p)) return NULL;
    return orm__found_hooked(db, model, orm__find_row(db, model, p, values, n), 1, NULL);
}

ORM_PRIVATE void *orm__find_entered(orm__session *db, const orm_model *model, const void *key, const void *row, bool must)
{
    orm_value values[ORM__MAX_KEY];
    size_t n;
    orm__prepared *p;
    if (orm__find_made(db, model, key, row, values, &n, &p)) return NULL;
    void *found = ORM__LIKELY(!p->special) ? orm__row_found(db, model, p, values, n) : orm__find_special(db, model, p, values, n);
    if (!found) orm__absent(db, model, must);
    return found;
}

ORM_API void *orm__find(orm_db *handle, const orm_model *model, const void *key, bool must)
{
    orm__session *db = orm__enter(handle, ORM__READ, NULL, ORM__CALLER, 0);
    if (!db) return NULL;
    void *row = orm__find_entered(db, model, key, NULL, must);
    orm__leave(db);
    return row;
}

ORM_API void *orm__find_by(orm_db *handle, const orm_model *model, const orm_column *column, orm_value value)
{
    void *row = NULL;
    orm__session *db = orm__enter(handle, ORM__READ, NULL, ORM__CALLER, 0);
    if (!db) return NULL;
    orm__self()->model = model;
    orm__build b;
    orm__build_begin(&b, db);
    orm__prepared **slot = orm__slot(db, model, orm__operation(db, model, ORM__OP_FIND_BY + (unsigned)orm__column_index(model, column)));
    const orm_value *values = &value;
    size_t n_values = 1;
    if (slot && (*slot || orm__find_spell(db, model, column, false, slot) == ORM_OK) && orm__b_fit(&b, column, &value) && orm__scope_values(db, model, 0, &values, &n_values) == ORM_OK) {
        row = orm__find_row(db, model, *slot, values, n_values);
        if (!row) orm__absent(db, model, false);
        row = orm__found_hooked(db, model, row, 1, NULL);
    }
    orm__leave(db);
    return row;
}

/* ---- rows by query ----------------------------------------------------------------------------------------------------- */

/* Is the row usable, and were the columns that the order of `.after` needs loaded with it? */
static orm_status orm__check_after(orm__session *db, const orm_model *model, const orm__part *head)
{
    const void *row = head->after;
    if (!row) return ORM_OK;
    if (!head->n_order && !orm__key_length(model)) return orm__raise_at(db, ORM_MISUSE, model, NULL, "a view without a key has no order of its own: .after needs an .order");
    uint64_t ticket = *orm__ticket(model, row);
    if (ORM__KIND(ticket) != ORM__KIND_RESULT) return ORM_OK;
    const orm__result *result = orm__result_of(ticket);
    if (!result) return orm__raise_at(db, ORM_STALE_ROW, model, NULL, "the row of .after belongs to a result that was freed");
    const orm__load *load = &result->loads[ORM__LOAD(ticket)];
    for (unsigned k = 0; k < ORM_MAX_ORDERS && head->query->order[k].column; k++) {
        const orm_column *column = head->query->order[k].column;
        if (head->query->order[k].path[0]) continue;        /* of another row: refused by orm__b_behind */
        bool there = column->count_of ? orm__mask_has(&load->counts, (size_t)(column - model->counts)) : orm__mask_has(&load->columns, orm__column_index(model, column));
        if (!there) return orm__raise_at(db, ORM_MISUSE, model, column, "the row of .after was read without this column, which the order needs");
    }
    return ORM_OK;
}

/* Reads the list of the query's own model with what is joined to it. */
static orm_status orm__read_top(orm__session *db, orm__result *result, orm__part *head, orm__prepared *p, const orm__build *b, void **rows, size_t *length)
{
    orm__reader reader;
    orm_status status = orm__reader_begin(db, &reader, result, head, p, b, head->limit > 0 && head->limit < 1024 ? (size_t)head->limit : 0);
    if (status) return status;
    status = orm__reader_rest(&reader);
    *length = reader.list.count;
    if (status == ORM_OK) *rows = orm__reader_close_list(&reader);
    orm_status ended = orm__reader_end(&reader);
    return status ? status : ended;
}

ORM_PRIVATE orm_status orm__find_all_prepare(orm__session *db, const orm_model *model, const orm_query *query, const orm__part *bounds, int64_t limit, orm__build *b, orm__part **out, orm__prepared **p)
{
    orm__self()->model = model;
    orm_status status = orm__parts_make(db, model, query, out);
    if (status) return status;
    orm__part *head = *out;
    head->after = head->query->after;
    if (bounds) {
        head->after = bounds->after;
        head->until = bounds->until;
        head->wanted = bounds->wanted;
        head->n_wanted = bounds->n_wanted;
        head->walked = bounds->walked;
        for (orm__part *part = head; part; part = part->next) part->any_number = bounds->any_number;
    }
    if (limit) {
        head->limit = limit;
        head->one = limit == 1;
    }
    status = orm__check_after(db, model, head);
    if (status) return status;
    orm__build_begin(b, db);
    return orm__select_prepare(b, head, p);
}

ORM_PRIVATE void *orm__find_all_read(orm__session *db, orm__part *head, orm__prepared *p, const orm__build *b, orm_arena *arena, bool track)
{
    const orm_model *model = head->model;
    size_t length = 0;
    void *rows = NULL;
    /* a short page, its texts guessed, fits into the result's one block */
    size_t hint = head->limit > 0 && head->limit <= 64 ? (size_t)(head->limit + 1) * (model->size + 64) : 0;
    orm__result *result = orm__result_new(db, arena, hint);
    if (!result) return NULL;
    orm_status status = orm__read_top(db, result, head, p, b, &rows, &length);
    for (orm__part *part = head->next; part && !status; part = part->next)
        if (part->head == part) status = orm__read_children(db, result, part);
    if (!status && track && length) {
        size_t bytes = length * model->size;       /* cannot overflow: the rows exist */
        result->snapshots = (char *)orm__bump(result->arena, bytes, 16);
        if (!result->snapshots) status = orm__raise(db, ORM_NO_MEMORY, 0, "out of memory for the snapshots of %zu rows", length);
        else memcpy(result->snapshots, rows, bytes);
    }
    if (status) {
        orm__result_discard(result);
        return NULL;
    }
    orm__result_publish(result, rows, length);
    return rows;
}

ORM_PRIVATE void *orm__find_all_entered(orm__session *db, const orm_model *model, const orm_query *query, const orm__part *bounds, int64_t limit, bool track)
{
    orm__build b;
    orm__part *head;
    orm__prepared *p;
    if (orm__find_all_prepare(db, model, query, bounds, limit, &b, &head, &p)) return NULL;
    return orm__find_all_read(db, head, p, &b, query ? query->arena : NULL, track);
}

/* the same with the hooks of the model, which may rewrite the query */
ORM_PRIVATE void *orm__find_all_hooked(orm__session *db, const orm_model *model, const orm_query *query, int64_t limit, bool track)
{
    orm_query rewritten;
    if (ORM__UNLIKELY(orm__hooked(model, ORM__EVENT(ORM_BEFORE_FIND)))) {
        rewritten = query ? *query : (orm_query){ .limit = 0 };
        if (orm__hooks_run(db, model, ORM_BEFORE_FIND, &rewritten, 1)) return NULL;
        query = &rewritten;
    }
    void *rows = orm__find_all_entered(db, model, query, NULL, limit, track);
    if (ORM__LIKELY(!orm__hooked(model, ORM__EVENT(ORM_AFTER_FIND))) || !rows) return rows;
    return orm__found_hooked(db, model, rows, orm__len(rows, model->ticket), query ? query->arena : NULL);
}

ORM_API void *orm__find_all(orm_db *handle, const orm_model *model, const orm_query *query)
{
    orm__session *db = orm__enter(handle, ORM__READ, NULL, ORM__CALLER, query ? query->timeout_ms : 0);
    if (!db) return NULL;
    void *rows = orm__find_all_hooked(db, model, query, 0, query && query->track);
    orm__leave(db);
    return rows;
}

ORM_API void *orm__find_one(orm_db *handle, const orm_model *model, const orm_query *query, bool must)
{
    void *rows = NULL;
    orm__session *db = orm__enter(handle, ORM__READ, NULL, ORM__CALLER, query ? query->timeout_ms : 0);
    if (!db) return NULL;
    if (query && (query->limit || query->page || query->per_page)) orm__raise_at(db, ORM_MISUSE, model, NULL, "find_one reads one row: it takes no limit and no page");
    else rows = orm__find_all_hooked(db, model, query, 1, true);
    if (rows && orm__list_count(rows) == 0) {
        if (!query || !query->arena) orm__free(rows);
        rows = NULL;
        orm__absent(db, model, must);
    }
    orm__leave(db);
    return rows;
}

ORM_API void *orm__reload(orm_db *handle, const orm_model *model, const void *row)
{
    void *found = NULL;
    orm__session *db = orm__enter(handle, ORM__READ, NULL, ORM__CALLER, 0);
    if (!db) return NULL;
    if (orm__check_row(db, model, row, "reload") == ORM_OK) {
        found = orm__find_entered(db, model, NULL, row, false);
        if (!found && orm__self()->error.kind == ORM_NOT_FOUND) {
            orm__clear_error();
            orm__raise_at(db, ORM_STALE, model, NULL, "the row is not there any more");
        }
    }
    orm__leave(db);
    return found;
}

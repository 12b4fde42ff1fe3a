/* >>write: one row created, saved or destroyed. The row's ticket decides what a call means, never its key. */
#include "internal.h"

/* ---- tickets of rows that were created ------------------------------------------------------------------------------- */

#define ORM__KEY_GENERATED UINT64_C(4)
static uint64_t orm__created_ticket(const orm__session *db, bool generated)
{
    return (uint64_t)ORM__KIND_CREATED | (generated ? ORM__KEY_GENERATED : 0) | (uint64_t)db->number << 3 | db->serial << 19;
}

/* Was the row created by a transaction of this handle that did not commit? Then it counts as new. ORM_STALE when nobody remembers. */
ORM_PRIVATE orm_status orm__created_is_lost(orm__session *db, const orm_model *model, uint64_t ticket, bool *lost)
{
    bool unknown = false;
    *lost = false;
    /* a session that is not of this pool knows nothing: it is there or it is not */
    *lost = orm__is_lost(db, (uint16_t)(ticket >> 3 & 0xFFFF), ticket >> 19, &unknown);
    if (unknown) return orm__raise_at(db, ORM_STALE, model, NULL, "the row was created so long ago that it is not known whether its transaction committed: read it again");
    return ORM_OK;
}

/* What the database and the clock made is forgotten, nothing else. */
static void orm__forget_created(const orm_model *model, void *row, uint64_t ticket)
{
    for (size_t i = 0; i < model->n_columns; i++) {
        const orm_column *c = &model->columns[i];
        int64_t unset = c->is.generated ? 0 : ORM_UNSET_TIME;
        if (c->is.created_at || c->is.updated_at || (c->is.generated && (ticket & ORM__KEY_GENERATED))) memcpy((char *)row + c->offset, &unset, sizeof unset);
    }
    *orm__ticket(model, row) = ORM_FRESH;
}

ORM_PRIVATE orm_status orm__check_row(orm__session *db, const orm_model *model, const void *row, const char *what)
{
    if (!row) return orm__raise_at(db, ORM_MISUSE, model, NULL, "%s needs a row, it was given NULL", what);
    uint64_t ticket = *orm__ticket(model, row);
    switch (ORM__KIND(ticket)) {
    case ORM__KIND_FRESH: case ORM__KIND_CREATED: return ORM_OK;
    case ORM__KIND_RESULT:
        if (orm__result_of(ticket)) return ORM_OK;
        return orm__raise_at(db, ORM_STALE_ROW, model, NULL, "%s: the row belongs to a result that was freed", what);
    default:
        return orm__raise_at(db, ORM_MISUSE, model, NULL, "%s: the row did not begin with ORM_NEW(%s, ...) or %s_defaults(), so its defaults and unset marks are missing",
                             what, model->name, model->name);
    }
}

/* ---- create ------------------------------------------------------------------------------------------------------------ */

ORM_PRIVATE orm_status orm__check_new(orm__session *db, const orm_model *model, void *row, const char *what)
{
    orm_status status = orm__check_row(db, model, row, what);
    bool lost = false;
    if (status) return status;
    uint64_t ticket = *orm__ticket(model, row);
    if (ORM__KIND(ticket) == ORM__KIND_RESULT)
        return orm__raise_at(db, ORM_MISUSE, model, NULL, "%s: the row was read from the database: %s_save updates it; begin a new one with %s_defaults()", what, model->name, model->name);
    if (ORM__KIND(ticket) != ORM__KIND_CREATED) return ORM_OK;
    status = orm__created_is_lost(db, model, ticket, &lost);
    if (status) return status;
    if (!lost) return orm__raise_at(db, ORM_MISUSE, model, NULL, "%s: the row was created already: %s_save updates it", what, model->name);
    orm__forget_created(model, row, ticket);
    return ORM_OK;
}

ORM_PRIVATE orm_mask orm__insert_columns(const orm_model *model, const void *row)
{
    orm_mask mask = { { 0 } };
    for (size_t i = 0; i < model->n_columns; i++) {
        const orm_column *c = &model->columns[i];
        if (c->counter_of || ((c->is.generated || c->default_sql) && orm__is_unset(c, row))) continue;        /* the database makes it */
        orm__mask_add(&mask, i);
    }
    return mask;
}

ORM_PRIVATE orm_status orm__insert_values(orm__session *db, const orm_model *model, const void *row, const orm_mask *mask, orm_time now, orm_value *values, size_t *n)
{
    for (size_t i = 0; i < model->n_columns; i++) {
        const orm_column *c = &model->columns[i];
        char why[160];
        orm_status kind = ORM_VALUE_RANGE;
        if (!orm__mask_has(mask, i)) continue;
        orm_value v = orm__value_of(c, row);
        if ((c->is.created_at || c->is.updated_at) && v.type == ORM_NULL) v = (orm_value){ .type = ORM_TIME, .as.i = now };
        const char *message_ = orm__fit_again(c, &v, db->options.max_text, why, &kind);
        if (message_) return orm__raise_at(db, kind, model, c, "%s", message_);
        values[(*n)++] = v;
    }
    return ORM_OK;
}

/* members that the database makes and that have room in the row: they come back by RETURNING */
static bool orm__comes_back(const orm_column *c, const orm_mask *given, size_t i)
{
    return c->default_sql && !c->counter_of && !orm__mask_has(given, i) && c->is.type != ORM_TEXT && c->is.type != ORM_JSON && c->is.type != ORM_BLOB && c->is.type != ORM_ARRAY;
}

/* insert into t (a, b) values (?1, ?2), (?3, ?4) ... [returning c] */
ORM_PRIVATE orm_status orm__insert_spell(orm__session *db, const orm_model *model, const orm_mask *mask, size_t rows, const char *source, orm__prepared **out)
{
    orm__writer sql = { .allocator = &db->allocator, .dialect = db->dialect };
    orm__build b;
    orm__build_begin(&b, db);
    orm__build_spell(&b, &sql);
    orm__put(&sql, "insert into ");
    orm__put_name(&sql, model->table);
    const char *before = " (";
    bool any = false;
    for (size_t i = 0; i < model->n_columns; i++) {
        if (!orm__mask_has(mask, i)) continue;
        orm__put(&sql, before);
        orm__put_name(&sql, orm__column_name(&model->columns[i]));
        before = ", ";
        any = true;
    }
    orm__put(&sql, source ? ")" : any ? ") values " : " default values");
    orm__put(&sql, source ? source : "");
    for (size_t k = 0; any && !source && k < rows; k++) {
        before = k ? ", (" : "(";
        for (size_t i = 0; i < model->n_columns; i++) {
            if (!orm__mask_has(mask, i)) continue;
            orm__put(&sql, before);
            orm__b_bind(&b, &model->columns[i], (orm_value){ .type = ORM_NULL });
            before = ", ";
        }
        orm__put(&sql, ")");
    }
    orm__part back = { .model = model, .query = NULL };
    const orm_column *key = NULL;           /* comes back behind them */
    back.head = &back;
    before = " returning ";
    for (size_t i = 0; rows == 1 && i < model->n_columns; i++) {
        if (!orm__comes_back(&model->columns[i], mask, i)) continue;
        orm__mask_add(&back.columns, i);
        orm__put(&sql, before);
        orm__put_name(&sql, orm__column_name(&model->columns[i]));
        before = ", ";
    }
    for (size_t i = 0; db->dialect->can.keys_by_returning && i < model->n_columns; i++)
        if (model->columns[i].is.generated && !orm__mask_has(mask, i)) key = &model->columns[i];
    if (key) {
        orm__put(&sql, before);
        orm__put_name(&sql, orm__column_name(key));
    }
    orm_status status = orm__prepare(db, &sql, out);
    orm__writer_release(&sql);
    if (status) return status;
    (*out)->secret = b.secret;
    if (!orm__mask_empty(&back.columns) && (status = orm__plan_make(db, *out, &back)) != ORM_OK) {
        orm__prepared_free(db, *out);
        *out = NULL;
        return status;
    }
    (*out)->plan.extra = key != NULL;
    return status;
}

/* The kept statement of a model's insert serves the usual set of columns; other sets are shapes. */
ORM_PRIVATE orm_status orm__insert_prepare(orm__session *db, const orm_model *model, const orm_mask *mask, orm__prepared **out)
{
    struct { uint64_t tag; const orm_model *model; orm_mask mask; } key;
    orm_mask usual = { { 0 } };
    orm_status status;
    for (size_t i = 0; i < model->n_columns; i++)
        if (!model->columns[i].is.generated && !model->columns[i].default_sql && !model->columns[i].counter_of) orm__mask_add(&usual, i);
    if (memcmp(&usual, mask, sizeof usual) == 0) {
        orm__prepared **slot = orm__slot(db, model, ORM__OP_INSERT);
        if (!slot) return ORM_NO_MEMORY;
        status = *slot ? ORM_OK : orm__insert_spell(db, model, mask, 1, NULL, slot);
        *out = *slot;
        return status;
    }
    memset(&key, 0, sizeof key);
    key.tag = 3;
    key.model = model;
    key.mask = *mask;
    *out = orm__shape_find(db, &key, sizeof key);
    if (*out) return ORM_OK;
    status = orm__insert_spell(db, model, mask, 1, NULL, out);
    if (status) return status;
    status = orm__shape_add(db, *out, &key, sizeof key);
    if (status) orm__prepared_free(db, *out);
    return status;
}

/* what the write made goes back into the row, and the row counts as created */
ORM_PRIVATE void orm__mark_created(orm__session *db, const orm_model *model, void *row, orm_time now, int64_t generated)
{
    bool made_key = false;
    for (size_t i = 0; i < model->n_columns; i++) {
        const orm_column *c = &model->columns[i];
        if ((c->is.created_at || c->is.updated_at) && orm__is_unset(c, row)) memcpy((char *)row + c->offset, &now, sizeof now);
        if (c->counter_of) orm__store(c, row, &(orm_value){ .type = (uint8_t)c->is.type });       /* nothing refers to it yet */
        if (!c->is.generated || !orm__is_unset(c, row)) continue;
        memcpy((char *)row + c->offset, &generated, sizeof generated);
        made_key = true;
    }
    db->serial++;
    *orm__ticket(model, row) = orm__created_ticket(db, made_key);
}

static orm_status orm__validate_new(orm__session *db, const orm_model *model, const void *row)
{
    orm_failures failures;
    failures.count = failures.total = 0;
    orm__validate_row(model, row, NULL, db->options.max_text, 0, &failures);
    return failures.total ? orm__raise_failures(db, model, &failures) : ORM_OK;
}

/* Runs an insert. What comes back is read into a struct beside the row, so that a failure leaves the row as it was. */
ORM_PRIVATE orm_status orm__insert_run(orm__session *db, const orm_model *model, orm__prepared *p, const orm_value *values, size_t n, void **back, int64_t *keys, size_t rows, orm_outcome *outcome)
{
    orm__run run;
    *back = NULL;
    if (p->plan.n_segments) {
        *back = orm__bump(&db->scratch, model->size, 16);
        if (!*back) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory");
        memset(*back, 0, model->size);
    }
    orm_status status = orm__run_start(db, &run, p, values, n);
    if (status) return status;
    orm_step step = ORM_STEP_ROW;
    for (size_t i = 0; step == ORM_STEP_ROW; i++) {
        int64_t key = 0;
        step = orm__run_fetch(db, &run, back, &db->scratch, &key);       /* what comes back, comes of one row */
        if (p->plan.extra && step == ORM_STEP_ROW && i < rows) keys[i] = key;
    }
    status = orm__run_finish(db, &run, outcome);
    if (!status && step == ORM_STEP_FAILED) status = orm__self()->error.kind;
    for (size_t i = 0; i < rows && !p->plan.extra && !status; i++) keys[i] = outcome->generated - (int64_t)(rows - 1 - i);      /* one statement's keys are consecutive */
    return status;
}

/* the members that came back, into the row that was inserted without them */
ORM_PRIVATE void orm__take_back(const orm_model *model, void *row, const void *back)
{
    if (!back) return;
    orm_mask mask = orm__insert_columns(model, row);
    for (size_t i = 0; i < model->n_columns; i++) {
        const orm_column *c = &model->columns[i];
        if (!orm__comes_back(c, &mask, i)) continue;
        orm_value v = orm__value_of(c, back);
        orm__store(c, row, &v);
    }
}

ORM_PRIVATE orm_status orm__create_prepare(orm__session *db, const orm_model *model, void *row, const char *what, orm_time now, orm_value **values, size_t *n, orm__prepared **p)
{
    *n = 0;
    orm__self()->model = model;
    orm_status status = orm__check_new(db, model, row, what);
    if (!status) status = orm__validate_new(db, model, row);
    if (status) return status;
    orm_mask mask = orm__insert_columns(model, row);
    *values = (orm_value *)orm__bump(&db->scratch, (model->n_columns + 1) * sizeof **values, 8);
    if (!*values) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory");
    status = orm__insert_prepare(db, model, &mask, p);
    return status ? status : orm__insert_values(db, model, row, &mask, now, *values, n);
}

ORM_PRIVATE orm_status orm__create_run(orm__session *db, const orm_model *model, void *row, orm_time now, orm__prepared *p, const orm_value *values, size_t n)
{
    orm_outcome outcome = { 0, 0 };
    void *back = NULL;
    int64_t key = 0;
    orm_status status = orm__insert_run(db, model, p, values, n, &back, &key, 1, &outcome);
    if (status) return status;
    orm__take_back(model, row, back);
    orm__mark_created(db, model, row, now, key);
    return ORM_OK;
}

ORM_PRIVATE orm_status orm__create_entered(orm__session *db, const orm_model *model, void *row, const char *what)
{
    orm__prepared *p;
    orm_value *values;
    size_t n;
    orm_time now = orm_now();
    orm_status status = orm__create_prepare(db, model, row, what, now, &values, &n, &p);
    return status ? status : orm__create_run(db, model, row, now, p, values, n);
}

ORM_API orm_status orm__create(orm_db *handle, const orm_model *model, void *row)
{
    orm__session *db = orm__enter(handle, ORM__WRITE, NULL, ORM__CALLER, 0);
    if (!db) return orm__refused();
    orm_status status = orm__create_entered(db, model, row, "create");
    orm__leave(db);
    return status;
}

ORM_API orm_status orm__validate(const orm_model *model, const void *row, orm_failures *failures)
{
    orm_failures own, *out = failures ? failures : &own;
    orm__clear_error();
    out->count = out->total = 0;
    orm_status status = orm__check_row(NULL, model, row, "validate");
    if (status) return status;
    orm__self()->model = model;
    orm__validate_row(model, row, NULL, ORM__DEFAULT_MAX_TEXT, 0, out);
    return out->total ? orm__raise_failures(NULL, model, out) : ORM_OK;
}

/* ---- save ---------------------------------------------------------------------------------------------------------------- */

/* update t set a = ?1, b = ?2 where id = ?3 */
static orm_status orm__save_prepare(orm__session *db, const orm_model *model, const orm_mask *mask, orm__prepared **out)
{
    struct { uint64_t tag; const orm_model *model; orm_mask mask; } key;
    memset(&key, 0, sizeof key);
    key.tag = 4;
    key.model = model;
    key.mask = *mask;
    *out = orm__shape_find(db, &key, sizeof key);
    if (*out) return ORM_OK;
    orm__writer sql = { .allocator = &db->allocator, .dialect = db->dialect };
    orm__build b;
    orm__build_begin(&b, db);
    orm__build_spell(&b, &sql);
    orm__put(&sql, "update ");
    orm__b_table(&b, model, 0);
    const char *before = " set ";
    for (size_t i = 0; i < model->n_columns; i++) {
        if (!orm__mask_has(mask, i)) continue;
        orm__put(&sql, before);
        orm__put_name(&sql, orm__column_name(&model->columns[i]));
        orm__put(&sql, " = ");
        orm__b_bind(&b, &model->columns[i], (orm_value){ .type = ORM_NULL });
        before = ", ";
    }
    orm__b_key_condition(&b, model);
    orm_status status = b.status ? b.status : orm__prepare(db, &sql, out);
    orm__writer_release(&sql);
    if (status) return status;
    (*out)->secret = b.secret;
    status = orm__shape_add(db, *out, &key, sizeof key);
    if (status) orm__prepared_free(db, *out);
    return status;
}

ORM_PRIVATE void orm__b_key_condition(orm__build *b, const orm_model *model)
{
    const char *with = " where ";
    for (size_t i = 0; i < model->n_columns; i++) {
        if (!model->columns[i].primary_key) continue;
        orm__b_put(b, with);
        orm__b_template(b, ORM_OP_EQ, 0, &model->columns[i], NULL, NULL);
        with = " and ";
    }
}

/* Which columns a save writes: those asked for, else what differs from the snapshot, else what was loaded; never a key. */
static orm_status orm__save_columns(orm__session *db, const orm_model *model, const void *row, const orm_mask *only, const orm__load *load, const void *snapshot, orm_mask *out)
{
    memset(out, 0, sizeof *out);
    for (size_t i = 0; i < model->n_columns; i++) {
        const orm_column *c = &model->columns[i];
        bool loaded = !load || orm__mask_has(&load->columns, i);
        bool differs = snapshot && !orm__members_equal(c, row, snapshot);
        if (c->primary_key) {
            if (differs) return orm__raise_at(db, ORM_MISUSE, model, c, "a primary key does not change: create a new row and destroy the old one");
            if (only && orm__mask_has(only, i)) return orm__raise_at(db, ORM_MISUSE, model, c, "a primary key does not change");
            continue;
        }
        if (c->immutable) {
            if (differs || (only && orm__mask_has(only, i))) return orm__raise_at(db, ORM_MISUSE, model, c, "is immutable: it is written once, by create");
            continue;
        }
        if (c->counter_of) {
            if (only && orm__mask_has(only, i)) return orm__raise_at(db, ORM_MISUSE, model, c, "is a counter, which the database keeps");
            continue;
        }
        if (only) {
            if (!orm__mask_has(only, i)) continue;
            if (!loaded && (!snapshot || !differs)) return orm__raise_at(db, ORM_MISUSE, model, c, "was not loaded with this row, so it cannot be saved");
            orm__mask_add(out, i);
        } else if (snapshot ? differs : loaded && !c->is.created_at) {
            if (!loaded) return orm__raise_at(db, ORM_MISUSE, model, c, "was not loaded with this row, so it is not written by save: use save_only, or read the whole row");
            orm__mask_add(out, i);
        }
    }
    return ORM_OK;
}

/* After a save outside a transaction the snapshot is what is in the database now, with its own copies of the texts; inside one it is
   dropped, for a rollback would leave it wrong. */
static void orm__save_snapshot(orm__session *db, const orm_model *model, orm__result *result, void *snapshot, const void *row, const orm_mask *mask)
{
    if (!snapshot) return;
    bool kept = db->level == 0;
    for (size_t i = 0; kept && i < model->n_columns; i++) {
        const orm_column *c = &model->columns[i];
        if (!orm__mask_has(mask, i)) continue;
        orm_value v = orm__value_of(c, row);
        if (v.type == ORM_TEXT || v.type == ORM_JSON) {
            v.as.s = orm__bump_text(result->arena, v.as.s, strlen(v.as.s));
            kept = v.as.s != NULL;
        } else if (v.type == ORM_BLOB) {
            v.as.p = orm__bump_text(result->arena, v.as.p, v.length);
            kept = v.as.p != NULL;
        } else if (v.type == ORM_ARRAY) {
            kept = orm__array_copy(result->arena, &v);
        }
        if (kept) orm__store(c, snapshot, &v);
    }
    if (!kept) *orm__ticket(model, snapshot) = 0;
}

ORM_PRIVATE orm_status orm__save_entered(orm__session *db, const orm_model *model, void *row, const orm_mask *only)
{
    orm_mask mask;
    orm_failures failures;
    orm__result *result = NULL;
    const orm__load *load = NULL;
    void *snapshot = NULL;
    orm__self()->model = model;
    orm_status status = orm__check_row(db, model, row, only ? "save_only" : "save");
    if (status) return status;
    uint64_t ticket = *orm__ticket(model, row);
    bool fresh = ORM__KIND(ticket) == ORM__KIND_FRESH;
    if (ORM__KIND(ticket) == ORM__KIND_CREATED) {
        status = orm__created_is_lost(db, model, ticket, &fresh);
        if (status) return status;
    }
    if (fresh && only) return orm__raise_at(db, ORM_MISUSE, model, NULL, "save_only: the row is not in the database yet: %s_create or %s_save inserts it", model->name, model->name);
    if (fresh) return orm__create_entered(db, model, row, "save");
    if (ORM__KIND(ticket) == ORM__KIND_RESULT) {
        result = orm__result_of(ticket);
        load = &result->loads[ORM__LOAD(ticket)];
        snapshot = orm__snapshot(model, result, row);
    }
    if (only && orm__mask_names_none(model, only)) return orm__raise_at(db, ORM_MISUSE, model, NULL, "save_only: the mask names no field");
    status = orm__save_columns(db, model, row, only, load, snapshot, &mask);
    if (status || orm__mask_empty(&mask)) return status;

    orm_time now = orm_now();
    failures.count = failures.total = 0;
    orm__validate_row(model, row, &mask, db->options.max_text, 0, &failures);
    if (failures.total) return orm__raise_failures(db, model, &failures);
    for (size_t i = 0; i < model->n_columns; i++)
        if (model->columns[i].is.updated_at) orm__mask_add(&mask, i);

    orm__prepared *p;
    int64_t changed = 0;
    orm_value key[ORM__MAX_KEY];
    size_t n = 0, n_key = 0;
    orm_value *values = (orm_value *)orm__bump(&db->scratch, (model->n_columns + ORM__MAX_KEY) * sizeof *values, 8);
    if (!values) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory");
    status = orm__save_prepare(db, model, &mask, &p);
    for (size_t i = 0; !status && i < model->n_columns; i++) {
        const orm_column *c = &model->columns[i];
        char why[160];
        orm_status kind = ORM_VALUE_RANGE;
        if (!orm__mask_has(&mask, i)) continue;
        orm_value v = c->is.updated_at ? (orm_value){ .type = ORM_TIME, .as.i = now } : orm__value_of(c, row);
        const char *message_ = orm__fit_again(c, &v, db->options.max_text, why, &kind);
        if (message_) status = orm__raise_at(db, kind, model, c, "%s", message_);
        values[n++] = v;
    }
    if (!status) status = orm__key_values(db, model, NULL, row, key, &n_key);
    if (status) return status;
    memcpy(values + n, key, n_key * sizeof *key);
    status = orm__run_write(db, p, values, n + n_key, &changed);
    if (status) return status;
    if (changed == 0) return orm__raise_at(db, ORM_STALE, model, NULL, "the row is not there any more");
    for (size_t i = 0; i < model->n_columns; i++)
        if (model->columns[i].is.updated_at) memcpy((char *)row + model->columns[i].offset, &now, sizeof now);
    orm__save_snapshot(db, model, result, snapshot, row, &mask);
    return ORM_OK;
}

ORM_API orm_status orm__save(orm_db *handle, const orm_model *model, void *row, const orm_mask *only)
{
    orm__session *db = orm__enter(handle, ORM__WRITE, NULL, ORM__CALLER, 0);
    if (!db) return orm__refused();
    orm_status status = orm__save_entered(db, model, row, only);
    orm__leave(db);
    return status;
}

/* ---- destroy --------------------------------------------------------------------------------------------------------------- */

ORM_PRIVATE orm_status orm__destroy_prepare(orm__session *db, const orm_model *model, const void *key, const void *row, orm_value *values, size_t *n, orm__prepared **p)
{
    orm__self()->model = model;
    orm_status status = orm__key_values(db, model, key, row, values, n);
    if (status) return status;
    orm__prepared **slot = orm__slot(db, model, ORM__OP_DELETE);
    if (!slot) return ORM_NO_MEMORY;
    if (!*slot) {
        orm__writer sql = { .allocator = &db->allocator, .dialect = db->dialect };
        orm__build b;
        orm__build_begin(&b, db);
        orm__build_spell(&b, &sql);
        orm__put(&sql, "delete from ");
        orm__b_table(&b, model, 0);
        orm__b_key_condition(&b, model);
        status = b.status ? b.status : orm__prepare(db, &sql, slot);
        orm__writer_release(&sql);
        if (status) return status;
    }
    *p = *slot;
    return ORM_OK;
}

ORM_PRIVATE orm_status orm__destroy_run(orm__session *db, const orm_model *model, orm__prepared *p, const orm_value *values, size_t n)
{
    int64_t changed = 0;
    orm_status status = orm__run_write(db, p, values, n, &changed);
    if (!status && changed == 0) status = orm__raise_at(db, ORM_STALE, model, NULL, "the row is not there any more");
    return status;
}

static orm_status orm__destroy_entered(orm__session *db, const orm_model *model, const void *key, const void *row)
{
    orm_value values[ORM__MAX_KEY];
    size_t n = 0;
    orm__prepared *p;
    orm_status status = orm__destroy_prepare(db, model, key, row, values, &n, &p);
    return status ? status : orm__destroy_run(db, model, p, values, n);
}

ORM_API orm_status orm__destroy(orm_db *handle, const orm_model *model, void *row)
{
    bool lost = false;
    orm__session *db = orm__enter(handle, ORM__WRITE, NULL, ORM__CALLER, 0);
    if (!db) return orm__refused();
    orm_status status = orm__check_row(db, model, row, "destroy");
    if (!status) {
        uint64_t ticket = *orm__ticket(model, row);
        if (ORM__KIND(ticket) == ORM__KIND_CREATED) status = orm__created_is_lost(db, model, ticket, &lost);
        if (!status && (lost || ORM__KIND(ticket) == ORM__KIND_FRESH)) status = orm__raise_at(db, ORM_MISUSE, model, NULL, "destroy: the row is not in the database");
        if (!status) status = orm__destroy_entered(db, model, NULL, row);
    }
    orm__leave(db);
    return status;
}

ORM_API orm_status orm__destroy_by_key(orm_db *handle, const orm_model *model, const void *key)
{
    orm__session *db = orm__enter(handle, ORM__WRITE, NULL, ORM__CALLER, 0);
    if (!db) return orm__refused();
    orm_status status = orm__destroy_entered(db, model, key, NULL);
    orm__leave(db);
    return status;
}

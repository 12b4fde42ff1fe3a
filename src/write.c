/* >>write: rows created one by one. The row's ticket decides what a call means, never its key. */
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
        if (c->is.version) unset = 0;
        if (c->is.created_at || c->is.updated_at || c->is.version || (c->is.generated && (ticket & ORM__KEY_GENERATED))) memcpy((char *)row + c->offset, &unset, sizeof unset);
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

/* a row that is no new one: did it become one again? */
static ORM__COLD orm_status orm__check_not_new(orm__session *db, const orm_model *model, void *row, const char *what)
{
    uint64_t ticket = *orm__ticket(model, row);
    bool lost = false;
    if (ORM__KIND(ticket) == ORM__KIND_RESULT)
        return orm__raise_at(db, ORM_MISUSE, model, NULL, "%s: the row was read from the database: %s_save updates it; begin a new one with %s_defaults()", what, model->name, model->name);
    orm_status status = orm__created_is_lost(db, model, ticket, &lost);
    if (status) return status;
    if (!lost) return orm__raise_at(db, ORM_MISUSE, model, NULL, "%s: the row was created already: %s_save updates it", what, model->name);
    orm__forget_created(model, row, ticket);
    return ORM_OK;
}

ORM_PRIVATE orm_status orm__check_new(orm__session *db, const orm_model *model, void *row, const char *what)
{
    orm_status status = orm__check_row(db, model, row, what);
    if (!status && ORM__UNLIKELY(ORM__KIND(*orm__ticket(model, row)) != ORM__KIND_FRESH)) status = orm__check_not_new(db, model, row, what);
    return status ? status : orm__tenant_of_new(db, model, row);
}

/* members that the database makes and that have room in the row: they come back by RETURNING */
static bool orm__comes_back(const orm_column *c, const orm_mask *given, size_t i)
{
    return c->default_sql && !c->counter_of && !orm__mask_has(given, i) && c->is.type != ORM_TEXT && c->is.type != ORM_JSON && c->is.type != ORM_BLOB && c->is.type != ORM_ARRAY;
}

/* a key that is kept, or was, as the engine spells it: $c the column, $n the number of the model whose key it is, $v the mark */
static void orm__b_kept(orm__build *b, const char *at, const orm_model *model, const orm_column *column)
{
    unsigned mark = 0;
    for (; *at; at++) {
        if (*at != '$') orm__put_char(b->sql, *at);
        else if (*++at == 'c') orm__put_name(b->sql, orm__column_name(column));
        else if (*at == 'n') orm__put_int(b->sql, *model->number);
        else if (mark) b->db->dialect->parameter(b->sql, mark);
        else {
            orm__b_bind(b, NULL, (orm_value){ .type = ORM_NULL });
            mark = b->n_parameters;
        }
    }
}

/* one value of an insert: its parameter, or a key that was kept */
static void orm__b_inserted(orm__build *b, const orm_column *column, const orm__kept_keys *keeping)
{
    for (size_t i = 0; keeping && i < keeping->n; i++) {
        if (keeping->from[i].column != column) continue;
        orm__b_kept(b, b->db->dialect->kept_key, keeping->from[i].parent->model, column);
        return;
    }
    orm__b_bind(b, column, (orm_value){ .type = ORM_NULL });
}

/* insert into t (a, b) values (?1, ?2), (?3, ?4) ... [returning c] */
ORM_PRIVATE orm_status orm__insert_spell(orm__session *db, const orm_model *model, const orm_mask *mask, size_t rows, const char *source, const orm__kept_keys *keeping, orm__prepared **out)
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
            orm__b_inserted(&b, &model->columns[i], keeping);
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
        if (keeping && keeping->keeps) orm__b_kept(&b, db->dialect->keep_key, model, key);
        else orm__put_name(&sql, orm__column_name(key));
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
ORM_PRIVATE orm_status orm__insert_prepare(orm__session *db, const orm__model_form *form, const orm_mask *mask, const orm__kept_keys *keeping, orm__prepared **out)
{
    const orm_model *model = form->model;
    struct { uint64_t tag; const orm_model *model; orm_mask mask; const orm_column *from[ORM__MOST_UNDER]; uint64_t keeps; } key;
    orm_status status;
    if (!keeping && orm__masks_equal(&form->usual, mask)) {
        orm__prepared **slot = orm__slot(db, model, ORM__OP_INSERT);
        if (!slot) return ORM_NO_MEMORY;
        status = *slot ? ORM_OK : orm__insert_spell(db, model, mask, 1, NULL, NULL, slot);
        *out = *slot;
        return status;
    }
    memset(&key, 0, sizeof key);
    key.tag = 3;
    key.model = model;
    key.mask = *mask;
    key.keeps = keeping && keeping->keeps;
    for (size_t i = 0; keeping && i < keeping->n; i++) key.from[i] = keeping->from[i].column;
    *out = orm__shape_find(db, &key, sizeof key);
    if (*out) return ORM_OK;
    status = orm__insert_spell(db, model, mask, 1, NULL, keeping, out);
    if (status) return status;
    status = orm__shape_add(db, *out, &key, sizeof key);
    if (status) orm__prepared_free(db, *out);
    return status;
}

/* what a write makes besides keys */
static __attribute__((noinline)) void orm__mark_made(const orm_column *c, void *row, orm_time now)
{
    if ((c->is.created_at || c->is.updated_at) && orm__is_unset(c, row)) memcpy((char *)row + c->offset, &now, sizeof now);
    if (c->counter_of) orm__store(c, row, &(orm_value){ .type = (uint8_t)c->is.type });       /* nothing refers to it yet */
    if (c->is.version && orm__value_of(c, row).as.i == 0) orm__store(c, row, &(orm_value){ .type = ORM_INT64, .as.i = 1 });
    if (c->is.hash) orm__store(c, row, &(orm_value){ .type = ORM_NULL });                     /* a password is not kept in the row */
}

/* what the write made goes back into the row, and the row counts as created */
ORM_PRIVATE void orm__mark_created(orm__session *db, const orm__model_form *form, void *row, orm_time now, int64_t generated)
{
    bool made_key = false;
    for (size_t k = 0; k < form->n_marked; k++) {
        const orm__way *m = &form->member[form->marked[k]];
        if (!m->column->is.generated) {
            orm__mark_made(m->column, row, now);
        } else if (orm__member_unset(m, row)) {
            memcpy((char *)row + m->offset, &generated, sizeof generated);
            made_key = true;
        }
    }
    db->serial++;
    *orm__ticket(form->model, row) = orm__created_ticket(db, made_key);
}

/* a value that is a key to come is there, and has no rules */
static orm_status orm__validate_new(orm__session *db, const orm__model_form *form, const void *row, const orm__kept_keys *keeping)
{
    orm_failures failures;
    orm_mask known = form->given;
    for (size_t i = 0; keeping && i < keeping->n; i++) orm__mask_remove(&known, orm__column_index(form->model, keeping->from[i].column));
    failures.count = failures.total = 0;
    orm__validate_form(form, row, keeping && keeping->n ? &known : NULL, ORM__CREATES, db->options.max_text, 0, &failures);
    return ORM__UNLIKELY(failures.total) ? orm__raise_failures(db, form->model, &failures) : ORM_OK;
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
ORM_PRIVATE void orm__take_back(const orm__model_form *form, void *row, const void *back)
{
    const orm_model *model = form->model;
    if (ORM__LIKELY(!back)) return;
    orm_mask mask = orm__insert_columns(form, row);
    for (size_t i = 0; i < model->n_columns; i++) {
        const orm_column *c = &model->columns[i];
        if (!orm__comes_back(c, &mask, i)) continue;
        orm_value v = orm__value_of(c, back);
        orm__store(c, row, &v);
    }
}

/* the marks of keys: each in the place of the value that it stands for, and the insert's own behind them */
static void orm__keeping_values(const orm__kept_keys *keeping, const orm_model *model, const orm_mask *mask, orm_value *values, size_t *n)
{
    for (size_t k = 0; k < keeping->n; k++) {
        size_t at = 0, column = orm__column_index(model, keeping->from[k].column);
        for (size_t i = 0; i < column; i++) at += orm__mask_has(mask, i);
        values[at] = keeping->from[k].parent->keeping->mark;
    }
    if (keeping->keeps) values[(*n)++] = keeping->mark;
}

ORM_PRIVATE orm_status orm__create_prepare(orm__session *db, const orm_model *model, void *row, const char *what, orm_time now, const orm__kept_keys *keeping, orm_value **values, size_t *n, orm__prepared **p)
{
    *n = 0;
    orm__self()->model = model;
    orm__meet(db, model);
    orm_status status = orm__check_new(db, model, row, what);
    const orm__model_form *form = status ? NULL : orm__form_of(db, model);
    if (!form) return status ? status : ORM_NO_MEMORY;
    status = orm__validate_new(db, form, row, keeping);
    if (status) return status;
    orm_mask mask = orm__insert_columns(form, row);
    *values = (orm_value *)orm__bump(&db->scratch, (model->n_columns + 1) * sizeof **values, 8);
    if (!*values) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory");
    status = orm__insert_prepare(db, form, &mask, keeping, p);
    if (!status) status = orm__insert_values(db, form, row, &mask, now, *values, n);
    if (!status && keeping) orm__keeping_values(keeping, model, &mask, *values, n);
    return status;
}

ORM_PRIVATE orm_status orm__create_run(orm__session *db, const orm_model *model, void *row, orm_time now, orm__prepared *p, const orm_value *values, size_t n)
{
    orm_outcome outcome = { 0, 0 };
    void *back = NULL;
    int64_t key = 0;
    const orm__model_form *form = orm__form_of(db, model);
    if (!form) return ORM_NO_MEMORY;
    orm_status status = orm__insert_run(db, model, p, values, n, &back, &key, 1, &outcome);
    if (status) return status;
    orm__take_back(form, row, back);
    orm__mark_created(db, form, row, now, key);
    return ORM_OK;
}

/* checked, normal, and its statement with its values */
static orm_status orm__create_ready(orm__session *db, const orm_model *model, void *row, const char *what, orm_time now, orm_value **values, size_t *n, orm__prepared **p)
{
    orm__self()->model = model;
    const orm__model_form *form = orm__form_of(db, model);
    orm_status status = form ? ORM_OK : ORM_NO_MEMORY;
    if (form && ORM__UNLIKELY(form->normalized)) {
        status = orm__check_new(db, model, row, what);
        if (!status) status = orm__normalize_row(db, model, row, NULL);
    }
    return status ? status : orm__create_prepare(db, model, row, what, now, NULL, values, n, p);
}

static orm_status orm__create_plain(orm__session *db, const orm_model *model, void *row, const char *what)
{
    orm__prepared *p;
    orm_value *values;
    size_t n;
    orm_time now = orm_now();
    orm_status status = orm__create_ready(db, model, row, what, now, &values, &n, &p);
    return status ? status : orm__create_run(db, model, row, now, p, values, n);
}

static orm_status orm__answer_created(orm__session *db, orm__ask *ask) { return orm__create_run(db, ask->model, ask->rows, ask->now, ask->prepared, ask->values, ask->n_values); }

ORM_PRIVATE orm_status orm__create_ahead(orm__ahead *ahead, const orm_model *model, void *row, const char *what, size_t index)
{
    orm__session *db = ahead->db;
    orm_value *values = NULL;
    orm__ask *ask = (orm__ask *)orm__bump(&db->scratch, sizeof *ask, _Alignof(orm__ask));
    if (!ask) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory");
    *ask = (orm__ask){ .answer = orm__answer_created, .model = model, .rows = row, .now = orm_now(), .row = index };
    orm_status status = orm__create_ready(db, model, row, what, ask->now, &values, &ask->n_values, &ask->prepared);
    ask->values = values;
    return status ? status : orm__ahead_send(ahead, ask);
}

static orm_status orm__create_hooked(orm__session *db, const orm_model *model, void *row, const char *what)
{
    orm_status status = orm__check_new(db, model, row, what);
    if (!status) status = orm__validate_hooked(db, model, row, NULL, ORM__CREATES);
    if (!status) status = orm__hooks_run(db, model, ORM_BEFORE_SAVE, row, 1);
    if (!status) status = orm__hooks_run(db, model, ORM_BEFORE_CREATE, row, 1);
    if (!status) status = orm__create_plain(db, model, row, what);         /* which asks the rules again */
    if (!status) status = orm__hooks_run(db, model, ORM_AFTER_CREATE, row, 1);
    return status ? status : orm__hooks_run(db, model, ORM_AFTER_SAVE, row, 1);
}

static ORM__COLD orm_status orm__create_in_level(orm__session *db, const orm_model *model, void *row, const char *what)
{
    orm__self()->model = model;
    orm_status status = orm__level_begin(db, NULL);
    return status ? status : orm__hooks_end(db, orm__create_hooked(db, model, row, what));
}

ORM_PRIVATE orm_status orm__create_entered(orm__session *db, const orm_model *model, void *row, const char *what)
{
    struct orm__made_normal *mark = db->normal;
    orm_status status = ORM__LIKELY(!orm__hooked(model, ORM__CREATE_EVENTS)) ? orm__create_plain(db, model, row, what) : orm__create_in_level(db, model, row, what);
    if (ORM__UNLIKELY(db->normal != mark)) orm__normal_end(db, mark, status);
    return status;
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
    orm_arena arena = { .orm__allocator = orm__default_allocator() };
    const void *normal = orm__normal_copy(NULL, model, row, &arena);
    unsigned when = ORM__KIND(*orm__ticket(model, row)) == ORM__KIND_FRESH ? ORM__CREATES : ORM__CHANGES;
    if (normal) orm__validate_row(model, normal, NULL, when, ORM__DEFAULT_MAX_TEXT, 0, out);
    orm_arena_release(&arena);
    if (!normal) return orm__self()->error.kind;
    return out->total ? orm__raise_failures(NULL, model, out) : ORM_OK;
}

/* >>upsert: a row that is created or, where its key is taken, changed; and a row that is found or created. The engine decides, in one statement. */
#include "internal.h"

#define ORM__MOST_TRIES 5               /* of find_or_create, against others who create and destroy the same row */

/* the columns of a key by its number: see upsert.h for how keys are counted; 0 when there is no such key */
static size_t orm__unique_columns(const orm_model *model, orm_unique_key key, const orm_column *out[ORM__MAX_KEY])
{
    int number = 1;
    size_t n = 0;
    for (size_t i = 0; i < model->n_columns && key.orm__number == 1 && n < ORM__MAX_KEY; i++)
        if (model->columns[i].primary_key) out[n++] = &model->columns[i];
    for (size_t i = 0; i < model->n_columns && !n; i++) {
        if (!model->columns[i].unique || ++number != key.orm__number) continue;
        out[0] = &model->columns[i];
        return 1;
    }
    for (const orm_model_option *o = model->options; o && o->kind && !n; o++) {
        bool plain = o->kind == ORM_OPTION_UNIQUE && o->n_parts <= 4;
        for (size_t i = 0; i < o->n_parts && plain; i++) plain = o->parts[i].column && !o->parts[i].descending;
        if (!plain || ++number != key.orm__number) continue;
        for (; n < o->n_parts; n++) out[n] = o->parts[n].column;
    }
    return n;
}

typedef struct orm__upserting {
    orm__session *db;
    const orm_model *model; const orm__model_form *form;
    const orm_conflict *conflict;
    const orm_column *key[ORM__MAX_KEY]; size_t n_key;
    bool tenant;
    orm_mask mask;                      /* of the columns that are inserted */
    const orm_value *values; size_t n_values;
    orm__part back;                     /* what comes back */
    orm__ahead *ahead; size_t index;    /* of many rows that do not wait for each other, the one that is written; or NULL */
} orm__upserting;

static bool orm__upsert_is_key(const orm__upserting *u, const orm_column *column)
{
    for (size_t i = 0; i < u->n_key; i++)
        if (u->key[i] == column) return true;
    return false;
}

/* is the column written over, when no assignment says so? */
static bool orm__upsert_writes(const orm__upserting *u, size_t i)
{
    const orm_column *c = &u->model->columns[i];
    for (unsigned k = 0; k < ORM_MAX_ASSIGNMENTS; k++)
        if (u->conflict->set[k].column == c) return false;
    if (c->is.updated_at) return true;
    if (c->primary_key || c->immutable || c->counter_of || c->is.created_at || c->is.version || c->is.deleted_at || orm__upsert_is_key(u, c) || !orm__mask_has(&u->mask, i)) return false;
    return !orm__mask_names_none(u->model, &u->conflict->only) ? orm__mask_has(&u->conflict->only, i) : !u->conflict->set[0].column;
}

static void orm__b_conflict_sets(orm__build *b, const orm__upserting *u)
{
    const char *before = " do update set ";
    for (unsigned k = 0; k < ORM_MAX_ASSIGNMENTS; k++) {
        if (!u->conflict->set[k].column) continue;
        orm__b_put(b, before);
        orm__b_assignment(b, &u->conflict->set[k]);
        before = ", ";
    }
    for (size_t i = 0; i < u->model->n_columns && b->sql; i++) {
        if (!orm__upsert_writes(u, i)) continue;
        orm__b_put(b, before);
        orm__put_name(b->sql, orm__column_name(&u->model->columns[i]));
        orm__put(b->sql, " = excluded.");
        orm__put_name(b->sql, orm__column_name(&u->model->columns[i]));
        before = ", ";
    }
    if (before[0] == ' ' && b->sql) {       /* nothing to write: the row comes back all the same */
        orm__put(b->sql, before);
        orm__put_name(b->sql, orm__column_name(u->key[0]));
        orm__put(b->sql, " = excluded.");
        orm__put_name(b->sql, orm__column_name(u->key[0]));
    }
    if (before[0] == ',') orm__b_stamps(b, u->model, NULL, 0);
}

static void orm__b_conflict(orm__build *b, const orm__upserting *u)
{
    const char *with = " where ";
    orm__b_put(b, " on conflict (");
    for (size_t i = 0; i < u->n_key && b->sql; i++) {
        orm__put(b->sql, i ? ", " : "");
        orm__put_name(b->sql, orm__column_name(u->key[i]));
    }
    orm__b_put(b, ")");
    if (u->model->deleted_at && !u->key[0]->primary_key && b->sql) {
        orm__put(b->sql, " where ");
        orm__put_alive(b->sql, u->model, NULL);
    }
    if (u->conflict->ignore) {
        orm__b_put(b, " do nothing");
        return;
    }
    orm__b_conflict_sets(b, u);
    if (u->tenant) {
        const orm_value id = { .type = ORM_INT64, .as.i = u->db->handle->tenant };
        orm__b_put(b, with);
        orm__b_template(b, ORM_OP_EQ, 0, u->model->tenant, &id, NULL);
        with = " and ";
    }
    orm__b_key(b, u->conflict->where.used);
    if (!u->conflict->where.used) return;
    orm__b_put(b, with);
    orm__b_condition(b, &u->conflict->where, 0);
}

/* insert into t as t0 (a, b) values (?, ?) on conflict (a) do update set b = excluded.b returning id, ... */
static void orm__b_upsert(orm__build *b, const void *arg)
{
    const orm__upserting *u = (const orm__upserting *)arg;
    const char *before = " (";
    orm__b_key(b, 9 | (uint64_t)u->conflict->ignore << 8 | (uint64_t)u->tenant << 9 | (uint64_t)(unsigned)u->conflict->on.orm__number << 16);
    orm__b_pointer(b, u->model);
    for (size_t i = 0; i < sizeof u->mask.word / sizeof u->mask.word[0]; i++) orm__b_key(b, (uint64_t)u->mask.word[i] << 32 | u->conflict->only.word[i]);
    b->next_alias = 1;
    orm__b_put(b, "insert into ");
    orm__b_table(b, u->model, 0);
    for (size_t i = 0; i < u->model->n_columns && b->sql; i++) {
        if (!orm__mask_has(&u->mask, i)) continue;
        orm__put(b->sql, before);
        orm__put_name(b->sql, orm__column_name(&u->model->columns[i]));
        before = ", ";
    }
    before = ") values (";
    for (size_t i = 0, n = 0; i < u->model->n_columns; i++) {
        if (!orm__mask_has(&u->mask, i)) continue;
        orm__b_put(b, before);
        orm__b_bind(b, &u->model->columns[i], u->values[n++]);
        before = ", ";
    }
    orm__b_put(b, ")");
    orm__b_conflict(b, u);
    before = " returning ";
    for (size_t i = 0; i < u->model->n_columns && b->sql; i++) {
        if (!orm__mask_has(&u->back.columns, i)) continue;
        orm__put(b->sql, before);
        orm__put_name(b->sql, orm__column_name(&u->model->columns[i]));
        before = ", ";
    }
    if (!u->db->dialect->can.upserted) return;
    orm__b_put(b, before);
    orm__b_put(b, u->db->dialect->can.upserted);
}

static orm_status orm__upsert_statement(orm__upserting *u, orm__build *b, orm__prepared **p)
{
    orm__session *db = u->db;
    orm__build_begin(b, db);
    orm__b_upsert(b, u);
    if (b->status) return b->status;
    *p = orm__shape_find(db, b->key, b->key_words * sizeof *b->key);
    if (*p) return ORM_OK;
    orm__writer sql = { .allocator = &db->allocator, .dialect = db->dialect };
    orm__build_spell(b, &sql);
    orm__b_upsert(b, u);
    b->sql = NULL;
    orm_status status = b->status ? b->status : orm__prepare(db, &sql, p);
    orm__writer_release(&sql);
    if (status) return status;
    (*p)->secret = b->secret;
    u->back.head = &u->back;
    status = orm__plan_make(db, *p, &u->back);
    (*p)->plan.extra = db->dialect->can.upserted != NULL;
    if (!status) status = orm__shape_add(db, *p, b->key, b->key_words * sizeof *b->key);
    if (status) orm__prepared_free(db, *p);
    return status;
}

/* the row with the key, as it is for everybody of this tenant; a list of at most one */
static void *orm__find_by_unique(orm__session *db, const orm_model *model, const orm_column *const *key, size_t n, const void *row, const orm_mask *select)
{
    orm_query query = { .unscoped = true };
    for (size_t i = 0; i < n; i++) {
        orm_expr leaf;
        leaf.used = 1;
        leaf.node[0] = (orm_node){ .of = key[i], .value = orm__value_of(key[i], row) };
        leaf.node[0].value.op = ORM_OP_EQ;
        leaf.node[0].value.n = 0;
        orm__where(&query.where, &leaf);
    }
    if (select) query.select = *select;
    return orm__find_all_entered(db, model, &query, NULL, 1, !select);
}

/* where nobody else writes, it is looked whether the row is there */
static orm_status orm__upsert_looks(const orm__upserting *u, const void *row, bool *there)
{
    orm_mask primary = { { 0 } };
    *there = false;
    if (u->db->dialect->can.upserted) return ORM_OK;
    for (size_t i = 0; i < u->model->n_columns; i++)
        if (u->model->columns[i].primary_key) orm__mask_add(&primary, i);
    void *found = orm__find_by_unique(u->db, u->model, u->key, u->n_key, row, &primary);
    if (!found) return orm__self()->error.kind;
    *there = orm__len(found, u->model->ticket) > 0;
    orm__free(found);
    return ORM_OK;
}

/* what came back goes into the row, which counts as created: nothing is known of its texts but what was given */
static void orm__upsert_take(const orm__upserting *u, void *row, const void *back, orm_time now)
{
    int64_t generated = 0;
    for (size_t i = 0; i < u->model->n_columns; i++) {
        const orm_column *c = &u->model->columns[i];
        if (!orm__mask_has(&u->back.columns, i)) continue;
        orm_value v = orm__value_of(c, back);
        if (c->is.generated && orm__is_unset(c, row)) generated = v.as.i;
        else orm__store(c, row, &v);
    }
    orm__mark_created(u->db, u->form, row, now, generated);
    for (size_t i = 0; i < u->model->n_columns; i++) {      /* counters that were there already */
        orm_value v = orm__value_of(&u->model->columns[i], back);
        if (u->model->columns[i].counter_of) orm__store(&u->model->columns[i], row, &v);
    }
}

/* one row's statement, from its execution on; `there`: what was seen where it had to be looked for */
typedef struct orm__upsert_ask { orm__ask ask; const orm__upserting *u; void *row, *back; orm_written *how; bool there; } orm__upsert_ask;
static orm_status orm__answer_upsert(orm__session *db, orm__ask *ask)
{
    const orm__upsert_ask *sent = (const orm__upsert_ask *)ask;
    const orm__upserting *u = sent->u;
    orm__run run;
    int64_t outcome = 0;
    void *back = sent->back;
    orm_status status = orm__run_start(db, &run, ask->prepared, ask->values, ask->n_values);
    if (status) return status;
    orm_step step = orm__run_fetch(db, &run, &back, &db->scratch, &outcome);
    if (step == ORM_STEP_ROW) orm__run_fetch(db, &run, &back, &db->scratch, &(int64_t){ 0 });
    status = orm__run_finish(db, &run, NULL);
    if (!status && step == ORM_STEP_FAILED) status = orm__self()->error.kind;
    if (status) return status;
    if (step == ORM_STEP_ROW) {
        *sent->how = (db->dialect->can.upserted ? outcome == 1 : !sent->there) ? ORM_CREATED : ORM_UPDATED;
        orm__upsert_take(u, sent->row, sent->back, ask->now);
    } else if (u->tenant && !u->conflict->ignore && !u->conflict->where.used) {
        status = orm__raise_at(db, ORM_UNIQUE, u->model, u->key[0], "is already taken, by a row of another tenant");
    }
    return status;
}

/* to be answered later, when `u` is of another row */
static orm_status orm__upsert_send(const orm__upserting *u, const orm__upsert_ask *ask)
{
    orm__upsert_ask *sent = (orm__upsert_ask *)orm__bump(&u->db->scratch, sizeof *sent, _Alignof(orm__upsert_ask));
    if (!sent) return orm__raise(u->db, ORM_NO_MEMORY, 0, "out of memory");
    *sent = *ask;
    return orm__ahead_send(u->ahead, &sent->ask);
}

static orm_status orm__upsert_write(orm__upserting *u, void *row, orm_written *how)
{
    orm__session *db = u->db;
    orm__build b;
    orm__prepared *p;
    bool there = false;
    size_t n = 0;
    orm_time now = orm_now();
    *how = ORM_NOT_WRITTEN;
    orm_value *values = (orm_value *)orm__bump(&db->scratch, (u->model->n_columns + 1) * sizeof *values, 8);
    void *back = orm__bump(&db->scratch, u->model->size, 16);
    if (!values || !back) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory");
    memset(back, 0, u->model->size);
    u->mask = orm__insert_columns(u->form, row);
    orm_status status = orm__insert_values(db, u->form, row, &u->mask, now, values, &n);
    u->values = values;
    u->n_values = n;
    if (!status) status = orm__upsert_looks(u, row, &there);
    if (!status) status = orm__upsert_statement(u, &b, &p);
    if (status) return status;
    orm__upsert_ask ask = { .ask = { .answer = orm__answer_upsert, .model = u->model, .prepared = p, .values = b.values, .n_values = b.n_values, .now = now, .row = u->index },
                            .u = u, .row = row, .back = back, .how = how, .there = there };
    return u->ahead ? orm__upsert_send(u, &ask) : orm__answer_upsert(db, &ask.ask);
}

/* the conflict, or a copy of it with normal values */
static orm_status orm__normal_conflict(orm__upserting *u)
{
    const orm_assignment *set = orm__normal_assignments(u->db, u->model, u->conflict->set, ORM_MAX_ASSIGNMENTS);
    if (!set) return orm__self()->error.kind;
    if (set == u->conflict->set) return ORM_OK;
    orm_conflict *own = (orm_conflict *)orm__bump(&u->db->scratch, sizeof *own, 16);
    if (!own) return orm__raise(u->db, ORM_NO_MEMORY, 0, "out of memory");
    *own = *u->conflict;
    memcpy(own->set, set, ORM_MAX_ASSIGNMENTS * sizeof *set);
    u->conflict = own;
    return ORM_OK;
}

static orm_status orm__upsert_begin(orm__upserting *u, orm__session *db, const orm_model *model, const orm_conflict *conflict)
{
    orm_failures failures;
    *u = (orm__upserting){ .db = db, .model = model, .conflict = conflict, .back = { .model = model } };
    orm__self()->model = model;
    u->form = orm__form_of(db, model);
    if (!u->form) return ORM_NO_MEMORY;
    if (!conflict) return orm__raise_at(db, ORM_MISUSE, model, NULL, "upsert needs to know the key: .on = orm_key(%s, field)", model->name);
    u->n_key = orm__unique_columns(model, conflict->on, u->key);
    if (!u->n_key) return orm__raise_at(db, ORM_MISUSE, model, NULL, "upsert: .on names no key of %s: give orm_key(%s, field) or orm_primary_key(%s)", model->name, model->name, model->name);
    if (conflict->set[ORM_MAX_ASSIGNMENTS].column) return orm__raise_at(db, ORM_MISUSE, model, NULL, "more than " ORM__STRING(ORM_MAX_ASSIGNMENTS) " assignments in .set");
    if (conflict->ignore && (conflict->set[0].column || conflict->where.used || !orm__mask_names_none(model, &conflict->only)))
        return orm__raise_at(db, ORM_MISUSE, model, NULL, "upsert: .ignore leaves the row as it is: .set, .only and .where say what becomes of it");
    if (orm__normal_conflict(u)) return orm__self()->error.kind;
    conflict = u->conflict;
    failures.count = failures.total = 0;
    for (unsigned i = 0; i < ORM_MAX_ASSIGNMENTS; i++) {
        if (!conflict->set[i].column) continue;
        orm_status status = orm__check_assignment(db, model, &conflict->set[i], &failures);
        if (status) return status;
    }
    if (failures.total) return orm__raise_failures(db, model, &failures);
    for (size_t i = 0; i < model->n_columns; i++) {
        const orm_column *c = &model->columns[i];
        if (!c->secret && c->is.type != ORM_TEXT && c->is.type != ORM_JSON && c->is.type != ORM_BLOB && c->is.type != ORM_ARRAY) orm__mask_add(&u->back.columns, i);
        else if (c->primary_key) orm__mask_add(&u->back.columns, i);
    }
    return orm__tenant_limits(db, model, &u->tenant);
}

/* before anything is sent */
static orm_status orm__upsert_check(const orm__upserting *u, void *row)
{
    orm_status status = orm__check_new(u->db, u->model, row, "upsert");
    for (size_t i = 0; i < u->n_key && !status; i++) {
        if (!orm__is_unset(u->key[i], row)) continue;
        status = orm__raise_at(u->db, ORM_MISUSE, u->model, u->key[i], "upsert: %s", u->key[i]->is.generated ? "a key that the database makes is never taken: create the row" : "the row has no value in its key");
    }
    return status;
}

/* the rules of several fields, for the row that is there already: of that are known what is written over it and the key */
static orm_status orm__upsert_rules(orm__upserting *u, const void *row)
{
    orm_failures failures;
    orm__assigning a = { .set = u->conflict->set, .n = ORM_MAX_ASSIGNMENTS, .row = row, .unchecked = u->conflict->unchecked, .what = "upsert",
                         .cure = "write all its fields, or say .unchecked = true to do without the rule" };
    u->mask = orm__insert_columns(u->form, row);
    for (size_t i = 0; i < u->model->n_columns; i++) {
        bool writes = orm__upsert_writes(u, i);
        if (writes) orm__mask_add(&a.written, i);
        if (writes || orm__upsert_is_key(u, &u->model->columns[i])) orm__mask_add(&a.known, i);
    }
    failures.count = failures.total = 0;
    orm_status status = orm__validate_assignments(u->db, u->model, &a, &failures);
    return !status && failures.total ? orm__raise_failures(u->db, u->model, &failures) : status;
}

static orm_status orm__upsert_row(orm__upserting *u, void *row, orm_written *how)
{
    orm__session *db = u->db;
    unsigned when = u->conflict->ignore ? ORM__CREATES : ORM__CREATES | ORM__CHANGES;      /* which of them it is, the database decides */
    orm_status status = orm__validate_hooked(db, u->model, row, NULL, when);
    if (!status) status = orm__hooks_run(db, u->model, ORM_BEFORE_SAVE, row, 1);
    if (!status) status = orm__hooks_run(db, u->model, ORM_BEFORE_UPSERT, row, 1);
    if (!status && orm__hooked(u->model, ORM__EVENT(ORM_BEFORE_SAVE) | ORM__EVENT(ORM_BEFORE_UPSERT) | ORM__EVENT(ORM_AFTER_VALIDATE))) {
        orm_failures failures;
        failures.count = failures.total = 0;
        status = orm__normalize_row(db, u->model, row, NULL);
        if (!status) orm__validate_row(u->model, row, NULL, when, db->options.max_text, 0, &failures);
        if (failures.total) status = orm__raise_failures(db, u->model, &failures);
    }
    if (!status && ORM__UNLIKELY(u->model->validated) && !u->conflict->ignore) status = orm__upsert_rules(u, row);
    if (!status) status = orm__upsert_write(u, row, how);
    if (!status && *how) status = orm__hooks_run(db, u->model, ORM_AFTER_UPSERT, row, 1);
    return status || !*how ? status : orm__hooks_run(db, u->model, ORM_AFTER_SAVE, row, 1);
}

static bool orm__upsert_hooked(const orm_model *model) { return orm__hooked(model, ORM__SAVE_EVENTS | ORM__EVENT(ORM_BEFORE_UPSERT) | ORM__EVENT(ORM_AFTER_UPSERT)); }

/* what the write made of the row goes into the copy that was taken before it; nothing of that has a text */
static void orm__upsert_follow(const orm__upserting *u, const void *row, void *copy)
{
    for (size_t i = 0; i < u->model->n_columns; i++) {
        const orm_column *c = &u->model->columns[i];
        orm_value v = orm__value_of(c, row);
        if (c->is.type != ORM_TEXT && c->is.type != ORM_JSON && c->is.type != ORM_BLOB && c->is.type != ORM_ARRAY) orm__store(c, copy, &v);
    }
    orm__forget_passwords(u->model, copy);
    *orm__ticket(u->model, copy) = *orm__ticket(u->model, row);
}

/* In a transaction of its own where more than one statement is sent. With `copy`, of one row, which may be NULL: a copy of the row as it is then. It can fail, so that it is
   made before anything is written for good: in the transaction where hooks have a say in the row, before the write where there may be none. */
static orm_status orm__upsert_rows(orm__upserting *u, char *rows, size_t n, orm_written *how, void **copy)
{
    bool hooked = orm__upsert_hooked(u->model), level = n > 1 || !u->db->dialect->can.upserted || hooked;
    orm_status status = ORM_OK;
    for (size_t i = 0; i < n && !status; i++) status = orm__upsert_check(u, rows ? rows + i * u->model->size : NULL);
    if (!status && copy && !hooked && !(*copy = orm__copy_in(u->db, u->model, rows))) status = orm__self()->error.kind;
    if (!status && level) status = orm__level_begin(u->db, NULL);
    bool begun = !status && level;
    orm__ahead ahead;
    ahead.db = u->db;
    ahead.failed = ORM_OK;
    if (begun && !hooked && u->db->dialect->can.upserted && orm__ahead_may(u->db)) u->ahead = &ahead;
    orm_written one = ORM_NOT_WRITTEN;
    for (u->index = 0; u->index < n && !status; u->index++) {
        orm_written *written = how ? &how[u->index] : &one;
        *written = ORM_NOT_WRITTEN;
        status = orm__upsert_row(u, rows + u->index * u->model->size, written);
    }
    if (u->ahead) status = orm__ahead_end(&ahead, status, &u->index);
    if (!status && copy && hooked && !(*copy = orm__copy_in(u->db, u->model, rows))) status = orm__self()->error.kind;
    if (begun) status = orm__hooks_end(u->db, status);
    if (copy && *copy && !status && !hooked) orm__upsert_follow(u, rows, *copy);
    if (copy && *copy && status) {
        orm__free(*copy);
        *copy = NULL;
    }
    return status;
}

ORM_API orm_status orm__upsert(orm_db *handle, const orm_model *model, void *row, const orm_conflict *conflict, orm_written *how)
{
    orm__upserting u;
    orm__session *db = orm__enter(handle, ORM__WRITE, NULL, ORM__CALLER, conflict ? conflict->timeout_ms : 0);
    if (!db) return orm__refused();
    struct orm__made_normal *mark = db->normal;
    orm_status status = orm__upsert_begin(&u, db, model, conflict);
    if (!status) status = orm__upsert_rows(&u, (char *)row, 1, how, NULL);
    orm__normal_end(db, mark, status);
    orm__leave(db);
    return status;
}

ORM_API orm_status orm__upsert_all(orm_db *handle, const orm_model *model, void *rows, size_t n, const orm_conflict *conflict, orm_written *how)
{
    orm__upserting u;
    size_t bytes;
    orm__session *db = orm__enter(handle, ORM__WRITE, NULL, ORM__CALLER, conflict ? conflict->timeout_ms : 0);
    if (!db) return orm__refused();
    struct orm__made_normal *mark = db->normal;
    orm_status status = orm__upsert_begin(&u, db, model, conflict);
    if (!status && n && !rows) status = orm__raise_at(db, ORM_MISUSE, model, NULL, "upsert_all: %zu rows at NULL", n);
    if (!status && (__builtin_mul_overflow(n, model->size, &bytes) || bytes > PTRDIFF_MAX)) status = orm__raise_at(db, ORM_MISUSE, model, NULL, "upsert_all: %zu rows do not fit into memory", n);
    if (!status && n) status = orm__upsert_rows(&u, (char *)rows, n, how, NULL);
    orm__normal_end(db, mark, status);
    orm__leave(db);
    return status;
}

/* ---- found or created ---------------------------------------------------------------------------------------------------- */

static orm_status orm__find_by_check(orm__session *db, const orm_model *model, const void *row, orm_unique_key number, const orm_column *key[ORM__MAX_KEY], size_t *n, const char *what)
{
    bool fresh = false;
    orm__self()->model = model;
    *n = orm__unique_columns(model, number, key);
    if (!*n) return orm__raise_at(db, ORM_MISUSE, model, NULL, "%s: no such key: give orm_key(%s, field) or orm_primary_key(%s)", what, model->name, model->name);
    orm_status status = orm__row_is_new(db, model, row, what, &fresh);
    if (!status && !fresh) status = orm__raise_at(db, ORM_MISUSE, model, NULL, "%s: the row is in the database: give one that begins with %s_defaults()", what, model->name);
    for (size_t i = 0; i < *n && !status; i++)
        if (orm__is_unset(key[i], row)) status = orm__raise_at(db, ORM_MISUSE, model, key[i], "%s: the row has no value in its key", what);
    return status;
}

/* one row, or NULL: with an error, or as there is none */
static void *orm__found_one(orm__session *db, const orm_model *model, const orm_column *const *key, size_t n, const void *row)
{
    void *found = orm__find_by_unique(db, model, key, n, row, NULL);
    if (!found || orm__len(found, model->ticket) > 0) return found;
    orm__free(found);
    return NULL;
}

/* finds, or tries to create: NULL without an error when somebody else was faster, and has destroyed it again */
static void *orm__find_or_create_once(orm__session *db, const orm_model *model, void *row, const orm_column *const *key, size_t n, orm_unique_key number, bool *created)
{
    orm__upserting u;
    orm_written how = ORM_NOT_WRITTEN;
    const orm_conflict ignore = { .on = number, .ignore = true };
    *created = false;
    void *copy = NULL, *found = orm__found_one(db, model, key, n, row);
    if (found || orm_failed()) return found;
    orm_status status = orm__upsert_begin(&u, db, model, &ignore);
    if (!status) status = orm__upsert_rows(&u, (char *)row, 1, &how, &copy);
    if (status) return NULL;
    *created = how != ORM_NOT_WRITTEN;
    if (*created) return copy;
    orm__free(copy);
    return orm__found_one(db, model, key, n, row);
}

ORM_API void *orm__find_or_create(orm_db *handle, const orm_model *model, void *row, orm_unique_key number, bool *created)
{
    const orm_column *key[ORM__MAX_KEY];
    size_t n;
    bool made = false;
    void *found = NULL;
    orm__session *db = orm__enter(handle, ORM__WRITE, NULL, ORM__CALLER, 0);
    if (!db) return NULL;
    struct orm__made_normal *mark = db->normal;
    /* what is in the table is normal: it is looked for by the normal key */
    if (orm__find_by_check(db, model, row, number, key, &n, "find_or_create") == ORM_OK && orm__normalize_row(db, model, row, NULL) == ORM_OK) {
        for (int tries = 0; tries < ORM__MOST_TRIES && !found && !orm_failed(); tries++) found = orm__find_or_create_once(db, model, row, key, n, number, &made);
        if (!found && !orm_failed()) orm__raise_at(db, ORM_SERIALIZATION, model, key[0], "find_or_create: others create and destroy the row all the time");
    }
    if (created) *created = made;
    orm__normal_end(db, mark, found ? ORM_OK : ORM_FAILED);
    orm__leave(db);
    return found;
}

ORM_API void *orm__find_or_init(orm_db *handle, const orm_model *model, const void *row, orm_unique_key number, bool *was_found)
{
    const orm_column *key[ORM__MAX_KEY];
    size_t n;
    void *found = NULL;
    orm__session *db = orm__enter(handle, ORM__READ, NULL, ORM__CALLER, 0);
    if (!db) return NULL;
    const void *normal = orm__find_by_check(db, model, row, number, key, &n, "find_or_init") == ORM_OK ? orm__normal_copy(db, model, row, &db->scratch) : NULL;
    if (normal) found = orm__found_one(db, model, key, n, normal);
    if (was_found) *was_found = found != NULL;
    if (!found && !orm_failed()) found = orm__copy_in(db, model, normal);
    orm__leave(db);
    return found;
}

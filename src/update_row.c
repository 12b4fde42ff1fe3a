/* >>update_row: assignments that the database calculates, for one row: counters that many change at once. What they make comes back. */
#include "internal.h"

/* is the value of fixed size, so that it can come back into the row? */
static bool orm__has_room(const orm_column *c) { return c->is.type != ORM_TEXT && c->is.type != ORM_JSON && c->is.type != ORM_BLOB && c->is.type != ORM_ARRAY; }

static orm_status orm__row_condition(orm__session *db, const orm_model *model, const void *row, orm_expr *where)
{
    orm_value key[ORM__MAX_KEY];
    size_t n = 0;
    orm_status status = orm__key_values(db, model, NULL, row, key, &n);
    if (status) return status;
    orm__where_values(model, key, where);
    if (!model->version) return ORM_OK;
    orm_expr leaf;
    leaf.used = 1;
    leaf.node[0] = (orm_node){ .of = model->version, .value = orm__value_of(model->version, row) };
    leaf.node[0].value.op = ORM_OP_EQ;
    orm__where(where, &leaf);
    return ORM_OK;
}

/* what was assigned, where the row has room for it as it was given: a normal text needs memory that lives as long as the row */
static orm_value orm__row_text(const orm_model *model, const void *row, const orm_assignment *given, const orm_assignment *normal)
{
    orm_value v = normal->value;
    if (given->kind != ORM_ASSIGN_VALUE) return (orm_value){ .type = ORM_NULL };
    if (given->value.as.s == normal->value.as.s || !orm__normal_keep(model, row, given->column, &v)) return given->value;
    return v;
}

/* the rules of several fields: the row says what is in the fields that nobody assigns, as far as they were read */
static orm_status orm__update_row_rules(orm__session *db, const orm_model *model, const void *row, const orm_change *change, bool unchecked)
{
    orm_failures failures;
    const orm__result *result = ORM__KIND(*orm__ticket(model, row)) == ORM__KIND_RESULT ? orm__result_of(*orm__ticket(model, row)) : NULL;
    const orm__load *load = result ? &result->loads[ORM__LOAD(*orm__ticket(model, row))] : NULL;
    const void *snapshot = result ? orm__snapshot(model, result, row) : NULL;
    orm__assigning a = { .set = change->set, .n = ORM_MAX_ASSIGNMENTS, .row = snapshot ? snapshot : row, .unchecked = unchecked, .what = "update_row",
                         .cure = "read it with the row, assign by value, or say .unchecked = true to do without the rule" };
    if (ORM__LIKELY(!model->validated)) return ORM_OK;
    for (size_t i = 0; i < model->n_columns; i++)
        if (!model->columns[i].is.hash && (!load || orm__mask_has(&load->columns, i))) orm__mask_add(&a.known, i);
    failures.count = failures.total = 0;
    orm_status status = orm__validate_assignments(db, model, &a, &failures);
    return !status && failures.total ? orm__raise_failures(db, model, &failures) : status;
}

/* values of fixed size as they are now, texts as they were assigned; the snapshot follows, or is dropped where it cannot */
static void orm__row_changed(orm__session *db, const orm_model *model, void *row, const void *now, const orm_change *change, const orm_change *normal, const orm_mask *fields)
{
    const orm__result *result = ORM__KIND(*orm__ticket(model, row)) == ORM__KIND_RESULT ? orm__result_of(*orm__ticket(model, row)) : NULL;
    void *snapshot = result ? orm__snapshot(model, result, row) : NULL;
    bool kept = db->level == 0;
    for (size_t i = 0; i < model->n_columns; i++) {
        const orm_column *c = &model->columns[i];
        if (!orm__mask_has(fields, i) || c->primary_key) continue;
        orm_value v = orm__value_of(c, now);
        for (unsigned k = 0; k < ORM_MAX_ASSIGNMENTS && !orm__has_room(c); k++)
            if (change->set[k].column == c) v = orm__row_text(model, row, &change->set[k], &normal->set[k]);
        orm__store(c, row, &v);
        kept = kept && orm__has_room(c);
        if (snapshot && kept) orm__store(c, snapshot, &v);
    }
    if (snapshot && !kept) *orm__ticket(model, snapshot) = 0;
}

static orm_status orm__update_row_entered(orm__session *db, const orm_model *model, void *row, const orm_change *change)
{
    orm__update_arg arg;
    bool fresh = false;
    orm_mask fields = { { 0 } };
    orm_status status = orm__row_is_new(db, model, row, "update_row", &fresh);
    if (!status && fresh) status = orm__raise_at(db, ORM_MISUSE, model, NULL, "update_row: the row is not in the database yet");
    if (!status && !change) status = orm__raise_at(db, ORM_MISUSE, model, NULL, "update_row needs a change");
    if (status) return status;
    orm_change own = *change;
    own.with_deleted = model->deleted_at != NULL && !own.only_deleted;
    own.unscoped = own.unchecked = true;        /* with the row, more is known */
    status = orm__row_condition(db, model, row, &own.where);
    if (!status) status = orm__update_check(db, model, &own, &arg);
    if (!status) status = orm__update_row_rules(db, model, row, arg.change, change->unchecked);
    if (!status) status = orm__returning_hooks(db, model, ORM__UPDATE_EVENTS, 0, own.skip_row_hooks, "update_row");
    if (!status && !arg.n_set) status = orm__raise_at(db, ORM_MISUSE, model, NULL, "update_row needs something to change");
    if (status) return status;
    for (size_t i = 0; i < model->n_columns; i++) {
        bool assigned = model->columns[i].is.updated_at || model->columns[i].is.version;
        for (unsigned k = 0; k < ORM_MAX_ASSIGNMENTS; k++) assigned |= own.set[k].column == &model->columns[i];
        if (assigned) orm__mask_add(&fields, i);
    }
    void *now = orm__returned(db, model, &fields, orm__b_update, &arg, NULL);
    if (!now) return orm__self()->error.kind;
    bool there = orm__len(now, model->ticket) > 0;
    if (there) orm__row_changed(db, model, row, now, &own, arg.change, &fields);
    orm__free(now);
    return there ? ORM_OK : orm__raise_stale(db, model, row);
}

ORM_API orm_status orm__update_row(orm_db *handle, const orm_model *model, void *row, const orm_change *change)
{
    orm__session *db = orm__enter(handle, ORM__WRITE, NULL, ORM__CALLER, change ? change->timeout_ms : 0);
    if (!db) return orm__refused();
    orm__self()->model = model;
    orm_status status = orm__update_row_entered(db, model, row, change);
    orm__leave(db);
    return status;
}

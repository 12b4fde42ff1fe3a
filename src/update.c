/* >>update: set-based writing. Values are checked by the rules of their fields before anything is sent, and a condition that turns out to
   hold for every row counts as none: it needs `.all`. */
#include "internal.h"

/* ---- assignments ---------------------------------------------------------------------------------------------------- */

ORM_PRIVATE orm_status orm__check_assignment(orm__session *db, const orm_model *model, const orm_assignment *a, orm_failures *failures)
{
    const orm_column *c = a->column;
    if (c->model != model) return orm__raise_at(db, ORM_MISUSE, model, c, "an assignment to a column of another model");
    if (c->primary_key) return orm__raise_at(db, ORM_MISUSE, model, c, "a primary key does not change");
    if (c->immutable || c->is.created_at) return orm__raise_at(db, ORM_MISUSE, model, c, "is immutable: it is written once, by create");
    if (c->is.version) return orm__raise_at(db, ORM_MISUSE, model, c, "is the version, which every write counts");
    if (c->is.deleted_at) return orm__raise_at(db, ORM_MISUSE, model, c, "is written by destroy and restore");
    if (c->is.hash) return orm__raise_at(db, ORM_MISUSE, model, c, "is a password, which is hashed when its row is created or saved");
    if (c->counter_of) return orm__raise_at(db, ORM_MISUSE, model, c, "is a counter, which the database keeps");
    bool numeric = c->is.type == ORM_INT16 || c->is.type == ORM_INT32 || c->is.type == ORM_INT64 || c->is.type == ORM_FLOAT ||
                   c->is.type == ORM_DOUBLE || c->is.type == ORM_DECIMAL;
    bool calculates = a->kind == ORM_ASSIGN_ADD || a->kind == ORM_ASSIGN_SUBTRACT || a->kind == ORM_ASSIGN_CALC || a->kind == ORM_ASSIGN_CALC_VALUE;
    if (calculates && !numeric) return orm__raise_at(db, ORM_MISUSE, model, c, "only numbers can be calculated with");
    if (calculates && c->is.type == ORM_DECIMAL) {      /* stored with the column's scale: only sums and differences of one scale are exact */
        bool sums = a->kind == ORM_ASSIGN_ADD || a->kind == ORM_ASSIGN_SUBTRACT || a->operation != '*';
        bool alike = (!a->other || (a->other->is.type == ORM_DECIMAL && a->other->is.scale == c->is.scale)) &&
                     (!a->second || (a->second->is.type == ORM_DECIMAL && a->second->is.scale == c->is.scale));
        if (a->kind == ORM_ASSIGN_CALC && a->operation == '*')
            alike = (a->other->is.type == ORM_DECIMAL && a->other->is.scale == c->is.scale && a->second->is.type != ORM_DECIMAL && a->second->is.type != ORM_DOUBLE && a->second->is.type != ORM_FLOAT) ||
                    (a->second->is.type == ORM_DECIMAL && a->second->is.scale == c->is.scale && a->other->is.type != ORM_DECIMAL && a->other->is.type != ORM_DOUBLE && a->other->is.type != ORM_FLOAT);
        if (!alike || (!sums && a->kind == ORM_ASSIGN_CALC_VALUE && a->value.type != ORM_INT64))
            return orm__raise_at(db, ORM_UNSUPPORTED, model, c, "decimals of different scales cannot be calculated with in the database without rounding");
        if (c->is.precision > 18 && !db->dialect->can.sum_of_long_decimals)
            return orm__raise_at(db, ORM_UNSUPPORTED, model, c, "this engine does not calculate with decimals of more than 18 digits");
    } else if (calculates && ((a->other && a->other->is.type == ORM_DECIMAL) || (a->second && a->second->is.type == ORM_DECIMAL))) {
        return orm__raise_at(db, ORM_UNSUPPORTED, model, c, "a decimal cannot be calculated into a column of another type");
    }
    if (a->kind == ORM_ASSIGN_CALC || a->kind == ORM_ASSIGN_CALC_VALUE) {
        bool joins = c->is.bits && a->kind == ORM_ASSIGN_CALC_VALUE && a->other == c && (a->operation == '|' || a->operation == '&');
        if (!joins && a->operation != '+' && a->operation != '-' && a->operation != '*') return orm__raise_at(db, ORM_MISUSE, model, c, "the operator of orm_set_calc is +, - or *");
    }
    if (a->kind == ORM_ASSIGN_VALUE) {
        orm__validate_value(model, c, &a->value, ORM__CHANGES, db->options.max_text, failures);
    } else if (a->kind == ORM_ASSIGN_NULL && !c->nullable) {
        orm__add_failure(failures, 0, c->name, "required", "is required");
    }
    return ORM_OK;
}

/* the value of an assignment as it is bound; a factor is a plain number, whatever the scale of the column */
static void orm__b_operand(orm__build *b, const orm_assignment *a, bool factor)
{
    orm_value v = a->value;
    if (b->status) return;
    if (!b->sql && v.type != ORM_NULL) {
        char why[160];
        orm_status kind = ORM_VALUE_RANGE;
        const char *message_ = NULL;
        if (factor && a->column->is.type == ORM_DECIMAL) {
            if (v.type != ORM_INT64) message_ = "a decimal is multiplied by whole numbers only";
        } else {
            message_ = orm__fit(a->column, &v, b->db->options.max_text, why, &kind);
        }
        if (message_) orm__b_fail(b, kind, a->column->model, a->column, message_);
    }
    if (!b->sql && v.type == ORM_NULL) {
        orm__b_fail(b, ORM_MISUSE, a->column->model, a->column, "the value is NULL; orm_set_null() sets a column to NULL");
        return;
    }
    orm__b_bind(b, a->column, v);
}

/* an array with another element, or without one */
static void orm__b_changed_array(orm__build *b, const orm_assignment *a, const orm_value *v)
{
    const char *at = a->kind == ORM_ASSIGN_APPEND ? b->db->dialect->array_append : b->db->dialect->array_without;
    if (!at) {
        orm__b_fail(b, ORM_UNSUPPORTED, a->column->model, a->column, "the engine does not change arrays");
        return;
    }
    if (!b->sql) orm__b_bind(b, a->column, *v);
    for (; b->sql && *at; at++) {
        if (at[0] != '$') {
            orm__put_char(b->sql, *at);
            continue;
        }
        if (*++at == 'c') orm__b_column(b, 0, a->column);
        else orm__b_bind(b, a->column, (orm_value){ .type = ORM_NULL });
    }
}

ORM_PRIVATE void orm__b_assignment(orm__build *b, const orm_assignment *a)
{
    orm__b_pointer(b, a->column);
    orm__b_key(b, (uint64_t)a->kind | (uint64_t)(unsigned char)a->operation << 8 | (uint64_t)(a->kind == ORM_ASSIGN_VALUE && a->value.type == ORM_NULL) << 16);
    if (a->kind == ORM_ASSIGN_COLUMN || a->kind == ORM_ASSIGN_CALC || a->kind == ORM_ASSIGN_CALC_VALUE) {
        orm__b_pointer(b, a->other);
        orm__b_pointer(b, a->second);
    }
    if (b->sql) {
        orm__put_name(b->sql, orm__column_name(a->column));
        orm__put(b->sql, " = ");
    }
    switch (a->kind) {
    case ORM_ASSIGN_JSON_SET: case ORM_ASSIGN_JSON_REMOVE:
        orm__b_json_assignment(b, a);
        break;
    case ORM_ASSIGN_APPEND: case ORM_ASSIGN_WITHOUT: {
        orm_value v = a->value;
        if (!b->sql && !b->status && !orm__b_one_of_array(b, a->column, &v)) return;
        orm__b_changed_array(b, a, &v);
        break;
    }
    case ORM_ASSIGN_NULL:
        orm__b_put(b, "null");
        break;
    case ORM_ASSIGN_VALUE:
        orm__b_operand(b, a, false);
        break;
    case ORM_ASSIGN_ADD: case ORM_ASSIGN_SUBTRACT:
        orm__b_column(b, 0, a->column);
        orm__b_put(b, a->kind == ORM_ASSIGN_ADD ? " + " : " - ");
        orm__b_operand(b, a, false);
        break;
    case ORM_ASSIGN_COLUMN:
        orm__b_column(b, 0, a->other);
        break;
    case ORM_ASSIGN_GIVEN:
        orm__b_put(b, "excluded.");
        if (b->sql) orm__put_name(b->sql, orm__column_name(a->column));
        break;
    case ORM_ASSIGN_CALC: case ORM_ASSIGN_CALC_VALUE:
        orm__b_column(b, 0, a->other);
        if (a->operation == '|' || a->operation == '&') {
            orm__b_put(b, a->operation == '|' ? " | cast(" : " & ~cast(");        /* what the bits of a parameter are, no engine would know */
            orm__b_operand(b, a, false);
            orm__b_put(b, " as bigint)");
            break;
        }
        orm__b_put(b, a->operation == '+' ? " + " : a->operation == '-' ? " - " : " * ");
        if (a->kind == ORM_ASSIGN_CALC) orm__b_column(b, 0, a->second);
        else orm__b_operand(b, a, a->operation == '*');
        break;
    default:
        orm__b_fail(b, ORM_MISUSE, a->column->model, a->column, "the assignment is damaged");
    }
}

/* ---- statements ------------------------------------------------------------------------------------------------------ */

/* a statement that changes rows: its shape found or prepared */
ORM_PRIVATE orm_status orm__change_prepare(orm__session *db, orm__build *b, void (*walk)(orm__build *b, const void *arg), const void *arg, orm__prepared **p)
{
    orm__build_begin(b, db);
    walk(b, arg);
    if (b->status) return b->status;
    *p = orm__shape_find(db, b->key, b->key_words * sizeof *b->key);
    if (*p) return ORM_OK;
    orm__writer sql = { .allocator = &db->allocator, .dialect = db->dialect };
    orm__build_spell(b, &sql);
    walk(b, arg);
    b->sql = NULL;
    orm_status status = b->status ? b->status : orm__prepare(db, &sql, p);
    orm__writer_release(&sql);
    if (status) return status;
    (*p)->secret = b->secret;
    status = orm__shape_add(db, *p, b->key, b->key_words * sizeof *b->key);
    if (status) orm__prepared_free(db, *p);
    return status;
}

ORM_PRIVATE orm_status orm__change_run(orm__session *db, orm__prepared *p, const orm__build *b, int64_t *changed)
{
    int64_t n = 0;
    orm_status status = orm__run_write(db, p, b->values, b->n_values, &n);
    if (!status && changed) *changed = n;
    return status;
}

/* what every write changes besides: when, and the version */
ORM_PRIVATE void orm__b_stamps(orm__build *b, const orm_model *model, const orm_column *stamp, orm_time now)
{
    orm__b_pointer(b, stamp);
    if (stamp) {
        orm__b_put(b, ", ");
        if (b->sql) orm__put_name(b->sql, orm__column_name(stamp));
        orm__b_put(b, " = ");
        orm__b_bind(b, stamp, (orm_value){ .type = ORM_TIME, .as.i = now });
    }
    if (!model->version || !b->sql) return;
    orm__put(b->sql, ", ");
    orm__put_name(b->sql, orm__column_name(model->version));
    orm__put(b->sql, " = ");
    orm__b_column(b, 0, model->version);
    orm__put(b->sql, " + 1");
}

ORM_PRIVATE void orm__b_set(orm__build *b, const orm__update_arg *arg)
{
    const char *before = " set ";
    orm__b_pointer(b, arg->model);
    b->next_alias = 1;
    orm__b_put(b, "update ");
    orm__b_table(b, arg->model, 0);
    for (unsigned i = 0; i < arg->n_set; i++) {
        if (!arg->change->set[i].column) continue;
        orm__b_put(b, before);
        orm__b_assignment(b, &arg->change->set[i]);
        before = ", ";
    }
    orm__b_stamps(b, arg->model, arg->stamp, arg->now);
}

ORM_PRIVATE void orm__b_update(orm__build *b, const void *arg_)
{
    const orm__update_arg *arg = (const orm__update_arg *)arg_;
    orm__b_key(b, 6);
    orm__b_set(b, arg);
    const char *before = orm__b_scope(b, arg->model, 0, orm__scope_of_change(arg->change), " where ");
    orm__b_key(b, arg->change->where.used > 0);
    if (!arg->change->where.used) return;
    orm__b_put(b, before);
    orm__b_condition(b, &arg->change->where, 0);
}

/* the assignments up to the last one; those between may be empty */
static unsigned orm__assignments(const orm_change *change)
{
    unsigned n = ORM_MAX_ASSIGNMENTS;
    while (n > 0 && !change->set[n - 1].column) n--;
    return n;
}

/* the change, or a copy of it with normal values */
static orm_status orm__normal_change(orm__session *db, const orm_model *model, const orm_change **change, unsigned n)
{
    const orm_assignment *set = orm__normal_assignments(db, model, (*change)->set, n);
    if (!set) return orm__self()->error.kind;
    if (set == (*change)->set) return ORM_OK;
    orm_change *own = (orm_change *)orm__bump(&db->scratch, sizeof *own, 16);
    if (!own) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory");
    *own = **change;
    memcpy(own->set, set, n * sizeof *set);
    *change = own;
    return ORM_OK;
}

ORM_PRIVATE orm_status orm__update_check(orm__session *db, const orm_model *model, const orm_change *change, orm__update_arg *arg)
{
    orm_failures failures;
    *arg = (orm__update_arg){ .model = model };
    orm__self()->model = model;
    if (!change) return orm__raise_at(db, ORM_MISUSE, model, NULL, "update needs a change");
    if (change->set[ORM_MAX_ASSIGNMENTS].column) return orm__raise_at(db, ORM_MISUSE, model, NULL, "more than " ORM__STRING(ORM_MAX_ASSIGNMENTS) " assignments in .set");
    if (!change->all && orm__always(&change->where) == 1)
        return orm__raise_at(db, ORM_MISUSE, model, NULL, "update without a condition would change every row: say .all = true if you mean it");
    if (orm__scope_check(db, model, orm__scope_of_change(change))) return orm__self()->error.kind;
    arg->n_set = orm__assignments(change);
    if (orm__normal_change(db, model, &change, arg->n_set)) return orm__self()->error.kind;
    arg->change = change;
    failures.count = failures.total = 0;
    for (unsigned i = 0; i < arg->n_set; i++) {
        const orm_assignment *a = &change->set[i];
        if (!a->column) continue;
        for (unsigned k = 0; k < i; k++)
            if (change->set[k].column == a->column) return orm__raise_at(db, ORM_MISUSE, model, a->column, "is assigned twice");
        orm_status status = orm__check_assignment(db, model, a, &failures);
        if (status) return status;
        if (a->kind == ORM_ASSIGN_GIVEN || a->kind == ORM_ASSIGN_SOURCE)
            return orm__raise_at(db, ORM_MISUSE, model, a->column, a->kind == ORM_ASSIGN_GIVEN ? "orm_set_given is for conflicts: no row is given here" : "orm_set_from is for orm_insert_from");
    }
    if (ORM__UNLIKELY(model->validated)) {
        const orm__assigning a = { .set = change->set, .n = arg->n_set, .unchecked = change->unchecked, .what = "update",
                                   .cure = "assign all its fields by value, say .each_row = true to read and save row by row, or .unchecked = true to do without the rule" };
        orm_status status = orm__validate_assignments(db, model, &a, &failures);
        if (status) return status;
    }
    if (failures.total) return orm__raise_failures(db, model, &failures);
    for (size_t i = 0; i < model->n_columns; i++) {
        if (!model->columns[i].is.updated_at) continue;
        arg->stamp = &model->columns[i];
        arg->now = orm_now();
        for (unsigned k = 0; k < arg->n_set; k++)
            if (change->set[k].column == arg->stamp) arg->stamp = NULL;
        break;
    }
    return ORM_OK;
}

ORM_PRIVATE orm_status orm__update_prepare(orm__session *db, const orm_model *model, const orm_change *change, orm__build *b, orm__prepared **p)
{
    orm__update_arg arg;
    *p = NULL;
    orm_status status = orm__update_check(db, model, change, &arg);
    return status || !arg.n_set ? status : orm__change_prepare(db, b, orm__b_update, &arg, p);
}

/* ---- the same change again ---------------------------------------------------------------------------------------------- */

/* Programs make the same few changes again and again, mostly of one row: values for columns, where columns equal values. The form of a model knows which columns they
   were the last time, and the statement. Then nothing is built and looked for, and of the columns nothing needs to be asked again: only the values are looked at.
   All that is not that plain goes the long way. */

/* the conditions of such a change, and how many; 0 for others */
static unsigned orm__again_equals(const orm_change *change)
{
    const orm_expr *where = &change->where;
    unsigned n = where->used;
    if (change->with_deleted || change->only_deleted || change->unscoped || n == 0 || n > ORM_MAX_TERMS) return 0;
    const orm_value *last = &where->node[n - 1].value;
    if (n > 1 && (last->op != ORM_OP_AND || last->n != --n)) return 0;
    for (unsigned i = 0; i < n; i++)
        if (where->node[i].value.op != ORM_OP_EQ || where->node[i].value.n) return 0;
    return n;
}

/* is it a value that an assignment gives? */
static bool orm__again_sets(const orm_assignment *a) { return a->kind == ORM_ASSIGN_VALUE && a->value.type != ORM_NULL; }

/* after the long way, which has found nothing wrong with the change */
static void orm__again_note(orm__model_form *form, const orm__update_arg *arg, orm__prepared *p)
{
    const orm_model *model = arg->model;
    unsigned n_equal = orm__again_equals(arg->change), n = 0;
    if (!n_equal || form->normalized || model->validated || model->tenant || model->scoped) return;
    orm__again again = { .stamp = arg->stamp, .n_equal = n_equal };
    for (unsigned i = 0; i < arg->n_set; i++) {
        const orm_assignment *a = &arg->change->set[i];
        if (n == ORM__MAX_AGAIN || !a->column || !orm__again_sets(a)) return;
        again.way[n++] = &form->member[orm__column_index(model, a->column)];
    }
    again.n_set = n;
    for (unsigned i = 0; i < n_equal; i++) {
        const orm_column *c = (const orm_column *)arg->change->where.node[i].of;
        if (n == ORM__MAX_AGAIN || c->model != model || c->count_of || c->is.type == ORM_INTERVAL) return;      /* which engines compare each in its own way */
        again.way[n++] = &form->member[orm__column_index(model, c)];
    }
    orm__shape_remember(&form->again.statement, p);
    again.statement = p;
    form->again = again;
}

/* Is it the same change? Then its values, as they were given, with the time of the change between those that are set and those that are compared. */
static inline bool orm__again_same(const orm__again *again, const orm_change *change, orm_value *values, size_t *n)
{
    const orm__way *const *way = again->way;
    const orm_assignment *a = change->set, *end = a + again->n_set;
    if (orm__again_equals(change) != again->n_equal) return false;
    for (; a < end; a++, way++) {
        if (a->column != (*way)->column || !orm__again_sets(a)) return false;
        *values++ = a->value;
    }
    for (end = change->set + ORM_MAX_ASSIGNMENTS + 1; a < end; a++)
        if (a->column) return false;
    if (again->stamp) *values++ = (orm_value){ .type = ORM_TIME, .as.i = orm_now() };
    for (unsigned i = 0; i < again->n_equal; i++) {
        if (way[i]->column != change->where.node[i].of || change->where.node[i].value.type == ORM_NULL) return false;
        *values++ = change->where.node[i].value;
    }
    *n = again->n_set + (again->stamp != NULL) + again->n_equal;
    return true;
}

/* one that is not seen to be fine at a glance */
static __attribute__((noinline)) void orm__again_inspect(orm__session *db, const orm_column *column, orm_value *value, orm_failures *failures)
{
    char why[160];
    orm_status kind = ORM_OK;
    orm__validate_value(column->model, column, value, ORM__CHANGES, db->options.max_text, failures);
    orm__fit(column, value, db->options.max_text, why, &kind);      /* what does not fit, is among the failures */
}

/* makes the values fit to be bound, when they are fine */
static orm_status orm__again_fit(orm__session *db, const orm__again *again, orm_value *values)
{
    const orm__way *const *way = again->way;
    orm_failures failures;
    char why[160];
    orm_status kind = ORM_VALUE_RANGE;
    failures.count = failures.total = 0;
    for (unsigned k = 0; k < again->n_set; k++, values++, way++)
        if (!orm__value_is_fine(*way, values)) orm__again_inspect(db, (*way)->column, values, &failures);
    if (ORM__UNLIKELY(failures.total)) return orm__raise_failures(db, again->way[0]->column->model, &failures);
    if (again->stamp) values++;
    for (unsigned k = 0; k < again->n_equal; k++, values++, way++) {
        const orm_column *c = (*way)->column;
        const char *wrong = orm__fit_operand(c, values, db->options.max_text, why, &kind);
        if (wrong) return orm__raise_at(db, kind, c->model, c, "%s", wrong);
    }
    return ORM_OK;
}

static orm_status orm__update_plain(orm__session *db, const orm_model *model, const orm_change *change, int64_t *changed)
{
    orm__build b;
    orm__update_arg arg;
    orm_value values[ORM__MAX_AGAIN + 1];
    size_t n = 0;
    orm__model_form *form = orm__form_of(db, model);
    *changed = 0;
    orm__self()->model = model;
    if (!form) return ORM_NO_MEMORY;
    orm__prepared *p = orm__shape_again(db, form->again.statement);
    if (ORM__LIKELY(p && change) && orm__again_same(&form->again, change, values, &n)) {
        orm_status status = orm__again_fit(db, &form->again, values);
        return status ? status : orm__run_write(db, p, values, n, changed);
    }
    orm_status status = orm__update_check(db, model, change, &arg);
    if (status || !arg.n_set) return status;
    status = orm__change_prepare(db, &b, orm__b_update, &arg, &p);
    if (status) return status;
    orm__again_note(form, &arg, p);
    return orm__change_run(db, p, &b, changed);
}

/* ---- row by row, with the hooks for single rows ------------------------------------------------------------------------ */

typedef struct orm__update_each { const orm_model *model; const orm_change *change; int64_t n; } orm__update_each;

static orm_status orm__update_one(orm__session *db, void *row, void *context)
{
    orm__update_each *each = (orm__update_each *)context;
    orm_mask mask = { { 0 } };
    for (unsigned i = 0; i < ORM_MAX_ASSIGNMENTS; i++) {
        const orm_assignment *a = &each->change->set[i];
        orm_value v = a->kind == ORM_ASSIGN_NULL ? (orm_value){ .type = ORM_NULL } : a->value;
        char why[160];
        orm_status kind = ORM_VALUE_RANGE;
        if (!a->column) continue;
        if (v.type != ORM_NULL && orm__fit(a->column, &v, db->options.max_text, why, &kind)) return orm__raise_at(db, kind, each->model, a->column, "%s", why);
        if (v.type != ORM_NULL && v.type != ORM_TEXT && v.type != ORM_JSON) v.type = (uint8_t)a->column->is.type;
        orm__store(a->column, row, &v);
        orm__mask_add(&mask, orm__column_index(each->model, a->column));
    }
    each->n++;
    return orm__save_entered(db, each->model, row, &mask);
}

static orm_status orm__update_rows(orm__session *db, const orm_model *model, const orm_change *change, int64_t *changed)
{
    orm__build b;
    orm__prepared *p;
    if (orm__normal_change(db, model, &change, ORM_MAX_ASSIGNMENTS)) return orm__self()->error.kind;
    orm__update_each each = { model, change, 0 };
    orm_query query = { .where = change->where, .with_deleted = change->with_deleted, .only_deleted = change->only_deleted, .unscoped = change->unscoped };
    *changed = 0;
    for (unsigned i = 0; i < ORM_MAX_ASSIGNMENTS; i++) {
        const orm_assignment *a = &change->set[i];
        if (a->column && a->kind != ORM_ASSIGN_VALUE && a->kind != ORM_ASSIGN_NULL)
            return orm__raise_at(db, ORM_MISUSE, model, a->column, "hooks and rules for single rows see values: orm_inc and what else the database calculates is for %s",
                                 orm__hooked(model, ORM__UPDATE_EVENTS) ? ".skip_row_hooks = true" : "a call without .each_row");
    }
    orm_change checked = *change;
    checked.unchecked = true;               /* each row asks the rules of several fields */
    orm_status status = orm__update_prepare(db, model, &checked, &b, &p);         /* all that is checked before anything is done */
    if (status || !p) return status;
    status = orm__each_row(db, model, &query, orm__update_one, &each);
    if (!status) *changed = each.n;
    return status;
}

static orm_status orm__update_hooked(orm__session *db, const orm_model *model, const orm_change *change, int64_t *changed)
{
    orm_change own = *change;
    bool each_row = change->each_row && (model->validated || orm__hooked(model, ORM__UPDATE_EVENTS));
    orm_status status = orm__hooks_run(db, model, ORM_BEFORE_BULK_UPDATE, &own, 1);
    if (!status) status = each_row ? orm__update_rows(db, model, &own, changed) : orm__update_plain(db, model, &own, changed);
    return status ? status : orm__hooks_run(db, model, ORM_AFTER_BULK_UPDATE, &own, *changed);
}

ORM_PRIVATE orm_status orm__update_entered(orm__session *db, const orm_model *model, const orm_change *change, int64_t *changed)
{
    int64_t n = 0;
    bool row_by_row = change && change->each_row && model->validated;
    if ((ORM__LIKELY(!orm__hooked(model, ORM__UPDATE_EVENTS | ORM__BULK_UPDATE_EVENTS)) && !row_by_row) || !change) return orm__update_plain(db, model, change, changed ? changed : &n);
    orm__self()->model = model;
    orm_status status = orm__hooks_for_rows(db, model, ORM__UPDATE_EVENTS, change->each_row, change->skip_row_hooks, "update");
    if (!status) status = orm__level_begin(db, NULL);
    if (!status) status = orm__hooks_end(db, orm__update_hooked(db, model, change, &n));
    if (changed) *changed = status ? 0 : n;
    return status;
}

ORM_API orm_status orm__update(orm_db *handle, const orm_model *model, const orm_change *change, int64_t *changed)
{
    orm__session *db = orm__enter(handle, ORM__WRITE, NULL, ORM__CALLER, change ? change->timeout_ms : 0);
    if (!db) return orm__refused();
    orm_status status = orm__update_entered(db, model, change, changed);
    orm__leave(db);
    return status;
}

/* >>validate: all broken rules of a row or an assignment at once, in the model's order. Runs before anything is sent. Messages are
   for people and hold no values, so a `secret` cannot leak through them. */
#include "internal.h"

typedef struct orm__inspection { const orm_column *column; unsigned when; size_t max_text, index; orm_failures *failures; } orm__inspection;

static void orm__failure_number(orm_failure *failure, const orm_rule *rule, bool low, bool high)
{
    failure->has_low = low;
    failure->has_high = high;
    if (low) failure->low = rule->low;
    if (low) failure->low_number = rule->low_number;
    if (high) failure->high = rule->high;
    if (high) failure->high_number = rule->high_number;
}

/* what the rule asks for, as data */
static void orm__failure_bounds(orm_failure *failure, const orm_rule *rule)
{
    switch (rule->kind) {
    case ORM_RULE_AT_LEAST: orm__failure_number(failure, rule, true, false); break;
    case ORM_RULE_AT_MOST:  orm__failure_number(failure, rule, false, true); break;
    case ORM_RULE_BETWEEN:  orm__failure_number(failure, rule, true, true); break;
    case ORM_RULE_LENGTH: case ORM_RULE_BYTES: orm__failure_number(failure, rule, rule->low > 0, rule->high != INT64_MAX); break;
    default: break;
    }
}

/* `rule` may be NULL, for what no rule says; `limits` then has the bounds, or is NULL, too */
static void orm__fail_rule(const orm__inspection *on, const char *name, const orm_rule *rule, const orm_rule *limits, const char *message)
{
    size_t before = on->failures->count;
    orm__add_failure(on->failures, on->index, on->column->name, name, "%s", message);
    if (on->failures->count == before) return;
    orm_failure *failure = &on->failures->item[before];
    failure->type = on->column->is.type;
    if (on->column->model && on->column->model->defaults) failure->declared = rule;      /* the rules of a model that was read may not live as long as the failure */
    if (rule || limits) orm__failure_bounds(failure, rule ? rule : limits);
}

static void orm__fail_required(const orm__inspection *on) { orm__fail_rule(on, "required", NULL, NULL, "is required"); }

ORM_PRIVATE const char *orm__fit_rule(const orm_column *column, orm_status kind)
{
    if (kind == ORM_NO_MEMORY) return ORM__RULE_UNCHECKED;
    if (kind == ORM_BAD_TEXT) return "text";
    if (kind == ORM_VALUE_RANGE) return "range";
    return column->is.type == ORM_TEXT ? "length" : column->is.type == ORM_JSON ? "json" : column->is.type == ORM_ENUM ? "one_of" : "type";
}

static void orm__fail_fit(const orm__inspection *on, orm_status kind, const char *misfit)
{
    const orm_column *c = on->column;
    const orm_rule size = { .kind = ORM_RULE_LENGTH, .low = c->is.fixed ? c->is.size : 0, .high = c->is.size };
    const orm_rule whole = { .kind = ORM_RULE_BETWEEN, .low = c->is.type == ORM_INT16 ? INT16_MIN : INT32_MIN, .high = c->is.type == ORM_INT16 ? INT16_MAX : INT32_MAX };
    bool sized = kind == ORM_VALIDATION && c->is.type == ORM_TEXT && c->is.size, ranged = kind == ORM_VALUE_RANGE && (c->is.type == ORM_INT16 || c->is.type == ORM_INT32);
    orm__fail_rule(on, orm__fit_rule(c, kind), NULL, sized ? &size : ranged ? &whole : NULL, misfit);
}

static bool orm__runs_inner(const orm_rule *rule, unsigned when)
{
    return (rule->kind == ORM_RULE_ON_CREATE && (when & ORM__CREATES)) || (rule->kind == ORM_RULE_ON_UPDATE && (when & ORM__CHANGES));
}

/* `row`: where check_with functions find the value. Tells whether a length rule was broken. */
static bool orm__run_rules(const orm__inspection *on, const orm_rule *rules, const orm_value *value, const void *row)
{
    bool length_told = false;
    for (const orm_rule *rule = rules; rule && rule->kind != ORM_RULE_NONE; rule++) {
        char message[160];
        if (ORM__UNLIKELY(rule->inner != NULL)) {
            if (orm__runs_inner(rule, on->when)) length_told |= orm__run_rules(on, rule->inner, value, row);
            continue;
        }
        if (orm__rule_holds(rule, on->column, value, row, message)) continue;
        if (orm__is_unchecked(message)) orm__fail_rule(on, ORM__RULE_UNCHECKED, NULL, NULL, message);
        else orm__fail_rule(on, orm__rule_name(rule->kind), rule, NULL, rule->message ? rule->message : message);
        length_told |= rule->kind == ORM_RULE_LENGTH;
    }
    return length_told;
}

/* The choke point and the rules, for a value that is not NULL. A value that is in no `row` may have a `blank` one, to be put into. False: there was no memory to
   look at it, which is a failure as well. */
static bool orm__inspect(const orm__inspection *on, const orm_value *value, const void *row, void *blank)
{
    orm_value fit = *value;
    char why[160];
    orm_status kind = ORM_OK;
    const char *misfit = orm__fit(on->column, &fit, on->max_text, why, &kind);
    /* a text too long for its column is for its length rule to tell, if it has one: in the rule's own words, and once */
    bool readable = !misfit || (kind == ORM_VALIDATION && fit.type == ORM_TEXT && on->column->is.type == ORM_TEXT);
    if (blank && readable) orm__store(on->column, blank, &fit);
    bool told = readable && orm__run_rules(on, on->column->rules, &fit, blank ? blank : row);
    if (misfit && !told) orm__fail_fit(on, kind, misfit);
    return kind != ORM_NO_MEMORY;
}

/* does something else than the row supply the value? */
ORM_PRIVATE bool orm__is_supplied(const orm_column *column)
{
    return column->is.generated || column->is.created_at || column->is.updated_at || column->default_sql != NULL;
}

/* ---- rules of several fields ---------------------------------------------------------------------------------- */

ORM_API void orm__blame(orm_row_failures *to, const orm_column *column, const char *text_)
{
    size_t before = to->orm__list->count;
    orm__add_failure(to->orm__list, to->orm__row, column ? column->name : "", to->orm__rule, "%s", text_ ? text_ : "");
    if (column && to->orm__list->count > before) to->orm__list->item[before].type = column->is.type;
}

/* the first field of a rule that is not in the mask, or NULL; a password counts as if it were when `but_passwords` */
static const orm_column *orm__field_beyond(const orm_model *model, const orm_model_option *rule, const orm_mask *mask, bool but_passwords)
{
    for (size_t i = 0; i < rule->n_parts; i++) {
        const orm_column *c = rule->parts[i].column;
        if (!orm__mask_has(mask, orm__column_index(model, c)) && !(but_passwords && c->is.hash)) return c;
    }
    return NULL;
}

static bool orm__rule_reads(const orm_model *model, const orm_model_option *rule, const orm_mask *mask)
{
    for (size_t i = 0; i < rule->n_parts; i++)
        if (orm__mask_has(mask, orm__column_index(model, rule->parts[i].column))) return true;
    return false;
}

ORM_PRIVATE void orm__ask_rules(const orm_model *model, const void *row, const orm_mask *written, const orm_mask *known, const orm_mask *failed, size_t index, orm_failures *failures)
{
    for (const orm_model_option *o = model->options; o && o->kind; o++) {
        if (o->kind != ORM_OPTION_VALIDATE || (written && !orm__rule_reads(model, o, written)) || (known && orm__field_beyond(model, o, known, false)) || orm__rule_reads(model, o, failed)) continue;
        orm_row_failures to = { failures, model, o->name, index };
        o->check(row, &to);
    }
}

ORM_PRIVATE orm_status orm__rules_known(orm__session *db, const orm_model *model, const orm_mask *written, const orm_mask *known, const char *what, const char *cure)
{
    if (ORM__LIKELY(!model->validated)) return ORM_OK;
    for (const orm_model_option *o = model->options; o && o->kind; o++) {
        const orm_column *missing = o->kind == ORM_OPTION_VALIDATE && orm__rule_reads(model, o, written) ? orm__field_beyond(model, o, known, true) : NULL;
        if (missing) return orm__raise_at(db, ORM_MISUSE, model, missing, "%s: the rule %s of %s reads %s, which is not known here: %s", what, o->name, model->name, missing->name, cure);
    }
    return ORM_OK;
}

/* ---- rows and assignments ------------------------------------------------------------------------------------- */

ORM_PRIVATE void orm__validate_row(const orm_model *model, const void *row, const orm_mask *only, unsigned when, size_t max_text, size_t index, orm_failures *failures)
{
    orm_mask failed = { { 0 } }, known = { { 0 } };
    for (size_t i = 0; i < model->n_columns; i++) {
        const orm__inspection on = { &model->columns[i], when, max_text, index, failures };
        size_t before = failures->total;
        bool asked = !only || orm__mask_has(only, i);
        if (!on.column->is.hash || asked) orm__mask_add(&known, i);
        if (on.column->counter_of || !asked) continue;      /* a counter is not the program's to set */
        orm_value value = orm__value_of(on.column, row);
        if (value.type != ORM_NULL) orm__inspect(&on, &value, row, NULL);
        else if (!on.column->nullable && !orm__is_supplied(on.column)) orm__fail_required(&on);
        if (failures->total != before) orm__mask_add(&failed, i);
    }
    if (ORM__UNLIKELY(model->validated)) orm__ask_rules(model, row, only, &known, &failed, index, failures);
}

static bool orm__has_check_with(const orm_rule *rules)
{
    for (const orm_rule *rule = rules; rule && rule->kind != ORM_RULE_NONE; rule++) {
        if (rule->kind == ORM_RULE_CHECK_WITH || orm__has_check_with(rule->inner)) return true;
    }
    return false;
}

ORM_PRIVATE bool orm__validate_value(const orm_model *model, const orm_column *column, const orm_value *value, unsigned when, size_t max_text, orm_failures *failures)
{
    const orm__inspection on = { column, when, max_text, 0, failures };
    bool null = value->type == ORM_NULL || (column->is.is_key && !column->nullable && value->type == ORM_INT64 && value->as.i == 0);
    if (null) {
        if (!column->nullable) orm__fail_required(&on);
        return true;
    }
    if (!orm__has_check_with(column->rules)) return orm__inspect(&on, value, NULL, NULL);
    orm_allocator a = orm__default_allocator();
    void *row = orm__allocate(&a, model->size);
    if (!row) {
        orm__fail_rule(&on, ORM__RULE_UNCHECKED, NULL, NULL, ORM__UNCHECKED);
        return false;
    }
    memset(row, 0, model->size);
    bool looked = orm__inspect(&on, value, NULL, row);
    orm__release(&a, row, model->size);
    return looked;
}

/* puts an assignment into the row; false when what it makes is not known here */
static bool orm__put_assigned(const orm_assignment *a, void *row, size_t max_text)
{
    orm_value v = a->kind == ORM_ASSIGN_NULL ? (orm_value){ .type = ORM_NULL } : a->value;
    char why[160];
    orm_status kind = ORM_OK;
    if (a->kind == ORM_ASSIGN_GIVEN) return true;               /* as the row has it */
    if ((a->kind != ORM_ASSIGN_VALUE && a->kind != ORM_ASSIGN_NULL) || orm__fit(a->column, &v, max_text, why, &kind)) return false;
    orm__store(a->column, row, &v);
    return true;
}

ORM_PRIVATE orm_status orm__validate_assignments(orm__session *db, const orm_model *model, const orm__assigning *a, orm_failures *failures)
{
    orm_mask written = a->written, known = a->known, failed = { { 0 } };
    if (ORM__LIKELY(!model->validated)) return ORM_OK;
    void *row = orm__bump(&db->scratch, model->size, 16);
    if (!row) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory");
    if (a->row) memcpy(row, a->row, model->size);
    else memset(row, 0, model->size);
    for (size_t i = 0; i < a->n; i++) {
        if (!a->set[i].column) continue;
        size_t column = orm__column_index(model, a->set[i].column);
        orm__mask_add(&written, column);
        if (orm__put_assigned(&a->set[i], row, db->options.max_text)) orm__mask_add(&known, column);
        else orm__mask_remove(&known, column);
    }
    for (size_t i = 0; i < failures->count; i++)
        for (size_t k = 0; k < model->n_columns; k++) {
            if (strcmp(failures->item[i].field, model->columns[k].name) != 0) continue;
            orm__mask_add(&failed, k);
            orm__mask_add(&known, k);       /* it is, though wrong: that is told already */
        }
    orm_status status = a->unchecked ? ORM_OK : orm__rules_known(db, model, &written, &known, a->what, a->cure);
    if (!status) orm__ask_rules(model, row, &written, &known, &failed, 0, failures);
    return status;
}

/* >>validate: all broken rules of a row or an assignment at once, in the model's order. Runs before anything is sent. Messages are
   for people and hold no values, so a `secret` cannot leak through them. */
#include "internal.h"

typedef struct orm__inspection { const orm_column *column; size_t max_text, index; orm_failures *failures; } orm__inspection;

static void orm__fail_rule(const orm__inspection *on, const char *rule, const char *message)
{
    orm__add_failure(on->failures, on->index, on->column->name, rule, "%s", message);
}

ORM_PRIVATE const char *orm__fit_rule(const orm_column *column, orm_status kind)
{
    if (kind == ORM_BAD_TEXT) return "text";
    if (kind == ORM_VALUE_RANGE) return "range";
    return column->is.type == ORM_TEXT ? "length" : column->is.type == ORM_JSON ? "json" : column->is.type == ORM_ENUM ? "one_of" : "type";
}

/* `row`: where check_with functions find the value. Tells whether a length rule was broken. */
static bool orm__run_rules(const orm__inspection *on, const orm_value *value, const void *row)
{
    bool length_told = false;
    for (const orm_rule *rule = on->column->rules; rule && rule->kind != ORM_RULE_NONE; rule++) {
        char message[160];
        if (orm__rule_holds(rule, on->column, value, row, message)) continue;
        orm__fail_rule(on, orm__rule_name(rule->kind), rule->message ? rule->message : message);
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
    bool told = readable && orm__run_rules(on, &fit, blank ? blank : row);
    if (misfit && !told) orm__fail_rule(on, orm__fit_rule(on->column, kind), misfit);
    return kind != ORM_NO_MEMORY;
}

/* does something else than the row supply the value? */
static bool orm__is_supplied(const orm_column *column)
{
    return column->is.generated || column->is.created_at || column->is.updated_at || column->default_sql != NULL;
}

ORM_PRIVATE void orm__validate_row(const orm_model *model, const void *row, const orm_mask *only, size_t max_text, size_t index, orm_failures *failures)
{
    for (size_t i = 0; i < model->n_columns; i++) {
        const orm__inspection on = { &model->columns[i], max_text, index, failures };
        if (on.column->counter_of || (only && !orm__mask_has(only, i))) continue;      /* a counter is not the program's to set */
        orm_value value = orm__value_of(on.column, row);
        if (value.type != ORM_NULL) orm__inspect(&on, &value, row, NULL);
        else if (!on.column->nullable && !orm__is_supplied(on.column)) orm__fail_rule(&on, "required", "is required");
    }
}

static bool orm__has_check_with(const orm_column *column)
{
    for (const orm_rule *rule = column->rules; rule && rule->kind != ORM_RULE_NONE; rule++) {
        if (rule->kind == ORM_RULE_CHECK_WITH) return true;
    }
    return false;
}

ORM_PRIVATE bool orm__validate_value(const orm_model *model, const orm_column *column, const orm_value *value, size_t max_text, orm_failures *failures)
{
    const orm__inspection on = { column, max_text, 0, failures };
    bool null = value->type == ORM_NULL || (column->is.is_key && !column->nullable && value->type == ORM_INT64 && value->as.i == 0);
    if (null) {
        if (!column->nullable) orm__fail_rule(&on, "required", "is required");
        return true;
    }
    if (!orm__has_check_with(column)) return orm__inspect(&on, value, NULL, NULL);
    orm_allocator a = orm__default_allocator();
    void *row = orm__allocate(&a, model->size);
    if (!row) {
        orm__fail_rule(&on, orm__rule_name(ORM_RULE_CHECK_WITH), "cannot be checked: out of memory");
        return false;
    }
    memset(row, 0, model->size);
    bool looked = orm__inspect(&on, value, NULL, row);
    orm__release(&a, row, model->size);
    return looked;
}

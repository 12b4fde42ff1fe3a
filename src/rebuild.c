/* >>rebuild: the statements that change a table, for an engine whose tables are made anew: a table of the new form gets the rows and takes the
   place of the old one. Columns that can simply be added are. */
#include "evolve.h"

static bool orm__default_is_simple(const orm__spelled_column *c) { return !c->default_sql || c->default_sql[0] != '('; }

/* may it be added to a table that exists? */
static bool orm__adds_simply(const orm__pair *pair, const orm__spelled_column *now)
{
    bool valued = now->default_sql != NULL;
    if (now->column->primary_key || now->generated || !orm__default_is_simple(now) || (!now->nullable && !valued)) return false;
    for (size_t i = 0; i < pair->now->n_rules; i++) {
        const orm__spelled_rule *rule = &pair->now->rules[i];
        if (!rule->column || strcmp(rule->column, now->name) != 0) continue;
        if (rule->clause == ORM__CLAUSE_UNIQUE || (rule->clause == ORM__CLAUSE_REFERENCES && valued)) return false;
    }
    return true;
}

static bool orm__same_column(const orm__spelled_column *was, const orm__spelled_column *now)
{
    if (strcmp(was->type, now->type) != 0 || was->nullable != now->nullable || was->generated != now->generated || !was->default_sql != !now->default_sql) return false;
    return !was->default_sql || strcmp(was->default_sql, now->default_sql) == 0;
}

static bool orm__rule_is_new(const orm__pair *pair, const orm__spelled_rule *now)
{
    return now->column && !orm__spelled_find(pair->was, now->column);
}

/* constraints are only part of the table's statement: their names count, too, as failures are told by them */
static bool orm__same_rules(const orm__pair *pair)
{
    size_t n = 0;
    for (size_t i = 0; i < pair->now->n_rules; i++) {
        const orm__spelled_rule *now = &pair->now->rules[i];
        if (orm__rule_is_new(pair, now)) continue;
        const orm__spelled_rule *was = orm__rule_among(pair->was, now);
        if (!was || (now->clause == ORM__CLAUSE_CHECK && strcmp(pair->old->rules[was - pair->was->rules].name, now->name) != 0)) return false;
        n++;
    }
    return n == pair->was->n_rules;
}

/* the same storage, but other values in it: a decimal of another scale */
static bool orm__same_meaning(const orm_column *was, const orm_column *now)
{
    return was->is.type == now->is.type && was->is.element == now->is.element && (was->is.type != ORM_DECIMAL || was->is.scale == now->is.scale);
}

ORM_PRIVATE bool orm__rebuild_needed(const orm__diff *d, const orm__pair *pair)
{
    (void)d;
    if (pair->key_changed || !orm__same_rules(pair)) return true;
    for (size_t i = 0; i < pair->was->n_columns; i++)
        if (!orm__spelled_find(pair->now, pair->was->columns[i].name)) return true;
    for (size_t i = 0; i < pair->now->n_columns; i++) {
        const orm__spelled_column *now = &pair->now->columns[i], *was = orm__spelled_find(pair->was, now->name);
        if (was ? !orm__same_column(was, now) || !orm__same_meaning(was->column, now->column) : !orm__adds_simply(pair, now)) return true;
    }
    return false;
}

/* ---- adding ------------------------------------------------------------------------------------------------------------------- */
static void orm__add_column(orm__diff *d, const orm__pair *pair, const orm__spelled_column *now)
{
    orm__say(d, "alter table $t add column $c $s", &(orm__words){ .t = pair->now->name, .c = now->name, .s = now->type });
    if (!now->nullable) orm__put(&d->sql, " not null");
    if (now->default_sql) orm__say(d, " default $s", &(orm__words){ .s = now->default_sql });
    for (size_t i = 0; i < pair->now->n_rules; i++) {
        const orm__spelled_rule *rule = &pair->now->rules[i];
        if (!rule->column || strcmp(rule->column, now->name) != 0) continue;
        const char *references = rule->clause == ORM__CLAUSE_REFERENCES ? strstr(rule->sql, ") references ") : NULL;
        if (references) orm__put(&d->sql, references + 1);      /* of a column it stands without its name */
        else orm__say(d, " constraint $n $s", &(orm__words){ .n = rule->name, .s = rule->sql });
    }
    orm__put(&d->sql, ";\n");
}

/* ---- making anew --------------------------------------------------------------------------------------------------------------- */
static void orm__put_converted(orm__diff *d, const char *how, const char *column)
{
    const char *mark;
    if (!how[0]) how = "$c";
    for (; (mark = strstr(how, "$c")) != NULL; how = mark + 2) {
        orm__put_bytes(&d->sql, how, (size_t)(mark - how));
        orm__put_name(&d->sql, column);
    }
    orm__put(&d->sql, how);
}

static void orm__put_source(orm__diff *d, const orm__pair *pair, const orm__spelled_column *was, const orm__spelled_column *now)
{
    const char *how = orm__same_meaning(was->column, now->column) && strcmp(was->type, now->type) == 0 ? "" : orm__diff_conversion(d, pair, was, now);
    bool filled = was->nullable && !now->nullable;
    if (orm__same_meaning(was->column, now->column)) (void)orm__diff_conversion(d, pair, was, now);      /* it may be narrower all the same */
    if (filled) orm__diff_danger(d, "not_null", pair->now, now, now->default_sql ? "rows without a value get the default" : "it fails when a row has no value", false);
    if (filled && now->default_sql) orm__put(&d->sql, "coalesce(");
    orm__put_converted(d, how, was->name);
    if (filled && now->default_sql) orm__say(d, ", $s)", &(orm__words){ .s = now->default_sql });
}

/* the name of the number that each row has by itself; NULL where the key is that number, or columns hide all its names */
static const char *orm__hidden_key(const orm__diff *d, const orm__pair *pair)
{
    for (size_t i = 0; i < pair->now->n_columns; i++) {
        const orm_column *column = pair->now->columns[i].column;
        if (column->primary_key && orm__key_length(pair->now->model) == 1 && orm__same_word(pair->now->columns[i].type, "integer")) return NULL;
    }
    for (const char *const *name = d->dialect->hidden_keys; name && *name; name++)
        if (!orm__spelled_find(pair->now, *name) && !orm__spelled_find(pair->was, *name)) return *name;
    return NULL;
}

static void orm__rebuild_copy(orm__diff *d, const orm__pair *pair, const char *made)
{
    const char *number = orm__hidden_key(d, pair);
    size_t n = 0;
    orm__say(d, "insert into $n (", &(orm__words){ .n = made });
    if (number) orm__put(&d->sql, number);
    for (size_t i = 0; i < pair->now->n_columns; i++) {
        if (!orm__spelled_find(pair->was, pair->now->columns[i].name)) continue;
        if (number || n) orm__put(&d->sql, ", ");
        orm__put_name(&d->sql, pair->now->columns[i].name);
        n++;
    }
    orm__put(&d->sql, ")\n    select ");
    if (number) orm__put(&d->sql, number);
    n = 0;
    for (size_t i = 0; i < pair->now->n_columns; i++) {
        const orm__spelled_column *was = orm__spelled_find(pair->was, pair->now->columns[i].name);
        if (!was) continue;
        if (number || n) orm__put(&d->sql, ", ");
        orm__put_source(d, pair, was, &pair->now->columns[i]);
        n++;
    }
    orm__say(d, " from $t;\n", &(orm__words){ .t = pair->now->name });
    if (!n) orm__diff_cannot(d, pair->now, NULL, "no column is left of the old table: its rows would be lost");
}

static void orm__rebuild_numbers(orm__diff *d, const orm__pair *pair, const char *made)
{
    bool was = false, now = false;
    for (size_t i = 0; i < pair->was->n_columns; i++) was |= pair->was->columns[i].generated;
    for (size_t i = 0; i < pair->now->n_columns; i++) now |= pair->now->columns[i].generated;
    if (!was || !now || !d->dialect->carry_numbers) return;
    const char *s = d->dialect->carry_numbers;
    for (const char *mark; (mark = strchr(s, '$')) != NULL; s = mark + 2) {
        orm__put_bytes(&d->sql, s, (size_t)(mark - s));
        orm__put_string_literal(&d->sql, mark[1] == 't' ? pair->now->name : made);
    }
    orm__put(&d->sql, s);
}

static void orm__rebuild_dangers(orm__diff *d, const orm__pair *pair)
{
    orm__diff_danger(d, "long_lock", pair->now, NULL, "the table is written anew while what uses it waits", false);
    for (size_t i = 0; i < pair->was->n_columns; i++)
        if (!orm__spelled_find(pair->now, pair->was->columns[i].name)) orm__diff_danger(d, "drop_column", pair->now, &pair->was->columns[i], "its values are gone", true);
    for (size_t i = 0; i < pair->now->n_columns; i++) {
        const orm__spelled_column *now = &pair->now->columns[i];
        if (!orm__spelled_find(pair->was, now->name) && !now->nullable && !now->default_sql && !now->generated)
            orm__diff_danger(d, "not_null", pair->now, now, "rows that exist have no value for it: it fails unless the table is empty", false);
    }
}

static void orm__put_directive(orm__diff *d, const char *word, const char *table)
{
    orm__put_format(&d->sql, "-- %s ", word);
    orm__put_c_text(&d->sql, table);
    orm__put_char(&d->sql, '\n');
}

ORM_PRIVATE void orm__rebuild_table(orm__diff *d, const orm__pair *pair)
{
    char made[ORM__MADE_NAME];
    if (!pair->rebuilt) {
        for (size_t i = 0; i < pair->now->n_columns; i++)
            if (!orm__spelled_find(pair->was, pair->now->columns[i].name)) orm__add_column(d, pair, &pair->now->columns[i]);
        return;
    }
    const void *defaults = orm__default_row(NULL, pair->now->model, d->arena);
    if (!defaults) {
        d->failed = true;
        return;
    }
    orm_model anew = *pair->now->model;
    orm__make_name(made, d->dialect, (const char *const[]){ "orm", "new", pair->now->name }, 3, NULL);
    anew.table = made;
    orm__rebuild_dangers(d, pair);
    orm__put_directive(d, "keep", pair->now->name);
    orm__ddl_table(&d->sql, &anew, NULL, defaults);
    orm__rebuild_copy(d, pair, made);
    orm__rebuild_numbers(d, pair, made);
    orm__say(d, "drop table $t;\n", &(orm__words){ .t = pair->now->name });
    orm__say(d, "alter table $n rename to $t;\n", &(orm__words){ .t = pair->now->name, .n = made });
    orm__put_directive(d, "kept", pair->now->name);
}

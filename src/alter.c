/* >>alter: the statements that change a table, for an engine that alters tables. */
#include "evolve.h"

/* ---- enumerations ----------------------------------------------------------------------------------------------------------- */
static const orm_enum *orm__enum_of(const orm__layout *layout, const char *name)
{
    for (size_t i = 0; i < layout->n_enums; i++)
        if (strcmp(layout->enums[i]->name, name) == 0) return layout->enums[i];
    return NULL;
}

static bool orm__enum_has(const orm_enum *labels, const char *label)
{
    for (size_t i = 0; i < labels->count; i++)
        if (strcmp(labels->labels[i], label) == 0) return true;
    return false;
}

/* are the old labels among the new ones, in the same order? */
static bool orm__enum_grows(const orm_enum *old, const orm_enum *now)
{
    size_t i = 0;
    for (size_t k = 0; k < now->count && i < old->count; k++) i += strcmp(old->labels[i], now->labels[k]) == 0;
    return i == old->count;
}

/* a label cannot be used in the transaction that added it, and a default is a use */
static bool orm__enum_defaults_change(const orm__diff *d, const orm_enum *labels)
{
    for (size_t i = 0; i < d->n_pairs; i++)
        for (size_t c = 0; c < d->pairs[i].now->n_columns; c++) {
            const orm__spelled_column *now = &d->pairs[i].now->columns[c], *was = orm__spelled_find(d->pairs[i].was, now->name);
            if (now->column->is.type != ORM_ENUM || strcmp(now->column->is.labels->name, labels->name) != 0 || !now->default_sql) continue;
            if (!was || !was->default_sql || strcmp(was->default_sql, now->default_sql) != 0) return true;
        }
    for (size_t i = 0; i < d->now.n_tables; i++)
        for (size_t c = 0; c < d->now.tables[i].n_columns; c++) {
            const orm__spelled_column *now = &d->now.tables[i].columns[c];
            bool new_table = true;
            for (size_t p = 0; p < d->n_pairs; p++) new_table &= d->pairs[p].now != &d->now.tables[i];
            if (new_table && now->default_sql && now->column->is.type == ORM_ENUM && strcmp(now->column->is.labels->name, labels->name) == 0) return true;
        }
    return false;
}

static void orm__enum_add_labels(orm__diff *d, const char *type, const orm_enum *old, const orm_enum *now)
{
    for (size_t i = 0; i < now->count; i++) {
        size_t next = i + 1;
        if (orm__enum_has(old, now->labels[i])) continue;
        while (next < now->count && !orm__enum_has(old, now->labels[next])) next++;
        orm__say(d, "alter type $t add value ", &(orm__words){ .t = type });
        orm__put_string_literal(&d->sql, now->labels[i]);
        if (next < now->count) {
            orm__put(&d->sql, " before ");
            orm__put_string_literal(&d->sql, now->labels[next]);
        }
        orm__put(&d->sql, ";\n");
    }
}

/* a type with other labels under the same name; the columns change over to it by their labels */
static void orm__enum_swap(orm__diff *d, const char *type, const orm_enum *now)
{
    char aside[ORM__MADE_NAME];
    orm__make_name(aside, d->dialect, (const char *const[]){ "orm", "old", type }, 3, NULL);
    orm__say(d, "alter type $t rename to $n;\n", &(orm__words){ .t = type, .n = aside });
    orm__ddl_enum(&d->sql, now);
    for (size_t i = 0; i < d->n_pairs; i++) {
        const orm__pair *pair = &d->pairs[i];
        for (size_t c = 0; c < pair->was->n_columns; c++) {
            const orm__spelled_column *was = &pair->was->columns[c], *then = orm__spelled_find(pair->now, was->name);
            const orm__words words = { .t = pair->now->name, .c = was->name, .n = type };
            if (was->column->is.type != ORM_ENUM || strcmp(was->column->is.labels->name, now->name) != 0 || !then || strcmp(then->type, was->type) != 0) continue;
            if (was->default_sql) orm__say(d, "alter table $t alter column $c drop default;\n", &words);
            orm__say(d, "alter table $t alter column $c type $n using $c::text::$n;\n", &words);
            if (then->default_sql) orm__say(d, "alter table $t alter column $c set default $s;\n", &(orm__words){ .t = words.t, .c = words.c, .s = then->default_sql });
        }
    }
}

/* was it swapped, so that the old type is still there? */
static bool orm__enum_is_swapped(const orm__diff *d, const orm_enum *old, const orm_enum *now)
{
    bool same = old->count == now->count;
    for (size_t i = 0; i < old->count && same; i++) same = strcmp(old->labels[i], now->labels[i]) == 0;
    return !same && (!orm__enum_grows(old, now) || orm__enum_defaults_change(d, now));
}

ORM_PRIVATE void orm__alter_enums(orm__diff *d)
{
    for (size_t i = 0; i < d->now.layout.n_enums; i++) {
        char type[ORM__MADE_NAME];
        const orm_enum *now = d->now.layout.enums[i], *old = orm__enum_of(&d->old.layout, now->name);
        orm__enum_type(type, d->dialect, now);
        if (!old) orm__ddl_enum(&d->sql, now);
        else if (orm__enum_is_swapped(d, old, now)) orm__enum_swap(d, type, now);
        else orm__enum_add_labels(d, type, old, now);
    }
}

ORM_PRIVATE void orm__alter_drop_enums(orm__diff *d)
{
    for (size_t i = 0; i < d->old.layout.n_enums; i++) {
        char type[ORM__MADE_NAME], aside[ORM__MADE_NAME];
        const orm_enum *old = d->old.layout.enums[i], *now = orm__enum_of(&d->now.layout, old->name);
        orm__enum_type(type, d->dialect, old);
        orm__make_name(aside, d->dialect, (const char *const[]){ "orm", "old", type }, 3, NULL);
        if (!now) orm__say(d, "drop type $t;\n", &(orm__words){ .t = type });
        else if (orm__enum_is_swapped(d, old, now)) orm__say(d, "drop type $t;\n", &(orm__words){ .t = aside });
    }
}

/* ---- constraints ------------------------------------------------------------------------------------------------------------- */
static size_t orm__rule_size(const orm__spelled_rule *rule) { return strlen(rule->sql) - strlen(orm__ddl_deferral(rule->deferral)); }

/* the key of pair->now that is rule `rule` of pair->was, but for when it is looked at: for that no row is read */
static const orm__spelled_rule *orm__rule_otherwise(const orm__diff *d, const orm__pair *pair, size_t rule)
{
    const orm__spelled_rule *was = &pair->was->rules[rule];
    if (was->clause != ORM__CLAUSE_REFERENCES || !orm__lean_kept(d, was)) return NULL;
    for (size_t i = 0; i < pair->now->n_rules; i++) {
        const orm__spelled_rule *now = &pair->now->rules[i];
        if (now->clause == was->clause && now->deferral != was->deferral && orm__rule_size(now) == orm__rule_size(was) && memcmp(now->sql, was->sql, orm__rule_size(was)) == 0) return now;
    }
    return NULL;
}

static void orm__alter_drop_rule(orm__diff *d, const orm__pair *pair, size_t i)
{
    bool kept = orm__rule_kept(d, pair, i);
    const orm__spelled_rule *old = &pair->old->rules[i], *now = kept ? orm__rule_among(pair->now, &pair->was->rules[i]) : orm__rule_otherwise(d, pair, i);
    if (!now) orm__say(d, "alter table $t drop constraint $n;\n", &(orm__words){ .t = pair->now->name, .n = old->name });
    else if (strcmp(old->name, now->name) != 0) orm__say(d, "alter table $t rename constraint $c to $n;\n", &(orm__words){ .t = pair->now->name, .c = old->name, .n = now->name });
    if (now && !kept) orm__say(d, "alter table $t alter constraint $n$s;\n", &(orm__words){ .t = pair->now->name, .n = now->name, .s = now->deferral ? orm__ddl_deferral(now->deferral) : " not deferrable" });
}

/* a table that is dropped is so at last, but its keys may lean on what goes before */
static void orm__alter_let_go(orm__diff *d)
{
    for (size_t i = 0; i < d->old.n_tables; i++)
        for (size_t k = 0; k < d->old.tables[i].n_rules && orm__is_dropped(d, &d->old.tables[i]); k++)
            if (!orm__lean_kept(d, &d->was.tables[i].rules[k])) orm__say(d, "alter table $t drop constraint $n;\n", &(orm__words){ .t = d->old.tables[i].name, .n = d->old.tables[i].rules[k].name });
}

/* keys that refer go first: they lean on unique keys */
ORM_PRIVATE void orm__alter_drop_rules(orm__diff *d)
{
    orm__alter_let_go(d);
    for (int references = 1; references >= 0; references--)
        for (size_t i = 0; i < d->n_pairs; i++)
            for (size_t k = 0; k < d->pairs[i].was->n_rules; k++)
                if ((d->pairs[i].was->rules[k].clause == ORM__CLAUSE_REFERENCES) == (references == 1)) orm__alter_drop_rule(d, &d->pairs[i], k);
}

static bool orm__rule_is_there(const orm__diff *d, const orm__pair *pair, const orm__spelled_rule *now)
{
    for (size_t i = 0; i < pair->was->n_rules; i++)
        if (pair->was->rules[i].clause == now->clause && strcmp(pair->was->rules[i].sql, now->sql) == 0 && orm__rule_kept(d, pair, i)) return true;
    for (size_t i = 0; i < pair->was->n_rules; i++)
        if (!orm__rule_kept(d, pair, i) && orm__rule_otherwise(d, pair, i) == now) return true;
    return false;
}

ORM_PRIVATE void orm__alter_add_rules(orm__diff *d, bool references)
{
    for (size_t i = 0; i < d->n_pairs; i++) {
        const orm__pair *pair = &d->pairs[i];
        for (size_t k = 0; k < pair->now->n_rules; k++) {
            const orm__spelled_rule *now = &pair->now->rules[k];
            if ((now->clause == ORM__CLAUSE_REFERENCES) != references || orm__rule_is_there(d, pair, now)) continue;
            /* a column that is new holds one value in all rows, which is soon looked at */
            if (!now->column || orm__spelled_find(pair->was, now->column))
                orm__diff_danger(d, "long_lock", pair->now, NULL, "all its rows are looked at while what uses the table waits", false);
            orm__say(d, "alter table $t add constraint $n $s;\n", &(orm__words){ .t = pair->now->name, .n = now->name, .s = now->sql });
        }
    }
    for (size_t i = 0; i < d->now.layout.n_keys && references; i++)
        if (d->now.layout.keys[i].late && !orm__pair_of(d, d->now.layout.keys[i].model->table)) orm__ddl_key(&d->sql, &d->now.layout.keys[i]);
}

/* ---- columns ------------------------------------------------------------------------------------------------------------------- */
static void orm__alter_add_column(orm__diff *d, const orm__pair *pair, const orm__spelled_column *now)
{
    const orm__words words = { .t = pair->now->name, .c = now->name, .s = now->type };
    if (now->generated) {
        orm__diff_cannot(d, pair->now, now, "a generated key for a table that exists is to be written by hand");
        return;
    }
    if (!now->nullable && !now->default_sql) orm__diff_danger(d, "not_null", pair->now, now, "rows that exist have no value for it: it fails unless the table is empty", false);
    orm__say(d, "alter table $t add column $c $s", &words);
    if (!now->nullable) orm__put(&d->sql, " not null");
    if (now->default_sql) orm__say(d, " default $s", &(orm__words){ .s = now->default_sql });
    orm__put(&d->sql, ";\n");
}

static void orm__alter_type(orm__diff *d, const orm__pair *pair, const orm__spelled_column *was, const orm__spelled_column *now)
{
    const orm__words words = { .t = pair->now->name, .c = now->name, .s = now->type };
    const char *how = orm__diff_conversion(d, pair, was, now);
    orm__diff_danger(d, "long_lock", pair->now, NULL, "the table is written anew while what uses it waits", false);
    orm__say(d, "alter table $t alter column $c type $s", &words);
    if (how[0]) orm__put(&d->sql, " using ");
    for (const char *mark; (mark = strstr(how, "$c")) != NULL; how = mark + 2) {
        orm__put_bytes(&d->sql, how, (size_t)(mark - how));
        orm__put_name(&d->sql, now->name);
    }
    orm__put(&d->sql, how);
    orm__put(&d->sql, ";\n");
}

static void orm__alter_not_null(orm__diff *d, const orm__pair *pair, const orm__spelled_column *now)
{
    const orm__words words = { .t = pair->now->name, .c = now->name, .s = now->default_sql };
    if (now->default_sql) {
        orm__diff_danger(d, "not_null", pair->now, now, "rows without a value get the default", false);
        orm__say(d, "update $t set $c = $s where $c is null;\n", &words);
    } else {
        orm__diff_danger(d, "not_null", pair->now, now, "it fails when a row has no value", false);
    }
    orm__say(d, "alter table $t alter column $c set not null;\n", &words);
}

static void orm__alter_column(orm__diff *d, const orm__pair *pair, const orm__spelled_column *was, const orm__spelled_column *now)
{
    const orm__words words = { .t = pair->now->name, .c = now->name, .s = now->default_sql };
    bool retyped = strcmp(was->type, now->type) != 0 || was->generated != now->generated;
    bool other_default = retyped || !was->default_sql != !now->default_sql || (now->default_sql && strcmp(was->default_sql, now->default_sql) != 0);
    if (was->default_sql && (retyped || (other_default && !now->default_sql))) orm__say(d, "alter table $t alter column $c drop default;\n", &words);
    if (retyped) orm__alter_type(d, pair, was, now);
    if (now->default_sql && other_default) orm__say(d, "alter table $t alter column $c set default $s;\n", &words);
    if (was->nullable && !now->nullable) orm__alter_not_null(d, pair, now);
    if (!was->nullable && now->nullable) orm__say(d, "alter table $t alter column $c drop not null;\n", &words);
}

/* the primary key has the name that the engine gave it, as long as that was not cut */
static void orm__alter_key(orm__diff *d, const orm__pair *pair)
{
    const char *old = orm_format(d->arena, "%s_pkey", pair->old->name), *now = orm_format(d->arena, "%s_pkey", pair->now->name);
    bool renamed = old && now && strcmp(old, now) != 0;
    if (!old || !now) d->failed = true;
    if (d->failed || (!pair->key_changed && !renamed)) return;
    if (d->dialect->can.max_name && (strlen(old) > d->dialect->can.max_name || strlen(now) > d->dialect->can.max_name)) {
        if (pair->key_changed) orm__diff_cannot(d, pair->now, NULL, "its primary key has a name that the engine cut: change it by hand");
        return;
    }
    if (!pair->key_changed) {
        orm__say(d, "alter table $t rename constraint $c to $n;\n", &(orm__words){ .t = pair->now->name, .c = old, .n = now });
        return;
    }
    orm__diff_danger(d, "long_lock", pair->now, NULL, "what uses the table waits until the index of its key is built", false);
    orm__say(d, "alter table $t drop constraint $n;\n", &(orm__words){ .t = pair->now->name, .n = old });
}

ORM_PRIVATE void orm__alter_table(orm__diff *d, const orm__pair *pair)
{
    orm__alter_key(d, pair);
    for (size_t i = 0; i < pair->now->n_columns; i++) {
        const orm__spelled_column *now = &pair->now->columns[i], *was = orm__spelled_find(pair->was, now->name);
        if (was) orm__alter_column(d, pair, was, now);
        else orm__alter_add_column(d, pair, now);
    }
    if (pair->key_changed) {
        const char *name = orm_format(d->arena, "%s_pkey", pair->now->name);
        if (name) orm__say(d, "alter table $t add constraint $n primary key ($s);\n", &(orm__words){ .t = pair->now->name, .n = name, .s = pair->now->key });
        else d->failed = true;
    }
}

ORM_PRIVATE void orm__alter_drop_columns(orm__diff *d, const orm__pair *pair)
{
    for (size_t i = 0; i < pair->was->n_columns; i++) {
        const orm__spelled_column *was = &pair->was->columns[i];
        if (orm__spelled_find(pair->now, was->name)) continue;
        orm__diff_danger(d, "drop_column", pair->now, was, "its values are gone", true);
        orm__say(d, "alter table $t drop column $c;\n", &(orm__words){ .t = pair->now->name, .c = was->name });
    }
}

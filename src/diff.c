/* >>diff: the statements that make one schema of another, in an order in which each finds what it needs; and what is dangerous in them. The way
   back is the same with the schemas exchanged. */
#include "evolve.h"

/* ---- what is said --------------------------------------------------------------------------------------------------------- */
ORM_PRIVATE void orm__say(orm__diff *d, const char *format, const orm__words *words)
{
    for (const char *mark; (mark = strchr(format, '$')) != NULL; format = mark + 2) {
        orm__put_bytes(&d->sql, format, (size_t)(mark - format));
        if (mark[1] == 's') orm__put(&d->sql, words->s);
        else orm__put_name(&d->sql, mark[1] == 't' ? words->t : mark[1] == 'c' ? words->c : words->n);
    }
    orm__put(&d->sql, format);
}

static const char *orm__diff_subject(orm__diff *d, const orm__spelled_table *table, const orm__spelled_column *column)
{
    const char *subject = column ? orm_format(d->arena, "%s.%s", table->name, column->name) : orm_text(d->arena, table->name);
    if (!subject) d->failed = true;
    return subject ? subject : "";
}

ORM_PRIVATE void orm__diff_cannot(orm__diff *d, const orm__spelled_table *table, const orm__spelled_column *column, const char *what)
{
    size_t n = strlen(d->why);
    orm__copy_clean(d->why + n, sizeof d->why - n, "%s%s: %s", n ? "; " : "", orm__diff_subject(d, table, column), what);
}

ORM_PRIVATE void orm__diff_danger(orm__diff *d, const char *kind, const orm__spelled_table *table, const orm__spelled_column *column, const char *what, bool loses)
{
    const char *subject = orm__diff_subject(d, table, column);
    for (size_t i = 0; i < d->n_dangers; i++)
        if (strcmp(d->dangers[i].kind, kind) == 0 && strcmp(d->dangers[i].subject, subject) == 0) return;
    if (d->n_dangers == d->room_dangers) {
        size_t room = d->room_dangers ? d->room_dangers * 2 : 16;
        orm__danger *more = orm_arena_allocate(d->arena, room * sizeof *more);
        if (!more) {
            d->failed = true;
            return;
        }
        if (d->n_dangers) memcpy(more, d->dangers, d->n_dangers * sizeof *more);
        d->dangers = more;
        d->room_dangers = room;
    }
    d->dangers[d->n_dangers++] = (orm__danger){ kind, subject, what, loses };
}

/* ---- what is the same ------------------------------------------------------------------------------------------------------- */
ORM_PRIVATE const orm__spelled_column *orm__spelled_find(const orm__spelled_table *table, const char *name)
{
    for (size_t i = 0; i < table->n_columns; i++)
        if (orm__same_word(table->columns[i].name, name)) return &table->columns[i];
    return NULL;
}

ORM_PRIVATE const orm__spelled_rule *orm__rule_among(const orm__spelled_table *table, const orm__spelled_rule *rule)
{
    for (size_t i = 0; i < table->n_rules; i++)
        if (table->rules[i].clause == rule->clause && strcmp(table->rules[i].sql, rule->sql) == 0) return &table->rules[i];
    return NULL;
}

ORM_PRIVATE const orm__pair *orm__pair_of(const orm__diff *d, const char *table)
{
    for (size_t i = 0; i < d->n_pairs; i++)
        if (orm__same_word(d->pairs[i].now->name, table)) return &d->pairs[i];
    return NULL;
}

static const orm__spelled_index *orm__index_among(const orm__spelled_table *table, const orm__spelled_index *index)
{
    for (size_t i = 0; i < table->n_indexes; i++)
        if (strcmp(table->indexes[i].sql, index->sql) == 0) return &table->indexes[i];
    return NULL;
}

static const orm__spelled_index *orm__index_kept(const orm__pair *pair, const orm__spelled_index *was)
{
    return pair->enum_changed && was->free_sql ? NULL : orm__index_among(pair->now, was);
}

/* Is there still what a key leans on, by which the column it refers to is unique? Where several things do that, the engine chose one, and does not tell
   which: all of them must be. */
ORM_PRIVATE bool orm__lean_kept(const orm__diff *d, const orm__spelled_rule *was)
{
    const orm__pair *parent = was->refers ? orm__pair_of(d, was->refers) : NULL;
    if (!parent) return true;
    if (parent->key_changed) return false;
    for (size_t i = 0; was->target && i < parent->was->n_rules; i++) {
        const orm__spelled_rule *rule = &parent->was->rules[i];
        if (rule->clause == ORM__CLAUSE_UNIQUE && orm__same_word(rule->column, was->target) && !orm__rule_among(parent->now, rule)) return false;
    }
    for (size_t i = 0; was->target && i < parent->was->n_indexes; i++) {
        const orm__spelled_index *index = &parent->was->indexes[i];
        if (index->alone && orm__same_word(index->alone, was->target) && !orm__index_kept(parent, index)) return false;
    }
    return true;
}

/* does a key of any table lean on the index? */
static bool orm__index_is_leaned_on(const orm__spelled *s, const orm__spelled_table *table, const orm__spelled_index *index)
{
    for (size_t i = 0; index->alone && i < s->n_tables; i++)
        for (size_t k = 0; k < s->tables[i].n_rules; k++) {
            const orm__spelled_rule *rule = &s->tables[i].rules[k];
            if (rule->refers && rule->target && orm__same_word(rule->refers, table->name) && orm__same_word(rule->target, index->alone)) return true;
        }
    return false;
}

/* SQL of the model's own may name values of an enumeration's type, which is another one then; and a key leans on what it refers to */
ORM_PRIVATE bool orm__rule_kept(const orm__diff *d, const orm__pair *pair, size_t rule)
{
    const orm__spelled_rule *was = &pair->was->rules[rule];
    if (!orm__rule_among(pair->now, was)) return false;
    if (pair->enum_changed && was->clause == ORM__CLAUSE_CHECK && !was->column) return false;
    return orm__lean_kept(d, was);
}

static bool orm__same_texts(const char *const *a, const char *const *b, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(a[i], b[i]) != 0) return false;
    return true;
}

static bool orm__counter_among(const orm__layout *layout, const orm_counter *counter)
{
    for (size_t i = 0; i < layout->n_counters; i++) {
        const orm_counter *other = &layout->counters[i];
        if (strcmp(other->child, counter->child) == 0 && strcmp(other->parent, counter->parent) == 0 && strcmp(other->column, counter->column) == 0
            && other->n == counter->n && orm__same_texts(other->key, counter->key, counter->n) && orm__same_texts(other->referred, counter->referred, counter->n)) return true;
    }
    return false;
}

static bool orm__search_among(const orm__layout *layout, const orm_search_index *search)
{
    for (size_t i = 0; i < layout->n_searches; i++)
        if (strcmp(layout->searches[i].names[ORM__SEARCH_INDEX], search->names[ORM__SEARCH_INDEX]) == 0) return true;
    return false;
}

/* ---- conversions ---------------------------------------------------------------------------------------------------------------- */
static int orm__width(orm_type type) { return type == ORM_INT16 || type == ORM_FLOAT ? 1 : type == ORM_INT32 ? 2 : 3; }
static bool orm__is_real(orm_type type) { return type == ORM_FLOAT || type == ORM_DOUBLE; }

static bool orm__lacks_labels(const orm_enum *from, const orm_enum *to)
{
    for (size_t i = 0; i < from->count; i++) {
        size_t k = 0;
        while (k < to->count && strcmp(from->labels[i], to->labels[k]) != 0) k++;
        if (k == to->count) return true;
    }
    return false;
}

/* may a value of the one not fit into the other? */
static bool orm__narrows(const orm_column_type *from, const orm_column_type *to)
{
    if (from->type == ORM_TEXT && to->type == ORM_TEXT) return to->size && (!from->size || from->size > to->size || to->fixed);
    if (from->type == ORM_ENUM && to->type == ORM_ENUM) return orm__lacks_labels(from->labels, to->labels);
    if (from->type == ORM_DECIMAL && to->type == ORM_DECIMAL)
        return to->precision && (!from->precision || from->precision - from->scale > to->precision - to->scale || from->scale > to->scale);
    if ((orm__is_whole(from->type) && orm__is_whole(to->type)) || (orm__is_real(from->type) && orm__is_real(to->type))) return orm__width(from->type) > orm__width(to->type);
    return from->type == ORM_DECIMAL && orm__is_whole(to->type);
}

static bool orm__converts(const orm_column_type *from, const orm_column_type *to)
{
    bool harmless = (from->type == ORM_ENUM && to->type == ORM_TEXT) || (from->type == to->type && from->element == to->element) || (orm__is_whole(from->type) && orm__is_whole(to->type))
        || (orm__is_real(from->type) && orm__is_real(to->type));
    return !harmless;
}

ORM_PRIVATE const char *orm__diff_conversion(orm__diff *d, const orm__pair *pair, const orm__spelled_column *old, const orm__spelled_column *now)
{
    char text_[256] = "";
    const orm_column_type *from = &old->column->is, *to = &now->column->is;
    bool words = old->column->type_sql || now->column->type_sql;
    if (old->generated != now->generated && d->dialect->alters) orm__diff_cannot(d, pair->now, now, "who makes its values changes, which is to be written by hand");
    const char *how = words && strcmp(old->type, now->type) == 0 ? "" : d->dialect->convert(old->column, now->column, text_);
    if (!how) {
        orm__diff_cannot(d, pair->now, now, "there is no conversion of its type without loss: write it by hand, with a new column");
        return "";
    }
    if (orm__narrows(from, to)) orm__diff_danger(d, "narrow", pair->now, now, "values that do not fit make it fail", false);
    else if (orm__converts(from, to)) orm__diff_danger(d, "convert", pair->now, now, "its values are converted; those that cannot be make it fail", false);
    how = orm_text(d->arena, how);
    if (!how) d->failed = true;
    return how ? how : "";
}

/* ---- the parts of a difference, in order -------------------------------------------------------------------------------------------- */
static void orm__diff_drop_counters(orm__diff *d)
{
    for (size_t i = 0; i < d->old.layout.n_counters; i++)
        if (!orm__counter_among(&d->now.layout, &d->old.layout.counters[i])) orm__ddl_counter_drop(&d->sql, &d->old.layout.counters[i]);
}

/* by its name, which is made of the table and the columns: one of a renamed column is made anew */
static void orm__diff_drop_searches(orm__diff *d)
{
    for (size_t i = 0; i < d->old.layout.n_searches; i++)
        if (!orm__search_among(&d->now.layout, &d->old.layout.searches[i])) orm__ddl_search_drop(&d->sql, &d->old.layout.searches[i]);
}

static void orm__diff_add_searches(orm__diff *d)
{
    for (size_t i = 0; i < d->now.layout.n_searches; i++) {
        const orm_search_index *search = &d->now.layout.searches[i];
        const orm__pair *pair = orm__pair_of(d, search->table);
        if (orm__search_among(&d->old.layout, search)) continue;
        if (pair) orm__diff_danger(d, "long_lock", pair->now, NULL, "what writes to the table waits until the index is built", false);
        orm__ddl_search(&d->sql, search, pair != NULL);
    }
}

static void orm__diff_rename(orm__diff *d)
{
    for (size_t i = 0; i < d->n_pairs; i++) {
        const orm__pair *pair = &d->pairs[i];
        if (strcmp(pair->old->name, pair->now->name) != 0) orm__say(d, "alter table $t rename to $n;\n", &(orm__words){ .t = pair->old->name, .n = pair->now->name });
        for (size_t c = 0; c < pair->old->n_columns; c++)
            if (strcmp(pair->old->columns[c].name, pair->was->columns[c].name) != 0)
                orm__say(d, "alter table $t rename column $c to $n;\n", &(orm__words){ .t = pair->now->name, .c = pair->old->columns[c].name, .n = pair->was->columns[c].name });
    }
}

static void orm__diff_list_index(orm__diff *d, const orm__spelled_index *index)
{
    orm__spelled_index *more = orm_arena_allocate(d->arena, (d->n_made + 1) * sizeof *more);
    if (!more) {
        d->failed = true;
        return;
    }
    if (d->n_made) memcpy(more, d->made, d->n_made * sizeof *more);
    more[d->n_made++] = *index;
    d->made = more;
}

static void orm__diff_drop_indexes(orm__diff *d)
{
    for (size_t i = 0; i < d->n_pairs; i++) {
        const orm__pair *pair = &d->pairs[i];
        for (size_t k = 0; k < pair->was->n_indexes; k++) {
            const orm__spelled_index *was = &pair->was->indexes[k], *kept = orm__index_kept(pair, was), *old = &pair->old->indexes[k];
            if (kept && strcmp(old->name, kept->name) == 0) continue;
            if (kept && d->dialect->alters) orm__say(d, "alter index $t rename to $n;\n", &(orm__words){ .t = old->name, .n = kept->name });
            else if (!(d->apart && d->back) || orm__index_is_leaned_on(&d->was, pair->was, was)) orm__say(d, "drop index $n;\n", &(orm__words){ .n = old->name });
        }
    }
}

static void orm__diff_add_indexes(orm__diff *d)
{
    for (size_t i = 0; i < d->now.n_tables; i++) {
        const orm__spelled_table *table = &d->now.tables[i];
        const orm__pair *pair = orm__pair_of(d, table->name);
        for (size_t k = 0; k < table->n_indexes; k++) {
            const orm__spelled_index *now = &table->indexes[k], *was = pair ? orm__index_among(pair->was, now) : NULL;
            bool there = was && orm__index_kept(pair, was) && (d->dialect->alters || strcmp(pair->old->indexes[was - pair->was->indexes].name, now->name) == 0);
            if (there) continue;
            if (pair && d->apart && !d->back && !orm__index_is_leaned_on(&d->now, table, now)) {      /* a key is made in this migration, and needs it */
                orm__diff_list_index(d, now);
                continue;
            }
            if (pair) orm__diff_danger(d, "long_lock", table, NULL, "what writes to the table waits until the index is built", false);
            orm__put(&d->sql, now->sql);
        }
    }
}

/* The key of a new table to one that exists is late, too, when the column that it refers to is changed in the same go: what makes it unique may come last. */
static void orm__diff_late_keys(orm__diff *d)
{
    for (size_t i = 0; i < d->now.layout.n_keys && d->dialect->alters; i++) {
        orm__key *key = &d->now.layout.keys[i];
        const orm__pair *parent = orm__pair_of(d, key->model->table) ? NULL : orm__pair_of(d, key->parent->table);
        if (!parent) continue;
        const orm__spelled_column *now = key->target ? orm__spelled_find(parent->now, orm__column_name(key->target)) : NULL;
        const orm__spelled_column *was = now ? orm__spelled_find(parent->was, now->name) : NULL;
        key->late |= parent->key_changed || (now && (!was || strcmp(was->type, now->type) != 0 || orm__uniqueness_of(parent->was->model, was->column) != ORM__UNIQUE_BY_TABLE));
    }
}

static void orm__diff_make_table(orm__diff *d, const orm__spelled_table *table)
{
    const void *defaults = orm__default_row(NULL, table->model, d->arena);
    if (!defaults) {
        d->failed = true;
        return;
    }
    orm__ddl_table(&d->sql, table->model, &d->now.layout, defaults);
    for (size_t n = 0; n <= table->model->n_columns; n++) (void)orm__ddl_comment(&d->sql, table->model, n);
}

ORM_PRIVATE bool orm__is_dropped(const orm__diff *d, const orm__spelled_table *table) { return !orm__becomes_model(&d->renaming, table->model); }

/* Children come first, so that no row refers to one that is gone. Where tables refer to each other in a circle, nobody comes first; nor do the rows of a
   table that restricts itself. */
static bool orm__drops_circle(const orm__diff *d)
{
    for (size_t i = 0; i < d->old.n_tables; i++)
        for (size_t k = 0; k < d->old.tables[i].n_rules && orm__is_dropped(d, &d->old.tables[i]); k++) {
            const orm__spelled_rule *rule = &d->old.tables[i].rules[k];
            bool restricts = rule->refers && strstr(rule->sql, " on delete restrict") != NULL;
            for (size_t later = restricts ? i : i + 1; rule->refers && later < d->old.n_tables; later++)
                if (strcmp(d->old.tables[later].name, rule->refers) == 0 && orm__is_dropped(d, &d->old.tables[later])) return true;
        }
    return false;
}

static void orm__diff_drop_tables(orm__diff *d)
{
    const char *before = "drop table ";
    if (!d->dialect->alters && orm__drops_circle(d)) orm__put(&d->sql, "-- unchecked\n");
    for (size_t i = d->old.n_tables; i-- > 0; ) {
        const orm__spelled_table *table = &d->old.tables[i];
        if (!orm__is_dropped(d, table)) continue;
        orm__diff_danger(d, "drop_table", table, NULL, "the table and all its rows are gone", true);
        orm__put(&d->sql, before);
        orm__put_name(&d->sql, table->name);
        if (d->dialect->alters) before = ", ";          /* one statement takes tables that refer to each other */
        else orm__put(&d->sql, ";\n");
    }
    if (before[0] == ',') orm__put(&d->sql, ";\n");
}

static void orm__diff_comments(orm__diff *d, const orm__pair *pair)
{
    if (!d->dialect->can.comments) return;
    if (pair->was->comment && !pair->now->comment) orm__say(d, "comment on table $t is null;\n", &(orm__words){ .t = pair->now->name });
    else if (pair->now->comment && (!pair->was->comment || strcmp(pair->was->comment, pair->now->comment) != 0)) (void)orm__ddl_comment(&d->sql, pair->now->model, 0);
    for (size_t i = 0; i < pair->now->n_columns; i++) {
        const orm__spelled_column *now = &pair->now->columns[i], *was = orm__spelled_find(pair->was, now->name);
        const char *before = was ? was->comment : NULL;
        if (before && !now->comment) orm__say(d, "comment on column $t.$c is null;\n", &(orm__words){ .t = pair->now->name, .c = now->name });
        else if (now->comment && (!before || strcmp(before, now->comment) != 0)) (void)orm__ddl_comment(&d->sql, pair->now->model, orm__column_index(pair->now->model, now->column) + 1);
    }
}

static void orm__diff_add_counters(orm__diff *d)
{
    for (size_t i = 0; i < d->now.layout.n_counters; i++) {
        const orm_counter *counter = &d->now.layout.counters[i];
        if (orm__counter_among(&d->old.layout, counter)) continue;
        orm__ddl_counter(&d->sql, counter);
        if (orm__pair_of(d, counter->parent)) orm__ddl_recount(&d->sql, counter);
    }
}

/* ---- the whole ------------------------------------------------------------------------------------------------------------------------- */
static bool orm__enum_differs(const orm_column *was, const orm_column *now)
{
    if (was->is.type != ORM_ENUM || now->is.type != ORM_ENUM || strcmp(was->is.labels->name, now->is.labels->name) != 0) return false;
    if (was->is.labels->count != now->is.labels->count) return true;
    return !orm__same_texts(was->is.labels->labels, now->is.labels->labels, now->is.labels->count);
}

static void orm__diff_pair(orm__diff *d, const orm__spelled_table *now)
{
    orm__pair *pair = &d->pairs[d->n_pairs];
    *pair = (orm__pair){ .now = now };
    for (size_t i = 0; i < d->was.n_tables; i++)
        if (orm__same_word(d->was.tables[i].name, now->name)) {
            pair->old = &d->old.tables[i];
            pair->was = &d->was.tables[i];
        }
    if (!pair->was) return;
    d->n_pairs++;
    pair->key_changed = strcmp(pair->was->key, now->key) != 0;
    for (size_t i = 0; i < now->n_columns && d->dialect->can.enum_types; i++) {
        const orm__spelled_column *was = orm__spelled_find(pair->was, now->columns[i].name);
        pair->enum_changed |= was && orm__enum_differs(was->column, now->columns[i].column);
    }
}

static bool orm__diff_spell(orm__diff *d, const orm_schema *from, const orm_schema *to)
{
    d->renaming = (orm__renaming){ .from = from, .to = to, .back = d->back };
    const orm_schema *renamed = orm__renamed_schema(&d->renaming, d->arena);
    if (!renamed || !orm__spell(&d->old, d->dialect, from, d->arena) || !orm__spell(&d->was, d->dialect, renamed, d->arena) || !orm__spell(&d->now, d->dialect, to, d->arena)) return false;
    d->pairs = orm_arena_allocate(d->arena, (d->now.n_tables + 1) * sizeof *d->pairs);
    for (size_t i = 0; i < d->now.n_tables && d->pairs; i++) orm__diff_pair(d, &d->now.tables[i]);
    for (size_t i = 0; i < d->n_pairs && !d->dialect->alters; i++) d->pairs[i].rebuilt = orm__rebuild_needed(d, &d->pairs[i]);
    return d->pairs != NULL;
}

static void orm__diff_tables(orm__diff *d)
{
    for (size_t i = 0; i < d->now.n_tables; i++) {
        const orm__pair *pair = orm__pair_of(d, d->now.tables[i].name);
        if (!pair) orm__diff_make_table(d, &d->now.tables[i]);
        else if (d->dialect->alters) orm__alter_table(d, pair);
        else orm__rebuild_table(d, pair);
    }
}

static void orm__diff_all(orm__diff *d)
{
    bool alters = d->dialect->alters;
    orm__diff_late_keys(d);
    orm__diff_drop_counters(d);
    orm__diff_drop_searches(d);
    orm__diff_rename(d);
    if (alters) orm__alter_drop_rules(d);
    orm__diff_drop_indexes(d);
    if (alters) orm__alter_enums(d);
    orm__diff_tables(d);
    for (size_t i = 0; i < d->n_pairs && alters; i++) orm__alter_drop_columns(d, &d->pairs[i]);
    orm__diff_drop_tables(d);
    if (alters) orm__alter_add_rules(d, false);
    orm__diff_add_indexes(d);
    if (alters) orm__alter_add_rules(d, true);
    for (size_t i = 0; i < d->n_pairs; i++) orm__diff_comments(d, &d->pairs[i]);
    orm__diff_add_counters(d);
    orm__diff_add_searches(d);
    if (alters) orm__alter_drop_enums(d);
}

ORM_PRIVATE bool orm__diff_schemas(orm__diff *d, const orm_schema *from, const orm_schema *to)
{
    if (!d->arena->orm__allocator.allocate) d->arena->orm__allocator = orm__default_allocator();
    d->sql = (orm__writer){ .allocator = &d->arena->orm__allocator, .dialect = d->dialect };
    d->why[0] = 0;
    orm__put(&d->sql, "");
    if (orm__diff_spell(d, from, to)) orm__diff_all(d);
    else d->failed = true;
    d->failed |= d->sql.failed;
    return !d->failed && !d->why[0];
}

ORM_PRIVATE void orm__diff_end(orm__diff *d) { orm__writer_release(&d->sql); }

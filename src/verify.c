/* >>verify: is a database exactly what the models say? What it has beyond them counts, too. */
#include "evolve.h"

static void orm__verify_tell(orm__comparison *s, const char *where_, const char *rule, const char *what)
{
    orm__add_failure(&s->differences, 0, where_, rule, "%s", what);
    if (s->each) s->each(s->context, where_, rule, what);
}

/* "table", or "table.column" */
static bool orm__verify_ignores(const char *const *ignore, const char *table, const char *column)
{
    size_t n = strlen(table);
    for (; ignore && *ignore; ignore++) {
        if (!column && orm__same_word(*ignore, table)) return true;
        if (column && strlen(*ignore) > n && (*ignore)[n] == '.' && strncmp(*ignore, table, n) == 0 && orm__same_word(*ignore + n + 1, column)) return true;
    }
    return !column && orm__same_word(orm__history_table(), table);
}

static bool orm__verify_has_model(const orm__comparison *s, const char *table)
{
    for (size_t i = 0; i < s->layout.n_models; i++)
        if (orm__same_word(s->layout.models[i]->table, table)) return true;
    return false;
}

static orm_status orm__verify_tables(orm__comparison *s, const char *const *ignore)
{
    orm_found_name *tables = NULL;
    size_t n = 0;
    orm_status status = s->db->dialect->list_tables(s->db->connection, s->arena, &tables, &n);
    for (size_t i = 0; i < n && !status; i++)
        if (tables[i].kind == ORM_FOUND_TABLE && !orm__verify_has_model(s, tables[i].name) && !orm__verify_ignores(ignore, tables[i].name, NULL))
            orm__verify_tell(s, tables[i].name, "table", "is a table of no model");
    for (size_t i = 0; i < s->layout.n_models && !status; i++)
        if (!s->found[i].exists) orm__verify_tell(s, s->layout.models[i]->table, "table", "is missing");
    return status;
}

/* orm_sync tells of those without which no row can be made; here the others count, too, but for those that the database computes: no model can write them */
static void orm__verify_columns(orm__comparison *s, const orm_model *model, const orm_found_table *found, const char *const *ignore)
{
    for (size_t i = 0; i < found->n_columns; i++) {
        const orm_found_column *there = &found->columns[i];
        bool known = there->key || there->computed || (!there->nullable && !there->default_sql) || orm__verify_ignores(ignore, model->table, there->name);
        for (size_t c = 0; c < model->n_columns && !known; c++) known = orm__same_word(orm__column_name(&model->columns[c]), there->name);
        if (!known) orm__compare_differs(s, model, there->name, "column", "is a column that the model does not have");
    }
}

static bool orm__verify_has_index(orm__comparison *s, const orm_model *model, const orm_found_table *found, size_t at)
{
    orm_found_table only = { .exists = true, .indexes = &found->indexes[at], .n_indexes = 1 };
    for (size_t i = 0; i < s->layout.n_indexes; i++) {
        const orm__index *index = &s->layout.indexes[i];
        if (index->model == model && index->unique == found->indexes[at].unique && orm__compare_indexed(s, model, &only, index->columns, index->option, index->where, index->unique)) return true;
    }
    return false;
}

static bool orm__verify_is_unique_column(const orm_model *model, const orm_found_index *index)
{
    for (size_t i = 0; i < model->n_columns; i++)
        if (model->columns[i].unique && index->unique && index->columns && !index->where && orm__same_word(index->columns, orm__column_name(&model->columns[i]))) return true;
    return false;
}

static void orm__verify_indexes(orm__comparison *s, const orm_model *model, const orm_found_table *found)
{
    for (size_t i = 0; i < s->layout.n_indexes; i++) {
        const orm__index *index = &s->layout.indexes[i];
        if (index->model == model && !orm__compare_indexed(s, model, found, index->columns, index->option, index->where, index->unique))
            orm__compare_differs(s, model, NULL, "index", "lacks the model's %son (%s)", index->unique ? "unique index " : "index ", index->shown);
    }
    for (size_t i = 0; i < found->n_indexes; i++) {
        const orm_found_index *there = &found->indexes[i];
        bool made_for_key = there->automatic && !there->unique;
        if (orm__compare_find_search(s, there->name)) continue;
        for (size_t k = 0; k < found->n_columns && there->automatic; k++) made_for_key |= found->columns[k].key > 0;
        bool of_key = there->automatic && there->columns && made_for_key && !orm__verify_is_unique_column(model, there);
        if (of_key || orm__verify_is_unique_column(model, there) || orm__verify_has_index(s, model, found, i)) continue;
        orm__compare_differs(s, model, NULL, "index", "has the %sindex %s on (%s), the model does not", there->unique ? "unique " : "", there->name, there->columns ? there->columns : "");
    }
}

static const char *orm__verify_text(const char *text_) { return text_ ? text_ : ""; }

static void orm__verify_comments(orm__comparison *s, const orm_model *model, const orm_found_table *found)
{
    const char *ours = NULL;
    if (!s->db->dialect->can.comments) return;
    for (const orm_model_option *o = model->options; o && o->kind; o++)
        if (o->kind == ORM_OPTION_COMMENT) ours = o->sql;
    if (strcmp(orm__verify_text(ours), orm__verify_text(found->comment)) != 0) orm__compare_differs(s, model, NULL, "comment", "has another comment than the model");
    for (size_t i = 0; i < model->n_columns; i++)
        for (size_t k = 0; k < found->n_columns; k++)
            if (orm__same_word(orm__column_name(&model->columns[i]), found->columns[k].name)
                && strcmp(orm__verify_text(model->columns[i].comment), orm__verify_text(found->columns[k].comment)) != 0)
                orm__compare_differs(s, model, found->columns[k].name, "comment", "has another comment than the model");
}

static void orm__verify_made(orm__comparison *s)
{
    for (size_t i = 0; i < s->layout.n_counters; i++) {
        const orm_counter *counter = &s->layout.counters[i];
        bool missing = false;
        for (unsigned part = ORM__COUNTER_CALLED + 1; part < ORM__COUNTER_PARTS; part++)
            missing |= s->db->dialect->counter(orm__compare_text(s), counter, part) && !orm__compare_has_trigger(s, counter->names[part]);
        if (missing) orm__verify_tell(s, counter->parent, "counter", "lacks triggers that keep a counter");
    }
    for (size_t i = 0; i < s->layout.n_searches; i++)
        if (!orm__compare_search_is_whole(s, &s->layout.searches[i])) orm__verify_tell(s, s->layout.searches[i].table, "search", "lacks the index of its searched columns, or what keeps it");
}

ORM_PRIVATE orm_status orm__verify_schema(orm__comparison *s, const orm_schema *schema, const char *const *ignore)
{
    orm_status status = orm__compare_schema(s, schema);
    if (!status) status = orm__verify_tables(s, ignore);
    for (size_t i = 0; i < s->layout.n_models && !status; i++) {
        if (!s->found[i].exists) continue;
        orm__verify_columns(s, s->layout.models[i], &s->found[i], ignore);
        orm__verify_indexes(s, s->layout.models[i], &s->found[i]);
        orm__verify_comments(s, s->layout.models[i], &s->found[i]);
    }
    if (!status) orm__verify_made(s);
    if (!status && s->failed) status = orm__compare_no_memory(s);
    return status;
}

ORM_API orm_status orm_verify(orm_db *handle, const orm_schema *schema, const char *const *ignore,
                              void (*each)(void *context, const char *where_, const char *rule, const char *what), void *context)
{
    orm__session *db = orm__enter(handle, handle && handle->pool->dialect->retell ? ORM__WRITE : ORM__READ, NULL, ORM__CALLER, 0);
    if (!db) return orm__refused();
    /* one moment for all questions; an engine that retells SQL makes it for that, and everything is rolled back */
    orm_status status = orm__level_begin(db, &(orm_transaction_options){ .orm__begin = true, .read_only = !db->dialect->retell });
    if (!status) {
        orm__comparison s = { .db = db, .arena = &db->scratch, .text = { .allocator = &db->allocator, .dialect = db->dialect }, .each = each, .context = context };
        status = orm__verify_schema(&s, schema, ignore);
        if (!status && s.differences.total) status = orm__compare_refuse(&s);
        orm__writer_release(&s.text);
        orm__level_rollback(db);
    }
    orm__leave(db);
    return status;
}

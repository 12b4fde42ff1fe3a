/* >>renamed: which tables and columns of one schema become which of another, and the first schema under the names of the second: what is
   different in it then is more than a name. */
#include "evolve.h"

static const orm_model *orm__table_named(const orm_schema *schema, const char *table)
{
    for (size_t i = 0; i < schema->n_models; i++)
        if (orm__same_word(schema->models[i]->table, table)) return schema->models[i];
    return NULL;
}

static const orm_column *orm__column_named(const orm_model *model, const char *name)
{
    for (size_t i = 0; i < model->n_columns; i++)
        if (orm__same_word(orm__column_name(&model->columns[i]), name)) return &model->columns[i];
    return NULL;
}

static const char *orm__table_was(const orm_model *model)
{
    const char *was = NULL;
    for (const orm_model_option *o = model->options; o && o->kind; o++)
        if (o->kind == ORM_OPTION_WAS) was = o->sql;
    return was;
}

/* A name that both have means the same thing. Only what has no namesake may have had another name, which nobody has any more: so was("...") may stay
   in its row for ever. */
static const orm_model *orm__older_model(const orm_schema *older, const orm_schema *newer, const orm_model *model)
{
    const orm_model *found = orm__table_named(older, model->table);
    const char *was = orm__table_was(model);
    return found || !was || orm__table_named(newer, was) ? found : orm__table_named(older, was);
}

static const orm_column *orm__older_column(const orm_model *older, const orm_model *newer, const orm_column *column)
{
    const orm_column *found = orm__column_named(older, orm__column_name(column));
    return found || !column->was || orm__column_named(newer, column->was) ? found : orm__column_named(older, column->was);
}

ORM_PRIVATE const orm_model *orm__becomes_model(const orm__renaming *r, const orm_model *model)
{
    if (r->back) return orm__older_model(r->to, r->from, model);
    for (size_t i = 0; i < r->to->n_models; i++)
        if (orm__older_model(r->from, r->to, r->to->models[i]) == model) return r->to->models[i];
    return NULL;
}

ORM_PRIVATE const orm_column *orm__becomes_column(const orm__renaming *r, const orm_column *column, const orm_model *to)
{
    if (r->back) return orm__older_column(to, column->model, column);
    for (size_t i = 0; i < to->n_columns; i++)
        if (orm__older_column(column->model, to, &to->columns[i]) == column) return &to->columns[i];
    return NULL;
}

/* ---- a copy under other names ------------------------------------------------------------------------------------------- */
typedef struct orm__renamer { const orm__renaming *renaming; orm_arena *arena; orm_model *models; bool failed; } orm__renamer;

static void *orm__renamer_take(orm__renamer *c, size_t size)
{
    void *memory = orm_arena_allocate(c->arena, size);
    if (!memory) c->failed = true;
    return memory;
}

static const orm_model *orm__renamed_model(const orm__renamer *c, const orm_model *model)
{
    const orm_schema *from = c->renaming->from;
    for (size_t i = 0; i < from->n_models; i++)
        if (from->models[i] == model) return &c->models[i];
    return model;
}

static const orm_column *orm__renamed_column(const orm__renamer *c, const orm_column *column)
{
    if (!column) return NULL;
    const orm_model *copy = orm__renamed_model(c, column->model);
    return copy == column->model ? column : &copy->columns[orm__column_index(column->model, column)];
}

static const orm_column *const *orm__renamed_key(orm__renamer *c, const orm_column *const *key)
{
    size_t n = 0;
    if (!key) return NULL;
    while (key[n]) n++;
    const orm_column **copy = (const orm_column **)orm__renamer_take(c, (n + 1) * sizeof *copy);
    for (size_t i = 0; i < n && copy; i++) copy[i] = orm__renamed_column(c, key[i]);
    return copy;
}

static void orm__rename_columns(orm__renamer *c, const orm_model *model, orm_model *copy)
{
    orm_column *columns = (orm_column *)orm__renamer_take(c, (model->n_columns + 1) * sizeof *columns);
    const orm_model *to = orm__becomes_model(c->renaming, model);
    for (size_t i = 0; i < model->n_columns && columns; i++) {
        const orm_column *now = to ? orm__becomes_column(c->renaming, &model->columns[i], to) : NULL;
        columns[i] = model->columns[i];
        columns[i].model = copy;
        if (now) columns[i].column = orm__column_name(now);
    }
    copy->columns = columns;
    if (to) copy->table = to->table;
}

static void orm__rename_relations(orm__renamer *c, const orm_model *model, orm_model *copy)
{
    orm_relation *relations = (orm_relation *)orm__renamer_take(c, (model->n_relations + 1) * sizeof *relations);
    for (size_t i = 0; i < model->n_relations && relations; i++) {
        relations[i] = model->relations[i];
        relations[i].model = copy;
        relations[i].target = orm__renamed_model(c, relations[i].target);
        relations[i].key = orm__renamed_key(c, relations[i].key);
        relations[i].other = orm__renamed_key(c, relations[i].other);
        if (relations[i].through) relations[i].through = orm__renamed_model(c, relations[i].through);
    }
    copy->relations = relations;
}

static void orm__rename_options(orm__renamer *c, const orm_model *model, orm_model *copy)
{
    size_t n = 0;
    while (model->options && model->options[n].kind) n++;
    orm_model_option *options = (orm_model_option *)orm__renamer_take(c, (n + 1) * sizeof *options);
    for (size_t i = 0; i < n && options; i++) {
        orm_index_part *parts = (orm_index_part *)orm__renamer_take(c, (model->options[i].n_parts + 1) * sizeof *parts);
        options[i] = model->options[i];
        for (size_t k = 0; k < options[i].n_parts && parts; k++) {
            parts[k] = options[i].parts[k];
            parts[k].column = orm__renamed_column(c, parts[k].column);
        }
        options[i].parts = parts;
    }
    copy->options = options;
}

/* when all columns and relations have their places */
static void orm__rename_references(orm__renamer *c, orm_model *copy)
{
    for (size_t i = 0; i < copy->n_columns; i++) {
        orm_column *column = (orm_column *)(uintptr_t)&copy->columns[i];
        if (column->references) column->references_model = orm__renamed_model(c, column->references_model);
        column->references = orm__renamed_column(c, column->references);
        if (column->is.target) column->is.target_model = orm__renamed_model(c, column->is.target_model);
        column->is.target = orm__renamed_column(c, column->is.target);
        if (!column->counter_of) continue;
        const orm_relation *counted = column->counter_of;
        const orm_model *owner = orm__renamed_model(c, counted->model);
        column->counter_of = &owner->relations[counted - counted->model->relations];
    }
}

ORM_PRIVATE const orm_schema *orm__renamed_schema(const orm__renaming *renaming, orm_arena *arena)
{
    const orm_schema *from = renaming->from;
    orm__renamer c = { .renaming = renaming, .arena = arena };
    orm_schema *schema = (orm_schema *)orm__renamer_take(&c, sizeof *schema);
    const orm_model **list = (const orm_model **)orm__renamer_take(&c, (from->n_models + 1) * sizeof *list);
    c.models = (orm_model *)orm__renamer_take(&c, (from->n_models + 1) * sizeof *c.models);
    for (size_t i = 0; i < from->n_models && !c.failed; i++) {
        list[i] = &c.models[i];
        c.models[i] = *from->models[i];
        orm__rename_columns(&c, from->models[i], &c.models[i]);
    }
    for (size_t i = 0; i < from->n_models && !c.failed; i++) {
        orm__rename_relations(&c, from->models[i], &c.models[i]);
        orm__rename_options(&c, from->models[i], &c.models[i]);
    }
    for (size_t i = 0; i < from->n_models && !c.failed; i++) orm__rename_references(&c, &c.models[i]);
    if (c.failed) return NULL;
    *schema = (orm_schema){ .name = from->name, .models = list, .n_models = from->n_models };
    return schema;
}

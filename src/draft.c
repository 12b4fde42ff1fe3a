/* >>draft: models that are made while the program runs: of a schema that is read from a text or from a database. They are like those that the
   compiler makes, with members and offsets of their own, so that everything else takes them as models. */
#include "evolve.h"

typedef struct orm__draft_rules { orm_rule rule; struct orm__draft_rules *next; } orm__draft_rules;
typedef struct orm__draft_part_node { orm_index_part part; const char *column_name; struct orm__draft_part_node *next; } orm__draft_part_node;
typedef struct orm__draft_column_node {
    orm_column column;                           /* first: orm__draft_column gives its address */
    orm__draft_rules *rules, **last_rule; size_t n_rules;
    const char *refers_table, *refers_column;    /* to be found when all models are there */
    const char *counted_table; const char **counted_key; size_t n_counted;
    orm_value value;                             /* the default, ORM_NULL for none */
    struct orm__draft_column_node *next;
} orm__draft_column_node;
typedef struct orm__draft_option_node { orm_model_option option; orm__draft_part_node *parts, **last_part; struct orm__draft_option_node *next; } orm__draft_option_node;
typedef struct orm__draft_key { const char **columns; size_t n; const char *table; orm_action on_delete, on_update; orm_deferral deferral; struct orm__draft_key *next; } orm__draft_key;
typedef struct orm__draft_model_node {
    orm_model model;                             /* first: orm__draft_model gives its address */
    orm__draft_column_node *columns, **last_column;
    orm__draft_option_node *options, **last_option;
    orm__draft_key *keys, **last_key; size_t n_keys, n_options, n_counters;
    struct orm__draft_model_node *next;
} orm__draft_model_node;
typedef struct orm__draft_enum_node { orm_enum labels; size_t room; struct orm__draft_enum_node *next; } orm__draft_enum_node;
struct orm__draft {
    orm_arena *arena;
    bool failed;
    orm__draft_enum_node *enums;
    orm__draft_model_node *models, **last_model, *model; size_t n_models;      /* model, column, option: the latest */
    orm__draft_column_node *column;
    orm__draft_option_node *option;
};

static void *orm__draft_take(orm__draft *d, size_t size)
{
    void *memory = d->failed ? NULL : orm_arena_allocate(d->arena, size);
    if (!memory) d->failed = true;
    return memory;
}

static const char *orm__draft_text(orm__draft *d, const char *text_)
{
    const char *copy = text_ && !d->failed ? orm_text(d->arena, text_) : NULL;
    if (text_ && !copy) d->failed = true;
    return copy;
}

ORM_PRIVATE orm__draft *orm__draft_new(orm_arena *arena)
{
    orm__draft *d = (orm__draft *)orm_arena_allocate(arena, sizeof *d);
    if (!d) return NULL;
    d->arena = arena;
    d->last_model = &d->models;
    return d;
}

/* ---- what is said ------------------------------------------------------------------------------------------------- */
ORM_PRIVATE orm_enum *orm__draft_enum(orm__draft *d, const char *name)
{
    for (orm__draft_enum_node *e = d->enums; e; e = e->next)
        if (strcmp(e->labels.name, name) == 0) return &e->labels;
    orm__draft_enum_node *made = (orm__draft_enum_node *)orm__draft_take(d, sizeof *made);
    if (!made) return NULL;
    made->labels.name = orm__draft_text(d, name);
    if (d->failed) return NULL;
    made->next = d->enums;
    d->enums = made;
    return &made->labels;
}

ORM_PRIVATE void orm__draft_label(orm__draft *d, orm_enum *labels, const char *label)
{
    orm__draft_enum_node *e = d->enums;
    while (e && &e->labels != labels) e = e->next;
    if (!e) return;
    if (labels->count == e->room) {
        size_t room = e->room ? e->room * 2 : 8;
        const char **more = (const char **)orm__draft_take(d, room * sizeof *more);
        if (!more) return;
        if (labels->count) memcpy(more, labels->labels, labels->count * sizeof *more);
        labels->labels = more;
        e->room = room;
    }
    const char *copy = orm__draft_text(d, label);
    if (copy) ((const char **)(uintptr_t)labels->labels)[labels->count++] = copy;
}

ORM_PRIVATE orm_model *orm__draft_model(orm__draft *d, const char *name, const char *table)
{
    orm__draft_model_node *made = (orm__draft_model_node *)orm__draft_take(d, sizeof *made);
    if (!made) return NULL;
    made->model.name = orm__draft_text(d, name);
    made->model.table = orm__draft_text(d, table);
    made->last_column = &made->columns;
    made->last_option = &made->options;
    made->last_key = &made->keys;
    *d->last_model = d->model = made;
    d->last_model = &made->next;
    d->n_models++;
    d->column = NULL;
    d->option = NULL;
    return &made->model;
}

ORM_PRIVATE orm_column *orm__draft_column(orm__draft *d, const char *name, const char *column)
{
    orm__draft_column_node *made = (orm__draft_column_node *)orm__draft_take(d, sizeof *made);
    if (!made || !d->model) return NULL;
    made->column.name = orm__draft_text(d, name);
    made->column.column = strcmp(name, column) == 0 ? NULL : orm__draft_text(d, column);
    made->value.type = ORM_NULL;
    made->last_rule = &made->rules;
    if (d->failed) return NULL;
    *d->model->last_column = d->column = made;
    d->model->last_column = &made->next;
    d->model->model.n_columns++;
    return &made->column;
}

ORM_PRIVATE void orm__draft_default(orm__draft *d, orm_value value)
{
    if (d->column) d->column->value = value;
}

ORM_PRIVATE void orm__draft_rule(orm__draft *d, const orm_rule *rule)
{
    orm__draft_rules *made = (orm__draft_rules *)orm__draft_take(d, sizeof *made);
    if (!made || !d->column) return;
    made->rule = *rule;
    *d->column->last_rule = made;
    d->column->last_rule = &made->next;
    d->column->n_rules++;
}

ORM_PRIVATE void orm__draft_references(orm__draft *d, const char *table, const char *column)
{
    if (!d->column) return;
    d->column->refers_table = orm__draft_text(d, table);
    d->column->refers_column = orm__draft_text(d, column);
}

static const char **orm__draft_names(orm__draft *d, const char *const *names, size_t n)
{
    const char **copy = (const char **)orm__draft_take(d, n * sizeof *copy + 1);
    for (size_t i = 0; i < n && copy; i++) copy[i] = orm__draft_text(d, names[i]);
    return copy;
}

ORM_PRIVATE void orm__draft_counter(orm__draft *d, const char *table, const char *const *key, size_t n)
{
    if (!d->column) return;
    d->column->counted_table = orm__draft_text(d, table);
    d->column->counted_key = orm__draft_names(d, key, n);
    d->column->n_counted = n;
    d->model->n_counters++;
}

ORM_PRIVATE void orm__draft_foreign_key(orm__draft *d, const char *const *columns, size_t n, const char *table, orm_action on_delete, orm_action on_update, orm_deferral deferral)
{
    orm__draft_key *made = (orm__draft_key *)orm__draft_take(d, sizeof *made);
    if (!made || !d->model) return;
    *made = (orm__draft_key){ .columns = orm__draft_names(d, columns, n), .n = n, .table = orm__draft_text(d, table), .on_delete = on_delete, .on_update = on_update, .deferral = deferral };
    *d->model->last_key = made;
    d->model->last_key = &made->next;
    d->model->n_keys++;
}

ORM_PRIVATE void orm__draft_option(orm__draft *d, orm_option_kind kind, const char *name, const char *sql)
{
    orm__draft_option_node *made = (orm__draft_option_node *)orm__draft_take(d, sizeof *made);
    if (!made || !d->model) return;
    made->option = (orm_model_option){ .kind = kind, .name = orm__draft_text(d, name), .sql = orm__draft_text(d, sql) };
    made->last_part = &made->parts;
    *d->model->last_option = d->option = made;
    d->model->last_option = &made->next;
    d->model->n_options++;
}

static void orm__draft_add_part(orm__draft *d, const char *column, const orm_index_part *part)
{
    orm__draft_part_node *made = (orm__draft_part_node *)orm__draft_take(d, sizeof *made);
    if (!made || !d->option) return;
    made->part = *part;
    made->column_name = column;
    *d->option->last_part = made;
    d->option->last_part = &made->next;
    d->option->option.n_parts++;
}

ORM_PRIVATE void orm__draft_part(orm__draft *d, const char *column, const char *sql, bool descending)
{
    orm__draft_add_part(d, orm__draft_text(d, column), &(orm_index_part){ .descending = descending, .sql = column ? NULL : orm__draft_text(d, sql) });
}

ORM_PRIVATE void orm__draft_where(orm__draft *d, const char *sql)
{
    orm__draft_add_part(d, NULL, &(orm_index_part){ .where = orm__draft_text(d, sql) });
}

/* ---- models made of it ---------------------------------------------------------------------------------------------- */
static bool orm__draft_refuse(char why[200], const char *format, const char *a, const char *b)
{
    orm__copy_clean(why, 200, format, a, b);
    return false;
}

static orm_model *orm__draft_table(orm__draft *d, const char *table)
{
    for (orm__draft_model_node *m = d->models; m; m = m->next)
        if (strcmp(m->model.table, table) == 0) return &m->model;
    return NULL;
}

static const orm_column *orm__draft_find(const orm_model *model, const char *name)
{
    for (size_t i = 0; i < model->n_columns; i++)
        if (strcmp(orm__column_name(&model->columns[i]), name) == 0) return &model->columns[i];
    return NULL;
}

/* offsets as a compiler gives them; none of the members needs more than 16 */
static size_t orm__draft_place(orm_column *column, size_t at)
{
    const size_t align = 16;
    at = (at + align - 1) / align * align;
    column->offset = at;
    return at + orm__member_size(column->is.type) + sizeof(bool);
}

/* the columns in a row, with their rules */
static void orm__draft_lay(orm__draft *d, orm__draft_model_node *m)
{
    orm_column *columns = (orm_column *)orm__draft_take(d, (m->model.n_columns + 1) * sizeof *columns);
    size_t at = 0, i = 0;
    for (orm__draft_column_node *c = m->columns; c && columns; c = c->next, i++) {
        orm_rule *rules = c->n_rules ? (orm_rule *)orm__draft_take(d, (c->n_rules + 1) * sizeof *rules) : NULL;
        size_t n = 0;
        for (orm__draft_rules *r = c->rules; r && rules; r = r->next) rules[n++] = r->rule;
        columns[i] = c->column;
        columns[i].model = &m->model;
        columns[i].rules = rules;
        at = orm__draft_place(&columns[i], at);
    }
    m->model.columns = columns;
    m->model.ticket = (at + 15) / 16 * 16;
    m->model.size = m->model.ticket + 16;
}

static void orm__draft_fill(orm__draft *d, orm__draft_model_node *m)
{
    char *row = (char *)orm__draft_take(d, m->model.size);
    size_t i = 0;
    for (orm__draft_column_node *c = m->columns; c && row; c = c->next, i++)
        if (c->value.type != ORM_NULL) orm__store(&m->model.columns[i], row, &c->value);
    if (row) *orm__ticket(&m->model, row) = ORM_FRESH;
    m->model.default_row = row;
    m->model.number = (uint32_t *)orm__draft_take(d, sizeof *m->model.number);
}

static bool orm__draft_refer(orm__draft *d, orm__draft_model_node *m, char why[200])
{
    size_t i = 0;
    for (orm__draft_column_node *c = m->columns; c; c = c->next, i++) {
        if (!c->refers_table) continue;
        const orm_model *target = orm__draft_table(d, c->refers_table);
        const orm_column *column = target ? orm__draft_find(target, c->refers_column) : NULL;
        if (!column) return orm__draft_refuse(why, "there is no column %s.%s to refer to", c->refers_table, c->refers_column);
        orm_column *here = (orm_column *)(uintptr_t)&m->model.columns[i];
        here->references = column;
        here->references_model = target;
    }
    return true;
}

/* the columns of a key; NULL with a reason when one is not there, or memory is out */
static const orm_column *const *orm__draft_key_columns(orm__draft *d, const orm_model *model, const char *const *names, size_t n, char why[200])
{
    const orm_column **key = (const orm_column **)orm__draft_take(d, (n + 1) * sizeof *key);
    for (size_t i = 0; i < n && key; i++) {
        key[i] = orm__draft_find(model, names[i]);
        if (!key[i]) {
            orm__draft_refuse(why, "there is no column %s.%s for a key", model->table, names[i]);
            return NULL;
        }
    }
    return key;
}

static bool orm__draft_relate(orm__draft *d, orm__draft_model_node *m, char why[200])
{
    orm_relation *relations = (orm_relation *)orm__draft_take(d, (m->n_keys + m->n_counters + 1) * sizeof *relations);
    size_t n = 0, i = 0;
    if (!relations) return false;
    for (orm__draft_key *k = m->keys; k; k = k->next) {
        const orm_model *target = orm__draft_table(d, k->table);
        if (!target) return orm__draft_refuse(why, "there is no table %s to refer to%s", k->table, "");
        relations[n] = (orm_relation){ .model = &m->model, .name = "", .kind = ORM_BELONGS_TO, .target = target, .constrained = true, .on_delete = k->on_delete, .on_update = k->on_update, .deferral = k->deferral };
        relations[n].key = orm__draft_key_columns(d, &m->model, k->columns, k->n, why);
        if (!relations[n++].key) return false;
    }
    for (orm__draft_column_node *c = m->columns; c; c = c->next, i++) {
        if (!c->counted_table) continue;
        const orm_model *child = orm__draft_table(d, c->counted_table);
        if (!child) return orm__draft_refuse(why, "there is no table %s to be counted%s", c->counted_table, "");
        relations[n] = (orm_relation){ .model = &m->model, .name = child->table, .kind = ORM_HAS_MANY, .target = child };
        relations[n].key = orm__draft_key_columns(d, child, c->counted_key, c->n_counted, why);
        if (!relations[n].key) return false;
        ((orm_column *)(uintptr_t)&m->model.columns[i])->counter_of = &relations[n++];
    }
    m->model.relations = relations;
    m->model.n_relations = n;
    return true;
}

static bool orm__draft_index(orm__draft *d, orm__draft_model_node *m, char why[200])
{
    orm_model_option *options = (orm_model_option *)orm__draft_take(d, (m->n_options + 1) * sizeof *options);
    size_t n = 0;
    for (orm__draft_option_node *o = m->options; o && options; o = o->next) {
        orm_index_part *parts = (orm_index_part *)orm__draft_take(d, (o->option.n_parts + 1) * sizeof *parts);
        size_t i = 0;
        for (orm__draft_part_node *p = o->parts; p && parts; p = p->next) {
            parts[i] = p->part;
            if (p->column_name) parts[i].column = orm__draft_find(&m->model, p->column_name);
            if (p->column_name && !parts[i].column) return orm__draft_refuse(why, "there is no column %s.%s for an index", m->model.table, p->column_name);
            i++;
        }
        options[n] = o->option;
        options[n++].parts = parts;
    }
    m->model.options = options;
    return options != NULL;
}

ORM_PRIVATE const orm_schema *orm__draft_finish(orm__draft *d, const char *name, char why[200])
{
    why[0] = 0;
    orm_schema *schema = (orm_schema *)orm__draft_take(d, sizeof *schema);
    const orm_model **models = (const orm_model **)orm__draft_take(d, (d->n_models + 1) * sizeof *models);
    size_t n = 0;
    bool fine = true;
    for (orm__draft_model_node *m = d->models; m && !d->failed; m = m->next) {
        orm__draft_lay(d, m);
        if (!d->failed) orm__draft_fill(d, m);
        models[n++] = &m->model;
    }
    for (orm__draft_model_node *m = d->models; m && !d->failed && fine; m = m->next)
        fine = orm__draft_refer(d, m, why) && orm__draft_relate(d, m, why) && orm__draft_index(d, m, why);
    if (d->failed) orm__copy_clean(why, 200, "out of memory");
    if (d->failed || !fine) return NULL;
    *schema = (orm_schema){ .name = orm_text(d->arena, name), .models = models, .n_models = n };
    return schema->name ? schema : NULL;
}

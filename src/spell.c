/* >>spell: a schema in the words of an engine: what two schemas are compared by, piece by piece, and what is sent to change one. */
#include "evolve.h"

static orm__writer orm__spell_begin(const orm__spelled *s) { return (orm__writer){ .allocator = &s->arena->orm__allocator, .dialect = s->dialect }; }

static const char *orm__spell_end(orm__spelled *s, orm__writer *w)
{
    const char *text_ = w->failed ? NULL : orm_text(s->arena, w->length ? w->text : "");
    if (!text_) s->failed = true;
    orm__writer_release(w);
    return text_;
}

static const char *orm__spell_text(orm__spelled *s, const char *text_)
{
    const char *copy = orm_text(s->arena, text_);
    if (text_ && !copy) s->failed = true;
    return copy;
}

static void *orm__spell_take(orm__spelled *s, size_t size)
{
    void *memory = orm_arena_allocate(s->arena, size);
    if (!memory) s->failed = true;
    return memory;
}

static const char *orm__spell_comment(orm__spelled *s, const orm_model *model, const orm_column *column)
{
    const char *text_ = column ? column->comment : NULL;
    for (const orm_model_option *o = model->options; !column && o && o->kind; o++)
        if (o->kind == ORM_OPTION_COMMENT) text_ = o->sql;
    return s->dialect->can.comments ? text_ : NULL;
}

static void orm__spell_column(orm__spelled *s, const orm_column *column, const void *defaults, orm__spelled_column *out)
{
    orm__writer type = orm__spell_begin(s), value = orm__spell_begin(s);
    orm__ddl_type(&type, column);
    bool has_default = !column->is.generated && orm__ddl_default(&value, column, defaults);
    *out = (orm__spelled_column){ .column = column, .name = orm__column_name(column), .nullable = column->nullable, .generated = column->is.generated,
                                  .comment = orm__spell_comment(s, column->model, column) };
    out->type = orm__spell_end(s, &type);
    out->default_sql = has_default ? orm__spell_end(s, &value) : NULL;
    orm__writer_release(&value);
}

static void orm__spell_rule(orm__spelled *s, orm__spelled_table *t, orm__spelled_rule rule, const char *name, orm__writer *w)
{
    rule.name = orm__spell_text(s, name);
    rule.sql = orm__spell_end(s, w);
    t->rules[t->n_rules++] = rule;
}

static void orm__spell_checks(orm__spelled *s, orm__spelled_table *t, const orm_column *column)
{
    for (size_t n = 0; n < orm__ddl_checks(column); n++) {
        orm__writer w = orm__spell_begin(s);
        char name[ORM__MADE_NAME];
        bool expressed = false;
        orm__put(&w, "check (");
        const char *rule = orm__ddl_check(&w, column, n, &expressed);
        if (!rule || !expressed) {
            orm__writer_release(&w);
            continue;
        }
        orm__put_char(&w, ')');
        orm__ddl_check_name(name, s->dialect, column, n, rule);
        orm__spell_rule(s, t, (orm__spelled_rule){ .clause = ORM__CLAUSE_CHECK, .column = orm__column_name(column) }, name, &w);
    }
}

static void orm__spell_references(orm__spelled *s, orm__spelled_table *t, const orm_model *model)
{
    char name[ORM__MADE_NAME];
    for (size_t i = 0; i < model->n_columns; i++) {
        const orm_model *parent = NULL;
        const orm_column *target = orm__target_of(&model->columns[i], &parent);
        if (!target) continue;
        orm__writer w = orm__spell_begin(s);
        orm__ddl_column_key(&w, &model->columns[i]);
        orm__ddl_reference_name(name, s->dialect, model, &model->columns[i], NULL);
        orm__spell_rule(s, t, (orm__spelled_rule){ .clause = ORM__CLAUSE_REFERENCES, .column = orm__column_name(&model->columns[i]), .refers = parent->table,
                                                    .target = orm__column_name(target), .deferral = model->columns[i].deferral }, name, &w);
    }
    for (size_t i = 0; i < model->n_relations; i++) {
        const orm_relation *key = orm__foreign_key(model, i);
        if (!key) continue;
        orm__writer w = orm__spell_begin(s);
        orm__ddl_relation_key(&w, key);
        orm__ddl_reference_name(name, s->dialect, model, NULL, key);
        orm__spell_rule(s, t, (orm__spelled_rule){ .clause = ORM__CLAUSE_REFERENCES, .refers = key->target->table, .deferral = key->deferral }, name, &w);
    }
}

static void orm__spell_rules(orm__spelled *s, orm__spelled_table *t, const orm_model *model)
{
    size_t most = model->n_relations;
    for (size_t i = 0; i < model->n_columns; i++) most += orm__ddl_checks(&model->columns[i]) + 2;
    for (const orm_model_option *o = model->options; o && o->kind; o++) most++;
    t->rules = (orm__spelled_rule *)orm__spell_take(s, (most + 1) * sizeof *t->rules);
    if (s->failed) return;
    for (size_t i = 0; i < model->n_columns; i++) {
        const orm_column *column = &model->columns[i];
        char name[ORM__MADE_NAME];
        if (column->unique && !orm__is_unique_alive(column) && !column->is.generated && !(column->primary_key && orm__key_length(model) == 1)) {
            orm__writer w = orm__spell_begin(s);
            orm__put(&w, "unique (");
            orm__put_name(&w, orm__column_name(column));
            orm__put_char(&w, ')');
            orm__ddl_unique_name(name, s->dialect, model, column);
            orm__spell_rule(s, t, (orm__spelled_rule){ .clause = ORM__CLAUSE_UNIQUE, .column = orm__column_name(column) }, name, &w);
        }
        orm__spell_checks(s, t, column);
    }
    for (const orm_model_option *o = model->options; o && o->kind; o++) {
        if (o->kind != ORM_OPTION_CHECK) continue;
        orm__writer w = orm__spell_begin(s);
        orm__put(&w, "check (");
        orm__put(&w, o->sql);
        orm__put_char(&w, ')');
        orm__spell_rule(s, t, (orm__spelled_rule){ .clause = ORM__CLAUSE_CHECK }, o->name, &w);
    }
    orm__spell_references(s, t, model);
}

static const char *orm__spell_alone(const orm__index *index)
{
    for (size_t i = 0; index->unique && index->option && i < index->option->n_parts; i++) {
        const orm_column *column = index->option->parts[i].column;
        if (column) return orm__is_unique_alone(index->option, column) ? orm__column_name(column) : NULL;
    }
    return NULL;
}

static void orm__spell_table(orm__spelled *s, const orm_model *model, orm__spelled_table *t)
{
    const void *defaults = orm__default_row(NULL, model, s->arena);
    *t = (orm__spelled_table){ .model = model, .name = model->table, .comment = orm__spell_comment(s, model, NULL) };
    t->columns = (orm__spelled_column *)orm__spell_take(s, (model->n_columns + 1) * sizeof *t->columns);
    t->indexes = (orm__spelled_index *)orm__spell_take(s, (s->layout.n_indexes + 1) * sizeof *t->indexes);
    if (s->failed || !defaults) {
        s->failed = true;
        return;
    }
    orm__writer key = orm__spell_begin(s);
    for (size_t i = 0; i < model->n_columns; i++) {
        orm__spell_column(s, &model->columns[i], defaults, &t->columns[t->n_columns++]);
        if (!model->columns[i].primary_key) continue;
        if (key.length) orm__put(&key, ", ");
        orm__put_name(&key, orm__column_name(&model->columns[i]));
    }
    t->key = orm__spell_end(s, &key);
    orm__spell_rules(s, t, model);
    for (size_t i = 0; i < s->layout.n_indexes && !s->failed; i++) {
        if (s->layout.indexes[i].model != model) continue;
        orm__writer w = orm__spell_begin(s);
        orm__ddl_index(&w, &s->layout.indexes[i]);
        t->indexes[t->n_indexes].free_sql = s->layout.indexes[i].where || strcmp(s->layout.indexes[i].columns, s->layout.indexes[i].shown) != 0;
        t->indexes[t->n_indexes].alone = orm__spell_alone(&s->layout.indexes[i]);
        t->indexes[t->n_indexes].name = s->layout.indexes[i].name;
        t->indexes[t->n_indexes++].sql = orm__spell_end(s, &w);
    }
}

ORM_PRIVATE bool orm__spell(orm__spelled *out, const orm_dialect *dialect, const orm_schema *schema, orm_arena *arena)
{
    *out = (orm__spelled){ .dialect = dialect, .arena = arena };
    if (!arena->orm__allocator.allocate) arena->orm__allocator = orm__default_allocator();
    if (orm__layout_for(dialect, schema, arena, &out->layout)) return false;
    out->tables = (orm__spelled_table *)orm__spell_take(out, (out->layout.n_models + 1) * sizeof *out->tables);
    for (size_t i = 0; i < out->layout.n_models && !out->failed; i++) orm__spell_table(out, out->layout.models[i], &out->tables[out->n_tables++]);
    if (out->failed) orm__raise(NULL, ORM_NO_MEMORY, 0, "out of memory");
    return !out->failed;
}

/* >>models_text: models written as C, from their metadata: the header that `pull` makes. What comes from outside stands in it only as escaped texts, and in comments that
   it cannot end. */
#include "evolve.h"

/* a relation made of a foreign key: of the model that has it, or of the one that it refers to */
typedef struct orm__text_relation {
    const orm_model *model, *target;
    const char *word, *name;                         /* "belongs_to" */
    const orm_column *const *key; size_t n;          /* of the model that refers */
    const orm_relation *constraint;                  /* belongs_to by several columns: it makes the foreign key */
} orm__text_relation;
typedef struct orm__text { orm__writer *w; const orm_schema *schema; orm_arena arena; orm__text_relation *relations; size_t n_relations; } orm__text;

static const char *orm__text_copy(orm__text *t, const char *copy)
{
    if (!copy) t->w->failed = true;
    return copy ? copy : "";
}

/* ---- names of relations ------------------------------------------------------------------------------------------------ */
static bool orm__text_taken(const orm__text *t, const orm_model *model, const char *name)
{
    for (size_t i = 0; i < model->n_columns; i++)
        if (strcmp(model->columns[i].name, name) == 0) return true;
    for (size_t i = 0; i < t->n_relations; i++)
        if (t->relations[i].model == model && strcmp(t->relations[i].name, name) == 0) return true;
    return false;
}

static const char *orm__text_free_name(orm__text *t, const orm_model *model, const char *wanted)
{
    const char *name = wanted;
    for (unsigned i = 2; orm__text_taken(t, model, name) && !t->w->failed; i++) name = orm__text_copy(t, orm_format(&t->arena, "%s_%u", wanted, i));
    return name;
}

/* author_id refers to the author; a key of several columns to one of the target's kind */
static const char *orm__text_owner_name(orm__text *t, const orm_column *const *key, size_t n, const orm_model *target)
{
    size_t length = strlen(key[0]->name);
    if (n == 1 && length > 3 && strcmp(key[0]->name + length - 3, "_id") == 0) return orm__text_copy(t, orm_format(&t->arena, "%.*s", (int)length - 3, key[0]->name));
    return orm__text_copy(t, orm__c_name(target->name, ORM__C_MEMBER, &t->arena));
}

static size_t orm__text_count_keys(const orm__text *t, const orm_model *model, const orm_model *target)
{
    size_t n = 0;
    for (size_t i = 0; i < t->n_relations; i++) n += t->relations[i].model == model && t->relations[i].target == target && t->relations[i].key[0]->model == model;
    return n;
}

static bool orm__text_is_single(const orm_column *const *key, size_t n) { return n == 1 && (key[0]->unique || (key[0]->primary_key && orm__key_length(key[0]->model) == 1)); }

static void orm__text_add(orm__text *t, orm__text_relation relation, const char *wanted)
{
    relation.name = orm__text_free_name(t, relation.model, wanted);
    t->relations[t->n_relations++] = relation;
}

static bool orm__text_refers_to_key(const orm_column *target) { return target->primary_key && orm__key_length(target->model) == 1; }

/* first whom each belongs to, then what each has: the names of those depend on how many there are */
static void orm__text_relate(orm__text *t)
{
    size_t most = 1, n_owned = 0;
    for (size_t m = 0; m < t->schema->n_models; m++) most += 2 * (t->schema->models[m]->n_columns + t->schema->models[m]->n_relations);
    t->relations = orm_arena_allocate(&t->arena, most * sizeof *t->relations);
    if (!t->relations) t->w->failed = true;
    for (size_t m = 0; m < t->schema->n_models && !t->w->failed; m++) {
        const orm_model *model = t->schema->models[m];
        for (size_t i = 0; i < model->n_columns; i++) {
            const orm_model *parent = NULL;
            const orm_column *target = orm__target_of(&model->columns[i], &parent), **key = orm_arena_allocate(&t->arena, sizeof *key);
            if (!key) t->w->failed = true;
            if (!target || !key || !orm__text_refers_to_key(target)) continue;
            key[0] = &model->columns[i];
            orm__text_add(t, (orm__text_relation){ .model = model, .target = parent, .word = "belongs_to", .key = key, .n = 1 }, orm__text_owner_name(t, key, 1, parent));
        }
        for (size_t i = 0; i < model->n_relations; i++) {
            const orm_relation *key = orm__foreign_key(model, i);
            size_t n = 0;
            while (key && key->key[n]) n++;
            if (key) orm__text_add(t, (orm__text_relation){ .model = model, .target = key->target, .word = "belongs_to", .key = key->key, .n = n, .constraint = key },
                                   orm__text_owner_name(t, key->key, n, key->target));
        }
    }
    n_owned = t->n_relations;
    for (size_t i = 0; i < n_owned && !t->w->failed; i++) {
        const orm__text_relation *r = &t->relations[i];
        bool single = orm__text_is_single(r->key, r->n);
        const char *name = orm__text_copy(t, orm__c_name(single ? r->model->name : r->model->table, ORM__C_MEMBER, &t->arena));
        if (orm__text_count_keys(t, r->model, r->target) > 1) name = orm__text_copy(t, orm_format(&t->arena, "%s_by_%s", name, r->name));
        orm__text_add(t, (orm__text_relation){ .model = r->target, .target = r->model, .word = single ? "has_one" : "has_many", .key = r->key, .n = r->n }, name);
    }
    /* a model has so many rows and no more: its columns go before what they lead to */
    for (size_t m = 0; m < t->schema->n_models; m++) {
        size_t rows = t->schema->models[m]->n_columns;
        for (size_t i = 0; i < t->n_relations; i++)
            if (t->relations[i].model == t->schema->models[m] && ++rows > ORM_MAX_ROWS && !t->relations[i].constraint) t->relations[i].word = NULL;
    }
}

/* the relation that a counter counts */
static const char *orm__text_counted(orm__text *t, const orm_column *column)
{
    orm__path path;
    orm__path_of(column->counter_of, &path);
    for (size_t i = 0; i < t->n_relations; i++) {
        const orm__text_relation *r = &t->relations[i];
        bool same = r->word && r->model == column->model && r->n == path.n && r->key[0]->model != column->model;
        for (size_t k = 0; k < path.n && same; k++) same = r->key[k] == path.there[k];
        if (same) return r->name;
    }
    return NULL;
}

/* ---- enumerations ------------------------------------------------------------------------------------------------------ */
/* the name of a label: those before it have theirs first */
static const char *orm__text_label(orm__text *t, const orm_enum *labels, size_t at)
{
    const char **names = orm_arena_allocate(&t->arena, (at + 1) * sizeof *names);
    if (!names) return orm__text_copy(t, NULL);
    for (size_t i = 0; i <= at && !t->w->failed; i++)
        names[i] = orm__text_copy(t, orm__c_name_apart(orm__text_copy(t, orm__c_name(labels->labels[i], ORM__C_VALUE, &t->arena)), "_", names, i, &t->arena));
    return t->w->failed ? "" : names[at];
}

static void orm__text_enum(orm__text *t, const orm_enum *labels)
{
    orm__put(t->w, "#define ");
    orm__put(t->w, labels->name);
    orm__put(t->w, "_VALUES(X)");
    for (size_t i = 0; i < labels->count; i++) {
        const char *name = orm__text_label(t, labels, i);
        orm__put(t->w, i % 8 == 0 && labels->count > 8 ? " \\\n    X(" : " X(");
        orm__put(t->w, name);
        if (strcmp(name, labels->labels[i]) != 0) {
            orm__put(t->w, ", ");
            orm__put_c_text(t->w, labels->labels[i]);
        }
        orm__put_char(t->w, ')');
    }
    orm__put(t->w, "\nORM_ENUM(");
    orm__put(t->w, labels->name);
    orm__put(t->w, ")\n\n");
}

/* ---- rows -------------------------------------------------------------------------------------------------------------- */
static void orm__text_word(orm__text *t, const char *word, const char *text_)
{
    orm__put(t->w, ", ");
    orm__put(t->w, word);
    orm__put_char(t->w, '(');
    orm__put_c_text(t->w, text_);
    orm__put_char(t->w, ')');
}

/* key(T) is for what refers to the serial `id` */
static bool orm__text_is_key(const orm_column *column)
{
    const orm_model *parent = NULL;
    const orm_column *target = orm__target_of(column, &parent);
    return target && target->is.generated && strcmp(target->name, "id") == 0 && column->is.type == ORM_INT64 && !column->is.generated;
}

static void orm__text_type(orm__text *t, const orm_column *column)
{
    const orm_column_type *is = &column->is;
    if (orm__text_is_key(column)) {
        const orm_model *parent = NULL;
        orm__target_of(column, &parent);
        orm__put_format(t->w, "key(%.400s)", parent->name);
    } else if (is->type == ORM_ENUM) orm__put_format(t->w, "enumeration(%.400s)", is->labels->name);
    else orm__put_type_word(t->w, is);
}

static void orm__text_default(orm__text *t, const orm_column *column)
{
    orm_value value = orm__value_of(column, column->model->default_row);
    if (!column->has_default || value.type == ORM_NULL) return;
    if (value.type == ORM_TEXT || value.type == ORM_JSON) {
        orm__text_word(t, "default", value.as.s);
        return;
    }
    orm__put(t->w, ", default(");
    if (value.type == ORM_ENUM) {
        orm__put(t->w, column->is.labels->name);
        orm__put_char(t->w, '_');
        orm__put(t->w, orm__text_label(t, column->is.labels, (size_t)value.as.i - 1));
    } else if (value.type == ORM_BOOL) orm__put(t->w, value.as.i ? "true" : "false");
    else if (value.type == ORM_FLOAT || value.type == ORM_DOUBLE) orm__put_c_number(t->w, value.as.d, column->is.type == ORM_FLOAT);
    else orm__put_c_integer(t->w, value.as.i);
    orm__put_char(t->w, ')');
}

static void orm__text_rule(orm__text *t, const orm_column *column, const orm_rule *rule)
{
    orm__put(t->w, ", ");
    orm__put_rule(t->w, column, rule);
}

/* a plain number or boolean cannot show that it is unset, so that its default is the table's for others */
static const char *orm__text_default_word(const orm_column *column)
{
    orm_type type = column->is.type;
    bool plain = type == ORM_INT16 || type == ORM_INT32 || type == ORM_INT64 || type == ORM_FLOAT || type == ORM_DOUBLE || type == ORM_BOOL || type == ORM_DECIMAL;
    return plain && !column->nullable ? "table_default" : "default_sql";
}

static void orm__text_column(orm__text *t, const orm_column *column)
{
    const orm_model *parent = NULL;
    const orm_column *target = orm__target_of(column, &parent);
    const char *counted = column->counter_of ? orm__text_counted(t, column) : NULL;
    orm__put(t->w, column->name);
    orm__put(t->w, ", ");
    orm__text_type(t, column);
    if (column->column) orm__text_word(t, "column", column->column);
    if (column->type_sql) orm__text_word(t, "type_sql", column->type_sql);
    if (column->primary_key && !column->is.generated) orm__put(t->w, ", primary_key");
    if (column->nullable) orm__put(t->w, ", nullable");
    if (column->unique) orm__put(t->w, ", unique");
    if (column->indexed) orm__put(t->w, ", indexed");
    if (column->searched) orm__put(t->w, ", searched");
    if (counted) orm__put_format(t->w, ", counter_of(%.400s)", counted);
    else if (column->default_sql) orm__text_word(t, orm__text_default_word(column), column->default_sql);
    else orm__text_default(t, column);
    if (target && !orm__text_is_key(column)) orm__put_format(t->w, ", references(%.200s, %.200s)", parent->name, target->name);
    orm__put_actions(t->w, ", ", column->on_delete, column->on_update, column->deferral);
    for (const orm_rule *rule = column->rules; rule && rule->kind; rule++) orm__text_rule(t, column, rule);
    if (column->comment) orm__text_word(t, "comment", column->comment);
}

static void orm__text_relation_row(orm__text *t, const orm__text_relation *r)
{
    orm__put(t->w, r->name);
    orm__put_format(t->w, ", %s(%.400s, ", r->word, r->target->name);
    if (r->n > 1) orm__put_char(t->w, '(');
    for (size_t i = 0; i < r->n; i++) {
        orm__put(t->w, i ? ", " : "");
        orm__put(t->w, r->key[i]->name);
    }
    if (r->n > 1) orm__put_char(t->w, ')');
    if (r->constraint) orm__put_actions(t->w, ", ", r->constraint->on_delete, r->constraint->on_update, r->constraint->deferral);
    orm__put_char(t->w, ')');
}

/* ---- models ------------------------------------------------------------------------------------------------------------ */
static void orm__text_index(orm__text *t, const orm_model_option *option)
{
    size_t n = 0;
    const char *where = NULL;
    orm__put(t->w, option->kind == ORM_OPTION_UNIQUE ? "unique(" : "index(");
    for (size_t i = 0; i < option->n_parts; i++) {
        const orm_index_part *part = &option->parts[i];
        if (part->where) where = part->where;
        if (!part->column && !part->sql) continue;
        orm__put(t->w, n++ ? ", " : "");
        orm__put(t->w, !part->column ? "sql(" : part->descending ? "desc(" : "");
        if (part->column) orm__put(t->w, part->column->name);
        else orm__put_c_text(t->w, part->sql);
        orm__put(t->w, !part->column || part->descending ? ")" : "");
    }
    if (where) orm__text_word(t, "where", where);
    orm__put_char(t->w, ')');
}

static void orm__text_option(orm__text *t, const orm_model_option *option)
{
    orm__put(t->w, ",\n    ");
    if (option->kind == ORM_OPTION_CHECK) {
        orm__put_format(t->w, "check(%.400s, ", option->name);
        orm__put_c_text(t->w, option->sql);
        orm__put_char(t->w, ')');
    } else if (option->kind == ORM_OPTION_COMMENT) {
        orm__put(t->w, "comment(");
        orm__put_c_text(t->w, option->sql);
        orm__put_char(t->w, ')');
    } else orm__text_index(t, option);
}

static void orm__text_model(orm__text *t, const orm_model *model)
{
    const char *plain = orm__text_copy(t, orm__c_name(model->table, ORM__C_MEMBER, &t->arena));
    orm__put_format(t->w, "#define %.400s_FIELDS(X)", model->name);
    for (size_t i = 0; i < model->n_columns; i++) {
        orm__put(t->w, " \\\n    X(");
        orm__text_column(t, &model->columns[i]);
        orm__put_char(t->w, ')');
    }
    for (size_t i = 0; i < t->n_relations; i++) {
        if (t->relations[i].model != model || !t->relations[i].word) continue;
        orm__put(t->w, " \\\n    X(");
        orm__text_relation_row(t, &t->relations[i]);
        orm__put_char(t->w, ')');
    }
    orm__put_format(t->w, "\nORM_MODEL(%.400s, ", model->name);
    if (strcmp(plain, model->table) == 0) orm__put(t->w, plain);
    else {
        orm__put(t->w, "table(");
        orm__put_c_text(t->w, model->table);
        orm__put_char(t->w, ')');
    }
    for (const orm_model_option *o = model->options; o && o->kind; o++) orm__text_option(t, o);
    orm__put(t->w, ")\n\n");
}

/* nothing in a comment ends it, begins another, or joins its line with the next */
static void orm__text_note(orm__text *t, const char *note)
{
    orm__put(t->w, "\n     ");
    for (const char *s = note; *s; s++) {
        if ((s[0] == '*' && s[1] == '/') || (s[0] == '/' && s[1] == '*')) {
            orm__put_bytes(t->w, s++, 1);
            orm__put_char(t->w, ' ');
            orm__put_bytes(t->w, s, 1);
        } else orm__put_char(t->w, (unsigned char)*s < ' ' || *s == 127 || *s == '\\' || *s == '?' ? '.' : *s);
    }
}

static void orm__text_guard(orm__text *t, const char *name)
{
    for (; *name; name++) orm__put_char(t->w, *name >= 'a' && *name <= 'z' ? (char)(*name - 'a' + 'A') : *name);
    orm__put(t->w, "_MODELS_H\n");
}

ORM_PRIVATE void orm__models_text(orm__writer *w, const orm_schema *schema, const char *const *notes, size_t n_notes, const char *const *ignored, size_t n_ignored)
{
    orm__text t = { .w = w, .schema = schema, .arena = { .orm__allocator = *w->allocator } };
    orm__text_relate(&t);
    orm__put_format(w, "/* The models %.200s, read from a database. From here on they are the schema: change them, and let migrations be made of the difference.", schema->name);
    if (n_notes) orm__put(w, "\n\n   They do not say:");
    for (size_t i = 0; i < n_notes; i++) orm__text_note(&t, notes[i]);
    orm__put(w, " */\n#ifndef ");
    orm__text_guard(&t, schema->name);
    orm__put(w, "#define ");
    orm__text_guard(&t, schema->name);
    orm__put(w, "#include \"orm.h\"\n\n");
    for (size_t m = 0; m < schema->n_models; m++)
        for (size_t c = 0; c < schema->models[m]->n_columns; c++)
            if (schema->models[m]->columns[c].is.type == ORM_ENUM && !orm__enum_is_written(schema, m, c)) orm__text_enum(&t, schema->models[m]->columns[c].is.labels);
    for (size_t m = 0; m < schema->n_models && !w->failed; m++) orm__text_model(&t, schema->models[m]);
    orm__put_format(w, "#define %.200s_MODELS(X)", schema->name);
    for (size_t m = 0; m < schema->n_models; m++) orm__put_format(w, "%sX(%.400s)", m % 8 == 0 && schema->n_models > 8 ? " \\\n    " : " ", schema->models[m]->name);
    orm__put_format(w, "\nORM_SCHEMA(%.200s)\n", schema->name);
    if (n_ignored) orm__put_format(w, "\n/* tables without models, for orm_verify */\nstatic const char *const %.200s_ignored[] __attribute__((unused)) = { ", schema->name);
    for (size_t i = 0; i < n_ignored; i++) {
        orm__put_c_text(w, ignored[i]);
        orm__put(w, ", ");
    }
    orm__put(w, n_ignored ? "NULL };\n#endif\n" : "#endif\n");
    orm_arena_release(&t.arena);
}

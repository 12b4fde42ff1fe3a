/* >>layout: what a schema consists of: its models with parents first, its indexes with names that nothing else bears. Names are checked here,
   before any SQL is made of them, because engines cut or fold them in silence. */
#include "internal.h"

#define ORM__HASH_DIGITS 9       /* "_" and eight hex digits */

ORM_PRIVATE bool orm__same_word(const char *a, const char *b)
{
    for (;; a++, b++) {
        unsigned char x = (unsigned char)*a, y = (unsigned char)*b;
        if (x >= 'A' && x <= 'Z') x |= 0x20;
        if (y >= 'A' && y <= 'Z') y |= 0x20;
        if (x != y) return false;
        if (!x) return true;
    }
}

ORM_PRIVATE size_t orm__key_length(const orm_model *model)
{
    size_t n = 0;
    for (size_t i = 0; i < model->n_columns; i++) n += model->columns[i].primary_key;
    return n;
}

ORM_PRIVATE size_t orm__key_position(const orm_model *model, const orm_column *column)
{
    size_t position = 0;
    for (const orm_column *c = model->columns; c <= column; c++) position += c->primary_key;
    return column->primary_key ? position : 0;
}

ORM_PRIVATE const orm_column *orm__target_of(const orm_column *column, const orm_model **model)
{
    *model = column->references ? column->references_model : column->is.target_model;
    return column->references ? column->references : column->is.target;
}

ORM_PRIVATE bool orm__is_unique_alone(const orm_model_option *option, const orm_column *column)
{
    size_t n = 0;
    if (option->kind != ORM_OPTION_UNIQUE) return false;
    for (size_t i = 0; i < option->n_parts; i++) {
        const orm_index_part *part = &option->parts[i];
        if (part->where || part->sql || (part->column && strcmp(orm__column_name(part->column), orm__column_name(column)) != 0)) return false;
        n += part->column != NULL;
    }
    return n == 1;
}

ORM_PRIVATE bool orm__is_unique_alive(const orm_column *column) { return column->unique && !column->primary_key && column->model->deleted_at; }

ORM_PRIVATE void orm__put_alive(orm__writer *w, const orm_model *model, const char *where)
{
    if (where) {
        orm__put_char(w, '(');
        orm__put(w, where);
        orm__put(w, ") and ");
    }
    orm__put_char(w, '"');
    orm__put(w, orm__column_name(model->deleted_at));
    orm__put(w, "\" is null");
}

ORM_PRIVATE orm__uniqueness orm__uniqueness_of(const orm_model *model, const orm_column *column)
{
    if (model->deleted_at && !column->primary_key) return ORM__NOT_UNIQUE;         /* destroyed rows may hold the same value */
    if (column->unique || (column->primary_key && orm__key_length(model) == 1)) return ORM__UNIQUE_BY_TABLE;
    for (const orm_model_option *o = model->options; o && o->kind; o++)
        if (orm__is_unique_alone(o, column)) return ORM__UNIQUE_BY_INDEX;
    return ORM__NOT_UNIQUE;
}

static bool orm__same_foreign_key(const orm_relation *a, const orm_relation *b)
{
    size_t i = 0;
    if (!a->constrained || !b->constrained || a->target != b->target) return false;
    while (a->key[i] && a->key[i] == b->key[i]) i++;
    return a->key[i] == b->key[i];
}

/* several relations may go by one key, and a key of one column may say itself what it refers to */
ORM_PRIVATE const orm_relation *orm__foreign_key(const orm_model *model, size_t i)
{
    const orm_relation *relation = &model->relations[i];
    const orm_model *parent = NULL;
    if (!relation->constrained || (!relation->key[1] && orm__target_of(relation->key[0], &parent))) return NULL;
    for (size_t k = 0; k < i; k++)
        if (orm__same_foreign_key(&model->relations[k], relation)) return NULL;
    return relation;
}

/* ---- names ---------------------------------------------------------------------------------------------------- */
typedef struct orm__naming { char *out; size_t kept, max, length; uint32_t hash; } orm__naming;

static void orm__name_add(orm__naming *name, const char *part)
{
    for (; *part; part++, name->length++) {
        name->hash = (name->hash ^ (unsigned char)*part) * 16777619u;        /* FNV-1a */
        if (name->kept < name->max) name->out[name->kept++] = *part;
    }
}

ORM_PRIVATE void orm__make_name(char out[ORM__MADE_NAME], const orm_dialect *dialect, const char *const *parts, size_t n, const char *salt)
{
    size_t max = dialect->can.max_name;
    orm__naming name = { .out = out, .max = max > ORM__HASH_DIGITS && max < ORM__MADE_NAME ? max : ORM__MADE_NAME - 1, .hash = 2166136261u };
    for (size_t i = 0; i < n; i++) {
        if (i) orm__name_add(&name, "_");
        orm__name_add(&name, parts[i]);
    }
    bool cut = name.length > name.max;
    if (cut || salt) {
        size_t kept = name.kept;
        if (kept > name.max - ORM__HASH_DIGITS) kept = name.max - ORM__HASH_DIGITS;
        while (kept > 0 && kept < name.kept && (out[kept] & 0xC0) == 0x80) kept--;        /* never through a character */
        if (salt) {
            name.kept = name.max;                                                          /* counts for the hash only */
            orm__name_add(&name, salt);
        }
        snprintf(out + kept, ORM__HASH_DIGITS + 1, "_%08" PRIx32, name.hash);
    } else {
        out[name.kept] = 0;
    }
}

ORM_PRIVATE void orm__enum_type(char out[ORM__MADE_NAME], const orm_dialect *dialect, const orm_enum *labels)
{
    orm__make_name(out, dialect, (const char *const[]){ labels->name }, 1, NULL);
}

/* for which engine, and who is told */
typedef struct orm__layout_of { const orm_dialect *dialect; orm__session *db; orm_allocator allocator; } orm__layout_of;

static orm_status orm__check_name(const orm__layout_of *of, const orm_model *model, const orm_column *column, const char *name)
{
    size_t max = of->dialect->can.max_name, bytes = 0, characters = 0;
    const char *field = column ? column->name : "", *dot = column ? "." : "";
    switch (name ? orm__check_text(name, max ? max : SIZE_MAX, &bytes, &characters) : ORM__TEXT_INVALID) {
    case ORM__TEXT_INVALID: return orm__raise_at(of->db, ORM_MISUSE, model, column, "%s%s%s: its name in the database is not valid UTF-8", model->name, dot, field);
    case ORM__TEXT_TOO_LONG:
        return orm__raise_at(of->db, ORM_MISUSE, model, column, "%s%s%s: its name in the database is longer than the %zu bytes that %s keeps",
                            model->name, dot, field, max, of->dialect->name);
    default: break;
    }
    if (bytes == 0) return orm__raise_at(of->db, ORM_MISUSE, model, column, "%s%s%s: its name in the database is empty", model->name, dot, field);
    return ORM_OK;
}

/* names that differ in the case of their letters are one name to some engines, so they are refused on all */
static orm_status orm__check_names(const orm__layout_of *of, const orm_schema *schema)
{
    orm_status status = ORM_OK;
    for (size_t i = 0; i < schema->n_models && !status; i++) {
        const orm_model *model = schema->models[i];
        status = orm__check_name(of, model, NULL, model->table);
        for (size_t k = 0; k < i && !status; k++)
            if (orm__same_word(schema->models[k]->table, model->table))
                status = orm__raise_at(of->db, ORM_MISUSE, model, NULL, "%s and %s have the same table \"%s\"", schema->models[k]->name, model->name, model->table);
        for (size_t c = 0; c < model->n_columns && !status; c++) {
            const orm_column *column = &model->columns[c];
            status = orm__check_name(of, model, column, orm__column_name(column));
            for (size_t k = 0; k < c && !status; k++)
                if (orm__same_word(orm__column_name(&model->columns[k]), orm__column_name(column)))
                    status = orm__raise_at(of->db, ORM_MISUSE, model, column, "%s.%s and %s.%s have the same column \"%s\"",
                                           model->name, model->columns[k].name, model->name, column->name, orm__column_name(column));
            if (!status && column->is.generated && !(column->primary_key && orm__key_length(model) == 1))
                status = orm__raise_at(of->db, ORM_MISUSE, model, column, "%s.%s: a serial must be the whole primary key", model->name, column->name);
        }
        for (const orm_model_option *o = model->options; o && o->kind != ORM_OPTION_NONE && !status; o++)
            for (size_t p = 0; p < o->n_parts && !status; p++)
                if ((o->kind == ORM_OPTION_INDEX || o->kind == ORM_OPTION_UNIQUE) && o->parts[p].column && o->parts[p].column->is.type == ORM_INTERVAL)
                    status = orm__raise_at(of->db, ORM_MISUSE, model, o->parts[p].column, "%s.%s is an interval, of which engines do not agree on which are equal: it is in no index", model->name, o->parts[p].column->name);
    }
    return status;
}

/* ---- order ---------------------------------------------------------------------------------------------------- */
typedef struct orm__ordering { const orm_schema *schema; unsigned char *seen; orm__layout *out; } orm__ordering;

/* whom the n-th column or, behind the columns, relation refers to; NULL for nobody */
static const orm_model *orm__parent_at(const orm_model *model, size_t n)
{
    const orm_model *parent = NULL;
    if (n < model->n_columns) return orm__target_of(&model->columns[n], &parent) ? parent : NULL;
    const orm_relation *relation = orm__foreign_key(model, n - model->n_columns);
    return relation ? relation->target : NULL;
}

/* depth first, with a stack of its own: a chain of references may be as long as the schema. A cycle is entered at its first model. */
static void orm__order_from(orm__ordering *o, size_t start, size_t *stack, size_t *next)
{
    size_t depth = 1;
    stack[0] = start;
    next[0] = 0;
    o->seen[start] = 1;
    while (depth > 0) {
        const orm_model *model = o->schema->models[stack[depth - 1]];
        size_t n = next[depth - 1]++;
        if (n == model->n_columns + model->n_relations) {
            o->out->models[o->out->n_models++] = model;
            depth--;
            continue;
        }
        const orm_model *parent = orm__parent_at(model, n);
        for (size_t i = 0; parent && i < o->schema->n_models; i++) {
            if (o->schema->models[i] != parent || o->seen[i]) continue;
            o->seen[i] = 1;
            stack[depth] = i;
            next[depth++] = 0;
            break;
        }
    }
}

/* relations by one key make one foreign key, which has one action, and is looked at at one time */
static orm_status orm__check_foreign_keys(const orm__layout_of *of, const orm_schema *schema)
{
    for (size_t m = 0; m < schema->n_models; m++) {
        const orm_model *model = schema->models[m];
        for (size_t i = 0; i < model->n_relations; i++) {
            const orm_relation *a = &model->relations[i], *b = a + 1;
            for (; b < model->relations + model->n_relations; b++)
                if (orm__same_foreign_key(a, b) && (a->on_delete != b->on_delete || a->on_update != b->on_update || a->deferral != b->deferral))
                    return orm__raise_at(of->db, ORM_MISUSE, model, NULL, "%s.%s and %s.%s are one foreign key with different actions, or looked at by one now and by the other later", model->name, a->name, model->name, b->name);
        }
    }
    return ORM_OK;
}

/* an engine may take a key to a column that is not unique, and then fail with each row that is written */
static orm_status orm__check_target(const orm__layout_of *of, const orm_model *model, const orm_column *column)
{
    const orm_model *parent = NULL;
    const orm_column *target = orm__target_of(column, &parent);
    if (!target || orm__uniqueness_of(parent, target)) return ORM_OK;
    return orm__raise_at(of->db, ORM_MISUSE, model, column, "%s.%s refers to %s.%s, which is %s, so that several rows may share it: say unique in the row of %s.%s, or unique(%s) of the model",
                         model->name, column->name, parent->name, target->name, target->primary_key ? "only a part of the primary key" : "neither the primary key nor unique",
                         parent->name, target->name, target->name);
}

static orm_status orm__check_targets(const orm__layout_of *of, const orm_schema *schema)
{
    orm_status status = ORM_OK;
    for (size_t m = 0; m < schema->n_models && !status; m++) {
        const orm_model *model = schema->models[m];
        for (size_t i = 0; i < model->n_columns && !status; i++) status = orm__check_target(of, model, &model->columns[i]);
        for (size_t i = 0; i < model->n_relations && !status; i++) {
            const orm_relation *key = orm__foreign_key(model, i);
            size_t n = 0;
            while (key && key->key[n]) n++;
            if (key && n != orm__key_length(key->target))
                status = orm__raise_at(of->db, ORM_MISUSE, model, key->key[0], "%s.%s is a key of %zu column%s, and the primary key of %s has %zu: the columns of a key are all of those",
                                       model->name, key->name[0] ? key->name : key->key[0]->name, n, n == 1 ? "" : "s", key->target->name, orm__key_length(key->target));
        }
    }
    return status;
}

static bool orm__order_models(const orm_schema *schema, orm_arena *arena, orm__layout *out)
{
    size_t n = schema->n_models, size = 0;
    if (__builtin_mul_overflow(n, 2 * sizeof(size_t) + sizeof(orm_model *) + 1, &size)) return false;
    out->models = orm_arena_allocate(arena, n * sizeof *out->models + 1);
    size_t *stack = orm_arena_allocate(arena, 2 * n * sizeof *stack + 1);
    unsigned char *seen = orm_arena_allocate(arena, n + 1);
    if (!out->models || !stack || !seen) return false;
    orm__ordering o = { schema, seen, out };
    for (size_t i = 0; i < n; i++)
        if (!seen[i]) orm__order_from(&o, i, stack, stack + n);
    return true;
}

/* ---- keys ----------------------------------------------------------------------------------------------------- */
/* Engines that alter tables look at once for what a key refers to: a table that is made later, or an index, is not there yet. The others look when rows
   are written. `at` is the place of the key's own table in the order. */
static bool orm__key_is_late(const orm__layout_of *of, const orm__layout *layout, const orm__key *key, size_t at)
{
    if (!of->dialect->alters) return false;
    if (key->target && orm__uniqueness_of(key->parent, key->target) == ORM__UNIQUE_BY_INDEX) return true;
    for (size_t i = at + 1; i < layout->n_models; i++)
        if (strcmp(layout->models[i]->table, key->parent->table) == 0) return true;
    return false;
}

static bool orm__layout_keys(const orm__layout_of *of, orm_arena *arena, orm__layout *out)
{
    size_t n = 0;
    for (size_t m = 0; m < out->n_models; m++) n += out->models[m]->n_columns + out->models[m]->n_relations;
    out->keys = orm_arena_allocate(arena, (n + 1) * sizeof *out->keys);
    if (!out->keys) return false;
    for (size_t m = 0; m < out->n_models; m++) {
        const orm_model *model = out->models[m];
        for (size_t i = 0; i < model->n_columns + model->n_relations; i++) {
            orm__key key = { .model = model };
            if (i < model->n_columns) {
                key.column = &model->columns[i];
                key.target = orm__target_of(key.column, &key.parent);
            } else {
                key.relation = orm__foreign_key(model, i - model->n_columns);
                if (key.relation) key.parent = key.relation->target;
            }
            if (!key.target && !key.relation) continue;
            key.late = orm__key_is_late(of, out, &key, m);
            out->keys[out->n_keys++] = key;
        }
    }
    return true;
}

/* ---- enumerations --------------------------------------------------------------------------------------------- */
static bool orm__same_labels(const orm_enum *a, const orm_enum *b)
{
    if (a->count != b->count) return false;
    for (size_t i = 0; i < a->count; i++)
        if (strcmp(a->labels[i], b->labels[i]) != 0) return false;
    return true;
}

/* Models may share an enumeration; by name, for each file that sees its declaration has an orm_enum of its own. */
static orm_status orm__layout_enum(const orm__layout_of *of, const orm_column *column, orm__layout *out)
{
    char name[ORM__MADE_NAME], other[ORM__MADE_NAME];
    orm__enum_type(name, of->dialect, column->is.labels);
    for (size_t i = 0; i < out->n_models; i++)
        if (strcmp(out->models[i]->table, name) == 0)
            return orm__raise_at(of->db, ORM_MISUSE, column->model, column, "the enumeration %s and the table of %s would have the same name, and a table is a type, too",
                                column->is.labels->name, out->models[i]->name);
    for (size_t i = 0; i < out->n_enums; i++) {
        orm__enum_type(other, of->dialect, out->enums[i]);
        if (strcmp(name, other) != 0) continue;
        if (orm__same_labels(out->enums[i], column->is.labels)) return ORM_OK;
        return orm__raise_at(of->db, ORM_MISUSE, column->model, column, "%s.%s: there are two enumerations %s with different labels", column->model->name, column->name, column->is.labels->name);
    }
    out->enums[out->n_enums++] = column->is.labels;
    return ORM_OK;
}

static orm_status orm__layout_enums(const orm__layout_of *of, orm_arena *arena, orm__layout *out)
{
    size_t n = 0;
    orm_status status = ORM_OK;
    if (!of->dialect->can.enum_types) return ORM_OK;
    for (size_t m = 0; m < out->n_models; m++)
        for (size_t c = 0; c < out->models[m]->n_columns; c++) n += out->models[m]->columns[c].is.type == ORM_ENUM;
    out->enums = orm_arena_allocate(arena, (n + 1) * sizeof *out->enums);
    if (!out->enums) return orm__raise(of->db, ORM_NO_MEMORY, 0, "out of memory");
    for (size_t m = 0; m < out->n_models; m++)
        for (size_t c = 0; c < out->models[m]->n_columns && !status; c++)
            if (out->models[m]->columns[c].is.type == ORM_ENUM) status = orm__layout_enum(of, &out->models[m]->columns[c], out);
    return status;
}

/* ---- indexes -------------------------------------------------------------------------------------------------- */
static bool orm__is_index(const orm_model_option *option) { return option->kind == ORM_OPTION_INDEX || option->kind == ORM_OPTION_UNIQUE; }

/* a unique column and the primary key have an index of the engine's own */
static bool orm__needs_index(const orm_model *model, const orm_column *column)
{
    if (orm__is_unique_alive(column)) return true;
    return column->indexed && !column->unique && !(column->primary_key && orm__key_length(model) == 1);
}

/* what an expression adds to the name of its index: "lower(email)" the words lower_email */
static const char *orm__sql_words(const char *sql, char out[ORM__MADE_NAME])
{
    size_t n = 0;
    for (; *sql && n < ORM__MADE_NAME - 2; sql++) {
        unsigned char c = (unsigned char)*sql;
        bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c >= 0x80;
        if (word) out[n++] = *sql;
        else if (n > 0 && out[n - 1] != '_') out[n++] = '_';
    }
    if (n > 0 && out[n - 1] == '_') n--;
    out[n] = 0;
    return out;
}

static void orm__index_name(const orm_dialect *dialect, const orm__index *index, const char *salt, char out[ORM__MADE_NAME])
{
    const char *parts[ORM_MAX_ROWS + 1];
    char words[ORM__MADE_NAME];
    size_t n = 0;
    bool named = false;         /* by its first expression; a hash tells apart whose others differ */
    parts[n++] = index->model->table;
    if (index->column) parts[n++] = orm__column_name(index->column);
    for (size_t i = 0; index->option && i < index->option->n_parts && n <= ORM_MAX_ROWS; i++) {
        const orm_index_part *part = &index->option->parts[i];
        if (part->column) parts[n++] = orm__column_name(part->column);
        else if (part->sql && !named) parts[n++] = orm__sql_words(part->sql, words);
        named |= part->sql != NULL;
    }
    orm__make_name(out, dialect, parts, n, salt);
}

static void orm__index_part(orm__writer *w, const orm_index_part *part, const char *expression)
{
    if (w->length) orm__put(w, ", ");
    orm__put(w, part->column ? orm__column_name(part->column) : expression);
    if (part->descending) orm__put(w, " desc");
}

/* what is unique in a model whose rows are destroyed softly is so among those that are there */
static bool orm__index_alive(const orm__layout_of *of, orm__index *index, orm_arena *arena)
{
    orm__writer w = { .allocator = &of->allocator };
    const char *where = NULL;
    for (size_t i = 0; index->option && i < index->option->n_parts; i++)
        if (index->option->parts[i].where) where = index->option->parts[i].where;
    orm__put_alive(&w, index->model, where);
    index->where = w.failed ? NULL : orm_text(arena, w.text);
    orm__writer_release(&w);
    return index->where != NULL;
}

static bool orm__index_fill(const orm__layout_of *of, orm__index *index, orm_arena *arena)
{
    char name[ORM__MADE_NAME];
    orm__writer columns = { .allocator = &of->allocator }, shown = { .allocator = &of->allocator };
    orm__index_name(of->dialect, index, NULL, name);
    index->name = orm_text(arena, name);
    if (index->column) {
        orm__put(&columns, orm__column_name(index->column));
        orm__put(&shown, orm__column_name(index->column));
    }
    if (index->unique && index->model->deleted_at && !orm__index_alive(of, index, arena)) return false;
    for (size_t i = 0; index->option && i < index->option->n_parts; i++) {
        const orm_index_part *part = &index->option->parts[i];
        if (part->where && !index->where) index->where = part->where;
        if (!part->column && !part->sql) continue;
        orm__index_part(&columns, part, "(expression)");
        orm__index_part(&shown, part, part->sql);
    }
    index->columns = columns.failed ? NULL : orm_text(arena, columns.length ? columns.text : "");
    index->shown = shown.failed ? NULL : orm_text(arena, shown.length ? shown.text : "");
    orm__writer_release(&columns);
    orm__writer_release(&shown);
    return index->name && index->columns && index->shown;
}

/* index names share one space with each other and with the tables: who is not alone in it gets a hash of what it indexes */
static bool orm__index_alone(const orm_schema *schema, const orm__layout *layout, size_t index)
{
    for (size_t i = 0; i < schema->n_models; i++)
        if (orm__same_word(schema->models[i]->table, layout->indexes[index].name)) return false;
    for (size_t i = 0; i < layout->n_indexes; i++)
        if (i != index && orm__same_word(layout->indexes[i].name, layout->indexes[index].name)) return false;
    return true;
}

static orm_status orm__name_indexes(const orm__layout_of *of, const orm_schema *schema, orm_arena *arena, orm__layout *out)
{
    const char **names = orm_arena_allocate(arena, (out->n_indexes + 1) * sizeof *names);
    if (!names) return orm__raise(of->db, ORM_NO_MEMORY, 0, "out of memory");
    for (size_t i = 0; i < out->n_indexes; i++) {
        const orm__index *index = &out->indexes[i];
        char name[ORM__MADE_NAME];
        names[i] = index->name;
        if (orm__index_alone(schema, out, i)) continue;
        const char *salt = orm_format(arena, "%s %s where %s", index->unique ? "unique" : "index", index->shown, index->where ? index->where : "");
        if (salt) orm__index_name(of->dialect, index, salt, name);
        names[i] = salt ? orm_text(arena, name) : NULL;
        if (!names[i]) return orm__raise(of->db, ORM_NO_MEMORY, 0, "out of memory");
    }
    for (size_t i = 0; i < out->n_indexes; i++) out->indexes[i].name = names[i];
    for (size_t i = 0; i < out->n_indexes; i++)
        if (!orm__index_alone(schema, out, i))
            return orm__raise_at(of->db, ORM_MISUSE, out->indexes[i].model, NULL, "%s has two indexes on (%s): both would be called \"%s\"",
                                 out->indexes[i].model->name, out->indexes[i].shown, out->indexes[i].name);
    return ORM_OK;
}

static orm_status orm__layout_indexes(const orm__layout_of *of, const orm_schema *schema, orm_arena *arena, orm__layout *out)
{
    size_t n = 0;
    bool filled = true;
    for (size_t m = 0; m < out->n_models; m++) {
        const orm_model *model = out->models[m];
        for (size_t c = 0; c < model->n_columns; c++) n += orm__needs_index(model, &model->columns[c]);
        for (const orm_model_option *o = model->options; o && o->kind; o++) n += orm__is_index(o);
    }
    out->indexes = orm_arena_allocate(arena, (n + 1) * sizeof *out->indexes);
    if (!out->indexes) return orm__raise(of->db, ORM_NO_MEMORY, 0, "out of memory");
    for (size_t m = 0; m < out->n_models; m++) {
        const orm_model *model = out->models[m];
        for (size_t c = 0; c < model->n_columns; c++)
            if (orm__needs_index(model, &model->columns[c])) out->indexes[out->n_indexes++] = (orm__index){ .model = model, .column = &model->columns[c], .unique = orm__is_unique_alive(&model->columns[c]) };
        for (const orm_model_option *o = model->options; o && o->kind; o++)
            if (orm__is_index(o)) out->indexes[out->n_indexes++] = (orm__index){ .model = model, .option = o, .unique = o->kind == ORM_OPTION_UNIQUE };
    }
    for (size_t i = 0; i < n && filled; i++) filled = orm__index_fill(of, &out->indexes[i], arena);
    return filled ? orm__name_indexes(of, schema, arena, out) : orm__raise(of->db, ORM_NO_MEMORY, 0, "out of memory");
}

/* ---- counters ------------------------------------------------------------------------------------------------- */
static orm_status orm__check_counter(const orm__layout_of *of, const orm_column *column, const orm_model *child, const orm__layout *layout)
{
    const orm_relation *counted = column->counter_of;
    const char *model = column->model->name;
    size_t m = 0;
    if (counted->kind == ORM_BELONGS_TO)
        return orm__raise_at(of->db, ORM_MISUSE, column->model, column, "%s.%s is a counter of %s, which is one row at most: only has_many, has_one and many_to_many are counted", model, column->name, counted->name);
    if (counted->where || counted->link_where || counted->as)
        return orm__raise_at(of->db, ORM_MISUSE, column->model, column, "%s.%s is a counter of %s, of which not all rows of a key count: the database keeps no such number, but count_of(%s) counts them",
                             model, column->name, counted->name, counted->name);
    while (m < layout->n_models && layout->models[m] != child) m++;
    if (m == layout->n_models)
        return orm__raise_at(of->db, ORM_MISUSE, column->model, column, "%s.%s is a counter of %s, but %s is not in the schema", model, column->name, counted->name, child->name);
    if (!of->dialect->counter) return orm__raise_at(of->db, ORM_UNSUPPORTED, column->model, column, "%s.%s: %s keeps no counters", model, column->name, of->dialect->name);
    return ORM_OK;
}

static const char **orm__names_of(const orm_column *const *columns, size_t n, orm_arena *arena)
{
    const char **names = orm_arena_allocate(arena, n * sizeof *names + 1);
    for (size_t i = 0; names && i < n; i++) names[i] = orm__column_name(columns[i]);
    return names;
}

/* some engines have one space for the triggers of all tables, so the names end in a hash of whose they are, and of what they count: a counter of
   something else has others */
ORM_PRIVATE bool orm__name_counter(const orm_dialect *dialect, orm_counter *counter, orm_arena *arena)
{
    static const char *const parts[ORM__COUNTER_PARTS] = { "count", "insert", "delete", "update", "truncate", "move" };
    const char *salt = orm_format(arena, "%s.%s %s", counter->parent, counter->column, counter->child);
    for (size_t i = 0; i < counter->n && salt; i++) salt = orm_format(arena, "%s %s=%s", salt, counter->key[i], counter->referred[i]);
    for (size_t i = 0; salt && i < ORM__COUNTER_PARTS; i++) {
        char name[ORM__MADE_NAME];
        orm__make_name(name, dialect, (const char *const[]){ "orm", counter->parent, counter->column, parts[i] }, 4, salt);
        counter->names[i] = orm_text(arena, name);
        if (!counter->names[i]) return false;
    }
    return salt != NULL;
}

static orm_status orm__layout_counter(const orm__layout_of *of, const orm_column *column, orm_arena *arena, orm__layout *out)
{
    orm__path path;
    const orm_relation *counted = column->counter_of;
    const orm_model *child = counted->kind == ORM_MANY_TO_MANY ? counted->through : counted->target;
    orm_status status = orm__check_counter(of, column, child, out);
    if (status) return status;
    orm__path_of(counted, &path);
    orm_counter *counter = &out->counters[out->n_counters++];
    *counter = (orm_counter){ .child = child->table, .parent = column->model->table, .column = orm__column_name(column), .n = path.n };
    counter->key = orm__names_of(path.there, path.n, arena);
    counter->referred = orm__names_of(path.here, path.n, arena);
    if (!counter->key || !counter->referred || !orm__name_counter(of->dialect, counter, arena)) return orm__raise(of->db, ORM_NO_MEMORY, 0, "out of memory");
    return ORM_OK;
}

static orm_status orm__layout_counters(const orm__layout_of *of, orm_arena *arena, orm__layout *out)
{
    size_t n = 0;
    orm_status status = ORM_OK;
    for (size_t m = 0; m < out->n_models; m++)
        for (size_t c = 0; c < out->models[m]->n_columns; c++) n += out->models[m]->columns[c].counter_of != NULL;
    if (!n) return ORM_OK;
    out->counters = orm_arena_allocate(arena, n * sizeof *out->counters);
    if (!out->counters) return orm__raise(of->db, ORM_NO_MEMORY, 0, "out of memory");
    for (size_t m = 0; m < out->n_models; m++)
        for (size_t c = 0; c < out->models[m]->n_columns && !status; c++)
            if (out->models[m]->columns[c].counter_of) status = orm__layout_counter(of, &out->models[m]->columns[c], arena, out);
    return status;
}

/* ---- searches ------------------------------------------------------------------------------------------------- */
/* One engine's index knows rows by a whole number only: refused on all of them, so that models move. */
static orm_status orm__check_search(const orm__layout_of *of, const orm_model *model)
{
    size_t n = 0;
    for (size_t c = 0; c < model->n_columns; c++) {
        const orm_column *column = &model->columns[c];
        bool whole = column->is.type == ORM_INT16 || column->is.type == ORM_INT32 || column->is.type == ORM_INT64;
        n += column->searched;
        if (column->searched && column->secret)
            return orm__raise_at(of->db, ORM_MISUSE, model, column, "%s.%s is secret and searched: what can be searched for can be found out", model->name, column->name);
        if (column->primary_key && (!whole || orm__key_length(model) != 1))
            return orm__raise_at(of->db, ORM_MISUSE, model, column, "%s has searched columns, which need a primary key of one whole number: %s is none", model->name, column->name);
    }
    if (n > ORM_MAX_SEARCHED) return orm__raise_at(of->db, ORM_MISUSE, model, NULL, "%s has %zu searched columns, the limit is " ORM__STRING(ORM_MAX_SEARCHED), model->name, n);
    if (!of->dialect->search) return orm__raise_at(of->db, ORM_UNSUPPORTED, model, NULL, "%s: %s searches no columns for words", model->name, of->dialect->name);
    return ORM_OK;
}

static orm_status orm__layout_searches(const orm__layout_of *of, orm_arena *arena, orm__layout *out)
{
    size_t n = 0;
    for (size_t m = 0; m < out->n_models; m++) n += orm__has_search(out->models[m]);
    if (!n) return ORM_OK;
    out->searches = orm_arena_allocate(arena, n * sizeof *out->searches);
    if (!out->searches) return orm__raise(of->db, ORM_NO_MEMORY, 0, "out of memory");
    for (size_t m = 0; m < out->n_models; m++) {
        if (!orm__has_search(out->models[m])) continue;
        orm_status status = orm__check_search(of, out->models[m]);
        if (status) return status;
        if (!orm__search_of(of->dialect, out->models[m], arena, &out->searches[out->n_searches++])) return orm__raise(of->db, ORM_NO_MEMORY, 0, "out of memory");
    }
    return ORM_OK;
}

static orm_status orm__layout_schema(const orm__layout_of *of, const orm_schema *schema, orm_arena *arena, orm__layout *out)
{
    *out = (orm__layout){ .n_models = 0 };
    if (!schema) return orm__raise(of->db, ORM_MISUSE, 0, "the schema is NULL");
    orm_status status = orm__check_names(of, schema);
    if (!status) status = orm__check_foreign_keys(of, schema);
    if (!status) status = orm__check_targets(of, schema);
    if (status) return status;
    if (!orm__order_models(schema, arena, out) || !orm__layout_keys(of, arena, out)) return orm__raise(of->db, ORM_NO_MEMORY, 0, "out of memory");
    status = orm__layout_enums(of, arena, out);
    if (!status) status = orm__layout_counters(of, arena, out);
    if (!status) status = orm__layout_searches(of, arena, out);
    return status ? status : orm__layout_indexes(of, schema, arena, out);
}

ORM_PRIVATE orm_status orm__layout_make(orm__session *db, const orm_schema *schema, orm_arena *arena, orm__layout *out)
{
    const orm__layout_of of = { db->dialect, db, db->allocator };
    return orm__layout_schema(&of, schema, arena, out);
}

ORM_PRIVATE orm_status orm__layout_for(const orm_dialect *dialect, const orm_schema *schema, orm_arena *arena, orm__layout *out)
{
    const orm__layout_of of = { dialect, NULL, orm__default_allocator() };
    return orm__layout_schema(&of, schema, arena, out);
}

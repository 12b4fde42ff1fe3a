/* >>compare: the tables of a database beside their models: what differs is noted, nothing is sent but questions. */
#include "evolve.h"

ORM_PRIVATE orm_status orm__compare_no_memory(orm__comparison *s) { return orm__raise(s->db, ORM_NO_MEMORY, 0, "out of memory"); }

ORM_PRIVATE void orm__compare_differs(orm__comparison *s, const orm_model *model, const char *column, const char *rule, const char *format, ...)
{
    char field[64], message[160];
    va_list list;
    va_start(list, format);
    vsnprintf(message, sizeof message, format, list);
    va_end(list);
    snprintf(field, sizeof field, "%s%s%s", model->table, column ? "." : "", column ? column : "");
    orm__add_failure(&s->differences, 0, field, rule, "%s", message);
    if (s->each) s->each(s->context, field, rule, message);
}

/* ---- SQL as written by different hands -------------------------------------------------------------------------- */
/* does the bracket at the start end at the end? */
static bool orm__compare_enclosed(const char *text_, size_t size)
{
    unsigned depth = 0;
    char quote = 0;
    if (size < 2 || text_[0] != '(') return false;
    for (size_t i = 0; i < size; i++) {
        char c = text_[i];
        if (quote) quote = c == quote ? 0 : quote;
        else if (c == '\'' || c == '"' || c == '`') quote = c;
        else if (c == '(') depth++;
        else if (c == ')' && --depth == 0) return i == size - 1;
    }
    return false;
}

/* the bytes of a blank or comment at the start, 0 when it is neither */
static size_t orm__compare_blank(const char *text_)
{
    if (*text_ == ' ' || (*text_ >= '\t' && *text_ <= '\r')) return 1;
    if (text_[0] == '-' && text_[1] == '-') return strcspn(text_, "\n");
    if (text_[0] != '/' || text_[1] != '*') return 0;
    const char *end_ = strstr(text_ + 2, "*/");
    return end_ ? (size_t)(end_ + 2 - text_) : strlen(text_);
}

/* the text without outer brackets and comments, with one blank for many outside of quotes; "" for NULL */
ORM_PRIVATE const char *orm__compare_normal(orm__comparison *s, const char *text_)
{
    size_t length = text_ ? strlen(text_) : 0, size = 0, step = 1;
    char *out = orm__bump(s->arena, length + 1, 1), quote = 0;
    if (!out) {
        s->failed = true;
        return "";
    }
    for (size_t i = 0; i < length; i += step) {
        char c = text_[i];
        size_t blank = quote ? 0 : orm__compare_blank(text_ + i);
        if (quote) quote = c == quote ? 0 : quote;
        else if (c == '\'' || c == '"' || c == '`') quote = c;
        step = blank ? blank : 1;
        if (!blank) out[size++] = c;
        else if (size > 0 && out[size - 1] != ' ') out[size++] = ' ';
    }
    for (;;) {
        while (size > 0 && out[size - 1] == ' ') size--;
        while (size > 0 && out[0] == ' ') memmove(out, out + 1, --size);
        if (!orm__compare_enclosed(out, size)) break;
        size -= 2;
        memmove(out, out + 1, size);
    }
    out[size] = 0;
    return out;
}

ORM_PRIVATE orm__writer *orm__compare_text(orm__comparison *s)
{
    s->text.length = 0;
    orm__put(&s->text, "");
    return &s->text;
}

ORM_PRIVATE const char *orm__compare_written(orm__comparison *s)
{
    if (s->text.failed) s->failed = true;
    return s->failed ? "" : s->text.text;
}

/* the model's SQL in the words in which the database tells it of its table */
ORM_PRIVATE const char *orm__compare_ours(orm__comparison *s, const orm_model *model, const char *type, const char *text_)
{
    const orm_dialect *d = s->db->dialect;
    if (text_ && !s->failed && d->retell && d->retell(s->db->connection, model->table, type, text_, s->arena, &text_)) s->failed = true;
    return orm__compare_normal(s, text_);
}

/* ---- comparison --------------------------------------------------------------------------------------------------- */
static const orm_found_column *orm__compare_found_column(const orm_found_table *found, const char *name)
{
    for (size_t i = 0; i < found->n_columns; i++)
        if (orm__same_word(found->columns[i].name, name)) return &found->columns[i];
    return NULL;
}

static void orm__compare_default(orm__comparison *s, const orm_model *model, const orm_column *column, const orm_found_column *there, const void *defaults)
{
    bool wanted = orm__ddl_default(orm__compare_text(s), column, defaults);
    const char *ours = orm__compare_ours(s, model, there->type, wanted ? orm__compare_written(s) : NULL), *theirs = orm__compare_normal(s, there->default_sql);
    if (strcmp(ours, theirs) == 0) return;
    /* the default of a secret field is no text for an error */
    if (!there->default_sql) orm__compare_differs(s, model, there->name, "default", "has no default, the model says %s", column->secret ? "one" : ours);
    else if (!wanted) orm__compare_differs(s, model, there->name, "default", "has a default, the model says none");
    else orm__compare_differs(s, model, there->name, "default", "has the default %s, the model says %s", column->secret ? "***" : theirs, column->secret ? "another" : ours);
}

static void orm__compare_column(orm__comparison *s, const orm_model *model, const orm_column *column, const orm_found_table *found, const void *defaults)
{
    const char *name = orm__column_name(column);
    const orm_found_column *there = orm__compare_found_column(found, name);
    size_t key = orm__key_position(model, column);
    if (!there) {
        orm__compare_differs(s, model, name, "column", "is missing");
        return;
    }
    orm__ddl_type(orm__compare_text(s), column);
    const char *type = orm__compare_written(s);
    if (!orm__same_word(type, there->type)) orm__compare_differs(s, model, name, "type", "is %s, the model says %s", there->type, type);
    if (there->nullable != column->nullable && !(there->key && column->primary_key))      /* that a key is never NULL goes without saying, though some engines let it */
        orm__compare_differs(s, model, name, "nullable", there->nullable ? "may be NULL, the model says not null" : "is not null, the model says nullable");
    if (there->key != (int)key) {
        if (!key) orm__compare_differs(s, model, name, "primary_key", "belongs to the primary key, in the model it does not");
        else if (!there->key) orm__compare_differs(s, model, name, "primary_key", "does not belong to the primary key, in the model it does");
        else orm__compare_differs(s, model, name, "primary_key", "is part %d of the primary key, the model says part %zu", there->key, key);
    }
    if (!column->is.generated) orm__compare_default(s, model, column, there, defaults);
}

/* a column that only the database has does no harm, unless no row can be made without it */
static void orm__compare_extra_columns(orm__comparison *s, const orm_model *model, const orm_found_table *found)
{
    for (size_t i = 0; i < found->n_columns; i++) {
        const orm_found_column *there = &found->columns[i];
        bool known = false;
        for (size_t c = 0; c < model->n_columns && !known; c++) known = orm__same_word(orm__column_name(&model->columns[c]), there->name);
        if (!known && there->key) orm__compare_differs(s, model, there->name, "primary_key", "belongs to the primary key, the model does not have it");
        else if (!known && !there->nullable && !there->default_sql && !there->computed) orm__compare_differs(s, model, there->name, "column", "is not null without a default, the model does not have it");
    }
}

static const char *orm__compare_action(const char *found) { return found && found[0] ? found : "no action"; }

/* a foreign key of the model: of a column, or of a relation for columns that only together refer */
typedef struct orm__compared_key { const char *column, *table, *target; bool primary; orm_action on_delete, on_update; orm_deferral deferral; } orm__compared_key;

/* `ours`: what the model says of the column or columns; without a table nothing */
static void orm__compare_reference(orm__comparison *s, const orm_model *model, const orm__compared_key *ours, const orm_found_table *found)
{
    const char *name = ours->column;
    const orm_found_reference *there = NULL;
    for (size_t i = 0; i < found->n_references && !there; i++)
        if (orm__same_word(found->references[i].column, name)) there = &found->references[i];
    if (!ours->table && there) orm__compare_differs(s, model, name, "references", "refers to %s, in the model it does not", there->table);
    if (ours->table && !there) orm__compare_differs(s, model, name, "references", "refers to nothing, the model says %s", ours->table);
    if (!ours->table || !there) return;
    /* without a target column the primary key is meant */
    bool same_target = there->target ? orm__same_word(there->target, ours->target) : ours->primary;
    if (!orm__same_word(there->table, ours->table) || !same_target)
        orm__compare_differs(s, model, name, "references", "refers to %s.%s, the model says %s.%s",
                          there->table, there->target ? there->target : "(primary key)", ours->table, ours->target);
    const char *on_delete = orm__compare_action(there->on_delete), *on_update = orm__compare_action(there->on_update);
    if (!orm__same_word(on_delete, orm__action_text(ours->on_delete)))
        orm__compare_differs(s, model, name, "on_delete", "is %s, the model says %s", on_delete, orm__action_text(ours->on_delete));
    if (!orm__same_word(on_update, orm__action_text(ours->on_update)))
        orm__compare_differs(s, model, name, "on_update", "is %s, the model says %s", on_update, orm__action_text(ours->on_update));
    static const char *const deferrals[] = { "not deferrable", "deferrable", "deferred" };
    if (there->deferral != ours->deferral) orm__compare_differs(s, model, name, "deferral", "is %s, the model says %s", deferrals[there->deferral], deferrals[ours->deferral]);
}

/* "a, b", as describe lists the columns of a key */
static const char *orm__compare_list(orm__comparison *s, const orm_column *const *columns, size_t n)
{
    orm__writer *w = orm__compare_text(s);
    for (size_t i = 0; i < n; i++) {
        orm__put(w, i ? ", " : "");
        orm__put(w, orm__column_name(columns[i]));
    }
    const char *list = orm_text(s->arena, orm__compare_written(s));
    if (!list) s->failed = true;
    return list ? list : "";
}

static orm__compared_key orm__compare_relation_key(orm__comparison *s, const orm_relation *relation)
{
    orm__path path;
    orm__path_of(relation, &path);
    orm__compared_key key = { .table = relation->target->table, .primary = true, .on_delete = relation->on_delete, .on_update = relation->on_update,
                              .deferral = relation->deferral };
    key.column = orm__compare_list(s, path.here, path.n);
    key.target = orm__compare_list(s, path.there, path.n);
    return key;
}

static orm__compared_key orm__compare_column_key(const orm_column *column)
{
    const orm_model *parent = NULL;
    const orm_column *target = orm__target_of(column, &parent);
    orm__compared_key key = { .column = orm__column_name(column), .on_delete = column->on_delete, .on_update = column->on_update, .deferral = column->deferral };
    if (!target) return key;
    key.table = parent->table;
    key.target = orm__column_name(target);
    key.primary = target->primary_key;
    return key;
}

/* the foreign keys of both sides meet by their columns; what a column does not say itself, a relation may say for it */
static void orm__compare_references(orm__comparison *s, const orm_model *model, const orm_found_table *found)
{
    size_t n = 0;
    orm__compared_key *keys = orm_arena_allocate(s->arena, (model->n_relations + model->n_columns + found->n_references + 1) * sizeof *keys);
    s->failed |= !keys;
    if (s->failed) return;
    for (size_t i = 0; i < model->n_relations; i++) {
        const orm_relation *relation = orm__foreign_key(model, i);
        if (relation) keys[n++] = orm__compare_relation_key(s, relation);
    }
    size_t n_relations = n;
    for (size_t i = 0; i < model->n_columns; i++) {
        keys[n] = orm__compare_column_key(&model->columns[i]);
        bool said = false;
        for (size_t k = 0; k < n_relations && !keys[n].table; k++) said |= orm__same_word(keys[k].column, keys[n].column);
        if (!said) n++;
    }
    size_t n_ours = n;
    for (size_t i = 0; i < found->n_references; i++) {
        bool known = !strstr(found->references[i].column, ", ");         /* a column that only the database has may refer to what it likes */
        for (size_t k = 0; k < n_ours && !known; k++) known = orm__same_word(keys[k].column, found->references[i].column);
        if (!known) keys[n++] = (orm__compared_key){ .column = found->references[i].column };
    }
    for (size_t i = n_relations; i < n; i++) orm__compare_reference(s, model, &keys[i], found);
    for (size_t i = 0; i < n_relations; i++) orm__compare_reference(s, model, &keys[i], found);
}

static bool orm__compare_same_expressions(orm__comparison *s, const orm_model *model, const orm_model_option *option, const orm_found_index *there)
{
    size_t n = 0;
    for (size_t i = 0; option && i < option->n_parts; i++) {
        const char *sql = option->parts[i].sql;
        if (!sql) continue;
        if (n >= there->n_expressions || strcmp(orm__compare_ours(s, model, NULL, sql), orm__compare_normal(s, there->expressions[n])) != 0) return false;
        n++;
    }
    return n == there->n_expressions;
}

ORM_PRIVATE bool orm__compare_indexed(orm__comparison *s, const orm_model *model, const orm_found_table *found, const char *columns, const orm_model_option *option, const char *where, bool unique)
{
    const char *wanted = orm__compare_ours(s, model, NULL, where);
    for (size_t i = 0; i < found->n_indexes; i++) {
        const orm_found_index *there = &found->indexes[i];
        if ((there->unique || !unique) && there->columns && orm__same_word(there->columns, columns)
            && strcmp(orm__compare_normal(s, there->where), wanted) == 0 && orm__compare_same_expressions(s, model, option, there)) return true;
    }
    return false;
}

static void orm__compare_unique(orm__comparison *s, const orm_model *model, const orm_found_table *found)
{
    for (size_t i = 0; i < model->n_columns; i++) {
        const orm_column *column = &model->columns[i];
        bool by_key = column->primary_key && orm__key_length(model) == 1;
        if (column->unique && !by_key && !orm__is_unique_alive(column) && !orm__compare_indexed(s, model, found, orm__column_name(column), NULL, NULL, true))
            orm__compare_differs(s, model, orm__column_name(column), "unique", "is not unique, the model says unique");
    }
}

/* an index is only looked for by what it does; but one of the name that we would give must not stand in the way */
static void orm__compare_index_names(orm__comparison *s, const orm_model *model, const orm_found_table *found)
{
    for (size_t i = 0; i < s->layout.n_indexes; i++) {
        const orm__index *index = &s->layout.indexes[i];
        if (index->model != model || orm__compare_indexed(s, model, found, index->columns, index->option, index->where, index->unique)) continue;
        for (size_t k = 0; k < found->n_indexes; k++)
            if (found->indexes[k].name && orm__same_word(found->indexes[k].name, index->name))
                orm__compare_differs(s, model, NULL, "index", "the index %s is not the model's %son (%s)", index->name, index->unique ? "unique index " : "", index->shown);
    }
}

static bool orm__compare_among(const char *text_, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(list[i], text_) == 0) return true;
    return false;
}

/* ours are normalised like theirs, so that a blank in a check(name, "sql") makes no difference */
static void orm__compare_checks(orm__comparison *s, const orm_model *model, const orm_found_table *found)
{
    size_t n = 0, most = 1;
    for (size_t i = 0; i < model->n_columns; i++) most += orm__ddl_checks(&model->columns[i]);
    for (const orm_model_option *o = model->options; o && o->kind; o++) most++;
    const char **ours = orm_arena_allocate(s->arena, most * sizeof *ours), **theirs = orm_arena_allocate(s->arena, (found->n_checks + 1) * sizeof *theirs);
    s->failed |= !ours || !theirs;
    if (s->failed) return;
    for (size_t i = 0; i < model->n_columns; i++) {
        for (size_t k = 0; k < orm__ddl_checks(&model->columns[i]); k++) {
            bool expressed = false;
            if (orm__ddl_check(orm__compare_text(s), &model->columns[i], k, &expressed) && expressed) ours[n++] = orm__compare_ours(s, model, NULL, orm__compare_written(s));
        }
    }
    for (const orm_model_option *o = model->options; o && o->kind; o++)
        if (o->kind == ORM_OPTION_CHECK) ours[n++] = orm__compare_ours(s, model, NULL, o->sql);
    for (size_t i = 0; i < found->n_checks; i++) theirs[i] = orm__compare_normal(s, found->checks[i]);
    for (size_t i = 0; i < n; i++)
        if (!orm__compare_among(ours[i], theirs, found->n_checks)) orm__compare_differs(s, model, NULL, "check", "lacks the model's check (%s)", ours[i]);
    for (size_t i = 0; i < found->n_checks; i++)
        if (!orm__compare_among(theirs[i], ours, n)) orm__compare_differs(s, model, NULL, "check", "has the check (%s), the model does not", theirs[i]);
}

static orm_status orm__compare_table(orm__comparison *s, const orm_model *model, const orm_found_table *found)
{
    const void *defaults = orm__default_row(s->db, model, s->arena);
    if (!defaults) return ORM_NO_MEMORY;
    for (size_t i = 0; i < model->n_columns; i++) orm__compare_column(s, model, &model->columns[i], found, defaults);
    orm__compare_references(s, model, found);
    orm__compare_extra_columns(s, model, found);
    orm__compare_unique(s, model, found);
    orm__compare_index_names(s, model, found);
    orm__compare_checks(s, model, found);
    return s->failed ? orm__compare_no_memory(s) : ORM_OK;
}

static void orm__compare_enum(orm__comparison *s, const orm_enum *labels, const orm_found_enum *found)
{
    char ours[80], theirs[80];
    bool same = found->n_labels == labels->count;
    for (size_t i = 0; i < labels->count && same; i++) same = strcmp(found->labels[i], labels->labels[i]) == 0;
    if (same) return;
    orm__list_texts(ours, sizeof ours, labels->labels, labels->count);
    orm__list_texts(theirs, sizeof theirs, found->labels, found->n_labels);
    if (s->each) s->each(s->context, labels->name, "labels", "has other labels than the model");
    if (found->n_labels) orm__add_failure(&s->differences, 0, labels->name, "labels", "has the labels %s; the model says %s", theirs, ours);
    else orm__add_failure(&s->differences, 0, labels->name, "labels", "is a type without labels; the model says %s", ours);
}

static orm_status orm__compare_enums(orm__comparison *s)
{
    const orm_dialect *dialect = s->db->dialect;
    orm_status status = ORM_OK;
    s->found_enums = orm_arena_allocate(s->arena, (s->layout.n_enums + 1) * sizeof *s->found_enums);
    if (!s->found_enums) return orm__compare_no_memory(s);
    for (size_t i = 0; i < s->layout.n_enums && !status; i++) {
        char name[ORM__MADE_NAME];
        orm__enum_type(name, dialect, s->layout.enums[i]);
        status = dialect->describe_enum(s->db->connection, name, s->arena, &s->found_enums[i]);
        if (!status && s->found_enums[i].exists) orm__compare_enum(s, s->layout.enums[i], &s->found_enums[i]);
    }
    return status;
}

ORM_PRIVATE orm_status orm__compare_refuse(orm__comparison *s)
{
    char list[420] = "";
    size_t length = 0, shown = s->differences.count < 3 ? s->differences.count : 3;
    for (size_t i = 0; i < shown && length < sizeof list; i++) {
        int n = snprintf(list + length, sizeof list - length, "%s%s %s", i ? "; " : "", s->differences.item[i].field, s->differences.item[i].message);
        length += n > 0 ? (size_t)n : 0;
    }
    bool first = !orm_failed();
    orm__raise(s->db, ORM_SCHEMA_DIFFERS, 0, "%zu difference%s: %s%s",
                s->differences.total, s->differences.total == 1 ? "" : "s", list, s->differences.total > shown ? " ..." : "");
    if (first) orm__self()->error.failures = s->differences;
    return ORM_SCHEMA_DIFFERS;
}

/* ---- triggers of counters, and searches ------------------------------------------------------------------------------------ */
ORM_PRIVATE bool orm__compare_has_trigger(const orm__comparison *s, const char *name)
{
    for (size_t i = 0; i < s->n_triggers; i++)
        if (orm__same_word(s->triggers[i].name, name)) return true;
    return false;
}

ORM_PRIVATE bool orm__compare_is_made(const char *name)
{
    size_t n = strlen(name);
    return n > 13 && strncmp(name, "orm_", 4) == 0 && name[n - 9] == '_' && strspn(name + n - 8, "0123456789abcdef") == 8;
}

static bool orm__compare_is_known(const orm__layout *layout, const char *trigger)
{
    for (size_t i = 0; i < layout->n_searches; i++)
        for (unsigned part = 0; part < ORM__SEARCH_PARTS; part++)
            if (orm__same_word(layout->searches[i].names[part], trigger)) return true;
    for (size_t i = 0; i < layout->n_counters; i++)
        for (unsigned part = 0; part < ORM__COUNTER_PARTS; part++)
            if (orm__same_word(layout->counters[i].names[part], trigger)) return true;
    return false;
}

ORM_PRIVATE const orm_found_name *orm__compare_find_search(const orm__comparison *s, const char *index)
{
    for (size_t i = 0; i < s->n_searches; i++)
        if (orm__same_word(s->searches[i].name, index)) return &s->searches[i];
    return NULL;
}

ORM_PRIVATE bool orm__compare_has_search(const orm__comparison *s, const orm_search_index *search, unsigned part)
{
    return part == ORM__SEARCH_INDEX ? orm__compare_find_search(s, search->names[part]) != NULL : orm__compare_has_trigger(s, search->names[part]);
}

ORM_PRIVATE bool orm__compare_search_is_whole(orm__comparison *s, const orm_search_index *search)
{
    for (unsigned part = 0; part < ORM__SEARCH_FILL; part++)
        if (s->db->dialect->search(orm__compare_text(s), search, part) && !orm__compare_has_search(s, search, part)) return false;
    return true;
}

ORM_PRIVATE orm_status orm__compare_list_made(orm__comparison *s)
{
    const orm_dialect *dialect = s->db->dialect;
    orm_status status = dialect->list_triggers ? dialect->list_triggers(s->db->connection, s->arena, &s->triggers, &s->n_triggers) : ORM_OK;
    return status || !dialect->list_searches ? status : dialect->list_searches(s->db->connection, s->arena, &s->searches, &s->n_searches);
}

/* one that counts or searches for a table of ours what its model does not say: it would make the number wrong, or fail, or cost for nothing */
static void orm__compare_made(orm__comparison *s, const char *name, const char *rule, const char *what)
{
    if (!orm__compare_is_made(name) || orm__compare_is_known(&s->layout, name)) return;
    for (size_t m = 0; m < s->layout.n_models; m++) {
        size_t n = strlen(s->layout.models[m]->table);
        if (strncmp(name + 4, s->layout.models[m]->table, n) != 0 || name[4 + n] != '_') continue;
        orm__compare_differs(s, s->layout.models[m], NULL, rule, "is %s %s, the model does not say so", what, name);
        return;
    }
}

static orm_status orm__compare_all_made(orm__comparison *s)
{
    orm_status status = orm__compare_list_made(s);
    for (size_t i = 0; i < s->n_triggers && !status; i++) {
        bool searches = strstr(s->triggers[i].name, "_search_") != NULL;
        orm__compare_made(s, s->triggers[i].name, searches ? "search" : "counter", searches ? "searched by the trigger" : "counted by the trigger");
    }
    for (size_t i = 0; i < s->n_searches && !status; i++) orm__compare_made(s, s->searches[i].name, "search", "searched by");
    return status;
}

ORM_PRIVATE orm_status orm__compare_schema(orm__comparison *s, const orm_schema *schema)
{
    const orm_dialect *dialect = s->db->dialect;
    orm_status status = orm__layout_make(s->db, schema, s->arena, &s->layout);
    if (!status) status = orm__compare_enums(s);
    if (status) return status;
    s->found = orm_arena_allocate(s->arena, (s->layout.n_models + 1) * sizeof *s->found);
    if (!s->found) return orm__compare_no_memory(s);
    for (size_t i = 0; i < s->layout.n_models && !status; i++) {
        status = dialect->describe(s->db->connection, s->layout.models[i]->table, s->arena, &s->found[i]);
        if (!status && s->found[i].exists) status = orm__compare_table(s, s->layout.models[i], &s->found[i]);
    }
    return status ? status : orm__compare_all_made(s);
}

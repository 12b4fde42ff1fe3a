/* >>ddl: the SQL that makes a model's table and indexes, and the report on which rules of a schema the database keeps too. One function writes
   each piece, and the comparison with an existing table calls the same one: what was made is always recognised. */
#include "internal.h"

ORM_PRIVATE const char *orm__action_text(orm_action action)
{
    static const char *const words[] = { "no action", "cascade", "set null", "set default", "restrict", "no action" };
    return words[action];
}

/* ---- values --------------------------------------------------------------------------------------------------- */
/* a value in the form in which its column is stored; false when the column cannot hold it. Whole numbers and doubles go as they are: a bound
   may lie beyond what the column holds. */
ORM_PRIVATE bool orm__ddl_literal(orm__writer *w, const orm_column *column, orm_value value)
{
    char why[160];
    orm_status kind = ORM_OK;
    bool real = value.type == ORM_FLOAT || value.type == ORM_DOUBLE, whole = value.type == ORM_INT16 || value.type == ORM_INT32 || value.type == ORM_INT64;
    if (real ? !__builtin_isfinite(value.as.d) : !whole && orm__fit(column, &value, SIZE_MAX, why, &kind) != NULL) return false;
    w->dialect->literal(w, column, value);
    return true;
}

/* a bound of a rule is written as an integer in C; it becomes what the column holds */
static orm_value orm__ddl_number(const orm_column *column, int64_t integer, double number)
{
    orm_value value = { .type = (uint8_t)column->is.type, .as.i = integer };
    if (value.type == ORM_FLOAT || value.type == ORM_DOUBLE) value.as.d = number;
    if (value.type == ORM_DECIMAL) value = orm__v_decimal(orm_decimal_make(integer, 0));
    return value;
}

/* "length($c)" with the column for $c */
static void orm__ddl_template(orm__writer *w, const char *template_, const orm_column *column)
{
    for (const char *mark; (mark = strstr(template_, "$c")) != NULL; template_ = mark + 2) {
        orm__put_bytes(w, template_, (size_t)(mark - template_));
        orm__put_name(w, orm__column_name(column));
    }
    orm__put(w, template_);
}

ORM_PRIVATE const void *orm__default_row(orm__session *db, const orm_model *model, orm_arena *arena)
{
    if (model->default_row) return model->default_row;
    void *row = orm_arena_allocate(arena, model->size);
    if (!row) orm__raise(db, ORM_NO_MEMORY, 0, "out of memory");
    else if (model->defaults) model->defaults(row);
    return row;
}

ORM_PRIVATE void orm__ddl_type(orm__writer *w, const orm_column *column)
{
    if (column->type_sql) orm__put(w, column->type_sql);
    else w->dialect->column_type(w, column);
}

/* a default that C computes (a time, a uuid) is made by the program for each row; SQL would freeze the moment of the CREATE TABLE */
ORM_PRIVATE bool orm__ddl_default(orm__writer *w, const orm_column *column, const void *defaults)
{
    if (column->counter_of || column->is.version) {
        orm__put(w, column->is.version ? "(1)" : "0");
        return true;
    }
    if (column->default_sql) {
        orm__put_char(w, '(');
        orm__put(w, column->default_sql);
        orm__put_char(w, ')');
        return true;
    }
    orm_type type = column->is.type;
    if (!column->has_default || !column->default_is_constant || type == ORM_UUID || type == ORM_TIME || type == ORM_DATE || type == ORM_CLOCK) return false;
    orm_value value = orm__value_of(column, defaults);
    return value.type != ORM_NULL && orm__ddl_literal(w, column, value);
}

/* ---- checks --------------------------------------------------------------------------------------------------- */
static bool orm__ddl_between(orm__writer *w, const orm_column *column, orm_value low, orm_value high)
{
    orm__put_name(w, orm__column_name(column));
    orm__put(w, " between ");
    if (!orm__ddl_literal(w, column, low)) return false;
    orm__put(w, " and ");
    return orm__ddl_literal(w, column, high);
}

static bool orm__ddl_compare(orm__writer *w, const orm_column *column, const char *operator_, orm_value bound)
{
    orm__put_name(w, orm__column_name(column));
    orm__put(w, operator_);
    return orm__ddl_literal(w, column, bound);
}

static void orm__ddl_length(orm__writer *w, const orm_column *column, int64_t low, int64_t high)
{
    orm__ddl_template(w, w->dialect->char_length, column);
    if (low == high) orm__put_format(w, " = %" PRId64, low);
    else if (low <= 0) orm__put_format(w, " <= %" PRId64, high);
    else if (high == INT64_MAX) orm__put_format(w, " >= %" PRId64, low);
    else orm__put_format(w, " between %" PRId64 " and %" PRId64, low, high);
}

/* "c" in (v1, v2): the i-th value comes from the labels of an enumeration, or from a rule */
static bool orm__ddl_in(orm__writer *w, const orm_column *column, const orm_rule *rule)
{
    const orm_enum *labels = column->is.labels;
    bool written = true;
    orm__put_name(w, orm__column_name(column));
    orm__put(w, " in (");
    for (size_t i = 0; written; i++) {
        orm_value value = { .type = ORM_NULL };
        if (!rule && i < labels->count) value = (orm_value){ .type = ORM_ENUM, .as.i = (int64_t)i + 1 };
        if (rule && rule->kind == ORM_RULE_ONE_OF_TEXT && rule->texts[i]) value = orm__v_text(rule->texts[i]);
        if (rule && rule->kind == ORM_RULE_ONE_OF_INT && i < rule->n_numbers) value = orm__ddl_number(column, rule->numbers[i], (double)rule->numbers[i]);
        if (value.type == ORM_NULL) break;
        if (i) orm__put(w, ", ");
        written = orm__ddl_literal(w, column, value);
    }
    orm__put_char(w, ')');
    return written;
}

/* what the type word promises and the engine does not keep by itself */
static const char *orm__ddl_type_check(orm__writer *w, const orm_column *column, bool *expressed)
{
    const orm_dialect *dialect = w->dialect;
    orm_type type = column->is.type;
    *expressed = true;
    if (column->type_sql) return NULL;       /* it promises what the database's own type does */
    if (type == ORM_TEXT && column->is.size > 0) {
        orm__ddl_length(w, column, column->is.fixed ? column->is.size : 0, column->is.size);
        return "size";
    }
    if (type == ORM_ENUM && column->is.labels->count > 0 && !dialect->can.enum_types) {
        *expressed = orm__ddl_in(w, column, NULL);
        return "values";
    }
    if (type == ORM_ARRAY && dialect->array_check) {
        orm__ddl_template(w, dialect->array_check, column);
        return "array";
    }
    if (type == ORM_BOOL && dialect->boolean_check) {
        orm__put_name(w, orm__column_name(column));
        orm__put(w, " in (0, 1)");
        return "bool";
    }
    if ((type == ORM_INT16 || type == ORM_INT32) && dialect->integer_check) {
        int64_t high = type == ORM_INT16 ? INT16_MAX : INT32_MAX;
        *expressed = orm__ddl_between(w, column, orm__ddl_number(column, -high - 1, 0), orm__ddl_number(column, high, 0));
        return "range";
    }
    if (type == ORM_DECIMAL && dialect->integer_check && column->is.precision > 0 && column->is.precision <= 18) {
        int64_t high = 1;
        for (int i = 0; i < column->is.precision; i++) high *= 10;
        *expressed = orm__ddl_between(w, column, orm__v_decimal(orm_decimal_make(1 - high, column->is.scale)),
                                      orm__v_decimal(orm_decimal_make(high - 1, column->is.scale)));
        return "digits";
    }
    return NULL;
}

static const char *orm__ddl_rule_check(orm__writer *w, const orm_column *column, const orm_rule *rule, bool *expressed)
{
    static const char *const names[ORM_RULE_KINDS] = { "", "not_empty", "length", "at_least", "at_most", "between",
                                                      "email", "url", "matches", "one_of", "one_of", "check_with", "normalize", "on_create", "on_update" };
    *expressed = false;
    switch (rule->kind) {
    case ORM_RULE_NOT_EMPTY:
        *expressed = column->is.type == ORM_TEXT && w->dialect->not_blank;
        if (*expressed) orm__ddl_template(w, w->dialect->not_blank, column);
        break;
    case ORM_RULE_LENGTH:
        *expressed = column->is.type == ORM_TEXT && (rule->low > 0 || rule->high != INT64_MAX);
        if (*expressed) orm__ddl_length(w, column, rule->low, rule->high);
        break;
    case ORM_RULE_AT_LEAST: *expressed = orm__ddl_compare(w, column, " >= ", orm__ddl_number(column, rule->low, rule->low_number)); break;
    case ORM_RULE_AT_MOST:  *expressed = orm__ddl_compare(w, column, " <= ", orm__ddl_number(column, rule->high, rule->high_number)); break;
    case ORM_RULE_BETWEEN:
        *expressed = orm__ddl_between(w, column, orm__ddl_number(column, rule->low, rule->low_number), orm__ddl_number(column, rule->high, rule->high_number));
        break;
    case ORM_RULE_ONE_OF_TEXT: *expressed = orm__ddl_in(w, column, rule); break;
    case ORM_RULE_ONE_OF_INT:  *expressed = orm__ddl_in(w, column, rule); break;
    default: break;
    }
    return names[rule->kind];
}

ORM_PRIVATE size_t orm__ddl_checks(const orm_column *column)
{
    size_t n = 1;
    for (const orm_rule *rule = column->rules; rule && rule->kind && !column->is.hash; rule++) n++;      /* the table holds but the hash */
    return n;
}

ORM_PRIVATE const char *orm__ddl_check(orm__writer *w, const orm_column *column, size_t n, bool *expressed)
{
    size_t from = w->length;
    const char *rule = n ? orm__ddl_rule_check(w, column, &column->rules[n - 1], expressed) : orm__ddl_type_check(w, column, expressed);
    if (!*expressed) w->length = from;
    return rule;
}

/* ---- types ---------------------------------------------------------------------------------------------------- */
ORM_PRIVATE void orm__ddl_enum(orm__writer *w, const orm_enum *labels)
{
    char name[ORM__MADE_NAME];
    orm__enum_type(name, w->dialect, labels);
    orm__put(w, "create type ");
    orm__put_name(w, name);
    orm__put(w, " as enum (");
    for (size_t i = 0; i < labels->count; i++) {
        orm__put(w, i ? ", " : "");
        orm__put_string_literal(w, labels->labels[i]);
    }
    orm__put(w, ");\n");
}

/* ---- tables --------------------------------------------------------------------------------------------------- */
static void orm__ddl_actions(orm__writer *w, orm_action on_delete, orm_action on_update)
{
    if (on_delete) { orm__put(w, " on delete "); orm__put(w, orm__action_text(on_delete)); }
    if (on_update) { orm__put(w, " on update "); orm__put(w, orm__action_text(on_update)); }
}

/* "a", "b" */
static void orm__ddl_names(orm__writer *w, const orm_column *const *columns, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        orm__put(w, i ? ", " : "");
        orm__put_name(w, orm__column_name(columns[i]));
    }
}

/* Engines that alter tables do it by the names of constraints: those that an engine would give, but never cut in its own way. */
ORM_PRIVATE void orm__ddl_unique_name(char out[ORM__MADE_NAME], const orm_dialect *dialect, const orm_model *model, const orm_column *column)
{
    orm__make_name(out, dialect, (const char *const[]){ model->table, orm__column_name(column), "key" }, 3, NULL);
}

/* of a column, or of a relation by several */
ORM_PRIVATE void orm__ddl_reference_name(char out[ORM__MADE_NAME], const orm_dialect *dialect, const orm_model *model, const orm_column *column, const orm_relation *relation)
{
    const char *parts[ORM__MAX_KEY + 2] = { model->table };
    size_t n = 1;
    if (column) parts[n++] = orm__column_name(column);
    for (size_t i = 0; relation && relation->key[i] && n <= ORM__MAX_KEY; i++) parts[n++] = orm__column_name(relation->key[i]);
    parts[n++] = "fkey";
    orm__make_name(out, dialect, parts, n, NULL);
}

static void orm__ddl_name_constraint(orm__writer *w, const char *name)
{
    if (!w->dialect->alters) return;
    orm__put(w, " constraint ");
    orm__put_name(w, name);
}

/* " references "t" ("id") on delete cascade" */
static void orm__ddl_references(orm__writer *w, const orm_model *target, const orm_column *const *columns, size_t n, orm_action on_delete, orm_action on_update)
{
    orm__put(w, " references ");
    orm__put_name(w, target->table);
    orm__put(w, " (");
    orm__ddl_names(w, columns, n);
    orm__put_char(w, ')');
    orm__ddl_actions(w, on_delete, on_update);
}

ORM_PRIVATE void orm__ddl_column_key(orm__writer *w, const orm_column *column)
{
    const orm_model *parent = NULL;
    const orm_column *target = orm__target_of(column, &parent);
    orm__put(w, "foreign key (");
    orm__ddl_names(w, &column, 1);
    orm__put_char(w, ')');
    orm__ddl_references(w, parent, &target, 1, column->on_delete, column->on_update);
}

ORM_PRIVATE void orm__ddl_relation_key(orm__writer *w, const orm_relation *relation)
{
    orm__path path;
    orm__path_of(relation, &path);
    orm__put(w, "foreign key (");
    orm__ddl_names(w, path.here, path.n);
    orm__put_char(w, ')');
    orm__ddl_references(w, relation->target, path.there, path.n, relation->on_delete, relation->on_update);
}

ORM_PRIVATE void orm__ddl_key(orm__writer *w, const orm__key *key)
{
    char name[ORM__MADE_NAME];
    orm__ddl_reference_name(name, w->dialect, key->model, key->column, key->relation);
    orm__put(w, "alter table ");
    orm__put_name(w, key->model->table);
    orm__put(w, " add constraint ");
    orm__put_name(w, name);
    orm__put_char(w, ' ');
    if (key->column) orm__ddl_column_key(w, key->column);
    else orm__ddl_relation_key(w, key->relation);
    orm__put(w, ";\n");
}

/* of a column, or of a relation */
static bool orm__ddl_is_late(const orm__layout *layout, const orm_column *column, const orm_relation *relation)
{
    for (size_t i = 0; layout && i < layout->n_keys; i++)
        if (layout->keys[i].column == column && layout->keys[i].relation == relation) return layout->keys[i].late;
    return false;
}

static void orm__ddl_constraints(orm__writer *w, const orm_model *model, const orm__layout *layout, const orm_column *column, bool whole_key)
{
    char name[ORM__MADE_NAME];
    const orm_model *parent = NULL;
    const orm_column *target = orm__target_of(column, &parent);
    if (whole_key) orm__put(w, " primary key");
    else if (column->unique && !orm__is_unique_alive(column)) {
        orm__ddl_unique_name(name, w->dialect, model, column);
        orm__ddl_name_constraint(w, name);
        orm__put(w, " unique");
    }
    if (!target || orm__ddl_is_late(layout, column, NULL)) return;
    orm__ddl_reference_name(name, w->dialect, model, column, NULL);
    orm__ddl_name_constraint(w, name);
    orm__ddl_references(w, parent, &target, 1, column->on_delete, column->on_update);
}

static void orm__ddl_column(orm__writer *w, const orm_model *model, const orm__layout *layout, const orm_column *column, const void *defaults)
{
    bool whole_key = column->primary_key && orm__key_length(model) == 1;
    orm__put_name(w, orm__column_name(column));
    orm__put_char(w, ' ');
    orm__ddl_type(w, column);
    if (column->is.generated) {
        orm__put(w, w->dialect->serial_primary_key);
        return;
    }
    if (!column->nullable) orm__put(w, " not null");
    size_t before = w->length;
    orm__put(w, " default ");
    if (!orm__ddl_default(w, column, defaults)) w->length = before;
    orm__ddl_constraints(w, model, layout, column, whole_key);
}

static void orm__ddl_constraint(orm__writer *w, const char *name, const char *kind)
{
    orm__put(w, ",\n    constraint ");
    orm__put_name(w, name);
    orm__put(w, kind);
}

static void orm__ddl_column_checks(orm__writer *w, const orm_column *column)
{
    for (size_t n = 0; n < orm__ddl_checks(column); n++) {
        orm__writer condition = { .allocator = w->allocator, .dialect = w->dialect };
        char name[ORM__MADE_NAME];
        bool expressed = false;
        const char *rule = orm__ddl_check(&condition, column, n, &expressed);
        if (rule && expressed) {
            orm__make_name(name, w->dialect, (const char *const[]){ orm__column_name(column), rule }, 2, NULL);
            orm__ddl_constraint(w, name, " check (");
            orm__put_bytes(w, condition.text, condition.length);
            orm__put_char(w, ')');
        }
        if (condition.failed) w->failed = true;
        orm__writer_release(&condition);
    }
}

static bool orm__ddl_takes_tail(const orm_dialect *dialect, const orm_model *model)
{
    bool fits = dialect->create_table_tail != NULL;
    for (size_t i = 0; i < model->n_columns && fits && dialect->tail_types; i++) {
        const char *const *type = dialect->tail_types;
        if (!model->columns[i].type_sql) continue;
        while (*type && !orm__same_word(*type, model->columns[i].type_sql)) type++;
        fits = *type != NULL;
    }
    return fits;
}

ORM_PRIVATE void orm__ddl_table(orm__writer *w, const orm_model *model, const orm__layout *layout, const void *defaults)
{
    orm__put(w, "create table ");
    orm__put_name(w, model->table);
    for (size_t i = 0; i < model->n_columns; i++) {
        orm__put(w, i ? ",\n    " : " (\n    ");
        orm__ddl_column(w, model, layout, &model->columns[i], defaults);
    }
    if (orm__key_length(model) > 1) {
        const char *between = ",\n    primary key (";
        for (size_t i = 0; i < model->n_columns; i++) {
            if (!model->columns[i].primary_key) continue;
            orm__put(w, between);
            orm__put_name(w, orm__column_name(&model->columns[i]));
            between = ", ";
        }
        orm__put_char(w, ')');
    }
    for (size_t i = 0; i < model->n_relations; i++) {
        const orm_relation *foreign = orm__foreign_key(model, i);
        char name[ORM__MADE_NAME];
        if (!foreign || orm__ddl_is_late(layout, NULL, foreign)) continue;
        orm__ddl_reference_name(name, w->dialect, model, NULL, foreign);
        orm__put(w, ",\n   ");
        orm__ddl_name_constraint(w, name);
        orm__put_char(w, ' ');
        orm__ddl_relation_key(w, foreign);
    }
    for (size_t i = 0; i < model->n_columns; i++) orm__ddl_column_checks(w, &model->columns[i]);
    for (const orm_model_option *o = model->options; o && o->kind; o++) {
        if (o->kind != ORM_OPTION_CHECK) continue;
        orm__ddl_constraint(w, o->name, " check (");
        orm__put(w, o->sql);
        orm__put_char(w, ')');
    }
    orm__put(w, "\n)");
    if (orm__ddl_takes_tail(w->dialect, model)) orm__put(w, w->dialect->create_table_tail);
    orm__put(w, ";\n");
}

ORM_PRIVATE bool orm__ddl_comment(orm__writer *w, const orm_model *model, size_t n)
{
    const orm_column *column = n ? &model->columns[n - 1] : NULL;
    const char *text_ = column ? column->comment : NULL;
    for (const orm_model_option *o = model->options; !column && o && o->kind; o++)
        if (o->kind == ORM_OPTION_COMMENT) text_ = o->sql;
    if (!text_ || !w->dialect->can.comments) return false;
    orm__put(w, column ? "comment on column " : "comment on table ");
    orm__put_name(w, model->table);
    if (column) {
        orm__put_char(w, '.');
        orm__put_name(w, orm__column_name(column));
    }
    orm__put(w, " is ");
    orm__put_string_literal(w, text_);
    orm__put(w, ";\n");
    return true;
}

ORM_PRIVATE void orm__ddl_index(orm__writer *w, const orm__index *index)
{
    orm__put(w, index->unique ? "create unique index " : "create index ");
    orm__put_name(w, index->name);
    orm__put(w, " on ");
    orm__put_name(w, index->model->table);
    orm__put(w, " (");
    if (index->column) orm__put_name(w, orm__column_name(index->column));
    for (size_t i = 0, n = 0; index->option && i < index->option->n_parts; i++) {
        const orm_index_part *part = &index->option->parts[i];
        if (!part->column && !part->sql) continue;
        if (n++) orm__put(w, ", ");
        if (part->column) {
            orm__put_name(w, orm__column_name(part->column));
        } else {
            orm__put_char(w, '(');
            orm__put(w, part->sql);
            orm__put_char(w, ')');
        }
        if (part->descending) orm__put(w, " desc");
    }
    orm__put_char(w, ')');
    if (index->where) { orm__put(w, " where "); orm__put(w, index->where); }
    orm__put(w, ";\n");
}

/* ---- counters --------------------------------------------------------------------------------------------------- */
ORM_PRIVATE void orm__ddl_counter(orm__writer *w, const orm_counter *counter)
{
    for (unsigned part = 0; part < ORM__COUNTER_PARTS; part++) (void)w->dialect->counter(w, counter, part);
}

/* what the triggers call is dropped when they are gone */
ORM_PRIVATE void orm__ddl_counter_drop(orm__writer *w, const orm_counter *counter)
{
    for (unsigned part = ORM__COUNTER_PARTS; part-- > 0; ) (void)w->dialect->counter_drop(w, counter, part);
}

ORM_PRIVATE void orm__ddl_recount(orm__writer *w, const orm_counter *counter)
{
    orm__put(w, "update ");
    orm__put_name(w, counter->parent);
    orm__put(w, " set ");
    orm__put_name(w, counter->column);
    orm__put(w, " = (select count(*) from ");
    orm__put_name(w, counter->child);
    orm__put(w, " as c");
    for (size_t i = 0; i < counter->n; i++) {
        orm__put(w, i ? " and c." : " where c.");
        orm__put_name(w, counter->key[i]);
        orm__put(w, " = ");
        orm__put_name(w, counter->parent);
        orm__put_char(w, '.');
        orm__put_name(w, counter->referred[i]);
    }
    orm__put(w, ");\n");
}

/* ---- searches --------------------------------------------------------------------------------------------------- */
ORM_PRIVATE void orm__ddl_search(orm__writer *w, const orm_search_index *search, bool fill)
{
    for (unsigned part = 0; part < ORM__SEARCH_PARTS; part++)
        if (part != ORM__SEARCH_FILL || fill) (void)w->dialect->search(w, search, part);
}

/* the triggers first, which name the index */
ORM_PRIVATE void orm__ddl_search_drop(orm__writer *w, const orm_search_index *search)
{
    for (unsigned part = ORM__SEARCH_PARTS; part-- > 0; ) (void)w->dialect->search_drop(w, search, part);
}

/* ---- for people ------------------------------------------------------------------------------------------------ */
ORM_API char *orm_schema_sql(orm_db *handle, const orm_schema *schema)
{
    orm__session *db = orm__enter(handle, ORM__WRITE, NULL, ORM__CALLER, 0);
    if (!db) return NULL;
    orm_allocator allocator = orm__default_allocator();
    orm__layout layout;
    orm__writer w;
    char *text_ = NULL;
    orm__text_begin(&w, &allocator);
    w.dialect = db->dialect;
    orm_status status = orm__layout_make(db, schema, &db->scratch, &layout);
    for (size_t i = 0; i < layout.n_enums && !status; i++) orm__ddl_enum(&w, layout.enums[i]);
    for (size_t i = 0; i < layout.n_models && !status; i++) {
        const void *defaults = orm__default_row(db, layout.models[i], &db->scratch);
        if (defaults) orm__ddl_table(&w, layout.models[i], &layout, defaults);
        else status = ORM_NO_MEMORY;
        for (size_t n = 0; n <= layout.models[i]->n_columns; n++) (void)orm__ddl_comment(&w, layout.models[i], n);
    }
    for (size_t i = 0; i < layout.n_indexes && !status; i++) orm__ddl_index(&w, &layout.indexes[i]);
    for (size_t i = 0; i < layout.n_keys && !status; i++)
        if (layout.keys[i].late) orm__ddl_key(&w, &layout.keys[i]);
    for (size_t i = 0; i < layout.n_counters && !status; i++) orm__ddl_counter(&w, &layout.counters[i]);
    for (size_t i = 0; i < layout.n_searches && !status; i++) orm__ddl_search(&w, &layout.searches[i], false);
    if (!status) text_ = orm__text_end(&w, NULL);
    else orm__writer_release(&w);
    orm__leave(db);
    return text_;
}

static void orm__report_line(FILE *out, const orm_model *model, const char *field, const char *rule, const char *who)
{
    char name[160];
    snprintf(name, sizeof name, "%s%s%s", model->name, field[0] ? "." : "", field);
    fprintf(out, "%-40s %-14s %s\n", name, rule, who);
}

ORM_API void orm_schema_report(FILE *out, orm_db *handle, const orm_schema *schema)
{
    orm_allocator allocator = orm__default_allocator();
    if (!out || !handle || !schema) return;
    const char *both = "database and program", *database = "database", *program = "program only";
    for (size_t m = 0; m < schema->n_models; m++) {
        const orm_model *model = schema->models[m];
        for (size_t i = 0; i < model->n_columns; i++) {
            const orm_column *column = &model->columns[i];
            const orm_model *parent = NULL;
            if (!column->nullable && !column->is.generated) orm__report_line(out, model, column->name, "required", both);
            if (column->unique) orm__report_line(out, model, column->name, "unique", database);
            if (orm__target_of(column, &parent)) orm__report_line(out, model, column->name, "references", database);
            if (column->on_delete == ORM_CASCADE && orm__hooked(model, ORM__DESTROY_EVENTS | ORM__BULK_DESTROY_EVENTS)) orm__report_line(out, model, column->name, "cascade", "database, without hooks");
            if (column->on_delete == ORM_CASCADE && parent && parent->deleted_at) orm__report_line(out, model, column->name, "cascade", "only when the parent is destroyed hard");
            if (column->is.type == ORM_ENUM && handle->pool->dialect->can.enum_types) orm__report_line(out, model, column->name, "values", both);
            for (size_t n = 0; n < orm__ddl_checks(column); n++) {
                orm__writer w = { .allocator = &allocator, .dialect = handle->pool->dialect };
                bool expressed = false;
                const char *rule = orm__ddl_check(&w, column, n, &expressed);
                if (rule) orm__report_line(out, model, column->name, rule, expressed ? both : program);
                orm__writer_release(&w);
            }
        }
        for (size_t i = 0; i < model->n_relations; i++)
            if (orm__foreign_key(model, i)) orm__report_line(out, model, model->relations[i].name, "references", database);
        for (const orm_model_option *o = model->options; o && o->kind; o++) {
            if (o->kind == ORM_OPTION_UNIQUE) orm__report_line(out, model, "", "unique", database);
            if (o->kind == ORM_OPTION_CHECK) orm__report_line(out, model, "", o->name, database);
            if (o->kind == ORM_OPTION_VALIDATE) orm__report_line(out, model, "", o->name, program);
        }
    }
}

/* >>snapshot: a schema as lines of text, and back. Each migration ends with one, so that the next can be derived without a database; it has what
   concerns the database, in words of rows, and nothing of the program's own. What was("...") says is read, but not written: it is about the way here.

       enum "Role": "admin", "member"
       table "users"
         "id" serial
         "name" string(200) length(2, 200)
         "role" enumeration("Role") default("member")
         "team_id" bigint nullable references("teams", "id") on_delete(set_null) indexed
         "post_count" bigint counter_of("posts", "author_id")
         foreign_key("a", "b") references("orders") on_delete(cascade) deferred
         index("name", desc "age") where("age > 3")
         unique(sql "lower(name)")
         check("sane", "age > 0")
         comment("who writes")

   Defaults are texts in a form of their type. All texts are C string literals. */
#include "evolve.h"

/* ---- texts as C literals --------------------------------------------------------------------------------------------- */
ORM_PRIVATE void orm__put_c_text(orm__writer *w, const char *text_)
{
    orm__put_char(w, '"');
    for (const char *s = text_; *s; ) {
        bool shown = false;
        size_t n = orm__visible(s, strlen(s), &shown);
        if (!n) n = 1;
        if (*s == '"' || *s == '\\' || *s == '?') orm__put_char(w, '\\');       /* a question mark could begin a trigraph */
        if (shown) orm__put_bytes(w, s, n);
        else if (*s == '\n') orm__put(w, "\\n");
        else for (size_t i = 0; i < n; i++) orm__put_format(w, "\\%03o", (unsigned)(unsigned char)s[i]);
        s += n;
    }
    orm__put_char(w, '"');
}

/* one character of a literal behind its backslash; 0 when it is none that is written above */
static char orm__c_escape(const char **at, const char *end_)
{
    if (*at == end_) return 0;
    char c = *(*at)++;
    if (c == '"' || c == '\\' || c == '?') return c;
    if (c == 'n') return '\n';
    unsigned code = 0;
    (*at)--;
    for (int i = 0; i < 3; i++, (*at)++) {
        if (*at == end_ || **at < '0' || **at > '7') return 0;
        code = code * 8 + (unsigned)(**at - '0');
    }
    return code < 256 ? (char)code : 0;
}

ORM_PRIVATE const char *orm__read_c_text(const char **at, const char *end_, orm_arena *arena)
{
    if (*at == end_ || **at != '"') return NULL;
    char *out = orm__bump(arena, (size_t)(end_ - *at), 1);
    size_t n = 0;
    if (!out) return NULL;
    for (const char *s = *at + 1; s < end_ && *s != '\n'; ) {
        char c = *s++;
        if (c == '"') {
            out[n] = 0;
            *at = s;
            return out;
        }
        if (c == '\\') c = orm__c_escape(&s, end_);
        if (!c) return NULL;
        out[n++] = c;
    }
    return NULL;
}

/* ---- writing ----------------------------------------------------------------------------------------------------------- */
static void orm__snapshot_word(orm__writer *w, const char *word, const char *text_)
{
    orm__put_format(w, " %s(", word);
    orm__put_c_text(w, text_);
    orm__put_char(w, ')');
}

/* the words of rows that need nothing beside them */
static const char *const orm__type_words[ORM_TYPES] = {
    [ORM_INT16] = "smallint", [ORM_INT32] = "integer", [ORM_INT64] = "bigint", [ORM_FLOAT] = "real", [ORM_DOUBLE] = "double", [ORM_BOOL] = "boolean",
    [ORM_TEXT] = "text", [ORM_BLOB] = "blob", [ORM_DATE] = "date", [ORM_CLOCK] = "time", [ORM_TIME] = "timestamp", [ORM_UUID] = "uuid", [ORM_JSON] = "json",
    [ORM_INET] = "inet", [ORM_INTERVAL] = "interval", [ORM_DECIMAL] = "decimal",
};

ORM_PRIVATE void orm__put_type_word(orm__writer *w, const orm_column_type *is)
{
    if (is->generated) orm__put(w, "serial");
    else if (is->type == ORM_TEXT && is->size) orm__put_format(w, "%s(%" PRIu32 ")", is->fixed ? "char" : "string", is->size);
    else if (is->type == ORM_DECIMAL) orm__put_format(w, "decimal(%u, %u)", (unsigned)is->precision, (unsigned)is->scale);
    else if (is->type == ORM_ARRAY) orm__put_format(w, "array(%s)", orm__type_words[is->element]);
    else orm__put(w, is->jsonb ? "jsonb" : orm__type_words[is->type]);
}

static void orm__snapshot_type(orm__writer *w, const orm_column_type *is)
{
    if (is->type != ORM_ENUM) {
        orm__put_type_word(w, is);
        return;
    }
    orm__put(w, "enumeration(");
    orm__put_c_text(w, is->labels->name);
    orm__put_char(w, ')');
}

static void orm__snapshot_blob(orm__writer *w, const orm_value *value)
{
    for (uint32_t i = 0; i < value->length; i++) orm__put_format(w, "%02x", (unsigned)((const unsigned char *)value->as.p)[i]);
}

/* the default that the table has, and no other: what the program makes for each row is none of the database's */
static void orm__snapshot_default(orm__writer *w, const orm_column *column, const void *row)
{
    orm_type type = column->is.type;
    char number[ORM_INTERVAL_SIZE];          /* the longest of them */
    if (!column->has_default || !column->default_is_constant || type == ORM_UUID || type == ORM_TIME || type == ORM_DATE || type == ORM_CLOCK) return;
    orm_value value = orm__value_of(column, row);
    if (value.type == ORM_NULL) return;
    if (type == ORM_TEXT || type == ORM_JSON) {
        orm__snapshot_word(w, "default", value.as.s);
        return;
    }
    orm__put(w, " default(\"");
    if (type == ORM_ENUM) orm__put(w, column->is.labels->labels[value.as.i - 1]);
    else if (type == ORM_BOOL) orm__put(w, value.as.i ? "true" : "false");
    else if (type == ORM_FLOAT || type == ORM_DOUBLE) orm__put_number(w, value.as.d, type == ORM_FLOAT);
    else if (type == ORM_DECIMAL) orm__put(w, orm_decimal_text((orm_decimal){ value.as.decimal.high, value.as.decimal.low, value.scale }, number));
    else if (type == ORM_BLOB) orm__snapshot_blob(w, &value);
    else if (type == ORM_INET) orm__put(w, orm_inet_text(orm__value_inet(&value), number));
    else if (type == ORM_INTERVAL) orm__put(w, orm_interval_text(value.as.interval, number));
    else orm__put_int(w, value.as.i);
    orm__put(w, "\")");
}

static void orm__snapshot_bound(orm__writer *w, const orm_column *column, int64_t integer, double number)
{
    if (column->is.type == ORM_FLOAT || column->is.type == ORM_DOUBLE) orm__put_number(w, number, column->is.type == ORM_FLOAT);
    else orm__put_int(w, integer);
}

static void orm__snapshot_one_of(orm__writer *w, const orm_rule *rule)
{
    orm__put(w, rule->kind == ORM_RULE_ONE_OF_TEXT || rule->kind == ORM_RULE_ONE_OF_INT ? " one_of(" : " not_in(");
    for (size_t i = 0; rule->texts && rule->texts[i]; i++) {
        orm__put(w, i ? ", " : "");
        orm__put_c_text(w, rule->texts[i]);
    }
    for (size_t i = 0; i < rule->n_numbers; i++) orm__put_format(w, "%s%" PRId64, i ? ", " : "", rule->numbers[i]);
    orm__put_char(w, ')');
}

/* rules of which the database may keep a check; the others are the program's own */
static void orm__snapshot_rule(orm__writer *w, const orm_column *column, const orm_rule *rule)
{
    switch (rule->kind) {
    case ORM_RULE_NOT_EMPTY: orm__put(w, " not_empty"); break;
    case ORM_RULE_LENGTH:
    case ORM_RULE_BYTES:     orm__put_format(w, " %s(%" PRId64 ", %" PRId64 ")", orm__rule_name(rule->kind), rule->low, rule->high); break;
    case ORM_RULE_AT_LEAST:
    case ORM_RULE_AT_MOST:
        orm__put(w, rule->kind == ORM_RULE_AT_LEAST ? " at_least(" : " at_most(");
        if (rule->kind == ORM_RULE_AT_LEAST) orm__snapshot_bound(w, column, rule->low, rule->low_number);
        else orm__snapshot_bound(w, column, rule->high, rule->high_number);
        orm__put_char(w, ')');
        break;
    case ORM_RULE_BETWEEN:
        orm__put(w, " between(");
        orm__snapshot_bound(w, column, rule->low, rule->low_number);
        orm__put(w, ", ");
        orm__snapshot_bound(w, column, rule->high, rule->high_number);
        orm__put_char(w, ')');
        break;
    case ORM_RULE_ONE_OF_TEXT:
    case ORM_RULE_ONE_OF_INT:
    case ORM_RULE_NOT_IN_TEXT:
    case ORM_RULE_NOT_IN_INT: orm__snapshot_one_of(w, rule); break;
    default:
        if (!orm__rule_may_be_check(rule->kind)) break;
        orm__put_char(w, ' ');
        orm__put_rule(w, column, rule);
    }
}

static const char *const orm__action_words[] = { "no_action", "cascade", "set_null", "set_default", "restrict", "no_action" };

ORM_PRIVATE void orm__put_actions(orm__writer *w, const char *before, orm_action on_delete, orm_action on_update, orm_deferral deferral)
{
    if (on_delete) orm__put_format(w, "%son_delete(%s)", before, orm__action_words[on_delete]);
    if (on_update) orm__put_format(w, "%son_update(%s)", before, orm__action_words[on_update]);
    if (deferral) orm__put_format(w, "%s%s", before, deferral == ORM_DEFERRED ? "deferred" : "deferrable");
}

static void orm__snapshot_counter(orm__writer *w, const orm_relation *counted)
{
    orm__path path;
    orm__path_of(counted, &path);
    const orm_model *child = counted->kind == ORM_MANY_TO_MANY ? counted->through : counted->target;
    orm__put(w, " counter_of(");
    orm__put_c_text(w, child->table);
    for (unsigned i = 0; i < path.n; i++) {
        orm__put(w, ", ");
        orm__put_c_text(w, orm__column_name(path.there[i]));
    }
    orm__put_char(w, ')');
}

static void orm__snapshot_column(orm__writer *w, const orm_column *column, const void *row)
{
    const orm_model *parent = NULL;
    const orm_column *target = orm__target_of(column, &parent);
    orm__put_c_text(w, orm__column_name(column));
    orm__put_char(w, ' ');
    orm__snapshot_type(w, &column->is);
    if (column->type_sql) orm__snapshot_word(w, "type_sql", column->type_sql);
    if (column->nullable) orm__put(w, " nullable");
    if (column->primary_key && !column->is.generated) orm__put(w, " primary_key");
    if (column->unique && !orm__is_unique_alive(column)) orm__put(w, " unique");
    if (column->indexed) orm__put(w, " indexed");
    if (column->searched) orm__put(w, " searched");
    if (column->default_sql) orm__snapshot_word(w, "default_sql", column->default_sql);
    if (column->is.version) orm__snapshot_word(w, "default_sql", "1");
    orm__snapshot_default(w, column, row);
    for (const orm_rule *rule = column->rules; rule && rule->kind && !column->is.hash; rule++) orm__snapshot_rule(w, column, rule);
    if (target) {
        orm__put(w, " references(");
        orm__put_c_text(w, parent->table);
        orm__put(w, ", ");
        orm__put_c_text(w, orm__column_name(target));
        orm__put_char(w, ')');
        orm__put_actions(w, " ", column->on_delete, column->on_update, column->deferral);
    }
    if (column->counter_of) orm__snapshot_counter(w, column->counter_of);
    if (column->comment) orm__snapshot_word(w, "comment", column->comment);
}

static void orm__snapshot_foreign_key(orm__writer *w, const orm_relation *relation)
{
    orm__put(w, "foreign_key(");
    for (size_t i = 0; relation->key[i]; i++) {
        orm__put(w, i ? ", " : "");
        orm__put_c_text(w, orm__column_name(relation->key[i]));
    }
    orm__put_char(w, ')');
    orm__snapshot_word(w, "references", relation->target->table);
    orm__put_actions(w, " ", relation->on_delete, relation->on_update, relation->deferral);
}

static void orm__snapshot_index(orm__writer *w, const orm_model *model, const orm_model_option *option)
{
    const char *where = NULL;
    size_t n = 0;
    orm__put(w, option->kind == ORM_OPTION_UNIQUE ? "unique(" : "index(");
    for (size_t i = 0; i < option->n_parts; i++) {
        const orm_index_part *part = &option->parts[i];
        if (part->where) where = part->where;
        if (!part->column && !part->sql) continue;
        if (n++) orm__put(w, ", ");
        if (part->descending) orm__put(w, "desc ");
        if (!part->column) orm__put(w, "sql ");
        orm__put_c_text(w, part->column ? orm__column_name(part->column) : part->sql);
    }
    orm__put_char(w, ')');
    if (option->kind == ORM_OPTION_UNIQUE && model->deleted_at) {
        orm__writer alive = { .allocator = w->allocator };
        orm__put_alive(&alive, model, where);
        if (alive.failed) w->failed = true;
        else orm__snapshot_word(w, "where", alive.text);
        orm__writer_release(&alive);
    } else if (where) {
        orm__snapshot_word(w, "where", where);
    }
}

static bool orm__snapshot_option(orm__writer *w, const orm_model *model, const orm_model_option *option)
{
    switch (option->kind) {
    case ORM_OPTION_INDEX:
    case ORM_OPTION_UNIQUE: orm__snapshot_index(w, model, option); break;
    case ORM_OPTION_CHECK:
        orm__put(w, "check(");
        orm__put_c_text(w, option->name);
        orm__put(w, ", ");
        orm__put_c_text(w, option->sql);
        orm__put_char(w, ')');
        break;
    case ORM_OPTION_COMMENT:
        orm__put(w, "comment(");
        orm__put_c_text(w, option->sql);
        orm__put_char(w, ')');
        break;
    default: return false;
    }
    return true;
}

static void orm__snapshot_table(orm__writer *w, const orm_model *model, const void *row, const char *before)
{
    orm__put_format(w, "%stable ", before);
    orm__put_c_text(w, model->table);
    orm__put_char(w, '\n');
    for (size_t i = 0; i < model->n_columns; i++) {
        orm__put_format(w, "%s  ", before);
        orm__snapshot_column(w, &model->columns[i], row);
        orm__put_char(w, '\n');
    }
    for (size_t i = 0; i < model->n_relations; i++) {
        const orm_relation *key = orm__foreign_key(model, i);
        if (!key) continue;
        orm__put_format(w, "%s  ", before);
        orm__snapshot_foreign_key(w, key);
        orm__put_char(w, '\n');
    }
    for (const orm_model_option *o = model->options; o && o->kind; o++) {
        size_t from = w->length;
        orm__put_format(w, "%s  ", before);
        if (orm__snapshot_option(w, model, o)) orm__put_char(w, '\n');
        else w->length = from;
    }
    for (size_t i = 0; i < model->n_columns; i++) {
        const orm_index_part part = { .column = &model->columns[i] };
        const orm_model_option unique = { .kind = ORM_OPTION_UNIQUE, .parts = &part, .n_parts = 1 };
        if (!orm__is_unique_alive(&model->columns[i])) continue;
        orm__put_format(w, "%s  ", before);
        orm__snapshot_index(w, model, &unique);
        orm__put_char(w, '\n');
    }
}

/* was this enumeration written for an earlier column? */
ORM_PRIVATE bool orm__enum_is_written(const orm_schema *schema, size_t model, size_t column)
{
    const char *name = schema->models[model]->columns[column].is.labels->name;
    for (size_t m = 0; m <= model; m++)
        for (size_t c = 0; c < schema->models[m]->n_columns && !(m == model && c == column); c++) {
            const orm_column_type *is = &schema->models[m]->columns[c].is;
            if (is->type == ORM_ENUM && strcmp(is->labels->name, name) == 0) return true;
        }
    return false;
}

static void orm__snapshot_enum(orm__writer *w, const orm_enum *labels, const char *before)
{
    orm__put_format(w, "%senum ", before);
    orm__put_c_text(w, labels->name);
    for (size_t i = 0; i < labels->count; i++) {
        orm__put(w, i ? ", " : ": ");
        orm__put_c_text(w, labels->labels[i]);
    }
    orm__put_char(w, '\n');
}

ORM_PRIVATE void orm__snapshot_write(orm__writer *w, const orm_schema *schema, const char *before)
{
    orm_arena arena = { .orm__allocator = *w->allocator };
    for (size_t m = 0; m < schema->n_models; m++)
        for (size_t c = 0; c < schema->models[m]->n_columns; c++)
            if (schema->models[m]->columns[c].is.type == ORM_ENUM && !orm__enum_is_written(schema, m, c)) orm__snapshot_enum(w, schema->models[m]->columns[c].is.labels, before);
    for (size_t m = 0; m < schema->n_models; m++) {
        const void *row = orm__default_row(NULL, schema->models[m], &arena);
        if (row) orm__snapshot_table(w, schema->models[m], row, before);
        else w->failed = true;
    }
    orm_arena_release(&arena);
}

/* ---- reading ------------------------------------------------------------------------------------------------------------- */
typedef struct orm__reading { const char *at, *end; orm_arena *arena; orm__draft *draft; orm_column *column; const char *why; } orm__reading;

static bool orm__reading_refuse(orm__reading *r, const char *why)
{
    if (!r->why) r->why = why;
    return false;
}

static void orm__reading_blank(orm__reading *r) { while (r->at < r->end && (*r->at == ' ' || *r->at == '\t' || *r->at == '\r')) r->at++; }
static bool orm__reading_done(orm__reading *r)
{
    orm__reading_blank(r);
    return r->at == r->end;
}

static bool orm__reading_take(orm__reading *r, const char *what)
{
    size_t n = strlen(what);
    orm__reading_blank(r);
    if ((size_t)(r->end - r->at) < n || memcmp(r->at, what, n) != 0) return false;
    char next = (size_t)(r->end - r->at) > n ? r->at[n] : ' ', last = what[n - 1];
    if (last >= 'a' && last <= 'z' && ((next >= 'a' && next <= 'z') || next == '_' || (next >= '0' && next <= '9'))) return false;      /* only the beginning of a word */
    r->at += n;
    return true;
}

static bool orm__reading_need(orm__reading *r, const char *what) { return orm__reading_take(r, what) || orm__reading_refuse(r, "a bracket or a comma is missing"); }

static const char *orm__reading_text(orm__reading *r)
{
    orm__reading_blank(r);
    const char *text_ = orm__read_c_text(&r->at, r->end, r->arena);
    if (!text_) orm__reading_refuse(r, "a text in quotes is missing");
    return text_;
}

static const char *orm__reading_one(orm__reading *r)       /* ("text") */
{
    const char *text_ = orm__reading_need(r, "(") ? orm__reading_text(r) : NULL;
    return text_ && orm__reading_need(r, ")") ? text_ : NULL;
}

static double orm__reading_number(orm__reading *r, int64_t *integer)
{
    double number = 0;
    char digits[32] = "";
    size_t n = 0;
    orm__reading_blank(r);
    while (r->at + n < r->end && strchr("+-.0123456789eE", r->at[n])) n++;
    if (n == 0 || !orm__read_double(r->at, r->at + n, &number)) orm__reading_refuse(r, "a number is missing");
    memcpy(digits, r->at, n < sizeof digits ? n : 0);
    char *stop = digits;
    errno = 0;
    *integer = strtoll(digits, &stop, 10);
    if (*stop || errno || n >= sizeof digits) *integer = number >= 9e18 ? INT64_MAX : number <= -9e18 ? INT64_MIN : (int64_t)number;
    r->at += n;
    return number;
}

/* ("a", "b", ...), at most `most`: how many there are; 0 when it is none */
static size_t orm__reading_list(orm__reading *r, const char **out, size_t most)
{
    size_t n = 0;
    if (!orm__reading_need(r, "(")) return 0;
    do {
        if (n == most) return (void)orm__reading_refuse(r, "a list is too long"), 0;
        out[n] = orm__reading_text(r);
        if (!out[n++]) return 0;
    } while (orm__reading_take(r, ","));
    return orm__reading_need(r, ")") ? n : 0;
}

static orm_action orm__reading_action(orm__reading *r)
{
    orm_action found = ORM_ACTION_NONE;
    if (!orm__reading_need(r, "(")) return found;
    for (unsigned i = ORM_CASCADE; i <= ORM_NO_ACTION && !found; i++)
        if (orm__reading_take(r, orm__action_words[i])) found = (orm_action)i;
    if (!found) orm__reading_refuse(r, "there is no such action");
    orm__reading_need(r, ")");
    return found;
}

static bool orm__reading_type(orm__reading *r, orm_column_type *is)
{
    int64_t number = 0;
    if (orm__reading_take(r, "serial")) *is = (orm_column_type){ .type = ORM_INT64, .generated = true };
    else if (orm__reading_take(r, "enumeration")) {
        const char *name = orm__reading_one(r);
        *is = (orm_column_type){ .type = ORM_ENUM, .labels = name ? orm__draft_enum(r->draft, name) : NULL };
        return is->labels && (is->labels->count || orm__reading_refuse(r, "there is no such enumeration"));
    } else if (orm__reading_take(r, "decimal")) {
        *is = (orm_column_type){ .type = ORM_DECIMAL };
        if (!orm__reading_need(r, "(")) return false;
        orm__reading_number(r, &number);
        is->precision = (uint8_t)number;
        if (!orm__reading_need(r, ",")) return false;
        orm__reading_number(r, &number);
        is->scale = (uint8_t)number;
        return orm__reading_need(r, ")");
    } else if (orm__reading_take(r, "string") || orm__reading_take(r, "char")) {
        *is = (orm_column_type){ .type = ORM_TEXT, .fixed = r->at[-1] == 'r' };
        if (!orm__reading_need(r, "(")) return false;
        orm__reading_number(r, &number);
        is->size = (uint32_t)number;
        return orm__reading_need(r, ")");
    } else if (orm__reading_take(r, "jsonb")) *is = (orm_column_type){ .type = ORM_JSON, .jsonb = true };
    else {
        bool array = orm__reading_take(r, "array");
        if (array && !orm__reading_need(r, "(")) return false;
        for (unsigned t = 0; t < ORM_TYPES; t++) {
            if (!orm__type_words[t] || !orm__reading_take(r, orm__type_words[t])) continue;
            *is = (orm_column_type){ .type = array ? ORM_ARRAY : (orm_type)t, .element = array ? (orm_type)t : ORM_NULL };
            return !array || orm__reading_need(r, ")");
        }
        return orm__reading_refuse(r, "there is no such type");
    }
    return true;
}

static bool orm__read_hex(orm_arena *arena, const char *digits, orm_value *out)
{
    size_t n = strlen(digits) / 2;
    unsigned char *bytes = orm_arena_allocate(arena, n + 1);
    for (size_t i = 0; i < n && bytes; i++) {
        unsigned byte = 0;
        if (sscanf(digits + 2 * i, "%2x", &byte) != 1) return false;
        bytes[i] = (unsigned char)byte;
    }
    *out = (orm_value){ .type = ORM_BLOB, .length = (uint32_t)n, .as.p = bytes };
    return bytes != NULL;
}

ORM_PRIVATE bool orm__default_from_text(const orm_column_type *is, const char *text_, orm_arena *arena, orm_value *out)
{
    orm_decimal number;
    orm_inet address;
    char *stop = NULL;
    *out = (orm_value){ .type = (uint8_t)is->type };
    switch (is->type) {
    case ORM_TEXT:
    case ORM_JSON:
        *out = orm__v_text(text_);
        out->type = (uint8_t)is->type;
        return true;
    case ORM_ENUM:
        for (size_t i = 0; i < is->labels->count; i++)
            if (strcmp(is->labels->labels[i], text_) == 0) out->as.i = (int64_t)i + 1;
        return out->as.i != 0;
    case ORM_BOOL:
        out->as.i = strcmp(text_, "true") == 0;
        return true;
    case ORM_FLOAT:
    case ORM_DOUBLE:
        return orm__read_double(text_, text_ + strlen(text_), &out->as.d);
    case ORM_DECIMAL:
        if (!orm_decimal_parse(text_, &number)) return false;
        *out = orm__v_decimal(number);
        return true;
    case ORM_BLOB: return orm__read_hex(arena, text_, out);
    case ORM_INTERVAL: return orm_interval_parse(text_, &out->as.interval);
    case ORM_INET:
        if (!orm_inet_parse(text_, &address)) return false;
        *out = orm__v_inet(address);
        return true;
    default:
        errno = 0;
        out->as.i = strtoll(text_, &stop, 10);
        return *text_ && *stop == 0 && !errno;
    }
}

static bool orm__reading_default(orm__reading *r)
{
    orm_value value;
    const char *text_ = orm__reading_one(r);
    if (!text_) return false;
    if (!orm__default_from_text(&r->column->is, text_, r->arena, &value)) return orm__reading_refuse(r, "the default does not fit the type");
    r->column->has_default = r->column->default_is_constant = true;
    orm__draft_default(r->draft, value);
    return true;
}

/* (low) or (low, high) */
static bool orm__reading_bounds(orm__reading *r, orm_rule_kind kind)
{
    orm_rule rule = { .kind = kind };
    int64_t first = 0, second = 0;
    if (!orm__reading_need(r, "(")) return false;
    double first_number = orm__reading_number(r, &first), second_number = 0;
    if ((kind == ORM_RULE_LENGTH || kind == ORM_RULE_BYTES || kind == ORM_RULE_BETWEEN) && orm__reading_need(r, ",")) second_number = orm__reading_number(r, &second);
    rule.low = first;
    rule.low_number = first_number;
    rule.high = kind == ORM_RULE_AT_MOST ? first : second;
    rule.high_number = kind == ORM_RULE_AT_MOST ? first_number : second_number;
    orm__draft_rule(r->draft, &rule);
    return orm__reading_need(r, ")");
}

static bool orm__reading_one_of(orm__reading *r, orm_rule_kind of_texts, orm_rule_kind of_numbers)
{
    bool texts = r->column->is.type == ORM_TEXT;
    size_t n = 0, most = (size_t)(r->end - r->at) / 2 + 2;
    const char **text_list = orm_arena_allocate(r->arena, most * sizeof *text_list);
    int64_t *numbers = orm_arena_allocate(r->arena, most * sizeof *numbers);
    if (!text_list || !numbers) return orm__reading_refuse(r, "out of memory");
    if (texts) n = orm__reading_list(r, text_list, most - 1);
    else if (orm__reading_need(r, "(")) {
        do orm__reading_number(r, &numbers[n++]); while (!r->why && orm__reading_take(r, ","));
        orm__reading_need(r, ")");
    }
    if (r->why || !n) return false;
    if (texts) orm__draft_rule(r->draft, &(orm_rule){ .kind = of_texts, .texts = text_list });
    else orm__draft_rule(r->draft, &(orm_rule){ .kind = of_numbers, .numbers = numbers, .n_numbers = n });
    return true;
}

static bool orm__reading_counter(orm__reading *r)
{
    const char *names[ORM__MAX_KEY + 1];
    size_t n = orm__reading_list(r, names, ORM__MAX_KEY + 1);
    if (n < 2) return orm__reading_refuse(r, "a counter needs a table and a key");
    orm__draft_counter(r->draft, names[0], names + 1, n - 1);
    return true;
}

static bool orm__reading_references(orm__reading *r)
{
    const char *names[2];
    if (orm__reading_list(r, names, 2) != 2) return orm__reading_refuse(r, "references needs a table and a column");
    orm__draft_references(r->draft, names[0], names[1]);
    return true;
}

static bool orm__reading_flag(orm__reading *r, const char *word, bool *flag)
{
    if (!orm__reading_take(r, word)) return false;
    *flag = true;
    return true;
}

static bool orm__reading_words(orm__reading *r, const char *word, const char **out)
{
    if (!orm__reading_take(r, word)) return false;
    *out = orm__reading_one(r);
    return true;
}

static bool orm__reading_deferral(orm__reading *r, orm_deferral *out)
{
    if (orm__reading_take(r, "deferred")) *out = ORM_DEFERRED;
    else if (orm__reading_take(r, "deferrable")) *out = ORM_DEFERRABLE;
    else return false;
    return true;
}

/* the rules that are a word, or a word and a text */
static bool orm__reading_rule(orm__reading *r, bool *is_one)
{
    *is_one = true;
    for (int kind = ORM_RULE_NONE + 1; kind < ORM_RULE_KINDS; kind++) {
        orm_rule rule = { .kind = (orm_rule_kind)kind };
        bool text_ = kind == ORM_RULE_EQUALS || kind == ORM_RULE_CONTAINS || kind == ORM_RULE_NOT_CONTAINS || kind == ORM_RULE_AFTER || kind == ORM_RULE_BEFORE;
        if (!orm__rule_may_be_check(rule.kind) || (!text_ && !orm__rule_format(rule.kind) && kind != ORM_RULE_NOT_EMPTY) || !orm__reading_take(r, orm__rule_name(rule.kind))) continue;
        if (text_ && !(rule.pattern = orm__reading_one(r))) return false;
        orm__draft_rule(r->draft, &rule);
        return true;
    }
    return *is_one = false;
}

static bool orm__reading_attribute(orm__reading *r)
{
    bool is_rule = false;
    orm_column *c = r->column;
    if (orm__reading_flag(r, "nullable", &c->nullable) || orm__reading_flag(r, "primary_key", &c->primary_key) || orm__reading_flag(r, "unique", &c->unique)
        || orm__reading_flag(r, "indexed", &c->indexed) || orm__reading_flag(r, "searched", &c->searched) || orm__reading_words(r, "type_sql", &c->type_sql) || orm__reading_words(r, "default_sql", &c->default_sql)
        || orm__reading_words(r, "was", &c->was) || orm__reading_words(r, "comment", &c->comment)) return !r->why;
    if (orm__reading_take(r, "default")) return orm__reading_default(r);
    if (orm__reading_take(r, "references")) return orm__reading_references(r);
    if (orm__reading_take(r, "counter_of")) return orm__reading_counter(r);
    if (orm__reading_take(r, "one_of")) return orm__reading_one_of(r, ORM_RULE_ONE_OF_TEXT, ORM_RULE_ONE_OF_INT);
    if (orm__reading_take(r, "not_in")) return orm__reading_one_of(r, ORM_RULE_NOT_IN_TEXT, ORM_RULE_NOT_IN_INT);
    if (orm__reading_take(r, "bytes")) return orm__reading_bounds(r, ORM_RULE_BYTES);
    if (orm__reading_take(r, "length")) return orm__reading_bounds(r, ORM_RULE_LENGTH);
    if (orm__reading_take(r, "at_least")) return orm__reading_bounds(r, ORM_RULE_AT_LEAST);
    if (orm__reading_take(r, "at_most")) return orm__reading_bounds(r, ORM_RULE_AT_MOST);
    if (orm__reading_take(r, "between")) return orm__reading_bounds(r, ORM_RULE_BETWEEN);
    if (orm__reading_rule(r, &is_rule) || is_rule) return !r->why;
    if (orm__reading_take(r, "on_delete")) return (c->on_delete = orm__reading_action(r)) != ORM_ACTION_NONE;
    if (orm__reading_take(r, "on_update")) return (c->on_update = orm__reading_action(r)) != ORM_ACTION_NONE;
    if (orm__reading_deferral(r, &c->deferral)) return true;
    return orm__reading_refuse(r, "there is no such word");
}

static bool orm__reading_column(orm__reading *r)
{
    const char *name = orm__reading_text(r);
    if (!name) return false;
    r->column = orm__draft_column(r->draft, name, name);
    if (!r->column) return orm__reading_refuse(r, "a column stands before the first table");
    if (!orm__reading_type(r, &r->column->is)) return false;
    r->column->primary_key = r->column->is.generated;
    while (!orm__reading_done(r))
        if (!orm__reading_attribute(r)) return false;
    return true;
}

static bool orm__reading_foreign_key(orm__reading *r)
{
    const char *columns[ORM__MAX_KEY];
    orm_action on_delete = ORM_ACTION_NONE, on_update = ORM_ACTION_NONE;
    orm_deferral deferral = ORM_NOT_DEFERRABLE;
    size_t n = orm__reading_list(r, columns, ORM__MAX_KEY);
    if (!n || !orm__reading_need(r, "references")) return false;
    const char *table = orm__reading_one(r);
    if (orm__reading_take(r, "on_delete")) on_delete = orm__reading_action(r);
    if (orm__reading_take(r, "on_update")) on_update = orm__reading_action(r);
    (void)orm__reading_deferral(r, &deferral);
    if (!r->why) orm__draft_foreign_key(r->draft, columns, n, table, on_delete, on_update, deferral);
    return !r->why;
}

static bool orm__reading_index(orm__reading *r, orm_option_kind kind)
{
    const char *where = NULL;
    orm__draft_option(r->draft, kind, NULL, NULL);
    if (!orm__reading_need(r, "(")) return false;
    do {
        bool descending = orm__reading_take(r, "desc"), sql = orm__reading_take(r, "sql");
        const char *text_ = orm__reading_text(r);
        if (!text_) return false;
        orm__draft_part(r->draft, sql ? NULL : text_, sql ? text_ : NULL, descending);
    } while (orm__reading_take(r, ","));
    if (!orm__reading_need(r, ")")) return false;
    if (orm__reading_words(r, "where", &where) && where) orm__draft_where(r->draft, where);
    return !r->why;
}

static bool orm__reading_check(orm__reading *r)
{
    const char *names[2];
    if (orm__reading_list(r, names, 2) != 2) return orm__reading_refuse(r, "check needs a name and a condition");
    orm__draft_option(r->draft, ORM_OPTION_CHECK, names[0], names[1]);
    return true;
}

static bool orm__reading_said(orm__reading *r, orm_option_kind kind)
{
    const char *text_ = orm__reading_one(r);
    if (text_) orm__draft_option(r->draft, kind, NULL, text_);
    return text_ != NULL;
}

static bool orm__reading_enum(orm__reading *r)
{
    const char *name = orm__reading_text(r), *label = NULL;
    orm_enum *labels = name ? orm__draft_enum(r->draft, name) : NULL;
    if (!labels || !orm__reading_need(r, ":")) return false;
    do {
        label = orm__reading_text(r);
        if (label) orm__draft_label(r->draft, labels, label);
    } while (label && orm__reading_take(r, ","));
    return label != NULL;
}

static bool orm__reading_line(orm__reading *r)
{
    bool fine = false;
    orm__reading_blank(r);
    if (r->at < r->end && *r->at == '"') fine = orm__reading_column(r);
    else if (orm__reading_take(r, "enum")) fine = orm__reading_enum(r);
    else if (orm__reading_take(r, "foreign_key")) fine = orm__reading_foreign_key(r);
    else if (orm__reading_take(r, "index")) fine = orm__reading_index(r, ORM_OPTION_INDEX);
    else if (orm__reading_take(r, "unique")) fine = orm__reading_index(r, ORM_OPTION_UNIQUE);
    else if (orm__reading_take(r, "check")) fine = orm__reading_check(r);
    else if (orm__reading_take(r, "comment")) fine = orm__reading_said(r, ORM_OPTION_COMMENT);
    else if (orm__reading_take(r, "was")) fine = orm__reading_said(r, ORM_OPTION_WAS);
    else if (orm__reading_take(r, "table")) {
        const char *table = orm__reading_text(r);
        fine = table && orm__draft_model(r->draft, table, table);
    } else return orm__reading_refuse(r, "this is no line of a schema");
    return fine && (orm__reading_done(r) || orm__reading_refuse(r, "something stands behind the end"));
}

ORM_PRIVATE const orm_schema *orm__snapshot_read(const char *text_, size_t size, orm_arena *arena, char why[200])
{
    orm__reading r = { .arena = arena, .draft = orm__draft_new(arena) };
    unsigned line = 1;
    if (!r.draft) r.why = "out of memory";
    for (const char *at = text_, *stop = text_ + size; at < stop && !r.why; line++) {
        const char *next = memchr(at, '\n', (size_t)(stop - at));
        r.at = at;
        r.end = next ? next : stop;
        at = next ? next + 1 : stop;
        if (orm__reading_take(&r, "--") && orm__reading_done(&r)) continue;
        if (orm__reading_done(&r)) continue;
        if (!orm__reading_line(&r)) orm__reading_refuse(&r, "out of memory");
        if (r.why) break;
    }
    if (!r.why) return orm__draft_finish(r.draft, "", why);
    orm__copy_clean(why, 200, "line %u: %s", line, r.why);
    return NULL;
}

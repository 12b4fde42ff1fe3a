/* >>json_schema: a model's rows and rules as JSON Schema and as attributes of HTML inputs. */
#include "internal.h"

/* ---- what the rules of a column say together ------------------------------------------------------------------------- */
typedef struct orm__limits {
    int64_t min_length, max_length;              /* in characters; -1 is none */
    const orm_rule *low, *high;                  /* bounds of numbers */
    const orm_rule *pattern, *list;
    const char *format;                          /* of JSON Schema, or NULL */
} orm__limits;

static const char *orm__format_word(orm_rule_kind kind)
{
    switch (kind) {
    case ORM_RULE_EMAIL: return "email";
    case ORM_RULE_URL: case ORM_RULE_URL_WITH: return "uri";
    case ORM_RULE_IPV4: return "ipv4";
    case ORM_RULE_IPV6: return "ipv6";
    case ORM_RULE_FQDN: return "hostname";
    case ORM_RULE_UUID_TEXT: case ORM_RULE_UUID_VERSION: return "uuid";
    case ORM_RULE_DATE_TEXT: return "date";
    case ORM_RULE_TIMESTAMP_TEXT: return "date-time";
    default: return NULL;
    }
}

static orm__limits orm__limits_of(const orm_column *column)
{
    orm__limits l = { .min_length = -1, .max_length = -1 };
    if (column->is.type == ORM_TEXT && column->is.size) l.max_length = column->is.size;
    if (column->is.fixed) l.min_length = column->is.size;
    for (const orm_rule *rule = column->rules; rule && rule->kind != ORM_RULE_NONE; rule++) {
        const char *format = orm__format_word(rule->kind);
        if (format) l.format = format;
        switch (rule->kind) {
        case ORM_RULE_NOT_EMPTY:
            if (l.min_length < 1) l.min_length = 1;
            break;
        case ORM_RULE_LENGTH:
            if (rule->low > l.min_length && rule->low > 0) l.min_length = rule->low;
            if (rule->high != INT64_MAX && (l.max_length < 0 || rule->high < l.max_length)) l.max_length = rule->high;
            break;
        case ORM_RULE_AT_LEAST: l.low = rule; break;
        case ORM_RULE_AT_MOST:  l.high = rule; break;
        case ORM_RULE_BETWEEN:  l.low = l.high = rule; break;
        case ORM_RULE_MATCHES:  l.pattern = rule; break;
        case ORM_RULE_ONE_OF_TEXT: case ORM_RULE_ONE_OF_INT: l.list = rule; break;
        default: break;
        }
    }
    return l;
}

/* ECMA-262, whose patterns both languages take, has no classes by name; the rest of a POSIX expression reads the same, but for a bracket that stands first in a list */
static bool orm__pattern_is_ecma(const char *pattern)
{
    return !strstr(pattern, "[:") && !strstr(pattern, "[.") && !strstr(pattern, "[=") && !strstr(pattern, "[]") && !strstr(pattern, "[^]");
}

static bool orm__schema_is_number(orm_type type) { return orm__is_whole(type) || type == ORM_FLOAT || type == ORM_DOUBLE || type == ORM_DECIMAL; }

static void orm__schema_bound(orm__writer *w, const orm_column *column, int64_t whole, double number)
{
    if (column->is.type == ORM_FLOAT || column->is.type == ORM_DOUBLE) orm__put_number(w, number, column->is.type == ORM_FLOAT);
    else orm__put_int(w, whole);
}

/* ---- JSON Schema ------------------------------------------------------------------------------------------------------- */
static void orm__schema_text(orm__writer *w, const char *text_) { orm__put_json_text(w, text_, strlen(text_)); }

static const char *orm__schema_type(orm_type type)
{
    switch (type) {
    case ORM_INT16: case ORM_INT32: case ORM_INT64: return "integer";
    case ORM_FLOAT: case ORM_DOUBLE: case ORM_DECIMAL: return "number";
    case ORM_BOOL:  return "boolean";
    case ORM_ARRAY: return "array";
    case ORM_JSON:  return NULL;                 /* anything */
    default:        return "string";
    }
}

static const char *orm__schema_format(orm_type type)
{
    switch (type) {
    case ORM_DATE:  return "date";
    case ORM_TIME:  return "date-time";
    case ORM_UUID:  return "uuid";
    case ORM_INTERVAL: return "duration";
    default:        return NULL;                 /* a time of day has no zone here, and "time" of RFC 3339 has; an address may have a prefix */
    }
}

/* "type":"integer","minimum":-32768 ... */
static void orm__schema_of_type(orm__writer *w, orm_type type, bool nullable)
{
    const char *word = orm__schema_type(type), *format = orm__schema_format(type);
    if (!word) return;
    orm__put_format(w, nullable ? ",\"type\":[\"%s\",\"null\"]" : ",\"type\":\"%s\"", word);
    if (format) orm__put_format(w, ",\"format\":\"%s\"", format);
    if (type == ORM_BLOB) orm__put(w, ",\"contentEncoding\":\"base64\"");
    if (type == ORM_CLOCK) orm__put(w, ",\"pattern\":\"^[0-9]{2}:[0-9]{2}(:[0-9]{2}(\\\\.[0-9]{1,6})?)?$\"");
}

static void orm__schema_labels(orm__writer *w, const char *const *texts, size_t n, bool nullable)
{
    orm__put(w, ",\"enum\":[");
    for (size_t i = 0; i < n; i++) {
        if (i) orm__put_char(w, ',');
        orm__schema_text(w, texts[i]);
    }
    orm__put(w, nullable ? ",null]" : "]");
}

static void orm__schema_list(orm__writer *w, const orm_rule *rule, bool nullable)
{
    size_t n = 0;
    if (rule->kind == ORM_RULE_ONE_OF_TEXT) {
        while (rule->texts[n]) n++;
        orm__schema_labels(w, rule->texts, n, nullable);
        return;
    }
    orm__put(w, ",\"enum\":[");
    for (; n < rule->n_numbers; n++) orm__put_format(w, n ? ",%" PRId64 : "%" PRId64, rule->numbers[n]);
    orm__put(w, nullable ? ",null]" : "]");
}

static void orm__schema_range(orm__writer *w, const orm_column *column, const orm__limits *l)
{
    static const struct { orm_type type; int64_t low, high; } widths[] = { { ORM_INT16, INT16_MIN, INT16_MAX }, { ORM_INT32, INT32_MIN, INT32_MAX }, { ORM_INT64, INT64_MIN, INT64_MAX } };
    int64_t low = 0, high = 0;
    bool wide = false;
    for (size_t i = 0; i < sizeof widths / sizeof widths[0]; i++) {
        if (widths[i].type != column->is.type) continue;
        low = widths[i].low;
        high = widths[i].high;
        wide = true;
    }
    if (l->low || wide) {
        orm__put(w, ",\"minimum\":");
        orm__schema_bound(w, column, l->low ? l->low->low : low, l->low ? l->low->low_number : 0);
    }
    if (l->high || wide) {
        orm__put(w, ",\"maximum\":");
        orm__schema_bound(w, column, l->high ? l->high->high : high, l->high ? l->high->high_number : 0);
    }
}

static void orm__schema_column(orm__writer *w, const orm_model *model, const orm_column *column, const void *defaults, bool output)
{
    const orm__limits l = orm__limits_of(column);
    orm_type type = column->is.type;
    size_t start = w->length;
    if (column->is.bits) {
        orm__put(w, column->nullable ? ",\"type\":[\"array\",\"null\"],\"uniqueItems\":true,\"items\":{\"type\":\"string\"" : ",\"type\":\"array\",\"uniqueItems\":true,\"items\":{\"type\":\"string\"");
        orm__schema_labels(w, column->is.labels->labels, column->is.labels->count, false);
        orm__put_char(w, '}');
    } else {
        orm__schema_of_type(w, type, column->nullable);
    }
    if (type == ORM_ARRAY) {
        orm__put(w, ",\"items\":{");
        size_t items = w->length;
        orm__schema_of_type(w, column->is.element, false);
        if (!w->failed) memmove(w->text + items, w->text + items + 1, w->length-- - items);      /* its comma, with the NUL */
        orm__put_char(w, '}');
    }
    if (type == ORM_ENUM) orm__schema_labels(w, column->is.labels->labels, column->is.labels->count, column->nullable);
    if (l.list) orm__schema_list(w, l.list, column->nullable);
    if (orm__schema_is_number(type) && !column->is.bits) orm__schema_range(w, column, &l);
    if (type == ORM_TEXT && l.min_length > 0) orm__put_format(w, ",\"minLength\":%" PRId64, l.min_length);
    if (type == ORM_TEXT && l.max_length >= 0) orm__put_format(w, ",\"maxLength\":%" PRId64, l.max_length);
    if (type == ORM_TEXT && l.format) orm__put_format(w, ",\"format\":\"%s\"", l.format);
    if (l.pattern && orm__pattern_is_ecma(l.pattern->pattern)) {
        orm__put(w, ",\"pattern\":");
        orm__schema_text(w, l.pattern->pattern);
    }
    if (column->has_default && !column->secret) {
        orm_value value = orm__value_of(column, defaults);
        orm__put(w, ",\"default\":");
        (void)orm__json_value(w, NULL, model, column, &value);
    }
    if (column->comment) {
        orm__put(w, ",\"description\":");
        orm__schema_text(w, column->comment);
    }
    if (output && (column->is.generated || column->counter_of || column->is.created_at || column->is.updated_at || column->is.version)) orm__put(w, ",\"readOnly\":true");
    if (!output && (column->secret || column->is.hash)) orm__put(w, ",\"writeOnly\":true");
    if (!w->failed && w->length > start) memmove(w->text + start, w->text + start + 1, w->length-- - start);      /* the first comma, with the NUL */
}

static void orm__schema_name(orm__writer *w, const orm_column *column, bool camel_case)
{
    char camel[128];
    if (camel_case) orm__camel_case(column->name, camel, sizeof camel);
    orm__schema_text(w, camel_case ? camel : column->name);
}

ORM_API char *orm__json_schema(const orm_model *model, const orm_mask *fields, bool camel_case)
{
    const orm_allocator a = orm__default_allocator();
    bool output = orm__mask_names_none(model, fields), first = true;
    orm_arena arena = { 0 };
    orm__writer w;
    orm__clear_error();
    const void *defaults = orm__default_row(NULL, model, &arena);
    if (!defaults) return NULL;
    orm__text_begin(&w, &a);
    orm__put(&w, "{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\",\"title\":");
    orm__schema_text(&w, model->name);
    orm__put(&w, ",\"type\":\"object\",\"properties\":{");
    for (size_t i = 0; i < model->n_columns; i++) {
        const orm_column *c = &model->columns[i];
        if (output ? c->secret : !orm__mask_has(fields, i)) continue;
        if (!first) orm__put_char(&w, ',');
        first = false;
        orm__schema_name(&w, c, camel_case);
        orm__put(&w, ":{");
        orm__schema_column(&w, model, c, defaults, output);
        orm__put_char(&w, '}');
    }
    orm__put(&w, "},\"required\":[");
    first = true;
    for (size_t i = 0; i < model->n_columns; i++) {
        const orm_column *c = &model->columns[i];
        if (output ? c->secret : !orm__mask_has(fields, i) || orm__json_may_miss(c)) continue;
        if (!first) orm__put_char(&w, ',');
        first = false;
        orm__schema_name(&w, c, camel_case);
    }
    orm__put(&w, output ? "]}" : "],\"additionalProperties\":false}");      /* what was loaded with a row stands in it, too */
    orm_arena_release(&arena);
    return orm__text_end(&w, NULL);
}

/* ---- HTML -------------------------------------------------------------------------------------------------------------- */
static void orm__html_text(orm__writer *w, const char *name, const char *text_)
{
    orm__put_format(w, " %s=\"", name);
    for (; *text_; text_++) {
        switch (*text_) {
        case '&': orm__put(w, "&amp;"); break;
        case '<': orm__put(w, "&lt;"); break;
        case '>': orm__put(w, "&gt;"); break;
        case '"': orm__put(w, "&quot;"); break;
        default:  orm__put_char(w, *text_); break;
        }
    }
    orm__put_char(w, '"');
}

static const char *orm__html_type(const orm_column *column, const orm__limits *l)
{
    orm_type type = column->is.type;
    if (column->is.hash || column->secret) return "password";
    if (orm__schema_is_number(type) && !column->is.bits) return "number";
    if (type == ORM_BOOL)  return "checkbox";
    if (type == ORM_DATE)  return "date";
    if (type == ORM_CLOCK) return "time";
    if (l->format && strcmp(l->format, "email") == 0) return "email";
    if (l->format && strcmp(l->format, "uri") == 0) return "url";
    for (const orm_rule *rule = column->rules; rule && rule->kind != ORM_RULE_NONE; rule++)
        if (rule->kind == ORM_RULE_E164) return "tel";
    return "text";
}

ORM_API char *orm__html_input(const orm_column *column)
{
    const orm_allocator a = orm__default_allocator();
    const orm__limits l = orm__limits_of(column);
    orm_type type = column->is.type;
    orm__writer w;
    orm__clear_error();
    orm__text_begin(&w, &a);
    orm__put_format(&w, "name=\"%s\" type=\"%s\"", column->name, orm__html_type(column, &l));
    if (!orm__json_may_miss(column) && type != ORM_BOOL) orm__put(&w, " required");      /* a box that must be ticked is another thing */
    if (type == ORM_TEXT && l.min_length > 0) orm__put_format(&w, " minlength=\"%" PRId64 "\"", l.min_length);
    if (type == ORM_TEXT && l.max_length >= 0) orm__put_format(&w, " maxlength=\"%" PRId64 "\"", l.max_length);
    if (orm__schema_is_number(type) && l.low) {
        orm__put(&w, " min=\"");
        orm__schema_bound(&w, column, l.low->low, l.low->low_number);
        orm__put_char(&w, '"');
    }
    if (orm__schema_is_number(type) && l.high) {
        orm__put(&w, " max=\"");
        orm__schema_bound(&w, column, l.high->high, l.high->high_number);
        orm__put_char(&w, '"');
    }
    if (column->is.bits) {
        /* a set is no number to be stepped through */
    } else if (orm__is_whole(type) || (type == ORM_DECIMAL && column->is.scale == 0)) {
        orm__put(&w, " step=\"1\"");
    } else if (type == ORM_DECIMAL) {
        orm__put(&w, " step=\"0.");
        for (int i = 1; i < column->is.scale; i++) orm__put_char(&w, '0');
        orm__put(&w, "1\"");
    } else if (orm__schema_is_number(type)) {
        orm__put(&w, " step=\"any\"");
    }
    if (l.pattern && orm__pattern_is_ecma(l.pattern->pattern)) {
        orm__writer pattern = { .allocator = &a };
        orm__put(&pattern, ".*(?:");                     /* HTML's must match the whole, ours a part */
        orm__put(&pattern, l.pattern->pattern);
        orm__put(&pattern, ").*");
        if (pattern.failed) w.failed = true;
        else orm__html_text(&w, "pattern", pattern.text);
        orm__writer_release(&pattern);
    }
    if (column->comment) orm__html_text(&w, "title", column->comment);
    return orm__text_end(&w, NULL);
}

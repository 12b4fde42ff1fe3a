/* >>json_value: JSON values as values of columns: each type in the one form in which it is written. Nothing is rounded, cut or taken for another type. */
#include "internal.h"

static const char *orm__in_whole(orm__slice json, orm_value *out)
{
    for (size_t i = 0; i < json.size; i++)
        if (json.at[i] == '.' || json.at[i] == 'e' || json.at[i] == 'E') return "must be a whole number, written without fraction and exponent";
    out->type = orm__read_whole(json.at, json.at + json.size, &out->as.i) ? ORM_INT64 : ORM_VALUE_TOO_BIG;
    return NULL;
}

/* is a digit other than 0 in it? */
static bool orm__in_is_not_zero(orm__slice json)
{
    for (size_t i = 0; i < json.size && json.at[i] != 'e' && json.at[i] != 'E'; i++)
        if (json.at[i] >= '1' && json.at[i] <= '9') return true;
    return false;
}

static const char *orm__in_double(orm__slice json, orm_value *out, const char **rule)
{
    out->type = ORM_DOUBLE;
    if (!orm__read_double(json.at, json.at + json.size, &out->as.d)) return "must be a number";
    *rule = "range";
    if (__builtin_isinf(out->as.d)) return "is too large";
    if (!(out->as.d < 0 || out->as.d > 0) && orm__in_is_not_zero(json)) return "is too small";
    return NULL;
}

static const char *orm__in_decimal(orm__slice json, orm_value *out, const char **rule)
{
    char digits[ORM_DECIMAL_SIZE];
    orm_decimal number;
    for (size_t i = 0; i < json.size; i++)
        if (json.at[i] == 'e' || json.at[i] == 'E') return "must be written without an exponent";
    *rule = "range";
    if (json.size >= sizeof digits) return "has too many digits";
    memcpy(digits, json.at, json.size);
    digits[json.size] = 0;
    if (!orm_decimal_parse(digits, &number)) return "has too many digits";
    *out = orm__v_decimal(number);
    return NULL;
}

static int orm__in_sextet(char c)
{
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* base64 of RFC 4648, section 4: four characters for three bytes, padded, without line ends, and with nothing in the bits that are left over */
static const char *orm__in_blob(orm_arena *arena, orm__slice text_, orm_value *out)
{
    static const char wrong[] = "must be base64, with padding and without line ends";
    if (text_.size % 4) return wrong;
    size_t padding = text_.size && text_.at[text_.size - 1] == '=' ? 1 + (text_.at[text_.size - 2] == '=') : 0;
    size_t size = text_.size / 4 * 3 - padding, used = 0;
    unsigned char *bytes = (unsigned char *)orm__bump_bytes(arena, size + 1);
    if (!bytes) return NULL;
    for (size_t i = 0; i < text_.size; i += 4) {
        uint32_t group = 0;
        size_t takes = i + 4 == text_.size ? 4 - padding : 4;
        for (size_t k = 0; k < takes; k++) {
            int sextet = orm__in_sextet(text_.at[i + k]);
            if (sextet < 0) return wrong;
            group |= (uint32_t)sextet << (18 - 6 * k);
        }
        if (takes < 4 && group & (takes == 3 ? 0xFF : 0xFFFF)) return wrong;
        for (size_t k = 0; k + 1 < takes; k++) bytes[used++] = (unsigned char)(group >> (16 - 8 * k));
    }
    *out = (orm_value){ .type = ORM_BLOB, .length = (uint32_t)size, .as.p = bytes };
    return NULL;
}

static const char *orm__in_label(const orm_enum *labels, const char *text_, orm_value *out, char message[160])
{
    char list[112];
    unsigned number = orm__enum_value(labels, text_);
    *out = (orm_value){ .type = number ? ORM_ENUM : ORM_NULL, .as.i = number };
    if (number) return NULL;
    orm__list_texts(list, sizeof list, labels->labels, labels->count);
    snprintf(message, 160, "must be one of %s", list);
    return message;
}

/* does a fraction of a second have digits that a microsecond does not hold? */
static bool orm__in_finer(const char *word)
{
    const char *point = strchr(word, '.');
    size_t digits = point ? strspn(point + 1, "0123456789") : 0;
    return digits > 6 && strspn(point + 7, "0") < digits - 6;
}

/* types that are written as texts of few characters */
static const char *orm__in_word(const orm_column *column, const char *word, orm_value *out, const char **rule)
{
    static const char finer[] = "must have at most 6 digits of a second's fraction";
    orm_date date;
    orm_clock clock_;
    orm_time moment;
    orm_uuid uuid;
    orm_inet inet;
    orm_interval interval;
    switch (column->is.type) {
    case ORM_DATE:
        if (!orm_date_parse(word, &date)) return "must be a date: \"2026-11-20\"";
        *out = orm__v_date(date);
        return NULL;
    case ORM_CLOCK:
        if (!orm_clock_parse(word, &clock_)) return "must be a time of day: \"09:08:07\"";
        *out = orm__v_clock(clock_);
        *rule = "range";
        return orm__in_finer(word) ? finer : NULL;
    case ORM_TIME:
        if (!orm_time_parse(word, &moment)) return "must be a moment with its zone: \"2026-11-20T09:08:07Z\"";
        *out = (orm_value){ .type = ORM_TIME, .as.i = moment };
        *rule = "range";
        return orm__in_finer(word) ? finer : NULL;
    case ORM_UUID:
        if (*word == '{' || !orm_uuid_parse(word, &uuid)) return "must be a UUID";
        *out = orm__v_uuid(uuid);
        return NULL;
    case ORM_INTERVAL:
        if (!orm_interval_parse(word, &interval)) return "must be a duration: \"P1DT2H\"";
        *out = orm__v_interval(interval);
        return NULL;
    default:
        if (!orm_inet_parse(word, &inet)) return "must be an IP address";
        *out = orm__v_inet(inet);
        return NULL;
    }
}

/* ORM_NULL stays in `out` when there is no memory */
static const char *orm__in_text(orm_arena *arena, const orm_column *column, orm__slice json, orm_value *out, const char **rule, char message[160])
{
    const char *end = json.at + json.size;
    const char *text_ = memchr(json.at, '\\', json.size) ? orm__json_text_of(arena, json.at, end) : orm__bump_text(arena, json.at + 1, json.size - 2);
    if (!text_) return NULL;
    const orm__slice plain = { text_, strlen(text_) };
    switch (column->is.type) {
    case ORM_TEXT:
        *out = (orm_value){ .type = ORM_TEXT, .length = (uint32_t)plain.size, .as.s = text_ };
        return NULL;
    case ORM_BLOB:
        return orm__in_blob(arena, plain, out);
    case ORM_ENUM:
        *rule = "one_of";
        return orm__in_label(column->is.labels, text_, out, message);
    default:
        return orm__in_word(column, text_, out, rule);
    }
}

static const char *orm__in_array(const orm__input *r, const orm_column *column, orm__slice json, orm_value *out, const char **rule, char message[160])
{
    const orm_column element = { .model = column->model, .name = column->name, .is = { .type = column->is.element } };
    size_t size = orm__member_size(column->is.element), bytes, n = 0;
    orm__json_items items = orm__json_items_of(json.at);
    if (__builtin_mul_overflow(orm__json_count(json.at) + 1, size, &bytes)) return NULL;
    char *at = (char *)orm__bump(r->arena, bytes, 16);
    if (!at) return NULL;
    for (; orm__json_next(&items); n++) {
        char inner[160], why[160];
        orm_status kind;
        orm_value item = { .type = ORM_NULL };
        const orm__slice value = { items.value, (size_t)(items.end - items.value) };
        bool null = *items.value == 'n';
        const char *wrong = null ? "is null" : orm__json_value_in(r, &element, value, &item, rule, inner);
        if (!wrong && item.type == ORM_NULL) return NULL;
        if (!wrong && (wrong = orm__fit(&element, &item, SIZE_MAX, why, &kind)) != NULL) *rule = orm__fit_rule(&element, kind);
        if (wrong) {
            snprintf(message, 160, "has an element, number %zu, that %.100s", n + 1, wrong);
            return message;
        }
        orm__store(&element, at + n * size, &item);
    }
    *out = orm__v_array(column->is.element, at, n);
    return NULL;
}

/* an array of labels, each at most once */
static const char *orm__in_bits(const orm__input *r, const orm_enum *labels, orm__slice json, orm_value *out, const char **rule, char message[160])
{
    static const char form[] = "must be an array of labels";
    uint64_t set = 0;
    if (*json.at != '[') return form;
    for (orm__json_items items = orm__json_items_of(json.at); orm__json_next(&items); ) {
        orm_value label = { .type = ORM_NULL };
        if (*items.value != '"') return form;
        const char *text_ = orm__json_text_of(r->arena, items.value, items.end);
        if (!text_) return NULL;
        *rule = "one_of";
        const char *wrong = orm__in_label(labels, text_, &label, message);
        if (wrong) return wrong;
        *rule = "duplicate";
        if (set >> (label.as.i - 1) & 1) return "names a label twice";
        set |= UINT64_C(1) << (label.as.i - 1);
        *rule = "type";
    }
    *out = orm__v_int((int64_t)set);
    return NULL;
}

/* what JSON has for a type: its first character */
static bool orm__in_form(orm_type type, char first)
{
    switch (type) {
    case ORM_INT16: case ORM_INT32: case ORM_INT64: case ORM_FLOAT: case ORM_DOUBLE: case ORM_DECIMAL: return first == '-' || (first >= '0' && first <= '9');
    case ORM_BOOL:  return first == 't' || first == 'f';
    case ORM_ARRAY: return first == '[';
    case ORM_JSON:  return true;
    default:        return first == '"';
    }
}

/* "9007199254740993": a number that JavaScript could not keep as one */
static bool orm__in_is_quoted_number(orm_type type, orm__slice json)
{
    return *json.at == '"' && (orm__is_whole(type) || type == ORM_DECIMAL) && orm__in_form(type, json.at[1]) && orm__json_valid(json.at + 1, json.size - 2, NULL);
}

static const char *orm__in_expected(orm_type type)
{
    switch (type) {
    case ORM_INT16: case ORM_INT32: case ORM_INT64: return "must be a whole number";
    case ORM_FLOAT: case ORM_DOUBLE: case ORM_DECIMAL: return "must be a number";
    case ORM_BOOL:  return "must be true or false";
    case ORM_ARRAY: return "must be an array";
    case ORM_BLOB:  return "must be a text with base64";
    case ORM_DATE:  return "must be a text with a date";
    case ORM_CLOCK: return "must be a text with a time of day";
    case ORM_TIME:  return "must be a text with a moment";
    case ORM_UUID:  return "must be a text with a UUID";
    case ORM_INET:  return "must be a text with an IP address";
    case ORM_INTERVAL: return "must be a text with a duration";
    default:        return "must be a text";
    }
}

ORM_PRIVATE const char *orm__json_value_in(const orm__input *r, const orm_column *column, orm__slice json, orm_value *out, const char **rule, char message[160])
{
    orm_type type = column->is.type;
    *out = (orm_value){ .type = ORM_NULL };
    *rule = "type";
    if (column->is.bits) return orm__in_bits(r, column->is.labels, json, out, rule, message);
    if (r->text_numbers && orm__in_is_quoted_number(type, json)) json = (orm__slice){ json.at + 1, json.size - 2 };
    if (!orm__in_form(type, *json.at)) return orm__in_expected(type);
    switch (type) {
    case ORM_INT16: case ORM_INT32: case ORM_INT64: return orm__in_whole(json, out);
    case ORM_FLOAT: case ORM_DOUBLE: return orm__in_double(json, out, rule);
    case ORM_DECIMAL: return orm__in_decimal(json, out, rule);
    case ORM_ARRAY: return orm__in_array(r, column, json, out, rule, message);
    case ORM_BOOL:
        *out = orm__v_bool(*json.at == 't');
        return NULL;
    case ORM_JSON: {
        const char *text_ = orm__bump_text(r->arena, json.at, json.size);
        if (text_) *out = (orm_value){ .type = ORM_JSON, .length = (uint32_t)json.size, .as.s = text_ };
        return NULL;
    }
    default: return orm__in_text(r->arena, column, json, out, rule, message);
    }
}

ORM_PRIVATE bool orm__input_column(orm__input *r, const orm_column *column, void *row, orm_value *out, bool *fine)
{
    char message[160];
    const char *rule = NULL, *wrong = NULL;
    size_t before = r->failures.count, total = r->failures.total;
    orm__slice json;
    orm_status kind;
    if (!orm__input_value(r, &json)) return false;
    *out = (orm_value){ .type = ORM_NULL };
    if (*json.at != 'n') {
        wrong = orm__json_value_in(r, column, json, out, &rule, message);
        if (!wrong && out->type == ORM_NULL) return orm__input_stop(r, ORM_NO_MEMORY);
        if (!wrong && out->type == ORM_UUID && orm_uuid_is_nil(out->as.uuid)) {
            wrong = "must not be the nil UUID, which stands for none";      /* a member has no other way to say so */
            rule = "range";
        }
        if (!wrong && !orm__normal_read(column, row, out, r->max_text, r->arena)) return orm__input_stop(r, ORM_NO_MEMORY);
    }
    if (wrong) orm__add_failure(&r->failures, 0, column->name, rule, "%s", wrong);
    else if (!orm__validate_value(column->model, column, out, r->when, r->max_text, &r->failures)) return orm__input_stop(r, ORM_NO_MEMORY);
    *fine = r->failures.total == total;
    orm__input_locate(r, before, json.at);
    /* the type of the column, as members are stored; the rest was looked at */
    if (*fine && out->type != ORM_TEXT && out->type != ORM_JSON) *fine = orm__fit(column, out, r->max_text, message, &kind) == NULL;
    return true;
}

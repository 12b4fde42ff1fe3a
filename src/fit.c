/* >>fit: the choke point. Every value passes here on its way to an engine, so that all engines refuse the same things with the
   same words: SQLite would keep a text in a number column, turn NaN into NULL and store bytes that are no UTF-8. */
#include "internal.h"
#include <float.h>

typedef struct orm__fitting { char *why; orm_status *kind; } orm__fitting;

static const char *orm__misfit(const orm__fitting *to, orm_status kind, const char *format, ...) __attribute__((format(printf, 3, 4)));
static const char *orm__misfit(const orm__fitting *to, orm_status kind, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(to->why, 160, format, arguments);
    va_end(arguments);
    *to->kind = kind;
    return to->why;
}

static bool orm__is_int(const orm_value *v) { return v->type == ORM_INT64 || v->type == ORM_INT32 || v->type == ORM_INT16; }

static const char *orm__fit_int(const orm__fitting *to, orm_value *v, int64_t low, int64_t high)
{
    if (!orm__is_int(v)) return orm__misfit(to, ORM_VALIDATION, "is not a whole number");
    if (v->as.i < low || v->as.i > high) return orm__misfit(to, ORM_VALUE_RANGE, "must be between %" PRId64 " and %" PRId64, low, high);
    return NULL;
}

/* does the conversion keep every digit? 2^63 itself would not convert back */
static bool orm__exact(double number, int64_t i) { return number < 0x1p63 && (int64_t)number == i; }

static const char *orm__fit_number(const orm__fitting *to, orm_value *v, bool single)
{
    if (orm__is_int(v)) {
        int64_t i = v->as.i;
        v->as.d = single ? (double)(float)i : (double)i;
        return orm__exact(v->as.d, i) ? NULL : orm__misfit(to, ORM_VALUE_RANGE, "is a whole number with more digits than the column keeps");
    }
    if (v->type != ORM_DOUBLE && v->type != ORM_FLOAT) return orm__misfit(to, ORM_VALIDATION, "is not a number");
    if (__builtin_isnan(v->as.d)) return orm__misfit(to, ORM_VALUE_RANGE, "is not a number");
    if (!single || __builtin_isinf(v->as.d)) return NULL;
    if (__builtin_fabs(v->as.d) > (double)FLT_MAX) return orm__misfit(to, ORM_VALUE_RANGE, "is too large");
    float rounded = (float)v->as.d;
    if (!(rounded < 0 || rounded > 0) && (v->as.d < 0 || v->as.d > 0)) return orm__misfit(to, ORM_VALUE_RANGE, "is too small");
    v->as.d = (double)rounded;                  /* what the column can hold, so that a comparison finds it again */
    return NULL;
}

static const char *orm__fit_decimal(const orm__fitting *to, const orm_column *column, orm_value *v)
{
    int precision = column->is.precision ? column->is.precision : ORM_MAX_DIGITS, scale = column->is.scale;
    orm_decimal number, scaled;
    if (orm__is_int(v)) number = orm_decimal_make(v->as.i, 0);
    else if (v->type == ORM_DECIMAL) number = (orm_decimal){ .high = v->as.decimal.high, .low = v->as.decimal.low, .scale = v->scale };
    else return orm__misfit(to, ORM_VALIDATION, "is not a decimal number");
    if (!orm__decimal_fits(number, ORM_MAX_DIGITS)) return orm__misfit(to, ORM_VALIDATION, "is not a decimal number");
    bool rescaled = orm_decimal_rescale(number, scale, &scaled);
    /* a smaller scale fails for digits that would be lost, a larger one for lack of room before the point */
    if (!rescaled && number.scale > scale) return orm__misfit(to, ORM_VALUE_RANGE, "must have at most %d digit%s after the point", scale, scale == 1 ? "" : "s");
    if (!rescaled || !orm__decimal_fits(scaled, precision)) {
        return orm__misfit(to, ORM_VALUE_RANGE, "must have at most %d digit%s before the point", precision - scale, precision - scale == 1 ? "" : "s");
    }
    v->scale = (uint8_t)scale;
    v->n = (uint8_t)precision;
    v->as.decimal.high = scaled.high;
    v->as.decimal.low = scaled.low;
    return NULL;
}

/* measures the text and checks its bytes */
static const char *orm__fit_bytes(const orm__fitting *to, orm_value *v, size_t max_text, size_t *characters)
{
    size_t size = v->length, max = max_text < ORM_LENGTH_UNKNOWN - 1 ? max_text : ORM_LENGTH_UNKNOWN - 1;
    orm__text_fault fault = ORM__TEXT_TOO_LONG;
    if (v->length == ORM_LENGTH_UNKNOWN) fault = orm__check_text(v->as.s, max, &size, characters);
    else if (size <= max) fault = orm__check_bytes(v->as.s, size, characters);
    if (fault == ORM__TEXT_TOO_LONG) return orm__misfit(to, ORM_VALUE_RANGE, "must have at most %zu bytes", max);
    if (fault == ORM__TEXT_INVALID) return orm__misfit(to, ORM_BAD_TEXT, "is not valid UTF-8");
    v->length = (uint32_t)size;
    return NULL;
}

static const char *orm__fit_text(const orm__fitting *to, const orm_column *column, orm_value *v, size_t max_text)
{
    size_t characters = 0;
    if (v->type != ORM_TEXT && v->type != ORM_JSON) return orm__misfit(to, ORM_VALIDATION, "is not a text");
    const char *wrong = orm__fit_bytes(to, v, max_text, &characters);
    if (wrong || column->is.size == 0) return wrong;
    if (characters > column->is.size || (column->is.fixed && characters < column->is.size)) {
        return orm__misfit(to, ORM_VALIDATION, "must have %s %" PRIu32 " character%s", column->is.fixed ? "exactly" : "at most",
                           column->is.size, column->is.size == 1 ? "" : "s");
    }
    return NULL;
}

static const char *orm__fit_json(const orm__fitting *to, orm_value *v, size_t max_text)
{
    size_t characters = 0;
    const char *reason;
    if (v->type != ORM_TEXT && v->type != ORM_JSON) return orm__misfit(to, ORM_VALIDATION, "is not a text");
    const char *wrong = orm__fit_bytes(to, v, max_text, &characters);
    orm_status status = wrong ? ORM_OK : orm__json_check(v->as.s, v->length, &reason);
    return status ? orm__misfit(to, status, "is not valid JSON: it %s", reason) : wrong;
}

static const char *orm__fit_blob(const orm__fitting *to, orm_value *v, size_t max_text)
{
    if (v->type != ORM_BLOB) return orm__misfit(to, ORM_VALIDATION, "is not a blob");
    if (v->length > max_text) return orm__misfit(to, ORM_VALUE_RANGE, "must have at most %zu bytes", max_text);
    return NULL;
}

static const char *orm__fit_enum(const orm__fitting *to, const orm_column *column, orm_value *v)
{
    const orm_enum *labels = column->is.labels;
    if (v->type == ORM_ENUM && v->length > 0) return NULL;           /* has its label already */
    if (v->type != ORM_ENUM && !orm__is_int(v)) return orm__misfit(to, ORM_VALIDATION, "is not a value of %s", labels->name);
    if (v->as.i < 1 || (uint64_t)v->as.i > labels->count) {
        char list[112];
        orm__list_texts(list, sizeof list, labels->labels, labels->count);
        return orm__misfit(to, ORM_VALIDATION, "must be one of %s", list);
    }
    v->as.s = labels->labels[v->as.i - 1];
    v->length = (uint32_t)strlen(v->as.s);
    return NULL;
}

static const char *orm__fit_inet(const orm__fitting *to, const orm_value *v)
{
    if (v->type != ORM_INET) return orm__misfit(to, ORM_VALIDATION, "is not an address");
    orm_inet inet = orm__value_inet(v);
    if ((inet.family != 4 && inet.family != 6) || inet.prefix > (inet.family == 4 ? 32 : 128)) return orm__misfit(to, ORM_VALIDATION, "is not an IP address");
    return NULL;
}

/* every element as a value of a column of its own; a whole number of the element's type cannot be wrong */
static const char *orm__fit_array(const orm__fitting *to, const orm_column *column, orm_value *v, size_t max_text)
{
    orm_type type = column->is.element;
    size_t n = v->as.list.count, item_size = orm__member_size(type), left = max_text;
    const orm_column element = { .model = column->model, .name = column->name, .is = { .type = type } };
    if (v->type != ORM_ARRAY || v->scale != type) return orm__misfit(to, ORM_VALIDATION, "is not an array of the column's type");
    if (n > UINT32_MAX || (type != ORM_TEXT && n > max_text / item_size)) return orm__misfit(to, ORM_VALUE_RANGE, "must have at most %zu bytes", max_text);
    if (type == ORM_INT16 || type == ORM_INT32 || type == ORM_INT64) return NULL;
    for (size_t i = 0; i < n; i++) {
        orm_value item = orm__array_item(v, i);
        char why[160];
        const char *wrong = item.type == ORM_NULL ? "is NULL" : NULL;
        if (wrong) *to->kind = ORM_VALIDATION;
        else wrong = orm__fit(&element, &item, left, why, to->kind);
        if (wrong) return orm__misfit(to, *to->kind, "has an element, number %zu, that %.100s", i + 1, wrong);
        if (type == ORM_TEXT) left -= item.length;
    }
    return NULL;
}

/* types that know no conversion: the number must be of the type, or an integer where `or_int` says so, and within bounds */
static const char *orm__fit_range(const orm__fitting *to, const orm_value *v, orm_type type, bool or_int, int64_t low, int64_t high, const char *wrong_type, const char *wrong_range)
{
    if (v->type != type && !(or_int && orm__is_int(v))) return orm__misfit(to, ORM_VALIDATION, "%s", wrong_type);
    if (v->as.i < low || v->as.i > high) return orm__misfit(to, ORM_VALUE_RANGE, "%s", wrong_range);
    return NULL;
}

ORM_PRIVATE const char *orm__fit(const orm_column *column, orm_value *value, size_t max_text, char why[160], orm_status *kind)
{
    orm_type type = column->is.type;
    if (ORM__LIKELY(type == ORM_INT64 && value->type == ORM_INT64) || value->type == ORM_NULL) return NULL;
    const orm__fitting to = { why, kind };
    const char *wrong = NULL;
    if (value->type == ORM_VALUE_TOO_BIG) return orm__misfit(&to, ORM_VALUE_RANGE, "is too large");
    switch (type) {
    case ORM_INT16:   wrong = orm__fit_int(&to, value, INT16_MIN, INT16_MAX); break;
    case ORM_INT32:   wrong = orm__fit_int(&to, value, INT32_MIN, INT32_MAX); break;
    case ORM_INT64:   wrong = orm__fit_int(&to, value, INT64_MIN, INT64_MAX); break;
    case ORM_FLOAT:   wrong = orm__fit_number(&to, value, true); break;
    case ORM_DOUBLE:  wrong = orm__fit_number(&to, value, false); break;
    case ORM_BOOL:    wrong = orm__fit_range(&to, value, ORM_BOOL, true, 0, 1, "is neither true nor false", "is neither true nor false"); break;
    case ORM_TEXT:    wrong = orm__fit_text(&to, column, value, max_text); break;
    case ORM_JSON:    wrong = orm__fit_json(&to, value, max_text); break;
    case ORM_BLOB:    wrong = orm__fit_blob(&to, value, max_text); break;
    case ORM_DECIMAL: wrong = orm__fit_decimal(&to, column, value); break;
    case ORM_DATE:    wrong = orm__fit_range(&to, value, ORM_DATE, false, ORM__FIRST_DAY, ORM__LAST_DAY, "is not a date", "must be a date of the years 1 to 9999"); break;
    case ORM_CLOCK:   wrong = orm__fit_range(&to, value, ORM_CLOCK, false, 0, ORM__DAY - 1, "is not a time of day", "must be a time between 00:00 and 24:00"); break;
    case ORM_TIME:    wrong = orm__fit_range(&to, value, ORM_TIME, true, ORM__FIRST_TIME, ORM__LAST_TIME, "is not a time", "must be a time of the years 1 to 9999"); break;
    case ORM_UUID:    wrong = value->type == ORM_UUID ? NULL : orm__misfit(&to, ORM_VALIDATION, "is not a UUID"); break;
    case ORM_ENUM:    wrong = orm__fit_enum(&to, column, value); break;
    case ORM_INET:    wrong = orm__fit_inet(&to, value); break;
    case ORM_ARRAY:   wrong = orm__fit_array(&to, column, value, max_text); break;
    case ORM_NULL:
    case ORM_TYPES:   wrong = orm__misfit(&to, ORM_VALIDATION, "is of no type"); break;
    }
    if (!wrong) value->type = (uint8_t)type;
    return wrong;
}

ORM_PRIVATE const char *orm__fit_again(const orm_column *column, orm_value *value, size_t max_text, char why[160], orm_status *kind)
{
    if (value->type != column->is.type || value->type == ORM_DECIMAL || value->type == ORM_ENUM) return orm__fit(column, value, max_text, why, kind);
    if (value->type == ORM_TEXT || value->type == ORM_JSON) value->length = (uint32_t)strlen(value->as.s);
    return NULL;
}

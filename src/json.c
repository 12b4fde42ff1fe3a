/* >>json: the members of rows as JSON values, and texts that the caller frees. */
#include "internal.h"

/* ---- texts for the caller ------------------------------------------------------------------------------------- */
ORM_PRIVATE void orm__text_begin(orm__writer *w, const orm_allocator *allocator)
{
    static const char blank[ORM__TEXT_HEADER];
    *w = (orm__writer){ .allocator = allocator };
    orm__put_bytes(w, blank, sizeof blank);
}

ORM_PRIVATE char *orm__text_end(orm__writer *w, size_t *length)
{
    orm__put_char(w, 0);
    if (w->failed) {
        orm__writer_release(w);
        orm__raise(NULL, ORM_NO_MEMORY, 0, "out of memory");
        return NULL;
    }
    memcpy(w->text, &w->capacity, sizeof w->capacity);
    if (length) *length = w->length - ORM__TEXT_HEADER - 1;
    return w->text + ORM__TEXT_HEADER;
}

ORM_API void orm_free_text(char *text_)
{
    if (!text_) return;
    orm_allocator allocator = orm__default_allocator();
    char *block = text_ - ORM__TEXT_HEADER;
    size_t size = 0;
    memcpy(&size, block, sizeof size);
    orm__release(&allocator, block, size);
}

/* ---- single values -------------------------------------------------------------------------------------------- */
static char *orm__json_date(char *at, orm_date day)
{
    int year = 0, month = 0, day_of_month = 0;
    orm_date_split(day, &year, &month, &day_of_month);
    if (year < 1 || year > 9999) return NULL;          /* ISO 8601 has four digits */
    at = orm__two_digits(orm__two_digits(at, (unsigned)year / 100), (unsigned)year % 100);
    *at++ = '-';
    at = orm__two_digits(at, (unsigned)month);
    *at++ = '-';
    return orm__two_digits(at, (unsigned)day_of_month);
}

/* at least milliseconds for a moment, because JavaScript's own toISOString has them; only what is needed for a time of day */
static char *orm__json_clock(char *at, orm_clock clock_, bool milliseconds)
{
    int64_t left = clock_.microseconds;
    if (left < 0 || left >= INT64_C(86400000000)) return NULL;
    unsigned seconds = (unsigned)(left / 1000000), fraction = (unsigned)(left % 1000000);
    at = orm__two_digits(at, seconds / 3600);
    *at++ = ':';
    at = orm__two_digits(at, seconds / 60 % 60);
    *at++ = ':';
    at = orm__two_digits(at, seconds % 60);
    if (!fraction && !milliseconds) return at;
    *at++ = '.';
    at = orm__two_digits(at, fraction / 10000);
    fraction %= 10000;
    if (fraction % 1000) return orm__two_digits(orm__two_digits(at, fraction / 100), fraction % 100);
    *at++ = (char)('0' + fraction / 1000);
    return at;
}

static void orm__json_moment(orm__writer *w, orm_type type, int64_t number)
{
    char text[40] = "\"", *at = text + 1;
    orm_date day = { 0 };
    orm_clock clock_ = { number };
    if (type == ORM_TIME) orm_time_split(number, &day, &clock_);
    if (type == ORM_DATE) day.days = (int32_t)number;
    if (type != ORM_CLOCK) at = orm__json_date(at, day);
    if (at && type == ORM_TIME) *at++ = 'T';
    if (at && type != ORM_DATE) at = orm__json_clock(at, clock_, type == ORM_TIME);
    if (!at) {
        orm__put_bytes(w, "null", 4);
        return;
    }
    if (type == ORM_TIME) *at++ = 'Z';
    *at++ = '"';
    orm__put_bytes(w, text, (size_t)(at - text));
}

/* Prices, scores and the like: a whole number of tenths, hundredths and so on, of at most 15 digits. It reads back as the number when their quotient, which the machine
   rounds as it should (both are exact as doubles), is the number; and then no other number of 15 digits does. False: it is none, or would be written with an exponent. */
static bool orm__put_short_number(orm__writer *w, double number)
{
    enum { ORM__SHORT_PLACES = 18, ORM__SHORT_DIGITS = 15 };
    double size = number < 0 ? -number : number, power = 10;
    if (size < 1e-4) return false;
    for (unsigned places = 1; places <= ORM__SHORT_PLACES; places++, power *= 10) {        /* powers up to 10^22 are exact */
        double scaled = size * power;
        if (scaled >= 1e15) return false;
        int64_t units = (int64_t)(scaled + 0.5);
        if ((double)units / power != size) continue;
        char text[2 * ORM__SHORT_DIGITS + ORM__SHORT_PLACES], *end = text + sizeof text, *at = end;
        for (; places > 0; places--, units /= 10) *--at = (char)('0' + units % 10);
        *--at = '.';
        do *--at = (char)('0' + units % 10); while ((units /= 10) != 0);
        if (number < 0) *--at = '-';
        orm__put_bytes(w, at, (size_t)(end - at));
        return true;
    }
    return false;
}

/* the shortest digits that read back as the same number; the decimal point of the program's locale, of one byte or more, becomes "." */
ORM_PRIVATE void orm__put_number(orm__writer *w, double number, bool single)
{
    char text[64];
    int length = 0;
    if (number > -1e15 && number < 1e15 && number == (double)(int64_t)number && !(number == 0 && __builtin_signbit(number))) {
        orm__put_int(w, (int64_t)number);
        return;
    }
    if (!__builtin_isfinite(number)) {
        orm__put_bytes(w, "null", 4);
        return;
    }
    if (!single && orm__put_short_number(w, number)) return;
    for (int digits = single ? 6 : 15; digits <= (single ? 9 : 17); digits++) {
        length = snprintf(text, sizeof text, "%.*g", digits, number);
        if (single ? strtof(text, NULL) == (float)number : strtod(text, NULL) == number) break;
    }
    for (int i = 0; i < length; i++) {
        bool plain = (text[i] >= '0' && text[i] <= '9') || text[i] == '-' || text[i] == '+' || text[i] == 'e';
        if (plain) orm__put_char(w, text[i]);
        else if (text[i - 1] >= '0' && text[i - 1] <= '9') orm__put_char(w, '.');
    }
}

static void orm__json_base64(orm__writer *w, const unsigned char *bytes, size_t size)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    orm__put_char(w, '"');
    while (size > 0) {
        char text[256];
        size_t n = 0;
        for (; size > 0 && n < sizeof text; n += 4) {
            size_t take = size < 3 ? size : 3;
            uint32_t bits = (uint32_t)bytes[0] << 16 | (take > 1 ? (uint32_t)bytes[1] << 8 : 0) | (take > 2 ? bytes[2] : 0);
            text[n] = letters[bits >> 18];
            text[n + 1] = letters[bits >> 12 & 63];
            text[n + 2] = take > 1 ? letters[bits >> 6 & 63] : '=';
            text[n + 3] = take > 2 ? letters[bits & 63] : '=';
            bytes += take;
            size -= take;
        }
        orm__put_bytes(w, text, n);
    }
    orm__put_char(w, '"');
}

/* a json column goes in as it is; only line ends between its tokens become blanks, for JSON lines (inside strings they are escaped) */
static void orm__json_raw(orm__writer *w, const char *bytes, size_t size)
{
    size_t from = w->length;
    orm__put_bytes(w, bytes, size);
    if (w->failed) return;
    for (char *at = w->text + from; at < w->text + w->length; at++)
        if (*at == '\n' || *at == '\r') *at = ' ';
}

static orm_status orm__json_text(orm__writer *w, const orm_model *model, const orm_column *column, const orm_value *value)
{
    const char *why = "";
    size_t size = strlen(value->as.s);
    if (value->type == ORM_TEXT ? !orm__put_json_text(w, value->as.s, size) : orm__check_bytes(value->as.s, size, NULL) != ORM__TEXT_OK)
        return orm__raise_at(NULL, ORM_BAD_TEXT, model, column, "%s.%s is not valid UTF-8", model->name, column->name);
    if (value->type == ORM_TEXT) return ORM_OK;
    bool valid = orm__json_valid(value->as.s, size, &why);
    if (!valid && orm__is_unchecked(why)) return orm__raise_at(NULL, ORM_NO_MEMORY, model, column, "%s.%s %s", model->name, column->name, why);
    if (!valid)
        return orm__raise_at(NULL, ORM_BAD_TEXT, model, column, "%s.%s is not valid JSON: it %s", model->name, column->name, why);
    orm__json_raw(w, value->as.s, size);
    return ORM_OK;
}

static orm_status orm__json_array(orm__writer *w, const orm__json_form *form, const orm_model *model, const orm_column *column, const orm_value *array)
{
    orm_status status = ORM_OK;
    orm__put_char(w, '[');
    for (size_t i = 0; i < array->as.list.count && !status; i++) {
        orm_value item = orm__array_item(array, i);
        if (i) orm__put_char(w, ',');
        status = orm__json_value(w, form, model, column, &item);
    }
    orm__put_char(w, ']');
    return status;
}

static orm_decimal orm__json_decimal(const orm_value *value)
{
    return (orm_decimal){ .high = value->as.decimal.high, .low = value->as.decimal.low, .scale = value->scale };
}

ORM_PRIVATE bool orm__json_printable(const orm_column *column, const orm_value *value)
{
    if (value->type == ORM_ENUM) return value->as.i >= 1 && (uint64_t)value->as.i <= column->is.labels->count;
    if (column->is.bits) return (uint64_t)value->as.i >> column->is.labels->count == 0;
    if (value->type == ORM_INTERVAL) return orm__interval_is_finite(value->as.interval);
    if (value->type == ORM_DECIMAL) return orm__decimal_fits(orm__json_decimal(value), ORM_MAX_DIGITS);
    return value->type < ORM_TYPES;
}

/* what needs no escapes */
static void orm__json_quoted(orm__writer *w, bool quoted, const char *plain)
{
    if (quoted) orm__put_char(w, '"');
    orm__put(w, plain);
    if (quoted) orm__put_char(w, '"');
}

/* JavaScript reads numbers as doubles: what those cannot hold may go as text */
static void orm__json_whole(orm__writer *w, const orm__json_form *form, int64_t number)
{
    const int64_t exact = INT64_C(9007199254740991);     /* 2^53 - 1 */
    bool quoted = form && form->numbers_as_text && (number > exact || number < -exact);
    if (quoted) orm__put_char(w, '"');
    orm__put_int(w, number);
    if (quoted) orm__put_char(w, '"');
}

/* the labels of a set, in their order */
static void orm__json_bits(orm__writer *w, const orm_enum *labels, uint64_t set)
{
    bool first = true;
    orm__put_char(w, '[');
    for (size_t i = 0; i < labels->count; i++) {
        if (!(set >> i & 1)) continue;
        if (!first) orm__put_char(w, ',');
        orm__put_json_text(w, labels->labels[i], strlen(labels->labels[i]));
        first = false;
    }
    orm__put_char(w, ']');
}

ORM_PRIVATE orm_status orm__json_value(orm__writer *w, const orm__json_form *form, const orm_model *model, const orm_column *column, const orm_value *value)
{
    char text[ORM_INTERVAL_SIZE];
    bool sure = value->type == ORM_TEXT || value->type == ORM_TIME || value->type == ORM_BOOL || value->type == ORM_DOUBLE || (value->type == ORM_INT64 && !column->is.bits);
    if (!sure && !orm__json_printable(column, value))
        return orm__raise_at(NULL, ORM_VALUE_RANGE, model, column, "%s.%s holds what its type does not have", model->name, column->name);
    switch (value->type) {
    case ORM_INT16: case ORM_INT32: case ORM_INT64:
        if (column->is.bits) orm__json_bits(w, column->is.labels, (uint64_t)value->as.i);
        else orm__json_whole(w, form, value->as.i);
        break;
    case ORM_FLOAT: case ORM_DOUBLE:
        if (form && form->refuse_nan && !__builtin_isfinite(value->as.d))
            return orm__raise_at(NULL, ORM_VALUE_RANGE, model, column, "%s.%s is infinite or not a number, which JSON has not", model->name, column->name);
        orm__put_number(w, value->as.d, value->type == ORM_FLOAT);
        break;
    case ORM_BOOL: orm__put(w, value->as.i ? "true" : "false"); break;
    case ORM_TEXT: case ORM_JSON: return orm__json_text(w, model, column, value);
    case ORM_DECIMAL: orm__json_quoted(w, form && form->numbers_as_text, orm_decimal_text(orm__json_decimal(value), text)); break;
    case ORM_BLOB: orm__json_base64(w, value->as.p, value->length); break;
    case ORM_DATE: case ORM_CLOCK: case ORM_TIME: orm__json_moment(w, (orm_type)value->type, value->as.i); break;
    case ORM_UUID: orm__json_quoted(w, true, orm_uuid_text(value->as.uuid, text)); break;
    case ORM_INET: orm__json_quoted(w, true, orm_inet_text(orm__value_inet(value), text)); break;
    case ORM_INTERVAL: orm__json_quoted(w, true, orm_interval_text(value->as.interval, text)); break;
    case ORM_ARRAY: return orm__json_array(w, form, model, column, value);
    case ORM_ENUM: orm__put_json_text(w, column->is.labels->labels[value->as.i - 1], strlen(column->is.labels->labels[value->as.i - 1])); break;
    default: orm__put_bytes(w, "null", 4); break;
    }
    return ORM_OK;
}

/* >>json: rows as JSON, written straight from the members into one text. What a row's ticket says was loaded is printed, the rest is
   left out: so nothing here can start a query, and nothing that was not asked for gets out. */
#include "internal.h"

#define ORM__JSON_NESTED 64
#define ORM__TEXT_HEADER 16      /* before a text that the caller frees: the size of its block */

typedef struct orm__json { orm__writer out; const orm__result *result; unsigned depth; } orm__json;     /* result: of the last row seen */

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
static char *orm__json_digits(char *at, unsigned number, unsigned digits)
{
    for (unsigned i = digits; i-- > 0; number /= 10) at[i] = (char)('0' + number % 10);
    return at + digits;
}

static char *orm__json_date(char *at, orm_date day)
{
    int year = 0, month = 0, day_of_month = 0;
    orm_date_split(day, &year, &month, &day_of_month);
    if (year < 1 || year > 9999) return NULL;          /* ISO 8601 has four digits */
    at = orm__json_digits(at, (unsigned)year, 4);
    *at++ = '-';
    at = orm__json_digits(at, (unsigned)month, 2);
    *at++ = '-';
    return orm__json_digits(at, (unsigned)day_of_month, 2);
}

/* at least milliseconds for a moment, because JavaScript's own toISOString has them; only what is needed for a time of day */
static char *orm__json_clock(char *at, orm_clock clock_, bool milliseconds)
{
    int64_t left = clock_.microseconds;
    if (left < 0 || left >= INT64_C(86400000000)) return NULL;
    unsigned seconds = (unsigned)(left / 1000000), fraction = (unsigned)(left % 1000000);
    at = orm__json_digits(at, seconds / 3600, 2);
    *at++ = ':';
    at = orm__json_digits(at, seconds / 60 % 60, 2);
    *at++ = ':';
    at = orm__json_digits(at, seconds % 60, 2);
    if (!fraction && !milliseconds) return at;
    *at++ = '.';
    return fraction % 1000 ? orm__json_digits(at, fraction, 6) : orm__json_digits(at, fraction / 1000, 3);
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
    /* prices, scores and the like: if thousandths read back as the number, their digits are the shortest that do */
    int64_t thousandths = number > -1e12 && number < 1e12 ? (int64_t)(number * 1000) : 0;
    if (!single && thousandths != 0 && (double)thousandths / 1000 == number) {
        unsigned fraction = (unsigned)((thousandths < 0 ? -thousandths : thousandths) % 1000);
        if (thousandths < 0) orm__put_char(w, '-');
        orm__put_int(w, (thousandths < 0 ? -thousandths : thousandths) / 1000);
        text[0] = '.';
        orm__json_digits(text + 1, fraction, 3);
        orm__put_bytes(w, text, fraction % 10 ? 4 : fraction % 100 ? 3 : 2);
        return;
    }
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
    size_t size = 0, characters = 0;
    if (orm__check_text(value->as.s, SIZE_MAX, &size, &characters) != ORM__TEXT_OK)
        return orm__raise_at(NULL, ORM_BAD_TEXT, model, column, "%s.%s is not valid UTF-8", model->name, column->name);
    if (value->type == ORM_TEXT) {
        orm__put_json_text(w, value->as.s, size);
        return ORM_OK;
    }
    if (!orm__json_valid(value->as.s, size, &why))
        return orm__raise_at(NULL, ORM_BAD_TEXT, model, column, "%s.%s is not valid JSON: it %s", model->name, column->name, why);
    orm__json_raw(w, value->as.s, size);
    return ORM_OK;
}

static orm_status orm__json_array(orm__writer *w, const orm_model *model, const orm_column *column, const orm_value *array)
{
    orm_status status = ORM_OK;
    orm__put_char(w, '[');
    for (size_t i = 0; i < array->as.list.count && !status; i++) {
        orm_value item = orm__array_item(array, i);
        if (i) orm__put_char(w, ',');
        status = orm__json_value(w, model, column, &item);
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

ORM_PRIVATE orm_status orm__json_value(orm__writer *w, const orm_model *model, const orm_column *column, const orm_value *value)
{
    char text[ORM_INTERVAL_SIZE];
    if (!orm__json_printable(column, value))
        return orm__raise_at(NULL, ORM_VALUE_RANGE, model, column, "%s.%s holds what its type does not have", model->name, column->name);
    switch (value->type) {
    case ORM_INT16: case ORM_INT32: case ORM_INT64:
        if (column->is.bits) orm__json_bits(w, column->is.labels, (uint64_t)value->as.i);
        else orm__put_int(w, value->as.i);
        break;
    case ORM_FLOAT: case ORM_DOUBLE: orm__put_number(w, value->as.d, value->type == ORM_FLOAT); break;
    case ORM_BOOL: orm__put(w, value->as.i ? "true" : "false"); break;
    case ORM_TEXT: case ORM_JSON: return orm__json_text(w, model, column, value);
    case ORM_DECIMAL: orm__put(w, orm_decimal_text(orm__json_decimal(value), text)); break;
    case ORM_BLOB: orm__json_base64(w, value->as.p, value->length); break;
    case ORM_DATE: case ORM_CLOCK: case ORM_TIME: orm__json_moment(w, (orm_type)value->type, value->as.i); break;
    case ORM_UUID:
        orm__put_char(w, '"');
        orm__put_bytes(w, orm_uuid_text(value->as.uuid, text), ORM_UUID_SIZE - 1);
        orm__put_char(w, '"');
        break;
    case ORM_INET:
        orm__put_char(w, '"');
        orm__put(w, orm_inet_text(orm__value_inet(value), text));
        orm__put_char(w, '"');
        break;
    case ORM_INTERVAL:
        orm__put_char(w, '"');
        orm__put(w, orm_interval_text(value->as.interval, text));
        orm__put_char(w, '"');
        break;
    case ORM_ARRAY: return orm__json_array(w, model, column, value);
    case ORM_ENUM: orm__put_json_text(w, column->is.labels->labels[value->as.i - 1], strlen(column->is.labels->labels[value->as.i - 1])); break;
    default: orm__put_bytes(w, "null", 4); break;
    }
    return ORM_OK;
}

/* ---- rows ----------------------------------------------------------------------------------------------------- */
/* is the memory behind a row's pointers still there? The rows of one result follow each other, so the last one found is asked first. */
static bool orm__json_live(orm__json *j, uint64_t ticket)
{
    if (ORM__KIND(ticket) != ORM__KIND_RESULT) return true;
    if (j->result && (ticket & ~(ORM__HEAD_BIT | UINT64_C(0x7F) << 3)) == j->result->ticket) return true;
    j->result = orm__result_of(ticket);
    return j->result != NULL;
}

static orm_status orm__json_row(orm__json *j, const orm_model *model, const void *row, const orm_mask *mask, const orm_model *link, const void *link_row);

static orm_status orm__json_rows(orm__json *j, const orm_model *model, const void *rows, const orm_mask *mask, bool lines, const orm_relation *relation)
{
    orm_status status = ORM_OK;
    if (!orm__json_live(j, *orm__ticket(model, rows)))
        return orm__raise_at(NULL, ORM_STALE_ROW, model, NULL, "the %s rows belong to a result that was freed", model->name);
    size_t n = orm__len(rows, model->ticket);
    const orm_model *link = relation ? relation->through : NULL;
    const char *links = link ? (const char *)orm__links(relation, rows) : NULL;
    if (!lines) orm__put_char(&j->out, '[');
    for (size_t i = 0; i < n && !status; i++) {
        if (i && !lines) orm__put_char(&j->out, ',');
        status = orm__json_row(j, model, (const char *)rows + i * model->size, mask, links ? link : NULL, links ? links + i * link->size : NULL);
        if (lines) orm__put_char(&j->out, '\n');
    }
    if (!lines) orm__put_char(&j->out, ']');
    return status;
}

static void orm__json_member(orm__writer *w, const char *name, bool *first)
{
    size_t size = strlen(name);                          /* a C identifier: nothing to escape */
    if (!orm__writer_room(w, size + sizeof ",\"\":")) return;
    char *out = w->text + w->length;
    if (!*first) *out++ = ',';
    *out++ = '"';
    memcpy(out, name, size);
    memcpy(out + size, "\":", sizeof "\":");
    w->length = (size_t)(out - w->text) + size + 2;
    *first = false;
}

static orm_status orm__json_relation(orm__json *j, const orm_relation *relation, const void *row)
{
    const void *related = NULL;
    memcpy(&related, (const char *)row + relation->member, sizeof related);
    if (orm__is_list(relation) && related) return orm__json_rows(j, relation->target, related, NULL, false, relation);
    if (related) return orm__json_row(j, relation->target, related, NULL, NULL, NULL);
    orm__put(&j->out, orm__is_list(relation) ? "[]" : "null");
    return ORM_OK;
}

static orm_status orm__json_row(orm__json *j, const orm_model *model, const void *row, const orm_mask *mask, const orm_model *link, const void *link_row)
{
    uint64_t ticket = *orm__ticket(model, row);
    const orm__load *load = NULL;
    orm_status status = ORM_OK;
    bool first = true;
    if (!orm__json_live(j, ticket)) return orm__raise_at(NULL, ORM_STALE_ROW, model, NULL, "the %s row belongs to a result that was freed", model->name);
    if (j->depth == ORM__JSON_NESTED) return orm__raise_at(NULL, ORM_MISUSE, model, NULL, "rows are nested deeper than %d", ORM__JSON_NESTED);
    if (ORM__KIND(ticket) == ORM__KIND_RESULT) {
        load = ORM__LOAD(ticket) < j->result->n_loads ? &j->result->loads[ORM__LOAD(ticket)] : NULL;
        if (!load || load->model != model) return orm__raise_at(NULL, ORM_MISUSE, model, NULL, "the row is not one of %s", model->name);
    }
    j->depth++;
    orm__put_char(&j->out, '{');
    for (size_t i = 0; i < model->n_columns && !status; i++) {
        const orm_column *column = &model->columns[i];
        if (column->secret || (mask && !orm__mask_has(mask, i)) || (load && !orm__mask_has(&load->columns, i))) continue;
        orm_value value = orm__value_of(column, row);
        orm__json_member(&j->out, column->name, &first);
        status = orm__json_value(&j->out, model, column, &value);
    }
    for (size_t i = 0; load && i < model->n_counts; i++) {
        if (!orm__mask_has(&load->counts, i)) continue;
        orm__json_member(&j->out, model->counts[i].name, &first);
        orm__put_int(&j->out, orm__value_of(&model->counts[i], row).as.i);
    }
    for (size_t i = 0; load && i < model->n_relations && !status; i++) {
        if (!orm__mask_has(&load->relations, i) || !orm__relation_applies(&model->relations[i], row)) continue;
        orm__json_member(&j->out, model->relations[i].name, &first);
        status = orm__json_relation(j, &model->relations[i], row);
    }
    if (link && !status) {                               /* the row that links it to the one above, by the name of its model */
        orm__json_member(&j->out, link->name, &first);
        status = orm__json_row(j, link, link_row, NULL, NULL, NULL);
    }
    orm__put_char(&j->out, '}');
    j->depth--;
    return status;
}

static orm_status orm__json_begin(orm__json *j, const orm_allocator *allocator, const orm_model *model, const void *row)
{
    *j = (orm__json){ .depth = 0 };
    orm__clear_error();
    orm__text_begin(&j->out, allocator);
    return row ? ORM_OK : orm__raise_at(NULL, ORM_MISUSE, model, NULL, "there is no %s row to print: the pointer is NULL", model->name);
}

ORM_API char *orm__to_json(const orm_model *model, const void *row, const orm_mask *mask, bool all, size_t *length)
{
    orm_allocator allocator = orm__default_allocator();
    orm__json j;
    orm_status status = orm__json_begin(&j, &allocator, model, row);
    if (mask && orm__mask_names_none(model, mask)) mask = NULL;
    if (!status) status = all ? orm__json_rows(&j, model, row, mask, false, NULL) : orm__json_row(&j, model, row, mask, NULL, NULL);
    if (!status) return orm__text_end(&j.out, length);
    orm__writer_release(&j.out);
    return NULL;
}

/* the whole text is made first: a row that cannot be printed leaves no half of a document behind */
ORM_API orm_status orm__print_json(FILE *out, const orm_model *model, const void *rows, int how)
{
    enum { ROW, LIST, LINES };
    orm_allocator allocator = orm__default_allocator();
    orm__json j;
    orm_status status = orm__json_begin(&j, &allocator, model, rows);
    if (!status) status = how == ROW ? orm__json_row(&j, model, rows, NULL, NULL, NULL) : orm__json_rows(&j, model, rows, NULL, how == LINES, NULL);
    if (how != LINES) orm__put_char(&j.out, '\n');
    if (!status && j.out.failed) status = orm__raise(NULL, ORM_NO_MEMORY, 0, "out of memory");
    if (!status) {
        size_t size = j.out.length - ORM__TEXT_HEADER;
        if (fwrite(j.out.text + ORM__TEXT_HEADER, 1, size, out) != size || fflush(out))
            status = orm__raise(NULL, ORM_IO, 0, "the JSON could not be written to its file");
    }
    orm__writer_release(&j.out);
    return status;
}

/* >>array: arrays of scalars: their elements as values, copies, and the JSON text that an engine without arrays keeps. */
#include "internal.h"

ORM_PRIVATE orm_value orm__array_item(const orm_value *array, size_t i)
{
    const orm_column element = { .is = { .type = (orm_type)array->scale } };
    const char *at = (const char *)array->as.list.data + i * orm__member_size(element.is.type);
    orm_value item = orm__value_of(&element, at);
    if (array->scale == ORM_UUID) item.type = ORM_UUID;         /* among others, all zero is a value, too */
    return item;
}

ORM_PRIVATE bool orm__arrays_equal(const orm_value *a, const orm_value *b)
{
    if (a->as.list.count != b->as.list.count) return false;
    if (a->scale != ORM_TEXT) return memcmp(a->as.list.data, b->as.list.data, a->as.list.count * orm__member_size((orm_type)a->scale)) == 0;
    for (size_t i = 0; i < a->as.list.count; i++) {
        orm_value x = orm__array_item(a, i), y = orm__array_item(b, i);
        if (x.type != y.type || (x.type == ORM_TEXT && strcmp(x.as.s, y.as.s) != 0)) return false;
    }
    return true;
}

/* room for the elements of an array, also when there are none */
static void *orm__array_room(orm_arena *arena, orm_type element, size_t n)
{
    size_t size = 0;
    return __builtin_mul_overflow(n ? n : 1, orm__member_size(element), &size) ? NULL : orm__bump(arena, size, 8);
}

ORM_PRIVATE bool orm__array_copy(orm_arena *arena, orm_value *array)
{
    size_t n = array->as.list.count;
    void *copy = orm__array_room(arena, (orm_type)array->scale, n);
    if (!copy) return false;
    if (n) memcpy(copy, array->as.list.data, n * orm__member_size((orm_type)array->scale));
    array->as.list.data = copy;
    const char **texts = (const char **)copy;
    for (size_t i = 0; array->scale == ORM_TEXT && i < n; i++) {
        if (!texts[i]) continue;
        texts[i] = orm__bump_text(arena, texts[i], strlen(texts[i]));
        if (!texts[i]) return false;
    }
    return true;
}

ORM_PRIVATE orm_value *orm__values_copy(orm__session *db, orm_arena *arena, const orm_value *values, size_t n)
{
    orm_value *kept = (orm_value *)orm__bump(arena, (n + !n) * sizeof *kept, _Alignof(orm_value));
    bool room = kept != NULL;
    for (size_t i = 0; i < n && room; i++) {
        orm_value *v = &kept[i];
        *v = values[i];
        if (v->type == ORM_ARRAY) room = orm__array_copy(arena, v);
        if (v->type != ORM_TEXT && v->type != ORM_JSON && v->type != ORM_BLOB) continue;
        if (v->length == ORM_LENGTH_UNKNOWN) v->length = (uint32_t)strlen(v->as.s);
        v->as.s = orm__bump_text(arena, v->as.s, v->length);
        room = v->as.s != NULL;
    }
    if (!room) orm__raise(db, ORM_NO_MEMORY, 0, "out of memory");
    return room ? kept : NULL;
}

ORM_PRIVATE bool orm__array_of_one(orm_arena *arena, const orm_value *item, orm_value *array)
{
    const orm_column element = { .is = { .type = (orm_type)item->type } };
    void *at = orm__array_room(arena, element.is.type, 1);
    if (!at) return false;
    orm__store(&element, at, item);
    *array = orm__v_array(element.is.type, at, 1);
    return true;
}

/* ---- as JSON -------------------------------------------------------------------------------------------------- */
/* Numbers of 32 bits get the digits of their value in 64 bits, so that SQL finds what it compares with; infinity has no other spelling in JSON
   than a number that is too large; moments are microseconds, as in a column. */
static void orm__array_put(orm__writer *w, const orm_value *item)
{
    char text_[ORM_UUID_SIZE];
    switch (item->type) {
    case ORM_BOOL:  orm__put(w, item->as.i ? "true" : "false"); break;
    case ORM_FLOAT:
    case ORM_DOUBLE:
        if (__builtin_isinf(item->as.d)) orm__put(w, item->as.d < 0 ? "-9e999" : "9e999");
        else orm__put_number(w, item->as.d, false);
        break;
    case ORM_TEXT:  orm__put_json_text(w, item->as.s, strlen(item->as.s)); break;
    case ORM_DATE:  orm__put_format(w, "\"%s\"", orm_date_text((orm_date){ (int32_t)item->as.i }, text_)); break;
    case ORM_UUID:  orm__put_format(w, "\"%s\"", orm_uuid_text(item->as.uuid, text_)); break;
    default:        orm__put_int(w, item->as.i); break;
    }
}

ORM_PRIVATE void orm__put_array(orm__writer *w, const orm_value *array)
{
    orm__put_char(w, '[');
    for (size_t i = 0; i < array->as.list.count; i++) {
        orm_value item = orm__array_item(array, i);
        if (i) orm__put_char(w, ',');
        orm__array_put(w, &item);
    }
    orm__put_char(w, ']');
}

/* what follows reads a text that is known to be JSON, so it meets no surprise but a value of another kind */
static const char *orm__array_blanks(const char *at)
{
    while (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t') at++;
    return at;
}

/* behind a string or a number or word */
static const char *orm__array_skip(const char *at)
{
    if (*at != '"') return at + strcspn(at, ",] \n\r\t");
    for (at++; *at != '"'; at++)
        if (*at == '\\') at++;
    return at + 1;
}

ORM_PRIVATE bool orm__read_whole(const char *at, const char *end, int64_t *out)
{
    bool minus = *at == '-';
    *out = 0;
    for (at += minus; at < end; at++) {
        if (*at < '0' || *at > '9' || __builtin_mul_overflow(*out, 10, out) || __builtin_sub_overflow(*out, *at - '0', out)) return false;
    }
    return minus || !__builtin_mul_overflow(*out, -1, out);       /* read as a negative number, of which there is one more */
}

/* the point of a number moves into its exponent: strtod expects that of the locale */
ORM_PRIVATE bool orm__read_double(const char *at, const char *end, double *out)
{
    char text_[400];
    orm__writer w = { .text = text_, .capacity = sizeof text_ };
    int64_t exponent = 0, written = 0;
    size_t digits = 0;
    bool behind = false;
    if (*at != '-' && (*at < '0' || *at > '9')) return false;
    if (*at == '-') orm__put_char(&w, *at++);
    for (; at < end && *at != 'e' && *at != 'E'; at++) {
        if (*at == '.') {
            behind = true;
            continue;
        }
        bool leading = digits == 0 && *at == '0';
        if (!leading && ++digits <= 340) orm__put_char(&w, *at);          /* more digits cannot be seen in a double */
        exponent += (digits > 340) - behind;
    }
    if (!digits) orm__put_char(&w, '0');
    if (at < end && !orm__read_whole(at + 1 + (at[1] == '+'), end, &written)) written = at[1] == '-' ? -100000 : 100000;
    if (written > 100000 || written < -100000) written = written < 0 ? -100000 : 100000;
    orm__put_format(&w, "e%" PRId64, exponent + written);
    *out = strtod(text_, NULL);
    return true;
}

/* the item from `at` to `end` as a value of the type; texts live in the arena */
static orm__array_fault orm__array_read(orm_type type, const char *at, const char *end, orm_arena *arena, orm_value *out)
{
    size_t size = (size_t)(end - at);
    bool quoted = *at == '"', read = false;
    orm_date date = { 0 };
    char word[ORM_UUID_SIZE] = "";
    *out = (orm_value){ .type = (uint8_t)type };
    if (quoted != (type == ORM_TEXT || type == ORM_DATE || type == ORM_UUID)) return ORM__ARRAY_BAD;
    if (quoted && size - 2 < sizeof word) memcpy(word, at + 1, size - 2);
    switch (type) {
    case ORM_TEXT:
        out->as.s = orm__json_text_of(arena, at, end);
        return out->as.s ? ORM__ARRAY_FINE : ORM__ARRAY_NO_MEMORY;
    case ORM_DATE:
        read = orm_date_parse(word, &date);
        out->as.i = date.days;
        break;
    case ORM_UUID:
        read = size == ORM_UUID_SIZE + 1 && orm_uuid_parse(word, &out->as.uuid);
        break;
    case ORM_BOOL:
        out->as.i = *at == 't';
        read = *at == 't' || *at == 'f';
        break;
    case ORM_FLOAT: case ORM_DOUBLE:
        read = orm__read_double(at, end, &out->as.d) && (type == ORM_DOUBLE || __builtin_isinf(out->as.d) || !__builtin_isinf((float)out->as.d));
        break;
    default:
        read = (*at == '-' || (*at >= '0' && *at <= '9')) && orm__read_whole(at, end, &out->as.i);
        if (type == ORM_INT16) read = read && out->as.i == (int16_t)out->as.i;
        if (type == ORM_INT32) read = read && out->as.i == (int32_t)out->as.i;
        if (type == ORM_TIME) read = read && out->as.i != ORM_UNSET_TIME;
        break;
    }
    return read ? ORM__ARRAY_FINE : ORM__ARRAY_BAD;
}

ORM_PRIVATE orm__array_fault orm__read_array(orm_type element, const char *json, size_t size, orm_arena *arena, orm_value *out)
{
    const orm_column column = { .is = { .type = element } };
    orm__array_fault fault = ORM__ARRAY_FINE;
    size_t n = 0, most = 1;
    const char *why = NULL;
    if (!orm__json_valid(json, size, &why)) return orm__is_unchecked(why) ? ORM__ARRAY_NO_MEMORY : ORM__ARRAY_BAD;
    const char *at = orm__array_blanks(json);
    if (*at++ != '[') return ORM__ARRAY_BAD;
    for (const char *comma = at; comma < json + size; comma++) most += *comma == ',';       /* those in strings, too */
    char *items = orm__array_room(arena, element, most);
    if (!items) return ORM__ARRAY_NO_MEMORY;
    for (at = orm__array_blanks(at); *at != ']' && !fault; n++) {
        if (*at == '[' || *at == '{') return ORM__ARRAY_BAD;
        const char *end = orm__array_skip(at);
        orm_value item;
        fault = orm__array_read(element, at, end, arena, &item);
        if (!fault) orm__store(&column, items + n * orm__member_size(element), &item);
        at = orm__array_blanks(end);
        if (*at == ',') at = orm__array_blanks(at + 1);
    }
    *out = orm__v_array(element, items, n);
    return fault;
}

ORM_PRIVATE bool orm__bits_from_json(const orm_enum *labels, const char *json, size_t size, orm_arena *arena, uint64_t *out)
{
    orm_value texts;
    uint64_t set = 0;
    if (orm__read_array(ORM_TEXT, json, size, arena, &texts) != ORM__ARRAY_FINE) return false;
    for (size_t i = 0; i < texts.as.list.count; i++) {
        orm_value label = orm__array_item(&texts, i);
        uint64_t bit = label.type == ORM_TEXT ? orm__bit(orm__enum_value(labels, label.as.s)) : 0;
        if (!bit || set & bit) return false;
        set |= bit;
    }
    *out = set;
    return true;
}

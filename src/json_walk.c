/* >>json_walk: the place that a path leads to in a text of JSON, and what engines without paths of their own do with it. The texts are JSON (orm__json_valid said
   so), end with a NUL, and are nested at most ORM__JSON_DEPTH deep. */
#include "internal.h"

ORM_PRIVATE const char *orm__json_blanks(const char *at)
{
    while (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t') at++;
    return at;
}

static const char *orm__json_string_end(const char *at)
{
    for (at++; *at != '"'; at++)
        if (*at == '\\') at++;
    return at + 1;
}

ORM_PRIVATE const char *orm__json_end(const char *at)
{
    size_t depth = 0;
    do {
        at = orm__json_blanks(at);
        if (*at == '"') at = orm__json_string_end(at);
        else if (*at == '{' || *at == '[') depth++, at++;
        else if (*at == '}' || *at == ']') depth--, at++;
        else if (*at == ',' || *at == ':') at++;
        else at += strcspn(at, ",:]} \n\r\t");
    } while (depth);
    return at;
}

ORM_PRIVATE orm__json_type orm__json_type_of(const char *at)
{
    switch (*at) {
    case 'n': return ORM__JSON_NULL;
    case '"': return ORM__JSON_STRING;
    case 't': case 'f': return ORM__JSON_BOOLEAN;
    case '[': return ORM__JSON_ARRAY;
    case '{': return ORM__JSON_OBJECT;
    default:  return ORM__JSON_NUMBER;
    }
}

/* ---- strings: their bytes, one by one, escapes resolved ------------------------------------------------------------------------ */

static unsigned orm__json_unit(const char *at)
{
    unsigned unit = 0;
    for (int i = 0; i < 4; i++) unit = unit * 16 + (unsigned)(at[i] <= '9' ? at[i] - '0' : (at[i] | 0x20) - 'a' + 10);
    return unit;
}

/* the text of a string without quotes and escapes, as UTF-8; not longer than the string */
ORM_PRIVATE const char *orm__json_text_of(orm_arena *arena, const char *at, const char *end)
{
    static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
    char *text_ = orm__bump_bytes(arena, (size_t)(end - at)), *out = text_;
    if (!text_) return NULL;
    for (at++, end--; at < end; ) {
        if (*at != '\\') {
            *out++ = *at++;
            continue;
        }
        const char *known = strchr(from, at[1]);
        unsigned c = at[1] == 'u' ? orm__json_unit(at + 2) : known ? (unsigned char)to[known - from] : (unsigned char)at[1];
        at += at[1] == 'u' ? 6 : 2;
        if (c >= 0xD800 && c <= 0xDBFF) {
            c = 0x10000 + ((c - 0xD800) << 10) + (orm__json_unit(at + 2) - 0xDC00);
            at += 6;
        }
        unsigned more = c < 0x80 ? 0 : c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
        *out++ = (char)(more ? (0xF00u >> (more + 1) & 0xFF) | c >> 6 * more : c);
        while (more-- > 0) *out++ = (char)(0x80 | (c >> 6 * more & 0x3F));
    }
    *out = 0;
    return text_;
}

ORM_PRIVATE int orm__json_next_byte(orm__json_bytes *s)
{
    static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
    if (s->i < s->n) return s->more[s->i++];
    if (s->at == s->end) return -1;
    if (!s->escapes || *s->at != '\\') return (unsigned char)*s->at++;
    const char *known = strchr(from, s->at[1]);
    if (s->at[1] != 'u') {
        s->at += 2;
        return known ? (unsigned char)to[known - from] : (unsigned char)s->at[-1];
    }
    unsigned c = orm__json_unit(s->at + 2);
    s->at += 6;
    if (c >= 0xD800 && c <= 0xDBFF) {
        c = 0x10000 + ((c - 0xD800) << 10) + (orm__json_unit(s->at + 2) - 0xDC00);
        s->at += 6;
    }
    unsigned more = c < 0x80 ? 0 : c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
    s->n = (uint8_t)more;
    s->i = 0;
    for (unsigned k = 0; k < more; k++) s->more[k] = (uint8_t)(0x80 | (c >> 6 * (more - 1 - k) & 0x3F));
    return (int)(more ? (0xF00u >> (more + 1) & 0xFF) | c >> 6 * more : c);
}

ORM_PRIVATE orm__json_bytes orm__json_bytes_of(const char *at) { return (orm__json_bytes){ .at = at + 1, .end = orm__json_string_end(at) - 1, .escapes = true }; }
ORM_PRIVATE orm__json_bytes orm__json_plain(const char *text_, size_t size) { return (orm__json_bytes){ .at = text_, .end = text_ + size }; }

ORM_PRIVATE int orm__json_compare_bytes(orm__json_bytes a, orm__json_bytes b)
{
    for (;;) {
        int x = orm__json_next_byte(&a), y = orm__json_next_byte(&b);
        if (x != y) return x < y ? -1 : 1;
        if (x < 0) return 0;
    }
}

/* ---- numbers: exactly, whatever their length ------------------------------------------------------------------------------------- */

ORM_PRIVATE orm__json_number orm__json_number_of(const char *at)
{
    orm__json_number n = { .sign = *at == '-' ? -1 : 1 };
    int64_t exponent = 0;
    bool point = false;
    at += *at == '-';
    n.at = NULL;
    for (; (*at >= '0' && *at <= '9') || *at == '.'; at++) {
        if (*at == '.') {
            point = true;
            continue;
        }
        if (!n.at && *at != '0') n.at = at;
        if (n.at && !point) n.magnitude++;
        if (!n.at && point) n.magnitude--;
        if (*at != '0') n.end = at + 1;
    }
    if (!n.at) return (orm__json_number){ .sign = 0 };
    if (*at == 'e' || *at == 'E') {
        bool minus = *++at == '-';
        at += *at == '-' || *at == '+';
        for (; *at >= '0' && *at <= '9'; at++)
            if (exponent < INT64_C(1000000000000)) exponent = exponent * 10 + (*at - '0');
        n.magnitude += minus ? -exponent : exponent;
    }
    return n;
}

ORM_PRIVATE int orm__json_digit(orm__json_number *n)
{
    if (n->at < n->end && *n->at == '.') n->at++;
    return n->at < n->end ? *n->at++ : 0;
}

static int orm__json_compare_numbers(const char *a_, const char *b_)
{
    orm__json_number a = orm__json_number_of(a_), b = orm__json_number_of(b_);
    if (a.sign != b.sign) return a.sign < b.sign ? -1 : 1;
    if (a.sign == 0) return 0;
    if (a.magnitude != b.magnitude) return a.magnitude < b.magnitude ? -a.sign : a.sign;
    for (;;) {
        int x = orm__json_digit(&a), y = orm__json_digit(&b);
        if (x != y) return x < y ? -a.sign : a.sign;
        if (!x) return 0;
    }
}

ORM_PRIVATE int orm__json_compare_scalars(const char *a, const char *b)
{
    switch (orm__json_type_of(a)) {
    case ORM__JSON_STRING: return orm__json_compare_bytes(orm__json_bytes_of(a), orm__json_bytes_of(b));
    case ORM__JSON_NUMBER: return orm__json_compare_numbers(a, b);
    default:               return (*a == 't') - (*b == 't');
    }
}

/* ---- places ------------------------------------------------------------------------------------------------------------------- */

ORM_PRIVATE bool orm__json_next(orm__json_items *items)
{
    const char *at = orm__json_blanks(items->at);
    if (items->n == 0) at = orm__json_blanks(at + 1);          /* behind the bracket */
    if (*at == ']' || *at == '}') {
        items->at = at;
        return false;
    }
    items->comma = *at == ',' ? at : NULL;
    if (*at == ',') at = orm__json_blanks(at + 1);
    items->start = at;
    items->key = items->object ? at : NULL;
    if (items->object) at = orm__json_blanks(orm__json_blanks(orm__json_string_end(at)) + 1);
    items->value = at;
    items->at = items->end = orm__json_end(at);
    items->n++;
    return true;
}

ORM_PRIVATE orm__json_items orm__json_items_of(const char *at) { return (orm__json_items){ .at = at, .object = *at == '{' }; }

ORM_PRIVATE size_t orm__json_count(const char *array)
{
    orm__json_items items = orm__json_items_of(array);
    while (orm__json_next(&items)) { }
    return items.n;
}

/* `step` is a string of JSON or a number of it; false when there is no such item */
ORM_PRIVATE bool orm__json_find(const char *at, const char *step, orm__json_items *found)
{
    bool key = *step == '"';
    if (key ? *at != '{' : *at != '[') return false;
    *found = orm__json_items_of(at);
    if (key) {
        while (orm__json_next(found))
            if (orm__json_compare_bytes(orm__json_bytes_of(found->key), orm__json_bytes_of(step)) == 0) return true;
        return false;
    }
    int64_t index = strtoll(step, NULL, 10);
    if (index < 0) index += (int64_t)orm__json_count(at);
    if (index < 0) return false;
    while (orm__json_next(found))
        if (index-- == 0) return true;
    return false;
}

ORM_PRIVATE const char *orm__json_at(const char *at, const char *path, bool but_last, const char **last)
{
    orm__json_items steps = orm__json_items_of(orm__json_blanks(path)), found;
    at = orm__json_blanks(at);
    for (bool any = orm__json_next(&steps); any; ) {
        const char *step = steps.value;
        any = orm__json_next(&steps);
        if (last) *last = step;
        if (!any && but_last) break;
        if (!orm__json_find(at, step, &found)) return NULL;
        at = found.value;
    }
    return at;
}

/* ---- contains ------------------------------------------------------------------------------------------------------------------ */

static bool orm__json_contains_inside(const char *a, const char *b)
{
    orm__json_items wanted, there;
    orm__json_type type = orm__json_type_of(b);
    if (orm__json_type_of(a) != type) return false;
    if (type < ORM__JSON_ARRAY) return type == ORM__JSON_NULL || orm__json_compare_scalars(a, b) == 0;
    wanted = orm__json_items_of(b);
    while (orm__json_next(&wanted)) {
        bool found = false;
        there = orm__json_items_of(a);
        while (!found && orm__json_next(&there))
            found = (!wanted.key || orm__json_compare_bytes(orm__json_bytes_of(wanted.key), orm__json_bytes_of(there.key)) == 0) && orm__json_contains_inside(there.value, wanted.value);
        if (!found) return false;
    }
    return true;
}

ORM_PRIVATE bool orm__json_contains(const char *a, const char *b)
{
    orm__json_items there;
    a = orm__json_blanks(a);
    b = orm__json_blanks(b);
    if (*a != '[' || orm__json_type_of(b) >= ORM__JSON_ARRAY) return orm__json_contains_inside(a, b);
    there = orm__json_items_of(a);                              /* an array contains a single value, at the top only */
    while (orm__json_next(&there))
        if (orm__json_contains_inside(there.value, b)) return true;
    return false;
}

/* ---- changes ------------------------------------------------------------------------------------------------------------------- */

static void orm__json_splice(orm__writer *w, const char *json, const char *from, const char *to, const char *before, const char *value, const char *behind)
{
    orm__put_bytes(w, json, (size_t)(from - json));
    orm__put(w, before);
    if (value) orm__put(w, value);
    orm__put(w, behind);
    orm__put(w, to);
}

ORM_PRIVATE void orm__json_set(orm__writer *w, const char *json, const char *path, const char *value)
{
    const char *step = NULL, *at = orm__json_at(json, path, true, &step);
    orm__json_items found;
    if (!at || !step || (*step == '"' ? *at != '{' : *at != '[')) {
        orm__put(w, json);
    } else if (orm__json_find(at, step, &found)) {
        orm__json_splice(w, json, found.value, found.end, "", value, "");
    } else if (*step == '-') {                                  /* before the first */
        found = orm__json_items_of(at);
        bool any = orm__json_next(&found);
        orm__json_splice(w, json, at + 1, at + 1, "", value, any ? "," : "");
    } else {
        for (found = orm__json_items_of(at); orm__json_next(&found); ) { }
        const char *last = found.at;                            /* the closing bracket */
        orm__put_bytes(w, json, (size_t)(last - json));
        if (found.n) orm__put_char(w, ',');
        if (*step == '"') {
            orm__put_bytes(w, step, (size_t)(orm__json_string_end(step) - step));
            orm__put_char(w, ':');
        }
        orm__json_splice(w, last, last, last, "", value, "");
    }
}

ORM_PRIVATE void orm__json_remove(orm__writer *w, const char *json, const char *path)
{
    const char *step = NULL, *at = orm__json_at(json, path, true, &step);
    orm__json_items found;
    if (!at || !step || !orm__json_find(at, step, &found)) {
        orm__put(w, json);
        return;
    }
    const char *to = found.end, *next = orm__json_blanks(to);
    if (!found.comma && *next == ',') to = next + 1;
    orm__json_splice(w, json, found.comma ? found.comma : found.start, to, "", NULL, "");
}

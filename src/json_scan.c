/* >>json_scan: is a text JSON (RFC 8259)? One pass without recursion, so that depth costs no stack; the names of objects are kept aside and
   compared at the end, because two members of one name mean different things to different readers (RFC 8259, section 4). */
#include "internal.h"

ORM_PRIVATE bool orm__scan_refuse(orm__scan *scan, const char *why)
{
    scan->why = why;
    return false;
}

ORM_PRIVATE void orm__scan_space(orm__scan *scan)
{
    while (scan->at < scan->end && (*scan->at == ' ' || *scan->at == '\n' || *scan->at == '\r' || *scan->at == '\t')) scan->at++;
}

/* skips `c` when it comes next */
ORM_PRIVATE bool orm__scan_take(orm__scan *scan, char c)
{
    if (scan->at == scan->end || *scan->at != c) return false;
    scan->at++;
    return true;
}

/* the four hex digits of an escape, or -1 */
static int orm__scan_hex(const char **at, const char *end)
{
    int number = 0;
    if (end - *at < 4) return -1;
    for (int i = 0; i < 4; i++) {
        char c = *(*at)++;
        int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
        if (digit < 0) return -1;
        number = number * 16 + digit;
    }
    return number;
}

static bool orm__scan_escape(orm__scan *scan)
{
    if (scan->at == scan->end) return orm__scan_refuse(scan, "has a string without an end");
    char c = *scan->at++;
    if (c != 'u') return strchr("\"\\/bfnrt", c) && c ? true : orm__scan_refuse(scan, "has an unknown escape in a string");
    int unit = orm__scan_hex(&scan->at, scan->end);
    if (unit < 0) return orm__scan_refuse(scan, "has a \\u escape without four hex digits");
    if (unit == 0) return orm__scan_refuse(scan, "has the escape \\u0000, which databases cannot keep");
    if (unit >= 0xD800 && unit <= 0xDBFF) {
        bool paired = orm__scan_take(scan, '\\') && orm__scan_take(scan, 'u');
        int low = paired ? orm__scan_hex(&scan->at, scan->end) : -1;
        if (low < 0xDC00 || low > 0xDFFF) return orm__scan_refuse(scan, "has half of a surrogate pair");
    } else if (unit >= 0xDC00 && unit <= 0xDFFF) {
        return orm__scan_refuse(scan, "has half of a surrogate pair");
    }
    return true;
}

/* after the opening quote */
ORM_PRIVATE bool orm__scan_string(orm__scan *scan)
{
    while (scan->at < scan->end) {
        unsigned char c = (unsigned char)*scan->at;
        if (c >= 0x80) {
            size_t length = orm__utf8_sequence((const unsigned char *)scan->at, (size_t)(scan->end - scan->at));
            if (length == 0) return orm__scan_refuse(scan, "is not valid UTF-8");
            scan->at += length;
            continue;
        }
        if (c < 0x20) return orm__scan_refuse(scan, "has a control character in a string");
        const char *start = scan->at++;
        if (c == '"') return true;
        if (c == '\\' && !orm__scan_escape(scan)) {
            scan->at = start;                            /* where the escape begins */
            return false;
        }
    }
    return orm__scan_refuse(scan, "has a string without an end");
}

static bool orm__scan_digits(orm__scan *scan)
{
    const char *start = scan->at;
    while (scan->at < scan->end && *scan->at >= '0' && *scan->at <= '9') scan->at++;
    return scan->at > start;
}

static bool orm__scan_number(orm__scan *scan)
{
    orm__scan_take(scan, '-');
    bool good = orm__scan_take(scan, '0') || orm__scan_digits(scan);
    if (good && orm__scan_take(scan, '.')) good = orm__scan_digits(scan);
    if (good && (orm__scan_take(scan, 'e') || orm__scan_take(scan, 'E'))) {
        if (!orm__scan_take(scan, '+')) orm__scan_take(scan, '-');
        good = orm__scan_digits(scan);
    }
    return good || orm__scan_refuse(scan, "has a number that is not well formed");
}

/* a string, number or word: everything but arrays and objects */
static bool orm__scan_scalar(orm__scan *scan)
{
    static const struct { const char *text; size_t length; } words[] = { { "true", 4 }, { "false", 5 }, { "null", 4 } };
    if (scan->at == scan->end) return orm__scan_refuse(scan, "ends too early");
    if (orm__scan_take(scan, '"')) return orm__scan_string(scan);
    if (*scan->at == '-' || (*scan->at >= '0' && *scan->at <= '9')) return orm__scan_number(scan);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if ((size_t)(scan->end - scan->at) >= words[i].length && memcmp(scan->at, words[i].text, words[i].length) == 0) {
            scan->at += words[i].length;
            return true;
        }
    }
    return orm__scan_refuse(scan, "has a value that is not well formed");
}

/* ---- names ---- */

/* the next UTF-16 unit of a valid name, escapes resolved; `rest` holds the second half of a pair */
static uint32_t orm__name_unit(const char **at, uint32_t *rest)
{
    static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
    uint32_t c = *rest;
    *rest = 0;
    if (c) return c;
    c = (unsigned char)*(*at)++;
    if (c == '\\') {
        char escape = *(*at)++;
        const char *known = strchr(from, escape);
        if (escape != 'u') return known ? (unsigned char)to[known - from] : (unsigned char)escape;
        return (uint32_t)orm__scan_hex(at, *at + 4);
    }
    if (c < 0x80) return c;
    unsigned more = c >= 0xF0 ? 3 : c >= 0xE0 ? 2 : 1;
    c &= more == 3 ? 0x07u : more == 2 ? 0x0Fu : 0x1Fu;
    for (; more > 0; more--) c = c << 6 | ((unsigned char)*(*at)++ & 0x3Fu);
    if (c < 0x10000) return c;
    *rest = 0xDC00 | ((c - 0x10000) & 0x3FF);
    return 0xD800 | (c - 0x10000) >> 10;
}

static int orm__compare_member_names(const char *x, const char *y)
{
    uint32_t x_rest = 0, y_rest = 0;
    for (;;) {
        bool x_ends = !x_rest && *x == '"', y_ends = !y_rest && *y == '"';
        if (x_ends || y_ends) return y_ends - x_ends;
        uint32_t x_unit = orm__name_unit(&x, &x_rest), y_unit = orm__name_unit(&y, &y_rest);
        if (x_unit != y_unit) return x_unit < y_unit ? -1 : 1;
    }
}

/* by the names themselves where the hashes are equal: whoever makes two names of one hash could put one between two equal ones */
static int orm__order_names(const void *a_, const void *b_)
{
    const orm__member_name *a = (const orm__member_name *)a_, *b = (const orm__member_name *)b_;
    if (a->object != b->object) return a->object < b->object ? -1 : 1;
    if (a->hash != b->hash) return a->hash < b->hash ? -1 : 1;
    return orm__compare_member_names(a->at, b->at);
}

/* a name is kept while there is room, and counted in any case */
static void orm__keep_name(orm__scan *scan, uint32_t object, const char *at)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    uint32_t rest = 0;
    if (scan->n_names++ >= scan->capacity) return;
    orm__member_name *name = &scan->names[scan->n_names - 1];
    name->object = object;
    name->at = at;
    while (rest || *at != '"') hash = (hash ^ orm__name_unit(&at, &rest)) * UINT64_C(1099511628211);
    name->hash = (uint32_t)(hash ^ hash >> 32);
}

static bool orm__names_differ(orm__scan *scan)
{
    qsort(scan->names, scan->n_names, sizeof *scan->names, orm__order_names);
    for (size_t i = 1; i < scan->n_names; i++)
        if (orm__order_names(&scan->names[i - 1], &scan->names[i]) == 0) return orm__scan_refuse(scan, "has two members of the same name in an object");
    return true;
}

/* ---- the document ---- */

/* the name of an object's member, with its colon */
static bool orm__scan_name(orm__scan *scan, uint32_t object)
{
    orm__scan_space(scan);
    if (!orm__scan_take(scan, '"')) return orm__scan_refuse(scan, "has an object member without a name");
    const char *start = scan->at;
    if (!orm__scan_string(scan)) return false;
    orm__keep_name(scan, object, start);
    orm__scan_space(scan);
    return orm__scan_take(scan, ':') || orm__scan_refuse(scan, "has an object member without a colon");
}

/* one value: what it is made of, to its end */
static bool orm__scan_parts(orm__scan *scan, size_t room)
{
    char closing[ORM__JSON_DEPTH];             /* of the arrays and objects that are open */
    uint32_t object[ORM__JSON_DEPTH];
    size_t depth = 0;
    for (;;) {
        orm__scan_space(scan);
        bool array = orm__scan_take(scan, '[');
        if (array || orm__scan_take(scan, '{')) {
            if (depth == room) return orm__scan_refuse(scan, "is nested too deeply");
            object[depth] = scan->objects++;
            closing[depth++] = array ? ']' : '}';
            orm__scan_space(scan);
            if (scan->at == scan->end || *scan->at != closing[depth - 1]) {
                if (!array && !orm__scan_name(scan, object[depth - 1])) return false;
                continue;
            }
        } else if (!orm__scan_scalar(scan)) {
            return false;
        }
        /* a value is complete, or an empty array or object is open: close what ends here */
        while (depth > 0) {
            orm__scan_space(scan);
            if (!orm__scan_take(scan, closing[depth - 1])) break;
            depth--;
        }
        if (depth == 0) return true;
        if (!orm__scan_take(scan, ',')) return orm__scan_refuse(scan, "misses a comma or a closing bracket");
        if (closing[depth - 1] == '}' && !orm__scan_name(scan, object[depth - 1])) return false;
    }
}

static bool orm__scan_into(orm__scan *scan, size_t room, orm__member_name *names, size_t capacity)
{
    scan->names = names;
    scan->capacity = capacity;
    scan->n_names = 0;
    scan->objects = 0;
    return orm__scan_parts(scan, room < ORM__JSON_DEPTH ? room : ORM__JSON_DEPTH);
}

/* Where the names are more than the few that have room, they are counted, and the value is read again into memory of just that size: growing on the way
   would take more than twice as much. */
ORM_PRIVATE bool orm__scan_value(orm__scan *scan, size_t room)
{
    const orm_allocator a = orm__default_allocator();
    orm__member_name few[ORM__JSON_NAMES], *all = NULL;
    const char *start = scan->at;
    if (!orm__scan_into(scan, room, few, ORM__JSON_NAMES)) return false;
    size_t n = scan->n_names;
    if (n > ORM__JSON_NAMES) {
        all = (orm__member_name *)orm__allocate(&a, n * sizeof *all);
        if (!all) return orm__scan_refuse(scan, ORM__UNCHECKED);
        scan->at = start;
        orm__scan_into(scan, room, all, n);
    }
    bool differ = orm__names_differ(scan);
    orm__release(&a, all, n * sizeof *all);
    return differ;
}

ORM_PRIVATE void orm__scan_begin(orm__scan *scan, const char *text_, size_t size)
{
    scan->at = text_;
    scan->end = text_ + size;
    scan->why = NULL;
}

/* nothing but blanks behind the value */
ORM_PRIVATE bool orm__scan_finish(orm__scan *scan)
{
    orm__scan_space(scan);
    return scan->at == scan->end || orm__scan_refuse(scan, "has more than one value");
}

ORM_PRIVATE bool orm__json_valid(const char *text_, size_t size, const char **why)
{
    orm__scan scan;
    orm__scan_begin(&scan, text_, size);
    bool valid = orm__scan_value(&scan, ORM__JSON_DEPTH) && orm__scan_finish(&scan);
    if (why) *why = scan.why;
    return valid;
}

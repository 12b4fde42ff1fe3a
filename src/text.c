/* >>text: is a text what it claims to be, UTF-8 or JSON? Checked once, at the border, because the engines do not agree: SQLite
   keeps any bytes, PostgreSQL refuses them only after they were sent. Linear time, no recursion, no allocation. */
#include "internal.h"

#define ORM__HIGH_BITS UINT64_C(0x8080808080808080)
#define ORM__LOW_BITS  UINT64_C(0x0101010101010101)

/* The length of the well-formed sequence at `at` that begins with a byte >= 0x80, or 0 (RFC 3629, the table of section 4). */
static size_t orm__utf8_sequence(const unsigned char *at, size_t left)
{
    unsigned char lead = at[0], low = 0x80, high = 0xBF;      /* the second byte's range tells overlong forms and surrogates */
    size_t length = 0;
    if (lead >= 0xC2 && lead <= 0xDF) length = 2;
    else if (lead >= 0xE0 && lead <= 0xEF) length = 3;
    else if (lead >= 0xF0 && lead <= 0xF4) length = 4;
    if (length == 0 || length > left) return 0;
    if (lead == 0xE0) low = 0xA0;
    else if (lead == 0xED) high = 0x9F;
    else if (lead == 0xF0) low = 0x90;
    else if (lead == 0xF4) high = 0x8F;
    if (at[1] < low || at[1] > high) return 0;
    for (size_t i = 2; i < length; i++) {
        if ((at[i] & 0xC0) != 0x80) return 0;
    }
    return length;
}

ORM_PRIVATE orm__text_fault orm__check_bytes(const char *bytes, size_t size, size_t *characters)
{
    const unsigned char *at = (const unsigned char *)bytes;
    size_t i = 0, count = 0;
    while (i < size) {
        while (size - i >= 8) {
            uint64_t word;
            memcpy(&word, at + i, 8);
            /* without a high bit in the word, the subtraction sets one exactly where a byte was 0 */
            if (((word | (word - ORM__LOW_BITS)) & ORM__HIGH_BITS) != 0) break;
            i += 8;
            count += 8;
        }
        /* what stopped the words lies within the next eight bytes; behind them words are tried again */
        for (size_t stop = size - i > 8 ? i + 8 : size; i < stop; count++) {
            size_t length = 1;
            if (at[i] >= 0x80) length = orm__utf8_sequence(at + i, size - i);
            else if (at[i] == 0) length = 0;
            if (length == 0) return ORM__TEXT_INVALID;
            i += length;
        }
    }
    if (characters) *characters = count;
    return ORM__TEXT_OK;
}

ORM_PRIVATE orm__text_fault orm__check_text(const char *text_, size_t max, size_t *bytes, size_t *characters)
{
    size_t size = strnlen(text_, max < PTRDIFF_MAX ? max + 1 : PTRDIFF_MAX);
    if (size > max) return ORM__TEXT_TOO_LONG;
    if (bytes) *bytes = size;
    return orm__check_bytes(text_, size, characters);
}

ORM_PRIVATE void orm__list_texts(char *out, size_t size, const char *const *texts, size_t n)
{
    size_t used = 0;
    out[0] = 0;
    for (size_t i = 0; i < n; i++) {
        size_t length = strlen(texts[i]), room = size - used - sizeof ", ...";     /* there is always room to say that it goes on */
        if (length + 2 > room) {
            memcpy(out + used, i > 0 ? ", ..." : "...", i > 0 ? sizeof ", ..." : sizeof "...");
            return;
        }
        if (i > 0) {
            memcpy(out + used, ", ", 2);
            used += 2;
        }
        memcpy(out + used, texts[i], length + 1);
        used += length;
    }
}

/* ---- JSON --------------------------------------------------------------------------------------------------- */
#define ORM__JSON_DEPTH 64

typedef struct orm__scan { const char *at, *end; const char *why; } orm__scan;

static bool orm__scan_refuse(orm__scan *scan, const char *why)
{
    scan->why = why;
    return false;
}

static void orm__scan_space(orm__scan *scan)
{
    while (scan->at < scan->end && (*scan->at == ' ' || *scan->at == '\n' || *scan->at == '\r' || *scan->at == '\t')) scan->at++;
}

/* skips `c` when it comes next */
static bool orm__scan_take(orm__scan *scan, char c)
{
    if (scan->at == scan->end || *scan->at != c) return false;
    scan->at++;
    return true;
}

/* the four hex digits of an escape, or -1 */
static int orm__scan_hex(orm__scan *scan)
{
    int number = 0;
    if (scan->end - scan->at < 4) return -1;
    for (int i = 0; i < 4; i++) {
        char c = *scan->at++;
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
    int unit = orm__scan_hex(scan);
    if (unit < 0) return orm__scan_refuse(scan, "has a \\u escape without four hex digits");
    if (unit == 0) return orm__scan_refuse(scan, "has the escape \\u0000, which databases cannot keep");
    if (unit >= 0xD800 && unit <= 0xDBFF) {
        bool paired = orm__scan_take(scan, '\\') && orm__scan_take(scan, 'u');
        int low = paired ? orm__scan_hex(scan) : -1;
        if (low < 0xDC00 || low > 0xDFFF) return orm__scan_refuse(scan, "has half of a surrogate pair");
    } else if (unit >= 0xDC00 && unit <= 0xDFFF) {
        return orm__scan_refuse(scan, "has half of a surrogate pair");
    }
    return true;
}

/* after the opening quote */
static bool orm__scan_string(orm__scan *scan)
{
    while (scan->at < scan->end) {
        unsigned char c = (unsigned char)*scan->at;
        if (c >= 0x80) {
            size_t length = orm__utf8_sequence((const unsigned char *)scan->at, (size_t)(scan->end - scan->at));
            if (length == 0) return orm__scan_refuse(scan, "is not valid UTF-8");
            scan->at += length;
            continue;
        }
        scan->at++;
        if (c == '"') return true;
        if (c < 0x20) return orm__scan_refuse(scan, "has a control character in a string");
        if (c == '\\' && !orm__scan_escape(scan)) return false;
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

/* the name of an object's member, with its colon */
static bool orm__scan_name(orm__scan *scan)
{
    orm__scan_space(scan);
    if (!orm__scan_take(scan, '"')) return orm__scan_refuse(scan, "has an object member without a name");
    if (!orm__scan_string(scan)) return false;
    orm__scan_space(scan);
    return orm__scan_take(scan, ':') || orm__scan_refuse(scan, "has an object member without a colon");
}

static bool orm__scan_document(orm__scan *scan)
{
    char closing[ORM__JSON_DEPTH];             /* of the arrays and objects that are open */
    size_t depth = 0;
    for (;;) {
        orm__scan_space(scan);
        bool array = orm__scan_take(scan, '[');
        if (array || orm__scan_take(scan, '{')) {
            if (depth == ORM__JSON_DEPTH) return orm__scan_refuse(scan, "is nested too deeply");
            closing[depth++] = array ? ']' : '}';
            orm__scan_space(scan);
            if (scan->at == scan->end || *scan->at != closing[depth - 1]) {
                if (!array && !orm__scan_name(scan)) return false;
                continue;
            }
        } else if (!orm__scan_scalar(scan)) {
            return false;
        }
        /* a value is complete, or an empty array or object is open: close what ends here */
        for (orm__scan_space(scan); depth > 0 && orm__scan_take(scan, closing[depth - 1]); orm__scan_space(scan)) depth--;
        if (depth == 0) return scan->at == scan->end || orm__scan_refuse(scan, "has more than one value");
        if (!orm__scan_take(scan, ',')) return orm__scan_refuse(scan, "misses a comma or a closing bracket");
        if (closing[depth - 1] == '}' && !orm__scan_name(scan)) return false;
    }
}

ORM_PRIVATE bool orm__json_valid(const char *text_, size_t size, const char **why)
{
    orm__scan scan = { text_, text_ + size, NULL };
    bool valid = orm__scan_document(&scan);
    if (why) *why = scan.why;
    return valid;
}

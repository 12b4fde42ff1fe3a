/* >>writer: text that grows, for SQL and JSON. Failure is sticky and looked at once, at the end: what builds a text reads straight down. */
#include "internal.h"

ORM_PRIVATE bool orm__writer_grow(orm__writer *w, size_t size)
{
    if (w->failed) return false;
    if (w->allocator && size < SIZE_MAX / 2 - w->length) {
        size_t needed = w->length + size + 1, doubled = w->capacity < SIZE_MAX / 2 ? w->capacity * 2 : needed;
        size_t capacity = needed > doubled ? needed : doubled;
        if (capacity < 256) capacity = 256;
        char *text_ = (char *)(w->text ? orm__resize(w->allocator, w->text, w->capacity, capacity) : orm__allocate(w->allocator, capacity));
        if (text_) {
            w->text = text_;
            w->capacity = capacity;
            return true;
        }
    }
    w->failed = true;
    return false;
}

ORM_PRIVATE void orm__put(orm__writer *w, const char *text_)
{
    orm__put_bytes(w, text_, strlen(text_));
}

ORM_PRIVATE void orm__put_int(orm__writer *w, int64_t number)
{
    char digits[20], *end = digits + sizeof digits, *at = end;
    uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    for (; rest >= 100; rest /= 100) orm__two_digits(at -= 2, (unsigned)(rest % 100));
    if (rest >= 10) orm__two_digits(at -= 2, (unsigned)rest);
    else *--at = (char)('0' + rest);
    if (number < 0) *--at = '-';
    orm__put_bytes(w, at, (size_t)(end - at));
}

ORM_PRIVATE void orm__put_format(orm__writer *w, const char *format, ...)
{
    char piece[513];
    va_list list;
    va_start(list, format);
    int length = vsnprintf(piece, sizeof piece, format, list);
    va_end(list);
    /* a piece that was cut is as bad as one that was not written */
    if (length < 0 || (size_t)length >= sizeof piece) w->failed = true;
    else orm__put_bytes(w, piece, (size_t)length);
}

ORM_PRIVATE void orm__put_name(orm__writer *w, const char *name)
{
    w->dialect->quote(w, name);
}

ORM_PRIVATE void orm__put_string_literal(orm__writer *w, const char *text_)
{
    orm__put_char(w, '\'');
    for (const char *quote = NULL; (quote = strchr(text_, '\'')) != NULL; text_ = quote + 1) {
        orm__put_bytes(w, text_, (size_t)(quote - text_));
        orm__put_bytes(w, "''", 2);
    }
    orm__put(w, text_);
    orm__put_char(w, '\'');
}

/* Writes one byte of a JSON text, escaped if it must be, and returns the place behind it. */
static char *orm__json_byte(char *out, unsigned char c)
{
    static const char letters[] = "btn\0fr", hex[] = "0123456789abcdef";      /* of 0x08 to 0x0d; 0x0b has none */
    if (c >= 0x20 && c != '"' && c != '\\') {
        *out++ = (char)c;
        return out;
    }
    *out++ = '\\';
    if (c >= 0x20) {
        *out++ = (char)c;
    } else if (c >= 8 && c <= 13 && letters[c - 8]) {
        *out++ = letters[c - 8];
    } else {
        const char number[5] = { 'u', '0', '0', hex[c >> 4], hex[c & 15] };
        memcpy(out, number, sizeof number);
        out += sizeof number;
    }
    return out;
}

/* What follows is only for where bytes count up: there a word is its bytes in order, and what a subtraction marks by borrowing stands behind the first mark. Elsewhere bytes are
   looked at one by one where a word has any mark, and behind the last whole word. */
#if defined __BYTE_ORDER__ && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
static size_t orm__first_marked(uint64_t marks) { return (size_t)__builtin_ctzll(marks) / 8; }
static uint64_t orm__short_word(const char *bytes, size_t n)        /* one to seven bytes, blanks behind them */
{
    uint64_t blanks = UINT64_C(0x2020202020202020) << 8 * n;
    if (n >= 4) {
        uint32_t first, last;
        memcpy(&first, bytes, sizeof first);
        memcpy(&last, bytes + n - sizeof last, sizeof last);
        return blanks | first | (uint64_t)last << 8 * (n - sizeof last);
    }
    return blanks | (unsigned char)bytes[0] | (uint64_t)(unsigned char)bytes[n / 2] << 8 * (n / 2) | (uint64_t)(unsigned char)bytes[n - 1] << 8 * (n - 1);
}
#else
static size_t orm__first_marked(uint64_t marks) { return marks ? 0 : sizeof marks; }
static uint64_t orm__short_word(const char *bytes, size_t n) { return (void)bytes, (void)n, UINT64_MAX; }
#endif

/* Writes the character that begins at `bytes`; the place behind it comes back. */
static const char *orm__json_character(char **out, const char *bytes, const char *end, bool *valid)
{
    unsigned char c = (unsigned char)*bytes;
    size_t length = c >= 0x80 ? orm__utf8_sequence((const unsigned char *)bytes, (size_t)(end - bytes)) : 1;
    if (c == 0 || length == 0) *valid = false;
    if (length < 2) {
        *out = orm__json_byte(*out, c);
        return bytes + 1;
    }
    memcpy(*out, bytes, length);
    *out += length;
    return bytes + length;
}

ORM_PRIVATE bool orm__put_json_text(orm__writer *w, const char *bytes, size_t size)
{
    enum { ORM__PIECE = 4096, ORM__ESCAPED = 6, ORM__BYTES_OF_WORD = sizeof(uint64_t) };      /* room is made for the longest escapes of a piece, so that nothing else is checked on the way */
    const uint64_t ones = UINT64_C(0x0101010101010101), highs = ones * 0x80;
    bool valid = true;
    orm__put_char(w, '"');
    for (const char *end = bytes + size, *stop; bytes < end; ) {
        size_t n = end - bytes < ORM__PIECE ? (size_t)(end - bytes) : ORM__PIECE;
        if (!orm__writer_room(w, n * ORM__ESCAPED + ORM__BYTES_OF_WORD)) return true;
        char *out = w->text + w->length;
        for (stop = bytes + n; bytes < stop; ) {
            /* eight bytes at a time: one that is 0x80 or more, below 0x20, a quote or a backslash is marked by its high bit */
            size_t take = ORM__BYTES_OF_WORD;
            uint64_t word;
            if (ORM__LIKELY(stop - bytes >= ORM__BYTES_OF_WORD)) memcpy(&word, bytes, ORM__BYTES_OF_WORD);
            else word = orm__short_word(bytes, take = (size_t)(stop - bytes));
            memcpy(out, &word, ORM__BYTES_OF_WORD);
            uint64_t special = (word | (word - ones * 0x20) | ((word ^ ones * '"') - ones) | ((word ^ ones * '\\') - ones)) & highs;
            if (special) take = orm__first_marked(special);
            bytes += take;
            out += take;
            if (special) bytes = orm__json_character(&out, bytes, end, &valid);
        }
        w->length = (size_t)(out - w->text);
    }
    orm__put_char(w, '"');
    return valid;
}

ORM_PRIVATE void orm__writer_release(orm__writer *w)
{
    if (w->allocator) orm__release(w->allocator, w->text, w->capacity);
    w->text = NULL;
    w->length = w->capacity = 0;
}

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
    char digits[20];
    size_t at = sizeof digits;
    uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    do digits[--at] = (char)('0' + rest % 10); while ((rest /= 10) != 0);
    if (number < 0) digits[--at] = '-';
    orm__put_bytes(w, digits + at, sizeof digits - at);
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

/* The number of the first byte, in memory order, whose high bit is set. What a subtraction marked by borrowing stands behind the first one only
   where bytes count up; elsewhere 0 is always right: the byte is looked at by itself. */
static size_t orm__first_marked(uint64_t marks)
{
#if defined __BYTE_ORDER__ && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    return (size_t)__builtin_ctzll(marks) / 8;
#else
    return marks ? 0 : sizeof marks;
#endif
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

ORM_PRIVATE void orm__put_json_text(orm__writer *w, const char *bytes, size_t size)
{
    enum { ORM__PIECE = 4096, ORM__ESCAPED = 6 };      /* room is made for the longest escapes of a piece, so that nothing else is checked on the way */
    const uint64_t ones = UINT64_C(0x0101010101010101), highs = ones * 0x80;
    orm__put_char(w, '"');
    for (const char *end = bytes + size, *stop; bytes < end; ) {
        size_t n = end - bytes < ORM__PIECE ? (size_t)(end - bytes) : ORM__PIECE;
        if (!orm__writer_room(w, n * ORM__ESCAPED + sizeof(uint64_t))) return;
        char *out = w->text + w->length;
        for (stop = bytes + n; bytes < stop; ) {
            if (stop - bytes < (ptrdiff_t)sizeof(uint64_t)) {
                out = orm__json_byte(out, (unsigned char)*bytes++);
                continue;
            }
            /* eight bytes at a time: each test sets the high bit of a byte that is below 0x20, a quote or a backslash */
            uint64_t word;
            memcpy(&word, bytes, sizeof word);
            memcpy(out, &word, sizeof word);
            uint64_t quote = word ^ ones * '"', slash = word ^ ones * '\\';
            uint64_t escapes = (((word - ones * 0x20) & ~word) | ((quote - ones) & ~quote) | ((slash - ones) & ~slash)) & highs;
            size_t plain = escapes ? orm__first_marked(escapes) : sizeof word;
            bytes += plain;
            out += plain;
            if (escapes) out = orm__json_byte(out, (unsigned char)*bytes++);
        }
        w->length = (size_t)(out - w->text);
    }
    orm__put_char(w, '"');
}

ORM_PRIVATE void orm__writer_release(orm__writer *w)
{
    if (w->allocator) orm__release(w->allocator, w->text, w->capacity);
    w->text = NULL;
    w->length = w->capacity = 0;
}

/* >>writer: text that grows, for SQL and JSON. Failure is sticky and looked at once, at the end: what builds a text reads straight down. */
#include "internal.h"

/* room for `size` bytes more and the NUL */
static bool orm__writer_room(orm__writer *w, size_t size)
{
    if (w->failed) return false;
    if (ORM__LIKELY(size < w->capacity - w->length)) return true;
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

ORM_PRIVATE void orm__put_bytes(orm__writer *w, const char *bytes, size_t size)
{
    if (!orm__writer_room(w, size)) return;
    if (size) memcpy(w->text + w->length, bytes, size);
    w->length += size;
    w->text[w->length] = 0;
}

ORM_PRIVATE void orm__put(orm__writer *w, const char *text_)
{
    orm__put_bytes(w, text_, strlen(text_));
}

ORM_PRIVATE void orm__put_char(orm__writer *w, char c)
{
    if (!orm__writer_room(w, 1)) return;
    w->text[w->length++] = c;
    w->text[w->length] = 0;
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

/* how many bytes from the start need no escape: eight at a time, each test sets the high bit of a byte that is below 0x20, a quote or a backslash */
static size_t orm__json_plain(const char *bytes, size_t size)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), highs = ones * 0x80;
    size_t n = 0;
    for (uint64_t word = 0; size - n >= sizeof word; n += sizeof word) {
        memcpy(&word, bytes + n, sizeof word);
        uint64_t quote = word ^ ones * '"', slash = word ^ ones * '\\';
        if ((((word - ones * 0x20) & ~word) | ((quote - ones) & ~quote) | ((slash - ones) & ~slash)) & highs) break;
    }
    while (n < size && (unsigned char)bytes[n] >= 0x20 && bytes[n] != '"' && bytes[n] != '\\') n++;
    return n;
}

ORM_PRIVATE void orm__put_json_text(orm__writer *w, const char *bytes, size_t size)
{
    static const char letters[] = "btn\0fr", hex[] = "0123456789abcdef";      /* of 0x08 to 0x0d; 0x0b has none */
    orm__put_char(w, '"');
    for (size_t at = 0; at < size && !w->failed; at++) {
        size_t plain = orm__json_plain(bytes + at, size - at);
        orm__put_bytes(w, bytes + at, plain);
        at += plain;
        if (at == size) break;
        unsigned char c = (unsigned char)bytes[at];
        char escape[6] = { '\\', (char)c, '0', '0', hex[c >> 4], hex[c & 15] };
        bool by_number = c < 0x20 && (c < 8 || c > 13 || !letters[c - 8]);
        if (by_number) escape[1] = 'u';
        else if (c < 0x20) escape[1] = letters[c - 8];
        orm__put_bytes(w, escape, by_number ? sizeof escape : 2);
    }
    orm__put_char(w, '"');
}

ORM_PRIVATE void orm__writer_release(orm__writer *w)
{
    if (w->allocator) orm__release(w->allocator, w->text, w->capacity);
    w->text = NULL;
    w->length = w->capacity = 0;
}

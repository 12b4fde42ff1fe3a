/* >>text: is a text what it claims to be, UTF-8 or JSON? Checked once, at the border, because the engines do not agree: SQLite
   keeps any bytes, PostgreSQL refuses them only after they were sent. Linear time, no recursion, no allocation. */
#include "internal.h"

#define ORM__HIGH_BITS UINT64_C(0x8080808080808080)
#define ORM__LOW_BITS  UINT64_C(0x0101010101010101)

/* The length of the well-formed sequence at `at` that begins with a byte >= 0x80, or 0 (RFC 3629, the table of section 4). */
ORM_PRIVATE size_t orm__utf8_sequence(const unsigned char *at, size_t left)
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

/* slips of the finger between two words: a letter too many, too few, another one, or two in the wrong order. 99 for long ones. */
ORM_PRIVATE size_t orm__distance(const char *a, const char *b)
{
    size_t above[32], row[32], next[32], n = strlen(b);
    if (n > 31 || strlen(a) > 31) return 99;
    for (size_t k = 0; k <= n; k++) above[k] = row[k] = k;
    for (size_t i = 1; a[i - 1]; i++) {
        next[0] = i;
        for (size_t k = 1; k <= n; k++) {
            size_t least = row[k - 1] + (a[i - 1] != b[k - 1]);
            if (row[k] + 1 < least) least = row[k] + 1;
            if (next[k - 1] + 1 < least) least = next[k - 1] + 1;
            if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1] && above[k - 2] + 1 < least) least = above[k - 2] + 1;
            next[k] = least;
        }
        memcpy(above, row, sizeof row);
        memcpy(row, next, sizeof row);
    }
    return row[n];
}

/* >>format_text: is a text of this form? What is said of its characters, and numbers, dates and JSON as texts. Every answer takes one walk over the text.
   Letters, digits and cases are those of ASCII, as the engines' checks have them; what <ctype.h> says depends on the locale. */
#include "internal.h"

/* ---- which characters -------------------------------------------------------------------------------------------- */
static bool orm__all_are(bool (*is)(char c), const char *text_, size_t size)
{
    size_t i = 0;
    while (i < size && is(text_[i])) i++;
    return i == size;
}

static bool orm__is_letter(char c) { return orm__is_alphanumeric(c) && !orm__is_digit(c); }
static bool orm__is_not_upper(char c) { return c < 'A' || c > 'Z'; }
static bool orm__is_not_lower(char c) { return c < 'a' || c > 'z'; }
static bool orm__is_ascii(char c) { return (unsigned char)c < 0x80; }

ORM_PRIVATE bool orm__alpha_valid(const char *text_, size_t size) { return size > 0 && orm__all_are(orm__is_letter, text_, size); }
ORM_PRIVATE bool orm__alphanumeric_valid(const char *text_, size_t size) { return size > 0 && orm__all_are(orm__is_alphanumeric, text_, size); }
ORM_PRIVATE bool orm__digits_valid(const char *text_, size_t size) { return size > 0 && orm__all_are(orm__is_digit, text_, size); }
ORM_PRIVATE bool orm__hexadecimal_valid(const char *text_, size_t size) { return size > 0 && orm__all_are(orm__is_hex, text_, size); }
ORM_PRIVATE bool orm__ascii_valid(const char *text_, size_t size) { return orm__all_are(orm__is_ascii, text_, size); }
/* no letter of ASCII in the other case: what has no case may stand in both */
ORM_PRIVATE bool orm__lowercase_valid(const char *text_, size_t size) { return orm__all_are(orm__is_not_upper, text_, size); }
ORM_PRIVATE bool orm__uppercase_valid(const char *text_, size_t size) { return orm__all_are(orm__is_not_lower, text_, size); }

/* no blank, as not_empty knows them, at either end */
ORM_PRIVATE bool orm__trimmed_valid(const char *text_, size_t size)
{
    return size == 0 || (!orm__is_one_of(text_[0], ORM__BLANKS) && !orm__is_one_of(text_[size - 1], ORM__BLANKS));
}

/* The category Cc of Unicode: U+0000 to U+001F, U+007F to U+009F, of which those from U+0080 are 0xC2 and one byte more. */
ORM_PRIVATE bool orm__no_control_valid(const char *text_, size_t size)
{
    const unsigned char *at = (const unsigned char *)text_;
    for (size_t i = 0; i < size; i++)
        if (at[i] < 0x20 || at[i] == 0x7F || (at[i] == 0xC2 && i + 1 < size && at[i + 1] < 0xA0)) return false;
    return true;
}

/* words of small letters and digits, a hyphen between each two */
ORM_PRIVATE bool orm__slug_valid(const char *text_, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        bool hyphen = text_[i] == '-';
        if (hyphen ? i == 0 || i + 1 == size || text_[i - 1] == '-' : !orm__is_alphanumeric(text_[i]) || !orm__is_not_upper(text_[i])) return false;
    }
    return size > 0;
}

/* ---- numbers as texts --------------------------------------------------------------------------------------------- */
/* how many digits stand at text_[from] */
static size_t orm__digits_at(const char *text_, size_t size, size_t from)
{
    size_t i = from;
    while (i < size && orm__is_digit(text_[i])) i++;
    return i - from;
}

static size_t orm__sign_at(const char *text_, size_t size) { return size > 0 && (text_[0] == '+' || text_[0] == '-') ? 1 : 0; }

ORM_PRIVATE bool orm__integer_text_valid(const char *text_, size_t size)
{
    size_t sign = orm__sign_at(text_, size);
    return orm__digits_valid(text_ + sign, size - sign);
}

/* a sign, digits with a point among or beside them: where it ends, 0 when it is none */
static size_t orm__decimal_end(const char *text_, size_t size, bool *ends_in_point)
{
    size_t i = orm__sign_at(text_, size), before = orm__digits_at(text_, size, i), behind = 0;
    i += before;
    bool point = i < size && text_[i] == '.';
    if (point) behind = orm__digits_at(text_, size, i + 1);
    *ends_in_point = point && behind == 0;
    return before + behind > 0 ? i + (point ? 1 : 0) + behind : 0;
}

/* an exact numeric literal of ISO/IEC 9075 with a sign: 1, -1.5, .5, 1. */
ORM_PRIVATE bool orm__decimal_text_valid(const char *text_, size_t size)
{
    bool point = false;
    return size > 0 && orm__decimal_end(text_, size, &point) == size;
}

/* the same, but that a point has digits behind it */
ORM_PRIVATE bool orm__numeric_valid(const char *text_, size_t size)
{
    bool point = false;
    return size > 0 && orm__decimal_end(text_, size, &point) == size && !point;
}

/* a decimal floating constant of ISO/IEC 9899 as strtod reads it: with an exponent or without */
ORM_PRIVATE bool orm__float_text_valid(const char *text_, size_t size)
{
    bool point = false;
    size_t i = orm__decimal_end(text_, size, &point);
    if (i == 0 || i == size || (text_[i] != 'e' && text_[i] != 'E')) return i > 0 && i == size;
    i++;
    return orm__integer_text_valid(text_ + i, size - i);
}

/* ---- dates and documents -------------------------------------------------------------------------------------------- */
/* A day that exists, as ISO 8601 writes it: 2026-11-20 */
ORM_PRIVATE bool orm__date_text_valid(const char *text_, size_t size)
{
    char copy[ORM_DATE_SIZE];
    orm_date day;
    return size < sizeof copy && orm_date_parse(orm__copy_short(copy, text_, size), &day);
}

/* A moment, as RFC 3339 writes it. Digits behind a second are any number, and beyond the sixth they say nothing here. */
ORM_PRIVATE bool orm__timestamp_text_valid(const char *text_, size_t size)
{
    char copy[64];
    orm_time moment;
    size_t begun = sizeof "2026-11-20T09:08:07." - 1, digits = 0;
    while (begun + digits < size && orm__is_digit(text_[begun + digits])) digits++;
    if (digits <= 6) return size < sizeof copy && orm_time_parse(orm__copy_short(copy, text_, size), &moment);
    size_t rest = size - begun - digits;
    if (rest > 6) return false;
    memcpy(copy, text_, begun + 6);
    memcpy(copy + begun + 6, text_ + begun + digits, rest);
    copy[begun + 6 + rest] = 0;
    return orm_time_parse(copy, &moment);
}

/* RFC 8259, not deeper than 64, and no two members of an object with one name */
ORM_PRIVATE bool orm__json_text_valid(const char *text_, size_t size)
{
    const char *why = NULL;
    return orm__json_valid(text_, size, &why);
}

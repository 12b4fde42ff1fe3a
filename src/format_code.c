/* >>format_code: is a text a code of this standard? Numbers with check digits, identifiers, encodings. Linear, whatever the text. */
#include "internal.h"

/* The digits of a number that people write in groups: a blank or a hyphen may stand between two digits. How many; 0 when there is something else, or
   more of them than `most`. With `last_x` the tenth may be an X, which counts as ten (ISO 2108). */
static size_t orm__grouped_digits(const char *text_, size_t size, unsigned char *out, size_t most, bool last_x)
{
    size_t n = 0;
    bool between = true;                     /* a separator now would be one too many */
    for (size_t i = 0; i < size; i++) {
        if (!between && i + 1 < size && (text_[i] == ' ' || text_[i] == '-')) {
            between = true;
            continue;
        }
        bool ten = last_x && n == 9 && i + 1 == size && text_[i] == 'X';
        if (n == most || !(orm__is_digit(text_[i]) || ten)) return 0;
        out[n++] = ten ? 10 : (unsigned char)(text_[i] - '0');
        between = false;
    }
    return n;
}

/* ISO/IEC 7812-1: an issuer of eight digits at most, an account, and the check digit of Luhn: 10 to 19 digits */
ORM_PRIVATE bool orm__credit_card_valid(const char *text_, size_t size)
{
    unsigned char digit[19];
    size_t n = orm__grouped_digits(text_, size, digit, sizeof digit, false);
    unsigned sum = 0;
    for (size_t i = 0; i < n; i++) {
        unsigned value = digit[n - 1 - i];
        if (i % 2) value = value > 4 ? 2 * value - 9 : 2 * value;
        sum += value;
    }
    return n >= 10 && sum % 10 == 0;
}

/* ISO 2108: ten digits, weighted from ten down, to a multiple of eleven; or thirteen of the prefixes 978 and 979, weighted 1 and 3, to one of ten */
ORM_PRIVATE bool orm__isbn_valid(const char *text_, size_t size)
{
    unsigned char digit[13];
    size_t n = orm__grouped_digits(text_, size, digit, sizeof digit, true);
    unsigned sum = 0;
    if (n == 10) {
        for (unsigned i = 0; i < 10; i++) sum += digit[i] * (10 - i);
        return sum % 11 == 0;
    }
    for (unsigned i = 0; i < n; i++) sum += digit[i] * (i % 2 ? 3u : 1u);
    return n == 13 && digit[0] == 9 && digit[1] == 7 && digit[2] >= 8 && sum % 10 == 0;
}

/* ISO 13616 in its electronic form: a country, two check digits by ISO 7064 (mod 97), and what the country says, of a length that it has registered */
ORM_PRIVATE bool orm__iban_valid(const char *text_, size_t size)
{
    size_t wanted = size >= 15 && size <= 34 ? orm__iban_length(text_) : 0;
    unsigned rest = 0;
    if (!wanted || wanted != size || !orm__is_digit(text_[2]) || !orm__is_digit(text_[3])) return false;
    unsigned check = (unsigned)(text_[2] - '0') * 10 + (unsigned)(text_[3] - '0');
    for (size_t i = 0; i < size; i++) {
        char c = text_[(i + 4) % size];      /* the country and the check digits come last; a letter is its place in the alphabet and nine */
        if (orm__is_digit(c)) rest = (rest * 10 + (unsigned)(c - '0')) % 97;
        else if (c >= 'A' && c <= 'Z') rest = (rest * 100 + (unsigned)(c - 'A') + 10) % 97;
        else return false;
    }
    return rest == 1 && check >= 2 && check <= 98;
}

/* ITU-T E.164, as E.123 writes it without blanks: + and at most 15 digits, of which the first, of a country code, is no zero. The shortest in use have seven. */
ORM_PRIVATE bool orm__e164_valid(const char *text_, size_t size)
{
    return size >= 8 && size <= 16 && text_[0] == '+' && text_[1] != '0' && orm__digits_valid(text_ + 1, size - 1);
}

/* ---- identifiers ----------------------------------------------------------------------------------------------------- */
/* RFC 9562: the version of the variant of that standard, 1 to 8; 0 for the nil and the max one; -1 when it is none */
ORM_PRIVATE int orm__uuid_version_of(const char *text_, size_t size)
{
    size_t zeros = 0, ones = 0;
    if (size != 36) return -1;
    for (size_t i = 0; i < size; i++) {
        bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
        if (hyphen ? text_[i] != '-' : !orm__is_hex(text_[i])) return -1;
        zeros += text_[i] == '0';
        ones += text_[i] == 'f' || text_[i] == 'F';
    }
    if (zeros == 32 || ones == 32) return 0;
    return text_[14] >= '1' && text_[14] <= '8' && orm__is_one_of(text_[19], "89abAB") ? text_[14] - '0' : -1;
}

ORM_PRIVATE bool orm__uuid_text_valid(const char *text_, size_t size) { return orm__uuid_version_of(text_, size) >= 0; }

/* Identifiers of letters, digits and hyphens with dots between them, from *at to where neither goes on. Numbers may have to be without zeros before them. */
static bool orm__semver_identifiers(const char *text_, size_t size, size_t *at, bool strict_numbers)
{
    for (;;) {
        size_t start = *at;
        bool number = true;
        for (; *at < size && (orm__is_alphanumeric(text_[*at]) || text_[*at] == '-'); ++*at) number = number && orm__is_digit(text_[*at]);
        if (*at == start || (strict_numbers && number && text_[start] == '0' && *at > start + 1)) return false;
        if (*at == size || text_[*at] != '.') return true;
        ++*at;
    }
}

/* Semantic Versioning 2.0.0 */
ORM_PRIVATE bool orm__semver_valid(const char *text_, size_t size)
{
    size_t at = 0;
    for (unsigned part = 0; part < 3; part++) {
        size_t start = at;
        while (at < size && orm__is_digit(text_[at])) at++;
        if (at == start || (text_[start] == '0' && at > start + 1)) return false;
        if (part < 2 && (at == size || text_[at++] != '.')) return false;
    }
    if (at < size && text_[at] == '-' && (at++, !orm__semver_identifiers(text_, size, &at, true))) return false;
    if (at < size && text_[at] == '+' && (at++, !orm__semver_identifiers(text_, size, &at, false))) return false;
    return at == size;
}

/* CSS Color 4, 5.2: # and 3, 4, 6 or 8 hexadecimal digits */
ORM_PRIVATE bool orm__hex_color_valid(const char *text_, size_t size)
{
    return (size == 4 || size == 5 || size == 7 || size == 9) && text_[0] == '#' && orm__hexadecimal_valid(text_ + 1, size - 1);
}

/* ---- encodings --------------------------------------------------------------------------------------------------------- */
static int orm__base64_value(char c, const char *last)
{
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (orm__is_digit(c)) return c - '0' + 52;
    return c == last[0] ? 62 : c == last[1] ? 63 : -1;
}

/* the bits of the last character that are of no byte are zero (RFC 4648, 3.5), so that what is encoded has one text */
static bool orm__base64_is(const char *text_, size_t size, const char *last)
{
    int value = 0;
    for (size_t i = 0; i < size; i++)
        if ((value = orm__base64_value(text_[i], last)) < 0) return false;
    return size % 4 == 0 || (size % 4 == 2 && (value & 15) == 0) || (size % 4 == 3 && (value & 3) == 0);
}

/* RFC 4648, 4: filled up with = to a multiple of four */
ORM_PRIVATE bool orm__base64_valid(const char *text_, size_t size)
{
    size_t n = size;
    while (n > 0 && size - n < 2 && text_[n - 1] == '=') n--;
    return size % 4 == 0 && orm__base64_is(text_, n, "+/");
}

/* RFC 4648, 5: for URLs and names of files, filled up or not */
ORM_PRIVATE bool orm__base64url_valid(const char *text_, size_t size)
{
    size_t n = size;
    while (n > 0 && size - n < 2 && text_[n - 1] == '=') n--;
    return (n == size || size % 4 == 0) && orm__base64_is(text_, n, "-_");
}

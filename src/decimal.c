/* >>decimal: exact decimal numbers of up to 38 digits: 128-bit integers with a scale. No double on the way, no locale. */
#include "internal.h"

ORM_PRIVATE orm__wide orm__decimal_magnitude(orm_decimal number)
{
    uint64_t high = (uint64_t)number.high, low = number.low;
    return number.high >= 0 ? orm__wide_of(high, low) : orm__wide_of(~high + (low == 0), ~low + 1);
}

ORM_PRIVATE orm_decimal orm__decimal_from(bool negative, const orm__wide *magnitude, int scale)
{
    uint64_t high = orm__wide_word(magnitude, 1), low = orm__wide_word(magnitude, 0);
    if (negative) {
        high = ~high + (low == 0);
        low = ~low + 1;
    }
    return (orm_decimal){ .high = (int64_t)high, .low = low, .scale = scale };
}

static bool orm__wide_has_digits(const orm__wide *w, int most)
{
    const orm__wide limit = orm__wide_ten_to(most);
    return orm__wide_compare(w, &limit) < 0;
}

ORM_PRIVATE bool orm__decimal_fits(orm_decimal number, int precision)
{
    if (number.scale < 0 || number.scale > ORM_MAX_DIGITS) return false;
    const orm__wide magnitude = orm__decimal_magnitude(number);
    return orm__wide_has_digits(&magnitude, precision);
}

/* of no number; refused by orm__decimal_fits and thereby by every write */
static orm_decimal orm__no_decimal(void) { return (orm_decimal){ .scale = -1 }; }

ORM_API orm_decimal orm_decimal_make(int64_t units, int scale)
{
    return scale < 0 || scale > ORM_MAX_DIGITS ? orm__no_decimal() : (orm_decimal){ .high = units < 0 ? -1 : 0, .low = (uint64_t)units, .scale = scale };
}

ORM_API bool orm_decimal_parse(const char *text_, orm_decimal *out)
{
    if (!text_) return false;
    bool negative = *text_ == '-', point = false, ends_in_digit = false;
    orm__wide number = orm__wide_of(0, 0);
    int scale = 0;
    for (const char *at = text_ + negative; *at; at++) {
        if (*at == '.') {
            if (point || !ends_in_digit) return false;
            point = true;
            ends_in_digit = false;
            continue;
        }
        if (*at < '0' || *at > '9' || !orm__wide_has_digits(&number, ORM_MAX_DIGITS - 1) || (point && ++scale > ORM_MAX_DIGITS)) return false;
        orm__wide_times(&number, 10, (uint32_t)(*at - '0'));
        ends_in_digit = true;
    }
    if (!ends_in_digit) return false;
    *out = orm__decimal_from(negative, &number, scale);
    return true;
}

ORM_API orm_decimal orm_decimal_of(const char *text_)
{
    orm_decimal number;
    return orm_decimal_parse(text_, &number) ? number : orm__no_decimal();
}

ORM_API const char *orm_decimal_text(orm_decimal number, char buffer[ORM_DECIMAL_SIZE])
{
    if (!orm__decimal_fits(number, ORM_MAX_DIGITS)) {
        memcpy(buffer, "invalid", sizeof "invalid");
        return buffer;
    }
    char reversed[ORM_DECIMAL_SIZE], *at = buffer;
    orm__wide left = orm__decimal_magnitude(number);
    int length = 0;
    /* a digit stands before the point, even when it is 0 */
    for (int digit = 0; !orm__wide_is_zero(&left) || digit <= number.scale; digit++) {
        if (digit == number.scale && digit > 0) reversed[length++] = '.';
        reversed[length++] = (char)('0' + (int)orm__wide_cut(&left, 10));
    }
    if (number.high < 0) *at++ = '-';
    while (length > 0) *at++ = reversed[--length];
    *at = 0;
    return buffer;
}

ORM_API bool orm_decimal_rescale(orm_decimal number, int scale, orm_decimal *out)
{
    if (!orm__decimal_fits(number, ORM_MAX_DIGITS) || scale < 0 || scale > ORM_MAX_DIGITS) return false;
    orm__wide value = orm__decimal_magnitude(number);
    for (int more = scale - number.scale; more > 0; more--) orm__wide_times(&value, 10, 0);
    if (!orm__wide_has_digits(&value, ORM_MAX_DIGITS)) return false;
    for (int less = number.scale - scale; less > 0; less--)
        if (orm__wide_cut(&value, 10) != 0) return false;
    *out = orm__decimal_from(number.high < 0, &value, scale);
    return true;
}

ORM_API bool orm_decimal_units(orm_decimal number, int scale, int64_t *out)
{
    orm_decimal scaled;
    if (!orm_decimal_rescale(number, scale, &scaled)) return false;
    int64_t units = (int64_t)scaled.low;
    if (scaled.high != (units < 0 ? -1 : 0)) return false;
    *out = units;
    return true;
}

ORM_API int orm_decimal_compare(orm_decimal a, orm_decimal b)
{
    bool a_valid = orm__decimal_fits(a, ORM_MAX_DIGITS), b_valid = orm__decimal_fits(b, ORM_MAX_DIGITS);
    if (!a_valid || !b_valid) return (int)a_valid - (int)b_valid;       /* no number comes before all numbers */
    if ((a.high < 0) != (b.high < 0)) return a.high < 0 ? -1 : 1;
    orm__wide x = orm__decimal_magnitude(a), y = orm__decimal_magnitude(b);
    orm__wide_scale(&x, b.scale - a.scale);
    orm__wide_scale(&y, a.scale - b.scale);
    return a.high < 0 ? orm__wide_compare(&y, &x) : orm__wide_compare(&x, &y);
}

/* ---- arithmetic: wide numbers hold the product of two numbers, and a number times any power of ten that leads to one -------------- */
/* is a quotient with a rest rounded away from zero? `half` is how the rest compares with half of the divisor */
static bool orm__rounds_away(orm_rounding how, bool negative, bool odd, int half)
{
    switch (how) {
    case ORM_HALF_EVEN: return half > 0 || (half == 0 && odd);
    case ORM_HALF_UP:   return half >= 0;
    case ORM_HALF_DOWN: return half > 0;
    case ORM_UP:        return true;
    case ORM_FLOOR:     return negative;
    case ORM_CEILING:   return !negative;
    case ORM_DOWN: case ORM_EXACT: break;
    }
    return false;
}

/* number / divisor * 10^exponent, rounded, as units of the scale */
static bool orm__decimal_quotient(bool negative, orm__wide number, orm__wide divisor, int exponent, int scale, orm_rounding how, orm_decimal *out)
{
    orm__wide rest;
    if ((unsigned)how > ORM_EXACT || scale < 0 || scale > ORM_MAX_DIGITS || orm__wide_is_zero(&divisor)) return false;
    /* where that does not fit, no quotient by a decimal would */
    if (!orm__wide_scale(&number, exponent) || !orm__wide_scale(&divisor, -exponent)) return false;
    orm__wide quotient = orm__wide_divide(number, &divisor, &rest);
    if (!orm__wide_is_zero(&rest)) {
        if (how == ORM_EXACT) return false;
        const orm__wide other = orm__wide_minus(&divisor, &rest);       /* twice the rest could need one bit more */
        const orm__wide one = orm__wide_of(0, orm__rounds_away(how, negative, quotient.limb[0] & 1, orm__wide_compare(&rest, &other)));
        quotient = orm__wide_plus(&quotient, &one);
    }
    if (!orm__wide_has_digits(&quotient, ORM_MAX_DIGITS)) return false;
    *out = orm__decimal_from(negative, &quotient, scale);
    return true;
}

static orm__wide orm__wide_one(void) { return orm__wide_of(0, 1); }

/* |a| and |b| at the larger scale have at most 76 digits, and their sum is told apart from what does not fit */
static bool orm__decimal_sum(orm_decimal a, orm_decimal b, bool minus, orm_decimal *out)
{
    if (!orm__decimal_fits(a, ORM_MAX_DIGITS) || !orm__decimal_fits(b, ORM_MAX_DIGITS)) return false;
    int scale = a.scale > b.scale ? a.scale : b.scale;
    bool x_negative = a.high < 0, y_negative = (b.high < 0) != minus;
    orm__wide x = orm__decimal_magnitude(a), y = orm__decimal_magnitude(b);
    if (!orm__wide_scale(&x, scale - a.scale) || !orm__wide_scale(&y, scale - b.scale)) return false;
    bool more = orm__wide_compare(&x, &y) >= 0;
    const orm__wide sum = x_negative == y_negative ? orm__wide_plus(&x, &y) : more ? orm__wide_minus(&x, &y) : orm__wide_minus(&y, &x);
    return orm__decimal_quotient(more ? x_negative : y_negative, sum, orm__wide_one(), 0, scale, ORM_EXACT, out);
}

ORM_API bool orm_decimal_add(orm_decimal a, orm_decimal b, orm_decimal *out) { return orm__decimal_sum(a, b, false, out); }
ORM_API bool orm_decimal_sub(orm_decimal a, orm_decimal b, orm_decimal *out) { return orm__decimal_sum(a, b, true, out); }

ORM_API bool orm_decimal_mul(orm_decimal a, orm_decimal b, int scale, orm_rounding how, orm_decimal *out)
{
    if (!orm__decimal_fits(a, ORM_MAX_DIGITS) || !orm__decimal_fits(b, ORM_MAX_DIGITS)) return false;
    const orm__wide x = orm__decimal_magnitude(a), y = orm__decimal_magnitude(b);
    return orm__decimal_quotient((a.high < 0) != (b.high < 0), orm__wide_product(&x, &y), orm__wide_one(), scale - a.scale - b.scale, scale, how, out);
}

ORM_API bool orm_decimal_div(orm_decimal a, orm_decimal b, int scale, orm_rounding how, orm_decimal *out)
{
    if (!orm__decimal_fits(a, ORM_MAX_DIGITS) || !orm__decimal_fits(b, ORM_MAX_DIGITS)) return false;
    return orm__decimal_quotient((a.high < 0) != (b.high < 0), orm__decimal_magnitude(a), orm__decimal_magnitude(b), scale + b.scale - a.scale, scale, how, out);
}

ORM_API bool orm_decimal_round(orm_decimal number, int scale, orm_rounding how, orm_decimal *out)
{
    return orm_decimal_mul(number, orm_decimal_make(1, 0), scale, how, out);
}

ORM_API orm_decimal orm_decimal_neg(orm_decimal number)
{
    const orm__wide magnitude = orm__decimal_magnitude(number);
    return orm__decimal_fits(number, ORM_MAX_DIGITS) ? orm__decimal_from(number.high >= 0, &magnitude, number.scale) : orm__no_decimal();
}

ORM_API int orm_decimal_sign(orm_decimal number)
{
    if (!orm__decimal_fits(number, ORM_MAX_DIGITS)) return 0;
    return number.high < 0 ? -1 : number.high > 0 || number.low > 0;
}

ORM_API orm_decimal orm_decimal_abs(orm_decimal number) { return orm_decimal_sign(number) < 0 || number.scale < 0 ? orm_decimal_neg(number) : number; }

ORM_API double orm_decimal_to_double(orm_decimal number)
{
    char text_[ORM_DECIMAL_SIZE];
    double out = 0;
    if (!orm__decimal_fits(number, ORM_MAX_DIGITS)) return __builtin_nan("");
    orm_decimal_text(number, text_);
    orm__read_double(text_, text_ + strlen(text_), &out);
    return out;
}

/* A double is a whole number of 53 bits times 2^exponent. One behind 2^-255 is below half of 10^-38 in any case, wherever it is exactly. */
ORM_API bool orm_decimal_from_double(double number, int scale, orm_rounding how, orm_decimal *out)
{
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    int exponent = (int)(bits >> 52 & 0x7FF);
    uint64_t whole = bits & ((UINT64_C(1) << 52) - 1);
    if (exponent == 0x7FF) return false;
    if (exponent) whole |= UINT64_C(1) << 52;
    exponent = (exponent ? exponent : 1) - 1075;
    while (whole && exponent < 0 && !(whole & 1)) whole >>= 1, exponent++;
    if (!whole) exponent = 0;
    if (exponent > 74) return false;                                /* over 2^127 */
    if (exponent < -255) exponent = -255;
    return orm__decimal_quotient(bits >> 63, orm__wide_shift(orm__wide_of(0, whole), exponent), orm__wide_shift(orm__wide_one(), -exponent), scale, scale, how, out);
}

/* ---- for people ------------------------------------------------------------------------------------------------------------- */
/* counts all, and writes what has room */
typedef struct orm__shown { char *at; size_t size, length; } orm__shown;

static void orm__show(orm__shown *s, const char *text_)
{
    for (; text_ && *text_; text_++, s->length++)
        if (s->length < s->size) s->at[s->length] = *text_;
}

ORM_API size_t orm_decimal_format(orm_decimal number, const orm_number_style *style, char *buffer, size_t size)
{
    static const orm_number_style plain;
    char text_[ORM_DECIMAL_SIZE], digit[2] = "";
    orm__shown shown = { buffer, size, 0 };
    if (!style) style = &plain;
    if (size > 0) *buffer = 0;
    if (!orm__decimal_fits(number, ORM_MAX_DIGITS)) return 0;
    int sign = orm_decimal_sign(number), first = style->first_group > 0 ? style->first_group : 3, next = style->next_groups > 0 ? style->next_groups : first;
    orm_decimal_text(orm_decimal_abs(number), text_);
    orm__show(&shown, sign < 0 ? style->minus ? style->minus : "-" : sign > 0 ? style->plus : NULL);
    orm__show(&shown, style->prefix);
    int left = (int)strcspn(text_, ".");                            /* digits before the point */
    for (const char *at = text_; *at; at++) {
        *digit = *at;
        orm__show(&shown, *at == '.' ? style->point ? style->point : "." : digit);
        if (left > 0 && --left >= first && (left - first) % next == 0) orm__show(&shown, style->group);
    }
    orm__show(&shown, style->suffix);
    if (size > 0) buffer[shown.length < size ? shown.length : 0] = 0;
    return shown.length;
}

/* >>decimal: exact decimal numbers of up to 38 digits: 128-bit integers with a scale. No double on the way, no locale. */
#include "internal.h"

__extension__ typedef __int128 orm__wide;
__extension__ typedef unsigned __int128 orm__uwide;

static orm__uwide orm__power_of_ten(int exponent)
{
    orm__uwide power = 1;
    while (exponent-- > 0) power *= 10;
    return power;
}

static orm__wide orm__decimal_wide(orm_decimal number) { return (orm__wide)((orm__uwide)(uint64_t)number.high << 64 | number.low); }
static orm__uwide orm__magnitude(orm__wide number) { return number < 0 ? -(orm__uwide)number : (orm__uwide)number; }

static orm_decimal orm__decimal_from(orm__wide number, int scale)
{
    return (orm_decimal){ .high = (int64_t)(uint64_t)((orm__uwide)number >> 64), .low = (uint64_t)(orm__uwide)number, .scale = scale };
}

ORM_PRIVATE bool orm__decimal_fits(orm_decimal number, int precision)
{
    if (number.scale < 0 || number.scale > ORM_MAX_DIGITS) return false;
    return orm__magnitude(orm__decimal_wide(number)) < orm__power_of_ten(precision);
}

/* of no number; refused by orm__decimal_fits and thereby by every write */
static orm_decimal orm__no_decimal(void) { return (orm_decimal){ .scale = -1 }; }

ORM_API orm_decimal orm_decimal_make(int64_t units, int scale)
{
    return scale < 0 || scale > ORM_MAX_DIGITS ? orm__no_decimal() : orm__decimal_from(units, scale);
}

ORM_API bool orm_decimal_parse(const char *text_, orm_decimal *out)
{
    if (!text_) return false;
    bool negative = *text_ == '-', point = false, ends_in_digit = false;
    orm__uwide number = 0, limit = orm__power_of_ten(ORM_MAX_DIGITS - 1);
    int scale = 0;
    for (const char *at = text_ + negative; *at; at++) {
        if (*at == '.') {
            if (point || !ends_in_digit) return false;
            point = true;
            ends_in_digit = false;
            continue;
        }
        if (*at < '0' || *at > '9' || number >= limit || (point && ++scale > ORM_MAX_DIGITS)) return false;
        number = number * 10 + (unsigned)(*at - '0');
        ends_in_digit = true;
    }
    if (!ends_in_digit) return false;
    *out = orm__decimal_from(negative ? -(orm__wide)number : (orm__wide)number, scale);
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
    orm__wide value = orm__decimal_wide(number);
    orm__uwide left = orm__magnitude(value);
    int length = 0;
    /* a digit stands before the point, even when it is 0 */
    for (int digit = 0; left > 0 || digit <= number.scale; digit++, left /= 10) {
        if (digit == number.scale && digit > 0) reversed[length++] = '.';
        reversed[length++] = (char)('0' + (int)(left % 10));
    }
    if (value < 0) *at++ = '-';
    while (length > 0) *at++ = reversed[--length];
    *at = 0;
    return buffer;
}

ORM_API bool orm_decimal_rescale(orm_decimal number, int scale, orm_decimal *out)
{
    if (!orm__decimal_fits(number, ORM_MAX_DIGITS) || scale < 0 || scale > ORM_MAX_DIGITS) return false;
    orm__wide value = orm__decimal_wide(number);
    if (scale > number.scale) {
        orm__uwide factor = orm__power_of_ten(scale - number.scale);
        if (orm__magnitude(value) > (orm__power_of_ten(ORM_MAX_DIGITS) - 1) / factor) return false;
        value *= (orm__wide)factor;
    } else if (scale < number.scale) {
        orm__wide divisor = (orm__wide)orm__power_of_ten(number.scale - scale);
        if (value % divisor != 0) return false;
        value /= divisor;
    }
    *out = orm__decimal_from(value, scale);
    return true;
}

ORM_API bool orm_decimal_units(orm_decimal number, int scale, int64_t *out)
{
    orm_decimal scaled;
    if (!orm_decimal_rescale(number, scale, &scaled)) return false;
    orm__wide value = orm__decimal_wide(scaled);
    if (value < INT64_MIN || value > INT64_MAX) return false;
    *out = (int64_t)value;
    return true;
}

/* a against b where b has more digits after the point: divides b, because a times the power may not fit */
static int orm__decimal_against(orm__wide a, orm__wide b, int more_digits)
{
    orm__wide power = (orm__wide)orm__power_of_ten(more_digits), quotient = b / power, rest = b % power;
    if (a != quotient) return a < quotient ? -1 : 1;
    return rest > 0 ? -1 : rest < 0;
}

ORM_API int orm_decimal_compare(orm_decimal a, orm_decimal b)
{
    bool a_valid = orm__decimal_fits(a, ORM_MAX_DIGITS), b_valid = orm__decimal_fits(b, ORM_MAX_DIGITS);
    if (!a_valid || !b_valid) return (int)a_valid - (int)b_valid;       /* no number comes before all numbers */
    orm__wide x = orm__decimal_wide(a), y = orm__decimal_wide(b);
    return a.scale <= b.scale ? orm__decimal_against(x, y, b.scale - a.scale) : -orm__decimal_against(y, x, a.scale - b.scale);
}

/* ---- arithmetic: 256 bits, which hold the product of two numbers and a number times any power of ten that leads to one ------------ */
typedef struct orm__u256 { orm__uwide high, low; } orm__u256;

static orm__u256 orm__u256_product(orm__uwide a, orm__uwide b)
{
    uint64_t a1 = (uint64_t)(a >> 64), a0 = (uint64_t)a, b1 = (uint64_t)(b >> 64), b0 = (uint64_t)b;
    orm__uwide low = (orm__uwide)a0 * b0, middle = (orm__uwide)a1 * b0 + (low >> 64), other = (orm__uwide)a0 * b1 + (uint64_t)middle;
    return (orm__u256){ (orm__uwide)a1 * b1 + (middle >> 64) + (other >> 64), other << 64 | (uint64_t)low };
}

/* times 10^exponent; false when 76 digits are not enough: no quotient by a decimal would fit then */
static bool orm__u256_scale(orm__u256 *number, int exponent)
{
    const orm__u256 most = orm__u256_product(orm__power_of_ten(38), orm__power_of_ten(37));         /* 10^75 */
    for (; exponent > 0 && (number->high || number->low); exponent--) {
        if (number->high > most.high || (number->high == most.high && number->low >= most.low)) return false;
        orm__u256 low = orm__u256_product(number->low, 10);
        *number = (orm__u256){ number->high * 10 + low.high, low.low };
    }
    return true;
}

static int orm__u256_compare(orm__u256 a, orm__u256 b)
{
    if (a.high != b.high) return a.high < b.high ? -1 : 1;
    return (a.low > b.low) - (a.low < b.low);
}

static orm__u256 orm__u256_minus(orm__u256 a, orm__u256 b) { return (orm__u256){ a.high - b.high - (a.low < b.low), a.low - b.low }; }

/* bit by bit; a divisor has less than 256 bits */
static orm__u256 orm__u256_divide(orm__u256 number, orm__u256 divisor, orm__u256 *rest)
{
    orm__u256 quotient = { 0, 0 }, left = { 0, 0 };
    if (!number.high && !divisor.high) {
        *rest = (orm__u256){ 0, number.low % divisor.low };
        return (orm__u256){ 0, number.low / divisor.low };
    }
    for (int i = 0; i < 256; i++) {
        left = (orm__u256){ left.high << 1 | left.low >> 127, left.low << 1 | number.high >> 127 };
        number = (orm__u256){ number.high << 1 | number.low >> 127, number.low << 1 };
        quotient = (orm__u256){ quotient.high << 1 | quotient.low >> 127, quotient.low << 1 };
        if (orm__u256_compare(left, divisor) < 0) continue;
        left = orm__u256_minus(left, divisor);
        quotient.low |= 1;
    }
    *rest = left;
    return quotient;
}

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
static bool orm__decimal_quotient(bool negative, orm__u256 number, orm__u256 divisor, int exponent, int scale, orm_rounding how, orm_decimal *out)
{
    orm__u256 rest;
    if ((unsigned)how > ORM_EXACT || scale < 0 || scale > ORM_MAX_DIGITS || (!divisor.high && !divisor.low)) return false;
    if (exponent > 0 ? !orm__u256_scale(&number, exponent) : !orm__u256_scale(&divisor, -exponent)) return false;
    orm__u256 quotient = orm__u256_divide(number, divisor, &rest);
    if (rest.high || rest.low) {
        if (how == ORM_EXACT) return false;
        int half = orm__u256_compare(rest, orm__u256_minus(divisor, rest));         /* twice the rest could need one bit more */
        quotient.low += orm__rounds_away(how, negative, quotient.low & 1, half);
    }
    if (quotient.high || quotient.low >= orm__power_of_ten(ORM_MAX_DIGITS)) return false;
    *out = orm__decimal_from(negative ? -(orm__wide)quotient.low : (orm__wide)quotient.low, scale);
    return true;
}

static const orm__u256 orm__u256_one = { 0, 1 };

/* |a| and |b| at the larger scale have at most 76 digits, and their sum is told apart from what does not fit */
static bool orm__decimal_sum(orm_decimal a, orm_decimal b, bool minus, orm_decimal *out)
{
    if (!orm__decimal_fits(a, ORM_MAX_DIGITS) || !orm__decimal_fits(b, ORM_MAX_DIGITS)) return false;
    orm__wide x = orm__decimal_wide(a), y = orm__decimal_wide(b);
    int scale = a.scale > b.scale ? a.scale : b.scale;
    bool x_negative = x < 0, y_negative = (y < 0) != minus;
    orm__u256 p = { 0, orm__magnitude(x) }, q = { 0, orm__magnitude(y) };
    if (!orm__u256_scale(&p, scale - a.scale) || !orm__u256_scale(&q, scale - b.scale)) return false;
    if (x_negative == y_negative) {
        orm__uwide low = p.low + q.low;
        return orm__decimal_quotient(x_negative, (orm__u256){ p.high + q.high + (low < p.low), low }, orm__u256_one, 0, scale, ORM_EXACT, out);
    }
    if (orm__u256_compare(p, q) >= 0) return orm__decimal_quotient(x_negative, orm__u256_minus(p, q), orm__u256_one, 0, scale, ORM_EXACT, out);
    return orm__decimal_quotient(y_negative, orm__u256_minus(q, p), orm__u256_one, 0, scale, ORM_EXACT, out);
}

ORM_API bool orm_decimal_add(orm_decimal a, orm_decimal b, orm_decimal *out) { return orm__decimal_sum(a, b, false, out); }
ORM_API bool orm_decimal_sub(orm_decimal a, orm_decimal b, orm_decimal *out) { return orm__decimal_sum(a, b, true, out); }

ORM_API bool orm_decimal_mul(orm_decimal a, orm_decimal b, int scale, orm_rounding how, orm_decimal *out)
{
    if (!orm__decimal_fits(a, ORM_MAX_DIGITS) || !orm__decimal_fits(b, ORM_MAX_DIGITS)) return false;
    orm__wide x = orm__decimal_wide(a), y = orm__decimal_wide(b);
    return orm__decimal_quotient((x < 0) != (y < 0), orm__u256_product(orm__magnitude(x), orm__magnitude(y)), orm__u256_one, scale - a.scale - b.scale, scale, how, out);
}

ORM_API bool orm_decimal_div(orm_decimal a, orm_decimal b, int scale, orm_rounding how, orm_decimal *out)
{
    if (!orm__decimal_fits(a, ORM_MAX_DIGITS) || !orm__decimal_fits(b, ORM_MAX_DIGITS)) return false;
    orm__wide x = orm__decimal_wide(a), y = orm__decimal_wide(b);
    return orm__decimal_quotient((x < 0) != (y < 0), (orm__u256){ 0, orm__magnitude(x) }, (orm__u256){ 0, orm__magnitude(y) }, scale + b.scale - a.scale, scale, how, out);
}

ORM_API bool orm_decimal_round(orm_decimal number, int scale, orm_rounding how, orm_decimal *out)
{
    return orm_decimal_mul(number, orm_decimal_make(1, 0), scale, how, out);
}

ORM_API orm_decimal orm_decimal_neg(orm_decimal number)
{
    return orm__decimal_fits(number, ORM_MAX_DIGITS) ? orm__decimal_from(-orm__decimal_wide(number), number.scale) : orm__no_decimal();
}

ORM_API int orm_decimal_sign(orm_decimal number)
{
    orm__wide value = orm__decimal_wide(number);
    return orm__decimal_fits(number, ORM_MAX_DIGITS) ? (value > 0) - (value < 0) : 0;
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
    orm__u256 wide = { 0, exponent > 0 ? (orm__uwide)whole << exponent : whole }, divisor = orm__u256_one;
    if (exponent < -127) divisor = (orm__u256){ (orm__uwide)1 << (-exponent - 128), 0 };
    else if (exponent < 0) divisor.low <<= -exponent;
    return orm__decimal_quotient(bits >> 63, wide, divisor, scale, scale, how, out);
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

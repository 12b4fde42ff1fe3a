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

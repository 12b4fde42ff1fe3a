/* decimals (V11): read, printed, compared, rescaled */
#include "internal.h"
#include "check.h"

#define NINES_38 "99999999999999999999999999999999999999"

static const char *printed(orm_decimal number)
{
    static char buffers[4][ORM_DECIMAL_SIZE];
    static unsigned next;
    return orm_decimal_text(number, buffers[next++ % 4]);
}

static const char *reread(const char *text_)
{
    orm_decimal number = { .scale = 99 };
    if (orm_decimal_parse(text_, &number)) return printed(number);
    return number.scale == 99 ? "refused" : "refused, but written to";
}

static const char *rescaled(const char *text_, int scale)
{
    orm_decimal out = { .scale = 99 };
    if (orm_decimal_rescale(orm_decimal_of(text_), scale, &out)) return printed(out);
    return out.scale == 99 ? "refused" : "refused, but written to";
}

TEST(decimals_keep_their_digits_as_written)
{
    static const struct { const char *text, *again; } table[] = {
        { "0", "0" }, { "-0", "0" }, { "-0.00", "0.00" }, { "1", "1" }, { "-1", "-1" }, { "12.340", "12.340" }, { "-12.340", "-12.340" }, { "0.1", "0.1" },
        { "00.10", "0.10" }, { "0007", "7" }, { "0.000001", "0.000001" }, { "12345678901234567890.123456", "12345678901234567890.123456" },
        { "18446744073709551615", "18446744073709551615" }, { "18446744073709551616", "18446744073709551616" }, { "-18446744073709551617", "-18446744073709551617" },
        { "9223372036854775807", "9223372036854775807" }, { "-9223372036854775808", "-9223372036854775808" },
        { NINES_38, NINES_38 }, { "-" NINES_38, "-" NINES_38 }, { "0." NINES_38, "0." NINES_38 }, { "-0." NINES_38, "-0." NINES_38 },
        { "99999999999999.999999999999999999999999", "99999999999999.999999999999999999999999" },
        { "0.00000000000000000000000000000000000001", "0.00000000000000000000000000000000000001" },
        { "0000000000000000000000000000000000000000000000000000000000000001.5", "1.5" },
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) CHECK_TEXT(reread(table[i].text), table[i].again);
}

TEST(what_is_no_decimal_is_refused)
{
    static const char *const wrong[] = { "", "-", ".", "-.", ".5", "5.", "+5", "1e3", "1.5e2", "1,5", "1 ", " 1", "1.2.3", "--1", "1-", "0x10", "NaN", "inf", "Infinity",
        "1" NINES_38, NINES_38 "0", NINES_38 ".0", "0." NINES_38 "9", "0.000000000000000000000000000000000000000", "\xD9\xA1", "1\xC2\xA0", "1_000" };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        CHECK_TEXT(reread(wrong[i]), "refused");
        CHECK_TEXT(printed(orm_decimal_of(wrong[i])), "invalid");
    }
    CHECK_TEXT(reread(NULL), "refused");
    CHECK(!orm__decimal_fits(orm_decimal_of("x"), ORM_MAX_DIGITS));
    CHECK_TEXT(printed((orm_decimal){ .high = INT64_MAX, .low = UINT64_MAX, .scale = 0 }), "invalid");
    CHECK_TEXT(printed((orm_decimal){ .high = INT64_MIN, .low = 0, .scale = 0 }), "invalid");
    CHECK_TEXT(printed((orm_decimal){ .scale = 39 }), "invalid");
}

TEST(decimals_are_made_of_units)
{
    CHECK_TEXT(printed(orm_decimal_make(1999, 2)), "19.99");
    CHECK_TEXT(printed(orm_decimal_make(-5, 2)), "-0.05");
    CHECK_TEXT(printed(orm_decimal_make(INT64_MIN, 0)), "-9223372036854775808");
    CHECK_TEXT(printed(orm_decimal_make(INT64_MAX, 19)), "0.9223372036854775807");
    CHECK_TEXT(printed(orm_decimal_make(1, 38)), "0.00000000000000000000000000000000000001");
    CHECK_TEXT(printed(orm_decimal_make(1, 39)), "invalid");
    CHECK_TEXT(printed(orm_decimal_make(1, -1)), "invalid");
}

TEST(rescaling_is_exact_or_refused)
{
    static const struct { const char *text; int scale; const char *again; } table[] = {
        { "1.5", 2, "1.50" }, { "1.50", 1, "1.5" }, { "1.50", 0, "refused" }, { "1.500", 3, "1.500" }, { "-2.000", 0, "-2" }, { "-2.001", 2, "refused" },
        { "0", 38, "0.00000000000000000000000000000000000000" }, { "1", 37, "1.0000000000000000000000000000000000000" }, { "1", 38, "refused" },
        { "9", 37, "9.0000000000000000000000000000000000000" }, { "10", 37, "refused" }, { NINES_38, 0, NINES_38 }, { NINES_38, 1, "refused" },
        { "-" NINES_38, 1, "refused" }, { "0." NINES_38, 37, "refused" }, { "1", -1, "refused" }, { "1", 39, "refused" }, { "x", 2, "refused" },
        { "100000000000000000.00000000000000000000", 0, "100000000000000000" }, { "19.99", 20, "19.99000000000000000000" },
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) CHECK_TEXT(rescaled(table[i].text, table[i].scale), table[i].again);
}

TEST(decimals_compare_by_value)
{
    /* ascending; each line is one value */
    static const char *const ascending[][3] = {
        { "-" NINES_38, "-" NINES_38, "-" NINES_38 }, { "-18446744073709551616", "-18446744073709551616.0", "-18446744073709551616.000000000000000000" },
        { "-1.51", "-1.510", "-1.5100" }, { "-1.50", "-1.5", "-1.500000" }, { "-1", "-1.0", "-1.00000000000000000000" },
        { "-0.00000000000000000000000000000000000001", "-0.00000000000000000000000000000000000001", "-0.00000000000000000000000000000000000001" },
        { "0", "-0.0", "0.00000000000000000000000000000000000000" }, { "0.1", "0.10", "0.1000" }, { "1", "1.0", "1.000000000000000000000000000000" },
        { "1.0000000000000000000000000000000000001", "1.0000000000000000000000000000000000001", "1.0000000000000000000000000000000000001" },
        { "1.5", "1.50", "1.500" }, { "2", "2.0", "2.00" }, { "9223372036854775807", "9223372036854775807.0", "9223372036854775807.00" },
        { "9223372036854775808", "9223372036854775808.0", "9223372036854775808.00" }, { NINES_38, NINES_38, NINES_38 },
    };
    size_t n = sizeof ascending / sizeof ascending[0];
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < n; k++) {
            for (size_t a = 0; a < 3; a++) {
                for (size_t b = 0; b < 3; b++) CHECK_INT(orm_decimal_compare(orm_decimal_of(ascending[i][a]), orm_decimal_of(ascending[k][b])), i < k ? -1 : i > k);
            }
        }
    }
    CHECK_INT(orm_decimal_compare(orm_decimal_of("x"), orm_decimal_of("-1")), -1);
    CHECK_INT(orm_decimal_compare(orm_decimal_of("-1"), orm_decimal_of("x")), 1);
    CHECK_INT(orm_decimal_compare(orm_decimal_of("x"), orm_decimal_of("y")), 0);
}

TEST(units_are_64_bit_integers_or_refused)
{
    int64_t units = 5;
    REQUIRE(orm_decimal_units(orm_decimal_of("19.99"), 2, &units));
    CHECK_INT(units, 1999);
    REQUIRE(orm_decimal_units(orm_decimal_of("-19.9"), 2, &units));
    CHECK_INT(units, -1990);
    REQUIRE(orm_decimal_units(orm_decimal_of("-9223372036854775808"), 0, &units));
    CHECK_INT(units, INT64_MIN);
    REQUIRE(orm_decimal_units(orm_decimal_of("92233720368547758.07"), 2, &units));
    CHECK_INT(units, INT64_MAX);
    CHECK(!orm_decimal_units(orm_decimal_of("92233720368547758.08"), 2, &units));
    CHECK(!orm_decimal_units(orm_decimal_of("19.999"), 2, &units));
    CHECK(!orm_decimal_units(orm_decimal_of("x"), 2, &units));
    CHECK(!orm_decimal_units(orm_decimal_of("1"), 39, &units));
    CHECK_INT(units, INT64_MAX);
}

TEST(every_power_of_ten_and_its_neighbours_survive)
{
    char text_[ORM_DECIMAL_SIZE];
    for (size_t digits = 1; digits <= 38; digits++) {
        for (int nines = 0; nines < 2; nines++) {
            memset(text_, nines ? '9' : '0', digits);
            if (!nines) text_[0] = '1';
            text_[digits] = 0;
            CHECK_TEXT(reread(text_), text_);
            CHECK(orm__decimal_fits(orm_decimal_of(text_), (int)digits));
            CHECK(!orm__decimal_fits(orm_decimal_of(text_), (int)digits - 1));
        }
    }
}

TEST(random_decimals_round_trip)
{
    uint64_t state = 88172645463325252u;
    int wrong = 0;
    for (int i = 0; i < 20000; i++) {
        char text_[ORM_DECIMAL_SIZE], *at = text_;
        state ^= state << 13, state ^= state >> 7, state ^= state << 17;
        if (state & 1) *at++ = '-';
        int before = (int)(state >> 8 & 15) + 1, after = (int)(state >> 16 & 15) + 1;
        *at++ = '1';
        for (int k = 1; k < before; k++) *at++ = (char)('0' + (state >> (k + 20)) % 10);
        *at++ = '.';
        for (int k = 0; k < after; k++) *at++ = (char)('0' + (state >> (k + 9)) % 10);
        *at = 0;
        wrong += strcmp(reread(text_), text_) != 0;
    }
    CHECK_INT(wrong, 0);
}

/* ---- arithmetic, against schoolbook arithmetic on digits --------------------------------------------------------------------- */
/* a whole number, the lowest digit first */
enum { DIGITS = 160 };
#ifdef __OPTIMIZE__
enum { TRIES = 3000 };
#else
enum { TRIES = 300 };
#endif
struct big { unsigned char digit[DIGITS]; bool negative; };

static struct big big_of(orm_decimal number)
{
    struct big out = { { 0 }, false };
    char text_[ORM_DECIMAL_SIZE];
    size_t n = 0;
    orm_decimal_text(number, text_);
    out.negative = *text_ == '-';
    for (size_t i = strlen(text_); i-- > 0; )
        if (text_[i] >= '0' && text_[i] <= '9') out.digit[n++] = (unsigned char)(text_[i] - '0');
    return out;
}

static struct big big_shift(struct big a, int places)
{
    struct big out = { { 0 }, a.negative };
    for (int i = 0; i + places < DIGITS; i++) out.digit[i + places] = a.digit[i];
    return out;
}

static int big_compare(const struct big *a, const struct big *b)         /* magnitudes */
{
    for (int i = DIGITS; i-- > 0; ) if (a->digit[i] != b->digit[i]) return a->digit[i] < b->digit[i] ? -1 : 1;
    return 0;
}

static struct big big_minus(struct big a, const struct big *b)           /* magnitudes, a at least b */
{
    int borrow = 0;
    for (int i = 0; i < DIGITS; i++) {
        int d = a.digit[i] - b->digit[i] - borrow;
        borrow = d < 0;
        a.digit[i] = (unsigned char)(borrow ? d + 10 : d);
    }
    return a;
}

static struct big big_plus(struct big a, const struct big *b)            /* magnitudes */
{
    int carry = 0;
    for (int i = 0; i < DIGITS; i++) {
        int d = a.digit[i] + b->digit[i] + carry;
        carry = d / 10;
        a.digit[i] = (unsigned char)(d % 10);
    }
    return a;
}

static struct big big_sum(struct big a, struct big b)
{
    if (a.negative == b.negative) return big_plus(a, &b);
    return big_compare(&a, &b) >= 0 ? big_minus(a, &b) : big_minus(b, &a);
}

static struct big big_times(const struct big *a, const struct big *b)
{
    struct big out = { { 0 }, a->negative != b->negative };
    int sum[DIGITS] = { 0 };
    for (int i = 0; i < DIGITS / 2; i++) for (int k = 0; k < DIGITS / 2; k++) sum[i + k] += a->digit[i] * b->digit[k];
    for (int i = 0, carry = 0; i < DIGITS; i++) {
        carry += sum[i];
        out.digit[i] = (unsigned char)(carry % 10);
        carry /= 10;
    }
    return out;
}

static struct big big_over(const struct big *a, const struct big *b, struct big *rest)
{
    struct big out = { { 0 }, a->negative != b->negative };
    *rest = (struct big){ { 0 }, false };
    for (int i = DIGITS; i-- > 0; ) {
        *rest = big_shift(*rest, 1);
        rest->digit[0] = a->digit[i];
        while (big_compare(rest, b) >= 0) {
            *rest = big_minus(*rest, b);
            out.digit[i]++;
        }
    }
    return out;
}

static bool big_is_zero(const struct big *a)
{
    for (int i = 0; i < DIGITS; i++) if (a->digit[i]) return false;
    return true;
}

/* number / divisor rounded, printed with a scale; "no" for more than 38 digits and for digits lost by ORM_EXACT */
static const char *big_text(const struct big *number, const struct big *divisor, int scale, orm_rounding how)
{
    static char text_[ORM_DECIMAL_SIZE];
    static const struct big one = { { 1 }, false };
    struct big rest, quotient = big_over(number, divisor, &rest), twice = big_plus(rest, &rest);
    int half = big_compare(&twice, divisor);
    bool up = how == ORM_HALF_EVEN ? half > 0 || (half == 0 && quotient.digit[0] % 2) : how == ORM_HALF_UP ? half >= 0 : how == ORM_HALF_DOWN ? half > 0 :
              how == ORM_UP ? true : how == ORM_FLOOR ? quotient.negative : how == ORM_CEILING ? !quotient.negative : false;
    if (!big_is_zero(&rest) && how == ORM_EXACT) return "no";
    if (!big_is_zero(&rest) && up) quotient = big_plus(quotient, &one);
    for (int i = 38; i < DIGITS; i++) if (quotient.digit[i]) return "no";
    char *at = text_;
    int first = 37;
    while (first > scale && !quotient.digit[first]) first--;
    if (first < scale) first = scale;
    if (quotient.negative && !big_is_zero(&quotient)) *at++ = '-';
    for (int i = first; i >= 0; i--) {
        *at++ = (char)('0' + quotient.digit[i]);
        if (i == scale && scale) *at++ = '.';
    }
    *at = 0;
    return text_;
}

static uint64_t state_of_chance = 88172645463325252u;
static uint64_t chance(void)
{
    state_of_chance ^= state_of_chance << 13, state_of_chance ^= state_of_chance >> 7, state_of_chance ^= state_of_chance << 17;
    return state_of_chance;
}

/* of any length, with runs of nines and zeros, which carry the farthest */
static orm_decimal any_decimal(void)
{
    char text_[ORM_DECIMAL_SIZE], *at = text_;
    int digits = 1 + (int)(chance() % 38), scale = (int)(chance() % (uint64_t)(digits + 1)), kind = (int)(chance() % 4);
    if (chance() & 1) *at++ = '-';
    if (scale == digits) *at++ = '0';
    for (int i = digits; i-- > 0; ) {
        if (i == scale - 1) *at++ = '.';
        *at++ = (char)('0' + (kind == 0 ? 9 : kind == 1 ? (i == digits - 1) : (int)(chance() >> 20 & 0xFFFF) % 10));
    }
    *at = 0;
    orm_decimal number = orm_decimal_of(text_);
    if (number.scale < 0) printf("%s is no decimal\n", text_);
    return number;
}

static const char *or_no(bool fine, orm_decimal number) { return fine ? printed(number) : "no"; }

TEST(sums_products_and_quotients_agree_with_schoolbook_arithmetic)
{
    static const struct big one = { { 1 }, false };
    int refused = 0;
    for (int i = 0; i < TRIES && !check_failed; i++) {
        orm_decimal a = any_decimal(), b = any_decimal(), out = { .scale = 0 };
        struct big x = big_of(a), y = big_of(b), sum, more;
        int scale = a.scale > b.scale ? a.scale : b.scale, wanted = (int)(chance() % 39);
        orm_rounding how = (orm_rounding)(chance() % 8);
        struct big p = big_shift(x, scale - a.scale), q = big_shift(y, scale - b.scale);
        sum = big_sum(p, q);
        if (p.negative != q.negative) sum.negative = big_compare(&p, &q) >= 0 ? p.negative : q.negative;
        CHECK_TEXT(or_no(orm_decimal_add(a, b, &out), out), big_text(&sum, &one, scale, ORM_EXACT));
        q.negative = !q.negative;
        sum = big_sum(p, q);
        if (p.negative != q.negative) sum.negative = big_compare(&p, &q) >= 0 ? p.negative : q.negative;
        CHECK_TEXT(or_no(orm_decimal_sub(a, b, &out), out), big_text(&sum, &one, scale, ORM_EXACT));
        sum = big_times(&x, &y);
        int lost = a.scale + b.scale - wanted;
        more = big_shift(one, lost > 0 ? lost : 0);
        sum = big_shift(sum, lost < 0 ? -lost : 0);
        const char *product = big_text(&sum, &more, wanted, how);
        refused += product[0] == 'n';
        CHECK_TEXT(or_no(orm_decimal_mul(a, b, wanted, how, &out), out), product);
        CHECK_TEXT(or_no(orm_decimal_round(a, wanted, how, &out), out), (lost = a.scale - wanted, more = big_shift(one, lost > 0 ? lost : 0), sum = big_shift(x, lost < 0 ? -lost : 0), big_text(&sum, &more, wanted, how)));
        if (big_is_zero(&y)) continue;
        int places = wanted + b.scale - a.scale;
        sum = big_shift(x, places > 0 ? places : 0);
        more = big_shift(y, places < 0 ? -places : 0);
        CHECK_TEXT(or_no(orm_decimal_div(a, b, wanted, how, &out), out), big_text(&sum, &more, wanted, how));
    }
    CHECK(refused > TRIES / 10 && refused < TRIES / 10 * 9);
}

static const char *rounded(const char *text_, int scale, orm_rounding how)
{
    orm_decimal out = { .scale = 99 };
    if (orm_decimal_round(orm_decimal_of(text_), scale, how, &out)) return printed(out);
    return out.scale == 99 ? "refused" : "refused, but written to";
}

TEST(halves_go_where_the_mode_says)
{
    static const struct { const char *text, *each[8]; } table[] = {        /* half even, half up, half down, down, up, floor, ceiling, exact */
        { "0.125", { "0.12", "0.13", "0.12", "0.12", "0.13", "0.12", "0.13", "refused" } }, { "-0.125", { "-0.12", "-0.13", "-0.12", "-0.12", "-0.13", "-0.13", "-0.12", "refused" } },
        { "0.135", { "0.14", "0.14", "0.13", "0.13", "0.14", "0.13", "0.14", "refused" } }, { "0.1251", { "0.13", "0.13", "0.13", "0.12", "0.13", "0.12", "0.13", "refused" } },
        { "-0.001", { "0.00", "0.00", "0.00", "0.00", "-0.01", "-0.01", "0.00", "refused" } }, { "9.995", { "10.00", "10.00", "9.99", "9.99", "10.00", "9.99", "10.00", "refused" } },
        { "1.5", { "1.50", "1.50", "1.50", "1.50", "1.50", "1.50", "1.50", "1.50" } }, { "1.500", { "1.50", "1.50", "1.50", "1.50", "1.50", "1.50", "1.50", "1.50" } },
        { NINES_38, { "refused", "refused", "refused", "refused", "refused", "refused", "refused", "refused" } } };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        for (int how = 0; how < 8; how++) CHECK_TEXT(rounded(table[i].text, 2, (orm_rounding)how), table[i].each[how]);
    CHECK_TEXT(rounded("1", 39, ORM_DOWN), "refused");
    CHECK_TEXT(rounded("1", -1, ORM_DOWN), "refused");
    CHECK_TEXT(rounded("1", 0, (orm_rounding)8), "refused");
    CHECK_TEXT(rounded("x", 0, ORM_DOWN), "refused");
}

TEST(results_over_38_digits_are_told)
{
    orm_decimal nines = orm_decimal_of(NINES_38), one = orm_decimal_of("1"), tiny = orm_decimal_of("0.00000000000000000000000000000000000001"), none = orm_decimal_of("x"), out = { .scale = 7 };
    CHECK(!orm_decimal_add(nines, one, &out) && !orm_decimal_sub(orm_decimal_neg(nines), one, &out) && !orm_decimal_add(one, tiny, &out) && !orm_decimal_mul(nines, nines, 0, ORM_DOWN, &out));
    CHECK(!orm_decimal_div(one, orm_decimal_of("0.00"), 2, ORM_HALF_EVEN, &out) && !orm_decimal_div(nines, tiny, 0, ORM_DOWN, &out) && !orm_decimal_div(one, orm_decimal_of("3"), 38, ORM_EXACT, &out));
    CHECK(!orm_decimal_add(none, one, &out) && !orm_decimal_sub(one, none, &out) && !orm_decimal_mul(none, one, 0, ORM_DOWN, &out) && !orm_decimal_div(one, none, 0, ORM_DOWN, &out) && out.scale == 7);
    CHECK(orm_decimal_add(nines, orm_decimal_neg(nines), &out) && orm_decimal_sign(out) == 0);
    CHECK(orm_decimal_mul(nines, tiny, 38, ORM_EXACT, &out));
    CHECK_TEXT(printed(out), "0." NINES_38);
    CHECK(orm_decimal_div(one, orm_decimal_of("3"), 38, ORM_UP, &out));
    CHECK_TEXT(printed(out), "0.33333333333333333333333333333333333334");
    CHECK(orm_decimal_div(tiny, nines, 38, ORM_DOWN, &out) && orm_decimal_sign(out) == 0);
    CHECK(orm_decimal_div(nines, orm_decimal_of("-" NINES_38), 2, ORM_EXACT, &out));
    CHECK_TEXT(printed(out), "-1.00");
    CHECK_TEXT(printed(orm_decimal_abs(orm_decimal_of("-1.50"))), "1.50");
    CHECK_TEXT(printed(orm_decimal_neg(orm_decimal_of("1.50"))), "-1.50");
    CHECK_TEXT(printed(orm_decimal_abs(none)), "invalid");
    CHECK_TEXT(printed(orm_decimal_neg(none)), "invalid");
    CHECK(orm_decimal_sign(orm_decimal_of("-0.01")) == -1 && orm_decimal_sign(one) == 1 && orm_decimal_sign(none) == 0);
}

TEST(doubles_come_and_go_exactly)
{
    static const struct { double number; int scale; const char *text; } table[] = {
        { 0.1, 38, "0.10000000000000000555111512312578270212" }, { 0.1, 2, "0.10" }, { -2.5, 0, "-2" }, { 3.5, 0, "4" }, { 1e37, 0, "9999999999999999538762658202121142272" }, { 1e38, 0, "99999999999999997748809823456034029568" },
        { 1e39, 0, "refused" }, { 4.9406564584124654e-324, 38, "0.00000000000000000000000000000000000000" }, { -0.0, 1, "0.0" }, { 0x1p-128, 38, "0.00000000000000000000000000000000000000" },
        { 0x1p-126, 38, "0.00000000000000000000000000000000000001" }, { 0.5, 38, "0.50000000000000000000000000000000000000" }, { 1.5, 38, "refused" }, { 123456789.125, 3, "123456789.125" } };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        orm_decimal out = { .scale = 0 };
        CHECK_TEXT(orm_decimal_from_double(table[i].number, table[i].scale, ORM_HALF_EVEN, &out) ? printed(out) : "refused", table[i].text);
    }
    orm_decimal out = { .scale = 0 };
    CHECK(!orm_decimal_from_double(__builtin_nan(""), 2, ORM_DOWN, &out) && !orm_decimal_from_double(__builtin_inf(), 2, ORM_DOWN, &out) && !orm_decimal_from_double(0.1, 2, ORM_EXACT, &out));
    CHECK(orm_decimal_from_double(4.9406564584124654e-324, 38, ORM_UP, &out));
    CHECK_TEXT(printed(out), "0.00000000000000000000000000000000000001");
    CHECK(__builtin_isnan(orm_decimal_to_double(orm_decimal_of("x"))));
    CHECK_DOUBLE(orm_decimal_to_double(orm_decimal_of("-0.1")), -0.1);
    CHECK_DOUBLE(orm_decimal_to_double(orm_decimal_of(NINES_38)), 1e38);
    for (int i = 0; i < 20000; i++) {                   /* what 17 digits tell apart comes back */
        double number = (double)(int64_t)chance() / (double)(UINT64_C(1) << (chance() % 50));
        if (!orm_decimal_from_double(number, 18, ORM_HALF_EVEN, &out)) continue;
        REQUIRE(number > -0.01 && number < 0.01 ? true : orm_decimal_to_double(out) >= number && orm_decimal_to_double(out) <= number);
    }
}

static const char *shown(const char *number, orm_number_style style)
{
    static char text_[160];
    size_t length = orm_decimal_format(orm_decimal_of(number), &style, text_, sizeof text_);
    CHECK_INT(length, strlen(text_));
    return text_;
}

TEST(numbers_are_shown_in_a_style)
{
    CHECK_TEXT(shown("-1234567.50", (orm_number_style){ .group = "," }), "-1,234,567.50");
    CHECK_TEXT(shown("123", (orm_number_style){ .group = "," }), "123");
    CHECK_TEXT(shown("1234", (orm_number_style){ .group = "," }), "1,234");
    CHECK_TEXT(shown("0.5", (orm_number_style){ .group = ",", .plus = "+" }), "+0.5");
    CHECK_TEXT(shown("0.00", (orm_number_style){ .plus = "+" }), "0.00");
    CHECK_TEXT(shown("-1234567.891", (orm_number_style){ .group = "\xE2\x80\xAF", .point = ",", .minus = "\xE2\x88\x92" }), "\xE2\x88\x92" "1\xE2\x80\xAF" "234\xE2\x80\xAF" "567,891");
    CHECK_TEXT(shown("123456789.1", (orm_number_style){ .group = ",", .next_groups = 2 }), "12,34,56,789.1");
    CHECK_TEXT(shown("12345678", (orm_number_style){ .group = ",", .first_group = 4 }), "1234,5678");
    CHECK_TEXT(shown(NINES_38, (orm_number_style){ .group = "'" }), "99'999'999'999'999'999'999'999'999'999'999'999'999");
    CHECK_TEXT(shown("-5", (orm_number_style){ .prefix = "(", .minus = "", .suffix = ")" }), "(5)");
    char small[6] = "xxxxx";
    CHECK_INT(orm_decimal_format(orm_decimal_of("12345"), NULL, small, sizeof small), 5);
    CHECK_TEXT(small, "12345");
    CHECK_INT(orm_decimal_format(orm_decimal_of("123456"), NULL, small, sizeof small), 6);
    CHECK_TEXT(small, "");
    CHECK_INT(orm_decimal_format(orm_decimal_of("123456"), NULL, NULL, 0), 6);
    CHECK_INT(orm_decimal_format(orm_decimal_of("x"), NULL, small, sizeof small), 0);
}

CHECK_MAIN()

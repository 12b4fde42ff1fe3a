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

CHECK_MAIN()

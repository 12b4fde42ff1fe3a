/* amounts of money: minor units by currency, sums of one currency only, parts that add up */
#include "internal.h"
#include "check.h"

static const char *printed(orm_money amount)
{
    static char buffers[4][ORM_MONEY_SIZE];
    static unsigned next;
    return orm_money_text(amount, buffers[next++ % 4]);
}

static const char *reread(const char *text_)
{
    orm_money amount = { .minor = 77 };
    if (orm_money_parse(text_, &amount)) return printed(amount);
    return amount.minor == 77 ? "refused" : "refused, but written to";
}

static orm_money eur(int64_t cents) { return orm_money_make(cents, "EUR"); }

TEST(minor_units_are_those_of_the_currency)
{
    static const struct { const char *code; int digits; } table[] = { { "JPY", 0 }, { "EUR", 2 }, { "KWD", 3 }, { "UYW", 4 }, { "USD", 2 }, { "ISK", 0 }, { "TND", 3 }, { "CLF", 4 }, { "ZWG", 2 },
        { "EU", -1 }, { "EURO", -1 }, { "eur", -1 }, { "", -1 }, { " EU", -1 }, { "R A", -1 }, { "XXX", -1 }, { "XAU", -1 }, { "ZWL", -1 }, { NULL, -1 } };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        CHECK_INT(orm_currency_digits(table[i].code), table[i].digits);
        CHECK((orm_check_currency(table[i].code) == NULL) == (table[i].digits >= 0));
    }
    CHECK_TEXT(printed(orm_money_make(1999, "EUR")), "19.99 EUR");
    CHECK_TEXT(printed(orm_money_make(1999, "JPY")), "1999 JPY");
    CHECK_TEXT(printed(orm_money_make(-5, "KWD")), "-0.005 KWD");
    CHECK_TEXT(printed(orm_money_make(INT64_MIN, "KWD")), "-9223372036854775.808 KWD");
    CHECK_TEXT(printed(orm_money_make(1, "???")), "");
    CHECK_TEXT(printed((orm_money){ .minor = 0 }), "");
}

TEST(amounts_are_read_exactly_or_refused)
{
    static const char *const table[][2] = { { "19.99 EUR", "19.99 EUR" }, { "EUR 19.99", "19.99 EUR" }, { "19.9 EUR", "19.90 EUR" }, { "-0.01 USD", "-0.01 USD" }, { "7 EUR", "7.00 EUR" },
        { "100 JPY", "100 JPY" }, { "1.234 KWD", "1.234 KWD" }, { "92233720368547758.07 EUR", "92233720368547758.07 EUR" }, { "-92233720368547758.08 EUR", "-92233720368547758.08 EUR" } };
    static const char *const wrong[] = { "", "EUR", "19.99", "19.999 EUR", "19.990 EUR", "1.0 JPY", "1,000.00 EUR", "19.99  EUR", "19.99EUR", "19.99 eur", "19.99 XXX", "EUR19.99", "EUR 19.99 EUR", " 1 EUR", "1 EUR ",
        "92233720368547758.08 EUR", "1e3 EUR", "-EUR 5", "99999999999999999999999999999999999999 EUR", "9999999999999999999999999999999999999999999999999999999999999999999999999 EUR" };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) CHECK_TEXT(reread(table[i][0]), table[i][1]);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) CHECK_TEXT(reread(wrong[i]), "refused");
    CHECK_TEXT(reread(NULL), "refused");
}

TEST(two_currencies_are_never_added)
{
    orm_money out = eur(1), none = { .minor = 5 };
    int order = 7;
    CHECK(orm_money_add(eur(150), eur(-50), &out) && out.minor == 100);
    CHECK(orm_money_sub(out, eur(101), &out) && out.minor == -1);
    CHECK(!orm_money_add(eur(1), orm_money_make(1, "USD"), &out) && !orm_money_sub(eur(1), orm_money_make(1, "USD"), &out));
    CHECK(!orm_money_add(none, none, &out) && !orm_money_compare(none, none, &order) && !orm_money_compare(eur(1), orm_money_make(1, "USD"), &order));
    CHECK(!orm_money_add(eur(INT64_MAX), eur(1), &out) && !orm_money_sub(eur(INT64_MIN), eur(1), &out));
    CHECK(out.minor == -1 && order == 7);
    CHECK(orm_money_compare(eur(1), eur(2), &order) && order == -1);
    CHECK(orm_money_compare(eur(2), eur(2), &order) && order == 0);
}

TEST(an_amount_times_a_rate_is_rounded_to_minor_units)
{
    orm_money out = eur(0);
    CHECK(orm_money_mul(eur(1999), orm_decimal_of("0.19"), ORM_HALF_EVEN, &out) && out.minor == 380);
    CHECK(orm_money_mul(eur(50), orm_decimal_of("0.05"), ORM_HALF_EVEN, &out) && out.minor == 2);
    CHECK(orm_money_mul(eur(50), orm_decimal_of("0.05"), ORM_HALF_UP, &out) && out.minor == 3);
    CHECK(orm_money_mul(orm_money_make(-101, "JPY"), orm_decimal_of("0.5"), ORM_DOWN, &out) && out.minor == -50);
    CHECK(!orm_money_mul(eur(50), orm_decimal_of("0.05"), ORM_EXACT, &out) && !orm_money_mul(eur(INT64_MAX), orm_decimal_of("2"), ORM_HALF_UP, &out));
    CHECK(!orm_money_mul(eur(50), orm_decimal_of("x"), ORM_HALF_UP, &out) && out.minor == -50);
    CHECK(orm_money_from_decimal(orm_decimal_of("1.005"), "EUR", ORM_HALF_EVEN, &out) && out.minor == 100);
    CHECK(!orm_money_from_decimal(orm_decimal_of("1.005"), "EUR", ORM_EXACT, &out) && !orm_money_from_decimal(orm_decimal_of("1"), "nix", ORM_EXACT, &out));
}

TEST(parts_add_up_to_the_amount)
{
    static const struct { int64_t whole; uint32_t weights[4]; int64_t parts[4]; } table[] = {
        { 10000, { 1, 1, 1, 0 }, { 3334, 3333, 3333, 0 } }, { 5, { 3, 7, 0, 0 }, { 2, 3, 0, 0 } }, { -10000, { 1, 1, 1, 0 }, { -3334, -3333, -3333, 0 } }, { 3, { 0, 1, 0, 1 }, { 0, 2, 0, 1 } },
        { 1, { 1, 1, 1, 1 }, { 1, 0, 0, 0 } }, { 0, { 1, 2, 3, 4 }, { 0, 0, 0, 0 } }, { INT64_MIN, { 0, UINT32_MAX, 0, 0 }, { 0, INT64_MIN, 0, 0 } } };
    orm_money parts[4], all[3];
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        REQUIRE(orm_money_allocate(eur(table[i].whole), table[i].weights, 4, parts));
        for (size_t k = 0; k < 4; k++) CHECK_INT(parts[k].minor, table[i].parts[k]);
    }
    CHECK(orm_money_allocate(eur(100), NULL, 3, all) && all[0].minor == 34 && all[1].minor == 33 && all[2].minor == 33 && strcmp(all[2].currency, "EUR") == 0);
    CHECK(!orm_money_allocate(eur(100), (uint32_t[]){ 0, 0 }, 2, parts) && !orm_money_allocate(eur(100), NULL, 0, parts) && !orm_money_allocate((orm_money){ .minor = 1 }, NULL, 2, parts));
    uint64_t state = 88172645463325252u;
    for (int i = 0; i < 20000; i++) {
        uint32_t weights[4];
        int64_t sum = 0;
        for (size_t k = 0; k < 4; k++) {
            state ^= state << 13, state ^= state >> 7, state ^= state << 17;
            weights[k] = (uint32_t)(state >> (state & 31)) & (state & 64 ? UINT32_MAX : 7);
        }
        weights[state >> 60 & 3] |= 1;
        int64_t whole = (int64_t)(state * 0x9E3779B97F4A7C15u) >> (state & 63);
        REQUIRE(orm_money_allocate(eur(whole), weights, 4, parts));
        for (size_t k = 0; k < 4; k++) {
            sum += parts[k].minor;
            REQUIRE(weights[k] > 0 || parts[k].minor == 0);
        }
        REQUIRE(sum == whole);
    }
}

TEST(amounts_are_shown_in_a_style)
{
    char text_[40];
    CHECK_INT(orm_money_format(orm_money_make(-123456750, "USD"), &(orm_number_style){ .group = ",", .prefix = "$" }, text_, sizeof text_), 14);
    CHECK_TEXT(text_, "-$1,234,567.50");
    orm_money_format(orm_money_make(123456750, "EUR"), &(orm_number_style){ .group = ".", .point = ",", .suffix = " \xE2\x82\xAC" }, text_, sizeof text_);
    CHECK_TEXT(text_, "1.234.567,50 \xE2\x82\xAC");
    CHECK_INT(orm_money_format((orm_money){ .minor = 1 }, NULL, text_, sizeof text_), 0);
    CHECK_TEXT(text_, "");
}

CHECK_MAIN()

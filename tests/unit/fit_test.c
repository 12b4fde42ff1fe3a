/* the choke point (V01, V02, V06, V07, V09 to V16, V20, S28, S29) */
#include <math.h>
#include "internal.h"
#include "check.h"
#include <float.h>

static char why[160];
static orm_status kind;

static const char *fit_within(const orm_column *column, orm_value *v, size_t max_text)
{
    kind = ORM_OK;
    return orm__fit(column, v, max_text, why, &kind);
}

static const char *fit(const orm_column *column, orm_value *v) { return fit_within(column, v, 1000000); }

/* "" when it fits; else the kind and the message */
static const char *answer(const orm_column *column, orm_value v)
{
    static char text_[256];
    const char *wrong = fit(column, &v);
    if (!wrong) return v.type == ORM_NULL || v.type == column->is.type ? "" : "fits, but is of another type";
    snprintf(text_, sizeof text_, "%s %s", kind == ORM_VALUE_RANGE ? "range:" : kind == ORM_BAD_TEXT ? "text:" : kind == ORM_VALIDATION ? "rule:" : "?:", wrong);
    return text_;
}

static orm_column of(orm_type type) { return (orm_column){ .name = "x", .is = { .type = type } }; }

TEST(null_fits_everywhere)
{
    for (int type = ORM_INT16; type < ORM_TYPES; type++) {
        orm_column c = of((orm_type)type);
        CHECK_TEXT(answer(&c, (orm_value){ .type = ORM_NULL }), "");
    }
}

TEST(integers_keep_to_the_range_of_their_column)
{
    orm_column c16 = of(ORM_INT16), c32 = of(ORM_INT32), c64 = of(ORM_INT64);
    CHECK_TEXT(answer(&c16, orm__v_int(32767)), "");
    CHECK_TEXT(answer(&c16, orm__v_int(-32768)), "");
    CHECK_TEXT(answer(&c16, orm__v_int(32768)), "range: must be between -32768 and 32767");
    CHECK_TEXT(answer(&c16, orm__v_int(-32769)), "range: must be between -32768 and 32767");
    CHECK_TEXT(answer(&c32, orm__v_int(INT32_MAX)), "");
    CHECK_TEXT(answer(&c32, orm__v_int(INT64_C(2147483648))), "range: must be between -2147483648 and 2147483647");
    CHECK_TEXT(answer(&c64, orm__v_int(INT64_MIN)), "");
    CHECK_TEXT(answer(&c64, orm__v_int(INT64_MAX)), "");
    CHECK_TEXT(answer(&c64, (orm_value){ .type = ORM_INT16, .as.i = 5 }), "");
    CHECK_TEXT(answer(&c64, orm__v_uint(UINT64_C(9223372036854775808))), "range: is too large");
    CHECK_TEXT(answer(&c64, orm__v_double(1)), "rule: is not a whole number");
    CHECK_TEXT(answer(&c64, orm__v_text("1")), "rule: is not a whole number");
}

TEST(doubles_are_any_number_but_nan)
{
    orm_column c = of(ORM_DOUBLE);
    static const double good[] = { 0.0, -0.0, 4.9406564584124654e-324, 2.2250738585072014e-308, DBL_MAX, -DBL_MAX, 0.1 + 0.2 };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        orm_value v = orm__v_double(good[i]), before = v;
        CHECK(!fit(&c, &v));
        CHECK_INT(v.as.i, before.as.i);
    }
    CHECK_TEXT(answer(&c, orm__v_double((double)INFINITY)), "");
    CHECK_TEXT(answer(&c, orm__v_double(-(double)INFINITY)), "");
    CHECK_TEXT(answer(&c, orm__v_double((double)NAN)), "range: is not a number");
    CHECK_TEXT(answer(&c, orm__v_double(-(double)NAN)), "range: is not a number");
    CHECK_TEXT(answer(&c, orm__v_text("1.5")), "rule: is not a number");
}

TEST(whole_numbers_become_doubles_exactly_or_not_at_all)
{
    orm_column c = of(ORM_DOUBLE), single = of(ORM_FLOAT);
    orm_value v = orm__v_int(-7);
    CHECK(!fit(&c, &v));
    CHECK_DOUBLE(v.as.d, -7.0);
    CHECK_TEXT(answer(&c, orm__v_int(INT64_C(9007199254740992))), "");
    CHECK_TEXT(answer(&c, orm__v_int(INT64_C(9007199254740993))), "range: is a whole number with more digits than the column keeps");
    CHECK_TEXT(answer(&c, orm__v_int(INT64_MIN)), "");
    CHECK_TEXT(answer(&c, orm__v_int(INT64_MAX)), "range: is a whole number with more digits than the column keeps");
    CHECK_TEXT(answer(&single, orm__v_int(16777216)), "");
    CHECK_TEXT(answer(&single, orm__v_int(16777217)), "range: is a whole number with more digits than the column keeps");
    CHECK_TEXT(answer(&single, orm__v_int(INT64_MAX)), "range: is a whole number with more digits than the column keeps");
}

TEST(floats_are_rounded_to_what_the_column_holds)
{
    orm_column c = of(ORM_FLOAT);
    orm_value v = orm__v_double(0.1);
    CHECK(!fit(&c, &v));
    CHECK_DOUBLE(v.as.d, (double)0.1f);
    CHECK_TEXT(answer(&c, orm__v_double((double)FLT_MAX)), "");
    CHECK_TEXT(answer(&c, orm__v_double(1e39)), "range: is too large");
    CHECK_TEXT(answer(&c, orm__v_double(-1e39)), "range: is too large");
    CHECK_TEXT(answer(&c, orm__v_double(1e-60)), "range: is too small");
    CHECK_TEXT(answer(&c, orm__v_double(-0.0)), "");
    CHECK_TEXT(answer(&c, orm__v_double((double)INFINITY)), "");
    CHECK_TEXT(answer(&c, orm__v_double((double)NAN)), "range: is not a number");
}

TEST(bools_are_zero_or_one)
{
    orm_column c = of(ORM_BOOL);
    CHECK_TEXT(answer(&c, orm__v_bool(true)), "");
    CHECK_TEXT(answer(&c, orm__v_int(1)), "");
    CHECK_TEXT(answer(&c, orm__v_int(0)), "");
    CHECK_TEXT(answer(&c, orm__v_int(2)), "range: is neither true nor false");
    CHECK_TEXT(answer(&c, orm__v_int(-1)), "range: is neither true nor false");
    CHECK_TEXT(answer(&c, orm__v_text("t")), "rule: is neither true nor false");
    CHECK_TEXT(answer(&c, (orm_value){ .type = ORM_BOOL, .as.i = 255 }), "range: is neither true nor false");
}

static orm_decimal as_decimal(const orm_value *v) { return (orm_decimal){ v->as.decimal.high, v->as.decimal.low, v->scale }; }

TEST(decimals_get_the_scale_of_their_column)
{
    orm_column c = of(ORM_DECIMAL);
    c.is.precision = 6;
    c.is.scale = 2;
    char text_[ORM_DECIMAL_SIZE];
    static const struct { const char *in, *out; } table[] = { { "1.5", "1.50" }, { "1.500", "1.50" }, { "-9999.99", "-9999.99" }, { "0", "0.00" }, { "9999.990000", "9999.99" } };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        orm_value v = orm__v_decimal(orm_decimal_of(table[i].in));
        CHECK(!fit(&c, &v));
        CHECK_INT(v.n, 6);
        CHECK_TEXT(orm_decimal_text(as_decimal(&v), text_), table[i].out);
    }
    orm_value v = orm__v_int(-12);
    CHECK(!fit(&c, &v));
    CHECK_TEXT(orm_decimal_text(as_decimal(&v), text_), "-12.00");
    CHECK_TEXT(answer(&c, orm__v_int(9999)), "");
    CHECK_TEXT(answer(&c, orm__v_int(10000)), "range: must have at most 4 digits before the point");
    CHECK_TEXT(answer(&c, orm__v_int(INT64_MIN)), "range: must have at most 4 digits before the point");
    CHECK_TEXT(answer(&c, orm__v_decimal(orm_decimal_of("10000.00"))), "range: must have at most 4 digits before the point");
    CHECK_TEXT(answer(&c, orm__v_decimal(orm_decimal_of("1.505"))), "range: must have at most 2 digits after the point");
    CHECK_TEXT(answer(&c, orm__v_decimal(orm_decimal_of("1e3"))), "rule: is not a decimal number");
    CHECK_TEXT(answer(&c, orm__v_double(1.5)), "rule: is not a decimal number");
    CHECK_TEXT(answer(&c, orm__v_decimal((orm_decimal){ .high = INT64_MAX, .scale = 2 })), "rule: is not a decimal number");
}

TEST(decimals_of_38_digits_fit)
{
    orm_column c = of(ORM_DECIMAL);
    c.is.precision = 38;
    c.is.scale = 6;
    CHECK_TEXT(answer(&c, orm__v_decimal(orm_decimal_of("99999999999999999999999999999999.999999"))), "");
    CHECK_TEXT(answer(&c, orm__v_decimal(orm_decimal_of("99999999999999999999999999999999"))), "");
    CHECK_TEXT(answer(&c, orm__v_decimal(orm_decimal_of("100000000000000000000000000000000"))), "range: must have at most 32 digits before the point");
    c.is.scale = 38;
    CHECK_TEXT(answer(&c, orm__v_decimal(orm_decimal_of("0.99999999999999999999999999999999999999"))), "");
    CHECK_TEXT(answer(&c, orm__v_int(0)), "");
    CHECK_TEXT(answer(&c, orm__v_int(1)), "range: must have at most 0 digits before the point");
}

TEST(texts_are_measured)
{
    orm_column c = of(ORM_TEXT);
    orm_value v = orm__v_text("gr\xC3\xBC\xC3\x9F");
    CHECK(!fit(&c, &v));
    CHECK_INT(v.length, 6);
    v = orm__v_text("");
    CHECK(!fit(&c, &v));
    CHECK_INT(v.length, 0);
    CHECK(!fit(&c, &v));
    CHECK_TEXT(answer(&c, orm__v_int(1)), "rule: is not a text");
}

TEST(texts_of_a_limited_column_are_counted_in_characters)
{
    orm_column c = of(ORM_TEXT);
    c.is.size = 4;
    CHECK_TEXT(answer(&c, orm__v_text("gr\xC3\xBC\xC3\x9F")), "");
    CHECK_TEXT(answer(&c, orm__v_text("\xF0\x9F\x98\x80\xF0\x9F\x98\x80\xF0\x9F\x98\x80\xF0\x9F\x98\x80")), "");
    CHECK_TEXT(answer(&c, orm__v_text("abcde")), "rule: must have at most 4 characters");
    CHECK_TEXT(answer(&c, orm__v_text("ab   ")), "rule: must have at most 4 characters");
    c.is.fixed = true;
    CHECK_TEXT(answer(&c, orm__v_text("abcd")), "");
    CHECK_TEXT(answer(&c, orm__v_text("abc")), "rule: must have exactly 4 characters");
    CHECK_TEXT(answer(&c, orm__v_text("")), "rule: must have exactly 4 characters");
    c.is.size = 1;
    CHECK_TEXT(answer(&c, orm__v_text("ab")), "rule: must have exactly 1 character");
}

TEST(texts_over_the_limit_in_bytes_are_refused)
{
    orm_column c = of(ORM_TEXT), b = of(ORM_BLOB);
    orm_value v = orm__v_text("12345");
    CHECK(!fit_within(&c, &v, 5));
    v = orm__v_text("12345");
    CHECK_TEXT(fit_within(&c, &v, 4), "must have at most 4 bytes");
    CHECK_INT(kind, ORM_VALUE_RANGE);
    v = (orm_value){ .type = ORM_TEXT, .length = 5, .as.s = "12345" };
    CHECK_TEXT(fit_within(&c, &v, 4), "must have at most 4 bytes");
    v = orm__v_text("12345");
    CHECK(!fit_within(&c, &v, SIZE_MAX));
    v = orm__v_blob((orm_blob){ "12345", 5 });
    CHECK(!fit_within(&b, &v, 5));
    CHECK_TEXT(fit_within(&b, &v, 4), "must have at most 4 bytes");
}

TEST(bytes_that_are_no_utf_8_are_refused_in_texts_and_kept_in_blobs)
{
    orm_column t = of(ORM_TEXT), j = of(ORM_JSON), b = of(ORM_BLOB);
    CHECK_TEXT(answer(&t, orm__v_text("\xC3(")), "text: is not valid UTF-8");
    CHECK_TEXT(answer(&j, orm__v_text("\"\xC3(\"")), "text: is not valid UTF-8");
    CHECK_TEXT(answer(&t, (orm_value){ .type = ORM_TEXT, .length = 3, .as.s = "a\0b" }), "text: is not valid UTF-8");
    CHECK_TEXT(answer(&b, orm__v_blob((orm_blob){ "\0\xFF", 2 })), "");
    CHECK_TEXT(answer(&b, orm__v_blob((orm_blob){ "", 0 })), "");
    CHECK_TEXT(answer(&b, orm__v_text("x")), "rule: is not a blob");
    if (SIZE_MAX > UINT32_MAX) CHECK_TEXT(answer(&b, orm__v_blob((orm_blob){ "", (size_t)UINT32_MAX })), "range: is too large");
}

TEST(json_is_checked)
{
    orm_column c = of(ORM_JSON);
    CHECK_TEXT(answer(&c, orm__v_text("{\"a\": [1, 2.5e3, null]}")), "");
    CHECK_TEXT(answer(&c, orm__v_text("{a: 1}")), "rule: is not valid JSON: it has an object member without a name");
    CHECK_TEXT(answer(&c, orm__v_text("")), "rule: is not valid JSON: it ends too early");
    CHECK_TEXT(answer(&c, orm__v_text("NaN")), "rule: is not valid JSON: it has a value that is not well formed");
}

TEST(dates_and_times_keep_to_the_years_1_to_9999)
{
    orm_column d = of(ORM_DATE), k = of(ORM_CLOCK), t = of(ORM_TIME);
    CHECK_TEXT(answer(&d, orm__v_date(orm_date_make(1, 1, 1))), "");
    CHECK_TEXT(answer(&d, orm__v_date(orm_date_make(9999, 12, 31))), "");
    CHECK_TEXT(answer(&d, orm__v_date((orm_date){ ORM__FIRST_DAY - 1 })), "range: must be a date of the years 1 to 9999");
    CHECK_TEXT(answer(&d, orm__v_date((orm_date){ ORM__LAST_DAY + 1 })), "range: must be a date of the years 1 to 9999");
    CHECK_TEXT(answer(&d, orm__v_date(ORM_UNSET_DATE)), "range: must be a date of the years 1 to 9999");
    CHECK_TEXT(answer(&d, orm__v_int(5)), "rule: is not a date");
    CHECK_TEXT(answer(&k, orm__v_clock(orm_clock_make(23, 59, 59, 999999))), "");
    CHECK_TEXT(answer(&k, orm__v_clock((orm_clock){ ORM__DAY })), "range: must be a time between 00:00 and 24:00");
    CHECK_TEXT(answer(&k, orm__v_clock(ORM_UNSET_CLOCK)), "range: must be a time between 00:00 and 24:00");
    CHECK_TEXT(answer(&t, orm__v_int(0)), "");
    CHECK_TEXT(answer(&t, (orm_value){ .type = ORM_TIME, .as.i = ORM__LAST_TIME }), "");
    CHECK_TEXT(answer(&t, orm__v_int(ORM__FIRST_TIME - 1)), "range: must be a time of the years 1 to 9999");
    CHECK_TEXT(answer(&t, orm__v_int(ORM__LAST_TIME + 1)), "range: must be a time of the years 1 to 9999");
    CHECK_TEXT(answer(&t, orm__v_text("2024-01-01")), "rule: is not a time");
}

TEST(enumerations_become_their_labels)
{
    static const char *const labels[] = { "admin", "member" };
    static const orm_enum role = { "Role", labels, 2 };
    orm_column c = of(ORM_ENUM);
    c.is.labels = &role;
    orm_value v = orm__v_int(2);
    CHECK(!fit(&c, &v));
    CHECK_TEXT(v.as.s, "member");
    CHECK_INT(v.length, 6);
    CHECK_INT(v.type, ORM_ENUM);
    CHECK(!fit(&c, &v));
    CHECK_TEXT(v.as.s, "member");
    CHECK_TEXT(answer(&c, (orm_value){ .type = ORM_ENUM, .as.i = 1 }), "");
    CHECK_TEXT(answer(&c, (orm_value){ .type = ORM_ENUM, .as.i = 3 }), "rule: must be one of admin, member");
    CHECK_TEXT(answer(&c, orm__v_int(0)), "rule: must be one of admin, member");
    CHECK_TEXT(answer(&c, orm__v_int(-1)), "rule: must be one of admin, member");
    CHECK_TEXT(answer(&c, orm__v_int(INT64_MAX)), "rule: must be one of admin, member");
    CHECK_TEXT(answer(&c, orm__v_text("admin")), "rule: is not a value of Role");
}

TEST(uuids_are_only_uuids)
{
    orm_column c = of(ORM_UUID);
    CHECK_TEXT(answer(&c, orm__v_uuid(orm_uuid_v4())), "");
    CHECK_TEXT(answer(&c, orm__v_text("0190163d-8694-739b-aea5-966c26f8ad91")), "rule: is not a UUID");
}

CHECK_MAIN()

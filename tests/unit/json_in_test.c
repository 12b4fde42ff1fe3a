/* rows, patches and filters out of JSON, without a database: what each type takes and refuses, what is said about it and where it stands, what a sender may not name,
   limits, and nested rows. Texts by the thousand are in json_in_many_test.c. */
#include <math.h>
#include "internal.h"
#include "check.h"
#include "json_models.h"

/* a tenant, and a function that looks at a value */
#define Firm_FIELDS(X) X(id, serial) X(name, text)
ORM_MODEL(Firm, firms)
static const char *even_number(int32_t number);
#define Desk_FIELDS(X)                                           \
    X(id,      serial)                                           \
    X(firm_id, tenant(Firm))                                     \
    X(number,  integer, check_with(even_number))                 \
    X(key_,    uuid, default_sql("gen_random_uuid()"))           \
    X(lamps,   integer, default(1))                              \
    X(owner_id, key(Firm))                                       \
    X(under_score_2d, integer, nullable)
ORM_MODEL(Desk, desks)
#define Office_MODELS(X) X(Firm) X(Desk)
ORM_SCHEMA(Office)
ORM_DEFINE(Office)
static const char *even_number(int32_t number) { return number % 2 ? "must be even" : NULL; }

/* ---- helpers ---- */

/* what a message must not have: control characters, what turns the direction of texts, and the end of a character without its beginning */
static bool is_clean(const char *text)
{
    if (strstr(text, "\xE2\x80\xAE") || strstr(text, "\xE2\x81\xA6") || strstr(text, "\xE2\x80\x8F")) return false;
    for (const char *c = text; *c; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7F) return false;
    size_t size, characters;
    return orm__check_text(text, SIZE_MAX, &size, &characters) == ORM__TEXT_OK;
}

static void check_clean(const char *file, int line)
{
    const orm_error_info *error = orm_error();
    if (!is_clean(error->message) || !is_clean(error->field)) check_that(file, line, "the error is clean", false);
    for (size_t i = 0; i < error->failures.count; i++) {
        const orm_failure *f = &error->failures.item[i];
        if (!is_clean(f->field) || !is_clean(f->message) || !is_clean(f->rule)) check_that(file, line, "the failure is clean", false);
    }
}

static void check_fails(const char *file, int line, const char *what, orm_status kind)
{
    check_text(file, line, what, orm_status_name(orm_error()->kind), orm_status_name(kind));
    check_clean(file, line);
}
#define FAILS(kind, pointer) do { void *got_ = (pointer); CHECK(got_ == NULL); check_fails(__FILE__, __LINE__, #pointer, ORM_##kind); orm_free(got_); } while (0)
#define READS(M, row, call) ORM_AUTO M *row = (call); if (!row) { printf("%s:%d: %s: %s\n", __FILE__, __LINE__, #call, orm_error()->message); check_failed = true; return; }

/* failure number i of the last error */
static void check_failure(const char *file, int line, size_t i, const char *field, const char *rule, const char *message, unsigned at_line, unsigned at_column)
{
    const orm_failures *failures = &orm_error()->failures;
    if (i >= failures->count) {
        printf("%s:%d: there are %zu failures only: %s\n", file, line, failures->count, orm_error()->message);
        check_failed = true;
        return;
    }
    check_text(file, line, "field", failures->item[i].field, field);
    check_text(file, line, "rule", failures->item[i].rule, rule);
    check_text(file, line, "message", failures->item[i].message, message);
    check_int(file, line, "line", failures->item[i].line, at_line);
    check_int(file, line, "column", failures->item[i].column, at_column);
}
#define FAILURE(i, ...) check_failure(__FILE__, __LINE__, i, __VA_ARGS__)

static Every *every_of(Every_mask mask, const char *name, const char *json)
{
    char text[4096];
    snprintf(text, sizeof text, "{\"%s\":%s}", name, json);
    return Every_from_json(NULL, text, strlen(text), mask);
}
#define EVERY(field, json) every_of((Every_mask){ .field = 1 }, #field, json)

static void refused(const char *file, int line, Every *row, const char *name, const char *rule, const char *message)
{
    check_that(file, line, "nothing is read", row == NULL);
    orm_free(row);
    check_text(file, line, name, orm_status_name(orm_error()->kind), "ORM_VALIDATION");
    check_int(file, line, "failures", (intmax_t)orm_error()->failures.total, 1);
    check_failure(file, line, 0, name, rule, message, 1, (unsigned)strlen(name) + 5);
    check_text(file, line, "the error's field", orm_error()->field, name);
    check_clean(file, line);
}
#define REFUSED(field, json, rule, message) refused(__FILE__, __LINE__, EVERY(field, json), #field, rule, message)

/* ---- types ---- */

static void check_whole(const char *file, int line, const char *json, int64_t wanted)
{
    ORM_AUTO Every *row = EVERY(big, json);
    check_that(file, line, json, row != NULL);
    if (row) check_int(file, line, json, row->big, wanted);
}

TEST(whole_numbers_are_exact_to_the_ends_of_their_types)
{
    static const struct { const char *json; int64_t number; } known[] = {
        { "0", 0 }, { "-0", 0 }, { "1", 1 }, { "-1", -1 }, { "9223372036854775807", INT64_MAX }, { "-9223372036854775808", INT64_MIN }, { "9007199254740993", 9007199254740993 },
        { "-9007199254740993", -9007199254740993 }, { "1000000000000000000", 1000000000000000000 },
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) check_whole(__FILE__, __LINE__, known[i].json, known[i].number);
    READS(Every, low, EVERY(small, "-32768"))
    READS(Every, high, EVERY(small, "32767"))
    CHECK(low->small == INT16_MIN && high->small == INT16_MAX);
    READS(Every, least, EVERY(medium, "-2147483648"))
    READS(Every, most, EVERY(opt_medium, "2147483647"))
    CHECK(least->medium == INT32_MIN && most->opt_medium.set && most->opt_medium.value == INT32_MAX);
    REFUSED(big, "9223372036854775808", "range", "is too large");
    REFUSED(big, "-9223372036854775809", "range", "is too large");
    REFUSED(big, "18446744073709551616", "range", "is too large");
    REFUSED(big, "99999999999999999999999999999999999999999999999", "range", "is too large");
    REFUSED(opt_big, "9223372036854775808", "range", "is too large");
    REFUSED(small, "32768", "range", "must be between -32768 and 32767");
    REFUSED(small, "-32769", "range", "must be between -32768 and 32767");
    REFUSED(opt_small, "99999999999999999999", "range", "is too large");
    REFUSED(medium, "2147483648", "range", "must be between -2147483648 and 2147483647");
    REFUSED(medium, "-2147483649", "range", "must be between -2147483648 and 2147483647");
    static const char *const fractions[] = { "1.0", "0.0", "1.5", "1e3", "1E3", "1e0", "-1.0", "1e-3", "1E+2", "1e999999999" };
    for (size_t i = 0; i < sizeof fractions / sizeof *fractions; i++) {
        REFUSED(small, fractions[i], "type", "must be a whole number, written without fraction and exponent");
        REFUSED(big, fractions[i], "type", "must be a whole number, written without fraction and exponent");
    }
    static const char *const others[] = { "\"1\"", "true", "false", "[1]", "[]", "{}", "{\"a\":1}", "\"\"" };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        REFUSED(small, others[i], "type", "must be a whole number");
        REFUSED(medium, others[i], "type", "must be a whole number");
        REFUSED(opt_big, others[i], "type", "must be a whole number");
    }
}

static void is_double(const char *json, double wanted)
{
    READS(Every, row, EVERY(number, json))
    CHECK_DOUBLE(row->number, wanted);
    CHECK_INT(signbit(row->number) != 0, signbit(wanted) != 0);
}

TEST(numbers_are_read_to_the_last_bit)
{
    static const struct { const char *json; double number; } known[] = {
        { "0", 0 }, { "-0", -0.0 }, { "-0.0e10", -0.0 }, { "0e999999999", 0 }, { "0.000e-400", 0 }, { "1", 1 }, { "0.1", 0.1 }, { "1e3", 1000 }, { "1E+3", 1000 }, { "25e-1", 2.5 },
        { "5e-324", 5e-324 }, { "1.7976931348623157e308", 1.7976931348623157e308 }, { "-1.7976931348623157e+308", -1.7976931348623157e308 }, { "2.2250738585072014e-308", 2.2250738585072014e-308 },
        { "9007199254740993", 9007199254740992 }, { "0.30000000000000004", 0.30000000000000004 }, { "123456789012345678901234567890", 123456789012345678901234567890.0 },
        { "0.000000000000000000000000000001e30", 1 }, { "100000000000000000000e-20", 1 },
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) is_double(known[i].json, known[i].number);
    READS(Every, single, EVERY(single, "0.1"))
    CHECK(single->single - 0.1F == 0);
    READS(Every, largest, EVERY(opt_single, "3.4028234663852886e38"))
    CHECK(largest->opt_single.set);
    static const char *const large[] = { "1e999", "-1e999", "1e309", "1e999999999", "1e99999999999999999999999", "1.7976931348623159e308" };
    for (size_t i = 0; i < sizeof large / sizeof *large; i++) {
        REFUSED(number, large[i], "range", "is too large");
        REFUSED(opt_number, large[i], "range", "is too large");
        REFUSED(single, large[i], "range", "is too large");
    }
    static const char *const small[] = { "1e-400", "-1e-400", "0.1e-999999999", "1e-99999999999999999999", "2e-324" };
    for (size_t i = 0; i < sizeof small / sizeof *small; i++) {
        REFUSED(number, small[i], "range", "is too small");
        REFUSED(opt_single, small[i], "range", "is too small");
    }
    REFUSED(single, "3.5e38", "range", "is too large");
    REFUSED(single, "1e39", "range", "is too large");
    REFUSED(single, "1e-46", "range", "is too small");
    static const char *const others[] = { "\"1\"", "\"NaN\"", "\"Infinity\"", "true", "[1.5]", "{}" };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        REFUSED(number, others[i], "type", "must be a number");
        REFUSED(single, others[i], "type", "must be a number");
        REFUSED(opt_number, others[i], "type", "must be a number");
    }
}

static void is_decimal(const char *json, const char *wanted)
{
    char text[ORM_DECIMAL_SIZE];
    READS(Every, row, EVERY(price, json))
    CHECK_TEXT(orm_decimal_text(row->price, text), wanted);
}

TEST(decimals_are_exact_numbers)
{
    char text[ORM_DECIMAL_SIZE];
    is_decimal("0", "0.00");
    is_decimal("-0", "0.00");
    is_decimal("-0.0", "0.00");
    is_decimal("1", "1.00");
    is_decimal("1.5", "1.50");
    is_decimal("-12345678.91", "-12345678.91");
    is_decimal("99999999.99", "99999999.99");
    is_decimal("0.10", "0.10");
    is_decimal("1.500000", "1.50");                  /* no digit is lost */
    READS(Every, row, EVERY(long_, "-1234567890123456789012345678.0123456789"))
    CHECK_TEXT(orm_decimal_text(row->long_, text), "-1234567890123456789012345678.0123456789");
    REFUSED(price, "1.005", "range", "must have at most 2 digits after the point");
    REFUSED(price, "0.001", "range", "must have at most 2 digits after the point");
    REFUSED(price, "100000000", "range", "must have at most 8 digits before the point");
    REFUSED(opt_price, "123456789.5", "range", "must have at most 8 digits before the point");
    REFUSED(long_, "12345678901234567890123456789", "range", "must have at most 28 digits before the point");
    REFUSED(long_, "0.00000000001", "range", "must have at most 10 digits after the point");
    REFUSED(long_, "123456789012345678901234567890123456789", "range", "has too many digits");
    REFUSED(price, "1.000000000000000000000000000000000000000000000000", "range", "has too many digits");
    REFUSED(price, "1e2", "type", "must be written without an exponent");
    REFUSED(price, "1.5E0", "type", "must be written without an exponent");
    REFUSED(price, "\"1.50\"", "type", "must be a number");
    REFUSED(price, "true", "type", "must be a number");
    REFUSED(price, "[]", "type", "must be a number");
    REFUSED(opt_price, "{}", "type", "must be a number");
}

TEST(true_and_false_are_no_other_values)
{
    READS(Every, yes, EVERY(flag, "true"))
    READS(Every, no, EVERY(opt_flag, "false"))
    CHECK(yes->flag && no->opt_flag.set && !no->opt_flag.value);
    static const char *const others[] = { "0", "1", "\"true\"", "\"\"", "[]", "{}", "[true]", "1.0" };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        REFUSED(flag, others[i], "type", "must be true or false");
        REFUSED(opt_flag, others[i], "type", "must be true or false");
    }
}

static void is_text(const char *json, const char *wanted)
{
    READS(Every, row, EVERY(body, json))
    CHECK_TEXT(row->body, wanted);
}

TEST(texts_have_their_escapes_resolved)
{
    is_text("\"\"", "");
    is_text("\"plain\"", "plain");
    is_text("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t");
    is_text("\"\\u0041\\u00e9\\u20AC\\ud83d\\uDE00\\u0001\\u007f\"", "A\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\x01\x7F");
    is_text("\"\xC3\xA9\xF0\x9F\x98\x80\xEF\xBB\xBF\"", "\xC3\xA9\xF0\x9F\x98\x80\xEF\xBB\xBF");
    is_text("\"\\ufeff\\uffff\\udbff\\udfff\"", "\xEF\xBB\xBF\xEF\xBF\xBF\xF4\x8F\xBF\xBF");
    is_text("\"'; drop table users; --\"", "'; drop table users; --");
    READS(Every, word, EVERY(word, "\"caf\\u00e9 caf\\u00e9s\""))          /* ten characters */
    CHECK_TEXT(word->word, "caf\xC3\xA9 caf\xC3\xA9s");
    REFUSED(word, "\"12345678901\"", "length", "must have at most 10 characters");
    REFUSED(code, "\"ab\"", "length", "must have exactly 3 characters");
    REFUSED(code, "\"abcd\"", "length", "must have exactly 3 characters");
    static const char *const others[] = { "0", "1.5", "true", "false", "[]", "{}", "[\"a\"]", "{\"a\":\"b\"}" };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        REFUSED(word, others[i], "type", "must be a text");
        REFUSED(body, others[i], "type", "must be a text");
        REFUSED(opt_body, others[i], "type", "must be a text");
        REFUSED(code, others[i], "type", "must be a text");
        REFUSED(mood, others[i], "type", "must be a text");
    }
    FAILS(BAD_JSON, EVERY(body, "\"a\\u0000b\""));
    CHECK_CONTAINS(orm_error()->message, "\\u0000");
}

static void is_blob(const char *json, const char *bytes, size_t size)
{
    READS(Every, row, EVERY(bytes, json))
    CHECK_INT(row->bytes.size, size);
    CHECK(row->bytes.size == size && memcmp(row->bytes.data, bytes, size) == 0);
}

TEST(blobs_are_base64_in_its_one_form)
{
    is_blob("\"\"", "", 0);
    is_blob("\"AA==\"", "\0", 1);
    is_blob("\"AAE=\"", "\0\1", 2);
    is_blob("\"AAEC\"", "\0\1\2", 3);
    is_blob("\"AAECAw==\"", "\0\1\2\3", 4);
    is_blob("\"+/+/\"", "\xFB\xFF\xBF", 3);
    is_blob("\"\\u0041A=\\u003d\"", "\0", 1);
    static const char *const wrong[] = {
        "\"A\"", "\"AA\"", "\"AAA\"", "\"AAAAA\"", "\"A===\"", "\"====\"", "\"=\"", "\"AA=A\"", "\"A=AA\"", "\"=AAA\"", "\"AA==AA==\"", "\"AAA=AAAA\"", "\"AB==\"", "\"AP==\"", "\"AAB=\"", "\"AAD=\"",
        "\"AA==\\n\"", "\"AAEC\\r\\nAAEC\"", "\"AAE \"", "\" AAE\"", "\"AA E\"", "\"-_-_\"", "\"A\xC3\xA9=\"", "\"AA==\\u0020\"", "\"AAEC====\"", "\"AA*=\"",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) REFUSED(bytes, wrong[i], "type", "must be base64, with padding and without line ends");
    static const char *const others[] = { "0", "true", "[0,1]", "{}" };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) REFUSED(opt_bytes, others[i], "type", "must be a text with base64");
}

TEST(dates_and_times_exist_and_have_their_zone)
{
    READS(Every, leap, EVERY(day, "\"2024-02-29\""))
    CHECK(orm_date_make(2024, 2, 29).days == leap->day.days);
    READS(Every, first, EVERY(day, "\"0001-01-01\""))
    READS(Every, last, EVERY(opt_day, "\"9999-12-31\""))
    CHECK(first->day.days == orm_date_make(1, 1, 1).days && last->opt_day.value.days == orm_date_make(9999, 12, 31).days);
    static const char *const days[] = {
        "\"2023-02-29\"", "\"1900-02-29\"", "\"2024-02-30\"", "\"2024-04-31\"", "\"2024-13-01\"", "\"2024-00-01\"", "\"2024-01-00\"", "\"0000-01-01\"", "\"10000-01-01\"", "\"2024-1-1\"", "\"24-01-01\"",
        "\"2024-01-01 \"", "\" 2024-01-01\"", "\"2024-01-01T00:00:00Z\"", "\"2024/01/01\"", "\"20240101\"", "\"01.01.2024\"", "\"-024-01-01\"", "\"+2024-01-01\"", "\"today\"", "\"\"", "\"2024-01-0\xD9\xA1\"",
    };
    for (size_t i = 0; i < sizeof days / sizeof *days; i++) REFUSED(day, days[i], "type", "must be a date: \"2026-11-20\"");
    REFUSED(day, "20240101", "type", "must be a text with a date");

    READS(Every, clock_, EVERY(clock_, "\"23:59:59.999999\""))
    CHECK_INT(clock_->clock_.microseconds, INT64_C(86399999999));
    READS(Every, short_, EVERY(opt_clock, "\"00:00\""))
    CHECK_INT(short_->opt_clock.value.microseconds, 0);
    READS(Every, tenths, EVERY(clock_, "\"00:00:00.5\""))
    CHECK_INT(tenths->clock_.microseconds, 500000);
    static const char *const clocks[] = { "\"24:00:00\"", "\"23:59:60\"", "\"23:60:00\"", "\"1:00:00\"", "\"12\"", "\"12:00:00Z\"", "\"12:00:00+01:00\"", "\"12:00:00.\"", "\"12:00:00,5\"", "\"-1:00:00\"", "\"noon\"", "\"\"", "\"12:00 \"" };
    for (size_t i = 0; i < sizeof clocks / sizeof *clocks; i++) REFUSED(clock_, clocks[i], "type", "must be a time of day: \"09:08:07\"");
    REFUSED(clock_, "43200", "type", "must be a text with a time of day");

    static const struct { const char *json; int64_t moment; } moments[] = {
        { "\"1970-01-01T00:00:00Z\"", 0 }, { "\"1970-01-01t00:00:00z\"", 0 }, { "\"1970-01-01 00:00:00Z\"", 0 }, { "\"1970-01-01T00:00:00.000000Z\"", 0 }, { "\"1970-01-01T01:00:00+01:00\"", 0 },
        { "\"1969-12-31T23:30:00-00:30\"", 0 }, { "\"1970-01-01T00:00:00.1Z\"", 100000 }, { "\"1970-01-01T00:00:00.123456000Z\"", 123456 }, { "\"1969-12-31T23:59:59.999999Z\"", -1 },
        { "\"1970-01-01T23:59:00+23:59\"", 0 }, { "\"1970-01-01T00:00:00-00:00\"", 0 },
    };
    for (size_t i = 0; i < sizeof moments / sizeof *moments; i++) {
        READS(Every, row, EVERY(moment, moments[i].json))
        CHECK_INT(row->moment, moments[i].moment);
    }
    static const char *const wrong[] = {
        "\"2024-01-01T00:00:00\"", "\"2024-01-01T00:00Z\"", "\"2024-01-01\"", "\"2024-02-30T00:00:00Z\"", "\"2024-01-01T24:00:00Z\"", "\"2016-12-31T23:59:60Z\"", "\"2024-01-01T00:00:00+24:00\"", "\"2024-01-01T00:00:00+1:00\"",
        "\"2024-01-01T00:00:00+0100\"", "\"2024-01-01T00:00:00+01:60\"", "\"2024-01-01T00:00:00 Z\"", "\"2024-01-01T00:00:00ZZ\"", "\"2024-01-01_00:00:00Z\"", "\"0001-01-01T00:00:00+00:01\"", "\"9999-12-31T23:59:59-00:01\"",
        "\"2024-01-01T00:00:00.Z\"", "\"now\"", "\"\"", "\"2024-01-01T00:00:00UTC\"",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) REFUSED(moment, wrong[i], "type", "must be a moment with its zone: \"2026-11-20T09:08:07Z\"");
    REFUSED(opt_moment, "0", "type", "must be a text with a moment");
    /* nothing is cut */
    REFUSED(moment, "\"2024-01-01T00:00:00.1234567Z\"", "range", "must have at most 6 digits of a second's fraction");
    REFUSED(moment, "\"2024-01-01T00:00:00.0000000001+02:00\"", "range", "must have at most 6 digits of a second's fraction");
    REFUSED(clock_, "\"00:00:00.9999999\"", "range", "must have at most 6 digits of a second's fraction");
}

TEST(uuids_addresses_and_labels_are_looked_at)
{
    char text[ORM_INET_SIZE > ORM_UUID_SIZE ? ORM_INET_SIZE : ORM_UUID_SIZE];
    READS(Every, upper, EVERY(token, "\"0190163D-8694-739B-AEA5-966C26F8AD91\""))
    CHECK_TEXT(orm_uuid_text(upper->token, text), "0190163d-8694-739b-aea5-966c26f8ad91");
    static const char *const uuids[] = { "\"\"", "\"0190163d8694739baea5966c26f8ad91\"", "\"{0190163d-8694-739b-aea5-966c26f8ad91}\"", "\"0190163d-8694-739b-aea5-966c26f8ad9\"", "\"0190163d-8694-739b-aea5-966c26f8ad911\"",
        "\"0190163g-8694-739b-aea5-966c26f8ad91\"", "\"0190163d-8694-739b-aea5-966c26f8ad91 \"", "\"urn:uuid:0190163d-8694-739b-aea5-966c26f8ad91\"" };
    for (size_t i = 0; i < sizeof uuids / sizeof *uuids; i++) REFUSED(token, uuids[i], "type", "must be a UUID");
    REFUSED(token, "1", "type", "must be a text with a UUID");
    REFUSED(token, "\"00000000-0000-0000-0000-000000000000\"", "range", "must not be the nil UUID, which stands for none");
    REFUSED(opt_token, "\"00000000-0000-0000-0000-000000000000\"", "range", "must not be the nil UUID, which stands for none");
    READS(Every, nil, EVERY(tokens, "[\"00000000-0000-0000-0000-000000000000\"]"))
    CHECK(nil->tokens.n == 1 && orm_uuid_is_nil(nil->tokens.at[0]));

    READS(Every, six, EVERY(address, "\"2001:DB8:0:0::/32\""))
    CHECK_TEXT(orm_inet_text(six->address, text), "2001:db8::/32");
    READS(Every, four, EVERY(opt_address, "\"10.0.0.1\""))
    CHECK_TEXT(orm_inet_text(four->opt_address, text), "10.0.0.1");
    static const char *const addresses[] = { "\"\"", "\"10.0.0\"", "\"10.0.0.256\"", "\"010.0.0.1\"", "\"10.0.0.1/33\"", "\"10.0.0.1/\"", "\"::1/129\"", "\":::\"", "\"1::2::3\"", "\"fe80::1%eth0\"", "\"localhost\"", "\"10.0.0.1 \"" };
    for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) REFUSED(address, addresses[i], "type", "must be an IP address");
    REFUSED(opt_address, "167772161", "type", "must be a text with an IP address");

    READS(Every, mood, EVERY(mood, "\"angry\""))
    READS(Every, spelled, EVERY(opt_mood, "\"c\\u0061lm\""))
    CHECK(mood->mood == Mood_angry && spelled->opt_mood == Mood_calm);
    static const char *const labels[] = { "\"\"", "\"Angry\"", "\"angry \"", "\"Mood_angry\"", "\"calmer\"", "\"cal\"", "\"1\"" };
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) REFUSED(mood, labels[i], "one_of", "must be one of calm, angry, tired");
    REFUSED(mood, "1", "type", "must be a text");
}

TEST(arrays_hold_values_of_their_type)
{
    READS(Every, none, EVERY(smalls, "[ ]"))
    CHECK(none->smalls.at && none->smalls.n == 0);
    READS(Every, whole, EVERY(smalls, "[1,-32768, 32767 ,0]"))
    CHECK(whole->smalls.n == 4 && whole->smalls.at[1] == INT16_MIN && whole->smalls.at[2] == INT16_MAX && whole->smalls.at[3] == 0);
    READS(Every, words, EVERY(words, "[\"\",\"a,b\",\"]\",\"\\u00e9\\n\",\"\\\"\"]"))
    CHECK_INT(words->words.n, 5);
    CHECK_TEXT(words->words.at[1], "a,b");
    CHECK_TEXT(words->words.at[2], "]");
    CHECK_TEXT(words->words.at[3], "\xC3\xA9\n");
    CHECK_TEXT(words->words.at[4], "\"");
    READS(Every, flags, EVERY(flags, "[true,false,true]"))
    CHECK(flags->flags.n == 3 && flags->flags.at[0] && !flags->flags.at[1] && flags->flags.at[2]);
    READS(Every, moments, EVERY(moments, "[\"1970-01-01T00:00:00.001Z\"]"))
    CHECK(moments->moments.n == 1 && moments->moments.at[0] == 1000);
    READS(Every, null, EVERY(words, "null"))
    CHECK(!null->words.at);
    REFUSED(smalls, "[1,null]", "type", "has an element, number 2, that is null");
    REFUSED(words, "[null]", "type", "has an element, number 1, that is null");
    REFUSED(smalls, "[1,2,\"3\"]", "type", "has an element, number 3, that must be a whole number");
    REFUSED(smalls, "[1.5]", "type", "has an element, number 1, that must be a whole number, written without fraction and exponent");
    REFUSED(smalls, "[0,32768]", "range", "has an element, number 2, that must be between -32768 and 32767");
    REFUSED(bigs, "[9223372036854775808]", "range", "has an element, number 1, that is too large");
    REFUSED(singles, "[1e39]", "range", "has an element, number 1, that is too large");
    REFUSED(numbers, "[1e-400]", "range", "has an element, number 1, that is too small");
    REFUSED(words, "[[\"a\"]]", "type", "has an element, number 1, that must be a text");
    REFUSED(words, "[{}]", "type", "has an element, number 1, that must be a text");
    REFUSED(flags, "[1]", "type", "has an element, number 1, that must be true or false");
    REFUSED(days, "[\"2024-02-30\"]", "type", "has an element, number 1, that must be a date: \"2026-11-20\"");
    REFUSED(moments, "[\"2024-01-01T00:00:00\"]", "type", "has an element, number 1, that must be a moment with its zone: \"2026-11-20T09:08:07Z\"");
    REFUSED(tokens, "[\"\"]", "type", "has an element, number 1, that must be a UUID");
    static const char *const others[] = { "1", "\"[1]\"", "{}", "{\"0\":1}", "true", "\"\"" };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        REFUSED(smalls, others[i], "type", "must be an array");
        REFUSED(words, others[i], "type", "must be an array");
    }
}

static void is_document(const char *json)
{
    READS(Every, row, EVERY(extra, json))
    CHECK_TEXT(row->extra, json);
}

TEST(documents_are_kept_as_they_are)
{
    static const char *const known[] = { "0", "-1.50e+10", "\"\"", "\"\\u00e9\"", "true", "[]", "{}", "[ 1 , {\"a\" : [null]}]", "{\"b\":1,\"a\":{\"b\":1}}", "1e999", "123456789012345678901234567890" };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) is_document(known[i]);
    READS(Every, null, EVERY(opt_extra, "null"))
    CHECK(!null->opt_extra);
    REFUSED(extra, "null", "required", "is required");
    FAILS(BAD_JSON, EVERY(extra, "{\"a\":1,\"\\u0061\":2}"));
    CHECK_CONTAINS(orm_error()->message, "two members of the same name");
}

/* ---- null and missing ---- */

TEST(null_is_null_where_that_may_be)
{
    static const char *const required[] = { "small", "medium", "big", "single", "number", "flag", "word", "body", "code", "price", "long_", "bytes", "day", "clock_", "moment", "token", "extra", "binary", "address", "mood" };
    static const char *const optional[] = { "opt_small", "opt_medium", "opt_big", "opt_single", "opt_number", "opt_flag", "opt_body", "opt_price", "opt_bytes", "opt_day", "opt_clock", "opt_moment", "opt_token", "opt_extra",
        "opt_address", "opt_mood", "smalls", "mediums", "bigs", "singles", "numbers", "flags", "words", "days", "moments", "tokens" };
    for (size_t i = 0; i < Every_model.n_columns; i++) {
        const orm_column *c = &Every_model.columns[i];
        orm_mask mask = { { 0 } };
        char text[64];
        orm__mask_add(&mask, i);
        bool must = c->primary_key;
        for (size_t k = 0; k < sizeof required / sizeof *required; k++) must = must || strcmp(required[k], c->name) == 0;
        if (!must) {
            bool known = false;
            for (size_t k = 0; k < sizeof optional / sizeof *optional; k++) known = known || strcmp(optional[k], c->name) == 0;
            CHECK(known);
        }
        snprintf(text, sizeof text, "{\"%s\": null}", c->name);
        ORM_AUTO Every *row = (Every *)orm__from_json(NULL, &Every_model, text, strlen(text), NULL, &mask, NULL);
        if (must) {
            CHECK(!row);
            FAILURE(0, c->name, "required", "is required", 1, (unsigned)strlen(c->name) + 6);
        } else if (row) {
            CHECK(orm__value_of(c, row).type == ORM_NULL);
        } else {
            CHECK(row != NULL);
        }
        /* and the same field left out */
        ORM_AUTO Every *empty = (Every *)orm__from_json(NULL, &Every_model, " {} ", 4, NULL, &mask, NULL);
        if (!c->nullable && !c->has_default && !c->is.generated) {
            CHECK(!empty);
            FAILURE(0, c->name, "required", "is required", 1, 2);
        } else if (empty) {
            Every fresh = Every_defaults();
            CHECK(orm__members_equal(c, empty, &fresh));
        } else {
            CHECK(empty != NULL);
        }
    }
}

TEST(what_others_supply_may_be_left_out)
{
    READS(Desk, desk, Desk_from_json(NULL, "{\"number\":2,\"owner_id\":3}", 25, (Desk_mask){ .id = 1, .firm_id = 1, .number = 1, .key_ = 1, .lamps = 1, .owner_id = 1 }))
    CHECK(desk->number == 2 && desk->owner_id == 3 && desk->lamps == 1);
    FAILS(VALIDATION, Desk_from_json(NULL, "{}", 2, (Desk_mask){ .number = 1, .owner_id = 1 }));
    CHECK_INT(orm_error()->failures.total, 2);
    FAILURE(0, "number", "required", "is required", 1, 1);
    FAILURE(1, "owner_id", "required", "is required", 1, 1);
    CHECK_TEXT(orm_error()->message, "Desk.number is required (and 1 more)");
    FAILS(VALIDATION, Desk_from_json(NULL, "{\"firm_id\":null,\"lamps\":null,\"key_\":null,\"owner_id\":0}", 54, (Desk_mask){ .firm_id = 1, .lamps = 1, .key_ = 1, .owner_id = 1 }));
    CHECK_INT(orm_error()->failures.total, 4);
    FAILURE(3, "owner_id", "required", "is required", 1, 53);
    /* a function that looks at the value */
    FAILS(VALIDATION, Desk_from_json(NULL, "{\"number\":3}", 12, (Desk_mask){ .number = 1 }));
    FAILURE(0, "number", "check_with", "must be even", 1, 11);
    READS(Author, author, Author_from_json(NULL, "{\"name\":\"Ada\"}", 14, (Author_mask){ .id = 1, .name = 1, .role = 1, .version = 1, .created_at = 1, .updated_at = 1, .deleted_at = 1, .email = 1 }))
    CHECK_TEXT(author->role, "reader");
    CHECK(author->id == 0 && !author->email && author->created_at == ORM_UNSET_TIME);
}

/* ---- keys ---- */

#define NAME ((Author_mask){ .name = 1, .age = 1, .home_page = 1 })
static Author *author_of(const char *json) { return Author_from_json(NULL, json, strlen(json), NAME); }

TEST(a_key_twice_is_refused_however_it_is_spelled)
{
    FAILS(VALIDATION, author_of("{\"name\":\"Ada\",\"name\":\"Bob\"}"));
    FAILURE(0, "name", "duplicate", "stands twice in the object", 1, 22);
    FAILS(VALIDATION, author_of("{\"name\":\"Ada\",\"na\\u006de\":\"Bob\"}"));
    CHECK_INT(orm_error()->failures.total, 1);
    FAILURE(0, "name", "duplicate", "stands twice in the object", 1, 27);
    FAILS(VALIDATION, author_of("{\"age\":1,\"name\":\"Ada\",\"age\":\"x\",\"age\":2}"));
    CHECK_INT(orm_error()->failures.total, 2);
    FAILS(VALIDATION, author_of("{\"age\":null,\"name\":\"Ada\",\"age\":null}"));
    FAILURE(0, "age", "duplicate", "stands twice in the object", 1, 32);
    READS(Author, escaped, author_of("{\"\\u006eame\":\"Ada\",\"home\\u005fpage\":\"x\"}"))
    CHECK_TEXT(escaped->name, "Ada");
    CHECK_TEXT(escaped->home_page, "x");
}

TEST(unknown_keys_are_told_clean)
{
    static const struct { const char *key, *field; } known[] = {
        { "Name", "Name" }, { "NAME", "NAME" }, { "name ", "name " }, { " name", " name" }, { "", "" }, { "nam", "nam" }, { "names", "names" }, { "name\\u0301", "name\xCC\x81" },
        { "__proto__", "__proto__" }, { "constructor", "constructor" }, { "$or", "$or" }, { "a.b", "a.b" }, { "%s%n%1$s", "%s%n%1$s" }, { "'; drop table x; --", "'; drop table x; --" },
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        char text[200];
        snprintf(text, sizeof text, "{\"name\":\"Ada\",\"%s\":{\"a\":[1]}}", known[i].key);
        FAILS(VALIDATION, author_of(text));
        CHECK_INT(orm_error()->failures.total, 1);
        FAILURE(0, known[i].field, "unknown", "is not a field that is accepted here", 1, (unsigned)strlen(known[i].key) + 18);
    }
    /* whatever stands in a name, and however long it is: what is told is clean and has an end */
    static const char *const hostile[] = { "\\u0001\\u001b[2J\\n[INFO] fake", "a\\u202eb", "\xE2\x80\xAE", "\\u2066x\\u2069", "\x7F", "\\u0085", "\\ufeff", "\\ud83d\\ude00", "\\\"\\\\", "\xC2\x9B[31m" };
    for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
        char text[200];
        snprintf(text, sizeof text, "{\"name\":\"Ada\",\"%s\":1}", hostile[i]);
        FAILS(VALIDATION, author_of(text));
        CHECK_INT(orm_error()->failures.total, 1);
        char json[4000];
        orm_errors_json(json, sizeof json);
        CHECK(orm__json_valid(json, strlen(json), NULL));
    }
    static const char *const pieces[] = { "a", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80", "\\u0001", "\\u202e", "\\\"" };
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        for (size_t n = 50; n < 10240; n = n < 80 ? n + 1 : n * 2) {
            static char text[80000];
            size_t at = (size_t)sprintf(text, "{\"name\":\"Ada\",\"");
            for (size_t k = 0; k < n; k++) at += (size_t)sprintf(text + at, "%s", pieces[i]);
            sprintf(text + at, "\":1}");
            FAILS(VALIDATION, author_of(text));
            CHECK_INT(orm_error()->failures.total, 1);
            CHECK_TEXT(orm_error()->failures.item[0].rule, "unknown");
        }
    }
}

TEST(what_is_not_listed_is_like_what_does_not_exist)
{
    static const char *const fields[] = { "id", "version", "created_at", "updated_at", "deleted_at", "pin", "email", "role", "invited_by", "posts", "profile", "post_count", "no_such_field", "orm", "extra" };
    char first[512] = "";
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        static const char *const values[] = { "1", "null", "\"x\"", "[]", "{\"id\":1}" };
        for (size_t k = 0; k < sizeof values / sizeof *values; k++) {
            char text[200], told[512];
            snprintf(text, sizeof text, "{\"%s\":%s,\"name\":\"Ada\"}", fields[i], values[k]);
            FAILS(VALIDATION, author_of(text));
            CHECK_INT(orm_error()->failures.total, 1);
            FAILURE(0, fields[i], "unknown", "is not a field that is accepted here", 1, (unsigned)strlen(fields[i]) + 5);
            snprintf(told, sizeof told, "%s", orm_error()->message + strlen("Author.") + strlen(fields[i]));
            if (!first[0]) snprintf(first, sizeof first, "%s", told);
            CHECK_TEXT(told, first);
        }
    }
    FAILS(VALIDATION, Desk_from_json(NULL, "{\"firm_id\":1,\"number\":2}", 24, (Desk_mask){ .number = 1 }));
    FAILURE(0, "firm_id", "unknown", "is not a field that is accepted here", 1, 12);
}

TEST(a_program_that_allows_nothing_or_the_impossible_is_told_so)
{
    orm_arena arena = { 0 };
    Author_pred where;
    FAILS(MISUSE, Author_from_json(NULL, "{}", 2, (Author_mask){ 0 }));
    FAILS(MISUSE, Author_all_from_json(NULL, "[]", 2, (Author_mask){ 0 }));
    FAILS(MISUSE, Author_graph_from_json(NULL, "{}", 2, &(Author_query){ 0 }, NULL));
    FAILS(MISUSE, Author_graph_from_json(NULL, "{}", 2, &(Author_query){ .select = { .name = 1 }, .include = { orm_with(Author_.posts) } }, NULL));
    FAILS(MISUSE, Author_graph_from_json(NULL, "{}", 2, &(Author_query){ .select = { .name = 1 }, .include = { orm_count_of(Author_.post_count) } }, NULL));
    FAILS(MISUSE, Author_graph_from_json(NULL, "{}", 2, &(Author_query){ .select = { .name = 1 }, .where = orm_eq(Author_.id, 1) }, NULL));
    FAILS(MISUSE, Author_graph_from_json(NULL, "{}", 2, &(Author_query){ .select = { .name = 1 }, .order = { orm_asc(Author_.id) } }, NULL));
    FAILS(MISUSE, Author_graph_from_json(NULL, "{}", 2, &(Author_query){ .select = { .name = 1 }, .offset = 1 }, NULL));
    FAILS(MISUSE, Author_graph_from_json(NULL, "{}", 2, &(Author_query){ .select = { .name = 1 }, .include = { orm_with(Author_.posts, .select = { .title = 1 }, .order = { orm_asc(Post_.id) }) } }, NULL));
    FAILS(MISUSE, Author_from_json(NULL, NULL, 2, NAME));
    FAILS(MISUSE, Author_from_json(NULL, NULL, 0, NAME));
    CHECK_INT(Author_filter_from_json(NULL, "{}", 2, &(Author_filter){ 0 }, &arena, &where), ORM_MISUSE);
    CHECK_INT(Author_filter_from_json(NULL, "{}", 2, NULL, &arena, &where), ORM_MISUSE);
    CHECK_INT(Author_filter_from_json(NULL, "{}", 2, &(Author_filter){ .eq = { .name = 1 } }, NULL, &where), ORM_MISUSE);
    CHECK_INT(Author_filter_from_json(NULL, NULL, 2, &(Author_filter){ .eq = { .name = 1 } }, &arena, &where), ORM_MISUSE);
    CHECK_INT(Author_filter_from_json(NULL, "{}", 2, &(Author_filter){ .connectives = true }, &arena, &where), ORM_MISUSE);
    /* S19: what is secret cannot be asked about, by whatever operator */
    CHECK_INT(Author_filter_from_json(NULL, "{}", 2, &(Author_filter){ .eq = { .name = 1, .pin = 1 } }, &arena, &where), ORM_MISUSE);
    CHECK_TEXT(orm_error()->field, "pin");
    CHECK_INT(Author_filter_from_json(NULL, "{}", 2, &(Author_filter){ .starts_with = { .pin = 1 } }, &arena, &where), ORM_MISUSE);
    CHECK_INT(Author_filter_from_json(NULL, "{}", 2, &(Author_filter){ .null = { .pin = 1 } }, &arena, &where), ORM_MISUSE);
    CHECK_INT(Author_filter_from_json(NULL, "{}", 2, &(Author_filter){ .contains = { .age = 1 } }, &arena, &where), ORM_MISUSE);
    CHECK_INT(Author_filter_from_json(NULL, "{}", 2, &(Author_filter){ .eq = { .extra = 1 } }, &arena, &where), ORM_MISUSE);
    orm_arena_release(&arena);
}

TEST(names_as_javascript_has_them)
{
    const Author_query shape = { .select = { .name = 1, .home_page = 1, .age = 1 }, .include = { orm_with(Author_.posts, .select = { .title = 1, .body = 1 }) } };
    const orm_json_input camel = { .camel_case = true };
    static const char text[] = "{\"name\":\"Ada\",\"homePage\":\"x\",\"posts\":[{\"title\":\"t\"}]}";
    READS(Author, row, Author_graph_from_json(NULL, text, strlen(text), &shape, &camel))
    CHECK_TEXT(row->home_page, "x");
    static const char snake[] = "{\"name\":\"Ada\",\"home_page\":\"x\"}";
    FAILS(VALIDATION, Author_graph_from_json(NULL, snake, strlen(snake), &shape, &camel));
    FAILURE(0, "home_page", "unknown", "is not a field that is accepted here", 1, 27);
    FAILS(VALIDATION, author_of("{\"name\":\"Ada\",\"homePage\":\"x\"}"));
    FAILURE(0, "homePage", "unknown", "is not a field that is accepted here", 1, 26);
    static const char twice[] = "{\"name\":\"Ada\",\"homePage\":1,\"homePage\":2}";
    FAILS(VALIDATION, Author_graph_from_json(NULL, twice, strlen(twice), &shape, &camel));
    FAILURE(0, "homePage", "type", "must be a text", 1, 26);
    FAILURE(1, "homePage", "duplicate", "stands twice in the object", 1, 39);
    /* single letters and digits */
    const Desk_query desk = { .select = { .under_score_2d = 1, .key_ = 1 } };
    READS(Desk, odd, Desk_graph_from_json(NULL, "{\"underScore_2d\":4}", 19, &desk, &camel))
    CHECK(odd->under_score_2d.set && odd->under_score_2d.value == 4);
    FAILS(VALIDATION, Desk_graph_from_json(NULL, "{\"underScore2d\":4,\"key\":null}", 29, &desk, &camel));
    CHECK_INT(orm_error()->failures.total, 2);
}

/* ---- places ---- */

TEST(failures_have_their_place)
{
    static const char text[] =
        "{\r\n"
        "\t\"name\": \"A\",\r\n"                                                    /* too short, at 2:10 */
        "  \"\xC3\xA9\xF0\x9F\x98\x80\": 1 , \"age\" : 151,\n"                       /* 3:9 and 3:21 */
        "\"home_page\"\n"
        ":\n"
        "\n"
        "   false }\r\n";                                                             /* 7:4 */
    FAILS(VALIDATION, author_of(text));
    CHECK_INT(orm_error()->failures.total, 4);
    FAILURE(0, "name", "length", "must have 2 to 40 characters", 2, 10);
    FAILURE(1, "\xC3\xA9\xF0\x9F\x98\x80", "unknown", "is not a field that is accepted here", 3, 9);
    FAILURE(2, "age", "between", "must be between 0 and 150", 3, 21);
    FAILURE(3, "home_page", "type", "must be a text", 7, 4);
    CHECK_TEXT(orm_error()->message, "Author.name must have 2 to 40 characters (and 3 more)");
    /* an old Mac's CR is no line end, and an object that lacks something is where it begins */
    FAILS(VALIDATION, author_of("\r\n\r {\"age\":1}"));
    FAILURE(0, "name", "required", "is required", 2, 3);
    FAILS(BAD_JSON, author_of("{\n  \"name\": \"\xC3\xA9\\x\"}"));
    FAILURE(0, "", "json", "has an unknown escape in a string", 2, 13);
    CHECK_TEXT(orm_error()->message, "the text is not JSON: line 2, column 13: it has an unknown escape in a string");
    CHECK_TEXT(orm_error()->model, "Author");
    FAILS(BAD_JSON, author_of(""));
    FAILURE(0, "", "json", "ends too early", 1, 1);
    FAILS(BAD_JSON, author_of(" \n "));
    FAILURE(0, "", "json", "ends too early", 2, 2);
    FAILS(BAD_JSON, author_of("{\"name\":\"Ada\"} x"));
    FAILURE(0, "", "json", "has more than one value", 1, 16);
    FAILS(BAD_JSON, author_of("\xEF\xBB\xBF{\"name\":\"Ada\"}"));
    FAILURE(0, "", "json", "has a value that is not well formed", 1, 1);
    FAILS(VALIDATION, author_of("[]"));
    FAILURE(0, "", "type", "must be an object", 1, 1);
    CHECK_TEXT(orm_error()->message, "Author must be an object");
    FAILS(VALIDATION, author_of(" null"));
    FAILURE(0, "", "type", "must be an object", 1, 2);
}

/* the place of what is no JSON, after more failures than are kept */
TEST(a_broken_text_is_told_whatever_came_before)
{
    static char text[4096];
    size_t at = (size_t)sprintf(text, "{");
    for (int i = 0; i < 40; i++) at += (size_t)sprintf(text + at, "\"x%d\":1,\n", i);
    sprintf(text + at, "\"name\" \"Ada\"}");
    FAILS(BAD_JSON, author_of(text));
    CHECK_INT(orm_error()->failures.total, 1);
    FAILURE(0, "", "json", "has an object member without a colon", 41, 8);
    CHECK_CONTAINS(orm_error()->message, "line 41, column 8");
    /* the others are counted */
    strcpy(text + at, "\"name\":\"Ada\"}");
    FAILS(VALIDATION, author_of(text));
    CHECK_INT(orm_error()->failures.total, 40);
    CHECK_INT(orm_error()->failures.count, ORM_MAX_FAILURES);
    FAILURE(15, "x15", "unknown", "is not a field that is accepted here", 16, 7);
}

/* ---- lists ---- */

static Author *authors_of(const char *json) { return Author_all_from_json(NULL, json, strlen(json), NAME); }

TEST(a_list_is_a_list_and_an_object_an_object)
{
    READS(Author, none, authors_of(" [ ] "))
    CHECK_INT(orm_len(none), 0);
    READS(Author, two, authors_of("[{\"name\":\"Ada\"},\n {\"name\":\"Bob\",\"age\":3}]"))
    CHECK_INT(orm_len(two), 2);
    CHECK_TEXT(two[0].name, "Ada");
    CHECK(!two[0].age.set && two[1].age.set && two[1].age.value == 3);
    CHECK_TEXT(two[1].role, "reader");
    FAILS(VALIDATION, authors_of("{\"name\":\"Ada\"}"));
    FAILURE(0, "", "type", "must be an array of objects", 1, 1);
    FAILS(VALIDATION, authors_of("null"));
    FAILS(VALIDATION, authors_of("\"[]\""));
    FAILS(VALIDATION, authors_of("[{\"name\":\"Ada\"},null,{\"name\":1},[],{}]"));
    CHECK_INT(orm_error()->failures.total, 4);
    FAILURE(0, "", "type", "must be an object", 1, 17);
    FAILURE(1, "name", "type", "must be a text", 1, 30);
    FAILURE(2, "", "type", "must be an object", 1, 33);
    FAILURE(3, "name", "required", "is required", 1, 36);
    for (size_t i = 0; i < 4; i++) CHECK_INT(orm_error()->failures.item[i].row, i + 1);
    FAILS(BAD_JSON, authors_of("[{\"name\":\"Ada\"},]"));
    FAILS(BAD_JSON, authors_of("[,]"));
    FAILS(BAD_JSON, authors_of("[{\"name\":\"Ada\"}"));
    /* the shape's own limit */
    FAILS(VALIDATION, Author_graph_from_json(NULL, "[{\"name\":\"Ada\"},{\"name\":\"Bob\"}]", 31, &(Author_query){ .select = { .name = 1 }, .limit = 1 }, &(orm_json_input){ .list = true }));
    FAILURE(0, "", "length", "must have at most 1 rows", 1, 1);
}

TEST(many_rows_grow_a_list)
{
    static char text[400000];
    size_t at = (size_t)sprintf(text, "[");
    for (int i = 0; i < 5000; i++) at += (size_t)sprintf(text + at, "%s{\"name\":\"name %d\",\"age\":%d,\"home_page\":\"\\u0041%d\"}", i ? "," : "", i, i % 150, i);
    strcpy(text + at, "]");
    READS(Author, rows, authors_of(text))
    CHECK_INT(orm_len(rows), 5000);
    for (int i = 0; i < 5000; i += 37) {
        char name[32];
        snprintf(name, sizeof name, "name %d", i);
        CHECK_TEXT(rows[i].name, name);
        CHECK_INT(rows[i].age.value, i % 150);
        CHECK_INT(orm__ticket(&Author_model, &rows[i])[0], ORM_FRESH);
    }
}

/* ---- nested rows ---- */

#define SHAPE { .select = { .name = 1, .age = 1 }, .include = {                                                                                    \
        orm_with(Author_.posts, .select = { .title = 1, .body = 1 }, .limit = 3, .include = { orm_with(Post_.comments, .select = { .words = 1 }),     \
                                                                                              orm_with(Post_.tags, .select = { .label = 1 }) }),      \
        orm_with(Author_.profile, .select = { .bio = 1 }) } }
static Author *graph_of(const char *json) { return Author_graph_from_json(NULL, json, strlen(json), &(Author_query)SHAPE, NULL); }

TEST(rows_hang_on_their_relations)
{
    READS(Author, ada, graph_of("{\"posts\":[{\"title\":\"one\",\"comments\":[{\"words\":\"a\"},{\"words\":\"b\"}],\"tags\":[]},{\"title\":\"two\",\"tags\":[{\"label\":\"red\"}]}],\"name\":\"Ada\",\"profile\":{\"bio\":\"\\u0042\"}}"))
    CHECK_TEXT(ada->name, "Ada");
    REQUIRE(ada->posts && ada->profile);
    CHECK_INT(orm_len(ada->posts), 2);
    CHECK_TEXT(ada->posts[0].title, "one");
    CHECK_TEXT(ada->posts[1].title, "two");
    REQUIRE(ada->posts[0].comments && ada->posts[0].tags && ada->posts[1].tags);
    CHECK_INT(orm_len(ada->posts[0].comments), 2);
    CHECK_TEXT(ada->posts[0].comments[1].words, "b");
    CHECK_INT(orm_len(ada->posts[0].tags), 0);
    CHECK(!ada->posts[1].comments);
    CHECK_TEXT(ada->posts[1].tags->label, "red");
    CHECK_TEXT(ada->profile->bio, "B");
    READS(Author, bob, graph_of("{\"name\":\"Bob\",\"profile\":null,\"posts\":[]}"))
    CHECK(!bob->profile);
    CHECK_INT(orm_len(bob->posts), 0);
    /* in the caller's arena */
    orm_arena arena = { 0 };
    Author_query inside = SHAPE;
    inside.arena = &arena;
    static const char text[] = "{\"name\":\"Eve\",\"posts\":[{\"title\":\"t\",\"comments\":[{\"words\":\"w\"}]}]}";
    const Author *eve = Author_graph_from_json(NULL, text, strlen(text), &inside, NULL);
    CHECK(eve && eve->posts && eve->posts->comments);
    if (eve) CHECK_TEXT(eve->posts->comments->words, "w");
    for (size_t n = 0; n < sizeof text - 1; n++) CHECK(!Author_graph_from_json(NULL, text, n, &inside, NULL));
    if (eve) CHECK_TEXT(eve->name, "Eve");
    orm_arena_release(&arena);
}

TEST(failures_of_nested_rows_have_their_path)
{
    FAILS(VALIDATION, graph_of("{\"name\":\"Ada\",\"age\":-1,\n\"posts\":[{\"title\":\"one\"},{\"title\":\"\",\n\"id\":1,\"comments\":[{\"words\":\"w\"},{\"words\":7},3,{}]}],\"profile\":{\"bio\":1,\"author_id\":2}}"));
    CHECK_INT(orm_error()->failures.total, 8);
    FAILURE(0, "age", "between", "must be between 0 and 150", 1, 21);
    FAILURE(1, "posts[1].title", "not_empty", "must not be empty", 2, 35);
    FAILURE(2, "posts[1].id", "unknown", "is not a field that is accepted here", 3, 6);
    FAILURE(3, "posts[1].comments[1].words", "type", "must be a text", 3, 43);
    FAILURE(4, "posts[1].comments[2]", "type", "must be an object", 3, 46);
    FAILURE(5, "posts[1].comments[3].words", "required", "is required", 3, 48);
    FAILURE(6, "profile.bio", "type", "must be a text", 3, 71);
    FAILURE(7, "profile.author_id", "unknown", "is not a field that is accepted here", 3, 85);
    for (size_t i = 0; i < 8; i++) CHECK_INT(orm_error()->failures.item[i].row, 0);
    static const char *const lists[] = { "null", "{}", "{\"title\":\"x\"}", "\"x\"", "1", "true" };
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        char text[100];
        snprintf(text, sizeof text, "{\"name\":\"Ada\",\"posts\":%s}", lists[i]);
        FAILS(VALIDATION, graph_of(text));
        FAILURE(0, "posts", "type", "must be an array of objects", 1, 23);
    }
    static const char *const rows[] = { "[]", "\"x\"", "1", "true", "[{\"bio\":null}]" };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[100];
        snprintf(text, sizeof text, "{\"name\":\"Ada\",\"profile\":%s}", rows[i]);
        FAILS(VALIDATION, graph_of(text));
        FAILURE(0, "profile", "type", "must be an object or null", 1, 25);
    }
    FAILS(VALIDATION, graph_of("{\"name\":\"Ada\",\"posts\":[],\"posts\":[]}"));
    FAILURE(0, "posts", "duplicate", "stands twice in the object", 1, 34);
    FAILS(VALIDATION, graph_of("{\"name\":\"Ada\",\"posts\":[{\"title\":\"a\"},{\"title\":\"b\"},{\"title\":\"c\"},{\"title\":\"d\"}]}"));
    FAILURE(0, "posts", "length", "must have at most 3 rows", 1, 23);
    FAILS(BAD_JSON, graph_of("{\"name\":\"Ada\",\"posts\":[{\"title\":\"a\"},{\"title\":tru}]}"));
    CHECK_CONTAINS(orm_error()->message, "in posts[1]: it has a value that is not well formed");
    CHECK_TEXT(orm_error()->failures.item[0].field, "posts[1]");
    /* of a list, with camel case */
    static const char list[] = "[{\"name\":\"Ada\"},{\"name\":\"Bob\",\"posts\":[{\"title\":\"t\",\"createdAt\":1}],\"profile\":{\"\xC3\xA9\":1}}]";
    FAILS(VALIDATION, Author_graph_from_json(NULL, list, strlen(list), &(Author_query)SHAPE, &(orm_json_input){ .list = true, .camel_case = true }));
    FAILURE(0, "posts[0].createdAt", "unknown", "is not a field that is accepted here", 1, 65);
    CHECK_INT(orm_error()->failures.item[0].row, 1);
    FAILURE(1, "profile.\xC3\xA9", "unknown", "is not a field that is accepted here", 1, 84);
}

TEST(a_long_path_is_cut_clean)
{
    for (size_t n = 30; n < 70; n++) {
        char text[400], key[300] = "";
        for (size_t k = 0; k < n; k++) strcat(key, "\xE2\x82\xAC");
        snprintf(text, sizeof text, "{\"name\":\"Ada\",\"posts\":[{\"title\":\"t\",\"comments\":[{\"words\":\"w\",\"%.*s%.*s\":1}]}]}", (int)(n % 3), "abc", (int)(n / 3 * 3), key);
        FAILS(VALIDATION, graph_of(text));
        CHECK_INT(orm_error()->failures.total, 1);
        CHECK(strncmp(orm_error()->failures.item[0].field, "posts[0].comments[0].", 21) == 0);
    }
}

/* ---- limits ---- */

static char *nested(char *text, size_t depth, const char *open, const char *middle, const char *close)
{
    char *at = text;
    for (size_t i = 0; i < depth; i++) at += sprintf(at, "%s", open);
    at += sprintf(at, "%s", middle);
    for (size_t i = 0; i < depth; i++) at += sprintf(at, "%s", close);
    return text;
}

TEST(depth_is_bounded)
{
    static char deep[2000], text[5000];
    for (size_t depth = 1; depth < 70; depth++) {
        snprintf(text, sizeof text, "{\"extra\":%s}", nested(deep, depth, "[", "1", "]"));
        ORM_AUTO Author *row = Author_from_json(NULL, text, strlen(text), (Author_mask){ .extra = 1 });
        CHECK((row != NULL) == (depth < 64));
        if (!row) check_fails(__FILE__, __LINE__, "deep", ORM_BAD_JSON);
        if (!row) CHECK_CONTAINS(orm_error()->message, "is nested too deeply");
        ORM_AUTO Author *objects = Author_from_json(NULL, text, (size_t)sprintf(text, "{\"extra\":%s}", nested(deep, depth, "{\"a\":", "1", "}")), (Author_mask){ .extra = 1 });
        CHECK((objects != NULL) == (depth < 64));
    }
    const Author_query plain = { .select = { .extra = 1 } };
    snprintf(text, sizeof text, "{\"extra\":%s}", nested(deep, 4, "[", "", "]"));
    for (uint32_t most = 1; most < 8; most++) {
        ORM_AUTO Author *row = Author_graph_from_json(NULL, text, strlen(text), &plain, &(orm_json_input){ .max_depth = most });
        CHECK((row != NULL) == (most >= 5));
    }
    ORM_AUTO Author *more = Author_graph_from_json(NULL, text, strlen(text), &plain, &(orm_json_input){ .max_depth = UINT32_MAX });
    CHECK(more != NULL);
    /* what is refused anyway is no deeper than that, either; and what was closed is open no more */
    snprintf(text, sizeof text, "{\"x\":%s,\"name\":\"Ada\"}", nested(deep, 64, "[", "", "]"));
    FAILS(BAD_JSON, author_of(text));
    snprintf(text, sizeof text, "{\"x\":%s,\"y\":%s,\"name\":\"Ada\"}", nested(deep, 63, "[", "", "]"), deep);
    FAILS(VALIDATION, author_of(text));
    CHECK_INT(orm_error()->failures.total, 2);
    static const char list[] = "{\"name\":\"Ada\",\"posts\":[{\"title\":\"t\",\"comments\":[{\"words\":\"w\"}]},{\"title\":\"u\",\"comments\":[{\"words\":\"w\"}]}]}";
    for (uint32_t most = 1; most < 8; most++) {
        ORM_AUTO Author *row = Author_graph_from_json(NULL, list, strlen(list), &(Author_query)SHAPE, &(orm_json_input){ .max_depth = most });
        CHECK((row != NULL) == (most >= 5));
        if (!row) check_fails(__FILE__, __LINE__, "deep", ORM_BAD_JSON);
    }
}

TEST(rows_and_bytes_are_counted)
{
    static const char list[] = "[{\"name\":\"Ada\",\"posts\":[{\"title\":\"a\"},{\"title\":\"b\",\"comments\":[{\"words\":\"w\"}]}]},{\"name\":\"Bob\",\"profile\":{}}]";      /* six rows */
    for (size_t most = 1; most < 9; most++) {
        ORM_AUTO Author *rows = Author_graph_from_json(NULL, list, strlen(list), &(Author_query)SHAPE, &(orm_json_input){ .list = true, .max_rows = most });
        CHECK((rows != NULL) == (most >= 6));
        if (!rows) check_fails(__FILE__, __LINE__, "rows", ORM_OVER_BUDGET);
    }
    for (size_t most = strlen(list) - 2; most < strlen(list) + 2; most++) {
        ORM_AUTO Author *rows = Author_graph_from_json(NULL, list, strlen(list), &(Author_query)SHAPE, &(orm_json_input){ .list = true, .max_bytes = most });
        CHECK((rows != NULL) == (most >= strlen(list)));
        if (!rows) check_fails(__FILE__, __LINE__, "bytes", ORM_OVER_BUDGET);
    }
    size_t size = ((size_t)16 << 20) + 1;
    char *large = (char *)malloc(size);
    REQUIRE(large);
    memset(large, ' ', size);
    memcpy(large + size - 15, "{\"name\":\"Ada\"}", 14);
    FAILS(OVER_BUDGET, Author_from_json(NULL, large, size, NAME));
    READS(Author, most, Author_from_json(NULL, large + 1, size - 1, NAME))
    CHECK_TEXT(most->name, "Ada");
    free(large);
    /* ten thousand rows if nothing is said */
    static char many[30100];
    many[0] = '[';
    for (size_t i = 0; i < 10001; i++) memcpy(many + 1 + 3 * i, "{},", 3);
    memcpy(many + 3 * 10000, "]", 2);
    READS(Author, enough, Author_all_from_json(NULL, many, strlen(many), (Author_mask){ .age = 1 }))
    CHECK_INT(orm_len(enough), 10000);
    memcpy(many + 3 * 10000, ",{}]", 5);
    FAILS(OVER_BUDGET, Author_all_from_json(NULL, many, strlen(many), (Author_mask){ .age = 1 }));
}

/* ---- what is said holds no values ---- */

TEST(messages_hold_no_values)
{
    static const char word[] = "hunter2hunter2";
    static const char *const texts[] = {
        "{\"pin\":\"hunter2hunter2hunter2hunter2\"}", "{\"pin\":[\"hunter2hunter2\"]}", "{\"pin\":{\"hunter2hunter2\":1}}", "{\"pin\":\"hunter2hunter2\",\"pin\":\"hunter2hunter2\"}", "{\"pin\":\"hunter2hunter2\",\"name\":\"hunter2hunter2hunter2hunter2hunter2hunter2\"}",
        "{\"pin\":\"hunter2hunter2", "{\"pin\":\"hunter2hunter2\\x\"}", "{\"pin\":hunter2hunter2}", "{\"pin\":\"hunter2hunter2\"", "{\"email\":\"hunter2hunter2\"}", "{\"role\":\"hunter2hunter2\"}", "{\"nothing\":\"hunter2hunter2\"}",
        "{\"pin\":\"hunter2hunter2\",\"age\":999}", "[\"hunter2hunter2\"]", "\"hunter2hunter2\"",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char json[8000];
        ORM_AUTO Author *row = Author_from_json(NULL, texts[i], strlen(texts[i]), (Author_mask){ .name = 1, .pin = 1, .email = 1, .role = 1, .age = 1 });
        CHECK(!row);
        CHECK(!strstr(orm_error()->message, word));
        orm_errors_json(json, sizeof json);
        CHECK(!strstr(json, word));
        CHECK(orm__json_valid(json, strlen(json), NULL));
    }
    READS(Author, ada, Author_from_json(NULL, "{\"pin\":\"hunter2\"}", 17, (Author_mask){ .pin = 1 }))
    CHECK_TEXT(ada->pin, "hunter2");
}

/* ---- patches ---- */

/* a row as a find answers it, but for the fields that are not in the mask */
static Author *read_author(Author_mask unread)
{
    const orm_allocator a = orm__default_allocator();
    union { Author_mask mask; orm_mask erased; } not_loaded = { unread };
    orm__result *result = orm__result_make(&a, NULL, 0);
    orm__list list;
    if (!result || orm__result_load(result, &Author_model) < 0 || !orm__list_open(&list, result, &Author_model, 0, 1)) return NULL;
    for (size_t i = 0; i < Author_model.n_columns; i++)
        if (!orm__mask_has(&not_loaded.erased, i) && !Author_model.columns[i].secret) orm__mask_add(&result->loads[0].columns, i);
    Author *row = (Author *)orm__list_next(&list);
    row->id = 7;
    row->name = "Ada";
    row->age = orm_int32(30);
    row->home_page = "x";
    row = (Author *)orm__list_close(&list);
    orm__result_publish(result, row, 1);
    return row;
}

TEST(a_patch_is_all_or_nothing)
{
    ORM_AUTO Author *row = read_author((Author_mask){ .role = 1 });
    REQUIRE(row);
    Author before = *row;
    Author_mask set = { .id = 1 };
    CHECK_INT(Author_patch_from_json(NULL, row, "{\"age\":31,\"name\":\"A\"}", 21, NAME, &set), ORM_VALIDATION);
    FAILURE(0, "name", "length", "must have 2 to 40 characters", 1, 18);
    CHECK(memcmp(&before, row, sizeof before) == 0 && set.id && !set.age);
    CHECK_INT(Author_patch_from_json(NULL, row, "{\"age\":31,\"name\":\"Eve\"", 22, NAME, &set), ORM_BAD_JSON);
    CHECK_INT(Author_patch_from_json(NULL, row, "{\"age\":31,\"id\":2}", 17, NAME, &set), ORM_VALIDATION);
    CHECK_INT(Author_patch_from_json(NULL, row, "[]", 2, NAME, &set), ORM_VALIDATION);
    CHECK_INT(Author_patch_from_json(NULL, row, "{\"age\":31,\"age\":32}", 19, NAME, &set), ORM_VALIDATION);
    CHECK(memcmp(&before, row, sizeof before) == 0 && set.id);
    CHECK_INT(Author_patch_from_json(NULL, row, "{\"age\":null,\"name\":\"Eve\"}", 25, NAME, &set), ORM_OK);
    CHECK(!row->age.set && set.age && set.name && !set.home_page && !set.id);
    CHECK_TEXT(row->name, "Eve");
    CHECK_TEXT(row->home_page, "x");
    CHECK_INT(Author_patch_from_json(NULL, row, "{}", 2, NAME, &set), ORM_OK);
    CHECK(!set.age && !set.name);
    CHECK_INT(Author_patch_from_json(NULL, row, "{\"age\":1}", 9, NAME, NULL), ORM_OK);
    CHECK_INT(row->age.value, 1);
}

TEST(a_patch_has_what_a_save_may_write)
{
    ORM_AUTO Author *row = read_author((Author_mask){ .role = 1 });
    REQUIRE(row);
    Author_mask set = { 0 };
    CHECK_INT(Author_patch_from_json(NULL, row, "{}", 2, (Author_mask){ 0 }, &set), ORM_MISUSE);
    CHECK_INT(Author_patch_from_json(NULL, row, "{}", 2, (Author_mask){ .id = 1, .name = 1 }, &set), ORM_MISUSE);
    CHECK_INT(Author_patch_from_json(NULL, row, "{}", 2, (Author_mask){ .invited_by = 1 }, &set), ORM_MISUSE);
    CHECK_INT(Author_patch_from_json(NULL, row, "{}", 2, (Author_mask){ .deleted_at = 1 }, &set), ORM_MISUSE);
    /* a version is compared, not written */
    CHECK_INT(Author_patch_from_json(NULL, row, "{\"version\":9,\"name\":\"Eve\"}", 26, (Author_mask){ .version = 1, .name = 1 }, &set), ORM_OK);
    CHECK(row->version == 9 && set.name && !set.version);
    CHECK_INT(Author_patch_from_json(NULL, row, NULL, 2, NAME, &set), ORM_MISUSE);
    CHECK_INT(Author_patch_from_json(NULL, row, "{}", 2, (Author_mask){ .role = 1 }, &set), ORM_MISUSE);      /* was not read with the row */
    CHECK_CONTAINS(orm_error()->message, "was not loaded with this row");
    CHECK_INT(Author_patch_from_json(NULL, row, "{\"pin\":\"1234\"}", 14, (Author_mask){ .pin = 1 }, &set), ORM_OK);      /* never is, and is written all the same */
    CHECK_TEXT(row->pin, "1234");
    CHECK(set.pin);
    /* rows that no result keeps */
    ORM_NEW(Author, fresh, .name = "Ada");
    CHECK_INT(Author_patch_from_json(NULL, &fresh, "{\"age\":1}", 9, NAME, &set), ORM_MISUSE);
    CHECK(!fresh.age.set);
    Author bare = { .name = "Ada" };
    CHECK_INT(Author_patch_from_json(NULL, &bare, "{\"age\":1}", 9, NAME, &set), ORM_MISUSE);
    CHECK_INT(Author_patch_from_json(NULL, NULL, "{\"age\":1}", 9, NAME, &set), ORM_MISUSE);
    READS(Author, made, author_of("{\"name\":\"Ada\"}"))
    CHECK_INT(Author_patch_from_json(NULL, made, "{\"age\":1}", 9, NAME, &set), ORM_MISUSE);
    Author *gone = read_author((Author_mask){ .role = 1 });
    REQUIRE(gone);
    Author stale = *gone;
    orm_free(gone);
    CHECK_INT(Author_patch_from_json(NULL, &stale, "{\"age\":1}", 9, NAME, &set), ORM_STALE_ROW);
}

/* ---- filters ---- */

static const Author_filter asked = { .eq = { .name = 1, .age = 1, .email = 1, .role = 1 }, .ne = { .age = 1 }, .in = { .age = 1, .name = 1 }, .range = { .age = 1, .created_at = 1 }, .contains = { .name = 1 }, .starts_with = { .name = 1 },
    .ends_with = { .name = 1 }, .null = { .age = 1, .email = 1, .extra = 1 }, .connectives = true };

static orm_arena filter_arena;
static Author_pred filter;
static orm_status filter_of(const char *json) { return Author_filter_from_json(NULL, json, strlen(json), &asked, &filter_arena, &filter); }
#define ASKS(json, nodes) do { CHECK_INT(filter_of(json), ORM_OK); if (orm_failed()) printf("%s\n", orm_error()->message); CHECK_INT(filter.expr.used, nodes); } while (0)
#define ASKS_NOT(json, ...) do { CHECK_INT(filter_of(json), ORM_VALIDATION); FAILURE(0, __VA_ARGS__); CHECK_INT(filter.expr.used, 0); check_clean(__FILE__, __LINE__); } while (0)

TEST(filters_hold_what_was_allowed_and_nothing_else)
{
    ASKS("{}", 0);
    ASKS("{\"name\":\"Ada\"}", 1);
    CHECK(filter.expr.node[0].value.op == ORM_OP_EQ && filter.expr.node[0].of == &Author_model.columns[1]);
    ASKS("{\"age\":{\"gte\":18,\"lt\":65},\"name\":{\"starts_with\":\"A\"}}", 5);
    ASKS("{\"age\":{\"in\":[1,2,3]}}", 1);
    ASKS("{\"age\":{\"not_in\":[]}}", 1);
    ASKS("{\"age\":{\"null\":true}}", 1);
    ASKS("{\"extra\":{\"null\":false}}", 1);
    ASKS("{\"or\":[{\"age\":1},{\"and\":[{\"age\":2},{\"not\":{\"name\":\"A\"}}]}]}", 6);
    ASKS("{\"not\":{\"age\":1,\"name\":\"B\"}}", 4);
    ASKS("{\"and\":[{\"age\":1}]}", 1);

    ASKS_NOT("[]", "", "type", "must be an object", 1, 1);
    ASKS_NOT("null", "", "type", "must be an object", 1, 1);
    ASKS_NOT("\"name\"", "", "type", "must be an object", 1, 1);
    ASKS_NOT("{\"name\":null}", "name", "type", "must not be null: ask with {\"null\": true}", 1, 9);
    ASKS_NOT("{\"name\":1}", "name", "type", "must be a text", 1, 9);
    ASKS_NOT("{\"name\":[\"a\",\"b\"]}", "name", "type", "must be a text", 1, 9);
    ASKS_NOT("{\"name\":true}", "name", "type", "must be a text", 1, 9);
    ASKS_NOT("{\"name\":{}}", "name", "type", "names no operator", 1, 9);
    ASKS_NOT("{\"age\":\"1\"}", "age", "type", "must be a whole number", 1, 8);
    ASKS_NOT("{\"age\":2147483648}", "age", "range", "must be between -2147483648 and 2147483647", 1, 8);
    ASKS_NOT("{\"age\":{\"eq\":null}}", "age", "type", "must not be null: ask with {\"null\": true}", 1, 14);
    ASKS_NOT("{\"age\":{\"eq\":[1]}}", "age", "type", "must be a whole number", 1, 14);
    ASKS_NOT("{\"age\":{\"gt\":{\"gt\":1}}}", "age", "type", "must be a whole number", 1, 14);
    ASKS_NOT("{\"age\":{\"in\":1}}", "age", "type", "must be an array of values", 1, 14);
    ASKS_NOT("{\"age\":{\"in\":{\"0\":1}}}", "age", "type", "must be an array of values", 1, 14);
    ASKS_NOT("{\"age\":{\"in\":[1,null]}}", "age", "type", "must not be null: ask with {\"null\": true}", 1, 17);
    ASKS_NOT("{\"age\":{\"in\":[1,[2]]}}", "age", "type", "must be a whole number", 1, 17);
    ASKS_NOT("{\"age\":{\"null\":1}}", "age", "type", "must be true or false", 1, 16);
    ASKS_NOT("{\"age\":{\"null\":null}}", "age", "type", "must be true or false", 1, 16);
    ASKS_NOT("{\"age\":{\"gt\":1,\"gt\":2}}", "age", "duplicate", "is asked twice by the same operator", 1, 21);
    ASKS_NOT("{\"age\":{\"gt\":1,\"g\\u0074\":2}}", "age", "duplicate", "is asked twice by the same operator", 1, 26);
    ASKS_NOT("{\"age\":1,\"age\":2}", "age", "duplicate", "stands twice in the object", 1, 16);
    ASKS_NOT("{\"age\":1,\"\\u0061ge\":2}", "age", "duplicate", "stands twice in the object", 1, 21);
    ASKS_NOT("{\"name\":\"12345678901234567890123456789012345678901\"}", "name", "length", "must have at most 40 characters", 1, 9);
    static const char *const operators[] = { "$gt", "gt ", "GT", "$eq", "like", "=", "", "or", "not", "contains", "__proto__", "gt\\u0000", "in_", "between", "starts_with" };
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++) {
        char text[100];
        snprintf(text, sizeof text, "{\"age\":{\"%s\":1}}", operators[i]);
        if (strstr(operators[i], "u0000")) CHECK_INT(filter_of(text), ORM_BAD_JSON);
        else ASKS_NOT(text, "age", "operator", "cannot be asked by this operator", 1, (unsigned)strlen(operators[i]) + 12);
    }
    static const char *const keys[] = { "$or", "$and", "_connector", "OR", "Or", "__proto__", "constructor", "id", "pin", "version", "posts", "post_count", "profile", "extra.a", "no_such", "name ", "where", "raw" };
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        char text[100];
        snprintf(text, sizeof text, "{\"%s\":{\"eq\":1}}", keys[i]);
        ASKS_NOT(text, keys[i], "unknown", "is not a field that is accepted here", 1, (unsigned)strlen(keys[i]) + 5);
    }
    /* operators that are not this field's */
    ASKS_NOT("{\"email\":{\"ne\":\"a@b.cd\"}}", "email", "operator", "cannot be asked by this operator", 1, 16);
    ASKS_NOT("{\"role\":{\"contains\":\"a\"}}", "role", "operator", "cannot be asked by this operator", 1, 21);
    ASKS_NOT("{\"extra\":1}", "extra", "operator", "cannot be asked whether it equals a value", 1, 10);
    ASKS_NOT("{\"created_at\":\"2024-01-01T00:00:00Z\"}", "created_at", "operator", "cannot be asked whether it equals a value", 1, 15);
    /* conditions that say nothing say nothing inside of others, either */
    ASKS_NOT("{\"not\":{}}", "", "type", "must hold a condition", 1, 8);
    ASKS_NOT("{\"or\":[]}", "", "type", "must hold a condition", 1, 7);
    ASKS_NOT("{\"and\":[]}", "", "type", "must hold a condition", 1, 8);
    ASKS_NOT("{\"or\":[{\"age\":1},{}]}", "", "type", "must hold a condition", 1, 18);
    ASKS_NOT("{\"or\":{\"age\":1}}", "", "type", "must be an array of conditions", 1, 7);
    ASKS_NOT("{\"or\":[1]}", "", "type", "must be an object", 1, 8);
    ASKS_NOT("{\"not\":[{\"age\":1}]}", "", "type", "must be an object", 1, 8);
    ASKS_NOT("{\"or\":null}", "", "type", "must be an array of conditions", 1, 7);
    ASKS_NOT("{\"or\":[{\"age\":1}],\"or\":[{\"age\":2}]}", "or", "duplicate", "stands twice in the object", 1, 24);
    ASKS_NOT("{\"not\":{\"age\":1},\"n\\u006ft\":{\"age\":2}}", "not", "duplicate", "stands twice in the object", 1, 29);
    CHECK_INT(filter_of("{\"age\":1"), ORM_BAD_JSON);
    CHECK_INT(filter_of("{\"age\":1}}"), ORM_BAD_JSON);
    CHECK_INT(filter_of(""), ORM_BAD_JSON);
    CHECK_INT(filter.expr.used, 0);
    /* without connectives their names are names */
    CHECK_INT(Author_filter_from_json(NULL, "{\"or\":[{\"name\":\"x\"}]}", 21, &(Author_filter){ .eq = { .name = 1 } }, &filter_arena, &filter), ORM_VALIDATION);
    FAILURE(0, "or", "unknown", "is not a field that is accepted here", 1, 7);
    orm_arena_release(&filter_arena);
}

TEST(filters_have_as_many_conditions_as_they_may)
{
    for (unsigned n = 1; n < 30; n++) {
        char text[1000] = "{\"and\":[";
        for (unsigned i = 0; i < n; i++) sprintf(text + strlen(text), "%s{\"age\":%u}", i ? "," : "", i);
        strcat(text, "]}");
        orm_status status = filter_of(text);
        CHECK_INT(status, n < ORM_MAX_TERMS ? ORM_OK : ORM_VALIDATION);
        CHECK_INT(filter.expr.used, status ? 0 : n > 1 ? n + 1 : 1);
        if (status) {
            CHECK_INT(orm_error()->failures.total, 1);
            CHECK_TEXT(orm_error()->failures.item[0].message, "has too many conditions");
        }
        for (uint32_t most = 1; most < 5; most++) {
            Author_filter few = asked;
            few.max_conditions = most;
            CHECK_INT(Author_filter_from_json(NULL, text, strlen(text), &few, &filter_arena, &filter), n <= most ? ORM_OK : ORM_VALIDATION);
        }
        Author_filter most = asked;
        most.max_conditions = UINT32_MAX;
        CHECK_INT(Author_filter_from_json(NULL, text, strlen(text), &most, &filter_arena, &filter), n < ORM_MAX_TERMS ? ORM_OK : ORM_VALIDATION);
    }
    for (unsigned depth = 1; depth < 70; depth++) {
        static char text[2000];
        nested(text, depth, "{\"not\":", "{\"age\":1}", "}");
        orm_status status = filter_of(text);
        CHECK_INT(status, depth < ORM_MAX_TERMS ? ORM_OK : depth < 64 ? ORM_VALIDATION : ORM_BAD_JSON);
    }
    for (unsigned n = 999; n < 1002; n++) {
        static char text[6000];
        size_t at = (size_t)sprintf(text, "{\"age\":{\"in\":[");
        for (unsigned i = 0; i < n; i++) at += (size_t)sprintf(text + at, "%s%u", i ? "," : "", i);
        sprintf(text + at, "]}}");
        CHECK_INT(filter_of(text), n <= 1000 ? ORM_OK : ORM_VALIDATION);
    }
    orm_arena_release(&filter_arena);
}

TEST(filters_in_camel_case)
{
    static const Author_filter camel = { .eq = { .home_page = 1 }, .starts_with = { .home_page = 1 }, .camel_case = true };
    CHECK_INT(Author_filter_from_json(NULL, "{\"homePage\":\"x\"}", 16, &camel, &filter_arena, &filter), ORM_OK);
    CHECK_INT(Author_filter_from_json(NULL, "{\"homePage\":{\"starts_with\":\"x\"}}", 32, &camel, &filter_arena, &filter), ORM_OK);
    CHECK_INT(Author_filter_from_json(NULL, "{\"home_page\":\"x\"}", 17, &camel, &filter_arena, &filter), ORM_VALIDATION);
    CHECK_INT(Author_filter_from_json(NULL, "{\"homePage\":1}", 14, &camel, &filter_arena, &filter), ORM_VALIDATION);
    FAILURE(0, "homePage", "type", "must be a text", 1, 13);
    orm_arena_release(&filter_arena);
}

CHECK_MAIN()

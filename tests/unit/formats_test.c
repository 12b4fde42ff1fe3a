/* test: no-valgrind: texts of megabytes. The forms of texts that rules know, each by its standard: what is accepted, what is refused, and that the time is
   linear in the size of the text, whatever the text (S31). */
#include "internal.h"
#include "check.h"
#include <stdlib.h>
#include <time.h>

#define N(array) (sizeof (array) / sizeof (array)[0])
#define LIST(...) (const char *const[]){ __VA_ARGS__, NULL }

static const struct form_case { orm_rule_kind kind; const char *const *good, *const *wrong; } cases[] = {
    { ORM_RULE_EMAIL, LIST("ada@example.com", "a.b+c@d.example", "j\xC3\xB6rg@example.de"), LIST("", "ada", "ada@", "@example.com", "a@b", "a..b@c.de", "a@b.c.", "a@127.0.0.1", "a b@c.de") },
    { ORM_RULE_URL, LIST("http://a", "HTTPS://example.com:8080/a?b=c#d", "ftp://u:p@example.com/x", "http://[::1]/", "http://a/%41"),
        LIST("", "http://", "example.com", "//example.com", "ws://example.com", "http://a b", "http://a/%4", "http://a:0/", "http://a:65536/", "http://-a/", "javascript:alert(1)") },
    { ORM_RULE_IP, LIST("192.0.2.1", "2001:db8::1", "::", "::ffff:192.0.2.1"), LIST("", "192.0.2", "2001:db8", "192.0.2.1/24", "fe80::1%eth0", "localhost", "[::1]") },
    { ORM_RULE_IPV4, LIST("0.0.0.0", "255.255.255.255", "192.0.2.1"), LIST("", "256.0.0.1", "1.2.3", "1.2.3.4.5", "01.2.3.4", "1.2.3.4 ", " 1.2.3.4", "0x1.2.3.4", "::1", "1..2.3", "1.2.3.") },
    { ORM_RULE_IPV6, LIST("::", "::1", "2001:DB8:0:0:8:800:200C:417A", "ff01::101", "::13.1.68.3", "1:2:3:4:5:6:7:8"),
        LIST("", ":", ":::", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "12345::", "g::", "::1/64", "fe80::1%1", "[::1]", "192.0.2.1") },
    { ORM_RULE_FQDN, LIST("example.com", "a.b", "xn--bcher-kva.example", "A-1.Example.ORG", "3com.com"),
        LIST("", "localhost", "example.com.", ".com", "a..b", "-a.com", "a-.com", "a_b.com", "127.0.0.1", "a.1", "a b.com", "b\xC3\xBC""cher.example",
             "1234567890123456789012345678901234567890123456789012345678901234.com") },
    { ORM_RULE_PORT, LIST("1", "80", "8080", "65535"), LIST("", "0", "080", "65536", "-1", "+1", "1.0", "80 ", "99999", "100000", "http") },
    { ORM_RULE_MAC_ADDRESS, LIST("AC-DE-48-23-45-67", "ac:de:48:23:45:67", "AC-DE-48-23-45-67-AB-CD"),
        LIST("", "AC-DE-48-23-45", "AC-DE:48-23-45-67", "ACDE48234567", "AC-DE-48-23-45-6G", "AC-DE-48-23-45-67-AB", "ACDE.4823.4567", "AC-DE-48-23-45-67-", "AC DE 48 23 45 67") },
    { ORM_RULE_ALPHA, LIST("a", "Z", "abcXYZ"), LIST("", "a1", "a b", " ", "\xC3\xA9", "a-b", "a\n", "@", "[", "`", "{") },
    { ORM_RULE_ALPHANUMERIC, LIST("a", "0", "a1B2"), LIST("", "a b", "a-1", "a_1", "\xC3\xA9", "1.5", "/", ":", "@", "a\n") },
    { ORM_RULE_DIGITS, LIST("0", "007", "12345678901234567890"), LIST("", "-1", "+1", "1.5", "1 ", "a", "\xD9\xA1", "1e5", "/", ":") },
    { ORM_RULE_HEXADECIMAL, LIST("0", "deadBEEF", "00ff"), LIST("", "0x10", "g", "ff ", "-1", "@", "`", "G") },
    { ORM_RULE_ASCII, LIST("", "a b\n~\x7F", "plain"), LIST("\xC2\x80", "\xC3\xA9", "a\xE2\x82\xAC", "\xF0\x9F\x99\x82", "abc\xC3\xA9") },
    { ORM_RULE_LOWERCASE, LIST("", "abc", "a1-b 2", "\xC3\x89t\xC3\xA9"), LIST("A", "abC", "Z", "aAa", "1A") },
    { ORM_RULE_UPPERCASE, LIST("", "ABC", "A1-B 2", "\xC3\xA9"), LIST("a", "ABc", "z", "AaA", "1a") },
    { ORM_RULE_TRIMMED, LIST("", "a", "a b", "\xC2\xA0" "a"), LIST(" a", "a ", "\ta", "a\n", "a\v", "\fa", "a\r", " ") },
    { ORM_RULE_NO_CONTROL, LIST("", "a b", "\xC2\xA0", "\xC3\xA9", "\xE2\x80\x8F~"), LIST("a\n", "\t", "\x01", "\x1F", "\x7F", "\xC2\x80", "a\xC2\x9F", "\x1B[0m") },
    { ORM_RULE_SLUG, LIST("a", "a-b", "release-2026-11", "7"), LIST("", "-", "-a", "a-", "a--b", "A", "a_b", "a b", "a.b", "\xC3\xA9", "a\n") },
    { ORM_RULE_NUMERIC, LIST("0", "-1", "+1.5", ".5", "007"), LIST("", "-", ".", "1.", "1.5.2", "1e5", "1,5", " 1", "0x1", "--1", "+-1", "NaN") },
    { ORM_RULE_INTEGER_TEXT, LIST("0", "-1", "+1", "007", "123456789012345678901234567890"), LIST("", "-", "+", "1.0", "1e3", "1 ", "0x1", "--1", "1-", "\xD9\xA1") },
    { ORM_RULE_FLOAT_TEXT, LIST("0", "-1.5", "1.", ".5", "1e5", "-1.5E-10", "+.5e+5"), LIST("", ".", "-", "e5", "1e", "1e+", "1e5.5", "inf", "nan", "0x1p3", "1,5", "1 ", ".e5", "1f") },
    { ORM_RULE_DECIMAL_TEXT, LIST("0", "-1.50", "1.", ".5", "+12345678901234567890.123"), LIST("", ".", "-", "1e5", "1,5", "1.5.2", " 1", "1 ", "+.", "NaN") },
    { ORM_RULE_DATE_TEXT, LIST("1985-04-12", "2024-02-29", "0001-01-01", "9999-12-31"),
        LIST("", "2023-02-29", "1985-13-01", "1985-04-31", "1985-4-12", "19850412", "12.4.1985", "1985-04-12T00:00:00Z", "1985-04-12 ", "0000-01-01", "1985-W15-5") },
    { ORM_RULE_TIMESTAMP_TEXT, LIST("1985-04-12T23:20:50.52Z", "1996-12-19T16:39:57-08:00", "1937-01-01T12:00:27.87+00:20", "2026-11-20T09:08:07.123456789012345678901234567890123456789012345Z"),
        LIST("", "1985-04-12", "1985-04-12T23:20:50", "1985-04-12T24:00:00Z", "1985-04-12T23:60:50Z", "1985-02-30T23:20:50Z", "1985-04-12T23:20Z", "1985-04-12T23:20:50+2", "now", "1985-04-12T23:20:50.Z",
             "2026-11-20T09:08:07.1234567890Z ", "2026-11-20T09:08:07.1234567890+99:00") },
    { ORM_RULE_JSON_TEXT, LIST("{}", "[]", "null", "\"a\"", "-1.5e3", " {\"a\": [1, true, \"\\u20ac\"]} "),
        LIST("", "{", "[1,]", "{\"a\":1,}", "{a:1}", "'a'", "01", "nul", "[1] x", "{\"a\":1,\"a\":2}", "\"\\x\"", "\"\n\"", "NaN") },
    { ORM_RULE_UUID_TEXT, LIST("c232ab00-9414-11ec-b3c8-9f6bdeced846", "919108F7-52D1-4320-9BAC-F847DB4148A8", "017f22e2-79b0-7cc3-98c4-dc0c0c07398f", "00000000-0000-0000-0000-000000000000",
        "ffffffff-ffff-ffff-ffff-ffffffffffff"), LIST("", "919108f752d143209bacf847db4148a8", "{919108f7-52d1-4320-9bac-f847db4148a8}", "919108f7-52d1-4320-9bac-f847db4148a", "919108f7-52d1-4320-9bac-f847db4148ag",
        "919108f7-52d1-0320-9bac-f847db4148a8", "919108f7-52d1-9320-9bac-f847db4148a8", "919108f7-52d1-4320-cbac-f847db4148a8", "919108f7-52d1-4320-7bac-f847db4148a8", "919108f7052d1-4320-9bac-f847db4148a8") },
    { ORM_RULE_BASE64, LIST("", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy", "+/+/"), LIST("Z", "Zg", "Zg=", "Zm8", "====", "Zg==Zg==", "Zm9v\n", "Zh==", "Zm9=", "-_-_", "Zm 9", "=Zm9", "Z===") },
    { ORM_RULE_BASE64URL, LIST("", "Zg", "Zm8", "Zm9v", "Zg==", "Zm8=", "-_-_"), LIST("Z", "Zg=", "+/+/", "Zh", "Zm9=", "Zm9v\n", "====", "Zg===", "=", "Zm9v=") },
    { ORM_RULE_HEX_COLOR, LIST("#fff", "#FFFF", "#00ff00", "#00FF00cc"), LIST("", "#", "fff", "#ff", "#fffff", "#fffffff", "#fffffffff", "#ggg", "#ff ", "red", "##ff") },
    { ORM_RULE_CREDIT_CARD, LIST("79927398713", "4000000000000002", "4000 0000 0000 0002", "4000-0000-0000-0002", "6011000000000000001"),
        LIST("", "79927398710", "4000000000000003", "4000  0000 0000 0002", " 4000000000000002", "4000000000000002 ", "400000002", "00000000000000000000", "4000a00000000002", "4000.0000.0000.0002", "-4000000000000002") },
    { ORM_RULE_E164, LIST("+14155550100", "+442071838750", "+6834002", "+123456789012345"), LIST("", "14155550100", "+0123456789", "+1234567890123456", "+123456", "+1 415 555 0100", "+1-415", "++14155550100", "+1415555010a", "0014155550100") },
    { ORM_RULE_ISBN, LIST("978-3-16-148410-0", "9783161484100", "0-306-40615-2", "0306406152", "0 8044 2957 X", "979-10-90636-07-1"),
        LIST("", "978-3-16-148410-1", "0-306-40615-3", "9773161484107", "080442957x", "08044X2957", "0--306406152", "-0306406152", "0306406152-", "030640615", "97831614841000", "ISBN 0306406152", "X306406152") },
    { ORM_RULE_IBAN, LIST("GB29NWBK60161331926819", "DE89370400440532013000", "NO9386011117947", "MT84MALT011000012345MTLCAST001S", "FR1420041010050500013M02606"),
        LIST("", "GB28NWBK60161331926819", "GB29 NWBK 6016 1331 9268 19", "gb29nwbk60161331926819", "GB29NWBK6016133192681", "XX29NWBK60161331926819", "DE8937040044053201300", "US29NWBK60161331926819", "GB29NWBK6016133192681-", "GB",
             "DE00370400440532013000") },
    { ORM_RULE_SEMVER, LIST("0.0.0", "1.9.0", "1.0.0-alpha.1", "1.0.0-0.3.7", "1.0.0-x-y-z.--", "1.0.0-alpha+001", "1.0.0+20130313144700", "1.0.0+21AF26D3----117B344092BD"),
        LIST("", "1", "1.0", "1.0.0.0", "01.0.0", "1.00.0", "1.0.0-", "1.0.0-01", "1.0.0-a..b", "1.0.0+", "1.0.0+a+b", "v1.0.0", "1.0.0 ", "1.0.0-\xC3\xA9", "-1.0.0", "1.a.0", "1..0") },
    { ORM_RULE_COUNTRY, LIST("DE", "US", "AD", "ZW", "GB", "BQ"), LIST("", "D", "DEU", "de", "UK", "EU", "XX", "ZZ", "AA", "D ", "AN") },
    { ORM_RULE_CURRENCY, LIST("EUR", "USD", "AED", "ZWG", "XAU", "JPY"), LIST("", "EU", "EURO", "eur", "DEM", "BTC", "AAA", "ZZZ", "US ", "$", "HRK") },
};

static const struct form_case *case_of(int kind)
{
    for (size_t i = 0; i < N(cases); i++)
        if ((int)cases[i].kind == kind) return &cases[i];
    return NULL;
}

static bool holds(orm_rule rule, const char *text_, char message[160])
{
    const orm_column column = { .name = "c", .is = { .type = ORM_TEXT } };
    const orm_value value = { .type = ORM_TEXT, .length = (uint32_t)strlen(text_), .as.s = text_ };
    message[0] = 0;
    return orm__rule_holds(&rule, &column, &value, NULL, message);
}

TEST(every_form_accepts_what_its_standard_does_and_refuses_the_rest)
{
    char message[160];
    for (int kind = 0; kind < ORM_RULE_KINDS; kind++) {
        const struct form_case *c = case_of(kind);
        if (!orm__rule_format((orm_rule_kind)kind)) continue;
        if (!c) printf("no cases of %s\n", orm__rule_name((orm_rule_kind)kind));
        REQUIRE(c);
        size_t n_good = 0, n_wrong = 0;
        for (; c->good[n_good]; n_good++) {
            bool fine = holds((orm_rule){ .kind = c->kind }, c->good[n_good], message);
            if (!fine) printf("%s refuses \"%s\"\n", orm__rule_name(c->kind), c->good[n_good]);
            CHECK(fine);
        }
        for (; c->wrong[n_wrong]; n_wrong++) {
            bool refused = !holds((orm_rule){ .kind = c->kind }, c->wrong[n_wrong], message) && message[0];
            if (!refused) printf("%s accepts \"%s\"\n", orm__rule_name(c->kind), c->wrong[n_wrong]);
            CHECK(refused);
        }
        CHECK(n_good >= 3 && n_wrong >= 5);
    }
}

TEST(every_kind_has_a_name)
{
    for (int kind = ORM_RULE_NONE + 1; kind < ORM_RULE_KINDS; kind++) CHECK(orm__rule_name((orm_rule_kind)kind) && orm__rule_name((orm_rule_kind)kind)[0]);
}

/* what the form reads is the text alone: a byte behind its end may be anything */
TEST(nothing_behind_the_text_is_looked_at)
{
    for (size_t i = 0; i < N(cases); i++) {
        orm__format *format = orm__rule_format(cases[i].kind);
        for (size_t k = 0; cases[i].good[k]; k++) {
            size_t size = strlen(cases[i].good[k]);
            char *copy = malloc(size + 1);               /* a sanitizer sees a read behind it */
            REQUIRE(copy);
            memcpy(copy, cases[i].good[k], size + 1);
            CHECK(format(copy, size));
            for (size_t cut = 0; cut < size; cut++) {    /* no beginning of it makes it read on */
                char kept = copy[cut];
                copy[cut] = 0;
                (void)format(copy, cut);
                copy[cut] = kept;
            }
            free(copy);
        }
    }
}

/* ---- rules with arguments ------------------------------------------------------------------------------------------- */
TEST(texts_are_compared_with_what_the_rule_says)
{
    const struct { orm_rule rule; const char *good, *wrong, *message; } table[] = {
        { { .kind = ORM_RULE_EQUALS, .pattern = "yes" }, "yes", "yes ", "must be yes" }, { { .kind = ORM_RULE_EQUALS, .pattern = "" }, "", "x", "must be " },
        { { .kind = ORM_RULE_CONTAINS, .pattern = "@" }, "a@b", "ab", "must contain @" }, { { .kind = ORM_RULE_CONTAINS, .pattern = "\xC3\xA9" }, "\xC3\xA9", "e", "must contain \xC3\xA9" },
        { { .kind = ORM_RULE_NOT_CONTAINS, .pattern = "<" }, "ab", "a<b", "must not contain <" },
        { { .kind = ORM_RULE_NOT_MATCHES, .pattern = "^[0-9]+$" }, "a1", "12", "does not have the required form" },
        { { .kind = ORM_RULE_NOT_IN_TEXT, .texts = LIST("root", "admin") }, "Root", "admin", "must not be one of root, admin" },
        { { .kind = ORM_RULE_BYTES, .low = 0, .high = 3 }, "\xC3\xA9x", "\xC3\xA9\xC3\xA9", "must have at most 3 bytes" },
        { { .kind = ORM_RULE_BYTES, .low = 2, .high = INT64_MAX }, "\xC3\xA9", "x", "must have at least 2 bytes" },
        { { .kind = ORM_RULE_URL_WITH, .texts = LIST("https", "WSS") }, "wss://example.com/", "http://example.com/", "is not a URL of https, WSS" },
        { { .kind = ORM_RULE_UUID_VERSION, .numbers = (const int64_t[]){ 4, 7 }, .n_numbers = 2 }, "017f22e2-79b0-7cc3-98c4-dc0c0c07398f", "c232ab00-9414-11ec-b3c8-9f6bdeced846", "is not a UUID of the required version" },
        { { .kind = ORM_RULE_UUID_VERSION, .numbers = (const int64_t[]){ 0, 4 }, .n_numbers = 2 }, "919108f7-52d1-4320-9bac-f847db4148a8", "00000000-0000-0000-0000-000000000000", "is not a UUID of the required version" },
    };
    char message[160];
    for (size_t i = 0; i < N(table); i++) {
        CHECK(holds(table[i].rule, table[i].good, message));
        CHECK(!holds(table[i].rule, table[i].wrong, message));
        CHECK_TEXT(message, table[i].message);
    }
    CHECK(!holds((orm_rule){ .kind = ORM_RULE_NOT_MATCHES, .pattern = "(" }, "a", message));
    CHECK_CONTAINS(message, "no regular expression");
}

TEST(integers_are_none_of_a_list)
{
    char message[160];
    const orm_column column = { .name = "c", .is = { .type = ORM_INT32 } };
    const orm_rule rule = { .kind = ORM_RULE_NOT_IN_INT, .numbers = (const int64_t[]){ 13, -1 }, .n_numbers = 2 };
    orm_value value = { .type = ORM_INT32, .as.i = 12 };
    CHECK(orm__rule_holds(&rule, &column, &value, NULL, message));
    value.as.i = -1;
    CHECK(!orm__rule_holds(&rule, &column, &value, NULL, message));
    CHECK_TEXT(message, "must not be one of 13, -1");
}

static bool day_holds(orm_rule_kind kind, const char *bound, orm_type type, int64_t v, char message[160])
{
    const orm_column column = { .name = "c", .is = { .type = type } };
    const orm_value value = { .type = (uint8_t)type, .as.i = v };
    return orm__rule_holds(&(orm_rule){ .kind = kind, .pattern = bound }, &column, &value, NULL, message);
}

TEST(days_and_moments_lie_after_or_before_another)
{
    char message[160];
    int64_t day = orm_date_make(2000, 1, 1).days, moment = orm_time_make((orm_date){ (int32_t)day }, (orm_clock){ 0 });
    CHECK(day_holds(ORM_RULE_AFTER, "2000-01-01", ORM_DATE, day + 1, message));
    CHECK(!day_holds(ORM_RULE_AFTER, "2000-01-01", ORM_DATE, day, message));
    CHECK_TEXT(message, "must be after 2000-01-01");
    CHECK(day_holds(ORM_RULE_BEFORE, "2000-01-01", ORM_DATE, day - 1, message));
    CHECK(!day_holds(ORM_RULE_BEFORE, "2000-01-01", ORM_DATE, day, message));
    CHECK_TEXT(message, "must be before 2000-01-01");
    CHECK(day_holds(ORM_RULE_AFTER, "2000-01-01", ORM_TIME, moment + 1, message));
    CHECK(!day_holds(ORM_RULE_AFTER, "2000-01-01", ORM_TIME, moment, message));
    CHECK(!day_holds(ORM_RULE_BEFORE, "2000-01-01T02:00:00+02:00", ORM_TIME, moment, message));
    CHECK_TEXT(message, "must be before 2000-01-01T00:00:00Z");
    CHECK(!day_holds(ORM_RULE_AFTER, "2000-01-01T00:00:00Z", ORM_DATE, day + 1, message));
    CHECK_TEXT(message, "cannot be checked: its rule names no day");
    CHECK(!day_holds(ORM_RULE_BEFORE, "soon", ORM_TIME, 0, message));
    CHECK_TEXT(message, "cannot be checked: its rule names no moment");
}

TEST(today_is_neither_past_nor_future)
{
    char message[160];
    orm_date today;
    orm_time now = orm_now(), hour = INT64_C(3600000000);
    orm_time_split(now, &today, NULL);
    CHECK(day_holds(ORM_RULE_PAST, NULL, ORM_TIME, now - hour, message) && day_holds(ORM_RULE_FUTURE, NULL, ORM_TIME, now + hour, message));
    CHECK(!day_holds(ORM_RULE_PAST, NULL, ORM_TIME, now + hour, message));
    CHECK_TEXT(message, "must be in the past");
    CHECK(!day_holds(ORM_RULE_FUTURE, NULL, ORM_TIME, now - hour, message));
    CHECK_TEXT(message, "must be in the future");
    CHECK(day_holds(ORM_RULE_PAST, NULL, ORM_DATE, today.days - 2, message) && day_holds(ORM_RULE_FUTURE, NULL, ORM_DATE, today.days + 2, message));
    CHECK(!day_holds(ORM_RULE_PAST, NULL, ORM_DATE, today.days + 2, message) && !day_holds(ORM_RULE_FUTURE, NULL, ORM_DATE, today.days - 2, message));
}

TEST(a_code_of_every_country_and_currency_is_found)
{
    char code[4], before[4] = "";
    for (uint64_t i = 0; i < 249; i++) {
        CHECK(orm__country_valid(orm__nth_code(ORM_RULE_COUNTRY, i, code), 2));
        CHECK(strcmp(before, code) < 0);                 /* in order, or halving would not find them */
        memcpy(before, code, sizeof before);
    }
    CHECK_TEXT(orm__nth_code(ORM_RULE_COUNTRY, 249, code), "AD");
    memset(before, 0, sizeof before);
    uint64_t n = 0;
    for (; strcmp(orm__nth_code(ORM_RULE_CURRENCY, n, code), "ZWG") != 0 && n < 1000; n++) {
        CHECK(orm__currency_valid(code, 3));
        CHECK(strcmp(before, code) < 0);
        memcpy(before, code, sizeof before);
    }
    CHECK(n > 150 && n < 1000);
}

/* ---- time ------------------------------------------------------------------------------------------------------------ */
/* with a sanitizer, which makes all of it slow alike, a tenth of that is as good */
#if defined __has_feature
#  if __has_feature(address_sanitizer)
enum { SMALL = 100000 };
#    define SANITIZED
#  endif
#endif
#ifndef SANITIZED
enum { SMALL = 1000000 };
#endif
enum { MARGIN = 256, LARGE = 10 * SMALL };

/* CPU seconds of one look at the first `size` bytes, of which the last is no good anywhere */
static double seconds(const orm_rule *rule, char *text_, size_t size)
{
    char message[160];
    char kept[2] = { text_[size - 1], text_[size] };
    const orm_column column = { .name = "c", .is = { .type = ORM_TEXT } };
    text_[size - 1] = '\x01';
    text_[size] = 0;
    const orm_value value = { .type = ORM_TEXT, .length = (uint32_t)size, .as.s = text_ };
    clock_t begun = clock();
    (void)orm__rule_holds(rule, &column, &value, NULL, message);
    double took = (double)(clock() - begun) / CLOCKS_PER_SEC;
    memcpy(text_ + size - 1, kept, sizeof kept);
    return took;
}

/* Ten times the text takes ten times as long; a square would be a hundred times. The bound is generous, and a miss may be another program's doing. */
static bool is_linear(const orm_rule *rule, char *text_)
{
    double small = 1e9, large = 1e9;
    for (int turn = 0; turn < 4; turn++) {
        double one = seconds(rule, text_, SMALL), ten = seconds(rule, text_, LARGE);
        if (one < small) small = one;
        if (ten < large) large = ten;
        if (large <= 40 * small + 0.02) return true;
    }
    printf("%s: %g s, ten times that %g s\n", orm__rule_name(rule->kind), small, large);
    return false;
}

TEST(every_rule_takes_linear_time_on_10_mb_of_hostile_text)
{
    static const char *const units[] = { "a", "A", "1", " ", "-", "a-", "a.", "1.", "%41", "AAAA", "=", "[", "{\"a\":", "[1,", "\"\\u0041\",", ":", "@", "+", "/", "\xC3\xA9", "\xC2\xA0", "aaaaaaaab" };
    static const int64_t numbers[] = { 4, 7 };
    static const char *const schemes[] = { "http", "aaaa", NULL };
    char *buffer = malloc(MARGIN + LARGE + 16);
    REQUIRE(buffer);
    for (size_t u = 0; u < N(units); u++) {
        size_t unit = strlen(units[u]);
        for (size_t at = 0; at < LARGE + 15; at++) buffer[MARGIN + at] = units[u][at % unit];
        for (int kind = ORM_RULE_NONE + 1; kind < ORM_RULE_KINDS; kind++) {
            orm_rule rule = { .kind = (orm_rule_kind)kind, .low = 1, .high = INT64_MAX };
            if (kind == ORM_RULE_CHECK_WITH || kind == ORM_RULE_ONE_OF_INT || kind == ORM_RULE_NOT_IN_INT || (kind >= ORM_RULE_AT_LEAST && kind <= ORM_RULE_BETWEEN)
                || (kind >= ORM_RULE_AFTER && kind <= ORM_RULE_FUTURE)) continue;      /* of no text, or not ours */
            if (kind == ORM_RULE_MATCHES || kind == ORM_RULE_NOT_MATCHES) {
                if (u > 1) continue;                     /* what the C library does is looked at in validate_test */
                rule.pattern = "^[a-z]+x$";
            } else rule.pattern = "aaaaaaaaaaaaaaab";
            rule.texts = schemes;
            rule.numbers = numbers;
            rule.n_numbers = N(numbers);
            CHECK(is_linear(&rule, buffer + MARGIN));
            const struct form_case *c = case_of(kind);
            for (size_t g = 0; c && c->good[g] && g < 1; g++) {
                size_t n = strlen(c->good[g]);
                char kept[MARGIN];
                memcpy(kept, buffer, MARGIN);
                memcpy(buffer + MARGIN - n, c->good[g], n);
                CHECK(is_linear(&rule, buffer + MARGIN - n));
                memcpy(buffer, kept, MARGIN);
            }
        }
    }
    free(buffer);
}

TEST(an_object_of_very_many_members_takes_linear_time)
{
    double took[2] = { 1e9, 1e9 };
    char *text_ = malloc(LARGE + 64), message[160];
    REQUIRE(text_);
    for (int turn = 0; turn < 6; turn++) {
        size_t size = 0, wanted = turn % 2 ? LARGE : SMALL;
        text_[size++] = '{';
        for (unsigned i = 0; size < wanted; i++) size += (size_t)snprintf(text_ + size, 40, "%s\"k%u\":%u", i ? "," : "", i, i);
        text_[size++] = '}';
        text_[size] = 0;
        const orm_column column = { .name = "c", .is = { .type = ORM_TEXT } };
        const orm_value value = { .type = ORM_TEXT, .length = (uint32_t)size, .as.s = text_ };
        clock_t begun = clock();
        CHECK(orm__rule_holds(&(orm_rule){ .kind = ORM_RULE_JSON_TEXT }, &column, &value, NULL, message));
        double now = (double)(clock() - begun) / CLOCKS_PER_SEC;
        if (now < took[turn % 2]) took[turn % 2] = now;
    }
    if (took[1] > 40 * took[0] + 0.02) printf("%g s, ten times that %g s\n", took[0], took[1]);
    CHECK(took[1] <= 40 * took[0] + 0.02);
    free(text_);
}

CHECK_MAIN()

/* test: no-valgrind: the address sanitizer sees the same, and sooner */
/* JSON texts by the thousand: what RFC 8259 accepts and refuses, every beginning of a text, every byte of it replaced by every other, and random rows that are printed and read back */
#include <math.h>
#include "internal.h"
#include "check.h"
#include "json_models.h"

/* a copy that ends where its last byte does, so that a sanitizer sees who reads on */
static char *exact(const char *text, size_t size)
{
    char *copy = (char *)malloc(size ? size : 1);
    if (copy) memcpy(copy, text, size);
    return copy;
}

/* ---- the grammar ---- */

/* what a JSON text is, wherever it stands */
static const char *const accepted[] = {
    /* numbers */
    "0", "-0", "1", "-1", "10", "1234567890", "0.0", "-0.0", "0.5", "1.50", "10.01", "0e0", "0E0", "1e1", "1E1", "1e+1", "1e-1", "1E+01", "1E-0", "-1.5e-10", "1e999", "-1e999", "1e-999", "1e000000", "0.000000000000000000000000000001",
    "123456789012345678901234567890123456789012345678901234567890", "9007199254740993", "-9223372036854775808", "18446744073709551616", "1.7976931348623157e308", "0e999999999999999999999999",
    /* words */
    "true", "false", "null",
    /* strings and escapes */
    "\"\"", "\" \"", "\"a\"", "\"\\\"\"", "\"\\\\\"", "\"\\/\"", "\"/\"", "\"\\b\\f\\n\\r\\t\"", "\"\\u0001\"", "\"\\u001f\"", "\"\\u007F\"", "\"\x7F\"", "\"\\uFFFF\"", "\"\\uabcd\\uABCD\"", "\"'\"", "\"//\"", "\"/*x*/\"", "\"\\\\u0000\"",
    "\"[]{},:\"", "\"\\u005c\\u0022\"", "\"null\"",
    /* UTF-8 and surrogates */
    "\"\xC2\x80\"", "\"\xDF\xBF\"", "\"\xE0\xA0\x80\"", "\"\xED\x9F\xBF\"", "\"\xEE\x80\x80\"", "\"\xEF\xBF\xBF\"", "\"\xF0\x90\x80\x80\"", "\"\xF4\x8F\xBF\xBF\"", "\"\xEF\xBB\xBF\"", "\"\\uD800\\uDC00\"", "\"\\uDBFF\\uDFFF\"", "\"\\ud83d\\ude00\"",
    "\"\\u2028\\u2029\xE2\x80\xA8\"", "\"\xE2\x80\xAE\"", "\"a\xCC\x81\"",
    /* blanks */
    " 1", "1 ", "\t\n\r 1 \t\n\r", "[ ]", "{ }", "[\n1\n,\n2\n]", "{ \"a\" : 1 , \"b\" : 2 }", "\r\n[]\r\n",
    /* arrays and objects */
    "[]", "[1]", "[1,2]", "[[]]", "[[[[[[]]]]]]", "[[],[]]", "[{}]", "[null,true,\"\",0,[],{}]", "[0,0]", "{}", "{\"a\":1}", "{\"\":1}", "{\"a\":1,\"b\":2}", "{\"a\":{\"a\":{\"a\":1}}}", "[{\"a\":1},{\"a\":1}]", "{\"a\":[{\"a\":1}],\"b\":{\"a\":2}}", "{\"a\":1,\"A\":1}",
    "{\"a\":1,\"a \":1}", "{\"\\u00e9\":1,\"e\\u0301\":1}", "{\"\\n\":1}", "{\"__proto__\":{}}", "{\"a\":1,\"b\":1,\"c\":1,\"aa\":1,\"ab\":1}", "{\"\\ud83d\\ude00\":1,\"\\ud83d\\ude01\":1}",
    /* two names of one hash (FNV-1a of 64 bits over UTF-16) are two names */
    "{\"\\u4b8e\\u5e48\\u4d27\\u4b53\\u4f4d\":1,\"\\u40c4\\u4d6c\\u52f1\\u48d0\\u4084\":2}",
};

static const char *const refused[] = {
    /* nothing, or more than one */
    "", " ", "\n", "1 2", "1,2", "1,", ",1", ",", "[] []", "{}{}", "[]]", "{}}", "1]", "null null", "nulltrue", ":", "\"a\" \"b\"", "\"a\":1",
    /* numbers */
    "+1", "-", "--1", "-+1", "01", "-01", "00", "1.", ".5", "-.5", "1.e1", "1e", "1e+", "1e-", "1e1.5", "1E", "1e+-1", "1e1e1", "1.2.3", "0x10", "0b1", "0o7", "1_000", "1,5", "1 000", "NaN", "-NaN", "nan", "Infinity", "-Infinity", "inf", "1f", "1L", "1d",
    "\xEF\xBC\x91", "1a", "- 1", "1 .5", "1. 5", "1e 5", "0.", "-e1", "e1", "$1", "(1)", "1;",
    /* words */
    "True", "FALSE", "nul", "nullx", "NULL", "nil", "undefined", "tru", "truee", "t", "f", "n", "yes", "True1", "none", "void",
    /* strings */
    "\"", "\"a", "a\"", "a", "'a'", "`a`", "\"\\\"", "\"\\", "\"\\x41\"", "\"\\a\"", "\"\\'\"", "\"\\0\"", "\"\\1\"", "\"\\v\"", "\"\\ \"", "\"\\U0041\"", "\"\\u\"", "\"\\u1\"", "\"\\u12\"", "\"\\u123\"", "\"\\u123g\"", "\"\\u-123\"", "\"\\u 123\"", "\"\\u+123\"", "\"\\u0000\"",
    "\"a\nb\"", "\"a\tb\"", "\"a\rb\"", "\"\x01\"", "\"\x1F\"", "\"\\\n\"", "\"\\\r\n\"", "\"a\"\"b\"", "\"\\\xC3\xA9\"", "\"\\u00e\xC3\xA9\"",
    /* UTF-8 and surrogates */
    "\"\x80\"", "\"\xBF\"", "\"\xC3\"", "\"\xC3(\"", "\"\xC0\x80\"", "\"\xC1\xBF\"", "\"\xE0\x80\x80\"", "\"\xE0\x9F\xBF\"", "\"\xED\xA0\x80\"", "\"\xED\xBF\xBF\"", "\"\xE2\x82\"", "\"\xF0\x80\x80\x80\"", "\"\xF0\x8F\xBF\xBF\"", "\"\xF0\x9F\x98\"", "\"\xF4\x90\x80\x80\"", "\"\xF5\x80\x80\x80\"", "\"\xFF\"", "\"\xFE\"",
    "\"\xF8\x88\x80\x80\x80\"", "\"\\uD800\"", "\"\\uDC00\"", "\"\\uDFFF\\uDBFF\"", "\"\\uD800\\uD800\"", "\"\\uD83D\\u0041\"", "\"\\uD83Dx\"", "\"\\uD83D\\n\"", "\"\\uD83D\\\"", "\"\\uD83D\\uDE0\"", "\"\\uD83D\xED\xB8\x80\"",
    /* blanks and comments */
    "\xEF\xBB\xBF" "1", "\xFE\xFF", "\xC2\xA0" "1", "1\xC2\xA0", "\v1", "\f1", "1\f", "[\v]", "\xE2\x80\xA8" "1", "[1\xE3\x80\x80]", "//x\n1", "1//x", "/*x*/1", "[/*x*/]", "#x\n1", "--x\n1", "<!--x-->1", "\x01" "1", "1\x7F",
    /* arrays */
    "[", "]", "[1", "[1,", "[1,]", "[,]", "[,1]", "[1,,2]", "[1 2]", "[1;2]", "[1:2]", "[\"a\":1]", "[1}", "[}", "[[]", "[]]", "[1]]", "(1,2)", "[...]", "[a]", "[\"a]", "[1,2,3", "[[1],", "[undefined]",
    /* objects */
    "{", "}", "{]", "{\"a\"}", "{\"a\":}", "{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "{,}", "{,\"a\":1}", "{\"a\":1,,\"b\":2}", "{\"a\" 1}", "{\"a\"=1}", "{\"a\":1 \"b\":2}", "{\"a\":1;\"b\":2}", "{a:1}", "{'a':1}", "{1:1}", "{null:1}", "{[]:1}", "{\"a\"::1}", "{\"a\":1:2}",
    "{\"a\",\"b\"}", "{\"a\":{}", "{\"a\":[}", "{\"a\":]}", "{:1}", "{\"a", "{\"a\":1}}", "{\"a\":1]", "{\"a\":\"b}", "{\"a\":1,\"b\"}", "{\"a\":a}", "{\"a\n\":1}", "{\"\xC3\":1}", "{\"\\u0000\":1}", "{\"\\uD800\":1}", "{\"a\"\x01:1}",
    /* two members of one name */
    "{\"s\":{\"a\":1,\"a\":1}}", "[{\"a\":1,\"b\":2,\"a\":3}]", "[{\"a\":1,\"\\u0061\":2}]", "[{\"\":1,\"\":2}]", "[{\"\\ud83d\\ude00\":1,\"\xF0\x9F\x98\x80\":2}]", "[{\"\\n\":1,\"\\u000a\":1}]", "[{\"/\":1,\"\\/\":1}]", "[[{\"a\":{\"b\":1},\"c\":2,\"a\":1}]]",
    /* and with another name of the same hash between them */
    "[{\"\\u4b8e\\u5e48\\u4d27\\u4b53\\u4f4d\":1,\"\\u40c4\\u4d6c\\u52f1\\u48d0\\u4084\":2,\"\xE4\xAE\x8E\xE5\xB9\x88\xE4\xB4\xA7\xE4\xAD\x93\xE4\xBD\x8D\":3}]",
};

static orm_status status_of(const char *text, size_t size)
{
    char *copy = exact(text, size);
    orm_free(Every_from_json(NULL, copy, size, (Every_mask){ .opt_extra = 1 }));
    free(copy);
    return orm_error()->kind;
}

TEST(what_is_json_is_taken)
{
    CHECK(sizeof accepted / sizeof *accepted >= 60);
    for (size_t i = 0; i < sizeof accepted / sizeof *accepted; i++) {
        char text[400];
        orm_status whole = status_of(accepted[i], strlen(accepted[i]));      /* is no row, but it is JSON */
        if (whole != ORM_VALIDATION && whole != ORM_OK) printf("%s\n", accepted[i]);
        CHECK(whole == ORM_VALIDATION || whole == ORM_OK);
        size_t size = (size_t)snprintf(text, sizeof text, "{\"opt_extra\":%s}", accepted[i]);
        ORM_AUTO Every *row = Every_from_json(NULL, text, size, (Every_mask){ .opt_extra = 1 });
        CHECK(row != NULL);
        if (!row) printf("%s\n", accepted[i]);
        if (!row || strcmp(accepted[i], "null") == 0) continue;
        REQUIRE(row->opt_extra);
        CHECK(strstr(text, row->opt_extra) != NULL);
        char *again = Every_to_json(row, (Every_mask){ .opt_extra = 1 });
        REQUIRE(again);
        CHECK_INT(status_of(again, strlen(again)), ORM_OK);
        orm_free_text(again);
    }
}

TEST(what_is_no_json_is_refused)
{
    CHECK(sizeof refused / sizeof *refused >= 60);
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        char text[400];
        orm_status whole = status_of(refused[i], strlen(refused[i]));
        if (whole != ORM_BAD_JSON && !(*refused[i] == '{' && whole == ORM_VALIDATION && strstr(refused[i], "\"s\"") != NULL)) {
            printf("%s: %s\n", refused[i], orm_status_name(whole));
            CHECK_INT(whole, ORM_BAD_JSON);
        }
        size_t size = (size_t)snprintf(text, sizeof text, "{\"opt_extra\":%s}", refused[i]);
        CHECK_INT(status_of(text, size), ORM_BAD_JSON);
        /* and where it is not looked at */
        size = (size_t)snprintf(text, sizeof text, "{\"no_such\":%s}", refused[i]);
        CHECK_INT(status_of(text, size), ORM_BAD_JSON);
    }
    CHECK_INT(status_of("\0", 1), ORM_BAD_JSON);
    CHECK_INT(status_of("1\0", 2), ORM_BAD_JSON);
    CHECK_INT(status_of("\"a\0b\"", 5), ORM_BAD_JSON);
    CHECK_INT(status_of("{}\0", 3), ORM_BAD_JSON);
    CHECK_INT(status_of("\0{}", 3), ORM_BAD_JSON);
}

/* ---- every beginning, and every byte replaced ---- */

#define GRAPH_TEXT "{\"name\":\"Ada\",\"age\":36,\"email\":\"ada@ex.am\",\"extra\":{\"\\u0061\":[1.5e+2,null]},\"posts\":[{\"title\":\"\\ud83d\\ude00\",\"comments\":[{\"words\":\"\xC3\xA9\"}],\"tags\":[]}],\"profile\":{\"bio\":null}}"
#define FILTER_TEXT "{\"age\":{\"gte\":18,\"in\":[1,2]},\"or\":[{\"name\":\"\\u0041\"},{\"not\":{\"name\":{\"starts_with\":\"\xC3\xA9\"}}}]}"

static orm_status graph_of(const char *text, size_t size)
{
    const Author_query shape = { .select = { .name = 1, .age = 1, .email = 1, .extra = 1 }, .include = {
        orm_with(Author_.posts, .select = { .title = 1 }, .include = { orm_with(Post_.comments, .select = { .words = 1 }), orm_with(Post_.tags, .select = { .label = 1 }) }),
        orm_with(Author_.profile, .select = { .bio = 1 }) } };
    Author *row = Author_graph_from_json(NULL, text, size, &shape, NULL);
    CHECK((row != NULL) == (orm_error()->kind == ORM_OK));
    orm_free(row);
    return orm_error()->kind;
}

static orm_status every_of(const char *text, size_t size)
{
    Every *row = Every_from_json(NULL, text, size, (Every_mask){ EVERY_FIELD });
    CHECK((row != NULL) == (orm_error()->kind == ORM_OK));
    orm_free(row);
    return orm_error()->kind;
}

static orm_status list_of(const char *text, size_t size)
{
    Author *rows = Author_all_from_json(NULL, text, size, (Author_mask){ .name = 1, .age = 1 });
    CHECK((rows != NULL) == (orm_error()->kind == ORM_OK));
    orm_free(rows);
    return orm_error()->kind;
}

static orm_status filter_of(const char *text, size_t size)
{
    static const Author_filter asked = { .eq = { .name = 1 }, .in = { .age = 1 }, .range = { .age = 1 }, .starts_with = { .name = 1 }, .connectives = true };
    orm_arena arena = { 0 };
    Author_pred filter;
    orm_status status = Author_filter_from_json(NULL, text, size, &asked, &arena, &filter);
    CHECK_INT(status, orm_error()->kind);
    orm_arena_release(&arena);
    return status;
}

static const struct { const char *text; orm_status (*read)(const char *text, size_t size); } documents[] = {
    { EVERY_TEXT, every_of }, { GRAPH_TEXT, graph_of }, { "[{\"name\":\"Ada\"},{\"name\":\"Bob\",\"age\":1}]", list_of }, { FILTER_TEXT, filter_of },
};
enum { DOCUMENTS = sizeof documents / sizeof *documents };

TEST(every_beginning_of_a_text_is_no_json)
{
    for (size_t d = 0; d < DOCUMENTS; d++) {
        size_t size = strlen(documents[d].text);
        for (size_t n = 0; n < size; n++) {
            char *copy = exact(documents[d].text, n);
            orm_status status = documents[d].read(copy, n);
            if (status != ORM_BAD_JSON) printf("%.*s: %s\n", (int)n, copy, orm_status_name(status));
            CHECK_INT(status, ORM_BAD_JSON);
            free(copy);
        }
        CHECK_INT(documents[d].read(documents[d].text, size), ORM_OK);
        if (orm_failed()) printf("%s\n", orm_error()->message);
    }
}

/* the types that read their text in a way of their own; the rest of Every's documents is more of the same */
#define SHORT_TEXT "{\"small\":-7,\"number\":-1.5e-3,\"word\":\"Ã©\",\"price\":0.50,\"bytes\":\"AAE=\",\"day\":\"2024-02-29\",\"clock_\":\"23:59:59.9\",\"moment\":\"2024-02-29T00:00:00.5+01:00\"," \
    "\"token\":\"0190163d-8694-739b-aea5-966c26f8ad91\",\"address\":\"2001:db8::/32\",\"mood\":\"calm\",\"smalls\":[1,-2],\"words\":[\"\\n\"]}"
static orm_status short_of(const char *text, size_t size)
{
    Every *row = Every_from_json(NULL, text, size, (Every_mask){ .small = 1, .number = 1, .word = 1, .price = 1, .bytes = 1, .day = 1, .clock_ = 1, .moment = 1, .token = 1, .address = 1, .mood = 1, .smalls = 1, .words = 1 });
    CHECK((row != NULL) == (orm_error()->kind == ORM_OK));
    orm_free(row);
    return orm_error()->kind;
}

TEST(any_byte_may_be_any_other)
{
    size_t taken = 0, tried = 0;
    CHECK_INT(short_of(SHORT_TEXT, strlen(SHORT_TEXT)), ORM_OK);
    for (size_t d = 0; d < DOCUMENTS; d++) {
        const char *text = d == 0 ? SHORT_TEXT : documents[d].text;
        size_t size = strlen(text);
        for (size_t n = 0; n < size; n++) {
            char *copy = exact(text, size);
            for (unsigned byte = 0; byte < 256; byte++) {
                copy[n] = (char)byte;
                orm_status status = d == 0 ? short_of(copy, size) : documents[d].read(copy, size);
                taken += status == ORM_OK;
                tried++;
                if (status == ORM_OK || status == ORM_BAD_JSON || status == ORM_VALIDATION) continue;
                CHECK_TEXT(orm_status_name(status), "ORM_OK");
                return;
            }
            free(copy);
        }
    }
    CHECK(taken > tried / 50 && taken < tried / 2);
}

/* bytes left out, doubled, and exchanged with others */
TEST(texts_that_were_shaken)
{
    uint64_t random = 88172645463325252u;
    for (int i = 0; i < 10000; i++) {
        size_t d = (size_t)i % DOCUMENTS, size = strlen(documents[d].text), n = 0;
        char text[4096];
        memcpy(text, documents[d].text, size);
        for (int k = 0; k < 1 + i % 4; k++) {
            random ^= random << 13, random ^= random >> 7, random ^= random << 17;
            size_t from = random % size, to = (random >> 20) % size;
            n = (random >> 40) % 9;
            if (from + n > size || to + n > size) continue;
            if (random >> 63) memmove(text + to, text + from, n);
            else if (size > 40 && from + n < size) memmove(text + from, text + from + n, size - from - n), size -= n;
        }
        char *copy = exact(text, size);
        orm_status status = documents[d].read(copy, size);
        CHECK(status == ORM_OK || status == ORM_BAD_JSON || status == ORM_VALIDATION);
        free(copy);
    }
}

/* ---- printed and read back ---- */

static uint64_t state = 0x9E3779B97F4A7C15u;
static uint64_t bits(void)
{
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    return state * 0x2545F4914F6CDD1Du;
}
static int64_t between(int64_t low, int64_t high) { return low + (int64_t)(bits() % ((uint64_t)high - (uint64_t)low + 1)); }
static bool coin(void) { return bits() >> 63; }
/* small numbers, ends and all bits */
static int64_t whole(int64_t low, int64_t high)
{
    switch (bits() % 4) {
    case 0:  return low;
    case 1:  return high;
    case 2:  return between(-3, 3);
    default: return high == INT64_MAX ? (int64_t)bits() : between(low, high);
    }
}

static orm_arena arena;

static const char *random_text(size_t most)
{
    static const char *const pieces[] = { "a", " ", "\"", "\\", "/", "\n", "\r", "\t", "\x01", "\x1F", "\x7F", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80", "\xEF\xBB\xBF", "\xEF\xBF\xBF", "\xE2\x80\xA8", "{", "}", "null", "\\u0041", "'", "%s", "<" };
    char text[256] = "";
    size_t n = bits() % (most + 1);
    for (size_t i = 0; i < n; i++) strcat(text, pieces[bits() % (most == 3 ? 1 : sizeof pieces / sizeof *pieces)]);
    return orm_text(&arena, text);
}

static double random_double(void)
{
    double number;
    for (;;) {
        uint64_t all = bits();
        memcpy(&number, &all, sizeof number);
        if (bits() % 4 == 0) number = (double)between(-100000, 100000) / 1000;
        if (bits() % 9 == 0) number = coin() ? 0.0 : -0.0;
        if (isfinite(number)) return number;
    }
}

static float random_float(void)
{
    float number;
    for (;;) {
        uint32_t all = (uint32_t)bits();
        memcpy(&number, &all, sizeof number);
        if (bits() % 4 == 0) number = (float)between(-1000, 1000) / 10;
        if (isfinite(number)) return number;
    }
}

static orm_uuid random_uuid(void)
{
    orm_uuid id;
    for (size_t i = 0; i < sizeof id.byte; i++) id.byte[i] = (uint8_t)(bits() >> 32);
    return id;
}

static orm_inet random_inet(void)
{
    orm_inet inet = { .family = coin() ? 4 : 6 };
    inet.prefix = (uint8_t)(coin() ? (inet.family == 4 ? 32 : 128) : between(0, inet.family == 4 ? 32 : 128));
    for (size_t i = 0; i < (inet.family == 4 ? 4 : 16); i++) inet.address[i] = (uint8_t)(bits() % 3 == 0 ? 0 : bits() >> 40);
    return inet;
}

static orm_decimal random_decimal(int digits, int scale)
{
    char text[64] = "";
    size_t n = 0, before = bits() % (uint64_t)(digits - scale + 1);
    if (coin()) text[n++] = '-';
    text[n++] = '0';
    for (size_t i = 0; i < before; i++) text[n++] = (char)('0' + bits() % 10);
    text[n++] = '.';
    for (int i = 0; i < scale; i++) text[n++] = (char)('0' + bits() % 10);
    orm_decimal number = orm_decimal_of(text), scaled = number;
    CHECK(orm_decimal_rescale(number, scale, &scaled));
    return scaled;
}

static orm_blob random_blob(void)
{
    char bytes[64];
    size_t n = bits() % sizeof bytes;
    for (size_t i = 0; i < n; i++) bytes[i] = (char)(bits() >> 24);
    char *copy = (char *)orm_arena_allocate(&arena, n + 1);
    memcpy(copy, bytes, n);
    return (orm_blob){ copy, n };
}

static const char *random_json(void)
{
    static const char *const documents_[] = { "0", "\"\"", "[]", "{}", "[1, 2.50, null]", "{\"a\" : {\"\\u00e9\":[]}}", "true", "-1e400", "\"\\ud83d\\ude00\"", "123456789012345678901234567890" };
    return documents_[bits() % (sizeof documents_ / sizeof *documents_)];
}

static orm_date random_date(void) { return (orm_date){ (int32_t)between(ORM__FIRST_DAY, ORM__LAST_DAY) }; }
static orm_clock random_clock(void) { return (orm_clock){ coin() ? between(0, 86399) * 1000000 : between(0, ORM__DAY - 1) }; }
static orm_time random_time(void) { return coin() ? between(ORM__FIRST_TIME / 1000, ORM__LAST_TIME / 1000) * 1000 : between(ORM__FIRST_TIME, ORM__LAST_TIME); }

/* an array of n such elements in the arena */
#define RANDOM_ARRAY(member, type, value) do {                                        \
        size_t n_ = bits() % 6;                                                        \
        type *at_ = (type *)orm_arena_allocate(&arena, (n_ + 1) * sizeof *at_);        \
        for (size_t i_ = 0; i_ < n_; i_++) at_[i_] = (value);                          \
        if (coin()) { (member).at = at_; (member).n = n_; }                            \
    } while (0)

static Every random_every(void)
{
    Every e = Every_defaults();
    e.small = (int16_t)whole(INT16_MIN, INT16_MAX);
    e.medium = (int32_t)whole(INT32_MIN, INT32_MAX);
    e.big = whole(INT64_MIN, INT64_MAX);
    e.single = random_float();
    e.number = random_double();
    e.flag = coin();
    e.word = random_text(3);
    e.body = random_text(30);
    e.code = "x\xC3\xA9z";
    e.price = random_decimal(10, 2);
    e.long_ = random_decimal(38, 10);
    e.bytes = random_blob();
    e.day = random_date();
    e.clock_ = random_clock();
    e.moment = random_time();
    e.token = random_uuid();
    e.extra = random_json();
    e.binary = random_json();
    e.address = random_inet();
    e.mood = (enum Mood)between(1, 3);
    if (coin()) e.opt_small = orm_int16((int16_t)whole(INT16_MIN, INT16_MAX));
    if (coin()) e.opt_medium = orm_int32((int32_t)whole(INT32_MIN, INT32_MAX));
    if (coin()) e.opt_big = orm_int64(whole(INT64_MIN, INT64_MAX));
    if (coin()) e.opt_single = (orm_opt_float){ random_float(), true };
    if (coin()) e.opt_number = (orm_opt_double){ random_double(), true };
    if (coin()) e.opt_flag = (orm_opt_bool){ coin(), true };
    if (coin()) e.opt_body = random_text(20);
    if (coin()) e.opt_price = (orm_opt_decimal){ random_decimal(10, 2), true };
    if (coin()) e.opt_bytes = random_blob();
    if (coin()) e.opt_day = orm_some_date(random_date());
    if (coin()) e.opt_clock = orm_some_clock(random_clock());
    if (coin()) e.opt_moment = (orm_opt_time){ random_time(), true };
    if (coin()) e.opt_token = random_uuid();
    if (coin()) e.opt_extra = random_json();
    if (coin()) e.opt_address = random_inet();
    if (coin()) e.opt_mood = (enum Mood)between(1, 3);
    RANDOM_ARRAY(e.smalls, int16_t, (int16_t)whole(INT16_MIN, INT16_MAX));
    RANDOM_ARRAY(e.mediums, int32_t, (int32_t)whole(INT32_MIN, INT32_MAX));
    RANDOM_ARRAY(e.bigs, int64_t, whole(INT64_MIN, INT64_MAX));
    RANDOM_ARRAY(e.singles, float, random_float());
    RANDOM_ARRAY(e.numbers, double, random_double());
    RANDOM_ARRAY(e.flags, bool, coin());
    RANDOM_ARRAY(e.words, const char *, random_text(10));
    RANDOM_ARRAY(e.days, orm_date, random_date());
    RANDOM_ARRAY(e.moments, orm_time, random_time());
    RANDOM_ARRAY(e.tokens, orm_uuid, random_uuid());
    return e;
}

static bool equal(const Every *a, const Every *b)
{
    for (size_t i = 0; i < Every_model.n_columns; i++) {
        const orm_column *c = &Every_model.columns[i];
        const orm_value x = orm__value_of(c, a), y = orm__value_of(c, b);
        bool same = orm__members_equal(c, a, b) && x.type == y.type;
        if (same && (x.type == ORM_DOUBLE || x.type == ORM_FLOAT)) same = memcmp(&x.as.d, &y.as.d, sizeof x.as.d) == 0;      /* -0 is no 0 */
        if (same) continue;
        printf("%s differs\n", c->name);
        return false;
    }
    return true;
}

TEST(random_rows_are_read_as_they_were_printed)
{
    for (int i = 0; i < 10000; i++) {
        Every row = random_every();
        char *text = Every_to_json(&row, (Every_mask){ EVERY_FIELD });
        REQUIRE(text);
        ORM_AUTO Every *back = Every_from_json(NULL, text, strlen(text), (Every_mask){ EVERY_FIELD });
        if (!back || !equal(&row, back)) {
            printf("%s\n%s\n", text, orm_error()->message);
            check_failed = true;
            orm_free_text(text);
            return;
        }
        char *again = Every_to_json(back, (Every_mask){ EVERY_FIELD });
        REQUIRE(again);
        if (strcmp(text, again) != 0) CHECK_TEXT(again, text);
        orm_free_text(again);
        orm_free_text(text);
        orm_arena_reset(&arena);
    }
    orm_arena_release(&arena);
}

TEST(random_lists_are_read_as_they_were_printed)
{
    for (int i = 0; i < 100; i++) {
        size_t n = bits() % 40;
        Every *rows = Every_list(&arena, n);
        REQUIRE(rows);
        for (size_t k = 0; k < n; k++) rows[k] = random_every();
        char *text = Every_all_to_json(rows, (Every_mask){ EVERY_FIELD });
        REQUIRE(text);
        ORM_AUTO Every *back = Every_all_from_json(NULL, text, strlen(text), (Every_mask){ EVERY_FIELD });
        REQUIRE(back);
        CHECK_INT(orm_len(back), n);
        for (size_t k = 0; k < n; k++) CHECK(equal(&rows[k], &back[k]));
        char *again = Every_all_to_json(back, (Every_mask){ EVERY_FIELD });
        REQUIRE(again);
        CHECK(strcmp(text, again) == 0);
        orm_free_text(again);
        orm_free_text(text);
        orm_arena_reset(&arena);
    }
    orm_arena_release(&arena);
}

CHECK_MAIN()

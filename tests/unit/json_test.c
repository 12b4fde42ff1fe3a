/* rows as JSON, and the dump: every type, what a ticket says was loaded, secrets, broken values, stale rows, memory that ends */
#include <math.h>
#include "internal.h"
#include "check.h"
#include <locale.h>

/* random numbers that are written both ways; sanitizers and valgrind, which are slow, see fewer */
#if defined __OPTIMIZE__ && !defined __SANITIZE_ADDRESS__ && !defined __SANITIZE_THREAD__
enum { NUMBERS = 350000 };
#else
enum { NUMBERS = 20000 };
#endif

#define Mood_VALUES(X) X(calm) X(angry)
ORM_ENUM(Mood)

#define Thing_FIELDS(X)                       \
    X(id,       serial)                       \
    X(name,     string(40))                   \
    X(password, text, secret)                 \
    X(small,    smallint)                     \
    X(age,      integer, nullable)            \
    X(big,      bigint)                       \
    X(ratio,    real)                         \
    X(score,    double)                       \
    X(active,   boolean)                      \
    X(price,    decimal(10, 2))               \
    X(photo,    blob, nullable)               \
    X(born,     date)                         \
    X(wakes,    time)                         \
    X(seen,     timestamp, nullable)          \
    X(token,    uuid)                         \
    X(settings, json, nullable)               \
    X(mood,     enumeration(Mood))
ORM_MODEL(Thing, things)

#define Writer_FIELDS(X)                      \
    X(id,    serial)                          \
    X(name,  text)                            \
    X(books, has_many(Book, writer_id))
ORM_MODEL(Writer, writers)

#define Book_FIELDS(X)                        \
    X(id,        serial)                      \
    X(title,     text)                        \
    X(writer_id, key(Writer))                 \
    X(writer,    belongs_to(Writer, writer_id))
ORM_MODEL(Book, books)

#define Shelf_MODELS(X) X(Thing) X(Writer) X(Book)
ORM_SCHEMA(Shelf)
ORM_DEFINE(Shelf)

static char *last;

/* the JSON of one row; freed by the next call */
static const char *json_of(const orm_model *model, const void *row, const orm_mask *mask)
{
    size_t length = 0;
    orm__clear_error();
    orm_free_text(last);
    last = orm__to_json(model, row, mask, false, &length);
    if (last) CHECK_INT(length, strlen(last));
    return last;
}

/* one member of a Thing */
static const char *json_of_member(const Thing *thing, const orm_column *column)
{
    orm_mask mask = { { 0 } };
    orm__mask_add(&mask, orm__column_index(&Thing_model, column));
    return json_of(&Thing_model, thing, &mask);
}
#define MEMBER(thing, name) json_of_member(&(thing), &orm__Thing_columns.name)

static Thing thing(void)
{
    Thing t = Thing_defaults();
    t.id = 7;
    t.name = "Ada";
    t.password = "sesame";
    t.price = orm_decimal_of("12.50");
    t.born = orm_date_make(1815, 12, 10);
    t.wakes = orm_clock_make(6, 30, 0, 0);
    t.mood = Mood_calm;
    return t;
}

TEST(a_whole_row_has_its_members_in_order_and_never_a_secret)
{
    Thing t = thing();
    orm_uuid_parse("0190163d-8694-739b-aea5-966c26f8ad91", &t.token);
    CHECK_TEXT(json_of(&Thing_model, &t, NULL),
               "{\"id\":7,\"name\":\"Ada\",\"small\":0,\"age\":null,\"big\":0,\"ratio\":0,\"score\":0,\"active\":false,\"price\":12.50,\"photo\":null,"
               "\"born\":\"1815-12-10\",\"wakes\":\"06:30:00\",\"seen\":null,\"token\":\"0190163d-8694-739b-aea5-966c26f8ad91\",\"settings\":null,\"mood\":\"calm\"}");
}

TEST(a_mask_picks_members_but_no_secret)
{
    Thing t = thing();
    orm_mask mask = { { 0 } };
    CHECK_CONTAINS(json_of(&Thing_model, &t, &mask), "\"price\"");
    orm__mask_add(&mask, orm__column_index(&Thing_model, &orm__Thing_columns.password));
    CHECK_TEXT(json_of(&Thing_model, &t, &mask), "{}");
    orm__mask_add(&mask, orm__column_index(&Thing_model, &orm__Thing_columns.mood));
    CHECK_TEXT(json_of(&Thing_model, &t, &mask), "{\"mood\":\"calm\"}");
}

TEST(integers_are_exact_to_their_ends)
{
    Thing t = thing();
    t.big = INT64_MIN;
    CHECK_TEXT(MEMBER(t, big), "{\"big\":-9223372036854775808}");
    t.big = (INT64_C(1) << 53) + 1;
    CHECK_TEXT(MEMBER(t, big), "{\"big\":9007199254740993}");
    t.small = INT16_MIN;
    CHECK_TEXT(MEMBER(t, small), "{\"small\":-32768}");
    t.age = orm_int32(INT32_MAX);
    CHECK_TEXT(MEMBER(t, age), "{\"age\":2147483647}");
}

TEST(doubles_have_the_fewest_digits_that_read_back)
{
    static const struct { double number; const char *text; } known[] = {
        { 0.1, "0.1" }, { 1.0 / 3, "0.3333333333333333" }, { 1e21, "1e+21" }, { -0.0, "-0" }, { 5e-324, "4.94065645841247e-324" }, { 100, "100" },
        { 0.1 + 0.2, "0.30000000000000004" }, { 1.7976931348623157e308, "1.7976931348623157e+308" }, { 123456789012345680, "1.2345678901234568e+17" },
        { HUGE_VAL, "null" }, { -HUGE_VAL, "null" }, { (double)NAN, "null" },
    };
    Thing t = thing();
    char wanted[64];
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        t.score = known[i].number;
        snprintf(wanted, sizeof wanted, "{\"score\":%s}", known[i].text);
        CHECK_TEXT(MEMBER(t, score), wanted);
    }
    t.ratio = 0.1F;
    CHECK_TEXT(MEMBER(t, ratio), "{\"ratio\":0.1}");
}

TEST(random_doubles_read_back_to_the_last_bit)
{
    Thing t = thing();
    uint64_t bits = 88172645463325252u;
    for (int i = 0; i < 20000; i++) {
        bits ^= bits << 13, bits ^= bits >> 7, bits ^= bits << 17;
        double number;
        memcpy(&number, &bits, sizeof number);
        if (!isfinite(number)) continue;
        t.score = number;
        const char *text = MEMBER(t, score);
        CHECK_DOUBLE(strtod(text + sizeof "{\"score\":" - 1, NULL), number);
    }
}

/* the way that is always right, and slow */
static void shortest(double number, char out[64])
{
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(out, 64, "%.*g", digits, number);
        if (strtod(out, NULL) == number) return;
    }
}

/* is it written as the slow way writes it? */
static bool as_shortest(double number)
{
    char wanted[64], text[64];
    orm__writer w = { .text = text, .capacity = sizeof text };
    orm__put_number(&w, number, false);
    shortest(number, wanted);
    if (strcmp(text, wanted) == 0) return true;
    printf("%.17g is written %s and not %s\n", number, text, wanted);
    return false;
}

TEST(numbers_of_few_digits_are_written_as_the_slow_way_writes_them)
{
    static const double hostile[] = {
        0.0, -0.0, 1e-4, 0.00010000000000000002, 9.9999999999999991e-5, 0.0001234567890123, 0.00012345678901234, 0.000123456789012345, 1e-5, 999999999999999.9, 99999999999999.95, 999999999999.9995,
        1e15, 1e15 - 0.125, 1e15 + 0.125, 999999999999999.875, 0.3, 0.1 + 0.2, 1.005, 2.675, 1.0000000000000002, 0.9999999999999999, 4503599627370496.5, 9007199254740991.0, 123456789012345.6, 0.5, 5e-324,
        2.2250738585072014e-308, 1.7976931348623157e308, 8.5, 1e-3, 1e-10, 1e22, 1e23, 12345678.9, 72057594037927.936, 0.000999999999999999, 9.99999999999999,
    };
    uint64_t bits = 88172645463325252u;
    int wrong = 0;
    for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) wrong += !as_shortest(hostile[i]) + !as_shortest(-hostile[i]) + !as_shortest(nextafter(hostile[i], 0)) + !as_shortest(nextafter(hostile[i], 1e300));
    for (int i = 0; i < NUMBERS && wrong == 0; i++) {
        static const double powers[] = { 1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19 };
        bits ^= bits << 13, bits ^= bits >> 7, bits ^= bits << 17;
        double any, few = (double)(int64_t)(bits >> 14 & 0xFFFFFFFFFFFF) / powers[bits % 20], product = (double)(bits >> 40) * 0.1 * (double)(bits % 1000) * 0.01;
        memcpy(&any, &bits, sizeof any);
        if (isfinite(any)) wrong += !as_shortest(any);
        wrong += !as_shortest(few) + !as_shortest(-few) + !as_shortest(nextafter(few, 0)) + !as_shortest(product) + !as_shortest((double)(bits >> 11) / powers[bits % 19]);
    }
    CHECK_INT(wrong, 0);
}

TEST(texts_of_any_length_are_escaped_and_checked)
{
    static const struct { const char *one, *escaped; bool valid; } parts[] = {
        { "a", "a", true }, { "\"", "\\\"", true }, { "\\", "\\\\", true }, { "\n", "\\n", true }, { "\x01", "\\u0001", true }, { "\x7f", "\x7f", true }, { "\xc3\xa9", "\xc3\xa9", true },
        { "\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80", true }, { "\xe2\x82\xac", "\xe2\x82\xac", true }, { "\xff", "\xff", false }, { "\xc3", "\xc3", false }, { "\xed\xa0\x80", "\xed\xa0\x80", false },
    };
    const orm_allocator a = orm__default_allocator();
    for (size_t n = 0; n <= 40; n++) {
        for (size_t at = 0; at <= n; at++) {
            for (size_t k = 0; k < sizeof parts / sizeof *parts; k++) {
                char text[128], wanted[160];
                snprintf(text, sizeof text, "%.*s%s%.*s", (int)at, "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGH", parts[k].one, (int)(n - at), " !#$%&()*+,-./:;<=>?@[]^_`{|}~ABCDEFGHIJKLMNOP");
                snprintf(wanted, sizeof wanted, "\"%.*s%s%.*s\"", (int)at, "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGH", parts[k].escaped, (int)(n - at), " !#$%&()*+,-./:;<=>?@[]^_`{|}~ABCDEFGHIJKLMNOP");
                size_t size = strlen(text);
                char *exact = malloc(size);         /* so that a sanitizer sees what reads behind it */
                REQUIRE(exact);
                memcpy(exact, text, size);
                orm__writer w = { .allocator = &a };
                CHECK_INT(orm__put_json_text(&w, exact, size), parts[k].valid);
                if (parts[k].valid) CHECK_TEXT(w.text, wanted);
                orm__writer_release(&w);
                free(exact);
            }
        }
    }
}

TEST(a_locale_with_a_decimal_comma_changes_nothing)
{
    static const char *const names[] = { "de_DE.UTF-8", "de_DE.utf8", "de_DE", "fr_FR.UTF-8", "ps_AF.UTF-8" };
    Thing t = thing();
    t.score = 1234.5;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (!setlocale(LC_ALL, names[i])) continue;
        CHECK_TEXT(MEMBER(t, score), "{\"score\":1234.5}");
    }
    setlocale(LC_ALL, "C");
}

TEST(moments_are_iso_8601_with_milliseconds_or_more)
{
    static const struct { int64_t moment; const char *text; } known[] = {
        { 0, "\"1970-01-01T00:00:00.000Z\"" }, { INT64_C(1700000000000000), "\"2023-11-14T22:13:20.000Z\"" },
        { INT64_C(1700000000123000), "\"2023-11-14T22:13:20.123Z\"" }, { INT64_C(1700000000123456), "\"2023-11-14T22:13:20.123456Z\"" },
        { -1, "\"1969-12-31T23:59:59.999999Z\"" }, { INT64_MAX, "null" },
    };
    Thing t = thing();
    char wanted[64];
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        t.seen = orm_some_time(known[i].moment);
        snprintf(wanted, sizeof wanted, "{\"seen\":%s}", known[i].text);
        CHECK_TEXT(MEMBER(t, seen), wanted);
    }
    t.wakes = orm_clock_make(23, 59, 59, 1);
    CHECK_TEXT(MEMBER(t, wakes), "{\"wakes\":\"23:59:59.000001\"}");
    t.born = orm_date_make(1, 1, 1);
    CHECK_TEXT(MEMBER(t, born), "{\"born\":\"0001-01-01\"}");
}

TEST(texts_are_escaped)
{
    Thing t = thing();
    t.name = "a\"b\\c\n\t\x01/\x7f \xc3\xa9\xf0\x9f\x98\x80";
    CHECK_TEXT(MEMBER(t, name), "{\"name\":\"a\\\"b\\\\c\\n\\t\\u0001/\x7f \xc3\xa9\xf0\x9f\x98\x80\"}");
    t.name = "";
    CHECK_TEXT(MEMBER(t, name), "{\"name\":\"\"}");
    t.name = NULL;
    CHECK_TEXT(MEMBER(t, name), "{\"name\":null}");
}

TEST(a_text_that_is_no_utf8_is_refused_by_name)
{
    Thing t = thing();
    t.name = "caf\xe9";
    CHECK(MEMBER(t, name) == NULL);
    CHECK_INT(orm_error()->kind, ORM_BAD_TEXT);
    CHECK_TEXT(orm_error()->field, "name");
    CHECK(MEMBER(t, big) != NULL);
}

TEST(blobs_are_base64)
{
    static const char *const known[] = { "", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy" };      /* RFC 4648, 10 */
    Thing t = thing();
    char wanted[64];
    for (size_t n = 0; n < sizeof known / sizeof *known; n++) {
        t.photo = (orm_blob){ "foobar", n };
        snprintf(wanted, sizeof wanted, "{\"photo\":\"%s\"}", known[n]);
        CHECK_TEXT(MEMBER(t, photo), wanted);
    }
    unsigned char bytes[1000];
    memset(bytes, 0xFF, sizeof bytes);
    t.photo = (orm_blob){ bytes, sizeof bytes };
    CHECK_INT(strlen(MEMBER(t, photo)), sizeof "{\"photo\":\"\"}" - 1 + (sizeof bytes + 2) / 3 * 4);
}

TEST(json_columns_stay_as_they_are_on_one_line)
{
    Thing t = thing();
    t.settings = "{ \"a\":\n[1, 2],\r\n\"b\":\"x\\ny\" }";
    CHECK_TEXT(MEMBER(t, settings), "{\"settings\":{ \"a\": [1, 2],  \"b\":\"x\\ny\" }}");
    t.settings = "{\"a\":";
    CHECK(MEMBER(t, settings) == NULL);
    CHECK_INT(orm_error()->kind, ORM_BAD_TEXT);
    CHECK_TEXT(orm_error()->field, "settings");
}

TEST(decimals_are_numbers_with_all_digits)
{
    Thing t = thing();
    t.price = orm_decimal_of("-99999999999999999999999999999999999.999");
    CHECK_TEXT(MEMBER(t, price), "{\"price\":-99999999999999999999999999999999999.999}");
    t.price = orm_decimal_of("no number");
    CHECK(MEMBER(t, price) == NULL);
    CHECK_INT(orm_error()->kind, ORM_VALUE_RANGE);
}

TEST(enumerations_are_labels_and_others_are_refused)
{
    Thing t = thing();
    t.mood = Mood_angry;
    CHECK_TEXT(MEMBER(t, mood), "{\"mood\":\"angry\"}");
    t.mood = (enum Mood)0;
    CHECK_TEXT(MEMBER(t, mood), "{\"mood\":null}");
    t.mood = (enum Mood)3;
    CHECK(MEMBER(t, mood) == NULL);
    CHECK_TEXT(orm_error()->field, "mood");
}

/* ---- loaded rows --------------------------------------------------------------------------------------------------- */
/* two writers, the first with two books, the second with none; only titles of books are loaded, and a book's writer when asked for */
static orm__result *library(Writer **writers, bool with_parents)
{
    static orm__session db;
    db.allocator = orm__default_allocator();
    orm__result *result = orm__result_new(&db, NULL, 1024);
    int head = orm__result_load(result, &Writer_model), nested = orm__result_load(result, &Book_model);
    orm__mask_add(&result->loads[head].columns, 0);
    orm__mask_add(&result->loads[head].columns, 1);
    orm__mask_add(&result->loads[head].relations, 0);
    orm__mask_add(&result->loads[nested].columns, orm__column_index(&Book_model, &orm__Book_columns.title));
    if (with_parents) orm__mask_add(&result->loads[nested].relations, 0);
    orm__list list, books;
    orm__list_open(&list, result, &Writer_model, (unsigned)head, 2);
    for (int i = 0; i < 2; i++) {
        Writer *writer = orm__list_next(&list);
        writer->id = i + 1;
        writer->name = i ? "Bo" : "Ada";
    }
    *writers = orm__list_close(&list);
    for (int i = 0; i < 2; i++) {
        orm__list_open(&books, result, &Book_model, (unsigned)nested, 2);
        for (int k = 0; k < 2 && i == 0; k++) {
            Book *book = orm__list_next(&books);
            book->id = 100;
            book->title = k ? "second" : "first";
        }
        (*writers)[i].books = orm__list_close(&books);
    }
    orm__result_publish(result, *writers, 2);
    return result;
}

TEST(loaded_relations_are_nested_and_what_was_not_loaded_is_left_out)
{
    Writer *writers;
    library(&writers, false);
    CHECK_TEXT(json_of(&Writer_model, &writers[0], NULL), "{\"id\":1,\"name\":\"Ada\",\"books\":[{\"title\":\"first\"},{\"title\":\"second\"}]}");
    CHECK_TEXT(json_of(&Writer_model, &writers[1], NULL), "{\"id\":2,\"name\":\"Bo\",\"books\":[]}");
    CHECK_TEXT(json_of(&Book_model, &writers[0].books[1], NULL), "{\"title\":\"second\"}");
    char *all = orm__to_json(&Writer_model, writers, NULL, true, NULL);
    CHECK_TEXT(all, "[{\"id\":1,\"name\":\"Ada\",\"books\":[{\"title\":\"first\"},{\"title\":\"second\"}]},{\"id\":2,\"name\":\"Bo\",\"books\":[]}]");
    orm_free_text(all);
    all = orm__to_json(&Book_model, writers[1].books, NULL, true, NULL);
    CHECK_TEXT(all, "[]");
    orm_free_text(all);
    orm_free(writers);
}

TEST(a_parent_that_is_known_to_be_none_is_null)
{
    Writer *writers;
    library(&writers, true);
    CHECK_TEXT(json_of(&Book_model, &writers[0].books[0], NULL), "{\"title\":\"first\",\"writer\":null}");
    orm_free(writers);
}

TEST(rows_that_contain_each_other_end_at_a_depth)
{
    Writer *writers;
    library(&writers, true);
    writers[0].books[0].writer = &writers[0];
    CHECK(json_of(&Writer_model, &writers[0], NULL) == NULL);
    CHECK_INT(orm_error()->kind, ORM_MISUSE);
    orm_free(writers);
}

TEST(fresh_and_plain_rows_print_their_columns_only)
{
    Writer writer = Writer_defaults();
    Book book = Book_defaults();
    writer.name = "Cy";
    writer.books = &book;
    CHECK_TEXT(json_of(&Writer_model, &writer, NULL), "{\"id\":null,\"name\":\"Cy\"}");
    writer.orm = 0;
    CHECK_TEXT(json_of(&Writer_model, &writer, NULL), "{\"id\":null,\"name\":\"Cy\"}");
}

TEST(a_copy_of_a_row_whose_result_was_freed_is_refused_unread)
{
    Writer *writers;
    library(&writers, false);
    Writer copy = writers[0];
    orm_free(writers);
    CHECK(json_of(&Writer_model, &copy, NULL) == NULL);
    CHECK_INT(orm_error()->kind, ORM_STALE_ROW);
}

TEST(no_row_is_misuse)
{
    CHECK(json_of(&Writer_model, NULL, NULL) == NULL);
    CHECK_INT(orm_error()->kind, ORM_MISUSE);
    orm_free_text(NULL);
}

/* ---- files ----------------------------------------------------------------------------------------------------------- */
static const char *printed(FILE *file)
{
    static char text[4096];
    rewind(file);
    size_t n = fread(text, 1, sizeof text - 1, file);
    text[n] = 0;
    fclose(file);
    return text;
}

TEST(lines_hold_one_row_each)
{
    Writer *writers;
    library(&writers, false);
    FILE *file = tmpfile();
    REQUIRE(file);
    CHECK_INT(orm__print_json(file, &Writer_model, writers, 2), ORM_OK);
    CHECK_TEXT(printed(file), "{\"id\":1,\"name\":\"Ada\",\"books\":[{\"title\":\"first\"},{\"title\":\"second\"}]}\n{\"id\":2,\"name\":\"Bo\",\"books\":[]}\n");
    file = tmpfile();
    REQUIRE(file);
    CHECK_INT(orm__print_json(file, &Book_model, writers[0].books, 1), ORM_OK);
    CHECK_TEXT(printed(file), "[{\"title\":\"first\"},{\"title\":\"second\"}]\n");
    file = tmpfile();
    REQUIRE(file);
    CHECK_INT(orm__print_json(file, &Writer_model, &writers[1], 0), ORM_OK);
    CHECK_TEXT(printed(file), "{\"id\":2,\"name\":\"Bo\",\"books\":[]}\n");
    orm_free(writers);
}

TEST(a_row_that_cannot_be_printed_leaves_the_file_alone)
{
    Writer *writers;
    library(&writers, false);
    FILE *file = tmpfile();
    REQUIRE(file);
    writers[1].name = "\xff";
    orm__clear_error();
    CHECK_INT(orm__print_json(file, &Writer_model, writers, 2), ORM_BAD_TEXT);
    CHECK_TEXT(printed(file), "");
    orm_free(writers);
}

TEST(a_full_disk_is_told)
{
    Writer writer = Writer_defaults();
    FILE *file = fopen("/dev/full", "w");
    if (!file) return;
    orm__clear_error();
    CHECK_INT(orm__print_json(file, &Writer_model, &writer, 0), ORM_IO);
    fclose(file);
}

TEST(a_dump_shows_tickets_and_hides_secrets)
{
    Thing t = thing();
    Writer *writers;
    FILE *file = tmpfile();
    REQUIRE(file);
    t.settings = "\xff\n";
    t.mood = (enum Mood)9;
    orm__dump(file, &Thing_model, &t);
    const char *text = printed(file);
    CHECK_CONTAINS(text, "Thing (fresh) {\n    id = 7\n    name = \"Ada\"\n    password = ***\n");
    CHECK_CONTAINS(text, "    settings = \"\\xff\\x0a\"\n    mood = invalid\n");
    CHECK(strstr(text, "sesame") == NULL);
    library(&writers, false);
    file = tmpfile();
    REQUIRE(file);
    orm__dump(file, &Writer_model, &writers[0]);
    orm__dump(file, &Book_model, &writers[0].books[0]);
    CHECK_TEXT(printed(file), "Writer (loaded) {\n    id = 1\n    name = \"Ada\"\n    books = [2]\n}\n"
                              "Book (loaded) {\n    id = not loaded\n    title = \"first\"\n    writer_id = not loaded\n    writer = not loaded\n}\n");
    Writer copy = writers[0];
    orm_free(writers);
    file = tmpfile();
    REQUIRE(file);
    orm__dump(file, &Writer_model, &copy);
    orm__dump(file, &Writer_model, NULL);
    CHECK_TEXT(printed(file), "Writer (stale: its result was freed) {\n    id = 1\n    name = gone\n    books = not loaded\n}\nWriter NULL\n");
}

TEST(the_last_text_is_freed)
{
    orm_free_text(last);
    last = NULL;
}

CHECK_MAIN()

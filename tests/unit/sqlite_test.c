/* >>sqlite_test: the SQLite adapter alone, against real files and memory databases: URLs, what an open sets, values both ways, failures by
   kind, transactions between two connections, deadlines, patterns, lists, introspection, and memory that runs out anywhere. */
#include <math.h>
#include "internal.h"
#define ORM_IMPLEMENTATION
#include "dialects/sqlite.h"
#include "check.h"
#include "check_alloc.h"
#include <locale.h>
#include <sys/stat.h>
#include <sys/wait.h>

/* ---- what the core does for an adapter, in small ---------------------------------------------------------------- */
typedef struct engine { orm__session db; orm_connection *c; orm_arena arena; orm_status opened; } engine;

static char directory[] = "/tmp/orm-sqlite-XXXXXX";
static unsigned files;

/* "sqlite:<a new file><rest>" */
static const char *new_url(char url[160], const char *rest)
{
    snprintf(url, 160, "sqlite:%s/%u.db%s", directory, ++files, rest);
    return url;
}

static void open_with(engine *e, const char *url, orm_allocator allocator, orm_options options)
{
    orm__clear_error();
    memset(e, 0, sizeof *e);
    e->db.dialect = &orm_sqlite;
    e->db.allocator = e->arena.orm__allocator = allocator;
    e->opened = orm_sqlite.open(&e->db, url, &options, false, &e->c);
}

static void open_at(engine *e, const char *url) { open_with(e, url, orm__default_allocator(), (orm_options){ .busy_timeout_ms = 2000 }); }

static void close_it(engine *e)
{
    if (!e->opened) orm_sqlite.close(e->c);
    orm_arena_release(&e->arena);
}

static const orm_plan nothing = { 0 };
static const orm_plan one_integer = { .extra = 1 };

/* one statement with values; its integer column, if it has rows, goes to `out` (the last row's) */
static orm_status run(engine *e, const char *sql, const orm_value *values, size_t n, int64_t *out, orm_outcome *outcome)
{
    orm_statement *s = NULL;
    orm__clear_error();
    orm_status status = orm_sqlite.prepare(e->c, sql, strlen(sql), &s);
    if (status) return status;
    status = orm_sqlite.start(e->c, s, values, n);
    if (!status) {
        while (orm_sqlite.fetch(e->c, s, out ? &one_integer : &nothing, NULL, &e->arena, out) == ORM_STEP_ROW) { }
        status = orm_sqlite.finish(e->c, s, outcome);
    }
    orm_sqlite.finalize(e->c, s);
    return status;
}

static orm_status exec(engine *e, const char *sql) { return run(e, sql, NULL, 0, NULL, NULL); }

static int64_t number(engine *e, const char *sql)
{
    int64_t answer = -999;
    return run(e, sql, NULL, 0, &answer, NULL) ? -1000 : answer;
}

static const char *text_of(engine *e, const char *sql)
{
    static char text_[32];
    return orm__sqlite_ask((orm__sqlite *)e->c, sql, text_) == SQLITE_OK ? text_ : "failed";
}

/* ---- a model of every type ---------------------------------------------------------------------------------------- */
static const char *const colours[] = { "red", "green", "greenish" };
static const orm_enum colour = { "Colour", colours, 3 };

typedef struct Thing {
    int64_t id;
    int16_t small; int32_t whole; int64_t big; float single; double real; bool yes;
    const char *words; orm_decimal money, huge; orm_blob bytes;
    orm_date day; orm_clock at; orm_time moment; orm_uuid uid; const char *json; int32_t colour;
    uint64_t orm;
} Thing;
typedef struct Maybe {
    int64_t id;
    orm_opt_int16 small; orm_opt_int32 whole; orm_opt_int64 big; orm_opt_float single; orm_opt_double real; orm_opt_bool yes;
    const char *words; orm_opt_decimal money, huge; orm_blob bytes;
    orm_opt_date day; orm_opt_clock at; orm_opt_time moment; orm_uuid uid; const char *json; int32_t colour;
    uint64_t orm;
} Maybe;

enum { ID, SMALL, WHOLE, BIG, SINGLE, REAL, YES, WORDS, MONEY, HUGE_, BYTES, DAY, AT, MOMENT, UID, JSON, COLOUR, COLUMNS };
#define COLUMN(M, member, null, ...) { .name = #member, .is = { __VA_ARGS__ }, .offset = offsetof(M, member), .nullable = null }
#define THING(M, null) {                                                                                                      \
    { .name = "id", .is = { .type = ORM_INT64, .generated = true }, .offset = offsetof(M, id), .primary_key = true },         \
    COLUMN(M, small, null, .type = ORM_INT16), COLUMN(M, whole, null, .type = ORM_INT32), COLUMN(M, big, null, .type = ORM_INT64), \
    COLUMN(M, single, null, .type = ORM_FLOAT), COLUMN(M, real, null, .type = ORM_DOUBLE), COLUMN(M, yes, null, .type = ORM_BOOL), \
    COLUMN(M, words, null, .type = ORM_TEXT), COLUMN(M, money, null, .type = ORM_DECIMAL, .precision = 12, .scale = 2),       \
    COLUMN(M, huge, null, .type = ORM_DECIMAL, .precision = 38, .scale = 6), COLUMN(M, bytes, null, .type = ORM_BLOB),        \
    COLUMN(M, day, null, .type = ORM_DATE), COLUMN(M, at, null, .type = ORM_CLOCK), COLUMN(M, moment, null, .type = ORM_TIME), \
    COLUMN(M, uid, null, .type = ORM_UUID), COLUMN(M, json, null, .type = ORM_JSON), COLUMN(M, colour, null, .type = ORM_ENUM, .labels = &colour) }
static const orm_column thing[COLUMNS] = THING(Thing, false), maybe[COLUMNS] = THING(Maybe, true);

static const char *ddl(const orm_column *columns, const char *tail)
{
    static char sql[2048];
    orm_allocator allocator = orm__default_allocator();
    orm__writer w = { .allocator = &allocator, .dialect = &orm_sqlite };
    orm__put(&w, "create table things (");
    for (size_t i = 0; i < COLUMNS; i++) {
        if (i) orm__put(&w, ", ");
        orm_sqlite.quote(&w, columns[i].name);
        orm__put(&w, " ");
        orm_sqlite.column_type(&w, &columns[i]);
        orm__put(&w, i == ID ? orm_sqlite.serial_primary_key : columns[i].nullable ? "" : " not null");
    }
    orm__put(&w, ")");
    orm__put(&w, tail);
    snprintf(sql, sizeof sql, "%s", w.failed ? "out of memory" : w.text);
    orm__writer_release(&w);
    return sql;
}

/* reads `column` of things (and the id before it) into a zeroed row */
static orm_status read_into(engine *e, const orm_column *columns, size_t column, void *row, size_t size)
{
    char sql[96];
    snprintf(sql, sizeof sql, "select id, \"%s\" from things order by id desc limit 1", columns[column].name);
    orm_plan_field fields[2];
    for (size_t i = 0; i < 2; i++) {
        const orm_column *c = &columns[i ? column : 0];
        fields[i] = (orm_plan_field){ c, (uint32_t)c->offset, (uint8_t)c->is.type, c->nullable };
    }
    orm_plan plan = { .segments = &(orm_plan_segment){ 2, -1 }, .n_segments = 1, .fields = fields, .n_fields = 2 };
    orm_statement *s = NULL;
    orm__clear_error();
    memset(row, 0, size);
    orm_status status = orm_sqlite.prepare(e->c, sql, strlen(sql), &s);
    if (!status) status = orm_sqlite.start(e->c, s, NULL, 0);
    if (!status) {
        CHECK(orm_sqlite.fetch(e->c, s, &plan, &row, &e->arena, NULL) != ORM_STEP_DONE);
        status = orm_sqlite.finish(e->c, s, NULL);
    }
    orm_sqlite.finalize(e->c, s);
    return status;
}

/* the value goes the way of the core: fit for its column, bound, stored, read */
static orm_status there_and_back(engine *e, const orm_column *columns, size_t column, orm_value value, void *row, size_t size)
{
    char sql[96], why[160];
    orm_status kind = ORM_OK;
    const char *wrong = orm__fit(&columns[column], &value, 1000000000, why, &kind);
    CHECK_TEXT(wrong, NULL);
    snprintf(sql, sizeof sql, "insert into things (\"%s\") values (?1)", columns[column].name);
    orm_status status = run(e, sql, &value, 1, NULL, NULL);
    return status ? status : read_into(e, columns, column, row, size);
}

static void open_things(engine *e)
{
    open_at(e, "sqlite::memory:");
    CHECK_INT(exec(e, ddl(maybe, orm_sqlite.create_table_tail)), ORM_OK);
}

/* ---- opening -------------------------------------------------------------------------------------------------------- */
TEST(opening_sets_and_verifies_what_safety_needs)
{
    engine e;
    char url[160];
    open_at(&e, new_url(url, ""));
    REQUIRE(!e.opened);
    CHECK_TEXT(text_of(&e, "pragma foreign_keys"), "1");
    CHECK_TEXT(text_of(&e, "pragma journal_mode"), "wal");
    CHECK_TEXT(text_of(&e, "pragma synchronous"), "2");
    CHECK_TEXT(text_of(&e, "pragma trusted_schema"), "0");
    int on = -1;
    sqlite3_db_config(((orm__sqlite *)e.c)->sqlite, SQLITE_DBCONFIG_DEFENSIVE, -1, &on);
    CHECK_INT(on, 1);
    CHECK_INT(exec(&e, "select load_extension('x')"), ORM_SYNTAX);
    CHECK_CONTAINS(orm_sqlite.engine(e.c), "SQLite 3.");
    CHECK(orm_sqlite.max_parameters(e.c) >= 32766);
    close_it(&e);
}

TEST(a_misspelt_quoted_column_is_no_string)
{
    engine e;
    open_at(&e, "sqlite::memory:");
    CHECK_INT(exec(&e, "select \"nosuchcol\""), ORM_NO_COLUMN);
    CHECK_INT(exec(&e, "create table t (a text, check (a <> \"x\"))"), ORM_NO_COLUMN);
    close_it(&e);
}

TEST(options_of_the_url_are_set)
{
    static const struct { const char *rest, *journal, *synchronous; } cases[] = {
        { "?journal=delete", "delete", "2" }, { "?journal=truncate&synchronous=extra", "truncate", "3" }, { "?journal=memory&synchronous=off", "memory", "0" },
        { "?journal=keep", "delete", "2" }, { "?synchronous=normal&mode=rwc", "wal", "1" }, { "?", "wal", "2" }, { "?journal=wal&synchronous=full", "wal", "2" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        engine e;
        char url[160];
        open_at(&e, new_url(url, cases[i].rest));
        CHECK_INT(e.opened, ORM_OK);
        CHECK_TEXT(text_of(&e, "pragma journal_mode"), cases[i].journal);
        CHECK_TEXT(text_of(&e, "pragma synchronous"), cases[i].synchronous);
        close_it(&e);
    }
}

TEST(a_bad_url_is_refused_by_name)
{
    static const struct { const char *rest, *part; } cases[] = {
        { "?mod=ro", "mod" }, { "?mode=r", "mode=r" }, { "?mode", "mode" }, { "?mode=ro&journal=wall", "journal=wall" }, { "?synchronous=2", "synchronous=2" },
        { "?busy_timeout=", "busy_timeout=" }, { "?busy_timeout=1s", "busy_timeout=1s" }, { "?busy_timeout=-1", "busy_timeout=-1" },
        { "?busy_timeout=9999999999", "busy_timeout" }, { "%0", "hexadecimal" }, { "%zz", "hexadecimal" }, { "%00", "%00" }, { "?&mode=ro", "unknown" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        engine e;
        char url[160];
        open_at(&e, new_url(url, cases[i].rest));
        CHECK_INT(e.opened, ORM_CONFIG);
        CHECK_CONTAINS(orm_error()->message, cases[i].part);
        close_it(&e);
    }
    static const char *const urls[] = { "sqlite:", "sqlite:?mode=ro", "sqlite://host/blog.db", "sqlite://blog.db", "sqlite:///no/such/directory/x.db", "sqlite::memory:?journal=wal" };
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
        engine e;
        open_at(&e, urls[i]);
        CHECK_INT(e.opened, ORM_CONFIG);
        close_it(&e);
    }
}

TEST(paths_are_taken_literally)
{
    static const struct { const char *written, *file; } cases[] = {
        { "a%20b%3F%25.db", "a b?%.db" }, { "file:x.db", "file:x.db" }, { "%66ile:y.db", "file:y.db" }, { "%3Amemory:", ":memory:" }, { "c&d#e.db", "c&d#e.db" }, { "%C3%A9.db", "\xC3\xA9.db" },
    };
    char back[1024], path[256], url[256];
    REQUIRE(getcwd(back, sizeof back) && chdir(directory) == 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        engine e;
        for (int absolute = 0; absolute < 2; absolute++) {
            if (absolute && strstr(cases[i].file, "ile:")) continue;
            snprintf(url, sizeof url, "sqlite:%s%s%s?journal=delete", absolute ? "//" : "", absolute ? directory : "", absolute ? "/" : "");
            snprintf(url, sizeof url, "sqlite:%s%s%s%s?journal=delete", absolute ? "//" : "", absolute ? directory : "", absolute ? "/" : "", cases[i].written);
            open_at(&e, url);
            CHECK_INT(e.opened, ORM_OK);
            CHECK_INT(exec(&e, "create table t (a)"), ORM_OK);
            close_it(&e);
            snprintf(path, sizeof path, "%s/%s", directory, cases[i].file);
            CHECK(access(path, F_OK) == 0);
            unlink(path);
        }
    }
    CHECK(chdir(back) == 0);
}

TEST(modes_decide_about_missing_files_and_writes)
{
    engine e;
    char url[160], again[200], path[160];
    open_at(&e, new_url(url, "?mode=rw"));
    CHECK_INT(e.opened, ORM_CONFIG);
    close_it(&e);
    open_at(&e, new_url(url, "?mode=ro"));
    CHECK_INT(e.opened, ORM_CONFIG);
    close_it(&e);
    open_at(&e, new_url(url, ""));
    CHECK_INT(exec(&e, "create table t (a)"), ORM_OK);
    close_it(&e);
    snprintf(again, sizeof again, "%s?mode=ro", url);
    open_at(&e, again);
    CHECK_INT(e.opened, ORM_OK);
    CHECK_INT(exec(&e, "insert into t values (1)"), ORM_READ_ONLY);
    CHECK_INT(orm_error()->code, SQLITE_READONLY);
    CHECK_INT(number(&e, "select count(*) from t"), 0);
    close_it(&e);
    open_with(&e, url, orm__default_allocator(), (orm_options){ .read_only = true });
    CHECK_INT(e.opened, ORM_OK);
    CHECK_INT(exec(&e, "insert into t values (1)"), ORM_READ_ONLY);
    close_it(&e);
    snprintf(again, sizeof again, "%s?mode=rw", url);
    open_with(&e, again, orm__default_allocator(), (orm_options){ .read_only = true });
    CHECK_INT(e.opened, ORM_CONFIG);
    CHECK_CONTAINS(orm_error()->message, "read_only");
    close_it(&e);
    if (geteuid() != 0) {
        snprintf(path, sizeof path, "%s", url + 7);
        CHECK(chmod(path, 0444) == 0);
        open_at(&e, url);
        CHECK_INT(e.opened, ORM_READ_ONLY);
        close_it(&e);
    }
}

TEST(what_is_no_database_is_corrupt)
{
    engine e;
    char url[160];
    new_url(url, "");
    FILE *file = fopen(url + 7, "w");
    REQUIRE(file);
    for (int i = 0; i < 5000; i++) fputs("this is a letter, no database\n", file);
    fclose(file);
    open_at(&e, url);
    CHECK_INT(e.opened, ORM_CORRUPT);
    CHECK_INT(orm_error()->code, SQLITE_NOTADB);
    close_it(&e);
}

TEST(a_damaged_page_is_corrupt_and_no_crash)
{
    engine e;
    char url[160];
    open_at(&e, new_url(url, "?journal=delete"));
    CHECK_INT(exec(&e, "create table t (a)"), ORM_OK);
    CHECK_INT(exec(&e, "insert into t with recursive n(i) as (select 1 union all select i + 1 from n where i < 5000) select hex(randomblob(50)) from n"), ORM_OK);
    close_it(&e);
    *strchr(url, '?') = 0;
    FILE *file = fopen(url + 7, "r+");
    REQUIRE(file);
    fseek(file, 4096, SEEK_SET);
    for (int i = 0; i < 4096 * 20; i++) fputc(0xA5, file);
    fclose(file);
    open_at(&e, url);
    if (!e.opened) CHECK_INT(exec(&e, "select sum(length(a)) from t"), ORM_CORRUPT);
    else CHECK_INT(e.opened, ORM_CORRUPT);
    close_it(&e);
}

/* ---- values ----------------------------------------------------------------------------------------------------------- */
#define BACK(column, ...) (memset(&m, 0, sizeof m), there_and_back(&e, maybe, column, __VA_ARGS__, &m, sizeof m))

TEST(integers_come_back_exactly)
{
    static const int64_t edges[] = { INT64_MIN, INT64_MIN + 1, -1, 0, 1, INT64_C(9007199254740991), INT64_C(9007199254740992), INT64_C(9007199254740993), INT64_MAX };
    engine e;
    Maybe m;
    open_things(&e);
    for (size_t i = 0; i < sizeof edges / sizeof *edges; i++) {
        CHECK_INT(BACK(BIG, orm__v_int(edges[i])), ORM_OK);
        CHECK(m.big.set);
        CHECK_INT(m.big.value, edges[i]);
    }
    CHECK_INT(BACK(SMALL, orm__v_int(INT16_MIN)), ORM_OK);
    CHECK_INT(m.small.value, INT16_MIN);
    CHECK_INT(BACK(WHOLE, orm__v_int(INT32_MAX)), ORM_OK);
    CHECK_INT(m.whole.value, INT32_MAX);
    CHECK_INT(BACK(YES, orm__v_bool(true)), ORM_OK);
    CHECK(m.yes.set && m.yes.value);
    CHECK_INT(BACK(YES, orm__v_bool(false)), ORM_OK);
    CHECK(m.yes.set && !m.yes.value);
    close_it(&e);
}

TEST(sums_beyond_64_bits_are_out_of_range)
{
    engine e;
    open_at(&e, "sqlite::memory:");
    CHECK_INT(exec(&e, "select sum(a) from (select 9223372036854775807 as a union all select 1)"), ORM_VALUE_RANGE);
    CHECK_CONTAINS(orm_error()->message, "integer overflow");
    close_it(&e);
}

TEST(autoincrement_at_its_end_is_full)
{
    engine e;
    open_at(&e, "sqlite::memory:");
    CHECK_INT(exec(&e, "create table t (id integer primary key autoincrement, a) "), ORM_OK);
    CHECK_INT(exec(&e, "insert into t values (9223372036854775807, 1)"), ORM_OK);
    CHECK_INT(exec(&e, "insert into t (a) values (1)"), ORM_FULL);
    close_it(&e);
}

TEST(doubles_come_back_bit_by_bit)
{
    static const double edges[] = { 4.9406564584124654e-324, 2.2250738585072014e-308, 1.7976931348623157e308, -1.7976931348623157e308, 0.1 + 0.2, 1.0 / 3, 5.0, 0.0, 1e15, 123456789012345678.0 };
    engine e;
    Maybe m;
    open_things(&e);
    for (size_t i = 0; i < sizeof edges / sizeof *edges; i++) {
        CHECK_INT(BACK(REAL, orm__v_double(edges[i])), ORM_OK);
        CHECK(m.real.set && memcmp(&m.real.value, &edges[i], sizeof edges[i]) == 0);
    }
    CHECK_INT(BACK(REAL, orm__v_double((double)INFINITY)), ORM_OK);
    CHECK(isinf(m.real.value) && m.real.value > 0);
    CHECK_INT(BACK(REAL, orm__v_double(-(double)INFINITY)), ORM_OK);
    CHECK(isinf(m.real.value) && m.real.value < 0);
    CHECK_INT(BACK(REAL, orm__v_double(-0.0)), ORM_OK);
    CHECK_DOUBLE(m.real.value, 0.0);                       /* the engine stores it as the integer 0 */
    CHECK_INT(BACK(SINGLE, orm__v_double((double)0.1f)), ORM_OK);
    CHECK(m.single.set && memcmp(&m.single.value, &(float){ 0.1f }, sizeof(float)) == 0);
    orm_value nan = orm__v_double((double)NAN);
    CHECK_INT(run(&e, "insert into things (real) values (?1)", &nan, 1, NULL, NULL), ORM_VALUE_RANGE);
    CHECK_INT(number(&e, "select count(*) from things where real is null and single is null"), 0);
    CHECK_INT(exec(&e, "insert into things (single) values (1e300)"), ORM_OK);
    CHECK_INT(read_into(&e, maybe, SINGLE, &m, sizeof m), ORM_BAD_DATA);
    close_it(&e);
}

TEST(texts_come_back_whole)
{
    engine e;
    Maybe m;
    open_things(&e);
    size_t size = 1 << 20;
    char *million = malloc(size + 1);
    REQUIRE(million);
    memset(million, 'x', size);
    million[size] = 0;
    const char *const texts[] = { "", " ", "a", "trailing  ", "it's \"quoted\" -- ; drop table things", "?1 :f $1 %s", "\xEF\xBB\xBF" "bom", "e\xCC\x81 \xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x9A\x80", "\x01\x7F\n\t", million };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        CHECK_INT(BACK(WORDS, orm__v_text(texts[i])), ORM_OK);
        CHECK(m.words && strcmp(m.words, texts[i]) == 0);
    }
    CHECK_INT(BACK(JSON, orm__v_text("{\"a\": [1, null]}")), ORM_OK);
    CHECK_TEXT(m.json, "{\"a\": [1, null]}");
    CHECK_INT(number(&e, "select count(*) from things"), (int64_t)(sizeof texts / sizeof *texts) + 1);
    free(million);
    close_it(&e);
}

TEST(a_text_of_unknown_length_is_measured)
{
    engine e;
    open_things(&e);
    orm_value values[2] = { orm__v_text("abc"), orm__v_text("xyz") };
    values[1].length = 2;
    CHECK_INT(run(&e, "insert into things (words, json) values (?1, ?2)", values, 2, NULL, NULL), ORM_OK);
    CHECK_INT(number(&e, "select words = 'abc' and json = 'xy' from things"), 1);
    close_it(&e);
}

TEST(blobs_keep_every_byte_and_empty_is_not_null)
{
    engine e;
    Maybe m;
    unsigned char all[256];
    for (int i = 0; i < 256; i++) all[i] = (unsigned char)i;
    open_things(&e);
    CHECK_INT(BACK(BYTES, orm__v_blob((orm_blob){ all, sizeof all })), ORM_OK);
    CHECK(m.bytes.size == 256 && memcmp(m.bytes.data, all, 256) == 0);
    CHECK_INT(BACK(BYTES, orm__v_blob((orm_blob){ all, 0 })), ORM_OK);
    CHECK(m.bytes.data != NULL);
    CHECK_INT(m.bytes.size, 0);
    CHECK_INT(number(&e, "select count(*) from things where bytes is null"), 0);
    CHECK_INT(BACK(BYTES, orm__v_blob((orm_blob){ NULL, 0 })), ORM_OK);
    CHECK(m.bytes.data == NULL);
    close_it(&e);
}

TEST(null_comes_back_as_unset)
{
    engine e;
    Maybe m, zero;
    memset(&zero, 0, sizeof zero);
    open_things(&e);
    for (size_t i = 1; i < COLUMNS; i++) {
        CHECK_INT(BACK(i, (orm_value){ .type = ORM_NULL }), ORM_OK);
        m.id = 0;
        CHECK(memcmp(&m, &zero, sizeof m) == 0);
    }
    close_it(&e);
}

TEST(short_decimals_are_integers_of_their_scale)
{
    engine e;
    Maybe m;
    open_things(&e);
    static const struct { const char *text_; int64_t stored; } cases[] = { { "19.99", 1999 }, { "-0.01", -1 }, { "0.00", 0 }, { "9999999999.99", INT64_C(999999999999) }, { "-9999999999.99", -INT64_C(999999999999) } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text_[ORM_DECIMAL_SIZE];
        CHECK_INT(BACK(MONEY, orm__v_decimal(orm_decimal_of(cases[i].text_))), ORM_OK);
        CHECK_TEXT(orm_decimal_text(m.money.value, text_), cases[i].text_);
        CHECK_INT(number(&e, "select money from things order by id desc limit 1"), cases[i].stored);
    }
    CHECK_INT(number(&e, "select sum(money) from things"), 1998);
    orm_value raw = orm__v_decimal(orm_decimal_of("1.5"));
    CHECK_INT(run(&e, "select ?1", &raw, 1, NULL, NULL), ORM_VALUE_RANGE);
    CHECK_CONTAINS(orm_error()->message, "units");
    close_it(&e);
}

TEST(long_decimals_order_as_numbers)
{
    static const char *const ordered[] = {
        "-99999999999999999999999999999999.999999", "-12345678901234567890.123456", "-1.000001", "-1.000000", "-0.000001", "0.000000",
        "0.000001", "1.000000", "1.000001", "12345678901234567890.123456", "99999999999999999999999999999999.999998", "99999999999999999999999999999999.999999",
    };
    enum { N = sizeof ordered / sizeof *ordered };
    engine e;
    Maybe m;
    char text_[ORM_DECIMAL_SIZE];
    open_things(&e);
    for (size_t i = 0; i < N; i++) {
        CHECK_INT(BACK(HUGE_, orm__v_decimal(orm_decimal_of(ordered[(i * 5) % N]))), ORM_OK);
        CHECK_TEXT(orm_decimal_text(m.huge.value, text_), ordered[(i * 5) % N]);
    }
    CHECK_INT(number(&e, "select count(*) from things where length(huge) = 39"), N);
    for (size_t i = 0; i < N; i++) {
        orm_value value = orm__v_decimal(orm_decimal_of(ordered[i]));
        char why[160];
        orm_status kind;
        CHECK(orm__fit(&maybe[HUGE_], &value, 100, why, &kind) == NULL);
        int64_t below = -1;
        CHECK_INT(run(&e, "select count(*) from things where huge < ?1", &value, 1, &below, NULL), ORM_OK);
        CHECK_INT(below, (int64_t)i);
    }
    static const char *const bad[] = { "'000000000000000000000000000000000000000'", "'200000000000000000000000000000000000000'", "'10'", "'10000000000000000000000000000000000000x'", "''" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char sql[128];
        snprintf(sql, sizeof sql, "insert into things (huge) values (%s)", bad[i]);
        CHECK_INT(exec(&e, sql), ORM_OK);
        CHECK_INT(read_into(&e, maybe, HUGE_, &m, sizeof m), ORM_BAD_DATA);
    }
    close_it(&e);
}

TEST(days_times_and_uuids_are_canonical_texts)
{
    engine e;
    Maybe m;
    open_things(&e);
    CHECK_INT(BACK(DAY, orm__v_date(orm_date_make(1, 1, 1))), ORM_OK);
    CHECK_INT(m.day.value.days, orm_date_make(1, 1, 1).days);
    CHECK_INT(BACK(DAY, orm__v_date(orm_date_make(9999, 12, 31))), ORM_OK);
    CHECK_INT(m.day.value.days, orm_date_make(9999, 12, 31).days);
    CHECK_INT(BACK(DAY, orm__v_date(orm_date_make(2024, 2, 29))), ORM_OK);
    CHECK_INT(number(&e, "select day = '2024-02-29' from things order by id desc limit 1"), 1);
    CHECK_INT(BACK(AT, orm__v_clock(orm_clock_make(9, 8, 7, 0))), ORM_OK);
    CHECK_INT(m.at.value.microseconds, orm_clock_make(9, 8, 7, 0).microseconds);
    CHECK_INT(number(&e, "select at = '09:08:07' from things order by id desc limit 1"), 1);
    CHECK_INT(BACK(AT, orm__v_clock(orm_clock_make(23, 59, 59, 999999))), ORM_OK);
    CHECK_INT(m.at.value.microseconds, INT64_C(86399999999));
    orm_uuid id;
    CHECK(orm_uuid_parse("{0190163D-8694-739B-AEA5-966C26F8AD91}", &id));
    CHECK_INT(BACK(UID, orm__v_uuid(id)), ORM_OK);
    CHECK(orm_uuid_equal(m.uid, id));
    CHECK_INT(number(&e, "select uid = '0190163d-8694-739b-aea5-966c26f8ad91' from things order by id desc limit 1"), 1);
    static const char *const moments[] = { "1969-12-31T23:59:59.999999Z", "1900-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "2038-01-19T03:14:07Z", "2038-01-19T03:14:08Z", "2106-02-07T06:28:16Z", "9999-12-31T23:59:59.999999Z", "1970-01-01T00:00:00Z" };
    for (size_t i = 0; i < sizeof moments / sizeof *moments; i++) {
        orm_time moment = 0;
        CHECK(orm_time_parse(moments[i], &moment));
        CHECK_INT(BACK(MOMENT, (orm_value){ .type = ORM_TIME, .as.i = moment }), ORM_OK);
        CHECK(m.moment.set);
        CHECK_INT(m.moment.value, moment);
    }
    close_it(&e);
}

TEST(enumerations_are_stored_by_label)
{
    engine e;
    Maybe m;
    open_things(&e);
    for (int i = 1; i <= 3; i++) {
        CHECK_INT(BACK(COLOUR, orm__v_int(i)), ORM_OK);
        CHECK_INT(m.colour, i);
    }
    CHECK_INT(number(&e, "select group_concat(colour) = 'red,green,greenish' from things"), 1);
    static const char *const bad[] = { "gree", "greenishh", "Red", "" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        orm_value label = orm__v_text(bad[i]);
        CHECK_INT(run(&e, "insert into things (colour) values (?1)", &label, 1, NULL, NULL), ORM_OK);
        CHECK_INT(read_into(&e, maybe, COLOUR, &m, sizeof m), ORM_BAD_DATA);
    }
    CHECK_CONTAINS(orm_error()->message, "unknown label \"\"");
    CHECK_INT(exec(&e, "insert into things (colour) values ('purple')"), ORM_OK);
    CHECK_INT(read_into(&e, maybe, COLOUR, &m, sizeof m), ORM_BAD_DATA);
    CHECK_CONTAINS(orm_error()->message, "purple");
    CHECK_CONTAINS(orm_error()->message, "colour");
    CHECK_CONTAINS(orm_error()->message, "id 8");
    close_it(&e);
}

TEST(what_does_not_fit_its_member_is_bad_data)
{
    static const struct { size_t column; const char *value; } cases[] = {
        { SMALL, "32768" }, { SMALL, "-32769" }, { SMALL, "'1'" }, { SMALL, "null" }, { WHOLE, "2147483648" }, { WHOLE, "1.5" }, { BIG, "'abc'" }, { BIG, "9.3e18" },
        { BIG, "x'00'" }, { SINGLE, "'x'" }, { SINGLE, "1e39" }, { REAL, "'1.0'" }, { REAL, "null" }, { YES, "2" }, { YES, "-1" }, { YES, "'true'" }, { WORDS, "1" }, { WORDS, "null" },
        { WORDS, "x'61'" }, { WORDS, "'a' || char(0) || 'b'" }, { WORDS, "char(0)" }, { JSON, "'\"' || char(0) || '\"'" }, { JSON, "5" }, { MONEY, "1.5" }, { MONEY, "'2'" }, { HUGE_, "5" },
        { BYTES, "'abc'" }, { BYTES, "7" }, { BYTES, "null" }, { DAY, "'2024-02-30'" }, { DAY, "'2024-1-1'" }, { DAY, "20240101" }, { DAY, "'2024-01-01' || char(0)" }, { AT, "'24:00:00'" },
        { AT, "'23:59:60'" }, { AT, "'noon'" }, { AT, "'09:08' || char(0)" }, { MOMENT, "'2024-01-01'" }, { MOMENT, "1.5" }, { MOMENT, "-9223372036854775808" }, { UID, "'0190163d'" },
        { UID, "x'00000000000000000000000000000000'" }, { UID, "'0190163d-8694-739b-aea5-966c26f8ad9g'" }, { COLOUR, "1" }, { COLOUR, "null" }, { COLOUR, "'red' || char(0)" },
    };
    engine e;
    Thing t;
    open_at(&e, "sqlite::memory:");
    CHECK_INT(exec(&e, "create table things (id integer primary key, small, whole, big, single, real, yes, words, money, huge, bytes, day, at, moment, uid, json, colour)"), ORM_OK);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char sql[160], wanted[64];
        snprintf(sql, sizeof sql, "insert into things (\"%s\") values (%s)", thing[cases[i].column].name, cases[i].value);
        CHECK_INT(exec(&e, sql), ORM_OK);
        orm_status status = read_into(&e, thing, cases[i].column, &t, sizeof t);
        if (status != ORM_BAD_DATA) printf("case %zu: %s\n", i, sql);
        CHECK_INT(status, ORM_BAD_DATA);
        snprintf(wanted, sizeof wanted, "column %s (id %zu) holds", thing[cases[i].column].name, i + 1);
        CHECK_CONTAINS(orm_error()->message, wanted);
    }
    close_it(&e);
}

TEST(secret_labels_stay_out_of_messages)
{
    engine e;
    orm_column columns[2] = { thing[ID], thing[COLOUR] };
    Thing t;
    columns[1].secret = true;
    open_at(&e, "sqlite::memory:");
    CHECK_INT(exec(&e, "create table things (id integer primary key, colour)"), ORM_OK);
    CHECK_INT(exec(&e, "insert into things values (1, 'hunter2')"), ORM_OK);
    CHECK_INT(read_into(&e, columns, 1, &t, sizeof t), ORM_BAD_DATA);
    CHECK(!strstr(orm_error()->message, "hunter2"));
    close_it(&e);
}

TEST(strict_tables_refuse_the_wrong_class)
{
    engine e;
    open_things(&e);
    CHECK_INT(exec(&e, "insert into things (big) values ('abc')"), ORM_VALUE_RANGE);
    CHECK_INT(orm_error()->code, SQLITE_CONSTRAINT_DATATYPE);
    CHECK_INT(exec(&e, "insert into things (words) values (x'00')"), ORM_VALUE_RANGE);
    close_it(&e);
}

TEST(a_utf16_database_reads_the_same)
{
    engine e;
    Maybe m;
    open_at(&e, "sqlite::memory:");
    CHECK_INT(exec(&e, "pragma encoding = 'UTF-16'"), ORM_OK);
    CHECK_INT(exec(&e, ddl(maybe, " STRICT")), ORM_OK);
    CHECK_INT(BACK(WORDS, orm__v_text("\xC3\xA9\xF0\x9F\x98\x80")), ORM_OK);
    CHECK_TEXT(m.words, "\xC3\xA9\xF0\x9F\x98\x80");
    CHECK_INT(BACK(COLOUR, orm__v_int(2)), ORM_OK);
    CHECK_INT(m.colour, 2);
    close_it(&e);
}

/* ---- rows ------------------------------------------------------------------------------------------------------------- */
TEST(joined_rows_are_segments_and_an_extra_column_follows)
{
    engine e;
    open_at(&e, "sqlite::memory:");
    CHECK_INT(exec(&e, "create table a (id integer primary key, words text not null)"), ORM_OK);
    CHECK_INT(exec(&e, "create table b (id integer primary key, a integer)"), ORM_OK);
    CHECK_INT(exec(&e, "insert into a values (7, 'seven')"), ORM_OK);
    CHECK_INT(exec(&e, "insert into b values (1, 7), (2, null)"), ORM_OK);
    const orm_plan_field fields[] = {
        { &thing[ID], offsetof(Thing, id), ORM_INT64, false }, { &thing[ID], offsetof(Thing, id), ORM_INT64, false }, { &thing[WORDS], offsetof(Thing, words), ORM_TEXT, false },
    };
    const orm_plan plan = { .segments = (const orm_plan_segment[]){ { 1, -1 }, { 2, 1 } }, .n_segments = 2, .fields = fields, .n_fields = 3, .extra = 1 };
    orm_statement *s = NULL;
    const char *sql = "select b.id, a.id, a.words, b.id * 100 from b left join a on a.id = b.a order by b.id";
    REQUIRE(!orm_sqlite.prepare(e.c, sql, strlen(sql), &s));
    CHECK_INT(orm_sqlite.start(e.c, s, NULL, 0), ORM_OK);
    for (int64_t i = 1; i <= 2; i++) {
        Thing b = { 0 }, a = { 0 };
        void *rows[2] = { &b, &a };
        int64_t extra = 0;
        CHECK_INT(orm_sqlite.fetch(e.c, s, &plan, rows, &e.arena, &extra), ORM_STEP_ROW);
        CHECK_INT(b.id, i);
        CHECK_INT(extra, 100 * i);
        CHECK(i == 1 ? rows[1] == &a && a.id == 7 && strcmp(a.words, "seven") == 0 : rows[1] == NULL && a.id == 0);
    }
    CHECK_INT(orm_sqlite.fetch(e.c, s, &plan, (void *[2]){ NULL, NULL }, &e.arena, NULL), ORM_STEP_DONE);
    CHECK_INT(orm_sqlite.finish(e.c, s, NULL), ORM_OK);
    orm_sqlite.finalize(e.c, s);
    close_it(&e);
}

TEST(an_outcome_tells_changes_and_the_generated_key)
{
    engine e;
    orm_outcome out;
    open_at(&e, "sqlite::memory:");
    CHECK_INT(exec(&e, "create table t (id integer primary key autoincrement, a) "), ORM_OK);
    CHECK_INT(run(&e, "insert into t (a) values (1), (2), (3)", NULL, 0, NULL, &out), ORM_OK);
    CHECK_INT(out.changed, 3);
    CHECK_INT(out.generated, 3);
    CHECK_INT(run(&e, "select * from t", NULL, 0, NULL, &out), ORM_OK);
    CHECK_INT(out.changed, 0);
    CHECK_INT(run(&e, "create table u (a)", NULL, 0, NULL, &out), ORM_OK);
    CHECK_INT(out.changed, 0);
    CHECK_INT(run(&e, "update t set a = 9 where id > 10", NULL, 0, NULL, &out), ORM_OK);
    CHECK_INT(out.changed, 0);
    CHECK_INT(run(&e, "delete from t where id > 1", NULL, 0, NULL, &out), ORM_OK);
    CHECK_INT(out.changed, 2);
    int64_t key = 0;
    CHECK_INT(run(&e, "insert into t (a) values (5) returning id", NULL, 0, &key, &out), ORM_OK);
    CHECK_INT(key, 4);
    CHECK_INT(out.changed, 1);
    close_it(&e);
}

TEST(a_statement_may_be_ended_after_any_row_and_run_again)
{
    engine e;
    orm_statement *s = NULL;
    open_at(&e, "sqlite::memory:");
    CHECK_INT(exec(&e, "create table t (a)"), ORM_OK);
    const char *sql = "insert into t values (?1), (?1) returning a";
    REQUIRE(!orm_sqlite.prepare(e.c, sql, strlen(sql), &s));
    for (int64_t i = 0; i < 3; i++) {
        orm_value value = orm__v_int(i);
        orm_outcome out;
        int64_t a = -1;
        CHECK_INT(orm_sqlite.start(e.c, s, &value, 1), ORM_OK);
        CHECK_INT(orm_sqlite.fetch(e.c, s, &one_integer, NULL, &e.arena, &a), ORM_STEP_ROW);
        CHECK_INT(a, i);
        CHECK_INT(orm_sqlite.finish(e.c, s, &out), ORM_OK);
        CHECK_INT(out.changed, 2);
    }
    orm_sqlite.finalize(e.c, s);
    CHECK_INT(number(&e, "select count(*) from t"), 6);
    close_it(&e);
}

TEST(one_statement_per_call)
{
    engine e;
    open_at(&e, "sqlite::memory:");
    CHECK_INT(exec(&e, "create table canary (a)"), ORM_OK);
    static const char *const stacked[] = { "select 1; drop table canary", "select 1; -- c\n drop table canary", "select 1;/* c */ select 2", "select 1; x", "", " ", "-- nothing", ";" };
    for (size_t i = 0; i < sizeof stacked / sizeof *stacked; i++) CHECK_INT(exec(&e, stacked[i]), ORM_SYNTAX);
    static const char *const single[] = { "select 1;", "select 1 ; \n\t", "select 1; -- drop table canary", "select 1; /* drop; */ ;", "select 1 /* open", "select 1; --", "select ';'" };
    for (size_t i = 0; i < sizeof single / sizeof *single; i++) CHECK_INT(exec(&e, single[i]), ORM_OK);
    orm_statement *s = NULL;
    orm__clear_error();
    CHECK_INT(orm_sqlite.prepare(e.c, "select 1\0; drop table canary", 28, &s), ORM_SYNTAX);
    orm__clear_error();
    CHECK_INT(orm_sqlite.prepare(e.c, "select 1 garbage", 8, &s), ORM_OK);
    orm_sqlite.finalize(e.c, s);
    CHECK_INT(number(&e, "select count(*) from canary"), 0);
    close_it(&e);
}

TEST(the_number_of_values_must_be_right)
{
    engine e;
    open_at(&e, "sqlite::memory:");
    orm_value values[3] = { orm__v_int(1), orm__v_int(2), orm__v_int(3) };
    CHECK_INT(run(&e, "select ?1, ?2", values, 1, NULL, NULL), ORM_MISUSE);
    CHECK_INT(run(&e, "select ?1, ?2", values, 3, NULL, NULL), ORM_MISUSE);
    CHECK_INT(run(&e, "select ?1, ?2, ?1", values, 2, NULL, NULL), ORM_OK);
    values[0].type = ORM_VALUE_TOO_BIG;
    CHECK_INT(run(&e, "select ?1", values, 1, NULL, NULL), ORM_VALUE_RANGE);
    values[0] = (orm_value){ .type = ORM_ENUM, .as.i = 2 };
    CHECK_INT(run(&e, "select ?1", values, 1, NULL, NULL), ORM_VALUE_RANGE);
    close_it(&e);
}

TEST(a_failed_bind_stops_the_statement)
{
    engine e;
    open_at(&e, "sqlite::memory:");
    CHECK_INT(exec(&e, "create table t (a)"), ORM_OK);
    sqlite3_limit(((orm__sqlite *)e.c)->sqlite, SQLITE_LIMIT_LENGTH, 1000);
    char big[1200];
    memset(big, 'x', sizeof big - 1);
    big[sizeof big - 1] = 0;
    orm_value value = orm__v_text(big);
    CHECK_INT(run(&e, "insert into t values (?1)", &value, 1, NULL, NULL), ORM_VALUE_RANGE);
    CHECK_INT(orm_error()->code, SQLITE_TOOBIG);
    CHECK_INT(number(&e, "select count(*) from t"), 0);
    close_it(&e);
}

/* ---- failures --------------------------------------------------------------------------------------------------------- */
TEST(broken_constraints_are_told_by_kind_and_column)
{
    engine e;
    open_at(&e, "sqlite::memory:");
    CHECK_INT(exec(&e, "create table users (id integer primary key, email text unique, age integer not null constraint adult check (age >= 18), "
                       "a text, b text, unique (a, b), check (a <> b)) strict"), ORM_OK);
    CHECK_INT(exec(&e, "create table posts (id integer primary key, user_id integer references users, owner_id integer references users on delete restrict) strict"), ORM_OK);
    CHECK_INT(exec(&e, "create trigger no_zed before insert on users when new.a = 'zed' begin select raise(abort, 'zed is not welcome'); end"), ORM_OK);
    CHECK_INT(exec(&e, "insert into users values (1, 'x@y', 20, 'p', 'q'), (2, 'o@y', 20, null, null)"), ORM_OK);
    CHECK_INT(exec(&e, "insert into posts values (1, 1, 2)"), ORM_OK);
    CHECK_INT(exec(&e, "insert into users values (3, 'x@y', 20, null, null)"), ORM_UNIQUE);
    CHECK_INT(orm_error()->code, SQLITE_CONSTRAINT_UNIQUE);
    CHECK_INT(orm_error()->failures.count, 1);
    CHECK_CONTAINS(orm_error()->message, "users.email");
    CHECK_INT(exec(&e, "insert into users values (3, 'z@y', 20, 'p', 'q')"), ORM_UNIQUE);
    CHECK_CONTAINS(orm_error()->message, "users.a, users.b");
    CHECK_INT(exec(&e, "create unique index lowered on users (lower(b))"), ORM_OK);
    CHECK_INT(exec(&e, "insert into users values (3, 'z@y', 20, 'other', 'Q')"), ORM_UNIQUE);
    CHECK_TEXT(orm_error()->constraint, "lowered");
    CHECK_INT(exec(&e, "insert into users values (1, 'z@y', 20, null, null)"), ORM_UNIQUE);
    CHECK_INT(orm_error()->code, SQLITE_CONSTRAINT_PRIMARYKEY);
    CHECK_CONTAINS(orm_error()->message, "users.id");
    CHECK_INT(exec(&e, "insert into users values (3, 'z@y', null, null, null)"), ORM_NOT_NULL);
    CHECK_CONTAINS(orm_error()->message, "users.age");
    CHECK_INT(exec(&e, "insert into users values (3, 'z@y', 17, null, null)"), ORM_CHECK);
    CHECK_TEXT(orm_error()->constraint, "adult");
    CHECK_INT(exec(&e, "insert into users values (3, 'z@y', 18, 'r', 'r')"), ORM_CHECK);
    CHECK_TEXT(orm_error()->constraint, "a <> b");
    CHECK_INT(exec(&e, "insert into users values (3, 'z@y', 18, 'zed', 'r')"), ORM_CHECK);
    CHECK_CONTAINS(orm_error()->message, "not welcome");
    CHECK_INT(exec(&e, "insert into posts values (2, 99, null)"), ORM_FOREIGN_KEY);
    CHECK_INT(orm_error()->code, SQLITE_CONSTRAINT_FOREIGNKEY);
    CHECK_INT(exec(&e, "delete from users where id = 1"), ORM_FOREIGN_KEY);
    CHECK_INT(exec(&e, "delete from users where id = 2"), ORM_FOREIGN_KEY);
    CHECK_INT(number(&e, "select count(*) from users"), 2);
    close_it(&e);
}

TEST(other_failures_have_their_kinds)
{
    static const struct { const char *sql; orm_status kind; } cases[] = {
        { "select * from nowhere", ORM_NO_TABLE }, { "select x from t", ORM_NO_COLUMN }, { "insert into t (x) values (1)", ORM_NO_COLUMN }, { "selec 1", ORM_SYNTAX },
        { "select 'open", ORM_SYNTAX }, { "select abs(-9223372036854775807 - 1)", ORM_VALUE_RANGE }, { "select json('{')", ORM_VALUE_RANGE }, { "select 'a' regexp '('", ORM_VALUE_RANGE },
        { "insert into t (rowid) values ('x')", ORM_VALUE_RANGE }, { "select zeroblob(2000000000)", ORM_VALUE_RANGE }, { "commit", ORM_TRANSACTION_ABORTED }, { "rollback to nobody", ORM_TRANSACTION_ABORTED },
        { "select nosuchfunction(1)", ORM_SYNTAX }, { "update sqlite_master set sql = ''", ORM_SYNTAX },
    };
    engine e;
    open_at(&e, "sqlite::memory:");
    CHECK_INT(exec(&e, "create table t (a)"), ORM_OK);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        orm_status kind = exec(&e, cases[i].sql);
        if (kind != cases[i].kind) printf("%s: %s\n", cases[i].sql, orm_error()->message);
        CHECK_INT(kind, cases[i].kind);
        CHECK(orm_error()->code != 0);
        CHECK(orm_error()->message[0] != 0);
    }
    close_it(&e);
}

/* ---- transactions ---------------------------------------------------------------------------------------------------------- */
TEST(a_full_database_has_rolled_back_by_itself)
{
    engine e;
    char url[160];
    open_at(&e, new_url(url, "?journal=delete"));
    CHECK_INT(exec(&e, "create table t (a)"), ORM_OK);
    CHECK_TEXT(text_of(&e, "pragma max_page_count = 20"), "20");
    CHECK_INT(orm_sqlite.begin(e.c, NULL), ORM_OK);
    CHECK(orm_sqlite.in_transaction(e.c));
    CHECK_INT(exec(&e, "insert into t values (1)"), ORM_OK);
    CHECK_INT(exec(&e, "insert into t values (randomblob(200000))"), ORM_FULL);
    CHECK(!orm_sqlite.in_transaction(e.c));
    orm_sqlite.rollback(e.c);
    CHECK_INT(number(&e, "select count(*) from t"), 0);
    close_it(&e);
}

TEST(a_rollback_without_transaction_is_no_error)
{
    engine e;
    open_at(&e, "sqlite::memory:");
    orm_sqlite.rollback(e.c);
    CHECK_INT(orm_sqlite.commit(e.c), ORM_TRANSACTION_ABORTED);
    CHECK_INT(orm_sqlite.begin(e.c, NULL), ORM_OK);
    orm__clear_error();
    CHECK(orm_sqlite.begin(e.c, NULL) != ORM_OK);
    orm_sqlite.rollback(e.c);
    CHECK(!orm_sqlite.in_transaction(e.c));
    close_it(&e);
}

TEST(a_reader_does_not_write)
{
    engine e;
    open_at(&e, "sqlite::memory:");
    CHECK_INT(exec(&e, "create table t (a)"), ORM_OK);
    CHECK_INT(orm_sqlite.begin(e.c, &(orm_transaction_options){ .read_only = true }), ORM_OK);
    CHECK_INT(number(&e, "select count(*) from t"), 0);
    CHECK_INT(exec(&e, "savepoint s1"), ORM_OK);
    CHECK_INT(exec(&e, "insert into t values (1)"), ORM_READ_ONLY);
    CHECK_INT(exec(&e, "drop table t"), ORM_READ_ONLY);
    orm_sqlite.rollback(e.c);
    CHECK_INT(exec(&e, "insert into t values (1)"), ORM_OK);
    CHECK_INT(orm_sqlite.begin(e.c, &(orm_transaction_options){ .read_only = true }), ORM_OK);
    CHECK_INT(orm_sqlite.commit(e.c), ORM_OK);
    CHECK_INT(exec(&e, "insert into t values (1)"), ORM_OK);
    close_it(&e);
}

static int64_t since(int64_t began) { return (orm__ticks() - began) / 1000; }

TEST(a_busy_commit_leaves_the_transaction_open)
{
    engine writer, reader;
    char url[160];
    open_at(&writer, new_url(url, "?journal=delete&busy_timeout=100"));
    open_at(&reader, url);
    CHECK_INT(exec(&writer, "create table t (a)"), ORM_OK);
    CHECK_INT(orm_sqlite.begin(reader.c, &(orm_transaction_options){ .read_only = true }), ORM_OK);
    CHECK_INT(number(&reader, "select count(*) from t"), 0);
    CHECK_INT(orm_sqlite.begin(writer.c, NULL), ORM_OK);
    CHECK_INT(exec(&writer, "insert into t values (1)"), ORM_OK);
    int64_t began = orm__ticks();
    CHECK_INT(orm_sqlite.commit(writer.c), ORM_BUSY);
    CHECK(since(began) >= 90 && since(began) < 1000);
    CHECK(orm_sqlite.in_transaction(writer.c));
    CHECK_INT(orm_sqlite.commit(reader.c), ORM_OK);
    orm__clear_error();
    CHECK_INT(orm_sqlite.commit(writer.c), ORM_OK);
    CHECK(!orm_sqlite.in_transaction(writer.c));
    CHECK_INT(number(&reader, "select count(*) from t"), 1);
    close_it(&writer);
    close_it(&reader);
}

TEST(a_second_writer_waits_for_its_busy_timeout_or_deadline)
{
    engine a, b;
    char url[160];
    open_at(&a, new_url(url, "?busy_timeout=150"));
    open_at(&b, url);
    CHECK_INT(exec(&a, "create table t (a)"), ORM_OK);
    CHECK_INT(orm_sqlite.begin(a.c, NULL), ORM_OK);
    int64_t began = orm__ticks();
    CHECK_INT(orm_sqlite.begin(b.c, NULL), ORM_BUSY);
    CHECK(since(began) >= 140 && since(began) < 1000);
    CHECK_INT(orm_error()->code, SQLITE_BUSY);
    began = orm__ticks();
    orm__clear_error();
    orm_sqlite.deadline(b.c, began + 30000);
    CHECK_INT(orm_sqlite.begin(b.c, NULL), ORM_TIMEOUT);
    CHECK(since(began) >= 29 && since(began) < 140);
    orm_sqlite.deadline(b.c, 0);
    CHECK_INT(orm_sqlite.commit(a.c), ORM_OK);
    orm__clear_error();
    CHECK_INT(orm_sqlite.begin(b.c, NULL), ORM_OK);
    orm_sqlite.rollback(b.c);
    close_it(&a);
    close_it(&b);
}

TEST(a_busy_timeout_of_zero_does_not_wait)
{
    engine a, b;
    char url[160];
    open_at(&a, new_url(url, "?busy_timeout=0"));
    open_at(&b, url);
    CHECK_INT(orm_sqlite.begin(a.c, NULL), ORM_OK);
    int64_t began = orm__ticks();
    CHECK_INT(orm_sqlite.begin(b.c, NULL), ORM_BUSY);
    CHECK(since(began) < 50);
    close_it(&a);
    close_it(&b);
}

TEST(a_reader_that_begins_to_write_too_late_is_a_conflict)
{
    engine a, b;
    char url[160];
    open_at(&a, new_url(url, ""));
    open_at(&b, url);
    CHECK_INT(exec(&a, "create table t (a)"), ORM_OK);
    CHECK_INT(exec(&a, "begin"), ORM_OK);
    CHECK_INT(number(&a, "select count(*) from t"), 0);
    CHECK_INT(exec(&b, "insert into t values (1)"), ORM_OK);
    int64_t began = orm__ticks();
    CHECK_INT(exec(&a, "insert into t values (2)"), ORM_SERIALIZATION);
    CHECK_INT(orm_error()->code, SQLITE_BUSY_SNAPSHOT);
    CHECK(since(began) < 500);
    CHECK(orm_sqlite.in_transaction(a.c));
    orm_sqlite.rollback(a.c);
    close_it(&a);
    close_it(&b);
}

TEST(a_deferred_foreign_key_fails_at_commit)
{
    engine e;
    open_at(&e, "sqlite::memory:");
    CHECK_INT(exec(&e, "create table p (id integer primary key)"), ORM_OK);
    CHECK_INT(exec(&e, "create table c (p integer references p deferrable initially deferred)"), ORM_OK);
    CHECK_INT(orm_sqlite.begin(e.c, NULL), ORM_OK);
    CHECK_INT(exec(&e, "insert into c values (1)"), ORM_OK);
    CHECK_INT(orm_sqlite.commit(e.c), ORM_FOREIGN_KEY);
    CHECK(orm_sqlite.in_transaction(e.c));
    orm_sqlite.rollback(e.c);
    CHECK_INT(number(&e, "select count(*) from c"), 0);
    close_it(&e);
}

static const char endless[] = "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n";

TEST(a_deadline_ends_a_statement_that_runs)
{
    engine e;
    open_at(&e, "sqlite::memory:");
    int64_t began = orm__ticks();
    orm_sqlite.deadline(e.c, began + 50000);
    CHECK_INT(exec(&e, endless), ORM_TIMEOUT);
    CHECK(since(began) >= 49 && since(began) < 1000);
    orm_sqlite.deadline(e.c, 0);
    CHECK_INT(number(&e, "select 5"), 5);
    close_it(&e);
}

static int interrupt_now(void *sqlite)
{
    sqlite3_interrupt(sqlite);
    return 0;
}

TEST(an_interrupt_from_elsewhere_is_a_cancellation)
{
    engine e;
    open_at(&e, "sqlite::memory:");
    sqlite3_progress_handler(((orm__sqlite *)e.c)->sqlite, 100, interrupt_now, ((orm__sqlite *)e.c)->sqlite);
    CHECK_INT(exec(&e, endless), ORM_CANCELLED);
    close_it(&e);
}

TEST(processes_that_open_one_new_file_all_get_wal)
{
    char url[160];
    new_url(url, "");
    pid_t children[6];
    fflush(stdout);
    for (size_t i = 0; i < 6; i++) {
        children[i] = fork();
        if (children[i] == 0) {
            engine e;
            open_at(&e, url);
            bool good = !e.opened && exec(&e, "create table if not exists t (a)") == ORM_OK;
            for (int k = 0; k < 20 && good; k++) {
                good = orm_sqlite.begin(e.c, NULL) == ORM_OK && exec(&e, "insert into t values (1)") == ORM_OK && orm_sqlite.commit(e.c) == ORM_OK;
            }
            if (good) close_it(&e);
            _exit(good ? 0 : 1);
        }
    }
    for (size_t i = 0; i < 6; i++) {
        int status = 1;
        waitpid(children[i], &status, 0);
        CHECK_INT(status, 0);
    }
    engine e;
    open_at(&e, url);
    CHECK_INT(number(&e, "select count(*) from t"), 120);
    CHECK_TEXT(text_of(&e, "pragma integrity_check"), "ok");
    close_it(&e);
}

/* ---- spelling ----------------------------------------------------------------------------------------------------------- */
/* the operator with its operand, on texts: 1, 0 or -1 for NULL */
static int64_t matches(engine *e, orm_op op, const char *text_, const char *operand)
{
    orm_value values[2] = { orm__v_text(operand), orm__v_text(text_) };
    char sql[256], *at = sql;
    orm__clear_error();
    orm_status status = orm_sqlite.operand(e->c, op, &values[0], &e->arena);
    if (status) return -100 - (int64_t)status;
    at += snprintf(at, sizeof sql, "select ifnull(");
    for (const char *p = orm_sqlite.operators[op]; *p; p++) {
        if (p[0] == '$' && p[1] == 'c') p++, at += snprintf(at, 8, "?2");
        else if (p[0] == '$' && p[1] == 'v') p++, at += snprintf(at, 8, "?1");
        else *at++ = *p;
    }
    snprintf(at, 16, ", -1)");
    int64_t answer = -50;
    return run(e, sql, values, 2, &answer, NULL) ? -51 : answer;
}

TEST(patterns_mean_what_they_mean_elsewhere)
{
    static const struct { orm_op op; const char *text_, *operand; int64_t answer; } cases[] = {
        { ORM_OP_LIKE, "Hello", "H%", 1 }, { ORM_OP_LIKE, "Hello", "h%", 0 }, { ORM_OP_LIKE, "Hello", "H_llo", 1 }, { ORM_OP_LIKE, "Hello", "hello", 0 }, { ORM_OP_LIKE, "", "%", 1 },
        { ORM_OP_LIKE, "100%", "100\\%", 1 }, { ORM_OP_LIKE, "1000", "100\\%", 0 }, { ORM_OP_LIKE, "a_b", "a\\_b", 1 }, { ORM_OP_LIKE, "axb", "a\\_b", 0 }, { ORM_OP_LIKE, "a\\b", "a\\\\b", 1 },
        { ORM_OP_LIKE, "a*b", "a*b", 1 }, { ORM_OP_LIKE, "axxb", "a*b", 0 }, { ORM_OP_LIKE, "a?b", "a?b", 1 }, { ORM_OP_LIKE, "axb", "a?b", 0 }, { ORM_OP_LIKE, "a[x]b", "a[x]b", 1 },
        { ORM_OP_LIKE, "axb", "a[x]b", 0 }, { ORM_OP_LIKE, "a]b", "a]b", 1 }, { ORM_OP_LIKE, "a^-b", "a^-b", 1 }, { ORM_OP_LIKE, "a*b", "a\\*b", 1 }, { ORM_OP_LIKE, "\xC3\xA4", "_", 1 },
        { ORM_OP_LIKE, "\xC3\x84", "\xC3\xA4", 0 }, { ORM_OP_LIKE, "a\nb", "a%b", 1 }, { ORM_OP_LIKE, "abc", "", 0 }, { ORM_OP_LIKE, "[*?", "\\[\\*\\?", 1 },
        { ORM_OP_ILIKE, "Hello", "hELLO", 1 }, { ORM_OP_ILIKE, "Hello", "h%O", 1 }, { ORM_OP_ILIKE, "a%b", "A\\%B", 1 }, { ORM_OP_ILIKE, "axb", "A\\%B", 0 }, { ORM_OP_ILIKE, "a*b", "a*B", 1 },
        { ORM_OP_STARTS_WITH, "Hello", "He", 1 }, { ORM_OP_STARTS_WITH, "Hello", "he", 0 }, { ORM_OP_STARTS_WITH, "Hello", "", 1 }, { ORM_OP_STARTS_WITH, "%x", "%", 1 }, { ORM_OP_STARTS_WITH, "x", "xy", 0 },
        { ORM_OP_STARTS_WITH, "\xC3\xA4x", "\xC3\xA4", 1 }, { ORM_OP_ENDS_WITH, "Hello", "lo", 1 }, { ORM_OP_ENDS_WITH, "Hello", "LO", 0 }, { ORM_OP_ENDS_WITH, "Hello", "", 1 }, { ORM_OP_ENDS_WITH, "", "", 1 },
        { ORM_OP_ENDS_WITH, "lo", "Hello", 0 }, { ORM_OP_ENDS_WITH, "ab", "bab", 0 }, { ORM_OP_ENDS_WITH, "b", "ab", 0 }, { ORM_OP_ENDS_WITH, "x\xC3\xA4", "\xC3\xA4", 1 },
        { ORM_OP_CONTAINS, "100% sure", "%", 1 }, { ORM_OP_CONTAINS, "sure", "%", 0 }, { ORM_OP_CONTAINS, "sure", "", 1 }, { ORM_OP_CONTAINS, "Sure", "s", 0 },
        { ORM_OP_REGEXP, "abc123", "^[a-c]+[0-9]{3}$", 1 }, { ORM_OP_REGEXP, "abc12", "^[a-c]+[0-9]{3}$", 0 }, { ORM_OP_REGEXP, "x", "(", -51 },
        { ORM_OP_LIKE, NULL, "%", -1 }, { ORM_OP_ILIKE, NULL, "%", -1 }, { ORM_OP_STARTS_WITH, NULL, "", -1 }, { ORM_OP_ENDS_WITH, NULL, "", -1 }, { ORM_OP_CONTAINS, NULL, "", -1 }, { ORM_OP_REGEXP, NULL, "a", -1 },
        { ORM_OP_LIKE, "a", "a\\", -100 - (int64_t)ORM_VALUE_RANGE }, { ORM_OP_ILIKE, "a", "a\\", -100 - (int64_t)ORM_VALUE_RANGE },
    };
    engine e;
    open_at(&e, "sqlite::memory:");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t answer = matches(&e, cases[i].op, cases[i].text_, cases[i].operand);
        if (answer != cases[i].answer) printf("case %zu: operator %d on \"%s\" and \"%s\"\n", i, (int)cases[i].op, cases[i].text_ ? cases[i].text_ : "NULL", cases[i].operand);
        CHECK_INT(answer, cases[i].answer);
    }
    char *pattern = malloc(50002);
    REQUIRE(pattern);
    memset(pattern, 'a', 50001);
    pattern[50001] = 0;
    CHECK_INT(matches(&e, ORM_OP_LIKE, "a", pattern), -100 - (int64_t)ORM_VALUE_RANGE);
    CHECK_INT(matches(&e, ORM_OP_ILIKE, "a", pattern), -100 - (int64_t)ORM_VALUE_RANGE);
    pattern[50000] = 0;
    CHECK_INT(matches(&e, ORM_OP_LIKE, "a", pattern), 0);
    CHECK_INT(matches(&e, ORM_OP_ILIKE, "a", pattern), 0);
    pattern[7] = '*';
    CHECK_INT(matches(&e, ORM_OP_LIKE, "a", pattern), -100 - (int64_t)ORM_VALUE_RANGE);
    free(pattern);
    close_it(&e);
}

/* which of the stored values of a column are in the list: their number */
static int64_t in_list(engine *e, size_t column, orm_value *values, size_t n)
{
    char sql[160], why[160];
    orm_status kind;
    orm_value list;
    for (size_t i = 0; i < n; i++) CHECK(orm__fit(&maybe[column], &values[i], 1000000, why, &kind) == NULL);
    orm__clear_error();
    if (orm_sqlite.list(e->c, &maybe[column], values, n, &e->arena, &list)) return -1;
    snprintf(sql, sizeof sql, "select count(*) from things where \"%s\" in (select value from orm_list(?1))", maybe[column].name);
    int64_t count = -2;
    CHECK_INT(run(e, sql, &list, 1, &count, NULL), ORM_OK);
    return count;
}

TEST(lists_hold_values_of_every_type_exactly)
{
    engine e;
    Maybe m;
    open_things(&e);
    CHECK_INT(BACK(BIG, orm__v_int(INT64_MAX)), ORM_OK);
    CHECK_INT(BACK(BIG, orm__v_int(INT64_MAX - 1)), ORM_OK);
    CHECK_INT(BACK(REAL, orm__v_double(0.1 + 0.2)), ORM_OK);
    CHECK_INT(BACK(REAL, orm__v_double(4.9406564584124654e-324)), ORM_OK);
    CHECK_INT(BACK(SINGLE, orm__v_double(0.1)), ORM_OK);
    CHECK_INT(BACK(WORDS, orm__v_text("it's [\"a\"], {}")), ORM_OK);
    CHECK_INT(BACK(WORDS, orm__v_text("")), ORM_OK);
    CHECK_INT(BACK(BYTES, orm__v_blob((orm_blob){ "a\0b", 3 })), ORM_OK);
    CHECK_INT(BACK(BYTES, orm__v_blob((orm_blob){ "", 0 })), ORM_OK);
    CHECK_INT(BACK(MONEY, orm__v_decimal(orm_decimal_of("1.50"))), ORM_OK);
    CHECK_INT(BACK(HUGE_, orm__v_decimal(orm_decimal_of("-3.5"))), ORM_OK);
    CHECK_INT(BACK(DAY, orm__v_date(orm_date_make(2024, 2, 29))), ORM_OK);
    CHECK_INT(BACK(AT, orm__v_clock(orm_clock_make(1, 2, 3, 4))), ORM_OK);
    CHECK_INT(BACK(COLOUR, orm__v_int(3)), ORM_OK);
    orm_uuid id = orm_uuid_v4();
    CHECK_INT(BACK(UID, orm__v_uuid(id)), ORM_OK);
    CHECK_INT(in_list(&e, BIG, (orm_value[]){ orm__v_int(INT64_MAX - 1), orm__v_int(5), orm__v_int(5) }, 3), 1);
    CHECK_INT(in_list(&e, BIG, (orm_value[]){ orm__v_int(INT64_MAX - 1), orm__v_int(INT64_MAX) }, 2), 2);
    CHECK_INT(in_list(&e, BIG, NULL, 0), 0);
    CHECK_INT(in_list(&e, REAL, (orm_value[]){ orm__v_double(0.1 + 0.2), orm__v_double(4.9406564584124654e-324), orm__v_double(0.3) }, 3), 2);
    CHECK_INT(in_list(&e, REAL, (orm_value[]){ orm__v_double(0.3) }, 1), 0);
    CHECK_INT(in_list(&e, SINGLE, (orm_value[]){ orm__v_double(0.1) }, 1), 1);
    CHECK_INT(in_list(&e, WORDS, (orm_value[]){ orm__v_text("it's [\"a\"], {}"), orm__v_text("x") }, 2), 1);
    CHECK_INT(in_list(&e, WORDS, (orm_value[]){ orm__v_text("") }, 1), 1);
    CHECK_INT(in_list(&e, BYTES, (orm_value[]){ orm__v_blob((orm_blob){ "a\0b", 3 }), orm__v_blob((orm_blob){ "", 0 }), orm__v_blob((orm_blob){ "a", 1 }) }, 3), 2);
    CHECK_INT(in_list(&e, MONEY, (orm_value[]){ orm__v_decimal(orm_decimal_of("1.5")), orm__v_int(3) }, 2), 1);
    CHECK_INT(in_list(&e, HUGE_, (orm_value[]){ orm__v_decimal(orm_decimal_of("-3.500")) }, 1), 1);
    CHECK_INT(in_list(&e, DAY, (orm_value[]){ orm__v_date(orm_date_make(2024, 2, 29)) }, 1), 1);
    CHECK_INT(in_list(&e, AT, (orm_value[]){ orm__v_clock(orm_clock_make(1, 2, 3, 4)) }, 1), 1);
    CHECK_INT(in_list(&e, COLOUR, (orm_value[]){ orm__v_int(3), orm__v_int(1) }, 2), 1);
    CHECK_INT(in_list(&e, UID, (orm_value[]){ orm__v_uuid(id) }, 1), 1);
    orm_value list, null = { .type = ORM_NULL };
    orm__clear_error();
    CHECK_INT(orm_sqlite.list(e.c, &maybe[BIG], &null, 1, &e.arena, &list), ORM_VALUE_RANGE);
    close_it(&e);
}

TEST(a_long_list_is_one_parameter)
{
    enum { N = 300000 };
    engine e;
    open_at(&e, "sqlite::memory:");
    CHECK_INT(exec(&e, "create table things (id integer primary key, big integer) strict"), ORM_OK);
    CHECK_INT(exec(&e, "insert into things with recursive n(i) as (select 1 union all select i + 1 from n where i < 1000) select i, i * 3 from n"), ORM_OK);
    CHECK_INT(exec(&e, "create index big on things (big)"), ORM_OK);
    orm_value *values = malloc(N * sizeof *values);
    REQUIRE(values);
    for (int i = 0; i < N; i++) values[i] = orm__v_int(i);
    CHECK_INT(in_list(&e, BIG, values, N), 1000);
    CHECK_INT(number(&e, "select count(*) from things where big not in (select value from orm_list(x''))"), 1000);
    free(values);
    close_it(&e);
}

TEST(a_list_that_nobody_made_is_read_within_its_bounds)
{
    static const char *const lists[] = { "x'01'", "x'0100000000'", "x'03ffffffff61'", "x'0301000000'", "x'040000000000'", "'text'", "5", "null", "x'ff0102030405060708'", "x'0300000000030000'" };
    engine e;
    open_at(&e, "sqlite::memory:");
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        char sql[96];
        snprintf(sql, sizeof sql, "select count(*) from orm_list(%s)", lists[i]);
        CHECK(number(&e, sql) >= 0 && number(&e, sql) <= 2);
    }
    CHECK_INT(number(&e, "select count(*) from orm_list"), 0);
    CHECK_INT(number(&e, "select count(*) from (select 1 union select 2) as t, orm_list(x'010000000000000000') as l"), 2);
    close_it(&e);
}

static const char *written(void (*write)(orm__sql *, const char *), const char *name)
{
    static char out[256];
    orm_allocator allocator = orm__default_allocator();
    orm__writer w = { .allocator = &allocator, .dialect = &orm_sqlite };
    write(&w, name);
    snprintf(out, sizeof out, "%.*s", (int)w.length, w.text);
    orm__writer_release(&w);
    return out;
}

static const char *literal(size_t column, orm_value value)
{
    static char out[256];
    orm_allocator allocator = orm__default_allocator();
    orm__writer w = { .allocator = &allocator, .dialect = &orm_sqlite };
    orm_sqlite.literal(&w, &maybe[column], value);
    snprintf(out, sizeof out, "%.*s", (int)w.length, w.text);
    orm__writer_release(&w);
    return out;
}

TEST(names_are_quoted_by_doubling)
{
    CHECK_TEXT(written(orm_sqlite.quote, "a"), "\"a\"");
    CHECK_TEXT(written(orm_sqlite.quote, "a\"; drop table canary; --"), "\"a\"\"; drop table canary; --\"");
    engine e;
    char sql[256];
    static const char *const names[] = { "a\"b", "a]b", "a`b", "a.b", "select", "\xC3\xA9", "a\"\"", "'", "--", "/*" };
    open_at(&e, "sqlite::memory:");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(sql, sizeof sql, "create table %s (a)", written(orm_sqlite.quote, names[i]));
        CHECK_INT(exec(&e, sql), ORM_OK);
        orm_found_table found;
        CHECK_INT(orm_sqlite.describe(e.c, names[i], &e.arena, &found), ORM_OK);
        CHECK(found.exists && found.n_columns == 1);
    }
    close_it(&e);
}

TEST(literals_stand_for_the_stored_value)
{
    bool german = setlocale(LC_ALL, "de_DE.UTF-8") != NULL;
    CHECK_TEXT(literal(BIG, orm__v_int(INT64_MIN)), "-9223372036854775808");
    CHECK_TEXT(literal(YES, orm__v_bool(true)), "1");
    CHECK_TEXT(literal(REAL, orm__v_double(0.5)), "0.5");
    CHECK_TEXT(literal(REAL, orm__v_double((double)INFINITY)), "9e999");
    CHECK_TEXT(literal(WORDS, orm__v_text("it's \\ $$ \"x\"")), "'it''s \\ $$ \"x\"'");
    CHECK_TEXT(literal(BYTES, orm__v_blob((orm_blob){ "\x00\xFFz", 3 })), "x'00ff7a'");
    CHECK_TEXT(literal(MONEY, orm__v_decimal(orm_decimal_of("1.50"))), "150");
    CHECK_TEXT(literal(HUGE_, orm__v_decimal(orm_decimal_of("0.000001"))), "'100000000000000000000000000000000000001'");
    CHECK_TEXT(literal(DAY, orm__v_date(orm_date_make(2024, 2, 29))), "'2024-02-29'");
    CHECK_TEXT(literal(WORDS, (orm_value){ .type = ORM_NULL }), "NULL");
    engine e;
    open_at(&e, "sqlite::memory:");
    char sql[96];
    snprintf(sql, sizeof sql, "select typeof(%s) = 'integer'", literal(BIG, orm__v_int(INT64_MIN)));
    CHECK_INT(number(&e, sql), 1);
    Maybe m;
    CHECK_INT(exec(&e, ddl(maybe, " STRICT")), ORM_OK);
    CHECK_INT(BACK(REAL, orm__v_double(1234.5)), ORM_OK);
    CHECK_DOUBLE(m.real.value, 1234.5);
    close_it(&e);
    if (german) setlocale(LC_ALL, "C");
}

TEST(blank_texts_are_told_from_others)
{
    engine e;
    open_at(&e, "sqlite::memory:");
    CHECK_INT(exec(&e, "create table t (a text check (trim(a, char(9, 10, 11, 12, 13, 32)) <> '')) strict"), ORM_OK);
    CHECK_INT(exec(&e, "insert into t values (' x ')"), ORM_OK);
    CHECK_INT(exec(&e, "insert into t values (' ' || char(10) || char(9))"), ORM_CHECK);
    CHECK_INT(exec(&e, "insert into t values ('')"), ORM_CHECK);
    CHECK_INT(exec(&e, "insert into t values (null)"), ORM_OK);
    close_it(&e);
}

/* ---- introspection ----------------------------------------------------------------------------------------------------------- */
TEST(a_table_is_described_as_it_was_made)
{
    engine e;
    orm_found_table t;
    open_at(&e, "sqlite::memory:");
    CHECK_INT(orm_sqlite.describe(e.c, "nowhere", &e.arena, &t), ORM_OK);
    CHECK(!t.exists && t.n_columns == 0);
    CHECK_INT(exec(&e, "create table parents (id integer primary key autoincrement, a integer, b integer, unique (a, b)) strict"), ORM_OK);
    CHECK_INT(exec(&e, "create table kids (\n"
                       "  \"id\" INTEGER primary key autoincrement,\n"
                       "  parent_id INTEGER not null references parents on delete cascade on update set null, -- check (nothing)\n"
                       "  name TEXT not null default 'check (me)' unique check (length(name)   between 2\n and\t3),\n"
                       "  age INTEGER default (1 + 2) constraint \"adult check\" check (age >= 0 /* no ) */ and age <= 150),\n"
                       "  a INTEGER, b INTEGER, [check] TEXT, foreign key (a, b) references parents (a, b) on delete restrict,\n"
                       "  constraint c check (name <> ')''(' or (a in (1, 2)))\n"
                       ") STRICT"), ORM_OK);
    CHECK_INT(exec(&e, "create index by_two on kids (a, b desc)"), ORM_OK);
    CHECK_INT(exec(&e, "create unique index part on kids (name) where  a  is\nnot null"), ORM_OK);
    CHECK_INT(exec(&e, "create index lowered on kids (lower(name), a)"), ORM_OK);
    CHECK_INT(orm_sqlite.describe(e.c, "KIDS", &e.arena, &t), ORM_OK);
    REQUIRE(t.exists && t.n_columns == 7);
    CHECK_CONTAINS(t.sql, "CREATE TABLE kids");
    CHECK_TEXT(t.columns[0].name, "id");
    CHECK_TEXT(t.columns[0].type, "INTEGER");
    CHECK_INT(t.columns[0].key, 1);
    CHECK(!t.columns[0].nullable && !t.columns[1].nullable && !t.columns[2].nullable && t.columns[3].nullable);
    CHECK_TEXT(t.columns[2].default_sql, "'check (me)'");
    CHECK_TEXT(t.columns[3].default_sql, "1 + 2");
    CHECK_TEXT(t.columns[4].default_sql, NULL);
    CHECK_TEXT(t.columns[6].name, "check");
    REQUIRE(t.n_references == 2);
    CHECK_TEXT(t.references[0].column, "parent_id");
    CHECK_TEXT(t.references[0].table, "parents");
    CHECK_TEXT(t.references[0].target, "id");
    CHECK_TEXT(t.references[0].on_delete, "cascade");
    CHECK_TEXT(t.references[0].on_update, "set null");
    CHECK_TEXT(t.references[1].column, "a, b");
    CHECK_TEXT(t.references[1].target, "a, b");
    CHECK_TEXT(t.references[1].on_delete, "restrict");
    CHECK_TEXT(t.references[1].on_update, "no action");
    REQUIRE(t.n_indexes == 4);
    CHECK(t.indexes[0].automatic && t.indexes[0].unique && !t.indexes[1].automatic);
    CHECK_TEXT(t.indexes[0].columns, "name");
    CHECK_TEXT(t.indexes[1].name, "by_two");
    CHECK_TEXT(t.indexes[1].columns, "a, b desc");
    CHECK_TEXT(t.indexes[1].where, NULL);
    CHECK(t.indexes[2].unique);
    CHECK_TEXT(t.indexes[2].where, "a is not null");
    CHECK_TEXT(t.indexes[3].columns, "(expression), a");
    REQUIRE(t.n_checks == 3);
    CHECK_TEXT(t.checks[0], "length(name) between 2 and 3");
    CHECK_TEXT(t.checks[1], "age >= 0 and age <= 150");
    CHECK_TEXT(t.checks[2], "name <> ')''(' or (a in (1, 2))");
    close_it(&e);
}

TEST(keys_of_several_columns_have_positions)
{
    engine e;
    orm_found_table t;
    open_at(&e, "sqlite::memory:");
    CHECK_INT(exec(&e, "create table t (a integer, b text, c integer, primary key (c, a)) strict"), ORM_OK);
    CHECK_INT(orm_sqlite.describe(e.c, "t", &e.arena, &t), ORM_OK);
    REQUIRE(t.n_columns == 3);
    CHECK_INT(t.columns[0].key, 2);
    CHECK_INT(t.columns[1].key, 0);
    CHECK_INT(t.columns[2].key, 1);
    CHECK(!t.columns[0].nullable && t.columns[1].nullable);
    CHECK_TEXT(t.indexes[0].columns, "c, a");
    close_it(&e);
}

TEST(names_from_the_database_are_bound)
{
    engine e;
    orm_found_table t;
    open_at(&e, "sqlite::memory:");
    CHECK_INT(exec(&e, "create table canary (a)"), ORM_OK);
    CHECK_INT(exec(&e, "create table \"x\"\"; drop table canary; --\" (\"a\n\\! id\" text default ''');')"), ORM_OK);
    CHECK_INT(orm_sqlite.describe(e.c, "x\"; drop table canary; --", &e.arena, &t), ORM_OK);
    REQUIRE(t.exists && t.n_columns == 1);
    CHECK_TEXT(t.columns[0].name, "a\n\\! id");
    CHECK_TEXT(t.columns[0].default_sql, "''');'");
    CHECK_INT(number(&e, "select count(*) from canary"), 0);
    close_it(&e);
}

/* ---- memory that runs out ---------------------------------------------------------------------------------------------------- */
/* opens, makes a table, writes, lists, reads, describes; ORM_OK or the first failure */
static orm_status whole_life(engine *e)
{
    static const char make[] = "create table if not exists things (id integer primary key, words text check (words <> ''), uid text)";
    if (e->opened) return e->opened;
    orm_status status = exec(e, make);
    orm_value values[2] = { orm__v_text("some words that are longer than any small buffer of the engine would be"), orm__v_uuid(orm_uuid_v4()) };
    if (!status) status = orm_sqlite.begin(e->c, NULL);
    if (!status) status = run(e, "insert into things (words, uid) values (?1, ?2)", values, 2, NULL, NULL);
    if (!status) status = orm_sqlite.commit(e->c);
    if (orm_sqlite.in_transaction(e->c)) orm_sqlite.rollback(e->c);
    Maybe m;
    if (!status) status = read_into(e, maybe, WORDS, &m, sizeof m);
    if (!status) CHECK_TEXT(m.words, values[0].as.s);
    orm_value list;
    if (!status) status = orm_sqlite.list(e->c, &maybe[WORDS], values, 1, &e->arena, &list);
    int64_t found = 0;
    if (!status) status = run(e, "select count(*) from things where words in (select value from orm_list(?1))", &list, 1, &found, NULL);
    if (!status) CHECK(found > 0);
    if (!status) status = orm_sqlite.operand(e->c, ORM_OP_LIKE, &values[0], &e->arena);
    orm_found_table table;
    if (!status) status = orm_sqlite.describe(e->c, "things", &e->arena, &table);
    if (!status) CHECK(table.n_checks == 1 && table.n_columns == 3);
    return status;
}

TEST(every_allocation_of_ours_may_fail)
{
    for (int persistent = 0; persistent < 2; persistent++) {
        bool done = false;
        for (size_t n = 1; n < 500 && !done; n++) {
            struct check_allocator state = { .fail_at = n, .persistent = persistent };
            engine e;
            open_with(&e, "sqlite::memory:", check_failing_allocator(&state), (orm_options){ 0 });
            orm_status status = whole_life(&e);
            done = state.failed == 0;
            CHECK_INT(status, done ? ORM_OK : ORM_NO_MEMORY);
            close_it(&e);
            CHECK_INT(state.live, 0);
            CHECK(!state.wrong);
        }
        CHECK(done);
    }
}

/* SQLite's own memory, counted and failed */
static struct { sqlite3_mem_methods real; size_t count, fail_at; bool persistent, failed; } engine_memory;

static bool engine_refuses(void)
{
    if (!engine_memory.fail_at) return false;
    size_t n = ++engine_memory.count;
    bool refused = engine_memory.persistent ? n >= engine_memory.fail_at : n == engine_memory.fail_at;
    engine_memory.failed = engine_memory.failed || refused;
    return refused;
}

static void *engine_malloc(int size) { return engine_refuses() ? NULL : engine_memory.real.xMalloc(size); }
static void *engine_realloc(void *block, int size) { return engine_refuses() ? NULL : engine_memory.real.xRealloc(block, size); }

__attribute__((constructor)) static void engine_memory_hook(void)
{
    sqlite3_config(SQLITE_CONFIG_GETMALLOC, &engine_memory.real);
    sqlite3_mem_methods counted = engine_memory.real;
    counted.xMalloc = engine_malloc;
    counted.xRealloc = engine_realloc;
    sqlite3_config(SQLITE_CONFIG_MALLOC, &counted);
}

TEST(every_allocation_of_the_engine_may_fail)
{
    char url[160];
    new_url(url, "?journal=delete&synchronous=off");
    engine e;
    open_at(&e, url);
    CHECK_INT(whole_life(&e), ORM_OK);
    close_it(&e);
    for (int persistent = 0; persistent < 2; persistent++) {
        bool done = false;
        for (size_t n = 1; n < 20000 && !done; n += persistent ? 5 : 1) {
            engine_memory.count = 0;
            engine_memory.failed = false;
            engine_memory.persistent = persistent;
            engine_memory.fail_at = n;
            open_at(&e, url);
            orm_status status = whole_life(&e);
            done = !engine_memory.failed;
            engine_memory.fail_at = 0;
            /* a single failure may be without consequence: a cache that stays smaller */
            if (status != ORM_OK && status != ORM_NO_MEMORY) printf("allocation %zu: %s\n", n, orm_error()->message);
            CHECK(status == ORM_NO_MEMORY || (status == ORM_OK && (done || !persistent)));
            if (!e.opened) CHECK(!orm_sqlite.in_transaction(e.c));
            close_it(&e);
        }
        CHECK(done);
    }
    open_at(&e, url);
    CHECK_TEXT(text_of(&e, "pragma integrity_check"), "ok");
    close_it(&e);
}

/* ---- files that fail ------------------------------------------------------------------------------------------------------------ */
/* the system's files with a fault: the n-th write, sync or truncation (and, when persistent, all after it) answers an I/O error */
struct disk_methods { const sqlite3_io_methods *real; sqlite3_io_methods failing; };
static struct { struct disk_methods methods[4]; sqlite3_vfs *vfs, shim; size_t count, fail_at; bool persistent, failed; } disk;      /* databases and journals have methods of their own */

static bool disk_refuses(void)
{
    if (!disk.fail_at) return false;
    size_t n = ++disk.count;
    bool refused = disk.persistent ? n >= disk.fail_at : n == disk.fail_at;
    disk.failed = disk.failed || refused;
    return refused;
}

static const sqlite3_io_methods *disk_real(const sqlite3_file *file)
{
    struct disk_methods *m = disk.methods;
    while (file->pMethods != &m->failing) m++;
    return m->real;
}

static int disk_write(sqlite3_file *file, const void *bytes, int n, sqlite3_int64 at) { return disk_refuses() ? SQLITE_IOERR_WRITE : disk_real(file)->xWrite(file, bytes, n, at); }
static int disk_sync(sqlite3_file *file, int flags) { return disk_refuses() ? SQLITE_IOERR_FSYNC : disk_real(file)->xSync(file, flags); }
static int disk_truncate(sqlite3_file *file, sqlite3_int64 size) { return disk_refuses() ? SQLITE_IOERR_TRUNCATE : disk_real(file)->xTruncate(file, size); }

static int disk_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out)
{
    int code = disk.vfs->xOpen(vfs, name, file, flags, out);
    if (code != SQLITE_OK || !file->pMethods) return code;
    struct disk_methods *m = disk.methods;
    while (m->real && m->real != file->pMethods) m++;
    m->real = file->pMethods;
    m->failing = *m->real;
    m->failing.xWrite = disk_write;
    m->failing.xSync = disk_sync;
    m->failing.xTruncate = disk_truncate;
    file->pMethods = &m->failing;
    return code;
}

static void with_a_failing_disk(const char *options)
{
    char url[160];
    engine e;
    disk.vfs = sqlite3_vfs_find(NULL);
    disk.shim = *disk.vfs;
    disk.shim.zName = "failing";
    disk.shim.xOpen = disk_open;
    CHECK_INT(sqlite3_vfs_register(&disk.shim, 1), SQLITE_OK);
    open_at(&e, new_url(url, options));
    CHECK_INT(exec(&e, "create table t (a)"), ORM_OK);
    close_it(&e);
    int64_t rows = 0;
    size_t unknown = 0;
    for (int persistent = 0; persistent < 2; persistent++) {
        bool done = false;
        for (size_t n = 1; n < 200 && !done; n++) {
            open_at(&e, url);
            disk.count = 0;
            disk.failed = false;
            disk.persistent = persistent;
            disk.fail_at = n;
            orm_status status = orm_sqlite.begin(e.c, NULL);
            if (!status) status = exec(&e, "insert into t values (randomblob(9000))");
            if (!status) status = orm_sqlite.commit(e.c);
            orm_sqlite.rollback(e.c);
            CHECK(!orm_sqlite.in_transaction(e.c));
            done = !disk.failed;
            disk.fail_at = 0;
            close_it(&e);
            CHECK(status == ORM_OK || status == ORM_IO || status == ORM_COMMIT_UNKNOWN);
            open_at(&e, url);
            CHECK_TEXT(text_of(&e, "pragma integrity_check"), "ok");
            int64_t found = number(&e, "select count(*) from t");
            CHECK(found == rows + 1 || (found == rows && status != ORM_OK));
            CHECK(found == rows || status == ORM_OK || status == ORM_COMMIT_UNKNOWN);
            rows = found;
            unknown += status == ORM_COMMIT_UNKNOWN;
            close_it(&e);
        }
        CHECK(done);
    }
    CHECK(unknown > 0);
    CHECK_INT(sqlite3_vfs_unregister(&disk.shim), SQLITE_OK);
}

TEST(a_failing_disk_never_makes_a_lie_in_delete_mode) { with_a_failing_disk("?journal=delete"); }
TEST(a_failing_disk_never_makes_a_lie_in_wal_mode) { with_a_failing_disk("?journal=wal"); }

__attribute__((constructor)) static void make_directory(void)
{
    if (!mkdtemp(directory)) fputs("no directory for the tests\n", stderr);
}

__attribute__((destructor)) static void remove_directory(void)
{
    static const char *const ends[] = { "", "-wal", "-shm", "-journal" };
    char path[200];
    for (unsigned i = 1; i <= files; i++)
        for (size_t k = 0; k < 4; k++) {
            snprintf(path, sizeof path, "%s/%u.db%s", directory, i, ends[k]);
            unlink(path);
        }
    rmdir(directory);
}

CHECK_MAIN()

/* test: own-server, which it stops and starts again.
   >>postgres_test: the PostgreSQL adapter alone, against a real server: URLs, what an open sets, values both ways, failures by kind,
   transactions between connections, deadlines, connections that end in every way, introspection, and memory that runs out. */
#include <math.h>
#include "internal.h"
#define ORM_IMPLEMENTATION
#include "dialects/postgres.h"
#include "check.h"
#include "check_alloc.h"
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

/* ---- what the core does for an adapter, in small ---------------------------------------------------------------- */
typedef struct engine { orm__session db; orm_connection *c; orm_arena arena; orm_status opened; } engine;

static const char *server(void) { return getenv("ORM_POSTGRES"); }

static void open_with(engine *e, const char *url, orm_allocator allocator, orm_options options)
{
    orm__clear_error();
    memset(e, 0, sizeof *e);
    e->db.dialect = &orm_postgres;
    e->db.options = options;
    e->db.allocator = e->arena.orm__allocator = e->db.scratch.orm__allocator = allocator;
    e->opened = orm_postgres.open(&e->db, url, &options, false, &e->c);
}

static void open_at(engine *e, const char *url) { open_with(e, url, orm__default_allocator(), (orm_options){ .busy_timeout_ms = 2000 }); }

static void close_it(engine *e)
{
    if (!e->opened) orm_postgres.close(e->c);
    orm_arena_release(&e->arena);
    orm_arena_release(&e->db.scratch);
}

/* what the pool does with a session whose connection was lost; statements of the old one are gone */
static void renew(engine *e, const char *url)
{
    CHECK(!orm_postgres.alive(e->c, false));
    orm_postgres.close(e->c);
    orm__clear_error();
    e->opened = orm_postgres.open(&e->db, url, &e->db.options, false, &e->c);
    CHECK_INT(e->opened, ORM_OK);
}

static const orm_plan nothing = { 0 };
static const orm_plan one_integer = { .extra = 1 };

/* the statement once with values; its integer column, if it has rows, goes to `out` (the last row's) */
static orm_status again(engine *e, orm_statement *s, const orm_value *values, size_t n, int64_t *out, orm_outcome *outcome)
{
    orm__clear_error();
    orm_status status = orm_postgres.start(e->c, s, values, n);
    while (!status && orm_postgres.fetch(e->c, s, out ? &one_integer : &nothing, NULL, &e->arena, out) == ORM_STEP_ROW) { }
    orm_status finished = orm_postgres.finish(e->c, s, outcome);
    return status ? status : finished;
}

static orm_statement *prepared(engine *e, const char *sql)
{
    orm_statement *s = NULL;
    orm__clear_error();
    return orm_postgres.prepare(e->c, sql, strlen(sql), &s) ? NULL : s;
}

static orm_status run(engine *e, const char *sql, const orm_value *values, size_t n, int64_t *out, orm_outcome *outcome)
{
    orm_statement *s = prepared(e, sql);
    if (!s) return orm_error()->kind;
    orm_status status = again(e, s, values, n, out, outcome);
    orm_postgres.finalize(e->c, s);
    orm_arena_reset(&e->db.scratch);
    return status;
}

static orm_status exec(engine *e, const char *sql) { return run(e, sql, NULL, 0, NULL, NULL); }

static int64_t number(engine *e, const char *sql)
{
    int64_t answer = -999;
    return run(e, sql, NULL, 0, &answer, NULL) ? -1000 : answer;
}

static const orm_column text_column = { .name = "text", .is = { .type = ORM_TEXT }, .nullable = true };
static const char *text_of(engine *e, const char *sql)
{
    const char *found = NULL;
    void *row = &found;
    orm_plan plan = { &(orm_plan_segment){ 1, -1 }, 1, &(orm_plan_field){ &text_column, 0, ORM_TEXT, true }, 1, 0, false };
    orm_statement *s = prepared(e, sql);
    if (!s) return "failed";
    if (orm_postgres.start(e->c, s, NULL, 0) || orm_postgres.fetch(e->c, s, &plan, &row, &e->arena, NULL) == ORM_STEP_FAILED) found = "failed";
    orm_postgres.finish(e->c, s, NULL);
    orm_postgres.finalize(e->c, s);
    return found;
}

/* an empty database */
static void open_empty(engine *e)
{
    open_at(e, server());
    if (e->opened) {
        printf("%s: %s\n", server() ? server() : "ORM_POSTGRES is not set", orm_error()->message);
        exit(1);
    }
    exec(e, "set client_min_messages = error");
    CHECK_INT(exec(e, "drop schema public cascade"), ORM_OK);
    CHECK_INT(exec(e, "create schema public"), ORM_OK);
    CHECK_INT(exec(e, "reset client_min_messages"), ORM_OK);
}

static orm_value whole(int64_t i) { return (orm_value){ .type = ORM_INT64, .as.i = i }; }
static orm_value words(const char *s) { return (orm_value){ .type = ORM_TEXT, .length = ORM_LENGTH_UNKNOWN, .as.s = s }; }

/* ---- a model of every type ---------------------------------------------------------------------------------------- */
static const char *const colours[] = { "red", "green", "greenish" };
static const orm_enum colour = { "Colour", colours, 3 };

typedef struct Maybe {
    int64_t id;
    orm_opt_int16 small; orm_opt_int32 whole; orm_opt_int64 big; orm_opt_float single; orm_opt_double real; orm_opt_bool yes;
    const char *words, *name, *code; orm_opt_decimal money, huge, tiny; orm_blob bytes;
    orm_opt_date day; orm_opt_clock at; orm_opt_time moment; orm_uuid uid; const char *json; int32_t colour;
    uint64_t orm;
} Maybe;

enum { ID, SMALL, WHOLE, BIG, SINGLE, REAL, YES, WORDS, NAME, CODE, MONEY, HUGE_, TINY, BYTES, DAY, AT, MOMENT, UID, JSON, COLOUR, COLUMNS };
#define COLUMN(member, ...) { .name = #member, .is = { __VA_ARGS__ }, .offset = offsetof(Maybe, member), .nullable = true }
static const orm_column maybe[COLUMNS] = {
    { .name = "id", .is = { .type = ORM_INT64, .generated = true }, .offset = offsetof(Maybe, id), .primary_key = true },
    COLUMN(small, .type = ORM_INT16), COLUMN(whole, .type = ORM_INT32), COLUMN(big, .type = ORM_INT64), COLUMN(single, .type = ORM_FLOAT), COLUMN(real, .type = ORM_DOUBLE),
    COLUMN(yes, .type = ORM_BOOL), COLUMN(words, .type = ORM_TEXT), COLUMN(name, .type = ORM_TEXT, .size = 20), COLUMN(code, .type = ORM_TEXT, .size = 3, .fixed = true),
    COLUMN(money, .type = ORM_DECIMAL, .precision = 12, .scale = 2), COLUMN(huge, .type = ORM_DECIMAL, .precision = 38, .scale = 6),
    COLUMN(tiny, .type = ORM_DECIMAL, .precision = 38, .scale = 38), COLUMN(bytes, .type = ORM_BLOB), COLUMN(day, .type = ORM_DATE), COLUMN(at, .type = ORM_CLOCK),
    COLUMN(moment, .type = ORM_TIME), COLUMN(uid, .type = ORM_UUID), COLUMN(json, .type = ORM_JSON), COLUMN(colour, .type = ORM_ENUM, .labels = &colour),
};

static void open_things(engine *e)
{
    orm_allocator allocator = orm__default_allocator();
    orm__writer w = { .allocator = &allocator, .dialect = &orm_postgres };
    open_empty(e);
    CHECK_INT(exec(e, "create type \"Colour\" as enum ('red', 'green', 'greenish')"), ORM_OK);
    orm__put(&w, "create table things (");
    for (size_t i = 0; i < COLUMNS; i++) {
        if (i) orm__put(&w, ", ");
        orm_postgres.quote(&w, maybe[i].name);
        orm__put(&w, " ");
        orm_postgres.column_type(&w, &maybe[i]);
        if (i == ID) orm__put(&w, orm_postgres.serial_primary_key);
    }
    orm__put(&w, ")");
    CHECK_INT(exec(e, w.text), ORM_OK);
    orm__writer_release(&w);
}

/* reads an expression as `column` (with an id of 7 before it) into a zeroed row */
static orm_status read_as(engine *e, size_t column, const char *from, Maybe *row)
{
    char sql[256];
    snprintf(sql, sizeof sql, "select %s", from);
    orm_plan_field fields[2];
    for (size_t i = 0; i < 2; i++) {
        const orm_column *c = &maybe[i ? column : 0];
        fields[i] = (orm_plan_field){ c, (uint32_t)c->offset, (uint8_t)c->is.type, c->nullable };
    }
    orm_plan plan = { .segments = &(orm_plan_segment){ 2, -1 }, .n_segments = 1, .fields = fields, .n_fields = 2 };
    memset(row, 0, sizeof *row);
    orm_statement *s = prepared(e, sql);
    if (!s) return orm_error()->kind;
    orm_status status = orm_postgres.start(e->c, s, NULL, 0);
    void *rows = row;
    if (!status) CHECK(orm_postgres.fetch(e->c, s, &plan, &rows, &e->arena, NULL) != ORM_STEP_DONE);
    orm_status finished = orm_postgres.finish(e->c, s, NULL);
    orm_postgres.finalize(e->c, s);
    return status ? status : finished;
}

/* the value goes the way of the core: fit for its column, bound, stored, read */
static orm_status there_and_back(engine *e, size_t column, orm_value value, Maybe *row)
{
    char sql[96], why[160];
    orm_status kind = ORM_OK;
    const char *wrong = orm__fit(&maybe[column], &value, 1000000000, why, &kind);
    CHECK_TEXT(wrong, NULL);
    snprintf(sql, sizeof sql, "insert into things (\"%s\") values ($1)", maybe[column].name);
    orm_status status = run(e, sql, &value, 1, NULL, NULL);
    snprintf(sql, sizeof sql, "id, \"%s\" from things order by id desc limit 1", maybe[column].name);
    return status ? status : read_as(e, column, sql, row);
}

/* ---- opening ------------------------------------------------------------------------------------------------------ */
TEST(opening_sets_and_verifies_the_session)
{
    engine e;
    open_empty(&e);
    exec(&e, "alter role postgres set timezone = 'America/New_York'");
    exec(&e, "alter role postgres set datestyle = 'SQL, DMY'");
    exec(&e, "alter role postgres set standard_conforming_strings = off");
    exec(&e, "alter role postgres set client_encoding = 'LATIN1'");
    exec(&e, "alter role postgres set bytea_output = 'escape'");
    close_it(&e);
    open_at(&e, server());
    CHECK_INT(e.opened, ORM_OK);
    CHECK_TEXT(text_of(&e, "show timezone"), "UTC");
    CHECK_TEXT(text_of(&e, "show datestyle"), "ISO, YMD");
    CHECK_TEXT(text_of(&e, "show standard_conforming_strings"), "on");
    CHECK_TEXT(text_of(&e, "show client_encoding"), "UTF8");
    CHECK_TEXT(text_of(&e, "show plan_cache_mode"), "force_generic_plan");
    CHECK_TEXT(text_of(&e, "show lock_timeout"), "2s");
    CHECK_TEXT(text_of(&e, "show application_name"), "orm.h");
    CHECK_CONTAINS(orm_postgres.engine(e.c), "PostgreSQL 1");
    exec(&e, "alter role postgres reset all");
    close_it(&e);
    open_with(&e, server(), orm__default_allocator(), (orm_options){ .read_only = true });
    CHECK_INT(exec(&e, "create table t (a int)"), ORM_READ_ONLY);
    close_it(&e);
}

TEST(a_bad_url_is_told_in_one_line_and_without_its_password)
{
    static const struct { const char *url, *part; } bad[] = {
        { "postgres:hots=x", "unknown option \"hots\"" },
        { "postgres://h/db?sslmod=require", "unknown option \"sslmod\"" },
        { "postgres://u:sec?ret@h/db?x=1", "unknown option \"x\"" },
        { "postgres:password=my secret", "behind a password" },
        { "postgres:password=my secret=1", "behind a password" },
        { "postgres:password='my secret host=h", "malformed" },
        { "postgresql://u:secret@h:54x/db", "the port" },
        { "postgres://u:p@secret@h/db", "'@'" },
        { "postgres://u:secret@[::1/db", "malformed" },
        { "postgres://u:secret%zz@h/db", "malformed" },
        { "postgres:host=/nowhere password=secret", "/nowhere" },
        { "postgres:sslmode=maybe password=secret", "sslmode" },
        { "postgres:target_session_attrs=any-thing", "target_session_attrs" },
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        engine e;
        open_at(&e, bad[i].url);
        CHECK_INT(e.opened, ORM_CONFIG);
        CHECK_CONTAINS(orm_error()->message, bad[i].part);
        CHECK(!strstr(orm_error()->message, "secret") && !strchr(orm_error()->message, '\n'));
        close_it(&e);
    }
}

TEST(a_wrong_database_user_or_password_is_told)
{
    static const struct { const char *more, *part; } bad[] = {
        { " dbname=nosuch", "\"nosuch\" does not exist" }, { " user=nobody_here", "\"nobody_here\" does not exist" },
        { " user=guarded password=hunter2", "password authentication failed" }, { " user=guarded", "password" },
        { " options='-c nosuch=1'", "nosuch" },
    };
    char url[300];
    engine e;
    open_empty(&e);
    exec(&e, "drop role if exists guarded");
    exec(&e, "create role guarded login password 'right; '' \\ =x'");
    close_it(&e);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        snprintf(url, sizeof url, "%s%s", server(), bad[i].more);
        open_at(&e, url);
        CHECK_INT(e.opened, ORM_CONFIG);
        CHECK_CONTAINS(orm_error()->message, bad[i].part);
        CHECK(!strstr(orm_error()->message, "hunter2"));
        close_it(&e);
    }
    snprintf(url, sizeof url, "%s user=guarded password='right; \\' \\\\ =x'", server());
    open_at(&e, url);
    CHECK_INT(e.opened, ORM_OK);
    CHECK_TEXT(text_of(&e, "select current_user"), "guarded");
    close_it(&e);
}

TEST(names_in_the_url_are_taken_literally)
{
    static const char *const names[] = { "a b", "a'b", "a\"b", "a\\b", "host=x dbname=y", "a?sslmode=disable", "x@y", "caf\xc3\xa9" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char sql[160], url[400] = "", *at = url;
        engine e;
        orm_allocator allocator = orm__default_allocator();
        orm__writer w = { .allocator = &allocator, .dialect = &orm_postgres };
        open_empty(&e);
        orm__put_name(&w, names[i]);
        snprintf(sql, sizeof sql, "create database %s template template0", w.text);
        CHECK_INT(exec(&e, sql), ORM_OK);
        at += snprintf(url, sizeof url, "postgresql:///");
        for (const char *c = names[i]; *c; c++) at += snprintf(at, 8, "%%%02X", (unsigned)(unsigned char)*c);
        snprintf(at, sizeof url - (size_t)(at - url), "?host=%s&user=postgres", getenv("ORM_POSTGRES_FOLDER"));
        engine other;
        open_at(&other, url);
        CHECK_INT(other.opened, ORM_OK);
        if (!other.opened) CHECK_TEXT(text_of(&other, "select current_database()"), names[i]);
        close_it(&other);
        snprintf(sql, sizeof sql, "drop database %s", w.text);
        CHECK_INT(exec(&e, sql), ORM_OK);
        orm__writer_release(&w);
        close_it(&e);
    }
}

/* ---- values ---------------------------------------------------------------------------------------------------------- */
TEST(integers_come_back_exactly)
{
    static const int64_t edges[] = { 0, 1, -1, INT16_MAX, INT16_MIN, INT32_MAX, INT32_MIN, INT64_C(9007199254740993), INT64_MAX, INT64_MIN };
    engine e;
    Maybe row;
    open_things(&e);
    for (size_t i = 0; i < sizeof edges / sizeof *edges; i++) {
        CHECK_INT(there_and_back(&e, BIG, whole(edges[i]), &row), ORM_OK);
        CHECK(row.big.set && row.big.value == edges[i]);
        if (i < 7) {
            CHECK_INT(there_and_back(&e, WHOLE, whole(edges[i]), &row), ORM_OK);
            CHECK(row.whole.set && row.whole.value == edges[i]);
        }
        if (i < 5) {
            CHECK_INT(there_and_back(&e, SMALL, whole(edges[i]), &row), ORM_OK);
            CHECK(row.small.set && row.small.value == edges[i]);
        }
    }
    for (int yes = 0; yes < 2; yes++) {
        CHECK_INT(there_and_back(&e, YES, (orm_value){ .type = ORM_BOOL, .as.i = yes }, &row), ORM_OK);
        CHECK(row.yes.set && row.yes.value == yes);
    }
    CHECK_INT(run(&e, "select count(*) from things where small = $1", &(orm_value){ .type = ORM_INT64, .as.i = 40000 }, 1, NULL, NULL), ORM_VALUE_RANGE);
    CHECK_INT(run(&e, "select count(*) from things where yes = $1", &(orm_value){ .type = ORM_INT64, .as.i = 2 }, 1, NULL, NULL), ORM_VALUE_RANGE);
    close_it(&e);
}

TEST(sums_are_exact_or_out_of_range)
{
    engine e;
    Maybe row;
    open_things(&e);
    CHECK_INT(exec(&e, "insert into things (big) values (9223372036854775807), (-1)"), ORM_OK);
    CHECK_INT(read_as(&e, BIG, "7::int8, sum(big) from things", &row), ORM_OK);
    CHECK_INT(row.big.value, INT64_MAX - 1);
    CHECK_INT(read_as(&e, BIG, "7::int8, sum(big) + 2 from things", &row), ORM_VALUE_RANGE);
    CHECK_INT(read_as(&e, BIG, "7::int8, 1.5", &row), ORM_BAD_DATA);
    CHECK_INT(read_as(&e, REAL, "7::int8, avg(v) from (values (1), (2), (2)) as t(v)", &row), ORM_OK);
    CHECK_DOUBLE(row.real.value, 5.0 / 3);
    CHECK_INT(read_as(&e, REAL, "7::int8, 12345678901234567890.123456789012345::numeric", &row), ORM_OK);
    CHECK_DOUBLE(row.real.value, 12345678901234567890.123456789012345);
    CHECK_INT(read_as(&e, REAL, "7::int8, -0.000000000000000000012345::numeric", &row), ORM_OK);
    CHECK_DOUBLE(row.real.value, -0.000000000000000000012345);
    close_it(&e);
}

TEST(doubles_come_back_bit_by_bit)
{
    static const double edges[] = { 0.0, -0.0, 4.9406564584124654e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 0.1 + 0.2, -1e-300, INFINITY, -INFINITY, 16777217.0 };
    static const float singles[] = { 0.0f, -0.0f, 1.40129846e-45f, 3.40282347e38f, 0.1f, INFINITY };
    engine e;
    Maybe row;
    open_things(&e);
    for (size_t i = 0; i < sizeof edges / sizeof *edges; i++) {
        CHECK_INT(there_and_back(&e, REAL, (orm_value){ .type = ORM_DOUBLE, .as.d = edges[i] }, &row), ORM_OK);
        CHECK(row.real.set && memcmp(&row.real.value, &edges[i], 8) == 0);
    }
    for (size_t i = 0; i < sizeof singles / sizeof *singles; i++) {
        orm_value v = { .type = ORM_FLOAT, .as.d = (double)singles[i] };
        int64_t n = 0;
        CHECK_INT(there_and_back(&e, SINGLE, v, &row), ORM_OK);
        CHECK(row.single.set && memcmp(&row.single.value, &singles[i], 4) == 0);
        CHECK_INT(run(&e, "select count(*) from things where single = $1", &v, 1, &n, NULL), ORM_OK);
        CHECK(n > 0);
    }
    close_it(&e);
}

TEST(texts_and_blobs_come_back_whole)
{
    static const char *const texts[] = { "", "a", "it's", "back\\slash", "\xef\xbb\xbfmark", "e\xcc\x81", "\xf0\x9f\x90\xaa\xf0\x9f\x90\xaa", "line\nbreak\r\n", "trailing  ", "NULL", "\xef\xbf\xbe" };
    engine e;
    Maybe row;
    open_things(&e);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        CHECK_INT(there_and_back(&e, WORDS, words(texts[i]), &row), ORM_OK);
        CHECK_TEXT(row.words, texts[i]);
        CHECK_INT(there_and_back(&e, NAME, words(texts[i]), &row), ORM_OK);
        CHECK_TEXT(row.name, texts[i]);
    }
    CHECK_INT(there_and_back(&e, CODE, words("a  "), &row), ORM_OK);      /* no padding comes or goes */
    CHECK_TEXT(row.code, "a  ");
    /* what the choke point before us does not let through, the server refuses, too */
    CHECK_INT(run(&e, "insert into things (words) values ($1)", &(orm_value){ .type = ORM_TEXT, .length = 3, .as.s = "a\0b" }, 1, NULL, NULL), ORM_BAD_TEXT);
    CHECK_INT(run(&e, "insert into things (words) values ($1)", &(orm_value){ .type = ORM_TEXT, .length = 2, .as.s = "\xc3\x28" }, 1, NULL, NULL), ORM_BAD_TEXT);
    /* a text with a length needs no NUL */
    CHECK_INT(run(&e, "insert into things (words) values ($1)", &(orm_value){ .type = ORM_TEXT, .length = 2, .as.s = "abcdef" }, 1, NULL, NULL), ORM_OK);
    CHECK_TEXT(text_of(&e, "select words from things order by id desc limit 1"), "ab");
    size_t n = 16 << 20;
    char *big = malloc(n + 1);
    REQUIRE(big);
    for (size_t i = 0; i < n; i++) big[i] = (char)('a' + i % 26);
    big[n] = 0;
    CHECK_INT(there_and_back(&e, WORDS, words(big), &row), ORM_OK);
    CHECK(row.words && strcmp(row.words, big) == 0);
    for (size_t i = 0; i < 256; i++) big[i] = (char)i;
    static const size_t sizes[] = { 0, 1, 256, 16 << 20 };
    for (size_t i = 0; i < 4; i++) {
        CHECK_INT(there_and_back(&e, BYTES, (orm_value){ .type = ORM_BLOB, .length = (uint32_t)sizes[i], .as.p = big }, &row), ORM_OK);
        CHECK(row.bytes.data && row.bytes.size == sizes[i] && memcmp(row.bytes.data, big, sizes[i]) == 0);
    }
    free(big);
    close_it(&e);
}

TEST(texts_sort_and_compare_by_bytes)
{
    engine e;
    open_things(&e);
    CHECK_INT(exec(&e, "insert into things (words, colour) values ('b', 'red'), ('B', 'red'), ('a', 'red'), ('\xc3\xa4', 'red'), ('A', 'red')"), ORM_OK);
    CHECK_TEXT(text_of(&e, "select string_agg(words, '' order by words) from things"), "ABab\xc3\xa4");
    CHECK_INT(number(&e, "select count(*) from things where words ilike '\xc3\x84'"), 0);
    CHECK_INT(number(&e, "select count(*) from things where words ilike 'B'"), 2);
    close_it(&e);
}

TEST(json_is_kept_as_written)
{
    static const char *const texts[] = { "{ \"b\":1,  \"a\" : [1.0, 1e400, \"\\u0001\"], \"c\": null }", "null", "\"x\"", "12345678901234567890.5" };
    engine e;
    Maybe row;
    open_things(&e);
    for (size_t i = 0; i < 4; i++) {
        CHECK_INT(there_and_back(&e, JSON, (orm_value){ .type = ORM_JSON, .length = ORM_LENGTH_UNKNOWN, .as.s = texts[i] }, &row), ORM_OK);
        CHECK_TEXT(row.json, texts[i]);
    }
    CHECK_INT(run(&e, "insert into things (json) values ($1)", &(orm_value){ .type = ORM_TEXT, .length = 1, .as.s = "{" }, 1, NULL, NULL), ORM_VALUE_RANGE);
    CHECK_INT(exec(&e, "create table binary_json (j jsonb)"), ORM_OK);
    orm_value v = words("{\"a\":1}");
    CHECK_INT(run(&e, "insert into binary_json values ($1)", &v, 1, NULL, NULL), ORM_OK);
    CHECK_INT(read_as(&e, JSON, "7::int8, j from binary_json", &row), ORM_OK);
    CHECK_TEXT(row.json, "{\"a\": 1}");
    close_it(&e);
}

static void decimal_round(engine *e, size_t column, const char *text_)
{
    char buffer[ORM_DECIMAL_SIZE];
    Maybe row;
    orm_decimal d, wanted;
    CHECK(orm_decimal_parse(text_, &d));
    CHECK_INT(there_and_back(e, column, (orm_value){ .type = ORM_DECIMAL, .scale = (uint8_t)d.scale, .as.decimal = { d.low, d.high } }, &row), ORM_OK);
    const orm_opt_decimal *got = (const orm_opt_decimal *)(const void *)((const char *)&row + maybe[column].offset);
    CHECK(orm_decimal_rescale(d, maybe[column].is.scale, &wanted));
    CHECK(got->set && got->value.high == wanted.high && got->value.low == wanted.low && got->value.scale == wanted.scale);
    char sql[160];
    snprintf(sql, sizeof sql, "select \"%s\"::text from things order by id desc limit 1", maybe[column].name);
    CHECK_TEXT(text_of(e, sql), orm_decimal_text(wanted, buffer));
}

TEST(decimals_are_exact)
{
    static const char *const money[] = { "0", "0.01", "-0.01", "1", "10000", "9999.99", "10000.01", "-9999999999.99", "9999999999.99", "100000000", "1234.5" };
    static const char *const huge[] = { "0.000001", "-0.000001", "99999999999999999999999999999999.999999", "-99999999999999999999999999999999.999999", "10000000000000000", "0.01", "0.0001",
                                        "12345678901234567890123456789012.345678", "100000000000000000000000000000" };
    static const char *const tiny[] = { "0.00000000000000000000000000000000000001", "0.99999999999999999999999999999999999999", "-0.5", "0.00001" };
    engine e;
    open_things(&e);
    for (size_t i = 0; i < sizeof money / sizeof *money; i++) decimal_round(&e, MONEY, money[i]);
    for (size_t i = 0; i < sizeof huge / sizeof *huge; i++) decimal_round(&e, HUGE_, huge[i]);
    for (size_t i = 0; i < sizeof tiny / sizeof *tiny; i++) decimal_round(&e, TINY, tiny[i]);
    uint64_t state = 1;
    for (int i = 0; i < 500; i++) {         /* of every length */
        char text_[ORM_DECIMAL_SIZE], *at = text_;
        int digits = 1 + i % 32;
        if (i % 2) *at++ = '-';
        for (int k = 0; k < digits; k++, state = state * 6364136223846793005u + 1442695040888963407u) *at++ = (char)('0' + (state >> 33) % 10);
        *at++ = '.';
        for (int k = 0; k < 1 + i % 6; k++, state = state * 6364136223846793005u + 1442695040888963407u) *at++ = (char)('0' + (state >> 33) % 10);
        *at = 0;
        decimal_round(&e, HUGE_, text_);
    }
    Maybe row;
    CHECK_INT(read_as(&e, MONEY, "7::int8, 1.230000::numeric", &row), ORM_OK);
    CHECK_INT(row.money.value.low, 123);
    CHECK_INT(read_as(&e, MONEY, "7::int8, 1e30::numeric", &row), ORM_OK);
    CHECK_INT(read_as(&e, MONEY, "7::int8, 12::int4", &row), ORM_OK);
    CHECK_INT(row.money.value.low, 1200);
    CHECK_INT(read_as(&e, MONEY, "7::int8, 1.234::numeric", &row), ORM_BAD_DATA);
    CHECK_INT(read_as(&e, MONEY, "7::int8, 0.00000000001::numeric", &row), ORM_BAD_DATA);
    CHECK_INT(read_as(&e, MONEY, "7::int8, 1e36::numeric", &row), ORM_VALUE_RANGE);
    CHECK_INT(read_as(&e, MONEY, "7::int8, 1e300::numeric", &row), ORM_VALUE_RANGE);
    CHECK_INT(read_as(&e, MONEY, "7::int8, 'NaN'::numeric", &row), ORM_BAD_DATA);
    CHECK_INT(read_as(&e, MONEY, "7::int8, '-Infinity'::numeric", &row), ORM_BAD_DATA);
    close_it(&e);
}

TEST(days_times_and_uuids_come_back)
{
    static const char *const moments[] = { "1969-12-31T23:59:59.999999Z", "1970-01-01T00:00:00Z", "2000-01-01T00:00:00Z", "1999-12-31T23:59:59.999999Z", "0001-01-01T00:00:00Z",
                                           "2038-01-19T03:14:08Z", "9999-12-31T23:59:59.999999Z", "2024-02-29T12:00:00.5+02:00" };
    static const char *const days[] = { "0001-01-01", "1969-12-31", "1970-01-01", "2000-01-01", "1999-12-31", "2024-02-29", "9999-12-31" };
    static const char *const clocks[] = { "00:00:00", "23:59:59.999999", "12:30", "00:00:00.000001" };
    char buffer[64];
    engine e;
    Maybe row;
    open_things(&e);
    for (size_t i = 0; i < sizeof moments / sizeof *moments; i++) {
        orm_time moment = 0;
        CHECK(orm_time_parse(moments[i], &moment));
        CHECK_INT(there_and_back(&e, MOMENT, (orm_value){ .type = ORM_TIME, .as.i = moment }, &row), ORM_OK);
        CHECK(row.moment.set && row.moment.value == moment);
        CHECK_INT(number(&e, "select (extract(epoch from moment) * 1000000)::int8 from things order by id desc limit 1"), moment);
        int64_t n = 0;
        CHECK_INT(run(&e, "select count(*) from things where moment = $1", &(orm_value){ .type = ORM_INT64, .as.i = moment }, 1, &n, NULL), ORM_OK);
        CHECK(n > 0);
    }
    for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
        orm_date day;
        CHECK(orm_date_parse(days[i], &day));
        CHECK_INT(there_and_back(&e, DAY, (orm_value){ .type = ORM_DATE, .as.i = day.days }, &row), ORM_OK);
        CHECK(row.day.set && row.day.value.days == day.days);
        CHECK_TEXT(text_of(&e, "select day::text from things order by id desc limit 1"), days[i]);
    }
    for (size_t i = 0; i < sizeof clocks / sizeof *clocks; i++) {
        orm_clock clock_;
        CHECK(orm_clock_parse(clocks[i], &clock_));
        CHECK_INT(there_and_back(&e, AT, (orm_value){ .type = ORM_CLOCK, .as.i = clock_.microseconds }, &row), ORM_OK);
        CHECK(row.at.set && row.at.value.microseconds == clock_.microseconds);
    }
    for (int i = 0; i < 3; i++) {
        orm_uuid id = orm_uuid_v7();
        CHECK_INT(there_and_back(&e, UID, (orm_value){ .type = ORM_UUID, .as.uuid = id }, &row), ORM_OK);
        CHECK(orm_uuid_equal(row.uid, id));
        CHECK_TEXT(text_of(&e, "select uid::text from things order by id desc limit 1"), orm_uuid_text(id, buffer));
    }
    CHECK_INT(read_as(&e, MOMENT, "7::int8, '2024-01-01'::timestamp", &row), ORM_OK);
    CHECK_TEXT(orm_time_text(row.moment.value, buffer), "2024-01-01T00:00:00Z");
    close_it(&e);
}

TEST(null_comes_back_as_unset)
{
    engine e;
    Maybe row;
    open_things(&e);
    static const Maybe none;
    for (size_t i = SMALL; i < COLUMNS; i++) {
        CHECK_INT(there_and_back(&e, i, (orm_value){ .type = ORM_NULL }, &row), ORM_OK);
        row.id = 0;
        CHECK(memcmp(&row, &none, sizeof row) == 0);
    }
    close_it(&e);
}

TEST(enumerations_are_stored_by_label)
{
    engine e;
    Maybe row;
    open_things(&e);
    for (int i = 1; i <= 3; i++) {
        CHECK_INT(there_and_back(&e, COLOUR, (orm_value){ .type = ORM_ENUM, .as.i = i }, &row), ORM_OK);
        CHECK_INT(row.colour, i);
    }
    CHECK_TEXT(text_of(&e, "select colour::text from things order by id desc limit 1"), "greenish");
    CHECK_INT(read_as(&e, COLOUR, "7::int8, 'gree'::text", &row), ORM_BAD_DATA);
    CHECK_CONTAINS(orm_error()->message, "column colour (id 7) holds the unknown label \"gree\"");
    CHECK_INT(read_as(&e, COLOUR, "7::int8, ''::text", &row), ORM_BAD_DATA);
    close_it(&e);
}

TEST(what_does_not_fit_its_member_is_bad_data)
{
    static const struct { size_t column; const char *sql, *part; } bad[] = {
        { DAY, "7::int8, 'infinity'::date", "no date" }, { DAY, "7::int8, '-infinity'::date", "(id 7)" }, { MOMENT, "7::int8, 'infinity'::timestamptz", "no timestamp" },
        { MOMENT, "7::int8, '294276-12-31'::timestamptz", "no timestamp" }, { AT, "7::int8, '24:00'::time", "no time of day" }, { SMALL, "7::int8, 40000::int4", "no 16-bit integer" },
        { WHOLE, "7::int8, 3000000000", "no 32-bit integer" }, { YES, "7::int8, 2", "no boolean" }, { WHOLE, "7::int8, 'x'::text", "type 25" }, { WORDS, "7::int8, 1", "type 23" },
        { SINGLE, "7::int8, 1e300::float8", "no 32-bit number" }, { UID, "7::int8, 'x'::text", "no uuid" }, { WORDS, "7::int8, '127.0.0.1'::inet", "no text" }, { ID, "7::int8, null::int8", "NULL" },
        { BYTES, "7::int8, 'x'::text", "no blob" }, { WORDS, "7::int8", "1 columns where 2" },
    };
    engine e;
    Maybe row;
    open_things(&e);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        CHECK_INT(read_as(&e, bad[i].column, bad[i].sql, &row), ORM_BAD_DATA);
        CHECK_CONTAINS(orm_error()->message, bad[i].part);
    }
    CHECK_INT(read_as(&e, DAY, "7::int8, 'infinity'::date + 0", &row), ORM_BAD_DATA);
    CHECK_INT(number(&e, "select 1"), 1);
    close_it(&e);
}

TEST(parameters_take_the_type_that_the_server_wants)
{
    int64_t n = 0;
    engine e;
    open_things(&e);
    CHECK_INT(exec(&e, "insert into things (small, big, real, words, money, day, moment) values (5, 6, 1.5, 'x', 2.50, '2024-01-02', '2024-01-02T03:04:05Z')"), ORM_OK);
    static const char *const wheres[] = { "small = $1", "whole is null and $1::int2 = 5", "real > $1 - 4", "money < $1", "$1::text = '5'", "5 = any(array[$1::int4])", "$1::numeric = 5.0", "$1::jsonb = '5'" };
    for (size_t i = 0; i < sizeof wheres / sizeof *wheres; i++) {
        char sql[128];
        snprintf(sql, sizeof sql, "select count(*) from things where %s", wheres[i]);
        orm_value v = whole(5);
        CHECK_INT(run(&e, sql, &v, 1, &n, NULL), ORM_OK);
        CHECK_INT(n, 1);
    }
    orm_value texts[] = { words("5"), words("2024-01-02"), words("1.5") };
    CHECK_INT(run(&e, "select count(*) from things where small = $1 and day = $2 and real = $3", texts, 3, &n, NULL), ORM_OK);
    CHECK_INT(n, 1);
    CHECK_INT(run(&e, "select count(*) from things where small = $1", &texts[1], 1, &n, NULL), ORM_VALUE_RANGE);
    orm_value mixed[] = { { .type = ORM_DOUBLE, .as.d = 2.5 }, { .type = ORM_DATE, .as.i = 19724 }, { .type = ORM_BOOL, .as.i = 1 } };
    CHECK_INT(run(&e, "select count(*) from things where money = $1 and $2::text = '2024-01-02' and $3::text = 'true'", mixed, 3, &n, NULL), ORM_OK);
    CHECK_INT(n, 1);
    CHECK_INT(run(&e, "select count(*) from things where words = $1", &(orm_value){ .type = ORM_BLOB, .length = 1, .as.p = "x" }, 1, &n, NULL), ORM_VALUE_RANGE);
    CHECK_INT(run(&e, "select $1::int4", &(orm_value){ .type = ORM_VALUE_TOO_BIG }, 1, &n, NULL), ORM_VALUE_RANGE);
    CHECK_INT(run(&e, "select $1", NULL, 0, &n, NULL), ORM_MISUSE);
    CHECK_INT(run(&e, "select 1", texts, 1, &n, NULL), ORM_MISUSE);
    CHECK_INT(run(&e, "create table u (a int)", texts, 1, &n, NULL), ORM_MISUSE);
    close_it(&e);
}

TEST(the_largest_number_of_parameters_works_and_one_more_is_refused)
{
    static orm_value values[7499];
    engine e;
    open_empty(&e);
    unsigned most = (unsigned)orm_postgres.max_parameters(e.c);
    CHECK_INT(most, 7498);
    for (unsigned n = most; n <= most + 1; n++) {
        orm_allocator allocator = orm__default_allocator();
        orm__writer w = { .allocator = &allocator, .dialect = &orm_postgres };
        int64_t found = 0;
        orm__put(&w, "select count(*) from (values ");
        for (unsigned i = 1; i <= n; i++) {
            orm__put(&w, i > 1 ? ",(" : "(");
            orm_postgres.parameter(&w, i);
            orm__put(&w, "::int4)");
            values[i - 1] = whole(i);
        }
        orm__put(&w, ") as t");
        CHECK_INT(run(&e, w.text, values, n, &found, NULL), n > most ? ORM_VALUE_RANGE : ORM_OK);
        CHECK_INT(found, n > most ? 0 : n);
        orm__writer_release(&w);
    }
    CHECK_INT(number(&e, "select 1"), 1);
    close_it(&e);
}

/* ---- statements ---------------------------------------------------------------------------------------------------------- */
TEST(joined_rows_are_segments_and_an_extra_column_follows)
{
    static const orm_column key = { .name = "id", .is = { .type = ORM_INT64 }, .primary_key = true };
    typedef struct Pair { int64_t id; const char *text_; } Pair;
    orm_plan_field fields[] = { { &key, 0, ORM_INT64, false }, { &text_column, offsetof(Pair, text_), ORM_TEXT, true }, { &key, 0, ORM_INT64, false }, { &text_column, offsetof(Pair, text_), ORM_TEXT, true } };
    orm_plan plan = { (orm_plan_segment[]){ { 2, -1 }, { 2, 2 } }, 2, fields, 4, 1, false };
    engine e;
    open_empty(&e);
    orm_statement *s = prepared(&e, "select * from (values (1::int8, 'a', 2::int8, 'b', 5), (3, null, null, null, null)) as v(a, b, c, d, e) order by a");
    REQUIRE(s);
    CHECK_INT(orm_postgres.start(e.c, s, NULL, 0), ORM_OK);
    for (int i = 0; i < 2; i++) {
        Pair left = { 0 }, right = { 0 };
        int64_t extra = -1;
        void *rows[] = { &left, &right };
        CHECK_INT(orm_postgres.fetch(e.c, s, &plan, rows, &e.arena, &extra), ORM_STEP_ROW);
        CHECK_INT(left.id, i ? 3 : 1);
        CHECK_TEXT(left.text_, i ? NULL : "a");
        CHECK((rows[1] == NULL) == (i == 1));
        CHECK_TEXT(right.text_, i ? NULL : "b");
        CHECK_INT(extra, i ? 0 : 5);
    }
    CHECK_INT(orm_postgres.fetch(e.c, s, &plan, NULL, &e.arena, NULL), ORM_STEP_DONE);
    CHECK_INT(orm_postgres.finish(e.c, s, NULL), ORM_OK);
    orm_postgres.finalize(e.c, s);
    close_it(&e);
}

TEST(an_outcome_counts_changes_and_returned_keys_come_in_order)
{
    orm_outcome outcome;
    engine e;
    open_empty(&e);
    CHECK_INT(exec(&e, "create table t (id bigint generated by default as identity primary key, a int)"), ORM_OK);
    orm_value values[] = { whole(10), whole(20), whole(30) };
    orm_statement *s = prepared(&e, "insert into t (a) values ($1), ($2), ($3) returning id");
    REQUIRE(s);
    for (int round = 0; round < 2; round++) {
        CHECK_INT(orm_postgres.start(e.c, s, values, 3), ORM_OK);
        for (int i = 1; i <= 3; i++) {
            int64_t key = 0;
            CHECK_INT(orm_postgres.fetch(e.c, s, &one_integer, NULL, &e.arena, &key), ORM_STEP_ROW);
            CHECK_INT(key, 3 * round + i);
        }
        CHECK_INT(orm_postgres.finish(e.c, s, &outcome), ORM_OK);
        CHECK_INT(outcome.changed, 3);
    }
    orm_postgres.finalize(e.c, s);
    CHECK_INT(run(&e, "update t set a = 0 where a > 10", NULL, 0, NULL, &outcome), ORM_OK);
    CHECK_INT(outcome.changed, 4);
    CHECK_INT(run(&e, "delete from t", NULL, 0, NULL, &outcome), ORM_OK);
    CHECK_INT(outcome.changed, 6);
    CHECK_INT(run(&e, "select 1 union all select 2", NULL, 0, NULL, &outcome), ORM_OK);
    CHECK_INT(outcome.changed, 0);
    CHECK_INT(run(&e, "create table u (a int)", NULL, 0, NULL, &outcome), ORM_OK);
    CHECK_INT(outcome.changed, 0);
    close_it(&e);
}

TEST(one_statement_per_call)
{
    engine e;
    open_empty(&e);
    CHECK_INT(exec(&e, "create table t (a int)"), ORM_OK);
    CHECK_INT(exec(&e, "select 1; drop table t"), ORM_SYNTAX);
    CHECK_INT(exec(&e, "create table u (a int); drop table t"), ORM_SYNTAX);
    CHECK_INT(exec(&e, "select 1;"), ORM_OK);
    CHECK_INT(exec(&e, " /* a /* nested */ comment */ -- and\n (select 1) -- end"), ORM_OK);
    CHECK_INT(exec(&e, ""), ORM_SYNTAX);
    CHECK_INT(exec(&e, " -- nothing"), ORM_SYNTAX);
    CHECK_INT(exec(&e, "/* open"), ORM_SYNTAX);
    CHECK_INT(number(&e, "with a as (select 5 as b) select b from a"), 5);
    CHECK_INT(number(&e, "VALUES (6)"), 6);
    orm_statement *s = NULL;
    orm__clear_error();
    CHECK_INT(orm_postgres.prepare(e.c, "select 1\0; drop table t", 23, &s), ORM_SYNTAX);
    CHECK_INT(number(&e, "select count(*) from t"), 0);
    close_it(&e);
}

TEST(a_copy_is_no_conversation_that_hangs)
{
    engine e;
    open_empty(&e);
    CHECK_INT(exec(&e, "create table t (a int)"), ORM_OK);
    CHECK(exec(&e, "copy t from stdin") != ORM_OK);
    renew(&e, server());
    CHECK(exec(&e, "copy t to stdout") != ORM_OK);
    renew(&e, server());
    CHECK_INT(number(&e, "select count(*) from t"), 0);
    close_it(&e);
}

/* the sum of a statement's integers; the answer's kind in `status`. `copied`: did they come by COPY? */
static int64_t sum_of(engine *e, orm_statement *s, const orm_plan *plan, orm_status *status, bool *copied)
{
    int64_t sum = 0, i = 0;
    orm__clear_error();
    *status = orm_postgres.start(e->c, s, NULL, 0);
    *copied = ((orm__pg_statement *)s)->copy != NULL;
    while (!*status && orm_postgres.fetch(e->c, s, plan, NULL, &e->arena, &i) == ORM_STEP_ROW) sum += i;
    orm_status finished = orm_postgres.finish(e->c, s, NULL);
    if (!*status) *status = finished;
    return sum;
}

TEST(rows_that_were_many_come_by_copy_and_are_the_same)
{
    engine e, other;
    orm_status status;
    bool copied;
    open_empty(&e);
    open_at(&other, server());
    CHECK_INT(exec(&e, "create table many (a bigint)"), ORM_OK);
    CHECK_INT(exec(&e, "insert into many select g from generate_series(1, 12000) g"), ORM_OK);
    CHECK_INT(exec(&e, "insert into many values (null)"), ORM_OK);
    orm_statement *s = prepared(&e, "select a from many");
    REQUIRE(s);
    CHECK_INT(sum_of(&e, s, &one_integer, &status, &copied), 72006000);
    CHECK(!status && !copied);
    for (int i = 0; i < 2; i++) {
        CHECK_INT(sum_of(&e, s, &one_integer, &status, &copied), 72006000);
        CHECK(!status && copied);
        CHECK(!orm_postgres.in_transaction(e.c));
    }
    CHECK_INT(orm_postgres.begin(e.c, NULL), ORM_OK);
    CHECK_INT(sum_of(&e, s, &one_integer, &status, &copied), 72006000);
    CHECK(!status && copied && orm_postgres.in_transaction(e.c));
    CHECK_INT(orm_postgres.commit(e.c), ORM_OK);
    /* of the same size, but another type: COPY would not tell */
    CHECK_INT(exec(&other, "alter table many alter a type double precision"), ORM_OK);
    sum_of(&e, s, &one_integer, &status, &copied);
    CHECK(!copied && status == ORM_BAD_DATA);
    CHECK_INT(orm_postgres.begin(e.c, NULL), ORM_OK);
    CHECK_INT(exec(&e, "select 1"), ORM_OK);
    CHECK_INT(orm_postgres.commit(e.c), ORM_OK);
    orm_postgres.finalize(e.c, s);
    close_it(&other);
    close_it(&e);
}

TEST(rows_by_copy_that_fail_or_are_late_are_told)
{
    engine e;
    orm_status status;
    bool copied;
    open_empty(&e);
    CHECK_INT(exec(&e, "create table many (a bigint)"), ORM_OK);
    CHECK_INT(exec(&e, "insert into many select g from generate_series(1, 12000) g"), ORM_OK);
    orm_statement *s = prepared(&e, "select case when a = 13000 then 1 / (a - 13000) when a = 14000 then pg_sleep(10)::text::bigint else a end from many");
    REQUIRE(s);
    CHECK_INT(sum_of(&e, s, &one_integer, &status, &copied), 72006000);
    CHECK_INT(sum_of(&e, s, &one_integer, &status, &copied), 72006000);
    CHECK(!status && copied);
    CHECK_INT(exec(&e, "insert into many values (13000)"), ORM_OK);
    CHECK_INT(sum_of(&e, s, &one_integer, &status, &copied), 0);
    CHECK_INT(status, ORM_VALUE_RANGE);
    CHECK(!orm_postgres.in_transaction(e.c));
    CHECK_INT(exec(&e, "update many set a = 12001 where a = 13000"), ORM_OK);
    ((orm__pg_statement *)s)->many = true;
    CHECK_INT(exec(&e, "insert into many values (14000)"), ORM_OK);
    orm_postgres.deadline(e.c, orm__ticks() + 200000);
    int64_t began = orm__ticks();
    sum_of(&e, s, &one_integer, &status, &copied);
    CHECK_INT(status, ORM_TIMEOUT);
    CHECK(orm__ticks() - began < 4000000);
    orm_postgres.deadline(e.c, 0);
    CHECK_INT(number(&e, "select count(*) from many"), 12002);
    orm_postgres.finalize(e.c, s);
    close_it(&e);
}

TEST(statements_that_are_no_longer_used_are_closed_on_the_server)
{
    engine e;
    open_empty(&e);
    for (int i = 0; i < 50; i++) {
        char sql[32];
        snprintf(sql, sizeof sql, "select %d", i);
        CHECK_INT(number(&e, sql), i);
    }
    CHECK(number(&e, "select count(*) from pg_prepared_statements") <= 2);
    CHECK_INT(orm_postgres.begin(e.c, NULL), ORM_OK);
    for (int i = 0; i < 50; i++) CHECK_INT(number(&e, "select 1"), 1);
    CHECK_INT(orm_postgres.commit(e.c), ORM_OK);
    CHECK_INT(orm_postgres.begin(e.c, NULL), ORM_OK);
    /* beside this one and the last: BEGIN */
    CHECK(number(&e, "select count(*) from pg_prepared_statements") <= 3);
    CHECK_INT(orm_postgres.commit(e.c), ORM_OK);
    close_it(&e);
}

TEST(a_changed_schema_is_seen_by_prepared_statements)
{
    engine e, other;
    int64_t n = 0;
    open_empty(&e);
    open_at(&other, server());
    CHECK_INT(exec(&e, "create table t (a int)"), ORM_OK);
    CHECK_INT(exec(&e, "insert into t values (1)"), ORM_OK);
    orm_statement *s = prepared(&e, "select a from t"), *all = prepared(&e, "select * from t");
    REQUIRE(s && all);
    CHECK_INT(again(&e, s, NULL, 0, &n, NULL), ORM_OK);
    CHECK_INT(again(&e, all, NULL, 0, &n, NULL), ORM_OK);
    CHECK_INT(exec(&other, "alter table t alter a type bigint"), ORM_OK);
    CHECK_INT(exec(&other, "update t set a = 5000000000"), ORM_OK);
    CHECK_INT(again(&e, s, NULL, 0, &n, NULL), ORM_OK);         /* outside of transactions it is prepared anew */
    CHECK_INT(n, 5000000000);
    CHECK_INT(orm_postgres.begin(e.c, NULL), ORM_OK);
    CHECK_INT(again(&e, all, NULL, 0, &n, NULL), ORM_STALE_PLAN);
    CHECK_TEXT(orm_error()->sqlstate, "0A000");
    orm_postgres.rollback(e.c);
    CHECK_INT(again(&e, all, NULL, 0, &n, NULL), ORM_OK);
    CHECK_INT(exec(&e, "discard all"), ORM_OK);
    CHECK_INT(again(&e, s, NULL, 0, &n, NULL), ORM_OK);
    CHECK_INT(exec(&e, "deallocate all"), ORM_OK);
    CHECK_INT(orm_postgres.begin(e.c, NULL), ORM_OK);
    CHECK_INT(again(&e, s, NULL, 0, &n, NULL), ORM_STALE_PLAN);
    orm_postgres.rollback(e.c);
    CHECK_INT(again(&e, s, NULL, 0, &n, NULL), ORM_OK);
    CHECK_INT(exec(&other, "drop table t"), ORM_OK);
    CHECK_INT(again(&e, s, NULL, 0, &n, NULL), ORM_NO_TABLE);
    orm_postgres.finalize(e.c, s);
    orm_postgres.finalize(e.c, all);
    close_it(&other);
    close_it(&e);
}

static unsigned notes;
static char last_note[512];
static void note_log(void *context, const orm_log_event *event)
{
    (void)context;
    if (event->level != ORM_LOG_NOTE) return;
    notes++;
    snprintf(last_note, sizeof last_note, "%s", event->message);
}

TEST(notices_go_to_the_log_and_nowhere_else)
{
    engine e;
    open_with(&e, server(), orm__default_allocator(), (orm_options){ .log = note_log });
    notes = 0;
    CHECK_INT(exec(&e, "do $$ begin raise warning 'beware'; end $$"), ORM_OK);
    CHECK_INT(notes, 1);
    CHECK_TEXT(last_note, "WARNING: beware");
    CHECK_INT(exec(&e, "do $$ begin for i in 1..20000 loop raise notice 'number %', i; end loop; end $$"), ORM_OK);
    CHECK_INT(notes, 2);
    CHECK_TEXT(last_note, "NOTICE: number 1 (and 19999 more)");
    close_it(&e);
}

/* ---- failures ------------------------------------------------------------------------------------------------------------- */
TEST(broken_constraints_are_told_by_kind_and_column)
{
    static const struct { const char *sql; orm_status kind; const char *constraint, *fields, *state; } broken[] = {
        { "insert into t (id, a, b, c) values (1, 1, 1, 1)", ORM_UNIQUE, "t_pkey", "id", "23505" },
        { "insert into t (a, b, c) values (1, 1, 1)", ORM_UNIQUE, "t_a_b_key", "a b", "23505" },
        { "insert into t (a, b, c, \"odd \"\"name\") values (2, 1, 1, 7)", ORM_UNIQUE, "t_odd \"name_key", "odd \"name", "23505" },
        { "insert into t (a, b, c, word) values (3, 1, 1, 'X')", ORM_UNIQUE, "t_lower", "", "23505" },
        { "insert into t (a, b) values (4, 1)", ORM_NOT_NULL, "", "c", "23502" },
        { "insert into t (a, b, c) values (5, -1, 1)", ORM_CHECK, "b_at_least", "", "23514" },
        { "insert into kid values (9)", ORM_FOREIGN_KEY, "kid_t_id_fkey", "t_id", "23503" },
        { "delete from t where id = 1", ORM_FOREIGN_KEY, "kid_t_id_fkey", "", "23503" },
        { "insert into ranges values ('[1,5)'), ('[2,3)')", ORM_EXCLUSION, "ranges_r_excl", "r", "23P01" },
        { "insert into guarded_table values (1)", ORM_CHECK, "", "", "P0001" },
    };
    engine e;
    open_empty(&e);
    CHECK_INT(exec(&e, "create table t (id bigint generated by default as identity primary key, a int, b int constraint b_at_least check (b >= 0), c int not null, \"odd \"\"name\" int unique, word text, unique (a, b))"), ORM_OK);
    CHECK_INT(exec(&e, "create unique index t_lower on t (lower(word))"), ORM_OK);
    CHECK_INT(exec(&e, "create table kid (t_id bigint references t (id))"), ORM_OK);
    CHECK_INT(exec(&e, "create table ranges (r int4range, exclude using gist (r with &&))"), ORM_OK);
    CHECK_INT(exec(&e, "create table guarded_table (a int)"), ORM_OK);
    CHECK_INT(exec(&e, "create function no() returns trigger language plpgsql as $$ begin raise exception 'not today'; end $$"), ORM_OK);
    CHECK_INT(exec(&e, "create trigger no before insert on guarded_table for each row execute function no()"), ORM_OK);
    CHECK_INT(exec(&e, "insert into t (a, b, c, \"odd \"\"name\", word) values (1, 1, 1, 7, 'x')"), ORM_OK);
    CHECK_INT(exec(&e, "insert into kid values (1)"), ORM_OK);
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        char fields[128] = "";
        CHECK_INT(exec(&e, broken[i].sql), broken[i].kind);
        CHECK_TEXT(orm_error()->constraint, broken[i].constraint);
        CHECK_TEXT(orm_error()->sqlstate, broken[i].state);
        for (size_t k = 0; k < orm_error()->failures.count; k++) {
            size_t n = strlen(fields);
            snprintf(fields + n, sizeof fields - n, "%s%s", k ? " " : "", orm_error()->failures.item[k].field);
        }
        CHECK_TEXT(fields, broken[i].fields);
    }
    CHECK_CONTAINS(orm_error()->message, "not today");
    close_it(&e);
}

TEST(other_failures_have_their_kinds)
{
    static const struct { const char *sql; orm_status kind; } broken[] = {
        { "select * from nosuch", ORM_NO_TABLE }, { "select nosuch from pg_class", ORM_NO_COLUMN }, { "selec 1", ORM_SYNTAX }, { "select nosuch(1)", ORM_SYNTAX }, { "select 1/0", ORM_VALUE_RANGE },
        { "select 2147483647 + 1", ORM_VALUE_RANGE }, { "select 'x'::int", ORM_VALUE_RANGE }, { "select 'abc'::varchar(2)::date", ORM_VALUE_RANGE }, { "select 'a' ~ '('", ORM_VALUE_RANGE },
        { "select repeat('x', 1 << 30)", ORM_VALUE_RANGE }, { "release savepoint nosuch", ORM_TRANSACTION_ABORTED }, { "select '\\u0000'::jsonb", ORM_VALUE_RANGE }, { "select '\"\\u0000\"'::jsonb", ORM_BAD_TEXT },
        { "vacuum", ORM_OK }, { "select nextval('s') from generate_series(1, 3)", ORM_FULL }, { "do $$ begin raise sqlstate '40001'; end $$", ORM_SERIALIZATION },
        { "do $$ begin raise sqlstate '53100'; end $$", ORM_FULL }, { "do $$ begin raise sqlstate '58030'; end $$", ORM_IO }, { "do $$ begin raise sqlstate 'XX001'; end $$", ORM_CORRUPT },
        { "do $$ begin raise sqlstate '53200'; end $$", ORM_NO_MEMORY }, { "select 1 for update skip", ORM_SYNTAX }, { "alter system set nosuch = 1", ORM_SYNTAX },
        { "select count(*) from pg_class for update", ORM_UNSUPPORTED },
    };
    engine e;
    open_empty(&e);
    CHECK_INT(exec(&e, "create sequence s maxvalue 2"), ORM_OK);
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        if (exec(&e, broken[i].sql) != broken[i].kind) {
            check_failed = true;
            printf("%s: %s %s\n", broken[i].sql, orm_status_name(orm_error()->kind), orm_error()->message);
        }
    }
    CHECK_INT(number(&e, "select 1"), 1);
    CHECK_INT(exec(&e, "select 1/0"), ORM_VALUE_RANGE);
    CHECK_TEXT(orm_error()->sqlstate, "22012");
    CHECK(orm_error()->code != 0);
    close_it(&e);
}

/* ---- transactions ------------------------------------------------------------------------------------------------------------ */
TEST(transactions_commit_roll_back_and_nest)
{
    engine e;
    open_empty(&e);
    CHECK_INT(exec(&e, "create table t (a int)"), ORM_OK);
    CHECK(!orm_postgres.in_transaction(e.c));
    orm_postgres.rollback(e.c);         /* none is no error */
    CHECK_INT(orm_postgres.begin(e.c, NULL), ORM_OK);
    CHECK(orm_postgres.in_transaction(e.c));
    CHECK_INT(exec(&e, "insert into t values (1)"), ORM_OK);
    CHECK_INT(exec(&e, "savepoint orm_2"), ORM_OK);
    CHECK_INT(exec(&e, "insert into t values (1 / (select 0))"), ORM_VALUE_RANGE);
    CHECK_INT(exec(&e, "select 1"), ORM_TRANSACTION_ABORTED);
    CHECK(orm_postgres.in_transaction(e.c));
    CHECK_INT(exec(&e, "rollback to savepoint orm_2"), ORM_OK);
    CHECK_INT(exec(&e, "release savepoint orm_2"), ORM_OK);
    CHECK_INT(orm_postgres.commit(e.c), ORM_OK);
    CHECK(!orm_postgres.in_transaction(e.c));
    CHECK_INT(number(&e, "select count(*) from t"), 1);
    CHECK_INT(orm_postgres.begin(e.c, NULL), ORM_OK);
    CHECK_INT(exec(&e, "delete from t"), ORM_OK);
    orm_postgres.rollback(e.c);
    CHECK_INT(number(&e, "select count(*) from t"), 1);
    close_it(&e);
}

static void terminate(engine *by, int64_t session)
{
    orm_value v = whole(session);
    CHECK_INT(run(by, "select pg_terminate_backend($1)::int", &v, 1, NULL, NULL), ORM_OK);
    for (int64_t left = 1; left; ) CHECK_INT(run(by, "select count(*) from pg_stat_activity where pid = $1", &v, 1, &left, NULL), ORM_OK);
}

/* does the server know that a transaction was begun? */
static bool begun(engine *by, int64_t session)
{
    char sql[128];
    snprintf(sql, sizeof sql, "select count(*) from pg_stat_activity where pid = %" PRId64 " and state like 'idle in transaction%%'", session);
    return number(by, sql) == 1;
}

static orm_status received(engine *e, orm_statement *s, int64_t *out, bool *skipped)
{
    orm__clear_error();
    orm_status status = orm_postgres.receive(e->c, s, skipped);
    if (*skipped) return ORM_OK;
    while (!status && orm_postgres.fetch(e->c, s, &one_integer, NULL, &e->arena, out) == ORM_STEP_ROW) { }
    orm_status finished = orm_postgres.finish(e->c, s, NULL);
    return status ? status : finished;
}

TEST(begin_goes_with_the_first_statement)
{
    engine e, by;
    bool skipped = false, takes = false;
    int64_t n = 0;
    open_empty(&e);
    open_at(&by, server());
    CHECK_INT(exec(&e, "create table t (a int primary key)"), ORM_OK);
    int64_t session = number(&e, "select pg_backend_pid()");
    CHECK_INT(orm_postgres.begin(e.c, NULL), ORM_OK);
    CHECK(orm_postgres.in_transaction(e.c));
    CHECK(!begun(&by, session));
    CHECK_INT(orm_postgres.commit(e.c), ORM_OK);
    CHECK(!orm_postgres.in_transaction(e.c));
    CHECK_INT(orm_postgres.begin(e.c, NULL), ORM_OK);
    orm_postgres.rollback(e.c);
    CHECK(!orm_postgres.in_transaction(e.c));
    CHECK_INT(exec(&e, "insert into t values (1)"), ORM_OK);
    CHECK_INT(number(&by, "select count(*) from t"), 1);
    /* reads, writes and savepoints; with every option */
    CHECK_INT(orm_postgres.begin(e.c, &(orm_transaction_options){ .read_only = true, .deferrable = true, .isolation = ORM_SERIALIZABLE }), ORM_OK);
    CHECK_TEXT(text_of(&e, "select current_setting('transaction_isolation') || ' ' || current_setting('transaction_read_only') || ' ' || current_setting('transaction_deferrable')"), "serializable on on");
    CHECK(begun(&by, session));
    CHECK_INT(orm_postgres.commit(e.c), ORM_OK);
    CHECK(!begun(&by, session));
    CHECK_INT(orm_postgres.begin(e.c, &(orm_transaction_options){ .isolation = ORM_READ_COMMITTED }), ORM_OK);
    CHECK_INT(exec(&e, "savepoint orm_2"), ORM_OK);
    CHECK_INT(exec(&e, "insert into t values (2)"), ORM_OK);
    CHECK_INT(exec(&e, "rollback to savepoint orm_2"), ORM_OK);
    CHECK_TEXT(text_of(&e, "show transaction_isolation"), "read committed");
    CHECK_INT(exec(&e, "insert into t values (3)"), ORM_OK);
    CHECK_INT(number(&by, "select count(*) from t"), 1);
    CHECK_INT(orm_postgres.commit(e.c), ORM_OK);
    CHECK_INT(number(&by, "select count(*) from t"), 2);
    /* the first statement fails, when it runs or before */
    CHECK_INT(orm_postgres.begin(e.c, NULL), ORM_OK);
    CHECK_INT(exec(&e, "insert into t values (3)"), ORM_UNIQUE);
    CHECK(orm_postgres.in_transaction(e.c));
    CHECK_INT(exec(&e, "select 1"), ORM_TRANSACTION_ABORTED);
    orm_postgres.rollback(e.c);
    CHECK_INT(orm_postgres.begin(e.c, NULL), ORM_OK);
    CHECK_INT(exec(&e, "select a from nowhere"), ORM_NO_TABLE);
    CHECK(orm_postgres.in_transaction(e.c));
    orm_postgres.rollback(e.c);
    CHECK(!orm_postgres.in_transaction(e.c));
    /* what is sent ahead */
    orm_statement *s = prepared(&e, "insert into t values ($1) returning a::bigint");
    orm_value v[] = { whole(4), whole(4), whole(5) };
    CHECK_INT(orm_postgres.begin(e.c, NULL), ORM_OK);
    for (int i = 0; i < 3; i++) CHECK_INT(orm_postgres.send(e.c, s, &v[i], 1), ORM_OK);
    CHECK(orm_postgres.in_transaction(e.c));
    CHECK_INT(received(&e, s, &n, &skipped), ORM_OK);
    CHECK_INT(n, 4);
    CHECK_INT(received(&e, s, &n, &skipped), ORM_UNIQUE);
    CHECK_INT(received(&e, s, &n, &skipped), ORM_OK);
    CHECK(skipped);
    CHECK(orm_postgres.in_transaction(e.c));
    orm_postgres.rollback(e.c);
    CHECK_INT(orm_postgres.begin(e.c, NULL), ORM_OK);
    CHECK_INT(orm_postgres.send(e.c, s, &v[2], 1), ORM_OK);
    CHECK_INT(received(&e, s, &n, &skipped), ORM_OK);
    CHECK(!skipped && begun(&by, session));
    CHECK_INT(number(&by, "select count(*) from t"), 2);
    CHECK_INT(orm_postgres.commit(e.c), ORM_OK);
    CHECK_INT(number(&by, "select count(*) from t"), 3);
    orm_postgres.finalize(e.c, s);
    /* what does not take it along */
    orm_found_table table;
    CHECK_INT(orm_postgres.begin(e.c, NULL), ORM_OK);
    CHECK_INT(orm_postgres.describe(e.c, "t", &e.arena, &table), ORM_OK);
    CHECK(table.exists && begun(&by, session));
    CHECK_INT(orm_postgres.commit(e.c), ORM_OK);
    static const orm_column number_column = { .name = "a", .is = { .type = ORM_INT32 } };
    const orm_column *const columns[] = { &number_column };
    s = prepared(&e, "copy t (a) from stdin (format binary)");
    CHECK_INT(orm_postgres.begin(e.c, NULL), ORM_OK);
    CHECK_INT(orm_postgres.load_for(e.c, s, "t", columns, 1, &takes), ORM_OK);
    CHECK(takes);
    CHECK_INT(orm_postgres.commit(e.c), ORM_OK);
    CHECK_INT(orm_postgres.begin(e.c, NULL), ORM_OK);
    CHECK_INT(orm_postgres.start(e.c, s, NULL, 0), ORM_OK);
    v[0] = (orm_value){ .type = ORM_INT32, .as.i = 6 };
    CHECK_INT(orm_postgres.load(e.c, s, v), ORM_OK);
    CHECK_INT(orm_postgres.finish(e.c, s, NULL), ORM_OK);
    CHECK(begun(&by, session));
    orm_postgres.rollback(e.c);
    CHECK_INT(number(&by, "select count(*) from t"), 3);
    orm_postgres.finalize(e.c, s);
    close_it(&by);
    close_it(&e);
}

TEST(a_begin_that_fails_fails_the_first_statement)
{
    engine e, by;
    open_empty(&e);
    open_at(&by, server());
    CHECK_INT(exec(&e, "create table t (a int)"), ORM_OK);
    int64_t session = number(&e, "select pg_backend_pid()");
    /* one that is late */
    CHECK_INT(orm_postgres.begin(e.c, NULL), ORM_OK);
    orm_postgres.deadline(e.c, orm__ticks() + 20000);
    CHECK_INT(exec(&e, "select pg_sleep(5)"), ORM_TIMEOUT);
    CHECK(orm_postgres.in_transaction(e.c));
    orm_postgres.rollback(e.c);
    orm_postgres.deadline(e.c, 0);
    CHECK_INT(number(&e, "select pg_backend_pid()"), session);
    /* our statements are gone */
    CHECK_INT(exec(&e, "deallocate all"), ORM_OK);
    CHECK_INT(orm_postgres.begin(e.c, NULL), ORM_OK);
    CHECK_INT(exec(&e, "insert into t values (1)"), ORM_OK);       /* it was prepared, and begins anew */
    CHECK(begun(&by, session));
    orm_postgres.rollback(e.c);
    CHECK_INT(exec(&e, "deallocate all"), ORM_OK);
    CHECK_INT(orm_postgres.begin(e.c, NULL), ORM_OK);
    CHECK_INT(exec(&e, "savepoint orm_2"), ORM_OK);
    CHECK(begun(&by, session));
    orm_postgres.rollback(e.c);
    CHECK_INT(orm_postgres.begin(e.c, NULL), ORM_OK);
    CHECK_INT(exec(&e, "insert into t values (2)"), ORM_OK);
    CHECK_INT(orm_postgres.commit(e.c), ORM_OK);
    orm_statement *s = prepared(&e, "insert into t values (3)");
    CHECK_INT(exec(&e, "deallocate all"), ORM_OK);
    bool skipped;
    int64_t n;
    CHECK_INT(orm_postgres.begin(e.c, NULL), ORM_OK);
    CHECK_INT(orm_postgres.send(e.c, s, NULL, 0), ORM_OK);
    CHECK_INT(orm_postgres.send(e.c, s, NULL, 0), ORM_OK);
    CHECK_INT(received(&e, s, &n, &skipped), ORM_STALE_PLAN);
    CHECK(!skipped);
    CHECK_INT(received(&e, s, &n, &skipped), ORM_OK);
    CHECK(skipped);
    CHECK(!orm_postgres.in_transaction(e.c));
    orm_postgres.rollback(e.c);
    orm_postgres.finalize(e.c, s);
    CHECK_INT(number(&e, "select sum(a) from t"), 2);
    /* the connection is lost: known when it is begun, or by the statement */
    terminate(&by, session);
    orm__clear_error();
    CHECK_INT(orm_postgres.begin(e.c, NULL), ORM_CONNECTION_LOST);
    CHECK(!orm_postgres.in_transaction(e.c));
    renew(&e, server());
    session = number(&e, "select pg_backend_pid()");
    CHECK_INT(orm_postgres.begin(e.c, NULL), ORM_OK);
    terminate(&by, session);
    CHECK_INT(exec(&e, "insert into t values (4)"), ORM_CONNECTION_LOST);
    CHECK(!orm_postgres.in_transaction(e.c));
    orm__clear_error();
    CHECK_INT(orm_postgres.commit(e.c), ORM_CONNECTION_LOST);
    orm_postgres.rollback(e.c);
    renew(&e, server());
    CHECK_INT(number(&e, "select sum(a) from t"), 2);
    close_it(&by);
    close_it(&e);
}

TEST(the_commit_of_a_failed_transaction_is_no_commit)
{
    engine e;
    open_empty(&e);
    CHECK_INT(exec(&e, "create table t (a int)"), ORM_OK);
    CHECK_INT(orm_postgres.begin(e.c, NULL), ORM_OK);
    CHECK_INT(exec(&e, "insert into t values (1)"), ORM_OK);
    CHECK_INT(exec(&e, "select 1 / (select 0)"), ORM_VALUE_RANGE);
    orm__clear_error();
    CHECK_INT(orm_postgres.commit(e.c), ORM_TRANSACTION_ABORTED);
    CHECK_INT(number(&e, "select count(*) from t"), 0);
    close_it(&e);
}

TEST(a_read_only_transaction_sees_one_moment_and_writes_nothing)
{
    engine e, other;
    open_empty(&e);
    open_at(&other, server());
    CHECK_INT(exec(&e, "create table t (a int)"), ORM_OK);
    CHECK_INT(orm_postgres.begin(e.c, &(orm_transaction_options){ .read_only = true }), ORM_OK);
    CHECK_INT(number(&e, "select count(*) from t"), 0);
    CHECK_INT(exec(&other, "insert into t values (1)"), ORM_OK);
    CHECK_INT(number(&e, "select count(*) from t"), 0);
    CHECK_INT(exec(&e, "insert into t values (2)"), ORM_READ_ONLY);
    orm_postgres.rollback(e.c);
    CHECK_INT(number(&e, "select count(*) from t"), 1);
    close_it(&other);
    close_it(&e);
}

TEST(conflicts_have_their_kinds)
{
    engine a, b;
    open_empty(&a);
    open_at(&b, server());
    CHECK_INT(exec(&a, "create table t (id int primary key, v int)"), ORM_OK);
    CHECK_INT(exec(&a, "create table d (id int primary key, p int references t (id) deferrable initially deferred)"), ORM_OK);
    CHECK_INT(exec(&a, "insert into t values (1, 0), (2, 0)"), ORM_OK);
    /* a deferred constraint fails at commit, which ends the transaction */
    CHECK_INT(orm_postgres.begin(a.c, NULL), ORM_OK);
    CHECK_INT(exec(&a, "insert into d values (1, 99)"), ORM_OK);
    CHECK_INT(orm_postgres.commit(a.c), ORM_FOREIGN_KEY);
    CHECK_TEXT(orm_error()->failures.item[0].field, "p");
    orm_postgres.rollback(a.c);
    CHECK_INT(number(&a, "select count(*) from d"), 0);
    /* lost update */
    exec(&a, "set default_transaction_isolation = 'repeatable read'");
    CHECK_INT(orm_postgres.begin(a.c, NULL), ORM_OK);
    CHECK_INT(number(&a, "select v from t where id = 1"), 0);
    CHECK_INT(exec(&b, "update t set v = 1 where id = 1"), ORM_OK);
    CHECK_INT(exec(&a, "update t set v = v + 1 where id = 1"), ORM_SERIALIZATION);
    orm_postgres.rollback(a.c);
    /* write skew, found at the commit */
    exec(&a, "set default_transaction_isolation = 'serializable'");
    exec(&b, "set default_transaction_isolation = 'serializable'");
    CHECK_INT(orm_postgres.begin(a.c, NULL), ORM_OK);
    CHECK_INT(orm_postgres.begin(b.c, NULL), ORM_OK);
    CHECK_INT(number(&a, "select sum(v) from t"), 1);
    CHECK_INT(number(&b, "select sum(v) from t"), 1);
    CHECK_INT(exec(&a, "update t set v = 5 where id = 1"), ORM_OK);
    CHECK_INT(exec(&b, "update t set v = 5 where id = 2"), ORM_OK);
    CHECK_INT(orm_postgres.commit(a.c), ORM_OK);
    CHECK_INT(orm_postgres.commit(b.c), ORM_SERIALIZATION);
    orm_postgres.rollback(b.c);
    close_it(&b);
    close_it(&a);
}

static void *lock_second(void *argument)
{
    engine *e = argument;
    static orm_status status;
    orm__clear_error();
    status = exec(e, "update t set v = 1 where id = 1");
    return &status;
}

TEST(a_deadlock_is_told_to_one_of_the_two)
{
    engine a, b;
    pthread_t thread;
    void *answer = NULL;
    open_with(&a, server(), orm__default_allocator(), (orm_options){ .busy_timeout_ms = 20000 });
    open_with(&b, server(), orm__default_allocator(), (orm_options){ .busy_timeout_ms = 20000 });
    exec(&a, "drop table if exists t cascade");
    CHECK_INT(exec(&a, "create table t (id int primary key, v int)"), ORM_OK);
    CHECK_INT(exec(&a, "insert into t values (1, 0), (2, 0)"), ORM_OK);
    CHECK_INT(orm_postgres.begin(a.c, NULL), ORM_OK);
    CHECK_INT(orm_postgres.begin(b.c, NULL), ORM_OK);
    CHECK_INT(exec(&a, "update t set v = 1 where id = 1"), ORM_OK);
    CHECK_INT(exec(&b, "update t set v = 1 where id = 2"), ORM_OK);
    CHECK_INT(pthread_create(&thread, NULL, lock_second, &b), 0);
    orm_status mine = exec(&a, "update t set v = 2 where id = 2");
    if (mine) orm_postgres.rollback(a.c);
    pthread_join(thread, &answer);
    orm_status theirs = *(orm_status *)answer;
    CHECK((mine == ORM_DEADLOCK) != (theirs == ORM_DEADLOCK));
    orm_postgres.rollback(a.c);
    orm_postgres.rollback(b.c);
    close_it(&b);
    close_it(&a);
}

/* ---- deadlines ------------------------------------------------------------------------------------------------------------------ */
TEST(a_lock_is_waited_for_within_the_busy_timeout_or_deadline)
{
    engine a, b;
    open_empty(&a);
    open_with(&b, server(), orm__default_allocator(), (orm_options){ .busy_timeout_ms = 100 });
    CHECK_INT(exec(&a, "create table t (id int primary key, v int)"), ORM_OK);
    CHECK_INT(exec(&a, "insert into t values (1, 0)"), ORM_OK);
    CHECK_INT(orm_postgres.begin(a.c, NULL), ORM_OK);
    CHECK_INT(exec(&a, "update t set v = 1"), ORM_OK);
    int64_t began = orm__ticks();
    CHECK_INT(exec(&b, "update t set v = 2"), ORM_LOCK_TIMEOUT);
    CHECK(orm__ticks() - began >= 90000 && orm__ticks() - began < 1500000);
    CHECK_INT(exec(&b, "select v from t for update nowait"), ORM_LOCK_TIMEOUT);
    exec(&b, "set lock_timeout = 0");
    orm_postgres.deadline(b.c, orm__ticks() + 150000);
    began = orm__ticks();
    CHECK_INT(exec(&b, "update t set v = 2"), ORM_TIMEOUT);
    CHECK(orm__ticks() - began >= 140000 && orm__ticks() - began < 1500000);
    orm_postgres.deadline(b.c, 0);
    CHECK_INT(orm_postgres.commit(a.c), ORM_OK);
    CHECK_INT(number(&b, "select v from t"), 1);
    close_it(&b);
    close_it(&a);
}

TEST(a_deadline_ends_a_statement_and_the_connection_stays)
{
    engine e;
    open_empty(&e);
    int64_t session = number(&e, "select pg_backend_pid()");
    for (int i = 0; i < 20; i++) {
        int64_t began = orm__ticks();
        orm_postgres.deadline(e.c, began + 1000 * i);
        orm_status status = exec(&e, "select pg_sleep(5)");
        CHECK_INT(status, ORM_TIMEOUT);
        CHECK(orm__ticks() - began < 1500000);
        orm_postgres.deadline(e.c, 0);
        CHECK_INT(number(&e, "select pg_backend_pid()"), session);         /* no late cancellation hits it */
    }
    CHECK_INT(exec(&e, "create table t (a int)"), ORM_OK);
    CHECK_INT(orm_postgres.begin(e.c, NULL), ORM_OK);
    CHECK_INT(exec(&e, "insert into t values (1)"), ORM_OK);
    orm_postgres.deadline(e.c, orm__ticks() + 20000);
    CHECK_INT(exec(&e, "select pg_sleep(5)"), ORM_TIMEOUT);
    CHECK_INT(exec(&e, "select 1"), ORM_TIMEOUT);
    orm_postgres.rollback(e.c);         /* has time of its own */
    orm_postgres.deadline(e.c, 0);
    CHECK_INT(number(&e, "select count(*) from t"), 0);
    CHECK_INT(number(&e, "select pg_backend_pid()"), session);
    close_it(&e);
}

TEST(a_deadline_holds_while_much_is_read_or_written)
{
    engine e;
    size_t n = 100 << 20;
    char *big = calloc(1, n);
    REQUIRE(big);
    open_things(&e);
    orm_value blob = { .type = ORM_BLOB, .length = (uint32_t)n, .as.p = big };
    orm_statement *s = prepared(&e, "insert into things (bytes) select $1 from pg_sleep(10)");
    REQUIRE(s);
    orm_postgres.deadline(e.c, orm__ticks() + 200000);
    int64_t began = orm__ticks();
    CHECK_INT(again(&e, s, &blob, 1, NULL, NULL), ORM_TIMEOUT);
    CHECK(orm__ticks() - began < 4000000);
    orm_postgres.deadline(e.c, 0);
    orm_postgres.finalize(e.c, s);
    renew(&e, server());
    CHECK_INT(number(&e, "select count(*) from things"), 0);
    free(big);
    close_it(&e);
}

TEST(a_cancellation_by_others_is_none_of_the_deadline)
{
    engine e;
    open_empty(&e);
    CHECK_INT(exec(&e, "set statement_timeout = 50"), ORM_OK);
    CHECK_INT(exec(&e, "select pg_sleep(5)"), ORM_CANCELLED);
    orm_postgres.deadline(e.c, orm__ticks() + 5000000);
    CHECK_INT(exec(&e, "select pg_sleep(5)"), ORM_CANCELLED);
    orm_postgres.deadline(e.c, 0);
    CHECK_INT(exec(&e, "set statement_timeout = 0"), ORM_OK);
    CHECK_INT(number(&e, "select 1"), 1);
    close_it(&e);
}

TEST(a_terminated_session_is_told_and_stays_lost)
{
    engine e, by;
    int64_t n = 0;
    open_empty(&e);
    open_at(&by, server());
    CHECK_INT(exec(&e, "create table t (a int)"), ORM_OK);
    orm_statement *s = prepared(&e, "select count(*) from t where a > $1");
    orm_value v = whole(0);
    CHECK_INT(again(&e, s, &v, 1, &n, NULL), ORM_OK);
    CHECK(orm_postgres.alive(e.c, true));
    terminate(&by, number(&e, "select pg_backend_pid()"));
    CHECK_INT(again(&e, s, &v, 1, &n, NULL), ORM_CONNECTION_LOST);
    CHECK(!orm_postgres.in_transaction(e.c));
    CHECK_INT(again(&e, s, &v, 1, &n, NULL), ORM_CONNECTION_LOST);
    orm_postgres.finalize(e.c, s);
    renew(&e, server());
    CHECK_TEXT(text_of(&e, "show timezone"), "UTC");
    /* known without a question, as soon as its farewell has arrived */
    terminate(&by, number(&e, "select pg_backend_pid()"));
    renew(&e, server());
    /* in a transaction all of it is lost, until its end */
    CHECK_INT(orm_postgres.begin(e.c, NULL), ORM_OK);
    CHECK_INT(exec(&e, "insert into t values (1)"), ORM_OK);
    terminate(&by, number(&e, "select pg_backend_pid()"));
    CHECK_INT(exec(&e, "insert into t values (2)"), ORM_CONNECTION_LOST);
    CHECK_INT(exec(&e, "insert into t values (3)"), ORM_CONNECTION_LOST);
    CHECK(!orm_postgres.in_transaction(e.c));
    orm__clear_error();
    CHECK_INT(orm_postgres.commit(e.c), ORM_CONNECTION_LOST);     /* it was not sent */
    orm_postgres.rollback(e.c);
    renew(&e, server());
    CHECK_INT(number(&e, "select count(*) from t"), 0);
    /* idle when it is lost */
    CHECK_INT(orm_postgres.begin(e.c, NULL), ORM_OK);
    CHECK_INT(exec(&e, "insert into t values (1)"), ORM_OK);
    terminate(&by, number(&e, "select pg_backend_pid()"));
    CHECK_INT(orm_postgres.commit(e.c), ORM_CONNECTION_LOST);     /* it was, but too late, as a new session was told */
    orm_postgres.rollback(e.c);
    renew(&e, server());
    CHECK_INT(number(&e, "select count(*) from t"), 0);
    /* by itself, while a statement runs */
    CHECK_INT(exec(&e, "select pg_terminate_backend(pg_backend_pid())"), ORM_CONNECTION_LOST);
    renew(&e, server());
    CHECK_INT(exec(&e, "set idle_session_timeout = 20"), ORM_OK);
    nanosleep(&(struct timespec){ .tv_nsec = 200000000 }, NULL);
    CHECK_INT(exec(&e, "select 1"), ORM_CONNECTION_LOST);
    renew(&e, server());
    CHECK_INT(number(&e, "select 1"), 1);
    close_it(&by);
    close_it(&e);
}

/* ---- connections that end ----------------------------------------------------------------------------------------------------------- */
/* stops the server by a signal to its first process, and waits until it is gone */
static void stop_server(int signal_)
{
    char path[200], line[32] = "";
    snprintf(path, sizeof path, "%s/data/postmaster.pid", getenv("ORM_POSTGRES_FOLDER"));
    FILE *file = fopen(path, "r");
    if (!file) return;
    if (!fgets(line, sizeof line, file)) line[0] = 0;
    fclose(file);
    int pid = 0;
    for (const char *digit = line; *digit >= '0' && *digit <= '9'; digit++) pid = pid * 10 + (*digit - '0');
    if (pid < 2) return;
    kill(pid, signal_);
    for (int i = 0; i < 200 && access(path, F_OK) == 0 && kill(pid, 0) == 0; i++) nanosleep(&(struct timespec){ .tv_nsec = 50000000 }, NULL);
}

TEST(a_server_that_stops_and_comes_back_is_found_again)
{
    static const int signals[] = { SIGINT, SIGQUIT };       /* fast, immediate */
    for (size_t i = 0; i < 2; i++) {
        engine idle, busy;
        open_empty(&idle);
        open_at(&busy, server());
        CHECK_INT(exec(&idle, "create table t (a int)"), ORM_OK);
        CHECK_INT(orm_postgres.begin(busy.c, NULL), ORM_OK);
        CHECK_INT(exec(&busy, "insert into t values (1)"), ORM_OK);
        stop_server(signals[i]);
        CHECK_INT(exec(&idle, "select 1"), ORM_CONNECTION_LOST);
        engine none;
        open_at(&none, server());
        CHECK(none.opened);
        CHECK_CONTAINS(orm_error()->message, "cannot connect");
        close_it(&none);
        CHECK_INT(exec(&busy, "insert into t values (2)"), ORM_CONNECTION_LOST);
        orm_postgres.rollback(busy.c);
        CHECK_INT(system(getenv("ORM_POSTGRES_START")), 0);
        renew(&idle, server());
        renew(&busy, server());
        CHECK_INT(number(&idle, "select count(*) from t"), 0);
        CHECK_INT(orm_postgres.begin(busy.c, NULL), ORM_OK);
        CHECK_INT(exec(&busy, "insert into t values (3)"), ORM_OK);
        CHECK_INT(orm_postgres.commit(busy.c), ORM_OK);
        CHECK_INT(number(&idle, "select sum(a) from t"), 3);
        close_it(&busy);
        close_it(&idle);
    }
}

TEST(a_child_leaves_its_parents_session_alone)
{
    engine e;
    open_empty(&e);
    int64_t session = number(&e, "select pg_backend_pid()");
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        bool refused = exec(&e, "select 1") == ORM_MISUSE && orm_postgres.begin(e.c, NULL) == ORM_MISUSE;
        orm_postgres.rollback(e.c);
        close_it(&e);
        _exit(refused ? 0 : 1);
    }
    int status = -1;
    CHECK(waitpid(child, &status, 0) == child && status == 0);
    CHECK_INT(number(&e, "select pg_backend_pid()"), session);
    close_it(&e);
}

/* ---- a proxy that cuts ----------------------------------------------------------------------------------------------------------------- */
/* Passes bytes between clients and the server. When a client's bytes hold "commit" it may cut before they are passed on, or before the answer is. */
enum { PASS, CUT_BEFORE_COMMIT, CUT_AFTER_COMMIT, SILENCE };
static struct proxy { char folder[64], path[100]; int listener, mode; pthread_t thread; bool stop; int client[8], server[8]; } proxy;

static int proxy_connect(void)
{
    struct sockaddr_un to = { .sun_family = AF_UNIX };
    snprintf(to.sun_path, sizeof to.sun_path, "%s/.s.PGSQL.5432", getenv("ORM_POSTGRES_FOLDER"));
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (connect(fd, (struct sockaddr *)&to, sizeof to) == 0) return fd;
    close(fd);
    return -1;
}

static void proxy_cut(int i)
{
    close(proxy.client[i]);
    close(proxy.server[i]);
    proxy.client[i] = proxy.server[i] = -1;
}

static bool proxy_pass(int i, bool from_client)
{
    char bytes[65536];
    int from = from_client ? proxy.client[i] : proxy.server[i], to = from_client ? proxy.server[i] : proxy.client[i];
    ssize_t n = read(from, bytes, sizeof bytes);
    if (n <= 0) return false;
    bool commits = false;
    for (ssize_t at = 0; from_client && at + 6 <= n; at++) commits = commits || memcmp(bytes + at, "commit", 6) == 0;
    int mode = __atomic_load_n(&proxy.mode, __ATOMIC_SEQ_CST);
    if (commits && mode == CUT_BEFORE_COMMIT) return false;
    for (ssize_t done = 0; done < n; ) {
        ssize_t written = send(to, bytes + done, (size_t)(n - done), MSG_NOSIGNAL);
        if (written <= 0) return false;
        done += written;
    }
    if (!commits || mode != CUT_AFTER_COMMIT) return true;
    ssize_t answered = read(proxy.server[i], bytes, sizeof bytes);      /* it is done; the answer is dropped */
    return answered < 0;
}

static void *proxy_main(void *unused)
{
    (void)unused;
    while (!__atomic_load_n(&proxy.stop, __ATOMIC_SEQ_CST)) {
        struct pollfd wanted[17] = { { .fd = proxy.listener, .events = POLLIN } };
        for (int i = 0; i < 8; i++) {
            wanted[1 + 2 * i] = (struct pollfd){ .fd = proxy.client[i], .events = POLLIN };
            wanted[2 + 2 * i] = (struct pollfd){ .fd = proxy.server[i], .events = POLLIN };
        }
        if (__atomic_load_n(&proxy.mode, __ATOMIC_SEQ_CST) == SILENCE) {
            nanosleep(&(struct timespec){ .tv_nsec = 5000000 }, NULL);
            continue;
        }
        if (poll(wanted, 17, 5) <= 0) continue;
        if (wanted[0].revents) {
            int free_slot = 0;
            while (proxy.client[free_slot] >= 0) free_slot++;
            proxy.client[free_slot] = accept(proxy.listener, NULL, NULL);
            proxy.server[free_slot] = proxy_connect();
            continue;
        }
        for (int i = 0; i < 8; i++) {
            if (wanted[1 + 2 * i].revents && !proxy_pass(i, true)) proxy_cut(i);
            else if (wanted[2 + 2 * i].revents && !proxy_pass(i, false)) proxy_cut(i);
        }
    }
    for (int i = 0; i < 8; i++) if (proxy.client[i] >= 0) proxy_cut(i);
    return NULL;
}

static void proxy_start(char url[200])
{
    struct sockaddr_un at = { .sun_family = AF_UNIX };
    proxy = (struct proxy){ .folder = "/tmp/orm-proxy-XXXXXX" };
    for (int i = 0; i < 8; i++) proxy.client[i] = proxy.server[i] = -1;
    CHECK(mkdtemp(proxy.folder) != NULL);
    snprintf(proxy.path, sizeof proxy.path, "%s/.s.PGSQL.5432", proxy.folder);
    snprintf(at.sun_path, sizeof at.sun_path, "%s", proxy.path);
    proxy.listener = socket(AF_UNIX, SOCK_STREAM, 0);
    CHECK(bind(proxy.listener, (struct sockaddr *)&at, sizeof at) == 0 && listen(proxy.listener, 8) == 0);
    CHECK_INT(pthread_create(&proxy.thread, NULL, proxy_main, NULL), 0);
    snprintf(url, 200, "postgres:host=%s dbname=postgres user=postgres", proxy.folder);
}

static void proxy_stop(void)
{
    __atomic_store_n(&proxy.stop, true, __ATOMIC_SEQ_CST);
    pthread_join(proxy.thread, NULL);
    close(proxy.listener);
    unlink(proxy.path);
    rmdir(proxy.folder);
}

static void proxy_mode(int mode) { __atomic_store_n(&proxy.mode, mode, __ATOMIC_SEQ_CST); }

TEST(a_commit_without_an_answer_is_settled)
{
    char url[200];
    engine e, direct;
    proxy_start(url);
    open_empty(&direct);
    CHECK_INT(exec(&direct, "create table t (a int)"), ORM_OK);
    open_at(&e, url);
    REQUIRE(!e.opened);
    for (int mode = CUT_BEFORE_COMMIT; mode <= CUT_AFTER_COMMIT; mode++) {
        proxy_mode(PASS);
        CHECK_INT(orm_postgres.begin(e.c, NULL), ORM_OK);
        CHECK_INT(exec(&e, "insert into t values (1)"), ORM_OK);
        proxy_mode(mode);
        orm__clear_error();
        CHECK_INT(orm_postgres.commit(e.c), mode == CUT_AFTER_COMMIT ? ORM_OK : ORM_CONNECTION_LOST);
        orm_postgres.rollback(e.c);
        proxy_mode(PASS);
        CHECK_INT(number(&direct, "select count(*) from t"), mode == CUT_AFTER_COMMIT);        /* never sent again */
        renew(&e, url);
        CHECK_INT(number(&e, "select count(*) from t"), mode == CUT_AFTER_COMMIT);             /* on a new connection */
    }
    close_it(&e);
    close_it(&direct);
    proxy_stop();
}

TEST(a_server_that_falls_silent_does_not_hold_us)
{
    char url[200];
    engine e;
    proxy_start(url);
    open_at(&e, url);
    REQUIRE(!e.opened);
    CHECK_INT(number(&e, "select 1"), 1);
    proxy_mode(SILENCE);
    int64_t began = orm__ticks();
    orm_postgres.deadline(e.c, began + 100000);
    CHECK_INT(exec(&e, "select 1"), ORM_TIMEOUT);                     /* neither the statement nor its cancellation is answered */
    CHECK(orm__ticks() - began < 4000000);
    orm_postgres.deadline(e.c, orm__ticks() + 100000);
    began = orm__ticks();
    CHECK_INT(exec(&e, "select 1"), ORM_CONNECTION_LOST);
    CHECK(orm__ticks() - began < 1000000);
    proxy_mode(PASS);
    renew(&e, url);
    CHECK_INT(number(&e, "select 1"), 1);
    proxy_mode(SILENCE);
    engine late;
    open_with(&late, url, orm__default_allocator(), (orm_options){ .timeout_ms = 100 });
    CHECK_INT(late.opened, ORM_CONFIG);
    close_it(&late);
    proxy_mode(PASS);
    close_it(&e);
    proxy_stop();
}

/* ---- lists and patterns -------------------------------------------------------------------------------------------------------------- */
TEST(lists_hold_values_of_every_type_exactly)
{
    orm_uuid id = orm_uuid_v4();
    struct { size_t column; orm_value values[3]; } lists[] = {
        { SMALL, { whole(-32768), whole(5), whole(5) } }, { WHOLE, { whole(INT32_MAX), whole(0), whole(1) } }, { BIG, { whole(INT64_MIN), whole(INT64_MAX), whole(0) } },
        { SINGLE, { { .type = ORM_FLOAT, .as.d = (double)0.1f }, { .type = ORM_FLOAT, .as.d = 2 }, { .type = ORM_FLOAT, .as.d = 3 } } },
        { REAL, { { .type = ORM_DOUBLE, .as.d = 0.1 }, { .type = ORM_DOUBLE, .as.d = -5e-324 }, { .type = ORM_DOUBLE, .as.d = 3 } } },
        { YES, { { .type = ORM_BOOL, .as.i = 1 }, { .type = ORM_BOOL, .as.i = 1 }, { .type = ORM_BOOL, .as.i = 1 } } },
        { WORDS, { words("a'b\\{},\""), words(""), words("NULL") } }, { NAME, { words("x  "), words("y"), words("") } }, { CODE, { words("abc"), words("def"), words("a b") } },
        { MONEY, { { .type = ORM_DECIMAL, .scale = 2, .as.decimal = { 1999, 0 } }, { .type = ORM_DECIMAL, .scale = 2, .as.decimal = { 0, 0 } }, whole(7) } },
        { BYTES, { { .type = ORM_BLOB, .length = 3, .as.p = "a\0b" }, { .type = ORM_BLOB, .length = 0, .as.p = "" }, { .type = ORM_BLOB, .length = 1, .as.p = "\xff" } } },
        { DAY, { { .type = ORM_DATE, .as.i = -719162 }, { .type = ORM_DATE, .as.i = 0 }, { .type = ORM_DATE, .as.i = 2932896 } } },
        { AT, { { .type = ORM_CLOCK, .as.i = 0 }, { .type = ORM_CLOCK, .as.i = 1 }, { .type = ORM_CLOCK, .as.i = 86399999999 } } },
        { MOMENT, { { .type = ORM_TIME, .as.i = 0 }, { .type = ORM_TIME, .as.i = -1 }, { .type = ORM_TIME, .as.i = 253402300799999999 } } },
        { UID, { { .type = ORM_UUID, .as.uuid = id }, { .type = ORM_UUID, .as.uuid = { { 1 } } }, { .type = ORM_UUID, .as.uuid = { { 255 } } } } },
        { COLOUR, { { .type = ORM_ENUM, .length = 3, .as.s = "red" }, { .type = ORM_ENUM, .length = 5, .as.s = "green" }, { .type = ORM_ENUM, .length = 8, .as.s = "greenish" } } },
    };
    engine e;
    open_things(&e);
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        char sql[128];
        int64_t n = 0;
        orm_value list;
        Maybe row;
        CHECK_INT(exec(&e, "delete from things"), ORM_OK);
        for (size_t k = 0; k < 3; k++) CHECK_INT(there_and_back(&e, lists[i].column, lists[i].values[k], &row), ORM_OK);
        CHECK_INT(orm_postgres.list(e.c, &maybe[lists[i].column], lists[i].values, 3, &e.arena, &list), ORM_OK);
        snprintf(sql, sizeof sql, "select count(*) from things where \"%s\" = any($1)", maybe[lists[i].column].name);
        CHECK_INT(run(&e, sql, &list, 1, &n, NULL), ORM_OK);
        CHECK_INT(n, 3);
        snprintf(sql, sizeof sql, "select count(*) from things where \"%s\" <> all($1)", maybe[lists[i].column].name);
        CHECK_INT(run(&e, sql, &list, 1, &n, NULL), ORM_OK);
        CHECK_INT(n, 0);
    }
    orm_value none = { .type = ORM_NULL }, list;
    CHECK_INT(orm_postgres.list(e.c, &maybe[BIG], &none, 1, &e.arena, &list), ORM_VALUE_RANGE);
    close_it(&e);
}

TEST(a_long_list_is_one_parameter)
{
    enum { N = 100000 };
    orm_value *values = malloc(N * sizeof *values), list;
    int64_t n = 0;
    engine e;
    REQUIRE(values);
    open_empty(&e);
    CHECK_INT(exec(&e, "create table t (id bigint primary key)"), ORM_OK);
    CHECK_INT(exec(&e, "insert into t select generate_series(0, 299999)"), ORM_OK);
    for (int i = 0; i < N; i++) values[i] = whole(i * INT64_C(3));
    CHECK_INT(orm_postgres.list(e.c, &maybe[BIG], values, N, &e.arena, &list), ORM_OK);
    CHECK_INT(exec(&e, "analyze t"), ORM_OK);
    CHECK_INT(run(&e, "select count(*) from t where id = any($1)", &list, 1, &n, NULL), ORM_OK);
    CHECK_INT(n, N);
    free(values);
    close_it(&e);
}

TEST(patterns_must_not_end_with_their_escape)
{
    engine e;
    open_empty(&e);
    orm_value bad = words("a\\\\\\"), good = words("a\\\\");
    CHECK_INT(orm_postgres.operand(e.c, ORM_OP_LIKE, &bad, &e.arena), ORM_VALUE_RANGE);
    orm__clear_error();
    CHECK_INT(orm_postgres.operand(e.c, ORM_OP_ILIKE, &good, &e.arena), ORM_OK);
    CHECK_INT(orm_postgres.operand(e.c, ORM_OP_EQ, &bad, &e.arena), ORM_OK);
    close_it(&e);
}

/* ---- SQL text and introspection --------------------------------------------------------------------------------------------------------- */
static const char *spelled(engine *e, const orm_column *column, orm_value value)
{
    orm__writer w = { .allocator = &e->db.allocator, .dialect = &orm_postgres };
    orm_postgres.literal(&w, column, value);
    const char *text_ = orm_text(&e->arena, w.text);
    orm__writer_release(&w);
    return text_;
}

TEST(literals_stand_for_the_stored_value)
{
    struct { size_t column; orm_value value; const char *same; } literals[] = {
        { BIG, whole(INT64_MIN), "-9223372036854775808" }, { YES, { .type = ORM_BOOL, .as.i = 1 }, "true" }, { REAL, { .type = ORM_DOUBLE, .as.d = 0.1 }, "0.1::float8" },
        { SINGLE, { .type = ORM_FLOAT, .as.d = (double)0.1f }, "0.1::real" }, { REAL, { .type = ORM_DOUBLE, .as.d = -INFINITY }, "'-Infinity'::float8" },
        { MONEY, { .type = ORM_DECIMAL, .scale = 2, .as.decimal = { (uint64_t)-1234, -1 } }, "-12.34" }, { WORDS, words("it's \\ ' \\' $$ \n \xe2\x80\xa8"), "U&'it''s \\005C '' \\005C'' $$ \\000A \\2028'" },
        { WORDS, words("plain"), "'plain'" }, { WORDS, words(""), "''" }, { BYTES, { .type = ORM_BLOB, .length = 3, .as.p = "\0\xff'" }, "'\\x00ff27'::bytea" },
        { DAY, { .type = ORM_DATE, .as.i = 0 }, "'1970-01-01'::date" }, { AT, { .type = ORM_CLOCK, .as.i = 1000000 }, "'00:00:01'::time" },
        { MOMENT, { .type = ORM_TIME, .as.i = -1 }, "'1969-12-31 23:59:59.999999+00'::timestamptz" }, { COLOUR, { .type = ORM_ENUM, .length = 3, .as.s = "red" }, "'red'" },
    };
    engine e;
    open_empty(&e);
    for (int standard = 1; standard >= 0; standard--) {
        for (size_t i = 0; i < sizeof literals / sizeof *literals; i++) {
            char sql[400];
            snprintf(sql, sizeof sql, "select (%s = %s)::int", spelled(&e, &maybe[literals[i].column], literals[i].value), literals[i].same);
            if (!standard && strchr(literals[i].same, '\\')) snprintf(sql, sizeof sql, "select (%s is not null)::int", spelled(&e, &maybe[literals[i].column], literals[i].value));
            CHECK_INT(number(&e, sql), 1);
        }
        CHECK_INT(exec(&e, "set standard_conforming_strings = off"), ORM_OK);
    }
    CHECK_TEXT(spelled(&e, &maybe[BIG], (orm_value){ .type = ORM_NULL }), "null");
    close_it(&e);
}

TEST(names_are_quoted_by_doubling)
{
    static const char *const names[] = { "a", "select", "a\"b", "a; drop table t; --", "a.b", "\xc3\xa9", "A b", "a\\b", "$1" };
    engine e;
    open_empty(&e);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        orm_found_table found;
        orm__writer w = { .allocator = &e.db.allocator, .dialect = &orm_postgres };
        orm__put(&w, "create table ");
        orm_postgres.quote(&w, names[i]);
        orm__put(&w, " (");
        orm_postgres.quote(&w, names[i]);
        orm__put(&w, " int default 7)");
        CHECK_INT(exec(&e, w.text), ORM_OK);
        orm__writer_release(&w);
        CHECK_INT(orm_postgres.describe(e.c, names[i], &e.arena, &found), ORM_OK);
        CHECK(found.exists && found.n_columns == 1);
        if (found.n_columns == 1) CHECK_TEXT(found.columns[0].name, names[i]);
        if (found.n_columns == 1) CHECK_TEXT(found.columns[0].default_sql, "7");
    }
    close_it(&e);
}

TEST(a_table_is_described_as_it_was_made)
{
    engine e;
    orm_found_table found;
    open_things(&e);
    CHECK_INT(orm_postgres.describe(e.c, "nosuch", &e.arena, &found), ORM_OK);
    CHECK(!found.exists);
    CHECK_INT(orm_postgres.describe(e.c, "things", &e.arena, &found), ORM_OK);
    CHECK(found.exists);
    REQUIRE(found.n_columns == COLUMNS);
    for (size_t i = 0; i < COLUMNS; i++) {
        orm__writer w = { .allocator = &e.db.allocator, .dialect = &orm_postgres };
        orm_postgres.column_type(&w, &maybe[i]);
        CHECK_TEXT(found.columns[i].name, maybe[i].name);
        CHECK_TEXT(found.columns[i].type, w.text);
        CHECK_INT(found.columns[i].nullable, maybe[i].nullable);
        CHECK_INT(found.columns[i].key, i == ID);
        CHECK_TEXT(found.columns[i].default_sql, i == ID ? "generated as identity" : NULL);
        orm__writer_release(&w);
    }
    CHECK_INT(found.n_indexes, 1);
    CHECK_INT(exec(&e, "create table kid (b int, a int, t bigint not null default 5 references things (id) on delete cascade on update set null, u bigint references things, w varchar(9) default 'x\ny',"
                       " plain text, constraint b_at_least check (b >= 0), check (w in ('x', 'y')), primary key (a, b))"), ORM_OK);
    CHECK_INT(exec(&e, "create unique index kid_w on kid (w, t desc) where b > 5 and w is not null"), ORM_OK);
    CHECK_INT(exec(&e, "create index kid_lower on kid (lower(w))"), ORM_OK);
    CHECK_INT(orm_postgres.describe(e.c, "kid", &e.arena, &found), ORM_OK);
    REQUIRE(found.n_columns == 6 && found.n_references == 2 && found.n_indexes == 3 && found.n_checks == 2);
    CHECK_INT(found.columns[0].key, 2);
    CHECK_INT(found.columns[1].key, 1);
    CHECK(!found.columns[2].nullable && found.columns[4].nullable);
    CHECK_TEXT(found.columns[2].default_sql, "'5'::bigint");
    CHECK_TEXT(found.columns[5].type, "text");       /* of another order than ours */
    CHECK_TEXT(found.references[0].column, "t");
    CHECK_TEXT(found.references[0].table, "things");
    CHECK_TEXT(found.references[0].target, "id");
    CHECK_TEXT(found.references[0].on_delete, "cascade");
    CHECK_TEXT(found.references[0].on_update, "set null");
    CHECK_TEXT(found.references[1].on_delete, "no action");
    CHECK_TEXT(found.indexes[0].columns, "(expression)");
    CHECK(!found.indexes[0].unique && !found.indexes[0].automatic);
    CHECK_TEXT(found.indexes[1].columns, "a, b");
    CHECK(found.indexes[1].unique && found.indexes[1].automatic);
    CHECK_TEXT(found.indexes[2].columns, "w, t desc");
    CHECK(found.indexes[2].unique && !found.indexes[2].automatic);
    /* the model's words for the same come out the same, in a transaction and outside */
    for (int inside = 0; inside < 2; inside++) {
        const char *told = NULL;
        if (inside) CHECK_INT(orm_postgres.begin(e.c, NULL), ORM_OK);
        CHECK_INT(orm_postgres.retell(e.c, "kid", NULL, "b > 5 and\n \"w\" is not null -- comment", &e.arena, &told), ORM_OK);
        CHECK_TEXT(told, found.indexes[2].where);
        CHECK_INT(orm_postgres.retell(e.c, "kid", NULL, "\"b\" >= 0", &e.arena, &told), ORM_OK);
        CHECK_TEXT(told, found.checks[0]);
        CHECK_INT(orm_postgres.retell(e.c, "kid", NULL, "\"w\" in ('x', 'y')", &e.arena, &told), ORM_OK);
        CHECK_TEXT(told, found.checks[1]);
        CHECK_INT(orm_postgres.retell(e.c, "kid", NULL, "\"w\" in ('x', 'z')", &e.arena, &told), ORM_OK);
        CHECK(strcmp(told, found.checks[1]) != 0);
        CHECK_INT(orm_postgres.retell(e.c, "kid", "bigint", "2 + 3", &e.arena, &told), ORM_OK);
        CHECK_TEXT(told, found.columns[2].default_sql);
        CHECK_INT(orm_postgres.retell(e.c, "kid", found.columns[4].type, "E'x\\ny'", &e.arena, &told), ORM_OK);
        CHECK_TEXT(told, found.columns[4].default_sql);
        CHECK_INT(orm_postgres.retell(e.c, "kid", found.columns[4].type, "E'x\\nz'", &e.arena, &told), ORM_OK);
        CHECK(strcmp(told, found.columns[4].default_sql) != 0);
        CHECK_INT(orm_postgres.retell(e.c, "kid", NULL, "nosuch > 5", &e.arena, &told), ORM_OK);
        CHECK_TEXT(told, "nosuch > 5");
        CHECK_INT(number(&e, "select 1"), 1);
        if (inside) CHECK_INT(orm_postgres.commit(e.c), ORM_OK);
    }
    close_it(&e);
}

/* ---- many rows ------------------------------------------------------------------------------------------------------------------------------ */
static const orm_column life_words = { .name = "words", .is = { .type = ORM_TEXT }, .nullable = true }, life_n = { .name = "n", .is = { .type = ORM_INT64 }, .nullable = true };
static const orm_column life_j = { .name = "j", .is = { .type = ORM_JSON }, .nullable = true };
static const orm_column *const life_columns[] = { &life_words, &life_n, &life_j };
static const char make_life[] = "create table life (words text, n int default 7 check (n > 0), j jsonb)";

/* two rows by COPY; `taken` tells whether the table takes it */
static orm_status load_life(engine *e, orm_value rows[2][3], bool *taken, orm_outcome *outcome)
{
    orm_statement *s = prepared(e, "copy life (words, n, j) from stdin (format binary)");
    if (!s) return orm_error()->kind;
    orm_status status = orm_postgres.load_for(e->c, s, "life", life_columns, 3, taken);
    if (!status && *taken) {
        status = orm_postgres.start(e->c, s, NULL, 0);
        for (int i = 0; i < 2 && !status; i++) status = orm_postgres.load(e->c, s, rows[i]);
        orm_status finished = orm_postgres.finish(e->c, s, outcome);
        if (!status) status = finished;
    }
    orm_postgres.finalize(e->c, s);
    return status;
}

/* the same rows by arrays */
static orm_status insert_life(engine *e, orm_value rows[2][3], orm_outcome *outcome)
{
    orm_value arrays[3];
    orm__writer sql = { .allocator = &e->db.allocator, .dialect = &orm_postgres };
    orm_statement *one = prepared(e, "insert into life (words, n, j) values ($1, $2, $3)");
    orm_status status = one ? ORM_OK : orm_error()->kind;
    orm__put(&sql, "insert into life (words, n, j)");
    if (one) CHECK(orm_postgres.arrays(one, life_columns, 3, &sql));
    if (!status && sql.failed) status = orm__raise(&e->db, ORM_NO_MEMORY, 0, "out of memory");
    for (size_t k = 0; k < 3 && !status; k++) status = orm_postgres.array(e->c, one, life_columns[k], k, &rows[0][k], 3, 2, &e->arena, &arrays[k]);
    if (!status) status = run(e, sql.text, arrays, 3, NULL, outcome);
    orm__writer_release(&sql);
    if (one) orm_postgres.finalize(e->c, one);
    return status;
}

TEST(rows_come_by_arrays_and_by_loads)
{
    engine e;
    bool taken = false;
    orm_outcome outcome;
    orm_value json = { .type = ORM_JSON, .length = 2, .as.s = "{}" }, null = { .type = ORM_NULL };
    orm_value rows[2][3] = { { words("x"), whole(5), json }, { null, null, null } };
    open_empty(&e);
    CHECK_INT(exec(&e, make_life), ORM_OK);
    CHECK_INT(insert_life(&e, rows, &outcome), ORM_OK);
    CHECK_INT(outcome.changed, 2);
    CHECK_INT(load_life(&e, rows, &taken, &outcome), ORM_OK);
    CHECK(taken);
    CHECK_INT(outcome.changed, 2);
    CHECK_INT(number(&e, "select count(*) from life where words = 'x' and n = 5 and j = '{}'"), 2);
    CHECK_INT(number(&e, "select count(*) from life where words is null and n is null and j is null"), 2);
    rows[1][1] = whole(-1);
    CHECK_INT(load_life(&e, rows, &taken, &outcome), ORM_CHECK);
    CHECK_TEXT(orm_error()->constraint, "life_n_check");
    rows[1][1] = whole(INT64_C(1) << 40);       /* the column is an integer: the rows before it are not kept either */
    CHECK_INT(load_life(&e, rows, &taken, &outcome), ORM_VALUE_RANGE);
    CHECK_INT(insert_life(&e, rows, &outcome), ORM_VALUE_RANGE);
    CHECK_INT(number(&e, "select count(*) from life"), 4);
    CHECK_INT(exec(&e, "alter table life drop n, add n interval"), ORM_OK);
    CHECK_INT(load_life(&e, rows, &taken, &outcome), ORM_OK);
    CHECK(!taken);
    close_it(&e);
}

TEST(arrays_are_not_for_arrays)
{
    engine e;
    orm__writer sql = { .dialect = &orm_postgres };
    open_empty(&e);
    CHECK_INT(exec(&e, "create table life (words text[], n int, j jsonb)"), ORM_OK);
    orm_statement *one = prepared(&e, "insert into life (words, n, j) values ($1, $2, $3)");
    REQUIRE(one);
    CHECK(!orm_postgres.arrays(one, life_columns, 3, &sql));
    orm_postgres.finalize(e.c, one);
    close_it(&e);
}

/* ---- memory that runs out ------------------------------------------------------------------------------------------------------------------ */
static orm_status whole_life(engine *e)
{
    orm_status status = e->opened;
    orm_value values[] = { words("x"), whole(5) }, list = { .type = ORM_NULL };
    int64_t n = 0;
    orm_found_table table;
    orm_value rows[2][3] = { { words("x"), whole(5), { .type = ORM_NULL } }, { words("y"), whole(6), { .type = ORM_JSON, .length = 2, .as.s = "{}" } } };
    bool taken = false;
    if (!status) status = orm_postgres.begin(e->c, NULL);
    if (!status) status = load_life(e, rows, &taken, NULL);
    if (!status) status = insert_life(e, rows, NULL);
    if (!status) status = run(e, "insert into life (words, n) values ($1, $2)", values, 2, NULL, NULL);
    if (!status) status = run(e, "insert into life (j) values ($1)", &(orm_value){ .type = ORM_TEXT, .length = 2, .as.s = "{}" }, 1, NULL, NULL);
    if (!status) status = orm_postgres.list(e->c, &maybe[WORDS], values, 1, &e->arena, &list);
    if (!status) status = run(e, "select count(*) from life where words = any($1)", &list, 1, &n, NULL);
    if (!status) CHECK(n > 0);
    const char *found = status ? NULL : text_of(e, "select words from life limit 1");
    if (!status && orm_failed()) status = orm_error()->kind;
    if (!status) CHECK_TEXT(found, "x");
    if (!status) status = orm_postgres.describe(e->c, "life", &e->arena, &table);
    if (!status) CHECK(table.n_checks == 1 && table.n_columns == 3);
    if (!status) status = orm_postgres.retell(e->c, "life", NULL, "n > 0", &e->arena, &table.sql);
    if (!e->opened) orm_postgres.rollback(e->c);
    return status;
}

TEST(every_allocation_of_ours_may_fail)
{
    engine e;
    open_empty(&e);
    CHECK_INT(exec(&e, make_life), ORM_OK);
    close_it(&e);
    for (int persistent = 0; persistent < 2; persistent++) {
        bool done = false;
        for (size_t n = 1; n < 500 && !done; n++) {
            struct check_allocator state = { .fail_at = n, .persistent = persistent };
            open_with(&e, server(), check_failing_allocator(&state), (orm_options){ 0 });
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

CHECK_MAIN()

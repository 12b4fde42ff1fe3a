/* A schema as text, and back: what comes back makes the same tables */
#include "evolve.h"
#define ORM_IMPLEMENTATION
#include "dialects/sqlite.h"
#include "check.h"
#include "things.h"
#include "agree.h"

#define Level_VALUES(X) X(low) X(high)
ORM_ENUM(Level)
ORM_BITS(Level)
#define Hall_FIELDS(X)                                                          \
    X(wing,      string(20), primary_key)                                       \
    X(number,    integer, primary_key)                                          \
    X(level,     enumeration(Level), default(Level_high))                       \
    X(seats,     array(integer), nullable)                                      \
    X(extra,     jsonb, nullable)                                               \
    X(address,   inet, nullable)                                                \
    X(rest,      interval)                                                      \
    X(levels,    bits(Level), default(orm_bits(Level, low)))                    \
    X(odd_type,  text, type_sql("VARCHAR(7)"), nullable)                        \
    X(visits,    integer, counter_of(visitors))                                 \
    X(visitors,  has_many(Visitor, (hall_wing, hall_number)))
ORM_MODEL(Hall, halls, comment("a \"hall\"\n?\?/ with ünïts \x01"), was("rooms"))
#define Visitor_FIELDS(X)                                                       \
    X(id,        serial)                                                        \
    X(hall_wing, string(20), nullable)                                          \
    X(hall_number, integer, nullable)                                           \
    X(ratio,     double, default(0.1), between(-1.5, 2.5))                      \
    X(price,     decimal(10, 2))                                                \
    X(token,     uuid, nullable, was("secret"))                                 \
    X(seen,      timestamp, default(INT64_C(5)))                            \
    X(note,      text, default_sql("'none'"), comment("says who"))              \
    X(guide_id,  key(Visitor), nullable, on_delete(set_null), deferrable)         \
    X(hall,      belongs_to(Hall, (hall_wing, hall_number), on_delete(cascade), deferred))
ORM_MODEL(Visitor, visitors, index(desc(price), sql("lower(note)"), where("price > 3")), check(sane, "price <> 7"))
#define Museum_MODELS(X) X(Hall) X(Visitor)
ORM_SCHEMA(Museum)
ORM_DEFINE(Museum)
ORM_DEFINE(Things)

static char *written(const orm_schema *schema, const char *before)
{
    orm_allocator allocator = orm__default_allocator();
    orm__writer w;
    orm__text_begin(&w, &allocator);
    orm__snapshot_write(&w, schema, before);
    return orm__text_end(&w, NULL);
}

static char *made(const orm_schema *schema, orm_arena *arena)
{
    orm_allocator allocator = orm__default_allocator();
    orm__layout layout;
    orm__writer w;
    orm__text_begin(&w, &allocator);
    w.dialect = &orm_sqlite;
    CHECK_INT(orm__layout_for(&orm_sqlite, schema, arena, &layout), ORM_OK);
    for (size_t i = 0; i < layout.n_models; i++) orm__ddl_table(&w, layout.models[i], &layout, orm__default_row(NULL, layout.models[i], arena));
    for (size_t i = 0; i < layout.n_indexes; i++) orm__ddl_index(&w, &layout.indexes[i]);
    for (size_t i = 0; i < layout.n_counters; i++)
        for (unsigned part = 0; part < ORM__COUNTER_PARTS; part++) (void)orm_sqlite.counter(&w, &layout.counters[i], part);
    return orm__text_end(&w, NULL);
}

static void comes_back(const orm_schema *schema)
{
    orm_arena arena = { 0 };
    char why[200] = "", *text_ = written(schema, "-- ");
    const orm_schema *read = orm__snapshot_read(text_, strlen(text_), &arena, why);
    CHECK_TEXT(why, "");
    if (read) {
        char *again = written(read, "-- "), *ours = made(schema, &arena), *theirs = made(read, &arena);
        CHECK_TEXT(again, text_);
        CHECK_TEXT(theirs, ours);
        orm_free_text(again);
        orm_free_text(ours);
        orm_free_text(theirs);
    }
    orm_free_text(text_);
    orm_arena_release(&arena);
}

TEST(every_kind_of_row_comes_back) { comes_back(&Museum_schema); }
TEST(rules_and_odd_names_come_back) { comes_back(&Things_schema); }
TEST(every_rule_that_is_a_check_comes_back) { comes_back(&Agreement_schema); }

TEST(no_models_are_no_lines)
{
    const orm_schema none = { .name = "None" };
    char *text_ = written(&none, "-- "), why[200];
    orm_arena arena = { 0 };
    CHECK_TEXT(text_, "");
    const orm_schema *read = orm__snapshot_read(text_, 0, &arena, why);
    REQUIRE(read != NULL);
    CHECK_INT(read->n_models, 0);
    orm_free_text(text_);
    orm_arena_release(&arena);
}

static void refused(const char *text_, const char *why_wanted)
{
    orm_arena arena = { 0 };
    char why[200] = "";
    CHECK(orm__snapshot_read(text_, strlen(text_), &arena, why) == NULL);
    CHECK_TEXT(why, why_wanted);
    orm_arena_release(&arena);
}

TEST(what_is_no_schema_is_told_with_its_line)
{
    refused("-- hello\n", "line 1: this is no line of a schema");
    refused("-- table \"a\"\n--   \"id\" serial\n--   \"x\" integr\n", "line 3: there is no such type");
    refused("-- table \"a\"\n--   \"x\" integer nulable\n", "line 2: there is no such word");
    refused("-- \"x\" integer\n", "line 1: a column stands before the first table");
    refused("-- table \"a\n\"", "line 1: a text in quotes is missing");
    refused("-- table \"a\"\n--   \"b\" bigint references(\"c\", \"id\")\n", "there is no column c.id to refer to");
    refused("-- table \"a\"\n--   \"b\" enumeration(\"E\")\n", "line 2: there is no such enumeration");
    refused("-- table \"a\"\n--   \"b\" integer default(\"x\")\n", "line 2: the default does not fit the type");
    refused("-- table \"a\"\n--   \"b\" integer\n--   index(\"c\")\n", "there is no column a.c for an index");
    refused("-- table \"a\" more\n", "line 1: something stands behind the end");
}

TEST(no_cut_of_a_schema_is_read_beyond_its_end)
{
    char *text_ = written(&Museum_schema, "-- "), why[200];
    for (size_t n = 0; n <= strlen(text_); n++) {
        char *cut = malloc(n + 1);
        orm_arena arena = { 0 };
        memcpy(cut, text_, n);
        (void)orm__snapshot_read(cut, n, &arena, why);
        orm_arena_release(&arena);
        free(cut);
    }
    orm_free_text(text_);
}

TEST(c_texts_come_back)
{
    static const char *const texts[] = { "", "plain", "a\"b\\c", "?\?/", "\n\t\x7f\x01", "ümlaut \xe2\x80\xae", "line\xe2\x80\xa8" };
    orm_allocator allocator = orm__default_allocator();
    orm_arena arena = { 0 };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        orm__writer w;
        orm__text_begin(&w, &allocator);
        orm__put_c_text(&w, texts[i]);
        char *literal = orm__text_end(&w, NULL);
        const char *at = literal;
        CHECK_TEXT(orm__read_c_text(&at, literal + strlen(literal), &arena), texts[i]);
        CHECK_INT(at - literal, strlen(literal));
        CHECK(strchr(literal, '\n') == NULL && strstr(literal, "?\?") == NULL);
        orm_free_text(literal);
    }
    orm_arena_release(&arena);
}

CHECK_MAIN()

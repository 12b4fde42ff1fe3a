/* >>schema_test: what orm_sync makes of a schema in the words of SQLite, recognises and refuses there; and what the tables refuse by themselves. */
#include "small_sqlite.h"
#include "things.h"
ORM_DEFINE(Things)
ORM_SCHEMA_OF(Few, &Tag_model, &Odd_model);

static orm_db *things(void)
{
    orm_db *db = small_memory();
    if (orm_sync(db, &Things_schema)) orm_perror("things");
    return db;
}

/* runs the statements of a script, one by one; with `wrong` replaced by `by`, once */
static bool run_script(orm_db *db, const char *script, const char *wrong, const char *by)
{
    static char text[20000];
    const char *at = wrong ? strstr(script, wrong) : NULL;
    if (wrong && !at) return printf("%s is not in the script\n", wrong) == 0;
    int length = at ? snprintf(text, sizeof text, "%.*s%s%s", (int)(at - script), script, by, at + strlen(wrong)) : snprintf(text, sizeof text, "%s", script);
    if (length < 0 || (size_t)length >= sizeof text) return false;
    for (char *from = text, *end; (end = strstr(from, ";\n")) != NULL; from = end + 2) {
        *end = 0;
        if (orm__exec(db, from, 0, NULL, NULL, NULL)) return orm_perror(from) == 0;
    }
    return true;
}

/* all the database says of itself, to see that nothing was changed */
static const char *database_sql(orm_db *db, orm_arena *arena)
{
    const char *sql = NULL;
    CHECK_INT(orm_scalar_text(db, arena, &sql, "select group_concat(sql, char(10)) from (select sql from sqlite_master order by name)", orm_no_params), ORM_OK);
    return sql ? sql : "";
}

static size_t ddl_statements(size_t from)
{
    size_t n = 0;
    for (size_t i = 1; i <= small_log.statements - from; i++) n += strncmp(small_sql(i), "create", 6) == 0 || strncmp(small_sql(i), "drop", 4) == 0 || strncmp(small_sql(i), "alter", 5) == 0;
    return n;
}

/* ---- making ---- */

TEST(sync_makes_what_is_missing_and_sends_nothing_the_second_time)
{
    orm_db *db = small_memory();
    orm_arena arena = { 0 };
    size_t before = small_log.statements;
    CHECK_INT(orm_sync(db, &Things_schema), ORM_OK);
    CHECK_INT(ddl_statements(before), 6);
    CHECK_TEXT(small_sql(1), "commit");
    const char *made = database_sql(db, &arena);
    CHECK_CONTAINS(made, "\"it's \"\"quoted\"\"\" TEXT");
    before = small_log.statements;
    CHECK_INT(orm_sync(db, &Things_schema), ORM_OK);
    CHECK_INT(orm_sync(db, &Small_schema), ORM_OK);
    CHECK_INT(ddl_statements(before), 0);
    CHECK_TEXT(database_sql(db, &arena), made);
    orm_arena_release(&arena);
    orm_close(db);
}

TEST(sync_makes_a_missing_index_and_table_beside_rows_that_it_keeps)
{
    orm_db *db = things();
    orm_arena arena = { 0 };
    ORM_NEW(Thing, thing, .name = "a", .code = "abc");
    CHECK_INT(Thing_create(db, &thing), ORM_OK);
    const char *made = database_sql(db, &arena);
    CHECK_INT(orm_exec(db, NULL, "drop index things_big_level", orm_no_params), ORM_OK);
    CHECK_INT(orm_exec(db, NULL, "drop table odd", orm_no_params), ORM_OK);
    CHECK_INT(orm_sync(db, &Things_schema), ORM_OK);
    CHECK_TEXT(database_sql(db, &arena), made);
    int64_t n = 0;
    CHECK_INT(Thing_count(db, NULL, &n), ORM_OK);
    CHECK_INT(n, 1);
    orm_arena_release(&arena);
    orm_close(db);
}

TEST(sync_never_drops_what_is_not_its_own)
{
    orm_db *db = things();
    orm_arena arena = { 0 };
    CHECK_INT(orm_exec(db, NULL, "create table foreigner (a, b)", orm_no_params), ORM_OK);
    CHECK_INT(orm_exec(db, NULL, "alter table things add column extra text", orm_no_params), ORM_OK);
    CHECK_INT(orm_exec(db, NULL, "alter table things add column counted integer not null default 3", orm_no_params), ORM_OK);
    CHECK_INT(orm_exec(db, NULL, "create index by_extra on things (extra)", orm_no_params), ORM_OK);
    CHECK_INT(orm_exec(db, NULL, "create view few as select 1 as one", orm_no_params), ORM_OK);
    CHECK_INT(orm_exec(db, NULL, "create trigger watch after insert on things begin delete from foreigner; end", orm_no_params), ORM_OK);
    const char *before = database_sql(db, &arena);
    CHECK_INT(orm_sync(db, &Things_schema), ORM_OK);
    CHECK_TEXT(database_sql(db, &arena), before);
    ORM_NEW(Thing, thing, .name = "a", .code = "abc");
    CHECK_INT(Thing_create(db, &thing), ORM_OK);          /* and its extra columns are in nobody's way */
    orm_free(Thing_find(db, thing.id));
    CHECK(!orm_failed());
    orm_arena_release(&arena);
    orm_close(db);
}

TEST(the_schema_as_text_makes_the_same_tables)
{
    orm_db *db = things(), *other = small_memory();
    orm_arena arena = { 0 };
    char *sql = orm_schema_sql(db, &Things_schema), *again = orm_schema_sql(other, &Things_schema);
    REQUIRE(sql && again);
    CHECK_TEXT(sql, again);                               /* whatever is in the database */
    CHECK(run_script(other, sql, NULL, NULL));
    CHECK_TEXT(database_sql(other, &arena), database_sql(db, &arena));
    size_t before = small_log.statements;
    CHECK_INT(orm_sync(other, &Things_schema), ORM_OK);
    CHECK_INT(ddl_statements(before), 0);
    orm_free_text(sql);
    orm_free_text(again);
    orm_arena_release(&arena);
    orm_close(db);
    orm_close(other);
}

TEST(a_schema_may_list_models_of_others)
{
    orm_db *db = orm_open("sqlite::memory:");
    CHECK_INT(orm_sync(db, &Few_schema), ORM_OK);
    orm_opt_int64 n;
    CHECK_INT(orm_scalar(db, &n, "select count(*) from sqlite_master where type = 'table' and name in ('tags', 'odd', 'things', 'accounts')", orm_no_params), ORM_OK);
    CHECK_INT(n.value, 2);
    CHECK_INT(orm_sync(db, &Things_schema), ORM_OK);
    orm_close(db);
}

/* ---- differences ---- */

TEST(every_difference_is_refused_by_name_and_nothing_is_changed)
{
    static const struct { const char *ours, *theirs, *field, *rule; } differences[] = {
        { "    \"made\" INTEGER not null,\n", "", "things.made", "column" },
        { "\"nick\" TEXT,", "\"nick\" BLOB,", "things.nick", "type" },
        { "\"medium\" INTEGER,", "\"medium\" REAL,", "things.medium", "type" },
        { "\"name\" TEXT not null,", "\"name\" TEXT,", "things.name", "nullable" },
        { "\"nick\" TEXT,", "\"nick\" TEXT not null,", "things.nick", "nullable" },
        { "default 7,", "default 8,", "things.big", "default" },
        { " default 7,", ",", "things.big", "default" },
        { "\"nick\" TEXT,", "\"nick\" TEXT default 'x',", "things.nick", "default" },
        { "not null unique", "not null", "things.code", "unique" },
        { "references \"things\" (\"id\") on delete set null", "", "things.parent_id", "references" },
        { "on delete set null", "on delete cascade", "things.parent_id", "on_delete" },
        { "on delete set null", "on delete set null on update cascade", "things.parent_id", "on_update" },
        { "references \"things\" (\"id\")", "references \"odd\" (\"id\")", "things.parent_id", "references" },
        { "\"site\" TEXT,", "\"site\" TEXT references tags (code),", "things.site", "references" },
        { "(length(\"name\") <= 5)", "(length(\"name\") <= 6)", "things", "check" },
        { "    constraint \"big_between\" check (\"big\" between 0 and 1000000000000),\n", "", "things", "check" },
        { "check (small < medium)", "check (small <= medium)", "things", "check" },
        { "check (small < medium)", "check (small < medium), check (big <> 3)", "things", "check" },
        { "\"made\" INTEGER not null,", "\"made\" INTEGER not null, needed text not null,", "things.needed", "column" },
        { "\"things\" (\"name\") where flag", "\"things\" (\"name\") where not flag", "things", "index" },
        { "create unique index \"things_name\"", "create index \"things_name\"", "things", "index" },
        { "(\"big\" desc, \"level\")", "(\"big\", \"level\")", "things", "index" },
        { "\"select\" INTEGER not null default 0", "\"select\" INTEGER not null default 1", "odd.select", "default" },
        { "primary key autoincrement,\n    \"name\"", "not null unique,\n    \"name\"", "things.id", "primary_key" },
    };
    for (size_t i = 0; i < sizeof differences / sizeof differences[0]; i++) {
        orm_db *db = small_memory();
        orm_arena arena = { 0 };
        char *sql = orm_schema_sql(db, &Things_schema);
        REQUIRE(sql && run_script(db, sql, differences[i].ours, differences[i].theirs));
        const char *before = database_sql(db, &arena);
        CHECK_INT(orm_sync(db, &Things_schema), ORM_SCHEMA_DIFFERS);
        CHECK(orm_error()->failures.total >= 1);
        CHECK_TEXT(orm_error()->failures.item[0].field, differences[i].field);
        CHECK_TEXT(orm_error()->failures.item[0].rule, differences[i].rule);
        CHECK_CONTAINS(orm_error()->message, orm_error()->failures.item[0].message);
        if (check_failed) printf("    at %s\n", differences[i].theirs);
        CHECK_TEXT(database_sql(db, &arena), before);
        CHECK_TEXT(small_sql(1), "select group_concat(sql, char(10)) from (select sql from sqlite_master order by name)");
        CHECK_TEXT(small_sql(2), "rollback");
        CHECK_INT(orm_attempt(db), 0);
        orm_free_text(sql);
        orm_arena_release(&arena);
        orm_close(db);
    }
}

TEST(all_differences_are_listed_at_once_and_no_missing_table_is_made)
{
    orm_db *db = small_memory();
    CHECK_INT(orm_exec(db, NULL, "create table things (id integer primary key, name text)", orm_no_params), ORM_OK);
    CHECK_INT(orm_sync(db, &Things_schema), ORM_SCHEMA_DIFFERS);
    CHECK(orm_error()->failures.total > ORM_MAX_FAILURES);
    CHECK_INT(orm_error()->failures.count, ORM_MAX_FAILURES);
    CHECK_CONTAINS(orm_error()->message, " differences: ");
    CHECK_CONTAINS(orm_error()->message, "things.name");
    orm_opt_int64 n;
    CHECK_INT(orm_scalar(db, &n, "select count(*) from sqlite_master where name = 'odd'", orm_no_params), ORM_OK);
    CHECK_INT(n.value, 0);
    orm_close(db);
}

TEST(a_schema_that_says_the_same_in_other_words_is_recognised)
{
    static const char *const same[][2] = {
        { "check (small < medium)", "check ( ( small   < medium ) )" }, { "default 7,", "default (7),", }, { "\"nick\" TEXT,", "nick text," },
        { "where flag", "where ( (flag)  )" }, { "create index \"things_big_level\"", "create index another_name" }, { "(length(\"name\") <= 5)", "(length(\"name\") <= 5 /* characters */)" },
        { "create unique index \"things_name\"", "create unique index another_name" }, { "\"made\" INTEGER not null,", "made integer NOT NULL, more text," },
    };
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        orm_db *db = small_memory();
        char *sql = orm_schema_sql(db, &Things_schema);
        REQUIRE(sql && run_script(db, sql, same[i][0], same[i][1]));
        size_t before = small_log.statements;
        CHECK_INT(orm_sync(db, &Things_schema), ORM_OK);
        CHECK_INT(ddl_statements(before), 0);
        if (check_failed) printf("    at %s: %s\n", same[i][1], orm_error()->message);
        orm_free_text(sql);
        orm_close(db);
    }
}

/* ---- what the database keeps by itself ---- */

#define GOOD "insert into things (name, code, made) values ('ok', 'abc', 0)"

TEST(the_database_refuses_what_the_models_forbid)
{
    static const struct { const char *set; orm_status kind; const char *constraint; } bad[] = {
        { "name = null", ORM_NOT_NULL, "" }, { "code = null", ORM_NOT_NULL, "" }, { "big = null", ORM_NOT_NULL, "" }, { "flag = null", ORM_NOT_NULL, "" },
        { "made = null", ORM_NOT_NULL, "" }, { "name = 'sixsix'", ORM_CHECK, "name_size" }, { "name = ''", ORM_CHECK, "name_not_empty" },
        { "name = char(9, 32, 10)", ORM_CHECK, "name_not_empty" }, { "code = 'ab'", ORM_CHECK, "code_size" }, { "code = 'abcd'", ORM_CHECK, "code_size" },
        { "nick = 'x'", ORM_CHECK, "nick_length" }, { "nick = 'fives'", ORM_CHECK, "nick_length" }, { "small = 32768", ORM_CHECK, "small_range" },
        { "small = -6", ORM_CHECK, "small_at_least" }, { "medium = 11", ORM_CHECK, "medium_at_most" }, { "medium = -2147483649", ORM_CHECK, "medium_range" },
        { "big = -1", ORM_CHECK, "big_between" }, { "big = 1000000000001", ORM_CHECK, "big_between" }, { "ratio = 1.0000001", ORM_CHECK, "ratio_between" },
        { "single = -0.1", ORM_CHECK, "single_at_least" }, { "price = 1000000", ORM_CHECK, "price_digits" }, { "price = -101", ORM_CHECK, "price_at_least" },
        { "level = 3", ORM_CHECK, "level_one_of" }, { "kind = 'z'", ORM_CHECK, "kind_one_of" }, { "kind = 'X'", ORM_CHECK, "kind_one_of" },
        { "colour = 'mauve'", ORM_CHECK, "colour_values" }, { "flag = 2", ORM_CHECK, "flag_bool" }, { "small = 5, medium = 4", ORM_CHECK, "small_below_medium" },
        { "parent_id = 77", ORM_FOREIGN_KEY, "" }, { "code = 'twi'", ORM_UNIQUE, "" }, { "name = 'twin', flag = 1", ORM_UNIQUE, "" },
        { "medium = 'ten'", ORM_VALUE_RANGE, "" }, { "medium = 1.5", ORM_VALUE_RANGE, "" }, { "name = x'414243'", ORM_VALUE_RANGE, "" }, { "ratio = 'half'", ORM_VALUE_RANGE, "" },
    };
    orm_db *db = things();
    CHECK_INT(orm_exec(db, NULL, GOOD, orm_no_params), ORM_OK);
    CHECK_INT(orm_exec(db, NULL, "insert into things (name, code, made, flag) values ('twin', 'twi', 0, 1)", orm_no_params), ORM_OK);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char sql[160];
        snprintf(sql, sizeof sql, "update things set %s where id = 1", bad[i].set);
        CHECK_INT(orm__exec(db, sql, 0, NULL, NULL, NULL), bad[i].kind);
        CHECK_TEXT(orm_error()->constraint, bad[i].constraint);
        if (check_failed) printf("    at %s\n", bad[i].set);
    }
    static const char *const fine[] = {
        "name = 'fünfä'", "name = 'twin'", "nick = null", "small = -5", "medium = 10", "big = 1000000000000", "ratio = 1", "single = 0", "price = 999999",
        "price = -100", "level = 5", "kind = 'it''s'", "colour = 'blue'", "flag = 1, name = 'other'", "parent_id = 2", "medium = null, small = 5",
    };
    for (size_t i = 0; i < sizeof fine / sizeof fine[0]; i++) {
        char sql[160];
        snprintf(sql, sizeof sql, "update things set %s where id = 1", fine[i]);
        CHECK_INT(orm__exec(db, sql, 0, NULL, NULL, NULL), ORM_OK);
        if (check_failed) printf("    at %s\n", fine[i]);
    }
    Thing *thing = Thing_find(db, 1);
    REQUIRE(thing);
    CHECK(thing->parent_id.set && thing->parent_id.value == 2);
    CHECK_INT(Thing_destroy_by_key(db, 2), ORM_OK);
    Thing *now = Thing_reload(db, thing);
    CHECK(!now->parent_id.set);                           /* on delete set null */
    orm_free(now);
    orm_free(thing);
    orm_close(db);
}

CHECK_MAIN()

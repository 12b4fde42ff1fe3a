/* Tables of SQLite that are made anew (reliability F66): rows, their numbers, indexes, triggers, views and keys that point in are kept, and what does
   not work any more is told */
#include "orm.h"
#include "dialects/sqlite.h"
#include "check.h"
#include <stdlib.h>
#include <unistd.h>

#define Before_FIELDS(X)                                                          \
    X(code,  string(10), primary_key)                                             \
    X(name,  string(20), indexed)                                                 \
    X(price, decimal(8, 2), default(orm_decimal_make(150, 2)))                    \
    X(gone,  integer, nullable)
ORM_MODEL(Before, things)
#define BeforeNote_FIELDS(X) X(id, serial) X(code, string(10), references(Before, code), on_delete(cascade)) X(body, text)
ORM_MODEL(BeforeNote, notes)
#define Old_MODELS(X) X(Before) X(BeforeNote)
ORM_SCHEMA(Old)
#define After_FIELDS(X)                                                           \
    X(code,  string(10), primary_key)                                             \
    X(name,  string(40), indexed, not_empty)                                      \
    X(price, decimal(10, 4))                                                      \
    X(size,  integer, unique, nullable)
ORM_MODEL(After, things)
#define AfterNote_FIELDS(X) X(id, serial) X(code, string(10), references(After, code), on_delete(cascade)) X(body, text)
ORM_MODEL(AfterNote, notes)
#define New_MODELS(X) X(After) X(AfterNote)
ORM_SCHEMA(New)
ORM_DEFINE(Old)
ORM_DEFINE(New)

static char folder[64];
static orm_db *db;
static void run(const char *sql)
{
    if (orm__exec(db, sql, 0, NULL, NULL, NULL)) {
        printf("%s: %s\n", sql, orm_error()->message);
        check_failed = true;
    }
}
static int64_t number(const char *sql)
{
    orm_opt_int64 n = { 0 };
    CHECK_INT(orm__scalar(db, sql, 0, NULL, ORM_INT64, &n.value, sizeof n.value, &n.set, NULL), ORM_OK);
    return n.value;
}
static orm_status generate(const orm_schema *schema, const char *name, int n)
{
    orm_arena arena = { 0 };
    const char *path = NULL;
    orm_status status = orm_generate(schema, name, &arena, &path, &(orm_generate_options){ .folder = folder, .allow = "a test", .irreversible = "a test", .now = 1767261600000000 + n * INT64_C(1000000) });
    if (status) printf("%s\n", orm_error()->message);
    orm_arena_release(&arena);
    return status;
}
static orm_status up(void) { return orm_migrate(db, &(orm_migrate_options){ .folder = folder }, NULL); }
static orm_status undo(void) { return orm_migrate_undo(db, &(orm_migrate_options){ .folder = folder, .lossy = true }, NULL); }

static void begin(void)
{
    snprintf(folder, sizeof folder, "/tmp/orm_rebuild_XXXXXX");
    CHECK(mkdtemp(folder) != NULL);
    db = orm_open("sqlite::memory:");
    CHECK_INT(generate(&Old_schema, "begin", 0), ORM_OK);
    CHECK_INT(up(), ORM_OK);
    run("insert into things (rowid, code, name, price) values (7, 'a', 'A', 250), (40, 'b', 'B', 300)");
    run("insert into notes (code, body) values ('a', 'one'), ('b', 'two')");
    run("create index by_hand on things (price, name)");
    run("create table seen (code text)");
    run("create trigger watch after update on things begin insert into seen values (new.code); end");
    run("create trigger afar after insert on notes begin update things set name = name where code = new.code; end");
    run("create view cheap as select code, name from things where price < 260");
    CHECK_INT(generate(&New_schema, "change", 1), ORM_OK);
}
static void finish(void)
{
    char command[96];
    orm_close(db);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    CHECK_INT(system(command), 0);
}

static void all_is_there(void)
{
    CHECK_INT(number("select rowid from things where code = 'b'"), 40);
    CHECK_INT(number("select count(*) from sqlite_master where name in ('by_hand', 'watch', 'afar', 'cheap', 'things_name')"), 5);
    CHECK_INT(number("select count(*) from pragma_foreign_key_check"), 0);
    CHECK_INT(number("pragma foreign_keys"), 1);
    CHECK_INT(number("select count(*) from cheap"), 1);
    run("delete from seen");
    run("insert into notes (code, body) values ('a', 'more')");
    CHECK_INT(number("select count(*) from seen"), 1);
    CHECK_INT(orm__exec(db, "insert into notes (code, body) values ('nobody', 'x')", 0, NULL, NULL, NULL), ORM_FOREIGN_KEY);
}

TEST(what_belongs_to_a_table_outlives_its_being_made_anew)
{
    begin();
    all_is_there();
    run("drop view cheap");
    run("create view cheap as select code, name from things where name < 'B'");
    CHECK_INT(up(), ORM_OK);
    if (orm_failed()) printf("%s\n", orm_error()->message);
    all_is_there();
    After *rows = After_find_all(db, &(After_query){ .order = { orm_asc(After_.code) } });
    REQUIRE(rows && orm_len(rows) == 2);
    char price[ORM_DECIMAL_SIZE];
    CHECK_TEXT(orm_decimal_text(rows[0].price, price), "2.5000");
    CHECK_TEXT(rows[1].name, "B");
    orm_free(rows);
    CHECK_INT(undo(), ORM_OK);
    all_is_there();
    CHECK_INT(number("select price from things where code = 'a'"), 250);
    run("delete from things where code = 'b'");
    CHECK_INT(number("select count(*) from notes where code = 'b'"), 0);
    finish();
}

TEST(a_view_or_trigger_that_would_break_stops_the_migration)
{
    begin();
    run("create view leans as select gone from things");
    CHECK(up() != ORM_OK);
    CHECK_CONTAINS(orm_error()->message, "the view leans does not work any more: ");
    CHECK_CONTAINS(orm_error()->message, "gone");
    CHECK_INT(number("select count(*) from pragma_table_info('things') where name = 'gone'"), 1);
    CHECK_INT(number("pragma foreign_keys"), 1);
    run("drop view leans");
    run("create trigger leans after insert on notes begin update things set gone = 1; end");
    CHECK(up() != ORM_OK);
    CHECK_CONTAINS(orm_error()->message, "a trigger of notes does not work any more: ");
    run("drop trigger leans");
    run("create index leans on things (gone)");
    CHECK(up() != ORM_OK);
    CHECK_CONTAINS(orm_error()->message, "the index leans cannot be kept: ");
    run("drop index leans");
    CHECK_INT(up(), ORM_OK);
    finish();
}

TEST(a_column_that_the_migration_does_not_know_stops_it)
{
    begin();
    run("alter table things add column by_hand text");
    CHECK_INT(up(), ORM_SCHEMA_DIFFERS);
    CHECK_CONTAINS(orm_error()->message, "the table things has the column by_hand, which the migration does not know: it would be lost");
    CHECK_INT(number("select count(*) from pragma_table_info('things') where name in ('by_hand', 'gone')"), 2);
    finish();
}

TEST(rows_that_refer_to_nothing_stop_the_migration)
{
    begin();
    run("pragma foreign_keys = off");
    run("insert into notes (code, body) values ('lost', 'x')");
    CHECK_INT(up(), ORM_FOREIGN_KEY);
    CHECK_CONTAINS(orm_error()->message, "a row of notes (rowid 3) refers to a row of things that is not there");
    run("delete from notes where code = 'lost'");
    CHECK_INT(up(), ORM_OK);
    CHECK_INT(number("pragma foreign_keys"), 1);
    finish();
}

TEST(a_value_that_does_not_fit_its_new_type_stops_the_migration)
{
    begin();
    CHECK_INT(up(), ORM_OK);
    run("update things set price = 25001 where code = 'a'");
    CHECK(undo() != ORM_OK);
    CHECK_INT(number("select price from things where code = 'a'"), 25001);
    run("update things set price = 25000 where code = 'a'");
    CHECK_INT(undo(), ORM_OK);
    CHECK_INT(number("select price from things where code = 'a'"), 250);
    finish();
}

CHECK_MAIN()

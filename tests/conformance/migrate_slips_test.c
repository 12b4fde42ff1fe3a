/* What people write into migrations by mistake, and when they run them: each slip is told, none passes for a comment */
#include "engines.h"
#include "helpers.h"
#include "migrations.h"
#include <pthread.h>

static const struct case_setup empty_cases = { NULL, NULL, NULL, NULL };
#define ON_EACH(name)        ON_EACH_OF(name, empty_cases)
#define ON_EACH_SHARED(name) ON_EACH_SHARED_OF(name, empty_cases)
#define FILE_1 "20260101000001_a.sql"

ON_EACH(what_begins_must_end)
{
    refuses(db, FILE_1, "-- up\ncreate table a (id int);\n/* all of this\ncreate table b (id int);\n", ORM_MISUSE, FILE_1 ":3: a comment begins here and does not end");
    refuses(db, FILE_1, "-- up\ncreate table a (id int);\ninsert into a\nvalues ('it''s);\n-- down\ndrop table a;\n", ORM_MISUSE, FILE_1 ":4: a text, a name in quotes or a comment begins here and does not end");
    refuses(db, FILE_1, "-- up\nselect 1;\nselect 'x'';", ORM_MISUSE, FILE_1 ":3: a text, a name in quotes");
    refuses(db, FILE_1, "-- up\nselect \"a;\n", ORM_MISUSE, FILE_1 ":2: a text, a name in quotes");
    refuses(db, FILE_1, "-- up\nselect 1 /* x\n-- down\nselect 1 */;\n", ORM_MISUSE, FILE_1 ":2: a text, a name in quotes or a comment");
    if (case_engine == ON_POSTGRES) refuses(db, FILE_1, "-- up\nselect $x$ ; $y$;\n", ORM_MISUSE, FILE_1 ":2: a text");
    if (case_engine != ON_POSTGRES) refuses(db, FILE_1, "-- up\nselect [a;\n", ORM_MISUSE, FILE_1 ":2: a text");
    CHECK(!table_is_there(db, "a"));
    folder_make();
    put(FILE_1, "-- up\ncreate table a (id int); -- the last line has no end");
    OK(up(db));
    folder_remove();
}

ON_EACH(what_is_nearly_a_line_for_the_runner_is_told)
{
    static const char *const sections[] = { "--up", "-- Up", "-- UP", "--  up", "-- up;", "-- up:", "-- down:", "-- Down sqlite", "-- up sqllite", "-- up postgresql", "-- down postgress", "-- up Postgres", "-- Schema" };
    char text_[200];
    for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++) {
        snprintf(text_, sizeof text_, "-- up\nselect 1;\n%s\ndrop table x;\n", sections[i]);
        refuses(db, FILE_1, text_, ORM_MISUSE, FILE_1 ":3: is this a section? It is written  -- up,  -- down,");
    }
    refuses(db, FILE_1, "-- parnt: none\n-- up\n", ORM_MISUSE, FILE_1 ":1: is this the parent? It is written  -- parent: NAME");
    refuses(db, FILE_1, "--parent: none\n-- up\n", ORM_MISUSE, FILE_1 ":1: is this the parent?");
    refuses(db, FILE_1, "-- alow: drop_table a: why\n-- up\n", ORM_MISUSE, FILE_1 ":1: is this an allowance?");
    refuses(db, FILE_1, "-- Danger: drop_table a: why\n-- up\n", ORM_MISUSE, FILE_1 ":1: is this a danger?");
    refuses(db, FILE_1, "-- ireversible(\"why\")\n-- up\n", ORM_MISUSE, FILE_1 ":1: is this a reason?");
    refuses(db, FILE_1, "-- irreversible: why\n-- up\n", ORM_MISUSE, FILE_1 ":1: is this a reason?");
    refuses(db, FILE_1, "-- no-transaction\n-- up\n", ORM_MISUSE, FILE_1 ":1: is this about transactions? It is written  -- no transaction");
    refuses(db, FILE_1, "-- No transaction\n-- up\n", ORM_MISUSE, FILE_1 ":1: is this about transactions?");
    folder_make();
    put(FILE_1, "-- note: by hand\n-- parents are not needed: nobody follows\n-- up\n-- up to three rows\n-- down the road\n-- schema changes come later\ncreate table a (id int);\n");
    OK(up(db));
    folder_remove();
}

ON_EACH(a_line_for_the_runner_inside_of_a_statement_is_told)
{
    refuses(db, FILE_1, "-- up\ncreate table a (id int)\n-- kept \"a\"\n;\n", ORM_MISUSE, FILE_1 ":3: the statement before this line does not end with ;");
    refuses(db, FILE_1, "-- up\ncreate table a (id int)\n-- unchecked\n;\n", ORM_MISUSE, FILE_1 ":3: the statement before this line does not end with ;");
}

ON_EACH(dangers_are_found_wherever_they_stand)
{
    char text_[4000] = "-- up\nalter table a";
    for (int i = 0; i < 60; i++) snprintf(text_ + strlen(text_), sizeof text_ - strlen(text_), " add column c%d bigint,", i);
    snprintf(text_ + strlen(text_), sizeof text_ - strlen(text_), " drop column last;\n");
    refuses(db, FILE_1, text_, ORM_MISUSE, "dangerous, and not allowed yet: drop_column a.last");
    refuses(db, FILE_1, "-- up\nwith old as (delete from a returning id) insert into b select * from old where id > 1;\n", ORM_MISUSE, "not allowed yet: delete_all a");
    refuses(db, FILE_1, "-- up\ndrop schema if exists mine cascade;\n", ORM_MISUSE, "not allowed yet: drop_schema mine");
    refuses(db, FILE_1, "-- up\nwith x as (delete from a where id = 1 returning id) select 1 from nothing;\n", case_engine == ON_POSTGRES ? ORM_NO_TABLE : ORM_SYNTAX, FILE_1 ":2: statement 1: ");
}

ON_EACH(line_ends_and_marks_are_the_editors_matter)
{
    static const orm_migration unix_[] = { { .name = "20260101000001_a", .sql = "-- up\ncreate table a (id int);\n-- down\ndrop table a;\n" }, { .name = NULL } };
    static const orm_migration windows[] = { { .name = "20260101000001_a", .sql = "\xEF\xBB\xBF-- up\r\ncreate table a (id int);\r\n-- down\r\ndrop table a;\r\n" }, { .name = NULL } };
    OK(orm_migrate(db, &(orm_migrate_options){ .compiled = windows }, NULL));
    OK(orm_migrate(db, &(orm_migrate_options){ .compiled = unix_ }, NULL));
    folder_make();
    put(FILE_1, windows[0].sql);
    OK(up(db));
    OK(undo(db));
    folder_remove();
}

ON_EACH(migrations_do_not_run_inside_of_a_transaction)
{
    const orm_migration none[] = { { .name = NULL } };
    const orm_migrate_options compiled = { .compiled = none };
    orm_tx *tx = orm_begin(db, NULL);
    REQUIRE(tx != NULL);
    CHECK_INT(orm_migrate(db, &compiled, NULL), ORM_MISUSE);
    CHECK_TEXT(orm_error()->message, "migrations run in transactions of their own: not inside of this one");
    CHECK_INT(orm_migrate_undo(db, &compiled, NULL), ORM_MISUSE);
    CHECK_INT(orm_migrate_baseline(db, &compiled, NULL), ORM_MISUSE);
    CHECK_INT(orm_migrate_repair(db, &compiled, NULL), ORM_MISUSE);
    orm_rollback(tx);
    OK(orm_migrate(db, &compiled, NULL));
}

ORM_MIGRATION(20260101000001_breaks) { return orm_exec(db, NULL, "insert into nowhere values (1)", orm_no_params); }
ORM_MIGRATION(20260101000001_says_no) { (void)db; return ORM_MISUSE; }

ON_EACH(a_function_that_fails_is_named)
{
    static const orm_migration breaks[] = { ORM_STEP_FOR_GOOD(20260101000001_breaks), { .name = NULL } }, says_no[] = { ORM_STEP_FOR_GOOD(20260101000001_says_no), { .name = NULL } };
    CHECK_TEXT(orm_status_name(orm_migrate(db, &(orm_migrate_options){ .compiled = breaks }, NULL)), "ORM_NO_TABLE");
    CHECK_CONTAINS(orm_error()->message, "20260101000001_breaks: ");
    CHECK_CONTAINS(orm_error()->message, "nowhere");
    CHECK_INT(orm_migrate(db, &(orm_migrate_options){ .compiled = says_no }, NULL), ORM_MISUSE);
    CHECK_TEXT(orm_error()->message, "20260101000001_says_no: answers ORM_MISUSE");
}

/* ---- two runners, and a statement that has no transaction around it --------------------------------------------------------------------- */
static void *run_up(void *url)
{
    orm_db *db = orm_open((const char *)url);
    size_t done = 0;
    orm_status status = orm_migrate(db, &(orm_migrate_options){ .folder = folder }, &done);
    if (status) printf("%s\n", orm_error()->message);
    orm_close(db);
    return (void *)(uintptr_t)(status ? 100 : done);
}

ON_EACH_SHARED(a_statement_without_a_transaction_runs_once)
{
    pthread_t threads[4];
    uintptr_t total = 0;
    folder_make();
    run(db, "create table a (id bigint)");
    put(FILE_1, case_engine == ON_POSTGRES ? "-- no transaction\n-- up\ncreate index concurrently a_id on a (id);\n" : "-- no transaction\n-- up\ninsert into a values (1);\n");
    for (int i = 0; i < 4; i++) REQUIRE(pthread_create(&threads[i], NULL, run_up, case_url) == 0);
    for (int i = 0; i < 4; i++) {
        void *done = NULL;
        pthread_join(threads[i], &done);
        total += (uintptr_t)done;
    }
    CHECK_INT(total, 1);
    if (case_engine != ON_POSTGRES) CHECK_INT(number(db, "select count(*) from a"), 1);
    folder_remove();
}

ON_EACH_SHARED(an_index_of_no_use_is_not_taken_for_a_good_one)
{
    if (case_engine != ON_POSTGRES) return;
    folder_make();
    run(db, "create table a (id bigint)");
    run(db, "insert into a values (1), (1)");
    put(FILE_1, "-- no transaction\n-- up\ncreate unique index concurrently if not exists a_id on a (id);\n");
    CHECK_INT(up(db), ORM_UNIQUE);
    CHECK_CONTAINS(orm_error()->message, "Left behind, and of no use: a_id");
    OK(orm_migrate_repair(db, &(orm_migrate_options){ .folder = folder }, NULL));
    CHECK_INT(up(db), ORM_SCHEMA_DIFFERS);
    CHECK_CONTAINS(orm_error()->message, "the index a_id is there, but of no use: an earlier try left it behind. Drop it, then repair");
    run(db, "drop index a_id");
    run(db, "delete from a");
    OK(orm_migrate_repair(db, &(orm_migrate_options){ .folder = folder }, NULL));
    OK(up(db));
    folder_remove();
}

CHECK_MAIN()

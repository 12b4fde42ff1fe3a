/* Migrations from files: applied, taken back, refused with their exact answers (reliability: F58 to F64, F67 to F69, S37) */
#include "engines.h"
#include "helpers.h"
#include "migration_folder.h"
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

static const struct case_setup empty_cases = { NULL, NULL, NULL, NULL };
#define ON_EACH(name)        ON_EACH_OF(name, empty_cases)
#define ON_EACH_SHARED(name) ON_EACH_SHARED_OF(name, empty_cases)

/* ---- up and down ------------------------------------------------------------------------------------------------------------------------ */
ON_EACH(files_are_applied_in_order_once_and_taken_back)
{
    size_t done = 9;
    folder_make();
    put_n(1, "create table a (id bigint primary key);", "drop table a;");
    put_n(2, "create table b (id bigint references a (id));\ninsert into a values (1);", "drop table b; delete from a;");
    CHECK_INT(orm_migrate(db, &(orm_migrate_options){ .folder = folder }, &done), ORM_OK);
    CHECK_INT(done, 2);
    CHECK_INT(number(db, "select count(*) from a"), 1);
    CHECK_INT(orm_migrate(db, &(orm_migrate_options){ .folder = folder }, &done), ORM_OK);
    CHECK_INT(done, 0);
    CHECK_INT(orm_migrate_undo(db, &(orm_migrate_options){ .folder = folder }, &done), ORM_OK);
    CHECK_INT(done, 1);
    CHECK(!table_is_there(db, "b"));
    CHECK_INT(number(db, "select count(*) from a"), 0);
    OK(up(db));
    CHECK_INT(orm_migrate_undo(db, &(orm_migrate_options){ .folder = folder, .all = true }, &done), ORM_OK);
    CHECK_INT(done, 2);
    CHECK(!table_is_there(db, "a"));
    CHECK_INT(number(db, "select count(*) from orm_migrations"), 0);
    folder_remove();
}

ON_EACH(a_run_goes_up_to_a_name_and_back_to_one)
{
    size_t done = 0;
    folder_make();
    for (int i = 1; i <= 4; i++) {
        char make[64], drop[64];
        snprintf(make, sizeof make, "create table t%d (id bigint);", i);
        snprintf(drop, sizeof drop, "drop table t%d;", i);
        put_n(i, make, drop);
    }
    CHECK_INT(orm_migrate(db, &(orm_migrate_options){ .folder = folder, .to = "20260101000002" }, &done), ORM_OK);
    CHECK_INT(done, 2);
    CHECK(table_is_there(db, "t2") && !table_is_there(db, "t3"));
    OK(up(db));
    CHECK_INT(orm_migrate_undo(db, &(orm_migrate_options){ .folder = folder, .to = "20260101000001_step1" }, &done), ORM_OK);
    CHECK_INT(done, 3);
    CHECK(table_is_there(db, "t1") && !table_is_there(db, "t2"));
    CHECK_INT(orm_migrate(db, &(orm_migrate_options){ .folder = folder, .to = "2026010100000" }, &done), ORM_MISUSE);
    CHECK_TEXT(orm_error()->message, "4 migrations begin with 2026010100000");
    CHECK_INT(orm_migrate(db, &(orm_migrate_options){ .folder = folder, .to = "nobody" }, &done), ORM_MISUSE);
    CHECK_TEXT(orm_error()->message, "no migration is called nobody");
    folder_remove();
}

ON_EACH(a_failing_statement_undoes_its_whole_migration_and_says_where)        /* F58 */
{
    size_t done = 0;
    char wanted[256];
    folder_make();
    put_n(1, "create table a (id bigint);", "drop table a;");
    put_n(2, "create table b (id bigint);\ninsert into a values (1);\n\ninsert into nowhere values (1);", "drop table b;");
    CHECK(orm_migrate(db, &(orm_migrate_options){ .folder = folder }, &done) != ORM_OK);
    CHECK_INT(done, 1);
    snprintf(wanted, sizeof wanted, "%s/20260101000002_step2.sql:6: statement 3: ", folder);
    CHECK_CONTAINS(orm_error()->message, wanted);
    CHECK_CONTAINS(orm_error()->message, "nowhere");
    CHECK(table_is_there(db, "a") && !table_is_there(db, "b"));
    CHECK_INT(number(db, "select count(*) from a"), 0);
    put_n(2, "create table b (id bigint);", "drop table b;");
    CHECK_INT(orm_migrate(db, &(orm_migrate_options){ .folder = folder }, &done), ORM_OK);
    CHECK_INT(done, 1);
    folder_remove();
}

/* ---- what differs (F63, F68, F69) ----------------------------------------------------------------------------------------------------------- */
ON_EACH(everything_that_differs_is_listed_at_once_and_nothing_is_applied)
{
    folder_make();
    put_n(1, "create table a (id bigint);", "drop table a;");
    put_n(3, "create table c (id bigint);", "drop table c;");
    put_n(5, "create table e (id bigint);", "drop table e;");
    OK(up(db));
    put_n(1, "create table a (id integer);", "drop table a;");
    CHECK_INT(unlink(in_folder("20260101000003_step3.sql")), 0);
    put_n(2, "create table b (id bigint);", "drop table b;");
    put_n(6, "create table f (id bigint);", "drop table f;");
    CHECK_INT(up(db), ORM_MIGRATIONS_DIFFER);
    CHECK_TEXT(orm_error()->message, "3 differences: 20260101000001_step1 is not what was applied; 20260101000002_step2 comes before 20260101000005_step5, which is applied; "
                                     "20260101000003_step3 was applied, but is not here");
    CHECK_INT(orm_error()->failures.total, 3);
    CHECK_TEXT(orm_error()->failures.item[0].rule, "edited");
    CHECK_TEXT(orm_error()->failures.item[1].rule, "late");
    CHECK_TEXT(orm_error()->failures.item[2].rule, "missing");
    CHECK(!table_is_there(db, "f"));
    OK(orm_migrate_repair(db, &(orm_migrate_options){ .folder = folder }, NULL));
    CHECK_INT(up(db), ORM_MIGRATIONS_DIFFER);
    CHECK_INT(orm_error()->failures.total, 1);
    OK(orm_migrate(db, &(orm_migrate_options){ .folder = folder, .late = true }, NULL));
    CHECK(table_is_there(db, "b") && table_is_there(db, "f"));
    folder_remove();
}

ON_EACH(line_ends_and_the_mark_at_the_beginning_do_not_count)
{
    folder_make();
    put("20260101000001_a.sql", "-- up\ncreate table a (id bigint);\n-- down\ndrop table a;\n");
    OK(up(db));
    put("20260101000001_a.sql", "\xEF\xBB\xBF-- up\r\ncreate table a (id bigint);\r\n-- down\r\ndrop table a;\r\n");
    OK(up(db));
    OK(undo(db));
    OK(up(db));
    CHECK(table_is_there(db, "a"));
    folder_remove();
}

ON_EACH(a_program_older_than_the_database_goes_on_only_when_told_to)        /* F69 */
{
    folder_make();
    put_n(1, "create table a (id bigint);", "drop table a;");
    put_n(2, "create table b (id bigint);", "drop table b;");
    OK(up(db));
    CHECK_INT(unlink(in_folder("20260101000002_step2.sql")), 0);
    CHECK_INT(up(db), ORM_MIGRATIONS_DIFFER);
    OK(orm_migrate(db, &(orm_migrate_options){ .folder = folder, .unknown = true }, NULL));
    CHECK_INT(orm_migrate_undo(db, &(orm_migrate_options){ .folder = folder, .unknown = true }, NULL), ORM_MIGRATIONS_DIFFER);
    CHECK_CONTAINS(orm_error()->message, "nobody knows its way back");
    folder_remove();
}

ON_EACH(files_written_apart_are_told_as_a_branch)
{
    folder_make();
    put("20260101000001_a.sql", "-- parent: none\n-- up\ncreate table a (id bigint);\n-- down\ndrop table a;\n-- schema\n");
    put("20260101000002_b.sql", "-- parent: 20260101000001_a\n-- up\ncreate table b (id bigint);\n-- down\ndrop table b;\n-- schema\n");
    put("20260101000003_c.sql", "-- parent: 20260101000001_a\n-- up\ncreate table c (id bigint);\n-- down\ndrop table c;\n-- schema\n");
    CHECK_INT(up(db), ORM_MIGRATIONS_DIFFER);
    CHECK_TEXT(orm_error()->message, "1 difference: 20260101000003_c follows 20260101000001_a, but comes behind 20260101000002_b: generate it anew");
    CHECK_TEXT(orm_error()->failures.item[0].rule, "branch");
    CHECK(!table_is_there(db, "a"));
    folder_remove();
}

/* ---- status, baseline, dry run -------------------------------------------------------------------------------------------------------------- */
ON_EACH(a_status_tells_every_migration_and_makes_nothing)
{
    orm_arena arena = { 0 };
    orm_migration_line *lines = NULL;
    size_t n = 0;
    folder_make();
    put_n(1, "create table a (id bigint);", "drop table a;");
    put_n(2, "create table b (id bigint);", "drop table b;");
    OK(orm_migrate_status(db, &(orm_migrate_options){ .folder = folder }, &arena, &lines, &n));
    CHECK(!table_is_there(db, "orm_migrations"));
    REQUIRE(n == 2);
    CHECK_INT(lines[0].state, ORM_MIGRATION_PENDING);
    CHECK(lines[0].applied_at == ORM_UNSET_TIME);
    OK(orm_migrate(db, &(orm_migrate_options){ .folder = folder, .to = "20260101000001" }, NULL));
    put_n(1, "create table a (id int);", "drop table a;");
    OK(orm_migrate_status(db, &(orm_migrate_options){ .folder = folder }, &arena, &lines, &n));
    REQUIRE(n == 2);
    CHECK_TEXT(lines[0].name, "20260101000001_step1");
    CHECK_INT(lines[0].state, ORM_MIGRATION_EDITED);
    CHECK(lines[0].applied_at > 0);
    CHECK_INT(lines[1].state, ORM_MIGRATION_PENDING);
    CHECK_INT(unlink(in_folder("20260101000001_step1.sql")), 0);
    OK(orm_migrate_status(db, &(orm_migrate_options){ .folder = folder }, &arena, &lines, &n));
    REQUIRE(n == 2);
    CHECK_INT(lines[0].state, ORM_MIGRATION_MISSING);
    orm_arena_release(&arena);
    folder_remove();
}

ON_EACH(a_baseline_notes_without_running)
{
    size_t done = 0;
    folder_make();
    run(db, "create table a (id bigint)");
    put_n(1, "create table a (id bigint);", "drop table a;");
    put_n(2, "create table b (id bigint);", "drop table b;");
    OK(orm_migrate_baseline(db, &(orm_migrate_options){ .folder = folder, .to = "20260101000001" }, &done));
    CHECK_INT(done, 1);
    CHECK_INT(orm_migrate_baseline(db, &(orm_migrate_options){ .folder = folder }, &done), ORM_MISUSE);
    CHECK_CONTAINS(orm_error()->message, "1 migrations are noted as applied already");
    OK(orm_migrate(db, &(orm_migrate_options){ .folder = folder }, &done));
    CHECK_INT(done, 1);
    CHECK(table_is_there(db, "b"));
    folder_remove();
}

static char told[1024];
static void tell(void *context, const orm_migrate_event *event)
{
    size_t n = strlen(told);
    (void)context;
    if (event->sql) snprintf(told + n, sizeof told - n, "%zu/%zu %zu/%zu %s|", event->number, event->count, event->step, event->steps, event->sql);
    else snprintf(told + n, sizeof told - n, "%s|", event->name);
}

ON_EACH(a_dry_run_tells_the_statements_and_sends_none)
{
    folder_make();
    told[0] = 0;
    put_n(1, "create table a (id bigint);\ncreate table b (id bigint); -- the second", "drop table a;");
    OK(orm_migrate(db, &(orm_migrate_options){ .folder = folder, .dry_run = true, .event = tell }, NULL));
    CHECK_TEXT(told, "1/1 1/2 create table a (id bigint)|1/1 2/2 create table b (id bigint)|");
    CHECK(!table_is_there(db, "a") && !table_is_there(db, "orm_migrations"));
    told[0] = 0;
    OK(orm_migrate(db, &(orm_migrate_options){ .folder = folder, .event = tell }, NULL));
    CHECK_TEXT(told, "1/1 1/2 create table a (id bigint)|1/1 2/2 create table b (id bigint)|20260101000001_step1|");
    folder_remove();
}

/* ---- functions ------------------------------------------------------------------------------------------------------------------------------- */
ORM_MIGRATION(20260101000002_fill) { return orm_exec(db, NULL, "insert into a values (7)", orm_no_params); }
ORM_UNDO(20260101000002_fill) { return orm_exec(db, NULL, "delete from a", orm_no_params); }
ORM_MIGRATION(20260101000003_fails)
{
    if (orm_exec(db, NULL, "insert into a values (8)", orm_no_params)) return orm_error()->kind;
    return orm_fail(db, 5, "not today");
}
static const orm_migration with_functions[] = {
    { .name = "20260101000001_a", .sql = "-- up\ncreate table a (id bigint);\n-- down\ndrop table a;\n" }, ORM_STEP(20260101000002_fill), { .name = NULL } };
static const orm_migration with_failure[] = {
    { .name = "20260101000001_a", .sql = "-- up\ncreate table a (id bigint);\n-- down\ndrop table a;\n" }, ORM_STEP(20260101000002_fill), ORM_STEP_FOR_GOOD(20260101000003_fails), { .name = NULL } };

ON_EACH(functions_and_texts_of_the_program_are_migrations)
{
    OK(orm_migrate(db, &(orm_migrate_options){ .compiled = with_functions }, NULL));
    CHECK_INT(number(db, "select sum(id) from a"), 7);
    CHECK_INT(orm_migrate(db, &(orm_migrate_options){ .compiled = with_failure }, NULL), ORM_FAILED);
    CHECK_TEXT(orm_error()->message, "20260101000003_fails: not today");
    CHECK_INT(number(db, "select sum(id) from a"), 7);
    OK(orm_migrate_undo(db, &(orm_migrate_options){ .compiled = with_functions }, NULL));
    CHECK_INT(number(db, "select count(*) from a"), 0);
}

/* ---- no way back, and what is dangerous ------------------------------------------------------------------------------------------------------------ */
ON_EACH(an_irreversible_one_is_taken_back_only_when_loss_is_accepted)
{
    folder_make();
    put("20260101000001_a.sql", "-- irreversible(\"the rows are \\\"gone\\\"\")\n-- up\ncreate table a (id bigint);\n-- down\ndrop table a;\n");
    OK(up(db));
    CHECK_INT(undo(db), ORM_MISUSE);
    CHECK_TEXT(orm_error()->message, "20260101000001_a: is irreversible: the rows are \"gone\"");
    CHECK(table_is_there(db, "a"));
    OK(orm_migrate_undo(db, &(orm_migrate_options){ .folder = folder, .lossy = true }, NULL));
    CHECK(!table_is_there(db, "a"));
    folder_remove();
}

ON_EACH(what_is_dangerous_runs_only_when_it_is_allowed)
{
    char wanted[256];
    folder_make();
    put_n(1, "create table a (id bigint, b bigint);", "drop table a;");
    OK(up(db));
    put_n(2, "delete from a; alter table a drop column b;", "alter table a add column b bigint;");
    CHECK_INT(up(db), ORM_MISUSE);
    snprintf(wanted, sizeof wanted, "%s/20260101000002_step2.sql: dangerous, and not allowed yet: delete_all a, drop_column a.b. Add for each a line  -- allow: KIND NAME: why", folder);
    CHECK_TEXT(orm_error()->message, wanted);
    put("20260101000002_step2.sql", "-- danger: drop_column a.b: its values are gone\n-- allow: drop_column a.b: nobody reads it\n-- allow: delete_all A: a test\n"
                                    "-- up\ndelete from a; alter table a drop column b;\n-- down\n");
    OK(up(db));
    put("20260101000003_step3.sql", "-- danger: narrow a.id: values that do not fit\n-- up\n-- down\n");
    CHECK_INT(up(db), ORM_MISUSE);
    CHECK_CONTAINS(orm_error()->message, "not allowed yet: narrow a.id.");
    folder_remove();
}

/* ---- runners at once, and killed ones (F60, F61) ----------------------------------------------------------------------------------------------------- */
static void many_runners(int n)
{
    folder_make();
    put_n(1, "create table counted (id bigint);", "drop table counted;");
    for (int i = 2; i <= 5; i++) put_n(i, "insert into counted values (1);", "delete from counted where id = 1;");
    for (int i = 0; i < n; i++) {
        if (fork() != 0) continue;
        orm_db *own = orm_open(case_url);
        size_t done = 0;
        orm_status status = own ? orm_migrate(own, &(orm_migrate_options){ .folder = folder }, &done) : orm_error()->kind;
        if (status) fprintf(stderr, "runner %d: %s\n", i, orm_error()->message);
        orm_close(own);
        _exit(status ? 1 : 0);
    }
    for (int i = 0; i < n; i++) {
        int code = 0;
        CHECK(wait(&code) > 0);
        CHECK_INT(code, 0);
    }
    orm_db *db = orm_open(case_url);
    CHECK_INT(number(db, "select count(*) from counted"), 4);
    CHECK_INT(number(db, "select count(*) from orm_migrations"), 5);
    orm_close(db);
    folder_remove();
}
ON_EACH_SHARED(two_runners_at_once_apply_each_migration_once) { (void)db; many_runners(2); }
ON_EACH_SHARED(twenty_runners_at_once_apply_each_migration_once) { (void)db; many_runners(20); }

static size_t killed_at;
static void kill_at(void *context, const orm_migrate_event *event)
{
    (void)context;
    if (event->sql && event->step == killed_at) raise(SIGKILL);
}

ON_EACH_SHARED(a_killed_runner_leaves_a_migration_applied_or_not_at_all)
{
    folder_make();
    put_n(1, "create table a (id bigint);\ninsert into a values (1);\ncreate index a_id on a (id);\ninsert into a values (2);", "drop table a;");
    for (killed_at = 1; killed_at <= 4; killed_at++) {
        int code = 0;
        if (fork() == 0) {
            orm_db *own = orm_open(case_url);
            orm_migrate(own, &(orm_migrate_options){ .folder = folder, .event = kill_at }, NULL);
            _exit(0);
        }
        CHECK(wait(&code) > 0);
        CHECK(WIFSIGNALED(code));
        CHECK(!table_is_there(db, "a"));
    }
    OK(up(db));
    CHECK_INT(number(db, "select count(*) from a"), 2);
    folder_remove();
}

/* ---- outside of a transaction (F64) --------------------------------------------------------------------------------------------------------------------- */
ON_EACH_SHARED(a_statement_without_a_transaction_runs_alone)
{
    bool server = case_engine == ON_POSTGRES;
    const char *alone = server ? "create index concurrently a_id on a (id);" : "vacuum;";
    char text_[512];
    folder_make();
    put_n(1, "create table a (id bigint);", "drop table a;");
    snprintf(text_, sizeof text_, "-- no transaction\n-- up\n%s\n-- down\n%s\n", alone, server ? "drop index concurrently a_id;" : "vacuum;");
    put("20260101000002_alone.sql", text_);
    OK(up(db));
    CHECK_INT(number(db, "select count(*) from orm_migrations where finished"), 2);
    OK(undo(db));
    OK(up(db));
    snprintf(text_, sizeof text_, "-- no transaction\n-- up\n%s\nselect 1;\n-- down\n", alone);
    put("20260101000003_two.sql", text_);
    CHECK_INT(up(db), ORM_MISUSE);
    CHECK_CONTAINS(orm_error()->message, "without a transaction there can be one statement only, and here are 2");
    snprintf(text_, sizeof text_, "-- up\n%s\n-- down\n", server ? "create index concurrently a_other on a (id);" : "vacuum;");
    put("20260101000003_two.sql", text_);
    CHECK(up(db) != ORM_OK);
    CHECK_CONTAINS(orm_error()->message, "transaction");
    folder_remove();
}

ON_EACH_SHARED(an_unfinished_one_stops_everything_until_it_is_repaired)
{
    bool server = case_engine == ON_POSTGRES;
    folder_make();
    put_n(1, "create table a (id bigint);\ninsert into a values (1), (1);", "drop table a;");
    put("20260101000002_alone.sql", server ? "-- no transaction\n-- up\ncreate unique index concurrently a_id on a (id);\n-- down\n" : "-- no transaction\n-- up\ncreate unique index a_id on a (id);\n-- down\n");
    CHECK_INT(up(db), ORM_UNIQUE);
    CHECK_CONTAINS(orm_error()->message, "20260101000002_alone.sql:3: statement 1: ");
    if (server) CHECK_CONTAINS(orm_error()->message, "Left behind, and of no use: a_id");
    CHECK_INT(up(db), ORM_MIGRATIONS_DIFFER);
    CHECK_TEXT(orm_error()->failures.item[0].rule, "unfinished");
    run(db, "delete from a");
    if (server) run(db, "drop index a_id");
    OK(orm_migrate_repair(db, &(orm_migrate_options){ .folder = folder }, NULL));
    OK(up(db));
    folder_remove();
}

/* ---- locks of others (F67) ------------------------------------------------------------------------------------------------------------------------------- */
ON_EACH_SHARED(a_migration_waits_for_locks_only_so_long)
{
    folder_make();
    put_n(1, "create table a (id bigint);", "drop table a;");
    OK(up(db));
    put_n(2, "alter table a add column b bigint;", "");
    orm_db *other = orm_open(case_url, .busy_timeout_ms = 200);
    orm_tx *tx = orm_begin(other, NULL);
    CHECK_INT(orm__exec(other, "insert into a values (1)", 0, NULL, NULL, NULL), ORM_OK);
    orm_db *runner = orm_open(case_url, .busy_timeout_ms = 200);
    orm_status status = orm_migrate(runner, &(orm_migrate_options){ .folder = folder, .wait_ms = 300, .lock_ms = 200 }, NULL);
    CHECK(status == ORM_LOCK_TIMEOUT || status == ORM_BUSY);
    OK(orm_commit(tx));
    OK(orm_migrate(runner, &(orm_migrate_options){ .folder = folder }, NULL));
    orm_close(runner);
    orm_close(other);
    folder_remove();
}

/* ---- the folder as input (S37) ----------------------------------------------------------------------------------------------------------------------------- */
/* such a file is refused, with this in the message */
static void refuses(orm_db *db, const char *name, const char *text_, orm_status kind, const char *message)
{
    folder_make();
    put(name, text_);
    CHECK_TEXT(orm_status_name(up(db)), orm_status_name(kind));
    CHECK_CONTAINS(orm_error()->message, message);
    folder_remove();
}

ON_EACH(a_folder_is_input)
{
    refuses(db, "20240101;drop.sql", "-- up\nselect 1;\n", ORM_MISUSE, "20240101;drop.sql: a migration is called by 8 to 14 digits and words of small letters");
    refuses(db, "notes.sql", "-- up\n", ORM_MISUSE, "notes.sql: a migration is called by");
    refuses(db, "20260101000001_bad.sql", "-- up\n\xC3\x28\n", ORM_BAD_TEXT, "20260101000001_bad.sql: is not valid UTF-8, or holds a NUL");
    refuses(db, "20260101000001_a.sql", "select 1;\n-- up\n", ORM_MISUSE, "20260101000001_a.sql:1: SQL stands before the first section");
    refuses(db, "20260101000001_a.sql", "-- nothing\n", ORM_MISUSE, "there is no section");
    refuses(db, "20260101000001_a.sql", "-- up\n-- up\n", ORM_MISUSE, "20260101000001_a.sql:2: there is such a section already");
    refuses(db, "20260101000001_a.sql", "-- down\n", ORM_MISUSE, "has no section  -- up  for");
    refuses(db, "20260101000001_a.sql", "-- up oracle\nselect 1;\n", ORM_MISUSE, "has no section  -- up  for");
    refuses(db, "20260101000001_a.sql", "-- up\ncreate table a (id int);\n\\! id\n", ORM_MISUSE, "20260101000001_a.sql:3: a line that begins with \\ is a command of psql");
    refuses(db, "20260101000001_a.sql", "-- up\ncommit;\n", ORM_MISUSE, "20260101000001_a.sql:2: a migration runs in a transaction of its own");
    refuses(db, "20260101000001_a.sql", "-- allow: drop_table\n-- up\n", ORM_MISUSE, "20260101000001_a.sql:1: an allowance is written");
    refuses(db, "20260101000001_a.sql", "-- irreversible(reason)\n-- up\n", ORM_MISUSE, "20260101000001_a.sql:1: a reason is missing");
    CHECK_INT(orm_migrate(db, &(orm_migrate_options){ .folder = "/nonexistent/folder" }, NULL), ORM_IO);
    CHECK_CONTAINS(orm_error()->message, "/nonexistent/folder: cannot be opened");
    folder_make();
    put("20260101000001_a.sql", "-- up\n");
    put("20260101000001_b.sql", "-- up\n");
    CHECK_INT(up(db), ORM_MISUSE);
    CHECK_TEXT(orm_error()->message, "20260101000001_a and 20260101000001_b have one number: give one of them a later one");
    CHECK_INT(unlink(in_folder("20260101000001_b.sql")), 0);
    put("README.txt", "not a migration");
    CHECK_INT(symlink("20260101000001_a.sql", in_folder("20260101000002_link.sql")), 0);
    CHECK_INT(up(db), ORM_IO);
    CHECK_CONTAINS(orm_error()->message, "20260101000002_link.sql: is a link, which is not followed");
    CHECK_INT(unlink(in_folder("20260101000002_link.sql")), 0);
    int big = open(in_folder("20260101000002_big.sql"), O_WRONLY | O_CREAT, 0600);
    CHECK_INT(ftruncate(big, 1 << 30), 0);
    close(big);
    CHECK_INT(up(db), ORM_IO);
    CHECK_CONTAINS(orm_error()->message, "is larger than 16 MB");
    CHECK_INT(unlink(in_folder("20260101000002_big.sql")), 0);
    OK(up(db));
    folder_remove();
}

CHECK_MAIN()

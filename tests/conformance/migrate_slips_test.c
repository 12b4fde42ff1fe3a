/* Slips in files of migrations and in the use of the runner: nothing is overlooked, nothing runs twice (reliability: F58 to F64, S37) */
#include "engines.h"
#include "helpers.h"
#include "migration_folder.h"
#include <pthread.h>
#include <sys/wait.h>

static const struct case_setup empty_cases = { NULL, NULL, NULL, NULL };
#define ON_EACH(name)        ON_EACH_OF(name, empty_cases)
#define ON_EACH_SHARED(name) ON_EACH_SHARED_OF(name, empty_cases)

/* ---- the text of a file ----------------------------------------------------------------------------------------------------------------- */
/* up is refused with this line and these words, and nothing has run */
static void refuses(orm_db *db, const char *text_, unsigned line, const char *why)
{
    char wanted[400];
    folder_make();
    put("20260101000001_first.sql", "-- up\ncreate table ran (id bigint);\n-- down\ndrop table ran;\n");
    put("20260101000002_slip.sql", text_);
    CHECK_TEXT(orm_status_name(up(db)), orm_status_name(ORM_MISUSE));
    snprintf(wanted, sizeof wanted, "%s/20260101000002_slip.sql:%u: %s", folder, line, why);
    CHECK_CONTAINS(orm_error()->message, wanted);
    CHECK(!table_is_there(db, "ran"));
    folder_remove();
}

ON_EACH(what_is_open_at_the_end_of_a_section_is_refused_where_it_begins)
{
    refuses(db, "-- up\ncreate table a (id bigint);\n/* the rest\ncreate table b (id bigint);\n-- down\ndrop table a;\n", 3, "a comment that begins here does not end");
    refuses(db, "-- up\ncreate table a (id bigint);\n/* the rest\n-- down\ndrop table a; /* this */\n", 3, "a comment that begins here does not end");
    refuses(db, "-- up\ncreate table a (id text default 'x);\ncreate table b (id bigint);\n", 2, "a text in quotes that begins here does not end");
    refuses(db, "-- up\ncreate table a (id text);\ninsert into a values (\n'\n-- down\n');\n", 4, "a text in quotes that begins here does not end");
    refuses(db, "-- up\ncreate table \"a (id text);\n", 2, "a name in quotes that begins here does not end");
    if (case_engine == ON_POSTGRES) refuses(db, "-- up\n\ndo $a$ begin end $b$;\n-- down\n", 3, "a text in $...$ that begins here does not end");
}

ON_EACH(what_is_nearly_a_line_for_the_runner_is_refused)
{
    refuses(db, "--up\ncreate table a (id bigint);\n", 1, "is nearly the beginning of a section, which is written  -- up");
    refuses(db, "-- up\ncreate table a (id bigint);\n-- Down\ndrop table a;\n", 3, "is nearly the beginning of a section, which is written  -- down");
    refuses(db, "-- up\ncreate table a (id bigint);\n-- down:\ndrop table a;\n", 3, "is nearly the beginning of a section, which is written  -- down");
    refuses(db, "-- up\ncreate table a (id bigint);\n\n-- up sqllite\ncreate table a (id bigint);\n", 4, "no engine is called sqllite, did you mean sqlite?");
    refuses(db, "-- up\ncreate table a (id bigint);\n-- down postgress\ndrop table a;\n", 3, "no engine is called postgress, did you mean postgres?");
    refuses(db, "-- a\n-- no-transaction\n-- up\ncreate table a (id bigint);\n", 2, "is nearly a line of the head, which is written  -- no transaction");
    refuses(db, "-- irreversible(reason)\n-- up\n", 1, "a reason is missing: irreversible(\"...\")");
    refuses(db, "-- irreversible: the rows are gone\n-- up\n", 1, "is nearly a line of the head, which is written  -- irreversible(\"why\")");
    refuses(db, "-- parnt: 20260101000001_first\n-- up\n", 1, "is nearly a line of the head, which is written  -- parent: NAME");
    refuses(db, "-- up\n-- no transaction\ncreate table a (id bigint);\n", 2, "-- no transaction  stands in the head, before the first section");
    refuses(db, "-- up\n-- allow: drop_table ran: a test\ndrop table ran;\n", 2, "-- allow: KIND NAME: why  stands in the head, before the first section");
    refuses(db, "-- unchecked\n-- up\ncreate table a (id bigint);\n", 1, "speaks to the runner about statements: it stands in a section");
    refuses(db, "-- up\ncreate table a (id bigint)\n-- unchecked\n", 3, "speaks to the runner, and stands inside of a statement: does a ; miss before it?");
    refuses(db, "-- up\ncreate table a (id bigint);\n-- schema\n-- table \"a\"\n\n-- down\ndrop table a;\n", 6, "a section stands behind the schema, which is the last one");
    refuses(db, "-- up\ncreate table a (id bigint);\n-- schema\ndrop table a;\n", 4, "SQL stands behind the schema, where nothing runs");
}

ON_EACH(keep_and_kept_come_in_pairs)
{
    if (case_engine == ON_POSTGRES) return;        /* has no use for them, and says so */
    refuses(db, "-- up\n-- keep \"a\"\ndrop table a;\n", 2, "the line  -- kept  of this table is missing");
    refuses(db, "-- up\n-- kept \"a\"\n", 2, "each keep has its kept, of the same table, before the next");
    refuses(db, "-- up\n-- keep \"a\"\n-- kept \"b\"\n", 3, "each keep has its kept");
    refuses(db, "-- up\n-- keep \"a\"\n-- keep \"b\"\n-- kept \"b\"\n-- kept \"a\"\n", 3, "each keep has its kept");
}

ON_EACH(comments_stay_comments)
{
    folder_make();
    put("20260101000001_a.sql", "-- 20260101000001_a\n-- author: somebody, who says: up and down we go\n-- allowed words: any\n-- up\n-- down here is a comment, as it has more words\n-- update nothing\n"
                                "create table a (id text); -- up\ninsert into a values (' -- down ');\n/* once\n   upon a time */\n-- up here, too\n-- down\n-- (the way back)\ndrop table a;\n");
    OK(up(db));
    CHECK_INT(number(db, "select count(*) from a where id = ' -- down '"), 1);
    OK(undo(db));
    CHECK(!table_is_there(db, "a"));
    folder_remove();
}

/* ---- what is dangerous ------------------------------------------------------------------------------------------------------------------------------ */
/* the way up is refused for these dangers, or runs when there are none */
static void dangers(orm_db *db, const char *sql, const char *list)
{
    char text_[8192], wanted[300];
    folder_make();
    snprintf(text_, sizeof text_, "-- up\n%s\n-- down\n", sql);
    put("20260101000009_danger.sql", text_);
    orm_status status = orm_migrate(db, &(orm_migrate_options){ .folder = folder, .dry_run = true }, NULL);
    CHECK_TEXT(orm_status_name(status), orm_status_name(list[0] ? ORM_MISUSE : ORM_OK));
    snprintf(wanted, sizeof wanted, "not allowed yet: %s. Add", list);
    if (list[0]) CHECK_CONTAINS(orm_error()->message, wanted);
    else if (status) printf("%s\n", orm_error()->message);
    folder_remove();
}

ON_EACH(dangers_are_seen_wherever_they_stand)
{
    char many[4096] = "alter table a add column c0 bigint";
    for (int i = 1; i < 60; i++) snprintf(many + strlen(many), sizeof many - strlen(many), ", add column c%d bigint", i);
    strcat(many, ", drop column gone;");
    dangers(db, many, "drop_column a.gone");
    strcpy(many, "create table t0 (id bigint);");
    for (int i = 1; i < 70; i++) snprintf(many + strlen(many), sizeof many - strlen(many), "create table t%d (id bigint);", i);
    strcat(many, "create index t69_id on t69 (id);");
    dangers(db, many, "");
    dangers(db, "drop schema s;", "drop_schema s");
    dangers(db, "drop schema if exists s, \"T\" cascade;", "drop_schema s, drop_schema T");
    dangers(db, "truncate table a, b;", "delete_all a, delete_all b");
    dangers(db, "with old as (select 1) delete from a;", "delete_all a");
    dangers(db, "with gone as (delete from a returning id) insert into b select id from gone where id > 1;", "delete_all a");
    dangers(db, "with gone as (delete from a where id in (select id from b) returning id), rest as (select id from gone) delete from s.b where id in (select id from rest);", "");
    dangers(db, "delete from a where id = 1;", "");
    dangers(db, "delete from a using (select id from b where id = 1) c;", "delete_all a");
    dangers(db, "create trigger t after insert on a begin delete from b; end;", "");
}

/* ---- line ends (S37) ---------------------------------------------------------------------------------------------------------------------------- */
#define PLAIN  "-- parent: none\n-- danger: delete_all a: nothing is in it\n-- allow: delete_all a: a test\n-- up\ncreate table a (id text);\ndelete from a;\ninsert into a values ('one\ntwo');\n-- down\ndrop table a;\n-- schema\n-- table \"a\"\n--   \"id\" text\n"
#define EDITED "\xEF\xBB\xBF-- parent: none\r\n-- danger: delete_all a: nothing is in it\r\n-- allow: delete_all a: a test\r\n-- up\r\ncreate table a (id text);\r\ndelete from a;\r\ninsert into a values ('one\r\ntwo');\r\n-- down\r\ndrop table a;\r\n-- schema\r\n-- table \"a\"\r\n--   \"id\" text\r\n"
static const orm_migration compiled_plain[] = { { .name = "20260101000001_a", .sql = PLAIN }, { .name = NULL } };
static const orm_migration compiled_edited[] = { { .name = "20260101000001_a", .sql = EDITED }, { .name = NULL } };

ON_EACH(what_an_editor_makes_of_line_ends_is_no_difference_wherever_the_text_is)
{
    folder_make();
    put("20260101000001_a.sql", EDITED);
    OK(up(db));
    CHECK_INT(number(db, "select length(id) from a"), 7);
    OK(orm_migrate(db, &(orm_migrate_options){ .compiled = compiled_plain }, NULL));
    OK(orm_migrate(db, &(orm_migrate_options){ .compiled = compiled_edited }, NULL));
    OK(orm_migrate(db, &(orm_migrate_options){ .folder = folder, .compiled = compiled_plain }, NULL));
    OK(orm_migrate(db, &(orm_migrate_options){ .folder = "", .compiled = compiled_plain }, NULL));
    OK(orm_migrate_undo(db, &(orm_migrate_options){ .compiled = compiled_edited }, NULL));
    OK(orm_migrate(db, &(orm_migrate_options){ .compiled = compiled_edited }, NULL));
    CHECK_INT(number(db, "select length(id) from a"), 7);
    put("20260101000001_a.sql", PLAIN);
    OK(up(db));
    folder_remove();
}

/* ---- the end ------------------------------------------------------------------------------------------------------------------------------------ */
ON_EACH(a_commit_that_fails_names_its_migration)
{
    folder_make();
    put_n(1, "create table owners (id integer primary key);", "drop table owners;");
    put_n(2, "create table owned (owner_id integer references owners (id) deferrable initially deferred);\ninsert into owned values (7);", "drop table owned;");
    CHECK_TEXT(orm_status_name(up(db)), "ORM_FOREIGN_KEY");
    CHECK_CONTAINS(orm_error()->message, "20260101000002_step2: ");
    CHECK(table_is_there(db, "owners"));
    CHECK(!table_is_there(db, "owned"));
    folder_remove();
}
CHECK_MAIN()

/* When and how often migrations run: alone, once, named when they fail */
#include "engines.h"
#include "helpers.h"
#include "migration_folder.h"
#include <pthread.h>

static const struct case_setup empty_cases = { NULL, NULL, NULL, NULL };
#define ON_EACH(name)        ON_EACH_OF(name, empty_cases)
#define ON_EACH_SHARED(name) ON_EACH_SHARED_OF(name, empty_cases)
#define FILE_1 "20260101000001_a.sql"

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

/* another runner claims the second migration while this one is at the first, and is killed */
static orm_db *other;
static void claim(void *context, const orm_migrate_event *event)
{
    (void)context;
    if (event->number == 1 && !event->sql) run(other, "insert into orm_migrations (name, checksum, applied_at, microseconds, finished) select '20260101000002_b', checksum, applied_at, 0, finished from orm_migrations"),
                                           run(other, case_engine == ON_POSTGRES ? "update orm_migrations set finished = false where name like '%_b'" : "update orm_migrations set finished = 0 where name like '%_b'");
}

ON_EACH_SHARED(nothing_runs_behind_what_another_runner_left_unfinished)
{
    folder_make();
    run(db, "create table a (id bigint)");
    put("20260101000001_a.sql", "-- up\ninsert into a values (1);\n");
    put("20260101000002_b.sql", case_engine == ON_POSTGRES ? "-- no transaction\n-- up\ncreate index concurrently a_id on a (id);\n" : "-- no transaction\n-- up\ninsert into a values (2);\n");
    put("20260101000003_c.sql", "-- up\ninsert into a values (3);\n");
    other = case_open(.busy_timeout_ms = 2000);
    CHECK_INT(orm_migrate(db, &(orm_migrate_options){ .folder = folder, .wait_ms = 100, .event = claim }, NULL), ORM_LOCK_TIMEOUT);
    CHECK_TEXT(orm_error()->message, "20260101000002_b was begun by another runner, and did not end in time");
    CHECK_INT(number(db, "select count(*) from a"), 1);
    CHECK_INT(number(db, "select count(*) from orm_migrations"), 2);
    orm_close(other);
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

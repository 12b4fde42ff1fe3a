/* Tables changed by calls, with frozen models: what a hand-written step of a history does */
#define ORM_DESTRUCTIVE
#include "engines.h"
#include "helpers.h"

/* the table at several points of its history */
#define A1_FIELDS(X) X(id, serial) X(name, string(20)) X(code, integer, nullable)
ORM_MODEL(A1, accounts)
#define A2_FIELDS(X) X(id, serial) X(name, string(20)) X(code, integer, nullable) X(age, integer, nullable, at_least(0), indexed)
ORM_MODEL(A2, accounts)
#define A3_FIELDS(X) X(id, serial) X(title, string(20)) X(code, integer, nullable) X(age, integer, nullable, at_least(0), indexed)
ORM_MODEL(A3, accounts)
#define A3b_FIELDS(X) X(id, serial) X(title, string(90), not_empty) X(code, integer, nullable) X(age, integer, nullable, at_least(0), indexed)
ORM_MODEL(A3b, accounts)
#define A4_FIELDS(X) X(id, serial) X(title, string(90), not_empty) X(code, integer, default(5), unique) X(age, integer, nullable, at_least(0), indexed)
ORM_MODEL(A4, accounts)
#define Child1_FIELDS(X) X(id, serial) X(account_id, bigint, nullable)
ORM_MODEL(Child1, children)
#define Child2_FIELDS(X) X(id, serial) X(account_id, bigint, nullable, references(A1, id), on_delete(cascade))
ORM_MODEL(Child2, children)
#define People_FIELDS(X) X(id, serial) X(name, string(20)) X(code, integer, nullable)
ORM_MODEL(People, people)
#define All_MODELS(X) X(A1) X(A2) X(A3) X(A3b) X(A4) X(Child1) X(Child2) X(People)
ORM_SCHEMA(All)
ORM_DEFINE(All)
ORM_SCHEMA_OF(Only1, &A1_model);
ORM_SCHEMA_OF(Only2, &A2_model);
ORM_SCHEMA_OF(Only3, &A3_model);
ORM_SCHEMA_OF(Only4, &A4_model);
ORM_SCHEMA_OF(With1, &A1_model, &Child1_model);
ORM_SCHEMA_OF(With2, &A1_model, &Child2_model);
ORM_SCHEMA_OF(OnlyPeople, &People_model);

static const struct case_setup empty_cases = { NULL, NULL, NULL, NULL };
#define ON_EACH(name) ON_EACH_OF(name, empty_cases)
static int64_t number(orm_db *db, const char *sql)
{
    orm_opt_int64 n = { 0 };
    CHECK_INT(orm__scalar(db, sql, 0, NULL, ORM_INT64, &n.value, sizeof n.value, &n.set, NULL), ORM_OK);
    return n.value;
}
static void two_accounts(orm_db *db)
{
    OK(orm_create_table(db, &A1_model));
    ORM_NEW(A1, a, .name = "Ada", .code = orm_int32(7));
    ORM_NEW(A1, b, .name = "Bob", .code = orm_int32(8));
    OK(A1_create(db, &a));
    OK(A1_create(db, &b));
}

ON_EACH(a_column_is_added_renamed_altered_and_dropped)
{
    const char *name = case_engine == ON_MEMORY ? ":memory:" : case_engine == ON_FILE ? "case.db" : getenv("ORM_POSTGRES") ? strstr(getenv("ORM_POSTGRES"), "dbname=") + 7 : "";
    char database[64];
    snprintf(database, sizeof database, "%.*s", (int)strcspn(name, " "), name);
    two_accounts(db);
    OK(orm_sync(db, &Only1_schema));
    OK(orm_add_column(db, A2_.age));
    OK(orm_sync(db, &Only2_schema));
    OK(orm_rename_column(db, A2_.name, A3_.title));
    OK(orm_sync(db, &Only3_schema));
    OK(orm_alter_column(db, A3_.title, A4_.title));
    if (case_engine != ON_POSTGRES) CHECK_INT(orm_alter_column(db, A3_.code, A4_.code), ORM_SCHEMA_DIFFERS);      /* A3 is history */
    OK(orm_alter_column(db, A3b_.code, A4_.code));
    OK(orm_sync(db, &Only4_schema));
    CHECK_INT(number(db, "select count(*) from accounts where title in ('Ada', 'Bob') and code in (7, 8)"), 2);
    OK(orm_drop_column(db, A4_.age, database));
    CHECK_INT(orm_sync(db, &Only4_schema), ORM_SCHEMA_DIFFERS);
    CHECK_CONTAINS(orm_error()->message, "accounts.age is missing");
    CHECK_INT(orm_drop_column(db, A4_.code, "production"), ORM_MISUSE);
    CHECK_CONTAINS(orm_error()->message, "and the call names \"production\"");
    CHECK_INT(orm_drop_table(db, &A4_model, "production"), ORM_MISUSE);
    OK(orm_drop_table(db, &A4_model, database));
    orm_arena arena = { 0 };
    const char *const *names;
    size_t n = 9;
    OK(orm_list_tables(db, true, &arena, &names, &n));
    CHECK_INT(n, 0);
    orm_arena_release(&arena);
}

ON_EACH(keys_indexes_and_checks_come_and_go)
{
    two_accounts(db);
    OK(orm_create_table(db, &Child1_model));
    OK(orm_sync(db, &With1_schema));
    OK(orm_add_foreign_key(db, Child2_.account_id));
    OK(orm_sync(db, &With2_schema));
    OK(orm_drop_foreign_key(db, Child2_.account_id));
    OK(orm_sync(db, &With1_schema));
    OK(orm_add_unique(db, A1_.code));
    CHECK_INT(orm_exec(db, NULL, "insert into accounts (name, code) values ('x', 7)", orm_no_params), ORM_UNIQUE);
    OK(orm_drop_unique(db, A1_.code));
    OK(orm_exec(db, NULL, "insert into accounts (name, code) values ('x', 7)", orm_no_params));
    CHECK_INT(orm_add_unique(db, A1_.code), ORM_UNIQUE);
    OK(orm_add_index(db, A1_.name, A1_.code));
    CHECK(orm_add_index(db, A1_.name, A1_.code) != ORM_OK);
    OK(orm_drop_index(db, A1_.name, A1_.code));
    OK(orm_add_unique_index(db, A1_.name));
    CHECK_INT(orm_exec(db, NULL, "insert into accounts (name) values ('x')", orm_no_params), ORM_UNIQUE);
    OK(orm_add_check(db, &A1_model, "small", "code < 100"));
    CHECK_INT(orm_exec(db, NULL, "insert into accounts (name, code) values ('y', 100)", orm_no_params), ORM_CHECK);
    OK(orm_drop_check(db, &A1_model, "small", "code < 100"));
    OK(orm_exec(db, NULL, "insert into accounts (name, code) values ('y', 100)", orm_no_params));
    CHECK_INT(orm_add_foreign_key(db, A1_.code), ORM_MISUSE);
    CHECK_TEXT(orm_error()->message, "A1.code refers to no other column");
    CHECK_INT(orm_alter_column(db, A2_.name, A3_.title), ORM_MISUSE);
}

ON_EACH(a_table_is_renamed_and_described)
{
    orm_arena arena = { 0 };
    orm_found_table table;
    const char *const *names;
    size_t n = 0;
    two_accounts(db);
    OK(orm_rename_table(db, &A1_model, "people"));
    OK(orm_sync(db, &OnlyPeople_schema));
    OK(orm_list_tables(db, false, &arena, &names, &n));
    REQUIRE(n == 1);
    CHECK_TEXT(names[0], "people");
    OK(orm_describe_table(db, "people", &arena, &table));
    CHECK_INT(table.n_columns, 3);
    CHECK_TEXT(table.columns[1].name, "name");
    CHECK(!table.columns[1].nullable);
    CHECK_INT(orm_describe_table(db, "accounts", &arena, &table), ORM_NO_TABLE);
    orm_arena_release(&arena);
}

ON_EACH(versions_of_models_change_their_tables_at_once)
{
    two_accounts(db);
    OK(orm_change_tables(db, &Only1_schema, &Only2_schema));
    OK(orm_sync(db, &Only2_schema));
    CHECK_INT(orm_change_tables(db, &Only2_schema, &Only1_schema), ORM_MISUSE);
    CHECK_TEXT(orm_error()->message, "data would be lost for good: drop_column accounts.age. orm_change_tables_force, which names the database, does that");
    CHECK_INT(orm_change_tables_force(db, &Only2_schema, &Only1_schema, "production"), ORM_MISUSE);
    CHECK_CONTAINS(orm_error()->message, "and the call names \"production\"");
    OK(orm_sync(db, &Only2_schema));
    OK(orm_change_tables_force(db, &Only2_schema, &Only1_schema, case_database()));
    OK(orm_sync(db, &Only1_schema));
    CHECK_INT(number(db, "select count(*) from accounts"), 2);
}

ON_EACH(a_step_that_would_lose_what_the_model_does_not_know_is_refused)
{
    two_accounts(db);
    OK(orm_exec(db, NULL, "alter table accounts add column kept integer", orm_no_params));
    orm_status status = orm_alter_column(db, A1_.name, A4_.title);
    (void)status;
    if (case_engine != ON_POSTGRES) {
        status = orm_add_unique(db, A1_.code);
        CHECK_INT(status, ORM_SCHEMA_DIFFERS);
        CHECK_CONTAINS(orm_error()->message, "the table accounts has the column kept, which its model does not have: it would be lost");
    }
    CHECK_INT(number(db, "select count(*) from accounts where kept is null"), 2);
}

/* ---- in a migration's function --------------------------------------------------------------------------------------------------------------- */
ORM_MIGRATION(20260101000001_begin) { return orm_create_table(db, &A1_model); }
ORM_UNDO(20260101000001_begin) { return orm_exec(db, NULL, "drop table accounts", orm_no_params); }
ORM_MIGRATION(20260101000002_grow)
{
    if (orm_add_column(db, A2_.age) || orm_rename_column(db, A2_.name, A3_.title)) return orm_error()->kind;
    return orm_alter_column(db, A3_.title, A4_.title);
}
ORM_UNDO(20260101000002_grow)
{
    if (orm_alter_column(db, A3b_.title, A3_.title) || orm_rename_column(db, A3_.title, A2_.name)) return orm_error()->kind;
    return orm_change_tables_force(db, &Only2_schema, &Only1_schema, case_database());
}
static const orm_migration history[] = { ORM_STEP(20260101000001_begin), ORM_STEP_OF_TABLES(20260101000002_grow), { .name = NULL } };
static const orm_migration careless[] = { ORM_STEP(20260101000001_begin), ORM_STEP(20260101000002_grow), { .name = NULL } };

ON_EACH(steps_stand_in_functions_of_migrations)
{
    OK(orm_migrate(db, &(orm_migrate_options){ .compiled = careless, .to = "20260101000001" }, NULL));
    orm_status status = orm_migrate(db, &(orm_migrate_options){ .compiled = careless }, NULL);
    if (case_engine == ON_POSTGRES) {
        CHECK_INT(status, ORM_OK);
    } else {
        CHECK_INT(status, ORM_MISUSE);
        CHECK_CONTAINS(orm_error()->message, "begin the transaction around it with .unchecked = true");
        OK(orm_migrate(db, &(orm_migrate_options){ .compiled = history }, NULL));
    }
    CHECK_INT(number(db, "select count(*) from accounts where title is null"), 0);
    OK(orm_migrate_undo(db, &(orm_migrate_options){ .compiled = history }, NULL));
    OK(orm_sync(db, &Only1_schema));
}

CHECK_MAIN()

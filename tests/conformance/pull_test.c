/* The models that are read from a database: what of it they say, and what they list as left out. That they compile is tests/compile/pull.sh's. */
#include "engines.h"
#include "helpers.h"

#define Ship_FIELDS(X) X(id, serial) X(name, string(30), unique)
ORM_MODEL(Ship, ships)
#define Ships_MODELS(X) X(Ship)
ORM_SCHEMA(Ships)
ORM_DEFINE(Ships)

static const struct case_setup ship_cases = { &Ships_schema, NULL, NULL, NULL };
#define ON_EACH(name) ON_EACH_OF(name, ship_cases)
static void run(orm_db *db, const char *sql) { CHECK_INT(orm__exec(db, sql, 0, NULL, NULL, NULL), ORM_OK); }

static const char *pull(orm_db *db, orm_arena *arena, const orm_pull_options *options)
{
    const char *text = NULL;
    OK(orm_pull(db, options, arena, &text));
    return text ? text : "";
}

static void lacks(const char *text, const char *what)
{
    if (strstr(text, what)) CHECK_TEXT(text, what);
}

ON_EACH(a_table_is_a_model)
{
    orm_arena arena = { 0 };
    CHECK_CONTAINS(pull(db, &arena, &(orm_pull_options){ .name = "Fleet" }), "#define Ship_FIELDS(X) \\\n    X(id, serial) \\\n    X(name, string(30), unique)\nORM_MODEL(Ship, ships)\n\n"
                                                                            "#define Fleet_MODELS(X) X(Ship)\nORM_SCHEMA(Fleet)\n#endif\n");
    OK(orm_migrate(db, &(orm_migrate_options){ .compiled = &(orm_migration){ .name = NULL } }, NULL));
    lacks(pull(db, &arena, NULL), "orm_migrations");
    orm_arena_release(&arena);
}

ON_EACH(only_what_is_asked_for_is_read)
{
    orm_arena arena = { 0 };
    run(db, "create table crews (id bigint not null primary key, ship bigint references ships (id))");
    run(db, "create table ports (id bigint not null primary key)");
    const char *text = pull(db, &arena, &(orm_pull_options){ .tables = (const char *const[]){ "CREWS", "ships", NULL }, .ignore = (const char *const[]){ "ships", NULL } });
    CHECK_CONTAINS(text, "ORM_MODEL(Crew, crews)");
    lacks(text, "ORM_MODEL(Ship");
    lacks(text, "ORM_MODEL(Port");
    CHECK_CONTAINS(text, "_ignored[] __attribute__((unused)) = { \"ports\", \"ships\", NULL };");
    CHECK_CONTAINS(text, "crews.ship refers to ships, in the model it does not");
    orm_arena_release(&arena);
}

ON_EACH(what_cannot_be_said_is_listed)
{
    orm_arena arena = { 0 };
    run(db, "create table nokey (a bigint)");
    run(db, "create view seen as select name from ships");
    const char *text = pull(db, &arena, NULL);
    CHECK_CONTAINS(text, "\n\n   They do not say:\n     the table nokey: it has no primary key\n     the view seen: use it in SQL by hand */\n");
    CHECK_CONTAINS(text, "_ignored[] __attribute__((unused)) = { \"nokey\", NULL };");
    orm_arena_release(&arena);
}

ON_EACH(two_keys_to_one_table_have_relations_of_their_own)
{
    orm_arena arena = { 0 };
    run(db, "create table crews (id bigint not null primary key, ship_id bigint references ships (id), last_ship_id bigint unique references ships (id) on delete set null)");
    const char *text = pull(db, &arena, NULL);
    CHECK_CONTAINS(text, "X(ship, belongs_to(Ship, ship_id))");
    CHECK_CONTAINS(text, "X(last_ship, belongs_to(Ship, last_ship_id))");
    CHECK_CONTAINS(text, "X(crews_by_ship, has_many(Crew, ship_id))");
    CHECK_CONTAINS(text, "X(crew_by_last_ship, has_one(Crew, last_ship_id))");
    CHECK_CONTAINS(text, "nullable, unique, on_delete(set_null))");
    orm_arena_release(&arena);
}

ON_EACH(a_database_without_tables_has_no_models)
{
    orm_arena arena = { 0 };
    const char *text = "";
    run(db, "drop table ships");
    CHECK_INT(orm_pull(db, NULL, &arena, &text), ORM_NOT_FOUND);
    CHECK_TEXT(orm_error()->message, "the database has no table that could be a model");
    CHECK(text == NULL);
    CHECK_INT(orm_pull(db, &(orm_pull_options){ .name = "no name" }, &arena, &text), ORM_MISUSE);
    CHECK_TEXT(orm_error()->message, "the schema's name \"no name\" is none in C");
    orm_arena_release(&arena);
}

ON_EACH(the_table_of_a_model_may_have_any_name)
{
    CHECK_INT(orm__exec(db, "drop table ships", 0, NULL, NULL, NULL), ORM_OK);
    orm_arena arena = { 0 };
    run(db, "create table \"my \"\"ships\" (id bigint not null primary key, \"in\" bigint not null default 1)");
    CHECK_CONTAINS(pull(db, &arena, NULL), "default(1))\nORM_MODEL(MyShip, table(\"my \\\"ships\"))");
    orm_arena_release(&arena);
}

CHECK_MAIN()

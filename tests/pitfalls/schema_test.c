/* Pitfalls of schemas: what the models say and the database does not, migrations that go one way only or half of it, and commands that drop what is there. */
#define ORM_DESTRUCTIVE
#include "pit.h"
#include "conformance/migration_folder.h"

/* ---- two models that refer to each other, and one whose plural is another word ------------------------------------------------------------- */
#define Egg_FIELDS(X) X(id, serial) X(hen_id, key(Hen), nullable, indexed) X(hen, belongs_to(Hen, hen_id))
ORM_MODEL(Egg, eggs)
#define Hen_FIELDS(X) X(id, serial) X(egg_id, key(Egg), nullable) X(egg, belongs_to(Egg, egg_id)) X(eggs, has_many(Egg, hen_id))
ORM_MODEL(Hen, hens)
#define Ox_FIELDS(X) X(id, serial) X(name, string(10))
ORM_MODEL(Ox, ox)
#define Farm_MODELS(X) X(Egg) X(Hen) X(Ox)
ORM_SCHEMA(Farm)
ORM_DEFINE(Farm)

/* ---- the same cars in three years ------------------------------------------------------------------------------------------------------------ */
#define Car1_FIELDS(X) X(id, serial) X(plate, string(10), unique) X(seats, integer, at_least(1)) X(nick, text, nullable)
ORM_MODEL(Car1, cars)
#define Cars1_MODELS(X) X(Car1)
ORM_SCHEMA(Cars1)
ORM_DEFINE(Cars1)
#define Car2_FIELDS(X) X(id, serial) X(plate, string(10), unique) X(seats, integer, at_least(1)) X(nick, text, nullable) X(colour, text, nullable, indexed) X(owner_id, key(Owner2), nullable, indexed)
ORM_MODEL(Car2, cars, index(colour, desc(seats)), check(small, "seats < 100"))
#define Owner2_FIELDS(X) X(id, serial) X(name, string(40))
ORM_MODEL(Owner2, owners)
#define Cars2_MODELS(X) X(Car2) X(Owner2)
ORM_SCHEMA(Cars2)
ORM_DEFINE(Cars2)
#define Car3_FIELDS(X) X(id, serial) X(plate, string(10), unique) X(seats, integer, at_least(1))
ORM_MODEL(Car3, cars)
#define Cars3_MODELS(X) X(Car3)
ORM_SCHEMA(Cars3)
ORM_DEFINE(Cars3)

static orm_arena arena;
static const char *generate(const orm_schema *schema, int n, const char *irreversible, const char *allow)
{
    const char *path = NULL;
    const orm_time now = INT64_C(1767261600000000) + (int64_t)n * 10000000;
    const orm_status status = orm_generate(schema, "change", &arena, &path, &(orm_generate_options){ .folder = folder, .now = now, .irreversible = irreversible, .allow = allow });
    CHECK_TEXT(orm_status_name(status), "ORM_OK");
    return path;
}
static void finish(void)
{
    folder_remove();
    orm_arena_release(&arena);
}
static char differences[2000];
static void differs(void *context, const char *where_, const char *rule, const char *what)
{
    size_t n = strlen(differences);
    (void)context;
    snprintf(differences + n, sizeof differences - n, "%s [%s] %s|", where_, rule, what);
}
static orm_status verify(orm_db *db, const orm_schema *schema)
{
    differences[0] = 0;
    return orm_verify(db, schema, NULL, differs, NULL);
}

/* ---- models ------------------------------------------------------------------------------------------------------------------------------------ */

PIT_EMPTY(P07_models_that_refer_to_each_other_are_whole_in_any_order)
{
    OK(orm_sync(db, &Farm_schema));
    ORM_NEW(Hen, hen);
    OK(Hen_create(db, &hen));
    ORM_NEW(Egg, egg, .hen_id = orm_int64(hen.id));
    OK(Egg_create(db, &egg));
    OK(orm_assign(db, &hen, Hen_.egg, &egg));
    ORM_AUTO Hen *found = Hen_find_one(db, &(Hen_query){ .include = { orm_with(Hen_.egg, .include = { orm_with(Egg_.hen) }), orm_with(Hen_.eggs) } });
    REQUIRE(found && found->egg && found->egg->hen);
    CHECK_INT(found->egg->hen->id, hen.id);
    CHECK_INT(orm_len(found->eggs), 1);
}

PIT_EMPTY(P08_a_key_is_a_foreign_key_of_the_database)
{
    OK(orm_sync(db, &Farm_schema));
    ORM_NEW(Egg, orphan, .hen_id = orm_int64(77));
    ANSWERS(ORM_FOREIGN_KEY, Egg_create(db, &orphan));
    ANSWERS(ORM_FOREIGN_KEY, orm_exec(db, NULL, "insert into eggs (hen_id) values (77)", orm_no_params));
}

PIT_EMPTY(P44_a_table_is_called_as_it_is_written)
{
    OK(orm_sync(db, &Farm_schema));
    char *sql = orm_schema_sql(db, &Farm_schema);
    REQUIRE(sql);
    CHECK_CONTAINS(sql, "create table \"ox\" (");
    CHECK(!strstr(sql, "oxen") && !strstr(sql, "oxes"));
    orm_free_text(sql);
    CHECK(table_is_there(db, "ox"));
}

PIT(P46_one_line_of_a_model_is_member_column_rules_constraint_and_finder)
{
    CHECK_INT(Author_model.n_columns, 5);                                /* and two relations: seven lines */
    ORM_NEW(Author, ada, .name = "Ada", .email = "no address");
    ANSWERS(ORM_VALIDATION, Author_create(db, &ada));                    /* X(email, string(60), nullable, unique, email) */
    ada.email = "ada@example.com";
    OK(Author_create(db, &ada));
    ORM_NEW(Author, twin, .name = "Twin", .email = "ada@example.com");
    ANSWERS(ORM_UNIQUE, Author_create(db, &twin));
    ORM_AUTO Author *found = Author_find_by_email(db, "ada@example.com");
    REQUIRE(found);
    CHECK_INT(COUNT(Author, db, .where = orm_eq(Author_.email, found->email)), 1);
}

#define IS(member, type) _Static_assert(__builtin_types_compatible_p(__typeof__(((Author *)0)->member), type), #member)
IS(id, int64_t);
IS(name, const char *);
IS(role, Role);
IS(posts, Post *);
IS(post_count, int64_t);
PIT(P47_types_are_those_of_the_list_in_the_struct_and_in_the_database)
{
    OK(orm_verify(db, &Pit_schema, NULL, NULL, NULL));
    OK(orm_exec(db, NULL, "drop table lots", orm_no_params));
    OK(orm_exec(db, NULL, "create table lots (id bigint primary key, stock text, version bigint not null)", orm_no_params));
    ANSWERS(ORM_SCHEMA_DIFFERS, verify(db, &Pit_schema));
    CHECK_CONTAINS(differences, "lots.stock [type]");
}

/* ---- sync ------------------------------------------------------------------------------------------------------------------------------------------ */

PIT(P22_dropping_tables_needs_the_name_of_the_database)
{
    an_author(db, "Ada");
    ANSWERS(ORM_MISUSE, orm_sync_force(db, &Pit_schema, "production"));
    CHECK_CONTAINS(orm_error()->message, "and the call names \"production\"");
    ANSWERS(ORM_MISUSE, orm_truncate_tables(db, &Pit_schema, ""));
    CHECK_INT(COUNT(Author, db, .limit = 0), 1);
    OK(orm_sync(db, &Pit_schema));                                       /* as often as one likes */
    CHECK_INT(COUNT(Author, db, .limit = 0), 1);
    OK(orm_sync_force(db, &Pit_schema, case_database()));
    CHECK_INT(COUNT(Author, db, .limit = 0), 0);
}

PIT_EMPTY(P23_sync_changes_no_table_that_is_there)
{
    OK(orm_sync(db, &Cars1_schema));
    ORM_NEW(Car1, car, .plate = "A 1", .seats = 4, .nick = "red");
    OK(Car1_create(db, &car));
    ANSWERS(ORM_SCHEMA_DIFFERS, orm_sync(db, &Cars2_schema));
    CHECK_CONTAINS(orm_error()->message, "colour");
    CHECK(!table_is_there(db, "owners"));                                /* nothing of it was made */
    ANSWERS(ORM_SCHEMA_DIFFERS, verify(db, &Cars3_schema));
    ORM_AUTO Car1 *now = Car1_get(db, car.id);
    CHECK_TEXT(now->nick, "red");
}

/* ---- migrations ------------------------------------------------------------------------------------------------------------------------------------- */

PIT_EMPTY(P18_migrations_make_every_constraint_and_index_of_the_models)
{
    folder_make();
    generate(&Cars2_schema, 0, NULL, NULL);
    OK(up(db));
    OK(verify(db, &Cars2_schema));
    ANSWERS(ORM_CHECK, orm_exec(db, NULL, "insert into cars (plate, seats) values ('A 1', 0)", orm_no_params));
    ANSWERS(ORM_CHECK, orm_exec(db, NULL, "insert into cars (plate, seats) values ('A 1', 100)", orm_no_params));
    ANSWERS(ORM_FOREIGN_KEY, orm_exec(db, NULL, "insert into cars (plate, seats, owner_id) values ('A 1', 4, 7)", orm_no_params));
    run(db, "drop index cars_colour");
    ANSWERS(ORM_SCHEMA_DIFFERS, verify(db, &Cars2_schema));
    CHECK_TEXT(differences, "cars [index] lacks the model's index on (colour)|");
    finish();
}

PIT_EMPTY(P19_a_migration_is_derived_from_the_models_and_drift_is_told)
{
    folder_make();
    generate(&Cars1_schema, 0, NULL, NULL);
    OK(up(db));
    CHECK(generate(&Cars1_schema, 1, NULL, NULL) == NULL);               /* there is no difference to write */
    generate(&Cars2_schema, 2, NULL, "a test");
    OK(up(db));
    OK(verify(db, &Cars2_schema));
    run(db, "alter table cars add column by_hand text");
    ANSWERS(ORM_SCHEMA_DIFFERS, verify(db, &Cars2_schema));
    CHECK_TEXT(differences, "cars.by_hand [column] is a column that the model does not have|");
    finish();
}

PIT_EMPTY(P24_a_way_without_return_needs_a_reason_and_is_not_gone_back_in_silence)
{
    const char *path = NULL;
    folder_make();
    generate(&Cars1_schema, 0, NULL, NULL);
    ANSWERS(ORM_MISUSE, orm_generate(&Cars3_schema, "less", &arena, &path, &(orm_generate_options){ .folder = folder, .now = INT64_C(1767261610000000) }));
    CHECK_CONTAINS(orm_error()->message, "data would be lost for good: drop_column cars.nick");
    generate(&Cars3_schema, 1, "nobody uses them", "nobody uses them");
    OK(up(db));
    ANSWERS(ORM_MISUSE, undo(db));
    CHECK_CONTAINS(orm_error()->message, "nobody uses them");
    OK(verify(db, &Cars3_schema));
    OK(orm_migrate_undo(db, &(orm_migrate_options){ .folder = folder, .lossy = true }, NULL));
    OK(verify(db, &Cars1_schema));
    finish();
}

PIT_EMPTY(P25_the_way_back_runs_in_its_order)
{
    folder_make();
    generate(&Cars1_schema, 0, NULL, NULL);
    OK(up(db));
    ORM_NEW(Car1, car, .plate = "A 1", .seats = 4, .nick = "red");
    OK(Car1_create(db, &car));
    generate(&Cars2_schema, 1, NULL, "a test");                          /* a column with its index, a key with its table, a check */
    for (int i = 0; i < 2; i++) {
        OK(up(db));
        OK(verify(db, &Cars2_schema));
        OK(undo(db));
        OK(verify(db, &Cars1_schema));
    }
    ORM_AUTO Car1 *now = Car1_get(db, car.id);
    CHECK(now && strcmp(now->nick, "red") == 0);
    finish();
}

PIT_EMPTY(P26_an_applied_migration_that_was_edited_stops_everything)
{
    folder_make();
    put_n(1, "create table a (id bigint);", "drop table a;");
    OK(up(db));
    put_n(1, "create table a (id bigint, more text);", "drop table a;");
    put_n(2, "create table b (id bigint);", "drop table b;");
    ANSWERS(ORM_MIGRATIONS_DIFFER, up(db));
    CHECK_CONTAINS(orm_error()->message, "20260101000001_step1 is not what was applied");
    CHECK(!table_is_there(db, "b"));
    finish();
}

PIT_EMPTY(P27_a_migration_that_fails_is_undone_named_and_runs_again)
{
    orm_migration_line *lines = NULL;
    size_t n = 0;
    folder_make();
    put_n(1, "create table a (id bigint);", "drop table a;");
    put_n(2, "create table b (id bigint);\ninsert into nowhere values (1);", "drop table b;");
    orm_status failed = up(db);
    CHECK(failed != ORM_OK && orm_failed());
    CHECK_CONTAINS(orm_error()->message, "20260101000002_step2.sql:4: statement 2: ");
    CHECK(heard.errors > 0);
    CHECK(!table_is_there(db, "b"));                                     /* no "table b already exists" the next time */
    OK(orm_migrate_status(db, &(orm_migrate_options){ .folder = folder }, &arena, &lines, &n));
    CHECK_INT(n, 2);
    CHECK_INT(lines[0].state, ORM_MIGRATION_APPLIED);
    CHECK_INT(lines[1].state, ORM_MIGRATION_PENDING);
    put_n(2, "create table b (id bigint);", "drop table b;");
    OK(up(db));
    CHECK(table_is_there(db, "b"));
    finish();
}

/* the command line, as a deployment runs it */
static int command(const char *word)
{
    static const orm_dialect *const adapters[] = { &orm_sqlite, &orm_postgres };
    char program[] = "cars", name[20];
    char *argv[] = { program, name, NULL }, *said = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&said, &size);
    snprintf(name, sizeof name, "%s", word);
    const int code = orm_cli(2, argv, &(orm_cli_options){ .schema = &Cars1_schema, .adapters = adapters, .n_adapters = 2, .folder = folder, .url = case_url, .out = out, .err = out });
    fclose(out);
    free(said);
    return code;
}

ON_EACH_SHARED_OF(P27_the_exit_code_of_a_failure_is_no_zero, no_tables)
{
    (void)db;
    folder_make();
    put_n(1, "insert into nowhere values (1);", "");
    CHECK_INT(command("migrate"), 1);
    CHECK_INT(command("verify"), 1);
    CHECK_INT(command("migrat"), 2);
    put_n(1, "create table cars_to_be (id bigint);", "drop table cars_to_be;");
    CHECK_INT(command("migrate"), 0);
    finish();
}

/* ---- engines ------------------------------------------------------------------------------------------------------------------------------------- */

PIT_EMPTY(P28_what_an_engine_does_not_offer_is_refused_and_not_left_out)
{
    folder_make();
    put("20260101000001_a.sql", "-- up\ncreate table a (id bigint);\n-- up sqllite\ncreate table a (id integer);\n");
    ANSWERS(ORM_MISUSE, up(db));
    CHECK_CONTAINS(orm_error()->message, "no engine is called sqllite");
    finish();
    NEEDS(db, notify, orm_notify(db, "news", "x"));
    OK(orm_notify(db, "news", "x"));
}
CHECK_MAIN()

/* Whole tables emptied and dropped, of a database that is named; and tables that refer to each other. */
#define ORM_DESTRUCTIVE
#include "engines.h"
#include "helpers.h"

#define Mood_VALUES(X) X(happy) X(sad)
ORM_ENUM(Mood)
#define Club_FIELDS(X) X(id, serial) X(name, string(30), unique) X(member_count, integer, counter_of(members)) X(members, has_many(Member, club_id))
ORM_MODEL(Club, clubs)
#define Member_FIELDS(X) X(id, serial) X(club_id, key(Club), on_delete(cascade)) X(mood, enumeration(Mood), default(Mood_happy)) X(friend_id, key(Member), nullable, on_delete(restrict))
ORM_MODEL(Member, members)
#define Clubs_MODELS(X) X(Club) X(Member)
ORM_SCHEMA(Clubs)
ORM_DEFINE(Clubs)

/* three tables in a circle, and keys to columns that only an index makes unique */
#define Egg_FIELDS(X) X(id, serial) X(hen_id, key(Hen), nullable) X(code, string(10))
ORM_MODEL(Egg, eggs, unique(code))
#define Hen_FIELDS(X) X(id, serial) X(farm_id, key(Farm), nullable, on_delete(set_null)) X(egg_code, string(10), nullable, references(Egg, code), on_update(cascade))
ORM_MODEL(Hen, hens)
#define Farm_FIELDS(X) X(id, serial) X(best_id, key(Egg), on_delete(restrict)) X(next_id, key(Farm), nullable)
ORM_MODEL(Farm, farms)
#define Circle_MODELS(X) X(Egg) X(Hen) X(Farm)
ORM_SCHEMA(Circle)
ORM_DEFINE(Circle)

/* what several rows may share is no key */
#define Street_FIELDS(X) X(id, serial) X(name, string(10))
ORM_MODEL(Street, streets)
#define House_FIELDS(X) X(id, serial) X(street, string(10), references(Street, name))
ORM_MODEL(House, houses)
#define Town_MODELS(X) X(Street) X(House)
ORM_SCHEMA(Town)
ORM_DEFINE(Town)
ORM_SCHEMA_OF(Streets, &Street_model);

static const struct case_setup club_cases = { &Clubs_schema, NULL, NULL, NULL };
static const struct case_setup circle_cases = { &Circle_schema, NULL, NULL, NULL };
static const struct case_setup empty_cases = { NULL, NULL, NULL, NULL };
#define ON_EACH(name) ON_EACH_OF(name, club_cases)

static void run(orm_db *db, const char *sql) { OK(orm__exec(db, sql, 0, NULL, NULL, NULL)); }

static int64_t number(orm_db *db, const char *sql)
{
    orm_opt_int64 n = { 0 };
    OK(orm__scalar(db, sql, 0, NULL, ORM_INT64, &n.value, sizeof n.value, &n.set, NULL));
    return n.value;
}

static void fill(orm_db *db)
{
    ORM_NEW(Club, club, .name = "chess");
    OK(Club_create(db, &club));
    ORM_NEW(Member, ada, .club_id = club.id);
    OK(Member_create(db, &ada));
    ORM_NEW(Member, bob, .club_id = club.id, .friend_id = orm_int64(ada.id));
    OK(Member_create(db, &bob));
}

ON_EACH(another_database_is_refused_and_nothing_happens)
{
    fill(db);
    CHECK_INT(orm_sync_force(db, &Clubs_schema, "production"), ORM_MISUSE);
    CHECK_CONTAINS(orm_error()->message, "this is the database \"");
    CHECK_CONTAINS(orm_error()->message, "\", and the call names \"production\"");
    CHECK_INT(orm_drop_tables(db, &Clubs_schema, NULL), ORM_MISUSE);
    CHECK_INT(orm_truncate(db, &Member_model, ""), ORM_MISUSE);
    CHECK_INT(orm_truncate_tables(db, &Clubs_schema, "x"), ORM_MISUSE);
    CHECK_INT(orm_truncate(db, NULL, case_database()), ORM_MISUSE);
    CHECK_INT(orm_drop_tables(db, NULL, case_database()), ORM_MISUSE);
    CHECK_INT(COUNT(Member, db, .all = false), 2);
    CHECK_INT(COUNT(Club, db, .all = false), 1);
}

ON_EACH(truncate_empties_one_table_and_its_keys_begin_anew)
{
    fill(db);
    OK(orm_truncate(db, &Member_model, case_database()));
    CHECK_INT(COUNT(Member, db, .all = false), 0);
    CHECK_INT(COUNT(Club, db, .all = false), 1);
    Club *club = Club_find_by_name(db, "chess");
    REQUIRE(club != NULL);
    CHECK_INT(club->member_count, 0);
    ORM_NEW(Member, ada, .club_id = club->id);
    OK(Member_create(db, &ada));
    CHECK_INT(ada.id, 1);
    orm_free(club);
}

ON_EACH(what_others_refer_to_is_not_emptied)
{
    fill(db);
    CHECK_INT(orm_truncate(db, &Club_model, case_database()), ORM_FOREIGN_KEY);
    CHECK_TEXT(orm_error()->message, "the table members refers to clubs by club_id, and is none of those that were named: nothing was done. With .cascade = true it is emptied, too");
    run(db, "create table guests (id bigint not null primary key, club bigint references clubs (id))");
    CHECK_INT(orm_truncate_tables(db, &Clubs_schema, case_database()), ORM_FOREIGN_KEY);
    CHECK_CONTAINS(orm_error()->message, "the table guests refers to clubs by club, and is none");
    CHECK_INT(orm_drop_tables(db, &Clubs_schema, case_database()), ORM_FOREIGN_KEY);
    CHECK_INT(orm_sync_force(db, &Clubs_schema, case_database()), ORM_FOREIGN_KEY);
    CHECK_INT(COUNT(Member, db, .all = false), 2);
    CHECK_INT(COUNT(Club, db, .all = false), 1);
    OK(orm_sync(db, &Clubs_schema));
}

ON_EACH(all_tables_of_a_schema_are_emptied)
{
    fill(db);
    OK(orm_truncate_tables(db, &Clubs_schema, case_database()));
    CHECK_INT(COUNT(Member, db, .all = false), 0);
    CHECK_INT(COUNT(Club, db, .all = false), 0);
    fill(db);
    CHECK(Club_exists(db, &(Club_query){ .where = orm_and(orm_eq(Club_.id, 1), orm_eq(Club_.member_count, 2)) }, &(bool){ false }) == ORM_OK);
    Club *club = Club_find(db, 1);
    REQUIRE(club != NULL);
    CHECK_INT(club->member_count, 2);
    orm_free(club);
}

ON_EACH(force_makes_the_tables_of_the_models_whatever_is_there)
{
    fill(db);
    run(db, "alter table members add column more text");
    CHECK_INT(orm_sync(db, &Clubs_schema), ORM_OK);
    run(db, "update members set friend_id = null");
    run(db, "drop table members");
    run(db, "create table members (id text)");
    CHECK_INT(orm_sync(db, &Clubs_schema), ORM_SCHEMA_DIFFERS);
    OK(orm_sync_force(db, &Clubs_schema, case_database()));
    OK(orm_verify(db, &Clubs_schema, NULL, NULL, NULL));
    CHECK_INT(COUNT(Club, db, .all = false), 0);
    fill(db);
    OK(orm_drop_tables(db, &Clubs_schema, case_database()));
    orm_arena arena = { 0 };
    const char *const *names;
    size_t n = 9;
    OK(orm_list_tables(db, true, &arena, &names, &n));
    CHECK_INT(n, 0);
    orm_arena_release(&arena);
    OK(orm_drop_tables(db, &Clubs_schema, case_database()));          /* nothing is there: nothing is dropped */
    OK(orm_sync(db, &Clubs_schema));
    fill(db);
}

/* members can hold each other, so SQLite lets them go only where keys are looked at in the end; streets stand alone */
ON_EACH(what_a_transaction_rolls_back_is_there_again)
{
    fill(db);
    orm_tx *tx = orm_begin(db, &(orm_transaction_options){ .unchecked = true });
    REQUIRE(tx != NULL);
    OK(orm_truncate_tables(db, &Clubs_schema, case_database()));
    CHECK_INT(COUNT(Member, db, .all = false), 0);
    OK(orm_drop_tables(db, &Clubs_schema, case_database()));
    orm_rollback(tx);
    CHECK_INT(COUNT(Member, db, .all = false), 2);
    OK(orm_verify(db, &Clubs_schema, NULL, NULL, NULL));
    tx = orm_begin(db, &(orm_transaction_options){ .unchecked = true });
    REQUIRE(tx != NULL);
    OK(orm_sync_force(db, &Clubs_schema, case_database()));
    fill(db);
    OK(orm_commit(tx));
    OK(orm_verify(db, &Clubs_schema, NULL, NULL, NULL));
    CHECK_INT(COUNT(Club, db, .all = false), 1);
}

ON_EACH(a_transaction_that_looks_at_keys_is_refused_before_anything_is_done)
{
    fill(db);
    orm_tx *tx = orm_begin(db, NULL);
    REQUIRE(tx != NULL);
    orm_status status = orm_drop_tables(db, &Clubs_schema, case_database());
    if (case_engine == ON_POSTGRES) {
        CHECK_INT(status, ORM_OK);
    } else {
        CHECK_INT(status, ORM_MISUSE);
        CHECK_CONTAINS(orm_error()->message, "begin the transaction around it with .unchecked = true");
        orm_handled(db);
        CHECK_INT(COUNT(Member, db, .all = false), 2);
    }
    orm_rollback(tx);
    OK(orm_verify(db, &Clubs_schema, NULL, NULL, NULL));
    /* without such keys every transaction does */
    OK(orm_create_table(db, &Street_model));
    ORM_NEW(Street, street, .name = "Main");
    OK(Street_create(db, &street));
    tx = orm_begin(db, NULL);
    REQUIRE(tx != NULL);
    OK(orm_truncate(db, &Street_model, case_database()));
    OK(orm_sync_force(db, &Streets_schema, case_database()));
    CHECK_INT(COUNT(Street, db, .all = false), 0);
    orm_rollback(tx);
    CHECK_INT(COUNT(Street, db, .all = false), 1);
}

ON_EACH(a_transaction_that_only_reads_wipes_nothing)
{
    fill(db);
    orm_tx *tx = orm_begin(db, &(orm_transaction_options){ .read_only = true });
    REQUIRE(tx != NULL);
    CHECK(orm_truncate_tables(db, &Clubs_schema, case_database()) != ORM_OK);
    orm_rollback(tx);
    CHECK_INT(COUNT(Member, db, .all = false), 2);
}

ON_EACH(cascade_empties_those_that_refer_too)
{
    fill(db);
    run(db, "create table guests (id bigint not null primary key, member bigint references members (id))");
    run(db, "create table notes (id bigint not null primary key, guest bigint references guests (id))");
    run(db, "create table others (id bigint not null primary key)");
    run(db, "insert into guests values (1, 1), (2, null)");
    run(db, "insert into notes values (1, 1)");
    run(db, "insert into others values (1)");
    CHECK_INT(orm_truncate(db, &Club_model, "x", .cascade = true), ORM_MISUSE);
    OK(orm_truncate(db, &Club_model, case_database(), .cascade = true));
    CHECK_INT(COUNT(Club, db, .all = false), 0);
    CHECK_INT(COUNT(Member, db, .all = false), 0);
    CHECK_INT(number(db, "select count(*) from guests"), 0);
    CHECK_INT(number(db, "select count(*) from notes"), 0);
    CHECK_INT(number(db, "select count(*) from others"), 1);
    fill(db);                                          /* keys and counters begin anew in all of them */
    CHECK_INT(number(db, "select max(id) from members"), 2);
    CHECK_INT(number(db, "select member_count from clubs"), 2);
    run(db, "insert into guests values (1, 1)");
    CHECK_INT(orm_truncate_tables(db, &Clubs_schema, case_database()), ORM_FOREIGN_KEY);
    OK(orm_truncate_tables(db, &Clubs_schema, case_database(), .cascade = true));
    CHECK_INT(number(db, "select count(*) from guests"), 0);
    CHECK_INT(orm_sync_force(db, &Clubs_schema, case_database()), ORM_FOREIGN_KEY);      /* tables are not dropped that way */
}

ON_EACH(what_needs_a_table_beyond_keys_is_named)
{
    fill(db);
    run(db, "create view everybody as select id from members");
    orm_status status = orm_drop_tables(db, &Clubs_schema, case_database());
    CHECK(status != ORM_OK);
    CHECK_CONTAINS(orm_error()->message, "everybody");
    CHECK_INT(number(db, "select count(*) from everybody"), 2);
    OK(orm_verify(db, &Clubs_schema, (const char *const[]){ "everybody", NULL }, NULL, NULL));
    status = orm_sync_force(db, &Clubs_schema, case_database());
    if (case_engine == ON_POSTGRES) {
        CHECK(status != ORM_OK);
        CHECK_CONTAINS(orm_error()->message, "everybody");
        CHECK_INT(COUNT(Member, db, .all = false), 2);
    } else {
        CHECK_INT(status, ORM_OK);                     /* the view reads the new table */
        CHECK_INT(number(db, "select count(*) from everybody"), 0);
    }
}

ON_EACH(a_view_is_named_in_a_transaction_of_the_caller_too)
{
    OK(orm_create_table(db, &Street_model));
    run(db, "create view names as select name from streets");
    orm_tx *tx = orm_begin(db, NULL);
    REQUIRE(tx != NULL);
    CHECK(orm_drop_tables(db, &Streets_schema, case_database()) != ORM_OK);
    CHECK_CONTAINS(orm_error()->message, case_engine == ON_POSTGRES ? "names" : "streets");
    orm_rollback(tx);
    CHECK_INT(number(db, "select count(*) from names"), 0);
}

static void on_server(const char *format, const char *name)
{
    if (case_engine == ON_POSTGRES) CHECK(server_run(format, name));
}
/* the case's schema: what the URL ends with */
static const char *case_schema(void) { return case_engine == ON_POSTGRES ? strrchr(case_url, '=') + 1 : ""; }

ON_EACH(tables_of_other_schemas_and_types_in_use_are_named)
{
    if (case_engine != ON_POSTGRES) return;
    fill(db);
    on_server("create schema %s_x", case_schema());
    on_server("create table %s_x.far (id bigint primary key, club bigint references %s.clubs (id))", case_schema());
    CHECK_INT(orm_drop_tables(db, &Clubs_schema, case_database()), ORM_FOREIGN_KEY);
    CHECK_CONTAINS(orm_error()->message, "_x.far refers to clubs by club, and is none of those that were named: nothing was done");
    CHECK_INT(orm_truncate_tables(db, &Clubs_schema, case_database(), .cascade = true), ORM_FOREIGN_KEY);
    CHECK_CONTAINS(orm_error()->message, "_x.far refers to clubs");
    on_server("set client_min_messages = error; drop schema %s_x cascade", case_schema());
    run(db, "create table feelings (id bigint primary key, mood \"Mood\")");
    CHECK(orm_sync_force(db, &Clubs_schema, case_database()) != ORM_OK);
    CHECK_CONTAINS(orm_error()->message, "feelings");
    CHECK_INT(COUNT(Member, db, .all = false), 2);
    run(db, "drop table feelings");
    OK(orm_sync_force(db, &Clubs_schema, case_database()));
}

/* what another connection prepared for the tables and types that were there before goes on to work */
ON_EACH_SHARED_OF(other_connections_find_the_new_tables, club_cases)
{
    orm_db *other = case_open(.timeout_ms = 60000);
    REQUIRE(other != NULL);
    fill(other);
    ORM_AUTO Member *before = Member_find_all(other, &(Member_query){ .where = orm_eq(Member_.mood, Mood_happy) });
    CHECK_INT(orm_len(before), 2);
    OK(orm_sync_force(db, &Clubs_schema, case_database()));
    ORM_AUTO Member *after = Member_find_all(other, &(Member_query){ .where = orm_eq(Member_.mood, Mood_happy) });
    REQUIRE(after != NULL);
    CHECK_INT(orm_len(after), 0);
    fill(other);
    CHECK_INT(COUNT(Member, db, .where = orm_eq(Member_.mood, Mood_happy)), 2);
    orm_close(other);
}

static char told[4096];
static void tell(void *context, const orm_log_event *event)
{
    (void)context;
    if (event->sql && strlen(told) + strlen(event->sql) + 2 < sizeof told) strcat(strcat(told, event->sql), "\n");
}
static const struct case_setup told_cases = { &Clubs_schema, tell, NULL, NULL };
ON_EACH_OF(every_statement_is_told_to_the_log, told_cases)
{
    told[0] = 0;
    OK(orm_truncate_tables(db, &Clubs_schema, case_database()));
    if (case_engine == ON_POSTGRES) CHECK_CONTAINS(told, "truncate table \"members\", \"clubs\" restart identity\n");
    else CHECK_CONTAINS(told, "delete from \"members\"\ndelete from \"clubs\"\ndelete from sqlite_sequence where name collate nocase in ('members', 'clubs')\n");
    told[0] = 0;
    OK(orm_drop_tables(db, &Clubs_schema, case_database()));
    CHECK_CONTAINS(told, "drop table if exists \"members\"");
}

ON_EACH_OF(tables_in_a_circle_are_made_filled_and_dropped, circle_cases)
{
    OK(orm_verify(db, &Circle_schema, NULL, NULL, NULL));
    OK(orm_sync(db, &Circle_schema));
    ORM_NEW(Egg, egg, .code = "a");
    OK(Egg_create(db, &egg));
    ORM_NEW(Farm, farm, .best_id = egg.id);
    OK(Farm_create(db, &farm));
    ORM_NEW(Hen, hen, .farm_id = orm_int64(farm.id), .egg_code = "a");
    OK(Hen_create(db, &hen));
    egg.hen_id = orm_int64(hen.id);
    egg.code = "b";
    OK(Egg_save(db, &egg));
    Hen *row = Hen_find(db, hen.id);
    REQUIRE(row != NULL);
    CHECK_TEXT(row->egg_code, "b");
    orm_free(row);
    ORM_NEW(Farm, lost, .best_id = 99);                /* the other order: the key says which row is missing */
    CHECK_INT(Farm_create(db, &lost), ORM_FOREIGN_KEY);
    CHECK_INT(Egg_destroy_by_key(db, egg.id), ORM_FOREIGN_KEY);
    OK(orm_truncate_tables(db, &Circle_schema, case_database()));
    CHECK_INT(COUNT(Egg, db, .all = false), 0);
    OK(orm_sync_force(db, &Circle_schema, case_database()));
    OK(orm_verify(db, &Circle_schema, NULL, NULL, NULL));
    OK(orm_drop_tables(db, &Circle_schema, case_database()));
}

ON_EACH_OF(the_ddl_of_a_circle_is_what_sync_sends, empty_cases)
{
    char *sql = orm_schema_sql(db, &Circle_schema);
    REQUIRE(sql != NULL);
    orm_arena arena = { 0 };
    for (char *at = sql; *at; ) {
        char *end = strstr(at, ";\n");
        REQUIRE(end != NULL);
        *end = 0;
        run(db, at);
        at = end + 2;
    }
    OK(orm_verify(db, &Circle_schema, NULL, NULL, NULL));
    orm_arena_release(&arena);
    orm_free_text(sql);
}

ON_EACH_OF(a_circle_is_migrated_up_and_down, empty_cases)
{
    char folder[] = "/tmp/orm_circle_XXXXXX", command[64];
    REQUIRE(mkdtemp(folder) != NULL);
    orm_arena arena = { 0 };
    const char *path = NULL;
    OK(orm_generate(&Circle_schema, "circle", &arena, &path, &(orm_generate_options){ .folder = folder }));
    for (int i = 0; i < 2; i++) {
        OK(orm_migrate(db, &(orm_migrate_options){ .folder = folder }, NULL));
        OK(orm_verify(db, &Circle_schema, NULL, NULL, NULL));
        ORM_NEW(Egg, egg, .code = "a");
        OK(Egg_create(db, &egg));
        ORM_NEW(Farm, farm, .best_id = egg.id);
        OK(Farm_create(db, &farm));
        OK(orm_migrate_undo(db, &(orm_migrate_options){ .folder = folder, .lossy = true }, NULL));
    }
    snprintf(command, sizeof command, "rm -rf %s", folder);
    CHECK_INT(system(command), 0);
    orm_arena_release(&arena);
}

ON_EACH_OF(a_key_to_what_several_rows_may_share_is_refused, empty_cases)
{
    CHECK_INT(orm_sync(db, &Town_schema), ORM_MISUSE);
    CHECK_TEXT(orm_error()->message, "House.street refers to Street.name, which is neither the primary key nor unique, so that several rows may share it: say unique in the row of Street.name, or unique(name) of the model");
    CHECK_TEXT(orm_error()->model, "House");
    CHECK_TEXT(orm_error()->field, "street");
    orm_arena arena = { 0 };
    const char *path = NULL;
    CHECK_INT(orm_generate(&Town_schema, "town", &arena, &path, &(orm_generate_options){ .folder = "build/never" }), ORM_MISUSE);
    CHECK_CONTAINS(orm_error()->message, "say unique in the row of Street.name");
    orm_arena_release(&arena);
}

CHECK_MAIN()

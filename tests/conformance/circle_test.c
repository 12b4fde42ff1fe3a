/* Foreign keys that no order of the tables satisfies: circles, tables that refer to themselves, and keys to a column which an index makes unique. And
   keys to a column that is not unique, which no engine may get. */
#define ORM_DESTRUCTIVE
#include "engines.h"
#include "helpers.h"
#include "migration_folder.h"

/* two that refer to each other */
#define Team_FIELDS(X)   X(id, serial) X(name, string(20)) X(captain_id, key(Player), nullable, on_delete(set_null))
ORM_MODEL(Team, teams)
#define Player_FIELDS(X) X(id, serial) X(name, string(20)) X(team_id, key(Team))
ORM_MODEL(Player, players)
/* three, of which one has a key of two columns; and one that refers to itself */
#define Red_FIELDS(X)    X(id, serial) X(green_id, key(Green), nullable)
ORM_MODEL(Red, reds)
#define Green_FIELDS(X)  X(id, serial) X(x, integer, nullable) X(y, integer, nullable) X(blue, belongs_to(Blue, (x, y)))
ORM_MODEL(Green, greens)
#define Blue_FIELDS(X)   X(x, integer, primary_key) X(y, integer, primary_key) X(red_id, key(Red), nullable, on_delete(restrict))
ORM_MODEL(Blue, blues)
#define Node_FIELDS(X)   X(id, serial) X(parent_id, key(Node), nullable, on_delete(restrict))
ORM_MODEL(Node, nodes)
/* columns that are unique by an option of the model */
#define Land_FIELDS(X)   X(id, serial) X(code, string(2)) X(capital_id, key(City), nullable)
ORM_MODEL(Land, lands, unique(code))
#define City_FIELDS(X)   X(id, serial) X(land, string(2), references(Land, code), on_update(cascade))
ORM_MODEL(City, cities)
#define Page_FIELDS(X)   X(id, serial) X(slug, string(20)) X(next, string(20), nullable, references(Page, slug))
ORM_MODEL(Page, pages, unique(slug))
#define Round_MODELS(X)  X(Team) X(Player) X(Red) X(Green) X(Blue) X(Node) X(City) X(Land) X(Page)
ORM_SCHEMA(Round)
ORM_DEFINE(Round)

/* the same tables later: other things make the columns unique that keys refer to, and a table joins the circle of two */
#define Team2_FIELDS(X)  X(id, serial) X(name, string(20)) X(captain_id, key(Player2), nullable, on_delete(set_null)) X(badge, integer, nullable, unique)
ORM_MODEL(Team2, teams)
#define Player2_FIELDS(X) X(id, serial) X(name, string(20)) X(team_id, key(Team2)) X(coach_id, key(Coach2), nullable)
ORM_MODEL(Player2, players)
#define Coach2_FIELDS(X) X(id, serial) X(team_id, key(Team2), nullable) X(badge, integer, nullable, references(Team2, badge))
ORM_MODEL(Coach2, coaches)
#define Land2_FIELDS(X)  X(id, serial) X(code, string(2), unique) X(capital_id, key(City2), nullable)
ORM_MODEL(Land2, lands)
#define City2_FIELDS(X)  X(id, serial) X(land, string(2), references(Land2, code), on_update(cascade))
ORM_MODEL(City2, cities)
#define Round2_MODELS(X) X(Team2) X(Player2) X(Coach2) X(City2) X(Land2)
ORM_SCHEMA(Round2)
ORM_DEFINE(Round2)
/* the unique column and the table that refers to it go at once */
#define Team3_FIELDS(X)  X(id, serial) X(name, string(20))
ORM_MODEL(Team3, teams)
#define Land3_FIELDS(X)  X(id, serial) X(name, string(2), nullable)
ORM_MODEL(Land3, lands)
#define Round3_MODELS(X) X(Team3) X(Land3)
ORM_SCHEMA(Round3)
ORM_DEFINE(Round3)

/* keys that must not be */
#define Shop_FIELDS(X)   X(id, serial) X(city, string(20))
ORM_MODEL(Shop, shops, index(city))
#define Sale_FIELDS(X)   X(id, serial) X(shop, string(20), references(Shop, city))
ORM_MODEL(Sale, sales)
#define Open_FIELDS(X)   X(id, serial) X(code, integer) X(shut, boolean)
ORM_MODEL(Open, opens, unique(code, where("not shut")))
#define Entry_FIELDS(X)  X(id, serial) X(code, integer, references(Open, code))
ORM_MODEL(Entry, entries)
#define Pair_FIELDS(X)   X(a, integer, primary_key) X(b, integer, primary_key)
ORM_MODEL(Pair, pairs)
#define Half_FIELDS(X)   X(id, serial) X(a, integer, references(Pair, a))
ORM_MODEL(Half, halves)
#define Wrong_MODELS(X)  X(Shop) X(Sale) X(Open) X(Entry) X(Pair) X(Half)
ORM_SCHEMA(Wrong)
ORM_DEFINE(Wrong)
ORM_SCHEMA_OF(WrongSale, &Shop_model, &Sale_model);
ORM_SCHEMA_OF(WrongEntry, &Open_model, &Entry_model);
ORM_SCHEMA_OF(WrongHalf, &Pair_model, &Half_model);
ORM_SCHEMA_OF(ShopOnly, &Shop_model);

static const struct case_setup empty_cases = { NULL, NULL, NULL, NULL }, round_cases = { &Round_schema, NULL, NULL, NULL };
static const orm_schema no_models = { .name = "" };
static orm_arena arena;

static size_t tables(orm_db *db)
{
    const char *const *names;
    size_t n = 99;
    OK(orm_list_tables(db, true, &arena, &names, &n));
    return n;
}
/* rows all the way round */
static void fill(orm_db *db)
{
    ORM_NEW(Team, team, .name = "Reds");
    OK(Team_create(db, &team));
    ORM_NEW(Player, ann, .name = "Ann", .team_id = team.id);
    OK(Player_create(db, &ann));
    team.captain_id = orm_int64(ann.id);
    OK(Team_save(db, &team));
    ORM_NEW(Land, land, .code = "fr");
    OK(Land_create(db, &land));
    ORM_NEW(City, paris, .land = "fr");
    OK(City_create(db, &paris));
    land.capital_id = orm_int64(paris.id);
    OK(Land_save(db, &land));
}
static void fill_more(orm_db *db)
{
    ORM_NEW(Red, red);
    OK(Red_create(db, &red));
    ORM_NEW(Blue, blue, .x = 1, .y = 2, .red_id = orm_int64(red.id));
    OK(Blue_create(db, &blue));
    ORM_NEW(Green, green, .x = orm_int32(1), .y = orm_int32(2));
    OK(Green_create(db, &green));
    red.green_id = orm_int64(green.id);
    OK(Red_save(db, &red));
    ORM_NEW(Node, root);
    OK(Node_create(db, &root));
    ORM_NEW(Node, leaf, .parent_id = orm_int64(root.id));
    OK(Node_create(db, &leaf));
    ORM_NEW(Page, last, .slug = "last");
    OK(Page_create(db, &last));
    ORM_NEW(Page, first, .slug = "first", .next = "last");
    OK(Page_create(db, &first));
}

ON_EACH_OF(circles_are_made_and_found_again, round_cases)
{
    OK(orm_sync(db, &Round_schema));
    OK(orm_verify(db, &Round_schema, NULL, NULL, NULL));
    fill(db);
    fill_more(db);
    ORM_NEW(City, nowhere, .land = "xx");
    CHECK_INT(City_create(db, &nowhere), ORM_FOREIGN_KEY);
    ORM_NEW(Page, dead_end, .slug = "x", .next = "nowhere");
    CHECK_INT(Page_create(db, &dead_end), ORM_FOREIGN_KEY);
    OK(orm_exec(db, NULL, "update lands set code = 'gb'", orm_no_params));
    ORM_AUTO City *city = City_find(db, 1);
    REQUIRE(city);
    CHECK_TEXT(city->land, "gb");
}

/* the side that may be without the other comes first, and gets its key when the other is there */
ON_EACH_OF(rows_of_a_circle_begin_with_the_side_that_may_wait, round_cases)
{
    fill(db);
    ORM_NEW(Player, lonely, .name = "Bob", .team_id = 7);
    CHECK_INT(Player_create(db, &lonely), ORM_FOREIGN_KEY);
    if (case_engine == ON_POSTGRES) {
        CHECK_TEXT(orm_error()->constraint, "players_team_id_fkey");
        CHECK_TEXT(orm_error()->field, "team_id");
    }
    CHECK_TEXT(orm_error()->model, "Player");
    ORM_NEW(Team, team, .name = "Blues", .captain_id = orm_int64(99));
    CHECK_INT(Team_create(db, &team), ORM_FOREIGN_KEY);
    if (case_engine == ON_POSTGRES) CHECK_TEXT(orm_error()->constraint, "teams_captain_id_fkey");       /* the key that was made after both tables */
    CHECK_TEXT(orm_error()->model, "Team");
    CHECK_INT(COUNT(Team, db, .limit = 0), 1);
    ORM_AUTO Player *ann = Player_find(db, 1);
    REQUIRE(ann);
    OK(Player_destroy(db, ann));
    ORM_AUTO Team *reds = Team_find(db, 1);
    REQUIRE(reds);
    CHECK(!reds->captain_id.set);
}

/* the statements that are shown make the same tables as those that are sent */
ON_EACH_OF(the_statements_of_a_circle_run_as_they_are_shown, empty_cases)
{
    char *sql = orm_schema_sql(db, &Round_schema);
    REQUIRE(sql);
    for (char *at = sql, *stop; (stop = strstr(at, ";\n")) != NULL; at = stop + 2) {
        *stop = 0;
        OK(orm__exec(db, at, 0, NULL, NULL, NULL));
    }
    orm_free_text(sql);
    OK(orm_verify(db, &Round_schema, NULL, NULL, NULL));
}

ON_EACH_OF(circles_go_up_and_down_as_migrations, empty_cases)
{
    const char *path = NULL;
    folder_make();
    OK(orm_generate(&Round_schema, "begin", &arena, &path, &(orm_generate_options){ .folder = folder }));
    OK(orm_migrate(db, &(orm_migrate_options){ .folder = folder }, NULL));
    OK(orm_verify(db, &Round_schema, NULL, NULL, NULL));
    fill(db);
    OK(orm_generate(&Round2_schema, "change", &arena, &path, &(orm_generate_options){ .folder = folder, .allow = "a test", .irreversible = "a test" }));
    REQUIRE(path);
    OK(orm_migrate(db, &(orm_migrate_options){ .folder = folder }, NULL));
    OK(orm_verify(db, &Round2_schema, NULL, NULL, NULL));
    ORM_AUTO Team2 *team = Team2_find(db, 1);
    REQUIRE(team);
    CHECK_INT(team->captain_id.value, 1);
    OK(orm_generate(&Round3_schema, "end", &arena, &path, &(orm_generate_options){ .folder = folder, .allow = "a test", .irreversible = "a test" }));
    OK(orm_migrate(db, &(orm_migrate_options){ .folder = folder }, NULL));
    OK(orm_verify(db, &Round3_schema, NULL, NULL, NULL));
    OK(orm_exec(db, NULL, "delete from lands", orm_no_params));      /* they would lack their code */
    OK(orm_migrate_undo(db, &(orm_migrate_options){ .folder = folder, .lossy = true }, NULL));
    OK(orm_verify(db, &Round2_schema, NULL, NULL, NULL));
    OK(orm_migrate_undo(db, &(orm_migrate_options){ .folder = folder, .lossy = true }, NULL));
    OK(orm_verify(db, &Round_schema, NULL, NULL, NULL));
    OK(orm_migrate_undo(db, &(orm_migrate_options){ .folder = folder, .all = true, .lossy = true }, NULL));
    CHECK_INT(tables(db), 1);                    /* the list of what was applied */
    folder_remove();
    orm_arena_release(&arena);
}

/* an index that a key leans on is not put off to a migration of its own */
ON_EACH_OF(an_index_that_is_needed_at_once_is_made_at_once, empty_cases)
{
    const char *path = NULL;
    folder_make();
    OK(orm_generate(&Round3_schema, "begin", &arena, &path, &(orm_generate_options){ .folder = folder }));
    OK(orm_migrate(db, &(orm_migrate_options){ .folder = folder }, NULL));
    OK(orm_generate(&Round_schema, "more", &arena, &path, &(orm_generate_options){ .folder = folder, .concurrently = true, .allow = "a test", .irreversible = "a test" }));
    OK(orm_migrate(db, &(orm_migrate_options){ .folder = folder }, NULL));
    OK(orm_verify(db, &Round_schema, NULL, NULL, NULL));
    OK(orm_migrate_undo(db, &(orm_migrate_options){ .folder = folder, .lossy = true }, NULL));
    OK(orm_verify(db, &Round3_schema, NULL, NULL, NULL));
    folder_remove();
    orm_arena_release(&arena);
}

ON_EACH_OF(circles_are_changed_and_dropped_by_calls, empty_cases)
{
    OK(orm_change_tables(db, &no_models, &Round_schema));
    OK(orm_verify(db, &Round_schema, NULL, NULL, NULL));
    fill(db);
    fill_more(db);
    OK(orm_change_tables_force(db, &Round_schema, &no_models, case_database()));
    CHECK_INT(tables(db), 0);
    orm_arena_release(&arena);
}

static void refused(orm_db *db, const orm_schema *schema, const char *words)
{
    const char *path = "";
    CHECK_INT(orm_sync(db, schema), ORM_MISUSE);
    CHECK_TEXT(orm_error()->message, words);
    CHECK_TEXT(orm_error()->model, schema->models[1]->name);
    CHECK_TEXT(orm_error()->field, schema->models[1]->columns[1].name);
    CHECK_INT(orm_generate(schema, "no", &arena, &path, &(orm_generate_options){ .folder = folder }), ORM_MISUSE);
    CHECK_TEXT(orm_error()->message, words);
    CHECK_INT(orm_change_tables(db, &no_models, schema), ORM_MISUSE);
    CHECK_TEXT(orm_error()->message, words);
    CHECK(orm_schema_sql(db, schema) == NULL);
    CHECK_INT(orm_verify(db, schema, NULL, NULL, NULL), ORM_MISUSE);
    CHECK_INT(tables(db), 0);
}
ORM_MIGRATION(20260101000001_wrong) { return orm_change_tables(db, &ShopOnly_schema, &WrongSale_schema); }
ORM_UNDO(20260101000001_wrong) { return orm_drop_table(db, &Sale_model, case_database()); }
static const orm_migration wrong[] = { ORM_STEP_OF_TABLES(20260101000001_wrong), { .name = NULL } };

ON_EACH_OF(a_key_to_a_column_that_is_not_unique_is_refused, empty_cases)
{
    folder_make();
    refused(db, &WrongSale_schema, "Sale.shop refers to Shop.city, which is neither the primary key nor unique, so that several rows may share it: "
                                   "say unique in the row of Shop.city, or unique(city) of the model");
    refused(db, &WrongEntry_schema, "Entry.code refers to Open.code, which is neither the primary key nor unique, so that several rows may share it: "
                                    "say unique in the row of Open.code, or unique(code) of the model");
    refused(db, &WrongHalf_schema, "Half.a refers to Pair.a, which is only a part of the primary key, so that several rows may share it: "
                                   "say unique in the row of Pair.a, or unique(a) of the model");
    CHECK_INT(orm_create_table(db, &Sale_model), ORM_MISUSE);
    OK(orm_sync(db, &ShopOnly_schema));
    CHECK_INT(orm_migrate(db, &(orm_migrate_options){ .compiled = wrong, .folder = folder }, NULL), ORM_MISUSE);
    CHECK_CONTAINS(orm_error()->message, "Sale.shop refers to Shop.city, which is neither");
    folder_remove();
    orm_arena_release(&arena);
}

CHECK_MAIN()

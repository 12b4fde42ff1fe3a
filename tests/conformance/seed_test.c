/* Rows that a database begins with: from C and from files, once and again, taken back; and rows that are made up */
#include "engines.h"
#include "helpers.h"
#include <time.h>

#define Mood_VALUES(X) X(happy) X(sad)
ORM_ENUM(Mood)
#define Team_FIELDS(X) X(id, serial) X(name, string(30), unique, not_empty) X(size, integer, default(5), between(1, 1000)) X(players, has_many(Player, team_id))
ORM_MODEL(Team, teams)
#define Player_FIELDS(X) \
    X(id, serial) X(team_id, key(Team), on_delete(cascade)) X(email, string(60), unique, email) X(nick, string(8), nullable, length(2, 8)) X(mood, enumeration(Mood), default(Mood_happy)) \
    X(born, date, nullable) X(seen, timestamp, nullable) X(score, double, nullable) X(price, decimal(8, 2), at_least(0)) X(active, boolean, default(true)) X(token, uuid, nullable) X(extra, json, default("{}")) \
    X(tags, array(text), nullable) X(wakes, time, nullable) X(raw, blob, nullable) X(captain_id, key(Player), nullable) X(secret_, string(20), secret, nullable) X(created_at, created_at)
ORM_MODEL(Player, players, unique(team_id, nick))
#define Play_FIELDS(X) X(team_id, key(Team), primary_key) X(player_id, key(Player), primary_key) X(number, smallint)
ORM_MODEL(Play, plays)
#define League_MODELS(X) X(Play) X(Player) X(Team)
ORM_SCHEMA(League)
ORM_DEFINE(League)

#define Code_FIELDS(X) X(id, serial) X(code, string(10), matches("^[A-Z]+$"))
ORM_MODEL(Code, codes)
#define Codes_MODELS(X) X(Code)
ORM_SCHEMA(Codes)
ORM_DEFINE(Codes)

/* a circle: the team has a captain, who is of the team */
#define Crew_FIELDS(X) X(id, serial) X(name, string(20), unique) X(captain_id, key(Sailor), nullable, on_delete(restrict))
ORM_MODEL(Crew, crews)
#define Sailor_FIELDS(X) X(id, serial) X(name, string(20), unique) X(crew_id, key(Crew), on_delete(restrict))
ORM_MODEL(Sailor, sailors)
#define Ships_MODELS(X) X(Crew) X(Sailor)
ORM_SCHEMA(Ships)
ORM_DEFINE(Ships)
static const struct case_setup ship_cases = { &Ships_schema, NULL, NULL, NULL };

static const struct case_setup league_cases = { &League_schema, NULL, NULL, NULL };
static const struct case_setup code_cases = { &Codes_schema, NULL, NULL, NULL };
#define ON_EACH(name) ON_EACH_OF(name, league_cases)

static const Team teams[] = { { .id = 1, .name = "red", .size = 11 }, { .id = 2, .name = "blue" } };
static const Player players[] = {
    { .id = 7, .team_id = 2, .email = "ada@example.com", .nick = "ada", .mood = Mood_sad, .price = { .low = 150, .scale = 2 } },
    { .id = 8, .team_id = 1, .email = "bob@example.com", .captain_id = { 7, true } } };
/* children first, on purpose */
static const orm_seeding seeds[] = { ORM_SEED(Player, players), ORM_SEED(Team, teams), ORM_SEED_LAST };

static void is(const orm_seeded *s, size_t created, size_t updated, size_t unchanged)
{
    CHECK_INT(s->created, created);
    CHECK_INT(s->updated, updated);
    CHECK_INT(s->unchanged, unchanged);
}

ON_EACH(rows_of_c_are_there_after_one_run_and_after_two)
{
    orm_seeded done;
    OK(orm_seed(db, seeds, NULL, &done));
    is(&done, 4, 0, 0);
    Player *ada = Player_find(db, 7), *bob = Player_find(db, 8);
    Team *blue = Team_find(db, 2);
    REQUIRE(ada && bob && blue);
    CHECK_INT(ada->mood, Mood_sad);
    CHECK(ada->active);
    CHECK_INT(ada->price.low, 150);
    CHECK(ada->created_at > INT64_C(1600000000000000));
    CHECK_TEXT(ada->extra, "{}");
    CHECK_INT(bob->mood, Mood_happy);
    CHECK_INT(bob->captain_id.value, 7);
    CHECK_INT(blue->size, 5);
    orm_free(blue);
    OK(orm_seed(db, seeds, NULL, &done));
    is(&done, 0, 0, 4);
    ada->nick = "lady";
    OK(Player_save(db, ada));
    OK(orm_seed(db, seeds, &(orm_seed_options){ .keep = true }, &done));
    is(&done, 0, 0, 4);
    OK(orm_seed(db, seeds, NULL, &done));
    is(&done, 0, 1, 3);
    ORM_NEW(Team, more, .name = "green");               /* its key is behind those that came with rows */
    OK(Team_create(db, &more));
    CHECK_INT(more.id, 3);
    OK(orm_seed_undo(db, seeds, NULL, &done));
    CHECK_INT(done.destroyed, 4);
    CHECK_INT(COUNT(Player, db, .all = false), 0);
    CHECK_INT(COUNT(Team, db, .all = false), 1);
    OK(orm_seed_undo(db, seeds, NULL, &done));
    CHECK_INT(done.destroyed, 0);
    orm_free(ada);
    orm_free(bob);
}

ON_EACH(rows_are_known_by_a_unique_field_too)
{
    static const Team by_name[] = { { .name = "red", .size = 3 }, { .name = "blue" } };
    static const orm_seeding named[] = { ORM_SEED(Team, by_name), ORM_SEED_LAST };
    orm_seeded done;
    ORM_NEW(Team, red, .name = "red", .size = 9);
    OK(Team_create(db, &red));
    OK(orm_seed(db, named, NULL, &done));
    is(&done, 1, 1, 0);
    Team *there = Team_find_by_name(db, "red");
    REQUIRE(there != NULL);
    CHECK_INT(there->id, red.id);
    CHECK_INT(there->size, 3);
    orm_free(there);
    static const Team nobody[] = { { .size = 3 } };
    static const orm_seeding lost[] = { ORM_SEED(Team, nobody), ORM_SEED_LAST };
    CHECK_INT(orm_seed(db, lost, NULL, &done), ORM_MISUSE);
    CHECK_TEXT(orm_error()->message, "Team: rows of a seed are known by their primary key or a unique field, and the first has none of them");
}

ON_EACH(a_row_that_breaks_a_rule_undoes_all)
{
    static const Team wrong[] = { { .id = 1, .name = "red" }, { .id = 2, .name = "" } };
    static const orm_seeding broken[] = { ORM_SEED(Team, wrong), ORM_SEED_LAST };
    orm_seeded done;
    CHECK_INT(orm_seed(db, broken, NULL, &done), ORM_VALIDATION);
    CHECK_CONTAINS(orm_error()->message, "name");
    CHECK_INT(COUNT(Team, db, .all = false), 0);
}

ON_EACH_OF(tables_in_a_circle_are_filled_and_emptied, ship_cases)
{
    static const Crew crews[] = { { .id = 1, .name = "a", .captain_id = { 7, true } }, { .id = 2, .name = "b" } };
    static const Sailor sailors[] = { { .id = 7, .name = "ada", .crew_id = 1 }, { .id = 8, .name = "bob", .crew_id = 2 } };
    static const orm_seeding both[] = { ORM_SEED(Crew, crews), ORM_SEED(Sailor, sailors), ORM_SEED_LAST };
    orm_seeded done;
    OK(orm_seed(db, both, NULL, &done));
    is(&done, 4, 0, 0);
    Crew *crew = Crew_find(db, 1);
    REQUIRE(crew != NULL);
    CHECK_INT(crew->captain_id.value, 7);
    OK(orm_seed(db, both, NULL, &done));
    is(&done, 0, 0, 4);
    crew->captain_id = orm_int64(8);
    OK(Crew_save(db, crew));
    OK(orm_seed(db, both, &(orm_seed_options){ .keep = true }, &done));
    is(&done, 0, 0, 4);
    OK(orm_seed(db, both, NULL, &done));
    is(&done, 0, 1, 3);
    OK(orm_seed_undo(db, both, NULL, &done));
    CHECK_INT(done.destroyed, 4);
    CHECK_INT(COUNT(Crew, db, .all = false), 0);
    OK(orm_fake(db, &Ships_schema, 5, NULL));
    CHECK_INT(COUNT(Sailor, db, .all = false), 5);
    orm_free(crew);
}

/* ---- files -------------------------------------------------------------------------------------------------------------------- */
static char path[64];
static void put(const char *end, const char *text_)
{
    snprintf(path, sizeof path, "/tmp/orm_seed_%ld%s", (long)getpid(), end);
    FILE *file = fopen(path, "w");
    REQUIRE(file != NULL);
    fputs(text_, file);
    fclose(file);
}

static orm_status seed_file(orm_db *db, const orm_model *model, orm_seeded *done)
{
    const orm_seeding from[] = { { .model = model, .file = path }, ORM_SEED_LAST };
    return orm_seed(db, from, NULL, done);
}

ON_EACH(files_of_csv_and_json_are_the_same_rows)
{
    static const char csv[] = "\xEF\xBB\xBF" "id,team_id,email,nick,mood,born,seen,score,price,active,token,extra,tags,wakes,raw\r\n"
        "1,1,a@example.com,\"a \"\"b\"\"\",sad,2001-02-03,2026-01-02T03:04:05Z,1.5,2.50,false,0190163d-8694-739b-aea5-966c26f8ad91,\"{\"\"a\"\": [1]}\",\"[\"\"x\"\",\"\"y\"\"]\",10:00:00,00ff\r\n"
        "\r\n2,1,b@example.com,,,,,,0,,,,,,\r\n";
    static const char json[] = "[\n {\"id\": 1, \"team_id\": 1, \"email\": \"a@example.com\", \"nick\": \"a \\\"b\\\"\", \"mood\": \"sad\", \"born\": \"2001-02-03\", \"seen\": \"2026-01-02T03:04:05Z\",\n"
        " \"score\": 1.5, \"price\": 2.50, \"active\": false, \"token\": \"0190163d-8694-739b-aea5-966c26f8ad91\", \"extra\": {\"a\": [1]}, \"tags\": [\"x\",\"y\"], \"wakes\": \"10:00:00\", \"raw\": \"00ff\"},\n"
        " {\"id\": 2, \"team_id\": 1, \"email\": \"\\u0062@example.com\", \"nick\": null, \"price\": 0}\n]\n";
    orm_seeded done;
    OK(orm_seed(db, (const orm_seeding[]){ ORM_SEED(Team, teams), ORM_SEED_LAST }, NULL, NULL));
    put(".csv", csv);
    OK(seed_file(db, &Player_model, &done));
    is(&done, 2, 0, 0);
    Player *one = Player_find(db, 1), *two = Player_find(db, 2);
    REQUIRE(one && two);
    CHECK_TEXT(one->nick, "a \"b\"");
    CHECK_INT(one->mood, Mood_sad);
    CHECK(one->score.set && one->score.value > 1.4 && one->score.value < 1.6);
    CHECK_INT(one->price.low, 250);
    CHECK(!one->active && two->active);
    CHECK_INT(one->tags.n, 2);
    CHECK_TEXT(one->tags.at[1], "y");
    CHECK_INT(one->raw.size, 2);
    CHECK(two->nick == NULL && !two->born.set && two->mood == Mood_happy);
    orm_free(one);
    orm_free(two);
    unlink(path);
    put(".json", json);
    OK(seed_file(db, &Player_model, &done));
    is(&done, 0, 0, 2);
    unlink(path);
}

static void refuses(orm_db *db, const char *end, const char *text_, const char *message)
{
    orm_seeded done;
    put(end, text_);
    CHECK_TEXT(orm_status_name(seed_file(db, &Player_model, &done)), "ORM_VALIDATION");
    CHECK_CONTAINS(orm_error()->message, message);
    CHECK_INT(COUNT(Player, db, .all = false), 0);
    unlink(path);
}

ON_EACH(what_is_wrong_in_a_file_is_told_with_its_line)
{
    OK(orm_seed(db, (const orm_seeding[]){ ORM_SEED(Team, teams), ORM_SEED_LAST }, NULL, NULL));
    refuses(db, ".csv", "", ".csv:1: the first line names the fields, and is missing");
    refuses(db, ".csv", "id,emial\n1,x\n", ".csv:2: Player: there is no field emial");
    refuses(db, ".csv", "id,team_id,email\n1,1,a@example.com\n2,1\n", ".csv:4: Player: there are fewer fields than the first line names");
    refuses(db, ".csv", "id,email\n1,\"a@example.com\n", "a field in quotes does not end");
    refuses(db, ".csv", "id,email\n1,\"a\"b\n", ".csv:2: Player: something stands behind a field in quotes");
    refuses(db, ".csv", "id,team_id,born\n1,1,2001-02-30\n", ".csv:2: Player.born has a value that is none of its type");
    refuses(db, ".csv", "id,team_id,price\n1,1,1.5x\n", ".csv:2: Player.price has a value that is none of its type");
    refuses(db, ".csv", "id,team_id,mood\n1,1,angry\n", "Player.mood has a value");
    refuses(db, ".csv", "id,team_id,active\n1,1,maybe\n", "Player.active has a value");
    refuses(db, ".csv", "id,team_id,secret_\n1,x,hush\n", "Player.team_id has a value");
    refuses(db, ".json", "{\"id\": 1}", "the file is no array of objects");
    refuses(db, ".json", "[{\"id\": 1,}]", "is no JSON");
    refuses(db, ".json", "[\n{\"id\": 1, \"team_id\": null}]", ".json:2: Player.team_id is null, and the field is not nullable");
    refuses(db, ".json", "[{\"id\": 1, \"email\": [1]}]", "Player.email is an object or an array, which the field cannot hold");
    refuses(db, ".json", "[{\"id\": 1, \"email\": \"a\\u0000b\"}]", "has the escape \\u0000, which databases cannot keep");
    orm_seeded done;
    put(".txt", "");
    CHECK_INT(seed_file(db, &Player_model, &done), ORM_MISUSE);
    unlink(path);
    CHECK_INT(orm_seed(db, (const orm_seeding[]){ ORM_SEED_FILE(Team, "/nonexistent/teams.csv"), ORM_SEED_LAST }, NULL, NULL), ORM_IO);
}

static size_t told;
static void count(void *context, const orm_model *model, size_t done, size_t total)
{
    (void)context;
    (void)model;
    (void)total;
    told = done;
}

ON_EACH(many_rows_go_in_pages_and_back)
{
    enum { MANY = 1700 };
    static Team many[MANY];
    static char names[MANY][12];
    orm_seeded done;
    for (int i = 0; i < MANY; i++) {
        snprintf(names[i], sizeof names[i], "team %d", i);
        many[i] = (Team){ .id = i + 1, .name = names[i] };
    }
    const orm_seeding all[] = { { .model = &Team_model, .rows = many, .n = MANY }, ORM_SEED_LAST };
    uint64_t before = orm_counters_of(db).statements;
    OK(orm_seed(db, all, &(orm_seed_options){ .progress = count }, &done));
    is(&done, MANY, 0, 0);
    CHECK_INT(told, MANY);
    CHECK(orm_counters_of(db).statements - before < 60);
    OK(orm_seed(db, all, NULL, &done));
    is(&done, 0, 0, MANY);
    OK(orm_seed_undo(db, all, NULL, &done));
    CHECK_INT(done.destroyed, MANY);
}

/* ---- made up ------------------------------------------------------------------------------------------------------------------- */
static uint64_t print_of(orm_db *db)
{
    uint64_t hash = 1;
    Player *rows = Player_find_all(db, &(Player_query){ .order = { orm_asc(Player_.email) }, .limit = 50 });
    CHECK(rows != NULL);
    for (size_t i = 0; rows && i < orm_len(rows); i++) {
        for (const char *s = rows[i].email; *s; s++) hash = hash * 31 + (unsigned char)*s;
        for (const char *s = rows[i].nick ? rows[i].nick : "-"; *s; s++) hash = hash * 31 + (unsigned char)*s;
        hash = hash * 31 + (uint64_t)rows[i].born.value.days + (uint64_t)rows[i].price.low + rows[i].token.byte[0] + (uint64_t)rows[i].mood;
    }
    orm_free(rows);
    return hash;
}

ON_EACH(rows_are_made_up_that_every_rule_allows)
{
    OK(orm_fake(db, &League_schema, 700, &(orm_fake_options){ .seed = 42, .progress = count }));
    CHECK_INT(told, 700);
    CHECK_INT(COUNT(Team, db, .all = false), 700);
    CHECK_INT(COUNT(Player, db, .all = false), 700);
    CHECK_INT(COUNT(Play, db, .all = false), 700);
    uint64_t first = print_of(db);
    static uint64_t known;
    if (!known) known = first;
    CHECK(first == known);                              /* the same on every engine */
    OK(orm_fake(db, &League_schema, 10, &(orm_fake_options){ .seed = 42 }));           /* and once more beside them */
    CHECK_INT(COUNT(Player, db, .all = false), 710);
}

ON_EACH(only_some_models_are_made_up)
{
    CHECK_INT(orm_fake(db, &League_schema, 3, &(orm_fake_options){ .models = (const orm_model *const[]){ &Player_model, NULL } }), ORM_MISUSE);
    CHECK_CONTAINS(orm_error()->message, "Player.team_id: there is no Team to refer to: make some first");
    OK(orm_fake(db, &League_schema, 3, &(orm_fake_options){ .models = (const orm_model *const[]){ &Team_model, NULL } }));
    CHECK_INT(COUNT(Team, db, .all = false), 3);
    CHECK_INT(orm_fake(db, &League_schema, 2000, &(orm_fake_options){ .models = (const orm_model *const[]){ &Team_model, NULL } }), ORM_OK);
}

ON_EACH_OF(a_rule_that_nobody_can_meet_is_told, code_cases)
{
    CHECK_INT(orm_fake(db, &Codes_schema, 3, NULL), ORM_UNSUPPORTED);
    CHECK_TEXT(orm_error()->message, "Code.code: nobody can make up values for matches: give such rows as seeds");
    CHECK_TEXT(orm_error()->field, "code");
}

CHECK_MAIN()

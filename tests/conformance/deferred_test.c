/* Foreign keys that are looked at late: declared so, put off by a transaction, and found broken when it commits. */
#define ORM_DESTRUCTIVE
#include "engines.h"
#include "helpers.h"
#include "migration_folder.h"
#include <pthread.h>

/* two tables that need each other: no row can come first, unless nobody looks before both are there */
#define Team_FIELDS(X)                                                              \
    X(id,         serial)                                                           \
    X(name,       string(40))                                                       \
    X(captain_id, key(Player), deferred)                                            \
    X(captain,    belongs_to(Player, captain_id))                                   \
    X(players,    has_many(Player, team_id))
ORM_MODEL(Team, teams)
#define Player_FIELDS(X)                                                            \
    X(id,         serial)                                                           \
    X(name,       string(40))                                                       \
    X(team_id,    key(Team), deferred, on_delete(cascade), indexed, column("side")) \
    X(team,       belongs_to(Team, team_id))
ORM_MODEL(Player, players)

/* one that a transaction may put off, and one that nobody may */
#define Prize_FIELDS(X) X(id, serial) X(player_id, key(Player), deferrable) X(note, string(20), nullable)
ORM_MODEL(Prize, prizes)
#define Badge_FIELDS(X) X(id, serial) X(player_id, key(Player), nullable)
ORM_MODEL(Badge, badges)

/* several columns */
#define Hall_FIELDS(X) X(house, string(10), primary_key) X(number, integer, primary_key)
ORM_MODEL(Hall, halls)
#define Seat_FIELDS(X) X(id, serial) X(house, string(10)) X(hall, integer) X(room, belongs_to(Hall, (house, hall), on_delete(restrict), deferred))
ORM_MODEL(Seat, seats)
#define Stool_FIELDS(X) X(id, serial) X(house, string(10)) X(hall, integer) X(room, belongs_to(Hall, (house, hall), deferrable))
ORM_MODEL(Stool, stools)

#define Late_MODELS(X) X(Team) X(Player) X(Prize) X(Badge) X(Hall) X(Seat) X(Stool)
ORM_SCHEMA(Late)
ORM_DEFINE(Late)

static const struct case_setup late = { &Late_schema, NULL, NULL, NULL };
static const struct case_setup empty = { NULL, NULL, NULL, NULL };
#define ON_EACH(name)        ON_EACH_OF(name, late)
#define ON_EACH_SHARED(name) ON_EACH_SHARED_OF(name, late)

static Player player(int64_t id, int64_t team)
{
    ORM_NEW(Player, p, .id = id, .name = "p", .team_id = team);
    return p;
}
static Team team(int64_t id, int64_t captain)
{
    ORM_NEW(Team, t, .id = id, .name = "t", .captain_id = captain);
    return t;
}
/* team 1 with its captain 1 */
static void begin_with_one(orm_db *db)
{
    Team t = team(1, 1);
    Player p = player(1, 1);
    ORM_TRANSACTION(db) {
        OK(Team_create(db, &t));
        OK(Player_create(db, &p));
    }
    CHECK(!orm_failed());
}
static void broken(const char *model, const char *field, const char *constraint)
{
    CHECK_TEXT(orm_status_name(orm_error()->kind), "ORM_FOREIGN_KEY");
    CHECK_TEXT(orm_error()->model, model);
    CHECK_TEXT(orm_error()->field, field);
    CHECK_TEXT(orm_error()->constraint, case_engine == ON_POSTGRES ? constraint : "");
    CHECK(orm_error()->failures.count > 0);
    CHECK_TEXT(orm_error()->failures.item[0].rule, "references");
}

/* ---- declared ---------------------------------------------------------------------------------------------------------------------------------- */
ON_EACH(the_words_are_in_the_tables)
{
    char *sql = orm_schema_sql(db, &Late_schema);
    REQUIRE(sql);
    CHECK_CONTAINS(sql, "on delete cascade deferrable initially deferred");
    CHECK_CONTAINS(sql, "references \"halls\" (\"house\", \"number\") on delete restrict deferrable initially deferred");
    CHECK_CONTAINS(sql, "references \"halls\" (\"house\", \"number\") deferrable initially immediate");
    unsigned n = 0;
    for (const char *at = sql; (at = strstr(at, "deferrable")) != NULL; at++) n++;
    CHECK_INT(n, 5);
    orm_free_text(sql);
    OK(orm_verify(db, &Late_schema, NULL, NULL, NULL));
}

ON_EACH(rows_that_need_each_other_are_made_in_one_transaction)
{
    begin_with_one(db);
    CHECK_INT(COUNT(Team, db, .limit = 0), 1);
    CHECK_INT(COUNT(Player, db, .limit = 0), 1);
    orm_tx *tx = orm_begin(db, NULL);
    REQUIRE(tx);
    Player players[3] = { player(2, 2), player(3, 2), player(4, 2) };
    Team t = team(2, 3);
    OK(Player_create_all(db, players, 3, NULL));
    OK(Team_create(db, &t));
    OK(orm_commit(tx));
    CHECK_INT(COUNT(Player, db, .where = orm_eq(Player_.team_id, 2)), 3);
}

ON_EACH(without_a_transaction_each_statement_is_one)
{
    Player p = player(1, 1);
    CHECK_INT(Player_create(db, &p), ORM_FOREIGN_KEY);
    CHECK_TEXT(orm_error()->model, "Player");
    CHECK_INT(COUNT(Player, db, .limit = 0), 0);
    begin_with_one(db);
    CHECK_INT(Player_update(db, &(Player_change){ .set = { orm_set(Player_.team_id, 9) }, .all = true }, NULL), ORM_FOREIGN_KEY);
    Player many[200];
    for (int i = 0; i < 200; i++) many[i] = player(10 + i, i == 150 ? 9 : 1);
    CHECK_INT(Player_create_all(db, many, 200, NULL), ORM_FOREIGN_KEY);
    CHECK_INT(COUNT(Player, db, .limit = 0), 1);
}

ON_EACH(what_a_batch_writes_waits_for_its_own_commit)
{
    Team t = team(1, 1);
    Player p = player(1, 1);
    ORM_TRANSACTION(db) {
        Team_slot made = { 0 };
        Player_slot slot = { 0 };
        ORM_BATCH(db) {
            Team_batch_create(db, &t, &made);
            Player_batch_create(db, &p, &slot);
        }
        CHECK_INT(slot.status, ORM_OK);
        orm_free(made.rows);
        orm_free(slot.rows);
    }
    CHECK(!orm_failed());
    Player orphan = player(2, 9);
    Player_slot slot = { 0 };
    ORM_TRANSACTION(db) {
        ORM_BATCH(db) Player_batch_create(db, &orphan, &slot);
        CHECK_INT(slot.status, ORM_OK);
        orm_free(slot.rows);
    }
    broken("Player", "team_id", "players_side_fkey");
    slot = (Player_slot){ 0 };
    ORM_BATCH(db) Player_batch_create(db, &orphan, &slot);
    broken("Player", "team_id", "players_side_fkey");
    CHECK_TEXT(orm_status_name(slot.status), "ORM_FOREIGN_KEY");
    orm_free(slot.rows);
    CHECK_INT(COUNT(Player, db, .limit = 0), 1);
    /* each stands for itself, where a block is no transaction */
    Player several[4] = { player(3, 1), player(4, 9), player(5, 1), player(6, 9) };
    Player_slot slots[4] = { { .count = 0 } };
    Team_slot found = { 0 };
    ORM_BATCH(db) {
        for (int i = 0; i < 4; i++) Player_batch_create(db, &several[i], &slots[i]);
        Team_batch_find(db, 1, &found);
    }
    CHECK_TEXT(orm_status_name(orm_error()->kind), "ORM_FOREIGN_KEY");
    bool apart = !orm_capabilities_of(db)->one_writer;
    for (int i = 0; i < 4; i++) {
        CHECK_TEXT(orm_status_name(slots[i].status), apart && i % 2 == 0 ? "ORM_OK" : "ORM_FOREIGN_KEY");
        orm_free(slots[i].rows);
    }
    CHECK_INT(found.status, ORM_OK);
    orm_free(found.rows);
    CHECK_INT(COUNT(Player, db, .limit = 0), apart ? 3 : 1);
}

/* ---- a commit that finds a broken key ---------------------------------------------------------------------------------------------------------- */
static int calls;
static void call(void *arg) { calls++, (void)arg; }

ON_EACH(a_commit_that_finds_a_broken_key_names_it_and_rolls_back)
{
    Player p = player(1, 9);
    Badge b = Badge_defaults();
    calls = 0;
    ORM_TRANSACTION(db) {
        OK(Badge_create(db, &b));
        OK(Player_create(db, &p));
        OK(orm_after_commit(db, call, NULL));
        CHECK_INT(COUNT(Player, db, .limit = 0), 1);
    }
    broken("Player", "team_id", "players_side_fkey");
    CHECK_CONTAINS(orm_error()->message, "Player.team_id refers to a row that does not exist");
    CHECK_INT(calls, 0);
    CHECK_INT(orm_counters_of(db).in_use, 0);
    CHECK_INT(COUNT(Player, db, .limit = 0), 0);
    CHECK_INT(COUNT(Badge, db, .limit = 0), 0);
    /* the handle is as before, and so is the row, which is new again */
    Team t = team(1, 1);
    p.team_id = 1;
    ORM_TRANSACTION(db) {
        OK(Player_save(db, &p));
        OK(Team_create(db, &t));
        OK(orm_after_commit(db, call, NULL));
    }
    CHECK(!orm_failed());
    CHECK_INT(calls, 1);
    CHECK_INT(COUNT(Player, db, .limit = 0), 1);
}

static orm_status orphan_of(orm_db *db, void *arg)
{
    Player p = player(5, *(int64_t *)arg);
    return Player_create(db, &p);
}

ON_EACH(each_way_to_commit_answers_it)
{
    int64_t nobody = 9;
    CHECK_INT(orm_transaction(db, orphan_of, &nobody, NULL), ORM_FOREIGN_KEY);
    broken("Player", "team_id", "players_side_fkey");
    orm_tx *tx = orm_begin(db, &(orm_transaction_options){ .isolation = ORM_SERIALIZABLE });
    REQUIRE(tx);
    OK(orphan_of(db, &nobody));
    CHECK_INT(orm_commit(tx), ORM_FOREIGN_KEY);
    broken("Player", "team_id", "players_side_fkey");
    int runs = 0;
    ORM_TRANSACTION(db, .retries = 3) {              /* no conflict: another run would find the same */
        runs++;
        OK(orphan_of(db, &nobody));
    }
    CHECK_INT(runs, 1);
    broken("Player", "team_id", "players_side_fkey");
    CHECK_INT(COUNT(Player, db, .limit = 0), 0);
}

ON_EACH(a_nested_block_leaves_it_to_the_outermost)
{
    int64_t nobody = 9;
    ORM_TRANSACTION(db) {
        ORM_TRANSACTION(db) OK(orphan_of(db, &nobody));
        CHECK(!orm_failed());
        ORM_TRANSACTION(db) {
            Player p = player(6, 9);
            OK(Player_create(db, &p));
            break;
        }
        CHECK(orm_handled(db));
    }
    broken("Player", "team_id", "players_side_fkey");
    ORM_TRANSACTION(db) {
        ORM_TRANSACTION(db) {
            OK(orphan_of(db, &nobody));
            break;
        }
        CHECK(orm_handled(db));
    }
    CHECK(!orm_failed());                            /* nothing of it is left */
}

ON_EACH(a_key_of_several_columns_is_named_by_all_of_them)
{
    ORM_NEW(Seat, s, .house = "a", .hall = 1);
    ORM_TRANSACTION(db) OK(Seat_create(db, &s));
    broken("Seat", "house", "seats_house_hall_fkey");
    CHECK_INT(orm_error()->failures.count, 2);
    CHECK_TEXT(orm_error()->failures.item[1].field, "hall");
    Hall h = Hall_defaults();
    h.house = "a";
    h.number = 1;
    ORM_TRANSACTION(db) {
        OK(Seat_save(db, &s));
        OK(Hall_create(db, &h));
    }
    CHECK(!orm_failed());
    CHECK_INT(Hall_destroy(db, &h), ORM_FOREIGN_KEY);
    ORM_TRANSACTION(db) {                            /* restrict does not wait */
        CHECK_INT(Hall_destroy(db, &h), ORM_FOREIGN_KEY);
    }
    CHECK_INT(COUNT(Hall, db, .limit = 0), 1);
}

ON_EACH(a_parent_that_goes_and_comes_back_was_never_missed)
{
    begin_with_one(db);
    ORM_AUTO Player *captain = Player_get(db, 1);
    REQUIRE(captain);
    ORM_TRANSACTION(db) {
        Player again = player(1, 1);
        OK(Player_destroy(db, captain));
        OK(Player_create(db, &again));
    }
    CHECK(!orm_failed());
    ORM_TRANSACTION(db) OK(Player_destroy_by_key(db, 1));
    CHECK_TEXT(orm_status_name(orm_error()->kind), "ORM_FOREIGN_KEY");
    if (case_engine == ON_POSTGRES) CHECK_TEXT(orm_error()->constraint, "teams_captain_id_fkey");       /* of a parent the engine says only that */
    else CHECK_TEXT(orm_error()->field, "captain_id");
    CHECK_TEXT(orm_error()->model, "");                          /* no call was about teams */
    CHECK_CONTAINS(orm_error()->message, "teams");
    CHECK_INT(COUNT(Player, db, .limit = 0), 1);
    ORM_TRANSACTION(db) {
        OK(Team_destroy_by_key(db, 1));              /* takes its captain along: nothing is left to refer */
    }
    CHECK(!orm_failed());
    CHECK_INT(COUNT(Player, db, .limit = 0), 0);
}

ON_EACH(sql_by_hand_is_found_by_its_table)
{
    ORM_TRANSACTION(db) OK(orm_exec(db, NULL, "insert into players (name, side) values ('x', 7)", orm_no_params));
    CHECK_TEXT(orm_status_name(orm_error()->kind), "ORM_FOREIGN_KEY");
    CHECK_TEXT(orm_error()->model, "");
    CHECK_TEXT(orm_error()->field, "side");
    CHECK_CONTAINS(orm_error()->message, "players");
}

/* ---- put off ------------------------------------------------------------------------------------------------------------------------------------ */
ON_EACH(a_deferrable_key_waits_where_a_transaction_says_so)
{
    ORM_NEW(Prize, prize, .player_id = 1);
    ORM_NEW(Stool, stool, .house = "a", .hall = 1);
    CHECK_INT(Prize_create(db, &prize), ORM_FOREIGN_KEY);
    ORM_TRANSACTION(db) CHECK_INT(Prize_create(db, &prize), ORM_FOREIGN_KEY);
    ORM_TRANSACTION(db) CHECK_INT(Stool_create(db, &stool), ORM_FOREIGN_KEY);
    ORM_TRANSACTION(db) {
        uint64_t before = orm_counters_of(db).statements;
        OK(orm_defer_constraints(db));
        CHECK_INT(orm_counters_of(db).statements - before, 1);
        OK(orm_defer_constraints(db));
        OK(Prize_save(db, &prize));
        Team t = team(1, 1);
        Player p = player(1, 1);
        OK(Team_create(db, &t));
        OK(Player_create(db, &p));
    }
    CHECK(!orm_failed());
    CHECK_INT(COUNT(Prize, db, .limit = 0), 1);
    ORM_NEW(Prize, orphan, .player_id = 9);
    ORM_TRANSACTION(db) {
        OK(orm_defer_constraints(db));
        OK(Prize_create(db, &orphan));
    }
    broken("Prize", "player_id", "prizes_player_id_fkey");
    ORM_TRANSACTION(db) {
        OK(orm_defer_constraints(db));
        OK(Stool_create(db, &stool));
    }
    broken("Stool", "house", "stools_house_hall_fkey");
    /* of that transaction only */
    ORM_TRANSACTION(db) CHECK_INT(Prize_save(db, &orphan), ORM_FOREIGN_KEY);
    CHECK_INT(Prize_save(db, &orphan), ORM_FOREIGN_KEY);
}

ON_EACH(who_is_not_declared_so_waits_only_where_the_engine_knows_no_difference)
{
    ORM_NEW(Badge, badge, .player_id = orm_int64(9));
    bool declared_ = orm_capabilities_of(db)->declared_deferral;
    ORM_TRANSACTION(db) {
        OK(orm_defer_constraints(db));
        CHECK_INT(Badge_create(db, &badge), declared_ ? ORM_FOREIGN_KEY : ORM_OK);
        CHECK_INT(orm_failed(), declared_);
    }
    broken("Badge", declared_ || orm_error()->field[0] ? "player_id" : "", "badges_player_id_fkey");
    CHECK_INT(COUNT(Badge, db, .limit = 0), 0);
}

ON_EACH(what_was_put_off_is_looked_at_on_demand)
{
    begin_with_one(db);
    ORM_TRANSACTION(db) {
        OK(orm_defer_constraints(db));
        ORM_NEW(Prize, early, .player_id = 2);
        OK(Prize_create(db, &early));
        Player p = player(2, 1);
        OK(Player_create(db, &p));
        OK(orm_check_constraints(db));               /* by now it refers to somebody */
        ORM_NEW(Prize, orphan, .player_id = 9);
        CHECK_INT(Prize_create(db, &orphan), ORM_FOREIGN_KEY);
        CHECK(!orm_handled(db));
    }
    CHECK_INT(COUNT(Prize, db, .limit = 0), 0);
    ORM_TRANSACTION(db) {
        OK(orm_defer_constraints(db));
        ORM_NEW(Prize, orphan, .player_id = 9);
        OK(Prize_create(db, &orphan));
        CHECK_INT(orm_check_constraints(db), ORM_FOREIGN_KEY);
        broken("Prize", "player_id", "prizes_player_id_fkey");
        CHECK(!orm_handled(db));
    }
    broken("Prize", "player_id", "prizes_player_id_fkey");
    CHECK_INT(COUNT(Prize, db, .limit = 0), 0);
}

ON_EACH(a_mistake_is_handled_in_a_nested_block)
{
    begin_with_one(db);
    ORM_TRANSACTION(db) {
        OK(orm_defer_constraints(db));
        ORM_NEW(Prize, good, .player_id = 2);
        OK(Prize_create(db, &good));
        Player p = player(2, 1);
        OK(Player_create(db, &p));
        ORM_TRANSACTION(db) {
            ORM_NEW(Prize, orphan, .player_id = 9);
            OK(Prize_create(db, &orphan));
            CHECK_INT(orm_check_constraints(db), ORM_FOREIGN_KEY);
        }
        CHECK(orm_handled(db));
        ORM_NEW(Prize, early, .player_id = 3);       /* the nested block's wish went with it: keys wait again */
        Player q = player(3, 1);
        OK(Prize_create(db, &early));
        OK(Player_create(db, &q));
    }
    CHECK(!orm_failed());
    CHECK_INT(COUNT(Prize, db, .limit = 0), 2);
}

ON_EACH(a_nested_block_that_is_rolled_back_takes_its_wish_along)
{
    begin_with_one(db);
    ORM_TRANSACTION(db) {
        ORM_TRANSACTION(db) {
            OK(orm_defer_constraints(db));
            break;
        }
        CHECK(orm_handled(db));
        ORM_TRANSACTION(db) {
            ORM_NEW(Prize, orphan, .player_id = 9);
            CHECK_INT(Prize_create(db, &orphan), ORM_FOREIGN_KEY);
        }
        CHECK(orm_handled(db));
        ORM_TRANSACTION(db) OK(orm_defer_constraints(db));           /* kept: the wish stays */
        ORM_NEW(Prize, early, .player_id = 2);
        OK(Prize_create(db, &early));
        ORM_TRANSACTION(db) {
            Player p = player(2, 1);
            OK(Player_create(db, &p));
            OK(orm_check_constraints(db));
            break;
        }
        CHECK(orm_handled(db));
        ORM_NEW(Prize, more, .player_id = 2);        /* what waited waits again, and the player is not there again */
        OK(Prize_create(db, &more));
        Player p = player(2, 1);
        OK(Player_create(db, &p));
    }
    CHECK(!orm_failed());
    CHECK_INT(COUNT(Prize, db, .limit = 0), 2);
}

ON_EACH(a_deferred_key_is_checked_by_each_statement_where_the_engine_can_say_so)
{
    bool declared_ = orm_capabilities_of(db)->declared_deferral;
    Player p = player(1, 9);
    ORM_TRANSACTION(db) {
        OK(orm_check_constraints(db));
        CHECK_INT(Player_create(db, &p), declared_ ? ORM_FOREIGN_KEY : ORM_OK);
        if (!declared_) CHECK_INT(orm_check_constraints(db), ORM_FOREIGN_KEY);
    }
    broken("Player", "team_id", "players_side_fkey");
    CHECK_INT(COUNT(Player, db, .limit = 0), 0);
}

ON_EACH(outside_of_a_transaction_that_writes_it_is_refused)
{
    REFUSED(db, orm_defer_constraints(db), ORM_MISUSE);
    CHECK_CONTAINS(orm_error()->message, "make the call in a transaction");
    REFUSED(db, orm_check_constraints(db), ORM_MISUSE);
    CHECK_CONTAINS(orm_error()->message, "make the call in a transaction");
    CHECK_INT(orm_defer_constraints(NULL), ORM_MISUSE);
    CHECK_INT(orm_check_constraints(NULL), ORM_MISUSE);
    ORM_TRANSACTION(db, .read_only = true) {
        REFUSED(db, orm_defer_constraints(db), ORM_MISUSE);
        CHECK_CONTAINS(orm_error()->message, "only reads");
        CHECK(orm_handled(db));
        REFUSED(db, orm_check_constraints(db), ORM_MISUSE);
        CHECK(orm_handled(db));
    }
    CHECK(!orm_failed());
    ORM_BUDGET(db, 1) {
        ORM_TRANSACTION(db) {
            OK(orm_defer_constraints(db));
            CHECK_INT(orm_check_constraints(db), ORM_OVER_BUDGET);
        }
    }
}

struct handed { orm_db *db; orm_status status; };
static void *defer_there(void *arg)
{
    struct handed *handed = arg;
    handed->status = orm_defer_constraints(handed->db);
    return NULL;
}

ON_EACH(another_thread_may_ask_for_it)
{
    begin_with_one(db);
    ORM_TRANSACTION(db) {
        struct handed handed = { orm_current(db), ORM_FAILED };
        pthread_t thread;
        REQUIRE(pthread_create(&thread, NULL, defer_there, &handed) == 0);
        pthread_join(thread, NULL);
        CHECK_INT(handed.status, ORM_OK);
        ORM_NEW(Prize, early, .player_id = 2);
        OK(Prize_create(db, &early));
        Player p = player(2, 1);
        OK(Player_create(db, &p));
    }
    CHECK(!orm_failed());
}

/* ---- many rows ---------------------------------------------------------------------------------------------------------------------------------- */
ON_EACH(a_graph_that_needs_itself_is_created)
{
    Player captain = player(7, 3);
    Team t = team(3, 7);
    t.captain = &captain;
    OK(Team_create_graph(db, &t));
    CHECK_INT(COUNT(Player, db, .where = orm_eq(Player_.team_id, 3)), 1);
    Player stray = player(8, 99);
    Team u = team(4, 8);
    u.captain = &stray;
    CHECK_INT(Team_create_graph(db, &u), ORM_FOREIGN_KEY);
    broken("Player", "team_id", "players_side_fkey");
    CHECK_INT(COUNT(Team, db, .limit = 0), 1);
}

ON_EACH(many_rows_wait_for_the_commit)
{
    static Player players[700];
    for (int i = 0; i < 700; i++) players[i] = player(i + 1, 1 + i % 2);
    for (int keys = 0; keys < 2; keys++) {
        ORM_TRANSACTION(db) {
            OK(Player_create_all(db, players, 700, &(orm_create_options){ .no_keys = keys == 0 }));
            Team teams[2] = { team(1, 2), team(2, 1) };
            OK(Team_create_all(db, teams, 2, NULL));
            CHECK_INT(COUNT(Player, db, .limit = 0), 700);
            if (keys == 0) break;
        }
        for (int i = 0; i < 700; i++) players[i] = player(i + 1, 1 + i % 2);
    }
    CHECK(!orm_failed());
    CHECK_INT(COUNT(Player, db, .limit = 0), 700);
    players[0] = player(1001, 9);
    ORM_TRANSACTION(db) OK(Player_create_all(db, players, 1, &(orm_create_options){ .no_keys = true }));
    broken("Player", "team_id", "players_side_fkey");
}

ON_EACH(seeds_fill_a_circle_of_needed_keys)
{
    static const Team teams[] = { { .id = 1, .name = "red", .captain_id = 7 }, { .id = 2, .name = "blue", .captain_id = 8 } };
    static const Player players[] = { { .id = 7, .name = "ada", .team_id = 1 }, { .id = 8, .name = "bob", .team_id = 2 } };
    static const orm_seeding both[] = { ORM_SEED(Player, players), ORM_SEED(Team, teams), ORM_SEED_LAST };
    static const Player stray[] = { { .id = 9, .name = "eve", .team_id = 3 } };
    static const orm_seeding wrong[] = { ORM_SEED(Player, stray), ORM_SEED_LAST };
    orm_seeded done;
    OK(orm_seed(db, both, NULL, &done));
    CHECK_INT(done.created, 4);
    OK(orm_seed(db, both, NULL, &done));
    CHECK_INT(done.created, 0);
    CHECK_INT(orm_seed(db, wrong, NULL, &done), ORM_FOREIGN_KEY);
    broken("Player", "team_id", "players_side_fkey");
    CHECK_INT(done.created, 0);
    OK(orm_seed_undo(db, both, NULL, &done));
    CHECK_INT(COUNT(Player, db, .limit = 0), 0);
    CHECK_INT(COUNT(Team, db, .limit = 0), 0);
}

ON_EACH(a_circle_is_emptied_and_dropped)
{
    const orm_model *const round_models[] = { &Team_model, &Player_model, &Prize_model, &Badge_model };
    const orm_schema round_schema = { "Round", round_models, 4 };
    begin_with_one(db);
    OK(orm_truncate_tables(db, &round_schema, case_database()));
    CHECK_INT(COUNT(Player, db, .limit = 0), 0);
    begin_with_one(db);
    ORM_TRANSACTION(db) {                            /* also where rows are taken one by one: nobody looks before the end */
        Team t = team(2, 2);
        Player p = player(2, 2);
        OK(Team_create(db, &t));
        OK(Player_create(db, &p));
        OK(orm_check_constraints(db));               /* PostgreSQL empties no table of which something waits to be looked at */
        OK(orm_truncate_tables(db, &round_schema, case_database()));
    }
    CHECK(!orm_failed());
    CHECK_INT(COUNT(Team, db, .limit = 0), 0);
    begin_with_one(db);
    ORM_TRANSACTION(db) {                            /* without that look it says so */
        Team t = team(4, 4);
        Player p = player(4, 4);
        OK(Team_create(db, &t));
        OK(Player_create(db, &p));
        ORM_TRANSACTION(db) CHECK_INT(orm_truncate_tables(db, &round_schema, case_database()), case_engine == ON_POSTGRES ? ORM_BUSY : ORM_OK);
        CHECK(orm_handled(db));
        break;
    }
    CHECK_INT(COUNT(Team, db, .limit = 0), 1);
    ORM_TRANSACTION(db) OK(orm_drop_tables(db, &round_schema, case_database()));
    CHECK(!orm_failed());
    OK(orm_sync(db, &Late_schema));
    begin_with_one(db);
    OK(orm_drop_tables(db, &Late_schema, case_database()));
    CHECK(!table_is_there(db, "teams"));
}

ON_EACH(rows_are_not_made_up_for_a_circle_that_nobody_begins)
{
    CHECK(orm_fake(db, &Late_schema, 3, NULL) != ORM_OK);
    CHECK_TEXT(orm_error()->message, "Team.captain_id: there is no Player to refer to: make some first");
    Team t = team(1000, 1000);
    Player p = player(1000, 1000);
    ORM_TRANSACTION(db) {
        OK(Team_create(db, &t));
        OK(Player_create(db, &p));
    }
    OK(orm_fake(db, &Late_schema, 3, NULL));
    CHECK_INT(COUNT(Player, db, .limit = 0), 4);
}

/* ---- tables that change ---------------------------------------------------------------------------------------------------------------------------- */
#define Port_FIELDS(X) X(id, serial) X(zone, string(5)) X(code, integer)
ORM_MODEL(Port, ports, unique(zone, code))
#define Dock_FIELDS(X) X(zone, string(5), primary_key) X(code, integer, primary_key)
ORM_MODEL(Dock, docks)
#define Ship_FIELDS(X)  X(id, serial) X(port_id, key(Port), on_delete(cascade)) X(zone, string(5)) X(code, integer) X(dock, belongs_to(Dock, (zone, code)))
ORM_MODEL(Ship, ships)
#define Ship2_FIELDS(X) X(id, serial) X(port_id, key(Port), on_delete(cascade), deferred) X(zone, string(5)) X(code, integer) X(dock, belongs_to(Dock, (zone, code), deferrable))
ORM_MODEL(Ship2, ships)
#define Ship3_FIELDS(X) X(id, serial) X(port_id, key(Port), on_delete(cascade), deferrable) X(zone, string(5)) X(code, integer) X(dock, belongs_to(Dock, (zone, code), deferred)) \
    X(other_id, key(Port), nullable, deferred)
ORM_MODEL(Ship3, ships)
#define Fleet_MODELS(X) X(Port) X(Dock) X(Ship) X(Ship2) X(Ship3)
ORM_SCHEMA(Fleet)
ORM_DEFINE(Fleet)
ORM_SCHEMA_OF(First, &Port_model, &Dock_model, &Ship_model);
ORM_SCHEMA_OF(Second, &Port_model, &Dock_model, &Ship2_model);
ORM_SCHEMA_OF(Third, &Port_model, &Dock_model, &Ship3_model);

static char told[2048];
static void tell(void *context, const char *where_, const char *rule, const char *what)
{
    size_t n = strlen(told);
    (void)context;
    snprintf(told + n, sizeof told - n, "%s [%s] %s|", where_, rule, what);
}
static const char *differs(orm_db *db, const orm_schema *schema)
{
    told[0] = 0;
    orm_status status = orm_verify(db, schema, (const char *const[]){ "orm_migrations", NULL }, tell, NULL);
    CHECK_TEXT(orm_status_name(status), told[0] ? "ORM_SCHEMA_DIFFERS" : "ORM_OK");
    return told;
}

ON_EACH_OF(a_key_that_is_looked_at_otherwise_is_a_migration, empty)
{
    orm_arena arena = { 0 };
    const char *path = NULL;
    const orm_generate_options here = { .folder = folder, .allow = "a test", .irreversible = "a test" };
    folder_make();
    OK(orm_generate(&First_schema, "begin", &arena, &path, &here));
    OK(up(db));
    CHECK_TEXT(differs(db, &First_schema), "");
    ORM_NEW(Port, port, .zone = "a", .code = 1);
    OK(Port_create(db, &port));
    ORM_NEW(Dock, dock, .zone = "a", .code = 1);
    OK(Dock_create(db, &dock));
    ORM_NEW(Ship, ship, .port_id = port.id, .zone = "a", .code = 1);
    OK(Ship_create(db, &ship));
    OK(orm_generate(&Second_schema, "later", &arena, &path, &here));
    REQUIRE(path);
    OK(up(db));
    CHECK_TEXT(differs(db, &Second_schema), "");
    CHECK_TEXT(differs(db, &First_schema), "ships.port_id [deferral] is deferred, the model says not deferrable|ships.zone, code [deferral] is deferrable, the model says not deferrable|");
    ORM_NEW(Ship2, stray, .port_id = 99, .zone = "a", .code = 1);
    ORM_TRANSACTION(db) OK(Ship2_create(db, &stray));
    broken("Ship2", "port_id", "ships_port_id_fkey");
    OK(orm_generate(&Second_schema, "nothing", &arena, &path, &here));
    CHECK(!path);                                    /* the snapshot says the same as the models */
    OK(orm_generate(&Third_schema, "more", &arena, &path, &here));
    REQUIRE(path);
    OK(up(db));
    CHECK_TEXT(differs(db, &Third_schema), "");
    OK(orm_generate(&Third_schema, "nothing", &arena, &path, &here));
    CHECK(!path);
    OK(orm_migrate_undo(db, &(orm_migrate_options){ .folder = folder, .lossy = true }, NULL));
    CHECK_TEXT(differs(db, &Second_schema), "");
    OK(orm_migrate_undo(db, &(orm_migrate_options){ .folder = folder, .lossy = true }, NULL));
    CHECK_TEXT(differs(db, &First_schema), "");
    CHECK_INT(COUNT(Ship, db, .limit = 0), 1);
    CHECK_INT(Ship2_create(db, &stray), ORM_FOREIGN_KEY);
    OK(orm_generate(&First_schema, "back", &arena, &path, &here));
    OK(up(db));
    CHECK_TEXT(differs(db, &First_schema), "");
    orm_arena_release(&arena);
    folder_remove();
}

ON_EACH_OF(the_tables_are_told_as_they_are, empty)
{
    orm_arena arena = { 0 };
    const char *text = "";
    OK(orm_sync(db, &Third_schema));
    CHECK_TEXT(differs(db, &Third_schema), "");
    CHECK_TEXT(differs(db, &Second_schema), "ships.port_id [deferral] is deferrable, the model says deferred|ships.zone, code [deferral] is deferred, the model says deferrable|"
                                            "ships.other_id [column] is a column that the model does not have|");
    CHECK_INT(orm_sync(db, &Second_schema), ORM_SCHEMA_DIFFERS);
    OK(orm_pull(db, NULL, &arena, &text));
    CHECK_CONTAINS(text, "X(port_id, key(Port), on_delete(cascade), deferrable)");
    CHECK_CONTAINS(text, "X(other_id, key(Port), nullable, deferred)");
    CHECK_CONTAINS(text, "belongs_to(Dock, (zone, code), deferred)");
    orm_arena_release(&arena);
}

/* the words of a column, whatever it says of its type */
static void said(const char *text, const char *column, const char *words)
{
    char row[8], wanted[128];
    snprintf(row, sizeof row, "X(%s, ", column);
    const char *at = strstr(text, row), *end = at ? strchr(at, '\n') : NULL;
    REQUIRE(end);
    const char *from = strstr(at, ", nullable");
    if (!from || from > end) from = strstr(at, ", references(");
    REQUIRE(from && from < end);
    char line[256] = "";
    for (const char *s = from; s < end - 2; s++) {
        if (strncmp(s, ", references(Owner, id)", 23) == 0) s += 23;
        strncat(line, s, 1);
    }
    snprintf(wanted, sizeof wanted, "%s)", words);
    CHECK_TEXT(line, wanted);
}

/* as other hands write it */
ON_EACH_OF(the_words_are_found_in_any_spelling, empty)
{
    orm_arena arena = { 0 };
    const char *text = "";
    run(db, "create table owners (id bigint not null primary key, \"deferrable\" integer)");
    run(db, "create table things (id bigint not null primary key, a bigint constraint \"references\" references owners(id) on delete cascade Deferrable /* not */ INITIALLY -- (\n Deferred,"
            " b bigint not null references owners (id) deferrable initially immediate check (b > 0 or 'deferrable initially deferred' = ''), c bigint references owners(id),"
            " d bigint references owners (id) not deferrable initially immediate, e bigint references owners(id) deferrable,"
            " f bigint, g bigint default 7, foreign key (f) references owners (id) deferrable initially deferred, constraint last foreign key (g) references owners (id))");
    OK(orm_pull(db, NULL, &arena, &text));
    said(text, "a", ", nullable, on_delete(cascade), deferred");
    said(text, "b", ", deferrable");
    said(text, "c", ", nullable");
    said(text, "d", ", nullable");
    said(text, "e", ", nullable, deferrable");
    said(text, "f", ", nullable, deferred");
    said(text, "g", ", nullable, default(7)");
    run(db, "alter table things add column h bigint references owners (id) deferrable initially deferred");
    OK(orm_pull(db, NULL, &arena, &text));
    said(text, "h", ", nullable, deferred");
    said(text, "g", ", nullable, default(7)");
    orm_arena_release(&arena);
}
CHECK_MAIN()

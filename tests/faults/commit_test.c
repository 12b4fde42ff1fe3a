/* test: own-server, no-asan, no-tsan, no-valgrind */
/* >>commit_test: COMMITs whose answer does not come. The outcome is found out where it can be, and never guessed. */
#include "faults.h"
#include "proxy.h"

static orm_status create_with(orm_db *db, const char *word, int amount)
{
    ORM_TRANSACTION(db) {
        ORM_NEW(Entry, entry, .word = word, .amount = amount);
        if (Entry_create(db, &entry)) break;
    }
    return orm_error()->kind;
}

static orm_status create_in_transaction(orm_db *db, const char *word) { return create_with(db, word, 0); }

/* a connection that is new, or made anew: the messages of a transaction are the same each time */
static void connect_anew(orm_db *db) { OK(Entry_count(db, NULL, &(int64_t){ 0 })); }

/* a handle, and the messages of each side in its first transaction; the client's last one is COMMIT */
static orm_db *open_proxied(proxy_count *whole)
{
    orm_db *db = orm_open(proxy_url());
    CHECK(db != NULL);
    connect_anew(db);
    proxy_arm((proxy_cut){ .message = 0 }, NULL);
    OK(create_in_transaction(db, "counted"));
    *whole = proxy_counts();
    orm_close(db);
    db = orm_open(proxy_url());
    CHECK(db != NULL);
    return db;
}

static void cut_at_commit(const proxy_count *whole, proxy_place place, proxy_way way, unsigned wait_us)
{
    proxy_arm((proxy_cut){ .message = whole->messages[PROXY_CLIENT], .side = PROXY_CLIENT, .place = place, .way = way, .wait_us = wait_us }, NULL);
}

TEST(a_thousand_commits_that_are_cut_at_random_are_all_settled_rightly)
{
    enum { ROUNDS = 1000 };
    unsigned state = 1, kept = 0, lost = 0;
    orm_db *direct = open_direct();
    proxy_start();
    proxy_count whole;
    orm_db *db = open_proxied(&whole);
    for (unsigned i = 0; i < ROUNDS && !check_failed; i++) {
        char word[32];
        snprintf(word, sizeof word, "round %u", i);
        connect_anew(db);
        state = state * 1664525 + 1013904223;
        unsigned random = state >> 8, behind = random % 4;      /* before, inside and after COMMIT, and before its answer */
        if (behind == 3) proxy_arm((proxy_cut){ .message = whole.messages[PROXY_SERVER] - 1, .side = PROXY_SERVER, .place = (proxy_place)(random / 4 % 3), .way = (proxy_way)(random / 12 % 2) }, NULL);
        else cut_at_commit(&whole, (proxy_place)behind, (proxy_way)(random / 12 % 2), random / 24 % 300);
        orm_status answer = create_in_transaction(db, word);
        CHECK(proxy_counts().cut);
        CHECK_INT(proxy_counts().commits, 1);
        CHECK(answer == ORM_OK || answer == ORM_CONNECTION_LOST);
        CHECK_INT(number_of(direct, word), answer == ORM_OK);
        kept += answer == ORM_OK;
        lost += answer == ORM_CONNECTION_LOST;
    }
    CHECK(kept > 100 && lost > 100);
    orm_close(db);
    proxy_stop();
    orm_close(direct);
}

/* an atomic block sends its commit behind its calls; the last two messages of the client are that one's Execute and the Sync */
static orm_status create_in_block(orm_db *db, const char *word, orm_status *of_slot)
{
    Entry_slot made = { 0 };
    ORM_NEW(Entry, entry, .word = word);
    ORM_BATCH(db, .atomic = true) Entry_batch_create(db, &entry, &made);
    *of_slot = made.status;
    orm_free(made.rows);
    return orm_error()->kind;
}

TEST(a_commit_that_rides_along_with_an_atomic_block_and_has_no_answer_is_unknown)
{
    orm_db *direct = open_direct();
    orm_status slot = ORM_OK;
    proxy_start();
    orm_db *db = orm_open(proxy_url());
    REQUIRE(db != NULL);
    connect_anew(db);
    KIND(create_in_block(db, "prepares", &slot), ORM_OK);
    proxy_arm((proxy_cut){ .message = 0 }, NULL);
    KIND(create_in_block(db, "counted", &slot), ORM_OK);
    proxy_count whole = proxy_counts();
    for (int way = 0; way < 2; way++) {
        for (int last = 0; last < 3; last++) {
            char word[40];
            snprintf(word, sizeof word, "way %d last %d", way, last);
            connect_anew(db);
            KIND(create_in_block(db, "prepares again", &slot), ORM_OK);
            /* before the Sync comes through; behind it, before any answer; behind the answer to the insert, before that to the commit */
            if (last < 2) proxy_arm((proxy_cut){ .message = whole.messages[PROXY_CLIENT], .side = PROXY_CLIENT, .place = last ? PROXY_AFTER : PROXY_BEFORE, .way = (proxy_way)way, .wait_us = last ? 50000 : 0 }, NULL);
            else proxy_arm((proxy_cut){ .message = whole.messages[PROXY_SERVER] - 2, .side = PROXY_SERVER, .place = PROXY_BEFORE, .way = (proxy_way)way }, NULL);
            orm_status answer = create_in_block(db, word, &slot);
            CHECK(proxy_counts().cut);
            CHECK_INT(answer, ORM_COMMIT_UNKNOWN);
            CHECK_INT(slot, ORM_COMMIT_UNKNOWN);
            int64_t stored = number_of(direct, word);
            CHECK(last == 0 || stored == 1);              /* it was done, and nobody could know */
        }
    }
    orm_close(db);
    proxy_stop();
    orm_close(direct);
}

TEST(a_session_that_waits_for_a_lost_commit_is_ended_with_its_locks)
{
    orm_db *direct = open_direct();
    proxy_start();
    proxy_count whole;
    orm_db *db = open_proxied(&whole);
    connect_anew(db);
    cut_at_commit(&whole, PROXY_BEFORE, PROXY_HALF, 0);
    int64_t began = now_ms();
    KIND(create_in_transaction(db, "waits"), ORM_CONNECTION_LOST);
    CHECK(now_ms() - began < 2000);
    OK(orm_exec(direct, NULL, "truncate entries", orm_no_params));      /* needs the table's lock */
    orm_close(db);
    proxy_stop();
    orm_close(direct);
}

TEST(a_commit_that_is_still_running_is_waited_for_but_not_for_long)
{
    orm_db *direct = open_direct();
    OK(orm_exec(direct, NULL, "create or replace function slow() returns trigger language plpgsql as $$ begin perform pg_sleep(new.amount / 100.0); return new; end $$", orm_no_params));
    OK(orm_exec(direct, NULL, "create constraint trigger slow after insert on entries deferrable initially deferred for each row execute function slow()", orm_no_params));
    proxy_start();
    proxy_count whole;
    orm_db *db = open_proxied(&whole);
    connect_anew(db);
    cut_at_commit(&whole, PROXY_AFTER, PROXY_CLOSE, 0);
    KIND(create_with(db, "slow", 6), ORM_OK);
    CHECK_INT(number_of(direct, "slow"), 1);
    connect_anew(db);
    cut_at_commit(&whole, PROXY_AFTER, PROXY_HALF, 0);
    int64_t began = now_ms();
    KIND(create_with(db, "too slow", 1000), ORM_CONNECTION_LOST);        /* it is stopped, and that is the outcome */
    CHECK(now_ms() - began < 2000);
    CHECK_INT(number_of(direct, "too slow"), 0);
    orm_close(db);
    proxy_stop();
    orm_close(direct);
}

/* ---- a server that is away ------------------------------------------------------------------------------------------------------- */
static void *start_later(void *unused)
{
    (void)unused;
    pause_ms(300);
    start_server();
    orm_db *db = orm_open(server_url());
    for (int i = 0; i < 50; i++) OK(create_entry(db, "by others"));      /* they may get numbers that were lost */
    orm_close(db);
    return NULL;
}

/* the server stops under an open transaction, and comes back while its COMMIT is being settled */
static orm_status commit_over_restart(int signal_)
{
    pthread_t starter;
    orm_db *direct = open_direct(), *db = orm_open(server_url());
    orm_close(direct);
    ORM_TRANSACTION(db) {
        if (create_entry(db, "over a restart")) break;
        stop_server(signal_);
        CHECK_INT(pthread_create(&starter, NULL, start_later, NULL), 0);
    }
    orm_status answer = orm_error()->kind;
    pthread_join(starter, NULL);
    CHECK_INT(number_of(db, "over a restart"), 0);
    orm_close(db);
    return answer;
}

TEST(a_restart_of_the_server_does_not_keep_a_commit_from_being_settled) { KIND(commit_over_restart(SIGINT), ORM_CONNECTION_LOST); }
TEST(after_a_crash_of_the_server_a_number_proves_nothing) { KIND(commit_over_restart(SIGQUIT), ORM_COMMIT_UNKNOWN); }

TEST(without_a_server_the_outcome_is_unknown_at_the_deadline)
{
    orm_db *direct = open_direct(), *db = orm_open(server_url(), .timeout_ms = 700);
    orm_close(direct);
    int64_t began = 0;
    ORM_TRANSACTION(db) {
        if (create_entry(db, "unknown")) break;
        stop_server(SIGINT);
        began = now_ms();
    }
    KIND(orm_error()->kind, ORM_COMMIT_UNKNOWN);
    CHECK(now_ms() - began >= 600 && now_ms() - began < 3000);
    start_server();
    orm_close(db);
}

/* ---- what COMMIT itself refuses ---------------------------------------------------------------------------------------------------------- */
TEST(a_constraint_that_fails_at_commit_is_told_as_what_it_is)
{
    orm_db *db = open_direct();
    OK(orm_exec(db, NULL, "alter table entries add constraint one_word unique (word) deferrable initially deferred", orm_no_params));
    OK(create_in_transaction(db, "twice"));
    KIND(create_in_transaction(db, "twice"), ORM_UNIQUE);
    OK(create_in_transaction(db, "again"));
    CHECK_INT(number_of(db, "twice"), 1);
    KIND(create_entry(db, "twice"), ORM_UNIQUE);                        /* alone: at the end of its own transaction, behind its result */
    CHECK_INT(number_of(db, "twice"), 1);
    orm_close(db);
}

CHECK_MAIN()

/* test: own-server, no-asan, no-tsan, no-valgrind */
/* >>pooler_test: PgBouncer in transaction mode stands between: each transaction may be in another session than the one before, and sessions
   are shared with others. Nothing needs to be told to the handle. */
#include "faults.h"
#include <pthread.h>

static orm_db *direct;

static const char *pooler_url(void)
{
    static char url[200];
    snprintf(url, sizeof url, "postgres:host=%s port=6432 dbname=postgres user=postgres", getenv("ORM_POSTGRES_FOLDER"));
    return url;
}

static void start_pooler(const char *mode)
{
    direct = open_direct();
    run_script("pooler", "start", mode);
}

static void stop_pooler(void)
{
    orm_opt_int64 left = { .value = 1 };
    run_script("pooler", "stop", "");
    for (int i = 0; i < 2000 && left.value; i++) OK(orm_scalar(direct, &left, "select count(*) from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()", orm_no_params));
    orm_close(direct);
}

/* one of each kind of call; returns how often an answer was wrong */
static unsigned work(orm_db *db, int who, int round)
{
    char word[40], other[40];
    unsigned wrong = 0;
    int64_t n = 0;
    snprintf(word, sizeof word, "client %d.%d", who, round);
    snprintf(other, sizeof other, "client %d.%d second", who, round);
    ORM_NEW(Entry, entry, .word = word, .amount = who * 1000 + round);
    wrong += Entry_create(db, &entry) != ORM_OK;
    Entry *found = Entry_find(db, entry.id);
    wrong += !found || strcmp(found->word, word) != 0 || found->amount != who * 1000 + round;
    if (found) {
        found->word = other;
        wrong += Entry_save(db, found) != ORM_OK;
    }
    orm_free(found);
    wrong += Entry_count(db, &(Entry_query){ .where = orm_eq(Entry_.word, other) }, &n) != ORM_OK || n != 1;
    ORM_TRANSACTION(db) {
        Entry rows[3];
        for (int i = 0; i < 3; i++) {
            rows[i] = Entry_defaults();
            rows[i].word = word;
        }
        if (Entry_create_all(db, rows, 3, NULL)) break;
        Entry *list = Entry_find_all(db, &(Entry_query){ .where = orm_eq(Entry_.word, word) });
        wrong += !list || orm_len(list) != 3;
        orm_free(list);
    }
    return wrong + orm_failed();
}

typedef struct client { orm_db *db; int number; unsigned wrong; pthread_t thread; } client;

static void *client_main(void *argument)
{
    client *c = argument;
    for (int round = 0; round < 30; round++) c->wrong += work(c->db, c->number, round);
    return NULL;
}

static void clients_work(void)
{
    client clients[6];
    for (int i = 0; i < 6; i++) {
        clients[i] = (client){ .db = orm_open(pooler_url()), .number = i };
        CHECK(clients[i].db != NULL);
        if (!clients[i].db) printf("%s\n", orm_error()->message);
    }
    for (int i = 0; i < 6; i++) CHECK_INT(pthread_create(&clients[i].thread, NULL, client_main, &clients[i]), 0);
    int64_t n = 0;
    for (int i = 0; i < 6; i++) {
        pthread_join(clients[i].thread, NULL);
        CHECK_INT(clients[i].wrong, 0);
        orm_close(clients[i].db);
    }
    OK(Entry_count(direct, NULL, &n));
    CHECK_INT(n, 6 * 30 * 4);
}

TEST(many_clients_share_two_sessions)
{
    start_pooler("transaction");
    clients_work();
    stop_pooler();
}

TEST(a_pooler_that_lends_sessions_for_longer_is_no_different)
{
    start_pooler("session");
    clients_work();
    stop_pooler();
}

/* the lock of the runner is one of its transaction, so it is where its transaction is */
TEST(migrations_run_through_the_pooler)
{
    static const orm_migration compiled[] = { { .name = "20260101000001_a", .sql = "-- up\ncreate table pooled (id bigint);\ninsert into pooled values (1);\n-- down\ndrop table pooled;\n" },
                                              { .name = "20260101000002_b", .sql = "-- no transaction\n-- up\ncreate index concurrently pooled_id on pooled (id);\n-- down\ndrop index concurrently pooled_id;\n" }, { .name = NULL } };
    start_pooler("transaction");
    orm_db *db = orm_open(pooler_url());
    size_t done = 0;
    OK(orm_migrate(db, &(orm_migrate_options){ .compiled = compiled }, &done));
    CHECK_INT(done, 2);
    OK(orm_migrate_undo(db, &(orm_migrate_options){ .compiled = compiled, .all = true }, &done));
    CHECK_INT(done, 2);
    OK(orm_exec(db, NULL, "drop table orm_migrations", orm_no_params));
    orm_close(db);
    stop_pooler();
}

TEST(nothing_of_ours_stays_in_a_lent_session)
{
    start_pooler("transaction");
    orm_db *db = orm_open(pooler_url(), .busy_timeout_ms = 77);
    orm_opt_int64 n = { .value = -1 }, plans = { .value = -1 };
    CHECK_INT(work(db, 1, 1), 0);
    OK(orm_scalar(db, &n, "select count(*) from pg_prepared_statements where name <> ''", orm_no_params));
    OK(orm_scalar(db, &plans, "select count(*) from pg_settings where name in ('lock_timeout', 'plan_cache_mode') and source = 'session'", orm_no_params));
    CHECK_INT(n.value, 0);
    CHECK_INT(plans.value, 0);
    orm_close(db);
    stop_pooler();
}

TEST(the_busy_timeout_holds_inside_transactions)
{
    start_pooler("transaction");
    orm_db *db = orm_open(pooler_url(), .busy_timeout_ms = 50);
    ORM_TRANSACTION(direct) {
        OK(orm_exec(direct, NULL, "lock table entries in share mode", orm_no_params));
        ORM_TRANSACTION(db) {
            if (create_entry(db, "waits")) break;
        }
        KIND(orm_error()->kind, ORM_LOCK_TIMEOUT);
    }
    CHECK_INT(number_of(direct, "waits"), 0);
    orm_close(db);
    stop_pooler();
}

TEST(a_deadline_cancels_through_the_pooler)
{
    start_pooler("transaction");
    orm_db *db = orm_open(pooler_url(), .timeout_ms = 100);
    orm_opt_int64 n = { 0 };
    KIND(orm_scalar(db, &n, "select 1 from pg_sleep(10)", orm_no_params), ORM_TIMEOUT);
    OK(orm_scalar(db, &n, "select 1 from pg_sleep(0)", orm_no_params));
    orm_close(db);
    stop_pooler();
}

TEST(a_commit_whose_session_ended_behind_the_pooler_is_settled)
{
    start_pooler("transaction");
    orm_db *db = orm_open(pooler_url());
    ORM_TRANSACTION(db) {
        if (create_entry(db, "settled")) break;
        terminate(direct, session_of(db));
    }
    KIND(orm_error()->kind, ORM_CONNECTION_LOST);
    CHECK_INT(number_of(direct, "settled"), 0);
    OK(create_entry(db, "settled"));
    orm_close(db);
    stop_pooler();
}

TEST(a_write_whose_session_ended_behind_the_pooler_is_unknown_or_was_not_sent)
{
    start_pooler("transaction");
    orm_db *db = orm_open(pooler_url());
    terminate(direct, session_of(db));
    orm_status answer = create_entry(db, "alone");
    int64_t n = number_of(direct, "alone");
    CHECK(answer == ORM_OK ? n == 1 : answer == ORM_COMMIT_UNKNOWN ? n <= 1 : answer == ORM_CONNECTION_LOST && n == 0);
    OK(Entry_count(db, NULL, &n));
    orm_close(db);
    stop_pooler();
}

TEST(read_only_is_refused_where_it_would_not_be_kept)
{
    start_pooler("transaction");
    orm_db *db = orm_open(pooler_url(), .read_only = true);
    CHECK(db == NULL);
    KIND(orm_error()->kind, ORM_CONFIG);
    CHECK_CONTAINS(orm_error()->message, "pooler");
    stop_pooler();
}

CHECK_MAIN()

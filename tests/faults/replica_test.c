/* test: own-server, no-asan, no-tsan, no-valgrind */
/* >>replica_test: a real streaming replica: what reads it, what it refuses, what happens when it leaves, and when it takes over. */
#define ORM_DESTRUCTIVE
#include "faults.h"

static orm_db *direct;

static const char *replica_url(void)
{
    static char url[200];
    snprintf(url, sizeof url, "postgres:host=%s port=5433 dbname=postgres user=postgres", getenv("ORM_POSTGRES_FOLDER"));
    return url;
}

static void start_replica(void)
{
    direct = open_direct();
    run_script("replica", "start", "");
}

static void stop_replica(void)
{
    run_script("replica", "stop", "");
    orm_close(direct);
}

static int64_t count_on(orm_db *db)
{
    int64_t n = -1;
    OK(Entry_count(db, NULL, &n));
    return n;
}

/* waits until the replica holds so many entries */
static void wait_for_entries(orm_db *replica, int64_t n)
{
    for (int i = 0; i < 5000 && count_on(replica) != n; i++) pause_ms(1);
    CHECK_INT(count_on(replica), n);
}

/* the replica stays behind from here on */
static void hold_back(orm_db *replica)
{
    orm_opt_int64 paused = { 0 };
    OK(orm_exec(replica, NULL, "select pg_wal_replay_pause()", orm_no_params));
    for (int i = 0; i < 5000 && !paused.value; i++) OK(orm_scalar(replica, &paused, "select (pg_get_wal_replay_pause_state() = 'paused')::int::bigint", orm_no_params));
    CHECK_INT(paused.value, 1);
}

TEST(reads_outside_of_transactions_go_to_the_replica_and_all_else_to_the_primary)
{
    start_replica();
    orm_db *replica = orm_open(replica_url()), *db = orm_open(server_url(), .replicas = { replica_url() });
    CHECK(replica && db);
    OK(create_entry(db, "first"));
    wait_for_entries(replica, 1);
    hold_back(replica);
    OK(create_entry(db, "second"));
    CHECK_INT(count_on(db), 1);
    CHECK_INT(count_on(orm_primary(db)), 2);
    ORM_TRANSACTION(db) {
        CHECK_INT(count_on(db), 2);
        Entry *entry = Entry_find_one(db, &(Entry_query){ .where = orm_eq(Entry_.word, "second") });
        CHECK(entry != NULL);
        if (!entry) break;
        entry->word = "changed";
        OK(Entry_save(db, entry));
        orm_free(entry);
    }
    KIND(orm_error()->kind, ORM_OK);
    CHECK_INT(number_of(direct, "changed"), 1);
    OK(orm_exec(replica, NULL, "select pg_wal_replay_resume()", orm_no_params));
    wait_for_entries(replica, 2);
    CHECK_INT(count_on(db), 2);
    orm_close(db);
    orm_close(replica);
    stop_replica();
}

TEST(tables_are_emptied_and_forced_on_the_primary_and_never_on_a_replica)
{
    start_replica();
    orm_db *replica = orm_open(replica_url()), *db = orm_open(server_url(), .replicas = { replica_url() });
    CHECK(replica && db);
    OK(create_entry(db, "first"));
    wait_for_entries(replica, 1);
    KIND(orm_truncate(replica, &Entry_model, "postgres"), ORM_READ_ONLY);
    KIND(orm_sync_force(replica, &Faults_schema, "postgres"), ORM_READ_ONLY);
    CHECK_INT(count_on(direct), 1);
    OK(orm_truncate(db, &Entry_model, "postgres"));
    CHECK_INT(count_on(direct), 0);
    wait_for_entries(replica, 0);
    OK(orm_sync_force(db, &Faults_schema, "postgres"));
    OK(create_entry(db, "second"));
    wait_for_entries(replica, 1);
    orm_close(db);
    orm_close(replica);
    stop_replica();
}

TEST(a_thread_that_wrote_reads_its_own_writes_for_the_sticky_time)
{
    start_replica();
    orm_db *replica = orm_open(replica_url()), *db = orm_open(server_url(), .replicas = { replica_url() }, .sticky_ms = 400);
    wait_for_entries(replica, 0);
    hold_back(replica);
    CHECK_INT(count_on(db), 0);
    int64_t wrote = now_ms();
    OK(create_entry(db, "mine"));
    int64_t seen = count_on(db);
    if (now_ms() - wrote < 400) CHECK_INT(seen, 1);
    pause_ms(450);
    CHECK_INT(count_on(db), 0);
    OK(orm_exec(replica, NULL, "select pg_wal_replay_resume()", orm_no_params));
    orm_close(db);
    orm_close(replica);
    stop_replica();
}

TEST(without_its_replica_the_primary_answers)
{
    start_replica();
    orm_db *db = orm_open(server_url(), .replicas = { replica_url() });
    OK(create_entry(db, "kept"));
    CHECK(count_on(db) <= 1);
    run_script("replica", "stop", "");
    unsigned lost = 0;
    for (int i = 0; i < 20; i++) {
        int64_t n = -1;
        orm_status answer = Entry_count(db, NULL, &n);
        lost += answer != ORM_OK;
        if (answer) KIND(answer, ORM_CONNECTION_LOST);
        else CHECK_INT(n, 1);
        OK(create_entry(direct, "other"));
        OK(orm_exec(direct, NULL, "delete from entries where word = 'other'", orm_no_params));
    }
    CHECK(lost <= 1);                   /* the call that found out */
    orm_close(db);
    stop_replica();
}

TEST(a_replica_refuses_writes_and_takes_them_once_it_is_promoted)
{
    start_replica();
    orm_db *db = orm_open(replica_url());
    orm_opt_int64 promoted = { 0 };
    wait_for_entries(db, 0);
    KIND(create_entry(db, "refused"), ORM_READ_ONLY);
    ORM_TRANSACTION(db) {
        if (create_entry(db, "refused")) break;
    }
    KIND(orm_error()->kind, ORM_READ_ONLY);
    OK(orm_scalar(db, &promoted, "select pg_promote()::int::bigint", orm_no_params));
    CHECK_INT(promoted.value, 1);
    OK(create_entry(db, "taken"));
    ORM_TRANSACTION(db) {
        if (create_entry(db, "taken")) break;
    }
    KIND(orm_error()->kind, ORM_OK);
    CHECK_INT(count_on(db), 2);
    CHECK_INT(count_on(direct), 0);
    orm_close(db);
    stop_replica();
}

TEST(a_handle_with_two_hosts_follows_the_promotion_and_proves_nothing_by_the_other_timeline)
{
    char url[300];
    const char *folder = getenv("ORM_POSTGRES_FOLDER");
    start_replica();
    snprintf(url, sizeof url, "postgres:host=%s,%s port=5432,5433 dbname=postgres user=postgres target_session_attrs=read-write", folder, folder);
    orm_db *replica = orm_open(replica_url()), *db = orm_open(url);
    CHECK(replica && db);
    OK(create_entry(db, "before"));
    wait_for_entries(replica, 1);
    orm_opt_int64 promoted = { 0 };
    ORM_TRANSACTION(db) {
        if (create_entry(db, "between")) break;
        stop_server(SIGINT);
        OK(orm_scalar(replica, &promoted, "select pg_promote()::int::bigint", orm_no_params));
    }
    KIND(orm_error()->kind, ORM_COMMIT_UNKNOWN);
    CHECK_INT(promoted.value, 1);
    int64_t began = now_ms();
    while (create_entry(db, "after") && now_ms() - began < 2000) pause_ms(10);
    CHECK(now_ms() - began < 2000);
    CHECK_INT(number_of(replica, "before"), 1);
    CHECK_INT(number_of(replica, "between"), 0);
    CHECK_INT(number_of(replica, "after"), 1);
    orm_close(db);
    orm_close(replica);
    start_server();
    stop_replica();
}

CHECK_MAIN()

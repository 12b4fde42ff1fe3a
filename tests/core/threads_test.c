/* test: no-valgrind: its threads would take turns */
/* >>threads_test: one handle on an SQLite file, shared by threads: one connection writes, others read; transactions that several threads share;
   what is called after a commit; and a mixed load. */
#include "orm.h"
#include "dialects/sqlite.h"
#include "load.h"
#include <sys/stat.h>
#include <unistd.h>

/* ---- a file of its own for each test ---- */

static char folder[64], url[128];
static orm_db *again(void) { return orm_open(url, .busy_timeout_ms = 60000); }
static orm_db *fresh(void)
{
    snprintf(folder, sizeof folder, "/tmp/orm_threads_XXXXXX");
    if (!mkdtemp(folder)) return NULL;
    snprintf(url, sizeof url, "sqlite:%s/threads.db", folder);
    orm_db *db = again();
    if (!db || orm_sync(db, &Load_schema)) orm_perror("fresh");
    return db;
}
static void done(orm_db *db)
{
    static const char *const names[] = { "threads.db", "threads.db-wal", "threads.db-shm", "threads.db-journal" };
    char path[128];
    orm_close(db);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        unlink(path);
    }
    CHECK(rmdir(folder) == 0);
}
static void nap(long ms) { nanosleep(&(struct timespec){ .tv_nsec = ms * 1000000 }, NULL); }
#define WAIT(condition) do { for (int64_t wait_began = load_ms(); !(condition) && load_ms() - wait_began < 20000; ) nap(1); CHECK(condition); } while (0)

static int64_t new_purse(orm_db *db, const char *name)
{
    ORM_NEW(Purse, purse, .name = name);
    return Purse_create(db, &purse) ? 0 : purse.id;
}
static int64_t count(orm_db *db)
{
    int64_t n = -1;
    return Purse_count(db, NULL, &n) ? -1 : n;
}

/* ---- readers and the writer ---- */

struct work { orm_db *db; pthread_t thread; _Atomic int steps; _Atomic bool stop; int64_t seen, worst; int rounds, failed; orm_status status; };
static void *read_on(void *argument)
{
    struct work *w = (struct work *)argument;
    while (!w->stop) {
        int64_t began = load_ms();
        w->seen = count(w->db);
        if (w->seen < 0) w->failed++;
        if (load_ms() - began > w->worst) w->worst = load_ms() - began;
        w->steps++;
    }
    return NULL;
}
static void start(struct work *w, void *(*run)(void *))
{
    CHECK(pthread_create(&w->thread, NULL, run, w) == 0);
}

static pthread_barrier_t all_are_there;
static void *find_a_thousand_times(void *argument)
{
    struct work *w = (struct work *)argument;
    pthread_barrier_wait(&all_are_there);
    for (int i = 0; i < 1000; i++) {
        Purse *found = Purse_find(w->db, 1);
        w->failed += !found;
        orm_free(found);
    }
    return NULL;
}

/* who finds no connection for a moment does not send all others into the queue */
TEST(one_thread_more_than_connections_makes_no_queue_of_all)
{
    enum { THREADS = 64 };
    struct work work[THREADS] = { { .db = NULL } };
    orm_db *first = fresh(), *db = orm_open(url, .pool = { .min = THREADS, .max = THREADS });      /* one of them writes */
    CHECK_INT(new_purse(first, "Ada"), 1);
    CHECK(pthread_barrier_init(&all_are_there, NULL, THREADS) == 0);
    for (int i = 0; i < THREADS; i++) {
        work[i].db = db;
        start(&work[i], find_a_thousand_times);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(work[i].thread, NULL);
        CHECK_INT(work[i].failed, 0);
    }
    pthread_barrier_destroy(&all_are_there);
    CHECK(orm_counters_of(db).waits < THREADS * 1000 / 4);
    orm_close(db);
    done(first);
}

TEST(readers_do_not_wait_for_a_writers_transaction)
{
    orm_db *db = fresh();
    struct work reader = { .db = db };
    new_purse(db, "committed");
    start(&reader, read_on);
    WAIT(reader.steps > 0);
    ORM_TRANSACTION(db) {
        new_purse(db, "not yet");
        int before = reader.steps;
        WAIT(reader.steps > before + 20);
        CHECK_INT(count(db), 2);                        /* its own writes */
    }
    CHECK(!orm_failed());
    int before = reader.steps;
    WAIT(reader.steps > before + 1);
    reader.stop = true;
    pthread_join(reader.thread, NULL);
    CHECK_INT(reader.failed, 0);
    CHECK_INT(reader.seen, 2);
    CHECK_INT(orm_counters_of(db).connections, 2);
    done(db);
}

static void *write_once(void *argument)
{
    struct work *w = (struct work *)argument;
    w->failed = new_purse(w->db, "queued") == 0;
    w->seen = count(w->db);                             /* what was written is there for whoever wrote it */
    w->steps = 1;
    return NULL;
}

TEST(writers_queue_and_read_what_they_wrote)
{
    orm_db *db = fresh();
    struct work writers[8];
    ORM_TRANSACTION(db) {
        for (int i = 0; i < 8; i++) {
            writers[i] = (struct work){ .db = db };
            start(&writers[i], write_once);
        }
        WAIT(orm_counters_of(db).waiting == 8);
        new_purse(db, "first");
        CHECK_INT(count(db), 1);
        for (int i = 0; i < 8; i++) CHECK_INT(writers[i].steps, 0);
    }
    CHECK(!orm_failed());
    for (int i = 0; i < 8; i++) {
        pthread_join(writers[i].thread, NULL);
        CHECK_INT(writers[i].failed, 0);
        CHECK(writers[i].seen >= 2);                    /* its own and the first */
    }
    CHECK_INT(count(db), 9);
    CHECK(orm_counters_of(db).connections <= 5);
    done(db);
}

static void *add_up(void *argument)
{
    struct work *w = (struct work *)argument;
    for (int i = 0; i < w->rounds; i++) {
        int64_t began = load_ms();
        ORM_TRANSACTION(w->db) {
            ORM_AUTO Purse *purse = Purse_get(w->db, w->seen);
            if (!purse) break;
            purse->amount++;
            Purse_save(w->db, purse);
        }
        w->failed += orm_failed();
        if (load_ms() - began > w->worst) w->worst = load_ms() - began;
    }
    return NULL;
}

TEST(sixty_four_writers_lose_nothing_and_none_starves)
{
    orm_db *db = fresh();
    int64_t id = new_purse(db, "shared"), worst = 0;
    struct work writers[64];
    for (int i = 0; i < 64; i++) {
        writers[i] = (struct work){ .db = db, .seen = id, .rounds = 10 };
        start(&writers[i], add_up);
    }
    for (int i = 0; i < 64; i++) {
        pthread_join(writers[i].thread, NULL);
        CHECK_INT(writers[i].failed, 0);
        if (writers[i].worst > worst) worst = writers[i].worst;
    }
    ORM_AUTO Purse *purse = Purse_find(db, id);
    REQUIRE(purse);
    CHECK_INT(purse->amount, 640);
    CHECK(worst < 30000);
    CHECK_INT(orm_counters_of(db).timeouts, 0);
    done(db);
}

TEST(a_program_of_one_thread_has_one_connection)
{
    orm_db *db = fresh();
    new_purse(db, "one");
    ORM_TRANSACTION(db) CHECK_INT(count(db), 1);
    ORM_EACH(Purse, purse, db) CHECK_TEXT(purse->name, "one");
    CHECK_INT(orm_counters_of(db).opened, 1);
    ORM_TRANSACTION(db) CHECK_INT(count(orm_outside(db)), 1);        /* until it reads beside what it writes */
    CHECK_INT(orm_counters_of(db).opened, 2);
    done(db);
}

TEST(a_read_only_block_leaves_the_writing_connection_free)
{
    orm_db *db = fresh();
    ORM_TRANSACTION(db, .read_only = true) {
        CHECK_INT(count(db), 0);
        CHECK(new_purse(orm_outside(db), "meanwhile") > 0);
        CHECK_INT(count(db), 0);                        /* one moment */
        CHECK_INT(count(orm_outside(db)), 1);
    }
    CHECK(!orm_failed());
    CHECK_INT(count(db), 1);
    done(db);
}

/* databases that connections cannot share, or where readers would keep the writer out */
static void shares_one(const char *of)
{
    orm_db *db = orm_open(of, .busy_timeout_ms = 60000);
    REQUIRE(db && !orm_sync(db, &Load_schema));
    int64_t id = new_purse(db, "shared");
    struct work writers[8], reader = { .db = db };
    start(&reader, read_on);
    for (int i = 0; i < 8; i++) {
        writers[i] = (struct work){ .db = db, .seen = id, .rounds = 20 };
        start(&writers[i], add_up);
    }
    for (int i = 0; i < 8; i++) {
        pthread_join(writers[i].thread, NULL);
        CHECK_INT(writers[i].failed, 0);
    }
    reader.stop = true;
    pthread_join(reader.thread, NULL);
    CHECK_INT(reader.failed, 0);
    CHECK_INT(reader.seen, 1);
    ORM_TRANSACTION(db) {
        CHECK_INT(count(orm_outside(db)), -1);
        CHECK_INT(orm_error()->kind, ORM_DEADLOCK_SELF);
    }
    CHECK(!orm_failed());
    CHECK_INT(orm_counters_of(db).opened, 1);
    orm_close(db);
}

TEST(a_database_in_memory_and_one_in_another_journal_mode_have_one_connection)
{
    shares_one("sqlite::memory:");
    orm_db *db = fresh();
    done(db);
    CHECK(mkdir(folder, 0700) == 0);
    snprintf(url, sizeof url, "sqlite:%s/threads.db?journal=delete", folder);
    shares_one(url);
    done(NULL);
}

/* ---- rows that pass from one thread to another ---- */

static void *save_it(void *argument)
{
    struct { orm_db *db; Purse *purse; orm_status status; } *s = argument;
    s->status = Purse_save(s->db, s->purse);
    return NULL;
}

TEST(a_row_whose_transaction_was_rolled_back_is_new_again_for_every_thread)
{
    orm_db *db = fresh();
    struct work reader = { .db = db };
    start(&reader, read_on);                            /* so that there are several connections */
    WAIT(reader.steps > 2);
    ORM_NEW(Purse, purse, .name = "made twice");
    ORM_TRANSACTION(db) {
        CHECK_INT(Purse_create(db, &purse), ORM_OK);
        break;
    }
    struct { orm_db *db; Purse *purse; orm_status status; } saves = { db, &purse, ORM_FAILED };
    pthread_t thread;
    REQUIRE(pthread_create(&thread, NULL, save_it, &saves) == 0);
    pthread_join(thread, NULL);
    CHECK_INT(saves.status, ORM_OK);
    CHECK_INT(count(db), 1);
    purse.name = "changed";                             /* and no longer new for the first */
    CHECK_INT(Purse_save(db, &purse), ORM_OK);
    CHECK_INT(count(db), 1);
    reader.stop = true;
    pthread_join(reader.thread, NULL);
    done(db);
}

/* ---- orm_current ---- */

static void *make_five(void *argument)
{
    struct work *w = (struct work *)argument;
    for (int i = 0; i < 5 && !w->status; i++) {
        ORM_NEW(Purse, purse, .name = "shared");
        w->status = Purse_create(w->db, &purse);
    }
    return NULL;
}

TEST(four_threads_write_in_one_transaction_which_is_rolled_back_or_committed_as_one)
{
    orm_db *db = fresh();
    for (int round = 0; round < 2; round++) {
        struct work work[4];
        ORM_TRANSACTION(db) {
            for (int i = 0; i < 4; i++) {
                work[i] = (struct work){ .db = orm_current(db) };
                start(&work[i], make_five);
            }
            new_purse(db, "my own");
            for (int i = 0; i < 4; i++) pthread_join(work[i].thread, NULL);
            CHECK_INT(count(db), 21);
            if (round == 0) break;
        }
        for (int i = 0; i < 4; i++) CHECK_INT(work[i].status, ORM_OK);
        CHECK_INT(count(db), round == 0 ? 0 : 21);
        CHECK_INT(Purse_count(work[0].db, NULL, &work[0].seen), ORM_MISUSE);
    }
    done(db);
}

static void *fail_in_it(void *argument)
{
    struct work *w = (struct work *)argument;
    ORM_NEW(Purse, purse, .name = "x");
    w->status = Purse_create(w->db, &purse);
    return NULL;
}

TEST(a_failure_of_one_of_them_is_the_transactions)
{
    orm_db *db = fresh();
    struct work helper = { .status = ORM_OK };
    ORM_TRANSACTION(db) {
        new_purse(db, "fine");
        helper.db = orm_current(db);
        start(&helper, fail_in_it);
        pthread_join(helper.thread, NULL);
        CHECK_INT(helper.status, ORM_VALIDATION);
        CHECK_INT(new_purse(db, "too late"), 0);
    }
    CHECK_INT(orm_error()->kind, ORM_VALIDATION);
    CHECK_INT(count(db), 0);
    done(db);
}

/* ---- orm_after_commit ---- */

static char called[64];
static orm_db *called_db;
static void call(void *arg) { strncat(called, (const char *)arg, sizeof called - strlen(called) - 1); }
static void call_that_fails(void *arg)
{
    call(arg);
    CHECK_INT(new_purse(called_db, "x"), 0);
    CHECK_INT(orm_error()->kind, ORM_VALIDATION);
    CHECK(new_purse(called_db, "in a call afterwards") > 0);
}
static void call_in_turn(void *arg)
{
    call(arg);
    ORM_TRANSACTION(called_db) orm_after_commit(called_db, call, "inner ");
}

TEST(calls_after_the_commit_come_in_order_and_only_then)
{
    orm_db *db = called_db = fresh();
    called[0] = 0;
    ORM_TRANSACTION(db) {
        CHECK_INT(orm_after_commit(db, call, "a "), ORM_OK);
        ORM_TRANSACTION(db) {
            CHECK_INT(orm_after_commit(db, call, "b "), ORM_OK);
            ORM_TRANSACTION(db) orm_after_commit(db, call, "c ");
        }
        ORM_TRANSACTION(db) {
            orm_after_commit(db, call, "never ");
            ORM_TRANSACTION(db) orm_after_commit(db, call, "neither ");
            break;
        }
        CHECK(orm_handled(db));
        orm_after_commit(db, call_that_fails, "d ");
        orm_after_commit(db, call_in_turn, "e ");
        orm_after_commit(db, call, "f ");
        CHECK_TEXT(called, "");
    }
    CHECK(!orm_failed());                               /* what they do is their own matter */
    CHECK_TEXT(called, "a b c d e inner f ");
    CHECK_INT(count(db), 1);
    called[0] = 0;
    ORM_TRANSACTION(db) {
        orm_after_commit(db, call, "never ");
        break;
    }
    ORM_TRANSACTION(db) {
        orm_after_commit(db, call, "never ");
        orm_fail(db, 1, "no");
        CHECK_INT(orm_after_commit(db, call, "nor this "), ORM_FAILED);
    }
    orm_tx *tx = orm_begin(db, NULL);
    orm_after_commit(db, call, "never ");
    orm_rollback(tx);
    ORM_TEST_ROLLBACK(db) orm_after_commit(db, call, "never ");
    CHECK_TEXT(called, "");
    CHECK_INT(orm_after_commit(db, call, "at once "), ORM_OK);
    CHECK_TEXT(called, "at once ");
    tx = orm_begin(db, NULL);
    orm_after_commit(db, call, "by hand ");
    CHECK_INT(orm_commit(tx), ORM_OK);
    CHECK_TEXT(called, "at once by hand ");
    CHECK_INT(orm_after_commit(db, NULL, NULL), ORM_MISUSE);
    CHECK_INT(orm_after_commit(NULL, call, NULL), ORM_MISUSE);
    done(db);
}

TEST(nothing_is_called_after_a_commit_that_failed)
{
    orm_db *db = fresh();
    called[0] = 0;
    ORM_TRANSACTION(db) {
        CHECK_INT(orm_exec(db, NULL, "pragma defer_foreign_keys = on", orm_no_params), ORM_OK);
        ORM_NEW(Slip, orphan, .purse_id = 999, .note = "found out at the commit");
        CHECK_INT(Slip_create(db, &orphan), ORM_OK);
        orm_after_commit(db, call, "never ");
    }
    CHECK_INT(orm_error()->kind, ORM_FOREIGN_KEY);
    CHECK_TEXT(called, "");
    done(db);
}

/* ---- isolation, and the handles beside the main one ---- */

TEST(every_level_of_isolation_is_kept)
{
    orm_db *db = fresh();
    static const orm_isolation levels[] = { ORM_ISOLATION_DEFAULT, ORM_READ_COMMITTED, ORM_REPEATABLE_READ, ORM_SERIALIZABLE };
    for (size_t i = 0; i < 4; i++) {
        ORM_TRANSACTION(db, .isolation = levels[i]) CHECK(new_purse(db, "level") > 0);
        CHECK(!orm_failed());
        ORM_TRANSACTION(db, .isolation = levels[i], .read_only = true, .deferrable = true) {
            CHECK_INT(count(db), (int64_t)i + 1);
            CHECK_INT(new_purse(db, "refused"), 0);
            CHECK_INT(orm_error()->kind, ORM_READ_ONLY);
        }
        CHECK(orm_failed());
    }
    done(db);
}

TEST(without_replicas_the_primary_is_the_same_database)
{
    orm_db *db = fresh();
    CHECK(new_purse(orm_primary(db), "by the primary") > 0);
    CHECK_INT(count(orm_primary(db)), 1);
    ORM_TRANSACTION(db) {
        new_purse(db, "in the block");
        CHECK_INT(count(orm_primary(db)), 2);           /* and in the same transaction */
        CHECK(new_purse(orm_primary(db), "this, too") > 0);
        break;
    }
    CHECK_INT(count(db), 1);
    CHECK(!orm_outside(NULL) && !orm_primary(NULL) && !orm_current(NULL));
    done(db);
}

/* ---- all at once ---- */

TEST(sixty_four_threads_do_all_sorts_of_things)
{
    orm_db *db = fresh();
    load(db, url);
    CHECK(orm_counters_of(db).connections <= 5);
    done(db);
}

CHECK_MAIN()

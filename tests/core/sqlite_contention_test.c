/* test: no-valgrind: a child that ends by _exit leaves its copy of the memory of its parent */
/* Transactions of SQLite among others: one writer at a time, from the beginning of its block; a handle in memory is one connection; and an
   engine that ends a transaction by itself. */
#include "small_sqlite.h"
#include <pthread.h>
#include <sys/wait.h>
#include <time.h>

static int64_t balance_of(orm_db *db, int64_t id)
{
    ORM_AUTO Account *found = Account_find(db, id);
    return found ? found->balance : -1;
}

static void nap(long milliseconds) { nanosleep(&(struct timespec){ .tv_nsec = milliseconds * 1000000 }, NULL); }

TEST(a_block_takes_the_write_lock_at_its_beginning)
{
    orm_db *db = small_file(), *other = small_again();
    ORM_TRANSACTION(db) {
        CHECK_TEXT(small_sql(1), "begin");
        ORM_NEW(Account, late, .name = "late");
        CHECK_INT(Account_create(other, &late), ORM_BUSY);
        CHECK_CONTAINS(orm_error()->message, "locked");
        CHECK_INT(small_count(other), 0);                 /* readers go on */
        int runs = 0;
        ORM_TRANSACTION(other, .retries = 2) runs++;
        CHECK_INT(runs, 0);
        CHECK_INT(orm_error()->kind, ORM_BUSY);
        small_account(db, "first");
    }
    CHECK(!orm_failed());
    small_account(other, "second");
    CHECK_INT(small_count(db), 2);
    orm_close(db);
    orm_close(other);
    small_remove();
}

TEST(a_lock_that_is_released_within_the_busy_timeout_is_waited_for)
{
    orm_db *db = small_file();
    orm_close(db);
    int ready[2];
    REQUIRE(pipe(ready) == 0);
    pid_t child = fork();
    if (child == 0) {                                     /* another process holds the lock for a while */
        orm_db *own = small_again();
        ORM_TRANSACTION(own) {
            small_account(own, "child");
            (void)!write(ready[1], "x", 1);
            nap(120);
        }
        bool failed = orm_failed();
        orm_close(own);
        _exit(failed ? 1 : 0);
    }
    char byte = 0;
    CHECK_INT(read(ready[0], &byte, 1), 1);
    orm_db *patient = orm_open(small_url, .busy_timeout_ms = 5000), *hasty = orm_open(small_url, .busy_timeout_ms = 10);
    ORM_NEW(Account, parent, .name = "parent");
    CHECK_INT(Account_create(hasty, &parent), ORM_BUSY);
    CHECK_INT(Account_create(patient, &parent), ORM_OK);
    int state = -1;
    CHECK_INT(waitpid(child, &state, 0), child);
    CHECK_INT(state, 0);
    CHECK_INT(small_count(patient), 2);
    orm_close(hasty);
    orm_close(patient);
    close(ready[0]);
    close(ready[1]);
    small_remove();
}

/* each writer reads, waits and writes back what it read: with a lock taken only at the write, some would be lost or end as busy snapshots */
struct writer { orm_db *db; int64_t id; int rounds, failed; };
static void *count_up(void *argument)
{
    struct writer *w = (struct writer *)argument;
    for (int i = 0; i < w->rounds; i++) {
        ORM_TRANSACTION(w->db, .retries = 5) {
            ORM_AUTO Account *account = Account_find(w->db, w->id);
            if (!account) break;
            account->balance++;
            Account_save(w->db, account);
        }
        w->failed += orm_failed();
    }
    return NULL;
}

TEST(two_connections_that_read_and_write_back_lose_nothing)
{
    orm_db *db = small_file();
    Account ada = small_account(db, "Ada");
    struct writer writers[2];
    pthread_t threads[2];
    for (int i = 0; i < 2; i++) {
        writers[i] = (struct writer){ orm_open(small_url, .busy_timeout_ms = 20000), ada.id, 40, 0 };
        REQUIRE(pthread_create(&threads[i], NULL, count_up, &writers[i]) == 0);
    }
    for (int i = 0; i < 2; i++) {
        pthread_join(threads[i], NULL);
        CHECK_INT(writers[i].failed, 0);
        orm_close(writers[i].db);
    }
    CHECK_INT(balance_of(db, ada.id), 80);
    orm_close(db);
    small_remove();
}

struct held { orm_db *db; orm_status kind; char message[600]; int64_t microseconds; };
static void *try_to_write(void *argument)
{
    struct held *h = (struct held *)argument;
    struct timespec before, after;
    clock_gettime(CLOCK_MONOTONIC, &before);
    ORM_NEW(Account, late, .name = "late");
    h->kind = Account_create(h->db, &late);
    snprintf(h->message, sizeof h->message, "%s", orm_error()->message);
    clock_gettime(CLOCK_MONOTONIC, &after);
    h->microseconds = (after.tv_sec - before.tv_sec) * 1000000 + (after.tv_nsec - before.tv_nsec) / 1000;
    return NULL;
}

TEST(a_thread_that_waits_too_long_for_the_handle_is_told_who_holds_it)
{
    orm_db *db = orm_open("sqlite::memory:", .busy_timeout_ms = 60);
    REQUIRE(db && !orm_sync(db, &Small_schema));
    struct held held = { .db = db };
    ORM_TRANSACTION(db) {
        pthread_t thread;
        REQUIRE(pthread_create(&thread, NULL, try_to_write, &held) == 0);
        pthread_join(thread, NULL);
        small_account(db, "mine");                        /* its failure is none of ours */
    }
    CHECK(!orm_failed());
    CHECK_INT(held.kind, ORM_ACQUIRE_TIMEOUT);
    CHECK_CONTAINS(held.message, "sqlite_contention_test.c:");
    CHECK(held.microseconds >= 50000 && held.microseconds < 5000000);
    CHECK_INT(small_count(db), 1);
    orm_close(db);
}

/* ---- when the engine rolls back by itself ---- */

/* fills the database until it is full; the transaction is the caller's */
static orm_status fill(orm_db *db)
{
    static char page[3000];
    memset(page, 'x', sizeof page - 1);
    for (int i = 0; i < 200; i++) {
        ORM_NEW(Account, account, .name = "fill", .bio = page);
        orm_status status = Account_create(db, &account);
        if (status) return status;
    }
    return ORM_OK;
}

static void full(orm_db *db)
{
    orm_opt_int64 pages;
    small_account(db, "before");
    CHECK_INT(orm_scalar(db, &pages, "pragma page_count", orm_no_params), ORM_OK);
    CHECK_INT(orm_exec(db, NULL, "pragma max_page_count = 40", orm_no_params), ORM_OK);
    ORM_NEW(Account, first, .name = "first");
    ORM_TRANSACTION(db) {
        CHECK_INT(Account_create(db, &first), ORM_OK);
        CHECK_INT(fill(db), ORM_FULL);
        uint64_t sent = small_sent(db);
        ORM_NEW(Account, after, .name = "after");
        orm_status status = Account_create(db, &after);
        CHECK(status == ORM_FULL || status == ORM_TRANSACTION_ABORTED);
        CHECK(orm_exec(db, NULL, "delete from accounts", orm_no_params) != ORM_OK);
        int nested = 0;
        ORM_TRANSACTION(db) nested++;
        CHECK_INT(nested, 0);
        CHECK(!orm_handled(db));
        CHECK_INT(small_sent(db), sent);
    }
    CHECK_INT(orm_error()->kind, ORM_FULL);
    CHECK_INT(small_count(db), 1);
    CHECK_INT(orm_exec(db, NULL, "pragma max_page_count = 100000", orm_no_params), ORM_OK);
    CHECK_INT(Account_save(db, &first), ORM_OK);          /* new again */
    CHECK_INT(small_count(db), 2);
    /* savepoints inside */
    CHECK_INT(orm_exec(db, NULL, "pragma max_page_count = 40", orm_no_params), ORM_OK);
    ORM_TRANSACTION(db) {
        small_account(db, "outer");
        ORM_TRANSACTION(db) CHECK_INT(fill(db), ORM_FULL);
        CHECK(!orm_handled(db));                          /* the outer's writes are gone, too */
        ORM_NEW(Account, after, .name = "after");
        CHECK(Account_create(db, &after) != ORM_OK);
    }
    CHECK(orm_failed());
    CHECK_INT(small_count(db), 2);
}

TEST(a_full_database_ends_the_transaction_and_nothing_is_written_outside_it)
{
    orm_db *db = small_memory();
    full(db);
    orm_close(db);
    db = small_file();
    full(db);
    orm_close(db);
    small_remove();
}

TEST(a_trigger_that_rolls_back_ends_the_transaction)
{
    orm_db *db = small_memory();
    Account ada = small_account(db, "Ada");
    CHECK_INT(orm_exec(db, NULL, "create trigger guard before insert on entries when new.amount < 0 begin select raise(rollback, 'no negative amounts'); end", orm_no_params), ORM_OK);
    ORM_TRANSACTION(db) {
        small_account(db, "Grace");
        ORM_NEW(Entry, entry, .account_id = ada.id, .note = "x", .amount = -1);
        CHECK(Entry_create(db, &entry) != ORM_OK);
        CHECK_CONTAINS(orm_error()->message, "no negative amounts");
        uint64_t sent = small_sent(db);
        ORM_NEW(Account, after, .name = "after");
        CHECK_INT(Account_create(db, &after), ORM_TRANSACTION_ABORTED);
        CHECK_CONTAINS(orm_error()->message, "no negative amounts");
        CHECK(!orm_handled(db));
        CHECK_INT(small_sent(db), sent);
    }
    CHECK(orm_failed());
    CHECK_CONTAINS(orm_error()->message, "no negative amounts");
    CHECK_INT(small_count(db), 1);
    small_account(db, "later");
    CHECK_INT(small_count(db), 2);
    /* inside a savepoint, and in a list */
    ORM_TRANSACTION(db) {
        small_account(db, "outer");
        Entry list[3] = { Entry_defaults(), Entry_defaults(), Entry_defaults() };
        for (int i = 0; i < 3; i++) {
            list[i].account_id = ada.id;
            list[i].note = "x";
            list[i].amount = 1 - i;
        }
        CHECK(Entry_create_all(db, list, 3, NULL) != ORM_OK);
        CHECK(!orm_handled(db));
        ORM_NEW(Account, after, .name = "after");
        CHECK(Account_create(db, &after) != ORM_OK);
    }
    CHECK(orm_failed());
    CHECK_INT(small_count(db), 2);
    orm_close(db);
}

CHECK_MAIN()

/* test: no-valgrind: a child that ends by _exit leaves its copy of the memory of its parent */
/* >>contention_test: transactions among others: connections, threads and processes that want the same database, and an engine that refuses
   a commit. */
#include "small.h"
#include <pthread.h>
#include <sys/wait.h>

#if defined __has_feature
#  if __has_feature(thread_sanitizer)
/* a child of fork() that opens a database starts a thread: there, where there are no others */
const char *__tsan_default_options(void);
const char *__tsan_default_options(void) { return "die_after_fork=0"; }
#  endif
#endif

/* ---- read-only blocks ---- */

ON_EACH_SHARED(a_read_only_block_reads_and_refuses_writes)
{
    orm_db *other = case_again();
    Account ada = small_account(db, "Ada");
    ORM_TRANSACTION(db, .read_only = true) {
        CHECK_INT(small_count(db), 1);
        small_account(other, "Grace");                    /* a reader is in nobody's way */
        CHECK_INT(small_count(db), 1);                    /* and sees one moment */
        ada.balance = 1;
        CHECK_INT(Account_save(db, &ada), ORM_READ_ONLY);
    }
    CHECK_INT(orm_error()->kind, ORM_READ_ONLY);
    ORM_TRANSACTION(db, .read_only = true) CHECK_INT(small_count(db), 2);
    CHECK(!orm_failed());
    ORM_TRANSACTION(db, .read_only = true) CHECK_INT(orm_exec(db, NULL, "delete from accounts", orm_no_params), ORM_READ_ONLY);
    ORM_TRANSACTION(db, .read_only = true) CHECK_INT(orm_exec(db, NULL, "create table t (a integer)", orm_no_params), ORM_READ_ONLY);
    small_account(db, "writes again");
    CHECK_INT(small_count(db), 3);
    orm_close(other);
}

/* ---- threads ---- */

struct writer { orm_db *db; int64_t id; int rounds, failed; };
static void *count_up(void *argument)
{
    struct writer *w = (struct writer *)argument;
    for (int i = 0; i < w->rounds; i++) {
        ORM_TRANSACTION(w->db, .isolation = ORM_READ_COMMITTED) {
            ORM_NEW(Entry, entry, .account_id = w->id, .note = "x", .amount = i);
            Entry_create(w->db, &entry);
            Account_update(w->db, &(Account_change){ .set = { orm_inc(Account_.balance, 1) }, .where = orm_eq(Account_.id, w->id) }, NULL);
        }
        w->failed += orm_failed();
    }
    return NULL;
}

ON_EACH(eight_threads_share_one_handle)
{
    orm_db *own = case_open(.busy_timeout_ms = 60000);
    Account ada = small_account(own, "Ada");
    struct writer writers[8];
    pthread_t threads[8];
    (void)db;
    for (int i = 0; i < 8; i++) {
        writers[i] = (struct writer){ own, ada.id, 50, 0 };
        REQUIRE(pthread_create(&threads[i], NULL, count_up, &writers[i]) == 0);
    }
    for (int i = 0; i < 8; i++) {
        pthread_join(threads[i], NULL);
        CHECK_INT(writers[i].failed, 0);
    }
    int64_t entries = 0, sum = 0;
    CHECK_INT(Entry_count(own, NULL, &entries), ORM_OK);
    CHECK_INT(entries, 400);
    CHECK_INT(orm_sum(own, Account_.balance, &sum, NULL), ORM_OK);
    CHECK_INT(sum, 400);
    CHECK_INT(orm_sum(own, Entry_.amount, &sum, NULL), ORM_OK);
    CHECK_INT(sum, 8 * 50 * 49 / 2);
    orm_close(own);
}

/* reads, and writes back what it read; the default isolation sees to it that nobody else did between */
static void *read_and_write_back(void *argument)
{
    struct writer *w = (struct writer *)argument;
    for (int i = 0; i < w->rounds; i++) {
        ORM_TRANSACTION(w->db, .retries = 1000) {
            ORM_AUTO Account *account = Account_find(w->db, w->id);
            if (!account) break;
            account->balance++;
            Account_save(w->db, account);
        }
        w->failed += orm_failed();
    }
    return NULL;
}

ON_EACH(what_is_read_and_written_back_is_never_lost)
{
    orm_db *own = case_open(.busy_timeout_ms = 60000);
    Account ada = small_account(own, "Ada");
    struct writer writers[4];
    pthread_t threads[4];
    (void)db;
    for (int i = 0; i < 4; i++) {
        writers[i] = (struct writer){ own, ada.id, 10, 0 };
        REQUIRE(pthread_create(&threads[i], NULL, read_and_write_back, &writers[i]) == 0);
    }
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
        CHECK_INT(writers[i].failed, 0);
    }
    int64_t sum = 0;
    CHECK_INT(orm_sum(own, Account_.balance, &sum, NULL), ORM_OK);
    CHECK_INT(sum, 40);
    orm_close(own);
}

/* ---- processes ---- */

ON_EACH_SHARED(the_child_of_a_fork_must_not_use_its_parents_handle)
{
    small_account(db, "Ada");
    pid_t child = fork();
    if (child == 0) {
        int64_t n = 0;
        int wrong = 0;
        wrong += Account_count(db, NULL, &n) != ORM_MISUSE;
        wrong += !strstr(orm_error()->message, "fork()");
        wrong += Account_find(db, 1) != NULL;
        int runs = 0;
        ORM_TRANSACTION(db) runs++;
        wrong += runs != 0 || !orm_failed();
        orm_close(db);                                    /* leaves the parent's connection alone */
        small_ready();
        orm_db *own = case_again();
        wrong += small_log.notes != 0;                    /* the parent's handle is none of this process */
        wrong += small_count(own) != 1;
        orm_close(own);
        _exit(wrong);
    }
    int state = -1;
    CHECK_INT(waitpid(child, &state, 0), child);
    CHECK_INT(WEXITSTATUS(state), 0);
    small_account(db, "parent");
    CHECK_INT(small_count(db), 2);
}

ON_EACH_SHARED(the_child_of_a_fork_inside_a_block_leaves_it_alone)
{
    ORM_TRANSACTION(db) {
        small_account(db, "Ada");
        pid_t child = fork();
        if (child == 0) {
            int64_t n = 0;
            _exit(Account_count(db, NULL, &n) == ORM_MISUSE ? 0 : 1);
        }
        int state = -1;
        CHECK_INT(waitpid(child, &state, 0), child);
        CHECK_INT(state, 0);
        small_account(db, "Grace");
    }
    CHECK(!orm_failed());
    CHECK_INT(small_count(db), 2);
}

/* ---- a commit that fails ---- */

/* foreign keys are checked at the commit of this transaction, which takes what is altered back */
static void defer_foreign_keys(orm_db *db)
{
    if (case_engine == ON_POSTGRES) CHECK_INT(orm_exec(db, NULL, "alter table entries alter constraint entries_account_id_fkey deferrable initially deferred", orm_no_params), ORM_OK);
    else CHECK_INT(orm_exec(db, NULL, "pragma defer_foreign_keys = on", orm_no_params), ORM_OK);
}

ON_EACH(a_commit_that_the_engine_refuses_rolls_back)
{
    ORM_NEW(Account, ada, .name = "Ada");
    ORM_NEW(Entry, orphan, .account_id = 999, .note = "x");
    ORM_TRANSACTION(db) {
        defer_foreign_keys(db);
        CHECK_INT(Account_create(db, &ada), ORM_OK);
        CHECK_INT(Entry_create(db, &orphan), ORM_OK);     /* found out at the commit */
    }
    CHECK_INT(orm_error()->kind, ORM_FOREIGN_KEY);
    CHECK_INT(small_count(db), 0);
    CHECK_INT(Account_save(db, &ada), ORM_OK);            /* new again */
    orphan.account_id = ada.id;
    CHECK_INT(Entry_save(db, &orphan), ORM_OK);
    CHECK_INT(small_count(db), 1);
    orm_tx *tx = orm_begin(db, NULL);
    defer_foreign_keys(db);
    CHECK_INT(orm_exec(db, NULL, "update entries set account_id = 999", orm_no_params), ORM_OK);
    CHECK_INT(orm_commit(tx), ORM_FOREIGN_KEY);
    CHECK_INT(small_count(db), 1);
}

CHECK_MAIN()

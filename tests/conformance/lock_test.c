/* >>lock_test: row locks and advisory locks: who may take them, and where they are refused before anything is sent. Where writers are one at a
   time, a transaction that may write holds them all, and nothing is sent. */
#include "open.h"
#include <pthread.h>

static const User_query everyone = { .lock = ORM_FOR_UPDATE };      /* locks are constants, so that queries with them may be */

ON_EACH(a_lock_is_granted_in_a_transaction)
{
    User users[3];
    make_users(db, users, 3);
    ORM_TRANSACTION(db) {
        seen_clear();
        ORM_AUTO User *one = User_find_one(db, &(User_query){ .where = orm_eq(User_.id, users[1].id), .lock = ORM_FOR_UPDATE });
        CHECK(one && one->id == users[1].id);
        ORM_AUTO User *all = User_find_all(db, &(User_query){ .lock = ORM_FOR_SHARE, .wait = ORM_SKIP_LOCKED });
        CHECK_INT(orm_len(all), 3);
        ORM_AUTO User *key = User_get_one(db, &(User_query){ .lock = ORM_FOR_KEY_SHARE, .wait = ORM_NOWAIT });
        CHECK(key != NULL);
        ORM_AUTO User *constant = User_find_all(db, &everyone);
        CHECK_INT(orm_len(constant), 3);
        int64_t total = 0, walked = 0;
        ORM_AUTO User *page = User_find_and_count(db, &(User_query){ .lock = ORM_FOR_NO_KEY_UPDATE, .page = 1, .per_page = 2 }, &total);
        CHECK_INT(orm_len(page), 2);
        CHECK_INT(total, 3);
        ORM_EACH(User, u, db, .lock = ORM_FOR_UPDATE) walked += u->id > 0;
        CHECK_INT(walked, 3);
        bool one_writer = orm_capabilities_of(db)->one_writer;
        unsigned locking = 0;
        for (unsigned i = 0; i < seen.n; i++) locking += strstr(seen.sql[i], " for ") != NULL;
        CHECK_INT(locking, one_writer ? 0 : 6);
        uint64_t before = orm_counters_of(db).statements;
        OK(orm_lock(db, "report"));
        OK(orm_lock(db, "report", .shared = true));
        OK(orm_lock(db, "report", .nowait = true));
        OK(orm_lock(db, "report", .wait_ms = 10));
        if (one_writer) CHECK_INT(statements_since(db, &before), 0);
        else CHECK(statements_since(db, &before) >= 4);
    }
    CHECK(!orm_failed());
}

ON_EACH(locking_prepares_a_query_once_more_only_where_it_is_another)
{
    User users[2];
    make_users(db, users, 2);
    ORM_TRANSACTION(db) {
        ORM_AUTO User *plain = User_find_all(db, NULL);
        CHECK_INT(orm_len(plain), 2);
        uint64_t prepares = orm_counters_of(db).prepares;
        ORM_AUTO User *locked = User_find_all(db, &(User_query){ .lock = ORM_FOR_UPDATE });
        CHECK_INT(orm_len(locked), 2);
        CHECK_INT(orm_counters_of(db).prepares - prepares, orm_capabilities_of(db)->one_writer ? 0 : 1);
    }
    CHECK(!orm_failed());
}

ON_EACH(a_lock_outside_a_transaction_is_refused)
{
    int64_t total = 0;
    REFUSED_ROWS(db, User_find_one(db, &(User_query){ .lock = ORM_FOR_UPDATE }), ORM_MISUSE);
    CHECK_CONTAINS(orm_error()->message, "transaction");
    REFUSED_ROWS(db, User_get_one(db, &(User_query){ .lock = ORM_FOR_SHARE }), ORM_MISUSE);
    REFUSED_ROWS(db, User_find_all(db, &(User_query){ .lock = ORM_FOR_KEY_SHARE }), ORM_MISUSE);
    REFUSED_ROWS(db, User_find_and_count(db, &(User_query){ .lock = ORM_FOR_UPDATE }, &total), ORM_MISUSE);
    uint64_t before = orm_counters_of(db).statements;
    ORM_EACH(User, u, db, .lock = ORM_FOR_UPDATE) CHECK(u == NULL);
    CHECK_INT(orm_error()->kind, ORM_MISUSE);
    CHECK_INT(statements_since(db, &before), 0);
    REFUSED(db, orm_lock(db, "report"), ORM_MISUSE);
    CHECK_CONTAINS(orm_error()->message, "transaction");
    CHECK_INT(orm_lock(NULL, "report"), ORM_MISUSE);
}

ON_EACH(a_lock_in_a_transaction_that_only_reads_is_refused)
{
    ORM_TRANSACTION(db, .read_only = true) {
        REFUSED_ROWS(db, User_find_all(db, &(User_query){ .lock = ORM_FOR_SHARE }), ORM_MISUSE);
        CHECK_CONTAINS(orm_error()->message, "only reads");
        CHECK(orm_handled(db));
        REFUSED(db, orm_lock(db, "report", .shared = true), ORM_MISUSE);
        CHECK(orm_handled(db));
        ORM_TRANSACTION(db) {                               /* a savepoint does not make it a writer */
            REFUSED(db, orm_lock(db, "report"), ORM_MISUSE);
            CHECK(orm_handled(db));
        }
    }
    CHECK(!orm_failed());
}

ON_EACH_SHARED(a_database_that_is_open_for_reading_grants_no_lock)
{
    orm_db *reader = case_open(.read_only = true);
    (void)db;
    ORM_TRANSACTION(reader) {
        REFUSED(reader, orm_lock(reader, "report"), ORM_MISUSE);
        CHECK(orm_handled(reader));
        REFUSED_ROWS(reader, User_find_all(reader, &(User_query){ .lock = ORM_FOR_UPDATE }), ORM_MISUSE);
        CHECK(orm_handled(reader));
    }
    CHECK(!orm_failed());
    orm_close(reader);
}

ON_EACH(calls_that_give_no_rows_refuse_a_lock)
{
    ORM_TRANSACTION(db) {
        int64_t n = 0, sum = 0;
        bool any = false;
        REFUSED(db, User_count(db, &(User_query){ .lock = ORM_FOR_UPDATE }, &n), ORM_MISUSE);
        CHECK(orm_handled(db));
        REFUSED(db, User_exists(db, &(User_query){ .lock = ORM_FOR_UPDATE }, &any), ORM_MISUSE);
        CHECK(orm_handled(db));
        REFUSED(db, User_exists(db, &(User_query){ .wait = ORM_NOWAIT }, &any), ORM_MISUSE);
        CHECK(orm_handled(db));
        REFUSED(db, orm_sum(db, Post_.views, &sum, &(Post_query){ .lock = ORM_FOR_SHARE }), ORM_MISUSE);
        CHECK(orm_handled(db));
        REFUSED(db, User_destroy_all(db, &(User_query){ .all = true, .lock = ORM_FOR_UPDATE }, NULL), ORM_MISUSE);
        CHECK(orm_handled(db));
    }
    CHECK(!orm_failed());
}

ON_EACH(a_lock_belongs_to_the_querys_own_model)
{
    User users[1];
    make_users(db, users, 1);
    ORM_TRANSACTION(db) {
        ORM_AUTO User *found = User_find_all(db, &(User_query){ .include = { orm_with(User_.posts), orm_with(User_.boss) }, .lock = ORM_FOR_UPDATE });
        CHECK_INT(orm_len(found), 1);
        REFUSED_ROWS(db, User_find_all(db, &(User_query){ .include = { orm_with(User_.posts, .lock = ORM_FOR_UPDATE) } }), ORM_MISUSE);
        CHECK(orm_handled(db));
        REFUSED_ROWS(db, User_find_all(db, &(User_query){ .include = { orm_with(User_.boss, .wait = ORM_NOWAIT) } }), ORM_MISUSE);
        CHECK(orm_handled(db));
    }
    CHECK(!orm_failed());
}

ON_EACH(slips_are_refused)
{
    ORM_TRANSACTION(db) {
        REFUSED_ROWS(db, User_find_all(db, &(User_query){ .wait = ORM_NOWAIT }), ORM_MISUSE);
        CHECK_CONTAINS(orm_error()->message, ".lock");
        CHECK(orm_handled(db));
        REFUSED(db, orm_lock(db, NULL), ORM_MISUSE);
        CHECK(orm_handled(db));
        REFUSED(db, orm_lock(db, ""), ORM_MISUSE);
        CHECK(orm_handled(db));
        REFUSED(db, orm_lock(db, "report", .nowait = true, .wait_ms = 5), ORM_MISUSE);
        CHECK(orm_handled(db));
    }
    CHECK(!orm_failed());
}

/* ---- what a lock is for: read, think, write, by many ---- */
enum { WORKERS = 4, ROUNDS = 25 };

static void *count_up(void *failures)
{
    orm_db *db = orm_open(case_url);
    for (int i = 0; i < ROUNDS; i++) {
        ORM_TRANSACTION(db, .isolation = ORM_READ_COMMITTED) {
            ORM_AUTO Post *post = Post_get_one(db, &(Post_query){ .lock = ORM_FOR_UPDATE });
            if (!post) break;
            post->views++;
            Post_save(db, post);
        }
        if (orm_failed()) ++*(int *)failures;
    }
    orm_close(db);
    return NULL;
}

ON_EACH_SHARED(no_update_is_lost_between_a_locked_read_and_its_write)
{
    pthread_t threads[WORKERS];
    int failures[WORKERS] = { 0 };
    User users[1];
    make_users(db, users, 1);
    ORM_NEW(Post, post, .title = "counted", .author_id = users[0].id);
    OK(Post_create(db, &post));
    for (int i = 0; i < WORKERS; i++) CHECK(pthread_create(&threads[i], NULL, count_up, &failures[i]) == 0);
    for (int i = 0; i < WORKERS; i++) {
        CHECK(pthread_join(threads[i], NULL) == 0);
        CHECK_INT(failures[i], 0);
    }
    ORM_AUTO Post *counted = Post_find(db, post.id);
    CHECK(counted && counted->views == WORKERS * ROUNDS);
}

CHECK_MAIN()

/* >>batch_test: ORM_BATCH on SQLite: what every engine does, and that the block is one transaction. */
#include "orm.h"
#include "dialects/sqlite.h"
#include "batch_cases.h"
#include "check_alloc.h"
#include <unistd.h>

static struct check_allocator memory;
static orm_db *batch_database(void)
{
    memory = (struct check_allocator){ .fail_at = 0 };
    return orm_open("sqlite::memory:", .allocator = check_failing_allocator(&memory));
}

/* ---- a file, and others who look at it ---- */

static char directory[64], url[128];
static orm_db *file_database(void)
{
    snprintf(directory, sizeof directory, "/tmp/orm_batch_XXXXXX");
    if (!mkdtemp(directory)) return NULL;
    snprintf(url, sizeof url, "sqlite:%s/batch.db", directory);
    orm_db *db = orm_open(url);
    if (!db || orm_sync(db, &Shelf_schema)) orm_perror("file_database");
    return db;
}
static void remove_file(void)
{
    static const char *const names[] = { "batch.db", "batch.db-wal", "batch.db-shm" };
    char path[128];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", directory, names[i]);
        unlink(path);
    }
    rmdir(directory);
}

TEST(a_block_is_one_transaction)
{
    orm_db *db = file_database(), *other = orm_open(url, .busy_timeout_ms = 50);
    REQUIRE(db && other);
    Author_slot one, two, taken;
    ORM_BATCH(db) {
        ask_create(db, "one", &one);
        CHECK_INT(one.status, ORM_OK);                        /* answered at once */
        CHECK_INT(authors(other), 0);
        ORM_NEW(Author, author, .name = "other");
        CHECK_INT(Author_create(other, &author), ORM_BUSY);
        ask_create(db, "one", &taken);
        ask_create(db, "two", &two);
    }
    CHECK_INT(taken.status, ORM_UNIQUE);
    CHECK_INT(two.status, ORM_OK);
    CHECK_INT(authors(other), 2);
    orm_free(one.rows);
    orm_free(two.rows);
    orm_close(db);
    orm_close(other);
    remove_file();
}

TEST(a_block_that_only_reads_is_in_nobodys_way_and_sees_one_moment)
{
    orm_db *db = file_database(), *other = orm_open(url, .busy_timeout_ms = 50);
    REQUIRE(db && other);
    orm_slot before, after;
    ORM_BATCH(db, .read_only = true) {
        Author_batch_count(db, NULL, &before);
        ORM_NEW(Author, author, .name = "other");
        CHECK_INT(Author_create(other, &author), ORM_OK);
        Author_batch_count(db, NULL, &after);
    }
    CHECK(!orm_failed());
    CHECK_INT(before.count, 0);
    CHECK_INT(after.count, 0);
    CHECK_INT(authors(db), 1);
    orm_close(db);
    orm_close(other);
    remove_file();
}

/* the engine rolls back by itself: what was answered as done is not */
TEST(what_a_block_wrote_fails_with_its_transaction)
{
    orm_db *db = batch_shelf();
    REQUIRE(db != NULL);
    Author_slot one, two, ada, reused;
    CHECK_INT(orm_exec(db, NULL, "create trigger ends before insert on authors when new.name = 'the end' begin select raise(rollback, 'no more'); end", orm_no_params), ORM_OK);
    ORM_BATCH(db) {
        ask_create(db, "one", &one);
        ask_create(db, "for a while", &reused);
        orm_free(reused.rows);
        Author_batch_find(db, ada_id, &reused);
        ask_create(db, "the end", &two);
        Author_batch_find(db, ada_id, &ada);
        CHECK_INT(one.status, ORM_OK);
    }
    CHECK(orm_failed());
    CHECK_CONTAINS(orm_error()->message, "no more");
    CHECK_CONTAINS(two.message, "no more");
    CHECK_INT(one.status, ORM_TRANSACTION_ABORTED);
    CHECK_INT(ada.status, ORM_TRANSACTION_ABORTED);
    CHECK_INT(reused.status, ORM_OK);                         /* a read: it was so */
    CHECK_INT(authors(db), 2);
    REQUIRE(one.rows != NULL);
    CHECK_INT(Author_save(db, one.rows), ORM_OK);             /* it counts as new again */
    CHECK_INT(authors(db), 3);
    orm_free(one.rows);
    orm_free(reused.rows);
    orm_close(db);
}

/* ---- memory ---- */

TEST(a_block_survives_every_allocation_that_fails)
{
    for (int persistent = 0; persistent < 2; persistent++) {
        bool done = false;
        for (size_t at = 1; !done && !check_failed; at++) {
            orm_db *db = batch_shelf();
            REQUIRE(db != NULL);
            Author_slot made, ada, with_books;
            orm_slot n, raised;
            memory.count = memory.failed = 0;
            memory.fail_at = at;
            memory.persistent = persistent != 0;
            ORM_BATCH(db) {
                ask_create(db, "Edith", &made);
                Author_batch_find(db, ada_id, &ada);
                Author_batch_find_all(db, &(Author_query){ .where = orm_contains(Author_.name, "a"), .include = { orm_with(Author_.books) } }, &with_books);
                Author_batch_update(db, &(Author_change){ .set = { orm_inc(Author_.fame, 1) }, .where = orm_eq(Author_.name, "Edith") }, &raised);
                Author_batch_count(db, NULL, &n);
            }
            bool failed = orm_failed();
            orm_status kind = orm_error()->kind;
            memory.fail_at = 0;
            done = memory.failed == 0;
            CHECK(failed == !done);
            if (failed) CHECK_INT(kind, ORM_NO_MEMORY);
            CHECK_INT(made.status ? 2 : 3, authors(db));
            orm_status all[] = { made.status, ada.status, with_books.status, n.status, raised.status };
            for (size_t i = 0; i < sizeof all / sizeof *all; i++) CHECK(all[i] == ORM_OK || all[i] == ORM_NO_MEMORY);
            orm_free(made.rows);
            orm_free(ada.rows);
            orm_free(with_books.rows);
            orm_close(db);
            CHECK_INT(memory.live, 0);
            CHECK(!memory.wrong);
        }
    }
}

CHECK_MAIN()

/* Failures that only SQLite has: files that are locked, missing, damaged or no database, and tables without types. */
#include "small_sqlite.h"
#include "told.h"
#include <fcntl.h>

static void overwrite(const char *path, off_t at, const char *bytes, size_t n)
{
    int file = open(path, O_WRONLY | O_CREAT, 0600);
    CHECK(file >= 0 && lseek(file, at, SEEK_SET) == at && write(file, bytes, n) == (ssize_t)n);
    close(file);
}

TEST(data_that_does_not_fit_the_model_is_named_with_its_row)
{
    orm_db *db = orm_open("sqlite::memory:", .log = small_hook, .log_context = &small_log);
    memset(&small_log, 0, sizeof small_log);
    CHECK_INT(orm_exec(db, NULL, "create table accounts (id integer primary key, name, email, balance, rate, bio, active, colour, pin, created_at, updated_at)", orm_no_params), ORM_OK);
    CHECK_INT(orm_exec(db, NULL, "insert into accounts values (1, 'Ada', null, 0, null, null, 1, 'green', 'hunter2hunter2', 0, 0)", orm_no_params), ORM_OK);
    Account *fine = Account_find(db, 1);
    CHECK(fine != NULL);
    orm_free(fine);
    static const struct { const char *set, *undo, *field; } wrong[] = {
        { "balance = 'many'", "balance = 0", "balance" }, { "balance = 2147483648", "balance = 0", "balance" }, { "balance = 0.5", "balance = 0", "balance" },
        { "balance = null", "balance = 0", "balance" }, { "name = 7", "name = 'Ada'", "name" }, { "name = null", "name = 'Ada'", "name" },
        { "name = x'41'", "name = 'Ada'", "name" }, { "name = 'A' || char(0) || 'b'", "name = 'Ada'", "name" }, { "active = 2", "active = 1", "active" },
        { "active = 'yes'", "active = 1", "active" }, { "colour = 'mauve'", "colour = 'red'", "colour" }, { "colour = 1", "colour = 'red'", "colour" },
        { "rate = 'fast'", "rate = 1.5", "rate" }, { "created_at = 'today'", "created_at = 0", "created_at" }, { "pin = 5", "pin = 'hunter2hunter2'", "pin" },
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        char sql[120];
        snprintf(sql, sizeof sql, "update accounts set %s where id = 1", wrong[i].set);
        CHECK_INT(orm__exec(db, sql, 0, NULL, NULL, NULL), ORM_OK);
        bool secret = strcmp(wrong[i].field, "pin") == 0;              /* which a find by key does not read */
        ORM_AUTO Account *found = secret ? Account_find_one(db, &(Account_query){ .with_secrets = true }) : Account_find(db, 1);
        CHECK(!found);
        CHECK_CONTAINS(orm_error()->message, "(id 1)");
        told(ORM_BAD_DATA, "Account", wrong[i].field);
        CHECK(!Account_find_all(db, &(Account_query){ .with_secrets = true }));
        told(ORM_BAD_DATA, "Account", wrong[i].field);
        snprintf(sql, sizeof sql, "update accounts set %s where id = 1", wrong[i].undo);
        CHECK_INT(orm__exec(db, sql, 0, NULL, NULL, NULL), ORM_OK);
    }
    ORM_EACH(Account, account, db) CHECK_TEXT(account->name, "Ada");
    CHECK(!orm_failed());
    orm_close(db);
}

TEST(a_locked_a_read_only_and_a_missing_file)
{
    orm_db *db = small_file(), *other = small_again();
    small_account(db, "Ada");
    small_log.errors = 0;
    ORM_TRANSACTION(db) {
        ORM_NEW(Account, late, .name = "late");
        CHECK_INT(Account_create(other, &late), ORM_BUSY);
        CHECK_INT(orm_error()->code, 5);
        told(ORM_BUSY, "", "");
    }
    orm_close(other);
    char url[160];
    snprintf(url, sizeof url, "%s?mode=ro", small_url);
    orm_db *reader = orm_open(url, .log = small_hook, .log_context = &small_log);
    REQUIRE(reader);
    CHECK_INT(small_count(reader), 1);
    ORM_NEW(Account, grace, .name = "Grace");
    CHECK_INT(Account_create(reader, &grace), ORM_READ_ONLY);
    told(ORM_READ_ONLY, "", "");
    CHECK_INT(orm_exec(reader, NULL, "create table t (a)", orm_no_params), ORM_READ_ONLY);
    told(ORM_READ_ONLY, "", "");
    orm_close(reader);
    orm_close(db);
    snprintf(url, sizeof url, "sqlite:%s/nowhere/small.db", small_directory);
    CHECK(!orm_open(url, .log = small_hook, .log_context = &small_log));
    CHECK_CONTAINS(orm_error()->message, url + strlen("sqlite:"));         /* which file */
    told(ORM_CONFIG, "", "");
    snprintf(url, sizeof url, "sqlite:%s/other?mode=rw", small_directory);
    CHECK(!orm_open(url, .log = small_hook, .log_context = &small_log));
    told(ORM_CONFIG, "", "");
    snprintf(url, sizeof url, "sqlite:%s/other?mod=rw", small_directory);
    CHECK(!orm_open(url, .log = small_hook, .log_context = &small_log));
    CHECK_CONTAINS(orm_error()->message, "mod");
    told(ORM_CONFIG, "", "");
    small_remove();
}

TEST(an_address_without_an_adapter)
{
    static const char *const urls[] = { "postgres://ada:hunter2hunter2@localhost/x", "blog.db", "", "nothing:x", "SQLITE:x.db", NULL };
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        CHECK(!orm_open(urls[i]));
        CHECK_INT(orm_error()->kind, ORM_CONFIG);
        CHECK(!strstr(orm_error()->message, secret_word));
    }
}

TEST(a_file_that_is_damaged_or_no_database)
{
    orm_db *db = small_file();
    for (int i = 0; i < 40; i++) small_account(db, "Ada");
    orm_close(db);
    char path[128], url[160], garbage[4096];
    memset(garbage, 0xEE, sizeof garbage);
    snprintf(path, sizeof path, "%s/other", small_directory);
    overwrite(path, 0, garbage, sizeof garbage);
    snprintf(url, sizeof url, "sqlite:%s/other", small_directory);
    memset(&small_log, 0, sizeof small_log);
    CHECK(!orm_open(url, .log = small_hook, .log_context = &small_log));
    CHECK_INT(orm_error()->code, 26);
    told(ORM_CORRUPT, "", "");
    snprintf(path, sizeof path, "%s/small.db", small_directory);
    for (off_t page = 1; page < 10; page++) overwrite(path, page * 4096, garbage, sizeof garbage);
    db = small_again();
    REQUIRE(db);
    CHECK(!Account_find_all(db, NULL));
    told(ORM_CORRUPT, "", "");
    orm_close(db);
    small_remove();
}

CHECK_MAIN()

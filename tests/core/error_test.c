/* >>error_test: every failure that the engine can answer, produced once: what orm_error() says of it, what an API would send, and what the log
   is told. No text anywhere holds the value of a secret field. */
#include "small_models.h"
#include <fcntl.h>

#define Seat_FIELDS(X)                                                     \
    X(id,       serial)                                                    \
    X(hall,     string(20))                                                \
    X(number,   integer)                                                   \
    X(holder,   string(40), nullable, unique("has a seat already"))        \
    X(previous, key(Seat), nullable)
ORM_MODEL(Seat, seats, unique(hall, number), check(hall_a_is_small, "hall <> 'A' or number <= 10"))
#define Hall_MODELS(X) X(Seat)
ORM_SCHEMA(Hall)
ORM_DEFINE(Hall)

static const char secret_word[] = "hunter2hunter2";

/* what holds for every failure, of whatever kind */
static void told(orm_db *db, orm_status kind, const char *model, const char *field)
{
    const orm_error_info *error = orm_error();
    char json[6000];
    orm_opt_int64 valid;
    orm_error_info kept = *error;
    CHECK_TEXT(orm_status_name(error->kind), orm_status_name(kind));
    CHECK(orm_failed());
    CHECK_TEXT(error->model, model);
    CHECK_TEXT(error->field, field);
    CHECK(error->message[0] != 0);
    CHECK(!strchr(error->message, '\n'));
    CHECK(!strstr(error->message, secret_word));
    size_t length = orm_errors_json(json, sizeof json);
    CHECK_INT(length, strlen(json));
    CHECK(!strstr(json, secret_word));
    CHECK_INT(small_log.errors, 1);                       /* told once, in the same words */
    CHECK_INT(small_log.kind, kind);
    CHECK_TEXT(small_log.message, error->message);
    CHECK(small_log.error_place[0] || small_log.address);
    orm_db *other = orm_open("sqlite::memory:");
    CHECK_INT(orm_scalar(other, &valid, "select json_valid(?1)", orm_params(json)), ORM_OK);
    CHECK(valid.set && valid.value);
    CHECK(!orm_failed());                                 /* the next call has cleared it */
    CHECK_INT(orm_error()->failures.total, 0);
    CHECK_TEXT(orm_error()->message, "");
    orm_close(other);
    for (size_t i = 0; i < kept.failures.count; i++) {
        const orm_failure *failure = &kept.failures.item[i];
        CHECK(failure->message[0] && !strchr(failure->message, '\n') && !strstr(failure->message, secret_word));
        CHECK_CONTAINS(json, failure->message);
    }
    small_log.errors = 0;
    (void)db;
}

static orm_db *halls(void)
{
    orm_db *db = small_memory();
    if (orm_sync(db, &Hall_schema)) orm_perror("halls");
    return db;
}

/* ---- broken constraints ---- */

TEST(a_unique_violation_is_told_like_a_validation)
{
    orm_db *db = small_memory();
    ORM_NEW(Account, ada, .name = "Ada", .email = "ada@example.com", .pin = secret_word);
    CHECK_INT(Account_create(db, &ada), ORM_OK);
    ORM_NEW(Account, twin, .name = "Twin", .email = "ada@example.com", .pin = secret_word);
    CHECK_INT(Account_create(db, &twin), ORM_UNIQUE);
    CHECK_INT(orm_error()->failures.total, 1);
    CHECK_TEXT(orm_error()->failures.item[0].field, "email");
    CHECK_TEXT(orm_error()->failures.item[0].rule, "unique");
    CHECK_TEXT(orm_error()->failures.item[0].message, "is already taken");
    CHECK_TEXT(orm_error()->message, "Account.email is already taken");
    CHECK_INT(orm_error()->code, 2067);                   /* SQLITE_CONSTRAINT_UNIQUE */
    CHECK_TEXT(orm_error()->sqlstate, "");
    told(db, ORM_UNIQUE, "Account", "email");
    ORM_NEW(Account, same, .id = ada.id, .name = "Same key");
    CHECK_INT(Account_create(db, &same), ORM_UNIQUE);
    told(db, ORM_UNIQUE, "Account", "id");
    ORM_NEW(Tag, tag, .code = "red");
    CHECK_INT(Tag_create(db, &tag), ORM_OK);
    ORM_NEW(Tag, again, .code = "red");
    CHECK_INT(Tag_create(db, &again), ORM_UNIQUE);
    told(db, ORM_UNIQUE, "Tag", "code");
    orm_close(db);
}

TEST(a_unique_group_and_a_unique_message_of_ones_own)
{
    orm_db *db = halls();
    ORM_NEW(Seat, first, .hall = "B", .number = 1, .holder = "Ada");
    CHECK_INT(Seat_create(db, &first), ORM_OK);
    ORM_NEW(Seat, same, .hall = "B", .number = 1);
    CHECK_INT(Seat_create(db, &same), ORM_UNIQUE);
    CHECK_INT(orm_error()->failures.total, 2);
    CHECK_TEXT(orm_error()->failures.item[1].field, "number");
    CHECK_TEXT(orm_error()->failures.item[1].message, "is already taken in this combination");
    told(db, ORM_UNIQUE, "Seat", "hall");
    ORM_NEW(Seat, twice, .hall = "B", .number = 2, .holder = "Ada");
    CHECK_INT(Seat_create(db, &twice), ORM_UNIQUE);
    CHECK_TEXT(orm_error()->failures.item[0].message, "has a seat already");
    CHECK_TEXT(orm_error()->message, "Seat.holder has a seat already");
    told(db, ORM_UNIQUE, "Seat", "holder");
    orm_close(db);
}

TEST(a_foreign_key_that_is_broken_from_either_side)
{
    orm_db *db = small_memory();
    Account ada = small_account(db, "Ada");
    ORM_NEW(Entry, orphan, .account_id = 999, .note = "x");
    CHECK_INT(Entry_create(db, &orphan), ORM_FOREIGN_KEY);
    CHECK_INT(orm_error()->failures.total, 1);
    CHECK_TEXT(orm_error()->failures.item[0].rule, "references");
    told(db, ORM_FOREIGN_KEY, "Entry", "");               /* the engine does not say which one */
    orphan.account_id = ada.id;
    CHECK_INT(Entry_create(db, &orphan), ORM_OK);
    CHECK_INT(Account_destroy(db, &ada), ORM_FOREIGN_KEY);
    told(db, ORM_FOREIGN_KEY, "Account", "");
    CHECK_INT(small_count(db), 1);
    orm_close(db);
}

TEST(checks_of_the_database_name_the_field_or_the_check)
{
    orm_db *db = halls();
    Account ada = small_account(db, "Ada");
    CHECK_INT(Account_update(db, &(Account_change){ .set = { orm_dec(Account_.balance, 500) }, .where = orm_eq(Account_.id, ada.id) }, NULL), ORM_CHECK);
    CHECK_TEXT(orm_error()->constraint, "balance_at_least");
    CHECK_TEXT(orm_error()->failures.item[0].field, "balance");
    told(db, ORM_CHECK, "Account", "balance");
    ORM_NEW(Seat, seat, .hall = "A", .number = 11);
    CHECK_INT(Seat_create(db, &seat), ORM_CHECK);
    CHECK_TEXT(orm_error()->constraint, "hall_a_is_small");
    CHECK_INT(orm_error()->failures.total, 1);
    told(db, ORM_CHECK, "Seat", "");
    orm_close(db);
}

TEST(constraints_hold_for_sql_by_hand_in_the_engines_words)
{
    orm_db *db = small_memory();
    CHECK_INT(orm_exec(db, NULL, "insert into accounts (name, created_at, updated_at) values (null, 0, 0)", orm_no_params), ORM_NOT_NULL);
    CHECK_TEXT(orm_error()->failures.item[0].field, "name");
    CHECK_TEXT(orm_error()->failures.item[0].message, "is required");
    CHECK_CONTAINS(orm_error()->message, "NOT NULL");
    told(db, ORM_NOT_NULL, "", "name");
    CHECK_INT(orm_exec(db, NULL, "insert into accounts (name, created_at, updated_at) values ('x', 0, 0)", orm_no_params), ORM_CHECK);
    CHECK_TEXT(orm_error()->constraint, "name_length");
    told(db, ORM_CHECK, "", "");
    CHECK_INT(orm_exec(db, NULL, "insert into accounts (name, balance, created_at, updated_at) values ('xx', 'many', 0, 0)", orm_no_params), ORM_VALUE_RANGE);
    told(db, ORM_VALUE_RANGE, "", "");
    CHECK_INT(orm_exec(db, NULL, "insert into entries (account_id, note) values (99, 'x')", orm_no_params), ORM_FOREIGN_KEY);
    told(db, ORM_FOREIGN_KEY, "", "");
    orm_close(db);
}

/* ---- statements ---- */

TEST(statements_that_the_engine_does_not_understand)
{
    orm_db *db = orm_open("sqlite::memory:", .log = small_hook, .log_context = &small_log);
    memset(&small_log, 0, sizeof small_log);
    ORM_NEW(Account, ada, .name = "Ada");
    CHECK_INT(Account_create(db, &ada), ORM_NO_TABLE);
    CHECK_CONTAINS(orm_error()->message, "accounts");
    told(db, ORM_NO_TABLE, "", "");
    CHECK_INT(ada.id, 0);
    CHECK_INT(orm_sync(db, &Small_schema), ORM_OK);
    CHECK_INT(Account_create(db, &ada), ORM_OK);
    CHECK_INT(orm_exec(db, NULL, "update accounts set nmae = ?1", orm_params("x")), ORM_NO_COLUMN);
    CHECK_CONTAINS(orm_error()->message, "nmae");
    CHECK_CONTAINS(small_log.error_place, "error_test.c:");
    told(db, ORM_NO_COLUMN, "", "");
    CHECK_INT(orm_exec(db, NULL, "insert into accounts (nmae) values (1)", orm_no_params), ORM_NO_COLUMN);
    told(db, ORM_NO_COLUMN, "", "");
    CHECK_INT(orm_exec(db, NULL, "selct 1", orm_no_params), ORM_SYNTAX);
    told(db, ORM_SYNTAX, "", "");
    CHECK_INT(orm_exec(db, NULL, "select 1; drop table accounts", orm_no_params), ORM_SYNTAX);
    told(db, ORM_SYNTAX, "", "");
    CHECK_INT(orm_exec(db, NULL, "select ?1", orm_no_params), ORM_MISUSE);
    told(db, ORM_MISUSE, "", "");
    CHECK_INT(orm_exec(db, NULL, "select ?1", orm_params(1, 2)), ORM_MISUSE);
    told(db, ORM_MISUSE, "", "");
    CHECK_INT(orm_exec(db, NULL, "select ?1", orm_params(orm_decimal_of("1.5"))), ORM_UNSUPPORTED);
    told(db, ORM_UNSUPPORTED, "", "");
    CHECK_INT(orm_exec(db, NULL, "", orm_no_params), ORM_MISUSE);
    told(db, ORM_MISUSE, "", "");
    CHECK_INT(orm_exec(db, NULL, "-- nothing", orm_no_params), ORM_SYNTAX);
    told(db, ORM_SYNTAX, "", "");
    CHECK_INT(small_count(db), 1);
    orm_close(db);
}

TEST(numbers_that_overflow_in_the_engine)
{
    orm_db *db = small_memory();
    for (int i = 0; i < 2; i++) small_account(db, "Ada");
    orm_opt_int64 n;
    CHECK_INT(orm_scalar(db, &n, "select sum(9223372036854775807) from accounts", orm_no_params), ORM_VALUE_RANGE);
    CHECK(!n.set);
    told(db, ORM_VALUE_RANGE, "", "");
    CHECK_INT(orm_exec(db, NULL, "select ?1", orm_params(UINT64_MAX)), ORM_VALUE_RANGE);
    told(db, ORM_VALUE_RANGE, "", "");
    orm_close(db);
}

/* ---- data that does not fit ---- */

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
        CHECK(!Account_find(db, 1));
        CHECK_CONTAINS(orm_error()->message, "(id 1)");
        told(db, ORM_BAD_DATA, "Account", wrong[i].field);
        CHECK(!Account_find_all(db, NULL));
        told(db, ORM_BAD_DATA, "Account", wrong[i].field);
        snprintf(sql, sizeof sql, "update accounts set %s where id = 1", wrong[i].undo);
        CHECK_INT(orm__exec(db, sql, 0, NULL, NULL, NULL), ORM_OK);
    }
    ORM_EACH(Account, account, db) CHECK_TEXT(account->name, "Ada");
    CHECK(!orm_failed());
    orm_close(db);
}

TEST(values_are_refused_before_the_engine_sees_them)
{
    orm_db *db = small_memory();
    small_log.errors = 0;
    uint64_t sent = small_sent(db);
    ORM_NEW(Account, bad, .name = "\xC3(", .email = "no address", .balance = -101, .pin = "hunter2hunter2hunter2hunter2");
    CHECK_INT(Account_create(db, &bad), ORM_VALIDATION);
    CHECK_INT(orm_error()->failures.total, 4);
    CHECK_CONTAINS(orm_error()->message, "(and 3 more)");
    CHECK_TEXT(orm_error()->failures.item[3].field, "pin");
    told(db, ORM_VALIDATION, "Account", "name");
    CHECK(!Account_find_by_email(db, "\xFF"));
    told(db, ORM_BAD_TEXT, "Account", "email");
    CHECK(!Account_find_all(db, &(Account_query){ .where = orm_eq(Account_.balance, INT64_C(3000000000)) }));
    told(db, ORM_VALUE_RANGE, "Account", "balance");
    CHECK(!Account_find_all(db, &(Account_query){ .limit = -1 }));
    told(db, ORM_MISUSE, "Account", "");
    CHECK_INT(small_sent(db), sent);
    orm_close(db);
}

/* ---- rows ---- */

TEST(rows_that_are_gone_or_never_were)
{
    orm_db *db = small_memory();
    Account ada = small_account(db, "Ada");
    Account *found = Account_find(db, ada.id);
    CHECK_INT(Account_destroy_by_key(db, ada.id), ORM_OK);
    found->balance = 1;
    CHECK_INT(Account_save(db, found), ORM_STALE);
    told(db, ORM_STALE, "Account", "");
    CHECK_INT(Account_destroy_by_key(db, ada.id), ORM_STALE);
    told(db, ORM_STALE, "Account", "");
    Account copy = *found;
    orm_free(found);
    CHECK_INT(Account_save(db, &copy), ORM_STALE_ROW);
    told(db, ORM_STALE_ROW, "Account", "");
    CHECK(!Account_get(db, 77));
    told(db, ORM_NOT_FOUND, "Account", "");
    CHECK(!Account_get_one(db, &(Account_query){ .where = orm_eq(Account_.name, "nobody") }));
    told(db, ORM_NOT_FOUND, "Account", "");
    CHECK(!Account_find(db, 77));
    CHECK_INT(orm_error()->kind, ORM_NOT_FOUND);
    CHECK(!orm_failed());
    CHECK_INT(small_log.errors, 0);                       /* no failure, and not told */
    CHECK_INT(Account_destroy_all(db, NULL, NULL), ORM_MISUSE);
    told(db, ORM_MISUSE, "Account", "");
    orm_close(db);
}

/* ---- files ---- */

TEST(a_locked_a_read_only_and_a_missing_file)
{
    orm_db *db = small_file(), *other = small_again();
    small_account(db, "Ada");
    small_log.errors = 0;
    ORM_TRANSACTION(db) {
        ORM_NEW(Account, late, .name = "late");
        CHECK_INT(Account_create(other, &late), ORM_BUSY);
        CHECK_INT(orm_error()->code, 5);
        told(other, ORM_BUSY, "", "");
    }
    orm_close(other);
    char url[160];
    snprintf(url, sizeof url, "%s?mode=ro", small_url);
    orm_db *reader = orm_open(url, .log = small_hook, .log_context = &small_log);
    REQUIRE(reader);
    CHECK_INT(small_count(reader), 1);
    ORM_NEW(Account, grace, .name = "Grace");
    CHECK_INT(Account_create(reader, &grace), ORM_READ_ONLY);
    told(reader, ORM_READ_ONLY, "", "");
    CHECK_INT(orm_sync(reader, &Hall_schema), ORM_READ_ONLY);
    told(reader, ORM_READ_ONLY, "", "");
    orm_close(reader);
    orm_close(db);
    snprintf(url, sizeof url, "sqlite:%s/nowhere/small.db", small_directory);
    CHECK(!orm_open(url, .log = small_hook, .log_context = &small_log));
    told(NULL, ORM_CONFIG, "", "");
    snprintf(url, sizeof url, "sqlite:%s/other?mode=rw", small_directory);
    CHECK(!orm_open(url, .log = small_hook, .log_context = &small_log));
    told(NULL, ORM_CONFIG, "", "");
    snprintf(url, sizeof url, "sqlite:%s/other?mod=rw", small_directory);
    CHECK(!orm_open(url, .log = small_hook, .log_context = &small_log));
    CHECK_CONTAINS(orm_error()->message, "mod");
    told(NULL, ORM_CONFIG, "", "");
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

static void overwrite(const char *path, off_t at, const char *bytes, size_t n)
{
    int file = open(path, O_WRONLY | O_CREAT, 0600);
    CHECK(file >= 0 && lseek(file, at, SEEK_SET) == at && write(file, bytes, n) == (ssize_t)n);
    close(file);
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
    told(NULL, ORM_CORRUPT, "", "");
    snprintf(path, sizeof path, "%s/small.db", small_directory);
    for (off_t page = 1; page < 10; page++) overwrite(path, page * 4096, garbage, sizeof garbage);
    db = small_again();
    REQUIRE(db);
    CHECK(!Account_find_all(db, NULL));
    told(db, ORM_CORRUPT, "", "");
    orm_close(db);
    small_remove();
}

/* ---- deadlines ---- */

TEST(a_call_that_takes_too_long_is_ended_at_its_deadline)
{
    orm_db *db = small_memory();
    Account ada = small_account(db, "Ada");
    static Entry entries[1000];
    for (int i = 0; i < 1000; i++) {
        entries[i] = Entry_defaults();
        entries[i].account_id = ada.id;
        entries[i].note = "x";
    }
    CHECK_INT(Entry_create_all(db, entries, 1000, NULL), ORM_OK);
    int64_t n = 0;
    small_log.errors = 0;
    /* looks at a thousand entries for each of a thousand entries for each of a thousand entries */
    Account_query slow = { .timeout_ms = 30, .where = orm_has(Account_.entries, orm_has(Entry_.account, orm_has(Account_.entries, orm_has(Entry_.account,
        orm_has(Account_.entries, orm_eq(Entry_.note, "nothing")))))) };
    orm_time began = orm_now();
    CHECK_INT(Account_count(db, &slow, &n), ORM_TIMEOUT);
    CHECK(orm_now() - began >= 30000 && orm_now() - began < 3000000);
    told(db, ORM_TIMEOUT, "", "");
    CHECK(!Account_find_all(db, &slow));
    told(db, ORM_TIMEOUT, "", "");
    CHECK_INT(small_count(db), 1);                        /* others have their own time */
    ORM_TRANSACTION(db) {
        small_account(db, "in the block");
        CHECK(!Account_find_all(db, &slow));
    }
    CHECK_INT(orm_error()->kind, ORM_TIMEOUT);
    CHECK_INT(small_count(db), 1);
    orm_close(db);
    /* and for the whole handle */
    db = orm_open("sqlite::memory:", .timeout_ms = 40);
    orm_opt_int64 count;
    CHECK_INT(orm_scalar(db, &count, "with recursive c(x) as (select 1 union all select x + 1 from c where x < 1000000000) select count(*) from c", orm_no_params), ORM_TIMEOUT);
    CHECK_INT(orm_scalar(db, &count, "select 1", orm_no_params), ORM_OK);
    orm_close(db);
}

/* ---- the error itself ---- */

TEST(the_first_cause_wins_and_the_next_call_clears_it)
{
    orm_db *db = small_memory();
    ORM_TRANSACTION(db) {
        ORM_NEW(Account, bad, .name = "x");
        CHECK_INT(Account_create(db, &bad), ORM_VALIDATION);
        CHECK_INT(orm_exec(db, NULL, "nonsense", orm_no_params), ORM_VALIDATION);
        CHECK_INT(orm_error()->failures.total, 1);
    }
    CHECK_INT(orm_error()->kind, ORM_VALIDATION);
    orm_free((Account *)NULL);
    orm_close(NULL);
    CHECK_INT(orm_error()->kind, ORM_VALIDATION);
    CHECK_TEXT(orm_error()->field, "name");
    small_count(db);
    CHECK_INT(orm_error()->kind, ORM_OK);
    CHECK_TEXT(orm_error()->field, "");
    CHECK_INT(orm_error()->failures.total, 0);
    CHECK_INT(orm_exec(db, NULL, "nonsense", orm_no_params), ORM_SYNTAX);
    orm_close(db);                                        /* closing keeps it, too */
    CHECK_INT(orm_error()->kind, ORM_SYNTAX);
}

__attribute__((noinline)) static orm_status fails_here(orm_db *db)
{
    orm_status status = Account_destroy_by_key(db, 12345);
    return status == ORM_OK ? ORM_MISUSE : status;        /* no tail call */
}

TEST(the_log_names_the_place_of_the_call)
{
    orm_db *db = small_memory();
    CHECK_INT(fails_here(db), ORM_STALE);
    uintptr_t at = (uintptr_t)small_log.address, from = (uintptr_t)fails_here;
    CHECK(at > from && at - from < 1000);
    CHECK_TEXT(small_log.error_place, "");
    int64_t sum = 0;
    char here[80];
    snprintf(here, sizeof here, "%s:%d", __FILE__, __LINE__ + 1);
    CHECK_INT(orm_sum(db, Account_.balance, &sum, NULL), ORM_OK);
    CHECK_TEXT(small_log.place[(small_log.statements - 1) % SMALL_LOG], here);
    snprintf(here, sizeof here, "%s:%d", __FILE__, __LINE__ + 1);
    CHECK_INT(orm_exec(db, NULL, "nonsense", orm_no_params), ORM_SYNTAX);
    CHECK_TEXT(small_log.error_place, here);
    CHECK(!small_log.address);
    orm_close(db);
}

TEST(json_of_the_error_is_cut_like_snprintf)
{
    orm_db *db = small_memory();
    CHECK_INT(orm_exec(db, NULL, "select \"quotes\" and \\ in it", orm_no_params), ORM_SYNTAX);
    char whole[2000], cut[20];
    size_t length = orm_errors_json(whole, sizeof whole);
    CHECK_INT(orm_errors_json(cut, sizeof cut), length);
    CHECK_INT(strlen(cut), sizeof cut - 1);
    CHECK_INT(strncmp(whole, cut, strlen(cut)), 0);
    CHECK_INT(orm_errors_json(NULL, 0), length);
    CHECK_CONTAINS(whole, "{\"kind\":\"ORM_SYNTAX\",\"message\":");
    orm_close(db);
}

/* ---- secrets and stderr ---- */

/* what `run` writes to stderr */
static const char *standard_error_of(void (*run)(void))
{
    static char text[100000];
    fflush(stderr);
    FILE *file = tmpfile();
    int kept = dup(STDERR_FILENO);
    dup2(fileno(file), STDERR_FILENO);
    run();
    fflush(stderr);
    dup2(kept, STDERR_FILENO);
    close(kept);
    rewind(file);
    size_t n = fread(text, 1, sizeof text - 1, file);
    text[n] = 0;
    fclose(file);
    return text;
}

static void use_everything(bool log_values)
{
    orm_db *db = orm_open("sqlite::memory:", .log_values = log_values);
    orm_sync(db, &Small_schema);
    ORM_NEW(Account, ada, .name = "Ada \x1b[31m\nLovelace", .pin = secret_word, .rate = orm_double(1.5));
    Account_create(db, &ada);
    ada.pin = "hunter2hunter2!";
    Account_save(db, &ada);
    Account_update(db, &(Account_change){ .set = { orm_set(Account_.pin, secret_word) }, .where = orm_eq(Account_.pin, "hunter2hunter2!") }, NULL);
    ORM_AUTO Account *found = Account_find_all(db, &(Account_query){ .where = orm_in(Account_.pin, secret_word, "x") });
    if (orm_len(found) != 1) fprintf(stderr, "not found\n");
    ORM_NEW(Account, bad, .name = "x", .pin = "hunter2hunter2hunter2hunter2");
    Account_create(db, &bad);
    orm_perror("create");
    orm_dump(Account, &ada);
    orm_dump(Account, found);
    orm_print_json_all(stderr, Account, found);
    orm_close(db);
}
static void use_with_values(void) { use_everything(true); }
static void use_without_values(void) { use_everything(false); }
static void use_perror(void)
{
    ORM_NEW(Account, bad, .name = "x", .email = "nowhere");
    Account_validate(&bad, NULL);
    CHECK_INT(orm_perror("blog"), 1);
}

TEST(orm_log_1_shows_the_sql_and_never_a_secret)
{
    setenv("ORM_LOG", "1", 1);
    const char *text = standard_error_of(use_without_values);
    CHECK_CONTAINS(text, "insert into \"accounts\"");
    CHECK_CONTAINS(text, "***");
    CHECK(!strstr(text, "hunter2"));
    CHECK(!strstr(text, "\x1b"));
    CHECK(!strstr(text, "'Ada"));
    text = standard_error_of(use_with_values);
    CHECK_CONTAINS(text, "'Ada \\x1b[31m\\nLovelace'");
    CHECK_CONTAINS(text, "1.5");
    CHECK(!strstr(text, "hunter2"));
    CHECK(!strstr(text, "\x1b"));
    unsetenv("ORM_LOG");
    text = standard_error_of(use_without_values);
    CHECK(!strstr(text, "insert into"));                  /* silent without it */
}

TEST(orm_perror_lists_every_failure)
{
    const char *text = standard_error_of(use_perror);
    CHECK_CONTAINS(text, "blog: Account.name ");
    CHECK_CONTAINS(text, "\n  name: must have 2 to 40 characters\n");
    CHECK_CONTAINS(text, "\n  email: ");
}

static size_t values_seen, secrets_seen;
static void look_at_values(void *context, const orm_log_event *event)
{
    (void)context;
    values_seen += event->n_values;
    for (size_t i = 0; i < event->n_values; i++)
        secrets_seen += event->values[i].type == ORM_TEXT && strstr(event->values[i].as.s, "hunter2") != NULL;
    secrets_seen += (event->message && strstr(event->message, "hunter2")) || (event->sql && strstr(event->sql, "hunter2"));
}

TEST(the_hook_gets_values_only_when_asked_for)
{
    orm_db *db = orm_open("sqlite::memory:", .log = look_at_values);
    CHECK_INT(orm_sync(db, &Small_schema), ORM_OK);
    ORM_NEW(Account, ada, .name = "Ada", .pin = secret_word);
    CHECK_INT(Account_create(db, &ada), ORM_OK);
    CHECK_INT(values_seen, 0);
    orm_close(db);
    db = orm_open("sqlite::memory:", .log = look_at_values, .log_values = true);
    CHECK_INT(orm_sync(db, &Small_schema), ORM_OK);
    ORM_NEW(Account, grace, .name = "Grace", .pin = secret_word);
    CHECK_INT(Account_create(db, &grace), ORM_OK);
    CHECK(values_seen > 5);
    orm_free(Account_find_all(db, &(Account_query){ .where = orm_or(orm_eq(Account_.pin, secret_word), orm_starts_with(Account_.pin, "hunter2")) }));
    CHECK_INT(Account_save(db, &grace), ORM_OK);
    CHECK_INT(secrets_seen, 0);
    orm_close(db);
}

CHECK_MAIN()

/* test: own-server, as it drops tables and ends sessions.
   >>batch_postgres_test: ORM_BATCH on a real server: what every engine does, and what only a connection that is waited for can do: be late,
   be lost, and find its plans stale. */
#define ORM_IMPLEMENTATION
#include "orm.h"
#include "dialects/postgres.h"
#include "batch_cases.h"
#include "check_alloc.h"

#include <sys/types.h>

static struct check_allocator memory;
static orm_db *batch_database(void)
{
    memory = (struct check_allocator){ .fail_at = 0 };
    orm_db *db = orm_open(getenv("ORM_POSTGRES"), .busy_timeout_ms = 10000, .pool.max = 6, .allocator = check_failing_allocator(&memory));
    if (db && orm_exec(db, NULL, "drop table if exists loans, books, authors", orm_no_params)) orm_perror("batch_database");
    return db;
}
static orm_db *another(void) { return orm_open(getenv("ORM_POSTGRES")); }

static int64_t scalar_pid(orm_db *db)
{
    orm_opt_int64 pid = { 0, false };
    CHECK_INT(orm_scalar(db, &pid, "select pg_backend_pid()", orm_no_params), ORM_OK);
    return pid.value;
}

/* whether a write was done is known when the server's farewell came through, and not when the connection was reset */
static bool is_lost(orm_status status) { return status == ORM_CONNECTION_LOST || status == ORM_COMMIT_UNKNOWN; }

WITH_DATABASE(calls_are_sent_before_the_block_ends)
{
    orm_db *other = another();
    Author_slot first, edith;
    ORM_BATCH(db) {
        ask_create(db, "Prepares", &first);
        ask_create(db, "Edith", &edith);
        CHECK_INT(edith.status, ORM_PENDING);
        CHECK(edith.rows == NULL);
        int64_t n = 0;
        for (int i = 0; i < 2000 && n < 4; i++) {             /* each is a transaction of its own */
            n = authors(other);
            nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
        }
        CHECK_INT(n, 4);
        CHECK_INT(edith.status, ORM_PENDING);
    }
    CHECK_INT(edith.status, ORM_OK);
    orm_free(first.rows);
    orm_free(edith.rows);
    orm_close(other);
}

WITH_DATABASE(a_connection_that_is_cut_fails_what_was_not_answered_and_nothing_is_sent_twice)
{
    enum { N = 20 };
    orm_db *other = another();
    Author_slot slot[2 * N], ada;
    ORM_BATCH(db) {
        int64_t pid = scalar_pid(db);                         /* the block holds its connection */
        char name[40];
        bool ended = false;
        for (int i = 0; i < 2 * N; i++) {
            snprintf(name, sizeof name, "author %d", i);
            ask_create(db, name, &slot[i]);
            if (i == N) {
                orm_opt_bool done = { false, false };
                CHECK_INT(orm_scalar(other, &done, "select pg_terminate_backend(?1::integer)", orm_params(pid)), ORM_OK);
                orm_opt_int64 left = { 1, true };
                for (int k = 0; k < 2000 && left.value; k++) CHECK_INT(orm_scalar(other, &left, "select count(*) from pg_stat_activity where pid = ?1::integer", orm_params(pid)), ORM_OK);
                ended = left.value == 0;
            }
        }
        CHECK(ended);
        Author_batch_find(db, ada_id, &ada);
    }
    CHECK(is_lost(orm_error()->kind));
    CHECK_INT(ada.status, ORM_CONNECTION_LOST);
    int answered = 0, in_doubt = 0;
    for (int i = 0; i < 2 * N; i++) {
        CHECK(slot[i].status == ORM_OK || is_lost(slot[i].status));
        if (slot[i].status == ORM_OK) {
            char name[40];
            snprintf(name, sizeof name, "author %d", i);
            answered++;
            ORM_AUTO Author *found = Author_find(other, slot[i].rows->id);
            CHECK(found && strcmp(found->name, name) == 0);
        } else {
            in_doubt += slot[i].status == ORM_COMMIT_UNKNOWN;
            CHECK(slot[i].rows == NULL);
            CHECK(slot[i].message[0] != 0);
        }
        orm_free(slot[i].rows);
    }
    CHECK(is_lost(slot[2 * N - 1].status));
    CHECK(authors(other) >= 2 + answered && authors(other) <= 2 + N + 1 && authors(other) <= 2 + answered + in_doubt);
    CHECK(authors(db) > 0);                                   /* on a new connection */
    orm_close(other);
}

WITH_DATABASE(a_transaction_whose_connection_is_cut_fails_with_its_block)
{
    orm_db *other = another();
    Author_slot one, two;
    ORM_TRANSACTION(db) {
        int64_t pid = scalar_pid(db);
        ORM_BATCH(db) {
            ask_create(db, "one", &one);
            orm_opt_bool done = { false, false };
            CHECK_INT(orm_scalar(other, &done, "select pg_terminate_backend(?1::integer)", orm_params(pid)), ORM_OK);
            orm_opt_int64 left = { 1, true };
            for (int k = 0; k < 2000 && left.value; k++) CHECK_INT(orm_scalar(other, &left, "select count(*) from pg_stat_activity where pid = ?1::integer", orm_params(pid)), ORM_OK);
            ask_create(db, "two", &two);
        }
        CHECK(orm_failed());
    }
    CHECK_INT(orm_error()->kind, ORM_CONNECTION_LOST);
    CHECK_INT(two.status, ORM_CONNECTION_LOST);
    CHECK_INT(authors(db), 2);
    orm_close(other);
}

WITH_DATABASE(an_atomic_block_whose_connection_is_cut_keeps_nothing)
{
    orm_db *other = another();
    Author_slot one, two;
    ORM_BATCH(db, .atomic = true) {
        int64_t pid = scalar_pid(db);
        ask_create(db, "one", &one);
        orm_opt_bool done = { false, false };
        CHECK_INT(orm_scalar(other, &done, "select pg_terminate_backend(?1::integer)", orm_params(pid)), ORM_OK);
        orm_opt_int64 left = { 1, true };
        for (int k = 0; k < 2000 && left.value; k++) CHECK_INT(orm_scalar(other, &left, "select count(*) from pg_stat_activity where pid = ?1::integer", orm_params(pid)), ORM_OK);
        ask_create(db, "two", &two);
    }
    CHECK(is_lost(orm_error()->kind));
    CHECK(is_lost(one.status) && is_lost(two.status));
    CHECK(!one.rows && !two.rows);
    CHECK_INT(authors(db), 2);
    orm_close(other);
}

WITH_DATABASE(an_atomic_block_that_ends_its_own_session_is_in_doubt)
{
    orm_slot gone;
    Author_slot edith;
    CHECK_INT(orm_exec(db, NULL, "create function ends() returns trigger language plpgsql as $$ begin perform pg_terminate_backend(pg_backend_pid()); perform pg_sleep(10); return old; end $$", orm_no_params), ORM_OK);
    CHECK_INT(orm_exec(db, NULL, "create trigger ends before delete on authors for each row execute function ends()", orm_no_params), ORM_OK);
    ORM_BATCH(db, .atomic = true) {
        ask_create(db, "Edith", &edith);
        Author_batch_destroy_by_key(db, grace_id, &gone);
    }
    CHECK(is_lost(orm_error()->kind));
    CHECK(is_lost(edith.status) || edith.status == ORM_ROLLED_BACK);
    CHECK(is_lost(gone.status));
    CHECK(!edith.rows);
    CHECK_INT(authors(db), 2);
    CHECK_INT(orm_exec(db, NULL, "drop function ends() cascade", orm_no_params), ORM_OK);
}

WITH_DATABASE(an_atomic_block_that_is_late_is_undone)
{
    orm_db *other = another();
    Author_slot before, after;
    orm_slot late;
    ORM_TRANSACTION(other) {
        CHECK_INT(Author_update(other, &(Author_change){ .set = { orm_set(Author_.fame, 1) }, .where = orm_eq(Author_.id, ada_id) }, NULL), ORM_OK);
        ORM_BATCH(db, .atomic = true) {
            ask_create(db, "before", &before);
            Author_batch_update(db, &(Author_change){ .set = { orm_set(Author_.fame, 2) }, .where = orm_eq(Author_.id, ada_id), .timeout_ms = 200 }, &late);
            ask_create(db, "after", &after);
        }
        CHECK_INT(orm_error()->kind, ORM_TIMEOUT);
    }
    CHECK_INT(before.status, ORM_ROLLED_BACK);
    CHECK_INT(late.status, ORM_TIMEOUT);
    CHECK_INT(after.status, ORM_ROLLED_BACK);
    CHECK_INT(authors(db), 2);
    orm_close(other);
}

WITH_DATABASE(a_call_that_is_late_is_cancelled_and_the_others_are_answered)
{
    orm_db *other = another();
    Author_slot before, after;
    orm_slot late, n;
    ORM_TRANSACTION(other) {
        CHECK_INT(Author_update(other, &(Author_change){ .set = { orm_set(Author_.fame, 1) }, .where = orm_eq(Author_.id, ada_id) }, NULL), ORM_OK);
        ORM_BATCH(db) {
            ask_create(db, "before", &before);
            Author_batch_update(db, &(Author_change){ .set = { orm_set(Author_.fame, 2) }, .where = orm_eq(Author_.id, ada_id), .timeout_ms = 200 }, &late);
            ask_create(db, "after", &after);
            Author_batch_count(db, NULL, &n);
        }
        CHECK_INT(orm_error()->kind, ORM_TIMEOUT);
    }
    CHECK_INT(before.status, ORM_OK);
    CHECK_INT(late.status, ORM_TIMEOUT);
    CHECK_INT(late.count, 0);
    CHECK_INT(after.status, ORM_OK);
    CHECK_INT(n.count, 4);
    ORM_AUTO Author *ada = Author_find(db, ada_id);
    CHECK_INT(ada ? ada->fame : -1, 1);
    orm_free(before.rows);
    orm_free(after.rows);
    orm_close(other);
}

/* a session that falls silent says nothing of what it has done */
WITH_DATABASE(a_write_whose_answer_is_cut_off_is_in_doubt)
{
    orm_db *other = another();
    Author_slot one, two;
    orm_slot n;
    ask_create(db, "prepares", &one);
    orm_free(one.rows);
    Author_batch_count(db, NULL, &n);
    ORM_BATCH(db) {
        int64_t pid = scalar_pid(db);
        ORM_TRANSACTION(other) {                              /* it waits for this one to end */
            CHECK_INT(orm_exec(other, NULL, "lock table authors in access exclusive mode", orm_no_params), ORM_OK);
            ask_create(db, "one", &one);
            ask_create(db, "two", &two);
            Author_batch_count(db, NULL, &n);
            CHECK_INT(kill((pid_t)pid, SIGKILL), 0);          /* no farewell: the server starts again, and the other session ends with it */
            nanosleep(&(struct timespec){ .tv_nsec = 300000000 }, NULL);
        }
    }
    CHECK_INT(orm_error()->kind, ORM_COMMIT_UNKNOWN);
    CHECK_INT(one.status, ORM_COMMIT_UNKNOWN);
    CHECK_INT(two.status, ORM_COMMIT_UNKNOWN);
    CHECK_INT(n.status, ORM_CONNECTION_LOST);
    orm_close(other);
    for (int i = 0; i < 200 && authors(db) < 0; i++) nanosleep(&(struct timespec){ .tv_nsec = 50000000 }, NULL);
    CHECK_INT(authors(db), 3);
}

/* another type for what a statement yields makes its plan stale */
static void change_schema(orm_db *other, int length)
{
    char sql[100];
    snprintf(sql, sizeof sql, "alter table authors alter column name type varchar(%d) collate \"C\"", length);
    CHECK_INT(orm__exec(other, sql, 0, NULL, NULL, NULL), ORM_OK);
}

static void ask_all(orm_db *db, const char *name, Author_slot *made, Author_slot *ada, Author_slot *grace, orm_slot *n)
{
    Author_batch_find(db, ada_id, ada);
    ask_create(db, name, made);
    Author_batch_find(db, grace_id, grace);
    Author_batch_count(db, NULL, n);
}

WITH_DATABASE(stale_plans_are_made_anew_and_no_call_is_done_twice)
{
    orm_db *other = another();
    Author_slot made, ada, grace;
    orm_slot n;
    for (int i = 0; i < 3; i++) {
        char name[40];
        snprintf(name, sizeof name, "round %d", i);
        if (i > 0) change_schema(other, 40 + i);
        ORM_BATCH(db) ask_all(db, name, &made, &ada, &grace, &n);
        CHECK(!orm_failed());
        REQUIRE(ada.rows && made.rows && grace.rows);
        CHECK_TEXT(ada.rows->name, "Ada");
        CHECK_TEXT(grace.rows->name, "Grace");
        CHECK_TEXT(made.rows->name, name);
        CHECK_INT(n.count, 3 + i);
        orm_free(made.rows);
        orm_free(ada.rows);
        orm_free(grace.rows);
    }
    CHECK_INT(authors(db), 5);
    orm_close(other);
}

WITH_DATABASE(a_stale_plan_in_a_transaction_fails_it_and_the_next_run_has_a_new_one)
{
    orm_db *other = another();
    Author_slot made, ada, grace;
    orm_slot n;
    int runs = 0;
    ORM_BATCH(db) ask_all(db, "one", &made, &ada, &grace, &n);
    orm_free(made.rows);
    orm_free(ada.rows);
    orm_free(grace.rows);
    change_schema(other, 60);
    ORM_TRANSACTION(db, .retries = 2) {
        runs++;
        ORM_BATCH(db) ask_all(db, "two", &made, &ada, &grace, &n);
        if (runs == 1) {
            CHECK_INT(ada.status, ORM_STALE_PLAN);
            CHECK_INT(made.status, ORM_STALE_PLAN);
            CHECK(made.rows == NULL);
        }
    }
    CHECK(!orm_failed());
    CHECK_INT(runs, 2);
    CHECK_INT(authors(db), 4);
    orm_free(made.rows);
    orm_free(ada.rows);
    orm_free(grace.rows);
    orm_close(other);
}

/* a failure among reads that share an implicit transaction: those behind it are read again */
WITH_DATABASE(reads_behind_one_that_failed_are_answered)
{
    orm_db *other = another();
    Author_slot slow, ada, all;
    orm_slot n;
    Author_batch_find_all(db, &(Author_query){ .where = orm_eq(Author_.name, "Ada") }, &slow);      /* prepares all of them */
    orm_free(slow.rows);
    Author_batch_find(db, ada_id, &ada);
    orm_free(ada.rows);
    Author_batch_find_all(db, NULL, &all);
    orm_free(all.rows);
    Author_batch_count(db, NULL, &n);
    ORM_TRANSACTION(other) {
        CHECK_INT(orm_exec(other, NULL, "lock table books in access exclusive mode", orm_no_params), ORM_OK);
        Book_slot books;
        ORM_BATCH(db) {
            Author_batch_find(db, ada_id, &ada);
            Book_batch_find_all(db, &(Book_query){ .timeout_ms = 200 }, &books);
            Author_batch_find_all(db, NULL, &all);
            Author_batch_count(db, NULL, &n);
        }
        CHECK_INT(books.status, ORM_TIMEOUT);
    }
    CHECK_INT(ada.status, ORM_OK);
    CHECK_INT(all.status, ORM_OK);
    CHECK_INT(all.count, 2);
    CHECK_INT(n.count, 2);
    orm_free(ada.rows);
    orm_free(all.rows);
    orm_close(other);
}

/* ---- round trips ---- */

/* what the only connection sends while a block of code runs: each Sync is waited for once */
static PGconn *connection_of(orm_db *db) { return ((orm__pg *)atomic_load(&db->pool->sessions[0])->connection)->pq; }
static FILE *trace_begin(orm_db *db)
{
    FILE *out = tmpfile();
    PQtrace(connection_of(db), out);
    return out;
}
static int trace_end(orm_db *db, FILE *out, const char *message)
{
    char line[4096];
    int n = 0;
    PQuntrace(connection_of(db));
    rewind(out);
    while (fgets(line, sizeof line, out)) n += strstr(line, "\tF\t") != NULL && strstr(line, message) != NULL;
    fclose(out);
    return n;
}

WITH_DATABASE(a_unit_of_work_whose_second_row_needs_the_key_of_the_first_is_one_round_trip)
{
    Author_slot author;
    Book_slot book;
    orm_slot raised;
    for (int i = 0; i < 4; i++) {
        char name[40];
        snprintf(name, sizeof name, "author %d", i);
        FILE *trace = trace_begin(db);
        ORM_BATCH(db, .atomic = true) {
            ask_create(db, name, &author);
            ask_book(db, "Book", &author, &book);
            Author_batch_update(db, &(Author_change){ .set = { orm_inc(Author_.fame, 1) }, .where = orm_eq(Author_.id, ada_id) }, &raised);
        }
        int trips = trace_end(db, trace, "Sync");
        CHECK(!orm_failed());
        if (i == 3) CHECK_INT(trips, 1);                      /* the rounds before prepare its statements */
        check_under(db, &author, &book, "Book");
        free_author_and_book(&author, &book);
    }
    CHECK_INT(authors(db), 6);
    CHECK(!atomic_load(&db->pool->sessions[0])->touched);     /* the settings that keep keys end with their transaction */
}

WITH_DATABASE(rows_that_are_saved_and_upserted_wait_for_an_answer_by_the_hundred)
{
    char names[MANY_ROWS][40];
    Author *rows = many_authors(names);
    CHECK_INT(Author_save_all(db, rows, 2, (Author_mask){ .id = 0 }), ORM_OK);            /* prepares: two wait in it */
    FILE *trace = trace_begin(db);
    CHECK_INT(Author_save_all(db, rows + 2, MANY_ROWS - 2, (Author_mask){ .id = 0 }), ORM_OK);
    CHECK_INT(trace_end(db, trace, "Sync"), 3);               /* 256 are on their way at most */
    for (int i = 0; i < MANY_ROWS; i++) rows[i].fame = 9;
    CHECK_INT(Author_save_all(db, rows, 1, (Author_mask){ .id = 0 }), ORM_OK);
    trace = trace_begin(db);
    CHECK_INT(Author_save_all(db, rows, 200, (Author_mask){ .id = 0 }), ORM_OK);
    CHECK_INT(trace_end(db, trace, "Sync"), 1);
    rows = many_authors(names);
    CHECK_INT(Author_upsert_all(db, rows, 2, &(Author_conflict){ .on = orm_key(Author, name) }, NULL), ORM_OK);
    rows = many_authors(names);
    trace = trace_begin(db);
    CHECK_INT(Author_upsert_all(db, rows, 200, &(Author_conflict){ .on = orm_key(Author, name) }, NULL), ORM_OK);
    CHECK_INT(trace_end(db, trace, "Sync"), 1);
    CHECK_INT(authors(db), 2 + MANY_ROWS);
}

/* ---- refusals, and values that a call keeps ---- */

static int announced, refused_at;
static orm_status refuses_one(void *context, const orm_log_event *event)
{
    (void)context;
    if (!strstr(event->sql, "authors")) return ORM_OK;
    return ++announced == refused_at ? ORM_OVER_BUDGET : ORM_OK;
}

WITH_DATABASE(a_statement_that_is_refused_undoes_its_atomic_block)
{
    orm_db *guarded = orm_open(getenv("ORM_POSTGRES"), .before_statement = refuses_one);
    REQUIRE(guarded != NULL);
    Author_slot first, refused, behind;
    for (int round = 0; round < 2; round++) {
        announced = 0;
        refused_at = round ? 2 : 0;
        ORM_BATCH(guarded, .atomic = true) {
            ask_create(guarded, round ? "one" : "prepares", &first);
            ask_create(guarded, round ? "two" : "prepares too", &refused);
            ask_create(guarded, round ? "three" : "prepares as well", &behind);
        }
        CHECK_INT(announced, round ? 2 : 3);
        if (round) continue;
        CHECK(!orm_failed());
        orm_free(first.rows);
        orm_free(refused.rows);
        orm_free(behind.rows);
    }
    CHECK_INT(orm_error()->kind, ORM_OVER_BUDGET);
    CHECK_INT(first.status, ORM_ROLLED_BACK);
    CHECK_INT(refused.status, ORM_OVER_BUDGET);
    CHECK_CONTAINS(refused.message, "before_statement refused");
    CHECK_INT(behind.status, ORM_ROLLED_BACK);
    CHECK(!first.rows && !refused.rows && !behind.rows);
    CHECK_INT(authors(db), 5);
    orm_close(guarded);
}

/* the caller's list is gone when the call is run again */
WITH_DATABASE(a_list_of_values_outlives_its_caller_when_the_plan_is_stale)
{
    orm_db *other = another();
    Author_slot found;
    for (int i = 0; i < 3; i++) {
        int64_t *keys = malloc(3 * sizeof *keys);
        REQUIRE(keys != NULL);
        keys[0] = ada_id;
        keys[1] = 1000000;
        keys[2] = grace_id;
        if (i > 0) change_schema(other, 40 + i);
        ORM_BATCH(db) {
            Author_batch_find_all(db, &(Author_query){ .where = orm_in_array(Author_.id, keys, 3), .order = { orm_asc(Author_.id) } }, &found);
            memset(keys, 0xFF, 3 * sizeof *keys);
            free(keys);
        }
        CHECK(!orm_failed());
        REQUIRE(orm_len(found.rows) == 2);
        CHECK_INT(found.rows[1].id, grace_id);
        orm_free(found.rows);
    }
    orm_close(other);
}

/* the latest value of the sequence is then another row's */
WITH_DATABASE(the_key_is_that_of_the_row_also_when_a_trigger_makes_more_of_them)
{
    Author_slot author;
    Book_slot book;
    static const char *const moments[] = { "before", "after" };
    for (int k = 0; k < 2; k++) {
        char sql[400], name[40];
        snprintf(sql, sizeof sql, "create or replace function doubles() returns trigger language plpgsql as $$ begin if new.name like 'author%%' then insert into authors (name, created_at, updated_at) "
                                  "values ('twin of ' || new.name, now(), now()); end if; return new; end $$");
        CHECK_INT(orm__exec(db, sql, 0, NULL, NULL, NULL), ORM_OK);
        snprintf(sql, sizeof sql, "create trigger doubles %s insert on authors for each row execute function doubles()", moments[k]);
        CHECK_INT(orm__exec(db, sql, 0, NULL, NULL, NULL), ORM_OK);
        for (int i = 0; i < 4; i++) {
            snprintf(name, sizeof name, "author %s %d", moments[k], i);
            ORM_BATCH(db, .atomic = true) {
                ask_create(db, name, &author);
                ask_book(db, "Book", &author, &book);
            }
            CHECK(!orm_failed());
            check_under(db, &author, &book, "Book");
            ORM_AUTO Author *read = Author_find(db, author.rows ? author.rows->id : 0);
            CHECK_TEXT(read ? read->name : "", name);
            free_author_and_book(&author, &book);
        }
        CHECK_INT(orm_exec(db, NULL, "drop function doubles() cascade", orm_no_params), ORM_OK);
    }
    CHECK_INT(authors(db), 18);
}

/* the key that an earlier row of the transaction had is not taken for its own */
WITH_DATABASE(a_row_under_one_that_a_trigger_left_out_is_refused_by_the_server)
{
    Author_slot first, author;
    Book_slot book;
    int64_t n = 0;
    CHECK_INT(orm_exec(db, NULL, "create function leaves_out() returns trigger language plpgsql as $$ begin return case when new.name like 'out%' then null else new end; end $$", orm_no_params), ORM_OK);
    CHECK_INT(orm_exec(db, NULL, "create trigger leaves_out before insert on authors for each row execute function leaves_out()", orm_no_params), ORM_OK);
    for (int i = 0; i < 4; i++) {
        char name[40];
        snprintf(name, sizeof name, "author %d", i);
        ORM_BATCH(db, .atomic = true) {
            ask_create(db, name, &first);
            ask_create(db, i < 3 ? "Fine" : "out", &author);
            ask_book(db, "Book", &author, &book);
            if (i < 3) orm_fail(db, 1, "only to prepare");
        }
        CHECK(orm_failed());
        CHECK(!first.rows && !author.rows && !book.rows);
    }
    CHECK_INT(book.status, ORM_VALUE_RANGE);
    CHECK_INT(Book_count(db, NULL, &n), ORM_OK);
    CHECK_INT(n, 2);
    CHECK_INT(authors(db), 2);
    CHECK_INT(orm_exec(db, NULL, "drop function leaves_out() cascade", orm_no_params), ORM_OK);
}

/* ---- memory ---- */

TEST(a_block_survives_every_allocation_that_fails)
{
    for (int persistent = 0; persistent < 2; persistent++) {
        bool done = false;
        for (size_t at = 1; !done && !check_failed; at++) {
            orm_db *db = batch_shelf();
            REQUIRE(db != NULL);
            Author_slot made, ada, all;
            orm_slot n, raised;
            char name[40];
            snprintf(name, sizeof name, "author %zu", at);
            memory.count = memory.failed = 0;
            memory.fail_at = at;
            memory.persistent = persistent != 0;
            ORM_BATCH(db) {
                ask_create(db, name, &made);
                Author_batch_find(db, ada_id, &ada);
                Author_batch_find_all(db, &(Author_query){ .where = orm_contains(Author_.name, "a"), .order = { orm_asc(Author_.name) } }, &all);
                Author_batch_update(db, &(Author_change){ .set = { orm_inc(Author_.fame, 1) }, .where = orm_eq(Author_.name, name) }, &raised);
                Author_batch_count(db, NULL, &n);
            }
            bool failed = orm_failed();
            orm_status kind = orm_error()->kind;
            memory.fail_at = 0;
            done = memory.failed == 0;
            CHECK(failed == !done);
            if (failed) CHECK_INT(kind, ORM_NO_MEMORY);
            CHECK_INT(made.status ? 2 : 3, authors(db));
            orm_status all_of[] = { made.status, ada.status, all.status, n.status, raised.status };
            for (size_t i = 0; i < sizeof all_of / sizeof *all_of; i++) CHECK(all_of[i] == ORM_OK || all_of[i] == ORM_NO_MEMORY);
            orm_free(made.rows);
            orm_free(ada.rows);
            orm_free(all.rows);
            orm_close(db);
            CHECK_INT(memory.live, 0);
            CHECK(!memory.wrong);
        }
    }
}

TEST(a_unit_of_work_survives_every_allocation_that_fails)
{
    for (int persistent = 0; persistent < 2; persistent++) {
        bool done = false;
        for (size_t at = 1; !done && !check_failed; at++) {
            orm_db *db = batch_shelf();
            REQUIRE(db != NULL);
            Author_slot made = { 0 };
            Book_slot book = { 0 };
            orm_slot raised = { 0 };
            bool kept = false, failed = false;
            memory.count = memory.failed = 0;
            memory.fail_at = at;
            memory.persistent = persistent != 0;
            for (int round = 0; round < 3 && !failed; round++) {      /* prepares, prepares to keep keys, keeps them */
                char name[40];
                snprintf(name, sizeof name, "author %d", round);
                free_author_and_book(&made, &book);
                ORM_BATCH(db, .atomic = true) {
                    ask_create(db, name, &made);
                    ask_book(db, "Book", &made, &book);
                    Author_batch_update(db, &(Author_change){ .set = { orm_inc(Author_.fame, 1) }, .where = orm_eq(Author_.name, name) }, &raised);
                }
                failed = orm_failed();
                kept = made.status == ORM_OK;
                if (failed) CHECK_INT(orm_error()->kind, ORM_NO_MEMORY);
            }
            memory.fail_at = 0;
            done = memory.failed == 0;
            CHECK(failed || done);
            int64_t n = 0, books = 0;
            CHECK_INT(Author_count(db, &(Author_query){ .where = orm_eq(Author_.fame, 8) }, &n), ORM_OK);
            CHECK_INT(Book_count(db, &(Book_query){ .where = orm_eq(Book_.title, "Book") }, &books), ORM_OK);
            CHECK_INT(books, n);                              /* all of a round or nothing */
            CHECK_INT(authors(db), 2 + n);
            if (!failed) CHECK(kept && book.rows && n == 3 && book.rows->author_id == made.rows->id);
            free_author_and_book(&made, &book);
            orm_close(db);
            CHECK_INT(memory.live, 0);
            CHECK(!memory.wrong);
        }
    }
}

CHECK_MAIN()

/* >>transaction_test: blocks, handles and levels, with an engine that only records what reaches it. */
#include "dummy_dialect.h"
#include "check.h"
#include <sys/wait.h>

static int errors_logged, notes_logged, control_logged;
static void count_log(void *context, const orm_log_event *event)
{
    (void)context;
    errors_logged += event->level == ORM_LOG_ERROR;
    notes_logged += event->level == ORM_LOG_NOTE;
    control_logged += event->level == ORM_LOG_SQL;
}

static orm_db *fresh(void)
{
    dummy_reset();
    errors_logged = notes_logged = control_logged = 0;
    return orm_open("dummy:", .log = count_log, .busy_timeout_ms = 50);
}
#define RUN(db, sql) orm_exec(db, NULL, sql, orm_no_params)

/* a write part's part: counts the write and answers its serial */
static uint64_t write_row(orm_db *db)
{
    if (!orm__enter(db, ORM__WRITE, NULL, NULL, 0)) return 0;
    uint64_t serial = ++session_of(db)->serial;
    orm__leave(session_of(db));
    return serial;
}
static bool lost(orm_db *db, uint64_t serial) { bool unknown; return orm__is_lost(session_of(db), session_of(db)->number, serial, &unknown); }
static bool unknown(orm_db *db, uint64_t serial) { bool answer; return !orm__is_lost(session_of(db), session_of(db)->number, serial, &answer) && answer; }

/* ---- the five ways out ---- */

TEST(the_closing_brace_commits)
{
    orm_db *db = fresh();
    int runs = 0;
    ORM_TRANSACTION(db) {
        runs++;
        CHECK_INT(orm_attempt(db), 1);
        CHECK_INT(RUN(db, "insert a"), ORM_OK);
    }
    CHECK(!orm_failed());
    CHECK_INT(runs, 1);
    CHECK_INT(orm_attempt(db), 0);
    CHECK_TEXT(dummy.trace, "begin, insert a, commit");
    CHECK_INT(errors_logged, 0);
    orm_close(db);
    CHECK_INT(dummy.connections, 0);
    CHECK_INT(dummy.statements, 0);
}

TEST(continue_commits)
{
    orm_db *db = fresh();
    ORM_TRANSACTION(db) {
        if (RUN(db, "insert a") == ORM_OK) continue;
        RUN(db, "never");
    }
    CHECK(!orm_failed());
    CHECK_TEXT(dummy.trace, "begin, insert a, commit");
    orm_close(db);
}

TEST(break_without_a_failure_rolls_back_and_is_quiet_in_the_log)
{
    orm_db *db = fresh();
    ORM_TRANSACTION(db, .retries = 5) {
        RUN(db, "insert a");
        break;
    }
    CHECK(orm_failed());
    CHECK_INT(orm_error()->kind, ORM_ROLLED_BACK);
    CHECK_CONTAINS(orm_error()->message, "transaction_test.c:");
    CHECK_TEXT(dummy.trace, "begin, insert a, rollback");
    CHECK_INT(errors_logged, 0);
    orm_close(db);
}

static int leave_by_return(orm_db *db, bool fail)
{
    ORM_TRANSACTION(db, .retries = 5) {
        if (RUN(db, "insert a")) return 1;
        if (!fail) return 2;
    }
    return 3;
}

TEST(return_rolls_back_and_says_where)
{
    orm_db *db = fresh();
    CHECK_INT(leave_by_return(db, false), 2);
    CHECK_INT(orm_error()->kind, ORM_LEFT_EARLY);
    CHECK_CONTAINS(orm_error()->message, "transaction at ");
    CHECK_CONTAINS(orm_error()->message, "transaction_test.c:");
    CHECK_CONTAINS(orm_error()->message, "left early");
    CHECK_INT(errors_logged, 1);
    CHECK_TEXT(dummy.trace, "begin, insert a, rollback");
    orm_close(db);
}

TEST(return_after_a_failure_keeps_the_failure_and_does_not_rerun)
{
    orm_db *db = fresh();
    dummy_fail("insert", 1, 1, ORM_SERIALIZATION);
    CHECK_INT(leave_by_return(db, true), 1);
    CHECK_INT(orm_error()->kind, ORM_SERIALIZATION);
    CHECK_INT(errors_logged, 1);
    CHECK_TEXT(dummy.trace, "begin, insert a, rollback");
    orm_close(db);
}

TEST(goto_out_of_the_block_rolls_back)
{
    orm_db *db = fresh();
    ORM_TRANSACTION(db) {
        RUN(db, "insert a");
        goto out;
    }
    CHECK(false);
out:
    CHECK_INT(orm_error()->kind, ORM_LEFT_EARLY);
    CHECK_TEXT(dummy.trace, "begin, insert a, rollback");
    orm_close(db);
}

/* ---- failures ---- */

TEST(after_a_failure_calls_answer_it_and_send_nothing)
{
    orm_db *db = fresh();
    dummy_fail("insert b", 1, 1, ORM_UNIQUE);
    ORM_TRANSACTION(db) {
        CHECK_INT(RUN(db, "insert a"), ORM_OK);
        CHECK_INT(RUN(db, "insert b"), ORM_UNIQUE);
        CHECK_INT(RUN(db, "insert c"), ORM_UNIQUE);
        CHECK_TEXT(orm_error()->message, "insert b failed");
        CHECK_INT(orm_error()->code, 1000 + ORM_UNIQUE);
        orm_db *other = orm_open("dummy:");      /* clears the thread's error */
        CHECK(!orm_failed());
        CHECK_INT(RUN(db, "insert d"), ORM_UNIQUE);
        CHECK_TEXT(orm_error()->message, "insert b failed");
        orm_close(other);
        CHECK(!orm_handled(db));                 /* SQL was sent: nobody knows what it left */
    }
    CHECK_INT(orm_error()->kind, ORM_UNIQUE);
    CHECK_INT(errors_logged, 1);
    CHECK_TEXT(dummy.trace, "begin, insert a, insert b, rollback");
    orm_close(db);
}

TEST(the_failure_is_the_threads_error_after_the_block_whatever_came_between)
{
    orm_db *db = fresh();
    dummy_fail("insert b", 1, 1, ORM_CHECK);
    ORM_TRANSACTION(db) {
        RUN(db, "insert b");
        orm_close(orm_open("dummy:"));
        CHECK(!orm_failed());
    }
    CHECK_INT(orm_error()->kind, ORM_CHECK);
    CHECK_TEXT(orm_error()->message, "insert b failed");
    orm_close(db);
}

/* what a get of a row that is not there does */
static orm_status get_nothing(orm_db *db)
{
    if (!orm__enter(db, ORM__READ, NULL, NULL, 0)) return orm_error()->kind;
    orm__self()->absence_fails = true;
    orm_status status = orm__raise(session_of(db), ORM_NOT_FOUND, 0, "no such row");
    orm__leave(session_of(db));
    return status;
}

TEST(an_absence_that_is_a_failure_stays_one_after_the_block)
{
    orm_db *db = fresh();
    ORM_TRANSACTION(db) {
        CHECK_INT(get_nothing(db), ORM_NOT_FOUND);
        orm_close(orm_open("dummy:"));
        CHECK_INT(RUN(db, "insert a"), ORM_NOT_FOUND);
    }
    CHECK(orm_failed());
    CHECK_INT(orm_error()->kind, ORM_NOT_FOUND);
    CHECK_TEXT(dummy.trace, "begin, rollback");
    CHECK_INT(RUN(db, "insert b"), ORM_OK);
    CHECK(!orm_failed());
    orm_close(db);
}

TEST(a_begin_that_fails_does_not_run_the_body)
{
    orm_db *db = fresh();
    int runs = 0;
    dummy_fail("begin", 1, 1, ORM_BUSY);
    ORM_TRANSACTION(db, .retries = 3) runs++;
    CHECK_INT(runs, 0);
    CHECK_INT(orm_error()->kind, ORM_BUSY);
    ORM_TRANSACTION(db) runs++;
    CHECK_INT(runs, 1);
    CHECK(!orm_failed());
    ORM_TRANSACTION(NULL) runs++;
    CHECK_INT(runs, 1);
    CHECK_INT(orm_error()->kind, ORM_MISUSE);
    orm_close(db);
}

TEST(a_commit_that_is_busy_rolls_back_and_reports_it)
{
    orm_db *db = fresh();
    uint64_t row = 0;
    dummy_fail("commit", 1, 1, ORM_BUSY);
    ORM_TRANSACTION(db, .retries = 3) row = write_row(db);
    CHECK_INT(orm_error()->kind, ORM_BUSY);
    CHECK_TEXT(dummy.trace, "begin, commit, rollback");
    CHECK(lost(db, row));
    orm_close(db);
}

TEST(a_commit_of_unknown_outcome_makes_no_promise_about_its_rows)
{
    orm_db *db = fresh();
    uint64_t row = 0;
    dummy_fail("commit", 1, 1, ORM_COMMIT_UNKNOWN);
    ORM_TRANSACTION(db, .retries = 3) row = write_row(db);
    CHECK_INT(orm_error()->kind, ORM_COMMIT_UNKNOWN);
    CHECK(!lost(db, row));
    CHECK(unknown(db, row));
    CHECK(!unknown(db, write_row(db)));
    orm_close(db);
}

TEST(a_transaction_that_the_engine_ended_runs_nothing_in_autocommit)
{
    orm_db *db = fresh();
    dummy_fail("insert b", 1, 1, ORM_FULL);
    dummy.rolls_back = true;
    ORM_TRANSACTION(db, .retries = 5) {
        RUN(db, "insert a");
        CHECK_INT(RUN(db, "insert b"), ORM_FULL);
        CHECK_INT(RUN(db, "insert c"), ORM_TRANSACTION_ABORTED);
        CHECK_CONTAINS(orm_error()->message, "insert b failed");
        CHECK(!orm_handled(db));
        ORM_TRANSACTION(db) RUN(db, "insert d");
        CHECK_INT(orm_error()->kind, ORM_TRANSACTION_ABORTED);
    }
    CHECK_INT(orm_error()->kind, ORM_FULL);
    CHECK_TEXT(dummy.trace, "begin, insert a, insert b, rollback");
    CHECK_INT(RUN(db, "insert e"), ORM_OK);
    orm_close(db);
}

TEST(a_transaction_that_the_engine_ended_inside_a_savepoint_sends_no_rollback_to_it)
{
    orm_db *db = fresh();
    dummy_fail("insert b", 1, 1, ORM_IO);
    dummy.rolls_back = true;
    ORM_TRANSACTION(db) {
        ORM_TRANSACTION(db) RUN(db, "insert b");
        CHECK_INT(orm_error()->kind, ORM_IO);
        CHECK(!orm_handled(db));
        CHECK_INT(RUN(db, "insert c"), ORM_TRANSACTION_ABORTED);
    }
    CHECK_INT(orm_error()->kind, ORM_IO);
    CHECK_TEXT(dummy.trace, "begin, savepoint orm_2, insert b, rollback");
    orm_close(db);
}

/* ---- retries ---- */

TEST(a_conflict_reruns_the_block_while_retries_are_left)
{
    static const orm_status kinds[] = { ORM_SERIALIZATION, ORM_DEADLOCK, ORM_STALE_PLAN };
    for (size_t i = 0; i < 3; i++) {
        orm_db *db = fresh();
        int runs = 0;
        dummy_fail("insert", 1, 2, kinds[i]);
        ORM_TRANSACTION(db, .retries = 3) {
            runs++;
            CHECK_INT(orm_attempt(db), runs);
            if (RUN(db, "insert a")) break;
            RUN(db, "insert b");
        }
        CHECK(!orm_failed());
        CHECK_INT(runs, 3);
        CHECK_TEXT(dummy.trace, "begin, insert a, rollback, begin, insert a, rollback, begin, insert a, insert b, commit");
        orm_close(db);
        CHECK_INT(dummy.statements, 0);
    }
}

TEST(a_conflict_reruns_without_break_and_at_commit_too)
{
    orm_db *db = fresh();
    int runs = 0;
    dummy_fail("insert", 1, 1, ORM_SERIALIZATION);
    ORM_TRANSACTION(db, .retries = 1) { runs++; RUN(db, "insert a"); }
    CHECK(!orm_failed());
    CHECK_INT(runs, 2);
    dummy.trace[0] = 0;
    dummy_fail("commit", 1, 1, ORM_SERIALIZATION);
    ORM_TRANSACTION(db, .retries = 1) runs++;
    CHECK(!orm_failed());
    CHECK_INT(runs, 4);
    CHECK_TEXT(dummy.trace, "begin, commit, rollback, begin, commit");
    orm_close(db);
}

TEST(when_the_retries_are_used_up_the_conflict_is_reported)
{
    orm_db *db = fresh();
    int runs = 0;
    dummy_fail("insert", 1, 100, ORM_DEADLOCK);
    ORM_TRANSACTION(db, .retries = 2) { runs++; if (RUN(db, "insert a")) break; }
    CHECK_INT(runs, 3);
    CHECK_INT(orm_error()->kind, ORM_DEADLOCK);
    CHECK_INT(errors_logged, 3);
    orm_close(db);
}

TEST(other_failures_and_blocks_without_retries_do_not_rerun)
{
    orm_db *db = fresh();
    int runs = 0;
    dummy_fail("insert", 1, 100, ORM_UNIQUE);
    ORM_TRANSACTION(db, .retries = 2) { runs++; if (RUN(db, "insert a")) break; }
    CHECK_INT(runs, 1);
    dummy_fail("insert", 1, 100, ORM_SERIALIZATION);
    ORM_TRANSACTION(db) { runs++; if (RUN(db, "insert a")) break; }
    CHECK_INT(runs, 2);
    orm_close(db);
}

TEST(only_the_outermost_block_reruns)
{
    orm_db *db = fresh();
    int outer = 0, inner = 0;
    dummy_fail("insert", 1, 1, ORM_SERIALIZATION);
    ORM_TRANSACTION(db, .retries = 1) {
        outer++;
        ORM_TRANSACTION(db, .retries = 5) { inner++; if (RUN(db, "insert a")) break; }
        if (orm_failed()) break;
    }
    CHECK(!orm_failed());
    CHECK_INT(outer, 2);
    CHECK_INT(inner, 2);
    CHECK_TEXT(dummy.trace, "begin, savepoint orm_2, insert a, rollback to savepoint orm_2, release savepoint orm_2, rollback, "
                            "begin, savepoint orm_2, insert a, release savepoint orm_2, commit");
    orm_close(db);
}

/* ---- nesting ---- */

TEST(nested_blocks_are_savepoints)
{
    orm_db *db = fresh();
    ORM_TRANSACTION(db) {
        ORM_TRANSACTION(db) {
            RUN(db, "insert a");
            ORM_TRANSACTION(db) RUN(db, "insert b");
        }
    }
    CHECK(!orm_failed());
    CHECK_TEXT(dummy.trace, "begin, savepoint orm_2, insert a, savepoint orm_3, insert b, release savepoint orm_3, release savepoint orm_2, commit");
    orm_close(db);
}

TEST(a_failure_of_an_inner_block_fails_the_outer)
{
    orm_db *db = fresh();
    dummy_fail("insert b", 1, 1, ORM_UNIQUE);
    ORM_TRANSACTION(db) {
        ORM_TRANSACTION(db) RUN(db, "insert b");
        CHECK_INT(orm_error()->kind, ORM_UNIQUE);
        CHECK_INT(RUN(db, "insert c"), ORM_UNIQUE);
    }
    CHECK_INT(orm_error()->kind, ORM_UNIQUE);
    CHECK_TEXT(dummy.trace, "begin, savepoint orm_2, insert b, rollback to savepoint orm_2, release savepoint orm_2, rollback");
    orm_close(db);
}

TEST(a_handled_failure_of_an_inner_block_is_forgiven)
{
    orm_db *db = fresh();
    dummy_fail("insert b", 1, 1, ORM_UNIQUE);
    ORM_TRANSACTION(db) {
        ORM_TRANSACTION(db) RUN(db, "insert b");
        CHECK(orm_handled(db));
        CHECK(!orm_failed());
        CHECK_INT(RUN(db, "insert c"), ORM_OK);
    }
    CHECK(!orm_failed());
    CHECK_TEXT(dummy.trace, "begin, savepoint orm_2, insert b, rollback to savepoint orm_2, release savepoint orm_2, insert c, commit");
    orm_close(db);
}

TEST(break_out_of_an_inner_block_fails_the_outer_unless_handled)
{
    orm_db *db = fresh();
    ORM_TRANSACTION(db) {
        ORM_TRANSACTION(db) break;
        CHECK_INT(orm_error()->kind, ORM_ROLLED_BACK);
        CHECK(orm_handled(db));
        CHECK_INT(RUN(db, "insert a"), ORM_OK);
    }
    CHECK(!orm_failed());
    ORM_TRANSACTION(db) {
        ORM_TRANSACTION(db) break;
        CHECK_INT(RUN(db, "insert a"), ORM_ROLLED_BACK);
    }
    CHECK_INT(orm_error()->kind, ORM_ROLLED_BACK);
    orm_close(db);
}

TEST(return_out_of_two_blocks_names_the_inner_one)
{
    orm_db *db = fresh();
    ORM_TRANSACTION(db) {
        CHECK_INT(leave_by_return(db, false), 2);
        CHECK_INT(orm_error()->kind, ORM_LEFT_EARLY);
    }
    CHECK_INT(orm_error()->kind, ORM_LEFT_EARLY);
    CHECK_INT(errors_logged, 1);
    CHECK_TEXT(dummy.trace, "begin, savepoint orm_2, insert a, rollback to savepoint orm_2, release savepoint orm_2, rollback");
    orm_close(db);
}

TEST(a_savepoint_that_cannot_be_undone_dooms_the_transaction)
{
    orm_db *db = fresh();
    ORM_TRANSACTION(db) {
        dummy_fail("rollback to", 1, 1, ORM_IO);
        ORM_TRANSACTION(db) { RUN(db, "insert a"); break; }
        CHECK(!orm_handled(db));
        CHECK_INT(RUN(db, "insert b"), ORM_TRANSACTION_ABORTED);
    }
    CHECK(orm_failed());
    CHECK_TEXT(dummy.trace, "begin, savepoint orm_2, insert a, rollback to savepoint orm_2, rollback");
    orm_close(db);
}

TEST(nesting_has_a_bound)
{
    orm_db *db = fresh();
    orm_tx *open[ORM__MAX_LEVELS + 1];
    for (int i = 0; i < ORM__MAX_LEVELS; i++) CHECK((open[i] = orm_begin(db, NULL)) != NULL);
    CHECK(orm_begin(db, NULL) == NULL);
    CHECK_INT(orm_error()->kind, ORM_MISUSE);
    CHECK(orm_handled(db));
    for (int i = ORM__MAX_LEVELS; i-- > 0; ) CHECK_INT(orm_commit(open[i]), ORM_OK);
    orm_close(db);
}

TEST(two_databases_nest_freely)
{
    orm_db *one = fresh(), *two = orm_open("dummy:");
    dummy_fail("insert two", 1, 1, ORM_UNIQUE);
    ORM_TRANSACTION(one) {
        RUN(one, "insert one");
        ORM_TRANSACTION(two) RUN(two, "insert two");
        CHECK_INT(orm_error()->kind, ORM_UNIQUE);
        CHECK_INT(RUN(one, "insert three"), ORM_OK);      /* the other database's failure is not this one's */
    }
    CHECK(!orm_failed());
    CHECK_TEXT(dummy.trace, "begin, insert one, begin, insert two, rollback, insert three, commit");
    orm_close(two);
    orm_close(one);
}

/* ---- orm_fail and orm_handled ---- */

TEST(orm_fail_forbids_the_commit_from_an_inner_loop)
{
    orm_db *db = fresh();
    ORM_TRANSACTION(db) {
        for (int i = 0; i < 5; i++) {
            if (i == 2) { CHECK_INT(orm_fail(db, 409, "seat %d is taken", i), ORM_FAILED); break; }
        }
        CHECK_INT(orm_fail(db, 500, "later"), ORM_FAILED);      /* the first cause wins */
        CHECK_INT(RUN(db, "insert a"), ORM_FAILED);
    }
    CHECK_INT(orm_error()->kind, ORM_FAILED);
    CHECK_INT(orm_error()->code, 409);
    CHECK_TEXT(orm_error()->message, "seat 2 is taken");
    CHECK_TEXT(dummy.trace, "begin, rollback");
    CHECK_INT(errors_logged, 1);
    CHECK_INT(orm_fail(db, 1, "outside"), ORM_FAILED);
    CHECK_TEXT(orm_error()->message, "outside");
    orm_close(db);
}

TEST(a_failure_that_sent_nothing_may_be_handled)
{
    orm_db *db = fresh();
    ORM_TRANSACTION(db) {
        CHECK_INT(orm_exec(db, NULL, "insert ?1", orm_params("\xff")), ORM_BAD_TEXT);
        CHECK(orm_handled(db));
        orm_fail(db, 1, "no");
        CHECK(orm_handled(db));
        CHECK(orm_handled(db));
        CHECK_INT(RUN(db, "insert a"), ORM_OK);
    }
    CHECK(!orm_failed());
    CHECK(orm_handled(db));
    CHECK(!orm_handled(NULL));
    orm_close(db);
}

/* ---- the function form ---- */

struct script { int runs, answer; const char *sql; };
static orm_status scripted(orm_db *db, void *arg)
{
    struct script *script = (struct script *)arg;
    script->runs++;
    if (script->sql) return orm__exec(db, script->sql, 0, NULL, NULL, NULL);
    return (orm_status)script->answer;
}

TEST(the_function_form_commits_on_ok_only)
{
    orm_db *db = fresh();
    struct script script = { .sql = "insert a" };
    CHECK_INT(orm_transaction(db, scripted, &script, NULL), ORM_OK);
    CHECK_TEXT(dummy.trace, "begin, insert a, commit");
    CHECK(!orm_failed());
    dummy.trace[0] = 0;
    script = (struct script){ .answer = ORM_NOT_FOUND };
    CHECK_INT(orm_transaction(db, scripted, &script, NULL), ORM_NOT_FOUND);
    CHECK(orm_failed());
    CHECK_TEXT(dummy.trace, "begin, rollback");
    dummy_fail("insert", 1, 1, ORM_UNIQUE);
    script = (struct script){ .sql = "insert a" };
    CHECK_INT(orm_transaction(db, scripted, &script, NULL), ORM_UNIQUE);
    CHECK_INT(script.runs, 1);
    orm_close(db);
}

TEST(the_function_form_reruns_and_reports_begin_and_commit)
{
    orm_db *db = fresh();
    struct script script = { .sql = "insert a" };
    dummy_fail("insert", 1, 2, ORM_SERIALIZATION);
    CHECK_INT(orm_transaction(db, scripted, &script, &(orm_transaction_options){ .retries = 2 }), ORM_OK);
    CHECK_INT(script.runs, 3);
    dummy_fail("begin", 1, 1, ORM_BUSY);
    CHECK_INT(orm_transaction(db, scripted, &script, NULL), ORM_BUSY);
    CHECK_INT(script.runs, 3);
    dummy_fail("commit", 1, 1, ORM_FOREIGN_KEY);
    CHECK_INT(orm_transaction(db, scripted, &script, NULL), ORM_FOREIGN_KEY);
    CHECK_INT(orm_transaction(NULL, scripted, &script, NULL), ORM_MISUSE);
    orm_close(db);
}

/* ---- explicit handles ---- */

TEST(explicit_transactions_commit_roll_back_and_nest)
{
    orm_db *db = fresh();
    orm_tx *tx = orm_begin(db, &(orm_transaction_options){ .read_only = true });
    CHECK_INT(RUN(db, "insert a"), ORM_READ_ONLY);
    orm_rollback(tx);
    CHECK_TEXT(dummy.trace, "begin read only, rollback");
    dummy.trace[0] = 0;
    tx = orm_begin(db, NULL);
    orm_tx *inner = orm_begin(db, NULL);
    RUN(db, "insert a");
    orm_rollback(inner);
    CHECK_INT(RUN(db, "insert b"), ORM_OK);      /* a rollback that was asked for is no failure */
    CHECK_INT(orm_commit(tx), ORM_OK);
    CHECK_TEXT(dummy.trace, "begin, savepoint orm_2, insert a, rollback to savepoint orm_2, release savepoint orm_2, insert b, commit");
    orm_rollback(NULL);
    CHECK_INT(orm_commit(NULL), ORM_MISUSE);
    orm_close(db);
}

TEST(an_explicit_commit_after_a_failure_rolls_back_and_answers_it)
{
    orm_db *db = fresh();
    orm_tx *tx = orm_begin(db, NULL);
    dummy_fail("insert", 1, 1, ORM_CHECK);
    RUN(db, "insert a");
    CHECK_INT(orm_commit(tx), ORM_CHECK);
    CHECK_INT(orm_error()->kind, ORM_CHECK);
    CHECK_TEXT(dummy.trace, "begin, insert a, rollback");
    CHECK_INT(session_of(db)->depth, 0);
    orm_close(db);
}

TEST(committing_around_an_open_transaction_is_refused_and_rolls_back_both)
{
    orm_db *db = fresh();
    orm_tx *tx = orm_begin(db, NULL), *inner = orm_begin(db, NULL);
    CHECK_INT(orm_commit(tx), ORM_MISUSE);
    CHECK_INT(session_of(db)->level, 0);
    CHECK_INT(session_of(db)->depth, 0);
    CHECK_INT(orm_commit(inner), ORM_MISUSE);      /* and frees the handle */
    CHECK_TEXT(dummy.trace, "begin, savepoint orm_2, rollback to savepoint orm_2, release savepoint orm_2, rollback");
    ORM_TRANSACTION(db) tx = orm_begin(db, NULL);
    CHECK_INT(orm_error()->kind, ORM_MISUSE);
    CHECK_INT(session_of(db)->depth, 0);
    orm_rollback(tx);
    orm_close(db);
}

TEST(ending_a_transaction_from_inside_a_block_is_told_by_the_block)
{
    orm_db *db = fresh();
    orm_tx *tx = orm_begin(db, NULL);
    ORM_TRANSACTION(db) orm_rollback(tx);
    CHECK_INT(orm_error()->kind, ORM_MISUSE);
    CHECK_INT(session_of(db)->level, 0);
    CHECK_INT(session_of(db)->depth, 0);
    orm_close(db);
}

TEST(close_rolls_back_what_is_open_and_says_so)
{
    orm_db *db = fresh();
    orm_begin(db, NULL);
    orm_begin(db, NULL);
    orm_close(db);
    CHECK_INT(notes_logged, 1);
    CHECK_TEXT(dummy.trace, "begin, savepoint orm_2, rollback");
    CHECK_INT(dummy.connections, 0);
}

/* ---- tests of the user's own ---- */

TEST(a_test_block_is_always_rolled_back_and_that_is_no_failure)
{
    orm_db *db = fresh();
    ORM_TEST_ROLLBACK(db) {
        RUN(db, "insert a");
        ORM_TRANSACTION(db) RUN(db, "insert b");
        CHECK(!orm_failed());
    }
    CHECK(!orm_failed());
    CHECK_TEXT(dummy.trace, "begin, insert a, savepoint orm_2, insert b, release savepoint orm_2, rollback");
    ORM_TEST_ROLLBACK(db) break;
    CHECK(!orm_failed());
    dummy_fail("insert c", 1, 2, ORM_UNIQUE);
    ORM_TEST_ROLLBACK(db) {
        ORM_TRANSACTION(db) RUN(db, "insert c");
        CHECK_INT(orm_error()->kind, ORM_UNIQUE);
        CHECK(orm_handled(db));
    }
    CHECK(!orm_failed());
    ORM_TEST_ROLLBACK(db) RUN(db, "insert c");
    CHECK_INT(orm_error()->kind, ORM_UNIQUE);
    CHECK_INT(session_of(db)->depth, 0);
    orm_close(db);
}

/* ---- rolled-back writes ---- */

TEST(writes_of_a_rolled_back_level_are_lost_and_no_others)
{
    orm_db *db = fresh();
    uint64_t before = write_row(db), outer = 0, inner = 0, after = 0;
    ORM_TRANSACTION(db) {
        outer = write_row(db);
        ORM_TRANSACTION(db) { inner = write_row(db); break; }
        orm_handled(db);
        after = write_row(db);
    }
    CHECK(!lost(db, before) && !lost(db, outer) && lost(db, inner) && !lost(db, after));
    ORM_TRANSACTION(db) {
        outer = write_row(db);
        ORM_TRANSACTION(db) inner = write_row(db);
        ORM_TRANSACTION(db) { after = write_row(db); break; }
    }
    CHECK(lost(db, outer) && lost(db, inner) && lost(db, after));
    CHECK_INT(session_of(db)->n_lost, 2);
    orm_close(db);
}

TEST(neighbouring_intervals_merge_and_old_ones_become_unknown)
{
    orm_db *db = fresh();
    for (int i = 0; i < 200; i++) ORM_TRANSACTION(db) { write_row(db); break; }
    CHECK_INT(session_of(db)->n_lost, 1);
    CHECK(lost(db, 1) && lost(db, 200));
    uint64_t first = session_of(db)->serial;
    for (int i = 0; i < 100; i++) {
        write_row(db);
        ORM_TRANSACTION(db) { write_row(db); break; }
    }
    CHECK_INT(session_of(db)->n_lost, ORM__MAX_INTERVALS);
    CHECK(!lost(db, 1) && unknown(db, 1) && unknown(db, first + 1));
    CHECK(lost(db, first + 200) && !lost(db, first + 199) && !unknown(db, first + 199));
    orm_close(db);
}

/* ---- threads ---- */

struct other { orm_db *db; orm_tx *tx; orm_status status, commit; char message[512]; int rounds, done; };
static void *other_thread(void *arg)
{
    struct other *other = (struct other *)arg;
    if (other->tx) {
        other->commit = orm_commit(other->tx);
        orm_rollback(other->tx);
    }
    for (int i = 0; i < other->rounds; i++) {
        if (!RUN(other->db, "x")) other->done++;
    }
    other->status = RUN(other->db, "insert other");
    snprintf(other->message, sizeof other->message, "%s", orm_error()->message);
    return NULL;
}
static void in_another_thread(struct other *other)
{
    pthread_t thread;
    CHECK_INT(pthread_create(&thread, NULL, other_thread, other), 0);
    pthread_join(thread, NULL);
}

TEST(another_thread_waits_for_the_block_and_is_told_where_it_stands)
{
    orm_db *db = fresh();
    struct other other = { .db = db };
    ORM_TRANSACTION(db) {
        in_another_thread(&other);
        CHECK_INT(other.status, ORM_ACQUIRE_TIMEOUT);
        CHECK_CONTAINS(other.message, "transaction_test.c:");
        CHECK_INT(RUN(db, "insert a"), ORM_OK);      /* the other's failure is not ours */
    }
    CHECK(!orm_failed());
    in_another_thread(&other);
    CHECK_INT(other.status, ORM_OK);
    CHECK_TEXT(dummy.trace, "begin, insert a, commit, insert other");
    orm_close(db);
}

TEST(a_handle_used_by_another_thread_is_refused_and_stays_usable)
{
    orm_db *db = fresh();
    struct other other = { .db = db, .tx = orm_begin(db, NULL) };
    in_another_thread(&other);
    CHECK_INT(other.commit, ORM_MISUSE);
    CHECK_INT(orm_commit(other.tx), ORM_OK);
    orm_close(db);
}

TEST(threads_share_a_handle_without_starving)
{
    dummy_reset();
    orm_db *db = orm_open("dummy:", .busy_timeout_ms = 20000);
    pthread_t threads[4];
    struct other others[4];
    for (int i = 0; i < 4; i++) {
        others[i] = (struct other){ .db = db, .rounds = 20000 };
        CHECK_INT(pthread_create(&threads[i], NULL, other_thread, &others[i]), 0);
    }
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
        CHECK_INT(others[i].done, 20000);
    }
    CHECK_INT(orm_counters_of(db).statements, 80004);
    orm_close(db);
}

static void *hammer(void *arg)
{
    struct other *other = (struct other *)arg;
    while (!__atomic_load_n(&other->done, __ATOMIC_RELAXED)) RUN(other->db, "x");
    return NULL;
}

TEST(a_thread_that_calls_without_a_pause_lets_others_in)
{
    dummy_reset();
    orm_db *db = orm_open("dummy:", .busy_timeout_ms = 5000);
    struct other other = { .db = db };
    pthread_t thread;
    CHECK_INT(pthread_create(&thread, NULL, hammer, &other), 0);
    int64_t longest = 0;
    for (int i = 0; i < 50; i++) {
        int64_t began = orm__ticks();
        CHECK_INT(RUN(db, "y"), ORM_OK);
        int64_t took = orm__ticks() - began;
        if (took > longest) longest = took;
    }
    __atomic_store_n(&other.done, 1, __ATOMIC_RELAXED);
    pthread_join(thread, NULL);
    CHECK(longest < 1000000);
    orm_close(db);
}

TEST(a_child_of_fork_may_not_use_the_handle)
{
    orm_db *db = fresh();
    pid_t child = -1;
    ORM_TRANSACTION(db) {
        child = fork();
        if (child == 0) {
            bool fine = RUN(db, "insert a") == ORM_MISUSE && orm_attempt(db) <= 1;
            orm__block gone = { .db = db, .state = 1, .serial = session_of(db)->levels[1].serial };
            orm__block_leave(&gone);
            orm_connection *parents = session_of(db)->connection;
            orm_close(db);
            fine = fine && parents->in_transaction;      /* it was neither closed nor freed */
            free(parents);
            _exit(fine && strcmp(dummy.trace, "begin") == 0 ? 0 : 1);
        }
    }
    int status = -1;
    waitpid(child, &status, 0);
    CHECK_INT(status, 0);
    CHECK(!orm_failed());
    CHECK_TEXT(dummy.trace, "begin, commit");
    orm_close(db);
}

TEST(the_log_shows_transaction_statements)
{
    orm_db *db = fresh();
    ORM_TRANSACTION(db) ORM_TRANSACTION(db) RUN(db, "insert a");
    CHECK_INT(control_logged, 5);
    CHECK_INT(orm_counters_of(db).statements, 5);
    orm_close(db);
}

CHECK_MAIN()

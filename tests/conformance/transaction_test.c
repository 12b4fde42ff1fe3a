/* >>transaction_test: transactions on the real engine: what is kept, what is gone, and what rows are afterwards. */
#include <pthread.h>
#include "small.h"
#include <time.h>

static int64_t balance_of(orm_db *db, int64_t id)
{
    ORM_AUTO Account *found = Account_find(db, id);
    return found ? found->balance : -1;
}

static void nap(long milliseconds) { nanosleep(&(struct timespec){ .tv_nsec = milliseconds * 1000000 }, NULL); }

/* ---- the five ways out ---- */

ON_EACH(the_closing_brace_and_continue_commit)
{
    ORM_TRANSACTION(db) {
        CHECK_INT(orm_attempt(db), 1);
        small_account(db, "Ada");
    }
    CHECK(!orm_failed());
    CHECK_TEXT(small_sql(1), "commit");
    ORM_TRANSACTION(db) {
        small_account(db, "Grace");
        if (small_count(db) == 2) continue;
        small_account(db, "never");
    }
    CHECK(!orm_failed());
    CHECK_INT(small_count(db), 2);
    CHECK_INT(orm_attempt(db), 0);
    CHECK_INT(small_log.errors, 0);
}

ON_EACH(break_rolls_back_quietly)
{
    ORM_TRANSACTION(db) {
        small_account(db, "Ada");
        break;
    }
    CHECK(orm_failed());
    CHECK_INT(orm_error()->kind, ORM_ROLLED_BACK);
    CHECK_CONTAINS(orm_error()->message, "transaction_test.c:");
    CHECK_TEXT(small_sql(1), "rollback");
    CHECK_INT(small_log.errors, 0);
    CHECK_INT(small_count(db), 0);
}

static int leaves_by_return(orm_db *db)
{
    ORM_TRANSACTION(db) {
        small_account(db, "Ada");
        return 7;
    }
    return 0;
}

ON_EACH(return_and_goto_roll_back_and_say_where)
{
    CHECK_INT(leaves_by_return(db), 7);
    CHECK_INT(orm_error()->kind, ORM_LEFT_EARLY);
    CHECK_CONTAINS(orm_error()->message, "transaction_test.c:");
    CHECK_CONTAINS(orm_error()->message, "left early");
    CHECK_INT(small_log.errors, 1);
    CHECK_INT(small_count(db), 0);
    ORM_TRANSACTION(db) {
        small_account(db, "Ada");
        goto out;
    }
out:
    CHECK_INT(orm_error()->kind, ORM_LEFT_EARLY);
    CHECK_INT(small_count(db), 0);
    small_account(db, "after");
    CHECK_INT(small_count(db), 1);
}

/* ---- failures ---- */

ON_EACH(after_a_failure_later_calls_answer_it_and_send_nothing)
{
    ORM_NEW(Account, first, .name = "Ada", .email = "ada@example.com");
    CHECK_INT(Account_create(db, &first), ORM_OK);
    int reached = 0;
    ORM_TRANSACTION(db) {
        small_account(db, "Grace");
        ORM_NEW(Account, twin, .name = "Twin", .email = "ada@example.com");
        CHECK_INT(Account_create(db, &twin), ORM_UNIQUE);
        uint64_t sent = small_sent(db);
        int64_t n = 0;
        ORM_NEW(Account, other, .name = "Other");
        CHECK_INT(Account_create(db, &other), ORM_UNIQUE);
        CHECK_INT(Account_count(db, NULL, &n), ORM_UNIQUE);
        CHECK(!Account_find(db, first.id));
        CHECK(!Account_find_all(db, NULL));
        CHECK_INT(orm_error()->kind, ORM_UNIQUE);
        CHECK_TEXT(orm_error()->field, "email");
        CHECK_INT(orm_exec(db, NULL, "delete from accounts", orm_no_params), ORM_UNIQUE);
        CHECK_INT(Account_destroy(db, &first), ORM_UNIQUE);
        CHECK_INT(small_sent(db), sent);
        CHECK(!orm_handled(db));                          /* it reached the engine */
        reached++;
    }
    CHECK_INT(reached, 1);
    CHECK_INT(orm_error()->kind, ORM_UNIQUE);
    CHECK_TEXT(orm_error()->field, "email");
    CHECK_INT(small_log.errors, 1);                       /* told once */
    CHECK_INT(small_count(db), 1);
}

ON_EACH(a_row_that_is_not_there_is_no_failure_of_the_block_and_get_is)
{
    ORM_TRANSACTION(db) {
        CHECK(!Account_find(db, 99));
        CHECK_INT(orm_error()->kind, ORM_NOT_FOUND);
        CHECK(!orm_failed());
        small_account(db, "Ada");
    }
    CHECK(!orm_failed());
    CHECK_INT(small_count(db), 1);
    ORM_TRANSACTION(db) {
        small_account(db, "Grace");
        CHECK(!Account_get(db, 99));
        CHECK(orm_failed());
    }
    CHECK_INT(orm_error()->kind, ORM_NOT_FOUND);
    CHECK(orm_failed());
    CHECK_INT(small_count(db), 1);
}

ON_EACH(a_validation_that_was_handled_does_not_keep_the_block_from_committing)
{
    ORM_TRANSACTION(db) {
        ORM_NEW(Account, bad, .name = "x");
        CHECK_INT(Account_create(db, &bad), ORM_VALIDATION);
        CHECK(orm_handled(db));
        small_account(db, "Ada");
    }
    CHECK(!orm_failed());
    CHECK_INT(small_count(db), 1);
    ORM_TRANSACTION(db) {
        small_account(db, "Grace");
        ORM_TRANSACTION(db) {
            small_account(db, "inner");
            CHECK_INT(orm_exec(db, NULL, "insert into nowhere values (1)", orm_no_params), ORM_NO_TABLE);
        }
        CHECK(orm_failed());
        CHECK(orm_handled(db));                           /* the savepoint is already rolled back */
        small_account(db, "after");
    }
    CHECK(!orm_failed());
    CHECK_INT(small_count(db), 3);
}

ON_EACH(orm_fail_forbids_the_commit_from_anywhere)
{
    ORM_TRANSACTION(db) {
        for (int i = 0; i < 3; i++) {
            small_account(db, "Ada");
            if (i == 1) {
                CHECK_INT(orm_fail(db, 42, "account %d is over its limit", i), ORM_FAILED);
                break;
            }
        }
        uint64_t sent = small_sent(db);
        ORM_NEW(Account, more, .name = "more");
        CHECK_INT(Account_create(db, &more), ORM_FAILED);
        CHECK_INT(small_sent(db), sent);
    }
    CHECK_INT(orm_error()->kind, ORM_FAILED);
    CHECK_INT(orm_error()->code, 42);
    CHECK_TEXT(orm_error()->message, "account 1 is over its limit");
    CHECK_INT(small_count(db), 0);
}

/* ---- nesting ---- */

ON_EACH(nested_blocks_are_savepoints)
{
    ORM_TRANSACTION(db) {
        small_account(db, "outer");
        ORM_TRANSACTION(db) {
            small_account(db, "inner");
            ORM_TRANSACTION(db) small_account(db, "innermost");
            CHECK(!orm_failed());
            CHECK_INT(small_count(db), 3);
            break;
        }
        CHECK_INT(orm_error()->kind, ORM_ROLLED_BACK);
        CHECK(orm_handled(db));
        CHECK_INT(small_count(db), 1);
        ORM_TRANSACTION(db) small_account(db, "second");
        CHECK(!orm_failed());
    }
    CHECK(!orm_failed());
    CHECK_INT(small_count(db), 2);
    /* a nested failure that nobody handles fails the whole */
    ORM_TRANSACTION(db) {
        small_account(db, "outer");
        ORM_TRANSACTION(db) {
            orm_fail(db, 1, "no");
        }
        uint64_t sent = small_sent(db);
        ORM_NEW(Account, more, .name = "more");
        CHECK_INT(Account_create(db, &more), ORM_FAILED);
        CHECK_INT(small_sent(db), sent);
    }
    CHECK_INT(orm_error()->kind, ORM_FAILED);
    CHECK_INT(small_count(db), 2);
}

ON_EACH(create_all_in_a_block_is_undone_alone)
{
    ORM_TRANSACTION(db) {
        Account rows[2] = { Account_defaults(), Account_defaults() };
        rows[0].name = rows[1].name = "Ada";
        rows[0].email = rows[1].email = "ada@example.com";
        small_account(db, "outer");
        CHECK_INT(Account_create_all(db, rows, 2, NULL), ORM_UNIQUE);
        CHECK_INT(rows[0].id, 0);
        CHECK(orm_handled(db));
        rows[1].email = NULL;
        CHECK_INT(Account_create_all(db, rows, 2, NULL), ORM_OK);
    }
    CHECK(!orm_failed());
    CHECK_INT(small_count(db), 3);
}

ON_EACH(two_databases_nest_freely)
{
    orm_db *a = db, *b = case_apart();
    ORM_TRANSACTION(a) {
        small_account(a, "Ada");
        ORM_TRANSACTION(b) {
            small_account(b, "Grace");
            small_account(a, "Eve");
            break;
        }
        CHECK(orm_failed());
        CHECK_INT(small_count(a), 2);                     /* the failure was of the other */
    }
    CHECK(!orm_failed());
    CHECK_INT(small_count(a), 2);
    CHECK_INT(small_count(b), 0);
    orm_close(b);
}

/* ---- functions and handles ---- */

struct transfer { int64_t from, to; int32_t amount; int runs; };
static orm_status transfer(orm_db *db, void *argument)
{
    struct transfer *t = (struct transfer *)argument;
    t->runs++;
    orm_status status = Account_update(db, &(Account_change){ .set = { orm_dec(Account_.balance, t->amount) }, .where = orm_eq(Account_.id, t->from) }, NULL);
    if (status) return status;
    status = Account_update(db, &(Account_change){ .set = { orm_inc(Account_.balance, t->amount) }, .where = orm_eq(Account_.id, t->to) }, NULL);
    if (status) return status;
    if (t->amount == 13) return ORM_CANCELLED;
    return ORM_OK;
}

ON_EACH(the_function_form_commits_only_what_answers_ok)
{
    Account ada = small_account(db, "Ada"), grace = small_account(db, "Grace");
    struct transfer t = { ada.id, grace.id, 50, 0 };
    CHECK_INT(orm_transaction(db, transfer, &t, NULL), ORM_OK);
    CHECK_INT(balance_of(db, ada.id), -50);
    CHECK_INT(balance_of(db, grace.id), 50);
    t.amount = 13;
    CHECK_INT(orm_transaction(db, transfer, &t, NULL), ORM_CANCELLED);
    CHECK_INT(balance_of(db, ada.id), -50);
    t.amount = 60;                                        /* below the least balance: the database says no */
    CHECK_INT(orm_transaction(db, transfer, &t, &(orm_transaction_options){ .retries = 3 }), ORM_CHECK);
    CHECK_TEXT(orm_error()->field, "balance");
    CHECK_INT(balance_of(db, ada.id), -50);
    CHECK_INT(balance_of(db, grace.id), 50);
    CHECK_INT(t.runs, 3);                                 /* a broken rule is no conflict: not run again */
}

ON_EACH(explicit_handles_nest_and_outlive_nothing)
{
    orm_tx *outer = orm_begin(db, NULL);
    REQUIRE(outer);
    small_account(db, "outer");
    orm_tx *inner = orm_begin(db, NULL);
    small_account(db, "inner");
    orm_rollback(inner);
    CHECK_INT(small_count(db), 1);
    inner = orm_begin(db, NULL);
    small_account(db, "kept");
    CHECK_INT(orm_commit(inner), ORM_OK);
    CHECK_INT(orm_commit(outer), ORM_OK);
    CHECK_INT(small_count(db), 2);
    /* a failed call turns commit into rollback */
    outer = orm_begin(db, NULL);
    small_account(db, "lost");
    CHECK_INT(orm_exec(db, NULL, "nonsense", orm_no_params), ORM_SYNTAX);
    CHECK_INT(orm_commit(outer), ORM_SYNTAX);
    CHECK_INT(small_count(db), 2);
    /* an outer commit while an inner is open is told, and nothing is kept */
    outer = orm_begin(db, NULL);
    inner = orm_begin(db, NULL);
    small_account(db, "lost");
    CHECK_INT(orm_commit(outer), ORM_MISUSE);
    CHECK_INT(orm_commit(inner), ORM_MISUSE);
    CHECK_INT(small_count(db), 2);
    /* mixed with a block */
    ORM_TRANSACTION(db) {
        inner = orm_begin(db, NULL);
        small_account(db, "both");
        CHECK_INT(orm_commit(inner), ORM_OK);
    }
    CHECK_INT(small_count(db), 3);
}

ON_EACH_SHARED(orm_close_rolls_back_what_is_open_and_notes_it)
{
    orm_db *own = case_again();
    small_ready();                                        /* that there are two handles was told, too */
    orm_tx *tx = orm_begin(own, NULL);
    CHECK(tx != NULL);
    small_account(own, "lost");
    orm_close(own);
    CHECK_INT(small_log.notes, 1);
    CHECK_INT(small_count(db), 0);
}

ON_EACH(begin_and_commit_by_hand_are_refused)
{
    CHECK_INT(orm_exec(db, NULL, "begin", orm_no_params), ORM_MISUSE);
    CHECK_INT(orm_exec(db, NULL, " /* x */ COMMIT", orm_no_params), ORM_MISUSE);
    ORM_TRANSACTION(db) {
        small_account(db, "Ada");
        CHECK_INT(orm_exec(db, NULL, "rollback", orm_no_params), ORM_MISUSE);
        CHECK_CONTAINS(orm_error()->message, "ORM_TRANSACTION");
        CHECK(orm_handled(db));
    }
    CHECK_INT(small_count(db), 1);
}

/* ---- rows after a rollback ---- */

ON_EACH(a_row_created_in_a_rolled_back_block_is_new_again)
{
    ORM_NEW(Account, ada, .name = "Ada", .balance = 5);
    ORM_TRANSACTION(db) {
        CHECK_INT(Account_create(db, &ada), ORM_OK);
        CHECK(ada.id > 0);
        break;
    }
    int64_t first_id = ada.id;
    orm_time first_created = ada.created_at;
    small_account(db, "takes the same key");
    CHECK_INT(Account_destroy(db, &ada), ORM_MISUSE);     /* it is not in the database */
    nap(2);
    CHECK_INT(Account_save(db, &ada), ORM_OK);
    CHECK_CONTAINS(small_sql(1), "insert into");
    CHECK(ada.id != first_id || first_id == 0);
    CHECK(ada.created_at > first_created);
    CHECK(ada.updated_at > first_created);
    CHECK_INT(ada.balance, 5);
    CHECK_INT(small_count(db), 2);
    ada.balance = 6;
    CHECK_INT(Account_save(db, &ada), ORM_OK);            /* and now it is saved */
    CHECK_INT(balance_of(db, ada.id), 6);
    CHECK_INT(small_count(db), 2);
}

ON_EACH(a_key_of_the_callers_own_stays_when_the_row_is_new_again)
{
    ORM_NEW(Account, chosen, .id = 77, .name = "Ada");
    ORM_NEW(Tag, tag, .code = "red", .label = "x");
    ORM_TRANSACTION(db) {
        CHECK_INT(Account_create(db, &chosen), ORM_OK);
        CHECK_INT(Tag_create(db, &tag), ORM_OK);
        orm_fail(db, 1, "no");
    }
    CHECK_INT(Account_create(db, &chosen), ORM_OK);
    CHECK_INT(chosen.id, 77);
    CHECK_INT(Tag_save(db, &tag), ORM_OK);
    CHECK_TEXT(tag.code, "red");
}

ON_EACH(rows_of_a_rolled_back_create_all_are_new_again)
{
    Account rows[120];
    for (size_t i = 0; i < 120; i++) {
        rows[i] = Account_defaults();
        rows[i].name = "Ada";
    }
    ORM_TRANSACTION(db) {
        ORM_TRANSACTION(db) CHECK_INT(Account_create_all(db, rows, 120, NULL), ORM_OK);
        break;
    }
    CHECK_INT(small_count(db), 0);
    CHECK_INT(Account_create_all(db, rows, 120, NULL), ORM_OK);
    CHECK_INT(small_count(db), 120);
    CHECK_INT(Account_save(db, &rows[119]), ORM_OK);
    CHECK_INT(small_count(db), 120);
}

ON_EACH(only_the_inner_blocks_rows_are_new_again_when_only_it_was_rolled_back)
{
    ORM_NEW(Account, outer, .name = "outer");
    ORM_NEW(Account, inner, .name = "inner");
    ORM_TRANSACTION(db) {
        CHECK_INT(Account_create(db, &outer), ORM_OK);
        ORM_TRANSACTION(db) {
            CHECK_INT(Account_create(db, &inner), ORM_OK);
            break;
        }
        CHECK(orm_handled(db));
        CHECK_INT(Account_save(db, &inner), ORM_OK);
        CHECK_CONTAINS(small_sql(1), "insert into");
        CHECK_INT(Account_save(db, &outer), ORM_OK);
        CHECK_CONTAINS(small_sql(1), "update");
    }
    CHECK(!orm_failed());
    CHECK_INT(small_count(db), 2);
}

ON_EACH(a_row_saved_in_a_block_sends_all_that_was_loaded_afterwards)
{
    Account ada = small_account(db, "Ada");
    Account *found = Account_find(db, ada.id);
    found->balance = 9;
    ORM_TRANSACTION(db) {
        CHECK_INT(Account_save(db, found), ORM_OK);
        CHECK(!strstr(small_sql(1), "\"name\" ="));
        break;
    }
    CHECK_INT(balance_of(db, ada.id), 0);
    CHECK_INT(Account_save(db, found), ORM_OK);           /* nothing differs from what was sent, but it was undone */
    CHECK_CONTAINS(small_sql(1), "\"name\" =");
    CHECK_CONTAINS(small_sql(1), "\"balance\" =");
    CHECK_INT(balance_of(db, ada.id), 9);
    orm_free(found);
}

ON_EACH(sixty_four_rolled_back_blocks_are_remembered_and_older_rows_say_so)
{
    enum { BLOCKS = 70 };
    Account rows[BLOCKS];
    for (int i = 0; i < BLOCKS; i++) {
        rows[i] = Account_defaults();
        rows[i].name = "Ada";
        ORM_TRANSACTION(db) {
            CHECK_INT(Account_create(db, &rows[i]), ORM_OK);
            break;
        }
        small_account(db, "between");                     /* or the intervals become one */
    }
    CHECK_INT(Account_save(db, &rows[0]), ORM_STALE);
    CHECK_CONTAINS(orm_error()->message, "so long ago");
    CHECK_INT(Account_create(db, &rows[1]), ORM_STALE);
    CHECK_INT(Account_save(db, &rows[BLOCKS - 64]), ORM_OK);
    CHECK_INT(Account_save(db, &rows[BLOCKS - 1]), ORM_OK);
    CHECK_INT(small_count(db), BLOCKS + 2);
}

static void *seventy_rolled_back_blocks(void *context)
{
    orm_db *db = context;
    for (int i = 0; i < 70; i++) {
        ORM_TRANSACTION(db) {
            small_account(db, "undone");
            break;
        }
        small_account(db, "between");
    }
    return NULL;
}

/* as one that is run again after a conflict, while others have conflicts as well */
ON_EACH(a_thread_knows_its_own_row_as_new_whatever_others_roll_back_before_it_tries_again)
{
    pthread_t other;
    ORM_NEW(Account, ada, .name = "Ada");
    ORM_TRANSACTION(db) {
        CHECK_INT(Account_create(db, &ada), ORM_OK);
        break;
    }
    CHECK_INT(pthread_create(&other, NULL, seventy_rolled_back_blocks, db), 0);
    pthread_join(other, NULL);
    CHECK_INT(Account_create(db, &ada), ORM_OK);
    CHECK_INT(small_count(db), 71);
}

/* ---- tests of the user's own ---- */

ON_EACH(a_test_block_is_always_rolled_back)
{
    small_account(db, "before");
    ORM_TEST_ROLLBACK(db) {
        small_account(db, "Ada");
        ORM_TRANSACTION(db) small_account(db, "Grace");
        CHECK(!orm_failed());
        CHECK_INT(small_count(db), 3);
    }
    CHECK(!orm_failed());
    CHECK_INT(small_count(db), 1);
    ORM_TEST_ROLLBACK(db) {
        ORM_NEW(Account, bad, .name = "x");
        CHECK_INT(Account_create(db, &bad), ORM_VALIDATION);
    }
    CHECK_INT(orm_error()->kind, ORM_VALIDATION);
    ORM_TEST_ROLLBACK(db) {
        small_account(db, "Ada");
        break;
    }
    CHECK(!orm_failed());
    CHECK_INT(small_count(db), 1);
}

/* ---- budgets ---- */

ON_EACH(a_budget_refuses_one_statement_too_many_and_names_them)
{
    Account ada = small_account(db, "Ada");
    bool ran = false;
    ORM_BUDGET(db, 3) {
        ran = true;
        CHECK_INT(small_count(db), 1);
        CHECK_INT(orm_exec(db, NULL, "update accounts set balance = 1", orm_no_params), ORM_OK);
        int64_t sum = 0;
        CHECK_INT(orm_sum(db, Account_.balance, &sum, NULL), ORM_OK);
        uint64_t sent = small_sent(db);
        CHECK(!Account_find(db, ada.id));
        CHECK_INT(orm_error()->kind, ORM_OVER_BUDGET);
        CHECK_CONTAINS(orm_error()->message, "budget of 3 statements at ");
        CHECK_CONTAINS(orm_error()->message, "transaction_test.c:");
        CHECK_CONTAINS(orm_error()->message, "update accounts");
        CHECK_CONTAINS(orm_error()->message, "count(*)");
        CHECK_INT(small_sent(db), sent);
    }
    CHECK(ran);
    CHECK_INT(orm_error()->kind, ORM_OVER_BUDGET);
    CHECK_INT(small_count(db), 1);                        /* outside there is no budget */
}

ON_EACH(a_block_begins_without_what_failed_before_it)
{
    ORM_NEW(Account, ada, .name = "Ada", .email = "ada@example.com");
    CHECK_INT(Account_create(db, &ada), ORM_OK);
    ORM_NEW(Account, twin, .name = "Ada", .email = "ada@example.com");
    CHECK_INT(Account_create(db, &twin), ORM_UNIQUE);
    bool failed = true;
    ORM_BUDGET(db, 1) failed = orm_failed();
    CHECK(!failed && !orm_failed());
    CHECK_INT(Account_create(db, &twin), ORM_UNIQUE);
    failed = true;
    ORM_BATCH(db) failed = orm_failed();
    CHECK(!failed && !orm_failed());
    /* in a transaction it is the transaction's */
    ORM_TRANSACTION(db) {
        CHECK_INT(Account_create(db, &twin), ORM_UNIQUE);
        ORM_BUDGET(db, 1) failed = orm_failed();
        CHECK(failed);
        CHECK_INT(orm_error()->failures.count, 1);
        failed = false;
        ORM_BATCH(db) failed = orm_failed();
        CHECK(failed);
    }
    CHECK_INT(orm_error()->kind, ORM_UNIQUE);
}

ON_EACH(budgets_nest_and_count_for_their_handle_only)
{
    orm_db *other = case_apart();
    ORM_BUDGET(db, 2) {
        ORM_BUDGET(db, 5) {
            CHECK_INT(small_count(db), 0);
            CHECK_INT(small_count(other), 0);
            CHECK_INT(small_count(other), 0);
            CHECK_INT(small_count(db), 0);
            CHECK_INT(small_count(db), -1);               /* the outer budget is used up */
            CHECK_INT(orm_error()->kind, ORM_OVER_BUDGET);
        }
    }
    CHECK_INT(small_count(db), 0);
    /* in a transaction it fails the block, and the block can still be left */
    ORM_TRANSACTION(db) {
        ORM_BUDGET(db, 1) {
            small_account(db, "Ada");
            CHECK_INT(small_count(db), -1);
        }
    }
    CHECK_INT(orm_error()->kind, ORM_OVER_BUDGET);
    CHECK_INT(small_count(db), 0);
    orm_close(other);
}

/* what is included is read by one statement per level, however many rows there are */
ON_EACH(a_budget_holds_for_any_number_of_rows)
{
    for (int i = 0; i < 30; i++) {
        Account account = small_account(db, "Ada");
        ORM_NEW(Entry, entry, .account_id = account.id, .note = "x");
        CHECK_INT(Entry_create(db, &entry), ORM_OK);
    }
    ORM_BUDGET(db, 2) {
        ORM_AUTO Account *accounts = Account_find_all(db, &(Account_query){ .include = { orm_with(Account_.entries) } });
        CHECK_INT(orm_len(accounts), 30);
    }
    CHECK(!orm_failed());
}

CHECK_MAIN()

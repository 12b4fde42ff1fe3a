/* >>read_test: ORM_READ: calls that see one moment and hold one connection, and ORM_EACH in it. */
#include "small.h"
#include "check_alloc.h"

#define KIND(call, kind) CHECK_TEXT(orm_status_name(call), orm_status_name(kind))
#define OK(call)         KIND(call, ORM_OK)

static void fill(orm_db *db, int n)
{
    static Account rows[2000];
    static char names[2000][16];
    for (int i = 0; i < n; i++) {
        rows[i] = Account_defaults();
        snprintf(names[i], sizeof names[i], "name %d", i + 1);
        rows[i].name = names[i];
        rows[i].balance = i;
        if (i % 3 == 0) rows[i].bio = "a text that is somewhat longer than the others are";
    }
    OK(Account_create_all(db, rows, (size_t)n, NULL));
}

/* statements and the like since the last look */
static orm_counters since(orm_db *db, orm_counters *before)
{
    orm_counters now = orm_counters_of(db), gone = { .statements = now.statements - before->statements, .prepares = now.prepares - before->prepares,
                                                     .rows = now.rows - before->rows, .allocations = now.allocations - before->allocations };
    *before = now;
    return gone;
}

/* ---- what it sees, and what it costs ---- */

ON_EACH_SHARED(all_calls_see_one_moment_whatever_others_write)
{
    orm_db *other = case_again();
    small_account(db, "Ada");
    ORM_READ(db) {
        CHECK_INT(small_count(db), 1);
        small_account(other, "Grace");
        small_account(other, "Edith");
        CHECK_INT(small_count(db), 1);
        ORM_AUTO Account *grace = Account_find(db, 2);
        CHECK(!grace);
        CHECK_INT(small_count(other), 3);
        int n = 0;
        ORM_EACH(Account, a, db) n++;
        CHECK_INT(n, 1);
    }
    CHECK(!orm_failed());
    CHECK_INT(small_count(db), 3);
    orm_close(other);
}

ON_EACH(finds_are_a_statement_each_between_begin_and_commit)
{
    fill(db, 50);
    orm_counters at = { 0 }, cost = { 0 };
    for (int pass = 0; pass < 2; pass++) {
        at = orm_counters_of(db);
        ORM_READ(db) {
            for (int i = 1; i <= 50; i++) {
                ORM_AUTO Account *a = Account_find(db, i);
                CHECK(a && a->id == i);
            }
        }
        CHECK(!orm_failed());
        cost = since(db, &at);
    }
    CHECK_INT(cost.statements, 52);
    CHECK_INT(cost.prepares, 0);
    CHECK_INT(cost.rows, 50);
    CHECK(cost.allocations <= 50);
    CHECK_CONTAINS(small_sql(52), "begin");
    CHECK_TEXT(small_sql(1), "commit");
}

/* ---- how it is left ---- */

static Account *by_return(orm_db *db, int64_t id)
{
    ORM_READ(db) return Account_find(db, id);
    return NULL;
}

ON_EACH(however_it_is_left_it_is_well)
{
    fill(db, 3);
    int rounds = 0;
    ORM_READ(db) {
        CHECK_INT(small_count(db), 3);
        break;
    }
    CHECK(!orm_failed());
    CHECK_TEXT(small_sql(1), "commit");
    ORM_READ(db) {
        rounds++;
        if (small_count(db) == 3) continue;
        rounds += 10;
    }
    CHECK(!orm_failed());
    CHECK_INT(rounds, 1);
    Account *found = by_return(db, 2);
    CHECK(found && found->id == 2 && !orm_failed());
    orm_free(found);
    ORM_READ(db) {
        ORM_READ(db) {
            CHECK_INT(small_count(db), 3);
            goto out;
        }
    }
out:
    CHECK(!orm_failed());
    CHECK_TEXT(small_sql(1), "commit");
    CHECK_INT(small_log.errors, 0);
    small_account(db, "after");                  /* nothing is held */
    CHECK_INT(small_count(db), 4);
}

ON_EACH(that_nothing_was_found_is_no_failure_and_is_heard_behind_the_block)
{
    fill(db, 1);
    Account *none = by_return(db, 99);
    CHECK(!none && !orm_failed());
    CHECK_INT(orm_error()->kind, ORM_NOT_FOUND);
    ORM_READ(db) {
        CHECK(!Account_find(db, 99));
        CHECK_INT(small_count(db), 1);
    }
    CHECK_INT(orm_error()->kind, ORM_OK);
    ORM_READ(db) {
        CHECK(!Account_get(db, 99));              /* of which absence is a failure */
        CHECK_INT(small_count(db), -1);
    }
    CHECK(orm_failed());
    CHECK_INT(orm_error()->kind, ORM_NOT_FOUND);
}

ON_EACH(the_first_failure_fails_the_rest_on_every_engine)
{
    fill(db, 1);
    orm_opt_int64 n = { 0 };
    orm_counters at = { 0 };
    ORM_READ(db) {
        CHECK_INT(small_count(db), 1);
        KIND(orm_scalar(db, &n, "select no_such_column from accounts", orm_no_params), ORM_NO_COLUMN);
        CHECK(!orm_handled(db));                  /* it was sent */
        at = orm_counters_of(db);
        CHECK_INT(small_count(db), -1);
        CHECK_INT(orm_error()->kind, ORM_NO_COLUMN);
        CHECK_INT(since(db, &at).statements, 0);
        ORM_READ(db) CHECK(!*"a block in a block that failed");
        CHECK_INT(orm_error()->kind, ORM_NO_COLUMN);
    }
    CHECK(orm_failed());
    CHECK_INT(orm_error()->kind, ORM_NO_COLUMN);
    CHECK_INT(small_count(db), 1);
    CHECK(!orm_failed());
    ORM_READ(db) KIND(orm_fail(db, 7, "enough of %s", "it"), ORM_FAILED);
    CHECK_INT(orm_error()->kind, ORM_FAILED);
    CHECK_INT(orm_error()->code, 7);
}

ON_EACH(what_was_refused_before_it_was_sent_can_be_handled)
{
    fill(db, 2);
    ORM_NEW(Account, ada, .name = "Ada");
    ORM_READ(db) {
        KIND(Account_create(db, &ada), ORM_READ_ONLY);
        CHECK_INT(small_count(db), -1);
        CHECK(orm_handled(db));
        CHECK_INT(small_count(db), 2);
    }
    CHECK(!orm_failed());
    ORM_TRANSACTION(db) {
        ORM_READ(db) {
            KIND(Account_create(db, &ada), ORM_READ_ONLY);
        }
        CHECK_INT(orm_error()->kind, ORM_READ_ONLY);
        CHECK(orm_handled(db));
        OK(Account_create(db, &ada));
    }
    CHECK(!orm_failed());
    CHECK_INT(small_count(db), 3);
}

/* ---- nothing writes ---- */

static orm_status try_create(orm_db *db)
{
    ORM_NEW(Account, a, .name = "refused");
    return Account_create(db, &a);
}
static orm_status try_create_all(orm_db *db)
{
    Account a[2] = { Account_defaults(), Account_defaults() };
    a[0].name = a[1].name = "refused";
    return Account_create_all(db, a, 2, NULL);
}
static orm_status try_save(orm_db *db)
{
    ORM_AUTO Account *a = Account_find(db, 1);
    if (!a) return ORM_OK;
    a->balance = 77;
    return Account_save(db, a);
}
static orm_status try_destroy(orm_db *db)
{
    ORM_AUTO Account *a = Account_find(db, 1);
    return a ? Account_destroy(db, a) : ORM_OK;
}
static orm_status try_destroy_by_key(orm_db *db) { return Account_destroy_by_key(db, 1); }
static orm_status try_destroy_all(orm_db *db) { return Account_destroy_all(db, &(Account_query){ .all = true }, NULL); }
static orm_status try_update(orm_db *db) { return Account_update(db, &(Account_change){ .set = { orm_set(Account_.balance, 1) }, .all = true }, NULL); }
static orm_status try_upsert(orm_db *db)
{
    ORM_NEW(Tag, t, .code = "refused");
    return Tag_upsert(db, &t, NULL, NULL);
}
static orm_status try_exec(orm_db *db) { return orm_exec(db, NULL, "update accounts set balance = 1", orm_no_params); }
static orm_status try_scalar(orm_db *db)
{
    orm_opt_int64 id = { 0 };
    return orm_scalar(db, &id, "delete from accounts where id = 1 returning id", orm_no_params);
}
static orm_status try_with(orm_db *db)
{
    Account *gone = orm_sql(db, Account, "with gone(id) as (select 1) delete from accounts where id in (select id from gone) returning id", orm_no_params);
    CHECK(!gone);
    return orm_error()->kind;
}
static orm_status try_transaction(orm_db *db)
{
    ORM_TRANSACTION(db) CHECK(!*"a transaction that may write");
    return orm_error()->kind;
}
static orm_status try_begin(orm_db *db) { return orm_begin(db, NULL) ? ORM_OK : orm_error()->kind; }
static orm_status try_lock(orm_db *db) { return orm_lock(db, "a name"); }
static orm_status try_sync(orm_db *db) { return orm_sync(db, &Small_schema); }
static orm_status try_batch(orm_db *db)
{
    ORM_NEW(Account, a, .name = "refused");
    Account_slot slot = { 0 };
    ORM_BATCH(db) Account_batch_create(db, &a, &slot);
    CHECK_INT(slot.status, ORM_READ_ONLY);
    return orm_error()->kind;
}
static const struct { const char *name; orm_status (*call)(orm_db *db); } writes[] = {
    { "create", try_create }, { "create_all", try_create_all }, { "save", try_save }, { "destroy", try_destroy }, { "destroy_by_key", try_destroy_by_key },
    { "destroy_all", try_destroy_all }, { "update", try_update }, { "upsert", try_upsert }, { "exec", try_exec }, { "scalar", try_scalar }, { "with", try_with },
    { "transaction", try_transaction }, { "begin", try_begin }, { "lock", try_lock }, { "sync", try_sync }, { "batch", try_batch },
};

ON_EACH(writes_are_refused_and_the_place_of_the_block_is_named)
{
    fill(db, 2);
    for (size_t i = 0; i < sizeof writes / sizeof *writes; i++) {
        ORM_READ(db) {
            CHECK_INT(small_count(db), 2);
            CHECK_TEXT(orm_status_name(writes[i].call(db)), "ORM_READ_ONLY");
            CHECK_CONTAINS(orm_error()->message, "read_test.c:");
            CHECK_CONTAINS(orm_error()->message, "ORM_READ");
        }
        CHECK_INT(orm_error()->kind, ORM_READ_ONLY);
        /* joined in a transaction that may write */
        ORM_TRANSACTION(db) {
            orm_counters at = { 0 };
            ORM_READ(db) {
                CHECK_INT(small_count(db), 2);
                at = orm_counters_of(db);
                CHECK_TEXT(orm_status_name(writes[i].call(db)), "ORM_READ_ONLY");
                CHECK_CONTAINS(orm_error()->message, "read_test.c:");
            }
            CHECK(since(db, &at).statements <= 1);       /* a find */
            CHECK(orm_handled(db));
            OK(orm_exec(db, NULL, "update accounts set balance = balance + 1", orm_no_params));
        }
        CHECK(!orm_failed());
    }
    ORM_AUTO Account *first = Account_find(db, 1);
    CHECK(first && first->balance == (int32_t)(sizeof writes / sizeof *writes));
    CHECK_INT(small_count(db), 2);
}

ON_EACH(sql_by_hand_reads)
{
    fill(db, 3);
    ORM_READ(db) {
        orm_opt_int64 n = { 0 };
        OK(orm_scalar(db, &n, "select count(*) from accounts where name <> 'delete'  -- update", orm_no_params));
        CHECK_INT(n.value, 3);
        ORM_AUTO Account *two = orm_sql(db, Account, "with few(n) as (select 2) select id, name from accounts where id <= (select n from few) order by id", orm_no_params);
        CHECK_INT(orm_len(two), 2);
        int rounds = 0;
        ORM_SQL_EACH(Account, a, db, "select id, name from accounts order by id desc", orm_no_params) {
            CHECK_INT(a->id, 3 - rounds++);
            CHECK_INT(small_count(db), 3);
        }
        CHECK_INT(rounds, 3);
    }
    CHECK(!orm_failed());
}

ON_EACH(what_is_outside_writes)
{
    fill(db, 1);
    bool one_connection = case_engine == ON_MEMORY;
    ORM_NEW(Account, grace, .name = "Grace");
    ORM_READ(db) {
        CHECK_INT(small_count(db), 1);
        KIND(Account_create(orm_outside(db), &grace), one_connection ? ORM_DEADLOCK_SELF : ORM_OK);
        CHECK_INT(small_count(db), 1);
        if (!one_connection) CHECK_INT(small_count(orm_outside(db)), 2);
    }
    CHECK(!orm_failed());
    CHECK_INT(small_count(db), one_connection ? 1 : 2);
    /* and so does a walk's body */
    if (one_connection) return;
    ORM_READ(db) {
        ORM_EACH(Account, a, db) {
            a->balance = (int32_t)a->id * 100;
            OK(Account_save(orm_outside(db), a));
        }
    }
    CHECK(!orm_failed());
    ORM_AUTO Account *second = Account_find(db, 2);
    CHECK(second && second->balance == 200);
    CHECK_TEXT(second ? second->name : "", "Grace");
}

/* ---- blocks in each other ---- */

ON_EACH(in_a_transaction_it_joins_and_sends_nothing)
{
    fill(db, 1);
    ORM_TRANSACTION(db) {
        small_account(db, "Grace");
        orm_counters at = orm_counters_of(db);
        ORM_READ(db) {
            CHECK_INT(small_count(db), 2);               /* its own writes */
            ORM_READ(db) CHECK_INT(small_count(db), 2);
            ORM_TRANSACTION(db, .read_only = true) CHECK_INT(small_count(db), 2);
            CHECK(!orm_failed());
        }
        CHECK(!orm_failed());
        CHECK_INT(since(db, &at).statements, 5);         /* three counts, and the savepoint of the inner transaction */
        small_account(db, "Edith");
        ORM_READ(db) break;
        small_account(db, "Hedy");
    }
    CHECK(!orm_failed());
    CHECK_INT(small_count(db), 4);
    /* a failure in it is the transaction's */
    ORM_TRANSACTION(db) {
        small_account(db, "never");
        ORM_READ(db) {
            ORM_AUTO Account *none = orm_sql(db, Account, "select no_such_column from accounts", orm_no_params);
            CHECK(!none);
        }
        CHECK_INT(orm_error()->kind, ORM_NO_COLUMN);
        CHECK(!orm_handled(db));
        CHECK_INT(small_count(db), -1);
    }
    CHECK_INT(orm_error()->kind, ORM_NO_COLUMN);
    CHECK_INT(small_count(db), 4);
}

ON_EACH(many_may_stand_in_each_other)
{
    fill(db, 1);
    orm_counters at = orm_counters_of(db);
    ORM_READ(db) {
        for (int i = 0; i < 200; i++) {
            ORM_READ(db) ORM_READ(db) CHECK_INT(small_count(db), 1);
        }
    }
    CHECK(!orm_failed());
    CHECK_INT(since(db, &at).statements, 202);
}

ON_EACH(a_transaction_that_is_ended_from_inside_is_told)
{
    fill(db, 1);
    orm_tx *tx = orm_begin(db, NULL);
    small_account(db, "Grace");
    ORM_READ(db) {
        CHECK_INT(small_count(db), 2);
        int n = 0;
        ORM_EACH(Account, a, db) {
            n++;
            if (tx) KIND(orm_commit(tx), ORM_MISUSE);        /* the block in it is open: it is rolled back */
            tx = NULL;
            /* the walk's statement has ended with it, and what it gave is not looked at any more */
        }
        CHECK_INT(n, 1);
        CHECK_INT(orm_error()->kind, ORM_MISUSE);
    }
    CHECK_INT(orm_error()->kind, ORM_MISUSE);
    CHECK_CONTAINS(orm_error()->message, "read_test.c:");
    CHECK_INT(small_count(db), 1);
    CHECK(!orm_failed());
}

ON_EACH(batches_and_it_get_along)
{
    fill(db, 3);
    ORM_NEW(Account, ada, .name = "Ada");
    Account_slot one = { 0 }, two = { 0 }, made = { 0 };
    /* a batch in it reads in it */
    ORM_READ(db) {
        ORM_BATCH(db) {
            Account_batch_find(db, 1, &one);
            Account_batch_find(db, 2, &two);
        }
        CHECK_INT(small_count(db), 3);
    }
    CHECK(!orm_failed());
    CHECK(one.rows && one.rows->id == 1 && two.rows && two.rows->id == 2);
    orm_free(one.rows);
    orm_free(two.rows);
    /* in a batch: it waits for the answers so far, and the batch goes on behind it, also when it had no connection before */
    for (int first = 0; first < 2; first++) {
        int64_t before = small_count(db);
        ORM_BATCH(db) {
            if (first) Account_batch_create(db, &ada, &made);
            ORM_READ(db) {
                CHECK_INT(small_count(db), before + first);
                if (first) CHECK_INT(made.status, ORM_OK);
                Account_batch_find(db, 1, &one);
            }
            CHECK(!orm_failed());
            if (first) orm_free(made.rows);
            Account_batch_create(db, &ada, &made);
        }
        CHECK(!orm_failed());
        CHECK_INT(made.status, ORM_OK);
        CHECK(one.rows && one.rows->id == 1);
        orm_free(one.rows);
        orm_free(made.rows);
        CHECK_INT(small_count(db), before + first + 1);
    }
}

/* ---- handles and threads ---- */

ON_EACH(handles_of_the_primary_share_it)
{
    fill(db, 1);
    orm_counters at = orm_counters_of(db);
    ORM_READ(db, .primary = true) {
        CHECK_INT(small_count(orm_primary(db)), 1);
        CHECK_INT(small_count(db), 1);
        KIND(try_create(orm_primary(db)), ORM_READ_ONLY);
    }
    CHECK_INT(orm_error()->kind, ORM_READ_ONLY);
    CHECK_INT(since(db, &at).statements, 4);
    ORM_READ(orm_primary(db)) CHECK_INT(small_count(db), 1);
    CHECK(!orm_failed());
    CHECK_INT(since(db, &at).statements, 3);
}

struct helper { orm_db *db; int64_t count; orm_status write, own; };
static void *helps(void *argument)
{
    struct helper *h = (struct helper *)argument;
    h->count = small_count(h->db);
    h->write = try_exec(h->db);
    ORM_READ(h->db) CHECK(!*"a block on what orm_current gave");
    h->own = orm_error()->kind;
    return NULL;
}

ON_EACH(orm_current_hands_it_on)
{
    fill(db, 2);
    orm_db *kept = NULL;
    ORM_READ(db) {
        CHECK_INT(small_count(db), 2);
        struct helper h = { .db = kept = orm_current(db) };
        pthread_t thread;
        CHECK(h.db != NULL);
        CHECK(pthread_create(&thread, NULL, helps, &h) == 0 && pthread_join(thread, NULL) == 0);
        CHECK_INT(h.count, 2);
        CHECK_TEXT(orm_status_name(h.write), "ORM_READ_ONLY");
        CHECK_TEXT(orm_status_name(h.own), "ORM_MISUSE");
        CHECK(orm_handled(db));
        int n = 0;
        ORM_EACH(Account, a, db) n++;
        CHECK_INT(n, 2);
    }
    CHECK(!orm_failed());
    CHECK_INT(small_count(kept), -1);
    CHECK_INT(orm_error()->kind, ORM_MISUSE);
    ORM_READ(NULL) CHECK(!*"a block without a database");
    CHECK_INT(orm_error()->kind, ORM_MISUSE);
}

static void *reads_and_ends(void *argument)
{
    orm_db *db = (orm_db *)argument;
    orm__read left = { .db = db, .place = "a place that is left open" };
    CHECK(orm__read_enter(&left));
    CHECK(small_count(db) >= 0);
    return NULL;
}

ON_EACH(a_thread_that_ends_in_it_holds_nothing)
{
    fill(db, 1);
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, reads_and_ends, db) == 0 && pthread_join(thread, NULL) == 0);
    CHECK(small_log.notes > 0);
    small_account(db, "after");
    CHECK_INT(small_count(db), 2);
    CHECK_INT(orm_counters_of(db).in_use, 0);
}

static void *reads_often(void *argument)
{
    orm_db *db = (orm_db *)argument;
    for (int i = 0; i < 40; i++) {
        ORM_READ(db) {
            int64_t n = small_count(db), walked = 0;
            ORM_EACH(Account, a, db) {
                CHECK(strncmp(a->name, "name", 4) == 0);
                walked++;
            }
            CHECK_INT(walked, n);
            CHECK_INT(small_count(db), n);
        }
        CHECK(!orm_failed());
        ORM_NEW(Account, more, .name = "name more");
        OK(Account_create(db, &more));
    }
    return NULL;
}

ON_EACH(threads_have_blocks_of_their_own)
{
    fill(db, 20);
    pthread_t threads[4];
    for (int i = 0; i < 4; i++) CHECK(pthread_create(&threads[i], NULL, reads_often, db) == 0);
    for (int i = 0; i < 4; i++) CHECK(pthread_join(threads[i], NULL) == 0);
    CHECK_INT(small_count(db), 20 + 4 * 40);
}

ON_EACH(a_deadline_holds_in_it)
{
    if (case_engine == ON_POSTGRES) return;              /* deadlines of its statements: pool_postgres_test.c */
    orm_db *hasty = case_open(.timeout_ms = 1);
    if (case_engine == ON_MEMORY) fill(hasty, 2);
    else fill(db, 2);
    orm_opt_int64 n = { 0 };
    ORM_READ(hasty) {
        KIND(orm_scalar(hasty, &n, "with recursive c(i) as (select 1 union all select i + 1 from c where i < 100000000) select count(*) from c", orm_no_params), ORM_TIMEOUT);
    }
    CHECK_INT(orm_error()->kind, ORM_TIMEOUT);
    orm_close(hasty);
}

ON_EACH(budgets_count_in_it)
{
    fill(db, 2);
    ORM_READ(db) {
        ORM_BUDGET(db, 2) {
            CHECK_INT(small_count(db), 2);
            CHECK_INT(small_count(db), 2);
            CHECK_INT(small_count(db), -1);
            CHECK_INT(orm_error()->kind, ORM_OVER_BUDGET);
        }
    }
    CHECK_INT(orm_error()->kind, ORM_OVER_BUDGET);
}

/* ---- ORM_EACH ---- */

ON_EACH(a_walk_gives_every_row_once_in_the_order_of_the_key)
{
    static const int sizes[] = { 0, 1, 255, 256, 257, 512, 600 };
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        OK(Account_destroy_all(db, &(Account_query){ .all = true }, NULL));
        if (sizes[i]) fill(db, sizes[i]);
        int n = 0;
        int64_t last = 0;
        ORM_READ(db) {
            ORM_EACH(Account, a, db) {
                char name[24];
                CHECK(a->id > last);
                last = a->id;
                CHECK_INT(a->balance, n);
                CHECK(n % 3 ? a->bio == NULL : strcmp(a->bio, "a text that is somewhat longer than the others are") == 0);
                snprintf(name, sizeof name, "name %d", ++n);
                CHECK_TEXT(a->name, name);
            }
            CHECK(!orm_failed());
        }
        CHECK(!orm_failed());
        CHECK_INT(n, sizes[i]);
        int limited = 0;
        ORM_READ(db) ORM_EACH(Account, a, db, .limit = 256, .where = orm_gte(Account_.balance, 1)) limited++;
        CHECK_INT(limited, sizes[i] < 1 ? 0 : sizes[i] - 1 > 256 ? 256 : sizes[i] - 1);
    }
}

ON_EACH(a_walk_is_an_open_statement_and_allocates_nothing_for_a_row)
{
    fill(db, 2000);
    orm_counters at = { 0 }, cost = { 0 };
    int pages = case_engine == ON_POSTGRES ? 8 : 1;
    for (int pass = 0; pass < 2; pass++) {
        at = orm_counters_of(db);
        int n = 0;
        ORM_READ(db) ORM_EACH(Account, a, db, .where = orm_and(orm_gte(Account_.balance, 0), orm_starts_with(Account_.name, "name"))) n += a->name[0] == 'n';
        CHECK_INT(n, 2000);
        cost = since(db, &at);
    }
    CHECK_INT(cost.statements, pages + 2);
    CHECK_INT(cost.prepares, 0);
    CHECK_INT(cost.rows, 2000);
    CHECK(cost.allocations < 20);
}

ON_EACH(the_body_of_a_walk_reads_and_walks)
{
    fill(db, 300);
    for (int i = 1; i <= 6; i++) {
        ORM_NEW(Entry, e, .account_id = 1 + i % 3, .note = "note", .amount = i);
        OK(Entry_create(db, &e));
    }
    int outer = 0, inner = 0, entries = 0;
    ORM_READ(db) {
        ORM_EACH(Account, a, db) {
            outer++;
            if (a->id <= 3) {
                char name[40];
                snprintf(name, sizeof name, "%s", a->name);
                ORM_EACH(Account, b, db) {               /* the same shape once more */
                    CHECK(b != a);
                    inner++;
                    if (b->id == 299) break;
                }
                ORM_AUTO Account *same = Account_find(db, a->id);
                CHECK(same && strcmp(same->name, name) == 0);
                CHECK_INT(small_count(db), 300);
                OK(orm_load(db, a, Account_.entries));
                entries += (int)orm_len(a->entries);
                CHECK_TEXT(a->name, name);               /* it still stands */
            } else if (a->id == 290) {
                continue;
            }
            CHECK(!orm_loaded(a, Account_.entries) || a->id <= 3);
        }
    }
    CHECK(!orm_failed());
    CHECK_INT(outer, 300);
    CHECK_INT(inner, 3 * 299);
    CHECK_INT(entries, 6);
    int included = 0;
    ORM_READ(db) ORM_EACH(Account, a, db, .include = { orm_with(Account_.entries) }, .where = orm_lte(Account_.id, 3)) included += (int)orm_len(a->entries);
    CHECK_INT(included, 6);
    ORM_READ(db) ORM_EACH(Entry, e, db, .include = { orm_with(Entry_.account) }) CHECK(e->account && e->account->id == e->account_id);
    CHECK(!orm_failed());
}

static int leaves_a_walk(orm_db *db)
{
    ORM_READ(db) ORM_EACH(Account, a, db) if (a->id == 3) return (int)a->balance;
    return -1;
}

ON_EACH(a_walk_is_left_cleanly)
{
    fill(db, 10);
    CHECK_INT(leaves_a_walk(db), 2);
    CHECK(!orm_failed());
    ORM_READ(db) {
        ORM_EACH(Account, a, db) if (a->id == 2) goto out;
    }
out:
    CHECK(!orm_failed());
    ORM_READ(db) {
        for (int i = 0; i < 20; i++) ORM_EACH(Account, a, db) break;
        orm_counters at = orm_counters_of(db);
        ORM_EACH(Account, a, db) break;
        CHECK_INT(since(db, &at).prepares, 0);           /* the statement is free again */
    }
    OK(orm_exec(db, NULL, "drop table entries", orm_no_params));
    OK(Account_destroy_all(db, &(Account_query){ .all = true }, NULL));
}

ON_EACH(rows_of_a_walk_are_rows)
{
    fill(db, 5);
    Account *kept[5] = { NULL }, shallow = Account_defaults();
    char *json = NULL;
    ORM_READ(db) {
        ORM_EACH(Account, a, db, .select = { .name = 1 }) {
            CHECK_INT(orm_len(a), 1);
            CHECK(a->pin == NULL && a->balance == 0);
            kept[a->id - 1] = Account_copy(a);
            if (a->id == 1) shallow = *a;
            if (a->id == 2) json = Account_to_json(a, (Account_mask){ .name = 1 });
            orm_free(a);                                 /* which is refused, as no call gave it */
            CHECK_INT(orm_error()->kind, ORM_MISUSE);
        }
        CHECK(!orm_failed());
    }
    for (int i = 0; i < 5; i++) {
        char name[16];
        snprintf(name, sizeof name, "name %d", i + 1);
        CHECK_TEXT(kept[i] ? kept[i]->name : "", name);
    }
    CHECK_CONTAINS(json ? json : "", "\"name\":\"name 2\"");
    orm_free_text(json);
    KIND(Account_save(db, &shallow), ORM_STALE_ROW);     /* a copy of a row that is gone */
    kept[0]->name = "changed";
    OK(Account_save(db, kept[0]));
    ORM_AUTO Account *first = Account_find(db, 1);
    CHECK(first && first->balance == 0 && strcmp(first->name, "changed") == 0);
    for (int i = 0; i < 5; i++) orm_free(kept[i]);
    int rounds = 0;
    ORM_READ(db) {
        ORM_EACH(Account, a, db) {
            Account *stale = rounds++ ? Account_copy(&shallow) : NULL;
            CHECK(!stale);
            if (rounds > 1) CHECK_INT(orm_error()->kind, ORM_STALE_ROW);
            shallow = *a;
        }
    }
    CHECK(!orm_failed());
}

ON_EACH(texts_documents_and_blobs_of_a_walk_are_whole)
{
    static const char long_text[] = "a text of more than ninety-six bytes, which is looked through in another way than the shorter ones are, and ends here";
    static const struct { const char *code, *label, *extra; const char *data; size_t size; } tags[] = {
        { "a", "", "{}", "", 0 }, { "abcd", "seven..", "[1,2]", "\0\1\2", 3 }, { "abcdefgh", "\xC3\xA4\xC3\xB6\xC3\xBC", NULL, "x", 1 }, { "abcdefghijklmnopq", NULL, "null", NULL, 0 },
        { "z", long_text, "{\"a\":\"b\"}", long_text, sizeof long_text },
    };
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++) {
        ORM_NEW(Tag, t, .code = tags[i].code, .label = tags[i].label, .extra = tags[i].extra);
        t.data = (orm_blob){ tags[i].data, tags[i].size };
        OK(Tag_create(db, &t));
    }
    size_t n = 0;
    ORM_READ(db) {
        ORM_EACH(Tag, t, db) {
            ORM_AUTO Tag *found = Tag_find(db, tags[n].code);
            CHECK(found && strcmp(t->code, found->code) == 0);
            if (tags[n].label) CHECK_TEXT(t->label, tags[n].label);
            else CHECK(!t->label);
            if (tags[n].extra) CHECK_TEXT(t->extra, found ? found->extra : "");
            else CHECK(!t->extra);
            CHECK_INT(t->data.size, tags[n].size);
            CHECK((t->data.data != NULL) == (tags[n].data != NULL));
            if (tags[n].size) CHECK(memcmp(t->data.data, tags[n].data, tags[n].size) == 0);
            n++;
        }
    }
    CHECK(!orm_failed());
    CHECK_INT(n, sizeof tags / sizeof *tags);
}

ON_EACH(a_walk_looks_at_what_it_reads)
{
    if (case_engine == ON_POSTGRES) return;              /* which takes no NUL in a text */
    fill(db, 2);
    OK(orm_exec(db, NULL, "update accounts set bio = 'a text' || char(0) || ' with a NUL' where id = 2", orm_no_params));
    int n = 0;
    ORM_READ(db) {
        ORM_EACH(Account, a, db) n++;
        CHECK_INT(orm_error()->kind, ORM_BAD_DATA);
        CHECK_INT(small_count(db), -1);
    }
    CHECK_INT(n, 1);
    CHECK_INT(orm_error()->kind, ORM_BAD_DATA);
    CHECK_TEXT(orm_error()->field, "bio");
}

ON_EACH(a_failure_in_the_body_ends_the_walk)
{
    fill(db, 5);
    int n = 0;
    ORM_READ(db) {
        ORM_EACH(Account, a, db) {
            n++;
            KIND(try_create(db), ORM_READ_ONLY);
        }
    }
    CHECK_INT(n, 1);
    CHECK_INT(orm_error()->kind, ORM_READ_ONLY);
    ORM_READ(db) {
        ORM_EACH(Account, a, db, .order = { orm_asc(Account_.name) }) CHECK(!*"an order");
        CHECK_INT(orm_error()->kind, ORM_MISUSE);
    }
    /* with a deadline of its own, in a transaction, and outside of blocks within one */
    n = 0;
    ORM_TRANSACTION(db) {
        small_account(db, "Grace");
        ORM_READ(db) ORM_EACH(Account, a, db, .timeout_ms = 10000) n++;
    }
    CHECK(!orm_failed());
    CHECK_INT(n, 6);
}

ON_EACH(a_handle_leaves_nothing_behind)
{
    struct check_allocator memory = { .fail_at = 0 };
    (void)db;
    orm_db *own = case_open(.allocator = check_failing_allocator(&memory));
    fill(own, 300);
    ORM_READ(own) ORM_EACH(Account, a, own, .where = orm_in(Account_.name, "name 1", "name 2", "name 300")) ORM_EACH(Account, b, own, .where = orm_eq(Account_.id, a->id)) CHECK(a->id == b->id);
    CHECK(!orm_failed());
    CHECK_INT(leaves_a_walk(own), 2);
    orm_close(own);
    CHECK_INT(memory.live, 0);
    CHECK(!memory.wrong);
}

CHECK_MAIN()

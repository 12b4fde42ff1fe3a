/* >>statement_test: opening handles, prepared statements, their executions, budgets and SQL by hand, with an engine that only records. */
#include <math.h>
#include "dummy_dialect.h"
#include "check.h"
#include "check_alloc.h"

#define RUN(db, sql) orm_exec(db, NULL, sql, orm_no_params)

static orm_db *fresh(void)
{
    dummy_reset();
    return orm_open("dummy:");
}

/* ---- opening ---- */

TEST(an_url_that_cannot_be_opened_is_explained_without_its_password)
{
    dummy_reset();
    CHECK(orm_open("postgres://ada:s3cret@host/blog") == NULL);
    CHECK_INT(orm_error()->kind, ORM_CONFIG);
    CHECK_TEXT(orm_error()->message, "no adapter for 'postgres:...' is included in this file: include dialects/postgres.h");
    static const char *const bad[] = { NULL, "", "blog.db", ":memory:", "s3cret", "s3 cret:x" };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        CHECK(orm_open(bad[i]) == NULL);
        CHECK_INT(orm_error()->kind, ORM_CONFIG);
        CHECK(strstr(orm_error()->message, "s3") == NULL);
    }
    CHECK(orm_open("dummy:broken") == NULL);
    CHECK_INT(orm_error()->code, 7);
    orm_close(NULL);
}

TEST(options_and_layouts_that_do_not_fit_are_refused)
{
    dummy_reset();
    const orm_dialect *adapters[] = { &dummy_dialect };
    CHECK(orm__open("dummy:", adapters, 1, NULL, sizeof(orm_query) + 8) == NULL);
    CHECK_CONTAINS(orm_error()->message, "ORM_MAX_TERMS");
    orm_dialect old = dummy_dialect;
    old.version = 99;
    adapters[0] = &old;
    CHECK(orm__open("dummy:", adapters, 1, NULL, sizeof(orm_query)) == NULL);
    CHECK_CONTAINS(orm_error()->message, "version 99");
    CHECK(orm_open("dummy:", .max_text = 1000000001) == NULL);
    CHECK(orm_open("dummy:", .allocator = { .allocate = check_allocate }) == NULL);
    CHECK_INT(orm_error()->kind, ORM_CONFIG);
    adapters[0] = &dummy_dialect;
    orm_db *db = orm__open("dummy:", adapters, 1, NULL, sizeof(orm_query));
    CHECK(db != NULL && !orm_failed());
    CHECK_TEXT(orm_engine(db), "Dummy 1");
    orm_close(db);
}

TEST(a_call_without_a_handle_is_refused)
{
    CHECK_INT(RUN(NULL, "x"), ORM_MISUSE);
    CHECK_INT(orm_counters_of(NULL).statements, 0);
    CHECK_TEXT(orm_engine(NULL), "");
}

TEST(the_next_call_clears_the_error)
{
    orm_db *db = fresh();
    CHECK_INT(RUN(db, "unknown"), ORM_SYNTAX);
    CHECK(orm_failed());
    CHECK_INT(RUN(db, "insert"), ORM_OK);
    CHECK(!orm_failed());
    orm_close(db);
}

TEST(a_deadline_is_set_only_when_asked_for_and_then_cleared)
{
    dummy_reset();
    orm_db *db = orm_open("dummy:", .timeout_ms = 1000);
    CHECK_INT(RUN(db, "insert"), ORM_OK);
    CHECK_INT(dummy.deadlines, 1);
    CHECK(session_of(db)->connection->deadline == 0);
    orm_close(db);
    db = orm_open("dummy:");
    RUN(db, "insert");
    CHECK_INT(dummy.deadlines, 1);
    CHECK(orm__enter(db, ORM__WRITE, NULL, NULL, 200) != NULL);
    CHECK(session_of(db)->connection->deadline > orm__ticks());
    CHECK_INT(RUN(db, "insert"), ORM_OK);                    /* a call inside a call leaves the outer deadline alone */
    CHECK(session_of(db)->connection->deadline > orm__ticks());
    orm__leave(session_of(db));
    CHECK(session_of(db)->connection->deadline == 0);
    orm_close(db);
}

TEST(scratch_memory_lives_as_long_as_the_outermost_call)
{
    orm_db *db = fresh();
    CHECK(orm__enter(db, ORM__WRITE, NULL, NULL, 0) != NULL);
    char *text = orm__bump_text(&session_of(db)->scratch, "outer", 5);
    CHECK_INT(RUN(db, "insert"), ORM_OK);
    CHECK(session_of(db)->scratch.orm__at > text);
    CHECK_TEXT(text, "outer");
    orm__leave(session_of(db));
    CHECK(session_of(db)->scratch.orm__at <= text);
    CHECK(orm__enter(db, ORM__WRITE, NULL, NULL, 0) != NULL);
    CHECK(orm__bump(&session_of(db)->scratch, (size_t)8 << 20, 8) != NULL);
    orm__leave(session_of(db));
    CHECK(session_of(db)->scratch.orm__chunks == NULL);
    orm_close(db);
}

/* ---- fixed operations ---- */

TEST(each_model_and_operation_has_a_slot_of_its_own)
{
    orm_db *db = fresh();
    enum { MODELS = 60 };
    static uint32_t numbers[MODELS];
    static orm_model models[MODELS];
    orm__prepared **slots[MODELS];
    CHECK(orm__enter(db, ORM__WRITE, NULL, NULL, 0) != NULL);
    for (size_t i = MODELS; i-- > 0; ) {
        models[i] = (orm_model){ .name = "M", .n_columns = 3, .number = &numbers[i] };
        slots[i] = orm__slot(session_of(db), &models[i], ORM__OP_FIND_BY + 2);
        REQUIRE(slots[i] && !*slots[i]);
        orm__writer sql = { .allocator = &session_of(db)->allocator, .dialect = session_of(db)->dialect };
        orm__put_format(&sql, "find %zu", i);
        CHECK_INT(orm__prepare(session_of(db), &sql, slots[i]), ORM_OK);
        CHECK(sql.text == NULL);
    }
    for (size_t i = 0; i < MODELS; i++) {
        char sql[32];
        snprintf(sql, sizeof sql, "find %zu", i);
        CHECK_TEXT((*orm__slot(session_of(db), &models[i], ORM__OP_FIND_BY + 2))->sql, sql);
        CHECK(*orm__slot(session_of(db), &models[i], ORM__OP_INSERT) == NULL);
    }
    orm__leave(session_of(db));
    CHECK_INT(orm_counters_of(db).cached, MODELS);
    orm_close(db);
    CHECK_INT(dummy.statements, 0);
}

/* ---- shapes ---- */

static orm__prepared *shape(orm_db *db, const void *key, size_t size)
{
    orm__prepared *p = orm__shape_find(session_of(db), key, size);
    if (p) return p;
    orm__writer sql = { .allocator = &session_of(db)->allocator, .dialect = session_of(db)->dialect };
    orm__put(&sql, "insert");
    if (orm__prepare(session_of(db), &sql, &p) || orm__shape_add(session_of(db), p, key, size)) return NULL;
    return p;
}

TEST(a_hundred_thousand_shapes_stay_within_the_bound)
{
    dummy_reset();
    struct check_allocator memory = { 0 };
    orm_db *db = orm_open("dummy:", .max_statements = 100, .allocator = check_failing_allocator(&memory));
    CHECK(orm__enter(db, ORM__WRITE, NULL, NULL, 0) != NULL);
    uint32_t kept = 7;
    size_t full = 0;
    for (uint32_t i = 0; i < 100000; i++) {
        if (i == 1000) full = memory.live_bytes;
        REQUIRE(shape(db, &i, sizeof i));
        if (i >= kept) REQUIRE(orm__shape_find(session_of(db), &kept, sizeof kept));      /* what is used stays */
    }
    CHECK_INT(session_of(db)->n_shapes, 100);
    CHECK_INT(session_of(db)->cached, 100);
    CHECK_INT(dummy.statements, 100);
    CHECK(full > 0 && memory.live_bytes <= full);
    for (uint32_t i = 99901; i < 100000; i++) CHECK(orm__shape_find(session_of(db), &i, sizeof i) != NULL);
    uint32_t gone = 99900;
    CHECK(orm__shape_find(session_of(db), &gone, sizeof gone) == NULL);
    orm__leave(session_of(db));
    orm_close(db);
    CHECK_INT(dummy.statements, 0);
}

TEST(keys_with_the_same_hash_are_told_apart)
{
    orm_db *db = fresh();
    CHECK(orm__enter(db, ORM__WRITE, NULL, NULL, 0) != NULL);
    orm__prepared *one = shape(db, "one", 3), *two = shape(db, "two", 3);
    REQUIRE(one && two && one != two);
    /* make them collide: same hash, same bucket */
    size_t mask = session_of(db)->n_buckets - 1;
    if ((one->hash & mask) != (two->hash & mask)) {
        session_of(db)->buckets[two->hash & mask] = NULL;
        two->next = session_of(db)->buckets[one->hash & mask];
        session_of(db)->buckets[one->hash & mask] = two;
    }
    two->hash = one->hash;
    CHECK(orm__shape_find(session_of(db), "one", 3) == one);
    CHECK(orm__shape_find(session_of(db), "on", 2) == NULL);
    orm__leave(session_of(db));
    orm_close(db);
    CHECK_INT(dummy.statements, 0);
}

TEST(the_shape_that_a_call_found_last_is_compared_in_full_and_forgotten_when_it_goes)
{
    dummy_reset();
    orm_db *db = orm_open("dummy:", .max_statements = 2);
    CHECK(orm__enter(db, ORM__WRITE, NULL, NULL, 0) != NULL);
    orm__prepared *one = shape(db, "one", 3), *two = shape(db, "two", 3);
    REQUIRE(one && two);
    CHECK(orm__shape_find(session_of(db), "one", 3) == one);
    uint64_t hash = one->hash;
    one->hash = ~hash;                              /* it is not found by this any more */
    CHECK(orm__shape_find(session_of(db), "one", 3) == one);
    one->hash = hash;
    CHECK(orm__shape_find(session_of(db), "two", 3) == two);      /* of the same call and size */
    CHECK(orm__shape_find(session_of(db), "one", 3) == one);
    CHECK(orm__shape_find(session_of(db), "ten", 3) == NULL);
    REQUIRE(shape(db, "a", 1) && shape(db, "b", 1));      /* and the other two are freed */
    CHECK(orm__shape_find(session_of(db), "one", 3) == NULL);
    CHECK(orm__shape_find(session_of(db), "two", 3) == NULL);
    orm__leave(session_of(db));
    orm_close(db);
    CHECK_INT(dummy.statements, 0);
}

TEST(a_busy_statement_is_neither_found_nor_evicted)
{
    dummy_reset();
    orm_db *db = orm_open("dummy:", .max_statements = 2);
    CHECK(orm__enter(db, ORM__WRITE, NULL, NULL, 0) != NULL);
    orm__prepared *outer = shape(db, "query", 5);
    orm__run run;
    CHECK_INT(orm__run_start(session_of(db), &run, outer, NULL, 0), ORM_OK);
    CHECK(shape(db, "query", 5) != outer);
    CHECK(shape(db, "a", 1) && shape(db, "b", 1) && shape(db, "c", 1));
    CHECK_INT(session_of(db)->n_shapes, 2);
    CHECK(orm__shape_find(session_of(db), "query", 5) == NULL);
    CHECK_INT(orm__run_finish(session_of(db), &run, NULL), ORM_OK);
    CHECK(orm__shape_find(session_of(db), "query", 5) == outer);
    orm__leave(session_of(db));
    orm_close(db);
    CHECK_INT(dummy.statements, 0);
}

TEST(a_stale_plan_is_compiled_anew_at_its_next_use)
{
    orm_db *db = fresh();
    CHECK_INT(RUN(db, "insert"), ORM_OK);
    dummy_fail("insert", 1, 1, ORM_STALE_PLAN);
    CHECK_INT(RUN(db, "insert"), ORM_STALE_PLAN);
    CHECK_INT(dummy.prepared, 1);
    CHECK_INT(RUN(db, "insert"), ORM_OK);
    CHECK_INT(RUN(db, "insert"), ORM_OK);
    CHECK_INT(dummy.prepared, 2);
    CHECK_INT(orm_counters_of(db).prepares, 2);
    orm_close(db);
    CHECK_INT(dummy.statements, 0);
}

/* ---- executions and the log ---- */

static struct { int events; orm_status kind; int64_t rows; size_t n; orm_value values[80]; char sql[64]; char place[64]; } seen;
static void keep_log(void *context, const orm_log_event *event)
{
    (void)context;
    if (event->level != ORM_LOG_SQL) return;
    seen.events++;
    seen.kind = event->kind;
    seen.rows = event->rows;
    seen.n = event->n_values;
    for (size_t i = 0; event->values && i < event->n_values && i < 80; i++) seen.values[i] = event->values[i];
    snprintf(seen.sql, sizeof seen.sql, "%s", event->sql);
    snprintf(seen.place, sizeof seen.place, "%s", event->place ? event->place : "");
}

TEST(an_execution_is_logged_once_with_its_rows_and_place)
{
    dummy_reset();
    memset(&seen, 0, sizeof seen);
    orm_db *db = orm_open("dummy:", .log = keep_log);
    orm_opt_int64 n;
    CHECK_INT(orm_scalar(db, &n, "select 1", orm_no_params), ORM_OK);
    CHECK_INT(seen.events, 1);
    CHECK_INT(seen.rows, 1);
    CHECK_TEXT(seen.sql, "select 1");
    CHECK_CONTAINS(seen.place, "statement_test.c:");
    CHECK_INT(RUN(db, "update"), ORM_OK);
    CHECK_INT(seen.rows, 3);
    CHECK_INT(RUN(db, "nobind"), ORM_VALUE_RANGE);
    CHECK_INT(seen.events, 3);
    CHECK_INT(seen.kind, ORM_VALUE_RANGE);
    CHECK_INT(orm_counters_of(db).rows, 1);
    CHECK_INT(orm_counters_of(db).statements, 3);
    orm_close(db);
}

TEST(values_of_secret_parameters_are_hidden_in_the_log)
{
    dummy_reset();
    orm_db *db = orm_open("dummy:", .log = keep_log, .log_values = true);
    CHECK(orm__enter(db, ORM__WRITE, NULL, NULL, 0) != NULL);
    orm__prepared *p = shape(db, "secret", 6);
    orm_value values[70];
    for (int i = 0; i < 70; i++) values[i] = orm__v_int(i);
    for (int secret = 0; secret < 2; secret++) {
        orm__run run;
        p->secret = secret ? 2 : 0;
        memset(&seen, 0, sizeof seen);
        CHECK_INT(orm__run_start(session_of(db), &run, p, values, 70), ORM_OK);
        CHECK_INT(orm__run_finish(session_of(db), &run, NULL), ORM_OK);
        CHECK_INT(seen.n, 70);
        CHECK_INT(seen.values[0].type, ORM_INT64);
        CHECK_INT(seen.values[1].type, secret ? ORM_NULL : ORM_INT64);
        CHECK_INT(seen.values[63].type, ORM_INT64);
        CHECK_INT(seen.values[64].type, ORM_NULL);
        CHECK_INT(seen.values[69].type, ORM_NULL);
    }
    orm__leave(session_of(db));
    orm_close(db);
}

TEST(a_value_that_cannot_be_decoded_fails_the_execution)
{
    orm_db *db = fresh();
    orm_opt_double d;
    CHECK_INT(orm_scalar(db, &d, "select 1", orm_no_params), ORM_BAD_DATA);
    CHECK(!d.set);
    orm_close(db);
}

TEST(a_statement_that_is_run_once_is_not_kept)
{
    orm_db *db = fresh();
    CHECK(orm__enter(db, ORM__WRITE, NULL, NULL, 0) != NULL);
    orm_outcome outcome = { 0, 0 };
    CHECK_INT(orm__run_once(session_of(db), "create table t", 12, NULL, 0, &outcome), ORM_OK);
    CHECK_TEXT(dummy.trace, "create table");
    CHECK_INT(outcome.changed, 3);
    CHECK_INT(dummy.statements, 0);
    orm__leave(session_of(db));
    CHECK(orm__enter(db, ORM__WRITE, NULL, NULL, 0) != NULL);
    CHECK_INT(orm__run_once(session_of(db), "unknown", 7, NULL, 0, NULL), ORM_SYNTAX);
    orm__leave(session_of(db));
    orm_close(db);
}

/* ---- budgets ---- */

TEST(a_statement_over_the_budget_is_not_sent_and_all_are_named)
{
    orm_db *db = fresh(), *other = orm_open("dummy:");
    ORM_BUDGET(db, 3) {
        CHECK_INT(RUN(db, "insert one"), ORM_OK);
        CHECK_INT(RUN(other, "insert other"), ORM_OK);
        CHECK_INT(RUN(db, "insert two"), ORM_OK);
        CHECK_INT(RUN(db, "insert one"), ORM_OK);
        CHECK_INT(RUN(db, "insert four"), ORM_OVER_BUDGET);
        CHECK_CONTAINS(orm_error()->message, "the budget of 3 statements at ");
        CHECK_CONTAINS(orm_error()->message, "refused insert four (");
        CHECK_CONTAINS(orm_error()->message, "insert two (");
        CHECK_CONTAINS(orm_error()->message, "statement_test.c:");
    }
    CHECK_TEXT(dummy.trace, "insert one, insert other, insert two, insert one");
    CHECK_INT(RUN(db, "insert five"), ORM_OK);
    orm_close(db);
    orm_close(other);
}

static void leave_a_budget(orm_db *db)
{
    ORM_BUDGET(db, 1) {
        if (RUN(db, "insert") == ORM_OK) return;
    }
}

TEST(budgets_nest_and_end_with_their_block)
{
    orm_db *db = fresh();
    ORM_BUDGET(db, 2) {
        leave_a_budget(db);
        ORM_BUDGET(db, 10) {
            CHECK_INT(RUN(db, "insert"), ORM_OK);
            CHECK_INT(RUN(db, "insert"), ORM_OVER_BUDGET);
        }
    }
    CHECK(orm__self()->budget == NULL);
    ORM_BUDGET(db, 0) CHECK_INT(RUN(db, "insert"), ORM_OVER_BUDGET);
    ORM_BUDGET(db, 100) for (int i = 0; i < 100; i++) CHECK_INT(RUN(db, "insert"), ORM_OK);
    ORM_BUDGET(db, 2) {
        ORM_TRANSACTION(db) ORM_TRANSACTION(db) { RUN(db, "insert"); RUN(db, "insert"); }      /* savepoints are not counted: they must always end */
        CHECK(!orm_failed());
    }
    orm_close(db);
}

/* ---- SQL by hand ---- */

TEST(scalars_come_back_by_type)
{
    orm_db *db = fresh();
    orm_opt_int64 n = orm_int64(7);
    orm_opt_bool yes = { false, false };
    CHECK_INT(orm_scalar(db, &n, "select count(*)", orm_no_params), ORM_OK);
    CHECK(n.set && n.value == 42);
    CHECK_INT(orm_scalar(db, &yes, "select count(*)", orm_no_params), ORM_OK);      /* the same text, another type: another plan */
    CHECK(yes.set && yes.value);
    CHECK_INT(orm_scalar(db, &n, "select null", orm_no_params), ORM_OK);
    CHECK(!n.set);
    CHECK_INT(orm_scalar(db, &n, "no rows", orm_no_params), ORM_OK);
    CHECK(!n.set);
    orm_arena arena = { 0 };
    const char *text = "x";
    CHECK_INT(orm_scalar_text(db, &arena, &text, "select name", orm_no_params), ORM_OK);
    CHECK_TEXT(text, "hello");
    CHECK_INT(orm_scalar_text(db, &arena, &text, "select null", orm_no_params), ORM_OK);
    CHECK(text == NULL);
    CHECK_INT(orm_scalar_text(db, NULL, &text, "select name", orm_no_params), ORM_MISUSE);
    orm_arena_release(&arena);
    int64_t changed = 0;
    CHECK_INT(orm_exec(db, &changed, "update", orm_no_params), ORM_OK);
    CHECK_INT(changed, 3);
    orm_close(db);
}

static void rewritten(orm_db *db, const char *sql, size_t n, const char *expected)
{
    orm_value values[4] = { orm__v_int(1), orm__v_int(2), orm__v_int(3), orm__v_int(4) };
    dummy.trace[0] = 0;
    CHECK_INT(orm__exec(db, sql, n, values, NULL, NULL), expected ? ORM_OK : ORM_MISUSE);
    CHECK_TEXT(dummy.trace, expected ? expected : "");
}

TEST(parameters_are_spelled_for_the_engine_but_not_inside_texts)
{
    orm_db *db = fresh();
    rewritten(db, "x ?1", 1, "x $1");
    rewritten(db, "x ?1 ?2 ?1", 2, "x $1 $2 $1");
    rewritten(db, "x '?1' ?1", 1, "x '?1' $1");
    rewritten(db, "x 'it''s ?2' ?1", 1, "x 'it''s ?2' $1");
    rewritten(db, "x \"a?1\" ?1", 1, "x \"a?1\" $1");
    rewritten(db, "x -- ?9\n?1", 1, "x -- ?9\n$1");
    rewritten(db, "x /* ?9 ' */ ?1", 1, "x /* ?9 ' */ $1");
    rewritten(db, "x - ?1 / ?2", 2, "x - $1 / $2");
    rewritten(db, "x 'open ?1", 0, "x 'open ?1");
    rewritten(db, "x /* open ?1", 0, "x /* open ?1");
    rewritten(db, "x ?", 1, NULL);
    rewritten(db, "x ?0", 0, NULL);
    rewritten(db, "x ?99999999999999999999", 1, NULL);
    rewritten(db, "x ?1", 2, NULL);
    rewritten(db, "x ?2", 1, NULL);
    rewritten(db, "", 0, NULL);
    orm_close(db);
}

TEST(transactions_by_sql_are_refused)
{
    orm_db *db = fresh();
    static const char *const refused[] = { "begin", "BEGIN IMMEDIATE", " commit;", "-- x\nRollback", "/* a */ /**/savepoint a", "release a", "end", ";start transaction", "abort" };
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        CHECK_INT(orm__exec(db, refused[i], 0, NULL, NULL, NULL), ORM_MISUSE);
        CHECK_CONTAINS(orm_error()->message, "ORM_TRANSACTION");
    }
    CHECK_TEXT(dummy.trace, "");
    static const char *const fine[] = { "beginning", "end_of_day", "- begin", "x begin", "released1" };
    for (size_t i = 0; i < sizeof fine / sizeof fine[0]; i++) CHECK_INT(orm__exec(db, fine[i], 0, NULL, NULL, NULL), ORM_OK);
    orm_close(db);
}

TEST(values_of_sql_by_hand_pass_the_same_checks_as_those_of_models)
{
    dummy_reset();
    orm_db *db = orm_open("dummy:", .max_text = 10);
    CHECK_INT(orm_exec(db, NULL, "x ?1", orm_params("caf\xc3\xa9")), ORM_OK);
    CHECK_INT(dummy.last_value.length, 5);
    CHECK_INT(orm_exec(db, NULL, "x ?1", orm_params((const char *)NULL)), ORM_OK);
    CHECK_INT(dummy.last_value.type, ORM_NULL);
    CHECK_INT(orm_exec(db, NULL, "x ?1", orm_params("12345678901")), ORM_VALUE_RANGE);
    CHECK_CONTAINS(orm_error()->message, "parameter 1 ");
    CHECK_INT(orm_exec(db, NULL, "x ?1 ?2", orm_params(1, "\xc0\x80")), ORM_BAD_TEXT);
    CHECK_CONTAINS(orm_error()->message, "parameter 2 ");
    CHECK_INT(orm_exec(db, NULL, "x ?1", orm_params((double)NAN)), ORM_VALUE_RANGE);
    CHECK_INT(orm_exec(db, NULL, "x ?1", orm_params(UINT64_MAX)), ORM_VALUE_RANGE);
    CHECK_INT(orm_exec(db, NULL, "x ?1", orm_params(ORM_UNSET_DATE)), ORM_VALUE_RANGE);
    CHECK_INT(orm_exec(db, NULL, "x ?1", orm_params(orm_decimal_make(15, 1))), ORM_UNSUPPORTED);
    CHECK_INT(orm_exec(db, NULL, "x ?1 ?2 ?3 ?4", orm_params(1.5, true, ((orm_blob){ "ab", 2 }), orm_date_make(2026, 1, 2))), ORM_OK);
    CHECK_INT(dummy.last_n, 4);
    orm_close(db);
}

TEST(the_same_text_is_compiled_once)
{
    orm_db *db = fresh();
    for (int i = 0; i < 10; i++) CHECK_INT(orm_exec(db, NULL, "x ?1", orm_params(i)), ORM_OK);
    CHECK_INT(orm_counters_of(db).prepares, 1);
    CHECK_INT(orm_counters_of(db).statements, 10);
    orm_close(db);
}

/* ---- memory ---- */

static uint32_t memory_number;
static void everything(orm_db *db)
{
    orm_opt_int64 n;
    orm_model model = { .name = "M", .n_columns = 1, .number = &memory_number };
    orm_exec(db, NULL, "x ?1", orm_params("a"));
    orm_scalar(db, &n, "select 1", orm_no_params);
    ORM_TRANSACTION(db) {
        RUN(db, "insert a");
        ORM_TRANSACTION(db) RUN(db, "insert b");
    }
    orm_rollback(orm_begin(db, NULL));
    if (!orm__enter(db, ORM__WRITE, NULL, NULL, 0)) return;
    orm__prepared **slot = orm__slot(session_of(db), &model, ORM__OP_FIND);
    orm__writer sql = { .allocator = &session_of(db)->allocator, .dialect = session_of(db)->dialect };
    orm__put(&sql, "find");
    if (slot && !*slot) orm__prepare(session_of(db), &sql, slot);
    orm__writer_release(&sql);
    orm__leave(session_of(db));
}

TEST(every_allocation_may_fail)
{
    for (int persistent = 0; persistent < 2; persistent++) {
        bool failed = true;
        for (size_t n = 1; failed && n < 500; n++) {
            dummy_reset();
            struct check_allocator state = { .fail_at = n, .persistent = persistent };
            orm_db *db = orm_open("dummy:", .allocator = check_failing_allocator(&state), .max_statements = 2);
            if (db) {
                everything(db);
                CHECK(!atomic_load(&session_of(db)->owner));
                CHECK_INT(session_of(db)->level, 0);
                CHECK(!session_of(db)->connection->in_transaction);
                state.fail_at = 0;
                everything(db);
                CHECK(!orm_failed());
                orm_close(db);
            } else {
                CHECK_INT(orm_error()->kind, ORM_NO_MEMORY);
            }
            failed = state.failed > 0;
            CHECK_INT(state.live, 0);
            CHECK(!state.wrong);
            CHECK_INT(dummy.statements, 0);
            CHECK_INT(dummy.connections, 0);
        }
        CHECK(!failed);
    }
}

TEST(blocks_of_the_allocator_may_outlive_the_handle)
{
    dummy_reset();
    struct check_allocator state = { .fail_at = 0 };
    orm_db *db = orm_open("dummy:", .allocator = check_failing_allocator(&state));
    orm_allocator allocator = session_of(db)->allocator;
    void *block = orm__allocate(&allocator, 100);
    CHECK(orm_counters_of(db).allocations >= 2);
    orm_close(db);
    orm__release(&allocator, block, 100);
    CHECK_INT(state.live, 0);
    CHECK(!state.wrong);
}

CHECK_MAIN()

/* >>lock_test: row locks and advisory locks with an engine that only records: what it does not spell is answered with ORM_UNSUPPORTED, and
   memory may run out. tests/core has them on real engines. */
#include "dummy_dialect.h"
#include "check.h"
#include "check_alloc.h"

#define Job_FIELDS(X) X(id, serial) X(name, text, nullable)
ORM_MODEL(Job, jobs)
#define Locks_MODELS(X) X(Job)
ORM_SCHEMA(Locks)
ORM_DEFINE(Locks)

static orm_dialect engine;
static orm_db *with(orm_allocator allocator)
{
    const orm_dialect *adapters[] = { &engine };
    dummy_reset();
    return orm__open("dummy:", adapters, 1, &(orm_options){ .allocator = allocator }, sizeof(orm_query));
}

static bool holds = false;
static bool engine_holds_all(orm_connection *c) { return c->in_transaction && holds; }

TEST(a_lock_that_the_engine_does_not_spell_is_unsupported)
{
    engine = dummy_dialect;
    engine.row_locks[ORM__FOR_UPDATE] = " for update of ";
    engine.advisory_locks[0][ORM__ADVISE] = "select lock";
    orm_db *db = with((orm_allocator){ NULL, NULL, NULL, NULL });
    static const struct { const orm_row_lock *lock; const orm_row_wait *wait; } unknown[] = {
        { ORM_FOR_SHARE, NULL }, { ORM_FOR_NO_KEY_UPDATE, NULL }, { ORM_FOR_KEY_SHARE, NULL }, { ORM_FOR_UPDATE, ORM_NOWAIT }, { ORM_FOR_UPDATE, ORM_SKIP_LOCKED } };
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        ORM_TRANSACTION(db) {
            CHECK(!Job_find_all(db, &(Job_query){ .lock = unknown[i].lock, .wait = unknown[i].wait }));
            CHECK_INT(orm_error()->kind, ORM_UNSUPPORTED);
        }
    }
    ORM_TRANSACTION(db) CHECK_INT(orm_lock(db, "x", .shared = true), ORM_UNSUPPORTED);
    ORM_TRANSACTION(db) CHECK_INT(orm_lock(db, "x", .nowait = true), ORM_UNSUPPORTED);
    ORM_TRANSACTION(db) CHECK_INT(orm_lock(db, "x", .wait_ms = 1), ORM_UNSUPPORTED);
    CHECK(!strstr(dummy.trace, "select"));
    ORM_TRANSACTION(db) {
        CHECK_INT(orm_lock(db, "x"), ORM_OK);
        orm_free(Job_find_all(db, &(Job_query){ .lock = ORM_FOR_UPDATE }));
    }
    CHECK_CONTAINS(dummy.trace, "begin, select lock, select t0.\"id\", t0.\"name\" from \"jobs\" as t0 for update of t0, commit");
    orm_close(db);
}

TEST(an_engine_with_one_writer_gets_no_locks_and_says_who_it_is)
{
    engine = dummy_dialect;
    engine.holds_all = engine_holds_all;
    orm_db *db = with((orm_allocator){ NULL, NULL, NULL, NULL });
    holds = false;
    ORM_TRANSACTION(db) {
        CHECK_INT(orm_lock(db, "x"), ORM_MISUSE);
        CHECK(orm_handled(db));
        holds = true;
        CHECK_INT(orm_lock(db, "x", .shared = true), ORM_OK);
        orm_free(Job_find_all(db, &(Job_query){ .lock = ORM_FOR_SHARE, .wait = ORM_NOWAIT }));
    }
    CHECK(!orm_failed());
    CHECK_TEXT(dummy.trace, "begin, select t0.\"id\", t0.\"name\" from \"jobs\" as t0, commit");
    orm_close(db);
}

TEST(memory_may_run_out_while_a_lock_is_taken)
{
    engine = dummy_dialect;
    engine.advisory_locks[0][ORM__ADVISE] = "select lock";
    orm_status status = ORM_FAILED;
    size_t failures = 0;
    for (size_t n = 1; status && n < 50; n++) {
        struct check_allocator state = { .fail_at = 0 };
        orm_db *db = with(check_failing_allocator(&state));
        ORM_TRANSACTION(db) {
            state.fail_at = state.count + n;
            status = orm_lock(db, "x");
            state.fail_at = 0;
        }
        CHECK_INT(orm_error()->kind, status);
        CHECK(status == ORM_OK || status == ORM_NO_MEMORY);
        failures += status != ORM_OK;
        ORM_TRANSACTION(db) CHECK_INT(orm_lock(db, "x"), ORM_OK);
        orm_close(db);
        CHECK_INT(state.live, 0);
        CHECK(!state.wrong);
        CHECK_INT(dummy.statements, 0);
    }
    CHECK_INT(status, ORM_OK);
    CHECK(failures >= 4);               /* the text, its copy, the statement, its key */
}

CHECK_MAIN()

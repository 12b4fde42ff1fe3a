/* test: own-server, whose waiting sessions it counts.
   >>lock_postgres_test: row locks and advisory locks between connections of a real server: who waits for whom, who is told at once, who
   skips, and what is left of it afterwards. */
#define ORM_IMPLEMENTATION
#include "orm.h"
#include "dialects/postgres.h"
#include "check.h"

#define Owner_FIELDS(X) X(id, serial) X(name, string(40)) X(jobs, has_many(Job, owner_id))
ORM_MODEL(Owner, owners)
#define Job_FIELDS(X)                                 \
    X(id,       serial)                               \
    X(owner_id, key(Owner), nullable)                 \
    X(owner,    belongs_to(Owner, owner_id))          \
    X(done,     boolean, default(false))              \
    X(runs,     integer, default(0))
ORM_MODEL(Job, jobs)
#define Locks_MODELS(X) X(Owner) X(Job)
ORM_SCHEMA(Locks)
ORM_DEFINE(Locks)

/* ---- handles, rows, and what the server says ---- */
static char last_sql[2000];
static void hear(void *context, const orm_log_event *event)
{
    (void)context;
    if (event->level == ORM_LOG_SQL && event->sql) snprintf(last_sql, sizeof last_sql, "%s", event->sql);
}

static orm_db *opened(uint32_t busy_timeout_ms)
{
    orm_db *db = orm_open(getenv("ORM_POSTGRES"), .busy_timeout_ms = busy_timeout_ms);
    if (!db) orm_perror("opened");
    return db;
}

/* two handles on tables with one owner and two jobs of his */
typedef struct pair { orm_db *a, *b; int64_t owner, job, other; } pair;
static pair begin(void)
{
    pair p = { .a = orm_open(getenv("ORM_POSTGRES"), .busy_timeout_ms = 10000, .log = hear), .b = opened(100) };
    if (!p.a || orm_exec(p.a, NULL, "drop table if exists jobs, owners", orm_no_params) || orm_sync(p.a, &Locks_schema)) orm_perror("begin");
    ORM_NEW(Owner, ada, .name = "Ada");
    CHECK_INT(Owner_create(p.a, &ada), ORM_OK);
    ORM_NEW(Job, first, .owner_id = orm_int64(ada.id));
    ORM_NEW(Job, second, .owner_id = orm_int64(ada.id));
    CHECK_INT(Job_create(p.a, &first), ORM_OK);
    CHECK_INT(Job_create(p.a, &second), ORM_OK);
    p.owner = ada.id;
    p.job = first.id;
    p.other = second.id;
    return p;
}
static void end(pair *p)
{
    orm_close(p->a);
    orm_close(p->b);
}

/* waits until so many connections wait for a lock */
static void until_waiting(orm_db *db, int64_t wanted)
{
    orm_opt_int64 n = { 0, false };
    for (int i = 0; i < 2000 && n.value < wanted; i++) {
        if (i) nanosleep(&(struct timespec){ .tv_nsec = 5000000 }, NULL);
        if (orm_scalar(db, &n, "select count(*) from pg_stat_activity where wait_event_type = 'Lock'", orm_no_params)) break;
    }
    CHECK_INT(n.value, wanted);
}

/* what a locked read of a job answers in a transaction of its own: ORM_OK when it was granted */
static orm_status tried(orm_db *db, int64_t id, const orm_row_lock *lock, const orm_row_wait *wait)
{
    orm_status answer = ORM_FAILED;
    ORM_TRANSACTION(db) {
        ORM_AUTO Job *job = Job_get_one(db, &(Job_query){ .where = orm_eq(Job_.id, id), .lock = lock, .wait = wait });
        answer = job ? ORM_OK : orm_error()->kind;
    }
    return answer;
}

/* ---- rows ---- */
typedef struct waiter { orm_db *db; int64_t id; int32_t runs; orm_status status; bool only_undone, found; } waiter;
static void *read_locked(void *argument)
{
    waiter *w = argument;
    ORM_TRANSACTION(w->db, .isolation = ORM_READ_COMMITTED) {
        ORM_AUTO Job *job = Job_find_one(w->db, &(Job_query){ .where = orm_and(orm_eq(Job_.id, w->id), orm_if(w->only_undone, orm_eq(Job_.done, false))), .lock = ORM_FOR_UPDATE });
        w->found = job != NULL;
        if (job) w->runs = job->runs;
    }
    w->status = orm_failed() ? orm_error()->kind : ORM_OK;
    return NULL;
}

TEST(for_update_waits_for_the_other_and_reads_what_he_wrote)
{
    pair p = begin();
    pthread_t thread;
    orm_db *patient = opened(10000);
    waiter w = { .db = patient, .id = p.job };
    ORM_TRANSACTION(p.a) {
        ORM_AUTO Job *job = Job_get_one(p.a, &(Job_query){ .where = orm_eq(Job_.id, p.job), .lock = ORM_FOR_UPDATE });
        CHECK_CONTAINS(last_sql, " for update of t0");
        CHECK(pthread_create(&thread, NULL, read_locked, &w) == 0);
        until_waiting(p.b, 1);
        job->runs = 7;
        CHECK_INT(Job_save(p.a, job), ORM_OK);
    }
    CHECK(pthread_join(thread, NULL) == 0);
    CHECK_INT(w.status, ORM_OK);
    CHECK_INT(w.runs, 7);
    orm_close(patient);
    end(&p);
}

TEST(a_row_that_no_longer_meets_the_condition_is_left_out)
{
    pair p = begin();
    pthread_t thread;
    orm_db *patient = opened(10000);
    waiter w = { .db = patient, .id = p.job, .only_undone = true, .found = true };
    ORM_TRANSACTION(p.a) {
        ORM_AUTO Job *job = Job_get_one(p.a, &(Job_query){ .where = orm_eq(Job_.id, p.job), .lock = ORM_FOR_UPDATE });
        CHECK(pthread_create(&thread, NULL, read_locked, &w) == 0);
        until_waiting(p.b, 1);
        job->done = true;
        CHECK_INT(Job_save(p.a, job), ORM_OK);
    }
    CHECK(pthread_join(thread, NULL) == 0);
    CHECK_INT(w.status, ORM_OK);
    CHECK(!w.found);
    orm_close(patient);
    end(&p);
}

TEST(a_lock_that_is_not_granted_fails_the_block_and_a_nested_one_forgives)
{
    pair p = begin();
    ORM_TRANSACTION(p.a) {
        ORM_AUTO Job *mine = Job_get_one(p.a, &(Job_query){ .where = orm_eq(Job_.id, p.job), .lock = ORM_FOR_UPDATE });
        CHECK(mine != NULL);
        CHECK_INT(tried(p.b, p.job, ORM_FOR_UPDATE, ORM_NOWAIT), ORM_LOCK_TIMEOUT);
        CHECK_INT(orm_error()->kind, ORM_LOCK_TIMEOUT);
        CHECK_TEXT(orm_error()->sqlstate, "55P03");
        CHECK_INT(tried(p.b, p.job, ORM_FOR_UPDATE, NULL), ORM_LOCK_TIMEOUT);           /* its handle waits 100 ms */
        CHECK_INT(tried(p.b, p.other, ORM_FOR_UPDATE, ORM_NOWAIT), ORM_OK);
        ORM_TRANSACTION(p.b) {
            ORM_TRANSACTION(p.b) {
                CHECK(!Job_get_one(p.b, &(Job_query){ .where = orm_eq(Job_.id, p.job), .lock = ORM_FOR_UPDATE, .wait = ORM_NOWAIT }));
            }
            CHECK_INT(orm_error()->kind, ORM_LOCK_TIMEOUT);
            CHECK(orm_handled(p.b));
            ORM_AUTO Job *other = Job_get_one(p.b, &(Job_query){ .where = orm_eq(Job_.id, p.other), .lock = ORM_FOR_UPDATE, .wait = ORM_NOWAIT });
            CHECK(other != NULL);
        }
        CHECK(!orm_failed());
    }
    CHECK(!orm_failed());
    CHECK_INT(tried(p.b, p.job, ORM_FOR_UPDATE, ORM_NOWAIT), ORM_OK);                    /* the lock ended with the transaction */
    end(&p);
}

TEST(who_shares_with_whom)
{
    static const orm_row_lock *const locks[] = { ORM_FOR_KEY_SHARE, ORM_FOR_SHARE, ORM_FOR_NO_KEY_UPDATE, ORM_FOR_UPDATE };
    static const bool granted[4][4] = { { true, true, true, false }, { true, true, false, false }, { true, false, false, false }, { false, false, false, false } };
    pair p = begin();
    for (int held = 0; held < 4; held++) {
        ORM_TRANSACTION(p.a) {
            ORM_AUTO Job *mine = Job_get_one(p.a, &(Job_query){ .where = orm_eq(Job_.id, p.job), .lock = locks[held] });
            CHECK(mine != NULL);
            for (int wanted = 0; wanted < 4; wanted++) CHECK_INT(tried(p.b, p.job, locks[wanted], ORM_NOWAIT), granted[held][wanted] ? ORM_OK : ORM_LOCK_TIMEOUT);
        }
        CHECK(!orm_failed());
    }
    end(&p);
}

TEST(children_can_be_inserted_beside_no_key_update_but_not_beside_update)
{
    pair p = begin();
    static const orm_row_lock *const locks[] = { ORM_FOR_NO_KEY_UPDATE, ORM_FOR_UPDATE };
    for (int i = 0; i < 2; i++) {
        ORM_TRANSACTION(p.a) {
            ORM_AUTO Owner *owner = Owner_get_one(p.a, &(Owner_query){ .lock = locks[i] });
            CHECK(owner != NULL);
            ORM_NEW(Job, job, .owner_id = orm_int64(p.owner));
            CHECK_INT(Job_create(p.b, &job), i == 0 ? ORM_OK : ORM_LOCK_TIMEOUT);
        }
        CHECK(!orm_failed());
    }
    end(&p);
}

TEST(rows_of_includes_are_not_locked)
{
    pair p = begin();
    ORM_TRANSACTION(p.a) {
        ORM_AUTO Job *jobs = Job_find_all(p.a, &(Job_query){ .include = { orm_with(Job_.owner) }, .lock = ORM_FOR_UPDATE });
        CHECK_INT(orm_len(jobs), 2);
        CHECK(jobs && jobs[0].owner && jobs[0].owner->id == p.owner);
        CHECK_INT(tried(p.b, p.job, ORM_FOR_KEY_SHARE, ORM_NOWAIT), ORM_LOCK_TIMEOUT);
        ORM_TRANSACTION(p.b) {
            ORM_AUTO Owner *owner = Owner_get_one(p.b, &(Owner_query){ .include = { orm_with(Owner_.jobs) }, .lock = ORM_FOR_UPDATE, .wait = ORM_NOWAIT });
            CHECK(owner && orm_len(owner->jobs) == 2);
        }
        CHECK(!orm_failed());
    }
    CHECK(!orm_failed());
    end(&p);
}

TEST(every_form_of_a_query_can_lock)
{
    pair p = begin();
    Job cursor = Job_defaults();
    cursor.id = p.job;
    int64_t total = 0, walked = 0;
    ORM_TRANSACTION(p.a) {
        ORM_AUTO Job *page = Job_find_all(p.a, &(Job_query){ .order = { orm_desc(Job_.id) }, .limit = 1, .offset = 1, .lock = ORM_FOR_SHARE, .wait = ORM_SKIP_LOCKED });
        CHECK_INT(orm_len(page), 1);
        CHECK_CONTAINS(last_sql, " for share of t0 skip locked");
        ORM_AUTO Job *behind = Job_find_all(p.a, &(Job_query){ .after = &cursor, .lock = ORM_FOR_NO_KEY_UPDATE });
        CHECK_INT(orm_len(behind), 1);
        CHECK_CONTAINS(last_sql, " for no key update of t0");
        ORM_AUTO Job *has = Job_find_all(p.a, &(Job_query){ .where = orm_has(Job_.owner, orm_eq(Owner_.name, "Ada")), .lock = ORM_FOR_KEY_SHARE, .wait = ORM_NOWAIT });
        CHECK_INT(orm_len(has), 2);
        CHECK_CONTAINS(last_sql, " for key share of t0 nowait");
        ORM_AUTO Job *counted = Job_find_and_count(p.a, &(Job_query){ .limit = 1, .lock = ORM_FOR_UPDATE }, &total);
        CHECK_INT(orm_len(counted), 1);
        CHECK_INT(total, 2);
        CHECK_INT(tried(p.b, p.job, ORM_FOR_KEY_SHARE, ORM_NOWAIT), ORM_LOCK_TIMEOUT);       /* the inner savepoint's end has not let go */
        ORM_EACH(Job, job, p.a, .lock = ORM_FOR_UPDATE) walked++;
        CHECK_INT(walked, 2);
        ORM_AUTO Job *plain = Job_find_all(p.a, &(Job_query){ .after = &cursor });           /* a shape of its own */
        CHECK_INT(orm_len(plain), 1);
        CHECK(!strstr(last_sql, " for "));
    }
    CHECK(!orm_failed());
    end(&p);
}

TEST(locks_are_refused_outside_a_transaction_and_in_one_that_reads)
{
    pair p = begin();
    uint64_t sent = orm_counters_of(p.a).statements;
    CHECK(!Job_find_all(p.a, &(Job_query){ .lock = ORM_FOR_UPDATE }));
    CHECK_INT(orm_error()->kind, ORM_MISUSE);
    CHECK_INT(orm_lock(p.a, "report"), ORM_MISUSE);
    CHECK_INT(orm_counters_of(p.a).statements - sent, 0);
    ORM_TRANSACTION(p.a, .read_only = true) {
        sent = orm_counters_of(p.a).statements;
        CHECK(!Job_find_all(p.a, &(Job_query){ .lock = ORM_FOR_SHARE }));
        CHECK_INT(orm_error()->kind, ORM_MISUSE);
        CHECK(orm_handled(p.a));
        CHECK_INT(orm_lock(p.a, "report"), ORM_MISUSE);
        CHECK(orm_handled(p.a));
        CHECK_INT(orm_counters_of(p.a).statements - sent, 0);
    }
    CHECK(!orm_failed());
    end(&p);
}

/* ---- many ---- */
enum { WORKERS = 4, JOBS = 120 };
static void *work(void *argument)
{
    int *taken = argument;
    orm_db *db = opened(10000);
    for (bool more = true; more; ) {
        ORM_TRANSACTION(db, .isolation = ORM_READ_COMMITTED) {
            ORM_AUTO Job *job = Job_find_one(db, &(Job_query){ .where = orm_eq(Job_.done, false), .order = { orm_asc(Job_.id) }, .lock = ORM_FOR_UPDATE, .wait = ORM_SKIP_LOCKED });
            more = job != NULL;
            if (!job) continue;
            job->done = true;
            job->runs++;
            Job_save(db, job);
        }
        if (orm_failed()) {
            orm_perror("work");
            *taken = -1000000;
            break;
        }
        *taken += more;
    }
    orm_close(db);
    return NULL;
}

TEST(workers_of_a_queue_take_each_job_once_and_wait_for_nobody)
{
    pair p = begin();
    Job jobs[JOBS - 2];
    pthread_t threads[WORKERS];
    int taken[WORKERS] = { 0 }, sum = 0;
    int64_t once = 0;
    for (int i = 0; i < JOBS - 2; i++) jobs[i] = Job_defaults();
    CHECK_INT(Job_create_all(p.a, jobs, JOBS - 2, NULL), ORM_OK);
    ORM_TRANSACTION(p.a) {                      /* one that is never let go of: nobody waits for it */
        ORM_AUTO Job *mine = Job_get_one(p.a, &(Job_query){ .where = orm_eq(Job_.id, p.job), .lock = ORM_FOR_UPDATE });
        CHECK(mine != NULL);
        for (int i = 0; i < WORKERS; i++) CHECK(pthread_create(&threads[i], NULL, work, &taken[i]) == 0);
        for (int i = 0; i < WORKERS; i++) {
            CHECK(pthread_join(threads[i], NULL) == 0);
            sum += taken[i];
        }
    }
    CHECK(!orm_failed());
    CHECK_INT(sum, JOBS - 1);
    CHECK_INT(Job_count(p.a, &(Job_query){ .where = orm_eq(Job_.runs, 1) }, &once), ORM_OK);
    CHECK_INT(once, JOBS - 1);
    end(&p);
}

typedef struct crossing { orm_db *db; int64_t first, second; int attempts; orm_status status; pthread_barrier_t *both; } crossing;
static void *cross(void *argument)
{
    crossing *c = argument;
    ORM_TRANSACTION(c->db, .retries = 5) {
        c->attempts = orm_attempt(c->db);
        ORM_AUTO Job *one = Job_get_one(c->db, &(Job_query){ .where = orm_eq(Job_.id, c->first), .lock = ORM_FOR_UPDATE });
        if (c->attempts == 1) pthread_barrier_wait(c->both);
        ORM_AUTO Job *two = Job_get_one(c->db, &(Job_query){ .where = orm_eq(Job_.id, c->second), .lock = ORM_FOR_UPDATE });
        if (!one || !two) break;
    }
    c->status = orm_failed() ? orm_error()->kind : ORM_OK;
    return NULL;
}

TEST(who_locks_crosswise_is_run_again_after_the_deadlock)
{
    pair p = begin();
    pthread_barrier_t both;
    pthread_t threads[2];
    crossing c[2] = { { opened(10000), p.job, p.other, 0, ORM_OK, &both }, { opened(10000), p.other, p.job, 0, ORM_OK, &both } };
    CHECK(pthread_barrier_init(&both, NULL, 2) == 0);
    for (int i = 0; i < 2; i++) CHECK(pthread_create(&threads[i], NULL, cross, &c[i]) == 0);
    for (int i = 0; i < 2; i++) {
        CHECK(pthread_join(threads[i], NULL) == 0);
        CHECK_INT(c[i].status, ORM_OK);
        orm_close(c[i].db);
    }
    CHECK(c[0].attempts + c[1].attempts >= 3);          /* one more when the other is not done by then */
    pthread_barrier_destroy(&both);
    end(&p);
}

/* ---- names ---- */
/* what a lock answers in a transaction of its own */
static orm_status locked(orm_db *db, const char *name, orm_lock_options options)
{
    orm_status answer = ORM_FAILED;
    ORM_TRANSACTION(db) answer = orm__lock(db, name, &options, NULL);
    return answer;
}
static const orm_lock_options now = { .nowait = true }, share_now = { .nowait = true, .shared = true };

TEST(a_name_is_locked_by_one_or_shared_by_many)
{
    pair p = begin();
    ORM_TRANSACTION(p.a) {
        CHECK_INT(orm_lock(p.a, "report"), ORM_OK);
        CHECK_INT(orm_lock(p.a, "report", .nowait = true), ORM_OK);              /* mine already */
        CHECK_INT(locked(p.b, "report", now), ORM_LOCK_TIMEOUT);
        CHECK_CONTAINS(orm_error()->message, "\"report\"");
        CHECK_INT(locked(p.b, "report", share_now), ORM_LOCK_TIMEOUT);
        CHECK_INT(locked(p.b, "another report", now), ORM_OK);
    }
    CHECK(!orm_failed());
    CHECK_INT(locked(p.b, "report", now), ORM_OK);                               /* it ended with the transaction */
    ORM_TRANSACTION(p.a) {
        CHECK_INT(orm_lock(p.a, "report", .shared = true), ORM_OK);
        CHECK_INT(locked(p.b, "report", share_now), ORM_OK);
        CHECK_INT(locked(p.b, "report", now), ORM_LOCK_TIMEOUT);
        break;
    }
    CHECK_INT(locked(p.b, "report", now), ORM_OK);                               /* and with a rollback */
    end(&p);
}

TEST(the_key_is_the_documented_hash)
{
    pair p = begin();
    orm_opt_int64 key = { 0, false };
    ORM_TRANSACTION(p.a) {
        CHECK_INT(orm_lock(p.a, "nightly report"), ORM_OK);
        CHECK_INT(orm_scalar(p.b, &key, "select (classid::bigint << 32) | objid::bigint from pg_locks where locktype = 'advisory' and objsubid = 1", orm_no_params), ORM_OK);
    }
    CHECK_INT(key.value, INT64_C(0x54810b186fb0f16e));
    end(&p);
}

TEST(nowait_loses_nothing_and_can_be_forgiven)
{
    pair p = begin();
    int64_t n = 0;
    ORM_TRANSACTION(p.a) {
        CHECK_INT(orm_lock(p.a, "report"), ORM_OK);
        ORM_TRANSACTION(p.b) {
            ORM_NEW(Owner, grace, .name = "Grace");
            CHECK_INT(Owner_create(p.b, &grace), ORM_OK);
            CHECK_INT(orm_lock(p.b, "report", .nowait = true), ORM_LOCK_TIMEOUT);
            CHECK(orm_handled(p.b));
        }
        CHECK(!orm_failed());
        ORM_TRANSACTION(p.b) CHECK_INT(orm_lock(p.b, "report", .nowait = true), ORM_LOCK_TIMEOUT);
        CHECK_INT(orm_error()->kind, ORM_LOCK_TIMEOUT);                           /* and unforgiven it fails the block */
    }
    CHECK(!orm_failed());
    CHECK_INT(Owner_count(p.a, &(Owner_query){ .where = orm_eq(Owner_.name, "Grace") }, &n), ORM_OK);
    CHECK_INT(n, 1);
    end(&p);
}

static const char *lock_timeout_of(orm_db *db, orm_arena *arena)
{
    const char *found = NULL;
    return orm_scalar_text(db, arena, &found, "select current_setting('lock_timeout')", orm_no_params) || !found ? "?" : found;
}

TEST(a_wait_for_a_name_has_its_own_end_and_leaves_the_handles_as_it_was)
{
    pair p = begin();
    orm_arena arena = { 0 };
    orm_db *patient = opened(10000);
    ORM_TRANSACTION(p.a) {
        CHECK_INT(orm_lock(p.a, "report"), ORM_OK);
        int64_t began = orm__ticks();
        CHECK_INT(locked(patient, "report", (orm_lock_options){ .wait_ms = 150 }), ORM_LOCK_TIMEOUT);
        int64_t took = orm__ticks() - began;
        CHECK(took >= 140000 && took < 5000000);
        CHECK_INT(locked(p.b, "report", (orm_lock_options){ .shared = false }), ORM_LOCK_TIMEOUT);       /* the handle's 100 ms */
        ORM_TRANSACTION(patient) {
            CHECK_INT(orm_lock(patient, "free", .wait_ms = 70), ORM_OK);
            CHECK_INT(orm_lock(patient, "free", .shared = true, .wait_ms = UINT32_MAX), ORM_OK);
            CHECK_TEXT(lock_timeout_of(patient, &arena), "10s");
        }
        CHECK(!orm_failed());
    }
    CHECK(!orm_failed());
    CHECK_TEXT(lock_timeout_of(patient, &arena), "10s");
    orm_arena_release(&arena);
    orm_close(patient);
    end(&p);
}

static void *lock_for_long(void *argument)
{
    waiter *w = argument;
    w->status = locked(w->db, "report", (orm_lock_options){ .wait_ms = 10000 });
    return NULL;
}

TEST(a_wait_for_a_name_may_be_longer_than_the_handles)
{
    pair p = begin();
    pthread_t thread;
    orm_db *hasty = opened(1);
    waiter w = { .db = hasty, .status = ORM_FAILED };
    ORM_TRANSACTION(p.a) {
        CHECK_INT(orm_lock(p.a, "report"), ORM_OK);
        CHECK(pthread_create(&thread, NULL, lock_for_long, &w) == 0);
        until_waiting(p.b, 1);
        nanosleep(&(struct timespec){ .tv_nsec = 20000000 }, NULL);
    }
    CHECK(pthread_join(thread, NULL) == 0);
    CHECK_INT(w.status, ORM_OK);
    orm_close(hasty);
    end(&p);
}

TEST(a_nested_block_that_is_rolled_back_gives_its_locks_back)
{
    pair p = begin();
    ORM_TRANSACTION(p.a) {
        CHECK_INT(orm_lock(p.a, "outer"), ORM_OK);
        ORM_TRANSACTION(p.a) {
            CHECK_INT(orm_lock(p.a, "inner"), ORM_OK);
            break;
        }
        CHECK(orm_handled(p.a));
        CHECK_INT(locked(p.b, "inner", now), ORM_OK);
        CHECK_INT(locked(p.b, "outer", now), ORM_LOCK_TIMEOUT);
        ORM_TRANSACTION(p.a) CHECK_INT(orm_lock(p.a, "kept"), ORM_OK);
        CHECK_INT(locked(p.b, "kept", now), ORM_LOCK_TIMEOUT);
    }
    CHECK(!orm_failed());
    end(&p);
}

TEST(a_deadline_ends_the_wait_for_a_name)
{
    pair p = begin();
    orm_db *late = orm_open(getenv("ORM_POSTGRES"), .timeout_ms = 200);
    ORM_TRANSACTION(p.a) {
        CHECK_INT(orm_lock(p.a, "report"), ORM_OK);
        CHECK_INT(locked(late, "report", (orm_lock_options){ .wait_ms = 5000 }), ORM_TIMEOUT);
    }
    CHECK(!orm_failed());
    orm_close(late);
    end(&p);
}

TEST(a_lock_is_a_statement_of_the_budget_and_of_the_log_and_is_prepared_once)
{
    pair p = begin();
    ORM_TRANSACTION(p.a) {
        CHECK_INT(orm_lock(p.a, "report"), ORM_OK);
        CHECK_CONTAINS(last_sql, "pg_advisory_xact_lock($1)");
        uint64_t prepares = orm_counters_of(p.a).prepares;
        CHECK_INT(orm_lock(p.a, "another"), ORM_OK);
        CHECK_INT(orm_counters_of(p.a).prepares - prepares, 0);
        ORM_BUDGET(p.a, 0) CHECK_INT(orm_lock(p.a, "a third"), ORM_OVER_BUDGET);
        CHECK(orm_handled(p.a));
    }
    CHECK(!orm_failed());
    end(&p);
}

CHECK_MAIN()

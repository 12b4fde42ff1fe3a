/* Rows taken from a queue: one statement finds the first, locks it, changes it and brings it back; each goes to one taker. */
#include "engines.h"
#include "helpers.h"
#include <pthread.h>

#define State_VALUES(X) X(waiting) X(running) X(done)
ORM_ENUM(State)
#define Job_FIELDS(X)                                     \
    X(id,         serial)                                 \
    X(queue,      string(20), default("mail"))            \
    X(state,      enumeration(State), default(State_waiting)) \
    X(priority,   integer, default(0))                    \
    X(attempts,   integer, default(0), at_most(3))        \
    X(worker,     string(20), nullable, length(1, 20))    \
    X(run_at,     timestamp, nullable)                    \
    X(notes,      has_many(Note, job_id))                 \
    X(version,    version)                                \
    X(updated_at, updated_at)
ORM_MODEL(Job, jobs, index(state, priority))
#define Note_FIELDS(X) X(id, serial) X(job_id, key(Job)) X(body, text)
ORM_MODEL(Note, notes)
/* a key of two columns, of which neither is unique by itself; the tenant's, destroyed softly, with a scope */
#define Shop_FIELDS(X) X(id, serial) X(name, string(20))
ORM_MODEL(Shop, shops)
#define Parcel_FIELDS(X)                                  \
    X(shop_id,    tenant(Shop), primary_key)              \
    X(code,       string(10), primary_key)                \
    X(sent,       boolean, default(false))                \
    X(frozen,     boolean, default(false))                \
    X(deleted_at, deleted_at)
ORM_MODEL(Parcel, parcels, default_scope(orm_eq(Parcel_.frozen, false)))
#define Hook_FIELDS(X) X(id, serial) X(n, integer, default(0))
ORM_MODEL(Hook, hooks, hook(before_save, hook_saves))
#define Work_MODELS(X) X(Job) X(Note) X(Shop) X(Parcel) X(Hook)
ORM_SCHEMA(Work)
orm_status hook_saves(orm_db *db, Hook *row) { (void)db; row->n += 100; return ORM_OK; }
ORM_DEFINE(Work)
static const struct case_setup work_cases = { &Work_schema, NULL, NULL, NULL };
#define ON_EACH(name)        ON_EACH_OF(name, work_cases)
#define ON_EACH_SHARED(name) ON_EACH_SHARED_OF(name, work_cases)

static void make_jobs(orm_db *db, int n)
{
    for (int i = 0; i < n; i++) {
        ORM_NEW(Job, job, .priority = i % 3);
        OK(Job_create(db, &job));
    }
}

#define TAKE(db) orm_take(db, Job, (orm_desc(Job_.priority), orm_asc(Job_.id)), &(Job_change){ .where = orm_eq(Job_.state, State_waiting), \
    .set = { orm_set(Job_.state, State_running), orm_inc(Job_.attempts, 1), orm_set(Job_.worker, "w1") } })

ON_EACH(the_first_row_of_the_order_is_taken_and_comes_back)
{
    static const int64_t order[] = { 3, 6, 2, 5, 1, 4 };       /* priorities are 0 1 2 0 1 2 */
    make_jobs(db, 6);
    for (int i = 0; i < 6; i++) {
        uint64_t before = orm_counters_of(db).statements;
        ORM_AUTO Job *job = TAKE(db);
        CHECK_INT(orm_counters_of(db).statements - before, 1);
        REQUIRE(job);
        CHECK_INT(orm_len(job), 1);
        CHECK_INT(job->id, order[i]);
        CHECK_INT(job->state, State_running);
        CHECK_INT(job->attempts, 1);
        CHECK_INT(job->version, 2);
        CHECK_TEXT(job->worker, "w1");
        CHECK_TEXT(job->queue, "mail");
    }
    CHECK(TAKE(db) == NULL);
    CHECK_INT(orm_error()->kind, ORM_NOT_FOUND);
    CHECK(!orm_failed());
    CHECK_INT(COUNT(Job, db, .where = orm_eq(Job_.state, State_running)), 6);
}

ON_EACH(up_to_so_many_rows_are_taken)
{
    make_jobs(db, 7);
    bool seen[8] = { false };
    size_t sizes[] = { 3, 3, 1, 0 };
    for (int round = 0; round < 4; round++) {
        ORM_AUTO Job *jobs = orm_take_up_to(db, Job, 3, (orm_asc(Job_.id)), &(Job_change){ .where = orm_eq(Job_.state, State_waiting), .set = { orm_set(Job_.state, State_running) } });
        REQUIRE(jobs);                                  /* an empty list is no failure, and not "not found" */
        CHECK_INT(orm_len(jobs), sizes[round]);
        CHECK_INT(orm_error()->kind, ORM_OK);
        for (size_t i = 0; i < orm_len(jobs); i++) {
            CHECK(jobs[i].id > round * 3 && jobs[i].id <= round * 3 + 3 && !seen[jobs[i].id]);
            seen[jobs[i].id] = true;
            CHECK_INT(jobs[i].state, State_running);
        }
    }
}

ON_EACH(a_job_that_was_taken_is_saved_like_any_row)
{
    make_jobs(db, 1);
    ORM_AUTO Job *job = TAKE(db);
    REQUIRE(job);
    CHECK(job->updated_at > 0);
    job->state = State_done;
    Job_mask changes = Job_changes(job);
    CHECK(changes.state && !changes.worker && !changes.attempts);      /* there is a snapshot */
    OK(Job_save(db, job));
    CHECK_INT(job->version, 3);
    ORM_AUTO Job *old = Job_get(db, job->id);
    REQUIRE(old);
    ORM_TRANSACTION(db) {
        ORM_AUTO Job *again = orm_take(db, Job, (orm_asc(Job_.id)), &(Job_change){ .where = orm_eq(Job_.state, State_done), .set = { orm_set(Job_.state, State_waiting) } });
        CHECK(again && again->version == 4);
        break;
    }
    old->queue = "slow";
    OK(Job_save(db, old));                              /* rolled back: it still is of the version that was read */
    ORM_AUTO Job *taken = orm_take(db, Job, (orm_asc(Job_.id)), &(Job_change){ .where = orm_eq(Job_.queue, "slow"), .set = { orm_set(Job_.queue, "mail") } });
    REQUIRE(taken);
    old->worker = "late";
    CHECK_INT(Job_save(db, old), ORM_STALE);            /* it was taken since */
}

ON_EACH(the_queue_may_be_ordered_and_chosen_by_relations)
{
    make_jobs(db, 4);
    for (int i = 0; i < 3; i++) {
        ORM_NEW(Note, note, .job_id = 3 - i / 2, .body = "urgent");       /* of the jobs 3, 3 and 2 */
        OK(Note_create(db, &note));
    }
    ORM_AUTO Job *job = orm_take(db, Job, (orm_asc_nulls_last(Job_.run_at), orm_desc(Job_.id)), &(Job_change){ .where = orm_and(orm_eq(Job_.state, State_waiting), orm_has(Job_.notes, orm_eq(Note_.body, "urgent"))),
        .set = { orm_set(Job_.state, State_running), orm_set(Job_.run_at, orm_now()) } });
    REQUIRE(job);
    CHECK_INT(job->id, 3);
    ORM_AUTO Job *next = orm_take(db, Job, (orm_asc_nulls_last(Job_.run_at), orm_desc(Job_.id)), &(Job_change){ .where = orm_has_any(Job_.notes), .set = { orm_set(Job_.state, State_done) } });
    REQUIRE(next);
    CHECK_INT(next->id, 3);                             /* the one with a time is first */
    ORM_AUTO Job *reset = orm_take_up_to(db, Job, 10, (orm_asc(Job_.id)), &(Job_change){ .all = true, .set = { orm_set(Job_.state, State_waiting), orm_set_null(Job_.run_at) } });
    REQUIRE(reset);
    CHECK_INT(orm_len(reset), 4);
    ORM_AUTO Job *random = orm_take(db, Job, (orm_random(Job_.id)), &(Job_change){ .where = orm_eq(Job_.state, State_waiting), .set = { orm_set(Job_.state, State_done) } });
    CHECK(random && random->state == State_done);
}

ON_EACH(keys_of_several_columns_tenants_scopes_and_soft_deletion)
{
    for (int i = 0; i < 2; i++) {
        ORM_NEW(Shop, shop, .name = i ? "two" : "one");
        OK(Shop_create(db, &shop));
    }
    orm_db *one = orm_tenant(db, 1), *two = orm_tenant(db, 2);
    REQUIRE(one && two);
    static const char *const codes[] = { "a", "b", "c", "d" };
    for (int i = 0; i < 8; i++) {
        ORM_NEW(Parcel, p, .code = codes[i / 2], .frozen = i / 2 == 1);
        OK(Parcel_create(i % 2 ? two : one, &p));
    }
    OK(Parcel_destroy_by_key(one, (Parcel_key){ 1, "a" }));
    REFUSED_ROWS(db, orm_take(db, Parcel, (orm_asc(Parcel_.code)), &(Parcel_change){ .where = orm_eq(Parcel_.sent, false), .set = { orm_set(Parcel_.sent, true) } }), ORM_MISUSE);      /* whose? */
    static const char *const of_one[] = { "c", "d", NULL }, *const of_two[] = { "a", "c", "d", NULL };      /* a of one is destroyed, b is frozen */
    for (int t = 0; t < 2; t++) {
        for (const char *const *code = t ? of_two : of_one; ; code++) {
            ORM_AUTO Parcel *p = orm_take(t ? two : one, Parcel, (orm_asc(Parcel_.code)), &(Parcel_change){ .where = orm_eq(Parcel_.sent, false), .set = { orm_set(Parcel_.sent, true) } });
            if (!*code) {
                CHECK(!p && !orm_failed());
                break;
            }
            REQUIRE(p);
            CHECK_TEXT(p->code, *code);
            CHECK_INT(p->shop_id, t + 1);
            CHECK(p->sent);
        }
        CHECK_INT(COUNT(Parcel, orm_all_tenants(db), .where = orm_eq(Parcel_.sent, true), .with_deleted = true, .unscoped = true), t ? 5 : 2);      /* and no other row */
    }
    ORM_AUTO Parcel *all = orm_take_up_to(one, Parcel, 10, (orm_desc(Parcel_.code)), &(Parcel_change){ .where = orm_eq(Parcel_.sent, false), .with_deleted = true, .unscoped = true, .set = { orm_set(Parcel_.sent, true) } });
    REQUIRE(all);
    CHECK_INT(orm_len(all), 2);
}

ON_EACH(what_cannot_be_meant_is_refused_before_anything_is_sent)
{
    make_jobs(db, 1);
    REFUSED_ROWS(db, orm_take(db, Job, (orm_asc(Job_.id)), NULL), ORM_MISUSE);
    REFUSED_ROWS(db, orm_take(db, Job, (orm_asc(Job_.id)), &(Job_change){ .set = { orm_set(Job_.state, State_done) } }), ORM_MISUSE);
    REFUSED_ROWS(db, orm_take(db, Job, (orm_asc(Job_.id)), &(Job_change){ .where = orm_eq(Job_.state, State_waiting) }), ORM_MISUSE);
    REFUSED_ROWS(db, orm_take_up_to(db, Job, 0, (orm_asc(Job_.id)), &(Job_change){ .where = orm_eq(Job_.state, State_waiting), .set = { orm_set(Job_.state, State_done) } }), ORM_MISUSE);
    REFUSED_ROWS(db, orm_take(db, Job, (orm_asc(Job_.id)), &(Job_change){ .where = orm_eq(Job_.state, State_waiting), .set = { orm_set(Job_.worker, "") } }), ORM_VALIDATION);
    REFUSED_ROWS(db, orm_take(db, Job, (orm_asc(Job_.id)), &(Job_change){ .where = orm_eq(Job_.state, State_waiting), .set = { orm_set(Job_.id, 7) } }), ORM_MISUSE);
    REFUSED_ROWS(db, orm_take(db, Job, (orm_asc(Job_.id)), &(Job_change){ .where = orm_eq(Job_.state, State_waiting), .set = { orm_set(Job_.version, 7) } }), ORM_MISUSE);
    REFUSED_ROWS(db, orm_take(db, Job, (orm_asc(Job_.id)), &(Job_change){ .where = orm_eq(Job_.state, State_waiting), .only_deleted = true, .set = { orm_set(Job_.state, State_done) } }), ORM_MISUSE);
    const char *unset = NULL;
    REFUSED_ROWS(db, orm_take(db, Job, (orm_asc(Job_.id)), &(Job_change){ .where = orm_eq(Job_.queue, unset), .set = { orm_set(Job_.state, State_done) } }), ORM_MISUSE);
    REFUSED_ROWS(db, orm_take(db, Hook, (orm_asc(Hook_.id)), &(Hook_change){ .where = orm_eq(Hook_.n, 0), .set = { orm_set(Hook_.n, 1) } }), ORM_MISUSE);
    ORM_NEW(Hook, hooked, .n = 0);
    OK(Hook_create(db, &hooked));
    ORM_AUTO Hook *without = orm_take(db, Hook, (orm_asc(Hook_.id)), &(Hook_change){ .where = orm_eq(Hook_.n, 100), .skip_row_hooks = true, .set = { orm_set(Hook_.n, 1) } });
    REQUIRE(without);
    CHECK_INT(without->n, 1);
    ORM_AUTO Job *any = orm_take(db, Job, (orm_asc(Job_.id)), &(Job_change){ .all = true, .set = { orm_set(Job_.attempts, 3) } });
    REQUIRE(any);
    CHECK(!orm_take(db, Job, (orm_asc(Job_.id)), &(Job_change){ .all = true, .set = { orm_inc(Job_.attempts, 1) } }));      /* the table's own check */
    CHECK_TEXT(orm_status_name(orm_error()->kind), "ORM_CHECK");
    ORM_TRANSACTION(db, .read_only = true) CHECK(!TAKE(db));
    CHECK_TEXT(orm_status_name(orm_error()->kind), "ORM_READ_ONLY");
}

/* ---- others ---------------------------------------------------------------------------------------------------------------------- */

ON_EACH_SHARED(what_another_transaction_holds_is_skipped_and_free_again_when_it_is_rolled_back)
{
    orm_db *other = case_open(.busy_timeout_ms = 200);
    make_jobs(db, 3);
    ORM_TRANSACTION(db, .isolation = ORM_READ_COMMITTED) {
        ORM_AUTO Job *mine = TAKE(db);
        CHECK(mine && mine->id == 3);
        ORM_AUTO Job *theirs = TAKE(other);
        if (orm_capabilities_of(db)->one_writer) CHECK(!theirs && orm_error()->kind == ORM_BUSY);      /* in line behind this transaction */
        else CHECK(theirs && theirs->id == 2);
        orm_handled(db);
        break;
    }
    CHECK(orm_failed());
    ORM_AUTO Job *again = TAKE(other);
    CHECK(again && again->id == 3);
    orm_close(other);
}

/* a row that others refer to is locked by them, but not held: nobody else would take it */
ON_EACH_SHARED(a_row_that_another_transaction_refers_to_is_not_skipped)
{
    if (orm_capabilities_of(db)->one_writer) return;
    orm_db *other = case_open(.busy_timeout_ms = 200);
    make_jobs(db, 1);
    ORM_TRANSACTION(db, .isolation = ORM_READ_COMMITTED) {
        ORM_NEW(Note, note, .job_id = 1, .body = "log");
        OK(Note_create(db, &note));
        ORM_AUTO Job *job = TAKE(other);
        CHECK(job && job->id == 1);
    }
    CHECK(!orm_failed());
    orm_close(other);
}

enum { TAKERS = 8, JOBS = 200 };
struct taker { orm_db *db; int64_t n, taken[JOBS]; bool failed, several; };
static void *take_all(void *arg)
{
    struct taker *t = arg;
    for (;;) {
        Job *jobs = t->several ? orm_take_up_to(t->db, Job, 5, (orm_desc(Job_.priority), orm_asc(Job_.id)), &(Job_change){ .where = orm_eq(Job_.state, State_waiting), .set = { orm_set(Job_.state, State_running), orm_inc(Job_.attempts, 1) } })
                               : TAKE(t->db);
        if (!jobs || !orm_len(jobs)) {
            t->failed |= orm_failed();
            orm_free(jobs);
            return NULL;
        }
        for (size_t i = 0; i < orm_len(jobs) && t->n < JOBS; i++) t->taken[t->n++] = jobs[i].id;
        t->failed |= t->several && orm_len(jobs) > 5;
        orm_free(jobs);
    }
}

/* one handle for all, or one for each */
static void takers_share(orm_db *db, bool own, bool several)
{
    static struct taker takers[TAKERS];
    static int times[JOBS + 1];
    pthread_t threads[TAKERS];
    memset(times, 0, sizeof times);
    make_jobs(db, JOBS);
    for (int i = 0; i < TAKERS; i++) {
        takers[i] = (struct taker){ .db = own ? case_open(.busy_timeout_ms = 60000) : db, .several = several };
        REQUIRE(takers[i].db);
    }
    for (int i = 0; i < TAKERS; i++) REQUIRE(pthread_create(&threads[i], NULL, take_all, &takers[i]) == 0);
    for (int i = 0; i < TAKERS; i++) pthread_join(threads[i], NULL);
    for (int i = 0; i < TAKERS; i++) {
        CHECK(!takers[i].failed);
        for (int64_t k = 0; k < takers[i].n; k++) times[takers[i].taken[k]]++;
        if (own) orm_close(takers[i].db);
    }
    int once = 0;
    for (int i = 1; i <= JOBS; i++) once += times[i] == 1;
    CHECK_INT(once, JOBS);
    CHECK_INT(COUNT(Job, db, .where = orm_and(orm_eq(Job_.state, State_running), orm_eq(Job_.attempts, 1))), JOBS);
}

ON_EACH(each_job_goes_to_one_thread)                      { takers_share(db, false, false); }
ON_EACH_SHARED(each_job_goes_to_one_handle)               { takers_share(db, true, false); }
ON_EACH_SHARED(several_jobs_at_a_time_go_to_one_handle)   { takers_share(db, true, true); }

/* Work done in the transaction that took it, some of it given up: nothing is lost, and nothing is done twice. */
static void *take_or_give_up(void *arg)
{
    struct taker *t = arg;
    for (int round = 0; ; round++) {
        int64_t id = 0;
        bool none = false;
        ORM_TRANSACTION(t->db, .isolation = ORM_READ_COMMITTED) {
            ORM_AUTO Job *job = TAKE(t->db);
            none = !job;
            if (!job) continue;
            if (round % 3 == 0) break;
            job->state = State_done;
            if (Job_save(t->db, job) == ORM_OK) id = job->id;
        }
        if (orm_failed() && orm_error()->kind != ORM_ROLLED_BACK) t->failed = true;
        else if (id && t->n < JOBS) t->taken[t->n++] = id;
        if (t->failed || none) return NULL;
    }
}

ON_EACH(what_is_given_up_is_taken_again)
{
    static struct taker takers[TAKERS];
    pthread_t threads[TAKERS];
    int64_t done = 0;
    make_jobs(db, 60);
    for (int i = 0; i < TAKERS; i++) {
        takers[i] = (struct taker){ .db = db };
        REQUIRE(pthread_create(&threads[i], NULL, take_or_give_up, &takers[i]) == 0);
    }
    for (int i = 0; i < TAKERS; i++) pthread_join(threads[i], NULL);
    for (int i = 0; i < TAKERS; i++) {
        CHECK(!takers[i].failed);
        done += takers[i].n;
    }
    struct taker last = { .db = db };                   /* what others held while the last of them looked */
    take_or_give_up(&last);
    CHECK(!last.failed);
    CHECK_INT(done + last.n, 60);
    CHECK_INT(COUNT(Job, db, .where = orm_and(orm_eq(Job_.state, State_done), orm_eq(Job_.attempts, 1))), 60);
}
CHECK_MAIN()

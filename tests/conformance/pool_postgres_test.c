/* test: own-server, no-valgrind: many threads, which TSan and ASan see better, and sooner.
   >>pool_postgres_test: a pool of connections to a real server, its transactions among others, and a mixed load. */
#define ORM_IMPLEMENTATION
#include "orm.h"
#include "dialects/postgres.h"
#include "load.h"

static struct { pthread_mutex_t mutex; int notes; char note[600]; } told = { .mutex = PTHREAD_MUTEX_INITIALIZER };
static void hear(void *context, const orm_log_event *event)
{
    (void)context;
    if (event->level != ORM_LOG_NOTE) return;
    pthread_mutex_lock(&told.mutex);
    told.notes++;
    snprintf(told.note, sizeof told.note, "%s", event->message);
    pthread_mutex_unlock(&told.mutex);
}

static int notes(void)
{
    pthread_mutex_lock(&told.mutex);
    int n = told.notes;
    pthread_mutex_unlock(&told.mutex);
    return n;
}

#define OPEN(...) fresh(orm_open(getenv("ORM_POSTGRES"), .log = hear, .busy_timeout_ms = 20000, .pool = { .min = 1, __VA_ARGS__ }))
static orm_db *fresh(orm_db *db)
{
    if (!db || orm_exec(db, NULL, "drop table if exists slips, purses", orm_no_params) || orm_sync(db, &Load_schema)) orm_perror("fresh");
    told.notes = 0;
    return db;
}
static void nap(long ms) { nanosleep(&(struct timespec){ .tv_nsec = ms * 1000000 }, NULL); }
#define WAIT(condition) do { for (int64_t wait_began = load_ms(); !(condition) && load_ms() - wait_began < 20000; ) nap(2); CHECK(condition); } while (0)

static int64_t new_purse(orm_db *db, int32_t amount)
{
    ORM_NEW(Purse, purse, .name = "purse", .amount = amount);
    return Purse_create(db, &purse) ? 0 : purse.id;
}
static int64_t count(orm_db *db)
{
    int64_t n = -1;
    return Purse_count(db, NULL, &n) ? -1 : n;
}
static int32_t amount_of(orm_db *db, int64_t id)
{
    ORM_AUTO Purse *purse = Purse_find(db, id);
    return purse ? purse->amount : -1;
}
static bool shows(orm_db *db, const char *wanted, const char *sql)
{
    orm_arena arena = { 0 };
    const char *text_ = NULL;
    bool same = orm__scalar_text(db, &arena, &text_, sql, NULL, 0, NULL) == ORM_OK && text_ && strcmp(text_, wanted) == 0;
    if (!same) printf("%s: %s, not %s\n", sql, text_ ? text_ : orm_error()->message, wanted);
    orm_arena_release(&arena);
    return same;
}
/* connections of this program to the server, but for the one that asks */
static int64_t sessions(orm_db *db)
{
    orm_opt_int64 n = { 0, false };
    CHECK_INT(orm_scalar(db, &n, "select count(*) from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()", orm_no_params), ORM_OK);
    return n.value;
}

/* ---- isolation ---- */

TEST(each_level_of_isolation_is_the_servers)
{
    orm_db *db = OPEN(.max = 2);
    static const struct { orm_isolation level; const char *name; } levels[] = { { ORM_ISOLATION_DEFAULT, "repeatable read" },
        { ORM_READ_COMMITTED, "read committed" }, { ORM_REPEATABLE_READ, "repeatable read" }, { ORM_SERIALIZABLE, "serializable" } };
    for (size_t i = 0; i < 4; i++) {
        ORM_TRANSACTION(db, .isolation = levels[i].level) {
            CHECK(shows(db, levels[i].name, "show transaction_isolation"));
            CHECK(shows(db, "off", "show transaction_read_only"));
        }
        CHECK(!orm_failed());
        ORM_TRANSACTION(db, .isolation = levels[i].level, .read_only = true) {
            CHECK(shows(db, levels[i].name, "show transaction_isolation"));
            CHECK(shows(db, "on", "show transaction_read_only"));
            CHECK_INT(new_purse(db, 1), 0);
            CHECK_INT(orm_error()->kind, ORM_READ_ONLY);
        }
        CHECK_INT(orm_error()->kind, ORM_READ_ONLY);
    }
    ORM_TRANSACTION(db, .isolation = ORM_SERIALIZABLE, .read_only = true, .deferrable = true) CHECK(shows(db, "on", "show transaction_deferrable"));
    CHECK(!orm_failed());
    CHECK(shows(db, "off", "show transaction_deferrable"));
    orm_close(db);
}

TEST(a_lost_update_is_told_and_healed_by_another_run)
{
    orm_db *db = OPEN(.max = 3);
    int64_t id = new_purse(db, 100);
    for (int retries = 0; retries < 2; retries++) {
        int runs = 0;
        ORM_TRANSACTION(db, .retries = retries) {
            runs++;
            ORM_AUTO Purse *mine = Purse_get(db, id);
            if (!mine) break;
            if (runs == 1) {                            /* somebody else changes it in between */
                ORM_AUTO Purse *theirs = Purse_get(orm_outside(db), id);
                if (!theirs) break;
                theirs->amount += 10;
                CHECK_INT(Purse_save(orm_outside(db), theirs), ORM_OK);
            }
            mine->amount += 1;
            CHECK_INT(Purse_save(db, mine), runs == 1 ? ORM_SERIALIZATION : ORM_OK);
        }
        CHECK_INT(orm_error()->kind, retries ? ORM_OK : ORM_SERIALIZATION);
        CHECK_TEXT(retries ? "40001" : orm_error()->sqlstate, "40001");
        CHECK_INT(runs, retries + 1);
    }
    CHECK_INT(amount_of(db, id), 121);
    ORM_TRANSACTION(db, .isolation = ORM_READ_COMMITTED) {      /* which asks for it */
        ORM_AUTO Purse *mine = Purse_get(db, id), *theirs = Purse_get(orm_outside(db), id);
        if (!mine || !theirs) break;
        theirs->amount = 7;
        CHECK_INT(Purse_save(orm_outside(db), theirs), ORM_OK);
        mine->amount = 8;
        CHECK_INT(Purse_save(db, mine), ORM_OK);
    }
    CHECK(!orm_failed());
    CHECK_INT(amount_of(db, id), 8);
    orm_close(db);
}

enum { MOVED = 24 };        /* purses */
struct mover { orm_db *db; pthread_t thread; int64_t from, to; orm_isolation isolation; int rounds, failed, runs; _Atomic int *met; };
static void *move(void *argument)
{
    struct mover *m = (struct mover *)argument;
    uint64_t random = (uint64_t)(uintptr_t)m;
    for (int i = 0; i < m->rounds; i++) {
        random = random * UINT64_C(6364136223846793005) + 1;
        int64_t a = m->from + (int64_t)((random >> 33) % MOVED), b = m->from + (int64_t)((random >> 45) % MOVED);
        if (a == b) continue;
        ORM_TRANSACTION(m->db, .retries = 1000, .isolation = m->isolation) {
            m->runs++;
            ORM_AUTO Purse *source = Purse_get(m->db, a), *target = Purse_get(m->db, b);
            if (!source || !target) break;
            source->amount -= 1;
            target->amount += 1;
            if (Purse_save(m->db, source) || Purse_save(m->db, target)) break;
        }
        m->failed += orm_failed();
    }
    return NULL;
}

TEST(sixteen_threads_of_transfers_keep_the_sum)
{
    static const orm_isolation levels[] = { ORM_ISOLATION_DEFAULT, ORM_SERIALIZABLE };
    for (int level = 0; level < 2; level++) {
        orm_db *db = OPEN(.max = 8);
        int64_t first = new_purse(db, 1000), sum = 0;
        for (int i = 1; i < MOVED; i++) CHECK_INT(new_purse(db, 1000), first + i);
        struct mover movers[16];
        for (int i = 0; i < 16; i++) {
            movers[i] = (struct mover){ .db = db, .from = first, .isolation = levels[level], .rounds = level ? 25 : 250 };
            CHECK(pthread_create(&movers[i].thread, NULL, move, &movers[i]) == 0);
        }
        for (int i = 0; i < 16; i++) {
            pthread_join(movers[i].thread, NULL);
            CHECK_INT(movers[i].failed, 0);
        }
        CHECK_INT(orm_sum(db, Purse_.amount, &sum, NULL), ORM_OK);
        CHECK_INT(sum, MOVED * 1000);
        CHECK_INT(orm_counters_of(db).timeouts, 0);
        orm_close(db);
    }
}

/* two who each read what the other writes: both may not commit */
static void *skew(void *argument)
{
    struct mover *m = (struct mover *)argument;
    ORM_TRANSACTION(m->db, .retries = 10, .isolation = m->isolation) {
        m->runs++;
        int64_t sum = 0;
        if (orm_sum(m->db, Purse_.amount, &sum, NULL)) break;
        ++*m->met;
        for (int i = 0; *m->met < 2 && i < 5000; i++) nap(1);
        if (sum >= 2 && orm_exec(m->db, NULL, "update purses set amount = amount - 2 where id = ?1", orm_params(m->from))) break;
    }
    m->failed = orm_failed();
    return NULL;
}

TEST(a_write_skew_is_found_at_the_serializable_level_also_when_only_the_commit_finds_it)
{
    static const orm_isolation levels[] = { ORM_REPEATABLE_READ, ORM_SERIALIZABLE };
    for (int level = 0; level < 2; level++) {
        orm_db *db = OPEN(.max = 4);
        int64_t sum = 0;
        _Atomic int met = 0;
        struct mover both[2];
        for (int i = 0; i < 2; i++) both[i] = (struct mover){ .db = db, .from = new_purse(db, 1), .isolation = levels[level], .met = &met };
        for (int i = 0; i < 2; i++) CHECK(pthread_create(&both[i].thread, NULL, skew, &both[i]) == 0);
        for (int i = 0; i < 2; i++) pthread_join(both[i].thread, NULL);
        CHECK(!both[0].failed && !both[1].failed);
        CHECK_INT(both[0].runs + both[1].runs, level ? 3 : 2);
        CHECK_INT(orm_sum(db, Purse_.amount, &sum, NULL), ORM_OK);
        CHECK_INT(sum, level ? 0 : -2);
        orm_close(db);
    }
}

static void *cross(void *argument)
{
    struct mover *m = (struct mover *)argument;
    ORM_TRANSACTION(m->db, .retries = 10, .isolation = ORM_READ_COMMITTED) {
        m->runs++;
        if (orm_exec(m->db, NULL, "update purses set amount = amount + 1 where id = ?1", orm_params(m->from))) break;
        ++*m->met;
        for (int i = 0; *m->met < 2 && i < 5000; i++) nap(1);
        if (orm_exec(m->db, NULL, "update purses set amount = amount + 1 where id = ?1", orm_params(m->to))) break;
    }
    m->failed = orm_failed();
    return NULL;
}

TEST(a_deadlock_on_the_server_is_run_again)
{
    orm_db *db = OPEN(.max = 4);
    int64_t a = new_purse(db, 0), b = new_purse(db, 0);
    _Atomic int met = 0;
    struct mover both[2] = { { .db = db, .from = a, .to = b, .met = &met }, { .db = db, .from = b, .to = a, .met = &met } };
    for (int i = 0; i < 2; i++) CHECK(pthread_create(&both[i].thread, NULL, cross, &both[i]) == 0);
    for (int i = 0; i < 2; i++) pthread_join(both[i].thread, NULL);
    CHECK(!both[0].failed && !both[1].failed);
    CHECK(both[0].runs + both[1].runs >= 3);
    CHECK_INT(amount_of(db, a), 2);
    CHECK_INT(amount_of(db, b), 2);
    orm_close(db);
}

/* ---- commits ---- */

static int calls;
static void call(void *arg) { calls++, (void)arg; }

TEST(a_commit_that_the_server_refuses_is_a_failure_and_nothing_is_called_after_it)
{
    orm_db *db = OPEN(.max = 2);
    CHECK_INT(orm_exec(db, NULL, "alter table slips add constraint at_last foreign key (purse_id) references purses (id) deferrable initially deferred", orm_no_params), ORM_OK);
    CHECK_INT(orm_exec(db, NULL, "do 'declare c text; begin select conname into c from pg_constraint where conrelid = ''slips''::regclass and contype = ''f'' and not condeferrable; "
                       "execute ''alter table slips drop constraint '' || quote_ident(c); end'", orm_no_params), ORM_OK);
    calls = 0;
    ORM_NEW(Slip, orphan, .purse_id = 999, .note = "orphan");
    ORM_TRANSACTION(db) {
        CHECK_INT(Slip_create(db, &orphan), ORM_OK);
        orm_after_commit(db, call, NULL);
    }
    CHECK_INT(orm_error()->kind, ORM_FOREIGN_KEY);
    CHECK_INT(calls, 0);
    CHECK_INT(orm_counters_of(db).in_use, 0);
    orphan.purse_id = new_purse(db, 1);
    ORM_TRANSACTION(db) {
        CHECK_INT(Slip_save(db, &orphan), ORM_OK);      /* new again */
        orm_after_commit(db, call, NULL);
    }
    CHECK(!orm_failed());
    CHECK_INT(calls, 1);
    orm_close(db);
}

TEST(a_failed_statement_ends_a_transaction_however_it_is_swallowed)
{
    orm_db *db = OPEN(.max = 2);
    ORM_TRANSACTION(db) {
        CHECK(new_purse(db, 1) > 0);
        CHECK_INT(orm_exec(db, NULL, "select 1 / 0", orm_no_params), ORM_VALUE_RANGE);
        CHECK(!orm_handled(db));
        CHECK_INT(new_purse(db, 2), 0);
    }
    CHECK(orm_failed());
    CHECK_INT(count(db), 0);
    ORM_TRANSACTION(db) {
        CHECK(new_purse(db, 1) > 0);
        ORM_TRANSACTION(db) CHECK(orm_exec(db, NULL, "select 1 / 0", orm_no_params) != ORM_OK);
        CHECK(orm_handled(db));                         /* a savepoint stood before it */
        CHECK(new_purse(db, 2) > 0);
    }
    CHECK(!orm_failed());
    CHECK_INT(count(db), 2);
    orm_close(db);
}

/* ---- the pool ---- */

TEST(settings_made_by_hand_are_not_the_next_ones)
{
    orm_db *db = OPEN(.max = 1);
    CHECK_INT(orm_exec(db, NULL, "set statement_timeout = '7s'", orm_no_params), ORM_OK);
    CHECK(shows(db, "0", "show statement_timeout"));
    ORM_TRANSACTION(db) {
        CHECK_INT(orm_exec(db, NULL, "set statement_timeout = '8s'", orm_no_params), ORM_OK);
        CHECK(shows(db, "8s", "show statement_timeout"));
        CHECK(new_purse(db, 1) > 0);
    }
    CHECK(!orm_failed());
    CHECK(shows(db, "0", "show statement_timeout"));
    CHECK(new_purse(db, 1) > 0);
    CHECK_INT(orm_counters_of(db).opened, 1);
    orm_close(db);
}

TEST(a_connection_that_was_ended_while_idle_is_replaced_in_silence)
{
    orm_db *db = OPEN(.max = 2), *other = orm_open(getenv("ORM_POSTGRES"));
    int64_t id = new_purse(db, 5);
    for (int i = 0; i < 3; i++) {
        CHECK_INT(orm_exec(other, NULL, "select pg_terminate_backend(pid) from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()", orm_no_params), ORM_OK);
        WAIT(sessions(other) <= 1);
        nap(120);
        CHECK_INT(amount_of(db, id), 5);
    }
    CHECK(orm_counters_of(db).opened >= 4);
    orm_close(other);
    orm_close(db);
}

struct held { orm_db *db; pthread_t thread; _Atomic bool holds, go; orm_status status; char message[512]; };
static void *hold(void *argument)
{
    struct held *h = (struct held *)argument;
    ORM_TRANSACTION(h->db) {
        h->holds = true;
        while (!h->go) nap(1);
        h->status = count(orm_outside(h->db)) < 0 ? orm_error()->kind : ORM_OK;
        snprintf(h->message, sizeof h->message, "%s", orm_error()->message);
    }
    return NULL;
}

TEST(what_is_not_needed_is_closed_on_the_server_and_what_is_held_for_long_is_told)
{
    orm_db *db = OPEN(.max = 4, .idle_ms = 200, .leak_ms = 150), *other = orm_open(getenv("ORM_POSTGRES"));
    struct held held[4];
    for (int i = 0; i < 4; i++) {
        held[i] = (struct held){ .db = db };
        CHECK(pthread_create(&held[i].thread, NULL, hold, &held[i]) == 0);
    }
    WAIT(held[0].holds && held[1].holds && held[2].holds && held[3].holds);
    CHECK_INT(sessions(other), 4);
    WAIT(notes() >= 4);
    CHECK_CONTAINS(told.note, "a connection has been held for 0.");
    CHECK_CONTAINS(told.note, "pool_postgres_test.c:");
    for (int i = 0; i < 4; i++) held[i].go = true;
    int deadlocks = 0;
    for (int i = 0; i < 4; i++) {
        pthread_join(held[i].thread, NULL);
        deadlocks += held[i].status == ORM_DEADLOCK_SELF;
        CHECK(held[i].status == ORM_OK || held[i].status == ORM_DEADLOCK_SELF);
    }
    CHECK_INT(deadlocks, 1);                            /* the last one; then the others get what it held */
    WAIT(sessions(other) == 1);
    CHECK_INT(orm_counters_of(db).closed, 3);
    orm_close(other);
    orm_close(db);
}

TEST(as_many_as_the_server_allows_are_shared_by_more_threads)
{
    orm_db *db = OPEN(.max = 2);
    struct mover movers[12];
    int64_t first = new_purse(db, 10), sum = 0;
    for (int i = 1; i < MOVED; i++) new_purse(db, 10);
    for (int i = 0; i < 12; i++) {
        movers[i] = (struct mover){ .db = db, .from = first, .rounds = 10 };
        CHECK(pthread_create(&movers[i].thread, NULL, move, &movers[i]) == 0);
    }
    for (int i = 0; i < 12; i++) {
        pthread_join(movers[i].thread, NULL);
        CHECK_INT(movers[i].failed, 0);
    }
    CHECK_INT(orm_sum(db, Purse_.amount, &sum, NULL), ORM_OK);
    CHECK_INT(sum, MOVED * 10);
    CHECK_INT(orm_counters_of(db).opened, 2);
    orm_close(db);
}

/* ---- transactions of several threads ---- */

static void *make_five(void *argument)
{
    struct held *h = (struct held *)argument;
    for (int i = 0; i < 5 && !h->status; i++) h->status = new_purse(h->db, i) > 0 ? ORM_OK : orm_error()->kind;
    return NULL;
}

TEST(four_threads_write_in_one_transaction_which_is_rolled_back_or_committed_as_one)
{
    orm_db *db = OPEN(.max = 2);
    for (int round = 0; round < 2; round++) {
        struct held helpers[4];
        ORM_TRANSACTION(db) {
            for (int i = 0; i < 4; i++) {
                helpers[i] = (struct held){ .db = orm_current(db) };
                CHECK(pthread_create(&helpers[i].thread, NULL, make_five, &helpers[i]) == 0);
            }
            CHECK(new_purse(db, 1) > 0);
            for (int i = 0; i < 4; i++) {
                pthread_join(helpers[i].thread, NULL);
                CHECK_INT(helpers[i].status, ORM_OK);
            }
            CHECK_INT(count(db), 21);
            CHECK_INT(count(orm_outside(db)), 0);
            CHECK_INT(count(orm_primary(db)), 21);
            if (round == 0) break;
        }
        CHECK_INT(count(db), round == 0 ? 0 : 21);
    }
    CHECK_INT(orm_counters_of(db).opened, 2);
    orm_close(db);
}

/* ---- all at once ---- */

TEST(sixty_four_threads_do_all_sorts_of_things)
{
    orm_db *db = OPEN(.max = 10, .acquire_ms = 60000);
    load(db, getenv("ORM_POSTGRES"));
    CHECK(orm_counters_of(db).connections <= 10);
    orm_close(db);
}

CHECK_MAIN()

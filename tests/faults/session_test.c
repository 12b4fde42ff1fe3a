/* test: own-server, no-asan, no-tsan, no-valgrind */
/* >>session_test: sessions that are ended, stopped, cancelled, cleared or forked, and servers that go and come back. */
#include "faults.h"
#include <pthread.h>
#include <stdatomic.h>
#include <sys/wait.h>

/* ---- sessions that end ------------------------------------------------------------------------------------------------------------ */
TEST(a_session_that_ended_while_idle_leaves_no_write_in_doubt)
{
    orm_db *direct = open_direct(), *db = orm_open(server_url());
    for (int i = 0; i < 5; i++) {
        terminate(direct, session_of(db));
        orm_status answer = create_entry(db, "idle");
        if (answer) KIND(answer, ORM_CONNECTION_LOST);              /* or the handle found out before the caller did */
        CHECK_INT(number_of(direct, "idle"), answer == ORM_OK);
        OK(create_entry(db, "next"));
        OK(orm_exec(direct, NULL, "truncate entries", orm_no_params));
    }
    orm_close(db);
    orm_close(direct);
}

/* in a thread: terminates or cancels a session once it waits for a lock */
typedef struct attack { orm_db *direct; int64_t pid; bool cancel; } attack;
static void *attack_main(void *argument)
{
    attack *a = argument;
    orm_opt_int64 waits = { 0 };
    for (int i = 0; i < 2000 && !waits.value; i++) {
        OK(orm_scalar(a->direct, &waits, "select count(*) from pg_stat_activity where pid = ?1 and wait_event_type = 'Lock'", orm_params(a->pid)));
        pause_ms(1);
    }
    if (a->cancel) OK(orm_scalar(a->direct, &waits, "select pg_cancel_backend(?1)::int::bigint", orm_params(a->pid)));
    else OK(orm_scalar(a->direct, &waits, "select pg_terminate_backend(?1)::int::bigint", orm_params(a->pid)));
    return NULL;
}

/* a create that waits for a lock when it is hit */
static orm_status create_under_attack(orm_db *direct, orm_db *db, bool cancel)
{
    pthread_t thread;
    orm_db *locker = orm_open(server_url());
    orm_status answer = ORM_OK;
    attack a = { direct, session_of(db), cancel };
    ORM_TRANSACTION(locker) {
        OK(orm_exec(locker, NULL, "lock table entries in share mode", orm_no_params));
        CHECK_INT(pthread_create(&thread, NULL, attack_main, &a), 0);
        answer = create_entry(db, "attacked");
        pthread_join(thread, NULL);
    }
    orm_close(locker);
    return answer;
}

TEST(a_statement_that_the_server_ended_was_not_done)
{
    orm_db *direct = open_direct(), *db = orm_open(server_url());
    OK(create_entry(db, "before"));
    KIND(create_under_attack(direct, db, false), ORM_CONNECTION_LOST);      /* not unknown: the server says so */
    CHECK_INT(number_of(direct, "attacked"), 0);
    OK(create_entry(db, "after"));
    orm_close(db);
    orm_close(direct);
}

TEST(a_statement_that_another_thread_cancels_is_told_as_such_and_the_session_stays)
{
    orm_db *direct = open_direct(), *db = orm_open(server_url());
    OK(create_entry(db, "before"));
    int64_t session = session_of(db);
    KIND(create_under_attack(direct, db, true), ORM_CANCELLED);
    CHECK_INT(number_of(direct, "attacked"), 0);
    CHECK_INT(session_of(db), session);
    orm_close(db);
    orm_close(direct);
}

TEST(an_idle_transaction_that_the_server_ends_is_lost_as_a_whole)
{
    orm_db *direct = open_direct(), *db = orm_open(server_url());
    OK(orm_exec(direct, NULL, "alter database postgres set idle_in_transaction_session_timeout = 50", orm_no_params));
    orm_db *limited = orm_open(server_url());
    ORM_TRANSACTION(limited) {
        OK(create_entry(limited, "first"));
        pause_ms(200);
        KIND(create_entry(limited, "second"), ORM_CONNECTION_LOST);
        KIND(create_entry(limited, "third"), ORM_TRANSACTION_ABORTED);
    }
    KIND(orm_error()->kind, ORM_CONNECTION_LOST);
    CHECK_INT(number_of(direct, "first") + number_of(direct, "second") + number_of(direct, "third"), 0);
    OK(create_entry(limited, "fourth"));
    OK(orm_exec(direct, NULL, "alter database postgres reset idle_in_transaction_session_timeout", orm_no_params));
    orm_close(limited);
    orm_close(db);
    orm_close(direct);
}

/* ---- time limits ------------------------------------------------------------------------------------------------------------------------ */
TEST(limits_of_statement_lock_and_call_have_kinds_of_their_own)
{
    orm_db *locker = open_direct(), *db = orm_open(server_url(), .busy_timeout_ms = 50), *late = orm_open(server_url(), .timeout_ms = 50);
    orm_opt_int64 n = { 0 };
    char url[300];
    snprintf(url, sizeof url, "%s options='-c statement_timeout=30'", server_url());
    orm_db *brief = orm_open(url);
    KIND(orm_scalar(brief, &n, "select 1 from pg_sleep(5)", orm_no_params), ORM_CANCELLED);
    OK(orm_scalar(brief, &n, "select 1 from pg_sleep(0)", orm_no_params));
    orm_close(brief);
    KIND(orm_scalar(late, &n, "select 1 from pg_sleep(5)", orm_no_params), ORM_TIMEOUT);
    ORM_TRANSACTION(locker) {
        OK(orm_exec(locker, NULL, "lock table entries in share mode", orm_no_params));
        KIND(create_entry(db, "limited"), ORM_LOCK_TIMEOUT);
        KIND(create_entry(late, "limited"), ORM_TIMEOUT);
    }
    OK(create_entry(db, "after"));
    OK(create_entry(late, "after"));
    CHECK_INT(number_of(locker, "limited"), 0);
    CHECK_INT(number_of(locker, "after"), 2);
    orm_close(late);
    orm_close(db);
    orm_close(locker);
}

TEST(a_cancellation_that_comes_late_does_not_hit_the_next_statement)
{
    orm_db *db = open_direct(), *late = orm_open(server_url(), .timeout_ms = 20);
    orm_opt_int64 n = { 0 };
    int64_t session = session_of(late);
    for (int i = 0; i < 50; i++) {
        orm_status answer = orm_scalar(late, &n, "select 1 from pg_sleep(?1)", orm_params(0.019 + i % 10 * 0.0002));
        if (answer) KIND(answer, ORM_TIMEOUT);
        OK(orm_scalar(late, &n, "select 1 from pg_sleep(0.001)", orm_no_params));
    }
    CHECK_INT(session_of(late), session);
    orm_close(late);
    orm_close(db);
}

/* ---- prepared statements ------------------------------------------------------------------------------------------------------------------ */
TEST(a_schema_that_changes_under_prepared_statements_is_no_failure)
{
    orm_db *direct = open_direct(), *db = orm_open(server_url());
    for (int i = 0; i < 4; i++) {
        OK(create_entry(db, "kept"));
        CHECK_INT(number_of(db, "kept"), i + 1);
        Entry *rows = Entry_find_all(db, NULL);
        CHECK_INT(orm_len(rows), i + 1);
        orm_free(rows);
        if (i % 2) OK(orm_exec(direct, NULL, "alter table entries alter amount type bigint", orm_no_params));
        else OK(orm_exec(direct, NULL, "alter table entries alter amount type integer, add column if not exists more integer", orm_no_params));
    }
    orm_close(db);
    orm_close(direct);
}

/* in a transaction the statement has failed with all of it: a rerun finds everything prepared anew */
TEST(in_a_transaction_such_a_change_reruns_the_block)
{
    orm_db *direct = open_direct(), *db = orm_open(server_url());
    int runs = 0;
    Entry *rows = Entry_find_all(db, NULL);
    orm_free(rows);
    OK(orm_exec(direct, NULL, "alter table entries alter amount type bigint", orm_no_params));
    ORM_TRANSACTION(db, .retries = 2) {
        runs++;
        rows = Entry_find_all(db, NULL);
        if (!rows) break;
        orm_free(rows);
        if (create_entry(db, "rerun")) break;
    }
    KIND(orm_error()->kind, ORM_OK);
    CHECK_INT(runs, 2);
    CHECK_INT(number_of(direct, "rerun"), 1);
    orm_close(db);
    orm_close(direct);
}

TEST(discarded_statements_are_prepared_anew)
{
    orm_db *db = open_direct();
    for (int i = 0; i < 3; i++) {
        OK(create_entry(db, "alone"));
        ORM_TRANSACTION(db) {
            if (create_entry(db, "together")) break;
        }
        KIND(orm_error()->kind, ORM_OK);
        if (i % 2) OK(orm_exec(db, NULL, "deallocate all", orm_no_params));
        else OK(orm_exec(db, NULL, "discard all", orm_no_params));
        ORM_TRANSACTION(db, .retries = 3) {
            if (create_entry(db, "rerun")) break;
        }
        KIND(orm_error()->kind, ORM_OK);
    }
    CHECK_INT(number_of(db, "alone"), 3);
    CHECK_INT(number_of(db, "together"), 3);
    CHECK_INT(number_of(db, "rerun"), 3);
    orm_close(db);
}

/* ---- many rows ---------------------------------------------------------------------------------------------------------------------------- */
TEST(many_rows_that_fail_half_way_leave_nothing_and_the_session_works_on)
{
    orm_db *db = open_direct();
    Entry rows[250];
    char words[250][16];
    OK(orm_exec(db, NULL, "create unique index one_word on entries (word)", orm_no_params));
    for (int i = 0; i < 250; i++) {
        snprintf(words[i], sizeof words[i], "word %d", i == 240 ? 3 : i);
        rows[i] = Entry_defaults();
        rows[i].word = words[i];
    }
    int64_t session = session_of(db), n = -1;
    KIND(Entry_create_all(db, rows, 250, NULL), ORM_UNIQUE);
    OK(Entry_count(db, NULL, &n));
    CHECK_INT(n, 0);
    CHECK_INT(session_of(db), session);
    words[240][5] = 'x';
    OK(Entry_create_all(db, rows, 250, NULL));
    orm_close(db);
}

/* ---- servers that stop ----------------------------------------------------------------------------------------------------------------------- */
typedef struct worker { orm_db *db; int number; pthread_t thread; unsigned n, words; struct { orm_status answer; int64_t at; } done[4000]; } worker;
static _Atomic bool workers_stop;

static void *worker_main(void *argument)
{
    worker *w = argument;
    while (!atomic_load(&workers_stop) && w->n < sizeof w->done / sizeof *w->done) {
        char word[32];
        snprintf(word, sizeof word, "worker %d.%u", w->number, w->n);
        if (w->n % 2) {
            create_entry(w->db, word);
        } else {
            ORM_TRANSACTION(w->db) {
                if (create_entry(w->db, word)) break;
            }
        }
        w->done[w->n].answer = orm_error()->kind;
        w->done[w->n++].at = now_ms();
        pause_ms(3);
    }
    return NULL;
}

TEST(under_load_a_restart_makes_no_false_success_and_work_goes_on_within_two_seconds)
{
    enum { WORKERS = 6 };
    static worker workers[WORKERS];
    static const int signals[] = { SIGINT, SIGQUIT };
    int64_t back[2];
    orm_db *direct = open_direct(), *db = orm_open(server_url());
    OK(orm_exec(direct, NULL, "create index entries_word on entries (word)", orm_no_params));
    orm_close(direct);
    atomic_store(&workers_stop, false);
    for (int i = 0; i < WORKERS; i++) {
        workers[i] = (worker){ .db = db, .number = i };
        CHECK_INT(pthread_create(&workers[i].thread, NULL, worker_main, &workers[i]), 0);
    }
    for (int i = 0; i < 2; i++) {
        pause_ms(300);
        stop_server(signals[i]);
        pause_ms(200);
        start_server();
        back[i] = now_ms();
        pause_ms(2000);
    }
    atomic_store(&workers_stop, true);
    for (int i = 0; i < WORKERS; i++) pthread_join(workers[i].thread, NULL);
    unsigned lost = 0;
    for (int i = 0; i < WORKERS; i++) {
        unsigned wrong = 0;
        bool healed[2] = { false, false };
        for (unsigned k = 0; k < workers[i].n; k++) {
            char word[32];
            orm_status answer = workers[i].done[k].answer;
            snprintf(word, sizeof word, "worker %d.%u", i, k);
            int64_t stored = number_of(db, word);
            bool right = answer == ORM_OK ? stored == 1 : answer == ORM_COMMIT_UNKNOWN ? stored <= 1 : answer == ORM_CONNECTION_LOST && stored == 0;
            if (!right && wrong++ == 0) printf("    %s: %s, %d times\n", word, orm_status_name(answer), (int)stored);
            lost += answer == ORM_CONNECTION_LOST;
            for (int r = 0; r < 2; r++) healed[r] = healed[r] || (answer == ORM_OK && workers[i].done[k].at > back[r] && workers[i].done[k].at < back[r] + 2000);
        }
        CHECK_INT(wrong, 0);
        CHECK(healed[0] && healed[1]);
    }
    CHECK(lost > 0);
    orm_close(db);
}

/* ---- fork -------------------------------------------------------------------------------------------------------------------------------------- */
TEST(a_child_cannot_use_its_parents_session_nor_end_it)
{
    orm_db *db = open_direct();
    int64_t session = session_of(db);
    bool refused = false;
    fflush(stdout);
    ORM_TRANSACTION(db) {
        OK(create_entry(db, "parent"));
        pid_t child = fork();
        if (child == 0) {
            int64_t n;
            bool right = Entry_count(db, NULL, &n) == ORM_MISUSE && create_entry(db, "child") == ORM_MISUSE;
            orm_close(db);
            orm_db *own = orm_open(server_url());
            right = right && own && create_entry(own, "child's own") == ORM_OK;
            orm_close(own);
            _exit(right ? 0 : 1);
        }
        int status = -1;
        refused = waitpid(child, &status, 0) == child && status == 0;
        OK(create_entry(db, "parent"));
    }
    KIND(orm_error()->kind, ORM_OK);
    CHECK(refused);
    CHECK_INT(session_of(db), session);
    CHECK_INT(number_of(db, "parent"), 2);
    CHECK_INT(number_of(db, "child"), 0);
    CHECK_INT(number_of(db, "child's own"), 1);
    orm_close(db);
}

/* ---- what the server's owner set -------------------------------------------------------------------------------------------------------------- */
TEST(settings_of_the_database_do_not_change_values)
{
    orm_db *direct = open_direct();
    OK(orm_exec(direct, NULL, "alter database postgres set datestyle = 'SQL, DMY'", orm_no_params));
    OK(orm_exec(direct, NULL, "alter database postgres set timezone = 'Asia/Kathmandu'", orm_no_params));
    OK(orm_exec(direct, NULL, "alter database postgres set standard_conforming_strings = off", orm_no_params));
    OK(orm_exec(direct, NULL, "alter database postgres set bytea_output = escape", orm_no_params));
    OK(orm_exec(direct, NULL, "alter database postgres set extra_float_digits = -15", orm_no_params));
    orm_db *db = orm_open(server_url());
    orm_opt_double third = { 0 };
    orm_opt_time moment = { 0 };
    OK(orm_scalar(db, &third, "select 1::double precision / 3", orm_no_params));
    OK(orm_scalar(db, &moment, "select timestamptz '2001-02-03 04:05:06'", orm_no_params));
    CHECK_DOUBLE(third.value, 1.0 / 3);
    CHECK_INT(moment.value, INT64_C(981173106000000));
    OK(create_entry(db, "back\\slash ' quote"));
    CHECK_INT(number_of(db, "back\\slash ' quote"), 1);
    orm_close(db);
    OK(orm_exec(direct, NULL, "alter database postgres reset all", orm_no_params));
    orm_close(direct);
}

TEST(when_the_server_is_full_an_open_says_so_and_works_again_later)
{
    orm_db *open[64];
    int n = 0;
    while (n < 64 && (open[n] = orm_open(server_url())) != NULL) n++;
    CHECK(n > 10 && n < 64);
    CHECK_CONTAINS(orm_error()->message, "too many clients");
    CHECK(!strchr(orm_error()->message, '\n'));
    orm_close(open[--n]);
    for (int i = 0; i < 200 && (open[n] = orm_open(server_url())) == NULL; i++) pause_ms(5);
    CHECK(open[n] != NULL);
    for (; n >= 0; n--) orm_close(open[n]);
}

/* ---- wrong input ------------------------------------------------------------------------------------------------------------------------------------ */
TEST(each_wrong_part_of_a_url_is_told_in_one_line_without_the_password)
{
    const char *folder = getenv("ORM_POSTGRES_FOLDER");
    static const struct { const char *url, *says; } wrong[] = {
        { "postgres:host=%s dbname=nowhere user=postgres password=hush", "database \"nowhere\" does not exist" },
        { "postgres:host=%s dbname=postgres user=nobody password=hush", "role \"nobody\" does not exist" },
        { "postgres:host=%s dbname=postgres user=guarded password=hush", "password authentication failed for user \"guarded\"" },
        { "postgres:host=/nowhere%s dbname=postgres user=postgres password=hush", "/nowhere" },
        { "postgres:host=%s port=1 dbname=postgres user=postgres password=hush", ".s.PGSQL.1" },
        { "postgres:host=%s port=many dbname=postgres password=hush", "port" },
        { "postgres:host=%s dbname=postgres user=postgres sslmode=perhaps password=hush", "sslmode" },
        { "postgres:host=%s dbname=postgres colour=red password=hush", "colour" },
        { "postgres:host=%s dbname=postgres password='hush", "malformed" },
        { "postgres://postgres:hush@%%zz/postgres", "malformed" },
        { "postgres://postgres:hush@localhost/postgres?colour=red", "colour" },
        { "postgres://postgres:hu@sh@localhost/postgres", "@" },
        { "mongo://postgres:hush@localhost/postgres", "mongo" },
    };
    orm_db *direct = open_direct();
    OK(orm_exec(direct, NULL, "create role guarded login password 'right'", orm_no_params));
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char url[300];
        int length = snprintf(url, sizeof url, "%.*s%s%s", (int)(strstr(wrong[i].url, "%s") ? strstr(wrong[i].url, "%s") - wrong[i].url : 0), wrong[i].url,
                              strstr(wrong[i].url, "%s") ? folder : "", strstr(wrong[i].url, "%s") ? strstr(wrong[i].url, "%s") + 2 : wrong[i].url);
        CHECK(length > 0 && length < (int)sizeof url);
        orm_db *db = orm_open(url);
        CHECK(db == NULL);
        KIND(orm_error()->kind, ORM_CONFIG);
        CHECK_CONTAINS(orm_error()->message, wrong[i].says);
        CHECK(!strchr(orm_error()->message, '\n') && !strstr(orm_error()->message, "hush") && !strstr(orm_error()->message, "hu@sh"));
        orm_close(db);
    }
    OK(orm_exec(direct, NULL, "drop role guarded", orm_no_params));
    orm_close(direct);
}

CHECK_MAIN()

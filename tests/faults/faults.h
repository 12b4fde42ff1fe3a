/* >>faults: what the programs share that see connections, servers and poolers fail: a model, a handle that goes straight to the server, and
   the server's end and return. tests/server.sh PROGRAM starts a server for them. */
#ifndef FAULTS_H
#define FAULTS_H
#include "orm.h"
#include "dialects/postgres.h"
#include "check.h"
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define Entry_FIELDS(X)                                                           \
    X(id,     serial)                                                             \
    X(word,   string(200))                                                        \
    X(amount, integer, default(0))
ORM_MODEL(Entry, entries)
#define Faults_MODELS(X) X(Entry)
ORM_SCHEMA(Faults)
ORM_DEFINE(Faults)

#define OK(call) ((void)check_ok(__FILE__, __LINE__, #call, (call)))
static inline bool check_ok(const char *file, int line, const char *call, orm_status status)
{
    if (status == ORM_OK) return true;
    check_failed = true;
    printf("%s:%d: %s answers %s: %s\n", file, line, call, orm_status_name(status), orm_error()->message);
    return false;
}
#define KIND(call, kind) ((void)check_text(__FILE__, __LINE__, #call, orm_status_name(call), orm_status_name(kind)))

static inline const char *server_url(void) { return getenv("ORM_POSTGRES"); }
static inline void pause_ms(long ms) { nanosleep(&(struct timespec){ .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 }, NULL); }
static inline int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* straight to the server, whose table `entries` is new and empty; without it nothing can be tested */
static inline orm_db *open_direct(void)
{
    orm_db *db = orm_open(server_url());
    if (!db || orm_exec(db, NULL, "drop table if exists entries", orm_no_params) || orm_sync(db, &Faults_schema)) {
        orm_perror("the server");
        exit(1);
    }
    return db;
}

static inline int64_t number_of(orm_db *db, const char *word)
{
    int64_t n = -1;
    OK(Entry_count(db, &(Entry_query){ .where = orm_eq(Entry_.word, word) }, &n));
    return n;
}

static inline orm_status create_entry(orm_db *db, const char *word)
{
    ORM_NEW(Entry, entry, .word = word);
    return Entry_create(db, &entry);
}

static inline int64_t session_of(orm_db *db)
{
    orm_opt_int64 pid = { 0 };
    OK(orm_scalar(db, &pid, "select pg_backend_pid()", orm_no_params));
    return pid.value;
}

/* waits until the sessions of an application have ended: what they did is done, what they did not will not be */
static inline void wait_until_gone(orm_db *direct, const char *application)
{
    orm_opt_int64 left = { .value = 1 };
    for (int i = 0; i < 5000 && left.value; i++) {
        OK(orm_scalar(direct, &left, "select count(*) from pg_stat_activity where application_name = ?1", orm_params(application)));
        if (left.value) pause_ms(1);
    }
    CHECK_INT(left.value, 0);
}

/* ends a session, as an administrator does, and waits until it is gone */
static inline void terminate(orm_db *direct, int64_t pid)
{
    orm_opt_int64 left = { .value = 1 };
    OK(orm_scalar(direct, &left, "select pg_terminate_backend(?1)::int::bigint", orm_params(pid)));
    for (int i = 0; i < 5000 && left.value; i++) OK(orm_scalar(direct, &left, "select count(*) from pg_stat_activity where pid = ?1", orm_params(pid)));
}

/* stops the server by a signal to its first process (SIGINT: fast, SIGQUIT: immediate), and waits until it is gone */
static inline void stop_server(int signal_)
{
    char path[200], line[32] = "";
    snprintf(path, sizeof path, "%s/data/postmaster.pid", getenv("ORM_POSTGRES_FOLDER"));
    FILE *file = fopen(path, "r");
    if (file && !fgets(line, sizeof line, file)) line[0] = 0;
    if (file) fclose(file);
    int pid = (int)strtol(line, NULL, 10);
    CHECK(pid > 1);
    if (pid < 2) return;
    kill(pid, signal_);
    for (int i = 0; i < 1000 && access(path, F_OK) == 0 && kill(pid, 0) == 0; i++) pause_ms(10);
}

/* runs tests/faults/SCRIPT.sh VERB on the server's folder */
static inline void run_script(const char *script, const char *verb, const char *more)
{
    char command[400];
    const char *here = strrchr(__FILE__, '/');
    snprintf(command, sizeof command, "%.*s/%s.sh %s %s %s", (int)(here - __FILE__), __FILE__, script, verb, getenv("ORM_POSTGRES_FOLDER"), more);
    CHECK_INT(system(command), 0);
}

static inline void start_server(void) { CHECK_INT(system(getenv("ORM_POSTGRES_START")), 0); }
#endif

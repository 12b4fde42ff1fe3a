/* >>each: cases that run on each engine, on a database that holds the tables of their schema and nothing else:

       static const struct case_setup cases = { &Types_schema };
       ON_EACH_OF(a_value_comes_back, cases) { ... uses orm_db *db ... }

   SQLite in memory always; PostgreSQL, in a schema of its own on the server of ORM_POSTGRES, when compiled with -DON_POSTGRES and libpq. */
#ifndef CORE_EACH_H
#define CORE_EACH_H
#include "check.h"
#include "orm.h"
#include "dialects/sqlite.h"
#include <stdlib.h>
#include <unistd.h>
#ifdef ON_POSTGRES
#  include "dialects/postgres.h"
#  include <libpq-fe.h>
#endif

struct case_setup { const orm_schema *schema; };
static char case_url[512];
static bool case_is_postgres;

static void case_run(const struct case_setup *setup, void (*run)(orm_db *db))
{
    orm_db *db = orm_open(case_url);
    if (!db || (setup->schema && orm_sync(db, setup->schema))) {
        orm_perror(case_url);
        check_failed = true;
    } else {
        run(db);
    }
    orm_close(db);
}

static void case_on_memory(const struct case_setup *setup, void (*run)(orm_db *db))
{
    case_is_postgres = false;
    snprintf(case_url, sizeof case_url, "sqlite::memory:");
    case_run(setup, run);
}

#ifdef ON_POSTGRES
static bool server_run(const char *format, const char *name)
{
    static PGconn *server;                  /* to the end of the program */
    char sql[256];
    if (!server) server = PQconnectdb(getenv("ORM_POSTGRES") + strlen("postgres:"));
    snprintf(sql, sizeof sql, format, name);
    PGresult *result = PQexec(server, sql);
    bool worked = PQresultStatus(result) == PGRES_COMMAND_OK;
    PQclear(result);
    if (!worked) printf("%s: %s\n", sql, PQerrorMessage(server));
    check_failed |= !worked;
    return worked;
}

static void case_on_postgres(const struct case_setup *setup, void (*run)(orm_db *db))
{
    static int n;
    char name[48];
    snprintf(name, sizeof name, "case_%ld_%d", (long)getpid(), ++n);
    case_is_postgres = true;
    if (!server_run("create schema %s", name)) return;
    snprintf(case_url, sizeof case_url, "%s options=-csearch_path=%s", getenv("ORM_POSTGRES"), name);
    case_run(setup, run);
    server_run("set client_min_messages = error; drop schema %s cascade", name);
}
#  define CASE_ON_POSTGRES(name, setup) TEST(name##__on_postgres) { case_on_postgres(&setup, case_##name); }
#else
#  define CASE_ON_POSTGRES(name, setup)
#endif

#define ON_EACH_OF(name, setup)                                                   \
    static void case_##name(orm_db *db);                                          \
    TEST(name##__in_memory) { case_on_memory(&setup, case_##name); }              \
    CASE_ON_POSTGRES(name, setup)                                                 \
    static void case_##name(orm_db *db)

/* the call worked; otherwise the error is shown */
#define OK(call) ((void)check_ok(__FILE__, __LINE__, #call, (call)))
__attribute__((unused)) static bool check_ok(const char *file, int line, const char *call, orm_status status)
{
    if (status == ORM_OK) return true;
    check_failed = true;
    printf("%s:%d: %s answers %s: %s\n", file, line, call, orm_status_name(status), orm_error()->message);
    for (size_t i = 0; i < orm_error()->failures.count; i++) printf("    %s %s\n", orm_error()->failures.item[i].field, orm_error()->failures.item[i].message);
    return false;
}
#define COUNT(M, db, ...) __extension__({ int64_t counted = -1;                   \
    check_ok(__FILE__, __LINE__, #M "_count", M##_count(db, &(M##_query){ __VA_ARGS__ }, &counted)); counted; })

/* a deterministic generator (SplitMix64), the same sequence on every machine */
__attribute__((unused)) static uint64_t random_next(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9E3779B97F4A7C15));
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}
__attribute__((unused)) static int random_below(uint64_t *state, int n) { return (int)(random_next(state) % (unsigned)n); }
#endif

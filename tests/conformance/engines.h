/* >>engines: the engines that the cases of this folder run on. Every case runs on each of them, on a database of its own that is empty
   but for the schema's tables:

       memory     SQLite in memory
       file       SQLite in a temporary file
       postgres   PostgreSQL, a schema of its own on the server of ORM_POSTGRES; tests/server.sh starts one. Without it these cases fail.

   ORM_ENGINES="memory file" narrows the choice; the closing lines say so. What an engine declares not to have is checked to be answered
   with ORM_UNSUPPORTED, see NEEDS, and counted in the closing lines. */
#ifndef ENGINES_H
#define ENGINES_H
#include "check.h"
#include "orm.h"
#include "dialects/sqlite.h"
#include "dialects/postgres.h"
#include <libpq-fe.h>
#include <stdlib.h>
#include <unistd.h>

enum { ON_MEMORY, ON_FILE, ON_POSTGRES, ON_ENGINES };
static const char *const engine_names[ON_ENGINES] = { "memory", "file", "postgres" };

/* ---- what is declared ---------------------------------------------------------------------------------------------------------- */
#define CAPABILITIES(X) X(returning) X(transactional_ddl) X(sum_of_long_decimals) X(comments) X(keys_by_returning) X(nulls_are_high) \
    X(generated_above_given) X(one_writer) X(enum_types) X(notify) X(declared_deferral)
#define CAPABILITY_INDEX(name) CAN_##name,
enum { CAPABILITIES(CAPABILITY_INDEX) CAN_COUNT };
static struct { bool seen; orm_capabilities can; int unsupported[CAN_COUNT]; } declared[ON_ENGINES];

/* ---- the running case ---------------------------------------------------------------------------------------------------------- */
static int case_engine;              /* ON_MEMORY ... */
static char case_url[512];           /* of its database: two handles on "memory" are two databases */
static char case_folder[64];         /* of a file, for files beside it */

/* NEEDS(db, sum_of_long_decimals, orm_sum(...)): the rest of the case is for engines that have the capability. On one that declares the
   lack, the call must answer ORM_UNSUPPORTED, and the case ends. */
#define NEEDS(db, capability, call) do {                                                     \
        if (!orm_capabilities_of(db)->capability) {                                          \
            CHECK_TEXT(orm_status_name(call), orm_status_name(ORM_UNSUPPORTED));             \
            declared[case_engine].unsupported[CAN_##capability]++;                           \
            return;                                                                          \
        }                                                                                    \
    } while (0)

static void print_size(int engine, const char *name, size_t size)
{
    if (size) printf("declared: %s %s %zu 0\n", engine_names[engine], name, size);
    else printf("declared: %s %s any 0\n", engine_names[engine], name);
}

/* before the count of a program: what each engine declares, and how many cases met a declared lack. tests/run.sh adds these up. */
static void engines_close(void)
{
    if (getenv("ORM_ENGINES")) printf("narrowed to: %s\n", getenv("ORM_ENGINES"));
    for (int e = 0; e < ON_ENGINES; e++) {
        if (!declared[e].seen) continue;
#define CAPABILITY_PRINT(name) printf("declared: %s %s %s %d\n", engine_names[e], #name, declared[e].can.name ? "yes" : "no", declared[e].unsupported[CAN_##name]);
        CAPABILITIES(CAPABILITY_PRINT)
        print_size(e, "max_name", declared[e].can.max_name);
        print_size(e, "max_pattern", declared[e].can.max_pattern);
    }
}

/* "$1" as "?1": a case expects one spelling of the parameters */
__attribute__((unused)) static void plain_parameters(char *sql)
{
    for (; *sql; sql++) if (sql[0] == '$' && sql[1] >= '1' && sql[1] <= '9') *sql = '?';
}

/* is this engine in ORM_ENGINES, which names all when it is not set? A word that names none ends the program. */
static bool engine_is_chosen(int engine)
{
    const char *chosen = getenv("ORM_ENGINES");
    bool found = !chosen;
    for (size_t n; chosen && *(chosen += strspn(chosen, " ")); chosen += n) {
        int e = 0;
        n = strcspn(chosen, " ");
        while (e < ON_ENGINES && (strlen(engine_names[e]) != n || memcmp(engine_names[e], chosen, n) != 0)) e++;
        if (e == ON_ENGINES) {
            printf("ORM_ENGINES holds %.*s, which is no engine\n", (int)n, chosen);
            exit(2);
        }
        found = found || e == engine;
    }
    return found;
}

/* ---- databases ------------------------------------------------------------------------------------------------------------------ */
static bool case_failed(const char *why)
{
    printf("%s: %s\n", engine_names[case_engine], why);
    check_failed = true;
    return false;
}

static bool file_make(void)
{
    snprintf(case_folder, sizeof case_folder, "/tmp/orm_case_XXXXXX");
    if (!mkdtemp(case_folder)) return case_failed("no temporary folder");
    snprintf(case_url, sizeof case_url, "sqlite:%s/case.db", case_folder);
    return true;
}

static void file_remove(void)
{
    static const char *const parts[] = { "", "-wal", "-shm", "-journal" };
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        char path[96];
        snprintf(path, sizeof path, "%s/case.db%s", case_folder, parts[i]);
        unlink(path);
    }
    CHECK(rmdir(case_folder) == 0);
}

/* on the server, by its own library: what is tested shall not test itself */
static bool server_run(const char *format, const char *name)
{
    static PGconn *server;                                  /* to the end of the program */
    char sql[256];
    const char *url = getenv("ORM_POSTGRES");
    if (!url) return case_failed("ORM_POSTGRES is not set: tests/server.sh PROGRAM starts a server and sets it");
    if (!server) server = PQconnectdb(url + strlen("postgres:"));
    snprintf(sql, sizeof sql, format, name, name);
    PGresult *result = PQexec(server, sql);
    bool worked = PQresultStatus(result) == PGRES_COMMAND_OK;
    PQclear(result);
    return worked || case_failed(PQerrorMessage(server));
}

static bool schema_make(char *name, size_t size)
{
    static int n;
    snprintf(name, size, "case_%ld_%d", (long)getpid(), ++n);
    if (!server_run("create schema %s", name)) return false;
    snprintf(case_url, sizeof case_url, "%s options=-csearch_path=%s", getenv("ORM_POSTGRES"), name);
    return true;
}

/* what a file of cases works with */
struct case_setup {
    const orm_schema *schema;            /* what the database holds when a case begins; NULL for nothing */
    orm_log_hook *log; void *log_context;
    void (*ready)(void);                 /* called then; may be NULL */
};

static const struct case_setup *case_setup;      /* of the running case */
/* one more handle on the database of the case; on "memory" it is a database of its own, with the same tables */
#define case_open(...) case_filled(orm_open(case_url, __VA_ARGS__), case_engine == ON_MEMORY)
/* a database apart from that of the case: SQLite in memory, with the same tables */
#define case_apart()   case_filled(orm_open("sqlite::memory:"), true)
__attribute__((unused)) static orm_db *case_filled(orm_db *db, bool empty)
{
    if (!db || (empty && case_setup->schema && orm_sync(db, case_setup->schema))) case_failed(orm_error()->message);
    return db;
}

static void case_run(const struct case_setup *setup, void (*run)(orm_db *db))
{
    orm_db *db = orm_open(case_url, .log = setup->log, .log_context = setup->log_context);
    if (!db || (setup->schema && orm_sync(db, setup->schema))) {
        case_failed(orm_error()->message);
    } else {
        declared[case_engine].seen = true;
        declared[case_engine].can = *orm_capabilities_of(db);
        if (setup->ready) setup->ready();
        run(db);
    }
    orm_close(db);
}

static void case_on(int engine, const struct case_setup *setup, void (*run)(orm_db *db))
{
    char schema[48];
    case_engine = engine;
    case_setup = setup;
    case_folder[0] = 0;
    if (engine == ON_MEMORY) {
        snprintf(case_url, sizeof case_url, "sqlite::memory:");
        case_run(setup, run);
    } else if (engine == ON_FILE && file_make()) {
        case_run(setup, run);
        file_remove();
    } else if (engine == ON_POSTGRES && schema_make(schema, sizeof schema)) {
        case_run(setup, run);
        server_run("set client_min_messages = error; drop schema %s cascade", schema);
    }
}

#define CASE_ON(name, where, engine, setup)                                                  \
    static void case_##name##where(void) { case_on(engine, &setup, case_##name); }           \
    static struct check_test check_entry_##name##where = { #name #where, case_##name##where, NULL }; \
    __attribute__((constructor)) static void check_register_##name##where(void)              \
    {                                                                                        \
        check_closing = engines_close;                                                       \
        if (engine_is_chosen(engine)) check_register(&check_entry_##name##where);            \
    }
#define ON_EACH_OF(name, setup)                                                              \
    static void case_##name(orm_db *db);                                                     \
    CASE_ON(name, __in_memory, ON_MEMORY, setup)                                             \
    CASE_ON(name, __in_a_file, ON_FILE, setup)                                               \
    CASE_ON(name, __on_postgres, ON_POSTGRES, setup)                                         \
    static void case_##name(orm_db *db)
/* only where two handles share a database */
#define ON_EACH_SHARED_OF(name, setup)                                                       \
    static void case_##name(orm_db *db);                                                     \
    CASE_ON(name, __in_a_file, ON_FILE, setup)                                               \
    CASE_ON(name, __on_postgres, ON_POSTGRES, setup)                                         \
    static void case_##name(orm_db *db)
#endif

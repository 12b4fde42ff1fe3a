/* >>helpers: what cases of any schema share. */
#ifndef HELPERS_H
#define HELPERS_H
#include "engines.h"

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
/* the call was refused with this kind, and without any statement */
#define REFUSED(db, call, kind_) do {                                             \
        uint64_t refused_before = orm_counters_of(db).statements;                 \
        orm_status refused_as = (call);                                           \
        check_refused(__FILE__, __LINE__, #call, refused_as, kind_, orm_counters_of(db).statements - refused_before); \
    } while (0)
/* the same for calls that answer a pointer */
#define REFUSED_ROWS(db, call, kind_) do {                                        \
        uint64_t refused_before = orm_counters_of(db).statements;                 \
        const void *refused_rows = (call);                                        \
        check_refused(__FILE__, __LINE__, #call, refused_rows ? ORM_OK : orm_error()->kind, kind_, orm_counters_of(db).statements - refused_before); \
    } while (0)
__attribute__((unused)) static void check_refused(const char *file, int line, const char *call, orm_status got, orm_status wanted, uint64_t statements)
{
    check_text(file, line, call, orm_status_name(got), orm_status_name(wanted));
    check_text(file, line, "orm_error()", orm_status_name(orm_error()->kind), orm_status_name(wanted));
    check_int(file, line, "the number of statements", (intmax_t)statements, 0);
    check_that(file, line, "orm_failed()", orm_failed());
}
#define COUNT(M, db, ...) __extension__({ int64_t counted = -1;                   \
    check_ok(__FILE__, __LINE__, #M "_count", M##_count(db, &(M##_query){ __VA_ARGS__ }, &counted)); counted; })

/* what calls that lose data want to hear: the name of the case's database */
__attribute__((unused)) static const char *case_database(void)
{
    static char name[64];
    const char *server = case_engine == ON_POSTGRES ? strstr(getenv("ORM_POSTGRES"), "dbname=") + strlen("dbname=") : "";
    snprintf(name, sizeof name, "%.*s", (int)strcspn(server, " "), server);
    return case_engine == ON_MEMORY ? ":memory:" : case_engine == ON_FILE ? "case.db" : name;
}

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

/* >>open: cases on the models of models.h, with what was sent at hand.

   ON_EACH(a_row_is_found_by_its_key) { ... uses orm_db *db ... } */
#ifndef CASES_OPEN_H
#define CASES_OPEN_H
#include "models.h"
#include "engines.h"
ORM_DEFINE(Core)

/* the statements since seen_clear(), by the log hook; parameters as ?1, ?2 ... on every engine */
static struct { unsigned n, errors; char sql[16][8192]; } seen;

static void seen_log(void *context, const orm_log_event *event)
{
    (void)context;
    if (event->level == ORM_LOG_ERROR) seen.errors++;
    if (event->level != ORM_LOG_SQL || !event->sql) return;
    if (seen.n < sizeof seen.sql / sizeof seen.sql[0]) {
        snprintf(seen.sql[seen.n], sizeof seen.sql[0], "%s", event->sql);
        plain_parameters(seen.sql[seen.n]);
    }
    seen.n++;
}

__attribute__((unused)) static void seen_clear(void) { seen.n = seen.errors = 0; }
/* how many statements the engine got since the last call of this function */
__attribute__((unused)) static uint64_t statements_since(orm_db *db, uint64_t *before)
{
    uint64_t now = orm_counters_of(db).statements, n = now - *before;
    *before = now;
    return n;
}

static const struct case_setup core_cases = { &Core_schema, seen_log, NULL, seen_clear };
#define ON_EACH(name)        ON_EACH_OF(name, core_cases)
#define ON_EACH_SHARED(name) ON_EACH_SHARED_OF(name, core_cases)

/* ---- helpers that many tests share ------------------------------------------------------------------------------------------- */
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

/* a deterministic generator (SplitMix64), the same sequence on every machine */
__attribute__((unused)) static uint64_t random_next(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9E3779B97F4A7C15));
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}
__attribute__((unused)) static int random_below(uint64_t *state, int n) { return (int)(random_next(state) % (unsigned)n); }

/* n users "u1", "u2" ... with ages that repeat and some without */
__attribute__((unused)) static void make_users(orm_db *db, User *users, size_t n)
{
    static orm_arena texts;
    orm_arena_reset(&texts);
    for (size_t i = 0; i < n; i++) {
        users[i] = User_defaults();
        users[i].name = orm_format(&texts, "u%zu", i + 1);
        users[i].email = orm_format(&texts, "u%zu@example.com", i + 1);
        users[i].role = (Role)(1 + i % 3);
        if (i % 4 != 3) users[i].age = orm_int32((int32_t)(20 + i % 10));
    }
    OK(User_create_all(db, users, n, NULL));
}
#endif

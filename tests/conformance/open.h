/* >>open: cases on the models of models.h, with what was sent at hand.

   ON_EACH(a_row_is_found_by_its_key) { ... uses orm_db *db ... } */
#ifndef CASES_OPEN_H
#define CASES_OPEN_H
#include "models.h"
#include "engines.h"
#include "helpers.h"
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

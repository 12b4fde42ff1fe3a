/* test: no-valgrind: C does not unwind a thread that ends by pthread_exit, and so what its loops hold on its stack is left behind */
/* A thread that ends in the middle of a walk over rows by SQL of its own leaves its connection to the others. */
#include "engines.h"
#include "helpers.h"
#include <pthread.h>

#define Step_FIELDS(X) X(id, serial) X(n, integer)
ORM_MODEL(Step, steps)
#define Walk_MODELS(X) X(Step)
ORM_SCHEMA(Walk)
ORM_DEFINE(Walk)
static const struct case_setup walk_cases = { &Walk_schema, NULL, NULL, NULL };
#define ON_EACH(name) ON_EACH_OF(name, walk_cases)
enum { STEPS = 1000 };

static void *walk_and_end(void *db)
{
    orm_tx *tx = orm_begin(db, NULL);
    ORM_SQL_EACH(Step, s, db, "select id from steps order by id", orm_no_params) {
        if (s->id == 300 && tx) pthread_exit(NULL);
    }
    return NULL;
}

ON_EACH(a_thread_may_end_in_a_walk)
{
    static Step steps[STEPS];
    pthread_t thread;
    for (int i = 0; i < STEPS; i++) {
        steps[i] = Step_defaults();
        steps[i].n = i;
    }
    OK(Step_create_all(db, steps, STEPS, NULL));
    REQUIRE(pthread_create(&thread, NULL, walk_and_end, db) == 0);
    pthread_join(thread, NULL);
    CHECK_INT(COUNT(Step, db, .all = false), STEPS);
    int64_t n = 0;
    ORM_SQL_EACH(Step, s, db, "select id, n from steps where n > ?1 order by n", orm_params(500)) n += s->n > 500;
    CHECK_INT(n, STEPS - 501);
}
CHECK_MAIN()

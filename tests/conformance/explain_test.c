/* >>explain_test: the plan of a query as a text, on each engine. */
#include "open.h"

ON_EACH(a_plan_names_the_table_and_its_index)
{
    orm_arena arena = { 0 };
    const char *plan = User_explain(db, &(User_query){ .where = orm_eq(User_.email, "a@example.com") }, &arena);
    REQUIRE(plan);
    CHECK(strstr(plan, case_engine == ON_POSTGRES ? "users" : "SEARCH"));
    CHECK(plan[strlen(plan) - 1] == '\n');
    plan = User_explain(db, NULL, &arena);
    REQUIRE(plan);
    CHECK(strstr(plan, case_engine == ON_POSTGRES ? "Seq Scan on users" : "SCAN t0"));
    orm_arena_release(&arena);
}

ON_EACH(a_plan_is_a_tree)
{
    orm_arena arena = { 0 };
    const char *plan = User_explain(db, &(User_query){ .where = orm_and(orm_in(User_.id, 1, 2, 3), orm_has_any(User_.posts)), .order = { orm_asc(User_.name) } }, &arena);
    REQUIRE(plan);
    CHECK(strstr(plan, "\n  "));
    orm_arena_release(&arena);
}

ON_EACH(analyze_runs_the_query)
{
    orm_arena arena = { 0 };
    if (case_engine != ON_POSTGRES) {
        REFUSED_ROWS(db, User_explain_analyze(db, NULL, &arena), ORM_UNSUPPORTED);
        return;
    }
    const char *plan = User_explain_analyze(db, NULL, &arena);
    REQUIRE(plan);
    CHECK(strstr(plan, "actual time"));
    REFUSED_ROWS(db, User_explain_analyze(db, &(User_query){ .lock = ORM_FOR_UPDATE }, &arena), ORM_MISUSE);
    orm_arena_release(&arena);
}

ON_EACH(what_is_wrong_with_a_query_is_told_as_by_find_all)
{
    orm_arena arena = { 0 };
    REFUSED_ROWS(db, User_explain(db, NULL, NULL), ORM_MISUSE);
    REFUSED_ROWS(db, User_explain(db, &(User_query){ .limit = -1 }, &arena), ORM_MISUSE);
    orm_arena_release(&arena);
}

ON_EACH(a_plan_is_told_in_a_transaction)
{
    orm_arena arena = { 0 };
    ORM_TRANSACTION(db) CHECK(User_explain(db, NULL, &arena));
    CHECK(!orm_failed());
    orm_arena_release(&arena);
}

CHECK_MAIN()

/* What operations cost in the steady state, as the handle's counters tell: each call is one statement that is compiled once, and rows live in
   their result's arena. `make bench-instructions` counts the instructions. */
#include "small.h"

/* what went by since the last look */
static orm_counters since(orm_db *db, orm_counters *before)
{
    orm_counters now = orm_counters_of(db), gone = { .statements = now.statements - before->statements, .prepares = now.prepares - before->prepares,
                                                     .rows = now.rows - before->rows, .allocations = now.allocations - before->allocations };
    *before = now;
    return gone;
}

static void fill(orm_db *db, size_t n)
{
    static Account rows[2000];
    static char names[2000][16];
    for (size_t i = 0; i < n; i++) {
        rows[i] = Account_defaults();
        snprintf(names[i], sizeof names[i], "name %zu", i);
        rows[i].name = names[i];
    }
    CHECK(Account_create_all(db, rows, n, NULL) == ORM_OK);
}

ON_EACH(a_find_compiles_once_and_allocates_at_most_one_block)
{
    fill(db, 100);
    Account *first = Account_find(db, 1);
    orm_free(first);
    orm_counters at = orm_counters_of(db), cost;
    for (int i = 1; i <= 100; i++) {
        Account *a = Account_find(db, i);
        CHECK(a && a->id == i);
        orm_free(a);
    }
    cost = since(db, &at);
    CHECK_INT(cost.statements, 100);
    CHECK_INT(cost.prepares, 0);
    CHECK_INT(cost.rows, 100);
    CHECK(cost.allocations <= 100);
}

ON_EACH(rows_of_a_list_take_no_allocation_each)
{
    fill(db, 2000);
    orm_free(Account_find_all(db, NULL));
    orm_counters at = orm_counters_of(db), cost;
    Account *all = Account_find_all(db, NULL);
    CHECK_INT(orm_len(all), 2000);
    orm_free(all);
    cost = since(db, &at);
    CHECK_INT(cost.statements, 1);
    CHECK_INT(cost.prepares, 0);
    CHECK_INT(cost.rows, 2000);
    CHECK(cost.allocations < 60);
}

ON_EACH(children_of_many_parents_are_one_statement_and_no_allocation_each)
{
    static Entry entries[1000];
    fill(db, 200);
    for (int i = 0; i < 1000; i++) {
        entries[i] = Entry_defaults();
        entries[i].account_id = 1 + i / 5;
        entries[i].note = "note";
    }
    CHECK(Entry_create_all(db, entries, 1000, NULL) == ORM_OK);
    orm_counters at = { 0 }, cost = { 0 };
    for (int pass = 0; pass < 2; pass++) {
        at = orm_counters_of(db);
        Account *all = Account_find_all(db, &(Account_query){ .include = { orm_with(Account_.entries) } });
        CHECK_INT(orm_len(all), 200);
        CHECK_INT(orm_len(all[199].entries), 5);
        orm_free(all);
        cost = since(db, &at);
    }
    CHECK_INT(cost.statements, 2);
    CHECK_INT(cost.prepares, 0);
    CHECK_INT(cost.rows, 1200);
    CHECK(cost.allocations < 60);
}

/* one of each, with values that differ from turn to turn */
static void one_of_each(orm_db *db, int turn)
{
    char name[32];
    snprintf(name, sizeof name, "turn %d", turn);
    ORM_NEW(Account, a, .name = name, .balance = turn);
    CHECK(Account_create(db, &a) == ORM_OK);
    a.balance++;
    CHECK(Account_save(db, &a) == ORM_OK);
    CHECK(Account_update(db, &(Account_change){ .set = { orm_inc(Account_.balance, turn) }, .where = orm_eq(Account_.id, a.id) }, NULL) == ORM_OK);
    Account *page = Account_find_all(db, &(Account_query){
        .where = orm_and(orm_gte(Account_.balance, turn), orm_starts_with(Account_.name, name)), .order = { orm_desc(Account_.created_at) }, .limit = 5 });
    CHECK_INT(orm_len(page), 1);
    orm_free(page);
    CHECK(Account_destroy(db, &a) == ORM_OK);
}

ON_EACH(each_call_is_one_statement_that_is_compiled_once)
{
    one_of_each(db, 1);
    orm_counters at = orm_counters_of(db), cost;
    for (int turn = 2; turn <= 11; turn++) one_of_each(db, turn);
    cost = since(db, &at);
    CHECK_INT(cost.statements, 50);
    CHECK_INT(cost.prepares, 0);
    CHECK(cost.allocations <= 20);               /* of the pages */
}

ON_EACH(many_rows_are_inserted_by_a_statement_for_each_hundred_or_thousand)
{
    fill(db, 2000);
    orm_counters at = orm_counters_of(db), cost;
    fill(db, 2000);
    cost = since(db, &at);
    CHECK_INT(cost.statements, case_engine == ON_POSTGRES ? 4 : 22);              /* with begin and commit */
    CHECK_INT(cost.prepares, 0);
}

ON_EACH(the_key_at_the_end_of_an_order_runs_its_way_so_that_an_index_serves_both)
{
    Entry *page = Entry_find_all(db, &(Entry_query){ .order = { orm_desc(Entry_.account_id) }, .limit = 5 });
    CHECK_CONTAINS(small_sql(1), "order by t0.\"account_id\" desc, t0.\"id\" desc");
    orm_free(page);
}

ON_EACH(a_freed_row_is_known_even_when_its_memory_serves_the_next)
{
    orm_db *own = case_again();
    (void)db;
    fill(own, 2);
    Account *first = Account_find(own, 1), copy = *first;
    orm_free(first);
    Account *second = Account_find(own, 2);
    CHECK(Account_save(own, &copy) == ORM_STALE_ROW);
    CHECK_INT(orm_len(second), 1);
    CHECK_TEXT(second->name, "name 1");
    orm_close(own);
    CHECK_TEXT(second->name, "name 1");          /* rows outlive their handle */
    orm_free(second);
}

CHECK_MAIN()

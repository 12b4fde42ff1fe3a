/* >>mistakes_test: what people do by mistake works, or gives one clear error, and never reads memory that is gone (run it with ASan). */
#include "small.h"
#include "check_alloc.h"

/* a copy of a row whose result was freed */
static Account stale_account(orm_db *db)
{
    Account made = small_account(db, "Ada");
    Account *found = Account_find(db, made.id);
    Account copy = *found;
    orm_free(found);
    return copy;
}

/* ---- copies of rows whose result is gone ---- */

ON_EACH(every_call_refuses_a_copied_row_whose_result_was_freed)
{
    Account gone = stale_account(db);
    uint64_t before = small_sent(db);
    orm_failures failures;
    CHECK_INT(Account_save(db, &gone), ORM_STALE_ROW);
    CHECK_INT(orm_error()->kind, ORM_STALE_ROW);
    CHECK_TEXT(orm_error()->model, "Account");
    CHECK_CONTAINS(orm_error()->message, "a result that was freed");
    CHECK_INT(Account_save_only(db, &gone, (Account_mask){ .name = 1 }), ORM_STALE_ROW);
    CHECK_INT(Account_destroy(db, &gone), ORM_STALE_ROW);
    CHECK_INT(Account_create(db, &gone), ORM_STALE_ROW);
    CHECK_INT(Account_create_all(db, &gone, 1, NULL), ORM_STALE_ROW);
    CHECK(!Account_reload(db, &gone));
    CHECK_INT(orm_error()->kind, ORM_STALE_ROW);
    CHECK_INT(Account_validate(&gone, &failures), ORM_STALE_ROW);
    CHECK_INT(failures.total, 0);
    CHECK(!Account_find_all(db, &(Account_query){ .order = { orm_asc(Account_.name) }, .after = &gone }));
    CHECK_INT(orm_error()->kind, ORM_STALE_ROW);
    CHECK_INT(small_sent(db), before);
    CHECK_INT(small_count(db), 1);
}

ON_EACH(copy_and_json_of_a_stale_row_are_refused_with_their_own_error)
{
    Account gone = stale_account(db);
    /* an older failure must not hide the new one */
    CHECK_INT(Account_destroy_by_key(db, 999), ORM_STALE);
    CHECK(!Account_copy(&gone));
    CHECK_INT(orm_error()->kind, ORM_STALE_ROW);
    CHECK_CONTAINS(orm_error()->message, "freed");
    CHECK_INT(Account_destroy_by_key(db, 999), ORM_STALE);
    CHECK(!Account_to_json(&gone, (Account_mask){ 0 }));
    CHECK_INT(orm_error()->kind, ORM_STALE_ROW);
    CHECK(!Account_all_to_json(&gone, (Account_mask){ 0 }));
    CHECK_INT(orm_error()->kind, ORM_STALE_ROW);
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    CHECK_INT(Account_destroy_by_key(db, 999), ORM_STALE);
    CHECK_INT(orm_print_json(out, Account, &gone), ORM_STALE_ROW);
    CHECK_INT(orm_print_json_all(out, Account, &gone), ORM_STALE_ROW);
    CHECK_INT(orm_print_json_lines(out, Account, &gone), ORM_STALE_ROW);
    CHECK_INT(orm_error()->kind, ORM_STALE_ROW);
    fclose(out);
    CHECK_INT(size, 0);
    free(text);
}

ON_EACH(dump_shows_a_stale_row_without_its_texts)
{
    Account gone = stale_account(db);
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    orm__dump(out, &Account_model, &gone);
    fclose(out);
    CHECK_CONTAINS(text, "stale: its result was freed");
    CHECK_CONTAINS(text, "name = gone");
    CHECK(!strstr(text, "Ada"));
    free(text);
}

ON_EACH(relations_of_a_stale_row_are_not_loaded_and_its_length_is_1)
{
    Account made = small_account(db, "Ada");
    Account *list = Account_find_all(db, &(Account_query){ .include = { orm_with(Account_.entries) } });
    Account copy = list[0];
    CHECK(orm_loaded(&copy, Account_.entries));
    CHECK_INT(orm_len(copy.entries), 0);
    orm_free(list);
    CHECK(!orm_loaded(&copy, Account_.entries));
    CHECK_INT(orm_len(&copy), 1);
    CHECK(!orm_loaded((Account *)NULL, Account_.entries));
    (void)made;
}

/* ---- copies while their result lives ---- */

ON_EACH(a_copied_row_is_saved_while_its_result_lives)
{
    Account made = small_account(db, "Ada");
    Account *found = Account_find(db, made.id);
    Account copy = *found;
    copy.balance = 7;
    copy.bio = "short";
    CHECK_INT(Account_save(db, &copy), ORM_OK);
    CHECK_CONTAINS(small_sql(1), "\"balance\" =");
    CHECK(!strstr(small_sql(1), "\"name\" ="));
    Account *again = Account_reload(db, &copy);
    CHECK_INT(again->balance, 7);
    CHECK_TEXT(again->bio, "short");
    orm_free(again);
    orm_free(found);
    CHECK_INT(Account_save(db, &copy), ORM_STALE_ROW);
}

ON_EACH(a_row_saved_twice_sends_nothing_the_second_time)
{
    Account made = small_account(db, "Ada");
    Account *found = Account_find(db, made.id);
    found->name = "Grace";
    CHECK_INT(Account_save(db, found), ORM_OK);
    uint64_t sent = small_sent(db);
    CHECK_INT(Account_save(db, found), ORM_OK);
    CHECK_INT(small_sent(db), sent);
    found->name = "Ada";                                  /* back again is a change, too */
    CHECK_INT(Account_save(db, found), ORM_OK);
    CHECK_INT(small_sent(db), sent + 1);
    orm_free(found);
    found = Account_find(db, made.id);
    CHECK_TEXT(found->name, "Ada");
    orm_free(found);
    /* a created row has no snapshot and is sent as a whole each time */
    CHECK_INT(Account_save(db, &made), ORM_OK);
    CHECK_INT(Account_save(db, &made), ORM_OK);
    CHECK_INT(small_count(db), 1);
}

ON_EACH(a_fresh_row_saved_is_created_and_creating_it_again_is_refused)
{
    ORM_NEW(Account, ada, .name = "Ada");
    CHECK_INT(Account_save(db, &ada), ORM_OK);
    CHECK(ada.id > 0);
    CHECK_INT(Account_create(db, &ada), ORM_MISUSE);
    CHECK_CONTAINS(orm_error()->message, "Account_save updates it");
    Account *found = Account_find(db, ada.id);
    CHECK_INT(Account_create(db, found), ORM_MISUSE);
    CHECK_CONTAINS(orm_error()->message, "Account_defaults()");
    orm_free(found);
    CHECK_INT(small_count(db), 1);
}

ON_EACH(saving_a_row_that_was_destroyed_is_told)
{
    Account made = small_account(db, "Ada");
    Account *found = Account_find(db, made.id);
    CHECK_INT(Account_destroy_by_key(db, made.id), ORM_OK);
    found->balance = 1;
    CHECK_INT(Account_save(db, found), ORM_STALE);
    CHECK_INT(Account_destroy(db, found), ORM_STALE);
    CHECK(!Account_reload(db, found));
    CHECK_INT(orm_error()->kind, ORM_STALE);
    CHECK(orm_failed());
    orm_free(found);
}

/* ---- lengths ---- */

ON_EACH(orm_len_tells_a_list_from_a_row_wherever_it_stands)
{
    for (int i = 0; i < 5; i++) small_account(db, "Ada");
    Account *list = Account_find_all(db, NULL);
    CHECK_INT(orm_len(list), 5);
    CHECK_INT(orm_len(&list[0]), 5);                      /* the same address */
    CHECK_INT(orm_len(&list[2]), 1);
    Account first = list[0], array[3] = { list[0], list[1], list[0] };
    CHECK_INT(orm_len(&first), 1);
    CHECK_INT(orm_len(array), 1);
    CHECK_INT(orm_len(&array[2]), 1);
    Account *on_heap = malloc(sizeof *on_heap);
    *on_heap = list[0];
    CHECK_INT(orm_len(on_heap), 1);
    free(on_heap);
    ORM_NEW(Account, fresh, .name = "Ada");
    Account zero = { .name = "Ada" };
    CHECK_INT(orm_len(&fresh), 1);
    CHECK_INT(orm_len(&zero), 1);
    CHECK_INT(orm_len((Account *)NULL), 0);
    orm_free(list);
    Account *none = Account_find_all(db, &(Account_query){ .where = orm_eq(Account_.name, "nobody") });
    CHECK(none != NULL);
    CHECK_INT(orm_len(none), 0);
    orm_free(none);
}

/* ---- orm_free of what it is not for ---- */

static void refused(orm_db *db, const void *pointer)
{
    CHECK(small_count(db) >= 0);                          /* forgets the error before */
    CHECK_INT(orm__free(pointer), ORM_MISUSE);
    CHECK_INT(orm_error()->kind, ORM_MISUSE);
    CHECK_CONTAINS(orm_error()->message, "no live result");
}

ON_EACH(orm_free_refuses_everything_but_a_live_result)
{
    Account ada = small_account(db, "Ada"), grace = small_account(db, "Grace");
    ORM_NEW(Entry, entry, .account_id = ada.id, .note = "x");
    CHECK_INT(Entry_create(db, &entry), ORM_OK);
    Account *list = Account_find_all(db, &(Account_query){ .include = { orm_with(Account_.entries) }, .order = { orm_asc(Account_.id) } });
    REQUIRE(list && orm_len(list) == 2);
    refused(db, &list[1]);                                    /* an inner row */
    refused(db, list[0].entries);                             /* a nested list */
    refused(db, list[1].entries);                             /* an empty one */
    refused(db, list[0].name);
    Account copy = list[0];
    refused(db, &copy);                                       /* a row on the stack */
    refused(db, &ada);
    ORM_NEW(Account, fresh, .name = "x");
    refused(db, &fresh);
    refused(db, (const void *)(uintptr_t)16);                 /* garbage is not read */
    refused(db, (const void *)(UINTPTR_MAX - 15));
    refused(db, (const char *)list + 8);
    CHECK_TEXT(list[1].name, "Grace");                    /* all of it is still there */
    CHECK_TEXT(list[0].entries[0].note, "x");
    orm_free(list);
    refused(db, list);                                        /* twice */
    CHECK_INT(orm__free(NULL), ORM_OK);
    orm_free((Account *)NULL);
    (void)grace;
}

/* ---- rows that did not begin with defaults ---- */

ON_EACH(a_row_that_began_as_a_plain_initialiser_is_refused_in_one_sentence)
{
    Account plain = { .name = "Ada" };
    static const char sentence[] = "the row did not begin with ORM_NEW(Account, ...) or Account_defaults()";
    uint64_t sent = small_sent(db);
    CHECK_INT(Account_create(db, &plain), ORM_MISUSE);
    CHECK_CONTAINS(orm_error()->message, sentence);
    CHECK_INT(Account_save(db, &plain), ORM_MISUSE);
    CHECK_CONTAINS(orm_error()->message, sentence);
    CHECK_INT(Account_validate(&plain, NULL), ORM_MISUSE);
    CHECK_CONTAINS(orm_error()->message, sentence);
    CHECK_INT(Account_create_all(db, &plain, 1, NULL), ORM_MISUSE);
    CHECK_CONTAINS(orm_error()->message, sentence);
    CHECK_INT(Account_destroy(db, &plain), ORM_MISUSE);
    CHECK(!Account_reload(db, &plain));
    CHECK(!Account_copy(&plain));
    CHECK_INT(orm_error()->kind, ORM_MISUSE);
    CHECK_INT(Account_create(db, NULL), ORM_MISUSE);
    CHECK_INT(Account_save(db, NULL), ORM_MISUSE);
    CHECK_INT(Account_validate(NULL, NULL), ORM_MISUSE);
    CHECK_INT(Account_destroy(db, NULL), ORM_MISUSE);
    CHECK(!Account_reload(db, NULL));
    CHECK(!Account_copy(NULL));
    CHECK(!Account_to_json(NULL, (Account_mask){ 0 }));
    CHECK_INT(orm_error()->kind, ORM_MISUSE);
    CHECK_INT(small_sent(db), sent);
}

ON_EACH(an_array_filled_in_a_loop_is_inserted_at_once)
{
    Account rows[250];
    char names[250][16];
    for (size_t i = 0; i < 250; i++) {
        snprintf(names[i], sizeof names[i], "name %zu", i);
        rows[i] = Account_defaults();
        rows[i].name = names[i];
        rows[i].balance = (int32_t)i;
    }
    CHECK_INT(Account_create_all(db, rows, 250, NULL), ORM_OK);
    CHECK_INT(small_count(db), 250);
    for (size_t i = 0; i < 250; i++) CHECK_INT(rows[i].id, rows[0].id + (int64_t)i);
    Account *last = Account_find(db, rows[249].id);
    REQUIRE(last);
    CHECK_TEXT(last->name, "name 249");
    CHECK(last->active);                                  /* the default did its work */
    orm_free(last);
    CHECK_INT(Account_create_all(db, rows, 250, NULL), ORM_MISUSE);
    CHECK_INT(Account_create_all(db, NULL, 0, NULL), ORM_OK);
    CHECK_INT(Account_create_all(db, NULL, 3, NULL), ORM_MISUSE);
}

ON_EACH(one_forgotten_default_in_an_array_inserts_nothing)
{
    Account rows[3] = { Account_defaults(), { .name = "two" }, Account_defaults() };
    rows[0].name = "one";
    rows[2].name = "three";
    CHECK_INT(Account_create_all(db, rows, 3, NULL), ORM_MISUSE);
    CHECK_INT(small_count(db), 0);
    CHECK_INT(rows[0].id, 0);
}

/* ---- conditions as values ---- */

static Account_pred richer_than(int32_t balance)
{
    return orm_and(orm_gt(Account_.balance, balance), orm_eq(Account_.active, true));
}

static int64_t how_many(orm_db *db, Account_pred where)
{
    int64_t n = -1;
    return Account_count(db, &(Account_query){ .where = where }, &n) ? -1 : n;
}

ON_EACH(conditions_are_values_that_may_be_kept_returned_and_reused)
{
    for (int i = 0; i < 10; i++) {
        ORM_NEW(Account, account, .name = i % 2 ? "odd" : "even", .balance = i);
        CHECK_INT(Account_create(db, &account), ORM_OK);
    }
    for (int wanted = 0; wanted < 2; wanted++) {
        Account_query query = { .order = { orm_asc(Account_.id) } };
        if (wanted) query.where = orm_eq(Account_.name, "odd");
        query.where = orm_and(query.where, orm_if(wanted, orm_gt(Account_.balance, 4)));
        int64_t n = 0;
        CHECK_INT(Account_count(db, &query, &n), ORM_OK);
        CHECK_INT(n, wanted ? 3 : 10);
        CHECK_INT(Account_count(db, &query, &n), ORM_OK);          /* used again */
        CHECK_INT(n, wanted ? 3 : 10);
    }
    static Account_pred kept;
    kept = richer_than(7);
    CHECK_INT(how_many(db, kept), 2);
    CHECK_INT(how_many(db, orm_not(kept)), 8);
    CHECK_INT(how_many(db, orm_or(kept, orm_eq(Account_.balance, 0))), 3);
    CHECK_INT(how_many(db, orm_or(kept, kept)), 2);
    CHECK_INT(how_many(db, richer_than(100)), 0);
}

ON_EACH(a_condition_with_too_many_terms_is_an_error_of_the_call)
{
    Account_pred many = orm_eq(Account_.balance, 0);
    for (int i = 1; i < ORM_MAX_TERMS + 4; i++) many = orm_or(many, orm_eq(Account_.balance, i));
    int64_t n = 0;
    uint64_t sent = small_sent(db);
    CHECK_INT(Account_count(db, &(Account_query){ .where = many }, &n), ORM_MISUSE);
    CHECK_CONTAINS(orm_error()->message, "orm_all_of");
    CHECK_INT(small_sent(db), sent);
}

ON_EACH(a_null_text_in_a_condition_is_an_error_and_not_every_row)
{
    small_account(db, "Ada");
    const char *nothing = NULL;
    int64_t n = 0;
    CHECK(Account_count(db, &(Account_query){ .where = orm_eq(Account_.name, nothing) }, &n) != ORM_OK);
    CHECK_TEXT(orm_error()->field, "name");
    CHECK_CONTAINS(orm_error()->message, "NULL");
    CHECK(Account_destroy_all(db, &(Account_query){ .where = orm_eq(Account_.name, nothing) }, NULL) != ORM_OK);
    CHECK(Account_destroy_all(db, &(Account_query){ .where = orm_if(nothing, orm_eq(Account_.name, nothing)) }, NULL) != ORM_OK);
    CHECK(Account_destroy_all(db, NULL, NULL) != ORM_OK);
    CHECK(Account_find_by_email(db, nothing) == NULL);
    CHECK(orm_failed());
    CHECK_INT(small_count(db), 1);
}

/* ---- two databases ---- */

ON_EACH(a_row_of_another_handle_is_judged_by_its_key_there)
{
    orm_db *here = case_again(), *there = case_apart();
    (void)db;
    Account ada = small_account(here, "Ada");
    CHECK_INT(Account_save(there, &ada), ORM_STALE);      /* it is not there */
    Account twin = small_account(there, "Twin");
    CHECK_INT(twin.id, ada.id);
    ada.balance = 3;
    CHECK_INT(Account_save(there, &ada), ORM_OK);
    Account *found = Account_find(there, twin.id);
    CHECK_TEXT(found->name, "Ada");
    orm_free(found);
    /* rows of results do not belong to a handle, either */
    Account *read = Account_find(here, ada.id);
    read->balance = 4;
    CHECK_INT(Account_save(there, read), ORM_OK);
    orm_close(here);
    CHECK_TEXT(read->name, "Ada");                        /* a result outlives its handle */
    orm_free(read);
    orm_close(there);
}

/* ---- copies with a life of their own ---- */

ON_EACH(a_copy_outlives_its_result_and_is_saved)
{
    Account ada = small_account(db, "Ada");
    ORM_NEW(Entry, entry, .account_id = ada.id, .note = "first");
    CHECK_INT(Entry_create(db, &entry), ORM_OK);
    Account *list = Account_find_all(db, &(Account_query){ .include = { orm_with(Account_.entries) } });
    Account *kept = Account_copy(&list[0]);
    REQUIRE(kept);
    orm_free(list);
    CHECK_TEXT(kept->name, "Ada");
    CHECK_INT(orm_len(kept), 1);
    CHECK_INT(orm_len(kept->entries), 1);
    CHECK_TEXT(kept->entries[0].note, "first");
    CHECK(orm_loaded(kept, Account_.entries));
    kept->balance = 12;
    CHECK_INT(Account_save(db, kept), ORM_OK);
    kept->entries[0].amount = 5;
    CHECK_INT(Entry_save(db, &kept->entries[0]), ORM_OK);
    Account twice = *kept;
    orm_free(kept);
    CHECK_INT(Account_save(db, &twice), ORM_STALE_ROW);
    Account *now = Account_find(db, ada.id);
    CHECK_INT(now->balance, 12);
    orm_free(now);
}

ON_EACH(a_copy_of_a_fresh_row_owns_its_texts_and_is_created)
{
    char name[] = "Ada";
    ORM_NEW(Account, ada, .name = name);
    ORM_AUTO Account *copy = Account_copy(&ada);
    REQUIRE(copy);
    memcpy(name, "Eve", 3);
    CHECK_TEXT(copy->name, "Ada");
    CHECK_INT(Account_create(db, copy), ORM_OK);
    CHECK(copy->id > 0);
    CHECK_INT(ada.id, 0);
}

/* ---- ORM_AUTO and arenas ---- */

static int64_t balance_of(orm_db *db, int64_t id)
{
    ORM_AUTO Account *found = Account_find(db, id);
    if (!found) return -1;
    return found->balance;                                /* leaves by return */
}

ON_EACH(orm_auto_frees_whatever_way_the_scope_is_left)
{
    struct check_allocator memory = { 0 };
    orm_db *own = case_open(.allocator = check_failing_allocator(&memory));
    (void)db;
    Account ada = small_account(own, "Ada");
    CHECK_INT(balance_of(own, ada.id), 0);
    orm_free(Account_find_all(own, NULL));                 /* statements are kept */
    size_t live = memory.live;
    for (int i = 0; i < 20; i++) {
        CHECK_INT(balance_of(own, ada.id), 0);
        CHECK_INT(balance_of(own, 999), -1);
        ORM_AUTO Account *list = Account_find_all(own, NULL);
        CHECK_INT(orm_len(list), 1);
        if (i == 3) continue;
        if (i == 15) break;
    }
    CHECK_INT(memory.live, live);
    orm_close(own);
    CHECK_INT(memory.live, 0);
    CHECK(!memory.wrong);
}

ON_EACH(a_callers_arena_holds_several_results_and_is_used_again)
{
    for (int i = 0; i < 50; i++) small_account(db, i ? "Ada" : "Grace");
    orm_arena arena = { 0 };
    for (int round = 0; round < 3; round++) {
        Account *all = Account_find_all(db, &(Account_query){ .arena = &arena });
        Account *one = Account_find_one(db, &(Account_query){ .where = orm_eq(Account_.name, "Grace"), .arena = &arena });
        Account *none = Account_find_all(db, &(Account_query){ .where = orm_eq(Account_.name, "x"), .arena = &arena });
        REQUIRE(all && one && none);
        CHECK_INT(orm_len(all), 50);
        CHECK_INT(orm_len(one), 1);
        CHECK_INT(orm_len(none), 0);
        const char *line = orm_format(&arena, "%s and %s", one->name, all[7].name);
        CHECK_TEXT(line, "Grace and Ada");
        Account copy = all[3];
        orm_free(one);                                    /* retires it before the arena goes */
        CHECK_INT(Account_save(db, &all[3]), ORM_OK);
        if (round < 2) orm_arena_reset(&arena);
        else orm_arena_release(&arena);
        CHECK_INT(Account_save(db, &copy), ORM_STALE_ROW);
        refused(db, all);
    }
    orm_arena_release(&arena);
}

ON_EACH(each_handle_takes_its_memory_from_its_own_allocator)
{
    struct check_allocator first = { 0 }, second = { 0 };
    (void)db;
    orm_db *a = orm_open(case_url, .allocator = check_failing_allocator(&first));
    size_t after_open = first.count;
    CHECK(after_open > 0);
    orm_db *b = orm_open(case_url, .allocator = check_failing_allocator(&second));
    CHECK_INT(first.count, after_open);
    REQUIRE(a && b && !orm_sync(a, &Small_schema));
    CHECK_INT(second.count, orm_counters_of(b).allocations + 1);      /* the meter itself is the one that it does not count */
    small_account(a, "Ada");
    Account *found = Account_find_all(a, NULL);
    CHECK_INT(first.count, orm_counters_of(a).allocations + 1);
    orm_close(a);
    CHECK(first.live > 0);                                /* the result outlives the handle */
    CHECK_TEXT(found->name, "Ada");
    orm_free(found);
    CHECK_INT(first.live, 0);
    CHECK(!first.wrong);
    orm_close(b);
    CHECK_INT(second.live, 0);
    CHECK(!second.wrong);
    CHECK(!orm_open(case_url, .allocator = { .allocate = check_allocate }));
    CHECK_INT(orm_error()->kind, ORM_CONFIG);
}

/* ---- relations ---- */

ON_EACH(orm_loaded_tells_none_from_not_loaded)
{
    Account ada = small_account(db, "Ada");
    ORM_NEW(Entry, entry, .account_id = ada.id, .note = "x");
    CHECK_INT(Entry_create(db, &entry), ORM_OK);
    Entry *plain = Entry_find_all(db, NULL);
    CHECK(!plain->account);
    CHECK(!orm_loaded(plain, Entry_.account));
    orm_free(plain);
    Entry *with = Entry_find_all(db, &(Entry_query){ .include = { orm_with(Entry_.account) } });
    CHECK(orm_loaded(with, Entry_.account));
    CHECK_TEXT(with->account->name, "Ada");
    CHECK_INT(orm_len(with->account), 1);
    orm_free(with);
    /* the same parent may be hidden by the include's own condition: loaded, and none */
    Entry *hidden = Entry_find_all(db, &(Entry_query){ .include = { orm_with(Entry_.account, .where = orm_eq(Account_.name, "nobody")) } });
    REQUIRE(hidden);
    CHECK(!hidden->account);
    CHECK(orm_loaded(hidden, Entry_.account));
    orm_free(hidden);
    Account *parents = Account_find_all(db, &(Account_query){ .include = { orm_with(Account_.entries, .where = orm_eq(Entry_.note, "y")) } });
    CHECK(parents->entries != NULL);
    CHECK_INT(orm_len(parents->entries), 0);
    CHECK(orm_loaded(parents, Account_.entries));
    orm_free(parents);
    CHECK(!orm_loaded(&entry, Entry_.account));           /* created, not read */
}

/* ---- handles ---- */

ON_EACH(calls_that_are_given_no_place_for_their_answer_say_so_and_send_nothing)
{
    small_account(db, "Ada");
    uint64_t before = small_sent(db);
    CHECK_INT(Account_count(db, NULL, NULL), ORM_MISUSE);
    CHECK_TEXT(orm_error()->message, "count needs a place for its answer, it was given NULL");
    CHECK_INT(Account_exists(db, NULL, NULL), ORM_MISUSE);
    CHECK_CONTAINS(orm_error()->message, "exists needs a place");
    CHECK(!Account_find_and_count(db, NULL, NULL));
    CHECK_INT(orm_error()->kind, ORM_MISUSE);
    CHECK_INT(small_sent(db), before);
    CHECK_INT(small_count(db), 1);
}

ON_EACH(a_transaction_without_a_function_is_refused)
{
    uint64_t before = small_sent(db);
    CHECK_INT(orm_transaction(db, NULL, NULL, NULL), ORM_MISUSE);
    CHECK_TEXT(orm_error()->message, "orm_transaction needs a function");
    CHECK_INT(orm_json_end(NULL, NULL), ORM_MISUSE);        /* as nothing came before it: the failure of before, or its own */
    CHECK_INT(small_sent(db), before);
    CHECK_INT(small_count(db), 0);
    CHECK_INT(orm_json_end(NULL, NULL), ORM_MISUSE);
    CHECK_TEXT(orm_error()->message, "orm_json_end: the writer is NULL");
}

TEST(a_null_handle_is_told_by_every_call)
{
    int64_t n = 5;
    bool yes = true;
    ORM_NEW(Account, ada, .name = "Ada");
    CHECK(!Account_find(NULL, 1));
    CHECK_INT(orm_error()->kind, ORM_MISUSE);
    CHECK(!Account_find_all(NULL, NULL));
    CHECK_INT(Account_create(NULL, &ada), ORM_MISUSE);
    CHECK_INT(Account_save(NULL, &ada), ORM_MISUSE);
    CHECK_INT(Account_count(NULL, NULL, &n), ORM_MISUSE);
    CHECK_INT(Account_exists(NULL, NULL, &yes), ORM_MISUSE);
    CHECK_INT(orm_sync(NULL, &Small_schema), ORM_MISUSE);
    CHECK_INT(orm_exec(NULL, NULL, "select 1", orm_no_params), ORM_MISUSE);
    CHECK(!orm_begin(NULL, NULL));
    int runs = 0;
    ORM_TRANSACTION(NULL) runs++;
    CHECK_INT(runs, 0);
    CHECK(orm_failed());
    CHECK_INT(orm_counters_of(NULL).statements, 0);
    CHECK_TEXT(orm_engine(NULL), "");
    CHECK(!orm_capabilities_of(NULL)->returning);
    orm_close(NULL);
    CHECK_INT(orm_commit(NULL), ORM_MISUSE);
    orm_rollback(NULL);
}

CHECK_MAIN()

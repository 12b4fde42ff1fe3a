/* Pitfalls of transactions: calls that run beside them, blocks that do not end, failures that nobody looked at, and others who write at the same time. */
#include "pit.h"
#include <time.h>

/* a function that knows nothing of transactions */
static orm_status sell_one(orm_db *db, int64_t item)
{
    ORM_NEW(Sale, sale, .item_id = item, .amount = 1);
    orm_status status = Sale_create(db, &sale);
    return status ? status : Item_update(db, &(Item_change){ .set = { orm_dec(Item_.stock, 1) }, .where = orm_eq(Item_.id, item) }, NULL);
}

PIT(P09_every_call_in_the_block_belongs_to_it_handed_over_or_not)
{
    const Item item = an_item(db, "lamp", 5);
    ORM_TRANSACTION(db) {
        OK(sell_one(db, item.id));
        OK(orm_exec(db, NULL, "update items set name = 'lamps'", orm_no_params));
        CHECK_INT(stock_of(db, item.id), 4);
        break;
    }
    CHECK_INT(stock_of(db, item.id), 5);
    CHECK_INT(COUNT(Sale, db, .limit = 0), 0);
    CHECK_INT(COUNT(Item, db, .where = orm_eq(Item_.name, "lamp")), 1);
}

/* ---- blocks that do not end ------------------------------------------------------------------------------------------------------------ */

static int leaves_by_return(orm_db *db)
{
    ORM_TRANSACTION(db) {
        an_item(db, "never", 1);
        return 1;
    }
    return 0;
}

PIT(P10_a_block_that_is_left_by_return_is_rolled_back_and_gives_its_connection_back)
{
    for (int i = 0; i < 30; i++) {                                       /* more often than a pool has connections */
        CHECK_INT(leaves_by_return(db), 1);
        CHECK_TEXT(orm_status_name(orm_error()->kind), "ORM_LEFT_EARLY");
        CHECK_CONTAINS(orm_error()->message, "transaction_test.c:");
    }
    CHECK_INT(orm_counters_of(db).in_use, 0);
    CHECK_INT(heard.errors, 30);
    CHECK_INT(COUNT(Item, db, .limit = 0), 0);
}

PIT_SHARED(P10_a_transaction_without_an_end_is_rolled_back_and_told)
{
    orm_db *own = case_open(.log = hear);
    REQUIRE(own);
    listen_anew();
    CHECK(orm_begin(own, NULL) != NULL);
    an_item(own, "never", 1);
    orm_close(own);
    CHECK_INT(heard.notes, 1);
    CHECK_CONTAINS(heard.note, "a transaction was still open and is rolled back");
    CHECK_INT(COUNT(Item, db, .limit = 0), 0);
}

PIT_SHARED(P10_a_transaction_that_stays_open_is_told_with_its_place)
{
    if (orm_capabilities_of(db)->one_writer) return;                      /* there those who wait are told: see P38 */
    orm_db *own = case_open(.log = hear, .pool = { .leak_ms = 30 });
    REQUIRE(own);
    listen_anew();
    ORM_TRANSACTION(own) {
        an_item(own, "lamp", 1);
        nanosleep(&(struct timespec){ .tv_nsec = 400000000 }, NULL);      /* a request to somebody else, say */
    }
    CHECK_INT(heard.notes, 1);
    CHECK_CONTAINS(heard.note, "a connection has been held for ");
    CHECK_CONTAINS(heard.note, "transaction_test.c:");
    orm_close(own);
}

PIT_SHARED(P10_who_waits_for_a_connection_in_vain_is_told_who_holds_them)
{
    orm_db *one = case_open(.pool = { .max = 1, .acquire_ms = 50 }, .log = hear);
    REQUIRE(one);
    (void)db;
    ORM_TRANSACTION(one) {
        ORM_AUTO Item *none = Item_find(orm_outside(one), 1);             /* would wait for this block, which waits for it */
        CHECK(!none);
        CHECK_TEXT(orm_status_name(orm_error()->kind), "ORM_DEADLOCK_SELF");
        break;
    }
    orm_close(one);
}

/* ---- failures that nobody looked at ---------------------------------------------------------------------------------------------------- */

PIT(P11_a_failure_that_was_ignored_keeps_the_block_from_committing)
{
    const Item item = an_item(db, "lamp", 1);
    ORM_TRANSACTION(db) {
        an_item(db, "table", 1);
        ORM_NEW(Item, twin, .name = "lamp");
        Item_create(db, &twin);                                           /* fails, and nobody looks */
        uint64_t before = sent(db);
        ANSWERS(ORM_UNIQUE, sell_one(db, item.id));                       /* the state is known: nothing more is sent */
        CHECK_INT(sent(db), before);
    }
    CHECK(orm_failed());
    CHECK_TEXT(orm_status_name(orm_error()->kind), "ORM_UNIQUE");
    CHECK_INT(heard.errors, 1);                                           /* told once, when it happened */
    CHECK_INT(COUNT(Item, db, .limit = 0), 1);
}

PIT(P11_the_explicit_form_refuses_to_commit_as_well)
{
    orm_tx *tx = orm_begin(db, NULL);
    REQUIRE(tx);
    an_item(db, "table", 1);
    ORM_NEW(Item, twin, .name = "table");
    Item_create(db, &twin);
    ANSWERS(ORM_UNIQUE, orm_commit(tx));
    CHECK_INT(COUNT(Item, db, .limit = 0), 0);
}

/* ---- several steps ---------------------------------------------------------------------------------------------------------------------- */

PIT(P12_a_call_that_writes_several_rows_is_all_or_nothing_by_itself)
{
    orm_arena arena = { 0 };
    Author *ada = Author_list(&arena, 1);
    ada->name = "Ada";
    ada->posts = Post_list(&arena, 2);
    ada->posts[0].title = "first";
    ada->posts[1].title = "";                                             /* not allowed */
    ANSWERS(ORM_VALIDATION, Author_create_graph(db, ada));
    CHECK_INT(COUNT(Author, db, .limit = 0), 0);
    CHECK_INT(COUNT(Post, db, .limit = 0), 0);
    ada->posts[1].title = "second";
    OK(Author_create_graph(db, ada));
    Post found[2] = { ada->posts[0], ada->posts[1] };
    found[0].views = 1;
    found[1].views = -1;                                                  /* not allowed */
    ANSWERS(ORM_VALIDATION, Post_save_all(db, found, 2, (Post_mask){ .views = 1 }));
    CHECK_INT(COUNT(Post, db, .where = orm_gt(Post_.views, 0)), 0);
    orm_arena_release(&arena);
}

PIT(P12_a_sale_is_whole_in_its_block_or_there_is_none)
{
    const Item item = an_item(db, "lamp", 1);
    for (int i = 0; i < 2; i++) ORM_TRANSACTION(db) sell_one(db, item.id);
    CHECK_TEXT(orm_status_name(orm_error()->kind), "ORM_CHECK");          /* the second: nothing is in stock */
    CHECK_INT(stock_of(db, item.id), 0);
    CHECK_INT(COUNT(Sale, db, .limit = 0), 1);
}

PIT(P12_a_sale_without_a_block_says_which_step_failed)
{
    const Item item = an_item(db, "lamp", 0);
    ANSWERS(ORM_CHECK, sell_one(db, item.id));
    CHECK_INT(heard.errors, 1);
    CHECK_CONTAINS(heard.error, "Item.stock");
}

/* ---- others who write -------------------------------------------------------------------------------------------------------------------- */

PIT(P13_stock_is_decremented_where_it_stands_and_never_below_nothing)
{
    const Item item = an_item(db, "lamp", 2);
    const Item_change take = { .set = { orm_dec(Item_.stock, 1) }, .where = orm_eq(Item_.id, item.id) };
    OK(Item_update(db, &take, NULL));
    OK(Item_update(db, &take, NULL));
    ANSWERS(ORM_CHECK, Item_update(db, &take, NULL));
    CHECK_TEXT(orm_error()->field, "stock");
    CHECK_INT(stock_of(db, item.id), 0);
}

PIT(P13_a_lock_without_a_transaction_is_refused)
{
    an_item(db, "lamp", 2);
    uint64_t before = sent(db);
    CHECK(!Item_find_one(db, &(Item_query){ .lock = ORM_FOR_UPDATE }));
    CHECK_TEXT(orm_status_name(orm_error()->kind), "ORM_MISUSE");
    CHECK_INT(sent(db), before);
    ORM_TRANSACTION(db) {
        ORM_AUTO Item *item = Item_find_one(db, &(Item_query){ .lock = ORM_FOR_UPDATE });
        CHECK(item != NULL);
    }
    CHECK(!orm_failed());
}

PIT_SHARED(P13_a_row_that_somebody_else_changed_since_it_was_read_is_not_overwritten)
{
    orm_db *other = case_open(.log = hear);
    REQUIRE(other);
    ORM_NEW(Lot, lot, .stock = 10);
    OK(Lot_create(db, &lot));
    ORM_AUTO Lot *here = Lot_get(db, lot.id);
    ORM_AUTO Lot *there = Lot_get(other, lot.id);
    REQUIRE(here && there);
    here->stock -= 1;
    there->stock -= 1;
    OK(Lot_save(db, here));
    ANSWERS(ORM_STALE, Lot_save(other, there));                           /* by its version, without any transaction */
    ORM_AUTO Lot *now = Lot_get(db, lot.id);
    CHECK_INT(now->stock, 9);
    orm_close(other);
}

PIT_SHARED(P13_nor_is_one_that_was_read_in_a_block)
{
    orm_db *other = case_open(.log = hear, .busy_timeout_ms = 100);
    REQUIRE(other);
    const Item item = an_item(db, "lamp", 10);
    int attempts = 0;
    ORM_TRANSACTION(db, .retries = 1) {
        ORM_AUTO Item *mine = Item_get(db, item.id);
        if (!mine) break;
        if (attempts++ == 0) {                                            /* between reading and saving: the other one is kept waiting, or we are told */
            orm_status theirs = Item_update(other, &(Item_change){ .set = { orm_dec(Item_.stock, 1) }, .where = orm_eq(Item_.id, item.id) }, NULL);
            CHECK(theirs == ORM_OK || theirs == ORM_BUSY);
        }
        mine->stock -= 1;
        if (Item_save(db, mine)) break;
    }
    CHECK(!orm_failed());
    const bool one_writer = orm_capabilities_of(db)->one_writer;
    CHECK_INT(attempts, one_writer ? 1 : 2);
    CHECK_INT(stock_of(db, item.id), one_writer ? 9 : 8);                 /* what was done is there, each of it */
    orm_close(other);
}
CHECK_MAIN()

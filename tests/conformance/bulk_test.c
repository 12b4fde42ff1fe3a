/* Creating many rows: all are validated first, then all are inserted or none; keys come back in order. */
#include "open.h"

ON_EACH(many_rows_get_their_keys_in_order)
{
    static const size_t sizes[] = { 0, 1, 99, 100, 101, 1000 };
    static User users[1000];
    int64_t total = 0;
    orm_arena texts = { 0 };
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
        for (size_t i = 0; i < sizes[s]; i++) {
            users[i] = User_defaults();
            users[i].name = orm_format(&texts, "n%zu", i);
            users[i].email = orm_format(&texts, "s%zun%zu@example.com", s, i);
        }
        OK(User_create_all(db, users, sizes[s], NULL));
        for (size_t i = 0; i < sizes[s]; i++) CHECK_INT(users[i].id, total + (int64_t)i + 1);
        total += (int64_t)sizes[s];
        CHECK_INT(COUNT(User, db, .limit = 0), total);
    }
    ORM_AUTO User *all = User_find_all(db, &(User_query){ .where = orm_starts_with(User_.email, "s5"), .order = { orm_asc(User_.id) } });
    REQUIRE(all && orm_len(all) == 1000);
    for (size_t i = 0; i < 1000; i++) {
        CHECK_INT(all[i].id, users[i].id);
        CHECK_TEXT(all[i].name, users[i].name);
        CHECK_INT(all[i].created_at, users[i].created_at);
    }
    orm_arena_release(&texts);
}

ON_EACH(many_rows_are_sent_in_few_statements_and_one_transaction)
{
    static User users[250];
    orm_arena texts = { 0 };
    for (size_t i = 0; i < 250; i++) {
        users[i] = User_defaults();
        users[i].name = "n";
        users[i].email = orm_format(&texts, "n%zu@example.com", i);
    }
    uint64_t before = orm_counters_of(db).statements;
    OK(User_create_all(db, users, 250, NULL));
    CHECK_INT(statements_since(db, &before), case_engine == ON_POSTGRES ? 3 : 5);        /* begin, all as arrays, commit; begin, 100, 100, 50, commit */
    orm_arena_release(&texts);
}

static void count_progress(void *context, size_t done, size_t total)
{
    size_t *last = (size_t *)context;
    CHECK(done > *last && done <= total);
    CHECK_INT(total, 150);
    *last = done;
}

ON_EACH(a_failure_in_the_second_chunk_leaves_nothing_and_the_rows_fresh)
{
    static User users[150];
    orm_arena texts = { 0 };
    for (size_t i = 0; i < 150; i++) {
        users[i] = User_defaults();
        users[i].name = "n";
        users[i].email = orm_format(&texts, "n%zu@example.com", i);
    }
    users[140].email = users[3].email;
    CHECK_INT(User_create_all(db, users, 150, NULL), ORM_UNIQUE);
    CHECK_INT(COUNT(User, db, .limit = 0), 0);
    for (size_t i = 0; i < 150; i++) {
        CHECK_INT(users[i].id, 0);
        CHECK_INT(users[i].created_at, ORM_UNSET_TIME);
    }
    users[140].email = "other@example.com";
    size_t progress = 0;
    OK(User_create_all(db, users, 150, &(orm_create_options){ .progress = count_progress, .context = &progress }));
    CHECK_INT(progress, 150);
    CHECK_INT(COUNT(User, db, .limit = 0), 150);
    orm_arena_release(&texts);
}

ON_EACH(many_rows_are_all_validated_before_anything_is_sent)
{
    User users[3] = { User_defaults(), User_defaults(), User_defaults() };
    users[0].name = users[2].name = "n";
    users[0].email = "a@example.com";
    users[1].name = "";
    users[1].email = "b@example.com";
    users[2].email = "c";
    REFUSED(db, User_create_all(db, users, 3, NULL), ORM_VALIDATION);
    REQUIRE(orm_error()->failures.count == 2);
    CHECK_INT(orm_error()->failures.item[0].row, 1);
    CHECK_TEXT(orm_error()->failures.item[0].field, "name");
    CHECK_INT(orm_error()->failures.item[1].row, 2);
    CHECK_TEXT(orm_error()->failures.item[1].field, "email");
    users[1] = (User){ .name = "x", .email = "b@example.com" };
    users[2].email = "c@example.com";
    REFUSED(db, User_create_all(db, users, 3, NULL), ORM_MISUSE);
    CHECK_INT(COUNT(User, db, .limit = 0), 0);
    REFUSED(db, User_create_all(db, NULL, 3, NULL), ORM_MISUSE);
    REFUSED(db, User_create_all(db, users, SIZE_MAX / 2, NULL), ORM_MISUSE);
}

ON_EACH(rows_with_and_without_a_given_key_mix_in_one_call)
{
    User users[6];
    orm_arena texts = { 0 };
    for (size_t i = 0; i < 6; i++) {
        users[i] = User_defaults();
        users[i].name = orm_format(&texts, "n%zu", i);
        users[i].email = orm_format(&texts, "n%zu@example.com", i);
    }
    users[2].id = 50;
    users[3].id = 40;
    OK(User_create_all(db, users, 6, NULL));
    bool above = orm_capabilities_of(db)->generated_above_given;
    const int64_t keys[] = { 1, 2, 50, 40, above ? 51 : 3, above ? 52 : 4 };
    for (size_t i = 0; i < 6; i++) {
        CHECK_INT(users[i].id, keys[i]);
        ORM_AUTO User *back = User_find(db, keys[i]);
        REQUIRE(back);
        CHECK_TEXT(back->name, users[i].name);
    }
    Ware wares[4];
    static const char *const skus[] = { "S1", "S2", "S3", "S4" }, *const slugs[] = { "a", "b", "c", "d" };
    for (size_t i = 0; i < 4; i++) {
        wares[i] = Ware_defaults();
        wares[i].sku = skus[i];
        wares[i].slug = slugs[i];
    }
    wares[1].stock = orm_int32(5);
    wares[2].stock = orm_int32(6);
    wares[2].note = "n";
    OK(Ware_create_all(db, wares, 4, NULL));
    CHECK_INT(wares[0].stock.value, 42);
    CHECK_INT(wares[1].stock.value, 5);
    CHECK_INT(wares[3].stock.value, 42);
    CHECK_INT(COUNT(Ware, db, .where = orm_eq(Ware_.note, "by hand")), 3);
    orm_arena_release(&texts);
}

ON_EACH(many_rows_inside_a_transaction_are_a_savepoint_of_it)
{
    User users[2] = { User_defaults(), User_defaults() };
    users[0].name = users[1].name = "n";
    users[0].email = users[1].email = "same@example.com";
    ORM_TRANSACTION(db) {
        ORM_NEW(User, ada, .name = "Ada", .email = "ada@example.com");
        OK(User_create(db, &ada));
        CHECK_INT(User_create_all(db, users, 2, NULL), ORM_UNIQUE);
        CHECK_INT(User_create_all(db, users, 2, NULL), ORM_UNIQUE);     /* the transaction has failed: it answers its first failure */
    }
    CHECK(orm_failed());
    CHECK_INT(orm_error()->kind, ORM_UNIQUE);
    CHECK_INT(COUNT(User, db, .limit = 0), 0);
    users[1].email = "other@example.com";
    ORM_TRANSACTION(db) { OK(User_create_all(db, users, 2, NULL)); }
    CHECK(!orm_failed());
    CHECK_INT(COUNT(User, db, .limit = 0), 2);
    CHECK_INT(users[1].id, users[0].id + 1);
}

ON_EACH(rows_whose_keys_are_not_wanted_count_as_created_without_one)
{
    static User users[250];
    orm_arena texts = { 0 };
    for (size_t i = 0; i < 250; i++) {
        users[i] = User_defaults();
        users[i].name = "n";
        users[i].email = orm_format(&texts, "n%zu@example.com", i);
    }
    ORM_TRANSACTION(db) {
        OK(User_create_all(db, users, 250, &(orm_create_options){ .no_keys = true }));
        break;
    }
    CHECK_INT(COUNT(User, db, .limit = 0), 0);
    OK(User_create_all(db, users, 250, &(orm_create_options){ .no_keys = true }));        /* they count as new again */
    CHECK_INT(COUNT(User, db, .limit = 0), 250);
    CHECK_INT(users[0].id, 0);
    CHECK_INT(users[249].id, 0);
    CHECK(users[0].created_at != ORM_UNSET_TIME);
    REFUSED(db, User_create_all(db, users, 250, NULL), ORM_MISUSE);
    REFUSED(db, User_create(db, &users[0]), ORM_MISUSE);
    REFUSED(db, User_save(db, &users[0]), ORM_MISUSE);
    CHECK_CONTAINS(orm_error()->message, "the key has no value");
    REFUSED(db, User_destroy(db, &users[0]), ORM_MISUSE);
    users[0] = User_defaults();
    users[0].id = 1000;
    users[0].name = "with a key";
    users[0].email = "other@example.com";
    OK(User_create_all(db, users, 1, &(orm_create_options){ .no_keys = true }));
    CHECK_INT(users[0].id, 1000);
    users[0].name = "changed";
    OK(User_save(db, &users[0]));
    Ware ware = Ware_defaults();
    ware.sku = "S1";
    ware.slug = "a";
    OK(Ware_create_all(db, &ware, 1, &(orm_create_options){ .no_keys = true }));
    CHECK_INT(ware.stock.value, 42);        /* a row that can be saved has what the database made */
    orm_arena_release(&texts);
}

ON_EACH(composite_keys_are_created_in_bulk)
{
    static Seat seats[300];
    orm_arena texts = { 0 };
    for (int i = 0; i < 300; i++) {
        seats[i] = Seat_defaults();
        seats[i].row = orm_format(&texts, "%c", 'A' + i % 26);
        seats[i].number = i;
    }
    OK(Seat_create_all(db, seats, 300, NULL));
    CHECK_INT(COUNT(Seat, db, .limit = 0), 300);
    ORM_AUTO Seat *one = Seat_find(db, (Seat_key){ "B", 27 });
    CHECK(one != NULL);
    orm_arena_release(&texts);
}

CHECK_MAIN()

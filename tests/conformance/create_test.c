/* Creating a row: what is checked before, what comes back, and that a failure leaves nothing behind. */
#include "open.h"

ON_EACH(a_created_row_gets_its_key_and_its_times)
{
    orm_time before = orm_now();
    ORM_NEW(User, ada, .name = "Ada", .email = "ada@example.com", .age = orm_int32(36));
    OK(User_create(db, &ada));
    CHECK_INT(ada.id, 1);
    CHECK_INT(ada.role, Role_member);
    CHECK(ada.created_at >= before && ada.created_at <= orm_now());
    CHECK_INT(ada.updated_at, ada.created_at);
    CHECK(!orm_failed());
    ORM_AUTO User *back = User_find(db, ada.id);
    REQUIRE(back);
    CHECK_TEXT(back->name, "Ada");
    CHECK_INT(back->role, Role_member);
    CHECK(back->age.set && back->age.value == 36);
    CHECK(back->password == NULL);
    CHECK_INT(back->created_at, ada.created_at);
    ORM_NEW(User, bob, .name = "Bob", .email = "bob@example.com");
    OK(User_create(db, &bob));
    CHECK_INT(bob.id, 2);
}

ON_EACH(a_given_key_and_given_times_are_kept)
{
    ORM_NEW(User, ada, .id = 700, .name = "Ada", .email = "ada@example.com", .created_at = 5, .updated_at = 6);
    OK(User_create(db, &ada));
    CHECK_INT(ada.id, 700);
    ORM_AUTO User *back = User_find(db, 700);
    REQUIRE(back);
    CHECK_INT(back->created_at, 5);
    CHECK_INT(back->updated_at, 6);
    ORM_NEW(User, next, .name = "Next", .email = "next@example.com");
    OK(User_create(db, &next));
    CHECK_INT(next.id, orm_capabilities_of(db)->generated_above_given ? 701 : 1);
}

ON_EACH(values_that_the_database_makes_come_back_where_they_have_room)
{
    ORM_NEW(Ware, saw, .sku = "S1", .slug = "saw");
    OK(Ware_create(db, &saw));
    CHECK(saw.stock.set && saw.stock.value == 42);
    CHECK(saw.note == NULL);                /* a text has no room in the row: reload brings it */
    ORM_AUTO Ware *back = Ware_reload(db, &saw);
    REQUIRE(back);
    CHECK_TEXT(back->note, "by hand");
    CHECK_TEXT(back->kind, "tool");
    CHECK_TEXT(back->origin, "de");
    CHECK_INT(back->grade, 1);
    ORM_NEW(Ware, own, .sku = "S2", .slug = "own", .stock = orm_int32(0), .note = "mine");
    OK(Ware_create(db, &own));
    ORM_AUTO Ware *mine = Ware_find(db, "S2");
    REQUIRE(mine);
    CHECK(mine->stock.set && mine->stock.value == 0);
    CHECK_TEXT(mine->note, "mine");
}

ON_EACH(all_broken_rules_are_told_at_once_and_nothing_is_sent)
{
    ORM_NEW(User, bad, .name = "", .email = "nobody", .age = orm_int32(151));
    REFUSED(db, User_create(db, &bad), ORM_VALIDATION);
    CHECK_INT(orm_error()->failures.count, 3);
    CHECK_TEXT(orm_error()->failures.item[0].field, "name");
    CHECK_TEXT(orm_error()->failures.item[1].field, "email");
    CHECK_TEXT(orm_error()->failures.item[2].field, "age");
    CHECK_INT(bad.id, 0);
    CHECK_INT(bad.created_at, ORM_UNSET_TIME);
    CHECK_INT(COUNT(User, db, .limit = 0), 0);
    ORM_NEW(Post, orphan, .title = "x");
    REFUSED(db, Post_create(db, &orphan), ORM_VALIDATION);
    CHECK_TEXT(orm_error()->failures.item[0].field, "author_id");
    CHECK_TEXT(orm_error()->failures.item[0].rule, "required");
}

ON_EACH(every_attribute_is_checked)
{
    static const struct { const char *sku, *kind, *slug, *site, *origin; int grade, weight; const char *field, *part; } slips[] = {
        { "T1", "tool", "a", NULL, "de", 1, 1, "sku", "must start with S" },
        { "S234567890X", "tool", "a", NULL, "de", 1, 1, "sku", "at most 10 characters" },
        { "S1", "car", "a", NULL, "de", 1, 1, "kind", "must be one of" },
        { "S1", "tool", "A", NULL, "de", 1, 1, "slug", "is no slug" },
        { "S1", "tool", "a", "here", "de", 1, 1, "site", "is not a URL" },
        { "S1", "tool", "a", NULL, "d", 1, 1, "origin", "exactly 2 characters" },
        { "S1", "tool", "a", NULL, "de", 4, 1, "grade", "is no grade" },
        { "S1", "tool", "a", NULL, "de", 1, 0, "weight", "must be at least 1" },
        { "S1", "tool", "a", NULL, "de", 1, 1001, "weight", "is too heavy" },
    };
    for (size_t i = 0; i < sizeof slips / sizeof slips[0]; i++) {
        ORM_NEW(Ware, ware, .sku = slips[i].sku, .kind = slips[i].kind, .slug = slips[i].slug, .site = slips[i].site, .origin = slips[i].origin,
                .grade = slips[i].grade, .weight = slips[i].weight);
        REFUSED(db, Ware_create(db, &ware), ORM_VALIDATION);
        CHECK_INT(orm_error()->failures.count, 1);
        CHECK_TEXT(orm_error()->failures.item[0].field, slips[i].field);
        CHECK_CONTAINS(orm_error()->failures.item[0].message, slips[i].part);
    }
    ORM_NEW(Ware, good, .sku = "S1", .slug = "a", .site = "https://example.com/a?b#c");
    OK(Ware_create(db, &good));
}

ON_EACH(a_broken_constraint_reads_like_a_broken_rule)
{
    ORM_NEW(User, ada, .name = "Ada", .email = "ada@example.com");
    ORM_NEW(User, twin, .name = "Twin", .email = "ada@example.com");
    OK(User_create(db, &ada));
    CHECK_INT(User_create(db, &twin), ORM_UNIQUE);
    CHECK_TEXT(orm_error()->field, "email");
    REQUIRE(orm_error()->failures.count == 1);
    CHECK_TEXT(orm_error()->failures.item[0].field, "email");
    CHECK_TEXT(orm_error()->failures.item[0].message, "is already registered");
    CHECK_INT(twin.id, 0);
    CHECK_INT(twin.created_at, ORM_UNSET_TIME);
    ORM_NEW(Post, post, .title = "x", .author_id = 99);
    CHECK_INT(Post_create(db, &post), ORM_FOREIGN_KEY);
    twin.email = "twin@example.com";
    OK(User_create(db, &twin));             /* the row is still fresh */
    CHECK(twin.id > ada.id);
}

ON_EACH(a_row_that_did_not_begin_with_its_defaults_is_refused)
{
    User bare = { .name = "Bare", .email = "bare@example.com" };
    REFUSED(db, User_create(db, &bare), ORM_MISUSE);
    CHECK_CONTAINS(orm_error()->message, "ORM_NEW");
    REFUSED(db, User_create(db, NULL), ORM_MISUSE);
}

ON_EACH(a_row_is_created_once)
{
    ORM_NEW(User, ada, .name = "Ada", .email = "ada@example.com");
    OK(User_create(db, &ada));
    REFUSED(db, User_create(db, &ada), ORM_MISUSE);
    User *back = User_find(db, ada.id);
    REQUIRE(back);
    REFUSED(db, User_create(db, back), ORM_MISUSE);
    User stale = *back;
    orm_free(back);
    REFUSED(db, User_create(db, &stale), ORM_STALE_ROW);
}

ON_EACH(a_created_row_counts_as_new_again_after_a_rollback)
{
    ORM_NEW(User, ada, .name = "Ada", .email = "ada@example.com");
    ORM_TRANSACTION(db) {
        OK(User_create(db, &ada));
        CHECK_INT(ada.id, 1);
        break;
    }
    CHECK_INT(orm_error()->kind, ORM_ROLLED_BACK);
    CHECK_INT(COUNT(User, db, .limit = 0), 0);
    OK(User_create(db, &ada));
    CHECK_INT(COUNT(User, db, .limit = 0), 1);
    ORM_AUTO User *back = User_find(db, ada.id);
    CHECK(back != NULL);
}

ON_EACH(creating_by_composite_key_and_every_type_of_key_works)
{
    ORM_NEW(Seat, seat, .row = "A", .number = 7);
    OK(Seat_create(db, &seat));
    ORM_NEW(Seat, other, .row = "A", .number = 8);
    OK(Seat_create(db, &other));
    ORM_NEW(Seat, same, .row = "A", .number = 7);
    CHECK_INT(Seat_create(db, &same), ORM_UNIQUE);
    ORM_NEW(ByUuid, u, .id = orm_uuid_v7(), .line = "u");
    OK(ByUuid_create(db, &u));
    ORM_NEW(ByDate, d, .id = orm_date_make(2024, 2, 29), .line = "d");
    OK(ByDate_create(db, &d));
    ORM_NEW(ByEnum, e, .id = Role_admin, .line = "e");
    OK(ByEnum_create(db, &e));
    ORM_NEW(ByDecimal, m, .id = orm_decimal_of("-19.90"), .line = "m");
    OK(ByDecimal_create(db, &m));
    ORM_NEW(ByTime, t, .id = -1, .line = "t");
    OK(ByTime_create(db, &t));
    orm_blob bytes = { "a\0b", 3 };
    ORM_NEW(ByBlob, b, .id = bytes, .line = "b");
    OK(ByBlob_create(db, &b));
    ORM_NEW(ByText, x, .id = "", .line = "an empty text is a key, too");
    OK(ByText_create(db, &x));
    ORM_NEW(ByText, none, .line = "no key");
    REFUSED(db, ByText_create(db, &none), ORM_VALIDATION);
    ORM_NEW(ByUuid, nil, .line = "no key");
    REFUSED(db, ByUuid_create(db, &nil), ORM_VALIDATION);
}

ON_EACH(a_model_of_128_rows_works)
{
    CHECK_INT(Wide_model.n_columns, 128);
    ORM_NEW(Wide, wide, .last = "end", .hc1 = orm_int32(9), .hc2 = "text", .hc3 = false);
    OK(Wide_create(db, &wide));
    ORM_AUTO Wide *back = Wide_find(db, wide.id);
    REQUIRE(back);
    CHECK_TEXT(back->last, "end");
    CHECK_INT(back->aa0, 7);
    CHECK(!back->aa1.set);
    CHECK(back->ga3);
    CHECK(back->hc1.set && back->hc1.value == 9);
    CHECK_TEXT(back->hc2, "text");
    CHECK(!back->hc3);
    back->hc3 = true;
    seen_clear();
    OK(Wide_save(db, back));
    CHECK_TEXT(seen.sql[0], "update \"wides\" as t0 set \"hc3\" = ?1 where t0.\"id\" = ?2");
    ORM_AUTO Wide *some = Wide_find_all(db, &(Wide_query){ .where = orm_eq(Wide_.hc3, true), .select = { .hc2 = 1 } });
    REQUIRE(some && orm_len(some) == 1);
    CHECK_TEXT(some->hc2, "text");
    CHECK_INT(some->aa0, 0);
}

CHECK_MAIN()

/* Reading rows: by key, by a unique field, one, all, a page with its total, counts; absence, memory, reload. */
#include "open.h"

ON_EACH(a_row_that_is_not_there_is_no_failure_for_find_and_one_for_get)
{
    CHECK(User_find(db, 1) == NULL);
    CHECK_INT(orm_error()->kind, ORM_NOT_FOUND);
    CHECK(!orm_failed());
    CHECK(User_get(db, 1) == NULL);
    CHECK_INT(orm_error()->kind, ORM_NOT_FOUND);
    CHECK(orm_failed());
    CHECK(User_find_one(db, NULL) == NULL);
    CHECK_INT(orm_error()->kind, ORM_NOT_FOUND);
    CHECK(!orm_failed());
    CHECK(User_get_one(db, NULL) == NULL);
    CHECK_INT(orm_error()->kind, ORM_NOT_FOUND);
    CHECK(orm_failed());
    CHECK(User_find_by_email(db, "nobody@example.com") == NULL);
    CHECK_INT(orm_error()->kind, ORM_NOT_FOUND);
    CHECK(!orm_failed());
    int64_t n = -1;
    OK(User_count(db, NULL, &n));
    CHECK_INT(n, 0);
    CHECK_INT(orm_error()->kind, ORM_OK);       /* the next call has cleared it */
}

ON_EACH(a_missing_row_in_a_transaction_does_not_fail_it)
{
    ORM_TRANSACTION(db) {
        CHECK(User_find(db, 1) == NULL);
        ORM_NEW(User, ada, .name = "Ada", .email = "ada@example.com");
        OK(User_create(db, &ada));
    }
    CHECK(!orm_failed());
    CHECK_INT(COUNT(User, db, .limit = 0), 1);
    ORM_TRANSACTION(db) { CHECK(User_get(db, 9) == NULL); }
    CHECK(orm_failed());
    CHECK_INT(orm_error()->kind, ORM_NOT_FOUND);
}

ON_EACH(rows_are_found_by_key_and_by_unique_fields)
{
    User users[5];
    make_users(db, users, 5);
    for (size_t i = 0; i < 5; i++) {
        ORM_AUTO User *by_key = User_find(db, users[i].id), *by_email = User_find_by_email(db, users[i].email);
        REQUIRE(by_key && by_email);
        CHECK_TEXT(by_key->name, users[i].name);
        CHECK_INT(by_email->id, users[i].id);
        CHECK_INT(orm_len(by_key), 1);
    }
    REFUSED_ROWS(db, User_find_by_email(db, NULL), ORM_MISUSE);
    CHECK(User_find_by_email(db, "U1@example.com") == NULL);     /* byte by byte */
    REFUSED_ROWS(db, User_find_by_email(db, "\xff"), ORM_BAD_TEXT);
    CHECK(User_find(db, -1) == NULL && !orm_failed());
    CHECK(User_find(db, INT64_MAX) == NULL && !orm_failed());
}

ON_EACH(rows_are_found_by_composite_keys_and_keys_of_every_type)
{
    ORM_NEW(Seat, seat, .row = "B", .number = -3, .taken_by = "Ada");
    OK(Seat_create(db, &seat));
    ORM_AUTO Seat *s = Seat_find(db, (Seat_key){ "B", -3 });
    REQUIRE(s);
    CHECK_TEXT(s->taken_by, "Ada");
    CHECK(Seat_find(db, (Seat_key){ "B", 3 }) == NULL);
    REFUSED_ROWS(db, Seat_find(db, (Seat_key){ NULL, 3 }), ORM_MISUSE);

    orm_uuid id = orm_uuid_v4();
    ORM_NEW(ByUuid, u, .id = id, .line = "u");
    OK(ByUuid_create(db, &u));
    ORM_AUTO ByUuid *fu = ByUuid_find(db, id);
    REQUIRE(fu);
    CHECK(orm_uuid_equal(fu->id, id));
    ORM_NEW(ByDate, d, .id = orm_date_make(1969, 12, 31), .line = "d");
    OK(ByDate_create(db, &d));
    ORM_AUTO ByDate *fd = ByDate_find(db, orm_date_make(1969, 12, 31));
    CHECK(fd && fd->id.days == -1);
    ORM_NEW(ByEnum, e, .id = Role_editor, .line = "e");
    OK(ByEnum_create(db, &e));
    ORM_AUTO ByEnum *fe = ByEnum_find(db, Role_editor);
    CHECK(fe && fe->id == Role_editor);
    CHECK(ByEnum_find(db, Role_admin) == NULL && !orm_failed());
    ORM_NEW(ByDecimal, m, .id = orm_decimal_of("-19.9"), .line = "m");
    OK(ByDecimal_create(db, &m));
    ORM_AUTO ByDecimal *fm = ByDecimal_find(db, orm_decimal_of("-19.900"));
    CHECK(fm && orm_decimal_compare(fm->id, orm_decimal_of("-19.9")) == 0);
    ORM_NEW(ByLong, l, .id = orm_decimal_of("12345678901234567890123456789012.123456"), .line = "l");
    OK(ByLong_create(db, &l));
    ORM_AUTO ByLong *fl = ByLong_find(db, orm_decimal_of("12345678901234567890123456789012.123456"));
    CHECK(fl && orm_decimal_compare(fl->id, l.id) == 0);
    ORM_NEW(ByTime, t, .id = -1, .line = "t");
    OK(ByTime_create(db, &t));
    ORM_AUTO ByTime *ft = ByTime_find(db, -1);
    CHECK(ft && ft->id == -1);
    orm_blob bytes = { "\0\xff\0", 3 };
    ORM_NEW(ByBlob, b, .id = bytes, .line = "b");
    OK(ByBlob_create(db, &b));
    ORM_AUTO ByBlob *fb = ByBlob_find(db, bytes);
    CHECK(fb && fb->id.size == 3 && memcmp(fb->id.data, "\0\xff\0", 3) == 0);
    ORM_NEW(ByText, x, .id = "ключ", .line = "x");
    OK(ByText_create(db, &x));
    ORM_AUTO ByText *fx = ByText_find(db, "ключ");
    REQUIRE(fx);
    CHECK_TEXT(fx->line, "x");
}

ON_EACH(one_row_of_a_query_is_the_first_in_its_order)
{
    User users[7];
    make_users(db, users, 7);
    ORM_AUTO User *first = User_find_one(db, NULL);
    CHECK(first && first->id == 1);
    ORM_AUTO User *last = User_find_one(db, &(User_query){ .order = { orm_desc(User_.id) } });
    CHECK(last && last->id == 7);
    ORM_AUTO User *some = User_get_one(db, &(User_query){ .where = orm_eq(User_.role, Role_admin), .order = { orm_desc(User_.id) } });
    CHECK(some && some->id == 6);
    ORM_AUTO User *second = User_find_one(db, &(User_query){ .offset = 1 });
    CHECK(second && second->id == 2);
    REFUSED_ROWS(db, User_find_one(db, &(User_query){ .limit = 2 }), ORM_MISUSE);
    REFUSED_ROWS(db, User_find_one(db, &(User_query){ .page = 1, .per_page = 1 }), ORM_MISUSE);
}

ON_EACH(a_list_is_null_only_on_failure)
{
    User *none = User_find_all(db, NULL);
    REQUIRE(none);
    CHECK_INT(orm_len(none), 0);
    CHECK_INT(orm_error()->kind, ORM_OK);
    orm_free(none);
    REFUSED_ROWS(db, User_find_all(db, &(User_query){ .limit = -1 }), ORM_MISUSE);
    REFUSED_ROWS(db, User_find_all(db, &(User_query){ .where = orm_eq(User_.name, (const char *)NULL) }), ORM_MISUSE);
    CHECK_INT(orm_len((User *)NULL), 0);
    orm_free((User *)NULL);
}

ON_EACH(counting_existence_and_pages_agree)
{
    User users[25];
    make_users(db, users, 25);
    User_query admins = { .where = orm_eq(User_.role, Role_admin) };
    bool yes = false;
    CHECK_INT(COUNT(User, db, .where = admins.where), 8);
    OK(User_exists(db, &admins, &yes));
    CHECK(yes);
    OK(User_exists(db, &(User_query){ .where = orm_eq(User_.name, "nobody") }, &yes));
    CHECK(!yes);
    OK(User_exists(db, NULL, &yes));
    CHECK(yes);
    int64_t total = 0;
    ORM_AUTO User *page = User_find_and_count(db, &(User_query){ .where = orm_ne(User_.role, Role_admin), .page = 2, .per_page = 10 }, &total);
    REQUIRE(page);
    CHECK_INT(total, 17);
    CHECK_INT(orm_len(page), 7);
    ORM_AUTO User *beyond = User_find_and_count(db, &(User_query){ .page = 9, .per_page = 10 }, &total);
    REQUIRE(beyond);
    CHECK_INT(orm_len(beyond), 0);
    CHECK_INT(total, 25);
    CHECK_INT(COUNT(User, db, .limit = 3, .offset = 1), 25);     /* limits are for rows */
    ORM_TRANSACTION(db) {
        ORM_AUTO User *inner = User_find_and_count(db, &(User_query){ .limit = 4 }, &total);
        CHECK_INT(orm_len(inner), 4);
        CHECK_INT(total, 25);
    }
    CHECK(!orm_failed());
    CHECK(User_find_and_count(db, &(User_query){ .limit = -4 }, &total) == NULL);
    CHECK_INT(orm_error()->kind, ORM_MISUSE);
    ORM_NEW(User, more, .name = "more", .email = "more@example.com");
    OK(User_create(db, &more));             /* no transaction stays open */
}

ON_EACH(selected_members_are_read_and_the_key_always)
{
    User users[3];
    make_users(db, users, 3);
    seen_clear();
    ORM_AUTO User *rows = User_find_all(db, &(User_query){ .select = { .name = 1 }, .order = { orm_asc(User_.id) } });
    REQUIRE(rows && orm_len(rows) == 3);
    CHECK_TEXT(seen.sql[0], "select t0.\"id\", t0.\"name\" from \"users\" as t0 order by t0.\"id\"");
    CHECK_INT(rows[2].id, 3);
    CHECK_TEXT(rows[2].name, "u3");
    CHECK(rows[2].email == NULL);
    CHECK(!rows[2].age.set);
    ORM_AUTO User *one = User_find_one(db, &(User_query){ .select = { .age = 1 }, .where = orm_eq(User_.name, "u2") });
    REQUIRE(one);
    CHECK(one->age.set && one->age.value == 21 && one->name == NULL);
}

ON_EACH(reload_brings_the_row_as_it_is_now)
{
    User users[2];
    make_users(db, users, 2);
    ORM_AUTO User *old = User_find(db, 1);
    REQUIRE(old);
    OK(User_update(db, &(User_change){ .set = { orm_set(User_.name, "new") }, .where = orm_eq(User_.id, 1) }, NULL));
    CHECK_TEXT(old->name, "u1");
    ORM_AUTO User *now = User_reload(db, old);
    REQUIRE(now);
    CHECK_TEXT(now->name, "new");
    OK(User_destroy_by_key(db, 1));
    CHECK(User_reload(db, old) == NULL);
    CHECK_INT(orm_error()->kind, ORM_STALE);
    CHECK(orm_failed());
    ORM_AUTO User *created = User_reload(db, &users[1]);
    CHECK(created && created->id == 2);
    REFUSED_ROWS(db, User_reload(db, NULL), ORM_MISUSE);
}

ON_EACH(a_row_of_a_freed_result_is_stale)
{
    User users[2];
    make_users(db, users, 2);
    User *rows = User_find_all(db, NULL);
    REQUIRE(rows);
    User copy = rows[0];
    orm_free(rows);
    REFUSED(db, User_save(db, &copy), ORM_STALE_ROW);
    REFUSED(db, User_destroy(db, &copy), ORM_STALE_ROW);
    REFUSED_ROWS(db, User_reload(db, &copy), ORM_STALE_ROW);
    REFUSED_ROWS(db, User_find_all(db, &(User_query){ .after = &copy }), ORM_STALE_ROW);
}

ON_EACH(only_the_result_itself_can_be_freed)
{
    User users[3];
    make_users(db, users, 3);
    User *rows = User_find_all(db, NULL);
    REQUIRE(rows);
    orm_free(&rows[1]);
    CHECK_INT(orm_error()->kind, ORM_MISUSE);
    CHECK_INT(orm_len(rows), 3);
    CHECK_TEXT(rows[1].name, "u2");
    orm_free(rows);
    orm_free(rows);                         /* twice */
    CHECK_INT(orm_error()->kind, ORM_MISUSE);
    orm_free(&users[0]);
    CHECK_TEXT(users[0].name, "u1");
}

ON_EACH(a_result_in_an_arena_lives_until_its_reset)
{
    User users[3];
    make_users(db, users, 3);
    orm_arena arena = { 0 };
    User *rows = User_find_all(db, &(User_query){ .arena = &arena });
    User *one = User_find_one(db, &(User_query){ .arena = &arena, .where = orm_eq(User_.id, 2) });
    REQUIRE(rows && one);
    CHECK_INT(orm_len(rows), 3);
    CHECK_TEXT(one->name, "u2");
    User copy = rows[0];
    orm_arena_reset(&arena);
    REFUSED(db, User_save(db, &copy), ORM_STALE_ROW);
    CHECK(User_find_one(db, &(User_query){ .arena = &arena, .where = orm_eq(User_.id, 99) }) == NULL);
    CHECK(!orm_failed());
    orm_arena_release(&arena);
}

ON_EACH(a_copy_has_a_life_of_its_own)
{
    User users[2];
    make_users(db, users, 2);
    User *row = User_find(db, 2);
    REQUIRE(row);
    ORM_AUTO User *copy = User_copy(row);
    orm_free(row);
    REQUIRE(copy);
    CHECK_TEXT(copy->name, "u2");
    copy->name = "copied";
    OK(User_save(db, copy));
    ORM_AUTO User *now = User_find(db, 2);
    REQUIRE(now);
    CHECK_TEXT(now->name, "copied");
}

ON_EACH(an_empty_result_and_one_of_many_rows_are_read_whole)
{
    static User users[3000];
    make_users(db, users, 3000);
    ORM_AUTO User *rows = User_find_all(db, &(User_query){ .order = { orm_asc(User_.id) } });
    REQUIRE(rows && orm_len(rows) == 3000);
    for (size_t i = 0; i < 3000; i++) {
        CHECK_INT(rows[i].id, users[i].id);
        CHECK_TEXT(rows[i].email, users[i].email);
    }
}

ON_EACH(a_query_of_one_shape_is_prepared_once)
{
    User users[3];
    make_users(db, users, 3);
    uint64_t prepares = 0;
    for (int i = 0; i < 5; i++) {
        ORM_AUTO User *rows = User_find_all(db, &(User_query){ .where = orm_and(orm_gt(User_.age, 10 + i), orm_like(User_.name, i & 1 ? "u%" : "%")), .limit = 1 + i });
        REQUIRE(rows);
        ORM_AUTO User *one = User_find(db, 1 + i % 3);
        CHECK(one != NULL);
        if (i == 0) prepares = orm_counters_of(db).prepares;
    }
    CHECK_INT(orm_counters_of(db).prepares, prepares);
}

ON_EACH(no_more_rows_come_than_the_limit_and_nothing_stays_open)
{
    User users[5];
    make_users(db, users, 5);
    for (int limit = 1; limit <= 6; limit++) {
        ORM_AUTO User *rows = User_find_all(db, &(User_query){ .order = { orm_desc(User_.id) }, .limit = limit });
        REQUIRE(rows);
        CHECK_INT(orm_len(rows), limit < 5 ? limit : 5);
        for (size_t i = 0; i < orm_len(rows); i++) CHECK_INT(rows[i].id, users[4 - i].id);
    }
    for (int i = 0; i < 3; i++) {           /* what was not read to its end leaves nothing behind: the table can be written at once */
        ORM_AUTO User *one = User_find_one(db, &(User_query){ .where = orm_gt(User_.id, 0), .order = { orm_asc(User_.id) } });
        REQUIRE(one);
        CHECK_INT(one->id, users[i].id);
        CHECK_INT(orm_len(one), 1);
        CHECK_INT(User_destroy_by_key(db, one->id), ORM_OK);
    }
}

CHECK_MAIN()

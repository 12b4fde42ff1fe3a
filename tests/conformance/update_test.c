/* Set-based writing: what an assignment may be, that values are checked before anything is sent, and that every row needs `.all`. */
#include "open.h"

static void three_posts(orm_db *db)
{
    User users[2];
    make_users(db, users, 2);
    for (int i = 0; i < 3; i++) {
        char title[16];
        snprintf(title, sizeof title, "p%d", i + 1);
        ORM_NEW(Post, post, .title = title, .body = i == 2 ? NULL : "body", .views = 10 * (i + 1), .likes = i, .author_id = 1 + i % 2);
        OK(Post_create(db, &post));
    }
}
static int32_t views_of(orm_db *db, int64_t id)
{
    ORM_AUTO Post *post = Post_find(db, id);
    return post ? post->views : -1;
}

ON_EACH(values_null_and_columns_are_assigned)
{
    int64_t changed = -1;
    three_posts(db);
    OK(Post_update(db, &(Post_change){ .set = { orm_set(Post_.title, "new"), orm_set(Post_.published, true), orm_set_null(Post_.body), orm_set(Post_.score, 2.5) },
        .where = orm_eq(Post_.id, 1) }, &changed));
    CHECK_INT(changed, 1);
    ORM_AUTO Post *one = Post_find(db, 1), *two = Post_find(db, 2);
    REQUIRE(one && two);
    CHECK_TEXT(one->title, "new");
    CHECK(one->published && one->body == NULL && one->score.set);
    CHECK_DOUBLE(one->score.value, 2.5);
    CHECK_TEXT(two->title, "p2");
    CHECK_TEXT(two->body, "body");
    OK(Post_update(db, &(Post_change){ .set = { orm_set_column(Post_.body, Post_.title), orm_set_column(Post_.views, Post_.likes) }, .where = orm_gt(Post_.id, 1) }, &changed));
    CHECK_INT(changed, 2);
    ORM_AUTO Post *three = Post_find(db, 3);
    REQUIRE(three);
    CHECK_TEXT(three->body, "p3");
    CHECK_INT(three->views, 2);
    OK(User_update(db, &(User_change){ .set = { orm_set(User_.role, Role_admin), orm_set_null(User_.age) }, .all = true }, &changed));
    CHECK_INT(changed, 2);
    CHECK_INT(COUNT(User, db, .where = orm_and(orm_eq(User_.role, Role_admin), orm_is_null(User_.age))), 2);
}

ON_EACH(numbers_are_calculated_in_the_database)
{
    three_posts(db);
    OK(Post_update(db, &(Post_change){ .set = { orm_inc(Post_.views, 5), orm_dec(Post_.likes, 1) }, .all = true }, NULL));
    CHECK_INT(views_of(db, 1), 15);
    CHECK_INT(views_of(db, 3), 35);
    CHECK_INT(COUNT(Post, db, .where = orm_in(Post_.likes, -1, 0, 1)), 3);
    OK(Post_update(db, &(Post_change){ .set = { orm_set_calc(Post_.views, Post_.views, *, Post_.id) }, .where = orm_eq(Post_.id, 3) }, NULL));
    CHECK_INT(views_of(db, 3), 105);
    OK(Post_update(db, &(Post_change){ .set = { orm_set_calc(Post_.likes, Post_.views, -, Post_.id) }, .where = orm_eq(Post_.id, 3) }, NULL));
    CHECK_INT(COUNT(Post, db, .where = orm_eq(Post_.likes, 102)), 1);
    OK(Post_update(db, &(Post_change){ .set = { orm_set_calc_by(Post_.likes, Post_.views, *, 2) }, .where = orm_eq(Post_.id, 1) }, NULL));
    CHECK_INT(COUNT(Post, db, .where = orm_eq(Post_.likes, 30)), 1);
    OK(Post_update(db, &(Post_change){ .set = { orm_set(Post_.score, 1.5) }, .where = orm_eq(Post_.id, 1) }, NULL));
    OK(Post_update(db, &(Post_change){ .set = { orm_set_calc_by(Post_.score, Post_.score, *, 0.5) }, .all = true }, NULL));
    CHECK_INT(COUNT(Post, db, .where = orm_eq(Post_.score, 0.75)), 1);
    CHECK_INT(COUNT(Post, db, .where = orm_is_null(Post_.score)), 2);         /* NULL times anything is NULL */
}

ON_EACH(decimals_are_calculated_exactly_or_refused)
{
    ORM_NEW(Maybe, row, .price = orm_some_decimal(orm_decimal_of("0.1")), .huge = orm_some_decimal(orm_decimal_of("1")));
    OK(Maybe_create(db, &row));
    for (int i = 0; i < 10; i++) OK(Maybe_update(db, &(Maybe_change){ .set = { orm_inc(Maybe_.price, orm_decimal_of("0.1")) }, .all = true }, NULL));
    OK(Maybe_update(db, &(Maybe_change){ .set = { orm_dec(Maybe_.price, 1) }, .all = true }, NULL));
    ORM_AUTO Maybe *back = Maybe_find(db, 1);
    REQUIRE(back);
    CHECK_INT(orm_decimal_compare(back->price.value, orm_decimal_of("0.1")), 0);
    OK(Maybe_update(db, &(Maybe_change){ .set = { orm_set_calc_by(Maybe_.price, Maybe_.price, *, 30) }, .all = true }, NULL));
    OK(Maybe_update(db, &(Maybe_change){ .set = { orm_set_calc(Maybe_.price, Maybe_.price, +, Maybe_.price) }, .all = true }, NULL));
    ORM_AUTO Maybe *more = Maybe_find(db, 1);
    REQUIRE(more);
    CHECK_INT(orm_decimal_compare(more->price.value, orm_decimal_of("6")), 0);
    REFUSED(db, Maybe_update(db, &(Maybe_change){ .set = { orm_inc(Maybe_.price, orm_decimal_of("0.0001")) }, .all = true }, NULL), ORM_VALUE_RANGE);
    REFUSED(db, Maybe_update(db, &(Maybe_change){ .set = { orm_set_calc(Maybe_.price, Maybe_.price, *, Maybe_.price) }, .all = true }, NULL), ORM_UNSUPPORTED);
    REFUSED(db, Maybe_update(db, &(Maybe_change){ .set = { orm_set_calc(Maybe_.price, Maybe_.price, +, Maybe_.huge) }, .all = true }, NULL), ORM_UNSUPPORTED);
    REFUSED(db, Maybe_update(db, &(Maybe_change){ .set = { orm_set_calc(Maybe_.small, Maybe_.price, +, Maybe_.small) }, .all = true }, NULL), ORM_UNSUPPORTED);
    NEEDS(db, sum_of_long_decimals, Maybe_update(db, &(Maybe_change){ .set = { orm_inc(Maybe_.huge, 1) }, .all = true }, NULL));
    OK(Maybe_update(db, &(Maybe_change){ .set = { orm_set(Maybe_.huge, orm_decimal_of("99999999999999999999999999999999.999999")) }, .all = true }, NULL));
    OK(Maybe_update(db, &(Maybe_change){ .set = { orm_dec(Maybe_.huge, orm_decimal_of("0.000001")) }, .all = true }, NULL));
    ORM_AUTO Maybe *huge = Maybe_find(db, 1);
    REQUIRE(huge);
    CHECK_INT(orm_decimal_compare(huge->huge.value, orm_decimal_of("99999999999999999999999999999999.999998")), 0);
    CHECK_INT(Maybe_update(db, &(Maybe_change){ .set = { orm_inc(Maybe_.huge, 1) }, .all = true }, NULL), ORM_VALUE_RANGE);
}

ON_EACH(a_result_that_does_not_fit_fails_and_changes_nothing)
{
    ORM_NEW(Maybe, row, .tiny = orm_int16(INT16_MAX), .small = orm_int32(INT32_MAX), .big = orm_int64(INT64_MAX), .price = orm_some_decimal(orm_decimal_of("999999999.999")));
    OK(Maybe_create(db, &row));
    CHECK(Maybe_update(db, &(Maybe_change){ .set = { orm_inc(Maybe_.tiny, 1) }, .all = true }, NULL) == ORM_VALUE_RANGE);
    CHECK(Maybe_update(db, &(Maybe_change){ .set = { orm_inc(Maybe_.small, 1) }, .all = true }, NULL) == ORM_VALUE_RANGE);
    CHECK(Maybe_update(db, &(Maybe_change){ .set = { orm_inc(Maybe_.big, 1) }, .all = true }, NULL) == ORM_VALUE_RANGE);
    CHECK(Maybe_update(db, &(Maybe_change){ .set = { orm_set_calc_by(Maybe_.big, Maybe_.big, *, 2) }, .all = true }, NULL) == ORM_VALUE_RANGE);
    CHECK(Maybe_update(db, &(Maybe_change){ .set = { orm_inc(Maybe_.price, orm_decimal_of("0.001")) }, .all = true }, NULL) == ORM_VALUE_RANGE);
    CHECK(Maybe_update(db, &(Maybe_change){ .set = { orm_set_column(Maybe_.tiny, Maybe_.small) }, .all = true }, NULL) == ORM_VALUE_RANGE);
    ORM_AUTO Maybe *back = Maybe_find(db, 1);
    REQUIRE(back);
    CHECK_INT(back->tiny.value, INT16_MAX);
    CHECK_INT(back->small.value, INT32_MAX);
    CHECK_INT(back->big.value, INT64_MAX);
    CHECK_INT(orm_decimal_compare(back->price.value, orm_decimal_of("999999999.999")), 0);
    three_posts(db);
    CHECK_INT(Post_update(db, &(Post_change){ .set = { orm_dec(Post_.views, 11) }, .all = true }, NULL), ORM_CHECK);
    CHECK_INT(views_of(db, 1), 10);
    CHECK_INT(views_of(db, 3), 30);         /* all or none */
}

ON_EACH(values_are_checked_by_their_rules_before_anything_is_sent)
{
    three_posts(db);
    REFUSED(db, User_update(db, &(User_change){ .set = { orm_set(User_.name, ""), orm_set(User_.age, 200), orm_set(User_.email, "x") }, .all = true }, NULL), ORM_VALIDATION);
    CHECK_INT(orm_error()->failures.count, 3);
    CHECK_TEXT(orm_error()->failures.item[0].field, "name");
    CHECK_TEXT(orm_error()->failures.item[1].field, "age");
    CHECK_TEXT(orm_error()->failures.item[2].field, "email");
    REFUSED(db, Post_update(db, &(Post_change){ .set = { orm_set(Post_.views, -1) }, .all = true }, NULL), ORM_VALIDATION);
    REFUSED(db, Post_update(db, &(Post_change){ .set = { orm_set(Post_.author_id, 0) }, .all = true }, NULL), ORM_VALIDATION);
    REFUSED(db, Post_update(db, &(Post_change){ .set = { orm_set_null(Post_.title) }, .all = true }, NULL), ORM_VALIDATION);
    REFUSED(db, Post_update(db, &(Post_change){ .set = { orm_set(Post_.title, (const char *)NULL) }, .all = true }, NULL), ORM_VALIDATION);
    REFUSED(db, Post_update(db, &(Post_change){ .set = { orm_set(Post_.body, (const char *)NULL) }, .all = true }, NULL), ORM_MISUSE);
    REFUSED(db, User_update(db, &(User_change){ .set = { orm_set(User_.role, 9) }, .all = true }, NULL), ORM_VALIDATION);
    CHECK_INT(Post_update(db, &(Post_change){ .set = { orm_set(Post_.author_id, 77) }, .all = true }, NULL), ORM_FOREIGN_KEY);
    CHECK_INT(Post_update(db, &(Post_change){ .set = { orm_set(Post_.title, "same"), orm_set(Post_.author_id, 1) }, .all = true }, NULL), ORM_UNIQUE);
    CHECK_INT(COUNT(Post, db, .where = orm_eq(Post_.title, "same")), 0);
}

ON_EACH(what_an_update_cannot_do_is_refused)
{
    three_posts(db);
    REFUSED(db, Post_update(db, &(Post_change){ .set = { orm_set(Post_.id, 9) }, .where = orm_eq(Post_.id, 1) }, NULL), ORM_MISUSE);
    REFUSED(db, Post_update(db, &(Post_change){ .set = { orm_set(Post_.created_at, 9) }, .where = orm_eq(Post_.id, 1) }, NULL), ORM_MISUSE);
    REFUSED(db, Ware_update(db, &(Ware_change){ .set = { orm_set(Ware_.origin, "fr") }, .all = true }, NULL), ORM_MISUSE);
    REFUSED(db, Post_update(db, &(Post_change){ .set = { orm_set(Post_.views, 1), orm_inc(Post_.views, 1) }, .all = true }, NULL), ORM_MISUSE);
    REFUSED(db, Post_update(db, NULL, NULL), ORM_MISUSE);
    uint64_t before = orm_counters_of(db).statements;
    int64_t changed = 7;
    OK(Post_update(db, &(Post_change){ .where = orm_eq(Post_.id, 1) }, &changed));     /* nothing to set: nothing happens */
    CHECK_INT(changed, 0);
    CHECK_INT(statements_since(db, &before), 0);
    Post_change full = { .all = true };
    for (size_t i = 0; i <= ORM_MAX_ASSIGNMENTS; i++) full.set[i] = orm_set(Post_.views, 1);
    REFUSED(db, Post_update(db, &full, NULL), ORM_MISUSE);
}

ON_EACH(every_row_is_changed_or_destroyed_only_when_asked_for_by_name)
{
    User_pred none[1] = { { .expr = { .used = 0 } } };
    const int64_t keys[] = { 1 };
    three_posts(db);
    const User_pred all[] = {
        none[0], orm_not_in_array(User_.id, keys, 0), orm_and(orm_not_in_array(User_.id, keys, 0), orm_not_in_array(User_.age, (int32_t *)NULL, 0)),
        orm_or(orm_eq(User_.id, 1), orm_not_in_array(User_.id, keys, 0)), orm_not(orm_in_array(User_.id, keys, 0)), orm_all_of(0, none), orm_any_of(1, none),
        orm_if(false, orm_eq(User_.id, 1)), orm_not(orm_and(orm_eq(User_.id, 1), orm_in_array(User_.id, keys, 0))), orm_and(none[0], orm_not(none[0])),
        orm_or(orm_all_of(1, none), orm_not_in_array(User_.id, keys, 0)),
    };
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        REFUSED(db, User_update(db, &(User_change){ .set = { orm_set(User_.name, "x") }, .where = all[i] }, NULL), ORM_MISUSE);
        CHECK_CONTAINS(orm_error()->message, ".all");
        REFUSED(db, User_destroy_all(db, &(User_query){ .where = all[i] }, NULL), ORM_MISUSE);
        CHECK_CONTAINS(orm_error()->message, ".all");
        const User_pred wrapped[] = { all[i] };
        REFUSED(db, User_destroy_all(db, &(User_query){ .where = orm_all_of(1, wrapped) }, NULL), ORM_MISUSE);
    }
    REFUSED(db, User_destroy_all(db, NULL, NULL), ORM_MISUSE);
    int64_t n = -1;
    OK(User_destroy_all(db, &(User_query){ .where = orm_in_array(User_.id, keys, 0) }, &n));       /* never true is a condition */
    CHECK_INT(n, 0);
    OK(User_update(db, &(User_change){ .set = { orm_set(User_.name, "x") }, .where = orm_and(orm_not_in_array(User_.id, keys, 0), orm_eq(User_.id, 2)) }, &n));
    CHECK_INT(n, 1);
    OK(User_update(db, &(User_change){ .set = { orm_set(User_.name, "y") }, .all = true }, &n));
    CHECK_INT(n, 2);
    REFUSED(db, User_destroy_all(db, &(User_query){ .where = orm_eq(User_.id, 1), .limit = 1 }, NULL), ORM_MISUSE);
    REFUSED(db, User_destroy_all(db, &(User_query){ .where = orm_eq(User_.id, 1), .order = { orm_asc(User_.id) } }, NULL), ORM_MISUSE);
    OK(User_destroy_all(db, &(User_query){ .all = true }, &n));
    CHECK_INT(n, 2);
    CHECK_INT(COUNT(Post, db, .limit = 0), 0);      /* cascaded */
}

ON_EACH(conditions_over_relations_select_what_is_changed)
{
    int64_t n = 0;
    three_posts(db);
    OK(Post_update(db, &(Post_change){ .set = { orm_set(Post_.published, true) }, .where = orm_has(Post_.author, orm_eq(User_.name, "u1")) }, &n));
    CHECK_INT(n, 2);
    OK(User_update(db, &(User_change){ .set = { orm_set(User_.boss_id, 1) }, .where = orm_has_none(User_.posts, orm_eq(Post_.published, true)) }, &n));
    CHECK_INT(n, 1);
    OK(User_update(db, &(User_change){ .set = { orm_set(User_.name, "boss") }, .where = orm_has_any(User_.team) }, &n));
    CHECK_INT(n, 1);
    OK(Post_destroy_all(db, &(Post_query){ .where = orm_has(Post_.author, orm_has(User_.boss, orm_eq(User_.name, "boss"))) }, &n));
    CHECK_INT(n, 1);
    CHECK_INT(COUNT(Post, db, .limit = 0), 2);
}

ON_EACH(updated_at_is_stamped_unless_it_is_assigned)
{
    ORM_NEW(User, ada, .name = "Ada", .email = "ada@example.com", .updated_at = 5);
    OK(User_create(db, &ada));
    orm_time before = orm_now();
    OK(User_update(db, &(User_change){ .set = { orm_set(User_.name, "B") }, .where = orm_eq(User_.id, ada.id) }, NULL));
    ORM_AUTO User *stamped = User_find(db, ada.id);
    REQUIRE(stamped);
    CHECK(stamped->updated_at >= before);
    OK(User_update(db, &(User_change){ .set = { orm_set(User_.updated_at, 7) }, .where = orm_eq(User_.id, ada.id) }, NULL));
    ORM_AUTO User *given = User_find(db, ada.id);
    REQUIRE(given);
    CHECK_INT(given->updated_at, 7);
}

ON_EACH(updates_of_one_shape_are_prepared_once)
{
    three_posts(db);
    uint64_t prepares = 0;
    for (int i = 0; i < 4; i++) {
        OK(Post_update(db, &(Post_change){ .set = { orm_set(Post_.views, 10 + i), orm_set(Post_.body, "b") }, .where = orm_eq(Post_.id, i) }, NULL));
        if (i == 0) prepares = orm_counters_of(db).prepares;
    }
    CHECK_INT(orm_counters_of(db).prepares, prepares);
    OK(Post_update(db, &(Post_change){ .set = { orm_set(Post_.views, 10), orm_set_null(Post_.body) }, .where = orm_eq(Post_.id, 1) }, NULL));
    CHECK_INT(orm_counters_of(db).prepares, prepares + 1);
}

/* the statement of the last change is kept at hand: values are looked at each time all the same */
ON_EACH(the_same_change_again_is_looked_at_like_the_first)
{
    char invalid[] = "\xff";
    int64_t n = 0;
    three_posts(db);
    for (int i = 1; i <= 3; i++) {
        OK(Post_update(db, &(Post_change){ .set = { orm_set(Post_.title, i == 1 ? "a" : "b"), orm_set(Post_.published, i == 2), orm_set(Post_.score, i + 0.5), orm_set(Post_.author_id, 1), orm_set(Post_.likes, i), orm_set(Post_.views, i * i) },
            .where = orm_and(orm_eq(Post_.id, i), orm_eq(Post_.views, 10 * i)) }, &n));
        CHECK_INT(n, i < 3);            /* the third would be another "b" of the author, */
        if (i == 2) break;
    }
    ORM_AUTO Post *one = Post_find(db, 1), *two = Post_find(db, 2);
    REQUIRE(one && two);
    CHECK_TEXT(one->title, "a");
    CHECK_TEXT(two->title, "b");
    CHECK(!one->published && two->published);
    CHECK_DOUBLE(two->score.value, 2.5);
    CHECK_INT(two->likes, 2);
    CHECK_INT(two->views, 4);
#define AGAIN(title_, author, likes_, views_, id_, seen_) \
    Post_update(db, &(Post_change){ .set = { orm_set(Post_.title, title_), orm_set(Post_.published, true), orm_set(Post_.score, 1), orm_set(Post_.author_id, author), orm_set(Post_.likes, likes_), orm_set(Post_.views, views_) }, \
                                    .where = orm_and(orm_eq(Post_.id, id_), orm_eq(Post_.views, seen_)) }, &n)
    REFUSED(db, AGAIN("", 0, (int64_t)INT32_MAX + 1, -1, 1, 1), ORM_VALIDATION);
    CHECK_INT(orm_error()->failures.count, 4);
    CHECK_TEXT(orm_error()->failures.item[0].field, "title");
    CHECK_TEXT(orm_error()->failures.item[1].rule, "required");
    CHECK_TEXT(orm_error()->failures.item[2].rule, "range");
    CHECK_TEXT(orm_error()->failures.item[3].field, "views");
    REFUSED(db, AGAIN(invalid, 1, 1, 1, 1, 1), ORM_VALIDATION);
    REFUSED(db, AGAIN((const char *)NULL, 1, 1, 1, 1, 1), ORM_VALIDATION);
    REFUSED(db, AGAIN("c", 1, 1, 1, 1, (int64_t)INT32_MAX + 1), ORM_VALUE_RANGE);
    CHECK_TEXT(orm_error()->field, "views");
    CHECK_INT(AGAIN("c", 77, 1, 1, 1, 1), ORM_FOREIGN_KEY);
    CHECK_INT(AGAIN("b", 1, 1, 1, 1, 1), ORM_UNIQUE);
    OK(AGAIN("c", 2, INT32_MIN, 8, 1, 2));
    CHECK_INT(n, 0);
    OK(AGAIN("c", 2, INT32_MIN, 8, 1, 1));
    CHECK_INT(n, 1);
    CHECK_INT(views_of(db, 1), 8);
#undef AGAIN
    REFUSED(db, Post_update(db, &(Post_change){ .set = { orm_set(Post_.title, "d") }, .where = orm_eq(Post_.title, (const char *)NULL) }, NULL), ORM_MISUSE);
    for (int i = 0; i < 2; i++) {        /* a longer text than the column has room for: compared, it matches nothing; assigned, it is refused */
        char text[300] = "";
        memset(text, 'x', i ? 299 : 255);
        OK(User_update(db, &(User_change){ .set = { orm_set(User_.role, 1 + i) }, .where = orm_eq(User_.name, text) }, &n));
        CHECK_INT(n, 0);
        if (!i) OK(Post_update(db, &(Post_change){ .set = { orm_set(Post_.title, text) }, .where = orm_eq(Post_.id, 1) }, &n));
        else REFUSED(db, Post_update(db, &(Post_change){ .set = { orm_set(Post_.title, text) }, .where = orm_eq(Post_.id, 1) }, &n), ORM_VALIDATION);
    }
    REFUSED(db, User_update(db, &(User_change){ .set = { orm_set(User_.role, 9) }, .where = orm_eq(User_.name, "u1") }, NULL), ORM_VALIDATION);
    OK(User_update(db, &(User_change){ .set = { orm_set(User_.role, Role_admin) }, .where = orm_eq(User_.name, "u2") }, &n));
    CHECK_INT(n, 1);
}

/* every type as it is given, twice */
ON_EACH(the_same_change_again_takes_values_of_all_types)
{
    const unsigned char bytes[2][2] = { { 1, 2 }, { 3, 4 } };
    ORM_NEW(Maybe, row, .small = orm_int32(0));
    OK(Maybe_create(db, &row));
    for (int i = 0; i < 2; i++) {
        int64_t n = 0;
        orm_uuid tag = { { (unsigned char)(i + 1) } };
        OK(Maybe_update(db, &(Maybe_change){ .set = { orm_set(Maybe_.tiny, i), orm_set(Maybe_.half, 0.5), orm_set(Maybe_.whole, 3 + i), orm_set(Maybe_.yes, i == 1), orm_set(Maybe_.code, i ? "xyz" : "abc"),
            orm_set(Maybe_.price, orm_decimal_of(i ? "2.5" : "1.5")), orm_set(Maybe_.data, ((orm_blob){ bytes[i], 2 })), orm_set(Maybe_.tag, tag), orm_set(Maybe_.extra, i ? "[1]" : "[0]"), orm_set(Maybe_.small, i + 1) },
            .where = orm_and(orm_eq(Maybe_.id, row.id), orm_eq(Maybe_.small, i)) }, &n));
        CHECK_INT(n, 1);
        ORM_AUTO Maybe *back = Maybe_find(db, row.id);
        REQUIRE(back);
        CHECK_INT(back->tiny.value, i);
        CHECK_DOUBLE(back->half.value, 0.5);
        CHECK_DOUBLE(back->whole.value, 3 + i);
        CHECK_INT(back->yes.value, i == 1);
        CHECK_TEXT(back->code, i ? "xyz" : "abc");
        CHECK_INT(orm_decimal_compare(back->price.value, orm_decimal_of(i ? "2.5" : "1.5")), 0);
        CHECK(back->data.size == 2 && memcmp(back->data.data, bytes[i], 2) == 0);
        CHECK(orm_uuid_equal(back->tag, tag));
        CHECK_TEXT(back->extra, i ? "[1]" : "[0]");
    }
    for (int i = 0; i < 2; i++)         /* by what is stored as a text, a decimal or a label */
        for (int k = 0; k < 2; k++) {
            int64_t n = -1;
            OK(Maybe_update(db, &(Maybe_change){ .set = { orm_set(Maybe_.moment, k ? 1000000 * i : orm_now()) }, .where = orm_and(orm_eq(Maybe_.price, orm_decimal_of(i ? "2.5" : "1.5")), orm_eq(Maybe_.code, "xyz")) }, &n));
            CHECK_INT(n, i);
        }
    for (int i = 0; i < 2; i++) REFUSED(db, Maybe_update(db, &(Maybe_change){ .set = { orm_set(Maybe_.tiny, i ? 40000 : -40000) }, .where = orm_eq(Maybe_.id, row.id) }, NULL), ORM_VALIDATION);
    OK(Maybe_update(db, &(Maybe_change){ .set = { orm_set(Maybe_.tiny, 4) }, .where = orm_eq(Maybe_.id, row.id) }, NULL));
    REFUSED(db, Maybe_update(db, &(Maybe_change){ .set = { orm_set(Maybe_.tiny, 40000) }, .where = orm_eq(Maybe_.id, row.id) }, NULL), ORM_VALIDATION);
}

/* what differs in anything but its values, is another change */
ON_EACH(only_the_same_change_is_taken_for_the_last_one)
{
    three_posts(db);
    const Post_change base = { .set = { orm_set(Post_.likes, 7), orm_set(Post_.body, "b") }, .where = orm_and(orm_eq(Post_.id, 1), orm_eq(Post_.published, false)) };
    Post_change other[12], most = { .where = base.where };
    for (size_t i = 0; i < sizeof other / sizeof other[0]; i++) other[i] = base;
    other[0].set[0] = orm_inc(Post_.likes, 7);
    other[1].set[1] = orm_set_null(Post_.body);
    other[2].set[1] = orm_set(Post_.score, 2.0);
    other[3].set[2] = orm_set(Post_.score, 2.0);
    other[4].set[1] = (Post_assignment){ .assignment = { .column = NULL } };
    other[5].where = orm_eq(Post_.id, 1);
    other[6].where = orm_or(orm_eq(Post_.id, 1), orm_eq(Post_.published, false));
    other[7].where = orm_and(orm_lte(Post_.id, 1), orm_eq(Post_.published, false));
    other[8].where = orm_and(orm_eq(Post_.id, 1), orm_eq(Post_.published, false), orm_eq(Post_.views, 10));
    other[9].where = orm_and(orm_eq(Post_.likes, 1), orm_eq(Post_.published, false));
    other[10].where = orm_not(orm_eq(Post_.id, 1));
    other[11].set[ORM_MAX_ASSIGNMENTS - 1] = orm_set(Post_.score, 2.0);       /* those between are empty */
    for (size_t i = 0; i < sizeof other / sizeof other[0]; i++) {
        for (int k = 0; k < 2; k++) {
            char sql[sizeof seen.sql[0]];
            OK(Post_update(db, &base, NULL));
            seen_clear();
            OK(Post_update(db, &base, NULL));
            REQUIRE(seen.n == 1);
            snprintf(sql, sizeof sql, "%s", seen.sql[0]);
            OK(Post_update(db, &other[i], NULL));
            REQUIRE(seen.n == 2);
            CHECK(strcmp(seen.sql[1], sql) != 0);
            OK(Post_update(db, &base, NULL));
            REQUIRE(seen.n == 3);
            CHECK_TEXT(seen.sql[2], sql);
        }
    }
    CHECK_INT(COUNT(Post, db, .where = orm_eq(Post_.score, 2.0)), 1);
    Post_change over = base;
    over.set[ORM_MAX_ASSIGNMENTS] = orm_set(Post_.views, 1);
    REFUSED(db, Post_update(db, &over, NULL), ORM_MISUSE);
    over = base;
    over.only_deleted = true;
    REFUSED(db, Post_update(db, &over, NULL), ORM_MISUSE);
    over = base;
    over.where = (Post_pred){ .expr = { .used = 0 } };
    REFUSED(db, Post_update(db, &over, NULL), ORM_MISUSE);
    /* conditions without end make no change that is known again, but one that is done */
    most.set[0] = orm_set(Post_.likes, 9);
    for (int i = 0; i < 13; i++) orm_where(&most, orm_eq(Post_.id, 1));
    for (int i = 0; i < 2; i++) {
        int64_t n = 0;
        OK(Post_update(db, &most, &n));
        CHECK_INT(n, 1);
    }
}

/* a statement that was let go is not used */
ON_EACH(the_last_change_may_have_lost_its_statement)
{
    three_posts(db);
    for (int i = 0; i < 3; i++) {
        int64_t n = 0;
        OK(Post_update(db, &(Post_change){ .set = { orm_set(Post_.likes, 30 + i) }, .where = orm_eq(Post_.id, 2) }, &n));
        CHECK_INT(n, 1);
        for (int k = 1; k <= 300; k++) {           /* more shapes than are kept */
            const bool bit[9] = { k & 1, k & 2, k & 4, k & 8, k & 16, k & 32, k & 64, k & 128, k & 256 };
            Post_query query = { .select = { .id = 1, .title = bit[0], .body = bit[1], .published = bit[2], .views = bit[3], .likes = bit[4], .score = bit[5], .author_id = bit[6], .created_at = bit[7] },
                                 .order = { bit[8] ? orm_asc(Post_.views) : orm_desc(Post_.views) }, .limit = 1 };
            orm_free(Post_find_all(db, &query));
        }
    }
    CHECK_INT(COUNT(Post, db, .where = orm_eq(Post_.likes, 32)), 1);
}

CHECK_MAIN()

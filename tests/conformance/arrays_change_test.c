/* >>arrays_change_test: how many elements an array has, whether they are all in another, and changes to them, on each engine. */
#include "helpers.h"

#define Bag_FIELDS(X)                                                             \
    X(id,    serial)                                                              \
    X(name,  text)                                                                \
    X(tags,  array(text), nullable)                                               \
    X(nums,  array(integer), nullable)                                            \
    X(reals, array(double), nullable)                                             \
    X(flags, array(boolean), nullable)                                            \
    X(days,  array(date), nullable)                                               \
    X(ids,   array(uuid), nullable)                                               \
    X(at,    array(timestamp), nullable)
ORM_MODEL(Bag, bags)
#define Bags_MODELS(X) X(Bag)
ORM_SCHEMA(Bags)
ORM_DEFINE(Bags)
static const struct case_setup cases = { .schema = &Bags_schema };

static void make_all(orm_db *db)
{
    ORM_NEW(Bag, a, .name = "a", .tags = orm_array(orm_texts, "x", "y\"", "x"), .nums = orm_array(orm_int32s, 1, 2, 1));
    ORM_NEW(Bag, b, .name = "b", .tags = orm_empty(orm_texts), .nums = orm_empty(orm_int32s));
    ORM_NEW(Bag, c, .name = "c");
    OK(Bag_create(db, &a));
    OK(Bag_create(db, &b));
    OK(Bag_create(db, &c));
}

static const char *found(orm_db *db, Bag_pred where)
{
    static char names[16];
    ORM_AUTO Bag *rows = Bag_find_all(db, &(Bag_query){ .where = where, .order = { orm_asc(Bag_.id) } });
    names[0] = 0;
    if (!rows) return orm_error()->message;
    for (size_t i = 0; i < orm_len(rows); i++) strcat(names, rows[i].name);
    return names;
}

ON_EACH_OF(elements_are_counted, cases)
{
    make_all(db);
    CHECK_TEXT(found(db, orm_count_eq(Bag_.tags, 3)), "a");
    CHECK_TEXT(found(db, orm_count_eq(Bag_.tags, 0)), "b");
    CHECK_TEXT(found(db, orm_count_ne(Bag_.tags, 3)), "b");
    CHECK_TEXT(found(db, orm_count_gt(Bag_.nums, 2)), "a");
    CHECK_TEXT(found(db, orm_count_gte(Bag_.nums, 0)), "ab");
    CHECK_TEXT(found(db, orm_count_lt(Bag_.nums, 3)), "b");
    CHECK_TEXT(found(db, orm_count_lte(Bag_.nums, 3)), "ab");
    CHECK_TEXT(found(db, orm_not(orm_count_eq(Bag_.tags, 3))), "b");
    int64_t n;
    REFUSED(db, Bag_count(db, &(Bag_query){ .where = orm_count_eq(Bag_.tags, INT64_C(3000000000)) }, &n), ORM_VALUE_RANGE);
}

ON_EACH_OF(all_elements_are_in_another_array, cases)
{
    const char *const all[] = { "y\"", "x", "z" }, *const some[] = { "x" };
    const orm_texts three = { all, 3 }, one = { some, 1 };
    make_all(db);
    CHECK_TEXT(found(db, orm_within(Bag_.tags, three)), "ab");
    CHECK_TEXT(found(db, orm_within(Bag_.tags, one)), "b");
    CHECK_TEXT(found(db, orm_within(Bag_.tags, orm_empty(orm_texts))), "b");
}

ON_EACH_OF(elements_are_added_and_taken_away, cases)
{
    const orm_uuid id = orm_uuid_v4();
    const orm_date day = { 20000 };
    make_all(db);
    OK(Bag_update(db, &(Bag_change){ .set = { orm_append(Bag_.tags, "it's \"new\""), orm_append(Bag_.nums, 7), orm_append(Bag_.reals, -0.5), orm_append(Bag_.flags, true), orm_append(Bag_.days, day),
        orm_append(Bag_.ids, id), orm_append(Bag_.at, orm_now()) }, .all = true }, NULL));
    ORM_AUTO Bag *rows = Bag_find_all(db, &(Bag_query){ .order = { orm_asc(Bag_.id) } });
    REQUIRE(orm_len(rows) == 3);
    CHECK_INT(rows[0].tags.n, 4);
    CHECK_TEXT(rows[0].tags.at[1], "y\"");
    CHECK_TEXT(rows[0].tags.at[3], "it's \"new\"");
    CHECK_INT(rows[1].tags.n, 1);
    CHECK_INT(rows[2].nums.n, 1);
    CHECK_INT(rows[2].nums.at[0], 7);
    CHECK(rows[2].reals.at[0] < -0.49 && rows[2].flags.at[0] && rows[2].days.at[0].days == 20000 && rows[2].at.n == 1);
    CHECK(memcmp(&rows[0].ids.at[0], &id, sizeof id) == 0);
    OK(Bag_update(db, &(Bag_change){ .set = { orm_remove_value(Bag_.tags, "x"), orm_remove_value(Bag_.nums, 1), orm_remove_value(Bag_.reals, -0.5), orm_remove_value(Bag_.flags, false),
        orm_remove_value(Bag_.days, day), orm_remove_value(Bag_.ids, id) }, .all = true }, NULL));
    ORM_AUTO Bag *less = Bag_find_all(db, &(Bag_query){ .order = { orm_asc(Bag_.id) } });
    REQUIRE(orm_len(less) == 3);
    CHECK_INT(less[0].tags.n, 2);
    CHECK_TEXT(less[0].tags.at[0], "y\"");
    CHECK_INT(less[0].nums.n, 2);
    CHECK_INT(less[0].nums.at[0], 2);
    CHECK(less[2].reals.at && less[2].reals.n == 0 && less[2].flags.n == 1 && less[2].days.n == 0 && less[2].ids.n == 0);
    const char *none = NULL;
    REFUSED(db, Bag_update(db, &(Bag_change){ .set = { orm_append(Bag_.tags, none) }, .all = true }, NULL), ORM_MISUSE);
    REFUSED(db, Bag_update(db, &(Bag_change){ .set = { orm_append(Bag_.nums, INT64_C(3000000000)) }, .all = true }, NULL), ORM_VALUE_RANGE);
}

ON_EACH_OF(nothing_is_taken_from_null, cases)
{
    make_all(db);
    OK(Bag_update(db, &(Bag_change){ .set = { orm_remove_value(Bag_.tags, "x") }, .where = orm_eq(Bag_.name, "c") }, NULL));
    CHECK_TEXT(found(db, orm_is_null(Bag_.tags)), "c");
}

CHECK_MAIN()

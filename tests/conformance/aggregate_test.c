/* Sums, bounds and averages of every kind of number, over all rows, some and none. */
#include "open.h"
#include <math.h>

static void numbers(orm_db *db)
{
    for (int i = 1; i <= 4; i++) {
        ORM_NEW(Maybe, row, .tiny = orm_int16((int16_t)(i * 100)), .small = orm_int32(-i), .big = orm_int64(i * INT64_C(1000000000000)), .half = orm_float((float)i / 2),
                .whole = orm_double(i * 0.1), .price = orm_some_decimal(orm_decimal_make(i * 10 + 1, 2)), .day = orm_some_date(orm_date_make(2024, 2, 27 + (i > 2 ? 2 : i))),
                .hour = orm_some_clock(orm_clock_make(i, 0, 0, 0)), .moment = orm_some_time(i - 2));
        OK(Maybe_create(db, &row));
    }
    ORM_NEW(Maybe, none, .name = "nothing else");
    OK(Maybe_create(db, &none));
}

ON_EACH(whole_numbers_are_summed_and_bounded)
{
    int64_t sum = -1;
    orm_opt_int16 tiny;
    orm_opt_int32 small;
    orm_opt_int64 big;
    orm_opt_double mean;
    numbers(db);
    OK(orm_sum(db, Maybe_.tiny, &sum, NULL));
    CHECK_INT(sum, 1000);
    OK(orm_sum(db, Maybe_.small, &sum, NULL));
    CHECK_INT(sum, -10);
    OK(orm_sum(db, Maybe_.big, &sum, NULL));
    CHECK_INT(sum, INT64_C(10000000000000));
    OK(orm_min(db, Maybe_.tiny, &tiny, NULL));
    CHECK(tiny.set && tiny.value == 100);
    OK(orm_max(db, Maybe_.tiny, &tiny, NULL));
    CHECK(tiny.set && tiny.value == 400);
    OK(orm_min(db, Maybe_.small, &small, NULL));
    CHECK(small.set && small.value == -4);
    OK(orm_max(db, Maybe_.big, &big, NULL));
    CHECK(big.set && big.value == INT64_C(4000000000000));
    OK(orm_avg(db, Maybe_.small, &mean, NULL));
    CHECK(mean.set);
    CHECK_DOUBLE(mean.value, -2.5);                 /* rows without a value do not count */
    OK(orm_sum(db, Maybe_.small, &sum, &(Maybe_query){ .where = orm_gt(Maybe_.tiny, 200) }));
    CHECK_INT(sum, -7);
    OK(orm_max(db, Maybe_.id, &big, NULL));
    CHECK_INT(big.value, 5);
}

ON_EACH(floating_numbers_are_summed_and_bounded)
{
    double sum = -1;
    orm_opt_float half;
    orm_opt_double whole;
    numbers(db);
    OK(orm_sum(db, Maybe_.whole, &sum, NULL));
    CHECK(fabs(sum - 1.0) < 1e-12);
    OK(orm_sum(db, Maybe_.half, &sum, NULL));
    CHECK_DOUBLE(sum, 5.0);
    OK(orm_min(db, Maybe_.half, &half, NULL));
    CHECK(half.set && half.value < 0.51f && half.value > 0.49f);
    OK(orm_max(db, Maybe_.whole, &whole, NULL));
    CHECK(whole.set);
    CHECK_DOUBLE(whole.value, 0.4);
    OK(orm_avg(db, Maybe_.half, &whole, NULL));
    CHECK(whole.set);
    CHECK_DOUBLE(whole.value, 1.25);
}

ON_EACH(decimals_stay_exact)
{
    orm_decimal sum;
    orm_opt_decimal one;
    char text[ORM_DECIMAL_SIZE];
    numbers(db);
    OK(orm_sum(db, Maybe_.price, &sum, NULL));
    CHECK_TEXT(orm_decimal_text(sum, text), "1.040");
    OK(orm_min(db, Maybe_.price, &one, NULL));
    CHECK(one.set);
    CHECK_TEXT(orm_decimal_text(one.value, text), "0.110");
    OK(orm_max(db, Maybe_.price, &one, NULL));
    CHECK_TEXT(orm_decimal_text(one.value, text), "0.410");
    OK(orm_avg(db, Maybe_.price, &one, NULL));
    CHECK(one.set);
    CHECK_TEXT(orm_decimal_text(one.value, text), "0.2600000");
    OK(orm_avg(db, Maybe_.price, &one, &(Maybe_query){ .where = orm_lte(Maybe_.id, 3) }));
    CHECK_TEXT(orm_decimal_text(one.value, text), "0.2100000");
    ORM_NEW(Maybe, third, .price = orm_some_decimal(orm_decimal_of("-1")));
    OK(Maybe_create(db, &third));
    OK(orm_avg(db, Maybe_.price, &one, &(Maybe_query){ .where = orm_in(Maybe_.id, 1, 2, 6) }));
    CHECK_TEXT(orm_decimal_text(one.value, text), "-0.2266667");       /* rounded half away from zero */
    for (int i = 0; i < 10; i++) {
        ORM_NEW(Maybe, tenth, .price = orm_some_decimal(orm_decimal_of("0.1")), .name = "tenth");
        OK(Maybe_create(db, &tenth));
    }
    OK(orm_sum(db, Maybe_.price, &sum, &(Maybe_query){ .where = orm_eq(Maybe_.name, "tenth") }));
    CHECK_INT(orm_decimal_compare(sum, orm_decimal_of("1")), 0);
    OK(Maybe_update(db, &(Maybe_change){ .set = { orm_set(Maybe_.huge, orm_decimal_of("-12345678901234567890.5")) }, .where = orm_eq(Maybe_.id, 1) }, NULL));
    OK(Maybe_update(db, &(Maybe_change){ .set = { orm_set(Maybe_.huge, orm_decimal_of("9")) }, .where = orm_eq(Maybe_.id, 2) }, NULL));
    OK(Maybe_update(db, &(Maybe_change){ .set = { orm_set(Maybe_.huge, orm_decimal_of("10")) }, .where = orm_eq(Maybe_.id, 3) }, NULL));
    OK(orm_min(db, Maybe_.huge, &one, NULL));
    CHECK_INT(orm_decimal_compare(one.value, orm_decimal_of("-12345678901234567890.5")), 0);
    OK(orm_max(db, Maybe_.huge, &one, NULL));
    CHECK_INT(orm_decimal_compare(one.value, orm_decimal_of("10")), 0);
    NEEDS(db, sum_of_long_decimals, orm_sum(db, Maybe_.huge, &sum, NULL));
    OK(orm_sum(db, Maybe_.huge, &sum, NULL));
    CHECK_TEXT(orm_decimal_text(sum, text), "-12345678901234567871.500000");
    OK(orm_avg(db, Maybe_.huge, &one, &(Maybe_query){ .where = orm_gt(Maybe_.huge, orm_decimal_of("0")) }));
    CHECK_INT(orm_decimal_compare(one.value, orm_decimal_of("9.5")), 0);
}

ON_EACH(days_hours_and_moments_have_bounds)
{
    orm_opt_date day;
    orm_opt_clock hour;
    orm_opt_time moment;
    numbers(db);
    OK(orm_min(db, Maybe_.day, &day, NULL));
    CHECK(day.set && day.value.days == orm_date_make(2024, 2, 28).days);
    OK(orm_max(db, Maybe_.day, &day, NULL));
    CHECK(day.set && day.value.days == orm_date_make(2024, 2, 29).days);
    OK(orm_max(db, Maybe_.hour, &hour, NULL));
    CHECK(hour.set && hour.value.microseconds == INT64_C(4) * 3600 * 1000000);
    OK(orm_min(db, Maybe_.moment, &moment, NULL));
    CHECK(moment.set && moment.value == -1);
    OK(orm_max(db, User_.created_at, &moment, NULL));
    CHECK(!moment.set);
}

ON_EACH(no_rows_have_a_sum_but_no_bounds)
{
    int64_t sum = 7;
    double real_sum = 7;
    orm_decimal decimal_sum = orm_decimal_make(7, 0);
    orm_opt_int32 small = orm_int32(7);
    orm_opt_double mean = orm_double(7);
    orm_opt_decimal price = orm_some_decimal(decimal_sum);
    OK(orm_sum(db, Maybe_.small, &sum, NULL));
    CHECK_INT(sum, 0);
    OK(orm_sum(db, Maybe_.whole, &real_sum, NULL));
    CHECK_DOUBLE(real_sum, 0);
    OK(orm_sum(db, Maybe_.price, &decimal_sum, NULL));
    CHECK_INT(orm_decimal_compare(decimal_sum, orm_decimal_make(0, 0)), 0);
    OK(orm_min(db, Maybe_.small, &small, NULL));
    CHECK(!small.set);
    OK(orm_avg(db, Maybe_.small, &mean, NULL));
    CHECK(!mean.set);
    OK(orm_avg(db, Maybe_.price, &price, NULL));
    CHECK(!price.set);
    OK(orm_max(db, Maybe_.price, &price, NULL));
    CHECK(!price.set);
    ORM_NEW(Maybe, none, .name = NULL);
    OK(Maybe_create(db, &none));
    OK(orm_sum(db, Maybe_.small, &sum, NULL));
    CHECK_INT(sum, 0);
    OK(orm_max(db, Maybe_.small, &small, NULL));
    CHECK(!small.set);
}

ON_EACH(a_sum_that_does_not_fit_is_an_error)
{
    int64_t sum = 7;
    for (int i = 0; i < 2; i++) {
        ORM_NEW(Maybe, row, .big = orm_int64(i ? 1 : INT64_MAX));
        OK(Maybe_create(db, &row));
    }
    CHECK_INT(orm_sum(db, Maybe_.big, &sum, NULL), ORM_VALUE_RANGE);
    CHECK(orm_failed());
    OK(Maybe_update(db, &(Maybe_change){ .set = { orm_set(Maybe_.big, -1) }, .where = orm_eq(Maybe_.big, 1) }, NULL));
    OK(orm_sum(db, Maybe_.big, &sum, NULL));
    CHECK_INT(sum, INT64_MAX - 1);
}

ON_EACH(conditions_over_relations_and_wrong_ones_behave_as_in_queries)
{
    User users[6];
    int64_t sum = 0;
    make_users(db, users, 6);
    ORM_NEW(Post, a, .title = "a", .views = 5, .author_id = 1);
    ORM_NEW(Post, b, .title = "b", .views = 7, .author_id = 2);
    OK(Post_create(db, &a));
    OK(Post_create(db, &b));
    OK(orm_sum(db, Post_.views, &sum, &(Post_query){ .where = orm_has(Post_.author, orm_eq(User_.name, "u2")) }));
    CHECK_INT(sum, 7);
    OK(orm_sum(db, Post_.views, &sum, &(Post_query){ .limit = 1, .order = { orm_asc(Post_.id) } }));
    CHECK_INT(sum, 12);                             /* an aggregate is over all rows of the condition */
    REFUSED(db, orm_sum(db, Post_.views, &sum, &(Post_query){ .where = orm_eq(Post_.title, (const char *)NULL) }), ORM_MISUSE);
}

CHECK_MAIN()

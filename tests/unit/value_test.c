/* members of rows as values and back */
#include <math.h>
#include "internal.h"
#include "check.h"

static const char *const role_labels[] = { "admin", "member" };
static const orm_enum role = { "Role", role_labels, 2 };

/* one member of each type, as a model would have it, and one of each optional */
typedef struct everything {
    int64_t id, author; int16_t small; int32_t plain; int64_t big; float f; double d; bool b; const char *t, *j; orm_decimal n; orm_blob x;
    orm_date day; orm_clock clock; orm_time at; orm_uuid u; unsigned role;
    orm_opt_int16 osmall; orm_opt_int32 oplain; orm_opt_int64 obig; orm_opt_float of; orm_opt_double od; orm_opt_bool ob; orm_opt_decimal on;
    orm_opt_date oday; orm_opt_clock oclock; orm_opt_time oat; const char *ot; orm_blob ox; orm_uuid ou; unsigned orole; orm_opt_int64 oauthor;
} everything;

#define COLUMN(member, kind, ...) { .name = #member, .offset = offsetof(everything, member), .is = { .type = kind, .labels = &role, __VA_ARGS__ } }
#define OPTION(member, kind, ...) { .name = #member, .offset = offsetof(everything, member), .nullable = true, .is = { .type = kind, .labels = &role, __VA_ARGS__ } }
static const orm_column columns[] = {
    COLUMN(id, ORM_INT64, .generated = true), COLUMN(author, ORM_INT64, .is_key = true), COLUMN(small, ORM_INT16, .size = 0), COLUMN(plain, ORM_INT32, .size = 0),
    COLUMN(big, ORM_INT64, .size = 0), COLUMN(f, ORM_FLOAT, .size = 0), COLUMN(d, ORM_DOUBLE, .size = 0), COLUMN(b, ORM_BOOL, .size = 0),
    COLUMN(t, ORM_TEXT, .size = 0), COLUMN(j, ORM_JSON, .size = 0), COLUMN(n, ORM_DECIMAL, .precision = 10, .scale = 2), COLUMN(x, ORM_BLOB, .size = 0),
    COLUMN(day, ORM_DATE, .size = 0), COLUMN(clock, ORM_CLOCK, .size = 0), COLUMN(at, ORM_TIME, .size = 0), COLUMN(u, ORM_UUID, .size = 0), COLUMN(role, ORM_ENUM, .size = 0),
    OPTION(osmall, ORM_INT16, .size = 0), OPTION(oplain, ORM_INT32, .size = 0), OPTION(obig, ORM_INT64, .size = 0), OPTION(of, ORM_FLOAT, .size = 0),
    OPTION(od, ORM_DOUBLE, .size = 0), OPTION(ob, ORM_BOOL, .size = 0), OPTION(on, ORM_DECIMAL, .precision = 10, .scale = 2), OPTION(oday, ORM_DATE, .size = 0),
    OPTION(oclock, ORM_CLOCK, .size = 0), OPTION(oat, ORM_TIME, .size = 0), OPTION(ot, ORM_TEXT, .size = 0), OPTION(ox, ORM_BLOB, .size = 0),
    OPTION(ou, ORM_UUID, .size = 0), OPTION(orole, ORM_ENUM, .size = 0), OPTION(oauthor, ORM_INT64, .is_key = true),
};
enum { N_COLUMNS = sizeof columns / sizeof columns[0] };

static const orm_column *column_named(const char *name)
{
    for (size_t i = 0; i < N_COLUMNS; i++) {
        if (strcmp(columns[i].name, name) == 0) return &columns[i];
    }
    return NULL;
}

static everything full(void)
{
    return (everything){ .id = 7, .author = 8, .small = -2, .plain = -3, .big = INT64_MIN, .f = 1.5f, .d = -0.1, .b = true, .t = "text", .j = "{}",
        .n = orm_decimal_make(-1999, 2), .x = { "a\0b", 3 }, .day = { -1 }, .clock = { 5 }, .at = -5, .u = { { 1, 2 } }, .role = 2,
        .osmall = orm_int16(0), .oplain = orm_int32(0), .obig = orm_int64(0), .of = orm_float(0), .od = orm_double(0), .ob = orm_bool(false),
        .on = orm_some_decimal(orm_decimal_make(0, 0)), .oday = orm_some_date((orm_date){ 0 }), .oclock = orm_some_clock((orm_clock){ 0 }), .oat = orm_some_time(0),
        .ot = "", .ox = { "", 0 }, .ou = { { 0, 1 } }, .orole = 1, .oauthor = orm_int64(0) };
}

static everything unset(void)
{
    return (everything){ .day = ORM_UNSET_DATE, .clock = ORM_UNSET_CLOCK, .at = ORM_UNSET_TIME };
}

TEST(a_full_row_has_a_value_of_its_type_in_every_column)
{
    everything row = full();
    for (size_t i = 0; i < N_COLUMNS; i++) {
        CHECK_INT(orm__value_of(&columns[i], &row).type, columns[i].is.type);
        CHECK(!orm__is_unset(&columns[i], &row));
    }
    CHECK_INT(orm__value_of(column_named("small"), &row).as.i, -2);
    CHECK_INT(orm__value_of(column_named("plain"), &row).as.i, -3);
    CHECK_INT(orm__value_of(column_named("big"), &row).as.i, INT64_MIN);
    CHECK_DOUBLE(orm__value_of(column_named("f"), &row).as.d, 1.5);
    CHECK_DOUBLE(orm__value_of(column_named("d"), &row).as.d, -0.1);
    CHECK_INT(orm__value_of(column_named("b"), &row).as.i, 1);
    CHECK_TEXT(orm__value_of(column_named("t"), &row).as.s, "text");
    CHECK_INT(orm__value_of(column_named("n"), &row).scale, 2);
    CHECK_INT(orm__value_of(column_named("x"), &row).length, 3);
    CHECK_INT(orm__value_of(column_named("day"), &row).as.i, -1);
    CHECK_INT(orm__value_of(column_named("role"), &row).as.i, 2);
}

TEST(an_unset_row_is_null_but_for_plain_numbers)
{
    everything row = unset();
    static const char *const plain[] = { "small", "plain", "big", "f", "d", "b", "n" };
    for (size_t i = 0; i < N_COLUMNS; i++) {
        bool number = false;
        for (size_t k = 0; k < sizeof plain / sizeof plain[0]; k++) number |= strcmp(columns[i].name, plain[k]) == 0;
        if (orm__is_unset(&columns[i], &row) == number) printf("column %s\n", columns[i].name);
        CHECK_INT(orm__is_unset(&columns[i], &row), !number);
    }
}

TEST(midnight_of_1970_is_a_moment)
{
    everything row = { .at = 0 };
    CHECK(!orm__is_unset(column_named("at"), &row));
    CHECK(!orm__is_unset(column_named("day"), &row));
    CHECK(!orm__is_unset(column_named("clock"), &row));
}

TEST(an_empty_text_and_an_empty_blob_are_not_null)
{
    everything row = { .t = "", .x = { "", 0 } };
    CHECK(!orm__is_unset(column_named("t"), &row));
    CHECK(!orm__is_unset(column_named("x"), &row));
}

TEST(values_are_stored_and_read_back_equal)
{
    everything row = full(), copy, before;
    memset(&copy, 0xEE, sizeof copy);
    memset(&before, 0, sizeof before);
    for (size_t i = 0; i < N_COLUMNS; i++) {
        orm_value v = orm__value_of(&columns[i], &row);
        orm__store(&columns[i], &copy, &v);
        CHECK(orm__members_equal(&columns[i], &row, &copy));
        CHECK_INT(orm__compare_values(&columns[i], &v, &v), 0);
    }
    CHECK_INT(copy.b, true);
    CHECK_INT(copy.ob.set, true);
    for (size_t i = 0; i < N_COLUMNS; i++) {
        orm_value null = { .type = ORM_NULL };
        orm__store(&columns[i], &copy, &null);
    }
    everything nothing = unset();
    for (size_t i = 0; i < N_COLUMNS; i++) CHECK(orm__members_equal(&columns[i], &copy, &nothing));
    CHECK_INT(copy.at, ORM_UNSET_TIME);
    CHECK(!copy.oat.set && copy.oat.value == 0);
    CHECK_INT(copy.role, 0);
}

TEST(storing_touches_the_member_only)
{
    everything source = full(), row, pattern;
    memset(&pattern, 0x5A, sizeof pattern);
    for (size_t i = 0; i < N_COLUMNS; i++) {
        memcpy(&row, &pattern, sizeof row);
        orm_value v = orm__value_of(&columns[i], &source);
        orm__store(&columns[i], &row, &v);
        size_t size = orm__member_size(columns[i].is.type) + (columns[i].nullable ? 1 : 0), from = columns[i].offset;
        CHECK(memcmp(&row, &pattern, from) == 0);
        CHECK(memcmp((char *)&row + from + size, (char *)&pattern + from + size, sizeof row - from - size) == 0);
    }
}

TEST(an_enumeration_is_stored_from_number_and_label)
{
    everything row = { .role = 0 };
    const orm_column *c = column_named("role");
    orm__store(c, &row, &(orm_value){ .type = ORM_ENUM, .as.i = 1 });
    CHECK_INT(row.role, 1);
    orm__store(c, &row, &(orm_value){ .type = ORM_ENUM, .length = 6, .as.s = "member" });
    CHECK_INT(row.role, 2);
}

TEST(equality_of_members_is_by_content)
{
    char text_[] = "text", data[] = "a\0b";
    everything a = full(), b = full();
    b.t = text_;
    b.x.data = data;
    b.n = orm_decimal_make(-19990, 3);
    CHECK(orm__members_equal(column_named("t"), &a, &b));
    CHECK(orm__members_equal(column_named("x"), &a, &b));
    CHECK(orm__members_equal(column_named("n"), &a, &b));
    text_[0] = 'T';
    data[2] = 'c';
    CHECK(!orm__members_equal(column_named("t"), &a, &b));
    CHECK(!orm__members_equal(column_named("x"), &a, &b));
    b.t = NULL;
    CHECK(!orm__members_equal(column_named("t"), &a, &b));
    b.oplain.set = false;
    CHECK(!orm__members_equal(column_named("oplain"), &a, &b));
    a.d = 0.0, b.d = -0.0;
    CHECK(!orm__members_equal(column_named("d"), &a, &b));
    a.d = b.d = (double)NAN;
    CHECK(orm__members_equal(column_named("d"), &a, &b));
}

static int compared(const char *column, orm_value a, orm_value b) { return orm__compare_values(column_named(column), &a, &b); }

TEST(values_are_ordered_as_the_database_orders_them)
{
    CHECK(compared("big", orm__v_int(INT64_MIN), orm__v_int(INT64_MAX)) < 0);
    CHECK(compared("t", orm__v_text("a"), orm__v_text("B")) > 0);
    CHECK(compared("t", orm__v_text("a"), orm__v_text("ab")) < 0);
    CHECK(compared("t", orm__v_text("z"), orm__v_text("\xC3\xA4")) < 0);
    CHECK(compared("t", orm__v_text("same"), (orm_value){ .type = ORM_TEXT, .length = 4, .as.s = "same" }) == 0);
    CHECK(compared("d", orm__v_double(-1.5), orm__v_double(1)) < 0);
    CHECK(compared("d", orm__v_double((double)NAN), orm__v_double((double)INFINITY)) > 0);
    CHECK(compared("d", orm__v_double((double)NAN), orm__v_double((double)NAN)) == 0);
    CHECK(compared("n", orm__v_decimal(orm_decimal_make(15, 1)), orm__v_decimal(orm_decimal_make(149, 2))) > 0);
    CHECK(compared("x", orm__v_blob((orm_blob){ "\xFF", 1 }), orm__v_blob((orm_blob){ "\x01\x02", 2 })) > 0);
    CHECK(compared("u", orm__v_uuid((orm_uuid){ { 1 } }), orm__v_uuid((orm_uuid){ { 0, 255 } })) > 0);
    CHECK(compared("role", (orm_value){ .type = ORM_ENUM, .length = 5, .as.s = "admin" }, (orm_value){ .type = ORM_ENUM, .as.i = 2 }) < 0);
}

TEST(a_number_that_no_decimal_has_is_still_none_as_a_value)
{
    everything row = { .n = orm_decimal_of("no number") };
    orm_value v = orm__value_of(column_named("n"), &row);
    CHECK_INT(v.scale, UINT8_MAX);
}

TEST(sizes_of_members_are_those_of_c)
{
    CHECK_INT(orm__member_size(ORM_INT16), 2);
    CHECK_INT(orm__member_size(ORM_INT32), 4);
    CHECK_INT(orm__member_size(ORM_BOOL), sizeof(bool));
    CHECK_INT(orm__member_size(ORM_DECIMAL), sizeof(orm_decimal));
    CHECK_INT(orm__member_size(ORM_UUID), 16);
    CHECK_INT(orm__member_size(ORM_DATE), 4);
    CHECK_INT(orm__member_size(ORM_NULL), 0);
    CHECK_INT(offsetof(orm_opt_int16, set), sizeof(int16_t));
    CHECK_INT(offsetof(orm_opt_double, set), sizeof(double));
    CHECK_INT(offsetof(orm_opt_date, set), sizeof(orm_date));
    CHECK_INT(offsetof(orm_opt_decimal, set), sizeof(orm_decimal));
}

CHECK_MAIN()

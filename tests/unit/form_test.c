/* forms of models: a glance at a row tells what the long way tells, and a value that is taken is the one that is read */
#include <math.h>
#include "internal.h"
#include "check.h"

typedef struct thing {
    int64_t id, owner;
    const char *name, *code, *note;
    struct { double value; bool set; } score;
    double weight;
    float share;
    orm_time at;
    struct { orm_time value; bool set; } seen;
    unsigned role;
    struct { int32_t value; bool set; } age;
    int16_t level;
    unsigned char ready;
    struct { orm_date value; bool set; } day;
    uint64_t orm;
} thing;

static const char *const roles[] = { "reader", "writer" };
static const orm_enum role = { "Role", roles, 2 };
#define AT(member) .name = #member, .offset = offsetof(thing, member)
static const orm_column columns[] = {
    { AT(id), .is = { .type = ORM_INT64, .generated = true }, .primary_key = true },
    { AT(owner), .is = { .type = ORM_INT64, .is_key = true } },
    { AT(name), .is = { .type = ORM_TEXT } },
    { AT(code), .is = { .type = ORM_TEXT, .size = 5 }, .nullable = true },
    { AT(note), .is = { .type = ORM_TEXT, .size = 3 }, .default_sql = "''" },
    { AT(score), .is = { .type = ORM_DOUBLE }, .nullable = true },
    { AT(weight), .is = { .type = ORM_DOUBLE } },
    { AT(share), .is = { .type = ORM_FLOAT } },
    { AT(at), .is = { .type = ORM_TIME } },
    { AT(seen), .is = { .type = ORM_TIME }, .nullable = true },
    { AT(role), .is = { .type = ORM_ENUM, .labels = &role } },
    { AT(age), .is = { .type = ORM_INT32 }, .nullable = true },
    { AT(level), .is = { .type = ORM_INT16 } },
    { AT(ready), .is = { .type = ORM_BOOL } },
    { AT(day), .is = { .type = ORM_DATE }, .nullable = true },
};
enum { COLUMNS = sizeof columns / sizeof *columns };
static uint32_t number;
static const orm_model model = { .name = "Thing", .table = "things", .size = sizeof(thing), .ticket = offsetof(thing, orm), .columns = columns, .n_columns = COLUMNS, .number = &number };

static uint64_t seed = 1;
static unsigned draw(unsigned below)
{
    seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return (unsigned)(seed >> 33) % below;
}

static thing any_thing(void)
{
    static const char *const texts[] = { NULL, "", "a", "abc", "abcd", "abcde", "abcdef", "abcdefg", "abcdefgh", "abcdefghi", "abcdefghijklmnopqrstuvwxyz", "\xC3\xA9", "\xC3\xA9\xC3\xA9\xC3\xA9",
        "\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9", "ab\xC3", "\xFF", "abcdefg\x80", "\x80""bcdefgh", "abcdefghijk\xED\xA0\x80", "abcdefghij\xE2\x82\xAC", "ab\x80" };
    static const double numbers[] = { 0, -1.5, 1e300, (double)INFINITY, (double)NAN };
    static const int64_t times[] = { 0, INT64_MIN, INT64_MAX, ORM__FIRST_TIME, ORM__FIRST_TIME - 1, ORM__LAST_TIME, ORM__LAST_TIME + 1 };
    thing t = { .id = draw(2), .owner = draw(2), .orm = ORM_FRESH };
    t.name = texts[draw(21)];
    t.code = texts[draw(21)];
    t.note = texts[draw(21)];
    t.score.set = draw(2);
    t.score.value = numbers[draw(5)];
    t.weight = numbers[draw(5)];
    t.share = draw(4) ? 0.5f : NAN;
    t.at = times[draw(7)];
    t.seen.set = draw(2);
    t.seen.value = times[draw(7)];
    t.role = draw(4);
    t.age.set = draw(2);
    t.age.value = (int32_t)draw(100);
    t.level = (int16_t)draw(9);
    t.ready = (unsigned char)draw(3);
    t.day.set = draw(2);
    t.day.value = draw(2) ? ORM_UNSET_DATE : (orm_date){ (int32_t)draw(100) };
    return t;
}

static bool same_failures(const orm_failures *a, const orm_failures *b)
{
    bool same = a->count == b->count && a->total == b->total;
    for (size_t i = 0; same && i < a->count; i++)
        same = strcmp(a->item[i].field, b->item[i].field) == 0 && strcmp(a->item[i].rule, b->item[i].rule) == 0 && strcmp(a->item[i].message, b->item[i].message) == 0;
    return same;
}

TEST(a_glance_finds_the_failures_that_the_long_way_finds)
{
    static orm_failures by_form, by_row;
    orm_allocator a = orm__default_allocator();
    orm__model_form *form = orm__form_make(&a, &model);
    size_t fine = 0, broken = 0;
    CHECK(form != NULL);
    for (int i = 0; form && i < 200000; i++) {
        thing t = any_thing();
        orm_mask some = { { draw(1u << COLUMNS) } };
        const orm_mask *only = draw(2) ? &some : NULL;
        size_t max_text = draw(3) ? 1000 : 4;
        by_form.count = by_form.total = by_row.count = by_row.total = 0;
        orm__validate_form(form, &t, only, ORM__CREATES, max_text, 0, &by_form);
        orm__validate_row(&model, &t, only, ORM__CREATES, max_text, 0, &by_row);
        CHECK(same_failures(&by_form, &by_row));
        if (by_row.total) broken++;
        else fine++;
    }
    CHECK(fine > 1000);
    CHECK(broken > 1000);
    if (form) orm__release(&a, form, form->block);
}

TEST(a_value_that_is_taken_is_the_one_that_is_read)
{
    orm_allocator a = orm__default_allocator();
    orm__model_form *form = orm__form_make(&a, &model);
    size_t alikes = 0, unlikes = 0;
    for (int i = 0; form && i < 20000; i++) {
        thing t = any_thing(), other = any_thing();
        for (size_t k = 0; k < COLUMNS; k++) {
            static orm__session db;
            orm_value read = orm__value_of(&columns[k], &t), taken;
            if (columns[k].is.type == ORM_ENUM && (t.role < 1 || t.role > 2)) continue;      /* does not come so far */
            db.options.max_text = 1000;
            CHECK(orm__member_value(&db, &form->member[k], &t, &taken) == ORM_OK);
            CHECK(taken.type == read.type);
            if (read.type == ORM_TEXT) CHECK(taken.as.s == read.as.s && taken.length == strlen(read.as.s));
            else if (read.type == ORM_ENUM) CHECK(taken.as.s == roles[t.role - 1]);
            else if (read.type != ORM_NULL) CHECK(taken.as.i == read.as.i);
            if (orm__member_same(&form->member[k], &t, &other)) CHECK(orm__members_equal(&columns[k], &t, &other));
            else if (orm__member_other(&form->member[k], &t, &other)) CHECK(!orm__members_equal(&columns[k], &t, &other));
        }
        orm_mask mask = orm__insert_columns(form, &t);
        for (size_t k = 0; k < COLUMNS; k++) {
            bool made = (columns[k].is.generated || columns[k].default_sql) && orm__is_unset(&columns[k], &t);
            CHECK(orm__mask_has(&mask, k) == !made);
        }
        orm_mask others = orm__insert_columns(form, &other);
        bool alike = orm__masks_equal(&mask, &others);
        CHECK(orm__inserts_these(form, &other, &mask) == alike);
        (alike ? ++alikes : ++unlikes);
    }
    CHECK(alikes > 1000 && unlikes > 1000);
    if (form) orm__release(&a, form, form->block);
}

TEST(values_of_some_columns_are_those_of_a_mask_of_them)
{
    static orm__session db;
    orm_allocator a = orm__default_allocator();
    orm__model_form *form = orm__form_make(&a, &model);
    db.options.max_text = 1000;
    for (int i = 0; form && i < 2000; i++) {
        const orm__way *ways[COLUMNS];
        orm_value by_ways[COLUMNS], by_mask[COLUMNS + 1];
        thing t = any_thing();
        size_t n = 0, n_by_mask = 1;
        orm_mask mask = { { 0 } };
        t.role = 1 + draw(2);
        for (size_t k = 0; k < COLUMNS; k++) {
            if (draw(2)) continue;
            orm__mask_add(&mask, k);
            ways[n++] = &form->member[k];
        }
        CHECK(orm__values_of(&db, ways, n, &t, 5, by_ways) == ORM_OK);
        CHECK(orm__insert_values(&db, form, &t, &mask, 5, by_mask, &n_by_mask) == ORM_OK);      /* appended */
        CHECK(n_by_mask == n + 1);
        for (size_t k = 0; k < n; k++) CHECK(by_ways[k].type == by_mask[k + 1].type && by_ways[k].length == by_mask[k + 1].length && by_ways[k].as.i == by_mask[k + 1].as.i);
        /* the loop over a mask: just its columns, in order, and none beyond */
        size_t at = 0, most = draw(COLUMNS + 1);
        orm_mask longer = mask;
        orm__mask_add(&longer, COLUMNS);
        orm__mask_add(&longer, ORM_MAX_ROWS - 1);
        ORM__EACH_IN(column, &longer, most) CHECK(at < n && ways[at++] == &form->member[column]);
        CHECK(at == n || ways[at]->column - columns >= (ptrdiff_t)most);
    }
    for (size_t k = 0; k < ORM_MAX_ROWS; k++) {
        size_t seen = 0;
        orm_mask one = { { 0 } };
        orm__mask_add(&one, k);
        ORM__EACH_IN(column, &one, (size_t)ORM_MAX_ROWS) {
            CHECK(column == k);
            seen++;
        }
        CHECK(seen == 1);
    }
    if (form) orm__release(&a, form, form->block);
}

TEST(a_value_that_is_fine_is_made_fit_as_the_choke_point_makes_it)
{
    static const int64_t numbers[] = { 0, 1, -1, 2, INT16_MAX, INT16_MAX + 1, INT16_MIN, INT16_MIN - 1, INT32_MAX, (int64_t)INT32_MAX + 1, INT32_MIN, (int64_t)INT32_MIN - 1, INT64_MAX, INT64_MIN,
        ORM__FIRST_TIME, ORM__FIRST_TIME - 1, ORM__LAST_TIME, ORM__LAST_TIME + 1 };
    static orm_failures failures;
    orm_allocator a = orm__default_allocator();
    orm__model_form *form = orm__form_make(&a, &model);
    size_t fine[COLUMNS] = { 0 };
    for (size_t k = 0; form && k < COLUMNS; k++) {
        for (unsigned type = 1; type < 256; type++) {
            for (size_t i = 0; i < sizeof numbers / sizeof *numbers + 2; i++) {
                bool text = type == ORM_TEXT || type == ORM_JSON, real = type == ORM_DOUBLE || type == ORM_FLOAT;
                orm_value v = { .type = (uint8_t)type, .as.i = i < sizeof numbers / sizeof *numbers ? numbers[i] : 7 }, seen, made;
                char why[160];
                orm_status kind = ORM_OK;
                if (type >= ORM_TYPES && type < ORM__VALUE_NAME) continue;
                if (text) v = (orm_value){ .type = (uint8_t)type, .length = ORM_LENGTH_UNKNOWN, .as.s = "a" };
                if (real) v.as.d = i == sizeof numbers / sizeof *numbers ? (double)NAN : (double)v.as.i;
                seen = made = v;
                if (!orm__value_is_fine(&form->member[k], &seen)) {
                    CHECK(memcmp(&seen, &v, sizeof v) == 0);
                    continue;
                }
                fine[k]++;
                failures.count = failures.total = 0;
                orm__validate_value(&model, &columns[k], &v, ORM__CHANGES, 1000, &failures);
                CHECK(failures.total == 0);
                CHECK(orm__fit(&columns[k], &made, 1000, why, &kind) == NULL);
                CHECK(seen.type == made.type && seen.as.i == made.as.i);
            }
        }
    }
    for (size_t k = 0; k < COLUMNS; k++) {
        bool plain = columns[k].is.type == ORM_INT64 || columns[k].is.type == ORM_INT32 || columns[k].is.type == ORM_INT16 || columns[k].is.type == ORM_DOUBLE || columns[k].is.type == ORM_BOOL || columns[k].is.type == ORM_TIME;
        CHECK((fine[k] > 0) == plain);
    }
    if (form) orm__release(&a, form, form->block);
}

CHECK_MAIN()

/* The order of rows, limits and pages; keyset pages over every combination of directions, NULLs and ties against one big read. */
#include "open.h"

/* rows whose columns repeat and are sometimes NULL */
static void make_maybes(orm_db *db, Maybe *rows, size_t n)
{
    static const char *const names[] = { "b", "B", "a", "", "ä" };
    uint64_t state = 7;
    for (size_t i = 0; i < n; i++) {
        rows[i] = Maybe_defaults();
        if (random_below(&state, 4)) rows[i].small = orm_int32(random_below(&state, 3) - 1);
        if (random_below(&state, 4)) rows[i].name = names[random_below(&state, 5)];
        if (random_below(&state, 4)) rows[i].role = (Role)(1 + random_below(&state, 3));
        if (random_below(&state, 4)) rows[i].whole = orm_double(random_below(&state, 3) / 2.0);
        if (random_below(&state, 4)) rows[i].moment = orm_some_time(random_below(&state, 3) - 1);
        if (random_below(&state, 4)) rows[i].day = orm_some_date((orm_date){ random_below(&state, 3) - 1 });
        if (random_below(&state, 4)) rows[i].price = orm_some_decimal(orm_decimal_make(random_below(&state, 3) - 1, 1));
        if (random_below(&state, 4)) rows[i].huge = orm_some_decimal(orm_decimal_make(random_below(&state, 3) - 1, 1));
        if (random_below(&state, 4)) rows[i].tag.byte[0] = (uint8_t)(1 + 100 * random_below(&state, 3));
        if (random_below(&state, 4)) rows[i].yes = orm_bool(random_below(&state, 2));
        if (random_below(&state, 4)) rows[i].data = (orm_blob){ names[i % 5], (size_t)random_below(&state, 2) };
    }
    OK(Maybe_create_all(db, rows, n, NULL));
}

ON_EACH(rows_are_ordered_by_several_terms_and_then_by_key)
{
    Maybe rows[40];
    make_maybes(db, rows, 40);
    ORM_AUTO Maybe *all = Maybe_find_all(db, &(Maybe_query){ .order = { orm_asc(Maybe_.small), orm_desc(Maybe_.role) } });
    REQUIRE(all && orm_len(all) == 40);
    for (size_t i = 1; i < 40; i++) {
        const Maybe *a = &all[i - 1], *b = &all[i];
        int small = a->small.set ? a->small.value : -9, next = b->small.set ? b->small.value : -9;      /* NULLs first going up */
        CHECK(small <= next);
        if (small == next) CHECK(a->role >= b->role);                                                   /* 0 is NULL: last going down */
        if (small == next && a->role == b->role) CHECK(a->id > b->id);       /* the key in the direction of the last term */
    }
}

ON_EACH(nulls_stand_where_the_order_puts_them)
{
    Maybe rows[4] = { Maybe_defaults(), Maybe_defaults(), Maybe_defaults(), Maybe_defaults() };
    rows[0].small = orm_int32(1);
    rows[2].small = orm_int32(-1);
    OK(Maybe_create_all(db, rows, 4, NULL));
    static const int expected[6][4] = { { 2, 4, 3, 1 }, { 1, 3, 4, 2 }, { 2, 4, 3, 1 }, { 3, 1, 2, 4 }, { 4, 2, 1, 3 }, { 1, 3, 4, 2 } };
    const Maybe_order orders[6] = { orm_asc(Maybe_.small), orm_desc(Maybe_.small), orm_asc_nulls_first(Maybe_.small), orm_asc_nulls_last(Maybe_.small),
                                    orm_desc_nulls_first(Maybe_.small), orm_desc_nulls_last(Maybe_.small) };
    for (size_t k = 0; k < 6; k++) {
        ORM_AUTO Maybe *all = Maybe_find_all(db, &(Maybe_query){ .order = { orders[k] } });
        REQUIRE(all && orm_len(all) == 4);
        for (size_t i = 0; i < 4; i++) CHECK_INT(all[i].id, expected[k][i]);
    }
}

ON_EACH(enumerations_are_ordered_as_declared)
{
    User users[6];
    make_users(db, users, 6);
    ORM_AUTO User *up = User_find_all(db, &(User_query){ .order = { orm_asc(User_.role) } });
    ORM_AUTO User *down = User_find_all(db, &(User_query){ .order = { orm_desc(User_.role) } });
    REQUIRE(up && down);
    static const int ascending[] = { 1, 4, 2, 5, 3, 6 }, descending[] = { 6, 3, 5, 2, 4, 1 };
    for (size_t i = 0; i < 6; i++) {
        CHECK_INT(up[i].id, ascending[i]);
        CHECK_INT(down[i].id, descending[i]);
    }
}

ON_EACH(limits_offsets_and_pages_cut)
{
    User users[10];
    make_users(db, users, 10);
    static const struct { int64_t limit, offset, page, per_page; size_t length; int64_t first; } cuts[] = {
        { 0, 0, 0, 0, 10, 1 }, { 3, 0, 0, 0, 3, 1 }, { 3, 8, 0, 0, 2, 9 }, { 0, 7, 0, 0, 3, 8 }, { 100, 0, 0, 0, 10, 1 }, { 1, 10, 0, 0, 0, 0 },
        { INT64_MAX, 1, 0, 0, 9, 2 }, { 0, INT64_MAX, 0, 0, 0, 0 }, { 0, 0, 1, 4, 4, 1 }, { 0, 0, 3, 4, 2, 9 }, { 0, 0, 4, 4, 0, 0 },
        { 0, 0, 1, INT64_MAX, 10, 1 },
    };
    for (size_t i = 0; i < sizeof cuts / sizeof cuts[0]; i++) {
        ORM_AUTO User *rows = User_find_all(db, &(User_query){ .limit = cuts[i].limit, .offset = cuts[i].offset, .page = cuts[i].page, .per_page = cuts[i].per_page });
        REQUIRE(rows);
        CHECK_INT(orm_len(rows), cuts[i].length);
        if (cuts[i].length) CHECK_INT(rows[0].id, cuts[i].first);
    }
    REFUSED_ROWS(db, User_find_all(db, &(User_query){ .limit = -1 }), ORM_MISUSE);
    REFUSED_ROWS(db, User_find_all(db, &(User_query){ .offset = -1 }), ORM_MISUSE);
    REFUSED_ROWS(db, User_find_all(db, &(User_query){ .page = 1 }), ORM_MISUSE);
    REFUSED_ROWS(db, User_find_all(db, &(User_query){ .per_page = 5 }), ORM_MISUSE);
    REFUSED_ROWS(db, User_find_all(db, &(User_query){ .page = -1, .per_page = 5 }), ORM_MISUSE);
    REFUSED_ROWS(db, User_find_all(db, &(User_query){ .page = 1, .per_page = 5, .limit = 3 }), ORM_MISUSE);
    REFUSED_ROWS(db, User_find_all(db, &(User_query){ .page = INT64_MAX, .per_page = INT64_MAX }), ORM_MISUSE);
}

ON_EACH(a_ninth_order_is_refused)
{
    User_query q = { .limit = 0 };
    for (size_t i = 0; i < ORM_MAX_ORDERS; i++) q.order[i] = orm_asc(User_.name);
    ORM_AUTO User *rows = User_find_all(db, &q);
    CHECK(rows != NULL);
    q.order[ORM_MAX_ORDERS] = orm_asc(User_.age);
    REFUSED_ROWS(db, User_find_all(db, &q), ORM_MISUSE);
}

/* ---- keyset pages ------------------------------------------------------------------------------------------------------------ */

/* walks all pages of the query and compares them with one big read; the number of rows */
static size_t walk_pages(orm_db *db, const Maybe_query *query, int64_t per_page)
{
    Maybe_query page = *query;
    Maybe *all = Maybe_find_all(db, query), *rows = NULL;
    size_t n = orm_len(all), at = 0;
    CHECK(all != NULL);
    page.limit = per_page;
    for (;;) {
        Maybe *next = Maybe_find_all(db, &page);
        orm_free(rows);
        rows = next;
        if (!rows) {
            printf("    %s\n", orm_error()->message);
            check_failed = true;
            break;
        }
        for (size_t i = 0; i < orm_len(rows); i++, at++) CHECK(at < n && rows[i].id == all[at].id);
        if (orm_len(rows) < (size_t)per_page) break;
        page.after = &rows[orm_len(rows) - 1];
    }
    CHECK_INT(at, n);
    orm_free(rows);
    orm_free(all);
    return n;
}

ON_EACH(pages_after_a_row_continue_every_order)
{
    static Maybe rows[60];
    make_maybes(db, rows, 60);
#define SIX_WAYS(column) { orm_asc(column), orm_desc(column), orm_asc_nulls_first(column), orm_asc_nulls_last(column), orm_desc_nulls_first(column), orm_desc_nulls_last(column) }
    const Maybe_order ways[][6] = { SIX_WAYS(Maybe_.small), SIX_WAYS(Maybe_.name), SIX_WAYS(Maybe_.role), SIX_WAYS(Maybe_.whole), SIX_WAYS(Maybe_.moment), SIX_WAYS(Maybe_.day),
                                    SIX_WAYS(Maybe_.price), SIX_WAYS(Maybe_.huge), SIX_WAYS(Maybe_.tag), SIX_WAYS(Maybe_.yes), SIX_WAYS(Maybe_.data) };
    enum { COLUMNS = sizeof ways / sizeof ways[0] };
    for (size_t c = 0; c < COLUMNS; c++) {
        for (size_t w = 0; w < 6; w++) CHECK_INT(walk_pages(db, &(Maybe_query){ .order = { ways[c][w] } }, 7), 60);
    }
    for (size_t a = 0; a < 6; a++) {
        for (size_t b = 0; b < 6; b++) {
            walk_pages(db, &(Maybe_query){ .order = { ways[a % COLUMNS][a], ways[(a + 1 + b) % COLUMNS][b] } }, 7);
            walk_pages(db, &(Maybe_query){ .order = { ways[2][a], ways[0][b], b & 1 ? orm_desc(Maybe_.id) : orm_asc(Maybe_.id) } }, 11);
        }
    }
    CHECK_INT(walk_pages(db, &(Maybe_query){ .limit = 0 }, 7), 60);
    CHECK_INT(walk_pages(db, &(Maybe_query){ .order = { orm_desc(Maybe_.id) } }, 1), 60);
    CHECK(walk_pages(db, &(Maybe_query){ .where = orm_is_not_null(Maybe_.small), .order = { orm_asc_nulls_last(Maybe_.name), orm_desc(Maybe_.small) } }, 4) > 10);
}

ON_EACH(pages_after_a_row_continue_composite_keys)
{
    static Seat seats[50];
    static const char *const letters[] = { "A", "B", "b", "" };
    for (int i = 0; i < 50; i++) {
        seats[i] = Seat_defaults();
        seats[i].row = letters[i % 4];
        seats[i].number = (i * 37) % 50 - 25;
    }
    OK(Seat_create_all(db, seats, 50, NULL));
    ORM_AUTO Seat *all = Seat_find_all(db, &(Seat_query){ .order = { orm_desc(Seat_.row) } });
    REQUIRE(all && orm_len(all) == 50);
    size_t at = 0;
    Seat *rows = NULL;
    Seat_query page = { .order = { orm_desc(Seat_.row) }, .limit = 8 };
    for (;;) {
        Seat *next = Seat_find_all(db, &page);
        orm_free(rows);
        rows = next;
        REQUIRE(rows);
        for (size_t i = 0; i < orm_len(rows); i++, at++) CHECK(rows[i].number == all[at].number && strcmp(rows[i].row, all[at].row) == 0);
        if (orm_len(rows) == 0) break;
        page.after = &rows[orm_len(rows) - 1];
    }
    CHECK_INT(at, 50);
    orm_free(rows);
}

ON_EACH(a_page_after_a_row_needs_what_the_order_needs)
{
    User users[5];
    make_users(db, users, 5);
    ORM_AUTO User *some = User_find_all(db, &(User_query){ .select = { .name = 1 }, .order = { orm_asc(User_.id) } });
    REQUIRE(some);
    REFUSED_ROWS(db, User_find_all(db, &(User_query){ .order = { orm_asc(User_.age) }, .after = &some[0] }), ORM_MISUSE);
    ORM_AUTO User *next = User_find_all(db, &(User_query){ .order = { orm_asc(User_.name) }, .after = &some[2] });
    REQUIRE(next);
    CHECK_INT(orm_len(next), 2);
    REFUSED_ROWS(db, User_find_all(db, &(User_query){ .after = &some[0], .offset = 1 }), ORM_MISUSE);
    REFUSED_ROWS(db, User_find_all(db, &(User_query){ .after = &some[0], .page = 2, .per_page = 2 }), ORM_MISUSE);
    ORM_AUTO User *created = User_find_all(db, &(User_query){ .after = &users[3] });     /* a row that was created serves, too */
    CHECK(created && orm_len(created) == 1 && created->id == 5);
    OK(User_destroy_by_key(db, 2));
    ORM_AUTO User *gone = User_find_all(db, &(User_query){ .after = &some[1] });         /* and one that is gone */
    CHECK(gone && orm_len(gone) == 3 && gone->id == 3);
}

ON_EACH(pages_stay_whole_while_rows_come_and_go)
{
    static User users[30];
    make_users(db, users, 30);
    ORM_AUTO User *first = User_find_all(db, &(User_query){ .order = { orm_desc(User_.id) }, .limit = 10 });
    REQUIRE(first && orm_len(first) == 10);
    OK(User_destroy_by_key(db, 25));
    ORM_NEW(User, late, .name = "late", .email = "late@example.com");
    OK(User_create(db, &late));
    ORM_AUTO User *second = User_find_all(db, &(User_query){ .order = { orm_desc(User_.id) }, .limit = 10, .after = &first[9] });
    REQUIRE(second && orm_len(second) == 10);
    CHECK_INT(second[0].id, 20);            /* no row twice, none left out */
}

CHECK_MAIN()

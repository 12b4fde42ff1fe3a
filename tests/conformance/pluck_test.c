/* One column as an array, a random order, and what differs from a value. */
#include "open.h"

ON_EACH(one_column_is_an_array)
{
    User users[9];
    orm_arena arena = { 0 };
    make_users(db, users, 9);
    const char **names = NULL;
    int64_t *ids = NULL;
    int32_t *ages = NULL;
    Role *roles = NULL;
    size_t n = 99;
    OK(orm_pluck(db, User_.name, &arena, &names, &n, &(User_query){ .where = orm_lte(User_.id, 3), .order = { orm_desc(User_.id) } }));
    CHECK_INT(n, 3);
    CHECK_TEXT(names[0], "u3");
    CHECK_TEXT(names[2], "u1");
    OK(orm_pluck(db, User_.id, &arena, &ids, &n, NULL));
    CHECK_INT(n, 9);
    CHECK_INT(ids[8], 9);
    OK(orm_pluck(db, User_.age, &arena, &ages, &n, NULL));
    CHECK_INT(n, 7);                                     /* two have none */
    CHECK_INT(ages[3], 24);
    OK(orm_pluck(db, User_.role, &arena, &roles, &n, &(User_query){ .limit = 2 }));
    CHECK_INT(n, 2);
    CHECK_INT(roles[1], Role_editor);
    OK(orm_pluck(db, User_.name, &arena, &names, &n, &(User_query){ .where = orm_eq(User_.id, 77) }));
    CHECK_INT(n, 0);
    CHECK(names != NULL);
    REFUSED(db, orm_pluck(db, User_.name, NULL, &names, &n, NULL), ORM_MISUSE);
    REFUSED(db, orm_pluck(db, User_.name, &arena, &names, &n, &(User_query){ .include = { orm_with(User_.posts) } }), ORM_MISUSE);
    orm_arena_release(&arena);
}

ON_EACH(a_random_order_has_every_row_once)
{
    User users[40];
    orm_arena arena = { 0 };
    int64_t *first = NULL, *second = NULL;
    size_t n = 0;
    bool seen_row[41] = { false };
    make_users(db, users, 40);
    OK(orm_pluck(db, User_.id, &arena, &first, &n, &(User_query){ .order = { orm_random(User_.id) } }));
    REQUIRE(n == 40);
    for (size_t i = 0; i < n; i++) seen_row[first[i]] = true;
    for (size_t i = 1; i <= 40; i++) CHECK(seen_row[i]);
    OK(orm_pluck(db, User_.id, &arena, &second, &n, &(User_query){ .order = { orm_random(User_.id) } }));
    CHECK(memcmp(first, second, 40 * sizeof *first) != 0);      /* the same order twice: one in 40! */
    OK(orm_pluck(db, User_.id, &arena, &second, &n, &(User_query){ .order = { orm_asc(User_.role), orm_random(User_.id) }, .limit = 3 }));
    CHECK_INT(n, 3);
    ORM_AUTO User *one = User_find_one(db, &(User_query){ .order = { orm_random(User_.id) } });
    CHECK(one);
    REFUSED_ROWS(db, User_find_all(db, &(User_query){ .order = { orm_random(User_.id) }, .after = &users[0] }), ORM_MISUSE);
    orm_arena_release(&arena);
}

ON_EACH(what_differs_from_a_value_may_have_none)
{
    User users[8];
    make_users(db, users, 8);                            /* ages 20 to 26, two without */
    CHECK_INT(COUNT(User, db, .where = orm_ne(User_.age, 20)), 5);
    CHECK_INT(COUNT(User, db, .where = orm_differs(User_.age, 20)), 7);
    CHECK_INT(COUNT(User, db, .where = orm_not(orm_differs(User_.age, 20))), 1);
    CHECK_INT(COUNT(User, db, .where = orm_differs(User_.name, "u1")), 7);
    CHECK_INT(COUNT(User, db, .where = orm_differs(User_.role, Role_member)), 5);
}
CHECK_MAIN()

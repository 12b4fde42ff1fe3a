/* Loading later: relations of rows that are there, for a whole level at once, from a list or from one row; and what is told of loops. */
#include "open.h"

/* u1 (boss of u2 and u3) wrote p0..p4, u2 wrote p0..p2, u3 nothing; post k has k % 3 comments */
static void forum(orm_db *db)
{
    User users[3];
    make_users(db, users, 3);
    OK(User_update(db, &(User_change){ .set = { orm_set(User_.boss_id, 1) }, .where = orm_gt(User_.id, 1) }, NULL));
    for (int64_t author = 1; author <= 2; author++) {
        for (int k = 0; k < (author == 1 ? 5 : 3); k++) {
            char title[16];
            snprintf(title, sizeof title, "p%d", k);
            ORM_NEW(Post, post, .title = title, .views = k, .author_id = author);
            OK(Post_create(db, &post));
            for (int j = 0; j < k % 3; j++) {
                ORM_NEW(Comment, comment, .line = title, .post_id = post.id);
                OK(Comment_create(db, &comment));
            }
        }
    }
}

static User *all_users(orm_db *db) { return User_find_all(db, &(User_query){ .order = { orm_asc(User_.id) } }); }

ON_EACH(a_list_is_given_its_relation_in_one_statement)
{
    forum(db);
    ORM_AUTO User *users = all_users(db);
    REQUIRE(users && orm_len(users) == 3);
    uint64_t before = orm_counters_of(db).statements;
    CHECK(users[0].posts == NULL);
    OK(orm_load(db, users, User_.posts, .where = orm_gt(Post_.views, 0), .order = { orm_desc(Post_.views) }, .limit = 3));
    CHECK_INT(statements_since(db, &before), 1);
    CHECK(orm_loaded(&users[2], User_.posts));
    CHECK_INT(orm_len(users[0].posts), 3);
    CHECK_INT(users[0].posts[0].views, 4);
    CHECK_INT(orm_len(users[1].posts), 2);
    CHECK(users[2].posts != NULL);
    CHECK_INT(orm_len(users[2].posts), 0);
}

ON_EACH(what_is_loaded_is_left_alone_unless_options_are_given)
{
    forum(db);
    ORM_AUTO User *users = all_users(db);
    REQUIRE(users);
    OK(orm_load(db, users, User_.posts));
    const Post *first = users[0].posts;
    uint64_t before = orm_counters_of(db).statements;
    OK(orm_load(db, users, User_.posts));
    CHECK_INT(statements_since(db, &before), 0);
    CHECK(users[0].posts == first);
    OK(orm_load(db, users, User_.posts, .limit = 1));
    CHECK_INT(statements_since(db, &before), 1);
    CHECK_INT(orm_len(users[0].posts), 1);
    CHECK_INT(first[4].views, 4);                   /* what was there lives as long as the result */
}

ON_EACH(a_nested_list_stands_for_its_whole_level)
{
    forum(db);
    ORM_AUTO User *users = User_find_all(db, &(User_query){ .include = { orm_with(User_.posts) }, .order = { orm_asc(User_.id) } });
    REQUIRE(users);
    uint64_t before = orm_counters_of(db).statements;
    for (size_t i = 0; i < orm_len(users); i++) OK(orm_load(db, users[i].posts, Post_.comments));
    CHECK_INT(statements_since(db, &before), 1);
    CHECK_INT(orm_len(users[0].posts[2].comments), 2);
    CHECK_INT(orm_len(users[1].posts[2].comments), 2);
    CHECK_INT(orm_len(users[1].posts[0].comments), 0);
    OK(orm_load(db, users[0].posts[2].comments, Comment_.post, .include = { orm_with(Post_.author) }));
    CHECK_INT(statements_since(db, &before), 1);
    CHECK_INT(users[1].posts[1].comments[0].post->author->id, 2);
}

ON_EACH(to_one_relations_load_for_the_whole_list)
{
    forum(db);
    ORM_AUTO User *users = all_users(db);
    ORM_AUTO Post *posts = Post_find_all(db, &(Post_query){ .order = { orm_asc(Post_.id) } });
    REQUIRE(users && posts);
    uint64_t before = orm_counters_of(db).statements;
    OK(orm_load(db, users, User_.boss, .include = { orm_with(User_.team) }));
    CHECK_INT(statements_since(db, &before), 2);
    CHECK(users[0].boss == NULL);
    CHECK(orm_loaded(&users[0], User_.boss));
    REQUIRE(users[1].boss && users[2].boss);
    CHECK_TEXT(users[2].boss->name, "u1");
    CHECK_INT(orm_len(users[2].boss), 1);
    CHECK_INT(orm_len(users[2].boss->team), 2);
    OK(orm_load(db, posts, Post_.author, .where = orm_eq(User_.id, 2), .select = { .name = 1 }));
    CHECK(posts[0].author == NULL);
    REQUIRE(posts[5].author);
    CHECK_TEXT(posts[5].author->name, "u2");
    CHECK(posts[5].author->email == NULL);
}

ON_EACH(one_row_loads_for_all_its_siblings)
{
    forum(db);
    ORM_AUTO User *users = all_users(db);
    REQUIRE(users);
    uint64_t before = orm_counters_of(db).statements;
    size_t posts = 0;
    for (size_t i = 0; i < orm_len(users); i++) {
        OK(orm_load_one(db, &users[i], User_.posts));
        posts += orm_len(users[i].posts);
        for (size_t k = 0; k < orm_len(users[i].posts); k++) OK(orm_load_one(db, &users[i].posts[k], Post_.comments));
        OK(orm_load_one(db, &users[i], User_.boss));
    }
    CHECK_INT(posts, 8);
    CHECK_INT(statements_since(db, &before), 3);     /* a loop over three levels: one statement each */
    CHECK_INT(orm_len(users[1].posts[1].comments), 1);
}

ON_EACH(a_copy_of_a_row_is_given_what_the_original_has)
{
    forum(db);
    ORM_AUTO User *users = all_users(db);
    REQUIRE(users);
    User copy = users[1];
    OK(orm_load_one(db, &copy, User_.posts));
    CHECK_INT(orm_len(copy.posts), 3);
    CHECK(copy.posts == users[1].posts);
    User other = users[0];
    other.posts = NULL;
    OK(orm_load_one(db, &other, User_.posts));
    CHECK(other.posts == users[0].posts);
}

ON_EACH(rows_below_rows_that_were_loaded_later_load_too)
{
    forum(db);
    orm_arena arena = { 0 };
    User *users = User_find_all(db, &(User_query){ .order = { orm_asc(User_.id) }, .arena = &arena });
    REQUIRE(users);
    OK(orm_load(db, users, User_.posts));
    OK(orm_load_one(db, &users[1].posts[2], Post_.comments, .include = { orm_with(Comment_.post) }));
    CHECK_INT(orm_len(users[0].posts[4].comments), 1);
    CHECK_INT(users[0].posts[4].comments[0].post->views, 4);
    orm_arena_release(&arena);
    ORM_AUTO User *one = User_find(db, 2);
    OK(orm_load_one(db, one, User_.posts));
    one->name = "changed";
    OK(User_save(db, one));                         /* the snapshot is what it was */
    CHECK_INT(orm_len(one->posts), 3);
    ORM_AUTO User *kept = User_copy(one);
    REQUIRE(kept);
    CHECK_INT(orm_len(kept->posts), 3);
}

ON_EACH(rows_that_cannot_be_loaded_for_are_refused)
{
    forum(db);
    ORM_NEW(User, fresh, .name = "new", .email = "new@example.com");
    REFUSED(db, orm_load_one(db, &fresh, User_.posts), ORM_MISUSE);
    OK(User_create(db, &fresh));
    REFUSED(db, orm_load_one(db, &fresh, User_.posts), ORM_MISUSE);
    REFUSED(db, orm_load(db, (User *)NULL, User_.posts), ORM_MISUSE);
    User *users = all_users(db);
    User copy = users[0];
    REFUSED(db, orm_load(db, users, User_.posts, .required = true), ORM_MISUSE);
    REFUSED(db, orm_load(db, users, User_.posts, .limit = -1), ORM_MISUSE);
    REFUSED(db, orm_load(db, users, User_.boss, .limit = 1), ORM_MISUSE);
    CHECK(users[0].posts == NULL && !orm_loaded(&users[0], User_.posts));
    orm_free(users);
    REFUSED(db, orm_load_one(db, &copy, User_.posts), ORM_STALE_ROW);
    ORM_AUTO Post *thin = Post_find_all(db, &(Post_query){ .select = { .title = 1 } });
    REFUSED(db, orm_load(db, thin, Post_.author), ORM_MISUSE);       /* without its key */
    CHECK_TEXT(orm_error()->field, "author_id");
}

ON_EACH(a_failure_leaves_the_rows_as_they_were)
{
    forum(db);
    ORM_AUTO User *users = all_users(db);
    REQUIRE(users);
    OK(orm_load(db, users, User_.posts, .limit = 2));
    const Post *first = users[0].posts;
    CHECK_TEXT(orm_status_name(orm_load(db, users, User_.posts, .where = orm_eq(Post_.title, (const char *)NULL))), "ORM_MISUSE");
    CHECK_TEXT(orm_status_name(orm_load(db, users, User_.posts, .include = { orm_with(Post_.comments, .where = orm_eq(Comment_.line, (const char *)NULL)) })), "ORM_MISUSE");
    CHECK(users[0].posts == first);
    CHECK_INT(orm_len(users[0].posts), 2);
    CHECK_TEXT(orm_status_name(orm_load(db, users, User_.team, .include = { orm_with(User_.posts, .where = orm_eq(Post_.title, (const char *)NULL)) })), "ORM_MISUSE");
    CHECK(users[0].team == NULL);
    CHECK(!orm_loaded(&users[0], User_.team));
    OK(orm_load(db, users, User_.team));
    CHECK_INT(orm_len(users[0].team), 2);
}

ON_EACH(nothing_is_sent_for_rows_without_a_key_or_an_empty_list)
{
    forum(db);
    ORM_AUTO User *boss = User_find(db, 1);
    ORM_AUTO User *none = User_find_all(db, &(User_query){ .where = orm_gt(User_.id, 100) });
    REQUIRE(boss && none);
    uint64_t before = orm_counters_of(db).statements;
    OK(orm_load_one(db, boss, User_.boss));
    OK(orm_load(db, none, User_.posts));
    CHECK_INT(statements_since(db, &before), 0);
    CHECK(orm_loaded(boss, User_.boss) && boss->boss == NULL);
}

/* ---- the guard ------------------------------------------------------------------------------------------------------------- */
static struct { int notes; char message[400]; } told;
static void tell(void *context, const orm_log_event *event)
{
    (void)context;
    if (event->level != ORM_LOG_NOTE || !event->message) return;
    told.notes++;
    snprintf(told.message, sizeof told.message, "%s", event->message);
}

/* finds users one by one, with their posts: what a list would do in two statements */
static orm_status row_by_row(orm_db *db, int n)
{
    orm_status status = ORM_OK;
    for (int i = 0; i < n && !status; i++) {
        ORM_AUTO User *user = User_find(db, 1 + i % 3);
        status = orm_load_one(db, user, User_.posts);
    }
    return status;
}

ON_EACH_SHARED(loading_row_by_row_is_told_with_the_place)
{
    forum(db);
    orm_db *watched = case_open(.log = tell, .n_plus_one = 5);
    REQUIRE(watched);
    memset(&told, 0, sizeof told);                   /* that there are two handles was told, too */
    OK(row_by_row(watched, 4));
    CHECK_INT(told.notes, 0);
    OK(row_by_row(watched, 20));
    CHECK_INT(told.notes, 1);                        /* once, not at each turn */
    CHECK(strstr(told.message, "load_test.c:") != NULL);
    CHECK(strstr(told.message, "User.posts") != NULL);
    orm_close(watched);
}

ON_EACH_SHARED(loading_row_by_row_can_be_an_error)
{
    forum(db);
    orm_db *strict = case_open(.n_plus_one = 5, .n_plus_one_fails = true);
    REQUIRE(strict);
    ORM_AUTO User *users = all_users(strict);
    for (int i = 0; i < 20; i++) OK(orm_load_one(strict, &users[i % 3], User_.posts));
    CHECK_TEXT(orm_status_name(row_by_row(strict, 20)), "ORM_OVER_BUDGET");
    CHECK(strstr(orm_error()->message, "load_test.c:") != NULL);
    orm_close(strict);
}

CHECK_MAIN()

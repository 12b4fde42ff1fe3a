/* Includes: what is loaded with the rows, in how many statements, and what "not loaded", "none" and "empty" look like. */
#include "open.h"

/* user u writes `n` posts with k % 3 comments each */
static void make_posts(orm_db *db, int64_t author, int n, int64_t commenter)
{
    for (int k = 0; k < n; k++) {
        char title[32];
        snprintf(title, sizeof title, "p%d", k);
        ORM_NEW(Post, post, .title = title, .views = k, .published = k % 2 == 0, .author_id = author);
        OK(Post_create(db, &post));
        for (int j = 0; j < k % 3; j++) {
            ORM_NEW(Comment, comment, .line = title, .stars = orm_int16((int16_t)j), .post_id = post.id);
            if (j == 0) comment.author_id = orm_int64(commenter);
            OK(Comment_create(db, &comment));
        }
    }
}

/* u1 (boss of u2, u3) wrote 5 posts, u2 wrote 3, u3 none, u4 one */
static void forum(orm_db *db)
{
    User users[4];
    make_users(db, users, 4);
    for (size_t i = 1; i < 3; i++) OK(User_update(db, &(User_change){ .set = { orm_set(User_.boss_id, 1) }, .where = orm_eq(User_.id, users[i].id) }, NULL));
    make_posts(db, 1, 5, 3);
    make_posts(db, 2, 3, 1);
    make_posts(db, 4, 1, 2);
    OK(Post_update(db, &(Post_change){ .set = { orm_set(Post_.editor_id, 2) }, .where = orm_eq(Post_.published, true) }, NULL));
}

ON_EACH(to_many_relations_are_loaded_in_one_statement_each)
{
    forum(db);
    uint64_t before = orm_counters_of(db).statements;
    ORM_AUTO User *users = User_find_all(db, &(User_query){ .include = { orm_with(User_.posts), orm_with(User_.comments), orm_with(User_.team) }, .order = { orm_asc(User_.id) } });
    REQUIRE(users && orm_len(users) == 4);
    CHECK_INT(statements_since(db, &before), 4);
    CHECK_INT(orm_len(users[0].posts), 5);
    CHECK_INT(orm_len(users[1].posts), 3);
    CHECK(users[2].posts != NULL);                  /* empty is not "not loaded" */
    CHECK_INT(orm_len(users[2].posts), 0);
    CHECK_INT(orm_len(users[3].posts), 1);
    CHECK_INT(orm_len(users[0].team), 2);
    CHECK_INT(orm_len(users[1].team), 0);
    CHECK_INT(orm_len(users[2].comments), 3);
    for (size_t i = 0; i < 5; i++) {
        CHECK_INT(users[0].posts[i].author_id, 1);
        CHECK(i == 0 || users[0].posts[i].id > users[0].posts[i - 1].id);       /* by key where no order is given */
        CHECK(users[0].posts[i].comments == NULL);
        CHECK(!orm_loaded(&users[0].posts[i], Post_.comments));
        CHECK(!orm_loaded(&users[0].posts[i], Post_.author));
    }
    CHECK(orm_loaded(&users[2], User_.posts));
    CHECK(!orm_loaded(&users[2], User_.boss));
    CHECK(users[2].boss == NULL);
    CHECK_INT(orm_len(users), 4);
}

ON_EACH(to_one_relations_are_joined)
{
    forum(db);
    uint64_t before = orm_counters_of(db).statements;
    ORM_AUTO Post *posts = Post_find_all(db, &(Post_query){ .include = { orm_with(Post_.author, .include = { orm_with(User_.boss) }), orm_with(Post_.editor) }, .order = { orm_asc(Post_.id) } });
    REQUIRE(posts && orm_len(posts) == 9);
    CHECK_INT(statements_since(db, &before), 1);
    for (size_t i = 0; i < 9; i++) {
        REQUIRE(posts[i].author);
        CHECK_INT(posts[i].author->id, posts[i].author_id);
        CHECK(orm_loaded(&posts[i], Post_.editor));
        CHECK(orm_loaded(posts[i].author, User_.boss));
        CHECK((posts[i].editor != NULL) == posts[i].editor_id.set);
        if (posts[i].editor) CHECK_TEXT(posts[i].editor->name, "u2");
        CHECK((posts[i].author->boss != NULL) == posts[i].author->boss_id.set);
        if (posts[i].author->boss) CHECK_TEXT(posts[i].author->boss->name, "u1");
        CHECK_INT(orm_len(posts[i].author), 1);
    }
}

ON_EACH(a_to_one_relation_can_be_filtered)
{
    forum(db);
    ORM_AUTO Post *posts = Post_find_all(db, &(Post_query){ .include = { orm_with(Post_.author, .where = orm_eq(User_.name, "u2"), .select = { .name = 1 }) }, .order = { orm_asc(Post_.id) } });
    REQUIRE(posts && orm_len(posts) == 9);          /* the filter takes authors away, not posts */
    for (size_t i = 0; i < 9; i++) {
        CHECK((posts[i].author != NULL) == (posts[i].author_id == 2));
        CHECK(orm_loaded(&posts[i], Post_.author));
        if (!posts[i].author) continue;
        CHECK_TEXT(posts[i].author->name, "u2");
        CHECK(posts[i].author->email == NULL);
    }
}

ON_EACH(three_levels_take_three_statements)
{
    forum(db);
    uint64_t before = orm_counters_of(db).statements;
    ORM_AUTO User *users = User_find_all(db, &(User_query){
        .include = { orm_with(User_.posts, .order = { orm_desc(Post_.views) }, .include = {
            orm_with(Post_.comments, .where = orm_gte(Comment_.stars, 0), .order = { orm_desc(Comment_.stars) }, .include = { orm_with(Comment_.author) }),
            orm_with(Post_.editor) }) },
        .order = { orm_asc(User_.id) } });
    REQUIRE(users && orm_len(users) == 4);
    CHECK_INT(statements_since(db, &before), 3);
    for (size_t i = 0; i < 4; i++) {
        for (size_t k = 0; k < orm_len(users[i].posts); k++) {
            const Post *post = &users[i].posts[k];
            CHECK(k == 0 || post->views < users[i].posts[k - 1].views);
            CHECK_INT(orm_len(post->comments), post->views % 3);
            for (size_t j = 0; j < orm_len(post->comments); j++) {
                CHECK_INT(post->comments[j].post_id, post->id);
                CHECK_INT(post->comments[j].stars.value, orm_len(post->comments) - 1 - j);
                CHECK((post->comments[j].author != NULL) == post->comments[j].author_id.set);
                CHECK(orm_loaded(&post->comments[j], Comment_.author));
            }
        }
    }
}

ON_EACH(to_many_below_to_one_reaches_every_parent)
{
    forum(db);
    uint64_t before = orm_counters_of(db).statements;
    ORM_AUTO Post *posts = Post_find_all(db, &(Post_query){ .include = { orm_with(Post_.author, .include = { orm_with(User_.team), orm_with(User_.posts) }), orm_with(Post_.editor, .include = { orm_with(User_.posts, .limit = 1) }) } });
    REQUIRE(posts && orm_len(posts) == 9);
    CHECK_INT(statements_since(db, &before), 4);
    for (size_t i = 0; i < 9; i++) {
        CHECK_INT(orm_len(posts[i].author->team), posts[i].author_id == 1 ? 2 : 0);
        CHECK_INT(orm_len(posts[i].author->posts), posts[i].author_id == 1 ? 5 : posts[i].author_id == 2 ? 3 : 1);
        if (posts[i].editor) CHECK_INT(orm_len(posts[i].editor->posts), 1);
    }
}

ON_EACH(limit_and_offset_count_within_each_parent)
{
    forum(db);
    uint64_t before = orm_counters_of(db).statements;
    ORM_AUTO User *users = User_find_all(db, &(User_query){
        .include = { orm_with(User_.posts, .order = { orm_desc(Post_.views) }, .limit = 2, .include = { orm_with(Post_.author), orm_with(Post_.comments) }) },
        .order = { orm_asc(User_.id) } });
    REQUIRE(users && orm_len(users) == 4);
    CHECK_INT(statements_since(db, &before), 3);
    CHECK_INT(orm_len(users[0].posts), 2);
    CHECK_INT(users[0].posts[0].views, 4);
    CHECK_INT(users[0].posts[1].views, 3);
    CHECK_INT(users[0].posts[0].author->id, 1);
    CHECK_INT(orm_len(users[0].posts[0].comments), 1);
    CHECK_INT(orm_len(users[1].posts), 2);
    CHECK_INT(users[1].posts[0].views, 2);
    CHECK_INT(orm_len(users[2].posts), 0);
    CHECK_INT(orm_len(users[3].posts), 1);
    ORM_AUTO User *rest = User_find_all(db, &(User_query){
        .include = { orm_with(User_.posts, .where = orm_and(orm_lt(Post_.views, 4), orm_has_any(Post_.author)), .order = { orm_asc(Post_.views) }, .limit = 2, .offset = 1) },
        .order = { orm_asc(User_.id) } });
    REQUIRE(rest);
    CHECK_INT(orm_len(rest[0].posts), 2);
    CHECK_INT(rest[0].posts[0].views, 1);
    CHECK_INT(orm_len(rest[1].posts), 2);
    CHECK_INT(orm_len(rest[3].posts), 0);
    ORM_AUTO User *tail = User_find_all(db, &(User_query){ .include = { orm_with(User_.posts, .offset = 4) }, .order = { orm_asc(User_.id) } });
    REQUIRE(tail);
    CHECK_INT(orm_len(tail[0].posts), 1);
    CHECK_INT(tail[0].posts[0].views, 4);
    CHECK_INT(orm_len(tail[1].posts), 0);
    ORM_AUTO User *paged = User_find_all(db, &(User_query){ .include = { orm_with(User_.posts, .page = 2, .per_page = 2) }, .order = { orm_asc(User_.id) }, .limit = 2 });
    REQUIRE(paged && orm_len(paged) == 2);          /* the query's own limit counts parents */
    CHECK_INT(orm_len(paged[0].posts), 2);
    CHECK_INT(paged[0].posts[0].views, 2);
    CHECK_INT(orm_len(paged[1].posts), 1);
}

ON_EACH(parents_that_share_a_key_share_their_children)
{
    forum(db);
    ORM_AUTO Comment *comments = Comment_find_all(db, &(Comment_query){ .include = { orm_with(Comment_.post, .include = { orm_with(Post_.comments, .order = { orm_desc(Comment_.id) }) }) } });
    REQUIRE(comments && orm_len(comments) > 3);
    for (size_t i = 0; i < orm_len(comments); i++) {
        REQUIRE(comments[i].post);
        bool mine = false;
        for (size_t k = 0; k < orm_len(comments[i].post->comments); k++) mine |= comments[i].post->comments[k].id == comments[i].id;
        CHECK(mine);
    }
    CHECK(comments[1].post_id == comments[2].post_id && comments[1].post->comments == comments[2].post->comments);
}

ON_EACH(nothing_found_loads_nothing_and_sends_nothing_more)
{
    uint64_t before = orm_counters_of(db).statements;
    ORM_AUTO User *users = User_find_all(db, &(User_query){ .include = { orm_with(User_.posts, .include = { orm_with(Post_.comments) }) } });
    REQUIRE(users);
    CHECK_INT(orm_len(users), 0);
    CHECK_INT(statements_since(db, &before), 1);
    User one[1];
    make_users(db, one, 1);
    statements_since(db, &before);
    ORM_AUTO User *lonely = User_find_all(db, &(User_query){ .include = { orm_with(User_.posts, .include = { orm_with(Post_.comments) }) } });
    REQUIRE(lonely && orm_len(lonely) == 1);
    CHECK_INT(statements_since(db, &before), 2);
    CHECK_INT(orm_len(lonely->posts), 0);
    CHECK(orm_loaded(lonely, User_.posts));
}

ON_EACH(the_columns_that_match_are_read_even_when_not_selected)
{
    forum(db);
    ORM_AUTO User *users = User_find_all(db, &(User_query){ .select = { .name = 1 }, .include = { orm_with(User_.posts, .select = { .title = 1 }), orm_with(User_.boss, .select = { .name = 1 }) },
        .order = { orm_asc(User_.id) } });
    REQUIRE(users && orm_len(users) == 4);
    CHECK_INT(orm_len(users[0].posts), 5);
    CHECK_TEXT(users[0].posts[1].title, "p1");
    CHECK_INT(users[0].posts[1].views, 0);
    CHECK_INT(users[0].posts[1].author_id, 1);
    REQUIRE(users[1].boss);
    CHECK_TEXT(users[1].boss->name, "u1");
    CHECK(users[1].boss->email == NULL);
}

ON_EACH(one_row_and_pages_take_includes)
{
    forum(db);
    ORM_AUTO User *one = User_find_one(db, &(User_query){ .where = orm_eq(User_.name, "u2"), .include = { orm_with(User_.posts), orm_with(User_.boss) } });
    REQUIRE(one);
    CHECK_INT(orm_len(one->posts), 3);
    CHECK(one->boss != NULL);
    int64_t total;
    ORM_AUTO User *page = User_find_and_count(db, &(User_query){ .include = { orm_with(User_.posts) }, .page = 1, .per_page = 2 }, &total);
    REQUIRE(page);
    CHECK_INT(total, 4);
    CHECK_INT(orm_len(page[0].posts), 5);
    orm_arena arena = { 0 };
    User *kept = User_find_all(db, &(User_query){ .include = { orm_with(User_.posts) }, .arena = &arena, .order = { orm_asc(User_.id) } });
    REQUIRE(kept);
    CHECK_INT(orm_len(kept[1].posts), 3);
    orm_arena_release(&arena);
}

ON_EACH(an_include_may_depend_on_a_flag)
{
    forum(db);
    for (int flag = 0; flag < 2; flag++) {
        ORM_AUTO User *users = User_find_all(db, &(User_query){ .include = { orm_with_if(flag, User_.posts, .limit = 1), orm_with(User_.boss) }, .order = { orm_asc(User_.id) } });
        REQUIRE(users);
        CHECK_INT(orm_loaded(&users[0], User_.posts), flag);
        CHECK_INT(orm_len(users[0].posts), flag);
        CHECK(orm_loaded(&users[0], User_.boss));
    }
}

ON_EACH(what_an_include_cannot_do_is_refused)
{
    forum(db);
    ORM_AUTO User *user = User_find(db, 1);
    REFUSED_ROWS(db, User_find_all(db, &(User_query){ .include = { orm_with(User_.posts), orm_with(User_.posts) } }), ORM_MISUSE);
    REFUSED_ROWS(db, User_find_all(db, &(User_query){ .include = { orm_with(User_.posts, .limit = -1) } }), ORM_MISUSE);
    REFUSED_ROWS(db, User_find_all(db, &(User_query){ .include = { orm_with(User_.boss, .limit = 1) } }), ORM_MISUSE);
    REFUSED_ROWS(db, User_find_all(db, &(User_query){ .include = { orm_with(User_.boss, .order = { orm_asc(User_.id) }) } }), ORM_MISUSE);
    REFUSED_ROWS(db, User_find_all(db, &(User_query){ .include = { orm_with(User_.team, .after = user) } }), ORM_MISUSE);
    CHECK(User_find_all(db, &(User_query){ .include = { orm_with(User_.posts, .where = orm_eq(Post_.title, (const char *)NULL)) } }) == NULL);
    CHECK_INT(orm_error()->kind, ORM_MISUSE);
}

ON_EACH(rows_in_a_result_are_saved_and_their_lists_known)
{
    forum(db);
    ORM_AUTO User *users = User_find_all(db, &(User_query){ .include = { orm_with(User_.posts) }, .order = { orm_asc(User_.id) } });
    REQUIRE(users);
    users[0].posts[2].title = "changed";
    OK(Post_save(db, &users[0].posts[2]));
    ORM_AUTO Post *back = Post_find(db, users[0].posts[2].id);
    REQUIRE(back);
    CHECK_TEXT(back->title, "changed");
    CHECK_INT(orm_len(users[0].posts), 5);
    orm_free(users[0].posts);                       /* refused: it belongs to the result */
    CHECK_INT(orm_len(users[0].posts), 5);
}

/* parents and children by keys of every type, children in another order than their parents, one parent without */
#define BY_KEY(T, ...) do {                                                                                                            \
        __typeof__(((By##T *)0)->id) keys[] = { __VA_ARGS__ };                                                                          \
        enum { N = sizeof keys / sizeof keys[0] };                                                                                      \
        for (size_t i = 0; i < N; i++) {                                                                                                \
            ORM_NEW(By##T, parent_, .id = keys[i], .line = "x");                                                                        \
            OK(By##T##_create(db, &parent_));                                                                                           \
        }                                                                                                                               \
        for (size_t i = 0; i < 2 * N; i++) {                                                                                            \
            ORM_NEW(Of##T, child, .parent = keys[(i * 2 + 1) % N]);                                                                     \
            if ((i * 2 + 1) % N != 1) OK(Of##T##_create(db, &child));                                                                   \
        }                                                                                                                               \
        ORM_AUTO By##T *parents = By##T##_find_all(db, &(By##T##_query){ .include = { orm_with(By##T##_.kids, .include = { orm_with(Of##T##_.up) }) }, .order = { orm_asc(By##T##_.id) } }); \
        if (!parents) orm_perror(#T);                                                                                                   \
        REQUIRE(parents && orm_len(parents) == N);                                                                                      \
        size_t children = 0;                                                                                                            \
        for (size_t i = 0; i < N; i++) {                                                                                                \
            children += orm_len(parents[i].kids);                                                                                       \
            for (size_t k = 0; k < orm_len(parents[i].kids); k++) {                                                                     \
                REQUIRE(parents[i].kids[k].up);                                                                                         \
                CHECK(same_##T(parents[i].kids[k].parent, parents[i].id) && same_##T(parents[i].kids[k].up->id, parents[i].id));        \
            }                                                                                                                           \
        }                                                                                                                               \
        CHECK_INT(children, COUNT(Of##T, db, .limit = 0));                                                                              \
        CHECK(children > 0);                                                                                                            \
        ORM_AUTO By##T *cut = By##T##_find_all(db, &(By##T##_query){ .include = { orm_with(By##T##_.kids, .limit = 1) } });             \
        REQUIRE(cut);                                                                                                                   \
        for (size_t i = 0; i < N; i++) CHECK(orm_len(cut[i].kids) <= 1);                                                                \
    } while (0)
static bool same_Text(const char *a, const char *b) { return strcmp(a, b) == 0; }
static bool same_Uuid(orm_uuid a, orm_uuid b) { return orm_uuid_equal(a, b); }
static bool same_Date(orm_date a, orm_date b) { return a.days == b.days; }
static bool same_Enum(Role a, Role b) { return a == b; }
static bool same_Decimal(orm_decimal a, orm_decimal b) { return orm_decimal_compare(a, b) == 0; }
static bool same_Long(orm_decimal a, orm_decimal b) { return orm_decimal_compare(a, b) == 0; }
static bool same_Time(orm_time a, orm_time b) { return a == b; }
static bool same_Blob(orm_blob a, orm_blob b) { return a.size == b.size && memcmp(a.data, b.data, a.size) == 0; }

ON_EACH(relations_by_text_work)      { BY_KEY(Text, "b", "a", "B", "", "ä", "aa", "a "); }
ON_EACH(relations_by_uuid_work)      { BY_KEY(Uuid, orm_uuid_v4(), orm_uuid_v4(), orm_uuid_v4(), orm_uuid_v4(), orm_uuid_v7()); }
ON_EACH(relations_by_date_work)      { BY_KEY(Date, orm_date_make(2024, 2, 29), orm_date_make(1969, 12, 31), orm_date_make(1, 1, 1), orm_date_make(9999, 12, 31), orm_date_make(1970, 1, 1)); }
ON_EACH(relations_by_enumeration_work) { BY_KEY(Enum, Role_admin, Role_member, Role_editor); }
ON_EACH(relations_by_decimal_work)   { BY_KEY(Decimal, orm_decimal_of("10"), orm_decimal_of("-2.5"), orm_decimal_of("9.99"), orm_decimal_of("0"), orm_decimal_of("-10.01")); }
ON_EACH(relations_by_long_decimal_work) { BY_KEY(Long, orm_decimal_of("10"), orm_decimal_of("-2.5"), orm_decimal_of("9.99"), orm_decimal_of("99999999999999999999999999999999.999999"), orm_decimal_of("-10.01"), orm_decimal_of("-99999999999999999999999999999999"), orm_decimal_of("0")); }
ON_EACH(relations_by_moment_work)    { BY_KEY(Time, 5, -1, 0, 1000000, -62135596800000000); }
ON_EACH(relations_by_blob_work)      { BY_KEY(Blob, { "b", 1 }, { "a\0", 2 }, { "a", 1 }, { "\xff", 1 }, { "", 0 }, { "a\0b", 3 }); }

ON_EACH(many_parents_are_no_trouble)
{
    static User users[2000];
    static Post posts[4000];
    make_users(db, users, 2000);
    orm_arena texts = { 0 };
    for (size_t i = 0; i < 4000; i++) {
        posts[i] = Post_defaults();
        posts[i].title = orm_format(&texts, "t%zu", i);
        posts[i].author_id = users[(i * 7) % 2000].id;
    }
    OK(Post_create_all(db, posts, 4000, NULL));
    uint64_t before = orm_counters_of(db).statements;
    ORM_AUTO User *all = User_find_all(db, &(User_query){ .include = { orm_with(User_.posts, .include = { orm_with(Post_.author) }) } });
    REQUIRE(all && orm_len(all) == 2000);
    CHECK_INT(statements_since(db, &before), 2);
    for (size_t i = 0; i < 2000; i++) {
        CHECK_INT(orm_len(all[i].posts), 2);
        CHECK_INT(all[i].posts[1].author->id, all[i].id);
    }
    orm_arena_release(&texts);
}

CHECK_MAIN()

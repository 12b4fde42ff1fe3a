/* Tickets, results, lists and copies. */
#include "internal.h"
#include "check.h"
#include "check_alloc.h"

typedef struct Author Author;
typedef struct Post Post;
struct Author { int64_t id; const char *name; orm_blob picture; Post *posts; uint64_t orm; };
struct Post { int64_t id; const char *title; Author *author; Author *editor; uint64_t orm; };

static const orm_model author_model, post_model;
static const orm_column author_columns[] = {
    { .name = "id", .is = { .type = ORM_INT64 }, .offset = offsetof(Author, id) },
    { .name = "name", .is = { .type = ORM_TEXT }, .offset = offsetof(Author, name) },
    { .name = "picture", .is = { .type = ORM_BLOB }, .offset = offsetof(Author, picture) },
};
static const orm_column post_columns[] = {
    { .name = "id", .is = { .type = ORM_INT64 }, .offset = offsetof(Post, id) },
    { .name = "title", .is = { .type = ORM_JSON }, .offset = offsetof(Post, title) },
};
static const orm_relation author_relations[] = { { .name = "posts", .kind = ORM_HAS_MANY, .member = offsetof(Author, posts), .target = &post_model } };
static const orm_relation post_relations[] = {
    { .name = "author", .kind = ORM_BELONGS_TO, .member = offsetof(Post, author), .target = &author_model },
    { .name = "editor", .kind = ORM_BELONGS_TO, .member = offsetof(Post, editor), .target = &author_model },
};
static const orm_model author_model = { .name = "Author", .table = "authors", .size = sizeof(Author), .ticket = offsetof(Author, orm),
    .columns = author_columns, .n_columns = 3, .relations = author_relations, .n_relations = 1 };
static const orm_model post_model = { .name = "Post", .table = "posts", .size = sizeof(Post), .ticket = offsetof(Post, orm),
    .columns = post_columns, .n_columns = 2, .relations = post_relations, .n_relations = 2 };

static orm__session *handle(struct check_allocator *state)
{
    static orm__session db;
    db.allocator = check_failing_allocator(state);
    orm__clear_error();
    return &db;
}

/* n authors, each with m posts, each of which has an author and no editor; NULL when out of memory, and then nothing is left */
static Author *authors_of(orm__session *db, orm_arena *into, size_t n, size_t m, size_t expected)
{
    orm__result *result = orm__result_new(db, into, 0);
    if (!result) return NULL;
    orm__list list = { 0 };
    int authors = orm__result_load(result, &author_model), posts = orm__result_load(result, &post_model), inner = orm__result_load(result, &author_model);
    if (authors < 0 || posts < 0 || inner < 0 || !orm__list_open(&list, result, &author_model, (unsigned)authors, expected)) goto failed;
    orm__mask_add(&result->loads[authors].relations, 0);
    orm__mask_add(&result->loads[posts].relations, 0);
    orm__mask_add(&result->loads[posts].relations, 1);
    for (size_t i = 0; i < n; i++) {
        Author *author = (Author *)orm__list_next(&list);
        if (!author) goto failed;
        author->id = (int64_t)i;
        author->name = orm_format(result->arena, "author %zu", i);
        author->picture = (orm_blob){ orm__bump_text(result->arena, "\0\1\2", 3), 3 };
        if (!author->name || !author->picture.data) goto failed;
    }
    Author *rows = (Author *)orm__list_close(&list);
    if (!rows) goto failed;
    for (size_t i = 0; i < n; i++) {
        if (!orm__list_open(&list, result, &post_model, (unsigned)posts, 0)) goto failed;
        for (size_t k = 0; k < m; k++) {
            Post *post = (Post *)orm__list_next(&list);
            if (!post) goto failed;
            post->id = (int64_t)(i * m + k);
            post->title = orm_format(result->arena, "post %zu", k);
            post->author = (Author *)orm__single_row(result, &author_model, (unsigned)inner);
            if (!post->title || !post->author) goto failed;
            post->author->id = (int64_t)i;
        }
        rows[i].posts = (Post *)orm__list_close(&list);
        if (!rows[i].posts) goto failed;
    }
    orm__result_publish(result, rows, n);
    return rows;
failed:
    orm__result_discard(result);
    return NULL;
}

TEST(lists_of_all_sizes_have_their_length_and_their_rows)
{
    struct check_allocator state = { 0 };
    orm__session *db = handle(&state);
    for (size_t n = 0; n < 600; n += n < 40 ? 1 : 97) {
        for (size_t expected = 0; expected < 3; expected++) {
            Author *rows = authors_of(db, NULL, n, 0, expected == 2 ? n + 3 : expected);
            REQUIRE(rows != NULL);
            CHECK_INT(orm_len(rows), n);
            for (size_t i = 0; i < n; i++) {
                char name[32];
                snprintf(name, sizeof name, "author %zu", i);
                CHECK_INT(rows[i].id, i);
                CHECK_TEXT(rows[i].name, name);
                CHECK(rows[i].posts != NULL);
                CHECK_INT(orm_len(rows[i].posts), 0);
                if (i) CHECK_INT(orm_len(&rows[i]), 1);
                CHECK(orm__result_of(rows[i].orm) != NULL);
            }
            /* the spare row */
            CHECK(rows[n].name == NULL);
            CHECK_INT(rows[n].orm != 0, n == 0);
            orm_free(rows);
            CHECK(!orm_failed());
        }
    }
    CHECK_INT(state.live, 0);
    CHECK(!state.wrong);
}

TEST(the_length_of_nothing_of_a_row_and_of_a_copy)
{
    struct check_allocator state = { 0 };
    orm__session *db = handle(&state);
    Author *none = NULL, plain = { .id = 1 }, fresh = { .orm = ORM_FRESH }, created = { .orm = ORM__KIND_CREATED | ORM__HEAD_BIT };
    CHECK_INT(orm_len(none), 0);
    CHECK_INT(orm_len(&plain), 1);
    CHECK_INT(orm_len(&fresh), 1);
    CHECK_INT(orm_len(&created), 1);
    Author *rows = authors_of(db, NULL, 5, 7, 0);
    REQUIRE(rows != NULL);
    Author copy = rows[0];
    CHECK_INT(orm_len(rows), 5);
    CHECK_INT(orm_len(&copy), 1);
    CHECK_INT(orm_len(&rows[1]), 1);
    CHECK_INT(orm_len(rows[4].posts), 7);
    CHECK_INT(orm_len(rows[4].posts + 1), 1);
    CHECK_INT(orm_len(rows[4].posts[0].author), 1);
    orm_free(rows);
    CHECK_INT(orm_len(&copy), 1);
    /* any number is survived */
    for (uint64_t bits = 0; bits < 64; bits++) {
        plain.orm = (UINT64_C(0xFFFFFFFFFFFFFFFF) << bits & ~UINT64_C(3)) | ORM__KIND_RESULT | ORM__HEAD_BIT;
        CHECK_INT(orm_len(&plain), 1);
    }
}

TEST(a_copy_of_the_first_row_in_the_results_own_arena_is_one_row)
{
    struct check_allocator state = { 0 };
    orm__session *db = handle(&state);
    orm_arena arena = { .orm__allocator = db->allocator };
    Author *rows = authors_of(db, &arena, 3, 1, 0);
    REQUIRE(rows != NULL);
    Author *copies = (Author *)orm_arena_allocate(&arena, 2 * sizeof(Author));
    copies[0] = copies[1] = rows[0];
    CHECK_INT(orm_len(&copies[0]), 1);
    CHECK_INT(orm_len(&copies[1]), 1);
    CHECK_INT(orm_len(rows), 3);
    orm_arena_release(&arena);
    CHECK_INT(state.live, 0);
}

TEST(tickets_of_a_freed_result_are_stale_for_ever)
{
    struct check_allocator state = { 0 };
    orm__session *db = handle(&state);
    Author *rows = authors_of(db, NULL, 3, 1, 0);
    REQUIRE(rows != NULL);
    Author first = rows[0], last = rows[2];
    Post post = rows[1].posts[0];
    CHECK(orm__result_of(first.orm) && orm__result_of(first.orm) == orm__result_of(last.orm) && orm__result_of(post.orm) == orm__result_of(last.orm));
    CHECK(orm__loaded(&author_model, &first, &author_relations[0]));
    orm_free(rows);
    for (int i = 0; i < 1000; i++) {
        CHECK(!orm__result_of(first.orm) && !orm__result_of(last.orm) && !orm__result_of(post.orm));
        Author *others = authors_of(db, NULL, 1, 0, 1);
        REQUIRE(others != NULL);
        CHECK(orm__result_of(others->orm) != NULL);
        CHECK(!orm__result_of(first.orm));
        CHECK(!orm__loaded(&author_model, &first, &author_relations[0]));
        orm_free(others);
    }
    CHECK_INT(state.live, 0);
}

TEST(free_refuses_what_is_no_result_and_does_not_read_it)
{
    struct check_allocator state = { 0 };
    orm__session *db = handle(&state);
    Author *rows = authors_of(db, NULL, 3, 2, 0), on_stack = rows[0];
    static const char text_[] = "not even aligned";
    const void *const wrong[] = { &rows[1], rows[0].posts, rows[0].posts[0].author, &on_stack, text_ + 1, (const void *)(uintptr_t)16, (const void *)UINTPTR_MAX };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        orm__clear_error();
        CHECK_INT(orm__free(wrong[i]), ORM_MISUSE);
        CHECK_INT(orm_error()->kind, ORM_MISUSE);
        CHECK_CONTAINS(orm_error()->message, "orm_free");
    }
    orm__clear_error();
    CHECK_INT(orm__free(NULL), ORM_OK);
    CHECK_INT(orm__free(rows), ORM_OK);
    CHECK_INT(orm__free(rows), ORM_MISUSE);
    CHECK_INT(state.live, 0);
    CHECK(!state.wrong);
}

TEST(auto_frees_at_the_end_of_the_scope)
{
    struct check_allocator state = { 0 };
    orm__session *db = handle(&state);
    for (int i = 0; i < 3; i++) {
        ORM_AUTO Author *rows = authors_of(db, NULL, 3, 2, 0);
        ORM_AUTO Author *none = NULL;
        CHECK(rows && !none);
        if (i == 1) continue;
        CHECK(state.live > 0);
    }
    CHECK_INT(state.live, 0);
    CHECK(!orm_failed());
}

TEST(a_hundred_thousand_results_live_side_by_side)
{
    enum { N = 100000 };
    static Author *rows[N];
    struct check_allocator state = { 0 };
    orm__session *db = handle(&state);
    for (size_t i = 0; i < N; i++) {
        rows[i] = authors_of(db, NULL, 1, 0, 1);
        REQUIRE(rows[i] != NULL);
        rows[i]->id = (int64_t)i;
    }
    bool fine = true;
    for (size_t i = 0; i < N; i++) fine = fine && orm_len(rows[i]) == 1 && orm__result_of(rows[i]->orm)->head == rows[i];
    CHECK(fine);
    for (size_t i = 0; i < N; i += 2) orm_free(rows[i]);
    for (size_t i = 1; i < N; i += 2) fine = fine && rows[i]->id == (int64_t)i && orm__result_of(rows[i]->orm);
    CHECK(fine);
    for (size_t i = N - 1; i < N; i -= 2) orm_free(rows[i]);
    CHECK(!orm_failed());
    CHECK_INT(state.live, 0);
    CHECK(!state.wrong);
}

TEST(many_small_lists_cost_no_allocation_each)
{
    struct check_allocator state = { 0 };
    orm__session *db = handle(&state);
    Author *rows = authors_of(db, NULL, 10000, 10, 0);
    REQUIRE(rows != NULL);
    CHECK(state.count < 100);
    size_t needed = 10000 * sizeof(Author) + 100000 * (sizeof(Post) + sizeof(Author)) + 10000 * (sizeof(Post) + 16);
    CHECK(state.live_bytes < needed + needed / 2);
    bool fine = true;
    for (size_t i = 0; i < 10000; i++) {
        fine = fine && orm_len(rows[i].posts) == 10;
        for (size_t k = 0; k < 10; k++) fine = fine && rows[i].posts[k].id == (int64_t)(i * 10 + k) && rows[i].posts[k].author->id == (int64_t)i;
    }
    CHECK(fine);
    CHECK_INT(orm_len(rows), 10000);
    orm_free(rows);
    CHECK_INT(state.live, 0);
    CHECK(!state.wrong);
}

TEST(a_large_list_takes_little_more_than_its_rows)
{
    struct check_allocator state = { 0 };
    orm__session *db = handle(&state);
    orm__result *result = orm__result_new(db, NULL, 0);
    orm__list list = { 0 };
    REQUIRE(result && orm__list_open(&list, result, &author_model, (unsigned)orm__result_load(result, &author_model), 0));
    for (size_t i = 0; i < 100000; i++) ((Author *)orm__list_next(&list))->id = (int64_t)i;
    CHECK(state.live_bytes < 100000 * sizeof(Author) * 3 / 2 + 10000);
    Author *rows = (Author *)orm__list_close(&list);
    orm__result_publish(result, rows, 100000);
    CHECK(state.live_bytes < 100001 * sizeof(Author) + 2000);
    CHECK_INT(orm_len(rows), 100000);
    CHECK_INT(rows[99999].id, 99999);
    orm_free(rows);
    result = orm__result_new(db, NULL, 0);
    size_t before = state.count;
    REQUIRE(result && orm__list_open(&list, result, &author_model, (unsigned)orm__result_load(result, &author_model), 1000));
    for (size_t i = 0; i < 1000; i++) CHECK(orm__list_next(&list) != NULL);
    CHECK(orm__list_close(&list) != NULL);
    CHECK_INT(state.count, before + 1);
    CHECK(state.live_bytes < 1001 * sizeof(Author) + 2000);
    orm__result_discard(result);
    CHECK_INT(state.live, 0);
    CHECK(!state.wrong);
}

TEST(two_lists_may_grow_side_by_side_and_a_row_may_be_taken_back)
{
    struct check_allocator state = { 0 };
    orm__session *db = handle(&state);
    for (size_t n = 1; n < 2000; n = n * 3 + 1) {
        orm__result *result = orm__result_new(db, NULL, 0);
        orm__list a = { 0 }, b = { 0 }, one = { 0 };
        unsigned load = (unsigned)orm__result_load(result, &author_model);
        REQUIRE(orm__list_open(&a, result, &author_model, load, 0) && orm__list_open(&b, result, &author_model, load, 1));
        for (size_t i = 0; i < n; i++) {
            ((Author *)orm__list_next(&a))->id = (int64_t)i;
            ((Author *)orm__list_next(&b))->id = -(int64_t)i;
        }
        ((Author *)orm__list_next(&a))->name = "taken back";
        orm__list_drop(&a);
        Author *rows = (Author *)orm__list_close(&a), *others = (Author *)orm__list_close(&b);
        CHECK_INT(orm_len(rows), n);
        CHECK_INT(orm_len(others), n);
        CHECK_INT(rows[n - 1].id, n - 1);
        CHECK_INT(others[n - 1].id, 1 - (int64_t)n);
        CHECK(rows[n].name == NULL);
        /* the way of a find by key: one row expected, and asked for a second that is not there */
        REQUIRE(orm__list_open(&one, result, &author_model, load, 1));
        size_t before = state.count;
        CHECK(orm__list_next(&one) && orm__list_next(&one));
        orm__list_drop(&one);
        CHECK_INT(orm_len((Author *)orm__list_close(&one)), 1);
        CHECK_INT(state.count, before);
        orm__result_publish(result, rows, n);
        orm_free(rows);
    }
    CHECK_INT(state.live, 0);
    CHECK(!state.wrong);
}

TEST(sizes_that_are_none_are_refused)
{
    struct check_allocator state = { 0 };
    orm__session *db = handle(&state);
    orm__list list = { 0 };
    orm__result *result = orm__result_new(db, NULL, 0);
    CHECK(!orm__list_open(&list, result, &author_model, 0, SIZE_MAX));
    CHECK(!orm__list_open(&list, result, &author_model, 0, SIZE_MAX / sizeof(Author)));
    CHECK(!orm__list_open(&list, result, &author_model, 0, SIZE_MAX / sizeof(Author) - 2));
    orm__result_discard(result);
    CHECK(orm__result_new(db, NULL, SIZE_MAX - 8) == NULL);
    CHECK_INT(orm_error()->kind, ORM_NO_MEMORY);
    CHECK_INT(state.live, 0);
}

TEST(there_are_at_most_128_loads)
{
    struct check_allocator state = { 0 };
    orm__session *db = handle(&state);
    orm__result *result = orm__result_new(db, NULL, 0);
    for (int i = 0; i < ORM__MAX_LOADS; i++) {
        CHECK_INT(orm__result_load(result, i % 2 ? &post_model : &author_model), i);
        orm__mask_add(&result->loads[i].columns, (size_t)i);
    }
    CHECK_INT(orm__result_load(result, &post_model), -1);
    for (int i = 0; i < ORM__MAX_LOADS; i++) {
        CHECK(result->loads[i].model == (i % 2 ? &post_model : &author_model));
        CHECK(orm__mask_has(&result->loads[i].columns, (size_t)i) && orm__mask_empty(&result->loads[i].relations));
    }
    orm__result_discard(result);
    CHECK_INT(state.live, 0);
}

TEST(each_failing_allocation_gives_NULL_and_leaves_nothing)
{
    for (int persistent = 0; persistent < 2; persistent++) {
        for (size_t n = 1; n < 500; n++) {
            struct check_allocator state = { .fail_at = n, .persistent = persistent };
            orm__session *db = handle(&state);
            Author *rows = authors_of(db, NULL, 300, 4, n % 3);
            orm_free(rows);
            CHECK_INT(state.live, 0);
            CHECK(!state.wrong);
            if (!state.failed) break;
            CHECK(n < 400);
        }
    }
}

TEST(results_in_an_arena_are_retired_with_it)
{
    struct check_allocator state = { 0 };
    orm__session *db = handle(&state);
    orm_arena arena = { .orm__allocator = db->allocator };
    for (int round = 0; round < 20; round++) {
        Author *a = authors_of(db, &arena, 3, 2, 0), *b = authors_of(db, &arena, 500, 0, 0), *c = authors_of(db, &arena, 0, 0, 0);
        REQUIRE(a && b && c);
        CHECK_INT(orm_len(a), 3);
        CHECK_INT(orm_len(b), 500);
        CHECK_INT(orm_len(c), 0);
        Author first = a[0], second = b[7];
        orm__result *open = orm__result_new(db, &arena, 0);
        orm__list list = { 0 };
        CHECK(open && orm__list_open(&list, open, &author_model, 0, 0) && orm__list_next(&list));
        if (round % 3 == 0) orm_free(b);
        CHECK_INT(orm__result_of(second.orm) == NULL, round % 3 == 0);
        CHECK(orm__result_of(first.orm) != NULL);
        CHECK_INT(orm_len(b + 1), 1);
        if (round % 2) orm_arena_reset(&arena);
        else orm_arena_release(&arena);
        CHECK(!orm__result_of(first.orm) && !orm__result_of(second.orm));
        CHECK_INT(orm__free(a), ORM_MISUSE);
        orm__clear_error();
        Author *own = authors_of(db, NULL, 1, 0, 0);
        CHECK(!orm__result_of(first.orm) && orm__result_of(own->orm));
        orm_free(own);
        CHECK(!orm_failed());
    }
    orm_arena_release(&arena);
    CHECK_INT(state.live, 0);
    CHECK(!state.wrong);
}

TEST(each_failing_allocation_in_an_arena_leaves_the_arena_usable)
{
    for (size_t n = 1; n < 500; n++) {
        struct check_allocator state = { .fail_at = n };
        orm__session *db = handle(&state);
        orm_arena arena = { .orm__allocator = db->allocator };
        bool failed = authors_of(db, &arena, 300, 4, 0) == NULL;
        CHECK_INT(failed, state.failed != 0);
        state.fail_at = 0;
        CHECK(authors_of(db, &arena, 3, 1, 0) != NULL);
        orm_arena_release(&arena);
        CHECK_INT(state.live, 0);
        CHECK(!state.wrong);
        if (!failed) break;
    }
}

/* ---- snapshots ---- */

TEST(a_snapshot_is_found_by_address_and_for_a_copy_when_there_is_one_row)
{
    struct check_allocator state = { 0 };
    orm__session *db = handle(&state);
    for (size_t n = 1; n < 4; n++) {
        Author *rows = authors_of(db, NULL, n, 1, 0);
        orm__result *result = orm__result_of(rows->orm);
        CHECK(orm__snapshot(&author_model, result, rows) == NULL);
        result->snapshots = (char *)orm__bump(result->arena, n * sizeof(Author), 16);
        memcpy(result->snapshots, rows, n * sizeof(Author));
        for (size_t i = 0; i < n; i++) CHECK(orm__snapshot(&author_model, result, &rows[i]) == result->snapshots + i * sizeof(Author));
        Author copy = rows[0];
        CHECK(orm__snapshot(&author_model, result, &copy) == (n == 1 ? result->snapshots : NULL));
        CHECK(orm__snapshot(&author_model, result, rows[0].posts[0].author) == NULL);
        ((Author *)(void *)result->snapshots)->orm = 0;
        CHECK(orm__snapshot(&author_model, result, rows) == NULL);
        CHECK(orm__snapshot(&author_model, result, &copy) == NULL);
        orm_free(rows);
    }
    CHECK_INT(state.live, 0);
}

/* ---- copies ---- */

TEST(a_copy_is_deep_and_has_a_life_of_its_own)
{
    struct check_allocator state = { 0 };
    orm__session *db = handle(&state);
    Author *rows = authors_of(db, NULL, 3, 2, 0);
    rows[1].posts[1].title = NULL;
    orm__mask_add(&orm__result_of(rows->orm)->loads[0].columns, 1);
    Author *copy = (Author *)orm__copy(&author_model, &rows[1]);
    REQUIRE(copy != NULL);
    Post *post = (Post *)orm__copy(&post_model, &rows[2].posts[0]);
    Author on_stack = rows[2];
    Author *third = (Author *)orm__copy(&author_model, &on_stack);
    orm_free(rows);
    CHECK_INT(copy->id, 1);
    CHECK_TEXT(copy->name, "author 1");
    CHECK_INT(copy->picture.size, 3);
    CHECK(memcmp(copy->picture.data, "\0\1\2", 3) == 0);
    CHECK_INT(orm_len(copy), 1);
    CHECK_INT(orm_len(copy->posts), 2);
    CHECK_INT(copy->posts[1].id, 3);
    CHECK_TEXT(copy->posts[0].title, "post 0");
    CHECK(copy->posts[1].title == NULL);
    CHECK_INT(copy->posts[1].author->id, 1);
    CHECK(copy->posts[1].editor == NULL);
    CHECK_INT(orm_len(copy->posts[1].author), 1);
    orm__result *result = orm__result_of(copy->orm);
    CHECK(result != NULL && orm__result_of(copy->posts[1].author->orm) == result);
    CHECK_INT(result->n_loads, 3);
    CHECK_INT(ORM__LOAD(copy->orm), 0);
    CHECK(orm__mask_has(&result->loads[0].columns, 1) && !orm__mask_has(&result->loads[0].columns, 0));
    CHECK(orm__loaded(&author_model, copy, &author_relations[0]));
    CHECK(orm__loaded(&post_model, &copy->posts[0], &post_relations[1]));
    CHECK(!orm__loaded(&author_model, copy->posts[0].author, &author_relations[0]));
    CHECK_INT(post->id, 4);
    CHECK_INT(post->author->id, 2);
    CHECK(orm__loaded(&post_model, post, &post_relations[0]));
    CHECK_INT(orm_len(third->posts), 2);
    Author *again = (Author *)orm__copy(&author_model, copy);
    orm_free(copy);
    CHECK_TEXT(again->posts[0].title, "post 0");
    orm_free(again);
    orm_free(post);
    orm_free(third);
    CHECK(!orm_failed());
    CHECK_INT(state.live, 0);
    CHECK(!state.wrong);
}

TEST(a_copy_keeps_an_empty_relation_and_an_empty_blob)
{
    struct check_allocator state = { 0 };
    orm__session *db = handle(&state);
    Author *rows = authors_of(db, NULL, 1, 0, 0);
    rows->picture.size = 0;
    Author *copy = (Author *)orm__copy(&author_model, rows);
    orm_free(rows);
    REQUIRE(copy != NULL);
    CHECK(copy->posts != NULL);
    CHECK_INT(orm_len(copy->posts), 0);
    CHECK(copy->picture.data != NULL && copy->picture.size == 0);
    orm_free(copy);
    CHECK_INT(state.live, 0);
}

TEST(a_fresh_or_created_row_is_copied_as_what_it_is)
{
    orm__clear_error();
    Post own = { .id = 9 };
    Author fresh = { .id = 7, .name = "Ada", .posts = &own, .orm = ORM_FRESH }, created = { .id = 8, .orm = ORM__KIND_CREATED | ORM__HEAD_BIT | UINT64_C(77) << 3 };
    Author *a = (Author *)orm__copy(&author_model, &fresh), *b = (Author *)orm__copy(&author_model, &created);
    REQUIRE(a && b);
    CHECK_INT(a->orm, ORM_FRESH);
    CHECK_TEXT(a->name, "Ada");
    CHECK(a->name != fresh.name);
    CHECK(a->posts == NULL);
    CHECK_INT(orm_len(a), 1);
    CHECK(!orm__loaded(&author_model, a, &author_relations[0]));
    CHECK(b->orm == created.orm);
    CHECK_INT(orm_len(b), 1);
    CHECK_INT(orm__free(a), ORM_OK);
    CHECK_INT(orm__free(b), ORM_OK);
    CHECK_INT(orm__free(a), ORM_MISUSE);
}

TEST(rows_without_ticket_and_stale_rows_are_not_copied)
{
    struct check_allocator state = { 0 };
    orm__session *db = handle(&state);
    Author plain = { .id = 1 };
    CHECK(orm__copy(&author_model, &plain) == NULL);
    CHECK_INT(orm_error()->kind, ORM_MISUSE);
    orm__clear_error();
    CHECK(orm__copy(&author_model, NULL) == NULL);
    CHECK_INT(orm_error()->kind, ORM_MISUSE);
    orm__clear_error();
    Author *rows = authors_of(db, NULL, 1, 1, 0), *other = authors_of(db, NULL, 1, 0, 0), stale = rows[0];
    orm_free(rows);
    CHECK(orm__copy(&author_model, &stale) == NULL);
    CHECK_INT(orm_error()->kind, ORM_STALE_ROW);
    CHECK_TEXT(orm_error()->model, "Author");
    orm_free(other);
    CHECK_INT(state.live, 0);
}

TEST(a_ring_of_relations_is_refused)
{
    struct check_allocator state = { 0 };
    orm__session *db = handle(&state);
    Author *rows = authors_of(db, NULL, 1, 1, 0);
    rows->posts->author = rows;
    CHECK(orm__copy(&author_model, rows) == NULL);
    CHECK_INT(orm_error()->kind, ORM_MISUSE);
    orm_free(rows);
    CHECK_INT(state.live, 0);
}

TEST(a_copy_takes_its_snapshot_along)
{
    struct check_allocator state = { 0 };
    orm__session *db = handle(&state);
    Author *rows = authors_of(db, NULL, 2, 0, 0);
    orm__result *result = orm__result_of(rows->orm);
    result->snapshots = (char *)orm__bump(result->arena, 2 * sizeof(Author), 16);
    memcpy(result->snapshots, rows, 2 * sizeof(Author));
    rows[1].name = "changed";
    Author *copy = (Author *)orm__copy(&author_model, &rows[1]);
    orm_free(rows);
    REQUIRE(copy != NULL);
    const Author *snapshot = (const Author *)orm__snapshot(&author_model, orm__result_of(copy->orm), copy);
    REQUIRE(snapshot != NULL);
    CHECK_TEXT(copy->name, "changed");
    CHECK_TEXT(snapshot->name, "author 1");
    orm_free(copy);
    CHECK_INT(state.live, 0);
}

TEST(each_failing_allocation_of_a_copy_leaves_nothing)
{
    struct check_allocator state = { 0 };
    orm__session *db = handle(&state);
    Author *rows = authors_of(db, NULL, 1, 2000, 0);
    size_t live = state.live;
    for (size_t n = 1; n < 500; n++) {
        orm__clear_error();
        state.count = state.failed = 0;
        state.fail_at = n;
        Author *copy = (Author *)orm__copy(&author_model, rows);
        if (!copy) CHECK_INT(orm_error()->kind, ORM_NO_MEMORY);
        CHECK_INT(copy == NULL, state.failed != 0 && state.live == live);
        orm_free(copy);
        CHECK_INT(state.live, live);
        if (!state.failed) break;
        CHECK(n < 400);
    }
    orm_free(rows);
    CHECK_INT(state.live, 0);
    CHECK(!state.wrong);
}

/* ---- threads ---- */

enum { ROUNDS = 3000, ALIVE = 50 };
static _Atomic uint64_t shared_ticket;

static void *make_and_free(void *argument)
{
    orm__session *db = (orm__session *)argument;
    Author *rows[ALIVE] = { NULL };
    size_t wrong = 0;
    for (size_t i = 0; i < ROUNDS; i++) {
        Author **row = &rows[i * 7 % ALIVE];
        orm_free(*row);
        *row = authors_of(db, NULL, i % 3, i % 2, i % 3);
        wrong += !*row || orm_len(*row) != i % 3 || orm__result_of((*row)->orm) == NULL;
        /* tickets of the other threads are looked up while they free */
        atomic_store_explicit(&shared_ticket, (*row)->orm, memory_order_relaxed);
        (void)orm__result_of(atomic_load_explicit(&shared_ticket, memory_order_relaxed));
    }
    for (size_t i = 0; i < ALIVE; i++) orm_free(rows[i]);
    return wrong ? db : NULL;
}

TEST(threads_make_and_free_results_at_once)
{
    static orm__session db;
    db.allocator = orm__default_allocator();
    pthread_t threads[4];
    for (size_t i = 0; i < 4; i++) REQUIRE(pthread_create(&threads[i], NULL, make_and_free, &db) == 0);
    for (size_t i = 0; i < 4; i++) {
        void *wrong = NULL;
        pthread_join(threads[i], &wrong);
        CHECK(wrong == NULL);
    }
    CHECK(!orm_failed());
}

CHECK_MAIN()

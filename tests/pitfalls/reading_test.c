/* Pitfalls of reading: queries in loops, products of joins, everything at once, rows without end. */
#include "pit.h"

#define Byline_FIELDS(X) X(id, bigint, primary_key, of(Author, id)) X(name, string(40), of(Author, name))
ORM_VIEW(Byline, from(Author))
ORM_DEFINE_VIEW(Byline)

PIT(P01_a_relation_that_was_not_loaded_is_null_and_sends_nothing)
{
    a_magazine(db, 3, 2);
    ORM_AUTO Author *authors = Author_find_all(db, NULL);
    REQUIRE(authors);
    uint64_t before = sent(db);
    for (size_t i = 0; i < orm_len(authors); i++) CHECK(authors[i].posts == NULL && !orm_loaded(&authors[i], Author_.posts));
    CHECK_INT(sent(db), before);
}

/* the loop that N+1 is: each row comes alone, and so does its relation */
static orm_status row_by_row(orm_db *db, int64_t rows)
{
    orm_status status = ORM_OK;
    for (int64_t id = 1; id <= rows && !status; id++) {
        ORM_AUTO Author *author = Author_get(db, id);
        status = author ? orm_load_one(db, author, Author_.posts) : orm_error()->kind;
    }
    return status;
}

PIT(P01_loading_row_by_row_is_told_with_its_place)
{
    a_magazine(db, 12, 1);
    OK(row_by_row(db, 12));
    CHECK_INT(heard.notes, 1);
    CHECK_CONTAINS(heard.note, "reading_test.c:");
    CHECK_CONTAINS(heard.note, "Author.posts");
}

PIT_SHARED(P01_loading_row_by_row_is_an_error_where_the_program_says_so)
{
    a_magazine(db, 12, 1);
    orm_db *strict = case_open(.n_plus_one_fails = true);
    REQUIRE(strict);
    ANSWERS(ORM_OVER_BUDGET, row_by_row(strict, 12));
    orm_close(strict);
}

PIT(P01_a_loop_over_a_list_loads_for_all_of_its_rows)
{
    a_magazine(db, 20, 2);
    ORM_AUTO Author *authors = Author_find_all(db, NULL);
    REQUIRE(authors);
    uint64_t before = sent(db);
    for (size_t i = 0; i < orm_len(authors); i++) {
        OK(orm_load_one(db, &authors[i], Author_.posts));
        CHECK_INT(orm_len(authors[i].posts), 2);
    }
    CHECK_INT(sent(db) - before, 1);
    CHECK_INT(heard.notes, 0);
}

PIT(P02_nested_includes_are_a_sum_and_no_product)
{
    enum { COMMENTS = 20, TAGS = 15 };
    const Author ada = an_author(db, "Ada");
    const Post post = a_post(db, &ada, "of many comments");
    for (int i = 0; i < COMMENTS; i++) {
        ORM_NEW(Comment, comment, .post_id = post.id, .line = "yes");
        OK(Comment_create(db, &comment));
    }
    for (int i = 0; i < TAGS; i++) {
        char word[8];
        snprintf(word, sizeof word, "t%d", i);
        ORM_NEW(Tag, tag, .word = word);
        OK(Tag_create(db, &tag));
        OK(orm_add(db, &post, Post_.tags, &tag, 1));
    }
    const orm_counters before = orm_counters_of(db);
    ORM_AUTO Author *all = Author_find_all(db, &(Author_query){ .include = { orm_with(Author_.posts, .include = { orm_with(Post_.comments), orm_with(Post_.tags) }) } });
    REQUIRE(all);
    CHECK_INT(orm_counters_of(db).statements - before.statements, 4);        /* one for each level */
    CHECK_INT(orm_counters_of(db).rows - before.rows, 1 + 1 + COMMENTS + TAGS);
    CHECK_INT(orm_len(all), 1);
    CHECK_INT(orm_len(all->posts), 1);
    CHECK_INT(orm_len(all->posts->comments), COMMENTS);
    CHECK_INT(orm_len(all->posts->tags), TAGS);
}

PIT(P03_a_list_has_the_relations_that_were_asked_for_and_no_others)
{
    const Author ada = an_author(db, "Ada");
    a_post(db, &ada, "first");
    ORM_AUTO Post *posts = Post_find_all(db, &(Post_query){ .include = { orm_with(Post_.author) } });
    REQUIRE(posts);
    CHECK(orm_loaded(posts, Post_.author));
    CHECK(!orm_loaded(posts, Post_.comments) && !orm_loaded(posts, Post_.tags));
    CHECK(!orm_loaded(posts->author, Author_.posts));
}

PIT_SHARED(P04_a_secret_is_not_read_not_sent_and_not_logged)
{
    static const char pin[] = "hunter2hunter2";
    (void)db;
    orm_db *watched = case_open(.log = hear, .log_values = true);
    REQUIRE(watched);
    listen_anew();
    ORM_NEW(Author, ada, .name = "Ada", .pin = pin);
    OK(Author_create(watched, &ada));
    ORM_AUTO Author *plain = Author_get(watched, ada.id);
    ORM_AUTO Author *with = Author_find_one(watched, &(Author_query){ .with_secrets = true });
    REQUIRE(plain && with);
    CHECK(plain->pin == NULL);
    CHECK_TEXT(with->pin, pin);                              /* it is asked for by its name */
    char *json = Author_to_json(with, (Author_mask){ 0 });
    REQUIRE(json);
    CHECK(!strstr(json, "pin") && !strstr(json, pin));
    orm_free_text(json);
    ORM_NEW(Author, twin, .id = ada.id, .name = "Twin", .pin = pin);
    ANSWERS(ORM_UNIQUE, Author_create(watched, &twin));
    CHECK(!strstr(orm_error()->message, pin));
    CHECK_CONTAINS(heard.all, "Twin");                       /* other values are shown, as was asked */
    CHECK(!strstr(heard.all, pin));
    orm_close(watched);
}

PIT(P05_a_relation_that_finds_nothing_is_an_empty_list_and_not_one_that_was_not_asked_for)
{
    an_author(db, "Ada");
    ORM_AUTO Author *with = Author_find_all(db, &(Author_query){ .include = { orm_with(Author_.posts) } });
    ORM_AUTO Author *without = Author_find_all(db, NULL);
    REQUIRE(with && without);
    CHECK(with->posts != NULL);
    CHECK_INT(orm_len(with->posts), 0);
    CHECK(without->posts == NULL);
}

/* Post.comments is declared, Comment.post is not: nothing of the declared side is missing */
PIT(P06_a_relation_that_one_side_declares_has_all_its_calls)
{
    const Post post = a_post(db, NULL, "alone"), other = a_post(db, NULL, "other");
    ORM_NEW(Comment, comment, .post_id = other.id, .line = "yes");
    OK(Comment_create(db, &comment));
    int64_t n = 0;
    bool yes = false;
    OK(orm_add(db, &post, Post_.comments, &comment, 1));
    OK(orm_count_rows(db, &post, Post_.comments, &n));
    CHECK_INT(n, 1);
    OK(orm_has_row(db, &post, Post_.comments, &comment, &yes));
    CHECK(yes);
    CHECK_INT(COUNT(Post, db, .where = orm_has(Post_.comments, orm_eq(Comment_.line, "yes"))), 1);
    ORM_AUTO Post *found = Post_get(db, post.id);
    REQUIRE(found);
    OK(orm_load_one(db, found, Post_.comments));
    CHECK_INT(orm_len(found->comments), 1);
}

PIT(P45_a_condition_is_written_once_and_used_everywhere)
{
    ORM_NEW(Author, ada, .name = "Ada", .role = Role_admin);
    ORM_NEW(Author, bob, .name = "Bob");
    OK(Author_create(db, &ada));
    OK(Author_create(db, &bob));
    a_post(db, &ada, "hers");
    const Author_pred admins = Author_scope_admins();
    CHECK_INT(COUNT(Author, db, .where = admins), 1);
    CHECK_INT(COUNT(Author, db, .where = orm_not(admins)), 1);
    CHECK_INT(COUNT(Post, db, .where = orm_has(Post_.author, admins)), 1);
    int64_t n = 0;
    OK(Author_update(db, &(Author_change){ .set = { orm_set(Author_.name, "Root") }, .where = admins }, &n));
    CHECK_INT(n, 1);
}

/* ---- rows without end ---------------------------------------------------------------------------------------------------------------- */

PIT_SHARED(P49_a_list_without_a_limit_is_bounded)
{
    a_magazine(db, 11, 0);
    orm_db *small = case_open(.max_rows = 10);
    REQUIRE(small);
    ORM_AUTO Author *all = Author_find_all(small, NULL);
    CHECK(!all);
    CHECK_TEXT(orm_status_name(orm_error()->kind), "ORM_OVER_BUDGET");
    CHECK_TEXT(orm_error()->model, "Author");
    CHECK_TEXT(orm_error()->message, "more rows of Author than 10, the .max_rows of orm_open: give the list a .limit, or walk the rows with ORM_EACH");
    orm_arena arena = { 0 };
    int64_t *ids = NULL, total = 0;
    size_t n = 0;
    ANSWERS(ORM_OVER_BUDGET, orm_pluck(small, Author_.id, &arena, &ids, &n, NULL));
    CHECK(!orm_sql(small, Author, "select id, name from authors", orm_no_params));
    CHECK_TEXT(orm_status_name(orm_error()->kind), "ORM_OVER_BUDGET");
    CHECK(!Author_find_and_count(small, NULL, &total));
    CHECK_TEXT(orm_status_name(orm_error()->kind), "ORM_OVER_BUDGET");
    /* what is asked for is given, and the handle goes on */
    ORM_AUTO Author *page = Author_find_all(small, &(Author_query){ .limit = 11 });
    ORM_AUTO Author *ten = Author_find_all(small, &(Author_query){ .where = orm_lte(Author_.id, 10) });
    REQUIRE(page && ten);
    CHECK_INT(orm_len(page), 11);
    CHECK_INT(orm_len(ten), 10);
    CHECK_INT(COUNT(Author, small, .limit = 0), 11);
    orm_arena_release(&arena);
    orm_close(small);
}

PIT_SHARED(P49_the_rows_of_an_include_are_counted_over_all_parents)
{
    a_magazine(db, 4, 3);
    orm_db *small = case_open(.max_rows = 11);
    REQUIRE(small);
    CHECK(!Author_find_all(small, &(Author_query){ .include = { orm_with(Author_.posts) } }));
    CHECK_CONTAINS(orm_error()->message, "more rows of Author.posts than 11,");
    CHECK_TEXT(orm_error()->model, "Post");
    ORM_AUTO Author *authors = Author_find_all(small, NULL);
    REQUIRE(authors);
    ANSWERS(ORM_OVER_BUDGET, orm_load(small, authors, Author_.posts));
    CHECK(!authors[0].posts);                                /* as it was */
    ORM_AUTO Author *limited = Author_find_all(small, &(Author_query){ .include = { orm_with(Author_.posts, .limit = 3) } });
    REQUIRE(limited);
    CHECK_INT(orm_len(limited[3].posts), 3);
    orm_close(small);
}

PIT_SHARED(P49_walking_is_not_bounded_nor_are_rows_that_a_write_brings_back)
{
    a_magazine(db, 4, 3);
    orm_db *small = case_open(.max_rows = 2);
    REQUIRE(small);
    size_t walked = 0, nested = 0;
    ORM_EACH(Author, author, small, .include = { orm_with(Author_.posts) }) {
        walked++;
        nested += orm_len(author->posts);
    }
    CHECK(!orm_failed());
    CHECK_INT(walked, 4);
    CHECK_INT(nested, 12);
    ORM_AUTO Post *changed = Post_update_returning(small, &(Post_change){ .set = { orm_inc(Post_.views, 1) }, .all = true }, (Post_mask){ .id = 1 });
    CHECK_INT(orm_len(changed), 12);
    orm_close(small);
}

PIT_SHARED(P49_rows_of_a_batch_and_of_a_view_are_bounded_and_the_others_have_their_answers)
{
    a_magazine(db, 4, 0);
    orm_db *small = case_open(.max_rows = 3);
    REQUIRE(small);
    Author_slot one = { .count = 0 }, all = { .count = 0 }, three = { .count = 0 };
    ORM_BATCH(small, .read_only = true) {
        Author_batch_find(small, 1, &one);
        Author_batch_find_all(small, NULL, &all);
        Author_batch_find_all(small, &(Author_query){ .limit = 4 }, &three);
    }
    CHECK_TEXT(orm_status_name(one.status), "ORM_OK");
    CHECK_TEXT(orm_status_name(all.status), "ORM_OVER_BUDGET");
    CHECK(!all.rows);
    CHECK_TEXT(orm_status_name(three.status), "ORM_OK");
    CHECK_INT(three.count, 4);
    orm_free(one.rows);
    orm_free(three.rows);
    CHECK(!Byline_find_all(small, NULL));
    CHECK_TEXT(orm_status_name(orm_error()->kind), "ORM_OVER_BUDGET");
    orm_close(small);
}

PIT_SHARED(P49_a_block_goes_on_behind_a_list_that_was_refused)
{
    a_magazine(db, 4, 0);
    orm_db *small = case_open(.max_rows = 3);
    REQUIRE(small);
    ORM_TRANSACTION(small) {
        CHECK(!Author_find_all(small, NULL));
        CHECK(orm_handled(small));                           /* nothing is lost by it */
        OK(Author_destroy_by_key(small, 1));
    }
    CHECK(!orm_failed());
    CHECK_INT(COUNT(Author, db, .limit = 0), 3);
    ORM_TRANSACTION(small) {
        an_author(small, "Grace");
        CHECK(!Author_find_all(small, NULL));                /* ignored: the block does not commit */
    }
    CHECK_TEXT(orm_status_name(orm_error()->kind), "ORM_OVER_BUDGET");
    CHECK_INT(COUNT(Author, db, .limit = 0), 3);
    orm_close(small);
}

/* what calls read for themselves is theirs */
PIT_SHARED(P49_the_bound_is_for_lists_of_the_program)
{
    static const orm_migration four[] = { { .name = "20260101000001_a", .sql = "-- up\n-- down\n" }, { .name = "20260101000002_b", .sql = "-- up\n-- down\n" },
                                          { .name = "20260101000003_c", .sql = "-- up\n-- down\n" }, { .name = "20260101000004_d", .sql = "-- up\n-- down\n" }, { .name = NULL } };
    orm_db *small = case_open(.max_rows = 2);
    REQUIRE(small);
    for (int i = 0; i < 2; i++) OK(orm_migrate(small, &(orm_migrate_options){ .compiled = four }, NULL));
    const Post post = a_post(db, NULL, "of many tags");
    Tag tags[4];
    for (int i = 0; i < 4; i++) {
        static const char *const words[] = { "one", "two", "three", "four" };
        tags[i] = Tag_defaults();
        tags[i].word = words[i];
        OK(Tag_create(db, &tags[i]));
    }
    int64_t n = 0;
    OK(orm_add(small, &post, Post_.tags, tags, 4));
    OK(orm_add(small, &post, Post_.tags, tags, 4));          /* looks which links are there */
    OK(orm_replace(small, &post, Post_.tags, tags, 3));
    OK(orm_count_rows(db, &post, Post_.tags, &n));
    CHECK_INT(n, 3);
    for (int i = 0; i < 3; i++) a_post(db, NULL, "another");
    OK(Post_update(small, &(Post_change){ .set = { orm_set(Post_.views, 7) }, .all = true, .each_row = true }, &n));
    CHECK_INT(n, 4);
    orm_close(small);
}

PIT_SHARED(P49_the_bound_is_a_million_unless_it_is_said)
{
    a_magazine(db, 1, 0);
    orm_db *usual = case_open(.log = hear), *any = case_open(.max_rows = SIZE_MAX);
    REQUIRE(usual && any);
    ORM_AUTO Author *rows = Author_find_all(any, NULL);
    CHECK_INT(orm_len(rows), 1);
    ORM_AUTO Comment *many = orm_sql(usual, Comment, "with recursive n(i) as (select 1 union all select i + 1 from n where i < 1000001) select cast(i as bigint) as id from n", orm_no_params);
    CHECK(!many);
    CHECK_CONTAINS(orm_error()->message, "more rows of Comment than 1000000,");
    orm_close(usual);
    orm_close(any);
}

PIT(P49_the_plan_of_a_query_is_there_to_be_read)
{
    orm_arena arena = { 0 };
    const char *scan = Author_explain(db, &(Author_query){ .where = orm_eq(Author_.name, "Ada") }, &arena);
    REQUIRE(scan);
    CHECK(strstr(scan, "SCAN") || strstr(scan, "Seq Scan"));
    orm_arena_release(&arena);
}

/* ---- what rows are ------------------------------------------------------------------------------------------------------------------- */

PIT(P50_joined_columns_of_two_rows_do_not_become_one)
{
    const Author ada = an_author(db, "Ada");
    a_post(db, &ada, "first");
    CHECK(!orm_sql(db, Post, "select p.*, a.id from posts p join authors a on a.id = p.author_id", orm_no_params));
    CHECK_TEXT(orm_status_name(orm_error()->kind), "ORM_BAD_DATA");
    CHECK_CONTAINS(orm_error()->message, "\"id\" twice");
    ORM_AUTO Post *posts = Post_find_all(db, &(Post_query){ .include = { orm_with(Post_.author) } });      /* joined, and two structs */
    REQUIRE(posts && posts->author);
    CHECK_TEXT(posts->author->name, "Ada");
}

PIT(P51_a_row_costs_no_allocation_and_a_query_no_second_preparation)
{
    enum { ROWS = 2000 };
    Post rows[ROWS];
    for (int i = 0; i < ROWS; i++) {
        rows[i] = Post_defaults();
        rows[i].title = "a title of some length, so that there is text to copy";
    }
    OK(Post_create_all(db, rows, ROWS, NULL));
    orm_free(Post_find_all(db, NULL));                       /* makes the statement */
    const orm_counters before = orm_counters_of(db);
    ORM_AUTO Post *posts = Post_find_all(db, NULL);
    const orm_counters after = orm_counters_of(db);
    CHECK_INT(orm_len(posts), ROWS);
    CHECK_INT(after.prepares, before.prepares);
    CHECK(after.allocations - before.allocations < 60);
}

PIT(P53_a_limit_of_an_include_is_for_each_parent_and_that_of_the_query_for_parents)
{
    a_magazine(db, 5, 4);
    ORM_AUTO Author *authors = Author_find_all(db, &(Author_query){ .order = { orm_asc(Author_.id) }, .limit = 3,
        .include = { orm_with(Author_.posts, .limit = 2, .order = { orm_desc(Post_.id) }) } });
    REQUIRE(orm_len(authors) == 3);
    CHECK_INT(heard.statements, 2);
    for (size_t i = 0; i < 3; i++) {
        REQUIRE(orm_len(authors[i].posts) == 2);
        CHECK_INT(authors[i].posts[0].id, 4 * (i + 1));
    }
}

PIT(P54_fetching_keeps_rows_and_requiring_filters_them)
{
    const Author ada = an_author(db, "Ada");
    a_post(db, &ada, "hers");
    a_post(db, NULL, "nobody's");
    ORM_AUTO Post *all = Post_find_all(db, &(Post_query){ .order = { orm_asc(Post_.id) }, .include = { orm_with(Post_.author) } });
    ORM_AUTO Post *required = Post_find_all(db, &(Post_query){ .include = { orm_with(Post_.author, .required = true) } });
    ORM_AUTO Post *having = Post_find_all(db, &(Post_query){ .where = orm_has_any(Post_.author) });
    REQUIRE(orm_len(all) == 2 && orm_len(required) == 1 && orm_len(having) == 1);
    CHECK(all[1].author == NULL && orm_loaded(&all[1], Post_.author));       /* loaded, and there is none */
    CHECK_TEXT(required->author->name, "Ada");
    CHECK(!orm_loaded(having, Post_.author));                                /* a filter fetches nothing */
    int64_t total = 0;
    ORM_AUTO Post *page = Post_find_and_count(db, &(Post_query){ .limit = 1, .include = { orm_with(Post_.author, .required = true) } }, &total);
    CHECK_INT(orm_len(page), 1);
    CHECK_INT(total, 1);                                                     /* the count agrees */
}
CHECK_MAIN()

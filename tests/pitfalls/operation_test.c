/* Pitfalls of running a program: SQL by hand, handles and pools, secrets in the source, failures that nobody hears of, statements that nobody counts. */
#include "pit.h"
#include <pthread.h>
#include <sys/stat.h>

/* ---- SQL by hand --------------------------------------------------------------------------------------------------------------------------- */

PIT(P29_values_are_bound_and_never_pasted)
{
    static const char evil[] = "x'; drop table authors; --";
    an_author(db, "Ada");
    listen_anew();
    ORM_AUTO Author *none = orm_sql(db, Author, "select * from authors where name = :name", orm_named("name", evil));
    CHECK_INT(orm_len(none), 0);
    CHECK(!strstr(heard.sql, "drop"));
    OK(orm_exec(db, NULL, "update authors set email = ?1 where name = ?2", orm_params(evil, evil)));
    CHECK_INT(COUNT(Author, db, .limit = 0), 1);
    CHECK(orm_exec(db, NULL, "select 1; delete from authors", orm_no_params) != ORM_OK);      /* one statement at a time */
    CHECK_INT(COUNT(Author, db, .limit = 0), 1);
    uint64_t before = sent(db);
    ANSWERS(ORM_MISUSE, orm_exec(db, NULL, "delete from authors where name = :name", orm_no_params));
    ANSWERS(ORM_MISUSE, orm_exec(db, NULL, "delete from authors where name = :nam", orm_named("name", "Ada")));
    CHECK_INT(sent(db), before);
}

PIT(P30_sql_by_hand_is_told_as_such_and_the_database_still_keeps_the_rules)
{
    an_author(db, "Ada");
    CHECK(!heard.by_hand);
    OK(orm_exec(db, NULL, "insert into members (name) values ('Mallory')", orm_no_params));
    CHECK(heard.by_hand);                                                /* its hook has not run, and the log knows why */
    CHECK_INT(COUNT(Member, db, .limit = 0), 1);
    CHECK(!heard.by_hand);
    ANSWERS(ORM_CHECK, orm_exec(db, NULL, "insert into members (name) values ('x')", orm_no_params));
}

PIT(P31_rows_by_hand_are_rows_of_a_model_or_an_error)
{
    an_author(db, "Ada");
    ORM_AUTO Author *rows = orm_sql(db, Author, "select id, name from authors", orm_no_params);
    REQUIRE(orm_len(rows) == 1);
    CHECK_TEXT(rows->name, "Ada");
    rows->name = "Eva";
    OK(Author_save(db, rows));                                           /* what was not read is not written */
    CHECK(!strstr(heard.sql, "role"));
    CHECK(!orm_sql(db, Author, "select id, name as title from authors", orm_no_params));
    CHECK_TEXT(orm_status_name(orm_error()->kind), "ORM_BAD_DATA");
    CHECK_CONTAINS(orm_error()->message, "\"title\"");
    CHECK(!orm_sql(db, Author, "select name as id from authors", orm_no_params));
    CHECK_TEXT(orm_status_name(orm_error()->kind), "ORM_BAD_DATA");
}

PIT(P32_sql_by_hand_is_written_alike_where_it_can_be_and_fails_at_once_where_not)
{
    an_author(db, "Ada");
    orm_opt_int64 n = { 0 };
    const char *names[] = { "Ada", "Bob" };
    const orm_texts both = { names, 2 };
    OK(orm_scalar(db, &n, "select count(*) from authors where name in (:names) and id >= :low", orm_named("names", both, "low", 1)));
    CHECK_INT(n.value, 1);
    OK(orm_scalar(db, &n, "select count(*) from authors where name = ?1", orm_params("Ada")));
    CHECK_INT(n.value, 1);
    listen_anew();
    orm_status foreign = case_engine == ON_POSTGRES ? orm_scalar(db, &n, "select count(*) from sqlite_master", orm_no_params)
                                                    : orm_scalar(db, &n, "select count(*) from pg_catalog.pg_class", orm_no_params);
    CHECK_TEXT(orm_status_name(foreign), "ORM_NO_TABLE");
    CHECK(!n.set);
    CHECK_INT(heard.errors, 1);
}

#define Ranked_FIELDS(X)                                                                     \
    X(id,     bigint, primary_key, of(Post, id))                                             \
    X(views,  integer, of(Post, views))                                                      \
    X(place,  bigint, row_number, partition(Post, author_id), order_desc(Post, views))
ORM_VIEW(Ranked, from(Post))
ORM_DEFINE_VIEW(Ranked)
#define Best_FIELDS(X) X(best, bigint, count_all) X(views, bigint, sum(Ranked, views))
ORM_VIEW(Best, from(Ranked), where(orm_eq(Ranked_.place, 1)))
ORM_DEFINE_VIEW(Best)

PIT(P52_windows_queries_of_queries_and_conflicts_need_no_sql_by_hand)
{
    a_magazine(db, 2, 3);
    for (int64_t id = 1; id <= 6; id++) OK(Post_update(db, &(Post_change){ .set = { orm_set(Post_.views, (int32_t)id) }, .where = orm_eq(Post_.id, id) }, NULL));
    ORM_AUTO Best *best = Best_find_all(db, NULL);
    REQUIRE(orm_len(best) == 1);
    CHECK_INT(best->best, 2);
    CHECK_INT(best->views, 3 + 6);
    orm_written how = ORM_NOT_WRITTEN;
    for (int i = 0; i < 2; i++) {
        ORM_NEW(Item, item, .name = "lamp", .stock = 1);
        OK(Item_upsert(db, &item, &(Item_conflict){ .on = orm_key(Item, name), .set = { orm_inc(Item_.stock, 1) } }, &how));
    }
    CHECK_INT(how, ORM_UPDATED);
    CHECK_INT(stock_of(db, 1), 2);
    CHECK(!heard.by_hand);
}

/* ---- handles and pools ---------------------------------------------------------------------------------------------------------------------- */

PIT_SHARED(P37_a_second_handle_on_the_same_database_is_told_once)
{
    (void)db;
    orm_db *second = case_open(.log = hear);
    CHECK_INT(heard.notes, 1);
    CHECK_CONTAINS(heard.note, "open already, by orm_open at ");
    CHECK_CONTAINS(heard.note, "engines.h:");                            /* where the first one was opened */
    CHECK_CONTAINS(heard.note_place, "operation_test.c:");
    orm_db *third = case_open(.log = hear);
    CHECK_INT(heard.notes, 1);
    orm_close(second);
    orm_close(third);
    CHECK_INT(heard.errors, 0);
}

PIT(P37_other_databases_are_no_second_handle)
{
    (void)db;
    orm_db *memory = orm_open("sqlite::memory:", .log = hear), *another = orm_open("sqlite::memory:", .log = hear);
    REQUIRE(memory && another);
    CHECK_INT(heard.notes, 0);
    orm_close(memory);
    orm_close(another);
}

TEST(P37_a_file_is_the_same_by_whatever_path_it_is_reached_and_forgotten_when_it_is_closed)
{
    char folder[] = "/tmp/orm_pit_XXXXXX", file[64], way[64], url[96];
    REQUIRE(mkdtemp(folder));
    snprintf(file, sizeof file, "%s/shop.db", folder);
    snprintf(way, sizeof way, "%s/link.db", folder);
    snprintf(url, sizeof url, "sqlite:%s", file);
    for (int round = 0; round < 2; round++) {
        listen_anew();
        orm_db *first = orm_open(url, .log = hear);
        REQUIRE(first);
        if (round == 0) CHECK_INT(symlink(file, way), 0);
        CHECK_INT(heard.notes, 0);                                       /* the one of the round before is closed */
        char other[96];
        snprintf(other, sizeof other, "sqlite:%s", way);
        orm_db *second = orm_open(other, .log = hear);
        REQUIRE(second);
        CHECK_INT(heard.notes, 1);
        orm_close(first);
        orm_close(second);
    }
    unlink(way);
    unlink(file);
    CHECK_INT(rmdir(folder), 0);
}

PIT(P38_a_pool_that_is_larger_than_the_server_is_told_when_it_opens)
{
    (void)db;
    uint32_t most = 50;
    orm_opt_int64 n = { 0 };
    if (case_engine == ON_POSTGRES) {
        OK(orm_scalar(db, &n, "select current_setting('max_connections')::bigint", orm_no_params));
        most = (uint32_t)n.value;
    }
    orm_db *fits = orm_open(case_url, .pool = { .max = most }, .log = hear);
    CHECK(!strstr(heard.all, "pool.max"));
    orm_db *large = orm_open(case_url, .pool = { .max = most + 1 }, .log = hear);
    REQUIRE(fits && large);
    if (case_engine == ON_POSTGRES) CHECK_CONTAINS(heard.all, "but the server has connections for ");
    else CHECK(!strstr(heard.all, "pool.max"));                          /* a file has no such number */
    orm_close(fits);
    orm_close(large);
}

static char refusal[600];
static void *wants_one(void *handle)
{
    orm_db *db = (orm_db *)handle;
    ORM_AUTO Item *item = Item_find(db, 1);
    CHECK(!item);
    snprintf(refusal, sizeof refusal, "%s: %s", orm_status_name(orm_error()->kind), orm_error()->message);
    return NULL;
}

PIT_SHARED(P38_an_exhausted_pool_is_a_deadline_and_names_who_holds_its_connections)
{
    pthread_t other;
    (void)db;
    orm_db *one = case_open(.pool = { .max = 1, .acquire_ms = 60 });
    REQUIRE(one);
    ORM_TRANSACTION(one) {
        an_item(one, "lamp", 1);
        REQUIRE(pthread_create(&other, NULL, wants_one, one) == 0);
        pthread_join(other, NULL);
    }
    CHECK_CONTAINS(refusal, "ORM_ACQUIRE_TIMEOUT: ");
    CHECK_CONTAINS(refusal, "operation_test.c:");
    CHECK_INT(orm_counters_of(one).timeouts, 1);
    orm_close(one);
}

TEST(P39_a_database_that_cannot_be_reached_does_not_open)
{
    CHECK(!orm_open("sqlite:/no/such/folder/shop.db"));
    CHECK(orm_failed() && orm_error()->message[0]);
    CHECK(!orm_open("sqlite:/tmp/orm_pit_no_such_file.db?mode=rw"));
    CHECK(orm_failed());
    CHECK(!orm_open("postgres:host=/no/such/folder dbname=shop"));
    CHECK(orm_failed() && orm_error()->message[0]);
    CHECK(!orm_open("oracle:shop"));
    CHECK_TEXT(orm_status_name(orm_error()->kind), "ORM_CONFIG");
    CHECK(!orm_open(NULL));
    CHECK_TEXT(orm_status_name(orm_error()->kind), "ORM_CONFIG");
}

/* ---- secrets in the source --------------------------------------------------------------------------------------------------------------------- */

/* the server of the tests looks at no password; where it is, the environment says */
#define URL_WITH_A_PASSWORD "postgres://postgres:hunter2hunter2@/postgres"
PIT(P40_a_password_in_the_source_is_told_and_never_shown)
{
    (void)db;
    if (case_engine != ON_POSTGRES) return;                              /* files have no passwords */
    char host[200];
    const char *url = strstr(getenv("ORM_POSTGRES"), "host=") + strlen("host="), *variable = URL_WITH_A_PASSWORD;
    snprintf(host, sizeof host, "%.*s", (int)strcspn(url, " "), url);
    setenv("PGHOST", host, 1);
    for (int i = 0; i < 2; i++) {
        orm_db *literal = orm_open("postgres:dbname=postgres user=postgres password=hunter2hunter2", .log = hear);
        REQUIRE(literal);
        orm_close(literal);
    }
    const char *told = strstr(heard.all, "the password of the database stands in the source: take the URL from the environment");
    REQUIRE(told);
    CHECK(!strstr(told + 40, "stands in the source"));                    /* once for each place */
    listen_anew();
    orm_db *defined = orm_open(URL_WITH_A_PASSWORD, .log = hear);
    REQUIRE(defined);
    CHECK_CONTAINS(heard.all, "stands in the source");
    CHECK(!strstr(heard.all, "hunter2"));
    orm_close(defined);
    listen_anew();
    orm_db *given = orm_open(variable, .log = hear), *without = orm_open("postgres:dbname=postgres user=postgres", .log = hear);
    REQUIRE(given && without);                                           /* from a variable; a literal without a password */
    CHECK(!strstr(heard.all, "stands in the source"));
    orm_close(given);
    orm_close(without);
    unsetenv("PGHOST");
}

TEST(P40_a_url_that_is_refused_is_not_shown_either)
{
    CHECK(!orm_open("postgres://ada:hunter2hunter2@/blog?no_such_option=1"));
    CHECK(!strstr(orm_error()->message, "hunter2"));
    CHECK(!orm_open("mysql://ada:hunter2hunter2@db/blog"));
    CHECK(!strstr(orm_error()->message, "hunter2"));
}

/* ---- failures ------------------------------------------------------------------------------------------------------------------------------------ */

PIT(P42_a_failure_that_nobody_looks_at_is_in_the_log_and_stays)
{
    ORM_NEW(Author, author, .name = "x");
    Author_create(db, &author);                                          /* its answer is thrown away */
    CHECK_INT(heard.errors, 1);
    CHECK_CONTAINS(heard.error, "Author.name");
    orm_free(NULL);
    CHECK(orm_failed());
    CHECK_TEXT(orm_status_name(orm_error()->kind), "ORM_VALIDATION");
    CHECK_INT(heard.errors, 1);                                          /* told once */
    CHECK_INT(COUNT(Author, db, .limit = 0), 0);
    CHECK(!orm_failed());                                                /* the next call has cleared it */
}

PIT(P43_each_cause_has_a_kind_of_its_own_and_its_fields)
{
    ORM_NEW(Author, ada, .name = "Ada", .email = "ada@example.com");
    OK(Author_create(db, &ada));
    ORM_NEW(Author, wrong, .name = "x", .email = "nobody");
    ANSWERS(ORM_VALIDATION, Author_create(db, &wrong));
    CHECK_INT(orm_error()->failures.total, 2);                           /* all at once: 422 */
    ORM_NEW(Author, twin, .name = "Twin", .email = "ada@example.com");
    ANSWERS(ORM_UNIQUE, Author_create(db, &twin));                       /* 409 */
    CHECK_TEXT(orm_error()->failures.item[0].field, "email");
    char json[1000];
    orm_errors_json(json, sizeof json);
    CHECK_CONTAINS(json, "{\"field\":\"email\",\"rule\":\"unique\",\"message\":\"is already taken\",\"index\":0}");
    ORM_AUTO Author *none = Author_find(db, 77);
    CHECK(!none && !orm_failed());                                       /* 404, and no failure */
    CHECK_TEXT(orm_status_name(orm_error()->kind), "ORM_NOT_FOUND");
    ANSWERS(ORM_STALE, Author_destroy_by_key(db, 77));
    ORM_NEW(Post, post, .title = "x", .author_id = orm_int64(77));
    ANSWERS(ORM_FOREIGN_KEY, Post_create(db, &post));
    ANSWERS(ORM_MISUSE, Author_destroy_all(db, NULL, NULL));             /* 500, and the program's own mistake */
    ANSWERS(ORM_NO_TABLE, orm_exec(db, NULL, "delete from nowhere", orm_no_params));
}

/* ---- statements ------------------------------------------------------------------------------------------------------------------------------------ */

/* what the process says on its standard output and error while this runs */
static long said_by(void (*run)(void))
{
    FILE *file = tmpfile();
    struct stat is = { .st_size = -1 };
    int out = dup(1), err = dup(2);
    fflush(NULL);
    dup2(fileno(file), 1);
    dup2(fileno(file), 2);
    run();
    fflush(NULL);
    dup2(out, 1);
    dup2(err, 2);
    close(out);
    close(err);
    fstat(fileno(file), &is);
    fclose(file);
    return (long)is.st_size;
}

static void works_and_fails(void)
{
    orm_db *db = orm_open("sqlite::memory:");
    ORM_NEW(Author, author, .name = "x");
    if (!db || orm_sync(db, &Pit_schema)) printf("it does not work\n");
    Author_create(db, &author);
    orm_exec(db, NULL, "delete from nowhere", orm_no_params);
    orm_free(&author);
    orm_close(db);
}

TEST(P48_nothing_is_printed_that_nobody_asked_for)
{
    const char *asked = getenv("ORM_LOG");
    if (asked) unsetenv("ORM_LOG");
    CHECK_INT(said_by(works_and_fails), 0);
    setenv("ORM_LOG", "1", 1);
    CHECK(said_by(works_and_fails) > 0);                                 /* and this is how it is asked for */
    unsetenv("ORM_LOG");
}

PIT(P48_statements_are_counted_and_may_have_a_budget)
{
    const uint64_t before = sent(db);
    an_author(db, "Ada");
    orm_free(Author_find_all(db, NULL));
    CHECK_INT(sent(db) - before, heard.statements);                      /* the log tells each */
    ORM_BUDGET(db, 2) {
        CHECK_INT(COUNT(Author, db, .limit = 0), 1);
        CHECK_INT(COUNT(Post, db, .limit = 0), 0);
        int64_t n = 0;
        ANSWERS(ORM_OVER_BUDGET, Tag_count(db, NULL, &n));
        CHECK_CONTAINS(orm_error()->message, "operation_test.c:");
    }
}
CHECK_MAIN()

/* Searched columns on each engine: what is found, in which order, that no text is syntax; and that the index follows the rows, the models and migrations. */
#define ORM_DESTRUCTIVE
#include "engines.h"
#include "helpers.h"
#include "migration_folder.h"

#define Writer_FIELDS(X) X(id, serial) X(name, text) X(articles, has_many(Article, writer_id))
ORM_MODEL(Writer, writers)
#define Article_FIELDS(X)                                                   \
    X(id,         serial)                                                   \
    X(title,      string(80), searched)                                     \
    X(body,       text, nullable, searched)                                 \
    X(writer_id,  key(Writer), nullable, on_delete(set_null))               \
    X(writer,     belongs_to(Writer, writer_id))                            \
    X(deleted_at, deleted_at)
ORM_MODEL(Article, articles)
#define News_MODELS(X) X(Writer) X(Article)
ORM_SCHEMA(News)
ORM_DEFINE(News)

/* the same tables without a search, and with one of other columns under another name */
#define PlainNews_MODELS(X) X(Writer2) X(Plain2)
#define Writer2_FIELDS(X) X(id, serial) X(name, text)
ORM_MODEL(Writer2, writers)
#define Plain2_FIELDS(X)                                                    \
    X(id,         serial)                                                   \
    X(title,      string(80))                                               \
    X(body,       text, nullable)                                           \
    X(writer_id,  key(Writer2), nullable, on_delete(set_null))              \
    X(deleted_at, deleted_at)
ORM_MODEL(Plain2, articles)
ORM_SCHEMA(PlainNews)
ORM_DEFINE(PlainNews)

#define Renamed_FIELDS(X)                                                   \
    X(id,         serial)                                                   \
    X(headline,   string(80), was("title"), searched)                       \
    X(body,       text, nullable)                                           \
    X(writer_id,  key(Writer3), nullable, on_delete(set_null))              \
    X(deleted_at, deleted_at)
#define Writer3_FIELDS(X) X(id, serial) X(name, text)
ORM_MODEL(Writer3, writers)
ORM_MODEL(Renamed, pieces, was("articles"))
#define RenamedNews_MODELS(X) X(Writer3) X(Renamed)
ORM_SCHEMA(RenamedNews)
ORM_DEFINE(RenamedNews)

#define Keyed_FIELDS(X) X(id, uuid, primary_key) X(text_of, text, searched)
ORM_MODEL(Keyed, keyed)
#define KeyedSchema_MODELS(X) X(Keyed)
ORM_SCHEMA(KeyedSchema)
ORM_DEFINE(KeyedSchema)

static const struct case_setup cases = { .schema = &News_schema }, empty_cases = { NULL, NULL, NULL, NULL };

static Article make(orm_db *db, const char *title, const char *body)
{
    ORM_NEW(Article, article, .title = title, .body = body);
    OK(Article_create(db, &article));
    return article;
}

static int64_t count_Article(orm_db *db, const Article_query *query)
{
    int64_t n = -1;
    OK(Article_count(db, query, &n));
    return n;
}
static int64_t count_Renamed(orm_db *db, const Renamed_query *query)
{
    int64_t n = -1;
    OK(Renamed_count(db, query, &n));
    return n;
}

/* the first letters of the titles that are found */
static const char *found(orm_db *db, Article_pred where)
{
    static char letters[64];
    ORM_AUTO Article *rows = Article_find_all(db, &(Article_query){ .where = where, .order = { orm_asc(Article_.id) } });
    letters[0] = 0;
    if (!rows) return orm_error()->message;
    for (size_t i = 0; i < orm_len(rows); i++) strncat(letters, rows[i].title, 1);
    return letters;
}

static void make_all(orm_db *db)
{
    make(db, "A wild bee", "Bees live alone; a wild bee makes no honey.");
    make(db, "Beekeeping", "Honey for New York");
    make(db, "Carpenter", "new ways to york-shire: bee-line, 3.14 and e2e@example.com");
    make(db, "Deer", NULL);
}

ON_EACH_OF(all_words_must_be_there, cases)
{
    make_all(db);
    CHECK_TEXT(found(db, orm_search(Article, "bee")), "AC");
    CHECK_TEXT(found(db, orm_search(Article, "BEE honey")), "A");
    CHECK_TEXT(found(db, orm_search(Article, "honey, beekeeping!")), "B");      /* one in the title, one in the body */
    CHECK_TEXT(found(db, orm_search(Article, "be")), "");
    CHECK_TEXT(found(db, orm_search(Article, "deer")), "D");
    CHECK_TEXT(found(db, orm_search(Article, "bee deer")), "");
    CHECK_TEXT(found(db, orm_search(Article, "line")), "C");
    CHECK_TEXT(found(db, orm_search(Article, "bee-line")), "C");
    CHECK_TEXT(found(db, orm_search(Article, "3.14")), "C");
    CHECK_TEXT(found(db, orm_search(Article, "example")), "C");
    CHECK_TEXT(found(db, orm_search(Article, "e2e@example.com")), "C");
}

ON_EACH_OF(the_last_word_may_be_a_beginning, cases)
{
    make_all(db);
    CHECK_TEXT(found(db, orm_search_prefix(Article, "bee")), "ABC");
    CHECK_TEXT(found(db, orm_search_prefix(Article, "bee ho")), "A");
    CHECK_TEXT(found(db, orm_search_prefix(Article, "ho bee")), "");
}

ON_EACH_OF(a_phrase_stands_in_one_column_word_by_word, cases)
{
    make_all(db);
    CHECK_TEXT(found(db, orm_search_phrase(Article, "new york")), "B");
    CHECK_TEXT(found(db, orm_search_phrase(Article, "wild bee")), "A");
    CHECK_TEXT(found(db, orm_search_phrase(Article, "bee wild")), "");
    CHECK_TEXT(found(db, orm_search_phrase(Article, "bee bees")), "");          /* the end of the title, the beginning of the body */
    CHECK_TEXT(found(db, orm_search_phrase(Article, "beekeeping honey")), "");
    CHECK_TEXT(found(db, orm_search_phrase(Article, "honey beekeeping")), "");
}

ON_EACH_OF(letters_beyond_ascii_are_letters, cases)
{
    make(db, "Zürich", "«naïve» — Ελλάδα 北京 “quoted”");
    CHECK_TEXT(found(db, orm_search(Article, "Zürich")), "Z");
    CHECK_TEXT(found(db, orm_search(Article, "Zurich")), "");
    CHECK_TEXT(found(db, orm_search(Article, "naïve Ελλάδα")), "Z");
    CHECK_TEXT(found(db, orm_search(Article, "“naïve”")), "Z");
    CHECK_TEXT(found(db, orm_search(Article, "北京")), "Z");
    CHECK_TEXT(found(db, orm_search(Article, "quoted — naïve")), "Z");
}

/* no text is an operator, a column or the end of a string */
ON_EACH_OF(nothing_in_the_text_is_syntax, cases)
{
    static const char *const hostile[] = { "bee'", "bee\"", "bee*", "-bee", "bee:*", "(bee", "bee)", "bee &", "bee |", "!bee", "^bee", "title:bee", "{title}: bee", "bee AND", "OR bee", "NOT bee",
                                           "NEAR(bee wild)", "bee <-> wild", "bee:A", "bee\\", "'bee'':*", "\"bee\" NOT \"wild\"", "bee; drop table articles", "$1", "?1", ":bee", "bee\n\t", "a & !a" };
    make(db, "bee", "wild and or not near title drop table articles 1 a");
    for (size_t i = 0; i < sizeof hostile / sizeof hostile[0]; i++) {
        ORM_AUTO Article *rows = Article_find_all(db, &(Article_query){ .where = orm_search(Article, hostile[i]), .order = { orm_by_rank(Article, hostile[i]) } });
        CHECK(rows && orm_len(rows) == 1);
        ORM_AUTO Article *phrases = Article_find_all(db, &(Article_query){ .where = orm_search_phrase(Article, hostile[i]) });
        CHECK(phrases != NULL);
        ORM_AUTO Article *beginnings = Article_find_all(db, &(Article_query){ .where = orm_search_prefix(Article, hostile[i]) });
        CHECK(beginnings && orm_len(beginnings) == 1);
    }
    CHECK_TEXT(found(db, orm_search(Article, "")), "");
    CHECK_TEXT(found(db, orm_search(Article, " '\"* ")), "");
    CHECK_TEXT(found(db, orm_not(orm_search(Article, "…"))), "b");
}

ON_EACH_OF(what_cannot_be_searched_for_is_refused, cases)
{
    char words[400] = "", *long_word = malloc(3001);
    const char *nothing = NULL;
    REQUIRE(long_word);
    memset(long_word, 'a', 3000);
    long_word[3000] = 0;
    for (int i = 0; i < 65; i++) strcat(words, "word ");
    CHECK(!Article_find_all(db, &(Article_query){ .where = orm_search(Article, nothing) }));
    CHECK_INT(orm_error()->kind, ORM_MISUSE);
    CHECK(!Article_find_all(db, &(Article_query){ .where = orm_search(Article, "b\xff") }));
    CHECK_INT(orm_error()->kind, ORM_BAD_TEXT);
    CHECK(!Article_find_all(db, &(Article_query){ .where = orm_search(Article, long_word) }));
    CHECK_INT(orm_error()->kind, ORM_VALUE_RANGE);
    CHECK(!Article_find_all(db, &(Article_query){ .where = orm_search(Article, words) }));
    CHECK_INT(orm_error()->kind, ORM_VALUE_RANGE);
    CHECK(!Article_find_all(db, &(Article_query){ .order = { orm_by_rank(Article, nothing) } }));
    CHECK_INT(orm_error()->kind, ORM_MISUSE);
    ORM_NEW(Article, last, .title = "x");
    OK(Article_create(db, &last));
    CHECK(!Article_find_all(db, &(Article_query){ .order = { orm_by_rank(Article, "bee"), orm_asc(Article_.id) }, .after = &last }));
    CHECK_INT(orm_error()->kind, ORM_MISUSE);
    free(long_word);
}

ON_EACH_OF(rows_that_fit_better_come_first, cases)
{
    make(db, "Few", "one bee among many other words, which say nothing at all about what is looked for here");
    make(db, "None", "nothing");
    make(db, "Many", "bee bee bee");
    ORM_AUTO Article *rows = Article_find_all(db, &(Article_query){ .order = { orm_by_rank(Article, "bee"), orm_asc(Article_.id) } });
    REQUIRE(rows && orm_len(rows) == 3);
    CHECK_TEXT(rows[0].title, "Many");
    CHECK_TEXT(rows[1].title, "Few");
    CHECK_TEXT(rows[2].title, "None");
    ORM_AUTO Article *page = Article_find_all(db, &(Article_query){ .where = orm_search_prefix(Article, "be"), .order = { orm_by_rank(Article, "be") }, .limit = 1, .offset = 1 });
    REQUIRE(page && orm_len(page) == 1);
    CHECK_TEXT(page[0].title, "Few");
}

ON_EACH_OF(the_index_follows_the_rows, cases)
{
    Article bee = make(db, "A bee", "wild");
    CHECK_TEXT(found(db, orm_search(Article, "wild")), "A");
    bee.body = "tame";
    OK(Article_save(db, &bee));
    CHECK_TEXT(found(db, orm_search(Article, "wild")), "");
    CHECK_TEXT(found(db, orm_search(Article, "tame bee")), "A");
    OK(Article_update(db, &(Article_change){ .set = { orm_set_null(Article_.body) }, .where = orm_search(Article, "tame") }, NULL));
    CHECK_TEXT(found(db, orm_search(Article, "tame")), "");
    OK(Article_destroy(db, &bee));                       /* softly: the row is there, and hidden */
    CHECK_TEXT(found(db, orm_search(Article, "bee")), "");
    ORM_AUTO Article *deleted = Article_find_all(db, &(Article_query){ .where = orm_search(Article, "bee"), .only_deleted = true });
    CHECK(deleted && orm_len(deleted) == 1);
    OK(Article_restore(db, &bee));
    CHECK_TEXT(found(db, orm_search(Article, "bee")), "A");
    OK(Article_destroy_hard(db, &bee));
    CHECK_INT(count_Article(db, &(Article_query){ .where = orm_search(Article, "bee"), .with_deleted = true }), 0);
    orm_tx *tx = orm_begin(db, NULL);
    REQUIRE(tx);
    make(db, "Rolled back", NULL);
    CHECK_TEXT(found(db, orm_search(Article, "rolled")), "R");
    orm_rollback(tx);
    CHECK_TEXT(found(db, orm_search(Article, "rolled")), "");
}

ON_EACH_OF(the_index_is_used, cases)
{
    orm_arena arena = { 0 };
    static Article rows[2000];
    for (size_t i = 0; i < 2000; i++) {
        rows[i] = Article_defaults();
        rows[i].title = i == 77 ? "The one bee" : "Nothing of that kind";
        rows[i].body = "and more words, so that reading all rows is dear";
    }
    OK(Article_create_all(db, rows, 2000, NULL));
    if (case_engine == ON_POSTGRES) OK(orm_exec(db, NULL, "analyze articles", orm_no_params));
    const char *plan = Article_explain(db, &(Article_query){ .where = orm_search(Article, "bee") }, &arena);
    REQUIRE(plan);
    CHECK(strstr(plan, case_engine == ON_POSTGRES ? "orm_articles_search" : "VIRTUAL TABLE INDEX"));
    CHECK_TEXT(found(db, orm_search(Article, "bee")), "T");
    orm_arena_release(&arena);
}

ON_EACH_OF(related_rows_are_searched_too, cases)
{
    ORM_NEW(Writer, ada, .name = "Ada");
    ORM_NEW(Writer, bob, .name = "Bob");
    OK(Writer_create(db, &ada));
    OK(Writer_create(db, &bob));
    ORM_NEW(Article, article, .title = "On bees", .writer_id = orm_int64(bob.id));
    OK(Article_create(db, &article));
    ORM_AUTO Writer *writers = Writer_find_all(db, &(Writer_query){ .where = orm_has(Writer_.articles, orm_search(Article, "bees")) });
    REQUIRE(writers && orm_len(writers) == 1);
    CHECK_TEXT(writers[0].name, "Bob");
    CHECK_INT(count_Article(db, &(Article_query){ .where = orm_and(orm_search(Article, "on"), orm_eq(Article_.writer_id, bob.id)) }), 1);
}

ON_EACH_OF(the_database_is_what_the_models_say, cases)
{
    orm_arena arena = { 0 };
    const char *text_ = NULL;
    OK(orm_verify(db, &News_schema, NULL, NULL, NULL));
    OK(orm_sync(db, &News_schema));
    CHECK_INT(orm_verify(db, &PlainNews_schema, NULL, NULL, NULL), ORM_SCHEMA_DIFFERS);
    CHECK(strstr(orm_error()->message, "searched by") != NULL);
    OK(orm_pull(db, &(orm_pull_options){ .name = "Pulled" }, &arena, &text_));
    REQUIRE(text_);
    CHECK(strstr(text_, "X(title, string(80), searched)") != NULL);
    CHECK(strstr(text_, "orm_articles_search") == NULL);
    char *sql = orm_schema_sql(db, &News_schema);
    REQUIRE(sql);
    CHECK(strstr(sql, "orm_articles_search") != NULL);
    orm_free_text(sql);
    orm_arena_release(&arena);
}

ON_EACH_OF(sync_makes_what_is_missing_and_reads_the_rows_in, empty_cases)
{
    OK(orm_sync(db, &PlainNews_schema));
    ORM_NEW(Plain2, bee, .title = "A bee");
    OK(Plain2_create(db, &bee));
    CHECK_INT(orm_verify(db, &News_schema, NULL, NULL, NULL), ORM_SCHEMA_DIFFERS);
    CHECK(strstr(orm_error()->message, "lacks the index of its searched columns") != NULL);
    OK(orm_sync(db, &News_schema));
    OK(orm_verify(db, &News_schema, NULL, NULL, NULL));
    CHECK_TEXT(found(db, orm_search(Article, "bee")), "A");
    OK(orm_drop_tables(db, &News_schema, case_database()));
    OK(orm_sync(db, &PlainNews_schema));
    OK(orm_verify(db, &PlainNews_schema, NULL, NULL, NULL));      /* nothing of the search is left */
}

ON_EACH_OF(migrations_make_move_and_remove_a_search, empty_cases)
{
    orm_arena arena = { 0 };
    const char *path = NULL;
    folder_make();
    OK(orm_generate(&PlainNews_schema, "begin", &arena, &path, &(orm_generate_options){ .folder = folder }));
    OK(up(db));
    ORM_NEW(Plain2, bee, .title = "A bee", .body = "wild");
    OK(Plain2_create(db, &bee));
    OK(orm_generate(&News_schema, "search", &arena, &path, &(orm_generate_options){ .folder = folder, .allow = "a test" }));
    OK(up(db));
    OK(orm_verify(db, &News_schema, NULL, NULL, NULL));
    CHECK_TEXT(found(db, orm_search(Article, "wild bee")), "A");
    OK(orm_generate(&News_schema, "nothing", &arena, &path, &(orm_generate_options){ .folder = folder }));
    CHECK(!path);
    OK(orm_generate(&RenamedNews_schema, "rename", &arena, &path, &(orm_generate_options){ .folder = folder, .allow = "a test" }));
    OK(up(db));
    OK(orm_verify(db, &RenamedNews_schema, NULL, NULL, NULL));
    CHECK_INT(count_Renamed(db, &(Renamed_query){ .where = orm_search(Renamed, "bee") }), 1);
    CHECK_INT(count_Renamed(db, &(Renamed_query){ .where = orm_search(Renamed, "wild") }), 0);
    OK(orm_migrate_undo(db, &(orm_migrate_options){ .folder = folder, .lossy = true }, NULL));
    OK(orm_verify(db, &News_schema, NULL, NULL, NULL));
    CHECK_TEXT(found(db, orm_search(Article, "wild")), "A");
    OK(orm_migrate_undo(db, &(orm_migrate_options){ .folder = folder, .lossy = true }, NULL));
    OK(orm_verify(db, &PlainNews_schema, NULL, NULL, NULL));
    orm_arena_release(&arena);
    folder_remove();
}

/* a statement that was prepared before there was a search */
ON_EACH_OF(rows_that_were_written_before_go_on_to_be, empty_cases)
{
    OK(orm_sync(db, &PlainNews_schema));
    ORM_NEW(Plain2, first, .title = "First");
    OK(Plain2_create(db, &first));
    OK(orm_sync(db, &News_schema));
    ORM_NEW(Plain2, second, .title = "Second");
    OK(Plain2_create(db, &second));
    CHECK_TEXT(found(db, orm_search(Article, "second")), "S");
}

ON_EACH_OF(keys_that_are_no_number_are_refused, empty_cases)
{
    CHECK_INT(orm_sync(db, &KeyedSchema_schema), ORM_MISUSE);
    CHECK(strstr(orm_error()->message, "need a primary key of one whole number") != NULL);
}
CHECK_MAIN()

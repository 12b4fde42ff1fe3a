/* test: no-valgrind: many queries; the address sanitizer sees the same, and sooner
   >>attacks_test: the known attacks on ORMs, by their numbers in README.md: texts that become SQL, names, paths, conditions that vanish, leaks. bombs_test.c has those by size,
   time and memory. */
#include "hostile.h"
#include "conformance/migration_folder.h"
#include <fcntl.h>

static orm_arena scratch;

static Word a_word(orm_db *db, const char *text_)
{
    ORM_NEW(Word, word, .word = text_, .note = text_);
    OK(Word_create(db, &word));
    return word;
}
#define WORDS_WHERE(condition) COUNT(Word, db, .where = condition)

ON_EACH(S01_what_a_value_says_is_not_looked_into_for_parameters)
{
    static const char *const last[] = { ":f", "$1", "?", "?1", "@p1", "%s", ":l" };
    const char *first = "OR true; DROP TABLE canaries;";
    canaries_make(db);
    for (size_t i = 0; i < sizeof last / sizeof last[0]; i++) a_word(db, last[i]);
    for (size_t i = 0; i < sizeof last / sizeof last[0]; i++) {
        hear_anew();
        orm_opt_int64 n = { 0 };
        OK(orm_scalar(db, &n, "select count(*) from words where upper(:f) <> ':f' and word = :l", orm_named("f", first, "l", last[i])));
        CHECK_INT(n.value, 1);
        OK(orm_scalar(db, &n, "select count(*) from words where upper(?1) <> '?1' and word = ?2", orm_params(first, last[i])));
        CHECK_INT(n.value, 1);
        CHECK_INT(heard.statements, 2);
        CHECK(!strstr(heard.sql, "OR true"));
    }
    CHECK(canaries_live(db));
}

ON_EACH(S03_a_filter_never_becomes_no_filter)
{
    const Word_pred nothing = { .expr = { .used = 0 } };
    const char *none = NULL, *const no_texts[] = { NULL };
    int64_t n = -1;
    a_word(db, "a");
    a_word(db, "b");
    const Word_pred empty[] = { nothing, orm_if(false, orm_eq(Word_.word, "a")), orm_and(nothing, nothing), orm_or(nothing, nothing), orm_not(nothing), orm_all_of(0,
        &nothing), orm_any_of(1, &nothing) };
    for (size_t i = 0; i < sizeof empty / sizeof empty[0]; i++) {
        REFUSED(db, Word_update(db, &(Word_change){ .set = { orm_set(Word_.note, "x") }, .where = empty[i] }, &n), ORM_MISUSE);
        REFUSED(db, Word_destroy_all(db, &(Word_query){ .where = empty[i] }, &n), ORM_MISUSE);
        REFUSED_ROWS(db, Word_update_returning(db, &(Word_change){ .set = { orm_set(Word_.note, "x") }, .where = empty[i] }, (Word_mask){ .id = 1 }), ORM_MISUSE);
        REFUSED_ROWS(db, Word_destroy_returning(db, &(Word_query){ .where = empty[i] }), ORM_MISUSE);
        orm_slot slot = { 0 };
        Word_batch_destroy_all(db, &(Word_query){ .where = empty[i] }, &slot);
        CHECK_TEXT(orm_status_name(slot.status), "ORM_MISUSE");
        Word_batch_update(db, &(Word_change){ .set = { orm_set(Word_.note, "x") }, .where = empty[i] }, &slot);
        CHECK_TEXT(orm_status_name(slot.status), "ORM_MISUSE");
    }
    REFUSED(db, Word_destroy_all(db, NULL, &n), ORM_MISUSE);
    REFUSED(db, Word_update(db, NULL, &n), ORM_MISUSE);
    /* a value that is not there, and a list without any */
    REFUSED(db, Word_destroy_all(db, &(Word_query){ .where = orm_eq(Word_.word, none) }, &n), ORM_MISUSE);
    REFUSED(db, Word_destroy_all(db, &(Word_query){ .where = orm_ne(Word_.word, none) }, &n), ORM_MISUSE);
    REFUSED(db, Word_destroy_all(db, &(Word_query){ .where = orm_contains(Word_.word, none) }, &n), ORM_MISUSE);
    REFUSED(db, Word_destroy_all(db, &(Word_query){ .where = orm_in(Word_.word, "a", none) }, &n), ORM_MISUSE);
    REFUSED(db, Word_destroy_all(db, &(Word_query){ .where = orm_not_in_array(Word_.word, no_texts, 1) }, &n), ORM_MISUSE);
    OK(Word_destroy_all(db, &(Word_query){ .where = orm_in_array(Word_.word, no_texts, 0) }, &n));
    CHECK_INT(n, 0);
    CHECK_INT(COUNT(Word, db, .all = false), 2);
    OK(Word_destroy_all(db, &(Word_query){ .all = true }, &n));
    CHECK_INT(n, 2);
}

/* ---- names ---------------------------------------------------------------------------------------------------------------------------- */
#define Odd_FIELDS(X)                                                                   \
    X(id,    serial)                                                                    \
    X(a,     text, column("a\"b'c`d]e"), unique)                                        \
    X(b,     integer, column("x\"; drop table canaries; --"), default(0), indexed)      \
    X(c,     text, nullable, column("select"))                                          \
    X(d,     text, nullable, column("a.b"))                                             \
    X(e,     text, nullable, column("\\! $1 ?1 :x %s"))                                 \
    X(f,     text, nullable, column("\xC3\xA9\n--"))
ORM_MODEL(Odd, table("t\"'; drop table canaries; --"), index(b, c), unique(c, d), check(odd, "1 = 1"))
#define Odds_MODELS(X) X(Odd)
ORM_SCHEMA(Odds)
ORM_DEFINE(Odds)
#define Long_FIELDS(X) X(id, serial) X(a, text, column("a23456789012345678901234567890123456789012345678901234567890123456789"))
ORM_MODEL(Long, longs)
#define Longs_MODELS(X) X(Long)
ORM_SCHEMA(Longs)
ORM_DEFINE(Longs)

ON_EACH(S05_a_name_does_not_break_its_quotes)
{
    canaries_make(db);
    OK(orm_sync(db, &Odds_schema));
    OK(orm_verify(db, &Odds_schema, (const char *const[]){ "pages", "words", "labels", "articles", "deeds", "canaries", NULL }, NULL, NULL));
    ORM_NEW(Odd, odd, .a = "x", .b = 1, .c = "y", .d = "z", .e = "e", .f = "f");
    OK(Odd_create(db, &odd));
    ORM_NEW(Odd, again, .a = "x", .b = 2, .f = "again");
    OK(Odd_upsert(db, &again, &(Odd_conflict){ .on = orm_key(Odd, a), .set = { orm_inc(Odd_.b, 5), orm_set_given(Odd_.f) } }, NULL));
    OK(Odd_update(db, &(Odd_change){ .set = { orm_set_column(Odd_.c, Odd_.d), orm_set_calc_by(Odd_.b, Odd_.b, *, 2) }, .where = orm_and(orm_eq(Odd_.a, "x"),
        orm_like(Odd_.e, "e%")) }, NULL));
    ORM_AUTO Odd *row = Odd_find_one(db, &(Odd_query){ .where = orm_eq_column(Odd_.c, Odd_.d), .order = { orm_desc(Odd_.f), orm_asc(Odd_.b) } });
    REQUIRE(row);
    CHECK_INT(row->b, 12);
    CHECK_TEXT(row->c, "z");
    CHECK_TEXT(row->f, "again");
    ORM_NEW(Odd, twin, .a = "x");
    ANSWERS(ORM_UNIQUE, Odd_create(db, &twin));
    CHECK_TEXT(orm_error()->field, "a");
    OK(Odd_destroy(db, row));
    if (case_engine == ON_POSTGRES) {
        ANSWERS(ORM_MISUSE, orm_sync(db, &Longs_schema));                        /* the server would cut it */
        CHECK(!table_is_there(db, "longs"));
    }
}

ON_EACH(S05_nor_does_one_that_comes_at_run_time)
{
    static const char *const names[] = { "a\"b", "a]b", "a`b", "a.b", "a\"; drop table canaries; --", "select", "\xC3\xA9", "a'b", "a\\b", "$1", "?", "a b",
        "\xEF\xBC\x82", "%s%n" };
    static const char *const none[] = { "", NULL, "\xC3(", "\xFF", "a23456789012345678901234567890123456789012345678901234567890123456789" };
    canaries_make(db);
    ORM_NEW(Label, label, .code = "kept");
    OK(Label_create(db, &label));
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *const *tables = NULL;
        size_t n = 0, found = 0;
        OK(orm_rename_table(db, &Label_model, names[i]));
        OK(orm_list_tables(db, false, &scratch, &tables, &n));
        for (size_t k = 0; k < n; k++) found += strcmp(tables[k], names[i]) == 0;
        CHECK_INT(found, 1);
        orm_model back = Label_model;
        back.table = names[i];
        OK(orm_rename_table(db, &back, "labels"));
    }
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        if (i == 4 && case_engine != ON_POSTGRES) break;                         /* names are as long as one likes */
        CHECK(orm_rename_table(db, &Label_model, none[i]) != ORM_OK);
        CHECK(orm_failed());
    }
    CHECK_INT(COUNT(Label, db, .all = false), 1);
    CHECK(canaries_live(db));
    orm_arena_release(&scratch);
}

ON_EACH(S06_a_misspelt_name_in_quotes_is_no_text)
{
    orm_opt_int64 n = { 0 };
    a_word(db, "a");
    ANSWERS(ORM_NO_COLUMN, orm_scalar(db, &n, "select count(\"nosuch\") from words", orm_no_params));
    ANSWERS(ORM_NO_COLUMN, orm_scalar(db, &n, "select count(*) from words where \"nosuch\" = 'nosuch'", orm_no_params));
    ANSWERS(ORM_NO_COLUMN, orm_scalar(db, &n, "select id from words order by \"nosuch\"", orm_no_params));
    CHECK(orm_exec(db, NULL, "create index odd on words (\"nosuch\")", orm_no_params) != ORM_OK);
    CHECK(orm_exec(db, NULL, "create table odd (id bigint, check (\"nosuch\" <> ''))", orm_no_params) != ORM_OK);
}

/* a view's names are those of C; what SQL by hand calls a column is compared with the model, whatever it is */
ON_EACH(S07_a_column_of_any_name_is_one_of_the_model_or_an_error)
{
    char sql[240];
    a_word(db, "a");
    for (int c = 1; c < 256; c++) {
        if (c == '"' || (case_engine == ON_POSTGRES && c >= 0x80)) continue;      /* ends the name; the server takes whole characters only */
        snprintf(sql, sizeof sql, "select id, word as \"wo%crd\" from words", c);
        const Word *rows = (const Word *)orm__sql_rows(db, &Word_model, sql, NULL, 0, false, NULL);
        CHECK(!rows);
        CHECK_TEXT(orm_status_name(orm_error()->kind), "ORM_BAD_DATA");
        for (const char *at = orm_error()->message; *at; at++) if ((unsigned char)*at < 0x20 || *at == 0x7F) case_failed("a message holds a control character");
        if (check_failed) break;
    }
    static const char *const names[] = { "id\"; drop table words; --", "word--", "word/*", "word ", " word", "words.word", "", "wörd", "w\xEF\xBD\x8Frd" };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char quoted[160];
        size_t n = 0;
        for (const char *at = names[i]; *at; at++) {
            if (*at == '"') quoted[n++] = '"';
            quoted[n++] = *at;
        }
        quoted[n] = 0;
        snprintf(sql, sizeof sql, "select id, word as \"%s\" from words", quoted);
        CHECK(!orm__sql_rows(db, &Word_model, sql, NULL, 0, false, NULL));
        CHECK(orm_failed());
    }
    CHECK_INT(COUNT(Word, db, .all = false), 1);
}

static const char *const orders[] = { "word; DROP TABLE canaries", "word ASC; --", "word DESC, (select pg_sleep(5))", "--word", "- word", "word NULLS LAST",
    "(CASE WHEN (1=1) THEN word ELSE note END)",
    "1", "random()", "word,note", "word asc note", "\"word\"", "t0.word", "words.word", "word COLLATE nocase", "word desc --", "pin", "-pin", "canaries.word",
        "WORD\n", "word\xC2\xA0" };

ON_EACH(S08_an_order_from_outside_is_a_column_and_a_direction)
{
    const Word_mask allowed = { .word = 1, .note = 1 };
    for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++) {
        Word_query q = { .limit = 2 };
        REFUSED(db, Word_order_from_text(orders[i], allowed, &q.order[0]), ORM_VALIDATION);
        CHECK(!q.order[0].order.column);
        if (check_failed) printf("    %s\n", orders[i]);
    }
    a_word(db, "a");
    a_word(db, "b");
    Word_query q = { .limit = 2 };
    OK(Word_order_from_text("-word", allowed, &q.order[0]));
    hear_anew();
    ORM_AUTO Word *rows = Word_find_all(db, &q);
    REQUIRE(orm_len(rows) == 2);
    CHECK_TEXT(rows[0].word, "b");
    CHECK_CONTAINS(heard.sql, "order by t0.\"word\"");
}

ON_EACH(S09_limits_and_offsets_are_numbers)
{
    int64_t n = 0;
    for (int i = 0; i < 3; i++) a_word(db, "a");
    REFUSED_ROWS(db, Word_find_all(db, &(Word_query){ .limit = -1 }), ORM_MISUSE);
    REFUSED_ROWS(db, Word_find_all(db, &(Word_query){ .limit = INT64_MIN }), ORM_MISUSE);
    REFUSED_ROWS(db, Word_find_all(db, &(Word_query){ .limit = 1, .offset = -1 }), ORM_MISUSE);
    REFUSED_ROWS(db, Word_find_all(db, &(Word_query){ .page = -1, .per_page = 10 }), ORM_MISUSE);
    REFUSED_ROWS(db, Word_find_all(db, &(Word_query){ .page = 1, .per_page = -10 }), ORM_MISUSE);
    REFUSED_ROWS(db, Word_find_all(db, &(Word_query){ .page = INT64_MAX, .per_page = INT64_MAX }), ORM_MISUSE);
    REFUSED_ROWS(db, Word_find_all(db, &(Word_query){ .page = INT64_MAX / 2, .per_page = 3 }), ORM_MISUSE);
    ANSWERS(ORM_MISUSE, Word_find_and_count(db, &(Word_query){ .limit = -5 }, &n) ? ORM_OK : orm_error()->kind);
    ORM_AUTO Word *all = Word_find_all(db, &(Word_query){ .limit = INT64_MAX });
    ORM_AUTO Word *behind = Word_find_all(db, &(Word_query){ .limit = INT64_MAX, .offset = INT64_MAX });
    ORM_AUTO Word *page = Word_find_all(db, &(Word_query){ .page = INT64_MAX / 4, .per_page = 4 });
    CHECK(all && behind && page);
    CHECK_INT(orm_len(all), 3);
    CHECK_INT(orm_len(behind), 0);
    CHECK_INT(orm_len(page), 0);
    ORM_AUTO Page *pages = Page_find_all(db, &(Page_query){ .include = { orm_with(Page_.words, .limit = -1) } });
    CHECK(!pages && orm_error()->kind == ORM_MISUSE);
}

/* a column is a handle, which no text is; slips.txt has what does not compile */
ON_EACH(S10_a_name_from_outside_is_no_expression)
{
    static const char *const texts[] = { "count(id)", "(select word from canaries)", "id)", "*", "words.*", "pin" };
    Word_order order = { .order = { .column = NULL } };
    const char *text_ = NULL;
    canaries_make(db);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        REFUSED(db, Word_order_from_text(texts[i], (Word_mask){ .word = 1 }, &order), ORM_VALIDATION);
        CHECK(orm_pull(db, &(orm_pull_options){ .tables = (const char *const[]){ texts[i], NULL } }, &scratch, &text_) != ORM_OK);
    }
    CHECK(canaries_live(db));
    orm_arena_release(&scratch);
}

ON_EACH(S11_a_key_of_a_document_is_one_step)
{
    static const char document[] = "{\"a\": {\"b\": \"inner\", \"c\": [\"x\", \"y\"]}, \"other\": \"safe\"}";
    static const char *const keys[] = { "a'b", "a\"b", "a\\b", "a.b", "a[0]", "a.c[0]", "*", "**", "x::text) or 1=1--", "$.a", "$.a.b", "$", "$[0]", "''", "", "a,b",
        "{a,b}", "#-1", "@", "$**", "a->>'b'", "-1", "0", "\\u0061" };
    static char large[10001];
    memset(large, '"', sizeof large - 1);
    ORM_NEW(Word, word, .word = "w", .doc = document, .raw = document);
    OK(Word_create(db, &word));
    for (size_t i = 0; i <= sizeof keys / sizeof keys[0]; i++) {
        const char *key = i < sizeof keys / sizeof keys[0] ? keys[i] : large;
        CHECK_INT(WORDS_WHERE(orm_json_exists(Word_.doc, orm_path(key))), 0);
        CHECK_INT(WORDS_WHERE(orm_json_exists(Word_.raw, orm_path(key))), 0);
        CHECK_INT(WORDS_WHERE(orm_json_eq(Word_.raw, orm_path("a", key), "inner")), 0);
        CHECK_INT(WORDS_WHERE(orm_json_has_key(Word_.doc, orm_path("a"), key)), 0);
        OK(Word_update(db, &(Word_change){ .set = { orm_json_remove(Word_.doc, orm_path(key)), orm_json_remove(Word_.raw, orm_path("a", key)) }, .all = true }, NULL));
        OK(Word_update(db, &(Word_change){ .set = { orm_json_set(Word_.doc, orm_path(key), key), orm_json_set(Word_.raw, orm_path(key), true) }, .all = true }, NULL));
        CHECK_INT(WORDS_WHERE(orm_and(orm_json_eq(Word_.doc, orm_path(key), key), orm_json_eq(Word_.doc, orm_path("a", "b"), "inner"), orm_json_eq(Word_.doc,
            orm_path("a", "c", 1), "y"),
                                      orm_json_eq(Word_.raw, orm_path("other"), "safe"))), 1);
        OK(Word_update(db, &(Word_change){ .set = { orm_json_remove(Word_.doc, orm_path(key)), orm_json_remove(Word_.raw, orm_path(key)) }, .all = true }, NULL));
        CHECK_INT(WORDS_WHERE(orm_and(orm_json_contains(Word_.raw, ORM_WHOLE, document), orm_json_missing(Word_.doc, orm_path(key)), orm_json_missing(Word_.raw,
            orm_path(key)))), 1);
        if (check_failed) {
            printf("    %.40s\n", key);
            break;
        }
    }
}

/* ---- literals of tables ------------------------------------------------------------------------------------------------------------------- */
#define Sign_VALUES(X) X(quote, "it's") X(slash, "a\\'b") X(dollar, "$$") X(line, "a\nb") X(drop, "'); drop table canaries; --")
ORM_ENUM(Sign)
#define Literal_FIELDS(X)                                                                           \
    X(id,     serial)                                                                               \
    X(quote,  text, default("it's"))                                                                \
    X(slash,  text, default("\\'; drop table canaries; --"))                                        \
    X(dollar, text, default("$$ $a$ ?1 :x"))                                                        \
    X(line,   text, default("a\nb\xE2\x80\xA8" "c"))                                                \
    X(sign,   enumeration(Sign), default(Sign_slash), comment("'; drop table canaries; -- \\ $$ */"))\
    X(kind,   text, default("a'b"), one_of("a'b", "\\", "$$", "'); drop table canaries; --"))
ORM_MODEL(Literal, literals, check(slashes, "quote <> '\\''; --'"), comment("it's a \\ $$ comment */"))
#define Literals_MODELS(X) X(Literal)
ORM_SCHEMA(Literals)
ORM_DEFINE(Literals)
static const char *const others[] = { "pages", "words", "labels", "articles", "deeds", "canaries", NULL };

ON_EACH(S12_literals_of_tables_are_quoted)
{
    canaries_make(db);
    OK(orm_sync(db, &Literals_schema));
    OK(orm_sync(db, &Literals_schema));
    OK(orm_verify(db, &Literals_schema, others, NULL, NULL));
    OK(orm_exec(db, NULL, "insert into literals (kind) values (?1)", orm_params("'); drop table canaries; --")));
    ORM_AUTO Literal *row = Literal_find_one(db, NULL);
    REQUIRE(row);
    CHECK_TEXT(row->quote, "it's");
    CHECK_TEXT(row->slash, "\\'; drop table canaries; --");
    CHECK_TEXT(row->dollar, "$$ $a$ ?1 :x");
    CHECK_TEXT(row->line, "a\nb\xE2\x80\xA8" "c");
    CHECK_INT(row->sign, Sign_slash);
    for (int sign = Sign_quote; sign <= (int)Sign_drop; sign++) {
        ORM_NEW(Literal, one, .sign = (enum Sign)sign);
        OK(Literal_create(db, &one));
        CHECK_INT(COUNT(Literal, db, .where = orm_and(orm_eq(Literal_.sign, (enum Sign)sign), orm_eq(Literal_.id, one.id), orm_gte(Literal_.sign, (enum Sign)sign))), 1);
    }
    OK(orm_exec(db, NULL, "drop table literals", orm_no_params));
    CHECK(canaries_live(db));
}

ON_EACH(S12_arrays_keep_what_looks_like_their_syntax)
{
    const char *const items[] = { "\\", "\"", "{", "}", ",", "NULL", "", " ", "{a,\"b\"}", "\\\"", "'", "null", "\n" };
    const orm_texts list = { items, sizeof items / sizeof items[0] };
    ORM_NEW(Word, word, .word = "w", .tags = list);
    OK(Word_create(db, &word));
    ORM_AUTO Word *row = Word_get(db, word.id);
    REQUIRE(row && row->tags.n == list.n);
    for (size_t i = 0; i < list.n; i++) {
        CHECK_TEXT(row->tags.at[i], items[i]);
        CHECK_INT(WORDS_WHERE(orm_holds(Word_.tags, items[i])), 1);
    }
    CHECK_INT(WORDS_WHERE(orm_eq(Word_.tags, list)), 1);
    CHECK_INT(WORDS_WHERE(orm_holds(Word_.tags, "a")), 0);
}

/* whatever the server or the environment would like */
ON_EACH(S12_the_session_is_what_the_library_needs)
{
    if (case_engine != ON_POSTGRES) return;
    char url[640], *options = strstr(case_url, "options=");
    (void)db;
    REQUIRE(options);
    snprintf(url, sizeof url,
        "%.*soptions='%s -cstandard_conforming_strings=off -cbytea_output=escape -cDateStyle=German -cTimeZone=Asia/Kathmandu -cclient_encoding=SJIS'",
        (int)(options - case_url), case_url,
             options + strlen("options="));
    setenv("PGCLIENTENCODING", "SJIS", 1);
    orm_db *own = orm_open(url);
    unsetenv("PGCLIENTENCODING");
    REQUIRE(own);
    const char *text_ = NULL;
    OK(orm_scalar_text(own, &scratch, &text_, "select current_setting('standard_conforming_strings') || current_setting('client_encoding')", orm_no_params));
    CHECK_TEXT(text_, "onUTF8");
    OK(orm_scalar_text(own, &scratch, &text_, "select '\\' || ?1", orm_params("\xE6\x97\xA5\\'")));
    CHECK_TEXT(text_, "\\\xE6\x97\xA5\\'");
    orm_close(own);
    orm_arena_release(&scratch);
}

ON_EACH(S13_bytes_that_end_a_quote_in_other_encodings_are_refused)
{
    static const char *const bytes[] = { "1\xE0'; ", "\xC0'", "\xF0  ';;", "\x81\x5C'", "\xF0\x40", "\x95\x5C", "\xBF\x27 or 1=1 --", "\xE0\x27", "\xC2" };
    canaries_make(db);
    for (size_t i = 0; i < sizeof bytes / sizeof bytes[0]; i++) {
        orm_opt_int64 n = { 0 };
        int64_t count = 0;
        ORM_NEW(Word, word, .word = bytes[i]);
        REFUSED(db, Word_create(db, &word), ORM_VALIDATION);
        REFUSED(db, Word_count(db, &(Word_query){ .where = orm_eq(Word_.word, bytes[i]) }, &count), ORM_BAD_TEXT);
        REFUSED(db, orm_scalar(db, &n, "select count(*) from words where word = ?1", orm_params(bytes[i])), ORM_BAD_TEXT);
        if (case_engine == ON_POSTGRES) REFUSED_ROWS(db, orm_listen(db, bytes[i]), ORM_BAD_TEXT);
    }
    CHECK(canaries_live(db));
}

ON_EACH(S14_a_number_below_zero_makes_no_comment)
{
    orm_opt_int64 n = { 0 };
    OK(orm_scalar(db, &n, "select 10 -?1", orm_params(-42)));
    CHECK_INT(n.value, 52);
    OK(orm_scalar(db, &n, "select 10 -?1 - ?2", orm_params(-42, INT64_C(-1))));
    CHECK_INT(n.value, 53);
    OK(orm_scalar(db, &n, "select -1 -cast(?1 as bigint)", orm_params(INT64_MIN)));
    CHECK_INT(n.value, INT64_MAX);
    OK(orm_scalar(db, &n, "select 10 -:n", orm_named("n", -42)));
    CHECK_INT(n.value, 52);
    Word word = a_word(db, "w");
    OK(Word_update(db, &(Word_change){ .set = { orm_dec(Word_.hits, -5) }, .where = orm_gt(Word_.hits, INT32_MIN) }, NULL));
    OK(Word_update(db, &(Word_change){ .set = { orm_set_calc_by(Word_.hits, Word_.hits, -, -3) }, .all = true }, NULL));
    OK(Word_update(db, &(Word_change){ .set = { orm_set_calc(Word_.hits, Word_.hits, -, Word_.hits) }, .where = orm_eq(Word_.hits, 9) }, NULL));
    ORM_AUTO Word *row = Word_reload(db, &word);
    REQUIRE(row);
    CHECK_INT(row->hits, 8);
    CHECK_INT(WORDS_WHERE(orm_between(Word_.id, INT64_MIN, INT64_MAX)), 1);
}

/* ---- second order: names and texts that stand in the database ------------------------------------------------------------------------------ */
/* the header compiles, and nothing in it but models */
static void header_compiles(const char *text_)
{
    char path[] = "/tmp/orm_hostile_XXXXXX", command[128];
    int file = mkstemp(path);
    REQUIRE(file >= 0);
    FILE *out = fdopen(file, "w");
    fputs(text_, out);
    fclose(out);
    snprintf(command, sizeof command, "gcc -std=c11 -I. -fsyntax-only -x c %s >%s.out 2>&1", path, path);
    CHECK_INT(system(command), 0);
    snprintf(command, sizeof command, "cat %s.out; rm -f %s %s.out", path, path, path);
    CHECK_INT(system(command), 0);
}

ON_EACH(S17_what_a_database_calls_its_things_is_quoted_everywhere)
{
    const char *text_ = NULL;
    canaries_make(db);
    OK(orm_exec(db, NULL,
        "create table \"x\"\"; drop table canaries; --\" (id bigint not null primary key, \"a\n\\! id\" text not null default '''); system(\"id\"); //', \"b*/\" text, \"#define c \\\" text, \"?\?/\" text)",
                orm_no_params));
    OK(orm_exec(db, NULL,
        "create table \"y */ ${x}\" (id bigint not null primary key, x bigint references \"x\"\"; drop table canaries; --\" (id), \"y\" text default '*/ #error ${a} \\')", orm_no_params));
    OK(orm_exec(db, NULL, "create index \"i\"\"; drop table canaries; -- */\" on \"x\"\"; drop table canaries; --\" (\"b*/\")", orm_no_params));
    OK(orm_exec(db, NULL, "create view \"v */ int evil;\" as select 1 as \"*/\"", orm_no_params));
    OK(orm_exec(db, NULL, "create table \"*/ int none; /*\" (a bigint)", orm_no_params));
    if (orm_capabilities_of(db)->comments) OK(orm_exec(db, NULL, "comment on table \"y */ ${x}\" is '*/ ${x} \" #define x \\ ?" "?/ \n int evil;'", orm_no_params));
    OK(orm_pull(db, &(orm_pull_options){ .name = "Found" }, &scratch, &text_));
    REQUIRE(text_);
    header_compiles(text_);
    CHECK(!strstr(text_, "\n int evil"));
    CHECK(orm_verify(db, &Hostile_schema, NULL, NULL, NULL) == ORM_SCHEMA_DIFFERS);
    CHECK(!strchr(orm_error()->message, '\n'));
    struct orm_found_table table;
    OK(orm_describe_table(db, "x\"; drop table canaries; --", &scratch, &table));
    OK(orm_exec(db, NULL, "drop view \"v */ int evil;\"", orm_no_params));
    OK(orm_exec(db, NULL, "drop table \"y */ ${x}\"", orm_no_params));
    OK(orm_exec(db, NULL, "drop table \"x\"\"; drop table canaries; --\"", orm_no_params));
    OK(orm_exec(db, NULL, "drop table \"*/ int none; /*\"", orm_no_params));
    CHECK(canaries_live(db));
    orm_arena_release(&scratch);
}

#define Owner_FIELDS(X) X(code, text, primary_key) X(goods, has_many(Good, owner_code))
ORM_MODEL(Owner, owners)
#define Good_FIELDS(X) X(id, serial) X(owner_code, text, nullable, references(Owner, code)) X(owner, belongs_to(Owner, owner_code))
ORM_MODEL(Good, goods)
#define Owners_MODELS(X) X(Owner) X(Good)
ORM_SCHEMA(Owners)
ORM_DEFINE(Owners)

ON_EACH(S17_keys_that_are_texts_load_what_belongs_to_them)
{
    static Owner owners[N_HOSTILE];
    static Good goods[N_HOSTILE];
    texts_make();
    canaries_make(db);
    OK(orm_sync(db, &Owners_schema));
    for (int i = 0; i < N_HOSTILE; i++) {
        owners[i] = Owner_defaults();
        goods[i] = Good_defaults();
        owners[i].code = goods[i].owner_code = hostile[i];
    }
    OK(Owner_create_all(db, owners, N_HOSTILE, NULL));
    OK(Good_create_all(db, goods, N_HOSTILE, NULL));
    hear_anew();
    ORM_AUTO Owner *all = Owner_find_all(db, &(Owner_query){ .include = { orm_with(Owner_.goods, .include = { orm_with(Good_.owner) }) } });
    REQUIRE(orm_len(all) == N_HOSTILE);
    CHECK_INT(heard.statements, 2);
    CHECK(!strstr(heard.sql, "drop table"));
    for (size_t i = 0; i < N_HOSTILE; i++) CHECK(orm_len(all[i].goods) == 1 && strcmp(all[i].goods->owner_code,
        all[i].code) == 0 && all[i].goods->owner && strcmp(all[i].goods->owner->code, all[i].code) == 0);
    OK(orm_exec(db, NULL, "drop table goods", orm_no_params));
    OK(orm_exec(db, NULL, "drop table owners", orm_no_params));
    CHECK(canaries_live(db));
}

/* ---- leaks ---------------------------------------------------------------------------------------------------------------------------------- */
static struct { char text[40000]; size_t length; } values;
static void hear_values(void *context, const orm_log_event *event)
{
    (void)context;
    for (size_t i = 0; i < event->n_values && values.length < sizeof values.text - 200; i++)
        if (event->values[i].type == ORM_TEXT) values.length += (size_t)snprintf(values.text + values.length, 100, "<%.80s>", event->values[i].as.s);
    values.length += (size_t)snprintf(values.text + values.length, sizeof values.text - values.length, "%.300s\n", event->sql ? event->sql : event->message ? event->message : "");
    if (values.length > sizeof values.text - 1000) values.length = 0;
}

ON_EACH(S19_secrets_and_values_are_in_no_message)
{
    orm_opt_int64 n = { 0 };
    int64_t count = 0;
    char json[2000];
    orm_db *own = case_open(.log = hear_values, .log_values = true);
    (void)db;
    REQUIRE(own);
    values.length = 0;
    ORM_NEW(Word, word, .word = "seen", .code = "taken by me", .pin = "hunter2");
    OK(Word_create(own, &word));
    CHECK_CONTAINS(values.text, "<seen>");
    ORM_NEW(Word, twin, .word = "seen", .code = "taken by me", .pin = "hunter2");
    ANSWERS(ORM_UNIQUE, Word_create(own, &twin));
    CHECK_TEXT(orm_error()->field, "code");
    CHECK(!strstr(orm_error()->message, "taken by me"));
    orm_errors_json(json, sizeof json);
    CHECK(!strstr(json, "taken by me") && !strstr(json, "hunter2"));
    OK(Word_count(own, &(Word_query){ .where = orm_starts_with(Word_.pin, "hunter2") }, &count));
    OK(Word_update(own, &(Word_change){ .set = { orm_set(Word_.pin, "hunter2") }, .where = orm_in(Word_.pin, "hunter2", "b") }, NULL));
    OK(orm_scalar(own, &n, "select count(*) from words where pin = ?1", orm_params(orm_secret("hunter2"))));
    ORM_AUTO Word *row = Word_find(own, word.id);
    REQUIRE(row);
    CHECK(!row->pin);
    char *text_ = Word_to_json(row, (Word_mask){ .word = 1, .pin = 1 });
    CHECK(text_ && !strstr(text_, "pin") && !strstr(text_, "hunter2"));
    orm_free_text(text_);
    CHECK(!strstr(values.text, "hunter2"));
    orm_close(own);
}

ON_EACH(S20_the_log_is_no_way_to_the_terminal)
{
    static const char *const evil[] = { "\x1b[2J\x1b[31m", "\n[INFO] fake", "\r[WARN] fake", "\xE2\x80\xAE" "evil", "\xE2\x81\xA6", "%n%s%99999d", "\x07\x08",
        "\xC2\x9B" "2J", "\x7F" };
    static char large[1 << 20], told[200000];
    memset(large, 'x', sizeof large - 1);
    int kept = dup(STDERR_FILENO);
    FILE *file = tmpfile();
    (void)db;
    REQUIRE(file && kept >= 0);
    fflush(stderr);
    dup2(fileno(file), STDERR_FILENO);
    setenv("ORM_LOG", "1", 1);
    orm_db *own = case_open(.log_values = true);
    unsetenv("ORM_LOG");
    int lines = 0;
    for (size_t i = 0; own && i <= sizeof evil / sizeof evil[0]; i++) {
        ORM_NEW(Word, word, .word = i < sizeof evil / sizeof evil[0] ? evil[i] : large);
        OK(Word_create(own, &word));
        orm_opt_int64 n = { 0 };
        OK(orm_scalar(own, &n, "select count(*) from words where word = ?1", orm_params(word.word)));
        lines += 2;
    }
    ORM_NEW(Label, label, .code = "\x1b[2J\n[INFO] fake");
    OK(Label_create(own, &label));
    label = Label_defaults();
    label.code = "\x1b[2J\n[INFO] fake";
    CHECK(Label_create(own, &label) == ORM_UNIQUE);
    orm_perror("\x1b[2J\n[INFO] fake");
    fflush(stderr);
    dup2(kept, STDERR_FILENO);
    close(kept);
    rewind(file);
    size_t size = fread(told, 1, sizeof told - 1, file);
    fclose(file);
    told[size] = 0;
    CHECK(size < sizeof told - 1);                                                /* a value is cut */
    CHECK(!strstr(told, "\x1b[2J") && !strchr(told, '\r') && !strchr(told, '\x07') && !strchr(told, '\x7F') && !strstr(told, "\xE2\x80\xAE") && !strstr(told, "\xC2\x9B"));
    CHECK(!strstr(told, "\n[INFO]"));
    CHECK_CONTAINS(told, "\\n[INFO] fake");
    CHECK_CONTAINS(told, "%n%s%99999d");
    int ended = 0;
    for (size_t i = 0; i < size; i++) ended += told[i] == '\n';
    CHECK(ended >= lines + 4);
    orm_close(own);
}

/* what is NULL, or a number, does not match a text; a number for a text does not compile: slips.txt */
ON_EACH(S21_nothing_is_not_a_value)
{
    const char *none = NULL;
    int64_t n = 0;
    ORM_NEW(Word, word, .word = "", .code = "0");
    OK(Word_create(db, &word));
    ORM_NEW(Word, without, .word = "w");
    OK(Word_create(db, &without));
    REFUSED(db, Word_count(db, &(Word_query){ .where = orm_eq(Word_.code, none) }, &n), ORM_MISUSE);
    REFUSED(db, Word_count(db, &(Word_query){ .where = orm_differs(Word_.code, none) }, &n), ORM_MISUSE);
    REFUSED_ROWS(db, Word_find_by_code(db, none), ORM_MISUSE);
    REFUSED_ROWS(db, Label_find(db, none), ORM_MISUSE);
    CHECK_INT(WORDS_WHERE(orm_eq(Word_.code, "")), 0);
    CHECK_INT(WORDS_WHERE(orm_eq(Word_.code, "0")), 1);
    CHECK_INT(WORDS_WHERE(orm_eq(Word_.word, "")), 1);
    CHECK_INT(WORDS_WHERE(orm_eq(Word_.word, "0")), 0);
    CHECK_INT(WORDS_WHERE(orm_is_null(Word_.code)), 1);
    orm_opt_int64 count = { 0 };
    OK(orm_scalar(db, &count, "select count(*) from words where code = ?1", orm_params(none)));
    CHECK_INT(count.value, 0);
}

/* ---- statements ------------------------------------------------------------------------------------------------------------------------------ */
#define Pair_FIELDS(X) X(id, serial) X(a, integer, default(1)) X(b_c, integer, default(2)) X(a_b, integer, default(3)) X(c, integer, default(4))
ORM_MODEL(Pair, pairs)
#define Twin_FIELDS(X) X(id, serial) X(a, integer, default(1)) X(b_c, integer, default(2))
ORM_MODEL(Twin, pairs)
#define Pairs_MODELS(X) X(Pair)
ORM_SCHEMA(Pairs)
ORM_DEFINE(Pairs)
#define Twins_MODELS(X) X(Twin)
ORM_SCHEMA(Twins)
ORM_DEFINE(Twins)

ON_EACH(S24_statements_are_told_apart_by_all_of_them)
{
    OK(orm_sync(db, &Pairs_schema));
    ORM_NEW(Pair, pair, .a = 1);
    OK(Pair_create(db, &pair));
    for (int round = 0; round < 3; round++) {
        ORM_AUTO Pair *first = Pair_find_one(db, &(Pair_query){ .select = { .a = 1, .b_c = 1 } });
        ORM_AUTO Pair *second = Pair_find_one(db, &(Pair_query){ .select = { .a_b = 1, .c = 1 } });
        ORM_AUTO Twin *third = Twin_find_one(db, &(Twin_query){ .select = { .a = 1, .b_c = 1 } });        /* the same text, another struct */
        REQUIRE(first && second && third);
        CHECK(first->a == 1 && first->b_c == 2 && first->a_b != 3 && second->a_b == 3 && second->c == 4 && third->a == 1 && third->b_c == 2);
        orm_opt_int64 n = { 0 };
        orm_opt_double number_ = { 0 };
        orm_opt_bool yes = { 0 };
        const char *text_ = NULL;
        OK(orm_scalar(db, &n, "select max(a) + ?1 from pairs", orm_params(41)));
        CHECK_INT(n.value, 42);
        OK(orm_scalar(db, &n, "select count(*) from pairs where cast(a as text) = ?1", orm_params("1")));
        CHECK_INT(n.value, 1);
        OK(orm_scalar(db, &yes, "select a = ?1 from pairs", orm_params(1)));
        CHECK(yes.set && yes.value);
        OK(orm_scalar_text(db, &scratch, &text_, "select cast(?1 as text)", orm_params(1.5)));
        CHECK_TEXT(text_, "1.5");
        OK(orm_scalar_text(db, &scratch, &text_, "select cast(?1 as text)", orm_params("1 or 1")));
        CHECK_TEXT(text_, "1 or 1");
        OK(orm_scalar_text(db, &scratch, &text_, "select cast(?1 as text)", orm_params(7)));
        CHECK_TEXT(text_, "7");
        OK(orm_scalar(db, &number_, "select cast(?1 as double precision)", orm_params(0.25)));
        CHECK(number_.value > 0.24 && number_.value < 0.26);
    }
    OK(orm_exec(db, NULL, "drop table pairs", orm_no_params));
    orm_arena_release(&scratch);
}

TEST(S25_words_of_a_url_are_words)
{
    char dir[] = "/tmp/orm_hostile_XXXXXX", url[200], path[160];
    static const char *const names[] = { "a b.db", "it's.db", "a\"b;--.db", "a#b.db", "a=b.db", "$(id).db", "\xC3\xA9.db" };
    REQUIRE(mkdtemp(dir));
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        snprintf(url, sizeof url, "sqlite:%s/%s", dir, names[i]);
        snprintf(path, sizeof path, "%s/%s", dir, names[i]);
        orm_db *db = orm_open(url);
        CHECK(db != NULL);
        orm_close(db);
        CHECK(access(path, F_OK) == 0);
        CHECK(unlink(path) == 0);
    }
    CHECK(rmdir(dir) == 0);
    const char *server = getenv("ORM_POSTGRES");
    REQUIRE(server);
    char host[120];
    snprintf(host, sizeof host, "%.*s", (int)strcspn(strstr(server, "host=") + 5, " "), strstr(server, "host=") + 5);
    static const char *const words[] = { "no db sslmode=disable", "it\\'s host=/tmp", "a\"; drop database postgres; --", "postgres://x/y", "dbname=postgres", "%2e" };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        snprintf(url, sizeof url, "postgres:host=%s user=postgres password=hunter2 dbname='%s'", host, words[i]);
        CHECK(!orm_open(url));                                                    /* there is no such database, and no other is taken */
        CHECK_CONTAINS(orm_error()->message, "does not exist");
        CHECK(!strstr(orm_error()->message, "hunter2"));
        snprintf(url, sizeof url, "postgres:host=%s dbname=postgres password='hunter2 host=/tmp' user='%s'", host, words[i]);
        CHECK(!orm_open(url));
        CHECK(!strstr(orm_error()->message, "hunter2"));
        snprintf(url, sizeof url, "postgres:host=%s user=postgres dbname=postgres application_name='%s'", host, words[i]);
        orm_db *db = orm_open(url);
        const char *text_ = NULL;
        OK(orm_scalar_text(db, &scratch, &text_, "select current_setting('application_name')", orm_no_params));
        CHECK_TEXT(text_, i == 1 ? "it's host=/tmp" : words[i]);
        orm_close(db);
    }
    orm_arena_release(&scratch);
}

ON_EACH(S27_what_is_looked_for_is_no_pattern)
{
    static const char *const texts[] = { "100%", "100x", "a_b", "axb", "\\", "\\%", "%", "_", "a\\_b", "[a]", "*", "A_B" };
    enum { N = sizeof texts / sizeof texts[0] };
    int64_t n = 0;
    for (int i = 0; i < N; i++) a_word(db, texts[i]);
    for (int i = 0; i < N; i++) {
        int64_t holding = 0, beginning = 0, ending = 0;
        size_t length = strlen(texts[i]);
        for (int k = 0; k < N; k++) {
            size_t other = strlen(texts[k]);
            holding += strstr(texts[k], texts[i]) != NULL;
            beginning += strncmp(texts[k], texts[i], length) == 0;
            ending += other >= length && strcmp(texts[k] + other - length, texts[i]) == 0;
        }
        CHECK_INT(WORDS_WHERE(orm_contains(Word_.word, texts[i])), holding);
        CHECK_INT(WORDS_WHERE(orm_starts_with(Word_.word, texts[i])), beginning);
        CHECK_INT(WORDS_WHERE(orm_ends_with(Word_.word, texts[i])), ending);
        CHECK_INT(WORDS_WHERE(orm_like(Word_.word, ESCAPED_LIKE(&scratch, texts[i]))), 1);
    }
    static char large[50002];
    memset(large, '%', sizeof large - 1);
    orm_status status = Word_count(db, &(Word_query){ .where = orm_like(Word_.word, large) }, &n);
    if (orm_capabilities_of(db)->max_pattern) CHECK_TEXT(orm_status_name(status), "ORM_VALUE_RANGE");
    else CHECK_INT(n, N);
    CHECK_INT(WORDS_WHERE(orm_contains(Word_.word, large)), 0);
    orm_arena_release(&scratch);
}

ON_EACH(S28_a_nul_is_in_no_text)
{
    static const char *const documents[] = { "\"\\u0000\"", "\"a\\u0000b\"", "{\"\\u0000\": 1}", "[\"x\", \"\\u0000\"]" };
    canaries_make(db);
    for (size_t i = 0; i < sizeof documents / sizeof documents[0]; i++) {
        ORM_NEW(Word, word, .word = "w", .doc = documents[i]);
        CHECK(Word_create(db, &word) != ORM_OK);
        CHECK_TEXT(orm_error()->field, "doc");
        ORM_NEW(Word, plain, .word = "w", .raw = documents[i]);
        CHECK(Word_create(db, &plain) != ORM_OK);
        CHECK_TEXT(orm_error()->field, "raw");
    }
    CHECK_INT(COUNT(Word, db, .all = false), 0);
    if (case_engine == ON_POSTGRES) return;                                       /* whose texts hold none */
    OK(orm_exec(db, NULL, "insert into words (word, note) values ('a' || char(0) || 'b', 'x')", orm_no_params));
    ORM_AUTO Word *rows = Word_find_all(db, NULL);                                /* not cut, but told */
    CHECK(!rows);
    CHECK_TEXT(orm_status_name(orm_error()->kind), "ORM_BAD_DATA");
    CHECK_TEXT(orm_error()->field, "word");
}

ON_EACH(S29_only_characters_are_text)
{
    static const char *const none[] = { "\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82", "\x80", "a\xC3", "\xFF" }, *const fine[] = { "\xEF\xBB\xBFx",
        "\xEF\xBF\xBE", "\xEF\xBF\xBF", "\xF0\x9F\x98\x80", "\xF4\x8F\xBF\xBF" };
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        ORM_NEW(Word, word, .word = none[i]);
        REFUSED(db, Word_create(db, &word), ORM_VALIDATION);
        orm_opt_int64 n = { 0 };
        REFUSED(db, orm_scalar(db, &n, "select 1 where ?1 = ''", orm_params(none[i])), ORM_BAD_TEXT);
        ORM_NEW(Word, tagged, .word = "w", .tags = orm_array(orm_texts, "fine", none[i]));
        REFUSED(db, Word_create(db, &tagged), ORM_VALIDATION);
    }
    for (size_t i = 0; i < sizeof fine / sizeof fine[0]; i++) {
        Word word = a_word(db, fine[i]);
        ORM_AUTO Word *row = Word_get(db, word.id);
        CHECK_TEXT(row ? row->word : NULL, fine[i]);
    }
    if (case_engine == ON_POSTGRES) return;                                       /* stores no other */
    OK(orm_exec(db, NULL, "insert into words (word) values (cast(x'c328ff' as text))", orm_no_params));
    ORM_AUTO Word *row = Word_find_one(db, &(Word_query){ .order = { orm_desc(Word_.id) } });      /* comes as it is, and goes into nothing */
    REQUIRE(row);
    char *json = Word_to_json(row, (Word_mask){ .id = 0 });
    CHECK(!json);
    CHECK_TEXT(orm_status_name(orm_error()->kind), "ORM_BAD_TEXT");
    row->note = row->word;
    ANSWERS(ORM_VALIDATION, Word_save(db, row));
}

ON_EACH(S30_a_call_is_one_statement)
{
    static const char *const stacked[] = { "select 1; drop table canaries", "select 1;; drop table canaries", "select 1; -- x\n drop table canaries",
        "select 1 /* ; */; drop table canaries",
        "select 1; commit", "select 1; select 2", "select 1 ; begin" };
    canaries_make(db);
    for (size_t i = 0; i < sizeof stacked / sizeof stacked[0]; i++) {
        CHECK(orm__exec(db, stacked[i], 0, NULL, NULL, NULL) != ORM_OK);
        CHECK(!orm__sql_rows(db, &Word_model, stacked[i], NULL, 0, false, NULL));
        CHECK(orm_failed());
        if (check_failed) printf("    %s\n", stacked[i]);
    }
    OK(orm__exec(db, "select 1; -- and nothing more", 0, NULL, NULL, NULL));
    CHECK(canaries_live(db));
}

static const struct case_setup no_tables = { NULL, NULL, NULL, NULL };
ON_EACH_OF(S37_a_folder_of_migrations_is_input, no_tables)
{
    static const char *const names[] = { "20240101;drop.sql", "20260101000001_a b.sql", "20260101000001_$(id).sql", "20260101000001_A.sql",
        "20260101000001_\x1b[2J.sql", "20260101000001_a'b.sql", "20260101000001_a..sql",
        "20260101000001_\xC3(.sql", "1_a.sql", "999999999999999999999_a.sql" };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        folder_make();
        put("20260101000000_first.sql", "-- up\ncreate table ran (id bigint);\n-- down\ndrop table ran;\n");
        put(names[i], "-- up\ncreate table evil (id bigint);\n");
        CHECK(up(db) != ORM_OK);
        CHECK(!strchr(orm_error()->message, '\x1b'));
        CHECK(!table_is_there(db, "ran") && !table_is_there(db, "evil"));
        if (check_failed) printf("    %s\n", names[i]);
        folder_remove();
    }
    folder_make();
    put("20260101000001_quotes.sql",
        "\xEF\xBB\xBF-- up\r\ncreate table ran (id bigint, a text);\r\ninsert into ran values (1, 'a; b -- c'';'); -- ; not here\r\n/* ; nor here */ insert into ran (id, \"a\") values (2, ';');\r\n"
        "-- down\r\ndrop table ran;\r\n");
    OK(up(db));
    CHECK_INT(number(db, "select count(*) from ran where a in ('a; b -- c'';', ';')"), 2);
    OK(undo(db));
    CHECK(!table_is_there(db, "ran"));
    folder_remove();
}

/* ---- what a database answers ------------------------------------------------------------------------------------------------------------------- */
#define Mood_VALUES(X) X(calm) X(wild)
ORM_ENUM(Mood)
#define State_FIELDS(X) X(id, bigint, primary_key) X(mood, enumeration(Mood), nullable) X(yes, boolean, nullable) X(n, smallint, nullable) X(day, date, nullable)
ORM_MODEL(State, states)
#define States_MODELS(X) X(State)
ORM_SCHEMA(States)
ORM_DEFINE(States)
#define BAD(field_, sql) do {                                                                                   \
        ORM_AUTO State *rows_ = orm_sql(db, State, sql, orm_no_params);                                         \
        CHECK(!rows_);                                                                                          \
        CHECK_TEXT(orm_status_name(orm_error()->kind), "ORM_BAD_DATA");                                         \
        CHECK_TEXT(orm_error()->field, field_);                                                                 \
    } while (0)

ON_EACH(S39_what_is_no_label_or_truth_value_is_an_error)
{
    BAD("mood", "select 1 as id, 'angry' as mood");
    BAD("mood", "select 1 as id, 'Calm' as mood");
    BAD("mood", "select 1 as id, '' as mood");
    BAD("mood", "select 1 as id, 0 as mood");
    BAD("yes", "select 1 as id, 'yes' as yes");
    BAD("yes", "select 1 as id, 't ' as yes");
    BAD("yes", "select 1 as id, 2 as yes");
    BAD("n", "select 1 as id, 70000 as n");
    BAD("n", "select 1 as id, '1' as n");
    BAD("day", "select 1 as id, '2024-02-30' as day");
    BAD("id", "select '1' as id");
}

#define Hidden_FIELDS(X) X(id, serial) X(shown, boolean, default(true)) X(name, text, unique) X(deleted_at, deleted_at)
ORM_MODEL(Hidden, hiddens, default_scope(orm_eq(Hidden_.shown, true)))
#define Hiddens_MODELS(X) X(Hidden)
ORM_SCHEMA(Hiddens)
ORM_DEFINE(Hiddens)

ON_EACH(S40_no_condition_leads_out_of_a_scope)
{
    int64_t n = 0;
    OK(orm_sync(db, &Hiddens_schema));
    for (int i = 0; i < 4; i++) {
        ORM_NEW(Hidden, row, .name = orm_format(&scratch, "n%d", i), .shown = i % 2 == 0);
        OK(Hidden_create(db, &row));
        if (i == 2) OK(Hidden_destroy(db, &row));
    }
    /* one of four is shown and not deleted */
    const Hidden_pred wide = orm_or(orm_eq(Hidden_.name, "n0"), orm_ne(Hidden_.name, "n0")), wider = orm_or(wide, orm_is_null(Hidden_.deleted_at),
        orm_not(orm_eq(Hidden_.shown, true)));
    CHECK_INT(COUNT(Hidden, db, .where = wide), 1);
    CHECK_INT(COUNT(Hidden, db, .where = wider), 1);
    CHECK_INT(COUNT(Hidden, db, .where = orm_not(orm_eq(Hidden_.shown, true))), 0);
    ORM_AUTO Hidden *rows = Hidden_find_all(db, &(Hidden_query){ .where = wider });
    CHECK_INT(orm_len(rows), 1);
    OK(Hidden_update(db, &(Hidden_change){ .set = { orm_set_column(Hidden_.name, Hidden_.name) }, .where = wider }, &n));
    CHECK_INT(n, 1);
    OK(Hidden_destroy_all(db, &(Hidden_query){ .where = wider }, &n));
    CHECK_INT(n, 1);
    CHECK_INT(COUNT(Hidden, db, .unscoped = true, .with_deleted = true), 4);
    OK(orm_exec(db, NULL, "drop table hiddens", orm_no_params));
    orm_arena_release(&scratch);
}

ON_EACH(S40_no_call_leads_out_of_a_tenant)
{
    int64_t n = 0;
    Page pages[2] = { Page_defaults(), Page_defaults() };
    pages[0].title = "mine";
    pages[1].title = "theirs";
    OK(Page_create_all(db, pages, 2, NULL));
    orm_db *mine = orm_tenant(db, pages[0].id), *theirs = orm_tenant(db, pages[1].id);
    ORM_NEW(Deed, deed, .line = "theirs");
    OK(Deed_create(theirs, &deed));
    const Deed_pred wide = orm_or(orm_eq(Deed_.line, "theirs"), orm_ne(Deed_.line, "theirs"), orm_eq(Deed_.page_id, pages[1].id));
    CHECK_INT(COUNT(Deed, mine, .where = wide), 0);
    CHECK_INT(COUNT(Deed, mine, .where = wide, .unscoped = true, .all = true), 0);
    ORM_AUTO Deed *none = Deed_find(mine, deed.id);
    CHECK(!none);
    OK(Deed_update(mine, &(Deed_change){ .set = { orm_set(Deed_.line, "taken") }, .where = wide }, &n));
    CHECK_INT(n, 0);
    OK(Deed_destroy_all(mine, &(Deed_query){ .where = wide }, &n));
    CHECK_INT(n, 0);
    ANSWERS(ORM_STALE, Deed_destroy_by_key(mine, deed.id));
    deed.line = "taken";
    ANSWERS(ORM_STALE, Deed_save(mine, &deed));
    ORM_NEW(Deed, foreign, .page_id = pages[1].id, .line = "planted");
    CHECK(Deed_create(mine, &foreign) != ORM_OK);
    REFUSED(db, orm_exec(mine, NULL, "delete from deeds", orm_no_params), ORM_MISUSE);
    REFUSED(db, Deed_count(db, NULL, &n), ORM_MISUSE);
    CHECK_INT(COUNT(Deed, theirs, .where = orm_eq(Deed_.line, "theirs")), 1);
}

/* ---- requests that become rows and conditions ---- */

/* what is no row of a Word with these fields: refused, with nothing sent */
static void refuse_word(orm_db *db, const char *text)
{
    REFUSED_ROWS(db, Word_from_json(db, text, strlen(text), (Word_mask){ .word = 1, .note = 1, .hits = 1 }), ORM_VALIDATION);
    CHECK(orm_error()->failures.item[0].field[0] != 0);
}

ON_EACH(S02_lists_and_objects_of_json_are_no_values)
{
    static const char *const scalars[] = { "[\"test\",\"'); delete from canaries; --\"]", "{\"name\":\"Riga\",\"pin\":\"1\"}", "[]", "{}", "true", "1", "null" };
    static const char *const numbers[] = { "[1,2]", "{}", "true", "\"1\"", "1.0", "null", "{\"$gt\":0}" };
    char text[256];
    for (size_t i = 0; i < sizeof scalars / sizeof scalars[0]; i++) {
        snprintf(text, sizeof text, "{\"word\":%s}", scalars[i]);
        refuse_word(db, text);
    }
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        snprintf(text, sizeof text, "{\"word\":\"w\",\"hits\":%s}", numbers[i]);
        refuse_word(db, text);
    }
    ORM_NEW(Word, word, .word = "w");
    OK(Word_create(db, &word));
    ORM_AUTO Word *read = Word_get(db, word.id);
    REQUIRE(read);
    static const char change[] = "{\"word\":{\"hits\":5},\"note\":[\"a\"]}";
    REFUSED(db, Word_patch_from_json(db, read, change, sizeof change - 1, (Word_mask){ .word = 1, .note = 1 }, NULL), ORM_VALIDATION);
    CHECK_TEXT(read->word, "w");
}

ON_EACH(S04_operators_of_a_request_are_those_that_the_program_allows)
{
    static const Word_filter allowed = { .eq = { .word = 1 }, .range = { .hits = 1 } };
    static const char *const asked[] = { "{\"$or\":[{\"word\":\"a\"}]}", "{\"word\":{\"$gt\":\"\"}}", "{\"_connector\":\"OR\",\"word\":\"a\"}", "{\"OR\":[{\"word\":\"a\"}]}", "{\"or\":[{\"word\":\"a\"}]}",
        "{\"not\":{\"word\":\"a\"}}", "{\"__proto__\":{\"word\":\"a\"}}", "{\"word\":{\"not\":\"\"}}", "{\"word\":{\"ne\":\"\"}}", "{\"word\":{\"contains\":\"\"}}", "{\"hits\":{\"in\":[1]}}", "{\"hits\":1}",
        "{\"pin\":{\"eq\":\"1\"}}", "{\"page\":{\"title\":\"a\"}}", "{\"page.title\":\"a\"}", "{\"word\":{\"gte\":\"\"}}" };
    orm_arena arena = { 0 };
    Word_pred where;
    for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++)
        REFUSED(db, Word_filter_from_json(db, asked[i], strlen(asked[i]), &allowed, &arena, &where), ORM_VALIDATION);
    orm_arena_release(&arena);
}

ON_EACH(S18_a_request_sets_the_fields_that_are_named_and_no_others)
{
    static const char *const texts[] = { "{\"word\":\"w\",\"id\":1}", "{\"word\":\"w\",\"pin\":\"1\"}", "{\"word\":\"w\",\"page_id\":1}", "{\"word\":\"w\",\"page\":{\"id\":1,\"title\":\"mine\"}}",
        "{\"word\":\"w\",\"orm\":1}", "{\"word\":\"w\",\"doc\":{}}", "{\"word\":\"w\",\"WORD\":\"x\"}", "{\"word\":\"w\",\"version\":99}" };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        refuse_word(db, texts[i]);
        CHECK_TEXT(orm_error()->failures.item[0].rule, "unknown");
    }
}

ON_EACH(S21_null_zero_false_and_nothing_are_no_token)
{
    static const Word_filter allowed = { .eq = { .code = 1 } };
    static const char *const asked[] = { "{\"code\":0}", "{\"code\":false}", "{\"code\":null}", "{\"code\":{\"eq\":null}}", "{\"code\":[]}", "{\"code\":{}}", "{\"code\":{\"null\":true}}" };
    orm_arena arena = { 0 };
    Word_pred where;
    ORM_NEW(Word, word, .word = "w");
    OK(Word_create(db, &word));
    for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++)
        REFUSED(db, Word_filter_from_json(db, asked[i], strlen(asked[i]), &allowed, &arena, &where), ORM_VALIDATION);
    OK(Word_filter_from_json(db, "{\"code\":\"\"}", 11, &allowed, &arena, &where));
    CHECK_INT(COUNT(Word, db, .where = where), 0);
    orm_arena_release(&arena);
}
CHECK_MAIN()

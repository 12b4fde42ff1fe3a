/* SQL as the engines read it: where texts, names and comments end (S30). */
#include "internal.h"
#include "check.h"

static const orm_dialect plain = { .name = "plain" };
static const orm_dialect lite = { .name = "lite", .reads = { .backquotes = true, .brackets = true } };
static const orm_dialect post = { .name = "post", .reads = { .dollar_quotes = true, .escape_texts = true, .nested_comments = true, .question_operators = true } };

/* what is skipped at the beginning of `sql`, which a # stands behind */
static void skips(const orm_dialect *dialect, const char *sql)
{
    char text[200];
    size_t n = strcspn(sql, "#");
    snprintf(text, sizeof text, "%.*s%s", (int)n, sql, sql[n] ? sql + n + 1 : "");
    const char *end = orm__lex_skip(dialect, text);
    if (end == text + n) return;
    check_failed = true;
    printf("%s: %s ends at %zu, not %zu\n", dialect->name, text, (size_t)(end - text), n);
}

TEST(texts_names_words_and_comments_end_where_every_engine_says)
{
    static const orm_dialect *const all[] = { &plain, &lite, &post };
    for (size_t i = 0; i < 3; i++) {
        static const char *const sql[] = {
            "'a?1'#?1", "''#", "'a'#'b'", "'open?1#", "'back\\'#slash'", "\"a?1\"#?1", "\"\"#x", "\"open#", "word#-1", "a1_\xC3\xA9#(", "12#+", "be#'a'", "n#'a'", "U#&'a'",
            "-- ?1 '#\n?1", "--#", "/* ?1 ' */#?1", "/**/#*/", "/*/ */#", "/* open#", "#-1", "#/ 2", "#?1", "#", "# x", "#=", "#$1", "#)",
        };
        for (size_t k = 0; k < sizeof sql / sizeof sql[0]; k++) skips(all[i], sql[k]);
    }
}

TEST(what_does_not_end_is_told_from_what_ends_with_the_text)
{
    static const char *const ends[] = { "'a'", "''", "\"a\"", "/* a */", "/**/", "-- a", "a", "", ")", "$a$ $a$", "e'\\''", "/* /* */ */", "$1" };
    static const char *const open[] = { "'a", "'", "\"", "/*", "/*/", "/* a", "$a$", "$a$ $a", "$$$", "e'\\'", "e'", "/* /* */" };
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++)
        if (!orm__lex_ends(&post, ends[i])) check_failed = true, printf("%s is taken for open\n", ends[i]);
    for (size_t i = 0; i < sizeof open / sizeof open[0]; i++)
        if (orm__lex_ends(&post, open[i])) check_failed = true, printf("%s is taken for closed\n", open[i]);
    CHECK(orm__lex_ends(&lite, "/* /* */") && !orm__lex_ends(&lite, "`a") && !orm__lex_ends(&lite, "[a"));
}

TEST(sqlite_quotes_names_in_two_more_ways)
{
    skips(&lite, "`a?1`#?1");
    skips(&lite, "[a?1 'x]#]");
    skips(&lite, "[open#");
    skips(&lite, "#$$a$$");
    skips(&lite, "a#$b$");
    skips(&lite, "/* a /* b */# */");
    skips(&lite, "e#'a\\'");
    skips(&plain, "#`a`");
    skips(&plain, "#[1]");
}

TEST(postgres_quotes_with_dollars)
{
    skips(&post, "$$ ?1 ' $ $a$ $$#?1");
    skips(&post, "$a$ $b$ $$ $A$ $a $a$#$");
    skips(&post, "$\xC3\xA9_1$x$\xC3\xA9_1$#");
    skips(&post, "$a$ open $b$#");
    skips(&post, "$$open#");
    skips(&post, "#$1$x$1$");
    skips(&post, "#$a b$");
    skips(&post, "#$a");
    skips(&post, "name$with$dollars#");      /* a name: a quote may not begin inside of it */
    skips(&post, "f$$#(1)");
}

TEST(postgres_texts_may_have_escapes)
{
    skips(&post, "e'it\\'s ?1'#?1");
    skips(&post, "E'\\\\'#?1'");
    skips(&post, "E'two '' quotes\\''#");
    skips(&post, "e'open\\'#");
    skips(&post, "e'open\\#");
    skips(&post, "e''#x");
    skips(&post, "'it\\'#s'");
    skips(&post, "me#'a\\'");                 /* the e is the end of a word */
    skips(&post, "e'a\\''\n 'b\\''#");        /* the next line goes on in the same way */
    skips(&post, "e'a' -- ?1 '\n\t'b\\''#?1");
    skips(&post, "e'a'# 'b\\''");             /* on one line it is another text */
    skips(&post, "e'a'#\n?1");
}

TEST(postgres_comments_nest)
{
    skips(&post, "/* a /* b */ ?1 */#?1");
    skips(&post, "/*/**//**/*/#");
    skips(&post, "/* /* open */#");
    skips(&post, "/*/#");
    skips(&post, "#[1]");
    skips(&post, "#`a`");
}

TEST(a_word_is_measured)
{
    CHECK_INT(orm__lex_word(&post, "begin;"), 5);
    CHECK_INT(orm__lex_word(&post, "a$b c"), 3);
    CHECK_INT(orm__lex_word(&plain, "a$b c"), 1);
    CHECK_INT(orm__lex_word(&post, "$b"), 0);
    CHECK_INT(orm__lex_word(&post, ""), 0);
}

/* every text of few characters that matter: the end lies in it, and nothing is read behind it */
TEST(short_texts_are_read_to_their_end_and_no_further)
{
    static const char alphabet[] = "'$e\\/*-\na?";
    enum { LETTERS = sizeof alphabet - 1, LENGTH = 5 };
    for (int number = 0; number < 100000; number++) {
        char *text = (char *)malloc(LENGTH + 1);
        REQUIRE(text != NULL);
        for (int i = 0, rest = number; i < LENGTH; i++, rest /= LETTERS) text[i] = alphabet[rest % LETTERS];
        text[LENGTH] = 0;
        const char *end = orm__lex_skip(&post, text);
        if (!(end >= text && end <= text + LENGTH)) CHECK_TEXT(text, "to end inside");
        free(text);
    }
}

CHECK_MAIN()

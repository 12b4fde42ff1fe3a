/* Scripts of SQL, cut into the statements that an engine would read */
#include "evolve.h"
#define ORM_IMPLEMENTATION
#include "dialects/sqlite.h"
#include "check.h"

static orm_dialect like_postgres;
static orm_arena arena;

/* the statements as "line:text|", directives as "line:keep name|" */
static const char *split(const orm_dialect *dialect, const char *script)
{
    static char out[4096];
    orm__splitter s = { .dialect = dialect, .arena = &arena, .at = script, .end = script + strlen(script), .line = 1 };
    orm__piece piece;
    out[0] = 0;
    while (orm__split_next(&s, &piece)) {
        static const char *const kinds[] = { "", "keep ", "kept ", "unchecked ", "BAD " };
        size_t n = strlen(out);
        snprintf(out + n, sizeof out - n, "%u:%s%.*s|", piece.line, kinds[piece.kind], (int)(piece.kind == ORM__PIECE_BAD ? strlen(piece.text) : piece.size), piece.text ? piece.text : "");
    }
    return out;
}
static const char *lite(const char *script) { return split(&orm_sqlite, script); }
static const char *server(const char *script)
{
    like_postgres = orm_sqlite;
    like_postgres.reads.dollar_quotes = like_postgres.reads.escape_texts = like_postgres.reads.nested_comments = true;
    like_postgres.reads.backquotes = like_postgres.reads.brackets = false;
    return split(&like_postgres, script);
}

TEST(statements_end_at_semicolons_and_know_their_lines)
{
    CHECK_TEXT(lite("select 1;\nselect 2;\n\nselect\n3"), "1:select 1|2:select 2|4:select\n3|");
    CHECK_TEXT(lite(""), "");
    CHECK_TEXT(lite(" ;;\n; -- nothing\n/* ; */ ;"), "");
    CHECK_TEXT(lite("select 1 -- behind\n;\nselect 2 /* behind */ ; "), "1:select 1|3:select 2|");
    CHECK_TEXT(lite("select 1;\r\nselect 2;\r\n"), "1:select 1|2:select 2|");
}

TEST(semicolons_in_texts_names_and_comments_end_nothing)
{
    CHECK_TEXT(lite("select ';''' || \"a;b\" || `c;` || [d;];select 2"), "1:select ';''' || \"a;b\" || `c;` || [d;]|1:select 2|");
    CHECK_TEXT(lite("select 1 /* ; \n ; */ + 2; select 3"), "1:select 1 /* ; \n ; */ + 2|2:select 3|");
    CHECK_TEXT(server("select $$;$$ || $a$ ; $$ ; $a$ || e'it\\';' ; select 2"), "1:select $$;$$ || $a$ ; $$ ; $a$ || e'it\\';'|1:select 2|");
    CHECK_TEXT(server("select /* a /* ; */ ; */ 1; select 2"), "1:select /* a /* ; */ ; */ 1|1:select 2|");
}

TEST(bodies_of_triggers_and_functions_are_whole)
{
    CHECK_TEXT(lite("create trigger t after insert on a begin update b set c = case when 1 then 2 else 3 end; delete from d; end; select 1"),
               "1:create trigger t after insert on a begin update b set c = case when 1 then 2 else 3 end; delete from d; end|1:select 1|");
    CHECK_TEXT(lite("create temp trigger if not exists \"begin\" after insert on a BEGIN select 1; END;\nselect 2;"),
               "1:create temp trigger if not exists \"begin\" after insert on a BEGIN select 1; END|2:select 2|");
    CHECK_TEXT(server("create function f() returns int begin atomic select 1; select case when true then 1 end; end; select 2"),
               "1:create function f() returns int begin atomic select 1; select case when true then 1 end; end|1:select 2|");
    CHECK_TEXT(server("create function f() returns int language plpgsql as $$ begin return 1; end $$; select 2"),
               "1:create function f() returns int language plpgsql as $$ begin return 1; end $$|1:select 2|");
    CHECK_TEXT(server("create trigger t after insert on a execute function f(); select case 1 when 1 then 2 end; select 3"),
               "1:create trigger t after insert on a execute function f()|1:select case 1 when 1 then 2 end|1:select 3|");
    CHECK_TEXT(lite("create trigger t after insert on a begin select 1;"), "1:BAD a body that begins here does not end|");
}

TEST(directives_stand_on_lines_of_their_own)
{
    CHECK_TEXT(lite("-- keep \"a\"\nselect 1;\n-- kept \"a\"\n-- unchecked\n"), "1:keep a|2:select 1|3:kept a|4:unchecked |");
    CHECK_TEXT(lite("-- keep \"a\\\"b\"\n"), "1:keep a\"b|");
    CHECK_TEXT(lite("-- keep a\n"), "1:BAD a table's name in quotes is missing|");
    CHECK_TEXT(lite("select 1 -- keep \"a\"\n;"), "1:select 1|");
    CHECK_TEXT(lite("-- keeper\nselect 1"), "2:select 1|");
}

TEST(what_is_open_at_the_end_is_told_where_it_begins)
{
    CHECK_TEXT(lite("select 1;\nselect 2 /* never\nclosed;\n"), "1:select 1|2:BAD a comment that begins here does not end|");
    CHECK_TEXT(lite("select 1;\n/* never\ndrop table a;"), "1:select 1|2:BAD a comment that begins here does not end|");
    CHECK_TEXT(lite("select\n'open;\nselect 2;\n"), "2:BAD a text in quotes that begins here does not end|");
    CHECK_TEXT(lite("select 'a\n\nit''s open;\n"), "1:BAD a text in quotes that begins here does not end|");
    CHECK_TEXT(lite("select \"open;\n"), "1:BAD a name in quotes that begins here does not end|");
    CHECK_TEXT(lite("select [open;\n"), "1:BAD a name in quotes that begins here does not end|");
    CHECK_TEXT(server("select 1;\n\nselect $a$ open $b$;\n"), "1:select 1|3:BAD a text in $...$ that begins here does not end|");
    CHECK_TEXT(server("select e'\\';\n"), "1:BAD a text in quotes that begins here does not end|");
    CHECK_TEXT(server("select /* a /* b */ 1;"), "1:BAD a comment that begins here does not end|");
    CHECK_TEXT(lite("select 1;\ncreate trigger t after insert on a\nbegin\nselect 1;\n"), "1:select 1|3:BAD a body that begins here does not end|");
    CHECK_TEXT(lite("select 'a'"), "1:select 'a'|");
    CHECK_TEXT(lite("select 1 -- the end"), "1:select 1|");
}

TEST(what_stands_behind_the_section_closes_nothing)
{
    const char *script = "select 'a;\n-- down\nselect 'b';\n";
    orm__splitter s = { .dialect = &orm_sqlite, .arena = &arena, .at = script, .end = strstr(script, "-- down"), .line = 7 };
    orm__piece piece;
    CHECK(orm__split_next(&s, &piece));
    CHECK_INT(piece.kind, ORM__PIECE_BAD);
    CHECK_INT(piece.line, 7);
    CHECK(!orm__split_next(&s, &piece));
}

static const char *slip(const char *line, bool head)
{
    const char *why = orm__mark_slip(line, line + strlen(line), head, &arena);
    return why ? why : "";
}

TEST(lines_that_are_nearly_sections_are_told)
{
    static const struct { const char *line, *written; } slips[] = {
        { "--up", "-- up" }, { "-- Up", "-- up" }, { "  -- up", "-- up" }, { "--- up", "-- up" }, { "-- up:", "-- up" }, { "-- pu", "-- up" }, { "-- UP SQLITE", "-- up sqlite" },
        { "-- up, postgres", "-- up postgres" }, { "-- Up next", "-- up" }, { "-- up sqlite and postgres", "-- up sqlite" }, { "--down", "-- down" }, { "-- dwon", "-- down" }, { "-- dow", "-- down" },
        { "-- down (postgres)", "-- down postgres" }, { "-- downn postgresql", "-- down postgres" }, { "-- ---- down ----", "-- down" }, { "-- Schema", "-- schema" },
        { "-- shema", "-- schema" }, { "-- schema sqlite", "-- schema" },
    };
    static const char *const free_[] = {
        "-- upon a time", "-- update the rows", "-- down here all is quiet", "-- up to here it is fine", "-- 20260101_up", "-- the way up", "-- done", "-- schema changes",
        "--   \"up\" text", "--", "-- ", "-- --", "-- (up)", "create table a (id int); -- up", "-- id", "-- rollback: delete the rows",
    };
    for (size_t i = 0; i < sizeof slips / sizeof slips[0]; i++)
        for (int head = 0; head < 2; head++) {
            const char *why = slip(slips[i].line, head), *behind = strstr(why, slips[i].written);
            if (behind && behind[strlen(slips[i].written)] == 0) continue;
            check_failed = true;
            printf("%s: \"%s\" does not say %s\n", slips[i].line, why, slips[i].written);
        }
    for (size_t i = 0; i < sizeof free_ / sizeof free_[0]; i++)
        for (int head = 0; head < 2; head++) CHECK_TEXT(slip(free_[i], head), "");
}

TEST(lines_that_are_nearly_of_the_head_are_told)
{
    static const struct { const char *line, *written; } slips[] = {
        { "-- parnt: 20260101000001_a", "-- parent: NAME" }, { "--parent: none", "-- parent: NAME" }, { "-- Parent : 20260101000001_a", "-- parent: NAME" }, { "-- parent 20260101000001_a", "-- parent: NAME" },
        { "-- no-transaction", "-- no transaction" }, { "-- No Transaction", "-- no transaction" }, { "-- no_transaction", "-- no transaction" }, { "-- notransaction", "-- no transaction" },
        { "-- no transactions: an index", "-- no transaction" }, { "-- without transaction", "-- no transaction" }, { "-- no transacton", "-- no transaction" },
        { "-- irreversible", "-- irreversible(\"why\")" }, { "-- irreversible: gone", "-- irreversible(\"why\")" }, { "--irreversible(\"gone\")", "-- irreversible(\"why\")" },
        { "-- ireversible(\"gone\")", "-- irreversible(\"why\")" }, { "-- Danger: drop_column a.b: gone", "-- danger: KIND NAME: what" }, { "-- dangr: drop_colum a.b: gone", "-- danger: KIND NAME: what" },
        { "-- alow: drop_table a: empty", "-- allow: KIND NAME: why" }, { "-- allow drop_table a: empty", "-- allow: KIND NAME: why" },
    };
    static const char *const free_[] = {
        "-- 20261105140200_add_age", "-- author: somebody", "-- manager: Bob", "-- note: drop_table is slow: take care", "-- the parent: users", "-- no users yet", "-- allowed values: a, b", "-- keep in mind",
        "-- reversible", "-- dangerous: yes", "-- patent: pending",
    };
    for (size_t i = 0; i < sizeof slips / sizeof slips[0]; i++) CHECK_CONTAINS(slip(slips[i].line, true), slips[i].written);
    for (size_t i = 0; i < sizeof free_ / sizeof free_[0]; i++)
        for (int head = 0; head < 2; head++) CHECK_TEXT(slip(free_[i], head), "");
    CHECK_TEXT(slip("-- no transaction", false), "-- no transaction  stands in the head, before the first section");
    CHECK_TEXT(slip("-- allow: drop_table a: empty", false), "-- allow: KIND NAME: why  stands in the head, before the first section");
    CHECK_TEXT(slip("-- irreversible(\"gone\")", false), "-- irreversible(\"why\")  stands in the head, before the first section");
    CHECK_TEXT(slip("-- no transaction is held for long", false), "");
    CHECK_TEXT(slip("-- keep \"a\"", true), "speaks to the runner about statements: it stands in a section");
}

TEST(engines_that_are_nearly_called_so)
{
    CHECK_TEXT(orm__mark_engine("sqllite"), "sqlite");
    CHECK_TEXT(orm__mark_engine("sqlite3"), "sqlite");
    CHECK_TEXT(orm__mark_engine("postgress"), "postgres");
    CHECK_TEXT(orm__mark_engine("postgresql"), "postgres");
    CHECK_TEXT(orm__mark_engine("pg"), "postgres");
    CHECK(!orm__mark_engine("sqlite") && !orm__mark_engine("postgres") && !orm__mark_engine("mysql") && !orm__mark_engine("oracle") && !orm__mark_engine("sqlcipher"));
}

TEST(directives_where_they_are_none_are_told)
{
    CHECK_TEXT(lite("select 1\n-- keep \"a\"\n;"), "2:BAD speaks to the runner, and stands inside of a statement: does a ; miss before it?|");
    CHECK_TEXT(lite("select 1\n-- unchecked\n"), "2:BAD speaks to the runner, and stands inside of a statement: does a ; miss before it?|");
    CHECK_TEXT(lite("  -- keep \"a\"\n"), "1:BAD is nearly a line that speaks to the runner, which is written  -- keep \"TABLE\"|");
    CHECK_TEXT(lite("--kept \"a\"\n"), "1:BAD is nearly a line that speaks to the runner, which is written  -- kept \"TABLE\"|");
    CHECK_TEXT(lite("-- kep \"a\"\n"), "1:BAD is nearly a line that speaks to the runner, which is written  -- keep \"TABLE\"|");
    CHECK_TEXT(lite("-- keep"), "1:BAD is nearly a line that speaks to the runner, which is written  -- keep \"TABLE\"|");
    CHECK_TEXT(lite("-- Unchecked\n"), "1:BAD is nearly a line that speaks to the runner, which is written  -- unchecked|");
    CHECK_TEXT(lite("-- uncheked\n"), "1:BAD is nearly a line that speaks to the runner, which is written  -- unchecked|");
    CHECK_TEXT(lite("select '\n-- keep \"a\"\n' /*\n-- unchecked\n*/ || 'b';"), "1:select '\n-- keep \"a\"\n' /*\n-- unchecked\n*/ || 'b'|");
    CHECK_TEXT(lite("select 1;-- keep \"a\"\nselect 2; -- unchecked\n"), "1:select 1|2:select 2|");
    CHECK_TEXT(lite("-- unchecked values are fine\n-- we keep \"a\"\n-- checked\nselect 1"), "4:select 1|");
}

TEST(what_is_no_statement_of_a_migration_is_refused)
{
    CHECK_TEXT(lite("select 1;\n\\d users\n"), "1:select 1|2:BAD a line that begins with \\ is a command of psql, and no SQL|");
    CHECK_TEXT(lite("select 1;\nBEGIN;"), "1:select 1|2:BAD a migration runs in a transaction of its own: it neither begins nor ends one|");
    CHECK_TEXT(lite("commit"), "1:BAD a migration runs in a transaction of its own: it neither begins nor ends one|");
    CHECK_TEXT(lite("select 'a\n\\d'"), "1:select 'a\n\\d'|");
    orm_arena_release(&arena);
}

CHECK_MAIN()

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
    const char *at = script;
    unsigned line = 1;
    orm__piece piece;
    out[0] = 0;
    while (orm__split_next(dialect, &at, script + strlen(script), &line, &arena, &piece)) {
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
    CHECK_TEXT(lite("create trigger t after insert on a begin select 1;"), "1:BAD a body that begins does not end|");
}

TEST(directives_stand_on_lines_of_their_own)
{
    CHECK_TEXT(lite("-- keep \"a\"\nselect 1;\n-- kept \"a\"\n-- unchecked\n"), "1:keep a|2:select 1|3:kept a|4:unchecked |");
    CHECK_TEXT(lite("-- keep \"a\\\"b\"\n"), "1:keep a\"b|");
    CHECK_TEXT(lite("-- keep a\n"), "1:BAD a table's name in quotes is missing|");
    CHECK_TEXT(lite("select 1 -- keep \"a\"\n;"), "1:select 1|");
    CHECK_TEXT(lite("-- keeper\nselect 1"), "2:select 1|");
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

/* What a command line may say: words, slips, help and exit codes, without a database. Every answer with --json is one document. */
#include "evolve.h"
#include "dummy_dialect.h"
#include "check.h"
#include <stdlib.h>

#define User_FIELDS(X) X(id, serial) X(name, text)
ORM_MODEL(User, users)
#define Small_MODELS(X) X(User)
ORM_SCHEMA(Small)
ORM_DEFINE(Small)

static char *said, *told;        /* standard output and error of the last command */
static const orm_dialect *const adapters[] = { &dummy_dialect };
static int run(int argc, char **argv)
{
    size_t size = 0, told_size = 0;
    free(said);
    free(told);
    said = told = NULL;
    FILE *out = open_memstream(&said, &size), *err = open_memstream(&told, &told_size);
    const orm_cli_options how = { .schema = &Small_schema, .adapters = adapters, .n_adapters = 1, .out = out, .err = err };
    int code = orm_cli(argc, argv, &how);
    fclose(out);
    fclose(err);
    return code;
}
#define CLI(...) run((int)(sizeof((char *[]){ word("some/path/blog"), __VA_ARGS__ }) / sizeof(char *)), (char *[]){ word("some/path/blog"), __VA_ARGS__ })
static char *word(const char *text_) { return (char *)(uintptr_t)text_; }
#define W(text_) word(text_)

static void is_document(void)
{
    const char *why = NULL;
    size_t n = strlen(said);
    bool fine = n > 1 && said[0] == '{' && said[n - 1] == '\n' && !memchr(said, '\n', n - 1) && orm__json_valid(said, n, &why);
    if (!fine) printf("%s: %s\n", why ? why : "is no line with an object", said);
    CHECK(fine);
}

/* the words are refused: a sentence on standard error, nothing on standard output; with --json, wherever it stands, one document there */
#define REFUSED(sentence, ...) do {                                                        \
        CHECK_INT(CLI(__VA_ARGS__), 2);                                                    \
        CHECK_TEXT(told, "blog: " sentence "\n");                                          \
        CHECK_TEXT(said, "");                                                              \
        CHECK_INT(CLI(__VA_ARGS__, W("--json")), 2);                                       \
        is_document();                                                                     \
        CHECK_CONTAINS(said, "{\"error\": {\"kind\":\"ORM_MISUSE\",\"message\":\"");       \
    } while (0)

TEST(slips_name_the_nearest_word)
{
    REFUSED("there is no command mgirate: did you mean migrate?", W("mgirate"));
    REFUSED("there is no command migrate!: did you mean migrate?", W("migrate!"));
    REFUSED("there is no command undo:: did you mean undo?", W("undo:"));
    REFUSED("there is no command dbcreate: did you mean db:create?", W("dbcreate"));
    REFUSED("there is no command sed: did you mean seed?", W("sed"));
    REFUSED("there is no command make_coffee", W("make_coffee"));
    REFUSED("there is no command x", W("x"));
    REFUSED("there is no option --dryrun: did you mean --dry-run?", W("migrate"), W("--dryrun"));
    REFUSED("there is no option --too...: did you mean --to?", W("migrate"), W("--too=x"));
    REFUSED("there is no option -n", W("migrate"), W("-n"));
    /* the nearest one that the command takes */
    REFUSED("there is no option --dialec", W("migrate"), W("--dialec"));
    REFUSED("there is no option --dialec: did you mean --dialect?", W("schema"), W("--dialec"));
}

TEST(values_are_where_they_belong)
{
    REFUSED("--allow needs a value", W("generate"), W("a"), W("--allow"), W("--concurrently"));
    REFUSED("--all takes no value", W("undo"), W("--all=yes"));
    REFUSED("this command does not take --to", W("status"), W("--to=x"));
    REFUSED("NAME is missing", W("generate"));
    REFUSED("b is too much", W("generate"), W("a"), W("b"));
    REFUSED("x is too much", W("status"), W("x"));
    REFUSED("--format is mermaid or dot", W("erd"), W("--format"), W("png"));
    REFUSED("--fake and --random take numbers", W("seed"), W("--fake"), W("-1"));
    REFUSED("--fake and --random take numbers", W("seed"), W("--fake="));
    REFUSED("--fake and --random take numbers", W("seed"), W("--fake=5"), W("--random=18446744073709551616"));
    CHECK_INT(CLI(W("migrate"), W("--to")), 2);
    CHECK_TEXT(told, "blog: --to needs a value\n");
    CHECK_INT(CLI(W("erd"), W("--output")), 2);
    CHECK_TEXT(told, "blog: --output needs a value\n");
}

TEST(a_value_may_begin_like_an_option)
{
    CHECK_INT(CLI(W("status"), W("--url=--x")), 1);
    CHECK_CONTAINS(told, "ORM_CONFIG");
    CHECK_INT(CLI(W("status"), W("--url"), W("-")), 1);
    CHECK_CONTAINS(told, "ORM_CONFIG");
}

TEST(passwords_are_not_repeated)
{
    static const char *const urls[] = { "postgres://ada:secret@host/blog", "postgres:host=x password=secret", "dummy:ada:x@secret" };
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        char option[64], quoted[64];
        snprintf(option, sizeof option, "--ulr=%s", urls[i]);
        snprintf(quoted, sizeof quoted, "-%s", urls[i]);
        char *const lines[][2] = { { W(urls[i]), W("--json") }, { W("migrate"), W(urls[i]) }, { W("help"), W(urls[i]) }, { W("migrate"), W(option) }, { W("migrate"), W(quoted) } };
        for (size_t k = 0; k < sizeof lines / sizeof lines[0]; k++) {
            CHECK_INT(CLI(lines[k][0], lines[k][1]), 2);
            if (strstr(told, "secret") || strstr(said, "secret")) printf("%s %s: %s%s", lines[k][0], lines[k][1], told, said);
            CHECK(!strstr(told, "secret") && !strstr(said, "secret"));
        }
    }
    CHECK_INT(CLI(W("status"), W("--url"), W("nobody://ada:secret@host/blog")), 1);
    CHECK(!strstr(told, "secret"));
}

TEST(a_word_of_any_bytes_is_shown_clean)
{
    CHECK_INT(CLI(W("\033[2J\xff"), W("--json")), 2);
    CHECK_TEXT(told, "blog: there is no command ?[2J?\n");
    is_document();
}

TEST(help_is_there_for_every_command)
{
    static const char *const names[] = { "migrate", "undo", "status", "generate", "verify", "schema", "rules", "pull", "seed", "seed:undo", "embed", "baseline", "repair", "erd", "db:create", "db:drop" };
    CHECK_INT(CLI(W("help")), 0);
    char *all = strdup(said);
    REQUIRE(all != NULL);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char line[64], example[64];
        snprintf(line, sizeof line, "\n  %-22s ", names[i]);
        CHECK_CONTAINS(all, line);
        CHECK_INT(CLI(W("help"), W(names[i])), 0);
        snprintf(line, sizeof line, "usage: blog %s ", names[i]);
        snprintf(example, sizeof example, "\nexample: blog %s", names[i]);
        CHECK(strncmp(said, line, strlen(line)) == 0);
        CHECK_CONTAINS(said, example);
        CHECK_CONTAINS(said, "\n  --url URL              the database; ");
        char *text_ = strdup(said);
        CHECK_INT(CLI(W(names[i]), W("--help")), 0);
        CHECK_TEXT(said, text_);
        CHECK_INT(CLI(W(names[i]), W("-h")), 0);
        CHECK_TEXT(said, text_);
        CHECK_TEXT(told, "");
        free(text_);
        CHECK_INT(CLI(W("help"), W(names[i]), W("--json")), 0);
        is_document();
        snprintf(line, sizeof line, "{\"commands\": [{\"name\": \"%s\", \"argument\": ", names[i]);
        CHECK(strncmp(said, line, strlen(line)) == 0);
    }
    free(all);
    CHECK_INT(CLI(W("help"), W("--json")), 0);
    is_document();
    CHECK_INT(CLI(W("help"), W("migrat")), 2);
    CHECK_TEXT(told, "blog: there is no command migrat: did you mean migrate?\n");
}

TEST(nothing_is_no_command)
{
    CHECK_INT(run(1, (char *[]){ W("blog"), NULL }), 2);
    CHECK_CONTAINS(told, "usage: blog COMMAND [OPTION...]");
    CHECK_TEXT(said, "");
    CHECK_INT(run(0, (char *[]){ NULL }), 2);
    CHECK_CONTAINS(told, "usage: orm COMMAND");
    CHECK_INT(CLI(W("")), 2);
    CHECK_INT(CLI(W("--json")), 2);
    is_document();
}

TEST(the_version_is_told)
{
    char version[64];
    snprintf(version, sizeof version, "orm %d.%d.%d\n", ORM_VERSION_MAJOR, ORM_VERSION_MINOR, ORM_VERSION_PATCH);
    CHECK_INT(CLI(W("--version")), 0);
    CHECK_TEXT(said, version);
    CHECK_INT(CLI(W("--version"), W("--json")), 0);
    is_document();
}

TEST(a_database_is_asked_for)
{
    unsetenv("DATABASE_URL");
    CHECK_INT(CLI(W("status")), 1);
    CHECK_TEXT(told, "blog: ORM_CONFIG: which database? Give --url, or set DATABASE_URL, as in sqlite:blog.db\n");
    setenv("DATABASE_URL", "", 1);
    CHECK_INT(CLI(W("status"), W("--json")), 1);
    is_document();
    CHECK_CONTAINS(said, "which database?");
    setenv("DATABASE_URL", "other:x", 1);
    CHECK_INT(CLI(W("db:create")), 1);
    CHECK_CONTAINS(told, "no adapter for 'other:...'");
    unsetenv("DATABASE_URL");
    CHECK_INT(CLI(W("db:create"), W("--url"), W("dummy:x"), W("--json")), 1);
    CHECK_CONTAINS(told, "blog: ORM_UNSUPPORTED: dummy cannot make and drop databases\n");
    is_document();
    CHECK_INT(CLI(W("db:drop"), W("--url"), W("dummy:x")), 1);
    CHECK_CONTAINS(told, "ORM_UNSUPPORTED");
}

TEST(a_command_line_without_a_schema_is_a_mistake)
{
    char *argv[] = { W("blog"), W("status") };
    CHECK_INT(orm_cli(2, argv, NULL), 2);
    CHECK_INT(orm_error()->kind, ORM_MISUSE);
}

TEST(an_earlier_failure_is_not_taken_for_one)
{
    orm__raise(NULL, ORM_IO, 0, "long ago");
    CHECK_INT(CLI(W("db:create"), W("--url"), W("other:x")), 1);
    CHECK(!strstr(told, "long ago"));
}

static int finish(int code)
{
    free(said);
    free(told);
    return code;
}
int main(int argc, char **argv) { return finish(check_run(argc, argv)); }

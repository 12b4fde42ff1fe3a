/* test: no-valgrind: the address sanitizer sees the same, and sooner */
/* The command line around a database: a project's life told as one JSON document a command, outputs that cannot be written, terminals, and
   every allocation failing once */
#define _XOPEN_SOURCE 700                        /* terminals */
#include <stddef.h>
static void *hook_malloc(size_t size);
static void *hook_realloc(void *block, size_t size);
static void hook_free(void *block);
#define ORM_MALLOC  hook_malloc
#define ORM_REALLOC hook_realloc
#define ORM_FREE    hook_free
#define ORM_IMPLEMENTATION
#include "orm.h"
#include "dialects/sqlite.h"
#include "check.h"
#include "check_alloc.h"
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>

/* ---- models, and what they were before ------------------------------------------------------------------------------------------------- */
#define User_FIELDS(X) X(id, serial) X(name, string(20), unique) X(age, integer, nullable) X(posts, has_many(Post, author_id))
ORM_MODEL(User, users)
#define Post_FIELDS(X) X(id, serial) X(author_id, key(User), on_delete(cascade)) X(title, string(20), indexed)
ORM_MODEL(Post, posts)
#define Blog_MODELS(X) X(User) X(Post)
ORM_SCHEMA(Blog)
ORM_DEFINE(Blog)
#define User1_FIELDS(X) X(id, serial) X(name, string(20), unique) X(shoe, integer, nullable) X(posts, has_many(Post1, author_id))
ORM_MODEL(User1, users)
#define Post1_FIELDS(X) X(id, serial) X(author_id, key(User1), on_delete(cascade)) X(title, string(20), indexed)
ORM_MODEL(Post1, posts)
#define Blog1_MODELS(X) X(User1) X(Post1)
ORM_SCHEMA(Blog1)
ORM_DEFINE(Blog1)
static const User users[] = { { .id = 1, .name = "ada" } };
static const orm_seeding seeds[] = { ORM_SEED(User, users), ORM_SEED_LAST };

/* ---- memory that fails ----------------------------------------------------------------------------------------------------------------- */
static struct check_allocator memory;
static long live;
static void *hook_malloc(size_t size)
{
    void *block = check_allocator_fails(&memory) ? NULL : malloc(size);
    live += block != NULL;
    return block;
}
static void *hook_realloc(void *block, size_t size)
{
    void *moved = check_allocator_fails(&memory) ? NULL : realloc(block, size);
    live += moved && !block;
    return moved;
}
static void hook_free(void *block)
{
    live -= block != NULL;
    free(block);
}

/* ---- commands ------------------------------------------------------------------------------------------------------------------------------ */
static char folder[64], migrations[96], url[96];
static char *said, *told;        /* standard output and error of the last command */
static char *word(const char *text_) { return (char *)(uintptr_t)text_; }

static int run(const orm_schema *schema, const char *const *words, FILE *out, FILE *err)
{
    char *argv[16] = { word("blog") };
    int n = 1;
    for (; words[n - 1]; n++) argv[n] = word(words[n - 1]);
    static const orm_dialect *const adapters[] = { &orm_sqlite };
    const orm_cli_options how = { .schema = schema, .adapters = adapters, .n_adapters = 1, .folder = migrations, .url = url, .seeds = seeds, .out = out, .err = err };
    return orm_cli(n, argv, &how);
}

static int run_told(const orm_schema *schema, const char *const *words)
{
    size_t size = 0, told_size = 0;
    free(said);
    free(told);
    said = told = NULL;
    FILE *out = open_memstream(&said, &size), *err = open_memstream(&told, &told_size);
    int code = run(schema, words, out, err);
    fclose(out);
    fclose(err);
    return code;
}
#define WORDS(...) (const char *const[]){ __VA_ARGS__, NULL }
#define CLI(...)   run_told(&Blog_schema, WORDS(__VA_ARGS__))

static void check_document(const char *file, int line)
{
    const char *why = NULL;
    size_t n = said ? strlen(said) : 0;
    if (n > 1 && said[0] == '{' && !memchr(said, '\n', n - 1) && said[n - 1] == '\n' && orm__json_valid(said, n, &why)) return;
    printf("%s:%d: no document (%s): %s\n", file, line, why ? why : "", said ? said : "NULL");
    check_failed = true;
}
/* exit code, one document, and a piece of it */
#define JSON(code, piece, ...) do { CHECK_INT(CLI(__VA_ARGS__, "--json"), code); check_document(__FILE__, __LINE__); CHECK_CONTAINS(said, piece); } while (0)

static void begin(void)
{
    snprintf(folder, sizeof folder, "/tmp/orm_cli_XXXXXX");
    CHECK(mkdtemp(folder) != NULL);
    snprintf(migrations, sizeof migrations, "%s/migrations", folder);
    snprintf(url, sizeof url, "sqlite:%s/blog.db", folder);
}
static void finish(void)
{
    char command[96];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    CHECK_INT(system(command), 0);
    free(said);
    free(told);
    said = told = NULL;
}
static void exec(const char *sql)
{
    orm_db *db = orm_open(url);
    REQUIRE(db != NULL);
    CHECK_INT(orm__exec(db, sql, 0, NULL, NULL, NULL), ORM_OK);
    orm_close(db);
}
/* a shell in the folder of the migrations */
static void shell(const char *words)
{
    char command[256];
    snprintf(command, sizeof command, "cd %s && %s", migrations, words);
    CHECK_INT(system(command), 0);
}
static const char *in_folder(const char *name)
{
    static char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

/* ---- a project ------------------------------------------------------------------------------------------------------------------------------- */
TEST(every_command_answers_with_one_document)
{
    begin();
    JSON(1, "{\"error\": {\"kind\":\"ORM_", "status");
    CHECK(access(in_folder("blog.db"), F_OK) != 0);
    JSON(0, "{\"database\": \"blog.db\", \"created\": true}", "db:create");
    JSON(1, "{\"error\": {\"kind\":\"ORM_UNIQUE\"", "db:create");
    JSON(1, "{\"migrations\": [], \"error\": {\"kind\":\"ORM_IO\"", "status");      /* the folder is not there */
    CHECK_INT(run_told(&Blog1_schema, WORDS("generate", "first tables", "--json")), 0);
    check_document(__FILE__, __LINE__);
    CHECK_CONTAINS(said, "_first_tables.sql\"], \"dangers\": []}");
    JSON(0, "_first_tables\", \"state\": \"pending\", \"applied_at\": null, \"microseconds\": 0}]}", "status");
    JSON(0, "_first_tables\", \"sql\": \"create table \\\"users\\\" (\\n", "migrate", "--dry-run");
    CHECK_CONTAINS(said, "], \"done\": 0}");
    JSON(0, "_first_tables\", \"microseconds\": ", "migrate");
    CHECK_CONTAINS(said, "], \"done\": 1}");
    JSON(0, "{\"migrations\": [], \"done\": 0}", "migrate");
    JSON(1, "{\"files\": [], \"dangers\": [], \"error\": {\"kind\":\"ORM_MISUSE\",\"message\":\"data would be lost for good: drop_column users.shoe.", "generate", "change");
    JSON(0, "\"danger\": \"drop_column users.shoe\", \"what\": \"", "generate", "change", "--irreversible", "nobody's business");
    CHECK_CONTAINS(told, "    -- allow: drop_column users.shoe: why      (");
    JSON(0, "{\"files\": [], \"dangers\": []}", "generate", "again");
    JSON(1, "{\"migrations\": [], \"done\": 0, \"error\": {\"kind\":\"ORM_MISUSE\"", "migrate");
    shell("sed -i 's/^-- danger: \\([^:]*\\):.*/&\\n-- allow: \\1: so it is/' *_change.sql");
    JSON(1, "{\"where\": \"users.age\", \"rule\": \"column\", \"what\": \"is missing\"}", "verify");
    CHECK_INT(CLI("migrate"), 0);
    CHECK_TEXT(said, "1 migration applied\n");
    CHECK_CONTAINS(told, "_change  (1 of 1, 0.");
    JSON(0, "{\"differences\": []}", "verify");
    exec("create table \"a,b\" (id integer)");
    exec("create table logs (id integer)");
    exec("alter table users add column shape text");
    JSON(1, "{\"where\": \"logs\", \"rule\": \"table\"", "verify", "--ignore", "users.shape");
    JSON(1, "{\"differences\": [{\"where\": \"a,b\", \"rule\": \"table\", \"what\": \"is a table of no model\"}]}", "verify", "--ignore", "users.shape,", "--ignore=logs");
    exec("drop table \"a,b\"");
    exec("drop table logs");
    exec("alter table users drop column shape");
    JSON(0, "{\"created\": 1, \"updated\": 0, \"unchanged\": 0, \"destroyed\": 0}", "seed");
    JSON(0, "{\"created\": 0, \"updated\": 0, \"unchanged\": 0, \"destroyed\": 1}", "seed:undo");
    JSON(0, "{\"created\": 6}", "seed", "--fake", "3");
    JSON(0, "{\"text\": \"/* The models Blog", "pull", "--name", "Blog");
    JSON(0, "{\"path\": \"", "pull", "--output", in_folder("pulled.h"));
    JSON(1, "\"error\": {\"kind\":\"ORM_IO\"", "pull", "--output", in_folder("pulled.h"));
    JSON(0, "{\"dialect\": \"sqlite\", \"text\": \"create table", "schema");
    JSON(0, "{\"text\": \"erDiagram", "erd");
    JSON(0, "{\"text\": \"digraph", "erd", "--format=dot");
    JSON(0, "{\"text\": \"/* The migrations of Blog, made by `embed`", "embed");
    JSON(1, "{\"migrations\": [], \"done\": 0, \"error\": {\"kind\":\"ORM_MISUSE\"", "undo");
    CHECK_CONTAINS(said, "nobody's business");
    JSON(0, "_change\", \"sql\": \"create table", "undo", "--lossy", "--dry-run");
    JSON(0, "], \"done\": 1}", "undo", "--lossy");
    JSON(0, "], \"done\": 1}", "undo", "--all");
    JSON(0, "{\"migrations\": [], \"done\": 2}", "baseline");
    JSON(1, "{\"migrations\": [], \"done\": 0, \"error\": {\"kind\":\"ORM_MISUSE\"", "baseline");
    shell("echo '-- x' >> $(ls | tail -n 1)");
    JSON(0, "_change\", \"state\": \"edited\", \"applied_at\": \"", "status");
    JSON(1, "\"error\": {\"kind\":\"ORM_MIGRATIONS_DIFFER\",\"message\":\"", "migrate");
    CHECK_CONTAINS(said, "\"rule\":\"edited\"");
    JSON(0, "{\"migrations\": [], \"done\": 1}", "repair");
    JSON(0, "{\"migrations\": [], \"done\": 0}", "repair");
    JSON(1, "{\"error\": {\"kind\":\"ORM_MISUSE\",\"message\":\"the database is \\\"blog.db\\\", and --yes names \\\"blog\\\": nothing is dropped\"", "db:drop", "--yes", "blog");
    JSON(0, "{\"database\": \"blog.db\", \"dropped\": true}", "db:drop", "--yes", "blog.db");
    JSON(1, "{\"error\": {\"kind\":\"ORM_NOT_FOUND\"", "db:drop", "--yes", "blog.db");
    finish();
}

TEST(quiet_says_only_what_was_asked_for)
{
    begin();
    CHECK_INT(CLI("generate", "first", "--quiet"), 0);
    CHECK_CONTAINS(said, "_first.sql\n");
    CHECK_INT(CLI("migrate", "--quiet"), 0);
    CHECK_TEXT(said, "");
    CHECK_TEXT(told, "");
    CHECK_INT(CLI("migrate", "--quiet", "--json"), 0);
    check_document(__FILE__, __LINE__);
    CHECK_INT(CLI("verify", "--quiet"), 0);
    CHECK_TEXT(said, "");
    exec("create table logs (id integer)");
    CHECK_INT(CLI("verify", "--quiet"), 1);
    CHECK_TEXT(said, "logs: is a table of no model\n");
    finish();
}

/* ---- where it writes -------------------------------------------------------------------------------------------------------------------------- */
TEST(an_output_that_is_full_is_a_failure)
{
    const char *const *const lines[] = { WORDS("help"), WORDS("schema"), WORDS("status"), WORDS("status", "--json"), WORDS("verify"), WORDS("erd"), WORDS("embed"), WORDS("--version") };
    begin();
    CHECK_INT(CLI("generate", "first"), 0);
    CHECK_INT(CLI("migrate"), 0);
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        for (int buffered = 0; buffered < 2; buffered++) {
            char *text_ = NULL;
            size_t size = 0;
            FILE *full = fopen("/dev/full", "w"), *err = open_memstream(&text_, &size);
            REQUIRE(full && err);
            if (!buffered) setvbuf(full, NULL, _IONBF, 0);
            CHECK_INT(run(&Blog_schema, lines[i], full, err), 1);
            fclose(full);
            fclose(err);
            CHECK_CONTAINS(text_, "blog: not all of this could be written to the output");
            free(text_);
        }
    }
    finish();
}

static volatile sig_atomic_t pipes_seen;
static void see_pipe(int number) { pipes_seen += number == SIGPIPE; }

TEST(who_stops_reading_does_not_stop_a_migration)
{
    int ends[2];
    struct sigaction seeing = { .sa_handler = see_pipe }, before, now;
    begin();
    CHECK_INT(CLI("generate", "first"), 0);
    sigemptyset(&seeing.sa_mask);
    CHECK_INT(sigaction(SIGPIPE, &seeing, &before), 0);
    CHECK_INT(pipe(ends), 0);
    FILE *out = fdopen(ends[1], "w"), *err = fopen("/dev/null", "w");
    REQUIRE(out && err);
    setvbuf(out, NULL, _IONBF, 0);
    close(ends[0]);
    CHECK_INT(run(&Blog_schema, WORDS("migrate"), out, err), 1);
    CHECK_INT(pipes_seen, 0);
    fclose(out);
    fclose(err);
    CHECK_INT(CLI("verify"), 0);
    CHECK_INT(sigaction(SIGPIPE, &before, &now), 0);
    CHECK(now.sa_handler == see_pipe);           /* it is the program's again */
    finish();
}

/* what a command writes to a terminal: `out` or `err` is one */
static const char *on_terminal(bool is_out, const char *const *words)
{
    static char seen[16384];
    char *other = NULL;
    size_t size = 0, n = 0;
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    if (master < 0 || grantpt(master) || unlockpt(master)) return NULL;
    FILE *terminal = fopen(ptsname(master), "w"), *memory_file = open_memstream(&other, &size);
    if (!terminal || !memory_file) return NULL;
    run(&Blog_schema, words, is_out ? terminal : memory_file, is_out ? memory_file : terminal);
    fflush(terminal);
    fcntl(master, F_SETFL, O_NONBLOCK);
    for (ssize_t more; n < sizeof seen - 1 && (more = read(master, seen + n, sizeof seen - 1 - n)) > 0; ) n += (size_t)more;
    seen[n] = 0;
    fclose(terminal);
    fclose(memory_file);
    free(other);
    close(master);
    return seen;
}

TEST(colours_are_for_terminals_that_want_them)
{
    begin();
    unsetenv("NO_COLOR");
    setenv("TERM", "xterm", 1);
    CHECK_INT(CLI("generate", "first"), 0);
    CHECK_INT(CLI("db:create"), 0);
    CHECK_CONTAINS(on_terminal(true, WORDS("status")), "\033[33mpending   \033[0m  ");
    CHECK(!strchr(on_terminal(true, WORDS("status", "--json")), '\033'));
    setenv("NO_COLOR", "1", 1);
    CHECK(!strchr(on_terminal(true, WORDS("status")), '\033'));
    CHECK(!strchr(on_terminal(false, WORDS("migrate", "--to", "nobody")), '\033'));
    setenv("NO_COLOR", "", 1);                   /* as if it were not set */
    CHECK_CONTAINS(on_terminal(true, WORDS("status")), "\033[33m");
    setenv("TERM", "dumb", 1);
    CHECK(!strchr(on_terminal(true, WORDS("status")), '\033'));
    CHECK(!strchr(on_terminal(false, WORDS("migrate")), '\033'));
    setenv("TERM", "xterm", 1);
    CHECK_INT(CLI("undo"), 0);
    const char *seen = on_terminal(false, WORDS("migrate"));
    CHECK_CONTAINS(seen, "\r1 of 1  ");
    CHECK_CONTAINS(seen, "statement 1 of ");
    CHECK_CONTAINS(seen, "\r\033[K\033[32mapplied\033[0m  ");
    CHECK_CONTAINS(on_terminal(false, WORDS("migrate", "--to", "nobody")), "blog: \033[31mORM_MISUSE\033[0m: no migration is called nobody");
    finish();
}

TEST(names_of_a_database_do_not_steer_the_terminal)
{
    begin();
    CHECK_INT(CLI("generate", "first"), 0);
    CHECK_INT(CLI("migrate"), 0);
    exec("create table \"\033[2J\" (id integer)");
    CHECK_INT(CLI("verify"), 1);
    CHECK_CONTAINS(said, "?[2J: is a table of no model\n");
    JSON(1, "{\"where\": \"\\u001b[2J\"", "verify");
    exec("drop table \"\033[2J\"");
    exec("create table \"\xff\" (id integer)");
    JSON(1, "{\"where\": \"?\"", "verify");
    finish();
}

/* ---- memory --------------------------------------------------------------------------------------------------------------------------------------- */
TEST(every_allocation_may_fail_and_one_document_comes_all_the_same)
{
    const char *const *const lines[] = {
        WORDS("status", "--json"), WORDS("verify", "--json", "--ignore", "a,b"), WORDS("schema", "--json"), WORDS("erd", "--json"), WORDS("embed", "--json"), WORDS("help", "--json"),
        WORDS("migrate", "--json", "--dry-run"), WORDS("pull", "--json", "--tables", "users"), WORDS("mgirate", "--json"),
    };
    begin();
    CHECK_INT(CLI("generate", "first"), 0);
    CHECK_INT(CLI("migrate"), 0);
    CHECK_INT(CLI("undo", "--all"), 0);
    CHECK_INT(CLI("migrate"), 0);
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        size_t n = 1, failures = 0;
        for (int code = 0; n < 5000; n++) {
            long before = live;
            memory = (struct check_allocator){ .fail_at = n };
            code = run_told(&Blog_schema, lines[i]);
            bool failed = memory.failed > 0;
            memory = (struct check_allocator){ .fail_at = 0 };
            CHECK_INT(live, before);
            check_document(__FILE__, __LINE__);
            if (!failed) break;
            failures += code != 0;
            if (check_failed) printf("%s, allocation %zu\n", lines[i][0], n);
            if (check_failed) break;
        }
        CHECK(n > 1 && n < 5000);
        CHECK(failures > 0);
    }
    finish();
}

CHECK_MAIN()

/* The command line: the whole life of a project by words, each answer as text and as one JSON document; slips are told, and exit codes are kept */
#define ORM_IMPLEMENTATION
#include "engines.h"
#include "helpers.h"
#include "migration_folder.h"

#define Role_VALUES(X) X(admin) X(member)
ORM_ENUM(Role)
#define User_FIELDS(X) X(id, serial) X(name, string(20), unique) X(role, enumeration(Role), default(Role_member)) X(age, integer, nullable) X(posts, has_many(Post, author_id))
ORM_MODEL(User, users, comment("who writes"))
#define Post_FIELDS(X) X(id, serial) X(author_id, key(User), on_delete(cascade)) X(title, string(20), indexed) X(author, belongs_to(User, author_id))
ORM_MODEL(Post, posts)
#define Blog_MODELS(X) X(User) X(Post)
ORM_SCHEMA(Blog)
ORM_DEFINE(Blog)

/* the same without users.age: what the database begins with */
#define User1_FIELDS(X) X(id, serial) X(name, string(20), unique) X(role, enumeration(Role), default(Role_member)) X(posts, has_many(Post1, author_id))
ORM_MODEL(User1, users, comment("who writes"))
#define Post1_FIELDS(X) X(id, serial) X(author_id, key(User1), on_delete(cascade)) X(title, string(20), indexed) X(author, belongs_to(User1, author_id))
ORM_MODEL(Post1, posts)
#define Blog1_MODELS(X) X(User1) X(Post1)
ORM_SCHEMA(Blog1)
ORM_DEFINE(Blog1)

/* and with two more indexes */
#define User2_FIELDS(X) X(id, serial) X(name, string(20), unique) X(role, enumeration(Role), default(Role_member)) X(age, integer, nullable, indexed) X(more, integer, nullable) X(posts, has_many(Post2, author_id))
ORM_MODEL(User2, users, comment("who writes"))
#define Post2_FIELDS(X) X(id, serial) X(author_id, key(User2), on_delete(cascade)) X(title, string(20), indexed) X(author, belongs_to(User2, author_id))
ORM_MODEL(Post2, posts, index(title, author_id))
#define Indexed_MODELS(X) X(User2) X(Post2)
ORM_SCHEMA(Indexed)
ORM_DEFINE(Indexed)

static const User users[] = { { .id = 1, .name = "ada" }, { .id = 2, .name = "bob", .role = Role_admin } };
static const Post posts[] = { { .id = 1, .author_id = 2, .title = "first" } };
static const orm_seeding seeds[] = { ORM_SEED(Post, posts), ORM_SEED(User, users), ORM_SEED_LAST };
static const orm_dialect *const adapters[] = { &orm_sqlite, &orm_postgres };
static const struct case_setup empty_cases = { NULL, NULL, NULL, NULL };
#define ON_EACH_SHARED(name) ON_EACH_SHARED_OF(name, empty_cases)
#define ON_EACH(name)        ON_EACH_OF(name, empty_cases)

static char *said, *told;        /* standard output and error of the last command */
static const char *typed;
static int run_for(const orm_schema *schema, char *const *words, size_t n)
{
    size_t size = 0, told_size = 0;
    char *argv[16] = { (char *)(uintptr_t)"blog" };
    for (size_t i = 0; i < n; i++) argv[i + 1] = words[i];
    free(said);
    free(told);
    said = told = NULL;
    FILE *out = open_memstream(&said, &size), *err = open_memstream(&told, &told_size), *in = typed ? fmemopen((void *)(uintptr_t)typed, strlen(typed), "r") : NULL;
    const orm_cli_options how = { .schema = schema, .adapters = adapters, .n_adapters = 2, .folder = folder, .url = case_url, .seeds = seeds, .out = out, .err = err, .in = in };
    int code = orm_cli((int)n + 1, argv, &how);
    fclose(out);
    fclose(err);
    if (in) fclose(in);
    return code;
}
#define WORDS(...) (char *const[]){ __VA_ARGS__ }, sizeof((char *[]){ __VA_ARGS__ }) / sizeof(char *)
#define CLI(...)   run_for(&Blog_schema, WORDS(__VA_ARGS__))

/* exit code, and a piece of what is said */
#define SAYS(code, piece, ...) do { CHECK_INT(CLI(__VA_ARGS__), code); CHECK_CONTAINS(said, piece); } while (0)
#define TELLS(code, piece, ...) do { CHECK_INT(CLI(__VA_ARGS__), code); CHECK_CONTAINS(told, piece); } while (0)
static void is_json(int line)
{
    const char *why = NULL;
    if (orm__json_valid(said, strlen(said), &why)) return;
    printf("line %d: %s: %s\n", line, why, said);
    check_failed = true;
}
#define SAYS_JSON(code, piece, ...) do { SAYS(code, piece, __VA_ARGS__, "--json"); is_json(__LINE__); } while (0)

static void cli_end(void)
{
    free(said);
    free(told);
    said = told = NULL;
    typed = NULL;
}

ON_EACH_SHARED(a_project_lives_by_its_commands)
{
    folder_make();
    SAYS(0, "there are no migrations", "status");
    CHECK_INT(run_for(&Blog1_schema, WORDS("generate", "first")), 0);
    CHECK_CONTAINS(said, "_first.sql");
    SAYS(0, "create table \"users\"", "migrate", "--dry-run");
    SAYS(0, "1 migration applied", "migrate");
    CHECK_CONTAINS(told, "_first  (1 of 1, ");
    SAYS(0, "nothing to apply", "migrate");
    SAYS(1, "users.age: is missing", "verify");
    SAYS(0, "_more.sql", "generate", "more");
    SAYS(0, "the models are what the last migration ends with", "generate", "again");
    SAYS(0, "pending ", "status");
    SAYS_JSON(0, "\"state\": \"pending\"", "status");
    SAYS_JSON(0, "alter table \\\"users\\\" add column \\\"age\\\"", "migrate", "--dry-run");
    SAYS_JSON(0, "\"done\": 1", "migrate");
    SAYS(0, "the database is what the models say", "verify");
    SAYS_JSON(0, "{\"differences\": []}", "verify");
    SAYS(0, "3 rows created, 0 updated, 0 as they were", "seed");
    SAYS(0, "0 rows created, 0 updated, 3 as they were", "seed");
    SAYS_JSON(0, "{\"created\": 0, \"updated\": 0, \"unchanged\": 3, \"destroyed\": 0}", "seed");
    SAYS(0, "3 rows destroyed", "seed:undo");
    SAYS(0, "5 rows of each of 2 models", "seed", "--fake", "5", "--random=7");
    SAYS_JSON(0, "{\"created\": 4}", "seed", "--fake", "2");
    TELLS(2, "--fake and --random take numbers", "seed", "--fake", "many");
    SAYS(0, "#define Shop_MODELS(X) X(Post) X(User)", "pull", "--name", "Shop");
    SAYS(0, "#define Shop_MODELS(X) X(User)", "pull", "--name", "Shop", "--tables", "users");
    SAYS_JSON(0, "{\"text\": \"/* The models Shop", "pull", "--name=Shop");
    SAYS(0, "1 migration undone", "undo");
    SAYS_JSON(1, "{\"where\": \"users.age\", \"rule\": \"column\", \"what\": \"is missing\"}", "verify");
    run(db, "create table logs (id bigint)");
    SAYS(1, "logs: is a table of no model", "verify");
    CHECK_INT(run_for(&Blog1_schema, WORDS("verify", "--ignore", "logs,other")), 0);
    SAYS(0, "static const orm_migration Blog_migrations[] = {", "embed");
    SAYS_JSON(0, "\"text\": ", "embed");
    SAYS(0, "1 migration undone", "undo", "--all");
    CHECK_INT(CLI("baseline", "--to", "2"), 1);          /* several begin so */
    SAYS(0, "2 migrations noted as applied", "baseline");
    SAYS(0, "nothing to repair", "repair");
    SAYS_JSON(1, "\"error\": {\"kind\":\"ORM_MISUSE\"", "baseline");
    folder_remove();
    cli_end();
}

ON_EACH_SHARED(what_waits_for_a_word_is_told)
{
    folder_make();
    CHECK_INT(CLI("generate", "all"), 0);
    CHECK_INT(run_for(&Blog1_schema, WORDS("generate", "less")), 1);
    CHECK_CONTAINS(told, "data would be lost for good: drop_column users.age");
    CHECK_INT(run_for(&Blog1_schema, WORDS("generate", "less", "--irreversible", "nobody reads it")), 0);
    CHECK_CONTAINS(told, "-- allow: drop_column users.age: why      (its values are gone)");
    TELLS(1, "dangerous, and not allowed yet:", "migrate");
    SAYS_JSON(1, "{\"migrations\": [], \"done\": 0, \"error\": {\"kind\":\"ORM_MISUSE\"", "migrate");
    (void)db;
    folder_remove();
    cli_end();
}

ON_EACH(the_schema_and_its_picture_are_printed)
{
    folder_make();
    SAYS(0, "create table \"users\" (\n    \"id\" INTEGER primary key autoincrement", "schema", "--dialect", "sqlite");
    SAYS(0, "create type \"Role\" as enum ('admin', 'member');", "schema", "--dialect=postgres");
    TELLS(1, "this program has no adapter for oracle", "schema", "--dialect", "oracle");
    SAYS(0, case_engine == ON_POSTGRES ? "bigint generated by default" : "STRICT", "schema");
    SAYS(0, "User.name                                unique                         database\n", "rules");
    SAYS(0, "database and program\n", "rules", "--dialect", "postgres");
    CHECK_INT(CLI("erd"), 0);
    CHECK_CONTAINS(said, "erDiagram\n");
    CHECK_CONTAINS(said, "users");
    SAYS(0, "digraph ", "erd", "--format", "dot");
    SAYS_JSON(0, "{\"text\": \"erDiagram", "erd");
    TELLS(2, "--format is mermaid or dot", "erd", "--format", "png");
    (void)db;
    folder_remove();
    cli_end();
}

ON_EACH(slips_of_the_hand_are_told)
{
    folder_make();
    TELLS(2, "blog: there is no command migrat: did you mean migrate?", "migrat");
    TELLS(2, "blog: there is no option --drry-run: did you mean --dry-run?", "migrate", "--drry-run");
    TELLS(2, "blog: this command does not take --irreversible", "migrate", "--irreversible", "x");
    TELLS(2, "blog: --to needs a value", "migrate", "--to");
    TELLS(2, "blog: --all takes no value", "undo", "--all=yes");
    TELLS(2, "blog: NAME is missing", "generate");
    TELLS(2, "blog: b is too much", "generate", "a", "b");
    TELLS(1, "ORM_CONFIG", "status", "--url", "oracle://x");
    SAYS(0, "usage: blog COMMAND [OPTION...]", "help");
    SAYS(0, "example: blog migrate --to 20261127101500", "help", "migrate");
    SAYS(0, "usage: blog generate NAME [OPTION...]", "generate", "--help");
    SAYS(0, "orm ", "--version");
    CHECK(!strchr(said, '\033') && !strchr(told, '\033'));
    (void)db;
    folder_remove();
    cli_end();
}

/* nor does an adapter tell them, whatever is wrong with the URL */
ON_EACH(no_failure_tells_a_password)
{
    static const char *const urls[] = { "postgres://ada:secret@127.0.0.1:1/blog", "postgres://ada:secret@/%zz", "postgres:host=127.0.0.1 port=1 password=secret foo=secret",
        "postgres://ada:secret@127.0.0.1:secret/x", "postgres://127.0.0.1:1/x?password=secret", "sqlite:/nowhere/x.db?password=secret" };
    folder_make();
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        static char *const commands[][2] = { { (char *)(uintptr_t)"status", NULL }, { (char *)(uintptr_t)"db:create", NULL }, { (char *)(uintptr_t)"db:drop", (char *)(uintptr_t)"--yes=x" } };
        for (size_t k = 0; k < sizeof commands / sizeof commands[0]; k++) {
            char *url = (char *)(uintptr_t)urls[i], *words[] = { commands[k][0], (char *)(uintptr_t)"--json", (char *)(uintptr_t)"--url", url, commands[k][1] };
            CHECK_INT(run_for(&Blog_schema, words, commands[k][1] ? 5 : 4), 1);
            is_json(__LINE__);
            if (strstr(told, "secret") || strstr(said, "secret")) printf("%s %s: %s", words[0], url, told);
            CHECK(!strstr(told, "secret") && !strstr(said, "secret"));
        }
    }
    (void)db;
    folder_remove();
    cli_end();
}

ON_EACH(looking_makes_no_file)
{
    char url[128];
    folder_make();
    snprintf(url, sizeof url, "sqlite:%s/misspelt.db", folder);
    TELLS(1, "ORM_", "status", "--url", url);
    TELLS(1, "ORM_", "verify", "--url", url);
    TELLS(1, "ORM_", "migrate", "--dry-run", "--url", url);
    TELLS(1, "ORM_", "pull", "--url", url);
    TELLS(1, "ORM_", "undo", "--url", url);
    TELLS(1, "ORM_", "baseline", "--url", url);
    TELLS(1, "ORM_", "repair", "--url", url);
    TELLS(1, "ORM_", "seed", "--url", url);
    TELLS(1, "ORM_", "seed:undo", "--url", url);
    SAYS(0, "create table", "schema", "--url", url);      /* asks none */
    CHECK_INT(access(url + 7, F_OK), -1);
    (void)db;
    folder_remove();
    cli_end();
}

ON_EACH_SHARED(all_files_that_are_written_are_told)
{
    const char *first, *second;
    folder_make();
    CHECK_INT(run_for(&Blog_schema, WORDS("generate", "first")), 0);
    SAYS(0, "1 migration applied", "migrate");
    CHECK_INT(run_for(&Indexed_schema, WORDS("generate", "more", "--concurrently", "--allow", "a test")), 0);
    CHECK_CONTAINS(said, "_more.sql\n");
    first = strstr(said, "_index_users_age.sql\n");
    second = strstr(said, "_index_posts_title_author_id.sql\n");
    REQUIRE(first && second);
    CHECK(!strstr(told, "-- allow:"));
    SAYS(0, "3 migrations applied", "migrate");
    CHECK_INT(run_for(&Indexed_schema, WORDS("verify")), 0);
    CHECK_INT(run_for(&Blog_schema, WORDS("generate", "back", "--json", "--irreversible", "a test")), 0);
    is_json(__LINE__);
    CHECK_CONTAINS(said, "_back.sql\"], \"dangers\": [");
    (void)db;
    folder_remove();
    cli_end();
}

/* what opens the database decides what its name is: the environment names it where the URL does not */
ON_EACH(a_database_without_a_name_in_its_url_is_that_of_the_environment)
{
    char url[256];
    if (case_engine != ON_POSTGRES) return;
    const char *server = getenv("ORM_POSTGRES"), *at = strstr(server, "dbname=");
    snprintf(url, sizeof url, "%.*s%s", (int)(at - server), server, at + strcspn(at, " "));
    folder_make();
    setenv("PGDATABASE", "of_the_environment", 1);
    typed = "x\n";
    TELLS(1, "This drops the database \"of_the_environment\" with all", "db:drop", "--url", url);
    unsetenv("PGDATABASE");
    typed = "x\n";
    TELLS(1, "This drops the database \"postgres\" with all", "db:drop", "--url", url);      /* the user's */
    char service[300];
    snprintf(service, sizeof service, "%s service=none", url);
    TELLS(1, "the URL names no database", "db:drop", "--url", service);
    (void)db;
    folder_remove();
    cli_end();
}

ON_EACH(databases_are_made_and_dropped_by_name)
{
    char url[256], name[64];
    if (case_engine == ON_MEMORY) return;
    folder_make();
    snprintf(name, sizeof name, "made_%ld", (long)getpid());
    if (case_engine == ON_FILE) {
        snprintf(url, sizeof url, "sqlite:%s/%s", folder, name);
    } else {
        const char *server = getenv("ORM_POSTGRES"), *at = strstr(server, "dbname=");
        snprintf(url, sizeof url, "%.*sdbname=%s %s", (int)(at - server), server, name, at + strcspn(at, " "));
    }
    SAYS(0, " is made\n", "db:create", "--url", url);
    TELLS(1, "ORM_UNIQUE", "db:create", "--url", url);
    typed = "another\n";
    TELLS(1, "nothing is dropped", "db:drop", "--url", url);
    CHECK_CONTAINS(told, "Type its name to go on");
    TELLS(1, "and --yes names \"x\"", "db:drop", "--url", url, "--yes", "x");
    char line[80];
    snprintf(line, sizeof line, "%s\n", name);
    typed = line;
    SAYS(0, " is dropped\n", "db:drop", "--url", url);
    TELLS(1, "ORM_NOT_FOUND", "db:drop", "--url", url, "--yes", name);
    (void)db;
    folder_remove();
    cli_end();
}

CHECK_MAIN()

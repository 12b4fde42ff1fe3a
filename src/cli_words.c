/* >>cli_words: what a command line may say: commands, their options, and help. */
#include "evolve.h"
#ifndef ORM_NO_CLI

#define ORM__CLI_AT(field) offsetof(orm__cli, field)
/* the first ones are of every command */
static const orm__cli_option orm__cli_known[] = {
    { "--url", "URL", "the database; else DATABASE_URL of the environment", ORM__CLI_AT(url) },
    { "--folder", "PATH", "the folder of the migrations", ORM__CLI_AT(folder) },
    { "--json", NULL, "one JSON document on standard output", ORM__CLI_AT(json) },
    { "--quiet", NULL, "no progress", ORM__CLI_AT(quiet) },
    { "--help", NULL, "this text", ORM__CLI_AT(help) },
    { "--to", "NAME", "the last one to apply; of undo: the one that stays. The beginning of its name is enough", ORM__CLI_AT(to) },
    { "--all", NULL, "every one", ORM__CLI_AT(all) },
    { "--dry-run", NULL, "shows the SQL and sends none", ORM__CLI_AT(dry_run) },
    { "--late", NULL, "applies those, too, that are older than the last one applied", ORM__CLI_AT(late) },
    { "--unknown", NULL, "goes on although the database has migrations that are not here", ORM__CLI_AT(unknown) },
    { "--lossy", NULL, "also what is irreversible", ORM__CLI_AT(lossy) },
    { "--empty", NULL, "a file to be written by hand", ORM__CLI_AT(empty) },
    { "--irreversible", "REASON", "why data may be lost for good", ORM__CLI_AT(irreversible) },
    { "--allow", "REASON", "why all that is dangerous in it is right", ORM__CLI_AT(allow) },
    { "--concurrently", NULL, "new indexes of tables that exist in files of their own, which hold nobody off (PostgreSQL)", ORM__CLI_AT(concurrently) },
    { "--ignore", "NAMES", "tables and columns that are no concern of the models: logs,users.shape. May be given again", ORM__CLI_AT(ignore) },
    { "--tables", "NAMES", "only these: users,posts. May be given again", ORM__CLI_AT(tables) },
    { "--name", "NAME", "of the schema in C; else that of the database", ORM__CLI_AT(name) },
    { "--keep", NULL, "rows that are there stay as they are", ORM__CLI_AT(keep) },
    { "--fake", "N", "so many made up rows of each model instead", ORM__CLI_AT(fake) },
    { "--random", "NUMBER", "of which made up rows are made; the same number, the same rows", ORM__CLI_AT(random) },
    { "--output", "FILE", "writes there; the file must not exist", ORM__CLI_AT(output) },
    { "--format", "FORMAT", "mermaid or dot", ORM__CLI_AT(format) },
    { "--dialect", "NAME", "sqlite or postgres; else the one of the URL", ORM__CLI_AT(dialect) },
    { "--yes", "NAME", "the database's name, instead of asking for it", ORM__CLI_AT(yes) },
};
#undef ORM__CLI_AT
enum { ORM__CLI_KNOWN = sizeof orm__cli_known / sizeof orm__cli_known[0], ORM__CLI_COMMON = 5 };

ORM_PRIVATE const orm__cli_command orm__cli_commands[] = {
    { "migrate", NULL, "applies what is pending", "--to --dry-run --late --unknown", "migrate --to 20261127101500", orm__cli_migrate },
    { "undo", NULL, "takes the last migration back", "--to --all --dry-run --unknown --lossy", "undo --to 20261120101010", orm__cli_undo },
    { "status", NULL, "lists the migrations", "", "status --json", orm__cli_status },
    { "generate", "NAME", "writes the difference between the models and the last migration as a new one", "--empty --irreversible --allow --concurrently", "generate \"add age\"", orm__cli_generate },
    { "verify", NULL, "compares the database with the models", "--ignore", "verify --ignore spatial_ref_sys,users.shape", orm__cli_verify },
    { "schema", NULL, "prints the SQL that makes the tables", "--dialect --output", "schema --dialect postgres", orm__cli_schema },
    { "rules", NULL, "prints which rules of the models the database keeps, and which only the program does", "--dialect --output", "rules --dialect postgres", orm__cli_rules },
    { "pull", NULL, "prints the database's tables as models in C", "--output --name --tables --ignore", "pull --name Shop --output models.h", orm__cli_pull },
    { "seed", NULL, "sees to it that the program's seeds are there, or makes up rows", "--keep --fake --random", "seed --fake 1000", orm__cli_seed },
    { "seed:undo", NULL, "destroys the rows of the seeds", "", "seed:undo", orm__cli_seed_undo },
    { "embed", NULL, "prints the migrations as a C header, to compile them in", "--output", "embed --output migrations.h", orm__cli_embed },
    { "baseline", NULL, "notes the migrations as applied without running them", "--to", "baseline --to 20261120101010", orm__cli_baseline },
    { "repair", NULL, "takes the files as they are: edited, missing and unfinished ones", "", "repair", orm__cli_repair },
    { "erd", NULL, "prints a diagram of the tables", "--format --output", "erd --format dot | dot -Tsvg > schema.svg", orm__cli_erd },
    { "db:create", NULL, "makes the database", "", "db:create --url postgres://localhost/blog", orm__cli_db_create },
    { "db:drop", NULL, "drops the database, when its name is typed", "--yes", "db:drop --yes blog_test", orm__cli_db_drop },
    { NULL, NULL, NULL, NULL, NULL, NULL }
};

/* ---- the nearest word ------------------------------------------------------------------------------------------------------------- */
/* a word that shares less than half of a candidate is no slip of it */
static const char *orm__nearest(const char *word, const char *best, size_t *distance, const char *candidate)
{
    size_t d = orm__distance(word, candidate);
    if (d >= *distance || d > 3 || d * 2 > strlen(candidate)) return best;
    *distance = d;
    return candidate;
}

/* ---- help ---------------------------------------------------------------------------------------------------------------------------- */
static bool orm__cli_takes(const orm__cli_command *command, const orm__cli_option *option)
{
    const char *at = strstr(command->options, option->name);
    size_t n = strlen(option->name);
    if (option < orm__cli_known + ORM__CLI_COMMON) return true;
    for (; at; at = strstr(at + 1, option->name)) if (at[n] == ' ' || at[n] == 0) return true;
    return false;
}

static void orm__cli_print_option(FILE *out, const orm__cli_option *option)
{
    char shown[40];
    snprintf(shown, sizeof shown, "%s%s%s", option->name, option->value ? " " : "", option->value ? option->value : "");
    fprintf(out, "  %-22s %s\n", shown, option->what);
}

static void orm__cli_help_json(orm__cli *c, const orm__cli_command *only)
{
    orm__cli_json_open(c, "commands", '[');
    for (const orm__cli_command *command = only ? only : orm__cli_commands; command->name; command++) {
        orm__cli_json_open(c, NULL, '{');
        orm__cli_json(c, "name", command->name);
        orm__cli_json(c, "argument", command->argument);
        orm__cli_json(c, "what", command->what);
        orm__cli_json_open(c, "options", '[');
        for (size_t i = 0; i < ORM__CLI_KNOWN; i++) {
            if (!orm__cli_takes(command, &orm__cli_known[i])) continue;
            orm__cli_json_open(c, NULL, '{');
            orm__cli_json(c, "name", orm__cli_known[i].name);
            orm__cli_json(c, "value", orm__cli_known[i].value);
            orm__cli_json(c, "what", orm__cli_known[i].what);
            orm__cli_json_close(c, '}');
        }
        orm__cli_json_close(c, ']');
        orm__cli_json(c, "example", command->example);
        orm__cli_json_close(c, '}');
        if (only) break;
    }
    orm__cli_json_close(c, ']');
}

ORM_PRIVATE void orm__cli_help(orm__cli *c, FILE *out, const orm__cli_command *command)
{
    if (c->json) {
        orm__cli_help_json(c, command);
        return;
    }
    if (!command) {
        fprintf(out, "usage: %s COMMAND [OPTION...]\n\n", c->program);
        for (const orm__cli_command *each = orm__cli_commands; each->name; each++) fprintf(out, "  %-22s %s\n", each->name, each->what);
        fputs("\noptions of every command:\n", out);
        for (size_t i = 0; i < ORM__CLI_COMMON; i++) orm__cli_print_option(out, &orm__cli_known[i]);
        fprintf(out, "\n%s help COMMAND tells more. Exit codes: 0 it worked, 1 it failed or there are differences, 2 the words were not understood.\n", c->program);
        return;
    }
    fprintf(out, "usage: %s %s%s%s [OPTION...]\n%s.\n\n", c->program, command->name, command->argument ? " " : "", command->argument ? command->argument : "", command->what);
    for (size_t i = 0; i < ORM__CLI_KNOWN; i++)
        if (orm__cli_takes(command, &orm__cli_known[i])) orm__cli_print_option(out, &orm__cli_known[i]);
    fprintf(out, "\nexample: %s %s\n", c->program, command->example);
}

/* ---- reading ---------------------------------------------------------------------------------------------------------------------------- */
ORM_PRIVATE const char *orm__cli_shown(const char *word, char out[64])
{
    const char *scheme = strstr(word, "://");
    size_t n = strcspn(word, "=@ ");
    if (scheme && (size_t)(scheme - word) < n) n = (size_t)(scheme - word);
    bool whole = !word[n] && n < 60;
    snprintf(out, 64, "%.*s%s", (int)(n < 60 ? n : 60), word, whole ? "" : "...");
    return out;
}

static bool orm__cli_refuse(orm__cli *c, const char *before, const char *word, const char *behind, const char *nearest)
{
    char shown[64];
    orm__raise(NULL, ORM_MISUSE, 0, "%s%s%s%s%s%s", before, orm__cli_shown(word, shown), behind, nearest ? ": did you mean " : "", nearest ? nearest : "", nearest ? "?" : "");
    orm__cli_wrong(c);
    return false;
}

ORM_PRIVATE bool orm__cli_add(orm__cli *c, orm__cli_list *list, const char *name)
{
    if (list->n + 2 > list->room) {
        size_t room = list->room ? list->room * 2 : 16;
        const char **more = orm_arena_allocate(&c->arena, room * sizeof *more);
        if (!more) return orm__raise(NULL, ORM_NO_MEMORY, 0, "out of memory"), false;
        if (list->n) memcpy(more, list->item, list->n * sizeof *more);
        list->item = more;
        list->room = room;
    }
    list->item[list->n++] = name;
    list->item[list->n] = NULL;
    return true;
}

/* "a,b", cut in a copy of it */
static bool orm__cli_add_names(orm__cli *c, orm__cli_list *list, const char *names)
{
    char *rest = orm__bump_text(&c->arena, names, strlen(names));
    if (!rest) return orm__raise(NULL, ORM_NO_MEMORY, 0, "out of memory"), false;
    for (char *comma = rest; comma; rest = comma) {
        comma = strchr(rest, ',');
        if (comma) *comma++ = 0;
        if (rest[0] && !orm__cli_add(c, list, rest)) return false;
    }
    return true;
}

static bool orm__cli_set(orm__cli *c, const orm__cli_option *option, const char *value)
{
    char *at = (char *)c + option->at;
    const bool yes = true;
    if (option->value && strcmp(option->value, "NAMES") == 0) return orm__cli_add_names(c, (orm__cli_list *)(void *)at, value) || (orm__cli_error(c), false);
    if (option->value) memcpy(at, &value, sizeof value);
    else memcpy(at, &yes, sizeof yes);
    return true;
}

static bool orm__cli_read_option(orm__cli *c, int *i, int argc, char **argv)
{
    const char *word = strcmp(argv[*i], "-h") == 0 ? "--help" : argv[*i], *equals = strchr(word, '='), *nearest = NULL;
    size_t n = equals ? (size_t)(equals - word) : strlen(word), distance = 99;
    char name[32];
    snprintf(name, sizeof name, "%.*s", (int)(n < 31 ? n : 31), word);
    for (size_t k = 0; k < ORM__CLI_KNOWN; k++) {
        const orm__cli_option *o = &orm__cli_known[k];
        bool takes = orm__cli_takes(c->command, o);
        if (takes) nearest = orm__nearest(name, nearest, &distance, o->name);
        if (strlen(o->name) != n || memcmp(o->name, word, n) != 0) continue;
        if (!takes) return orm__cli_refuse(c, "this command does not take ", o->name, "", NULL);
        if (!o->value && !equals) return orm__cli_set(c, o, NULL);
        if (!o->value) return orm__cli_refuse(c, "", o->name, " takes no value", NULL);
        /* what begins with -- is the next option: a value that does is written behind = */
        if (!equals && (*i + 1 >= argc || strncmp(argv[*i + 1], "--", 2) == 0)) return orm__cli_refuse(c, "", o->name, " needs a value", NULL);
        return orm__cli_set(c, o, equals ? equals + 1 : argv[++*i]);
    }
    return orm__cli_refuse(c, "there is no option ", word, "", nearest);
}

ORM_PRIVATE const orm__cli_command *orm__cli_find(const char *name, const char **nearest)
{
    size_t distance = 99;
    *nearest = NULL;
    for (const orm__cli_command *command = orm__cli_commands; command->name; command++) {
        if (strcmp(command->name, name) == 0) return command;
        *nearest = orm__nearest(name, *nearest, &distance, command->name);
    }
    return NULL;
}

/* false: it was told what is wrong */
ORM_PRIVATE bool orm__cli_read(orm__cli *c, int argc, char **argv)
{
    const char *nearest = NULL;
    c->command = orm__cli_find(argv[1], &nearest);
    if (!c->command) return orm__cli_refuse(c, "there is no command ", argv[1], "", nearest);
    for (int i = 2; i < argc; i++) {
        if (argv[i][0] == '-' && argv[i][1]) {
            if (!orm__cli_read_option(c, &i, argc, argv)) return false;
        } else if (c->command->argument && !c->argument) c->argument = argv[i];
        else return orm__cli_refuse(c, "", argv[i], " is too much", NULL);
    }
    if (c->command->argument && !c->argument && !c->help) return orm__cli_refuse(c, "", c->command->argument, " is missing", NULL);
    return true;
}
#endif

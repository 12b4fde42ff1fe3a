/* >>cli_words: what a command line may say: commands, their options, and help. */
#include "evolve.h"
#ifndef ORM_NO_CLI

static const orm__cli_option orm__cli_known[] = {
    { "--url", "URL", "the database; else DATABASE_URL of the environment" },
    { "--folder", "PATH", "the folder of the migrations" },
    { "--json", NULL, "one JSON document on standard output" },
    { "--quiet", NULL, "no progress" },
    { "--help", NULL, "this text" },
    { "--to", "NAME", "the last one to apply; of undo: the one that stays. The beginning of its name is enough" },
    { "--all", NULL, "every one" },
    { "--dry-run", NULL, "shows the SQL and sends none" },
    { "--late", NULL, "applies those, too, that are older than the last one applied" },
    { "--unknown", NULL, "goes on although the database has migrations that are not here" },
    { "--lossy", NULL, "also what is irreversible" },
    { "--empty", NULL, "a file to be written by hand" },
    { "--irreversible", "REASON", "why data may be lost for good" },
    { "--allow", "REASON", "why all that is dangerous in it is right" },
    { "--concurrently", NULL, "new indexes of tables that exist in files of their own, which hold nobody off (PostgreSQL)" },
    { "--output", "FILE", "writes there; the file must not exist" },
    { "--format", "FORMAT", "mermaid or dot" },
    { "--dialect", "NAME", "sqlite or postgres; no database is asked then" },
    { "--yes", "NAME", "the database's name, instead of asking for it" },
};
enum { ORM__CLI_KNOWN = sizeof orm__cli_known / sizeof orm__cli_known[0], ORM__CLI_COMMON = 5 };

ORM_PRIVATE const orm__cli_command orm__cli_commands[] = {
    { "migrate", NULL, "applies what is pending", "--to --dry-run --late --unknown", "migrate --to 20261127101500", orm__cli_migrate },
    { "undo", NULL, "takes the last migration back", "--to --all --dry-run --unknown --lossy", "undo --to 20261120101010", orm__cli_undo },
    { "status", NULL, "lists the migrations", "", "status --json", orm__cli_status },
    { "generate", "NAME", "writes the difference between the models and the last migration as a new one", "--empty --irreversible --allow --concurrently", "generate \"add age\"", orm__cli_generate },
    { "verify", NULL, "compares the database with the models", "", "verify || echo it differs", orm__cli_verify },
    { "schema", NULL, "prints the SQL that makes the tables", "--dialect", "schema --dialect postgres", orm__cli_schema },
    { "embed", NULL, "prints the migrations as a C header, to compile them in", "--output", "embed --output migrations.h", orm__cli_embed },
    { "baseline", NULL, "notes the migrations as applied without running them", "--to", "baseline --to 20261120101010", orm__cli_baseline },
    { "repair", NULL, "takes the files as they are: edited, missing and unfinished ones", "", "repair", orm__cli_repair },
    { "erd", NULL, "prints a diagram of the tables", "--format", "erd --format dot | dot -Tsvg > schema.svg", orm__cli_erd },
    { "db:create", NULL, "makes the database", "", "db:create --url postgres://localhost/blog", orm__cli_db_create },
    { "db:drop", NULL, "drops the database, when its name is typed", "--yes", "db:drop", orm__cli_db_drop },
    { NULL, NULL, NULL, NULL, NULL, NULL }
};

/* ---- the nearest word ------------------------------------------------------------------------------------------------------------- */
static const char *orm__nearest(const char *word, const char *best, size_t *distance, const char *candidate)
{
    size_t d = orm__distance(word, candidate);
    if (d >= *distance || d > 3) return best;
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

ORM_PRIVATE void orm__cli_help(FILE *out, const char *program, const orm__cli_command *command)
{
    if (!command) {
        fprintf(out, "usage: %s COMMAND [OPTION...]\n\n", program);
        for (const orm__cli_command *c = orm__cli_commands; c->name; c++) fprintf(out, "  %-22s %s\n", c->name, c->what);
        fputs("\noptions of every command:\n", out);
        for (size_t i = 0; i < ORM__CLI_COMMON; i++) orm__cli_print_option(out, &orm__cli_known[i]);
        fprintf(out, "\n%s help COMMAND tells more. Exit codes: 0 it worked, 1 it failed or there are differences, 2 the words were not understood.\n", program);
        return;
    }
    fprintf(out, "usage: %s %s%s%s [OPTION...]\n%s.\n\n", program, command->name, command->argument ? " " : "", command->argument ? command->argument : "", command->what);
    for (size_t i = 0; i < ORM__CLI_KNOWN; i++)
        if (orm__cli_takes(command, &orm__cli_known[i])) orm__cli_print_option(out, &orm__cli_known[i]);
    fprintf(out, "\nexample: %s %s\n", program, command->example);
}

/* ---- reading ---------------------------------------------------------------------------------------------------------------------------- */
static void orm__cli_set(orm__cli *c, size_t option, const char *value)
{
    const char **texts[ORM__CLI_KNOWN] = { [0] = &c->url, [1] = &c->folder, [5] = &c->to, [12] = &c->irreversible, [13] = &c->allow, [15] = &c->output, [16] = &c->format, [17] = &c->dialect, [18] = &c->yes };
    bool *flags[ORM__CLI_KNOWN] = { [2] = &c->json, [3] = &c->quiet, [4] = &c->help, [6] = &c->all, [7] = &c->dry_run, [8] = &c->late, [9] = &c->unknown, [10] = &c->lossy, [11] = &c->empty, [14] = &c->concurrently };
    if (flags[option]) *flags[option] = true;
    else *texts[option] = value;
}

static bool orm__cli_refuse(orm__cli *c, const char *before, const char *word, const char *behind, const char *nearest)
{
    fprintf(c->err, "%s: %s%s%s", c->program, before, word, behind);
    if (nearest) fprintf(c->err, ": did you mean %s?", nearest);
    fputc('\n', c->err);
    return false;
}

static bool orm__cli_read_option(orm__cli *c, int *i, int argc, char **argv)
{
    const char *word = argv[*i], *equals = strchr(word, '='), *nearest = NULL;
    size_t n = equals ? (size_t)(equals - word) : strlen(word), distance = 99;
    for (size_t k = 0; k < ORM__CLI_KNOWN; k++) {
        const orm__cli_option *o = &orm__cli_known[k];
        bool takes = orm__cli_takes(c->command, o);
        if (takes) nearest = orm__nearest(word, nearest, &distance, o->name);
        if (strlen(o->name) != n || memcmp(o->name, word, n) != 0) continue;
        if (!takes) return orm__cli_refuse(c, "this command does not take ", word, "", NULL);
        if (!o->value && !equals) return orm__cli_set(c, k, NULL), true;
        if (equals && !o->value) return orm__cli_refuse(c, "", o->name, " takes no value", NULL);
        if (!equals && *i + 1 >= argc) return orm__cli_refuse(c, "", o->name, " needs a value", NULL);
        orm__cli_set(c, k, equals ? equals + 1 : argv[++*i]);
        return true;
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

/* >>cli: the commands of ORM_CLI: each calls what a program would call, and tells what came of it. */
#include "evolve.h"
#ifndef ORM_NO_CLI
#include <signal.h>

/* ---- what commands need ------------------------------------------------------------------------------------------------------------- */
static const char *orm__cli_url(orm__cli *c)
{
    const char *set = getenv("DATABASE_URL"), *url = c->url ? c->url : c->given->url ? c->given->url : set && set[0] ? set : NULL;
    if (!url) orm__raise(NULL, ORM_CONFIG, 0, "which database? Give --url, or set DATABASE_URL, as in sqlite:blog.db");
    return url;
}

static const orm_dialect *orm__cli_adapter(orm__cli *c, const char **url)
{
    *url = orm__cli_url(c);
    return *url ? orm__choose_adapter(*url, c->given->adapters, c->given->n_adapters) : NULL;
}

static orm_db *orm__cli_open_url(orm__cli *c, const char *url)
{
    const orm_options options = { .orm__begin = true };
    return url ? orm__open(url, c->given->adapters, c->given->n_adapters, &options, sizeof(orm_query)) : NULL;
}

/* for what fills a database: one that is a file may come into being */
static orm_db *orm__cli_open(orm__cli *c) { return orm__cli_open_url(c, orm__cli_url(c)); }

/* for what looks at one, or works on what is there: a file whose name was misspelt must not */
static orm_db *orm__cli_look(orm__cli *c)
{
    const char *url = NULL;
    const orm_dialect *dialect = orm__cli_adapter(c, &url);
    if (!dialect) return NULL;
    if (dialect->existing && !strstr(url, "mode=") && !strstr(url, ":memory:")) url = orm_format(&c->arena, "%s%c%s", url, strchr(url, '?') ? '&' : '?', dialect->existing);
    if (!url) orm__raise(NULL, ORM_NO_MEMORY, 0, "out of memory");
    return orm__cli_open_url(c, url);
}

static const char *orm__cli_folder(const orm__cli *c) { return c->folder ? c->folder : c->given->folder; }

static orm_migrate_options orm__cli_how(orm__cli *c)
{
    return (orm_migrate_options){ .folder = orm__cli_folder(c), .compiled = c->given->migrations, .to = c->to, .all = c->all, .dry_run = c->dry_run, .late = c->late,
                                  .unknown = c->unknown, .lossy = c->lossy, .event = orm__cli_progress, .context = c };
}

/* a text, to a file that is not there yet or to standard output; in the document it is a member */
static int orm__cli_write(orm__cli *c, const char *text_)
{
    const char *slash = c->output ? strrchr(c->output, '/') : NULL;
    if (!c->output) {
        orm__cli_json(c, "text", text_);
        if (!c->json) fputs(text_, c->out);
        return ORM__CLI_FINE;
    }
    const char *folder = slash ? orm_format(&c->arena, "%.*s", (int)(slash - c->output), c->output) : ".";
    orm_status status = folder ? orm__write_new_file(folder[0] ? folder : "/", c->output, text_, strlen(text_)) : orm__raise(NULL, ORM_NO_MEMORY, 0, "out of memory");
    if (!status) orm__cli_json(c, "path", c->output);
    return status ? orm__cli_error(c) : ORM__CLI_FINE;
}

static const char *orm__cli_written(const orm__writer *w) { return w->text ? w->text : ""; }

/* ---- migrations ------------------------------------------------------------------------------------------------------------------------ */
static int orm__cli_run(orm__cli *c, orm_status (*call)(orm_db *db, const orm_migrate_options *options, size_t *done), const char *done_word, const char *nothing)
{
    size_t done = 0;
    orm_db *db = call == orm_migrate && !c->dry_run ? orm__cli_open(c) : orm__cli_look(c);
    if (!db) return orm__cli_error(c);
    const orm_migrate_options how = orm__cli_how(c);
    orm__cli_json_open(c, "migrations", '[');
    orm_status status = call(db, &how, &done);
    orm__cli_json_close(c, ']');
    orm__cli_json_number(c, "done", c->dry_run ? 0 : (int64_t)done);
    int code = status ? orm__cli_error(c) : ORM__CLI_FINE;
    if (!status && !c->json && !c->quiet && !(c->dry_run && done)) {
        if (done) fprintf(c->out, "%zu %s%s\n", done, done == 1 ? "migration " : "migrations ", done_word);
        else fprintf(c->out, "%s%s\n", c->dry_run ? "-- " : "", nothing);
    }
    orm_close(db);
    return code;
}

ORM_PRIVATE int orm__cli_migrate(orm__cli *c)  { return orm__cli_run(c, orm_migrate, "applied", "nothing to apply"); }
ORM_PRIVATE int orm__cli_undo(orm__cli *c)     { return orm__cli_run(c, orm_migrate_undo, "undone", "nothing to undo"); }
ORM_PRIVATE int orm__cli_baseline(orm__cli *c) { return orm__cli_run(c, orm_migrate_baseline, "noted as applied", "nothing to note"); }
ORM_PRIVATE int orm__cli_repair(orm__cli *c)   { return orm__cli_run(c, orm_migrate_repair, "repaired", "nothing to repair"); }

static void orm__cli_status_line(orm__cli *c, const orm_migration_line *line)
{
    static const char *const words[] = { "pending", "applied", "edited", "missing", "late", "unfinished" };
    static const char *const colours[] = { "\033[33m", "\033[32m", "\033[31m", "\033[31m", "\033[31m", "\033[31m" };
    char moment[ORM_TIME_SIZE] = "";
    if (line->applied_at != ORM_UNSET_TIME) orm_time_text(line->applied_at, moment);
    orm__cli_json_open(c, NULL, '{');
    orm__cli_json(c, "name", line->name);
    orm__cli_json(c, "state", words[line->state]);
    orm__cli_json(c, "applied_at", moment[0] ? moment : NULL);
    orm__cli_json_number(c, "microseconds", line->microseconds);
    orm__cli_json_close(c, '}');
    if (!c->json)
        fprintf(c->out, "%s%-10s%s  %s%s%s\n", orm__cli_colour(c, colours[line->state]), words[line->state], orm__cli_colour(c, "\033[0m"), line->name, moment[0] ? "  " : "", moment);
}

ORM_PRIVATE int orm__cli_status(orm__cli *c)
{
    orm_migration_line *lines = NULL;
    size_t n = 0;
    orm_db *db = orm__cli_look(c);
    if (!db) return orm__cli_error(c);
    const orm_migrate_options how = orm__cli_how(c);
    orm_status status = orm_migrate_status(db, &how, &c->arena, &lines, &n);
    orm__cli_json_open(c, "migrations", '[');
    for (size_t i = 0; i < n && !status; i++) orm__cli_status_line(c, &lines[i]);
    orm__cli_json_close(c, ']');
    if (!status && !c->json && !n) fputs("there are no migrations\n", c->out);
    int code = status ? orm__cli_error(c) : ORM__CLI_FINE;
    orm_close(db);
    return code;
}

/* files as they are written; dangers wait for the end, in the document as well as below the files */
typedef struct orm__cli_danger { const char *path, *danger, *what; struct orm__cli_danger *next; } orm__cli_danger;
typedef struct orm__cli_generated { orm__cli *c; orm__cli_danger *first, **last; size_t files; bool failed; } orm__cli_generated;
static void orm__cli_generated_one(void *context, const char *path, const char *danger, const char *what)
{
    orm__cli_generated *g = (orm__cli_generated *)context;
    if (!danger) {
        g->files++;
        orm__cli_json(g->c, NULL, path);
        if (!g->c->json) fprintf(g->c->out, "%s\n", path);
        return;
    }
    orm__cli_danger *one = orm_arena_allocate(&g->c->arena, sizeof *one);
    if (one) *one = (orm__cli_danger){ orm_text(&g->c->arena, path), orm_text(&g->c->arena, danger), orm_text(&g->c->arena, what), NULL };
    if (!one || !one->path || !one->danger || !one->what) {
        g->failed = true;
        return;
    }
    *g->last = one;
    g->last = &one->next;
}

static void orm__cli_tell_dangers(orm__cli *c, const orm__cli_generated *g)
{
    orm__cli_json_open(c, "dangers", '[');
    for (const orm__cli_danger *d = g->first; d; d = d->next) {
        orm__cli_json_open(c, NULL, '{');
        orm__cli_json(c, "path", d->path);
        orm__cli_json(c, "danger", d->danger);
        orm__cli_json(c, "what", d->what);
        orm__cli_json_close(c, '}');
    }
    orm__cli_json_close(c, ']');
    if (!g->first) return;
    fputs("what is dangerous in it does not run before the file says why it is right:\n", c->err);
    for (const orm__cli_danger *d = g->first; d; d = d->next) fprintf(c->err, "    -- allow: %s: why      (%s)\n", d->danger, d->what);
}

ORM_PRIVATE int orm__cli_generate(orm__cli *c)
{
    orm__cli_generated g = { .c = c };
    g.last = &g.first;
    const orm_generate_options how = { .folder = orm__cli_folder(c), .compiled = c->given->migrations, .irreversible = c->irreversible, .allow = c->allow, .empty = c->empty,
                                       .concurrently = c->concurrently, .each = orm__cli_generated_one, .context = &g };
    orm__cli_json_open(c, "files", '[');
    orm_status status = orm__generate(c->given->schema, c->argument, c->given->adapters, c->given->n_adapters, &how, &c->arena, NULL);
    orm__cli_json_close(c, ']');
    orm__cli_tell_dangers(c, &g);
    if (!status && g.failed) status = orm__raise(NULL, ORM_NO_MEMORY, 0, "out of memory: the files are written, but not all that is dangerous in them was told");
    if (status) return orm__cli_error(c);
    if (!g.files && !c->json && !c->quiet) fputs("the models are what the last migration ends with: there is nothing to write\n", c->out);
    return ORM__CLI_FINE;
}

/* ---- the schema --------------------------------------------------------------------------------------------------------------------------- */
static void orm__cli_difference(void *context, const char *where_, const char *rule, const char *what)
{
    orm__cli *c = (orm__cli *)context;
    c->told++;
    char clean[300];                             /* a database may call its tables anything, also what a terminal obeys */
    orm__copy_clean(clean, sizeof clean, "%s", where_);
    if (!c->json) fprintf(c->out, "%s%s%s: ", orm__cli_colour(c, "\033[31m"), clean, orm__cli_colour(c, "\033[0m"));
    orm__copy_clean(clean, sizeof clean, "%s", what);
    if (!c->json) fprintf(c->out, "%s\n", clean);
    orm__cli_json_open(c, NULL, '{');
    orm__cli_json(c, "where", where_);
    orm__cli_json(c, "rule", rule);
    orm__cli_json(c, "what", what);
    orm__cli_json_close(c, '}');
}

ORM_PRIVATE int orm__cli_verify(orm__cli *c)
{
    bool fine = true;
    for (size_t i = 0; c->given->ignore && c->given->ignore[i] && fine; i++) fine = orm__cli_add(c, &c->ignore, c->given->ignore[i]);
    orm_db *db = fine ? orm__cli_look(c) : NULL;
    if (!db) return orm__cli_error(c);
    orm__cli_json_open(c, "differences", '[');
    orm_status status = orm_verify(db, c->given->schema, c->ignore.item, orm__cli_difference, c);
    orm__cli_json_close(c, ']');
    int code = status ? ORM__CLI_FAILED : ORM__CLI_FINE;
    if (status && status != ORM_SCHEMA_DIFFERS) orm__cli_error(c);
    else if (!c->json && !c->quiet && status) fprintf(c->out, "%zu difference%s\n", c->told, c->told == 1 ? "" : "s");
    else if (!c->json && !c->quiet) fputs("the database is what the models say\n", c->out);
    orm_close(db);
    return code;
}

/* the one that --dialect names, or the URL, or the program's only one: no database is asked */
static const orm_dialect *orm__cli_dialect(orm__cli *c)
{
    char list[200] = "";
    const char *url = NULL;
    if (!c->dialect && !c->url && c->given->n_adapters == 1) return c->given->adapters[0];
    if (!c->dialect) return orm__cli_adapter(c, &url);
    for (size_t i = 0; i < c->given->n_adapters; i++) {
        size_t length = strlen(list);
        if (strcmp(c->given->adapters[i]->name, c->dialect) == 0) return c->given->adapters[i];
        snprintf(list + length, sizeof list - length, "%s%s", i ? ", " : "", c->given->adapters[i]->name);
    }
    orm__raise(NULL, ORM_CONFIG, 0, "this program has no adapter for %.40s; it has %s", c->dialect, list);
    return NULL;
}

/* the way from nothing to the models is what makes them */
ORM_PRIVATE int orm__cli_schema(orm__cli *c)
{
    const orm_schema nothing = { .name = "" };
    const orm_dialect *dialect = orm__cli_dialect(c);
    if (!dialect) return orm__cli_error(c);
    orm__diff d = { .dialect = dialect, .arena = &c->arena };
    bool fine = orm__diff_schemas(&d, &nothing, c->given->schema);
    if (!fine && !orm_failed()) orm__raise(NULL, d.why[0] ? ORM_MISUSE : ORM_NO_MEMORY, 0, "%s", d.why[0] ? d.why : "out of memory");
    orm__cli_json(c, "dialect", dialect->name);
    int code = fine ? orm__cli_write(c, orm__cli_written(&d.sql)) : orm__cli_error(c);
    orm__diff_end(&d);
    return code;
}

ORM_PRIVATE int orm__cli_rules(orm__cli *c)
{
    const orm_dialect *dialect = orm__cli_dialect(c);
    if (!dialect) return orm__cli_error(c);
    orm__writer w = { .allocator = &c->allocator, .dialect = dialect };
    for (size_t i = 0; i < c->given->schema->n_models; i++) orm__report_model(&w, c->given->schema->models[i]);
    if (w.failed) orm__raise(NULL, ORM_NO_MEMORY, 0, "out of memory");
    orm__cli_json(c, "dialect", dialect->name);
    int code = w.failed ? orm__cli_error(c) : orm__cli_write(c, orm__cli_written(&w));
    orm__writer_release(&w);
    return code;
}

ORM_PRIVATE int orm__cli_erd(orm__cli *c)
{
    bool dot = c->format && strcmp(c->format, "dot") == 0;
    if (c->format && !dot && strcmp(c->format, "mermaid") != 0) {
        orm__raise(NULL, ORM_MISUSE, 0, "--format is mermaid or dot");
        return orm__cli_wrong(c);
    }
    orm__writer w = { .allocator = &c->allocator };
    orm__erd_text(&w, c->given->schema, dot ? ORM_ERD_DOT : ORM_ERD_MERMAID);
    if (w.failed) orm__raise(NULL, ORM_NO_MEMORY, 0, "out of memory");
    int code = w.failed ? orm__cli_error(c) : orm__cli_write(c, orm__cli_written(&w));
    orm__writer_release(&w);
    return code;
}

ORM_PRIVATE int orm__cli_pull(orm__cli *c)
{
    const char *text_ = NULL;
    const orm_pull_options what = { .name = c->name, .tables = c->tables.item, .ignore = c->ignore.item };
    orm_db *db = orm__cli_look(c);
    if (!db) return orm__cli_error(c);
    orm_status status = orm_pull(db, &what, &c->arena, &text_);
    int code = status ? orm__cli_error(c) : orm__cli_write(c, text_);
    orm_close(db);
    return code;
}

/* ---- rows ------------------------------------------------------------------------------------------------------------------------------------ */
static bool orm__cli_number(const char *text_, uint64_t most, uint64_t *out)
{
    char *stop = NULL;
    errno = 0;
    *out = strtoull(text_, &stop, 10);
    return text_[0] >= '0' && text_[0] <= '9' && !*stop && !errno && *out <= most;
}

static int orm__cli_fake(orm__cli *c)
{
    uint64_t n = 0, number = 0;
    if (!orm__cli_number(c->fake, 1000000000, &n) || (c->random && !orm__cli_number(c->random, UINT64_MAX, &number))) {
        orm__raise(NULL, ORM_MISUSE, 0, "--fake and --random take numbers");
        return orm__cli_wrong(c);
    }
    orm_db *db = orm__cli_look(c);
    if (!db) return orm__cli_error(c);
    orm_status status = orm_fake(db, c->given->schema, (size_t)n, &(orm_fake_options){ .seed = number, .progress = orm__cli_rows, .context = c });
    int code = status ? orm__cli_error(c) : ORM__CLI_FINE;
    if (!status) orm__cli_json_number(c, "created", (int64_t)(n * c->given->schema->n_models));
    if (!status && !c->json && !c->quiet) fprintf(c->out, "%" PRIu64 " rows of each of %zu models\n", n, c->given->schema->n_models);
    orm_close(db);
    return code;
}

static void orm__cli_tell_seeded(orm__cli *c, const orm_seeded *done, bool undo)
{
    orm__cli_json_number(c, "created", (int64_t)done->created);
    orm__cli_json_number(c, "updated", (int64_t)done->updated);
    orm__cli_json_number(c, "unchanged", (int64_t)done->unchanged);
    orm__cli_json_number(c, "destroyed", (int64_t)done->destroyed);
    if (c->json || c->quiet) return;
    if (undo) fprintf(c->out, "%zu rows destroyed\n", done->destroyed);
    else fprintf(c->out, "%zu rows created, %zu updated, %zu as they were\n", done->created, done->updated, done->unchanged);
}

static int orm__cli_seed_either(orm__cli *c, bool undo)
{
    orm_seeded done = { .created = 0 };
    const orm_seed_options how = { .keep = c->keep, .progress = orm__cli_rows, .context = c };
    if (!c->given->seeds) {
        orm__raise(NULL, ORM_MISUSE, 0, "this program has no seeds: give ORM_CLI a table of them, .seeds = Blog_seeds");
        return orm__cli_error(c);
    }
    orm_db *db = orm__cli_look(c);
    if (!db) return orm__cli_error(c);
    orm_status status = undo ? orm_seed_undo(db, c->given->seeds, &how, &done) : orm_seed(db, c->given->seeds, &how, &done);
    int code = status ? orm__cli_error(c) : ORM__CLI_FINE;
    if (!status) orm__cli_tell_seeded(c, &done, undo);
    orm_close(db);
    return code;
}

ORM_PRIVATE int orm__cli_seed(orm__cli *c)      { return c->fake ? orm__cli_fake(c) : orm__cli_seed_either(c, false); }
ORM_PRIVATE int orm__cli_seed_undo(orm__cli *c) { return orm__cli_seed_either(c, true); }

/* ---- migrations in a program ------------------------------------------------------------------------------------------------------------------ */
/* line by line, as they are read in the file */
static void orm__embed_text(orm__writer *w, const orm__migration *m, orm_arena *arena)
{
    for (const char *at = m->text, *stop = m->text + m->size; at < stop; ) {
        const char *line_end = memchr(at, '\n', (size_t)(stop - at)), *next = line_end ? line_end + 1 : stop;
        const char *line = orm__bump_text(arena, at, (size_t)(next - at));
        orm__put(w, "        ");
        if (line) orm__put_c_text(w, line);
        else w->failed = true;
        orm__put_char(w, '\n');
        at = next;
    }
}

/* C promises 4,095 bytes of a text; gcc and clang take more, and warn when they are asked to be pedantic */
static void orm__embed_all(orm__writer *w, const char *schema, const orm__migration *list, size_t n, orm_arena *arena)
{
    orm__put(w, "/* The migrations of ");
    orm__put(w, schema);
    orm__put(w, ", made by `embed`: include this behind orm.h, and give the table to orm_migrate or ORM_CLI. */\n"
                "#pragma GCC diagnostic push\n#pragma GCC diagnostic ignored \"-Woverlength-strings\"\nstatic const orm_migration ");
    orm__put(w, schema);
    orm__put(w, "_migrations[] = {\n");
    for (size_t i = 0; i < n; i++) {
        orm__put_format(w, "    { .name = \"%s\", .sql =\n", list[i].name);
        orm__embed_text(w, &list[i], arena);
        orm__put(w, "    },\n");
    }
    orm__put(w, "    { .name = NULL }\n};\n#pragma GCC diagnostic pop\n");
}

ORM_PRIVATE int orm__cli_embed(orm__cli *c)
{
    orm__migration *list = NULL;
    size_t n = 0;
    if (orm__migrations_read(orm__cli_folder(c), NULL, &c->arena, &list, &n)) return orm__cli_error(c);
    orm__writer w = { .allocator = &c->allocator };
    orm__embed_all(&w, c->given->schema->name, list, n, &c->arena);
    if (w.failed) orm__raise(NULL, ORM_NO_MEMORY, 0, "out of memory");
    int code = w.failed ? orm__cli_error(c) : orm__cli_write(c, orm__cli_written(&w));
    orm__writer_release(&w);
    return code;
}

/* ---- databases ------------------------------------------------------------------------------------------------------------------------------------ */
static int orm__cli_database_done(orm__cli *c, const char *member, const char *name, const char *sentence)
{
    orm__cli_json(c, "database", name);
    orm__cli_json_raw(c, member, "true");
    if (!c->json && !c->quiet) fprintf(c->out, "the database %s%s\n", name, sentence);
    return ORM__CLI_FINE;
}

/* the adapter and the name of the database; NULL when this is none that can be made and dropped */
static const orm_dialect *orm__cli_named(orm__cli *c, const char **url, char name[256])
{
    const orm_dialect *dialect = orm__cli_adapter(c, url);
    if (!dialect) return NULL;
    bool able = dialect->database_name && dialect->create_database && dialect->drop_database;
    if (!able) orm__raise(NULL, ORM_UNSUPPORTED, 0, "%s cannot make and drop databases", dialect->name);
    else if (!dialect->database_name(*url, name)) orm__raise(NULL, ORM_CONFIG, 0, "the URL names no database");
    return orm_failed() ? NULL : dialect;
}

ORM_PRIVATE int orm__cli_db_create(orm__cli *c)
{
    char name[256];
    const char *url = NULL;
    const orm_dialect *dialect = orm__cli_named(c, &url, name);
    if (!dialect || dialect->create_database(url)) return orm__cli_error(c);
    return orm__cli_database_done(c, "created", name, " is made");
}

static orm_status orm__cli_confirm(orm__cli *c, const char *name)
{
    char typed[258] = "";
    if (c->yes && strcmp(c->yes, name) == 0) return ORM_OK;
    if (c->yes) return orm__raise(NULL, ORM_MISUSE, 0, "the database is \"%s\", and --yes names \"%.100s\": nothing is dropped", name, c->yes);
    fprintf(c->err, "This drops the database \"%s\" with all that is in it. Type its name to go on: ", name);
    fflush(c->err);
    if (!fgets(typed, sizeof typed, c->in)) typed[0] = 0;
    typed[strcspn(typed, "\r\n")] = 0;
    if (strcmp(typed, name) == 0) return ORM_OK;
    return orm__raise(NULL, ORM_MISUSE, 0, "the database is \"%s\", and \"%.100s\" was typed: nothing is dropped", name, typed);
}

ORM_PRIVATE int orm__cli_db_drop(orm__cli *c)
{
    char name[256];
    const char *url = NULL;
    const orm_dialect *dialect = orm__cli_named(c, &url, name);
    if (dialect && !orm__cli_confirm(c, name) && !dialect->drop_database(url)) return orm__cli_database_done(c, "dropped", name, " is dropped");
    return orm__cli_error(c);
}

/* ---- the whole --------------------------------------------------------------------------------------------------------------------------------------- */
static int orm__cli_begin_help(orm__cli *c, int argc, char **argv)
{
    const orm__cli_command *about = NULL;
    const char *nearest = NULL, *name = NULL;
    char shown[64];
    for (int i = 2; i < argc && !name; i++)
        if (argv[i][0] != '-') name = argv[i];
    if (name) about = orm__cli_find(name, &nearest);
    if (!name || about) orm__cli_help(c, argc > 1 ? c->out : c->err, about);
    else orm__raise(NULL, ORM_MISUSE, 0, "there is no command %s%s%s%s", orm__cli_shown(name, shown), nearest ? ": did you mean " : "", nearest ? nearest : "", nearest ? "?" : "");
    if (name && !about) orm__cli_wrong(c);
    return argc > 1 && (!name || about) ? ORM__CLI_FINE : ORM__CLI_WRONG;
}

static int orm__cli_begin(orm__cli *c, int argc, char **argv)
{
    char version[32];
    const char *first = argc > 1 ? argv[1] : "help";
    if (strcmp(first, "--version") == 0) {
        snprintf(version, sizeof version, "%d.%d.%d", ORM_VERSION_MAJOR, ORM_VERSION_MINOR, ORM_VERSION_PATCH);
        orm__cli_json(c, "version", version);
        if (!c->json) fprintf(c->out, "orm %s\n", version);
        return ORM__CLI_FINE;
    }
    if (strcmp(first, "help") == 0 || strcmp(first, "--help") == 0 || strcmp(first, "-h") == 0) return orm__cli_begin_help(c, argc, argv);
    if (!orm__cli_read(c, argc, argv)) return ORM__CLI_WRONG;
    if (!c->help) return c->command->run(c);
    orm__cli_help(c, c->out, c->command);
    return ORM__CLI_FINE;
}

/* no-color.org; a terminal that is dumb knows no colours, nor how to write a line again */
static void orm__cli_terminals(orm__cli *c)
{
    const char *no_colours = getenv("NO_COLOR"), *kind = getenv("TERM");
    bool dumb = kind && strcmp(kind, "dumb") == 0, plain = dumb || (no_colours && no_colours[0]);
    bool err_terminal = isatty(fileno(c->err)) == 1;
    c->colours = !plain && isatty(fileno(c->out)) == 1;
    c->err_colours = !plain && err_terminal;
    c->rewrites = !dumb && err_terminal;
}

ORM_API int orm_cli(int argc, char **argv, const orm_cli_options *options)
{
    const orm_cli_options none = { .folder = NULL };
    const orm_cli_options *o = options ? options : &none;
    orm__cli c = { .given = o, .out = o->out ? o->out : stdout, .err = o->err ? o->err : stderr, .in = o->in ? o->in : stdin, .allocator = orm__default_allocator() };
    const char *slash = argc > 0 ? strrchr(argv[0], '/') : NULL;
    int code = ORM__CLI_WRONG;
    c.program = slash ? slash + 1 : argc > 0 ? argv[0] : "orm";
    c.arena.orm__allocator = c.allocator;
    c.document.allocator = &c.allocator;
    for (int i = 1; i < argc; i++) c.json |= strcmp(argv[i], "--json") == 0;      /* also for what is wrong before it */
    if (c.json) orm__put_char(&c.document, '{');
    orm__cli_terminals(&c);
    orm__clear_error();
    /* who reads the output may go, as `head` does: what is begun is ended all the same, and the exit code tells */
    struct sigaction before, ignoring = { .sa_handler = SIG_IGN };
    sigemptyset(&ignoring.sa_mask);
    bool shielded = sigaction(SIGPIPE, &ignoring, &before) == 0;
    if (o->schema && o->n_adapters && o->adapters) code = orm__cli_begin(&c, argc, argv);
    else orm__raise(NULL, ORM_MISUSE, 0, "the command line needs a schema and an adapter: use ORM_CLI"), orm__cli_wrong(&c);
    code = orm__cli_end(&c, code);
    orm_arena_release(&c.arena);
    if (shielded) sigaction(SIGPIPE, &before, NULL);
    return code;
}
#endif

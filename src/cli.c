/* >>cli: the commands of ORM_CLI: each calls what a program would call, and tells what came of it. */
#include "evolve.h"
#ifndef ORM_NO_CLI

/* ---- what commands need ------------------------------------------------------------------------------------------------------------- */
static const char *orm__cli_url(orm__cli *c)
{
    const char *url = c->url ? c->url : c->given->url ? c->given->url : getenv("DATABASE_URL");
    if (!url) orm__raise(NULL, ORM_CONFIG, 0, "which database? Give --url, or set DATABASE_URL, as in sqlite:blog.db");
    return url;
}

static orm_db *orm__cli_open_url(orm__cli *c, const char *url)
{
    const orm_options options = { .orm__begin = true };
    return url ? orm__open(url, c->given->adapters, c->given->n_adapters, &options, sizeof(orm_query)) : NULL;
}

static orm_db *orm__cli_open(orm__cli *c) { return orm__cli_open_url(c, orm__cli_url(c)); }

/* for what only looks: a file whose name was misspelt must not come into being */
static orm_db *orm__cli_look(orm__cli *c)
{
    const char *url = orm__cli_url(c);
    const orm_dialect *dialect = url ? orm__choose_adapter(url, c->given->adapters, c->given->n_adapters) : NULL;
    if (!dialect) return NULL;
    if (dialect->existing && !strstr(url, "mode=") && !strstr(url, ":memory:")) url = orm_format(&c->arena, "%s%c%s", url, strchr(url, '?') ? '&' : '?', dialect->existing);
    if (!url) orm__raise(NULL, ORM_NO_MEMORY, 0, "out of memory");
    return orm__cli_open_url(c, url);
}

/* "a,b" as a list that ends with NULL; behind it those of `more`, which may be NULL */
static const char *const *orm__cli_names(orm__cli *c, const char *names, const char *const *more)
{
    size_t n = 1, length = names ? strlen(names) : 0;
    for (size_t i = 0; i < length; i++) n += names[i] == ',';
    for (size_t i = 0; more && more[i]; i++) n++;
    const char **list = orm_arena_allocate(&c->arena, (n + 1) * sizeof *list);
    char *copy = names ? orm__bump_text(&c->arena, names, length) : NULL;
    if (!list || (names && !copy)) return NULL;
    n = 0;
    for (char *at = copy, *next; at; at = next) {
        next = strchr(at, ',');
        if (next) *next++ = 0;
        if (*at) list[n++] = at;
    }
    for (size_t i = 0; more && more[i]; i++) list[n++] = more[i];
    list[n] = NULL;
    return list;
}

static const char *orm__cli_folder(const orm__cli *c) { return c->folder ? c->folder : c->given->folder; }

static orm_migrate_options orm__cli_how(orm__cli *c)
{
    return (orm_migrate_options){ .folder = orm__cli_folder(c), .compiled = c->given->migrations, .to = c->to, .all = c->all, .dry_run = c->dry_run, .late = c->late,
                                  .unknown = c->unknown, .lossy = c->lossy, .event = orm__cli_progress, .context = c };
}

/* a file that is not there yet, or standard output */
static int orm__cli_write(orm__cli *c, const char *text_)
{
    orm_status status = ORM_OK;
    const char *slash = c->output ? strrchr(c->output, '/') : NULL;
    if (!c->output && !c->json) return fputs(text_, c->out) < 0 ? ORM__CLI_FAILED : ORM__CLI_FINE;
    if (!c->output) {
        fputs("{\"text\": ", c->out);
        orm__cli_json_text(c->out, text_);
        return fputs("}\n", c->out) < 0 ? ORM__CLI_FAILED : ORM__CLI_FINE;
    }
    const char *folder = slash ? orm_format(&c->arena, "%.*s", (int)(slash - c->output), c->output) : ".";
    status = folder ? orm__write_new_file(folder[0] ? folder : "/", c->output, text_, strlen(text_)) : ORM_NO_MEMORY;
    if (status) return orm__cli_error(c);
    if (!c->json) return ORM__CLI_FINE;
    fputs("{\"path\": ", c->out);
    orm__cli_json_text(c->out, c->output);
    fputs("}\n", c->out);
    return ORM__CLI_FINE;
}

/* ---- migrations ------------------------------------------------------------------------------------------------------------------------ */
static int orm__cli_run(orm__cli *c, orm_status (*call)(orm_db *db, const orm_migrate_options *options, size_t *done), const char *done_word, const char *nothing)
{
    size_t done = 0;
    orm_db *db = c->dry_run ? orm__cli_look(c) : orm__cli_open(c);
    if (!db) return orm__cli_error(c);
    const orm_migrate_options how = orm__cli_how(c);
    if (c->json) fputs("{\"migrations\": [", c->out);
    orm_status status = call(db, &how, &done);
    if (c->json) fprintf(c->out, "], \"done\": %zu%s", done, status ? ", \"result\": " : "}\n");
    int code = status ? orm__cli_error(c) : ORM__CLI_FINE;
    if (c->json && status) fputs("}\n", c->out);
    if (!status && !c->json && !c->quiet && !c->dry_run) {
        if (done) fprintf(c->out, "%zu %s%s\n", done, done == 1 ? "migration " : "migrations ", done_word);
        else fprintf(c->out, "%s\n", nothing);
    }
    orm_close(db);
    return code;
}

ORM_PRIVATE int orm__cli_migrate(orm__cli *c)  { return orm__cli_run(c, orm_migrate, "applied", "nothing to apply"); }
ORM_PRIVATE int orm__cli_undo(orm__cli *c)     { return orm__cli_run(c, orm_migrate_undo, "undone", "nothing to undo"); }
ORM_PRIVATE int orm__cli_baseline(orm__cli *c) { return orm__cli_run(c, orm_migrate_baseline, "noted as applied", "nothing to note"); }
ORM_PRIVATE int orm__cli_repair(orm__cli *c)   { return orm__cli_run(c, orm_migrate_repair, "repaired", "nothing to repair"); }

static void orm__cli_status_line(orm__cli *c, const orm_migration_line *line, bool first)
{
    static const char *const words[] = { "pending", "applied", "edited", "missing", "late", "unfinished" };
    static const char *const colours[] = { "\033[33m", "\033[32m", "\033[31m", "\033[31m", "\033[31m", "\033[31m" };
    char moment[ORM_TIME_SIZE] = "";
    if (line->applied_at != ORM_UNSET_TIME) orm_time_text(line->applied_at, moment);
    if (c->json) {
        fputs(first ? "{\"name\": " : ", {\"name\": ", c->out);
        orm__cli_json_text(c->out, line->name);
        fprintf(c->out, ", \"state\": \"%s\"", words[line->state]);
        if (moment[0]) fprintf(c->out, ", \"applied_at\": \"%s\", \"microseconds\": %" PRId64, moment, line->microseconds);
        fputc('}', c->out);
        return;
    }
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
    int code = status ? orm__cli_error(c) : ORM__CLI_FINE;
    if (!status && c->json) fputs("{\"migrations\": [", c->out);
    for (size_t i = 0; i < n && !status; i++) orm__cli_status_line(c, &lines[i], i == 0);
    if (!status && c->json) fputs("]}\n", c->out);
    if (!status && !c->json && !n) fputs("there are no migrations\n", c->out);
    orm_close(db);
    return code;
}

/* what was written, and what in it waits for somebody's word */
static void orm__cli_written(orm__cli *c, const char *path)
{
    orm__migration *list = NULL;
    size_t n = 0;
    fprintf(c->out, "%s\n", path);
    if (c->quiet || orm__migrations_read(orm__cli_folder(c), NULL, &c->arena, &list, &n)) return;
    for (size_t i = 0; i < n; i++) {
        if (strcmp(list[i].place, path) != 0) continue;
        for (size_t k = 0; k < list[i].n_notes && !c->allow; k++)
            if (!list[i].notes[k].allows) fprintf(c->err, "to be allowed in it: %s %s: %s\n", list[i].notes[k].kind, list[i].notes[k].subject, list[i].notes[k].why);
    }
}

ORM_PRIVATE int orm__cli_generate(orm__cli *c)
{
    const char *path = NULL;
    const orm_generate_options how = { .folder = orm__cli_folder(c), .compiled = c->given->migrations, .irreversible = c->irreversible, .allow = c->allow, .empty = c->empty, .concurrently = c->concurrently };
    if (orm__generate(c->given->schema, c->argument, c->given->adapters, c->given->n_adapters, &how, &c->arena, &path)) return orm__cli_error(c);
    if (c->json) {
        fputs("{\"path\": ", c->out);
        if (path) orm__cli_json_text(c->out, path);
        else fputs("null", c->out);
        fputs("}\n", c->out);
    } else if (path) orm__cli_written(c, path);
    else fputs("the models are what the last migration ends with: there is nothing to write\n", c->out);
    return ORM__CLI_FINE;
}

/* ---- the schema --------------------------------------------------------------------------------------------------------------------------- */
static void orm__cli_difference(void *context, const char *where_, const char *rule, const char *what)
{
    orm__cli *c = (orm__cli *)context;
    if (!c->json) {
        fprintf(c->out, "%s%s%s: %s\n", orm__cli_colour(c, "\033[31m"), where_, orm__cli_colour(c, "\033[0m"), what);
        c->told++;
        return;
    }
    fputs(c->told++ ? ", {\"where\": " : "{\"where\": ", c->out);
    orm__cli_json_text(c->out, where_);
    fputs(", \"rule\": ", c->out);
    orm__cli_json_text(c->out, rule);
    fputs(", \"what\": ", c->out);
    orm__cli_json_text(c->out, what);
    fputc('}', c->out);
}

ORM_PRIVATE int orm__cli_verify(orm__cli *c)
{
    const char *const *ignore = orm__cli_names(c, c->ignore, c->given->ignore);
    orm_db *db = orm__cli_look(c);
    if (!db) return orm__cli_error(c);
    if (c->json) fputs("{\"differences\": [", c->out);
    orm_status status = orm_verify(db, c->given->schema, ignore, orm__cli_difference, c);
    bool failed = status && status != ORM_SCHEMA_DIFFERS;
    if (c->json) fputs(failed ? "], \"result\": " : "]}\n", c->out);
    int code = status ? ORM__CLI_FAILED : ORM__CLI_FINE;
    if (failed) orm__cli_error(c);
    if (failed && c->json) fputs("}\n", c->out);
    if (!failed && !c->json && !c->quiet && status) fprintf(c->out, "%zu difference%s\n", c->told, c->told == 1 ? "" : "s");
    if (!status && !c->json && !c->quiet) fputs("the database is what the models say\n", c->out);
    orm_close(db);
    return code;
}

static const orm_dialect *orm__cli_dialect(orm__cli *c)
{
    for (size_t i = 0; i < c->given->n_adapters; i++)
        if (strcmp(c->given->adapters[i]->name, c->dialect) == 0) return c->given->adapters[i];
    orm__raise(NULL, ORM_CONFIG, 0, "this program has no adapter for %.40s", c->dialect);
    return NULL;
}

/* the way from nothing to the models is what makes them */
ORM_PRIVATE int orm__cli_schema(orm__cli *c)
{
    const orm_schema nothing = { .name = "" };
    const orm_dialect *dialect = NULL;
    orm_db *db = c->dialect ? NULL : orm__cli_open(c);
    if (c->dialect) dialect = orm__cli_dialect(c);
    else if (db) dialect = db->pool->dialect;
    if (!dialect) return orm__cli_error(c);
    orm__diff d = { .dialect = dialect, .arena = &c->arena };
    int code = ORM__CLI_FINE;
    if (orm__diff_schemas(&d, &nothing, c->given->schema)) code = orm__cli_write(c, d.sql.text);
    else code = orm__cli_error(c);
    orm__diff_end(&d);
    orm_close(db);
    return code;
}

ORM_PRIVATE int orm__cli_erd(orm__cli *c)
{
    bool dot = c->format && strcmp(c->format, "dot") == 0;
    if (c->format && !dot && strcmp(c->format, "mermaid") != 0) {
        fprintf(c->err, "%s: --format is mermaid or dot\n", c->program);
        return ORM__CLI_WRONG;
    }
    char *text_ = NULL;
    size_t size = 0;
    FILE *memory = open_memstream(&text_, &size);
    if (memory) orm_erd(memory, c->given->schema, dot ? ORM_ERD_DOT : ORM_ERD_MERMAID);
    bool failed = !memory || ferror(memory);
    if (memory) failed |= fclose(memory) != 0;
    if (failed) orm__raise(NULL, ORM_NO_MEMORY, 0, "out of memory");
    int code = failed ? orm__cli_error(c) : orm__cli_write(c, text_);
    free(text_);
    return code;
}

ORM_PRIVATE int orm__cli_pull(orm__cli *c)
{
    const char *text_ = NULL;
    const orm_pull_options what = { .name = c->name, .tables = c->tables ? orm__cli_names(c, c->tables, NULL) : NULL, .ignore = orm__cli_names(c, c->ignore, NULL) };
    orm_db *db = orm__cli_look(c);
    if (!db) return orm__cli_error(c);
    orm_status status = orm_pull(db, &what, &c->arena, &text_);
    int code = status ? orm__cli_error(c) : orm__cli_write(c, text_);
    orm_close(db);
    return code;
}

/* ---- rows ------------------------------------------------------------------------------------------------------------------------------------ */
static int orm__cli_fake(orm__cli *c)
{
    char *stop = NULL, *random_stop = NULL;
    unsigned long long n = strtoull(c->fake, &stop, 10), number = c->random ? strtoull(c->random, &random_stop, 10) : 0;
    if (!*c->fake || *stop || c->fake[0] == '-' || n > 1000000000 || (c->random && (!*c->random || *random_stop))) {
        fprintf(c->err, "%s: --fake and --random take numbers\n", c->program);
        return ORM__CLI_WRONG;
    }
    orm_db *db = orm__cli_look(c);
    if (!db) return orm__cli_error(c);
    orm_status status = orm_fake(db, c->given->schema, (size_t)n, &(orm_fake_options){ .seed = number, .progress = orm__cli_rows, .context = c });
    int code = status ? orm__cli_error(c) : ORM__CLI_FINE;
    if (!status && c->json) fprintf(c->out, "{\"created\": %llu}\n", n * c->given->schema->n_models);
    else if (!status && !c->quiet) fprintf(c->out, "%llu rows of each of %zu models\n", n, c->given->schema->n_models);
    orm_close(db);
    return code;
}

static int orm__cli_seed_either(orm__cli *c, bool undo)
{
    orm_seeded done;
    const orm_seed_options how = { .keep = c->keep, .progress = orm__cli_rows, .context = c };
    if (!c->given->seeds) {
        orm__raise(NULL, ORM_MISUSE, 0, "this program has no seeds: give ORM_CLI a table of them, .seeds = Blog_seeds");
        return orm__cli_error(c);
    }
    orm_db *db = orm__cli_look(c);
    if (!db) return orm__cli_error(c);
    orm_status status = undo ? orm_seed_undo(db, c->given->seeds, &how, &done) : orm_seed(db, c->given->seeds, &how, &done);
    int code = status ? orm__cli_error(c) : ORM__CLI_FINE;
    if (!status && c->json) fprintf(c->out, "{\"created\": %zu, \"updated\": %zu, \"unchanged\": %zu, \"destroyed\": %zu}\n", done.created, done.updated, done.unchanged, done.destroyed);
    else if (!status && !c->quiet && undo) fprintf(c->out, "%zu rows destroyed\n", done.destroyed);
    else if (!status && !c->quiet) fprintf(c->out, "%zu rows created, %zu updated, %zu as they were\n", done.created, done.updated, done.unchanged);
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

ORM_PRIVATE int orm__cli_embed(orm__cli *c)
{
    orm_allocator allocator = orm__default_allocator();
    orm__migration *list = NULL;
    size_t n = 0;
    orm__writer w = { .allocator = &allocator };
    if (orm__migrations_read(orm__cli_folder(c), NULL, &c->arena, &list, &n)) return orm__cli_error(c);
    orm__put_format(&w, "/* The migrations of %s, made by `embed`: include this behind orm.h, and give the table to orm_migrate or ORM_CLI. */\nstatic const orm_migration %s_migrations[] = {\n", c->given->schema->name, c->given->schema->name);
    for (size_t i = 0; i < n; i++) {
        orm__put_format(&w, "    { .name = \"%s\", .sql =\n", list[i].name);
        orm__embed_text(&w, &list[i], &c->arena);
        orm__put(&w, "    },\n");
    }
    orm__put(&w, "    { .name = NULL }\n};\n");
    if (w.failed) orm__raise(NULL, ORM_NO_MEMORY, 0, "out of memory");
    int code = w.failed ? orm__cli_error(c) : orm__cli_write(c, w.text);
    orm__writer_release(&w);
    return code;
}

/* ---- databases ------------------------------------------------------------------------------------------------------------------------------------ */
ORM_PRIVATE int orm__cli_db_create(orm__cli *c)
{
    const char *url = orm__cli_url(c);
    const orm_dialect *dialect = url ? orm__choose_adapter(url, c->given->adapters, c->given->n_adapters) : NULL;
    if (!dialect || dialect->create_database(url)) return orm__cli_error(c);
    if (c->json || !c->quiet) fputs(c->json ? "{\"created\": true}\n" : "the database is made\n", c->out);
    return ORM__CLI_FINE;
}

static bool orm__cli_confirmed(orm__cli *c, const char *name)
{
    char typed[256] = "";
    if (c->yes) return strcmp(c->yes, name) == 0 || (fprintf(c->err, "%s: the database is \"%s\", and --yes names \"%s\"\n", c->program, name, c->yes), false);
    fprintf(c->err, "This drops the database \"%s\" with all that is in it. Type its name to go on: ", name);
    fflush(c->err);
    if (!fgets(typed, sizeof typed, c->in)) typed[0] = 0;
    typed[strcspn(typed, "\r\n")] = 0;
    if (strcmp(typed, name) == 0) return true;
    fprintf(c->err, "nothing is dropped\n");
    return false;
}

ORM_PRIVATE int orm__cli_db_drop(orm__cli *c)
{
    char buffer[256];
    const char *url = orm__cli_url(c);
    const orm_dialect *dialect = url ? orm__choose_adapter(url, c->given->adapters, c->given->n_adapters) : NULL;
    if (!dialect) return orm__cli_error(c);
    const char *name = dialect->database_name(url, buffer);
    if (!name) orm__raise(NULL, ORM_CONFIG, 0, "the URL names no database");
    if (!name) return orm__cli_error(c);
    if (!orm__cli_confirmed(c, name)) {
        if (c->json) fputs("{\"dropped\": false}\n", c->out);
        return ORM__CLI_FAILED;
    }
    if (dialect->drop_database(url)) return orm__cli_error(c);
    if (c->json || !c->quiet) fputs(c->json ? "{\"dropped\": true}\n" : "the database is dropped\n", c->out);
    return ORM__CLI_FINE;
}

/* ---- the whole --------------------------------------------------------------------------------------------------------------------------------------- */
static int orm__cli_begin(orm__cli *c, int argc, char **argv)
{
    const char *first = argc > 1 ? argv[1] : "help", *nearest = NULL;
    if (strcmp(first, "--version") == 0) {
        fprintf(c->out, "orm %d.%d.%d\n", ORM_VERSION_MAJOR, ORM_VERSION_MINOR, ORM_VERSION_PATCH);
        return ORM__CLI_FINE;
    }
    if (strcmp(first, "help") == 0 || strcmp(first, "--help") == 0 || strcmp(first, "-h") == 0) {
        const orm__cli_command *about = argc > 2 ? orm__cli_find(argv[2], &nearest) : NULL;
        if (argc > 2 && !about) fprintf(c->err, "%s: there is no command %s%s%s%s\n", c->program, argv[2], nearest ? ": did you mean " : "", nearest ? nearest : "", nearest ? "?" : "");
        else orm__cli_help(argc > 1 ? c->out : c->err, c->program, about);
        return argc > 1 && (argc <= 2 || about) ? ORM__CLI_FINE : ORM__CLI_WRONG;
    }
    if (!orm__cli_read(c, argc, argv)) return ORM__CLI_WRONG;
    if (!c->help) return c->command->run(c);
    orm__cli_help(c->out, c->program, c->command);
    return ORM__CLI_FINE;
}

ORM_API int orm_cli(int argc, char **argv, const orm_cli_options *options)
{
    orm__cli c = { .given = options, .out = options->out ? options->out : stdout, .err = options->err ? options->err : stderr, .in = options->in ? options->in : stdin };
    const char *slash = argc > 0 ? strrchr(argv[0], '/') : NULL;
    bool plain = getenv("NO_COLOR") != NULL && getenv("NO_COLOR")[0];          /* no-color.org */
    c.program = slash ? slash + 1 : argc > 0 ? argv[0] : "orm";
    c.colours = !plain && isatty(fileno(c.out));
    c.terminal = !plain && isatty(fileno(c.err));
    c.arena.orm__allocator = orm__default_allocator();
    orm__clear_error();
    int code = orm__cli_begin(&c, argc, argv);
    orm_arena_release(&c.arena);
    if (fflush(c.out)) code = ORM__CLI_FAILED;
    return code;
}
#endif

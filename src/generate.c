/* >>generate: writes migrations: the difference between the schema that the last one ends with and the models, for each engine, with its way
   back, what is dangerous in it, and the schema that it ends with. */
#include "evolve.h"

/* what one engine has to do */
typedef struct orm__generated { const orm_dialect *dialect; orm__diff up, down; } orm__generated;
typedef struct orm__generating {
    const orm_schema *from, *to;
    const orm_generate_options *options;
    orm_arena *arena;
    orm__generated *engines; size_t n;
    orm_arena *texts;
    const char *parent, *latest;         /* whose schema it begins with; the last name so far */
} orm__generating;

static orm_status orm__generate_no_memory(void) { return orm__raise(NULL, ORM_NO_MEMORY, 0, "out of memory"); }

/* ---- the text of a file ---------------------------------------------------------------------------------------------------------- */
static bool orm__is_word(const char *text_)
{
    for (const char *s = text_; *s; s++)
        if (!((*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z') || (*s >= '0' && *s <= '9') || *s == '_' || *s == '.')) return false;
    return text_[0] != 0;
}

static void orm__put_danger(orm__writer *w, const orm__danger *danger)
{
    orm__put(w, danger->kind);
    orm__put_char(w, ' ');
    if (orm__is_word(danger->subject)) orm__put(w, danger->subject);
    else orm__put_c_text(w, danger->subject);
}

static void orm__put_note(orm__writer *w, const char *what, const orm__danger *danger, const char *why)
{
    orm__put_format(w, "-- %s: ", what);
    orm__put_danger(w, danger);
    orm__put(w, ": ");
    for (; *why; why++) orm__put_char(w, (unsigned char)*why < ' ' ? ' ' : *why);        /* a note is one line */
    orm__put_char(w, '\n');
}

/* the same danger may wait on several engines */
static bool orm__danger_told(const orm__generating *g, size_t engine, const orm__danger *danger)
{
    for (size_t i = 0; i < engine; i++)
        for (size_t k = 0; k < g->engines[i].up.n_dangers; k++) {
            const orm__danger *other = &g->engines[i].up.dangers[k];
            if (strcmp(other->kind, danger->kind) == 0 && strcmp(other->subject, danger->subject) == 0) return true;
        }
    return false;
}

static void orm__put_dangers(orm__writer *w, const orm__generating *g)
{
    for (size_t i = 0; i < g->n; i++)
        for (size_t k = 0; k < g->engines[i].up.n_dangers; k++) {
            const orm__danger *danger = &g->engines[i].up.dangers[k];
            if (orm__danger_told(g, i, danger)) continue;
            orm__put_note(w, "danger", danger, danger->what);
            if (g->options->allow) orm__put_note(w, "allow", danger, g->options->allow);
        }
}

/* one section for all engines that have the same to do, else one for each */
static void orm__put_section(orm__writer *w, const orm__generating *g, const char *word, bool down)
{
    bool same = true;
    for (size_t i = 1; i < g->n && same; i++) {
        const orm__writer *a = down ? &g->engines[0].down.sql : &g->engines[0].up.sql, *b = down ? &g->engines[i].down.sql : &g->engines[i].up.sql;
        same = strcmp(a->text, b->text) == 0;
    }
    for (size_t i = 0; i < (same && g->n ? 1 : g->n); i++) {
        const orm__writer *sql = down ? &g->engines[i].down.sql : &g->engines[i].up.sql;
        orm__put_format(w, "\n-- %s", word);
        if (!same || g->n == 1) orm__put_format(w, " %s", g->engines[i].dialect->name);
        orm__put_char(w, '\n');
        orm__put_bytes(w, sql->text, sql->length);
    }
}

static void orm__put_head(orm__writer *w, const orm__generating *g, const char *name)
{
    orm__put_format(w, "-- %s\n-- parent: %s\n", name, g->parent ? g->parent : "none");
    if (g->options->irreversible) {
        orm__put(w, "-- irreversible(");
        orm__put_c_text(w, g->options->irreversible);
        orm__put(w, ")\n");
    }
}

static void orm__put_migration(orm__writer *w, const orm__generating *g, const char *name)
{
    orm__put_head(w, g, name);
    if (g->options->empty) {
        orm__put(w, "\n-- up\n\n-- down\n");
    } else {
        orm__put_dangers(w, g);
        orm__put_section(w, g, "up", false);
        orm__put_section(w, g, "down", true);
    }
    orm__put(w, "\n-- schema\n");
    orm__snapshot_write(w, g->options->empty ? g->from : g->to, "-- ");
}

/* ---- the difference ------------------------------------------------------------------------------------------------------------------ */
static bool orm__same_snapshots(const orm__generating *g, bool *same)
{
    orm__writer a = { .allocator = &g->texts->orm__allocator }, b = { .allocator = &g->texts->orm__allocator };
    orm__snapshot_write(&a, g->from, "");
    orm__snapshot_write(&b, g->to, "");
    bool fine = !a.failed && !b.failed;
    *same = fine && a.length == b.length && (!a.length || memcmp(a.text, b.text, a.length) == 0);
    orm__writer_release(&a);
    orm__writer_release(&b);
    return fine;
}

static orm_status orm__generate_losses(const orm__generating *g)
{
    char list[400] = "";
    size_t n = 0, length = 0;
    for (size_t i = 0; i < g->n; i++)
        for (size_t k = 0; k < g->engines[i].up.n_dangers; k++) {
            const orm__danger *danger = &g->engines[i].up.dangers[k];
            if (!danger->loses || orm__danger_told(g, i, danger) || g->options->irreversible) continue;
            orm__copy_clean(list + length, sizeof list - length, "%s%s %s", n++ ? ", " : "", danger->kind, danger->subject);
            length = strlen(list);
        }
    return n ? orm__raise(NULL, ORM_MISUSE, 0, "data would be lost for good: %s. Say why that is right: --irreversible \"...\"", list) : ORM_OK;
}

static orm_status orm__generate_engine(const orm__generating *g, orm__generated *e, const orm_dialect *dialect)
{
    e->dialect = dialect;
    e->up = (orm__diff){ .dialect = dialect, .arena = g->texts, .apart = g->options->concurrently && dialect->alters };
    e->down = (orm__diff){ .dialect = dialect, .arena = g->texts, .back = true, .apart = e->up.apart };
    bool fine = orm__diff_schemas(&e->up, g->from, g->to) && orm__diff_schemas(&e->down, g->to, g->from);
    if (e->up.why[0] || e->down.why[0])
        return orm__raise(NULL, ORM_MISUSE, 0, "%s: %s", dialect->name, e->up.why[0] ? e->up.why : e->down.why);
    if (!fine) return orm_failed() ? orm_error()->kind : orm__generate_no_memory();
    return ORM_OK;
}

/* ---- files ---------------------------------------------------------------------------------------------------------------------------- */
static void orm__generate_stamp(char out[16], orm_time moment)
{
    char text_[ORM_TIME_SIZE];
    const char *s = orm_time_text(moment, text_);
    size_t n = 0;
    for (; *s && n < 14; s++)
        if (*s >= '0' && *s <= '9') out[n++] = *s;
    out[n] = 0;
}

/* the words of a name become a part of a file's name */
static bool orm__generate_words(char out[96], const char *name)
{
    size_t n = 0;
    for (; *name; name++) {
        char c = *name >= 'A' && *name <= 'Z' ? (char)(*name | 0x20) : *name;
        bool word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (!word && c != ' ' && c != '-' && c != '_') return false;
        if (n == 95) return false;
        if (word || (n && out[n - 1] != '_')) out[n++] = word ? c : '_';
    }
    while (n && out[n - 1] == '_') n--;
    out[n] = 0;
    return n > 0;
}

/* a name behind all that are there: clocks of several people differ */
static const char *orm__generate_name(const orm__generating *g, const char *words, orm_time moment)
{
    char stamp[16], text_[96];
    if (!orm__generate_words(text_, words)) {
        orm__raise(NULL, ORM_MISUSE, 0, "a migration is named by words of letters and digits, which \"%.60s\" is not", words);
        return NULL;
    }
    for (;;) {
        orm__generate_stamp(stamp, moment);
        if (!g->latest || strncmp(stamp, g->latest, strlen(stamp)) > 0) break;
        moment += 1000000;
    }
    const char *name = orm_format(g->arena, "%s_%s", stamp, text_);
    if (!name) orm__generate_no_memory();
    return name;
}

static orm_status orm__generate_write(orm__generating *g, const char *folder, const char *name, const orm__writer *w, const char **path)
{
    const char *file = orm_format(g->arena, "%s/%s.sql", folder, name);
    if (!file || w->failed) return orm__generate_no_memory();
    orm_status status = orm__write_new_file(folder, file, w->text, w->length);
    if (!status) *path = file;
    if (!status && g->options->each) g->options->each(g->options->context, file, NULL, NULL);
    g->parent = g->latest = name;
    return status;
}

/* who asked for the file need not read it to know what it waits for */
static orm_status orm__generate_tell(const orm__generating *g, const char *path)
{
    orm__writer w = { .allocator = &g->texts->orm__allocator };
    if (!g->options->each || g->options->allow || g->options->empty) return ORM_OK;
    for (size_t i = 0; i < g->n && !w.failed; i++)
        for (size_t k = 0; k < g->engines[i].up.n_dangers && !w.failed; k++) {
            const orm__danger *danger = &g->engines[i].up.dangers[k];
            if (orm__danger_told(g, i, danger)) continue;
            w.length = 0;
            orm__put_danger(&w, danger);
            if (!w.failed) g->options->each(g->options->context, path, w.text, danger->what);
        }
    orm_status status = w.failed ? orm__generate_no_memory() : ORM_OK;
    orm__writer_release(&w);
    return status;
}

static orm_status orm__generate_main(orm__generating *g, const char *folder, const char *words, orm_time moment, const char **path)
{
    const char *name = orm__generate_name(g, words, moment);
    if (!name) return orm_error()->kind;
    orm__writer w = { .allocator = &g->texts->orm__allocator };
    orm__put_migration(&w, g, name);
    orm_status status = orm__generate_write(g, folder, name, &w, path);
    orm__writer_release(&w);
    return status ? status : orm__generate_tell(g, *path);
}

/* each new index in a file of its own, outside of transactions; other engines have made theirs already */
static orm_status orm__generate_index(orm__generating *g, const char *folder, const orm__generated *e, const orm__spelled_index *index, orm_time moment, const char **path)
{
    char words[96];
    snprintf(words, sizeof words, "index %.80s", index->name);
    for (char *s = words; *s; s++)
        if (!((*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z') || (*s >= '0' && *s <= '9') || *s == '_')) *s = ' ';
    const char *name = orm__generate_name(g, words, moment);
    size_t head = strncmp(index->sql, "create unique", 13) == 0 ? sizeof "create unique index" : sizeof "create index";
    if (!name) return orm_error()->kind;
    orm__writer w = { .allocator = &g->texts->orm__allocator, .dialect = e->dialect };
    orm__put_head(&w, g, name);
    orm__put_format(&w, "-- no transaction\n\n-- up %s\n", e->dialect->name);
    orm__put_bytes(&w, index->sql, head);
    orm__put(&w, "concurrently ");
    orm__put(&w, index->sql + head);
    orm__put_format(&w, "\n-- down %s\ndrop index concurrently ", e->dialect->name);
    orm__put_name(&w, index->name);
    orm__put(&w, ";\n");
    for (size_t i = 0; i < g->n; i++)
        if (&g->engines[i] != e) orm__put_format(&w, "\n-- up %s\n\n-- down %s\n", g->engines[i].dialect->name, g->engines[i].dialect->name);
    orm__put(&w, "\n-- schema\n");
    orm__snapshot_write(&w, g->to, "-- ");
    orm_status status = orm__generate_write(g, folder, name, &w, path);
    orm__writer_release(&w);
    return status;
}

static orm_status orm__generate_indexes(orm__generating *g, const char *folder, orm_time moment, const char **path)
{
    orm_status status = ORM_OK;
    for (size_t i = 0; i < g->n; i++)
        for (size_t k = 0; k < g->engines[i].up.n_made && !status; k++) status = orm__generate_index(g, folder, &g->engines[i], &g->engines[i].up.made[k], moment, path);
    return status;
}

static bool orm__generate_nothing(const orm__generating *g)
{
    for (size_t i = 0; i < g->n; i++)
        if (g->engines[i].up.sql.length || g->engines[i].down.sql.length) return false;
    return true;
}

static orm_status orm__generate_all(orm__generating *g, const char *folder, const char *words, const struct orm_dialect *const *adapters, const char **path)
{
    bool same = false;
    orm_status status = ORM_OK;
    orm_time moment = g->options->now ? g->options->now : orm_now();
    if (g->options->empty) return orm__generate_main(g, folder, words, moment, path);
    if (!orm__same_snapshots(g, &same)) return orm__generate_no_memory();
    if (same) return ORM_OK;
    for (size_t i = 0; i < g->n && !status; i++) status = orm__generate_engine(g, &g->engines[i], adapters[i]);
    if (!status) status = orm__generate_losses(g);
    /* what only the schema's text says differently (a comment where there are none) is noted, too */
    bool only_indexes = orm__generate_nothing(g);
    for (size_t i = 0; i < g->n && only_indexes; i++) only_indexes = g->engines[i].up.n_made > 0;
    if (!status && !only_indexes) status = orm__generate_main(g, folder, words, moment, path);
    return status ? status : orm__generate_indexes(g, folder, moment, path);
}

ORM_API orm_status orm__generate(const orm_schema *schema, const char *name, const struct orm_dialect *const *adapters, size_t n, const orm_generate_options *options,
                                 orm_arena *arena, const char **path)
{
    const orm_generate_options none = { .empty = false };
    const char *unused = NULL, **to = path ? path : &unused;
    orm_arena texts = { .orm__allocator = orm__default_allocator() };
    orm__generating g = { .to = schema, .options = options ? options : &none, .arena = arena, .texts = &texts, .n = n };
    const char *folder = g.options->folder ? g.options->folder : "migrations";
    orm__clear_error();
    *to = NULL;
    if (!schema || !name || !arena || !n) return orm__raise(NULL, ORM_MISUSE, 0, "a migration needs a schema, a name, an arena and an adapter");
    g.engines = orm_arena_allocate(&texts, n * sizeof *g.engines);
    orm_status status = g.engines ? orm__last_schema(folder, g.options->compiled, arena, &g.from, &g.parent, &g.latest) : orm__generate_no_memory();
    if (!status) status = orm__generate_all(&g, folder, name, adapters, to);
    for (size_t i = 0; i < n && g.engines; i++) {
        orm__diff_end(&g.engines[i].up);
        orm__diff_end(&g.engines[i].down);
    }
    orm_arena_release(&texts);
    return status;
}

/* test: no-valgrind no-tsan: hundreds of migrations; the address sanitizer sees the same, and sooner */
/* Schemas changed at random, whose tables also refer to each other in circles, and to columns that are unique by a constraint or an index: each change
   is generated as a migration, applied, taken back and applied again. Each time the database is what the schema says, and after a way back it is what it
   was before, to the last constraint; and rows keep what they held. */
#define ORM_IMPLEMENTATION
#include "engines.h"
#include "helpers.h"
#include "random_schema.h"
#include "catalogue.h"
#include <ctype.h>

static const struct case_setup empty_cases = { NULL, NULL, NULL, NULL };
enum { SCHEMAS = 40, CHANGES = 5 };        /* 200 changes for each engine */
static struct catalogue now_there, before, after;

/* ---- rows -------------------------------------------------------------------------------------------------------------------------------------- */
/* the label that was there first: the way back takes away those that came later */
static const char *first_label(const struct schema *s)
{
    int first = 0;
    for (int i = 1; i < s->n_labels; i++) if (atoi(s->labels[i] + 1) < atoi(s->labels[first] + 1)) first = i;
    return s->labels[first];
}

/* each table gets a few rows of values that every rule allows; what they hold is compared as text, by what does not change with a name */
static const char *literal_of(const struct schema_column *c, const struct schema *s, int k, char out[64])
{
    bool server = case_engine == ON_POSTGRES;
    switch (schema_types[c->type].family) {
    case OF_WHOLE: snprintf(out, 64, "%d", 1 + k % 7); break;
    case OF_TEXT: snprintf(out, 64, "'t%d'", 1 + k % 2); break;
    case OF_DECIMAL: snprintf(out, 64, "%s", server ? "2.5" : strchr(schema_types[c->type].word, '8') ? "250" : "25000"); break;
    case OF_REAL: snprintf(out, 64, "%d.5", k % 5); break;
    case OF_BOOL: snprintf(out, 64, "%s", server ? (k % 2 ? "true" : "false") : (k % 2 ? "1" : "0")); break;
    case OF_ENUM: snprintf(out, 64, "'%s'", first_label(s)); break;
    case OF_DATE: snprintf(out, 64, "'2026-01-0%d'", 1 + k % 9); break;
    case OF_TIME: snprintf(out, 64, "%s", server ? "'2026-01-01 10:00:00Z'" : "1767261600000000"); break;
    case OF_UUID: snprintf(out, 64, "'0190163d-8694-739b-aea5-966c26f8ad9%d'", k % 10); break;
    case OF_JSON: snprintf(out, 64, "'{\"a\": %d}'", k); break;
    case OF_ARRAY: snprintf(out, 64, "%s", server ? "'{1,2}'" : "'[1,2]'"); break;
    default: snprintf(out, 64, "%s", server ? "'\\x00ff'" : "x'00ff'"); break;
    }
    return out;
}

static const char *quoted(const char *name)
{
    static char out[8][64];
    static int i;
    i = (i + 1) % 8;
    snprintf(out[i], sizeof out[i], "\"%s\"", name);
    return out[i];
}

static void run(orm_db *db, const char *sql)
{
    if (orm__exec(db, sql, 0, NULL, NULL, NULL)) {
        printf("%s\n%s\n", sql, orm_error()->message);
        check_failed = true;
    }
}

static void add_rows(orm_db *db, struct schema *s)
{
    for (int pass = 0; pass < 2; pass++) {                    /* parents may come behind their children: those get nothing to refer to at first */
        for (int i = 0; i < s->n; i++) {
            const struct schema_table *t = &s->tables[i];
            char columns[1024] = "", values[2048] = "", sql[4096], literal[64];
            bool waits = false;
            for (int k = 0; k < t->n; k++) {
                const struct schema_column *c = &t->columns[k];
                waits |= c->bare && !c->nullable;
                if (c->bare) continue;
                snprintf(columns + strlen(columns), sizeof columns - strlen(columns), ", %s", quoted(c->name));
                if (c->distinct) snprintf(values + strlen(values), sizeof values - strlen(values), ", (select coalesce(max(%s), 0) + 1 from %s)", quoted(c->name), quoted(t->name));
                else snprintf(values + strlen(values), sizeof values - strlen(values), ", %s", literal_of(c, s, k + pass, literal));
            }
            if (waits) continue;
            if (t->pair_key) snprintf(sql, sizeof sql, "insert into %s (\"a\", \"b\"%s) select coalesce(max(\"a\"), 0) + 1, 'k'%s from %s", quoted(t->name), columns, values, quoted(t->name));
            else if (columns[0]) snprintf(sql, sizeof sql, "insert into %s (%s) values (%s)", quoted(t->name), columns + 2, values + 2);
            else snprintf(sql, sizeof sql, "insert into %s default values", quoted(t->name));
            run(db, sql);
        }
    }
}

/* every value of columns that both schemas have, by identity, in a form that a conversion between types of a family keeps */
static void rows_read(struct catalogue *c, orm_db *db, struct schema *s, struct schema *other)
{
    orm_arena arena = { 0 };
    catalogue_clear(c);
    for (int i = 0; i < s->n; i++) {
        const struct schema_table *t = &s->tables[i], *same = schema_table_of(other, t->identity);
        for (int k = 0; same && k < t->n; k++) {
            const struct schema_column *column = &t->columns[k], *there = NULL;
            for (int m = 0; m < same->n; m++) if (same->columns[m].identity == column->identity) there = &same->columns[m];
            int family = schema_types[column->type].family;
            if (!there || (family == OF_DECIMAL && column->type != there->type) || (column->nullable != there->nullable) || family == OF_JSON) continue;
            char sql[512];
            const char *values = NULL;
            const char *name = quoted(column->name), *key = t->pair_key ? "\"a\"" : "\"id\"", *table = quoted(t->name);
            if (case_engine == ON_POSTGRES) snprintf(sql, sizeof sql, "select string_agg(coalesce(%s::text, 'null'), ',' order by %s) from %s", name, key, table);
            else snprintf(sql, sizeof sql, "select group_concat(quote(%s)) from (select * from %s order by %s)", name, table, key);
            CHECK_INT(orm__scalar_text(db, &arena, &values, sql, NULL, 0, NULL), ORM_OK);
            catalogue_add(c, "%d.%d %s", t->identity, column->identity, values ? values : "");
        }
    }
    orm_arena_release(&arena);
    qsort(c->line, c->n, sizeof *c->line, compare_lines);
}

/* ---- one history ------------------------------------------------------------------------------------------------------------------------------------- */
static char folder[64];
static const char *last_path;

static bool fails(const char *what, orm_status status, int seed, int change)
{
    if (!status) return false;
    printf("schema %d, change %d, %s: %s: %s (%s)\n", seed, change, what, orm_status_name(status), orm_error()->message, last_path ? last_path : "");
    check_failed = true;
    return true;
}

static bool one_change(orm_db *db, struct schema *s, orm_arena *arena, int seed, int change)
{
    static struct schema old;
    static struct catalogue rows, kept;
    static char text_[SCHEMA_TEXT];
    char why[200], what[64];
    const orm_migrate_options in_folder = { .folder = folder };
    old = *s;
    schema_change(s);
    schema_text(s, text_, sizeof text_, true);
    const orm_schema *models = orm__snapshot_read(text_, strlen(text_), arena, why);
    if (!models) {
        printf("%s\n%s\n", why, text_);
        check_failed = true;
        return false;
    }
    const orm_dialect *const adapters[] = { &orm_sqlite, &orm_postgres };
    if (fails("generate", orm__generate(models, "change", adapters, 2, &(orm_generate_options){ .folder = folder, .allow = "a test", .irreversible = "a test" }, arena, &last_path), seed, change)) return false;
    catalogue_read(&before, db);
    rows_read(&rows, db, &old, s);
    if (fails("up", orm_migrate(db, &in_folder, NULL), seed, change)) return false;
    rows_read(&kept, db, s, &old);
    snprintf(what, sizeof what, "schema %d, change %d", seed, change);
    if (!catalogue_same(&kept, &rows, "rows")) return false;
    catalogue_read(&after, db);
    if (last_path) {
        const char *again = "";
        if (fails("generate again", orm__generate(models, "again", adapters, 2, &(orm_generate_options){ .folder = folder }, arena, &again), seed, change)) return false;
        CHECK(again == NULL);
        if (fails("undo", orm_migrate_undo(db, &(orm_migrate_options){ .folder = folder, .lossy = true }, NULL), seed, change)) return false;
        catalogue_read(&now_there, db);
        if (!catalogue_same(&now_there, &before, what)) return false;
        if (fails("up again", orm_migrate(db, &in_folder, NULL), seed, change)) return false;
        catalogue_read(&now_there, db);
        if (!catalogue_same(&now_there, &after, what)) return false;
    }
    if (fails("compare with the models", orm_verify(db, models, NULL, NULL, NULL), seed, change)) return false;
    add_rows(db, s);
    return !check_failed;
}

static int n_circles, n_targets;           /* schemas with tables in a circle, and with keys to other columns than the primary one */

static void one_history(orm_db *db, int seed)
{
    struct schema s = { .state = (uint64_t)seed };
    orm_arena arena = { 0 };
    bool fine = true;
    char command[96];
    snprintf(folder, sizeof folder, "/tmp/orm_evolve_XXXXXX");
    REQUIRE(mkdtemp(folder) != NULL);
    fine = !fails("begin", orm_migrate(db, &(orm_migrate_options){ .folder = folder }, NULL), seed, 0);      /* makes the table of what was applied */
    for (int change = 0; change < CHANGES && fine; change++) {
        fine = one_change(db, &s, &arena, seed, change);
        n_circles += schema_has_circle(&s);
        n_targets += schema_has_target(&s);
    }
    if (fine) fine = !fails("undo all", orm_migrate_undo(db, &(orm_migrate_options){ .folder = folder, .all = true, .lossy = true }, NULL), seed, CHANGES);
    catalogue_read(&now_there, db);
    for (size_t i = 0; i < now_there.n && fine; i++)
        if (!strstr(now_there.line[i], "orm_migrations")) fine = !fails(now_there.line[i], ORM_SCHEMA_DIFFERS, seed, CHANGES);
    orm_arena_release(&arena);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    if (fine) CHECK_INT(system(command), 0);
}

ON_EACH_OF(schemas_changed_at_random_go_up_and_down_and_keep_their_rows, empty_cases)
{
    const char *from = getenv("ORM_TEST_SEED");
    int first = from ? atoi(from) : 1;
    n_circles = n_targets = 0;
    for (int seed = first; seed < first + (from ? 1 : SCHEMAS) && !check_failed; seed++) one_history(db, seed);
    if (!from) CHECK(n_circles > 10 && n_targets > 10);
    catalogue_clear(&before);
    catalogue_clear(&after);
    catalogue_clear(&now_there);
}

CHECK_MAIN()

/* test: no-valgrind no-tsan: hundreds of migrations; the address sanitizer sees the same, and sooner */
/* Schemas changed at random: each change is generated as a migration, applied, taken back and applied again. Each time the database is what the
   schema says, and after a way back it is what it was before, to the last constraint; and rows keep what they held. */
#define ORM_IMPLEMENTATION
#include "engines.h"
#include "helpers.h"
#include "random_schema.h"
#include <ctype.h>

static const struct case_setup empty_cases = { NULL, NULL, NULL, NULL };
enum { SCHEMAS = 40, CHANGES = 5 };        /* 200 changes for each engine */

/* ---- what the database tells of itself, in an order that does not depend on its history ---------------------------------------------------- */
enum { LINES = 4000 };
static struct catalogue { char *line[LINES]; size_t n; } now_there, before, after;

static void catalogue_clear(struct catalogue *c)
{
    for (size_t i = 0; i < c->n; i++) free(c->line[i]);
    c->n = 0;
}
static void catalogue_add(struct catalogue *c, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void catalogue_add(struct catalogue *c, const char *format, ...)
{
    char line[4096];
    va_list list;
    va_start(list, format);
    vsnprintf(line, sizeof line, format, list);
    va_end(list);
    if (c->n < LINES) c->line[c->n++] = strdup(line);
}
static int compare_lines(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

static void catalogue_table(struct catalogue *c, orm__session *s, const char *name)
{
    orm_found_table t;
    CHECK_INT(s->dialect->describe(s->connection, name, &s->scratch, &t), ORM_OK);
    for (size_t i = 0; i < t.n_columns; i++)
        catalogue_add(c, "%s column %s %s %s %d %d", name, t.columns[i].name, t.columns[i].type, t.columns[i].default_sql ? t.columns[i].default_sql : "-", t.columns[i].nullable, t.columns[i].key);
    for (size_t i = 0; i < t.n_references; i++)
        catalogue_add(c, "%s references %s %s %s %s %s", name, t.references[i].column, t.references[i].table, t.references[i].target ? t.references[i].target : "-",
                      t.references[i].on_delete ? t.references[i].on_delete : "-", t.references[i].on_update ? t.references[i].on_update : "-");
    for (size_t i = 0; i < t.n_indexes; i++)
        catalogue_add(c, "%s index %s %s %s %d", name, t.indexes[i].automatic ? "" : t.indexes[i].name, t.indexes[i].columns ? t.indexes[i].columns : "-", t.indexes[i].where ? t.indexes[i].where : "-",
                      t.indexes[i].unique);
    for (size_t i = 0; i < t.n_checks; i++) catalogue_add(c, "%s check %s", name, t.checks[i]);
}

/* names of tables, triggers, constraints, comments and enumerations, by the engine's own words */
static const char lite_names[] = "select group_concat(line, char(10)) from (select 'trigger ' || name || ' ' || sql as line from sqlite_master where type = 'trigger'"
    " union all select 'table ' || name from sqlite_master where type = 'table' and name not like 'sqlite_%')";
static const char server_names[] = "select string_agg(line, E'\\n') from (select 'table ' || relname || coalesce(obj_description(oid, 'pg_class'), '') as line from pg_class where relkind = 'r' and relnamespace = current_schema()::regnamespace"
    " union all select 'constraint ' || conrelid::regclass::text || ' ' || conname || ' ' || pg_get_constraintdef(oid) from pg_constraint where connamespace = current_schema()::regnamespace"
    " union all select 'index ' || indexdef from pg_indexes where schemaname = current_schema()"
    " union all select 'comment ' || attrelid::regclass::text || attname || ' ' || col_description(attrelid, attnum) from pg_attribute where col_description(attrelid, attnum) is not null and (select relnamespace from pg_class where oid = attrelid) = current_schema()::regnamespace"
    " union all select 'enum ' || typname || ' ' || (select string_agg(enumlabel, ',' order by enumsortorder) from pg_enum where enumtypid = t.oid) from pg_type t where typtype = 'e' and typnamespace = current_schema()::regnamespace"
    " union all select 'trigger ' || pg_get_triggerdef(oid) from pg_trigger where not tgisinternal and (select relnamespace from pg_class where oid = tgrelid) = current_schema()::regnamespace"
    " union all select 'function ' || proname || ' ' || replace(prosrc, E'\\n', ' ') from pg_proc where pronamespace = current_schema()::regnamespace) l";

static void catalogue_read(struct catalogue *c, orm_db *db)
{
    orm_arena arena = { 0 };
    const char *names = NULL;
    catalogue_clear(c);
    CHECK_INT(orm__scalar_text(db, &arena, &names, case_engine == ON_POSTGRES ? server_names : lite_names, NULL, 0, NULL), ORM_OK);
    for (const char *at = names; at && *at; at += strcspn(at, "\n"), at += *at == '\n') {
        size_t n = strcspn(at, "\n");
        catalogue_add(c, "%.*s", (int)n, at);
        if (strncmp(at, "table ", 6) != 0 || case_engine == ON_POSTGRES) continue;
        char table[64];
        snprintf(table, sizeof table, "%.*s", (int)n - 6, at + 6);
        orm__session *s = orm__enter(db, ORM__READ, NULL, NULL, 0);
        REQUIRE(s != NULL);
        catalogue_table(c, s, table);
        orm__leave(s);
    }
    if (case_engine == ON_POSTGRES) {
        const char *columns = NULL;
        CHECK_INT(orm__scalar_text(db, &arena, &columns, "select string_agg(table_name || ' ' || column_name || ' ' || udt_name || ' ' || coalesce(column_default, '-') || ' ' || is_nullable || ' ' || is_identity || ' ' || coalesce(character_maximum_length::text, '') || ' ' || coalesce(numeric_scale::text, ''), E'\\n')"
                  " from information_schema.columns where table_schema = current_schema()", NULL, 0, NULL), ORM_OK);
        for (const char *at = columns; at && *at; at += strcspn(at, "\n"), at += *at == '\n') catalogue_add(c, "column %.*s", (int)strcspn(at, "\n"), at);
    }
    orm_arena_release(&arena);
    qsort(c->line, c->n, sizeof *c->line, compare_lines);
}

static bool catalogue_same(const struct catalogue *a, const struct catalogue *b, const char *what)
{
    for (size_t i = 0; i < a->n || i < b->n; i++) {
        const char *left = i < a->n ? a->line[i] : "(nothing)", *right = i < b->n ? b->line[i] : "(nothing)";
        if (strcmp(left, right) == 0) continue;
        printf("%s: there is\n  %s\nwhere this should be\n  %s\n", what, left, right);
        check_failed = true;
        return false;
    }
    return true;
}

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
                waits |= c->refers && !c->nullable;
                if (c->refers) continue;
                snprintf(columns + strlen(columns), sizeof columns - strlen(columns), ", %s", quoted(c->name));
                snprintf(values + strlen(values), sizeof values - strlen(values), ", %s", literal_of(c, s, k + pass, literal));
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

static void one_history(orm_db *db, int seed)
{
    struct schema s = { .state = (uint64_t)seed };
    orm_arena arena = { 0 };
    bool fine = true;
    char command[96];
    snprintf(folder, sizeof folder, "/tmp/orm_evolve_XXXXXX");
    REQUIRE(mkdtemp(folder) != NULL);
    fine = !fails("begin", orm_migrate(db, &(orm_migrate_options){ .folder = folder }, NULL), seed, 0);      /* makes the table of what was applied */
    for (int change = 0; change < CHANGES && fine; change++) fine = one_change(db, &s, &arena, seed, change);
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
    for (int seed = first; seed < first + (from ? 1 : SCHEMAS) && !check_failed; seed++) one_history(db, seed);
    catalogue_clear(&before);
    catalogue_clear(&after);
    catalogue_clear(&now_there);
}

CHECK_MAIN()

/* >>catalogue: what a database tells of itself, line by line, in an order that does not depend on its history; and whether two are the same.
   Needs the implementation in the same file: it looks with the adapters' eyes. */
#ifndef CATALOGUE_H
#define CATALOGUE_H
#include "engines.h"

enum { LINES = 4000 };
struct catalogue { char *line[LINES]; size_t n; };

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
#endif

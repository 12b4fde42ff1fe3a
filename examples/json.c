/* JSON: rows from requests and into answers, changes and filters from outside, documents in a column.

       cc examples/json.c -I. -lsqlite3 -o json && ./json [URL]
       cc -DWITH_POSTGRES examples/json.c -I. -I$(pg_config --includedir) -lsqlite3 -lpq -o json && ./json "postgres://me@localhost/test" */
#define ORM_IMPLEMENTATION
#include "orm.h"
#include "dialects/sqlite.h"
#ifdef WITH_POSTGRES
#  include "dialects/postgres.h"
#endif
#include <stdio.h>
#include <string.h>

#define Kind_VALUES(X) X(lamp) X(heater)
ORM_ENUM(Kind)

#define Device_FIELDS(X)                                                            \
    X(id,        serial)                                                            \
    X(name,      string(40), unique, not_empty)                                     \
    X(kind,      enumeration(Kind))                                                 \
    X(watts,     integer, between(1, 3000))                                         \
    X(price,     decimal(8, 2), nullable)                                           \
    X(bought,    date, nullable)                                                    \
    X(pin,       string(20), secret, default(""))             /* never in JSON, nor in messages */ \
    X(settings,  jsonb, default("{}"))                        /* a document */      \
    X(approved,  boolean, default(false))
ORM_MODEL(Device, devices)
#define Home_MODELS(X) X(Device)
ORM_SCHEMA(Home)
ORM_DEFINE(Home)

/* what a sender may set: anything else is refused by its name, whether the model has it or not */
static const Device_mask may_set = { .name = 1, .kind = 1, .watts = 1, .price = 1, .bought = 1, .settings = 1 };

/* 400 for what is no JSON, 422 for what is no such row; each failure with field, line and column */
static void show_refusal(const char *what)
{
    char json[4096];
    orm_errors_json(json, sizeof json);
    printf("%s: %s\n", what, json);
}

static void add(orm_db *db, const char *what, const char *body)
{
    ORM_AUTO Device *device = Device_from_json(db, body, strlen(body), may_set);
    if (!device || Device_create(db, device)) { show_refusal(what); return; }
    char *json = Device_to_json(device, (Device_mask){ .name = 1, .kind = 1, .watts = 1, .price = 1, .bought = 1, .approved = 1 });
    printf("%s: %s\n", what, json ? json : "");
    orm_free_text(json);
}

int main(int argc, char **argv)
{
    orm_db *db = orm_open(argc > 1 ? argv[1] : "sqlite::memory:");
    if (!db || orm_sync(db, &Home_schema)) return orm_perror("open");
    if (Device_destroy_all(db, &(Device_query){ .all = true }, NULL)) return orm_perror("clear");

    /* In: a request's body becomes a row, and the row an answer. */
    add(db, "created", "{\"name\": \"desk\", \"kind\": \"lamp\", \"watts\": 12, \"price\": 39.90, \"bought\": \"2026-02-28\", \"settings\": {\"light\": {\"level\": 80, \"tone\": \"warm\"}}}");
    add(db, "created", "{\"name\": \"hall\", \"kind\": \"heater\", \"watts\": 1500, \"settings\": {\"timer\": [6, 22]}}");
    add(db, "created", "{\"name\": \"loft\", \"kind\": \"lamp\", \"watts\": 8, \"settings\": {\"light\": {\"level\": 30}}}");

    /* When it goes wrong: no type is taken for another one, and all that is wrong is told at once. */
    add(db, "wrong", "{\"name\": \"\",\n \"kind\": \"oven\",\n \"watts\": \"12\",\n \"bought\": \"2026-02-30\",\n \"approved\": true}");
    add(db, "no JSON", "{\"name\": \"attic\", \"watts\": }");
    add(db, "taken", "{\"name\": \"desk\", \"kind\": \"lamp\", \"watts\": 5}");

    /* A change from outside: only the keys that are there are written. `set` is what they were, for save_only. */
    ORM_AUTO Device *desk = Device_find_by_name(db, "desk");
    if (!desk) return orm_perror("desk");
    const char *patch = "{\"watts\": 10, \"price\": null}", *bad = "{\"watts\": 0, \"name\": null}";
    Device_mask set;
    if (Device_patch_from_json(db, desk, patch, strlen(patch), may_set, &set) || Device_save_only(db, desk, set)) return orm_perror("patch");
    printf("patched: %d watts, price %s\n", (int)desk->watts, desk->price.set ? "known" : "unknown");
    if (Device_patch_from_json(db, desk, bad, strlen(bad), may_set, &set)) show_refusal("a bad patch");

    /* A filter from outside: for each operator the fields that it may ask about. Values are bound, and nothing of the text gets into the SQL. */
    const Device_filter allowed = { .eq = { .kind = 1 }, .range = { .watts = 1 } };
    const char *filter = "{\"kind\": \"lamp\", \"watts\": {\"lt\": 11}}", *nosy = "{\"pin\": \"1234\"}";
    orm_arena arena = { 0 };
    Device_pred where;
    if (Device_filter_from_json(db, filter, strlen(filter), &allowed, &arena, &where)) return orm_perror("filter");
    Device *small = Device_find_all(db, &(Device_query){ .where = where, .order = { orm_asc(Device_.name) }, .limit = 50 });
    if (!small) return orm_perror("small");
    for (size_t i = 0; i < orm_len(small); i++) printf("a small lamp: %s\n", small[i].name);
    orm_free(small);
    if (Device_filter_from_json(db, nosy, strlen(nosy), &allowed, &arena, &where)) show_refusal("a nosy filter");
    orm_arena_release(&arena);

    /* Out: a list, as a web API answers it. What was not loaded is left out, and `pin` never appears. */
    orm_json_writer *out = orm_json_begin(.file = stdout, .list = true, .pretty = true, .camel_case = true);
    ORM_AUTO Device *all = Device_find_all(db, &(Device_query){ .select = { .name = 1, .watts = 1, .approved = 1 }, .order = { orm_asc(Device_.name) }, .limit = 2 });
    if (!all) return orm_perror("all");
    orm_json_rows(out, Device, all, (Device_mask){ .name = 1, .watts = 1, .approved = 1 });
    if (orm_json_end(out, NULL)) return orm_perror("json");

    /* A document in a column: a path leads to a value in it, in conditions, orders and changes. The database changes it, so that two writers of two keys lose nothing. */
    if (Device_update(db, &(Device_change){ .set = { orm_json_set(Device_.settings, orm_path("light", "level"), 55) },
                                            .where = orm_json_gt(Device_.settings, orm_path("light", "level"), 50) }, NULL)) return orm_perror("dim");
    ORM_AUTO Device *lit = Device_find_all(db, &(Device_query){
        .where = orm_json_exists(Device_.settings, orm_path("light")), .order = { orm_json_desc(Device_.settings, orm_path("light", "level")) } });
    if (!lit) return orm_perror("lit");
    for (size_t i = 0; i < orm_len(lit); i++) printf("has a light: %s\n", lit[i].name);
    /* What is no JSON is refused before it is sent. */
    if (Device_update(db, &(Device_change){ .set = { orm_set(Device_.settings, "{light: on}") }, .where = orm_eq(Device_.name, "desk") }, NULL)) show_refusal("no document");
    orm_close(db);
    return 0;
}

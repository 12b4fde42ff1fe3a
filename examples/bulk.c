/* Bulk writes: thousands of rows in a call, all or nothing; which row was wrong; create or change; and what is refused without a condition.

       cc examples/bulk.c -I. -lsqlite3 -o bulk && ./bulk [URL]
       cc -DWITH_POSTGRES examples/bulk.c -I. -I$(pg_config --includedir) -lsqlite3 -lpq -o bulk && ./bulk "postgres://me@localhost/test" */
#define ORM_IMPLEMENTATION
#include "orm.h"
#include "dialects/sqlite.h"
#ifdef WITH_POSTGRES
#  include "dialects/postgres.h"
#endif
#include <stdio.h>

#define Part_FIELDS(X)                                          \
    X(id,     serial)                                           \
    X(number, string(20), unique, not_empty)                    \
    X(name,   string(60), not_empty)                            \
    X(cents,  integer, at_least(1))                             \
    X(stock,  integer, default(0), at_least(0))
ORM_MODEL(Part, parts)
#define Depot_MODELS(X) X(Part)
ORM_SCHEMA(Depot)
ORM_DEFINE(Depot)

enum { PARTS = 5000 };

static void show_refusal(const char *what)
{
    const orm_error_info *error = orm_error();
    printf("%s: %s: %s\n", what, orm_status_name(error->kind), error->message);
    for (size_t i = 0; i < error->failures.count; i++)
        printf("    row %d, %s: %s\n", (int)error->failures.item[i].row, error->failures.item[i].field, error->failures.item[i].message);
}

static int64_t count(orm_db *db)
{
    int64_t n = -1;
    if (Part_count(db, NULL, &n)) orm_perror("count");
    return n;
}

static void progress(void *context, size_t done, size_t total)
{
    (void)total;
    *(size_t *)context = done;                   /* a program would draw a bar */
}

int main(int argc, char **argv)
{
    orm_db *db = orm_open(argc > 1 ? argv[1] : "sqlite::memory:");
    if (!db || orm_sync(db, &Depot_schema)) return orm_perror("open");
    if (Part_destroy_all(db, &(Part_query){ .all = true }, NULL)) return orm_perror("clear");

    /* A list of fresh rows, with their texts in the same arena: what it holds is freed at once. */
    orm_arena arena = { 0 };
    Part *parts = Part_list(&arena, PARTS);
    if (!parts) return orm_perror("list");
    for (int i = 0; i < PARTS; i++) {
        parts[i].number = orm_format(&arena, "P-%04d", i);
        parts[i].name = i % 2 ? "nut" : "bolt";
        parts[i].cents = 5 + i % 10;
    }

    /* A row that breaks a rule is named by its place, and so are the others that do: nothing is sent. */
    parts[7].cents = 0;
    parts[4000].name = "";
    if (Part_create_all(db, parts, PARTS, NULL)) show_refusal("two bad rows");
    printf("parts: %d\n", (int)count(db));
    parts[7].cents = 5;
    parts[4000].name = "bolt";

    /* A key that is taken is found by the database, in the middle of the work: all of it is undone. It tells the field, and not which of the rows. */
    parts[3000].number = "P-0001";
    if (Part_create_all(db, parts, PARTS, NULL)) printf("a number twice: %s: %s\n", orm_status_name(orm_error()->kind), orm_error()->message);
    printf("parts: %d\n", (int)count(db));
    parts[3000].number = "P-3000";

    /* Some hundred rows a statement, in one transaction; the keys come back into the rows, in order. */
    size_t done = 0;
    if (Part_create_all(db, parts, PARTS, &(orm_create_options){ .progress = progress, .context = &done })) return orm_perror("create_all");
    printf("parts: %d, told %d, keys in order: %s\n", (int)count(db), (int)done, parts[PARTS - 1].id - parts[0].id == PARTS - 1 ? "yes" : "no");

    /* A delivery: what is there gets more stock, and what is not is created. The key is one that the model declares. */
    Part *delivery = Part_list(&arena, 3);
    orm_written how[3];
    if (!delivery) return orm_perror("list");
    for (int i = 0; i < 3; i++) {
        delivery[i].number = orm_format(&arena, "P-%04d", PARTS - 2 + i);      /* two are known, one is new */
        delivery[i].name = "washer";
        delivery[i].cents = 2;
        delivery[i].stock = 100;
    }
    if (Part_upsert_all(db, delivery, 3, &(Part_conflict){ .on = orm_key(Part, number), .set = { orm_inc(Part_.stock, 100) } }, how)) return orm_perror("upsert");
    for (int i = 0; i < 3; i++) printf("%s %s\n", delivery[i].number, how[i] == ORM_CREATED ? "created" : how[i] == ORM_UPDATED ? "updated" : "left alone");

    /* The same change for all that meet a condition is one statement, which nobody needs to read rows for. */
    int64_t n = 0;
    if (Part_update(db, &(Part_change){ .set = { orm_set_calc_by(Part_.cents, Part_.cents, *, 2) }, .where = orm_eq(Part_.name, "nut") }, &n)) return orm_perror("update");
    printf("dearer: %d\n", (int)n);

    /* Rows with a value of its own each: what save would write of each, in few statements. */
    ORM_AUTO Part *cheap = Part_find_all(db, &(Part_query){ .where = orm_and(orm_eq(Part_.cents, 5), orm_lt(Part_.number, "P-0100")), .order = { orm_asc(Part_.number) } });
    if (!cheap) return orm_perror("cheap");
    for (size_t i = 0; i < orm_len(cheap); i++) cheap[i].stock = 10 + (int)i;
    if (Part_save_all(db, cheap, orm_len(cheap), (Part_mask){ .stock = 1 })) return orm_perror("save_all");
    printf("counted anew: %d, the last has %d\n", (int)orm_len(cheap), (int)cheap[orm_len(cheap) - 1].stock);

    /* Calls of different kinds that need no answer at once: on PostgreSQL one round trip for all of them. */
    orm_slot sold = { 0 }, gone = { 0 };
    Part_slot first = { 0 };
    ORM_BATCH(db, .atomic = true) {
        Part_batch_find(db, parts[0].id, &first);
        Part_batch_update(db, &(Part_change){ .set = { orm_dec(Part_.stock, 1) }, .where = orm_gt(Part_.stock, 0) }, &sold);
        Part_batch_destroy_all(db, &(Part_query){ .where = orm_eq(Part_.number, "P-0000") }, &gone);
    }
    if (orm_failed()) return orm_perror("batch");
    printf("batch: found %s, changed %d, destroyed %d\n", first.rows ? first.rows->number : "nothing", (int)sold.count, (int)gone.count);
    orm_free(first.rows);

    /* Everything is meant only when it is said. */
    if (Part_destroy_all(db, &(Part_query){ .where = orm_if(false, orm_eq(Part_.name, "nut")) }, &n)) printf("a condition that was left out: %s\n", orm_status_name(orm_error()->kind));
    if (Part_destroy_all(db, &(Part_query){ .all = true }, &n)) return orm_perror("destroy_all");
    printf("destroyed: %d\n", (int)n);
    orm_arena_release(&arena);
    orm_close(db);
    return 0;
}

/* Streaming: many rows in little memory, as JSON lines, in pages; and a list that would be too long.

       cc examples/streaming.c -I. -lsqlite3 -o streaming && ./streaming [URL]
       cc -DWITH_POSTGRES examples/streaming.c -I. -I$(pg_config --includedir) -lsqlite3 -lpq -o streaming && ./streaming "postgres://me@localhost/test" */
#define ORM_IMPLEMENTATION
#include "orm.h"
#include "dialects/sqlite.h"
#ifdef WITH_POSTGRES
#  include "dialects/postgres.h"
#endif
#include <stdio.h>

#define Reading_FIELDS(X)                                       \
    X(id,      serial)                                          \
    X(station, integer)                                         \
    X(celsius, decimal(4, 1))                                   \
    X(at,      timestamp)                                       \
    X(checked, boolean, default(false))
ORM_MODEL(Reading, readings, index(station, at))
#define Weather_MODELS(X) X(Reading)
ORM_SCHEMA(Weather)
ORM_DEFINE(Weather)

enum { ROWS = 5000, STATIONS = 5 };

static void show_refusal(const char *what) { printf("%s: %s: %s\n", what, orm_status_name(orm_error()->kind), orm_error()->message); }

static orm_status fill(orm_db *db)
{
    if (Reading_destroy_all(db, &(Reading_query){ .all = true }, NULL)) return orm_error()->kind;
    orm_arena arena = { 0 };
    Reading *rows = Reading_list(&arena, ROWS);
    orm_time start = orm_time_make(orm_date_make(2026, 1, 1), orm_clock_make(0, 0, 0, 0));
    for (int i = 0; rows && i < ROWS; i++) {
        rows[i].station = i % STATIONS + 1;
        rows[i].celsius = (orm_decimal){ .low = (uint64_t)(i * 7 % 250), .scale = 1 };      /* 0.0 to 24.9 */
        rows[i].at = start + (int64_t)(i / STATIONS) * 60 * 1000000;                        /* microseconds: a minute apart */
    }
    orm_status status = rows ? Reading_create_all(db, rows, ROWS, NULL) : ORM_NO_MEMORY;
    orm_arena_release(&arena);
    return status;
}

int main(int argc, char **argv)
{
    orm_db *db = orm_open(argc > 1 ? argv[1] : "sqlite::memory:", .max_rows = 1000);        /* of a list without .limit; a million without a word */
    if (!db || orm_sync(db, &Weather_schema) || fill(db)) return orm_perror("weather");

    /* A walk holds a page of rows, never all of them. `r` and its texts are valid until the next round; break, continue and return are fine. */
    int warm = 0, rows = 0;
    ORM_EACH(Reading, r, db, .where = orm_eq(Reading_.station, 3)) {
        rows++;
        warm += r->celsius.low >= 200;
    }
    if (orm_failed()) return orm_perror("walk");                 /* a loop that ended by a failure looks like one that ended */
    printf("station 3: %d of %d readings are warm\n", warm, rows);

    /* Writing in the loop is allowed: it ends at the largest key that there was when it began. */
    int checked = 0;
    ORM_EACH(Reading, r, db, .where = orm_and(orm_eq(Reading_.checked, false), orm_lt(Reading_.celsius, 1))) {
        r->checked = true;
        if (Reading_save(db, r)) break;
        checked++;
    }
    if (orm_failed()) return orm_perror("check");
    printf("checked: %d\n", checked);

    /* ORM_READ is one moment and one connection: the number fits the walk, whatever others write, and the walk copies nothing. */
    int64_t total = 0;
    int walked = 0;
    ORM_READ(db) {
        Reading_count(db, NULL, &total);
        ORM_EACH(Reading, r, db, .select = { .id = 1 }) walked += r->id != 0;
    }
    if (orm_failed()) return orm_perror("read");
    printf("counted %d, walked %d\n", (int)total, walked);

    /* Rows as JSON while they come: to a file, a buffer, or a function that sends them on. The mask says what is shown. */
    orm_json_writer *out = orm_json_begin(.file = stdout, .lines = true);
    ORM_EACH(Reading, r, db, .limit = 3) orm_json_row(out, Reading, r, (Reading_mask){ .station = 1, .celsius = 1, .at = 1 });
    if (orm_json_end(out, NULL)) return orm_perror("json");

    /* Pages in an order of your own go on behind the last row: no page is skipped or seen twice when rows come and go, and the last one costs what the first does. */
    Reading *page = NULL;
    int pages = 0, seen = 0;
    do {
        Reading *next = Reading_find_all(db, &(Reading_query){
            .where = orm_eq(Reading_.station, 5), .order = { orm_desc(Reading_.at) }, .after = page ? &page[orm_len(page) - 1] : NULL, .limit = 300 });
        orm_free(page);                                          /* not before: `.after` looks at its last row */
        if (!next) return orm_perror("page");
        page = next;
        seen += (int)orm_len(page);
        pages += orm_len(page) > 0;
    } while (orm_len(page) > 0);
    orm_free(page);
    printf("station 5: %d readings on %d pages\n", seen, pages);

    /* When it goes wrong: a list that nobody has thought about ... */
    Reading *all = Reading_find_all(db, NULL);
    if (!all) show_refusal("everything at once");
    /* ... an order in a walk, which goes by the key ... */
    ORM_EACH(Reading, r, db, .order = { orm_desc(Reading_.celsius) }) puts("never");
    if (orm_failed()) show_refusal("a walk in an order");
    /* ... a write where only reading was promised ... */
    ORM_READ(db) {
        Reading_destroy_all(db, &(Reading_query){ .all = true }, NULL);
    }
    if (orm_failed()) printf("a write in ORM_READ: %s\n", orm_status_name(orm_error()->kind));
    /* ... and a row that is used after its round. */
    Reading kept = Reading_defaults();
    ORM_EACH(Reading, r, db, .limit = 1) kept = *r;
    if (Reading_save(db, &kept)) show_refusal("a row from a loop that has ended");
    orm_close(db);
    return 0;
}

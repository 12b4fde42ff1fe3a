/* The workload of workload.h on SQLite. usage: orm_sqlite (mem|file|schema) [dbfile]; `schema` prints the tables. */
#define ORM_IMPLEMENTATION
#include "models.h"
#include "dialects/sqlite.h"
#include "cases.h"
ORM_DEFINE(Bench)
ORM_DEFINE_VIEW(RoleStats)

static const char *path;                /* NULL in memory */

static void open_fresh(void)
{
    char url[512];
    orm_close(db);
    if (path) remove_database(path);
    snprintf(url, sizeof url, path ? "sqlite:%s?synchronous=normal" : "sqlite::memory:", path);
    db = orm_open(url);
    must(db ? orm_sync(db, &Bench_schema) : ORM_CONFIG);
}

static void fill(void)
{
    ORM_TRANSACTION(db) {
        orm_exec(db, NULL, FILL_POSTS, orm_no_params);
        orm_exec(db, NULL, FILL_TAGS, orm_no_params);
        orm_exec(db, NULL, FILL_POST_TAGS, orm_no_params);
        orm_exec(db, NULL, MAKE_INDEX, orm_no_params);
    }
    if (orm_failed()) exit(orm_perror("fill"));
    must(orm_exec(db, NULL, "analyze", orm_no_params));
}

int main(int argc, char **argv)
{
    if (argc < 2) die("usage: orm_sqlite (mem|file|schema) [dbfile]");
    if (strcmp(argv[1], "schema") == 0) {
        print_schema();
        return 0;
    }
    if (strcmp(argv[1], "file") == 0) path = argc > 2 ? argv[2] : "bench.db";
    else clock_of_process();
    one_transaction = path != NULL;
    input *from = make_users(USERS);
    begin(from);
    run_reading();
    run_writing();
    orm_close(db);
    if (path) remove_database(path);
    free(users);
    free(from);
    return 0;
}

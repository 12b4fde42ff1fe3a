/* Cost per row as the number of rows grows, over orm.h on a SQLite file: usage: rows FILE N. Prints `rows,ours,case,N,ns_per_row`, of processor time. */
#include "../models.h"
#include "dialects/sqlite.h"
#include "../common.h"
#include "rows.h"
ORM_DEFINE(Bench)

static orm_db *db;

static void must(orm_status status)
{
    if (status) exit(orm_perror("rows"));
}

static void bulk(long n)
{
    static User rows[AT_ONCE];
    static input from[AT_ONCE];
    uint64_t seed = 12345;
    for (long done = 0; done < n; done += AT_ONCE) {
        int now = n - done < AT_ONCE ? (int)(n - done) : AT_ONCE;
        next_users(from, (int)done + 1, now, &seed);
        for (int i = 0; i < now; i++) {
            rows[i] = User_defaults();
            rows[i].name = from[i].name;
            rows[i].email = from[i].email;
            rows[i].role = from[i].role;
            if (from[i].has_score) rows[i].score = orm_double(from[i].score);
            if (from[i].has_age) rows[i].age = orm_int32(from[i].age);
            rows[i].created_at = from[i].created_at;
        }
        clock_start();
        must(User_create_all(db, rows, (size_t)now, NULL));
        clock_stop();
    }
    tell("ours", "bulk", n, n);
}

static void each(long n)
{
    long times = TIMES(n), rows = 0;
    clock_start();
    for (long t = 0; t < times; t++) {
        ORM_EACH(User, u, db) rows += u->id > 0;
        must(orm_error()->kind);
    }
    clock_stop();
    if (rows != n * times) die("each: rows are missing");
    tell("ours", "each", n, rows);
}

static void all(long n)
{
    long times = TIMES(n), rows = 0;
    clock_start();
    for (long t = 0; t < times; t++) {
        User *found = User_find_all(db, NULL);
        if (!found) exit(orm_perror("all"));
        rows += (long)orm_len(found);
        orm_free(found);
    }
    clock_stop();
    if (rows != n * times) die("all: rows are missing");
    tell("ours", "all", n, rows);
}

static void eager(long n)
{
    long times = TIMES(n), rows = 0;
    must(orm_exec(db, NULL, POSTS_UP_TO, orm_params(n)));
    clock_start();
    for (long t = 0; t < times; t++) {
        User *found = User_find_all(db, &(User_query){ .where = orm_lte(User_.id, n / 10), .order = { orm_asc(User_.id) }, .include = { orm_with(User_.posts) } });
        if (!found) exit(orm_perror("eager"));
        for (size_t i = 0; i < orm_len(found); i++) rows += 1 + (long)orm_len(found[i].posts);
        orm_free(found);
    }
    clock_stop();
    if (rows != (n / 10 + n) * times) die("eager: rows are missing");
    tell("ours", "eager", n, rows);
}

int main(int argc, char **argv)
{
    char url[512];
    if (argc < 3) die("usage: rows FILE N");
    long n = strtol(argv[2], NULL, 10);
    remove_database(argv[1]);
    snprintf(url, sizeof url, "sqlite:%s?synchronous=normal", argv[1]);
    db = orm_open(url, .max_rows = SIZE_MAX);
    must(db ? orm_sync(db, &Bench_schema) : ORM_CONFIG);
    clock_of_process();
    bulk(n);
    each(n);
    if (n <= IN_MEMORY) all(n);
    if (n <= IN_MEMORY) eager(n);
    orm_close(db);
    remove_database(argv[1]);
    return 0;
}

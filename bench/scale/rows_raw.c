/* Cost per row as the number of rows grows, in expert C on sqlite3 alone: usage: rows_raw FILE N. Prints `rows,expert,case,N,ns_per_row`, of processor time. */
#pragma GCC diagnostic ignored "-Wunused-function"      /* of what the workload has, only part is needed here */
#include "../raw_sqlite.h"
#include "rows.h"

static void bulk(long n)
{
    static input from[AT_ONCE];
    char sql[8192];
    uint64_t seed = 12345;
    for (long done = 0; done < n; done += AT_ONCE) {
        int now = n - done < AT_ONCE ? (int)(n - done) : AT_ONCE;
        next_users(from, (int)done + 1, now, &seed);
        clock_start();
        execute("begin");
        size_t length = (size_t)snprintf(sql, sizeof sql, "%s", INSERT_USER);
        for (int i = 1; i < 100; i++) length += (size_t)snprintf(sql + length, sizeof sql - length, ",(?,?,?,?,?,?)");
        sqlite3_stmt *s = prepare(sql);
        for (int i = 0; i < now; i += 100) {
            for (int k = 0; k < 100; k++) bind_user(s, k * 6, &from[i + k]);
            run(s);
        }
        sqlite3_finalize(s);
        execute("commit");
        clock_stop();
    }
    tell("expert", "bulk", n, n);
}

static void each(long n)
{
    long times = TIMES(n), rows = 0;
    user u;
    clock_start();
    for (long t = 0; t < times; t++) {
        sqlite3_stmt *s = prepare("select " USER_COLUMNS " from users u order by u.id");
        while (sqlite3_step(s) == SQLITE_ROW) {
            view_user(s, &u);
            rows += u.id > 0;
        }
        sqlite3_finalize(s);
    }
    clock_stop();
    if (rows != n * times) die("each: rows are missing");
    tell("expert", "each", n, rows);
}

static void read_all(users *list, const char *sql, long last)
{
    sqlite3_stmt *s = prepare(sql);
    if (last) sqlite3_bind_int64(s, 1, last);
    for (; sqlite3_step(s) == SQLITE_ROW; list->n++) {
        GROW(list);
        read_user(s, &list->row[list->n]);
    }
    sqlite3_finalize(s);
}

static void all(long n)
{
    long times = TIMES(n), rows = 0;
    clock_start();
    for (long t = 0; t < times; t++) {
        users list = { NULL, 0, 0 };
        read_all(&list, "select " USER_COLUMNS " from users u", 0);
        rows += (long)list.n;
        free(list.row);
        reset(&memory);
    }
    clock_stop();
    if (rows != n * times) die("all: rows are missing");
    tell("expert", "all", n, rows);
}

static void eager(long n)
{
    long times = TIMES(n), rows = 0;
    sqlite3_stmt *fill = prepare(POSTS_UP_TO);
    sqlite3_bind_int64(fill, 1, n);
    run(fill);
    sqlite3_finalize(fill);
    clock_start();
    for (long t = 0; t < times; t++) {
        users list = { NULL, 0, 0 };
        posts children = { NULL, 0, 0 };
        read_all(&list, "select " USER_COLUMNS " from users u where u.id<=? order by u.id", n / 10);
        size_t *first = calloc(list.n + 1, sizeof *first), at = 0;
        if (!first) die("out of memory");
        sqlite3_stmt *s = prepare("select " POST_COLUMNS " from posts p where p.author_id in (select id from users where id<=?) order by p.author_id,p.id");
        sqlite3_bind_int64(s, 1, n / 10);
        for (; sqlite3_step(s) == SQLITE_ROW; children.n++) {
            GROW(&children);
            read_post(s, &children.row[children.n]);
            while (list.row[at].id < children.row[children.n].author_id) first[++at] = children.n;
        }
        sqlite3_finalize(s);
        rows += (long)(list.n + children.n);
        free(first);
        free(list.row);
        free(children.row);
        reset(&memory);
    }
    clock_stop();
    if (rows != (n / 10 + n) * times) die("eager: rows are missing");
    tell("expert", "eager", n, rows);
}

int main(int argc, char **argv)
{
    if (argc < 3) die("usage: rows_raw FILE N");
    long n = strtol(argv[2], NULL, 10);
    path = argv[1];
    open_fresh();
    clock_of_process();
    bulk(n);
    each(n);
    if (n <= IN_MEMORY) all(n);
    if (n <= IN_MEMORY) eager(n);
    sqlite3_close(db);
    remove_database(path);
    return 0;
}

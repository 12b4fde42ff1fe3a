/* The cases that write, in C on sqlite3 alone. */
#ifndef BENCH_RAW_SQLITE_WRITING_H
#define BENCH_RAW_SQLITE_WRITING_H
#include "raw_sqlite.h"

/* ---- creating ---- */

static void insert_one(const input *from)
{
    const int n = 10000;
    int64_t sum = 0;
    for (int pass = 0; pass < 2; pass++) {
        open_fresh();
        sum = clock_total = 0;
        clock_start();
        if (path) execute("begin");
        sqlite3_stmt *kept = keep(INSERT_USER);
        for (int i = 0; i < n; i++) {
            sqlite3_stmt *s = each_time(kept, INSERT_USER);
            bind_user(s, 0, &from[i]);
            run(s);
            sum += sqlite3_last_insert_rowid(db);
            done_with(s);
        }
        sqlite3_finalize(kept);
        if (path) execute("commit");
        clock_stop();
    }
    report("insert_one", n, n, sum + ask(SUM_USERS));
    open_fresh();
}

static void bulk_insert(const input *from, int rows_per_statement, const char *name)
{
    char sql[8192];
    size_t length = (size_t)snprintf(sql, sizeof sql, "%s", INSERT_USER);
    for (int i = 1; i < rows_per_statement; i++) length += (size_t)snprintf(sql + length, sizeof sql - length, ",(?,?,?,?,?,?)");
    clock_start();
    execute("begin");
    sqlite3_stmt *kept = keep(sql);
    for (int i = 0; i < USERS; i += rows_per_statement) {
        sqlite3_stmt *s = each_time(kept, sql);
        for (int k = 0; k < rows_per_statement; k++) bind_user(s, k * 6, &from[i + k]);
        run(s);
        done_with(s);
    }
    sqlite3_finalize(kept);
    execute("commit");
    clock_stop();
    if (wanted(name)) report(name, USERS, USERS, ask(SUM_USERS));
    clock_total = 0;
}

/* ---- changing ---- */
static void update_one(void)
{
    static const char sql[] = "update users set score=?,age=? where id=?";
    const int n = 10000;
    uint64_t seed = 555;
    clock_start();
    if (path) execute("begin");
    sqlite3_stmt *kept = keep(sql);
    for (int i = 0; i < n; i++) {
        int64_t id = 1 + draw(&seed) % USERS;
        double score = (double)(draw(&seed) % 1000) + 0.5;
        int age = 18 + (int)(draw(&seed) % 60);
        sqlite3_stmt *s = each_time(kept, sql);
        sqlite3_bind_double(s, 1, score);
        sqlite3_bind_int(s, 2, age);
        sqlite3_bind_int64(s, 3, id);
        run(s);
        done_with(s);
    }
    sqlite3_finalize(kept);
    if (path) execute("commit");
    clock_stop();
    report("update_one", n, n, ask(SUM_USERS));
}

static void update_where(void)
{
    static const char sql[] = "update users set score=? where role=? and age>?";
    long rows = 0;
    uint64_t seed = 333;
    clock_start();
    sqlite3_stmt *kept = keep(sql);
    for (int i = 0; i < 20; i++) {
        const char *role = roles[draw(&seed) % 5];
        int age = 18 + (int)(draw(&seed) % 40);
        double score = (double)(draw(&seed) % 1000) + 0.5;
        sqlite3_stmt *s = each_time(kept, sql);
        sqlite3_bind_double(s, 1, score);
        sqlite3_bind_text(s, 2, role, -1, SQLITE_STATIC);
        sqlite3_bind_int(s, 3, age);
        run(s);
        rows += sqlite3_changes(db);
        done_with(s);
    }
    sqlite3_finalize(kept);
    clock_stop();
    report("update_where", rows, 20, ask(SUM_USERS));
}

static void tx3(void)
{
    enum { BEGIN, POST, LINK, USER, COMMIT, STEPS };
    static const char *const sql[STEPS] = { "begin", "insert into posts(author_id,title,body,views,published,created_at) values(?,?,?,?,?,?)",
        "insert into post_tags(post_id,tag_id) values(?,?)", "update users set score=score+1 where id=?", "commit" };
    const int n = 3000;
    uint64_t seed = 888;
    sqlite3_stmt *kept[STEPS];
    clock_start();
    for (int k = 0; k < STEPS; k++) kept[k] = keep(sql[k]);
    for (int i = 1; i <= n; i++) {
        int user_id = 1 + (int)(draw(&seed) % 10000), tag_id = 1 + (int)(draw(&seed) % 100);
        char title[32];
        int length = snprintf(title, sizeof title, "Order %d", i);
        for (int k = 0; k < STEPS; k++) {
            sqlite3_stmt *s = each_time(kept[k], sql[k]);
            if (k == POST) {
                sqlite3_bind_int(s, 1, user_id);
                sqlite3_bind_text(s, 2, title, length, SQLITE_STATIC);
                sqlite3_bind_null(s, 3);
                sqlite3_bind_int(s, 4, 0);
                sqlite3_bind_int(s, 5, 1);
                sqlite3_bind_int64(s, 6, (int64_t)(BASE + i) * MICRO);
            } else if (k == LINK) {
                sqlite3_bind_int64(s, 1, sqlite3_last_insert_rowid(db));
                sqlite3_bind_int(s, 2, tag_id);
            } else if (k == USER) {
                sqlite3_bind_int(s, 1, user_id);
            }
            run(s);
            done_with(s);
        }
    }
    for (int k = 0; k < STEPS; k++) sqlite3_finalize(kept[k]);
    clock_stop();
    report("tx3", n * 3, n, ask(SUM_USERS) + ask(SUM_POSTS) + ask(SUM_LINKS));
}

static void delete_one(void)
{
    static const char sql[] = "delete from users where id=?";
    const int n = 10000;
    clock_start();
    if (path) execute("begin");
    sqlite3_stmt *kept = keep(sql);
    for (int i = 0; i < n; i++) {
        sqlite3_stmt *s = each_time(kept, sql);
        sqlite3_bind_int64(s, 1, USERS - i);
        run(s);
        done_with(s);
    }
    sqlite3_finalize(kept);
    if (path) execute("commit");
    clock_stop();
    report("delete_one", n, n, ask(SUM_USERS));
}
#endif

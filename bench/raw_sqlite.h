/* C on sqlite3 alone: the connection, statements and rows. See raw_sqlite.c. */
#ifndef BENCH_RAW_SQLITE_H
#define BENCH_RAW_SQLITE_H
#include "raw.h"
#include <sqlite3.h>

static sqlite3 *db;
static const char *path;                /* NULL in memory */

/* ---- SQLite ---- */
static void fail(const char *what)
{
    fprintf(stderr, "%s: %s\n", what, sqlite3_errmsg(db));
    exit(1);
}

static void execute(const char *sql) { if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK) fail(sql); }

static sqlite3_stmt *prepare(const char *sql)
{
    sqlite3_stmt *s;
    if (sqlite3_prepare_v3(db, sql, -1, naive ? 0 : SQLITE_PREPARE_PERSISTENT, &s, NULL) != SQLITE_OK) fail(sql);
    return s;
}

/* of a statement that is executed many times: the naive way prepares it each time */
static sqlite3_stmt *each_time(sqlite3_stmt *kept, const char *sql) { return naive ? prepare(sql) : kept; }
static void done_with(sqlite3_stmt *s)
{
    if (naive) sqlite3_finalize(s);
    else sqlite3_reset(s);
}
static sqlite3_stmt *keep(const char *sql) { return naive ? NULL : prepare(sql); }

static int64_t ask(const char *sql)
{
    sqlite3_stmt *s = prepare(sql);
    sqlite3_step(s);
    int64_t n = sqlite3_column_int64(s, 0);
    sqlite3_finalize(s);
    return n;
}

static void run(sqlite3_stmt *s)
{
    int code = sqlite3_step(s);
    if (code != SQLITE_DONE && code != SQLITE_ROW) fail("step");
    sqlite3_reset(s);
}

static void open_fresh(void)
{
    if (db) sqlite3_close(db);
    if (path) remove_database(path);
    if (sqlite3_open_v2(path ? path : ":memory:", &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | (naive ? 0 : SQLITE_OPEN_NOMUTEX), NULL) != SQLITE_OK) fail("open");
    if (path) execute("pragma journal_mode=wal; pragma synchronous=normal");
    execute("pragma foreign_keys=on");
    execute(schema ? schema :
        "create table users(id integer primary key autoincrement,name text not null,email text not null unique,role text not null,score real,age integer,created_at timestamp not null);"
        "create table posts(id integer primary key autoincrement,author_id integer not null references users(id),title text not null,body text,views integer not null default 0,published boolean not null,created_at timestamp not null);"
        "create index posts_author on posts(author_id);"
        "create table tags(id integer primary key autoincrement,name text not null unique);"
        "create table post_tags(post_id integer not null references posts(id),tag_id integer not null references tags(id),primary key(post_id,tag_id));");
}

/* ---- rows ---- */
static inline char *copy_text(sqlite3_stmt *s, int column, uint32_t *length)
{
    const char *text = (const char *)sqlite3_column_text(s, column);
    *length = 0;
    if (!text) return NULL;
    *length = (uint32_t)sqlite3_column_bytes(s, column);
    if (naive) return strdup(text);
    char *copy = take(&memory, *length + 1);
    memcpy(copy, text, *length);
    copy[*length] = 0;
    return copy;
}

static inline void read_user(sqlite3_stmt *s, user *u)
{
    u->id = sqlite3_column_int64(s, 0);
    u->name = copy_text(s, 1, &u->name_length);
    u->email = copy_text(s, 2, &u->email_length);
    u->role = copy_text(s, 3, &u->role_length);
    u->has_score = sqlite3_column_type(s, 4) != SQLITE_NULL;
    u->score = u->has_score ? sqlite3_column_double(s, 4) : 0;
    u->has_age = sqlite3_column_type(s, 5) != SQLITE_NULL;
    u->age = u->has_age ? sqlite3_column_int(s, 5) : 0;
    u->created_at = sqlite3_column_int64(s, 6);
}

#define INSERT_USER "insert into users(name,email,role,score,age,created_at) values(?,?,?,?,?,?)"

static inline void read_post(sqlite3_stmt *s, post *p)
{
    p->id = sqlite3_column_int64(s, 0);
    p->author_id = sqlite3_column_int64(s, 1);
    if (pruned) {
        p->title = p->body = NULL;
        p->views = sqlite3_column_int(s, 2);
        return;
    }
    p->title = copy_text(s, 2, &p->title_length);
    p->body = copy_text(s, 3, &p->body_length);
    p->views = sqlite3_column_int(s, 4);
    p->published = sqlite3_column_int(s, 5) != 0;
    p->created_at = sqlite3_column_int64(s, 6);
}

/* text of the row itself, valid until the next step */
static inline char *view_text(sqlite3_stmt *s, int column, uint32_t *length)
{
    const unsigned char *text = sqlite3_column_text(s, column);
    *length = (uint32_t)sqlite3_column_bytes(s, column);
    return (char *)(uintptr_t)text;
}

static inline void view_user(sqlite3_stmt *s, user *u)
{
    u->id = sqlite3_column_int64(s, 0);
    u->name = view_text(s, 1, &u->name_length);
    u->email = view_text(s, 2, &u->email_length);
    u->role = view_text(s, 3, &u->role_length);
    u->has_score = sqlite3_column_type(s, 4) != SQLITE_NULL;
    u->score = sqlite3_column_double(s, 4);
    u->has_age = sqlite3_column_type(s, 5) != SQLITE_NULL;
    u->age = sqlite3_column_int(s, 5);
    u->created_at = sqlite3_column_int64(s, 6);
}

static inline void view_post(sqlite3_stmt *s, post *p)
{
    p->id = sqlite3_column_int64(s, 0);
    p->author_id = sqlite3_column_int64(s, 1);
    p->title = view_text(s, 2, &p->title_length);
    p->body = view_text(s, 3, &p->body_length);
    p->views = sqlite3_column_int(s, 4);
    p->published = sqlite3_column_int(s, 5) != 0;
    p->created_at = sqlite3_column_int64(s, 6);
}

static void bind_user(sqlite3_stmt *s, int at, const input *u)
{
    sqlite3_destructor_type how = naive ? SQLITE_TRANSIENT : SQLITE_STATIC;
    sqlite3_bind_text(s, at + 1, u->name, naive ? -1 : u->name_length, how);
    sqlite3_bind_text(s, at + 2, u->email, naive ? -1 : u->email_length, how);
    sqlite3_bind_text(s, at + 3, u->role, naive ? -1 : u->role_length, how);
    if (u->has_score) sqlite3_bind_double(s, at + 4, u->score);
    else sqlite3_bind_null(s, at + 4);
    if (u->has_age) sqlite3_bind_int(s, at + 5, u->age);
    else sqlite3_bind_null(s, at + 5);
    sqlite3_bind_int64(s, at + 6, u->created_at);
}

#endif

/* The workload in C on sqlite3 alone. usage: raw_sqlite (expert|naive) (mem|file) [dbfile] [schema.sql]
   `expert` prepares once, binds without copying, reads into an arena, merges children by order and inserts 100 rows a statement; `naive`
   is what most people write: prepare per call, strdup per field, a query per parent. With a file of SQL the tables are made by it
   instead: those of orm_sync show what the constraints cost that it adds. */
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

static inline void read_post(sqlite3_stmt *s, post *p)
{
    p->id = sqlite3_column_int64(s, 0);
    p->author_id = sqlite3_column_int64(s, 1);
    p->title = copy_text(s, 2, &p->title_length);
    p->body = copy_text(s, 3, &p->body_length);
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

/* ---- creating ---- */
#define INSERT_USER "insert into users(name,email,role,score,age,created_at) values(?,?,?,?,?,?)"

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
    if (wanted("bulk_insert")) report(name, USERS, USERS, ask(SUM_USERS));
    clock_total = 0;
}

/* ---- reading ---- */
static int64_t find_users(int n)
{
    static const char sql[] = "select " USER_COLUMNS " from users u where u.id=?";
    int64_t sum = 0;
    uint64_t seed = 777;
    sqlite3_stmt *kept = keep(sql);
    for (int i = 0; i < n; i++) {
        sqlite3_stmt *s = each_time(kept, sql);
        user row, *u = naive ? malloc(sizeof *u) : &row;
        if (!u) die("out of memory");
        sqlite3_bind_int64(s, 1, 1 + draw(&seed) % USERS);
        if (sqlite3_step(s) != SQLITE_ROW) fail("find");
        read_user(s, u);
        done_with(s);
        if (i < 20000) sum += h_user(u);
        free_user(u);
        if (naive) free(u);
        else reset(&memory);
    }
    sqlite3_finalize(kept);
    return sum;
}

static void find_by_pk(void)
{
    const int n = 200000;
    clock_start();
    int64_t sum = find_users(n);
    clock_stop();
    report("find_by_pk", n, n, sum);
    execute("begin");
    clock_start();
    sum = find_users(n);
    clock_stop();
    execute("commit");
    report("find_by_pk_in_tx", n, n, sum);
}

static void find_where(void)
{
    static const char sql[] = "select " USER_COLUMNS " from users u where u.role=? and u.age>? order by u.created_at desc limit 20";
    const int n = 2000;
    int64_t sum = 0;
    long rows = 0;
    uint64_t seed = 999;
    clock_start();
    sqlite3_stmt *kept = keep(sql);
    clock_stop();
    for (int i = 0; i < n; i++) {
        uint32_t role = draw(&seed) % 5;
        int age = 18 + (int)(draw(&seed) % 40);
        users list = { NULL, 0, 0 };
        clock_start();
        sqlite3_stmt *s = each_time(kept, sql);
        sqlite3_bind_text(s, 1, roles[role], naive ? -1 : role_lengths[role], naive ? SQLITE_TRANSIENT : SQLITE_STATIC);
        sqlite3_bind_int(s, 2, age);
        if (!naive) list.row = take(&memory, (list.capacity = 20) * sizeof *list.row);
        for (; sqlite3_step(s) == SQLITE_ROW; list.n++) {
            if (naive) GROW(&list);
            read_user(s, &list.row[list.n]);
        }
        done_with(s);
        clock_stop();
        for (size_t k = 0; k < list.n; k++) sum += h_user(&list.row[k]);
        rows += (long)list.n;
        clock_start();
        for (size_t k = 0; naive && k < list.n; k++) free_user(&list.row[k]);
        if (naive) free(list.row);
        else reset(&memory);
        clock_stop();
    }
    sqlite3_finalize(kept);
    report("find_where", rows, n, sum);
}

static void select_all(void)
{
    int64_t sum = 0;
    long rows = 0;
    for (int pass = 0; pass < 5; pass++) {
        users all = { NULL, 0, 0 };
        clock_start();
        sqlite3_stmt *s = prepare("select " USER_COLUMNS " from users u");
        for (; sqlite3_step(s) == SQLITE_ROW; all.n++) {
            GROW(&all);
            read_user(s, &all.row[all.n]);
        }
        sqlite3_finalize(s);
        clock_stop();
        sum = 0;
        for (size_t k = 0; k < all.n; k++) sum += h_user(&all.row[k]);
        rows += (long)all.n;
        clock_start();
        for (size_t k = 0; naive && k < all.n; k++) free_user(&all.row[k]);
        free(all.row);
        reset(&memory);
        clock_stop();
    }
    report("select_all", rows, rows, sum);
}

static parents read_parents(int last)
{
    parents list = { NULL, 0, 0 };
    sqlite3_stmt *s = prepare("select " USER_COLUMNS " from users u where u.id<=? order by u.id");
    sqlite3_bind_int(s, 1, last);
    for (; sqlite3_step(s) == SQLITE_ROW; list.n++) {
        GROW(&list);
        read_user(s, &list.row[list.n].u);
        list.row[list.n].first = list.row[list.n].posts = 0;
    }
    sqlite3_finalize(s);
    return list;
}

#define POSTS_OF_ONE "select " POST_COLUMNS " from posts p where p.author_id=? order by p.id"

static void eager_has_many(void)
{
    int64_t sum = 0;
    long rows = 0;
    for (int pass = 0; pass < 10; pass++) {
        posts children = { NULL, 0, 0 };
        clock_start();
        parents list = read_parents(1000);
        if (naive) {
            for (size_t i = 0; i < list.n; i++) {
                sqlite3_stmt *s = prepare(POSTS_OF_ONE);
                sqlite3_bind_int64(s, 1, list.row[i].u.id);
                list.row[i].first = children.n;
                for (; sqlite3_step(s) == SQLITE_ROW; children.n++) {
                    GROW(&children);
                    read_post(s, &children.row[children.n]);
                    list.row[i].posts++;
                }
                sqlite3_finalize(s);
            }
        } else {
            sqlite3_stmt *s = prepare("select " POST_COLUMNS " from posts p where p.author_id in (select id from users where id<=?) order by p.author_id,p.id");
            sqlite3_bind_int(s, 1, 1000);
            for (size_t i = 0; sqlite3_step(s) == SQLITE_ROW; children.n++) {
                GROW(&children);
                read_post(s, &children.row[children.n]);
                while (list.row[i].u.id < children.row[children.n].author_id) i++;
                if (!list.row[i].posts++) list.row[i].first = children.n;
            }
            sqlite3_finalize(s);
        }
        clock_stop();
        sum = 0;
        for (size_t i = 0; i < list.n; i++) sum += h_user(&list.row[i].u);
        for (size_t i = 0; i < children.n; i++) sum += h_post(&children.row[i]);
        rows = (long)(list.n + children.n);
        clock_start();
        for (size_t i = 0; i < list.n; i++) free_user(&list.row[i].u);
        for (size_t i = 0; i < children.n; i++) free_post(&children.row[i]);
        free(list.row);
        free(children.row);
        reset(&memory);
        clock_stop();
    }
    report("eager_has_many", rows, 10, sum);
}

static void read_tags(tags *list, tagged_posts *of, const char *sql, int last)
{
    if (naive) {
        for (size_t i = 0; i < of->n; i++) {
            sqlite3_stmt *s = prepare("select t.id,t.name from tags t join post_tags pt on pt.tag_id=t.id where pt.post_id=?");
            sqlite3_bind_int64(s, 1, of->row[i].p.id);
            of->row[i].first = list->n;
            for (; sqlite3_step(s) == SQLITE_ROW; list->n++) {
                GROW(list);
                list->row[list->n].id = sqlite3_column_int64(s, 0);
                list->row[list->n].name = copy_text(s, 1, &list->row[list->n].name_length);
                of->row[i].tags++;
            }
            sqlite3_finalize(s);
        }
        return;
    }
    sqlite3_stmt *s = prepare(sql);
    sqlite3_bind_int(s, 1, last);
    for (size_t i = 0; sqlite3_step(s) == SQLITE_ROW; list->n++) {
        int64_t post_id = sqlite3_column_int64(s, 0);
        GROW(list);
        list->row[list->n].id = sqlite3_column_int64(s, 1);
        list->row[list->n].name = copy_text(s, 2, &list->row[list->n].name_length);
        while (of->row[i].p.id < post_id) i++;
        if (!of->row[i].tags++) of->row[i].first = list->n;
    }
    sqlite3_finalize(s);
}

static void read_tagged(tagged_posts *list, const char *sql, int64_t key, parents *of)
{
    sqlite3_stmt *s = prepare(sql);
    sqlite3_bind_int64(s, 1, key);
    for (size_t i = 0; sqlite3_step(s) == SQLITE_ROW; list->n++) {
        GROW(list);
        tagged *t = &list->row[list->n];
        read_post(s, &t->p);
        t->first = t->tags = 0;
        if (!of) continue;
        while (of->row[i].u.id < t->p.author_id) i++;
        if (!of->row[i].posts++) of->row[i].first = list->n;
    }
    sqlite3_finalize(s);
}

/* posts with their tags; with `nested` below their users */
static void posts_with_tags(bool nested)
{
    int64_t sum = 0;
    long rows = 0;
    for (int pass = 0; pass < 10; pass++) {
        parents list = { NULL, 0, 0 };
        tagged_posts middle = { NULL, 0, 0 };
        tags leaves = { NULL, 0, 0 };
        clock_start();
        if (nested) list = read_parents(200);
        if (!nested) read_tagged(&middle, "select " POST_COLUMNS " from posts p where p.id<=? order by p.id", 2000, NULL);
        for (size_t i = 0; nested && naive && i < list.n; i++) read_tagged(&middle, POSTS_OF_ONE, list.row[i].u.id, &list);
        if (nested && !naive) read_tagged(&middle, "select " POST_COLUMNS " from posts p where p.author_id in (select id from users where id<=?) order by p.author_id,p.id", 200, &list);
        read_tags(&leaves, &middle, nested
            ? "select pt.post_id,t.id,t.name from post_tags pt join tags t on t.id=pt.tag_id where pt.post_id in (select id from posts where author_id in (select id from users where id<=?)) order by pt.post_id"
            : "select pt.post_id,t.id,t.name from post_tags pt join tags t on t.id=pt.tag_id where pt.post_id<=? order by pt.post_id", nested ? 200 : 2000);
        clock_stop();
        sum = 0;
        for (size_t i = 0; i < list.n; i++) sum += h_user(&list.row[i].u);
        for (size_t i = 0; i < middle.n; i++) sum += h_post(&middle.row[i].p);
        for (size_t i = 0; i < leaves.n; i++) sum += leaves.row[i].id + leaves.row[i].name_length;
        rows = (long)(list.n + middle.n + leaves.n);
        clock_start();
        for (size_t i = 0; i < list.n; i++) free_user(&list.row[i].u);
        for (size_t i = 0; i < middle.n; i++) free_post(&middle.row[i].p);
        for (size_t i = 0; naive && i < leaves.n; i++) free(leaves.row[i].name);
        free(list.row);
        free(middle.row);
        free(leaves.row);
        reset(&memory);
        clock_stop();
    }
    report(nested ? "nested3" : "eager_m2m", rows, 10, sum);
}

static void count_group(void)
{
    static const char sql[] = "select role,count(*),avg(score) from users where age>? group by role order by role";
    int64_t sum = 0;
    long rows = 0;
    clock_start();
    sqlite3_stmt *kept = keep(sql);
    for (int i = 0; i < 20; i++) {
        sqlite3_stmt *s = each_time(kept, sql);
        sqlite3_bind_int(s, 1, 18 + i);
        for (; sqlite3_step(s) == SQLITE_ROW; rows++) sum += sqlite3_column_int64(s, 1) + (int64_t)floor(sqlite3_column_double(s, 2));
        done_with(s);
    }
    sqlite3_finalize(kept);
    clock_stop();
    report("count_group", rows, 20, sum);
}

/* ---- JSON: the expert writes it straight from two streams of rows ---- */
/* text of the row itself, valid until the next step */
static char *view_text(sqlite3_stmt *s, int column, uint32_t *length)
{
    const unsigned char *text = sqlite3_column_text(s, column);
    *length = (uint32_t)sqlite3_column_bytes(s, column);
    return (char *)(uintptr_t)text;
}

static void view_user(sqlite3_stmt *s, user *u)
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

static void view_post(sqlite3_stmt *s, post *p)
{
    p->id = sqlite3_column_int64(s, 0);
    p->author_id = sqlite3_column_int64(s, 1);
    p->title = view_text(s, 2, &p->title_length);
    p->body = view_text(s, 3, &p->body_length);
    p->views = sqlite3_column_int(s, 4);
    p->published = sqlite3_column_int(s, 5) != 0;
    p->created_at = sqlite3_column_int64(s, 6);
}

static void json_out(void)
{
    size_t bytes = 0;
    clock_start();
    for (int pass = 0; pass < 2; pass++) {
        json out = { NULL, 0, 0 };
        user u;
        post p;
        sqlite3_stmt *parents_ = prepare("select " USER_COLUMNS " from users u where u.id<=? order by u.id");
        sqlite3_stmt *children = prepare(naive ? POSTS_OF_ONE : "select " POST_COLUMNS " from posts p where p.author_id<=? order by p.author_id,p.id");
        sqlite3_bind_int(parents_, 1, 10000);
        if (!naive) sqlite3_bind_int(children, 1, 10000);
        int child = naive ? SQLITE_DONE : sqlite3_step(children);
        const char *comma = "[";
        for (; sqlite3_step(parents_) == SQLITE_ROW; comma = ",") {
            const char *inner = "";
            json_put(&out, comma, 1);
            if (naive) {
                read_user(parents_, &u);
                json_user(&out, &u);
                sqlite3_bind_int64(children, 1, u.id);
                for (; sqlite3_step(children) == SQLITE_ROW; inner = ",") {
                    read_post(children, &p);
                    json_put(&out, inner, strlen(inner));
                    json_post(&out, &p);
                    free_post(&p);
                }
                sqlite3_reset(children);
                free_user(&u);
            } else {
                view_user(parents_, &u);
                json_user(&out, &u);
                for (; child == SQLITE_ROW && sqlite3_column_int64(children, 1) == u.id; inner = ",", child = sqlite3_step(children)) {
                    view_post(children, &p);
                    json_put(&out, inner, strlen(inner));
                    json_post(&out, &p);
                }
            }
            JSON(&out, "]}");
        }
        JSON(&out, "]");
        sqlite3_finalize(parents_);
        sqlite3_finalize(children);
        bytes = out.length;
        free(out.text);
    }
    clock_stop();
    report("json_out", 110000, 2, (int64_t)bytes);
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

int main(int argc, char **argv)
{
    if (argc < 3) die("usage: raw_sqlite (expert|naive) (mem|file) [dbfile] [schema.sql]");
    naive = strcmp(argv[1], "naive") == 0;
    if (strcmp(argv[2], "file") == 0) path = argc > 3 ? argv[3] : "bench.db";
    if (argc > 4) read_schema(argv[4]);
    input *from = make_users(USERS);
    open_fresh();
    if (wanted("insert_one")) insert_one(from);
    if (!naive && wanted("x_bulk_single_row_steps")) {
        bulk_insert(from, 1, "x_bulk_single_row_steps");
        open_fresh();
    }
    bulk_insert(from, naive ? 1 : 100, "bulk_insert");
    execute("begin");
    execute(FILL_POSTS);
    execute(FILL_TAGS);
    execute(FILL_POST_TAGS);
    execute(MAKE_INDEX);
    execute("commit; analyze");
    if (wanted("find_by_pk")) find_by_pk();
    if (wanted("find_where")) find_where();
    if (wanted("select_all")) select_all();
    if (wanted("eager_has_many")) eager_has_many();
    if (wanted("eager_m2m")) posts_with_tags(false);
    if (wanted("nested3")) posts_with_tags(true);
    if (wanted("count_group")) count_group();
    if (wanted("json_out")) json_out();
    if (wanted("update_one")) update_one();
    if (wanted("update_where")) update_where();
    if (wanted("tx3")) tx3();
    if (wanted("delete_one")) delete_one();
    sqlite3_close(db);
    if (path) remove_database(path);
    free(from);
    free(schema);
    return 0;
}

/* The cases that read, in C on sqlite3 alone. */
#ifndef BENCH_RAW_SQLITE_READING_H
#define BENCH_RAW_SQLITE_READING_H
#include "raw_sqlite.h"

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
}

static void find_in_scope(void)
{
    const int n = 200000;
    clock_start();
    execute("begin");
    int64_t sum = find_users(n);
    execute("commit");
    clock_stop();
    report("find_in_scope", n, n, sum);
}

/* up to 20 users */
static users read_page(sqlite3_stmt *s)
{
    users list = { NULL, 0, 0 };
    if (!naive) list.row = take(&memory, (list.capacity = 20) * sizeof *list.row);
    for (; sqlite3_step(s) == SQLITE_ROW; list.n++) {
        if (naive) GROW(&list);
        read_user(s, &list.row[list.n]);
    }
    done_with(s);
    return list;
}

static int64_t spend_page(users *list, long *rows)
{
    int64_t sum = 0;
    for (size_t k = 0; k < list->n; k++) sum += h_user(&list->row[k]);
    *rows += (long)list->n;
    clock_start();
    for (size_t k = 0; naive && k < list->n; k++) free_user(&list->row[k]);
    if (naive) free(list->row);
    else reset(&memory);
    clock_stop();
    return sum;
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
        clock_start();
        sqlite3_stmt *s = each_time(kept, sql);
        sqlite3_bind_text(s, 1, roles[role], naive ? -1 : role_lengths[role], naive ? SQLITE_TRANSIENT : SQLITE_STATIC);
        sqlite3_bind_int(s, 2, age);
        users list = read_page(s);
        clock_stop();
        sum += spend_page(&list, &rows);
    }
    sqlite3_finalize(kept);
    report("find_where", rows, n, sum);
}

/* the expert keeps a statement for each combination of fields and directions */
static void find_dynamic(void)
{
    const int n = 5000;
    int64_t sum = 0;
    long rows = 0;
    uint64_t seed = 444;
    sqlite3_stmt *kept[SEARCHES] = { NULL };
    for (int i = 0; i < n; i++) {
        search f = draw_search(&seed);
        char sql[512];
        int at = 0;
        clock_start();
        sqlite3_stmt **own = &kept[f.fields * 2 + f.descending], *s = naive ? NULL : *own;
        if (!s) {
            search_sql(sql, sizeof sql, &f, false);
            s = prepare(sql);
            if (!naive) *own = s;
        }
        if (f.fields & BY_ROLE) sqlite3_bind_text(s, ++at, roles[f.role], naive ? -1 : role_lengths[f.role], naive ? SQLITE_TRANSIENT : SQLITE_STATIC);
        if (f.fields & BY_AGE) sqlite3_bind_int(s, ++at, f.age);
        if (f.fields & BY_SCORE) sqlite3_bind_double(s, ++at, f.score);
        if (f.fields & NOT_ID) sqlite3_bind_int64(s, ++at, f.id);
        users list = read_page(s);
        clock_stop();
        sum += spend_page(&list, &rows);
    }
    clock_start();
    for (int k = 0; k < SEARCHES; k++) sqlite3_finalize(kept[k]);
    clock_stop();
    report("find_dynamic", rows, n, sum);
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

static void load_all(void)
{
    users all = { NULL, 0, 0 };
    memory_start();
    sqlite3_stmt *s = prepare("select " USER_COLUMNS " from users u");
    for (; sqlite3_step(s) == SQLITE_ROW; all.n++) {
        GROW(&all);
        read_user(s, &all.row[all.n]);
    }
    sqlite3_finalize(s);
    memory_report((long)all.n);
    for (size_t k = 0; naive && k < all.n; k++) free_user(&all.row[k]);
    free(all.row);
    reset(&memory);
}

/* row by row, looked at where it is */
static void each_all(void)
{
    int64_t sum = 0;
    long rows = 0;
    clock_start();
    for (int pass = 0; pass < 5; pass++) {
        user u;
        sum = 0;
        sqlite3_stmt *s = prepare("select " USER_COLUMNS " from users u order by u.id");
        for (; sqlite3_step(s) == SQLITE_ROW; rows++) {
            if (naive) read_user(s, &u);
            else view_user(s, &u);
            sum += h_user(&u);
            free_user(&u);
        }
        sqlite3_finalize(s);
    }
    clock_stop();
    report("each_all", rows, rows, sum);
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

#define POSTS(rest) (pruned ? "select " POST_FEW " from posts p where " rest : "select " POST_COLUMNS " from posts p where " rest)
#define POSTS_OF_ONE POSTS("p.author_id=? order by p.id")

static void eager_has_many(const char *name)
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
            sqlite3_stmt *s = prepare(POSTS("p.author_id in (select id from users where id<=?) order by p.author_id,p.id"));
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
    report(name, rows, 10, sum);
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
static void posts_with_tags(const char *name, bool nested)
{
    int64_t sum = 0;
    long rows = 0;
    for (int pass = 0; pass < 10; pass++) {
        parents list = { NULL, 0, 0 };
        tagged_posts middle = { NULL, 0, 0 };
        tags leaves = { NULL, 0, 0 };
        clock_start();
        if (nested) list = read_parents(200);
        if (!nested) read_tagged(&middle, POSTS("p.id<=? order by p.id"), 2000, NULL);
        for (size_t i = 0; nested && naive && i < list.n; i++) read_tagged(&middle, POSTS_OF_ONE, list.row[i].u.id, &list);
        if (nested && !naive) read_tagged(&middle, POSTS("p.author_id in (select id from users where id<=?) order by p.author_id,p.id"), 200, &list);
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
    report(name, rows, 10, sum);
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
/* the first finds of find_by_pk, a hundred keys in a statement */
static void loader_find(void)
{
    enum { FINDS = 10000, AT_ONCE = 100 };
    int64_t sum = 0, keys[AT_ONCE];
    uint64_t seed = 777;
    clock_start();
    char sql[512];
    size_t length = (size_t)snprintf(sql, sizeof sql, "select " USER_COLUMNS " from users u where u.id in (?");
    for (int k = 1; k < AT_ONCE; k++) length += (size_t)snprintf(sql + length, sizeof sql - length, ",?");
    snprintf(sql + length, sizeof sql - length, ") order by u.id");
    sqlite3_stmt *s = prepare(sql);
    for (int i = 0; i < FINDS; i += AT_ONCE) {
        for (int k = 0; k < AT_ONCE; k++) keys[k] = 1 + draw(&seed) % USERS;
        users list = { NULL, 0, 0 };
        for (int k = 0; k < AT_ONCE; k++) sqlite3_bind_int64(s, k + 1, keys[k]);
        for (; sqlite3_step(s) == SQLITE_ROW; list.n++) {
            GROW(&list);
            read_user(s, &list.row[list.n]);
        }
        sqlite3_reset(s);
        for (int k = 0; k < AT_ONCE; k++) sum += h_user(user_of(list.row, list.n, keys[k]));
        free(list.row);
        reset(&memory);
    }
    sqlite3_finalize(s);
    clock_stop();
    report("loader_find", FINDS, FINDS, sum);
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
        sqlite3_stmt *children = prepare(naive ? POSTS_OF_ONE : POSTS("p.author_id<=? order by p.author_id,p.id"));
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

#endif

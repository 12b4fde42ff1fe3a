/* The cases that read, in C on libpq alone. */
#ifndef BENCH_RAW_POSTGRES_READING_H
#define BENCH_RAW_POSTGRES_READING_H
#include "raw_postgres.h"

static int64_t find_users(int n)
{
    int64_t sum = 0;
    uint64_t seed = 777;
    for (int i = 0; i < n; i++) {
        parameters p = { .n = 0 };
        user row, *u = naive ? malloc(sizeof *u) : &row;
        if (!u) die("out of memory");
        put_int64(&p, 1 + draw(&seed) % USERS);
        PGresult *r = run(FIND, &p);
        read_user(r, 0, u);
        PQclear(r);
        if (i < 20000) sum += h_user(u);
        free_user(u);
        if (naive) free(u);
        else reset(&memory);
    }
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

static users read_users(PGresult *r)
{
    users list = { NULL, (size_t)PQntuples(r), 0 };
    list.row = malloc((list.n + 1) * sizeof *list.row);
    if (!list.row) die("out of memory");
    for (size_t i = 0; i < list.n; i++) read_user(r, (int)i, &list.row[i]);
    PQclear(r);
    return list;
}

static int64_t sum_users(const users *list)
{
    int64_t sum = 0;
    for (size_t k = 0; k < list->n; k++) sum += h_user(&list->row[k]);
    return sum;
}

static void free_users(users *list)
{
    for (size_t k = 0; naive && k < list->n; k++) free_user(&list->row[k]);
    free(list->row);
    reset(&memory);
}

static void find_where(void)
{
    const int n = 2000;
    int64_t sum = 0;
    long rows = 0;
    uint64_t seed = 999;
    for (int i = 0; i < n; i++) {
        uint32_t role = draw(&seed) % 5;
        int age = 18 + (int)(draw(&seed) % 40);
        parameters p = { .n = 0 };
        clock_start();
        put_text(&p, roles[role], role_lengths[role]);
        put_int32(&p, age);
        users list = read_users(run(WHERE, &p));
        clock_stop();
        sum += sum_users(&list);
        rows += (long)list.n;
        clock_start();
        free_users(&list);
        clock_stop();
    }
    report("find_where", rows, n, sum);
}

/* the expert keeps a statement for each combination of fields and directions */
static void find_dynamic(void)
{
    const int n = 5000;
    int64_t sum = 0;
    long rows = 0;
    uint64_t seed = 444;
    bool kept[SEARCHES] = { false };
    for (int i = 0; i < n; i++) {
        search f = draw_search(&seed);
        unsigned which = f.fields * 2 + f.descending;
        char sql[512], name[16];
        parameters p = { .n = 0 };
        clock_start();
        if (f.fields & BY_ROLE) put_text(&p, roles[f.role], role_lengths[f.role]);
        if (f.fields & BY_AGE) put_int32(&p, f.age);
        if (f.fields & BY_SCORE) put_double(&p, f.score);
        if (f.fields & NOT_ID) put_int64(&p, f.id);
        snprintf(name, sizeof name, "q%u", which);
        if (!kept[which]) search_sql(sql, sizeof sql, &f, true);
        if (!naive && !kept[which]) PQclear(good(PQprepare(db, name, sql, 0, NULL)));
        kept[which] = !naive;
        users list = read_users(good(naive ? PQexecParams(db, sql, p.n, NULL, p.at, p.length, p.format, 0) : PQexecPrepared(db, name, p.n, p.at, p.length, p.format, 1)));
        clock_stop();
        sum += sum_users(&list);
        rows += (long)list.n;
        clock_start();
        free_users(&list);
        clock_stop();
    }
    report("find_dynamic", rows, n, sum);
}

static void select_all(void)
{
    int64_t sum = 0;
    long rows = 0;
    const parameters none = { .n = 0 };
    for (int pass = 0; pass < 5; pass++) {
        clock_start();
        users all = read_users(run(ALL, &none));
        clock_stop();
        sum = sum_users(&all);
        rows += (long)all.n;
        clock_start();
        free_users(&all);
        clock_stop();
    }
    report("select_all", rows, rows, sum);
}

static void load_all(void)
{
    const parameters none = { .n = 0 };
    memory_start();
    users all = read_users(run(ALL, &none));
    memory_report((long)all.n);
    free_users(&all);
}

/* a thousand rows at a time, each looked at where it is */
static void each_all(void)
{
    int64_t sum = 0;
    long rows = 0;
    clock_start();
    for (int pass = 0; pass < 5; pass++) {
        int64_t last = 0;
        int n;
        sum = 0;
        do {
            PGresult *r = run_key(AFTER, last);
            n = PQntuples(r);
            for (int i = 0; i < n; i++) {
                user u;
                if (naive) read_user(r, i, &u);
                else view_user(r, i, &u);
                sum += h_user(&u);
                free_user(&u);
                last = u.id;
            }
            PQclear(r);
            rows += n;
        } while (n == 1000);
    }
    clock_stop();
    report("each_all", rows, rows, sum);
}

static parents read_parents(int last)
{
    PGresult *r = run_key(USERS_TO, last);
    parents list = { NULL, 0, 0 };
    for (int i = 0; i < PQntuples(r); i++, list.n++) {
        GROW(&list);
        read_user(r, i, &list.row[list.n].u);
        list.row[list.n].first = list.row[list.n].posts = 0;
    }
    PQclear(r);
    return list;
}

/* adds the posts of a result; those of users are in the users' order, from `i` on */
static void add_posts(tagged_posts *list, PGresult *r, parents *of, size_t i)
{
    for (int k = 0; k < PQntuples(r); k++, list->n++) {
        GROW(list);
        tagged *t = &list->row[list->n];
        read_post(r, k, &t->p);
        t->first = t->tags = 0;
        if (!of) continue;
        while (of->row[i].u.id < t->p.author_id) i++;
        if (!of->row[i].posts++) of->row[i].first = list->n;
    }
    PQclear(r);
}

static void add_tags(tags *list, PGresult *r, tagged_posts *of, size_t i)
{
    for (int k = 0; k < PQntuples(r); k++, list->n++) {
        int64_t post_id = get_int64(r, k, 0);
        GROW(list);
        list->row[list->n].id = get_int64(r, k, 1);
        list->row[list->n].name = copy_text(r, k, 2, &list->row[list->n].name_length);
        while (of->row[i].p.id < post_id) i++;
        if (!of->row[i].tags++) of->row[i].first = list->n;
    }
    PQclear(r);
}

static tagged_posts posts_of(parents *list)
{
    tagged_posts children = { NULL, 0, 0 };
    int64_t *keys = naive ? NULL : malloc((list->n + 1) * sizeof *keys);
    for (size_t i = 0; i < list->n; i++) {
        if (naive) add_posts(&children, run_key(POSTS_OF + pruned, list->row[i].u.id), list, i);
        else keys[i] = list->row[i].u.id;
    }
    if (!naive) add_posts(&children, run_array(POSTS_IN + pruned, keys, list->n), list, 0);
    free(keys);
    return children;
}

static tags tags_of(tagged_posts *list)
{
    tags leaves = { NULL, 0, 0 };
    int64_t *keys = naive ? NULL : malloc((list->n + 1) * sizeof *keys);
    for (size_t i = 0; i < list->n; i++) {
        if (naive) add_tags(&leaves, run_key(TAGS_OF, list->row[i].p.id), list, i);
        else keys[i] = list->row[i].p.id;
    }
    if (!naive) add_tags(&leaves, run_array(TAGS_IN, keys, list->n), list, 0);
    free(keys);
    return leaves;
}

/* users with posts, posts with tags, or all three */
static void eager(const char *name, int last_user, int last_post, bool with_tags)
{
    int64_t sum = 0;
    long rows = 0;
    for (int pass = 0; pass < 10; pass++) {
        parents list = { NULL, 0, 0 };
        tagged_posts middle = { NULL, 0, 0 };
        tags leaves = { NULL, 0, 0 };
        clock_start();
        if (last_user) {
            list = read_parents(last_user);
            middle = posts_of(&list);
        } else {
            add_posts(&middle, run_key(POSTS_TO + pruned, last_post), NULL, 0);
        }
        if (with_tags) leaves = tags_of(&middle);
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
    int64_t sum = 0;
    long rows = 0;
    clock_start();
    for (int i = 0; i < 20; i++) {
        parameters p = { .n = 0 };
        put_int32(&p, 18 + i);
        PGresult *r = run(GROUP, &p);
        for (int k = 0; k < PQntuples(r); k++, rows++) sum += get_int64(r, k, 1) + (int64_t)floor(get_double(r, k, 2));
        PQclear(r);
    }
    clock_stop();
    report("count_group", rows, 20, sum);
}

/* the first finds of find_by_pk, a hundred keys in a statement */
static void loader_find(void)
{
    enum { FINDS = 10000, AT_ONCE = 100 };
    int64_t sum = 0, keys[AT_ONCE];
    uint64_t seed = 777;
    clock_start();
    for (int i = 0; i < FINDS; i += AT_ONCE) {
        for (int k = 0; k < AT_ONCE; k++) keys[k] = 1 + draw(&seed) % USERS;
        users list = read_users(run_array(USERS_IN, keys, AT_ONCE));
        for (int k = 0; k < AT_ONCE; k++) sum += h_user(user_of(list.row, list.n, keys[k]));
        free(list.row);
        reset(&memory);
    }
    clock_stop();
    report("loader_find", FINDS, FINDS, sum);
}

/* straight from two results to the text */
static void json_out(void)
{
    size_t length = 0;
    clock_start();
    for (int pass = 0; pass < 2; pass++) {
        json out = { NULL, 0, 0 };
        PGresult *parents_ = run_key(USERS_TO, 10000), *children = NULL;
        int n = PQntuples(parents_), child = 0;
        int64_t *keys = malloc((size_t)(n + 1) * sizeof *keys);
        if (!keys) die("out of memory");
        for (int i = 0; i < n; i++) keys[i] = get_int64(parents_, i, 0);
        if (!naive) children = run_array(POSTS_IN, keys, (size_t)n);
        for (int i = 0; i < n; i++) {
            user u;
            post p;
            const char *comma = "";
            json_put(&out, i ? "," : "[", 1);
            read_user(parents_, i, &u);
            json_user(&out, &u);
            if (naive) {
                children = run_key(POSTS_OF, u.id);
                child = 0;
            }
            for (; child < PQntuples(children) && get_int64(children, child, 1) == u.id; child++, comma = ",") {
                read_post(children, child, &p);
                json_put(&out, comma, strlen(comma));
                json_post(&out, &p);
                free_post(&p);
            }
            if (naive) PQclear(children);
            free_user(&u);
            reset(&memory);
            JSON(&out, "]}");
        }
        JSON(&out, "]");
        PQclear(parents_);
        if (!naive) PQclear(children);
        free(keys);
        length = out.length;
        free(out.text);
    }
    clock_stop();
    report("json_out", 110000, 2, (int64_t)length);
}

#endif

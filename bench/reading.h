/* The cases that read, over orm.h. */
#ifndef BENCH_READING_H
#define BENCH_READING_H
#include "workload.h"

static int64_t find_users(int n)
{
    int64_t sum = 0;
    uint64_t seed = 777;
    for (int i = 0; i < n; i++) {
        User *u = User_find(db, 1 + draw(&seed) % USERS);
        if (!u) exit(orm_perror("find"));
        if (i < 20000) sum += h_user(u);
        orm_free(u);
    }
    return sum;
}

static void find_by_pk(void)
{
    const int n = 200000;
    int64_t sum = 0;
    clock_start();
    sum = find_users(n);
    clock_stop();
    report("find_by_pk", n, n, sum);
}

static void find_in_scope(void)
{
    const int n = 200000;
    int64_t sum = 0;
    clock_start();
    ORM_READ(db) { sum = find_users(n); }
    clock_stop();
    report("find_in_scope", n, n, sum);
}

/* sums up a list and frees it, which is timed and summing is not */
static int64_t spend(User *found, long *rows)
{
    if (!found) exit(orm_perror("find"));
    int64_t sum = 0;
    size_t n = orm_len(found);
    for (size_t k = 0; k < n; k++) sum += h_user(&found[k]);
    *rows += (long)n;
    clock_start();
    orm_free(found);
    clock_stop();
    return sum;
}

static void find_where(void)
{
    const int n = 2000;
    int64_t sum = 0;
    long rows = 0;
    uint64_t seed = 999;
    for (int i = 0; i < n; i++) {
        const char *role = roles[draw(&seed) % 5];
        int age = 18 + (int)(draw(&seed) % 40);
        clock_start();
        User *found = User_find_all(db, &(User_query){
            .where = orm_and(orm_eq(User_.role, role), orm_gt(User_.age, age)),
            .order = { orm_desc(User_.created_at) },
            .limit = 20 });
        clock_stop();
        sum += spend(found, &rows);
    }
    report("find_where", rows, n, sum);
}

/* a form of search whose fields may be empty: a condition for each that is not */
static void find_dynamic(void)
{
    const int n = 5000;
    int64_t sum = 0;
    long rows = 0;
    uint64_t seed = 444;
    for (int i = 0; i < n; i++) {
        search s = draw_search(&seed);
        clock_start();
        User_query q = { .limit = 20 };
        if (s.fields & BY_ROLE) orm_where(&q, orm_eq(User_.role, roles[s.role]));
        if (s.fields & BY_AGE) orm_where(&q, orm_gt(User_.age, s.age));
        if (s.fields & BY_SCORE) orm_where(&q, orm_lt(User_.score, s.score));
        if (s.fields & NOT_ID) orm_where(&q, orm_ne(User_.id, s.id));
        if (s.fields & BY_ROLE) q.order[0] = s.descending ? orm_desc(User_.created_at) : orm_asc(User_.created_at);
        else q.order[0] = s.descending ? orm_desc(User_.id) : orm_asc(User_.id);
        User *found = User_find_all(db, &q);
        clock_stop();
        sum += spend(found, &rows);
    }
    report("find_dynamic", rows, n, sum);
}

static void select_all(void)
{
    int64_t sum = 0;
    long rows = 0;
    for (int pass = 0; pass < 5; pass++) {
        clock_start();
        User *all = User_find_all(db, NULL);
        clock_stop();
        sum = spend(all, &rows);
    }
    report("select_all", rows, rows, sum);
}

static void load_all(void)
{
    memory_start();
    User *all = User_find_all(db, NULL);
    if (!all) exit(orm_perror("memory"));
    memory_report((long)orm_len(all));
    orm_free(all);
}

static void each_all(void)
{
    int64_t sum = 0;
    long rows = 0;
    clock_start();
    for (int pass = 0; pass < 5; pass++) {
        sum = 0;
        ORM_EACH(User, u, db) {
            sum += h_user(u);
            rows++;
        }
        if (orm_failed()) exit(orm_perror("each_all"));
    }
    clock_stop();
    report("each_all", rows, rows, sum);
}

/* ---- with relations: `pruned` reads 3 of the 7 columns of each post ---- */
static const Post_mask every_column = { 0 }, few_columns = { .id = 1, .author_id = 1, .views = 1 };

static int64_t h_posts(const Post *posts, bool pruned, long *rows)
{
    int64_t sum = 0;
    for (size_t k = 0; k < orm_len(posts); k++) {
        sum += pruned ? posts[k].id + posts[k].views : h_post(&posts[k]);
        sum += h_tags(posts[k].tags);
        *rows += 1 + (long)orm_len(posts[k].tags);
    }
    return sum;
}

static int64_t h_graph(const User *found, bool pruned, long *rows)
{
    int64_t sum = 0;
    for (size_t i = 0; i < orm_len(found); i++) {
        sum += h_user(&found[i]) + h_posts(found[i].posts, pruned, rows);
        ++*rows;
    }
    return sum;
}

static void eager_has_many(const char *name, bool pruned)
{
    int64_t sum = 0;
    long rows = 0;
    for (int pass = 0; pass < 10; pass++) {
        clock_start();
        User *found = User_find_all(db, &(User_query){
            .where = orm_lte(User_.id, 1000), .order = { orm_asc(User_.id) },
            .include = { orm_with(User_.posts, .select = pruned ? few_columns : every_column) } });
        clock_stop();
        if (!found) exit(orm_perror(name));
        rows = 0;
        sum = h_graph(found, pruned, &rows);
        clock_start();
        orm_free(found);
        clock_stop();
    }
    report(name, rows, 10, sum);
}

static void eager_m2m(const char *name, bool pruned)
{
    int64_t sum = 0;
    long rows = 0;
    for (int pass = 0; pass < 10; pass++) {
        clock_start();
        Post *posts = Post_find_all(db, &(Post_query){
            .where = orm_lte(Post_.id, 2000), .order = { orm_asc(Post_.id) }, .select = pruned ? few_columns : every_column,
            .include = { orm_with(Post_.tags) } });
        clock_stop();
        if (!posts) exit(orm_perror(name));
        rows = 0;
        sum = h_posts(posts, pruned, &rows);
        clock_start();
        orm_free(posts);
        clock_stop();
    }
    report(name, rows, 10, sum);
}

static void nested3(const char *name, bool pruned)
{
    int64_t sum = 0;
    long rows = 0;
    for (int pass = 0; pass < 10; pass++) {
        clock_start();
        User *found = User_find_all(db, &(User_query){
            .where = orm_lte(User_.id, 200), .order = { orm_asc(User_.id) },
            .include = { orm_with(User_.posts, .select = pruned ? few_columns : every_column, .include = { orm_with(Post_.tags) }) } });
        clock_stop();
        if (!found) exit(orm_perror(name));
        rows = 0;
        sum = h_graph(found, pruned, &rows);
        clock_start();
        orm_free(found);
        clock_stop();
    }
    report(name, rows, 10, sum);
}

/* ---- groups and JSON ---- */
static void count_group(void)
{
    int64_t sum = 0;
    long rows = 0;
    clock_start();
    for (int i = 0; i < 20; i++) {
        RoleStats *stats = RoleStats_find_all(db, &(RoleStats_query){ .source = orm_source(orm_gt(User_.age, 18 + i)), .order = { orm_asc(RoleStats_.role) } });
        if (!stats) exit(orm_perror("count_group"));
        for (size_t k = 0; k < orm_len(stats); k++, rows++) sum += stats[k].users + (int64_t)floor(stats[k].score.value);
        orm_free(stats);
    }
    clock_stop();
    report("count_group", rows, 20, sum);
}

static void json_out(void)
{
    size_t bytes = 0;
    clock_start();
    for (int pass = 0; pass < 2; pass++) {
        User *found = User_find_all(db, &(User_query){
            .where = orm_lte(User_.id, 10000), .order = { orm_asc(User_.id) }, .include = { orm_with(User_.posts) } });
        char *text = found ? User_all_to_json(found, (User_mask){ 0 }) : NULL;
        if (!text) exit(orm_perror("json_out"));
        bytes = strlen(text);
        orm_free_text(text);
        orm_free(found);
    }
    clock_stop();
    report("json_out", 110000, 2, (int64_t)bytes);
}

/* the first finds of find_by_pk, a hundred at a time */
static void loader_find(void)
{
    enum { FINDS = 10000, AT_ONCE = 100 };
    int64_t sum = 0;
    uint64_t seed = 777;
    clock_start();
    for (int i = 0; i < FINDS; i += AT_ONCE) {
        int64_t keys[AT_ONCE];
        ORM_LOADER(User, found, db);
        for (int k = 0; k < AT_ONCE; k++) {
            keys[k] = 1 + draw(&seed) % USERS;
            orm_want(&found, keys[k]);
        }
        for (int k = 0; k < AT_ONCE; k++) {
            const User *u = orm_get(&found, keys[k]);
            if (!u) exit(orm_perror("loader_find"));
            sum += h_user(u);
        }
    }
    clock_stop();
    report("loader_find", FINDS, FINDS, sum);
}

static bool count_bytes(void *context, const char *bytes, size_t size)
{
    (void)bytes;
    *(size_t *)context += size;
    return true;
}

/* the same text in constant memory, 64 KB at a time */
static void json_stream(void)
{
    size_t bytes = 0;
    clock_start();
    for (int pass = 0; pass < 2; pass++) {
        bytes = 0;
        orm_json_writer *out = orm_json_begin(.list = true, .write = count_bytes, .context = &bytes);
        ORM_EACH(User, u, db, .where = orm_lte(User_.id, 10000), .include = { orm_with(User_.posts) }) orm_json_row(out, User, u, (User_mask){ 0 });
        bool walked = !orm_failed();
        if (orm_json_end(out, NULL) || !walked) exit(orm_perror("json_stream"));
    }
    clock_stop();
    report("json_stream", 110000, 2, (int64_t)bytes);
}
#endif

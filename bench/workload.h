/* The workload over orm.h, as a program would be written with it, whatever the engine. A driver defines open_fresh(), which makes `db` an
   empty database with the tables, and fill(); it may set one_transaction. WORKLOAD.md says what is done. Left out: count_group (the core
   has no groups yet). eager_pruned is eager_has_many with 3 of the 7 columns of each post. */
#ifndef BENCH_WORKLOAD_H
#define BENCH_WORKLOAD_H
#include "models.h"
#include "common.h"

static void open_fresh(void);
static void fill(void);                 /* posts, tags, links and an index, by plain SQL */
static bool one_transaction;            /* for each case that writes one row at a time */

static orm_db *db;
static User *users;                     /* to be created */

static void must(orm_status status)
{
    if (status) exit(orm_perror("failed"));
}

static int64_t ask(const char *what)
{
    orm_opt_int64 n = { 0, false };
    orm_status status = strcmp(what, "users") == 0 ? orm_scalar(db, &n, SUM_USERS, orm_no_params)
                      : strcmp(what, "posts") == 0 ? orm_scalar(db, &n, SUM_POSTS, orm_no_params) : orm_scalar(db, &n, SUM_LINKS, orm_no_params);
    must(status);
    return n.value;
}

static int64_t h_user(const User *u)
{
    return user_sum(u->id, strlen(u->name), strlen(u->email), u->role[0], u->score.set, u->score.value, u->age.set, u->age.value, u->created_at);
}

static int64_t h_post(const Post *p)
{
    return post_sum(p->id, p->author_id, strlen(p->title), p->body != NULL, p->body ? strlen(p->body) : 0, p->views, p->published, p->created_at);
}

static int64_t h_tags(const Tag *tags)
{
    int64_t sum = 0;
    for (size_t i = 0; i < orm_len(tags); i++) sum += tags[i].id + (int64_t)strlen(tags[i].name);
    return sum;
}

static void print_schema(void)
{
    open_fresh();
    char *sql = orm_schema_sql(db, &Bench_schema);
    if (!sql) exit(orm_perror("schema"));
    fputs(sql, stdout);
    orm_free_text(sql);
    orm_close(db);
}

static void fresh_users(const input *from)
{
    for (int i = 0; i < USERS; i++) {
        const input *u = &from[i];
        users[i] = User_defaults();
        users[i].name = u->name;
        users[i].email = u->email;
        users[i].role = u->role;
        if (u->has_score) users[i].score = orm_double(u->score);
        if (u->has_age) users[i].age = orm_int32(u->age);
        users[i].created_at = u->created_at;
    }
}

/* ---- creating ---- */
static int64_t create_users(int n)
{
    int64_t sum = 0;
    for (int i = 0; i < n; i++) {
        must(User_create(db, &users[i]));
        sum += users[i].id;
    }
    return sum;
}

static void insert_one(const input *from)
{
    const int n = 10000;
    int64_t sum = 0;
    for (int pass = 0; pass < 2; pass++) {
        open_fresh();
        fresh_users(from);
        clock_total = 0;
        clock_start();
        if (one_transaction) ORM_TRANSACTION(db) { sum = create_users(n); }
        else sum = create_users(n);
        clock_stop();
    }
    report("insert_one", n, n, sum + ask("users"));
    open_fresh();
}

static void bulk_insert(const input *from)
{
    fresh_users(from);
    clock_start();
    must(User_create_all(db, users, USERS, NULL));
    clock_stop();
    if (wanted("bulk_insert")) report("bulk_insert", USERS, USERS, ask("users"));
    clock_total = 0;
}

/* ---- reading ---- */
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
    ORM_TRANSACTION(db, .read_only = true) {
        clock_start();
        sum = find_users(n);
        clock_stop();
    }
    report("find_by_pk_in_tx", n, n, sum);
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
        if (!found) exit(orm_perror("find_where"));
        rows += (long)orm_len(found);
        for (size_t k = 0; k < orm_len(found); k++) sum += h_user(&found[k]);
        clock_start();
        orm_free(found);
        clock_stop();
    }
    report("find_where", rows, n, sum);
}

static void select_all(void)
{
    int64_t sum = 0;
    long rows = 0;
    for (int pass = 0; pass < 5; pass++) {
        clock_start();
        User *all = User_find_all(db, NULL);
        clock_stop();
        if (!all) exit(orm_perror("select_all"));
        size_t n = orm_len(all);
        sum = 0;
        for (size_t k = 0; k < n; k++) sum += h_user(&all[k]);
        rows += (long)n;
        clock_start();
        orm_free(all);
        clock_stop();
    }
    report("select_all", rows, rows, sum);
}

static void eager_has_many(void)
{
    int64_t sum = 0;
    long rows = 0;
    for (int pass = 0; pass < 10; pass++) {
        clock_start();
        User *found = User_find_all(db, &(User_query){
            .where = orm_lte(User_.id, 1000), .order = { orm_asc(User_.id) }, .include = { orm_with(User_.posts) } });
        clock_stop();
        if (!found) exit(orm_perror("eager_has_many"));
        sum = rows = 0;
        for (size_t i = 0; i < orm_len(found); i++) {
            size_t posts = orm_len(found[i].posts);
            sum += h_user(&found[i]);
            for (size_t k = 0; k < posts; k++) sum += h_post(&found[i].posts[k]);
            rows += 1 + (long)posts;
        }
        clock_start();
        orm_free(found);
        clock_stop();
    }
    report("eager_has_many", rows, 10, sum);
}

static void eager_pruned(void)
{
    int64_t sum = 0;
    long rows = 0;
    for (int pass = 0; pass < 10; pass++) {
        clock_start();
        User *found = User_find_all(db, &(User_query){
            .where = orm_lte(User_.id, 1000), .order = { orm_asc(User_.id) },
            .include = { orm_with(User_.posts, .select = { .id = 1, .author_id = 1, .views = 1 }) } });
        clock_stop();
        if (!found) exit(orm_perror("eager_pruned"));
        sum = rows = 0;
        for (size_t i = 0; i < orm_len(found); i++) {
            size_t posts = orm_len(found[i].posts);
            sum += h_user(&found[i]);
            for (size_t k = 0; k < posts; k++) sum += found[i].posts[k].id + found[i].posts[k].views;
            rows += 1 + (long)posts;
        }
        clock_start();
        orm_free(found);
        clock_stop();
    }
    report("eager_pruned", rows, 10, sum);
}

static void eager_m2m(void)
{
    int64_t sum = 0;
    long rows = 0;
    for (int pass = 0; pass < 10; pass++) {
        clock_start();
        Post *posts = Post_find_all(db, &(Post_query){
            .where = orm_lte(Post_.id, 2000), .order = { orm_asc(Post_.id) },
            .include = { orm_with(Post_.tags) } });
        clock_stop();
        if (!posts) exit(orm_perror("eager_m2m"));
        sum = rows = 0;
        for (size_t i = 0; i < orm_len(posts); i++) {
            sum += h_post(&posts[i]) + h_tags(posts[i].tags);
            rows += 1 + (long)orm_len(posts[i].tags);
        }
        clock_start();
        orm_free(posts);
        clock_stop();
    }
    report("eager_m2m", rows, 10, sum);
}

static void nested3(void)
{
    int64_t sum = 0;
    long rows = 0;
    for (int pass = 0; pass < 10; pass++) {
        clock_start();
        User *found = User_find_all(db, &(User_query){
            .where = orm_lte(User_.id, 200), .order = { orm_asc(User_.id) },
            .include = { orm_with(User_.posts, .include = { orm_with(Post_.tags) }) } });
        clock_stop();
        if (!found) exit(orm_perror("nested3"));
        sum = rows = 0;
        for (size_t i = 0; i < orm_len(found); i++) {
            Post *posts = found[i].posts;
            sum += h_user(&found[i]);
            rows++;
            for (size_t k = 0; k < orm_len(posts); k++) {
                sum += h_post(&posts[k]) + h_tags(posts[k].tags);
                rows += 1 + (long)orm_len(posts[k].tags);
            }
        }
        clock_start();
        orm_free(found);
        clock_stop();
    }
    report("nested3", rows, 10, sum);
}

static void json_out(void)
{
    size_t bytes = 0;
    for (int pass = 0; pass < 2; pass++) {
        clock_start();
        User *found = User_find_all(db, &(User_query){
            .where = orm_lte(User_.id, 10000), .order = { orm_asc(User_.id) }, .include = { orm_with(User_.posts) } });
        char *text = found ? User_all_to_json(found, (User_mask){ 0 }) : NULL;
        if (!text) exit(orm_perror("json_out"));
        bytes = strlen(text);
        orm_free_text(text);
        orm_free(found);
        clock_stop();
    }
    report("json_out", 110000, 2, (int64_t)bytes);
}

/* ---- changing ---- */
static void update_users(int n)
{
    uint64_t seed = 555;
    for (int i = 0; i < n; i++) {
        int64_t id = 1 + draw(&seed) % USERS;
        double score = (double)(draw(&seed) % 1000) + 0.5;
        int age = 18 + (int)(draw(&seed) % 60);
        must(User_update(db, &(User_change){ .set = { orm_set(User_.score, score), orm_set(User_.age, age) }, .where = orm_eq(User_.id, id) }, NULL));
    }
}

static void update_one(void)
{
    const int n = 10000;
    clock_start();
    if (one_transaction) ORM_TRANSACTION(db) { update_users(n); }
    else update_users(n);
    clock_stop();
    report("update_one", n, n, ask("users"));
}

static void update_where(void)
{
    int64_t rows = 0;
    uint64_t seed = 333;
    clock_start();
    for (int i = 0; i < 20; i++) {
        int64_t changed = 0;
        const char *role = roles[draw(&seed) % 5];
        int age = 18 + (int)(draw(&seed) % 40);
        double score = (double)(draw(&seed) % 1000) + 0.5;
        must(User_update(db, &(User_change){ .set = { orm_set(User_.score, score) }, .where = orm_and(orm_eq(User_.role, role), orm_gt(User_.age, age)) }, &changed));
        rows += changed;
    }
    clock_stop();
    report("update_where", (long)rows, 20, ask("users"));
}

static void tx3(void)
{
    const int n = 3000;
    uint64_t seed = 888;
    clock_start();
    for (int i = 1; i <= n; i++) {
        int64_t user = 1 + draw(&seed) % 10000, tag = 1 + draw(&seed) % 100;
        char title[32];
        snprintf(title, sizeof title, "Order %d", i);
        ORM_TRANSACTION(db) {
            ORM_NEW(Post, post, .author_id = user, .title = title, .published = true, .created_at = (BASE + i) * (int64_t)MICRO);
            Post_create(db, &post);
            ORM_NEW(PostTag, link, .post_id = post.id, .tag_id = tag);
            PostTag_create(db, &link);
            User_update(db, &(User_change){ .set = { orm_inc(User_.score, 1) }, .where = orm_eq(User_.id, user) }, NULL);
        }
        if (orm_failed()) exit(orm_perror("tx3"));
    }
    clock_stop();
    report("tx3", n * 3, n, ask("users") + ask("posts") + ask("links"));
}

static void delete_users(int n)
{
    for (int i = 0; i < n; i++) must(User_destroy_by_key(db, USERS - i));
}

static void delete_one(void)
{
    const int n = 10000;
    clock_start();
    if (one_transaction) ORM_TRANSACTION(db) { delete_users(n); }
    else delete_users(n);
    clock_stop();
    report("delete_one", n, n, ask("users"));
}

static void run_all(const input *from)
{
    users = calloc(USERS, sizeof *users);
    if (!users) die("out of memory");
    open_fresh();
    if (wanted("insert_one")) insert_one(from);
    bulk_insert(from);
    fill();
    if (wanted("find_by_pk")) find_by_pk();
    if (wanted("find_where")) find_where();
    if (wanted("select_all")) select_all();
    if (wanted("eager_has_many")) eager_has_many();
    if (wanted("eager_has_many")) eager_pruned();
    if (wanted("eager_m2m")) eager_m2m();
    if (wanted("nested3")) nested3();
    if (wanted("json_out")) json_out();
    if (wanted("update_one")) update_one();
    if (wanted("update_where")) update_where();
    if (wanted("tx3")) tx3();
    if (wanted("delete_one")) delete_one();
}
#endif

/* The cases that write, over orm.h. */
#ifndef BENCH_WRITING_H
#define BENCH_WRITING_H
#include "workload.h"

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
#endif

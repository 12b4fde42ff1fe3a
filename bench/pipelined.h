/* The cases that send calls without waiting for each, over orm.h: ORM_BATCH. */
#ifndef BENCH_PIPELINED_H
#define BENCH_PIPELINED_H
#include "workload.h"

#define PIPELINED 10000                 /* operations of a case */

/* the slots of a block, which are used again by the next */
enum { SLOTS = 1000 };
static User_slot user_slots[SLOTS];

static void pipe_find(void)
{
    int64_t sum = 0;
    uint64_t seed = 777;
    clock_start();
    for (int i = 0; i < PIPELINED; i += SLOTS) {
        ORM_BATCH(db) {
            for (int k = 0; k < SLOTS; k++) User_batch_find(db, 1 + draw(&seed) % USERS, &user_slots[k]);
        }
        if (orm_failed()) exit(orm_perror("pipe_find"));
        for (int k = 0; k < SLOTS; k++) {
            sum += h_user(user_slots[k].rows);
            orm_free(user_slots[k].rows);
        }
    }
    clock_stop();
    report("pipe_find", PIPELINED, PIPELINED, sum);
}

static int64_t create_pipelined(void)
{
    int64_t sum = 0;
    for (int i = 0; i < PIPELINED; i += SLOTS) {
        ORM_BATCH(db) {
            for (int k = 0; k < SLOTS; k++) User_batch_create(db, &users[i + k], &user_slots[k]);
        }
        if (orm_failed()) exit(orm_perror("pipe_insert"));
        for (int k = 0; k < SLOTS; k++) {
            sum += user_slots[k].rows->id;
            orm_free(user_slots[k].rows);
        }
    }
    return sum;
}

static void pipe_insert(const input *from)
{
    open_fresh();
    fresh_users(from);
    clock_start();
    int64_t sum = create_pipelined();
    clock_stop();
    report("pipe_insert", PIPELINED, PIPELINED, sum + ask("users"));
}

static void pipe_insert_1tx(const input *from)
{
    int64_t sum = 0;
    open_fresh();
    fresh_users(from);
    clock_start();
    ORM_TRANSACTION(db) { sum = create_pipelined(); }
    clock_stop();
    if (orm_failed()) exit(orm_perror("pipe_insert_1tx"));
    report("pipe_insert_1tx", PIPELINED, PIPELINED, sum + ask("users"));
}

/* tx3 sent together: the link takes the key of the post from the slot that the post will be in */
static void tx3_pipelined(void)
{
    const int n = 3000;
    uint64_t seed = 888;
    clock_start();
    for (int i = 1; i <= n; i++) {
        int64_t user = 1 + draw(&seed) % 10000, tag = 1 + draw(&seed) % 100;
        char title[32];
        snprintf(title, sizeof title, "Order %d", i);
        Post_slot made = { 0 };
        PostTag_slot linked = { 0 };
        orm_slot raised = { 0 };
        ORM_NEW(Post, post, .author_id = user, .title = title, .published = true, .created_at = (BASE + i) * (int64_t)MICRO);
        ORM_NEW(PostTag, link, .tag_id = tag);
        ORM_BATCH(db, .atomic = true) {
            Post_batch_create(db, &post, &made);
            orm_batch_create_under(db, &link, PostTag_.post_id, &made, &linked);
            User_batch_update(db, &(User_change){ .set = { orm_inc(User_.score, 1) }, .where = orm_eq(User_.id, user) }, &raised);
        }
        if (orm_failed()) exit(orm_perror("tx3_pipelined"));
        orm_free(made.rows);
        orm_free(linked.rows);
    }
    clock_stop();
    report("tx3_pipelined", n * 3, n, ask("users") + ask("posts") + ask("links"));
}
#endif

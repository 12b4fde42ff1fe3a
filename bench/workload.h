/* The workload over orm.h, as a program would be written with it, whatever the engine: what its cases share. A driver defines open_fresh(), which makes
   `db` an empty database with the tables, and fill(); it may set one_transaction. WORKLOAD.md says what is done. */
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
#endif

/* The models of the benchmark, see WORKLOAD.md. */
#ifndef BENCH_MODELS_H
#define BENCH_MODELS_H
#include "orm.h"

#define User_FIELDS(X)                                                            \
    X(id,         serial)                                                         \
    X(name,       text)                                                           \
    X(email,      text, unique)                                                   \
    X(role,       string(20))                                                     \
    X(score,      double, nullable)                                               \
    X(age,        integer, nullable)                                              \
    X(created_at, timestamp)                                                      \
    X(posts,      has_many(Post, author_id))
ORM_MODEL(User, users)

#define Post_FIELDS(X)                                                            \
    X(id,         serial)                                                         \
    X(author_id,  key(User), indexed)                                             \
    X(title,      text)                                                           \
    X(body,       text, nullable)                                                 \
    X(views,      integer, default(0))                                            \
    X(published,  boolean)                                                        \
    X(created_at, timestamp)                                                      \
    X(tags,       many_to_many(Tag, PostTag, post_id, tag_id))
ORM_MODEL(Post, posts)

#define Tag_FIELDS(X)                                                             \
    X(id,         serial)                                                         \
    X(name,       text, unique)
ORM_MODEL(Tag, tags)

#define PostTag_FIELDS(X)                                                         \
    X(post_id,    key(Post), primary_key)                                         \
    X(tag_id,     key(Tag), primary_key)
ORM_MODEL(PostTag, post_tags)

#define Bench_MODELS(X)  X(User) X(Post) X(Tag) X(PostTag)
ORM_SCHEMA(Bench)

/* count_group: a typed view */
#define RoleStats_FIELDS(X)                                                       \
    X(role,       string(20), of(User, role), group)                              \
    X(users,      bigint, count_all)                                              \
    X(score,      double, nullable, avg(User, score))
ORM_VIEW(RoleStats, from(User))
#endif

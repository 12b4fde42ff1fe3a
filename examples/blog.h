/* The models of blog.c: everything else is made from these lists. */
#ifndef BLOG_H
#define BLOG_H
#include "../orm.h"

#define Role_VALUES(X)  X(admin) X(member)
ORM_ENUM(Role)

#define User_FIELDS(X)                                                            \
    X(id,         serial)                                                         \
    X(name,       string(200), length(2, 200))                                    \
    X(email,      string(255), unique, email)                                     \
    X(role,       enumeration(Role), default(Role_member))                        \
    X(age,        integer, nullable, at_least(0), at_most(150))                   \
    X(password,   string(255), secret)                                            \
    X(posts,      has_many(Post, author_id))                                      \
    X(created_at, created_at)                                                     \
    X(updated_at, updated_at)
ORM_MODEL(User, users)

#define Post_FIELDS(X)                                                            \
    X(id,         serial)                                                         \
    X(title,      string(255), not_empty)                                         \
    X(body,       text, nullable)                                                 \
    X(published,  boolean, default(false))                                        \
    X(views,      integer, default(0), at_least(0))                               \
    X(author_id,  key(User), on_delete(cascade), indexed)                         \
    X(author,     belongs_to(User, author_id))                                    \
    X(created_at, created_at)
ORM_MODEL(Post, posts, index(author_id, created_at), unique(author_id, title))

#define Blog_MODELS(X)  X(User) X(Post)
ORM_SCHEMA(Blog)
#endif

/* The first program: two models, a real database file, nested JSON. Run it with ORM_LOG=1 to see the SQL.
   cc blog.c -lsqlite3 && ORM_LOG=1 ./a.out [database-url] */
#define ORM_IMPLEMENTATION                       /* in exactly one .c file, before the first include */
#include "blog.h"
#include "../dialects/sqlite.h"
ORM_DEFINE(Blog)                                 /* in one .c file: the schema's tables */

int main(int argc, char **argv)
{
    orm_db *db = orm_open(argc > 1 ? argv[1] : "sqlite:blog.db");
    if (!db || orm_sync(db, &Blog_schema)) return orm_perror("blog");
    if (User_destroy_all(db, &(User_query){ .all = true }, NULL)) return orm_perror("clear");        /* so that it can be run again */

    ORM_NEW(User, ada, .name = "Ada Lovelace", .email = "ada@example.com", .age = orm_int32(36), .password = "correct horse");
    if (User_create(db, &ada)) return orm_perror("create");     /* validated; id and times come back into ada */

    ORM_TRANSACTION(db, .retries = 5) {                         /* everything on db in this block, and in what it calls, belongs to it */
        ORM_NEW(Post, post, .title = "On analytical engines", .author_id = ada.id, .published = true);
        if (Post_create(db, &post)) break;                      /* break rolls back, or reruns after a conflict */
        ORM_NEW(Post, draft, .title = "Notes", .body = "It weaves algebraic patterns.", .author_id = ada.id);
        Post_create(db, &draft);                                /* a failure here would keep the block from committing, too */
    }
    if (orm_failed()) return orm_perror("posts");

    User *users = User_find_all(db, &(User_query){
        .where   = orm_and(orm_eq(User_.role, Role_member),
                           orm_has(User_.posts, orm_eq(Post_.published, true))),
        .include = { orm_with(User_.posts, .order = { orm_desc(Post_.created_at) }, .limit = 5) },
        .order   = { orm_desc(User_.created_at) },
        .limit   = 20 });
    if (!users) return orm_perror("users");                     /* a list is NULL only on error; none found is length 0 */
    for (size_t i = 0; i < orm_len(users); i++)
        printf("%s wrote %zu posts\n", users[i].name, orm_len(users[i].posts));
    orm_print_json_all(stdout, User, users);                    /* nested, as a web API would answer; never the password */
    orm_free(users);                                            /* one free for the whole graph */

    ORM_NEW(User, twin, .name = "A", .email = "ada@example", .age = orm_int32(-1), .password = "x");
    if (User_create(db, &twin)) orm_perror("a second Ada");     /* all broken rules at once, nothing was sent */
    orm_close(db);
    return 0;
}

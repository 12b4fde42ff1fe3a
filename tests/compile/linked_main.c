/* The first of three files that share models.h: the implementation, the tables and main. */
#define ORM_IMPLEMENTATION
#include "models.h"
#include "dialects/sqlite.h"
ORM_DEFINE(Blog)

int uses(orm_db *db);       /* uses.c */
int more_uses(orm_db *db);  /* linked_more.c */

int main(void)
{
    orm_db *db = orm_open("sqlite::memory:");
    if (!db || orm_sync(db, &Blog_schema)) return orm_perror("open");
    int problem = uses(db);
    if (!problem) problem = more_uses(db);
    orm_close(db);
    return problem;
}

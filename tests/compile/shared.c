/* A shared object with a database inside: nothing of orm.h may be seen from outside. */
#define ORM_IMPLEMENTATION
#include "models.h"
#include "dialects/sqlite.h"
ORM_DEFINE(Blog)

__attribute__((visibility("default"))) int shared_entry(void);
int shared_entry(void)
{
    orm_db *db = orm_open("sqlite::memory:");
    int problem = !db || orm_sync(db, &Blog_schema);
    orm_close(db);
    return problem;
}

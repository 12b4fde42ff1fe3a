/* The third file: system headers first, a database of its own. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "models.h"
#include "dialects/sqlite.h"

int more_uses(orm_db *db);
int more_uses(orm_db *db)
{
    orm_db *other = orm_open("sqlite::memory:", .read_only = false);
    if (!other || orm_sync(other, &Blog_schema)) return orm_perror("other");
    ORM_NEW(Thing, thing, .id = orm_uuid_v7(), .weight = orm_decimal_of("1.500"), .picture = ((orm_blob){ "abc", 3 }), .extra = "[1]");
    if (Thing_create(other, &thing)) return orm_perror("thing");
    int64_t here = -1, there = -1;
    if (Thing_count(db, NULL, &here) || Thing_count(other, NULL, &there)) return orm_perror("count");
    orm_close(other);
    return here == 0 && there == 1 ? 0 : 1;
}

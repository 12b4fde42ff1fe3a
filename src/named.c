/* >>named: is this the database that the caller named? What loses data asks first. */
#include "evolve.h"

ORM_PRIVATE const char *orm__database_name(const orm__pool *pool, char out[256])
{
    return pool->dialect->database_name ? pool->dialect->database_name(pool->servers[0].url, out) : NULL;
}

ORM_PRIVATE orm_status orm__check_database(orm_db *db, const char *name)
{
    char buffer[256];
    if (!db) return orm__raise(NULL, ORM_MISUSE, 0, "the database handle is NULL");
    const char *is = orm__database_name(db->pool, buffer);
    if (!is) return orm__raise(NULL, ORM_UNSUPPORTED, 0, "%s does not tell the names of its databases", db->pool->dialect->name);
    if (!name || strcmp(name, is) != 0) return orm__raise(NULL, ORM_MISUSE, 0, "this is the database \"%s\", and the call names \"%.100s\"", is, name ? name : "(NULL)");
    return ORM_OK;
}

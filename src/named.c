/* >>named: is this the database that the caller named? What loses data asks first. */
#include "evolve.h"

ORM_PRIVATE orm_status orm__check_database(orm_db *db, const char *name)
{
    char buffer[256];
    if (!db) return orm__raise(NULL, ORM_MISUSE, 0, "the database handle is NULL");
    const char *is = db->pool->dialect->database_name ? db->pool->dialect->database_name(db->pool->servers[0].url, buffer) : NULL;
    if (!is) return orm__raise(NULL, ORM_UNSUPPORTED, 0, "%s does not tell the names of its databases", db->pool->dialect->name);
    if (!name || strcmp(name, is) != 0) return orm__raise(NULL, ORM_MISUSE, 0, "this is the database \"%s\", and the call names \"%.100s\"", is, name ? name : "(NULL)");
    return ORM_OK;
}

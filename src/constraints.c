/* >>constraints: foreign keys that a transaction puts off, or looks at before it commits. */
#include "internal.h"

/* is there a transaction whose end they could wait for? */
static orm_status orm__constraints_allowed(orm__session *db)
{
    if (!orm__in_transaction(db)) return orm__raise(db, ORM_MISUSE, 0, "foreign keys wait for the end of a transaction, and there is none: make the call in a transaction");
    if (db->levels[db->level].read_only || db->options.read_only) return orm__raise(db, ORM_MISUSE, 0, "a transaction that only reads breaks no foreign keys");
    return db->dialect->defer_keys && db->dialect->check_keys ? ORM_OK : orm__raise(db, ORM_UNSUPPORTED, 0, "this engine looks at foreign keys when it likes");
}

static orm_status orm__constraints(orm_db *handle, uint8_t keys, const void *address)
{
    orm__session *db = orm__enter(handle, ORM__WRITE, NULL, address, 0);
    if (!db) return orm__refused();
    const orm_dialect *d = db->dialect;
    const char *sql = keys == ORM__KEYS_DEFERRED ? d->defer_keys : d->check_keys;
    orm_status status = orm__constraints_allowed(db);
    /* an engine that forgets what is pending when it is told to look from now on */
    if (!status && keys == ORM__KEYS_CHECKED && d->keys_pending) status = d->keys_pending(db->connection);
    if (!status) status = orm__run_once(db, sql, strlen(sql), NULL, 0, NULL);
    if (!status) db->levels[db->level].keys = keys;
    orm__leave(db);
    return status;
}

ORM_API orm_status orm_defer_constraints(orm_db *db) { return orm__constraints(db, ORM__KEYS_DEFERRED, ORM__CALLER); }
ORM_API orm_status orm_check_constraints(orm_db *db) { return orm__constraints(db, ORM__KEYS_CHECKED, ORM__CALLER); }

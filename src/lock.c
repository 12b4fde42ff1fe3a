/* >>lock: locks that a transaction holds to its end: on the rows that a query reads, and on names that the program gives a meaning. */
#include "internal.h"

#define ORM__ROW_WAIT_BITS 2            /* of orm__row_lock's number, below the lock's */

struct orm_row_lock { uint8_t number; };
struct orm_row_wait { uint8_t number; };
ORM_API const orm_row_lock orm__for_update = { ORM__FOR_UPDATE }, orm__for_no_key_update = { ORM__FOR_NO_KEY_UPDATE };
ORM_API const orm_row_lock orm__for_share = { ORM__FOR_SHARE }, orm__for_key_share = { ORM__FOR_KEY_SHARE };
ORM_API const orm_row_wait orm__nowait = { ORM__NOWAIT }, orm__skip_locked = { ORM__SKIP_LOCKED };

/* is there a transaction that can hold a lock? A lock that ends with its statement is a mistake. */
static orm_status orm__lock_allowed(orm__session *db)
{
    if (!orm__in_transaction(db)) return orm__raise(db, ORM_MISUSE, 0, "a lock is held to the end of a transaction, and there is none: make the call in a transaction");
    bool reads = db->levels[db->level].read_only || orm__in_reads(db) || db->options.read_only || (db->dialect->holds_all && !db->dialect->holds_all(db->connection));
    return reads ? orm__raise(db, ORM_MISUSE, 0, "a transaction that only reads takes no locks") : ORM_OK;
}

/* ---- rows ---- */

ORM_PRIVATE unsigned orm__row_lock(const orm__session *db, const orm_query *query)
{
    if (ORM__LIKELY(!query->lock) || db->dialect->holds_all) return 0;
    return (unsigned)query->lock->number << ORM__ROW_WAIT_BITS | (query->wait ? query->wait->number : 0);
}

ORM_PRIVATE void orm__row_lock_spell(orm__writer *sql, unsigned lock)
{
    unsigned wait = lock & ((1u << ORM__ROW_WAIT_BITS) - 1);
    if (!lock) return;
    orm__put(sql, sql->dialect->row_locks[lock >> ORM__ROW_WAIT_BITS]);
    orm__put(sql, "t0");
    if (wait) orm__put(sql, sql->dialect->row_waits[wait]);
}

ORM_PRIVATE orm_status orm__row_lock_check(orm__session *db, const orm_model *model, const orm_query *query)
{
    const orm_dialect *d = db->dialect;
    if (!query->lock) return orm__raise_at(db, ORM_MISUSE, model, NULL, ".wait says what to do about locked rows: it needs a .lock");
    orm_status status = orm__lock_allowed(db);
    if (status || d->holds_all) return status;
    bool offered = d->row_locks[query->lock->number] && (!query->wait || d->row_waits[query->wait->number]);
    return offered ? ORM_OK : orm__raise_at(db, ORM_UNSUPPORTED, model, NULL, "this engine does not offer this lock on rows");
}

ORM_PRIVATE orm_status orm__row_lock_refuse(orm__session *db, const orm_model *model, const orm_query *query)
{
    if (!query || (!query->lock && !query->wait)) return ORM_OK;
    return orm__raise_at(db, ORM_MISUSE, model, NULL, ".lock and .wait are for calls that read rows: find_one, get_one, find_all, find_and_count, ORM_EACH");
}

/* ---- names ---- */

/* FNV-1a of 64 bits */
static uint64_t orm__lock_hash(uint64_t hash, const char *text_)
{
    for (; *text_; text_++) hash = (hash ^ (unsigned char)*text_) * UINT64_C(0x100000001B3);
    return hash;
}

/* the kept statement for this kind of lock. Its key is shorter than any other: see orm__shape_find. */
static orm_status orm__lock_statement(orm__session *db, bool shared, int wait, orm__prepared **out)
{
    const unsigned char key[2] = { 3, (unsigned char)(shared << 4 | wait) };
    orm__writer sql = { .allocator = &db->allocator, .dialect = db->dialect };
    *out = orm__shape_find(db, key, sizeof key);
    if (*out) return ORM_OK;
    orm__put(&sql, db->dialect->advisory_locks[shared][wait]);
    orm_status status = orm__prepare(db, &sql, out);
    orm__writer_release(&sql);
    if (status) return status;
    (*out)->plan.extra = wait == ORM__ADVISE_NOWAIT;
    status = orm__shape_add(db, *out, key, sizeof key);
    if (status) orm__prepared_free(db, *out);
    return status;
}

static orm_status orm__lock_take(orm__session *db, const char *name, bool shared, int wait, uint32_t wait_ms)
{
    orm__run run;
    orm__prepared *p;
    int64_t granted = 1;
    uint64_t hash = orm__lock_hash(orm__lock_hash(UINT64_C(0xCBF29CE484222325), "orm:"), name);
    const orm_value values[2] = { { .type = ORM_INT64, .as.i = (int64_t)hash }, { .type = ORM_INT64, .as.i = wait_ms < INT32_MAX ? wait_ms : INT32_MAX } };
    orm_status status = orm__lock_statement(db, shared, wait, &p);
    if (!status) status = orm__run_start(db, &run, p, values, wait == ORM__ADVISE_TIMED ? 2 : 1);
    if (status) return status;
    orm__run_fetch(db, &run, NULL, NULL, &granted);                    /* a failure comes back from finish */
    status = orm__run_finish(db, &run, NULL);
    if (status || granted) return status;
    orm__raise(db, ORM_LOCK_TIMEOUT, 0, "the lock \"%.80s\" is held by somebody else", name);
    db->levels[db->level].failed_without_sql = true;                   /* the engine has not failed: nothing is lost */
    return ORM_LOCK_TIMEOUT;
}

static orm_status orm__lock_entered(orm__session *db, const char *name, const orm_lock_options *options)
{
    int wait = options->nowait ? ORM__ADVISE_NOWAIT : options->wait_ms ? ORM__ADVISE_TIMED : ORM__ADVISE;
    if (!name || !*name) return orm__raise(db, ORM_MISUSE, 0, "a lock needs a name");
    if (options->nowait && options->wait_ms) return orm__raise(db, ORM_MISUSE, 0, "give either .nowait or .wait_ms");
    orm_status status = orm__lock_allowed(db);
    if (status || db->dialect->holds_all) return status;
    if (!db->dialect->advisory_locks[options->shared][wait]) return orm__raise(db, ORM_UNSUPPORTED, 0, "this engine does not offer this lock");
    return orm__lock_take(db, name, options->shared, wait, options->wait_ms);
}

ORM_API orm_status orm__lock(orm_db *handle, const char *name, const orm_lock_options *options, const char *place)
{
    orm__session *db = orm__enter(handle, ORM__WRITE, place, ORM__CALLER, 0);
    if (!db) return orm__refused();
    orm_status status = orm__lock_entered(db, name, options);
    orm__leave(db);
    return status;
}

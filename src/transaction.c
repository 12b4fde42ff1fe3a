/* >>transaction: levels (a transaction, and savepoints inside it), the blocks and handles that open and end them, and what became of
   writes that were rolled back. A level fails with its first failed call; a failed level is never committed. */
#include "internal.h"

#define ORM__BACK_OFF_FIRST 10000       /* microseconds: the longest wait before the second attempt; doubled for each further one */
#define ORM__BACK_OFF_MOST  1000000

enum { ORM__BLOCK_NEW, ORM__BLOCK_RUNNING, ORM__BLOCK_AGAIN, ORM__BLOCK_DONE };      /* orm__block.state; its `serial` names the level that it opened */

struct orm_tx { orm_db *handle; const orm__thread *thread; uint64_t serial; };
typedef struct orm__after { struct orm__after *next; unsigned level; void (*fn)(void *arg); void *arg; } orm__after;      /* to be called after the commit */

/* ---- writes that were rolled back ---- */

enum { ORM__UNDONE = sizeof ((orm__thread *)0)->undone / sizeof ((orm__thread *)0)->undone[0] };

static void orm__remember_undone(const orm__session *db, uint64_t first)
{
    orm__thread *self = orm__self();
    const unsigned at = self->n_undone++ % ORM__UNDONE;
    self->undone[at].handle = db->pool->main.serial;
    self->undone[at].session = db->number;
    self->undone[at].first = first;
    self->undone[at].last = db->serial;
}

static bool orm__was_undone(const orm__pool *pool, uint16_t number, uint64_t serial)
{
    const orm__thread *self = orm__self();
    for (unsigned i = 0; i < ORM__UNDONE; i++)
        if (self->undone[i].handle == pool->main.serial && self->undone[i].session == number && serial >= self->undone[i].first && serial <= self->undone[i].last) return true;
    return false;
}

/* `first` to the newest write. Intervals ascend, so that those which the new one touches are the last. */
static void orm__lose(orm__session *db, uint64_t first)
{
    if (first > db->serial) return;
    orm__remember_undone(db, first);
    pthread_mutex_lock(&db->pool->lost_mutex);
    while (db->n_lost > 0 && db->lost[db->n_lost - 1].last + 1 >= first) {
        db->n_lost--;
        if (db->lost[db->n_lost].first < first) first = db->lost[db->n_lost].first;
    }
    if (db->n_lost == ORM__MAX_INTERVALS) {
        db->lost_before = db->lost[0].last;
        memmove(&db->lost[0], &db->lost[1], (ORM__MAX_INTERVALS - 1) * sizeof db->lost[0]);
        db->n_lost--;
    }
    db->lost[db->n_lost].first = first;
    db->lost[db->n_lost].last = db->serial;
    db->n_lost++;
    atomic_store(&db->pool->any_lost, true);
    pthread_mutex_unlock(&db->pool->lost_mutex);
}

/* nobody knows what became of the writes so far */
static void orm__doubt(orm__session *db, orm__level *level)
{
    pthread_mutex_lock(&db->pool->lost_mutex);
    db->lost_before = level->first_serial = db->serial;
    atomic_store(&db->pool->any_lost, true);
    pthread_mutex_unlock(&db->pool->lost_mutex);
}

static bool orm__session_lost(const orm__session *db, uint64_t serial, bool *unknown)
{
    for (unsigned i = db->n_lost; i-- > 0 && serial <= db->lost[i].last; ) {
        if (serial >= db->lost[i].first) return true;
    }
    *unknown = serial <= db->lost_before;
    return false;
}

ORM_PRIVATE bool orm__is_lost(const orm__session *db, uint16_t number, uint64_t serial, bool *unknown)
{
    orm__pool *pool = db->pool;
    bool lost = false;
    *unknown = false;
    if (ORM__LIKELY(!atomic_load_explicit(&pool->any_lost, memory_order_acquire))) return false;
    if (orm__was_undone(pool, number, serial)) return true;
    pthread_mutex_lock(&pool->lost_mutex);
    for (unsigned i = 0; i < atomic_load(&pool->n_sessions); i++) {
        const orm__session *other = atomic_load(&pool->sessions[i]);
        if (other->number == number) lost = orm__session_lost(other, serial, unknown);
    }
    pthread_mutex_unlock(&pool->lost_mutex);
    return lost;
}

/* ---- levels ---- */

static void orm__log_control(orm__session *db, const char *sql, orm_status status, int64_t began)
{
    orm__tally(&db->statements, 1);
    if (db->options.log) orm__log_sql(db, sql, NULL, 0, status, orm__ticks() - began, 0);
}

static int64_t orm__control_begins(const orm__session *db) { return db->options.log ? orm__ticks() : 0; }

static void orm__tell_transaction(const orm__session *db, orm_transaction_event event)
{
    if (ORM__UNLIKELY(db->options.on_transaction != NULL)) db->options.on_transaction(db->options.hook_context, event);
}

/* not by orm__run_once: a budget that is used up must not keep a savepoint from its end */
ORM_PRIVATE orm_status orm__control_run(orm__session *db, const char *sql)
{
    const orm_dialect *d = db->dialect;
    const orm_plan nothing = { .n_segments = 0 };
    orm_statement *statement = NULL;
    int64_t began = orm__control_begins(db);
    orm_status status = d->prepare(db->connection, sql, strlen(sql), &statement);
    if (!status) {
        status = d->start(db->connection, statement, NULL, 0);
        while (!status && d->fetch(db->connection, statement, &nothing, NULL, NULL, NULL) == ORM_STEP_ROW) continue;
        orm_status finished = d->finish(db->connection, statement, NULL);
        if (!status) status = finished;
        d->finalize(db->connection, statement);
    }
    orm__log_control(db, sql, status, began);
    return status;
}

static orm_status orm__savepoint(orm__session *db, const char *verb, unsigned level)
{
    char sql[64];
    snprintf(sql, sizeof sql, "%s orm_%u", verb, level);
    return orm__control_run(db, sql);
}

ORM_PRIVATE orm_status orm__level_begin(orm__session *db, const orm_transaction_options *options)
{
    if (db->level == ORM__MAX_LEVELS) return orm__raise(db, ORM_MISUSE, 0, "transactions are nested deeper than %d", ORM__MAX_LEVELS);
    orm_status status = ORM_OK;
    if (db->level > 0) {
        status = orm__savepoint(db, "savepoint", db->level + 1);
    } else {
        int64_t began = orm__control_begins(db);
        status = db->dialect->begin(db->connection, options);
        orm__log_control(db, options && options->read_only ? "begin read only" : "begin", status, began);
        if (!status) orm__tell_transaction(db, ORM_TRANSACTION_BEGUN);
    }
    if (status) orm__level_check(db);
    if (status) return status;
    bool read_only = db->level > 0 ? db->levels[db->level].read_only : options && options->read_only;       /* a savepoint reads and writes like the transaction that it is in */
    bool unchecked = db->level > 0 ? db->levels[db->level].unchecked : options && options->unchecked;
    uint8_t keys = db->level > 0 ? db->levels[db->level].keys : ORM__KEYS_DECLARED;
    const char *reads = db->level > 0 ? db->levels[db->level].reads : NULL;
    if (db->level == 0) {
        db->n_met = 0;
        db->met_last = NULL;
    }
    db->level++;
    db->levels[db->level] = (orm__level){ .first_serial = db->serial, .serial = ++db->level_serial, .read_only = read_only, .unchecked = unchecked, .keys = keys, .reads = reads };
    return ORM_OK;
}

/* a level inside a transaction that changes nothing there */
static orm_status orm__level_join(orm__session *db)
{
    if (db->level == ORM__MAX_LEVELS) return orm__raise(db, ORM_MISUSE, 0, "transactions are nested deeper than %d", ORM__MAX_LEVELS);
    const orm__level *outer = &db->levels[db->level++];
    db->levels[db->level] = (orm__level){ .first_serial = db->serial, .serial = ++db->level_serial, .read_only = outer->read_only, .unchecked = outer->unchecked, .keys = outer->keys, .joined = true };
    return ORM_OK;
}

/* leaves the innermost level; its failure becomes that of the level around it, which may forgive it as nothing of it is left: unless it was a joined one, which is not rolled back */
static void orm__level_pop(orm__session *db)
{
    const orm__level *inner = &db->levels[db->level--];
    if (db->level == 0) {
        db->dead_transaction = false;
        db->attempt = 0;
        return;
    }
    orm__level *outer = &db->levels[db->level];
    if (!inner->failed || outer->failed || outer->apart) return;
    outer->failed = inner->failed;
    outer->failed_without_sql = inner->joined && inner->failed_without_sql;
    outer->forgivable_nested = !inner->joined || inner->forgivable_nested;
    outer->code = inner->code;
    memcpy(outer->message, inner->message, sizeof outer->message);
}

/* what was to be called after the commit of this level, and of those inside it, will not be */
static void orm__after_drop(orm__session *db, unsigned level)
{
    while (db->after && db->after->level >= level) {
        orm__after *dropped = db->after;
        db->after = dropped->next;
        orm__release(&db->allocator, dropped, sizeof *dropped);
    }
}

/* what the innermost level said of foreign keys goes with it, also where the engine does not see to that */
static orm_status orm__keys_back(orm__session *db)
{
    const orm_dialect *d = db->dialect;
    uint8_t before = db->levels[db->level - 1].keys;
    if (!d->keys_outlive_savepoints || db->levels[db->level].keys == before) return ORM_OK;
    return orm__control_run(db, before == ORM__KEYS_DEFERRED ? d->defer_keys : d->check_keys);
}

/* ends a level that joined the one around it, which goes on */
static orm_status orm__level_part(orm__session *db)
{
    const orm__level *level = &db->levels[db->level];
    if (db->streams) orm__streams_end(db, db->level, !level->failed && !db->dead_transaction);
    orm_status status = level->failed;
    for (orm__after *after = db->after; after && after->level == db->level; after = after->next) after->level--;
    orm__level_pop(db);
    return status;
}

ORM_PRIVATE void orm__level_rollback(orm__session *db)
{
    if (db->levels[db->level].joined) {
        orm__level_part(db);
        return;
    }
    if (ORM__UNLIKELY(db->streams != NULL)) orm__streams_end(db, db->level, false);
    orm__after_drop(db, db->level);
    if (db->level == 1) {
        int64_t began = orm__control_begins(db);
        db->dialect->rollback(db->connection);
        orm__log_control(db, "rollback", ORM_OK, began);
        if (orm__self()->error.kind != ORM_COMMIT_UNKNOWN) orm__tell_transaction(db, ORM_TRANSACTION_ROLLED_BACK);
    } else if (!db->dead_transaction) {
        /* a savepoint that cannot be undone leaves us with writes that nobody wants: the whole transaction must go */
        if (orm__savepoint(db, "rollback to savepoint", db->level) || orm__savepoint(db, "release savepoint", db->level) || orm__keys_back(db)) db->dead_transaction = true;
    }
    orm__lose(db, db->levels[db->level].first_serial + 1);
    orm__level_pop(db);
}

ORM_PRIVATE orm_status orm__level_commit(orm__session *db)
{
    orm__level *level = &db->levels[db->level];
    if (level->joined) return orm__level_part(db);
    bool sent = db->commit_sent;        /* what failed since then failed too late, unless the engine says so */
    orm_status status = sent ? ORM_OK : level->failed;
    db->commit_sent = false;
    if (!status && !sent && db->dead_transaction) status = orm__raise(db, ORM_TRANSACTION_ABORTED, 0, "the database has already rolled the transaction back");
    if (!status && ORM__UNLIKELY(db->streams != NULL)) {
        orm__streams_end(db, db->level, db->level > 1);      /* cursors end with the transaction, not with a savepoint */
        status = level->failed;
    }
    if (!status && db->level > 1) {
        status = orm__savepoint(db, "release savepoint", db->level);
        for (orm__after *after = db->after; !status && after && after->level == db->level; after = after->next) after->level--;
        if (!status) db->levels[db->level - 1].keys = level->keys;
        if (!status) orm__level_pop(db);
    } else if (!status) {
        int64_t began = orm__control_begins(db);
        status = db->dialect->commit(db->connection);
        orm__log_control(db, "commit", status, began);
        if (!status) orm__tell_transaction(db, ORM_TRANSACTION_COMMITTED);
        if (status == ORM_COMMIT_UNKNOWN) orm__tell_transaction(db, ORM_TRANSACTION_UNKNOWN);
        if (!status) orm__level_pop(db);
        /* neither kept nor lost: rows written so far answer ORM_STALE */
        if (status == ORM_COMMIT_UNKNOWN) orm__doubt(db, level);
    }
    /* also when the commit failed: the engine may have left the transaction open */
    if (status) orm__level_check(db);
    if (status) orm__level_rollback(db);
    return status;
}

/* makes a level's failure this thread's error again; one that still stands keeps its details */
static void orm__show_failure(const orm__level *level)
{
    orm__thread *self = orm__self();
    orm_error_info *error = &self->error;
    size_t length = strlen(level->message);
    bool stands = error->kind == level->failed && error->code == level->code && strncmp(error->message, level->message, length) == 0;
    if (!stands) orm__clear_error();
    self->absence_fails = true;      /* or it would not have failed the level */
    if (stands) return;
    error->kind = level->failed;
    error->code = level->code;
    memcpy(error->message, level->message, length + 1);
}

ORM_PRIVATE orm_status orm__level_refuses(orm__session *db)
{
    const orm__level *level = &db->levels[db->level];
    if (ORM__LIKELY(!level->failed && !db->dead_transaction)) return ORM_OK;
    if (!db->dead_transaction) {
        orm__show_failure(level);
        return level->failed;
    }
    orm_error_info *error = &orm__self()->error;
    orm__clear_error();
    error->kind = ORM_TRANSACTION_ABORTED;
    snprintf(error->message, sizeof error->message, "the database has already rolled the transaction back: %s", level->failed ? level->message : "nothing is known of the cause");
    return ORM_TRANSACTION_ABORTED;
}

/* some failures make the engine roll back (a full disk); without this the next statement would run, and be kept, outside a transaction */
ORM_PRIVATE void orm__level_check(orm__session *db)
{
    if (db->dialect->alive && !db->dialect->alive(db->connection, false)) db->broken = true;
    if (db->level > 0 && !db->dead_transaction && !db->dialect->in_transaction(db->connection)) db->dead_transaction = true;
}

/* the transaction that orm_current handed on has ended; its calls wait for their turn, and find that out */
static void orm__unshare(orm__session *db)
{
    db->shared = false;
    pthread_mutex_unlock(&db->call_mutex);
}

ORM_PRIVATE void orm__levels_abandon(orm__session *db)
{
    if (db->shared) pthread_mutex_lock(&db->call_mutex);      /* until the other threads' calls have ended */
    orm__batch_abandon(db);
    orm__streams_end(db, 0, false);
    if (db->level > 0 && db->connection) db->dialect->rollback(db->connection);
    if (db->level > 0) orm__tell_transaction(db, ORM_TRANSACTION_ROLLED_BACK);
    if (db->level > 0) orm__lose(db, db->levels[1].first_serial + 1);
    orm__after_drop(db, 0);
    if (db->shared) orm__unshare(db);
    for (; db->level > 0; db->level--) {
        orm_tx *tx = db->levels[db->level].tx;
        if (tx) orm__release(&db->allocator, tx, sizeof(orm_tx));
    }
}

/* ---- opening and ending levels that hold the session ---- */

ORM_PRIVATE orm_status orm__reads_refuse(orm__session *db, const char *place, const void *address)
{
    if (!orm__in_reads(db)) return ORM_OK;
    if (db->calls == 0) {
        orm__clear_error();
        orm__self()->place = place;
        orm__self()->address = address;
    }
    orm__level *level = &db->levels[db->level];
    bool first = !level->failed;
    orm__raise(db, ORM_READ_ONLY, 0, "the block of ORM_READ at %s only reads: write behind it, or by orm_outside", level->reads);
    if (first) level->failed_without_sql = true;
    return ORM_READ_ONLY;
}

static bool orm__may_open(const orm_db *handle, const char *what)
{
    if (handle && !handle->pinned) return true;
    orm__clear_error();
    if (handle) orm__raise(NULL, ORM_MISUSE, 0, "%s cannot be begun on what orm_current gave", what);
    else orm__raise(NULL, ORM_MISUSE, 0, "the database handle is NULL");
    return false;
}

/* the session is held for the innermost level from here on */
static void orm__level_opened(orm__session *db, int attempt, uint64_t *serial)
{
    db->levels[db->level].held = true;
    *serial = db->level_serial;
    if (db->level == 1) {
        db->attempt = attempt;
        atomic_store_explicit(&db->held_since, orm__ticks(), memory_order_relaxed);
        if (db->checked) orm__keeper_start(db->pool);       /* who tells of it if it has no end */
        orm__watch_thread_end();
    }
    if (db->shared) pthread_mutex_unlock(&db->call_mutex);      /* a level holds the session, not the other threads' turn */
}

/* `serial` gets that of the level */
ORM_PRIVATE orm__session *orm__open_level(orm_db *handle, const orm_transaction_options *options, int attempt, const char *place, const void *address, uint64_t *serial)
{
    orm_transaction_options how = options ? *options : (orm_transaction_options){ .retries = 0 };
    if (!how.isolation) how.isolation = ORM_REPEATABLE_READ;
    if (!orm__may_open(handle, "a transaction")) return NULL;
    int64_t until = orm__until(&handle->pool->options, 0);
    if (how.read_only) orm__pool_part_roles(handle->pool);         /* not in the way of what this thread writes outside */
    orm__session *db = orm__acquire(handle, how.read_only && handle->pool->n_servers == 1 ? ORM__READ : ORM__WRITE, until, place, address);
    if (!db) return NULL;
    orm_status status = orm__level_refuses(db);
    if (!status && !how.read_only) status = orm__reads_refuse(db, place, address);
    if (!status) {
        orm__clear_error();
        orm__work_begin(db, place, address, until);
        status = orm__level_begin(db, &how);
        orm__work_end(db);
    }
    if (status) {
        orm__let_go(db);
        return NULL;
    }
    orm__level_opened(db, attempt, serial);
    return db;
}

ORM_PRIVATE bool orm__open_reads(orm_db *handle, bool primary, const char *place, const void *address, uint64_t *serial)
{
    const orm_transaction_options how = { .read_only = true, .isolation = ORM_REPEATABLE_READ };
    if (!orm__may_open(handle, "ORM_READ")) return false;
    int64_t until = orm__until(&handle->pool->options, 0);
    orm_db by = *handle;
    if (primary) {
        by.primary = true;
        by.serial = handle->pool->primary.serial;
    }
    orm__pool_part_roles(handle->pool);         /* not in the way of what this thread writes outside */
    orm__session *db = orm__acquire(&by, ORM__READ, until, place, address);
    if (!db) return false;
    orm_status status = orm__level_refuses(db);
    bool inside = !status && orm__in_reads(db);
    if (!status) {
        orm__clear_error();
        orm__work_begin(db, place, address, until);
        if (!inside) status = db->level > 0 ? orm__level_join(db) : orm__level_begin(db, &how);
        orm__work_end(db);
    }
    *serial = 0;
    if (status || inside) {
        orm__let_go(db);
        return inside;
    }
    db->levels[db->level].reads = place;
    orm__level_opened(db, 1, serial);
    return true;
}

/* The session on which this thread has the open level with this serial, and its index, for orm__end_level: other threads' calls in a transaction
   that was handed on have their turn when that is done. NULL when the level has ended or is not this thread's. */
ORM_PRIVATE orm__session *orm__find_level(const orm_db *handle, uint64_t serial, unsigned *index)
{
    orm__session *db = orm__held_by(handle);
    if (db && db->shared) pthread_mutex_lock(&db->call_mutex);
    *index = db ? db->level : 0;
    while (*index > 0 && db->levels[*index].serial != serial) --*index;
    if (*index > 0) return db;
    if (db && db->shared) pthread_mutex_unlock(&db->call_mutex);
    return NULL;
}

/* handles that were begun inside a level and forgotten are rolled back with it */
static void orm__unwind(orm__session *db, unsigned index)
{
    while (db->level > index) {
        if (db->levels[db->level].held) db->depth--;      /* never the last: this level holds the session, too */
        orm__level_rollback(db);
    }
}

/* the calls that were waited for, in the order in which they were asked for */
static void orm__after_run(const orm_allocator *allocator, orm__after *last_first)
{
    orm__after *first = NULL;
    while (last_first) {
        orm__after *after = last_first;
        last_first = after->next;
        after->next = first;
        first = after;
    }
    while (first) {
        orm__after after = *first;
        orm__release(allocator, first, sizeof *first);
        first = after.next;
        orm__thread *self = orm__self();
        orm_error_info kept = self->error;
        after.fn(after.arg);
        self->error = kept;
    }
}

/* of a level that orm__find_level found. Afterwards the thread's error is the level's failure, or ORM_OK after a commit. */
ORM_PRIVATE orm_status orm__end_level(orm__session *db, unsigned index, bool commit)
{
    if (commit && db->level > index) orm__raise(db, ORM_MISUSE, 0, "a transaction that was begun inside this one is still open");
    orm__unwind(db, index);
    orm__level ended = db->levels[index];
    orm_status status = ended.failed;
    orm__work_begin(db, NULL, NULL, orm__until(&db->options, 0));
    if (commit) status = orm__level_commit(db);
    else orm__level_rollback(db);
    orm__work_end(db);
    if (commit && !status) orm__clear_error();
    else if (ended.failed) orm__show_failure(&ended);
    if (db->shared && index == 1) orm__unshare(db);
    orm__after *after = NULL;
    if (index == 1) {
        after = db->after;
        db->after = NULL;
    }
    orm_allocator allocator = db->allocator;
    orm__let_go(db);
    if (after) orm__after_run(&allocator, after);
    return status;
}

/* ---- blocks ---- */

/* another run may succeed where these came in the way */
static bool orm__is_conflict(orm_status status)
{
    return status == ORM_SERIALIZATION || status == ORM_DEADLOCK || status == ORM_STALE_PLAN;
}

/* a random time up to a bound that doubles: threads in conflict must not meet again */
static void orm__back_off(int attempt)
{
    int64_t most = ORM__BACK_OFF_FIRST;
    for (int i = 1; i < attempt && most < ORM__BACK_OFF_MOST; i++) most *= 2;
    if (most > ORM__BACK_OFF_MOST) most = ORM__BACK_OFF_MOST;
    struct timespec wait = orm__moment((int64_t)(orm__jitter(&most) % (uint64_t)(most + 1)));
    nanosleep(&wait, NULL);
}

/* `how`: ORM_OK commits; ORM_ROLLED_BACK and ORM_LEFT_EARLY roll back, and are the failure when there was none */
static void orm__end_block(orm__block *block, orm_status how)
{
    unsigned index;
    orm__session *db = orm__find_level(block->db, block->serial, &index);
    block->state = ORM__BLOCK_DONE;
    if (!db) {
        orm__raise_pool(block->db->pool, ORM_MISUSE, "the transaction%s%s was ended from inside", block->place ? " at " : "", block->place ? block->place : "");
        return;
    }
    if (how) {
        orm__unwind(db, index);
        orm__self()->place = block->place;
        if (db->levels[index].failed) how = db->levels[index].failed;
        else if (how == ORM_LEFT_EARLY) orm__raise(db, how, 0, "transaction at %s left early", block->place);
        else if (block->place) orm__raise(db, how, 0, "transaction at %s left by break and rolled back", block->place);
        else orm__raise(db, how, 0, "the transaction's function did not answer ORM_OK: rolled back");
    }
    orm_status status = orm__end_level(db, index, how == ORM_OK);
    if (index == 1 && orm__is_conflict(status) && block->attempt <= block->options.retries) block->state = ORM__BLOCK_AGAIN;
}

ORM_API bool orm__block_attempt(orm__block *block)
{
    if (block->state == ORM__BLOCK_RUNNING) orm__end_block(block, ORM_ROLLED_BACK);
    if (block->state == ORM__BLOCK_DONE) return false;
    if (block->state == ORM__BLOCK_AGAIN) orm__back_off(block->attempt);
    block->attempt++;
    const orm__session *db = orm__open_level(block->db, &block->options, block->attempt, block->place, ORM__CALLER, &block->serial);
    block->state = db ? ORM__BLOCK_RUNNING : ORM__BLOCK_DONE;
    return db != NULL;
}

ORM_API void orm__block_commit(orm__block *block)
{
    orm__end_block(block, ORM_OK);
}

ORM_API void orm__block_leave(orm__block *block)
{
    if (block->state == ORM__BLOCK_RUNNING) orm__end_block(block, ORM_LEFT_EARLY);
}

ORM_API orm_status orm_transaction(orm_db *db, orm_status (*fn)(orm_db *db, void *arg), void *arg, const orm_transaction_options *options)
{
    if (!fn) return orm__raise(NULL, ORM_MISUSE, 0, "orm_transaction needs a function");
    orm__block block = { .db = db };
    if (options) block.options = *options;
    orm_status status = ORM_OK;
    while (orm__block_attempt(&block)) {
        status = fn(db, arg);
        if (!status) orm__block_commit(&block);
    }
    orm_status kind = orm__self()->error.kind;
    return kind == ORM_OK || (kind == ORM_ROLLED_BACK && status) ? status : kind;
}

/* ---- a test's own transaction: always rolled back, which is no failure ---- */

static void orm__end_test(orm__block *block)
{
    unsigned index;
    orm__session *db = orm__find_level(block->db, block->serial, &index);
    block->state = ORM__BLOCK_DONE;
    if (!db) orm__raise_pool(block->db->pool, ORM_MISUSE, "the transaction at %s was ended from inside", block->place);
    else if (orm__end_level(db, index, false) == ORM_OK) orm__clear_error();
}

ORM_API bool orm__test_enter(orm__block *block)
{
    if (block->state == ORM__BLOCK_RUNNING) orm__end_test(block);
    if (block->state == ORM__BLOCK_DONE) return false;
    const orm__session *db = orm__open_level(block->db, NULL, 1, block->place, ORM__CALLER, &block->serial);
    block->state = db ? ORM__BLOCK_RUNNING : ORM__BLOCK_DONE;
    return db != NULL;
}

ORM_API void orm__test_leave(orm__block *block)
{
    if (block->state == ORM__BLOCK_RUNNING) orm__end_test(block);
}

/* ---- inside a block ---- */

/* the innermost level of this thread, or of the transaction that another one handed on; NULL outside a transaction. Ends by orm__innermost_done. */
static orm__session *orm__innermost(orm_db *handle, orm__level **level)
{
    orm__session *db = handle && handle->pinned ? orm__acquire(handle, ORM__WRITE, 0, NULL, NULL) : orm__held_by(handle);
    if (db && db->shared && !handle->pinned) pthread_mutex_lock(&db->call_mutex);
    *level = db && orm__in_transaction(db) ? &db->levels[db->level] : NULL;
    return db;
}

static void orm__innermost_done(const orm_db *handle, orm__session *db)
{
    if (db && handle->pinned) orm__let_go(db);
    else if (db && db->shared) pthread_mutex_unlock(&db->call_mutex);
}

ORM_API orm_status orm_fail(orm_db *handle, int code, const char *format, ...)
{
    char text_[sizeof orm__self()->error.message];
    va_list list;
    va_start(list, format);
    int length = vsnprintf(text_, sizeof text_, format, list);
    va_end(list);
    orm__level *level;
    orm__session *db = orm__innermost(handle, &level);
    if (level && level->failed) {      /* the first cause wins */
        orm__show_failure(level);
    } else {
        orm__clear_error();
        orm__self()->place = NULL;
        orm__self()->address = ORM__CALLER;
        if (db) orm__raise(db, ORM_FAILED, code, "%s", length < 0 ? "" : text_);
        else if (handle) orm__raise_pool(handle->pool, ORM_FAILED, "%s", length < 0 ? "" : text_);
        else orm__raise(NULL, ORM_FAILED, code, "%s", length < 0 ? "" : text_);
        orm__self()->error.code = code;
        if (level) level->failed_without_sql = true;
    }
    orm__innermost_done(handle, db);
    return ORM_FAILED;
}

ORM_API bool orm_handled(orm_db *handle)
{
    orm__level *level;
    orm__session *db = orm__innermost(handle, &level);
    bool may = handle != NULL && (db || !handle->pinned) && !(level && (db->dead_transaction || (level->failed && !level->failed_without_sql && !level->forgivable_nested)));
    if (level && may && level->failed) {
        level->failed = ORM_OK;
        level->failed_without_sql = level->forgivable_nested = false;
        orm__clear_error();
    }
    orm__innermost_done(handle, db);
    return may;
}

ORM_API int orm_attempt(orm_db *handle)
{
    orm__level *level;
    orm__session *db = orm__innermost(handle, &level);
    int attempt = level ? db->attempt : 0;
    orm__innermost_done(handle, db);
    return attempt;
}

ORM_API orm_status orm_after_commit(orm_db *handle, void (*fn)(void *arg), void *arg)
{
    if (!handle || !fn) return orm__raise(NULL, ORM_MISUSE, 0, handle ? "orm_after_commit needs a function" : "the database handle is NULL");
    orm__level *level;
    orm__session *db = orm__innermost(handle, &level);
    if (!db && handle->pinned) return orm__refused();
    orm_status status = level ? orm__level_refuses(db) : ORM_OK;
    orm__after *after = level && !status ? (orm__after *)orm__allocate(&db->allocator, sizeof *after) : NULL;
    if (after) {
        *after = (orm__after){ db->after, db->level, fn, arg };
        db->after = after;
    } else if (level && !status) {
        status = orm__raise(db, ORM_NO_MEMORY, 0, "out of memory");
    }
    orm__innermost_done(handle, db);
    if (!level) fn(arg);
    return status;
}

ORM_API orm_db *orm_current(orm_db *handle)
{
    orm__session *db = orm__held_by(handle);
    orm_db *view = NULL;
    if (db) pthread_mutex_lock(&db->call_mutex);
    bool called = db && db->calls > 0;
    if (db && orm__in_transaction(db) && !called) {
        view = &db->views[(db->n_views + 7) % 8];
        if (!db->shared || view->level != db->levels[1].serial || view->tenant != handle->tenant || view->all_tenants != handle->all_tenants) {
            /* stale ones are told by their serial as long as their place is not taken again, eight transactions later */
            view = &db->views[db->n_views++ % 8];
            *view = (orm_db){ .serial = UINT64_MAX, .pool = db->pool, .pinned = db, .level = db->levels[1].serial, .tenant = handle->tenant, .all_tenants = handle->all_tenants };
            db->shared = true;
        }
    }
    if (db) pthread_mutex_unlock(&db->call_mutex);
    if (view) return view;
    orm__clear_error();
    orm__raise(NULL, ORM_MISUSE, 0, "orm_current: %s", !handle ? "the database handle is NULL" : handle->pinned ? "the handle is of another thread's transaction already"
               : called ? "a call is running" : "this thread has no transaction on the database");
    return NULL;
}

/* ---- threads that end ---- */

static pthread_key_t orm__end_key;
static bool orm__end_key_made;
static pthread_once_t orm__end_once = PTHREAD_ONCE_INIT;

static void orm__thread_ends(void *self)
{
    orm__thread *thread = (orm__thread *)self;
    while (thread->held) {
        orm__session *db = thread->held;
        char place[ORM__PLACE_SIZE];
        if (orm__forked(db->pool)) {            /* the parent's */
            thread->held = db->next_held;
            continue;
        }
        orm__log_note(db, "a thread ended in a transaction, which is rolled back: it was begun at %s", orm__taken_at(db, place));
        orm__levels_abandon(db);
        db->depth = 1;
        db->calls = 0;
        orm__let_go(db);
    }
}

static void orm__make_end_key(void) { orm__end_key_made = pthread_key_create(&orm__end_key, orm__thread_ends) == 0; }

ORM_PRIVATE void orm__watch_thread_end(void)
{
    pthread_once(&orm__end_once, orm__make_end_key);
    if (orm__end_key_made && !pthread_getspecific(orm__end_key)) pthread_setspecific(orm__end_key, orm__self());
}

/* ---- explicit handles ---- */

ORM_API orm_tx *orm_begin(orm_db *handle, const orm_transaction_options *options)
{
    uint64_t serial = 0;
    unsigned index;
    orm__session *db = orm__open_level(handle, options, 1, NULL, ORM__CALLER, &serial);
    if (!db) return NULL;
    orm_tx *tx = (orm_tx *)orm__allocate(&db->allocator, sizeof *tx);
    orm__find_level(handle, serial, &index);
    if (!tx) {
        orm__raise(db, ORM_NO_MEMORY, 0, "out of memory");
        orm__end_level(db, index, false);
        return NULL;
    }
    *tx = (orm_tx){ handle, orm__self(), serial };
    db->levels[index].tx = tx;
    if (db->shared) pthread_mutex_unlock(&db->call_mutex);
    return tx;
}

/* takes the handle out of the user's hands; NULL when its level was ended with one around it */
static orm__session *orm__redeem(orm_tx *tx, unsigned *index)
{
    orm__pool *pool = tx->handle->pool;
    orm__session *db = orm__find_level(tx->handle, tx->serial, index);
    if (db) db->levels[*index].tx = NULL;
    orm__release(&pool->allocator, tx, sizeof *tx);
    return db;
}

ORM_API orm_status orm_commit(orm_tx *tx)
{
    if (!tx) return orm__raise(NULL, ORM_MISUSE, 0, "the transaction is NULL: was it begun?");
    if (tx->thread != orm__self()) {
        orm__clear_error();
        return orm__raise(NULL, ORM_MISUSE, 0, "a transaction must be committed by the thread that began it");
    }
    orm__pool *pool = tx->handle->pool;
    unsigned index;
    orm__session *db = orm__redeem(tx, &index);
    if (db) return orm__end_level(db, index, true);
    orm__clear_error();
    return orm__raise_pool(pool, ORM_MISUSE, "the transaction was already ended with the one around it");
}

ORM_API void orm_rollback(orm_tx *tx)
{
    if (!tx) return;
    if (tx->thread != orm__self()) {
        orm__clear_error();
        orm__raise(NULL, ORM_MISUSE, 0, "a transaction must be rolled back by the thread that began it");
        return;
    }
    unsigned index;
    orm__session *db = orm__redeem(tx, &index);
    if (db) orm__end_level(db, index, false);
}

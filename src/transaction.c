/* >>transaction: levels (a transaction, and savepoints inside it), the blocks and handles that open and end them, and what became of
   writes that were rolled back. A level fails with its first failed call; a failed level is never committed. */
#include "internal.h"

#define ORM__BACK_OFF_FIRST 10000       /* microseconds: the longest wait before the second attempt; doubled for each further one */
#define ORM__BACK_OFF_MOST  1000000

enum { ORM__BLOCK_NEW, ORM__BLOCK_RUNNING, ORM__BLOCK_AGAIN, ORM__BLOCK_DONE };      /* orm__block.state; its `serial` names the level that it opened */

struct orm_tx { orm_db *db; const orm__thread *thread; uint64_t serial; };

/* ---- writes that were rolled back ---- */

/* `first` to the newest write. Intervals ascend, so that those which the new one touches are the last. */
static void orm__lose(orm_db *db, uint64_t first)
{
    if (first > db->serial) return;
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
}

ORM_PRIVATE bool orm__is_lost(const orm_db *db, uint64_t serial, bool *unknown)
{
    *unknown = false;
    for (unsigned i = db->n_lost; i-- > 0 && serial <= db->lost[i].last; ) {
        if (serial >= db->lost[i].first) return true;
    }
    *unknown = serial <= db->lost_before;
    return false;
}

/* ---- levels ---- */

static void orm__log_control(orm_db *db, const char *sql, orm_status status, int64_t began)
{
    db->statements++;
    if (db->options.log) orm__log_sql(db, sql, NULL, 0, status, orm__ticks() - began, 0);
}

static int64_t orm__control_begins(const orm_db *db) { return db->options.log ? orm__ticks() : 0; }

/* not by orm__run_once: a budget that is used up must not keep a savepoint from its end */
static orm_status orm__savepoint(orm_db *db, const char *verb, unsigned level)
{
    const orm_dialect *d = db->dialect;
    const orm_plan nothing = { .n_segments = 0 };
    orm_statement *statement = NULL;
    char sql[64];
    int length = snprintf(sql, sizeof sql, "%s orm_%u", verb, level);
    int64_t began = orm__control_begins(db);
    orm_status status = d->prepare(db->connection, sql, (size_t)length, &statement);
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

ORM_PRIVATE orm_status orm__level_begin(orm_db *db, bool read_only)
{
    if (db->level == ORM__MAX_LEVELS) return orm__raise(db, ORM_MISUSE, 0, "transactions are nested deeper than %d", ORM__MAX_LEVELS);
    orm_status status = ORM_OK;
    if (db->level > 0) {
        status = orm__savepoint(db, "savepoint", db->level + 1);
    } else {
        int64_t began = orm__control_begins(db);
        status = db->dialect->begin(db->connection, read_only);
        orm__log_control(db, read_only ? "begin read only" : "begin", status, began);
    }
    if (status) return status;
    if (db->level > 0) read_only = db->levels[db->level].read_only;       /* a savepoint reads and writes like the transaction that it is in */
    db->level++;
    db->levels[db->level] = (orm__level){ .first_serial = db->serial, .serial = ++db->level_serial, .read_only = read_only };
    return ORM_OK;
}

/* leaves the innermost level; its failure becomes that of the level around it, which may forgive it as nothing of it is left */
static void orm__level_pop(orm_db *db)
{
    const orm__level *inner = &db->levels[db->level--];
    if (db->level == 0) {
        db->dead_transaction = false;
        db->attempt = 0;
        return;
    }
    orm__level *outer = &db->levels[db->level];
    if (!inner->failed || outer->failed) return;
    outer->failed = inner->failed;
    outer->failed_without_sql = false;
    outer->forgivable_nested = true;
    outer->code = inner->code;
    memcpy(outer->message, inner->message, sizeof outer->message);
}

ORM_PRIVATE void orm__level_rollback(orm_db *db)
{
    if (db->level == 1) {
        int64_t began = orm__control_begins(db);
        db->dialect->rollback(db->connection);
        orm__log_control(db, "rollback", ORM_OK, began);
    } else if (!db->dead_transaction) {
        /* a savepoint that cannot be undone leaves us with writes that nobody wants: the whole transaction must go */
        if (orm__savepoint(db, "rollback to savepoint", db->level) || orm__savepoint(db, "release savepoint", db->level)) db->dead_transaction = true;
    }
    orm__lose(db, db->levels[db->level].first_serial + 1);
    orm__level_pop(db);
}

ORM_PRIVATE orm_status orm__level_commit(orm_db *db)
{
    orm__level *level = &db->levels[db->level];
    orm_status status = level->failed;
    if (!status && db->dead_transaction) status = orm__raise(db, ORM_TRANSACTION_ABORTED, 0, "the database has already rolled the transaction back");
    if (!status && db->level > 1) {
        status = orm__savepoint(db, "release savepoint", db->level);
        if (!status) orm__level_pop(db);
    } else if (!status) {
        int64_t began = orm__control_begins(db);
        status = db->dialect->commit(db->connection);
        orm__log_control(db, "commit", status, began);
        if (!status) orm__level_pop(db);
        /* neither kept nor lost: rows written so far answer ORM_STALE */
        if (status == ORM_COMMIT_UNKNOWN) db->lost_before = level->first_serial = db->serial;
    }
    /* also when the commit failed: the engine may have left the transaction open */
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

ORM_PRIVATE orm_status orm__level_refuses(orm_db *db)
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
ORM_PRIVATE void orm__level_check(orm_db *db)
{
    if (db->level > 0 && !db->dead_transaction && !db->dialect->in_transaction(db->connection)) db->dead_transaction = true;
}

ORM_PRIVATE void orm__levels_abandon(orm_db *db)
{
    if (db->level > 0 && db->connection) db->dialect->rollback(db->connection);
    for (; db->level > 0; db->level--) {
        orm_tx *tx = db->levels[db->level].tx;
        if (tx) orm__release(&db->allocator, tx, sizeof(orm_tx));
    }
}

/* ---- opening and ending levels that hold the connection ---- */

static orm_status orm__open_level(orm_db *db, const orm_transaction_options *options, int attempt, const char *place, const void *address)
{
    orm_status status = orm__hold(db);
    if (status) return status;
    status = orm__level_refuses(db);
    if (!status) {
        orm__clear_error();
        orm__work_begin(db, place, address, orm__until(db, 0));
        status = orm__level_begin(db, options && options->read_only);
        orm__work_end(db);
    }
    if (status) {
        orm__let_go(db);
        return status;
    }
    db->levels[db->level].held = true;
    if (db->level == 1) db->attempt = attempt;
    return ORM_OK;
}

/* the open level with this serial; 0 when it has ended or is not this thread's */
static unsigned orm__find_level(const orm_db *db, uint64_t serial)
{
    if (!orm__owns(db) || orm__forked(db)) return 0;
    unsigned index = db->level;
    while (index > 0 && db->levels[index].serial != serial) index--;
    return index;
}

/* handles that were begun inside a level and forgotten are rolled back with it */
static void orm__unwind(orm_db *db, unsigned index)
{
    while (db->level > index) {
        bool held = db->levels[db->level].held;
        orm__level_rollback(db);
        if (held) orm__let_go(db);
    }
}

/* afterwards the thread's error is the level's failure, or ORM_OK after a commit */
static orm_status orm__end_level(orm_db *db, unsigned index, bool commit)
{
    if (commit && db->level > index) orm__raise(db, ORM_MISUSE, 0, "a transaction that was begun inside this one is still open");
    orm__unwind(db, index);
    orm__level ended = db->levels[index];
    orm_status status = ended.failed;
    orm__work_begin(db, NULL, NULL, orm__until(db, 0));
    if (commit) status = orm__level_commit(db);
    else orm__level_rollback(db);
    orm__work_end(db);
    if (commit && !status) orm__clear_error();
    else if (ended.failed) orm__show_failure(&ended);
    orm__let_go(db);
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
    uint64_t random = ((uint64_t)orm__ticks() ^ (uint64_t)(uintptr_t)&most) * UINT64_C(0x9E3779B97F4A7C15);
    random = (random ^ random >> 29) * UINT64_C(0xBF58476D1CE4E5B9);
    int64_t wait = (int64_t)((random >> 32) % (uint64_t)(most + 1));
    nanosleep(&(struct timespec){ .tv_sec = (time_t)(wait / 1000000), .tv_nsec = (long)(wait % 1000000 * 1000) }, NULL);
}

/* `how`: ORM_OK commits; ORM_ROLLED_BACK and ORM_LEFT_EARLY roll back, and are the failure when there was none */
static void orm__end_block(orm__block *block, orm_status how)
{
    orm_db *db = block->db;
    unsigned index = orm__find_level(db, block->serial);
    block->state = ORM__BLOCK_DONE;
    if (index == 0) {
        orm__raise(db, ORM_MISUSE, 0, "the transaction%s%s was ended from inside", block->place ? " at " : "", block->place ? block->place : "");
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
    block->state = orm__open_level(block->db, &block->options, block->attempt, block->place, ORM__CALLER) ? ORM__BLOCK_DONE : ORM__BLOCK_RUNNING;
    if (block->state == ORM__BLOCK_DONE) return false;
    block->serial = block->db->level_serial;
    return true;
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
    unsigned index = orm__find_level(block->db, block->serial);
    block->state = ORM__BLOCK_DONE;
    if (index == 0) orm__raise(block->db, ORM_MISUSE, 0, "the transaction at %s was ended from inside", block->place);
    else if (orm__end_level(block->db, index, false) == ORM_OK) orm__clear_error();
}

ORM_API bool orm__test_enter(orm__block *block)
{
    if (block->state == ORM__BLOCK_RUNNING) orm__end_test(block);
    if (block->state == ORM__BLOCK_DONE) return false;
    bool open = orm__open_level(block->db, NULL, 1, block->place, ORM__CALLER) == ORM_OK;
    block->state = open ? ORM__BLOCK_RUNNING : ORM__BLOCK_DONE;
    if (open) block->serial = block->db->level_serial;
    return open;
}

ORM_API void orm__test_leave(orm__block *block)
{
    if (block->state == ORM__BLOCK_RUNNING) orm__end_test(block);
}

/* ---- inside a block ---- */

/* the innermost level of this thread, or NULL outside a transaction */
static orm__level *orm__innermost(orm_db *db)
{
    return db && orm__owns(db) && db->level > 0 ? &db->levels[db->level] : NULL;
}

ORM_API orm_status orm_fail(orm_db *db, int code, const char *format, ...)
{
    char text_[sizeof orm__self()->error.message];
    va_list list;
    va_start(list, format);
    int length = vsnprintf(text_, sizeof text_, format, list);
    va_end(list);
    orm__level *level = orm__innermost(db);
    if (level && level->failed) {      /* the first cause wins */
        orm__show_failure(level);
        return ORM_FAILED;
    }
    orm__clear_error();
    orm__self()->place = NULL;
    orm__self()->address = ORM__CALLER;
    orm__raise(db, ORM_FAILED, code, "%s", length < 0 ? "" : text_);
    if (level) level->failed_without_sql = true;
    return ORM_FAILED;
}

ORM_API bool orm_handled(orm_db *db)
{
    orm__level *level = orm__innermost(db);
    if (!level) return db != NULL;
    if (db->dead_transaction || (level->failed && !level->failed_without_sql && !level->forgivable_nested)) return false;
    if (!level->failed) return true;
    level->failed = ORM_OK;
    level->failed_without_sql = level->forgivable_nested = false;
    orm__clear_error();
    return true;
}

ORM_API int orm_attempt(orm_db *db)
{
    return orm__innermost(db) ? db->attempt : 0;
}

/* ---- explicit handles ---- */

ORM_API orm_tx *orm_begin(orm_db *db, const orm_transaction_options *options)
{
    if (orm__open_level(db, options, 1, NULL, ORM__CALLER)) return NULL;
    orm_tx *tx = (orm_tx *)orm__allocate(&db->allocator, sizeof *tx);
    if (!tx) {
        orm__raise(db, ORM_NO_MEMORY, 0, "out of memory");
        orm__end_level(db, db->level, false);
        return NULL;
    }
    *tx = (orm_tx){ db, orm__self(), db->level_serial };
    db->levels[db->level].tx = tx;
    return tx;
}

/* takes the handle out of the user's hands; 0 when its level was ended with one around it */
static unsigned orm__redeem(orm_tx *tx)
{
    orm_db *db = tx->db;
    unsigned index = orm__find_level(db, tx->serial);
    if (index) db->levels[index].tx = NULL;
    orm__release(&db->allocator, tx, sizeof *tx);
    return index;
}

ORM_API orm_status orm_commit(orm_tx *tx)
{
    if (!tx) return orm__raise(NULL, ORM_MISUSE, 0, "the transaction is NULL: was it begun?");
    if (tx->thread != orm__self()) {
        orm__clear_error();
        return orm__raise(NULL, ORM_MISUSE, 0, "a transaction must be committed by the thread that began it");
    }
    orm_db *db = tx->db;
    unsigned index = orm__redeem(tx);
    if (index) return orm__end_level(db, index, true);
    orm__clear_error();
    return orm__raise(db, ORM_MISUSE, 0, "the transaction was already ended with the one around it");
}

ORM_API void orm_rollback(orm_tx *tx)
{
    if (!tx) return;
    if (tx->thread != orm__self()) {
        orm__clear_error();
        orm__raise(NULL, ORM_MISUSE, 0, "a transaction must be rolled back by the thread that began it");
        return;
    }
    orm_db *db = tx->db;
    unsigned index = orm__redeem(tx);
    if (index) orm__end_level(db, index, false);
}

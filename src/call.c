/* >>call: how a public call begins and ends on a session: place, deadline and scratch memory; and budgets of statements. */
#include "internal.h"

#define ORM__SCRATCH_KEPT (1u << 20)    /* bytes that a session keeps from call to call */

ORM_PRIVATE int64_t orm__until(const orm_options *options, uint32_t timeout_ms)
{
    uint32_t timeout = timeout_ms ? timeout_ms : options->timeout_ms;
    return ORM__LIKELY(!timeout) ? 0 : orm__ticks() + (int64_t)timeout * 1000;
}

/* what a log hook calls from inside a call is part of that call: it keeps the outer place, deadline and scratch memory */
ORM_PRIVATE void orm__work_begin(orm__session *db, const char *place, const void *address, int64_t until)
{
    if (db->calls++ > 0) return;
    orm__thread *self = orm__self();
    self->place = place;
    self->address = address;
    self->model = NULL;
    self->absence_fails = false;
    if (ORM__LIKELY(!until)) return;
    db->deadline = until;
    db->dialect->deadline(db->connection, until);
}

static ORM__COLD void orm__tidy(orm__session *db)
{
    orm_arena *scratch = &db->scratch;
    if (db->deadline) db->dialect->deadline(db->connection, 0);
    db->deadline = 0;
    if (db->asked) return;
    orm_arena_reset(scratch);
    if (scratch->orm__chunks && scratch->orm__chunks->size > ORM__SCRATCH_KEPT) orm_arena_release(scratch);
    db->scratch_start = scratch->orm__at;
}

static inline bool orm__scratch_used(const orm__session *db)
{
    /* a large piece stands in a chunk of its own and leaves `at` where it was */
    const orm_arena *scratch = &db->scratch;
    bool one_chunk = scratch->orm__at ? !scratch->orm__chunks->next : !scratch->orm__chunks;
    return scratch->orm__at != db->scratch_start || !one_chunk;
}

/* The scratch memory is empty again. Mostly that is to go back in the piece that the session keeps. */
static inline void orm__scratch_empty(orm__session *db)
{
    orm_arena *scratch = &db->scratch;
    if (ORM__UNLIKELY(!db->scratch_start || scratch->orm__chunks->next || scratch->orm__results || db->asked || db->deadline)) orm__tidy(db);
    else scratch->orm__at = (char *)(uintptr_t)db->scratch_start;
}

/* A call inside of another may be by another handle: of another tenant, say. The outer one has its own back when it has ended. */
typedef struct orm__switch { struct orm__switch *around; orm_db *handle; unsigned calls; } orm__switch;
static bool orm__switch_handle(orm__session *db)
{
    orm__switch *outer = (orm__switch *)orm__bump(&db->scratch, sizeof *outer, 8);
    if (!outer) {
        orm__raise(db, ORM_NO_MEMORY, 0, "out of memory");
        return false;
    }
    *outer = (orm__switch){ db->switched, db->handle, db->calls };
    db->switched = outer;
    return true;
}

static ORM__COLD void orm__switch_back(orm__session *db)
{
    db->handle = db->switched->handle;
    db->switched = db->switched->around;
}

/* one that was not compiled may be gone by the commit */
ORM_PRIVATE void orm__meet(orm__session *db, const orm_model *model)
{
    if (ORM__LIKELY(db->level == 0) || model->default_row) return;
    for (unsigned i = 0; i < db->n_met && i < ORM__MAX_MET; i++)
        if (db->met[i] == model) return;
    db->met[db->n_met++ % ORM__MAX_MET] = model;
}

ORM_PRIVATE void orm__work_end(orm__session *db)
{
    db->calls--;
    if (db->level > 0 && db->calls == 0 && orm__self()->model) orm__meet(db, orm__self()->model);
    if (ORM__UNLIKELY(db->switched != NULL) && db->switched->calls == db->calls) orm__switch_back(db);
    if (db->calls == 0 && ORM__UNLIKELY(db->deadline != 0 || orm__scratch_used(db))) orm__tidy(db);
}

/* also in another call, with a deadline, or when no short way is open */
static ORM__COLD orm__session *orm__enter_slow(orm_db *handle, orm__mode mode, const char *place, const void *address, uint32_t timeout_ms)
{
    if (!handle) {
        orm__clear_error();
        orm__raise(NULL, ORM_MISUSE, 0, "the database handle is NULL");
        return NULL;
    }
    int64_t until = orm__until(&handle->pool->options, timeout_ms);
    orm__session *db = orm__acquire(handle, mode, until, place, address);
    if (!db) return NULL;
    if (db->level > 0 && (orm__level_refuses(db) || (mode == ORM__WRITE && orm__reads_refuse(db, place, address)))) {
        orm__let_go(db);
        return NULL;
    }
    if (db->calls == 0 || orm__self()->error.kind == ORM_NOT_FOUND) orm__clear_error();
    if (ORM__UNLIKELY(db->calls > 0 && db->handle != handle) && !orm__switch_handle(db)) {
        orm__let_go(db);
        return NULL;
    }
    db->handle = handle;
    orm__work_begin(db, place, address, until);
    return db;
}

/* the session that this thread had last is not for such calls any more */
static ORM__COLD orm__session *orm__enter_other(orm__session *db, orm_db *handle, orm__mode mode, const char *place, const void *address)
{
    orm__release_session(db);
    return orm__enter_slow(handle, mode, place, address, 0);
}

/* The short way in of a transaction, or of ORM_READ: by the session that this thread holds for it, where orm__enter_slow would find nothing to do. */
static __attribute__((noinline)) orm__session *orm__enter_held(orm__thread *self, orm_db *handle, orm__mode mode, const char *place, const void *address, uint32_t timeout_ms)
{
    orm__session *db = self->held;
    if (ORM__UNLIKELY(!handle || timeout_ms || db->via != handle->joins || db->shared || db->level == 0)) return orm__enter_slow(handle, mode, place, address, timeout_ms);
    const orm__level *level = &db->levels[db->level];
    if (ORM__UNLIKELY(db->calls > 0 || db->asked || db->dead_transaction || level->failed || (level->reads && mode == ORM__WRITE) || db->options.timeout_ms || self->error.kind != ORM_OK))
        return orm__enter_slow(handle, mode, place, address, 0);
    db->handle = handle;
    db->depth++;
    db->calls = 1;
    db->simple = ORM__SHORT_HELD;
    self->place = place;
    self->address = address;
    self->model = NULL;
    self->absence_fails = false;
    return db;
}

/* The short way in: by the session that this thread had last, if it is free, and as long as nobody has waited for too long. The thread is then
   neither in a transaction nor in another call. */
ORM_PRIVATE orm__session *orm__enter(orm_db *handle, orm__mode mode, const char *place, const void *address, uint32_t timeout_ms)
{
    orm__thread *self = orm__self(), *nobody = NULL;
    if (ORM__UNLIKELY(self->held != NULL)) return orm__enter_held(self, handle, mode, place, address, timeout_ms);
    if (ORM__UNLIKELY(!handle || timeout_ms || self->recent.handle[mode] != handle->serial)) return orm__enter_slow(handle, mode, place, address, timeout_ms);
    orm__session *db = self->recent.session[mode];
    if (ORM__UNLIKELY(atomic_load_explicit(&handle->pool->starving, memory_order_relaxed) > 0 || !atomic_compare_exchange_strong(&db->owner, &nobody, self)))
        return orm__enter_slow(handle, mode, place, address, 0);
    if (ORM__UNLIKELY(!(atomic_load_explicit(&db->serves, memory_order_relaxed) & mode))) return orm__enter_other(db, handle, mode, place, address);
    if (ORM__UNLIKELY(self->error.kind != ORM_OK)) orm__clear_error();
    self->held = db;
    db->via = handle->joins;
    db->handle = handle;
    db->depth = 1;
    db->calls = 1;
    db->simple = ORM__SHORT;
    atomic_store_explicit(&db->last_place, place, memory_order_relaxed);
    atomic_store_explicit(&db->last_address, address, memory_order_relaxed);
    atomic_store_explicit(&db->held_since, 0, memory_order_relaxed);
    self->place = place;
    self->address = address;
    self->model = NULL;
    self->absence_fails = false;
    return db;
}

static __attribute__((noinline)) void orm__leave_slow(orm__session *db)
{
    orm__work_end(db);
    orm__let_go(db);
}

/* a short call of a transaction ends; the model that it met last need not be looked for */
static __attribute__((noinline)) void orm__leave_held(orm__session *db)
{
    const orm_model *model = orm__self()->model;
    if (ORM__UNLIKELY(db->simple != ORM__SHORT_HELD)) {
        orm__leave_slow(db);
        return;
    }
    if (orm__scratch_used(db)) orm__scratch_empty(db);
    db->calls = 0;
    db->depth--;
    if (ORM__LIKELY(model == db->met_last) || !model) return;
    db->met_last = model;
    orm__meet(db, model);
}

ORM_PRIVATE void orm__leave(orm__session *db)
{
    if (ORM__UNLIKELY(db->simple != ORM__SHORT)) {
        orm__leave_held(db);
        return;
    }
    if (orm__scratch_used(db)) orm__scratch_empty(db);
    orm__self()->held = NULL;
    orm__release_open(db);
}

/* ---- budgets ---- */

/* A block that sends nothing by itself has no call that would clear what failed before it: its body may ask orm_failed() all the same. In a transaction the
   failure is the transaction's, and stays. */
ORM_PRIVATE void orm__forget_failure(const orm__thread *self)
{
    if (!self->held) orm__clear_error();
}

ORM_API bool orm__budget_enter(orm__budget *budget)
{
    if (budget->entered) return false;
    orm__thread *self = orm__self();
    orm__forget_failure(self);
    budget->entered = true;
    budget->outer = self->budget;
    self->budget = budget;
    return true;
}

ORM_API void orm__budget_leave(orm__budget *budget)
{
    if (budget->entered) orm__self()->budget = budget->outer;
}

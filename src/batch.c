/* >>batch: the calls of ORM_BATCH. A call is a question, made at once (validated, its values copied), and an answer, read when its turn comes:
   the steps that the ordinary calls are made of, with a wait between them. Where the engine does not pipeline, the wait is none. */
#include "internal.h"

#define ORM__MOST_ASKED       256        /* answers that are waited for at most, so that neither side's buffers fill up */
#define ORM__MOST_ASKED_BYTES 65536      /* of values */

/* what a block's own transaction wrote: one that is not committed makes failures of these */
typedef struct orm__written { struct orm__written *before; orm_slot *slot; uint64_t serial; } orm__written;

/* the block that this thread's calls on the handle belong to, or NULL */
static orm__batch *orm__batch_of(const orm_db *handle)
{
    orm__batch *batch = orm__self()->batch;
    while (batch && (batch->db != handle || batch->joins)) batch = batch->outer;
    return batch;
}

/* ---- answers ---- */

/* puts a failure, which is this thread's error, into a slot */
static void orm__slot_fail(orm_slot *slot, orm_status status)
{
    const orm_error_info *error = &orm__self()->error;
    slot->status = status;
    slot->code = error->code;
    orm__copy_clean(slot->field, sizeof slot->field, "%s", error->field);
    orm__copy_clean(slot->message, sizeof slot->message, "%s", error->message[0] ? error->message : orm_status_text(status));
}

/* of a call that was not done, or is undone, as another one of its block failed: with the error that is this thread's */
static void orm__slot_roll_back(orm_slot *slot)
{
    orm_free(slot->rows);
    slot->rows = NULL;
    slot->count = 0;
    slot->status = ORM_ROLLED_BACK;
    slot->code = 0;
    slot->field[0] = 0;
    orm__copy_clean(slot->message, sizeof slot->message, "rolled back with its batch: %s", orm__self()->error.message);
}

/* answers come later than refusals: the first is that of the call that was made first */
static void orm__batch_fail(orm__batch *batch, uint64_t serial)
{
    if (batch->failed && batch->failed < serial) return;
    batch->failed = serial;
    batch->failure = orm__self()->error;
}

/* Puts the outcome of a call where it belongs. A slot that has been asked for something else since has no use for it. */
static void orm__deliver(orm__ask *ask, orm_status status)
{
    if (ask->ahead) {
        orm__ahead *a = ask->ahead;
        if (!status || a->failed) return;
        a->failed = status;
        a->row = ask->row;
        a->error = orm__self()->error;
        return;
    }
    orm_slot *slot = ask->slot;
    bool wanted = slot->orm__serial == ask->serial;
    if (ask->batch && orm_failed()) orm__batch_fail(ask->batch, ask->serial);
    if ((status || !wanted) && ask->rows) {
        if (!ask->arena) orm__free(ask->rows);
        ask->rows = NULL;
    }
    if (!wanted) return;
    slot->status = ORM_OK;
    slot->rows = ask->rows;
    slot->count = status ? 0 : ask->count;
    if (!status) return;
    if (ask->undone && ask->batch && ask->batch->options.atomic) orm__slot_roll_back(slot);
    else orm__slot_fail(slot, status);
    /* a read stores nothing: it has just no answer */
    if (status == ORM_COMMIT_UNKNOWN && !ask->writes) slot->status = ORM_CONNECTION_LOST;
}

/* Runs the statement of a question, or receives what was sent of it. False: it was skipped, and nothing stands against running it. */
static bool orm__answer(orm__session *db, orm__ask *ask, bool sent)
{
    orm__thread *self = orm__self();
    int64_t until = ask->ahead ? db->deadline : orm__until(&db->options, ask->timeout_ms);
    orm__clear_error();
    self->place = NULL;
    self->address = ask->address;
    self->model = ask->model;
    if (ask->model) orm__meet(db, ask->model);
    if (until || db->deadline) db->dialect->deadline(db->connection, until);
    db->deadline = until;
    db->sent = sent ? ask : NULL;
    ask->skipped = false;
    orm_status status = ask->answer(db, ask);
    if (db->sent) {                     /* it failed before it came to that */
        orm__run run;
        if (orm__run_start(db, &run, ask->prepared, ask->values, ask->n_values) == ORM_OK) orm__run_finish(db, &run, NULL);
    } else if (ask->skipped) {
        if (db->level == 0) return false;
        ask->undone = true;
        status = orm__level_refuses(db);        /* by the failure, which is the transaction's */
    }
    orm__deliver(ask, status);
    return true;
}

ORM_PRIVATE void orm__batch_answer_all(orm__session *db)
{
    orm__thread *self = orm__self();
    const orm__thread before = *self;
    int64_t deadline = db->deadline;
    orm__ask *skipped = NULL, **last = &skipped;
    db->calls++;                /* what is asked stands in the scratch memory */
    while (db->asked) {
        orm__ask *ask = db->asked;
        db->asked = ask->next;
        db->n_asked--;
        if (orm__answer(db, ask, true)) continue;
        ask->next = NULL;
        *last = ask;
        last = &ask->next;
    }
    db->asked_bytes = 0;
    for (; skipped; skipped = skipped->next) orm__answer(db, skipped, false);
    if (db->deadline != deadline) db->dialect->deadline(db->connection, deadline);
    db->deadline = deadline;
    self->error = before.error;
    self->place = before.place;
    self->address = before.address;
    self->model = before.model;
    self->absence_fails = before.absence_fails;
    orm__work_end(db);
}

ORM_PRIVATE void orm__batch_abandon(orm__session *db)
{
    if (db->asked) db->broken = true;      /* answers that nobody reads */
    for (const orm__ask *ask = db->asked; ask; ask = ask->next) orm__free(ask->rows);
    db->asked = NULL;
    db->n_asked = 0;
    db->asked_bytes = 0;
    db->batch = NULL;
}

/* ---- blocks ---- */

/* Takes the session that the block holds from now on. One that is atomic has a transaction of its own, or a savepoint; so has any on an engine that does not pipeline,
   unless it is in one. */
static bool orm__batch_take(orm__batch *batch, orm__mode mode, const void *address)
{
    orm_db *handle = batch->db;
    const orm__session *held = orm__held_by(handle);
    bool atomic = batch->options.atomic;
    if (!atomic && (handle->pool->dialect->send || (held && held->level > 0))) {
        batch->session = orm__acquire(handle, mode, orm__until(&handle->pool->options, 0), batch->place, address);
    } else {
        orm_transaction_options how = { .read_only = batch->options.read_only };
        if (atomic && !how.read_only) how.isolation = ORM_READ_COMMITTED;
        batch->session = orm__open_level(handle, &how, 1, batch->place, address, &batch->level);
    }
    orm__session *db = batch->session;
    if (!db) return false;
    if (batch->level && !atomic) db->levels[db->level].apart = true;
    db->batch = batch;
    batch->written.orm__allocator = db->allocator;
    orm__watch_thread_end();
    return true;
}

/* The commit of an atomic block goes behind its calls, while nothing is known against it. */
static void orm__batch_send_commit(const orm__batch *batch)
{
    orm__session *db = batch->session;
    bool may = batch->options.atomic && db->asked && db->dialect->send_commit && db->level == 1 && db->levels[1].serial == batch->level;
    if (may && !db->levels[1].failed && !db->dead_transaction && !db->streams && !db->shared) db->commit_sent = db->dialect->send_commit(db->connection);
}

static void orm__batch_commit(orm__batch *batch)
{
    unsigned index;
    orm__session *db = orm__find_level(batch->db, batch->level, &index);
    orm_status failed = db ? db->levels[index].failed : ORM_OK;
    orm_status status = db ? orm__end_level(db, index, true) : orm__raise_pool(batch->db->pool, ORM_MISUSE, "the batch at %s was ended from inside", batch->place);
    bool undone = failed && status != ORM_COMMIT_UNKNOWN;
    for (orm__written *w = batch->last_written; w && status; w = w->before) {
        if (w->slot->orm__serial != w->serial || w->slot->status != ORM_OK) continue;
        if (undone) orm__slot_roll_back(w->slot);
        else orm__slot_fail(w->slot, status);
    }
    if (status) orm__batch_fail(batch, UINT64_MAX);
}

static void orm__batch_end(orm__batch *batch)
{
    orm__thread *self = orm__self();
    batch->entered = false;
    self->batch = batch->outer;
    if (batch->joins) return;
    orm__session *db = batch->session;
    if (db) {
        orm__batch_send_commit(batch);
        orm__batch_drain(db);
        db->batch = NULL;
        orm__clear_error();
        if (batch->level) orm__batch_commit(batch);
        else if (db->shared) pthread_mutex_lock(&db->call_mutex);      /* which letting go unlocks */
        if (!batch->level) orm__let_go(db);
        orm_arena_release(&batch->written);
    }
    orm__clear_error();
    if (batch->failed) self->error = batch->failure;
}

ORM_API bool orm__batch_enter(orm__batch *batch)
{
    if (batch->entered) {
        orm__batch_end(batch);
        return false;
    }
    orm__thread *self = orm__self();
    orm__forget_failure(self);
    batch->joins = orm__batch_of(batch->db) != NULL;
    batch->outer = self->batch;
    batch->entered = true;
    self->batch = batch;
    return true;
}

ORM_API void orm__batch_leave(orm__batch *batch)
{
    if (batch->entered) orm__batch_end(batch);
}

/* Has the block a session for this call? It takes one by its first. A transaction that other threads share is entered call by call. */
static bool orm__batch_holds(orm__batch *batch, const void *address)
{
    if (!batch || !batch->db) return false;
    const orm__session *held = batch->session || batch->db->pinned ? batch->session : orm__held_by(batch->db);
    if (batch->db->pinned || (held && held->shared)) {
        if (batch->options.atomic && !batch->session) orm__raise(NULL, ORM_MISUSE, 0, "the batch at %s cannot be atomic in a transaction that threads share", batch->place);
        return false;
    }
    return batch->session || orm__batch_take(batch, batch->options.read_only ? ORM__READ : ORM__WRITE, address);
}

ORM_PRIVATE bool orm__batch_begin(const orm_db *handle, const void *address)
{
    orm__batch *batch = orm__batch_of(handle);
    if (!batch || batch->session) return true;
    orm__clear_error();
    return orm__batch_holds(batch, address) || !orm_failed();
}

/* Is this call in a block that is atomic, but joins one that is not? */
static bool orm__batch_is_torn(const orm__batch *joined)
{
    const orm__batch *inner = orm__self()->batch;
    while (inner && inner != joined && !(inner->joins && inner->db == joined->db && inner->options.atomic)) inner = inner->outer;
    if (!joined || joined->options.atomic || !inner || inner == joined) return false;
    orm__raise(NULL, ORM_MISUSE, 0, "the batch at %s cannot be atomic inside the one at %s, which is not", inner->place, joined->place);
    return true;
}

/* ---- questions ---- */

/* is as much on its way as may be? */
static inline bool orm__asked_enough(const orm__session *db) { return db->n_asked == ORM__MOST_ASKED || db->asked_bytes >= ORM__MOST_ASKED_BYTES; }

static void orm__ask_work(orm__session *db, orm_db *handle, const orm__ask *ask)
{
    orm__work_begin(db, NULL, ask->address, orm__until(&db->options, ask->timeout_ms));
    db->handle = handle;
}

/* Begins a call. NULL: it is refused, and its slot says why; otherwise orm__ask_end must follow. */
static orm__session *orm__ask_begin(orm_db *handle, orm_slot *slot, uint32_t timeout_ms, orm__ask *ask)
{
    orm__batch *batch = orm__batch_of(handle);
    orm__session *db = NULL;
    ask->batch = batch;
    ask->slot = slot;
    ask->serial = slot->orm__serial = ++orm__self()->asked;
    ask->timeout_ms = timeout_ms;
    slot->rows = NULL;
    slot->status = ORM_PENDING;
    slot->code = 0;
    slot->count = 0;
    slot->field[0] = slot->message[0] = 0;
    orm__clear_error();
    if (batch && batch->options.read_only && ask->writes) {
        orm__raise(NULL, ORM_READ_ONLY, 0, "the batch at %s only reads", batch->place);
    } else if (batch && orm__batch_is_torn(batch)) {
        db = NULL;
    } else if (orm__batch_holds(batch, ask->address)) {
        db = batch->session;
        ask->held = true;
        if (orm__asked_enough(db)) orm__batch_drain(db);
        ask->undone = orm__level_refuses(db) != ORM_OK;
        if (ask->undone || (ask->writes && orm__reads_refuse(db, NULL, ask->address))) db = NULL;
        else orm__ask_work(db, handle, ask);
    } else if (!orm_failed()) {
        db = orm__enter(handle, ask->writes ? ORM__WRITE : ORM__READ, NULL, ask->address, timeout_ms);
    }
    if (!db) orm__deliver(ask, orm__refused());
    return db;
}

/* sends a question, which is in the scratch memory, and so are its values, to be answered later */
static orm_status orm__ask_put(orm__session *db, orm__ask *kept)
{
    orm_status status = orm__run_send(db, kept->prepared, kept->values, kept->n_values);
    if (status) return status;
    for (size_t i = 0; i < kept->n_values; i++) {
        const orm_value *v = &kept->values[i];
        bool long_ = (v->type == ORM_TEXT || v->type == ORM_JSON || v->type == ORM_BLOB) && v->length != ORM_LENGTH_UNKNOWN;
        db->asked_bytes += sizeof *v + (long_ ? v->length : 0);
    }
    kept->began = db->options.log ? orm__ticks() : 0;
    if (!db->asked) db->last_asked = &db->asked;
    *db->last_asked = kept;
    db->last_asked = &kept->next;
    db->n_asked++;
    return ORM_OK;
}

/* sends a copy of a question, of its values and of what they point to */
static orm_status orm__ask_send(orm__session *db, const orm__ask *ask)
{
    orm__ask *kept = (orm__ask *)orm__bump(&db->scratch, sizeof *kept, _Alignof(orm__ask));
    if (!kept) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory");
    *kept = *ask;
    kept->values = orm__values_copy(db, &db->scratch, ask->values, ask->n_values);
    if (!kept->values) return ORM_NO_MEMORY;
    orm_status status = orm__ask_put(db, kept);
    if (status) return status;
    if (kept->keeping && kept->keeping->keeps) orm__form_of(db, kept->model)->kept = kept->serial;
    return ORM_OK;
}

/* remembers that the block's transaction has to be committed for this */
static orm_status orm__ask_note(orm__session *db, const orm__ask *ask)
{
    orm__batch *batch = ask->batch;
    if (!batch || !batch->level || !ask->writes) return ORM_OK;
    orm__written *w = (orm__written *)orm__bump(&batch->written, sizeof *w, _Alignof(orm__written));
    if (!w) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory");
    *w = (orm__written){ batch->last_written, ask->slot, ask->serial };
    batch->last_written = w;
    return ORM_OK;
}

/* Ends a call: what is ready is sent, or answered at once. `status`: of its preparation. */
static void orm__ask_end(orm__session *db, orm__ask *ask, orm_status status)
{
    bool ahead = ask->held && db->dialect->send && db->calls == 1 && !ask->whole && ask->prepared;
    if (!status) status = orm__ask_note(db, ask);
    if (!status && ahead) status = orm__ask_send(db, ask);
    if (status || !ask->prepared) {
        ask->undone = ask->batch && ask->batch->failed;        /* by an answer that was read meanwhile: this call was not refused for its own sake */
        orm__deliver(ask, status);
    } else if (!ahead) {
        orm__batch_drain(db);
        orm__answer(db, ask, false);
    }
    if (ask->held) {
        orm__clear_error();             /* it is in the slot, and kept for the end of the block */
        orm__work_end(db);
    } else {
        orm__leave(db);
    }
}

/* ---- calls of many rows ---- */

ORM_PRIVATE bool orm__ahead_may(const orm__session *db) { return db->dialect->send && db->calls == 1 && db->level > 0; }

ORM_PRIVATE orm_status orm__ahead_send(orm__ahead *ahead, orm__ask *ask)
{
    orm__session *db = ahead->db;
    if (orm__asked_enough(db)) orm__batch_drain(db);
    if (ahead->failed) return ahead->failed;
    ask->ahead = ahead;
    ask->address = orm__self()->address;
    return orm__ask_put(db, ask);
}

ORM_PRIVATE orm_status orm__ahead_end(orm__ahead *ahead, orm_status status, size_t *row)
{
    orm__batch_drain(ahead->db);
    if (ORM__LIKELY(!ahead->failed)) return status;
    orm__level *level = &ahead->db->levels[ahead->db->level];
    level->failed = ahead->failed;
    level->code = ahead->error.code;
    orm__copy_clean(level->message, sizeof level->message, "%s", ahead->error.message);
    orm__self()->error = ahead->error;
    *row = ahead->row;
    return ahead->failed;
}

/* ---- the calls ---- */

static orm_status orm__answer_find(orm__session *db, orm__ask *ask)
{
    ask->rows = orm__find_row(db, ask->model, ask->prepared, ask->values, ask->n_values);
    ask->count = ask->rows != NULL;
    if (!ask->rows && !ask->skipped) orm__absent(db, ask->model, false);
    return orm__self()->error.kind;
}

ORM_API void orm__batch_find(orm_db *handle, const orm_model *model, const void *key, orm_slot *slot)
{
    orm__ask ask = { .answer = orm__answer_find, .model = model, .address = ORM__CALLER };
    orm_value values[ORM__MAX_KEY];
    orm__session *db = orm__ask_begin(handle, slot, 0, &ask);
    if (!db) return;
    orm_status status = orm__hooks_refuse(db, model, ORM__EVENT(ORM_AFTER_FIND));
    if (!status) status = orm__find_prepare(db, model, key, NULL, values, &ask.n_values, &ask.prepared);
    ask.values = values;
    if (!status) status = orm__scope_values(db, model, 0, &ask.values, &ask.n_values);
    if (!status) status = orm__find_everyone(db, model, &ask.prepared);
    orm__ask_end(db, &ask, status);
}

static orm_status orm__answer_find_all(orm__session *db, orm__ask *ask)
{
    const orm__build b = { .values = (orm_value *)(uintptr_t)ask->values, .n_values = ask->n_values };
    ask->rows = orm__find_all_read(db, ask->head, ask->prepared, &b, ask->arena, ask->track);
    ask->count = (int64_t)orm__len(ask->rows, ask->model->ticket);
    return ask->rows ? ORM_OK : orm__self()->error.kind;
}

/* rows of to-many relations have statements of their own, which need the parents first */
static bool orm__has_children(const orm__part *head)
{
    const orm__part *part = head->next;
    while (part && part->head != part) part = part->next;
    return part != NULL;
}

ORM_API void orm__batch_find_all(orm_db *handle, const orm_model *model, const orm_query *query, orm_slot *slot)
{
    orm__ask ask = { .answer = orm__answer_find_all, .model = model, .address = ORM__CALLER, .arena = query ? query->arena : NULL, .track = query && query->track };
    orm__build b;
    orm__session *db = orm__ask_begin(handle, slot, query ? query->timeout_ms : 0, &ask);
    if (!db) return;
    orm_status status = orm__hooks_refuse(db, model, ORM__EVENT(ORM_BEFORE_FIND) | ORM__EVENT(ORM_AFTER_FIND));
    if (!status) status = orm__find_all_prepare(db, model, query, NULL, 0, &b, &ask.head, &ask.prepared);
    if (!status) {
        ask.values = b.values;
        ask.n_values = b.n_values;
        ask.whole = orm__has_children(ask.head);
    }
    orm__ask_end(db, &ask, status);
}

static orm_status orm__answer_count(orm__session *db, orm__ask *ask)
{
    return orm__count_run(db, ask->prepared, ask->values, ask->n_values, &ask->count);
}

ORM_API void orm__batch_count(orm_db *handle, const orm_model *model, const orm_query *query, orm_slot *slot)
{
    orm__ask ask = { .answer = orm__answer_count, .model = model, .address = ORM__CALLER };
    orm__build b;
    orm__session *db = orm__ask_begin(handle, slot, query ? query->timeout_ms : 0, &ask);
    if (!db) return;
    orm_status status = orm__row_lock_refuse(db, model, query);
    if (!status) status = orm__count_prepare(db, model, query, &b, &ask.prepared);
    if (!status) {
        ask.values = b.values;
        ask.n_values = b.n_values;
    }
    orm__ask_end(db, &ask, status);
}

/* ---- rows under rows that are created ---- */

static const orm_column *orm__referred_by(const orm_column *column) { return column->references ? column->references : column->is.target; }

static orm_status orm__answer_create(orm__session *db, orm__ask *ask)
{
    ask->count = 1;
    orm_status status = orm__create_run(db, ask->model, ask->rows, ask->now, ask->prepared, ask->values, ask->n_values);
    if (status || ORM__LIKELY(!ask->keeping)) return status;
    const orm__kept_keys *keeping = ask->keeping;
    for (size_t i = 0; i < keeping->n; i++) orm__store(keeping->from[i].column, ask->rows, &(orm_value){ .type = ORM_INT64, .as.i = keeping->from[i].parent->key });
    for (size_t i = 0; keeping->keeps && i < ask->model->n_columns; i++)
        if (ask->model->columns[i].is.generated) ask->key = orm__value_of(&ask->model->columns[i], ask->rows).as.i;
    return ORM_OK;
}

/* are keys of this question's pipeline kept? In a transaction a row whose parent failed fails with it. */
static bool orm__ask_may_keep(const orm__session *db, const orm__ask *ask) { return ask->held && db->dialect->keep_key && db->level > 0 && db->calls == 1; }

/* what the slot waits for, or NULL */
static const orm__ask *orm__asked_for(const orm__session *db, const orm_slot *slot)
{
    const orm__ask *ask = slot->status == ORM_PENDING ? db->asked : NULL;
    while (ask && (ask->slot != slot || ask->serial != slot->orm__serial)) ask = ask->next;
    return ask;
}

/* can the column have a key that is only kept? It has no rules, and no other column's rule reads it. */
static bool orm__column_takes_kept(const orm_column *c)
{
    bool ruled = (c->rules && c->rules->kind != ORM_RULE_NONE) || c->normalized || c->model->validated;
    return c->is.type == ORM_INT64 && !ruled && !c->is.tenant && !c->is.generated && !c->default_sql && !c->counter_of;
}

static orm_status orm__put_under(orm__session *db, const orm_column *column, void *row, orm_value v)
{
    char why[160];
    orm_status kind = ORM_OK;
    if (v.type == ORM_NULL) return orm__raise_at(db, ORM_MISUSE, column->model, column, "batch_create_under: the row that it refers to has no value in %s", orm__referred_by(column)->name);
    const char *misfit = orm__fit(column, &v, db->options.max_text, why, &kind);
    if (misfit) return orm__raise_at(db, kind, column->model, column, "%s", misfit);
    orm__store(column, row, &v);
    return ORM_OK;
}

/* the key of the row that a slot has */
static orm_status orm__put_answered(orm__session *db, const orm_under *under, void *row)
{
    const orm_column *c = under->column, *referred = orm__referred_by(c);
    const orm_slot *slot = under->slot;
    if (slot->status == ORM_PENDING) return orm__raise_at(db, ORM_MISUSE, c->model, c, "batch_create_under: the slot of the row that it refers to waits for an answer to another thread, or another database");
    if (slot->status) return orm__raise_at(db, ORM_ROLLED_BACK, c->model, c, "the row that it refers to is not there: %s", slot->message);
    if (!slot->rows || orm__len(slot->rows, referred->model->ticket) != 1) return orm__raise_at(db, ORM_MISUSE, c->model, c, "batch_create_under: the slot of the row that it refers to does not have one row");
    orm_status status = orm__check_row(db, referred->model, slot->rows, "batch_create_under");
    return status ? status : orm__put_under(db, c, row, orm__value_of(referred, slot->rows));
}

/* The key that a column will have: put into the row if it is known, or taken from what the engine keeps. False: the answer must be waited for. */
static bool orm__key_comes(orm__session *db, orm__ask *ask, const orm_under *under, void *row, orm_status *status)
{
    const orm_column *referred = orm__referred_by(under->column);
    const orm__ask *parent = orm__asked_for(db, under->slot);
    orm__model_form *form = orm__ask_may_keep(db, ask) && referred->is.generated ? orm__form_of(db, referred->model) : NULL;
    if (form) form->parent = true;      /* from now on */
    if (!parent) *status = orm__put_answered(db, under, row);
    if (!parent) return true;
    bool known = parent->rows && db->level > 0 && !orm__is_unset(referred, parent->rows);
    if (known) *status = orm__put_under(db, under->column, row, orm__value_of(referred, parent->rows));
    if (known) return true;
    if (!form || !parent->keeping || !parent->keeping->keeps || form->kept != parent->serial || !orm__column_takes_kept(under->column)) return false;
    orm__store(under->column, row, &(orm_value){ .type = ORM_NULL });
    ask->keeping->from[ask->keeping->n].column = under->column;
    ask->keeping->from[ask->keeping->n++].parent = parent;
    return true;
}

/* room for what is kept of this question's keys; false when out of memory (raised) */
static bool orm__ask_keeps(orm__session *db, orm__ask *ask)
{
    if (ask->keeping) return true;
    ask->keeping = (orm__kept_keys *)orm__bump(&db->scratch, sizeof *ask->keeping, _Alignof(orm__kept_keys));
    if (ask->keeping) *ask->keeping = (orm__kept_keys){ .n = 0 };
    else orm__raise(db, ORM_NO_MEMORY, 0, "out of memory");
    return ask->keeping != NULL;
}

/* The keys of a new row: `row` has those that are known, ask->keeping tells the others, and whether its own is kept. */
static orm_status orm__ask_keys(orm__session *db, orm__ask *ask, const orm_under *under, size_t n, void *row)
{
    orm_status status = ORM_OK;
    if (!orm__ask_keeps(db, ask)) return ORM_NO_MEMORY;
    for (size_t i = 0; i < n && !status; i++) {
        if (under[i].slot == ask->slot) return orm__raise_at(db, ORM_MISUSE, ask->model, under[i].column, "batch_create_under: the row that it refers to has the slot of this one");
        if (orm__key_comes(db, ask, &under[i], row, &status)) continue;
        ask->keeping->n = 0;            /* what was kept before is answered now, too */
        orm__batch_drain(db);
        status = orm__level_refuses(db);
        for (size_t k = 0; k <= i && !status; k++) status = orm__put_answered(db, &under[k], row);
    }
    return status;
}

/* is it a row whose key is kept for others? Then its question has a mark. */
static orm_status orm__ask_keep_key(orm__session *db, orm__ask *ask)
{
    const orm__model_form *form = orm__ask_may_keep(db, ask) ? orm__form_of(db, ask->model) : NULL;
    if (ORM__LIKELY(!form || !form->parent)) return ORM_OK;
    for (size_t i = 0; i < ask->model->n_columns; i++)
        if (ask->model->columns[i].is.generated && !orm__is_unset(&ask->model->columns[i], ask->rows)) return ORM_OK;
    if (!orm__ask_keeps(db, ask)) return ORM_NO_MEMORY;
    char *mark = (char *)orm__bump(&db->scratch, 24, 1);
    if (!mark) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory");
    int length = snprintf(mark, 24, "/%" PRIu64 "=", ask->serial);
    ask->keeping->keeps = true;
    ask->keeping->mark = (orm_value){ .type = ORM_TEXT, .as.s = mark, .length = (uint32_t)length };
    return ORM_OK;
}

static void orm__batch_make(orm_db *handle, const orm_model *model, const void *row, const orm_under *under, size_t n, orm_slot *slot, const void *address)
{
    orm__ask ask = { .answer = orm__answer_create, .model = model, .address = address, .writes = true, .now = orm_now() };
    const char *what = n ? "batch_create_under" : "batch_create";
    orm_value *values = NULL;
    orm__session *db = orm__ask_begin(handle, slot, 0, &ask);
    if (!db) return;
    orm_status status = orm__hooks_refuse(db, model, ORM__CREATE_EVENTS | ORM__BULK_CREATE_EVENTS);
    if (!status) status = orm__check_row(db, model, row, what);
    if (!status && n) {
        void *own = orm__bump(&db->scratch, model->size, 16);
        status = own ? ORM_OK : orm__raise(db, ORM_NO_MEMORY, 0, "out of memory");
        if (own) memcpy(own, row, model->size);
        if (own) status = orm__ask_keys(db, &ask, under, n, own);
        row = own;
    }
    if (!status) {                      /* the caller's row is left alone */
        const void *normal = orm__normal_copy(db, model, row, &db->scratch);
        ask.rows = normal ? orm__copy_in(db, model, normal) : NULL;
        status = ask.rows ? orm__ask_keep_key(db, &ask) : orm__self()->error.kind;
    }
    if (ask.keeping && !ask.keeping->n && !ask.keeping->keeps) ask.keeping = NULL;      /* an insert like others */
    if (!status) status = orm__create_prepare(db, model, ask.rows, what, ask.now, ask.keeping, &values, &ask.n_values, &ask.prepared);
    ask.values = values;
    orm__ask_end(db, &ask, status);
}

ORM_API void orm__batch_create(orm_db *handle, const orm_model *model, const void *row, orm_slot *slot) { orm__batch_make(handle, model, row, NULL, 0, slot, ORM__CALLER); }

ORM_API void orm__batch_create_under(orm_db *handle, const orm_model *model, const void *row, const orm_under *under, size_t n, orm_slot *slot)
{
    orm__batch_make(handle, model, row, under, n, slot, ORM__CALLER);
}

static orm_status orm__answer_write(orm__session *db, orm__ask *ask)
{
    return orm__run_write(db, ask->prepared, ask->values, ask->n_values, &ask->count);
}

ORM_API void orm__batch_update(orm_db *handle, const orm_model *model, const orm_change *change, orm_slot *slot)
{
    orm__ask ask = { .answer = orm__answer_write, .model = model, .address = ORM__CALLER, .writes = true };
    orm__build b;
    orm__session *db = orm__ask_begin(handle, slot, change ? change->timeout_ms : 0, &ask);
    if (!db) return;
    orm_status status = orm__hooks_refuse(db, model, ORM__UPDATE_EVENTS | ORM__BULK_UPDATE_EVENTS);
    if (!status) status = orm__update_prepare(db, model, change, &b, &ask.prepared);
    if (!status && ask.prepared) {
        ask.values = b.values;
        ask.n_values = b.n_values;
    }
    orm__ask_end(db, &ask, status);
}

static orm_status orm__answer_destroy(orm__session *db, orm__ask *ask)
{
    orm_status status = orm__destroy_run(db, ask->model, ask->prepared, ask->values, ask->n_values);
    ask->count = status == ORM_OK;
    return status;
}

ORM_API void orm__batch_destroy_by_key(orm_db *handle, const orm_model *model, const void *key, orm_slot *slot)
{
    orm__ask ask = { .answer = orm__answer_destroy, .model = model, .address = ORM__CALLER, .writes = true };
    orm_value values[ORM__MAX_KEY + ORM__REMOVAL_VALUES];
    orm__session *db = orm__ask_begin(handle, slot, 0, &ask);
    if (!db) return;
    orm_status status = orm__hooks_refuse(db, model, ORM__DESTROY_EVENTS);
    if (!status) status = orm__destroy_prepare(db, model, key, NULL, orm__removal_of(model, false), orm_now(), values, &ask.n_values, &ask.prepared);
    ask.values = values;
    orm__ask_end(db, &ask, status);
}

ORM_API void orm__batch_destroy_all(orm_db *handle, const orm_model *model, const orm_query *query, orm_slot *slot)
{
    orm__ask ask = { .answer = orm__answer_write, .model = model, .address = ORM__CALLER, .writes = true };
    orm__build b;
    orm__session *db = orm__ask_begin(handle, slot, query ? query->timeout_ms : 0, &ask);
    if (!db) return;
    orm_status status = orm__hooks_refuse(db, model, ORM__DESTROY_EVENTS | ORM__BULK_DESTROY_EVENTS);
    if (!status) status = orm__destroy_all_prepare(db, model, query, orm__removal_of(model, false), &b, &ask.prepared);
    if (!status && ask.prepared) {
        ask.values = b.values;
        ask.n_values = b.n_values;
    }
    orm__ask_end(db, &ask, status);
}

/* >>statement: prepared statements and their executions. The fixed operations of a model sit in an array by (model, operation); queries are
   found by their shape's key in a hash table whose least recently used statements are let go. */
#include "internal.h"

#define ORM__FIRST_BUCKETS 64

/* ---- fixed operations ---- */

/* models are numbered in the order of their first use in the process, from 1 */
static uint32_t orm__model_number(const orm_model *model)
{
    static uint32_t last;
    uint32_t number = __atomic_load_n(model->number, __ATOMIC_RELAXED);
    if (number) return number;
    uint32_t mine = __atomic_add_fetch(&last, 1, __ATOMIC_RELAXED);
    return __atomic_compare_exchange_n(model->number, &number, mine, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED) ? mine : number;
}

static ORM__COLD orm__prepared **orm__slot_slow(orm__session *db, const orm_model *model, unsigned operation)
{
    uint32_t number = orm__model_number(model);
    if (number >= db->n_operations) {
        size_t n = (size_t)number + 16;
        orm__operations *grown = (orm__operations *)orm__allocate(&db->allocator, n * sizeof *grown);
        if (!grown) goto no_memory;
        memset(grown, 0, n * sizeof *grown);
        if (db->operations) {
            memcpy(grown, db->operations, db->n_operations * sizeof *grown);
            orm__release(&db->allocator, db->operations, db->n_operations * sizeof *grown);
        }
        db->operations = grown;
        db->n_operations = n;
    }
    orm__operations *operations = &db->operations[number];
    if (!operations->slot) {
        size_t n = (ORM__OP_FIND_BY + model->n_columns) * (model->tenant ? 2 : 1);      /* see orm__operation */
        operations->slot = (orm__prepared **)orm__allocate(&db->allocator, n * sizeof *operations->slot);
        if (!operations->slot) goto no_memory;
        memset(operations->slot, 0, n * sizeof *operations->slot);
        operations->n = n;
    }
    return &operations->slot[operation];
no_memory:
    orm__raise(db, ORM_NO_MEMORY, 0, "out of memory");
    return NULL;
}

ORM_PRIVATE orm__prepared **orm__slot(orm__session *db, const orm_model *model, unsigned operation)
{
    uint32_t number = __atomic_load_n(model->number, __ATOMIC_RELAXED);      /* 0 has no slots */
    if (ORM__LIKELY(number < db->n_operations && db->operations[number].slot)) return &db->operations[number].slot[operation];
    return orm__slot_slow(db, model, operation);
}

static ORM__COLD orm__model_form *orm__form_of_slow(orm__session *db, const orm_model *model)
{
    if (!orm__slot(db, model, ORM__OP_INSERT)) return NULL;
    orm__model_form *form = orm__form_make(&db->allocator, model);
    if (!form) orm__raise(db, ORM_NO_MEMORY, 0, "out of memory");
    db->operations[orm__model_number(model)].form = form;
    return form;
}

ORM_PRIVATE orm__model_form *orm__form_of(orm__session *db, const orm_model *model)
{
    uint32_t number = __atomic_load_n(model->number, __ATOMIC_RELAXED);
    orm__model_form *form = ORM__LIKELY(number < db->n_operations) ? db->operations[number].form : NULL;
    return ORM__LIKELY(form != NULL) ? form : orm__form_of_slow(db, model);
}

/* ---- preparing ---- */

static orm_status orm__compile(orm__session *db, orm__prepared *p)
{
    if (ORM__UNLIKELY(db->asked != NULL)) {
        orm__batch_answer_all(db);
        orm_status failed = orm__level_refuses(db);
        if (failed) return failed;
    }
    orm__tally(&db->prepares, 1);
    orm_status status = db->dialect->prepare(db->connection, p->sql, p->sql_length, &p->statement);
    if (status) orm__level_check(db);
    return status;
}

ORM_PRIVATE orm_status orm__prepare(orm__session *db, orm__writer *sql, orm__prepared **out)
{
    /* the text is kept in a block of just its size */
    char *text_ = sql->failed || !sql->text ? NULL : (char *)orm__allocate(&db->allocator, sql->length + 1);
    orm__prepared *p = text_ ? (orm__prepared *)orm__allocate(&db->allocator, sizeof *p) : NULL;
    orm_status status = ORM_OK;
    if (p) {
        *p = (orm__prepared){ .sql = text_, .sql_length = sql->length };
        memcpy(text_, sql->text, sql->length + 1);
        status = orm__compile(db, p);
    } else {
        status = orm__raise(db, ORM_NO_MEMORY, 0, "out of memory");
    }
    if (status) {
        if (p) orm__release(&db->allocator, p, sizeof *p);
        if (text_) orm__release(&db->allocator, text_, sql->length + 1);
        return status;
    }
    orm__writer_release(sql);
    *sql = (orm__writer){ .allocator = sql->allocator, .dialect = sql->dialect };
    orm__tally(&db->cached, 1);
    *out = p;
    return ORM_OK;
}

/* ---- shapes ---- */

ORM_PRIVATE uint64_t orm__hash_bytes(uint64_t hash, const void *bytes, size_t size)
{
    const unsigned char *key = (const unsigned char *)bytes;
    uint64_t word = 0;
    hash ^= UINT64_C(0x9E3779B97F4A7C15) ^ size;
    for (; size >= 8; key += 8, size -= 8) {
        memcpy(&word, key, 8);
        hash = (hash ^ word) * UINT64_C(0xFF51AFD7ED558CCD);
        hash ^= hash >> 32;
    }
    word = 0;
    memcpy(&word, key, size);
    hash = (hash ^ word) * UINT64_C(0xC4CEB9FE1A85EC53);
    return hash ^ hash >> 29;
}

static void orm__shape_unlink(orm__session *db, orm__prepared *p)
{
    *(p->newer ? &p->newer->older : &db->newest) = p->older;
    *(p->older ? &p->older->newer : &db->oldest) = p->newer;
    p->newer = p->older = NULL;
}

static void orm__shape_link(orm__session *db, orm__prepared *p)
{
    p->older = db->newest;
    *(db->newest ? &db->newest->newer : &db->oldest) = p;
    db->newest = p;
}

static void orm__shape_forget(orm__session *db, orm__prepared *p)
{
    orm__prepared **at = &db->buckets[p->hash & (db->n_buckets - 1)];
    while (*at != p) at = &(*at)->next;
    *at = p->next;
    orm__shape_unlink(db, p);
    db->n_shapes--;
    for (size_t i = 0; i < ORM__RECENT; i++)
        if (db->recent[i] == p) db->recent[i] = NULL;
}

/* a failure to grow is none: the chains get longer */
static bool orm__shape_room(orm__session *db)
{
    if (db->n_shapes < db->n_buckets) return true;
    size_t n = db->n_buckets ? db->n_buckets * 2 : ORM__FIRST_BUCKETS;
    orm__prepared **buckets = (orm__prepared **)orm__allocate(&db->allocator, n * sizeof *buckets);
    if (!buckets) return db->n_buckets > 0;
    memset(buckets, 0, n * sizeof *buckets);
    for (orm__prepared *p = db->oldest; p; p = p->newer) {
        orm__prepared **bucket = &buckets[p->hash & (n - 1)];
        p->next = *bucket;
        *bucket = p;
    }
    if (db->buckets) orm__release(&db->allocator, db->buckets, db->n_buckets * sizeof *buckets);
    db->buckets = buckets;
    db->n_buckets = n;
    return true;
}

static inline orm__prepared *orm__shape_newest(orm__session *db, orm__prepared *p)
{
    if (p == db->newest) return p;
    orm__shape_unlink(db, p);
    orm__shape_link(db, p);
    return p;
}

ORM_PRIVATE orm__prepared *orm__shape_again(orm__session *db, orm__prepared *remembered)
{
    return remembered && !remembered->busy ? orm__shape_newest(db, remembered) : NULL;
}

ORM_PRIVATE void orm__shape_remember(orm__prepared **where, orm__prepared *p)
{
    if (*where) (*where)->remembered = NULL;
    if (p->remembered) *p->remembered = NULL;
    *where = p;
    p->remembered = where;
}

/* A call in a program mostly asks for what it asked for the last time: its place and the size of the key lead to that shape, which is compared in
   full, and no hash is made. Several calls may share a place, which then knows the last one. */
static orm__prepared **orm__recent(orm__session *db, size_t size)
{
    uintptr_t caller = (uintptr_t)orm__self()->address;
    return &db->recent[(caller ^ caller >> 4 ^ size >> 3) & (ORM__RECENT - 1)];
}

static bool orm__shape_is(const orm__prepared *p, const void *key, size_t size)
{
    return p->key_size == size && !p->busy && memcmp(p->key, key, size) == 0;
}

ORM_PRIVATE orm__prepared *orm__shape_find(orm__session *db, const void *key, size_t size)
{
    orm__prepared **recent = orm__recent(db, size);
    if (ORM__LIKELY(*recent && orm__shape_is(*recent, key, size))) return orm__shape_newest(db, *recent);
    if (ORM__UNLIKELY(db->n_buckets == 0)) return NULL;
    uint64_t hash = orm__hash_bytes(0, key, size);
    for (orm__prepared *p = db->buckets[hash & (db->n_buckets - 1)]; p; p = p->next) {
        if (p->hash != hash || !orm__shape_is(p, key, size)) continue;
        *recent = p;
        return orm__shape_newest(db, p);
    }
    return NULL;
}

ORM_PRIVATE orm_status orm__shape_add(orm__session *db, orm__prepared *p, const void *key, size_t size)
{
    unsigned char *copy = orm__shape_room(db) ? (unsigned char *)orm__allocate(&db->allocator, size) : NULL;
    if (!copy) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory");
    memcpy(copy, key, size);
    p->key = copy;
    p->key_size = size;
    p->hash = orm__hash_bytes(0, copy, size);
    orm__prepared **bucket = &db->buckets[p->hash & (db->n_buckets - 1)];
    p->next = *bucket;
    *bucket = p;
    orm__shape_link(db, p);
    db->n_shapes++;
    for (orm__prepared *old = db->oldest, *newer = NULL; old != p && db->n_shapes > db->options.max_statements; old = newer) {
        newer = old->newer;
        if (!old->busy && !old->sent) orm__prepared_free(db, old);
    }
    return ORM_OK;
}

/* ---- freeing ---- */

ORM_PRIVATE void orm__prepared_free(orm__session *db, orm__prepared *p)
{
    if (p->key) {
        orm__shape_forget(db, p);
        orm__release(&db->allocator, p->key, p->key_size);
    }
    if (p->remembered) *p->remembered = NULL;
    if (p->statement && db->connection) db->dialect->finalize(db->connection, p->statement);
    if (p->plan_size) orm__release(&db->allocator, p->plan_block, p->plan_size);
    orm__release(&db->allocator, p->sql, p->sql_length + 1);
    orm__release(&db->allocator, p, sizeof *p);
    orm__tally(&db->cached, UINT64_MAX);
}

ORM_PRIVATE void orm__statements_free(orm__session *db)
{
    while (db->oldest) orm__prepared_free(db, db->oldest);
    if (db->buckets) orm__release(&db->allocator, db->buckets, db->n_buckets * sizeof *db->buckets);
    for (size_t i = 0; i < db->n_operations; i++) {
        orm__operations *operations = &db->operations[i];
        for (size_t k = 0; k < operations->n; k++) {
            if (operations->slot[k]) orm__prepared_free(db, operations->slot[k]);
        }
        if (operations->slot) orm__release(&db->allocator, operations->slot, operations->n * sizeof *operations->slot);
        if (operations->form) orm__release(&db->allocator, operations->form, operations->form->block);
    }
    if (db->operations) orm__release(&db->allocator, db->operations, db->n_operations * sizeof *db->operations);
    db->buckets = NULL;
    db->operations = NULL;
    db->n_buckets = db->n_operations = 0;
}

static void orm__prepared_anew(orm__session *db, orm__prepared *p)
{
    if (!p->statement || p->busy || p->sent) return;
    db->dialect->finalize(db->connection, p->statement);
    p->statement = NULL;
    p->stale = false;
}

ORM_PRIVATE void orm__statements_anew(orm__session *db)
{
    for (orm__prepared *p = db->oldest; p; p = p->newer) orm__prepared_anew(db, p);
    for (size_t i = 0; i < db->n_operations; i++)
        for (size_t k = 0; k < db->operations[i].n; k++)
            if (db->operations[i].slot[k]) orm__prepared_anew(db, db->operations[i].slot[k]);
}

/* ---- budgets ---- */

static void orm__put_place(orm__writer *w, const char *place, const void *address)
{
    if (place) orm__put_format(w, " (%s)", place);
    else if (address) orm__put_format(w, " (%p)", address);
}

static orm_status orm__over_budget(orm__session *db, const orm__thread *self, const orm__budget *budget, const char *sql)
{
    char text_[512];
    orm__writer w = { .text = text_, .capacity = sizeof text_ };
    orm__put_format(&w, "the budget of %" PRIu64 " statement%s at %s is used up: refused %.60s", budget->limit, budget->limit == 1 ? "" : "s", budget->place, sql);
    orm__put_place(&w, self->place, self->address);
    for (size_t i = 0; i < budget->used && i < sizeof budget->seen / sizeof budget->seen[0]; i++) {
        orm__put_format(&w, "%s%.60s", i ? ", " : " after ", budget->seen[i].sql);
        orm__put_place(&w, budget->seen[i].place, budget->seen[i].address);
    }
    return orm__raise(db, ORM_OVER_BUDGET, 0, "%s", text_);
}

static orm_status orm__spend(orm__session *db, const char *sql)
{
    orm__thread *self = orm__self();
    for (const orm__budget *b = self->budget; b; b = b->outer) {
        if (b->db->pool == db->pool && b->used >= b->limit) return orm__over_budget(db, self, b, sql);
    }
    for (orm__budget *b = self->budget; b; b = b->outer) {
        if (b->db->pool != db->pool) continue;
        if (b->used < sizeof b->seen / sizeof b->seen[0]) {
            b->seen[b->used].place = self->place;
            b->seen[b->used].address = self->address;
            snprintf(b->seen[b->used].sql, sizeof b->seen[0].sql, "%s", sql);
        }
        b->used++;
    }
    return ORM_OK;
}

/* ---- executions ---- */

/* hides the values of secret fields, and all beyond the 64 parameters that have marks */
static void orm__log_run(orm__session *db, const orm__run *run, orm_status status, int64_t rows)
{
    const orm__prepared *p = run->prepared;
    const orm_value *values = run->values;
    size_t n = run->n_values;
    if ((p->secret || n > 64) && db->options.log_values && n > 0) {
        orm_value *shown = (orm_value *)orm__bump(&db->scratch, n * sizeof *shown, _Alignof(orm_value));
        for (size_t i = 0; shown && i < n; i++) shown[i] = i >= 64 || (p->secret >> i & 1) ? (orm_value){ .type = ORM_NULL } : values[i];
        values = shown;
        if (!shown) n = 0;
    }
    orm__log_sql(db, p->sql, values, n, status, orm__ticks() - run->began, rows);
}

/* the next execution compiles it anew */
static void orm__drop_stale(orm__session *db, orm__prepared *p)
{
    if (!p->stale || p->sent) return;
    db->dialect->finalize(db->connection, p->statement);
    p->statement = NULL;
    p->stale = false;
}

/* the end of an execution that failed or is logged */
static ORM__COLD orm_status orm__run_ended(orm__session *db, const orm__run *run, orm_status status, int64_t rows)
{
    orm__prepared *p = run->prepared;
    if (db->options.log) orm__log_run(db, run, status, rows);
    if (!status) return ORM_OK;
    orm__level_check(db);
    if (status == ORM_STALE_PLAN) p->stale = true;
    orm__drop_stale(db, p);
    return status;
}

/* the user's hook may keep it from being sent */
static orm_status orm__announce(orm__session *db, const char *sql)
{
    const orm__thread *self = orm__self();
    const orm_log_event event = { .level = ORM_LOG_SQL, .sql = sql, .place = self->place, .address = self->address };
    orm_status status = db->options.before_statement(db->options.hook_context, &event);
    return status ? orm__raise(db, status, 0, "before_statement refused: %s", sql) : ORM_OK;
}

static ORM__COLD orm_status orm__run_first(orm__session *db, orm__run *run)
{
    orm__prepared *p = run->prepared;
    orm_status status = orm__self()->budget ? orm__spend(db, p->sql) : ORM_OK;
    if (!status && db->options.before_statement) status = orm__announce(db, p->sql);
    if (!status && !p->statement) status = orm__compile(db, p);
    run->began = orm__ticks();
    return status;
}

/* the status of an engine's start, or of what stands for it */
static orm_status orm__run_started(orm__session *db, orm__run *run, orm_status status)
{
    orm__prepared *p = run->prepared;
    p->busy = status == ORM_OK;
    if (ORM__LIKELY(!status)) return ORM_OK;
    db->dialect->finish(db->connection, p->statement, NULL);
    return orm__run_ended(db, run, status, 0);
}

/* of one that was sent: nothing is raised when it was skipped */
static __attribute__((noinline)) orm_status orm__run_receive(orm__session *db, orm__run *run)
{
    orm__ask *ask = db->sent;
    db->sent = NULL;
    run->prepared->sent--;
    run->began = ask->began;
    orm_status status = db->dialect->receive(db->connection, run->prepared->statement, &ask->skipped);
    if (!ask->skipped) return orm__run_started(db, run, status);
    orm__drop_stale(db, run->prepared);
    return ORM_PENDING;
}

ORM_PRIVATE orm_status orm__run_start(orm__session *db, orm__run *run, orm__prepared *p, const orm_value *values, size_t n)
{
    orm_status status = ORM_OK;
    *run = (orm__run){ .prepared = p, .values = values, .n_values = n };
    if (ORM__UNLIKELY(db->sent || orm__self()->budget || !p->statement || db->watched)) {
        if (db->sent) return orm__run_receive(db, run);
        if ((status = orm__run_first(db, run)) != ORM_OK) return status;
    }
    orm__tally(&db->statements, 1);
    return orm__run_started(db, run, db->dialect->start(db->connection, p->statement, values, n));
}

ORM_PRIVATE orm_status orm__run_send(orm__session *db, orm__prepared *p, const orm_value *values, size_t n)
{
    orm__run run = { .prepared = p, .values = values, .n_values = n };
    orm_status status = orm__run_first(db, &run);
    if (status) return status;
    orm__tally(&db->statements, 1);
    status = db->dialect->send(db->connection, p->statement, values, n);
    if (status) return orm__run_ended(db, &run, status, 0);
    p->sent++;
    return ORM_OK;
}

ORM_PRIVATE orm_step orm__run_fetch(orm__session *db, orm__run *run, void **rows, orm_arena *texts, int64_t *extra)
{
    orm__prepared *p = run->prepared;
    orm_step step = db->dialect->fetch(db->connection, p->statement, &p->plan, rows, texts, extra);
    if (ORM__LIKELY(step == ORM_STEP_ROW)) run->rows++;
    else if (step == ORM_STEP_FAILED) run->failed = orm__self()->error.kind;      /* decoding can fail where the engine did not */
    return step;
}

ORM_PRIVATE orm_step orm__run_fetch_borrowed(orm__session *db, orm__run *run, void **rows, orm_arena *texts)
{
    const orm_dialect *d = db->dialect;
    orm__prepared *p = run->prepared;
    if (!d->fetch_borrowed) return orm__run_fetch(db, run, rows, texts, NULL);
    orm_step step = d->fetch_borrowed(db->connection, p->statement, &p->plan, rows, texts, NULL);
    if (ORM__LIKELY(step == ORM_STEP_ROW)) run->rows++;
    else if (step == ORM_STEP_FAILED) run->failed = orm__self()->error.kind;
    return step;
}

/* the same, and how many rows it changed is told */
static ORM__COLD orm_status orm__run_finish_logged(orm__session *db, orm__run *run, orm_outcome *out)
{
    orm_outcome changed = { 0, 0 };
    if (!out) out = &changed;
    orm_status status = db->dialect->finish(db->connection, run->prepared->statement, out);
    run->prepared->busy = false;
    orm__tally(&db->rows, (uint64_t)run->rows);
    return orm__run_ended(db, run, run->failed ? run->failed : status, run->rows ? run->rows : out->changed);
}

ORM_PRIVATE orm_status orm__run_finish(orm__session *db, orm__run *run, orm_outcome *out)
{
    orm__prepared *p = run->prepared;
    if (ORM__UNLIKELY(db->options.log != NULL)) return orm__run_finish_logged(db, run, out);
    orm_status status = db->dialect->finish(db->connection, p->statement, out);
    p->busy = false;
    orm__tally(&db->rows, (uint64_t)run->rows);
    if (ORM__UNLIKELY(run->failed)) status = run->failed;
    return ORM__LIKELY(!status) ? ORM_OK : orm__run_ended(db, run, status, run->rows);
}

ORM_PRIVATE orm_status orm__run_write(orm__session *db, orm__prepared *p, const orm_value *values, size_t n, int64_t *changed)
{
    orm__run run;
    orm_outcome outcome = { 0, 0 };
    orm_status status = orm__run_start(db, &run, p, values, n);
    if (status) return status;
    orm__run_fetch(db, &run, NULL, NULL, NULL);                        /* a failure comes back from finish */
    status = orm__run_finish(db, &run, &outcome);
    if (status) return status;
    if (outcome.changed) db->serial++;
    *changed = outcome.changed;
    return ORM_OK;
}

ORM_PRIVATE orm_status orm__run_once(orm__session *db, const char *sql, size_t length, const orm_value *values, size_t n, orm_outcome *out)
{
    orm__prepared p = { .sql = (char *)(uintptr_t)sql, .sql_length = length };
    orm__run run;
    orm_status status = orm__run_start(db, &run, &p, values, n);      /* compiles it */
    if (!status) {
        while (orm__run_fetch(db, &run, NULL, NULL, NULL) == ORM_STEP_ROW) continue;
        status = orm__run_finish(db, &run, out);
    }
    if (p.statement) db->dialect->finalize(db->connection, p.statement);
    return status;
}

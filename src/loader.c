/* >>loader: single finds collected into one statement. Keys stand in the order in which they came, so what is yet to be asked for is the end of the list, and
   its values go into the statement as they are; a table of their hashes finds them again. */
#include "internal.h"

enum { ORM__LOADER_FIRST = 32, ORM__LOADER_MOST = 32768, ORM__LOADER_PARAMETERS = 512 };      /* room at first; keys, and parameters of keys of several columns, in a statement */

typedef struct orm__loader {
    orm_allocator allocator;             /* the handle's, which may be closed before the loader ends */
    orm_arena texts;                     /* of the keys */
    orm__result *results;                /* that hold the rows, by `next` */
    uint64_t seed;                       /* nobody can choose keys of one hash */
    bool busy;                           /* its statement runs: hooks cannot ask for more */
    bool simple;                         /* the key is one int64_t */
    size_t n, asked;                     /* keys; how many of them have been asked for: their row is known, or that there is none */
    size_t capacity, size;               /* keys that there is room for; bytes of the block that holds what follows */
    orm_value *values;                   /* of the keys, one behind the other, fit */
    const void **rows;                   /* NULL: there is none */
    uint32_t *hashes, *table;            /* table: open addressing over twice the capacity, the number of a key + 1, or 0 */
    size_t n_columns;
    orm_column column[];                 /* of the key; a 0 in one is a value */
} orm__loader;

static orm__loader *orm__loader_new(const orm_db *db, const orm_model *model)
{
    size_t n = orm__key_length(model);
    orm__loader *s = (orm__loader *)orm__allocate(&db->pool->allocator, sizeof *s + n * sizeof s->column[0]);
    if (!s) return NULL;
    *s = (orm__loader){ .allocator = db->pool->allocator, .n_columns = n };
    s->texts.orm__allocator = s->allocator;
    s->seed = orm__jitter(s) << 32 | orm__jitter(s->column);
    for (size_t i = 0, k = 0; i < model->n_columns; i++) {
        if (!model->columns[i].primary_key) continue;
        s->column[k] = model->columns[i];
        s->column[k].is.is_key = s->column[k].is.generated = false;
        k++;
    }
    s->simple = n == 1 && s->column[0].is.type == ORM_INT64;
    return s;
}

static void orm__loader_free(orm_loader *loader)
{
    orm__loader *s = loader->state;
    if (!s) return;
    const orm_allocator allocator = s->allocator;
    loader->state = NULL;
    for (orm__result *result = s->results, *next = NULL; result; result = next) {
        next = result->next;
        result->next = NULL;
        orm__result_discard(result);
    }
    orm_arena_release(&s->texts);
    orm__release(&allocator, s->values, s->size);
    orm__release(&allocator, s, sizeof *s + s->n_columns * sizeof s->column[0]);
}

/* ---- the table ---------------------------------------------------------------------------------------------------------- */

static size_t orm__loader_bytes(const orm_value *v) { return v->length == ORM_LENGTH_UNKNOWN ? strlen(v->as.s) : v->length; }

static uint32_t orm__loader_hash(const orm__loader *s, const orm_value *values)
{
    uint64_t hash = s->seed;
    for (size_t k = 0; k < s->n_columns; k++) {
        const orm_value *v = &values[k];
        const void *bytes = &v->as;
        size_t size = sizeof v->as.i;
        double number = 0;
        int64_t label = 0;
        switch (s->column[k].is.type) {
        case ORM_TEXT: case ORM_JSON: case ORM_BLOB:
            bytes = v->as.p;
            size = orm__loader_bytes(v);
            break;
        case ORM_UUID: case ORM_DECIMAL:
            size = sizeof v->as;
            break;
        case ORM_FLOAT: case ORM_DOUBLE:
            if (v->as.d < 0 || v->as.d > 0) number = v->as.d;        /* -0.0 is 0.0 */
            bytes = &number;
            break;
        case ORM_ENUM:
            label = orm__enum_number(&s->column[k], v);
            bytes = &label;
            break;
        default:
            break;
        }
        hash = orm__hash_bytes(hash, bytes, size);
    }
    return (uint32_t)(hash ^ hash >> 32);
}

static bool orm__loader_same(const orm__loader *s, const orm_value *a, const orm_value *b)
{
    if (ORM__LIKELY(s->simple)) return a->as.i == b->as.i;
    for (size_t k = 0; k < s->n_columns; k++)
        if (orm__compare_values(&s->column[k], &a[k], &b[k]) != 0) return false;
    return true;
}

/* the number of a key; SIZE_MAX when it is not there */
static size_t orm__loader_find(const orm__loader *s, const orm_value *values, uint32_t hash)
{
    if (!s->capacity) return SIZE_MAX;
    size_t mask = 2 * s->capacity - 1;
    for (size_t at = hash & mask; s->table[at]; at = (at + 1) & mask) {
        size_t i = s->table[at] - 1;
        if (s->hashes[i] == hash && orm__loader_same(s, s->values + i * s->n_columns, values)) return i;
    }
    return SIZE_MAX;
}

static void orm__loader_enter(orm__loader *s, size_t i)
{
    size_t mask = 2 * s->capacity - 1, at = s->hashes[i] & mask;
    while (s->table[at]) at = (at + 1) & mask;
    s->table[at] = (uint32_t)i + 1;
}

static bool orm__loader_grow(orm__loader *s)
{
    size_t capacity = s->capacity ? 2 * s->capacity : ORM__LOADER_FIRST, size = 0;
    size_t each = s->n_columns * sizeof *s->values + sizeof *s->rows + sizeof *s->hashes + 2 * sizeof *s->table;
    if (capacity > UINT32_MAX / 2 || __builtin_mul_overflow(capacity, each, &size)) return false;
    orm_value *values = (orm_value *)orm__allocate(&s->allocator, size);
    if (!values) return false;
    const void **rows = (const void **)(void *)(values + capacity * s->n_columns);
    uint32_t *hashes = (uint32_t *)(void *)(rows + capacity);
    if (s->n) {
        memcpy(values, s->values, s->n * s->n_columns * sizeof *values);
        memcpy(rows, s->rows, s->n * sizeof *rows);
        memcpy(hashes, s->hashes, s->n * sizeof *hashes);
    }
    orm__release(&s->allocator, s->values, s->size);
    s->values = values;
    s->rows = rows;
    s->hashes = hashes;
    s->table = (uint32_t *)memset(hashes + capacity, 0, 2 * capacity * sizeof *s->table);
    s->capacity = capacity;
    s->size = size;
    for (size_t i = 0; i < s->n; i++) orm__loader_enter(s, i);
    return true;
}

/* the number of a key that may be new; SIZE_MAX when out of memory */
static size_t orm__loader_add(orm__loader *s, const orm_value *values)
{
    uint32_t hash = orm__loader_hash(s, values);
    size_t i = orm__loader_find(s, values, hash);
    if (i != SIZE_MAX) return i;
    if (s->n == s->capacity && !orm__loader_grow(s)) return SIZE_MAX;
    orm_value *own = s->values + s->n * s->n_columns;
    for (size_t k = 0; k < s->n_columns; k++) {
        own[k] = values[k];
        orm_type type = s->column[k].is.type;
        if (type != ORM_TEXT && type != ORM_JSON && type != ORM_BLOB) continue;
        own[k].length = (uint32_t)orm__loader_bytes(&values[k]);
        own[k].as.s = orm__bump_text(&s->texts, values[k].as.p, own[k].length);
        if (!own[k].as.s) return SIZE_MAX;
    }
    s->rows[s->n] = NULL;
    s->hashes[s->n] = hash;
    orm__loader_enter(s, s->n);
    return s->n++;
}

/* ---- rows ------------------------------------------------------------------------------------------------------------------ */

static orm_status orm__loader_check(orm__session *db, const orm_loader *loader)
{
    const orm_query *q = loader->query;
    if (!q || !(q->limit || q->offset || q->page || q->per_page || q->order[0].column || q->after || q->arena || q->lock || q->wait || q->track || q->all || q->source)) return ORM_OK;
    return orm__raise_at(db, ORM_MISUSE, loader->model, NULL, "a loader takes .where, .select, .include, .with_deleted, .only_deleted, .unscoped, .with_secrets and .timeout_ms");
}

/* the key of a row that was read, as the wanted ones are; false when it is no value */
static bool orm__loader_key_of(const orm__loader *s, const void *row, orm_value *values)
{
    for (size_t k = 0; k < s->n_columns; k++) {
        char why[160];
        orm_status kind = ORM_OK;
        values[k] = orm__value_of(&s->column[k], row);
        if (values[k].type == ORM_NULL) return false;
        if (values[k].type == ORM_DECIMAL && orm__fit(&s->column[k], &values[k], SIZE_MAX, why, &kind)) return false;
    }
    return true;
}

/* the rows of a statement for the keys from the first that was not asked for to `end` */
static void orm__loader_keep(orm__loader *s, const orm_model *model, char *rows, size_t n, size_t end)
{
    orm_value values[ORM__MAX_KEY];
    for (size_t i = 0; i < n; i++) {
        const char *row = rows + i * model->size;
        size_t at = orm__loader_key_of(s, row, values) ? orm__loader_find(s, values, orm__loader_hash(s, values)) : SIZE_MAX;
        if (at >= s->asked && at < end) s->rows[at] = row;
    }
    s->asked = end;
    if (!n) {
        orm__free(rows);
        return;
    }
    *orm__ticket(model, rows) &= ~ORM__HEAD_BIT;          /* to orm_len each is a row by itself */
    orm__result *result = orm__result_adopt(rows);
    result->next = s->results;
    s->results = result;
}

/* One statement for the keys that have not been asked for, or as many of them as go into one. */
static orm_status orm__loader_read(orm__session *db, const orm_loader *loader)
{
    orm__build b;
    orm__part *head;
    orm__prepared *p;
    orm__loader *s = loader->state;
    const orm_model *model = loader->model;
    size_t n = s->n - s->asked, most = ORM__LOADER_MOST;
    if (s->n_columns > 1)
        for (most = ORM__LOADER_PARAMETERS; most * s->n_columns > ORM__LOADER_PARAMETERS; ) most /= 2;
    if (most > db->options.max_rows) most = db->options.max_rows;
    if (n > most) n = most;
    size_t end = s->asked + n;
    const orm__part bounds = { .wanted = s->values + s->asked * s->n_columns, .n_wanted = n };
    orm_status status = orm__find_all_prepare(db, model, loader->query, &bounds, 0, &b, &head, &p);
    if (status) return status;
    void *rows = orm__find_all_read(db, head, p, &b, NULL, false);
    if (rows && orm__hooked(model, ORM__EVENT(ORM_AFTER_FIND))) rows = orm__found_hooked(db, model, rows, orm__len(rows, model->ticket), NULL);
    if (!rows) return orm__self()->error.kind ? orm__self()->error.kind : ORM_FAILED;
    orm__loader_keep(s, model, (char *)rows, orm__len(rows, model->ticket), end);
    return ORM_OK;
}

/* The number of the key, which is there or comes with the next statements; `end`: they are for the keys up to here. */
static orm_status orm__loader_take(orm__session *db, orm_loader *loader, const void *key, size_t *at, size_t *end)
{
    orm_value values[ORM__MAX_KEY];
    size_t n = 0;
    orm_status status = orm__loader_check(db, loader);
    if (!status) status = orm__key_values(db, loader->model, key, NULL, values, &n);
    if (status) return status;
    if (!loader->state) loader->state = orm__loader_new(loader->db, loader->model);
    const orm__loader *s = loader->state;
    *at = s ? orm__loader_add(loader->state, values) : SIZE_MAX;
    if (*at == SIZE_MAX) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory for the keys of a loader");
    if (s->busy) return orm__raise_at(db, ORM_MISUSE, loader->model, NULL, "a loader is asked inside of a hook of its own statement");
    *end = s->n;
    return ORM_OK;
}

/* Each statement is a call by itself, so that its scratch memory is free for the next. All keys are asked for, wherever among them this one stands. */
static __attribute__((noinline)) const void *orm__loader_ask(orm_loader *loader, const void *key, const void *address)
{
    const void *row = NULL;
    size_t at = SIZE_MAX, end = 0;
    for (bool more = true; more; ) {
        orm__session *db = orm__enter(loader->db, ORM__READ, NULL, address, loader->query ? loader->query->timeout_ms : 0);
        if (!db) return NULL;
        orm__self()->model = loader->model;
        orm_status status = end ? ORM_OK : orm__loader_take(db, loader, key, &at, &end);
        if (!status) {
            loader->state->busy = true;
            status = orm__loader_read(db, loader);
            loader->state->busy = false;
        }
        more = !status && loader->state->asked < end;         /* what hooks want meanwhile is for the next time */
        if (!status && !more) {
            row = loader->state->rows[at];
            if (!row) orm__absent(db, loader->model, false);
        }
        orm__leave(db);
    }
    return row;
}

/* the key, when it is one */
static bool orm__loader_key(const orm_loader *loader, const void *key, orm_value *values)
{
    char why[160];
    orm_status kind = ORM_OK;
    const orm_column *at = NULL;
    size_t n = 0;
    if (ORM__LIKELY(loader->state && loader->state->simple)) {
        values[0] = (orm_value){ .type = ORM_INT64 };
        memcpy(&values[0].as.i, key, sizeof values[0].as.i);
        return true;
    }
    return !orm__key_fit(loader->model, key, NULL, loader->db->pool->options.max_text, values, &n, &at, why, &kind);
}

ORM_API void orm__loader_want(orm_loader *loader, const void *key)
{
    orm_value values[ORM__MAX_KEY];
    if (!loader->db || !loader->model || !orm__loader_key(loader, key, values)) return;
    if (!loader->state) loader->state = orm__loader_new(loader->db, loader->model);
    if (loader->state) orm__loader_add(loader->state, values);
}

ORM_API const void *orm__loader_get(orm_loader *loader, const void *key)
{
    orm_value values[ORM__MAX_KEY];
    const orm__loader *s = loader->state;
    size_t at = s && orm__loader_key(loader, key, values) ? orm__loader_find(s, values, orm__loader_hash(s, values)) : SIZE_MAX;
    orm__thread *self = orm__self();
    if (ORM__UNLIKELY(!s || at >= s->asked)) {
        if (loader->model) return orm__loader_ask(loader, key, ORM__CALLER);
        orm__clear_error();
        orm__raise(NULL, ORM_MISUSE, 0, "the loader was not begun with ORM_LOADER");
        return NULL;
    }
    /* as at the beginning of every call: inside of another one a failure stays */
    if (ORM__UNLIKELY(self->error.kind != ORM_OK) && (self->error.kind == ORM_NOT_FOUND || !self->held || self->held->calls == 0)) orm__clear_error();
    if (s->rows[at]) return s->rows[at];
    self->absence_fails = false;
    orm__absent(NULL, loader->model, false);
    return NULL;
}

ORM_API void orm__loader_clear(orm_loader *loader)
{
    if (loader->state && loader->state->busy) orm__raise_at(NULL, ORM_MISUSE, loader->model, NULL, "a loader is cleared inside of a hook of its own statement");
    else orm__loader_free(loader);
}

ORM_API void orm__loader_at_scope_end(void *loader)
{
    orm_loader *own = (orm_loader *)loader;      /* the first member of every M_loader */
    orm__loader_free(own);
}

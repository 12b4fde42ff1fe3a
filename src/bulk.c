/* >>bulk: many rows created as a whole. All are validated before anything is sent; statements carry up to 100 rows each (measured: more
   gains little and costs preparation), in one transaction or savepoint; keys come back in the order of the rows. */
#include "internal.h"

#define ORM__ROWS_PER_STATEMENT 100

static orm_status orm__check_all(orm__session *db, const orm_model *model, char *rows, size_t n)
{
    orm_failures failures;
    failures.count = failures.total = 0;
    for (size_t i = 0; i < n; i++) {
        orm_status status = orm__check_new(db, model, rows + i * model->size, "create_all");
        if (status) return status;
        orm__validate_row(model, rows + i * model->size, NULL, db->options.max_text, i, &failures);
    }
    return failures.total ? orm__raise_failures(db, model, &failures) : ORM_OK;
}

/* the statement for `count` rows with the same set of columns; full batches and tails are shapes of their own */
static orm_status orm__bulk_prepare(orm__session *db, const orm_model *model, const orm_mask *mask, size_t count, orm__prepared **out)
{
    struct { uint64_t tag; const orm_model *model; orm_mask mask; uint64_t count; } key;
    memset(&key, 0, sizeof key);
    key.tag = 5;
    key.model = model;
    key.mask = *mask;
    key.count = count;
    *out = orm__shape_find(db, &key, sizeof key);
    if (*out) return ORM_OK;
    orm_status status = orm__insert_spell(db, model, mask, count, out);
    if (status) return status;
    status = orm__shape_add(db, *out, &key, sizeof key);
    if (status) orm__prepared_free(db, *out);
    return status;
}

/* How many rows go into the next statement: those with the same columns, as many as the engine's parameters and the batch allow. A model
   whose database makes more than the key sends its rows one by one: only a single row brings such values back. */
static size_t orm__bulk_count(orm__session *db, const orm_model *model, const char *rows, size_t n, const orm_mask *mask, size_t columns)
{
    size_t most = columns ? db->dialect->max_parameters(db->connection) / columns : 1, count = 1;
    if (most > ORM__ROWS_PER_STATEMENT) most = ORM__ROWS_PER_STATEMENT;
    for (size_t i = 0; i < model->n_columns; i++)
        if (model->columns[i].default_sql && !orm__mask_has(mask, i)) return 1;
    while (count < n && count < most) {
        orm_mask next = orm__insert_columns(model, rows + count * model->size);
        if (memcmp(&next, mask, sizeof next) != 0) break;
        count++;
    }
    return count;
}

static orm_status orm__bulk_send(orm__session *db, const orm_model *model, char *rows, size_t count, const orm_mask *mask, orm_value *values, orm_time now, int64_t *keys,
                                 void **back)
{
    orm__prepared *p;
    orm_outcome outcome = { 0, 0 };
    size_t n = 0;
    orm_status status = orm__bulk_prepare(db, model, mask, count, &p);
    for (size_t i = 0; i < count && !status; i++) status = orm__insert_values(db, model, rows + i * model->size, mask, now, values, &n);
    if (!status) status = orm__insert_run(db, model, p, values, n, back, keys, count, &outcome);
    if (status) return status;
    if (outcome.changed != (int64_t)count)
        return orm__raise_at(db, ORM_BAD_DATA, model, NULL, "the database inserted %" PRId64 " of %zu rows: does a trigger drop some?", outcome.changed, count);
    return ORM_OK;
}

static orm_status orm__create_all_entered(orm__session *db, const orm_model *model, char *rows, size_t n, const orm_create_options *options)
{
    size_t bytes;
    orm__self()->model = model;
    if (n == 0) return ORM_OK;
    if (!rows) return orm__raise_at(db, ORM_MISUSE, model, NULL, "create_all: %zu rows at NULL", n);
    if (__builtin_mul_overflow(n, model->size, &bytes) || bytes > PTRDIFF_MAX) return orm__raise_at(db, ORM_MISUSE, model, NULL, "create_all: %zu rows do not fit into memory", n);
    orm_status status = orm__check_all(db, model, rows, n);
    if (status) return status;

    size_t batch = n < ORM__ROWS_PER_STATEMENT ? n : ORM__ROWS_PER_STATEMENT;
    orm_value *values = (orm_value *)orm__bump(&db->scratch, batch * model->n_columns * sizeof *values, 8);
    int64_t *keys = __builtin_mul_overflow(n, sizeof *keys, &bytes) ? NULL : (int64_t *)orm__bump(&db->scratch, bytes, 8);
    void **backs = (void **)orm_arena_allocate(&db->scratch, n * sizeof *backs);       /* of rows that are sent one by one */
    if (!values || !keys || !backs) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory for %zu rows", n);
    orm_time now = orm_now();
    status = orm__level_begin(db, NULL);
    if (status) return status;
    size_t done = 0;
    while (done < n && !status) {
        char *from = rows + done * model->size;
        orm_mask mask = orm__insert_columns(model, from);
        size_t columns = 0;
        for (size_t i = 0; i < model->n_columns; i++) columns += orm__mask_has(&mask, i);
        size_t count = orm__bulk_count(db, model, from, n - done, &mask, columns);
        status = orm__bulk_send(db, model, from, count, &mask, values, now, keys + done, &backs[done]);
        done += count;
        if (!status && options && options->progress) options->progress(options->context, done, n);
    }
    if (status) {
        orm__level_rollback(db);
        return status;
    }
    status = orm__level_commit(db);
    for (size_t i = 0; i < n && !status; i++) {
        orm__take_back(model, rows + i * model->size, backs[i]);
        orm__mark_created(db, model, rows + i * model->size, now, keys[i]);
    }
    return status;
}

ORM_API orm_status orm__create_all(orm_db *handle, const orm_model *model, void *rows, size_t n, const orm_create_options *options)
{
    orm__session *db = orm__enter(handle, ORM__WRITE, NULL, ORM__CALLER, options ? options->timeout_ms : 0);
    if (!db) return orm__refused();
    orm_status status = orm__create_all_entered(db, model, (char *)rows, n, options);
    orm__leave(db);
    return status;
}

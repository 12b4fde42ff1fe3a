/* >>bulk: many rows created as a whole. All are validated before anything is sent, and all are sent in one transaction or savepoint. Consecutive
   rows with the same columns share a statement, in the best way that the engine has for them: rows from which nothing comes back are loaded;
   else one array per column; else a long list of values. Keys come back in the order of the rows. */
#include "internal.h"

/* rows per statement, as measured: more gain little. A long list costs preparation, of which the tail needs its own; arrays do not, but take
   memory; a load is parsed anew each time, and does not pay for a few rows. */
#define ORM__ROWS_PER_LIST   100
#define ORM__ROWS_PER_ARRAY  1000
#define ORM__ROWS_PER_LOAD   10000
#define ORM__LEAST_LOAD      200
#define ORM__MOST_BYTES      ((size_t)16 << 20)      /* of texts and blobs in a statement, beyond its first row */

typedef struct orm__bulk {
    orm__session *db;
    const orm_model *model; const orm__model_form *form;
    char *rows; size_t n;
    bool no_keys;
    orm_time now;
    orm_value *values; orm_arena arrays;            /* of one statement: row by row, and by column */
    int64_t *keys; void **backs;                    /* what came back: a key for each row, a struct for those that are sent one by one */
    /* of the next statement: */
    orm_mask mask;
    const orm_column **columns; const orm__way **ways; size_t n_columns;
    uint16_t *lengthy; size_t n_lengthy;            /* which of them are texts and blobs */
    bool key_comes, others_come;                    /* does the database make the key, or other members? */
} orm__bulk;

static orm_status orm__check_all(orm__session *db, const orm_model *model, char *rows, size_t n)
{
    const orm__model_form *form = orm__form_of(db, model);
    orm_failures failures;
    failures.count = failures.total = 0;
    if (!form) return ORM_NO_MEMORY;
    for (size_t i = 0; i < n; i++) {
        orm_status status = orm__check_new(db, model, rows + i * model->size, "create_all");
        if (!status && ORM__UNLIKELY(form->normalized)) status = orm__normalize_row(db, model, rows + i * model->size, NULL);
        if (status) return status;
        orm__validate_form(form, rows + i * model->size, NULL, ORM__CREATES, db->options.max_text, i, &failures);
    }
    return failures.total ? orm__raise_failures(db, model, &failures) : ORM_OK;
}

/* what the statement that begins with this row writes */
static void orm__bulk_columns(orm__bulk *b, const char *row)
{
    b->mask = orm__insert_columns(b->form, row);
    b->n_columns = b->n_lengthy = 0;
    b->key_comes = b->others_come = false;
    for (size_t i = 0; i < b->model->n_columns; i++) {
        const orm_column *c = &b->model->columns[i];
        if (orm__mask_has(&b->mask, i)) {
            if (c->is.type == ORM_TEXT || c->is.type == ORM_JSON || c->is.type == ORM_BLOB) b->lengthy[b->n_lengthy++] = (uint16_t)b->n_columns;
            b->ways[b->n_columns] = &b->form->member[i];
            b->columns[b->n_columns++] = c;
        } else if (c->is.generated) {
            b->key_comes = true;
        } else if (!c->counter_of) {
            b->others_come = true;
        }
    }
    /* a row that stays without its key cannot be saved: then nothing else needs to come back */
    if (b->key_comes && b->no_keys) b->others_come = false;
}

/* how many rows from the first on have the same columns, up to `most` */
static size_t orm__bulk_run(const orm__bulk *b, const char *rows, size_t n, size_t most)
{
    size_t count = 1;
    while (count < n && count < most && orm__inserts_these(b->form, rows + count * b->model->size, &b->mask)) count++;
    return count;
}

/* the values of up to `count` rows, fewer when they get too long for one statement */
static orm_status orm__bulk_values(const orm__bulk *b, const char *rows, size_t *count)
{
    size_t bytes = 0, i = 0;
    orm_value *values = b->values;
    for (; i < *count && bytes <= ORM__MOST_BYTES; i++, values += b->n_columns) {
        orm_status status = orm__values_of(b->db, b->ways, b->n_columns, rows + i * b->model->size, b->now, values);
        if (status) return status;
        for (size_t k = 0; k < b->n_lengthy; k++) bytes += values[b->lengthy[k]].length;       /* that of a NULL is 0 */
    }
    *count = i;
    return ORM_OK;
}

/* a kept statement: `rows` of values, or of arrays where there is a source */
static orm_status orm__bulk_prepare(const orm__bulk *b, size_t rows, const char *source, orm__prepared **out)
{
    struct { uint64_t tag; const orm_model *model; orm_mask mask; uint64_t rows; } head;
    memset(&head, 0, sizeof head);
    head.tag = source ? 6 : 5;
    head.model = b->model;
    head.mask = b->mask;
    head.rows = rows;
    size_t text = source ? strlen(source) : 0, size = sizeof head + text;       /* other types make another source */
    char *key = (char *)orm__bump(&b->db->scratch, size, 1);
    if (!key) return orm__raise(b->db, ORM_NO_MEMORY, 0, "out of memory");
    memcpy(key, &head, sizeof head);
    memcpy(key + sizeof head, source ? source : "", text);
    *out = orm__shape_find(b->db, key, size);
    if (*out) return ORM_OK;
    orm_status status = orm__insert_spell(b->db, b->model, &b->mask, rows, source, NULL, out);
    if (status) return status;
    for (size_t k = 0; source && k < b->n_columns && k < 64; k++)
        if (b->columns[k]->secret) (*out)->secret |= UINT64_C(1) << k;
    status = orm__shape_add(b->db, *out, key, size);
    if (status) orm__prepared_free(b->db, *out);
    return status;
}

/* ---- one array per column ---------------------------------------------------------------------------------------------- */

/* The statement of arrays, or NULL when a column's values do not go that way (an array column's would be taken apart): then the rows go as
   a list of values. The insert of one row tells the types; it may have become stale, too. */
static orm_status orm__bulk_arrays(const orm__bulk *b, const orm__prepared *insert, orm__prepared **out)
{
    orm__writer source = { .allocator = &b->db->allocator, .dialect = b->db->dialect };
    orm_status status = ORM_OK;
    *out = NULL;
    if (insert->statement && b->db->dialect->arrays(insert->statement, b->columns, b->n_columns, &source))
        status = source.failed ? orm__raise(b->db, ORM_NO_MEMORY, 0, "out of memory") : orm__bulk_prepare(b, 0, source.text, out);
    orm__writer_release(&source);
    return status;
}

static orm_status orm__bulk_make_arrays(orm__bulk *b, const orm__prepared *insert, size_t count, orm_value **out)
{
    orm_status status = ORM_OK;
    orm_arena_reset(&b->arrays);
    orm_value *arrays = (orm_value *)orm__bump(&b->arrays, b->n_columns * sizeof *arrays, 8);
    if (!arrays) return orm__raise(b->db, ORM_NO_MEMORY, 0, "out of memory");
    for (size_t k = 0; k < b->n_columns && !status; k++)
        status = b->db->dialect->array(b->db->connection, insert->statement, b->columns[k], k, b->values + k, b->n_columns, count, &b->arrays, &arrays[k]);
    *out = arrays;
    return status;
}

/* ---- loads --------------------------------------------------------------------------------------------------------------- */

/* the statement that loads these columns, or NULL when the table does not take it */
static orm_status orm__load_prepare(const orm__bulk *b, orm__prepared **out)
{
    const orm_dialect *dialect = b->db->dialect;
    orm__writer sql = { .allocator = &b->db->allocator, .dialect = dialect };
    bool takes = false;
    for (const char *at = dialect->load_into; *at; at++) {
        if (at[0] != '$' || at[1] != 't') {
            orm__put_char(&sql, *at);
            continue;
        }
        at++;
        orm__put_name(&sql, b->model->table);
        for (size_t k = 0; k < b->n_columns; k++) {
            orm__put(&sql, k ? ", " : " (");
            orm__put_name(&sql, orm__column_name(b->columns[k]));
        }
        orm__put(&sql, ")");
    }
    orm_status status = orm__prepare(b->db, &sql, out);
    orm__writer_release(&sql);
    if (status) return status;
    status = dialect->load_for(b->db->connection, (*out)->statement, b->model->table, b->columns, b->n_columns, &takes);
    if (!status && takes) return ORM_OK;
    orm__prepared_free(b->db, *out);
    *out = NULL;
    return status;
}

/* loads rows with values for the same columns, as they are encoded: no list of all values is ever made */
static orm_status orm__load_rows(const orm__bulk *b, orm__prepared *p, const char *rows, size_t count, orm_outcome *outcome)
{
    orm__run run;
    orm_status status = orm__run_start(b->db, &run, p, NULL, 0);
    if (status) return status;
    for (size_t i = 0; i < count && !status; i++) {
        status = orm__values_of(b->db, b->ways, b->n_columns, rows + i * b->model->size, b->now, b->values);
        if (!status) status = b->db->dialect->load(b->db->connection, p->statement, b->values);
    }
    orm_status finished = orm__run_finish(b->db, &run, outcome);
    return status ? status : finished;
}

/* Nothing comes back: the rows are loaded, if the engine can. `count` is 0 when not. */
static orm_status orm__bulk_load(const orm__bulk *b, const char *rows, size_t n, size_t *count, orm_outcome *outcome)
{
    orm__prepared *p = NULL;
    bool key_comes = b->key_comes && !b->no_keys;
    *count = 0;
    if (!b->db->dialect->load_into || key_comes || b->others_come || n < ORM__LEAST_LOAD) return ORM_OK;
    size_t run = orm__bulk_run(b, rows, n, ORM__ROWS_PER_LOAD);
    if (run < ORM__LEAST_LOAD) return ORM_OK;
    orm_status status = orm__load_prepare(b, &p);
    if (status || !p) return status;
    status = orm__load_rows(b, p, rows, run, outcome);
    orm__prepared_free(b->db, p);
    *count = run;
    return status;
}

/* ---- the statements in turn ------------------------------------------------------------------------------------------------ */

/* one row brings back all that the database makes; many only their keys */
static orm_status orm__bulk_send(orm__bulk *b, size_t done, size_t *count, orm_outcome *outcome)
{
    orm__session *db = b->db;
    const char *rows = b->rows + done * b->model->size;
    orm__prepared *insert = NULL, *p = NULL;
    orm_value *values = b->values;
    orm__bulk_columns(b, rows);
    size_t n = b->others_come || !b->n_columns ? 1 : b->n - done, parameters = b->n_columns;
    orm_status status = orm__bulk_load(b, rows, n, count, outcome);
    if (status || *count) return status;

    status = orm__insert_prepare(db, b->form, &b->mask, NULL, &insert);
    if (!status && n > 1 && db->dialect->arrays) status = orm__bulk_arrays(b, insert, &p);
    if (status) return status;
    bool arrays = p != NULL;
    size_t most = arrays ? ORM__ROWS_PER_ARRAY : ORM__ROWS_PER_LIST;
    if (!arrays && n > 1 && most > db->dialect->max_parameters(db->connection) / b->n_columns) most = db->dialect->max_parameters(db->connection) / b->n_columns;
    *count = n > 1 && most > 1 ? orm__bulk_run(b, rows, n, most) : 1;
    status = orm__bulk_values(b, rows, count);
    if (!status && arrays) status = orm__bulk_make_arrays(b, insert, *count, &values);
    else if (!status && *count > 1) status = orm__bulk_prepare(b, *count, NULL, &p);
    else if (!status) p = insert;
    if (!status && !arrays) parameters *= *count;
    return status ? status : orm__insert_run(db, b->model, p, values, parameters, &b->backs[done], b->keys + done, *count, outcome);
}

static orm_status orm__bulk_send_all(orm__bulk *b, const orm_create_options *options)
{
    for (size_t done = 0, count = 0; done < b->n; done += count) {
        orm_outcome outcome = { 0, 0 };
        orm_status status = orm__bulk_send(b, done, &count, &outcome);
        if (status) return status;
        if (outcome.changed != (int64_t)count)
            return orm__raise_at(b->db, ORM_BAD_DATA, b->model, NULL, "the database inserted %" PRId64 " of %zu rows: does a trigger drop some?", outcome.changed, count);
        if (options && options->progress) options->progress(options->context, done + count, b->n);
    }
    return ORM_OK;
}

static orm_status orm__create_rows_plain(orm__session *db, const orm_model *model, char *rows, size_t n, const orm_create_options *options, bool level)
{
    orm__bulk b = { .db = db, .model = model, .rows = rows, .n = n, .no_keys = options && options->no_keys };
    size_t bytes;
    orm__self()->model = model;
    orm__meet(db, model);
    if (n == 0) return ORM_OK;
    if (!rows) return orm__raise_at(db, ORM_MISUSE, model, NULL, "create_all: %zu rows at NULL", n);
    if (__builtin_mul_overflow(n, model->size, &bytes) || bytes > PTRDIFF_MAX) return orm__raise_at(db, ORM_MISUSE, model, NULL, "create_all: %zu rows do not fit into memory", n);
    orm_status status = orm__check_all(db, model, rows, n);
    if (status) return status;
    b.form = orm__form_of(db, model);
    if (!b.form) return ORM_NO_MEMORY;

    size_t batch = db->dialect->arrays ? ORM__ROWS_PER_ARRAY : ORM__ROWS_PER_LIST;
    if (batch > n) batch = n;
    b.now = orm_now();
    b.values = (orm_value *)orm__bump(&db->scratch, batch * model->n_columns * sizeof *b.values, 8);
    b.columns = (const orm_column **)orm__bump(&db->scratch, model->n_columns * sizeof *b.columns, 8);
    b.ways = (const orm__way **)orm__bump(&db->scratch, model->n_columns * sizeof *b.ways, 8);
    b.lengthy = (uint16_t *)orm__bump(&db->scratch, model->n_columns * sizeof *b.lengthy, 8);
    b.keys = __builtin_mul_overflow(n, sizeof *b.keys, &bytes) ? NULL : (int64_t *)orm_arena_allocate(&db->scratch, bytes);
    b.backs = (void **)orm_arena_allocate(&db->scratch, n * sizeof *b.backs);
    if (!b.values || !b.columns || !b.ways || !b.lengthy || !b.keys || !b.backs) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory for %zu rows", n);
    b.arrays.orm__allocator = db->allocator;
    status = level ? orm__level_begin(db, NULL) : ORM_OK;
    if (status) return status;
    status = orm__bulk_send_all(&b, options);
    orm_arena_release(&b.arrays);
    if (status) {
        if (level) orm__level_rollback(db);
        return status;
    }
    if (level) status = orm__level_commit(db);
    for (size_t i = 0; i < n && !status; i++) {
        orm__take_back(b.form, rows + i * model->size, b.backs[i]);
        orm__mark_created(db, b.form, rows + i * model->size, b.now, b.no_keys ? 0 : b.keys[i]);
    }
    return status;
}

/* ---- hooks ----------------------------------------------------------------------------------------------------------------- */

static orm_status orm__hooks_run_each(orm__session *db, const orm_model *model, orm_event event, char *rows, size_t n)
{
    orm_status status = ORM_OK;
    if (!orm__hooked(model, ORM__EVENT(event))) return ORM_OK;
    for (size_t i = 0; i < n && !status; i++) status = orm__hooks_run(db, model, event, rows + i * model->size, 1);
    return status;
}

/* those that the failures name */
static void orm__hooks_for_invalid(orm__session *db, const orm_model *model, char *rows, size_t n)
{
    const orm_failures *failures = &orm__self()->error.failures;
    size_t last = n;
    for (size_t i = 0; i < failures->count; i++) {
        size_t row = failures->item[i].row;
        if (row < n && row != last) orm__hooks_run(db, model, ORM_VALIDATION_FAILED, rows + row * model->size, 1);
        last = row;
    }
}

static orm_status orm__create_rows_hooked(orm__session *db, const orm_model *model, char *rows, size_t n, const orm_create_options *options)
{
    orm_status status = orm__hooks_run(db, model, ORM_BEFORE_BULK_CREATE, rows, (int64_t)n);
    if (!status) status = orm__hooks_run_each(db, model, ORM_BEFORE_VALIDATE, rows, n);
    if (!status) status = orm__check_all(db, model, rows, n);
    if (status == ORM_VALIDATION) orm__hooks_for_invalid(db, model, rows, n);
    if (!status) status = orm__hooks_run_each(db, model, ORM_AFTER_VALIDATE, rows, n);
    if (!status) status = orm__hooks_run_each(db, model, ORM_BEFORE_SAVE, rows, n);
    if (!status) status = orm__hooks_run_each(db, model, ORM_BEFORE_CREATE, rows, n);
    if (!status) status = orm__create_rows_plain(db, model, rows, n, options, false);
    if (!status) status = orm__hooks_run_each(db, model, ORM_AFTER_CREATE, rows, n);
    if (!status) status = orm__hooks_run_each(db, model, ORM_AFTER_SAVE, rows, n);
    return status ? status : orm__hooks_run(db, model, ORM_AFTER_BULK_CREATE, rows, (int64_t)n);
}

static orm_status orm__create_rows_either(orm__session *db, const orm_model *model, char *rows, size_t n, const orm_create_options *options, bool level)
{
    if (ORM__LIKELY(!orm__hooked(model, ORM__CREATE_EVENTS | ORM__BULK_CREATE_EVENTS)) || !n || !rows) return orm__create_rows_plain(db, model, rows, n, options, level);
    orm__self()->model = model;
    if (!level) return orm__create_rows_hooked(db, model, rows, n, options);
    orm_status status = orm__level_begin(db, NULL);
    return status ? status : orm__hooks_end(db, orm__create_rows_hooked(db, model, rows, n, options));
}

ORM_PRIVATE orm_status orm__create_rows(orm__session *db, const orm_model *model, char *rows, size_t n, const orm_create_options *options, bool level)
{
    struct orm__made_normal *mark = db->normal;
    orm_status status = orm__create_rows_either(db, model, rows, n, options, level);
    if (ORM__UNLIKELY(db->normal != mark)) orm__normal_end(db, mark, status);
    return status;
}

ORM_API orm_status orm__create_all(orm_db *handle, const orm_model *model, void *rows, size_t n, const orm_create_options *options)
{
    orm__session *db = orm__enter(handle, ORM__WRITE, NULL, ORM__CALLER, options ? options->timeout_ms : 0);
    if (!db) return orm__refused();
    orm_status status = orm__create_rows(db, model, (char *)rows, n, options, true);
    orm__leave(db);
    return status;
}

/* >>sql_rows: rows of a model by SQL of the program's own. What comes back is compared with the model, column by column, when the statement runs for the first
   time; values are checked as they are read, as everywhere. */
#include "internal.h"

/* which columns of the model the result has, in its order */
static orm_status orm__sql_columns(orm__session *db, const orm_model *model, const orm__prepared *p, orm_mask *mask, const orm_column *columns[ORM_MAX_ROWS], uint32_t *n)
{
    const char *name;
    memset(mask, 0, sizeof *mask);
    for (*n = 0; (name = db->dialect->result_name(p->statement, *n)) != NULL; ++*n) {
        size_t i = 0;
        while (i < model->n_columns && strcmp(orm__column_name(&model->columns[i]), name) != 0) i++;
        if (i == model->n_columns) return orm__raise_at(db, ORM_BAD_DATA, model, NULL, "the result has the column \"%.60s\", and %s has none of that name: say `as` what it is, or leave it out", name, model->name);
        if (orm__mask_has(mask, i)) return orm__raise_at(db, ORM_BAD_DATA, model, &model->columns[i], "the result has the column \"%.60s\" twice", name);
        orm__mask_add(mask, i);
        columns[*n] = &model->columns[i];
    }
    return *n ? ORM_OK : orm__raise_at(db, ORM_BAD_DATA, model, NULL, "the statement yields no rows: orm_exec runs such ones");
}

static orm_status orm__sql_plan(orm__session *db, const orm_model *model, orm__prepared *p)
{
    const orm_column *columns[ORM_MAX_ROWS];
    uint32_t n = 0;
    orm_status status = orm__sql_columns(db, model, p, &p->columns, columns, &n);
    if (status) return status;
    p->plan_size = n * sizeof(orm_plan_field) + sizeof(orm_plan_segment);
    char *block = (char *)orm__allocate(&db->allocator, p->plan_size);
    if (!block) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory for a statement's plan");
    orm_plan_field *fields = (orm_plan_field *)(void *)block;
    orm_plan_segment *segment = (orm_plan_segment *)(void *)(fields + n);
    *segment = (orm_plan_segment){ .n_fields = n, .key = -1 };
    for (uint32_t i = 0; i < n; i++) fields[i] = (orm_plan_field){ .column = columns[i], .offset = (uint32_t)columns[i]->offset, .type = (uint8_t)columns[i]->is.type, .nullable = columns[i]->nullable };
    p->plan = (orm_plan){ .segments = segment, .n_segments = 1, .fields = fields, .n_fields = n };
    p->plan_block = block;
    return ORM_OK;
}

/* Starts the statement; its plan is made when the engine tells what comes, and then it is kept. */
static orm_status orm__sql_start(orm__session *db, const orm_model *model, const char *sql, const orm_value *values, size_t n, orm__run *run)
{
    struct { char rows; const orm_model *model; } purpose;
    orm__given given;
    orm__prepared *p;
    char *key = NULL;
    size_t size = 0;
    memset(&purpose, 0, sizeof purpose);
    purpose.rows = 'R';
    purpose.model = model;
    orm_status status = orm__raw_given(db, values, n, &given);
    if (!status) status = orm__raw_key(db, sql, &given, &purpose, sizeof purpose, &key, &size);
    if (status) return status;
    p = orm__shape_find(db, key, size);
    if (p) return orm__run_start(db, run, p, given.values, given.n);
    status = orm__raw_compile(db, "", sql, &given, &p);
    if (status) return status;
    status = orm__run_start(db, run, p, given.values, given.n);
    if (!status) {
        status = orm__sql_plan(db, model, p);
        if (!status) status = orm__shape_add(db, p, key, size);
        if (status) orm__run_finish(db, run, NULL);
    }
    if (status) orm__prepared_free(db, p);
    return status;
}

/* Rows into the result's list: all, or with `most` so many of them. `ended`: there are no more. */
static orm_status orm__sql_list(orm__session *db, const orm_model *model, orm__run *run, orm__result *result, size_t most, void **rows, size_t *length, bool *ended)
{
    orm__list list;
    orm_step step = ORM_STEP_ROW;
    orm_status status = ORM_OK;
    if (orm__result_load(result, model) != 0 || !orm__list_open(&list, result, model, 0, most)) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory for a result");
    result->loads[0].columns = run->prepared->columns;
    if (!most) orm__list_bound(&list, db->options.max_rows);
    while (step == ORM_STEP_ROW && !status && (!most || list.count < most)) {
        void *row = orm__list_next(&list);
        if (!row) status = orm__list_refused(db, &list);
        else step = orm__run_fetch(db, run, &row, result->arena, NULL);
    }
    if (step == ORM_STEP_FAILED) status = orm__self()->error.kind ? orm__self()->error.kind : ORM_FAILED;
    if (status) return status;
    *ended = step != ORM_STEP_ROW;
    if (*ended) orm__list_drop(&list);
    *length = list.count;
    *rows = orm__list_close(&list);
    return *rows ? ORM_OK : orm__raise(db, ORM_NO_MEMORY, 0, "out of memory for a result");
}

static void *orm__sql_read(orm__session *db, const orm_model *model, orm__run *run, size_t *length)
{
    void *rows = NULL;
    bool ended;
    orm__result *result = orm__result_new(db, NULL, 0);
    orm_status status = result ? orm__sql_list(db, model, run, result, 0, &rows, length, &ended) : ORM_NO_MEMORY;
    orm_status finished = orm__run_finish(db, run, NULL);
    if (status || finished) {
        if (result) orm__result_discard(result);
        return NULL;
    }
    orm__result_publish(result, rows, *length);
    return rows;
}

ORM_API void *orm__sql_rows(orm_db *handle, const orm_model *model, const char *sql, const orm_value *values, size_t n, bool one, const char *place)
{
    orm__run run;
    orm_status status;
    size_t length = 0;
    void *rows = NULL;
    orm__session *db = orm__raw_begin(handle, sql, place, ORM__CALLER, &status);
    if (!db) return NULL;
    orm__self()->model = model;
    if (!status) status = orm__sql_start(db, model, sql, values, n, &run);
    if (!status) rows = orm__sql_read(db, model, &run, &length);
    if (rows && one && length != 1) {
        orm__free(rows);
        rows = NULL;
        if (length) orm__raise_at(db, ORM_MISUSE, model, NULL, "orm_sql_one: the statement yields %zu rows", length);
        else orm__absent(db, model, false);
    }
    orm_status ended = orm__raw_end(db, status);
    if (ended && rows) {
        orm__free(rows);
        rows = NULL;
    }
    return rows;
}

/* ---- ORM_SQL_EACH ---- */

#define ORM__SQL_PAGE 256

ORM_PRIVATE orm__stream *orm__stream_new(orm__session *db)
{
    orm__stream *s = (orm__stream *)orm__allocate(&db->allocator, sizeof *s);
    if (!s) {
        orm__raise(db, ORM_NO_MEMORY, 0, "out of memory");
        return NULL;
    }
    *s = (orm__stream){ .next = db->streams, .number = ++db->n_streams << 16 | db->number, .level = db->level, .memory = { .orm__allocator = db->allocator } };
    db->streams = s;
    return s;
}

ORM_PRIVATE orm__stream **orm__stream_find(orm__session *db, uint64_t number)
{
    orm__stream **at = &db->streams;
    while (*at && (*at)->number != number) at = &(*at)->next;
    return at;
}

/* a dialect's words with the name and the number of rows in them */
static void orm__put_cursor(orm__writer *sql, const char *words, uint64_t number)
{
    for (; *words; words++) {
        if (*words != '$') orm__put_char(sql, *words);
        else if (*++words == 'n') orm__put_format(sql, "orm_cursor_%" PRIu64, number);
        else orm__put_int(sql, ORM__SQL_PAGE);
    }
}

ORM_PRIVATE orm_status orm__stream_end(orm__session *db, orm__stream **at, bool close)
{
    orm__stream *s = *at;
    char text_[96];
    orm__writer sql = { .text = text_, .capacity = sizeof text_ };
    orm_status status = ORM_OK;
    *at = s->next;
    if (s->runs) status = orm__run_finish(db, &s->run, NULL);
    if (s->walk && !s->kept) orm__prepared_free(db, s->walk);
    if (s->cursor && close) {
        orm__put_cursor(&sql, db->dialect->cursor.close, s->number);
        orm_status closed = orm__control_run(db, text_);
        if (closed) orm__level_check(db);
        if (!status) status = closed;
    }
    orm_arena_release(&s->memory);
    orm__release(&db->allocator, s, sizeof *s);
    return status;
}

ORM_PRIVATE void orm__streams_end(orm__session *db, unsigned level, bool close)
{
    for (orm__stream **at = &db->streams; *at; ) {
        if ((*at)->level >= level) orm__stream_end(db, at, close);
        else at = &(*at)->next;
    }
}

/* the scratch memory that they are in ends with the call; texts and blobs are the caller's until the loop ends, as is what the engine borrows */
static orm_status orm__stream_keep(orm__session *db, orm__stream *s, const orm__given *given)
{
    orm_value *values = given->n ? (orm_value *)orm__bump(&s->memory, given->n * sizeof *values, _Alignof(orm_value)) : NULL;
    if (given->n && !values) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory");
    if (given->n) memcpy(values, given->values, given->n * sizeof *values);
    s->values = values;
    s->n = given->n;
    return ORM_OK;
}

/* the query becomes a cursor of the database's, and what is executed page by page asks for its next rows */
static orm_status orm__stream_declare(orm__session *db, orm__stream *s, const char *query, const orm__given *given)
{
    orm__writer before = { .allocator = &db->allocator, .dialect = db->dialect }, next = before;
    orm__prepared *declare = NULL;
    orm_outcome outcome;
    orm__put_cursor(&before, db->dialect->cursor.declare, s->number);
    orm_status status = before.failed ? orm__raise(db, ORM_NO_MEMORY, 0, "out of memory") : orm__raw_compile(db, before.text, query, given, &declare);
    if (!status) status = orm__run_start(db, &s->run, declare, given->values, given->n);
    if (!status) {
        while (orm__run_fetch(db, &s->run, NULL, NULL, NULL) == ORM_STEP_ROW) continue;
        status = orm__run_finish(db, &s->run, &outcome);
        s->cursor = !status;
    }
    if (declare) orm__prepared_free(db, declare);
    orm__writer_release(&before);
    if (status) return status;
    orm__put_cursor(&next, db->dialect->cursor.next, s->number);
    status = orm__prepare(db, &next, &s->walk);
    orm__writer_release(&next);
    return status;
}

static orm_status orm__stream_open(orm__session *db, orm__sql_each *each)
{
    orm__given given;
    if (!orm__raw_is_query(db->dialect, each->sql)) return orm__raise_at(db, ORM_MISUSE, each->model, NULL, "ORM_SQL_EACH walks the rows of a query, which begins with select, with or values");
    orm_status status = orm__raw_given(db, each->values, each->n, &given);
    if (status) return status;
    orm__stream *s = orm__stream_new(db);
    if (!s) return ORM_NO_MEMORY;
    each->stream = s->number;
    status = orm__stream_keep(db, s, &given);
    if (!status) status = db->dialect->cursor.declare ? orm__stream_declare(db, s, each->sql, &given) : orm__raw_compile(db, "", each->sql, &given, &s->walk);
    return status;
}

/* the next rows; `ended`: the last */
static orm_status orm__stream_page(orm__session *db, orm__sql_each *each, orm__stream *s, bool *ended)
{
    void *rows = NULL;
    orm_status status = ORM_OK;
    if (!s->runs) {
        status = orm__run_start(db, &s->run, s->walk, s->cursor ? NULL : s->values, s->cursor ? 0 : s->n);
        s->runs = !status;
    }
    if (!status && !s->walk->plan_size) status = orm__sql_plan(db, each->model, s->walk);
    if (status) return status;
    orm_arena_reset(&each->arena);
    orm__result *result = orm__result_new(db, &each->arena, 0);
    if (!result) return ORM_NO_MEMORY;
    status = orm__sql_list(db, each->model, &s->run, result, ORM__SQL_PAGE, &rows, &each->count, ended);
    if (!status && s->cursor) {
        status = orm__run_finish(db, &s->run, NULL);
        s->runs = false;
    }
    if (status) {
        orm__result_discard(result);
        return status;
    }
    orm__result_publish(result, rows, each->count);
    each->rows = (char *)rows;
    each->at = 0;
    return ORM_OK;
}

/* the transaction that the loop runs in: the one around it, or one of its own that only reads */
static orm_status orm__sql_each_level(orm__sql_each *each)
{
    const orm_transaction_options reads = { .read_only = true };
    orm__session *held = orm__held_by(each->db);
    const orm__batch *batch = each->db ? orm__self()->batch : NULL;
    bool pinned = each->db && each->db->pinned;
    while (batch && batch->db->pool != each->db->pool) batch = batch->outer;
    if (pinned || batch) {
        orm__clear_error();
        return orm__raise(held, ORM_MISUSE, 0, "ORM_SQL_EACH is not for %s", pinned ? "what orm_current gave: the transaction may end at any time" : "ORM_BATCH, whose statements are sent together");
    }
    if (held && orm__in_transaction(held)) return ORM_OK;
    return orm__open_level(each->db, &reads, 1, each->place, NULL, &each->own) ? ORM_OK : orm__refused();
}

/* the loop's own transaction; nothing was written */
static orm_status orm__sql_each_leave(orm__sql_each *each, bool commit)
{
    unsigned index;
    orm__session *db = each->own ? orm__find_level(each->db, each->own, &index) : NULL;
    each->own = 0;
    return db ? orm__end_level(db, index, commit) : ORM_OK;
}

static orm_status orm__sql_each_more(orm__sql_each *each)
{
    bool ended = false;
    orm_status status;
    orm__session *db = orm__raw_begin(each->db, each->sql, each->place, NULL, &status);
    if (!db) return status;
    orm__self()->model = each->model;
    if (!status && !each->begun) status = orm__stream_open(db, each);
    each->begun = true;
    orm__stream **at = orm__stream_find(db, each->stream);
    if (!status && !*at) status = orm__raise_at(db, ORM_MISUSE, each->model, NULL, "the transaction in which ORM_SQL_EACH at %s began has ended", each->place);
    if (!status) status = orm__stream_page(db, each, *at, &ended);
    if (*at && (status || ended)) {
        orm_status end = orm__stream_end(db, at, !status);
        if (!status) status = end;
    }
    each->last = ended;
    return orm__raw_end(db, status);
}

ORM_API void *orm__sql_each_next(orm__sql_each *each)
{
    orm_status status = ORM_OK;
    if (each->at < each->count) return each->rows + each->at++ * each->model->size;
    if (each->done) return NULL;
    each->count = each->at = 0;
    if (!each->begun) status = orm__sql_each_level(each);
    if (!status && !each->last) {
        each->arena.orm__allocator = each->db->pool->allocator;
        status = orm__sql_each_more(each);
    }
    if (!status && each->at < each->count) return each->rows + each->at++ * each->model->size;
    each->done = true;
    each->count = each->at = 0;
    orm__sql_each_leave(each, !status);
    return NULL;
}

/* left by break, return or goto: what the body has as its error stays, unless this fails */
ORM_API void orm__sql_each_close(orm__sql_each *each)
{
    if (!each->done && each->begun) {
        orm_error_info kept = orm__self()->error;
        bool absence_fails = orm__self()->absence_fails;
        orm__session *db = each->own ? NULL : orm__held_by(each->db);
        orm__stream **at = db ? orm__stream_find(db, each->stream) : NULL;
        orm_status status = each->own ? orm__sql_each_leave(each, true) : ORM_OK;
        if (at && *at) {
            if (db->shared) pthread_mutex_lock(&db->call_mutex);
            status = orm__stream_end(db, at, !db->levels[db->level].failed && !db->dead_transaction);
            if (db->shared) pthread_mutex_unlock(&db->call_mutex);
        }
        if (!status) {
            orm__self()->error = kept;
            orm__self()->absence_fails = absence_fails;
        }
    }
    orm_arena_release(&each->arena);
}

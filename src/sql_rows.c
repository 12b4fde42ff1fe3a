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
    status = orm__raw_compile(db, sql, &given, &p);
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

static void *orm__sql_read(orm__session *db, const orm_model *model, orm__run *run, size_t *length)
{
    orm__list list;
    void *rows = NULL;
    orm_status status = ORM_NO_MEMORY;
    orm__result *result = orm__result_new(db, NULL, 0);
    if (result && orm__result_load(result, model) == 0 && orm__list_open(&list, result, model, 0, 0)) {
        result->loads[0].columns = run->prepared->columns;
        orm__list_bound(&list, db->options.max_rows);
        orm_step step = ORM_STEP_ROW;
        for (status = ORM_OK; step == ORM_STEP_ROW && !status; ) {
            void *row = orm__list_next(&list);
            if (!row) status = orm__list_refused(db, &list);
            else step = orm__run_fetch(db, run, &row, result->arena, NULL);
        }
        if (step == ORM_STEP_FAILED) status = orm__self()->error.kind ? orm__self()->error.kind : ORM_FAILED;
        if (!status) {
            orm__list_drop(&list);
            *length = list.count;
            rows = orm__list_close(&list);
            if (!rows) status = ORM_NO_MEMORY;
        }
    }
    if (status == ORM_NO_MEMORY) orm__raise(db, status, 0, "out of memory for a result");
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
    orm__session *db = orm__raw_begin(handle, place, ORM__CALLER, &status);
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

/* >>aggregate: counting, existence, sum, min, max and avg over the rows of a query. Orders of the query do not matter here, nor do includes that
   leave out no row, and limits are not applied: an aggregate is over all rows that the conditions select. */
#include "internal.h"

typedef struct orm__measured { const char *name; const orm_column *column; bool first; } orm__measured;      /* column NULL: of whole rows; first: of any one of them */

typedef struct orm__measure_arg { orm__part *head; const orm__measured *measure; } orm__measure_arg;

static void orm__b_measure(orm__build *b, const void *arg_)
{
    const orm__measure_arg *arg = (const orm__measure_arg *)arg_;
    orm__part *head = arg->head;
    const orm__measured *measure = arg->measure;
    orm__b_key(b, 'A');
    orm__b_pointer(b, head->model);
    orm__b_pointer(b, measure->name);
    orm__b_pointer(b, measure->column);
    b->next_alias = 1;
    b->head = head;
    orm__b_put(b, "select ");
    orm__b_put(b, measure->name);
    if (measure->column) {
        orm__b_column(b, 0, measure->column);
        orm__b_put(b, ")");
    }
    if (measure->name[0] == 's' && measure->column && measure->column->is.type == ORM_DECIMAL) {     /* avg of decimals divides here, exactly */
        orm__b_put(b, ", count(");
        orm__b_column(b, 0, measure->column);
        orm__b_put(b, ")");
    }
    orm__b_put(b, " from ");
    orm__b_table(b, head->model, 0);
    orm__b_where(b, head);
    if (measure->first) orm__b_put(b, " limit 1");
}

/* What comes out: one nullable column of the type asked for, and for decimals the count beside it. The column lies behind the plan. */
static orm_status orm__measure_plan(orm__session *db, orm__prepared *p, const orm_column *like, orm_type type, bool counted)
{
    size_t size = sizeof(orm_plan_segment) + sizeof(orm_plan_field) + sizeof(orm_column);
    char *block = (char *)orm__allocate(&db->allocator, size);
    if (!block) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory for a statement's plan");
    orm_column *column = (orm_column *)(void *)block;
    orm_plan_field *field = (orm_plan_field *)(void *)(column + 1);
    orm_plan_segment *segment = (orm_plan_segment *)(void *)(field + 1);
    *column = like ? *like : (orm_column){ .name = "count" };
    column->offset = 0;
    column->nullable = true;
    column->is.type = type;
    *field = (orm_plan_field){ .column = column, .type = (uint8_t)type, .nullable = true };
    *segment = (orm_plan_segment){ .n_fields = 1, .key = -1 };
    p->plan = (orm_plan){ .segments = segment, .n_segments = 1, .fields = field, .n_fields = 1, .extra = counted };
    p->plan_block = block;
    p->plan_size = size;
    return ORM_OK;
}

/* the statement that a walk spells, found or prepared, with a plan for its one value */
static orm_status orm__measure_shape(orm__build *b, void (*walk)(orm__build *b, const void *arg), const void *arg, const orm_column *like, orm_type type, bool counted, orm__prepared **out)
{
    orm__session *db = b->db;
    orm__b_key(b, 1);
    walk(b, arg);
    if (b->status) return b->status;
    *out = orm__shape_find(db, b->key, b->key_words * sizeof *b->key);
    if (*out) return ORM_OK;
    orm__writer sql = { .allocator = &db->allocator, .dialect = db->dialect };
    orm__build_spell(b, &sql);
    walk(b, arg);
    b->sql = NULL;
    orm_status status = b->status ? b->status : orm__prepare(db, &sql, out);
    orm__writer_release(&sql);
    if (status) return status;
    (*out)->secret = b->secret;
    status = orm__measure_plan(db, *out, like, type, counted);
    if (!status) status = orm__shape_add(db, *out, b->key, b->key_words * sizeof *b->key);
    if (status) orm__prepared_free(db, *out);
    return status;
}

/* what of a query says which rows there are: its conditions, includes that must be there, and what is counted in conditions */
static orm_query orm__query_of_rows(const orm_query *query)
{
    orm_query rows = { .limit = 0 };
    if (!query) return rows;
    rows.where = query->where;
    rows.source = query->source;
    rows.with_deleted = query->with_deleted;
    rows.only_deleted = query->only_deleted;
    rows.unscoped = query->unscoped;
    for (unsigned k = 0; k <= ORM_MAX_INCLUDES; k++) {
        const orm_include *include = &query->include[k];
        if (include->count || (include->relation && include->query->required)) rows.include[k] = *include;
    }
    return rows;
}

static orm_status orm__measure_prepare(orm__session *db, const orm_model *model, const orm_query *query, const orm__measured *measure, orm_type type, bool counted,
                                       orm__build *b, orm__prepared **out)
{
    orm__part *head;
    orm_query where_only = orm__query_of_rows(query);
    orm__self()->model = model;
    orm_status status = orm__hooks_run(db, model, ORM_BEFORE_COUNT, &where_only, 1);
    if (!status) status = orm__parts_make(db, model, &where_only, &head);
    if (status) return status;
    head->aggregate = true;
    orm__build_begin(b, db);
    return orm__measure_shape(b, orm__b_measure, &(orm__measure_arg){ head, measure }, measure->column, type, counted, out);
}

/* `out` is an optional of the measure's type */
static orm_status orm__measure_run(orm__session *db, orm__prepared *p, const orm_value *values, size_t n, void *out, int64_t *counted)
{
    orm__run run;
    orm_status status = orm__run_start(db, &run, p, values, n);
    if (status) return status;
    void *rows[1] = { out };
    orm__store(p->plan.fields[0].column, out, &(orm_value){ .type = ORM_NULL });       /* which a NULL does not touch */
    orm_step step = orm__run_fetch(db, &run, rows, &db->scratch, counted);
    status = orm__run_finish(db, &run, NULL);
    if (status || step == ORM_STEP_FAILED) return status ? status : orm__self()->error.kind;
    return ORM_OK;
}

static orm_status orm__measure(orm__session *db, const orm_model *model, const orm_query *query, const orm__measured *measure, orm_type type, void *out, int64_t *counted)
{
    orm__build b;
    orm__prepared *p;
    orm_status status = orm__measure_prepare(db, model, query, measure, type, counted != NULL, &b, &p);
    return status ? status : orm__measure_run(db, p, b.values, b.n_values, out, counted);
}

ORM_PRIVATE orm_status orm__count_prepare(orm__session *db, const orm_model *model, const orm_query *query, orm__build *b, orm__prepared **p)
{
    static const orm__measured rows = { "count(*)", NULL, false };
    return orm__measure_prepare(db, model, query, &rows, ORM_INT64, false, b, p);
}

ORM_PRIVATE orm_status orm__count_run(orm__session *db, orm__prepared *p, const orm_value *values, size_t n, int64_t *out)
{
    orm_opt_int64 counted = { 0, false };
    orm_status status = orm__measure_run(db, p, values, n, &counted, NULL);
    if (!status) *out = counted.value;
    return status;
}

/* select (select count(*) from the rows of the relation) from the owner's table where its key = ... */
typedef struct orm__related_arg { const orm_relation *relation; const orm_expr *where; const orm_value *key; } orm__related_arg;

static void orm__b_count_related(orm__build *b, const void *arg_)
{
    const orm__related_arg *arg = (const orm__related_arg *)arg_;
    const orm_model *model = arg->relation->model;
    const char *with = " where ";
    size_t n = 0;
    orm__b_key(b, 'N');
    orm__b_pointer(b, arg->relation);
    orm__b_key(b, arg->where->used);
    b->next_alias = 1;
    orm__b_put(b, "select (select count(*)");
    unsigned target = orm__b_related(b, arg->relation, 0, 0);
    if (arg->where->used) {
        orm__b_put(b, " and ");
        orm__b_condition(b, arg->where, target);
    }
    orm__b_put(b, ") from ");
    orm__b_table(b, model, 0);
    for (size_t i = 0; i < model->n_columns; i++) {
        if (!model->columns[i].primary_key) continue;
        orm__b_put(b, with);
        orm__b_template(b, ORM_OP_EQ, 0, &model->columns[i], &arg->key[n++], NULL);
        with = " and ";
    }
}

/* how many rows of the relation belong to this row, for which the condition holds; unset when the row is not there */
ORM_PRIVATE orm_status orm__count_related(orm__session *db, const orm_relation *relation, const void *row, const orm_expr *where, orm_opt_int64 *out)
{
    orm__build b;
    orm_value key[ORM__MAX_KEY];
    size_t n = 0;
    orm__related_arg arg = { relation, where, key };
    orm__self()->model = relation->model;
    orm_status status = orm__key_values(db, relation->model, NULL, row, key, &n);
    if (status) return status;
    orm__prepared *p;
    orm__build_begin(&b, db);
    status = orm__measure_shape(&b, orm__b_count_related, &arg, NULL, ORM_INT64, false, &p);
    if (status) return status;
    return orm__measure_run(db, p, b.values, b.n_values, out, NULL);
}

static orm_status orm__count_entered(orm__session *db, const orm_model *model, const orm_query *query, int64_t *out)
{
    orm__build b;
    orm__prepared *p;
    orm_status status = orm__count_prepare(db, model, query, &b, &p);
    return status ? status : orm__count_run(db, p, b.values, b.n_values, out);
}

static orm_status orm__place_is_given(orm__session *db, const orm_model *model, const char *what, const void *out)
{
    return out ? ORM_OK : orm__raise_at(db, ORM_MISUSE, model, NULL, "%s needs a place for its answer, it was given NULL", what);
}

ORM_API orm_status orm__count(orm_db *handle, const orm_model *model, const orm_query *query, int64_t *out)
{
    orm__session *db = orm__enter(handle, ORM__READ, NULL, ORM__CALLER, query ? query->timeout_ms : 0);
    if (!db) return orm__refused();
    orm_status status = orm__place_is_given(db, model, "count", out);
    if (!status) status = orm__row_lock_refuse(db, model, query);
    if (!status) status = orm__count_entered(db, model, query, out);
    orm__leave(db);
    return status;
}

ORM_API orm_status orm__exists(orm_db *handle, const orm_model *model, const orm_query *query, bool *out)
{
    orm__session *db = orm__enter(handle, ORM__READ, NULL, ORM__CALLER, query ? query->timeout_ms : 0);
    if (!db) return orm__refused();
    static const orm__measured any = { "cast(1 as bigint)", NULL, true };
    orm_opt_int64 found = { 0, false };
    orm_status status = orm__place_is_given(db, model, "exists", out);
    if (!status) status = orm__row_lock_refuse(db, model, query);
    if (!status) status = orm__measure(db, model, query, &any, ORM_INT64, &found, NULL);
    if (!status) *out = found.set;
    orm__leave(db);
    return status;
}

ORM_API void *orm__find_and_count(orm_db *handle, const orm_model *model, const orm_query *query, int64_t *total)
{
    void *rows = NULL;
    orm__session *db = orm__enter(handle, ORM__READ, NULL, ORM__CALLER, query ? query->timeout_ms : 0);
    if (!db) return NULL;
    orm_status status = orm__place_is_given(db, model, "find_and_count", total);
    if (!status && query && (query->lock || query->wait)) status = orm__row_lock_check(db, model, query);
    /* one snapshot for both, unless the caller has one */
    if (!status) status = orm__level_begin(db, &(orm_transaction_options){ .read_only = true });
    if (!status) {
        status = orm__count_entered(db, model, query, total);
        if (!status) rows = orm__find_all_hooked(db, model, query, 0, query && query->track);
        if (rows) status = orm__level_commit(db);
        else orm__level_rollback(db);
        if (status && rows) {
            if (!query || !query->arena) orm__free(rows);
            rows = NULL;
        }
    }
    orm__leave(db);
    return rows;
}

/* sum / n, rounded half away from zero, with four digits more than the column (at most 38 in all) */
static bool orm__decimal_average(orm_decimal sum, int64_t n, int scale, orm_decimal *out)
{
    int digits = scale + 4 > ORM_MAX_DIGITS ? ORM_MAX_DIGITS : scale + 4;
    return orm_decimal_div(sum, orm_decimal_make(n, 0), digits, ORM_HALF_UP, out);
}

static orm_status orm__aggregate_decimal(orm__session *db, const orm_model *model, orm_aggregate what, const orm_column *column, const orm_query *query, void *out)
{
    static const char sum[] = "sum(";
    orm__measured measure = { sum, column, false };
    orm_opt_decimal total = { { 0, 0, 0 }, false };
    int64_t n = 0;
    if (column->is.precision > 18 && !db->dialect->can.sum_of_long_decimals)
        return orm__raise_at(db, ORM_UNSUPPORTED, model, column, "this engine does not add decimals of more than 18 digits");
    orm_status status = orm__measure(db, model, query, &measure, ORM_DECIMAL, &total, &n);
    if (status) return status;
    if (!total.set) total.value = orm_decimal_make(0, column->is.scale);
    if (what == ORM_SUM) {
        *(orm_decimal *)out = total.value;
        return ORM_OK;
    }
    orm_opt_decimal average = { { 0, 0, 0 }, n > 0 };
    if (n > 0 && !orm__decimal_average(total.value, n, column->is.scale, &average.value)) return orm__raise_at(db, ORM_VALUE_RANGE, model, column, "the average has more than 38 digits");
    *(orm_opt_decimal *)out = average;
    return ORM_OK;
}

static orm_status orm__aggregate_entered(orm__session *db, const orm_model *model, orm_aggregate what, const orm_column *column, const orm_query *query, void *out)
{
    static const char *const names[] = { [ORM_SUM] = "sum(", [ORM_MIN] = "min(", [ORM_MAX] = "max(", [ORM_AVG] = "avg(" };
    orm__measured measure = { names[what], column, false };
    if (what == ORM_MIN || what == ORM_MAX) return orm__measure(db, model, query, &measure, column->is.type, out, NULL);
    if (column->is.type == ORM_DECIMAL) return orm__aggregate_decimal(db, model, what, column, query, out);
    if (what == ORM_AVG) return orm__measure(db, model, query, &measure, ORM_DOUBLE, out, NULL);
    if (column->is.type == ORM_FLOAT || column->is.type == ORM_DOUBLE) {
        orm_opt_double sum = { 0, false };
        orm_status status = orm__measure(db, model, query, &measure, ORM_DOUBLE, &sum, NULL);
        if (!status) *(double *)out = sum.value;
        return status;
    }
    orm_opt_int64 sum = { 0, false };
    orm_status status = orm__measure(db, model, query, &measure, ORM_INT64, &sum, NULL);
    if (!status) *(int64_t *)out = sum.value;
    return status;
}

ORM_API orm_status orm__aggregate(orm_db *handle, const orm_model *model, orm_aggregate what, const orm_column *column, const orm_query *query, void *out, const char *place)
{
    orm__session *db = orm__enter(handle, ORM__READ, place, NULL, query ? query->timeout_ms : 0);
    if (!db) return orm__refused();
    orm_status status = orm__row_lock_refuse(db, model, query);
    if (!status) status = orm__aggregate_entered(db, model, what, column, query, out);
    orm__leave(db);
    return status;
}

/* >>json_rows: rows and lists of rows from JSON, with what hangs on their relations where that is allowed; and the patch of a row. A shape says what may come in: the
   columns of a mask, or those of a query's .select with the relations of its .include. */
#include "internal.h"

typedef struct orm__shape { const orm_model *model; const orm_mask *fields; const orm_include *include; size_t limit; } orm__shape;

static orm__shape orm__shape_of(const orm_model *model, const orm_query *query)
{
    return (orm__shape){ .model = model, .fields = &query->select, .include = query->include, .limit = query->limit > 0 ? (size_t)query->limit : SIZE_MAX };
}

/* ---- what the program may ask ---- */

static orm_status orm__shape_refused(const orm_model *model, const orm_column *column, const char *what)
{
    return orm__raise_at(NULL, ORM_MISUSE, model, column, "%s", what);
}

static bool orm__shape_is_plain(const orm_query *q)
{
    return !q->where.used && !q->order[0].column && !q->offset && !q->page && !q->per_page && !q->after && !q->lock && !q->source && !q->track && !q->all && !q->required && !q->links;
}

static orm_status orm__shape_check(const orm__shape *shape, bool patch, unsigned depth)
{
    const orm_model *model = shape->model;
    bool any = false;
    if (depth == ORM__JSON_PATH) return orm__shape_refused(model, NULL, "the shape of the JSON is nested too deeply");
    if (model->view) return orm__shape_refused(model, NULL, "is a view, whose rows are not written");
    for (size_t i = 0; i < model->n_columns; i++) {
        const orm_column *c = &model->columns[i];
        if (!orm__mask_has(shape->fields, i)) continue;
        any = true;
        if (c->counter_of) return orm__shape_refused(model, c, "is a counter, which the database keeps: JSON cannot set it");
        if (patch && c->primary_key) return orm__shape_refused(model, c, "is a primary key, which does not change: JSON cannot set it");
        if (patch && c->is.deleted_at) return orm__shape_refused(model, c, "is written by destroy and restore: JSON cannot set it");
        if (patch && c->immutable) return orm__shape_refused(model, c, "is immutable: it is written once, by create");
    }
    for (const orm_include *include = shape->include; include && (include->relation || include->count || include->query); include++) {
        if (include->count) return orm__shape_refused(model, include->count, "is how many rows a relation has: JSON cannot set it");
        if (!include->relation) continue;                /* of orm_with_if */
        any = true;
        if (!orm__shape_is_plain(include->query)) return orm__shape_refused(model, NULL, "the shape of JSON has .select, .include and .limit, and nothing else");
        const orm__shape below = orm__shape_of(include->relation->target, include->query);
        orm_status status = orm__shape_check(&below, false, depth + 1);
        if (status) return status;
    }
    return any ? ORM_OK : orm__shape_refused(model, NULL, "no field is named that JSON may set");
}

/* ---- rows ---- */

static bool orm__json_row_in(orm__input *r, const orm__shape *shape, char *row, bool patch, orm_mask *set);

/* a list of its own, in the memory of the outermost one; in `out` unless it is not to be had */
static bool orm__json_list_in(orm__input *r, const orm__shape *shape, orm__result *result, bool outermost, void **out)
{
    const orm_model *model = shape->model;
    const char *start = r->scan.at;
    size_t n = 0;
    bool first = true, going = true;
    orm__list list;
    if (orm__result_load(result, model) < 0 || !orm__list_open(&list, result, model, 0, 0)) return orm__input_stop(r, ORM_NO_MEMORY);
    if (!orm__input_open(r, '[')) return false;
    for (; going; n++) {
        orm__input_step step = orm__input_next(r, &first, ']');
        if (step == ORM__INPUT_BROKEN) return false;
        if (step == ORM__INPUT_END) break;
        if (r->rows_left-- == 0) return orm__input_stop(r, ORM_OVER_BUDGET);
        char *row = (char *)orm__list_next(&list);
        if (!row) return orm__input_stop(r, ORM_NO_MEMORY);
        model->defaults(row);
        if (outermost) r->row = n;
        else r->path[r->n_path - 1].index = n;
        going = orm__json_row_in(r, shape, row, false, NULL);
    }
    if (!going) return false;
    if (!outermost) r->path[r->n_path - 1].index = SIZE_MAX;
    if (n > shape->limit) {
        char message[64];
        snprintf(message, sizeof message, "must have at most %zu rows", shape->limit);
        orm__input_fail(r, start, "", "length", message);
    }
    char *rows = (char *)orm__list_close(&list);
    if (!rows) return orm__input_stop(r, ORM_NO_MEMORY);
    if (n) *orm__ticket(model, rows) = ORM_FRESH;        /* the list's own ticket is for rows that were read */
    orm__result_publish(result, rows, n);
    *out = rows;
    return true;
}

static bool orm__json_lone_in(orm__input *r, const orm__shape *shape, void **out)
{
    char *row = r->rows_left ? (char *)orm__bump(r->arena, shape->model->size, 16) : NULL;
    if (!row) return orm__input_stop(r, r->rows_left ? ORM_NO_MEMORY : ORM_OVER_BUDGET);
    r->rows_left--;
    shape->model->defaults(row);
    *out = row;
    return orm__json_row_in(r, shape, row, false, NULL);
}

static bool orm__json_relation_in(orm__input *r, const orm_include *include, char *row)
{
    const orm_relation *relation = include->relation;
    const orm__shape below = orm__shape_of(relation->target, include->query);
    bool list = orm__is_list(relation), read = false;
    char first = r->scan.at < r->scan.end ? *r->scan.at : 0;
    void *there = NULL;
    if (first != (list ? '[' : '{')) {
        orm__slice null;
        if (first == 'n' && !list) return orm__input_value(r, &null);
        return orm__input_refuse(r, relation->name, "type", list ? "must be an array of objects" : "must be an object or null");
    }
    r->path[r->n_path].name = relation->name;
    r->path[r->n_path++].index = SIZE_MAX;
    if (list) {
        const orm_allocator a = orm__default_allocator();
        orm__result *result = orm__result_make(&a, r->arena, 0);
        read = result ? orm__json_list_in(r, &below, result, false, &there) : orm__input_stop(r, ORM_NO_MEMORY);
        if (result && !read) orm__result_discard(result);
    } else {
        read = orm__json_lone_in(r, &below, &there);
    }
    if (!read) return false;                             /* the path stays, for the error */
    r->n_path--;
    memcpy(row + relation->member, &there, sizeof there);
    return true;
}

ORM_PRIVATE bool orm__json_may_miss(const orm_column *c)
{
    return c->nullable || c->has_default || c->is.version || c->is.tenant || orm__is_supplied(c);
}

static void orm__json_missing(orm__input *r, const orm__shape *shape, const orm_mask *seen, orm_mask *failed, const char *at)
{
    for (size_t i = 0; i < shape->model->n_columns; i++) {
        const orm_column *c = &shape->model->columns[i];
        if (!orm__mask_has(shape->fields, i) || orm__mask_has(seen, i) || orm__json_may_miss(c)) continue;
        orm__mask_add(failed, i);
        orm__input_fail(r, at, c->name, "required", "is required");
    }
}

/* the rules of several fields, where all of these may come in */
static void orm__json_ask_rules(orm__input *r, const orm__shape *shape, const void *row, const orm_mask *failed, const char *at)
{
    size_t before = r->failures.count;
    orm__ask_rules(shape->model, row, NULL, shape->fields, failed, 0, &r->failures);
    orm__input_locate(r, before, at);
}

/* the column of that name which the shape allows, from the one behind the last: keys come in the model's order more often than not */
static size_t orm__json_column(const orm__input *r, const orm__shape *shape, const orm__slice *name, size_t from)
{
    size_t n = shape->model->n_columns;
    for (size_t k = 0; k < n; k++) {
        size_t i = from + k < n ? from + k : from + k - n;
        if (orm__mask_has(shape->fields, i) && orm__input_names(r, name, shape->model->columns[i].name)) return i;
    }
    return SIZE_MAX;
}

static const orm_include *orm__json_include(const orm__input *r, const orm__shape *shape, const orm__slice *name, size_t *index)
{
    for (const orm_include *include = shape->include; include && (include->relation || include->query); include++) {
        if (!include->relation || !orm__input_names(r, name, include->relation->name)) continue;
        *index = (size_t)(include->relation - shape->model->relations);
        return include;
    }
    return NULL;
}

static bool orm__json_row_in(orm__input *r, const orm__shape *shape, char *row, bool patch, orm_mask *set)
{
    const orm_model *model = shape->model;
    const char *start = r->scan.at;
    orm_mask seen = { { 0 } }, failed = { { 0 } }, related = { { 0 } };
    bool first = true;
    size_t next = 0, k = 0;
    if (r->scan.at == r->scan.end || *r->scan.at != '{') return orm__input_refuse(r, "", "type", "must be an object");
    if (!orm__input_open(r, '{')) return false;
    for (;;) {
        orm__slice name;
        orm__input_step step = orm__input_member(r, &first, &name);
        if (step == ORM__INPUT_BROKEN) return false;
        if (step == ORM__INPUT_END) break;
        size_t i = orm__json_column(r, shape, &name, next);
        const orm_include *include = i == SIZE_MAX ? orm__json_include(r, shape, &name, &k) : NULL;
        bool read = true, fine = false;
        if (i == SIZE_MAX && !include) {
            read = orm__input_refuse_name(r, &name, "unknown", "is not a field that is accepted here");
        } else if (include ? orm__mask_has(&related, k) : orm__mask_has(&seen, i)) {
            read = orm__input_refuse(r, include ? model->relations[k].name : model->columns[i].name, "duplicate", "stands twice in the object");
        } else if (include) {
            orm__mask_add(&related, k);
            read = orm__json_relation_in(r, include, row);
        } else {
            orm_value value;
            orm__mask_add(&seen, i);
            next = i + 1;
            read = orm__input_column(r, &model->columns[i], row, &value, &fine);
            if (fine) orm__store(&model->columns[i], row, &value);
            else orm__mask_add(&failed, i);
        }
        if (!read) return false;
    }
    if (!patch) orm__json_missing(r, shape, &seen, &failed, start);
    if (!patch && ORM__UNLIKELY(model->validated)) orm__json_ask_rules(r, shape, row, &failed, start);
    if (set) *set = seen;
    return true;
}

/* ---- the calls ---- */

ORM_API void *orm__from_json(orm_db *db, const orm_model *model, const char *text_, size_t length, const orm_query *query, const orm_mask *fields, const orm_json_input *how)
{
    const orm_allocator a = orm__default_allocator();
    const orm__shape shape = query ? orm__shape_of(model, query) : (orm__shape){ .model = model, .fields = fields, .limit = SIZE_MAX };
    bool list = how && how->list;
    void *rows = NULL;
    orm__input r;
    orm__clear_error();
    orm__self()->model = model;
    orm__input_begin(&r, db, text_, length, how);
    if (orm__input_given(&r, model, text_, length)) return NULL;
    if (query && !orm__shape_is_plain(query)) return orm__shape_refused(model, NULL, "the shape of JSON has .select, .include and .limit, and nothing else"), NULL;
    if (orm__shape_check(&shape, false, 0)) return NULL;
    orm__result *result = orm__result_make(&a, query ? query->arena : NULL, 0);
    if (!result) return orm__raise(NULL, ORM_NO_MEMORY, 0, "out of memory for a result"), NULL;
    r.arena = result->arena;
    orm__scan_space(&r.scan);
    bool read = true;
    if (list && (r.scan.at == r.scan.end || *r.scan.at != '[')) {
        read = orm__input_refuse(&r, "", "type", "must be an array of objects");
    } else if (list) {
        read = orm__json_list_in(&r, &shape, result, true, &rows);
    } else {
        orm__list one;
        read = orm__result_load(result, model) == 0 && orm__list_open(&one, result, model, 0, 1) && (rows = orm__list_next(&one));
        if (!read) orm__input_stop(&r, ORM_NO_MEMORY);
        else if ((rows = orm__list_close(&one))) model->defaults(rows);
        if (read) read = rows ? orm__json_row_in(&r, &shape, (char *)rows, false, NULL) : orm__input_stop(&r, ORM_NO_MEMORY);
        if (read) orm__result_publish(result, rows, 1);
    }
    if (read) read = orm__input_end(&r);
    if (orm__input_close(&r, model) == ORM_OK) return rows;
    if (result->head) orm__free(rows);
    else orm__result_discard(result);
    return NULL;
}

/* what was not read with the row no save writes, and what is sent would be lost; a secret that is set is written all the same */
static orm_status orm__patch_check(const orm_model *model, const orm__load *load, const orm_mask *fields)
{
    for (size_t i = 0; i < model->n_columns; i++)
        if (orm__mask_has(fields, i) && !orm__mask_has(&load->columns, i) && !model->columns[i].secret)
            return orm__shape_refused(model, &model->columns[i], "was not loaded with this row: JSON cannot set it");
    return ORM_OK;
}

ORM_API orm_status orm__patch_from_json(orm_db *db, const orm_model *model, void *row, const char *text_, size_t length, const orm_mask *fields, orm_mask *set)
{
    const orm__shape shape = { .model = model, .fields = fields, .limit = SIZE_MAX };
    orm_mask given = { { 0 } }, written = { { 0 } };
    orm__input r;
    orm__clear_error();
    orm__self()->model = model;
    orm__input_begin(&r, db, text_, length, NULL);
    r.when = ORM__CHANGES;
    orm_status status = orm__input_given(&r, model, text_, length);
    if (!status) status = orm__shape_check(&shape, true, 0);
    if (!status) status = orm__check_row(NULL, model, row, "patch_from_json");
    if (status) return status;
    orm__result *result = orm__result_of(*orm__ticket(model, row));
    if (!result) return orm__raise_at(NULL, ORM_MISUSE, model, NULL, "patch_from_json needs a row that was read, whose result keeps the texts: new rows are made by from_json");
    status = orm__patch_check(model, &result->loads[ORM__LOAD(*orm__ticket(model, row))], fields);
    if (status) return status;
    r.arena = result->arena;
    char *patched = (char *)orm__bump(r.arena, model->size, 16);       /* the row stays as it is until all is well */
    if (!patched) return orm__raise(NULL, ORM_NO_MEMORY, 0, "out of memory for a row");
    memcpy(patched, row, model->size);
    orm__scan_space(&r.scan);
    if (orm__json_row_in(&r, &shape, patched, true, &given)) orm__input_end(&r);
    status = orm__input_close(&r, model);
    if (status) return status;
    memcpy(row, patched, model->size);
    /* a version that was sent is the one that the row must have, and no field that a save writes */
    for (size_t i = 0; i < model->n_columns; i++)
        if (orm__mask_has(&given, i) && !model->columns[i].is.version) orm__mask_add(&written, i);
    if (set) *set = written;
    return ORM_OK;
}

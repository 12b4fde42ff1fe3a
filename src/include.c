/* >>include: rows of one statement into structs, with what is joined to them, and the children of many parents in one statement, merged
   by order: both sides ascend by the key, so there is no table to look things up in. */
#include "internal.h"

/* ---- reading one statement ------------------------------------------------------------------------------------------ */

ORM_PRIVATE orm_status orm__reader_begin(orm__session *db, orm__reader *r, orm__result *result, orm__part *head, orm__prepared *p, const orm__build *b, size_t expected)
{
    *r = (orm__reader){ .db = db, .result = result, .head = head };
    orm_status status = orm__run_start(db, &r->run, p, b->values, b->n_values);
    if (status) return status;
    if (db->dialect->rows) {         /* known: the list never grows */
        size_t n = db->dialect->rows(p->statement);
        expected = n ? n : 1;
    }
    for (orm__part *part = head; part; part = part->next) {
        if (part->head != head) continue;
        int load = orm__result_load(result, part->model);
        if (load < 0) {
            status = orm__raise(db, ORM_NO_MEMORY, 0, "out of memory for a result");
            break;
        }
        part->load = (unsigned)load;
        result->loads[load].columns = part->columns;
        r->n_segments++;
    }
    if (!status) {
        r->segments = (void **)orm__bump(&db->scratch, r->n_segments * sizeof(void *), 8);
        r->spare = (void **)orm__bump(&db->scratch, r->n_segments * sizeof(void *), 8);
        if (!r->segments || !r->spare) status = orm__raise(db, ORM_NO_MEMORY, 0, "out of memory for a result");
        else memset(r->spare, 0, r->n_segments * sizeof(void *));
    }
    /* relations of these parts count as loaded, found or not */
    for (orm__part *part = head->next; part && !status; part = part->next)
        if (part->parent && part->parent->head == head)
            orm__mask_add(&result->loads[part->parent->load].relations, (size_t)(part->relation - part->parent->model->relations));
    if (!status && !head->relation && !orm__list_open(&r->list, result, head->model, head->load, expected))
        status = orm__raise(db, ORM_NO_MEMORY, 0, "out of memory for a result");
    if (status) orm__run_finish(db, &r->run, NULL);
    return status;
}

/* remembers a row of a part whose to-many relations come later; the rows of lists are remembered when the list is closed */
static bool orm__gather(orm__session *db, orm__part *part, void *row)
{
    if (!part->gathers) return true;
    if (part->n_rows == part->rows_capacity) {
        size_t more = part->rows_capacity ? part->rows_capacity * 2 : 64;
        void **bigger = (void **)orm__bump(&db->scratch, more * sizeof(void *), 8);
        if (!bigger) return false;
        if (part->n_rows) memcpy(bigger, part->rows, part->n_rows * sizeof(void *));
        part->rows = bigger;
        part->rows_capacity = more;
    }
    part->rows[part->n_rows++] = row;
    return true;
}

static void **orm__member(void *row, const orm_relation *relation)
{
    return (void **)(void *)((char *)row + relation->member);
}

/* Reads the next row into the open list. Afterwards r->row is NULL at the end. */
ORM_PRIVATE orm_status orm__reader_next(orm__reader *r)
{
    unsigned n = 0;
    r->row = r->segments[0] = orm__list_next(&r->list);
    if (!r->row) return orm__raise(r->db, ORM_NO_MEMORY, 0, "out of memory for a result");
    for (orm__part *p = r->head->next; p && n + 1 < r->n_segments; p = p->next) {
        if (p->head != r->head) continue;
        n++;
        if (!r->spare[n]) {
            r->spare[n] = orm__bump(r->result->arena, p->model->size, 16);
            if (!r->spare[n]) return orm__raise(r->db, ORM_NO_MEMORY, 0, "out of memory for a result");
        }
        memset(r->spare[n], 0, p->model->size);
        r->segments[n] = r->spare[n];
    }
    orm_step step = orm__run_fetch(r->db, &r->run, r->segments, r->result->arena, NULL);
    if (step != ORM_STEP_ROW) {
        orm__list_drop(&r->list);
        r->row = NULL;
        return step == ORM_STEP_DONE ? ORM_OK : orm__self()->error.kind ? orm__self()->error.kind : ORM_FAILED;
    }
    n = 0;
    for (orm__part *p = r->head->next; p && n + 1 < r->n_segments; p = p->next) {
        if (p->head != r->head) continue;
        n++;
        void *parent = r->segments[p->parent->segment], *joined = r->segments[n];
        if (!parent || !joined) {
            r->segments[n] = NULL;
            continue;
        }
        *orm__ticket(p->model, joined) = orm__row_ticket(r->result, p->load, false);
        *orm__member(parent, p->relation) = joined;
        r->spare[n] = NULL;
        if (!orm__gather(r->db, p, joined)) return orm__raise(r->db, ORM_NO_MEMORY, 0, "out of memory for a result");
    }
    return ORM_OK;
}

ORM_PRIVATE orm_status orm__reader_rest(orm__reader *r)
{
    orm_status status = ORM_OK;
    if (r->n_segments > 1) {
        while ((status = orm__reader_next(r)) == ORM_OK && r->row) { }
        return status;
    }
    /* nothing is joined: this is the loop that long lists spend their time in */
    for (orm_step step = ORM_STEP_ROW; step == ORM_STEP_ROW; ) {
        void *row = orm__list_next(&r->list);
        if (!row) return orm__raise(r->db, ORM_NO_MEMORY, 0, "out of memory for a result");
        step = orm__run_fetch(r->db, &r->run, &row, r->result->arena, NULL);
        if (step == ORM_STEP_FAILED) status = orm__self()->error.kind ? orm__self()->error.kind : ORM_FAILED;
    }
    orm__list_drop(&r->list);
    return status;
}

ORM_PRIVATE void *orm__reader_close_list(orm__reader *r)
{
    size_t count = r->list.count;
    char *rows = (char *)orm__list_close(&r->list);
    for (size_t i = 0; rows && i < count; i++)
        if (!orm__gather(r->db, r->head, rows + i * r->head->model->size)) rows = NULL;
    if (!rows) orm__raise(r->db, ORM_NO_MEMORY, 0, "out of memory for a result");
    return rows;
}

ORM_PRIVATE orm_status orm__reader_end(orm__reader *r)
{
    return orm__run_finish(r->db, &r->run, NULL);
}

/* ---- the children of many parents -------------------------------------------------------------------------------------- */

typedef struct orm__parent { orm_value key; void *row; } orm__parent;

/* a stable merge sort by key: the rows of one key stay together, which is all that the merge needs */
static void orm__sort_parents(const orm_column *column, orm__parent *a, orm__parent *spare, size_t n)
{
    if (n < 2) return;
    size_t half = n / 2, i = 0, j = half, k = 0;
    orm__sort_parents(column, a, spare, half);
    orm__sort_parents(column, a + half, spare, n - half);
    if (orm__compare_values(column, &a[half - 1].key, &a[half].key) <= 0) return;
    memcpy(spare, a, n * sizeof *a);
    while (i < half && j < n) a[k++] = orm__compare_values(column, &spare[i].key, &spare[j].key) <= 0 ? spare[i++] : spare[j++];
    while (i < half) a[k++] = spare[i++];
    while (j < n) a[k++] = spare[j++];
}

/* The parents that have a key, in its order, and their distinct keys. Both live in the scratch arena. */
static orm_status orm__collect_parents(orm__session *db, orm__part *part, orm__parent **out, size_t *n_out)
{
    const orm_column *here = orm__here(part->relation), *there = orm__there(part->relation);
    size_t n = 0, total = part->parent->n_rows, bytes;
    *n_out = 0;
    part->keys = NULL;
    part->n_keys = 0;
    if (total == 0) return ORM_OK;
    orm__parent *parents = __builtin_mul_overflow(total, 2 * sizeof *parents, &bytes) ? NULL : (orm__parent *)orm__bump(&db->scratch, bytes, 16);
    orm_value *keys = parents ? (orm_value *)orm__bump(&db->scratch, total * sizeof *keys, 8) : NULL;
    if (!keys) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory for the keys of %zu rows", total);
    for (size_t i = 0; i < total; i++) {
        orm_value v = orm__value_of(here, part->parent->rows[i]);
        if (v.type != ORM_NULL) parents[n++] = (orm__parent){ v, part->parent->rows[i] };
    }
    orm__sort_parents(here, parents, parents + total, n);
    for (size_t i = 0; i < n; i++) {
        if (i && orm__compare_values(here, &parents[i - 1].key, &parents[i].key) == 0) continue;
        orm_value v = parents[i].key;
        char why[160];
        orm_status kind = ORM_VALUE_RANGE;
        const char *message_ = orm__fit(there, &v, db->options.max_text, why, &kind);
        if (message_) return orm__raise_at(db, kind, part->model, there, "%s", message_);
        keys[part->n_keys++] = v;
    }
    part->keys = keys;
    *out = parents;
    *n_out = n;
    return ORM_OK;
}

/* every parent gets a list: those without children share one that is empty */
static orm_status orm__give_empty(orm__session *db, orm__result *result, orm__part *part)
{
    orm__list list;
    void *empty = NULL;
    if (part->parent->n_rows == 0) return ORM_OK;
    if (orm__list_open(&list, result, part->model, part->load, 0)) empty = orm__list_close(&list);
    if (!empty) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory for a result");
    for (size_t i = 0; i < part->parent->n_rows; i++) *orm__member(part->parent->rows[i], part->relation) = empty;
    return ORM_OK;
}

/* reads rows, which ascend by the foreign key, and hands each run of equal keys to its parents */
static orm_status orm__merge(orm__session *db, orm__reader *r, orm__part *part, const orm__parent *parents, size_t n)
{
    const orm_column *there = orm__there(part->relation);
    size_t at = 0;
    orm_status status = ORM_OK;
    /* a row of the next parent is seen when it has been read: it opens the next list and is moved there */
    if (!orm__list_open(&r->list, r->result, part->model, part->load, 0)) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory for a result");
    for (;;) {
        status = orm__reader_next(r);
        if (status) return status;
        orm_value key = { .type = ORM_NULL };
        if (r->row) {
            key = orm__value_of(there, r->row);
            if (r->list.count == 1) {       /* the first child of a list: find its parents */
                while (at < n && orm__compare_values(there, &parents[at].key, &key) != 0) at++;
                if (at == n) return orm__raise_at(db, ORM_BAD_DATA, part->model, there, "the database returned a child that no parent asked for");
                continue;
            }
            if (orm__compare_values(there, &parents[at].key, &key) == 0) continue;
        } else if (r->list.count == 0) {
            return ORM_OK;
        }
        char *stray = NULL;
        if (r->row) {                       /* the last row belongs to the next list */
            stray = (char *)orm__bump(&db->scratch, part->model->size, 16);
            if (!stray) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory for a result");
            memcpy(stray, r->row, part->model->size);
            orm__list_drop(&r->list);
        }
        void *rows = orm__reader_close_list(r);
        if (!rows) return ORM_NO_MEMORY;
        orm_value done = parents[at].key;
        for (; at < n && orm__compare_values(there, &parents[at].key, &done) == 0; at++) *orm__member(parents[at].row, part->relation) = rows;
        if (!stray) return ORM_OK;
        void *first = orm__list_open(&r->list, r->result, part->model, part->load, 0) ? orm__list_next(&r->list) : NULL;
        if (!first) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory for a result");
        memcpy(first, stray, part->model->size);
        while (at < n && orm__compare_values(there, &parents[at].key, &key) != 0) at++;
        if (at == n) return orm__raise_at(db, ORM_BAD_DATA, part->model, there, "the database returned a child that no parent asked for");
    }
}

ORM_PRIVATE orm_status orm__read_children(orm__session *db, orm__result *result, orm__part *part)
{
    orm__build b;
    orm__prepared *p;
    orm__reader reader;
    orm__parent *parents = NULL;
    size_t n = 0;
    orm_status status = orm__collect_parents(db, part, &parents, &n);
    if (status) return status;
    if (n == 0) {                           /* nobody to load for: no statement, but the relation and what is below it count as loaded */
        int load = orm__result_load(result, part->model);
        if (load < 0) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory for a result");
        part->load = (unsigned)load;
        orm__mask_add(&result->loads[part->parent->load].relations, (size_t)(part->relation - part->parent->model->relations));
        return orm__give_empty(db, result, part);
    }
    orm__build_begin(&b, db);
    status = orm__select_prepare(&b, part, &p);
    if (status) return status;
    status = orm__reader_begin(db, &reader, result, part, p, &b, 0);
    if (status) return status;
    orm__mask_add(&result->loads[part->parent->load].relations, (size_t)(part->relation - part->parent->model->relations));
    status = orm__give_empty(db, result, part);
    if (!status) status = orm__merge(db, &reader, part, parents, n);
    orm_status ended = orm__reader_end(&reader);
    return status ? status : ended;
}

/* >>include: rows of one statement into structs, with what is joined to them, and the children of many parents in one statement, merged
   by order: both sides ascend by the key, so there is no table to look things up in. */
#include "internal.h"

/* ---- reading one statement ------------------------------------------------------------------------------------------ */

/* A load for a part's rows, and what is known of them. The relation counts as loaded with its owner's rows, found or not. */
static orm_status orm__part_load(orm__session *db, orm__result *result, orm__part *part)
{
    int load = orm__result_load(result, part->model);
    if (load < 0) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory for a result, or more than %d relations in it", ORM__MAX_LOADS - 1);
    part->load = (unsigned)load;
    orm__load *l = &result->loads[load];
    l->columns = part->columns;
    l->counts = part->counts;
    l->relation = part->relation;
    if (!part->relation) return ORM_OK;
    l->parent = part->parent->load;
    l->links = part->query->links;
    orm__mask_add(&result->loads[part->parent->load].relations, (size_t)(part->relation - part->parent->model->relations));
    return ORM_OK;
}

/* memory for rows of the link model: a list of its own when they are asked for, else one row that is read over and over */
static orm_status orm__reader_link(orm__reader *r)
{
    const orm__part *head = r->head;
    const orm_model *link = head->relation ? head->path->link : NULL;
    if (!link) return ORM_OK;
    if (head->query->links) {
        int load = orm__result_load(r->result, link);
        if (load < 0) return orm__raise(r->db, ORM_NO_MEMORY, 0, "out of memory for a result");
        r->head->link_load = (unsigned)load;
        r->result->loads[load].columns = head->link_columns;
        r->result->loads[load].parent = head->load;
    }
    r->link = orm__bump(&r->db->scratch, link->size, 16);
    if (!r->link) return orm__raise(r->db, ORM_NO_MEMORY, 0, "out of memory for a result");
    memset(r->link, 0, link->size);
    return ORM_OK;
}

ORM_PRIVATE orm_status orm__reader_begin(orm__session *db, orm__reader *r, orm__result *result, orm__part *head, orm__prepared *p, const orm__build *b, size_t expected)
{
    *r = (orm__reader){ .db = db, .result = result, .head = head };
    orm_status status = orm__run_start(db, &r->run, p, b->values, b->n_values);
    if (status) return status;
    if (db->dialect->rows) {         /* known: the list never grows */
        size_t n = db->dialect->rows(p->statement);
        expected = n ? n : 1;
    }
    for (orm__part *part = head; part && !status; part = part->next) {
        if (part->head != head) continue;
        status = orm__part_load(db, result, part);
        r->n_parts++;
    }
    if (!status) status = orm__reader_link(r);
    r->plain = r->n_parts == 1 && !head->query->links;
    r->n_segments = r->n_parts + (r->link != NULL);
    if (!status) {
        r->segments = (void **)orm__bump(&db->scratch, r->n_segments * sizeof(void *), 8);
        r->spare = (void **)orm__bump(&db->scratch, r->n_segments * sizeof(void *), 8);
        if (!r->segments || !r->spare) status = orm__raise(db, ORM_NO_MEMORY, 0, "out of memory for a result");
        else memset(r->spare, 0, r->n_segments * sizeof(void *));
        if (!status && r->link) r->segments[r->n_parts] = r->link;
    }
    if (!status && !head->relation) {
        if (orm__list_open(&r->list, result, head->model, head->load, expected)) orm__list_bound(&r->list, orm__most_rows(db, head));
        else status = orm__raise(db, ORM_NO_MEMORY, 0, "out of memory for a result");
    }
    if (status) orm__run_finish(db, &r->run, NULL);
    return status;
}

ORM_PRIVATE bool orm__rows_add(orm__session *db, orm__rows *rows, void *row)
{
    if (rows->n == rows->capacity) {
        size_t more = rows->capacity ? rows->capacity * 2 : 64;
        void **bigger = (void **)orm__bump(&db->scratch, more * sizeof *bigger, 8);
        if (!bigger) return false;
        if (rows->n) memcpy(bigger, rows->at, rows->n * sizeof *bigger);
        rows->at = bigger;
        rows->capacity = more;
    }
    rows->at[rows->n++] = row;
    return true;
}

/* remembers a row of a part whose relations have statements of their own; the rows of lists are remembered when the list is closed */
static bool orm__gather(orm__session *db, orm__part *part, void *row)
{
    return !part->gathers || orm__rows_add(db, &part->rows, row);
}

/* the structs that the next row is read into: a row of the list, fresh ones for what is joined, and the link's */
static orm_status orm__reader_aim(orm__reader *r)
{
    unsigned n = 0;
    const orm__part *p = r->head;
    r->row = r->segments[0] = orm__list_next(&r->list);
    while (r->row && n + 1 < r->n_parts) {
        p = p->next;
        if (p->head != r->head) continue;
        n++;
        if (!r->spare[n]) r->spare[n] = orm__bump(r->result->arena, p->model->size, 16);
        if (!r->spare[n]) break;
        memset(r->spare[n], 0, p->model->size);
        r->segments[n] = r->spare[n];
    }
    if (r->link) {
        if (r->head->query->links && r->row) r->link = orm__list_next(&r->links);
        r->segments[r->n_parts] = r->link;
    }
    if (!r->row) return orm__list_refused(r->db, &r->list);
    if (n + 1 < r->n_parts || r->segments[r->n_segments - 1] == NULL) return orm__raise(r->db, ORM_NO_MEMORY, 0, "out of memory for a result");
    return ORM_OK;
}

static void orm__reader_drop(orm__reader *r)
{
    orm__list_drop(&r->list);
    if (r->link && r->head->query->links) orm__list_drop(&r->links);
}

/* Reads the next row into the open list. Afterwards r->row is NULL at the end. */
ORM_PRIVATE orm_status orm__reader_next(orm__reader *r)
{
    orm_status status = ORM_OK;
    if (ORM__LIKELY(r->plain)) r->row = r->segments[0] = orm__list_next(&r->list);
    if (!r->plain || !r->row) status = orm__reader_aim(r);
    if (status) return status;
    orm_step step = orm__run_fetch(r->db, &r->run, r->segments, r->result->arena, NULL);
    if (step != ORM_STEP_ROW) {
        orm__reader_drop(r);
        r->row = NULL;
        return step == ORM_STEP_DONE ? ORM_OK : orm__self()->error.kind ? orm__self()->error.kind : ORM_FAILED;
    }
    if (r->n_parts == 1) return ORM_OK;
    unsigned n = 0;
    for (orm__part *p = r->head->next; p && n + 1 < r->n_parts; p = p->next) {
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
    size_t last = r->head->limit > 0 ? (size_t)r->head->limit : SIZE_MAX;      /* behind it the engine has no row, and is not asked for one */
    if (r->n_segments > 1) {
        do status = orm__reader_next(r); while (status == ORM_OK && r->row && r->list.count < last);
        return status;
    }
    /* nothing is joined: this is the loop that long lists spend their time in */
    for (orm_step step = ORM_STEP_ROW; step == ORM_STEP_ROW; ) {
        if (ORM__UNLIKELY(r->list.count == last)) return ORM_OK;
        void *row = orm__list_next(&r->list);
        if (!row) return orm__list_refused(r->db, &r->list);
        step = orm__run_fetch(r->db, &r->run, &row, r->result->arena, NULL);
        if (step == ORM_STEP_FAILED) status = orm__self()->error.kind ? orm__self()->error.kind : ORM_FAILED;
    }
    orm__list_drop(&r->list);
    return status;
}

static bool orm__gather_list(orm__reader *r, char *rows)
{
    size_t n = r->head->gathers ? orm__list_count(rows) : 0;
    for (size_t i = 0; i < n; i++)
        if (!orm__rows_add(r->db, &r->head->rows, rows + i * r->head->model->size)) return false;
    return true;
}

ORM_PRIVATE void *orm__reader_close_list(orm__reader *r)
{
    char *rows = (char *)orm__list_close(&r->list);
    if (rows && !orm__gather_list(r, rows)) rows = NULL;
    if (!rows) orm__raise(r->db, ORM_NO_MEMORY, 0, "out of memory for a result");
    return rows;
}

ORM_PRIVATE orm_status orm__reader_end(orm__reader *r)
{
    return orm__run_finish(r->db, &r->run, NULL);
}

/* ---- the rows of a relation for many parents ------------------------------------------------------------------------------ */

static int64_t orm__integer_of(const orm_column *column, const void *row)
{
    int64_t number = 0;
    if (column->is.type != ORM_INT64) return orm__value_of(column, row).as.i;
    memcpy(&number, (const char *)row + column->offset, sizeof number);
    return number;
}

ORM_PRIVATE int orm__compare_key_values(const orm__part *part, const orm__parent *a, const orm__parent *b)
{
    int order = 0;
    for (unsigned i = 0; i < part->path->n && order == 0; i++) order = orm__compare_values(part->path->there[i], &a->key[i], &b->key[i]);
    return order;
}

/* a stable merge sort by key: the parents of one key stay together, which is all that the merge needs */
ORM_PRIVATE void orm__sort_parents(const orm__part *part, orm__parent *a, orm__parent *spare, size_t n)
{
    if (n < 2) return;
    size_t half = n / 2, i = 0, j = half, k = 0;
    orm__sort_parents(part, a, spare, half);
    orm__sort_parents(part, a + half, spare, n - half);
    if (orm__compare_keys(part, &a[half - 1], &a[half]) <= 0) return;
    memcpy(spare, a, n * sizeof *a);
    while (i < half && j < n) a[k++] = orm__compare_keys(part, &spare[i], &spare[j]) <= 0 ? spare[i++] : spare[j++];
    while (i < half) a[k++] = spare[i++];
    while (j < n) a[k++] = spare[j++];
}

/* The key of a parent as the rows of the relation have it; false when it has none: then nothing belongs to it. */
static orm_status orm__parent_key(orm__session *db, const orm__part *part, const void *row, orm_value *key, bool *any)
{
    *any = orm__relation_applies(part->relation, row);
    for (unsigned i = 0; i < part->path->n && *any; i++) {
        const orm_column *there = part->path->there[i];
        char why[160];
        orm_status kind = ORM_VALUE_RANGE;
        key[i] = orm__value_of(part->path->here[i], row);
        *any = key[i].type != ORM_NULL;
        const char *message_ = *any ? orm__fit(there, &key[i], db->options.max_text, why, &kind) : NULL;
        if (message_) return orm__raise_at(db, kind, there->model, there, "%s", message_);
    }
    return ORM_OK;
}

/* is it a bigint on both sides? Every value of one fits, and only 0 may be none. */
static bool orm__key_is_whole(const orm__part *part)
{
    const orm_column *here = part->path->here[0], *there = part->path->there[0];
    return part->simple && here->is.type == ORM_INT64 && there->is.type == ORM_INT64 && !orm__has_flag(here) && !here->is.bits && !there->is.bits;
}

/* The parents that have a key, in its order, and their distinct keys, column by column. Both live in the scratch arena. */
static orm_status orm__collect_parents(orm__session *db, orm__part *part, orm__parent **out, size_t *n_out)
{
    size_t n = 0, distinct = 0, total = part->parent->rows.n, columns = part->path->n, bytes;
    *n_out = 0;
    part->keys = NULL;
    part->n_keys = 0;
    if (total == 0) return ORM_OK;
    orm__parent *parents = __builtin_mul_overflow(total, 2 * sizeof *parents, &bytes) ? NULL : (orm__parent *)orm__bump(&db->scratch, bytes, 16);
    orm_value *own = parents && !__builtin_mul_overflow(total, 2 * columns * sizeof *own, &bytes) ? (orm_value *)orm__bump(&db->scratch, bytes, 8) : NULL;
    if (!own) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory for the keys of %zu rows", total);
    orm_value *keys = own + total * columns;
    const orm_column *here = part->path->here[0];
    bool whole = orm__key_is_whole(part), zero = !here->is.is_key && !here->is.generated, sorted = true;
    for (size_t i = 0; i < total; i++) {
        void *row = part->parent->rows.at[i];
        orm_value *key = own + n * columns;
        bool any = false;
        if (ORM__LIKELY(whole)) {
            *key = (orm_value){ .type = ORM_INT64, .as.i = orm__integer_of(here, row) };
            any = (key->as.i || zero) && orm__relation_applies(part->relation, row);
        } else {
            orm_status status = orm__parent_key(db, part, row, key, &any);
            if (status) return status;
        }
        if (!any) continue;
        parents[n] = (orm__parent){ part->simple ? key->as.i : 0, key, row };
        sorted = sorted && (n == 0 || orm__compare_keys(part, &parents[n - 1], &parents[n]) <= 0);
        n++;
    }
    if (!sorted) orm__sort_parents(part, parents, parents + total, n);
    for (size_t i = 0; i < n; i++) {
        if (i && orm__compare_keys(part, &parents[i - 1], &parents[i]) == 0) continue;
        for (size_t k = 0; k < columns; k++) keys[k * total + distinct] = parents[i].key[k];
        distinct++;
    }
    for (size_t k = 1; k < columns; k++) memmove(keys + k * distinct, keys + k * total, distinct * sizeof *keys);
    part->keys = keys;
    part->n_keys = distinct;
    *out = parents;
    *n_out = n;
    return ORM_OK;
}

/* Every parent gets something: NULL, or a list. Those without rows share one that is empty. */
static orm_status orm__give_nothing(orm__session *db, orm__result *result, orm__part *part)
{
    orm__list list;
    void *empty = NULL;
    if (part->parent->rows.n == 0) return ORM_OK;
    if (!part->single) {
        if (orm__list_open(&list, result, part->model, part->load, 0)) empty = orm__list_close(&list);
        if (!empty) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory for a result");
        orm__list_links(empty, NULL);
    }
    for (size_t i = 0; i < part->parent->rows.n; i++)
        if (orm__relation_applies(part->relation, part->parent->rows.at[i])) *orm__member(part->parent->rows.at[i], part->relation) = empty;
    return ORM_OK;
}

static bool orm__merge_open(orm__reader *r)
{
    if (!orm__list_open(&r->list, r->result, r->head->model, r->head->load, 0)) return false;
    return !r->head->query->links || orm__list_open(&r->links, r->result, r->head->path->link, r->head->link_load, 0);
}

/* the key of the row that was read: in the row itself, or in the link's */
static void orm__merge_key(const orm__reader *r, orm__parent *key, orm_value values[ORM__MAX_KEY])
{
    const orm__path *path = r->head->path;
    const void *row = path->link ? r->link : r->row;
    key->key = values;
    if (r->head->simple) {
        key->number = orm__integer_of(path->there[0], row);
        return;
    }
    for (unsigned i = 0; i < path->n; i++) values[i] = orm__value_of(path->there[i], row);
}

/* Closes the list, and gives it to the parents of the run that begins at `at`; what is behind the run comes back. All rows are theirs, or all but the last,
   which goes on to the next list. */
static orm_status orm__merge_give(orm__reader *r, const orm__parent *parents, size_t n, size_t *at, bool all)
{
    const orm__part *part = r->head;
    size_t first = *at;
    void *rows = all ? orm__list_close(&r->list) : orm__list_turn(&r->list), *links = NULL;
    if (rows && part->query->links) links = all ? orm__list_close(&r->links) : orm__list_turn(&r->links);
    if (!rows || (part->query->links && !links) || !orm__gather_list(r, (char *)rows)) return orm__raise(r->db, ORM_NO_MEMORY, 0, "out of memory for a result");
    if (links) orm__list_links(rows, links);
    do *orm__member(parents[*at].row, part->relation) = rows; while (++*at < n && orm__compare_keys(part, &parents[first], &parents[*at]) == 0);
    return ORM_OK;
}

/* reads rows, which ascend by key as the parents do, and hands each run of equal keys to its parents */
static orm_status orm__merge(orm__reader *r, const orm__parent *parents, size_t n)
{
    const orm__part *part = r->head;
    orm_value values[ORM__MAX_KEY];
    orm__parent key = { 0, NULL, NULL };
    size_t at = 0;                          /* of the first parent that the open list is for, or may be for while it is empty */
    size_t left = orm__most_rows(r->db, part);
    if (!orm__merge_open(r)) return orm__raise(r->db, ORM_NO_MEMORY, 0, "out of memory for a result");
    for (;;) {
        orm_status status = orm__reader_next(r);
        if (status) return status;
        if (!r->row) return r->list.count ? orm__merge_give(r, parents, n, &at, true) : ORM_OK;
        if (ORM__UNLIKELY(left-- == 0)) return orm__too_many_rows(r->db, part->model, part->relation, orm__most_rows(r->db, part));
        orm__merge_key(r, &key, values);
        bool begun = r->list.count > 1;     /* with rows before this one */
        if (begun && orm__compare_keys(part, &parents[at], &key) == 0) continue;
        if (begun && (status = orm__merge_give(r, parents, n, &at, false)) != ORM_OK) return status;
        while (at < n && orm__compare_keys(part, &parents[at], &key) < 0) at++;
        if (at < n && orm__compare_keys(part, &parents[at], &key) == 0) continue;
        /* lists of several columns are asked for each by itself, so some rows have a mixture that no parent has */
        if (part->path->n == 1) return orm__raise_at(r->db, ORM_BAD_DATA, part->model, NULL, "the database returned a row of %s.%s that no row asked for", part->relation->model->name, part->relation->name);
        orm__reader_drop(r);
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
        for (orm__part *joined = part; joined && !status; joined = joined->next)
            if (joined->head == part) status = orm__part_load(db, result, joined);
        return status ? status : orm__give_nothing(db, result, part);
    }
    orm__build_begin(&b, db);
    status = orm__select_prepare(&b, part, &p);
    if (status) return status;
    status = orm__reader_begin(db, &reader, result, part, p, &b, 0);
    if (status) return status;
    status = orm__give_nothing(db, result, part);
    if (!status) status = orm__merge(&reader, parents, n);
    orm_status ended = orm__reader_end(&reader);
    return status ? status : ended;
}

/* >>stream: ORM_EACH. Keyset pages in the order of the primary key: nothing is held between them that another call needs. In ORM_READ, where nothing
   writes, one row at a time where the engine has it. */
#include "internal.h"

#define ORM__PAGE 256

/* a struct with a copy of the row's primary key in it, in the arena */
static void *orm__key_row(const orm_model *model, const void *row, orm_arena *arena)
{
    void *key = orm_arena_allocate(arena, model->size);
    for (size_t i = 0; key && i < model->n_columns; i++) {
        const orm_column *c = &model->columns[i];
        if (!c->primary_key) continue;
        orm_value v = orm__value_of(c, row);
        if (v.type == ORM_TEXT || v.type == ORM_JSON) {
            v.as.s = orm_text(arena, v.as.s);
            if (!v.as.s) return NULL;
        } else if (v.type == ORM_BLOB) {
            v.as.p = orm__bump_text(arena, v.as.p, v.length);
            if (!v.as.p) return NULL;
        }
        orm__store(c, key, &v);
    }
    if (key) *orm__ticket(model, key) = ORM_FRESH;
    return key;
}

static orm_status orm__each_refuse(orm__session *db, orm__each *each)
{
    const orm_query *q = each->query;
    if (q->order[0].column || q->offset || q->after || q->page || q->per_page || q->arena || q->track)
        return orm__raise_at(db, ORM_MISUSE, each->model, NULL, "ORM_EACH walks in the order of the primary key: .order, .offset, .after, .page, .arena and .track are not for it");
    if (!orm__key_length(each->model)) return orm__raise_at(db, ORM_MISUSE, each->model, NULL, "ORM_EACH walks by key, and the view %s has no row that says group or primary_key", each->model->name);
    if (q->limit < 0) return orm__raise_at(db, ORM_MISUSE, each->model, NULL, "limit cannot be negative");
    if (q->lock || q->wait) return orm__row_lock_check(db, each->model, q);
    return ORM_OK;
}

/* the largest key at the start; NULL when there is no row */
static orm_status orm__each_bound(orm__session *db, orm__each *each)
{
    const orm_query *q = each->query;
    orm_query last = { .where = q->where, .source = q->source, .with_deleted = q->with_deleted, .only_deleted = q->only_deleted, .unscoped = q->unscoped };
    unsigned n = 0;
    for (size_t i = 0; i < each->model->n_columns; i++) {
        if (!each->model->columns[i].primary_key) continue;
        if (n < ORM_MAX_ORDERS) last.order[n++] = (orm_order){ .column = &each->model->columns[i], .descending = 1 };
        orm__mask_add(&last.select, i);
    }
    void *rows = orm__find_all_entered(db, each->model, &last, NULL, 1, false);
    if (!rows) return orm__self()->error.kind;
    orm_status status = ORM_OK;
    if (orm__len(rows, each->model->ticket)) {
        each->bound = orm__key_row(each->model, rows, &each->keys);
        if (!each->bound) status = orm__raise(db, ORM_NO_MEMORY, 0, "out of memory");
    }
    orm__free(rows);
    return status;
}

/* a page ends with this row, behind which the next goes on: two arenas take turns, so that old keys do not pile up */
static orm_status orm__each_mark(orm__session *db, orm__each *each, const void *row)
{
    orm_arena *other = &each->turn[each->turns++ & 1];
    orm_arena_reset(other);
    each->from = orm__key_row(each->model, row, other);
    return each->from ? ORM_OK : orm__raise(db, ORM_NO_MEMORY, 0, "out of memory");
}

static orm_status orm__each_page(orm__session *db, orm__each *each)
{
    orm__part bounds = { .after = each->from, .until = each->bound, .any_number = true };
    orm_query page = *each->query;
    int64_t limit = ORM__PAGE;
    page.limit = 0;
    page.arena = &each->arena;
    if (each->query->limit && each->query->limit - each->given < limit) limit = each->query->limit - each->given;
    orm_arena_reset(&each->arena);
    each->rows = (char *)orm__find_all_entered(db, each->model, &page, &bounds, limit, false);
    if (!each->rows) return orm__self()->error.kind;
    each->count = orm__len(each->rows, each->model->ticket);
    each->at = 0;
    each->last_page = each->count < ORM__PAGE;
    if (each->count == 0) return ORM_OK;
    return orm__each_mark(db, each, each->rows + (each->count - 1) * each->model->size);
}

/* ---- in ORM_READ ----

   An engine that lets a statement stand between two fetches is stepped through it. Another one has all rows of an execution at hand, so it is given pages;
   their bound is not needed, as nobody adds rows to what is seen. */

static bool orm__each_paged(const orm__session *db) { return db->dialect->cursor.declare != NULL; }

static bool orm__each_includes(const orm_query *q)
{
    for (unsigned k = 0; k < ORM_MAX_INCLUDES; k++) if (q->include[k].relation || q->include[k].count) return true;
    return false;
}

/* the one row that all are read into, in the arena */
static orm_status orm__walk_room(orm__session *db, orm__each *each, const orm_mask *columns)
{
    orm__list list;
    orm_arena_reset(&each->arena);
    each->rows = NULL;
    each->result = orm__result_new(db, &each->arena, 0);
    if (!each->result) return ORM_NO_MEMORY;
    bool made = orm__result_load(each->result, each->model) == 0 && orm__list_open(&list, each->result, each->model, 0, 1) && orm__list_next(&list);
    if (made) each->rows = (char *)orm__list_close(&list);
    if (!each->rows) {
        orm__result_discard(each->result);
        each->result = NULL;
        return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory for a result");
    }
    each->result->loads[0].columns = *columns;
    each->result->head = each->rows;            /* not published: nobody may free it */
    each->result->length = 1;
    each->used[0] = each->arena.orm__at;
    return ORM_OK;
}

/* runs the statement, from its begin or the row of the last page on */
static orm_status orm__walk_start(orm__session *db, orm__each *each, orm__stream *s)
{
    orm__part bounds = { .after = each->from, .any_number = true, .walked = true }, *head;
    orm__build b;
    int64_t limit = each->query->limit ? each->query->limit - each->given : 0;
    if (orm__each_paged(db) && (!limit || limit > ORM__PAGE)) limit = ORM__PAGE;
    orm_status status = orm__find_all_prepare(db, each->model, each->query, &bounds, limit, &b, &head, &s->walk);
    s->kept = true;
    if (!status && !each->result) status = orm__walk_room(db, each, &head->columns);
    orm_arena_reset(&s->memory);
    if (!status) {      /* the scratch memory that they are in ends with the call, and what they point to is borrowed until the statement has ended */
        s->values = orm__values_copy(db, &s->memory, b.values, b.n_values);
        s->n = b.n_values;
        if (!s->values) status = ORM_NO_MEMORY;
    }
    if (!status) status = orm__run_start(db, &s->run, s->walk, s->values, s->n);
    s->runs = !status;
    return status;
}

/* what was loaded for the row before, and what its values needed, goes with it */
static orm_status orm__walk_renew(orm__session *db, orm__each *each)
{
    if (ORM__UNLIKELY(each->keys.orm__at != each->used[1])) orm_arena_reset(&each->keys);
    if (ORM__LIKELY(each->arena.orm__at == each->used[0])) {
        orm__result_renew(each->result, each->model);
        return ORM_OK;
    }
    const orm_mask columns = each->result->loads[0].columns;
    return orm__walk_room(db, each, &columns);
}

/* The next row. `ended`: there is none. */
static orm_status orm__walk_row(orm__session *db, orm__each *each, orm__stream *s, bool *ended)
{
    void *row = NULL;
    if (ORM__UNLIKELY(s->run.rows == ORM__PAGE) && orm__each_paged(db)) {
        orm_status status = orm__run_finish(db, &s->run, NULL);
        s->runs = false;
        if (!status) status = orm__walk_start(db, each, s);
        if (status) return status;
    }
    if (orm__walk_renew(db, each)) return orm__self()->error.kind;
    row = each->rows;
    orm_step step = orm__run_fetch_borrowed(db, &s->run, &row, &each->keys);
    each->used[1] = each->keys.orm__at;
    if (ORM__LIKELY(step == ORM_STEP_ROW)) return s->run.rows == ORM__PAGE && orm__each_paged(db) ? orm__each_mark(db, each, each->rows) : ORM_OK;
    *ended = true;
    return step == ORM_STEP_DONE ? ORM_OK : orm__self()->error.kind ? orm__self()->error.kind : ORM_FAILED;
}

static orm_status orm__walk_begin(orm__session *db, orm__each *each)
{
    orm__stream *s = orm__stream_new(db);
    if (!s) return ORM_NO_MEMORY;
    each->walks = true;
    each->stream = s->number;
    return orm__walk_start(db, each, s);
}

/* a row of the walk, on the session that the block holds; NULL at its end */
static void *orm__walk_next(orm__session *db, orm__each *each, orm_status status)
{
    bool ended = false;
    orm__stream **at = orm__stream_find(db, each->stream);
    orm__self()->model = each->model;
    if (!status && ORM__UNLIKELY(!*at)) status = orm__raise_at(db, ORM_MISUSE, each->model, NULL, "the block of ORM_READ in which ORM_EACH at %s began has ended", each->place);
    if (ORM__UNLIKELY(each->query->limit && each->given >= each->query->limit)) ended = true;
    else if (!status) status = orm__walk_row(db, each, *at, &ended);
    if (ORM__UNLIKELY(status || ended)) {
        if (*at) orm__stream_end(db, at, false);
        each->last_page = true;
    }
    orm__leave(db);
    if (ORM__UNLIKELY(each->last_page)) return NULL;
    each->given++;
    return each->rows;
}

ORM_API void *orm__each_next(orm__each *each)
{
    orm_status status = ORM_OK;
    if (each->at < each->count) {
        each->given++;
        return each->rows + each->at++ * each->model->size;
    }
    if (each->begun && (each->last_page || !(each->bound || each->walks))) return NULL;
    if (!each->walks && each->query->limit && each->given >= each->query->limit) return NULL;
    orm__session *db = orm__enter(each->db, ORM__READ, each->place, NULL, each->query->timeout_ms);
    if (!db) return NULL;
    if (each->walks) return orm__walk_next(db, each, ORM_OK);
    if (!each->begun) {
        each->begun = true;
        each->arena.orm__allocator = each->keys.orm__allocator = each->turn[0].orm__allocator = each->turn[1].orm__allocator = db->allocator;
        status = orm__each_refuse(db, each);
        if (!status && orm__in_reads(db) && !db->shared && !orm__each_includes(each->query)) return orm__walk_next(db, each, orm__walk_begin(db, each));
        if (!status) status = orm__each_bound(db, each);
    }
    if (!status && each->bound) status = orm__each_page(db, each);
    orm__leave(db);
    if (status) each->last_page = true;
    if (status || each->count == 0 || each->at >= each->count) return NULL;
    each->given++;
    return each->rows + each->at++ * each->model->size;
}

/* left by break, return or goto. The session is looked for among those that this thread holds: the block may have ended before the loop. */
static void orm__walk_close(const orm__each *each)
{
    for (orm__session *db = orm__self()->held; db; db = db->next_held) {
        if (db->shared) pthread_mutex_lock(&db->call_mutex);
        orm__stream **at = orm__stream_find(db, each->stream);
        if (*at) orm__stream_end(db, at, false);
        if (db->shared) pthread_mutex_unlock(&db->call_mutex);
    }
}

ORM_API void orm__each_close(orm__each *each)
{
    if (each->walks && !each->last_page) orm__walk_close(each);
    orm_arena_release(&each->arena);
    orm_arena_release(&each->keys);
    orm_arena_release(&each->turn[0]);
    orm_arena_release(&each->turn[1]);
}

/* >>stream: ORM_EACH. Keyset pages in the order of the primary key: nothing is held between them that another call needs. */
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
    /* where the next page goes on: two arenas take turns, so that old keys do not pile up */
    orm_arena *other = &each->turn[each->turns++ & 1];
    orm_arena_reset(other);
    each->from = orm__key_row(each->model, each->rows + (each->count - 1) * each->model->size, other);
    return each->from ? ORM_OK : orm__raise(db, ORM_NO_MEMORY, 0, "out of memory");
}

ORM_API void *orm__each_next(orm__each *each)
{
    orm_status status = ORM_OK;
    if (each->at < each->count) {
        each->given++;
        return each->rows + each->at++ * each->model->size;
    }
    if (each->begun && (each->last_page || !each->bound)) return NULL;
    if (each->query->limit && each->given >= each->query->limit) return NULL;
    orm__session *db = orm__enter(each->db, ORM__READ, each->place, NULL, each->query->timeout_ms);
    if (!db) return NULL;
    if (!each->begun) {
        each->begun = true;
        each->arena.orm__allocator = each->keys.orm__allocator = each->turn[0].orm__allocator = each->turn[1].orm__allocator = db->allocator;
        status = orm__each_refuse(db, each);
        if (!status) status = orm__each_bound(db, each);
    }
    if (!status && each->bound) status = orm__each_page(db, each);
    orm__leave(db);
    if (status) each->last_page = true;
    if (status || each->count == 0 || each->at >= each->count) return NULL;
    each->given++;
    return each->rows + each->at++ * each->model->size;
}

ORM_API void orm__each_close(orm__each *each)
{
    orm_arena_release(&each->arena);
    orm_arena_release(&each->keys);
    orm_arena_release(&each->turn[0]);
    orm_arena_release(&each->turn[1]);
}

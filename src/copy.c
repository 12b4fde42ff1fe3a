/* >>copy: a deep copy of a row, in a result of its own: texts, blobs, and the relations that were loaded with it. */
#include "internal.h"

typedef struct orm__copying {
    orm__result *to;
    const orm__result *from;             /* of the row that is copied; NULL for one that belongs to no result */
    int16_t load[ORM__MAX_LOADS];        /* of `from` to one of `to`, -1 for not yet */
    orm_status failed;
} orm__copying;

/* relations are trees; a deeper one was tied into a ring by hand */
enum { ORM__COPY_DEPTH = 64 };

static void *orm__copy_failed(orm__copying *c, orm_status why)
{
    c->failed = why;
    return NULL;
}

/* After the struct was copied: gives each text, blob and array a copy of its own. */
static bool orm__copy_members(orm_arena *arena, const orm_model *model, char *row)
{
    for (size_t i = 0; i < model->n_columns; i++) {
        const orm_column *column = &model->columns[i];
        char *member = row + column->offset;
        if (column->is.type == ORM_TEXT || column->is.type == ORM_JSON) {
            const char *text_ = NULL;
            memcpy(&text_, member, sizeof text_);
            if (!text_) continue;
            text_ = orm__bump_text(arena, text_, strlen(text_));
            if (!text_) return false;
            memcpy(member, &text_, sizeof text_);
        } else if (column->is.type == ORM_ARRAY) {
            orm_value array = orm__value_of(column, row);
            if (array.type == ORM_NULL) continue;
            if (!orm__array_copy(arena, &array)) return false;
            orm__store(column, row, &array);
        } else if (column->is.type == ORM_BLOB) {
            orm_blob blob = { 0 };
            memcpy(&blob, member, sizeof blob);
            if (!blob.data) continue;
            blob.data = orm__bump_text(arena, blob.data, blob.size);
            if (!blob.data) return false;
            memcpy(member, &blob, sizeof blob);
        }
    }
    return true;
}

/* the load in the copy that says the same as `load` of the source; -1 when out of memory */
static int orm__copy_load(orm__copying *c, unsigned load)
{
    if (c->load[load] < 0) {
        int made = orm__result_load(c->to, c->from->loads[load].model);
        if (made < 0) return -1;
        orm__load *l = &c->to->loads[made];
        *l = c->from->loads[load];
        c->load[load] = (int16_t)made;
        int parent = made ? c->load[l->parent] : -1;        /* the row that is copied is at the head, whatever it was before */
        if (parent < 0) l->relation = NULL;
        l->parent = parent < 0 ? 0 : (unsigned)parent;
    }
    return c->load[load];
}

static void *orm__copy_rows(orm__copying *c, const orm_model *model, const char *rows, size_t n, bool single, unsigned depth);

/* the list of a relation; with the rows of the link model, where they were read */
static void *orm__copy_list(orm__copying *c, const orm_relation *relation, const char *rows, unsigned depth)
{
    size_t n = orm__len(rows, relation->target->ticket);
    void *copy = orm__copy_rows(c, relation->target, rows, n, false, depth);
    const char *links = copy && relation->through ? (const char *)orm__links(relation, rows) : NULL;
    if (!links) return copy;
    const void *copied = orm__copy_rows(c, relation->through, links, n, false, depth);
    if (!copied) return NULL;
    orm__list_links(copy, copied);
    return copy;
}


/* what was loaded is copied, other pointers in a row are the caller's own and not followed */
static bool orm__copy_relations(orm__copying *c, const orm_model *model, const char *source, char *row, const orm_mask *loaded, unsigned depth)
{
    for (size_t i = 0; i < model->n_relations; i++) {
        const orm_relation *relation = &model->relations[i];
        const void *there = NULL;
        if (!orm__relation_applies(relation, source)) continue;      /* the member is another one's */
        if (loaded && orm__mask_has(loaded, i)) memcpy(&there, source + relation->member, sizeof there);
        void *copy = NULL;
        if (there) {
            copy = orm__is_list(relation) ? orm__copy_list(c, relation, (const char *)there, depth + 1) : orm__copy_rows(c, relation->target, (const char *)there, 1, true, depth + 1);
            if (!copy) return false;
        }
        memcpy(row + relation->member, &copy, sizeof copy);
    }
    return true;
}

static void *orm__copy_rows(orm__copying *c, const orm_model *model, const char *rows, size_t n, bool single, unsigned depth)
{
    uint64_t ticket = *orm__ticket(model, rows);
    bool loaded = ORM__KIND(ticket) == ORM__KIND_RESULT;
    if (depth > ORM__COPY_DEPTH) return orm__copy_failed(c, ORM_MISUSE);
    if (loaded && orm__result_of(ticket) != c->from) return orm__copy_failed(c, ORM_STALE_ROW);
    if (loaded && ORM__LOAD(ticket) >= c->from->n_loads) return orm__copy_failed(c, ORM_STALE_ROW);
    int load = loaded ? orm__copy_load(c, ORM__LOAD(ticket)) : 0;
    orm__list list = { 0 };
    if (load < 0 || (!single && !orm__list_open(&list, c->to, model, (unsigned)load, n))) return orm__copy_failed(c, ORM_NO_MEMORY);
    orm_mask relations = { { 0 } };
    if (loaded) relations = c->from->loads[ORM__LOAD(ticket)].relations;
    void *row = NULL;
    for (size_t i = 0; i < n; i++) {
        const char *source = rows + i * model->size;
        row = single ? orm__single_row(c->to, model, (unsigned)load) : orm__list_next(&list);
        if (!row) return orm__copy_failed(c, ORM_NO_MEMORY);
        uint64_t ours = *orm__ticket(model, row);
        memcpy(row, source, model->size);
        if (loaded) *orm__ticket(model, row) = ours;
        if (!orm__copy_members(c->to->arena, model, (char *)row)) return orm__copy_failed(c, ORM_NO_MEMORY);
        if (!orm__copy_relations(c, model, source, (char *)row, loaded ? &relations : NULL, depth)) return NULL;
    }
    if (!single) row = orm__list_close(&list);
    if (!row) return orm__copy_failed(c, ORM_NO_MEMORY);
    if (!single) orm__list_links(row, NULL);
    if (!loaded) *orm__ticket(model, row) = ticket;      /* a fresh or created row stays what it is */
    return row;
}

/* what the row was when it was read goes with it, so that saving the copy writes only what changed */
static bool orm__copy_snapshot(orm__copying *c, const orm_model *model, const void *row)
{
    const void *snapshot = c->from && c->from->snapshots ? orm__snapshot(model, c->from, row) : NULL;
    if (!snapshot) return true;
    c->to->snapshots = (char *)orm__bump(c->to->arena, model->size, 16);
    if (!c->to->snapshots) return false;
    memcpy(c->to->snapshots, snapshot, model->size);
    return orm__copy_members(c->to->arena, model, c->to->snapshots);
}

ORM_API void *orm__copy(const orm_model *model, const void *row)
{
    uint64_t ticket = row ? *orm__ticket(model, row) : 0;
    orm__clear_error();
    if (ORM__KIND(ticket) == ORM__KIND_NONE) {
        orm__raise_at(NULL, ORM_MISUSE, model, NULL, "%s_copy of a row that did not begin with ORM_NEW, %s_defaults() or a find", model->name, model->name);
        return NULL;
    }
    orm__copying c = { .from = orm__result_of(ticket) };
    for (size_t i = 0; i < ORM__MAX_LOADS; i++) c.load[i] = -1;
    orm_allocator a = c.from && c.from->block_size ? c.from->own.orm__allocator : orm__default_allocator();
    if (ORM__KIND(ticket) == ORM__KIND_RESULT && !c.from) {
        c.failed = ORM_STALE_ROW;
    } else if (!(c.to = orm__result_make(&a, NULL, 2 * model->size))) {
        c.failed = ORM_NO_MEMORY;
    } else {
        void *copy = orm__copy_rows(&c, model, (const char *)row, 1, false, 0);
        if (copy && orm__copy_snapshot(&c, model, row)) {
            orm__result_publish(c.to, copy, 1);
            return copy;
        }
        if (copy) c.failed = ORM_NO_MEMORY;
        orm__result_discard(c.to);
    }
    orm__raise_at(NULL, c.failed, model, NULL, c.failed == ORM_STALE_ROW ? "%s_copy of a row whose result was freed" :
                  c.failed == ORM_MISUSE ? "%s_copy of a row whose relations form a ring" : "out of memory in %s_copy", model->name);
    return NULL;
}

/* in a call on `db`: a transaction that it belongs to learns of the failure, which stands as it is */
ORM_PRIVATE void *orm__copy_in(orm__session *db, const orm_model *model, const void *row)
{
    void *copy = orm__copy(model, row);
    if (!copy) orm__raise(db, orm__self()->error.kind, 0, "%s", "");
    return copy;
}

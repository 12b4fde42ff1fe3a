/* >>load: relations of rows that are there already, for all rows of a level of a result at once; and the guard against loading row by row. */
#include "internal.h"

/* ---- the rows of a level ----------------------------------------------------------------------------------------------- */

static int orm__compare_addresses(const void *a, const void *b)
{
    uintptr_t left = (uintptr_t)*(void *const *)a, right = (uintptr_t)*(void *const *)b;
    return (left > right) - (left < right);
}

/* lists that several parents share bring their rows several times */
static void orm__level_unique(orm__rows *all)
{
    size_t kept = 0;
    qsort(all->at, all->n, sizeof *all->at, orm__compare_addresses);
    for (size_t i = 0; i < all->n; i++)
        if (!i || all->at[i] != all->at[i - 1]) all->at[kept++] = all->at[i];
    all->n = kept;
}

/* All rows of a load: the head list, or what hangs on the rows of the load above. False when out of memory. */
static bool orm__level_collect(orm__session *db, const orm__result *result, unsigned load, orm__rows *out)
{
    const orm__load *l = &result->loads[load];
    if (load == 0) {
        for (size_t i = 0; i < result->length; i++)
            if (!orm__rows_add(db, out, (char *)(uintptr_t)result->head + i * l->model->size)) return false;
        return true;
    }
    orm__rows parents = { NULL, 0, 0 };
    if (!orm__level_collect(db, result, l->parent, &parents)) return false;
    for (size_t i = 0; i < parents.n; i++) {
        char *rows = NULL;
        if (!orm__relation_applies(l->relation, parents.at[i])) continue;
        memcpy(&rows, (char *)parents.at[i] + l->relation->member, sizeof rows);
        if (!rows) continue;
        size_t n = orm__is_list(l->relation) ? orm__len(rows, l->model->ticket) : 1;
        for (size_t k = 0; k < n; k++)
            if (!orm__rows_add(db, out, rows + k * l->model->size)) return false;
    }
    if (out->n) orm__level_unique(out);
    return true;
}

/* the row of the level that `row` is, or is a copy of; NULL when there is none */
static void *orm__level_find(const orm_model *model, const orm__rows *all, const void *row)
{
    void *twin = NULL;
    for (size_t i = 0; i < all->n; i++) {
        if (all->at[i] == row) return all->at[i];
        bool same = !twin;
        for (size_t k = 0; k < model->n_columns && same; k++)
            if (model->columns[k].primary_key) same = orm__members_equal(&model->columns[k], all->at[i], row);
        if (same) twin = all->at[i];
    }
    return twin;
}

/* ---- the guard ------------------------------------------------------------------------------------------------------------- */

enum { ORM__GUARD_WINDOW = 1000000 };      /* microseconds: loads further apart are no loop */

/* Counts loads for a single row by the place of their calls. */
static orm_status orm__guard_single(orm__session *db, const orm_relation *relation, const char *place)
{
    uint32_t limit = db->options.n_plus_one ? db->options.n_plus_one : ORM__DEFAULT_N_PLUS_ONE;
    orm__thread *self = orm__self();
    uint64_t handle = db->pool->main.serial;
    int64_t now = orm__ticks();
    unsigned at = 0;                        /* this place's, or else the one that began first */
    bool known = false;
    for (unsigned i = 0; i < sizeof self->single / sizeof self->single[0] && !known; i++) {
        known = self->single[i].place == place && self->single[i].relation == relation && self->single[i].handle == handle;
        if (known || self->single[i].began < self->single[at].began) at = i;
    }
    if (!known || now - self->single[at].began > ORM__GUARD_WINDOW) {
        self->single[at].place = place;
        self->single[at].relation = relation;
        self->single[at].handle = handle;
        self->single[at].began = now;
        self->single[at].times = 0;
    }
    if (++self->single[at].times < limit) return ORM_OK;
    char what[256];
    orm__copy_clean(what, sizeof what, "%.80s loads %.40s.%.40s for one row at a time, %" PRIu32 " times within a second: read the rows as one list, with their relation",
                    place, relation->model->name, relation->name, limit);
    if (db->options.n_plus_one_fails) return orm__raise(db, ORM_OVER_BUDGET, 0, "%s", what);
    if (self->single[at].times == limit) orm__log_note(db, "%s", what);
    return ORM_OK;
}

/* ---- loading ------------------------------------------------------------------------------------------------------------- */

/* were the columns read that the relation is matched by? */
static orm_status orm__load_columns(orm__session *db, const orm__load *load, const orm__part *top)
{
    for (size_t i = 0; i < top->model->n_columns; i++)
        if (orm__mask_has(&top->columns, i) && !orm__mask_has(&load->columns, i))
            return orm__raise_at(db, ORM_MISUSE, top->model, &top->model->columns[i], "was not read with these rows, and the relation is matched by it");
    return ORM_OK;
}

/* Reads the relation into the rows of `top`. On failure they are given back what they had. */
static orm_status orm__load_level(orm__session *db, orm__result *result, orm__part *top, const orm_relation *relation, const orm_query *query)
{
    orm__part *parts = NULL;
    size_t bit = (size_t)(relation - relation->model->relations);
    orm_status status = orm__parts_below(db, top, relation, query, &parts);
    if (!status && parts->query->required) status = orm__raise(db, ORM_MISUSE, 0, "%s.%s: the rows are there already, so .required cannot leave any out", relation->model->name, relation->name);
    if (!status) status = orm__load_columns(db, &result->loads[top->load], top);
    void **before = status ? NULL : (void **)orm__bump(&db->scratch, (top->rows.n + 1) * sizeof *before, 8);
    if (status) return status;
    if (!before) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory for %zu rows", top->rows.n);
    orm_mask loaded = result->loads[top->load].relations;
    for (size_t i = 0; i < top->rows.n; i++) before[i] = *orm__member(top->rows.at[i], relation);
    for (orm__part *part = parts; part && !status; part = part->next)
        if (part->head == part) status = orm__read_children(db, result, part);
    if (!status) return ORM_OK;
    for (size_t i = 0; i < top->rows.n; i++) *orm__member(top->rows.at[i], relation) = before[i];
    if (!orm__mask_has(&loaded, bit)) result->loads[top->load].relations = loaded;
    return status;
}

static orm_status orm__load_entered(orm__session *db, const orm_relation *relation, void *rows, const orm_query *query, bool asked, bool one, const char *place)
{
    const orm_model *model = relation->model;
    orm__self()->model = model;
    orm_status status = orm__check_row(db, model, rows, one ? "load_one" : "load");
    if (status) return status;
    uint64_t ticket = *orm__ticket(model, rows);
    orm__result *result = orm__result_of(ticket);
    if (!result) return orm__raise_at(db, ORM_MISUSE, model, NULL, "%s.%s is loaded for rows that were read: this one was made by the program; find it first", model->name, relation->name);
    unsigned load = ORM__LOAD(ticket);
    if (load >= result->n_loads || result->loads[load].model != model) return orm__raise_at(db, ORM_MISUSE, model, NULL, "the row is not one of %s", model->name);
    if (load > 0 && !result->loads[load].relation) return orm__raise_at(db, ORM_MISUSE, model, NULL, "rows of orm_links have no siblings to load with: read the link model by a relation of its own");
    bool there = orm__mask_has(&result->loads[load].relations, (size_t)(relation - model->relations));
    orm__rows all = { NULL, 0, 0 };
    if (there && (one || !asked) && *orm__member(rows, relation)) return ORM_OK;
    if (!orm__level_collect(db, result, load, &all)) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory for the rows of a level");
    if (!there || (asked && !one)) {
        orm__part top = { .model = model, .query = NULL, .load = load, .rows = all };
        top.head = &top;
        if (all.n == 1 && (status = orm__guard_single(db, relation, place)) != ORM_OK) return status;
        status = orm__load_level(db, result, &top, relation, query);
        if (status) return status;
    }
    void *original = orm__level_find(model, &all, rows);
    if (original && original != rows) *orm__member(rows, relation) = *orm__member(original, relation);
    return ORM_OK;
}

ORM_API orm_status orm__load_related(orm_db *handle, const orm_relation *relation, void *rows, const orm_query *query, bool asked, bool one, const char *place)
{
    orm__session *db = orm__enter(handle, ORM__READ, place, NULL, 0);
    if (!db) return orm__refused();
    orm_status status = orm__load_entered(db, relation, rows, query, asked, one, place);
    orm__leave(db);
    return status;
}

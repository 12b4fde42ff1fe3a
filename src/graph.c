/* >>graph: M_create_graph: a row and everything new that hangs on its relations, in one transaction. Parents first, as children hold their keys; rows that are
   in the database already are only referred to. */
#include "internal.h"

enum { ORM__GRAPH_DEPTH = 16 };

static orm_status orm__graph_row(orm__session *db, const orm_model *model, char *row, unsigned depth);

static char *orm__graph_pointer(const char *row, const orm_relation *relation)
{
    char *there = NULL;
    memcpy(&there, row + relation->member, sizeof there);
    return there;
}

/* what the row belongs to: new ones are created, and their keys go into the row */
static orm_status orm__graph_parents(orm__session *db, const orm_model *model, char *row, unsigned depth)
{
    for (size_t i = 0; i < model->n_relations; i++) {
        const orm_relation *relation = &model->relations[i];
        char *parent = relation->kind == ORM_BELONGS_TO ? orm__graph_pointer(row, relation) : NULL;
        bool fresh = false;
        orm__path path;
        if (!parent) continue;
        if (relation->tag && orm__value_of(relation->tag, row).type == ORM_NULL)
            return orm__raise_at(db, ORM_MISUSE, model, relation->tag, "has no value, so it is not known which model %s.%s is of", model->name, relation->name);
        if (!orm__relation_applies(relation, row)) continue;
        orm_status status = orm__row_is_new(db, relation->target, parent, "create_graph", &fresh);
        if (!status && fresh) status = orm__graph_row(db, relation->target, parent, depth + 1);
        orm__path_of(relation, &path);
        if (!status) status = orm__set_key(db, path.n, path.here, row, path.there, parent);
        if (status) return status;
    }
    return ORM_OK;
}

/* rows that are there already become the owner's by their key */
static orm_status orm__graph_adopt(orm__session *db, const orm_relation *relation, const orm__path *path, char *rows, size_t n, const bool *fresh)
{
    const orm_model *model = relation->target;
    orm_mask mask = { { 0 } };
    orm_status status = ORM_OK;
    for (unsigned k = 0; k < path->n; k++) orm__mask_add(&mask, orm__column_index(model, path->there[k]));
    if (path->tag) orm__mask_add(&mask, orm__column_index(model, path->tag));
    for (size_t i = 0; i < n && !status; i++)
        if (!fresh[i]) status = orm__save_entered(db, model, rows + i * model->size, &mask);
    return status;
}

static orm_status orm__graph_below(orm__session *db, const orm_model *model, char *row, unsigned depth);

/* Which rows of a list are new? Their parents are created on the way, and one of these may be a row of this very list: such a row is new no more. */
static orm_status orm__graph_new(orm__session *db, const orm_model *model, char *rows, size_t n, unsigned depth, bool **fresh)
{
    orm_status status = ORM_OK;
    *fresh = (bool *)orm__bump(&db->scratch, n, 1);
    if (!*fresh) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory for %zu rows", n);
    for (size_t i = 0; i < n && !status; i++) {
        bool is_new = false;
        status = orm__row_is_new(db, model, rows + i * model->size, "create_graph", &is_new);
        if (!status && is_new) status = orm__graph_parents(db, model, rows + i * model->size, depth);
    }
    for (size_t i = 0; i < n && !status; i++) status = orm__row_is_new(db, model, rows + i * model->size, "create_graph", &(*fresh)[i]);
    return status;
}

static orm_status orm__graph_deep(orm__session *db, const orm_model *model, unsigned depth)
{
    if (depth <= ORM__GRAPH_DEPTH) return ORM_OK;
    return orm__raise_at(db, ORM_MISUSE, model, NULL, "create_graph: rows hang on each other more than %d deep, or in a ring", ORM__GRAPH_DEPTH);
}

/* rows that hold the owner's key, then what hangs on each of those that were new */
static orm_status orm__graph_children(orm__session *db, const orm_relation *relation, const char *owner, char *rows, size_t n, unsigned depth)
{
    const orm_model *model = relation->target;
    orm__path path;
    bool *fresh = NULL;
    orm_status status = orm__graph_deep(db, model, depth);
    orm__path_of(relation, &path);
    for (size_t i = 0; i < n && !status; i++) {
        status = orm__check_row(db, model, rows + i * model->size, "create_graph");
        if (!status) status = orm__own_row(db, &path, rows + i * model->size, owner);      /* before its parents, whose lists may reach this row */
    }
    if (!status) status = orm__graph_new(db, model, rows, n, depth, &fresh);
    for (size_t i = 0; i < n && !status; i++) status = orm__own_row(db, &path, rows + i * model->size, owner);      /* what the list says goes before a pointer */
    if (!status) status = orm__create_fresh(db, model, rows, n, "create_graph");
    if (!status) status = orm__graph_adopt(db, relation, &path, rows, n, fresh);
    for (size_t i = 0; i < n && !status; i++)
        if (fresh[i]) status = orm__graph_below(db, model, rows + i * model->size, depth);
    return status;
}

/* the rows on the other side of links, and a link to each of them */
static orm_status orm__graph_links(orm__session *db, const orm_relation *relation, const char *owner, char *rows, size_t n, unsigned depth)
{
    const orm_model *model = relation->target;
    bool *fresh = NULL;
    orm_status status = orm__graph_deep(db, model, depth);
    if (!status) status = orm__graph_new(db, model, rows, n, depth, &fresh);
    if (!status) status = orm__create_fresh(db, model, rows, n, "create_graph");
    for (size_t i = 0; i < n && !status; i++)
        if (fresh[i]) status = orm__graph_below(db, model, rows + i * model->size, depth);
    return status ? status : orm__link_rows(db, relation, owner, rows, n);
}

static orm_status orm__graph_below(orm__session *db, const orm_model *model, char *row, unsigned depth)
{
    orm_status status = ORM_OK;
    for (size_t i = 0; i < model->n_relations && !status; i++) {
        const orm_relation *relation = &model->relations[i];
        char *rows = relation->kind == ORM_BELONGS_TO ? NULL : orm__graph_pointer(row, relation);
        size_t n = 1;
        if (!rows) continue;
        if (orm__is_list(relation) && !orm__list_length(rows, relation->target->ticket, &n))
            return orm__raise(db, ORM_MISUSE, 0, "%s.%s is no list of %s_list(), so its length is not known", model->name, relation->name, relation->target->name);
        if (!n) continue;
        status = relation->through ? orm__graph_links(db, relation, row, rows, n, depth + 1) : orm__graph_children(db, relation, row, rows, n, depth + 1);
    }
    return status;
}

static orm_status orm__graph_row(orm__session *db, const orm_model *model, char *row, unsigned depth)
{
    orm_status status = orm__graph_deep(db, model, depth);
    if (!status) status = orm__graph_parents(db, model, row, depth);
    if (!status) status = orm__create_entered(db, model, row, "create_graph");
    return status ? status : orm__graph_below(db, model, row, depth);
}

ORM_API orm_status orm__create_graph(orm_db *handle, const orm_model *model, void *row)
{
    bool fresh = false;
    orm__session *db = orm__enter(handle, ORM__WRITE, NULL, ORM__CALLER, 0);
    if (!db) return orm__refused();
    orm__self()->model = model;
    orm_status status = orm__row_is_new(db, model, row, "create_graph", &fresh);
    if (!status) status = orm__check_new(db, model, row, "create_graph");
    if (!status) status = orm__level_begin(db, NULL);
    if (!status) {
        status = orm__graph_row(db, model, (char *)row, 0);
        if (!status) status = orm__level_commit(db);
        else orm__level_rollback(db);
    }
    orm__leave(db);
    return status;
}

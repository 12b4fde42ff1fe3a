/* >>scope: what a model says of all its rows, as conditions: of one tenant, not destroyed, and its default scope. One routine writes them wherever rows of a
   model are read or changed by condition. */
#include "internal.h"

#define ORM__MAX_SCOPES 8               /* default scopes with conditions on relations, inside each other */

ORM_PRIVATE unsigned orm__scope_of_query(const orm_query *query)
{
    return (query->with_deleted ? ORM__WITH_DELETED : 0u) | (query->only_deleted ? ORM__ONLY_DELETED : 0u) | (query->unscoped ? ORM__UNSCOPED : 0u);
}

ORM_PRIVATE unsigned orm__scope_of_change(const orm_change *change)
{
    return (change->with_deleted ? ORM__WITH_DELETED : 0u) | (change->only_deleted ? ORM__ONLY_DELETED : 0u) | (change->unscoped ? ORM__UNSCOPED : 0u);
}

ORM_PRIVATE orm_status orm__scope_check(orm__session *db, const orm_model *model, unsigned how)
{
    if (!(how & ORM__ONLY_DELETED)) return ORM_OK;
    if (!model->deleted_at) return orm__raise_at(db, ORM_MISUSE, model, NULL, ".only_deleted: %s has no row of type deleted_at, so nothing of it is ever deleted softly", model->name);
    if (how & ORM__WITH_DELETED) return orm__raise_at(db, ORM_MISUSE, model, NULL, "give either .with_deleted or .only_deleted");
    return ORM_OK;
}

/* is the statement limited to the handle's tenant? Fails where it must be and cannot */
static bool orm__b_tenant(orm__build *b, const orm_model *model)
{
    bool limited = model->tenant && b->limited;
    if (!limited && !b->status) b->status = orm__tenant_limits(b->db, model, &limited);
    return limited;
}

static const char *orm__b_default_scope(orm__build *b, const orm_model *model, unsigned alias, const char *with)
{
    orm_expr e;
    e.used = 0;
    if (b->scopes == ORM__MAX_SCOPES) {
        orm__b_fail(b, ORM_MISUSE, model, NULL, "default scopes have conditions on relations that lead from one to the next without end");
        return with;
    }
    model->default_scope(&e);
    orm__b_key(b, e.used);
    if (!e.used) return with;
    b->scopes++;
    orm__b_put(b, with);
    orm__b_condition(b, &e, alias);
    b->scopes--;
    return " and ";
}

ORM_PRIVATE const char *orm__b_scope(orm__build *b, const orm_model *model, unsigned alias, unsigned how, const char *with)
{
    if (ORM__LIKELY(!model->deleted_at && !model->scoped && !model->tenant) || b->status) return with;
    bool tenant = orm__b_tenant(b, model);
    orm__b_key(b, how | (uint64_t)tenant << 8);
    if (tenant) {
        const orm_value id = { .type = ORM_INT64, .as.i = b->db->handle->tenant };
        orm__b_put(b, with);
        orm__b_template(b, ORM_OP_EQ, alias, model->tenant, &id, NULL);
        with = " and ";
    }
    if (model->deleted_at && !(how & ORM__WITH_DELETED)) {
        orm__b_put(b, with);
        orm__b_template(b, how & ORM__ONLY_DELETED ? ORM_OP_IS_NOT_NULL : ORM_OP_IS_NULL, alias, model->deleted_at, NULL, NULL);
        with = " and ";
    }
    return model->scoped && !(how & ORM__UNSCOPED) ? orm__b_default_scope(b, model, alias, with) : with;
}

ORM_PRIVATE orm_status orm__scope_values(orm__session *db, const orm_model *model, unsigned how, const orm_value **values, size_t *n)
{
    orm__build b;
    orm__build_begin(&b, db);
    b.next_alias = 1;
    orm__b_scope(&b, model, 0, how, " and ");
    if (b.status) return b.status;
    if (!b.n_values) return ORM_OK;
    orm_value *all = (orm_value *)orm__bump(&db->scratch, (*n + b.n_values) * sizeof *all, 8);
    if (!all) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory");
    memcpy(all, *values, *n * sizeof *all);
    memcpy(all + *n, b.values, b.n_values * sizeof *all);
    *values = all;
    *n += b.n_values;
    return ORM_OK;
}

/* >>expr: conditions as values. Nodes stand in postfix order; joining copies the nodes of the parts one behind the other, so a
   condition holds no pointer to another one. */
#include "internal.h"

/* appends the nodes of `more`; false when they do not fit, and then `into` is poisoned for the call that gets it */
static bool orm__expr_append(orm_expr *into, const orm_node *nodes, uint32_t n)
{
    if (into->used + n > ORM_MAX_TERMS) {
        into->used = ORM__TOO_MANY;
        return false;
    }
    memcpy(into->node + into->used, nodes, n * sizeof *nodes);
    into->used += n;
    return true;
}

ORM_API orm_expr orm__listed(orm_op op, const orm_column *column, size_t n, const orm_value *values)
{
    orm_expr e;
    e.used = 0;
    for (size_t i = 0; i < n; i++) {
        orm_node node = { .of = column, .value = values[i] };
        node.value.op = ORM_OP_VALUE;
        if (!orm__expr_append(&e, &node, 1)) return e;
    }
    orm_node list = { .of = column, .value = { .op = (uint8_t)op, .n = (uint8_t)n } };
    orm__expr_append(&e, &list, 1);
    return e;
}

/* Adds a part to a join: an empty one is neutral, one with the same operator is absorbed. Returns the number of kids it brought. */
static unsigned orm__expr_add(orm_expr *e, orm_op op, const orm_expr *kid)
{
    if (kid->used == 0) return 0;
    if (kid->used > ORM_MAX_TERMS) {
        e->used = ORM__TOO_MANY;
        return 0;
    }
    const orm_node *last = &kid->node[kid->used - 1];
    bool absorb = last->value.op == op;
    if (!orm__expr_append(e, kid->node, kid->used - absorb)) return 0;
    return absorb ? last->value.n : 1;
}

static void orm__expr_close(orm_expr *e, orm_op op, unsigned kids)
{
    if (kids < 2 || e->used > ORM_MAX_TERMS) return;
    orm_node join = { .value = { .op = (uint8_t)op, .n = (uint8_t)kids } };
    orm__expr_append(e, &join, 1);
}

ORM_API orm_expr orm__join(orm_op op, const orm_expr *kids)
{
    orm_expr e;
    unsigned n = 0;
    for (e.used = 0; kids->used != ORM__END_OF_LIST && e.used <= ORM_MAX_TERMS; kids++) n += orm__expr_add(&e, op, kids);
    orm__expr_close(&e, op, n);
    return e;
}

ORM_API void orm__where(orm_expr *into, const orm_expr *more)
{
    if (more->used == 0) return;
    if (into->used == 0) {
        into->used = more->used;
        if (more->used <= ORM_MAX_TERMS) memcpy(into->node, more->node, more->used * sizeof(orm_node));
        return;
    }
    if (into->used > ORM_MAX_TERMS) return;
    unsigned n = 1;
    if (into->node[into->used - 1].value.op == ORM_OP_AND) n = into->node[--into->used].value.n;
    n += orm__expr_add(into, ORM_OP_AND, more);
    orm__expr_close(into, ORM_OP_AND, n);
}

/* `end`: how the column lies to the upper bound, ORM_OP_LTE or ORM_OP_LT */
ORM_API orm_expr orm__between(const orm_column *column, orm_value low, orm_value high, orm_op end)
{
    orm_expr e;
    orm_node ends[3] = { { .of = column, .value = low }, { .of = column, .value = high }, { .value = { .op = ORM_OP_AND, .n = 2 } } };
    ends[0].value.op = ORM_OP_GTE;
    ends[1].value.op = (uint8_t)end;
    e.used = 0;
    orm__expr_append(&e, ends, 3);
    return e;
}

ORM_API orm_expr orm__not(orm_expr e)
{
    if (e.used == 0 || e.used > ORM_MAX_TERMS) return e;
    orm_node not = { .value = { .op = ORM_OP_NOT, .n = 1 } };
    orm__expr_append(&e, &not, 1);
    return e;
}

ORM_API orm_expr orm__has(orm_op op, const orm_relation *relation, orm_expr e)
{
    if (e.used > ORM_MAX_TERMS || (op == ORM_OP_HAS_ALL && e.used == 0)) return e;      /* all of them fulfil what says nothing */
    orm_node has = { .of = relation, .value = { .op = (uint8_t)op, .n = e.used > 0 } };
    orm__expr_append(&e, &has, 1);
    return e;
}

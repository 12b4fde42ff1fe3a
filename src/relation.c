/* >>relation: how the rows of a relation belong to those of its owner, and its SQL: the rows that belong to one row (in exists, counts and orders),
   and the conditions of joins and includes. */
#include "internal.h"

/* ---- the columns that meet -------------------------------------------------------------------------------------------- */

/* the columns of `model` that a foreign key refers to: the one it names, else the primary key in order */
static unsigned orm__referred(const orm_model *model, const orm_column *const *key, const orm_column **out)
{
    unsigned n = 0;
    const orm_column *named = key[0]->references ? key[0]->references : key[0]->is.target;
    if (!key[1] && named && named->model == model) {
        out[0] = named;
        return 1;
    }
    for (size_t i = 0; i < model->n_columns && key[n] && n < ORM__MAX_KEY; i++)
        if (model->columns[i].primary_key) out[n++] = &model->columns[i];
    return n;
}

static void orm__copy_key(const orm_column *const *key, const orm_column **out)
{
    for (unsigned n = 0; key[n] && n < ORM__MAX_KEY; n++) out[n] = key[n];
}

ORM_PRIVATE void orm__path_of(const orm_relation *relation, orm__path *out)
{
    const orm_relation *keyed = relation->as ? relation->as : relation;
    bool here = relation->kind == ORM_BELONGS_TO;
    memset(out, 0, sizeof *out);
    out->tag = keyed->tag;
    out->tag_here = here;
    out->tagged = keyed->tagged;
    if (here) {
        orm__copy_key(relation->key, out->here);
        out->n = orm__referred(relation->target, relation->key, out->there);
    } else {
        orm__copy_key(keyed->key, out->there);
        out->n = orm__referred(relation->model, keyed->key, out->here);
    }
    if (relation->kind != ORM_MANY_TO_MANY) return;
    out->link = relation->through;
    orm__copy_key(relation->other, out->link_to);
    out->n_link = orm__referred(relation->target, relation->other, out->linked);
}

static bool orm__unique_among(const orm_column *const *unique, size_t n, const orm__path *path)
{
    for (size_t i = 0; i < n; i++) {
        bool found = unique[i] == path->tag;
        for (unsigned k = 0; k < path->n && !found; k++) found = unique[i] == path->there[k];
        if (!found) return false;
    }
    return n > 0;
}

/* Can there be but one row for a key? Its columns hold a whole unique key of the target. */
ORM_PRIVATE bool orm__path_is_unique(const orm_relation *relation, const orm__path *path)
{
    const orm_column *columns[ORM_MAX_ROWS];
    const orm_model *target = relation->target;
    size_t n = 0;
    if (path->link) return false;
    for (size_t i = 0; i < target->n_columns; i++) {
        const orm_column *column = &target->columns[i];
        if (column->unique && orm__unique_among(&column, 1, path)) return true;
        if (column->primary_key) columns[n++] = column;
    }
    if (orm__unique_among(columns, n, path)) return true;
    for (const orm_model_option *o = target->options; o && o->kind != ORM_OPTION_NONE; o++) {
        bool plain = o->kind == ORM_OPTION_UNIQUE && o->n_parts <= ORM_MAX_ROWS;
        for (size_t i = 0; i < o->n_parts && plain; i++) {
            columns[i] = o->parts[i].column;
            plain = columns[i] != NULL;             /* no expression, no condition */
        }
        if (plain && orm__unique_among(columns, o->n_parts, path)) return true;
    }
    return false;
}

/* a belongs_to_any: is this the model that the row refers to? Other relations always apply. */
ORM_PRIVATE bool orm__relation_applies(const orm_relation *relation, const void *row)
{
    if (!relation->tag) return true;
    orm_value v = orm__value_of(relation->tag, row);
    return v.type != ORM_NULL && v.as.i == relation->tagged;
}

/* the terms of an order that a function of the model makes; how many there are */
ORM_PRIVATE unsigned orm__relation_order(const orm_relation *relation, orm_order out[2 * ORM_MAX_ORDERS + 1])
{
    unsigned n = 0;
    memset(out, 0, (2 * ORM_MAX_ORDERS + 1) * sizeof *out);
    if (relation->link_order) relation->link_order(out);
    while (out[n].column) n++;
    if (relation->order) relation->order(out + n);
    while (out[n].column) n++;
    return n;
}

/* ---- SQL ------------------------------------------------------------------------------------------------------------------- */

/* a.x = b.y and ... */
ORM_PRIVATE void orm__b_meet(orm__build *b, unsigned n, const orm_column *const *these, unsigned alias, const orm_column *const *those, unsigned other)
{
    for (unsigned i = 0; i < n; i++) {
        orm__b_put(b, i ? " and " : "");
        orm__b_column(b, alias, these[i]);
        orm__b_put(b, " = ");
        orm__b_column(b, other, those[i]);
    }
}

/* ` and ` with a condition that the model's declaration says */
static void orm__b_declared(orm__build *b, void (*make)(orm_expr *out), unsigned alias)
{
    orm_expr e;
    if (!make || b->status) return;
    e.used = 0;
    make(&e);
    orm__b_key(b, e.used);
    if (!e.used) return;
    orm__b_put(b, " and ");
    orm__b_condition(b, &e, alias);
}

/* ` and ` with what the declaration says of the rows: their tag and its conditions. `here` and `there` are the aliases of the owner and of the
   rows with the key: the target's or the link's. */
ORM_PRIVATE void orm__b_belonging(orm__build *b, const orm_relation *relation, const orm__path *path, unsigned here, unsigned there, unsigned target)
{
    if (path->tag) {
        orm_value tag = { .type = ORM_INT64, .as.i = path->tagged };
        if (!orm__b_fit(b, path->tag, &tag)) return;
        orm__b_put(b, " and ");
        orm__b_template(b, ORM_OP_EQ, path->tag_here ? here : there, path->tag, &tag, NULL);
    }
    if (path->link) orm__b_scope(b, path->link, there, 0, " and ");
    orm__b_declared(b, relation->link_where, there);
    orm__b_declared(b, relation->where, target);
}

/* "tags" as t5, or with the link: "post_tags" as t6 join "tags" as t5 on t5."id" = t6."tag_id" */
ORM_PRIVATE void orm__b_related_tables(orm__build *b, const orm_relation *relation, const orm__path *path, unsigned target, unsigned there)
{
    if (!path->link) {
        orm__b_table(b, relation->target, target);
        return;
    }
    orm__b_table(b, path->link, there);
    orm__b_put(b, " join ");
    orm__b_table(b, relation->target, target);
    orm__b_put(b, " on ");
    orm__b_meet(b, path->n_link, path->linked, target, path->link_to, there);
}

static void orm__b_first_of(orm__build *b, const orm_relation *relation, unsigned alias)
{
    orm_order terms[2 * ORM_MAX_ORDERS + 1];
    unsigned n = orm__relation_order(relation, terms);
    const char *separator = " order by ";
    for (unsigned i = 0; i < n; i++) {
        orm__b_order_term(b, &terms[i], alias, separator);
        separator = ", ";
    }
    for (size_t i = 0; i < relation->target->n_columns; i++) {
        orm_order key = { .column = &relation->target->columns[i], .descending = n ? terms[n - 1].descending : 0 };
        bool given = !key.column->primary_key;
        for (unsigned k = 0; k < n && !given; k++) given = terms[k].column == key.column && !terms[k].path[0];
        if (given) continue;
        orm__b_order_term(b, &key, alias, separator);
        separator = ", ";
    }
    orm__b_put(b, " limit 1");
}

/* ` from ... where ...`: the rows that belong to the row of `alias`. A has_one of several is the first of them: whatever is said of it is said
   of that one row. The alias of the target's rows comes back; conditions may follow behind " and ". */
ORM_PRIVATE unsigned orm__b_related(orm__build *b, const orm_relation *relation, unsigned alias, unsigned how)
{
    orm__path path;
    unsigned target = b->next_alias++, there = target;
    orm__path_of(relation, &path);
    if (path.link) there = b->next_alias++;
    orm__b_put(b, " from ");
    if (relation->kind != ORM_HAS_ONE || (orm__path_is_unique(relation, &path) && !(how && relation->target->deleted_at))) {
        orm__b_related_tables(b, relation, &path, target, there);
        orm__b_put(b, " where ");
        orm__b_meet(b, path.n, path.there, there, path.here, alias);
        orm__b_belonging(b, relation, &path, alias, there, target);
        orm__b_scope(b, relation->target, target, how, " and ");
        return target;
    }
    unsigned inner = b->next_alias++;
    orm__b_put(b, "(select ");
    for (size_t i = 0; i < relation->target->n_columns; i++) {
        orm__b_put(b, i ? ", " : "");
        orm__b_column(b, inner, &relation->target->columns[i]);
    }
    orm__b_put(b, " from ");
    orm__b_table(b, relation->target, inner);
    orm__b_put(b, " where ");
    orm__b_meet(b, path.n, path.there, inner, path.here, alias);
    orm__b_belonging(b, relation, &path, alias, inner, inner);
    orm__b_scope(b, relation->target, inner, how, " and ");
    orm__b_first_of(b, relation, inner);
    orm__b_put(b, ") as t");
    if (b->sql) orm__put_int(b->sql, target);
    orm__b_put(b, " where 1 = 1");
    return target;
}

static const orm_expr *orm__counted_where(const orm__part *part, const orm_column *column)
{
    for (unsigned k = 0; k < ORM_MAX_INCLUDES; k++)
        if (part->query->include[k].count == column) return part->query->include[k].where;
    return NULL;
}

/* how many rows belong to the row of `alias`, for which the declaration's and the query's condition holds */
ORM_PRIVATE void orm__b_count(orm__build *b, unsigned alias, const orm_column *column)
{
    const orm_expr *where = NULL;
    if (b->status) return;
    for (const orm__standing *s = b->standing; s && !where; s = s->next)
        if (s->alias == alias) where = orm__counted_where(s->part, column);
    for (const orm__part *p = b->head; p && !where; p = b->head->aggregate ? NULL : p->next)       /* only the head has an alias in an aggregate */
        if (p->head == b->head && p->alias == alias && p->model == column->model) where = orm__counted_where(p, column);
    orm__b_pointer(b, column);
    orm__b_key(b, where ? where->used : 0);
    orm__b_put(b, "(select count(*)");
    unsigned target = orm__b_related(b, column->count_of, alias, 0);
    orm__b_declared(b, column->count_where, target);
    if (where && where->used) {
        orm__b_put(b, " and ");
        orm__b_condition(b, where, target);
    }
    orm__b_put(b, ")");
}

/* ---- orders ------------------------------------------------------------------------------------------------------------------ */

ORM_API orm_order orm__order_by(const orm_relation *relation, orm_order order)
{
    if (order.nulls == ORM__NULLS_JSON || order.nulls == ORM__NULLS_RANK) {
        order.wrong = ORM__PATH_RELATED;
        return order;
    }
    for (unsigned i = ORM_MAX_PATH - 1; i > 0; i--) {
        if (i == ORM_MAX_PATH - 1 && order.path[i]) order.column = NULL, order.nulls = ORM__PATH_TOO_LONG;      /* the call answers ORM_MISUSE */
        order.path[i] = order.path[i - 1];
    }
    order.path[0] = relation;
    return order;
}

/* the alias of what is joined for a relation of `alias` in the statement of b->head, if all of its rows are, and nothing is counted of them; else 0 */
static unsigned orm__joined_alias(const orm__build *b, const orm_relation *relation, unsigned alias)
{
    for (const orm__part *p = b->enclosed ? NULL : b->head; p; p = p->next)
        if (p->head == b->head && p != b->head && p->parent->alias == alias && p->relation == relation && !p->query->where.used && !p->how && !p->counted && !orm__part_requires(p)) return p->alias;
    return 0;
}

static void orm__b_path(orm__build *b, const orm_order *order, unsigned at, unsigned alias)
{
    const orm_relation *relation = at < ORM_MAX_PATH ? order->path[at] : NULL;
    if (!relation) {
        orm__b_sort_key(b, alias, order->column);
        return;
    }
    orm__b_pointer(b, relation);
    bool last = at + 1 == ORM_MAX_PATH || !order->path[at + 1];
    unsigned joined = last && order->column->count_of ? 0 : orm__joined_alias(b, relation, alias);      /* where nothing is joined a count is 0, and not NULL */
    if (joined) {
        orm__b_path(b, order, at + 1, joined);
        return;
    }
    /* the row is found first, so that what is selected of it can be a query of its own */
    orm__b_put(b, "(select ");
    unsigned target = b->next_alias;
    unsigned kept = b->next_alias + 3;              /* what orm__b_related takes at most */
    b->next_alias = kept;
    orm__b_path(b, order, at + 1, target);
    unsigned after = b->next_alias;
    b->next_alias = target;
    orm__b_related(b, relation, alias, 0);
    b->next_alias = after;
    orm__b_put(b, ")");
}

ORM_PRIVATE void orm__b_order_term(orm__build *b, const orm_order *o, unsigned alias, const char *separator)
{
    bool nullable = o->path[0] || o->column->nullable;
    orm__b_pointer(b, o->column);
    orm__b_key(b, (uint64_t)o->descending | (uint64_t)o->nulls << 1);
    if (o->nulls == ORM__NULLS_JSON) {
        orm__b_json_order(b, o, alias, separator);
        return;
    }
    if (o->nulls == ORM__NULLS_RANK) {
        orm__b_put(b, separator);
        orm__b_search_rank(b, o, alias);
        return;
    }
    orm__b_put(b, separator);
    if (o->nulls == ORM__NULLS_RANDOM) {
        orm__b_put(b, "random()");
        return;
    }
    orm__b_path(b, o, 0, alias);
    orm__b_put(b, o->descending ? " desc" : "");
    bool said = o->nulls != ORM_NULLS_DEFAULT || (b->db->dialect->can.nulls_are_high && nullable);
    if (said) orm__b_put(b, orm__nulls_last(o) ? " nulls last" : " nulls first");
}

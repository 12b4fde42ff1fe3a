/* >>select: a query tree to SELECT statements with their row plans. Relations to one row are joined into the statement of their parent;
   the query's model, each relation to many rows, and a has_one that is the first of several, are heads with a statement of their own. */
#include "internal.h"

#define ORM__MAX_INCLUDE_DEPTH 16

static const orm_query orm__no_query;

/* ---- the tree ------------------------------------------------------------------------------------------------------ */

static orm_status orm__part_refuse(orm__session *db, const orm__part *part, const char *why)
{
    if (!part->relation) return orm__raise_at(db, ORM_MISUSE, part->model, NULL, "%s", why);
    return orm__raise(db, ORM_MISUSE, 0, "%s.%s: %s", part->relation->model->name, part->relation->name, why);
}

static orm_status orm__part_check(orm__session *db, orm__part *part)
{
    const orm_query *q = part->query;
    if (q->limit < 0 || q->offset < 0) return orm__part_refuse(db, part, "limit and offset cannot be negative");
    if (q->order[ORM_MAX_ORDERS].column) return orm__part_refuse(db, part, "more than " ORM__STRING(ORM_MAX_ORDERS) " terms in .order");
    part->order = q->order;
    while (part->order[part->n_order].column) part->n_order++;
    if (part->order[part->n_order].nulls == ORM__PATH_TOO_LONG) return orm__part_refuse(db, part, "an orm_by over more than " ORM__STRING(ORM_MAX_PATH) " relations");
    if (q->include[ORM_MAX_INCLUDES].relation || q->include[ORM_MAX_INCLUDES].count) return orm__part_refuse(db, part, "more than " ORM__STRING(ORM_MAX_INCLUDES) " relations in .include");
    part->limit = q->limit;
    part->offset = q->offset;
    if (q->page || q->per_page) {
        if (q->page < 1 || q->per_page < 1) return orm__part_refuse(db, part, "pages count from 1: give both .page and .per_page");
        if (q->limit || q->offset) return orm__part_refuse(db, part, "give either .page and .per_page or .limit and .offset");
        if (__builtin_mul_overflow(q->page - 1, q->per_page, &part->offset)) return orm__part_refuse(db, part, "the page is out of range");
        part->limit = q->per_page;
    }
    if (q->after && part->offset) return orm__part_refuse(db, part, ".after and an offset exclude each other");
    part->how = orm__scope_of_query(q);
    if (part->how && orm__scope_check(db, part->model, part->how)) return orm__self()->error.kind;
    if (q->each_row || q->skip_row_hooks) return orm__part_refuse(db, part, ".each_row and .skip_row_hooks are said of a call that changes rows");
    if (q->source && !part->model->view) return orm__part_refuse(db, part, ".source is said of a view");
    if (!part->relation && (q->required || q->links)) return orm__part_refuse(db, part, ".required and .links are said of an include");
    if (!part->relation) return q->lock || q->wait ? orm__row_lock_check(db, part->model, q) : ORM_OK;
    if (q->after || q->arena || q->lock || q->wait || q->track || q->all || q->timeout_ms) return orm__part_refuse(db, part, "an include takes .where, .order, .limit, .offset, .select, .include, .required, .links, .with_deleted, .only_deleted, .unscoped and .with_secrets");
    if (!orm__is_list(part->relation) && (part->limit || part->offset || q->order[0].column))
        return orm__part_refuse(db, part, "a relation to one row has no order, limit or offset");
    if (q->links && part->relation->kind != ORM_MANY_TO_MANY) return orm__part_refuse(db, part, ".links is said of a many_to_many relation");
    return ORM_OK;
}

static void orm__add_columns(orm_mask *mask, const orm_model *model, const orm_column *const *columns, unsigned n)
{
    for (unsigned i = 0; i < n; i++) orm__mask_add(mask, orm__column_index(model, columns[i]));
}

/* The columns to read: those selected, always the primary key, and what relations need to be matched. */
static void orm__part_columns(orm__part *part)
{
    const orm_model *model = part->model;
    bool all = orm__mask_names_none(model, &part->query->select), secrets = part->query->with_secrets;
    if (all) orm__mask_fill(&part->columns, model->n_columns);
    for (size_t i = 0; i < model->n_columns; i++) {
        const orm_column *column = &model->columns[i];
        if (all && ORM__LIKELY(!column->secret || secrets)) continue;
        if (column->primary_key || column->is.version || orm__mask_has(&part->query->select, i)) orm__mask_add(&part->columns, i);
        else orm__mask_remove(&part->columns, i);
    }
    if (!part->relation) return;
    const orm__path *path = part->path;
    if (path->link) {
        for (size_t i = 0; i < path->link->n_columns && part->query->links; i++) orm__mask_add(&part->link_columns, i);
        if (part->head == part) orm__add_columns(&part->link_columns, path->link, path->there, path->n);
    } else if (part->head == part) {
        orm__add_columns(&part->columns, model, path->there, path->n);
    }
    /* what the parent is matched by */
    orm__add_columns(&part->parent->columns, part->parent->model, path->here, path->n);
    if (path->tag && path->tag_here) orm__add_columns(&part->parent->columns, part->parent->model, &path->tag, 1);
}

static bool orm__is_integer(const orm_column *column) { return column->is.type == ORM_INT64 || column->is.type == ORM_INT32 || column->is.type == ORM_INT16; }

/* how the part is read: joined or by a statement of its own, and in which order */
static orm_status orm__part_relate(orm__session *db, orm__part *part, bool apart)
{
    const orm_relation *relation = part->relation;
    part->head = part;
    if (!relation) return ORM_OK;
    orm__path *path = (orm__path *)orm__bump(&db->scratch, sizeof *path, 16);
    bool declared = part->n_order == 0 && (relation->order || relation->link_order);       /* the order is the relation's own */
    orm_order *order = declared ? (orm_order *)orm__bump(&db->scratch, (2 * ORM_MAX_ORDERS + 1) * sizeof *order, 16) : NULL;
    if (!path || (declared && !order)) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory for the query");
    orm__path_of(relation, path);
    part->path = path;
    /* the first of several; destroyed rows do not count for what is unique */
    bool first = relation->kind == ORM_HAS_ONE && (!orm__path_is_unique(relation, path) || (part->how && relation->target->deleted_at));
    part->single = !orm__is_list(relation);
    part->simple = path->n == 1 && orm__is_integer(path->here[0]) && orm__is_integer(path->there[0]);
    part->cut = part->limit || part->offset || first;
    if (part->single && !first && !apart) part->head = part->parent->head;
    else part->parent->gathers = true;
    if (declared) {
        part->n_order = orm__relation_order(relation, order);
        part->order = order;
    }
    return ORM_OK;
}

static orm_status orm__part_count(orm__session *db, orm__part *part, const orm_include *include)
{
    if (include->count->model != part->model) return orm__part_refuse(db, part, "a count of another model");
    size_t i = (size_t)(include->count - part->model->counts);
    if (orm__mask_has(&part->counts, i)) return orm__raise(db, ORM_MISUSE, 0, "%s.%s is counted twice", part->model->name, include->count->name);
    orm__mask_add(&part->counts, i);
    part->counted = true;
    return ORM_OK;
}

typedef struct orm__tree { unsigned count; orm__part **tail; } orm__tree;

static orm_status orm__part_add(orm__session *db, orm__tree *tree, orm__part *parent, const orm_model *model, const orm_query *query, const orm_relation *relation,
                                unsigned depth, bool apart, orm__part **out)
{
    if (depth > ORM__MAX_INCLUDE_DEPTH) return orm__raise(db, ORM_MISUSE, 0, "includes are nested deeper than %d", ORM__MAX_INCLUDE_DEPTH);
    unsigned loads = query && query->links ? 2 : 1;         /* rows of links are one more */
    if (tree->count + loads > ORM__MAX_LOADS) return orm__raise(db, ORM_MISUSE, 0, "a query includes more than %d relations", ORM__MAX_LOADS - 1);
    orm__part *part = (orm__part *)orm__bump(&db->scratch, sizeof *part, 16);
    if (!part) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory for the query");
    *part = (orm__part){ .model = model, .query = query ? query : &orm__no_query, .relation = relation, .parent = parent };
    *tree->tail = part;
    tree->tail = &part->next;
    tree->count += loads;
    if (out) *out = part;
    orm_status status = orm__part_check(db, part);
    if (!status) status = orm__part_relate(db, part, apart);
    if (status) return status;
    orm__part_columns(part);
    const orm_include *first = part->query->include;
    for (const orm_include *include = first; include < first + ORM_MAX_INCLUDES; include++) {
        if (ORM__LIKELY(!include->relation && !include->count)) continue;
        if (include->count && (status = orm__part_count(db, part, include)) != ORM_OK) return status;
        if (!include->relation) continue;
        if (include->relation->model != model) return orm__part_refuse(db, part, "an include of another model's relation");
        for (const orm_include *other = first; other < include; other++)
            if (other->relation == include->relation)
                return orm__raise(db, ORM_MISUSE, 0, "%s.%s is included twice", model->name, include->relation->name);
        status = orm__part_add(db, tree, part, include->relation->target, include->query, include->relation, depth + 1, false, NULL);
        if (status) return status;
    }
    return ORM_OK;
}

/* numbers the parts of each statement: aliases, the link's behind them, and plan segments */
static void orm__parts_number(orm__part *first)
{
    for (orm__part *head = first; head; head = head->next) {
        unsigned n = 0;
        if (head->head != head) continue;
        for (orm__part *p = head; p; p = p->next) {
            if (p->head != head) continue;
            p->alias = p->segment = n++;
            p->inner = p != head && p->query->required && (p->parent == head ? !head->cut : p->parent->inner);
        }
        head->link_alias = n;
    }
}

ORM_PRIVATE orm_status orm__parts_below(orm__session *db, orm__part *parent, const orm_relation *relation, const orm_query *query, orm__part **out)
{
    orm__tree tree = { 0, out };
    orm_status status = orm__part_add(db, &tree, parent, relation->target, query, relation, 1, true, NULL);
    if (!status) orm__parts_number(*out);
    return status;
}

ORM_PRIVATE bool orm__part_requires(const orm__part *part)
{
    for (const orm__part *p = part->next; p; p = p->next)
        if (p->parent == part && p->query->required) return true;
    return false;
}

ORM_PRIVATE orm_status orm__parts_make(orm__session *db, const orm_model *model, const orm_query *query, orm__part **out)
{
    orm__part *first = NULL;
    orm__tree tree = { 0, &first };
    orm_status status = orm__part_add(db, &tree, NULL, model, query, NULL, 0, false, out);
    if (!status) orm__parts_number(first);
    return status;
}

/* ---- conditions of a head -------------------------------------------------------------------------------------------- */

/* the n-th term of the order: the query's, then the primary key so that the order is total; NULL column at its end. The key runs in the
   direction of the last term, so that an index on the terms gives the order, backwards too, and nothing is sorted. */
static orm_order orm__order_term(const orm__part *head, unsigned n)
{
    unsigned own = head->n_order;
    if (n < own) return head->order[n];
    unsigned k = own;
    for (size_t i = 0; i < head->model->n_columns; i++) {
        const orm_column *column = &head->model->columns[i];
        bool given = !column->primary_key;
        for (unsigned j = 0; j < own && !given; j++) given = head->order[j].column == column && !head->order[j].path[0] && head->order[j].nulls != ORM__NULLS_RANDOM;
        if (given) continue;
        if (k++ == n) return (orm_order){ .column = column, .descending = own ? head->order[own - 1].descending : 0 };
    }
    return (orm_order){ .column = NULL };
}

/* Does anything depend on the order? Without it an unordered list is read as it comes, which is the primary key's order on most engines
   but promised by none, so lists are ordered by it when they are limited, paged or nested. */
static bool orm__needs_order(const orm__part *head)
{
    return head->query->order[0].column || head->limit || head->offset || head->after || head->until || head->relation || head->walked;
}

/* Rows behind `row` in the head's order, from its n-th term on:  a > ?  or  (a = ?  and  (rows behind in the rest)).  NULLs stand where the
   order puts them. `to_end`: the mirror image on the primary key, rows up to and with `row`. */
static void orm__b_behind(orm__build *b, const orm__part *head, const void *row, unsigned n)
{
    orm_order o = orm__order_term(head, n);
    bool last = orm__order_term(head, n + 1).column == NULL;
    orm_value v = orm__value_of(o.column, row);
    bool null = v.type == ORM_NULL, nulls_last = orm__nulls_last(&o);
    orm_op op = o.descending ? ORM_OP_LT : ORM_OP_GT;
    orm__b_pointer(b, o.column);
    orm__b_key(b, (uint64_t)null | (uint64_t)o.descending << 1 | (uint64_t)nulls_last << 2);
    if (b->status) return;
    if (o.nulls == ORM__NULLS_RANDOM) {
        orm__b_fail(b, ORM_MISUSE, head->model, o.column, "a random order has no row behind which it could go on: it takes no .after");
        return;
    }
    if (o.nulls == ORM__NULLS_JSON) {
        orm__b_fail(b, ORM_MISUSE, head->model, o.column, "an order by a path into JSON cannot go on behind .after: use .page or .offset");
        return;
    }
    if (o.nulls == ORM__NULLS_RANK) {
        orm__b_fail(b, ORM_MISUSE, head->model, NULL, "an order by rank cannot go on behind .after: use .page or .offset");
        return;
    }
    if (o.path[0]) {
        orm__b_fail(b, ORM_MISUSE, head->model, o.column, "an order by a related row cannot go on behind .after, as the row does not hold its value: use .page or .offset");
        return;
    }
    if (null && !o.column->nullable) {
        orm__b_fail(b, ORM_MISUSE, head->model, o.column, "the row of .after has no value for a column of the order: was it selected?");
        return;
    }
    orm_value rank = v;                             /* enumerations compare by rank, equal by label */
    if (!null && !orm__b_fit(b, o.column, &v)) return;
    if (!orm__b_is_ranked(b, o.column)) rank = v;
    else rank.type = ORM_INT64;
    orm__b_put(b, "(");
    if (null) {
        if (!nulls_last) {
            orm__b_template(b, ORM_OP_IS_NOT_NULL, head->alias, o.column, NULL, NULL);
            orm__b_put(b, last ? "" : " or ");
        }
    } else {
        orm__b_template(b, op, head->alias, o.column, &rank, NULL);
        if (o.column->nullable && nulls_last) {
            orm__b_put(b, " or ");
            orm__b_template(b, ORM_OP_IS_NULL, head->alias, o.column, NULL, NULL);
        }
        orm__b_put(b, last ? "" : " or ");
    }
    if (last) {
        if (null && nulls_last) orm__b_put(b, "1 = 0");
    } else {
        orm__b_put(b, "(");
        orm__b_template(b, null ? ORM_OP_IS_NULL : ORM_OP_EQ, head->alias, o.column, null ? NULL : &v, NULL);
        orm__b_put(b, " and ");
        orm__b_behind(b, head, row, n + 1);
        orm__b_put(b, ")");
    }
    orm__b_put(b, ")");
}

/* rows up to and with `row` in the order of the primary key: (a < ? or (a = ? and b <= ?)) */
static void orm__b_until(orm__build *b, const orm__part *head, const void *row, size_t from)
{
    size_t i = from, next;
    while (!head->model->columns[i].primary_key) i++;
    for (next = i + 1; next < head->model->n_columns && !head->model->columns[next].primary_key; ) next++;
    bool last = next == head->model->n_columns;
    const orm_column *column = &head->model->columns[i];
    orm_value v = orm__value_of(column, row);
    orm_value rank = v;
    if (!orm__b_fit(b, column, &v)) return;
    if (!orm__b_is_ranked(b, column)) rank = v;
    else rank.type = ORM_INT64;
    orm__b_put(b, "(");
    orm__b_template(b, last ? ORM_OP_LTE : ORM_OP_LT, head->alias, column, &rank, NULL);
    if (!last) {
        orm__b_put(b, " or (");
        orm__b_template(b, ORM_OP_EQ, head->alias, column, &v, NULL);
        orm__b_put(b, " and ");
        orm__b_until(b, head, row, next);
        orm__b_put(b, ")");
    }
    orm__b_put(b, ")");
}

/* the row of `alias` has what an include says it must: with the include's conditions, and those that must be below it */
static void orm__b_required(orm__build *b, const orm__part *part, unsigned alias)
{
    orm__b_pointer(b, part->relation);
    orm__b_key(b, part->query->where.used);
    orm__b_put(b, "exists (select 1");
    orm__b_key(b, part->how);
    unsigned inner = orm__b_related(b, part->relation, alias, part->how);
    orm__standing standing = { inner, part, b->standing };
    b->standing = &standing;
    if (part->query->where.used) {
        orm__b_put(b, " and ");
        orm__b_condition(b, &part->query->where, inner);
    }
    for (const orm__part *p = part->next; p; p = p->next) {
        if (p->parent != part || !p->query->required) continue;
        orm__b_put(b, " and ");
        orm__b_required(b, p, inner);
    }
    b->standing = standing.next;
    orm__b_put(b, ")");
}

/* the conditions of a part: those of its query, and what must be there below it and is not joined so */
static const char *orm__b_own_conditions(orm__build *b, const orm__part *part, const char *with)
{
    if (part->query->where.used) {
        orm__b_put(b, with);
        orm__b_condition(b, &part->query->where, part->alias);
        with = " and ";
    }
    for (const orm__part *p = part->next; p; p = p->next) {
        if (p->parent != part || !p->query->required || (p->inner && !part->head->aggregate)) continue;
        orm__b_put(b, with);
        orm__b_required(b, p, part->alias);
        with = " and ";
    }
    orm__b_key(b, 'W');                     /* the end, as each of them may be missing */
    return with;
}

/* The i-th column of the parents' keys: a list. Integers without a gap, as keys of a page often are, are a range, which is read in one go and not
   looked up one by one. */
static void orm__b_keys(orm__build *b, const orm__part *head, unsigned there, unsigned i)
{
    const orm_column *column = head->path->there[i];
    const orm_value *keys = head->keys + i * head->n_keys;
    const orm_value *last = &keys[head->n_keys - 1];
    uint64_t between = head->simple ? (uint64_t)last->as.i - (uint64_t)keys->as.i : 0;
    bool range = between > 0 && between == head->n_keys - 1;
    orm__b_key(b, range);
    if (!range) {
        orm__b_list(b, ORM_OP_IN, there, column, keys, head->n_keys);
        return;
    }
    orm__b_template(b, ORM_OP_GTE, there, column, keys, NULL);
    orm__b_put(b, " and ");
    orm__b_template(b, ORM_OP_LTE, there, column, last, NULL);
}

/* Rows by key. One column is a list, so that any number of keys is the same statement. Keys of several columns are compared one by one, and filled up to a power
   of two by the last of them, which leaves a handful of statements. */
static void orm__b_wanted(orm__build *b, const orm__part *head)
{
    const orm_column *key[ORM__MAX_KEY];
    size_t columns = 0, n = 1;
    for (size_t i = 0; i < head->model->n_columns && columns < ORM__MAX_KEY; i++)
        if (head->model->columns[i].primary_key) key[columns++] = &head->model->columns[i];
    if (columns == 1) {
        orm__b_list(b, ORM_OP_IN, head->alias, key[0], head->wanted, head->n_wanted);
        return;
    }
    while (n < head->n_wanted) n *= 2;
    orm__b_key(b, n);
    for (size_t i = 0; i < n; i++) {
        const orm_value *values = head->wanted + columns * (i < head->n_wanted ? i : head->n_wanted - 1);
        orm__b_put(b, i ? " or (" : "((");
        for (size_t k = 0; k < columns; k++) {
            orm__b_put(b, k ? " and " : "");
            orm__b_template(b, ORM_OP_EQ, head->alias, key[k], &values[k], NULL);
        }
        orm__b_put(b, ")");
    }
    orm__b_put(b, ")");
}

ORM_PRIVATE void orm__b_where(orm__build *b, orm__part *head)
{
    const char *with = " where ";
    bool first = head->cut && head->single;         /* of several: the conditions are on that one row, and stand around the query that finds it */
    orm__b_key(b, (uint64_t)(head->query->where.used > 0) | (uint64_t)(head->relation != NULL) << 1 | (uint64_t)(head->after != NULL) << 2 |
                  (uint64_t)(head->until != NULL) << 3 | (uint64_t)(head->n_wanted > 0) << 4);
    if (head->relation) {
        unsigned there = head->path->link ? head->link_alias : head->alias;
        for (unsigned i = 0; i < head->path->n; i++) {
            orm__b_put(b, with);
            orm__b_keys(b, head, there, i);
            with = " and ";
        }
        orm__path path = *head->path;
        if (path.tag_here) path.tag = NULL;         /* only parents of this tag were collected */
        orm__b_belonging(b, head->relation, &path, there, there, head->alias);
    }
    if (head->n_wanted) {
        orm__b_put(b, with);
        orm__b_wanted(b, head);
        with = " and ";
    }
    if (!head->keyed) with = orm__b_scope(b, head->model, head->alias, head->how, with);
    if (!first) with = orm__b_own_conditions(b, head, with);
    if (head->after) {
        orm__b_put(b, with);
        orm__b_behind(b, head, head->after, 0);
        with = " and ";
    }
    if (head->until) {
        orm__b_put(b, with);
        orm__b_until(b, head, head->until, 0);
    }
}

/* ---- the statement ------------------------------------------------------------------------------------------------------ */

enum { ORM__LINK_NAME = 32 };

/* a column of the link: in a query around the numbered rows it has a name that no column of the target bears */
static void orm__b_link_column(orm__build *b, const orm__part *head, size_t i)
{
    if (!b->sql) return;
    if (!head->cut) {
        orm__b_column(b, head->link_alias, &head->path->link->columns[i]);
        return;
    }
    orm__put(b->sql, "t0.\"orm__l");
    orm__put_int(b->sql, (int64_t)i);
    orm__put_char(b->sql, '"');
}

static void orm__b_columns(orm__build *b, const orm__part *head)
{
    const char *comma = "";
    for (const orm__part *p = head; p; p = p->next) {
        if (p->head != head) continue;
        for (size_t i = 0; i < p->model->n_columns && b->sql; i++) {
            if (!orm__mask_has(&p->columns, i)) continue;
            orm__put(b->sql, comma);
            orm__b_column(b, p->alias, &p->model->columns[i]);
            comma = ", ";
        }
        for (size_t i = 0; p->counted && i < p->model->n_counts; i++) {
            if (!orm__mask_has(&p->counts, i)) continue;
            orm__b_put(b, comma);
            orm__b_column(b, p->alias, &p->model->counts[i]);
            comma = ", ";
        }
    }
    for (size_t i = 0; head->relation && head->path->link && b->sql && i < head->path->link->n_columns; i++) {
        if (!orm__mask_has(&head->link_columns, i)) continue;
        orm__put(b->sql, comma);
        orm__b_link_column(b, head, i);
    }
}

static void orm__b_joins(orm__build *b, const orm__part *head)
{
    for (const orm__part *p = head->next; p; p = p->next) {
        if (p->head != head) continue;
        orm__b_key(b, p->query->where.used | (uint64_t)p->inner << 32);
        orm__b_put(b, p->inner ? " join " : " left join ");
        orm__b_table(b, p->model, p->alias);
        orm__b_put(b, " on ");
        orm__b_meet(b, p->path->n, p->path->there, p->alias, p->path->here, p->parent->alias);
        orm__b_belonging(b, p->relation, p->path, p->parent->alias, p->alias, p->alias);
        orm__b_scope(b, p->model, p->alias, p->how, " and ");
        orm__b_own_conditions(b, p, " and ");
    }
}

/* a column to sort by: enumerations in the order of their declaration, which is how rows compare, too */
ORM_PRIVATE void orm__b_sort_key(orm__build *b, unsigned alias, const orm_column *column)
{
    if (orm__b_is_ranked(b, column)) orm__b_rank(b, alias, column);
    else orm__b_comparable(b, alias, column);
}

/* the column of a term belongs to the model or, in the order of a many_to_many, to the link */
static unsigned orm__term_alias(const orm__part *head, const orm_order *o)
{
    bool link = head->relation && head->path->link && !o->path[0] && o->column->model == head->path->link && o->column->model != head->model;
    return link ? head->link_alias : head->alias;
}

/* A key column of the target that ends the order: the link holds the same value, beside the key that comes first, so that an index of the link
   may have the order and nothing is sorted. */
static const orm_column *orm__key_of_link(const orm__part *head, const orm_column *column)
{
    const orm__path *path = head->relation ? head->path : NULL;
    for (unsigned i = 0; path && path->link && path->link != head->model && i < path->n_link; i++)
        if (path->linked[i] == column) return path->link_to[i];
    return column;
}

/* The terms that the key adds follow from the others and from the model: they are spelled, but neither are they part of the shape nor do they have values. */
static void orm__b_order(orm__build *b, const orm__part *head, const char *separator)
{
    orm__b_key(b, head->n_order);
    for (unsigned n = 0; b->sql || n < head->n_order; n++) {
        orm_order o = orm__order_term(head, n);
        if (!o.column) return;
        if (n >= head->n_order) o.column = orm__key_of_link(head, o.column);
        orm__b_order_term(b, &o, orm__term_alias(head, &o), separator);
        separator = ", ";
    }
}

static void orm__b_number(orm__build *b, int64_t number)
{
    orm__b_bind(b, NULL, (orm_value){ .type = ORM_INT64, .as.i = number });
}

/* the key of a relation's rows, as the merge with their parents expects them */
static void orm__b_key_order(orm__build *b, const orm__part *head, const char *separator)
{
    for (unsigned i = 0; i < head->path->n; i++) {
        const orm_column *column = head->path->there[i];
        orm__b_put(b, separator);
        separator = ", ";
        if (!head->path->link || !head->cut) {
            orm__b_sort_key(b, head->path->link ? head->link_alias : head->alias, column);
            continue;
        }
        char name[ORM__LINK_NAME];                  /* that it has around the numbered rows */
        orm_column outer = *column;
        snprintf(name, sizeof name, "orm__l%zu", orm__column_index(head->path->link, column));
        outer.column = name;
        orm__b_sort_key(b, head->alias, &outer);
    }
}

/* limit and offset of each parent's children: number them within their parent, then cut */
static void orm__b_numbered(orm__build *b, orm__part *head)
{
    const orm_model *link = head->path->link;
    unsigned there = link ? head->link_alias : head->alias;
    orm__b_put(b, "(select ");
    for (size_t i = 0; i < head->model->n_columns; i++) {
        orm__b_column(b, head->alias, &head->model->columns[i]);
        orm__b_put(b, ", ");
    }
    for (size_t i = 0; link && b->sql && i < link->n_columns; i++) {
        if (!orm__mask_has(&head->link_columns, i)) continue;
        orm__b_column(b, there, &link->columns[i]);
        orm__put(b->sql, " as \"orm__l");
        orm__put_int(b->sql, (int64_t)i);
        orm__put(b->sql, "\", ");
    }
    orm__b_put(b, "row_number() over (partition by ");
    for (unsigned i = 0; i < head->path->n; i++) {
        orm__b_put(b, i ? ", " : "");
        orm__b_column(b, there, head->path->there[i]);
    }
    b->enclosed = true;
    orm__b_order(b, head, " order by ");
    b->enclosed = false;
    orm__b_put(b, ") as \"orm__n\" from ");
    orm__b_related_tables(b, head->relation, head->path, head->alias, there);
    orm__b_where(b, head);
    orm__b_put(b, ") as t0");
}

static void orm__b_select_cut(orm__build *b, orm__part *head)
{
    bool first = head->single;
    orm__b_numbered(b, head);
    orm__b_joins(b, head);
    orm__b_put(b, " where t0.\"orm__n\" > ");
    orm__b_number(b, head->offset);
    if (head->limit || first) {
        int64_t end;
        if (__builtin_add_overflow(head->offset, first ? 1 : head->limit, &end)) end = INT64_MAX;
        orm__b_put(b, " and t0.\"orm__n\" <= ");
        orm__b_number(b, end);
    }
    if (first) orm__b_own_conditions(b, head, " and ");
    orm__b_key_order(b, head, " order by ");
    orm__b_put(b, ", t0.\"orm__n\"");
}

/* one part's share of the shape */
static void orm__b_part_key(orm__build *b, const orm__part *p, const orm__part *head)
{
    orm__b_pointer(b, p->relation ? (const void *)p->relation : (const void *)p->model);
    orm__b_pointer(b, p->parent && p->parent->head == head ? p->parent->relation : NULL);
    orm__b_key(b, (uint64_t)p->columns.word[0] << 32 | p->columns.word[1]);
    orm__b_key(b, (uint64_t)p->columns.word[2] << 32 | p->columns.word[3]);
    orm__b_key(b, (p->parent ? p->parent->alias : 0) | (uint64_t)p->counted << 32 | (uint64_t)(p->link_alias && p->query->links) << 33);
    if (!p->counted) return;
    orm__b_key(b, (uint64_t)p->counts.word[0] << 32 | p->counts.word[1]);
    orm__b_key(b, (uint64_t)p->counts.word[2] << 32 | p->counts.word[3]);
}

ORM_PRIVATE void orm__b_select(orm__build *b, orm__part *head)
{
    unsigned n = 0;
    bool ordered = orm__needs_order(head);
    orm__b_key(b, 'S' | (uint64_t)head->cut << 8 | (uint64_t)(head->limit != 0) << 9 | (uint64_t)(head->offset != 0) << 10 | (uint64_t)ordered << 11 |
                  (uint64_t)orm__row_lock(b->db, head->query) << 12 | (uint64_t)head->walked << 32 | (uint64_t)head->one << 33);
    for (const orm__part *p = head; p; p = p->next) {
        if (p->head != head) continue;
        n++;
        orm__b_part_key(b, p, head);
    }
    b->head = head;
    b->next_alias = n + 1;                  /* one for a link */
    orm__b_put(b, "select ");
    orm__b_columns(b, head);
    orm__b_put(b, " from ");
    if (head->cut) {
        orm__b_select_cut(b, head);
        return;
    }
    if (head->relation) orm__b_related_tables(b, head->relation, head->path, head->alias, head->path->link ? head->link_alias : head->alias);
    else orm__b_table(b, head->model, head->alias);
    orm__b_joins(b, head);
    orm__b_where(b, head);
    if (head->relation) {
        orm__b_key_order(b, head, " order by ");
        if (!head->single) orm__b_order(b, head, ", ");
        return;
    }
    if (ordered) orm__b_order(b, head, " order by ");
    if (head->limit || head->offset) {
        orm__b_put(b, head->one ? " limit 1" : " limit ");
        if (!head->one) orm__b_number(b, head->limit ? head->limit : INT64_MAX);
    }
    if (head->offset) {
        orm__b_put(b, " offset ");
        orm__b_number(b, head->offset);
    }
    if (b->sql) orm__row_lock_spell(b->sql, orm__row_lock(b->db, head->query));
}

static uint32_t orm__plan_columns(const orm_model *model, const orm_mask *mask)
{
    uint32_t n = 0;
    for (size_t i = 0; i < model->n_columns; i++) n += orm__mask_has(mask, i);
    return n;
}

static uint32_t orm__plan_counts(const orm__part *part)
{
    uint32_t n = 0;
    for (size_t i = 0; part->counted && i < part->model->n_counts; i++) n += orm__mask_has(&part->counts, i);
    return n;
}

static orm_plan_field orm__plan_field(const orm_column *column)
{
    return (orm_plan_field){ .column = column, .offset = (uint32_t)column->offset, .type = (uint8_t)column->is.type, .nullable = column->nullable };
}

/* Where each result column goes. One allocation of the handle's allocator, freed with the statement. */
ORM_PRIVATE orm_status orm__plan_make(orm__session *db, orm__prepared *p, orm__part *head)
{
    const orm_model *link = head->relation ? head->path->link : NULL;
    uint32_t segments = link != NULL, fields = link ? orm__plan_columns(link, &head->link_columns) : 0;
    for (const orm__part *part = head; part; part = part->next) {
        if (part->head != head) continue;
        segments++;
        fields += orm__plan_columns(part->model, &part->columns) + orm__plan_counts(part);
    }
    size_t size = segments * sizeof(orm_plan_segment) + fields * sizeof(orm_plan_field);
    char *block = (char *)orm__allocate(&db->allocator, size);
    if (!block) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory for a statement's plan");
    orm_plan_field *field = (orm_plan_field *)(void *)block;
    orm_plan_segment *segment = (orm_plan_segment *)(void *)(block + fields * sizeof *field);
    p->plan = (orm_plan){ .segments = segment, .n_segments = segments, .fields = field, .n_fields = fields, .borrow = head->walked };
    p->plan_block = block;
    p->plan_size = size;
    int32_t at = 0;
    for (const orm__part *part = head; part; part = part->next) {
        if (part->head != head) continue;
        *segment = (orm_plan_segment){ .key = -1 };
        for (size_t i = 0; i < part->model->n_columns; i++) {
            const orm_column *column = &part->model->columns[i];
            if (!orm__mask_has(&part->columns, i)) continue;
            if (part != head && column->primary_key && segment->key < 0) segment->key = at;
            *field++ = orm__plan_field(column);
            segment->n_fields++;
            at++;
        }
        for (size_t i = 0; part->counted && i < part->model->n_counts; i++) {
            if (!orm__mask_has(&part->counts, i)) continue;
            *field++ = orm__plan_field(&part->model->counts[i]);
            segment->n_fields++;
            at++;
        }
        segment++;
    }
    if (!link) return ORM_OK;
    *segment = (orm_plan_segment){ .key = -1 };
    for (size_t i = 0; i < link->n_columns; i++) {
        if (!orm__mask_has(&head->link_columns, i)) continue;
        *field++ = orm__plan_field(&link->columns[i]);
        segment->n_fields++;
    }
    return ORM_OK;
}

ORM_PRIVATE orm_status orm__select_prepare(orm__build *b, orm__part *head, orm__prepared **out)
{
    orm__b_key(b, 1);                       /* queries; see orm__shape_find */
    orm__b_select(b, head);
    if (b->status) return b->status;
    orm__prepared *p = orm__shape_find(b->db, b->key, b->key_words * sizeof *b->key);
    if (!p) {
        orm__writer sql = { .allocator = &b->db->allocator, .dialect = b->db->dialect };
        orm__build_spell(b, &sql);
        orm__b_select(b, head);
        b->sql = NULL;
        orm_status status = b->status ? b->status : orm__prepare(b->db, &sql, &p);
        if (status) {
            orm__writer_release(&sql);
            return status;
        }
        p->secret = b->secret;
        status = orm__plan_make(b->db, p, head);
        if (!status) status = orm__shape_add(b->db, p, b->key, b->key_words * sizeof *b->key);
        if (status) {
            orm__prepared_free(b->db, p);
            return status;
        }
    }
    *out = p;
    return ORM_OK;
}

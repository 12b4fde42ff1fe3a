/* >>select: a query tree to SELECT statements with their row plans. To-one relations are joined into the statement of their parent;
   the query's model and each to-many relation are heads with a statement of their own. */
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
    if (q->include[ORM_MAX_INCLUDES].relation) return orm__part_refuse(db, part, "more than " ORM__STRING(ORM_MAX_INCLUDES) " relations in .include");
    part->limit = q->limit;
    part->offset = q->offset;
    if (q->page || q->per_page) {
        if (q->page < 1 || q->per_page < 1) return orm__part_refuse(db, part, "pages count from 1: give both .page and .per_page");
        if (q->limit || q->offset) return orm__part_refuse(db, part, "give either .page and .per_page or .limit and .offset");
        if (__builtin_mul_overflow(q->page - 1, q->per_page, &part->offset)) return orm__part_refuse(db, part, "the page is out of range");
        part->limit = q->per_page;
    }
    if (q->after && part->offset) return orm__part_refuse(db, part, ".after and an offset exclude each other");
    if (!part->relation) return q->lock || q->wait ? orm__row_lock_check(db, part->model, q) : ORM_OK;
    if (q->after || q->arena || q->lock || q->wait || q->track || q->all || q->timeout_ms) return orm__part_refuse(db, part, "an include takes .where, .order, .limit, .offset, .select and .include");
    if (part->relation->kind == ORM_BELONGS_TO && (part->limit || part->offset || q->order[0].column))
        return orm__part_refuse(db, part, "a relation to one row has no order, limit or offset");
    return ORM_OK;
}

/* The columns to read: those selected, always the primary key, and what relations need to be matched. */
static void orm__part_columns(orm__part *part)
{
    const orm_model *model = part->model;
    bool all = orm__mask_names_none(model, &part->query->select);
    for (size_t i = 0; i < model->n_columns; i++)
        if (all || model->columns[i].primary_key || orm__mask_has(&part->query->select, i)) orm__mask_add(&part->columns, i);
    if (part->relation && part->head == part) orm__mask_add(&part->columns, orm__column_index(model, orm__there(part->relation)));
    for (unsigned k = 0; k < ORM_MAX_INCLUDES; k++) {
        const orm_relation *r = part->query->include[k].relation;
        if (r) orm__mask_add(&part->columns, orm__column_index(model, orm__here(r)));
    }
}

static orm_status orm__part_add(orm__session *db, orm__part *parent, const orm_model *model, const orm_query *query, const orm_relation *relation,
                                unsigned depth, unsigned *count, orm__part ***tail, orm__part **out)
{
    if (depth > ORM__MAX_INCLUDE_DEPTH) return orm__raise(db, ORM_MISUSE, 0, "includes are nested deeper than %d", ORM__MAX_INCLUDE_DEPTH);
    if (*count >= ORM__MAX_LOADS) return orm__raise(db, ORM_MISUSE, 0, "a query includes more than %d relations", ORM__MAX_LOADS - 1);
    orm__part *part = (orm__part *)orm__bump(&db->scratch, sizeof *part, 16);
    if (!part) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory for the query");
    *part = (orm__part){ .model = model, .query = query ? query : &orm__no_query, .relation = relation, .parent = parent };
    part->head = !relation || relation->kind == ORM_HAS_MANY ? part : parent->head;
    if (part->head == part && parent) parent->gathers = true;
    **tail = part;
    *tail = &part->next;
    ++*count;
    if (out) *out = part;
    orm_status status = orm__part_check(db, part);
    if (status) return status;
    orm__part_columns(part);
    for (unsigned k = 0; k < ORM_MAX_INCLUDES; k++) {
        const orm_include *include = &part->query->include[k];
        if (!include->relation) continue;
        if (include->relation->model != model) return orm__part_refuse(db, part, "an include of another model's relation");
        for (unsigned j = 0; j < k; j++)
            if (part->query->include[j].relation == include->relation)
                return orm__raise(db, ORM_MISUSE, 0, "%s.%s is included twice", model->name, include->relation->name);
        status = orm__part_add(db, part, include->relation->target, include->query, include->relation, depth + 1, count, tail, NULL);
        if (status) return status;
    }
    return ORM_OK;
}

ORM_PRIVATE orm_status orm__parts_make(orm__session *db, const orm_model *model, const orm_query *query, orm__part **out)
{
    unsigned count = 0;
    orm__part *first = NULL, **tail = &first;
    orm_status status = orm__part_add(db, NULL, model, query, NULL, 0, &count, &tail, out);
    if (status) return status;
    /* number the parts of each statement: alias and plan segment */
    for (orm__part *head = first; head; head = head->next) {
        unsigned n = 0;
        if (head->head != head) continue;
        for (orm__part *p = head; p; p = p->next)
            if (p->head == head) p->alias = p->segment = n++;
    }
    return ORM_OK;
}

/* ---- conditions of a head -------------------------------------------------------------------------------------------- */

/* the n-th term of the order: the query's, then the primary key so that the order is total; NULL column at its end. The key runs in the
   direction of the last term, so that an index on the terms gives the order, backwards too, and nothing is sorted. */
static orm_order orm__order_term(const orm__part *head, unsigned n)
{
    unsigned own = 0;
    while (own < ORM_MAX_ORDERS && head->query->order[own].column) own++;
    if (n < own) return head->query->order[n];
    unsigned k = own;
    for (size_t i = 0; i < head->model->n_columns; i++) {
        const orm_column *column = &head->model->columns[i];
        bool given = !column->primary_key;
        for (unsigned j = 0; j < own && !given; j++) given = head->query->order[j].column == column;
        if (given) continue;
        if (k++ == n) return (orm_order){ .column = column, .descending = own ? head->query->order[own - 1].descending : 0 };
    }
    return (orm_order){ .column = NULL };
}

/* Does anything depend on the order? Without it an unordered list is read as it comes, which is the primary key's order on most engines
   but promised by none, so lists are ordered by it when they are limited, paged or nested. */
static bool orm__needs_order(const orm__part *head)
{
    return head->query->order[0].column || head->limit || head->offset || head->after || head->until || head->relation;
}

static bool orm__nulls_last(const orm_order *o)
{
    return o->nulls == ORM_NULLS_LAST || (o->nulls == ORM_NULLS_DEFAULT && o->descending);
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

ORM_PRIVATE void orm__b_where(orm__build *b, orm__part *head)
{
    const char *with = " where ";
    orm__b_key(b, (uint64_t)(head->query->where.used > 0) | (uint64_t)(head->relation != NULL) << 1 | (uint64_t)(head->after != NULL) << 2 |
                  (uint64_t)(head->until != NULL) << 3);
    if (head->relation) {
        orm__b_put(b, with);
        orm__b_list(b, ORM_OP_IN, head->alias, orm__there(head->relation), head->keys, head->n_keys);
        with = " and ";
    }
    if (head->query->where.used) {
        orm__b_put(b, with);
        orm__b_condition(b, &head->query->where, head->alias);
        with = " and ";
    }
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

static void orm__b_columns(orm__build *b, const orm__part *head)
{
    const char *comma = "";
    if (!b->sql) return;
    for (const orm__part *p = head; p; p = p->next) {
        if (p->head != head) continue;
        for (size_t i = 0; i < p->model->n_columns; i++) {
            if (!orm__mask_has(&p->columns, i)) continue;
            orm__put(b->sql, comma);
            orm__b_column(b, p->alias, &p->model->columns[i]);
            comma = ", ";
        }
    }
}

static void orm__b_joins(orm__build *b, const orm__part *head)
{
    for (const orm__part *p = head->next; p; p = p->next) {
        if (p->head != head) continue;
        orm__b_key(b, p->query->where.used);
        orm__b_put(b, " left join ");
        orm__b_table(b, p->model, p->alias);
        orm__b_put(b, " on ");
        orm__b_column(b, p->alias, orm__there(p->relation));
        orm__b_put(b, " = ");
        orm__b_column(b, p->parent->alias, orm__here(p->relation));
        if (p->query->where.used) {
            orm__b_put(b, " and ");
            orm__b_condition(b, &p->query->where, p->alias);
        }
    }
}

/* a column to sort by: enumerations in the order of their declaration, which is how rows compare, too */
static void orm__b_sort_key(orm__build *b, unsigned alias, const orm_column *column)
{
    if (orm__b_is_ranked(b, column)) orm__b_rank(b, alias, column);
    else orm__b_comparable(b, alias, column);
}

static void orm__b_order(orm__build *b, const orm__part *head, const char *separator)
{
    for (unsigned n = 0; ; n++) {
        orm_order o = orm__order_term(head, n);
        if (!o.column) return;
        orm__b_pointer(b, o.column);
        orm__b_key(b, (uint64_t)o.descending | (uint64_t)o.nulls << 1);
        orm__b_put(b, separator);
        separator = ", ";
        if (!b->sql) continue;
        orm__b_sort_key(b, head->alias, o.column);
        if (o.descending) orm__put(b->sql, " desc");
        bool said = o.nulls != ORM_NULLS_DEFAULT || (b->db->dialect->can.nulls_are_high && o.column->nullable);
        if (said) orm__put(b->sql, orm__nulls_last(&o) ? " nulls last" : " nulls first");
    }
}

static void orm__b_number(orm__build *b, int64_t number)
{
    orm__b_bind(b, NULL, (orm_value){ .type = ORM_INT64, .as.i = number });
}

/* limit and offset of each parent's children: number them within their parent, then cut */
static void orm__b_numbered(orm__build *b, orm__part *head)
{
    const orm_column *there = orm__there(head->relation);
    orm__b_put(b, "(select ");
    for (size_t i = 0; i < head->model->n_columns; i++) {
        orm__b_column(b, head->alias, &head->model->columns[i]);
        orm__b_put(b, ", ");
    }
    orm__b_put(b, "row_number() over (partition by ");
    orm__b_column(b, head->alias, there);
    orm__b_order(b, head, " order by ");
    orm__b_put(b, ") as \"orm__n\" from ");
    orm__b_table(b, head->model, head->alias);
    orm__b_where(b, head);
    orm__b_put(b, ") as t0");
}

ORM_PRIVATE void orm__b_select(orm__build *b, orm__part *head)
{
    unsigned n = 0;
    bool cut = head->relation && (head->limit || head->offset);
    orm__b_key(b, 'S' | (uint64_t)cut << 8 | (uint64_t)(head->limit != 0) << 9 | (uint64_t)(head->offset != 0) << 10 | (uint64_t)orm__needs_order(head) << 11 |
                  (uint64_t)orm__row_lock(b->db, head->query) << 12);
    for (const orm__part *p = head; p; p = p->next) {
        if (p->head != head) continue;
        n++;
        orm__b_pointer(b, p->relation ? (const void *)p->relation : (const void *)p->model);
        orm__b_pointer(b, p->parent && p->parent->head == head ? p->parent->relation : NULL);
        orm__b_key(b, (uint64_t)p->columns.word[0] << 32 | p->columns.word[1]);
        orm__b_key(b, (uint64_t)p->columns.word[2] << 32 | p->columns.word[3]);
        orm__b_key(b, p->parent ? p->parent->alias : 0);
    }
    b->next_alias = n;
    orm__b_put(b, "select ");
    orm__b_columns(b, head);
    orm__b_put(b, " from ");
    if (cut) {
        orm__b_numbered(b, head);
        orm__b_joins(b, head);
        orm__b_put(b, " where t0.\"orm__n\" > ");
        orm__b_number(b, head->offset);
        if (head->limit) {
            int64_t end;
            if (__builtin_add_overflow(head->offset, head->limit, &end)) end = INT64_MAX;
            orm__b_put(b, " and t0.\"orm__n\" <= ");
            orm__b_number(b, end);
        }
        orm__b_put(b, " order by ");
        orm__b_sort_key(b, head->alias, orm__there(head->relation));
        orm__b_put(b, ", t0.\"orm__n\"");
        return;
    }
    orm__b_table(b, head->model, head->alias);
    orm__b_joins(b, head);
    orm__b_where(b, head);
    if (head->relation) {
        orm__b_put(b, " order by ");
        orm__b_sort_key(b, head->alias, orm__there(head->relation));
        orm__b_order(b, head, ", ");
        return;
    }
    if (orm__needs_order(head)) orm__b_order(b, head, " order by ");
    if (head->limit || head->offset) {
        orm__b_put(b, " limit ");
        orm__b_number(b, head->limit ? head->limit : INT64_MAX);
    }
    if (head->offset) {
        orm__b_put(b, " offset ");
        orm__b_number(b, head->offset);
    }
    if (b->sql) orm__row_lock_spell(b->sql, orm__row_lock(b->db, head->query));
}

/* Where each result column goes. One allocation of the handle's allocator, freed with the statement. */
ORM_PRIVATE orm_status orm__plan_make(orm__session *db, orm__prepared *p, orm__part *head)
{
    uint32_t segments = 0, fields = 0;
    for (const orm__part *part = head; part; part = part->next) {
        if (part->head != head) continue;
        segments++;
        for (size_t i = 0; i < part->model->n_columns; i++) fields += orm__mask_has(&part->columns, i);
    }
    size_t size = segments * sizeof(orm_plan_segment) + fields * sizeof(orm_plan_field);
    char *block = (char *)orm__allocate(&db->allocator, size);
    if (!block) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory for a statement's plan");
    orm_plan_field *field = (orm_plan_field *)(void *)block;
    orm_plan_segment *segment = (orm_plan_segment *)(void *)(block + fields * sizeof *field);
    p->plan = (orm_plan){ .segments = segment, .n_segments = segments, .fields = field, .n_fields = fields };
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
            *field++ = (orm_plan_field){ .column = column, .offset = (uint32_t)column->offset, .type = (uint8_t)column->is.type, .nullable = column->nullable };
            segment->n_fields++;
            at++;
        }
        segment++;
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

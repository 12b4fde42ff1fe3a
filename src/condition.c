/* >>condition: conditions to SQL. The walk is the same while collecting values and while spelling text; see orm__build. */
#include "internal.h"

#define ORM__BUILD_WORDS 48               /* of a key, and values: so many need no second look at the memory */
#define ORM__BUILD_VALUES 16
#define ORM__MAX_CONDITION_DEPTH 64      /* of arrays of conditions inside each other */

ORM_PRIVATE void orm__build_begin(orm__build *b, orm__session *db)
{
    /* room for most statements at once; where there is none, it is missed by who wants to write */
    uint64_t *room = (uint64_t *)orm__bump(&db->scratch, ORM__BUILD_WORDS * sizeof *b->key + ORM__BUILD_VALUES * sizeof *b->values, 8);
    *b = (orm__build){ .db = db };
    if (!room) return;
    b->key = room;
    b->key_capacity = ORM__BUILD_WORDS;
    b->values = (orm_value *)(void *)(room + ORM__BUILD_WORDS);
    b->values_capacity = ORM__BUILD_VALUES;
}

ORM_PRIVATE void orm__build_spell(orm__build *b, orm__writer *sql)
{
    b->sql = sql;
    b->key_capacity = b->key_words;         /* nothing is added to the key any more */
    b->n_parameters = b->next_alias = b->depth = 0;
}

ORM_PRIVATE orm_status orm__b_fail(orm__build *b, orm_status kind, const orm_model *model, const orm_column *column, const char *message_)
{
    if (b->status == ORM_OK) b->status = orm__raise_at(b->db, kind, model, column, "%s", message_);
    return b->status;
}

ORM_PRIVATE void orm__b_put(orm__build *b, const char *text_)
{
    if (b->sql) orm__put(b->sql, text_);
}

/* room for one more element of a growing array in the scratch arena */
static void *orm__b_room(orm__build *b, void *array, size_t n, size_t *capacity, size_t size)
{
    if (n < *capacity) return array;
    size_t more = *capacity ? *capacity * 2 : 32;
    void *bigger = orm__bump(&b->db->scratch, more * size, 8);
    if (!bigger) {
        if (b->status == ORM_OK) b->status = orm__raise(b->db, ORM_NO_MEMORY, 0, "out of memory while building a statement");
        return NULL;
    }
    if (n) memcpy(bigger, array, n * size);
    *capacity = more;
    return bigger;
}

ORM_PRIVATE bool orm__b_key_room(orm__build *b)
{
    if (b->sql || b->status) return false;
    uint64_t *key = (uint64_t *)orm__b_room(b, b->key, b->key_words, &b->key_capacity, sizeof *key);
    if (key) b->key = key;
    return key != NULL;
}

ORM_PRIVATE void orm__b_bind(orm__build *b, const orm_column *column, orm_value value)
{
    if (b->status) return;
    if (b->sql) {
        b->n_parameters++;
        if (column && column->secret && b->n_parameters <= 64) b->secret |= UINT64_C(1) << (b->n_parameters - 1);
        b->db->dialect->parameter(b->sql, b->n_parameters);
        return;
    }
    orm_value *values = (orm_value *)orm__b_room(b, b->values, b->n_values, &b->values_capacity, sizeof *values);
    if (!values) return;
    b->values = values;
    b->values[b->n_values++] = value;
}

ORM_PRIVATE void orm__b_column(orm__build *b, unsigned alias, const orm_column *column)
{
    if (ORM__UNLIKELY(column->count_of != NULL)) orm__b_count(b, alias, column);
    if (!b->sql || column->count_of) return;
    orm__put_char(b->sql, 't');
    orm__put_int(b->sql, alias);
    orm__put_char(b->sql, '.');
    orm__put_name(b->sql, orm__column_name(column));
}

ORM_PRIVATE void orm__b_table(orm__build *b, const orm_model *model, unsigned alias)
{
    if (ORM__UNLIKELY(model->view != NULL)) orm__b_view(b, model);
    if (!b->sql) return;
    if (!model->view) orm__put_name(b->sql, model->table);
    orm__put(b->sql, " as t");
    orm__put_int(b->sql, alias);
}

/* a column to compare or sort by */
ORM_PRIVATE void orm__b_comparable(orm__build *b, unsigned alias, const orm_column *column)
{
    bool bytes = column->is.type == ORM_INTERVAL && b->db->dialect->interval_as_bytes[0];
    if (bytes) orm__b_put(b, b->db->dialect->interval_as_bytes[0]);
    orm__b_column(b, alias, column);
    if (bytes) orm__b_put(b, b->db->dialect->interval_as_bytes[1]);
    if (column->is.type == ORM_JSON && !column->is.jsonb && b->db->dialect->json_as_text) orm__b_put(b, b->db->dialect->json_as_text);
}

/* The rank of an enumeration's label, so that "greater" means "declared later" */
ORM_PRIVATE void orm__b_rank(orm__build *b, unsigned alias, const orm_column *column)
{
    if (!b->sql) return;
    orm__put(b->sql, "case ");
    orm__b_column(b, alias, column);
    for (size_t i = 0; i < column->is.labels->count; i++) {
        orm__put(b->sql, " when ");
        orm__put_string_literal(b->sql, column->is.labels->labels[i]);
        orm__put(b->sql, " then ");
        orm__put_int(b->sql, (int64_t)i + 1);
    }
    orm__put(b->sql, " end");
}

/* a text longer than the column is no fault in a comparison: it just matches nothing */
ORM_PRIVATE const char *orm__fit_operand(const orm_column *column, orm_value *value, size_t max_text, char why[160], orm_status *kind)
{
    if (ORM__LIKELY(!column->is.size && (column->is.type != ORM_JSON || column->is.jsonb))) return orm__fit(column, value, max_text, why, kind);
    orm_column any = *column;
    any.is.size = 0;
    any.is.type = ORM_TEXT;
    return orm__fit(&any, value, max_text, why, kind);
}

ORM_PRIVATE bool orm__b_fit(orm__build *b, const orm_column *column, orm_value *value)
{
    if (b->status || b->sql) return !b->status;
    if (value->type == ORM_NULL) {
        orm__b_fail(b, ORM_MISUSE, column->model, column, "the value to compare with is NULL; orm_is_null() asks for rows without a value");
        return false;
    }
    char why[160];
    orm_status kind = ORM_VALUE_RANGE;
    const char *message_ = orm__fit_operand(column, value, b->db->options.max_text, why, &kind);
    if (message_) orm__b_fail(b, kind, column->model, column, message_);
    return !message_;
}

/* the same of a value that stands across from orm__b_comparable */
static bool orm__b_fit_compared(orm__build *b, const orm_column *column, orm_value *value)
{
    if (!orm__b_fit(b, column, value)) return false;
    if (b->sql || value->type != ORM_INTERVAL || !b->db->dialect->interval_as_bytes[0]) return true;
    unsigned char *bytes = orm__bump(&b->db->scratch, 16, 1);
    const uint64_t words[2] = { (uint64_t)value->as.interval.microseconds, (uint64_t)(uint32_t)value->as.interval.days << 32 | (uint32_t)value->as.interval.months };
    for (size_t i = 0; i < 16 && bytes; i++) bytes[i] = (unsigned char)(words[i / 8] >> (56 - i % 8 * 8));
    if (!bytes) b->status = orm__raise(b->db, ORM_NO_MEMORY, 0, "out of memory while building a statement");
    else *value = (orm_value){ .type = ORM_BLOB, .length = 16, .as.p = bytes };
    return bytes != NULL;
}

ORM_PRIVATE void orm__b_given(orm__build *b, const orm_column *column, orm_value value)
{
    bool casts = b->db->dialect->can.casts_parameters;
    orm__b_put(b, casts ? "cast(" : "");
    if (b->sql || orm__b_fit(b, column, &value)) orm__b_bind(b, column, value);
    orm__b_put(b, casts ? " as " : "");
    if (casts && b->sql && column->is.type == ORM_TEXT) orm__put(b->sql, "text");      /* without the length and the collation of the column */
    else if (casts && b->sql) b->db->dialect->column_type(b->sql, column);
    orm__b_put(b, casts ? ")" : "");
}

static bool orm__op_is_ordering(orm_op op)
{
    return op == ORM_OP_GT || op == ORM_OP_GTE || op == ORM_OP_LT || op == ORM_OP_LTE;
}

/* Writes the engine's spelling of an operator: $c the column, $v the parameter (the same one however often), $y the type of a list, $t the other
   column. */
static void orm__b_spelled(orm__build *b, orm_op op, const char *at, unsigned alias, const orm_column *column, const orm_value *value, const orm_column *other)
{
    bool ranked = orm__b_is_ranked(b, column) && (orm__op_is_ordering(op) || (op >= ORM_OP_GT_COLUMN && op <= ORM_OP_LTE_COLUMN));
    if (!b->sql) {                          /* in the order of the text: a count may have values, too */
        if (column->count_of) orm__b_column(b, alias, column);
        if (value) orm__b_bind(b, column, *value);
        if (other && other->count_of) orm__b_column(b, alias, other);
        return;
    }
    unsigned parameter = 0;
    for (; at && *at; at++) {
        if (at[0] != '$' || !at[1]) {
            orm__put_char(b->sql, *at);
            continue;
        }
        at++;
        if (*at == 'v' && parameter) b->db->dialect->parameter(b->sql, parameter);
        else if (*at == 'v') {
            orm__b_bind(b, column, (orm_value){ .type = ORM_NULL });
            parameter = b->n_parameters;
        } else if (*at == 'y') {
            b->db->dialect->list_type(b->sql, column);
        } else {
            const orm_column *named = *at == 'c' ? column : other;
            if (ranked) orm__b_rank(b, alias, named);
            else orm__b_comparable(b, alias, named);
        }
    }
}

ORM_PRIVATE void orm__b_template(orm__build *b, orm_op op, unsigned alias, const orm_column *column, const orm_value *value, const orm_column *other)
{
    orm__b_spelled(b, op, b->db->dialect->operators[op], alias, column, value, other);
}

ORM_PRIVATE bool orm__b_one_of_array(orm__build *b, const orm_column *column, orm_value *value)
{
    orm_column element = { .model = column->model, .name = column->name, .is = { .type = column->is.element } };
    orm_value item = *value;
    if (!orm__b_fit(b, &element, &item)) return false;
    if (!orm__array_of_one(&b->db->scratch, &item, value)) b->status = orm__raise(b->db, ORM_NO_MEMORY, 0, "out of memory while building a statement");
    return !b->status;
}

/* a comparison of a column with one value */
static void orm__b_compare(orm__build *b, orm_op op, unsigned alias, const orm_column *column, orm_value value)
{
    if (b->status) return;
    bool one = op == ORM_OP_HOLDS;
    if (one) op = ORM_OP_HOLDS_ALL;
    if (!b->sql) {
        if (!b->db->dialect->operators[op]) {
            orm__b_fail(b, ORM_UNSUPPORTED, column->model, column, "the engine has no such operator");
            return;
        }
        if (orm__b_is_ranked(b, column) && orm__op_is_ordering(op)) {       /* compared by rank, see orm__b_rank */
            orm_value label = value;
            if (!orm__b_fit(b, column, &label)) return;
            value.type = ORM_INT64;
        } else if (op >= ORM_OP_COUNT_EQ && op <= ORM_OP_COUNT_LTE) {
            const orm_column number = { .model = column->model, .name = column->name, .is = { .type = ORM_INT32 } };
            if (!orm__b_fit(b, &number, &value)) return;
        } else if (one) {
            if (!orm__b_one_of_array(b, column, &value)) return;
        } else if (!orm__b_fit_compared(b, column, &value)) {
            return;
        }
        bool pattern = op >= ORM_OP_LIKE && op <= ORM_OP_REGEXP && b->db->dialect->operand;
        orm_status status = pattern ? b->db->dialect->operand(b->db->connection, op, &value, &b->db->scratch) : ORM_OK;
        if (status) {
            b->status = status;
            return;
        }
    }
    orm__b_template(b, op, alias, column, &value, NULL);
}

ORM_PRIVATE bool orm__leads_index(const orm_column *column)
{
    const orm_model *model = column->model;
    if (column->unique || column->indexed) return true;
    for (size_t i = 0; i < model->n_columns && column->primary_key; i++)
        if (model->columns[i].primary_key) return &model->columns[i] == column;
    for (const orm_model_option *o = model->options; o && o->kind != ORM_OPTION_NONE; o++)
        if ((o->kind == ORM_OPTION_INDEX || o->kind == ORM_OPTION_UNIQUE) && o->n_parts && o->parts[0].column == column) return true;
    return false;
}

/* A list is one parameter. An engine may compare row by row with all of it: where no index is used, it has another spelling for long ones. */
ORM_PRIVATE void orm__b_list(orm__build *b, orm_op op, unsigned alias, const orm_column *column, const orm_value *values, size_t n)
{
    if (b->status) return;
    const orm_dialect *dialect = b->db->dialect;
    const char *other = op == ORM_OP_IN ? dialect->in_long : dialect->not_in_long;
    bool is_long = n > ORM_SHORT_LIST && other && (op == ORM_OP_NOT_IN || !orm__leads_index(column));
    orm__b_key(b, (n != 0) + (uint64_t)is_long);
    if (n == 0) {
        orm__b_put(b, op == ORM_OP_IN ? "1 = 0" : "1 = 1");
        return;
    }
    orm_value list = { .type = ORM_NULL };
    if (!b->sql && (b->status = dialect->list(b->db->connection, column, values, n, &b->db->scratch, &list)) != ORM_OK) return;
    orm__b_spelled(b, op, is_long ? other : dialect->operators[op], alias, column, &list, NULL);
}

/* the values of orm_in: the nodes before the list's own */
static void orm__b_in(orm__build *b, orm_op op, unsigned alias, const orm_column *column, const orm_node *nodes, size_t n)
{
    orm_value *values = NULL;
    if (!b->sql && n) {
        values = (orm_value *)orm__bump(&b->db->scratch, n * sizeof *values, 8);
        if (!values) {
            b->status = orm__raise(b->db, ORM_NO_MEMORY, 0, "out of memory for a list of %zu values", n);
            return;
        }
        for (size_t i = 0; i < n; i++) {
            values[i] = nodes[i].value;
            if (!orm__b_fit_compared(b, column, &values[i])) return;
        }
    }
    orm__b_list(b, op, alias, column, values, n);
}

/* the values of orm_in_array: elements of the column's C type */
static void orm__b_in_array(orm__build *b, orm_op op, unsigned alias, const orm_column *column, const char *array, size_t n)
{
    orm_value *values = NULL;
    if (!b->sql && n) {
        if (!array) {
            orm__b_fail(b, ORM_MISUSE, column->model, column, "the array of values is NULL");
            return;
        }
        orm_column element = *column;
        element.offset = 0;
        element.nullable = element.is.is_key = element.is.generated = false;
        size_t size = orm__member_size(column->is.type), bytes;
        values = __builtin_mul_overflow(n, sizeof *values, &bytes) ? NULL : (orm_value *)orm__bump(&b->db->scratch, bytes, 8);
        if (!values) {
            b->status = orm__raise(b->db, ORM_NO_MEMORY, 0, "out of memory for a list of %zu values", n);
            return;
        }
        for (size_t i = 0; i < n; i++) {
            values[i] = orm__value_of(&element, array + i * size);
            if (!orm__b_fit_compared(b, column, &values[i])) return;
        }
    }
    orm__b_list(b, op, alias, column, values, n);
}

/* one condition on its way to SQL */
typedef struct orm__walk {
    const orm_expr *e;
    uint16_t start[ORM_MAX_TERMS];      /* where each node's own part of the postfix order begins */
    int8_t folded[ORM_MAX_TERMS];       /* what is known about it, see orm__fold */
} orm__walk;

/* conditions on what a path into a JSON document leads to */
static bool orm__op_is_json(orm_op op) { return op >= ORM_OP_JSON_EQ && op <= ORM_OP_JSON_EXISTS; }

ORM_PRIVATE void orm__expr_starts(const orm_expr *e, uint16_t start[ORM_MAX_TERMS])
{
    uint16_t stack[ORM_MAX_TERMS];
    unsigned depth = 0;
    for (unsigned i = 0; i < e->used; i++) {
        orm_op op = (orm_op)e->node[i].value.op;
        unsigned kids = op == ORM_OP_AND || op == ORM_OP_OR || op == ORM_OP_NOT || op == ORM_OP_HAS || op == ORM_OP_HAS_NONE || op == ORM_OP_HAS_ALL ||
                        op == ORM_OP_IN || op == ORM_OP_NOT_IN || orm__op_is_json(op) ? e->node[i].value.n : 0;
        if (kids > depth) kids = depth;
        start[i] = kids ? stack[depth - kids] : (uint16_t)i;
        depth -= kids;
        stack[depth++] = start[i];
    }
}

enum { ORM__DEPENDS = -1, ORM__FALSE, ORM__TRUE, ORM__NEUTRAL };

/* one more operand of an `and` or `or` whose operands so far make `sum`; neutral ones do not count */
static int orm__fold_kid(int sum, int kid, bool all)
{
    if (kid == ORM__NEUTRAL || sum == !all) return sum;
    return kid == !all || sum == ORM__NEUTRAL || sum == (int)all ? kid : ORM__DEPENDS;
}

/* Folds constants: what an empty list makes of a condition, and what says nothing at all (an array without conditions). Three-valued, and
   neutral; the results of the nodes go to `each`. */
static int orm__fold(const orm_expr *e, int8_t each[ORM_MAX_TERMS], unsigned nested)
{
    int stack[ORM_MAX_TERMS];
    unsigned depth = 0;
    if (e->used == 0) return ORM__NEUTRAL;
    if (e->used > ORM_MAX_TERMS) return ORM__DEPENDS;
    for (unsigned i = 0; i < e->used; i++) {
        const orm_value *v = &e->node[i].value;
        unsigned n = v->n > depth ? depth : v->n;
        int result = ORM__DEPENDS;
        switch (v->op) {
        case ORM_OP_IN: case ORM_OP_NOT_IN:
            depth -= n;
            if (v->n == 0) result = v->op == ORM_OP_NOT_IN;
            break;
        case ORM_OP_IN_ARRAY: case ORM_OP_NOT_IN_ARRAY:
            if (v->as.list.count == 0) result = v->op == ORM_OP_NOT_IN_ARRAY;
            break;
        case ORM_OP_AND: case ORM_OP_OR:
            for (result = ORM__NEUTRAL; n > 0; n--) result = orm__fold_kid(result, stack[--depth], v->op == ORM_OP_AND);
            break;
        case ORM_OP_ALL_OF: case ORM_OP_ANY_OF: {
            const orm_expr *kids = (const orm_expr *)v->as.list.data;
            int8_t unused[ORM_MAX_TERMS];
            if (nested >= ORM__MAX_CONDITION_DEPTH) break;
            result = ORM__NEUTRAL;
            for (size_t k = 0; k < v->as.list.count; k++) result = orm__fold_kid(result, orm__fold(&kids[k], unused, nested + 1), v->op == ORM_OP_ALL_OF);
            break;
        }
        case ORM_OP_NOT:
            if (depth) result = stack[--depth];
            if (result == ORM__TRUE || result == ORM__FALSE) result = !result;
            break;
        case ORM_OP_HAS: case ORM_OP_HAS_NONE: case ORM_OP_HAS_ALL:
            depth -= n;
            break;
        default:
            if (orm__op_is_json((orm_op)v->op)) depth -= n;
            break;
        }
        each[i] = (int8_t)result;
        stack[depth++] = result;
    }
    return stack[depth - 1];
}

ORM_PRIVATE int orm__always(const orm_expr *e)
{
    int8_t unused[ORM_MAX_TERMS];
    int folded = orm__fold(e, unused, 0);
    return folded == ORM__NEUTRAL ? ORM__TRUE : folded;
}

static void orm__b_node(orm__build *b, const orm__walk *w, unsigned i, unsigned alias);

/* the operands of an `and` or `or` that say something, in the order they were written */
static void orm__b_kids(orm__build *b, const orm__walk *w, unsigned i, unsigned alias)
{
    uint16_t ends[ORM_MAX_TERMS];
    const orm_value *v = &w->e->node[i].value;
    unsigned kids = 0, n = 0;
    for (unsigned end = i; end > w->start[i] && kids < v->n; end = w->start[end - 1], kids++)
        if (w->folded[end - 1] != ORM__NEUTRAL) ends[n++] = (uint16_t)(end - 1);
    orm__b_key(b, n);
    orm__b_put(b, "(");
    for (unsigned k = n; k-- > 0; ) {
        orm__b_node(b, w, ends[k], alias);
        if (k) orm__b_put(b, v->op == ORM_OP_AND ? " and " : " or ");
    }
    orm__b_put(b, ")");
}

/* Conditions of an array, as a balanced tree: engines bound the depth of an expression (SQLite: 1,000). */
static void orm__b_array(orm__build *b, bool all, const orm_expr *const *kids, size_t n, unsigned alias)
{
    if (n == 1) {
        orm__b_condition(b, kids[0], alias);
        return;
    }
    orm__b_put(b, "(");
    orm__b_array(b, all, kids, n / 2, alias);
    orm__b_put(b, all ? " and " : " or ");
    orm__b_array(b, all, kids + n / 2, n - n / 2, alias);
    orm__b_put(b, ")");
}

static void orm__b_all_of(orm__build *b, const orm_node *node, unsigned alias)
{
    bool all = node->value.op == ORM_OP_ALL_OF;
    const orm_expr *array = (const orm_expr *)node->value.as.list.data;
    size_t n = node->value.as.list.count, kept = 0, bytes;
    if (b->depth >= ORM__MAX_CONDITION_DEPTH) {
        orm__b_fail(b, ORM_MISUSE, NULL, NULL, "arrays of conditions are nested deeper than 64");
        return;
    }
    const orm_expr **kids = __builtin_mul_overflow(n ? n : 1, sizeof *kids, &bytes) ? NULL : (const orm_expr **)orm__bump(&b->db->scratch, bytes, 8);
    if (!kids) {
        if (!b->status) b->status = orm__raise(b->db, ORM_NO_MEMORY, 0, "out of memory for %zu conditions", n);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        int8_t unused[ORM_MAX_TERMS];
        if (orm__fold(&array[i], unused, b->depth + 1) != ORM__NEUTRAL) kids[kept++] = &array[i];
    }
    orm__b_key(b, kept);
    b->depth++;
    orm__b_array(b, all, kids, kept, alias);
    b->depth--;
}

/* exists (select 1 from the rows of the relation where ... and the condition before the node); all: there is none for which it does not hold */
static void orm__b_has(orm__build *b, const orm__walk *w, unsigned i, unsigned alias)
{
    const orm_node *node = &w->e->node[i];
    orm_op op = (orm_op)node->value.op;
    orm__b_put(b, op == ORM_OP_HAS ? "exists (select 1" : "not exists (select 1");
    unsigned inner = orm__b_related(b, (const orm_relation *)node->of, alias, 0);
    if (node->value.n) {
        orm__b_put(b, op == ORM_OP_HAS_ALL ? " and case when " : " and ");
        orm__b_node(b, w, i - 1, inner);
        orm__b_put(b, op == ORM_OP_HAS_ALL ? " then 0 else 1 end = 1" : "");      /* what is unknown does not hold */
    }
    orm__b_put(b, ")");
}

static void orm__b_node(orm__build *b, const orm__walk *w, unsigned i, unsigned alias)
{
    if (b->status) return;
    const orm_node *node = &w->e->node[i];
    orm_op op = (orm_op)node->value.op;
    const orm_column *column = (const orm_column *)node->of;
    if (w->folded[i] == ORM__NEUTRAL) {
        orm__b_key(b, 0);
        orm__b_put(b, "1 = 1");
        return;
    }
    orm__b_key(b, (uint64_t)op | (op == ORM_OP_IN || op == ORM_OP_NOT_IN ? 0 : (uint64_t)node->value.n << 8));
    orm__b_pointer(b, node->of);
    switch (op) {
    case ORM_OP_EQ: case ORM_OP_NE: case ORM_OP_DIFFERS: case ORM_OP_GT: case ORM_OP_GTE: case ORM_OP_LT: case ORM_OP_LTE: case ORM_OP_LIKE: case ORM_OP_ILIKE:
    case ORM_OP_STARTS_WITH: case ORM_OP_ENDS_WITH: case ORM_OP_CONTAINS: case ORM_OP_REGEXP: case ORM_OP_HOLDS: case ORM_OP_HOLDS_ALL: case ORM_OP_HOLDS_ANY: case ORM_OP_WITHIN: case ORM_OP_BITS_ALL: case ORM_OP_BITS_ANY:
    case ORM_OP_COUNT_EQ: case ORM_OP_COUNT_NE: case ORM_OP_COUNT_GT: case ORM_OP_COUNT_GTE: case ORM_OP_COUNT_LT: case ORM_OP_COUNT_LTE:
        orm__b_compare(b, op, alias, column, node->value);
        break;
    case ORM_OP_IS_NULL: case ORM_OP_IS_NOT_NULL:
        orm__b_template(b, op, alias, column, NULL, NULL);
        break;
    case ORM_OP_EQ_COLUMN: case ORM_OP_NE_COLUMN: case ORM_OP_GT_COLUMN: case ORM_OP_GTE_COLUMN: case ORM_OP_LT_COLUMN: case ORM_OP_LTE_COLUMN:
        orm__b_pointer(b, node->value.as.p);
        orm__b_template(b, op, alias, column, NULL, (const orm_column *)node->value.as.p);
        break;
    case ORM_OP_IN: case ORM_OP_NOT_IN:
        orm__b_in(b, op, alias, column, &w->e->node[i - node->value.n], node->value.n);
        break;
    case ORM_OP_IN_ARRAY: case ORM_OP_NOT_IN_ARRAY:
        orm__b_in_array(b, op == ORM_OP_IN_ARRAY ? ORM_OP_IN : ORM_OP_NOT_IN, alias, column, (const char *)node->value.as.list.data, node->value.as.list.count);
        break;
    case ORM_OP_AND: case ORM_OP_OR:
        orm__b_kids(b, w, i, alias);
        break;
    case ORM_OP_ALL_OF: case ORM_OP_ANY_OF:
        orm__b_all_of(b, node, alias);
        break;
    case ORM_OP_SEARCH:
        orm__b_search(b, node, alias);
        break;
    case ORM_OP_NOT:
        orm__b_put(b, "not (");
        orm__b_node(b, w, i - 1, alias);
        orm__b_put(b, ")");
        break;
    case ORM_OP_HAS: case ORM_OP_HAS_NONE: case ORM_OP_HAS_ALL:
        orm__b_has(b, w, i, alias);
        break;
    default:
        if (orm__op_is_json(op)) {
            orm__b_json(b, node, alias);
            break;
        }
        orm__b_fail(b, ORM_MISUSE, NULL, NULL, "the condition is damaged: begin with a zeroed query or one of the condition macros");
    }
}

ORM_PRIVATE void orm__b_condition(orm__build *b, const orm_expr *e, unsigned alias)
{
    if (b->status || e->used == 0) return;
    if (e->used > ORM_MAX_TERMS) {
        orm__b_fail(b, ORM_MISUSE, NULL, NULL, "a condition has more than " ORM__STRING(ORM_MAX_TERMS)
                    " terms: use orm_all_of or orm_any_of with an array, or define a larger ORM_MAX_TERMS in every file");
        return;
    }
    orm__walk w;
    w.e = e;
    if (e->used == 1 && e->node[0].value.op <= ORM_OP_LTE) {        /* a comparison, which is most conditions: there is nothing to be found out of it */
        w.start[0] = 0;
        w.folded[0] = ORM__DEPENDS;
    } else {
        orm__expr_starts(e, w.start);
        orm__fold(e, w.folded, b->depth);
    }
    orm__b_node(b, &w, e->used - 1, alias);
}

/* >>view: the query that a view stands for, as a table of the from clause: (select ... from ... where ... group by ...). It is written wherever the view is, so values stand in the order
   of the text; what the compiler cannot check of the declaration is checked as values are collected. */
#include "internal.h"

#define ORM__MAX_SOURCES 16
#define ORM__MAX_VIEWS   16              /* views of views */

typedef struct orm__source {
    const orm_model *model; const char *as;
    unsigned alias, link;                /* link: of a many_to_many's link, or 0 */
    bool optional;                       /* left joined: its columns may be NULL */
    const orm_view_step *step;
    unsigned owner;                      /* the source that it is joined to */
} orm__source;
typedef struct orm__viewing {
    orm__build *b;
    const orm_model *model; const orm_view *view;
    orm__source source[ORM__MAX_SOURCES]; unsigned n;
    const orm_view_step *walk;           /* recursive(...), or NULL */
    unsigned walked;                     /* the alias of its rows */
    bool starts;                         /* the second source is the row that it started with */
    unsigned around;                     /* the alias of the query around, for having and distinct_on, or 0 */
    bool layered;                        /* grouped, and with windows, which see the groups: these are a query of their own */
    unsigned layer;                      /* its alias, while what is around it is written; else 0 */
    const orm_expr *given;               /* .source of the query */
    orm_view_values *values;
    orm_view_conditions *conditions;
} orm__viewing;

static void orm__view_fail(const orm__viewing *v, const orm_column *row, const char *message_)
{
    orm__b_fail(v->b, ORM_MISUSE, v->model, row, message_);
}

/* ---- where the rows come from --------------------------------------------------------------------------------------------------------------- */

/* the place of a source among them: by its name, or the only one of the model that has none; -1 when there is none (raised) */
static int orm__view_source(const orm__viewing *v, const orm_column *row, const orm_model *model, const char *as)
{
    char why[200];
    int found = -1;
    for (unsigned i = 0; i < v->n; i++) {
        const orm__source *s = &v->source[i];
        if (s->model != model || (as ? !s->as || strcmp(s->as, as) != 0 : s->as != NULL)) continue;
        if (found >= 0) {
            snprintf(why, sizeof why, "%.60s stands in the view twice: name one of them, as in join(Model, relation, name)", model->name);
            orm__view_fail(v, row, why);
            return -1;
        }
        found = (int)i;
    }
    if (found >= 0) return found;
    snprintf(why, sizeof why, "the view reads no %.60s%s%.60s: it is neither from it nor joined with it", model->name, as ? " named " : "", as ? as : "");
    orm__view_fail(v, row, why);
    return -1;
}

/* the model that a condition is about; NULL when it says nothing */
static const orm_model *orm__view_subject(const orm_expr *e)
{
    for (unsigned i = e->used > ORM_MAX_TERMS ? 0 : e->used; i-- > 0; ) {
        const orm_node *node = &e->node[i];
        switch (node->value.op) {
        case ORM_OP_AND: case ORM_OP_OR: case ORM_OP_NOT: break;
        case ORM_OP_ALL_OF: case ORM_OP_ANY_OF:
            for (size_t k = 0; k < node->value.as.list.count; k++) {
                const orm_model *subject = orm__view_subject((const orm_expr *)node->value.as.list.data + k);
                if (subject) return subject;
            }
            break;
        case ORM_OP_HAS: case ORM_OP_HAS_NONE: case ORM_OP_HAS_ALL: return ((const orm_relation *)node->of)->model;
        default: return ((const orm_column *)node->of)->model;
        }
    }
    return NULL;
}

/* ` where ` or ` and `, and a condition on the rows of one source */
static const char *orm__view_condition(orm__viewing *v, const orm_expr *e, const char *as, const char *with)
{
    const orm_model *subject = orm__view_subject(e);
    orm__b_key(v->b, e->used);
    if (!subject || v->b->status) return with;
    int at = orm__view_source(v, NULL, subject, as);
    if (at < 0) return with;
    orm__b_put(v->b, with);
    orm__b_condition(v->b, e, v->source[at].alias);
    return " and ";
}

static void orm__view_add(orm__viewing *v, const orm_view_step *step)
{
    static const orm_relation none;
    orm__path path = { .link = NULL };
    const orm_relation *relation = step->relation ? step->relation : &none;
    bool along = step->kind == ORM_FROM_JOIN || step->kind == ORM_FROM_LEFT_JOIN;
    if (v->n == ORM__MAX_SOURCES) {
        orm__view_fail(v, NULL, "a view reads at most 16 models");
        return;
    }
    orm__source *s = &v->source[v->n];
    *s = (orm__source){ .model = along ? relation->target : step->model, .as = step->as, .step = step };
    if (step->kind != ORM_FROM_MODEL) {
        int owner = orm__view_source(v, NULL, along ? relation->model : step->other->model, step->of);
        if (owner < 0) return;
        s->owner = (unsigned)owner;
        s->optional = step->kind == ORM_FROM_LEFT_JOIN || step->kind == ORM_FROM_LEFT_JOIN_ON;
    }
    s->alias = v->b->next_alias++;
    if (along) {
        orm__path_of(relation, &path);
        if (relation->kind == ORM_HAS_ONE && !orm__path_is_unique(relation, &path)) orm__view_fail(v, NULL, "a has_one that is the first of several is not joined: join the has_many");
        if (path.link) s->link = v->b->next_alias++;
    }
    v->n++;
}

/* does a row or a condition of the view take anything of that name? */
static bool orm__view_names(const orm__viewing *v, const char *as)
{
    for (size_t i = 0; i < v->model->n_columns; i++) {
        const orm_view_row *row = &v->view->rows[i];
        if ((row->as && strcmp(row->as, as) == 0) || (row->sql && strstr(row->sql, as))) return true;
        for (const orm_view_part *part = row->parts; part->column; part++)
            if (part->as && strcmp(part->as, as) == 0) return true;
    }
    for (unsigned k = 0; k < v->conditions->n; k++)
        if (v->conditions->where[k].as && strcmp(v->conditions->where[k].as, as) == 0) return true;
    return false;
}

/* where a recursive view starts is a source of its own, named start, when the view asks for it */
static void orm__view_walk(orm__viewing *v, const orm_view_step *step)
{
    static const orm_view_step start = { .kind = ORM_FROM_NONE, .as = "start" };
    const orm_relation *relation = step->relation;
    orm__path path;
    orm__path_of(relation, &path);
    if (v->n != 1 || v->source[0].as || v->source[0].model != relation->model || relation->target != relation->model)
        orm__view_fail(v, NULL, "recursive(Model, relation) stands behind from(Model), and the relation leads from it to itself");
    else if (orm__key_length(relation->model) != 1 || path.n != 1 || path.here[0]->is.type == ORM_TEXT)
        orm__view_fail(v, NULL, "recursive wants a key of one whole number");
    else if (relation->kind == ORM_HAS_ONE && !orm__path_is_unique(relation, &path))
        orm__view_fail(v, NULL, "recursive along the first of several is not possible: name the has_many");
    if (v->b->status) return;
    v->walk = step;
    v->walked = v->b->next_alias++;
    v->starts = orm__view_names(v, start.as);
    if (v->starts) v->source[v->n++] = (orm__source){ .model = relation->model, .as = start.as, .alias = v->b->next_alias++, .step = &start };
}

static void orm__view_sources(orm__viewing *v)
{
    for (const orm_view_step *step = v->view->steps; step->kind != ORM_FROM_NONE && !v->b->status; step++) {
        if (step->kind == ORM_FROM_RECURSIVE) orm__view_walk(v, step);
        else if (step->kind <= ORM_FROM_LEFT_JOIN_ON) orm__view_add(v, step);
        else if (step->kind == ORM_FROM_DISTINCT_ON && !v->around) v->around = v->b->next_alias++;
    }
    if (v->n && v->source[0].step->kind != ORM_FROM_MODEL) orm__view_fail(v, NULL, "from(Model) is a view's first option");
    for (size_t i = 0; i < v->model->n_columns && v->view->grouped; i++) v->layered = v->layered || v->view->rows[i].bits & ORM__VIEW_WINDOW;
    if (v->conditions->having.used && !v->around) v->around = v->b->next_alias++;
    if (v->conditions->start.used && !v->walk) orm__view_fail(v, NULL, "start(condition) is said of a recursive view");
}

/* ---- what the compiler could not see ------------------------------------------------------------------------------------------------------------- */

static bool orm__view_counts(const orm_view_row *row) { return (row->bits & ORM__VIEW_COUNTS) && !(row->bits & ORM__VIEW_WINDOW); }
static orm_view_kind orm__view_kind(const orm_view_row *row) { return row->bits & ORM__VIEW_CASES ? ORM_VIEW_CASE : row->kind; }

/* the row by which the view is grouped that is this column; -1 when none is */
static int orm__view_group(const orm__viewing *v, const orm_column *column, const char *as)
{
    for (size_t i = 0; i < v->model->n_columns; i++) {
        const orm_view_row *row = &v->view->rows[i];
        if (row->bits & ORM__VIEW_GROUP && row->kind == ORM_VIEW_OF && row->column == column && (as ? row->as && strcmp(row->as, as) == 0 : !row->as)) return (int)i;
    }
    return -1;
}

/* what is kept once, grouped or ordered is no interval: of those engines know other ones for equal */
static void orm__view_check_interval(const orm__viewing *v, const orm_column *row, const orm_column *of)
{
    if (of->is.type == ORM_INTERVAL) orm__view_fail(v, row, "engines do not agree on which intervals are equal, nor on their order");
}

static void orm__view_check_parts(const orm__viewing *v, const orm_column *column, const orm_view_row *row)
{
    for (const orm_view_part *part = row->parts; part->column && !v->b->status; part++) {
        orm__view_check_interval(v, column, part->column);
        if (part->row) {
            if (v->view->rows[orm__column_index(v->model, part->column)].bits & ORM__VIEW_WINDOW) orm__view_fail(v, column, "a window is ordered by a row that is one itself: make a view of this view");
            continue;
        }
        if (orm__view_source(v, column, part->column->model, part->as) >= 0 && v->view->grouped && orm__view_group(v, part->column, part->as) < 0)
            orm__view_fail(v, column, "the view is grouped, and its windows see groups: order and partition by rows (order_row), or by what is grouped by");
    }
}

/* the row has the column's own values */
static bool orm__view_copies(orm_view_kind kind)
{
    return kind == ORM_VIEW_OF || kind == ORM_VIEW_MIN || kind == ORM_VIEW_MAX || kind == ORM_VIEW_SUM || kind == ORM_VIEW_COALESCE || (kind >= ORM_VIEW_LAG && kind <= ORM_VIEW_LAST);
}

static void orm__view_check_column(const orm__viewing *v, const orm_column *column, const orm_view_row *row)
{
    const orm_column *from = row->column;
    orm_view_kind kind = orm__view_kind(row);
    int at = orm__view_source(v, column, from->model, row->as);
    if (at < 0) return;
    const orm__source *source = &v->source[at];
    bool numbers = from->is.type == ORM_INT64 || from->is.type == ORM_INT32 || from->is.type == ORM_INT16 || from->is.type == ORM_DOUBLE || from->is.type == ORM_FLOAT || from->is.type == ORM_TEXT;
    bool grouped = orm__view_counts(row), whole = true;             /* whole: without a group there is one row, and it may be of nothing */
    for (size_t i = 0; i < v->model->n_columns; i++) whole = whole && !(v->view->rows[i].bits & ORM__VIEW_GROUP);
    if (from->secret && !column->secret && kind != ORM_VIEW_COUNT && kind != ORM_VIEW_COUNT_DISTINCT) orm__view_fail(v, column, "is made of a secret column: say secret, too");
    else if (orm__view_copies(kind) && from->is.type == ORM_DECIMAL && from->is.scale != column->is.scale) orm__view_fail(v, column, "is a decimal with another scale than its column");
    else if (orm__view_copies(kind) && from->is.type == ORM_ARRAY && from->is.element != column->is.element) orm__view_fail(v, column, "is an array of other elements than its column");
    else if ((kind == ORM_VIEW_MIN || kind == ORM_VIEW_MAX) && from->is.type == ORM_ENUM) orm__view_fail(v, column, "min and max are not taken of labels: engines do not agree on their order");
    else if (kind == ORM_VIEW_CAST && (!numbers || column->is.type == ORM_DECIMAL || column->is.type > ORM_TEXT)) orm__view_fail(v, column, "cast goes between whole numbers, real, double and texts: use expr for others");
    else if (kind == ORM_VIEW_SUM && from->is.type == ORM_DECIMAL && from->is.precision > 18 && !v->b->db->dialect->can.sum_of_long_decimals)
        orm__b_fail(v->b, ORM_UNSUPPORTED, v->model, column, "this engine does not add decimals of more than 18 digits");
    else if (column->nullable) return;
    else if (source->optional && (kind == ORM_VIEW_OF || kind == ORM_VIEW_CAST || (kind >= ORM_VIEW_LAG && kind <= ORM_VIEW_YEAR)))
        orm__view_fail(v, column, "comes of what is left_joined, and may be NULL: make it nullable, or coalesce it");
    else if (kind == ORM_VIEW_CAST && from->nullable) orm__view_fail(v, column, "its column may be NULL: make it nullable");
    else if ((kind == ORM_VIEW_MIN || kind == ORM_VIEW_MAX || kind == ORM_VIEW_AVG) && (source->optional || from->nullable || row->bits & ORM__VIEW_FILTER || (grouped && whole) || !grouped))
        orm__view_fail(v, column, "there may be no value to take it of: make it nullable");
}

/* a window over groups takes what is grouped by, and nothing else */
static void orm__view_check_window(const orm__viewing *v, const orm_column *column, const orm_view_row *row)
{
    if (!v->view->grouped || !(row->bits & ORM__VIEW_WINDOW)) return;
    if ((row->column && orm__view_group(v, row->column, row->as) < 0) || row->bits & ORM__VIEW_FILTER)
        orm__view_fail(v, column, "the view is grouped, and its windows see groups, not the rows in them: make a view of this view");
}

static void orm__view_check(const orm__viewing *v)
{
    for (size_t i = 0; i < v->model->n_columns && !v->b->status; i++) {
        const orm_view_row *row = &v->view->rows[i];
        const orm_column *column = &v->model->columns[i];
        if (row->column) orm__view_check_column(v, column, row);
        if (row->relation) orm__view_source(v, column, row->relation->model, row->as);
        if (row->kind == ORM_VIEW_DEPTH && !v->walk) orm__view_fail(v, column, "depth is said in a recursive view");
        orm__view_check_parts(v, column, row);
        orm__view_check_window(v, column, row);
    }
}

/* ---- expressions ------------------------------------------------------------------------------------------------------------------------------ */

static void orm__view_put_column(orm__viewing *v, const orm_column *row, const orm_column *column, const char *as)
{
    int at = v->layer ? orm__view_group(v, column, as) : orm__view_source(v, row, column->model, as);
    if (at >= 0) orm__b_column(v->b, v->layer ? v->layer : v->source[at].alias, v->layer ? &v->model->columns[at] : column);
}

/* SQL of the view's author: Model.member, or name.member of a source with a name, is that column */
static void orm__view_put_sql(orm__viewing *v, const orm_column *row, const char *sql)
{
    orm__build *b = v->b;
    const orm_dialect *dialect = b->db->dialect;
    char why[200];
    bool fresh = true;                   /* not behind a point */
    while (*sql && !b->status) {
        const char *after = orm__lex_skip(dialect, sql);
        size_t size = orm__lex_word(dialect, sql), member = 0;
        if (after > sql + size) size = 0;                                   /* a text, a quoted name, a comment */
        unsigned at = v->n;
        if (size && fresh && sql[size] == '.' && (member = orm__lex_word(dialect, sql + size + 1)) > 0)
            for (at = 0; at < v->n; at++) {
                const char *name = v->source[at].as ? v->source[at].as : v->source[at].model->name;
                if (strlen(name) == size && memcmp(name, sql, size) == 0) break;
            }
        if (size == 6 && b->db->handle->tenant && orm__same_word("select", (char[]){ sql[0], sql[1], sql[2], sql[3], sql[4], sql[5], 0 }))
            orm__view_fail(v, row, "reads tables by SQL of its own, which is not limited to a tenant: use orm_all_tenants(db)");
        if (at < v->n) {
            const orm_model *model = v->source[at].model;
            size_t i = 0;
            while (i < model->n_columns && (strlen(model->columns[i].name) != member || memcmp(model->columns[i].name, sql + size + 1, member) != 0)) i++;
            if (i == model->n_columns) {
                snprintf(why, sizeof why, "expr: %.60s has no field %.*s", model->name, member > 60 ? 60 : (int)member, sql + size + 1);
                orm__view_fail(v, row, why);
                return;
            }
            if (model->columns[i].secret && row && !row->secret) orm__view_fail(v, row, "is made of a secret column: say secret, too");
            orm__b_column(b, v->source[at].alias, &model->columns[i]);
            sql += size + 1 + member;
            fresh = true;
            continue;
        }
        size_t bytes = after != sql ? (size_t)(after - sql) : 1;
        if (b->sql) orm__put_bytes(b->sql, sql, bytes);
        fresh = sql[bytes - 1] != '.';
        sql += bytes;
    }
}

/* ` as <the type of the row>)` behind a cast; texts without their length, which is checked when they are read */
static void orm__view_put_type(orm__build *b, const orm_column *row)
{
    if (!b->sql) return;
    orm__put(b->sql, " as ");
    if (row->is.type == ORM_TEXT) orm__put(b->sql, "text");
    else b->db->dialect->column_type(b->sql, row);
    orm__put(b->sql, ")");
}

static void orm__view_put_row(orm__viewing *v, size_t i);

static void orm__view_put_window(orm__viewing *v, const orm_column *row, const orm_view_row *r)
{
    orm__b_put(v->b, " over (");
    for (int order = 0; order < 2; order++) {
        const char *separator = order ? " order by " : "partition by ";
        for (const orm_view_part *part = r->parts; part->column; part++) {
            if (part->partition == (order == 1)) continue;
            orm__b_put(v->b, separator);
            separator = ", ";
            int at = !part->row ? v->layer ? orm__view_group(v, part->column, part->as) : orm__view_source(v, row, part->column->model, part->as) : 0;
            const orm_column *column = v->layer && !part->row ? &v->model->columns[at < 0 ? 0 : at] : part->column;
            if (part->row && !v->layer) orm__view_put_row(v, orm__column_index(v->model, column));
            else if (at >= 0) orm__b_sort_key(v->b, v->layer ? v->layer : v->source[at].alias, column);
            if (order) orm__b_put(v->b, part->descending ? " desc nulls last" : " nulls first");
        }
    }
    if (r->kind == ORM_VIEW_LAST) orm__b_put(v->b, " rows between unbounded preceding and unbounded following");      /* by itself a window ends with the row */
    orm__b_put(v->b, ")");
}

/* the conditions and values of a row's words; the same memory for all */
static orm_view_values *orm__view_values(orm__viewing *v, const orm_column *row, const orm_view_row *r)
{
    memset(v->values, 0, sizeof *v->values);
    if (r->bits & ORM__VIEW_VALUES) r->values(v->values);
    if (v->values->n > ORM_MAX_CASES) {
        orm__view_fail(v, row, "has more than " ORM__STRING(ORM_MAX_CASES) " when(...)");
        v->values->n = 0;
    }
    return v->values;
}

static void orm__view_put_filter(orm__viewing *v, const orm_column *row, const orm_view_row *r)
{
    if (!(r->bits & ORM__VIEW_FILTER)) return;
    const orm_view_condition *filter = &orm__view_values(v, row, r)->filter;
    orm__view_condition(v, &filter->expr, filter->as, " filter (where ");
    orm__b_put(v->b, orm__view_subject(&filter->expr) ? ")" : "");
}

/* count, sum and their like: f(x) filter (where ...) over (...) */
static void orm__view_put_aggregate(orm__viewing *v, const orm_column *row, const orm_view_row *r)
{
    static const char *const names[] = { [ORM_VIEW_COUNT_ALL] = "count(*", [ORM_VIEW_COUNT] = "count(", [ORM_VIEW_COUNT_DISTINCT] = "count(distinct ", [ORM_VIEW_SUM] = "sum(",
                                         [ORM_VIEW_MIN] = "min(", [ORM_VIEW_MAX] = "max(", [ORM_VIEW_AVG] = "avg(" };
    bool zero = r->kind == ORM_VIEW_SUM && !row->nullable;
    bool casts = v->b->db->dialect->can.casts_parameters && (r->kind == ORM_VIEW_SUM || r->kind == ORM_VIEW_AVG);     /* engines widen them */
    orm__b_put(v->b, zero ? "coalesce(" : "");
    orm__b_put(v->b, casts ? "cast(" : "");
    orm__b_put(v->b, names[r->kind]);
    if (r->column) orm__view_put_column(v, row, r->column, r->as);
    orm__b_put(v->b, ")");
    orm__view_put_filter(v, row, r);
    if (r->bits & ORM__VIEW_WINDOW) orm__view_put_window(v, row, r);
    if (casts) orm__view_put_type(v->b, row);
    orm__b_put(v->b, zero ? ", 0)" : "");
}

static void orm__view_put_ranking(orm__viewing *v, const orm_column *row, const orm_view_row *r)
{
    static const char *const names[] = { [ORM_VIEW_ROW_NUMBER] = "row_number(", [ORM_VIEW_RANK] = "rank(", [ORM_VIEW_DENSE_RANK] = "dense_rank(", [ORM_VIEW_LAG] = "lag(",
                                         [ORM_VIEW_LEAD] = "lead(", [ORM_VIEW_FIRST] = "first_value(", [ORM_VIEW_LAST] = "last_value(" };
    orm__b_put(v->b, names[r->kind]);
    if (r->column) orm__view_put_column(v, row, r->column, r->as);
    orm__b_put(v->b, ")");
    orm__view_put_window(v, row, r);
}

static void orm__view_put_case(orm__viewing *v, const orm_column *row, const orm_view_row *r)
{
    orm_view_values *values = orm__view_values(v, row, r);
    orm__b_key(v->b, values->n | (uint64_t)values->otherwise << 8);
    if (!values->otherwise && !row->nullable) orm__view_fail(v, row, "has no otherwise(value): make it nullable");
    orm__b_put(v->b, "case");
    for (unsigned k = 0; k < values->n; k++) {
        if (!orm__view_subject(&values->when[k].expr)) orm__view_fail(v, row, "has a when(...) whose condition says nothing");
        orm__view_condition(v, &values->when[k].expr, values->when[k].as, " when ");
        orm__b_put(v->b, " then ");
        orm__b_given(v->b, row, values->then[k]);
    }
    if (values->otherwise) {
        orm__b_put(v->b, " else ");
        orm__b_given(v->b, row, values->other);
    }
    orm__b_put(v->b, " end");
}

static void orm__view_put_holds(orm__viewing *v, const orm_column *row, const orm_view_row *r)
{
    orm_view_values *values = orm__view_values(v, row, r);
    if (!orm__view_subject(&values->when[0].expr)) orm__view_fail(v, row, "has a condition that says nothing");
    orm__b_put(v->b, "case");
    orm__view_condition(v, &values->when[0].expr, values->when[0].as, " when ");
    orm__b_put(v->b, " then true else false end");
}

static void orm__view_put_count_related(orm__viewing *v, const orm_column *row, const orm_view_row *r)
{
    int at = orm__view_source(v, row, r->relation->model, r->as);
    if (at < 0) return;
    orm__b_put(v->b, "(select count(*)");
    unsigned target = orm__b_related(v->b, r->relation, v->source[at].alias, 0);
    if (r->bits & ORM__VIEW_FILTER) {
        const orm_expr *filter = &orm__view_values(v, row, r)->filter.expr;
        const orm_model *subject = orm__view_subject(filter);
        orm__b_key(v->b, filter->used);
        if (subject && subject != r->relation->target) orm__view_fail(v, row, "the filter of count_related is about rows of the relation's target");
        if (subject) {
            orm__b_put(v->b, " and ");
            orm__b_condition(v->b, filter, target);
        }
    }
    orm__b_put(v->b, ")");
}

/* the first day of a day, month or year */
static void orm__view_put_period(orm__viewing *v, const orm_column *row, const orm_view_row *r)
{
    int at = orm__view_source(v, row, r->column->model, r->as);
    const char *spelled = v->b->db->dialect->period[r->column->is.type == ORM_TIME][r->kind - ORM_VIEW_DAY];
    if (!spelled) orm__b_fail(v->b, ORM_UNSUPPORTED, v->model, row, "the engine does not tell the first day of a period");
    for (; at >= 0 && v->b->sql && spelled && *spelled; spelled++) {
        if (spelled[0] == '$' && spelled[1] == 'c') {
            orm__b_column(v->b, v->source[at].alias, r->column);
            spelled++;
        } else {
            orm__put_char(v->b->sql, *spelled);
        }
    }
}

static void orm__view_put_json(orm__viewing *v, const orm_column *row, const orm_view_row *r)
{
    int at = orm__view_source(v, row, r->column->model, r->as);
    unsigned kind = row->is.type == ORM_JSON ? ORM__JSON_ANY : row->is.type == ORM_BOOL ? ORM__JSON_BOOL : row->is.type == ORM_INT64 ? ORM__JSON_WHOLE : row->is.type == ORM_DOUBLE ? ORM__JSON_DOUBLE : ORM__JSON_TEXT;
    bool casts = v->b->db->dialect->can.casts_parameters && kind == ORM__JSON_ANY;
    orm__b_put(v->b, casts ? "cast(" : "");
    if (at >= 0) orm__b_json_value(v->b, r->column, v->source[at].alias, &orm__view_values(v, row, r)->path, kind);
    if (casts) orm__view_put_type(v->b, row);
}

static void orm__view_put_expression(orm__viewing *v, const orm_column *row, const orm_view_row *r)
{
    orm__build *b = v->b;
    bool casts = b->db->dialect->can.casts_parameters;
    switch (orm__view_kind(r)) {
    case ORM_VIEW_OF: orm__view_put_column(v, row, r->column, r->as); break;
    case ORM_VIEW_CAST:
        orm__b_put(b, "cast(");
        orm__view_put_column(v, row, r->column, r->as);
        orm__view_put_type(b, row);
        break;
    case ORM_VIEW_COALESCE:
        orm__b_put(b, "coalesce(");
        orm__view_put_column(v, row, r->column, r->as);
        orm__b_put(b, ", ");
        orm__b_given(b, row, orm__view_values(v, row, r)->other);
        orm__b_put(b, ")");
        break;
    case ORM_VIEW_CASE: orm__view_put_case(v, row, r); break;
    case ORM_VIEW_HOLDS: orm__view_put_holds(v, row, r); break;
    case ORM_VIEW_COUNT_RELATED: orm__view_put_count_related(v, row, r); break;
    case ORM_VIEW_DAY: case ORM_VIEW_MONTH: case ORM_VIEW_YEAR: orm__view_put_period(v, row, r); break;
    case ORM_VIEW_AT: orm__view_put_json(v, row, r); break;
    case ORM_VIEW_DEPTH:
        orm__b_put(b, "t");
        if (b->sql) orm__put_int(b->sql, v->walked);
        orm__b_put(b, ".\"depth\"");
        break;
    case ORM_VIEW_EXPR:
        orm__b_put(b, casts ? "cast((" : "(");
        orm__view_put_sql(v, row, r->sql);
        orm__b_put(b, ")");
        if (casts) orm__view_put_type(b, row);
        break;
    default:
        if (r->bits & ORM__VIEW_RANKS) orm__view_put_ranking(v, row, r);
        else orm__view_put_aggregate(v, row, r);
        break;
    }
}

static void orm__view_put_row(orm__viewing *v, size_t i)
{
    const orm_column *row = &v->model->columns[i];
    const orm_view_row *r = &v->view->rows[i];
    const char *collation = row->is.type == ORM_TEXT && !orm__view_copies(orm__view_kind(r)) ? v->b->db->dialect->text_collation : NULL;      /* what is made sorts as what is stored */
    orm__b_put(v->b, collation ? "(" : "");
    orm__view_put_expression(v, row, r);
    if (!collation) return;
    orm__b_put(v->b, collation);
    orm__b_put(v->b, ")");
}

/* ---- from ------------------------------------------------------------------------------------------------------------------------------------------ */

static void orm__view_put_alias(orm__build *b, unsigned alias)
{
    if (!b->sql) return;
    orm__put_char(b->sql, 't');
    orm__put_int(b->sql, alias);
}

/* ` join "posts" as t3 on ...`, of the rows that belong to those of `here` */
static void orm__view_put_along(orm__build *b, const orm_relation *relation, unsigned here, unsigned target, unsigned link, bool optional)
{
    orm__path path;
    orm__path_of(relation, &path);
    unsigned there = path.link ? link : target;
    orm__b_put(b, optional ? " left join " : " join ");
    orm__b_put(b, path.link ? "(" : "");
    orm__b_related_tables(b, relation, &path, target, there);
    orm__b_put(b, path.link ? ") on " : " on ");
    orm__b_meet(b, path.n, path.there, there, path.here, here);
    orm__b_belonging(b, relation, &path, here, there, target);
    orm__b_scope(b, relation->target, target, 0, " and ");
}

static const orm_column *orm__view_key(const orm_model *model)
{
    size_t i = 0;
    while (!model->columns[i].primary_key) i++;
    return &model->columns[i];
}

/* (with recursive "w" ("key", "start", "depth", "way") as (the rows it starts with union all those that belong to one that was reached, but to none on the way to it) select * from "w") as t2 */
static void orm__view_put_walk(orm__viewing *v)
{
    orm__build *b = v->b;
    const orm_model *model = v->walk->relation->model;
    const orm_column *key = orm__view_key(model);
    unsigned first = b->next_alias++, reached = b->next_alias++, owner = b->next_alias++, next = b->next_alias++, link = b->next_alias++;
    orm__b_put(b, "(with recursive \"orm walk\" (\"key\", \"start\", \"depth\", \"way\") as (select ");
    orm__b_column(b, first, key);
    orm__b_put(b, ", ");
    orm__b_column(b, first, key);
    orm__b_put(b, ", cast(0 as bigint), '/' || cast(");
    orm__b_column(b, first, key);
    orm__b_put(b, " as text) || '/' from ");
    orm__b_table(b, model, first);
    const char *with = orm__b_scope(b, model, first, 0, " where ");
    const orm_expr *starts[2] = { &v->conditions->start, v->given };
    for (unsigned k = 0; k < 2; k++) {
        const orm_model *subject = starts[k] ? orm__view_subject(starts[k]) : NULL;
        orm__b_key(b, starts[k] ? starts[k]->used : 0);
        if (!subject) continue;
        if (subject != model) orm__view_fail(v, NULL, "where a recursive view starts is a condition on the model that it walks");
        orm__b_put(b, with);
        orm__b_condition(b, starts[k], first);
        with = " and ";
    }
    orm__b_put(b, " union all select ");
    orm__b_column(b, next, key);
    orm__b_put(b, ", t");
    if (b->sql) orm__put_int(b->sql, reached);
    orm__b_put(b, ".\"start\", t");
    if (b->sql) orm__put_int(b->sql, reached);
    orm__b_put(b, ".\"depth\" + 1, t");
    if (b->sql) orm__put_int(b->sql, reached);
    orm__b_put(b, ".\"way\" || cast(");
    orm__b_column(b, next, key);
    orm__b_put(b, " as text) || '/' from \"orm walk\" as ");
    orm__view_put_alias(b, reached);
    orm__b_put(b, " join ");
    orm__b_table(b, model, owner);
    orm__b_put(b, " on ");
    orm__b_column(b, owner, key);
    orm__b_put(b, " = ");
    orm__view_put_alias(b, reached);
    orm__b_put(b, ".\"key\"");
    orm__view_put_along(b, v->walk->relation, owner, next, link, false);
    orm__b_put(b, " where ");
    orm__view_put_alias(b, reached);
    orm__b_put(b, ".\"way\" not like '%/' || cast(");
    orm__b_column(b, next, key);
    orm__b_put(b, " as text) || '/%') select * from \"orm walk\") as ");
    orm__view_put_alias(b, v->walked);
    for (unsigned i = 0; i < (v->starts ? 2u : 1u); i++) {               /* the row reached, and where it was started for */
        orm__b_put(b, " join ");
        orm__b_table(b, model, v->source[i].alias);
        orm__b_put(b, " on ");
        orm__b_column(b, v->source[i].alias, key);
        orm__b_put(b, " = ");
        orm__view_put_alias(b, v->walked);
        orm__b_put(b, i ? ".\"start\"" : ".\"key\"");
    }
}

static void orm__view_put_on(orm__viewing *v, const orm__source *s)
{
    orm__b_put(v->b, s->optional ? " left join " : " join ");
    orm__b_table(v->b, s->model, s->alias);
    orm__b_put(v->b, " on ");
    orm__b_column(v->b, s->alias, s->step->column);
    orm__b_put(v->b, " = ");
    orm__b_column(v->b, v->source[s->owner].alias, s->step->other);
    orm__b_scope(v->b, s->model, s->alias, 0, " and ");
}

static void orm__view_put_from(orm__viewing *v)
{
    const char *with = " where ";
    orm__b_put(v->b, " from ");
    if (v->walk) orm__view_put_walk(v);
    else orm__b_table(v->b, v->source[0].model, v->source[0].alias);
    for (unsigned i = v->starts ? 2 : 1; i < v->n; i++) {
        const orm__source *s = &v->source[i];
        if (s->step->relation) orm__view_put_along(v->b, s->step->relation, v->source[s->owner].alias, s->alias, s->link, s->optional);
        else orm__view_put_on(v, s);
    }
    if (!v->walk) with = orm__b_scope(v->b, v->source[0].model, v->source[0].alias, 0, with);
    for (unsigned k = 0; k < v->conditions->n; k++) with = orm__view_condition(v, &v->conditions->where[k].expr, v->conditions->where[k].as, with);
    if (v->given && !v->walk) orm__view_condition(v, v->given, NULL, with);
}

/* ---- the query ------------------------------------------------------------------------------------------------------------------------------------- */

static void orm__view_put_name(orm__build *b, const char *name)
{
    if (b->sql) orm__put_name(b->sql, name);
}

/* row_number() over (partition by ... order by ...): of distinct_on, the rows of each kind in the order of first_by */
static void orm__view_put_number(orm__viewing *v)
{
    bool any = false;
    orm__b_put(v->b, ", row_number() over (");
    for (int order = 0; order < 2; order++) {
        const char *separator = order ? " order by " : "partition by ";
        for (const orm_view_step *step = v->view->steps; step->kind != ORM_FROM_NONE; step++) {
            if (order ? step->kind != ORM_FROM_FIRST_BY && step->kind != ORM_FROM_FIRST_BY_DESC : step->kind != ORM_FROM_DISTINCT_ON) continue;
            int at = orm__view_source(v, NULL, step->column->model, step->of);
            orm__view_check_interval(v, NULL, step->column);
            if (at < 0) return;
            orm__b_put(v->b, separator);
            separator = ", ";
            orm__b_sort_key(v->b, v->source[at].alias, step->column);
            if (order) orm__b_put(v->b, step->kind == ORM_FROM_FIRST_BY_DESC ? " desc nulls last" : " nulls first");
            any = any || order;
        }
    }
    if (!any) orm__view_fail(v, NULL, "distinct_on keeps one row of each kind: first_by(Model, column) or first_by_desc says which");
    if (v->view->grouped) orm__view_fail(v, NULL, "distinct_on and group exclude each other: make a view of this view");
    orm__b_put(v->b, ") as \"orm n\"");
}

/* group by 1, 2: by place, as a value in a row is another parameter than the same one elsewhere */
static void orm__view_put_groups(orm__viewing *v)
{
    const char *separator = " group by ";
    int64_t place = 0;
    for (size_t i = 0; i < v->model->n_columns; i++) {
        unsigned bits = v->view->rows[i].bits;
        place += !v->layered || !(bits & ORM__VIEW_WINDOW);
        if (!(bits & ORM__VIEW_GROUP)) continue;
        orm__b_put(v->b, separator);
        separator = ", ";
        if (v->b->sql) orm__put_int(v->b->sql, place);
    }
}

/* the rows, made of the sources; or, around a query of the groups, windows and what that query has made */
static void orm__view_put_rows(orm__viewing *v)
{
    const char *comma = "";
    for (size_t i = 0; i < v->model->n_columns && !v->b->status; i++) {
        bool window = v->view->rows[i].bits & ORM__VIEW_WINDOW;
        if (window && v->layered && !v->layer) continue;
        orm__b_put(v->b, comma);
        comma = ", ";
        if (window || !v->layer) orm__view_put_row(v, i);
        else orm__b_column(v->b, v->layer, &v->model->columns[i]);
        orm__b_put(v->b, " as ");
        orm__view_put_name(v->b, orm__column_name(&v->model->columns[i]));
    }
}

/* without having and distinct_on */
static void orm__view_put_plain(orm__viewing *v, bool distinct, bool numbered)
{
    orm__b_put(v->b, distinct ? "(select distinct " : "(select ");
    if (v->layered) {
        unsigned layer = v->layer = v->b->next_alias++;
        orm__view_put_rows(v);
        v->layer = 0;
        orm__b_put(v->b, " from (select ");
        orm__view_put_rows(v);
        orm__view_put_from(v);
        orm__view_put_groups(v);
        orm__b_put(v->b, ") as ");
        orm__view_put_alias(v->b, layer);
    } else {
        orm__view_put_rows(v);
        if (numbered) orm__view_put_number(v);
        orm__view_put_from(v);
        orm__view_put_groups(v);
    }
    orm__b_put(v->b, ")");
}

static void orm__view_put_select(orm__viewing *v)
{
    orm__build *b = v->b;
    bool distinct = false, first = false;
    for (const orm_view_step *step = v->view->steps; step->kind != ORM_FROM_NONE; step++) {
        distinct = distinct || step->kind == ORM_FROM_DISTINCT;
        for (size_t i = 0; i < v->model->n_columns && step->kind == ORM_FROM_DISTINCT; i++) orm__view_check_interval(v, &v->model->columns[i], &v->model->columns[i]);
        first = first || step->kind == ORM_FROM_DISTINCT_ON;
    }
    for (size_t i = 0; v->around && i < v->model->n_columns; i++) {
        orm__b_put(b, i ? ", " : "(select ");
        orm__view_put_name(b, orm__column_name(&v->model->columns[i]));
    }
    orm__b_put(b, v->around ? " from " : "");
    orm__view_put_plain(v, distinct, first);
    if (!v->around) return;
    orm__b_put(b, " as ");
    orm__view_put_alias(b, v->around);
    orm__b_put(b, first ? " where \"orm n\" = 1" : "");
    orm__b_key(b, v->conditions->having.used);
    if (v->conditions->having.used) {
        orm__b_put(b, first ? " and " : " where ");
        orm__b_condition(b, &v->conditions->having, v->around);
    }
    orm__b_put(b, ")");
}

/* the column of a set's model that a row of the view takes its place in */
static const orm_column *orm__view_same_column(orm__viewing *v, const orm_column *row, const orm_model *model)
{
    char why[200];
    const char *wrong = "has no such row";
    for (size_t i = 0; i < model->n_columns; i++) {
        const orm_column *c = &model->columns[i];
        if (strcmp(c->name, row->name) != 0) continue;
        bool same = c->is.type == row->is.type && c->is.labels == row->is.labels && c->is.element == row->is.element && (c->is.type != ORM_DECIMAL || c->is.scale == row->is.scale);
        if (same && (!c->nullable || row->nullable) && (!c->secret || row->secret)) return c;
        wrong = !same ? "has another type there" : c->secret && !row->secret ? "is secret there" : "may be NULL there";
    }
    snprintf(why, sizeof why, "%.60s %s", model->name, wrong);
    orm__view_fail(v, row, why);
    return NULL;
}

static void orm__view_put_set(orm__viewing *v, const orm_view_step *step)
{
    static const char *const words[] = { " union ", " union all ", " intersect ", " except " };
    for (unsigned k = 0; k < 4 && step->set[k] && !v->b->status; k++) {
        unsigned alias = v->b->next_alias++;
        orm__b_put(v->b, k ? words[step->kind - ORM_FROM_UNION] : "(");
        for (size_t i = 0; i < v->model->n_columns && !v->b->status; i++) {
            const orm_column *c = orm__view_same_column(v, &v->model->columns[i], step->set[k]);
            if (step->kind != ORM_FROM_UNION_ALL) orm__view_check_interval(v, &v->model->columns[i], &v->model->columns[i]);
            orm__b_put(v->b, i ? ", " : "select ");
            if (c) orm__b_column(v->b, alias, c);
            orm__b_put(v->b, " as ");
            orm__view_put_name(v->b, orm__column_name(&v->model->columns[i]));
        }
        orm__b_put(v->b, " from ");
        orm__b_table(v->b, step->set[k], alias);
        orm__b_scope(v->b, step->set[k], alias, 0, " where ");
    }
    orm__b_put(v->b, ")");
}

static void orm__view_put_whole(orm__viewing *v)
{
    const orm_view_step *step = v->view->steps;
    while (step->kind != ORM_FROM_NONE && step->kind < ORM_FROM_SQL) step++;
    if (step->kind != ORM_FROM_NONE) {
        if (v->conditions->n || v->conditions->having.used || v->given) orm__view_fail(v, NULL, "where, having and .source are said of a view with from(Model): make a view of this view");
        if (step->kind != ORM_FROM_SQL) {
            orm__view_put_set(v, step);
            return;
        }
        if (v->b->db->handle->tenant) orm__view_fail(v, NULL, "reads tables by SQL of its own, which is not limited to a tenant: use orm_all_tenants(db)");
        orm__b_put(v->b, "(");
        orm__b_put(v->b, step->sql);
        orm__b_put(v->b, ")");
        return;
    }
    orm__view_sources(v);
    if (!v->b->status && !v->b->sql) orm__view_check(v);
    if (!v->b->status) orm__view_put_select(v);
}

ORM_PRIVATE void orm__b_view(orm__build *b, const orm_model *model)
{
    orm__viewing v = { .b = b, .model = model, .view = model->view() };
    bool enclosed = b->enclosed;
    if (b->status) return;
    if (b->views == ORM__MAX_VIEWS) {
        orm__b_fail(b, ORM_MISUSE, model, NULL, "the view is made of itself, or of more than 16 views inside each other");
        return;
    }
    v.values = (orm_view_values *)orm__bump(&b->db->scratch, sizeof *v.values, 16);
    v.conditions = (orm_view_conditions *)orm__bump(&b->db->scratch, sizeof *v.conditions, 16);
    if (!v.values || !v.conditions) {
        b->status = orm__raise(b->db, ORM_NO_MEMORY, 0, "out of memory for a view");
        return;
    }
    memset(v.conditions, 0, sizeof *v.conditions);
    v.view->conditions(v.conditions);
    if (!b->views && b->head && b->head->model == model) v.given = b->head->query->source;
    b->views++;
    b->enclosed = true;
    orm__b_pointer(b, model);
    orm__view_put_whole(&v);
    b->enclosed = enclosed;
    b->views--;
}

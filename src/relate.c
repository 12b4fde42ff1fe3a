/* >>relate: writing through relations: keys of children, rows of link models. Everything is made of the calls that write rows and of changes by
   condition, in one transaction or savepoint. */
#include "internal.h"

typedef struct orm__relating {
    orm__session *db;
    const orm_relation *relation;
    const void *owner;
    orm__path path;
    orm_value key[ORM__MAX_KEY];            /* of the owner, as the other side has it */
} orm__relating;

/* ---- rows ------------------------------------------------------------------------------------------------------------- */

/* is the row yet to be inserted? Rows that cannot be used are refused. */
ORM_PRIVATE orm_status orm__row_is_new(orm__session *db, const orm_model *model, const void *row, const char *what, bool *fresh)
{
    orm_status status = orm__check_row(db, model, row, what);
    if (status) return status;
    uint64_t ticket = *orm__ticket(model, row);
    *fresh = ORM__KIND(ticket) == ORM__KIND_FRESH;
    return ORM__KIND(ticket) == ORM__KIND_CREATED ? orm__created_is_lost(db, model, ticket, fresh) : ORM_OK;
}

/* the value of `from` in a row, as the column `to` takes it */
static orm_status orm__value_as(orm__session *db, const orm_column *from, const void *row, const orm_column *to, orm_value *out)
{
    char why[160];
    orm_status kind = ORM_VALUE_RANGE;
    *out = orm__value_of(from, row);
    if (out->type == ORM_NULL) return orm__raise_at(db, ORM_MISUSE, from->model, from, "has no value, and a relation is made by it");
    const char *message_ = orm__fit(to, out, db->options.max_text, why, &kind);
    return message_ ? orm__raise_at(db, kind, to->model, to, "%s", message_) : ORM_OK;
}

ORM_PRIVATE orm_status orm__set_key(orm__session *db, unsigned n, const orm_column *const *columns, void *row, const orm_column *const *from, const void *other)
{
    for (unsigned i = 0; i < n; i++) {
        orm_value v;
        orm_status status = orm__value_as(db, from[i], other, columns[i], &v);
        if (status) return status;
        v.type = (uint8_t)columns[i]->is.type;
        orm__store(columns[i], row, &v);
    }
    return ORM_OK;
}

static void orm__set_tag(const orm__path *path, void *row)
{
    orm_value tag = { .type = ORM_ENUM, .as.i = path->tagged };
    if (path->tag) orm__store(path->tag, row, &tag);
}

ORM_PRIVATE orm_status orm__own_row(orm__session *db, const orm__path *path, void *row, const void *owner)
{
    orm__set_tag(path, row);
    return orm__set_key(db, path->n, path->there, row, path->here, owner);
}

/* those of an array that are new, each run of them as a whole */
ORM_PRIVATE orm_status orm__create_fresh(orm__session *db, const orm_model *model, char *rows, size_t n, const char *what)
{
    for (size_t i = 0, run = 0; i < n; i += run ? run : 1) {
        bool fresh = true;
        orm_status status = ORM_OK;
        for (run = 0; i + run < n && !status; run++) {
            status = orm__row_is_new(db, model, rows + (i + run) * model->size, what, &fresh);
            if (status || !fresh) break;
        }
        if (!status && run) status = orm__create_rows(db, model, rows + i * model->size, run, NULL, false);
        if (status) return status;
    }
    return ORM_OK;
}

/* ---- conditions -------------------------------------------------------------------------------------------------------------- */

static void orm__and_node(orm_expr *e, orm_op op, const orm_column *column, orm_value value)
{
    orm_expr leaf;
    leaf.used = 1;
    value.op = (uint8_t)op;
    leaf.node[0] = (orm_node){ .of = column, .value = value };
    orm__where(e, &leaf);
}

/* the rows that belong to the owner, or the links */
static void orm__and_owned(const orm__relating *r, orm_expr *e)
{
    for (unsigned i = 0; i < r->path.n; i++) orm__and_node(e, ORM_OP_EQ, r->path.there[i], r->key[i]);
    if (r->path.tag) orm__and_node(e, ORM_OP_EQ, r->path.tag, (orm_value){ .type = ORM_INT64, .as.i = r->path.tagged });
}

/* `columns` of the condition's rows are (or are not) those that `from` holds in one of these rows */
static orm_status orm__and_among(const orm__relating *r, orm_expr *e, unsigned n_columns, const orm_column *const *columns, const orm_column *const *from, const orm_model *model,
                                 const char *rows, size_t n, bool among)
{
    orm__session *db = r->db;
    if (n_columns == 1) {                   /* one parameter, whatever their number */
        size_t size = orm__member_size(columns[0]->is.type);
        char *values = (char *)orm__bump(&db->scratch, (n ? n : 1) * size, 16);
        if (!values) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory for %zu keys", n);
        orm_column member = *columns[0];
        member.offset = 0;
        member.nullable = false;
        for (size_t i = 0; i < n; i++) {
            orm_value v;
            orm_status status = orm__value_as(db, from[0], rows + i * model->size, columns[0], &v);
            if (status) return status;
            v.type = (uint8_t)columns[0]->is.type;
            memset(values + i * size, 0, size);
            orm__store(&member, values + i * size, &v);
        }
        orm__and_node(e, among ? ORM_OP_IN_ARRAY : ORM_OP_NOT_IN_ARRAY, columns[0], (orm_value){ .as.list = { values, n } });
        return ORM_OK;
    }
    orm_expr *each = (orm_expr *)orm__bump(&db->scratch, (n ? n : 1) * sizeof *each, 16);
    if (!each) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory for %zu keys", n);
    for (size_t i = 0; i < n; i++) {
        each[i].used = 0;
        for (unsigned k = 0; k < n_columns; k++) {
            orm_value v;
            orm_status status = orm__value_as(db, from[k], rows + i * model->size, columns[k], &v);
            if (status) return status;
            orm__and_node(&each[i], ORM_OP_EQ, columns[k], v);
        }
    }
    orm_expr any;
    any.used = 1;
    any.node[0] = (orm_node){ .value = { .op = ORM_OP_ANY_OF, .as.list = { each, n } } };
    if (!among && n) any = orm__not(any);
    if (n || among) orm__where(e, &any);
    return ORM_OK;
}

static unsigned orm__primary_key(const orm_model *model, const orm_column **out)
{
    unsigned n = 0;
    for (size_t i = 0; i < model->n_columns && n < ORM__MAX_KEY; i++)
        if (model->columns[i].primary_key) out[n++] = &model->columns[i];
    return n;
}

/* the condition is on rows of the target: these, or all but these */
static orm_status orm__and_rows(const orm__relating *r, orm_expr *e, const char *rows, size_t n, bool among)
{
    const orm_column *key[ORM__MAX_KEY];
    unsigned columns = orm__primary_key(r->relation->target, key);
    return orm__and_among(r, e, columns, key, key, r->relation->target, rows, n, among);
}

/* ---- assignments ---------------------------------------------------------------------------------------------------------------- */

static bool orm__assign_value(orm_change *change, unsigned *n, const orm_column *column, orm_value value)
{
    if (*n == ORM_MAX_ASSIGNMENTS) return false;
    change->set[(*n)++] = (orm_assignment){ .column = column, .kind = value.type == ORM_NULL ? ORM_ASSIGN_NULL : ORM_ASSIGN_VALUE, .value = value };
    return true;
}

/* What the relation's condition says by equalities that are joined by `and`: calls `take` for each; false when it is not taken. */
static bool orm__each_equality(const orm_relation *relation, bool (*take)(void *context, const orm_column *column, orm_value value), void *context)
{
    orm_expr e;
    uint16_t start[ORM_MAX_TERMS];
    e.used = 0;
    if (relation->where) relation->where(&e);
    if (e.used == 0 || e.used > ORM_MAX_TERMS) return true;
    const orm_node *last = &e.node[e.used - 1];
    if (last->value.op == ORM_OP_EQ && ((const orm_column *)last->of)->count_of) return true;
    if (last->value.op == ORM_OP_EQ) return take(context, (const orm_column *)last->of, last->value);
    if (last->value.op != ORM_OP_AND) return true;
    orm__expr_starts(&e, start);
    unsigned end = e.used - 1;
    for (unsigned kid = 0; kid < last->value.n && end > 0; kid++) {
        const orm_node *node = &e.node[end - 1];
        if (node->value.op == ORM_OP_EQ && !((const orm_column *)node->of)->count_of && !take(context, (const orm_column *)node->of, node->value)) return false;
        end = start[end - 1];
    }
    return true;
}

typedef struct orm__equalities { orm_change *change; unsigned *n; void *row; orm__session *db; } orm__equalities;

static bool orm__equality_assigned(void *context, const orm_column *column, orm_value value)
{
    const orm__equalities *to = (const orm__equalities *)context;
    return orm__assign_value(to->change, to->n, column, value);
}

static bool orm__equality_stored(void *context, const orm_column *column, orm_value value)
{
    const orm__equalities *to = (const orm__equalities *)context;
    char why[160];
    orm_status kind = ORM_VALUE_RANGE;
    if (orm__fit(column, &value, to->db->options.max_text, why, &kind)) return false;
    if (value.type != ORM_TEXT && value.type != ORM_JSON) value.type = (uint8_t)column->is.type;
    orm__store(column, to->row, &value);
    return true;
}

/* the row as it is when it belongs to the owner: key, tag, and what the relation's condition says */
static orm_status orm__own(const orm__relating *r, void *row)
{
    orm__equalities to = { NULL, NULL, row, r->db };
    orm_status status = orm__own_row(r->db, &r->path, row, r->owner);
    if (status) return status;
    if (!orm__each_equality(r->relation, orm__equality_stored, &to)) return orm__raise(r->db, ORM_MISUSE, 0, "%s.%s: a value of its condition does not fit", r->relation->model->name, r->relation->name);
    return ORM_OK;
}

/* ---- children --------------------------------------------------------------------------------------------------------------------- */

/* Keys of rows, in order. `by` tells by which columns; the keys are in the scratch arena. */
typedef struct orm__keys { orm__part part; orm__path path; orm__parent *at; size_t n; } orm__keys;

static orm_status orm__keys_make(orm__session *db, orm__keys *by, unsigned columns, const orm_column *const *as, const orm_column *const *from, const orm_model *model, const char *rows, size_t n)
{
    memset(by, 0, sizeof *by);
    by->part.path = &by->path;
    by->path.n = columns;
    memcpy(by->path.there, as, columns * sizeof *as);
    by->n = n;
    by->at = (orm__parent *)orm__bump(&db->scratch, (2 * n + 1) * sizeof *by->at, 16);
    orm_value *values = (orm_value *)orm__bump(&db->scratch, (n * columns + 1) * sizeof *values, 8);
    if (!by->at || !values) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory for the keys of %zu rows", n);
    for (size_t i = 0; i < n; i++) {
        by->at[i] = (orm__parent){ 0, values + i * columns, (char *)(uintptr_t)rows + i * model->size };
        for (unsigned k = 0; k < columns; k++) {
            orm_status status = orm__value_as(db, from[k], rows + i * model->size, as[k], &values[i * columns + k]);
            if (status) return status;
        }
    }
    orm__sort_parents(&by->part, by->at, by->at + n, n);
    return ORM_OK;
}

static bool orm__keys_repeat(const orm__keys *by, size_t i) { return i > 0 && orm__compare_keys(&by->part, &by->at[i - 1], &by->at[i]) == 0; }

/* rows that are there already: their key in one statement, which must find all of them */
static orm_status orm__add_existing(orm__relating *r, const char *rows, size_t n)
{
    const orm_model *model = r->relation->target;
    const orm_column *primary[ORM__MAX_KEY];
    orm_change change = { .each_row = true, .unscoped = true, .with_deleted = model->deleted_at != NULL };      /* they are named by their keys */
    orm__keys keys;
    unsigned set = 0;
    int64_t changed = 0, distinct = 0;
    orm__equalities to = { &change, &set, NULL, r->db };
    for (unsigned i = 0; i < r->path.n; i++) orm__assign_value(&change, &set, r->path.there[i], r->key[i]);
    if (r->path.tag) orm__assign_value(&change, &set, r->path.tag, (orm_value){ .type = ORM_INT64, .as.i = r->path.tagged });
    if (!orm__each_equality(r->relation, orm__equality_assigned, &to)) return orm__raise(r->db, ORM_MISUSE, 0, "%s.%s: too many values to write", r->relation->model->name, r->relation->name);
    unsigned columns = orm__primary_key(model, primary);
    orm_status status = orm__keys_make(r->db, &keys, columns, primary, primary, model, rows, n);
    for (size_t i = 0; i < n && !status; i++) distinct += !orm__keys_repeat(&keys, i);
    if (!status) status = orm__and_rows(r, &change.where, rows, n, true);
    if (!status) status = orm__update_entered(r->db, model, &change, &changed);
    if (!status && changed != distinct) status = orm__raise_at(r->db, ORM_STALE, model, NULL, "a row that was to be added is not there any more");
    return status;
}

static orm_status orm__add_children(orm__relating *r, char *rows, size_t n)
{
    const orm_model *model = r->relation->target;
    char *existing = (char *)orm__bump(&r->db->scratch, (n ? n : 1) * model->size, 16);
    size_t there = 0;
    orm_status status = ORM_OK;
    if (!existing) return orm__raise(r->db, ORM_NO_MEMORY, 0, "out of memory for %zu rows", n);
    for (size_t i = 0; i < n && !status; i++) {
        bool fresh = false;
        status = orm__row_is_new(r->db, model, rows + i * model->size, "add", &fresh);
        if (!status && !fresh) memcpy(existing + there++ * model->size, rows + i * model->size, model->size);
        if (!status) status = orm__own(r, rows + i * model->size);
    }
    if (!status) status = orm__create_fresh(r->db, r->relation->target, rows, n, "add");
    if (!status && there) status = orm__add_existing(r, existing, there);
    return status;
}

/* the key of rows that the condition selects becomes NULL, or they are destroyed */
static orm_status orm__release_rows(orm__relating *r, const orm_expr *where, const orm_relate_options *options, int64_t *removed)
{
    const orm_model *model = r->relation->target;
    if (options && options->destroy) {
        orm_query query = { .where = *where };
        query.each_row = true;
        return orm__destroy_all_entered(r->db, model, &query, orm__removal_of(model, false), removed);
    }
    orm_change change = { .where = *where, .each_row = true };
    unsigned set = 0;
    for (unsigned i = 0; i < r->path.n; i++) {
        if (!r->path.there[i]->nullable)
            return orm__raise_at(r->db, ORM_MISUSE, model, r->path.there[i], "cannot be NULL, so that a row of %s.%s cannot be without its owner: say .destroy = true to delete such rows, or give them another owner",
                                 r->relation->model->name, r->relation->name);
        orm__assign_value(&change, &set, r->path.there[i], (orm_value){ .type = ORM_NULL });
    }
    if (r->path.tag && r->path.tag->nullable) orm__assign_value(&change, &set, r->path.tag, (orm_value){ .type = ORM_NULL });
    return orm__update_entered(r->db, model, &change, removed);
}

/* what the calls read for themselves has no bound */
static const orm__part orm__all_rows = { .any_number = true };

/* ---- links ---------------------------------------------------------------------------------------------------------------------------- */

/* a link between the owner and a row */
static orm_status orm__fill_link(orm__relating *r, void *link, const void *row)
{
    orm_status status = orm__set_key(r->db, r->path.n, r->path.there, link, r->path.here, r->owner);
    return status ? status : orm__set_key(r->db, r->path.n_link, r->path.link_to, link, r->path.linked, row);
}

/* links to the rows that have none yet */
static orm_status orm__add_missing_links(orm__relating *r, const char *rows, size_t n)
{
    const orm_model *model = r->relation->target, *link = r->path.link;
    orm_query query = { .limit = 0 };
    orm__keys wanted, there;
    orm__and_owned(r, &query.where);
    orm_status status = orm__and_among(r, &query.where, r->path.n_link, r->path.link_to, r->path.linked, model, rows, n, true);
    for (unsigned k = 0; k < r->path.n_link; k++) orm__mask_add(&query.select, orm__column_index(link, r->path.link_to[k]));
    char *existing = status ? NULL : (char *)orm__find_all_entered(r->db, link, &query, &orm__all_rows, 0, false);
    if (!existing) return status ? status : orm__self()->error.kind;
    size_t n_there = orm__len(existing, link->ticket), made = 0;
    status = orm__keys_make(r->db, &wanted, r->path.n_link, r->path.link_to, r->path.linked, model, rows, n);
    if (!status) status = orm__keys_make(r->db, &there, r->path.n_link, r->path.link_to, r->path.link_to, link, existing, n_there);
    char *links = status ? NULL : (char *)orm__bump(&r->db->scratch, (n + 1) * link->size, 16);
    if (!status && !links) status = orm__raise(r->db, ORM_NO_MEMORY, 0, "out of memory for %zu links", n);
    for (size_t i = 0, at = 0; i < n && !status; i++) {
        if (orm__keys_repeat(&wanted, i)) continue;
        while (at < n_there && orm__compare_keys(&wanted.part, &there.at[at], &wanted.at[i]) < 0) at++;
        if (at < n_there && orm__compare_keys(&wanted.part, &there.at[at], &wanted.at[i]) == 0) continue;
        link->defaults(links + made * link->size);
        status = orm__fill_link(r, links + made++ * link->size, wanted.at[i].row);
    }
    orm__free(existing);
    return status ? status : orm__create_rows(r->db, link, links, made, NULL, false);
}

static orm_status orm__add_links(orm__relating *r, char *rows, char *links, size_t n)
{
    const orm_model *link = r->path.link;
    orm_status status = orm__create_fresh(r->db, r->relation->target, rows, n, "add");
    if (status || !n) return status;
    if (!links) return orm__add_missing_links(r, rows, n);
    for (size_t i = 0; i < n && !status; i++) {
        bool fresh = false;
        status = orm__row_is_new(r->db, link, links + i * link->size, "add_links", &fresh);
        if (!status && !fresh) status = orm__raise_at(r->db, ORM_MISUSE, link, NULL, "add_links: this link is in the database already");
        if (!status) status = orm__fill_link(r, links + i * link->size, rows + i * r->relation->target->size);
    }
    return status ? status : orm__create_rows(r->db, link, links, n, NULL, false);
}

/* ---- calls ------------------------------------------------------------------------------------------------------------------------------ */

static orm_status orm__relate_begin(orm__relating *r, orm__session *db, const orm_relation *relation, const void *owner, const void *rows, size_t n, const char *what)
{
    bool fresh = false;
    *r = (orm__relating){ .db = db, .relation = relation, .owner = owner };
    orm__self()->model = relation->model;
    orm_status status = orm__row_is_new(db, relation->model, owner, what, &fresh);
    if (status) return status;
    if (fresh) return orm__raise_at(db, ORM_MISUSE, relation->model, NULL, "%s to %s.%s: the %s row is not in the database yet: create it first", what, relation->model->name, relation->name, relation->model->name);
    if (n && !rows) return orm__raise(db, ORM_MISUSE, 0, "%s: %zu rows at NULL", what, n);
    orm__path_of(relation, &r->path);
    for (unsigned i = 0; i < r->path.n && relation->kind != ORM_BELONGS_TO && !status; i++) status = orm__value_as(db, r->path.here[i], owner, r->path.there[i], &r->key[i]);
    for (size_t i = 0; i < n && !status; i++) status = orm__check_row(db, relation->target, (const char *)rows + i * relation->target->size, what);
    return status;
}

/* links from the owner to rows that are in the database, where there are none yet */
ORM_PRIVATE orm_status orm__link_rows(orm__session *db, const orm_relation *relation, const void *owner, const void *rows, size_t n)
{
    orm__relating r;
    orm_status status = orm__relate_begin(&r, db, relation, owner, rows, n, "create_graph");
    return status ? status : orm__add_missing_links(&r, (const char *)rows, n);
}

static orm_status orm__relate_end(orm__session *db, orm_status status)
{
    if (!status) return orm__level_commit(db);
    orm__level_rollback(db);
    return status;
}

ORM_API orm_status orm__add(orm_db *handle, const orm_relation *relation, const void *owner, void *rows, void *links, size_t n, const char *place)
{
    orm__relating r;
    orm__session *db = orm__enter(handle, ORM__WRITE, place, NULL, 0);
    if (!db) return orm__refused();
    orm_status status = orm__relate_begin(&r, db, relation, owner, rows, n, links ? "add_links" : "add");
    if (!status && n) status = orm__level_begin(db, NULL);
    if (!status && n) status = orm__relate_end(db, r.path.link ? orm__add_links(&r, (char *)rows, (char *)links, n) : orm__add_children(&r, (char *)rows, n));
    orm__leave(db);
    return status;
}

/* and what the declaration says of them; of links, what it says of their targets is asked for apart */
static orm_status orm__and_declared(const orm__relating *r, orm_expr *e, void (*make)(orm_expr *out))
{
    if (!make) return ORM_OK;
    orm_expr *declared = (orm_expr *)orm__bump(&r->db->scratch, sizeof *declared, 16);
    if (!declared) return orm__raise(r->db, ORM_NO_MEMORY, 0, "out of memory");
    declared->used = 0;
    make(declared);
    orm__and_node(e, ORM_OP_ALL_OF, NULL, (orm_value){ .as.list = { declared, 1 } });      /* one term, however many it has */
    return ORM_OK;
}

/* Of the links that the condition selects, only those whose targets belong to the relation: a link has no relation by which to ask for both at once,
   so the targets are read first. The condition borrows their keys: the caller frees them after its use, also after a failure. */
static orm_status orm__and_targets_declared(const orm__relating *r, orm_expr *e, char **found)
{
    const orm_model *target = r->relation->target, *link = r->path.link;
    orm_query links = { .where = *e }, targets = { .limit = 0 };
    for (unsigned k = 0; k < r->path.n_link; k++) {
        orm__mask_add(&links.select, orm__column_index(link, r->path.link_to[k]));
        orm__mask_add(&targets.select, orm__column_index(target, r->path.linked[k]));
    }
    char *linked = (char *)orm__find_all_entered(r->db, link, &links, &orm__all_rows, 0, false);
    if (!linked) return orm__self()->error.kind;
    orm_status status = orm__and_among(r, &targets.where, r->path.n_link, r->path.linked, r->path.link_to, link, linked, orm__len(linked, link->ticket), true);
    if (!status) status = orm__and_declared(r, &targets.where, r->relation->where);
    if (!status && !(*found = (char *)orm__find_all_entered(r->db, target, &targets, &orm__all_rows, 0, false))) status = orm__self()->error.kind;
    if (!status) status = orm__and_among(r, e, r->path.n_link, r->path.link_to, r->path.linked, target, *found, orm__len(*found, target->ticket), true);
    orm__free(linked);
    return status;
}

/* A link whose key is made of the two rows is deleted: destroyed softly, it would stand in the way of the next one. */
static orm__removal orm__link_removal(const orm__relating *r)
{
    const orm_model *link = r->path.link;
    bool own = false;
    for (size_t i = 0; i < link->n_columns; i++) {
        bool refers = false;
        for (unsigned k = 0; k < r->path.n; k++) refers |= r->path.there[k] == &link->columns[i];
        for (unsigned k = 0; k < r->path.n_link; k++) refers |= r->path.link_to[k] == &link->columns[i];
        own |= link->columns[i].primary_key && !refers;
    }
    return orm__removal_of(link, !own);
}

/* What belongs to the owner and is (or is not) among these rows. Rows that hold the key but not the relation's condition do not belong to it, and are
   left alone. */
static orm_status orm__remove_rows(orm__relating *r, const char *rows, size_t n, bool among, const orm_relate_options *options, int64_t *removed)
{
    const orm_model *link = r->path.link;
    orm_query query = { .each_row = true };
    orm__and_owned(r, &query.where);
    orm_status status = link ? orm__and_among(r, &query.where, r->path.n_link, r->path.link_to, r->path.linked, r->relation->target, rows, n, among)
                             : orm__and_rows(r, &query.where, rows, n, among);
    if (!status) status = orm__and_declared(r, &query.where, link ? r->relation->link_where : r->relation->where);
    char *found = NULL;
    if (!status && link && r->relation->where) status = orm__and_targets_declared(r, &query.where, &found);
    if (!status && link) status = orm__destroy_all_entered(r->db, link, &query, orm__link_removal(r), removed);
    else if (!status) status = orm__release_rows(r, &query.where, options, removed);
    orm__free(found);
    return status;
}

/* rows that are not in the database have no key */
static orm_status orm__known_rows(orm__relating *r, const char *rows, size_t n, const char *what)
{
    for (size_t i = 0; i < n; i++) {
        bool fresh = false;
        orm_status status = orm__row_is_new(r->db, r->relation->target, rows + i * r->relation->target->size, what, &fresh);
        if (!status && fresh) status = orm__raise_at(r->db, ORM_MISUSE, r->relation->target, NULL, "%s: the row is not in the database", what);
        if (status) return status;
    }
    return ORM_OK;
}

ORM_API orm_status orm__remove(orm_db *handle, const orm_relation *relation, const void *owner, const void *rows, size_t n, const orm_relate_options *options, const char *place)
{
    orm__relating r;
    int64_t removed = 0;
    orm__session *db = orm__enter(handle, ORM__WRITE, place, NULL, 0);
    if (!db) return orm__refused();
    orm_status status = orm__relate_begin(&r, db, relation, owner, rows, n, "remove");
    if (!status) status = orm__known_rows(&r, (const char *)rows, n, "remove");
    if (!status && n) status = orm__remove_rows(&r, (const char *)rows, n, true, options, &removed);
    if (!status && options->removed) *options->removed = removed;
    orm__leave(db);
    return status;
}

/* those that are not wanted lose the owner; what is left is added, which leaves alone what is there */
static orm_status orm__replace_rows(orm__relating *r, char *rows, size_t n, const orm_relate_options *options, int64_t *removed)
{
    const orm_model *model = r->relation->target;
    char *known = (char *)orm__bump(&r->db->scratch, (n ? n : 1) * model->size, 16);
    size_t kept = 0;
    if (!known) return orm__raise(r->db, ORM_NO_MEMORY, 0, "out of memory for %zu rows", n);
    for (size_t i = 0; i < n; i++) {
        bool fresh = false;
        orm_status status = orm__row_is_new(r->db, model, rows + i * model->size, "replace", &fresh);
        if (status) return status;
        if (!fresh) memcpy(known + kept++ * model->size, rows + i * model->size, model->size);
    }
    orm_status status = orm__remove_rows(r, known, kept, false, options, removed);
    if (status || !n) return status;
    return r->path.link ? orm__add_links(r, rows, NULL, n) : orm__add_children(r, rows, n);
}

ORM_API orm_status orm__replace(orm_db *handle, const orm_relation *relation, const void *owner, void *rows, size_t n, const orm_relate_options *options, const char *place)
{
    orm__relating r;
    int64_t removed = 0;
    orm__session *db = orm__enter(handle, ORM__WRITE, place, NULL, 0);
    if (!db) return orm__refused();
    orm_status status = orm__relate_begin(&r, db, relation, owner, rows, n, "replace");
    if (!status) status = orm__level_begin(db, NULL);
    if (!status) status = orm__relate_end(db, orm__replace_rows(&r, (char *)rows, n, options, &removed));
    if (!status && options->removed) *options->removed = removed;
    orm__leave(db);
    return status;
}

/* the key of a belongs_to, in the owner */
static orm_status orm__assign_parent(orm__session *db, const orm_relation *relation, char *owner, char *row)
{
    orm__path path;
    bool fresh = false, fresh_row = false;
    orm_mask mask = { { 0 } };
    char *changed = (char *)orm__bump(&db->scratch, relation->model->size, 16);
    orm__path_of(relation, &path);
    if (!changed) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory");
    orm_status status = orm__row_is_new(db, relation->model, owner, "assign", &fresh);
    if (!status && row) status = orm__row_is_new(db, relation->target, row, "assign", &fresh_row);
    if (!status && fresh_row) status = orm__create_entered(db, relation->target, row, "assign");
    if (status) return status;
    memcpy(changed, owner, relation->model->size);
    for (unsigned i = 0; i < path.n && !row; i++) {
        if (!path.here[i]->nullable) return orm__raise_at(db, ORM_MISUSE, relation->model, path.here[i], "cannot be NULL: assign another row");
        orm__store(path.here[i], changed, &(orm_value){ .type = ORM_NULL });
    }
    if (!row && path.tag && path.tag->nullable) orm__store(path.tag, changed, &(orm_value){ .type = ORM_NULL });
    if (row) {
        status = orm__set_key(db, path.n, path.here, changed, path.there, row);
        orm__set_tag(&path, changed);
    }
    for (unsigned i = 0; i < path.n; i++) orm__mask_add(&mask, orm__column_index(relation->model, path.here[i]));
    if (path.tag) orm__mask_add(&mask, orm__column_index(relation->model, path.tag));
    if (!status && !fresh) status = orm__save_entered(db, relation->model, changed, &mask);
    if (!status) memcpy(owner, changed, relation->model->size);
    return status;
}

ORM_API orm_status orm__assign(orm_db *handle, const orm_relation *relation, void *owner, void *row, const orm_relate_options *options, const char *place)
{
    orm__relating r;
    int64_t removed = 0;
    orm__session *db = orm__enter(handle, ORM__WRITE, place, NULL, 0);
    if (!db) return orm__refused();
    orm__self()->model = relation->model;
    bool parent = relation->kind == ORM_BELONGS_TO;
    orm_status status = parent ? orm__check_row(db, relation->model, owner, "assign") : orm__relate_begin(&r, db, relation, owner, row, row != NULL, "assign");
    /* a row is the first of several by its values: to make another one the first, all before it would have to go */
    if (!status && !parent && !orm__path_is_unique(relation, &r.path))
        status = orm__raise(db, ORM_MISUSE, 0, "assign: %s.%s is the first of several rows in its order, as its key is not unique: change the rows, or add one to the list", relation->model->name, relation->name);
    if (!status) status = orm__level_begin(db, NULL);
    if (!status) status = orm__relate_end(db, parent ? orm__assign_parent(db, relation, (char *)owner, (char *)row) : orm__replace_rows(&r, (char *)row, row != NULL, options, &removed));
    if (!status && options->removed) *options->removed = removed;
    orm__leave(db);
    return status;
}

static orm_status orm__count_entered_rows(orm__relating *r, const orm_expr *where, int64_t *out)
{
    orm_opt_int64 counted = { 0, false };
    orm_expr none;
    none.used = 0;
    orm_status status = orm__count_related(r->db, r->relation, r->owner, where ? where : &none, &counted);
    if (!status && !counted.set) return orm__raise_at(r->db, ORM_STALE, r->relation->model, NULL, "the row is not there any more");
    if (!status) *out = counted.value;
    return status;
}

ORM_API orm_status orm__count_rows(orm_db *handle, const orm_relation *relation, const void *owner, const orm_expr *where, int64_t *out, const char *place)
{
    orm__relating r;
    orm__session *db = orm__enter(handle, ORM__READ, place, NULL, 0);
    if (!db) return orm__refused();
    orm_status status = orm__relate_begin(&r, db, relation, owner, NULL, 0, "count_rows");
    if (!status) status = orm__count_entered_rows(&r, where, out);
    orm__leave(db);
    return status;
}

ORM_API orm_status orm__has_row(orm_db *handle, const orm_relation *relation, const void *owner, const void *row, bool *out, const char *place)
{
    orm__relating r;
    orm_expr same;
    int64_t n = 0;
    orm__session *db = orm__enter(handle, ORM__READ, place, NULL, 0);
    if (!db) return orm__refused();
    same.used = 0;
    orm_status status = orm__relate_begin(&r, db, relation, owner, row, 1, "has_row");
    if (!status) status = orm__known_rows(&r, (const char *)row, 1, "has_row");
    if (!status) status = orm__and_rows(&r, &same, (const char *)row, 1, true);
    if (!status) status = orm__count_entered_rows(&r, &same, &n);
    if (!status) *out = n > 0;
    orm__leave(db);
    return status;
}

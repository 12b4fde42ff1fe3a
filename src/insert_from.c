/* >>insert_from: rows of one table made from those of another, by INSERT ... SELECT. */
#include "internal.h"

typedef struct orm__inserting {
    orm__session *db;
    const orm_model *model;
    orm__part *head;                    /* of the source */
    size_t n; const orm_assignment *set;
    orm_mask others;                    /* columns that nobody named, and that get a value of the library's */
    const void *defaults;
    orm_time now;
} orm__inserting;

static const orm_assignment *orm__inserted_as(const orm__inserting *s, const orm_column *column)
{
    for (size_t i = 0; i < s->n; i++)
        if (s->set[i].column == column) return &s->set[i];
    return NULL;
}

static bool orm__only_program_checks(const orm_dialect *dialect, const orm_column *column)
{
    for (size_t n = 1; n < orm__ddl_checks(column); n++)
        if (column->rules[n - 1].kind != ORM_RULE_ON_UPDATE && !orm__ddl_keeps(dialect, column, n)) return true;
    return false;
}

static orm_status orm__inserting_check(orm__inserting *s, const orm_model *source, orm_mask *read)
{
    orm_failures failures;
    failures.count = failures.total = 0;
    for (size_t i = 0; i < s->n; i++) {
        const orm_assignment *a = &s->set[i];
        if (!a->column || a->column->model != s->model) return orm__raise_at(s->db, ORM_MISUSE, s->model, a->column, "an assignment to a column of another model");
        if (orm__inserted_as(s, a->column) != a) return orm__raise_at(s->db, ORM_MISUSE, s->model, a->column, "is assigned twice");
        if (a->column->counter_of || a->column->is.tenant || a->column->is.version || a->column->is.hash) return orm__raise_at(s->db, ORM_MISUSE, s->model, a->column, "is written by the library");
        if (a->kind == ORM_ASSIGN_VALUE) {
            orm__validate_value(s->model, a->column, &a->value, ORM__CREATES, s->db->options.max_text, &failures);
        } else if (a->kind == ORM_ASSIGN_SOURCE) {
            if (a->other->model != source || a->other->count_of) return orm__raise_at(s->db, ORM_MISUSE, s->model, a->column, "%s.%s is no column of %s, whose rows are read", a->other->model->name, a->other->name, source->name);
            if (orm__only_program_checks(s->db->dialect, a->column)) return orm__raise_at(s->db, ORM_MISUSE, s->model, a->column, "has a rule that only the program can check, or is made normal by it: read the rows, and create them");
            if (a->other->nullable && !a->column->nullable) return orm__raise_at(s->db, ORM_MISUSE, s->model, a->column, "is never NULL, and %s.%s may be", source->name, a->other->name);
            orm__mask_add(read, orm__column_index(source, a->other));
        } else if (a->kind != ORM_ASSIGN_NULL || !a->column->nullable) {
            return orm__raise_at(s->db, ORM_MISUSE, s->model, a->column, "orm_insert_from takes orm_set, orm_set_from and, where it may be, orm_set_null");
        }
    }
    return failures.total ? orm__raise_failures(s->db, s->model, &failures) : ORM_OK;
}

/* what nobody named: times, the tenant, the version and defaults are given, what the database makes or may be NULL is left out */
static orm_status orm__inserting_rest(orm__inserting *s)
{
    bool limited;
    orm_status status = orm__tenant_limits(s->db, s->model, &limited);
    for (size_t i = 0; i < s->model->n_columns && !status; i++) {
        const orm_column *c = &s->model->columns[i];
        if (orm__inserted_as(s, c) || c->counter_of || c->is.generated || c->default_sql) continue;
        bool stamp = c->is.created_at || c->is.updated_at || c->is.version;
        if (stamp || (c->is.tenant && limited) || (c->has_default && !orm__is_unset(c, s->defaults))) orm__mask_add(&s->others, i);
        else if (!c->nullable) status = orm__raise_at(s->db, ORM_MISUSE, s->model, c, "is never NULL, and orm_insert_from was told nothing for it");
    }
    return status;
}

/* new rows are asked about all rules of several fields: what comes from the source is known to none of them */
static orm_status orm__inserting_rules(const orm__inserting *s)
{
    orm_failures failures;
    orm__assigning a = { .set = s->set, .n = s->n, .row = s->defaults, .what = "orm_insert_from", .cure = "read the rows, and create them" };
    if (ORM__LIKELY(!s->model->validated)) return ORM_OK;
    for (size_t i = 0; i < s->model->n_columns; i++) orm__mask_add(&a.written, i);
    a.known = a.written;
    failures.count = failures.total = 0;
    orm_status status = orm__validate_assignments(s->db, s->model, &a, &failures);
    return !status && failures.total ? orm__raise_failures(s->db, s->model, &failures) : status;
}

static orm_value orm__inserting_value(const orm__inserting *s, const orm_column *c)
{
    if (c->is.created_at || c->is.updated_at) return (orm_value){ .type = ORM_TIME, .as.i = s->now };
    if (c->is.version) return (orm_value){ .type = ORM_INT64, .as.i = 1 };
    if (c->is.tenant) return (orm_value){ .type = ORM_INT64, .as.i = s->db->handle->tenant };
    return orm__value_of(c, s->defaults);
}

/* insert into t (a, b) select s."x", ? from (select ...) as s */
static void orm__b_insert_from(orm__build *b, const void *arg)
{
    const orm__inserting *s = (const orm__inserting *)arg;
    const char *before = " (";
    orm__b_key(b, 10);
    orm__b_pointer(b, s->model);
    orm__b_put(b, "insert into ");
    if (b->sql) orm__put_name(b->sql, s->model->table);
    for (size_t i = 0; i < s->model->n_columns; i++) {
        const orm_column *c = &s->model->columns[i];
        if (!orm__inserted_as(s, c) && !orm__mask_has(&s->others, i)) continue;
        orm__b_put(b, before);
        if (b->sql) orm__put_name(b->sql, orm__column_name(c));
        before = ", ";
    }
    before = ") select ";
    for (size_t i = 0; i < s->model->n_columns; i++) {
        const orm_column *c = &s->model->columns[i];
        const orm_assignment *a = orm__inserted_as(s, c);
        if (!a && !orm__mask_has(&s->others, i)) continue;
        orm__b_pointer(b, c);
        orm__b_key(b, a ? a->kind : 0);
        orm__b_put(b, before);
        before = ", ";
        if (a && a->kind == ORM_ASSIGN_SOURCE) {
            orm__b_pointer(b, a->other);
            orm__b_put(b, "s.");
            if (b->sql) orm__put_name(b->sql, orm__column_name(a->other));
        } else if (a && a->kind == ORM_ASSIGN_NULL) {
            orm__b_put(b, "null");
        } else {
            orm__b_given(b, c, a ? a->value : orm__inserting_value(s, c));
        }
    }
    orm__b_put(b, " from (");
    orm__b_select(b, s->head);
    orm__b_put(b, ") as s");
}

static orm_status orm__insert_from_entered(orm__session *db, const orm_model *model, const orm_model *source, const orm_query *query, int64_t *created, size_t n, const orm_assignment *set)
{
    orm__inserting s = { .db = db, .model = model, .n = n, .set = set, .now = orm_now() };
    orm_query own = query ? *query : (orm_query){ .limit = 0 };
    orm_mask read = { { 0 } };
    orm__build b;
    orm__prepared *p;
    orm__self()->model = model;
    if (!orm__mask_names_none(source, &own.select) || own.include[0].relation || own.include[0].count || own.lock || own.arena || own.after)
        return orm__raise_at(db, ORM_MISUSE, model, NULL, "orm_insert_from takes a query with .where, .order, .limit, .offset and what lifts scopes");
    if (orm__hooked(model, ORM__CREATE_EVENTS | ORM__BULK_CREATE_EVENTS)) return orm__raise_at(db, ORM_MISUSE, model, NULL, "orm_insert_from reads no rows, and %s has hooks for new ones: read them, and create them", model->name);
    s.set = orm__normal_assignments(db, model, set, n);
    orm_status status = s.set ? orm__inserting_check(&s, source, &read) : orm__self()->error.kind;
    if (!status && !(s.defaults = orm__default_row(db, model, &db->scratch))) status = ORM_NO_MEMORY;
    if (!status) status = orm__inserting_rest(&s);
    if (!status) status = orm__inserting_rules(&s);
    if (status) return status;
    own.select = read;
    status = orm__parts_make(db, source, &own, &s.head);
    if (!status) status = orm__change_prepare(db, &b, orm__b_insert_from, &s, &p);
    return status ? status : orm__change_run(db, p, &b, created);
}

ORM_API orm_status orm__insert_from(orm_db *handle, const orm_model *model, const orm_model *source, const orm_query *query, int64_t *created, size_t n, const orm_assignment *set, const char *place)
{
    int64_t made = 0;
    orm__session *db = orm__enter(handle, ORM__WRITE, place, NULL, query ? query->timeout_ms : 0);
    if (!db) return orm__refused();
    orm_status status = orm__insert_from_entered(db, model, source, query, &made, n, set);
    if (created) *created = status ? 0 : made;
    orm__leave(db);
    return status;
}

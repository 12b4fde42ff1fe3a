/* >>json_filter: a condition out of a JSON text from outside: {"age": {"gte": 18}, "city": "Riga"}. Which field may be asked by which operator is the program's list;
   values are bound like all others, and no key of the text is ever part of the SQL. */
#include "internal.h"

/* the operators by their names in JSON, and the mask that allows each */
typedef struct orm__asked { const char *name; orm_op op; size_t mask; } orm__asked;
static const orm__asked orm__asked_ops[] = {
    { "eq", ORM_OP_EQ, offsetof(orm_filter, eq) },        { "ne", ORM_OP_NE, offsetof(orm_filter, ne) },
    { "gt", ORM_OP_GT, offsetof(orm_filter, range) },     { "gte", ORM_OP_GTE, offsetof(orm_filter, range) },
    { "lt", ORM_OP_LT, offsetof(orm_filter, range) },     { "lte", ORM_OP_LTE, offsetof(orm_filter, range) },
    { "in", ORM_OP_IN_ARRAY, offsetof(orm_filter, in) },  { "not_in", ORM_OP_NOT_IN_ARRAY, offsetof(orm_filter, in) },
    { "contains", ORM_OP_CONTAINS, offsetof(orm_filter, contains) },
    { "starts_with", ORM_OP_STARTS_WITH, offsetof(orm_filter, starts_with) }, { "ends_with", ORM_OP_ENDS_WITH, offsetof(orm_filter, ends_with) },
    { "null", ORM_OP_IS_NULL, offsetof(orm_filter, null) },
};
enum { ORM__ASKED_OPS = sizeof orm__asked_ops / sizeof orm__asked_ops[0], ORM__MAX_ASKED_VALUES = 1000 };

typedef struct orm__filter { orm__input r; const orm_model *model; const orm_filter *allowed; orm_expr *out; uint32_t left; } orm__filter;

static const orm_mask *orm__filter_mask(const orm_filter *allowed, const orm__asked *asked) { return (const orm_mask *)(const void *)((const char *)allowed + asked->mask); }

/* ---- what the program may allow ---- */

static const char *orm__filter_unfit(const orm_column *c, orm_op op)
{
    bool text_ = c->is.type == ORM_TEXT;
    if (c->secret || c->is.hash) return "is secret: a filter from outside would read it letter by letter";
    if (op == ORM_OP_IS_NULL) return NULL;
    if (c->is.type == ORM_ARRAY || c->is.type == ORM_JSON) return "is an array or a document, about which a filter can ask for null only";
    if ((op == ORM_OP_CONTAINS || op == ORM_OP_STARTS_WITH || op == ORM_OP_ENDS_WITH) && !text_) return "is not a text";
    if (op >= ORM_OP_GT && op <= ORM_OP_LTE && (c->is.type == ORM_INET || c->is.type == ORM_INTERVAL || c->is.bits)) return "has no order that every engine keeps";
    return NULL;
}

static orm_status orm__filter_check(const orm_model *model, const orm_filter *allowed)
{
    bool any = false;
    for (size_t k = 0; k < ORM__ASKED_OPS; k++) {
        const orm_mask *mask = orm__filter_mask(allowed, &orm__asked_ops[k]);
        for (size_t i = 0; i < model->n_columns; i++) {
            if (!orm__mask_has(mask, i)) continue;
            const char *unfit = orm__filter_unfit(&model->columns[i], orm__asked_ops[k].op);
            any = true;
            if (unfit) return orm__raise_at(NULL, ORM_MISUSE, model, &model->columns[i], "%s", unfit);
        }
    }
    return any ? ORM_OK : orm__raise_at(NULL, ORM_MISUSE, model, NULL, "no field is named that a filter may ask about");
}

/* ---- conditions, in postfix order ---- */

static bool orm__filter_put(orm__filter *f, orm_op op, const orm_column *column, orm_value value, const char *at)
{
    bool leaf = op != ORM_OP_AND && op != ORM_OP_OR && op != ORM_OP_NOT;
    if ((leaf && f->left == 0) || f->out->used == ORM_MAX_TERMS) {
        if (f->left != UINT32_MAX) orm__input_fail(&f->r, at, "", "length", "has too many conditions");
        f->left = UINT32_MAX;                            /* told once */
        return false;
    }
    if (f->left == UINT32_MAX) return false;
    f->left -= leaf;
    value.op = (uint8_t)op;
    f->out->node[f->out->used++] = (orm_node){ .of = column, .value = value };
    return true;
}

static orm_value orm__filter_of(uint8_t n) { return (orm_value){ .type = ORM_NULL, .n = n }; }

/* a value, fit for the column; what is wrong with it is a failure, and there is none */
static bool orm__filter_value(orm__filter *f, const orm_column *column, orm__slice json, orm_value *out)
{
    char message[160];
    const char *rule = "type";
    orm_status kind;
    const char *wrong = *json.at == 'n' ? "must not be null: ask with {\"null\": true}" : orm__json_value_in(&f->r, column, json, out, &rule, message);
    if (!wrong && out->type == ORM_NULL) return orm__input_stop(&f->r, ORM_NO_MEMORY);
    if (!wrong && (wrong = orm__fit(column, out, f->r.max_text, message, &kind)) != NULL) rule = orm__fit_rule(column, kind);
    if (!wrong) return true;
    orm__input_fail(&f->r, json.at, column->name, rule, wrong);
    out->type = ORM_NULL;
    return true;
}

/* "in": an array of values, kept as the column's C type */
static bool orm__filter_list(orm__filter *f, const orm_column *column, orm_op op, orm__slice json)
{
    orm_column element = *column;
    size_t size = orm__member_size(column->is.type), n = 0;
    if (*json.at != '[') return orm__input_fail(&f->r, json.at, column->name, "type", "must be an array of values"), true;
    size_t count = orm__json_count(json.at);
    if (count > ORM__MAX_ASKED_VALUES) return orm__input_fail(&f->r, json.at, column->name, "length", "must have at most 1000 values"), true;
    char *values = (char *)orm__bump(f->r.arena, (count + 1) * size, 16);
    if (!values) return orm__input_stop(&f->r, ORM_NO_MEMORY);
    element.offset = 0;
    element.nullable = element.is.is_key = element.is.generated = false;
    for (orm__json_items items = orm__json_items_of(json.at); orm__json_next(&items); n++) {
        orm_value value = { .type = ORM_NULL };
        if (!orm__filter_value(f, column, (orm__slice){ items.value, (size_t)(items.end - items.value) }, &value)) return false;
        if (value.type == ORM_NULL) return true;         /* told */
        orm__store(&element, values + n * size, &value);
    }
    orm__filter_put(f, op, column, (orm_value){ .as.list = { values, n } }, json.at);
    return true;
}

static bool orm__filter_ask(orm__filter *f, const orm_column *column, orm_op op, orm__slice json)
{
    orm_value value = { .type = ORM_NULL };
    if (op == ORM_OP_IN_ARRAY || op == ORM_OP_NOT_IN_ARRAY) return orm__filter_list(f, column, op, json);
    if (op == ORM_OP_IS_NULL) {
        if (*json.at != 't' && *json.at != 'f') orm__input_fail(&f->r, json.at, column->name, "type", "must be true or false");
        else orm__filter_put(f, *json.at == 't' ? ORM_OP_IS_NULL : ORM_OP_IS_NOT_NULL, column, value, json.at);
        return true;
    }
    if (!orm__filter_value(f, column, json, &value)) return false;
    if (value.type != ORM_NULL) orm__filter_put(f, op, column, value, json.at);
    return true;
}

/* ---- the text ---- */

static bool orm__filter_object(orm__filter *f, const char *at);

/* {"gte": 18, "lt": 65}, or a value for "eq" */
static bool orm__filter_field(orm__filter *f, size_t i)
{
    orm__input *r = &f->r;
    const orm_column *column = &f->model->columns[i];
    const char *at = r->scan.at;
    bool first = true;
    uint32_t seen = 0;
    orm__slice json, name;
    if (at == r->scan.end || *at != '{') {
        if (!orm__input_value(r, &json)) return false;
        if (orm__mask_has(&f->allowed->eq, i)) return orm__filter_ask(f, column, ORM_OP_EQ, json);
        orm__input_fail(r, at, column->name, "operator", "cannot be asked whether it equals a value");
        return true;
    }
    if (!orm__input_open(r, '{')) return false;
    unsigned begun = f->out->used, n = 0;
    for (;;) {
        orm__input_step step = orm__input_member(r, &first, &name);
        size_t k = 0;
        if (step == ORM__INPUT_BROKEN) return false;
        if (step == ORM__INPUT_END) break;
        if (!orm__input_value(r, &json)) return false;
        while (k < ORM__ASKED_OPS && (!orm__slice_is(&name, orm__asked_ops[k].name))) k++;
        if (k == ORM__ASKED_OPS || !orm__mask_has(orm__filter_mask(f->allowed, &orm__asked_ops[k]), i)) {
            orm__input_fail(r, json.at, column->name, "operator", "cannot be asked by this operator");
        } else if (seen >> k & 1) {
            orm__input_fail(r, json.at, column->name, "duplicate", "is asked twice by the same operator");
        } else {
            unsigned before = f->out->used;
            seen |= 1u << k;
            if (!orm__filter_ask(f, column, orm__asked_ops[k].op, json)) return false;
            n += f->out->used > before;
        }
    }
    if (!seen && first) orm__input_fail(r, at, column->name, "type", "names no operator");
    if (n > 1 && f->out->used > begun) orm__filter_put(f, ORM_OP_AND, NULL, orm__filter_of((uint8_t)n), at);
    return true;
}

/* a condition inside of "and", "or" and "not": one that says nothing would make them say all or nothing */
static bool orm__filter_inner(orm__filter *f)
{
    const char *at = f->r.scan.at;
    unsigned before = f->out->used;
    size_t total = f->r.failures.total;
    if (!orm__filter_object(f, at)) return false;
    if (f->out->used == before && f->r.failures.total == total && f->left != UINT32_MAX) orm__input_fail(&f->r, at, "", "type", "must hold a condition");
    return true;
}

static bool orm__filter_connective(orm__filter *f, orm_op op)
{
    orm__input *r = &f->r;
    const char *at = r->scan.at;
    bool first = true;
    unsigned n = 0;
    if (op == ORM_OP_NOT) {
        unsigned before = f->out->used;
        if (!orm__filter_inner(f)) return false;
        if (f->out->used > before) orm__filter_put(f, op, NULL, orm__filter_of(1), at);
        return true;
    }
    if (at == r->scan.end || *at != '[') return orm__input_refuse(r, "", "type", "must be an array of conditions");
    if (!orm__input_open(r, '[')) return false;
    for (;;) {
        orm__input_step step = orm__input_next(r, &first, ']');
        unsigned before = f->out->used;
        if (step == ORM__INPUT_BROKEN) return false;
        if (step == ORM__INPUT_END) break;
        if (!orm__filter_inner(f)) return false;
        n += f->out->used > before;
    }
    if (first) orm__input_fail(r, at, "", "type", "must hold a condition");
    if (n > 1) orm__filter_put(f, op, NULL, orm__filter_of((uint8_t)n), at);
    return true;
}

static orm_op orm__filter_connects(const orm__filter *f, const orm__slice *name)
{
    static const struct { const char *name; orm_op op; } words[] = { { "and", ORM_OP_AND }, { "or", ORM_OP_OR }, { "not", ORM_OP_NOT } };
    for (size_t i = 0; f->allowed->connectives && i < sizeof words / sizeof words[0]; i++)
        if (orm__slice_is(name, words[i].name)) return words[i].op;
    return (orm_op)0;
}

/* the column of that name about which anything may be asked, or SIZE_MAX */
static size_t orm__filter_column(const orm__filter *f, const orm__slice *name)
{
    for (size_t i = 0; i < f->model->n_columns; i++) {
        if (!orm__input_names(&f->r, name, f->model->columns[i].name)) continue;
        for (size_t k = 0; k < ORM__ASKED_OPS; k++)
            if (orm__mask_has(orm__filter_mask(f->allowed, &orm__asked_ops[k]), i)) return i;
    }
    return SIZE_MAX;
}

/* all of its members hold; the nodes are one condition, or none */
static bool orm__filter_object(orm__filter *f, const char *at)
{
    orm__input *r = &f->r;
    orm_mask seen = { { 0 } };
    unsigned n = 0, connected = 0;
    bool first = true;
    orm__slice name;
    if (at == r->scan.end || *at != '{') return orm__input_refuse(r, "", "type", "must be an object");
    if (!orm__input_open(r, '{')) return false;
    for (;;) {
        orm__input_step step = orm__input_member(r, &first, &name);
        unsigned before = f->out->used;
        if (step == ORM__INPUT_BROKEN) return false;
        if (step == ORM__INPUT_END) break;
        size_t i = orm__filter_column(f, &name);
        orm_op op = orm__filter_connects(f, &name);
        bool twice = op ? connected >> (op == ORM_OP_NOT ? 2 : op == ORM_OP_OR) & 1 : i != SIZE_MAX && orm__mask_has(&seen, i);
        if ((!op && i == SIZE_MAX) || twice) {
            if (!orm__input_refuse_name(r, &name, twice ? "duplicate" : "unknown", twice ? "stands twice in the object" : "is not a field that is accepted here")) return false;
            continue;
        }
        if (op) connected |= 1u << (op == ORM_OP_NOT ? 2 : op == ORM_OP_OR);
        else orm__mask_add(&seen, i);
        if (op ? !orm__filter_connective(f, op) : !orm__filter_field(f, i)) return false;
        n += f->out->used > before;
    }
    if (n > 1) orm__filter_put(f, ORM_OP_AND, NULL, orm__filter_of((uint8_t)n), at);
    return true;
}

ORM_API orm_status orm__filter_from_json(orm_db *db, const orm_model *model, const char *text_, size_t length, const orm_filter *allowed, orm_arena *arena, orm_expr *out)
{
    orm__filter f;
    orm__clear_error();
    orm__self()->model = model;
    out->used = 0;
    if (!allowed) return orm__raise_at(NULL, ORM_MISUSE, model, NULL, "filter_from_json needs the list of what may be asked, it was given NULL");
    f.model = model;
    f.allowed = allowed;
    f.out = out;
    f.left = f.allowed->max_conditions ? f.allowed->max_conditions : 20;
    if (f.left > ORM_MAX_TERMS) f.left = ORM_MAX_TERMS;
    orm__input_begin(&f.r, db, text_, length, NULL);
    orm_status status = orm__input_given(&f.r, model, text_, length);
    if (!status && !arena) status = orm__raise_at(NULL, ORM_MISUSE, model, NULL, "filter_from_json needs an arena for what it finds");
    if (!status) status = orm__filter_check(model, f.allowed);
    if (status) return status;
    f.r.arena = arena;
    f.r.camel_case = f.allowed->camel_case;
    orm__scan_space(&f.r.scan);
    if (orm__filter_object(&f, f.r.scan.at)) orm__input_end(&f.r);
    status = orm__input_close(&f.r, model);
    if (status) out->used = 0;
    return status;
}

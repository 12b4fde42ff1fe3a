/* >>json_path_sql: paths into JSON documents, to SQL. What an engine spells how is in orm_dialect.json; here the path and the operand become parameters. */
#include "internal.h"

#define ORM__STEPS_OF_NODE 2                    /* what the payload of a node holds */
enum { ORM__PATH_NULL_KEY = 1, ORM__PATH_INDEX, ORM__PATH_LONG };        /* and ORM__PATH_RELATED */

/* ---- paths as values ----------------------------------------------------------------------------------------------------- */

ORM_API orm_json_path orm__path_to(size_t n, const orm_value *steps)
{
    orm_json_path path = { .n = 0 };
    for (size_t i = 0; i < n && i < ORM_MAX_STEPS; i++) {
        const orm_value *v = &steps[i];
        if (v->type == ORM_NULL) path.wrong = ORM__PATH_NULL_KEY;
        else if (v->type == ORM_TEXT) path.step[i].key = v->as.s;
        else if (v->type != ORM_INT64 || v->as.i != (int32_t)v->as.i) path.wrong = ORM__PATH_INDEX;
        else path.step[i].index = v->as.i;
        if (v->type != ORM_TEXT) path.indexes = (uint8_t)(path.indexes | 1u << i);
        path.n++;
    }
    return path;
}

ORM_API orm_json_path orm__path_into(orm_json_path path, const char *key)
{
    if (!key) path.wrong = ORM__PATH_NULL_KEY;
    else if (path.n == ORM_MAX_STEPS) path.wrong = ORM__PATH_LONG;
    else path.step[path.n++].key = key;
    return path;
}

ORM_API orm_order orm__json_order(const orm_column *column, int descending, orm_json_path path)
{
    orm_order order = { .column = column, .descending = (uint8_t)descending, .nulls = ORM__NULLS_JSON, .n_steps = path.n, .indexes = path.indexes, .wrong = path.wrong };
    memset(&order.json, 0, sizeof order.json);              /* no_path, too: it belongs to no related row */
    memcpy(order.json.step, path.step, sizeof path.step);
    return order;
}

ORM_API orm_expr orm__json_leaf(orm_op op, const orm_column *column, orm_json_path path, orm_value value)
{
    orm_expr e;
    unsigned n = 0;
    for (unsigned i = 0; i < path.n; i += ORM__STEPS_OF_NODE, n++) {
        e.node[n] = (orm_node){ .of = NULL, .value = { .op = ORM_OP_VALUE, .n = path.n, .scale = path.indexes } };
        memcpy(&e.node[n].value.as, &path.step[i], sizeof path.step[0] * (path.n - i < ORM__STEPS_OF_NODE ? 1 : ORM__STEPS_OF_NODE));
    }
    value.op = (uint8_t)op;
    value.n = (uint8_t)n;
    value.scale = path.wrong;
    e.node[n] = (orm_node){ .of = column, .value = value };
    e.used = n + 1;
    return e;
}

static orm_json_path orm__path_of_nodes(const orm_node *node)
{
    orm_json_path path = { .wrong = node->value.scale };
    const orm_node *first = node - node->value.n;
    if (node->value.n == 0) return path;
    path.n = first->value.n;
    path.indexes = first->value.scale;
    for (unsigned i = 0; i < path.n; i++) memcpy(&path.step[i], (const char *)&first[i / ORM__STEPS_OF_NODE].value.as + i % ORM__STEPS_OF_NODE * sizeof path.step[i], sizeof path.step[i]);
    return path;
}

/* ---- parameters --------------------------------------------------------------------------------------------------------- */

typedef struct orm__json_use {
    const orm_column *column; unsigned alias;
    const orm_json_path *path;
    const orm_value *operand;           /* fit, or NULL */
    const char *type, *sign;
    unsigned first, value;              /* numbers of parameters: of the path, of the operand */
} orm__json_use;

static bool orm__step_is_index(const orm_json_path *path, unsigned i) { return (path->indexes >> i & 1) != 0; }

/* a text of the caller's that may be in a document at all; NULL is refused */
static bool orm__json_fit_text(orm__build *b, const orm_column *column, orm_value *text_, bool json)
{
    const orm_column any = { .model = column->model, .name = column->name, .is = { .type = json ? ORM_JSON : ORM_TEXT, .jsonb = json } };
    char why[160];
    orm_status kind = ORM_VALUE_RANGE;
    if (text_->type != ORM_TEXT) {
        orm__b_fail(b, ORM_MISUSE, column->model, column, "a value of JSON is NULL; orm_json_is_null() and orm_json_missing() ask for rows without one");
        return false;
    }
    const char *message_ = orm__fit(&any, text_, b->db->options.max_text, why, &kind);
    if (message_) orm__b_fail(b, kind, column->model, column, message_);
    return !message_;
}

static bool orm__json_check_path(orm__build *b, const orm_column *column, const orm_json_path *path)
{
    static const char *const wrong[] = { NULL, "a key of the path is NULL", "an index of the path does not lie between -2147483648 and 2147483647", "the path has more than " ORM__STRING(ORM_MAX_STEPS) " steps", "an order by a path is one of the query's own model: orm_by takes columns" };
    if (path->wrong) orm__b_fail(b, path->wrong == ORM__PATH_INDEX ? ORM_VALUE_RANGE : ORM_MISUSE, column->model, column, wrong[path->wrong]);
    return !b->status;
}

/* collecting: the path as parameters, a step each or all of them as a JSON array */
static void orm__json_bind_path(orm__build *b, const orm_column *column, const orm_json_path *path)
{
    orm_value keys[ORM_MAX_STEPS];
    size_t size = 32;
    for (unsigned i = 0; i < path->n; i++) {
        keys[i] = orm__step_is_index(path, i) ? orm__v_int(path->step[i].index) : orm__v_text(path->step[i].key);
        if (!orm__step_is_index(path, i) && !orm__json_fit_text(b, column, &keys[i], false)) return;
        size += keys[i].type == ORM_TEXT ? 6 * (size_t)keys[i].length + 8 : 24;
        if (b->db->dialect->json.step[0]) orm__b_bind(b, column, keys[i]);
    }
    if (b->db->dialect->json.step[0]) return;
    char *room = orm__bump_bytes(&b->db->scratch, size);
    if (!room) {
        b->status = orm__raise(b->db, ORM_NO_MEMORY, 0, "out of memory while building a statement");
        return;
    }
    orm__writer w = { .text = room, .capacity = size };
    orm__put_char(&w, '[');
    for (unsigned i = 0; i < path->n; i++) {
        if (i) orm__put_char(&w, ',');
        if (keys[i].type == ORM_TEXT) orm__put_json_text(&w, keys[i].as.s, keys[i].length);
        else orm__put_int(&w, keys[i].as.i);
    }
    orm__put_char(&w, ']');
    orm__b_bind(b, column, (orm_value){ .type = ORM_TEXT, .length = (uint32_t)w.length, .as.s = room });
}

/* the next parameter, wherever and however often it is written */
static unsigned orm__json_reserve(orm__build *b, const orm_column *column)
{
    b->n_parameters++;
    if (column->secret && b->n_parameters <= 64) b->secret |= UINT64_C(1) << (b->n_parameters - 1);
    return b->n_parameters;
}

static void orm__json_use_begin(orm__build *b, orm__json_use *use)
{
    if (!orm__json_check_path(b, use->column, use->path)) return;
    orm__b_key(b, (uint64_t)use->path->n | (uint64_t)use->path->indexes << 8 | (uint64_t)(use->operand ? use->operand->type : 0) << 16);
    if (!b->sql) {
        orm__json_bind_path(b, use->column, use->path);
        if (use->operand) orm__b_bind(b, use->column, *use->operand);
        return;
    }
    unsigned n = b->db->dialect->json.step[0] ? use->path->n : 1;
    use->first = b->n_parameters + 1;
    for (unsigned i = 0; i < n; i++) orm__json_reserve(b, use->column);
    if (use->operand) use->value = orm__json_reserve(b, use->column);
}

/* ---- spelling ------------------------------------------------------------------------------------------------------------- */

static void orm__json_put_column(orm__build *b, const orm__json_use *use)
{
    orm__b_column(b, use->alias, use->column);
    if (!use->column->is.jsonb && b->db->dialect->json.cast) orm__put(b->sql, b->db->dialect->json.cast);
}

/* what the first n steps lead to: $x in the spelling of a step is what it is taken from, $v its parameter */
static void orm__json_put_place(orm__build *b, const orm__json_use *use, unsigned n)
{
    if (n == 0) {
        orm__json_put_column(b, use);
        return;
    }
    orm__put_char(b->sql, '(');
    for (const char *at = b->db->dialect->json.step[orm__step_is_index(use->path, n - 1)]; *at; at++) {
        if (at[0] != '$') {
            orm__put_char(b->sql, *at);
            continue;
        }
        if (*++at == '$') orm__put_char(b->sql, '$');
        else if (*at == 'x') orm__json_put_place(b, use, n - 1);
        else b->db->dialect->parameter(b->sql, use->first + n - 1);
    }
    orm__put_char(b->sql, ')');
}

static void orm__json_spell(orm__build *b, const char *at, const orm__json_use *use)
{
    if (!b->sql || b->status) return;
    for (; *at; at++) {
        if (at[0] != '$' || !at[1]) {
            orm__put_char(b->sql, *at);
            continue;
        }
        switch (*++at) {
        case 'c': orm__b_column(b, use->alias, use->column); break;
        case 'j': orm__json_put_column(b, use); break;
        case 'd': orm__json_put_place(b, use, use->path->n); break;
        case 'u': orm__json_put_place(b, use, use->path->n - 1u); break;
        case 'p': b->db->dialect->parameter(b->sql, use->first); break;
        case 'v': b->db->dialect->parameter(b->sql, use->value); break;
        case 'o': orm__put(b->sql, use->sign); break;
        case 'y': orm__put(b->sql, use->type); break;
        case 'k': orm__put(b->sql, orm__step_is_index(use->path, use->path->n - 1u) ? "array" : "object"); break;
        default:
            for (unsigned i = 0; i < use->path->n; i++) {
                if (i) orm__put(b->sql, ", ");
                b->db->dialect->parameter(b->sql, use->first + i);
                orm__put(b->sql, b->db->dialect->json.listed[orm__step_is_index(use->path, i)]);
            }
        }
    }
}

/* The operand as it is bound: a text as it is, a number or a boolean as its JSON. `whole`: a text becomes JSON, too. */
static bool orm__json_operand_text(orm__build *b, const orm_column *column, orm_value *v, bool whole)
{
    size_t size = 400;
    if (v->type == ORM_VALUE_TOO_BIG || ((v->type == ORM_DOUBLE || v->type == ORM_FLOAT) && !__builtin_isfinite(v->as.d))) {
        orm__b_fail(b, ORM_VALUE_RANGE, column->model, column, "a number of JSON is finite, and a whole one has at most 64 bits here");
        return false;
    }
    if (v->type == ORM_NULL || v->type == ORM_TEXT) {
        if (!orm__json_fit_text(b, column, v, false)) return false;
        if (!whole) return true;
        size = 6 * (size_t)v->length + 32;
    }
    char *room = orm__bump_bytes(&b->db->scratch, size);
    if (!room) {
        b->status = orm__raise(b->db, ORM_NO_MEMORY, 0, "out of memory while building a statement");
        return false;
    }
    orm__writer w = { .text = room, .capacity = size };
    if (v->type == ORM_TEXT) orm__put_json_text(&w, v->as.s, v->length);
    else if (v->type == ORM_BOOL) orm__put(&w, v->as.i ? "true" : "false");
    else if (v->type == ORM_DOUBLE || v->type == ORM_FLOAT) orm__put_number(&w, v->as.d, false);
    else orm__put_int(&w, v->as.i);
    *v = (orm_value){ .type = ORM_TEXT, .length = (uint32_t)w.length, .as.s = room };
    return true;
}

ORM_PRIVATE void orm__b_json(orm__build *b, const orm_node *node, unsigned alias)
{
    static const char *const signs[] = { "=", "<>", ">", ">=", "<", "<=" };
    const orm_dialect *dialect = b->db->dialect;
    const orm_column *column = (const orm_column *)node->of;
    const orm_json_path path = orm__path_of_nodes(node);
    orm_op op = (orm_op)node->value.op;
    orm_value v = node->value;
    orm__json_use use = { .column = column, .alias = alias, .path = &path };
    const char *spelling = op == ORM_OP_JSON_CONTAINS ? dialect->json.contains : op == ORM_OP_JSON_NULL ? dialect->json.is_null : op == ORM_OP_JSON_MISSING ? dialect->json.missing :
                           op == ORM_OP_JSON_EXISTS ? dialect->json.exists : v.type == ORM_TEXT || v.type == ORM_NULL ? dialect->json.text : dialect->json.scalar;
    if (!spelling) {
        orm__b_fail(b, ORM_UNSUPPORTED, column->model, column, "the engine has no paths into JSON");
        return;
    }
    if (op <= ORM_OP_JSON_LTE) {
        use.sign = signs[op - ORM_OP_JSON_EQ];
        use.type = v.type == ORM_TEXT ? "string" : v.type == ORM_BOOL ? "boolean" : "number";
        orm__b_key(b, v.type == ORM_TEXT ? 1 : v.type == ORM_BOOL ? 2 : 3);
        use.operand = &v;
        if (!b->sql && !orm__json_operand_text(b, column, &v, false)) return;
    } else if (op == ORM_OP_JSON_CONTAINS) {
        use.operand = &v;
        if (!b->sql && !orm__json_fit_text(b, column, &v, true)) return;
    }
    if (!b->sql) v.type = ORM_TEXT;             /* what orm__fit makes of JSON */
    orm__json_use_begin(b, &use);
    orm__json_spell(b, spelling, &use);
}

ORM_PRIVATE void orm__b_json_value(orm__build *b, const orm_column *column, unsigned alias, const orm_json_path *path, unsigned kind)
{
    orm__json_use use = { .column = column, .alias = alias, .path = path };
    if (!b->db->dialect->json.value[kind]) {
        orm__b_fail(b, ORM_UNSUPPORTED, column->model, column, "the engine has no paths into JSON");
        return;
    }
    orm__json_use_begin(b, &use);
    orm__json_spell(b, b->db->dialect->json.value[kind], &use);
}

ORM_PRIVATE void orm__b_json_order(orm__build *b, const orm_order *o, unsigned alias, const char *separator)
{
    const orm_dialect *dialect = b->db->dialect;
    orm_json_path path = { .n = o->n_steps, .indexes = o->indexes, .wrong = o->wrong };
    orm__json_use use = { .column = o->column, .alias = alias, .path = &path };
    memcpy(path.step, o->json.step, sizeof path.step);
    if (!dialect->json.order[0]) {
        orm__b_fail(b, ORM_UNSUPPORTED, o->column->model, o->column, "the engine has no paths into JSON");
        return;
    }
    orm__json_use_begin(b, &use);
    for (unsigned i = 0; i < 3 && dialect->json.order[i]; i++) {
        orm__b_put(b, i ? ", " : separator);
        orm__json_spell(b, dialect->json.order[i], &use);
        if (o->descending) orm__b_put(b, " desc");
    }
}

ORM_PRIVATE void orm__b_json_assignment(orm__build *b, const orm_assignment *a)
{
    const orm_dialect *dialect = b->db->dialect;
    bool set = a->kind == ORM_ASSIGN_JSON_SET;
    orm_value v = a->value;
    orm__json_use use = { .column = a->column, .path = &a->json, .operand = set ? &v : NULL };
    const char *spelling = set ? dialect->json.set : dialect->json.remove;
    if (!spelling || a->json.n == 0) {
        orm__b_fail(b, spelling ? ORM_MISUSE : ORM_UNSUPPORTED, a->column->model, a->column, spelling ? "the path is the whole document: orm_set() gives the column another one" : "the engine has no paths into JSON");
        return;
    }
    if (set && !b->sql && !(a->operation == 'j' ? orm__json_fit_text(b, a->column, &v, true) : orm__json_operand_text(b, a->column, &v, true))) return;
    v.type = ORM_TEXT;
    orm__json_use_begin(b, &use);
    orm__json_spell(b, spelling, &use);
    if (dialect->json.uncast && !a->column->is.jsonb) orm__b_put(b, dialect->json.uncast);
}

/* >>json_path: paths into JSON documents. orm_path names a place by keys and indexes; conditions, orders and assignments take a column of
   type json or jsonb with such a path. Steps are bound values, never part of the SQL, so a key may hold any character: "a.b" is one key.

   A key leads into objects only, an index into arrays only; -1 is the last element. A comparison looks at values of the operand's own JSON type:
   of anything else, also of nothing, it is not true, and neither is its opposite. Numbers compare as decimal numbers with all their
   digits (a double by the shortest digits that read back to it), texts byte by byte, false before true. All engines agree. */
ORM_API orm_json_path orm__path_to(size_t n, const orm_value *steps);
ORM_API orm_json_path orm__path_into(orm_json_path path, const char *key);
ORM_API orm_order orm__json_order(const orm_column *column, int descending, orm_json_path path);
ORM_API orm_expr orm__json_leaf(orm_op op, const orm_column *column, orm_json_path path, orm_value value);

#ifndef __cplusplus
/** orm_path("theme", "dark mode"), orm_path("tags", 0): keys are texts, borrowed until the call returns; indexes are integers. Up to ORM_MAX_STEPS.
    ORM_WHOLE is the document itself. A path is a value and may be kept, as long as its keys live. */
#define orm_path(...) __extension__({ ORM__EACH_ARG(ORM__STEP_TAKES, ~, __VA_ARGS__)                                            \
    _Static_assert(ORM__COUNT(__VA_ARGS__) <= ORM_MAX_STEPS, "orm: orm_path takes up to " ORM__STRING(ORM_MAX_STEPS) " steps"); \
    orm__path_to(ORM__COUNT(__VA_ARGS__), (const orm_value[]){ ORM__EACH_ARG(ORM__IN_VALUE, ~, __VA_ARGS__) }); })
#define ORM_WHOLE ((orm_json_path){ .n = 0 })
#define ORM__STEP_TAKES(C, v) { ORM__GIVEN(v) enum { orm__unfit, orm__fits = (ORM__CLASS_GIVEN & (ORM__CLASS_TEXT | ORM__CLASS_INT)) != 0 }; _Static_assert(orm__fits, "orm: orm_path takes keys (texts) and indexes (integers), not " #v); }

#define ORM__IS_JSON(h, kind)                                                                                                    \
    { enum { orm__is_other, orm__is_json = _Generic((kind), orm_json_col: 1, orm_jsonb_col: 1, default: 0) }; _Static_assert(orm__is_json, "orm: " #h " is not a json or jsonb column, so no path leads into it"); }
#define ORM__JSON_TAKES(h, v, spelled)                                                                                           \
    { ORM__GIVEN(v) enum { orm__unfit, orm__fits = (ORM__CLASS_GIVEN & (ORM__CLASS_TEXT | ORM__CLASS_INT | ORM__CLASS_NUMBER | ORM__CLASS_BOOL)) != 0 }; _Static_assert(orm__fits, "orm: a value of JSON in " #h \
        " is a text, a number or a bool, which " spelled " is not; null is orm_json_is_null() and orm_json_set_text(..., \"null\")"); }
/* in C11 true and false are integers: what was written tells them apart. A macro that passes them on writes (bool)true. */
#define ORM__JSON_VALUE(v, spelled) orm__json_operand(ORM__VALUE(v), __builtin_strcmp(spelled, "true") == 0 || __builtin_strcmp(spelled, "false") == 0)
static inline ORM__UNUSED orm_value orm__json_operand(orm_value v, bool boolean)
{
    if (boolean) v.type = ORM_BOOL;
    return v;
}
#define ORM__JSON(op, h, path, v, spelled) ORM__JSON_(__COUNTER__, op, h, path, v, spelled)
#define ORM__JSON_(id, op, h, path, v, spelled) ORM__JSON__(ORM__CAT(orm__h, id), op, h, path, v, spelled)
#define ORM__JSON__(H, op, h, path, v, spelled) __extension__({ __auto_type H = (h); ORM__IS_JSON(h, H.kind) ORM__JSON_TAKES(h, v, spelled) \
    ORM__PRED(*H.pred, orm__json_leaf(op, H.kind.c, (path), ORM__JSON_VALUE(v, spelled))); })
#define ORM__JSON_AT(op, h, path, v) ORM__JSON_AT_(__COUNTER__, op, h, path, v)
#define ORM__JSON_AT_(id, op, h, path, v) ORM__JSON_AT__(ORM__CAT(orm__h, id), op, h, path, v)
#define ORM__JSON_AT__(H, op, h, path, v) __extension__({ __auto_type H = (h); ORM__IS_JSON(h, H.kind) ORM__PRED(*H.pred, orm__json_leaf(op, H.kind.c, (path), v)); })

/** Comparisons of what stands at the path: orm_json_eq(User_.settings, orm_path("theme"), "dark"), ..., 3), ..., 0.5), ..., true). */
#define orm_json_eq(h, path, v)  ORM__JSON(ORM_OP_JSON_EQ, h, path, v, #v)
#define orm_json_ne(h, path, v)  ORM__JSON(ORM_OP_JSON_NE, h, path, v, #v)
#define orm_json_gt(h, path, v)  ORM__JSON(ORM_OP_JSON_GT, h, path, v, #v)
#define orm_json_gte(h, path, v) ORM__JSON(ORM_OP_JSON_GTE, h, path, v, #v)
#define orm_json_lt(h, path, v)  ORM__JSON(ORM_OP_JSON_LT, h, path, v, #v)
#define orm_json_lte(h, path, v) ORM__JSON(ORM_OP_JSON_LTE, h, path, v, #v)
/** Is JSON's null there? Is nothing there (also when the column is NULL)? Is anything there, be it null? These are true or false, never unknown. */
#define orm_json_is_null(h, path) ORM__JSON_AT(ORM_OP_JSON_NULL, h, path, ((orm_value){ .type = ORM_NULL }))
#define orm_json_missing(h, path) ORM__JSON_AT(ORM_OP_JSON_MISSING, h, path, ((orm_value){ .type = ORM_NULL }))
#define orm_json_exists(h, path)  ORM__JSON_AT(ORM_OP_JSON_EXISTS, h, path, ((orm_value){ .type = ORM_NULL }))
/** Is there an object at the path that has this key? The path has room for one step more. */
#define orm_json_has_key(h, path, key) ORM__JSON_AT(ORM_OP_JSON_EXISTS, h, orm__path_into((path), (key)), ((orm_value){ .type = ORM_NULL }))
/** Does what stands there contain this JSON, a text? PostgreSQL's @>: of objects all members, of arrays all elements in any order, and so on inside of them; an
    array contains a single value, too. orm_json_contains(Post_.meta, orm_path("tags"), "[\"red\"]"). */
#define orm_json_contains(h, path, json_) ORM__JSON_AT(ORM_OP_JSON_CONTAINS, h, path, orm__v_text(json_))

/** Orders: rows with nothing there, then null, texts, numbers, booleans, arrays, objects; arrays and objects among themselves in no order. Not with .after. */
#define orm_json_asc(h, path)  ORM__JSON_ORDER(__COUNTER__, 0, h, path)
#define orm_json_desc(h, path) ORM__JSON_ORDER(__COUNTER__, 1, h, path)
#define ORM__JSON_ORDER(id, down, h, path) ORM__JSON_ORDER_(ORM__CAT(orm__h, id), down, h, path)
#define ORM__JSON_ORDER_(H, down, h, path_) __extension__({ __auto_type H = (h); ORM__IS_JSON(h, H.kind)                          \
    (__typeof__(*H.order)){ .order = orm__json_order(H.kind.c, down, (path_)) }; })

/** Assignments of an update, made by the database: other writers' changes to the rest of the document are not lost. `set` gives the place another value, or
    makes it where only the last step is missing: the key in an object, a new last element of an array (a first one for an index before the first). `remove`
    takes it away. A document in which the path leads nowhere stays as it is, and so does a column that is NULL. `set_text` takes JSON. */
#define orm_json_set(h, path, v)          ORM__JSON_SET(__COUNTER__, h, path, v, #v)
#define ORM__JSON_SET(id, h, path, v, spelled) ORM__JSON_SET_(ORM__CAT(orm__h, id), h, path, v, spelled)
#define ORM__JSON_SET_(H, h, path, v, spelled) __extension__({ __auto_type H = (h); ORM__IS_JSON(h, H.kind) ORM__JSON_TAKES(h, v, spelled) \
    (__typeof__(*H.assignment)){ .assignment = { .column = H.kind.c, .kind = ORM_ASSIGN_JSON_SET, .value = ORM__JSON_VALUE(v, spelled), .json = (path) } }; })
#define orm_json_set_text(h, path, json_) ORM__JSON_PUT(__COUNTER__, ORM_ASSIGN_JSON_SET, 'j', h, path, orm__v_text(json_))
#define orm_json_remove(h, path)          ORM__JSON_PUT(__COUNTER__, ORM_ASSIGN_JSON_REMOVE, 0, h, path, ((orm_value){ .type = ORM_NULL }))
#define ORM__JSON_PUT(id, kind_, how, h, path, v) ORM__JSON_PUT_(ORM__CAT(orm__h, id), kind_, how, h, path, v)
#define ORM__JSON_PUT_(H, kind_, how, h, path, v) __extension__({ __auto_type H = (h); ORM__IS_JSON(h, H.kind)                   \
    (__typeof__(*H.assignment)){ .assignment = { .column = H.kind.c, .kind = (kind_), .operation = (how), .value = (v), .json = (path) } }; })
#endif

/* >>relations: what the rows of relations expand to: has_many, has_one, belongs_to, many_to_many, belongs_to_any and count_of. define.h calls these in
   the pass that reads each row; what names another model is emitted by ORM_SCHEMA and ORM_DEFINE, when all structs are complete.

   X(posts,  has_many(Post, author_id, where(orm_eq(Post_.published, true)), order(orm_desc(Post_.created_at))))
   X(face,   has_one(Picture, user_id))              a pointer: the only row, or the first in the order
   X(author, belongs_to(User, author_id))            a pointer; the key is a column of this model
   X(order,  belongs_to(Order, (shop, number), on_delete(cascade)))    a key of several columns, in the order of the other one's primary key:
                                                     then the relation makes the foreign key, as no single column can; deferred and deferrable stand there, too
   X(tags,   many_to_many(Tag, PostTag, post_id, tag_id, link_order(orm_asc(PostTag_.position))))    by the columns of the link model
   X(owner,  belongs_to_any(Owner, owner_type, owner_id))    one of the models that the enumeration Owner lists: a union of pointers, owner.Post ...
   X(notes,  has_many(Note, as(owner)))              the other side of it: its notes
   X(post_count, count_of(posts, where(...)))        int64_t: filled by orm_count_of, and a value to filter and sort by. Not a column of the table */
#ifndef __cplusplus

/* a key as it was written: one column, (several, columns), as(name), or nothing */
#define ORM__KEY_FORM(key) ORM__CAT(ORM__KEY_FORM_WHEN_, ORM__IS_PAREN(key))(key)
#define ORM__KEY_FORM_WHEN_1(key) LIST_orm
#define ORM__KEY_FORM_WHEN_0(key) ORM__SECOND(ORM__KEY_FORM_##key, PLAIN_orm, ~)
#define ORM__COMMA_AFTER(...) ORM__FIRST(__VA_ARGS__),
/* F(C, model) for each model that an enumeration lists */
#define ORM__EACH_MODEL(F, C, E) ORM__CALL_B(ORM__EACH_PART, F, C, E##_VALUES(ORM__COMMA_AFTER) orm__end)
#define ORM__IS_END_orm__end ~, 1,
#define ORM__UNLESS_END(value) ORM__IF(ORM__NOT(ORM__PROBE(ORM__IS_END_##value)))

/* ---- check: what the row itself shows ---------------------------------------------------------------------------------- */
#define ORM__CHECK_RELATION_orm(M, name, type, of, N, K, U, D, R, ...)                                                                    \
    ORM__CHECK_RELATED(M, name, type, of, N, K, U, D, R, __VA_ARGS__)                                                                     \
    ORM__CALL_A(ORM__CHECK_RELATES, M, name, ORM__RELATES_##type)
#define ORM__CHECK_RELATIONS_orm(M, name, type, of, N, K, U, D, R, ...) ORM__CHECK_RELATED(M, name, type, of, N, K, U, D, R, __VA_ARGS__) ORM__CALL_A(ORM__CHECK_ANY, M, name, ORM__ANY_##type)
#define ORM__CHECK_ANY(M, name, E, type, id) ORM__CHECK_LABELS(M, name, E)
#define ORM__CHECK_RELATED(M, name, type, of, N, K, U, D, R, ...)                                                                         \
    enum { ORM__CAT(ORM__CAT(orm__##M##_, name), _is_declared_once) };                                                                    \
    ORM__CHECK_REST(M, name, ORM__CALL_A(ORM__FOURTH, ORM__TYPE_##type, , , , ~), "the type")                                             \
    ORM__EACH_ATTR(ORM__CHECK_RELATION_ATTR, (M, name), __VA_ARGS__)
#define ORM__CHECK_COUNT_orm(M, name, type, of, N, K, U, D, R, ...) ORM__CHECK_RELATED(M, name, type, of, N, K, U, D, R, __VA_ARGS__)
#define ORM__CHECK_RELATION_ATTR(C, a) ORM__CALL_A(ORM__CHECK_RELATION_ATTR_, ORM__UNWRAP C, a, ORM__RELATION_ATTR_##a, UNKNOWN_orm, ~)
#define ORM__CHECK_RELATION_ATTR_(M, name, a, x, what, ...) ORM__CHECK_RELATION_ATTR_##what(M, name, a)
#define ORM__CHECK_RELATION_ATTR_KNOWN_orm(M, name, a)
#define ORM__CHECK_RELATION_ATTR_UNKNOWN_orm(M, name, a) _Static_assert(0, "orm: " #M "." #name ": a relation has no attribute '" #a "'");
#define ORM__RELATION_ATTR_none_orm ~, KNOWN_orm,
#define ORM__CHECK_RELATES(M, name, x, kind, args) ORM__CALL_B(ORM__CHECK_##kind, M, name, ORM__UNWRAP args)
#define ORM__CHECK_HAS_MANY_orm(M, name, T, key, ...)   ORM__CHECK_RELATION_KEY(M, name, key, "has_many takes a model and its foreign key")  \
    ORM__CALL_C(ORM__EACH_PART, ORM__CHECK_RELATION_OPTION, (M, name, ORM__HAS_MANY), __VA_ARGS__)
#define ORM__CHECK_HAS_ONE_orm(M, name, T, key, ...)    ORM__CHECK_RELATION_KEY(M, name, key, "has_one takes a model and its foreign key")   \
    ORM__CALL_C(ORM__EACH_PART, ORM__CHECK_RELATION_OPTION, (M, name, ORM__HAS_ONE), __VA_ARGS__)
#define ORM__CHECK_BELONGS_TO_orm(M, name, T, key, ...) ORM__CHECK_RELATION_KEY(M, name, key, "belongs_to takes a model and a foreign key of this one") \
    ORM__CALL_C(ORM__EACH_PART, ORM__CHECK_RELATION_OPTION, (M, name, ORM__CAT(ORM__BELONGS_TO_, ORM__KEY_FORM(key))), __VA_ARGS__)
#define ORM__CHECK_MANY_TO_MANY_orm(M, name, T, L, here, there, ...)                                                                      \
    ORM__CHECK_RELATION_KEY(M, name, there, "many_to_many takes a model, the link model, and its columns that refer to this model and to the other one") \
    ORM__CALL_C(ORM__EACH_PART, ORM__CHECK_RELATION_OPTION, (M, name, ORM__MANY_TO_MANY), __VA_ARGS__)
#define ORM__CHECK_RELATION_KEY(M, name, key, text_) ORM__CAT(ORM__CHECK_RELATION_KEY_, ORM__KEY_FORM(key))(M, name, text_)
#define ORM__CHECK_RELATION_KEY_PLAIN_orm(M, name, text_)
#define ORM__CHECK_RELATION_KEY_LIST_orm(M, name, text_)
#define ORM__CHECK_RELATION_KEY_AS_orm(M, name, text_)
#define ORM__CHECK_RELATION_KEY_MISSING_orm(M, name, text_) _Static_assert(0, "orm: " #M "." #name ": " text_);
#define ORM__CHECK_RELATION_OPTION(C, o) ORM__CALL_D(ORM__CHECK_RELATION_OPTION_, ORM__UNWRAP C, o, ORM__RELATION_OPTION_##o, UNKNOWN_orm, ~)
#define ORM__CHECK_RELATION_OPTION_(M, name, kind, o, x, what, ...) ORM__CAT(ORM__CHECK_RELATION_OPTION_, ORM__PROBE(kind##_TAKES_##what))(M, name, kind, o, what)
#define ORM__CHECK_RELATION_OPTION_0(M, name, kind, o, what) _Static_assert(0, "orm: " #M "." #name ": no option '" #o "' here; known: " kind##_KNOWS);
#define ORM__CHECK_RELATION_OPTION_1(M, name, kind, o, what) ORM__IF(ORM__PROBE(ORM__IS_DEFERRAL_##what))(ORM__CHECK_ONE_DEFERRAL(M, name))
#define ORM__IS_DEFERRAL_DEFERRED_orm   ~, 1,
#define ORM__IS_DEFERRAL_DEFERRABLE_orm ~, 1,

/* ---- members ------------------------------------------------------------------------------------------------------------- */
#define ORM__RELATED_has_many(T, ...)       struct T *
#define ORM__RELATED_has_one(T, ...)        struct T *
#define ORM__RELATED_belongs_to(T, ...)     struct T *
#define ORM__RELATED_many_to_many(T, ...)   struct T *
#define ORM__RELATED_belongs_to_any(E, ...) union { E##_VALUES(ORM__UNION_MEMBER) }
#define ORM__UNION_MEMBER(T) struct T *T;

/* ---- handles: `to_one` or `to_many` brings the arity, `link` the link model ---------------------------------------------------- */
typedef struct orm__to_one  { char one; } orm__to_one;
typedef struct orm__to_many { char many; } orm__to_many;
#define ORM__HANDLE_OF_RELATION_orm(M, name, type, R, ...)  struct ORM__CAT(ORM__CAT(orm__##M##_, name), _is_a_relation) { ORM__HANDLES(M, ORM__TARGET_##type) } name;
#define ORM__HANDLES(M, ...) ORM__HANDLES_(M, __VA_ARGS__)
#define ORM__HANDLES_(M, T, arity_, link_) const orm_relation *relation; struct T##_pred *target_pred; const union T##_query *target_query; struct T *target; \
    const struct T##_order *target_order; arity_ *arity; link_ *link; struct M##_pred *owner_pred; const struct M##_include *include; const struct M##_order *order; const struct M *owner; struct M *owner_row;
#define ORM__TARGET_has_many(T, ...)        T, orm__to_many, orm__none
#define ORM__TARGET_has_one(T, ...)         T, orm__to_one, orm__none
#define ORM__TARGET_belongs_to(T, ...)      T, orm__to_one, orm__none
#define ORM__TARGET_many_to_many(T, L, ...) T, orm__to_many, struct L
#define ORM__HANDLE_OF_RELATIONS_orm(M, name, type, R, ...) ORM__CALL_A(ORM__HANDLE_OF_ANY, M, name, ORM__ANY_##type)
#define ORM__ANY_belongs_to_any(E, type, id) E, type, id
#define ORM__HANDLE_OF_ANY(M, name, E, type, id) struct ORM__CAT(ORM__CAT(orm__##M##_, name), _models) { ORM__EACH_MODEL(ORM__HANDLE_OF_EACH, M, E) } name;
#define ORM__HANDLE_OF_EACH(M, T) ORM__UNLESS_END(T)(ORM__HANDLE_OF_MODEL(M, T))
#define ORM__HANDLE_OF_MODEL(M, T) struct { ORM__HANDLES_(M, T, orm__to_one, orm__none) } T;
#define ORM__HANDLE_OF_COUNT_orm(M, name, type, R, ...) union ORM__CAT(ORM__CAT(orm__##M##_, name), _is_a_count) { orm_int_col kind; struct M##_pred *pred; \
    const struct M##_order *order; int64_t *value; const struct M##_include *include; struct ORM__CAT(ORM__CAT(orm__##M##_, name), _counts) *counts; } name;
/* the model that a column's foreign key refers to, or orm__none */
#define ORM__REFERENT(R, type, ...) ORM__CAT(ORM__REFERENT_WHEN_, R)(type, __VA_ARGS__)
#define ORM__REFERENT_WHEN_0(type, ...) orm__none
#define ORM__REFERENT_WHEN_1(type, ...) ORM__FIRST(ORM__EACH_ATTR(ORM__REFERENT_ATTR, ~, __VA_ARGS__) ORM__SECOND(ORM__REFERENT_OF_##type, orm__none, ~))
#define ORM__REFERENT_OF_key(T) ~, struct T,
#define ORM__REFERENT_OF_tenant(T) ~, struct T,
#define ORM__REFERENT_ATTR(C, a) ORM__CALL_A(ORM__REFERENT_ATTR_, ORM__REFERENT_BY_##a, NOTHING_orm, ~)
#define ORM__REFERENT_BY_references(T, f) ~, MODEL_orm, T,
#define ORM__REFERENT_ATTR_(x, what, ...) ORM__REFERENT_IS_##what(__VA_ARGS__)
#define ORM__REFERENT_IS_NOTHING_orm(...)
#define ORM__REFERENT_IS_MODEL_orm(T, ...) struct T,

/* ---- slots ----------------------------------------------------------------------------------------------------------------- */
#define ORM__RELATION_SLOT_OF_RELATION_orm(M, name, type)  orm_relation name;
#define ORM__RELATION_SLOT_OF_RELATIONS_orm(M, name, type) ORM__CALL_A(ORM__RELATION_SLOTS, M, name, ORM__ANY_##type)
#define ORM__RELATION_SLOTS(M, name, E, type, id) struct ORM__CAT(ORM__CAT(orm__##M##_, name), _refers_to) { E##_VALUES(ORM__RELATION_SLOT) } name;
#define ORM__RELATION_SLOT(T) orm_relation T;

/* ---- ORM_SCHEMA: keys against the models they refer to ---------------------------------------------------------------------------- */
#define ORM__SCHEMA_OF_RELATION_orm(M, name, type, R, ...) ORM__CALL_A(ORM__SCHEMA_RELATION, M, name, ORM__RELATES_##type)
#define ORM__SCHEMA_RELATION(M, name, x, kind, args) ORM__CALL_B(ORM__SCHEMA_##kind, M, name, ORM__UNWRAP args)
#define ORM__SCHEMA_HAS_MANY_orm(M, name, T, key, ...)   ORM__MODEL_EXISTS(M, name, T) ORM__CAT(ORM__SCHEMA_FOREIGN_, ORM__KEY_FORM(key))(M, name, key, T, key, M)
#define ORM__SCHEMA_HAS_ONE_orm(M, name, T, key, ...)    ORM__SCHEMA_HAS_MANY_orm(M, name, T, key, __VA_ARGS__)
#define ORM__SCHEMA_BELONGS_TO_orm(M, name, T, key, ...) ORM__MODEL_EXISTS(M, name, T) ORM__CAT(ORM__SCHEMA_FOREIGN_, ORM__KEY_FORM(key))(M, name, key, M, key, T) \
    ORM__CALL_C(ORM__EACH_ARG, ORM__SCHEMA_ACTION, (M, name, key), __VA_ARGS__)
#define ORM__SCHEMA_MANY_TO_MANY_orm(M, name, T, L, here, there, ...) ORM__MODEL_EXISTS(M, name, T) ORM__MODEL_EXISTS(M, name, L)             \
    ORM__CAT(ORM__SCHEMA_FOREIGN_, ORM__KEY_FORM(here))(M, name, here, L, here, M) ORM__CAT(ORM__SCHEMA_FOREIGN_, ORM__KEY_FORM(there))(M, name, there, L, there, T)
/* The column `fk` of the model O refers to the model T: 3 by a reference, 2 by its type alone. A name that is misspelt is told twice and not
   again, as what follows an enumerator with a mistake has a value that is fine. */
#define ORM__SCHEMA_FOREIGN_PLAIN_orm(M, name, part, O, fk, T) ORM__SCHEMA_FOREIGN(ORM__CAT(orm__check, __COUNTER__), ORM__CAT(orm__check, __COUNTER__), ORM__CAT(orm__check, __COUNTER__), M, name, O, fk, T)
#define ORM__SCHEMA_FOREIGN(...) ORM__SCHEMA_FOREIGN_(__VA_ARGS__)
#define ORM__SCHEMA_FOREIGN_(fine_, refers_, fits_, M, name, O, fk, T)                                                                      \
    enum { fine_ = 2, refers_ = _Generic(O##_.fk.refers, struct T *: 3, orm__none *: 2, default: 0), fits_ = _Generic(O##_.fk.value, orm__##T##_key *: 1, default: 0) }; \
    _Static_assert(refers_ != 0, "orm: " #M "." #name ": the foreign key " #O "." #fk " refers to another model than " #T);                 \
    _Static_assert(refers_ == 3 || fits_ != 0, "orm: " #M "." #name ": the foreign key " #O "." #fk " and the key of " #T " have different types");
#define ORM__SCHEMA_FOREIGN_LIST_orm(M, name, part, O, keys, T)                                                                             \
    _Static_assert(ORM__COUNT keys == orm__##T##_key_columns, "orm: " #M "." #name ": the foreign key " #keys " and the key of " #T " have different numbers of columns"); \
    ORM__CALL_D(ORM__CAT(ORM__SCHEMA_KEYS_, ORM__COUNT keys), M, name, O, T, ORM__UNWRAP keys)
#define ORM__SCHEMA_KEYS_1(M, name, O, T, a) ORM__SCHEMA_KEY_AT(M, name, O, T, a, 1)
#define ORM__SCHEMA_KEYS_2(M, name, O, T, a, b) ORM__SCHEMA_KEY_AT(M, name, O, T, a, 1) ORM__SCHEMA_KEY_AT(M, name, O, T, b, 2)
#define ORM__SCHEMA_KEYS_3(M, name, O, T, a, b, c) ORM__SCHEMA_KEYS_2(M, name, O, T, a, b) ORM__SCHEMA_KEY_AT(M, name, O, T, c, 3)
#define ORM__SCHEMA_KEYS_4(M, name, O, T, a, b, c, d) ORM__SCHEMA_KEYS_3(M, name, O, T, a, b, c) ORM__SCHEMA_KEY_AT(M, name, O, T, d, 4)
#define ORM__SCHEMA_KEYS_5(M, name, O, T, a, b, c, d, e) ORM__SCHEMA_KEYS_4(M, name, O, T, a, b, c, d) ORM__SCHEMA_KEY_AT(M, name, O, T, e, 5)
#define ORM__SCHEMA_KEYS_6(M, name, O, T, a, b, c, d, e, f) ORM__SCHEMA_KEYS_5(M, name, O, T, a, b, c, d, e) ORM__SCHEMA_KEY_AT(M, name, O, T, f, 6)
#define ORM__SCHEMA_KEYS_7(M, name, O, T, a, b, c, d, e, f, g) ORM__SCHEMA_KEYS_6(M, name, O, T, a, b, c, d, e, f) ORM__SCHEMA_KEY_AT(M, name, O, T, g, 7)
#define ORM__SCHEMA_KEYS_8(M, name, O, T, a, b, c, d, e, f, g, h) ORM__SCHEMA_KEYS_7(M, name, O, T, a, b, c, d, e, f, g) ORM__SCHEMA_KEY_AT(M, name, O, T, h, 8)
#define ORM__SCHEMA_KEY_AT(M, name, O, T, fk, n) _Static_assert(__builtin_types_compatible_p(orm__##T##_key_##n, __typeof__(*O##_.fk.value)),   \
    "orm: " #M "." #name ": " #O "." #fk " and column " #n " of the key of " #T " have different types");
#define ORM__SCHEMA_FOREIGN_AS_orm(M, name, part, T, key, O) ORM__SCHEMA_AS(M, name, T, ORM__KEY_AS_##key)
#define ORM__SCHEMA_AS(M, name, T, owner) ORM__SCHEMA_AS_(M, name, T, owner)
#define ORM__SCHEMA_AS_(M, name, T, owner) typedef __typeof__(T##_.owner.M) ORM__CAT(orm__##M##_, name##_as_##owner);
#define ORM__SCHEMA_FOREIGN_MISSING_orm(M, name, part, O, key, T)
/* set_null needs columns that can be NULL */
#define ORM__SCHEMA_ACTION(C, o) ORM__CALL_D(ORM__SCHEMA_ACTION_, ORM__UNWRAP C, o, ORM__RELATION_OPTION_##o, UNKNOWN_orm, ~)
#define ORM__SCHEMA_ACTION_(M, name, key, o, x, what, ...) ORM__SCHEMA_ACTION_##what(M, name, key, o, ORM__FIRST(__VA_ARGS__))
#define ORM__SCHEMA_ACTION_END_orm(M, name, key, o, args)
#define ORM__SCHEMA_ACTION_WHERE_orm(M, name, key, o, args)
#define ORM__SCHEMA_ACTION_ORDER_orm(M, name, key, o, args)
#define ORM__SCHEMA_ACTION_LINK_WHERE_orm(M, name, key, o, args)
#define ORM__SCHEMA_ACTION_LINK_ORDER_orm(M, name, key, o, args)
#define ORM__SCHEMA_ACTION_UNKNOWN_orm(M, name, key, o, args)
#define ORM__SCHEMA_ACTION_DEFERRED_orm(M, name, key, o, args)
#define ORM__SCHEMA_ACTION_DEFERRABLE_orm(M, name, key, o, args)
#define ORM__SCHEMA_ACTION_ON_DELETE_orm(M, name, key, o, args) ORM__CAT(ORM__SCHEMA_ACTION_OF_, ORM__KEY_FORM(key))(M, name, key, o, args)
#define ORM__SCHEMA_ACTION_ON_UPDATE_orm(M, name, key, o, args) ORM__SCHEMA_ACTION_ON_DELETE_orm(M, name, key, o, args)
#define ORM__SCHEMA_ACTION_OF_PLAIN_orm(M, name, key, o, args)
#define ORM__SCHEMA_ACTION_OF_LIST_orm(M, name, key, o, args)                                                                             \
    _Static_assert(ORM__ACTION args != ORM_ACTION_NONE, "orm: " #M "." #name ": unknown action in " #o "; known: cascade set_null set_default restrict no_action"); \
    ORM__EACH_PART(ORM__SCHEMA_ACTION_COLUMN, (M, name, o, ORM__ACTION args), ORM__UNWRAP key)
#define ORM__SCHEMA_ACTION_COLUMN(C, column_) ORM__SCHEMA_ACTION_COLUMN_(ORM__UNWRAP C, column_)
#define ORM__SCHEMA_ACTION_COLUMN_(...) ORM__SCHEMA_ACTION_COLUMN__(__VA_ARGS__)
#define ORM__SCHEMA_ACTION_COLUMN__(M, name, o, action, column_) _Static_assert((action) != ORM_SET_NULL || orm__##M##_##column_##_is_declared_once, \
    "orm: " #M "." #name ": " #o " needs nullable columns, and " #column_ " is none");
#define ORM__SCHEMA_OF_RELATIONS_orm(M, name, type, R, ...) ORM__CALL_A(ORM__SCHEMA_ANY, M, name, ORM__ANY_##type)
#define ORM__SCHEMA_ANY(M, name, E, type_, id)                                                                                            \
    _Static_assert(__builtin_types_compatible_p(__typeof__(*M##_.type_.value), enum E), "orm: " #M "." #name ": the column " #type_ " is not of the type enumeration(" #E ")"); \
    ORM__EACH_MODEL(ORM__SCHEMA_ANY_EACH, (M, name, id), E)
#define ORM__SCHEMA_ANY_EACH(C, T) ORM__UNLESS_END(T)(ORM__CALL_C(ORM__SCHEMA_ANY_MODEL, ORM__UNWRAP C, T))
#define ORM__SCHEMA_ANY_MODEL(M, name, id, T) ORM__MODEL_EXISTS(M, name, T)                                                               \
    _Static_assert(__builtin_types_compatible_p(orm__##T##_key, __typeof__(*M##_.id.value)), "orm: " #M "." #name ": the column " #id " and the key of " #T " have different types");
#define ORM__SCHEMA_OF_COUNT_orm(M, name, type, R, ...)
/* the relation that is counted tells what conditions on it are. Stands with the model, as a model may be in several schemas */
#define ORM__FIND_BY_OF_COUNT_orm(M, name, type, U) ORM__CALL_A(ORM__COUNTED, M, name, ORM__COUNTS_##type)
#define ORM__COUNTS_count_of(...) __VA_ARGS__, none_orm
#define ORM__COUNTED(M, name, relation_, ...) struct ORM__CAT(ORM__CAT(orm__##M##_, name), _counts) { __typeof__(M##_.relation_.target_pred) pred; };

/* ---- ORM_DEFINE: conditions and orders as functions, as they are made at run time ------------------------------------------------- */
#define ORM__P_RELATION_THUNK(M, name, type, class, ...) ORM__RELATION_THUNK_##class(M, name, type)
#define ORM__RELATION_THUNK_END_orm(M, name, type)
#define ORM__RELATION_THUNK_NO_TYPE_orm(M, name, type)
#define ORM__RELATION_THUNK_BAD_TYPE_orm(M, name, type)
#define ORM__RELATION_THUNK_COLUMN_orm(M, name, type)
#define ORM__RELATION_THUNK_RELATIONS_orm(M, name, type)
#define ORM__RELATION_THUNK_RELATION_orm(M, name, type) ORM__CALL_A(ORM__RELATION_THUNKS, M, name, ORM__RELATES_##type)
#define ORM__RELATION_THUNKS(M, name, x, kind, args) ORM__CALL_B(ORM__RELATION_THUNKS_##kind, M, name, ORM__UNWRAP args)
#define ORM__RELATION_THUNKS_HAS_MANY_orm(M, name, T, key, ...)   ORM__CALL_C(ORM__EACH_PART, ORM__RELATION_THUNK, (M, name, T, T), __VA_ARGS__)
#define ORM__RELATION_THUNKS_HAS_ONE_orm(M, name, T, key, ...)    ORM__CALL_C(ORM__EACH_PART, ORM__RELATION_THUNK, (M, name, T, T), __VA_ARGS__)
#define ORM__RELATION_THUNKS_BELONGS_TO_orm(M, name, T, key, ...) ORM__CALL_C(ORM__EACH_PART, ORM__RELATION_THUNK, (M, name, T, T), __VA_ARGS__)
#define ORM__RELATION_THUNKS_MANY_TO_MANY_orm(M, name, T, L, here, there, ...) ORM__CALL_C(ORM__EACH_PART, ORM__RELATION_THUNK, (M, name, T, L), __VA_ARGS__)
#define ORM__RELATION_THUNK(C, o) ORM__CALL_D(ORM__RELATION_THUNK_, ORM__UNWRAP C, ORM__RELATION_OPTION_##o, UNKNOWN_orm, ~)
#define ORM__RELATION_THUNK_(M, name, T, L, x, what, ...) ORM__RELATION_THUNK_IS_##what(M, name, T, L, ORM__FIRST(__VA_ARGS__))
#define ORM__RELATION_THUNK_IS_END_orm(M, name, T, L, args)
#define ORM__RELATION_THUNK_IS_UNKNOWN_orm(M, name, T, L, args)
#define ORM__RELATION_THUNK_IS_ON_DELETE_orm(M, name, T, L, args)
#define ORM__RELATION_THUNK_IS_ON_UPDATE_orm(M, name, T, L, args)
#define ORM__RELATION_THUNK_IS_DEFERRED_orm(M, name, T, L, args)
#define ORM__RELATION_THUNK_IS_DEFERRABLE_orm(M, name, T, L, args)
#define ORM__RELATION_THUNK_IS_WHERE_orm(M, name, T, L, args)      ORM__CONDITION_THUNK(M, name, "where", #T, orm__##M##_##name##_where, struct T##_pred, args)
#define ORM__RELATION_THUNK_IS_ORDER_orm(M, name, T, L, args)      ORM__ORDER_THUNK(M, name, "order", #T, orm__##M##_##name##_order, struct T##_order, args)
#define ORM__RELATION_THUNK_IS_LINK_WHERE_orm(M, name, T, L, args) ORM__CONDITION_THUNK(M, name, "link_where", #L, orm__##M##_##name##_link_where, struct L##_pred, args)
#define ORM__RELATION_THUNK_IS_LINK_ORDER_orm(M, name, T, L, args) ORM__ORDER_THUNK(M, name, "link_order", #L, orm__##M##_##name##_link_order, struct L##_order, args)
#define ORM__CONDITION_THUNK(M, name, what, of_, function_, type, args) static void function_(orm_expr *out_)                                \
    {                                                                                                                                       \
        _Static_assert(ORM__COUNT args == 1, "orm: " #M "." #name ": " what "(...) takes one condition: join several by orm_and");           \
        __extension__ __auto_type given_ = ORM__FIRST args;                                                                                 \
        _Static_assert(__builtin_types_compatible_p(__typeof__(given_), type), "orm: " #M "." #name ": the condition in " what "(...) is not one of " of_); \
        *out_ = given_.expr;                                                                                                                \
    }
#define ORM__ORDER_TERM(C, term_) ORM__ORDER_TERM_(ORM__UNWRAP C, term_)
#define ORM__ORDER_TERM_(...) ORM__ORDER_TERM__(__VA_ARGS__)
#define ORM__ORDER_TERM__(M, name, what, of_, type, term_) _Static_assert(__builtin_types_compatible_p(__typeof__(term_), type), "orm: " #M "." #name ": a term of " what "(...) is not one of " of_);
#define ORM__ORDER_THUNK(M, name, what, of_, function_, type, args) static void function_(orm_order *out_)                                   \
    {                                                                                                                                       \
        ORM__EACH_ARG(ORM__ORDER_TERM, (M, name, what, of_, type), ORM__UNWRAP args)                                                        \
        const type terms_[] = { ORM__UNWRAP args };                                                                                         \
        _Static_assert(sizeof terms_ / sizeof *terms_ <= ORM_MAX_ORDERS, "orm: " #M "." #name ": more than " ORM__STRING(ORM_MAX_ORDERS) " terms in the order"); \
        for (unsigned i_ = 0; i_ < sizeof terms_ / sizeof *terms_; i_++) out_[i_] = terms_[i_].order;                                       \
    }
#define ORM__RELATION_THUNK_COUNT_orm(M, name, type) ORM__CALL_A(ORM__COUNT_THUNK, M, name, ORM__COUNTS_##type)
#define ORM__COUNT_THUNK(M, name, relation_, ...) ORM__CALL_B(ORM__EACH_PART, ORM__COUNT_THUNK_OF, (M, name, relation_), __VA_ARGS__)
#define ORM__COUNT_THUNK_OF(C, o) ORM__CALL_C(ORM__COUNT_THUNK_, ORM__UNWRAP C, o, ORM__RELATION_OPTION_##o, UNKNOWN_orm, ~)
#define ORM__COUNT_THUNK_(M, name, relation_, o, x, what, ...) ORM__COUNT_THUNK_IS_##what(M, name, relation_, o, ORM__FIRST(__VA_ARGS__))
#define ORM__COUNT_THUNK_IS_END_orm(M, name, relation_, o, args)
#define ORM__COUNT_THUNK_IS_WHERE_orm(M, name, relation_, o, args) ORM__CONDITION_THUNK(M, name, "where", "the model of " #relation_, orm__##M##_##name##_where, __typeof__(*M##_.relation_.target_pred), args)
#define ORM__COUNT_THUNK_IS_UNKNOWN_orm(M, name, relation_, o, args)    _Static_assert(0, "orm: " #M "." #name ": no option '" #o "' here; known: where(condition)");
#define ORM__COUNT_THUNK_IS_ORDER_orm(M, name, relation_, o, args)      ORM__COUNT_THUNK_IS_UNKNOWN_orm(M, name, relation_, o, args)
#define ORM__COUNT_THUNK_IS_LINK_WHERE_orm(M, name, relation_, o, args) ORM__COUNT_THUNK_IS_UNKNOWN_orm(M, name, relation_, o, args)
#define ORM__COUNT_THUNK_IS_LINK_ORDER_orm(M, name, relation_, o, args) ORM__COUNT_THUNK_IS_UNKNOWN_orm(M, name, relation_, o, args)
#define ORM__COUNT_THUNK_IS_ON_DELETE_orm(M, name, relation_, o, args)  ORM__COUNT_THUNK_IS_UNKNOWN_orm(M, name, relation_, o, args)
#define ORM__COUNT_THUNK_IS_ON_UPDATE_orm(M, name, relation_, o, args)  ORM__COUNT_THUNK_IS_UNKNOWN_orm(M, name, relation_, o, args)
#define ORM__COUNT_THUNK_IS_DEFERRED_orm(M, name, relation_, o, args)   ORM__COUNT_THUNK_IS_UNKNOWN_orm(M, name, relation_, o, args)
#define ORM__COUNT_THUNK_IS_DEFERRABLE_orm(M, name, relation_, o, args) ORM__COUNT_THUNK_IS_UNKNOWN_orm(M, name, relation_, o, args)

/* ---- ORM_DEFINE: the metadata --------------------------------------------------------------------------------------------------------- */
#define ORM__P_RELATION(M, name, type, class, ...) ORM__RELATION_DEF_##class(M, name, type)
#define ORM__RELATION_DEF_END_orm(M, name, type)
#define ORM__RELATION_DEF_NO_TYPE_orm(M, name, type)
#define ORM__RELATION_DEF_BAD_TYPE_orm(M, name, type)
#define ORM__RELATION_DEF_COLUMN_orm(M, name, type)
#define ORM__RELATION_DEF_COUNT_orm(M, name, type)
#define ORM__RELATION_DEF_RELATION_orm(M, name, type) ORM__CALL_A(ORM__RELATION_DEF, M, name, ORM__RELATES_##type)
#define ORM__RELATION_DEF(M, fname, x, what, args) .fname = { .model = &M##_model, .name = #fname, .member = offsetof(M, fname), ORM__CALL_B(ORM__RELATION_IS_##what, M, fname, ORM__UNWRAP args) },
#define ORM__RELATION_IS_HAS_MANY_orm(M, name, T, key_, ...)   .kind = ORM_HAS_MANY, .target = &T##_model, ORM__CAT(ORM__RELATION_KEY_, ORM__KEY_FORM(key_))(key, T, M, key_) ORM__RELATION_SETS(M, name, __VA_ARGS__)
#define ORM__RELATION_IS_HAS_ONE_orm(M, name, T, key_, ...)    .kind = ORM_HAS_ONE, .target = &T##_model, ORM__CAT(ORM__RELATION_KEY_, ORM__KEY_FORM(key_))(key, T, M, key_) ORM__RELATION_SETS(M, name, __VA_ARGS__)
#define ORM__RELATION_IS_BELONGS_TO_orm(M, name, T, key_, ...) .kind = ORM_BELONGS_TO, .target = &T##_model, ORM__CAT(ORM__RELATION_KEY_, ORM__KEY_FORM(key_))(key, M, T, key_) \
    ORM__IF(ORM__IS_PAREN(key_))(.constrained = true,) ORM__RELATION_SETS(M, name, __VA_ARGS__)
#define ORM__RELATION_IS_MANY_TO_MANY_orm(M, name, T, L, here, there, ...) .kind = ORM_MANY_TO_MANY, .target = &T##_model, .through = &L##_model,   \
    ORM__CAT(ORM__RELATION_KEY_, ORM__KEY_FORM(here))(key, L, M, here) ORM__CAT(ORM__RELATION_KEY_, ORM__KEY_FORM(there))(other, L, T, there) ORM__RELATION_SETS(M, name, __VA_ARGS__)
/* the columns of O that refer to T */
#define ORM__RELATION_KEY_PLAIN_orm(member_, O, T, key_) .member_ = (const orm_column *const[]){ &orm__##O##_columns.key_, NULL },
#define ORM__RELATION_KEY_LIST_orm(member_, O, T, keys)  .member_ = (const orm_column *const[]){ ORM__CALL_C(ORM__EACH_PART, ORM__KEY_COLUMN, O, ORM__UNWRAP keys) NULL },
#define ORM__RELATION_KEY_AS_orm(member_, O, T, key_)    .as = ORM__RELATION_AS(O, T, ORM__KEY_AS_##key_),
#define ORM__RELATION_KEY_MISSING_orm(member_, O, T, key_)
#define ORM__KEY_COLUMN(O, key_) &orm__##O##_columns.key_,
#define ORM__RELATION_AS(O, T, owner) ORM__RELATION_AS_(O, T, owner)
#define ORM__RELATION_AS_(O, T, owner) &orm__##O##_relations.owner.T
#define ORM__RELATION_SETS(M, name, ...) ORM__CALL_C(ORM__EACH_PART, ORM__RELATION_SET, (M, name), __VA_ARGS__)
#define ORM__RELATION_SET(C, o) ORM__CALL_D(ORM__RELATION_SET_, ORM__UNWRAP C, ORM__RELATION_OPTION_##o, UNKNOWN_orm, ~)
#define ORM__RELATION_SET_(M, name, x, what, ...) ORM__RELATION_SET_##what(M, name, ORM__FIRST(__VA_ARGS__))
#define ORM__RELATION_SET_END_orm(M, name, args)
#define ORM__RELATION_SET_UNKNOWN_orm(M, name, args)
#define ORM__RELATION_SET_WHERE_orm(M, name, args)      .where = orm__##M##_##name##_where,
#define ORM__RELATION_SET_ORDER_orm(M, name, args)      .order = orm__##M##_##name##_order,
#define ORM__RELATION_SET_LINK_WHERE_orm(M, name, args) .link_where = orm__##M##_##name##_link_where,
#define ORM__RELATION_SET_LINK_ORDER_orm(M, name, args) .link_order = orm__##M##_##name##_link_order,
#define ORM__RELATION_SET_ON_DELETE_orm(M, name, args)  .on_delete = ORM__ACTION args,
#define ORM__RELATION_SET_ON_UPDATE_orm(M, name, args)  .on_update = ORM__ACTION args,
#define ORM__RELATION_SET_DEFERRED_orm(M, name, args)   .deferral = ORM_DEFERRED,
#define ORM__RELATION_SET_DEFERRABLE_orm(M, name, args) .deferral = ORM_DEFERRABLE,
#define ORM__RELATION_DEF_RELATIONS_orm(M, name, type) ORM__CALL_A(ORM__RELATION_DEF_ANY, M, name, ORM__ANY_##type)
#define ORM__RELATION_DEF_ANY(M, fname, E, type_, id) .fname = { ORM__EACH_MODEL(ORM__RELATION_DEF_EACH, (M, fname, E, type_, id), E) },
#define ORM__RELATION_DEF_EACH(C, T) ORM__UNLESS_END(T)(ORM__CALL_C(ORM__RELATION_DEF_MODEL, ORM__UNWRAP C, T))
#define ORM__RELATION_DEF_MODEL(M, fname, E, type_, id, T) .T = { .model = &M##_model, .name = #fname, .kind = ORM_BELONGS_TO, .member = offsetof(M, fname), .target = &T##_model, \
    .key = (const orm_column *const[]){ &orm__##M##_columns.id, NULL }, .tag = &orm__##M##_columns.type_, .tagged = E##_##T },

#define ORM__P_COUNT(M, name, type, class, ...) ORM__COUNT_DEF_##class(M, name, type)
#define ORM__COUNT_DEF_END_orm(M, name, type)
#define ORM__COUNT_DEF_NO_TYPE_orm(M, name, type)
#define ORM__COUNT_DEF_BAD_TYPE_orm(M, name, type)
#define ORM__COUNT_DEF_COLUMN_orm(M, name, type)
#define ORM__COUNT_DEF_RELATION_orm(M, name, type)
#define ORM__COUNT_DEF_RELATIONS_orm(M, name, type)
#define ORM__COUNT_DEF_COUNT_orm(M, name, type) ORM__CALL_A(ORM__COUNT_DEF, M, name, ORM__COUNTS_##type)
#define ORM__COUNT_DEF(M, fname, relation_, ...) .fname = { .model = &M##_model, .name = #fname, .is = { .type = ORM_INT64 }, .offset = offsetof(M, fname), \
    .count_of = &orm__##M##_relations.relation_, ORM__CALL_B(ORM__EACH_PART, ORM__COUNT_SET, (M, fname), __VA_ARGS__) },
#define ORM__COUNT_SET(C, o) ORM__CALL_C(ORM__COUNT_SET_, ORM__UNWRAP C, ORM__RELATION_OPTION_##o, UNKNOWN_orm, ~)
#define ORM__COUNT_SET_(M, name, x, what, ...) ORM__IF(ORM__PROBE(ORM__IS_WHERE_##what))(.count_where = orm__##M##_##name##_where,)
#define ORM__IS_WHERE_WHERE_orm ~, 1,
#define ORM__HANDLE_DEF_COUNT_orm(M, fname, type)     .fname = { .kind = { &orm__##M##_counts.fname } },
#define ORM__HANDLE_DEF_RELATION_orm(M, fname, type)  .fname = { .relation = &orm__##M##_relations.fname },
#define ORM__HANDLE_DEF_RELATIONS_orm(M, fname, type) ORM__CALL_A(ORM__HANDLE_DEF_ANY, M, fname, ORM__ANY_##type)
#define ORM__HANDLE_DEF_ANY(M, fname, E, type_, id) .fname = { ORM__EACH_MODEL(ORM__HANDLE_DEF_EACH, (M, fname), E) },
#define ORM__HANDLE_DEF_EACH(C, T) ORM__UNLESS_END(T)(ORM__CALL_C(ORM__HANDLE_DEF_MODEL, ORM__UNWRAP C, T))
#define ORM__HANDLE_DEF_MODEL(M, fname, T) .T = { .relation = &orm__##M##_relations.fname.T },
#endif

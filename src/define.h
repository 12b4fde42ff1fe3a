/* >>define: ORM_ENUM, ORM_MODEL, ORM_SCHEMA and ORM_DEFINE: one list, read again for each thing that is made from it.

   A model's rows are normalised once into tuples  (name, type, class, of, N, K, U, D, R, each, attributes..., none_orm)  where class is COLUMN,
   RELATION, RELATIONS (belongs_to_any), COUNT, END or a fault (relations.h has what relations and counts become), `of` what it is of
   (words.h), N nullable, K primary key, U unique, D has default, R refers to another model.
   The check pass comes first and answers a slip with one assertion that names Model.field; later passes step over what is at fault. */

#ifndef __cplusplus
#define ORM__FLAG_NULLABLE(C, a)  ORM__FLAG_NULLABLE_##a
#define ORM__FLAG_KEY(C, a)       ORM__FLAG_KEY_##a
#define ORM__FLAG_UNIQUE(C, a)    ORM__FLAG_UNIQUE_##a
#define ORM__FLAG_DEFAULT(C, a)   ORM__FLAG_DEFAULT_##a
#define ORM__FLAG_REFERENCE(C, a) ORM__FLAG_REFERENCE_##a
#define ORM__NORMAL(...) ORM__NORMAL_(__VA_ARGS__, none_orm)
#define ORM__NORMAL_(name, type, ...) ORM__NORMAL__(ORM__CAT(ORM__ARGS_, ORM__COUNT(__VA_ARGS__)), name, type, __VA_ARGS__)
#define ORM__NORMAL__(each, name, type, ...) (name, type, ORM__SECOND(ORM__TYPE_##type, BAD_TYPE_orm, ~), ORM__THIRD(ORM__TYPE_##type, 0, 0, ~), \
    ORM__OR(ORM__PROBE(ORM__EMPTY_##type), ORM__PROBE(each(ORM__FLAG_NULLABLE, ~, __VA_ARGS__))), ORM__OR(ORM__PROBE(ORM__SERIAL_##type), ORM__PROBE(each(ORM__FLAG_KEY, ~, __VA_ARGS__))), \
    ORM__PROBE(each(ORM__FLAG_UNIQUE, ~, __VA_ARGS__)), ORM__PROBE(each(ORM__FLAG_DEFAULT, ~, __VA_ARGS__)),                              \
    ORM__OR(ORM__PROBE(ORM__REFERS_##type), ORM__PROBE(each(ORM__FLAG_REFERENCE, ~, __VA_ARGS__))), each, __VA_ARGS__),
/* F(C, attribute) for each attribute of a row; the row brings `each`, ORM__ARGS_n with the count already made */
#define ORM__EACH_ATTR(F, C, each, ...) each(F, C, __VA_ARGS__)
#define ORM__LAST_ROW (orm, end_orm, END_orm, 0, 0, 0, 0, 0, 0, ORM__ARGS_1, none_orm)
/* ORM__EACH(F, M, each, rows): `each` is ORM__ROWS_n with the count already made */
#define ORM__EACH(F, M, each, rows) ORM__CALL_EACH(each, F, M, ORM__UNWRAP rows)

/* ---- 1 check ---------------------------------------------------------------------------------------------------- */
/* If a compile error led you here: read the text of the first assertion, it names the model and the row. */
#define ORM__P_CHECK(M, name, type, class, ...) ORM__CHECK_##class(M, name, type, __VA_ARGS__)
#define ORM__CHECK_END_orm(M, name, type, ...)
#define ORM__CHECK_NO_TYPE_orm(M, name, type, ...) _Static_assert(0, "orm: " #M ": row '" #name "' has no type: a row is X(name, type, attributes...); is a comma missing?");
#define ORM__CHECK_BAD_TYPE_orm(M, name, type, ...) _Static_assert(0, "orm: " #M "." #name ": unknown type '" #type "'; known: " ORM__KNOWN_TYPES);
#define ORM__CHECK_COLUMN_orm(M, name, type, of, N, K, U, D, R, ...)                                                                      \
    enum { ORM__CAT(ORM__CAT(orm__##M##_, name), _is_declared_once) = N };       /* and may it be NULL */                                                                    \
    ORM__CHECK_REST(M, name, ORM__CALL_A(ORM__FOURTH, ORM__TYPE_##type, , , , ~), "the type")                                                \
    ORM__CALL_A(ORM__CHECK_SIZES, M, name, type, ORM__SIZES_##type, NOTHING_orm, ~)                                                          \
    ORM__EACH_ATTR(ORM__CHECK_ATTR, (M, name, type, of, N, K, R), __VA_ARGS__)
#define ORM__FOURTH(...) ORM__FOURTH_(__VA_ARGS__)
#define ORM__FOURTH_(a, b, c, d, ...) d
/* an assertion of a long condition: clang prints the condition before the text, and so prints but a name */
#define ORM__CHECK_THAT(condition, text_) ORM__CHECK_THAT_(ORM__CAT(orm__check, __COUNTER__), condition, text_)
#define ORM__CHECK_THAT_(holds, condition, text_) enum { holds = (condition) ? 1 : 0 }; _Static_assert(holds, text_);
/* what stands behind a word before the next comma: nothing, or a comma is missing */
#define ORM__CHECK_REST(M, name, rest, after) ORM__CHECK_REST_(M, name, rest, after)
#define ORM__CHECK_REST_(M, name, rest, after) _Static_assert(sizeof(#rest) == 1, "orm: " #M "." #name ": unexpected '" #rest "' after " after ": is a comma missing?");
#define ORM__CHECK_SIZES(M, name, type, x, what, ...) ORM__CHECK_SIZES_##what(M, name, type, ORM__FIRST(__VA_ARGS__))
#define ORM__CHECK_SIZES_NOTHING_orm(M, name, type, ...)
#define ORM__CHECK_SIZES_LABELS_orm(M, name, type, E) ORM__CHECK_LABELS(M, name, E)
#define ORM__CHECK_LABELS(M, name, E) ORM__TYPE_EXISTS(enum E, ORM__CAT(ORM__CAT(orm__##M##_, name), _needs_ORM_ENUM_##E))
#define ORM__CHECK_SIZES_BITS_orm(M, name, type, E) ORM__CHECK_BITS(M, name, E)
#define ORM__CHECK_BITS(M, name, E) ORM__TYPE_EXISTS(struct E##_bits, ORM__CAT(ORM__CAT(orm__##M##_, name), _needs_ORM_BITS_##E))
#define ORM__CHECK_SIZES_ONCE_orm(M, name, type, role) enum { ORM__CAT(ORM__CAT(orm__##M, _has_one_), role) };
#define ORM__CHECK_SIZES_HASH_orm(M, name, type, args) ORM__CALL_B(ORM__CHECK_HASH, ORM__UNWRAP args)
#define ORM__CHECK_HASH(hash_, verify_) orm_password_hash hash_; orm_password_verify verify_;
#define ORM__CHECK_SIZES_SIZE_orm(M, name, type, n) _Static_assert((n) >= 1 && (n) <= 1000000000, "orm: " #M "." #name ": the size of " #type " must lie between 1 and 1000000000");
#define ORM__CHECK_SIZES_DIGITS_orm(M, name, type, args) ORM__CALL_B(ORM__CHECK_DIGITS, M, name, type, ORM__UNWRAP args)
#define ORM__CHECK_DIGITS(M, name, type, p, s, ...) _Static_assert((p) >= 1 && (p) <= 38 && (s) >= 0 && (s) <= (p), "orm: " #M "." #name ": " #type " must be decimal(p, s) with p from 1 to 38 and s from 0 to p");

#define ORM__CHECK_ATTR(C, a) ORM__CALL_A(ORM__CHECK_ATTR_, ORM__UNWRAP C, a, ORM__ATTR_##a, UNKNOWN_orm, 0, ~)
#define ORM__CHECK_ATTR_(M, name, type, of, N, K, R, a, x, what, ...) ORM__CHECK_ATTR_##what(M, name, type, of, N, K, R, a, __VA_ARGS__)
#define ORM__CHECK_ATTR_UNKNOWN_orm(M, name, type, of, N, K, R, a, ...) _Static_assert(0, "orm: " #M "." #name ": unknown attribute '" #a "'; known: " ORM__KNOWN_ATTRIBUTES);
#define ORM__CHECK_ATTR_END_orm(M, name, type, of, N, K, R, a, ...)
#define ORM__CHECK_ATTR_SOURCE_orm(M, name, type, of, N, K, R, a, word, args, rest, ...) ORM__CHECK_ATTR_SOURCE_WORD_orm(M, name, type, of, N, K, R, word, rest, ~)
#define ORM__CHECK_ATTR_SOURCE_WORD_orm(M, name, type, of, N, K, R, a, rest, ...) ORM__CHECK_REST(M, name, rest, "an attribute")          \
    _Static_assert(orm__##M##_is_a_view, "orm: " #M "." #name ": '" #a "' stands in rows of an ORM_VIEW only");
#define ORM__CHECK_ATTR_NOTHING_orm(M, name, type, of, N, K, R, a, allowed, ...) ORM__CHECK_ALLOWED(M, name, type, of, a, allowed)
#define ORM__CHECK_ALLOWED(M, name, type, of, a, allowed) _Static_assert(((of) & (allowed)) != 0, "orm: " #M "." #name ": attribute '" #a "' does not fit the type " #type);
/* the name is what orm_search looks for: said by each searched row, which C allows of a typedef */
#define ORM__CHECK_ATTR_SEARCHED_orm(M, name, type, of, N, K, R, a, allowed, rest, ...) ORM__CHECK_ALLOWED(M, name, type, of, a, allowed) ORM__CHECK_REST(M, name, rest, "an attribute") \
    _Static_assert(!orm__##M##_is_a_view, "orm: " #M "." #name ": '" #a "' stands in rows of an ORM_MODEL only"); typedef char orm__##M##_has_searched_columns;
/* words without arguments, and those that take a message */
#define ORM__CHECK_ATTR_BARE_orm(M, name, type, of, N, K, R, a, allowed, rest, ...) ORM__CHECK_ALLOWED(M, name, type, of, a, allowed) ORM__CHECK_REST(M, name, rest, "an attribute")
#define ORM__CHECK_ATTR_MESSAGE_orm(M, name, type, of, N, K, R, a, allowed, rest, ...) ORM__CHECK_ALLOWED(M, name, type, of, a, allowed)     \
    ORM__IF(ORM__NOT(ORM__IS_PAREN(rest)))(ORM__CHECK_REST(M, name, rest, "an attribute"))
#define ORM__CHECK_ATTR_NULLABLE_orm(M, name, type, of, N, K, R, a, allowed, rest, ...) ORM__CHECK_ALLOWED(M, name, type, of, a, allowed) ORM__CHECK_REST(M, name, rest, "an attribute") \
    ORM__IF(K)(_Static_assert(0, "orm: " #M "." #name ": a primary key is never NULL: remove nullable");)
#define ORM__CHECK_ATTR_DEFAULT_orm(M, name, type, of, N, K, R, a, allowed, args, rest, ...) ORM__CHECK_ALLOWED(M, name, type, of, a, allowed) ORM__CHECK_REST(M, name, rest, "an attribute") \
    ORM__CHECK_THAT((ORM__DEFAULT_CLASSES(of) & ORM__CLASS args) != 0 || ((of) & ORM__OF_BITS && ORM__CLASS args == ORM__CLASS_NONE), "orm: " #M "." #name ": " #a " does not fit the type " #type)
#define ORM__CHECK_ATTR_DEFAULT_SQL_orm(M, name, type, of, N, K, R, a, allowed, args, rest, ...) ORM__CHECK_ALLOWED(M, name, type, of, a, allowed) ORM__CHECK_REST(M, name, rest, "an attribute") \
    ORM__CHECK_THAT(ORM__CALL_B(ORM__CLASS, ORM__FIRST args) == ORM__CLASS_TEXT, "orm: " #M "." #name ": " #a " takes a text literal")                  \
    ORM__IF(ORM__NOT(N))(_Static_assert(((of) & (ORM__OF_INT | ORM__OF_NUMBER | ORM__OF_BOOL | ORM__OF_DECIMAL)) == 0, "orm: " #M "." #name       \
        ": default_sql needs to see that the member is unset, which a plain number or boolean cannot show: add nullable, or use default(...)");)
#define ORM__CHECK_ATTR_COUNTER_orm(M, name, type, of, N, K, R, a, allowed, args, rest, ...) ORM__CHECK_ALLOWED(M, name, type, of, a, allowed) ORM__CHECK_REST(M, name, rest, "an attribute") \
    ORM__IF(N)(_Static_assert(0, "orm: " #M "." #name ": a counter is never NULL: remove nullable");)
#define ORM__CHECK_ATTR_ACTION_orm(M, name, type, of, N, K, R, a, allowed, args, rest, ...) ORM__CHECK_REST(M, name, rest, "an attribute")          \
    _Static_assert(ORM__CALL_B(ORM__ACTION, ORM__UNWRAP args) != ORM_ACTION_NONE, "orm: " #M "." #name ": unknown action in " #a "; known: cascade set_null set_default restrict no_action"); \
    _Static_assert(N || ORM__CALL_B(ORM__ACTION, ORM__UNWRAP args) != ORM_SET_NULL, "orm: " #M "." #name ": " #a " needs a nullable column");        \
    _Static_assert(R, "orm: " #M "." #name ": " #a " needs key(Model) or references(Model, field)");
/* a key is looked at late by either word: the second one declares the name once more */
#define ORM__CHECK_ATTR_DEFERRAL_orm(M, name, type, of, N, K, R, a, allowed, rest, ...) ORM__CHECK_REST(M, name, rest, "an attribute")          \
    _Static_assert(R, "orm: " #M "." #name ": " #a " needs key(Model) or references(Model, field)"); ORM__CHECK_ONE_DEFERRAL(M, name)
#define ORM__CHECK_ONE_DEFERRAL(M, name) enum { ORM__CAT(ORM__CAT(orm__##M##_, name), _is_either_deferred_or_deferrable) };
/* words around rules: each is checked as it would be without */
#define ORM__CHECK_ATTR_ON_UPDATE_orm(M, name, type, of, N, K, R, a, allowed, args, rest, ...)                                           \
    ORM__CAT(ORM__CHECK_ATTR_ON_UPDATE_, ORM__CALL_B(ORM__IS_ACTION, ORM__UNWRAP args, ~))(M, name, type, of, N, K, R, a, allowed, args, rest, ~)
#define ORM__CHECK_ATTR_ON_UPDATE_1(...) ORM__CHECK_ATTR_ACTION_orm(__VA_ARGS__)
#define ORM__CHECK_ATTR_ON_UPDATE_0(...) ORM__CHECK_ATTR_ON_CREATE_orm(__VA_ARGS__)
#define ORM__CHECK_ATTR_ON_CREATE_orm(M, name, type, of, N, K, R, a, allowed, args, rest, ...) ORM__CHECK_REST(M, name, rest, "an attribute") \
    ORM__CALL_F(ORM__EACH_PART, ORM__CHECK_INNER, (M, name, type, of, N, K, R), ORM__UNWRAP args)
#define ORM__CHECK_INNER(C, a) ORM__CALL_E(ORM__CHECK_INNER_, ORM__PROBE(ORM__CAT(ORM__NOT_INNER_, ORM__SECOND(ORM__RULE_##a, UNKNOWN_orm, ~))), ORM__UNWRAP C, a, ORM__ATTR_##a, UNKNOWN_orm, 0, ~)
#define ORM__CHECK_INNER_(never, ...) ORM__CAT(ORM__CHECK_INNER_, never)(__VA_ARGS__)
#define ORM__CHECK_INNER_0(M, name, type, of, N, K, R, a, x, what, ...) ORM__CHECK_ATTR_##what(M, name, type, of, N, K, R, a, __VA_ARGS__)
#define ORM__CHECK_INNER_1(M, name, type, of, N, K, R, a, ...) _Static_assert(0, "orm: " #M "." #name ": on_create(...) and on_update(...) take rules, and '" #a "' is none; the actions of a foreign key are cascade set_null set_default restrict no_action");
#define ORM__CHECK_ATTR_NORMALIZE_orm(M, name, type, of, N, K, R, a, allowed, args, rest, ...) ORM__CHECK_ALLOWED(M, name, type, of, a, allowed) ORM__CHECK_REST(M, name, rest, "an attribute") \
    ORM__CALL_F(ORM__EACH_PART, ORM__CHECK_STEP, (M, name, type, of), ORM__UNWRAP args)
#define ORM__CHECK_STEP(C, a) ORM__CALL_E(ORM__CHECK_STEP_, ORM__UNWRAP C, a, ORM__STEP_##a, FUNCTION_orm, ~)
#define ORM__CHECK_STEP_(M, name, type, of, a, x, what, ...) ORM__CHECK_STEP_##what(M, name, type, of, a)
#define ORM__CHECK_STEP_WORD_orm(M, name, type, of, a) _Static_assert(((of) & ORM__OF_TEXT) != 0, "orm: " #M "." #name ": '" #a "' of normalize does not fit the type " #type);
#define ORM__CHECK_STEP_FUNCTION_orm(M, name, type, of, a) _Static_assert(sizeof(#a) > 1, "orm: " #M "." #name ": normalize(...) takes trim, lowercase, uppercase, collapse and functions");
#define ORM__CHECK_ATTR_TEXT_orm(M, name, type, of, N, K, R, a, allowed, args, rest, ...) ORM__CHECK_ALLOWED(M, name, type, of, a, allowed) ORM__CHECK_REST(M, name, rest, "an attribute") \
    ORM__CHECK_THAT(ORM__CALL_B(ORM__CLASS, ORM__FIRST args) == ORM__CLASS_TEXT, "orm: " #M "." #name ": " #a " takes a text literal")
#define ORM__CHECK_ATTR_ONE_OF_orm(M, name, type, of, N, K, R, a, allowed, args, rest, ...) ORM__CHECK_ALLOWED(M, name, type, of, a, allowed) ORM__CHECK_REST(M, name, rest, "an attribute") \
    ORM__CHECK_THAT((ORM__CLASS(ORM__CALL_B(ORM__FIRST_OF_LIST, ORM__FIRST args)) & ((of) & ORM__OF_INT ? ORM__CLASS_INT : ORM__CLASS_TEXT)) != 0, "orm: " #M "." #name ": " #a " takes values of the column's kind")
#define ORM__CHECK_ATTR_NUMBERS_orm(M, name, type, of, N, K, R, a, allowed, args, rest, ...) ORM__CHECK_ALLOWED(M, name, type, of, a, allowed) ORM__CHECK_REST(M, name, rest, "an attribute") \
    ORM__CHECK_THAT((ORM__CLASS(ORM__CALL_B(ORM__FIRST_OF_LIST, ORM__FIRST args)) & ORM__CLASS_INT) != 0, "orm: " #M "." #name ": " #a " takes integers")
/* the first of a, b, c or of (a, b, c) */
#define ORM__FIRST_OF_LIST(first) ORM__CAT(ORM__FIRST_OF_LIST_, ORM__IS_PAREN(first))(first)
#define ORM__FIRST_OF_LIST_0(first) first
#define ORM__FIRST_OF_LIST_1(first) ORM__FIRST first
#define ORM__CHECK_ATTR_LENGTH_orm(M, name, type, of, N, K, R, a, allowed, args, rest, ...) ORM__CHECK_ALLOWED(M, name, type, of, a, allowed) ORM__CHECK_REST(M, name, rest, "an attribute") \
    ORM__CALL_B(ORM__CHECK_TWO, M, name, a, ORM__CLASS_INT, ORM__UNWRAP args, NULL, NULL)
#define ORM__CHECK_ATTR_BETWEEN_orm(M, name, type, of, N, K, R, a, allowed, args, rest, ...) ORM__CHECK_ALLOWED(M, name, type, of, a, allowed) ORM__CHECK_REST(M, name, rest, "an attribute") \
    ORM__CALL_B(ORM__CHECK_TWO, M, name, a, ORM__BOUND_CLASSES(of), ORM__UNWRAP args, NULL, NULL)
#define ORM__CHECK_TWO(M, name, a, classes, low, high, ...)                                                                              \
    ORM__CHECK_THAT((ORM__CLASS(low) & (classes)) != 0 && (ORM__CLASS(high) & (classes)) != 0, "orm: " #M "." #name ": " #a " takes two numbers of the column's kind, low and high") \
    ORM__CHECK_THAT(ORM__OR_ZERO_NUMBER(low) <= ORM__OR_ZERO_NUMBER(high), "orm: " #M "." #name ": " #a " has its bounds the wrong way round")
/* bounds that are no integers are no integer constants, so that they cannot be compared here */
#define ORM__OR_ZERO_NUMBER(v) _Generic((v), int: (v), long: (v), long long: (v), unsigned: (v), unsigned long: (v), unsigned long long: (v), default: 0)
#define ORM__BOUND_CLASSES(of) ((of) & ORM__OF_NUMBER ? ORM__CLASS_INT | ORM__CLASS_NUMBER : ORM__CLASS_INT)
#define ORM__CHECK_ATTR_BOUND_orm(M, name, type, of, N, K, R, a, allowed, args, rest, ...) ORM__CHECK_ALLOWED(M, name, type, of, a, allowed) ORM__CHECK_REST(M, name, rest, "an attribute") \
    ORM__CHECK_THAT((ORM__CALL_B(ORM__CLASS, ORM__FIRST args) & ORM__BOUND_CLASSES(of)) != 0, "orm: " #M "." #name ": " #a " takes a number of the column's kind")

/* ---- 2 the struct and what has its shape -------------------------------------------------------------------------- */
#define ORM__P_MEMBER(M, name, type, class, of, N, ...) ORM__MEMBER_OF_##class(name, type, N)
#define ORM__MEMBER_OF_END_orm(name, type, N)
#define ORM__MEMBER_OF_NO_TYPE_orm(name, type, N)
#define ORM__MEMBER_OF_BAD_TYPE_orm(name, type, N)
#define ORM__MEMBER_OF_COLUMN_orm(name, type, N) ORM__MEMBER_WHEN_##N(name, type)
#define ORM__MEMBER_WHEN_0(name, type) ORM__MEMBER_##type name;
#define ORM__MEMBER_WHEN_1(name, type) ORM__NULLABLE_MEMBER_##type name;
#define ORM__MEMBER_OF_RELATION_orm(name, type, N)  ORM__RELATED_##type name;
#define ORM__MEMBER_OF_RELATIONS_orm(name, type, N) ORM__RELATED_##type name;
#define ORM__MEMBER_OF_COUNT_orm(name, type, N)     int64_t name;
/* one bit per column, in the order of the columns */
#define ORM__P_BIT(M, name, type, class, ...) ORM__BIT_OF_##class(name)
#define ORM__BIT_OF_END_orm(name)
#define ORM__BIT_OF_NO_TYPE_orm(name)
#define ORM__BIT_OF_BAD_TYPE_orm(name)
#define ORM__BIT_OF_RELATION_orm(name)
#define ORM__BIT_OF_RELATIONS_orm(name)
#define ORM__BIT_OF_COUNT_orm(name)
#define ORM__BIT_OF_COLUMN_orm(name) unsigned name : 1;
/* the members of the primary key */
#define ORM__P_KEY(M, name, type, class, of, N, K, ...) ORM__KEY_WHEN_##K(name, type)
#define ORM__KEY_WHEN_0(name, type)
#define ORM__KEY_WHEN_1(name, type) ORM__MEMBER_##type name;
#define ORM__P_KEY_TYPE(M, name, type, class, of, N, K, ...) ORM__KEY_TYPE_WHEN_##K(type)
#define ORM__KEY_TYPE_WHEN_0(type)
#define ORM__KEY_TYPE_WHEN_1(type) , ORM__MEMBER_##type
/* the type of a whole key: of the one column, or the key struct */
#define ORM__KEY_TYPE(M, ...) ORM__CAT(ORM__KEY_TYPE_, ORM__COUNT(__VA_ARGS__))(M, __VA_ARGS__)
#define ORM__KEY_TYPE_1(M, a) _Static_assert(0, "orm: " #M " has no primary key: begin with X(id, serial), or add primary_key to a row"); typedef int orm__##M##_key; enum { orm__##M##_key_columns = 1 };
#define ORM__KEY_TYPE_2(M, a, b) typedef b orm__##M##_key; ORM__KEY_COLUMNS_1(M, b) enum { orm__##M##_key_columns = 1 };
#define ORM__KEY_TYPE_3(M, a, ...) typedef M##_key orm__##M##_key; ORM__KEY_COLUMNS_2(M, __VA_ARGS__) enum { orm__##M##_key_columns = 2 };
#define ORM__KEY_TYPE_4(M, a, ...) typedef M##_key orm__##M##_key; ORM__KEY_COLUMNS_3(M, __VA_ARGS__) enum { orm__##M##_key_columns = 3 };
#define ORM__KEY_TYPE_5(M, a, ...) typedef M##_key orm__##M##_key; ORM__KEY_COLUMNS_4(M, __VA_ARGS__) enum { orm__##M##_key_columns = 4 };
#define ORM__KEY_TYPE_6(M, a, ...) typedef M##_key orm__##M##_key; ORM__KEY_COLUMNS_5(M, __VA_ARGS__) enum { orm__##M##_key_columns = 5 };
#define ORM__KEY_TYPE_7(M, a, ...) typedef M##_key orm__##M##_key; ORM__KEY_COLUMNS_6(M, __VA_ARGS__) enum { orm__##M##_key_columns = 6 };
#define ORM__KEY_TYPE_8(M, a, ...) typedef M##_key orm__##M##_key; ORM__KEY_COLUMNS_7(M, __VA_ARGS__) enum { orm__##M##_key_columns = 7 };
#define ORM__KEY_TYPE_9(M, a, ...) typedef M##_key orm__##M##_key; ORM__KEY_COLUMNS_8(M, __VA_ARGS__) enum { orm__##M##_key_columns = 8 };
/* and of each of its columns */
#define ORM__KEY_COLUMNS_1(M, a) typedef a orm__##M##_key_1;
#define ORM__KEY_COLUMNS_2(M, a, b) ORM__KEY_COLUMNS_1(M, a) typedef b orm__##M##_key_2;
#define ORM__KEY_COLUMNS_3(M, a, b, c) ORM__KEY_COLUMNS_2(M, a, b) typedef c orm__##M##_key_3;
#define ORM__KEY_COLUMNS_4(M, a, b, c, d) ORM__KEY_COLUMNS_3(M, a, b, c) typedef d orm__##M##_key_4;
#define ORM__KEY_COLUMNS_5(M, a, b, c, d, e) ORM__KEY_COLUMNS_4(M, a, b, c, d) typedef e orm__##M##_key_5;
#define ORM__KEY_COLUMNS_6(M, a, b, c, d, e, f) ORM__KEY_COLUMNS_5(M, a, b, c, d, e) typedef f orm__##M##_key_6;
#define ORM__KEY_COLUMNS_7(M, a, b, c, d, e, f, g) ORM__KEY_COLUMNS_6(M, a, b, c, d, e, f) typedef g orm__##M##_key_7;
#define ORM__KEY_COLUMNS_8(M, a, b, c, d, e, f, g, h) ORM__KEY_COLUMNS_7(M, a, b, c, d, e, f, g) typedef h orm__##M##_key_8;

/* ---- 3 handles: what orm_eq(User_.name, ...) reads --------------------------------------------------------------------- */
#define ORM__P_HANDLE(M, name, type, class, of, N, K, U, D, R, ...) ORM__HANDLE_OF_##class(M, name, type, R, __VA_ARGS__)
#define ORM__HANDLE_OF_END_orm(M, name, type, R, ...)
#define ORM__HANDLE_OF_NO_TYPE_orm(M, name, type, R, ...)
#define ORM__HANDLE_OF_BAD_TYPE_orm(M, name, type, R, ...)
#define ORM__HANDLE_OF_COLUMN_orm(M, name, type, R, ...) union ORM__CAT(ORM__CAT(orm__##M##_, name), _is_a_column) { ORM__KIND_##type kind; struct M##_pred *pred; const struct M##_order *order; \
    const struct M##_assignment *assignment; const union M##_query *query; ORM__MEMBER_##type *value; ORM__MEMBER_##type const *fixed; ORM__OPT_##type *opt; ORM__REFERENT(R, type, __VA_ARGS__) *refers; const struct M *row; } name;

/* ---- 4 slots: a struct with one orm_column per column gives each a constant address before its value is known ------------ */
#define ORM__P_COLUMN_SLOT(M, name, type, class, ...) ORM__COLUMN_SLOT_OF_##class(name)
#define ORM__COLUMN_SLOT_OF_END_orm(name)
#define ORM__COLUMN_SLOT_OF_NO_TYPE_orm(name)
#define ORM__COLUMN_SLOT_OF_BAD_TYPE_orm(name)
#define ORM__COLUMN_SLOT_OF_RELATION_orm(name)
#define ORM__COLUMN_SLOT_OF_RELATIONS_orm(name)
#define ORM__COLUMN_SLOT_OF_COUNT_orm(name)
#define ORM__COLUMN_SLOT_OF_COLUMN_orm(name) orm_column name;
#define ORM__P_COUNT_SLOT(M, name, type, class, ...) ORM__COUNT_SLOT_OF_##class(name)
#define ORM__COUNT_SLOT_OF_END_orm(name)
#define ORM__COUNT_SLOT_OF_NO_TYPE_orm(name)
#define ORM__COUNT_SLOT_OF_BAD_TYPE_orm(name)
#define ORM__COUNT_SLOT_OF_COLUMN_orm(name)
#define ORM__COUNT_SLOT_OF_RELATION_orm(name)
#define ORM__COUNT_SLOT_OF_RELATIONS_orm(name)
#define ORM__COUNT_SLOT_OF_COUNT_orm(name) orm_column name;
#define ORM__P_RELATION_SLOT(M, name, type, class, ...) ORM__RELATION_SLOT_OF_##class(M, name, type)
#define ORM__RELATION_SLOT_OF_END_orm(M, name, type)
#define ORM__RELATION_SLOT_OF_NO_TYPE_orm(M, name, type)
#define ORM__RELATION_SLOT_OF_BAD_TYPE_orm(M, name, type)
#define ORM__RELATION_SLOT_OF_COLUMN_orm(M, name, type)
#define ORM__RELATION_SLOT_OF_COUNT_orm(M, name, type)

/* ---- 5 defaults and finders; of a count, see relations.h ------------------------------------------------------------------------------------------------ */
#define ORM__P_DEFAULT(M, name, type, class, of, N, K, U, D, R, ...) ORM__DEFAULT_WHEN_##D(N, name, type, __VA_ARGS__)
#define ORM__DEFAULT_WHEN_0(N, name, type, ...) ORM__IF(ORM__NOT(N))(ORM__CALL_A(ORM__UNSET_AS, name, ORM__UNSET_##type, NOTHING_orm, ~))
#define ORM__UNSET_AS(name, x, what, ...) ORM__UNSET_AS_##what(name, __VA_ARGS__)
#define ORM__UNSET_AS_NOTHING_orm(name, ...)
#define ORM__UNSET_AS_VALUE_orm(name, ...) ORM__UNSET_AS_VALUE_(name, __VA_ARGS__)
#define ORM__UNSET_AS_VALUE_(name, value, ...) .name = value,
#define ORM__DEFAULT_WHEN_1(N, name, type, ...) ORM__EACH_ATTR(ORM__DEFAULT_ATTR, (N, name, type), __VA_ARGS__)
#define ORM__DEFAULT_ATTR(C, a) ORM__CALL_A(ORM__DEFAULT_ATTR_, ORM__UNWRAP C, ORM__DEFAULT_IS_##a, NOTHING_orm, ~)
#define ORM__DEFAULT_IS_default(...) ~, VALUE_orm, __VA_ARGS__,
#define ORM__DEFAULT_ATTR_(N, name, type, x, what, ...) ORM__DEFAULT_ATTR_##what(N, name, type, __VA_ARGS__)
#define ORM__DEFAULT_ATTR_NOTHING_orm(N, name, type, ...)
#define ORM__DEFAULT_ATTR_VALUE_orm(N, name, type, v, ...) .name = ORM__CAT(ORM__DEFAULT_AS_, ORM__AND(N, ORM__PROBE(ORM__WRAPS_##type)))(v),
#define ORM__DEFAULT_AS_0(v) v
#define ORM__DEFAULT_AS_1(v) { v, true }
#define ORM__AND(a, b) ORM__CAT(ORM__AND_, ORM__CAT(a, b))
#define ORM__AND_00 0
#define ORM__AND_01 0
#define ORM__AND_10 0
#define ORM__AND_11 1
#define ORM__P_FIND_BY(M, name, type, class, of, N, K, U, ...) ORM__FIND_BY_OF_##class(M, name, type, U)
#define ORM__FIND_BY_OF_END_orm(M, name, type, U)
#define ORM__FIND_BY_OF_NO_TYPE_orm(M, name, type, U)
#define ORM__FIND_BY_OF_BAD_TYPE_orm(M, name, type, U)
#define ORM__FIND_BY_OF_RELATION_orm(M, name, type, U)
#define ORM__FIND_BY_OF_RELATIONS_orm(M, name, type, U)
#define ORM__FIND_BY_OF_COLUMN_orm(M, name, type, U) ORM__FIND_BY_WHEN_##U(M, name, type) ORM__CALL_A(ORM__CALLS_OF, M, name, ORM__CALLS_##type, NOTHING_orm, ~)
#define ORM__FIND_BY_WHEN_0(M, name, type)
#define ORM__FIND_BY_WHEN_1(M, name, type)                                                                                               \
    ORM__WRAPPER M *M##_find_by_##name(orm_db *db_, ORM__MEMBER_##type name##_) { return (M *)orm__find_by(db_, &M##_model, M##_.name.kind.c, ORM__ENUM_OR_VALUE(name##_)); }
#define ORM__ENUM_OR_VALUE(v) ORM__VALUE(v)
/* what only models with a row of some type have */
#define ORM__CALLS_OF(M, name, x, what, ...) ORM__CALLS_OF_##what(M, name)
#define ORM__CALLS_OF_NOTHING_orm(M, name)
#define ORM__CALLS_OF_RESTORE_orm(M, name)                                                                                              \
    ORM__WRAPPER orm_status M##_restore(orm_db *db_, M *row_) { return orm__restore(db_, &M##_model, row_); }                            \
    ORM__WRAPPER orm_status M##_restore_by_key(orm_db *db_, orm__##M##_key key_) { return orm__restore_by_key(db_, &M##_model, &key_); } \
    ORM__WRAPPER orm_status M##_restore_all(orm_db *db_, const M##_query *query_, int64_t *n_) { return orm__restore_all(db_, &M##_model, (const orm_query *)query_, n_); } \
    ORM__WRAPPER orm_status M##_destroy_hard(orm_db *db_, M *row_) { return orm__destroy(db_, &M##_model, row_, true); }                 \
    ORM__WRAPPER orm_status M##_destroy_hard_by_key(orm_db *db_, orm__##M##_key key_) { return orm__destroy_by_key(db_, &M##_model, &key_, true); } \
    ORM__WRAPPER orm_status M##_destroy_hard_all(orm_db *db_, const M##_query *query_, int64_t *n_) { return orm__destroy_all(db_, &M##_model, (const orm_query *)query_, n_, true); }
#define ORM__CALLS_OF_VERIFY_orm(M, name)                                                                                               \
    ORM__WRAPPER orm_status M##_verify_##name(orm_db *db_, const M *row_, const char *plain_, bool *yes_) { return orm__verify_password(db_, &M##_model, M##_.name.kind.c, row_, plain_, yes_); }

/* ---- ORM_MODEL --------------------------------------------------------------------------------------------------------------- */
/** ORM_MODEL(User, users, options...) declares, from User_FIELDS: struct User and its key, mask, query, condition, order, include and change
    types, the handles User_, the metadata User_model, and the typed calls below. Options: index(a, b), unique(a, b), each with
    where("sql"), desc(column) and expressions, sql("lower(email)"); check(name, "sql"); comment("..."); was("table"), the name before a migration renames it. A table whose
    name is none in C is written table("odd name"). scope(...), default_scope(...): see scopes.h; hook(...): see hooks.h; validate(...): see border.h. Stands in a header or in a .c file, once per model. */
#define ORM_MODEL(...) ORM__MODEL_ARGS(__VA_ARGS__, none_orm)
#define ORM__MODEL_ARGS(M, table_, ...) ORM__MODEL_ROWS(M, table_, (M##_FIELDS(ORM__NORMAL) ORM__LAST_ROW), (__VA_ARGS__))
#define ORM__MODEL_ROWS(M, table_, rows, options_) ORM__MODEL(M, table_, ORM__CAT(ORM__ROWS_, ORM__COUNT_ROWS rows), rows, options_)
#define ORM__MODEL(M, table_, each, rows, options_)                                                                                     \
    ORM__CHECK_ROWS(M, ORM__COUNT_ROWS rows)                                                                                \
    enum { orm__##M##_is_a_view = 0 };                                                                                                  \
    ORM__EACH(ORM__P_CHECK, M, each, rows)                                                                                              \
    ORM__CALL_EACH(ORM__EACH_ARG, ORM__CHECK_OPTION, M, ORM__UNWRAP options_)                                                                \
    typedef struct M##_key { ORM__EACH(ORM__P_KEY, M, each, rows) } M##_key;                                                            \
    ORM__CALL_A(ORM__KEY_TYPE, M, ~ ORM__EACH(ORM__P_KEY_TYPE, M, each, rows))                                                            \
    ORM__SHAPE(M, each, rows)                                                                                                           \
    typedef struct M##_unique { orm_unique_key key; } M##_unique;                                                                       \
    typedef union M##_conflict {                                                                                                        \
        struct { bool orm__literal; M##_unique on; bool ignore; M##_mask only; M##_assignment set[ORM_MAX_ASSIGNMENTS + 1]; M##_pred where; bool unchecked; uint32_t timeout_ms; }; \
        orm_conflict erased;                                                                                                            \
    } M##_conflict;                                                                                                                     \
    ORM__UNIQUES(M, each, rows, ORM__CAT(ORM__ARGS_, ORM__COUNT options_), options_)                                                    \
    typedef union M##_failures { const struct M *orm__row; orm_row_failures erased; } M##_failures;                                      \
    ORM__CALL_EACH(ORM__EACH_ARG, ORM__VALIDATE_DECLARE, M, ORM__UNWRAP options_)                                                         \
    typedef ORM__LOADER_TYPE(M) M##_loader;                                                                                             \
    typedef ORM__SLOT_OF(M) M##_slot;                                                                                                   \
    static const char orm__##M##_table[] ORM__UNUSED = ORM__CALL_A(ORM__TABLE_TEXT, ORM__TABLE_##table_, NAME_orm, ~, #table_);          \
    static const orm_model_option orm__##M##_options[] ORM__UNUSED = { ORM__CALL_EACH(ORM__EACH_ARG, ORM__OPTION, M, ORM__UNWRAP options_) { .kind = ORM_OPTION_NONE } }; \
    ORM__EACH(ORM__P_FIND_BY, M, each, rows)                                                                                            \
    ORM__BEHAVIOUR(M, ORM__CAT(ORM__ARGS_, ORM__COUNT options_), options_)                                                              \
    ORM__READERS(M)                                                                                                                     \
    ORM__WRAPPERS(M)

/* the struct, the types of queries on it, and its handles: of models and of views */
#define ORM__SHAPE(M, each, rows)                                                                                                       \
    typedef struct M { ORM__EACH(ORM__P_MEMBER, M, each, rows) uint64_t orm; } M;                                                       \
    typedef struct M##_mask { ORM__EACH(ORM__P_BIT, M, each, rows) } __attribute__((aligned(16))) M##_mask;                             \
    typedef struct M##_pred { union { const struct M##_condition_expected *orm__expected; orm_expr expr; }; } M##_pred;                 \
    typedef struct M##_order { union { const struct M##_order_expected *orm__expected; orm_order order; }; } M##_order;                 \
    typedef struct M##_include { union { const struct M##_include_expected *orm__expected; const orm_include include; }; } M##_include; \
    typedef struct M##_assignment { union { const struct M##_assignment_expected *orm__expected; orm_assignment assignment; }; } M##_assignment; \
    typedef union M##_query {                                                                                                           \
        struct { bool orm__literal; M##_pred where; M##_order order[ORM_MAX_ORDERS + 1]; M##_include include[ORM_MAX_INCLUDES + 1];     \
            int64_t limit, offset, page, per_page; M##_mask select; const M *after; orm_arena *arena; \
            const orm_row_lock *lock; const orm_row_wait *wait; const struct orm_expr *source; bool track, all, required, links, with_deleted, only_deleted, unscoped, with_secrets, each_row, skip_row_hooks; uint32_t timeout_ms; }; \
        orm_query erased;                                                                                                               \
    } M##_query;                                                                                                                        \
    typedef union M##_change {                                                                                                          \
        struct { bool orm__literal; M##_assignment set[ORM_MAX_ASSIGNMENTS + 1]; M##_pred where; bool all, with_deleted, only_deleted, unscoped, each_row, skip_row_hooks, unchecked; uint32_t timeout_ms; }; \
        orm_change erased;                                                                                                              \
    } M##_change;                                                                                                                       \
    typedef union M##_filter {                                                                                                          \
        struct { M##_mask eq, ne, in, range, contains, starts_with, ends_with, null; bool connectives, camel_case; uint32_t max_conditions; }; \
        orm_filter erased;                                                                                                              \
    } M##_filter;                                                                                                                       \
    struct M##_columns { ORM__EACH(ORM__P_HANDLE, M, each, rows) };                                                                     \
    struct orm__##M##_columns { ORM__EACH(ORM__P_COLUMN_SLOT, M, each, rows) };                                                         \
    struct orm__##M##_relations { ORM__EACH(ORM__P_RELATION_SLOT, M, each, rows) char orm__empty; };                                          \
    struct orm__##M##_counts { ORM__EACH(ORM__P_COUNT_SLOT, M, each, rows) char orm__empty; };                                                \
    ORM_API extern const struct M##_columns M##_;                                                                                       \
    ORM_API extern const struct orm__##M##_columns orm__##M##_columns;                                                                  \
    ORM_API extern const struct orm__##M##_relations orm__##M##_relations;                                                              \
    ORM_API extern const struct orm__##M##_counts orm__##M##_counts;                                                                    \
    ORM_API extern const orm_model M##_model;                                                                                           \
    static inline ORM__UNUSED M M##_defaults(void) { return (M){ ORM__EACH(ORM__P_DEFAULT, M, each, rows) .orm = ORM_FRESH }; }

/* users, or table("odd name") */
#define ORM__TABLE_table(...) ~, TEXT_orm, __VA_ARGS__,
#define ORM__TABLE_TEXT(x, what, ...) ORM__TABLE_TEXT_##what(__VA_ARGS__)
#define ORM__TABLE_TEXT_NAME_orm(x, name) name
#define ORM__TABLE_TEXT_TEXT_orm(text_, ...) text_

#define ORM__CHECK_ROWS(M, n) ORM__CHECK_ROWS_(M, n)
#define ORM__CHECK_ROWS_(M, n) ORM__CALL_A(ORM__CHECK_ROWS_WHEN, M, ORM__CHECK_ROWS_##n, FINE_orm, ~)
#define ORM__CHECK_ROWS_MANY_orm ~, MANY_orm,
#define ORM__CHECK_ROWS_WHEN(M, x, what, ...) ORM__CHECK_ROWS_IS_##what(M)
#define ORM__CHECK_ROWS_IS_FINE_orm(M)
#define ORM__CHECK_ROWS_IS_MANY_orm(M) _Static_assert(0, "orm: " #M ": too many rows, the limit is 128");

#define ORM__CHECK_OPTION(M, o) ORM__CALL_A(ORM__CHECK_OPTION_, M, o, ORM__OPTION_##o, UNKNOWN_orm, ~)
#define ORM__CHECK_OPTION_(M, o, x, what, ...) ORM__CHECK_OPTION_##what(M, o)
#define ORM__CHECK_OPTION_NOTHING_orm(M, o)
#define ORM__CHECK_OPTION_INDEX_orm(M, o)
#define ORM__CHECK_OPTION_UNIQUE_orm(M, o)
#define ORM__CHECK_OPTION_CHECK_orm(M, o)
#define ORM__CHECK_OPTION_COMMENT_orm(M, o)
#define ORM__CHECK_OPTION_WAS_orm(M, o)
#define ORM__CHECK_OPTION_BEHAVIOUR_orm(M, o)
#define ORM__CHECK_OPTION_VALIDATE_orm(M, o)
#define ORM__CHECK_OPTION_UNKNOWN_orm(M, o) _Static_assert(0, "orm: " #M ": unknown model option '" #o "'; known: index(...) unique(...) check(name, \"sql\") comment(\"...\") was(\"table\") scope(name, condition) default_scope(condition) default_scope_fn(function) hook(event, function) validate(function, fields...)");
#define ORM__OPTION(M, o) ORM__CALL_A(ORM__OPTION_, M, ORM__OPTION_##o, NOTHING_orm, ~)
#define ORM__OPTION_(M, x, what, ...) ORM__OPTION_IS_##what(M, ORM__FIRST(__VA_ARGS__))
#define ORM__OPTION_IS_NOTHING_orm(M, args)
#define ORM__OPTION_IS_BEHAVIOUR_orm(M, args)
#define ORM__OPTION_IS_INDEX_orm(M, args)   { .kind = ORM_OPTION_INDEX, ORM__INDEX_PARTS(M, args) },
#define ORM__OPTION_IS_UNIQUE_orm(M, args)  { .kind = ORM_OPTION_UNIQUE, ORM__INDEX_PARTS(M, args) },
#define ORM__OPTION_IS_CHECK_orm(M, args)   { .kind = ORM_OPTION_CHECK, ORM__CALL_B(ORM__NAME_AND_SQL, ORM__UNWRAP args) },
#define ORM__OPTION_IS_COMMENT_orm(M, args) { .kind = ORM_OPTION_COMMENT, .sql = ORM__UNWRAP args },
#define ORM__OPTION_IS_WAS_orm(M, args)     { .kind = ORM_OPTION_WAS, .sql = ORM__UNWRAP args },
#define ORM__OPTION_IS_VALIDATE_orm(M, args) { .kind = ORM_OPTION_VALIDATE, ORM__CALL_B(ORM__VALIDATE_PARTS, M, ORM__UNWRAP args, none_orm) },
#define ORM__NAME_AND_SQL(name_, ...) .name = #name_, .sql = __VA_ARGS__
#define ORM__INDEX_PARTS(M, args) .parts = (const orm_index_part[]){ ORM__CALL_B(ORM__EACH_PART, ORM__INDEX_PART, M, ORM__UNWRAP args) }, .n_parts = ORM__COUNT args
#define ORM__INDEX_PART(M, part) ORM__CALL_C(ORM__INDEX_PART_, M, part, ORM__PART_##part, COLUMN_orm, ~)
#define ORM__INDEX_PART_(M, part, x, what, ...) ORM__INDEX_PART_IS_##what(M, part, ORM__FIRST(__VA_ARGS__))
#define ORM__INDEX_PART_IS_COLUMN_orm(M, part, args)     { .column = &orm__##M##_columns.part },
#define ORM__INDEX_PART_IS_DESCENDING_orm(M, part, args) { .column = &orm__##M##_columns ORM__CALL_D(ORM__DOT, ORM__UNWRAP args), .descending = true },
#define ORM__DOT(name) .name
#define ORM__INDEX_PART_IS_WHERE_orm(M, part, args)      { .where = ORM__UNWRAP args },
#define ORM__INDEX_PART_IS_SQL_orm(M, part, args)        { .sql = ORM__UNWRAP args },

/* ---- the typed calls of a model M --------------------------------------------------------------------------------------------------
   Rows that a call returns belong to the caller: orm_free them (ORM_AUTO does it at the end of the scope). Every call may be made
   from any thread; inside a transaction block of this thread it belongs to it.

   M M_defaults(void)                             a fresh row: declared defaults and unset marks
   orm_status M_validate(&row, &failures)         all failures at once, field by field; no database. ORM_OK or ORM_VALIDATION
   orm_status M_normalize(&row, &arena)           makes what normalize(...) says of the fields; texts that become others are made in the arena. No database
   orm_status M_create(db, &row)                  inserts; key, created_at and updated_at come back into row
   orm_status M_create_all(db, rows, n, NULL)     validates all, inserts all or none, keys come back in order
   orm_status M_create_graph(db, &row)            inserts the row and everything new on its relation pointers, all or nothing: what it belongs to first, then
                                                  the row, then its lists, which M_list() made; rows that are in the database are linked. After a failure
                                                  the rows count as new again. ORM_MISUSE for other arrays, as their length is not known, and for rings
   M *M_list(&arena, n)                           n fresh rows that orm_len counts: post.tags = Tag_list(&arena, 2). NULL for an arena: orm_free them.
                                                  NULL when out of memory
   M *M_find(db, key), M_get(db, key)             one row or NULL: for find absence is ORM_NOT_FOUND, no failure; for get it is one
   M *M_find_by_<field>(db, value)                of every `unique` field
   M *M_find_one(db, &query), M_get_one           the first row of a query (by primary key when it has no order)
   M *M_find_all(db, &query)                      a list, see orm_len; NULL only on failure. These and the next lock what they read with
                                                  .lock, one row by M_find_one(db, &(M_query){ .where = orm_eq(M_.id, id), .lock = ORM_FOR_UPDATE })
   M *M_find_and_count(db, &query, &total)        a page, and how many rows there are without limit and offset; `total` (int64_t) is not NULL
   orm_status M_count(db, &query, &n)             how many rows there are; `n` (int64_t) is not NULL, the query may be, for all rows
   orm_status M_exists(db, &query, &yes)          is there any; `yes` (bool) is not NULL
   const char *M_explain(db, &query, &arena), M_explain_analyze     the plan of what M_find_all would send, in the arena; see explain.h
   M *M_reload(db, &row)                          the row as it is now; ORM_STALE when it is gone
   orm_status M_save(db, &row)                    a fresh row is created; a loaded one updated: what changed where a snapshot is kept
                                                  (one-row reads, .track), else what was loaded. ORM_STALE when it is gone
   orm_status M_save_only(db, &row, mask)         the named fields only
   orm_status M_save_all(db, rows, n, mask)       each row with its own values, all or nothing: the fields of the mask, or of each what save would write when it is
                                                  empty. The failure of a row names its index. On PostgreSQL the rows of a model without hooks are sent as a batch is:
                                                  up to 256 wait for one answer
   orm_status M_update_row(db, &row, &change)     M_update of this one row: orm_inc and what else the database calculates, atomically; what it makes of it comes back into
                                                  the row. ORM_STALE when the row is gone, is of another version, or .where does not hold
   orm_status M_update(db, &change, &changed)     set-based; refused without a condition unless .all. `changed` (int64_t) may be NULL
   M_mask M_changes(&row)                         the fields that save would write: those that differ from the snapshot, or without one all that were
                                                  loaded. No database
   M_upsert, M_upsert_all, M_find_or_create, M_find_or_init: see upsert.h
   M *M_update_returning(db, &change, mask)       M_update, and the rows as they are then: these fields, or all. A list; NULL on failure
   M *M_destroy_returning(db, &query)             M_destroy_all, and the rows as they were (.select names fields)
   orm_status M_destroy(db, &row)                 ORM_STALE when it is gone, so also when it is called twice. A model with a deleted_at row sets that
   orm_status M_destroy_by_key(db, key)           ORM_STALE when there is none
   orm_status M_destroy_all(db, &query, &n)       refused without a condition unless .all; `n` (int64_t) may be NULL
   orm_status M_order_from_text(text, mask, &order)   an order from outside: "name", "-name", "name desc"; only fields of the mask, else
                                                  ORM_VALIDATION. An empty text is no order
   Models with a deleted_at row have also:
   orm_status M_restore(db, &row), M_restore_by_key(db, key), M_restore_all(db, &query, &n)     undo destroy; ORM_STALE for what is not deleted
   orm_status M_destroy_hard, M_destroy_hard_by_key, M_destroy_hard_all     delete from the table, whether or not it is destroyed already
   and with a row of type password:
   orm_status M_verify_<field>(db, &row, "plain", &yes)     asks the verify function about the hash in the database; that never comes into a row
   M *M_copy(&row)                                a deep copy with a life of its own; orm_free it
   In ORM_BATCH, and like the calls above; the answer comes into a slot, see batch.h:
   void M_batch_find(db, key, &slot)              slot.rows: the row, or NULL with ORM_NOT_FOUND
   void M_batch_find_all(db, &query, &slot)       slot.rows: the list
   void M_batch_count(db, &query, &slot)          slot.count, of an orm_slot, as below but for create
   void M_batch_create(db, &row, &slot)           slot.rows: the row as it was created; `row` itself is left alone. Under the row of another slot: orm_batch_create_under
   void M_batch_update(db, &change, &slot)        slot.count: rows changed
   void M_batch_destroy_by_key(db, key, &slot)
   void M_batch_destroy_all(db, &query, &slot)    slot.count: rows deleted
   M *M_from_json(db, text, length, mask)         a fresh row from a JSON object from outside; the mask is what the sender may set. NULL on failure, see json_in.h
   M *M_all_from_json(db, text, length, mask)     rows from an array of objects; orm_len counts them
   M *M_graph_from_json(db, text, length, &shape, &how)     with rows nested on its relations, for M_create_graph: the shape is a query with .select and .include,
                                                  { orm_with(User_.posts, .select = { .title = 1 }, .limit = 10) }. `how` may be NULL
   orm_status M_patch_from_json(db, &row, text, length, mask, &set)     writes what the object has into a row that was read, null as NULL, all or nothing; `set` (M_mask,
                                                  may be NULL) gets the fields: M_save_only(db, &row, set). A version is what the row must have, and not in `set`;
                                                  {} leaves `set` empty, which save_only refuses
   orm_status M_filter_from_json(db, text, length, &allowed, &arena, &condition)     a condition from outside: {"age": {"gte": 18, "lt": 65}, "city": "Riga"}; M_filter
                                                  names the fields that each operator may ask about. Values live in the arena. {} is the empty condition
   char *M_to_json(&row, mask), M_all_to_json     JSON text, NUL-terminated; orm_free_text it. A zero mask is all fields
   Failures: the engine's kinds, ORM_MISUSE for a row that began without M_defaults, ORM_STALE_ROW for one whose result was freed.

   The types of a model; what their members mean is told where the untyped type of that layout stands:
   M              the row: a member for each row of the list in its order, and the hidden `orm`, by which calls know where it came from
   M_key          the primary key: { .shop = 1, .number = 7 }. Calls take it of a key of several columns; of one column they take the value itself
   M_mask         a set of fields: (User_mask){ .name = 1 }; orm_mask
   M_pred         a condition, a value that may be assigned, returned and kept; orm_expr
   M_order        a term of an order; orm_order
   M_include      a relation that a query brings along, written in its initialiser only; orm_include
   M_query        a query: (User_query){ .where = ..., .limit = 20 }; orm_query
   M_assignment   an assignment of an update; orm_assignment
   M_change       an update; orm_change
   M_filter       what a condition from outside may ask; orm_filter
   M_unique       a key that rows are known by, as orm_key and orm_primary_key make it; orm_unique_key
   M_conflict     what an upsert does with a row that is there; orm_conflict
   M_failures     what the function of validate(...) gets; orm_row_failures
   M_loader       finds by key, many at once; orm_loader
   M_slot         where the answer to a call of a batch comes to; orm_slot
   M_columns      the handles: User_ is the one const struct of this type, User_.name a column or relation to be named in calls
   User_model is the model's metadata, orm_model. */
/* what views have, too */
#define ORM__READERS(M) \
    ORM__WRAPPER M *M##_find_one(orm_db *db_, const M##_query *query_) { return (M *)orm__find_one(db_, &M##_model, (const orm_query *)query_, false); } \
    ORM__WRAPPER M *M##_get_one(orm_db *db_, const M##_query *query_) { return (M *)orm__find_one(db_, &M##_model, (const orm_query *)query_, true); }   \
    ORM__WRAPPER M *M##_find_all(orm_db *db_, const M##_query *query_) { return (M *)orm__find_all(db_, &M##_model, (const orm_query *)query_); }        \
    ORM__WRAPPER const char *M##_explain(orm_db *db_, const M##_query *query_, orm_arena *arena_) { return orm__explain(db_, &M##_model, (const orm_query *)query_, arena_, false); } \
    ORM__WRAPPER const char *M##_explain_analyze(orm_db *db_, const M##_query *query_, orm_arena *arena_) { return orm__explain(db_, &M##_model, (const orm_query *)query_, arena_, true); } \
    ORM__WRAPPER M *M##_find_and_count(orm_db *db_, const M##_query *query_, int64_t *total_) { return (M *)orm__find_and_count(db_, &M##_model, (const orm_query *)query_, total_); } \
    ORM__WRAPPER orm_status M##_count(orm_db *db_, const M##_query *query_, int64_t *n_) { return orm__count(db_, &M##_model, (const orm_query *)query_, n_); } \
    ORM__WRAPPER orm_status M##_exists(orm_db *db_, const M##_query *query_, bool *yes_) { return orm__exists(db_, &M##_model, (const orm_query *)query_, yes_); } \
    ORM__WRAPPER orm_status M##_order_from_text(const char *text_, M##_mask allowed_, M##_order *out_) { union { M##_mask mask; orm_mask erased; } u_ = { allowed_ }; return orm__order_from_text(&M##_model, text_, &u_.erased, &out_->order); } \
    ORM__WRAPPER orm_status M##_filter_from_json(orm_db *db_, const char *text_, size_t length_, const M##_filter *allowed_, orm_arena *arena_, M##_pred *out_) { return orm__filter_from_json(db_, &M##_model, text_, length_, (const orm_filter *)allowed_, arena_, &out_->expr); } \
    ORM__WRAPPER M *M##_copy(const M *row_) { return (M *)orm__copy(&M##_model, row_); } \
    ORM__WRAPPER char *M##_to_json(const M *row_, M##_mask fields_) { union { M##_mask mask; orm_mask erased; } u_ = { fields_ }; return orm__to_json(&M##_model, row_, &u_.erased, false, NULL); } \
    ORM__WRAPPER char *M##_all_to_json(const M *rows_, M##_mask fields_) { union { M##_mask mask; orm_mask erased; } u_ = { fields_ }; return orm__to_json(&M##_model, rows_, &u_.erased, true, NULL); }
#define ORM__WRAPPERS(M) \
    _Static_assert(sizeof(M##_query) == sizeof(orm_query) && sizeof(M##_filter) == sizeof(orm_filter) && sizeof(M##_change) == sizeof(orm_change) && sizeof(M##_conflict) == sizeof(orm_conflict), "orm: " #M ": the typed query has another layout"); \
    ORM__WRAPPER M *M##_find(orm_db *db_, orm__##M##_key key_) { return (M *)orm__find(db_, &M##_model, &key_, false); } \
    ORM__WRAPPER M *M##_get(orm_db *db_, orm__##M##_key key_) { return (M *)orm__find(db_, &M##_model, &key_, true); } \
    ORM__WRAPPER M *M##_reload(orm_db *db_, const M *row_) { return (M *)orm__reload(db_, &M##_model, row_); } \
    ORM__WRAPPER orm_status M##_validate(const M *row_, orm_failures *failures_) { return orm__validate(&M##_model, row_, failures_); } \
    ORM__WRAPPER orm_status M##_normalize(M *row_, orm_arena *arena_) { return orm__normalize(&M##_model, row_, arena_); } \
    ORM__WRAPPER orm_status M##_create(orm_db *db_, M *row_) { return orm__create(db_, &M##_model, row_); } \
    ORM__WRAPPER orm_status M##_create_graph(orm_db *db_, M *row_) { return orm__create_graph(db_, &M##_model, row_); } \
    ORM__WRAPPER M *M##_list(orm_arena *arena_, size_t n_) { return (M *)orm__new_list(arena_, &M##_model, n_); } \
    ORM__WRAPPER orm_status M##_create_all(orm_db *db_, M *rows_, size_t n_, const orm_create_options *options_) { return orm__create_all(db_, &M##_model, rows_, n_, options_); } \
    ORM__WRAPPER orm_status M##_upsert(orm_db *db_, M *row_, const M##_conflict *conflict_, orm_written *how_) { return orm__upsert(db_, &M##_model, row_, (const orm_conflict *)conflict_, how_); } \
    ORM__WRAPPER orm_status M##_upsert_all(orm_db *db_, M *rows_, size_t n_, const M##_conflict *conflict_, orm_written *how_) { return orm__upsert_all(db_, &M##_model, rows_, n_, (const orm_conflict *)conflict_, how_); } \
    ORM__WRAPPER M *M##_find_or_create(orm_db *db_, M *row_, M##_unique key_, bool *created_) { return (M *)orm__find_or_create(db_, &M##_model, row_, key_.key, created_); } \
    ORM__WRAPPER M *M##_find_or_init(orm_db *db_, const M *row_, M##_unique key_, bool *found_) { return (M *)orm__find_or_init(db_, &M##_model, row_, key_.key, found_); } \
    ORM__WRAPPER M *M##_from_json(orm_db *db_, const char *text_, size_t length_, M##_mask fields_) { union { M##_mask mask; orm_mask erased; } u_ = { fields_ }; return (M *)orm__from_json(db_, &M##_model, text_, length_, NULL, &u_.erased, NULL); } \
    ORM__WRAPPER M *M##_all_from_json(orm_db *db_, const char *text_, size_t length_, M##_mask fields_) { union { M##_mask mask; orm_mask erased; } u_ = { fields_ }; return (M *)orm__from_json(db_, &M##_model, text_, length_, NULL, &u_.erased, &(const orm_json_input){ .list = true }); } \
    ORM__WRAPPER M *M##_graph_from_json(orm_db *db_, const char *text_, size_t length_, const M##_query *shape_, const orm_json_input *how_) { return (M *)orm__from_json(db_, &M##_model, text_, length_, (const orm_query *)shape_, NULL, how_); } \
    ORM__WRAPPER orm_status M##_patch_from_json(orm_db *db_, M *row_, const char *text_, size_t length_, M##_mask fields_, M##_mask *set_) { union { M##_mask mask; orm_mask erased; } u_ = { fields_ }; orm_status status_ = orm__patch_from_json(db_, &M##_model, row_, text_, length_, &u_.erased, &u_.erased); if (!status_ && set_) *set_ = u_.mask; return status_; } \
    ORM__WRAPPER M *M##_update_returning(orm_db *db_, const M##_change *change_, M##_mask fields_) { union { M##_mask mask; orm_mask erased; } u_ = { fields_ }; return (M *)orm__update_returning(db_, &M##_model, (const orm_change *)change_, &u_.erased); } \
    ORM__WRAPPER M *M##_destroy_returning(orm_db *db_, const M##_query *query_) { return (M *)orm__destroy_returning(db_, &M##_model, (const orm_query *)query_); } \
    ORM__WRAPPER orm_status M##_save(orm_db *db_, M *row_) { return orm__save(db_, &M##_model, row_, NULL); } \
    ORM__WRAPPER orm_status M##_save_only(orm_db *db_, M *row_, M##_mask fields_) { union { M##_mask mask; orm_mask erased; } u_ = { fields_ }; return orm__save(db_, &M##_model, row_, &u_.erased); } \
    ORM__WRAPPER orm_status M##_save_all(orm_db *db_, M *rows_, size_t n_, M##_mask fields_) { union { M##_mask mask; orm_mask erased; } u_ = { fields_ }; return orm__save_all(db_, &M##_model, rows_, n_, &u_.erased); } \
    ORM__WRAPPER orm_status M##_update_row(orm_db *db_, M *row_, const M##_change *change_) { return orm__update_row(db_, &M##_model, row_, (const orm_change *)change_); } \
    ORM__WRAPPER orm_status M##_update(orm_db *db_, const M##_change *change_, int64_t *changed_) { return orm__update(db_, &M##_model, (const orm_change *)change_, changed_); } \
    ORM__WRAPPER M##_mask M##_changes(const M *row_) { union { orm_mask erased; M##_mask mask; } u_ = { orm__changes(&M##_model, row_) }; return u_.mask; } \
    ORM__WRAPPER orm_status M##_destroy(orm_db *db_, M *row_) { return orm__destroy(db_, &M##_model, row_, false); } \
    ORM__WRAPPER orm_status M##_destroy_by_key(orm_db *db_, orm__##M##_key key_) { return orm__destroy_by_key(db_, &M##_model, &key_, false); } \
    ORM__WRAPPER orm_status M##_destroy_all(orm_db *db_, const M##_query *query_, int64_t *n_) { return orm__destroy_all(db_, &M##_model, (const orm_query *)query_, n_, false); } \
    ORM__WRAPPER void M##_batch_find(orm_db *db_, orm__##M##_key key_, M##_slot *slot_) { orm__batch_find(db_, &M##_model, &key_, &slot_->erased); } \
    ORM__WRAPPER void M##_batch_find_all(orm_db *db_, const M##_query *query_, M##_slot *slot_) { orm__batch_find_all(db_, &M##_model, (const orm_query *)query_, &slot_->erased); } \
    ORM__WRAPPER void M##_batch_count(orm_db *db_, const M##_query *query_, orm_slot *slot_) { orm__batch_count(db_, &M##_model, (const orm_query *)query_, slot_); } \
    ORM__WRAPPER void M##_batch_create(orm_db *db_, const M *row_, M##_slot *slot_) { orm__batch_create(db_, &M##_model, row_, &slot_->erased); } \
    ORM__WRAPPER void M##_batch_update(orm_db *db_, const M##_change *change_, orm_slot *slot_) { orm__batch_update(db_, &M##_model, (const orm_change *)change_, slot_); } \
    ORM__WRAPPER void M##_batch_destroy_by_key(orm_db *db_, orm__##M##_key key_, orm_slot *slot_) { orm__batch_destroy_by_key(db_, &M##_model, &key_, slot_); } \
    ORM__WRAPPER void M##_batch_destroy_all(orm_db *db_, const M##_query *query_, orm_slot *slot_) { orm__batch_destroy_all(db_, &M##_model, (const orm_query *)query_, slot_); }

/** ORM_NEW(User, ada, .name = "Ada") declares `User ada` as a fresh row: defaults first, then the values given. Literals among the values live
    as long as the row. A value with a comma in it stands in parentheses. */
#define ORM_NEW(...) ORM__NEW_ARGS(__VA_ARGS__, .orm = ORM_FRESH)
#define ORM__NEW_ARGS(M, row, ...) M row = M##_defaults(); ORM__EACH_ARG(ORM__ASSIGN, row, __VA_ARGS__)
#define ORM__ASSIGN(row, assignment_) row assignment_;

/** ORM_COLUMNS(User, F) expands F(User, name, type, class, ...) for each column of the list; relations are left out. */
#define ORM_COLUMNS(M, F) ORM__COLUMNS_OF(M, F, (M##_FIELDS(ORM__NORMAL) ORM__LAST_ROW))
#define ORM__COLUMNS_OF(M, F, rows) ORM__CALL_EACH(ORM__CAT(ORM__ROWS_, ORM__COUNT_ROWS rows), ORM__COLUMN_OF, (M, F), ORM__UNWRAP rows)
#define ORM__COLUMN_OF(C, name, type, class, ...) ORM__COLUMN_OF_##class(C, name, type, __VA_ARGS__)
#define ORM__COLUMN_OF_END_orm(C, ...)
#define ORM__COLUMN_OF_RELATION_orm(C, ...)
#define ORM__COLUMN_OF_RELATIONS_orm(C, ...)
#define ORM__COLUMN_OF_COUNT_orm(C, ...)
#define ORM__COLUMN_OF_COLUMN_orm(C, name, type, ...) ORM__CALL_A(ORM__COLUMN_TO, ORM__UNWRAP C, name, type)
#define ORM__COLUMN_TO(M, F, name, type) F(M, name, type)

/** ORM_ENUM(Role) declares, from Role_VALUES: enum Role { Role_admin = 1, ... }, Role_label(value) (NULL for 0 and unknown), Role_parse(label, &value).
    A value is X(admin), or X(in_progress, "in progress") where the label is none of C's names. */
#define ORM_ENUM(E) ORM__ENUM(E, (E##_VALUES(ORM__ENUM_TUPLE) (orm, "", AFTER_orm)))
#define ORM__ENUM_TUPLE(...) ORM__CAT(ORM__ENUM_TUPLE_, ORM__COUNT(__VA_ARGS__))(__VA_ARGS__)
#define ORM__ENUM_TUPLE_1(value) (value, #value, IN_orm),
#define ORM__ENUM_TUPLE_2(value, label) (value, label, IN_orm),
#define ORM__ENUM(E, rows) ORM__ENUM_(E, ORM__CAT(ORM__ROWS_, ORM__COUNT_ROWS rows), rows)
#define ORM__ENUM_(E, each, rows)                                                                                                       \
    enum { orm__##E##_none, ORM__EACH(ORM__ENUM_AT, E, each, rows) orm__##E##_after };                                                  \
    typedef enum E { ORM__EACH(ORM__ENUM_VALUE, E, each, rows) } E;                                                                     \
    static const char *const orm__##E##_labels[] ORM__UNUSED = { ORM__EACH(ORM__ENUM_LABEL, E, each, rows) NULL };                      \
    static const orm_enum E##_enum ORM__UNUSED = { #E, orm__##E##_labels, orm__##E##_after - 1 };                                       \
    static inline ORM__UNUSED const char *E##_label(enum E value_) { return orm__enum_label(&E##_enum, (unsigned)value_); }             \
    static inline ORM__UNUSED bool E##_parse(const char *label_, enum E *out_)                                                          \
    {                                                                                                                                   \
        unsigned value_ = orm__enum_value(&E##_enum, label_);                                                                           \
        if (value_ && out_) *out_ = (enum E)value_;                                                                                     \
        return value_ != 0;                                                                                                             \
    }
#define ORM__ENUM_AT(E, a, label, where_)    ORM__ENUM_AT_##where_(E, a)
#define ORM__ENUM_AT_IN_orm(E, a)         orm__##E##_at_##a,
#define ORM__ENUM_AT_AFTER_orm(E, a)
#define ORM__ENUM_VALUE(E, a, label, where_) ORM__ENUM_VALUE_##where_(E, a)
#define ORM__ENUM_VALUE_IN_orm(E, a)      E##_##a = orm__##E##_at_##a,
#define ORM__ENUM_VALUE_AFTER_orm(E, a)
#define ORM__ENUM_LABEL(E, a, label, where_) ORM__ENUM_LABEL_##where_(label)
#define ORM__ENUM_LABEL_IN_orm(label)     label,
#define ORM__ENUM_LABEL_AFTER_orm(label)

/** ORM_BITS(Role), behind ORM_ENUM(Role) of up to 63 values, declares sets of them, for rows of the type bits(Role) and for programs: Role_bits, whose bit
    (value - 1) is set when the value is in it, all zero being the empty set; Role_opt_bits with Role_some_bits(set), the member of nullable rows;
    Role_bits_has(set, value); Role_bits_with(set, value) and Role_bits_without(set, value), which are new sets; Role_bits_text(set, buffer, size), the labels
    in their order with a comma between, returning their length as snprintf does, or with an empty buffer what would not fit; Role_bits_parse(text, &set), the
    reverse, in any order: false for an unknown or repeated label, and the set is left alone. Labels with a comma do not come back. */
#define ORM_BITS(E)                                                                                                                     \
    _Static_assert(orm__##E##_after - 1 <= 63, "orm: " #E ": a set has room for 63 values");                                           \
    typedef struct E##_bits { uint64_t bits; } E##_bits;                                                                                \
    typedef struct E##_opt_bits { E##_bits value; bool set; } E##_opt_bits;                                                             \
    static inline ORM__UNUSED E##_opt_bits E##_some_bits(E##_bits set_) { return (E##_opt_bits){ set_, true }; }                         \
    static inline ORM__UNUSED bool E##_bits_has(E##_bits set_, enum E value_) { return (set_.bits & orm__bit((unsigned)value_)) != 0; }   \
    static inline ORM__UNUSED E##_bits E##_bits_with(E##_bits set_, enum E value_) { return (E##_bits){ set_.bits | orm__bit((unsigned)value_) }; }      \
    static inline ORM__UNUSED E##_bits E##_bits_without(E##_bits set_, enum E value_) { return (E##_bits){ set_.bits & ~orm__bit((unsigned)value_) }; }  \
    static inline ORM__UNUSED size_t E##_bits_text(E##_bits set_, char *buffer_, size_t size_) { return orm__bits_text(&E##_enum, set_.bits, buffer_, size_); } \
    static inline ORM__UNUSED bool E##_bits_parse(const char *text_, E##_bits *out_) { return orm__bits_parse(&E##_enum, text_, &out_->bits); }
/** The set of these values, by the names of the list: orm_bits(Role, admin, member). */
#define orm_bits(E, ...) ((E##_bits){ ORM__EACH_ARG(ORM__ONE_BIT, E, __VA_ARGS__) UINT64_C(0) })
#define ORM__ONE_BIT(E, a) (UINT64_C(1) << (E##_##a - 1)) |
/* of 0 and of what is beyond the last there is none */
static inline ORM__UNUSED uint64_t orm__bit(unsigned value) { return value >= 1 && value <= 63 ? UINT64_C(1) << (value - 1) : 0; }
ORM_API size_t orm__bits_text(const orm_enum *e, uint64_t set, char *buffer, size_t size);
ORM_API bool orm__bits_parse(const orm_enum *e, const char *text_, uint64_t *out);
ORM_API const char *orm__enum_label(const orm_enum *e, unsigned value);
ORM_API unsigned orm__enum_value(const orm_enum *e, const char *label);

/* ---- ORM_SCHEMA: what names another model, checked when every struct is complete --------------------------------------------------- */
/** ORM_SCHEMA(Blog) declares Blog_schema from Blog_MODELS and checks every relation and foreign key. Stands behind the models. */
#define ORM_SCHEMA(S) S##_MODELS(ORM__SCHEMA_CHECK) ORM_API extern const orm_schema S##_schema;
#define ORM__SCHEMA_CHECK(M) ORM__SCHEMA_ROWS(M, (M##_FIELDS(ORM__NORMAL) ORM__LAST_ROW))
#define ORM__SCHEMA_ROWS(M, rows) _Static_assert(sizeof(struct M) > 0, "orm: no model " #M);                                            \
    ORM__CALL_EACH(ORM__CAT(ORM__ROWS_, ORM__COUNT_ROWS rows), ORM__P_SCHEMA, M, ORM__UNWRAP rows)
#define ORM__P_SCHEMA(M, name, type, class, of, N, K, U, D, R, ...) ORM__SCHEMA_OF_##class(M, name, type, R, __VA_ARGS__)
#define ORM__SCHEMA_OF_END_orm(M, name, type, R, ...)
#define ORM__SCHEMA_OF_NO_TYPE_orm(M, name, type, R, ...)
#define ORM__SCHEMA_OF_BAD_TYPE_orm(M, name, type, R, ...)
#define ORM__SCHEMA_OF_COLUMN_orm(M, name, type, R, ...) ORM__IF(R)(ORM__CALL_A(ORM__SCHEMA_KEY, M, name, ORM__SCHEMA_IS_##type, NOTHING_orm, ~) \
    ORM__EACH_ATTR(ORM__SCHEMA_REFERENCE, (M, name), __VA_ARGS__))
#define ORM__SCHEMA_IS_key(...) ~, KEY_orm, (__VA_ARGS__),
#define ORM__SCHEMA_IS_tenant(...) ~, KEY_orm, (__VA_ARGS__),
#define ORM__SCHEMA_KEY(M, name, x, what, ...) ORM__SCHEMA_KEY_##what(M, name, __VA_ARGS__)
#define ORM__SCHEMA_KEY_NOTHING_orm(M, name, ...)
#define ORM__SCHEMA_KEY_KEY_orm(M, name, args, ...) ORM__CALL_B(ORM__SCHEMA_KEY_OF, M, name, ORM__UNWRAP args)
#define ORM__SCHEMA_KEY_OF(M, name, T) ORM__MODEL_EXISTS(M, name, T)                                                                    \
    _Static_assert(__builtin_types_compatible_p(orm__##T##_key, int64_t), "orm: " #M "." #name ": key(" #T ") needs a serial or bigint key 'id' in " #T ": write the type and references(" #T ", field)");
#define ORM__SCHEMA_REFERENCE(C, a) ORM__CALL_A(ORM__SCHEMA_REFERENCE_, ORM__UNWRAP C, ORM__REFERENCE_IS_##a, NOTHING_orm, ~)
#define ORM__REFERENCE_IS_references(...) ~, FIELD_orm, (__VA_ARGS__),
#define ORM__SCHEMA_REFERENCE_(M, name, x, what, ...) ORM__SCHEMA_REFERENCE_##what(M, name, __VA_ARGS__)
#define ORM__SCHEMA_REFERENCE_NOTHING_orm(M, name, ...)
#define ORM__SCHEMA_REFERENCE_FIELD_orm(M, name, args, ...) ORM__CALL_B(ORM__SCHEMA_REFERENCE_TO, M, name, ORM__UNWRAP args)
#define ORM__SCHEMA_REFERENCE_TO(M, name, T, f) ORM__MODEL_EXISTS(M, name, T)                                                           \
    _Static_assert(__builtin_types_compatible_p(__typeof__(*M##_.name.value), __typeof__(*T##_.f.value)), "orm: " #M "." #name " refers to " #T "." #f ", which has another type");
#define ORM__MODEL_EXISTS(M, name, T) ORM__TYPE_EXISTS(struct T, ORM__CAT(ORM__CAT(orm__##M##_, name), _needs_the_model_##T))
/* a type that is not there: each compiler is given the form of the mistake in which its message names the row */
#ifdef __clang__
#  define ORM__TYPE_EXISTS(type, needs) type needs(void); _Static_assert(sizeof(needs()) > 0, "");
#else
#  define ORM__TYPE_EXISTS(type, needs) _Static_assert(sizeof(struct { type needs; }) > 0, "");
#endif

/* ---- ORM_DEFINE: the tables --------------------------------------------------------------------------------------------------------------- */
/** ORM_DEFINE(Blog) defines the metadata of the schema's models. Stands in exactly one .c file of a program or library, behind ORM_SCHEMA(Blog). */
#define ORM_DEFINE(S) S##_MODELS(ORM__DEFINE)                                                                                           \
    const orm_schema S##_schema = { .name = #S, .models = (const orm_model *const[]){ S##_MODELS(ORM__MODEL_ADDRESS) NULL },            \
        .n_models = sizeof((const orm_model *const[]){ S##_MODELS(ORM__MODEL_ADDRESS) NULL }) / sizeof(void *) - 1 };
#define ORM__MODEL_ADDRESS(M) &M##_model,
/** ORM_SCHEMA_OF(Admin, &User_model, &Role_model) defines Admin_schema as a list of models that other schemas have defined. In a .c file. */
#define ORM_SCHEMA_OF(S, ...) const orm_schema S##_schema = { .name = #S, .models = (const orm_model *const[]){ __VA_ARGS__ }, .n_models = ORM__COUNT(__VA_ARGS__) }
#define ORM__DEFINE(M) ORM__DEFINE_ROWS(M, (M##_FIELDS(ORM__NORMAL) ORM__LAST_ROW))
#define ORM__DEFINE_ROWS(M, rows) ORM__DEFINE_EACH(M, ORM__CAT(ORM__ROWS_, ORM__COUNT_ROWS rows), rows)
#define ORM__DEFINE_EACH(M, each, rows)                                                                                                 \
    ORM__EACH(ORM__P_THUNK, M, each, rows)                                                                                              \
    ORM__EACH(ORM__P_RELATION_THUNK, M, each, rows)                                                                                     \
    const struct orm__##M##_columns orm__##M##_columns = { ORM__EACH(ORM__P_COLUMN, M, each, rows) };                                   \
    const struct orm__##M##_relations orm__##M##_relations = { ORM__EACH(ORM__P_RELATION, M, each, rows) .orm__empty = 0 };                   \
    const struct orm__##M##_counts orm__##M##_counts = { ORM__EACH(ORM__P_COUNT, M, each, rows) .orm__empty = 0 };                            \
    const struct M##_columns M##_ = { ORM__EACH(ORM__P_HANDLE_DEF, M, each, rows) };                                                    \
    static void orm__##M##_fill(void *row_) { *(M *)row_ = M##_defaults(); }                                                            \
    static uint32_t orm__##M##_number;                                                                                                  \
    const orm_model M##_model = { .name = #M, .table = orm__##M##_table, .size = sizeof(M), .ticket = offsetof(M, orm), .key_size = sizeof(orm__##M##_key), \
        .columns = (const orm_column *)&orm__##M##_columns, .n_columns = sizeof orm__##M##_columns / sizeof(orm_column),                \
        .relations = (const orm_relation *)&orm__##M##_relations, .n_relations = sizeof orm__##M##_relations / sizeof(orm_relation),    \
        .counts = (const orm_column *)&orm__##M##_counts, .n_counts = sizeof orm__##M##_counts / sizeof(orm_column),                    \
        .options = orm__##M##_options, ORM__EACH(ORM__P_ROLE, M, each, rows) .hooked = orm__##M##_hooked, .validated = orm__##M##_validated, .scoped = orm__##M##_scoped,   \
        .hooks = orm__##M##_hooks, .default_scope = orm__##M##_default_scope, .defaults = orm__##M##_fill, .number = &orm__##M##_number };

/* rows by which the model behaves in a way of its own */
#define ORM__P_ROLE(M, name, type, ...) ORM__CALL_A(ORM__ROLE_OF, M, name, ORM__ROLE_##type, none_orm, ~)
#define ORM__ROLE_OF(M, name, x, role, ...) ORM__ROLE_IS_##role(M, name)
#define ORM__ROLE_IS_none_orm(M, name)
#define ORM__ROLE_IS_deleted_at(M, name) .deleted_at = &orm__##M##_columns.name,
#define ORM__ROLE_IS_version(M, name)    .version = &orm__##M##_columns.name,
#define ORM__ROLE_IS_tenant(M, name)     .tenant = &orm__##M##_columns.name,

/* check_with: a function per rule that hands the member to the user's function, so that the compiler compares the types; normalize: one that
   puts what the function makes of the member into it */
#define ORM__P_THUNK(M, name, type, class, of, N, K, U, D, R, ...) ORM__EACH_ATTR(ORM__THUNK, (M, name, type, N), __VA_ARGS__)
#define ORM__THUNK(C, a) ORM__CALL_A(ORM__THUNK_, C, ORM__THUNK_IS_##a, NOTHING_orm, ~)
#define ORM__THUNK_IS_check_with(...) ~, FUNCTION_orm, (__VA_ARGS__, ~),
#define ORM__THUNK_IS_normalize(...)  ~, NORMAL_orm, (__VA_ARGS__),
#define ORM__THUNK_IS_on_create(...)  ~, INNER_orm, (__VA_ARGS__),
#define ORM__THUNK_IS_on_update(...)  ~, INNER_orm, (__VA_ARGS__),
#define ORM__THUNK_(C, x, what, ...) ORM__THUNK_##what(C, ORM__FIRST(__VA_ARGS__))
#define ORM__THUNK_NOTHING_orm(C, args)
#define ORM__THUNK_FUNCTION_orm(C, args) ORM__CALL_B(ORM__THUNK_CALLS, ORM__UNWRAP C, ORM__UNWRAP args)
#define ORM__THUNK_CALLS(M, name, type, N, fn, ...) static const char *orm__##M##_##name##_##fn(const void *row_) { return fn(((const M *)row_)->name); }
#define ORM__THUNK_INNER_orm(C, args) ORM__CALL_F(ORM__EACH_PART, ORM__THUNK_OF_INNER, C, ORM__UNWRAP args)
#define ORM__THUNK_OF_INNER(C, a) ORM__CALL_E(ORM__THUNK_OF_INNER_, C, ORM__THUNK_IS_##a, NOTHING_orm, ~)
#define ORM__THUNK_OF_INNER_(C, x, what, ...) ORM__THUNK_##what(C, ORM__FIRST(__VA_ARGS__))
#define ORM__THUNK_NORMAL_orm(C, args) ORM__CALL_F(ORM__EACH_PART, ORM__THUNK_STEP, C, ORM__UNWRAP args)
#define ORM__THUNK_STEP(C, a) ORM__CALL_E(ORM__THUNK_STEP_, ORM__UNWRAP C, a, ORM__STEP_##a, FUNCTION_orm, ~)
#define ORM__THUNK_STEP_(M, name, type, N, fn, x, what, ...) ORM__THUNK_STEP_##what(M, name, ORM__MEMBER_##type, ORM__AND(N, ORM__PROBE(ORM__WRAPS_##type)), fn)
#define ORM__THUNK_STEP_WORD_orm(M, name, T, wrapped, fn)
#define ORM__THUNK_STEP_FUNCTION_orm(M, name, T, wrapped, fn) ORM__THUNK_NORMALIZES(M, name, T, wrapped, fn)
#define ORM__THUNK_NORMALIZES(M, name, T, wrapped, fn)                                                                                    \
    typedef __typeof__(&fn) orm__##M##_##name##_normal_##fn##_is;                                                                          \
    ORM__CHECK_THAT(ORM__IS_NORMALIZER(orm__##M##_##name##_normal_##fn##_is, T), "orm: " #M "." #name ": normalize(" #fn ") needs a function of this type: " #T " " #fn "(" #T "), or " #T " " #fn "(" #T ", orm_arena *)") \
    static void orm__##M##_##name##_normal_##fn(void *row_, orm_arena *arena_)                                                              \
    {                                                                                                                                      \
        orm__##M##_##name##_normal_##fn##_is fn_ = fn;                                                                                     \
        M *to_ = (M *)row_;                                                                                                                \
        T const given_ = to_->name ORM__IF(wrapped)(.value);                                                                                   \
        to_->name ORM__IF(wrapped)(.value) = __builtin_types_compatible_p(__typeof__(fn_), T (*)(T, orm_arena *)) ?                             \
            ((T (*)(T, orm_arena *))(void (*)(void))fn_)(given_, arena_) : ((T (*)(T))(void (*)(void))fn_)(given_);                            \
    }
#define ORM__IS_NORMALIZER(F, T) (__builtin_types_compatible_p(F, T (*)(T)) || __builtin_types_compatible_p(F, T (*)(T, orm_arena *)))

#define ORM__P_COLUMN(M, name, type, class, of, N, K, U, D, R, ...) ORM__COLUMN_DEF_##class(M, name, type, N, K, __VA_ARGS__)
#define ORM__COLUMN_DEF_END_orm(M, name, type, N, K, ...)
#define ORM__COLUMN_DEF_NO_TYPE_orm(M, name, type, N, K, ...)
#define ORM__COLUMN_DEF_BAD_TYPE_orm(M, name, type, N, K, ...)
#define ORM__COLUMN_DEF_RELATION_orm(M, name, type, N, K, ...)
#define ORM__COLUMN_DEF_RELATIONS_orm(M, name, type, N, K, ...)
#define ORM__COLUMN_DEF_COUNT_orm(M, name, type, N, K, ...)
#define ORM__COLUMN_DEF_COLUMN_orm(M, fname, ftype, N, K, ...) .fname = { .model = &M##_model, .name = #fname, .is = { ORM__META_##ftype }, .offset = offsetof(M, fname), \
    ORM__IF(K)(.key_offset = ORM__KEY_OFFSET(M, fname),) ORM__CALL_A(ORM__ALSO, ORM__ALSO_##ftype, (), ~)                                    \
    .rules = (const orm_rule[]){ ORM__EACH_ATTR(ORM__RULE, (M, fname, ftype), __VA_ARGS__) { .kind = ORM_RULE_NONE } },                                \
    ORM__EACH_ATTR(ORM__SET_OF, M, __VA_ARGS__) },
#define ORM__KEY_OFFSET(M, name) offsetof(M##_key, name)
#define ORM__ALSO(x, also, ...) ORM__UNWRAP also
#define ORM__SET_OF(M, a) ORM__CALL_A(ORM__SET_OF_, M, ORM__SET_##a, NOTHING_orm, ~)
#define ORM__SET_OF_(M, x, what, ...) ORM__SET_AS_##what(M, __VA_ARGS__)
#define ORM__SET_AS_NOTHING_orm(...)
#define ORM__SET_AS_BARE_orm(M, set, ...) set,
#define ORM__SET_AS_COUNTER_orm(M, relation_, ...) .counter_of = &orm__##M##_relations.relation_,
#define ORM__SET_AS_ON_UPDATE_orm(M, args, ...) ORM__IF(ORM__CALL_B(ORM__IS_ACTION, ORM__UNWRAP args))(.on_update = ORM__CALL_B(ORM__ACTION, ORM__CALL_C(ORM__FIRST, ORM__UNWRAP args)),)
#define ORM__SET_AS_UNIQUE_orm(M, rest, ...) .unique = true, .unique_message = ORM__MESSAGE(rest),
#define ORM__SET_AS_DEFAULT_orm(M, args, ...) .has_default = true, .default_is_constant = __builtin_constant_p args,
#define ORM__SET_AS_REFERENCES_orm(M, args, ...) ORM__CALL_B(ORM__SET_REFERENCES_TO, ORM__UNWRAP args)
#define ORM__SET_REFERENCES_TO(T, f) .references = &orm__##T##_columns.f, .references_model = &T##_model,
/* ("text") or nothing */
#define ORM__MESSAGE(rest) ORM__CAT(ORM__MESSAGE_, ORM__IS_PAREN(rest))(rest)
#define ORM__MESSAGE_0(rest) NULL
#define ORM__MESSAGE_1(rest) ORM__UNWRAP rest

#define ORM__RULE(C, a) ORM__CALL_A(ORM__RULE_OF, C, ORM__RULE_##a, NOTHING_orm, ~, ~)
#define ORM__RULE_OF(C, x, what, ...) ORM__RULE_AS_##what(C, __VA_ARGS__)
#define ORM__RULE_AS_NOTHING_orm(C, ...)
#define ORM__RULE_AS_PLAIN_orm(C, kind_, rest, ...) { .kind = kind_, .message = ORM__MESSAGE(rest) },
#define ORM__RULE_AS_RANGE_orm(C, kind_, args, ...) ORM__CALL_B(ORM__RULE_RANGE_, kind_, ORM__UNWRAP args)
#define ORM__RULE_RANGE_(kind_, lo, hi, msg, ...) { .kind = kind_, .low = (lo), .high = (hi), .message = msg },
#define ORM__RULE_AS_TEXT_orm(C, kind_, args, ...)  ORM__CALL_B(ORM__RULE_TEXT_, kind_, ORM__UNWRAP args)
#define ORM__RULE_TEXT_(kind_, text_, msg, ...) { .kind = kind_, .pattern = text_, .message = msg },
#define ORM__RULE_AS_AT_LEAST_orm(C, kind_, args, ...) ORM__CALL_B(ORM__RULE_AT_LEAST_, ORM__UNWRAP args)
#define ORM__RULE_AT_LEAST_(v, msg, ...)      { .kind = ORM_RULE_AT_LEAST, .low = (int64_t)(v), .low_number = (double)(v), .message = msg },
#define ORM__RULE_AS_AT_MOST_orm(C, kind_, args, ...)  ORM__CALL_B(ORM__RULE_AT_MOST_, ORM__UNWRAP args)
#define ORM__RULE_AT_MOST_(v, msg, ...)       { .kind = ORM_RULE_AT_MOST, .high = (int64_t)(v), .high_number = (double)(v), .message = msg },
#define ORM__RULE_AS_BETWEEN_orm(C, kind_, args, ...)  ORM__CALL_B(ORM__RULE_BETWEEN_, ORM__UNWRAP args)
#define ORM__RULE_BETWEEN_(lo, hi, msg, ...)  { .kind = ORM_RULE_BETWEEN, .low = (int64_t)(lo), .high = (int64_t)(hi), .low_number = (double)(lo), .high_number = (double)(hi), .message = msg },
#define ORM__RULE_AS_CHECK_WITH_orm(C, kind_, args, ...) ORM__CALL_B(ORM__RULE_CHECK_WITH_, ORM__UNWRAP C, ORM__UNWRAP args)
#define ORM__RULE_CHECK_WITH_(M, name, type, fn, msg, ...) { .kind = ORM_RULE_CHECK_WITH, .check = orm__##M##_##name##_##fn, .message = msg },
#define ORM__RULE_AS_NORMALIZE_orm(C, kind_, args, ...) { .kind = ORM_RULE_NORMALIZE, .steps = (const orm_normal[]){ ORM__CALL_F(ORM__EACH_PART, ORM__STEP, C, ORM__UNWRAP args) { .word = ORM_NORMAL_NONE } } },
#define ORM__STEP(C, a) ORM__CALL_E(ORM__STEP_OF, ORM__UNWRAP C, a, ORM__STEP_##a, FUNCTION_orm, ~)
#define ORM__STEP_OF(M, name, type, a, x, what, ...) ORM__STEP_AS_##what(M, name, a, ORM__FIRST(__VA_ARGS__))
#define ORM__STEP_AS_WORD_orm(M, name, a, number_)     { .word = number_ },
#define ORM__STEP_AS_FUNCTION_orm(M, name, a, number_) { .word = ORM_NORMAL_FUNCTION, .run = orm__##M##_##name##_normal_##a },
#define ORM__RULE_AS_ON_CREATE_orm(C, kind_, args, ...)  { .kind = ORM_RULE_ON_CREATE, .inner = ORM__INNER_RULES(C, args) },
#define ORM__RULE_AS_ON_UPDATE_orm(C, kind_, args, ...)  ORM__IF(ORM__NOT(ORM__CALL_B(ORM__IS_ACTION, ORM__UNWRAP args, ~)))({ .kind = ORM_RULE_ON_UPDATE, .inner = ORM__INNER_RULES(C, args) },)
#define ORM__INNER_RULES(C, args) (const orm_rule[]){ ORM__CALL_F(ORM__EACH_PART, ORM__INNER_RULE, C, ORM__UNWRAP args) { .kind = ORM_RULE_NONE } }
#define ORM__INNER_RULE(C, a) ORM__CALL_E(ORM__INNER_RULE_OF, C, ORM__RULE_##a, NOTHING_orm, ~, ~)
#define ORM__INNER_RULE_OF(C, x, what, ...) ORM__RULE_AS_##what(C, __VA_ARGS__)
/* one_of("a", "b") or one_of(("a", "b"), "message"), of texts or of integers, as the column is: ORM_RULE_ONE_OF_TEXT, ORM_RULE_ONE_OF_INT */
#define ORM__RULE_AS_ONE_OF_orm(C, kind_, args, ...) ORM__CALL_B(ORM__ONE_OF, ORM__UNWRAP C, kind_, args)
#define ORM__ONE_OF(M, name, type, kind_, args)  ORM__CALL_C(ORM__ONE_OF_WHEN, ORM__SECOND(ORM__LIST_##type, TEXT_orm, ~), kind_, ORM__IS_PAREN args, args)
#define ORM__ONE_OF_WHEN(list, kind_, own_message, args) ORM__CAT(ORM__LISTED_, own_message)(list, ORM__ONE_OF_##list(kind_), args)
#define ORM__ONE_OF_TEXT_orm(kind_) kind_##TEXT
#define ORM__ONE_OF_INT_orm(kind_)  kind_##INT
#define ORM__RULE_AS_TEXTS_orm(C, kind_, args, ...)  ORM__CALL_C(ORM__LISTED, TEXT_orm, kind_, ORM__IS_PAREN args, args)
#define ORM__RULE_AS_INTS_orm(C, kind_, args, ...)   ORM__CALL_C(ORM__LISTED, INT_orm, kind_, ORM__IS_PAREN args, args)
#define ORM__LISTED(list, kind_, own_message, args) ORM__CAT(ORM__LISTED_, own_message)(list, kind_, args)
#define ORM__LISTED_0(list, kind_, args) { .kind = kind_, ORM__LISTED_##list args .message = NULL },
#define ORM__LISTED_1(list, kind_, args) ORM__CALL_D(ORM__LISTED_MESSAGE, list, kind_, ORM__UNWRAP args, NULL)
#define ORM__LISTED_MESSAGE(list, kind_, values_, msg, ...) { .kind = kind_, ORM__LISTED_##list values_ .message = msg },
#define ORM__LISTED_TEXT_orm(...) .texts = (const char *const[]){ __VA_ARGS__, NULL },
#define ORM__LISTED_INT_orm(...)  .numbers = (const int64_t[]){ __VA_ARGS__ }, .n_numbers = ORM__COUNT(__VA_ARGS__),

#define ORM__P_HANDLE_DEF(M, name, type, class, ...) ORM__HANDLE_DEF_##class(M, name, type)
#define ORM__HANDLE_DEF_END_orm(M, name, type)
#define ORM__HANDLE_DEF_NO_TYPE_orm(M, name, type)
#define ORM__HANDLE_DEF_BAD_TYPE_orm(M, name, type)
#define ORM__HANDLE_DEF_COLUMN_orm(M, fname, type)    .fname = { .kind = { &orm__##M##_columns.fname } },

#endif

/* A query of another model, a text for a number, a call that no model has: errors in the files that use models, not warnings that scroll
   by. Define ORM_ALLOW_POINTER_WARNINGS to leave them as your compiler has them. */
#if !defined __cplusplus && !defined ORM_ALLOW_POINTER_WARNINGS
#  pragma GCC diagnostic error "-Wincompatible-pointer-types"
#  pragma GCC diagnostic error "-Wint-conversion"
#  pragma GCC diagnostic error "-Wimplicit-function-declaration"
#endif

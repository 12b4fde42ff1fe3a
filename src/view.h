/* >>view: rows that are made of those of models: joins, expressions, groups, windows, unions, trees. Read like a model, typed, and never written.

   #define AuthorStats_FIELDS(X)                                                             \
       X(author_id, bigint,     of(User, id), group)                                         \
       X(name,      string(40), of(User, name), group)                                       \
       X(posts,     bigint,     count(Post, id))                                             \
       X(shown,     bigint,     count(Post, id), filter(orm_eq(Post_.published, true)))      \
       X(views,     bigint,     sum(Post, views))                                            \
       X(place,     bigint,     rank, order_row_desc(views))
   ORM_VIEW(AuthorStats, from(User), left_join(User, posts), where(orm_ne(User_.name, "root")))

   in a header behind the models, and ORM_DEFINE_VIEW(AuthorStats) in the .c file that has ORM_DEFINE. Then AuthorStats_find_all, _find_one, _get_one, _find_and_count, _count,
   _exists, _explain, ORM_EACH, orm_sum ..., orm_pluck, JSON, orders and pages are there as of a model; create, save and the rest do not exist, so that they do not compile.
   `.where` is about the view's own rows: what SQL calls HAVING, and as well on window functions. `.source = orm_source(orm_gt(Post_.views, 3))` is about rows of one of the
   models, before they are grouped. Values are bound; scopes, tenants and soft deletion of the models hold, but not in the SQL of expr("...") and sql("..."). docs/views.md has all words.

   The compiler compares types and whether a value may be NULL, and refuses a row that is neither grouped nor counted in a view that counts. What it cannot see (a model that is not
   joined, a column of what is left_joined) is ORM_MISUSE with the view and its row, at the view's first use, before anything is sent. */

/** What a row of a view is. The words of docs/views.md say it. */
typedef enum orm_view_kind {
    ORM_VIEW_NONE, ORM_VIEW_OF, ORM_VIEW_CAST, ORM_VIEW_COUNT_ALL, ORM_VIEW_COUNT, ORM_VIEW_COUNT_DISTINCT, ORM_VIEW_SUM, ORM_VIEW_MIN, ORM_VIEW_MAX, ORM_VIEW_AVG,
    ORM_VIEW_COALESCE, ORM_VIEW_CASE, ORM_VIEW_HOLDS, ORM_VIEW_COUNT_RELATED, ORM_VIEW_ROW_NUMBER, ORM_VIEW_RANK, ORM_VIEW_DENSE_RANK, ORM_VIEW_LAG, ORM_VIEW_LEAD,
    ORM_VIEW_FIRST, ORM_VIEW_LAST, ORM_VIEW_DAY, ORM_VIEW_MONTH, ORM_VIEW_YEAR, ORM_VIEW_DEPTH, ORM_VIEW_AT, ORM_VIEW_EXPR
} orm_view_kind;
enum {                                           /* what the words of a row say of it */
    ORM__VIEW_SOURCE = 1, ORM__VIEW_COUNTS = 2, ORM__VIEW_WINDOW = 4, ORM__VIEW_GROUP = 8, ORM__VIEW_VALUES = 16, ORM__VIEW_RANKS = 32, ORM__VIEW_AGGREGATED = 64,
    ORM__VIEW_PLAIN = 128, ORM__VIEW_FILTER = 256, ORM__VIEW_CASES = 512, ORM__VIEW_FILTERS = 1024
};
/** How many when(...) a row may have. */
#define ORM_MAX_CASES           8                /* when(...) of one row */
#define ORM__VIEW_CONDITIONS    4                /* where(...) of one view */
/** A condition on rows of a source, or of the one source that the condition's model is. */
typedef struct orm_view_condition { orm_expr expr; const char *as; } orm_view_condition;
/** What a row of a view is compared with: the conditions and values of its words. */
typedef struct orm_view_values {
    unsigned n; orm_view_condition when[ORM_MAX_CASES]; orm_value then[ORM_MAX_CASES];
    bool otherwise; orm_value other;
    orm_json_path path;
    orm_view_condition filter;
} orm_view_values;
/** The conditions of a view's options: of where(...), having(...) and start(...). */
typedef struct orm_view_conditions { unsigned n; orm_view_condition where[ORM__VIEW_CONDITIONS]; orm_expr having, start; } orm_view_conditions;
/** partition and order of a window; a table of them ends with no column. `as`: the name of a source, or NULL. */
typedef struct orm_view_part { const orm_column *column; const char *as; bool partition, descending, row; } orm_view_part;
/** Where a row of a view comes from. */
typedef struct orm_view_row {
    orm_view_kind kind; unsigned bits;
    const orm_column *column; const char *as;    /* of a source */
    const orm_relation *relation;                /* of count_related */
    const char *sql;                             /* of expr */
    const orm_view_part *parts;
    void (*values)(orm_view_values *out);
} orm_view_row;
/** What an option of a view is. The words of docs/views.md say it. */
typedef enum orm_view_step_kind {
    ORM_FROM_NONE, ORM_FROM_MODEL, ORM_FROM_JOIN, ORM_FROM_LEFT_JOIN, ORM_FROM_JOIN_ON, ORM_FROM_LEFT_JOIN_ON, ORM_FROM_RECURSIVE, ORM_FROM_DISTINCT,
    ORM_FROM_DISTINCT_ON, ORM_FROM_FIRST_BY, ORM_FROM_FIRST_BY_DESC, ORM_FROM_SQL, ORM_FROM_UNION, ORM_FROM_UNION_ALL, ORM_FROM_INTERSECT, ORM_FROM_EXCEPT
} orm_view_step_kind;
/** An option of a view. A table of them ends with ORM_FROM_NONE. */
typedef struct orm_view_step {
    orm_view_step_kind kind;
    const orm_model *model; const char *as;      /* from, join_on: and the name of that source */
    const orm_relation *relation;                /* join, recursive */
    const orm_column *column, *other;            /* join_on, distinct_on, first_by */
    const char *of;                              /* the name of the source that the relation or `other` is of */
    const orm_model *set[4];                     /* union_of and the like */
    const char *sql;
} orm_view_step;
/** A view: a row for each column of its model, in that order. */
typedef struct orm_view { const orm_view_row *rows; const orm_view_step *steps; void (*conditions)(orm_view_conditions *out); bool grouped; } orm_view;

#ifndef __cplusplus
/** In the query of a view: a condition on rows of one of its models, before they are grouped; of a recursive view, where it starts. Lives in the block that it is written in. */
#define orm_source(condition) (&((const __typeof__(condition)[]){ condition })[0].expr)

/** ORM_VIEW(Name, from(Model), options...): the struct Name, Name_query and the handles Name_ from the rows of Name_FIELDS, and what reads them. Stands at file scope, once in each
    file, behind the models; ORM_DEFINE_VIEW in one. Threads: all of it is constant. */
#define ORM_VIEW(...) ORM__VIEW_ARGS(__VA_ARGS__, none_orm)
#define ORM__VIEW_ARGS(V, ...) ORM__VIEW_ROWS(V, (V##_FIELDS(ORM__NORMAL) ORM__LAST_ROW), (__VA_ARGS__))
#define ORM__VIEW_ROWS(V, rows, options_) ORM__VIEW(V, ORM__CAT(ORM__ROWS_, ORM__COUNT_ROWS rows), rows, ORM__CAT(ORM__ARGS_, ORM__COUNT options_), options_)
#define ORM__VIEW(V, each, rows, each_option, options_) ORM__VIEW_(V, each, rows, each_option, ORM__UNWRAP options_)
#define ORM__VIEW_(V, each, rows, each_option, ...)                                                                                                                     \
    ORM__CHECK_ROWS(V, ORM__COUNT_ROWS rows)                                                                                                                            \
    enum { orm__##V##_is_a_view = 1, orm__##V##_says = 0 each_option(ORM__VIEW_SAYS, V, __VA_ARGS__), orm__##V##_wheres = 0 each_option(ORM__VIEW_WHERES, V, __VA_ARGS__) }; \
    ORM__EACH(ORM__P_CHECK, V, each, rows)                                                                                                                              \
    each_option(ORM__VIEW_CHECK_OPTION, V, __VA_ARGS__)                                                                                                                 \
    _Static_assert(orm__##V##_says == 1 || orm__##V##_says == 2 || orm__##V##_says == 4, "orm: " #V ": a view says where its rows come from: from(Model), union_of(A, B) and the like, or sql(\"...\")"); \
    _Static_assert(orm__##V##_wheres <= ORM__VIEW_CONDITIONS, "orm: " #V ": more than " ORM__STRING(ORM__VIEW_CONDITIONS) " where(...): join some by orm_and");         \
    ORM__EACH(ORM__P_VIEW_BITS, V, each, rows)                                                                                                                          \
    enum { orm__##V##_grouped = (0 ORM__EACH(ORM__P_VIEW_GROUPED, V, each, rows)) != 0 };                                                                               \
    ORM__SHAPE(V, each, rows)                                                                                                                                           \
    typedef V V##_key;                                                                                                                                                  \
    ORM__EACH(ORM__P_VIEW_CHECK, V, each, rows)                                                                                                                         \
    ORM__EACH(ORM__P_VIEW_VALUES, V, each, rows)                                                                                                                        \
    static inline ORM__UNUSED void orm__##V##_conditions(orm_view_conditions *out_) { (void)out_; each_option(ORM__VIEW_CONDITION, V, __VA_ARGS__) }                    \
    static inline ORM__UNUSED const orm_view *orm__##V##_view(void)                                                                                                     \
    {                                                                                                                                                                   \
        ORM__EACH(ORM__P_VIEW_PARTS, V, each, rows)                                                                                                                     \
        static const orm_view_row rows_[] = { ORM__EACH(ORM__P_VIEW_ROW, V, each, rows) { .kind = ORM_VIEW_NONE } };                                                    \
        static const orm_view_step steps_[] = { each_option(ORM__VIEW_STEP, V, __VA_ARGS__) { .kind = ORM_FROM_NONE } };                                                \
        static const orm_view view_ = { rows_, steps_, orm__##V##_conditions, orm__##V##_grouped };                                                                     \
        return &view_;                                                                                                                                                  \
    }                                                                                                                                                                   \
    ORM__READERS(V)
/** ORM_DEFINE_VIEW(AuthorStats) defines the view. Stands in exactly one .c file, behind ORM_VIEW. */
#define ORM_DEFINE_VIEW(V) ORM__DEFINE_VIEW_ROWS(V, (V##_FIELDS(ORM__NORMAL) ORM__LAST_ROW))
#define ORM__DEFINE_VIEW_ROWS(V, rows) ORM__DEFINE_VIEW(V, ORM__CAT(ORM__ROWS_, ORM__COUNT_ROWS rows), rows)
#define ORM__DEFINE_VIEW(V, each, rows)                                                                                                                                 \
    const struct orm__##V##_columns orm__##V##_columns = { ORM__EACH(ORM__P_COLUMN, V, each, rows) };                                                                   \
    const struct orm__##V##_relations orm__##V##_relations = { .orm__empty = 0 };                                                                                             \
    const struct orm__##V##_counts orm__##V##_counts = { .orm__empty = 0 };                                                                                                   \
    const struct V##_columns V##_ = { ORM__EACH(ORM__P_HANDLE_DEF, V, each, rows) };                                                                                    \
    static void orm__##V##_fill(void *row_) { *(V *)row_ = V##_defaults(); }                                                                                            \
    static uint32_t orm__##V##_number;                                                                                                                                  \
    const orm_model V##_model = { .name = #V, .table = #V, .size = sizeof(V), .ticket = offsetof(V, orm), .columns = (const orm_column *)&orm__##V##_columns,           \
        .n_columns = sizeof orm__##V##_columns / sizeof(orm_column), .view = orm__##V##_view, .defaults = orm__##V##_fill, .number = &orm__##V##_number };

/* ---- words of rows: ~, KIND, what they say, (arguments), ----------------------------------------------------------------------------- */
#define ORM__VIEW_WORD_of(...)               ~, OF_orm, ORM__VIEW_SOURCE | ORM__VIEW_PLAIN, (__VA_ARGS__),
#define ORM__VIEW_WORD_cast(...)             ~, CAST_orm, ORM__VIEW_SOURCE | ORM__VIEW_PLAIN, (__VA_ARGS__),
#define ORM__VIEW_WORD_count_all             ~, COUNT_ALL_orm, ORM__VIEW_SOURCE | ORM__VIEW_COUNTS | ORM__VIEW_FILTERS, (),
#define ORM__VIEW_WORD_count(...)            ~, COUNT_orm, ORM__VIEW_SOURCE | ORM__VIEW_COUNTS | ORM__VIEW_FILTERS, (__VA_ARGS__),
#define ORM__VIEW_WORD_count_distinct(...)   ~, COUNT_DISTINCT_orm, ORM__VIEW_SOURCE | ORM__VIEW_COUNTS | ORM__VIEW_FILTERS, (__VA_ARGS__),
#define ORM__VIEW_WORD_sum(...)              ~, SUM_orm, ORM__VIEW_SOURCE | ORM__VIEW_COUNTS | ORM__VIEW_FILTERS, (__VA_ARGS__),
#define ORM__VIEW_WORD_min(...)              ~, MIN_orm, ORM__VIEW_SOURCE | ORM__VIEW_COUNTS | ORM__VIEW_FILTERS, (__VA_ARGS__),
#define ORM__VIEW_WORD_max(...)              ~, MAX_orm, ORM__VIEW_SOURCE | ORM__VIEW_COUNTS | ORM__VIEW_FILTERS, (__VA_ARGS__),
#define ORM__VIEW_WORD_avg(...)              ~, AVG_orm, ORM__VIEW_SOURCE | ORM__VIEW_COUNTS | ORM__VIEW_FILTERS, (__VA_ARGS__),
#define ORM__VIEW_WORD_coalesce(...)         ~, COALESCE_orm, ORM__VIEW_SOURCE | ORM__VIEW_VALUES | ORM__VIEW_PLAIN, (__VA_ARGS__),
#define ORM__VIEW_WORD_when(...)             ~, WHEN_orm, ORM__VIEW_VALUES | ORM__VIEW_PLAIN | ORM__VIEW_CASES, (__VA_ARGS__),
#define ORM__VIEW_WORD_otherwise(...)        ~, OTHERWISE_orm, ORM__VIEW_VALUES | ORM__VIEW_CASES, (__VA_ARGS__),
#define ORM__VIEW_WORD_holds(...)            ~, HOLDS_orm, ORM__VIEW_SOURCE | ORM__VIEW_VALUES | ORM__VIEW_PLAIN, (__VA_ARGS__),
#define ORM__VIEW_WORD_count_related(...)    ~, COUNT_RELATED_orm, ORM__VIEW_SOURCE | ORM__VIEW_PLAIN | ORM__VIEW_FILTERS, (__VA_ARGS__),
#define ORM__VIEW_WORD_row_number            ~, ROW_NUMBER_orm, ORM__VIEW_SOURCE | ORM__VIEW_RANKS, (),
#define ORM__VIEW_WORD_rank                  ~, RANK_orm, ORM__VIEW_SOURCE | ORM__VIEW_RANKS, (),
#define ORM__VIEW_WORD_dense_rank            ~, DENSE_RANK_orm, ORM__VIEW_SOURCE | ORM__VIEW_RANKS, (),
#define ORM__VIEW_WORD_lag(...)              ~, LAG_orm, ORM__VIEW_SOURCE | ORM__VIEW_RANKS, (__VA_ARGS__),
#define ORM__VIEW_WORD_lead(...)             ~, LEAD_orm, ORM__VIEW_SOURCE | ORM__VIEW_RANKS, (__VA_ARGS__),
#define ORM__VIEW_WORD_first_value(...)      ~, FIRST_orm, ORM__VIEW_SOURCE | ORM__VIEW_RANKS, (__VA_ARGS__),
#define ORM__VIEW_WORD_last_value(...)       ~, LAST_orm, ORM__VIEW_SOURCE | ORM__VIEW_RANKS, (__VA_ARGS__),
#define ORM__VIEW_WORD_day_of(...)           ~, DAY_orm, ORM__VIEW_SOURCE | ORM__VIEW_PLAIN, (__VA_ARGS__),
#define ORM__VIEW_WORD_month_of(...)         ~, MONTH_orm, ORM__VIEW_SOURCE | ORM__VIEW_PLAIN, (__VA_ARGS__),
#define ORM__VIEW_WORD_year_of(...)          ~, YEAR_orm, ORM__VIEW_SOURCE | ORM__VIEW_PLAIN, (__VA_ARGS__),
#define ORM__VIEW_WORD_depth                 ~, DEPTH_orm, ORM__VIEW_SOURCE | ORM__VIEW_PLAIN, (),
#define ORM__VIEW_WORD_at(...)               ~, AT_orm, ORM__VIEW_SOURCE | ORM__VIEW_VALUES | ORM__VIEW_PLAIN, (__VA_ARGS__),
#define ORM__VIEW_WORD_expr(...)             ~, EXPR_orm, ORM__VIEW_SOURCE | ORM__VIEW_PLAIN, (__VA_ARGS__),
#define ORM__VIEW_WORD_filter(...)           ~, FILTER_orm, ORM__VIEW_VALUES | ORM__VIEW_FILTER, (__VA_ARGS__),
#define ORM__VIEW_WORD_partition(...)        ~, PARTITION_orm, ORM__VIEW_WINDOW, (__VA_ARGS__),
#define ORM__VIEW_WORD_order(...)            ~, ORDER_orm, ORM__VIEW_WINDOW, (__VA_ARGS__),
#define ORM__VIEW_WORD_order_desc(...)       ~, ORDER_DESC_orm, ORM__VIEW_WINDOW, (__VA_ARGS__),
#define ORM__VIEW_WORD_order_row(...)        ~, ORDER_ROW_orm, ORM__VIEW_WINDOW, (__VA_ARGS__),
#define ORM__VIEW_WORD_order_row_desc(...)   ~, ORDER_ROW_DESC_orm, ORM__VIEW_WINDOW, (__VA_ARGS__),
#define ORM__VIEW_WORD_over                  ~, OVER_orm, ORM__VIEW_WINDOW, (),
#define ORM__VIEW_WORD_group                 ~, GROUP_orm, ORM__VIEW_GROUP, (),
#define ORM__VIEW_WORD_aggregated            ~, AGGREGATED_orm, ORM__VIEW_AGGREGATED, (),
#define ORM__VIEW_WORD(F, C, a) ORM__CALL_A(F, ORM__UNWRAP C, ORM__VIEW_WORD_##a, NOTHING_orm, 0, (), ~)
/* 1 from, 2 a set, 4 sql */
#define ORM__VIEW_SAYS(V, o) | ORM__CALL_A(ORM__VIEW_SAYS_, ORM__VIEW_SAYS_OF_##o, 0, ~)
#define ORM__VIEW_SAYS_(x, bit, ...) bit
#define ORM__VIEW_SAYS_OF_from(...)         ~, 1,
#define ORM__VIEW_SAYS_OF_union_of(...)     ~, 2,
#define ORM__VIEW_SAYS_OF_union_all_of(...) ~, 2,
#define ORM__VIEW_SAYS_OF_intersect_of(...) ~, 2,
#define ORM__VIEW_SAYS_OF_except_of(...)    ~, 2,
#define ORM__VIEW_SAYS_OF_sql(...)          ~, 4,
#define ORM__VIEW_WHERES(V, o) + ORM__PROBE(ORM__VIEW_WHERES_OF_##o)
#define ORM__VIEW_WHERES_OF_where(...)      ~, 1,

/* F(V, name, ...) for rows that are columns; all other rows were told by ORM__P_CHECK, but relations */
#define ORM__VIEW_COLUMNS_END_orm(F, V, name, type, ...)
#define ORM__VIEW_COLUMNS_NO_TYPE_orm(F, V, name, type, ...)
#define ORM__VIEW_COLUMNS_BAD_TYPE_orm(F, V, name, type, ...)
#define ORM__VIEW_COLUMNS_RELATION_orm(F, V, name, type, ...)
#define ORM__VIEW_COLUMNS_RELATIONS_orm(F, V, name, type, ...)
#define ORM__VIEW_COLUMNS_COUNT_orm(F, V, name, type, ...)
#define ORM__VIEW_COLUMNS_COLUMN_orm(F, V, name, type, ...) F(V, name, __VA_ARGS__)

#define ORM__P_VIEW_BITS(V, name, type, class, of, N, K, U, D, R, ...) ORM__VIEW_BITS_##class(V, name, __VA_ARGS__)
#define ORM__VIEW_BITS_END_orm(V, name, ...)
#define ORM__VIEW_BITS_NO_TYPE_orm(V, name, ...)
#define ORM__VIEW_BITS_BAD_TYPE_orm(V, name, ...)
#define ORM__VIEW_BITS_RELATION_orm(V, name, ...)  _Static_assert(0, "orm: " #V "." #name ": a view has no relations: include is said of models");
#define ORM__VIEW_BITS_RELATIONS_orm(V, name, ...) ORM__VIEW_BITS_RELATION_orm(V, name)
#define ORM__VIEW_BITS_COUNT_orm(V, name, ...)     _Static_assert(0, "orm: " #V "." #name ": a view has no relations: count(Model, column) or count_related(Model, relation)");
#define ORM__VIEW_BITS_COLUMN_orm(V, name, ...)                                                                                                                         \
    enum { orm__##V##_##name##_bits = 0 ORM__EACH_ATTR(ORM__VIEW_OR, (V, name), __VA_ARGS__), orm__##V##_##name##_sources = 0 ORM__EACH_ATTR(ORM__VIEW_PLUS, (V, name), __VA_ARGS__) };
#define ORM__VIEW_OR(C, a)   ORM__VIEW_WORD(ORM__VIEW_OR_, C, a)
#define ORM__VIEW_OR_(V, name, x, kind, bits, ...) | (bits)
#define ORM__VIEW_PLUS(C, a) ORM__VIEW_WORD(ORM__VIEW_PLUS_, C, a)
#define ORM__VIEW_PLUS_(V, name, x, kind, bits, ...) + ((bits) & ORM__VIEW_SOURCE)
#define ORM__P_VIEW_GROUPED(V, name, type, class, ...) ORM__VIEW_COLUMNS_##class(ORM__VIEW_GROUPED, V, name, type, ~)
#define ORM__VIEW_GROUPED(V, name, ...) | ORM__VIEW_GROUPS(orm__##V##_##name##_bits)
#define ORM__VIEW_GROUPS(bits) ((bits) & (ORM__VIEW_GROUP | ORM__VIEW_AGGREGATED) || ((bits) & ORM__VIEW_COUNTS && !((bits) & ORM__VIEW_WINDOW)))

/* ---- checks: types, NULLs, groups ----------------------------------------------------------------------------------------------------- */
#define ORM__P_VIEW_CHECK(V, name, type, class, of, N, K, U, D, R, ...) ORM__VIEW_COLUMNS_##class(ORM__VIEW_CHECK, V, name, type, N, __VA_ARGS__)
#define ORM__VIEW_CHECK(V, name, N, ...)                                                                                                                                \
    ORM__CHECK_THAT(orm__##V##_says != 1 || orm__##V##_##name##_sources || orm__##V##_##name##_bits & ORM__VIEW_CASES, "orm: " #V "." #name ": where does it come from? of(Model, column), count(Model, column), expr(\"...\") ...") \
    ORM__CHECK_THAT(orm__##V##_##name##_sources + ((orm__##V##_##name##_bits & ORM__VIEW_CASES) != 0) <= 1, "orm: " #V "." #name ": comes from two places")             \
    ORM__CHECK_THAT(orm__##V##_says == 1 || !orm__##V##_##name##_bits || (int)orm__##V##_##name##_bits == (int)ORM__VIEW_GROUP, "orm: " #V "." #name ": what the rows are is said by the view's union or sql") \
    ORM__CHECK_THAT(!orm__##V##_grouped || orm__##V##_says != 1 || !(orm__##V##_##name##_bits & ORM__VIEW_PLAIN) || orm__##V##_##name##_bits & (ORM__VIEW_GROUP | ORM__VIEW_AGGREGATED), \
        "orm: " #V "." #name ": other rows of the view count or are grouped, so this one must be grouped, too: add group")                                              \
    ORM__CHECK_THAT(!(orm__##V##_##name##_bits & ORM__VIEW_RANKS) || orm__##V##_##name##_bits & ORM__VIEW_WINDOW, "orm: " #V "." #name ": a window function says its order: order(Model, column), order_row(row) ...") \
    ORM__CHECK_THAT(!(orm__##V##_##name##_bits & ORM__VIEW_WINDOW) || orm__##V##_##name##_bits & (ORM__VIEW_RANKS | ORM__VIEW_COUNTS), "orm: " #V "." #name ": partition, order and over are said of window functions, counts and sums") \
    ORM__CHECK_THAT(!(orm__##V##_##name##_bits & ORM__VIEW_FILTER) || orm__##V##_##name##_bits & ORM__VIEW_FILTERS, "orm: " #V "." #name ": filter is said of counts, sums and the like") \
    ORM__CHECK_THAT(!(orm__##V##_##name##_bits & ORM__VIEW_GROUP) || !(orm__##V##_##name##_bits & (ORM__VIEW_COUNTS | ORM__VIEW_RANKS | ORM__VIEW_AGGREGATED)), "orm: " #V "." #name ": what counts is not what is grouped by") \
    ORM__CHECK_THAT(!(orm__##V##_##name##_bits & ORM__VIEW_GROUP) || _Generic(*V##_.name.value, orm_interval: 0, default: 1), "orm: " #V "." #name ": engines do not agree on which intervals are equal, nor on their order") \
    ORM__EACH_ATTR(ORM__VIEW_TYPE, (V, name, N), __VA_ARGS__)
#define ORM__VIEW_TYPE(C, a) ORM__VIEW_WORD(ORM__VIEW_TYPE_, C, a)
#define ORM__VIEW_TYPE_(V, name, N, x, kind, bits, args, ...) ORM__VIEW_TYPE_##kind(V, name, N, args)
#define ORM__VIEW_IS(V, name, ctype, what) ORM__CHECK_THAT(__builtin_types_compatible_p(__typeof__(*V##_.name.value), ctype), "orm: " #V "." #name ": " what)
#define ORM__VIEW_SAME(V, name, N, M, column_, ...) ORM__CHECK_THAT(__builtin_types_compatible_p(__typeof__(*V##_.name.value), __typeof__(*M##_.column_.value)),        \
    "orm: " #V "." #name " has another type than " #M "." #column_)
#define ORM__VIEW_SAME_NULL(V, name, N, M, column_, ...) ORM__VIEW_SAME(V, name, N, M, column_, ~)                                                                      \
    ORM__CHECK_THAT(N || !orm__##M##_##column_##_is_declared_once, "orm: " #V "." #name ": " #M "." #column_ " may be NULL: make it nullable, or coalesce(" #M ", " #column_ ", value)")
#define ORM__VIEW_SAME_MAYBE(V, name, N, M, column_, ...) ORM__VIEW_SAME(V, name, N, M, column_, ~) ORM__CHECK_THAT(N, "orm: " #V "." #name ": there may be no such row: make it nullable")
#define ORM__VIEW_SUMS(V, name, N, M, column_, ...) ORM__CHECK_THAT(__builtin_types_compatible_p(__typeof__(*V##_.name.value), __typeof__(*ORM__SUM_OF(M##_.column_))), \
    "orm: " #V "." #name ": a sum is bigint of whole numbers, double of others, decimal of decimals")
#define ORM__VIEW_AVERAGES(V, name, N, M, column_, ...) ORM__VIEW_IS(V, name, double, "an average is double")                                                           \
    ORM__CHECK_THAT(_Generic(M##_.column_.kind, orm_int_col: 1, orm_number_col: 1, default: 0), "orm: " #V "." #name ": avg is of whole numbers, real and double: of a decimal take sum and count")
#define ORM__VIEW_DATES(V, name, N, M, column_, ...) ORM__VIEW_IS(V, name, orm_date, "the first day of a period is a date")                                             \
    ORM__CHECK_THAT(__builtin_types_compatible_p(__typeof__(*M##_.column_.value), orm_date) || __builtin_types_compatible_p(__typeof__(*M##_.column_.value), orm_time), "orm: " #V "." #name ": " #M "." #column_ " is neither date nor timestamp") \
    ORM__CHECK_THAT(N || !orm__##M##_##column_##_is_declared_once, "orm: " #V "." #name ": " #M "." #column_ " may be NULL: make it nullable")
#define ORM__VIEW_JSON(V, name, N, M, column_, ...) ORM__CHECK_THAT(_Generic(M##_.column_.kind, orm_json_col: 1, orm_jsonb_col: 1, default: 0), "orm: " #V "." #name ": " #M "." #column_ " is not a json or jsonb column") \
    ORM__CHECK_THAT(N, "orm: " #V "." #name ": there may be no such value: make it nullable")                                                                           \
    ORM__CHECK_THAT(__builtin_types_compatible_p(__typeof__(*V##_.name.value), int64_t) || _Generic(*V##_.name.value, double: 1, bool: 1, const char *: 1, default: 0), "orm: " #V "." #name ": a value of JSON is text, bigint, double, boolean, json or jsonb")
#define ORM__VIEW_TYPE_NOTHING_orm(V, name, N, args)
#define ORM__VIEW_TYPE_OF_orm(V, name, N, args) ORM__CALL_B(ORM__VIEW_SAME_NULL, V, name, N, ORM__UNWRAP args, ~)
#define ORM__VIEW_TYPE_CAST_orm(V, name, N, args)
#define ORM__VIEW_TYPE_COUNT_ALL_orm(V, name, N, args) ORM__VIEW_IS(V, name, int64_t, "a count is bigint")
#define ORM__VIEW_TYPE_COUNT_orm(V, name, N, args) ORM__VIEW_IS(V, name, int64_t, "a count is bigint")
#define ORM__VIEW_TYPE_COUNT_DISTINCT_orm(V, name, N, args) ORM__VIEW_IS(V, name, int64_t, "a count is bigint") ORM__CALL_B(ORM__VIEW_TELLS_APART, V, name, ORM__UNWRAP args, ~)
#define ORM__VIEW_TELLS_APART(V, name, M, column_, ...) ORM__CHECK_THAT(_Generic(*M##_.column_.value, orm_interval: 0, default: 1), "orm: " #V "." #name ": engines do not agree on which intervals are equal, nor on their order")
#define ORM__VIEW_TYPE_SUM_orm(V, name, N, args) ORM__CALL_B(ORM__VIEW_SUMS, V, name, N, ORM__UNWRAP args, ~)
#define ORM__VIEW_TYPE_MIN_orm(V, name, N, args) ORM__CALL_B(ORM__VIEW_SAME, V, name, N, ORM__UNWRAP args, ~) ORM__CALL_B(ORM__VIEW_TELLS_APART, V, name, ORM__UNWRAP args, ~)
#define ORM__VIEW_TYPE_MAX_orm(V, name, N, args) ORM__CALL_B(ORM__VIEW_SAME, V, name, N, ORM__UNWRAP args, ~) ORM__CALL_B(ORM__VIEW_TELLS_APART, V, name, ORM__UNWRAP args, ~)
#define ORM__VIEW_TYPE_AVG_orm(V, name, N, args) ORM__CALL_B(ORM__VIEW_AVERAGES, V, name, N, ORM__UNWRAP args, ~)
#define ORM__VIEW_TYPE_COALESCE_orm(V, name, N, args) ORM__CALL_B(ORM__VIEW_SAME, V, name, N, ORM__UNWRAP args, ~)
#define ORM__VIEW_TYPE_WHEN_orm(V, name, N, args)
#define ORM__VIEW_TYPE_OTHERWISE_orm(V, name, N, args)
#define ORM__VIEW_TYPE_HOLDS_orm(V, name, N, args) ORM__VIEW_IS(V, name, bool, "a condition holds or not: boolean")
#define ORM__VIEW_TYPE_COUNT_RELATED_orm(V, name, N, args) ORM__VIEW_IS(V, name, int64_t, "a count is bigint")
#define ORM__VIEW_TYPE_ROW_NUMBER_orm(V, name, N, args) ORM__VIEW_IS(V, name, int64_t, "a rank is bigint")
#define ORM__VIEW_TYPE_RANK_orm(V, name, N, args) ORM__VIEW_IS(V, name, int64_t, "a rank is bigint")
#define ORM__VIEW_TYPE_DENSE_RANK_orm(V, name, N, args) ORM__VIEW_IS(V, name, int64_t, "a rank is bigint")
#define ORM__VIEW_TYPE_LAG_orm(V, name, N, args) ORM__CALL_B(ORM__VIEW_SAME_MAYBE, V, name, N, ORM__UNWRAP args, ~)
#define ORM__VIEW_TYPE_LEAD_orm(V, name, N, args) ORM__CALL_B(ORM__VIEW_SAME_MAYBE, V, name, N, ORM__UNWRAP args, ~)
#define ORM__VIEW_TYPE_FIRST_orm(V, name, N, args) ORM__CALL_B(ORM__VIEW_SAME_NULL, V, name, N, ORM__UNWRAP args, ~)
#define ORM__VIEW_TYPE_LAST_orm(V, name, N, args) ORM__CALL_B(ORM__VIEW_SAME_NULL, V, name, N, ORM__UNWRAP args, ~)
#define ORM__VIEW_TYPE_DAY_orm(V, name, N, args) ORM__CALL_B(ORM__VIEW_DATES, V, name, N, ORM__UNWRAP args, ~)
#define ORM__VIEW_TYPE_MONTH_orm(V, name, N, args) ORM__CALL_B(ORM__VIEW_DATES, V, name, N, ORM__UNWRAP args, ~)
#define ORM__VIEW_TYPE_YEAR_orm(V, name, N, args) ORM__CALL_B(ORM__VIEW_DATES, V, name, N, ORM__UNWRAP args, ~)
#define ORM__VIEW_TYPE_DEPTH_orm(V, name, N, args) ORM__VIEW_IS(V, name, int64_t, "a depth is bigint")
#define ORM__VIEW_TYPE_AT_orm(V, name, N, args) ORM__CALL_B(ORM__VIEW_JSON, V, name, N, ORM__UNWRAP args, ~)
#define ORM__VIEW_TYPE_EXPR_orm(V, name, N, args)
#define ORM__VIEW_TYPE_FILTER_orm(V, name, N, args)
#define ORM__VIEW_TYPE_PARTITION_orm(V, name, N, args)
#define ORM__VIEW_TYPE_ORDER_orm(V, name, N, args)
#define ORM__VIEW_TYPE_ORDER_DESC_orm(V, name, N, args)
#define ORM__VIEW_TYPE_ORDER_ROW_orm(V, name, N, args)
#define ORM__VIEW_TYPE_ORDER_ROW_DESC_orm(V, name, N, args)
#define ORM__VIEW_TYPE_OVER_orm(V, name, N, args)
#define ORM__VIEW_TYPE_GROUP_orm(V, name, N, args)
#define ORM__VIEW_TYPE_AGGREGATED_orm(V, name, N, args)

/* ---- conditions and values of a row, in a function ------------------------------------------------------------------------------------- */
#define ORM__P_VIEW_VALUES(V, name, type, class, of, N, K, U, D, R, ...) ORM__VIEW_COLUMNS_##class(ORM__VIEW_VALUES_OF, V, name, type, __VA_ARGS__)
#define ORM__VIEW_VALUES_OF(V, name, ...) static inline ORM__UNUSED void orm__##V##_##name##_values(orm_view_values *out_) { (void)out_; ORM__EACH_ATTR(ORM__VIEW_VALUE, (V, name), __VA_ARGS__) }
#define ORM__VIEW_VALUE(C, a) ORM__VIEW_WORD(ORM__VIEW_VALUE_, C, a)
#define ORM__VIEW_VALUE_(V, name, x, kind, bits, args, ...) ORM__VIEW_VALUE_##kind(V, name, args)
/* the name of a source, if one is given: misspelt it is undeclared */
#define ORM__VIEW_AS(V, ...) ORM__CAT(ORM__VIEW_AS_, ORM__COUNT(__VA_ARGS__))(V, __VA_ARGS__)
#define ORM__VIEW_AS_1(V, end)     NULL
#define ORM__VIEW_AS_2(V, as_, end) &#as_[0 * orm__##V##_names_##as_]
#define ORM__VIEW_ADD(slot, condition_, as__) { __extension__ __auto_type given_ = condition_; slot.expr = given_.expr; slot.as = as__; }
#define ORM__VIEW_ADD_FILTER(V, name, condition_, ...) ORM__VIEW_ADD(out_->filter, condition_, ORM__VIEW_AS(V, __VA_ARGS__))
#define ORM__VIEW_ADD_HOLDS(V, name, condition_, ...) ORM__VIEW_ADD(out_->when[0], condition_, ORM__VIEW_AS(V, __VA_ARGS__)) out_->n = 1;
#define ORM__VIEW_ADD_WHEN(V, name, condition_, value_, ...) if (out_->n < ORM_MAX_CASES) {                                                                             \
    ORM__VIEW_ADD(out_->when[out_->n], condition_, ORM__VIEW_AS(V, __VA_ARGS__)) out_->then[out_->n] = orm_set(V##_.name, value_).assignment.value; } out_->n++;
#define ORM__VIEW_ADD_OTHER(V, name, value_) out_->otherwise = true; out_->other = orm_set(V##_.name, value_).assignment.value;
#define ORM__VIEW_ADD_PATH(V, name, M, column_, path_, ...) out_->path = path_;
#define ORM__VIEW_ADD_COALESCE(V, name, M, column_, value_, ...) ORM__VIEW_ADD_OTHER(V, name, value_)
#define ORM__VIEW_VALUE_NOTHING_orm(V, name, args)
#define ORM__VIEW_VALUE_OF_orm(V, name, args)
#define ORM__VIEW_VALUE_CAST_orm(V, name, args)
#define ORM__VIEW_VALUE_COUNT_ALL_orm(V, name, args)
#define ORM__VIEW_VALUE_COUNT_orm(V, name, args)
#define ORM__VIEW_VALUE_COUNT_DISTINCT_orm(V, name, args)
#define ORM__VIEW_VALUE_SUM_orm(V, name, args)
#define ORM__VIEW_VALUE_MIN_orm(V, name, args)
#define ORM__VIEW_VALUE_MAX_orm(V, name, args)
#define ORM__VIEW_VALUE_AVG_orm(V, name, args)
#define ORM__VIEW_VALUE_COALESCE_orm(V, name, args) ORM__CALL_B(ORM__VIEW_ADD_COALESCE, V, name, ORM__UNWRAP args, ~)
#define ORM__VIEW_VALUE_WHEN_orm(V, name, args) ORM__CALL_B(ORM__VIEW_ADD_WHEN, V, name, ORM__UNWRAP args, ~)
#define ORM__VIEW_VALUE_OTHERWISE_orm(V, name, args) ORM__CALL_B(ORM__VIEW_ADD_OTHER, V, name, ORM__UNWRAP args)
#define ORM__VIEW_VALUE_HOLDS_orm(V, name, args) ORM__CALL_B(ORM__VIEW_ADD_HOLDS, V, name, ORM__UNWRAP args, ~)
#define ORM__VIEW_VALUE_COUNT_RELATED_orm(V, name, args)
#define ORM__VIEW_VALUE_ROW_NUMBER_orm(V, name, args)
#define ORM__VIEW_VALUE_RANK_orm(V, name, args)
#define ORM__VIEW_VALUE_DENSE_RANK_orm(V, name, args)
#define ORM__VIEW_VALUE_LAG_orm(V, name, args)
#define ORM__VIEW_VALUE_LEAD_orm(V, name, args)
#define ORM__VIEW_VALUE_FIRST_orm(V, name, args)
#define ORM__VIEW_VALUE_LAST_orm(V, name, args)
#define ORM__VIEW_VALUE_DAY_orm(V, name, args)
#define ORM__VIEW_VALUE_MONTH_orm(V, name, args)
#define ORM__VIEW_VALUE_YEAR_orm(V, name, args)
#define ORM__VIEW_VALUE_DEPTH_orm(V, name, args)
#define ORM__VIEW_VALUE_AT_orm(V, name, args) ORM__CALL_B(ORM__VIEW_ADD_PATH, V, name, ORM__UNWRAP args, ~)
#define ORM__VIEW_VALUE_EXPR_orm(V, name, args)
#define ORM__VIEW_VALUE_FILTER_orm(V, name, args) ORM__CALL_B(ORM__VIEW_ADD_FILTER, V, name, ORM__UNWRAP args, ~)
#define ORM__VIEW_VALUE_PARTITION_orm(V, name, args)
#define ORM__VIEW_VALUE_ORDER_orm(V, name, args)
#define ORM__VIEW_VALUE_ORDER_DESC_orm(V, name, args)
#define ORM__VIEW_VALUE_ORDER_ROW_orm(V, name, args)
#define ORM__VIEW_VALUE_ORDER_ROW_DESC_orm(V, name, args)
#define ORM__VIEW_VALUE_OVER_orm(V, name, args)
#define ORM__VIEW_VALUE_GROUP_orm(V, name, args)
#define ORM__VIEW_VALUE_AGGREGATED_orm(V, name, args)

/* ---- partitions and orders of windows -------------------------------------------------------------------------------------------------- */
#define ORM__P_VIEW_PARTS(V, name, type, class, of, N, K, U, D, R, ...) ORM__VIEW_COLUMNS_##class(ORM__VIEW_PARTS, V, name, type, __VA_ARGS__)
#define ORM__VIEW_PARTS(V, name, ...) static const orm_view_part parts_##name[] ORM__UNUSED = { ORM__EACH_ATTR(ORM__VIEW_PART, (V, name), __VA_ARGS__) { .column = NULL } };
#define ORM__VIEW_PART(C, a) ORM__VIEW_WORD(ORM__VIEW_PART_, C, a)
#define ORM__VIEW_PART_(V, name, x, kind, bits, args, ...) ORM__VIEW_PART_##kind(V, args)
#define ORM__VIEW_COLUMN(V, M, column_, ...) .column = &orm__##M##_columns.column_, .as = ORM__VIEW_AS(V, __VA_ARGS__)
#define ORM__VIEW_PART_NOTHING_orm(V, args)
#define ORM__VIEW_PART_OF_orm(V, args)
#define ORM__VIEW_PART_CAST_orm(V, args)
#define ORM__VIEW_PART_COUNT_ALL_orm(V, args)
#define ORM__VIEW_PART_COUNT_orm(V, args)
#define ORM__VIEW_PART_COUNT_DISTINCT_orm(V, args)
#define ORM__VIEW_PART_SUM_orm(V, args)
#define ORM__VIEW_PART_MIN_orm(V, args)
#define ORM__VIEW_PART_MAX_orm(V, args)
#define ORM__VIEW_PART_AVG_orm(V, args)
#define ORM__VIEW_PART_COALESCE_orm(V, args)
#define ORM__VIEW_PART_WHEN_orm(V, args)
#define ORM__VIEW_PART_OTHERWISE_orm(V, args)
#define ORM__VIEW_PART_HOLDS_orm(V, args)
#define ORM__VIEW_PART_COUNT_RELATED_orm(V, args)
#define ORM__VIEW_PART_ROW_NUMBER_orm(V, args)
#define ORM__VIEW_PART_RANK_orm(V, args)
#define ORM__VIEW_PART_DENSE_RANK_orm(V, args)
#define ORM__VIEW_PART_LAG_orm(V, args)
#define ORM__VIEW_PART_LEAD_orm(V, args)
#define ORM__VIEW_PART_FIRST_orm(V, args)
#define ORM__VIEW_PART_LAST_orm(V, args)
#define ORM__VIEW_PART_DAY_orm(V, args)
#define ORM__VIEW_PART_MONTH_orm(V, args)
#define ORM__VIEW_PART_YEAR_orm(V, args)
#define ORM__VIEW_PART_DEPTH_orm(V, args)
#define ORM__VIEW_PART_AT_orm(V, args)
#define ORM__VIEW_PART_EXPR_orm(V, args)
#define ORM__VIEW_PART_FILTER_orm(V, args)
#define ORM__VIEW_PART_PARTITION_orm(V, args) { ORM__CALL_B(ORM__VIEW_COLUMN, V, ORM__UNWRAP args, ~), .partition = true },
#define ORM__VIEW_PART_ORDER_orm(V, args) { ORM__CALL_B(ORM__VIEW_COLUMN, V, ORM__UNWRAP args, ~) },
#define ORM__VIEW_PART_ORDER_DESC_orm(V, args) { ORM__CALL_B(ORM__VIEW_COLUMN, V, ORM__UNWRAP args, ~), .descending = true },
#define ORM__VIEW_PART_ORDER_ROW_orm(V, args) { .column = &orm__##V##_columns.ORM__VIEW_ROW_NAME args, .row = true },
#define ORM__VIEW_PART_ORDER_ROW_DESC_orm(V, args) { .column = &orm__##V##_columns.ORM__VIEW_ROW_NAME args, .row = true, .descending = true },
#define ORM__VIEW_PART_OVER_orm(V, args)
#define ORM__VIEW_PART_GROUP_orm(V, args)
#define ORM__VIEW_PART_AGGREGATED_orm(V, args)
#define ORM__VIEW_ROW_NAME(row_) row_

/* ---- the rows ---------------------------------------------------------------------------------------------------------------------------- */
#define ORM__P_VIEW_ROW(V, name, type, class, of, N, K, U, D, R, ...) ORM__VIEW_COLUMNS_##class(ORM__VIEW_ROW, V, name, type, __VA_ARGS__)
#define ORM__VIEW_ROW(V, name, ...) { ORM__EACH_ATTR(ORM__VIEW_SET, (V, name), __VA_ARGS__) .bits = orm__##V##_##name##_bits, .parts = parts_##name, .values = orm__##V##_##name##_values },
#define ORM__VIEW_SET(C, a) ORM__VIEW_WORD(ORM__VIEW_SET_, C, a)
#define ORM__VIEW_SET_(V, name, x, kind_, bits_, args, ...) ORM__VIEW_SET_##kind_(V, args)
#define ORM__VIEW_SET_RELATION(M, relation_) .relation = &orm__##M##_relations.relation_,
#define ORM__VIEW_SET_NOTHING_orm(V, args)
#define ORM__VIEW_SET_OF_orm(V, args) .kind = ORM_VIEW_OF, ORM__CALL_B(ORM__VIEW_COLUMN, V, ORM__UNWRAP args, ~),
#define ORM__VIEW_SET_CAST_orm(V, args) .kind = ORM_VIEW_CAST, ORM__CALL_B(ORM__VIEW_COLUMN, V, ORM__UNWRAP args, ~),
#define ORM__VIEW_SET_COUNT_ALL_orm(V, args) .kind = ORM_VIEW_COUNT_ALL,
#define ORM__VIEW_SET_COUNT_orm(V, args) .kind = ORM_VIEW_COUNT, ORM__CALL_B(ORM__VIEW_COLUMN, V, ORM__UNWRAP args, ~),
#define ORM__VIEW_SET_COUNT_DISTINCT_orm(V, args) .kind = ORM_VIEW_COUNT_DISTINCT, ORM__CALL_B(ORM__VIEW_COLUMN, V, ORM__UNWRAP args, ~),
#define ORM__VIEW_SET_SUM_orm(V, args) .kind = ORM_VIEW_SUM, ORM__CALL_B(ORM__VIEW_COLUMN, V, ORM__UNWRAP args, ~),
#define ORM__VIEW_SET_MIN_orm(V, args) .kind = ORM_VIEW_MIN, ORM__CALL_B(ORM__VIEW_COLUMN, V, ORM__UNWRAP args, ~),
#define ORM__VIEW_SET_MAX_orm(V, args) .kind = ORM_VIEW_MAX, ORM__CALL_B(ORM__VIEW_COLUMN, V, ORM__UNWRAP args, ~),
#define ORM__VIEW_SET_AVG_orm(V, args) .kind = ORM_VIEW_AVG, ORM__CALL_B(ORM__VIEW_COLUMN, V, ORM__UNWRAP args, ~),
#define ORM__VIEW_SET_COALESCE_orm(V, args) .kind = ORM_VIEW_COALESCE, ORM__CALL_B(ORM__VIEW_COALESCED, V, ORM__UNWRAP args, ~),
#define ORM__VIEW_SET_WHEN_orm(V, args)
#define ORM__VIEW_SET_OTHERWISE_orm(V, args)
#define ORM__VIEW_SET_HOLDS_orm(V, args) .kind = ORM_VIEW_HOLDS,
#define ORM__VIEW_SET_COUNT_RELATED_orm(V, args) .kind = ORM_VIEW_COUNT_RELATED, ORM__CALL_B(ORM__VIEW_COUNTED, V, ORM__UNWRAP args, ~)
#define ORM__VIEW_SET_ROW_NUMBER_orm(V, args) .kind = ORM_VIEW_ROW_NUMBER,
#define ORM__VIEW_SET_RANK_orm(V, args) .kind = ORM_VIEW_RANK,
#define ORM__VIEW_SET_DENSE_RANK_orm(V, args) .kind = ORM_VIEW_DENSE_RANK,
#define ORM__VIEW_SET_LAG_orm(V, args) .kind = ORM_VIEW_LAG, ORM__CALL_B(ORM__VIEW_COLUMN, V, ORM__UNWRAP args, ~),
#define ORM__VIEW_SET_LEAD_orm(V, args) .kind = ORM_VIEW_LEAD, ORM__CALL_B(ORM__VIEW_COLUMN, V, ORM__UNWRAP args, ~),
#define ORM__VIEW_SET_FIRST_orm(V, args) .kind = ORM_VIEW_FIRST, ORM__CALL_B(ORM__VIEW_COLUMN, V, ORM__UNWRAP args, ~),
#define ORM__VIEW_SET_LAST_orm(V, args) .kind = ORM_VIEW_LAST, ORM__CALL_B(ORM__VIEW_COLUMN, V, ORM__UNWRAP args, ~),
#define ORM__VIEW_SET_DAY_orm(V, args) .kind = ORM_VIEW_DAY, ORM__CALL_B(ORM__VIEW_COLUMN, V, ORM__UNWRAP args, ~),
#define ORM__VIEW_SET_MONTH_orm(V, args) .kind = ORM_VIEW_MONTH, ORM__CALL_B(ORM__VIEW_COLUMN, V, ORM__UNWRAP args, ~),
#define ORM__VIEW_SET_YEAR_orm(V, args) .kind = ORM_VIEW_YEAR, ORM__CALL_B(ORM__VIEW_COLUMN, V, ORM__UNWRAP args, ~),
#define ORM__VIEW_SET_DEPTH_orm(V, args) .kind = ORM_VIEW_DEPTH,
#define ORM__VIEW_SET_AT_orm(V, args) .kind = ORM_VIEW_AT, ORM__CALL_B(ORM__VIEW_COALESCED, V, ORM__UNWRAP args, ~),
#define ORM__VIEW_SET_EXPR_orm(V, args) .kind = ORM_VIEW_EXPR, .sql = "" ORM__UNWRAP args "",
#define ORM__VIEW_SET_FILTER_orm(V, args)
#define ORM__VIEW_SET_PARTITION_orm(V, args)
#define ORM__VIEW_SET_ORDER_orm(V, args)
#define ORM__VIEW_SET_ORDER_DESC_orm(V, args)
#define ORM__VIEW_SET_ORDER_ROW_orm(V, args)
#define ORM__VIEW_SET_ORDER_ROW_DESC_orm(V, args)
#define ORM__VIEW_SET_OVER_orm(V, args)
#define ORM__VIEW_SET_GROUP_orm(V, args)
#define ORM__VIEW_SET_AGGREGATED_orm(V, args)
#define ORM__VIEW_COALESCED(V, M, column_, value_, ...) ORM__VIEW_COLUMN(V, M, column_, __VA_ARGS__)
#define ORM__VIEW_COUNTED(V, M, relation_, ...) .relation = &orm__##M##_relations.relation_, .as = ORM__VIEW_AS(V, __VA_ARGS__),

/* ---- options ------------------------------------------------------------------------------------------------------------------------------ */
#define ORM__VIEW_OPTION_none_orm                ~, NOTHING_orm, (),
#define ORM__VIEW_OPTION_from(...)               ~, FROM_orm, (__VA_ARGS__),
#define ORM__VIEW_OPTION_join(...)               ~, JOIN_orm, (__VA_ARGS__),
#define ORM__VIEW_OPTION_left_join(...)          ~, LEFT_JOIN_orm, (__VA_ARGS__),
#define ORM__VIEW_OPTION_join_on(...)            ~, JOIN_ON_orm, (__VA_ARGS__),
#define ORM__VIEW_OPTION_left_join_on(...)       ~, LEFT_JOIN_ON_orm, (__VA_ARGS__),
#define ORM__VIEW_OPTION_recursive(...)          ~, RECURSIVE_orm, (__VA_ARGS__),
#define ORM__VIEW_OPTION_start(...)              ~, START_orm, (__VA_ARGS__),
#define ORM__VIEW_OPTION_where(...)              ~, WHERE_orm, (__VA_ARGS__),
#define ORM__VIEW_OPTION_having(...)             ~, HAVING_orm, (__VA_ARGS__),
#define ORM__VIEW_OPTION_distinct                ~, DISTINCT_orm, (),
#define ORM__VIEW_OPTION_distinct_on(...)        ~, DISTINCT_ON_orm, (__VA_ARGS__),
#define ORM__VIEW_OPTION_first_by(...)           ~, FIRST_BY_orm, (__VA_ARGS__),
#define ORM__VIEW_OPTION_first_by_desc(...)      ~, FIRST_BY_DESC_orm, (__VA_ARGS__),
#define ORM__VIEW_OPTION_union_of(...)           ~, UNION_orm, (__VA_ARGS__),
#define ORM__VIEW_OPTION_union_all_of(...)       ~, UNION_ALL_orm, (__VA_ARGS__),
#define ORM__VIEW_OPTION_intersect_of(...)       ~, INTERSECT_orm, (__VA_ARGS__),
#define ORM__VIEW_OPTION_except_of(...)          ~, EXCEPT_orm, (__VA_ARGS__),
#define ORM__VIEW_OPTION_sql(...)                ~, SQL_orm, (__VA_ARGS__),
#define ORM__VIEW_OPTION(F, V, o) ORM__CALL_A(F, V, o, ORM__VIEW_OPTION_##o, UNKNOWN_orm, (), ~)
#define ORM__VIEW_CHECK_OPTION(V, o) ORM__VIEW_OPTION(ORM__VIEW_CHECK_OPTION_, V, o)
#define ORM__VIEW_CHECK_OPTION_(V, o, x, what, args, ...) ORM__VIEW_NAMES_##what(V, o, args)
#define ORM__VIEW_NAMES_UNKNOWN_orm(V, o, args) _Static_assert(0, "orm: " #V ": unknown option '" #o "' of a view; known: from(Model) join(Model, relation) left_join(Model, relation) join_on(Other, column, Model, column) left_join_on(...) where(condition) having(condition) " \
    "distinct distinct_on(Model, column) first_by(Model, column) first_by_desc(...) recursive(Model, relation) start(condition) union_of(A, B) union_all_of(...) intersect_of(...) except_of(...) sql(\"select ...\")");
/* the names that options give to sources; and `start`, which a recursive view has */
#define ORM__VIEW_NAME(V, ...) ORM__CAT(ORM__VIEW_NAME_, ORM__COUNT(__VA_ARGS__))(V, __VA_ARGS__)
#define ORM__VIEW_NAME_1(V, end)
#define ORM__VIEW_NAME_2(V, as_, end) enum { orm__##V##_names_##as_ };
#define ORM__VIEW_NAME_3(V, as_, of_, end) enum { orm__##V##_names_##as_ };
#define ORM__VIEW_NAME_FROM(V, M, ...) ORM__VIEW_NAME(V, __VA_ARGS__)
#define ORM__VIEW_NAME_JOIN(V, M, relation_, ...) ORM__VIEW_NAME(V, __VA_ARGS__)
#define ORM__VIEW_NAME_JOIN_ON(V, O, other_, M, column_, ...) ORM__VIEW_NAME(V, __VA_ARGS__)                                                                            \
    ORM__CHECK_THAT(__builtin_types_compatible_p(__typeof__(*O##_.other_.value), __typeof__(*M##_.column_.value)), "orm: " #V ": join_on: " #O "." #other_ " has another type than " #M "." #column_)
#define ORM__VIEW_NAMES_FROM_orm(V, o, args)         ORM__CALL_B(ORM__VIEW_NAME_FROM, V, ORM__UNWRAP args, ~)
#define ORM__VIEW_NAMES_JOIN_orm(V, o, args)         ORM__CALL_B(ORM__VIEW_NAME_JOIN, V, ORM__UNWRAP args, ~)
#define ORM__VIEW_NAMES_LEFT_JOIN_orm(V, o, args)    ORM__VIEW_NAMES_JOIN_orm(V, o, args)
#define ORM__VIEW_NAMES_JOIN_ON_orm(V, o, args)      ORM__CALL_B(ORM__VIEW_NAME_JOIN_ON, V, ORM__UNWRAP args, ~)
#define ORM__VIEW_NAMES_LEFT_JOIN_ON_orm(V, o, args) ORM__VIEW_NAMES_JOIN_ON_orm(V, o, args)
#define ORM__VIEW_NAMES_RECURSIVE_orm(V, o, args)    enum { orm__##V##_names_start };
#define ORM__VIEW_NAMES_NOTHING_orm(V, o, args)
#define ORM__VIEW_NAMES_START_orm(V, o, args)
#define ORM__VIEW_NAMES_WHERE_orm(V, o, args)
#define ORM__VIEW_NAMES_HAVING_orm(V, o, args)
#define ORM__VIEW_NAMES_DISTINCT_orm(V, o, args)
#define ORM__VIEW_NAMES_DISTINCT_ON_orm(V, o, args)
#define ORM__VIEW_NAMES_FIRST_BY_orm(V, o, args)
#define ORM__VIEW_NAMES_FIRST_BY_DESC_orm(V, o, args)
#define ORM__VIEW_NAMES_UNION_orm(V, o, args)
#define ORM__VIEW_NAMES_UNION_ALL_orm(V, o, args)
#define ORM__VIEW_NAMES_INTERSECT_orm(V, o, args)
#define ORM__VIEW_NAMES_EXCEPT_orm(V, o, args)
#define ORM__VIEW_NAMES_SQL_orm(V, o, args)

#define ORM__VIEW_CONDITION(V, o) ORM__VIEW_OPTION(ORM__VIEW_CONDITION_, V, o)
#define ORM__VIEW_CONDITION_(V, o, x, what, args, ...) ORM__VIEW_CONDITION_##what(V, args)
#define ORM__VIEW_ADD_WHERE(V, condition_, ...) ORM__VIEW_ADD(out_->where[out_->n], condition_, ORM__VIEW_AS(V, __VA_ARGS__)) out_->n++;
#define ORM__VIEW_CONDITION_WHERE_orm(V, args)  ORM__CALL_B(ORM__VIEW_ADD_WHERE, V, ORM__UNWRAP args, ~)
#define ORM__VIEW_CONDITION_START_orm(V, args)  { __extension__ __auto_type given_ = ORM__UNWRAP args; out_->start = given_.expr; }
#define ORM__VIEW_CONDITION_HAVING_orm(V, args) { __extension__ V##_pred given_ = ORM__UNWRAP args; out_->having = given_.expr; }
#define ORM__VIEW_CONDITION_NOTHING_orm(V, args)
#define ORM__VIEW_CONDITION_UNKNOWN_orm(V, args)
#define ORM__VIEW_CONDITION_FROM_orm(V, args)
#define ORM__VIEW_CONDITION_JOIN_orm(V, args)
#define ORM__VIEW_CONDITION_LEFT_JOIN_orm(V, args)
#define ORM__VIEW_CONDITION_JOIN_ON_orm(V, args)
#define ORM__VIEW_CONDITION_LEFT_JOIN_ON_orm(V, args)
#define ORM__VIEW_CONDITION_RECURSIVE_orm(V, args)
#define ORM__VIEW_CONDITION_DISTINCT_orm(V, args)
#define ORM__VIEW_CONDITION_DISTINCT_ON_orm(V, args)
#define ORM__VIEW_CONDITION_FIRST_BY_orm(V, args)
#define ORM__VIEW_CONDITION_FIRST_BY_DESC_orm(V, args)
#define ORM__VIEW_CONDITION_UNION_orm(V, args)
#define ORM__VIEW_CONDITION_UNION_ALL_orm(V, args)
#define ORM__VIEW_CONDITION_INTERSECT_orm(V, args)
#define ORM__VIEW_CONDITION_EXCEPT_orm(V, args)
#define ORM__VIEW_CONDITION_SQL_orm(V, args)

#define ORM__VIEW_STEP(V, o) ORM__VIEW_OPTION(ORM__VIEW_STEP_, V, o)
#define ORM__VIEW_STEP_(V, o, x, what, args, ...) ORM__VIEW_STEP_##what(V, args)
/* the third name is that of the source that the relation is of */
#define ORM__VIEW_OF(V, ...) ORM__CAT(ORM__VIEW_OF_, ORM__COUNT(__VA_ARGS__))(V, __VA_ARGS__)
#define ORM__VIEW_OF_1(V, end)           .as = NULL
#define ORM__VIEW_OF_2(V, as_, end)      .as = #as_
#define ORM__VIEW_OF_3(V, as_, of_, end) .as = #as_, .of = &#of_[0 * orm__##V##_names_##of_]
#define ORM__VIEW_STEP_MODEL(V, M, ...) .model = &M##_model, ORM__VIEW_OF(V, __VA_ARGS__)
#define ORM__VIEW_STEP_ALONG(V, M, relation_, ...) .relation = &orm__##M##_relations.relation_, ORM__VIEW_OF(V, __VA_ARGS__)
#define ORM__VIEW_STEP_ON(V, O, other_, M, column_, ...) .model = &O##_model, .column = &orm__##O##_columns.other_, .other = &orm__##M##_columns.column_, ORM__VIEW_OF(V, __VA_ARGS__)
#define ORM__VIEW_STEP_COLUMN(V, M, column_, ...) .column = &orm__##M##_columns.column_, .of = ORM__VIEW_AS(V, __VA_ARGS__)
#define ORM__VIEW_STEP_SET(...) ORM__CAT(ORM__VIEW_STEP_SET_, ORM__COUNT(__VA_ARGS__))(__VA_ARGS__)
#define ORM__VIEW_STEP_SET_2(A, B)       &A##_model, &B##_model
#define ORM__VIEW_STEP_SET_3(A, B, C)    &A##_model, &B##_model, &C##_model
#define ORM__VIEW_STEP_SET_4(A, B, C, D) &A##_model, &B##_model, &C##_model, &D##_model
#define ORM__VIEW_STEP_FROM_orm(V, args)          { .kind = ORM_FROM_MODEL, ORM__CALL_B(ORM__VIEW_STEP_MODEL, V, ORM__UNWRAP args, ~) },
#define ORM__VIEW_STEP_JOIN_orm(V, args)          { .kind = ORM_FROM_JOIN, ORM__CALL_B(ORM__VIEW_STEP_ALONG, V, ORM__UNWRAP args, ~) },
#define ORM__VIEW_STEP_LEFT_JOIN_orm(V, args)     { .kind = ORM_FROM_LEFT_JOIN, ORM__CALL_B(ORM__VIEW_STEP_ALONG, V, ORM__UNWRAP args, ~) },
#define ORM__VIEW_STEP_JOIN_ON_orm(V, args)       { .kind = ORM_FROM_JOIN_ON, ORM__CALL_B(ORM__VIEW_STEP_ON, V, ORM__UNWRAP args, ~) },
#define ORM__VIEW_STEP_LEFT_JOIN_ON_orm(V, args)  { .kind = ORM_FROM_LEFT_JOIN_ON, ORM__CALL_B(ORM__VIEW_STEP_ON, V, ORM__UNWRAP args, ~) },
#define ORM__VIEW_STEP_RECURSIVE_orm(V, args)     { .kind = ORM_FROM_RECURSIVE, ORM__CALL_B(ORM__VIEW_STEP_ALONG, V, ORM__UNWRAP args, ~) },
#define ORM__VIEW_STEP_DISTINCT_orm(V, args)      { .kind = ORM_FROM_DISTINCT },
#define ORM__VIEW_STEP_DISTINCT_ON_orm(V, args)   { .kind = ORM_FROM_DISTINCT_ON, ORM__CALL_B(ORM__VIEW_STEP_COLUMN, V, ORM__UNWRAP args, ~) },
#define ORM__VIEW_STEP_FIRST_BY_orm(V, args)      { .kind = ORM_FROM_FIRST_BY, ORM__CALL_B(ORM__VIEW_STEP_COLUMN, V, ORM__UNWRAP args, ~) },
#define ORM__VIEW_STEP_FIRST_BY_DESC_orm(V, args) { .kind = ORM_FROM_FIRST_BY_DESC, ORM__CALL_B(ORM__VIEW_STEP_COLUMN, V, ORM__UNWRAP args, ~) },
#define ORM__VIEW_STEP_UNION_orm(V, args)         { .kind = ORM_FROM_UNION, .set = { ORM__VIEW_STEP_SET args } },
#define ORM__VIEW_STEP_UNION_ALL_orm(V, args)     { .kind = ORM_FROM_UNION_ALL, .set = { ORM__VIEW_STEP_SET args } },
#define ORM__VIEW_STEP_INTERSECT_orm(V, args)     { .kind = ORM_FROM_INTERSECT, .set = { ORM__VIEW_STEP_SET args } },
#define ORM__VIEW_STEP_EXCEPT_orm(V, args)        { .kind = ORM_FROM_EXCEPT, .set = { ORM__VIEW_STEP_SET args } },
#define ORM__VIEW_STEP_SQL_orm(V, args)           { .kind = ORM_FROM_SQL, .sql = "" ORM__UNWRAP args "" },
#define ORM__VIEW_STEP_NOTHING_orm(V, args)
#define ORM__VIEW_STEP_UNKNOWN_orm(V, args)
#define ORM__VIEW_STEP_START_orm(V, args)
#define ORM__VIEW_STEP_WHERE_orm(V, args)
#define ORM__VIEW_STEP_HAVING_orm(V, args)
#endif

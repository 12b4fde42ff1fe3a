/* >>rows: the untyped calls behind M_find, M_create and the rest. Models call them through the typed wrappers that ORM_MODEL makes;
   the wrappers' comments in define.h are the manual. */
typedef struct orm__none { char none; } orm__none;      /* the type of what a column does not have */
/** How M_create_all works. All zero is a good default; NULL for it, too. */
typedef struct orm_create_options {
    uint32_t timeout_ms;                 /* deadline of the whole call, 0 for the handle's */
    void (*progress)(void *context, size_t done, size_t total); void *context;      /* after each statement; may be NULL */
    bool no_keys;                        /* Keys that the database makes do not come back, which is the fastest way on some engines. The rows count as
                                            created, but stay without a key: they can be neither saved nor destroyed, and are not created again. */
} orm_create_options;

ORM_API void *orm__find(orm_db *db, const orm_model *model, const void *key, bool must);
ORM_API void *orm__find_by(orm_db *db, const orm_model *model, const orm_column *column, orm_value value);
ORM_API void *orm__find_one(orm_db *db, const orm_model *model, const orm_query *query, bool must);
ORM_API void *orm__find_all(orm_db *db, const orm_model *model, const orm_query *query);
ORM_API void *orm__find_and_count(orm_db *db, const orm_model *model, const orm_query *query, int64_t *total);
ORM_API orm_status orm__count(orm_db *db, const orm_model *model, const orm_query *query, int64_t *out);
ORM_API orm_status orm__exists(orm_db *db, const orm_model *model, const orm_query *query, bool *out);
ORM_API void *orm__reload(orm_db *db, const orm_model *model, const void *row);
ORM_API orm_status orm__order_from_text(const orm_model *model, const char *text_, const orm_mask *allowed, orm_order *out);
ORM_API orm_status orm__validate(const orm_model *model, const void *row, orm_failures *failures);
ORM_API orm_status orm__create(orm_db *db, const orm_model *model, void *row);
ORM_API orm_status orm__create_all(orm_db *db, const orm_model *model, void *rows, size_t n, const orm_create_options *options);
ORM_API orm_status orm__save(orm_db *db, const orm_model *model, void *row, const orm_mask *only);
ORM_API orm_status orm__save_all(orm_db *db, const orm_model *model, void *rows, size_t n, const orm_mask *only);
ORM_API orm_status orm__update_row(orm_db *db, const orm_model *model, void *row, const orm_change *change);
ORM_API orm_status orm__insert_from(orm_db *db, const orm_model *model, const orm_model *source, const orm_query *query, int64_t *created, size_t n, const orm_assignment *set, const char *place);
ORM_API orm_status orm__update(orm_db *db, const orm_model *model, const orm_change *change, int64_t *changed);
ORM_API void *orm__take_rows(orm_db *db, const orm_model *model, const orm_change *change, const orm_order *order, size_t n_orders, int64_t limit, bool one, const char *place);
ORM_API orm_status orm__destroy(orm_db *db, const orm_model *model, void *row, bool hard);
ORM_API orm_status orm__destroy_by_key(orm_db *db, const orm_model *model, const void *key, bool hard);
ORM_API orm_status orm__destroy_all(orm_db *db, const orm_model *model, const orm_query *query, int64_t *destroyed, bool hard);
ORM_API orm_status orm__restore(orm_db *db, const orm_model *model, void *row);
ORM_API orm_status orm__restore_by_key(orm_db *db, const orm_model *model, const void *key);
ORM_API orm_status orm__restore_all(orm_db *db, const orm_model *model, const orm_query *query, int64_t *restored);
ORM_API orm_mask orm__changes(const orm_model *model, const void *row);
ORM_API bool orm__changed(const orm_column *column, const void *row);
ORM_API const void *orm__previous(const orm_model *model, const void *row, size_t offset);
ORM_API orm_status orm__verify_password(orm_db *db, const orm_model *model, const orm_column *column, const void *row, const char *plain, bool *yes);

/** What is calculated over the rows: see orm_sum. */
typedef enum orm_aggregate { ORM_SUM, ORM_MIN, ORM_MAX, ORM_AVG } orm_aggregate;
ORM_API orm_status orm__aggregate(orm_db *db, const orm_model *model, orm_aggregate what, const orm_column *column, const orm_query *query, void *out, const char *place);

ORM_API orm_status orm__pluck(orm_db *db, const orm_column *column, const orm_query *query, orm_arena *arena, void **out, size_t *n, const char *place);
#ifndef __cplusplus
/** The values of one column as an array: orm_pluck(db, User_.email, &arena, &emails, &n, &(User_query){ .where = ... }) with `const char **emails; size_t n`.
    The elements are of the column's C type, in the query's order; rows without a value are left out. The array and its texts live in the arena, which is not
    NULL. `emails` is not NULL, also when there is none. Includes of the query are refused. */
#define orm_pluck(db, h, arena, out_, n_, ...) ORM__PLUCK(ORM__CAT(orm__h, __COUNTER__), ORM__CAT(orm__q, __COUNTER__), db, h, arena, out_, n_, __VA_ARGS__)
#define ORM__PLUCK(H, Q, db, h, arena_, out_, n_, ...) __extension__({ __auto_type H = (h);                                     \
    _Static_assert(_Generic((out_), __typeof__(H.value) *: 1, __typeof__(H.fixed) *: 1, default: ORM__IS_TEXT_ARRAY(H.kind, *(out_))), "orm: orm_pluck of " #h " does not write to " #out_ ": a pointer to its C type is asked for"); \
    _Static_assert(_Generic(H.kind, orm_password_col: 0, default: 1), "orm: orm_pluck: " #h " is a password, which nothing reads back");  \
    const __typeof__(*H.query) *Q = (__VA_ARGS__);                                                                              \
    orm__pluck((db), H.kind.c, Q ? &Q->erased : NULL, (arena_), (void **)(out_), (n_), __FILE__ ":" ORM__STRING(__LINE__)); })
#endif

typedef struct orm__each {
    orm_db *db; const orm_model *model; const orm_query *query; const char *place;
    bool open, begun, last_page;
    orm_arena arena, keys, turn[2]; unsigned turns;
    char *rows; size_t at, count;        /* the page that is walked */
    int64_t given;                       /* rows so far */
    struct orm__result *result; uint64_t stream; bool walks;      /* in ORM_READ: the result of the one row, the number of what is walked */
    const char *used[2];                 /* how far arena and keys were used when the row had been read */
    void *from, *bound;                  /* keys: the last row of the page before, the largest of all at the start */
} orm__each;
ORM_API void *orm__each_next(orm__each *each);
ORM_API void orm__each_close(orm__each *each);

#ifndef __cplusplus
/** ORM_EACH(User, u, db, .where = ..., .select = ...) { use u; }: walks all rows in primary-key order in constant memory, in pages bounded by
    the largest key at its start, so it ends even when the body inserts. `u` and its texts are valid until the next round. Writes and
    other calls in the body are allowed; break, continue and return too. Afterwards orm_failed() tells. `.order`, `.offset`, `.after`,
    `.page` and `.arena` are refused; `.limit` bounds the number of rows.
    In ORM_READ, where nothing writes and all is of one moment, a walk without `.include` copies nothing: on SQLite it steps through one open statement, and the
    texts and blobs of `u` are the engine's own; on PostgreSQL they stay in the page that came. Other calls in the body may be made as ever, other walks too. Each row is a
    result of its own there: a copy of it is ORM_STALE_ROW from the next round on (M_copy keeps one), and what orm_load loads for it goes with it, at a statement a row: relations of many
    rows are for `.include`. A call in the body that fails the block ends the walk at the next round. */
#define ORM_EACH(...) ORM__EACH_ROW_(__COUNTER__, __VA_ARGS__, .orm__literal = true)
#define ORM__EACH_ROW_(id, ...) ORM__EACH_ROW(ORM__CAT(orm__each, id), __VA_ARGS__)
#define ORM__EACH_ROW(E, M, row, db_, ...)                                                                                      \
    for (orm__each E __attribute__((cleanup(orm__each_close))) = { .db = (db_), .model = &M##_model, .open = true,              \
             .query = &(M##_query){ { __VA_ARGS__ } }.erased, .place = __FILE__ ":" ORM__STRING(__LINE__) }; E.open; E.open = false) \
        for (M *row; (row = (M *)orm__each_next(&E)) != NULL; )

/** Aggregates of a column over the rows that a query's condition selects (NULL: all rows): orm_sum(db, User_.age, &sum, &(User_query){ .where = ... }).
    orm_sum: int64_t for integers, double, orm_decimal; 0 for no rows; a sum that does not fit is ORM_VALUE_RANGE. orm_min, orm_max: the
    optional of the column's type (orm_opt_int32 ...), unset for no rows. orm_avg: orm_opt_double, of decimals orm_opt_decimal with four
    digits more than the column. Orders, limits and includes of the query do not matter here. */
#define orm_sum(db, h, out_, ...) ORM__AGGREGATE(__COUNTER__, db, ORM_SUM, h, out_, ORM__SUM_OF, __VA_ARGS__)
#define orm_avg(db, h, out_, ...) ORM__AGGREGATE(__COUNTER__, db, ORM_AVG, h, out_, ORM__AVG_OF, __VA_ARGS__)
#define orm_min(db, h, out_, ...) ORM__AGGREGATE(__COUNTER__, db, ORM_MIN, h, out_, ORM__OPT_OF, __VA_ARGS__)
#define orm_max(db, h, out_, ...) ORM__AGGREGATE(__COUNTER__, db, ORM_MAX, h, out_, ORM__OPT_OF, __VA_ARGS__)
#define ORM__AGGREGATE(id, db, what, h, out_, TYPE, ...) ORM__AGGREGATE_(ORM__CAT(orm__h, id), ORM__CAT(orm__q, id), db, what, h, out_, TYPE, __VA_ARGS__)
#define ORM__AGGREGATE_(H, Q, db, what, h, out_, TYPE, ...) __extension__({ __auto_type H = (h);                                \
    _Static_assert(__builtin_types_compatible_p(__typeof__(*(out_)), __typeof__(*TYPE(H))), "orm: the result of " #what " over " #h " does not fit " #out_); \
    const __typeof__(*H.query) *Q = (__VA_ARGS__);                                                                              \
    orm__aggregate((db), H.kind.c->model, what, H.kind.c, Q ? &Q->erased : NULL, (out_), __FILE__ ":" ORM__STRING(__LINE__)); })
#define ORM__SUM_OF(H) _Generic(H.kind, orm_int_col: (int64_t *)0, orm_number_col: (double *)0, orm_decimal_col: (orm_decimal *)0, default: (orm__none *)0)
#define ORM__AVG_OF(H) _Generic(H.kind, orm_int_col: (orm_opt_double *)0, orm_number_col: (orm_opt_double *)0, orm_decimal_col: (orm_opt_decimal *)0, default: (orm__none *)0)
#define ORM__OPT_OF(H) (H.opt)
/** Rows of one table made from those of another, in one statement: INSERT ... SELECT.
    orm_insert_from(db, Archive, Post, &created, (orm_set_from(Archive_.title, Post_.title), orm_set(Archive_.reason, "old")),
                    &(Post_query){ .where = orm_lt(Post_.created_at, old), .order = ..., .limit = ... });
    Each assignment gives a column of the new rows: one of the source of the same kind, or a value. What is not named is as in a row of M_defaults(); a column that
    then has no value is ORM_MISUSE, before anything is sent. `created` (int64_t) may be NULL. The rules that the database keeps hold; a column with a rule that only
    the program can check takes values only, and a model with hooks for new rows is refused. Scopes, tenants and soft deletion of the source hold. */
#define orm_insert_from(db, M, S, created_, sets_, ...) __extension__({                                                          \
    const S##_query *orm__q = (__VA_ARGS__); const M##_assignment orm__set[] = { ORM__UNWRAP sets_ };                           \
    orm__insert_from((db), &M##_model, &S##_model, orm__q ? &orm__q->erased : NULL, (created_), sizeof orm__set / sizeof *orm__set, &orm__set[0].assignment, __FILE__ ":" ORM__STRING(__LINE__)); })
/** In orm_insert_from: the column gets what that column of the source has. */
#define orm_set_from(h, source_) ORM__SET_FROM(ORM__CAT(orm__h, __COUNTER__), ORM__CAT(orm__i, __COUNTER__), h, source_)
#define ORM__SET_FROM(A, B, h, source_) __extension__({ __auto_type A = (h); __auto_type B = (source_);                         \
    _Static_assert(ORM__SAME_KIND(A, B), "orm: " #h " and " #source_ " have different types");                                     \
    (__typeof__(*A.assignment)){ .assignment = { .column = A.kind.c, .kind = ORM_ASSIGN_SOURCE, .other = B.kind.c } }; })
/** A job of a queue, taken by one statement: the first row in the queue's order that meets the condition and that no other transaction holds. It is changed as
    M_update would change it, and comes back as it then is, with a snapshot, so that M_save writes what the worker makes of it.
    Job *job = orm_take(db, Job, (orm_desc(Job_.priority), orm_asc(Job_.id)),
                        &(Job_change){ .where = orm_eq(Job_.state, State_waiting), .set = { orm_set(Job_.state, State_running), orm_set(Job_.taken_at, orm_now()) } });
    orm_free it. NULL with ORM_NOT_FOUND, which is no failure, when there is none to be had, as of M_find_one; NULL with the error otherwise. The order stands in
    parentheses; the primary key ends it, so that the oldest of equal rows is first. The condition is one that the change makes false, or the row
    could be taken again: none at all is ORM_MISUSE without .all.
    Any number of threads, handles and programs may take at once, each row goes to one of them. On PostgreSQL nobody waits for another's row: rows that are locked are
    skipped, also those that somebody else is changing just now. In a transaction the row is held to its end, and free again when it is rolled back: there a job can be
    done and marked as done, or nothing of it; of such a transaction say .isolation = ORM_READ_COMMITTED, as stricter ones fail on rows that others changed since they
    began, and .retries. On SQLite takers stand in line for the one place of who writes.
    Checks, scopes, soft deletion, tenant, version, updated_at and the refusals of models with hooks are those of M_update_returning.
    orm_take_up_to(db, Job, 10, (orm_asc(Job_.id)), &change): the first rows, up to so many, as a list: empty when there is none, NULL only on failure. Which rows
    they are is the order's matter; how they follow each other in the list is not promised. */
#define orm_take(db, M, order_, ...) ORM__TAKE(db, M, 1, true, order_, __VA_ARGS__)
#define orm_take_up_to(db, M, n_, order_, ...) ORM__TAKE(db, M, n_, false, order_, __VA_ARGS__)
/* If a compile error led you here: behind the model stands the order of the queue, in parentheses: (orm_asc(Job_.id)). */
#define ORM__TAKE(db, M, n_, one_, order_, ...) ORM__CAT(ORM__TAKE_, ORM__IS_PAREN(order_))(db, M, n_, one_, order_, __VA_ARGS__)
#define ORM__TAKE_0(db, M, n_, one_, order_, ...) ((M *)sizeof(struct { char orm__c; _Static_assert(0, "orm: orm_take takes rows in the order of the queue, which stands before the change, in parentheses: (orm_asc(" #M "_.id))"); }))
#define ORM__TAKE_1(db, M, n_, one_, order_, ...) __extension__({                                                                \
    _Static_assert(sizeof #order_ > sizeof "()", "orm: orm_take takes rows in the order of the queue, and () is none");        \
    const M##_change *orm__c = (__VA_ARGS__); const M##_order orm__o[] = { ORM__UNWRAP order_ };                                \
    (M *)orm__take_rows((db), &M##_model, orm__c ? &orm__c->erased : NULL, &orm__o[0].order, sizeof orm__o / sizeof *orm__o, (n_), (one_), __FILE__ ":" ORM__STRING(__LINE__)); })
/** Would save write this field? orm_changed(&user, User_.name): it differs from what was read, where a snapshot is kept (one-row reads, .track), or it
    was loaded without one. */
#define orm_changed(row_, h) ORM__CHANGED(ORM__CAT(orm__h, __COUNTER__), row_, h)
#define ORM__CHANGED(H, row_, h) __extension__({ __auto_type H = (h); orm__changed(H.kind.c, (__typeof__(H.row)){ row_ }); })
/** What was read, before the program changed it: `const char *const *old = orm_previous(User, &user, name)`. Points to a member of the same type, valid as
    long as the result; NULL when no snapshot is kept or the field was not read. */
#define orm_previous(M, row_, field) ((const __typeof__(((M *)0)->field) *)orm__previous(&M##_model, (const M *){ row_ }, offsetof(M, field)))
/** Was the relation loaded with this row (even when there is none)? orm_loaded(&post, Post_.author). */
#define orm_loaded(row, h) ORM__LOADED(ORM__CAT(orm__h, __COUNTER__), row, h)
#define ORM__LOADED(H, row, h) __extension__({ __auto_type H = (h); orm__loaded(H.relation->model, (__typeof__(H.owner)){ row }, H.relation); })
#endif

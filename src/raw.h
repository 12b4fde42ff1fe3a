/* >>raw: SQL by hand: one literal statement at a time, whose values are always bound. */
ORM_API orm_status orm__scalar(orm_db *db, const char *sql, size_t n, const orm_value *values, orm_type type, void *out, size_t size, bool *found, const char *place);
ORM_API orm_status orm__exec(orm_db *db, const char *sql, size_t n, const orm_value *values, int64_t *changed, const char *place);
ORM_API void *orm__sql_rows(orm_db *db, const orm_model *model, const char *sql, const orm_value *values, size_t n, bool one, const char *place);
typedef struct orm__sql_each {
    orm_db *db; const orm_model *model; const char *sql; const orm_value *values; size_t n; const char *place;
    bool open, begun, last, done;        /* last: the page that is walked */
    uint64_t own, stream;                /* the serial of a transaction of the loop's own; the number of what is walked, see sql_rows.c */
    orm_arena arena;
    char *rows; size_t at, count;        /* the page */
} orm__sql_each;
ORM_API void *orm__sql_each_next(orm__sql_each *each);
ORM_API void orm__sql_each_close(orm__sql_each *each);
#ifndef __cplusplus
/** Values for SQL by hand, each with its C type, for the parameters ?1, ?2 ...: orm_params(5, "ada", orm_now()). A value of no class does not compile. */
#define orm_params(...) ((const orm_value[]){ ORM__EACH_ARG(ORM__RAW_VALUE, ~, __VA_ARGS__) }), ORM__COUNT(__VA_ARGS__)
/** Values by name, for the parameters :low, :name ...: orm_named("low", 5, "name", "ada"), up to 16. Names are literals. A name that the SQL does not have, one
    that is missing, and one that is given twice are ORM_MISUSE, and nothing is sent. */
#define orm_named(...)  ((const orm_value[]){ ORM__CAT(ORM__NAMED_, ORM__COUNT(__VA_ARGS__))(__VA_ARGS__) }), ORM__COUNT(__VA_ARGS__)
#define orm_no_params   NULL, 0
/** A value that is not shown to the log: orm_named("token", orm_secret(token)). NULL: orm_null. */
#define orm_secret(v)   orm__v_secret(ORM__VALUE(v))
#define orm_null        ((orm_value){ .type = ORM_NULL })
static inline ORM__UNUSED orm_value orm__v_secret(orm_value v) { v.op = ORM__VALUE_SECRET; return v; }
static inline ORM__UNUSED orm_value orm__v_name(const char *name) { return (orm_value){ .type = ORM__VALUE_NAME, .as.s = name }; }
/* a value of no class would become 0 */
#define ORM__RAW_VALUE_OF(v)  ((void)sizeof(__extension__({ ORM__GIVEN(v) enum { orm__unfit, orm__fits = ORM__CLASS_GIVEN != 0 }; _Static_assert(orm__fits, "orm: " #v " is no value for a parameter of SQL: numbers, texts, booleans, the orm_ types and orm_null are"); 0; })), ORM__VALUE(v))
#define ORM__RAW_VALUE(C, v)  ORM__RAW_VALUE_OF(v),
#define ORM__NAMED_PAIR(name, v) orm__v_name("" name ""), ORM__RAW_VALUE_OF(v)
#define ORM__NAMED_ODD orm__v_name((const char *)sizeof(struct { char orm__c; _Static_assert(0, "orm: orm_named takes pairs: a name and its value"); }))
#define ORM__NAMED_2(name, v) ORM__NAMED_PAIR(name, v)
#define ORM__NAMED_4(name, v, ...) ORM__NAMED_PAIR(name, v), ORM__NAMED_2(__VA_ARGS__)
#define ORM__NAMED_6(name, v, ...) ORM__NAMED_PAIR(name, v), ORM__NAMED_4(__VA_ARGS__)
#define ORM__NAMED_8(name, v, ...) ORM__NAMED_PAIR(name, v), ORM__NAMED_6(__VA_ARGS__)
#define ORM__NAMED_10(name, v, ...) ORM__NAMED_PAIR(name, v), ORM__NAMED_8(__VA_ARGS__)
#define ORM__NAMED_12(name, v, ...) ORM__NAMED_PAIR(name, v), ORM__NAMED_10(__VA_ARGS__)
#define ORM__NAMED_14(name, v, ...) ORM__NAMED_PAIR(name, v), ORM__NAMED_12(__VA_ARGS__)
#define ORM__NAMED_16(name, v, ...) ORM__NAMED_PAIR(name, v), ORM__NAMED_14(__VA_ARGS__)
#define ORM__NAMED_18(name, v, ...) ORM__NAMED_PAIR(name, v), ORM__NAMED_16(__VA_ARGS__)
#define ORM__NAMED_20(name, v, ...) ORM__NAMED_PAIR(name, v), ORM__NAMED_18(__VA_ARGS__)
#define ORM__NAMED_22(name, v, ...) ORM__NAMED_PAIR(name, v), ORM__NAMED_20(__VA_ARGS__)
#define ORM__NAMED_24(name, v, ...) ORM__NAMED_PAIR(name, v), ORM__NAMED_22(__VA_ARGS__)
#define ORM__NAMED_26(name, v, ...) ORM__NAMED_PAIR(name, v), ORM__NAMED_24(__VA_ARGS__)
#define ORM__NAMED_28(name, v, ...) ORM__NAMED_PAIR(name, v), ORM__NAMED_26(__VA_ARGS__)
#define ORM__NAMED_30(name, v, ...) ORM__NAMED_PAIR(name, v), ORM__NAMED_28(__VA_ARGS__)
#define ORM__NAMED_32(name, v, ...) ORM__NAMED_PAIR(name, v), ORM__NAMED_30(__VA_ARGS__)
#define ORM__NAMED_1(...) ORM__NAMED_ODD
#define ORM__NAMED_3(...) ORM__NAMED_ODD
#define ORM__NAMED_5(...) ORM__NAMED_ODD
#define ORM__NAMED_7(...) ORM__NAMED_ODD
#define ORM__NAMED_9(...) ORM__NAMED_ODD
#define ORM__NAMED_11(...) ORM__NAMED_ODD
#define ORM__NAMED_13(...) ORM__NAMED_ODD
#define ORM__NAMED_15(...) ORM__NAMED_ODD
#define ORM__NAMED_17(...) ORM__NAMED_ODD
#define ORM__NAMED_19(...) ORM__NAMED_ODD
#define ORM__NAMED_21(...) ORM__NAMED_ODD
#define ORM__NAMED_23(...) ORM__NAMED_ODD
#define ORM__NAMED_25(...) ORM__NAMED_ODD
#define ORM__NAMED_27(...) ORM__NAMED_ODD
#define ORM__NAMED_29(...) ORM__NAMED_ODD
#define ORM__NAMED_31(...) ORM__NAMED_ODD
/** orm_scalar(db, &n, "select count(*) from users where age > ?1", orm_params(30)): the first column of the first row. `out` points to
    an optional (orm_opt_int64, orm_opt_double, orm_opt_bool, orm_opt_time), which stays unset when there is no row or NULL. The SQL
    must be a literal holding one statement; its parameters are ?1, ?2 ... on every engine. */
#define orm_scalar(db, out_, sql, ...) ORM__SCALAR(ORM__CAT(orm__o, __COUNTER__), db, out_, "" sql "", __VA_ARGS__)
#define ORM__SCALAR(O, db, out_, sql, ...) ORM__SCALAR_(O, db, out_, sql, __VA_ARGS__)
#define ORM__SCALAR_(O, db, out_, sql, values_, n_) __extension__({                                                            \
    _Static_assert(_Generic((out_), orm_opt_int64 *: 1, orm_opt_double *: 1, orm_opt_bool *: 1, orm_opt_time *: 1, default: 0), \
        "orm: orm_scalar writes to an orm_opt_int64, orm_opt_double, orm_opt_bool or orm_opt_time, and " #out_ " points to none"); \
    __auto_type O = _Generic((out_), orm_opt_int64 *: (out_), orm_opt_double *: (out_), orm_opt_bool *: (out_), orm_opt_time *: (out_), default: (orm_opt_int64 *)0); \
    orm__scalar((db), sql, (n_), (values_), _Generic(O, orm_opt_int64 *: ORM_INT64, orm_opt_double *: ORM_DOUBLE, orm_opt_bool *: ORM_BOOL, orm_opt_time *: ORM_TIME), \
        &O->value, sizeof O->value, &O->set, __FILE__ ":" ORM__STRING(__LINE__)); })
/** orm_scalar_text(db, &arena, &text, "select ...", orm_params(...)): the same for a text, copied into the arena; NULL for none. */
ORM_API orm_status orm__scalar_text(orm_db *db, orm_arena *arena, const char **out, const char *sql, const orm_value *values, size_t n, const char *place);
#define orm_scalar_text(db, arena, out, sql, ...) orm__scalar_text((db), (arena), (out), "" sql "", __VA_ARGS__, __FILE__ ":" ORM__STRING(__LINE__))
/** orm_exec(db, &changed, "update t set a = ?1", orm_params(1)): one literal statement, whose rows are not read if it yields any; `changed` (int64_t, the rows
    that it inserted, updated or deleted) may be NULL. */
#define orm_exec(db, changed, sql, ...) ORM__EXEC(db, changed, "" sql "", __VA_ARGS__)
#define ORM__EXEC(db, changed, sql, ...) ORM__EXEC_(db, changed, sql, __VA_ARGS__)
#define ORM__EXEC_(db, changed, sql, values_, n_) orm__exec((db), sql, (n_), (values_), (changed), __FILE__ ":" ORM__STRING(__LINE__))
/** Rows of a model by SQL of yours: User *users = orm_sql(db, User, "select * from users where age > :age", orm_named("age", 30)). A list like that of User_find_all
    (orm_len, orm_free, JSON), NULL on failure. The SQL must be a literal holding one statement, of any kind that yields rows. Its columns go by their names to the
    columns of the model: one that the model does not have, or that is there twice, is ORM_BAD_DATA, which names it; so is a type that does not fit, and NULL in a member that is never NULL. Columns that
    are missing count as not loaded: save never writes them. An array is a list: "where id in (:ids)" with orm_named("ids", orm_array(orm_int64s, 1, 2)). SQL by
    hand knows nothing of scopes, soft deletion and hooks, and is refused on the handle of a tenant.
    orm_sql_one: the first row, or NULL with ORM_NOT_FOUND; two are ORM_MISUSE. In texts, names, comments, casts (::) and slices (a[1:2]) nothing is a parameter. */
#define orm_sql(db, M, sql, ...)     ORM__SQL_ROWS(db, M, "" sql "", false, __VA_ARGS__)
#define orm_sql_one(db, M, sql, ...) ORM__SQL_ROWS(db, M, "" sql "", true, __VA_ARGS__)
#define ORM__SQL_ROWS(db, M, sql, one_, ...) ORM__SQL_ROWS_(db, M, sql, one_, __VA_ARGS__)
#define ORM__SQL_ROWS_(db, M, sql, one_, values_, n_) ((M *)orm__sql_rows((db), &M##_model, sql, (values_), (n_), (one_), __FILE__ ":" ORM__STRING(__LINE__)))
/** ORM_SQL_EACH(User, u, db, "select id, name from users where age > :age order by name", orm_named("age", 30)) { use u; }: walks the rows of a query of yours, which
    orm_sql would return as a list, in constant memory. `u` and its texts are valid until the next round; texts and blobs among the values are borrowed
    until the loop has ended. break, continue and return are fine. Afterwards orm_failed() tells, also of rows that do not fit the model.
    A query is walked in a transaction: that around the loop, in which the body may do what it likes, also walk other queries; or, where there is none, one of the loop's
    own that only reads, and sees one moment: then the body's calls on `db` read in it, and a write answers ORM_READ_ONLY and ends the loop; write by orm_outside(db),
    or put the loop into ORM_TRANSACTION. What the body writes to the tables that are being walked is not seen by the loop on PostgreSQL, and may or may not be on SQLite.
    A transaction that is ended from inside takes the loop with it (ORM_MISUSE). Not in ORM_BATCH, and not on what orm_current gave. */
#define ORM_SQL_EACH(M, row, db, sql, ...) ORM__SQL_EACH(ORM__CAT(orm__each, __COUNTER__), M, row, db, "" sql "", __VA_ARGS__)
#define ORM__SQL_EACH(E, M, row, db, sql, ...) ORM__SQL_EACH_(E, M, row, db, sql, __VA_ARGS__)
#define ORM__SQL_EACH_(E, M, row, db_, sql_, values_, n_)                                                                       \
    for (orm__sql_each E __attribute__((cleanup(orm__sql_each_close))) = { .db = (db_), .model = &M##_model, .sql = sql_, .values = (values_), .n = (n_), \
             .place = __FILE__ ":" ORM__STRING(__LINE__), .open = true }; E.open; E.open = false)                               \
        for (M *row; (row = (M *)orm__sql_each_next(&E)) != NULL; )
#endif

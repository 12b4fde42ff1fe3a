/* >>db: opening a database, its options, the log, transactions and budgets.

   An orm_db may be shared by any number of threads: a call holds the connection while it runs, a transaction block holds it to
   its end. Calls that need it meanwhile wait, up to the busy timeout. */

typedef struct orm_db orm_db;
struct orm_dialect;

typedef enum orm_log_level { ORM_LOG_SQL, ORM_LOG_NOTE, ORM_LOG_ERROR } orm_log_level;

/** One event for the log hook. All texts are valid during the call only. */
typedef struct orm_log_event {
    orm_log_level level;
    orm_status kind;             /* ORM_OK for a statement that worked */
    const char *sql;             /* the statement, or NULL */
    const char *message;         /* of a failure or note, or NULL */
    const orm_value *values;     /* parameters, only with options.log_values; those of `secret` fields have type ORM_NULL */
    size_t n_values;
    int64_t microseconds;        /* how long the statement took */
    int64_t rows;                /* rows read or changed */
    const char *place;           /* "file.c:12" where a macro stood in the call, else NULL */
    const void *address;         /* else the return address of the call: addr2line or a debugger resolves it */
} orm_log_event;
typedef void orm_log_hook(void *context, const orm_log_event *event);

/** How to open. All zero is a good default. */
typedef struct orm_options {
    bool orm__begin;
    uint32_t busy_timeout_ms;    /* how long to wait for a lock; 0 is 5,000 */
    uint32_t timeout_ms;         /* deadline of every call; 0 is none */
    size_t max_text;             /* bytes of one text or blob; 0 is 64 MB, at most 1,000,000,000 */
    size_t max_statements;       /* prepared statements kept for query shapes; 0 is 256 */
    bool read_only;              /* opens an existing database for reading */
    bool log_values;             /* hand parameters to the log hook */
    orm_log_hook *log; void *log_context;        /* NULL: silent, unless ORM_LOG=1 is in the environment: then stderr */
    orm_allocator allocator;     /* all zero: malloc */
    bool orm__end;
} orm_options;

/* the adapters that this file includes, by slot: dialects/sqlite.h claims 1, dialects/postgres.h 2 ... */
#define ORM__ADAPTER_1
#define ORM__ADAPTER_2
#define ORM__ADAPTER_3
#define ORM__ADAPTER_4
#define ORM__ADAPTER_5
#define ORM__ADAPTER_6
#define ORM__ADAPTER_7
#define ORM__ADAPTER_8
#define ORM__ADAPTERS ORM__ADAPTER_1 ORM__ADAPTER_2 ORM__ADAPTER_3 ORM__ADAPTER_4 ORM__ADAPTER_5 ORM__ADAPTER_6 ORM__ADAPTER_7 ORM__ADAPTER_8

ORM_API orm_db *orm__open(const char *url, const struct orm_dialect *const *adapters, size_t n, const orm_options *options, size_t query_size);
#ifndef __cplusplus
/** Opens a database: orm_open("sqlite:blog.db"), orm_open("sqlite::memory:", .busy_timeout_ms = 100, ...). The adapter's header must be
    included. NULL on failure, see orm_error(). Close with orm_close. */
#define orm_open(...) ORM__OPEN(__VA_ARGS__, .orm__end = true)
#define ORM__OPEN(url, ...) orm__open((url), &(const struct orm_dialect *const[]){ ORM__ADAPTERS NULL }[0],                     \
    sizeof((const struct orm_dialect *const[]){ ORM__ADAPTERS NULL }) / sizeof(void *) - 1, &(orm_options){ .orm__begin = true, __VA_ARGS__ }, sizeof(orm_query))
#endif
/** Closes and frees; NULL is fine. An open transaction is rolled back and told to the log. Results stay valid until orm_free.
    No other thread may be using the handle. */
ORM_API void orm_close(orm_db *db);

/** Counters of a handle since it was opened. */
typedef struct orm_counters {
    uint64_t statements;         /* sent to the engine, transaction statements included */
    uint64_t prepares;           /* statements compiled */
    uint64_t cached;             /* prepared statements alive now */
    uint64_t rows;               /* rows read */
    uint64_t allocations;        /* calls to the handle's allocator */
} orm_counters;
ORM_API orm_counters orm_counters_of(orm_db *db);
/** "SQLite 3.40.1". Valid until orm_close. */
ORM_API const char *orm_engine(orm_db *db);
/** What the engine offers, see dialect.h: a call that needs what it lacks answers ORM_UNSUPPORTED. Never NULL, any thread. */
ORM_API const struct orm_capabilities *orm_capabilities_of(orm_db *db);

/* ---- transactions --------------------------------------------------------------------------------------- */
typedef struct orm_transaction_options {
    bool orm__begin;
    int retries;                 /* reruns after a serialization failure, deadlock or busy snapshot */
    bool read_only;              /* a reader: no write lock, and writes fail */
    bool orm__end;
} orm_transaction_options;

typedef struct orm__block { orm_db *db; orm_transaction_options options; const char *place; int state, attempt; uint64_t serial; } orm__block;
ORM_API bool orm__block_attempt(orm__block *block);
ORM_API void orm__block_commit(orm__block *block);
ORM_API void orm__block_leave(orm__block *block);

#ifndef __cplusplus
/** ORM_TRANSACTION(db, .retries = 5) { ... }: everything this thread does on db in the block, and in what it calls, belongs to it.
    The closing brace and `continue` commit, if no call failed; `break` rolls back, or reruns the block when retries are left and
    the failure was a conflict; `return` and `goto` roll back. Afterwards orm_failed() tells. Nested blocks are savepoints.
    After a failure the other calls in the block return it and send nothing. The body must be rerunnable. */
#define ORM_TRANSACTION(...) ORM__TX_(__COUNTER__, __VA_ARGS__, .orm__end = true)
#define ORM__TX_(id, ...) ORM__TX(ORM__CAT(orm__tx, id), ORM__CAT(orm__once, id), __VA_ARGS__)
#define ORM__TX(T, once, db_, ...)                                                                                              \
    for (orm__block T __attribute__((cleanup(orm__block_leave))) = { .db = (db_), .options = { true, __VA_ARGS__ },             \
             .place = __FILE__ ":" ORM__STRING(__LINE__) }; orm__block_attempt(&T); )                                           \
        for (bool once = true; once; once = false, orm__block_commit(&T))
#endif
/** Forbids the commit of the innermost block from anywhere in it, with the caller's own code and message. Returns ORM_FAILED. */
ORM_API orm_status orm_fail(orm_db *db, int code, const char *format, ...) __attribute__((format(printf, 3, 4)));
/** Forgives the block's failure when nothing is lost by it: one that sent no SQL, or that of a nested block already rolled back.
    Returns true when the block may go on. */
ORM_API bool orm_handled(orm_db *db);
/** The number of the running attempt of the outermost block, from 1; 0 outside a block. */
ORM_API int orm_attempt(orm_db *db);
/** The same as a function: runs fn(db, arg) in a transaction; anything but ORM_OK rolls back. NULL options are defaults. */
ORM_API orm_status orm_transaction(orm_db *db, orm_status (*fn)(orm_db *db, void *arg), void *arg, const orm_transaction_options *options);

/** Explicit form: the calls of this thread on db belong to the transaction until it is committed or rolled back. Nested begins
    are savepoints. */
typedef struct orm_tx orm_tx;
ORM_API orm_tx *orm_begin(orm_db *db, const orm_transaction_options *options);
/** Commits and frees the handle, whatever the outcome; a transaction with a failed call is rolled back and answers that failure. */
ORM_API orm_status orm_commit(orm_tx *tx);
/** Rolls back and frees the handle; NULL is fine. */
ORM_API void orm_rollback(orm_tx *tx);

/** ORM_TEST_ROLLBACK(db) { ... }: runs the block in a transaction that is always rolled back, for tests of the user's own. Failures
    inside stay visible to the block; orm_failed() afterwards tells whether an unhandled one happened. Nested transactions are savepoints. */
#define ORM_TEST_ROLLBACK(db_) ORM__TEST_ROLLBACK(ORM__CAT(orm__test, __COUNTER__), ORM__CAT(orm__once, __COUNTER__), db_)
#define ORM__TEST_ROLLBACK(T, once, db_)                                                                                        \
    for (orm__block T __attribute__((cleanup(orm__test_leave))) = { .db = (db_), .place = __FILE__ ":" ORM__STRING(__LINE__) }; \
         orm__test_enter(&T); )                                                                                                 \
        for (bool once = true; once; once = false)
ORM_API bool orm__test_enter(orm__block *block);
ORM_API void orm__test_leave(orm__block *block);

/** ORM_BUDGET(db, 3) { ... }: the fourth statement of this thread in the block is not sent but fails with ORM_OVER_BUDGET, and the message
    names the statements and the places of their calls. Blocks nest; each counts. */
typedef struct orm__budget {
    orm_db *db; uint64_t limit, used; const char *place; struct orm__budget *outer; bool entered;
    struct { const char *place; const void *address; char sql[80]; } seen[8];
} orm__budget;
#define ORM_BUDGET(db_, limit_) ORM__BUDGET(ORM__CAT(orm__budget, __COUNTER__), db_, limit_)
#define ORM__BUDGET(B, db_, limit_)                                                                                             \
    for (orm__budget B __attribute__((cleanup(orm__budget_leave))) = { .db = (db_), .limit = (limit_),                          \
             .place = __FILE__ ":" ORM__STRING(__LINE__) }; orm__budget_enter(&B); )
ORM_API bool orm__budget_enter(orm__budget *budget);
ORM_API void orm__budget_leave(orm__budget *budget);

/* ---- SQL by hand: one literal statement, values bound ----------------------------------------------------- */
ORM_API orm_status orm__scalar(orm_db *db, const char *sql, size_t n, const orm_value *values, orm_type type, void *out, size_t size, bool *found, const char *place);
ORM_API orm_status orm__exec(orm_db *db, const char *sql, size_t n, const orm_value *values, int64_t *changed, const char *place);
#ifndef __cplusplus
/** Values for SQL by hand, each with its C type: orm_params(5, "ada", orm_now()). */
#define orm_params(...) ((const orm_value[]){ ORM__EACH_ARG(ORM__IN_VALUE, ~, __VA_ARGS__) }), ORM__COUNT(__VA_ARGS__)
#define orm_no_params   NULL, 0
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
/** orm_exec(db, &changed, "update t set a = ?1", orm_params(1)): one literal statement without result; `changed` may be NULL. */
#define orm_exec(db, changed, sql, ...) ORM__EXEC(db, changed, "" sql "", __VA_ARGS__)
#define ORM__EXEC(db, changed, sql, ...) ORM__EXEC_(db, changed, sql, __VA_ARGS__)
#define ORM__EXEC_(db, changed, sql, values_, n_) orm__exec((db), sql, (n_), (values_), (changed), __FILE__ ":" ORM__STRING(__LINE__))
#endif

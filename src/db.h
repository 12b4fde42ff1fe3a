/* >>db: opening a database, its options, the log, transactions and budgets.

   An orm_db is shared by any number of threads. It is a handle on a pool of connections: a call takes one while it runs, a transaction block
   holds one to its end. A thread that finds none free waits, up to pool.acquire_ms.

   What a program must keep to, and what is told when it does not:
   - A row or list is one thread's at a time: the library cannot see that one thread frees, saves or changes what another one reads. Lists that
     nobody changes may be read by any number of threads. orm_free of what was freed before is told, also when it was another thread.
   - A transaction is ended by the thread that began it: another one's orm_commit or orm_rollback is ORM_MISUSE. Calls of other threads are no
     part of it, but for those on what orm_current gave; once it has ended they are ORM_MISUSE.
   - A thread that ends in a transaction, or in orm_begin without an end, has it rolled back and told to the log.
   - orm_close waits for the calls of other threads; one that still uses the handle after it returned reads freed memory.
   - After fork() the child's calls on the parent's handles are ORM_MISUSE; it opens handles of its own. */

/** A handle: a database with its pool of connections. orm_open makes it, orm_close ends it, any number of threads share it. */
typedef struct orm_db orm_db;
struct orm_dialect;

/** What an event of the log is: a statement, something that should be known, a failure. */
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
    bool by_hand;                /* SQL of the program's own, which runs no hooks and no validators */
    const char *place;           /* "file.c:12" where a macro stood in the call, else NULL */
    const void *address;         /* else the return address of the call: addr2line or a debugger resolves it */
} orm_log_event;
/** A log hook: called once for each event, from the thread whose call it is about, for notes of the pool from its own; several threads may be in it at once. It may use another handle, not
    the one that it is of. */
typedef void orm_log_hook(void *context, const orm_log_event *event);

/** The connections of a handle; 0 means the default. Times are milliseconds on the monotonic clock.
    SQLite: a file has one connection that writes and others that read (WAL), which are opened once several threads use the handle or a block reads only; a database
    in memory, or a file in another journal mode, has only one. Its connections are not closed before the handle is. */
typedef struct orm_pool_options {
    uint32_t min;                /* connections that stay open; 1 */
    uint32_t max;                /* of each server; 10, SQLite 5 */
    uint32_t acquire_ms;         /* how long a call waits for one, and for a server that does not answer; as busy_timeout_ms. Then ORM_ACQUIRE_TIMEOUT names the holders. */
    uint32_t idle_ms;            /* unused ones beyond `min` are closed after so long; 600,000 */
    uint32_t lifetime_ms;        /* older ones are replaced when nobody uses them, each up to a tenth earlier; 1,800,000 */
    uint32_t check_ms;           /* one that was unused for so long is asked whether it lives before it is used; 30,000 */
    uint32_t leak_ms;            /* one that is held for so long is told to the log, with the place where it was taken; 60,000. Only servers: on SQLite those who wait are told. */
} orm_pool_options;
/** How many URLs .replicas of orm_options takes. */
#define ORM_MAX_REPLICAS 8

/** A connection that is being made, for the function on_connect. */
typedef struct orm_connecting orm_connecting;
ORM_API orm_status orm__connecting_exec(orm_connecting *connection, const char *sql);
/** orm_connecting_exec(connection, "pragma cache_size = -64000"): one literal statement on the new connection, whose rows are not read. */
#define orm_connecting_exec(connection, sql) orm__connecting_exec((connection), "" sql "")
/** What on_transaction of orm_options is told. */
typedef enum orm_transaction_event { ORM_TRANSACTION_BEGUN, ORM_TRANSACTION_COMMITTED, ORM_TRANSACTION_ROLLED_BACK, ORM_TRANSACTION_UNKNOWN } orm_transaction_event;

/** How to open. All zero is a good default. */
typedef struct orm_options {
    bool orm__begin;
    bool orm__literal; const char *orm__place;   /* set by orm_open: is the URL a literal of the source, and where */
    uint32_t busy_timeout_ms;    /* how long to wait for a lock; 0 is 5,000 */
    uint32_t timeout_ms;         /* deadline of every call; 0 is none */
    size_t max_text;             /* bytes of one text or blob; 0 is 64 MB, at most 1,000,000,000 */
    size_t max_rows;             /* rows that one statement of a list without .limit may bring (find_all, an include, orm_sql, pluck); 0 is 1,000,000, SIZE_MAX any number. One more is
                                    ORM_OVER_BUDGET, and there is no list. Not bounded: ORM_EACH, which holds a page at a time, and rows that a write brings back. */
    size_t max_statements;       /* prepared statements kept for query shapes; 0 is 256 */
    bool read_only;              /* opens an existing database for reading */
    bool log_values;             /* hand parameters to the log hook */
    orm_message_hook *messages; void *messages_context;      /* says failures in other words, see orm_message_hook; NULL: in ours */
    orm_log_hook *log; void *log_context;        /* NULL: silent, unless ORM_LOG=1 is in the environment: then stderr */
    orm_allocator allocator;     /* all zero: malloc; must be thread-safe */
    orm_pool_options pool;
    const char *replicas[ORM_MAX_REPLICAS];      /* URLs of servers for the reads outside of transactions; one that does not answer is left out for a while. Copied. */
    uint32_t n_plus_one;         /* how often one place may load a relation for a single row within a second before the log is told; 10 */
    bool n_plus_one_fails;       /* the call fails with ORM_OVER_BUDGET instead */
    /* Hooks of the handle. They are called from the thread that needs them, several may be at once, and must not call the handle. All may be NULL. */
    orm_status (*on_connect)(void *context, orm_connecting *connection);      /* for each new connection, and when its settings were reset. What is not ORM_OK refuses it */
    orm_status (*before_statement)(void *context, const orm_log_event *event);       /* before a statement of a call is sent: its sql, and place; what is not ORM_OK keeps it from being sent, and the call answers it */
    void (*on_transaction)(void *context, orm_transaction_event event);       /* a transaction (no savepoint) has begun or ended; UNKNOWN: its commit got no answer */
    void *hook_context;
    uint32_t sticky_ms;          /* for so long after a write of a thread, its reads go to the primary, too; 0: never */
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
    included. NULL on failure, see orm_error(). Close with orm_close.
    The log gets a note when the process has the same database open already (one handle is a pool for all threads), when a password stands in the source as part of a literal
    URL, and when pool.max is more than the server has connections for. */
#define orm_open(...) ORM__OPEN(__VA_ARGS__, .orm__end = true)
#define ORM__OPEN(url, ...) orm__open((url), &(const struct orm_dialect *const[]){ ORM__ADAPTERS NULL }[0],                     \
    sizeof((const struct orm_dialect *const[]){ ORM__ADAPTERS NULL }) / sizeof(void *) - 1,                                         \
    &(orm_options){ .orm__begin = true, .orm__literal = (#url)[0] == '"', .orm__place = __FILE__ ":" ORM__STRING(__LINE__), __VA_ARGS__ }, sizeof(orm_query))
#endif
/** Closes and frees; NULL is fine. A transaction that this thread left open is rolled back and told to the log. Results stay valid until
    orm_free. Waits, up to pool.acquire_ms, for the calls and transactions of other threads; if one still runs then, nothing is closed:
    ORM_MISUSE, see orm_error(). */
ORM_API void orm_close(orm_db *db);

/** Counters of a handle since it was opened, of all its connections. Any thread, at any time. */
typedef struct orm_counters {
    uint64_t statements;         /* sent to the engine, transaction statements included */
    uint64_t prepares;           /* statements compiled */
    uint64_t cached;             /* prepared statements alive now */
    uint64_t rows;               /* rows read */
    uint64_t allocations;        /* calls to the handle's allocator */
    uint64_t connections, in_use;        /* open now; held by a call or transaction now */
    uint64_t waiting, waits, timeouts;   /* threads that wait for a connection now; that ever did; that did in vain */
    uint64_t longest_wait_us;
    uint64_t opened, closed;             /* connections, replaced ones included */
} orm_counters;
ORM_API orm_counters orm_counters_of(orm_db *db);
/** "SQLite 3.40.1". Valid until orm_close. */
ORM_API const char *orm_engine(orm_db *db);
/** What the engine offers, see dialect.h: a call that needs what it lacks answers ORM_UNSUPPORTED. Never NULL, any thread. */
ORM_API const struct orm_capabilities *orm_capabilities_of(orm_db *db);

/* ---- other ways to the same database ------------------------------------------------------------------------ */
/* They belong to `db`, may be given to every call, need no closing, and are valid as long as it is. */

/** Calls on it are no part of the transaction that this thread has on `db`: they take a connection of their own. Where there can be no
    other one (a write in a write transaction on SQLite, a pool that is wholly held by this thread), they answer ORM_DEADLOCK_SELF at once. */
ORM_API orm_db *orm_outside(orm_db *db);
/** Reads on it go to the primary, as if there were no replicas. In a transaction on `db` its calls belong to that; what orm_outside gave stays outside. */
ORM_API orm_db *orm_primary(orm_db *db);
/** The innermost transaction of this thread on `db`, for another thread: what that calls on it is part of the transaction. Calls of
    several threads wait for each other. Valid until the transaction ends; later calls answer ORM_MISUSE. Blocks cannot be opened on it.
    NULL (ORM_MISUSE) outside of transactions, and inside a call. */
ORM_API orm_db *orm_current(orm_db *db);

/* ---- transactions --------------------------------------------------------------------------------------- */
/** What a transaction sees of others that run at the same time (SQL:2016, 4.36). A stricter level than asked for is fine: SQLite's
    transactions are all serializable. */
typedef enum orm_isolation {
    ORM_ISOLATION_DEFAULT,       /* repeatable read: what was read and saved cannot have been changed in between unnoticed */
    ORM_READ_COMMITTED,          /* each statement sees what is committed when it begins */
    ORM_REPEATABLE_READ,         /* one moment; a row that was changed since answers ORM_SERIALIZATION when it is written */
    ORM_SERIALIZABLE             /* as if there were no others; or else ORM_SERIALIZATION */
} orm_isolation;
/** How a transaction is done. All zero is a good default. */
typedef struct orm_transaction_options {
    bool orm__begin;
    int retries;                 /* reruns after a serialization failure, deadlock or busy snapshot */
    bool read_only;              /* a reader: no write lock, and writes fail; no replica */
    bool deferrable;             /* with read_only and ORM_SERIALIZABLE: waits for a moment at which it can never fail (PostgreSQL) */
    orm_isolation isolation;
    bool unchecked;              /* foreign keys are looked at when it ends, and nothing cascades: for steps that change tables, on engines that make them anew (SQLite) */
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
    After a failure the other calls in the block return it and send nothing. The body must be rerunnable. The outermost commit looks at foreign keys
    that are `deferred` (or were put off, see orm_defer_constraints): ORM_FOREIGN_KEY, and everything is rolled back. */
#define ORM_TRANSACTION(...) ORM__TX_(__COUNTER__, __VA_ARGS__, .orm__end = true)
#define ORM__TX_(id, ...) ORM__TX(ORM__CAT(orm__tx, id), ORM__CAT(orm__once, id), __VA_ARGS__)
#define ORM__TX(T, once, db_, ...)                                                                                              \
    for (orm__block T __attribute__((cleanup(orm__block_leave))) = { .db = (db_), .options = { true, __VA_ARGS__ },             \
             .place = __FILE__ ":" ORM__STRING(__LINE__) }; orm__block_attempt(&T); )                                           \
        for (bool once = true; once; once = false, orm__block_commit(&T))
#endif
/** How to take an advisory lock. All zero: alone, waiting up to .busy_timeout_ms of the handle. */
typedef struct orm_lock_options {
    bool orm__begin;
    bool shared;                 /* with all others that share it, and nobody who has it alone */
    bool nowait;                 /* not granted at once: ORM_LOCK_TIMEOUT, which orm_handled forgives */
    uint32_t wait_ms;            /* wait that long instead; 0 is no word on it */
    bool orm__end;
} orm_lock_options;
ORM_API orm_status orm__lock(orm_db *db, const char *name, const orm_lock_options *options, const char *place);
#ifndef __cplusplus
/** orm_lock(db, "nightly report"), orm_lock(db, name, .shared = true, .wait_ms = 500): takes the lock of that name in the database, which
    means what the program wants it to mean, and holds it to the end of the transaction (or until the nested block around the call is rolled
    back). Taking it once more is fine. ORM_LOCK_TIMEOUT when it is not granted in time, ORM_DEADLOCK when those who wait wait for each other,
    ORM_TIMEOUT when the call's deadline comes first. Outside a transaction, or in a read-only one, ORM_MISUSE, and nothing is sent.
    On SQLite a transaction that may write is the database's only one: it has every lock, and nothing is sent. For other programs: on
    PostgreSQL it is pg_advisory_xact_lock(key) with the 64-bit FNV-1a hash of "orm:" and the name's bytes as key. */
#define orm_lock(...) ORM__LOCK(__VA_ARGS__, .orm__end = true)
#define ORM__LOCK(db_, name_, ...) orm__lock((db_), (name_), &(orm_lock_options){ true, __VA_ARGS__ }, __FILE__ ":" ORM__STRING(__LINE__))
#endif
/** Foreign keys that are put off, so that rows may refer to each other in whatever order they are written: from here to the end of the transaction every key
    that is declared `deferrable` or `deferred` is looked at when it commits. A commit that finds a row which refers to nothing answers ORM_FOREIGN_KEY, with model
    and field in orm_error(), and everything is rolled back. What a key does when a row is destroyed (cascade, set_null) happens at once all the same, and so does restrict.
    Within a nested block it goes with that when it is rolled back. PostgreSQL: SET CONSTRAINTS ALL DEFERRED.
    SQLite puts off all keys, declared so or not, restrict too (PRAGMA defer_foreign_keys). It does not know which row it was that made the commit fail: the tables are
    looked through for a second at most, and the first row found is told, which may be one that somebody wrote without checks; in larger databases model and field may be "".
    Only in a transaction that may write: elsewhere ORM_MISUSE, and nothing is sent. Its thread, or those to whom orm_current handed it. */
ORM_API orm_status orm_defer_constraints(orm_db *db);
/** The opposite: what was put off is looked at now, and ORM_FOREIGN_KEY when a row refers to nothing; from here on keys are looked at at the end of each statement.
    The way to learn of a mistake where it can still be handled: in a nested block, which alone is rolled back; and in ORM_TEST_ROLLBACK, which commits nothing. PostgreSQL: SET CONSTRAINTS ALL IMMEDIATE.
    On SQLite keys that are declared `deferred` stay so: what is written after the call is looked at when the transaction commits, or at the next call.
    Only in a transaction that may write: elsewhere ORM_MISUSE, and nothing is sent. */
ORM_API orm_status orm_check_constraints(orm_db *db);
/** Forbids the commit of the innermost block from anywhere in it, with the caller's own code and message. Returns ORM_FAILED. */
ORM_API orm_status orm_fail(orm_db *db, int code, const char *format, ...) __attribute__((format(printf, 3, 4)));
/** Forgives the block's failure when nothing is lost by it: one that sent no SQL, orm_lock's .nowait, or that of a nested block already
    rolled back.
    Returns true when the block may go on. */
ORM_API bool orm_handled(orm_db *db);
/** The number of the running attempt of the outermost block, from 1; 0 outside a block. */
ORM_API int orm_attempt(orm_db *db);
/** Calls fn(arg) when the outermost transaction of this thread on `db` has been committed: in order, after its connection was given back. Never
    after a rollback, of a savepoint around it too, or an unknown outcome. Outside of transactions at once. What fn's calls answer is its own matter. */
ORM_API orm_status orm_after_commit(orm_db *db, void (*fn)(void *arg), void *arg);
/** The same as a function: runs fn(db, arg) in a transaction; anything but ORM_OK rolls back. Answers the first failure, of a call
    in it or of fn itself. `arg` may be NULL, and so may options, which are the defaults then. */
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

/* >>error: what calls answer. */

/** Every kind of failure: X(name, text). The kinds are the same on every engine; orm_error()->code is the engine's own. */
#define ORM_STATUS_LIST(X)                                                                  \
    X(OK,                  "no error")                                                      \
    X(NOT_FOUND,           "no such row")                                                   \
    X(VALIDATION,          "a value breaks a rule of its field")                            \
    X(UNIQUE,              "the value is already taken")                                    \
    X(FOREIGN_KEY,         "the row that is referred to does not exist, or is still referred to") \
    X(NOT_NULL,            "a required value is missing")                                   \
    X(CHECK,               "a check constraint of the database refused the row")            \
    X(EXCLUSION,           "an exclusion constraint refused the row")                       \
    X(STALE,               "the row was changed or deleted by somebody else")               \
    X(STALE_ROW,           "the row belongs to a result that was freed")                    \
    X(BUSY,                "the database is locked by another connection")                  \
    X(ACQUIRE_TIMEOUT,     "no connection of the pool became free in time")                  \
    X(LOCK_TIMEOUT,        "a lock was not granted in time")                                \
    X(SERIALIZATION,       "the transaction conflicts with another one: run it again")      \
    X(DEADLOCK,            "deadlock with another transaction: run it again")               \
    X(DEADLOCK_SELF,       "the thread would wait for itself")                              \
    X(CANCELLED,           "the statement was cancelled")                                   \
    X(TIMEOUT,             "the call's deadline has passed")                                \
    X(CONNECTION_LOST,     "the connection to the database is lost")                        \
    X(COMMIT_UNKNOWN,      "the connection was lost while committing: the outcome is unknown") \
    X(TRANSACTION_ABORTED, "the transaction was already rolled back by the database")       \
    X(STALE_PLAN,          "the schema changed under a prepared statement")                 \
    X(READ_ONLY,           "the database is read only")                                     \
    X(FULL,                "the disk or the database is full")                              \
    X(IO,                  "the database cannot read or write its files")                   \
    X(CORRUPT,             "the database file is damaged, or is not a database")            \
    X(NO_MEMORY,           "out of memory")                                                 \
    X(VALUE_RANGE,         "a value is out of range")                                       \
    X(BAD_TEXT,            "a text is not valid UTF-8 or holds a NUL")                      \
    X(BAD_JSON,            "a text is not JSON")                                            \
    X(BAD_DATA,            "a value in the database does not fit the model")                \
    X(NO_TABLE,            "no such table")                                                 \
    X(NO_COLUMN,           "no such column")                                                \
    X(SYNTAX,              "the database does not understand the statement")                \
    X(CONFIG,              "the database cannot be opened as asked")                        \
    X(SCHEMA_DIFFERS,      "the database's tables differ from the models")                  \
    X(MIGRATIONS_DIFFER,   "the migrations differ from those that were applied")            \
    X(MISUSE,              "the call cannot be made like this")                             \
    X(ROLLED_BACK,         "the transaction was left by break and rolled back")             \
    X(LEFT_EARLY,          "the transaction was left by return or goto and rolled back")    \
    X(OVER_BUDGET,         "more statements than the block's budget allows, or more rows than the handle's")                \
    X(UNSUPPORTED,         "the engine does not offer this")                                \
    X(PENDING,             "the batch has not answered this call yet")                      \
    X(FAILED,              "reported by orm_fail")

/** What calls answer: ORM_OK, which is 0, or the kind of failure. orm_status_text has it as words, orm_error() all that is known. */
typedef enum orm_status {
#define ORM__STATUS_ENUM(name, text_) ORM_##name,
    ORM_STATUS_LIST(ORM__STATUS_ENUM)
#undef ORM__STATUS_ENUM
    ORM_STATUS_COUNT
} orm_status;

/** How many broken rules one call tells; those beyond are counted. */
#define ORM_MAX_FAILURES 16

/** One broken rule, with what it asks for as data, so that it can be said in any language: see orm_message_hook. */
typedef struct orm_failure {
    char model[64];             /* "" where none is known */
    char field[64];             /* the member's name; "" for a rule of the whole row */
    char rule[32];              /* "length", "email", "required", "unique", "references" ...; of validate(function, ...) the function's name */
    char message[160];          /* the rule's own message, or ours: "must have 2 to 200 characters". Holds no values */
    size_t row;                 /* index of the row in a call with many */
    uint32_t line, column;      /* where in a JSON text it stands, in characters from 1; 0 when it was not read from one */
    bool has_low, has_high;     /* has the rule such a bound? Of a length, a size or a number: */
    int64_t low, high;
    double low_number, high_number;     /* the same bounds for real and double columns */
    orm_type type;              /* of the field; ORM_NULL where there is none */
    const struct orm_rule *declared;    /* the rule as the model has it (its texts, numbers, pattern); NULL for what no rule says: "required", "unique", "range" ... */
} orm_failure;

/** The failures of a validation: all of them, in the order of the rows; `total` counts those that did not fit, too. */
typedef struct orm_failures {
    size_t count, total;
    orm_failure item[ORM_MAX_FAILURES];
} orm_failures;

/** This thread's last failure. Inline buffers: reporting cannot fail. Never holds a value of a `secret` field. */
typedef struct orm_error_info {
    orm_status kind;
    int code;                   /* the engine's code (SQLite: extended result code), or the caller's from orm_fail */
    char sqlstate[6];           /* where the engine has one, else "" */
    char model[64], field[64], constraint[128];
    char message[512];          /* one line for people */
    orm_failures failures;      /* of a validation, or the broken constraint told the same way */
} orm_error_info;

/** This thread's last failure, kind ORM_OK when there is none. The first cause wins; it is cleared by the next call that can
    fail, never by orm_free, orm_dump, orm_close or a rollback. Valid until then; do not free. Any thread. */
ORM_API const orm_error_info *orm_error(void);
/** Has this thread's last call failed (ORM_NOT_FOUND is no failure)? After a transaction block: did it not commit? */
ORM_API bool orm_failed(void);
/** "ORM_UNIQUE" for ORM_UNIQUE; "ORM_?" for a number that is no kind. Static text. */
ORM_API const char *orm_status_name(orm_status kind);
/** The kind's one-line meaning. Static text. */
ORM_API const char *orm_status_text(orm_status kind);
/** Says a failure in other words: called once for each, on the thread of the call, before the error is kept or logged. `failure` has the rule, its
    bounds and the message so far, which may be the model's own: email("..."). Answers the text, a static one or one that lives until the next call, or
    NULL to leave the message as it is. {low}, {high}, {field} and {values} in the text are replaced: by the bounds, the member's name, and what
    one_of lists; what is longer than a message is cut at a whole character. It must call nothing of this library.
    Set with orm_options.messages for a handle, and with orm_messages for a thread. */
typedef const char *orm_message_hook(const orm_failure *failure, void *context);
/** The hook for the calls of this thread from now on: it goes before that of the handle, and serves M_validate, which has no handle. NULL for none.
    For programs that answer several languages: set it where a request begins. */
ORM_API void orm_messages(orm_message_hook *hook, void *context);
/** A table of messages, for orm_messages(orm_message_table, table) and orm_options.messages_context: the first entry that fits is taken. NULL fits every
    model, field and rule. An entry whose text names {low} or {high} fits failures that have that bound. The table ends with an entry without text. */
typedef struct orm_message { const char *model, *field, *rule, *text; } orm_message;
ORM_API const char *orm_message_table(const orm_failure *failure, void *table);

/** Writes "what: message" and every failure to stderr; returns 1, so that `return orm_perror("blog");` ends main. */
ORM_API int orm_perror(const char *what);
/** The last error as a JSON object {"kind":..,"message":..,"errors":[{"field":..,"rule":..,"message":..,"index":..}]} (RFC 8259); "index"
    is of the row in a call with many. Failures of a JSON text have "line" and "column", too.
    Writes at most `size` bytes, NUL included, and returns the full length without NUL, like snprintf. */
ORM_API size_t orm_errors_json(char *buffer, size_t size);

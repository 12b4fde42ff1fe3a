/* >>dialect: what an adapter fills in. The core knows no engine, an adapter knows no model: it sees columns, values, plans and SQL.
   Adding an engine is one file with one orm_dialect, and passing the conformance suite.

   Every function reports a failure by orm__raise (internal.h) with the portable kind and the engine's code, and returns that kind.
   The core holds the connection while it calls, so a connection is never used by two threads at once. */
/** The version of this interface: an adapter of another one is refused when it opens a database. */
#define ORM_DIALECT_VERSION 1

/** The adapter's own: a connection, and a prepared statement. */
typedef struct orm_connection orm_connection;           /* the adapter's own */
typedef struct orm_statement  orm_statement;            /* the adapter's own: a prepared statement */
typedef struct orm__sql       orm__sql;                 /* SQL text being written, see internal.h */
typedef struct orm__session   orm__session;             /* what a connection belongs to, see internal.h */

/** One field of a row plan: the n-th result column goes to a member. */
typedef struct orm_plan_field {
    const orm_column *column;
    uint32_t offset;                                    /* in the row that the segment writes */
    uint8_t type;                                       /* orm_type */
    bool nullable;
} orm_plan_field;
/** Fields that go to one struct. A joined to-one relation is a segment of its own. */
typedef struct orm_plan_segment {
    uint32_t n_fields;
    int32_t key;                                        /* result column that is NULL when the joined row does not exist, or -1 */
} orm_plan_segment;
/** Where the columns of a result go: made once for each statement and model. */
typedef struct orm_plan {
    const orm_plan_segment *segments; uint32_t n_segments;
    const orm_plan_field *fields; uint32_t n_fields;    /* of all segments, in result column order */
    uint32_t extra;                                     /* one more column after them, an integer of the core's own: 1 or 0 */
    bool borrow;                                        /* texts and blobs may stay where the engine has them: nobody looks at them after the next fetch or finish */
} orm_plan;

/** How long a list is short. */
#define ORM_SHORT_LIST 16                               /* values of an `in` list up to which an engine compares one by one: see in_long */

/** What `fetch` found. */
typedef enum orm_step { ORM_STEP_FAILED = -1, ORM_STEP_DONE, ORM_STEP_ROW } orm_step;

/** What `finish` tells of a statement. */
typedef struct orm_outcome { int64_t changed, generated; } orm_outcome;     /* rows changed; the key the database made */

/** What an engine offers. A feature that is missing is named here and answered with ORM_UNSUPPORTED, never left out in silence. */
typedef struct orm_capabilities {
    bool returning;                 /* INSERT ... RETURNING */
    const char *upserted;           /* in the RETURNING of an insert with a conflict: 1 for a row that was inserted, 2 for one that was there. NULL: looked for before, as nobody else writes */
    bool enum_types;                /* an enumeration is a type of its own, which sorts as declared; else a text with a check */
    bool casts_parameters;          /* a parameter among what a select yields has no type unless it is cast */
    bool transactional_ddl;
    bool sum_of_long_decimals;      /* sum, avg and changes by calculation of decimals with more than 18 digits */
    bool comments;                  /* comments on tables and columns are stored */
    size_t max_name;                /* bytes of a table, column or index name; 0 is unlimited */
    bool keys_by_returning;         /* generated keys come back only by RETURNING: as a plan's extra column, for each row in order */
    bool one_writer;                /* one connection writes at a time, while any number read */
    bool nulls_are_high;            /* NULL sorts as larger than every value unless the SQL says otherwise; else as smaller */
    bool generated_above_given;     /* a generated key is above every key that a row came with; else they are counted by themselves, and may meet one */
    bool notify;                    /* LISTEN and NOTIFY */
    bool declared_deferral;         /* orm_defer_constraints puts off the keys that are declared so, and orm_check_constraints those that are deferred, too; else all keys, and none of those */
    size_t max_pattern;             /* bytes of a pattern of like and ilike; 0 is unlimited */
} orm_capabilities;

/* row locks, what becomes of rows that are locked, and how an advisory lock waits: indexes of a dialect's spellings */
enum { ORM__FOR_UPDATE = 1, ORM__FOR_NO_KEY_UPDATE, ORM__FOR_SHARE, ORM__FOR_KEY_SHARE, ORM__ROW_LOCKS };
enum { ORM__NOWAIT = 1, ORM__SKIP_LOCKED, ORM__ROW_WAITS };
enum { ORM__ADVISE, ORM__ADVISE_NOWAIT, ORM__ADVISE_TIMED, ORM__ADVISES };

/** A table as the database describes it, for comparison with a model. In an arena. An engine that retells SQL tells its own form of it for comparison (default_sql,
    where, expressions, checks), and beside it, `..._written`, what can be written in a statement; on another that is NULL, as both are one. */
/** A column of it. key: position in the primary key from 1, or 0; generated: the engine makes the key; computed: the engine makes the value, from `default_sql`;
   base: the type that a type of the database's own stands for (a domain), or NULL */
typedef struct orm_found_column { const char *name, *type, *base, *default_sql, *default_written, *comment; bool nullable, generated, computed; int key; } orm_found_column;
/** A foreign key of it. column, target: of a key of several columns they are lists, "a, b", in the order of the key */
typedef struct orm_found_reference { const char *column, *table, *target; const char *on_delete, *on_update; orm_deferral deferral; } orm_found_reference;
/** A foreign key beside its tables: `columns` of `table` refer to `refers`. elsewhere: the table is in another schema, and called "schema.table" here. restricts:
   by on delete restrict; deferred: it is looked at when a transaction commits. */
typedef struct orm_found_link { const char *table, *columns, *refers; bool elsewhere, restricts, deferred; } orm_found_link;
/** An index of it. columns: "a, (expression), b desc"; expressions: what stands for each (expression), in the words of `retell` */
typedef struct orm_found_index {
    const char *name, *columns, *where, *where_written; bool unique, automatic;
    const char **expressions, **expressions_written; size_t n_expressions;
    const char *method;                                 /* "gin": how it finds, when that is not the usual one; else NULL */
} orm_found_index;
/** A name in the database and what it is the name of. */
typedef enum orm_found_kind { ORM_FOUND_TABLE, ORM_FOUND_VIEW, ORM_FOUND_INDEX, ORM_FOUND_TRIGGER, ORM_FOUND_ENUM } orm_found_kind;
typedef struct orm_found_name { orm_found_kind kind; const char *name, *sql; } orm_found_name;      /* sql: the statement that makes it, where the engine tells it */
/** A type that is an enumeration. */
typedef struct orm_found_enum { bool exists; const char **labels; size_t n_labels; } orm_found_enum;      /* exists: there is a type of that name, whatever it is */
/** The table itself. */
typedef struct orm_found_table {
    bool exists;
    orm_found_column *columns; size_t n_columns;
    orm_found_reference *references; size_t n_references;
    orm_found_index *indexes; size_t n_indexes;
    const char **checks; size_t n_checks;               /* the conditions as written, without "check (...)"; blanks and comments do not count */
    const char **checks_written;
    const char **check_names;                           /* of each of `checks`, NULL where it has none */
    const char *comment;
    const char *sql;                                    /* the statement that made it, or NULL */
} orm_found_table;

/** A counter: the column of `parent` which says how many rows of `child` refer to the row: those whose key[i] are its referred[i]; NULL refers to
   nobody. It is kept by triggers of these names: on the child for its rows made, destroyed, given another key, and all gone; and on the parent for
   its rows that are given another key. CALLED is what the triggers call, where they need that: it is made anew with each of them. */
enum { ORM__COUNTER_CALLED, ORM__COUNTER_INSERT, ORM__COUNTER_DELETE, ORM__COUNTER_UPDATE, ORM__COUNTER_TRUNCATE, ORM__COUNTER_MOVE, ORM__COUNTER_PARTS };
typedef struct orm_counter {
    const char *child, *parent, *column;
    const char *const *key, *const *referred; size_t n;
    const char *names[ORM__COUNTER_PARTS];
} orm_counter;

/** Columns of a model that may be `searched`. */
#define ORM_MAX_SEARCHED 4
/** What finds the rows of `table` by the words in these columns, sorted by name: an index, kept by triggers where the engine does not keep it by itself.
   FILL is no thing, but the statement that reads in the rows that are there already. `key`: the one whole number that is the table's primary key. */
enum { ORM__SEARCH_INDEX, ORM__SEARCH_INSERT, ORM__SEARCH_DELETE, ORM__SEARCH_UPDATE, ORM__SEARCH_FILL, ORM__SEARCH_PARTS };
typedef struct orm_search_index {
    const char *table, *key;
    const char *columns[ORM_MAX_SEARCHED]; size_t n;
    const char *names[ORM__SEARCH_PARTS];
} orm_search_index;
/** A part of a text. */
typedef struct orm_text_slice { const char *at; size_t n; } orm_text_slice;

enum { ORM__JSON_TEXT, ORM__JSON_DOUBLE, ORM__JSON_WHOLE, ORM__JSON_BOOL, ORM__JSON_ANY, ORM__JSON_VALUES };
/** An engine. Members that may be NULL say so. */
typedef struct orm_dialect {
    uint32_t version;                                   /* ORM_DIALECT_VERSION */
    const char *name;                                   /* "sqlite" */
    const char *scheme, *other_scheme;                  /* of its URLs, without the colon; a second one or NULL */
    orm_capabilities can;

    /* connections */
    /* `reader`: only for reading, beside a connection that writes, or to a replica. options.timeout_ms bounds it. Reports to `db`, and keeps it. */
    orm_status (*open)(orm__session *db, const char *url, const orm_options *options, bool reader, orm_connection **out);
    void       (*close)(orm_connection *c);
    bool       (*alone)(orm_connection *c);             /* can no other connection share its database? NULL: others always can */
    /* Of an engine whose connections can be lost: is it known to be of use? `ask`: the server is asked. NULL: they cannot be lost. */
    bool       (*alive)(orm_connection *c, bool ask);
    /* back to the settings of a new connection, after SQL by hand changed them (the adapter says so by orm__session.touched). Statements are lost.
       Together with `alive`. */
    orm_status (*reset)(orm_connection *c);
    const char *(*engine)(orm_connection *c);           /* name and version for people */
    /* What tells this connection's database from all others, for people too, without a password: "/var/lib/blog.db", "localhost:5432/blog". In `room`, or valid as long as the
       connection. NULL: nobody else can have it open. */
    const char *(*target)(orm_connection *c, char room[512]);
    size_t     (*most_connections)(orm_connection *c);  /* that the server takes of all its clients together; 0: not known. NULL: there is no such number */
    bool       (*has_password)(const char *url);        /* is there one in it? NULL: URLs of this engine have none */
    size_t     (*max_parameters)(orm_connection *c);
    /* a deadline for what follows: monotonic microseconds, 0 for none */
    void       (*deadline)(orm_connection *c, int64_t at);

    /* statements: prepare -> (start -> fetch* -> finish)* -> finalize */
    orm_status (*prepare)(orm_connection *c, const char *sql, size_t length, orm_statement **out);
    void       (*finalize)(orm_connection *c, orm_statement *s);
    /* binds values 1..n and begins; texts and blobs are borrowed until finish */
    orm_status (*start)(orm_connection *c, orm_statement *s, const orm_value *values, size_t n);
    /* decodes the next row into rows[segment] at the plan's offsets, texts and blobs into `texts`, unless plan->borrow; a segment whose key is NULL sets
       rows[segment] = NULL. `extra` gets the extra column. A value that does not fit its column is ORM_BAD_DATA. A plan without
       segments is a statement whose rows are not read. */
    orm_step   (*fetch)(orm_connection *c, orm_statement *s, const orm_plan *plan, void **rows, orm_arena *texts, int64_t *extra);
    /* the same for plans with `borrow`; NULL: fetch is for those, too, and may copy as ever */
    orm_step   (*fetch_borrowed)(orm_connection *c, orm_statement *s, const orm_plan *plan, void **rows, orm_arena *texts, int64_t *extra);
    /* after start: how many rows will come, for an engine that has them all by then; NULL where none knows */
    size_t     (*rows)(const orm_statement *s);
    /* ends the execution, whatever its state; returns the failure of the last step, if any. `out` may be NULL. */
    orm_status (*finish)(orm_connection *c, orm_statement *s, orm_outcome *out);
    /* Start in two halves, for engines that take further statements before they answer; NULL: this one does not. `send` hands the execution
       over and does not wait; texts and blobs are borrowed until it returns. Outside a transaction what writes stands for itself, whatever
       becomes of others. `receive` is called as often as `send` succeeded, in that order, before anything else is done on the connection:
       it waits, and leaves the statement as start does, for fetch and finish. `skipped`: it was not run, as one before it failed, or
       may be run again as its plan is stale: there is nothing to finish. */
    orm_status (*send)(orm_connection *c, orm_statement *s, const orm_value *values, size_t n);
    orm_status (*receive)(orm_connection *c, orm_statement *s, bool *skipped);
    /* With `send`, in a transaction: what an insert gives back for the key $c that is made for it, so that those which are sent behind it can have it as a value, by `kept_key`,
       before anybody has read the answer. $n is a number of the model; $v a text that both have, another one for each insert: a key that was kept with another text,
       or none at all, is an error of the statement which asks for it. NULL: keys are not kept. */
    const char *keep_key, *kept_key;

    /* transactions */
    /* in a read-only one every write answers ORM_READ_ONLY; NULL: as the engine likes. It may be sent with the first statement, whose failure its own is then. */
    orm_status (*begin)(orm_connection *c, const orm_transaction_options *how);
    orm_status (*commit)(orm_connection *c);            /* ORM_BUSY leaves the transaction open */
    /* With `send`: commit in two halves. It is handed over behind what was sent; `commit`, called when all that was received, waits for it. When one of those failed it
       is left out, and `commit` answers ORM_TRANSACTION_ABORTED, and raises nothing. In between nothing else is done on the connection. False: it was not handed over. */
    bool       (*send_commit)(orm_connection *c);
    void       (*rollback)(orm_connection *c);          /* also when the engine has already rolled back */
    bool       (*in_transaction)(orm_connection *c);    /* asks the engine */

    /* Foreign keys within a transaction: the statement that puts off those which may be until the commit, and the one from which on they are looked at at once.
       `keys_pending`, before the latter: ORM_FOREIGN_KEY when one that was put off is broken; NULL: the statement finds out. NULL: ORM_UNSUPPORTED.
       `keys_outlive_savepoints`: what they did is not undone by a rollback to a savepoint. A commit that finds a broken key answers ORM_FOREIGN_KEY, and says which it is. */
    const char *defer_keys, *check_keys;
    orm_status (*keys_pending)(orm_connection *c);
    bool keys_outlive_savepoints;

    /* SQL spelling: each writes to the text */
    void (*column_type)(orm__sql *out, const orm_column *column);               /* "INTEGER", "varchar(200)" */
    void (*literal)(orm__sql *out, const orm_column *column, orm_value value);  /* for DDL: defaults, checks */
    void (*parameter)(orm__sql *out, unsigned number);                          /* "?1", "$1" */
    void (*quote)(orm__sql *out, const char *name);                             /* a quoted identifier */
    /* what the engine reads besides '...', "...", -- and slash-star comments: for the parameters of SQL by hand */
    struct {
        bool backquotes, brackets;                      /* `name`, [name] */
        bool dollar_quotes;                             /* $tag$...$tag$, and names that hold a $ */
        bool escape_texts;                              /* e'it\'s' */
        bool nested_comments;
        bool question_operators;                        /* a ? that no number follows is an operator */
    } reads;
    const char *operators[ORM_OPS];                     /* "$c = $v": $c is the column, $v the parameter, $t another column */
    const char *char_length;                            /* "length($c)" */
    const char *text_collation;                         /* " collate \"C\"", behind a text that is made, so that it sorts as stored ones do; or NULL */
    const char *period[2][3];                           /* the first day of the day, month and year of a date, and with [1] of a timestamp, in UTC */
    const char *not_blank;                              /* not_empty as a check */
    const char *byte_length;                            /* "octet_length($c)", of texts and blobs; or NULL */
    const char *rule_checks[ORM_RULE_KINDS];            /* rules without arguments as a check of a text: they must say exactly what the program does; NULL: the program alone checks */
    const char *interval_as_bytes[2];                   /* before and behind an interval column in conditions, to compare it part by part with 16 bytes; or NULL: the column
                                                           itself does that */
    const char *json_as_text;                           /* behind a json column in conditions, orders and lists, to compare it as text: "::text"; or NULL */
    /* Paths into JSON documents. Either each step is a parameter, spelled by `step` as [0] a key and [1] an index ($x: what it is taken from, $v: the parameter, $$: $), and
       with `listed` behind it in a list of them; or `step` is NULL, and the path is one parameter, a JSON array. Spellings: $c the column, $j the same in the form
       that is asked (`cast`, for json), $d what the path leads to, $u what the path without its last step leads to, $s the list of steps, $p the path as one
       parameter, $v the operand, $o the comparison, $y the type of JSON that is compared, $k "object" or "array", as the last step wants. */
    struct {
        const char *step[2], *listed[2], *cast, *uncast;
        const char *text, *scalar;                      /* comparisons: of texts; of numbers and booleans, the operand being their JSON */
        const char *contains, *is_null, *missing, *exists;
        const char *set, *remove;                       /* the whole document with another value there; without it */
        const char *value[ORM__JSON_VALUES];            /* what the path leads to, NULL if it is of another kind: text, number, whole number, boolean, and whatever it is as JSON */
        const char *order[3];                           /* the kind of value, 0 for none, and what sorts those of a kind; or NULL */
    } json;
    const char *serial_primary_key;                     /* after the type of a `serial`: " primary key autoincrement" */
    const char *create_table_tail;                      /* " STRICT" */
    const char *const *tail_types;                      /* the only types that a table with such a tail may have: type_sql("...") of others leaves the tail off. Ends with NULL; NULL is any. */
    bool boolean_check, integer_check;                  /* must ranges be spelled as CHECK? */
    const char *array_append, *array_without;           /* $c with the elements of the array $v at its end; without those that are in it. Each names $v once. */
    const char *array_check;                            /* "array_position($c, null) is null": what an array column must hold */
    /* a pattern as the operator wants it, from ORM_OP_LIKE to ORM_OP_REGEXP (like on an engine without a case-sensitive LIKE); may write to the arena */
    orm_status (*operand)(orm_connection *c, orm_op op, orm_value *value, orm_arena *scratch);
    /* n values of one column as a single parameter for ORM_OP_IN; the text lives in the arena */
    orm_status (*list)(orm_connection *c, const orm_column *column, const orm_value *values, size_t n, orm_arena *scratch, orm_value *out);
    /* ORM_OP_IN and ORM_OP_NOT_IN for lists of more than ORM_SHORT_LIST values, of which no index makes use; $y is the parameter's type, as
       list_type writes it. Or all NULL */
    const char *in_long, *not_in_long;
    /* a select of the elements of the parameter, an array of these: for lists in SQL by hand. False: of such elements there is none */
    bool (*unnest)(orm__sql *out, orm_type element, unsigned number);
    const char *(*result_name)(const orm_statement *s, size_t i);      /* after start: what result column i is called, NULL behind the last one */
    void (*list_type)(orm__sql *out, const orm_column *column);
    /* A query whose rows are walked while other statements run, in a transaction: what stands before it to give it a name, how its next rows are asked for,
       and how it is ended; $n is the name, $r the number of rows. All NULL: a statement may be left between two fetches while others run. */
    struct { const char *declare, *next, *close; } cursor;

    /* Many rows at once, for an engine with better ways than one long statement; NULL where there is none. First: one array per column.
       `insert` is the prepared insert of one row with values of these n columns: it knows what types the table's columns are of. */
    /* writes what stands behind an insert's columns to take the arrays, in that order; false when a column's values do not go that way */
    bool (*arrays)(const orm_statement *insert, const orm_column *const *columns, size_t n, orm__sql *out);
    /* such an array: the values of column k of all rows, `stride` values apart, NULLs too; it lives in the arena */
    orm_status (*array)(orm_connection *c, const orm_statement *insert, const orm_column *column, size_t k, const orm_value *values, size_t stride, size_t rows,
                        orm_arena *arena, orm_value *out);
    /* Second: a statement that takes rows from the client, from which nothing comes back; $t is the table with the columns. It is prepared,
       told by load_for what it gets (`takes`: can this table be written so?), started, given its rows by load, and finished. If a load
       failed, finish leaves nothing of the statement. */
    const char *load_into;
    orm_status (*load_for)(orm_connection *c, orm_statement *s, const char *table, const orm_column *const *columns, size_t n, bool *takes);
    orm_status (*load)(orm_connection *c, orm_statement *s, const orm_value *values);

    const char *explain[2];                             /* before a query, to be told its plan; the same with [1] what running it took. NULL: not told */
    bool explain_tree;                                  /* a plan is rows of (number, number of the row it belongs to, anything, text); else rows of one text */

    /* Notes, of an engine that can `notify`: the statement that sends one, of a channel and a payload; on a connection that does nothing else: begin to listen,
       what becomes readable, the payload of the next note (ORM_STEP_DONE: none came until then; 0: wait for ever). A lost connection is ORM_STEP_FAILED. */
    const char *notify;
    orm_status (*listen)(orm_connection *c, const char *channel);
    int        (*listen_fd)(orm_connection *c);
    orm_step   (*heard)(orm_connection *c, int64_t until, orm_arena *texts, const char **payload);

    /* Locks. Either a transaction that may write is the database's only one: then `holds_all` tells whether this transaction is that one, every
       lock is granted to it, and nothing is sent. Or it is NULL, and locks are spelled; one without spelling is answered with ORM_UNSUPPORTED. */
    bool (*holds_all)(orm_connection *c);
    const char *row_locks[ORM__ROW_LOCKS];              /* behind a query, before the alias of the table whose rows are locked: " for update of " */
    const char *row_waits[ORM__ROW_WAITS];              /* behind that alias: " nowait" */
    /* [shared]: the statement that takes the advisory lock whose number is its first parameter, to the end of the transaction. ADVISE waits as
       for any lock; ADVISE_NOWAIT answers with one integer, 1 for granted and 0; ADVISE_TIMED waits as many milliseconds as its second says. */
    const char *advisory_locks[2][ORM__ADVISES];

    /* Counters; all NULL: ORM_UNSUPPORTED. `counter` writes the statement that makes one part, or nothing and answers false where the engine needs
       none. `list_triggers` tells all there are, by name. */
    bool       (*counter)(orm__sql *out, const orm_counter *counter, unsigned part);
    bool       (*counter_drop)(orm__sql *out, const orm_counter *counter, unsigned part);      /* the statement that drops what `counter` made */
    orm_status (*list_triggers)(orm_connection *c, orm_arena *arena, orm_found_name **out, size_t *n);

    /* Searches; all NULL: ORM_UNSUPPORTED. `search` writes the statement that makes a part, or does FILL, or nothing and answers false where the engine needs none;
       `search_drop` the one that drops it. `search_query` writes the operand: words of letters and digits in UTF-8, none of which is syntax; without words it finds nothing.
       `search_holds` and `search_rank`, more where the row fits better, are spelled for the table's alias tN and the operand's parameter. `list_searches` tells all indexes
       that were made so, with their columns "a, b" as `sql`. */
    bool       (*search)(orm__sql *out, const orm_search_index *search, unsigned part);
    bool       (*search_drop)(orm__sql *out, const orm_search_index *search, unsigned part);
    void       (*search_query)(orm__sql *out, orm_search_form form, const orm_text_slice *words, size_t n, size_t n_columns);
    void       (*search_holds)(orm__sql *out, const orm_search_index *search, unsigned alias, unsigned parameter);
    void       (*search_rank)(orm__sql *out, const orm_search_index *search, unsigned alias, unsigned parameter);
    orm_status (*list_searches)(orm_connection *c, orm_arena *arena, orm_found_name **out, size_t *n);

    /* introspection */
    orm_status (*describe)(orm_connection *c, const char *table, orm_arena *arena, orm_found_table *out);
    orm_status (*describe_enum)(orm_connection *c, const char *type, orm_arena *arena, orm_found_enum *out);      /* only with can.enum_types */
    /* For an engine that tells SQL in words of its own: the model's text of a check, index expression or index condition (`type` NULL), or of a default for a
       column of `type`, as describe would tell it of this existing table. NULL: describe tells what was written. */
    orm_status (*retell)(orm_connection *c, const char *table, const char *type, const char *sql, orm_arena *arena, const char **out);
    /* what a model's member would be for a column of this type, as describe tells it (or its `base`); false: there is none. Labels of enumerations are not its matter. */
    bool       (*read_type)(const char *type, orm_column_type *out);
    /* all tables and views of the connection's schema, by name; none of the engine's own */
    orm_status (*list_tables)(orm_connection *c, orm_arena *arena, orm_found_name **out, size_t *n);
    /* all foreign keys that refer to tables which their names mean without a schema */
    orm_status (*list_links)(orm_connection *c, orm_arena *arena, orm_found_link **out, size_t *n);
    /* the types of enumerations, by name; NULL: there are none */
    orm_status (*list_enums)(orm_connection *c, orm_arena *arena, orm_found_name **out, size_t *n);

    /* Changing tables. Most engines alter them (`alters`); on another a table is made anew under another name, gets the rows, and takes the place of
       the old one. That is done in a transaction with .unchecked: begin leaves off looking at foreign keys, and commit refuses when rows refer to
       nothing, or views and triggers do not work any more. In it, around each table, `rebuild_keep` tells what would be lost with it (indexes, triggers),
       and `rebuild_kept` makes those of it which are not there. NULL where tables are altered. */
    bool alters;
    orm_status (*rebuild_keep)(orm_connection *c, const char *table, orm_arena *arena, orm_found_name **out, size_t *n);
    orm_status (*rebuild_kept)(orm_connection *c, const orm_found_name *kept, size_t n);
    const char *const *hidden_keys;                     /* names of the number that a row has by itself, where that is kept, too; ends with NULL. A column of such a name hides it. */
    const char *carry_numbers;                          /* so that keys which were given once are not given again: $t is the old table, $n the new one, as texts */
    /* how values of one column become those of another: "" as they are, "cast($c as text)", or NULL: not without loss, or by hand */
    const char *(*convert)(const orm_column *from, const orm_column *to, char out[256]);
    const char *lock_wait;                              /* the statement that bounds how long those behind it in the transaction wait for locks, before its milliseconds; NULL: it has no use */
    const char *broken;                                 /* a query for the names, as one text or NULL, of what a statement left half made outside of a transaction; NULL: nothing can be left */
    /* Writes the statement number `step`, from 0, of those that delete all rows of tables, which only these refer to, children first, and let the keys that
       the engine makes begin anew; false: there is none any more. */
    bool (*empty)(orm_connection *c, orm__sql *out, const char *const *tables, size_t n, size_t step);
    /* keys that the engine makes go on behind those that rows came with; NULL: they do by themselves */
    orm_status (*numbers_behind)(orm_connection *c, const char *table, const char *column);
    /* the database that the URL names: ORM_OK when it was made or dropped, ORM_UNIQUE when it is there already, ORM_NOT_FOUND when it is not */
    orm_status (*create_database)(const char *url);
    orm_status (*drop_database)(const char *url);
    const char *existing;                               /* what a URL has at its end so that a database which is not there is not made: "mode=rw"; NULL: none is made anyway */
    const char *(*database_name)(const char *url, char out[256]);      /* the name that a person would call it by, without password; NULL: none */
} orm_dialect;

/* >>query: conditions, orders, includes and queries as values. A condition is postfix nodes inside a struct: it may be assigned,
   returned, kept and reused. Only texts, blobs, arrays and the array of orm_in_array are borrowed, until the call that uses them returns. */

/** What a node of a condition says. Programs do not write them: orm_eq, orm_and and the others do. */
typedef enum orm_op {
    ORM_OP_VALUE = 1,                                                 /* a stored value of orm_in */
    ORM_OP_EQ, ORM_OP_NE, ORM_OP_GT, ORM_OP_GTE, ORM_OP_LT, ORM_OP_LTE,
    ORM_OP_DIFFERS,                                                   /* is distinct from: NULL differs from every value */
    ORM_OP_HOLDS,                                                     /* one value; on its way to the engine ORM_OP_HOLDS_ALL of it alone */
    ORM_OP_HOLDS_ALL, ORM_OP_HOLDS_ANY, ORM_OP_WITHIN,                /* an array */
    ORM_OP_BITS_ALL, ORM_OP_BITS_ANY,
    ORM_OP_COUNT_EQ, ORM_OP_COUNT_NE, ORM_OP_COUNT_GT, ORM_OP_COUNT_GTE, ORM_OP_COUNT_LT, ORM_OP_COUNT_LTE,      /* of elements */
    ORM_OP_LIKE, ORM_OP_ILIKE, ORM_OP_STARTS_WITH, ORM_OP_ENDS_WITH, ORM_OP_CONTAINS, ORM_OP_REGEXP,
    ORM_OP_IS_NULL, ORM_OP_IS_NOT_NULL,
    ORM_OP_EQ_COLUMN, ORM_OP_NE_COLUMN, ORM_OP_GT_COLUMN, ORM_OP_GTE_COLUMN, ORM_OP_LT_COLUMN, ORM_OP_LTE_COLUMN,
    ORM_OP_IN, ORM_OP_NOT_IN,                                         /* takes the n values before it */
    ORM_OP_IN_ARRAY, ORM_OP_NOT_IN_ARRAY,
    ORM_OP_AND, ORM_OP_OR,                                            /* takes the n conditions before it */
    ORM_OP_ALL_OF, ORM_OP_ANY_OF,                                     /* a borrowed array of conditions */
    ORM_OP_JSON_EQ, ORM_OP_JSON_NE, ORM_OP_JSON_GT, ORM_OP_JSON_GTE, ORM_OP_JSON_LT, ORM_OP_JSON_LTE,      /* take the n nodes before it, which hold the path */
    ORM_OP_JSON_CONTAINS, ORM_OP_JSON_NULL, ORM_OP_JSON_MISSING, ORM_OP_JSON_EXISTS,
    ORM_OP_SEARCH,                                                    /* of a model; value.n is an orm__search_form */
    ORM_OP_NOT,
    ORM_OP_HAS, ORM_OP_HAS_NONE, ORM_OP_HAS_ALL,                      /* n is 1 when a condition on the children stands before it */
    ORM_OPS
} orm_op;

/** A node of a condition; `value.op` is an orm_op, `value.n` how many nodes before it belong to it, up to 255. */
typedef struct orm_node { const void *of; orm_value value; } orm_node;
/** A condition without its model's types; M_pred has the same layout. Zero is the empty condition, which holds for all rows and is neutral in orm_and and orm_or. A value: it may be
    assigned, returned and kept, as long as what it borrows lives. */
typedef struct orm_expr { uint32_t used; orm_node node[ORM_MAX_TERMS]; } orm_expr;
#define ORM__TOO_MANY    0xFFFFu          /* `used` of a condition with more nodes than ORM_MAX_TERMS: the call answers ORM_MISUSE */
#define ORM__END_OF_LIST 0xFFFEu

#define ORM__NULLS_RANDOM 0xFE            /* orm_order.nulls of orm_random */
/** Where an order has rows without a value: first going up and last going down, or as said. */
typedef enum orm_nulls { ORM_NULLS_DEFAULT, ORM_NULLS_FIRST, ORM_NULLS_LAST } orm_nulls;
/** How long paths are: of relations in an order, of steps into a JSON document. */
#define ORM_MAX_PATH 3                    /* relations between a model and a column that it is ordered by */
#define ORM_MAX_STEPS 4                   /* of a path into a JSON document */
#define ORM__NULLS_JSON 0xFD              /* orm_order.nulls of orm_json_asc and orm_json_desc */
#define ORM__NULLS_RANK 0xFC              /* orm_order.nulls of orm_by_rank */
#define ORM__NO_PATH 0, 0, 0, { { NULL } }
/** A step of a path: the key of a member, or the place of an element. */
typedef union orm_json_step { const char *key; int64_t index; } orm_json_step;
/** A path into a JSON document, as orm_path makes it: n steps, bit i of `indexes` says that step i is an index. Keys are borrowed until the call returns. */
typedef struct orm_json_path { uint8_t n, indexes, wrong; orm_json_step step[ORM_MAX_STEPS]; } orm_json_path;
/** The path of orm_json_asc and orm_json_desc. */
typedef struct orm_json_order { const orm_relation *no_path; orm_json_step step[ORM_MAX_STEPS]; } orm_json_order;
/** A term of an order without its model's types; M_order has the same layout. orm_asc, orm_desc, orm_by and the others make them. */
typedef struct orm_order   {
    const orm_column *column; uint8_t descending, nulls;
    uint8_t n_steps, indexes, wrong;      /* of orm_json_asc and orm_json_desc, as in orm_json_path; queries hold many orders, so it has no place of its own */
    union { const orm_relation *path[ORM_MAX_PATH]; orm_json_order json; };
} orm_order;
/** A relation that a query brings along, without its model's types; M_include has the same layout. orm_with and orm_count_of make them, in the initialiser of a query only. */
typedef struct orm_include {
    const orm_relation *relation; const struct orm_query *query;
    const orm_column *count; const struct orm_expr *where;       /* of orm_count_of, instead of a relation */
} orm_include;
/** A set of fields without its model's types: (User_mask){ .name = 1, .email = 1 } has the same layout. */
typedef struct orm_mask    { uint32_t word[ORM_MAX_ROWS / 32]; } __attribute__((aligned(16))) orm_mask;

/** Locks on the rows that a query reads, held to the end of the transaction. From the strongest to the weakest:
    ORM_FOR_UPDATE         nobody else may lock, change or delete the row
    ORM_FOR_NO_KEY_UPDATE  the same, but rows that refer to it by a foreign key may be inserted; what an update without a key change takes
    ORM_FOR_SHARE          nobody may change or delete it; others may share the lock
    ORM_FOR_KEY_SHARE      nobody may delete it or change its key; what a foreign key takes
    They need a transaction that may write: outside of one, or in a read-only one, the call answers ORM_MISUSE and sends nothing. The rows of
    the query's own model are locked, those of includes are not. Rows that were changed while the call waited are read anew, and left out
    when they do not meet the condition any more. On SQLite a transaction that may write is the database's only one, so every lock is
    granted as soon as it has begun, and nothing is sent for it. */
typedef struct orm_row_lock orm_row_lock;
extern ORM_API const orm_row_lock orm__for_update, orm__for_no_key_update, orm__for_share, orm__for_key_share;
#define ORM_FOR_UPDATE        (&orm__for_update)
#define ORM_FOR_NO_KEY_UPDATE (&orm__for_no_key_update)
#define ORM_FOR_SHARE         (&orm__for_share)
#define ORM_FOR_KEY_SHARE     (&orm__for_key_share)
/** What a call with a lock does about rows that somebody else has locked; without a word it waits, up to .busy_timeout_ms of the handle, and
    answers ORM_LOCK_TIMEOUT then.
    ORM_NOWAIT       answers ORM_LOCK_TIMEOUT at once
    ORM_SKIP_LOCKED  leaves them out, as a queue's workers want it */
typedef struct orm_row_wait orm_row_wait;
extern ORM_API const orm_row_wait orm__nowait, orm__skip_locked;
#define ORM_NOWAIT      (&orm__nowait)
#define ORM_SKIP_LOCKED (&orm__skip_locked)

/** A query without its model's types; M_query has the same layout. Zero means default everywhere; NULL for a query means none. */
typedef struct orm_query {
    bool orm__literal;
    orm_expr where;
    orm_order order[ORM_MAX_ORDERS + 1];
    orm_include include[ORM_MAX_INCLUDES + 1];
    int64_t limit, offset;           /* 0 is no limit; negative is refused */
    int64_t page, per_page;          /* page counts from 1; both or none, and then neither limit nor offset */
    orm_mask select;                 /* no bit set: all columns */
    const void *after;               /* keyset paging: rows after this one, in the query's order (primary key by default) */
    orm_arena *arena;                /* the result lives there instead of on its own */
    const orm_row_lock *lock;        /* ORM_FOR_UPDATE ...: locks the rows read, in a transaction */
    const orm_row_wait *wait;        /* with a lock: ORM_NOWAIT or ORM_SKIP_LOCKED; NULL waits */
    const struct orm_expr *source;   /* of a view: orm_source(condition) on rows of one of its models, before they are grouped */
    bool track;                      /* lists: keep a snapshot of each row, so that save writes only what changed */
    bool all;                        /* destroy_all and update: yes, every row */
    bool required;                   /* of an include: only rows that have such a related row, as an inner join does */
    bool links;                      /* of an include by many_to_many: with the rows of the link model, see orm_links */
    bool with_deleted, only_deleted; /* of a model with deleted_at: destroyed rows, too; or nothing but them. Also of an include. */
    bool unscoped;                   /* without the model's default scope. Also of an include. */
    bool with_secrets;               /* fields that are `secret` are read, too; .select names single ones */
    bool each_row, skip_row_hooks;   /* destroy_all and update of a model with hooks for single rows: run them, row by row; or do without them */
    uint32_t timeout_ms;             /* the call's deadline, 0 for the handle's */
} orm_query;

/** What an assignment does. Programs do not write them: orm_set, orm_inc and the others do. */
typedef enum orm_assign_kind {
    ORM_ASSIGN_VALUE = 1, ORM_ASSIGN_NULL, ORM_ASSIGN_ADD, ORM_ASSIGN_SUBTRACT, ORM_ASSIGN_COLUMN, ORM_ASSIGN_CALC, ORM_ASSIGN_CALC_VALUE, ORM_ASSIGN_GIVEN,
    ORM_ASSIGN_JSON_SET, ORM_ASSIGN_JSON_REMOVE, ORM_ASSIGN_APPEND, ORM_ASSIGN_WITHOUT,
    ORM_ASSIGN_SOURCE
} orm_assign_kind;
/** One assignment of an update: column = value | NULL | column +- value | other | other (op) second | other (op) value. */
typedef struct orm_assignment {
    const orm_column *column;
    uint8_t kind; char operation;    /* '+', '-' or '*' */
    orm_value value;
    __extension__ union {            /* every change is zeroed whole by those who write it: what one assignment cannot have together shares its place */
        struct { const orm_column *other, *second; };
        orm_json_path json;          /* of orm_json_set and orm_json_remove */
    };
} orm_assignment;
/** An update without its model's types; M_change has the same layout. Without a condition it is refused, unless .all is said. */
typedef struct orm_change {
    bool orm__literal;
    orm_assignment set[ORM_MAX_ASSIGNMENTS + 1];
    orm_expr where;
    bool all, with_deleted, only_deleted, unscoped, each_row, skip_row_hooks;      /* as in orm_query */
    bool unchecked;                      /* without the rules of several fields that cannot be asked, see border.h */
    uint32_t timeout_ms;
} orm_change;

#ifndef __cplusplus
/* ---- values ------------------------------------------------------------------------------------------- */
#define ORM__VALUE_SECRET 0xFF            /* `op` of a value that is not shown */
static inline ORM__UNUSED orm_value orm__v_self(orm_value v)   { return v; }
static inline ORM__UNUSED orm_value orm__v_int(int64_t v)      { return (orm_value){ .type = ORM_INT64, .as.i = v }; }
static inline ORM__UNUSED orm_value orm__v_uint(uint64_t v)    { return (orm_value){ .type = v > INT64_MAX ? ORM_VALUE_TOO_BIG : ORM_INT64, .as.i = (int64_t)(v & INT64_MAX) }; }
static inline ORM__UNUSED orm_value orm__v_bool(bool v)        { return (orm_value){ .type = ORM_BOOL, .as.i = v }; }
static inline ORM__UNUSED orm_value orm__v_double(double v)    { return (orm_value){ .type = ORM_DOUBLE, .as.d = v }; }
static inline ORM__UNUSED orm_value orm__v_text(const char *v) { return (orm_value){ .type = v ? ORM_TEXT : ORM_NULL, .length = ORM_LENGTH_UNKNOWN, .as.s = v }; }
static inline ORM__UNUSED orm_value orm__v_date(orm_date v)    { return (orm_value){ .type = ORM_DATE, .as.i = v.days }; }
static inline ORM__UNUSED orm_value orm__v_clock(orm_clock v)  { return (orm_value){ .type = ORM_CLOCK, .as.i = v.microseconds }; }
static inline ORM__UNUSED orm_value orm__v_uuid(orm_uuid v)    { return (orm_value){ .type = ORM_UUID, .as.uuid = v }; }
static inline ORM__UNUSED orm_value orm__v_decimal(orm_decimal v) { return (orm_value){ .type = ORM_DECIMAL, .scale = (uint8_t)v.scale, .as.decimal = { v.low, v.high } }; }
static inline ORM__UNUSED orm_value orm__v_blob(orm_blob v)
{
    if (!v.data) return (orm_value){ .type = ORM_NULL };
    return (orm_value){ .type = v.size >= UINT32_MAX ? ORM_VALUE_TOO_BIG : ORM_BLOB, .length = (uint32_t)v.size, .as.p = v.data };
}
static inline ORM__UNUSED orm_value orm__v_inet(orm_inet v)
{
    orm_value value = { .type = v.family ? ORM_INET : ORM_NULL, .length = (uint32_t)v.family << 8 | v.prefix };
    for (unsigned i = 0; i < (v.family == 4 ? 4u : 16u); i++) value.as.uuid.byte[i] = v.address[i];       /* beyond an IPv4 address there is nothing */
    return value;
}
static inline ORM__UNUSED orm_value orm__v_interval(orm_interval v) { return (orm_value){ .type = ORM_INTERVAL, .as.interval = v }; }
static inline ORM__UNUSED orm_value orm__v_array(orm_type element, const void *at, size_t n)
{
    return (orm_value){ .type = at ? ORM_ARRAY : ORM_NULL, .scale = (uint8_t)element, .as.list = { at, n } };
}
static inline ORM__UNUSED orm_value orm__v_int16s (orm_int16s  v) { return orm__v_array(ORM_INT16, v.at, v.n); }
static inline ORM__UNUSED orm_value orm__v_int32s (orm_int32s  v) { return orm__v_array(ORM_INT32, v.at, v.n); }
static inline ORM__UNUSED orm_value orm__v_int64s (orm_int64s  v) { return orm__v_array(ORM_INT64, v.at, v.n); }
static inline ORM__UNUSED orm_value orm__v_floats (orm_floats  v) { return orm__v_array(ORM_FLOAT, v.at, v.n); }
static inline ORM__UNUSED orm_value orm__v_doubles(orm_doubles v) { return orm__v_array(ORM_DOUBLE, v.at, v.n); }
static inline ORM__UNUSED orm_value orm__v_bools  (orm_bools   v) { return orm__v_array(ORM_BOOL, v.at, v.n); }
static inline ORM__UNUSED orm_value orm__v_texts  (orm_texts   v) { return orm__v_array(ORM_TEXT, v.at, v.n); }
static inline ORM__UNUSED orm_value orm__v_dates  (orm_dates   v) { return orm__v_array(ORM_DATE, v.at, v.n); }
static inline ORM__UNUSED orm_value orm__v_times  (orm_times   v) { return orm__v_array(ORM_TIME, v.at, v.n); }
static inline ORM__UNUSED orm_value orm__v_uuids  (orm_uuids   v) { return orm__v_array(ORM_UUID, v.at, v.n); }

/* the class of a value, as one bit */
#define ORM__CLASS_NONE    0x0
#define ORM__CLASS_INT     0x1
#define ORM__CLASS_TEXT    0x2
#define ORM__CLASS_BOOL    0x4
#define ORM__CLASS_NUMBER  0x8
#define ORM__CLASS_DATE    0x10
#define ORM__CLASS_CLOCK   0x20
#define ORM__CLASS_UUID    0x40
#define ORM__CLASS_DECIMAL 0x80
#define ORM__CLASS_BLOB    0x100
#define ORM__CLASS_INET    0x200
#define ORM__CLASS_INT16S  0x400
#define ORM__CLASS_INT32S  0x800
#define ORM__CLASS_INT64S  0x1000
#define ORM__CLASS_FLOATS  0x2000
#define ORM__CLASS_DOUBLES 0x4000
#define ORM__CLASS_BOOLS   0x8000
#define ORM__CLASS_TEXTS   0x10000
#define ORM__CLASS_DATES   0x20000
#define ORM__CLASS_TIMES   0x40000
#define ORM__CLASS_UUIDS   0x80000
#define ORM__CLASS_INTERVAL 0x200000
#define ORM__CLASS_VALUE   0x100000        /* made already: for SQL by hand */
/* The class of what was given to a macro, for its checks. By the type, as clang takes a compound literal inside of enum { } for one at file scope, where it may
   hold no variable. */
#define ORM__GIVEN(v) ORM__UNUSED const __typeof__(v) *orm__sample;
#define ORM__CLASS_GIVEN ORM__CLASS(*orm__sample)
#define ORM__CLASS(v) _Generic((v), char *: ORM__CLASS_TEXT, const char *: ORM__CLASS_TEXT, bool: ORM__CLASS_BOOL,               \
    char: ORM__CLASS_INT, signed char: ORM__CLASS_INT, unsigned char: ORM__CLASS_INT, short: ORM__CLASS_INT,                     \
    unsigned short: ORM__CLASS_INT, int: ORM__CLASS_INT, unsigned: ORM__CLASS_INT, long: ORM__CLASS_INT,                         \
    unsigned long: ORM__CLASS_INT, long long: ORM__CLASS_INT, unsigned long long: ORM__CLASS_INT,                                \
    float: ORM__CLASS_NUMBER, double: ORM__CLASS_NUMBER, orm_date: ORM__CLASS_DATE, orm_clock: ORM__CLASS_CLOCK,                 \
    orm_uuid: ORM__CLASS_UUID, orm_decimal: ORM__CLASS_DECIMAL, orm_blob: ORM__CLASS_BLOB, orm_inet: ORM__CLASS_INET, orm_interval: ORM__CLASS_INTERVAL, \
    orm_int16s: ORM__CLASS_INT16S, orm_int32s: ORM__CLASS_INT32S, orm_int64s: ORM__CLASS_INT64S, orm_floats: ORM__CLASS_FLOATS, \
    orm_doubles: ORM__CLASS_DOUBLES, orm_bools: ORM__CLASS_BOOLS, orm_texts: ORM__CLASS_TEXTS, orm_dates: ORM__CLASS_DATES, \
    orm_times: ORM__CLASS_TIMES, orm_uuids: ORM__CLASS_UUIDS, orm_value: ORM__CLASS_VALUE, default: ORM__CLASS_NONE)
/* a value of any class as an orm_value: the function is chosen by type, a value of no class becomes 0 for it */
#define ORM__VALUE(v) _Generic((v), char *: orm__v_text, const char *: orm__v_text, bool: orm__v_bool,                           \
    char: orm__v_int, signed char: orm__v_int, unsigned char: orm__v_int, short: orm__v_int, unsigned short: orm__v_int,         \
    int: orm__v_int, unsigned: orm__v_int, long: orm__v_int, unsigned long: orm__v_uint, long long: orm__v_int,                  \
    unsigned long long: orm__v_uint, float: orm__v_double, double: orm__v_double, orm_date: orm__v_date,                         \
    orm_clock: orm__v_clock, orm_uuid: orm__v_uuid, orm_decimal: orm__v_decimal, orm_blob: orm__v_blob, orm_inet: orm__v_inet, orm_interval: orm__v_interval, \
    orm_int16s: orm__v_int16s, orm_int32s: orm__v_int32s, orm_int64s: orm__v_int64s, orm_floats: orm__v_floats, \
    orm_doubles: orm__v_doubles, orm_bools: orm__v_bools, orm_texts: orm__v_texts, orm_dates: orm__v_dates, \
    orm_times: orm__v_times, orm_uuids: orm__v_uuids, orm_value: orm__v_self, \
    default: orm__v_int)(ORM__OR_ZERO(v))
#define ORM__OR_ZERO(v) _Generic((v), char *: (v), const char *: (v), bool: (v), char: (v), signed char: (v), unsigned char: (v), \
    short: (v), unsigned short: (v), int: (v), unsigned: (v), long: (v), unsigned long: (v), long long: (v),                     \
    unsigned long long: (v), float: (v), double: (v), orm_date: (v), orm_clock: (v), orm_uuid: (v), orm_decimal: (v),            \
    orm_blob: (v), orm_inet: (v), orm_interval: (v), orm_int16s: (v), orm_int32s: (v), orm_int64s: (v), orm_floats: (v), orm_doubles: (v), orm_bools: (v), \
    orm_texts: (v), orm_dates: (v), orm_times: (v), orm_uuids: (v), orm_value: (v), default: 0)

/* ---- typed handles: `kind` for _Generic, pointers that are never followed for the types they bring ------- */
/** What kind of column a handle is, for _Generic in macros of your own: `User_.age.kind` is an orm_int_col. `c` is its metadata. */
typedef struct { const orm_column *c; } orm_int_col;
typedef struct { const orm_column *c; } orm_number_col;
typedef struct { const orm_column *c; } orm_text_col;
typedef struct { const orm_column *c; } orm_bool_col;
typedef struct { const orm_column *c; } orm_time_col;
typedef struct { const orm_column *c; } orm_date_col;
typedef struct { const orm_column *c; } orm_clock_col;
typedef struct { const orm_column *c; } orm_uuid_col;
typedef struct { const orm_column *c; } orm_decimal_col;
typedef struct { const orm_column *c; } orm_blob_col;
typedef struct { const orm_column *c; } orm_enum_col;
typedef struct { const orm_column *c; } orm_password_col;
typedef struct { const orm_column *c; } orm_json_col;
typedef struct { const orm_column *c; } orm_jsonb_col;
typedef struct { const orm_column *c; } orm_inet_col;
typedef struct { const orm_column *c; } orm_interval_col;
typedef struct { const orm_column *c; } orm_bits_col;
typedef struct { const orm_column *c; } orm_int16s_col;
typedef struct { const orm_column *c; } orm_int32s_col;
typedef struct { const orm_column *c; } orm_int64s_col;
typedef struct { const orm_column *c; } orm_floats_col;
typedef struct { const orm_column *c; } orm_doubles_col;
typedef struct { const orm_column *c; } orm_bools_col;
typedef struct { const orm_column *c; } orm_texts_col;
typedef struct { const orm_column *c; } orm_dates_col;
typedef struct { const orm_column *c; } orm_times_col;
typedef struct { const orm_column *c; } orm_uuids_col;
#define ORM__KIND_TAKES(kind) _Generic((kind), orm_int_col: ORM__CLASS_INT, orm_number_col: ORM__CLASS_INT | ORM__CLASS_NUMBER,  \
    orm_text_col: ORM__CLASS_TEXT, orm_bool_col: ORM__CLASS_BOOL | ORM__CLASS_INT, orm_time_col: ORM__CLASS_INT,                 \
    orm_date_col: ORM__CLASS_DATE, orm_clock_col: ORM__CLASS_CLOCK, orm_uuid_col: ORM__CLASS_UUID,                               \
    orm_decimal_col: ORM__CLASS_DECIMAL | ORM__CLASS_INT, orm_blob_col: ORM__CLASS_BLOB, orm_enum_col: ORM__CLASS_INT,            \
    orm_json_col: ORM__CLASS_TEXT, orm_jsonb_col: ORM__CLASS_TEXT, orm_password_col: 0, orm_inet_col: ORM__CLASS_INET, orm_interval_col: ORM__CLASS_INTERVAL, orm_bits_col: 0, \
    orm_int16s_col: ORM__CLASS_INT16S, orm_int32s_col: ORM__CLASS_INT32S, orm_int64s_col: ORM__CLASS_INT64S, \
    orm_floats_col: ORM__CLASS_FLOATS, orm_doubles_col: ORM__CLASS_DOUBLES, orm_bools_col: ORM__CLASS_BOOLS, \
    orm_texts_col: ORM__CLASS_TEXTS, orm_dates_col: ORM__CLASS_DATES, orm_times_col: ORM__CLASS_TIMES, \
    orm_uuids_col: ORM__CLASS_UUIDS)
/* what an element of an array is; 0 for columns that are none */
#define ORM__KIND_HOLDS(kind) _Generic((kind), \
    orm_int16s_col: ORM__CLASS_INT, orm_int32s_col: ORM__CLASS_INT, orm_int64s_col: ORM__CLASS_INT, \
    orm_floats_col: ORM__CLASS_INT | ORM__CLASS_NUMBER, orm_doubles_col: ORM__CLASS_INT | ORM__CLASS_NUMBER, \
    orm_bools_col: ORM__CLASS_BOOL | ORM__CLASS_INT, orm_texts_col: ORM__CLASS_TEXT, orm_dates_col: ORM__CLASS_DATE, \
    orm_times_col: ORM__CLASS_INT, orm_uuids_col: ORM__CLASS_UUID, default: 0)
/* engines agree on the order of all others */
#define ORM__KIND_SORTS(kind) _Generic((kind), orm_password_col: 0, orm_jsonb_col: 0, orm_inet_col: 0, orm_interval_col: 0, orm_bits_col: 0, orm_int16s_col: 0, orm_int32s_col: 0, orm_int64s_col: 0, orm_floats_col: 0, orm_doubles_col: 0, \
    orm_bools_col: 0, orm_texts_col: 0, orm_dates_col: 0, orm_times_col: 0, orm_uuids_col: 0, default: 1)

/* ---- building: plain functions, so that a debugger can step through them -------------------------------- */
/* the nodes that are not used stay as they are, which gcc tells of where it copies the whole */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wuninitialized"
static inline ORM__UNUSED orm_expr orm__leaf(orm_op op, const void *of, orm_value v)
{
    orm_expr e;
    __asm__("" : "=m"(e));      /* the nodes beyond `used` are copied but never read: no warning, and no time to clear them */
    v.op = (uint8_t)op;
    e.used = 1;
    e.node[0].of = of;
    e.node[0].value = v;
    return e;
}
#pragma GCC diagnostic pop
ORM_API orm_expr orm__listed(orm_op op, const orm_column *column, size_t n, const orm_value *values);
ORM_API orm_expr orm__join(orm_op op, const orm_expr *kids);                /* ends at a kid with ORM__END_OF_LIST */
ORM_API orm_expr orm__between(const orm_column *column, orm_value low, orm_value high, orm_op end);
ORM_API orm_expr orm__not(orm_expr e);
ORM_API orm_expr orm__has(orm_op op, const orm_relation *relation, orm_expr e);
ORM_API void orm__where(orm_expr *into, const orm_expr *more);
ORM_API orm_order orm__order_by(const orm_relation *relation, orm_order order);

/* If a compile error led you here: the condition macro above it in the message was given a column that the model does not
   have, or a value whose C type the column does not take. */
#define ORM__TAKES(h, kind, v)                                                                                                   \
    _Static_assert(__builtin_strncmp(#v, ORM__ARRAY_LITERAL, sizeof ORM__ARRAY_LITERAL - 1) != 0, "orm: " #h ": the elements of orm_array would be gone before the call: give the array a name first"); \
    { ORM__GIVEN(v) enum { orm__unfit, orm__fits = (ORM__KIND_TAKES(kind) & ORM__CLASS_GIVEN) != 0 }; _Static_assert(orm__fits, "orm: " #h " does not take " #v \
        ": a text column takes const char *, numbers and times integers, real and double also floating values, date, time, "     \
        "uuid, inet, interval, decimal, blob and array columns their orm_ types; NULL is orm_is_null(); bits have orm_bits_are, orm_bits_all, orm_bits_any and orm_bits_set; a password is compared by M_verify_<field>"); }
#define ORM__ANY_KIND(h, kind)
#define ORM__SORTS(h, kind)                                                                                                      \
    { enum { orm__alike, orm__sorts = ORM__KIND_SORTS(kind) }; _Static_assert(orm__sorts, "orm: " #h " has no order that every engine keeps: jsonb, inet, " \
        "interval and array columns compare by orm_eq and orm_ne"); }
#define ORM__IS_ARRAY(h, kind)                                                                                                   \
    { enum { orm__is_scalar, orm__is_array = ORM__KIND_HOLDS(kind) != 0 }; _Static_assert(orm__is_array, "orm: " #h " is not an array column"); }
#define ORM__IS_SCALAR(h, kind)                                                                                                  \
    { enum { orm__is_array, orm__is_scalar = ORM__KIND_HOLDS(kind) == 0 }; _Static_assert(orm__is_scalar, "orm: " #h " is an array column: a list of arrays to compare with is orm_or of orm_eq"); }
#define ORM__HOLDS_VALUE(h, kind, v)                                                                                             \
    { ORM__GIVEN(v) enum { orm__unfit, orm__fits = (ORM__KIND_HOLDS(kind) & ORM__CLASS_GIVEN) != 0 }; _Static_assert(orm__fits, "orm: " #h " does not hold " #v \
        ": orm_holds takes an array column and a value for its elements"); }
/* one comparison: the handle and the value are each evaluated once */
/* an expression as a condition of a model: each compiler in the form that costs it the least stack */
#ifdef __clang__
#  define ORM__PRED(model_pred, e) (__typeof__(model_pred)){ .expr = e }
#else
#  define ORM__PRED(model_pred, e) __typeof__(model_pred) orm__p = { .expr = e }; orm__p
#endif
#define ORM__COMPARE(CHECK, op, h, v) ORM__COMPARE_(__COUNTER__, CHECK, op, h, v)
#define ORM__COMPARE_(id, CHECK, op, h, v) ORM__COMPARE__(ORM__CAT(orm__h, id), CHECK, op, h, v)
#define ORM__COMPARE__(H, CHECK, op, h, v) __extension__({ __auto_type H = (h); CHECK(h, H.kind) ORM__TAKES(h, H.kind, v)       \
    ORM__PRED(*H.pred, orm__leaf(op, H.kind.c, ORM__VALUE(v))); })
#define ORM__TEXT_ONLY(op, h, v) ORM__TEXT_ONLY_(__COUNTER__, op, h, v)
#define ORM__TEXT_ONLY_(id, op, h, v) ORM__TEXT_ONLY__(ORM__CAT(orm__h, id), op, h, v)
#define ORM__TEXT_ONLY__(H, op, h, v) __extension__({ __auto_type H = (h);                                                       \
    _Static_assert(_Generic(H.kind, orm_text_col: 1, orm_json_col: 1, default: 0), "orm: " #h " is not a text column");                           \
    ORM__TAKES(h, H.kind, v) ORM__PRED(*H.pred, orm__leaf(op, H.kind.c, ORM__VALUE(v))); })
#define ORM__UNARY(op, h) ORM__UNARY_(__COUNTER__, op, h)
#define ORM__UNARY_(id, op, h) ORM__UNARY__(ORM__CAT(orm__h, id), op, h)
#define ORM__UNARY__(H, op, h) __extension__({ __auto_type H = (h); ORM__PRED(*H.pred, orm__leaf(op, H.kind.c, (orm_value){ .type = ORM_NULL })); })
/* enumerations and their bits are of one kind, but each is a type of its own */
#define ORM__SAME_KIND(A, B) (__builtin_types_compatible_p(__typeof__(A.kind), __typeof__(B.kind)) &&                            \
    (!_Generic(A.kind, orm_enum_col: 1, orm_bits_col: 1, default: 0) || __builtin_types_compatible_p(__typeof__(*A.value), __typeof__(*B.value))))
#define ORM__COLUMNS(CHECK, op, a, b) ORM__COLUMNS_(__COUNTER__, CHECK, op, a, b)
#define ORM__COLUMNS_(id, CHECK, op, a, b) ORM__COLUMNS__(ORM__CAT(orm__h, id), ORM__CAT(orm__i, id), CHECK, op, a, b)
#define ORM__COLUMNS__(A, B, CHECK, op, a, b) __extension__({ __auto_type A = (a); __auto_type B = (b); CHECK(a, A.kind)         \
    _Static_assert(__builtin_types_compatible_p(__typeof__(*A.pred), __typeof__(*B.pred)), "orm: " #a " and " #b " are columns of different models"); \
    _Static_assert(ORM__SAME_KIND(A, B), "orm: " #a " and " #b " have different types");                                           \
    ORM__PRED(*A.pred, orm__leaf(op, A.kind.c, (orm_value){ .as.p = B.kind.c })); })

/** Comparisons. A value that is NULL at run time (a NULL text) is an error of the call, never "is null" or "no condition". A row
    whose column is NULL matches none of them, as in SQL. Enumerations compare in the order of their declaration. Addresses are equal with
    their prefix, arrays element by element. jsonb is equal as a document on PostgreSQL, and as a text on SQLite. Intervals are
    equal part by part, on every engine: P1M is not P30D. */
#define orm_eq(h, v)  ORM__COMPARE(ORM__ANY_KIND, ORM_OP_EQ, h, v)
#define orm_ne(h, v)  ORM__COMPARE(ORM__ANY_KIND, ORM_OP_NE, h, v)
/** Rows whose value is another one, also those without: "is distinct from". `ne` leaves rows without a value out, as SQL does. */
#define orm_differs(h, v) ORM__COMPARE(ORM__ANY_KIND, ORM_OP_DIFFERS, h, v)
#define orm_gt(h, v)  ORM__COMPARE(ORM__SORTS, ORM_OP_GT, h, v)
#define orm_gte(h, v) ORM__COMPARE(ORM__SORTS, ORM_OP_GTE, h, v)
#define orm_lt(h, v)  ORM__COMPARE(ORM__SORTS, ORM_OP_LT, h, v)
#define orm_lte(h, v) ORM__COMPARE(ORM__SORTS, ORM_OP_LTE, h, v)
/** low <= column and column <= high. Where the bounds stand the wrong way round no row matches; a row whose column is NULL never does. */
#define orm_between(h, low, high) ORM__BETWEEN(__COUNTER__, ORM_OP_LTE, h, low, high)
/** from <= column and column < to: the range without its end, as orm_between in all else. For what goes on without steps, and so has no last value before
    the next range begins: a day of timestamps is [00:00, the next 00:00), which loses nothing after 23:59:59 and counts midnight once; days, months and
    years of reports, prices and measurements in classes, texts with a common beginning. from equal to `to` is empty. */
#define orm_from_to(h, from, to) ORM__BETWEEN(__COUNTER__, ORM_OP_LT, h, from, to)
#define ORM__BETWEEN(id, end, h, low, high) ORM__BETWEEN_(ORM__CAT(orm__h, id), end, h, low, high)
#define ORM__BETWEEN_(H, end, h, low, high) __extension__({ __auto_type H = (h); ORM__SORTS(h, H.kind) ORM__TAKES(h, H.kind, low) ORM__TAKES(h, H.kind, high) \
    ORM__PRED(*H.pred, orm__between(H.kind.c, ORM__VALUE(low), ORM__VALUE(high), end)); })
/** Texts. `like` takes % and _ (escape them with \) and is case-sensitive on every engine; `ilike` folds ASCII letters. The other
    three match their text literally, whatever it holds. `regexp` takes a POSIX extended regular expression; what POSIX leaves open (\w,
    which letters beyond ASCII are [[:alpha:]]) is the engine's. One that is none, or that would take the engine too much time or memory (on SQLite also each with a back reference), is ORM_VALUE_RANGE. */
#define orm_like(h, v)        ORM__TEXT_ONLY(ORM_OP_LIKE, h, v)
#define orm_ilike(h, v)       ORM__TEXT_ONLY(ORM_OP_ILIKE, h, v)
#define orm_starts_with(h, v) ORM__TEXT_ONLY(ORM_OP_STARTS_WITH, h, v)
#define orm_ends_with(h, v)   ORM__TEXT_ONLY(ORM_OP_ENDS_WITH, h, v)
#define orm_contains(h, v)    ORM__TEXT_ONLY(ORM_OP_CONTAINS, h, v)
#define orm_regexp(h, v)      ORM__TEXT_ONLY(ORM_OP_REGEXP, h, v)
/** Array columns. Does one element equal the value; are all elements of another array in it, in any order; is any of them? */
#define orm_holds(h, v)     ORM__HOLDS(__COUNTER__, h, v)
#define ORM__HOLDS(id, h, v) ORM__HOLDS_(ORM__CAT(orm__h, id), h, v)
#define ORM__HOLDS_(H, h, v) __extension__({ __auto_type H = (h); ORM__HOLDS_VALUE(h, H.kind, v)                                \
    ORM__PRED(*H.pred, orm__leaf(ORM_OP_HOLDS, H.kind.c, ORM__VALUE(v))); })
#define orm_holds_all(h, v) ORM__COMPARE(ORM__IS_ARRAY, ORM_OP_HOLDS_ALL, h, v)
#define orm_holds_any(h, v) ORM__COMPARE(ORM__IS_ARRAY, ORM_OP_HOLDS_ANY, h, v)
/** Are all elements in the other array? The empty array's are. */
#define orm_within(h, v)    ORM__COMPARE(ORM__IS_ARRAY, ORM_OP_WITHIN, h, v)
/** How many elements it has: orm_count_gt(Post_.tags, 3). */
#define orm_count_eq(h, n)  ORM__COUNTS(__COUNTER__, ORM_OP_COUNT_EQ, h, n)
#define orm_count_ne(h, n)  ORM__COUNTS(__COUNTER__, ORM_OP_COUNT_NE, h, n)
#define orm_count_gt(h, n)  ORM__COUNTS(__COUNTER__, ORM_OP_COUNT_GT, h, n)
#define orm_count_gte(h, n) ORM__COUNTS(__COUNTER__, ORM_OP_COUNT_GTE, h, n)
#define orm_count_lt(h, n)  ORM__COUNTS(__COUNTER__, ORM_OP_COUNT_LT, h, n)
#define orm_count_lte(h, n) ORM__COUNTS(__COUNTER__, ORM_OP_COUNT_LTE, h, n)
#define ORM__COUNTS(id, op, h, n) ORM__COUNTS_(ORM__CAT(orm__h, id), op, h, n)
#define ORM__COUNTS_(H, op, h, n) __extension__({ __auto_type H = (h); ORM__IS_ARRAY(h, H.kind)                                  \
    { ORM__GIVEN(n) enum { orm__unfit, orm__fits = ORM__CLASS_GIVEN == ORM__CLASS_INT }; _Static_assert(orm__fits, "orm: the number of elements of " #h " is an integer, not " #n); } \
    ORM__PRED(*H.pred, orm__leaf(op, H.kind.c, ORM__VALUE(n))); })
/** Columns of bits(Role), with a set of the same enumeration: orm_bits_any(User_.roles, orm_bits(Role, admin, editor)). Is the set just this; has it all
    of these (of none: true); has it any of them (of none: false)? */
#define orm_bits_are(h, set) ORM__BITS(__COUNTER__, ORM_OP_EQ, h, set)
#define orm_bits_all(h, set) ORM__BITS(__COUNTER__, ORM_OP_BITS_ALL, h, set)
#define orm_bits_any(h, set) ORM__BITS(__COUNTER__, ORM_OP_BITS_ANY, h, set)
#define ORM__BITS(id, op, h, set) ORM__BITS_(ORM__CAT(orm__h, id), ORM__CAT(orm__i, id), op, h, set)
#define ORM__BITS_(H, B, op, h, set) __extension__({ __auto_type H = (h); __auto_type B = (set); ORM__IS_BITS(H, B, h, set)    \
    ORM__PRED(*H.pred, orm__leaf(op, H.kind.c, orm__v_uint(B.bits))); })
#define ORM__IS_BITS(H, B, h, set)                                                                                               \
    _Static_assert(_Generic(H.kind, orm_bits_col: 1, default: 0), "orm: " #h " is not a column of bits");                         \
    _Static_assert(__builtin_types_compatible_p(__typeof__(B), __typeof__(*H.value)), "orm: " #h " has bits of another enumeration than " #set);
#define orm_is_null(h)     ORM__UNARY(ORM_OP_IS_NULL, h)
#define orm_is_not_null(h) ORM__UNARY(ORM_OP_IS_NOT_NULL, h)
/** Column against column of the same model and kind. */
#define orm_eq_column(a, b)  ORM__COLUMNS(ORM__ANY_KIND, ORM_OP_EQ_COLUMN, a, b)
#define orm_ne_column(a, b)  ORM__COLUMNS(ORM__ANY_KIND, ORM_OP_NE_COLUMN, a, b)
#define orm_gt_column(a, b)  ORM__COLUMNS(ORM__SORTS, ORM_OP_GT_COLUMN, a, b)
#define orm_gte_column(a, b) ORM__COLUMNS(ORM__SORTS, ORM_OP_GTE_COLUMN, a, b)
#define orm_lt_column(a, b)  ORM__COLUMNS(ORM__SORTS, ORM_OP_LT_COLUMN, a, b)
#define orm_lte_column(a, b) ORM__COLUMNS(ORM__SORTS, ORM_OP_LTE_COLUMN, a, b)

/** One of up to ORM_MAX_TERMS - 1 values, which are stored in the condition. A NULL text among them is an error of the call. */
#define orm_in(h, ...)     ORM__IN(__COUNTER__, ORM_OP_IN, h, __VA_ARGS__)
#define orm_not_in(h, ...) ORM__IN(__COUNTER__, ORM_OP_NOT_IN, h, __VA_ARGS__)
#define ORM__IN(id, op, h, ...) ORM__IN_(ORM__CAT(orm__h, id), op, h, __VA_ARGS__)
#define ORM__IN_(H, op, h, ...) __extension__({ __auto_type H = (h); ORM__IS_SCALAR(h, H.kind) ORM__EACH_ARG(ORM__IN_TAKES, (h, H.kind), __VA_ARGS__) \
    ORM__PRED(*H.pred, orm__listed(op, H.kind.c, ORM__COUNT(__VA_ARGS__), (const orm_value[]){ ORM__EACH_ARG(ORM__IN_VALUE, ~, __VA_ARGS__) })); })
#define ORM__IN_TAKES(C, v) ORM__IN_TAKES_(ORM__UNWRAP C, v)
#define ORM__IN_TAKES_(...) ORM__TAKES(__VA_ARGS__)
#define ORM__IN_VALUE(C, v) ORM__VALUE(v),
/** One of `n` values of an array of the column's C type, borrowed until the call returns: give it a name, as one that is written in its place, (int64_t[]){ ... },
    is gone before. Empty: `in` is false, `not_in` true. */
#define orm_in_array(h, array, n)     ORM__IN_ARRAY(__COUNTER__, ORM_OP_IN_ARRAY, h, array, n)
#define orm_not_in_array(h, array, n) ORM__IN_ARRAY(__COUNTER__, ORM_OP_NOT_IN_ARRAY, h, array, n)
#define ORM__IN_ARRAY(id, op, h, array, n) ORM__IN_ARRAY_(ORM__CAT(orm__h, id), op, h, array, n)
#define ORM__IN_ARRAY_(H, op, h, array, n) __extension__({ __auto_type H = (h); ORM__IS_SCALAR(h, H.kind)                         \
    _Static_assert(_Generic(&(array)[0], __typeof__(H.value): 1, __typeof__(H.fixed): 1, default: ORM__IS_TEXT_ARRAY(H.kind, array)), \
        "orm: " #array " is not an array of the C type of " #h);                                                                 \
    ORM__PRED(*H.pred, orm__leaf(op, H.kind.c, (orm_value){ .as.list = { (array), (n) } })); })
#define ORM__IS_TEXT_ARRAY(kind, array) (_Generic((kind), orm_text_col: 1, orm_json_col: 1, default: 0) && _Generic((array)[0], char *: 1, const char *: 1, default: 0))

/** All of, any of. Empty conditions are skipped; of none it is the empty condition. Arguments are conditions on one model. */
#define orm_and(...) ORM__JOIN_(__COUNTER__, ORM_OP_AND, __VA_ARGS__, )
#define orm_or(...)  ORM__JOIN_(__COUNTER__, ORM_OP_OR, __VA_ARGS__, )
#define ORM__JOIN_(id, op, ...) ORM__JOIN(op, ORM__CAT(orm__a, id), ORM__CAT(orm__l, id), __VA_ARGS__)
#define ORM__JOIN(op, A, L, first, ...) __extension__({ __auto_type A = first; const __typeof__(A) L[] = { A, __VA_ARGS__ { .expr = { .used = ORM__END_OF_LIST } } }; ORM__PRED(A, orm__join(op, &L[0].expr)); })
/** All or any of `n` conditions of an array, as many as you like; the array is borrowed until the call returns, and has a name as that of orm_in_array. */
#define orm_all_of(n, array) ORM__ALL_OF(ORM_OP_ALL_OF, n, array)
#define orm_any_of(n, array) ORM__ALL_OF(ORM_OP_ANY_OF, n, array)
#define ORM__ALL_OF(op, n_, array) __extension__({ ORM__PRED(*(array), orm__leaf(op, NULL, (orm_value){ .as.list = { &(array)[0].expr, (n_) } })); })
#define orm_not(condition) ORM__NOT_OF(__COUNTER__, condition)
#define ORM__NOT_OF(id, condition) ORM__NOT_OF_(ORM__CAT(orm__a, id), condition)
#define ORM__NOT_OF_(A, condition) __extension__({ __auto_type A = condition; ORM__PRED(A, orm__not(A.expr)); })
/** The condition when the flag is true, else the empty condition. The condition is evaluated only then. */
#define orm_if(flag, condition) ORM__WHEN(__COUNTER__, flag, condition)
#define ORM__WHEN(id, flag, condition) ORM__WHEN_(ORM__CAT(orm__a, id), flag, condition)
#define ORM__WHEN_(A, flag, condition) __extension__({ __typeof__(condition) A; A.expr.used = 0; if (flag) A = condition; A; })
/** Appends with `and`, in place: orm_where(&q, cond). */
#define orm_where(query, condition) ORM__WHERE(ORM__CAT(orm__a, __COUNTER__), "orm_where(" #query ", " #condition ")", query, condition)
#define ORM__WHERE(A, call, query, condition_) __extension__({ __auto_type A = condition_;                                       \
    _Static_assert(__builtin_types_compatible_p(__typeof__(A), __typeof__((query)->where)), "orm: " call ": the condition is not one of the query's model"); \
    orm__where(&(query)->where.expr, &A.expr); })

/** Rows that have a related row for which the condition holds (of any kind of relation: a child, a parent, one by a link): EXISTS, never a
    duplicate row. Its conditions may be on relations again. */
#define orm_has(h, condition)      ORM__HAS(__COUNTER__, ORM_OP_HAS, h, condition)
#define orm_has_none(h, condition) ORM__HAS(__COUNTER__, ORM_OP_HAS_NONE, h, condition)
/** Rows of which every child fulfils the condition; also those without any. */
#define orm_has_all(h, condition)  ORM__HAS(__COUNTER__, ORM_OP_HAS_ALL, h, condition)
#define ORM__HAS(id, op, h, condition) ORM__HAS_(ORM__CAT(orm__h, id), ORM__CAT(orm__a, id), op, h, condition)
#define ORM__HAS_(H, A, op, h, condition) __extension__({ __auto_type H = (h); __auto_type A = condition;                         \
    _Static_assert(__builtin_types_compatible_p(__typeof__(A), __typeof__(*H.target_pred)), "orm: the condition on the rows of " #h " is not one of their model"); \
    ORM__PRED(*H.owner_pred, orm__has(op, H.relation, A.expr)); })
/** Rows that have any child (or parent) at all, or none. */
#define orm_has_any(h)    ORM__HAS_ANY(__COUNTER__, ORM_OP_HAS, h)
#define orm_has_no(h)     ORM__HAS_ANY(__COUNTER__, ORM_OP_HAS_NONE, h)
#define ORM__HAS_ANY(id, op, h) ORM__HAS_ANY_(ORM__CAT(orm__h, id), op, h)
#define ORM__HAS_ANY_(H, op, h) __extension__({ __auto_type H = (h); ORM__PRED(*H.owner_pred, orm__has(op, H.relation, (orm_expr){ .used = 0 })); })

/* the column of a handle, if it sorts; the assertion stands in an expression that costs nothing */
#define ORM__SORTED(h) ((h).kind.c + 0 * sizeof(struct { char orm__c; _Static_assert(ORM__KIND_SORTS((h).kind), "orm: " #h " has no order that every engine keeps"); }))
/** Orders. Without a word on NULLs they come first going up and last going down, on every engine. */
#define orm_asc(h)              ((__typeof__(*(h).order)){ .order = { ORM__SORTED(h), 0, ORM_NULLS_DEFAULT, ORM__NO_PATH } })
#define orm_desc(h)             ((__typeof__(*(h).order)){ .order = { ORM__SORTED(h), 1, ORM_NULLS_DEFAULT, ORM__NO_PATH } })
#define orm_asc_nulls_first(h)  ((__typeof__(*(h).order)){ .order = { ORM__SORTED(h), 0, ORM_NULLS_FIRST, ORM__NO_PATH } })
#define orm_asc_nulls_last(h)   ((__typeof__(*(h).order)){ .order = { ORM__SORTED(h), 0, ORM_NULLS_LAST, ORM__NO_PATH } })
#define orm_desc_nulls_first(h) ((__typeof__(*(h).order)){ .order = { ORM__SORTED(h), 1, ORM_NULLS_FIRST, ORM__NO_PATH } })
#define orm_desc_nulls_last(h)  ((__typeof__(*(h).order)){ .order = { ORM__SORTED(h), 1, ORM_NULLS_LAST, ORM__NO_PATH } })

/** In random order, another one each time: orm_random(User_.id), of any column of the model. Reads every row that the condition selects; not with .after. */
#define orm_random(h)           ((__typeof__(*(h).order)){ .order = { (h).kind.c, 0, ORM__NULLS_RANDOM, ORM__NO_PATH } })
/** By a column of a row that is related to one: orm_by(Post_.author, orm_asc(User_.name)), and orm_by(Comment_.post, orm_by(Post_.author, ...))
    over up to ORM_MAX_PATH relations. Rows without it sort as those whose column is NULL. To order by children, count them: orm_desc(User_.post_count). */
#define orm_by(h, order_) ORM__BY(__COUNTER__, h, order_)
#define ORM__BY(id, h, order_) ORM__BY_(ORM__CAT(orm__h, id), ORM__CAT(orm__o, id), h, order_)
#define ORM__BY_(H, O, h, order_) __extension__({ __auto_type H = (h); __auto_type O = (order_);                                    \
    _Static_assert(_Generic(H.arity, orm__to_one *: 1, default: 0), "orm: " #h " may be many rows: order by one of them is no order; order by how many, with a row count_of(...)"); \
    _Static_assert(__builtin_types_compatible_p(__typeof__(O), __typeof__(*H.target_order)), "orm: the order by " #h " is not one of its model");    \
    (__typeof__(*H.order)){ .order = orm__order_by(H.relation, O.order) }; })

/** Loads a relation with the rows: orm_with(User_.posts, .where = ..., .order = { ... }, .limit = 5, .include = { ... }). The nested
    query lives in the block that it is written in, so an include stands in the initialiser of the query and nowhere else. */
#define orm_with(...)          ORM__WITH(__VA_ARGS__, .orm__literal = true)
#define ORM__WITH(h, ...)      ((__typeof__(*(h).include)){ .include = { .relation = (h).relation, .query = &(__typeof__(*(h).target_query)){ { __VA_ARGS__ } }.erased } })
/** Fills a count_of row of the model: orm_count_of(User_.post_count) counts the rows of its relation, and with a condition on them only those:
    orm_count_of(User_.post_count, orm_eq(Post_.published, true)). Nothing is loaded. What orders and conditions of the same query say of
    User_.post_count is about the same number. Stands with the includes; a count that no query asked for is 0, and not in JSON. */
#define orm_count_of(...) ORM__CAT(ORM__COUNT_OF_, ORM__COUNT(__VA_ARGS__))(__VA_ARGS__)
#define ORM__COUNT_OF_1(h) ((__typeof__(*(h).include)){ .include = { .count = (h).kind.c } })
#define ORM__COUNT_OF_2(h, condition) ((__typeof__(*(h).include)){ .include = { .count = (h).kind.c, .where = &((const __typeof__(*(h).counts->pred)[]){ condition })[0].expr } })
/** The same as orm_with, or nothing when the flag is false: orm_with_if(flag, User_.posts, ...). */
#define orm_with_if(flag, ...) ORM__WITH_IF(flag, __VA_ARGS__, .orm__literal = true)
#define ORM__WITH_IF(flag, h, ...) ((__typeof__(*(h).include)){ .include = { .relation = (flag) ? (h).relation : NULL, .query = &(__typeof__(*(h).target_query)){ { __VA_ARGS__ } }.erased } })

/** Assignments of an update. The value's rules are checked before any SQL. */
#define orm_set(h, v)            ORM__SET(__COUNTER__, ORM_ASSIGN_VALUE, h, v)
#define orm_inc(h, v)            ORM__SET(__COUNTER__, ORM_ASSIGN_ADD, h, v)
#define orm_dec(h, v)            ORM__SET(__COUNTER__, ORM_ASSIGN_SUBTRACT, h, v)
#define ORM__SET(id, kind_, h, v) ORM__SET_(ORM__CAT(orm__h, id), kind_, h, v)
#define ORM__SET_(H, kind_, h, v) __extension__({ __auto_type H = (h); ORM__TAKES(h, H.kind, v)                                 \
    (__typeof__(*H.assignment)){ .assignment = { .column = H.kind.c, .kind = kind_, .value = ORM__VALUE(v) } }; })
/** Another element at the end of an array, which the database adds to what is there by then (a column that is NULL becomes an array of it); all elements that equal the value taken away. */
#define orm_append(h, v)         ORM__ADD_TO(__COUNTER__, ORM_ASSIGN_APPEND, h, v)
#define orm_remove_value(h, v)   ORM__ADD_TO(__COUNTER__, ORM_ASSIGN_WITHOUT, h, v)
#define ORM__ADD_TO(id, kind_, h, v) ORM__ADD_TO_(ORM__CAT(orm__h, id), kind_, h, v)
#define ORM__ADD_TO_(H, kind_, h, v) __extension__({ __auto_type H = (h); ORM__HOLDS_VALUE(h, H.kind, v)                         \
    (__typeof__(*H.assignment)){ .assignment = { .column = H.kind.c, .kind = kind_, .value = ORM__VALUE(v) } }; })
/** Bits: the whole set; some more, or fewer, of what is there by then. A column that is NULL stays NULL by the latter two. */
#define orm_bits_set(h, set)     ORM__SET_BITS(__COUNTER__, ORM_ASSIGN_VALUE, 0, h, set)
#define orm_bits_add(h, set)     ORM__SET_BITS(__COUNTER__, ORM_ASSIGN_CALC_VALUE, '|', h, set)
#define orm_bits_remove(h, set)  ORM__SET_BITS(__COUNTER__, ORM_ASSIGN_CALC_VALUE, '&', h, set)
#define ORM__SET_BITS(id, kind_, op, h, set) ORM__SET_BITS_(ORM__CAT(orm__h, id), ORM__CAT(orm__i, id), kind_, op, h, set)
#define ORM__SET_BITS_(H, B, kind_, op, h, set) __extension__({ __auto_type H = (h); __auto_type B = (set); ORM__IS_BITS(H, B, h, set) \
    (__typeof__(*H.assignment)){ .assignment = { .column = H.kind.c, .kind = kind_, .operation = op, .other = H.kind.c, .value = orm__v_uint(B.bits) } }; })
#define orm_set_null(h)          ((__typeof__(*(h).assignment)){ .assignment = { .column = (h).kind.c, .kind = ORM_ASSIGN_NULL } })
/** column = other column of the same kind. */
#define orm_set_column(h, other_) ORM__SET_COLUMN(__COUNTER__, h, other_)
#define ORM__SET_COLUMN(id, h, other_) ORM__SET_COLUMN_(ORM__CAT(orm__h, id), ORM__CAT(orm__i, id), h, other_)
#define ORM__SET_COLUMN_(A, B, h, other_) __extension__({ __auto_type A = (h); __auto_type B = (other_);                         \
    _Static_assert(__builtin_types_compatible_p(__typeof__(*A.pred), __typeof__(*B.pred)), "orm: " #h " and " #other_ " are columns of different models"); \
    _Static_assert(ORM__SAME_KIND(A, B), "orm: " #h " and " #other_ " have different types");                                      \
    (__typeof__(*A.assignment)){ .assignment = { .column = A.kind.c, .kind = ORM_ASSIGN_COLUMN, .other = B.kind.c } }; })
/** column = a op b, of number columns of one model; op is +, - or *: orm_set_calc(Item_.total, Item_.price, *, Item_.quantity). */
#define orm_set_calc(h, a, op, b) ORM__SET_CALC(__COUNTER__, h, a, op, b)
#define ORM__SET_CALC(id, h, a, op, b) ORM__SET_CALC_(ORM__CAT(orm__h, id), ORM__CAT(orm__i, id), ORM__CAT(orm__j, id), h, a, op, b)
#define ORM__SET_CALC_(H, A, B, h, a, op, b) __extension__({ __auto_type H = (h); __auto_type A = (a); __auto_type B = (b);      \
    _Static_assert(__builtin_types_compatible_p(__typeof__(*H.pred), __typeof__(*A.pred)) && __builtin_types_compatible_p(__typeof__(*H.pred), __typeof__(*B.pred)), \
        "orm: " #h ", " #a " and " #b " are columns of different models");                                                       \
    _Static_assert(ORM__IS_NUMERIC(H.kind) && ORM__IS_NUMERIC(A.kind) && ORM__IS_NUMERIC(B.kind), "orm: orm_set_calc needs number columns: " #h ", " #a ", " #b); \
    ORM__IS_OPERATION(op);                                                                                                       \
    (__typeof__(*H.assignment)){ .assignment = { .column = H.kind.c, .kind = ORM_ASSIGN_CALC, .operation = #op[0], .other = A.kind.c, .second = B.kind.c } }; })
/** column = a op value: orm_set_calc_by(Item_.price, Item_.price, *, 2). */
#define orm_set_calc_by(h, a, op, v) ORM__SET_CALC_BY(__COUNTER__, h, a, op, v)
#define ORM__SET_CALC_BY(id, h, a, op, v) ORM__SET_CALC_BY_(ORM__CAT(orm__h, id), ORM__CAT(orm__i, id), h, a, op, v)
#define ORM__SET_CALC_BY_(H, A, h, a, op, v) __extension__({ __auto_type H = (h); __auto_type A = (a); ORM__TAKES(a, A.kind, v) \
    _Static_assert(__builtin_types_compatible_p(__typeof__(*H.pred), __typeof__(*A.pred)), "orm: " #h " and " #a " are columns of different models"); \
    _Static_assert(ORM__IS_NUMERIC(H.kind) && ORM__IS_NUMERIC(A.kind), "orm: orm_set_calc_by needs number columns: " #h ", " #a); ORM__IS_OPERATION(op); \
    (__typeof__(*H.assignment)){ .assignment = { .column = H.kind.c, .kind = ORM_ASSIGN_CALC_VALUE, .operation = #op[0], .other = A.kind.c, .value = ORM__VALUE(v) } }; })
#define ORM__IS_OPERATION(op) _Static_assert((7 op 3) == 10 || (7 op 3) == 4 || (7 op 3) == 21, "orm: the operation of orm_set_calc and orm_set_calc_by is +, - or *, not " #op)
#define ORM__IS_NUMERIC(kind) _Generic((kind), orm_int_col: 1, orm_number_col: 1, orm_decimal_col: 1, default: 0)
#endif

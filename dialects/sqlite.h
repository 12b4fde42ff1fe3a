/* dialects/sqlite.h: the SQLite adapter of orm.h. Needs SQLite 3.37 or later; link with -lsqlite3.

   Do this: include it after orm.h (or after your models); the file that defines ORM_IMPLEMENTATION gets the adapter's code too.

       sqlite:blog.db                     a file, made when it is missing
       sqlite:/var/lib/blog.db            the same by absolute path; sqlite:///var/lib/blog.db says it, too
       sqlite::memory:                    a database in memory, gone with the handle
       sqlite:blog.db?mode=ro&busy_timeout=100

   In the path %XX is the byte with that hexadecimal number (%3F is '?'). Options:
       mode          ro (reads only), rw (the file must exist), rwc (default). .read_only of orm_open is mode=ro.
       journal       wal (default of files), delete, truncate, memory, keep (as the file is)
       synchronous   off, normal, full (default), extra
       busy_timeout  milliseconds to wait for another connection's lock; wins over .busy_timeout_ms of orm_open
   An option that is unknown, misspelt or refused by the engine fails the open: ORM_CONFIG.

   Set for every connection and read back: foreign keys on, defensive mode on, trusted schema off (but see orm__sqlite_trust), extension loading off,
   double-quoted strings off, recursive triggers on (a row that `insert or replace` replaces is a deletion to triggers, and so to counters).
   Functions `orm_json_...` (paths into JSON: SQLite's own know no keys with a quote) and `orm_array_...`, a function `regexp` (POSIX extended) and a table function `orm_list` (see below) are added.

   Storage, in STRICT tables:
       smallint integer bigint serial bits boolean timestamp INTEGER (booleans 0 and 1; timestamps microseconds of 1970, UTC)
       real double                                         REAL (NaN is refused: the engine would store NULL)
       decimal(p, s), p <= 18                              INTEGER, the number times 10^s: exact, and sum and order by are right
       decimal(p, s), p > 18                               TEXT of 39 digits, the number times 10^s plus 10^38: texts compare from
                                                           the left, so an offset and leading zeros make them order as numbers do
       text string char json jsonb enumeration             TEXT (enumerations by label, jsonb as written)
       uuid date time inet                                 TEXT: 8-4-4-4-12 lower case, 2026-11-20, 09:08:07[.123456], RFC 5952
       interval                                            TEXT: P1Y2M3DT4H5M6.5S as orm_interval_text prints it, so that equal ones are equal texts
       array(T)                                            TEXT: a JSON array, [1,2] or ["a","b"]; timestamps are numbers. What it holds is asked
                                                           by json_each, which tells two doubles apart as far as it reads their digits
       blob                                                BLOB
   Lists (`in`) are one parameter: orm_list(blob) is a table-valued function over the values' own bytes, so integers, doubles and
   blobs arrive exactly as they left, which json_each cannot promise. */
#ifndef ORM_H
#  error "orm: include orm.h (or your models) before dialects/sqlite.h"
#endif
#if !defined ORM_DIALECT_VERSION || ORM_DIALECT_VERSION != 1
#  error "orm: dialects/sqlite.h was written for dialect version 1: take both files from the same release"
#endif

#ifndef ORM_SQLITE_H
#define ORM_SQLITE_H
#undef ORM__ADAPTER_1
#define ORM__ADAPTER_1 &orm_sqlite,
#ifdef __cplusplus
extern "C" {
#endif
/** The adapter. orm_open finds it by itself; const, any thread. */
extern ORM_API const orm_dialect orm_sqlite;
#ifdef __cplusplus
}
#endif
#endif

#if defined ORM_IMPLEMENTATION && !defined ORM__SQLITE_IMPLEMENTED
#define ORM__SQLITE_IMPLEMENTED
#ifndef ORM__INTERNAL_H
#  error "orm: define ORM_IMPLEMENTATION before the first include of orm.h, not between it and dialects/sqlite.h"
#endif
#include <sqlite3.h>
#if SQLITE_VERSION_NUMBER < 3037000
#  error "orm: dialects/sqlite.h needs SQLite 3.37 or later (STRICT tables)"
#endif

enum { ORM__SQLITE_BEGIN_WRITE, ORM__SQLITE_BEGIN_READ, ORM__SQLITE_COMMIT, ORM__SQLITE_ROLLBACK, ORM__SQLITE_CONTROLS };
static const char *const orm__sqlite_control_sql[ORM__SQLITE_CONTROLS] = { "BEGIN IMMEDIATE", "BEGIN", "COMMIT", "ROLLBACK" };

typedef struct orm__sqlite {            /* behind orm_connection */
    orm__session *db;
    sqlite3 *sqlite;
    sqlite3_stmt *control[ORM__SQLITE_CONTROLS];         /* prepared at open: a rollback should not need memory */
    int64_t deadline, busy_timeout, give_up;             /* microseconds: absolute, duration, absolute */
    bool alone;                         /* no other connection can share the database */
    bool reading;                       /* in a read-only transaction */
    bool unchecked;                     /* in one that does not look at foreign keys before it ends */
    bool unfinished;                    /* a rollback failed for want of memory: it is done before anything else */
    char engine[32];
} orm__sqlite;

typedef struct orm__sqlite_statement {  /* behind orm_statement */
    sqlite3_stmt *stmt;
    size_t n_parameters;
    int64_t changes_before;
    orm_status failed;                  /* of this execution; told again by finish */
    uintptr_t distance;                 /* from one value of a row to the next, see orm__sqlite_measure; 0 when there is none */
    bool writes, measured;
} orm__sqlite_statement;

/* ---- failures ---------------------------------------------------------------------------------------------- */
static bool orm__sqlite_late(const orm__sqlite *c) { return c->deadline && orm__ticks() >= c->deadline; }

static int orm__sqlite_past_deadline(void *context) { return orm__sqlite_late(context); }

static void orm__sqlite_deadline(orm_connection *connection, int64_t at)
{
    orm__sqlite *c = (orm__sqlite *)connection;
    if (!at != !c->deadline) sqlite3_progress_handler(c->sqlite, at ? 1000 : 0, at ? orm__sqlite_past_deadline : NULL, c);
    c->deadline = at;
}

/* SQLITE_ERROR has no finer code: only its text tells */
static orm_status orm__sqlite_kind_of_text(const char *text_)
{
    static const struct { const char *part; orm_status kind; } known[] = {
        { "no such table", ORM_NO_TABLE }, { "no such column", ORM_NO_COLUMN }, { "has no column named", ORM_NO_COLUMN },
        { "integer overflow", ORM_VALUE_RANGE }, { "pattern too complex", ORM_VALUE_RANGE }, { "malformed JSON", ORM_VALUE_RANGE },
        { "not a regular expression", ORM_VALUE_RANGE }, { "too many SQL variables", ORM_VALUE_RANGE },
        { "no transaction is active", ORM_TRANSACTION_ABORTED }, { "no such savepoint", ORM_TRANSACTION_ABORTED },
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) if (strstr(text_, known[i].part)) return known[i].kind;
    return ORM_SYNTAX;
}

static orm_status orm__sqlite_kind(const orm__sqlite *c, int code, const char *text_)
{
    switch (code) {
    case SQLITE_BUSY_SNAPSHOT:         return ORM_SERIALIZATION;
    case SQLITE_CONSTRAINT_UNIQUE: case SQLITE_CONSTRAINT_PRIMARYKEY: case SQLITE_CONSTRAINT_ROWID: return ORM_UNIQUE;
    case SQLITE_CONSTRAINT_FOREIGNKEY: return ORM_FOREIGN_KEY;
    case SQLITE_CONSTRAINT_TRIGGER:    return strstr(text_, "FOREIGN KEY") ? ORM_FOREIGN_KEY : ORM_CHECK;     /* ON DELETE RESTRICT is a trigger inside */
    case SQLITE_CONSTRAINT_NOTNULL:    return ORM_NOT_NULL;
    case SQLITE_CONSTRAINT_DATATYPE:   return ORM_VALUE_RANGE;
    case SQLITE_ABORT_ROLLBACK:        return ORM_TRANSACTION_ABORTED;
    case SQLITE_IOERR_NOMEM:           return ORM_NO_MEMORY;
    default: break;
    }
    switch (code & 0xFF) {
    case SQLITE_BUSY: case SQLITE_LOCKED: case SQLITE_PROTOCOL: return orm__sqlite_late(c) ? ORM_TIMEOUT : ORM_BUSY;
    case SQLITE_INTERRUPT:             return orm__sqlite_late(c) ? ORM_TIMEOUT : ORM_CANCELLED;
    case SQLITE_CONSTRAINT:            return ORM_CHECK;
    case SQLITE_FULL:                  return ORM_FULL;
    case SQLITE_IOERR:                 return ORM_IO;
    case SQLITE_CORRUPT: case SQLITE_NOTADB: return ORM_CORRUPT;
    case SQLITE_READONLY:              return ORM_READ_ONLY;
    case SQLITE_NOMEM:                 return ORM_NO_MEMORY;
    case SQLITE_TOOBIG: case SQLITE_RANGE: case SQLITE_MISMATCH: return ORM_VALUE_RANGE;
    case SQLITE_SCHEMA:                return ORM_STALE_PLAN;
    case SQLITE_AUTH: case SQLITE_PERM: case SQLITE_CANTOPEN: case SQLITE_NOLFS: return ORM_CONFIG;
    case SQLITE_ERROR:                 return orm__sqlite_kind_of_text(text_);
    default:                           return ORM_MISUSE;
    }
}

/* reports the connection's failure with result code `code` */
static __attribute__((cold, noinline)) orm_status orm__sqlite_fail(orm__sqlite *c, int code)
{
    /* when it is our memory that is out, the connection's message is an earlier one */
    const char *text_ = c->sqlite && code != SQLITE_NOMEM ? sqlite3_errmsg(c->sqlite) : sqlite3_errstr(code);
    orm_status kind = orm__sqlite_kind(c, code, text_);
    if ((code & 0xFF) != SQLITE_CONSTRAINT || kind == ORM_VALUE_RANGE) return orm__raise(c->db, kind, code, "%s", text_);
    /* "UNIQUE constraint failed: users.email", "... failed: index 'name'" (of an expression), "CHECK constraint failed: name or text" */
    const char *what = strstr(text_, "failed: ");
    what = what ? what + sizeof "failed: " - 1 : "";
    char name[128];
    bool index = strncmp(what, "index '", 7) == 0;
    snprintf(name, sizeof name, "%.*s", (int)(index ? strcspn(what + 7, "'") : strlen(what)), index ? what + 7 : what);
    bool columns = !index && (kind == ORM_UNIQUE || kind == ORM_NOT_NULL);
    return orm__raise_constraint(c->db, kind, code, columns ? "" : name, columns ? what : "", text_);
}

/* The same of a statement. The engine says that a foreign key is broken, and not which way: an insert refers to what is not there, a delete takes what is referred
   to, and so does what ON DELETE RESTRICT forbids. An update may be either, and so may what SQL by hand calls differently. */
static __attribute__((cold, noinline)) orm_status orm__sqlite_fail_running(orm__sqlite *c, int code, sqlite3_stmt *stmt)
{
    const char *sql = sqlite3_sql(stmt), *text_ = sqlite3_errmsg(c->sqlite);
    bool restricted = code == SQLITE_CONSTRAINT_TRIGGER, referred_to = restricted || strncmp(sql, "delete ", 7) == 0;
    bool known = referred_to || (strncmp(sql, "insert into ", 12) == 0 && !strstr(sql, " on conflict"));
    if ((code != SQLITE_CONSTRAINT_FOREIGNKEY && !restricted) || orm__sqlite_kind(c, code, text_) != ORM_FOREIGN_KEY || !known) return orm__sqlite_fail(c, code);
    return orm__raise_key(c->db, referred_to, code, "", "", text_);
}

/* the same of a file that cannot be opened: which one, as its URL may be relative, or have a slip in it */
static __attribute__((cold, noinline)) orm_status orm__sqlite_fail_open(orm__sqlite *c, int code, const char *path)
{
    if (!c->sqlite || (code & 0xFF) != SQLITE_CANTOPEN) return orm__sqlite_fail(c, code);
    return orm__raise(c->db, ORM_CONFIG, code, "%s: %s", path, sqlite3_errmsg(c->sqlite));
}

/* ---- values on their way in ----------------------------------------------------------------------------------- */
/* a value as SQLite stores it: one of its five classes */
typedef struct orm__sqlite_cell { int class_; int64_t i; double d; const char *p; size_t n; } orm__sqlite_cell;

#define ORM__SQLITE_LONG_DECIMAL 39     /* digits */
#define ORM__SQLITE_IS_LONG(precision) ((precision) == 0 || (precision) > 18)       /* 0 is no limit */
typedef struct orm__sqlite_big { uint32_t word[4]; } orm__sqlite_big;               /* 128 bits, highest word first */
static const orm__sqlite_big orm__sqlite_offset = { { 0x4B3B4CA8, 0x5A86C47A, 0x098A2240, 0x00000000 } };     /* 10^38 */

static orm__sqlite_big orm__sqlite_big_of(uint64_t high, uint64_t low)
{
    return (orm__sqlite_big){ { (uint32_t)(high >> 32), (uint32_t)high, (uint32_t)(low >> 32), (uint32_t)low } };
}

/* a + b or a - b, modulo 2^128 */
static orm__sqlite_big orm__sqlite_big_add(orm__sqlite_big a, orm__sqlite_big b, bool subtract)
{
    uint64_t carry = subtract;
    for (int i = 3; i >= 0; i--) {
        carry += (uint64_t)a.word[i] + (subtract ? ~b.word[i] : b.word[i]);
        a.word[i] = (uint32_t)carry;
        carry >>= 32;
    }
    return a;
}

static void orm__sqlite_put_long_decimal(int64_t high, uint64_t low, char out[ORM__SQLITE_LONG_DECIMAL])
{
    orm__sqlite_big left = orm__sqlite_big_add(orm__sqlite_big_of((uint64_t)high, low), orm__sqlite_offset, false);
    for (int i = ORM__SQLITE_LONG_DECIMAL - 1; i >= 0; i--) {
        uint64_t rest = 0;
        for (int k = 0; k < 4; k++) {
            rest = rest << 32 | left.word[k];
            left.word[k] = (uint32_t)(rest / 10);
            rest %= 10;
        }
        out[i] = (char)('0' + rest);
    }
}

static bool orm__sqlite_read_long_decimal(const char *digits, size_t n, int64_t *high, uint64_t *low)
{
    if (n != ORM__SQLITE_LONG_DECIMAL || digits[0] > '1') return false;
    orm__sqlite_big sum = { { 0 } };
    bool zero = true;
    for (size_t i = 0; i < n; i++) {
        if (digits[i] < '0' || digits[i] > '9') return false;
        zero = zero && digits[i] == '0';
        uint64_t carry = (uint64_t)(digits[i] - '0');
        for (int k = 3; k >= 0; k--) {
            carry += (uint64_t)sum.word[k] * 10;
            sum.word[k] = (uint32_t)carry;
            carry >>= 32;
        }
    }
    sum = orm__sqlite_big_add(sum, orm__sqlite_offset, true);
    *high = (int64_t)((uint64_t)sum.word[0] << 32 | sum.word[1]);
    *low = (uint64_t)sum.word[2] << 32 | sum.word[3];
    return !zero;       /* -10^38 has 39 digits */
}

static const char *const orm__sqlite_no_room = "out of memory";

/* an array's JSON text, in the memory of the call */
static __attribute__((noinline)) const char *orm__sqlite_encode_array(orm__session *db, const orm_value *array, orm__sqlite_cell *cell)
{
    orm__writer w = { .allocator = &db->allocator };
    orm__put_array(&w, array);
    cell->class_ = SQLITE_TEXT;
    cell->n = w.length;
    cell->p = w.failed ? NULL : orm__bump_text(&db->scratch, w.text, w.length);
    orm__writer_release(&w);
    return !cell->p ? orm__sqlite_no_room : cell->n > INT_MAX ? "an array is too long" : NULL;
}

/* What is stored for a value; texts made here go to `buffer`. Returns NULL, or what is wrong. Arrays are for orm__sqlite_encode_array. */
static inline const char *orm__sqlite_encode(const orm_value *value, char buffer[ORM_INTERVAL_SIZE], orm__sqlite_cell *cell)
{
    cell->p = buffer;
    switch (value->type) {
    case ORM_NULL:
        cell->class_ = SQLITE_NULL;
        return NULL;
    case ORM_INT16: case ORM_INT32: case ORM_INT64: case ORM_BOOL: case ORM_TIME:
        cell->class_ = SQLITE_INTEGER;
        cell->i = value->as.i;
        return NULL;
    case ORM_FLOAT: case ORM_DOUBLE:
        cell->class_ = SQLITE_FLOAT;
        cell->d = value->as.d;
        return __builtin_isnan(value->as.d) ? "NaN cannot be stored" : NULL;
    case ORM_TEXT: case ORM_JSON: case ORM_ENUM:
        cell->class_ = SQLITE_TEXT;
        if (value->type == ORM_ENUM && value->length == 0) return "a value of an enumeration without its label";
        cell->p = value->as.s;
        cell->n = value->length == ORM_LENGTH_UNKNOWN ? strlen(value->as.s) : value->length;
        break;
    case ORM_BLOB:
        cell->class_ = SQLITE_BLOB;
        cell->p = value->length ? (const char *)value->as.p : "";      /* a NULL pointer would be bound as NULL */
        cell->n = value->length;
        break;
    case ORM_DECIMAL:
        if (value->n == 0) return "a decimal is stored as its column says: in SQL by hand bind its units (orm_decimal_units)";
        if (!ORM__SQLITE_IS_LONG(value->n)) {
            cell->class_ = SQLITE_INTEGER;
            cell->i = (int64_t)value->as.decimal.low;
            return NULL;
        }
        cell->class_ = SQLITE_TEXT;
        cell->n = ORM__SQLITE_LONG_DECIMAL;
        orm__sqlite_put_long_decimal(value->as.decimal.high, value->as.decimal.low, buffer);
        return NULL;
    case ORM_DATE:
        cell->class_ = SQLITE_TEXT;
        cell->n = strlen(orm_date_text((orm_date){ (int32_t)value->as.i }, buffer));
        return NULL;
    case ORM_CLOCK:
        cell->class_ = SQLITE_TEXT;
        cell->n = strlen(orm_clock_text((orm_clock){ value->as.i }, buffer));
        return NULL;
    case ORM_UUID:
        cell->class_ = SQLITE_TEXT;
        cell->n = strlen(orm_uuid_text(value->as.uuid, buffer));
        return NULL;
    case ORM_INTERVAL:
        cell->class_ = SQLITE_TEXT;
        cell->n = strlen(orm_interval_text(value->as.interval, buffer));
        return NULL;
    case ORM_INET:
        cell->class_ = SQLITE_TEXT;
        cell->n = strlen(orm_inet_text(orm__value_inet(value), buffer));
        return NULL;
    default:
        return value->type == ORM_VALUE_TOO_BIG ? "a value is too big" : "a value has no type";
    }
    return cell->n > INT_MAX ? "a text or blob is too long" : NULL;
}

static int orm__sqlite_bind(sqlite3_stmt *stmt, int at, const orm__sqlite_cell *cell, const char *buffer)
{
    switch (cell->class_) {
    case SQLITE_INTEGER: return sqlite3_bind_int64(stmt, at, cell->i);
    case SQLITE_TEXT:    return sqlite3_bind_text(stmt, at, cell->p, (int)cell->n, cell->p == buffer ? SQLITE_TRANSIENT : SQLITE_STATIC);
    case SQLITE_FLOAT:   return sqlite3_bind_double(stmt, at, cell->d);
    case SQLITE_BLOB:    return sqlite3_bind_blob(stmt, at, cell->p, (int)cell->n, SQLITE_STATIC);
    default:             return sqlite3_bind_null(stmt, at);
    }
}

/* ---- lists: the table-valued function orm_list(blob) ------------------------------------------------------------ */
/* An item is its class in one byte, then 8 bytes of a number or 4 of a length and that many bytes. */
typedef struct orm__sqlite_cursor {
    sqlite3_vtab_cursor base;
    sqlite3_value *list;                /* our copy: the argument lives only while xFilter runs */
    const unsigned char *at, *end;      /* the current item */
    sqlite3_int64 row;
} orm__sqlite_cursor;

/* the size of the item at the cursor; 0 when none is there */
static size_t orm__sqlite_item_size(const orm__sqlite_cursor *cursor)
{
    size_t left = (size_t)(cursor->end - cursor->at), size = 9;
    if (left < 5) return 0;
    if (*cursor->at == SQLITE_TEXT || *cursor->at == SQLITE_BLOB) {
        uint32_t length;
        memcpy(&length, cursor->at + 1, sizeof length);
        size = (size_t)length + 5;
    }
    return size <= left ? size : 0;
}

static int orm__sqlite_list_connect(sqlite3 *sqlite, void *context, int argc, const char *const *argv, sqlite3_vtab **out, char **message_)
{
    (void)context, (void)argc, (void)argv, (void)message_;
    int code = sqlite3_declare_vtab(sqlite, "CREATE TABLE orm_list(value, list HIDDEN)");
    if (code != SQLITE_OK) return code;
    sqlite3_vtab *table = sqlite3_malloc(sizeof *table);
    if (!table) return SQLITE_NOMEM;
    *table = (sqlite3_vtab){ 0 };
    *out = table;
    return SQLITE_OK;
}

static int orm__sqlite_list_disconnect(sqlite3_vtab *table)
{
    sqlite3_free(table);
    return SQLITE_OK;
}

static int orm__sqlite_list_plan(sqlite3_vtab *table, sqlite3_index_info *info)
{
    (void)table;
    info->estimatedCost = 100;
    info->estimatedRows = 100;
    for (int i = 0; i < info->nConstraint; i++) {
        if (info->aConstraint[i].iColumn != 1 || info->aConstraint[i].op != SQLITE_INDEX_CONSTRAINT_EQ) continue;
        if (!info->aConstraint[i].usable) return SQLITE_CONSTRAINT;
        info->aConstraintUsage[i].argvIndex = 1;
        info->aConstraintUsage[i].omit = 1;
        return SQLITE_OK;
    }
    return SQLITE_OK;
}

static int orm__sqlite_list_open(sqlite3_vtab *table, sqlite3_vtab_cursor **out)
{
    (void)table;
    orm__sqlite_cursor *cursor = sqlite3_malloc(sizeof *cursor);
    if (!cursor) return SQLITE_NOMEM;
    *cursor = (orm__sqlite_cursor){ .row = 0 };
    *out = &cursor->base;
    return SQLITE_OK;
}

static int orm__sqlite_list_close(sqlite3_vtab_cursor *base)
{
    orm__sqlite_cursor *cursor = (orm__sqlite_cursor *)base;
    sqlite3_value_free(cursor->list);
    sqlite3_free(cursor);
    return SQLITE_OK;
}

static int orm__sqlite_list_filter(sqlite3_vtab_cursor *base, int plan, const char *name, int argc, sqlite3_value **argv)
{
    (void)plan, (void)name;
    orm__sqlite_cursor *cursor = (orm__sqlite_cursor *)base;
    sqlite3_value_free(cursor->list);
    *cursor = (orm__sqlite_cursor){ .base = cursor->base };
    if (argc == 0 || sqlite3_value_type(argv[0]) != SQLITE_BLOB) return SQLITE_OK;
    cursor->list = sqlite3_value_dup(argv[0]);
    if (!cursor->list) return SQLITE_NOMEM;
    cursor->at = sqlite3_value_blob(cursor->list);
    cursor->end = cursor->at ? cursor->at + sqlite3_value_bytes(cursor->list) : NULL;
    return SQLITE_OK;
}

static int orm__sqlite_list_next(sqlite3_vtab_cursor *base)
{
    orm__sqlite_cursor *cursor = (orm__sqlite_cursor *)base;
    cursor->at += orm__sqlite_item_size(cursor);
    cursor->row++;
    return SQLITE_OK;
}

static int orm__sqlite_list_eof(sqlite3_vtab_cursor *base)
{
    const orm__sqlite_cursor *cursor = (const orm__sqlite_cursor *)base;
    return !cursor->at || orm__sqlite_item_size(cursor) == 0;
}

static int orm__sqlite_list_column(sqlite3_vtab_cursor *base, sqlite3_context *out, int column)
{
    const orm__sqlite_cursor *cursor = (const orm__sqlite_cursor *)base;
    if (column != 0) return SQLITE_OK;
    const char *payload = (const char *)cursor->at + 1;
    uint32_t length;
    int64_t i;
    double d;
    memcpy(&length, payload, sizeof length);
    switch (*cursor->at) {
    case SQLITE_INTEGER: memcpy(&i, payload, sizeof i); sqlite3_result_int64(out, i); break;
    case SQLITE_FLOAT:   memcpy(&d, payload, sizeof d); sqlite3_result_double(out, d); break;
    case SQLITE_TEXT:    sqlite3_result_text(out, payload + 4, (int)length, SQLITE_TRANSIENT); break;
    case SQLITE_BLOB:    sqlite3_result_blob(out, payload + 4, (int)length, SQLITE_TRANSIENT); break;
    default: break;
    }
    return SQLITE_OK;
}

static int orm__sqlite_list_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *out)
{
    *out = ((const orm__sqlite_cursor *)base)->row;
    return SQLITE_OK;
}

static const sqlite3_module orm__sqlite_list_module = {
    .xConnect = orm__sqlite_list_connect, .xBestIndex = orm__sqlite_list_plan, .xDisconnect = orm__sqlite_list_disconnect,
    .xOpen = orm__sqlite_list_open, .xClose = orm__sqlite_list_close, .xFilter = orm__sqlite_list_filter, .xNext = orm__sqlite_list_next,
    .xEof = orm__sqlite_list_eof, .xColumn = orm__sqlite_list_column, .xRowid = orm__sqlite_list_rowid,
};

static orm_status orm__sqlite_list(orm_connection *connection, const orm_column *column, const orm_value *values, size_t n, orm_arena *scratch, orm_value *out)
{
    orm__sqlite *c = (orm__sqlite *)connection;
    size_t size = 0;
    for (size_t i = 0; i < n; i++) {
        size_t item = 48;               /* holds every item but texts and blobs of the caller */
        if (values[i].type == ORM_BLOB) item = (size_t)values[i].length + 5;
        else if (values[i].type == ORM_TEXT || values[i].type == ORM_JSON || values[i].type == ORM_ENUM)
            item = (values[i].length == ORM_LENGTH_UNKNOWN ? strlen(values[i].as.s) : values[i].length) + 5;
        else if (values[i].type <= ORM_BOOL || values[i].type == ORM_TIME) item = 9;
        if (item > INT_MAX - size) return orm__raise_at(c->db, ORM_VALUE_RANGE, column->model, column, "a list of values is too long");
        size += item;
    }
    char *list = orm__bump(scratch, size + 1, 1), *at = list;
    if (!list) return orm__raise(c->db, ORM_NO_MEMORY, 0, "out of memory");
    for (size_t i = 0; i < n; i++) {
        char buffer[ORM_INTERVAL_SIZE];
        orm__sqlite_cell cell = { 0 };
        orm_value value = values[i];
        if (value.type == ORM_DECIMAL) value.n = column->is.precision ? column->is.precision : ORM_MAX_DIGITS;
        const char *wrong = value.type == ORM_NULL ? "a list cannot hold NULL" : orm__sqlite_encode(&value, buffer, &cell);
        if (wrong) return orm__raise_at(c->db, ORM_VALUE_RANGE, column->model, column, "%s", wrong);
        *at++ = (char)cell.class_;
        uint32_t length = (uint32_t)cell.n;
        switch (cell.class_) {
        case SQLITE_INTEGER: memcpy(at, &cell.i, sizeof cell.i); at += sizeof cell.i; break;
        case SQLITE_FLOAT:   memcpy(at, &cell.d, sizeof cell.d); at += sizeof cell.d; break;
        default:             memcpy(at, &length, sizeof length); memcpy(at + sizeof length, cell.p, cell.n); at += sizeof length + cell.n; break;
        }
    }
    *out = (orm_value){ .type = ORM_BLOB, .length = (uint32_t)(at - list), .as.p = list };
    return ORM_OK;
}

/* ---- patterns ------------------------------------------------------------------------------------------------- */
#define ORM__SQLITE_COMPLEX "a regular expression is too complex"
/* LIKE ignores the case of ASCII letters here, GLOB does not: `like` becomes GLOB, with % _ and \ rewritten. */
static orm_status orm__sqlite_operand(orm_connection *connection, orm_op op, orm_value *value, orm_arena *scratch)
{
    orm__sqlite *c = (orm__sqlite *)connection;
    if (op == ORM_OP_REGEXP && !orm__regex_is_bounded(value->as.s)) return orm__raise(c->db, ORM_VALUE_RANGE, 0, ORM__SQLITE_COMPLEX);
    if (op != ORM_OP_LIKE && op != ORM_OP_ILIKE) return ORM_OK;
    const char *from = value->as.s;
    size_t n = value->length == ORM_LENGTH_UNKNOWN ? strlen(from) : value->length;
    size_t longest = (size_t)sqlite3_limit(c->sqlite, SQLITE_LIMIT_LIKE_PATTERN_LENGTH, -1);
    if (n > longest) return orm__raise(c->db, ORM_VALUE_RANGE, 0, "a pattern may have at most %zu bytes", longest);
    char *glob = orm__bump(scratch, 3 * n + 1, 1);
    if (!glob) return orm__raise(c->db, ORM_NO_MEMORY, 0, "out of memory");
    size_t length = 0;
    for (size_t i = 0; i < n; i++) {
        bool escaped = from[i] == '\\';
        if (escaped && ++i == n) return orm__raise(c->db, ORM_VALUE_RANGE, 0, "a pattern ends with its escape character");
        if (!escaped && (from[i] == '%' || from[i] == '_')) {
            glob[length++] = from[i] == '%' ? '*' : '?';
        } else if (from[i] == '*' || from[i] == '?' || from[i] == '[') {
            glob[length++] = '[';
            glob[length++] = from[i];
            glob[length++] = ']';
        } else {
            glob[length++] = from[i];
        }
    }
    glob[length] = 0;
    if (op == ORM_OP_ILIKE) return ORM_OK;
    if (length > longest) return orm__raise(c->db, ORM_VALUE_RANGE, 0, "a pattern may have at most %zu bytes, its wildcards escaped", longest);
    *value = (orm_value){ .type = ORM_TEXT, .length = (uint32_t)length, .as.s = glob };
    return ORM_OK;
}

static void orm__sqlite_regexp(sqlite3_context *out, int n, sqlite3_value **argv)
{
    (void)n;
    if (sqlite3_value_type(argv[0]) == SQLITE_NULL || sqlite3_value_type(argv[1]) == SQLITE_NULL) return;
    const char *pattern = (const char *)sqlite3_value_text(argv[0]), *text_ = (const char *)sqlite3_value_text(argv[1]);
    if (pattern && !orm__regex_is_bounded(pattern)) {      /* of SQL by hand */
        sqlite3_result_error(out, ORM__SQLITE_COMPLEX, -1);
        return;
    }
    int matches = pattern && text_ ? orm__regex_matches(pattern, text_) : -2;
    if (matches == -1) sqlite3_result_error(out, "the pattern is not a regular expression", -1);
    else if (matches < 0) sqlite3_result_error_nomem(out);
    else sqlite3_result_int(out, matches);
}

/* ---- JSON: functions of a document, a path (a JSON array) and an operand; all NULL for a document that is NULL ---------------------- */
/* the document, checked; NULL: the result is set. What stands in the column came from anywhere. */
static const char *orm__sqlite_json_text(sqlite3_context *out, sqlite3_value *value)
{
    if (sqlite3_value_type(value) == SQLITE_NULL) return NULL;
    const char *text_ = (const char *)sqlite3_value_text(value), *why = NULL;
    if (text_ && orm__json_valid(text_, (size_t)sqlite3_value_bytes(value), &why)) return text_;
    if (!text_ || orm__is_unchecked(why)) sqlite3_result_error_nomem(out);
    else sqlite3_result_error(out, "a document is not JSON", -1);
    return NULL;
}

/* what the path leads to */
static const char *orm__sqlite_json_place(sqlite3_context *out, sqlite3_value **argv)
{
    const char *json = orm__sqlite_json_text(out, argv[0]), *path = json ? orm__sqlite_json_text(out, argv[1]) : NULL;
    return path ? orm__json_at(json, path, false, NULL) : NULL;
}

static const char *const orm__sqlite_json_types[] = { "", "null", "string", "number", "boolean", "array", "object" };

static void orm__sqlite_json_type(sqlite3_context *out, int n, sqlite3_value **argv)
{
    (void)n;
    const char *at = orm__sqlite_json_place(out, argv);
    if (at) sqlite3_result_text(out, orm__sqlite_json_types[orm__json_type_of(at)], -1, SQLITE_STATIC);
}

static void orm__sqlite_json_compare(sqlite3_context *out, int n, sqlite3_value **argv)
{
    (void)n;
    const char *at = orm__sqlite_json_place(out, argv), *type = at ? (const char *)sqlite3_value_text(argv[2]) : NULL, *operand = type ? (const char *)sqlite3_value_text(argv[3]) : NULL;
    if (!operand || strcmp(orm__sqlite_json_types[orm__json_type_of(at)], type) != 0) return;
    if (*at == '"') sqlite3_result_int(out, orm__json_compare_bytes(orm__json_bytes_of(at), orm__json_plain(operand, (size_t)sqlite3_value_bytes(argv[3]))));
    else sqlite3_result_int(out, orm__json_compare_scalars(at, operand));
}

static void orm__sqlite_json_contains(sqlite3_context *out, int n, sqlite3_value **argv)
{
    (void)n;
    const char *at = orm__sqlite_json_place(out, argv), *operand = at ? orm__sqlite_json_text(out, argv[2]) : NULL;
    if (operand) sqlite3_result_int(out, orm__json_contains(at, operand));
}

static void orm__sqlite_json_rank(sqlite3_context *out, int n, sqlite3_value **argv)
{
    (void)n;
    const char *at = orm__sqlite_json_place(out, argv);
    sqlite3_result_int(out, at ? (int)orm__json_type_of(at) : 0);
}

/* A number as bytes that sort as it does: its sign, its magnitude with the highest byte first, its digits, an end below all of them; for one below
   zero each byte the other way round. */
static void orm__sqlite_json_number_key(orm__writer *w, const char *at)
{
    orm__json_number number = orm__json_number_of(at);
    unsigned char turn = number.sign < 0 ? 0xFF : 0;
    uint64_t magnitude = (uint64_t)number.magnitude ^ UINT64_C(1) << 63;
    orm__put_char(w, (char)(number.sign + 1));
    if (number.sign == 0) return;
    for (int i = 56; i >= 0; i -= 8) orm__put_char(w, (char)((magnitude >> i & 0xFF) ^ turn));
    for (int digit = 1; digit; ) {
        digit = orm__json_digit(&number);
        orm__put_char(w, (char)((unsigned char)digit ^ turn));
    }
}

/* what the writer holds is the result */
static void orm__sqlite_json_result(sqlite3_context *out, orm__writer *w, bool blob)
{
    if (w->failed || w->length > INT_MAX) sqlite3_result_error_nomem(out);
    else if (blob && w->length) sqlite3_result_blob(out, w->text, (int)w->length, SQLITE_TRANSIENT);
    else if (blob) sqlite3_result_zeroblob(out, 0);
    else sqlite3_result_text(out, w->length ? w->text : "", (int)w->length, SQLITE_TRANSIENT);      /* of nothing the engine would make NULL */
    orm__writer_release(w);
}

static void orm__sqlite_json_key(sqlite3_context *out, int n, sqlite3_value **argv)
{
    (void)n;
    const orm_allocator allocator = orm__default_allocator();
    orm__writer w = { .allocator = &allocator };
    const char *at = orm__sqlite_json_place(out, argv);
    if (!at) return;
    if (*at == 't' || *at == 'f') {
        sqlite3_result_int(out, *at == 't');
    } else if (orm__json_type_of(at) == ORM__JSON_NUMBER) {
        orm__sqlite_json_number_key(&w, at);
        orm__sqlite_json_result(out, &w, true);
    } else if (*at == '"') {
        orm__json_bytes bytes = orm__json_bytes_of(at);
        for (int c; (c = orm__json_next_byte(&bytes)) >= 0; ) orm__put_char(&w, (char)c);
        orm__sqlite_json_result(out, &w, true);
    }
}

/* a whole number of 64 bits, however it is written: 1, 1.0, 10e-1 */
static void orm__sqlite_json_whole(sqlite3_context *out, const char *at)
{
    orm__json_number number = orm__json_number_of(at);
    uint64_t units = 0, limit = number.sign < 0 ? (uint64_t)INT64_MAX + 1 : INT64_MAX;
    int64_t places = number.magnitude;
    for (int digit; (digit = orm__json_digit(&number)) != 0 || number.at < number.end || places > 0; places--) {
        uint64_t add = digit ? (uint64_t)(digit - '0') : 0;
        if (places <= 0 || units > (limit - add) / 10) return;
        units = units * 10 + add;
    }
    sqlite3_result_int64(out, number.sign < 0 ? (int64_t)(0 - units) : (int64_t)units);
}

/* what a path leads to, if it is of the kind that is asked for: "string", "number", "whole", "boolean", or "json" for whatever it is */
static void orm__sqlite_json_value(sqlite3_context *out, int n, sqlite3_value **argv)
{
    (void)n;
    const orm_allocator allocator = orm__default_allocator();
    orm__writer w = { .allocator = &allocator };
    double number;
    const char *at = orm__sqlite_json_place(out, argv), *kind = at ? (const char *)sqlite3_value_text(argv[2]) : NULL;
    if (!kind) return;
    const orm__json_type type = orm__json_type_of(at);
    if (strcmp(kind, "json") == 0) {
        orm__put_bytes(&w, at, (size_t)(orm__json_end(at) - at));
        orm__sqlite_json_result(out, &w, false);
    } else if (type == ORM__JSON_NUMBER && strcmp(kind, "whole") == 0) {
        orm__sqlite_json_whole(out, at);
    } else if (strcmp(orm__sqlite_json_types[type], kind) != 0) {
        return;
    } else if (type == ORM__JSON_BOOLEAN) {
        sqlite3_result_int(out, *at == 't');
    } else if (type == ORM__JSON_NUMBER) {
        if (orm__read_double(at, orm__json_end(at), &number)) sqlite3_result_double(out, number);
    } else {
        orm__json_bytes bytes = orm__json_bytes_of(at);
        for (int c; (c = orm__json_next_byte(&bytes)) >= 0; ) orm__put_char(&w, (char)c);
        orm__sqlite_json_result(out, &w, false);
    }
}

static void orm__sqlite_json_set(sqlite3_context *out, int n, sqlite3_value **argv)
{
    const orm_allocator allocator = orm__default_allocator();
    orm__writer w = { .allocator = &allocator };
    const char *json = orm__sqlite_json_text(out, argv[0]), *path = json ? orm__sqlite_json_text(out, argv[1]) : NULL, *value = path && n == 3 ? orm__sqlite_json_text(out, argv[2]) : NULL;
    if (!path || (n == 3 && !value)) return;
    if (n == 3) orm__json_set(&w, json, path, value);
    else orm__json_remove(&w, json, path);
    orm__sqlite_json_result(out, &w, false);
}

/* arrays of columns, in their JSON form: one with the elements of another at its end (of NULL: the other); one without those that are in the other */
static void orm__sqlite_array_append(sqlite3_context *out, int n, sqlite3_value **argv)
{
    (void)n;
    const orm_allocator allocator = orm__default_allocator();
    orm__writer w = { .allocator = &allocator };
    const char *array = orm__sqlite_json_text(out, argv[0]), *more = orm__sqlite_json_text(out, argv[1]);
    if (!more || (!array && sqlite3_value_type(argv[0]) != SQLITE_NULL)) return;
    orm__put_char(&w, '[');
    for (int i = array ? 0 : 1, any = 0; i < 2; i++) {
        const char *from = orm__json_blanks(i ? more : array);
        if (*from != '[') continue;
        for (orm__json_items items = orm__json_items_of(from); orm__json_next(&items); any = 1) {
            if (any) orm__put_char(&w, ',');
            orm__put_bytes(&w, items.value, (size_t)(items.end - items.value));
        }
    }
    orm__put_char(&w, ']');
    orm__sqlite_json_result(out, &w, false);
}

static void orm__sqlite_array_without(sqlite3_context *out, int n, sqlite3_value **argv)
{
    (void)n;
    const orm_allocator allocator = orm__default_allocator();
    orm__writer w = { .allocator = &allocator };
    const char *array = orm__sqlite_json_text(out, argv[0]), *away = array ? orm__sqlite_json_text(out, argv[1]) : NULL;
    if (!away || *(array = orm__json_blanks(array)) != '[') return;
    orm__put_char(&w, '[');
    for (orm__json_items items = orm__json_items_of(array); orm__json_next(&items); ) {
        if (orm__json_contains(away, items.value)) continue;
        if (w.length > 1) orm__put_char(&w, ',');
        orm__put_bytes(&w, items.value, (size_t)(items.end - items.value));
    }
    orm__put_char(&w, ']');
    orm__sqlite_json_result(out, &w, false);
}

static const struct { const char *name; int arguments; void (*call)(sqlite3_context *out, int n, sqlite3_value **argv); } orm__sqlite_json[] = {
    { "orm_json_type", 2, orm__sqlite_json_type }, { "orm_json_compare", 4, orm__sqlite_json_compare }, { "orm_json_contains", 3, orm__sqlite_json_contains },
    { "orm_json_rank", 2, orm__sqlite_json_rank }, { "orm_json_value", 3, orm__sqlite_json_value }, { "orm_json_key", 2, orm__sqlite_json_key }, { "orm_json_set", 3, orm__sqlite_json_set }, { "orm_json_remove", 2, orm__sqlite_json_set },
    { "orm_array_append", 2, orm__sqlite_array_append }, { "orm_array_without", 2, orm__sqlite_array_without },
};

/* ---- statements -------------------------------------------------------------------------------------------------- */
/* what stands after the statement: only blanks, comments and semicolons will do */
static bool orm__sqlite_blank(const char *at, const char *end)
{
    while (at < end) {
        if (*at == ';' || (*at && strchr(" \t\r\n\f", *at))) {
            at++;
        } else if (end - at > 1 && at[0] == '-' && at[1] == '-') {
            while (at < end && *at != '\n') at++;
        } else if (end - at > 1 && at[0] == '/' && at[1] == '*') {
            for (at += 2; end - at > 1 && !(at[0] == '*' && at[1] == '/'); at++) { }
            at = end - at > 1 ? at + 2 : end;
        } else {
            return false;
        }
    }
    return true;
}

/* the tables of FTS5 that are made for searched columns, and their like */
#define ORM__SQLITE_IS_SEARCH "type = 'table' and name like 'orm\\_%\\_search\\_%' escape '\\' and sql like 'create virtual table%using fts5(%'"

/* To some versions (3.40 is one) FTS5 is no table that a trigger may use while the schema is not trusted; and triggers are what keeps an index of searched columns. Only for
   such a table is the schema trusted, from then on. */
static bool orm__sqlite_trust(orm__sqlite *c)
{
    sqlite3_stmt *there = NULL;
    bool ours = sqlite3_prepare_v2(c->sqlite, "select 1 from sqlite_master where " ORM__SQLITE_IS_SEARCH, -1, &there, NULL) == SQLITE_OK && sqlite3_step(there) == SQLITE_ROW;
    sqlite3_finalize(there);
    return ours && sqlite3_exec(c->sqlite, "pragma trusted_schema = 1", NULL, NULL, NULL) == SQLITE_OK;
}

/* the statement just refused what is fine now */
static bool orm__sqlite_trusts_now(orm__sqlite *c, int code)
{
    return code == SQLITE_ERROR && strstr(sqlite3_errmsg(c->sqlite), "unsafe use of virtual table \"orm_") && orm__sqlite_trust(c);
}

static int orm__sqlite_compile(orm__sqlite *c, const char *sql, int length, sqlite3_stmt **out, const char **tail)
{
    int code = sqlite3_prepare_v3(c->sqlite, sql, length, SQLITE_PREPARE_PERSISTENT, out, tail);
    return orm__sqlite_trusts_now(c, code) ? sqlite3_prepare_v3(c->sqlite, sql, length, SQLITE_PREPARE_PERSISTENT, out, tail) : code;
}

static orm_status orm__sqlite_prepare(orm_connection *connection, const char *sql, size_t length, orm_statement **out)
{
    orm__sqlite *c = (orm__sqlite *)connection;
    sqlite3_stmt *stmt = NULL;
    const char *tail = sql;
    if (length > INT_MAX) return orm__raise(c->db, ORM_VALUE_RANGE, 0, "a statement is too long");
    int code = orm__sqlite_compile(c, sql, (int)length, &stmt, &tail);
    if (code != SQLITE_OK) return orm__sqlite_fail(c, code);
    if (!stmt || !orm__sqlite_blank(tail, sql + length)) {
        sqlite3_finalize(stmt);
        return orm__raise(c->db, ORM_SYNTAX, SQLITE_ERROR, "%s", stmt ? "one statement per call" : "there is no statement in the text");
    }
    orm__sqlite_statement *s = orm__allocate(&c->db->allocator, sizeof *s);
    if (!s) {
        sqlite3_finalize(stmt);
        return orm__raise(c->db, ORM_NO_MEMORY, 0, "out of memory");
    }
    *s = (orm__sqlite_statement){ .stmt = stmt, .n_parameters = (size_t)sqlite3_bind_parameter_count(stmt), .writes = !sqlite3_stmt_readonly(stmt) };
    *out = (orm_statement *)s;
    return ORM_OK;
}

static void orm__sqlite_finalize(orm_connection *connection, orm_statement *statement)
{
    orm__sqlite *c = (orm__sqlite *)connection;
    orm__sqlite_statement *s = (orm__sqlite_statement *)statement;
    if (!s) return;
    sqlite3_finalize(s->stmt);
    orm__release(&c->db->allocator, s, sizeof *s);
}

static int orm__sqlite_control(orm__sqlite *c, int which)
{
    sqlite3_step(c->control[which]);
    return sqlite3_reset(c->control[which]);         /* answers the step's failure */
}

/* Rolls back, also when the engine has done it already. It compiles the statement again after the schema has changed, and that may fail. */
/* ends a transaction in which foreign keys were not looked at: neither pragma works inside of one */
static void orm__sqlite_check_again(orm__sqlite *c)
{
    if (!c->unchecked || !sqlite3_get_autocommit(c->sqlite)) return;
    sqlite3_exec(c->sqlite, "pragma legacy_alter_table = off; pragma foreign_keys = on", NULL, NULL, NULL);       /* neither can fail outside of a transaction */
    c->unchecked = false;
}

static void orm__sqlite_rollback(orm_connection *connection)
{
    orm__sqlite *c = (orm__sqlite *)connection;
    if (!sqlite3_get_autocommit(c->sqlite)) orm__sqlite_control(c, ORM__SQLITE_ROLLBACK);
    c->unfinished = !sqlite3_get_autocommit(c->sqlite);
    c->reading = false;
    orm__sqlite_check_again(c);
}

/* without it what follows would run, and be lost, in a transaction that should be gone */
static __attribute__((cold, noinline)) orm_status orm__sqlite_finish_rollback(orm__sqlite *c)
{
    orm__sqlite_rollback((orm_connection *)c);
    return c->unfinished ? orm__raise(c->db, ORM_NO_MEMORY, SQLITE_NOMEM, "out of memory: the last transaction is not rolled back yet") : ORM_OK;
}

static __attribute__((noinline)) orm_status orm__sqlite_bind_other(const orm__sqlite *c, const orm__sqlite_statement *s, int at, const orm_value *v, int *code)
{
    orm__sqlite_cell cell;
    char buffer[ORM_INTERVAL_SIZE];
    const char *wrong = v->type == ORM_ARRAY ? orm__sqlite_encode_array(c->db, v, &cell) : orm__sqlite_encode(v, buffer, &cell);
    if (wrong) return wrong == orm__sqlite_no_room ? orm__raise(c->db, ORM_NO_MEMORY, 0, "%s", wrong) : orm__raise(c->db, ORM_VALUE_RANGE, 0, "parameter %d: %s", at, wrong);
    *code = orm__sqlite_bind(s->stmt, at, &cell, buffer);
    return ORM_OK;
}

static orm_status orm__sqlite_start(orm_connection *connection, orm_statement *statement, const orm_value *values, size_t n)
{
    orm__sqlite *c = (orm__sqlite *)connection;
    orm__sqlite_statement *s = (orm__sqlite_statement *)statement;
    s->failed = ORM_OK;
    if (ORM__UNLIKELY(c->unfinished) && orm__sqlite_finish_rollback(c)) return ORM_NO_MEMORY;
    if (ORM__UNLIKELY(n != s->n_parameters)) return orm__raise(c->db, ORM_MISUSE, 0, "%zu values for %zu parameters", n, s->n_parameters);
    if (s->writes) {
        if (c->reading) return orm__raise(c->db, ORM_READ_ONLY, SQLITE_READONLY, "a write in a read-only transaction");
        s->changes_before = sqlite3_total_changes64(c->sqlite);
    }
    for (size_t i = 0; i < n; i++) {
        const orm_value *v = &values[i];
        int at = (int)i + 1, code;
        /* what most parameters are goes without a detour */
        if (v->type == ORM_TEXT && v->length <= INT_MAX) code = sqlite3_bind_text(s->stmt, at, v->as.s, (int)v->length, SQLITE_STATIC);
        else if (v->type == ORM_INT64 || v->type == ORM_INT32 || v->type == ORM_TIME) code = sqlite3_bind_int64(s->stmt, at, v->as.i);
        else if (v->type == ORM_NULL) code = sqlite3_bind_null(s->stmt, at);
        else if (v->type == ORM_DOUBLE && !__builtin_isnan(v->as.d)) code = sqlite3_bind_double(s->stmt, at, v->as.d);
        else if (orm__sqlite_bind_other(c, s, at, v, &code)) return orm__self()->error.kind;
        if (ORM__UNLIKELY(code != SQLITE_OK)) return orm__sqlite_fail(c, code);
    }
    return ORM_OK;
}

/* ends the execution, whatever its state; returns the failure of the last step, if any */
static orm_status orm__sqlite_finish(orm_connection *connection, orm_statement *statement, orm_outcome *out)
{
    orm__sqlite *c = (orm__sqlite *)connection;
    orm__sqlite_statement *s = (orm__sqlite_statement *)statement;
    int code = sqlite3_reset(s->stmt);          /* answers the step's failure once more, or its own */
    if (ORM__UNLIKELY(code != SQLITE_OK && s->failed == ORM_OK)) s->failed = orm__sqlite_fail_running(c, code, s->stmt);
    if (out) {
        /* sqlite3_changes keeps the number of an earlier statement when this one was no insert, update or delete */
        bool changed = s->writes && sqlite3_total_changes64(c->sqlite) != s->changes_before;
        out->changed = changed ? sqlite3_changes64(c->sqlite) : 0;
        out->generated = changed ? sqlite3_last_insert_rowid(c->sqlite) : 0;
    }
    return s->failed;
}

/* ---- rows -------------------------------------------------------------------------------------------------------- */
static __attribute__((cold, noinline)) orm_step orm__sqlite_step_failed(orm__sqlite *c, orm__sqlite_statement *s, int code)
{
    s->failed = orm__sqlite_fail_running(c, code, s->stmt);
    return ORM_STEP_FAILED;
}

/* a value that does not fit its member; the row is named by its key when that is an integer */
static __attribute__((cold, noinline)) orm_step orm__sqlite_bad_data(orm__sqlite *c, orm__sqlite_statement *s, const orm_plan *plan, const orm_plan_field *field)
{
    static const char *const classes[] = { "?", "an integer", "a real number", "a text", "a blob", "NULL" };
    static const char *const wanted[ORM_TYPES] = {
        "value", "16-bit integer", "32-bit integer", "64-bit integer", "32-bit number", "number", "boolean (0 or 1)", "text without NUL", "decimal", "blob",
        "date", "time of day", "timestamp", "uuid", "json text without NUL", "label", "address", "array of the column's type", "interval",
    };
    int at = (int)(field - plan->fields), class_ = sqlite3_column_type(s->stmt, at);
    const orm_plan_field *key = plan->fields, *end = key;
    for (uint32_t i = 0; i < plan->n_segments && end <= field; i++) {
        key = end;
        end += plan->segments[i].n_fields;
    }
    while (key < end && !(key->column && key->column->primary_key && sqlite3_column_type(s->stmt, (int)(key - plan->fields)) == SQLITE_INTEGER)) key++;
    char row[96] = "";
    if (key < end) snprintf(row, sizeof row, " (%.48s %" PRId64 ")", key->column->name, (int64_t)sqlite3_column_int64(s->stmt, (int)(key - plan->fields)));
    const char *name = sqlite3_column_name(s->stmt, at);
    if (field->column) name = orm__column_name(field->column);
    if (field->type == ORM_ENUM && class_ == SQLITE_TEXT && field->column && !field->column->secret)
        s->failed = orm__raise_at(c->db, ORM_BAD_DATA, field->column ? field->column->model : NULL, field->column, "column %s%s holds the unknown label \"%.64s\"", name, row, (const char *)sqlite3_column_text(s->stmt, at));
    else
        s->failed = orm__raise_at(c->db, ORM_BAD_DATA, field->column ? field->column->model : NULL, field->column, "column %s%s holds %s that is no %s", name ? name : "?", row,
                                  classes[class_ < 6 ? class_ : 0], wanted[field->type < ORM_TYPES ? field->type : 0]);
    return ORM_STEP_FAILED;
}

/* Copies a text into the arena and looks for a NUL in it on the way: texts are short, and two calls for each would cost more than the rest
   of their column. Words overlap instead of being cut. NULL when out of memory; `whole` is false when there is a NUL. */
static inline char *orm__sqlite_copy_text(orm_arena *texts, const char *bytes, size_t n, bool *whole)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t word, zero;
    uint32_t half;
    char *copy = orm__bump_bytes(texts, n + 1);
    if (ORM__UNLIKELY(!copy)) return NULL;
    copy[n] = 0;
    if (ORM__LIKELY(n >= 8 && n <= 96)) {
        memcpy(&word, bytes + n - 8, sizeof word);
        memcpy(copy + n - 8, &word, sizeof word);
        zero = (word - ones) & ~word;
        for (size_t i = 0; i < n - 8; i += 8) {
            memcpy(&word, bytes + i, sizeof word);
            memcpy(copy + i, &word, sizeof word);
            zero |= (word - ones) & ~word;
        }
    } else if (n >= 4 && n < 8) {
        memcpy(&half, bytes, sizeof half);
        memcpy(copy, &half, sizeof half);
        word = half;
        memcpy(&half, bytes + n - 4, sizeof half);
        memcpy(copy + n - 4, &half, sizeof half);
        word |= (uint64_t)half << 32;
        zero = (word - ones) & ~word;
    } else {
        memcpy(copy, bytes, n);
        zero = memchr(bytes, 0, n) ? UINT64_MAX : 0;
    }
    *whole = !(zero & ones << 7);
    return copy;
}

/* the same for a text that stays where it is: is there no NUL in it? */
static inline bool orm__sqlite_has_no_nul(const char *bytes, size_t n)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t word, zero;
    uint32_t half;
    if (ORM__LIKELY(n >= 8 && n <= 96)) {
        memcpy(&word, bytes + n - 8, sizeof word);
        zero = (word - ones) & ~word;
        for (size_t i = 0; i < n - 8; i += 8) {
            memcpy(&word, bytes + i, sizeof word);
            zero |= (word - ones) & ~word;
        }
    } else if (n >= 4 && n < 8) {
        memcpy(&half, bytes, sizeof half);
        word = half;
        memcpy(&half, bytes + n - 4, sizeof half);
        word |= (uint64_t)half << 32;
        zero = (word - ones) & ~word;
    } else {
        return !memchr(bytes, 0, n);
    }
    return !(zero & ones << 7);
}

/* the number of a label, 0 when the enumeration has none such; `text_` ends with a NUL */
static int32_t orm__sqlite_label(const orm_enum *labels, const char *text_, size_t n)
{
    for (size_t i = 0; i < labels->count; i++)
        if (labels->labels[i][0] == text_[0] && strcmp(labels->labels[i], text_) == 0) return strlen(text_) == n ? (int32_t)i + 1 : 0;
    return 0;
}

/* writes a member, and its mark when the field is nullable: an optional begins with its value */
#define ORM__SQLITE_SET(type_, optional, value_) \
    (*(type_ *)(void *)at = (value_), field->nullable ? (void)(((optional *)(void *)at)->set = true) : (void)0)

/* the rarer types, from a value that is not NULL; false when it does not fit */
static bool orm__sqlite_decode_text(const orm_plan_field *field, const char *bytes, size_t n, char *at)
{
    orm_date date;
    orm_clock clock_;
    switch (field->type) {
    case ORM_ENUM: {
        int32_t label = field->column ? orm__sqlite_label(field->column->is.labels, bytes, n) : 0;
        *(int32_t *)(void *)at = label;
        return label > 0;
    }
    case ORM_DATE:
        if (n != 10 || !orm_date_parse(bytes, &date)) return false;
        ORM__SQLITE_SET(orm_date, orm_opt_date, date);
        return true;
    case ORM_CLOCK:
        if (n != strlen(bytes) || !orm_clock_parse(bytes, &clock_)) return false;
        ORM__SQLITE_SET(orm_clock, orm_opt_clock, clock_);
        return true;
    case ORM_INTERVAL: {
        orm_interval interval;
        if (n != strlen(bytes) || !orm_interval_parse(bytes, &interval)) return false;
        ORM__SQLITE_SET(orm_interval, orm_opt_interval, interval);
        return true;
    }
    case ORM_INET:
        return n == strlen(bytes) && orm_inet_parse(bytes, (orm_inet *)(void *)at);
    default:
        return n == ORM_UUID_SIZE - 1 && orm_uuid_parse(bytes, (orm_uuid *)(void *)at);
    }
}

static bool orm__sqlite_decode_decimal(const orm_plan_field *field, sqlite3_value *value, int class_, char *at)
{
    orm_decimal decimal = { .scale = field->column ? field->column->is.scale : 0 };
    if (!field->column || !ORM__SQLITE_IS_LONG(field->column->is.precision)) {
        if (class_ != SQLITE_INTEGER) return false;
        int64_t i = sqlite3_value_int64(value);
        decimal.high = i < 0 ? -1 : 0;
        decimal.low = (uint64_t)i;
    } else {
        const char *digits = class_ == SQLITE_TEXT ? (const char *)sqlite3_value_text(value) : NULL;
        if (!digits || !orm__sqlite_read_long_decimal(digits, (size_t)sqlite3_value_bytes(value), &decimal.high, &decimal.low)) return false;
    }
    ORM__SQLITE_SET(orm_decimal, orm_opt_decimal, decimal);
    return true;
}

/* an array in its JSON form: ORM__ARRAY_BAD also for what is none and for one with NULLs */
static __attribute__((noinline)) orm__array_fault orm__sqlite_decode_array(const orm_plan_field *field, const char *bytes, size_t n, orm_arena *texts, char *at)
{
    orm_value array;
    const orm_column member = { .is = { .type = ORM_ARRAY } };
    orm__array_fault fault = field->column ? orm__read_array(field->column->is.element, bytes, n, texts, &array) : ORM__ARRAY_BAD;
    if (!fault) orm__store(&member, at, &array);
    return fault;
}

_Static_assert(ORM_TYPES == 19, "orm__sqlite_fetch has a case for each type");

/* A row's values stand in consecutive registers of the engine's machine (its OP_ResultRow), so the place of the first tells those of the
   others, and to ask for each is a tenth of the cost of a row. A statement's first row must prove it, else the distance is 0. */
static __attribute__((noinline)) void orm__sqlite_measure(orm__sqlite_statement *s, uint32_t columns)
{
    uintptr_t first = (uintptr_t)sqlite3_column_value(s->stmt, 0);
    s->distance = columns > 1 ? (uintptr_t)sqlite3_column_value(s->stmt, 1) - first : 0;
    for (uint32_t i = 2; i < columns; i++)
        if ((uintptr_t)sqlite3_column_value(s->stmt, (int)i) - first != i * s->distance) s->distance = 0;
    s->measured = true;
}

/* A statement may have become one that uses a search since it was prepared. It has done nothing then. */
static int orm__sqlite_step_again(orm__sqlite *c, sqlite3_stmt *stmt, int code)
{
    if (!orm__sqlite_trusts_now(c, code)) return code;
    (void)sqlite3_reset(stmt);                      /* answers the failure once more */
    return sqlite3_step(stmt);
}

/* `borrow`, of the plan, is known when this is compiled: the usual rows do not pay for it */
static inline __attribute__((always_inline)) orm_step orm__sqlite_row(orm_connection *connection, orm_statement *statement, const orm_plan *plan, void **rows, orm_arena *texts, int64_t *extra, const bool borrow)
{
    orm__sqlite *c = (orm__sqlite *)connection;
    orm__sqlite_statement *s = (orm__sqlite_statement *)statement;
    sqlite3_stmt *stmt = s->stmt;
    int code = sqlite3_step(stmt), column = 0;
    if (ORM__UNLIKELY(code == SQLITE_ERROR)) code = orm__sqlite_step_again(c, stmt, code);
    if (code != SQLITE_ROW) return ORM__LIKELY(code == SQLITE_DONE) ? ORM_STEP_DONE : orm__sqlite_step_failed(c, s, code);
    if (ORM__UNLIKELY(!s->measured)) orm__sqlite_measure(s, plan->n_fields);
    const uintptr_t distance = s->distance, first = distance ? (uintptr_t)sqlite3_column_value(stmt, 0) : 0;
    const orm_plan_field *field = plan->fields;
    for (uint32_t segment = 0; segment < plan->n_segments; segment++) {
        const orm_plan_field *end = field + plan->segments[segment].n_fields;
        if (plan->segments[segment].key >= 0 && sqlite3_column_type(stmt, plan->segments[segment].key) == SQLITE_NULL) {
            rows[segment] = NULL;
            column += (int)(end - field);
            field = end;
            continue;
        }
        char *row = rows[segment];
        for (; field < end; field++, column++) {
            /* "unprotected" values are as good as others on a connection that one thread uses at a time */
            sqlite3_value *value = ORM__LIKELY(distance > 0) ? (sqlite3_value *)(first + (uintptr_t)column * distance) : sqlite3_column_value(stmt, column);
            int class_ = sqlite3_value_type(value);
            char *at = row + field->offset;
            int64_t i;
            double d;
            switch (field->type) {
            case ORM_INT64:
                if (ORM__UNLIKELY(class_ != SQLITE_INTEGER)) goto other;
                i = sqlite3_value_int64(value);
                ORM__SQLITE_SET(int64_t, orm_opt_int64, i);
                continue;
            case ORM_INT32:
                if (ORM__UNLIKELY(class_ != SQLITE_INTEGER)) goto other;
                i = sqlite3_value_int64(value);
                if (ORM__UNLIKELY(i != (int32_t)i)) goto bad;
                ORM__SQLITE_SET(int32_t, orm_opt_int32, (int32_t)i);
                continue;
            case ORM_INT16:
                if (ORM__UNLIKELY(class_ != SQLITE_INTEGER)) goto other;
                i = sqlite3_value_int64(value);
                if (ORM__UNLIKELY(i != (int16_t)i)) goto bad;
                ORM__SQLITE_SET(int16_t, orm_opt_int16, (int16_t)i);
                continue;
            case ORM_BOOL:
                if (ORM__UNLIKELY(class_ != SQLITE_INTEGER)) goto other;
                i = sqlite3_value_int64(value);
                if (ORM__UNLIKELY(i != 0 && i != 1)) goto bad;
                ORM__SQLITE_SET(bool, orm_opt_bool, i != 0);
                continue;
            case ORM_TIME:
                if (ORM__UNLIKELY(class_ != SQLITE_INTEGER)) goto other;
                i = sqlite3_value_int64(value);
                if (ORM__UNLIKELY(i == ORM_UNSET_TIME)) goto bad;
                ORM__SQLITE_SET(orm_time, orm_opt_time, i);
                continue;
            case ORM_DOUBLE:        /* whole numbers may be stored as integers */
                if (ORM__UNLIKELY(class_ != SQLITE_FLOAT && class_ != SQLITE_INTEGER)) goto other;
                d = sqlite3_value_double(value);
                ORM__SQLITE_SET(double, orm_opt_double, d);
                continue;
            case ORM_FLOAT:
                if (ORM__UNLIKELY(class_ != SQLITE_FLOAT && class_ != SQLITE_INTEGER)) goto other;
                d = sqlite3_value_double(value);
                if (ORM__UNLIKELY(__builtin_isinf((float)d) && !__builtin_isinf(d))) goto bad;
                ORM__SQLITE_SET(float, orm_opt_float, (float)d);
                continue;
            case ORM_TEXT: case ORM_JSON: {
                if (ORM__UNLIKELY(class_ != SQLITE_TEXT)) goto other;
                const char *bytes = (const char *)sqlite3_value_text(value);
                if (ORM__UNLIKELY(!bytes)) goto no_memory;
                if (borrow) {                    /* it ends with a NUL, and stays until the next step */
                    if (ORM__UNLIKELY(!orm__sqlite_has_no_nul(bytes, (size_t)sqlite3_value_bytes(value)))) goto bad;
                    *(const char **)(void *)at = bytes;
                    continue;
                }
                bool whole;
                const char *copy = orm__sqlite_copy_text(texts, bytes, (size_t)sqlite3_value_bytes(value), &whole);
                if (ORM__UNLIKELY(!copy)) goto no_memory;
                if (ORM__UNLIKELY(!whole)) goto bad;
                *(const char **)(void *)at = copy;
                continue;
            }
            case ORM_BLOB: {
                if (ORM__UNLIKELY(class_ != SQLITE_BLOB)) goto other;
                const void *bytes = sqlite3_value_blob(value);
                size_t n = (size_t)sqlite3_value_bytes(value);
                if (ORM__UNLIKELY(!bytes && n > 0)) goto no_memory;
                const char *copy = borrow ? bytes ? bytes : "" : orm__bump_text(texts, bytes ? bytes : "", n);       /* never NULL, also when empty */
                if (ORM__UNLIKELY(!copy)) goto no_memory;
                *(orm_blob *)(void *)at = (orm_blob){ copy, n };
                continue;
            }
            case ORM_DECIMAL:
                if (ORM__UNLIKELY(class_ == SQLITE_NULL)) goto other;
                if (ORM__UNLIKELY(!orm__sqlite_decode_decimal(field, value, class_, at))) goto bad;
                continue;
            case ORM_ENUM: case ORM_DATE: case ORM_CLOCK: case ORM_UUID: case ORM_INET: case ORM_INTERVAL: {
                if (ORM__UNLIKELY(class_ != SQLITE_TEXT)) goto other;
                const char *bytes = (const char *)sqlite3_value_text(value);
                if (ORM__UNLIKELY(!bytes)) goto no_memory;
                if (ORM__UNLIKELY(!orm__sqlite_decode_text(field, bytes, (size_t)sqlite3_value_bytes(value), at))) goto bad;
                continue;
            }
            case ORM_ARRAY: {
                if (ORM__UNLIKELY(class_ != SQLITE_TEXT)) goto other;
                const char *bytes = (const char *)sqlite3_value_text(value);
                orm__array_fault fault = bytes ? orm__sqlite_decode_array(field, bytes, (size_t)sqlite3_value_bytes(value), texts, at) : ORM__ARRAY_NO_MEMORY;
                if (ORM__UNLIKELY(fault == ORM__ARRAY_NO_MEMORY)) goto no_memory;
                if (ORM__UNLIKELY(fault == ORM__ARRAY_BAD)) goto bad;
                continue;
            }
            default: goto bad;
            }
        other:
            if (ORM__UNLIKELY(class_ != SQLITE_NULL || !field->nullable)) goto bad;
        }
    }
    if (plan->extra) *extra = sqlite3_column_int64(stmt, column);
    return ORM_STEP_ROW;
bad:
    return orm__sqlite_bad_data(c, s, plan, field);
no_memory:
    return orm__sqlite_step_failed(c, s, SQLITE_NOMEM);
}

static orm_step orm__sqlite_fetch_borrowed(orm_connection *connection, orm_statement *statement, const orm_plan *plan, void **rows, orm_arena *texts, int64_t *extra)
{
    return orm__sqlite_row(connection, statement, plan, rows, texts, extra, true);
}

static orm_step orm__sqlite_fetch(orm_connection *connection, orm_statement *statement, const orm_plan *plan, void **rows, orm_arena *texts, int64_t *extra)
{
    return orm__sqlite_row(connection, statement, plan, rows, texts, extra, false);
}

/* ---- transactions ---------------------------------------------------------------------------------------------- */
/* Tables that were made anew, before the commit: every row must refer to one that is there, and what names tables and columns must still find them. */
static orm_status orm__sqlite_check_keys(orm__sqlite *c)
{
    sqlite3_stmt *rows = NULL;
    int code = sqlite3_prepare_v2(c->sqlite, "select \"table\", rowid, parent from pragma_foreign_key_check limit 1", -1, &rows, NULL);
    if (code == SQLITE_OK) code = sqlite3_step(rows);
    orm_status status = ORM_OK;
    if (code == SQLITE_ROW)
        status = orm__raise(c->db, ORM_FOREIGN_KEY, SQLITE_CONSTRAINT_FOREIGNKEY, "a row of %s (rowid %" PRId64 ") refers to a row of %s that is not there", (const char *)sqlite3_column_text(rows, 0),
                            (int64_t)sqlite3_column_int64(rows, 1), (const char *)sqlite3_column_text(rows, 2));
    else if (code != SQLITE_DONE) status = orm__sqlite_fail(c, code);
    sqlite3_finalize(rows);
    return status;
}

#define ORM__SQLITE_LOOK_TIME 1000000       /* microseconds: for whom a key that is broken is looked for at the longest, when only its name is missing */
/* Fails by a key that is broken at the end of the transaction. The engine counts such rows, and does not tell which they are: we look for one. */
static __attribute__((cold, noinline)) orm_status orm__sqlite_broken_key(orm__sqlite *c)
{
    static const char sql[] = "select f.\"table\", f.rowid, f.parent, (select group_concat(f.\"table\" || '.' || \"from\", ', ') from (select \"from\" from pragma_foreign_key_list(f.\"table\")"
                              " where id = f.fkid order by seq)) from (select * from pragma_foreign_key_check limit 1) f";
    int64_t before = c->deadline, soon = orm__ticks() + ORM__SQLITE_LOOK_TIME;
    sqlite3_stmt *rows = NULL;
    char columns[512] = "", message_[512] = "FOREIGN KEY constraint failed";
    if (!before || soon < before) orm__sqlite_deadline((orm_connection *)c, soon);
    /* without an answer, for want of time or memory, it is only not known who it is */
    if (sqlite3_prepare_v2(c->sqlite, sql, -1, &rows, NULL) == SQLITE_OK && sqlite3_step(rows) == SQLITE_ROW) {
        const char *table = (const char *)sqlite3_column_text(rows, 0), *parent = (const char *)sqlite3_column_text(rows, 2), *names = (const char *)sqlite3_column_text(rows, 3);
        char row[40] = "";
        if (sqlite3_column_type(rows, 1) != SQLITE_NULL) snprintf(row, sizeof row, " (rowid %" PRId64 ")", (int64_t)sqlite3_column_int64(rows, 1));
        snprintf(message_, sizeof message_, "a row of %.150s%s refers to a row of %.150s that is not there", table ? table : "a table", row, parent ? parent : "another");
        if (names && strlen(names) < sizeof columns) memcpy(columns, names, strlen(names) + 1);
    }
    sqlite3_finalize(rows);
    orm__sqlite_deadline((orm_connection *)c, before);
    return orm__raise_key(c->db, false, SQLITE_CONSTRAINT_FOREIGNKEY, "", columns, message_);
}

/* To look at keys at once again would forget those that are broken by now, so that no commit found them. */
static orm_status orm__sqlite_keys_pending(orm_connection *connection)
{
    orm__sqlite *c = (orm__sqlite *)connection;
    int pending = 0, most = 0;
    if (c->unchecked) return orm__sqlite_check_keys(c);
    int code = sqlite3_db_status(c->sqlite, SQLITE_DBSTATUS_DEFERRED_FKS, &pending, &most, 0);
    if (code != SQLITE_OK) return orm__sqlite_fail(c, code);
    return pending ? orm__sqlite_broken_key(c) : ORM_OK;
}

/* statements that make the engine read every view and every trigger */
#define ORM__SQLITE_PROBES \
    "select 'the view', name, 'select * from \"' || replace(name, '\"', '\"\"') || '\"' from sqlite_master where type = 'view'" \
    " union all select 'a trigger of', tbl_name, 'delete from \"' || replace(tbl_name, '\"', '\"\"') || '\"' from sqlite_master where type = 'trigger'" \
    " union all select 'a trigger of', tbl_name, 'insert into \"' || replace(tbl_name, '\"', '\"\"') || '\" default values' from sqlite_master where type = 'trigger'" \
    " union all select 'a trigger of', tbl_name, 'update \"' || replace(tbl_name, '\"', '\"\"') || '\" set ' || (select group_concat('\"' || replace(i.name, '\"', '\"\"') || '\" = \"'" \
    " || replace(i.name, '\"', '\"\"') || '\"') from pragma_table_info(m.tbl_name) i) from sqlite_master m where type = 'trigger'"
static orm_status orm__sqlite_check_schema(orm__sqlite *c)
{
    sqlite3_stmt *probes = NULL;
    orm_status status = orm__sqlite_check_keys(c);
    (void)orm__sqlite_trust(c);                     /* not within what follows: it ends statements that run */
    int code = status ? SQLITE_OK : sqlite3_prepare_v2(c->sqlite, ORM__SQLITE_PROBES, -1, &probes, NULL);
    if (!status && code != SQLITE_OK) status = orm__sqlite_fail(c, code);
    while (!status && (code = sqlite3_step(probes)) == SQLITE_ROW) {
        sqlite3_stmt *probe = NULL;
        const char *what = (const char *)sqlite3_column_text(probes, 0), *name = (const char *)sqlite3_column_text(probes, 1), *sql = (const char *)sqlite3_column_text(probes, 2);
        int works = what && name && sql ? sqlite3_prepare_v2(c->sqlite, sql, -1, &probe, NULL) : SQLITE_NOMEM;
        if ((works & 0xff) == SQLITE_ERROR) status = orm__raise(c->db, ORM_SYNTAX, sqlite3_extended_errcode(c->sqlite), "%s %s does not work any more: %s", what, name, sqlite3_errmsg(c->sqlite));
        else if (works != SQLITE_OK) status = orm__sqlite_fail(c, works);                /* nothing is known of it: out of memory, interrupted */
        sqlite3_finalize(probe);
    }
    if (!status && code != SQLITE_DONE) status = orm__sqlite_fail(c, code);
    sqlite3_finalize(probes);
    return status;
}

/* every transaction is serializable, so that the level asked for is always kept */
static orm_status orm__sqlite_begin(orm_connection *connection, const orm_transaction_options *how)
{
    orm__sqlite *c = (orm__sqlite *)connection;
    bool read_only = how && how->read_only;
    if (c->unfinished && orm__sqlite_finish_rollback(c)) return ORM_NO_MEMORY;
    int code = SQLITE_OK;
    if (how && how->unchecked) {
        c->unchecked = true;
        code = sqlite3_exec(c->sqlite, "pragma foreign_keys = off", NULL, NULL, NULL);
    }
    if (code == SQLITE_OK) code = orm__sqlite_control(c, read_only ? ORM__SQLITE_BEGIN_READ : ORM__SQLITE_BEGIN_WRITE);
    if (code != SQLITE_OK) {
        orm_status status = orm__sqlite_fail(c, code);
        orm__sqlite_check_again(c);
        return status;
    }
    c->reading = read_only;
    return ORM_OK;
}

static orm_status orm__sqlite_commit(orm_connection *connection)
{
    orm__sqlite *c = (orm__sqlite *)connection;
    if (c->unchecked) {
        orm_status status = orm__sqlite_check_schema(c);
        if (status) return status;
    }
    int code = orm__sqlite_control(c, ORM__SQLITE_COMMIT);       /* waits for readers within the busy timeout, see orm__sqlite_wait */
    if (sqlite3_get_autocommit(c->sqlite)) c->reading = false;
    orm__sqlite_check_again(c);
    if (code == SQLITE_OK) return ORM_OK;
    if ((code & 0xFF) == SQLITE_IOERR && code != SQLITE_IOERR_NOMEM)
        return orm__raise(c->db, ORM_COMMIT_UNKNOWN, code, "the commit failed half-way (%s): only opening the file anew tells the outcome", sqlite3_errmsg(c->sqlite));
    return code == SQLITE_CONSTRAINT_FOREIGNKEY ? orm__sqlite_broken_key(c) : orm__sqlite_fail(c, code);
}

static bool orm__sqlite_in_transaction(orm_connection *connection)
{
    return !sqlite3_get_autocommit(((orm__sqlite *)connection)->sqlite);
}

/* ---- opening and closing ------------------------------------------------------------------------------------------ */
typedef struct orm__sqlite_setup { char *buffer; size_t size; const char *path; int mode, journal, synchronous; int64_t busy_ms; bool memory; } orm__sqlite_setup;      /* -1: not given */
static const char *const orm__sqlite_modes[] = { "ro", "rw", "rwc", NULL };
static const char *const orm__sqlite_journals[] = { "wal", "delete", "truncate", "memory", "keep", NULL };
static const char *const orm__sqlite_synchronous[] = { "off", "normal", "full", "extra", NULL };
enum { ORM__SQLITE_RO, ORM__SQLITE_RW, ORM__SQLITE_RWC, ORM__SQLITE_WAL = 0, ORM__SQLITE_KEEP = 4, ORM__SQLITE_FULL = 2 };

static int orm__sqlite_word(const char *const *words, const char *word, size_t n)
{
    for (int i = 0; words[i]; i++) if (strlen(words[i]) == n && memcmp(words[i], word, n) == 0) return i;
    return -1;
}

static int orm__sqlite_hex(char digit)
{
    if (digit >= '0' && digit <= '9') return digit - '0';
    if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
    return digit >= 'A' && digit <= 'F' ? digit - 'A' + 10 : -1;
}

static orm_status orm__sqlite_parse_options(orm__session *db, const char *at, orm__sqlite_setup *setup)
{
    while (*at) {
        size_t n = strcspn(at, "&"), key = strcspn(at, "=&");
        const char *value = at + key + (key < n);
        size_t size = n - key - (key < n);
        bool good = false;
        if (key == 4 && memcmp(at, "mode", key) == 0) {
            good = (setup->mode = orm__sqlite_word(orm__sqlite_modes, value, size)) >= 0;
        } else if (key == 7 && memcmp(at, "journal", key) == 0) {
            good = (setup->journal = orm__sqlite_word(orm__sqlite_journals, value, size)) >= 0;
        } else if (key == 11 && memcmp(at, "synchronous", key) == 0) {
            good = (setup->synchronous = orm__sqlite_word(orm__sqlite_synchronous, value, size)) >= 0;
        } else if (key == 12 && memcmp(at, "busy_timeout", key) == 0) {
            good = size > 0 && size <= 9;
            setup->busy_ms = 0;
            for (size_t i = 0; good && i < size; i++) {
                good = value[i] >= '0' && value[i] <= '9';
                setup->busy_ms = setup->busy_ms * 10 + (value[i] - '0');
            }
        } else {
            return orm__raise(db, ORM_CONFIG, 0, "unknown option \"%.*s\" in the URL: mode, journal, synchronous and busy_timeout are known", (int)(key < 64 ? key : 64), at);
        }
        if (!good) return orm__raise(db, ORM_CONFIG, 0, "bad value in the URL: \"%.*s\"", (int)(n < 64 ? n : 64), at);
        at += n + (at[n] == '&');
    }
    return ORM_OK;
}

/* splits the URL; the buffer is for the caller to release */
static orm_status orm__sqlite_parse_url(orm__session *db, const char *url, orm__sqlite_setup *setup)
{
    const char *path = strncmp(url, "sqlite:", 7) == 0 ? url + 7 : url;
    if (path[0] == '/' && path[1] == '/') {
        path += 2;
        if (path[0] != '/') return orm__raise(db, ORM_CONFIG, 0, "a sqlite URL has no host: write sqlite:PATH or sqlite:///ABSOLUTE/PATH");
    }
    size_t n = strcspn(path, "?");
    if (n == 0) return orm__raise(db, ORM_CONFIG, 0, "the path in the URL is empty");
    setup->memory = n == 8 && memcmp(path, ":memory:", n) == 0;
    orm_status status = orm__sqlite_parse_options(db, path + n + (path[n] == '?'), setup);
    if (status) return status;
    setup->size = n + 3;
    setup->buffer = orm__allocate(&db->allocator, setup->size);
    if (!setup->buffer) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory");
    char *start = setup->buffer + 2, *out = start;
    for (size_t i = 0; i < n; i++) {
        if (path[i] != '%') {
            *out++ = path[i];
            continue;
        }
        int high = i + 2 < n ? orm__sqlite_hex(path[i + 1]) : -1, low = i + 2 < n ? orm__sqlite_hex(path[i + 2]) : -1;
        if (high < 0 || low < 0 || high + low == 0) return orm__raise(db, ORM_CONFIG, 0, "the path in the URL holds a '%%' without two hexadecimal digits, or a %%00");
        *out++ = (char)(high * 16 + low);
        i += 2;
    }
    *out = 0;
    /* SQLite reads a leading "file:" as a URI of its own, and keeps names with ':' for itself */
    bool special = !setup->memory && (*start == ':' || strncmp(start, "file:", 5) == 0);
    if (special) memcpy(setup->buffer, "./", 2);
    setup->path = special ? setup->buffer : start;
    return ORM_OK;
}

/* The busy handler: short sleeps until the busy timeout or the call's deadline, whichever comes first. */
static int orm__sqlite_wait(void *context, int attempts)
{
    orm__sqlite *c = context;
    int64_t now = orm__ticks();
    if (attempts == 0) c->give_up = now + c->busy_timeout;
    int64_t until = c->deadline && c->deadline < c->give_up ? c->deadline : c->give_up;
    if (now >= until) return 0;
    int64_t pause = attempts < 6 ? INT64_C(250) << attempts : 15000;
    if (pause > until - now) pause = until - now;
    nanosleep(&(struct timespec){ .tv_nsec = (long)pause * 1000 }, NULL);
    return 1;
}

/* runs a constant statement; its first column as text goes to `out` */
static int orm__sqlite_ask(orm__sqlite *c, const char *sql, char out[32])
{
    sqlite3_stmt *stmt = NULL;
    int code = sqlite3_prepare_v2(c->sqlite, sql, -1, &stmt, NULL);
    if (code != SQLITE_OK) return code;
    out[0] = 0;
    if (sqlite3_step(stmt) == SQLITE_ROW) {
        const char *answer = (const char *)sqlite3_column_text(stmt, 0);
        snprintf(out, 32, "%s", answer ? answer : "");
    }
    return sqlite3_finalize(stmt);
}

static orm_status orm__sqlite_set_journal(orm__sqlite *c, const char *journal)
{
    char sql[64], got[32];
    int code = orm__sqlite_ask(c, "PRAGMA journal_mode", got);
    if (code == SQLITE_OK && strcmp(got, journal) == 0) return ORM_OK;
    snprintf(sql, sizeof sql, "PRAGMA journal_mode=%s", journal);
    /* the engine does not call the busy handler for some of the locks that a change of the mode takes */
    for (int attempts = 0; code == SQLITE_OK || (code & 0xFF) == SQLITE_BUSY; attempts++) {
        code = orm__sqlite_ask(c, sql, got);
        if (code == SQLITE_OK || !orm__sqlite_wait(c, attempts)) break;
    }
    if (code != SQLITE_OK) return orm__sqlite_fail(c, code);
    if (strcmp(got, journal) != 0) return orm__raise(c->db, ORM_CONFIG, 0, "journal=%s: the database stays in mode %s", journal, got);
    return ORM_OK;
}

static orm_status orm__sqlite_configure(orm__sqlite *c, const orm__sqlite_setup *setup)
{
    static const struct { int option, value; const char *name; } switches[] = {
        { SQLITE_DBCONFIG_DQS_DML, 0, "double-quoted strings" }, { SQLITE_DBCONFIG_DQS_DDL, 0, "double-quoted strings" },
        { SQLITE_DBCONFIG_DEFENSIVE, 1, "defensive mode" }, { SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, "the trusted schema" },
        { SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, "extension loading" }, { SQLITE_DBCONFIG_ENABLE_FKEY, 1, "foreign keys" },
    };
    for (size_t i = 0; i < sizeof switches / sizeof *switches; i++) {
        int now = -1, code = sqlite3_db_config(c->sqlite, switches[i].option, switches[i].value, &now);
        if (code != SQLITE_OK || now != switches[i].value) return orm__raise(c->db, ORM_CONFIG, code, "this SQLite cannot switch %s %s", switches[i].name, switches[i].value ? "on" : "off");
    }
    int code = sqlite3_create_function_v2(c->sqlite, "regexp", 2, SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL, orm__sqlite_regexp, NULL, NULL, NULL);
    for (size_t i = 0; i < sizeof orm__sqlite_json / sizeof *orm__sqlite_json && code == SQLITE_OK; i++)
        code = sqlite3_create_function_v2(c->sqlite, orm__sqlite_json[i].name, orm__sqlite_json[i].arguments, SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL, orm__sqlite_json[i].call, NULL, NULL, NULL);
    if (code == SQLITE_OK) code = sqlite3_create_module_v2(c->sqlite, "orm_list", &orm__sqlite_list_module, NULL, NULL);
    char got[32], sql[64];
    if (code == SQLITE_OK) code = orm__sqlite_ask(c, "SELECT count(*) FROM sqlite_master", got);         /* the first read: is it a database at all? */
    if (code != SQLITE_OK) return orm__sqlite_fail(c, code);
    bool read_only = setup->mode == ORM__SQLITE_RO;
    if (!read_only && sqlite3_db_readonly(c->sqlite, "main") == 1) return orm__raise(c->db, ORM_READ_ONLY, SQLITE_READONLY, "the file cannot be written: open it with mode=ro");
    int journal = setup->journal < 0 ? (setup->memory || read_only ? ORM__SQLITE_KEEP : ORM__SQLITE_WAL) : setup->journal;
    if (journal != ORM__SQLITE_KEEP) {
        orm_status status = orm__sqlite_set_journal(c, orm__sqlite_journals[journal]);
        if (status) return status;
    }
    int synchronous = setup->synchronous < 0 ? ORM__SQLITE_FULL : setup->synchronous;
    snprintf(sql, sizeof sql, "PRAGMA synchronous=%d", synchronous);
    code = orm__sqlite_ask(c, sql, got);
    if (code == SQLITE_OK) code = orm__sqlite_ask(c, "PRAGMA synchronous", got);
    if (code == SQLITE_OK && (got[0] != '0' + synchronous || got[1])) return orm__raise(c->db, ORM_CONFIG, 0, "synchronous=%s is refused", orm__sqlite_synchronous[synchronous]);
    if (code == SQLITE_OK) code = orm__sqlite_ask(c, "PRAGMA foreign_keys", got);
    if (code == SQLITE_OK && strcmp(got, "1") != 0) return orm__raise(c->db, ORM_CONFIG, 0, "this SQLite was built without foreign keys");
    if (code == SQLITE_OK) code = orm__sqlite_ask(c, "PRAGMA recursive_triggers=1", got);
    if (code == SQLITE_OK) code = orm__sqlite_ask(c, "PRAGMA recursive_triggers", got);
    if (code == SQLITE_OK && strcmp(got, "1") != 0) return orm__raise(c->db, ORM_CONFIG, 0, "this SQLite cannot switch recursive triggers on");
    for (int i = 0; code == SQLITE_OK && i < ORM__SQLITE_CONTROLS; i++)
        code = sqlite3_prepare_v3(c->sqlite, orm__sqlite_control_sql[i], -1, SQLITE_PREPARE_PERSISTENT, &c->control[i], NULL);
    return code == SQLITE_OK ? ORM_OK : orm__sqlite_fail(c, code);
}

static void orm__sqlite_close(orm_connection *connection)
{
    orm__sqlite *c = (orm__sqlite *)connection;
    if (!c) return;
    for (int i = 0; i < ORM__SQLITE_CONTROLS; i++) sqlite3_finalize(c->control[i]);
    sqlite3_close_v2(c->sqlite);        /* rolls back what is open */
    orm__release(&c->db->allocator, c, sizeof *c);
}

/* ---- files as databases ---------------------------------------------------------------------------------------------- */
/* the path of the URL; false when it does not fit */
static bool orm__sqlite_path(const char *url, char out[4096])
{
    const char *path = strncmp(url, "sqlite:", 7) == 0 ? url + 7 : url;
    if (path[0] == '/' && path[1] == '/') path += 2;
    size_t n = strcspn(path, "?"), length = 0;
    for (size_t i = 0; i < n; i++, length++) {
        int high = path[i] == '%' ? orm__sqlite_hex(path[i + 1]) : -1, low = high < 0 ? -1 : orm__sqlite_hex(path[i + 2]);
        if (length == 4095) return false;
        out[length] = low < 0 ? path[i] : (char)(high * 16 + low);
        if (low >= 0) i += 2;
    }
    out[length] = 0;
    return length > 0;
}

/* the file's name without its folder; ":memory:" */
static const char *orm__sqlite_database_name(const char *url, char out[256])
{
    char path[4096];
    if (!orm__sqlite_path(url, path)) return NULL;
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    size_t n = strlen(name);
    if (n == 0 || n > 255) return NULL;
    memcpy(out, name, n + 1);
    return out;
}

static orm_status orm__sqlite_file_of(const char *url, char path[4096])
{
    if (!orm__sqlite_path(url, path)) return orm__raise(NULL, ORM_CONFIG, 0, "the URL has no path, or a very long one");
    return strcmp(path, ":memory:") == 0 ? orm__raise(NULL, ORM_CONFIG, 0, "a database in memory is made by opening it, and gone when it is closed") : ORM_OK;
}

static orm_status orm__sqlite_create_database(const char *url)
{
    char path[4096];
    orm_status status = orm__sqlite_file_of(url, path);
    if (status) return status;
    FILE *there = fopen(path, "r");
    if (there) fclose(there);
    if (there) return orm__raise(NULL, ORM_UNIQUE, 0, "%.300s is there already", path);
    FILE *made = fopen(path, "a");
    if (!made || fclose(made)) return orm__raise(NULL, ORM_IO, errno, "%.300s cannot be made: %s", path, strerror(errno));
    return ORM_OK;
}

/* nothing that is not SQLite's is removed, and nothing that somebody uses */
static orm_status orm__sqlite_may_drop(const char *path)
{
    char begin[16] = "";
    FILE *file = fopen(path, "r");
    if (!file) return errno == ENOENT ? orm__raise(NULL, ORM_NOT_FOUND, 0, "there is no database %.300s", path) : orm__raise(NULL, ORM_IO, errno, "%.300s cannot be read: %s", path, strerror(errno));
    size_t n = fread(begin, 1, sizeof begin, file);
    fclose(file);
    if (n && (n < sizeof begin || memcmp(begin, "SQLite format 3", sizeof begin) != 0)) return orm__raise(NULL, ORM_CORRUPT, 0, "%.300s is no database of SQLite", path);
    sqlite3 *alone = NULL;
    int code = sqlite3_open_v2(path, &alone, SQLITE_OPEN_READWRITE, NULL);
    if (code == SQLITE_OK) code = sqlite3_exec(alone, "pragma locking_mode = exclusive; begin exclusive; commit", NULL, NULL, NULL);
    sqlite3_close(alone);
    return code == SQLITE_OK ? ORM_OK : orm__raise(NULL, ORM_BUSY, code, "%.300s is in use: %s", path, sqlite3_errstr(code));
}

static orm_status orm__sqlite_drop_database(const char *url)
{
    static const char *const parts[] = { "-wal", "-shm", "-journal", "" };
    char path[4096], part[4112];
    orm_status status = orm__sqlite_file_of(url, path);
    if (!status) status = orm__sqlite_may_drop(path);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0] && !status; i++) {
        snprintf(part, sizeof part, "%s%s", path, parts[i]);
        if (remove(part) && errno != ENOENT) status = orm__raise(NULL, ORM_IO, errno, "%.300s cannot be removed: %s", part, strerror(errno));
    }
    return status;
}

static orm_status orm__sqlite_open(orm__session *db, const char *url, const orm_options *options, bool reader, orm_connection **out)
{
    if (sqlite3_libversion_number() < 3037000) return orm__raise(db, ORM_CONFIG, 0, "SQLite %s is too old: STRICT tables need 3.37", sqlite3_libversion());
    char got[32];
    orm__sqlite_setup setup = { .mode = -1, .journal = -1, .synchronous = -1, .busy_ms = -1 };
    orm__sqlite *c = NULL;
    orm_status status = orm__sqlite_parse_url(db, url, &setup);
    if (!status && options->read_only && setup.mode > ORM__SQLITE_RO) status = orm__raise(db, ORM_CONFIG, 0, "mode=%s contradicts .read_only", orm__sqlite_modes[setup.mode]);
    if (status) goto done;
    if (setup.mode < 0) setup.mode = options->read_only ? ORM__SQLITE_RO : ORM__SQLITE_RWC;
    c = orm__allocate(&db->allocator, sizeof *c);
    if (!c) {
        status = orm__raise(db, ORM_NO_MEMORY, 0, "out of memory");
        goto done;
    }
    *c = (orm__sqlite){ .db = db, .busy_timeout = 1000 * (setup.busy_ms >= 0 ? setup.busy_ms : options->busy_timeout_ms ? (int64_t)options->busy_timeout_ms : 5000) };
    snprintf(c->engine, sizeof c->engine, "SQLite %s", sqlite3_libversion());
    c->alone = setup.memory;
    static const int flags[] = { SQLITE_OPEN_READONLY, SQLITE_OPEN_READWRITE, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE };
    int code = sqlite3_open_v2(setup.path, &c->sqlite, flags[setup.mode] | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
    if (code == SQLITE_OK) code = sqlite3_busy_handler(c->sqlite, orm__sqlite_wait, c);
    status = code == SQLITE_OK ? orm__sqlite_configure(c, &setup) : orm__sqlite_fail_open(c, code, setup.path);
    if (!status && reader && (code = orm__sqlite_ask(c, "PRAGMA query_only=1", got)) != SQLITE_OK) status = orm__sqlite_fail(c, code);
    /* without WAL those who read and the one who writes would keep each other out */
    if (!status && !c->alone && (code = orm__sqlite_ask(c, "PRAGMA journal_mode", got)) != SQLITE_OK) status = orm__sqlite_fail(c, code);
    if (!status && !c->alone) c->alone = strcmp(got, "wal") != 0;
done:
    orm__release(&db->allocator, setup.buffer, setup.size);
    if (status) orm__sqlite_close((orm_connection *)c);
    else *out = (orm_connection *)c;
    return status;
}

static bool orm__sqlite_alone(orm_connection *connection) { return ((orm__sqlite *)connection)->alone; }
/* SQLite knows the file by its whole path, links resolved; what has no file is nobody else's */
static const char *orm__sqlite_target(orm_connection *connection, char room[512])
{
    const char *file = sqlite3_db_filename(((orm__sqlite *)connection)->sqlite, "main");
    (void)room;
    return file && *file ? file : NULL;
}
static const char *orm__sqlite_engine(orm_connection *connection) { return ((orm__sqlite *)connection)->engine; }

static size_t orm__sqlite_max_parameters(orm_connection *connection)
{
    return (size_t)sqlite3_limit(((orm__sqlite *)connection)->sqlite, SQLITE_LIMIT_VARIABLE_NUMBER, -1);
}

/* writers come one after another: who is one holds all there is to lock. A transaction of a database that is open for reading never is. */
static bool orm__sqlite_holds_all(orm_connection *connection)
{
    return sqlite3_txn_state(((orm__sqlite *)connection)->sqlite, "main") == SQLITE_TXN_WRITE;
}

/* ---- spelling ------------------------------------------------------------------------------------------------------- */
static void orm__sqlite_column_type(orm__sql *out, const orm_column *column)
{
    switch (column->is.type) {
    case ORM_INT16: case ORM_INT32: case ORM_INT64: case ORM_BOOL: case ORM_TIME: orm__put(out, "INTEGER"); break;
    case ORM_FLOAT: case ORM_DOUBLE: orm__put(out, "REAL"); break;
    case ORM_BLOB:                   orm__put(out, "BLOB"); break;
    case ORM_DECIMAL:                orm__put(out, ORM__SQLITE_IS_LONG(column->is.precision) ? "TEXT" : "INTEGER"); break;
    default:                         orm__put(out, "TEXT"); break;
    }
}

static const char *const orm__sqlite_strict_types[] = { "INTEGER", "INT", "REAL", "TEXT", "BLOB", "ANY", NULL };

/* does the type have this word in it, in whatever case? */
static bool orm__sqlite_type_has(const char *type, const char *word)
{
    for (; *type; type++)
        if (sqlite3_strnicmp(type, word, (int)strlen(word)) == 0) return true;
    return false;
}

/* by the engine's own rules of affinity (https://sqlite.org/datatype3.html, 3.1); of what is a number to it, and to others a date, what is usually kept there */
static bool orm__sqlite_read_type(const char *type, orm_column_type *out)
{
    unsigned size = 0;
    const char *bracket = strchr(type, '(');
    *out = (orm_column_type){ .type = ORM_DOUBLE };
    if (orm__sqlite_type_has(type, "int")) out->type = ORM_INT64;
    else if (orm__sqlite_type_has(type, "char") || orm__sqlite_type_has(type, "clob") || orm__sqlite_type_has(type, "text")) {
        out->type = ORM_TEXT;
        if (bracket && sscanf(bracket, "(%u)", &size) == 1 && size > 0 && size <= 1000000000) out->size = size;
    }
    else if (orm__sqlite_type_has(type, "blob")) out->type = ORM_BLOB;
    else if (orm__sqlite_type_has(type, "bool")) out->type = ORM_BOOL;
    else if (sqlite3_stricmp(type, "date") == 0) out->type = ORM_DATE;
    else if (!type[0] || sqlite3_stricmp(type, "any") == 0 || orm__sqlite_type_has(type, "date") || orm__sqlite_type_has(type, "time") || orm__sqlite_type_has(type, "json")
             || orm__sqlite_type_has(type, "uuid")) out->type = ORM_TEXT;
    return true;
}

static void orm__sqlite_literal(orm__sql *out, const orm_column *column, orm_value value)
{
    static const char hex[] = "0123456789abcdef";
    char buffer[ORM_INTERVAL_SIZE];
    orm__sqlite_cell cell = { 0 };
    if (value.type == ORM_DECIMAL) value.n = column->is.precision ? column->is.precision : ORM_MAX_DIGITS;
    if (orm__sqlite_encode(&value, buffer, &cell)) cell.class_ = SQLITE_NULL;
    switch (cell.class_) {
    case SQLITE_INTEGER: orm__put_int(out, cell.i); break;
    case SQLITE_FLOAT:
        if (__builtin_isinf(cell.d)) orm__put(out, cell.d < 0 ? "-9e999" : "9e999");
        else orm__put_number(out, cell.d, value.type == ORM_FLOAT);
        break;
    case SQLITE_TEXT:
        orm__put_char(out, '\'');
        for (size_t i = 0; i < cell.n; i++) orm__put_bytes(out, cell.p[i] == '\'' ? "''" : &cell.p[i], cell.p[i] == '\'' ? 2 : 1);
        orm__put_char(out, '\'');
        break;
    case SQLITE_BLOB:
        orm__put(out, "x'");
        for (size_t i = 0; i < cell.n; i++) orm__put_char(out, hex[(unsigned char)cell.p[i] >> 4]), orm__put_char(out, hex[cell.p[i] & 15]);
        orm__put_char(out, '\'');
        break;
    default:             orm__put(out, "NULL"); break;
    }
}

static void orm__sqlite_parameter(orm__sql *out, unsigned number)
{
    orm__put_char(out, '?');
    orm__put_int(out, number);
}

static void orm__sqlite_quote(orm__sql *out, const char *name)
{
    orm__put_char(out, '"');
    for (; *name; name++) orm__put_bytes(out, *name == '"' ? "\"\"" : name, *name == '"' ? 2 : 1);
    orm__put_char(out, '"');
}

/* ---- counters ------------------------------------------------------------------------------------------------------ */
/* ` when old."a" is not new."a" or ...` */
static void orm__sqlite_when_changed(orm__sql *out, const char *const *columns, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        orm__put(out, i ? " or old." : " when old.");
        orm__sqlite_quote(out, columns[i]);
        orm__put(out, " is not new.");
        orm__sqlite_quote(out, columns[i]);
    }
}

/* update "parent" set "n" = "n" + 1 where "id" = new."key"; */
static void orm__sqlite_count(orm__sql *out, const orm_counter *counter, const char *change, const char *row)
{
    orm__put(out, " update ");
    orm__sqlite_quote(out, counter->parent);
    orm__put(out, " set ");
    orm__sqlite_quote(out, counter->column);
    orm__put(out, " = ");
    orm__sqlite_quote(out, counter->column);
    orm__put(out, change);
    for (size_t i = 0; i < counter->n; i++) {
        orm__put(out, i ? " and " : " where ");
        orm__sqlite_quote(out, counter->referred[i]);
        orm__put_format(out, " = %s.", row);
        orm__sqlite_quote(out, counter->key[i]);
    }
    orm__put_char(out, ';');
}

/* The rows of a parent with a new key may have come along, and then have been counted for it beside those that it brought. This trigger runs
   after that, and counts anew. */
static void orm__sqlite_count_anew(orm__sql *out, const orm_counter *counter)
{
    orm__put(out, " update ");
    orm__sqlite_quote(out, counter->parent);
    orm__put(out, " set ");
    orm__sqlite_quote(out, counter->column);
    orm__put(out, " = (select count(*) from ");
    orm__sqlite_quote(out, counter->child);
    orm__put(out, " as c");
    for (size_t i = 0; i < counter->n; i++) {
        orm__put(out, i ? " and c." : " where c.");
        orm__sqlite_quote(out, counter->key[i]);
        orm__put(out, " = new.");
        orm__sqlite_quote(out, counter->referred[i]);
    }
    orm__put_char(out, ')');
    for (size_t i = 0; i < counter->n; i++) {
        orm__put(out, i ? " and " : " where ");
        orm__sqlite_quote(out, counter->referred[i]);
        orm__put(out, " = new.");
        orm__sqlite_quote(out, counter->referred[i]);
    }
    orm__put_char(out, ';');
}

static bool orm__sqlite_counter(orm__sql *out, const orm_counter *counter, unsigned part)
{
    static const char *const after[ORM__COUNTER_PARTS] = { [ORM__COUNTER_INSERT] = " after insert on ", [ORM__COUNTER_DELETE] = " after delete on ",
                                                           [ORM__COUNTER_UPDATE] = " after update on ", [ORM__COUNTER_MOVE] = " after update on " };
    if (!after[part]) return false;
    orm__put(out, "create trigger if not exists ");
    orm__sqlite_quote(out, counter->names[part]);
    orm__put(out, after[part]);
    orm__sqlite_quote(out, part == ORM__COUNTER_MOVE ? counter->parent : counter->child);
    if (part == ORM__COUNTER_UPDATE) orm__sqlite_when_changed(out, counter->key, counter->n);
    if (part == ORM__COUNTER_MOVE) orm__sqlite_when_changed(out, counter->referred, counter->n);
    orm__put(out, " begin");
    if (part == ORM__COUNTER_DELETE || part == ORM__COUNTER_UPDATE) orm__sqlite_count(out, counter, " - 1", "old");
    if (part == ORM__COUNTER_INSERT || part == ORM__COUNTER_UPDATE) orm__sqlite_count(out, counter, " + 1", "new");
    if (part == ORM__COUNTER_MOVE) orm__sqlite_count_anew(out, counter);
    orm__put(out, " end;\n");
    return true;
}

static bool orm__sqlite_counter_drop(orm__sql *out, const orm_counter *counter, unsigned part)
{
    if (part == ORM__COUNTER_CALLED || part == ORM__COUNTER_TRUNCATE) return false;
    orm__put(out, "drop trigger ");
    orm__sqlite_quote(out, counter->names[part]);
    orm__put(out, ";\n");
    return true;
}

/* ---- searches ------------------------------------------------------------------------------------------------------ */
/* `"a", "b"` */
static void orm__sqlite_put_searched(orm__sql *out, const orm_search_index *search, const char *before)
{
    for (size_t i = 0; i < search->n; i++) {
        orm__put(out, i ? ", " : "");
        orm__put(out, before);
        orm__sqlite_quote(out, search->columns[i]);
    }
}

/* FTS5 does not keep the texts a second time: to forget a row it must be told what stood there */
static void orm__sqlite_search_tell(orm__sql *out, const orm_search_index *search, bool forget, const char *row)
{
    orm__put(out, " insert into ");
    orm__sqlite_quote(out, search->names[ORM__SEARCH_INDEX]);
    orm__put_char(out, '(');
    if (forget) {
        orm__sqlite_quote(out, search->names[ORM__SEARCH_INDEX]);
        orm__put(out, ", ");
    }
    orm__put(out, "rowid, ");
    orm__sqlite_put_searched(out, search, "");
    orm__put(out, forget ? ") values ('delete', " : ") values (");
    orm__put(out, row);
    orm__sqlite_quote(out, search->key);
    orm__put(out, ", ");
    orm__sqlite_put_searched(out, search, row);
    orm__put(out, ");");
}

static void orm__sqlite_search_table(orm__sql *out, const orm_search_index *search)
{
    orm__put(out, "create virtual table if not exists ");
    orm__sqlite_quote(out, search->names[ORM__SEARCH_INDEX]);
    orm__put(out, " using fts5(");
    orm__sqlite_put_searched(out, search, "");
    orm__put(out, ", content=");
    orm__sqlite_quote(out, search->table);
    orm__put(out, ", content_rowid=");
    orm__sqlite_quote(out, search->key);
    orm__put(out, ", tokenize='unicode61 remove_diacritics 0');\n");
}

static bool orm__sqlite_search(orm__sql *out, const orm_search_index *search, unsigned part)
{
    static const char *const after[ORM__SEARCH_PARTS] = { [ORM__SEARCH_INSERT] = " after insert on ", [ORM__SEARCH_DELETE] = " after delete on ", [ORM__SEARCH_UPDATE] = " after update on " };
    if (part == ORM__SEARCH_INDEX) {
        orm__sqlite_search_table(out, search);
        return true;
    }
    if (part == ORM__SEARCH_FILL) {
        orm__put(out, "insert into ");
        orm__sqlite_quote(out, search->names[ORM__SEARCH_INDEX]);
        orm__put_char(out, '(');
        orm__sqlite_quote(out, search->names[ORM__SEARCH_INDEX]);
        orm__put(out, ") values ('rebuild');\n");
        return true;
    }
    orm__put(out, "create trigger if not exists ");
    orm__sqlite_quote(out, search->names[part]);
    orm__put(out, after[part]);
    orm__sqlite_quote(out, search->table);
    if (part == ORM__SEARCH_UPDATE) {
        orm__sqlite_when_changed(out, search->columns, search->n);
        orm__put(out, " or old.");
        orm__sqlite_quote(out, search->key);
        orm__put(out, " is not new.");
        orm__sqlite_quote(out, search->key);
    }
    orm__put(out, " begin");
    if (part != ORM__SEARCH_INSERT) orm__sqlite_search_tell(out, search, true, "old.");
    if (part != ORM__SEARCH_DELETE) orm__sqlite_search_tell(out, search, false, "new.");
    orm__put(out, " end;\n");
    return true;
}

static bool orm__sqlite_search_drop(orm__sql *out, const orm_search_index *search, unsigned part)
{
    if (part == ORM__SEARCH_FILL) return false;
    orm__put(out, part == ORM__SEARCH_INDEX ? "drop table " : "drop trigger ");
    orm__sqlite_quote(out, search->names[part]);
    orm__put(out, ";\n");
    return true;
}

/* words hold no quotes, and within quotes nothing is an operator of FTS5 */
static void orm__sqlite_search_query(orm__sql *out, orm_search_form form, const orm_text_slice *words, size_t n, size_t n_columns)
{
    (void)n_columns;
    if (!n) orm__put(out, "\"a\" NOT \"a\"");
    for (size_t i = 0; i < n; i++) {
        if (i) orm__put(out, form == ORM__SEARCH_PHRASE ? " " : form == ORM__SEARCH_ANY ? "\" OR \"" : "\" AND \"");
        else orm__put_char(out, '"');
        orm__put_bytes(out, words[i].at, words[i].n);
    }
    if (n) orm__put(out, form == ORM__SEARCH_PREFIX || form == ORM__SEARCH_ANY ? "\"*" : "\"");
}

static void orm__sqlite_search_from(orm__sql *out, const orm_search_index *search, unsigned parameter)
{
    orm__put(out, " from ");
    orm__sqlite_quote(out, search->names[ORM__SEARCH_INDEX]);
    orm__put(out, " where ");
    orm__sqlite_quote(out, search->names[ORM__SEARCH_INDEX]);
    orm__put(out, " match ");
    orm__sqlite_parameter(out, parameter);
}

static void orm__sqlite_search_key(orm__sql *out, const orm_search_index *search, unsigned alias)
{
    orm__put_char(out, 't');
    orm__put_int(out, alias);
    orm__put_char(out, '.');
    orm__sqlite_quote(out, search->key);
}

static void orm__sqlite_search_holds(orm__sql *out, const orm_search_index *search, unsigned alias, unsigned parameter)
{
    orm__sqlite_search_key(out, search, alias);
    orm__put(out, " in (select rowid");
    orm__sqlite_search_from(out, search, parameter);
    orm__put_char(out, ')');
}

/* bm25 is below zero, and the lower the better */
static void orm__sqlite_search_rank(orm__sql *out, const orm_search_index *search, unsigned alias, unsigned parameter)
{
    orm__put(out, "coalesce((select -bm25(");
    orm__sqlite_quote(out, search->names[ORM__SEARCH_INDEX]);
    orm__put_char(out, ')');
    orm__sqlite_search_from(out, search, parameter);
    orm__put(out, " and rowid = ");
    orm__sqlite_search_key(out, search, alias);
    orm__put(out, "), 0)");
}

/* ---- conversion ---------------------------------------------------------------------------------------------------- */
static bool orm__sqlite_is_whole(orm_type type) { return type == ORM_INT16 || type == ORM_INT32 || type == ORM_INT64; }

/* a text is no whole number: a table that is strict refuses it, where a division would cut in silence */
static const char *orm__sqlite_scale(int from, int to, char out[256])
{
    int64_t factor = 1;
    for (int i = from < to ? to - from : from - to; i > 0; i--) factor *= 10;
    if (from == to) return "";
    if (from < to) snprintf(out, 256, "$c * %" PRId64, factor);
    else snprintf(out, 256, "case when $c %% %" PRId64 " = 0 then $c / %" PRId64 " else 'does not fit' end", factor, factor);
    return out;
}

static const char *orm__sqlite_convert(const orm_column *from, const orm_column *to, char out[256])
{
    orm_type a = from->is.type, b = to->is.type;
    bool long_a = ORM__SQLITE_IS_LONG(from->is.precision), long_b = ORM__SQLITE_IS_LONG(to->is.precision);
    if (a == ORM_DECIMAL && b == ORM_DECIMAL) {
        if (long_a != long_b || (long_a && from->is.scale != to->is.scale)) return NULL;
        return long_a ? "" : orm__sqlite_scale(from->is.scale, to->is.scale, out);
    }
    if (orm__sqlite_is_whole(a) && b == ORM_DECIMAL) return long_b ? NULL : orm__sqlite_scale(0, to->is.scale, out);
    if (a == ORM_DECIMAL && orm__sqlite_is_whole(b)) return long_a ? NULL : orm__sqlite_scale(from->is.scale, 0, out);
    if (a == b) return a != ORM_ARRAY || from->is.element == to->is.element ? "" : NULL;
    if (orm__sqlite_is_whole(a) && (orm__sqlite_is_whole(b) || b == ORM_DOUBLE || b == ORM_BOOL)) return "";
    if (a == ORM_BOOL && orm__sqlite_is_whole(b)) return "";
    if (a == ORM_FLOAT && b == ORM_DOUBLE) return "";
    if (orm__sqlite_is_whole(a) && b == ORM_TEXT) return "cast($c as text)";
    if (a == ORM_TEXT && (orm__sqlite_is_whole(b) || b == ORM_ENUM)) return "";
    if (b == ORM_TEXT && (a == ORM_ENUM || a == ORM_UUID || a == ORM_DATE || a == ORM_CLOCK || a == ORM_JSON || a == ORM_INET || a == ORM_INTERVAL)) return "";
    return NULL;
}

static const char *const orm__sqlite_hidden_keys[] = { "rowid", "_rowid_", "oid", NULL };

/* ---- introspection ------------------------------------------------------------------------------------------------- */
static bool orm__sqlite_in_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$' || (unsigned char)c >= 0x80;
}

/* Skips one token of SQL and returns what it was: 0 the end, ' ' blanks and comments, 'w' a word, '"' anything quoted, else the character. */
static int orm__sqlite_token(const char **at)
{
    const char *p = *at;
    int kind = (unsigned char)*p;
    if (kind == 0) return 0;
    if (strchr(" \t\r\n\f", kind)) {
        p += strspn(p, " \t\r\n\f");
        kind = ' ';
    } else if (p[0] == '-' && p[1] == '-') {
        p += strcspn(p, "\n");
        kind = ' ';
    } else if (p[0] == '/' && p[1] == '*') {
        const char *end = strstr(p + 2, "*/");
        p = end ? end + 2 : p + strlen(p);
        kind = ' ';
    } else if (strchr("'\"`[", kind)) {
        char close = kind == '[' ? ']' : (char)kind;
        for (p++; *p && (*p != close || (p[1] == close && close != ']')); p++) if (*p == close) p++;
        if (*p) p++;
        kind = '"';
    } else if (orm__sqlite_in_word(*p)) {
        while (orm__sqlite_in_word(*p)) p++;
        kind = 'w';
    } else {
        p++;
    }
    *at = p;
    return kind;
}

/* copies SQL with single blanks, up to the parenthesis that closes an open one, a comma beside none, or the end */
static char *orm__sqlite_expression(const char **at, orm_arena *arena)
{
    char *out = orm__bump(arena, strlen(*at) + 1, 1);
    if (!out) return NULL;
    size_t length = 0;
    bool blank = false;
    for (int depth = 0, kind; ; ) {
        const char *from = *at;
        kind = orm__sqlite_token(at);
        depth += (kind == '(') - (kind == ')');
        if (kind == 0 || depth < 0 || (kind == ',' && depth == 0)) break;
        if (kind != ' ' && blank && length) out[length++] = ' ';
        blank = kind == ' ';
        if (blank) continue;
        memcpy(out + length, from, (size_t)(*at - from));
        length += (size_t)(*at - from);
    }
    out[length] = 0;
    return out;
}

/* moves behind the next such word at this depth of parentheses */
static bool orm__sqlite_find_word(const char **at, const char *word, int *depth, int wanted)
{
    for (;;) {
        const char *from = *at;
        int kind = orm__sqlite_token(at);
        if (kind == 0) return false;
        *depth += (kind == '(') - (kind == ')');
        if (kind == 'w' && *depth == wanted && (size_t)(*at - from) == strlen(word) && sqlite3_strnicmp(from, word, (int)strlen(word)) == 0) return true;
    }
}

/* One query about a table: a cursor that stops at the first failure. */
typedef struct orm__sqlite_look { orm__sqlite *c; sqlite3_stmt *stmt; orm_arena *arena; orm_status status; } orm__sqlite_look;

static void orm__sqlite_look_at(orm__sqlite_look *look, const char *sql, const char *name)
{
    if (look->status) return;
    int code = sqlite3_prepare_v2(look->c->sqlite, sql, -1, &look->stmt, NULL);
    if (code == SQLITE_OK && name) code = sqlite3_bind_text(look->stmt, 1, name, -1, SQLITE_STATIC);
    if (code != SQLITE_OK) look->status = orm__sqlite_fail(look->c, code);
}

/* the next row, with room for one more item in the array (`items` points to its pointer, or is NULL); false at the end */
static bool orm__sqlite_look_next(orm__sqlite_look *look, void *items, size_t count, size_t size)
{
    int code = look->status ? SQLITE_DONE : sqlite3_step(look->stmt);
    if (code == SQLITE_ROW && items && (count & (count - 1)) == 0) {         /* 0 or a power of two: it is full */
        char *more = NULL, *old;
        memcpy(&old, items, sizeof old);
        if (count < SIZE_MAX / 4 / size) more = orm_arena_allocate(look->arena, (count ? 2 * count : 1) * size);
        if (!more) look->status = orm__raise(look->c->db, ORM_NO_MEMORY, 0, "out of memory");
        else if (count) memcpy(more, old, count * size);
        if (more) memcpy(items, &more, sizeof more);
    }
    if (code == SQLITE_ROW && !look->status) return true;
    if (!look->status && code != SQLITE_DONE) look->status = orm__sqlite_fail(look->c, code);
    sqlite3_finalize(look->stmt);
    look->stmt = NULL;
    return false;
}

static const char *orm__sqlite_look_text(orm__sqlite_look *look, int column)
{
    const char *text_ = (const char *)sqlite3_column_text(look->stmt, column);
    const char *copy = orm_text(look->arena, text_);
    if (!copy && sqlite3_column_type(look->stmt, column) != SQLITE_NULL && !look->status) look->status = orm__raise(look->c->db, ORM_NO_MEMORY, 0, "out of memory");
    return copy;
}

/* Steps through the columns of an index, and its SQL with them: what has no name is an expression. */
static void orm__sqlite_describe_expressions(orm__sqlite_look *look, orm_found_index *index, const char *sql)
{
    orm__sqlite_look parts = { .c = look->c, .arena = look->arena, .status = look->status };
    int kind = ' ';
    while (kind && kind != '(') kind = orm__sqlite_token(&sql);
    orm__sqlite_look_at(&parts, "select name is null from pragma_index_xinfo(?1) where key order by seqno", index->name);
    while (orm__sqlite_look_next(&parts, NULL, 0, 0)) {
        char *part = orm__sqlite_expression(&sql, look->arena);
        const char **more = orm_arena_allocate(look->arena, (index->n_expressions + 1) * sizeof *more);
        if (!part || !more) {
            parts.status = orm__raise(look->c->db, ORM_NO_MEMORY, 0, "out of memory");
        } else if (sqlite3_column_int(parts.stmt, 0)) {
            size_t n = strlen(part);
            if (n > 5 && sqlite3_stricmp(part + n - 5, " desc") == 0) part[n - 5] = 0;
            if (n > 4 && sqlite3_stricmp(part + n - 4, " asc") == 0) part[n - 4] = 0;
            if (index->n_expressions) memcpy(more, index->expressions, index->n_expressions * sizeof *more);
            index->expressions = more;
            index->expressions[index->n_expressions++] = part;
        }
    }
    look->status = parts.status;
}

/* the names of an index's columns: "a, b desc"; an expression in it stays unnamed */
static void orm__sqlite_describe_index(orm__sqlite_look *look, orm_found_index *index)
{
    orm__sqlite_look parts = { .c = look->c, .arena = look->arena, .status = look->status };
    orm__sqlite_look_at(&parts, "select group_concat(ifnull(name, '(expression)') || iif(\"desc\", ' desc', ''), ', ') from (select * from pragma_index_xinfo(?1) where key order by seqno)", index->name);
    while (orm__sqlite_look_next(&parts, NULL, 0, 0)) index->columns = orm__sqlite_look_text(&parts, 0);
    const char *sql = index->where;
    int depth = 0;
    index->where = NULL;
    if (sql) orm__sqlite_describe_expressions(&parts, index, sql);
    if (sql && !parts.status && orm__sqlite_find_word(&sql, "where", &depth, 0)) {
        index->where = orm__sqlite_expression(&sql, look->arena);
        if (!index->where) parts.status = orm__raise(look->c->db, ORM_NO_MEMORY, 0, "out of memory");
    }
    look->status = parts.status;
}

/* Moves behind the next CHECK of a CREATE TABLE, and tells the name that a constraint has where one stands before it. */
static bool orm__sqlite_next_check(const char **at, int *depth, const char **name, size_t *size)
{
    const char *before[2] = { NULL, NULL };          /* the last two words: "constraint" and the name */
    size_t sizes[2] = { 0, 0 };
    for (;;) {
        const char *from = *at;
        int kind = orm__sqlite_token(at);
        size_t n = (size_t)(*at - from);
        if (kind == 0) return false;
        if (kind == ' ') continue;
        *depth += (kind == '(') - (kind == ')');
        if (kind == 'w' && *depth == 1 && n == 5 && sqlite3_strnicmp(from, "check", 5) == 0) {
            bool named = before[0] && sizes[0] == 10 && sqlite3_strnicmp(before[0], "constraint", 10) == 0;
            *name = named ? before[1] : NULL;
            *size = named ? sizes[1] : 0;
            return true;
        }
        before[0] = before[1];
        sizes[0] = sizes[1];
        before[1] = from;
        sizes[1] = n;
    }
}

/* the name of a quoted or bare token */
static const char *orm__sqlite_unquote(orm__sqlite_look *look, const char *from, size_t n)
{
    char *out = from ? orm__bump(look->arena, n + 1, 1) : NULL, close = !from ? 0 : from[0] == '[' ? ']' : from[0];
    size_t length = 0;
    if (from && !out) look->status = orm__raise(look->c->db, ORM_NO_MEMORY, 0, "out of memory");
    if (!out) return NULL;
    if (!strchr("'\"`[", from[0])) close = 0;
    for (size_t i = close ? 1 : 0; i < n && !(close && i == n - 1); i++) {
        out[length++] = from[i];
        if (close && from[i] == close) i++;
    }
    out[length] = 0;
    return out;
}

/* the conditions of the CHECKs in a CREATE TABLE, and their names: what the engine itself keeps only as text */
static void orm__sqlite_describe_checks(orm__sqlite_look *look, orm_found_table *out)
{
    const char *at = out->sql, *name = NULL;
    size_t size = 0, most = 1;
    int depth = 0;
    while (orm__sqlite_next_check(&at, &depth, &name, &size)) most++;
    out->checks = orm_arena_allocate(look->arena, most * sizeof *out->checks);
    out->check_names = orm_arena_allocate(look->arena, most * sizeof *out->check_names);
    at = out->sql;
    depth = 0;
    while (out->checks && out->check_names && !look->status && orm__sqlite_next_check(&at, &depth, &name, &size)) {
        int kind = ' ';
        while (kind == ' ') kind = orm__sqlite_token(&at);
        out->check_names[out->n_checks] = orm__sqlite_unquote(look, name, size);
        out->checks[out->n_checks] = kind == '(' ? orm__sqlite_expression(&at, look->arena) : NULL;
        if (!out->checks[out->n_checks++]) break;
    }
    if (!out->checks || !out->check_names || (out->n_checks && !out->checks[out->n_checks - 1])) look->status = orm__raise(look->c->db, ORM_NO_MEMORY, 0, "out of memory");
}

static bool orm__sqlite_same_word(const char *from, const char *end, const char *word)
{
    size_t n = strlen(word);
    return (size_t)(end - from) == n && sqlite3_strnicmp(from, word, (int)n) == 0;
}

/* When the n-th key of a CREATE TABLE, from 0, is looked at: what the engine knows and does not tell. The words stand behind "references", perhaps with others between, as they are
   about the last key before them; what is no identifier unless it is quoted cannot be anything else there. */
static orm_deferral orm__sqlite_deferral(const char *sql, size_t n)
{
    orm_deferral deferral = ORM_NOT_DEFERRABLE;
    bool negated = false;
    int depth = 0;
    size_t passed = 0;
    for (const char *at = sql, *from = sql; at && passed <= n + 1; from = at) {
        int kind = orm__sqlite_token(&at);
        if (kind == 0) break;
        depth += (kind == '(') - (kind == ')');
        if (kind == ' ' || depth != 1) continue;
        bool word = kind == 'w';
        if (word && orm__sqlite_same_word(from, at, "references")) passed++;
        if (word && passed == n + 1 && orm__sqlite_same_word(from, at, "deferrable")) deferral = negated ? ORM_NOT_DEFERRABLE : ORM_DEFERRABLE;
        if (word && passed == n + 1 && deferral && orm__sqlite_same_word(from, at, "deferred")) deferral = ORM_DEFERRED;
        negated = word && orm__sqlite_same_word(from, at, "not");
    }
    return deferral;
}

static orm_status orm__sqlite_describe(orm_connection *connection, const char *table, orm_arena *arena, orm_found_table *out)
{
    orm__sqlite_look look = { .c = (orm__sqlite *)connection, .arena = arena };
    *out = (orm_found_table){ .exists = false };
    orm__sqlite_look_at(&look, "select sql from sqlite_master where type in ('table', 'view') and name = ?1 collate nocase", table);
    while (orm__sqlite_look_next(&look, NULL, 0, 0)) {
        out->exists = true;
        out->sql = orm__sqlite_look_text(&look, 0);
    }
    /* a rowid alias is never NULL, whatever its declaration says; 1 is a virtual table's hidden column */
    orm__sqlite_look_at(&look, "select name, type, dflt_value, \"notnull\" or (pk and type = 'INTEGER' collate nocase and (select count(*) from pragma_table_info(?1) where pk) = 1), pk, hidden > 1,"
                               " pk and type = 'INTEGER' collate nocase and (select count(*) from pragma_table_info(?1) where pk) = 1 and not (select wr from pragma_table_list where schema = 'main' and name = ?1 collate nocase)"
                               " from pragma_table_xinfo(?1) where hidden <> 1 order by cid", table);
    for (; orm__sqlite_look_next(&look, &out->columns, out->n_columns, sizeof *out->columns); out->n_columns++)
        out->columns[out->n_columns] = (orm_found_column){
            .name = orm__sqlite_look_text(&look, 0), .type = orm__sqlite_look_text(&look, 1), .default_sql = orm__sqlite_look_text(&look, 2),
            .nullable = !sqlite3_column_int(look.stmt, 3), .key = sqlite3_column_int(look.stmt, 4), .computed = sqlite3_column_int(look.stmt, 5) != 0,
            .generated = sqlite3_column_int(look.stmt, 6) != 0 };
    orm__sqlite_look_at(&look, "select (select group_concat(\"from\", ', ') from (select \"from\" from pragma_foreign_key_list(?1) where id = f.id order by seq)), \"table\","
                               " (select group_concat(name, ', ') from (select ifnull(\"to\", (select name from pragma_table_info(l.\"table\") where pk = l.seq + 1)) as name"
                               " from pragma_foreign_key_list(?1) l where id = f.id order by seq)), lower(on_delete), lower(on_update)"
                               " from pragma_foreign_key_list(?1) f where seq = 0 order by id desc", table);
    for (; orm__sqlite_look_next(&look, &out->references, out->n_references, sizeof *out->references); out->n_references++)
        out->references[out->n_references] = (orm_found_reference){
            .column = orm__sqlite_look_text(&look, 0), .table = orm__sqlite_look_text(&look, 1), .target = orm__sqlite_look_text(&look, 2),
            .on_delete = orm__sqlite_look_text(&look, 3), .on_update = orm__sqlite_look_text(&look, 4), .deferral = orm__sqlite_deferral(out->sql, out->n_references) };
    orm__sqlite_look_at(&look, "select l.name, m.sql, l.\"unique\", l.origin <> 'c' from pragma_index_list(?1) l"
                               " left join sqlite_master m on m.type = 'index' and m.name = l.name order by l.seq desc", table);
    for (; orm__sqlite_look_next(&look, &out->indexes, out->n_indexes, sizeof *out->indexes); out->n_indexes++)
        out->indexes[out->n_indexes] = (orm_found_index){ .name = orm__sqlite_look_text(&look, 0), .where = orm__sqlite_look_text(&look, 1),
            .unique = sqlite3_column_int(look.stmt, 2) != 0, .automatic = sqlite3_column_int(look.stmt, 3) != 0 };
    for (size_t i = 0; i < out->n_indexes && !look.status; i++) orm__sqlite_describe_index(&look, &out->indexes[i]);
    if (out->sql && !look.status) orm__sqlite_describe_checks(&look, out);
    return look.status;
}

static orm_status orm__sqlite_list_tables(orm_connection *connection, orm_arena *arena, orm_found_name **out, size_t *n)
{
    orm__sqlite_look look = { .c = (orm__sqlite *)connection, .arena = arena };
    *out = NULL;
    *n = 0;
    /* the tables in which a virtual one keeps its own things are the engine's */
    orm__sqlite_look_at(&look, "select type = 'view', name, sql from sqlite_master where type in ('table', 'view') and name not like 'sqlite\\_%' escape '\\'"
                               " and name not in (select name from pragma_table_list where schema = 'main' and type = 'shadow')"
                               " and not (" ORM__SQLITE_IS_SEARCH ") order by name", NULL);
    for (; orm__sqlite_look_next(&look, out, *n, sizeof **out); ++*n)
        (*out)[*n] = (orm_found_name){ sqlite3_column_int(look.stmt, 0) ? ORM_FOUND_VIEW : ORM_FOUND_TABLE, orm__sqlite_look_text(&look, 1), orm__sqlite_look_text(&look, 2) };
    return look.status;
}

static orm_status orm__sqlite_list_triggers(orm_connection *connection, orm_arena *arena, orm_found_name **out, size_t *n)
{
    orm__sqlite_look look = { .c = (orm__sqlite *)connection, .arena = arena };
    *out = NULL;
    *n = 0;
    orm__sqlite_look_at(&look, "select name, sql from sqlite_master where type = 'trigger' order by name", NULL);
    for (; orm__sqlite_look_next(&look, out, *n, sizeof **out); ++*n)
        (*out)[*n] = (orm_found_name){ ORM_FOUND_TRIGGER, orm__sqlite_look_text(&look, 0), orm__sqlite_look_text(&look, 1) };
    return look.status;
}

static orm_status orm__sqlite_list_searches(orm_connection *connection, orm_arena *arena, orm_found_name **out, size_t *n)
{
    orm__sqlite_look look = { .c = (orm__sqlite *)connection, .arena = arena };
    *out = NULL;
    *n = 0;
    orm__sqlite_look_at(&look, "select name, (select group_concat(c.name, ', ') from pragma_table_info(m.name) c) from sqlite_master m where " ORM__SQLITE_IS_SEARCH " order by name", NULL);
    for (; orm__sqlite_look_next(&look, out, *n, sizeof **out); ++*n)
        (*out)[*n] = (orm_found_name){ ORM_FOUND_INDEX, orm__sqlite_look_text(&look, 0), orm__sqlite_look_text(&look, 1) };
    return look.status;
}

/* the numbers of keys that were given stand in a table of the engine's, which is there when the first table with such keys is */
static bool orm__sqlite_empty(orm_connection *connection, orm__sql *out, const char *const *tables, size_t n, size_t step)
{
    const orm__sqlite *c = (const orm__sqlite *)connection;
    if (step < n) {
        orm__put(out, "delete from ");
        orm__put_name(out, tables[step]);
        return true;
    }
    if (step > n || !n || sqlite3_table_column_metadata(c->sqlite, "main", "sqlite_sequence", NULL, NULL, NULL, NULL, NULL, NULL) != SQLITE_OK) return false;
    orm__put(out, "delete from sqlite_sequence where name collate nocase in (");
    for (size_t i = 0; i < n; i++) {
        orm__put(out, i ? ", " : "");
        orm__put_string_literal(out, tables[i]);
    }
    orm__put_char(out, ')');
    return true;
}

static orm_status orm__sqlite_list_links(orm_connection *connection, orm_arena *arena, orm_found_link **out, size_t *n)
{
    orm__sqlite_look look = { .c = (orm__sqlite *)connection, .arena = arena };
    *out = NULL;
    *n = 0;
    orm__sqlite_look_at(&look, "select m.name, (select group_concat(\"from\", ', ') from (select \"from\" from pragma_foreign_key_list(m.name) where id = f.id order by seq)), f.\"table\","
                               " f.on_delete = 'RESTRICT', m.sql, (select max(id) from pragma_foreign_key_list(m.name)) - f.id"
                               " from sqlite_master m, pragma_foreign_key_list(m.name) f where m.type = 'table' and f.seq = 0 order by m.name, f.id desc", NULL);
    for (; orm__sqlite_look_next(&look, out, *n, sizeof **out); ++*n)
        (*out)[*n] = (orm_found_link){ .table = orm__sqlite_look_text(&look, 0), .columns = orm__sqlite_look_text(&look, 1), .refers = orm__sqlite_look_text(&look, 2),
                                       .restricts = sqlite3_column_int(look.stmt, 3) != 0,
                                       .deferred = orm__sqlite_deferral((const char *)sqlite3_column_text(look.stmt, 4), (size_t)sqlite3_column_int(look.stmt, 5)) == ORM_DEFERRED };
    return look.status;
}

/* ---- tables that are made anew ---------------------------------------------------------------------------------------- */
static orm_status orm__sqlite_rebuild_keep(orm_connection *connection, const char *table, orm_arena *arena, orm_found_name **out, size_t *n)
{
    orm__sqlite *c = (orm__sqlite *)connection;
    orm__sqlite_look look = { .c = c, .arena = arena };
    *out = NULL;
    *n = 0;
    orm__sqlite_look_at(&look, "select type = 'trigger', name, sql from sqlite_master where tbl_name = ?1 collate nocase and type in ('index', 'trigger') and sql is not null order by rowid", table);
    for (; orm__sqlite_look_next(&look, out, *n, sizeof **out); ++*n)
        (*out)[*n] = (orm_found_name){ sqlite3_column_int(look.stmt, 0) ? ORM_FOUND_TRIGGER : ORM_FOUND_INDEX, orm__sqlite_look_text(&look, 1), orm__sqlite_look_text(&look, 2) };
    /* renaming the new table shall change nothing that names the old one */
    int code = look.status ? SQLITE_OK : sqlite3_exec(c->sqlite, "pragma legacy_alter_table = on", NULL, NULL, NULL);
    return code == SQLITE_OK ? look.status : orm__sqlite_fail(c, code);
}

static orm_status orm__sqlite_rebuild_kept(orm_connection *connection, const orm_found_name *kept, size_t n)
{
    orm__sqlite *c = (orm__sqlite *)connection;
    int code = sqlite3_exec(c->sqlite, "pragma legacy_alter_table = off", NULL, NULL, NULL);
    for (size_t i = 0; i < n && code == SQLITE_OK; i++) {
        sqlite3_stmt *there = NULL;
        code = sqlite3_prepare_v2(c->sqlite, "select 1 from sqlite_master where type = ?1 and name = ?2 collate nocase", -1, &there, NULL);
        if (code == SQLITE_OK) code = sqlite3_bind_text(there, 1, kept[i].kind == ORM_FOUND_TRIGGER ? "trigger" : "index", -1, SQLITE_STATIC);
        if (code == SQLITE_OK) code = sqlite3_bind_text(there, 2, kept[i].name, -1, SQLITE_STATIC);
        if (code == SQLITE_OK) code = sqlite3_step(there);
        sqlite3_finalize(there);
        if (code == SQLITE_DONE) code = sqlite3_exec(c->sqlite, kept[i].sql, NULL, NULL, NULL);
        else if (code == SQLITE_ROW) code = SQLITE_OK;
        if (code != SQLITE_OK && (code & 0xFF) == SQLITE_ERROR)
            return orm__raise(c->db, ORM_SYNTAX, code, "the %s %s cannot be kept: %s", kept[i].kind == ORM_FOUND_TRIGGER ? "trigger" : "index", kept[i].name, sqlite3_errmsg(c->sqlite));
    }
    return code == SQLITE_OK ? ORM_OK : orm__sqlite_fail(c, code);
}

/* ---- the adapter -------------------------------------------------------------------------------------------------------- */
static const char *orm__sqlite_result_name(const orm_statement *statement, size_t i)
{
    const orm__sqlite_statement *s = (const orm__sqlite_statement *)(const void *)statement;
    return i < (size_t)sqlite3_column_count(s->stmt) ? sqlite3_column_name(s->stmt, (int)i) : NULL;
}

/* what is stored as JSON shows it; other types have forms of their own in columns */
static bool orm__sqlite_unnest(orm__sql *out, orm_type element, unsigned number)
{
    const unsigned alike = 1u << ORM_INT16 | 1u << ORM_INT32 | 1u << ORM_INT64 | 1u << ORM_FLOAT | 1u << ORM_DOUBLE | 1u << ORM_BOOL | 1u << ORM_TEXT;
    if (!(alike >> element & 1)) return false;
    orm__put_format(out, "select value from json_each(?%u)", number);
    return true;
}

/* the date of a timestamp, its days counted downwards also before 1970 */
#define ORM__SQLITE_DATE_OF "date(($c - ($c % 1000000 + 1000000) % 1000000) / 1000000, 'unixepoch'"
ORM_API const orm_dialect orm_sqlite = {
    .version = ORM_DIALECT_VERSION, .name = "sqlite", .scheme = "sqlite",
    .can = { .returning = true, .transactional_ddl = true, .generated_above_given = true, .one_writer = true, .max_pattern = 50000 },
    .open = orm__sqlite_open, .close = orm__sqlite_close, .alone = orm__sqlite_alone, .engine = orm__sqlite_engine, .target = orm__sqlite_target, .max_parameters = orm__sqlite_max_parameters,
    .deadline = orm__sqlite_deadline,
    .prepare = orm__sqlite_prepare, .finalize = orm__sqlite_finalize, .start = orm__sqlite_start, .fetch = orm__sqlite_fetch, .fetch_borrowed = orm__sqlite_fetch_borrowed, .finish = orm__sqlite_finish,
    .begin = orm__sqlite_begin, .commit = orm__sqlite_commit, .rollback = orm__sqlite_rollback, .in_transaction = orm__sqlite_in_transaction,
    .defer_keys = "pragma defer_foreign_keys = on", .check_keys = "pragma defer_foreign_keys = off", .keys_pending = orm__sqlite_keys_pending, .keys_outlive_savepoints = true,
    .column_type = orm__sqlite_column_type, .literal = orm__sqlite_literal, .parameter = orm__sqlite_parameter, .quote = orm__sqlite_quote,
    .reads = { .backquotes = true, .brackets = true },
    .unnest = orm__sqlite_unnest, .result_name = orm__sqlite_result_name,
    .explain = { "explain query plan " }, .explain_tree = true,
    .operators = {
        [ORM_OP_EQ] = "$c = $v", [ORM_OP_NE] = "$c <> $v", [ORM_OP_DIFFERS] = "$c is not $v", [ORM_OP_GT] = "$c > $v", [ORM_OP_GTE] = "$c >= $v", [ORM_OP_LT] = "$c < $v", [ORM_OP_LTE] = "$c <= $v",
        [ORM_OP_LIKE] = "$c glob $v", [ORM_OP_ILIKE] = "$c like $v escape '\\'", [ORM_OP_REGEXP] = "$c regexp $v",
        /* substr beyond the end is '', so the empty text starts and ends every text, and NULL stays NULL */
        [ORM_OP_STARTS_WITH] = "substr($c, 1, length($v)) = $v", [ORM_OP_ENDS_WITH] = "substr($c, length($c) - length($v) + 1) = $v", [ORM_OP_CONTAINS] = "instr($c, $v) > 0",
        /* of a column that is NULL nothing is known, but json_each would see no elements in it */
        [ORM_OP_HOLDS_ALL] = "case when $c is not null then not exists (select 1 from json_each($v) w where w.value not in (select h.value from json_each($c) h)) end",
        [ORM_OP_HOLDS_ANY] = "case when $c is not null then exists (select 1 from json_each($v) w where w.value in (select h.value from json_each($c) h)) end",
        [ORM_OP_WITHIN] = "case when $c is not null then not exists (select 1 from json_each($c) h where h.value not in (select w.value from json_each($v) w)) end",
        [ORM_OP_BITS_ALL] = "(~$c & $v) = 0", [ORM_OP_BITS_ANY] = "($c & $v) <> 0",
        [ORM_OP_COUNT_EQ] = "json_array_length($c) = $v", [ORM_OP_COUNT_NE] = "json_array_length($c) <> $v", [ORM_OP_COUNT_GT] = "json_array_length($c) > $v",
        [ORM_OP_COUNT_GTE] = "json_array_length($c) >= $v", [ORM_OP_COUNT_LT] = "json_array_length($c) < $v", [ORM_OP_COUNT_LTE] = "json_array_length($c) <= $v",
        [ORM_OP_IS_NULL] = "$c is null", [ORM_OP_IS_NOT_NULL] = "$c is not null",
        [ORM_OP_EQ_COLUMN] = "$c = $t", [ORM_OP_NE_COLUMN] = "$c <> $t", [ORM_OP_GT_COLUMN] = "$c > $t", [ORM_OP_GTE_COLUMN] = "$c >= $t",
        [ORM_OP_LT_COLUMN] = "$c < $t", [ORM_OP_LTE_COLUMN] = "$c <= $t",
        [ORM_OP_IN] = "$c in (select value from orm_list($v))", [ORM_OP_NOT_IN] = "$c not in (select value from orm_list($v))",
        [ORM_OP_IN_ARRAY] = "$c in (select value from orm_list($v))", [ORM_OP_NOT_IN_ARRAY] = "$c not in (select value from orm_list($v))",
    },
    .json = {
        .text = "orm_json_compare($c, $p, '$y', $v) $o 0", .scalar = "orm_json_compare($c, $p, '$y', $v) $o 0", .contains = "orm_json_contains($c, $p, $v)",
        .is_null = "orm_json_type($c, $p) is 'null'", .missing = "orm_json_type($c, $p) is null", .exists = "orm_json_type($c, $p) is not null",
        .set = "orm_json_set($c, $p, $v)", .remove = "orm_json_remove($c, $p)", .order = { "orm_json_rank($c, $p)", "orm_json_key($c, $p)" },
        .value = { "orm_json_value($c, $p, 'string')", "orm_json_value($c, $p, 'number')", "orm_json_value($c, $p, 'whole')", "orm_json_value($c, $p, 'boolean')", "orm_json_value($c, $p, 'json')" },
    },
    .char_length = "length($c)", .not_blank = "trim($c, char(9, 10, 11, 12, 13, 32)) <> ''",
    /* glob knows the case of letters, and its ranges go by code point, whatever the locale */
    .byte_length = "length(cast($c as blob))",
    .rule_checks = {
        [ORM_RULE_ALPHA] = "$c <> '' and $c not glob '*[^A-Za-z]*'", [ORM_RULE_ALPHANUMERIC] = "$c <> '' and $c not glob '*[^A-Za-z0-9]*'",
        [ORM_RULE_DIGITS] = "$c <> '' and $c not glob '*[^0-9]*'", [ORM_RULE_HEXADECIMAL] = "$c <> '' and $c not glob '*[^0-9A-Fa-f]*'",
        [ORM_RULE_ASCII] = "length($c) = length(cast($c as blob))", [ORM_RULE_LOWERCASE] = "$c not glob '*[A-Z]*'", [ORM_RULE_UPPERCASE] = "$c not glob '*[a-z]*'",
        [ORM_RULE_TRIMMED] = "trim($c, char(9, 10, 11, 12, 13, 32)) = $c", [ORM_RULE_NO_CONTROL] = "$c not glob '*[' || char(1) || '-' || char(31) || char(127) || '-' || char(159) || ']*'",
        [ORM_RULE_SLUG] = "$c <> '' and $c not glob '*[^a-z0-9-]*' and '-' || $c || '-' not glob '*--*'",
        [ORM_RULE_INTEGER_TEXT] = "substr($c, 1 + ($c glob '[+-]*')) <> '' and substr($c, 1 + ($c glob '[+-]*')) not glob '*[^0-9]*'",
        [ORM_RULE_HEX_COLOR] = "$c glob '#*' and length($c) in (4, 5, 7, 9) and substr($c, 2) not glob '*[^0-9A-Fa-f]*'",
        [ORM_RULE_E164] = "$c glob '+[1-9]*' and length($c) between 8 and 16 and substr($c, 2) not glob '*[^0-9]*'",
    },
    /* not json_valid: SQLite 3.40 refuses it in a schema that is not trusted. A read looks at the whole text. */
    .array_append = "orm_array_append($c, $v)", .array_without = "orm_array_without($c, $v)",
    .array_check = "trim($c, char(9, 10, 13, 32)) glob '[[]*]'", .create_table_tail = " STRICT", .tail_types = orm__sqlite_strict_types, .serial_primary_key = " primary key autoincrement", .boolean_check = true, .integer_check = true,
    .period = { { "$c", "date($c, 'start of month')", "date($c, 'start of year')" },
                { ORM__SQLITE_DATE_OF ")", ORM__SQLITE_DATE_OF ", 'start of month')", ORM__SQLITE_DATE_OF ", 'start of year')" } },
    .operand = orm__sqlite_operand, .list = orm__sqlite_list,
    .holds_all = orm__sqlite_holds_all,
    .rebuild_keep = orm__sqlite_rebuild_keep, .rebuild_kept = orm__sqlite_rebuild_kept, .hidden_keys = orm__sqlite_hidden_keys, .convert = orm__sqlite_convert,
    .carry_numbers = "delete from sqlite_sequence where name = $n;\ninsert into sqlite_sequence (name, seq) select $n, seq from sqlite_sequence where name = $t;\n",
    .counter = orm__sqlite_counter, .counter_drop = orm__sqlite_counter_drop, .list_triggers = orm__sqlite_list_triggers,
    .search = orm__sqlite_search, .search_drop = orm__sqlite_search_drop, .search_query = orm__sqlite_search_query, .search_holds = orm__sqlite_search_holds,
    .search_rank = orm__sqlite_search_rank, .list_searches = orm__sqlite_list_searches,
    .describe = orm__sqlite_describe, .read_type = orm__sqlite_read_type, .empty = orm__sqlite_empty, .list_links = orm__sqlite_list_links, .list_tables = orm__sqlite_list_tables, .existing = "mode=rw", .database_name = orm__sqlite_database_name,
    .create_database = orm__sqlite_create_database, .drop_database = orm__sqlite_drop_database,
};
#endif

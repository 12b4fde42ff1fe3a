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

   Set for every connection and read back: foreign keys on, defensive mode on, trusted schema off, extension loading off,
   double-quoted strings off. A function `regexp` (POSIX extended) and a table function `orm_list` (see below) are added.

   Storage, in STRICT tables:
       smallint integer bigint serial boolean timestamp    INTEGER (booleans 0 and 1; timestamps microseconds of 1970, UTC)
       real double                                         REAL (NaN is refused: the engine would store NULL)
       decimal(p, s), p <= 18                              INTEGER, the number times 10^s: exact, and sum and order by are right
       decimal(p, s), p > 18                               TEXT of 39 digits, the number times 10^s plus 10^38: texts compare from
                                                           the left, so an offset and leading zeros make them order as numbers do
       text string char json enumeration                   TEXT (enumerations by label)
       uuid date time                                      TEXT: 8-4-4-4-12 lower case, 2026-11-20, 09:08:07[.123456]
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
    orm_db *db;
    sqlite3 *sqlite;
    sqlite3_stmt *control[ORM__SQLITE_CONTROLS];         /* prepared at open: a rollback must not need memory */
    int64_t deadline, busy_timeout, give_up;             /* microseconds: absolute, duration, absolute */
    bool reading;                       /* in a read-only transaction */
    char engine[32];
} orm__sqlite;

typedef struct orm__sqlite_statement {  /* behind orm_statement */
    sqlite3_stmt *stmt;
    size_t n_parameters;
    int64_t changes_before;
    orm_status failed;                  /* of this execution; told again by finish */
    bool writes;
} orm__sqlite_statement;

/* ---- failures ---------------------------------------------------------------------------------------------- */
static bool orm__sqlite_late(const orm__sqlite *c) { return c->deadline && orm__ticks() >= c->deadline; }

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
    const char *text_ = c->sqlite ? sqlite3_errmsg(c->sqlite) : sqlite3_errstr(code);
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

/* ---- values on their way in ----------------------------------------------------------------------------------- */
/* a value as SQLite stores it: one of its five classes */
typedef struct orm__sqlite_cell { int class_; int64_t i; double d; const char *p; size_t n; } orm__sqlite_cell;

#define ORM__SQLITE_LONG_DECIMAL 39     /* digits */
/* numbers of up to 135 bits as five groups of nine digits, highest first: room for 10^38 twice, and no 128-bit type needed */
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

/* What is stored for a value; texts made here go to `buffer`. Returns NULL, or what is wrong. */
static inline const char *orm__sqlite_encode(const orm_value *value, char buffer[ORM_DECIMAL_SIZE], orm__sqlite_cell *cell)
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
        return isnan(value->as.d) ? "NaN cannot be stored" : NULL;
    case ORM_TEXT: case ORM_JSON: case ORM_ENUM:
        cell->class_ = SQLITE_TEXT;
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
        if (value->n <= 18) {
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
        if (item > INT_MAX - size) return orm__raise_at(c->db, ORM_VALUE_RANGE, NULL, column, "a list of values is too long");
        size += item;
    }
    char *list = orm__bump(scratch, size + 1, 1), *at = list;
    if (!list) return orm__raise(c->db, ORM_NO_MEMORY, 0, "out of memory");
    for (size_t i = 0; i < n; i++) {
        char buffer[ORM_DECIMAL_SIZE];
        orm__sqlite_cell cell = { 0 };
        orm_value value = values[i];
        if (value.type == ORM_DECIMAL) value.n = column->is.precision;
        const char *wrong = value.type == ORM_NULL ? "a list cannot hold NULL" : orm__sqlite_encode(&value, buffer, &cell);
        if (wrong) return orm__raise_at(c->db, ORM_VALUE_RANGE, NULL, column, "%s", wrong);
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
/* LIKE ignores the case of ASCII letters here, GLOB does not: `like` becomes GLOB, with % _ and \ rewritten. */
static orm_status orm__sqlite_operand(orm_connection *connection, orm_op op, orm_value *value, orm_arena *scratch)
{
    orm__sqlite *c = (orm__sqlite *)connection;
    if ((op != ORM_OP_LIKE && op != ORM_OP_ILIKE) || value->type != ORM_TEXT) return ORM_OK;
    const char *from = value->as.s;
    size_t n = value->length == ORM_LENGTH_UNKNOWN ? strlen(from) : value->length;
    size_t longest = (size_t)sqlite3_limit(c->sqlite, SQLITE_LIMIT_LIKE_PATTERN_LENGTH, -1);
    size_t length = 0;
    if (n <= longest) {
        char *glob = orm__bump(scratch, 3 * n + 1, 1);
        if (!glob) return orm__raise(c->db, ORM_NO_MEMORY, 0, "out of memory");
        for (size_t i = 0; i < n; i++) {
            bool escaped = from[i] == '\\';
            if (escaped && ++i == n) return orm__raise(c->db, ORM_VALUE_RANGE, 0, "a pattern ends with its escape character");
            if (!escaped && (from[i] == '%' || from[i] == '_')) {
                glob[length++] = from[i] == '%' ? '*' : '?';
            } else if (from[i] == '*' || from[i] == '?' || from[i] == '[') {
                glob[length++] = '[', glob[length++] = from[i], glob[length++] = ']';
            } else {
                glob[length++] = from[i];
            }
        }
        glob[length] = 0;
        if (op == ORM_OP_LIKE && length <= longest) *value = (orm_value){ .type = ORM_TEXT, .length = (uint32_t)length, .as.s = glob };
    }
    if (n > longest || (op == ORM_OP_LIKE && length > longest)) return orm__raise(c->db, ORM_VALUE_RANGE, 0, "a pattern may have at most %zu bytes", longest);
    return ORM_OK;
}

static void orm__sqlite_regexp(sqlite3_context *out, int n, sqlite3_value **argv)
{
    (void)n;
    if (sqlite3_value_type(argv[0]) == SQLITE_NULL || sqlite3_value_type(argv[1]) == SQLITE_NULL) return;
    const char *pattern = (const char *)sqlite3_value_text(argv[0]), *text_ = (const char *)sqlite3_value_text(argv[1]);
    int matches = pattern && text_ ? orm__regex_matches(pattern, text_) : -2;
    if (matches == -1) sqlite3_result_error(out, "the pattern is not a regular expression", -1);
    else if (matches < 0) sqlite3_result_error_nomem(out);
    else sqlite3_result_int(out, matches);
}

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

static orm_status orm__sqlite_prepare(orm_connection *connection, const char *sql, size_t length, orm_statement **out)
{
    orm__sqlite *c = (orm__sqlite *)connection;
    sqlite3_stmt *stmt = NULL;
    const char *tail = sql;
    if (length > INT_MAX) return orm__raise(c->db, ORM_VALUE_RANGE, 0, "a statement is too long");
    int code = sqlite3_prepare_v3(c->sqlite, sql, (int)length, SQLITE_PREPARE_PERSISTENT, &stmt, &tail);
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

static orm_status orm__sqlite_start(orm_connection *connection, orm_statement *statement, const orm_value *values, size_t n)
{
    orm__sqlite *c = (orm__sqlite *)connection;
    orm__sqlite_statement *s = (orm__sqlite_statement *)statement;
    s->failed = ORM_OK;
    if (ORM__UNLIKELY(n != s->n_parameters)) return orm__raise(c->db, ORM_MISUSE, 0, "%zu values for %zu parameters", n, s->n_parameters);
    if (s->writes) {
        if (c->reading) return orm__raise(c->db, ORM_READ_ONLY, SQLITE_READONLY, "a write in a read-only transaction");
        s->changes_before = sqlite3_total_changes64(c->sqlite);
    }
    for (size_t i = 0; i < n; i++) {
        char buffer[ORM_DECIMAL_SIZE];
        orm__sqlite_cell cell = { 0 };
        const char *wrong = orm__sqlite_encode(&values[i], buffer, &cell);
        if (ORM__UNLIKELY(wrong != NULL)) return orm__raise(c->db, ORM_VALUE_RANGE, 0, "parameter %zu: %s", i + 1, wrong);
        int code = orm__sqlite_bind(s->stmt, (int)i + 1, &cell, buffer);
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
    if (ORM__UNLIKELY(code != SQLITE_OK && s->failed == ORM_OK)) s->failed = orm__sqlite_fail(c, code);
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
    s->failed = orm__sqlite_fail(c, code);
    return ORM_STEP_FAILED;
}

/* a value that does not fit its member; the row is named by its key when that is an integer */
static __attribute__((cold, noinline)) orm_step orm__sqlite_bad_data(orm__sqlite *c, orm__sqlite_statement *s, const orm_plan *plan, const orm_plan_field *field)
{
    static const char *const classes[] = { "?", "an integer", "a real number", "a text", "a blob", "NULL" };
    static const char *const wanted[ORM_TYPES] = {
        "value", "16-bit integer", "32-bit integer", "64-bit integer", "32-bit number", "number", "boolean (0 or 1)", "text without NUL", "decimal", "blob",
        "date", "time of day", "timestamp", "uuid", "json text without NUL", "label",
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
        s->failed = orm__raise_at(c->db, ORM_BAD_DATA, NULL, field->column, "column %s%s holds the unknown label \"%.64s\"", name, row, (const char *)sqlite3_column_text(s->stmt, at));
    else
        s->failed = orm__raise_at(c->db, ORM_BAD_DATA, NULL, field->column, "column %s%s holds %s that is no %s", name ? name : "?", row,
                                  classes[class_ < 6 ? class_ : 0], wanted[field->type < ORM_TYPES ? field->type : 0]);
    return ORM_STEP_FAILED;
}

/* the number of a label, 0 when the enumeration has none such; `text_` ends with a NUL */
static int32_t orm__sqlite_label(const orm_enum *labels, const char *text_, size_t n)
{
    for (size_t i = 0; i < labels->count; i++)
        if (labels->labels[i][0] == text_[0] && strcmp(labels->labels[i], text_) == 0 && text_[n] == 0 && strlen(text_) == n) return (int32_t)i + 1;
    return 0;
}

/* writes a member, which is an optional when the field is nullable */
#define ORM__SQLITE_SET(type_, optional, value_) (field->nullable ? (void)(*(optional *)(void *)at = (optional){ value_, true }) : (void)(*(type_ *)(void *)at = (value_)))

static orm_step orm__sqlite_fetch(orm_connection *connection, orm_statement *statement, const orm_plan *plan, void **rows, orm_arena *texts, int64_t *extra)
{
    orm__sqlite *c = (orm__sqlite *)connection;
    orm__sqlite_statement *s = (orm__sqlite_statement *)statement;
    sqlite3_stmt *stmt = s->stmt;
    int code = sqlite3_step(stmt);
    if (code != SQLITE_ROW) return ORM__LIKELY(code == SQLITE_DONE) ? ORM_STEP_DONE : orm__sqlite_step_failed(c, s, code);
    const orm_plan_field *field = plan->fields;
    int column = 0;
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
            /* one lookup per column; "unprotected" values are as good as others on a connection that one thread uses at a time */
            sqlite3_value *value = sqlite3_column_value(stmt, column);
            int class_ = sqlite3_value_type(value);
            char *at = row + field->offset;
            if (class_ == SQLITE_NULL) {
                if (ORM__UNLIKELY(!field->nullable)) return orm__sqlite_bad_data(c, s, plan, field);
                continue;
            }
            const char *bytes = NULL;
            size_t n = 0;
            int64_t i = 0;
            if (class_ == SQLITE_TEXT) {
                bytes = (const char *)sqlite3_value_text(value);
                if (ORM__UNLIKELY(!bytes)) return orm__sqlite_step_failed(c, s, SQLITE_NOMEM);
                n = (size_t)sqlite3_value_bytes(value);
            } else if (class_ == SQLITE_INTEGER) {
                i = sqlite3_value_int64(value);
            }
            bool fits = true;
            switch (field->type) {
            case ORM_INT64:
                fits = class_ == SQLITE_INTEGER;
                ORM__SQLITE_SET(int64_t, orm_opt_int64, i);
                break;
            case ORM_INT32:
                fits = class_ == SQLITE_INTEGER && i >= INT32_MIN && i <= INT32_MAX;
                ORM__SQLITE_SET(int32_t, orm_opt_int32, (int32_t)i);
                break;
            case ORM_INT16:
                fits = class_ == SQLITE_INTEGER && i >= INT16_MIN && i <= INT16_MAX;
                ORM__SQLITE_SET(int16_t, orm_opt_int16, (int16_t)i);
                break;
            case ORM_BOOL:
                fits = class_ == SQLITE_INTEGER && (i == 0 || i == 1);
                ORM__SQLITE_SET(bool, orm_opt_bool, i != 0);
                break;
            case ORM_TIME:
                fits = class_ == SQLITE_INTEGER && i != ORM_UNSET_TIME;
                ORM__SQLITE_SET(orm_time, orm_opt_time, i);
                break;
            case ORM_TEXT: case ORM_JSON: {
                if (class_ != SQLITE_TEXT || memchr(bytes, 0, n)) { fits = false; break; }
                const char *copy = orm__bump_text(texts, bytes, n);
                if (ORM__UNLIKELY(!copy)) return orm__sqlite_step_failed(c, s, SQLITE_NOMEM);
                *(const char **)(void *)at = copy;
                break;
            }
            case ORM_DOUBLE: {
                fits = class_ == SQLITE_FLOAT || class_ == SQLITE_INTEGER;      /* whole numbers may be stored as integers */
                double d = sqlite3_value_double(value);
                ORM__SQLITE_SET(double, orm_opt_double, d);
                break;
            }
            case ORM_FLOAT: {
                double d = sqlite3_value_double(value);
                fits = (class_ == SQLITE_FLOAT || class_ == SQLITE_INTEGER) && (isinf(d) || !isinf((float)d));
                ORM__SQLITE_SET(float, orm_opt_float, (float)d);
                break;
            }
            case ORM_BLOB: {
                if (class_ != SQLITE_BLOB) { fits = false; break; }
                bytes = sqlite3_value_blob(value);
                n = (size_t)sqlite3_value_bytes(value);
                if (ORM__UNLIKELY(!bytes && n > 0)) return orm__sqlite_step_failed(c, s, SQLITE_NOMEM);
                const char *copy = orm__bump_text(texts, bytes ? bytes : "", n);       /* never NULL, also when empty */
                if (ORM__UNLIKELY(!copy)) return orm__sqlite_step_failed(c, s, SQLITE_NOMEM);
                *(orm_blob *)(void *)at = (orm_blob){ copy, n };
                break;
            }
            case ORM_ENUM: {
                int32_t label = class_ == SQLITE_TEXT && field->column ? orm__sqlite_label(field->column->is.labels, bytes, n) : 0;
                fits = label > 0;
                *(int32_t *)(void *)at = label;
                break;
            }
            case ORM_DECIMAL: {
                orm_decimal decimal = { .high = i < 0 ? -1 : 0, .low = (uint64_t)i, .scale = field->column ? field->column->is.scale : 0 };
                if (!field->column || field->column->is.precision <= 18) fits = class_ == SQLITE_INTEGER;
                else fits = class_ == SQLITE_TEXT && orm__sqlite_read_long_decimal(bytes, n, &decimal.high, &decimal.low);
                ORM__SQLITE_SET(orm_decimal, orm_opt_decimal, decimal);
                break;
            }
            case ORM_DATE: {
                orm_date date = { 0 };
                fits = class_ == SQLITE_TEXT && n == 10 && orm_date_parse(bytes, &date);
                ORM__SQLITE_SET(orm_date, orm_opt_date, date);
                break;
            }
            case ORM_CLOCK: {
                orm_clock clock_ = { 0 };
                fits = class_ == SQLITE_TEXT && n == strlen(bytes) && orm_clock_parse(bytes, &clock_);
                ORM__SQLITE_SET(orm_clock, orm_opt_clock, clock_);
                break;
            }
            case ORM_UUID:
                fits = class_ == SQLITE_TEXT && n == ORM_UUID_SIZE - 1 && orm_uuid_parse(bytes, (orm_uuid *)(void *)at);
                break;
            default:
                fits = false;
            }
            if (ORM__UNLIKELY(!fits)) return orm__sqlite_bad_data(c, s, plan, field);
        }
    }
    if (plan->extra) *extra = sqlite3_column_int64(stmt, column);
    return ORM_STEP_ROW;
}

/* ---- transactions ---------------------------------------------------------------------------------------------- */
static int orm__sqlite_control(orm__sqlite *c, int which)
{
    sqlite3_step(c->control[which]);
    return sqlite3_reset(c->control[which]);         /* answers the step's failure */
}

static orm_status orm__sqlite_begin(orm_connection *connection, bool read_only)
{
    orm__sqlite *c = (orm__sqlite *)connection;
    int code = orm__sqlite_control(c, read_only ? ORM__SQLITE_BEGIN_READ : ORM__SQLITE_BEGIN_WRITE);
    if (code != SQLITE_OK) return orm__sqlite_fail(c, code);
    c->reading = read_only;
    return ORM_OK;
}

static orm_status orm__sqlite_commit(orm_connection *connection)
{
    orm__sqlite *c = (orm__sqlite *)connection;
    int code = orm__sqlite_control(c, ORM__SQLITE_COMMIT);       /* waits for readers within the busy timeout, see orm__sqlite_wait */
    if (sqlite3_get_autocommit(c->sqlite)) c->reading = false;
    if (code == SQLITE_OK) return ORM_OK;
    if ((code & 0xFF) == SQLITE_IOERR && code != SQLITE_IOERR_NOMEM)
        return orm__raise(c->db, ORM_COMMIT_UNKNOWN, code, "the commit failed half-way (%s): only opening the file anew tells the outcome", sqlite3_errmsg(c->sqlite));
    return orm__sqlite_fail(c, code);
}

static void orm__sqlite_rollback(orm_connection *connection)
{
    orm__sqlite *c = (orm__sqlite *)connection;
    if (!sqlite3_get_autocommit(c->sqlite)) orm__sqlite_control(c, ORM__SQLITE_ROLLBACK);        /* the engine may have done it already */
    c->reading = false;
}

static bool orm__sqlite_in_transaction(orm_connection *connection)
{
    return !sqlite3_get_autocommit(((orm__sqlite *)connection)->sqlite);
}

/* ---- opening and closing ------------------------------------------------------------------------------------------ */
typedef struct orm__sqlite_setup { char *path; size_t size; int mode, journal, synchronous; int64_t busy_ms; bool memory; } orm__sqlite_setup;      /* -1: not given */
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

static orm_status orm__sqlite_parse_options(orm_db *db, const char *at, orm__sqlite_setup *setup)
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

/* splits the URL; the path is for the caller to release */
static orm_status orm__sqlite_parse_url(orm_db *db, const char *url, orm__sqlite_setup *setup)
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
    char *out = setup->path = orm__allocate(&db->allocator, setup->size);
    if (!out) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory");
    /* SQLite reads a leading "file:" as a URI of its own, and keeps ':' for itself */
    if (!setup->memory && (path[0] == ':' || path[0] == '%' || strncmp(path, "file", 4) == 0)) *out++ = '.', *out++ = '/';
    for (size_t i = 0; i < n; i++) {
        if (path[i] != '%') {
            *out++ = path[i];
            continue;
        }
        int high = i + 2 < n ? orm__sqlite_hex(path[i + 1]) : -1, low = i + 2 < n ? orm__sqlite_hex(path[i + 2]) : -1;
        if (high < 0 || low < 0 || high + low == 0) return orm__raise(db, ORM_CONFIG, 0, "the path in the URL holds a '%%' that is not followed by two hexadecimal digits (or by 00)");
        *out++ = (char)(high * 16 + low);
        i += 2;
    }
    *out = 0;
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

static int orm__sqlite_past_deadline(void *context) { return orm__sqlite_late(context); }

static void orm__sqlite_deadline(orm_connection *connection, int64_t at)
{
    orm__sqlite *c = (orm__sqlite *)connection;
    if (!at != !c->deadline) sqlite3_progress_handler(c->sqlite, at ? 1000 : 0, at ? orm__sqlite_past_deadline : NULL, c);
    c->deadline = at;
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

static orm_status orm__sqlite_open(orm_db *db, const char *url, const orm_options *options, orm_connection **out)
{
    if (sqlite3_libversion_number() < 3037000) return orm__raise(db, ORM_CONFIG, 0, "SQLite %s is too old: STRICT tables need 3.37", sqlite3_libversion());
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
    static const int flags[] = { SQLITE_OPEN_READONLY, SQLITE_OPEN_READWRITE, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE };
    int code = sqlite3_open_v2(setup.path, &c->sqlite, flags[setup.mode] | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
    if (code == SQLITE_OK) code = sqlite3_busy_handler(c->sqlite, orm__sqlite_wait, c);
    status = code == SQLITE_OK ? orm__sqlite_configure(c, &setup) : orm__sqlite_fail(c, code);
done:
    orm__release(&db->allocator, setup.path, setup.size);
    if (status) orm__sqlite_close((orm_connection *)c);
    else *out = (orm_connection *)c;
    return status;
}

static const char *orm__sqlite_engine(orm_connection *connection) { return ((orm__sqlite *)connection)->engine; }

static size_t orm__sqlite_max_parameters(orm_connection *connection)
{
    return (size_t)sqlite3_limit(((orm__sqlite *)connection)->sqlite, SQLITE_LIMIT_VARIABLE_NUMBER, -1);
}

/* ---- spelling ------------------------------------------------------------------------------------------------------- */
static void orm__sqlite_column_type(orm__sql *out, const orm_column *column)
{
    switch (column->is.type) {
    case ORM_INT16: case ORM_INT32: case ORM_INT64: case ORM_BOOL: case ORM_TIME: orm__put(out, "INTEGER"); break;
    case ORM_FLOAT: case ORM_DOUBLE: orm__put(out, "REAL"); break;
    case ORM_BLOB:                   orm__put(out, "BLOB"); break;
    case ORM_DECIMAL:                orm__put(out, column->is.precision <= 18 ? "INTEGER" : "TEXT"); break;
    default:                         orm__put(out, "TEXT"); break;
    }
}

/* the digits that give the same double back, with a point in any locale */
static void orm__sqlite_put_double(orm__sql *out, double number)
{
    if (isinf(number)) {
        orm__put(out, number < 0 ? "-9e999" : "9e999");
        return;
    }
    char digits[40];
    bool real = false, separator = false;
    snprintf(digits, sizeof digits, "%.17g", number);
    for (const char *p = digits; *p; p++) {
        bool plain = (*p >= '0' && *p <= '9') || *p == '-' || *p == '+' || *p == 'e';
        if (plain) orm__put_char(out, *p);
        else if (!separator) orm__put_char(out, '.');       /* a locale's point may be several bytes */
        separator = !plain;
        real = real || !plain || *p == 'e';
    }
    if (!real) orm__put(out, ".0");
}

static void orm__sqlite_literal(orm__sql *out, const orm_column *column, orm_value value)
{
    static const char hex[] = "0123456789abcdef";
    char buffer[ORM_DECIMAL_SIZE];
    orm__sqlite_cell cell = { 0 };
    if (value.type == ORM_DECIMAL) value.n = column->is.precision;
    if (orm__sqlite_encode(&value, buffer, &cell)) cell.class_ = SQLITE_NULL;
    switch (cell.class_) {
    case SQLITE_INTEGER: orm__put_int(out, cell.i); break;
    case SQLITE_FLOAT:   orm__sqlite_put_double(out, cell.d); break;
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

/* >>raw: SQL by hand. Parameters are written :name or ?1 on every engine and always bound; values pass the same checks as those of models. */
#include "internal.h"

#define ORM__RAW_MAX_PARAMETERS 32766

/* ---- reading the statement ---- */

/* is the first word of the statement one of these? The list ends with NULL. */
static bool orm__raw_begins(const orm_dialect *dialect, const char *sql, const char *skipped, const char *const *words)
{
    for (const char *next = sql; ; sql = next) {
        sql += strspn(sql, skipped);
        next = *sql == '-' || *sql == '/' ? orm__lex_skip(dialect, sql) : sql;
        if (next == sql) break;
    }
    size_t size = orm__lex_word(dialect, sql);
    for (size_t i = 0; words[i]; i++) {
        size_t n = 0;
        while (words[i][n] && (sql[n] | 0x20) == words[i][n]) n++;
        if (!words[i][n] && n == size) return true;
    }
    return false;
}

/* begin, commit and their like would go behind the back of ORM_TRANSACTION */
static bool orm__raw_is_control(const orm_dialect *dialect, const char *sql)
{
    static const char *const words[] = { "begin", "start", "commit", "end", "rollback", "abort", "savepoint", "release", NULL };
    return orm__raw_begins(dialect, sql, " \t\r\n\f\v;", words);
}

ORM_PRIVATE bool orm__raw_is_query(const orm_dialect *dialect, const char *sql)
{
    static const char *const words[] = { "select", "with", "values", NULL };
    return orm__raw_begins(dialect, sql, " \t\r\n\f\v(", words);
}

/* Does it say that it reads? A query with a statement that writes among its parts does not. Functions that write are the engine's to refuse. */
static bool orm__raw_reads(const orm_dialect *dialect, const char *sql)
{
    static const char *const writes[] = { "insert", "update", "delete", "merge", NULL };
    if (!orm__raw_is_query(dialect, sql)) return false;
    while (*sql) {
        if (orm__lex_word(dialect, sql) && orm__raw_begins(dialect, sql, "", writes)) return false;
        const char *after = orm__lex_skip(dialect, sql);
        sql = after == sql ? sql + 1 : after;
    }
    return true;
}

/* is the ? at `sql` a parameter, or the slip of one? */
static bool orm__raw_is_parameter(const orm_dialect *dialect, const char *sql)
{
    return !dialect->reads.question_operators || (sql[1] >= '0' && sql[1] <= '9');
}

/* ---- parameters: :name, or ?1 ---- */

/* bytes of the name behind the colon at `sql` that begins in `text_`, or 0: casts (::), assignments (:=) and slices (a[1:n]) are none */
static size_t orm__raw_name(const orm_dialect *dialect, const char *text_, const char *sql)
{
    if (*sql != ':' || (sql[1] >= '0' && sql[1] <= '9')) return 0;
    char before = sql > text_ ? sql[-1] : ' ';
    if (before == ':' || before == ')' || before == ']' || before == '"' || orm__lex_word(dialect, &(char[]){ before, 0 }[0])) return 0;
    return orm__lex_word(dialect, sql + 1);
}

/* does `in (` stand before the parameter at `from`, and `)` behind it? Then an array is a list. */
static bool orm__raw_is_list(const char *text_, const char *from, const char *behind)
{
    behind += strspn(behind, " \t\r\n\f\v");
    while (from > text_ && strchr(" \t\r\n\f\v", from[-1])) from--;
    if (*behind != ')' || from == text_ || from[-1] != '(') return false;
    for (from--; from > text_ && strchr(" \t\r\n\f\v", from[-1]); ) from--;
    if (from - text_ < 2 || (from[-1] | 0x20) != 'n' || (from[-2] | 0x20) != 'i') return false;
    return from - text_ == 2 || strchr(" \t\r\n\f\v)\"", from[-3]) != NULL;
}

static orm_status orm__raw_put(orm__session *db, const orm__given *given, const char *text_, const char *from, const char *behind, size_t number, orm__writer *out)
{
    const orm_value *v = number <= given->n ? &given->values[number - 1] : NULL;
    if (!v || v->type != ORM_ARRAY || !orm__raw_is_list(text_, from, behind)) {
        db->dialect->parameter(out, (unsigned)number);
        return ORM_OK;
    }
    if (db->dialect->unnest(out, (orm_type)v->scale, (unsigned)number)) return ORM_OK;
    return orm__raise(db, ORM_UNSUPPORTED, 0, "parameter %zu: an array of such elements is no list on this engine", number);
}

/* the number of a named value, from 1; 0 when there is none */
static size_t orm__raw_number(const orm__given *given, const char *name, size_t size)
{
    for (size_t i = 0; i < given->n; i++)
        if (strlen(given->names[i]) == size && memcmp(given->names[i], name, size) == 0) return i + 1;
    return 0;
}

static orm_status orm__raw_named(orm__session *db, const orm__given *given, const char *text_, const char *sql, size_t size, bool *used, orm__writer *out)
{
    size_t number = given->names ? orm__raw_number(given, sql + 1, size) : 0;
    if (!number) return orm__raise(db, ORM_MISUSE, 0, "the SQL has the parameter :%.*s, which has no value: give orm_named(\"%.*s\", ...)", (int)size, sql + 1, (int)size, sql + 1);
    used[number - 1] = true;
    return orm__raw_put(db, given, text_, sql, sql + 1 + size, number, out);
}

static orm_status orm__raw_numbered(orm__session *db, const orm__given *given, const char *text_, const char **sql, bool *used, size_t *highest, orm__writer *out)
{
    const char *from = *sql;
    size_t number = 0;
    for (++*sql; **sql >= '0' && **sql <= '9' && number <= ORM__RAW_MAX_PARAMETERS; ++*sql) number = number * 10 + (size_t)(**sql - '0');
    if (number == 0 || number > ORM__RAW_MAX_PARAMETERS) return orm__raise(db, ORM_MISUSE, 0, "parameters are written :name, or ?1, ?2 ... ?%d", ORM__RAW_MAX_PARAMETERS);
    if (given->names) return orm__raise(db, ORM_MISUSE, 0, "the SQL has the parameter ?%zu, and its values have names: write :name", number);
    if (number > *highest) *highest = number;
    if (number <= given->n) used[number - 1] = true;
    return orm__raw_put(db, given, text_, from, *sql, number, out);
}

/* copies the statement with its parameters as the engine spells them; each value is used */
static orm_status orm__raw_rewrite(orm__session *db, const char *sql, const orm__given *given, orm__writer *out)
{
    const char *text_ = sql;
    size_t highest = 0;
    orm_status status = ORM_OK;
    bool *used = (bool *)orm__bump(&db->scratch, given->n + 1, 1);
    if (!used) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory");
    memset(used, 0, given->n + 1);
    if (orm__raw_is_control(db->dialect, sql)) return orm__raise(db, ORM_MISUSE, 0, "transactions are begun and ended by ORM_TRANSACTION or orm_begin, not by SQL");
    while (*sql && !status) {
        size_t name = orm__raw_name(db->dialect, text_, sql);
        if (name) {
            status = orm__raw_named(db, given, text_, sql, name, used, out);
            sql += 1 + name;
        } else if (*sql == '?' && orm__raw_is_parameter(db->dialect, sql)) {
            status = orm__raw_numbered(db, given, text_, &sql, used, &highest, out);
        } else {
            const char *plain = sql, *after = orm__lex_skip(db->dialect, sql);
            sql = after == sql ? sql + 1 : after;
            orm__put_bytes(out, plain, (size_t)(sql - plain));
        }
    }
    for (size_t i = 0; i < given->n && !status && given->names; i++)
        if (!used[i]) status = orm__raise(db, ORM_MISUSE, 0, "the value of :%s is given, but the SQL has no such parameter", given->names[i]);
    if (!status && !given->names && highest != given->n)
        status = orm__raise(db, ORM_MISUSE, 0, "the statement has %zu parameter%s, %zu value%s given", highest, highest == 1 ? "" : "s", given->n, given->n == 1 ? " was" : "s were");
    return status;
}

/* ---- values ---- */

#define ORM__RAW_COLUMN(type_) [type_] = { .name = "the value", .is = { .type = type_ }, .nullable = true }
/* the columns that values are checked and results decoded for */
static const orm_column orm__raw_columns[ORM_TYPES] = {
    ORM__RAW_COLUMN(ORM_INT64), ORM__RAW_COLUMN(ORM_DOUBLE), ORM__RAW_COLUMN(ORM_BOOL), ORM__RAW_COLUMN(ORM_TEXT), ORM__RAW_COLUMN(ORM_BLOB),
    ORM__RAW_COLUMN(ORM_DATE), ORM__RAW_COLUMN(ORM_CLOCK), ORM__RAW_COLUMN(ORM_TIME), ORM__RAW_COLUMN(ORM_UUID), ORM__RAW_COLUMN(ORM_INET),
    ORM__RAW_COLUMN(ORM_ARRAY), ORM__RAW_COLUMN(ORM_INTERVAL),
};
#undef ORM__RAW_COLUMN

static orm_status orm__raw_fit(orm__session *db, const char *name, size_t number, orm_value *value)
{
    char why[160], what[80];
    orm_status kind = ORM_OK;
    if (name) snprintf(what, sizeof what, ":%.60s", name);
    else snprintf(what, sizeof what, "parameter %zu", number);
    if (value->type == ORM_DECIMAL) return orm__raise(db, ORM_UNSUPPORTED, 0, "%s is a decimal, whose form in the database depends on its column: pass orm_decimal_units or a text", what);
    if (value->type == ORM_NULL) return ORM_OK;
    orm_type type = value->type == ORM_VALUE_TOO_BIG ? ORM_INT64 : (orm_type)value->type;
    if (type >= ORM_TYPES) return orm__raise(db, ORM_MISUSE, 0, "%s is no value", what);
    orm_column column = orm__raw_columns[type];
    if (type == ORM_ARRAY) column.is.element = (orm_type)value->scale;
    const char *wrong = orm__fit(&column, value, db->options.max_text, why, &kind);
    return wrong ? orm__raise(db, kind, 0, "%s %s", what, wrong) : ORM_OK;
}

ORM_PRIVATE orm_status orm__raw_given(orm__session *db, const orm_value *values, size_t n, orm__given *out)
{
    bool named = n > 0 && values[0].type == ORM__VALUE_NAME;
    size_t step = named ? 2 : 1;
    orm_value *fitted = n ? (orm_value *)orm__bump(&db->scratch, n * sizeof *fitted, _Alignof(orm_value)) : NULL;
    const char **names = named ? (const char **)orm__bump(&db->scratch, n * sizeof *names, _Alignof(char *)) : NULL;
    *out = (orm__given){ fitted, names, n / step };
    if (n && (!fitted || (named && !names))) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory");
    for (size_t i = 0; i < out->n; i++) {
        fitted[i] = values[i * step + step - 1];
        if (named) names[i] = values[i * step].as.s;
        for (size_t k = 0; k < i && named; k++)
            if (strcmp(names[k], names[i]) == 0) return orm__raise(db, ORM_MISUSE, 0, "the value of :%s is given twice", names[i]);
        orm_status status = orm__raw_fit(db, named ? names[i] : NULL, i + 1, &fitted[i]);
        if (status) return status;
    }
    return ORM_OK;
}

/* ---- statements ---- */

/* a plan of one column of `type`; ORM_NULL for a statement whose rows are not read */
static orm_status orm__raw_plan(orm__session *db, orm__prepared *p, orm_type type)
{
    struct orm__raw_plan { orm_plan_field field; orm_plan_segment segment; } *plan = NULL;
    if (type == ORM_NULL) return ORM_OK;
    plan = (struct orm__raw_plan *)orm__allocate(&db->allocator, sizeof *plan);
    if (!plan) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory");
    plan->segment = (orm_plan_segment){ .n_fields = 1, .key = -1 };
    plan->field = (orm_plan_field){ .column = &orm__raw_columns[type], .type = (uint8_t)type, .nullable = true };
    p->plan = (orm_plan){ .segments = &plan->segment, .n_segments = 1, .fields = &plan->field, .n_fields = 1 };
    p->plan_block = plan;
    p->plan_size = sizeof *plan;
    return ORM_OK;
}

ORM_PRIVATE orm_status orm__raw_compile(orm__session *db, const char *before, const char *sql, const orm__given *given, orm__prepared **out)
{
    orm__writer text_ = { .allocator = &db->allocator, .dialect = db->dialect };
    *out = NULL;
    orm__put(&text_, before);
    orm_status status = orm__raw_rewrite(db, sql, given, &text_);
    if (!status) status = orm__prepare(db, &text_, out);
    orm__writer_release(&text_);
    if (status) return status;
    (*out)->n_parameters = (uint32_t)given->n;
    for (size_t i = 0; i < given->n && i < 64; i++)
        if (given->values[i].op == ORM__VALUE_SECRET) (*out)->secret |= UINT64_C(1) << i;
    return ORM_OK;
}

/* a byte that no query's key begins with, what it is for, each value's type and name, the whole text */
ORM_PRIVATE orm_status orm__raw_key(orm__session *db, const char *sql, const orm__given *given, const void *purpose, size_t size, char **out, size_t *out_size)
{
    size_t text_ = sql ? strlen(sql) : 0, length = 1 + size + text_ + 1;
    if (text_ == 0) return orm__raise(db, ORM_MISUSE, 0, "the statement is empty");
    for (size_t i = 0; i < given->n; i++) length += 3 + (given->names ? strlen(given->names[i]) + 1 : 0);
    char *key = orm__bump_bytes(&db->scratch, length), *at = key;
    if (!key) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory");
    *at++ = 2;
    memcpy(at, purpose, size);
    at += size;
    memcpy(at, sql, text_ + 1);
    at += text_ + 1;
    for (size_t i = 0; i < given->n; i++) {
        *at++ = (char)given->values[i].type;
        *at++ = given->values[i].type == ORM_ARRAY ? (char)given->values[i].scale : 0;
        *at++ = given->values[i].op == ORM__VALUE_SECRET;
        if (!given->names) continue;
        size_t name = strlen(given->names[i]) + 1;
        memcpy(at, given->names[i], name);
        at += name;
    }
    *out = key;
    *out_size = length;
    return ORM_OK;
}

/* the kept statement for this text and type of result */
static orm_status orm__raw_statement(orm__session *db, const char *sql, orm_type type, const orm__given *given, orm__prepared **out)
{
    char *key = NULL, purpose = (char)type;
    size_t size = 0;
    orm_status status = orm__raw_key(db, sql, given, &purpose, 1, &key, &size);
    if (status) return status;
    *out = orm__shape_find(db, key, size);
    if (*out) return ORM_OK;
    status = orm__raw_compile(db, "", sql, given, out);
    if (status) return status;
    status = orm__raw_plan(db, *out, type);
    if (!status) status = orm__shape_add(db, *out, key, size);
    if (status) orm__prepared_free(db, *out);
    return status;
}

static orm_status orm__raw_start(orm__session *db, orm__run *run, const char *sql, orm_type type, const orm_value *values, size_t n)
{
    orm__prepared *p = NULL;
    orm__given given;
    orm_status status = orm__raw_given(db, values, n, &given);
    if (!status) status = orm__raw_statement(db, sql, type, &given, &p);
    return status ? status : orm__run_start(db, run, p, given.values, given.n);
}

/* the first column of the first row, into a member of the type */
static orm_status orm__raw_first(orm__session *db, const char *sql, orm_type type, const orm_value *values, size_t n, void *member, orm_arena *texts)
{
    orm__run run;
    orm_status status = orm__raw_start(db, &run, sql, type, values, n);
    if (status) return status;
    orm__run_fetch(db, &run, &member, texts, NULL);
    return orm__run_finish(db, &run, NULL);
}

/* Transactions are not begun or ended by hand: nobody would know of it. */
ORM_PRIVATE orm_status orm__raw_end(orm__session *db, orm_status status)
{
    db->by_hand = false;
    bool inside = db->dialect->in_transaction(db->connection);
    if (inside && db->level == 0) {
        db->dialect->rollback(db->connection);
        if (!status) status = orm__raise(db, ORM_MISUSE, 0, "the SQL began a transaction, which is rolled back: use ORM_TRANSACTION");
    } else if (!inside && db->level > 0 && !db->dead_transaction) {
        db->dead_transaction = true;
        if (!status) status = orm__raise(db, ORM_MISUSE, 0, "the SQL ended the transaction: leave its block instead");
    }
    orm__leave(db);
    return status;
}

/* Is the call one of ORM_READ, or of a transaction that another thread handed on, which are joined whatever is said of the call? */
static bool orm__raw_joins(const orm_db *handle)
{
    orm__session *db = orm__held_by(handle);
    if (!db) return handle && handle->pinned;
    if (db->shared) pthread_mutex_lock(&db->call_mutex);
    bool joins = orm__in_reads(db);
    if (db->shared) pthread_mutex_unlock(&db->call_mutex);
    return joins;
}

/* NULL: refused. Of a tenant's handle nothing could be promised. */
ORM_PRIVATE orm__session *orm__raw_begin(orm_db *handle, const char *sql, const char *place, const void *address, orm_status *status)
{
    orm__session *db = orm__enter(handle, orm__raw_joins(handle) ? ORM__READ : ORM__WRITE, place, address, 0);
    *status = db ? ORM_OK : orm__refused();
    if (db && orm__in_reads(db) && !orm__raw_reads(db->dialect, sql)) *status = orm__reads_refuse(db, place, address);
    if (db && !*status && db->handle->tenant) *status = orm__raise(db, ORM_MISUSE, 0, "SQL by hand is not limited to a tenant: run it on orm_all_tenants(db), with a condition of its own");
    if (db) db->by_hand = true;
    return db;
}

/* ---- the calls ---- */

ORM_API orm_status orm__scalar(orm_db *handle, const char *sql, size_t n, const orm_value *values, orm_type type, void *out, size_t size, bool *found, const char *place)
{
    *found = false;
    orm_status status;
    orm__session *db = orm__raw_begin(handle, sql, place, ORM__CALLER, &status);
    if (!db) return status;
    union { int64_t i; double d; char bytes[16]; } member = { .bytes = { 0 } };      /* {value, set} of any type that orm_scalar takes */
    if (!status) status = orm__raw_first(db, sql, type, values, n, &member, &db->scratch);
    if (!status && member.bytes[size]) {
        memcpy(out, &member, size);
        *found = true;
    }
    return orm__raw_end(db, status);
}

ORM_API orm_status orm__scalar_text(orm_db *handle, orm_arena *arena, const char **out, const char *sql, const orm_value *values, size_t n, const char *place)
{
    *out = NULL;
    orm_status status;
    orm__session *db = orm__raw_begin(handle, sql, place, ORM__CALLER, &status);
    if (!db) return status;
    const char *found = NULL;
    if (!status) status = arena ? orm__raw_first(db, sql, ORM_TEXT, values, n, &found, arena) : orm__raise(db, ORM_MISUSE, 0, "the arena is NULL");
    if (!status) *out = found;
    return orm__raw_end(db, status);
}

ORM_API orm_status orm__exec(orm_db *handle, const char *sql, size_t n, const orm_value *values, int64_t *changed, const char *place)
{
    if (changed) *changed = 0;
    orm_status status;
    orm__session *db = orm__raw_begin(handle, sql, place, ORM__CALLER, &status);
    if (!db) return status;
    orm__run run;
    orm_outcome outcome = { 0, 0 };
    if (!status) status = orm__raw_start(db, &run, sql, ORM_NULL, values, n);
    if (!status) {
        while (orm__run_fetch(db, &run, NULL, &db->scratch, NULL) == ORM_STEP_ROW) continue;
        status = orm__run_finish(db, &run, &outcome);
    }
    if (!status && changed) *changed = outcome.changed;
    return orm__raw_end(db, status);
}

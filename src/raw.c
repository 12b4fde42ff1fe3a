/* >>raw: SQL by hand. Parameters are written ?1, ?2 ... on every engine and always bound; values pass the same checks as those of models. */
#include "internal.h"

#define ORM__RAW_MAX_PARAMETERS 32766

/* ---- reading the statement ---- */

/* begin, commit and their like would go behind the back of ORM_TRANSACTION */
static bool orm__raw_is_control(const orm_dialect *dialect, const char *sql)
{
    static const char *const words[] = { "begin", "start", "commit", "end", "rollback", "abort", "savepoint", "release" };
    for (const char *next = sql; ; sql = next) {
        sql += strspn(sql, " \t\r\n\f\v;");
        next = *sql == '-' || *sql == '/' ? orm__lex_skip(dialect, sql) : sql;
        if (next == sql) break;
    }
    size_t size = orm__lex_word(dialect, sql);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        size_t n = 0;
        while (words[i][n] && (sql[n] | 0x20) == words[i][n]) n++;
        if (!words[i][n] && n == size) return true;
    }
    return false;
}

/* is the ? at `sql` a parameter, or the slip of one? */
static bool orm__raw_is_parameter(const orm_dialect *dialect, const char *sql)
{
    return !dialect->reads.question_operators || (sql[1] >= '0' && sql[1] <= '9');
}

/* copies the statement with its parameters as the engine spells them; `parameters` gets the highest number */
static orm_status orm__raw_rewrite(orm__session *db, const char *sql, orm__writer *out, uint32_t *parameters)
{
    *parameters = 0;
    if (orm__raw_is_control(db->dialect, sql)) return orm__raise(db, ORM_MISUSE, 0, "transactions are begun and ended by ORM_TRANSACTION or orm_begin, not by SQL");
    while (*sql) {
        const char *plain = sql;
        while (*sql && (*sql != '?' || !orm__raw_is_parameter(db->dialect, sql))) {
            const char *after = orm__lex_skip(db->dialect, sql);
            sql = after == sql ? sql + 1 : after;
        }
        orm__put_bytes(out, plain, (size_t)(sql - plain));
        if (!*sql) break;
        uint32_t number = 0;
        for (sql++; *sql >= '0' && *sql <= '9' && number <= ORM__RAW_MAX_PARAMETERS; sql++) number = number * 10 + (uint32_t)(*sql - '0');
        if (number == 0 || number > ORM__RAW_MAX_PARAMETERS) return orm__raise(db, ORM_MISUSE, 0, "parameters are written ?1, ?2 ... ?%d", ORM__RAW_MAX_PARAMETERS);
        if (number > *parameters) *parameters = number;
        db->dialect->parameter(out, number);
    }
    return ORM_OK;
}

/* ---- values ---- */

#define ORM__RAW_COLUMN(type_) [type_] = { .name = "the value", .is = { .type = type_ }, .nullable = true }
/* the columns that values are checked and results decoded for */
static const orm_column orm__raw_columns[ORM_TYPES] = {
    ORM__RAW_COLUMN(ORM_INT64), ORM__RAW_COLUMN(ORM_DOUBLE), ORM__RAW_COLUMN(ORM_BOOL), ORM__RAW_COLUMN(ORM_TEXT), ORM__RAW_COLUMN(ORM_BLOB),
    ORM__RAW_COLUMN(ORM_DATE), ORM__RAW_COLUMN(ORM_CLOCK), ORM__RAW_COLUMN(ORM_TIME), ORM__RAW_COLUMN(ORM_UUID), ORM__RAW_COLUMN(ORM_INET),
    ORM__RAW_COLUMN(ORM_ARRAY),
};
#undef ORM__RAW_COLUMN

/* copies of the values, checked and measured, in the call's memory */
static orm_status orm__raw_values(orm__session *db, const orm_value *values, size_t n, const orm_value **out)
{
    orm_value *fitted = NULL;
    if (n > 0 && !(fitted = (orm_value *)orm__bump(&db->scratch, n * sizeof *fitted, _Alignof(orm_value)))) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory");
    for (size_t i = 0; i < n; i++) {
        char why[160];
        orm_status kind = ORM_OK;
        fitted[i] = values[i];
        if (values[i].type == ORM_DECIMAL) {
            return orm__raise(db, ORM_UNSUPPORTED, 0, "parameter %zu is a decimal, whose form in the database depends on its column: pass orm_decimal_units or a text", i + 1);
        }
        if (values[i].type == ORM_NULL) continue;
        orm_type type = values[i].type == ORM_VALUE_TOO_BIG ? ORM_INT64 : (orm_type)values[i].type;
        orm_column column = orm__raw_columns[type];
        if (type == ORM_ARRAY) column.is.element = (orm_type)values[i].scale;
        const char *wrong = orm__fit(&column, &fitted[i], db->options.max_text, why, &kind);
        if (wrong) return orm__raise(db, kind, 0, "parameter %zu %s", i + 1, wrong);
    }
    *out = fitted;
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

static orm_status orm__raw_compile(orm__session *db, const char *sql, orm_type type, const char *key, size_t key_size, orm__prepared **out)
{
    orm__writer text_ = { .allocator = &db->allocator, .dialect = db->dialect };
    orm__prepared *p = NULL;
    uint32_t parameters = 0;
    orm_status status = orm__raw_rewrite(db, sql, &text_, &parameters);
    if (!status) status = orm__prepare(db, &text_, &p);
    orm__writer_release(&text_);
    if (status) return status;
    p->n_parameters = parameters;
    status = orm__raw_plan(db, p, type);
    if (!status) status = orm__shape_add(db, p, key, key_size);
    if (status) orm__prepared_free(db, p);
    else *out = p;
    return status;
}

/* the kept statement for this text and type of result. Its key is the whole text, after a byte that no query's key begins with. */
static orm_status orm__raw_statement(orm__session *db, const char *sql, orm_type type, size_t n, orm__prepared **out)
{
    size_t size = sql ? strlen(sql) : 0;
    if (size == 0) return orm__raise(db, ORM_MISUSE, 0, "the statement is empty");
    char *key = (char *)orm__bump(&db->scratch, size + 2, 1);
    if (!key) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory");
    key[0] = 2;
    key[1] = (char)type;
    memcpy(key + 2, sql, size);
    *out = orm__shape_find(db, key, size + 2);
    if (!*out) {
        orm_status status = orm__raw_compile(db, sql, type, key, size + 2, out);
        if (status) return status;
    }
    if ((*out)->n_parameters == n) return ORM_OK;
    return orm__raise(db, ORM_MISUSE, 0, "the statement has %" PRIu32 " parameter%s, %zu value%s given", (*out)->n_parameters, (*out)->n_parameters == 1 ? "" : "s", n, n == 1 ? " was" : "s were");
}

static orm_status orm__raw_start(orm__session *db, orm__run *run, const char *sql, orm_type type, const orm_value *values, size_t n)
{
    orm__prepared *p = NULL;
    const orm_value *fitted = NULL;
    orm_status status = orm__raw_values(db, values, n, &fitted);
    if (!status) status = orm__raw_statement(db, sql, type, n, &p);
    return status ? status : orm__run_start(db, run, p, fitted, n);
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
static orm_status orm__raw_end(orm__session *db, orm_status status)
{
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

/* ---- the calls ---- */

ORM_API orm_status orm__scalar(orm_db *handle, const char *sql, size_t n, const orm_value *values, orm_type type, void *out, size_t size, bool *found, const char *place)
{
    *found = false;
    orm__session *db = orm__enter(handle, ORM__WRITE, place, ORM__CALLER, 0);
    if (!db) return orm__refused();
    union { int64_t i; double d; char bytes[16]; } member = { .bytes = { 0 } };      /* {value, set} of any type that orm_scalar takes */
    orm_status status = orm__raw_first(db, sql, type, values, n, &member, &db->scratch);
    if (!status && member.bytes[size]) {
        memcpy(out, &member, size);
        *found = true;
    }
    return orm__raw_end(db, status);
}

ORM_API orm_status orm__scalar_text(orm_db *handle, orm_arena *arena, const char **out, const char *sql, const orm_value *values, size_t n, const char *place)
{
    *out = NULL;
    orm__session *db = orm__enter(handle, ORM__WRITE, place, ORM__CALLER, 0);
    if (!db) return orm__refused();
    const char *found = NULL;
    orm_status status = arena ? orm__raw_first(db, sql, ORM_TEXT, values, n, &found, arena) : orm__raise(db, ORM_MISUSE, 0, "the arena is NULL");
    if (!status) *out = found;
    return orm__raw_end(db, status);
}

ORM_API orm_status orm__exec(orm_db *handle, const char *sql, size_t n, const orm_value *values, int64_t *changed, const char *place)
{
    if (changed) *changed = 0;
    orm__session *db = orm__enter(handle, ORM__WRITE, place, ORM__CALLER, 0);
    if (!db) return orm__refused();
    orm__run run;
    orm_outcome outcome = { 0, 0 };
    orm_status status = orm__raw_start(db, &run, sql, ORM_NULL, values, n);
    if (!status) {
        while (orm__run_fetch(db, &run, NULL, &db->scratch, NULL) == ORM_STEP_ROW) continue;
        status = orm__run_finish(db, &run, &outcome);
    }
    if (!status && changed) *changed = outcome.changed;
    return orm__raw_end(db, status);
}

/* >>error: this thread's last failure. Everything is written into inline buffers, so reporting cannot fail, and is made fit to be shown:
   whole characters, no control bytes. */
#include "internal.h"

ORM_PRIVATE orm__thread *orm__self(void)
{
    static _Thread_local orm__thread self;
    return &self;
}

ORM_API const orm_error_info *orm_error(void)
{
    return &orm__self()->error;
}

ORM_API bool orm_failed(void)
{
    const orm__thread *self = orm__self();
    return self->error.kind != ORM_OK && (self->error.kind != ORM_NOT_FOUND || self->absence_fails);
}

ORM_API const char *orm_status_name(orm_status kind)
{
    static const char *const names[] = {
#define ORM__STATUS_NAME(name, text_) "ORM_" #name,
        ORM_STATUS_LIST(ORM__STATUS_NAME)
#undef ORM__STATUS_NAME
    };
    return (size_t)kind < ORM_STATUS_COUNT ? names[kind] : "ORM_?";
}

ORM_API const char *orm_status_text(orm_status kind)
{
    static const char *const texts[] = {
#define ORM__STATUS_TEXT(name, text_) text_,
        ORM_STATUS_LIST(ORM__STATUS_TEXT)
#undef ORM__STATUS_TEXT
    };
    return (size_t)kind < ORM_STATUS_COUNT ? texts[kind] : "unknown kind of failure";
}

ORM_PRIVATE void orm__clear_error(void)
{
    orm__thread *self = orm__self();
    self->model = NULL;
    self->absence_fails = false;
    if (self->error.kind == ORM_OK) return;
    orm_error_info *error = &self->error;
    error->kind = ORM_OK;
    error->code = 0;
    error->sqlstate[0] = error->model[0] = error->field[0] = error->constraint[0] = error->message[0] = 0;
    error->failures.count = error->failures.total = 0;
}

/* ---- texts for people ---- */

static size_t orm__character_size(char first)
{
    unsigned char c = (unsigned char)first;
    return c < 0xC0 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
}

ORM_PRIVATE size_t orm__visible(const char *text_, size_t size, bool *shown)
{
    unsigned char c = (unsigned char)text_[0];
    *shown = c >= 0x20 && c < 0x7F;
    if (c < 0x80) return 1;
    size_t n = orm__character_size(text_[0]), characters = 0;
    if (n > size || orm__check_bytes(text_, n, &characters) != ORM__TEXT_OK) return 1;
    unsigned char second = (unsigned char)text_[1], third = n > 2 ? (unsigned char)text_[2] : 0;
    bool control = c == 0xC2 && second < 0xA0;                                                      /* U+0080 to U+009F */
    bool bidi = c == 0xE2 && ((second == 0x80 && third >= 0xAA && third <= 0xAE)                    /* U+202A to U+202E */
                           || (second == 0x81 && third >= 0xA6 && third <= 0xA9));                  /* U+2066 to U+2069 */
    *shown = !control && !bidi;
    return n;
}

static void orm__print_clean(char *out, size_t size, const char *format, va_list list) __attribute__((format(printf, 3, 0)));
static void orm__print_clean(char *out, size_t size, const char *format, va_list list)
{
    int printed = vsnprintf(out, size, format, list);
    size_t length = printed < 0 ? 0 : (size_t)printed;
    if (length >= size) {
        length = size - 1;
        size_t last = length;      /* where the last character begins: is it whole? */
        while (last > 0 && length - last < 4 && ((unsigned char)out[last - 1] & 0xC0) == 0x80) last--;
        if (last > 0 && last - 1 + orm__character_size(out[last - 1]) > length) length = last - 1;
    }
    size_t kept = 0;
    for (size_t at = 0; at < length; ) {
        bool shown = false;
        size_t n = orm__visible(out + at, length - at, &shown);
        if (shown) {
            memmove(out + kept, out + at, n);
            kept += n;
        } else {
            out[kept++] = '?';
        }
        at += n;
    }
    out[kept] = 0;
}

ORM_PRIVATE void orm__copy_clean(char *out, size_t size, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    orm__print_clean(out, size, format, list);
    va_end(list);
}

ORM_PRIVATE void orm__add_failure(orm_failures *failures, size_t row, const char *field, const char *rule, const char *format, ...)
{
    failures->total++;
    if (failures->count == ORM_MAX_FAILURES) return;
    orm_failure *failure = &failures->item[failures->count++];
    va_list list;
    va_start(list, format);
    orm__print_clean(failure->message, sizeof failure->message, format, list);
    va_end(list);
    orm__copy_clean(failure->field, sizeof failure->field, "%s", field ? field : "");
    orm__copy_clean(failure->rule, sizeof failure->rule, "%s", rule);
    failure->model[0] = 0;
    failure->row = row;
    failure->line = failure->column = 0;
    failure->has_low = failure->has_high = false;
    failure->low = failure->high = 0;
    failure->low_number = failure->high_number = 0;
    failure->type = ORM_NULL;
    failure->declared = NULL;
}

/* ---- raising ---- */

/* kinds that are found before anything is sent: orm_handled may forgive them */
static bool orm__kind_sends_nothing(orm_status kind)
{
    return kind == ORM_VALIDATION || kind == ORM_MISUSE || kind == ORM_BAD_TEXT || kind == ORM_STALE_ROW || kind == ORM_OVER_BUDGET;
}

/* the thread's error, to be filled; NULL when an earlier failure of the call stands */
static orm_error_info *orm__begin_error(orm_status kind, int code)
{
    if (orm_failed()) return NULL;
    orm__thread *self = orm__self();
    const orm_model *model = self->model;
    bool absence_fails = self->absence_fails;
    orm__clear_error();
    self->model = model;
    self->absence_fails = absence_fails;
    self->error.kind = kind;
    self->error.code = code;
    return &self->error;
}

static orm_status orm__end_error(orm__session *db, orm_status kind, bool first)
{
    const orm_error_info *error = &orm__self()->error;
    if (kind == ORM_NOT_FOUND && !orm__self()->absence_fails) return kind;
    if (db && orm__owns(db) && orm__in_transaction(db) && db->levels[db->level].failed == ORM_OK) {
        orm__level *level = &db->levels[db->level];
        level->failed = error->kind;
        level->failed_without_sql = orm__kind_sends_nothing(error->kind);
        level->code = error->code;
        orm__copy_clean(level->message, sizeof level->message, "%s", error->message);
    }
    if (first && kind != ORM_ROLLED_BACK) orm__log_error(db ? &db->options : NULL, error);      /* leaving a block by break is no news */
    return kind;
}

ORM_PRIVATE orm_status orm__raise(orm__session *db, orm_status kind, int code, const char *format, ...)
{
    orm_error_info *error = orm__begin_error(kind, code);
    if (error) {
        va_list list;
        va_start(list, format);
        orm__print_clean(error->message, sizeof error->message, format, list);
        va_end(list);
    }
    return orm__end_error(db, kind, error != NULL);
}

ORM_PRIVATE orm_status orm__raise_pool(const orm__pool *pool, orm_status kind, const char *format, ...)
{
    orm_error_info *error = orm__begin_error(kind, 0);
    if (!error) return kind;
    va_list list;
    va_start(list, format);
    orm__print_clean(error->message, sizeof error->message, format, list);
    va_end(list);
    orm__log_error(&pool->options, error);
    return kind;
}

ORM_PRIVATE orm_status orm__raise_at(orm__session *db, orm_status kind, const orm_model *model, const orm_column *column, const char *format, ...)
{
    orm_error_info *error = orm__begin_error(kind, 0);
    if (error) {
        va_list list;
        va_start(list, format);
        orm__print_clean(error->message, sizeof error->message, format, list);
        va_end(list);
        if (model) orm__copy_clean(error->model, sizeof error->model, "%s", model->name);
        if (column) orm__copy_clean(error->field, sizeof error->field, "%s", column->name);
    }
    return orm__end_error(db, kind, error != NULL);
}

/* "User.email is already taken": the first failure names the field and makes the message */
static void orm__tell_first_failure(orm_error_info *error)
{
    const orm_failures *failures = &error->failures;
    const orm_failure *first = &failures->item[0];
    memcpy(error->field, first->field, sizeof error->field);
    char more[40] = "";
    if (failures->total > 1) snprintf(more, sizeof more, " (and %zu more)", failures->total - 1);
    orm__copy_clean(error->message, sizeof error->message, "%s%s%s %s%s", error->model, error->model[0] && first->field[0] ? "." : "", first->field, first->message, more);
}

/* the failures in the words of the program, if it has any */
static void orm__say_all(const orm__session *db, const char *model, orm_failures *failures)
{
    for (size_t i = 0; i < failures->count; i++) orm__copy_clean(failures->item[i].model, sizeof failures->item[i].model, "%s", model);
    orm__say_failures(db ? &db->options : NULL, failures);
}

/* A rule that could not be looked at says nothing of the row: that is no validation's failure, and may go the next time. */
ORM_PRIVATE orm_status orm__raise_failures(orm__session *db, const orm_model *model, orm_failures *failures)
{
    for (size_t i = 0; i < failures->count; i++)
        if (strcmp(failures->item[i].rule, ORM__RULE_UNCHECKED) == 0)
            return orm__raise(db, ORM_NO_MEMORY, 0, "%s.%s %s", model->name, failures->item[i].field, failures->item[i].message);
    orm_error_info *error = orm__begin_error(ORM_VALIDATION, 0);
    if (error) {
        orm__say_all(db, model->name, failures);
        orm__copy_clean(error->model, sizeof error->model, "%s", model->name);
        error->failures.total = failures->total;
        error->failures.count = failures->count;
        memcpy(error->failures.item, failures->item, failures->count * sizeof failures->item[0]);
        orm__tell_first_failure(error);
    }
    return orm__end_error(db, ORM_VALIDATION, error != NULL);
}

/* ---- constraints ---- */

/* the column whose database name stands at `text_`, before `end_` or the end of the text; the longest, as a name may hold the mark itself */
static const orm_column *orm__column_at(const orm_model *model, const char *text_, const char *end_, size_t *size)
{
    const orm_column *found = NULL;
    for (size_t i = 0; model && i < model->n_columns; i++) {
        const char *name = orm__column_name(&model->columns[i]);
        size_t length = strlen(name);
        if (strncmp(text_, name, length) != 0 || (text_[length] && strncmp(text_ + length, end_, strlen(end_)) != 0)) continue;
        if (found && length < *size) continue;
        found = &model->columns[i];
        *size = length;
    }
    return found;
}

typedef struct orm__broken { const char *rule, *message; } orm__broken;

static orm__broken orm__broken_rule(orm_status kind)
{
    switch (kind) {
    case ORM_UNIQUE:      return (orm__broken){ "unique", "is already taken" };
    case ORM_FOREIGN_KEY: return (orm__broken){ "references", "refers to a row that does not exist, or is still referred to" };
    case ORM_NOT_NULL:    return (orm__broken){ "required", "is required" };
    case ORM_EXCLUSION:   return (orm__broken){ "exclusion", "conflicts with another row" };
    default:              return (orm__broken){ "check", "breaks a check of the database" };
    }
}

/* "users.author_id, users.title": one failure each, under the members' names */
static void orm__fail_columns(orm_failures *failures, const orm_model *model, orm_status kind, orm__broken broken, const char *names)
{
    const char *combined = kind == ORM_UNIQUE && strstr(names, ", ") ? " in this combination" : "";
    while (*names) {
        size_t table = model ? strlen(model->table) : 0;
        bool ours = model && strncmp(names, model->table, table) == 0 && names[table] == '.';
        const char *dot = ours ? names + table : strchr(names, '.');
        const char *name = dot ? dot + 1 : names;
        size_t size = strcspn(name, ",");
        const orm_column *column = ours ? orm__column_at(model, name, ", ", &size) : NULL;
        char plain[64] = "";
        snprintf(plain, sizeof plain, "%.*s", (int)(size < sizeof plain ? size : sizeof plain - 1), name);
        if (column && kind == ORM_UNIQUE && column->unique_message) orm__add_failure(failures, 0, column->name, broken.rule, "%s", column->unique_message);
        else orm__add_failure(failures, 0, column ? column->name : plain, broken.rule, "%s%s", broken.message, combined);
        names = name + size;
        names += strspn(names, ", ");
    }
}

/* the DDL names the check of a column "<column>_<rule>"; a check of the model's options has a name of its own */
static const orm_column *orm__column_of_check(const orm_model *model, const char *name)
{
    for (const orm_model_option *o = model ? model->options : NULL; o && o->kind != ORM_OPTION_NONE; o++) {
        if (o->kind == ORM_OPTION_CHECK && strcmp(o->name, name) == 0) return NULL;
    }
    size_t size = 0;
    return orm__column_at(model, name, "_", &size);
}

/* does the check stand for a limit of the column's type? Where a type has the limit itself, the engine answers ORM_VALUE_RANGE. */
static bool orm__is_limit_of_type(const orm_column *column, const char *check)
{
    const char *rule = check + strlen(orm__column_name(column));
    return strcmp(rule, "_range") == 0 || strcmp(rule, "_digits") == 0 || strcmp(rule, "_size") == 0;
}

static bool orm__begins_with_table(const char *table_and_columns, const orm_model *model)
{
    size_t size = strlen(model->table);
    return table_and_columns && strncmp(table_and_columns, model->table, size) == 0 && table_and_columns[size] == '.';
}

/* of the models that calls of this transaction were about, the one whose table stands before the first column: what a commit finds has no call of its own */
static const orm_model *orm__model_met(const orm__session *db, const char *table_and_columns)
{
    for (unsigned i = 0; db && db->level > 0 && i < db->n_met && i < ORM__MAX_MET; i++)
        if (orm__begins_with_table(table_and_columns, db->met[i])) return db->met[i];
    return NULL;
}

static orm_status orm__raise_broken(orm__session *db, orm_status kind, orm__broken broken, int code, const char *constraint, const char *table_and_columns, const char *message_)
{
    orm_error_info *error = orm__begin_error(kind, code);
    if (!error) return orm__end_error(db, kind, false);
    const orm_model *model = orm__self()->model;
    const orm_model *met = model && orm__begins_with_table(table_and_columns, model) ? NULL : orm__model_met(db, table_and_columns);
    if (met) model = met;
    if (model) orm__copy_clean(error->model, sizeof error->model, "%s", model->name);
    if (constraint) orm__copy_clean(error->constraint, sizeof error->constraint, "%s", constraint);
    if (table_and_columns && *table_and_columns) {
        orm__fail_columns(&error->failures, model, kind, broken, table_and_columns);
    } else if (kind == ORM_CHECK && error->constraint[0]) {
        const orm_column *column = orm__column_of_check(model, error->constraint);
        if (column && orm__is_limit_of_type(column, error->constraint)) error->kind = kind = ORM_VALUE_RANGE;
        orm__add_failure(&error->failures, 0, column ? column->name : "", "check", "breaks the check %s", error->constraint);
    } else {
        /* a check without a name is a trigger's, which says in its own words what is wrong */
        const char *what = kind == ORM_CHECK && message_ && *message_ ? message_ : broken.message, *name = error->constraint;
        orm__add_failure(&error->failures, 0, "", broken.rule, "%s%s%s%s", what, name[0] ? " (" : "", name, name[0] ? ")" : "");
    }
    orm__say_all(db, error->model, &error->failures);
    /* without a model there is nothing that we could say better than the engine */
    orm__tell_first_failure(error);
    if (!model && message_ && *message_) orm__copy_clean(error->message, sizeof error->message, "%s", message_);
    return orm__end_error(db, kind, true);
}

ORM_PRIVATE orm_status orm__raise_constraint(orm__session *db, orm_status kind, int code, const char *constraint, const char *table_and_columns, const char *message_)
{
    return orm__raise_broken(db, kind, orm__broken_rule(kind), code, constraint, table_and_columns, message_);
}

ORM_PRIVATE orm_status orm__raise_key(orm__session *db, bool referred_to, int code, const char *constraint, const char *table_and_columns, const char *message_)
{
    orm__broken broken = { "references", referred_to ? "is still referred to by other rows" : "refers to a row that does not exist" };
    return orm__raise_broken(db, ORM_FOREIGN_KEY, broken, code, constraint, table_and_columns, message_);
}

/* ---- telling ---- */

static const char *orm__error_message(const orm_error_info *error)
{
    return error->message[0] ? error->message : orm_status_text(error->kind);
}

ORM_API int orm_perror(const char *what)
{
    const orm_error_info *error = orm_error();
    const orm_failures *failures = &error->failures;
    char shown[512];      /* a program may say what its user said: the name of a file */
    orm__copy_clean(shown, sizeof shown, "%s", what ? what : "");
    fprintf(stderr, "%s%s%s\n", shown, what ? ": " : "", orm__error_message(error));
    for (size_t i = 0; i < failures->count; i++) {
        const orm_failure *failure = &failures->item[i];
        fputs("  ", stderr);
        if (failure->row) fprintf(stderr, "row %zu: ", failure->row);
        fprintf(stderr, "%s%s%s\n", failure->field, failure->field[0] ? ": " : "", failure->message);
    }
    if (failures->total > failures->count) fprintf(stderr, "  and %zu more\n", failures->total - failures->count);
    return 1;
}

ORM_API size_t orm_errors_json(char *buffer, size_t size)
{
    const orm_error_info *error = orm_error();
    const orm_failures *failures = &error->failures;
    /* our texts hold no control bytes, so that escaping at most doubles them: the whole always fits */
    char text_[2 * sizeof(orm_error_info)];
    orm__writer w = { .text = text_, .capacity = sizeof text_ };
    orm__put(&w, "{\"kind\":");
    orm__put_json_text(&w, orm_status_name(error->kind), strlen(orm_status_name(error->kind)));
    orm__put(&w, ",\"message\":");
    orm__put_json_text(&w, orm__error_message(error), strlen(orm__error_message(error)));
    orm__put(&w, ",\"errors\":[");
    for (size_t i = 0; i < failures->count; i++) {
        const orm_failure *failure = &failures->item[i];
        orm__put(&w, i ? ",{\"field\":" : "{\"field\":");
        orm__put_json_text(&w, failure->field, strlen(failure->field));
        orm__put(&w, ",\"rule\":");
        orm__put_json_text(&w, failure->rule, strlen(failure->rule));
        orm__put(&w, ",\"message\":");
        orm__put_json_text(&w, failure->message, strlen(failure->message));
        orm__put(&w, ",\"index\":");
        orm__put_int(&w, (int64_t)failure->row);
        if (failure->line) orm__put_format(&w, ",\"line\":%" PRIu32 ",\"column\":%" PRIu32, failure->line, failure->column);
        orm__put_char(&w, '}');
    }
    orm__put(&w, "]}");
    if (size) {
        size_t n = w.length < size ? w.length : size - 1;
        memcpy(buffer, text_, n);
        buffer[n] = 0;
    }
    return w.length;
}

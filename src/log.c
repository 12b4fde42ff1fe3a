/* >>log: what happened, told to the handle's hook; the library writes nothing anywhere else. Also the hook behind ORM_LOG=1, which
   prints to stderr one line per event, made safe to look at in a terminal. */
#include "internal.h"

ORM_PRIVATE int64_t orm__ticks(void)
{
    struct timespec now = { 0 };
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void orm__log(const orm_options *options, orm_log_event *event)
{
    orm__thread *self = orm__self(), kept = *self;
    event->place = self->place;
    event->address = self->place ? NULL : self->address;
    options->log(options->log_context, event);
    kept.held = self->held;
    *self = kept;      /* a hook may use the library itself, with another handle: the running call must not see that */
}

ORM_PRIVATE void orm__log_error(const orm_options *options, const orm_error_info *error)
{
    orm_log_event event = { .level = ORM_LOG_ERROR, .kind = error->kind, .message = error->message };
    if (options) {
        if (options->log) orm__log(options, &event);
        return;
    }
    /* no handle, no hook: such a misuse (an orm_free of something else) would otherwise go unseen */
    const char *wanted = getenv("ORM_LOG");
    if (wanted && strcmp(wanted, "1") == 0) orm__stderr_log(NULL, &event);
}

static void orm__log_notes(const orm_options *options, const char *format, va_list list)
{
    char message[512];
    if (!options->log || vsnprintf(message, sizeof message, format, list) < 0) return;
    orm_log_event event = { .level = ORM_LOG_NOTE, .message = message };
    orm__log(options, &event);
}

ORM_PRIVATE void orm__log_note(orm__session *db, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    orm__log_notes(&db->options, format, list);
    va_end(list);
}

ORM_PRIVATE void orm__pool_note(const orm__pool *pool, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    orm__log_notes(&pool->options, format, list);
    va_end(list);
}

ORM_PRIVATE void orm__log_sql(orm__session *db, const char *sql, const orm_value *values, size_t n_values, orm_status kind, int64_t microseconds, int64_t rows)
{
    if (!db->options.log) return;
    orm_log_event event = { .level = ORM_LOG_SQL, .kind = kind, .sql = sql, .microseconds = microseconds, .rows = rows, .by_hand = db->by_hand };
    if (db->options.log_values) {
        event.values = values;
        event.n_values = n_values;
    }
    orm__log(&db->options, &event);
}

/* ---- the lines of ORM_LOG=1 ---- */

enum { ORM__LOG_SQL_BYTES = 2000, ORM__LOG_VALUE_BYTES = 100, ORM__LOG_VALUES = 32 };

/* at most `limit` bytes of the text, whole characters; what a terminal could take for a command is escaped */
static void orm__log_text(orm__writer *w, const char *text_, size_t size, size_t limit)
{
    for (size_t at = 0; at < size; ) {
        bool shown = false;
        size_t n = orm__visible(text_ + at, size - at, &shown);
        if (at + n > limit) {
            orm__put(w, "...");
            return;
        }
        if (shown) orm__put_bytes(w, text_ + at, n);
        else if (text_[at] == '\n') orm__put(w, "\\n");
        else if (text_[at] == '\t') orm__put(w, "\\t");
        else for (size_t i = 0; i < n; i++) orm__put_format(w, "\\x%02x", (unsigned)(unsigned char)text_[at + i]);
        at += n;
    }
}

/* The C library prints a comma in some locales: whatever is no part of a number is the point. */
static void orm__log_double(orm__writer *w, double number)
{
    char digits[40];
    snprintf(digits, sizeof digits, "%.17g", number);
    char *point = digits + strspn(digits, "+-0123456789einfa");
    if (*point) *point = '.';
    orm__put(w, digits);
}

static void orm__log_value(orm__writer *w, const orm_value *value)
{
    switch (value->type) {
    case ORM_INT16: case ORM_INT32: case ORM_INT64:
        orm__put_int(w, value->as.i);
        break;
    case ORM_BOOL:
        orm__put(w, value->as.i ? "true" : "false");
        break;
    case ORM_FLOAT: case ORM_DOUBLE:
        orm__log_double(w, value->as.d);
        break;
    case ORM_TEXT: case ORM_JSON: case ORM_ENUM:
        orm__put_char(w, '\'');
        orm__log_text(w, value->as.s, value->length == ORM_LENGTH_UNKNOWN ? strlen(value->as.s) : value->length, ORM__LOG_VALUE_BYTES);
        orm__put_char(w, '\'');
        break;
    case ORM_BLOB:
        orm__put_format(w, "<%" PRIu32 " bytes>", value->length);
        break;
    case ORM_DATE: {
        char date[ORM_DATE_SIZE];
        orm__put(w, orm_date_text((orm_date){ (int32_t)value->as.i }, date));
        break;
    }
    case ORM_CLOCK: {
        char clock_[ORM_CLOCK_SIZE];
        orm__put(w, orm_clock_text((orm_clock){ value->as.i }, clock_));
        break;
    }
    case ORM_TIME: {
        char moment[ORM_TIME_SIZE];
        orm__put(w, orm_time_text(value->as.i, moment));
        break;
    }
    case ORM_INET: {
        char inet[ORM_INET_SIZE];
        orm__put(w, orm_inet_text(orm__value_inet(value), inet));
        break;
    }
    case ORM_INTERVAL: {
        char interval[ORM_INTERVAL_SIZE];
        orm__put(w, orm_interval_text(value->as.interval, interval));
        break;
    }
    case ORM_ARRAY:
        orm__put_format(w, "<%zu values>", value->as.list.count);
        break;
    case ORM_UUID: {
        char uuid[ORM_UUID_SIZE];
        orm__put(w, orm_uuid_text(value->as.uuid, uuid));
        break;
    }
    case ORM_DECIMAL: {
        char decimal[ORM_DECIMAL_SIZE];
        orm__put(w, orm_decimal_text((orm_decimal){ value->as.decimal.high, value->as.decimal.low, value->scale }, decimal));
        break;
    }
    default:
        orm__put(w, "NULL");
    }
}

ORM_PRIVATE void orm__stderr_log(void *context, const orm_log_event *event)
{
    (void)context;
    const char *plain = getenv("NO_COLOR");
    bool colours = isatty(STDERR_FILENO) && (!plain || !*plain);
    char line[4 * ORM__LOG_SQL_BYTES + 4 * (ORM__LOG_VALUE_BYTES + 10) * ORM__LOG_VALUES + 2048];
    orm__writer w = { .text = line, .capacity = sizeof line };
    if (colours) orm__put(&w, event->kind != ORM_OK ? "\033[31m" : event->level == ORM_LOG_SQL ? "\033[2m" : "\033[33m");
    orm__put(&w, "orm ");
    if (event->level == ORM_LOG_SQL) orm__put_format(&w, "%" PRId64 ".%03d ms, %" PRId64 " rows", event->microseconds / 1000, (int)(event->microseconds % 1000), event->rows);
    if (event->by_hand) orm__put(&w, ", by hand");
    if (event->kind != ORM_OK) orm__put_format(&w, "%s%s", event->level == ORM_LOG_SQL ? ", " : "", orm_status_name(event->kind));
    else if (event->level == ORM_LOG_NOTE) orm__put(&w, "note");
    if (event->sql || event->message) orm__put(&w, colours ? "\033[0m: " : ": ");
    if (event->sql) orm__log_text(&w, event->sql, strlen(event->sql), ORM__LOG_SQL_BYTES);
    if (event->message) orm__log_text(&w, event->message, strlen(event->message), ORM__LOG_SQL_BYTES);
    for (size_t i = 0; i < event->n_values && i < ORM__LOG_VALUES; i++) {
        orm__put(&w, i ? ", " : " [");
        orm__log_value(&w, &event->values[i]);
    }
    if (event->n_values) orm__put(&w, event->n_values > ORM__LOG_VALUES ? ", ...]" : "]");
    if (event->place) {
        orm__put(&w, " at ");
        orm__log_text(&w, event->place, strlen(event->place), 300);
    } else if (event->address) {
        orm__put_format(&w, " at %p", event->address);
    }
    orm__put_char(&w, '\n');
    fwrite(line, 1, w.length, stderr);      /* one call: lines of several threads do not mix */
}

/* >>json_input: a JSON text that is read from front to back, and where in it something is wrong: row, path, line and column. */
#include "internal.h"

ORM_PRIVATE void orm__input_begin(orm__input *r, orm_db *db, const char *text_, size_t length, const orm_json_input *how)
{
    static const orm_json_input usual = { .list = false };
    const orm_json_input *as = how ? how : &usual;
    orm__scan_begin(&r->scan, text_ ? text_ : "", text_ ? length : 0);      /* NULL is refused by orm__input_given */
    r->text = text_;
    r->camel_case = as->camel_case;
    r->text_numbers = as->text_numbers;
    r->when = ORM__CREATES;
    r->depth_left = as->max_depth && as->max_depth < ORM__JSON_DEPTH ? as->max_depth : ORM__JSON_DEPTH;
    r->rows_left = as->max_rows ? as->max_rows : 10000;
    r->max_bytes = as->max_bytes == 0 ? (size_t)16 << 20 : as->max_bytes < ORM_LENGTH_UNKNOWN - 1 ? as->max_bytes : ORM_LENGTH_UNKNOWN - 1;
    r->max_text = db ? db->pool->options.max_text : ORM__DEFAULT_MAX_TEXT;
    r->arena = NULL;
    r->n_path = 0;
    r->row = 0;
    r->status = ORM_OK;
    r->failures.count = r->failures.total = 0;
}

ORM_PRIVATE orm_status orm__input_given(const orm__input *r, const orm_model *model, const char *text_, size_t length)
{
    if (!text_) return orm__raise_at(NULL, ORM_MISUSE, model, NULL, "there is no JSON text: the pointer is NULL");
    if (length > r->max_bytes) return orm__raise_at(NULL, ORM_OVER_BUDGET, model, NULL, "the JSON text has %zu bytes, more than the %zu of .max_bytes", length, r->max_bytes);
    return ORM_OK;
}

/* lines and characters from 1; a line ends with LF, as that of CR LF does */
static void orm__input_place(const orm__input *r, const char *at, uint32_t *line, uint32_t *column)
{
    *line = *column = 1;
    for (const char *c = r->text; c < at; c++) {
        if (*c == '\n') {
            ++*line;
            *column = 1;
        } else if (((unsigned char)*c & 0xC0) != 0x80) {
            ++*column;
        }
    }
}

/* "posts[1].title"; what is too long ends where the buffer does */
static void orm__input_path(const orm__input *r, const char *field, char *out, size_t size)
{
    orm__writer w = { .text = out, .capacity = size };
    out[0] = 0;
    for (unsigned i = 0; i < r->n_path; i++) {
        char camel[128];
        if (r->camel_case) orm__camel_case(r->path[i].name, camel, sizeof camel);
        orm__put(&w, r->camel_case ? camel : r->path[i].name);
        if (r->path[i].index != SIZE_MAX) orm__put_format(&w, "[%zu]", r->path[i].index);
        if (*field || i + 1 < r->n_path) orm__put(&w, ".");
    }
    orm__put(&w, field);
}

ORM_PRIVATE void orm__input_locate(orm__input *r, size_t from, const char *at)
{
    for (size_t i = from; i < r->failures.count; i++) {
        orm_failure *failure = &r->failures.item[i];
        char field[sizeof failure->field];
        failure->row = r->row;
        if (r->camel_case && strcmp(failure->rule, "unknown") != 0) {       /* that is a name of the sender's */
            orm__camel_case(failure->field, field, sizeof field);
            orm__copy_clean(failure->field, sizeof failure->field, "%s", field);
        }
        if (r->n_path) {
            orm__input_path(r, failure->field, field, sizeof field);
            orm__copy_clean(failure->field, sizeof failure->field, "%s", field);
        }
        orm__input_place(r, at, &failure->line, &failure->column);
    }
}

ORM_PRIVATE void orm__input_fail(orm__input *r, const char *at, const char *field, const char *rule, const char *message)
{
    size_t from = r->failures.count;
    orm__add_failure(&r->failures, 0, field, rule, "%s", message);
    orm__input_locate(r, from, at);
}

ORM_PRIVATE bool orm__input_stop(orm__input *r, orm_status status)
{
    if (!r->status) r->status = status;
    return false;
}

/* false, and the reading ends: the text is no JSON */
static bool orm__input_broken(orm__input *r, const char *why)
{
    if (!r->scan.why) r->scan.why = why;
    return orm__input_stop(r, ORM_BAD_JSON);
}

ORM_PRIVATE bool orm__input_open(orm__input *r, char bracket)
{
    orm__scan_take(&r->scan, bracket);
    if (r->depth_left == 0) return orm__input_broken(r, "is nested too deeply");
    r->depth_left--;
    return true;
}

/* the comma before another item, or the bracket behind the last one; `first`: no item was read yet */
ORM_PRIVATE orm__input_step orm__input_next(orm__input *r, bool *first, char closing)
{
    orm__scan_space(&r->scan);
    if (orm__scan_take(&r->scan, closing)) {
        r->depth_left++;
        return ORM__INPUT_END;
    }
    if (!*first && !orm__scan_take(&r->scan, ',')) {
        orm__input_broken(r, r->scan.at == r->scan.end ? "ends too early" : "misses a comma or a closing bracket");
        return ORM__INPUT_BROKEN;
    }
    *first = false;
    orm__scan_space(&r->scan);
    return ORM__INPUT_ITEM;
}

ORM_PRIVATE orm__input_step orm__input_member(orm__input *r, bool *first, orm__slice *name)
{
    orm__input_step step = orm__input_next(r, first, '}');
    if (step != ORM__INPUT_ITEM) return step;
    const char *start = r->scan.at;
    step = ORM__INPUT_BROKEN;
    if (!orm__scan_take(&r->scan, '"')) orm__input_broken(r, r->scan.at == r->scan.end ? "ends too early" : "has an object member without a name");
    else if (!orm__scan_string(&r->scan)) orm__input_broken(r, NULL);
    else step = ORM__INPUT_ITEM;
    if (step == ORM__INPUT_BROKEN) return step;
    *name = (orm__slice){ start + 1, (size_t)(r->scan.at - start) - 2 };
    if (memchr(name->at, '\\', name->size)) {
        const char *plain = orm__json_text_of(r->arena, start, r->scan.at);
        if (!plain) return orm__input_stop(r, ORM_NO_MEMORY), ORM__INPUT_BROKEN;
        *name = (orm__slice){ plain, strlen(plain) };
    }
    orm__scan_space(&r->scan);
    if (!orm__scan_take(&r->scan, ':')) return orm__input_broken(r, "has an object member without a colon"), ORM__INPUT_BROKEN;
    orm__scan_space(&r->scan);
    return ORM__INPUT_ITEM;
}

ORM_PRIVATE bool orm__input_value(orm__input *r, orm__slice *value)
{
    value->at = r->scan.at;
    if (!orm__scan_value(&r->scan, r->depth_left)) return orm__is_unchecked(r->scan.why) ? orm__input_stop(r, ORM_NO_MEMORY) : orm__input_broken(r, NULL);
    value->size = (size_t)(r->scan.at - value->at);
    return true;
}

ORM_PRIVATE bool orm__input_refuse(orm__input *r, const char *field, const char *rule, const char *message)
{
    orm__slice skipped;
    const char *at = r->scan.at;
    if (!orm__input_value(r, &skipped)) return false;
    orm__input_fail(r, at, field, rule, message);
    return true;
}

ORM_PRIVATE bool orm__input_refuse_name(orm__input *r, const orm__slice *name, const char *rule, const char *message)
{
    char field[sizeof r->failures.item[0].field];
    orm__copy_clean(field, sizeof field, "%.*s", (int)(name->size < sizeof field ? name->size : sizeof field - 1), name->at);
    return orm__input_refuse(r, field, rule, message);
}

ORM_PRIVATE bool orm__input_end(orm__input *r)
{
    return orm__scan_finish(&r->scan) || orm__input_broken(r, NULL);
}

ORM_PRIVATE orm_status orm__input_close(orm__input *r, const orm_model *model)
{
    char path[64];
    uint32_t line, column;
    if (r->status == ORM_NO_MEMORY) return orm__raise(NULL, ORM_NO_MEMORY, 0, "out of memory for a JSON text");
    if (r->status == ORM_OVER_BUDGET) return orm__raise_at(NULL, ORM_OVER_BUDGET, model, NULL, "a JSON text holds more rows than it may");
    if (!r->status) return r->failures.total ? orm__raise_failures(NULL, model, &r->failures) : ORM_OK;
    orm__input_place(r, r->scan.at, &line, &column);
    orm__input_path(r, "", path, sizeof path);
    orm_status status = orm__raise_at(NULL, ORM_BAD_JSON, model, NULL, "the text is not JSON: line %" PRIu32 ", column %" PRIu32 "%s%s: it %s", line, column, *path ? ", in " : "", path, r->scan.why);
    r->failures.count = 0;                               /* what was found before says little about a text that is none */
    orm__input_fail(r, r->scan.at, "", "json", r->scan.why);
    orm__self()->error.failures.item[0] = r->failures.item[0];
    orm__self()->error.failures.count = orm__self()->error.failures.total = 1;
    return status;
}

/* ---- names ---- */

ORM_PRIVATE size_t orm__camel_case(const char *name, char *out, size_t size)
{
    size_t n = 0;
    for (const char *c = name; *c && n + 1 < size; c++) {
        bool joins = *c == '_' && n > 0 && c[1] >= 'a' && c[1] <= 'z';
        out[n++] = joins ? (char)(*++c - 32) : *c;
    }
    out[n] = 0;
    return n;
}

ORM_PRIVATE bool orm__input_names(const orm__input *r, const orm__slice *name, const char *field)
{
    char camel[128];
    if (r->camel_case) orm__camel_case(field, camel, sizeof camel);
    return orm__slice_is(name, r->camel_case ? camel : field);
}

/* >>json_out: rows as JSON, written straight from their members. What a row's ticket says was loaded is printed, the rest is left out: so nothing here can
   start a query, and nothing that was not asked for gets out. */
#include "internal.h"

#define ORM__JSON_NESTED 64
#define ORM__JSON_PIECE 65536          /* a writer hands on what it has when it is as much as that */

typedef struct orm__json { orm__writer out; orm__json_form form; const orm__result *result; unsigned depth, level; } orm__json;     /* result: of the last row seen; level: of indentation */

/* ---- rows ------------------------------------------------------------------------------------------------------------- */
/* is the memory behind a row's pointers still there? The rows of one result follow each other, so the last one found is asked first. */
static bool orm__json_live(orm__json *j, uint64_t ticket)
{
    if (ORM__KIND(ticket) != ORM__KIND_RESULT) return true;
    if (j->result && (ticket & ~(ORM__HEAD_BIT | UINT64_C(0x7F) << 3)) == j->result->ticket) return true;
    j->result = orm__result_of(ticket);
    return j->result != NULL;
}

static void orm__json_line(orm__json *j)
{
    if (!j->form.pretty) return;
    orm__put_char(&j->out, '\n');
    for (unsigned i = 0; i < j->level; i++) orm__put_bytes(&j->out, "  ", 2);
}

static void orm__json_open(orm__json *j, char bracket)
{
    orm__put_char(&j->out, bracket);
    j->level++;
}

static void orm__json_close(orm__json *j, char bracket, bool empty)
{
    j->level--;
    if (!empty) orm__json_line(j);
    orm__put_char(&j->out, bracket);
}

static orm_status orm__json_row(orm__json *j, const orm_model *model, const void *row, const orm_mask *mask, const orm_model *link, const void *link_row);

static orm_status orm__json_rows(orm__json *j, const orm_model *model, const void *rows, const orm_mask *mask, bool lines, const orm_relation *relation)
{
    orm_status status = ORM_OK;
    if (!orm__json_live(j, *orm__ticket(model, rows)))
        return orm__raise_at(NULL, ORM_STALE_ROW, model, NULL, "the %s rows belong to a result that was freed", model->name);
    size_t n = orm__len(rows, model->ticket);
    const orm_model *link = relation ? relation->through : NULL;
    const char *links = link ? (const char *)orm__links(relation, rows) : NULL;
    if (!lines) orm__json_open(j, '[');
    for (size_t i = 0; i < n && !status; i++) {
        if (i && !lines) orm__put_char(&j->out, ',');
        if (!lines) orm__json_line(j);
        status = orm__json_row(j, model, (const char *)rows + i * model->size, mask, links ? link : NULL, links ? links + i * link->size : NULL);
        if (lines) orm__put_char(&j->out, '\n');
    }
    if (!lines) orm__json_close(j, ']', n == 0);
    return status;
}

/* a name that is changed, or in its own line */
static ORM__COLD void orm__json_member_formed(orm__json *j, const char *name, bool first)
{
    orm__writer *w = &j->out;
    char camel[128];
    if (j->form.camel_case) orm__camel_case(name, camel, sizeof camel);
    if (!first) orm__put_char(w, ',');
    orm__json_line(j);
    orm__put_char(w, '"');
    orm__put(w, j->form.camel_case ? camel : name);
    orm__put(w, j->form.pretty ? "\": " : "\":");
}

static inline void orm__json_member(orm__json *j, const char *name, bool *first)
{
    orm__writer *w = &j->out;
    bool comma = !*first;
    *first = false;
    if (ORM__UNLIKELY(j->form.camel_case || j->form.pretty)) {
        orm__json_member_formed(j, name, !comma);
        return;
    }
    size_t size = strlen(name);                          /* a C identifier: nothing to escape */
    if (!orm__writer_room(w, size + sizeof ",\"\":")) return;
    char *out = w->text + w->length;
    if (comma) *out++ = ',';
    *out++ = '"';
    memcpy(out, name, size);
    out += size;
    *out++ = '"';
    *out++ = ':';
    *out = 0;
    w->length = (size_t)(out - w->text);
}

static orm_status orm__json_relation(orm__json *j, const orm_relation *relation, const void *row)
{
    const void *related = NULL;
    memcpy(&related, (const char *)row + relation->member, sizeof related);
    if (orm__is_list(relation) && related) return orm__json_rows(j, relation->target, related, NULL, false, relation);
    if (related) return orm__json_row(j, relation->target, related, NULL, NULL, NULL);
    orm__put(&j->out, orm__is_list(relation) ? "[]" : "null");
    return ORM_OK;
}

static orm_status orm__json_row(orm__json *j, const orm_model *model, const void *row, const orm_mask *mask, const orm_model *link, const void *link_row)
{
    uint64_t ticket = *orm__ticket(model, row);
    const orm__load *load = NULL;
    orm_status status = ORM_OK;
    bool first = true;
    if (!orm__json_live(j, ticket)) return orm__raise_at(NULL, ORM_STALE_ROW, model, NULL, "the %s row belongs to a result that was freed", model->name);
    if (j->depth == ORM__JSON_NESTED) return orm__raise_at(NULL, ORM_MISUSE, model, NULL, "rows are nested deeper than %d", ORM__JSON_NESTED);
    if (ORM__KIND(ticket) == ORM__KIND_RESULT) {
        load = ORM__LOAD(ticket) < j->result->n_loads ? &j->result->loads[ORM__LOAD(ticket)] : NULL;
        if (!load || load->model != model) return orm__raise_at(NULL, ORM_MISUSE, model, NULL, "the row is not one of %s", model->name);
    }
    j->depth++;
    orm__json_open(j, '{');
    for (size_t i = 0; i < model->n_columns && !status; i++) {
        const orm_column *column = &model->columns[i];
        if (column->secret || (mask && !orm__mask_has(mask, i)) || (load && !orm__mask_has(&load->columns, i))) continue;
        orm_value value = orm__value_of(column, row);
        orm__json_member(j, column->name, &first);
        status = orm__json_value(&j->out, &j->form, model, column, &value);
    }
    for (size_t i = 0; load && i < model->n_counts; i++) {
        if (!orm__mask_has(&load->counts, i)) continue;
        orm__json_member(j, model->counts[i].name, &first);
        orm__put_int(&j->out, orm__value_of(&model->counts[i], row).as.i);
    }
    for (size_t i = 0; load && i < model->n_relations && !status; i++) {
        if (!orm__mask_has(&load->relations, i) || !orm__relation_applies(&model->relations[i], row)) continue;
        orm__json_member(j, model->relations[i].name, &first);
        status = orm__json_relation(j, &model->relations[i], row);
    }
    if (link && !status) {                               /* the row that links it to the one above, by the name of its model */
        orm__json_member(j, link->name, &first);
        status = orm__json_row(j, link, link_row, NULL, NULL, NULL);
    }
    orm__json_close(j, '}', first);
    j->depth--;
    return status;
}

static orm_status orm__json_given(const orm_model *model, const void *row)
{
    orm__clear_error();
    return row ? ORM_OK : orm__raise_at(NULL, ORM_MISUSE, model, NULL, "there is no %s row to print: the pointer is NULL", model->name);
}

static const orm_mask *orm__json_mask(const orm_model *model, const orm_mask *mask) { return mask && orm__mask_names_none(model, mask) ? NULL : mask; }

/* ---- a text, whole ------------------------------------------------------------------------------------------------------ */
ORM_API char *orm__to_json(const orm_model *model, const void *row, const orm_mask *mask, bool all, size_t *length)
{
    orm_allocator allocator = orm__default_allocator();
    orm__json j = { .depth = 0 };
    orm_status status = orm__json_given(model, row);
    orm__text_begin(&j.out, &allocator);
    mask = orm__json_mask(model, mask);
    if (!status) status = all ? orm__json_rows(&j, model, row, mask, false, NULL) : orm__json_row(&j, model, row, mask, NULL, NULL);
    if (!status) return orm__text_end(&j.out, length);
    orm__writer_release(&j.out);
    return NULL;
}

/* the whole text is made first: a row that cannot be printed leaves no half of a document behind */
ORM_API orm_status orm__print_json(FILE *out, const orm_model *model, const void *rows, int how)
{
    enum { ORM__JSON_ROW, ORM__JSON_LIST, ORM__JSON_LINES };
    orm_allocator allocator = orm__default_allocator();
    orm__json j = { .depth = 0 };
    orm_status status = orm__json_given(model, rows);
    orm__text_begin(&j.out, &allocator);
    if (!status) status = how == ORM__JSON_ROW ? orm__json_row(&j, model, rows, NULL, NULL, NULL) : orm__json_rows(&j, model, rows, NULL, how == ORM__JSON_LINES, NULL);
    if (how != ORM__JSON_LINES) orm__put_char(&j.out, '\n');
    if (!status && j.out.failed) status = orm__raise(NULL, ORM_NO_MEMORY, 0, "out of memory");
    if (!status) {
        size_t size = j.out.length - ORM__TEXT_HEADER;
        if (fwrite(j.out.text + ORM__TEXT_HEADER, 1, size, out) != size || fflush(out))
            status = orm__raise(NULL, ORM_IO, 0, "the JSON could not be written to its file");
    }
    orm__writer_release(&j.out);
    return status;
}

/* ---- a stream: row after row, in constant memory ------------------------------------------------------------------------- */
struct orm_json_writer {
    orm__json j;
    orm_allocator allocator;
    orm_json_output to;
    size_t rows, written;                /* written: bytes that left `out` */
    orm_status status;                   /* the first failure; nothing is written after it */
};

static orm_status orm__stream_hand_on(orm_json_writer *w)
{
    size_t size = w->j.out.length;
    const char *bytes = w->j.out.text;
    if (w->j.out.failed) return orm__raise(NULL, ORM_NO_MEMORY, 0, "out of memory");
    if (size == 0) return ORM_OK;
    if (w->to.buffer) {
        if (size >= w->to.size - w->written) return orm__raise(NULL, ORM_VALUE_RANGE, 0, "the JSON does not fit into its buffer of %zu bytes", w->to.size);
        memcpy(w->to.buffer + w->written, bytes, size);
        w->to.buffer[w->written + size] = 0;
    } else if (w->to.file ? fwrite(bytes, 1, size, w->to.file) != size : !w->to.write(w->to.context, bytes, size)) {
        return orm__raise(NULL, ORM_IO, 0, "the JSON could not be written");
    }
    w->written += size;
    w->j.out.length = 0;
    return ORM_OK;
}

ORM_API orm_json_writer *orm__json_begin(const orm_json_output *to)
{
    const orm_allocator a = orm__default_allocator();
    int places = (to->file != NULL) + (to->write != NULL) + (to->buffer != NULL);
    orm__clear_error();
    if (places != 1 || (to->buffer && to->size == 0)) return orm__raise(NULL, ORM_MISUSE, 0, "orm_json_begin needs one place to write to: .file, .write, or .buffer with its .size"), NULL;
    if (to->lines && (to->pretty || to->list)) return orm__raise(NULL, ORM_MISUSE, 0, "orm_json_begin: .lines is one row on each line, neither .pretty nor a .list"), NULL;
    orm_json_writer *w = (orm_json_writer *)orm__allocate(&a, sizeof *w);
    if (!w) return orm__raise(NULL, ORM_NO_MEMORY, 0, "out of memory"), NULL;
    *w = (orm_json_writer){ .allocator = a, .to = *to };
    w->j.out.allocator = &w->allocator;
    w->j.form = (orm__json_form){ to->pretty, to->camel_case, to->numbers_as_text, to->refuse_nan };
    if (to->buffer) to->buffer[0] = 0;
    if (to->list) orm__json_open(&w->j, '[');
    return w;
}

static orm_status orm__stream_row(orm_json_writer *w, const orm_model *model, const void *row, const orm_mask *mask)
{
    if (!w->to.list && !w->to.lines && w->rows) return orm__raise_at(NULL, ORM_MISUSE, model, NULL, "orm_json_row: a second row without .list or .lines");
    if (w->to.list && w->rows) orm__put_char(&w->j.out, ',');
    if (w->to.list) orm__json_line(&w->j);
    orm_status status = orm__json_row(&w->j, model, row, mask, NULL, NULL);
    if (w->to.lines) orm__put_char(&w->j.out, '\n');
    w->rows++;
    return !status && w->j.out.length >= ORM__JSON_PIECE ? orm__stream_hand_on(w) : status;
}

ORM_API orm_status orm__json_add(orm_json_writer *w, const orm_model *model, const void *rows, const orm_mask *mask, bool all)
{
    if (!w) return ORM_MISUSE;                           /* orm_json_begin has told */
    if (w->status) return w->status;
    w->status = orm__json_given(model, rows);
    if (w->status) return w->status;
    w->j.result = NULL;                                  /* what the last call saw may be gone by now */
    if (all && !orm__json_live(&w->j, *orm__ticket(model, rows))) w->status = orm__raise_at(NULL, ORM_STALE_ROW, model, NULL, "the %s rows belong to a result that was freed", model->name);
    size_t n = w->status ? 0 : all ? orm__len(rows, model->ticket) : 1;
    mask = orm__json_mask(model, mask);
    for (size_t i = 0; i < n && !w->status; i++) w->status = orm__stream_row(w, model, (const char *)rows + i * model->size, mask);
    return w->status;
}

ORM_API orm_status orm_json_end(orm_json_writer *w, size_t *length)
{
    if (length) *length = 0;
    if (!w) return orm__self()->error.kind ? orm__self()->error.kind : orm__raise(NULL, ORM_MISUSE, 0, "orm_json_end: the writer is NULL");
    if (!w->status) {
        orm__clear_error();
        if (w->to.list) orm__json_close(&w->j, ']', w->rows == 0);
        else if (!w->to.lines && !w->rows) w->status = orm__raise(NULL, ORM_MISUSE, 0, "orm_json_end: there was no row, and no .list");
        if (w->to.pretty) orm__put_char(&w->j.out, '\n');
        if (!w->status) w->status = orm__stream_hand_on(w);
        if (!w->status && w->to.file && fflush(w->to.file)) w->status = orm__raise(NULL, ORM_IO, 0, "the JSON could not be written");
    }
    orm_status status = w->status;
    orm_allocator a = w->allocator;
    if (length && !status) *length = w->written;
    orm__writer_release(&w->j.out);
    orm__release(&a, w, sizeof *w);
    return status;
}

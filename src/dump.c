/* >>dump: one row with every member, for people who debug. Shows what JSON hides (tickets, members that were not loaded), never a secret,
   and reads no memory that a ticket says is gone. */
#include "internal.h"

#define ORM__DUMP_ITEMS 16       /* of an array */
#define ORM__DUMP_BYTES 200      /* of one text; a terminal is no place for more */

static void orm__dump_text(orm__writer *w, const char *text_)
{
    size_t size = strlen(text_), at = 0;
    orm__put_char(w, '"');
    while (at < size && at < ORM__DUMP_BYTES) {
        bool shown = false;
        size_t n = orm__visible(text_ + at, size - at, &shown);
        if (shown && (text_[at] == '"' || text_[at] == '\\')) orm__put_char(w, '\\');
        if (shown) orm__put_bytes(w, text_ + at, n);
        for (size_t i = 0; i < n && !shown; i++) orm__put_format(w, "\\x%02x", (unsigned)(unsigned char)text_[at + i]);
        at += n;
    }
    orm__put_char(w, '"');
    if (at < size) orm__put_format(w, "... (%zu bytes)", size);
}

static void orm__dump_array(orm__writer *w, const orm_model *model, const orm_column *column, const orm_value *array)
{
    size_t n = array->as.list.count;
    orm__put_char(w, '[');
    for (size_t i = 0; i < n && i < ORM__DUMP_ITEMS; i++) {
        orm_value item = orm__array_item(array, i);
        if (i) orm__put(w, ", ");
        if (item.type == ORM_TEXT) orm__dump_text(w, item.as.s);
        else (void)orm__json_value(w, NULL, model, column, &item);
    }
    orm__put_char(w, ']');
    if (n > ORM__DUMP_ITEMS) orm__put_format(w, "... (%zu values)", n);
}

static void orm__dump_column(orm__writer *w, const orm_model *model, const orm_column *column, const void *row, bool stale)
{
    orm_value value = orm__value_of(column, row);
    bool behind_pointer = value.type == ORM_TEXT || value.type == ORM_JSON || value.type == ORM_BLOB || value.type == ORM_ARRAY;
    if (column->secret) orm__put(w, "***");
    else if (value.type == ORM_NULL) orm__put(w, "NULL");
    else if (behind_pointer && stale) orm__put(w, "gone");
    else if (value.type == ORM_BLOB) orm__put_format(w, "%" PRIu32 " bytes", value.length);
    else if (value.type == ORM_ARRAY) orm__dump_array(w, model, column, &value);
    else if (behind_pointer) orm__dump_text(w, value.as.s);
    else if (!orm__json_printable(column, &value)) orm__put(w, "invalid");
    else (void)orm__json_value(w, NULL, model, column, &value);
}

static void orm__dump_relation(orm__writer *w, const orm_relation *relation, const void *row, bool loaded)
{
    const void *related = NULL;
    memcpy(&related, (const char *)row + relation->member, sizeof related);
    if (!loaded) orm__put(w, "not loaded");
    else if (!related) orm__put(w, "none");
    else if (orm__is_list(relation)) orm__put_format(w, "[%zu]", orm__len(related, relation->target->ticket));
    else orm__put_format(w, "{ %.64s }", relation->target->name);
}

ORM_API void orm__dump(FILE *out, const orm_model *model, const void *row)
{
    static const char *const kinds[] = { "no ticket", "fresh", "loaded", "created" };
    orm_allocator allocator = orm__default_allocator();
    orm__writer w = { .allocator = &allocator };
    if (row) {
        uint64_t ticket = *orm__ticket(model, row);
        const orm__result *result = ORM__KIND(ticket) == ORM__KIND_RESULT ? orm__result_of(ticket) : NULL;
        bool stale = ORM__KIND(ticket) == ORM__KIND_RESULT && !result;
        const orm__load *load = result && ORM__LOAD(ticket) < result->n_loads ? &result->loads[ORM__LOAD(ticket)] : NULL;
        orm__put(&w, model->name);
        orm__put_format(&w, " (%s) {\n", stale ? "stale: its result was freed" : kinds[ORM__KIND(ticket)]);
        for (size_t i = 0; i < model->n_columns; i++) {
            orm__put(&w, "    ");
            orm__put(&w, model->columns[i].name);
            orm__put(&w, " = ");
            if (load && !orm__mask_has(&load->columns, i)) orm__put(&w, "not loaded");
            else orm__dump_column(&w, model, &model->columns[i], row, stale);
            orm__put_char(&w, '\n');
        }
        for (size_t i = 0; i < model->n_relations; i++) {
            orm__put(&w, "    ");
            orm__put(&w, model->relations[i].name);
            orm__put(&w, " = ");
            orm__dump_relation(&w, &model->relations[i], row, load && orm__mask_has(&load->relations, i));
            orm__put_char(&w, '\n');
        }
        orm__put(&w, "}\n");
    } else {
        orm__put(&w, model->name);
        orm__put(&w, " NULL\n");
    }
    if (!w.failed) fwrite(w.text, 1, w.length, out);
    orm__writer_release(&w);
}

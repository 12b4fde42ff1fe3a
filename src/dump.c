/* >>dump: one row with every member, for people who debug. Shows what JSON hides (tickets, members that were not loaded), never a secret,
   and reads no memory that a ticket says is gone. */
#include "internal.h"

#define ORM__DUMP_BYTES 200      /* of one text; a terminal is no place for more */

static void orm__dump_text(orm__writer *w, const char *text_)
{
    size_t size = 0, characters = 0, i = 0;
    bool valid = orm__check_text(text_, SIZE_MAX, &size, &characters) == ORM__TEXT_OK;
    if (!valid) size = strlen(text_);
    orm__put_char(w, '"');
    for (; i < size && (i < ORM__DUMP_BYTES || (text_[i] & 0xC0) == 0x80); i++) {
        unsigned char byte = (unsigned char)text_[i];
        if (byte == '"' || byte == '\\') orm__put_format(w, "\\%c", byte);
        else if (byte == '\n') orm__put(w, "\\n");
        else if (byte < 0x20 || byte == 0x7F || (byte >= 0x80 && !valid)) orm__put_format(w, "\\x%02x", (unsigned)byte);
        else orm__put_char(w, (char)byte);
    }
    orm__put_char(w, '"');
    if (i < size) orm__put_format(w, "... (%zu bytes)", size);
}

static void orm__dump_column(orm__writer *w, const orm_model *model, const orm_column *column, const void *row, bool stale)
{
    orm_value value = orm__value_of(column, row);
    bool behind_pointer = value.type == ORM_TEXT || value.type == ORM_JSON || value.type == ORM_BLOB;
    if (column->secret) orm__put(w, "***");
    else if (value.type == ORM_NULL) orm__put(w, "NULL");
    else if (behind_pointer && stale) orm__put(w, "gone");
    else if (value.type == ORM_BLOB) orm__put_format(w, "%" PRIu32 " bytes", value.length);
    else if (behind_pointer) orm__dump_text(w, value.as.s);
    else if (value.type == ORM_ENUM && (value.as.i < 1 || (uint64_t)value.as.i > column->is.labels->count)) orm__put_int(w, value.as.i);
    else orm__json_value(w, model, column, &value);
}

static void orm__dump_relation(orm__writer *w, const orm_relation *relation, const void *row, bool loaded)
{
    const void *related = NULL;
    memcpy(&related, (const char *)row + relation->member, sizeof related);
    if (!loaded) orm__put(w, "not loaded");
    else if (!related) orm__put(w, "none");
    else if (relation->kind == ORM_HAS_MANY) orm__put_format(w, "[%zu]", orm__len(related, relation->target->ticket));
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

/* >>search_sql: searched columns: what their index is called, and conditions and orders by the words in them, to SQL. */
#include "internal.h"

#define ORM__SEARCH_MAX_WORDS 64
#define ORM__SEARCH_MAX_WORD  2046              /* bytes: PostgreSQL's limit */

/* ---- the index --------------------------------------------------------------------------------------------------------------- */
ORM_PRIVATE bool orm__has_search(const orm_model *model)
{
    for (size_t i = 0; i < model->n_columns; i++)
        if (model->columns[i].searched) return true;
    return false;
}

/* by what is searched, not by the order in which the models or the tables have it; one with other columns has another name */
ORM_PRIVATE bool orm__name_search(const orm_dialect *dialect, orm_search_index *search, orm_arena *arena)
{
    static const char *const parts[ORM__SEARCH_PARTS] = { "search", "search_insert", "search_delete", "search_update", "search_fill" };
    for (size_t i = 1; i < search->n; i++)
        for (size_t k = i; k > 0 && strcmp(search->columns[k - 1], search->columns[k]) > 0; k--) {
            const char *later = search->columns[k - 1];
            search->columns[k - 1] = search->columns[k];
            search->columns[k] = later;
        }
    const char *salt = orm_format(arena, "%s(%s)", search->table, search->key);
    for (size_t i = 0; i < search->n && salt; i++) salt = orm_format(arena, "%s %s", salt, search->columns[i]);
    for (size_t i = 0; i < ORM__SEARCH_PARTS && salt; i++) {
        char name[ORM__MADE_NAME];
        orm__make_name(name, dialect, (const char *const[]){ "orm", search->table, parts[i] }, 3, salt);
        search->names[i] = orm_text(arena, name);
        if (!search->names[i]) return false;
    }
    return salt != NULL;
}

ORM_PRIVATE bool orm__search_of(const orm_dialect *dialect, const orm_model *model, orm_arena *arena, orm_search_index *out)
{
    *out = (orm_search_index){ .table = model->table };
    for (size_t i = 0; i < model->n_columns; i++) {
        const orm_column *column = &model->columns[i];
        if (column->primary_key) out->key = orm__column_name(column);
        if (column->searched && out->n < ORM_MAX_SEARCHED) out->columns[out->n++] = orm__column_name(column);
    }
    return orm__name_search(dialect, out, arena);
}

/* ---- words ------------------------------------------------------------------------------------------------------------------ */
/* What separates words beyond ASCII: punctuation, signs and symbols of Unicode's blocks. All engines leave them out, too; here they are known, so that
   none becomes a word of its own that cannot be found. */
static bool orm__search_separates(uint32_t c)
{
    static const struct { uint32_t from, to; } apart[] = {
        { 0x00, 0x2F }, { 0x3A, 0x40 }, { 0x5B, 0x60 }, { 0x7B, 0xA9 }, { 0xAB, 0xB1 }, { 0xB4, 0xB4 }, { 0xB6, 0xB8 }, { 0xBB, 0xBB }, { 0xBF, 0xBF }, { 0xD7, 0xD7 }, { 0xF7, 0xF7 },
        { 0x2000, 0x206F }, { 0x20A0, 0x20CF }, { 0x2190, 0x245F }, { 0x2500, 0x2BFF }, { 0x2E00, 0x2E2E }, { 0x2E30, 0x2E7F }, { 0x3000, 0x3004 }, { 0x3008, 0x3020 }, { 0xFE10, 0xFE19 },
        { 0xFE30, 0xFE6B }, { 0xFEFF, 0xFEFF }, { 0xFF01, 0xFF0F }, { 0xFF1A, 0xFF20 }, { 0xFF3B, 0xFF40 }, { 0xFF5B, 0xFF65 }, { 0xFFF9, 0xFFFD }, { 0x1F000, 0x1FAFF },
    };
    for (size_t i = 0; i < sizeof apart / sizeof apart[0]; i++)
        if (c >= apart[i].from && c <= apart[i].to) return true;
    return false;
}

/* the character at `at`, of a text whose UTF-8 was checked */
static uint32_t orm__search_character(const unsigned char *at, size_t *size)
{
    *size = at[0] < 0x80 ? 1 : at[0] < 0xE0 ? 2 : at[0] < 0xF0 ? 3 : 4;
    uint32_t c = *size == 1 ? at[0] : at[0] & (0xFFu >> (*size + 1));
    for (size_t i = 1; i < *size; i++) c = c << 6 | (at[i] & 0x3Fu);
    return c;
}

static const char *orm__search_split(const char *text_, size_t length, orm_text_slice words[ORM__SEARCH_MAX_WORDS], size_t *n)
{
    size_t size = 0;
    bool within = false;
    for (size_t i = 0; i < length; i += size) {
        bool apart = orm__search_separates(orm__search_character((const unsigned char *)text_ + i, &size));
        if (!apart && !within) {
            if (*n == ORM__SEARCH_MAX_WORDS) return "a search takes up to " ORM__STRING(ORM__SEARCH_MAX_WORDS) " words";
            words[(*n)++] = (orm_text_slice){ text_ + i, 0 };
        }
        if (!apart) words[*n - 1].n += size;
        if (!apart && words[*n - 1].n > ORM__SEARCH_MAX_WORD) return "a word to search for is longer than " ORM__STRING(ORM__SEARCH_MAX_WORD) " bytes";
        within = !apart;
    }
    return NULL;
}

/* ---- conditions and orders ---------------------------------------------------------------------------------------------------- */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wuninitialized"
ORM_API orm_expr orm__search_for(const orm_model *model, orm_search_form form, const char *text_)
{
    orm_value v = orm__v_text(text_);
    v.n = (uint8_t)form;
    return orm__leaf(ORM_OP_SEARCH, model, v);
}
#pragma GCC diagnostic pop

ORM_API orm_order orm__rank_order(const orm_model *model, const char *text_)
{
    orm_order order = { .column = &model->columns[0], .nulls = ORM__NULLS_RANK };
    memset(&order.json, 0, sizeof order.json);
    order.json.step[0].key = text_;
    return order;
}

/* the text becomes the one parameter; a damaged or too long one is refused before anything is sent */
static void orm__search_bind(orm__build *b, const orm_model *model, orm_search_form form, orm_value text_)
{
    const orm_column any = { .model = model, .name = "search", .is = { .type = ORM_TEXT } };
    orm_text_slice words[ORM__SEARCH_MAX_WORDS];
    size_t n = 0, columns = 0;
    char why[160];
    orm_status kind = ORM_VALUE_RANGE;
    if (text_.type != ORM_TEXT) {
        orm__b_fail(b, ORM_MISUSE, model, NULL, "the text to search for is NULL");
        return;
    }
    const char *wrong = orm__fit(&any, &text_, b->db->options.max_text, why, &kind);
    if (!wrong) wrong = orm__search_split(text_.as.s, text_.length, words, &n);
    if (wrong) {
        orm__b_fail(b, kind, model, NULL, wrong);
        return;
    }
    for (size_t i = 0; i < model->n_columns; i++) columns += model->columns[i].searched;
    orm__writer w = { .allocator = &b->db->allocator, .dialect = b->db->dialect };
    b->db->dialect->search_query(&w, form, words, n, columns);
    char *query = w.failed ? NULL : orm__bump_bytes(&b->db->scratch, w.length + 1);
    if (query) {
        memcpy(query, w.text, w.length + 1);
        orm__b_bind(b, NULL, (orm_value){ .type = ORM_TEXT, .length = (uint32_t)w.length, .as.s = query });
    } else {
        b->status = orm__raise(b->db, ORM_NO_MEMORY, 0, "out of memory while building a statement");
    }
    orm__writer_release(&w);
}

/* the index, and the number of the parameter that is the operand; false: there is none */
static bool orm__search_index(orm__build *b, const orm_model *model, orm_search_index *index)
{
    if (b->status) return false;
    if (!b->db->dialect->search) orm__b_fail(b, ORM_UNSUPPORTED, model, NULL, "the engine searches no columns for words");
    else if (!b->sql) return true;
    else if (!orm__search_of(b->db->dialect, model, &b->db->scratch, index)) b->status = orm__raise(b->db, ORM_NO_MEMORY, 0, "out of memory while building a statement");
    else b->n_parameters++;
    return !b->status;
}

ORM_PRIVATE void orm__b_search(orm__build *b, const orm_node *node, unsigned alias)
{
    orm_search_index index;
    const orm_model *model = (const orm_model *)node->of;
    if (!orm__search_index(b, model, &index)) return;
    if (b->sql) b->db->dialect->search_holds(b->sql, &index, alias, b->n_parameters);
    else orm__search_bind(b, model, (orm_search_form)node->value.n, node->value);
}

ORM_PRIVATE void orm__b_search_rank(orm__build *b, const orm_order *o, unsigned alias)
{
    orm_search_index index;
    const orm_model *model = o->column->model;
    if (o->wrong) orm__b_fail(b, ORM_MISUSE, model, NULL, "an order by rank is one of the query's own model: orm_by takes columns");
    if (!orm__search_index(b, model, &index)) return;
    if (b->sql) b->db->dialect->search_rank(b->sql, &index, alias, b->n_parameters);
    else orm__search_bind(b, model, ORM__SEARCH_ANY, orm__v_text(o->json.step[0].key));
    orm__b_put(b, " desc");
}

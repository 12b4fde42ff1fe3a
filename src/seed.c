/* >>seed: sees to it that rows are there, known by their keys: what is there is looked up by the page, what is not is created by the page. */
#include "evolve.h"

enum { ORM__SEED_PAGE = 500 };
typedef struct orm__seeding {
    orm_db *db; const orm_seeding *seed; const orm_seed_options *options; orm_seeded *out;
    const orm_model *model;
    const orm_column *key[ORM__MAX_KEY]; size_t n_key;      /* what rows are known by: of the rows of this page */
    char *rows; orm_mask *given; size_t n;       /* the page: rows, and which of their members were written */
    orm__records records; orm_arena file, page;  /* the file's text; what the page holds */
    bool out_of_memory;                          /* why the last text became no value */
    size_t done, total, page_size;
    bool undo, was_empty;                        /* nothing of the model was there: then nothing is looked up */
    const orm__layout *layout; bool again;       /* again: the second time, for keys in a circle */
    unsigned char *made;                         /* which of the rows were created the first time, a bit for each */
} orm__seeding;

/* Where tables refer to each other in a circle, a key that may be NULL is written when all rows are there: it refers to a table that comes later. */
static bool orm__seed_is_late(const orm__layout *layout, const orm_column *column)
{
    const orm_model *parent = NULL;
    size_t here = 0, there = 0;
    if (!column->nullable || !orm__target_of(column, &parent) || parent == column->model) return false;
    while (here < layout->n_models && layout->models[here] != column->model) here++;
    while (there < layout->n_models && layout->models[there] != parent) there++;
    return there < layout->n_models && there > here;
}

static bool orm__seed_has_circle(const orm__layout *layout)
{
    for (size_t m = 0; m < layout->n_models; m++)
        for (size_t c = 0; c < layout->models[m]->n_columns; c++)
            if (orm__seed_is_late(layout, &layout->models[m]->columns[c])) return true;
    return false;
}


static orm_status orm__seed_no_memory(void) { return orm__raise(NULL, ORM_NO_MEMORY, 0, "out of memory"); }

/* ---- values ---------------------------------------------------------------------------------------------------------------- */
/* does the column hold a number as large as that? What is bound passes here once more, but a member is smaller than what a text can say. */
static bool orm__seed_fits(const orm_column *column, orm_value value)
{
    char why[160];
    orm_status kind = ORM_OK;
    return orm__fit(column, &value, SIZE_MAX, why, &kind) == NULL;
}

/* the value that a text stands for in a column's type */
static bool orm__seed_value(orm__seeding *s, const orm_column *column, const char *text_, orm_value *out)
{
    orm__array_fault fault;
    const orm_column_type *is = &column->is;
    orm_date date;
    orm_clock clock_;
    orm_time moment;
    *out = (orm_value){ .type = (uint8_t)is->type };
    uint64_t set;
    if (is->bits && (*text_ == '[' ? orm__bits_from_json(is->labels, text_, strlen(text_), &s->page, &set) : orm__bits_parse(is->labels, text_, &set))) {
        *out = orm__v_uint(set);
        return true;
    }
    switch (is->type) {
    case ORM_BOOL:
        out->as.i = strcmp(text_, "true") == 0 || strcmp(text_, "1") == 0;
        return out->as.i || strcmp(text_, "false") == 0 || strcmp(text_, "0") == 0;
    case ORM_DATE:
        if (!orm_date_parse(text_, &date)) return false;
        out->as.i = date.days;
        return true;
    case ORM_CLOCK:
        if (!orm_clock_parse(text_, &clock_)) return false;
        out->as.i = clock_.microseconds;
        return true;
    case ORM_TIME:
        if (!orm_time_parse(text_, &moment)) return false;
        out->as.i = moment;
        return true;
    case ORM_UUID:  return orm_uuid_parse(text_, &out->as.uuid);
    case ORM_ARRAY:
        fault = orm__read_array(is->element, text_, strlen(text_), &s->page, out);
        s->out_of_memory = fault == ORM__ARRAY_NO_MEMORY;
        return fault == ORM__ARRAY_FINE;
    case ORM_BLOB:
        if (strlen(text_) % 2 != 0 || strspn(text_, "0123456789abcdefABCDEF") != strlen(text_)) return false;
        s->out_of_memory = !orm__default_from_text(is, text_, &s->page, out);
        return !s->out_of_memory;
    case ORM_TEXT:
    case ORM_JSON:
    case ORM_ENUM:
    case ORM_FLOAT:
    case ORM_DOUBLE:
    case ORM_DECIMAL:
    case ORM_INTERVAL:
    case ORM_INET:  return orm__default_from_text(is, text_, &s->page, out);
    default:        return orm__default_from_text(is, text_, &s->page, out) && orm__seed_fits(column, *out);
    }
}

static const orm_column *orm__seed_column(const orm_model *model, const char *name)
{
    for (size_t i = 0; i < model->n_columns; i++)
        if (strcmp(model->columns[i].name, name) == 0) return &model->columns[i];
    return NULL;
}

static orm_status orm__seed_refuse(const orm__seeding *s, unsigned line, const orm_column *column, const char *format, const char *what)
{
    char why[160];
    if (s->out_of_memory || s->records.out_of_memory) return orm__seed_no_memory();
    orm__copy_clean(why, sizeof why, format, what);
    return orm__raise_at(NULL, ORM_VALIDATION, s->model, column, "%.200s:%u: %s%s%s%s%s", s->seed->file, line, s->model->name, column ? "." : "", column ? column->name : "", column ? " " : ": ", why);
}

static orm_status orm__seed_field(orm__seeding *s, const orm__field *field, char *row, orm_mask *given)
{
    const orm_column *column = orm__seed_column(s->model, field->name);
    orm_value value = { .type = ORM_NULL };
    if (!column) return orm__seed_refuse(s, field->line, NULL, "there is no field %.60s", field->name);
    if (field->kind == ORM__FIELD_MISSING) return ORM_OK;
    bool nested = column->is.type == ORM_JSON || column->is.type == ORM_ARRAY || column->is.bits;
    const char *text_ = column->is.type == ORM_JSON && field->raw ? field->raw : field->text;
    if (field->kind == ORM__FIELD_NESTED && !nested) return orm__seed_refuse(s, field->line, column, "%s", "is an object or an array, which the field cannot hold");
    if (field->kind == ORM__FIELD_NULL && !column->nullable) return orm__seed_refuse(s, field->line, column, "%s", "is null, and the field is not nullable");
    /* a value of a secret is in no error, and so none is */
    if (field->kind != ORM__FIELD_NULL && !orm__seed_value(s, column, text_, &value)) return orm__seed_refuse(s, field->line, column, "%s", "has a value that is none of its type");
    orm__store(column, row, &value);
    orm__mask_add(given, orm__column_index(s->model, column));
    return ORM_OK;
}

/* ---- pages ------------------------------------------------------------------------------------------------------------------- */
static char *orm__seed_row(const orm__seeding *s, size_t i) { return s->rows + i * s->model->size; }

static void orm__seed_fresh(orm__seeding *s, size_t i)
{
    memset(&s->given[i], 0, sizeof s->given[i]);
    if (s->model->defaults) s->model->defaults(orm__seed_row(s, i));
    else memcpy(orm__seed_row(s, i), s->model->default_row, s->model->size);
}

/* members that are zero were not written */
static bool orm__seed_is_written(const orm_column *column, const orm_value *value)
{
    if (value->type == ORM_NULL) return false;
    bool zero = orm__has_flag(column) ? false : value->type == ORM_FLOAT || value->type == ORM_DOUBLE ? !(value->as.d < 0 || value->as.d > 0) : value->as.i == 0;
    switch (column->is.type) {
    case ORM_TIME:
    case ORM_DATE: return orm__has_flag(column) || value->as.i != 0;
    case ORM_INT16: case ORM_INT32: case ORM_INT64: case ORM_FLOAT: case ORM_DOUBLE: case ORM_BOOL: case ORM_CLOCK:
        return !zero || !(column->has_default || column->primary_key || column->counter_of);
    default: return true;
    }
}

static void orm__seed_from_array(orm__seeding *s)
{
    for (; s->n < s->page_size && s->done + s->n < s->seed->n; s->n++) {
        const char *from = (const char *)s->seed->rows + (s->done + s->n) * s->model->size;
        orm__seed_fresh(s, s->n);
        for (size_t c = 0; c < s->model->n_columns; c++) {
            const orm_value value = orm__value_of(&s->model->columns[c], from);
            if (!orm__seed_is_written(&s->model->columns[c], &value)) continue;
            orm__store(&s->model->columns[c], orm__seed_row(s, s->n), &value);
            orm__mask_add(&s->given[s->n], c);
        }
    }
}

static orm_status orm__seed_from_file(orm__seeding *s)
{
    orm_status status = ORM_OK;
    s->records.arena = &s->page;
    while (s->n < s->page_size && !status && orm__records_next(&s->records)) {
        orm__seed_fresh(s, s->n);
        for (size_t i = 0; i < s->records.n && !status; i++) status = orm__seed_field(s, &s->records.fields[i], orm__seed_row(s, s->n), &s->given[s->n]);
        s->n++;
    }
    if (!status && s->records.why) status = orm__seed_refuse(s, s->records.line, NULL, "%s", s->records.why);
    return status;
}

/* keys of a circle wait */
static void orm__seed_put_off(orm__seeding *s)
{
    const orm_value null = { .type = ORM_NULL };
    for (size_t c = 0; c < s->model->n_columns; c++) {
        if (!orm__seed_is_late(s->layout, &s->model->columns[c])) continue;
        for (size_t i = 0; i < s->n; i++) {
            orm__store(&s->model->columns[c], orm__seed_row(s, i), &null);
            s->given[i].word[c / 32] &= ~(UINT32_C(1) << (c % 32));
        }
    }
}

static orm_status orm__seed_page(orm__seeding *s)
{
    orm_status status = ORM_OK;
    s->n = 0;
    orm_arena_reset(&s->page);
    if (s->seed->file) status = orm__seed_from_file(s);
    else orm__seed_from_array(s);
    if (!s->again && !s->undo) orm__seed_put_off(s);
    return status;
}

/* ---- keys -------------------------------------------------------------------------------------------------------------------- */
static bool orm__seed_has(const orm__seeding *s, size_t row, const orm_column *column) { return orm__mask_has(&s->given[row], orm__column_index(s->model, column)); }

/* the primary key when the first row of the page has it, else its first unique field; the other rows must have the same */
static orm_status orm__seed_choose_key(orm__seeding *s)
{
    bool whole = true;
    s->n_key = 0;
    for (size_t c = 0; c < s->model->n_columns; c++)
        if (s->model->columns[c].primary_key) {
            whole &= orm__seed_has(s, 0, &s->model->columns[c]);
            if (s->n_key < ORM__MAX_KEY) s->key[s->n_key++] = &s->model->columns[c];
        }
    for (size_t c = 0; c < s->model->n_columns && !whole; c++) {
        if (!s->model->columns[c].unique || !orm__seed_has(s, 0, &s->model->columns[c])) continue;
        s->key[0] = &s->model->columns[c];
        s->n_key = 1;
        whole = true;
    }
    if (!whole) return orm__raise_at(NULL, ORM_MISUSE, s->model, NULL, "%s: rows of a seed are known by their primary key or a unique field, and the first has none of them", s->model->name);
    for (size_t i = 0; i < s->n; i++)
        for (size_t k = 0; k < s->n_key; k++)
            if (!orm__seed_has(s, i, s->key[k]))
                return orm__raise_at(NULL, ORM_MISUSE, s->model, s->key[k], "%s.%s: row %zu of the seed does not have what the rows before it are known by", s->model->name, s->key[k]->name, s->done + i + 1);
    return ORM_OK;
}

static bool orm__seed_has_secrets(const orm_model *model)
{
    for (size_t i = 0; i < model->n_columns; i++)
        if (model->columns[i].secret) return true;
    return false;
}

/* with what calls leave out, to be compared */
static void *orm__seed_find_secrets(orm__seeding *s, size_t i)
{
    orm_query query = { .with_secrets = true };
    for (size_t k = 0; k < s->n_key; k++) {
        orm_expr leaf;
        leaf.used = 1;
        leaf.node[0] = (orm_node){ .of = s->key[k], .value = orm__value_of(s->key[k], orm__seed_row(s, i)) };
        leaf.node[0].value.op = ORM_OP_EQ;
        orm__where(&query.where, &leaf);
    }
    return orm__find_one(s->db, s->model, &query, false);
}

/* is it what the seed says? Of a password only its hash is there. */
static bool orm__seed_is_same(const orm_column *column, const void *row, const void *seed)
{
    if (!column->is.hash) return orm__members_equal(column, row, seed);
    const orm_value hash = orm__value_of(column, row), plain = orm__value_of(column, seed);
    return hash.type == plain.type && (hash.type == ORM_NULL || column->is.verify(plain.as.s, hash.as.s));
}

/* the row that is there, by its key, or NULL; `status` gets failures */
static void *orm__seed_find_one(orm__seeding *s, size_t i, orm_status *status)
{
    void *key = NULL, *row = NULL;
    if (orm__seed_has_secrets(s->model)) row = orm__seed_find_secrets(s, i);
    else if (s->n_key == 1 && !s->key[0]->primary_key) row = orm__find_by(s->db, s->model, s->key[0], orm__value_of(s->key[0], orm__seed_row(s, i)));
    else {
        key = orm_arena_allocate(&s->page, s->model->key_size);
        for (size_t k = 0; k < s->n_key && key; k++) {
            orm_column at = *s->key[k];
            const orm_value value = orm__value_of(s->key[k], orm__seed_row(s, i));
            at.offset = at.key_offset;
            orm__store(&at, key, &value);
        }
        if (!key) *status = orm__seed_no_memory();
        else row = orm__find(s->db, s->model, key, false);
    }
    if (!row && !*status && orm_error()->kind != ORM_NOT_FOUND) *status = orm_error()->kind;
    if (!row && !*status) orm__clear_error();
    return row;
}

/* does the row differ in what the seed writes? It gets that. */
static bool orm__seed_merge(const orm__seeding *s, size_t i, void *row)
{
    bool differs = false;
    for (size_t c = 0; c < s->model->n_columns; c++) {
        const orm_column *column = &s->model->columns[c];
        if (!orm__mask_has(&s->given[i], c) || column->primary_key || column->counter_of || column->is.created_at || column->is.updated_at || orm__seed_is_same(column, row, orm__seed_row(s, i))) continue;
        const orm_value value = orm__value_of(column, orm__seed_row(s, i));
        orm__store(column, row, &value);
        differs = true;
    }
    return differs;
}

static bool orm__seed_was_made(const orm__seeding *s, size_t i) { return s->made && s->made[(s->done + i) / 8] & 1 << (s->done + i) % 8; }

static orm_status orm__seed_there(orm__seeding *s, size_t i, void *row)
{
    bool made = s->again && orm__seed_was_made(s, i), differs = (!s->options->keep || made) && orm__seed_merge(s, i, row);
    orm_status status = differs ? orm__save(s->db, s->model, row, NULL) : ORM_OK;
    if (status || made) return status;
    s->out->updated += differs;
    if (s->again) s->out->unchanged -= differs;
    else s->out->unchanged += !differs;
    return ORM_OK;
}

/* new rows move to the front of the page, and are created together */
static orm_status orm__seed_write(orm__seeding *s)
{
    size_t fresh = 0;
    bool exists = true;
    orm_status status = s->done ? ORM_OK : orm__exists(s->db, s->model, NULL, &exists);
    if (!s->done) s->was_empty = !exists;
    for (size_t i = 0; i < s->n && !status; i++) {
        void *row = s->was_empty ? NULL : orm__seed_find_one(s, i, &status);
        if (row) status = orm__seed_there(s, i, row);
        else if (fresh++ != i) memcpy(orm__seed_row(s, fresh - 1), orm__seed_row(s, i), s->model->size);
        if (!row && s->made) s->made[(s->done + i) / 8] |= (unsigned char)(1 << (s->done + i) % 8);
        orm__free(row);
    }
    if (!status && fresh) status = orm__create_all(s->db, s->model, s->rows, fresh, NULL);
    if (!status) s->out->created += fresh;
    return status;
}

/* the first time, in a circle: rows let go of those that come later */
static orm_status orm__seed_let_go(orm__seeding *s, void *row)
{
    const orm_value null = { .type = ORM_NULL };
    bool held = false;
    for (size_t c = 0; c < s->model->n_columns; c++) {
        if (!orm__seed_is_late(s->layout, &s->model->columns[c]) || orm__is_unset(&s->model->columns[c], row)) continue;
        orm__store(&s->model->columns[c], row, &null);
        held = true;
    }
    return held ? orm__save(s->db, s->model, row, NULL) : ORM_OK;
}

static orm_status orm__seed_destroy(orm__seeding *s)
{
    orm_status status = ORM_OK;
    for (size_t i = s->n; i-- > 0 && !status; ) {
        void *row = orm__seed_find_one(s, i, &status);
        if (!row) continue;
        status = s->again ? orm__destroy(s->db, s->model, row, true) : orm__seed_let_go(s, row);
        s->out->destroyed += s->again && !status;
        orm__free(row);
    }
    return status;
}

/* keys that came with rows must not be given once more */
static orm_status orm__seed_numbers(orm__seeding *s)
{
    orm_status status = ORM_OK;
    for (size_t c = 0; c < s->model->n_columns && !status; c++) {
        const orm_column *column = &s->model->columns[c];
        if (!column->is.generated) continue;
        orm__session *db = orm__enter(s->db, ORM__WRITE, NULL, ORM__CALLER, 0);
        if (!db) return orm__refused();
        if (db->dialect->numbers_behind) status = db->dialect->numbers_behind(db->connection, s->model->table, orm__column_name(column));
        orm__leave(db);
    }
    return status;
}

static orm_status orm__seed_pages(orm__seeding *s)
{
    orm_status status = ORM_OK;
    do {
        status = orm__seed_page(s);
        if (status || !s->n) break;
        status = orm__seed_choose_key(s);
        if (!status) status = s->undo ? orm__seed_destroy(s) : orm__seed_write(s);
        s->done += s->n;
        if (!status && s->options->progress && s->again == s->undo) s->options->progress(s->options->context, s->model, s->done, s->total);
    } while (!status);
    if (!status && !s->undo && s->done) status = orm__seed_numbers(s);
    return status;
}

/* how many rows the file has */
static orm_status orm__seed_count(orm__seeding *s)
{
    s->records.arena = &s->page;
    while (orm__records_next(&s->records)) s->total++;
    if (s->records.why) return orm__seed_refuse(s, s->records.line, NULL, "%s", s->records.why);
    orm_arena_reset(&s->page);
    return orm__records_open(&s->records, s->seed->file, &s->file);
}

/* ---- seeds in order -------------------------------------------------------------------------------------------------------------- */
static orm_status orm__seed_one(orm__seeding s)
{
    orm_status status = ORM_OK;
    const orm_seeding *seed = s.seed;
    s.page.orm__allocator = s.file.orm__allocator = orm__default_allocator();
    if (seed->file) status = orm__records_open(&s.records, seed->file, &s.file);
    if (!status && seed->file && s.undo) status = orm__seed_count(&s);
    /* what goes, goes from the last row to the first, in one page */
    s.page_size = s.undo ? s.total + 1 : ORM__SEED_PAGE;
    s.rows = status ? NULL : orm_arena_allocate(&s.file, s.page_size * s.model->size);
    s.given = status ? NULL : orm_arena_allocate(&s.file, s.page_size * sizeof *s.given);
    if (!status && (!s.rows || !s.given)) status = orm__seed_no_memory();
    if (!status) status = orm__seed_pages(&s);
    orm_arena_release(&s.page);
    orm_arena_release(&s.file);
    return status;
}

/* are all whom the model refers to placed already? `required`: those whose keys may be NULL, or are looked at in the end, do not count */
static bool orm__rows_may_follow(const orm_schema *schema, const orm__layout *layout, const orm_model *model, bool required)
{
    for (size_t i = 0; i < model->n_columns + model->n_relations; i++) {
        const orm_relation *key = i < model->n_columns ? NULL : orm__foreign_key(model, i - model->n_columns);
        const orm_model *parent = key ? key->target : NULL;
        const orm_column *column = i < model->n_columns ? &model->columns[i] : key ? key->key[0] : NULL;
        bool asked = false, placed = false;
        if (i < model->n_columns && !orm__target_of(column, &parent)) continue;
        bool waits = column && (column->nullable || (key ? key->deferral : column->deferral) == ORM_DEFERRED);
        if (!parent || parent == model || (required && waits)) continue;
        for (size_t m = 0; m < schema->n_models; m++) asked |= schema->models[m] == parent;
        for (size_t m = 0; m < layout->n_models; m++) placed |= layout->models[m] == parent;
        if (asked && !placed) return false;
    }
    return true;
}

/* Parents before children; in a circle who can do without comes first. */
ORM_PRIVATE bool orm__order_rows(const orm_schema *schema, orm_arena *arena, orm__layout *out)
{
    *out = (orm__layout){ .n_models = 0 };
    out->models = orm_arena_allocate(arena, (schema->n_models + 1) * sizeof *out->models);
    while (out->models && out->n_models < schema->n_models) {
        const orm_model *best = NULL;
        int rank = 3;                                /* 0: all are placed, 1: all that it needs, 2: a circle of keys that are needed at once, which nobody can fill */
        for (size_t m = 0; m < schema->n_models && rank; m++) {
            const orm_model *model = schema->models[m];
            bool placed = false;
            for (size_t i = 0; i < out->n_models; i++) placed |= out->models[i] == model;
            int its = placed ? 3 : orm__rows_may_follow(schema, out, model, false) ? 0 : orm__rows_may_follow(schema, out, model, true) ? 1 : 2;
            if (its >= rank) continue;
            rank = its;
            best = model;
        }
        if (!best) break;                            /* a model that is there twice */
        out->models[out->n_models++] = best;
    }
    return out->models != NULL;
}

/* the models of the seeds as a schema, so that parents come first */
static orm_status orm__seed_order(const orm_seeding *seeds, orm_arena *arena, orm__layout *layout)
{
    size_t n = 0, most = 0;
    while (seeds[most].model) most++;
    const orm_model **models = orm_arena_allocate(arena, (most + 1) * sizeof *models);
    if (!models) return orm__seed_no_memory();
    for (size_t i = 0; i < most; i++) {
        bool known = false;
        for (size_t k = 0; k < n; k++) known |= models[k] == seeds[i].model;
        if (!known) models[n++] = seeds[i].model;
    }
    return orm__order_rows(&(orm_schema){ .name = "", .models = models, .n_models = n }, arena, layout) ? ORM_OK : orm__seed_no_memory();
}

/* each of them, in the order of the models; in a circle twice: first without the keys that wait, or to let go of them */
static orm_status orm__seed_each(orm__seeding *s, const orm_seeding *seeds, unsigned char *const *made)
{
    orm_status status = ORM_OK;
    for (size_t m = 0; m < s->layout->n_models && !status; m++)
        for (size_t i = 0; seeds[i].model && !status; i++) {
            if (seeds[i].model != s->layout->models[s->undo ? s->layout->n_models - 1 - m : m]) continue;
            s->seed = &seeds[i];
            s->model = seeds[i].model;
            s->total = seeds[i].n;
            s->made = made ? made[i] : NULL;
            status = orm__seed_one(*s);
        }
    return status;
}

/* room for a bit of each row of each seed; files are counted */
static orm_status orm__seed_bits(const orm_seeding *seeds, orm_arena *arena, unsigned char ***out)
{
    size_t n = 0;
    while (seeds[n].model) n++;
    *out = orm_arena_allocate(arena, (n + 1) * sizeof **out);
    for (size_t i = 0; i < n && *out; i++) {
        orm__seeding s = { .seed = &seeds[i], .model = seeds[i].model, .total = seeds[i].n };
        orm_status status = ORM_OK;
        s.page.orm__allocator = s.file.orm__allocator = orm__default_allocator();
        if (seeds[i].file) status = orm__records_open(&s.records, seeds[i].file, &s.file);
        if (!status && seeds[i].file) status = orm__seed_count(&s);
        orm_arena_release(&s.page);
        orm_arena_release(&s.file);
        if (status) return status;
        (*out)[i] = orm_arena_allocate(arena, s.total / 8 + 1);
        if (!(*out)[i]) *out = NULL;
    }
    return *out ? ORM_OK : orm__seed_no_memory();
}

static orm_status orm__seed_all(orm_db *db, const orm_seeding *seeds, const orm_seed_options *options, bool undo, orm_seeded *out)
{
    static const orm_seed_options usual = { .keep = false };
    orm_seeded unused, *to = out ? out : &unused;
    orm_arena arena = { .orm__allocator = orm__default_allocator() };
    orm__layout layout = { .n_models = 0 };
    unsigned char **made = NULL;
    *to = (orm_seeded){ 0 };
    if (!db || !seeds) return orm__raise(NULL, ORM_MISUSE, 0, "seeds need a database and a table of them");
    orm__seeding s = { .db = db->tenant ? db : orm_all_tenants(db), .options = options ? options : &usual, .out = to, .layout = &layout, .undo = undo };
    orm_status status = orm__seed_order(seeds, &arena, &layout);
    bool circle = !status && orm__seed_has_circle(&layout);
    if (circle && !undo) status = orm__seed_bits(seeds, &arena, &made);
    orm_tx *tx = status ? NULL : orm_begin(db, NULL);
    if (!status && !tx) status = orm_error()->kind;
    if (!status && (circle || !undo)) status = orm__seed_each(&s, seeds, made);
    s.again = true;
    if (!status && (circle || undo)) status = orm__seed_each(&s, seeds, made);
    if (tx && !status) status = orm_commit(tx);
    else if (tx) orm_rollback(tx);
    if (status) *to = (orm_seeded){ 0 };
    orm_arena_release(&arena);
    return status;
}

ORM_API orm_status orm_seed(orm_db *db, const orm_seeding *seeds, const orm_seed_options *options, orm_seeded *out) { return orm__seed_all(db, seeds, options, false, out); }
ORM_API orm_status orm_seed_undo(orm_db *db, const orm_seeding *seeds, const orm_seed_options *options, orm_seeded *out) { return orm__seed_all(db, seeds, options, true, out); }

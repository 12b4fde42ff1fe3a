/* >>save: a row that was read or created, written back: what changed, or what was loaded. */
#include "internal.h"

#define ORM__FEW_VALUES 32              /* of a statement, for which no memory is taken */
/* how a row is written back: with its tenant and version as conditions, where the model has them */
typedef struct orm__saving {
    orm__session *db; const orm_model *model; orm__model_form *form; void *row; orm__result *result; const orm__load *load; void *snapshot; bool tenant;
    orm__ahead *ahead; size_t index;    /* of many rows that do not wait for each other, this one; or NULL */
} orm__saving;
typedef struct orm__save_ask { orm__ask ask; orm__saving s; orm_mask mask; } orm__save_ask;      /* to be answered later */

static void orm__save_remember(const orm__saving *s, const orm_mask *mask, orm__prepared *p)
{
    orm__shape_remember(&s->form->saved, p);
    s->form->saved_columns = *mask;
    s->form->saved_tenant = s->tenant;
}

/* update t set a = ?1, b = ?2, version = version + 1 where id = ?3 and version = ?4 */
static orm_status orm__save_prepare(const orm__saving *s, const orm_mask *mask, orm__prepared **out)
{
    orm__session *db = s->db;
    const orm_model *model = s->model;
    struct { uint64_t tag; const orm_model *model; orm_mask mask; uint64_t tenant; } key;
    /* mostly it is the one of the last time */
    *out = s->form->saved_tenant == s->tenant && orm__masks_equal(&s->form->saved_columns, mask) ? orm__shape_again(db, s->form->saved) : NULL;
    if (*out) return ORM_OK;
    memset(&key, 0, sizeof key);
    key.tag = 4;
    key.model = model;
    key.mask = *mask;
    key.tenant = s->tenant;
    *out = orm__shape_find(db, &key, sizeof key);
    if (*out) {
        orm__save_remember(s, mask, *out);
        return ORM_OK;
    }
    orm__writer sql = { .allocator = &db->allocator, .dialect = db->dialect };
    orm__build b;
    orm__build_begin(&b, db);
    orm__build_spell(&b, &sql);
    orm__put(&sql, "update ");
    orm__b_table(&b, model, 0);
    const char *before = " set ";
    for (size_t i = 0; i < model->n_columns; i++) {
        if (!orm__mask_has(mask, i)) continue;
        orm__put(&sql, before);
        orm__put_name(&sql, orm__column_name(&model->columns[i]));
        orm__put(&sql, " = ");
        orm__b_bind(&b, &model->columns[i], (orm_value){ .type = ORM_NULL });
        before = ", ";
    }
    orm__b_stamps(&b, model, NULL, 0);
    orm__b_key_condition(&b, model, s->tenant, true);
    orm_status status = b.status ? b.status : orm__prepare(db, &sql, out);
    orm__writer_release(&sql);
    if (status) return status;
    (*out)->secret = b.secret;
    status = orm__shape_add(db, *out, &key, sizeof key);
    if (status) orm__prepared_free(db, *out);
    else orm__save_remember(s, mask, *out);
    return status;
}

/* what no save writes: why not */
static const char *orm__not_saved(const orm_column *c)
{
    if (c->primary_key) return "a primary key does not change";
    if (c->immutable) return "is immutable: it is written once, by create";
    if (c->counter_of) return "is a counter, which the database keeps";
    if (c->is.version) return "is the version, which every write counts";
    if (c->is.deleted_at) return "is written by destroy and restore";
    return NULL;
}

/* Nearly always nothing but members of plain types was changed, which were loaded: then they are what is written. False: nobody knows yet. */
static bool orm__save_changed(const orm__saving *s, orm_mask *out)
{
    const orm__way *m = s->form->member;
    const void *row = s->row, *before = s->snapshot;
    memset(out, 0, sizeof *out);
    for (size_t i = 0, n = s->model->n_columns; i < n; i++, m++) {
        if (orm__member_same(m, row, before)) continue;
        if (!m->saved || !orm__mask_has(&s->load->columns, i) || !orm__member_other(m, row, before)) return false;
        orm__mask_add(out, i);
    }
    return true;
}

/* Which columns a save writes: those asked for, else what differs from the snapshot, else what was loaded; never a key. A secret that was not loaded is
   written when the program has set it. */
static orm_status orm__save_columns(const orm__saving *s, const orm_mask *only, orm_mask *out)
{
    const orm_model *model = s->model;
    if (ORM__LIKELY(!only && s->snapshot) && orm__save_changed(s, out)) return ORM_OK;
    memset(out, 0, sizeof *out);
    for (size_t i = 0; i < model->n_columns; i++) {
        const orm_column *c = &model->columns[i];
        if (!only && s->snapshot && orm__member_same(&s->form->member[i], s->row, s->snapshot)) continue;
        bool loaded = !s->load || orm__mask_has(&s->load->columns, i), asked = only && orm__mask_has(only, i);
        bool differs = s->snapshot && !orm__members_equal(c, s->row, s->snapshot);
        bool given = c->secret && !loaded && (s->snapshot ? differs : !orm__is_untouched(c, s->row));
        const char *why = orm__not_saved(c);
        if (why) {
            /* a version that is set by hand is the one that the row is expected to have */
            if (asked || (differs && !c->counter_of && !c->is.version))
                return orm__raise_at(s->db, ORM_MISUSE, model, c, "%s%s", why, c->primary_key && differs ? ": create a new row and destroy the old one" : "");
            continue;
        }
        if (only) {
            if (!asked) continue;
            if (!loaded && !given && (!s->snapshot || !differs)) return orm__raise_at(s->db, ORM_MISUSE, model, c, "was not loaded with this row, so it cannot be saved");
            orm__mask_add(out, i);
        } else if (given) {
            orm__mask_add(out, i);
        } else if (s->snapshot ? differs : loaded && !c->is.created_at && (!c->is.hash || !orm__is_untouched(c, s->row))) {
            if (!loaded) return orm__raise_at(s->db, ORM_MISUSE, model, c, "was not loaded with this row, so it is not written by save: use save_only, or read the whole row");
            orm__mask_add(out, i);
        }
    }
    return ORM_OK;
}

/* After a save outside a transaction the snapshot is what is in the database now, with its own copies of the texts; inside one it is
   dropped, for a rollback would leave it wrong. */
static void orm__save_snapshot(const orm__saving *s, const orm_mask *mask)
{
    if (!s->snapshot) return;
    bool kept = s->db->level == 0;
    orm_mask changed = *mask;
    if (s->model->version) orm__mask_add(&changed, orm__column_index(s->model, s->model->version));
    ORM__EACH_IN(i, &changed, s->model->n_columns) {
        if (!kept) continue;
        const orm__way *m = &s->form->member[i];
        const orm_column *c = m->column;
        if (ORM__LIKELY(m->take >= 4)) {
            memcpy((char *)s->snapshot + m->offset, (const char *)s->row + m->offset, m->take);
            if (m->set) ((char *)s->snapshot)[m->set] = ((const char *)s->row)[m->set];
            continue;
        }
        orm_value v = orm__value_of(c, s->row);
        if (v.type == ORM_TEXT || v.type == ORM_JSON) {
            v.as.s = orm__bump_text(s->result->arena, v.as.s, strlen(v.as.s));
            kept = v.as.s != NULL;
        } else if (v.type == ORM_BLOB) {
            v.as.p = orm__bump_text(s->result->arena, v.as.p, v.length);
            kept = v.as.p != NULL;
        } else if (v.type == ORM_ARRAY) {
            kept = orm__array_copy(s->result->arena, &v);
        }
        if (kept) orm__store(c, s->snapshot, &v);
    }
    if (!kept) *orm__ticket(s->model, s->snapshot) = 0;
}

/* what the write changes in the row */
static orm_status orm__save_written(const orm__saving *s, const orm_mask *mask, orm_time now, int64_t changed)
{
    const orm_model *model = s->model;
    if (changed == 0) return orm__raise_stale(s->db, model, s->row);
    for (size_t i = 0; s->form->stamped && i < model->n_columns; i++)
        if (model->columns[i].is.updated_at) memcpy((char *)s->row + model->columns[i].offset, &now, sizeof now);
    if (model->version) {
        orm_value next = orm__value_of(model->version, s->row);
        next.as.i++;
        orm__store(model->version, s->row, &next);
    }
    if (ORM__UNLIKELY(s->form->hashed)) orm__forget_passwords(model, s->row);
    orm__save_snapshot(s, mask);
    return ORM_OK;
}

static orm_status orm__answer_save(orm__session *db, orm__ask *ask)
{
    const orm__save_ask *sent = (const orm__save_ask *)ask;
    int64_t changed = 0;
    orm_status status = orm__run_write(db, ask->prepared, ask->values, ask->n_values, &changed);
    return status ? status : orm__save_written(&sent->s, &sent->mask, ask->now, changed);
}

static orm_status orm__save_send(const orm__saving *s, const orm_mask *mask, orm_time now, orm__prepared *p, const orm_value *values, size_t n)
{
    orm__save_ask *sent = (orm__save_ask *)orm__bump(&s->db->scratch, sizeof *sent, _Alignof(orm__save_ask));
    if (!sent) return orm__raise(s->db, ORM_NO_MEMORY, 0, "out of memory");
    *sent = (orm__save_ask){ .ask = { .answer = orm__answer_save, .model = s->model, .prepared = p, .values = values, .n_values = n, .now = now, .row = s->index }, .s = *s, .mask = *mask };
    return orm__ahead_send(s->ahead, &sent->ask);
}

/* the columns of the mask, as they are in the row; key, tenant and version as conditions */
static orm_status orm__save_write(const orm__saving *s, orm_mask *mask)
{
    orm__session *db = s->db;
    const orm_model *model = s->model;
    orm_time now = s->form->stamped ? orm_now() : 0;
    orm__prepared *p;
    int64_t changed = 0;
    orm_value few[ORM__FEW_VALUES], *values = few;
    size_t n = 0, n_key = 0, most = model->n_columns + ORM__MAX_KEY + 2;
    for (size_t i = 0; s->form->stamped && i < model->n_columns; i++)
        if (model->columns[i].is.updated_at) orm__mask_add(mask, i);
    if (ORM__UNLIKELY(most > ORM__FEW_VALUES) && !(values = (orm_value *)orm__bump(&db->scratch, most * sizeof *values, 8))) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory");
    orm_status status = orm__save_prepare(s, mask, &p);
    ORM__EACH_IN(i, mask, model->n_columns) {
        const orm__way *m = &s->form->member[i];
        if (status) continue;
        if (s->form->stamped && m->column->is.updated_at) values[n] = (orm_value){ .type = ORM_TIME, .as.i = now };
        else status = orm__member_value(db, m, s->row, &values[n]);
        n++;
    }
    if (!status) status = orm__key_values(db, model, NULL, s->row, values + n, &n_key);
    if (status) return status;
    n += n_key;
    if (s->tenant) values[n++] = (orm_value){ .type = ORM_INT64, .as.i = db->handle->tenant };
    if (model->version) values[n++] = orm__value_of(model->version, s->row);
    if (s->ahead) return orm__save_send(s, mask, now, p, values, n);
    status = orm__run_write(db, p, values, n, &changed);
    return status ? status : orm__save_written(s, mask, now, changed);
}

/* What is to be written is made normal, and may then be what it was; the rules of several fields that read it must know all that they read. */
static orm_status orm__save_normalize(const orm__saving *s, const orm_mask *only, orm_mask *mask)
{
    const orm_model *model = s->model;
    if (ORM__LIKELY(!s->form->normalized && !model->validated)) return ORM_OK;
    orm_status status = orm__normalize_row(s->db, model, s->row, mask);
    if (!status && s->db->normal) status = orm__save_columns(s, only, mask);
    if (status || ORM__LIKELY(!model->validated)) return status;
    orm_mask known = *mask;
    for (size_t i = 0; i < model->n_columns; i++)
        if (!model->columns[i].is.hash && (!s->load || orm__mask_has(&s->load->columns, i))) orm__mask_add(&known, i);
    return orm__rules_known(s->db, model, mask, &known, only ? "save_only" : "save", "read it with the row");
}

static orm_status orm__save_plain(const orm__saving *s, const orm_mask *only)
{
    orm_mask mask;
    orm_failures failures;
    orm_status status = orm__save_columns(s, only, &mask);
    if (status || orm__mask_empty(&mask)) return status;
    status = orm__save_normalize(s, only, &mask);
    if (status || orm__mask_empty(&mask)) return status;
    failures.count = failures.total = 0;
    orm__validate_form(s->form, s->row, &mask, ORM__CHANGES, s->db->options.max_text, 0, &failures);
    return failures.total ? orm__raise_failures(s->db, s->model, &failures) : orm__save_write(s, &mask);
}

/* The hooks may change the row: what they change is written, also when other fields are named. When nothing is left to be written, nothing is. */
static orm_status orm__save_hooked(const orm__saving *s, const orm_mask *only)
{
    const orm_model *model = s->model;
    orm_mask mask, wider = only ? *only : (orm_mask){ { 0 } };
    void *before = orm__bump(&s->db->scratch, model->size, 16);
    if (!before) return orm__raise(s->db, ORM_NO_MEMORY, 0, "out of memory");
    memcpy(before, s->row, model->size);
    orm_status status = orm__save_columns(s, only, &mask);
    if (!status) status = orm__save_normalize(s, only, &mask);
    if (!status) status = orm__validate_hooked(s->db, model, s->row, &mask, ORM__CHANGES);
    if (!status) status = orm__hooks_run(s->db, model, ORM_BEFORE_SAVE, s->row, 1);
    if (!status) status = orm__hooks_run(s->db, model, ORM_BEFORE_UPDATE, s->row, 1);
    for (size_t i = 0; i < model->n_columns && only; i++)
        if (!orm__members_equal(&model->columns[i], s->row, before)) orm__mask_add(&wider, i);
    if (!status) status = orm__save_columns(s, only ? &wider : NULL, &mask);
    if (status || orm__mask_empty(&mask)) return status;
    status = orm__save_plain(s, only ? &wider : NULL);
    if (!status) status = orm__hooks_run(s->db, model, ORM_AFTER_UPDATE, s->row, 1);
    return status ? status : orm__hooks_run(s->db, model, ORM_AFTER_SAVE, s->row, 1);
}

static orm_status orm__save_either(orm__session *db, const orm_model *model, void *row, const orm_mask *only, orm__ahead *ahead, size_t index)
{
    orm__saving s = { .db = db, .model = model, .row = row, .ahead = ahead, .index = index };
    orm__self()->model = model;
    orm_status status = orm__check_row(db, model, row, only ? "save_only" : "save");
    if (status) return status;
    uint64_t ticket = *orm__ticket(model, row);
    bool fresh = ORM__KIND(ticket) == ORM__KIND_FRESH;
    if (ORM__KIND(ticket) == ORM__KIND_CREATED) {
        status = orm__created_is_lost(db, model, ticket, &fresh);
        if (status) return status;
    }
    if (fresh && only) return orm__raise_at(db, ORM_MISUSE, model, NULL, "save_only: the row is not in the database yet: %s_create or %s_save inserts it", model->name, model->name);
    if (fresh) return ahead ? orm__create_ahead(ahead, model, row, "save", index) : orm__create_entered(db, model, row, "save");
    if (ORM__KIND(ticket) == ORM__KIND_RESULT) {
        s.result = orm__result_of(ticket);
        s.load = &s.result->loads[ORM__LOAD(ticket)];
        s.snapshot = orm__snapshot(model, s.result, row);
    }
    if (only && orm__mask_names_none(model, only)) return orm__raise_at(db, ORM_MISUSE, model, NULL, "save_only: the mask names no field");
    status = orm__tenant_limits(db, model, &s.tenant);
    if (status) return status;
    s.form = orm__form_of(db, model);
    if (!s.form) return ORM_NO_MEMORY;
    if (ORM__LIKELY(!orm__hooked(model, ORM__UPDATE_EVENTS))) return orm__save_plain(&s, only);
    status = orm__level_begin(db, NULL);
    return status ? status : orm__hooks_end(db, orm__save_hooked(&s, only));
}

ORM_PRIVATE orm_status orm__save_entered(orm__session *db, const orm_model *model, void *row, const orm_mask *only)
{
    struct orm__made_normal *mark = db->normal;
    orm_status status = orm__save_either(db, model, row, only, NULL, 0);
    if (ORM__UNLIKELY(db->normal != mark)) orm__normal_end(db, mark, status);
    return status;
}

/* what saving changes in a row beside the database */
static bool orm__save_changes(const orm_column *c) { return c->is.version || c->is.updated_at || c->is.hash; }

/* the rows as they were: NULL in `out` when saving changes nothing in them */
static orm_status orm__save_keep(orm__session *db, const orm_model *model, const void *rows, size_t n, void **out)
{
    size_t i = 0;
    *out = NULL;
    while (i < model->n_columns && !orm__save_changes(&model->columns[i])) i++;
    if (i == model->n_columns) return ORM_OK;
    *out = orm__allocate(&db->allocator, n * model->size);
    if (!*out) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory for %zu rows", n);
    memcpy(*out, rows, n * model->size);
    return ORM_OK;
}

/* none of them is saved, and so none has the version of one that is */
static void orm__save_undo(const orm_model *model, char *rows, const char *kept, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < model->n_columns; k++) {
            const orm_column *c = &model->columns[k];
            if (!orm__save_changes(c)) continue;
            orm_value v = orm__value_of(c, kept + i * model->size);
            orm__store(c, rows + i * model->size, &v);
        }
    }
}

ORM_API orm_status orm__save_all(orm_db *handle, const orm_model *model, void *rows, size_t n, const orm_mask *only)
{
    orm__session *db = orm__enter(handle, ORM__WRITE, NULL, ORM__CALLER, 0);
    if (!db) return orm__refused();
    orm_status status = n && !rows ? orm__raise_at(db, ORM_MISUSE, model, NULL, "save_all: %zu rows at NULL", n) : n ? orm__level_begin(db, NULL) : ORM_OK;
    bool begun = !status && n;
    void *kept = NULL;
    size_t row = 0;
    orm__ahead ahead;
    ahead.db = db;
    ahead.failed = ORM_OK;
    struct orm__made_normal *mark = db->normal;
    bool sends = begun && orm__ahead_may(db) && !orm__hooked(model, ORM__UPDATE_EVENTS | ORM__CREATE_EVENTS);
    if (begun) status = orm__save_keep(db, model, rows, n, &kept);
    for (size_t i = 0; i < n && !status; i++) {
        status = orm__save_either(db, model, (char *)rows + i * model->size, orm__mask_names_none(model, only) ? NULL : only, sends ? &ahead : NULL, i);
        row = i;
    }
    if (sends) status = orm__ahead_end(&ahead, status, &row);
    for (size_t k = 0; status && begun && k < orm__self()->error.failures.count; k++) orm__self()->error.failures.item[k].row = row;
    if (begun) status = orm__hooks_end(db, status);
    orm__normal_end(db, mark, status);
    if (status && kept) orm__save_undo(model, (char *)rows, (const char *)kept, n);
    orm__release(&db->allocator, kept, n * model->size);
    orm__leave(db);
    return status;
}

ORM_API orm_status orm__save(orm_db *handle, const orm_model *model, void *row, const orm_mask *only)
{
    orm__session *db = orm__enter(handle, ORM__WRITE, NULL, ORM__CALLER, 0);
    if (!db) return orm__refused();
    orm_status status = orm__save_entered(db, model, row, only);
    orm__leave(db);
    return status;
}

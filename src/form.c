/* >>form: what writes look at in the columns of a model, laid out for it and made once for each session. Most members are seen to be fine, to be as they were, or
   are made values of, without a look at the description of their column; what is not that plain goes the long way, which alone knows what is wrong and says it. */
#include "internal.h"

/* what a glance at a member can see; LONG is not to be seen by one */
enum { ORM__LOOK_LONG, ORM__LOOK_NONE, ORM__LOOK_KEY, ORM__LOOK_TEXT, ORM__LOOK_NUMBER, ORM__LOOK_SINGLE, ORM__LOOK_BOOL, ORM__LOOK_TIME, ORM__LOOK_ENUM };

static uint8_t orm__look_of(const orm_column *c, bool required, bool flagged)
{
    if (c->counter_of) return ORM__LOOK_NONE;           /* not the program's to set */
    if (c->rules && c->rules->kind != ORM_RULE_NONE) return ORM__LOOK_LONG;
    bool zero_is_unset = !flagged && (c->is.is_key || c->is.generated);
    switch (c->is.type) {
    case ORM_INT16: case ORM_INT32: return required && zero_is_unset ? ORM__LOOK_LONG : ORM__LOOK_NONE;
    case ORM_INT64: return c->is.bits ? ORM__LOOK_LONG : required && zero_is_unset ? ORM__LOOK_KEY : ORM__LOOK_NONE;
    case ORM_FLOAT: return ORM__LOOK_SINGLE;
    case ORM_DOUBLE: return ORM__LOOK_NUMBER;
    case ORM_BOOL: return ORM__LOOK_BOOL;
    case ORM_TEXT: return c->is.fixed ? ORM__LOOK_LONG : ORM__LOOK_TEXT;
    case ORM_TIME: return ORM__LOOK_TIME;
    case ORM_ENUM: return c->is.labels->count <= UINT32_MAX ? ORM__LOOK_ENUM : ORM__LOOK_LONG;
    default: return ORM__LOOK_LONG;
    }
}

/* bytes that are the whole of the member and have no gaps; 0 for others */
static uint8_t orm__plain_bytes(const orm_column *c)
{
    size_t size = orm__member_size(c->is.type);
    return c->is.type != ORM_DECIMAL && (size == 1 || size == 2 || size == 4 || size == 8 || size == 16) ? (uint8_t)size : 0;
}

static orm__way orm__way_of(const orm_column *c)
{
    bool flagged = orm__has_flag(c), required = !c->nullable && !orm__is_supplied(c);
    bool made = c->is.created_at || c->is.updated_at || c->is.version || c->is.hash;
    bool eight = c->is.type == ORM_INT64 || c->is.type == ORM_DOUBLE || c->is.type == ORM_TIME;
    bool zero_is_unset = c->is.type == ORM_INT64 && !flagged && (c->is.is_key || c->is.generated);
    return (orm__way){
        .column = c, .offset = (uint32_t)c->offset, .set = flagged ? (uint32_t)(c->offset + orm__member_size(c->is.type)) : 0,
        .most = c->is.type == ORM_ENUM ? (uint32_t)c->is.labels->count : c->is.size ? c->is.size : ORM_LENGTH_UNKNOWN - 1,
        .look = orm__look_of(c, required, flagged), .bytes = orm__plain_bytes(c), .type = (uint8_t)c->is.type, .required = required,
        .take = made ? 0 : eight ? 8 : c->is.type == ORM_INT32 && (flagged || !(c->is.is_key || c->is.generated)) ? 4 : c->is.type == ORM_TEXT || c->is.type == ORM_JSON ? 1 : 0,
        .saved = !c->primary_key && !c->immutable && !c->counter_of && !c->secret && !c->is.version && !c->is.deleted_at,
        .has_unset = zero_is_unset || (c->is.type == ORM_TIME && !flagged), .unset = zero_is_unset ? 0 : INT64_MIN,
    };
}

ORM_PRIVATE orm__model_form *orm__form_make(const orm_allocator *allocator, const orm_model *model)
{
    size_t n = model->n_columns, bytes = sizeof(orm__model_form) + n * (sizeof(orm__way) + sizeof(orm__way *) + 2 * sizeof(uint16_t));
    orm__model_form *form = (orm__model_form *)orm__allocate(allocator, bytes);
    if (!form) return NULL;
    memset(form, 0, bytes);
    form->model = model;
    form->block = bytes;
    form->looked = (const orm__way **)(void *)(form->member + n);
    form->marked = (uint16_t *)(void *)(form->looked + n);
    form->supplied = form->marked + n;
    for (size_t i = 0; i < n; i++) {
        const orm_column *c = &model->columns[i];
        form->member[i] = orm__way_of(c);
        form->normalized = form->normalized || c->normalized;
        form->stamped = form->stamped || c->is.updated_at;
        form->hashed = form->hashed || c->is.hash;
        bool supplied = (c->is.generated || c->default_sql) && !c->counter_of;
        if (supplied) form->supplied[form->n_supplied++] = (uint16_t)i;
        if (c->is.created_at || c->is.updated_at || c->is.version || c->is.generated || c->counter_of || c->is.hash) form->marked[form->n_marked++] = (uint16_t)i;
        if (!c->counter_of) orm__mask_add(&form->given, i);
        if (form->member[i].look != ORM__LOOK_NONE) form->looked[form->n_looked++] = &form->member[i];
        if (!c->counter_of && !supplied) orm__mask_add(&form->usual, i);
    }
    return form;
}

/* ---- is it fine? ------------------------------------------------------------------------------------------------------------- */

/* without a byte beyond ASCII; the last words overlap */
static inline bool orm__way_ascii(const char *at, size_t size)
{
    uint64_t seen = 0;
    if (size >= 8) {
        for (size_t i = 0; i + 8 < size; i += 8) seen |= ORM__READ_AT(uint64_t, at + i);
        seen |= ORM__READ_AT(uint64_t, at + size - 8);
    } else if (size >= 4) {
        seen = ORM__READ_AT(uint32_t, at) | ORM__READ_AT(uint32_t, at + size - 4);
    } else {
        for (size_t i = 0; i < size; i++) seen |= (unsigned char)at[i];
    }
    return (seen & UINT64_C(0x8080808080808080)) == 0;
}

/* a character has one byte or more: a text of no more bytes than its column has characters is not too long */
static __attribute__((noinline)) bool orm__text_is_fine(const orm__way *m, const char *text_, size_t max_text)
{
    if (!text_) return !m->required;
    size_t size = strlen(text_);
    return size <= m->most && size <= max_text && (ORM__LIKELY(orm__way_ascii(text_, size)) || orm__check_bytes(text_, size, NULL) == ORM__TEXT_OK);
}

static inline bool orm__glance(const orm__way *m, const char *row, size_t max_text)
{
    const char *at = row + m->offset;
    if (m->set && !ORM__READ_AT(bool, row + m->set)) return true;       /* has a flag: may be NULL, and is */
    switch (m->look) {
    case ORM__LOOK_NONE:   return true;
    case ORM__LOOK_KEY:    return ORM__READ_AT(int64_t, at) != 0;
    case ORM__LOOK_TEXT:   return orm__text_is_fine(m, ORM__READ_AT(const char *, at), max_text);
    case ORM__LOOK_NUMBER: return !__builtin_isnan(ORM__READ_AT(double, at));
    case ORM__LOOK_SINGLE: return !__builtin_isnan(ORM__READ_AT(float, at));
    case ORM__LOOK_BOOL:   return ORM__READ_AT(unsigned char, at) <= 1;
    case ORM__LOOK_TIME: {
        int64_t i = ORM__READ_AT(int64_t, at);
        return (i >= ORM__FIRST_TIME && i <= ORM__LAST_TIME) || (i == INT64_MIN && !m->set && !m->required);
    }
    case ORM__LOOK_ENUM: {
        unsigned value = ORM__READ_AT(unsigned, at);
        return value ? value <= m->most : !m->required;
    }
    default: return false;
    }
}

ORM_PRIVATE bool orm__value_is_fine(const orm__way *m, orm_value *v)
{
    bool whole = v->type == ORM_INT64;
    switch (m->look) {
    case ORM__LOOK_NONE: case ORM__LOOK_KEY:
        if (!whole || (v->as.i == 0 && m->column->is.is_key)) return false;
        if (m->type == ORM_INT32 ? v->as.i != (int32_t)v->as.i : m->type == ORM_INT16 && v->as.i != (int16_t)v->as.i) return false;
        break;
    case ORM__LOOK_NUMBER:
        if (v->type != ORM_DOUBLE || __builtin_isnan(v->as.d)) return false;
        break;
    case ORM__LOOK_BOOL:
        if ((!whole && v->type != ORM_BOOL) || v->as.i < 0 || v->as.i > 1) return false;
        break;
    case ORM__LOOK_TIME:
        if ((!whole && v->type != ORM_TIME) || v->as.i < ORM__FIRST_TIME || v->as.i > ORM__LAST_TIME) return false;
        break;
    default:
        return false;
    }
    v->type = m->type;
    return true;
}

/* a loop of its own, as nearly every row is fine; so are those for a few members */
static bool orm__all_fine(const orm__model_form *form, const char *row, size_t max_text)
{
    for (const orm__way *const *at = form->looked, *const *end = at + form->n_looked; at < end; at++)
        if (!orm__glance(*at, row, max_text)) return false;
    return true;
}

static bool orm__these_fine(const orm__model_form *form, const char *row, const orm_mask *only, size_t max_text)
{
    ORM__EACH_IN(i, only, form->model->n_columns)
        if (!orm__glance(&form->member[i], row, max_text)) return false;
    return true;
}

/* what is not fine at a glance */
static __attribute__((noinline)) void orm__look_closer(const orm__model_form *form, const void *row, const orm_mask *only, unsigned when, size_t max_text, size_t index, orm_failures *failures)
{
    orm_mask closer = { { 0 } };
    for (size_t i = 0; i < form->model->n_columns; i++)
        if ((!only || orm__mask_has(only, i)) && !orm__glance(&form->member[i], (const char *)row, max_text)) orm__mask_add(&closer, i);
    orm__validate_row(form->model, row, &closer, when, max_text, index, failures);
}

ORM_PRIVATE void orm__validate_form(const orm__model_form *form, const void *row, const orm_mask *only, unsigned when, size_t max_text, size_t index, orm_failures *failures)
{
    /* the rules of several fields ask which others failed */
    if (ORM__UNLIKELY(form->model->validated)) orm__validate_row(form->model, row, only, when, max_text, index, failures);
    else if (!(only ? orm__these_fine(form, row, only, max_text) : orm__all_fine(form, row, max_text))) orm__look_closer(form, row, only, when, max_text, index, failures);
}

/* ---- values -------------------------------------------------------------------------------------------------------------------- */

static inline __attribute__((always_inline)) bool orm__way_take(const orm__way *m, const void *row, orm_value *v)
{
    const char *at = (const char *)row + m->offset;
    if (!m->take) return false;
    *v = (orm_value){ .type = m->type };
    if (m->set && !ORM__READ_AT(bool, (const char *)row + m->set)) {
        v->type = ORM_NULL;
    } else if (m->take == 1) {
        v->as.s = ORM__READ_AT(const char *, at);
        if (v->as.s) v->length = (uint32_t)strlen(v->as.s);
        else v->type = ORM_NULL;
    } else if (m->take == 8) {
        v->as.i = ORM__READ_AT(int64_t, at);
        if (m->has_unset && v->as.i == m->unset) *v = (orm_value){ .type = ORM_NULL };
    } else {
        v->as.i = ORM__READ_AT(int32_t, at);
    }
    return true;
}

ORM_PRIVATE orm_status orm__member_value(orm__session *db, const orm__way *m, const void *row, orm_value *out)
{
    const orm_column *c = m->column;
    char why[160];
    orm_status kind = ORM_VALUE_RANGE;
    if (ORM__LIKELY(orm__way_take(m, row, out))) return ORM_OK;
    *out = orm__value_of(c, row);
    const char *message_ = orm__fit_again(c, out, db->options.max_text, why, &kind);
    if (message_) return orm__raise_at(db, kind, c->model, c, "%s", message_);
    return c->is.hash ? orm__hash_password(db, c, out) : ORM_OK;
}

static __attribute__((noinline)) orm_status orm__insert_value(orm__session *db, const orm__way *m, const void *row, orm_time now, orm_value *v)
{
    const orm_column *c = m->column;
    orm_status status = orm__member_value(db, m, row, v);
    if ((c->is.created_at || c->is.updated_at) && v->type == ORM_NULL) *v = (orm_value){ .type = ORM_TIME, .as.i = now };
    if (c->is.version && v->as.i == 0) v->as.i = 1;
    return status;
}

ORM_PRIVATE orm_status orm__values_of(orm__session *db, const orm__way *const *ways, size_t n, const void *row, orm_time now, orm_value *values)
{
    for (const orm__way *const *end = ways + n; ways < end; ways++, values++) {
        orm_status status = ORM__LIKELY(orm__way_take(*ways, row, values)) ? ORM_OK : orm__insert_value(db, *ways, row, now, values);
        if (status) return status;
    }
    return ORM_OK;
}

ORM_PRIVATE orm_status orm__insert_values(orm__session *db, const orm__model_form *form, const void *row, const orm_mask *mask, orm_time now, orm_value *values, size_t *n)
{
    const orm__way *m = form->member;
    orm_value *v = values + *n;
    for (size_t i = 0, columns = form->model->n_columns; i < columns; i++, m++) {
        if (!orm__mask_has(mask, i)) continue;
        orm_status status = ORM__LIKELY(orm__way_take(m, row, v)) ? ORM_OK : orm__insert_value(db, m, row, now, v);
        if (status) return status;
        v++;
    }
    *n = (size_t)(v - values);
    return ORM_OK;
}

ORM_PRIVATE orm_mask orm__insert_columns(const orm__model_form *form, const void *row)
{
    orm_mask mask = form->given;
    for (size_t k = 0; k < form->n_supplied; k++) {
        size_t i = form->supplied[k];
        if (orm__member_unset(&form->member[i], row)) orm__mask_remove(&mask, i);
    }
    return mask;
}

ORM_PRIVATE bool orm__inserts_these(const orm__model_form *form, const void *row, const orm_mask *mask)
{
    for (size_t k = 0; k < form->n_supplied; k++)
        if (orm__member_unset(&form->member[form->supplied[k]], row) == orm__mask_has(mask, form->supplied[k])) return false;
    return true;
}

/* >>changes: what of a row differs from what was read, as save sees it. No database is asked. */
#include "internal.h"

/* the load that the row came by, or NULL; and its snapshot, or NULL */
static const orm__load *orm__load_of(const orm_model *model, const void *row, const void **snapshot)
{
    *snapshot = NULL;
    const orm__result *result = ORM__KIND(*orm__ticket(model, row)) == ORM__KIND_RESULT ? orm__result_of(*orm__ticket(model, row)) : NULL;
    if (!result) return NULL;
    *snapshot = orm__snapshot(model, result, row);
    return &result->loads[ORM__LOAD(*orm__ticket(model, row))];
}

static bool orm__would_save(const orm_column *column, const void *row, const orm__load *load, const void *snapshot)
{
    bool loaded = !load || orm__mask_has(&load->columns, orm__column_index(column->model, column));
    if (column->primary_key || column->immutable || column->counter_of || column->is.version || column->is.deleted_at) return false;
    if (snapshot) return !orm__members_equal(column, row, snapshot);
    return (loaded && !column->is.created_at && !column->is.hash) || (column->secret && !orm__is_untouched(column, row));
}

ORM_API orm_mask orm__changes(const orm_model *model, const void *row)
{
    const void *snapshot = NULL;
    orm_mask mask = { { 0 } };
    if (!row) return mask;
    const orm__load *load = orm__load_of(model, row, &snapshot);
    for (size_t i = 0; i < model->n_columns; i++)
        if (orm__would_save(&model->columns[i], row, load, snapshot)) orm__mask_add(&mask, i);
    return mask;
}

ORM_API bool orm__changed(const orm_column *column, const void *row)
{
    const void *snapshot = NULL;
    if (!row) return false;
    const orm__load *load = orm__load_of(column->model, row, &snapshot);
    return orm__would_save(column, row, load, snapshot);
}

ORM_API const void *orm__previous(const orm_model *model, const void *row, size_t offset)
{
    const void *snapshot = NULL;
    if (!row) return NULL;
    const orm__load *load = orm__load_of(model, row, &snapshot);
    for (size_t i = 0; snapshot && i < model->n_columns; i++)
        if (model->columns[i].offset == offset) return orm__mask_has(&load->columns, i) ? (const char *)snapshot + offset : NULL;
    return NULL;
}

ORM_PRIVATE bool orm__is_untouched(const orm_column *column, const void *row)
{
    const char *at = (const char *)row + column->offset;
    size_t size = orm__member_size(column->is.type) + (orm__has_flag(column) ? 1 : 0);
    for (size_t i = 0; i < size; i++)
        if (at[i]) return false;
    return true;
}

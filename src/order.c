/* >>order: an order from outside text ("-created_at" of a request), through a mask of the fields that may be asked for. The text is compared
   with the names of the metadata and never becomes SQL. */
#include "internal.h"

/* does the text, up to `size`, name the column? */
static bool orm__names_column(const orm_column *column, const char *text_, size_t size)
{
    return strlen(column->name) == size && memcmp(column->name, text_, size) == 0;
}

/* engines do not agree on the order of the others */
static bool orm__has_order(const orm_column *column) { return column->is.type != ORM_INET && column->is.type != ORM_ARRAY && column->is.type != ORM_INTERVAL && !column->is.bits && !column->is.jsonb; }

ORM_API orm_status orm__order_from_text(const orm_model *model, const char *text_, const orm_mask *allowed, orm_order *out)
{
    orm_failures failures;
    orm_order order = { .column = NULL };
    orm__clear_error();
    if (!text_ || !*text_) {
        *out = order;
        return ORM_OK;
    }
    const char *name = text_;
    size_t size = strlen(text_);
    if (*name == '-' || *name == '+') {
        order.descending = *name == '-';
        name++;
        size--;
    } else if (size > 5 && memcmp(name + size - 5, " desc", 5) == 0) {
        order.descending = 1;
        size -= 5;
    } else if (size > 4 && memcmp(name + size - 4, " asc", 4) == 0) {
        size -= 4;
    }
    for (size_t i = 0; i < model->n_columns; i++)
        if (orm__mask_has(allowed, i) && orm__has_order(&model->columns[i]) && orm__names_column(&model->columns[i], name, size)) order.column = &model->columns[i];
    if (order.column) {
        *out = order;
        return ORM_OK;
    }
    failures.count = failures.total = 0;
    orm__add_failure(&failures, 0, "order", "order", "is not a field that the list can be ordered by");
    return orm__raise_failures(NULL, model, &failures);
}

/* >>password: fields of type password. What is written is the user's hash of it, which no call reads back into a row: it is asked about by the verify function. */
#include "internal.h"

#define ORM__HASH_SIZE 1024

ORM_PRIVATE orm_status orm__hash_password(orm__session *db, const orm_column *column, orm_value *value)
{
    size_t bytes = 0, characters = 0;
    if (value->type == ORM_NULL) return ORM_OK;
    char *hash = orm__bump_bytes(&db->scratch, ORM__HASH_SIZE);
    if (!hash) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory");
    memset(hash, 0, ORM__HASH_SIZE);
    orm_status status = column->is.hash(value->as.s, hash, ORM__HASH_SIZE);
    if (status) return orm__raise_at(db, status, column->model, column, "the hash function of the password failed");
    if (orm__check_text(hash, ORM__HASH_SIZE - 1, &bytes, &characters) != ORM__TEXT_OK || bytes == 0)
        return orm__raise_at(db, ORM_BAD_TEXT, column->model, column, "the hash function of the password made no text");
    value->as.s = hash;
    value->length = (uint32_t)bytes;
    return ORM_OK;
}

ORM_PRIVATE void orm__forget_passwords(const orm_model *model, void *row)
{
    for (size_t i = 0; i < model->n_columns; i++)
        if (model->columns[i].is.hash) orm__store(&model->columns[i], row, &(orm_value){ .type = ORM_NULL });
}

/* the row with its hash, whatever its model leaves out, but for the tenant; NULL with this thread's error */
static void *orm__row_with_hash(orm__session *db, const orm_model *model, const orm_column *column, const void *row)
{
    orm_query query = { .with_deleted = model->deleted_at != NULL, .unscoped = true };
    orm_value key[ORM__MAX_KEY];
    size_t n = 0;
    if (orm__key_values(db, model, NULL, row, key, &n)) return NULL;
    orm__where_values(model, key, &query.where);
    orm__mask_add(&query.select, orm__column_index(model, column));
    return orm__find_all_entered(db, model, &query, NULL, 1, false);
}

ORM_API orm_status orm__verify_password(orm_db *handle, const orm_model *model, const orm_column *column, const void *row, const char *plain, bool *yes)
{
    orm__session *db = orm__enter(handle, ORM__READ, NULL, ORM__CALLER, 0);
    if (!db) return orm__refused();
    *yes = false;
    orm__self()->model = model;
    orm_status status = orm__check_row(db, model, row, "verify");
    if (!status && !plain) status = orm__raise_at(db, ORM_MISUSE, model, column, "verify needs a text, it was given NULL");
    void *found = status ? NULL : orm__row_with_hash(db, model, column, row);
    if (!status && !found) status = orm__self()->error.kind;
    if (found && orm__len(found, model->ticket) == 0) {
        status = orm__raise_at(db, ORM_STALE, model, NULL, "the row is not there any more");
    } else if (found) {
        const char *hash = orm__value_of(column, found).as.s;
        *yes = hash && column->is.verify(plain, hash);
    }
    orm__free(found);
    orm__leave(db);
    return status;
}

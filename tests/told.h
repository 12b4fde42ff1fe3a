/* >>told: what holds for every failure, of whatever kind and engine, with the small models and their log. Needs SQLite for its own ends. */
#ifndef TOLD_H
#define TOLD_H
#include "small_models.h"
#include "dialects/sqlite.h"

static const char secret_word[] = "hunter2hunter2";

__attribute__((unused)) static void told(orm_status kind, const char *model, const char *field)
{
    const orm_error_info *error = orm_error();
    char json[6000];
    orm_opt_int64 valid;
    orm_error_info kept = *error;
    CHECK_TEXT(orm_status_name(error->kind), orm_status_name(kind));
    CHECK(orm_failed());
    CHECK_TEXT(error->model, model);
    CHECK_TEXT(error->field, field);
    CHECK(error->message[0] != 0);
    CHECK(!strchr(error->message, '\n'));
    CHECK(!strstr(error->message, secret_word));
    size_t length = orm_errors_json(json, sizeof json);
    CHECK_INT(length, strlen(json));
    CHECK(!strstr(json, secret_word));
    CHECK_INT(small_log.errors, 1);                       /* told once, in the same words */
    CHECK_INT(small_log.kind, kind);
    CHECK_TEXT(small_log.message, error->message);
    CHECK(small_log.error_place[0] || small_log.address);
    orm_db *other = orm_open("sqlite::memory:");
    CHECK_INT(orm_scalar(other, &valid, "select json_valid(?1)", orm_params(json)), ORM_OK);
    CHECK(valid.set && valid.value);
    CHECK(!orm_failed());                                 /* the next call has cleared it */
    CHECK_INT(orm_error()->failures.total, 0);
    CHECK_TEXT(orm_error()->message, "");
    orm_close(other);
    for (size_t i = 0; i < kept.failures.count; i++) {
        const orm_failure *failure = &kept.failures.item[i];
        CHECK(failure->message[0] && !strchr(failure->message, '\n') && !strstr(failure->message, secret_word));
        CHECK_CONTAINS(json, failure->message);
    }
    small_log.errors = 0;
}
#endif

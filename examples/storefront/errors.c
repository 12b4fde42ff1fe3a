/* The table of failures. Whatever goes wrong is told by the same object: {"kind": "...", "message": "...", "errors": [{"field", "rule", "message", ...}]}. */
#include "errors.h"

/* What is not here has no business to happen: it is our fault, 500. So is ORM_COMMIT_UNKNOWN, which nobody should simply try again: the order may be there. */
static const unsigned short statuses[ORM_STATUS_COUNT] = {
    [ORM_BAD_JSON]    = 400,
    [ORM_NOT_FOUND]   = 404,
    [ORM_UNIQUE]      = 409, [ORM_FOREIGN_KEY] = 409, [ORM_EXCLUSION] = 409, [ORM_STALE] = 409,     /* what is there does not allow it */
    [ORM_SERIALIZATION] = 409, [ORM_DEADLOCK]  = 409,                                               /* others were in the way, also after all retries */
    [ORM_OVER_BUDGET] = 413,
    [ORM_VALIDATION]  = 422, [ORM_NOT_NULL] = 422, [ORM_CHECK] = 422, [ORM_VALUE_RANGE] = 422, [ORM_BAD_TEXT] = 422,
    [ORM_BUSY]        = 503, [ORM_ACQUIRE_TIMEOUT] = 503, [ORM_LOCK_TIMEOUT] = 503, [ORM_TIMEOUT] = 503, [ORM_CANCELLED] = 503,      /* later it may work */
    [ORM_CONNECTION_LOST] = 503, [ORM_TRANSACTION_ABORTED] = 503, [ORM_STALE_PLAN] = 503, [ORM_READ_ONLY] = 503, [ORM_FULL] = 503, [ORM_NO_MEMORY] = 503,
};

static const struct { unsigned short status; const char *header, *value, *json; } refusals[] = {
    [NO_PATH]        = { 404, NULL, NULL, "{\"kind\":\"NO_PATH\",\"message\":\"there is nothing at this path\",\"errors\":[]}" },
    [NO_METHOD]      = { 405, "Allow", NULL, "{\"kind\":\"NO_METHOD\",\"message\":\"the path has other methods, see Allow\",\"errors\":[]}" },
    [NO_LOGIN]       = { 401, "WWW-Authenticate", "Bearer", "{\"kind\":\"NO_LOGIN\",\"message\":\"needs the token of a login that has not ended\",\"errors\":[]}" },
    [WRONG_LOGIN]    = { 401, "WWW-Authenticate", "Bearer", "{\"kind\":\"WRONG_LOGIN\",\"message\":\"no such user, or another password\",\"errors\":[]}" },
    [NOT_YOURS]      = { 403, NULL, NULL, "{\"kind\":\"NOT_YOURS\",\"message\":\"is somebody else's\",\"errors\":[]}" },
    [BODY_TOO_LARGE] = { 413, NULL, NULL, "{\"kind\":\"BODY_TOO_LARGE\",\"message\":\"the body may have 64 KB\",\"errors\":[]}" },
};

unsigned status_of(orm_status kind, int code)
{
    if (kind == ORM_FAILED) return code >= 400 && code < 600 ? (unsigned)code : 422;
    return statuses[kind] ? statuses[kind] : 500;
}

void refuse(request *r)
{
    char json[8192];
    const orm_error_info *error = orm_error();
    unsigned status = status_of(error->kind, error->code);
    size_t length = orm_errors_json(json, sizeof json);
    if (status == 503) answer_header(r, "Retry-After", "1");
    /* messages of the database stay in the log, and so does a list of failures that is too long */
    if (status < 500 && length < sizeof json) answer_text(r, status, orm_text(&r->arena, json));
    else answer_text(r, status, orm_format(&r->arena, "{\"kind\":\"%s\",\"message\":\"%s\",\"errors\":[]}", orm_status_name(error->kind), orm_status_text(error->kind)));
}

void refuse_as(request *r, enum refusal why)
{
    if (refusals[why].value) answer_header(r, refusals[why].header, refusals[why].value);
    answer_text(r, refusals[why].status, refusals[why].json);
}

/* What becomes of a failure: its status, and a JSON object that says why. */
#ifndef ERRORS_H
#define ERRORS_H
#include "http.h"

/* what is refused without asking the database */
enum refusal { NO_PATH, NO_METHOD, NO_LOGIN, WRONG_LOGIN, NOT_YOURS, BODY_TOO_LARGE };

/* The status of a kind of failure; `code` is that of orm_fail, which is a status here. */
unsigned status_of(orm_status kind, int code);
/* Answers with the last failure of this thread. */
void refuse(request *r);
/* Answers with a refusal of our own. */
void refuse_as(request *r, enum refusal why);
#endif

/* Who is asking. */
#ifndef SESSIONS_H
#define SESSIONS_H
#include "http.h"

/* Finds the user of "Authorization: Bearer TOKEN" for r->user. False: it is answered with why not. */
bool find_session(request *r);
#endif

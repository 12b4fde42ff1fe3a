#include "guide.h"
#include <sqlite3.h>
#include <libpq-fe.h>
char *strdup(const char *text);         /* which -std=c11 hides */
static sqlite3 *s;
static sqlite3_stmt *st;
static PGconn *pg;
static PGresult *r;
static int64_t id, now;
static const char *due;
int too_late(void *context);

static int fail(const char *why)
{
    fprintf(stderr, "%s\n", why);
    return 1;
}

/* The models of models.h:
   program verify URL   is the database what they say? Differences are printed
   program make URL     makes their tables */
#include "models.h"
#include "dialects/sqlite.h"
#include "dialects/postgres.h"
#include <stdio.h>
#include <string.h>
#ifndef IGNORED
#  define IGNORED NULL
#endif
ORM_DEFINE(Pulled)

static void tell(void *context, const char *where, const char *rule, const char *what)
{
    (void)context;
    printf("%s [%s] %s\n", where, rule, what);
}

int main(int argc, char **argv)
{
    orm_db *db = argc == 3 ? orm_open(argv[2]) : NULL;
    orm_status status = !db ? ORM_MISUSE : strcmp(argv[1], "make") == 0 ? orm_sync(db, &Pulled_schema) : orm_verify(db, &Pulled_schema, IGNORED, tell, NULL);
    if (status) printf("%s\n", orm_error()->message);
    orm_close(db);
    return status != ORM_OK;
}

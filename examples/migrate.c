/* The blog's command line: a whole program. cc migrate.c -lsqlite3 && ./a.out help
   With -DWITH_POSTGRES -I$(pg_config --includedir) -lpq it knows both engines, and writes migrations for both. */
#define ORM_IMPLEMENTATION
#include "blog.h"
#include "../dialects/sqlite.h"
#ifdef WITH_POSTGRES
#  include "../dialects/postgres.h"
#endif
ORM_DEFINE(Blog)
ORM_CLI(Blog)

/* the tool that docs/migrations.md speaks of: with -DAGE its models are those after the change */
#define ORM_IMPLEMENTATION
#include "orm.h"
#include "dialects/sqlite.h"
#include "dialects/postgres.h"
#ifdef AGE
#  define User_FIELDS(X) X(id, serial) X(name, string(200)) X(age, integer, nullable, at_least(0), indexed)
#else
#  define User_FIELDS(X) X(id, serial) X(name, string(200))
#endif
ORM_MODEL(User, users)
#define Blog_MODELS(X) X(User)
ORM_SCHEMA(Blog)
ORM_DEFINE(Blog)
ORM_CLI(Blog)

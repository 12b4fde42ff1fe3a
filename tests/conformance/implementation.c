/* The core and every adapter. */
#define ORM_IMPLEMENTATION
#include "orm.h"
#include "dialects/sqlite.h"
#include "dialects/postgres.h"

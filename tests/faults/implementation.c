/* The implementation as a user's program compiles it: one file with the core and the adapter. */
#define ORM_IMPLEMENTATION
#include "orm.h"
#include "dialects/postgres.h"

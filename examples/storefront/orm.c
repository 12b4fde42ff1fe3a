/* The implementation of the ORM with both of its adapters. No other file needs to wait for it to compile. */
#define ORM_IMPLEMENTATION
#include "../../orm.h"
#include "../../dialects/sqlite.h"
#include "../../dialects/postgres.h"

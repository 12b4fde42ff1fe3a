/* >>batch_test: ORM_BATCH on SQLite: what every engine does, and that the block is one transaction. */
#include "orm.h"
#include "dialects/sqlite.h"
#include "batch_cases.h"
#include "check_alloc.h"
#include <unistd.h>

static orm_db *batch_database(void) { return orm_open("sqlite::memory:"); }

CHECK_MAIN()

/* The database: opened, migrated, and filled with a few products where there are none. */
#ifndef DATABASE_H
#define DATABASE_H
#include "models.h"

/* DATABASE_URL, or a file of SQLite in the current folder. Waits `wait_ms` at most for a connection of the pool or a lock: then the call fails, and the client may
   come back. The migrations and products.json are in the current folder. NULL: see orm_error(). */
orm_db *database_open(uint32_t connections, uint32_t wait_ms);

/* storefront generate "add colours", storefront status, storefront verify ...: the command line of the ORM. The exit code. */
int database_command(int argc, char **argv);

/* What SQL the requests cost. */
struct sql_cost { unsigned statements; int64_t microseconds; };
/* Of this thread since its last call. */
struct sql_cost database_cost(void);
#endif

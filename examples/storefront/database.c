/* Opens the database, and listens to what the ORM says about its statements. */
#include "database.h"
#include "errors.h"
#include "../../dialects/sqlite.h"
#include "../../dialects/postgres.h"
#include <stdio.h>
#include <stdlib.h>
ORM_DEFINE(Store)
ORM_DEFINE_VIEW(Month)
ORM_DEFINE_VIEW(Revenue)

/* The hook is called on the thread whose call it is, and a request is one thread's from its beginning to its end. */
static _Thread_local struct sql_cost cost;

static void on_log(void *context, const orm_log_event *event)
{
    (void)context;
    if (event->level == ORM_LOG_SQL) {
        cost.statements++;
        cost.microseconds += event->microseconds;
    } else if (event->level == ORM_LOG_NOTE || status_of(event->kind, 0) >= 500) {      /* what a client did wrong stands in the answer */
        fprintf(stderr, "%s: %s\n", event->level == ORM_LOG_NOTE ? "note" : orm_status_name(event->kind), event->message);
    }
}

struct sql_cost database_cost(void)
{
    struct sql_cost of_this_thread = cost;
    cost = (struct sql_cost){ 0 };
    return of_this_thread;
}

static const orm_seeding seeds[] = { ORM_SEED_FILE(Product, "products.json"), ORM_SEED_LAST };

static const char *database_url(void)
{
    const char *url = getenv("DATABASE_URL");
    return url && *url ? url : "sqlite:storefront.db";
}

orm_db *database_open(uint32_t connections, uint32_t wait_ms)
{
    bool filled = false;
    orm_db *db = orm_open(database_url(), .pool = { .max = connections, .acquire_ms = wait_ms }, .busy_timeout_ms = wait_ms, .timeout_ms = 2 * wait_ms,
                          .max_rows = 10000, .log = on_log);
    if (db && !orm_migrate(db, NULL, NULL) && !Product_exists(db, NULL, &filled) && (filled || !orm_seed(db, seeds, NULL, NULL))) return db;
    orm_close(db);
    return NULL;
}

int database_command(int argc, char **argv) { return ORM_CLI_RUN(Store, argc, argv, .seeds = seeds, .url = database_url()); }

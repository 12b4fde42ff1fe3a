/* The workload in C on libpq alone. usage: raw_postgres (expert|naive) CONNECTION [schema.sql]
   `expert` prepares each statement once under a generic plan, sends and reads binary values, reads children by one array of keys, inserts
   by one array per column and copies binary rows; `naive` is what most people write: text, PQexecParams per call, strdup per field, a
   query per parent, literals in bulk. With a file of SQL the tables are made by it instead, see raw_sqlite.c. */
#include "raw_postgres_reading.h"
#include "raw_postgres_writing.h"
#include "raw_postgres_pipelined.h"

int main(int argc, char **argv)
{
    if (argc < 3) die("usage: raw_postgres (expert|naive) CONNECTION [schema.sql]");
    naive = strcmp(argv[1], "naive") == 0;
    if (argc > 3) read_schema(argv[3]);
    db = PQconnectdb(argv[2]);
    if (PQstatus(db) != CONNECTION_OK) fail("connect");
    execute("set client_min_messages=warning; set timezone='UTC'; set synchronous_commit=off");
    if (!naive) execute("set plan_cache_mode=force_generic_plan");
    clock_with_server(PQbackendPID(db));
    input *from = make_users(USERS);
    open_fresh();
    if (wanted("insert_one")) insert_one(from);
    if (!naive && wanted("x_bulk_single_row_steps")) {
        insert_steps(from);
        open_fresh();
    }
    bulk_insert(from);
    execute("begin");
    for (size_t i = 0; i < sizeof pg_fill / sizeof *pg_fill; i++) execute(pg_fill[i]);
    execute("commit");
    for (size_t i = 0; i < sizeof pg_settle / sizeof *pg_settle; i++) execute(pg_settle[i]);
    if (wanted_memory()) load_all();
    if (wanted("find_by_pk")) find_by_pk();
    if (wanted("find_in_scope")) find_in_scope();
    if (wanted("find_where")) find_where();
    if (wanted("find_dynamic")) find_dynamic();
    if (wanted("select_all")) select_all();
    if (wanted("each_all")) each_all();
    if (wanted("eager_has_many")) eager("eager_has_many", 1000, 0, false);
    if (wanted("eager_m2m")) eager("eager_m2m", 0, 2000, true);
    if (wanted("nested3")) eager("nested3", 200, 0, true);
    pruned = true;
    if (wanted("has_many_pruned")) eager("has_many_pruned", 1000, 0, false);
    if (wanted("m2m_pruned")) eager("m2m_pruned", 0, 2000, true);
    if (wanted("nested3_pruned")) eager("nested3_pruned", 200, 0, true);
    pruned = false;
    if (wanted("count_group")) count_group();
    if (!naive && wanted("loader_find")) loader_find();
    if (wanted("json_out")) json_out();
    if (!naive && wanted("pipe_find")) pipe_find();
    if (wanted("update_one")) update_one();
    if (wanted("update_where")) update_where();
    if (wanted("tx3")) tx3();
    if (wanted("delete_one")) delete_one();
    if (!naive && wanted("tx3_pipelined")) tx3_pipelined();
    if (!naive && wanted("pipe_insert")) pipe_insert(from);
    if (!naive && wanted("pipe_insert_1tx")) pipe_insert_1tx(from);
    if (!naive && wanted("copy")) copy(from);
    execute(EMPTY);
    PQfinish(db);
    free(from);
    free(schema);
    return 0;
}

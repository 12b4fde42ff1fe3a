/* The workload in C on sqlite3 alone. usage: raw_sqlite (expert|naive) (mem|file) [dbfile] [schema.sql]
   `expert` prepares once, binds without copying, reads into an arena, merges children by order and inserts 100 rows a statement; `naive`
   is what most people write: prepare per call, strdup per field, a query per parent. With a file of SQL the tables are made by it
   instead: those of orm_sync show what the constraints cost that it adds. */
#include "raw_sqlite_reading.h"
#include "raw_sqlite_writing.h"

int main(int argc, char **argv)
{
    if (argc < 3) die("usage: raw_sqlite (expert|naive) (mem|file) [dbfile] [schema.sql]");
    naive = strcmp(argv[1], "naive") == 0;
    if (strcmp(argv[2], "file") == 0) path = argc > 3 ? argv[3] : "bench.db";
    else clock_of_process();
    if (argc > 4) read_schema(argv[4]);
    input *from = make_users(USERS);
    open_fresh();
    if (wanted("insert_one")) insert_one(from);
    if (!naive && wanted("x_bulk_single_row_steps")) {
        bulk_insert(from, 1, "x_bulk_single_row_steps");
        open_fresh();
    }
    bulk_insert(from, naive ? 1 : 100, "bulk_insert");
    execute("begin");
    execute(FILL_POSTS);
    execute(FILL_TAGS);
    execute(FILL_POST_TAGS);
    execute(MAKE_INDEX);
    execute("commit; analyze");
    if (wanted_memory()) load_all();
    if (wanted("find_by_pk")) find_by_pk();
    if (wanted("find_in_scope")) find_in_scope();
    if (wanted("find_where")) find_where();
    if (wanted("find_dynamic")) find_dynamic();
    if (wanted("select_all")) select_all();
    if (wanted("each_all")) each_all();
    if (wanted("eager_has_many")) eager_has_many("eager_has_many");
    if (wanted("eager_m2m")) posts_with_tags("eager_m2m", false);
    if (wanted("nested3")) posts_with_tags("nested3", true);
    pruned = true;
    if (wanted("has_many_pruned")) eager_has_many("has_many_pruned");
    if (wanted("m2m_pruned")) posts_with_tags("m2m_pruned", false);
    if (wanted("nested3_pruned")) posts_with_tags("nested3_pruned", true);
    pruned = false;
    if (wanted("count_group")) count_group();
    if (!naive && wanted("loader_find")) loader_find();
    if (wanted("json_out")) json_out();
    if (wanted("update_one")) update_one();
    if (wanted("update_where")) update_where();
    if (wanted("tx3")) tx3();
    if (wanted("delete_one")) delete_one();
    sqlite3_close(db);
    if (path) remove_database(path);
    free(from);
    free(schema);
    return 0;
}

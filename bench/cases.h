/* The cases of the workload over orm.h, in order. */
#ifndef BENCH_CASES_H
#define BENCH_CASES_H
#include "reading.h"
#include "writing.h"

static void run_reading(void)
{
    if (wanted_memory()) load_all();
    if (wanted("find_by_pk")) find_by_pk();
    if (wanted("find_in_scope")) find_in_scope();
    if (wanted("find_where")) find_where();
    if (wanted("find_dynamic")) find_dynamic();
    if (wanted("select_all")) select_all();
    if (wanted("each_all")) each_all();
    if (wanted("eager_has_many")) eager_has_many("eager_has_many", false);
    if (wanted("has_many_pruned")) eager_has_many("has_many_pruned", true);
    if (wanted("eager_m2m")) eager_m2m("eager_m2m", false);
    if (wanted("m2m_pruned")) eager_m2m("m2m_pruned", true);
    if (wanted("nested3")) nested3("nested3", false);
    if (wanted("nested3_pruned")) nested3("nested3_pruned", true);
    if (wanted("count_group")) count_group();
    if (wanted("loader_find")) loader_find();
    if (wanted("json_out")) json_out();
    if (wanted("json_stream")) json_stream();
}

static void run_writing(void)
{
    if (wanted("update_one")) update_one();
    if (wanted("update_where")) update_where();
    if (wanted("tx3")) tx3();
    if (wanted("delete_one")) delete_one();
}

/* the tables, 100,000 users in them, and what belongs to them */
static void begin(const input *from)
{
    users = calloc(USERS, sizeof *users);
    if (!users) die("out of memory");
    open_fresh();
    if (wanted("insert_one")) insert_one(from);
    bulk_insert(from);
    fill();
}
#endif

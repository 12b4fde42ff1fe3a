/* What the two PostgreSQL drivers share: an empty database, and the data that is set up by plain SQL. */
#ifndef BENCH_POSTGRES_H
#define BENCH_POSTGRES_H
#include "common.h"

#define EMPTY "drop table if exists post_tags, tags, posts, users cascade"
static const char *const pg_fill[] = {
    "insert into posts(id,author_id,title,body,views,published,created_at) select i,(i-1)/10+1,'Post '||i||' title',"
    "case when i%50=0 then null else substr('" LOREM "',1,100+i%100) end,i%1000,i%2=1,to_timestamp(1700000000+i) from generate_series(1,100000) i",
    "insert into tags(id,name) select i,'tag-'||i from generate_series(1,100) i",
    "insert into post_tags(post_id,tag_id) select i,(i*7+k*31)%100+1 from generate_series(1,100000) i,generate_series(0,2) k",
    MAKE_INDEX,
    "select setval(pg_get_serial_sequence('posts','id'),100000)",
    "select setval(pg_get_serial_sequence('tags','id'),100)",
};
static const char *const pg_settle[] = { "vacuum analyze", "checkpoint" };      /* outside a transaction */
#endif

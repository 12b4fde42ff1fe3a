/* What the two programs share that measure the cost per row. */
#ifndef BENCH_ROWS_H
#define BENCH_ROWS_H
#include "../common.h"

enum { AT_ONCE = 100000, IN_MEMORY = 1000000 };          /* rows of one call; rows that are loaded as one list */
#define TIMES(n) ((n) < 200000 ? 200000 / (n) : 1)      /* small sizes are measured often */
/* ten posts for each user, n in all */
#define POSTS_UP_TO "with recursive g(i) as (select 1 union all select i+1 from g where i<?1) insert into posts(id,author_id,title,body,views,published,created_at) " \
    "select i,(i-1)/10+1,'Post '||i||' title',substr('" LOREM "',1,100+i%100),i%1000,i%2,(1700000000+i)*1000000 from g"

static inline void tell(const char *who, const char *name, long n, long operations)
{
    printf("rows,%s,%s,%ld,%.1f\n", who, name, n, (double)clock_total / (double)operations);
    fflush(stdout);
    clock_total = 0;
}
#endif

/* What the drivers of the benchmark share: the data, the checksums of rows, the clock and the output. See WORKLOAD.md. */
#ifndef BENCH_COMMON_H
#define BENCH_COMMON_H
#include <inttypes.h>
#include <malloc.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <time.h>

#define USERS 100000
#define BASE  1700000000                /* Unix seconds */
#define MICRO 1000000

static const char *const roles[5] = { "admin", "editor", "author", "reader", "guest" };
static const int role_lengths[5] = { 5, 6, 6, 6, 5 };

/* ---- data ---- */
static inline uint32_t draw(uint64_t *seed)
{
    *seed = *seed * 48271u % 2147483647u;
    return (uint32_t)*seed;
}

typedef struct input {                  /* a user to be created */
    char name[16], email[32];
    const char *role;
    int name_length, email_length, role_length;
    double score; int32_t age;
    bool has_score, has_age;
    int64_t created_at;
} input;

static inline void die(const char *what)
{
    fprintf(stderr, "%s\n", what);
    exit(1);
}

/* the users first .. first + n - 1; the seed is 12345 for the first of all */
static inline void next_users(input *users, int first, int n, uint64_t *seed)
{
    for (int i = first; i < first + n; i++) {
        input *u = &users[i - first];
        uint32_t a = draw(seed), b = draw(seed), c = draw(seed);
        u->name_length = snprintf(u->name, sizeof u->name, "User %06d", i);
        u->email_length = snprintf(u->email, sizeof u->email, "user%d@example.com", i);
        u->role = roles[a % 5];
        u->role_length = role_lengths[a % 5];
        u->has_score = b % 20 != 0;
        u->score = u->has_score ? (double)(b % 1000) + 0.5 : 0;
        u->has_age = c % 8 != 0;
        u->age = u->has_age ? 18 + (int32_t)(c % 60) : 0;
        u->created_at = (BASE + 37 * (int64_t)i) * MICRO;
    }
}

static inline input *make_users(int n)
{
    uint64_t seed = 12345;
    input *users = calloc((size_t)n, sizeof *users);
    if (!users) die("out of memory");
    next_users(users, 1, n, &seed);
    return users;
}

#define LOREM_1 "The quick \"brown\" fox jumps over the lazy dog. "
#define LOREM   LOREM_1 LOREM_1 LOREM_1 LOREM_1 LOREM_1
#define COUNTING(n) "with recursive g(i) as (select 1 union all select i+1 from g where i<" #n ") "
#define FILL_POSTS COUNTING(100000) "insert into posts(id,author_id,title,body,views,published,created_at) select i,(i-1)/10+1,'Post '||i||' title'," \
    "case when i%50=0 then null else substr('" LOREM "',1,100+i%100) end,i%1000,i%2,(1700000000+i)*1000000 from g"
#define FILL_TAGS COUNTING(100) "insert into tags(id,name) select i,'tag-'||i from g"
#define FILL_POST_TAGS COUNTING(100000) "insert into post_tags(post_id,tag_id) select i,(i*7+k*31)%100+1 from g,(select 0 k union all select 1 union all select 2)"
#define MAKE_INDEX "create index users_role_created on users(role,created_at)"

/* a form of search: fields that may be left empty. What is found by role comes in the order of time, else in that of the key. */
enum { BY_ROLE = 1, BY_AGE = 2, BY_SCORE = 4, NOT_ID = 8, SEARCHES = 32 };
typedef struct search { unsigned fields; bool descending; uint32_t role; int age; double score; int64_t id; } search;

static inline search draw_search(uint64_t *seed)
{
    search s = { .fields = draw(seed) % 16 };
    s.descending = draw(seed) % 2;
    s.role = draw(seed) % 5;
    s.age = 18 + (int)(draw(seed) % 40);
    s.score = 200 + (double)(draw(seed) % 800);
    s.id = 1 + draw(seed) % 100;
    return s;
}

/* ---- checksums ---- */
#define SUM_USERS "select cast(count(*)+coalesce(sum(id%1000),0)+coalesce(sum(score*2),0)+coalesce(sum(age),0) as integer) from users"
#define SUM_POSTS "select count(*)+coalesce(sum(id%1000),0)+coalesce(sum(views),0) from posts"
#define SUM_LINKS "select count(*) from post_tags"

static inline int64_t user_sum(int64_t id, size_t name, size_t email, char role, bool has_score, double score, bool has_age, int32_t age, int64_t created_at)
{
    return id + (int64_t)(name + email) + role + (has_score ? (int64_t)floor(score) : 7) + (has_age ? age : 3) + created_at / MICRO % 1000;
}

static inline int64_t post_sum(int64_t id, int64_t author_id, size_t title, bool has_body, size_t body, int32_t views, bool published, int64_t created_at)
{
    return id + author_id + (int64_t)title + (has_body ? (int64_t)body : 5) + views + published + created_at / MICRO % 1000;
}

/* ---- clock and output: summing stands still outside of start and stop ---- */
static int64_t clock_total, clock_began;
static clockid_t clock_used = CLOCK_MONOTONIC, clock_server = CLOCK_MONOTONIC;

static inline int64_t nanoseconds_of(clockid_t which)
{
    struct timespec t;
    if (clock_gettime(which, &t) != 0) die("a clock fails");
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static inline int64_t nanoseconds(void)
{
    return nanoseconds_of(clock_used) + (clock_server == CLOCK_MONOTONIC ? 0 : nanoseconds_of(clock_server));
}

/* from here on processor time counts: what else runs on the machine does not show in it */
static inline __attribute__((unused)) void clock_of_process(void) { clock_used = CLOCK_PROCESS_CPUTIME_ID; }

/* ours and that of the server's process */
static inline __attribute__((unused)) void clock_with_server(pid_t server)
{
    clock_of_process();
    if (clock_getcpuclockid(server, &clock_server) != 0) die("the server's process is not on this machine");
}

static inline void clock_start(void) { clock_began = nanoseconds(); }
static inline void clock_stop(void) { clock_total += nanoseconds() - clock_began; }

static inline void report(const char *name, long rows, long operations, int64_t sum)
{
    printf("%s,%ld,%.0f,%lld\n", name, rows, (double)clock_total / (double)operations, (long long)sum);
    fflush(stdout);
    clock_total = 0;
}

/* is the case among those of the environment's ONLY=case,case? */
static inline bool wanted(const char *name)
{
    const char *only = getenv("ONLY");
    if (!only || !*only) return true;
    size_t n = strlen(name);
    for (const char *p = only; (p = strstr(p, name)) != NULL; p += n)
        if ((p == only || p[-1] == ',') && (p[n] == 0 || p[n] == ',')) return true;
    return false;
}

/* ---- memory, as the operating system counts it ---- */
static int64_t memory_before;

static inline int64_t memory_of(const char *what)
{
    char line[128];
    long kilobytes = 0;
    FILE *file = fopen("/proc/self/status", "r");
    while (file && fgets(line, sizeof line, file)) if (strncmp(line, what, strlen(what)) == 0) kilobytes = strtol(line + strlen(what), NULL, 10);
    if (file) fclose(file);
    return (int64_t)kilobytes * 1024;
}

/* gives back what is free, and forgets the highest so far */
static inline void memory_start(void)
{
    malloc_trim(0);
    FILE *file = fopen("/proc/self/clear_refs", "w");
    if (!file || fputs("5", file) < 0 || fclose(file) != 0) die("the highest use of memory cannot be asked for");
    memory_before = memory_of("VmRSS:");
}

/* case, rows, bytes a row keeps, bytes a row takes at the highest */
static inline void memory_report(long rows)
{
    printf("memory,%ld,%.0f,%.0f\n", rows, (double)(memory_of("VmRSS:") - memory_before) / (double)rows, (double)(memory_of("VmHWM:") - memory_before) / (double)rows);
    fflush(stdout);
}

/* only where it is asked for: it changes nothing and has no checksum */
static inline bool wanted_memory(void) { return getenv("ONLY") && wanted("memory"); }

static inline void remove_database(const char *path)
{
    char name[512];
    static const char *const tails[] = { "", "-wal", "-shm" };
    for (int i = 0; i < 3; i++) {
        snprintf(name, sizeof name, "%s%s", path, tails[i]);
        remove(name);
    }
}
#endif

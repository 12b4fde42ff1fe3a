/* What lists and statements cost in memory, as the handle's allocator counts it: bytes of a row, what is reserved and not used, and that a program
   whose queries never look the same twice does not grow. `make bench-memory` shows what the operating system says. */
#include "engines.h"
#include "check_alloc.h"

/* the users of the benchmark's workload */
#define Member_FIELDS(X)            \
    X(id,         serial)           \
    X(name,       text)             \
    X(email,      text, unique)     \
    X(role,       string(20))       \
    X(score,      double, nullable) \
    X(age,        integer, nullable) \
    X(created_at, timestamp)        \
    X(notes,      has_many(Note, member_id))
ORM_MODEL(Member, members)

#define Note_FIELDS(X)              \
    X(id,         serial)           \
    X(member_id,  key(Member), indexed)
ORM_MODEL(Note, notes)

#define Memory_MODELS(X) X(Member) X(Note)
ORM_SCHEMA(Memory)
ORM_DEFINE(Memory)
static const struct case_setup memory_cases = { &Memory_schema, NULL, NULL, NULL };

enum { MEMBERS = 100000, MEGABYTE = 1 << 20 };
static const char *const roles[] = { "admin", "editor", "author", "reader", "guest" };

static void fill(orm_db *db, size_t n)
{
    Member *rows = calloc(n, sizeof *rows);
    orm_arena texts = { 0 };
    REQUIRE(rows);
    for (size_t i = 0; i < n; i++) {
        rows[i] = Member_defaults();
        rows[i].name = orm_format(&texts, "User %06zu", i + 1);
        rows[i].email = orm_format(&texts, "user%zu@example.com", i + 1);
        rows[i].role = roles[i % 5];
        if (i % 20) rows[i].score = orm_double((double)(i % 1000) + 0.5);
        if (i % 8) rows[i].age = orm_int32(18 + (int32_t)(i % 60));
        rows[i].created_at = (int64_t)i * 37000000;
    }
    CHECK(Member_create_all(db, rows, n, &(orm_create_options){ .no_keys = true }) == ORM_OK);
    orm_arena_release(&texts);
    free(rows);
}

/* what the rows of a list and their texts are made of */
static size_t bytes_of(const Member *rows)
{
    size_t n = orm_len(rows), bytes = n * sizeof *rows;
    for (size_t i = 0; i < n; i++) bytes += strlen(rows[i].name) + strlen(rows[i].email) + strlen(rows[i].role) + 3;
    return bytes;
}

static orm_db *counted(struct check_allocator *memory, size_t max_statements)
{
    return case_filled(orm_open(case_url, .max_statements = max_statements, .allocator = check_failing_allocator(memory)), case_engine == ON_MEMORY);
}

ON_EACH_OF(a_hundred_thousand_rows_take_less_than_twelve_megabytes, memory_cases)
{
    struct check_allocator memory = { 0 };
    orm_db *own = counted(&memory, 0);
    REQUIRE(db && own);
    fill(own, MEMBERS);
    orm_free(Member_find_all(own, &(Member_query){ .limit = 1 }));
    static const size_t sizes[] = { 100, 1000, 10000, MEMBERS };
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        orm_free(Member_find_all(own, &(Member_query){ .limit = (int64_t)sizes[i] }));
        size_t before = memory.live_bytes;
        memory.peak_bytes = before;
        Member *list = Member_find_all(own, &(Member_query){ .limit = (int64_t)sizes[i] });
        REQUIRE(list && orm_len(list) == sizes[i]);
        size_t used = bytes_of(list), held = memory.live_bytes - before, peak = memory.peak_bytes - before;
        CHECK(held >= used);
        CHECK(sizes[i] > 1000 ? held <= used + used / 8 : held <= used + used / 4);
        CHECK(peak <= 2 * held);               /* an array that grows is there twice while it moves */
        if (sizes[i] == MEMBERS) CHECK(held < 12 * MEGABYTE);
        orm_free(list);
        CHECK_INT(memory.live_bytes, before);
    }
    orm_close(own);
    CHECK_INT(memory.live, 0);
    CHECK(!memory.wrong);
}

/* every combination of eleven conditions: 2048 statements, of which few are kept */
static int64_t count_like(orm_db *db, unsigned shape)
{
    int64_t n = -1;
    Member_query q = { .all = true };
    if (shape & 1) orm_where(&q, orm_gt(Member_.id, 0));
    if (shape & 2) orm_where(&q, orm_ne(Member_.name, "nobody"));
    if (shape & 4) orm_where(&q, orm_gte(Member_.name, "User"));
    if (shape & 8) orm_where(&q, orm_ne(Member_.email, "nobody"));
    if (shape & 16) orm_where(&q, orm_gte(Member_.email, "user"));
    if (shape & 32) orm_where(&q, orm_ne(Member_.role, "nobody"));
    if (shape & 64) orm_where(&q, orm_gte(Member_.role, "a"));
    if (shape & 128) orm_where(&q, orm_lt(Member_.score, 5000.0));
    if (shape & 256) orm_where(&q, orm_gte(Member_.score, 0.0));
    if (shape & 512) orm_where(&q, orm_lt(Member_.age, 200));
    if (shape & 1024) orm_where(&q, orm_gte(Member_.age, 0));
    CHECK(Member_count(db, &q, &n) == ORM_OK);
    return n;
}

ON_EACH_OF(statements_that_never_look_alike_take_no_more_memory_than_the_bound_allows, memory_cases)
{
    struct check_allocator memory = { 0 };
    orm_db *own = counted(&memory, 50);
    REQUIRE(db && own);
    fill(own, 20);
    /* the first have every length, so that what comes later needs no larger buffers */
    for (unsigned shape = 2047; shape >= 1948; shape--) CHECK(count_like(own, shape) > 0);
    size_t full = memory.live_bytes;
    CHECK(orm_counters_of(own).cached >= 50);
    memory.peak_bytes = full;
    for (unsigned shape = 0; shape < 1948; shape++) CHECK(count_like(own, shape) > 0);
    CHECK(memory.live_bytes <= full);
    CHECK(memory.peak_bytes <= full + full / 2);
    orm_close(own);
    CHECK_INT(memory.live, 0);
}
CHECK_MAIN()

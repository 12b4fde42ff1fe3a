/* test: no-valgrind: the address sanitizer sees the same, and sooner */
/* JSON from outside and memory: every allocation of each call failing once, bombs that must cost no more than a few times their own size, and time by the length of the text */
#include <stddef.h>
static void *hook_malloc(size_t size);
static void *hook_realloc(void *block, size_t size);
static void hook_free(void *block);
#define ORM_MALLOC  hook_malloc
#define ORM_REALLOC hook_realloc
#define ORM_FREE    hook_free
#define ORM_IMPLEMENTATION
#include "orm.h"
#include "dialects/sqlite.h"
#include "check.h"
#include "json_models.h"
#include <stdlib.h>
#include <time.h>

static const char *even(int32_t number) { return number % 2 ? "must be even" : NULL; }
#define Pair_FIELDS(X) X(id, serial) X(number, integer, check_with(even))
ORM_MODEL(Pair, pairs)
#define Pairs_MODELS(X) X(Pair)
ORM_SCHEMA(Pairs)
ORM_DEFINE(Pairs)

/* ---- the hooks: blocks with their size before them ---- */
union header { size_t size; max_align_t align; };
static size_t bytes, peak, blocks, asked, fail_at;
static bool persistent, failed;

static void *hook_malloc(size_t size)
{
    asked++;
    if (fail_at && (persistent ? asked >= fail_at : asked == fail_at)) {
        failed = true;
        return NULL;
    }
    union header *header = (union header *)malloc(sizeof *header + size);
    if (!header) return NULL;
    header->size = size;
    memset(header + 1, 0xA5, size < 4096 ? size : 4096);
    blocks++;
    bytes += size;
    if (bytes > peak) peak = bytes;
    return header + 1;
}

static void hook_free(void *block)
{
    if (!block) return;
    union header *header = (union header *)block - 1;
    blocks--;
    bytes -= header->size;
    free(header);
}

static void *hook_realloc(void *block, size_t size)
{
    void *moved = hook_malloc(size);
    if (!moved || !block) return moved;
    const union header *header = (const union header *)block - 1;
    memcpy(moved, block, header->size < size ? header->size : size);
    hook_free(block);
    return moved;
}

/* ---- every allocation fails ---- */

static orm_status read_every(orm_db *db)
{
    ORM_AUTO Every *row = Every_from_json(db, EVERY_TEXT, strlen(EVERY_TEXT), (Every_mask){ EVERY_FIELD });
    CHECK((row != NULL) == !orm_failed());
    return orm_error()->kind;
}

static const char list_text[] = "[{\"name\":\"Ada\",\"\\u0065mail\":\"ada@ex.am\"},{\"name\":\"B\\u006fb\",\"extra\":{\"a\":[1,2]}}]";
static orm_status read_list(orm_db *db)
{
    ORM_AUTO Author *rows = Author_all_from_json(db, list_text, strlen(list_text), (Author_mask){ .name = 1, .email = 1, .extra = 1 });
    CHECK((rows != NULL) == !orm_failed());
    return orm_error()->kind;
}

static const char graph_text[] = "{\"name\":\"Ada\",\"posts\":[{\"title\":\"one\",\"comments\":[{\"words\":\"a\"},{\"words\":\"b\"}],\"tags\":[{\"label\":\"red\"}]},{\"title\":\"two\",\"body\":\"\\u0041\"}],\"profile\":{\"bio\":\"x\"}}";
static orm_status read_graph_in(orm_db *db, orm_arena *arena)
{
    ORM_AUTO Author *row = Author_graph_from_json(db, graph_text, strlen(graph_text), &(Author_query){ .select = { .name = 1 }, .arena = arena, .include = {
        orm_with(Author_.posts, .select = { .title = 1, .body = 1 }, .include = { orm_with(Post_.comments, .select = { .words = 1 }), orm_with(Post_.tags, .select = { .label = 1 }) }),
        orm_with(Author_.profile, .select = { .bio = 1 }) } }, NULL);
    CHECK((row != NULL) == !orm_failed());
    return orm_error()->kind;
}
static orm_status read_graph(orm_db *db) { return read_graph_in(db, NULL); }
static orm_status read_graph_into_an_arena(orm_db *db)
{
    orm_arena arena = { 0 };
    orm_status status = read_graph_in(db, &arena);
    orm_arena_release(&arena);
    return status;
}

/* more names than fit on the stack, and rows that outgrow their first list */
static orm_status read_much(orm_db *db)
{
    static char text[60000];
    size_t at = (size_t)sprintf(text, "[{\"name\":\"Ada\",\"extra\":{");
    for (int i = 0; i < 200; i++) at += (size_t)sprintf(text + at, "%s\"n%d\":%d", i ? "," : "", i, i);
    at += (size_t)sprintf(text + at, "}}");
    for (int i = 0; i < 300; i++) at += (size_t)sprintf(text + at, ",{\"name\":\"name %d\"}", i);
    at += (size_t)sprintf(text + at, "]");
    ORM_AUTO Author *rows = Author_all_from_json(db, text, at, (Author_mask){ .name = 1, .extra = 1 });
    CHECK((rows != NULL) == !orm_failed());
    if (rows) CHECK_INT(orm_len(rows), 301);
    return orm_error()->kind;
}

static orm_status read_checked(orm_db *db)
{
    ORM_AUTO Pair *row = Pair_from_json(db, "{\"number\":2}", 12, (Pair_mask){ .number = 1 });
    CHECK((row != NULL) == !orm_failed());
    return orm_error()->kind;
}

static orm_status read_filter(orm_db *db)
{
    static const Author_filter asked_ = { .eq = { .name = 1, .role = 1 }, .in = { .age = 1, .name = 1 }, .starts_with = { .name = 1 }, .connectives = true };
    static const char text[] = "{\"n\\u0061me\":{\"starts_with\":\"A\\u0042\"},\"or\":[{\"age\":{\"in\":[1,2,3]}},{\"name\":{\"in\":[\"a\",\"\\u0062\"]}},{\"not\":{\"role\":\"x\"}}]}";
    orm_arena arena = { 0 };
    Author_pred where;
    orm_status status = Author_filter_from_json(db, text, strlen(text), &asked_, &arena, &where);
    CHECK_INT(where.expr.used, status ? 0 : 7);
    orm_arena_release(&arena);
    return status;
}

static Author *patched;
static orm_status read_patch(orm_db *db)
{
    static const char text[] = "{\"n\\u0061me\":\"Eve\\u0041\",\"age\":3,\"extra\":[1]}";
    const char *before = patched->name;
    Author_mask set = { 0 };
    orm_status status = Author_patch_from_json(db, patched, text, strlen(text), (Author_mask){ .name = 1, .age = 1, .extra = 1 }, &set);
    CHECK(status ? patched->name == before && !set.name : strcmp(patched->name, "EveA") == 0 && set.name && set.extra && !set.role);
    return status;
}

static const struct { const char *name; orm_status (*run)(orm_db *db); } calls[] = {
    { "from_json", read_every }, { "all_from_json", read_list }, { "graph_from_json", read_graph }, { "graph_from_json into an arena", read_graph_into_an_arena }, { "many", read_much },
    { "check_with", read_checked }, { "filter_from_json", read_filter }, { "patch_from_json", read_patch },
};

TEST(every_call_survives_each_allocation_that_fails)
{
    orm_db *db = orm_open("sqlite::memory:");
    REQUIRE(db && orm_sync(db, &JsonIn_schema) == ORM_OK);
    ORM_NEW(Author, ada, .name = "Ada");
    REQUIRE(Author_create(db, &ada) == ORM_OK);
    patched = Author_find(db, ada.id);                             /* what is kept for the life of the program and of the handle is made */
    CHECK_INT(read_graph(db), ORM_OK);
    orm_free(patched);
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        for (int all = 0; all < 2; all++) {
            for (size_t n = 1; ; n++) {
                size_t live = blocks;
                patched = Author_find(db, ada.id);
                REQUIRE(patched);
                asked = 0;
                failed = false;
                persistent = all;
                fail_at = n;
                orm_status status = calls[i].run(db);
                fail_at = 0;
                bool was = failed;
                bool shrinks = was && !status && calls[i].run == read_much;        /* a long list that cannot give back what it does not need keeps it */
                if (!shrinks) CHECK_TEXT(orm_status_name(status), was ? "ORM_NO_MEMORY" : "ORM_OK");
                if (status) CHECK_CONTAINS(orm_error()->message, "out of memory");
                if (was) CHECK_INT(calls[i].run(db), ORM_OK);
                orm_free(patched);
                CHECK_INT(blocks, live);
                if (check_failed) {
                    printf("    in %s, allocation %zu %s\n", calls[i].name, n, all ? "and all after it" : "alone");
                    orm_close(db);
                    return;
                }
                if (!was) break;
            }
        }
    }
    size_t live = blocks;
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        patched = Author_find(db, ada.id);
        CHECK_INT(calls[i].run(db), ORM_OK);
        orm_free(patched);
    }
    CHECK_INT(blocks, live);
    orm_close(db);
}

/* ---- bombs ---- */

/* n times `piece` with its number where %zu stands, between `begin` and `end` */
static char *many(const char *begin, const char *piece, size_t n, const char *end, size_t *size)
{
    size_t room = strlen(begin) + n * (strlen(piece) + 8) + strlen(end) + 1, at = strlen(begin);
    char *text = (char *)malloc(room);
    if (!text) return NULL;
    memcpy(text, begin, at);
    bool numbered = strchr(piece, '#') != NULL;
    size_t length = strlen(piece);
    for (size_t i = 0; i < n; i++) {
        if (!numbered) {
            memcpy(text + at, piece, length);
            at += length;
            continue;
        }
        for (const char *c = piece; *c; c++) {
            if (*c == '#') at += (size_t)sprintf(text + at, "%06zu", i);
            else text[at++] = *c;
        }
    }
    strcpy(text + at, end);
    *size = at + strlen(end);
    return text;
}

enum { INTO_ROW, INTO_LIST, INTO_FILTER };
static orm_status swallow(int into, const char *text, size_t size)
{
    static const Author_filter asked_ = { .eq = { .name = 1 }, .in = { .age = 1 }, .connectives = true };
    orm_arena arena = { 0 };
    Author_pred where;
    orm_json_input how = { .list = into == INTO_LIST };
    Author_query query = { .select = { .name = 1, .age = 1, .extra = 1, .home_page = 1 }, .include = { orm_with(Author_.posts, .select = { .title = 1 }) } };
    if (into == INTO_FILTER) {
        orm_status status = Author_filter_from_json(NULL, text, size, &asked_, &arena, &where);
        orm_arena_release(&arena);
        return status;
    }
    orm_free(Author_graph_from_json(NULL, text, size, &query, &how));
    return orm_error()->kind;
}

/* n is chosen so that texts have up to 16 MB */
static const struct bomb { const char *name, *begin, *piece, *end; size_t n; int into; orm_status answer; double most; } bombs[] = {
    { "brackets", "", "[", "", 100000, INTO_ROW, ORM_BAD_JSON, 0 },
    { "brackets in a list", "", "[", "", 100000, INTO_LIST, ORM_BAD_JSON, 0 },
    { "brackets in a document", "{\"extra\":", "[", "", 100000, INTO_ROW, ORM_BAD_JSON, 0 },
    { "brackets in a filter", "{\"age\":", "[", "", 100000, INTO_FILTER, ORM_BAD_JSON, 0 },
    { "not not not", "", "{\"not\":", "", 100000, INTO_FILTER, ORM_BAD_JSON, 0 },
    { "empty names", "", "[{\"\":", "", 50000, INTO_LIST, ORM_BAD_JSON, 0 },
    { "empty names in a document", "{\"extra\":", "[{\"\":", "", 50000, INTO_ROW, ORM_BAD_JSON, 0 },
    { "keys", "{\"name\":\"Ada\"", ",\"k#\":1", "}", 1000000, INTO_ROW, ORM_VALIDATION, 3 },
    { "keys with escapes", "{\"name\":\"Ada\"", ",\"\\t#\":1", "}", 1000000, INTO_ROW, ORM_VALIDATION, 3 },
    { "short keys with escapes", "{\"name\":\"Ada\"", ",\"\\t\":1", "}", 1000000, INTO_ROW, ORM_VALIDATION, 3 },
    { "keys in a document", "{\"name\":\"Ada\",\"extra\":{\"k\":1", ",\"k#\":1", "}}", 1000000, INTO_ROW, ORM_OK, 3 },
    { "keys in what is not accepted", "{\"name\":\"Ada\",\"x\":{\"k\":1", ",\"k#\":1", "}}", 1000000, INTO_ROW, ORM_VALIDATION, 3 },
    { "keys in a filter", "{\"age\":1", ",\"k#\":1", "}", 1000000, INTO_FILTER, ORM_VALIDATION, 3 },
    { "operators in a filter", "{\"age\":{\"eq\":1", ",\"k#\":1", "}}", 1000000, INTO_FILTER, ORM_VALIDATION, 3 },
    { "values in a filter", "{\"age\":{\"in\":[1", ",1", "]}}", 5000000, INTO_FILTER, ORM_VALIDATION, 3 },
    { "conditions in a filter", "{\"or\":[{\"age\":1}", ",{\"age\":2}", "]}", 1000000, INTO_FILTER, ORM_VALIDATION, 3 },
    { "a long text", "{\"name\":\"Ada\",\"home_page\":\"", "abcdefghijklmno", "\"}", 1000000, INTO_ROW, ORM_OK, 3 },
    { "a long text with escapes", "{\"name\":\"Ada\",\"home_page\":\"", "\\u0041\\\\", "\"}", 1500000, INTO_ROW, ORM_OK, 3 },
    { "a long name", "{\"name\":\"Ada\",\"", "abcdefghijklmno", "\":1}", 1000000, INTO_ROW, ORM_VALIDATION, 3 },
    { "a long name with escapes", "{\"name\":\"Ada\",\"", "\\u0061\\\\", "\":1}", 1500000, INTO_ROW, ORM_VALIDATION, 3 },
    { "a text without an end", "{\"name\":\"", "aaaaaaaaaaaaaaa", "", 1000000, INTO_ROW, ORM_BAD_JSON, 3 },
    { "a number", "{\"age\":", "9", ",\"name\":\"Ada\"}", 1000000, INTO_ROW, ORM_VALIDATION, 3 },
    { "a number in a document", "{\"name\":\"Ada\",\"extra\":", "9", "}", 1000000, INTO_ROW, ORM_OK, 3 },
    { "an exponent", "{\"name\":\"Ada\",\"age\":1e", "9", "}", 1000000, INTO_ROW, ORM_VALIDATION, 3 },
    { "one key again", "{\"name\":\"Ada\"", ",\"name\":1", "}", 100000, INTO_ROW, ORM_VALIDATION, 3 },
    { "one key again in a document", "{\"name\":\"Ada\",\"extra\":{\"k\":1", ",\"k\":1", "}}", 100000, INTO_ROW, ORM_BAD_JSON, 3 },
    { "one key again in a filter", "{\"age\":1", ",\"age\":1", "}", 100000, INTO_FILTER, ORM_VALIDATION, 3 },
    { "rows", "[{\"name\":\"Ada\"}", ",{\"name\":\"Ada\"}", "]", 1000000, INTO_LIST, ORM_OVER_BUDGET, 0.5 },
    { "rows that are none", "[1", ",1", "]", 1000000, INTO_LIST, ORM_OVER_BUDGET, 2 },
    { "lists in rows", "{\"name\":\"Ada\",\"posts\":[{}", ",{}", "]}", 1000000, INTO_ROW, ORM_OVER_BUDGET, 2 },
    { "posts again", "{\"name\":\"Ada\",\"posts\":[]", ",\"posts\":[]", "}", 1000000, INTO_ROW, ORM_VALIDATION, 3 },
    { "blanks", "{\"name\":", " ", "\"Ada\"}", 15000000, INTO_ROW, ORM_OK, 3 },
    { "commas", "[", ",", "]", 1000000, INTO_LIST, ORM_BAD_JSON, 3 },
};

TEST(bombs_are_refused_and_cost_little)
{
    for (size_t i = 0; i < sizeof bombs / sizeof *bombs; i++) {
        const struct bomb *b = &bombs[i];
        size_t size, before = bytes;
        char *text = many(b->begin, b->piece, b->n, b->end, &size);
        REQUIRE(text && size <= (size_t)16 << 20);
        peak = bytes;
        CHECK_TEXT(orm_status_name(swallow(b->into, text, size)), orm_status_name(b->answer));
        double times = (double)(peak - before) / (double)size;
        if (getenv("SHOW")) printf("%-30s %9zu bytes, %6.2f times\n", b->name, size, times);
        if (peak - before > (size_t)(b->most * (double)size) + 65536) CHECK_DOUBLE(times, b->most);
        CHECK_INT(bytes, before);
        free(text);
        if (check_failed) { printf("    in %s: %s\n", b->name, orm_error()->message); return; }
    }
}

/* four times the text takes about four times the time, at most ten times; a square would be sixteen. The shortest of a few runs, for others work on the machine, too. */
static double seconds(const struct bomb *b, size_t n)
{
    size_t size;
    double least = 1e9;
    char *text = many(b->begin, b->piece, n, b->end, &size);
    for (int i = 0; text && i < 5; i++) {
        struct timespec from, to;
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &from);
        (void)swallow(b->into, text, size);
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &to);
        double taken = (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9;
        if (taken < least) least = taken;
    }
    free(text);
    return least;
}

TEST(time_goes_by_the_length_of_the_text)
{
    for (size_t i = 0; i < sizeof bombs / sizeof *bombs; i++) {
        double quarter = seconds(&bombs[i], bombs[i].n / 16), whole = seconds(&bombs[i], bombs[i].n / 4);
        if (getenv("SHOW")) printf("%-30s %.6f %.6f s\n", bombs[i].name, quarter, whole);
        if (whole > quarter * 10 + 0.003) {
            printf("%s: %.6f s, and %.6f s for a quarter of it\n", bombs[i].name, whole, quarter);
            check_failed = true;
        }
    }
}

CHECK_MAIN()

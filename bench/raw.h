/* What the drivers in C share: rows, an arena for them, and their checksums. */
#ifndef BENCH_RAW_H
#define BENCH_RAW_H
#include "common.h"
#include "json.h"

typedef struct tag { int64_t id; char *name; uint32_t name_length; } tag;
typedef struct parent { user u; size_t first, posts; } parent;       /* with its children in another list */
typedef struct tagged { post p; size_t first, tags; } tagged;
typedef struct users { user *row; size_t n, capacity; } users;
typedef struct parents { parent *row; size_t n, capacity; } parents;
typedef struct posts { post *row; size_t n, capacity; } posts;
typedef struct tagged_posts { tagged *row; size_t n, capacity; } tagged_posts;
typedef struct tags { tag *row; size_t n, capacity; } tags;

static bool naive;                      /* the way most people write it, else the expert's */
static bool pruned;                     /* the case reads 3 of the 7 columns of each post */
static char *schema;                    /* SQL that makes the tables, or NULL for the driver's own */

/* ---- memory: an arena of chunks that is reset, not freed ---- */
typedef struct chunk { struct chunk *next; size_t size; char data[]; } chunk;
typedef struct arena { char *at, *end; chunk *first, *current; } arena;
static arena memory;

static void *take_slow(arena *a, size_t n)
{
    if (a->current && a->current->next && a->current->next->size >= n) {
        a->current = a->current->next;
    } else {
        size_t size = a->current ? a->current->size * 2 : 65536;
        if (size > 8u << 20) size = 8u << 20;
        if (size < n) size = n;
        chunk *more = malloc(sizeof *more + size);
        if (!more) die("out of memory");
        more->size = size;
        more->next = a->current ? a->current->next : NULL;
        if (a->current) a->current->next = more;
        else a->first = more;
        a->current = more;
    }
    a->at = a->current->data + n;
    a->end = a->current->data + a->current->size;
    return a->current->data;
}

static inline void *take(arena *a, size_t n)
{
    if (__builtin_expect((size_t)(a->end - a->at) < n, 0)) return take_slow(a, n);
    char *p = a->at;
    a->at += n;
    return p;
}

static void reset(arena *a)
{
    a->current = a->first;
    if (!a->current) return;
    a->at = a->current->data;
    a->end = a->at + a->current->size;
}

/* room for one more item of a list { T *row; size_t n, capacity; } */
#define GROW(list) do { if ((list)->n == (list)->capacity) { (list)->capacity = (list)->capacity ? (list)->capacity * 2 : 64;     \
    (list)->row = realloc((list)->row, (list)->capacity * sizeof *(list)->row); if (!(list)->row) die("out of memory"); } } while (0)

/* ---- rows ---- */
#define USER_COLUMNS "u.id,u.name,u.email,u.role,u.score,u.age,u.created_at"
#define POST_COLUMNS "p.id,p.author_id,p.title,p.body,p.views,p.published,p.created_at"
#define POST_FEW     "p.id,p.author_id,p.views"

static void free_user(user *u)
{
    if (!naive) return;
    free(u->name);
    free(u->email);
    free(u->role);
}

/* of users in the order of their keys, the one with this key */
static inline const user *user_of(const user *list, size_t n, int64_t id)
{
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (list[middle].id < id) low = middle + 1;
        else high = middle;
    }
    if (low == n || list[low].id != id) die("a user is missing");
    return &list[low];
}

static void free_post(post *p)
{
    if (!naive) return;
    free(p->title);
    free(p->body);
}

static int64_t h_user(const user *u)
{
    return user_sum(u->id, u->name_length, u->email_length, u->role[0], u->has_score, u->score, u->has_age, u->age, u->created_at);
}

static int64_t h_post(const post *p)
{
    if (pruned) return p->id + p->views;
    return post_sum(p->id, p->author_id, p->title_length, p->body != NULL, p->body_length, p->views, p->published, p->created_at);
}

/* the statement for a search: `?` for each value, or $1 with its type */
static void search_sql(char *sql, size_t size, const search *s, bool numbered)
{
    static const char *const condition[] = { "u.role=", "u.age>", "u.score<", "u.id<>" }, *const type[] = { "", "::int4", "::float8", "::int8" };
    size_t n = (size_t)snprintf(sql, size, "select " USER_COLUMNS " from users u");
    int values = 0;
    for (int k = 0; k < 4; k++) {
        if (!(s->fields & 1u << k)) continue;
        n += (size_t)snprintf(sql + n, size - n, "%s%s", values++ ? " and " : " where ", condition[k]);
        if (numbered) n += (size_t)snprintf(sql + n, size - n, "$%d%s", values, type[k]);
        else n += (size_t)snprintf(sql + n, size - n, "?");
    }
    snprintf(sql + n, size - n, " order by u.%s%s limit 20", s->fields & BY_ROLE ? "created_at" : "id", s->descending ? " desc" : "");
}

static void read_schema(const char *name)
{
    FILE *file = fopen(name, "r");
    schema = calloc(1, 65536);
    if (!file || !schema || fread(schema, 1, 65535, file) == 0) die("cannot read the schema");
    fclose(file);
}
#endif

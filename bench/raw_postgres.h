/* C on libpq alone: the connection, statements, parameters and rows. See raw_postgres.c. */
#ifndef BENCH_RAW_POSTGRES_H
#define BENCH_RAW_POSTGRES_H
#include "raw.h"
#include "postgres.h"
#include <libpq-fe.h>

#define EPOCH INT64_C(946684800000000)  /* 2000-01-01, where the server counts from */

static PGconn *db;

static void fail(const char *what)
{
    fprintf(stderr, "%s: %s\n", what, PQerrorMessage(db));
    exit(1);
}

static PGresult *good(PGresult *r)
{
    ExecStatusType status = PQresultStatus(r);
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK && status != PGRES_COPY_IN) fail("a statement failed");
    return r;
}

static void execute(const char *sql) { PQclear(good(PQexec(db, sql))); }

static int64_t ask(const char *sql)
{
    PGresult *r = good(PQexec(db, sql));
    int64_t n = strtoll(PQgetvalue(r, 0, 0), NULL, 10);
    PQclear(r);
    return n;
}

/* ---- statements ---- */
enum { INSERT, FIND, WHERE, ALL, AFTER, USERS_IN, USERS_TO, POSTS_TO, POSTS_TO_FEW, POSTS_OF, POSTS_OF_FEW, POSTS_IN, POSTS_IN_FEW, TAGS_OF, TAGS_IN, GROUP, UPDATE, UPDATE_WHERE, BEGIN, INSERT_POST,
    INSERT_LINK, INSERT_LINK_TO_LAST, ADD, COMMIT, DELETE, UNNEST, STATEMENTS };      /* _FEW: with few columns, next to those with all */
static const char *const statements[STATEMENTS] = {
    [INSERT] = "insert into users(name,email,role,score,age,created_at) values($1,$2,$3,$4,$5,$6) returning id",
    [FIND] = "select " USER_COLUMNS " from users u where u.id=$1",
    [WHERE] = "select " USER_COLUMNS " from users u where u.role=$1 and u.age>$2::int4 order by u.created_at desc limit 20",
    [ALL] = "select " USER_COLUMNS " from users u",
    [AFTER] = "select " USER_COLUMNS " from users u where u.id>$1 order by u.id limit 1000",
    [USERS_IN] = "select " USER_COLUMNS " from users u where u.id=any($1::int8[]) order by u.id",
    [USERS_TO] = "select " USER_COLUMNS " from users u where u.id<=$1 order by u.id",
    [POSTS_TO] = "select " POST_COLUMNS " from posts p where p.id<=$1 order by p.id",
    [POSTS_TO_FEW] = "select " POST_FEW " from posts p where p.id<=$1 order by p.id",
    [POSTS_OF] = "select " POST_COLUMNS " from posts p where p.author_id=$1 order by p.id",
    [POSTS_OF_FEW] = "select " POST_FEW " from posts p where p.author_id=$1 order by p.id",
    [POSTS_IN] = "select " POST_COLUMNS " from posts p where p.author_id=any($1::int8[]) order by p.author_id,p.id",
    [POSTS_IN_FEW] = "select " POST_FEW " from posts p where p.author_id=any($1::int8[]) order by p.author_id,p.id",
    [TAGS_OF] = "select pt.post_id,t.id,t.name from tags t join post_tags pt on pt.tag_id=t.id where pt.post_id=$1",
    [TAGS_IN] = "select pt.post_id,t.id,t.name from post_tags pt join tags t on t.id=pt.tag_id where pt.post_id=any($1::int8[]) order by pt.post_id",
    [GROUP] = "select role,count(*),avg(score) from users where age>$1::int4 group by role order by role",
    [UPDATE] = "update users set score=$1,age=$2 where id=$3",
    [UPDATE_WHERE] = "update users set score=$1 where role=$2 and age>$3::int4",
    [BEGIN] = "begin",
    [INSERT_POST] = "insert into posts(author_id,title,body,views,published,created_at) values($1,$2,$3,$4,$5,$6) returning id",
    [INSERT_LINK] = "insert into post_tags(post_id,tag_id) values($1,$2)",
    [INSERT_LINK_TO_LAST] = "insert into post_tags(post_id,tag_id) values(currval('posts_id_seq'),$1)",
    [ADD] = "update users set score=score+1 where id=$1",
    [COMMIT] = "commit",
    [DELETE] = "delete from users where id=$1",
    [UNNEST] = "insert into users(name,email,role,score,age,created_at) select * from unnest($1::text[],$2::text[],$3::text[],$4::float8[],$5::int4[],$6::timestamptz[])",
};

static void name_of(int statement, char name[16])
{
    memset(name, 0, 16);
    *name++ = 's';
    if (statement > 9) *name++ = (char)('0' + statement / 10);
    *name = (char)('0' + statement % 10);
}

static void open_fresh(void)
{
    char name[16];
    execute(EMPTY);
    execute(schema ? schema :
        "create table users(id bigserial primary key,name text not null,email text not null unique,role text not null,score double precision,age integer,created_at timestamptz not null);"
        "create table posts(id bigserial primary key,author_id bigint not null references users(id),title text not null,body text,views integer not null default 0,published boolean not null,created_at timestamptz not null);"
        "create index posts_author on posts(author_id);"
        "create table tags(id bigserial primary key,name text not null unique);"
        "create table post_tags(post_id bigint not null references posts(id),tag_id bigint not null references tags(id),primary key(post_id,tag_id));");
    if (naive) return;
    execute("deallocate all");
    for (int i = 0; i < STATEMENTS; i++) {
        name_of(i, name);
        PQclear(good(PQprepare(db, name, statements[i], 0, NULL)));
    }
}

/* ---- parameters: binary for the expert, text for the naive ---- */
typedef struct parameters { const char *at[8]; int length[8], format[8], n; char cell[8][32]; } parameters;

static inline void put32(char *at, uint32_t v) { v = __builtin_bswap32(v); memcpy(at, &v, 4); }
static inline void put64(char *at, uint64_t v) { v = __builtin_bswap64(v); memcpy(at, &v, 8); }
static inline uint64_t bits(double number) { uint64_t v; memcpy(&v, &number, 8); return v; }

static inline char *put_cell(parameters *p, int length)
{
    int i = p->n++;
    p->at[i] = p->cell[i];
    p->length[i] = length;
    p->format[i] = !naive;
    return p->cell[i];
}

static inline void put_text(parameters *p, const char *text, int length)
{
    put_cell(p, length);
    p->at[p->n - 1] = text;
    p->format[p->n - 1] = 0;
}

static inline void put_null(parameters *p) { put_cell(p, 0); p->at[p->n - 1] = NULL; }

static inline void put_int64(parameters *p, int64_t number)
{
    char *cell = put_cell(p, 8);
    if (naive) snprintf(cell, 32, "%" PRId64, number);
    else put64(cell, (uint64_t)number);
}

static inline void put_int32(parameters *p, int32_t number)
{
    char *cell = put_cell(p, 4);
    if (naive) snprintf(cell, 32, "%" PRId32, number);
    else put32(cell, (uint32_t)number);
}

static inline void put_double(parameters *p, double number)
{
    char *cell = put_cell(p, 8);
    if (naive) snprintf(cell, 32, "%.17g", number);
    else put64(cell, bits(number));
}

static inline void put_bool(parameters *p, bool yes)
{
    char *cell = put_cell(p, 1);
    cell[0] = naive ? (yes ? 't' : 'f') : (char)yes;
    cell[1] = 0;
}

static void print_time(char cell[32], int64_t microseconds)
{
    time_t seconds = (time_t)(microseconds / MICRO);
    struct tm t;
    gmtime_r(&seconds, &t);
    strftime(cell, 32, "%Y-%m-%d %H:%M:%S+00", &t);
}

static inline void put_time(parameters *p, int64_t microseconds)
{
    char *cell = put_cell(p, 8);
    if (naive) print_time(cell, microseconds);
    else put64(cell, (uint64_t)(microseconds - EPOCH));
}

static void put_user(parameters *p, const input *u)
{
    put_text(p, u->name, u->name_length);
    put_text(p, u->email, u->email_length);
    put_text(p, u->role, u->role_length);
    if (u->has_score) put_double(p, u->score);
    else put_null(p);
    if (u->has_age) put_int32(p, u->age);
    else put_null(p);
    put_time(p, u->created_at);
}

static PGresult *run(int statement, const parameters *p)
{
    char name[16];
    if (naive) return good(PQexecParams(db, statements[statement], p->n, NULL, p->at, p->length, p->format, 0));
    name_of(statement, name);
    return good(PQexecPrepared(db, name, p->n, p->at, p->length, p->format, 1));
}

/* ---- binary arrays: dimensions, has NULLs, type, length, first index; then each value behind its length ---- */
typedef json bytes;                     /* a buffer that grows */
static inline void add16(bytes *b, uint16_t v) { char *at = json_room(b, 2); at[0] = (char)(v >> 8); at[1] = (char)v; b->length += 2; }
static inline void add32(bytes *b, uint32_t v) { put32(json_room(b, 4), v); b->length += 4; }
static inline void add64(bytes *b, uint64_t v) { put64(json_room(b, 8), v); b->length += 8; }
static inline void add_text(bytes *b, const char *text, int length) { add32(b, (uint32_t)length); json_put(b, text, (size_t)length); }
static inline void add_number(bytes *b, bool has, double number) { add32(b, has ? 8 : UINT32_MAX); if (has) add64(b, bits(number)); }
static inline void add_int(bytes *b, bool has, int32_t number) { add32(b, has ? 4 : UINT32_MAX); if (has) add32(b, (uint32_t)number); }
static inline void add_time(bytes *b, int64_t microseconds) { add32(b, 8); add64(b, (uint64_t)(microseconds - EPOCH)); }

static void begin_array(bytes *b, uint32_t type, uint32_t n)
{
    b->length = 0;
    add32(b, 1);
    add32(b, 1);
    add32(b, type);
    add32(b, n);
    add32(b, 1);
}

static PGresult *run_array(int statement, const int64_t *keys, size_t n)
{
    static bytes b;
    begin_array(&b, 20, (uint32_t)n);
    for (size_t i = 0; i < n; i++) {
        add32(&b, 8);
        add64(&b, (uint64_t)keys[i]);
    }
    const parameters p = { .at = { b.text }, .length = { (int)b.length }, .format = { 1 }, .n = 1 };
    return run(statement, &p);
}

/* ---- rows ---- */
static inline uint32_t get32(const char *at) { uint32_t v; memcpy(&v, at, 4); return __builtin_bswap32(v); }
static inline uint64_t get64(const char *at) { uint64_t v; memcpy(&v, at, 8); return __builtin_bswap64(v); }
static inline int64_t get_int64(PGresult *r, int row, int column) { return naive ? strtoll(PQgetvalue(r, row, column), NULL, 10) : (int64_t)get64(PQgetvalue(r, row, column)); }
static inline int32_t get_int32(PGresult *r, int row, int column) { return naive ? (int32_t)strtol(PQgetvalue(r, row, column), NULL, 10) : (int32_t)get32(PQgetvalue(r, row, column)); }

static inline double get_double(PGresult *r, int row, int column)
{
    if (naive) return strtod(PQgetvalue(r, row, column), NULL);
    uint64_t v = get64(PQgetvalue(r, row, column));
    double number;
    memcpy(&number, &v, 8);
    return number;
}

/* "2023-11-14 22:13:57+00" */
static int64_t scan_time(const char *text)
{
    int y, m, d, hour, minute, second;
    if (sscanf(text, "%d-%d-%d %d:%d:%d", &y, &m, &d, &hour, &minute, &second) != 6) die("not a time");
    y -= m <= 2;
    int64_t era = y / 400, yoe = y - era * 400, doy = (153 * (m > 2 ? m - 3 : m + 9) + 2) / 5 + d - 1, doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return ((era * 146097 + doe - 719468) * 86400 + hour * 3600 + minute * 60 + second) * MICRO;
}
static inline int64_t get_time(PGresult *r, int row, int column) { return naive ? scan_time(PQgetvalue(r, row, column)) : get_int64(r, row, column) + EPOCH; }

static inline char *copy_text(PGresult *r, int row, int column, uint32_t *length)
{
    const char *text = PQgetvalue(r, row, column);
    *length = 0;
    if (PQgetisnull(r, row, column)) return NULL;
    *length = (uint32_t)PQgetlength(r, row, column);
    if (naive) return strdup(text);
    char *copy = take(&memory, *length + 1);
    memcpy(copy, text, *length);
    copy[*length] = 0;
    return copy;
}

/* text of the result itself, valid until it is freed */
static inline char *view_text(PGresult *r, int row, int column, uint32_t *length)
{
    *length = (uint32_t)PQgetlength(r, row, column);
    return PQgetvalue(r, row, column);
}

static inline void read_numbers(PGresult *r, int row, user *u)
{
    u->id = get_int64(r, row, 0);
    u->has_score = !PQgetisnull(r, row, 4);
    u->score = u->has_score ? get_double(r, row, 4) : 0;
    u->has_age = !PQgetisnull(r, row, 5);
    u->age = u->has_age ? get_int32(r, row, 5) : 0;
    u->created_at = get_time(r, row, 6);
}

static inline void read_user(PGresult *r, int row, user *u)
{
    read_numbers(r, row, u);
    u->name = copy_text(r, row, 1, &u->name_length);
    u->email = copy_text(r, row, 2, &u->email_length);
    u->role = copy_text(r, row, 3, &u->role_length);
}

static inline void view_user(PGresult *r, int row, user *u)
{
    read_numbers(r, row, u);
    u->name = view_text(r, row, 1, &u->name_length);
    u->email = view_text(r, row, 2, &u->email_length);
    u->role = view_text(r, row, 3, &u->role_length);
}

static inline void read_post(PGresult *r, int row, post *p)
{
    p->id = get_int64(r, row, 0);
    p->author_id = get_int64(r, row, 1);
    if (pruned) {
        p->title = p->body = NULL;
        p->views = get_int32(r, row, 2);
        return;
    }
    p->title = copy_text(r, row, 2, &p->title_length);
    p->body = copy_text(r, row, 3, &p->body_length);
    p->views = get_int32(r, row, 4);
    p->published = naive ? *PQgetvalue(r, row, 5) == 't' : *PQgetvalue(r, row, 5) != 0;
    p->created_at = get_time(r, row, 6);
}

static PGresult *run_key(int statement, int64_t key)
{
    parameters p = { .n = 0 };
    put_int64(&p, key);
    return run(statement, &p);
}
#endif

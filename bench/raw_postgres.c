/* The workload in C on libpq alone. usage: raw_postgres (expert|naive) CONNECTION [schema.sql]
   `expert` prepares each statement once under a generic plan, sends and reads binary values, reads children by one array of keys, inserts
   by one array per column and copies binary rows; `naive` is what most people write: text, PQexecParams per call, strdup per field, a
   query per parent, literals in bulk. With a file of SQL the tables are made by it instead, see raw_sqlite.c. */
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
enum { INSERT, FIND, WHERE, ALL, USERS_TO, POSTS_TO, POSTS_OF, POSTS_IN, TAGS_OF, TAGS_IN, GROUP, UPDATE, UPDATE_WHERE, BEGIN, INSERT_POST, INSERT_LINK, ADD, COMMIT, DELETE, UNNEST, STATEMENTS };
static const char *const statements[STATEMENTS] = {
    [INSERT] = "insert into users(name,email,role,score,age,created_at) values($1,$2,$3,$4,$5,$6) returning id",
    [FIND] = "select " USER_COLUMNS " from users u where u.id=$1",
    [WHERE] = "select " USER_COLUMNS " from users u where u.role=$1 and u.age>$2::int4 order by u.created_at desc limit 20",
    [ALL] = "select " USER_COLUMNS " from users u",
    [USERS_TO] = "select " USER_COLUMNS " from users u where u.id<=$1 order by u.id",
    [POSTS_TO] = "select " POST_COLUMNS " from posts p where p.id<=$1 order by p.id",
    [POSTS_OF] = "select " POST_COLUMNS " from posts p where p.author_id=$1 order by p.id",
    [POSTS_IN] = "select " POST_COLUMNS " from posts p where p.author_id=any($1::int8[]) order by p.author_id,p.id",
    [TAGS_OF] = "select pt.post_id,t.id,t.name from tags t join post_tags pt on pt.tag_id=t.id where pt.post_id=$1",
    [TAGS_IN] = "select pt.post_id,t.id,t.name from post_tags pt join tags t on t.id=pt.tag_id where pt.post_id=any($1::int8[]) order by pt.post_id",
    [GROUP] = "select role,count(*),avg(score) from users where age>$1::int4 group by role order by role",
    [UPDATE] = "update users set score=$1,age=$2 where id=$3",
    [UPDATE_WHERE] = "update users set score=$1 where role=$2 and age>$3::int4",
    [BEGIN] = "begin",
    [INSERT_POST] = "insert into posts(author_id,title,body,views,published,created_at) values($1,$2,$3,$4,$5,$6) returning id",
    [INSERT_LINK] = "insert into post_tags(post_id,tag_id) values($1,$2)",
    [ADD] = "update users set score=score+1 where id=$1",
    [COMMIT] = "commit",
    [DELETE] = "delete from users where id=$1",
    [UNNEST] = "insert into users(name,email,role,score,age,created_at) select * from unnest($1::text[],$2::text[],$3::text[],$4::float8[],$5::int4[],$6::timestamptz[])",
};

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
        snprintf(name, sizeof name, "s%d", i);
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
    char name[16] = { 's', (char)('0' + statement) };
    if (naive) return good(PQexecParams(db, statements[statement], p->n, NULL, p->at, p->length, p->format, 0));
    if (statement > 9) name[1] = (char)('0' + statement / 10), name[2] = (char)('0' + statement % 10);
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

static inline void read_user(PGresult *r, int row, user *u)
{
    u->id = get_int64(r, row, 0);
    u->name = copy_text(r, row, 1, &u->name_length);
    u->email = copy_text(r, row, 2, &u->email_length);
    u->role = copy_text(r, row, 3, &u->role_length);
    u->has_score = !PQgetisnull(r, row, 4);
    u->score = u->has_score ? get_double(r, row, 4) : 0;
    u->has_age = !PQgetisnull(r, row, 5);
    u->age = u->has_age ? get_int32(r, row, 5) : 0;
    u->created_at = get_time(r, row, 6);
}

static inline void read_post(PGresult *r, int row, post *p)
{
    p->id = get_int64(r, row, 0);
    p->author_id = get_int64(r, row, 1);
    p->title = copy_text(r, row, 2, &p->title_length);
    p->body = copy_text(r, row, 3, &p->body_length);
    p->views = get_int32(r, row, 4);
    p->published = naive ? *PQgetvalue(r, row, 5) == 't' : *PQgetvalue(r, row, 5) != 0;
    p->created_at = get_time(r, row, 6);
}

/* ---- creating ---- */
static void insert_one(const input *from)
{
    const int n = 10000;
    int64_t sum = 0;
    for (int pass = 0; pass < 2; pass++) {
        open_fresh();
        sum = clock_total = 0;
        clock_start();
        for (int i = 0; i < n; i++) {
            parameters p = { .n = 0 };
            put_user(&p, &from[i]);
            PGresult *r = run(INSERT, &p);
            sum += get_int64(r, 0, 0);
            PQclear(r);
        }
        clock_stop();
    }
    report("insert_one", n, n, sum + ask(SUM_USERS));
    open_fresh();
}

static void insert_arrays(const input *from, int n)
{
    enum { COLUMNS = 6 };
    static const uint32_t types[COLUMNS] = { 25, 25, 25, 701, 23, 1184 };
    static bytes array[COLUMNS];
    parameters p = { .n = COLUMNS };
    for (int k = 0; k < COLUMNS; k++) begin_array(&array[k], types[k], (uint32_t)n);
    for (const input *u = from; u < from + n; u++) {
        add_text(&array[0], u->name, u->name_length);
        add_text(&array[1], u->email, u->email_length);
        add_text(&array[2], u->role, u->role_length);
        add_number(&array[3], u->has_score, u->score);
        add_int(&array[4], u->has_age, u->age);
        add_time(&array[5], u->created_at);
    }
    for (int k = 0; k < COLUMNS; k++) {
        p.at[k] = array[k].text;
        p.length[k] = (int)array[k].length;
        p.format[k] = 1;
    }
    PQclear(run(UNNEST, &p));
}

static void add_literal(bytes *b, const char *text, int length)
{
    char *literal = PQescapeLiteral(db, text, (size_t)length);
    if (!literal) fail("escape");
    json_put(b, literal, strlen(literal));
    PQfreemem(literal);
    JSON(b, ",");
}

static void insert_literals(const input *from, int n)
{
    bytes b = { NULL, 0, 0 };
    char cell[80], moment[32];
    JSON(&b, "insert into users(name,email,role,score,age,created_at) values");
    for (const input *u = from; u < from + n; u++) {
        json_put(&b, u > from ? ",(" : "(", u > from ? 2 : 1);
        add_literal(&b, u->name, u->name_length);
        add_literal(&b, u->email, u->email_length);
        add_literal(&b, u->role, u->role_length);
        json_put(&b, cell, u->has_score ? (size_t)snprintf(cell, sizeof cell, "%.17g,", u->score) : (size_t)snprintf(cell, sizeof cell, "null,"));
        json_put(&b, cell, u->has_age ? (size_t)snprintf(cell, sizeof cell, "%d,", u->age) : (size_t)snprintf(cell, sizeof cell, "null,"));
        print_time(moment, u->created_at);
        json_put(&b, cell, (size_t)snprintf(cell, sizeof cell, "'%s')", moment));
    }
    json_put(&b, "", 1);
    execute(b.text);
    free(b.text);
}

static void bulk_insert(const input *from)
{
    clock_start();
    execute("begin");
    if (naive) for (int i = 0; i < USERS; i += 500) insert_literals(from + i, 500);
    else for (int i = 0; i < USERS; i += 1000) insert_arrays(from + i, 1000);
    execute("commit");
    clock_stop();
    if (wanted("bulk_insert")) report("bulk_insert", USERS, USERS, ask(SUM_USERS));
    clock_total = 0;
}

static void put_copy(bytes *b)
{
    if (PQputCopyData(db, b->text, (int)b->length) != 1) fail("copy");
    b->length = 0;
}

static void copy(const input *from)
{
    static const char head[] = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0";
    bytes b = { NULL, 0, 0 };
    PGresult *r;
    open_fresh();
    clock_start();
    PQclear(good(PQexec(db, "copy users(name,email,role,score,age,created_at) from stdin (format binary)")));
    json_put(&b, head, sizeof head);
    for (const input *u = from; u < from + USERS; u++) {
        add16(&b, 6);
        add_text(&b, u->name, u->name_length);
        add_text(&b, u->email, u->email_length);
        add_text(&b, u->role, u->role_length);
        add_number(&b, u->has_score, u->score);
        add_int(&b, u->has_age, u->age);
        add_time(&b, u->created_at);
        if (b.length > 60000) put_copy(&b);
    }
    add16(&b, UINT16_MAX);
    put_copy(&b);
    if (PQputCopyEnd(db, NULL) != 1) fail("copy");
    while ((r = PQgetResult(db)) != NULL) PQclear(good(r));
    clock_stop();
    free(b.text);
    report("copy", USERS, USERS, ask(SUM_USERS));
}

/* ---- reading ---- */
static int64_t find_users(int n)
{
    int64_t sum = 0;
    uint64_t seed = 777;
    for (int i = 0; i < n; i++) {
        parameters p = { .n = 0 };
        user row, *u = naive ? malloc(sizeof *u) : &row;
        if (!u) die("out of memory");
        put_int64(&p, 1 + draw(&seed) % USERS);
        PGresult *r = run(FIND, &p);
        read_user(r, 0, u);
        PQclear(r);
        if (i < 20000) sum += h_user(u);
        free_user(u);
        if (naive) free(u);
        else reset(&memory);
    }
    return sum;
}

static void find_by_pk(void)
{
    const int n = 200000;
    clock_start();
    int64_t sum = find_users(n);
    clock_stop();
    report("find_by_pk", n, n, sum);
    execute("begin");
    clock_start();
    sum = find_users(n);
    clock_stop();
    execute("commit");
    report("find_by_pk_in_tx", n, n, sum);
}

static users read_users(PGresult *r)
{
    users list = { NULL, (size_t)PQntuples(r), 0 };
    list.row = malloc((list.n + 1) * sizeof *list.row);
    if (!list.row) die("out of memory");
    for (size_t i = 0; i < list.n; i++) read_user(r, (int)i, &list.row[i]);
    PQclear(r);
    return list;
}

static int64_t sum_users(const users *list)
{
    int64_t sum = 0;
    for (size_t k = 0; k < list->n; k++) sum += h_user(&list->row[k]);
    return sum;
}

static void free_users(users *list)
{
    for (size_t k = 0; naive && k < list->n; k++) free_user(&list->row[k]);
    free(list->row);
    reset(&memory);
}

static void find_where(void)
{
    const int n = 2000;
    int64_t sum = 0;
    long rows = 0;
    uint64_t seed = 999;
    for (int i = 0; i < n; i++) {
        uint32_t role = draw(&seed) % 5;
        int age = 18 + (int)(draw(&seed) % 40);
        parameters p = { .n = 0 };
        clock_start();
        put_text(&p, roles[role], role_lengths[role]);
        put_int32(&p, age);
        users list = read_users(run(WHERE, &p));
        clock_stop();
        sum += sum_users(&list);
        rows += (long)list.n;
        clock_start();
        free_users(&list);
        clock_stop();
    }
    report("find_where", rows, n, sum);
}

static void select_all(void)
{
    int64_t sum = 0;
    long rows = 0;
    const parameters none = { .n = 0 };
    for (int pass = 0; pass < 5; pass++) {
        clock_start();
        users all = read_users(run(ALL, &none));
        clock_stop();
        sum = sum_users(&all);
        rows += (long)all.n;
        clock_start();
        free_users(&all);
        clock_stop();
    }
    report("select_all", rows, rows, sum);
}

static PGresult *run_key(int statement, int64_t key)
{
    parameters p = { .n = 0 };
    put_int64(&p, key);
    return run(statement, &p);
}

static parents read_parents(int last)
{
    PGresult *r = run_key(USERS_TO, last);
    parents list = { NULL, 0, 0 };
    for (int i = 0; i < PQntuples(r); i++, list.n++) {
        GROW(&list);
        read_user(r, i, &list.row[list.n].u);
        list.row[list.n].first = list.row[list.n].posts = 0;
    }
    PQclear(r);
    return list;
}

/* adds the posts of a result; those of users are in the users' order, from `i` on */
static void add_posts(tagged_posts *list, PGresult *r, parents *of, size_t i)
{
    for (int k = 0; k < PQntuples(r); k++, list->n++) {
        GROW(list);
        tagged *t = &list->row[list->n];
        read_post(r, k, &t->p);
        t->first = t->tags = 0;
        if (!of) continue;
        while (of->row[i].u.id < t->p.author_id) i++;
        if (!of->row[i].posts++) of->row[i].first = list->n;
    }
    PQclear(r);
}

static void add_tags(tags *list, PGresult *r, tagged_posts *of, size_t i)
{
    for (int k = 0; k < PQntuples(r); k++, list->n++) {
        int64_t post_id = get_int64(r, k, 0);
        GROW(list);
        list->row[list->n].id = get_int64(r, k, 1);
        list->row[list->n].name = copy_text(r, k, 2, &list->row[list->n].name_length);
        while (of->row[i].p.id < post_id) i++;
        if (!of->row[i].tags++) of->row[i].first = list->n;
    }
    PQclear(r);
}

static tagged_posts posts_of(parents *list)
{
    tagged_posts children = { NULL, 0, 0 };
    int64_t *keys = naive ? NULL : malloc((list->n + 1) * sizeof *keys);
    for (size_t i = 0; i < list->n; i++) {
        if (naive) add_posts(&children, run_key(POSTS_OF, list->row[i].u.id), list, i);
        else keys[i] = list->row[i].u.id;
    }
    if (!naive) add_posts(&children, run_array(POSTS_IN, keys, list->n), list, 0);
    free(keys);
    return children;
}

static tags tags_of(tagged_posts *list)
{
    tags leaves = { NULL, 0, 0 };
    int64_t *keys = naive ? NULL : malloc((list->n + 1) * sizeof *keys);
    for (size_t i = 0; i < list->n; i++) {
        if (naive) add_tags(&leaves, run_key(TAGS_OF, list->row[i].p.id), list, i);
        else keys[i] = list->row[i].p.id;
    }
    if (!naive) add_tags(&leaves, run_array(TAGS_IN, keys, list->n), list, 0);
    free(keys);
    return leaves;
}

/* users with posts, posts with tags, or all three */
static void eager(const char *name, int last_user, int last_post, bool with_tags)
{
    int64_t sum = 0;
    long rows = 0;
    for (int pass = 0; pass < 10; pass++) {
        parents list = { NULL, 0, 0 };
        tagged_posts middle = { NULL, 0, 0 };
        tags leaves = { NULL, 0, 0 };
        clock_start();
        if (last_user) {
            list = read_parents(last_user);
            middle = posts_of(&list);
        } else {
            add_posts(&middle, run_key(POSTS_TO, last_post), NULL, 0);
        }
        if (with_tags) leaves = tags_of(&middle);
        clock_stop();
        sum = 0;
        for (size_t i = 0; i < list.n; i++) sum += h_user(&list.row[i].u);
        for (size_t i = 0; i < middle.n; i++) sum += h_post(&middle.row[i].p);
        for (size_t i = 0; i < leaves.n; i++) sum += leaves.row[i].id + leaves.row[i].name_length;
        rows = (long)(list.n + middle.n + leaves.n);
        clock_start();
        for (size_t i = 0; i < list.n; i++) free_user(&list.row[i].u);
        for (size_t i = 0; i < middle.n; i++) free_post(&middle.row[i].p);
        for (size_t i = 0; naive && i < leaves.n; i++) free(leaves.row[i].name);
        free(list.row);
        free(middle.row);
        free(leaves.row);
        reset(&memory);
        clock_stop();
    }
    report(name, rows, 10, sum);
}

static void count_group(void)
{
    int64_t sum = 0;
    long rows = 0;
    clock_start();
    for (int i = 0; i < 20; i++) {
        parameters p = { .n = 0 };
        put_int32(&p, 18 + i);
        PGresult *r = run(GROUP, &p);
        for (int k = 0; k < PQntuples(r); k++, rows++) sum += get_int64(r, k, 1) + (int64_t)floor(get_double(r, k, 2));
        PQclear(r);
    }
    clock_stop();
    report("count_group", rows, 20, sum);
}

/* straight from two results to the text */
static void json_out(void)
{
    size_t length = 0;
    clock_start();
    for (int pass = 0; pass < 2; pass++) {
        json out = { NULL, 0, 0 };
        PGresult *parents_ = run_key(USERS_TO, 10000), *children = NULL;
        int n = PQntuples(parents_), child = 0;
        int64_t *keys = malloc((size_t)(n + 1) * sizeof *keys);
        if (!keys) die("out of memory");
        for (int i = 0; i < n; i++) keys[i] = get_int64(parents_, i, 0);
        if (!naive) children = run_array(POSTS_IN, keys, (size_t)n);
        for (int i = 0; i < n; i++) {
            user u;
            post p;
            const char *comma = "";
            json_put(&out, i ? "," : "[", 1);
            read_user(parents_, i, &u);
            json_user(&out, &u);
            if (naive) {
                children = run_key(POSTS_OF, u.id);
                child = 0;
            }
            for (; child < PQntuples(children) && get_int64(children, child, 1) == u.id; child++, comma = ",") {
                read_post(children, child, &p);
                json_put(&out, comma, strlen(comma));
                json_post(&out, &p);
                free_post(&p);
            }
            if (naive) PQclear(children);
            free_user(&u);
            reset(&memory);
            JSON(&out, "]}");
        }
        JSON(&out, "]");
        PQclear(parents_);
        if (!naive) PQclear(children);
        free(keys);
        length = out.length;
        free(out.text);
    }
    clock_stop();
    report("json_out", 110000, 2, (int64_t)length);
}

/* ---- changing ---- */
static void update_one(void)
{
    const int n = 10000;
    uint64_t seed = 555;
    clock_start();
    for (int i = 0; i < n; i++) {
        int64_t id = 1 + draw(&seed) % USERS;
        double score = (double)(draw(&seed) % 1000) + 0.5;
        int age = 18 + (int)(draw(&seed) % 60);
        parameters p = { .n = 0 };
        put_double(&p, score);
        put_int32(&p, age);
        put_int64(&p, id);
        PQclear(run(UPDATE, &p));
    }
    clock_stop();
    report("update_one", n, n, ask(SUM_USERS));
}

static void update_where(void)
{
    long rows = 0;
    uint64_t seed = 333;
    clock_start();
    for (int i = 0; i < 20; i++) {
        uint32_t role = draw(&seed) % 5;
        int age = 18 + (int)(draw(&seed) % 40);
        double score = (double)(draw(&seed) % 1000) + 0.5;
        parameters p = { .n = 0 };
        put_double(&p, score);
        put_text(&p, roles[role], role_lengths[role]);
        put_int32(&p, age);
        PGresult *r = run(UPDATE_WHERE, &p);
        rows += strtol(PQcmdTuples(r), NULL, 10);
        PQclear(r);
    }
    clock_stop();
    report("update_where", rows, 20, ask(SUM_USERS));
}

static void tx3(void)
{
    const int n = 3000;
    const parameters none = { .n = 0 };
    uint64_t seed = 888;
    clock_start();
    for (int i = 1; i <= n; i++) {
        int user_id = 1 + (int)(draw(&seed) % 10000), tag_id = 1 + (int)(draw(&seed) % 100);
        char title[32];
        int length = snprintf(title, sizeof title, "Order %d", i);
        parameters p = { .n = 0 }, link = { .n = 0 };
        PQclear(run(BEGIN, &none));
        put_int64(&p, user_id);
        put_text(&p, title, length);
        put_null(&p);
        put_int32(&p, 0);
        put_bool(&p, true);
        put_time(&p, (int64_t)(BASE + i) * MICRO);
        PGresult *r = run(INSERT_POST, &p);
        put_int64(&link, get_int64(r, 0, 0));
        put_int64(&link, tag_id);
        PQclear(r);
        PQclear(run(INSERT_LINK, &link));
        PQclear(run_key(ADD, user_id));
        PQclear(run(COMMIT, &none));
    }
    clock_stop();
    report("tx3", n * 3, n, ask(SUM_USERS) + ask(SUM_POSTS) + ask(SUM_LINKS));
}

static void delete_one(void)
{
    const int n = 10000;
    clock_start();
    for (int i = 0; i < n; i++) PQclear(run_key(DELETE, USERS - i));
    clock_stop();
    report("delete_one", n, n, ask(SUM_USERS));
}

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
    bulk_insert(from);
    execute("begin");
    for (size_t i = 0; i < sizeof pg_fill / sizeof *pg_fill; i++) execute(pg_fill[i]);
    execute("commit");
    for (size_t i = 0; i < sizeof pg_settle / sizeof *pg_settle; i++) execute(pg_settle[i]);
    if (wanted("find_by_pk")) find_by_pk();
    if (wanted("find_where")) find_where();
    if (wanted("select_all")) select_all();
    if (wanted("eager_has_many")) eager("eager_has_many", 1000, 0, false);
    if (wanted("eager_m2m")) eager("eager_m2m", 0, 2000, true);
    if (wanted("nested3")) eager("nested3", 200, 0, true);
    if (wanted("count_group")) count_group();
    if (wanted("json_out")) json_out();
    if (wanted("update_one")) update_one();
    if (wanted("update_where")) update_where();
    if (wanted("tx3")) tx3();
    if (wanted("delete_one")) delete_one();
    if (!naive && wanted("copy")) copy(from);
    execute(EMPTY);
    PQfinish(db);
    free(from);
    free(schema);
    return 0;
}

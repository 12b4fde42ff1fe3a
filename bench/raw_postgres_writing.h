/* The cases that write, in C on libpq alone. */
#ifndef BENCH_RAW_POSTGRES_WRITING_H
#define BENCH_RAW_POSTGRES_WRITING_H
#include "raw_postgres.h"

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

/* what bulk_insert saves: row by row in one transaction */
static void insert_steps(const input *from)
{
    clock_start();
    execute("begin");
    for (int i = 0; i < USERS; i++) {
        parameters p = { .n = 0 };
        put_user(&p, &from[i]);
        PQclear(run(INSERT, &p));
    }
    execute("commit");
    clock_stop();
    report("x_bulk_single_row_steps", USERS, USERS, ask(SUM_USERS));
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
#endif

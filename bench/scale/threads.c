/* Finds by many threads at once, over orm.h and in expert C, each of whose threads has a connection of its own.
   usage: threads (ours|expert) URL N      prints `threads,WHO,sqlite|pg,N,ns_per_find`: the wall's time divided by the finds of all threads */
#include "../models.h"
#include "dialects/sqlite.h"
#include "dialects/postgres.h"
#include "../common.h"
#include <libpq-fe.h>
#include <pthread.h>
#include <sqlite3.h>
ORM_DEFINE(Bench)

enum { FINDS = 64000, ROWS = 10000 };
static orm_db *db;
static const char *where;               /* the URL without its scheme */
static bool on_sqlite;
static int threads;
static pthread_barrier_t start;

static void *ours(void *context)
{
    uint64_t seed = *(uint64_t *)context;
    pthread_barrier_wait(&start);
    for (int i = 0; i < FINDS / threads; i++) {
        User *u = User_find(db, 1 + draw(&seed) % ROWS);
        if (!u) exit(orm_perror("find"));
        orm_free(u);
    }
    return NULL;
}

#define FIND_USER "select id,name,email,role,score,age,created_at from users where id="
static void *expert_sqlite(void *context)
{
    uint64_t seed = *(uint64_t *)context;
    sqlite3 *own = NULL;
    sqlite3_stmt *s = NULL;
    size_t bytes = 0;
    if (sqlite3_open_v2(where, &own, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) || sqlite3_busy_timeout(own, 5000) ||
        sqlite3_prepare_v3(own, FIND_USER "?", -1, SQLITE_PREPARE_PERSISTENT, &s, NULL)) die("expert: open");
    pthread_barrier_wait(&start);
    for (int i = 0; i < FINDS / threads; i++) {
        sqlite3_bind_int64(s, 1, 1 + draw(&seed) % ROWS);
        if (sqlite3_step(s) != SQLITE_ROW) die("expert: find");
        for (int k = 1; k <= 3; k++) {
            const unsigned char *text = sqlite3_column_text(s, k);
            bytes += text ? (size_t)sqlite3_column_bytes(s, k) : 0;
        }
        bytes += (size_t)(sqlite3_column_int64(s, 0) + sqlite3_column_int64(s, 6)) + (size_t)sqlite3_column_double(s, 4) + (size_t)sqlite3_column_int(s, 5);
        sqlite3_reset(s);
    }
    sqlite3_finalize(s);
    sqlite3_close(own);
    return bytes ? NULL : context;
}

static void *expert_postgres(void *context)
{
    uint64_t seed = *(uint64_t *)context;
    PGconn *own = PQconnectdb(where);
    if (PQstatus(own) != CONNECTION_OK) die(PQerrorMessage(own));
    PQclear(PQexec(own, "set plan_cache_mode=force_generic_plan"));
    PQclear(PQprepare(own, "find", FIND_USER "$1", 0, NULL));
    pthread_barrier_wait(&start);
    for (int i = 0; i < FINDS / threads; i++) {
        uint64_t key = __builtin_bswap64(1 + draw(&seed) % ROWS);
        const char *value = (const char *)&key;
        PGresult *r = PQexecPrepared(own, "find", 1, &value, &(int){ 8 }, &(int){ 1 }, 1);
        if (PQntuples(r) != 1) die(PQerrorMessage(own));
        PQclear(r);
    }
    PQfinish(own);
    return NULL;
}

static void fill(void)
{
    static User rows[ROWS];
    input *from = make_users(ROWS);
    int64_t n = 0;
    if (orm_sync(db, &Bench_schema) || User_count(db, NULL, &n)) exit(orm_perror("fill"));
    for (int i = 0; i < ROWS; i++) {
        rows[i] = User_defaults();
        rows[i].name = from[i].name;
        rows[i].email = from[i].email;
        rows[i].role = from[i].role;
        if (from[i].has_score) rows[i].score = orm_double(from[i].score);
        if (from[i].has_age) rows[i].age = orm_int32(from[i].age);
        rows[i].created_at = from[i].created_at;
    }
    if (n == 0 && User_create_all(db, rows, ROWS, NULL)) exit(orm_perror("fill"));
    free(from);
}

int main(int argc, char **argv)
{
    if (argc < 4 || (threads = atoi(argv[3])) < 1 || threads > 64) die("usage: threads (ours|expert) URL N");
    on_sqlite = strncmp(argv[2], "sqlite:", 7) == 0;
    where = strchr(argv[2], ':') + 1;
    const uint32_t connections = (uint32_t)threads + on_sqlite;        /* one for each thread; on SQLite one more, which writes */
    db = orm_open(argv[2], .pool = { .min = connections, .max = connections });
    if (!db) return orm_perror("open");
    fill();
    bool by_orm = strcmp(argv[1], "ours") == 0;
    if (!by_orm) orm_close(db);
    pthread_t thread[64];
    uint64_t seeds[64];
    if (pthread_barrier_init(&start, NULL, (unsigned)threads + 1)) die("barrier");
    for (int i = 0; i < threads; i++) {
        seeds[i] = 777 + (uint64_t)i;
        if (pthread_create(&thread[i], NULL, by_orm ? ours : on_sqlite ? expert_sqlite : expert_postgres, &seeds[i])) die("thread");
    }
    pthread_barrier_wait(&start);
    clock_start();
    for (int i = 0; i < threads; i++) pthread_join(thread[i], NULL);
    clock_stop();
    printf("threads,%s,%s,%d,%.1f\n", argv[1], on_sqlite ? "sqlite" : "pg", threads, (double)clock_total / (FINDS / threads * threads));
    if (by_orm) orm_close(db);
    return 0;
}

/* The workload of workload.h on PostgreSQL. usage: orm_postgres (run|schema) CONNECTION; `schema` prints the tables. */
#define ORM_IMPLEMENTATION
#include "models.h"
#include "dialects/postgres.h"
#include "postgres.h"
#include "cases.h"
#include "pipelined.h"
ORM_DEFINE(Bench)
ORM_DEFINE_VIEW(RoleStats)

static const char *where;

static void open_fresh(void)
{
    char url[1024];
    orm_close(db);
    snprintf(url, sizeof url, "postgres:%s options='-c synchronous_commit=off -c client_min_messages=warning'", where);
    db = orm_open(url);
    must(db ? ORM_OK : ORM_CONFIG);
    must(orm_exec(db, NULL, EMPTY, orm_no_params));
    must(orm_sync(db, &Bench_schema));
    orm_opt_int64 pid = { 0, false };
    must(orm_scalar(db, &pid, "select pg_backend_pid()", orm_no_params));
    clock_with_server((pid_t)pid.value);
}

static void fill(void)
{
    ORM_TRANSACTION(db) {
        for (size_t i = 0; i < sizeof pg_fill / sizeof *pg_fill; i++) orm__exec(db, pg_fill[i], 0, NULL, NULL, NULL);
    }
    if (orm_failed()) exit(orm_perror("fill"));
    for (size_t i = 0; i < sizeof pg_settle / sizeof *pg_settle; i++) must(orm__exec(db, pg_settle[i], 0, NULL, NULL, NULL));
}

static void copy(const input *from)
{
    open_fresh();
    fresh_users(from);
    clock_start();
    must(User_create_all(db, users, USERS, &(orm_create_options){ .no_keys = true }));
    clock_stop();
    report("copy", USERS, USERS, ask("users"));
}

int main(int argc, char **argv)
{
    if (argc < 3) die("usage: orm_postgres (run|schema) CONNECTION");
    where = argv[2];
    if (strcmp(argv[1], "schema") == 0) {
        print_schema();
        return 0;
    }
    input *from = make_users(USERS);
    begin(from);
    run_reading();
    if (wanted("pipe_find")) pipe_find();
    run_writing();
    if (wanted("tx3_pipelined")) tx3_pipelined();
    if (wanted("pipe_insert")) pipe_insert(from);
    if (wanted("pipe_insert_1tx")) pipe_insert_1tx(from);
    if (wanted("copy")) copy(from);
    must(orm_exec(db, NULL, EMPTY, orm_no_params));
    orm_close(db);
    free(users);
    free(from);
    return 0;
}

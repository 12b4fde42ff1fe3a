/* Threads: one handle for all of them, conflicts that run again, and what threads must not do to each other.

       cc examples/threads.c -I. -lsqlite3 -lpthread -o threads && ./threads [URL]
       cc -DWITH_POSTGRES examples/threads.c -I. -I$(pg_config --includedir) -lsqlite3 -lpq -lpthread -o threads && ./threads "postgres://me@localhost/test" */
#define ORM_IMPLEMENTATION
#include "orm.h"
#include "dialects/sqlite.h"
#ifdef WITH_POSTGRES
#  include "dialects/postgres.h"
#endif
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define Jar_FIELDS(X)                                           \
    X(id,     serial)                                           \
    X(name,   string(20), unique)                               \
    X(sweets, integer, at_least(0))
ORM_MODEL(Jar, jars)

#define Chore_FIELDS(X)                                         \
    X(id,     serial)                                           \
    X(by,     integer, default(0), indexed)      /* the worker that has taken it; 0 is nobody */
ORM_MODEL(Chore, chores)

#define Kitchen_MODELS(X) X(Jar) X(Chore)
ORM_SCHEMA(Kitchen)
ORM_DEFINE(Kitchen)

enum { WORKERS = 4, ROUNDS = 25, CHORES = 60 };

/* The handle is shared: it is a pool of connections, and each call takes one while it runs. Rows and lists belong to one thread at a time. */
struct worker { orm_db *db; pthread_t thread; int number, done; orm_status status; };

/* Reads two rows, counts in C, and writes them: safe, as the block sees one moment, and a conflict with another thread runs it again. */
static orm_status move(orm_db *db, const char *from, const char *to)
{
    ORM_TRANSACTION(db, .retries = 50) {
        ORM_AUTO Jar *a = Jar_find_by_name(db, from), *b = Jar_find_by_name(db, to);
        if (!a || !b) break;
        a->sweets -= 1;
        b->sweets += 1;
        if (Jar_save(db, a)) break;
        Jar_save(db, b);
    }
    return orm_error()->kind;
}

static void *work(void *argument)
{
    struct worker *me = (struct worker *)argument;
    for (int i = 0; i < ROUNDS && !me->status; i++) me->status = i % 2 ? move(me->db, "right", "left") : move(me->db, "left", "right");
    /* a queue: each chore goes to one worker, whoever asks at the same time */
    while (!me->status) {
        Chore *chore = orm_take(me->db, Chore, (orm_asc(Chore_.id)), &(Chore_change){ .where = orm_eq(Chore_.by, 0), .set = { orm_set(Chore_.by, me->number) } });
        if (!chore) break;
        me->done++;
        orm_free(chore);
    }
    if (!me->status && orm_failed()) me->status = orm_error()->kind;         /* ORM_NOT_FOUND is the end of the work, and no failure */
    return NULL;
}

/* for main's transaction: what another thread does with it */
static void *end_it(void *tx)
{
    if (orm_commit((orm_tx *)tx)) printf("another thread's commit: %s\n", orm_status_name(orm_error()->kind));
    return NULL;
}
static void *look(void *db)
{
    int64_t n = 0;
    if (Jar_count((orm_db *)db, NULL, &n)) printf("no connection in time: %s\n", orm_status_name(orm_error()->kind));
    return NULL;
}

static int run(const char *url)
{
    orm_db *db = orm_open(url, .pool = { .max = 4 });            /* for all threads; a second handle would be a second pool */
    if (!db || orm_sync(db, &Kitchen_schema)) return orm_perror("open");
    ORM_TRANSACTION(db) {
        Jar_destroy_all(db, &(Jar_query){ .all = true }, NULL);
        Chore_destroy_all(db, &(Chore_query){ .all = true }, NULL);
        ORM_NEW(Jar, left, .name = "left", .sweets = 500);
        ORM_NEW(Jar, right, .name = "right", .sweets = 500);
        if (Jar_create(db, &left) || Jar_create(db, &right)) break;
        for (int i = 0; i < CHORES && !orm_failed(); i++) {
            ORM_NEW(Chore, chore, .by = 0);
            Chore_create(db, &chore);
        }
    }
    if (orm_failed()) return orm_perror("fill");

    struct worker workers[WORKERS] = { { .db = db } };
    int done = 0;
    for (int i = 0; i < WORKERS; i++) {
        workers[i] = (struct worker){ .db = db, .number = i + 1 };
        if (pthread_create(&workers[i].thread, NULL, work, &workers[i])) return 1;
    }
    for (int i = 0; i < WORKERS; i++) {
        pthread_join(workers[i].thread, NULL);
        if (workers[i].status) printf("worker %d: %s\n", i + 1, orm_status_name(workers[i].status));     /* errors are each thread's own: it kept the kind for us */
        done += workers[i].done;
    }
    ORM_AUTO Jar *jars = Jar_find_all(db, &(Jar_query){ .order = { orm_asc(Jar_.name) } });
    int64_t open = 0;
    if (!jars || orm_len(jars) != 2 || Chore_count(db, &(Chore_query){ .where = orm_eq(Chore_.by, 0) }, &open)) return orm_perror("count");
    printf("sweets: %d and %d\n", (int)jars[0].sweets, (int)jars[1].sweets);
    printf("chores: %d done once each, %d open\n", done, (int)open);

    /* When it goes wrong: a transaction is ended by the thread that began it ... */
    orm_tx *tx = orm_begin(db, NULL);
    pthread_t other;
    if (!tx || pthread_create(&other, NULL, end_it, tx)) return orm_perror("begin");
    pthread_join(other, NULL);
    if (orm_commit(tx)) return orm_perror("commit");
    orm_close(db);

    /* ... a pool that is too small makes threads wait, and then says who holds its connections (in the message) ... */
    db = orm_open(url, .pool = { .max = 1, .acquire_ms = 50 });
    if (!db) return orm_perror("open");
    ORM_TRANSACTION(db) {
        if (pthread_create(&other, NULL, look, db)) break;
        pthread_join(other, NULL);
        /* ... and a thread that would wait for itself is told at once */
        int64_t n = 0;
        if (Jar_count(orm_outside(db), NULL, &n)) printf("waiting for oneself: %s\n", orm_status_name(orm_error()->kind));
    }
    orm_close(db);
    return 0;
}

int main(int argc, char **argv)
{
    /* a file, as a database in memory has only one connection */
    char folder[] = "/tmp/orm_threads_XXXXXX", url[64];
    if (argc > 1) return run(argv[1]);
    if (!mkdtemp(folder)) return 1;
    snprintf(url, sizeof url, "sqlite:%s/kitchen.db", folder);
    int code = run(url);
    unlink(url + sizeof "sqlite:" - 1);
    rmdir(folder);
    return code;
}

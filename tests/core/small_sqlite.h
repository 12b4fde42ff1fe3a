/* >>small_sqlite: databases of SQLite for the small models. */
#ifndef SMALL_SQLITE_H
#define SMALL_SQLITE_H
#include "small_models.h"
#include "dialects/sqlite.h"
#include <stdlib.h>
#include <unistd.h>

__attribute__((unused)) static orm_db *small_memory(void)
{
    memset(&small_log, 0, sizeof small_log);
    orm_db *db = orm_open("sqlite::memory:", .log = small_hook, .log_context = &small_log);
    if (!db || orm_sync(db, &Small_schema)) orm_perror("small_memory");
    return db;
}

/* a file of its own for each test; the directory goes with small_remove */
static char small_directory[64], small_url[128];
__attribute__((unused)) static orm_db *small_again(void)
{
    return orm_open(small_url, .log = small_hook, .log_context = &small_log, .busy_timeout_ms = 100);
}
__attribute__((unused)) static orm_db *small_file(void)
{
    memset(&small_log, 0, sizeof small_log);
    snprintf(small_directory, sizeof small_directory, "/tmp/orm_test_XXXXXX");
    if (!mkdtemp(small_directory)) return NULL;
    snprintf(small_url, sizeof small_url, "sqlite:%s/small.db", small_directory);
    orm_db *db = small_again();
    if (!db || orm_sync(db, &Small_schema)) orm_perror("small_file");
    return db;
}
__attribute__((unused)) static void small_remove(void)
{
    static const char *const names[] = { "small.db", "small.db-wal", "small.db-shm", "small.db-journal", "other" };
    char path[128];
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", small_directory, names[i]);
        unlink(path);
    }
    rmdir(small_directory);
}
#endif

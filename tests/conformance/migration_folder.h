/* >>migration_folder: a folder of migrations of its own for each case, and what cases ask of the database. */
#ifndef MIGRATION_FOLDER_H
#define MIGRATION_FOLDER_H
#include "helpers.h"
#include <sys/stat.h>

static char folder[64];
__attribute__((unused)) static void folder_make(void)
{
    snprintf(folder, sizeof folder, "/tmp/orm_migrations_XXXXXX");
    CHECK(mkdtemp(folder) != NULL);
}
__attribute__((unused)) static void folder_remove(void)
{
    char command[96];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    CHECK_INT(system(command), 0);
}
__attribute__((unused)) static const char *in_folder(const char *name)
{
    static char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}
__attribute__((unused)) static void put(const char *name, const char *text_)
{
    FILE *file = fopen(in_folder(name), "w");
    REQUIRE(file != NULL);
    fputs(text_, file);
    fclose(file);
}
__attribute__((unused)) static void put_n(int n, const char *up, const char *down)
{
    char name[64], text_[2048];
    snprintf(name, sizeof name, "2026010100000%d_step%d.sql", n, n);
    snprintf(text_, sizeof text_, "-- step\n-- up\n%s\n-- down\n%s\n", up, down);
    put(name, text_);
}

__attribute__((unused)) static orm_status up(orm_db *db) { return orm_migrate(db, &(orm_migrate_options){ .folder = folder }, NULL); }
__attribute__((unused)) static orm_status undo(orm_db *db) { return orm_migrate_undo(db, &(orm_migrate_options){ .folder = folder }, NULL); }
__attribute__((unused)) static bool table_is_there(orm_db *db, const char *name)
{
    orm_opt_int64 n = { 0 };
    char sql[128];
    snprintf(sql, sizeof sql, "select count(*) from %s", name);
    return orm__scalar(db, sql, 0, NULL, ORM_INT64, &n.value, sizeof n.value, &n.set, NULL) == ORM_OK;
}
__attribute__((unused)) static int64_t number(orm_db *db, const char *sql)
{
    orm_opt_int64 n = { 0 };
    CHECK_INT(orm__scalar(db, sql, 0, NULL, ORM_INT64, &n.value, sizeof n.value, &n.set, NULL), ORM_OK);
    return n.value;
}
__attribute__((unused)) static void run(orm_db *db, const char *sql) { CHECK_INT(orm__exec(db, sql, 0, NULL, NULL, NULL), ORM_OK); }
#endif

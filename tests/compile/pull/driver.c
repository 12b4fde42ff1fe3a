/* What a database's owner does by hand, and what pull makes of it:
   driver run URL FILE   sends the SQL of the file as it is
   driver pull URL       prints the models, of the schema Pulled */
#define ORM_IMPLEMENTATION
#include "orm.h"
#include "dialects/sqlite.h"
#include "dialects/postgres.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int fail(const char *what)
{
    fprintf(stderr, "%s\n", what);
    return 1;
}

static int run(const char *url, const char *path)
{
    static char sql[65536];
    FILE *file = fopen(path, "rb");
    if (!file) return fail(path);
    sql[fread(sql, 1, sizeof sql - 1, file)] = 0;
    fclose(file);
    if (strncmp(url, "sqlite:", 7) == 0) {
        sqlite3 *db = NULL;
        char *why = NULL;
        int code = sqlite3_open(url + 7, &db) || sqlite3_exec(db, sql, NULL, NULL, &why);
        if (code) fail(why ? why : "not opened");
        sqlite3_free(why);
        return sqlite3_close(db) || code;
    }
    PGconn *db = PQconnectdb(url + strlen("postgres:"));
    PGresult *result = PQexec(db, sql);
    int code = PQresultStatus(result) == PGRES_COMMAND_OK ? 0 : fail(PQerrorMessage(db));
    PQclear(result);
    PQfinish(db);
    return code;
}

int main(int argc, char **argv)
{
    orm_arena arena = { 0 };
    const char *text = NULL;
    if (argc == 4 && strcmp(argv[1], "run") == 0) return run(argv[2], argv[3]);
    if (argc != 3) return fail("driver run URL FILE, driver pull URL");
    orm_db *db = orm_open(argv[2]);
    if (!db || orm_pull(db, &(orm_pull_options){ .name = "Pulled" }, &arena, &text)) return fail(orm_error()->message);
    fputs(text, stdout);
    orm_close(db);
    orm_arena_release(&arena);
    return 0;
}

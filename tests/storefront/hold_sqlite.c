/* hold_sqlite FILE: holds the write lock of an SQLite database, as another program would, from the line "held" on until its standard input ends. */
#include <sqlite3.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    sqlite3 *db = NULL;
    int failed = argc != 2 || sqlite3_open_v2(argv[1], &db, SQLITE_OPEN_READWRITE, NULL) || sqlite3_exec(db, "begin immediate", NULL, NULL, NULL);
    if (!failed) {
        puts("held");
        fflush(stdout);
        while (getchar() != EOF) {}
    }
    return sqlite3_close(db) != SQLITE_OK || failed;
}

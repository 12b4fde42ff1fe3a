/* The first program: a model, its table, and a row's life: create, find, change, list, destroy. And what a refusal looks like.

       cc examples/quickstart.c -I. -lsqlite3 -o quickstart && ./quickstart               a database in memory; ./quickstart sqlite:books.db is a file
       cc -DWITH_POSTGRES examples/quickstart.c -I. -I$(pg_config --includedir) -lsqlite3 -lpq -o quickstart && ./quickstart "postgres://me@localhost/test" */
#define ORM_IMPLEMENTATION                       /* in exactly one .c file of a program, before its first include */
#include "orm.h"
#include "dialects/sqlite.h"
#ifdef WITH_POSTGRES
#  include "dialects/postgres.h"
#endif
#include <stdio.h>

/* The model. The struct Book, the table, its constraints, the rules and the typed calls Book_... are all made from this list. */
#define Book_FIELDS(X)                                          \
    X(id,         serial)                                       \
    X(isbn,       string(13), unique, isbn)                     \
    X(title,      string(200), not_empty)                       \
    X(year,       integer, nullable, at_least(1450))            \
    X(in_stock,   boolean, default(true))                       \
    X(created_at, created_at)
ORM_MODEL(Book, books)

#define Shelf_MODELS(X) X(Book)
ORM_SCHEMA(Shelf)                                /* beside the models, in a header if several files share them */
ORM_DEFINE(Shelf)                                /* in one .c file */

/* The last error of this thread: a kind for the program, a line for people, and each rule that was broken. */
static void show_refusal(const char *what)
{
    const orm_error_info *error = orm_error();
    printf("%s: %s\n", what, orm_status_name(error->kind));
    for (size_t i = 0; i < error->failures.count; i++) printf("    %s: %s\n", error->failures.item[i].field, error->failures.item[i].message);
    if (!error->failures.count) printf("    %s\n", error->message);
}

int main(int argc, char **argv)
{
    orm_db *db = orm_open(argc > 1 ? argv[1] : "sqlite::memory:");
    if (!db || orm_sync(db, &Shelf_schema)) return orm_perror("open");                 /* makes tables that are missing, never changes one */
    if (Book_destroy_all(db, &(Book_query){ .all = true }, NULL)) return orm_perror("clear");      /* so that it may be run again */

    /* Create. Calls answer an orm_status, and 0 is ORM_OK. The key, the defaults and the times are in the row afterwards. */
    ORM_NEW(Book, c, .isbn = "9780131103627", .title = "The C Programming Language", .year = orm_int32(1988));
    if (Book_create(db, &c)) return orm_perror("create");
    printf("created \"%s\": it has a key (%s) and is in stock (%s)\n", c.title, c.id ? "yes" : "no", c.in_stock ? "yes" : "no");

    ORM_NEW(Book, algorithms, .isbn = "9780262033848", .title = "Introduction to Algorithms", .year = orm_int32(2009), .in_stock = false);
    ORM_NEW(Book, patterns, .isbn = "9780201633610", .title = "Design Patterns");      /* without a year: the column is NULL */
    if (Book_create(db, &algorithms) || Book_create(db, &patterns)) return orm_perror("create");

    /* Find. A pointer is a result of yours: orm_free it, or let ORM_AUTO do so at the end of the scope. */
    Book *found = Book_find_by_isbn(db, "9780262033848");
    if (!found) return orm_perror("find");
    printf("found \"%s\" of %d\n", found->title, found->year.set ? (int)found->year.value : 0);

    /* Change: save writes the columns that differ from what was read. */
    found->in_stock = true;
    if (Book_save(db, found)) return orm_perror("save");
    orm_free(found);

    /* List. A misspelt column, a text for a number or a condition on another model does not compile. */
    ORM_AUTO Book *books = Book_find_all(db, &(Book_query){
        .where = orm_and(orm_eq(Book_.in_stock, true), orm_or(orm_gte(Book_.year, 1980), orm_is_null(Book_.year))),
        .order = { orm_asc(Book_.title) },
        .limit = 10 });
    if (!books) return orm_perror("list");                       /* a list is NULL only on failure; none found has length 0 */
    for (size_t i = 0; i < orm_len(books); i++) {
        if (books[i].year.set) printf("in stock: \"%s\", %d\n", books[i].title, (int)books[i].year.value);
        else printf("in stock: \"%s\"\n", books[i].title);
    }

    /* Change or destroy many at once, by a condition. */
    int64_t n = 0;
    if (Book_update(db, &(Book_change){ .set = { orm_set(Book_.in_stock, false) }, .where = orm_lt(Book_.year, 2000) }, &n)) return orm_perror("update");
    printf("sold out now: %d\n", (int)n);
    if (Book_destroy(db, &patterns) || Book_count(db, NULL, &n)) return orm_perror("destroy");
    printf("books left: %d\n", (int)n);

    /* When it goes wrong. The rules are checked first, all of them, and nothing is sent ... */
    ORM_NEW(Book, wrong, .isbn = "9780131103628", .title = "  ", .year = orm_int32(88));
    if (Book_create(db, &wrong)) show_refusal("three broken rules");
    /* ... what only the database knows is told the same way ... */
    ORM_NEW(Book, twice, .isbn = "9780131103627", .title = "The C Programming Language, again");
    if (Book_create(db, &twice)) show_refusal("the same book twice");
    /* ... a row that somebody has destroyed meanwhile is told, too, and is not written back in silence ... */
    if (Book_destroy(db, &patterns)) show_refusal("destroyed twice");
    /* ... and so is what would hit more than was meant. */
    if (Book_destroy_all(db, NULL, NULL)) show_refusal("destroy without a condition");

    /* Not there is no failure for `find`, and one for `get`. */
    if (!Book_find(db, 0)) printf("find: %s, failed: %s\n", orm_status_name(orm_error()->kind), orm_failed() ? "yes" : "no");
    if (!Book_get(db, 0)) printf("get:  %s, failed: %s\n", orm_status_name(orm_error()->kind), orm_failed() ? "yes" : "no");
    orm_close(db);
    return 0;
}

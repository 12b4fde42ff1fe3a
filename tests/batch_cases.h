/* >>batch_cases: what ORM_BATCH does on every engine. The file that includes this has included orm.h and an adapter, and defines
   `static orm_db *batch_database(void)`: an open database without tables. */
#ifndef BATCH_CASES_H
#define BATCH_CASES_H
#include "check.h"
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#define Author_FIELDS(X)                               \
    X(id,         serial)                              \
    X(name,       string(40), length(2, 40), unique)   \
    X(pin,        string(20), nullable, secret, length(4, 20)) \
    X(fame,       integer, default(7))                 \
    X(books,      has_many(Book, author_id))           \
    X(created_at, created_at)                          \
    X(updated_at, updated_at)
ORM_MODEL(Author, authors)
#define Book_FIELDS(X)                                 \
    X(id,        serial)                               \
    X(author_id, key(Author), on_delete(restrict))     \
    X(author,    belongs_to(Author, author_id))        \
    X(title,     text, not_empty)                      \
    X(cover,     blob, nullable)
ORM_MODEL(Book, books)
/* a key with a rule must be known before anything is sent */
#define Loan_FIELDS(X)                                 \
    X(book_id,   key(Book), primary_key)               \
    X(reader_id, key(Author), primary_key)             \
    X(giver_id,  key(Author), nullable, at_least(1))
ORM_MODEL(Loan, loans)
#define Shelf_MODELS(X) X(Author) X(Book) X(Loan)
ORM_SCHEMA(Shelf)
ORM_DEFINE(Shelf)

static orm_db *batch_database(void);
/* a test with a database that holds Ada, who wrote two books, and Grace */
#define WITH_DATABASE(name)                                                                                                     \
    static void body_##name(orm_db *db);                                                                                        \
    TEST(name) { orm_db *db = batch_shelf(); if (db) body_##name(db); CHECK_INT(db ? (int)orm_counters_of(db).in_use : -1, 0); orm_close(db); } \
    static void body_##name(orm_db *db)

static int64_t ada_id, grace_id;
static orm_db *batch_shelf(void)
{
    orm_db *db = batch_database();
    if (!db || orm_sync(db, &Shelf_schema)) {
        orm_perror("shelf");
        CHECK(false);
        return NULL;
    }
    ORM_NEW(Author, ada, .name = "Ada", .pin = "1815");
    ORM_NEW(Author, grace, .name = "Grace");
    CHECK_INT(Author_create(db, &ada), ORM_OK);
    CHECK_INT(Author_create(db, &grace), ORM_OK);
    ada_id = ada.id;
    grace_id = grace.id;
    ORM_NEW(Book, notes, .author_id = ada.id, .title = "Notes");
    ORM_NEW(Book, letters, .author_id = ada.id, .title = "Letters");
    CHECK_INT(Book_create(db, &notes), ORM_OK);
    CHECK_INT(Book_create(db, &letters), ORM_OK);
    return db;
}

static int64_t authors(orm_db *db)
{
    int64_t n = -1;
    return Author_count(db, NULL, &n) ? -1 : n;
}

static void ask_create(orm_db *db, const char *name, Author_slot *slot)
{
    ORM_NEW(Author, author, .name = name);
    Author_batch_create(db, &author, slot);
}

/* ---- answers ---- */

WITH_DATABASE(answers_are_those_of_ordinary_calls)
{
    Author_slot ada, nobody, all, with_books;
    Book_slot notes, page;
    orm_slot counted, raised, gone, rest;
    ORM_BATCH(db) {
        Author_batch_find(db, ada_id, &ada);
        Author_batch_find(db, 1000000, &nobody);
        Author_batch_find_all(db, &(Author_query){ .order = { orm_desc(Author_.name) } }, &all);
        Author_batch_find_all(db, &(Author_query){ .where = orm_eq(Author_.id, ada_id), .include = { orm_with(Author_.books, .order = { orm_asc(Book_.title) }) } }, &with_books);
        Book_batch_find_all(db, &(Book_query){ .where = orm_eq(Book_.title, "Notes"), .include = { orm_with(Book_.author) } }, &notes);
        Book_batch_find_all(db, &(Book_query){ .where = orm_in(Book_.title, "no", "such", "books") }, &page);
        Author_batch_count(db, &(Author_query){ .where = orm_gte(Author_.fame, 7) }, &counted);
        Author_batch_update(db, &(Author_change){ .set = { orm_inc(Author_.fame, 3) }, .where = orm_eq(Author_.name, "Grace") }, &raised);
        Author_batch_destroy_by_key(db, grace_id, &gone);
        Book_batch_destroy_all(db, &(Book_query){ .where = orm_eq(Book_.author_id, ada_id) }, &rest);
    }
    CHECK(!orm_failed());
    CHECK_INT(orm_error()->kind, ORM_OK);
    CHECK_INT(ada.status, ORM_OK);
    CHECK_INT(ada.count, 1);
    REQUIRE(ada.rows && all.rows && with_books.rows && notes.rows && page.rows);
    CHECK_TEXT(ada.rows->name, "Ada");
    CHECK(!ada.rows->pin);                               /* secrets are not read unless they are asked for */
    CHECK_INT(ada.rows->fame, 7);
    CHECK_INT(nobody.status, ORM_NOT_FOUND);
    CHECK(nobody.rows == NULL);
    CHECK_INT(nobody.count, 0);
    CHECK_INT(all.count, 2);
    CHECK_INT(orm_len(all.rows), 2);
    CHECK_TEXT(all.rows[0].name, "Grace");
    CHECK_INT(orm_len(with_books.rows->books), 2);
    CHECK_TEXT(with_books.rows->books[1].title, "Notes");
    CHECK(notes.rows->author != NULL);
    CHECK_TEXT(notes.rows->author->name, "Ada");
    CHECK_INT(page.status, ORM_OK);
    CHECK_INT(orm_len(page.rows), 0);
    CHECK_INT(counted.count, 2);
    CHECK_INT(raised.count, 1);
    CHECK_INT(gone.status, ORM_OK);
    CHECK_INT(rest.count, 2);
    CHECK_INT(authors(db), 1);
    ada.rows->fame = 8;                                       /* a row like any other */
    CHECK_INT(Author_save(db, ada.rows), ORM_OK);
    orm_free(ada.rows);
    orm_free(all.rows);
    orm_free(with_books.rows);
    orm_free(notes.rows);
    orm_free(page.rows);
}

WITH_DATABASE(a_created_row_comes_in_its_slot_and_the_callers_is_left_alone)
{
    char name[40] = "Edith", title[40] = "Paper";
    Author_slot edith;
    Book_slot paper;
    ORM_NEW(Author, author, .name = name);
    ORM_NEW(Book, book, .author_id = ada_id, .title = title, .cover = ((orm_blob){ "\0\1\2", 3 }));
    Author before = author;
    ORM_BATCH(db) {
        Author_batch_create(db, &author, &edith);
        Book_batch_create(db, &book, &paper);
        memset(name, 'x', sizeof name - 1);                   /* what was asked is a copy */
        memset(title, 'x', sizeof title - 1);
    }
    CHECK(!orm_failed());
    CHECK(memcmp(&before, &author, sizeof author) == 0);
    REQUIRE(edith.rows && paper.rows);
    CHECK_INT(edith.count, 1);
    CHECK(edith.rows->id > grace_id);
    CHECK_TEXT(edith.rows->name, "Edith");
    CHECK(edith.rows->created_at != ORM_UNSET_TIME && edith.rows->created_at == edith.rows->updated_at);
    ORM_AUTO Author *found = Author_find(db, edith.rows->id);
    REQUIRE(found != NULL);
    CHECK_TEXT(found->name, "Edith");
    CHECK_INT(found->created_at, edith.rows->created_at);
    ORM_AUTO Book *read = Book_find(db, paper.rows->id);
    REQUIRE(read != NULL);
    CHECK_TEXT(read->title, "Paper");
    CHECK(read->cover.size == 3 && memcmp(read->cover.data, "\0\1\2", 3) == 0);
    edith.rows->fame = 99;
    CHECK_INT(Author_save(db, edith.rows), ORM_OK);           /* it is known as created */
    CHECK_INT(Author_create(db, edith.rows), ORM_MISUSE);
    orm_free(edith.rows);
    orm_free(paper.rows);
}

WITH_DATABASE(each_failure_is_its_slots_and_the_first_is_the_blocks)
{
    Author_slot taken, shorter, unset, fine;
    Book_slot orphan;
    orm_slot stale, everything, busy;
    Author nothing = { 0 };
    ORM_NEW(Author, invalid, .name = "x", .pin = "pin");
    ORM_NEW(Book, book, .author_id = 1000000, .title = "Orphan");
    ORM_BATCH(db) {
        ask_create(db, "Ada", &taken);
        Author_batch_create(db, &invalid, &shorter);
        Author_batch_create(db, &nothing, &unset);
        Book_batch_create(db, &book, &orphan);
        Author_batch_destroy_by_key(db, 1000000, &stale);
        Author_batch_update(db, &(Author_change){ .set = { orm_set(Author_.fame, 1) } }, &everything);
        Author_batch_destroy_by_key(db, ada_id, &busy);
        ask_create(db, "Edith", &fine);
    }
    CHECK(orm_failed());
    CHECK_INT(orm_error()->kind, ORM_UNIQUE);
    CHECK_TEXT(orm_error()->field, "name");
    CHECK_INT(orm_error()->failures.count, 1);
    CHECK_INT(taken.status, ORM_UNIQUE);
    CHECK_TEXT(taken.field, "name");
    CHECK_TEXT(taken.message, "Author.name is already taken");
    CHECK(taken.rows == NULL);
    CHECK_INT(taken.count, 0);
    CHECK_INT(shorter.status, ORM_VALIDATION);
    CHECK_CONTAINS(shorter.message, "Author.name");
    CHECK(!strstr(shorter.message, "pin") || strstr(shorter.message, "more"));
    CHECK_INT(unset.status, ORM_MISUSE);
    CHECK_CONTAINS(unset.message, "Author_defaults()");
    CHECK_INT(orphan.status, ORM_FOREIGN_KEY);
    CHECK_INT(stale.status, ORM_STALE);
    CHECK_INT(everything.status, ORM_MISUSE);
    CHECK_INT(busy.status, ORM_FOREIGN_KEY);
    CHECK_INT(fine.status, ORM_OK);
    CHECK_TEXT(fine.message, "");
    CHECK_INT(authors(db), 3);
    orm_free(fine.rows);
}

WITH_DATABASE(absence_is_no_failure_of_the_block)
{
    Author_slot nobody;
    ORM_BATCH(db) Author_batch_find(db, 1000000, &nobody);
    CHECK(!orm_failed());
    CHECK_INT(nobody.status, ORM_NOT_FOUND);
    CHECK_TEXT(nobody.message, "no such row");
}

WITH_DATABASE(a_slot_that_is_used_twice_has_the_latter_answer)
{
    Author_slot slot;
    ORM_BATCH(db) {
        ask_create(db, "First", &slot);
        orm_free(slot.rows);                                  /* of an engine that answers at once; else there is nothing yet */
        Author_batch_find(db, grace_id, &slot);
        orm_free(slot.rows);
        Author_batch_find(db, ada_id, &slot);
    }
    REQUIRE(slot.rows != NULL);
    CHECK_TEXT(slot.rows->name, "Ada");
    CHECK_INT(authors(db), 3);
    orm_free(slot.rows);
}

WITH_DATABASE(rows_come_into_an_arena_where_the_query_has_one)
{
    orm_arena arena = { 0 };
    Author_slot all;
    ORM_BATCH(db) Author_batch_find_all(db, &(Author_query){ .arena = &arena }, &all);
    CHECK_INT(orm_len(all.rows), 2);
    orm_arena_release(&arena);
}

/* ---- rows under rows of other slots ---- */

static void ask_book(orm_db *db, const char *title, Author_slot *author, Book_slot *slot)
{
    ORM_NEW(Book, book, .title = title, .author_id = 12345);
    orm_batch_create_under(db, &book, Book_.author_id, author, slot);
}

static void free_author_and_book(Author_slot *author, Book_slot *book)
{
    orm_free(author->rows);
    orm_free(book->rows);
}

static void check_under(orm_db *db, const Author_slot *author, const Book_slot *book, const char *title)
{
    CHECK_INT(author->status, ORM_OK);
    CHECK_INT(book->status, ORM_OK);
    REQUIRE(author->rows && book->rows);
    CHECK(author->rows->id > 0);
    CHECK_INT(book->rows->author_id, author->rows->id);
    ORM_AUTO Book *read = Book_find(db, book->rows->id);
    REQUIRE(read != NULL);
    CHECK_INT(read->author_id, author->rows->id);
    CHECK_TEXT(read->title, title);
    read->title = "Saved";
    CHECK_INT(Book_save(db, read), ORM_OK);
    CHECK_INT(Book_save(db, book->rows), ORM_OK);             /* a created row like any other */
}

/* the first rounds prepare the statements; from then on an engine that keeps keys does so */
WITH_DATABASE(a_row_goes_under_one_that_is_created_in_the_same_block)
{
    Author_slot author, other;
    Book_slot first, second, third;
    for (int i = 0; i < 5; i++) {
        char name[40];
        snprintf(name, sizeof name, "author %d", i);
        ORM_BATCH(db, .atomic = true) {
            ask_create(db, name, &author);
            ask_book(db, "First", &author, &first);
            ask_book(db, "Second", &author, &second);
            snprintf(name, sizeof name, "other %d", i);
            ask_create(db, name, &other);
            ask_book(db, "Third", &other, &third);
        }
        CHECK(!orm_failed());
        check_under(db, &author, &first, "First");
        check_under(db, &author, &second, "Second");
        check_under(db, &other, &third, "Third");
        orm_free(second.rows);
        free_author_and_book(&author, &first);
        free_author_and_book(&other, &third);
    }
    CHECK_INT(authors(db), 12);
}

WITH_DATABASE(a_row_goes_under_one_that_is_not_the_latest)
{
    Author_slot author, later;
    Book_slot book;
    for (int i = 0; i < 4; i++) {
        char name[40];
        ORM_BATCH(db, .atomic = true) {
            snprintf(name, sizeof name, "author %d", i);
            ask_create(db, name, &author);
            snprintf(name, sizeof name, "later %d", i);
            ask_create(db, name, &later);
            ask_book(db, "Book", &author, &book);
        }
        CHECK(!orm_failed());
        check_under(db, &author, &book, "Book");
        orm_free(later.rows);
        free_author_and_book(&author, &book);
    }
}

WITH_DATABASE(a_row_goes_under_another_in_every_kind_of_block_and_outside)
{
    Author_slot author, found;
    Book_slot book, more;
    for (int i = 0; i < 3; i++) {
        char name[40];
        snprintf(name, sizeof name, "plain %d", i);
        ORM_BATCH(db) {
            ask_create(db, name, &author);
            ask_book(db, "Plain", &author, &book);
        }
        CHECK(!orm_failed());
        check_under(db, &author, &book, "Plain");
        free_author_and_book(&author, &book);
        snprintf(name, sizeof name, "inside %d", i);
        ORM_TRANSACTION(db) {
            ORM_BATCH(db) {
                ask_create(db, name, &author);
                ask_book(db, "Inside", &author, &book);
            }
            ORM_BATCH(db, .atomic = true) ask_book(db, "More", &author, &more);
        }
        CHECK(!orm_failed());
        check_under(db, &author, &book, "Inside");
        check_under(db, &author, &more, "More");
        orm_free(more.rows);
        free_author_and_book(&author, &book);
        ORM_BATCH(db, .atomic = true) {
            Author_batch_find(db, grace_id, &found);
            ask_book(db, "Found", &found, &book);
        }
        CHECK(!orm_failed());
        check_under(db, &found, &book, "Found");
        free_author_and_book(&found, &book);
        snprintf(name, sizeof name, "alone %d", i);
        ask_create(db, name, &author);
        ask_book(db, "Alone", &author, &book);
        check_under(db, &author, &book, "Alone");
        free_author_and_book(&author, &book);
    }
}

WITH_DATABASE(a_key_that_the_program_gives_is_known_at_once)
{
    Author_slot author;
    Book_slot book;
    for (int i = 0; i < 3; i++) {
        char name[40];
        snprintf(name, sizeof name, "author %d", i);
        ORM_NEW(Author, given, .id = 5000 + i, .name = name);
        ORM_BATCH(db, .atomic = true) {
            Author_batch_create(db, &given, &author);
            ask_book(db, "Given", &author, &book);
        }
        CHECK(!orm_failed());
        check_under(db, &author, &book, "Given");
        CHECK_INT(book.rows ? book.rows->author_id : 0, 5000 + i);
        free_author_and_book(&author, &book);
    }
}

WITH_DATABASE(a_link_goes_under_two_rows)
{
    Author_slot author;
    Book_slot book;
    Loan_slot loan;
    for (int i = 0; i < 4; i++) {
        char name[40];
        snprintf(name, sizeof name, "author %d", i);
        ORM_NEW(Loan, link);
        ORM_BATCH(db, .atomic = true) {
            ask_create(db, name, &author);
            ask_book(db, "Book", &author, &book);
            if (i % 2) orm_batch_create_under(db, &link, Loan_.book_id, &book, Loan_.reader_id, &author, &loan);
            else {
                link.reader_id = ada_id;
                link.book_id = 99;
                orm_batch_create_under(db, &link, Loan_.book_id, &book, Loan_.giver_id, &author, &loan);      /* which has a rule */
            }
        }
        CHECK(!orm_failed());
        check_under(db, &author, &book, "Book");
        REQUIRE(loan.rows != NULL);
        CHECK_INT(loan.rows->book_id, book.rows->id);
        CHECK_INT(i % 2 ? loan.rows->reader_id : loan.rows->giver_id.value, author.rows->id);
        ORM_AUTO Loan *read = Loan_find(db, (Loan_key){ .book_id = loan.rows->book_id, .reader_id = loan.rows->reader_id });
        REQUIRE(read != NULL);
        CHECK_INT(read->giver_id.set, i % 2 == 0);
        orm_free(loan.rows);
        free_author_and_book(&author, &book);
    }
}

WITH_DATABASE(a_row_under_one_that_failed_is_not_created)
{
    Author_slot taken, nobody;
    Book_slot book, alone;
    int64_t n = 0;
    for (int i = 0; i < 4; i++) {
        ORM_BATCH(db, .atomic = true) {
            ask_create(db, i == 3 ? "Ada" : i ? "fine" : "A", &taken);      /* taken, fine but then undone, and refused */
            ask_book(db, "Book", &taken, &book);
            if (i < 3) ask_book(db, "", &taken, &alone);
        }
        CHECK(orm_failed());
        CHECK_INT(orm_error()->kind, i == 3 ? ORM_UNIQUE : ORM_VALIDATION);
        CHECK_INT(taken.status, i == 3 ? ORM_UNIQUE : i ? ORM_ROLLED_BACK : ORM_VALIDATION);
        CHECK_INT(book.status, ORM_ROLLED_BACK);
        CHECK(!taken.rows && !book.rows);
    }
    ORM_BATCH(db) {
        ask_create(db, "Ada", &taken);
        ask_book(db, "Book", &taken, &book);
        Author_batch_find(db, 1000000, &nobody);
        ask_book(db, "Book", &nobody, &alone);
    }
    CHECK_INT(orm_error()->kind, ORM_UNIQUE);
    CHECK_INT(taken.status, ORM_UNIQUE);
    CHECK_INT(book.status, ORM_ROLLED_BACK);
    CHECK_CONTAINS(book.message, "already taken");
    CHECK_INT(alone.status, ORM_ROLLED_BACK);
    CHECK_TEXT(alone.field, "author_id");
    CHECK_INT(Book_count(db, NULL, &n), ORM_OK);
    CHECK_INT(n, 2);
    CHECK_INT(authors(db), 2);
}

WITH_DATABASE(a_row_under_a_slot_without_one_is_refused)
{
    Author_slot nothing = { 0 }, many;
    Book_slot book;
    ORM_BATCH(db) {
        ask_book(db, "Book", &nothing, &book);
        CHECK_INT(book.status, ORM_MISUSE);
        CHECK_CONTAINS(book.message, "does not have one row");
        Author_batch_find_all(db, NULL, &many);
        ask_book(db, "Book", &many, &book);
        CHECK_INT(book.status, ORM_MISUSE);
    }
    CHECK_INT(orm_error()->kind, ORM_MISUSE);
    orm_free(many.rows);
}

/* ---- calls of many rows, which are sent as a block is ---- */

enum { MANY_ROWS = 600 };
static Author *many_authors(char names[MANY_ROWS][40])
{
    static Author rows[MANY_ROWS];
    for (int i = 0; i < MANY_ROWS; i++) {
        snprintf(names[i], 40, "author %d", i);
        rows[i] = Author_defaults();
        rows[i].name = names[i];
        rows[i].fame = i;
    }
    return rows;
}

static int64_t fame_of_all(orm_db *db)
{
    int64_t sum = -1;
    CHECK_INT(orm_sum(db, Author_.fame, &sum, NULL), ORM_OK);
    return sum;
}

WITH_DATABASE(many_rows_are_saved_whether_they_are_new_or_not)
{
    char names[MANY_ROWS][40];
    Author *rows = many_authors(names);
    CHECK_INT(Author_create_all(db, rows, MANY_ROWS / 2, NULL), ORM_OK);
    for (int i = 0; i < MANY_ROWS / 2; i++) rows[i].fame += 1000;
    CHECK_INT(Author_save_all(db, rows, MANY_ROWS, (Author_mask){ .id = 0 }), ORM_OK);
    CHECK_INT(authors(db), 2 + MANY_ROWS);
    CHECK_INT(fame_of_all(db), 14 + MANY_ROWS * (MANY_ROWS - 1) / 2 + MANY_ROWS / 2 * 1000);
    for (int i = 0; i < MANY_ROWS; i++) CHECK(rows[i].id > 0 && rows[i].created_at != ORM_UNSET_TIME);
    ORM_AUTO Author *last = Author_find(db, rows[MANY_ROWS - 1].id);
    CHECK_TEXT(last ? last->name : "", "author 599");
    for (int i = 0; i < MANY_ROWS; i++) rows[i].fame = 0;
    CHECK_INT(Author_save_all(db, rows, MANY_ROWS, (Author_mask){ .fame = 1 }), ORM_OK);
    CHECK_INT(fame_of_all(db), 14);
}

/* the first that is wrong is told, whatever is wrong with those behind it */
WITH_DATABASE(of_many_rows_the_first_failure_is_told_and_nothing_is_kept)
{
    char names[MANY_ROWS][40], taken[] = "Ada", shorter[] = "x";
    Author *rows = many_authors(names);
    CHECK_INT(Author_create_all(db, rows, MANY_ROWS, NULL), ORM_OK);
    int64_t before = fame_of_all(db);
    for (int i = 0; i < MANY_ROWS; i++) rows[i].fame = 1;
    rows[300].name = taken;
    rows[301].name = shorter;
    CHECK_INT(Author_save_all(db, rows, MANY_ROWS, (Author_mask){ .id = 0 }), ORM_UNIQUE);
    CHECK_INT(orm_error()->kind, ORM_UNIQUE);
    CHECK_TEXT(orm_error()->field, "name");
    CHECK_INT(orm_error()->failures.item[0].row, 300);
    CHECK_INT(fame_of_all(db), before);
    rows[300].name = names[300];
    CHECK_INT(Author_save_all(db, rows, MANY_ROWS, (Author_mask){ .id = 0 }), ORM_VALIDATION);
    CHECK_INT(orm_error()->failures.item[0].row, 301);
    CHECK_INT(fame_of_all(db), before);
    rows[301].name = names[301];
    CHECK_INT(Author_destroy_by_key(db, rows[400].id), ORM_OK);
    CHECK_INT(Author_save_all(db, rows, MANY_ROWS, (Author_mask){ .id = 0 }), ORM_STALE);
    CHECK_INT(fame_of_all(db), before - 400);
    ORM_TRANSACTION(db) {
        CHECK_INT(Author_save_all(db, rows, MANY_ROWS, (Author_mask){ .id = 0 }), ORM_STALE);
        orm_handled(db);
        CHECK_INT(Author_save_all(db, rows, 400, (Author_mask){ .id = 0 }), ORM_OK);
    }
    CHECK(!orm_failed());
    CHECK_INT(fame_of_all(db), 14 + 400 + (before - 14) - 400 - 399 * 400 / 2);
}

WITH_DATABASE(many_rows_are_upserted)
{
    char names[MANY_ROWS][40], shorter[] = "x";
    static orm_written how[MANY_ROWS];
    Author *rows = many_authors(names);
    CHECK_INT(Author_create_all(db, rows, MANY_ROWS / 3, NULL), ORM_OK);
    int64_t first = rows[0].id;
    rows = many_authors(names);
    rows[MANY_ROWS - 1].name = names[0];                           /* a row of this very call */
    CHECK_INT(Author_upsert_all(db, rows, MANY_ROWS, &(Author_conflict){ .on = orm_key(Author, name), .set = { orm_inc(Author_.fame, 1000) } }, how), ORM_OK);
    for (int i = 0; i < MANY_ROWS; i++) CHECK_INT(how[i], i < MANY_ROWS / 3 || i == MANY_ROWS - 1 ? ORM_UPDATED : ORM_CREATED);
    CHECK_INT(rows[0].id, first);
    CHECK_INT(rows[MANY_ROWS - 1].id, first);
    CHECK_INT(rows[MANY_ROWS - 1].fame, 2000);
    CHECK_INT(rows[1].fame, 1001);
    CHECK_INT(authors(db), 2 + MANY_ROWS - 1);
    int64_t before = fame_of_all(db);
    rows = many_authors(names);
    rows[500].name = shorter;
    CHECK_INT(Author_upsert_all(db, rows, MANY_ROWS, &(Author_conflict){ .on = orm_key(Author, name), .set = { orm_inc(Author_.fame, 1000) } }, how), ORM_VALIDATION);
    CHECK_INT(how[500], ORM_NOT_WRITTEN);
    CHECK_INT(fame_of_all(db), before);
}

/* ---- with other calls ---- */

WITH_DATABASE(an_ordinary_call_comes_after_what_was_asked)
{
    Author_slot edith, found;
    orm_slot gone;
    ORM_BATCH(db) {
        ask_create(db, "Edith", &edith);
        CHECK_INT(authors(db), 3);
        CHECK_INT(edith.status, ORM_OK);
        Author_batch_find(db, edith.rows->id, &found);
        Author_batch_destroy_by_key(db, grace_id, &gone);
        orm_opt_int64 n;
        CHECK_INT(orm_scalar(db, &n, "select count(*) from authors", orm_no_params), ORM_OK);
        CHECK_INT(n.value, 2);
        CHECK_INT(gone.status, ORM_OK);
        CHECK(orm_current(db) == NULL);                       /* the block is no transaction */
        CHECK_INT(orm_lock(db, "name"), ORM_MISUSE);
        CHECK_INT(orm_attempt(db), 0);
    }
    CHECK(!orm_failed());
    REQUIRE(found.rows != NULL);
    CHECK_TEXT(found.rows->name, "Edith");
    orm_free(edith.rows);
    orm_free(found.rows);
}

WITH_DATABASE(an_ordinary_failure_in_the_block_leaves_the_rest_alone)
{
    Author_slot edith;
    ORM_BATCH(db) {
        ORM_NEW(Author, again, .name = "Ada");
        CHECK_INT(Author_create(db, &again), ORM_UNIQUE);
        ask_create(db, "Edith", &edith);
    }
    CHECK(!orm_failed());                                     /* of the calls that the block asked */
    CHECK_INT(edith.status, ORM_OK);
    CHECK_INT(authors(db), 3);
    orm_free(edith.rows);
}

WITH_DATABASE(a_transaction_in_the_block_fails_alone)
{
    Author_slot before, inside, doomed, after;
    ORM_BATCH(db) {
        ask_create(db, "Before", &before);
        ORM_TRANSACTION(db) {
            ask_create(db, "Inside", &inside);
            ask_create(db, "Ada", &doomed);
        }
        CHECK_INT(orm_error()->kind, ORM_UNIQUE);
        CHECK_INT(inside.status, ORM_OK);
        ask_create(db, "After", &after);
    }
    CHECK_INT(orm_error()->kind, ORM_UNIQUE);
    CHECK_INT(doomed.status, ORM_UNIQUE);
    CHECK_INT(before.status, ORM_OK);
    CHECK_INT(after.status, ORM_OK);
    CHECK_INT(authors(db), 4);
    CHECK_INT(Author_save(db, inside.rows), ORM_OK);          /* it counts as new again */
    CHECK_INT(authors(db), 5);
    orm_free(before.rows);
    orm_free(inside.rows);
    orm_free(after.rows);
}

WITH_DATABASE(in_a_transaction_the_block_belongs_to_it)
{
    Author_slot edith, found;
    orm_slot raised;
    ORM_TRANSACTION(db) {
        ORM_BATCH(db) {
            ask_create(db, "Edith", &edith);
            Author_batch_update(db, &(Author_change){ .set = { orm_set(Author_.fame, 1) }, .all = true }, &raised);
            Author_batch_find(db, ada_id, &found);
        }
        CHECK(!orm_failed());
        CHECK_INT(raised.count, 3);
    }
    CHECK(!orm_failed());
    CHECK_INT(authors(db), 3);
    REQUIRE(found.rows != NULL);
    CHECK_INT(found.rows->fame, 1);
    orm_free(edith.rows);
    orm_free(found.rows);
}

WITH_DATABASE(in_a_transaction_the_first_failure_fails_all)
{
    Author_slot edith, taken, late, found;
    orm_slot gone;
    ORM_TRANSACTION(db) {
        ORM_BATCH(db) {
            ask_create(db, "Edith", &edith);
            ask_create(db, "Ada", &taken);
            ask_create(db, "Late", &late);
            Author_batch_find(db, ada_id, &found);
            Author_batch_destroy_by_key(db, grace_id, &gone);
        }
        CHECK_INT(orm_error()->kind, ORM_UNIQUE);
        CHECK(authors(db) == -1);
    }
    CHECK_INT(orm_error()->kind, ORM_UNIQUE);
    CHECK_INT(edith.status, ORM_OK);
    CHECK_INT(taken.status, ORM_UNIQUE);
    CHECK_INT(late.status, ORM_UNIQUE);
    CHECK_CONTAINS(late.message, "already taken");
    CHECK(late.rows == NULL);
    CHECK_INT(found.status, ORM_UNIQUE);
    CHECK_INT(gone.status, ORM_UNIQUE);
    CHECK_INT(authors(db), 2);
    orm_free(edith.rows);
}

static int hooks_run;
static void count_hook(void *argument) { hooks_run += *(int *)argument; }

WITH_DATABASE(what_waits_for_a_commit_does_not_wait_for_the_block)
{
    Author_slot edith;
    int one = 1;
    hooks_run = 0;
    ORM_BATCH(db) {
        ask_create(db, "Edith", &edith);
        CHECK_INT(orm_after_commit(db, count_hook, &one), ORM_OK);
        CHECK_INT(hooks_run, 1);                              /* at once, as outside of transactions */
    }
    CHECK(!orm_failed());
    orm_free(edith.rows);
}

/* ---- units of work ---- */

WITH_DATABASE(an_atomic_block_is_kept_as_a_whole)
{
    Author_slot edith, found;
    Book_slot book;
    orm_slot raised, n;
    hooks_run = 0;
    int one = 1;
    ORM_BATCH(db, .atomic = true) {
        ask_create(db, "Edith", &edith);
        Author_batch_update(db, &(Author_change){ .set = { orm_inc(Author_.fame, 3) }, .where = orm_eq(Author_.id, ada_id) }, &raised);
        CHECK_INT(orm_after_commit(db, count_hook, &one), ORM_OK);
        CHECK_INT(hooks_run, 0);                              /* the block is a transaction */
        ORM_NEW(Book, page, .author_id = ada_id, .title = "Page");
        Book_batch_create(db, &page, &book);
        Author_batch_find(db, ada_id, &found);
        Author_batch_count(db, NULL, &n);
    }
    CHECK(!orm_failed());
    CHECK_INT(hooks_run, 1);
    REQUIRE(edith.rows && found.rows && book.rows);
    CHECK_INT(raised.count, 1);
    CHECK_INT(found.rows->fame, 10);
    CHECK_INT(n.count, 3);
    CHECK_INT(authors(db), 3);
    edith.rows->fame = 1;
    CHECK_INT(Author_save(db, edith.rows), ORM_OK);
    orm_free(edith.rows);
    orm_free(found.rows);
    orm_free(book.rows);
}

WITH_DATABASE(an_atomic_block_with_a_failure_is_undone)
{
    Author_slot edith, taken, late, before, after;
    orm_slot raised, gone;
    ORM_BATCH(db, .atomic = true) {
        Author_batch_find(db, grace_id, &before);
        ask_create(db, "Edith", &edith);
        Author_batch_update(db, &(Author_change){ .set = { orm_set(Author_.fame, 1) }, .all = true }, &raised);
        ask_create(db, "Ada", &taken);
        ask_create(db, "Late", &late);
        Author_batch_destroy_by_key(db, grace_id, &gone);
        Author_batch_find(db, ada_id, &after);
    }
    CHECK_INT(orm_error()->kind, ORM_UNIQUE);
    CHECK_INT(taken.status, ORM_UNIQUE);
    CHECK_TEXT(taken.field, "name");
    CHECK_INT(edith.status, ORM_ROLLED_BACK);
    CHECK(edith.rows == NULL);
    CHECK_INT(edith.count, 0);
    CHECK_CONTAINS(edith.message, "already taken");
    CHECK_INT(raised.status, ORM_ROLLED_BACK);
    CHECK_INT(raised.count, 0);
    CHECK_INT(late.status, ORM_ROLLED_BACK);
    CHECK_INT(gone.status, ORM_ROLLED_BACK);
    CHECK_INT(after.status, ORM_ROLLED_BACK);
    CHECK_INT(before.status, ORM_OK);                         /* what was read was read */
    CHECK_INT(authors(db), 2);
    ORM_AUTO Author *ada = Author_find(db, ada_id);
    CHECK_INT(ada ? ada->fame : -1, 7);
    orm_free(before.rows);
}

WITH_DATABASE(a_refusal_undoes_an_atomic_block_too)
{
    Author_slot edith, shorter, late;
    ORM_NEW(Author, invalid, .name = "x");
    ORM_BATCH(db, .atomic = true) {
        ask_create(db, "Edith", &edith);
        Author_batch_create(db, &invalid, &shorter);
        ask_create(db, "Late", &late);
    }
    CHECK_INT(orm_error()->kind, ORM_VALIDATION);
    CHECK_INT(edith.status, ORM_ROLLED_BACK);
    CHECK_INT(shorter.status, ORM_VALIDATION);
    CHECK_INT(late.status, ORM_ROLLED_BACK);
    CHECK_INT(authors(db), 2);
    /* of a budget, and of the program */
    ORM_BATCH(db, .atomic = true) {
        ask_create(db, "Edith", &edith);
        ORM_BUDGET(db, 0) ask_create(db, "Dear", &shorter);
    }
    CHECK_INT(orm_error()->kind, ORM_OVER_BUDGET);
    CHECK_INT(edith.status, ORM_ROLLED_BACK);
    CHECK_INT(shorter.status, ORM_OVER_BUDGET);
    ORM_BATCH(db, .atomic = true) {
        ask_create(db, "Edith", &edith);
        orm_fail(db, 42, "no");
    }
    CHECK_INT(edith.status, ORM_ROLLED_BACK);
    CHECK_CONTAINS(edith.message, "no");
    CHECK_INT(authors(db), 2);
}

WITH_DATABASE(an_atomic_block_in_a_transaction_is_a_savepoint)
{
    Author_slot before, edith, taken, again;
    ORM_TRANSACTION(db) {
        ORM_BATCH(db) ask_create(db, "Before", &before);
        ORM_BATCH(db, .atomic = true) {
            ask_create(db, "Edith", &edith);
            ask_create(db, "Ada", &taken);
        }
        CHECK_INT(edith.status, ORM_ROLLED_BACK);
        CHECK_INT(taken.status, ORM_UNIQUE);
        CHECK(orm_handled(db));
        ORM_BATCH(db, .atomic = true) ask_create(db, "Again", &again);
        CHECK_INT(again.status, ORM_OK);
    }
    CHECK(!orm_failed());
    CHECK_INT(authors(db), 4);
    orm_free(before.rows);
    orm_free(again.rows);
}

WITH_DATABASE(an_atomic_block_is_not_part_of_one_that_is_not)
{
    Author_slot outer, inner, joined;
    ORM_BATCH(db) {
        ask_create(db, "Outer", &outer);
        ORM_BATCH(db, .atomic = true) ask_create(db, "Inner", &inner);
    }
    CHECK_INT(outer.status, ORM_OK);
    CHECK_INT(inner.status, ORM_MISUSE);
    CHECK_CONTAINS(inner.message, "atomic");
    orm_free(outer.rows);
    ORM_BATCH(db, .atomic = true) {
        ask_create(db, "First", &outer);
        ORM_BATCH(db, .atomic = true) ask_create(db, "Second", &inner);
        ORM_BATCH(db) ask_create(db, "Ada", &joined);
    }
    CHECK_INT(outer.status, ORM_ROLLED_BACK);
    CHECK_INT(inner.status, ORM_ROLLED_BACK);
    CHECK_INT(joined.status, ORM_UNIQUE);
    CHECK_INT(authors(db), 3);
    ORM_TRANSACTION(db) {
        orm_db *shared = orm_current(db);
        ORM_BATCH(shared, .atomic = true) ask_create(shared, "Shared", &inner);
        CHECK_INT(inner.status, ORM_MISUSE);
        ORM_BATCH(db, .atomic = true) ask_create(db, "Shared", &inner);
        CHECK_INT(inner.status, ORM_MISUSE);
    }
    CHECK_INT(authors(db), 3);
}

WITH_DATABASE(an_atomic_block_that_reads_or_asks_nothing_is_well)
{
    orm_slot n;
    Author_slot edith;
    ORM_BATCH(db, .atomic = true) { }
    CHECK(!orm_failed());
    ORM_BATCH(db, .atomic = true, .read_only = true) {
        Author_batch_count(db, NULL, &n);
        ask_create(db, "Edith", &edith);
    }
    CHECK_INT(n.count, 2);
    CHECK_INT(edith.status, ORM_READ_ONLY);
    enum { MANY = 600 };
    static orm_slot slots[MANY];
    ORM_BATCH(db, .atomic = true) {
        for (int i = 0; i < MANY; i++)
            Author_batch_update(db, &(Author_change){ .set = { orm_inc(Author_.fame, 1) }, .where = orm_eq(Author_.id, ada_id) }, &slots[i]);
    }
    CHECK(!orm_failed());
    ORM_AUTO Author *ada = Author_find(db, ada_id);
    CHECK_INT(ada ? ada->fame : -1, 7 + MANY);
}

/* ---- ways in and out ---- */

static void leave_by_return(orm_db *db, Author_slot *slot)
{
    ORM_BATCH(db) {
        ask_create(db, "by return", slot);
        return;
    }
}

static void leave_by_goto(orm_db *db, Author_slot *slot)
{
    ORM_BATCH(db) {
        ask_create(db, "by goto", slot);
        goto out;
    }
out:
    return;
}

WITH_DATABASE(what_was_asked_is_done_however_the_block_is_left)
{
    Author_slot slot[5];
    ORM_BATCH(db) ask_create(db, "by its brace", &slot[0]);
    ORM_BATCH(db) {
        ask_create(db, "by continue", &slot[1]);
        if (authors(db) > 0) continue;
        ask_create(db, "never", &slot[1]);
    }
    ORM_BATCH(db) {
        ask_create(db, "by break", &slot[2]);
        break;
    }
    CHECK(!orm_failed());
    leave_by_return(db, &slot[3]);
    CHECK(!orm_failed());
    leave_by_goto(db, &slot[4]);
    CHECK(!orm_failed());
    CHECK_INT(authors(db), 7);
    for (int i = 0; i < 5; i++) {
        CHECK_INT(slot[i].status, ORM_OK);
        CHECK(slot[i].rows && slot[i].rows->id > 0);
        orm_free(slot[i].rows);
    }
}

WITH_DATABASE(a_failure_is_told_however_the_block_is_left)
{
    Author_slot slot;
    ORM_BATCH(db) {
        ask_create(db, "Ada", &slot);
        break;
    }
    CHECK_INT(orm_error()->kind, ORM_UNIQUE);
    ORM_BATCH(db) { }
    CHECK(!orm_failed());                                     /* of that block */
}

WITH_DATABASE(a_block_in_a_block_joins_it)
{
    Author_slot one, two, three;
    ORM_BATCH(db) {
        ask_create(db, "one", &one);
        ORM_BATCH(db) ask_create(db, "two", &two);
        ask_create(db, "Ada", &three);
    }
    CHECK_INT(orm_error()->kind, ORM_UNIQUE);
    CHECK_INT(one.status, ORM_OK);
    CHECK_INT(two.status, ORM_OK);
    CHECK_INT(three.status, ORM_UNIQUE);
    CHECK_INT(authors(db), 4);
    orm_free(one.rows);
    orm_free(two.rows);
}

WITH_DATABASE(outside_of_blocks_calls_are_answered_at_once)
{
    Author_slot ada, taken;
    Author_batch_find(db, ada_id, &ada);
    CHECK_INT(ada.status, ORM_OK);
    CHECK(!orm_failed());
    ask_create(db, "Ada", &taken);
    CHECK_INT(taken.status, ORM_UNIQUE);
    CHECK_INT(orm_error()->kind, ORM_UNIQUE);
    orm_free(ada.rows);
}

WITH_DATABASE(a_block_that_only_reads_refuses_writes)
{
    Author_slot ada, edith;
    orm_slot n;
    ORM_BATCH(db, .read_only = true) {
        Author_batch_find(db, ada_id, &ada);
        ask_create(db, "Edith", &edith);
        Author_batch_count(db, NULL, &n);
    }
    CHECK_INT(orm_error()->kind, ORM_READ_ONLY);
    CHECK_INT(edith.status, ORM_READ_ONLY);
    CHECK_CONTAINS(edith.message, "only reads");
    CHECK_INT(ada.status, ORM_OK);
    CHECK_INT(n.count, 2);
    orm_free(ada.rows);
}

TEST(a_block_without_a_database_is_refused)
{
    Author_slot slot;
    orm_db *none = NULL;
    ORM_BATCH(none) Author_batch_find(none, 1, &slot);
    CHECK_INT(orm_error()->kind, ORM_MISUSE);
    CHECK_INT(slot.status, ORM_MISUSE);
    CHECK(slot.rows == NULL);
}

WITH_DATABASE(another_handle_is_not_part_of_the_block)
{
    Author_slot edith;
    ORM_BATCH(db, .read_only = true) {
        CHECK_INT(authors(db), 2);
        Author_batch_find(orm_primary(db), ada_id, &edith);
        CHECK_INT(edith.status, ORM_OK);
    }
    CHECK(!orm_failed());
    orm_free(edith.rows);
}

/* ---- quantities ---- */

WITH_DATABASE(ten_thousand_finds_are_answered)
{
    enum { N = 10000 };
    Author_slot *slots = (Author_slot *)calloc(N, sizeof *slots);
    REQUIRE(slots != NULL);
    ORM_BATCH(db)
        for (int i = 0; i < N; i++) Author_batch_find(db, i % 3 == 0 ? ada_id : i % 3 == 1 ? grace_id : 1000000, &slots[i]);
    CHECK(!orm_failed());
    int good = 0;
    for (int i = 0; i < N; i++) {
        good += i % 3 == 2 ? slots[i].status == ORM_NOT_FOUND : slots[i].rows && strcmp(slots[i].rows->name, i % 3 ? "Grace" : "Ada") == 0;
        orm_free(slots[i].rows);
    }
    CHECK_INT(good, N);
    free(slots);
}

WITH_DATABASE(keys_come_back_in_the_order_of_the_calls)
{
    enum { N = 1000 };
    Author_slot *slots = (Author_slot *)calloc(N, sizeof *slots);
    REQUIRE(slots != NULL);
    char name[40];
    ORM_BATCH(db)
        for (int i = 0; i < N; i++) {
            snprintf(name, sizeof name, "author %d", i % 100 == 99 ? i - 1 : i);       /* each hundredth is a duplicate */
            ask_create(db, name, &slots[i]);
        }
    CHECK_INT(orm_error()->kind, ORM_UNIQUE);
    int64_t last = grace_id;
    int good = 0;
    for (int i = 0; i < N; i++) {
        if (i % 100 == 99) {
            good += slots[i].status == ORM_UNIQUE;
            continue;
        }
        snprintf(name, sizeof name, "author %d", i);
        good += slots[i].rows && slots[i].rows->id > last && strcmp(slots[i].rows->name, name) == 0;
        if (slots[i].rows) last = slots[i].rows->id;
        orm_free(slots[i].rows);
    }
    CHECK_INT(good, N);
    CHECK_INT(authors(db), 2 + N - N / 100);
    free(slots);
}

WITH_DATABASE(big_texts_go_there_and_back)
{
    enum { N = 60, SIZE = 200000 };
    Book_slot made[N], found[N];
    char *text_ = (char *)malloc(SIZE + 1);
    REQUIRE(text_ != NULL);
    memset(text_, 'a', SIZE);
    text_[SIZE] = 0;
    ORM_BATCH(db) {
        for (int i = 0; i < N; i++) {
            text_[0] = (char)('A' + i % 26);
            ORM_NEW(Book, book, .author_id = ada_id, .title = text_);
            Book_batch_create(db, &book, &made[i]);
        }
    }
    CHECK(!orm_failed());
    ORM_BATCH(db)
        for (int i = 0; i < N; i++) Book_batch_find(db, made[i].rows ? made[i].rows->id : 0, &found[i]);
    CHECK(!orm_failed());
    for (int i = 0; i < N; i++) {
        CHECK(found[i].rows && strlen(found[i].rows->title) == SIZE && found[i].rows->title[0] == 'A' + i % 26);
        orm_free(made[i].rows);
        orm_free(found[i].rows);
    }
    free(text_);
}

/* more shapes than are kept: none of those that wait for answers may go */
WITH_DATABASE(many_shapes_in_a_block_are_all_answered)
{
    enum { N = 512 };
    orm_slot *slots = (orm_slot *)calloc(N, sizeof *slots);
    REQUIRE(slots != NULL);
    ORM_BATCH(db)
        for (int i = 0; i < N; i++) {
            Author_query q = { .limit = 0 };
            for (int bit = 0; bit < 9; bit++) orm_where(&q, orm_if(i >> bit & 1, bit % 2 ? orm_gte(Author_.fame, bit - 10) : orm_ne(Author_.fame, 1000 + bit)));
            Author_batch_count(db, &q, &slots[i]);
        }
    CHECK(!orm_failed());
    int good = 0;
    for (int i = 0; i < N; i++) good += slots[i].status == ORM_OK && slots[i].count == 2;
    CHECK_INT(good, N);
    free(slots);
}

/* ---- what watches calls ---- */

WITH_DATABASE(budgets_and_counters_count_each_call)
{
    Author_slot one, two, three;
    orm_slot n;
    Author_batch_find(db, ada_id, &one);                      /* its statement is prepared */
    orm_free(one.rows);
    uint64_t before = orm_counters_of(db).statements;
    ORM_TRANSACTION(db)
        ORM_BUDGET(db, 2)
            ORM_BATCH(db) {
                Author_batch_find(db, ada_id, &one);
                Author_batch_find(db, grace_id, &two);
                Author_batch_find(db, ada_id, &three);
                Author_batch_count(db, NULL, &n);
            }
    CHECK_INT(orm_error()->kind, ORM_OVER_BUDGET);
    CHECK_INT(one.status, ORM_OK);
    CHECK_INT(two.status, ORM_OK);
    CHECK_INT(three.status, ORM_OVER_BUDGET);
    CHECK_INT(n.status, ORM_OVER_BUDGET);
    CHECK_INT(orm_counters_of(db).statements - before, 4);    /* with begin and rollback */
    orm_free(one.rows);
    orm_free(two.rows);
}

/* ---- threads ---- */

static void *batches_of_a_thread(void *argument)
{
    orm_db *db = (orm_db *)argument;
    static _Atomic int number;
    int mine = number++;
    intptr_t wrong = 0;
    for (int round = 0; round < 20; round++) {
        Author_slot made, ada;
        orm_slot n;
        char name[40];
        snprintf(name, sizeof name, "thread %d round %d", mine, round);
        ORM_BATCH(db) {
            ask_create(db, name, &made);
            Author_batch_find(db, ada_id, &ada);
            Author_batch_count(db, &(Author_query){ .where = orm_eq(Author_.name, name) }, &n);
        }
        wrong += orm_failed() || !made.rows || !ada.rows || n.count != 1;
        orm_free(made.rows);
        orm_free(ada.rows);
    }
    return (void *)wrong;
}

WITH_DATABASE(threads_have_batches_of_their_own)
{
    enum { N = 4 };
    pthread_t thread[N];
    for (int i = 0; i < N; i++) REQUIRE(pthread_create(&thread[i], NULL, batches_of_a_thread, db) == 0);
    for (int i = 0; i < N; i++) {
        void *wrong = NULL;
        pthread_join(thread[i], &wrong);
        CHECK_INT((intptr_t)wrong, 0);
    }
    CHECK_INT(authors(db), 2 + N * 20);
}

static orm_db *handed_on;
static void *asks_in_a_transaction_of_another(void *argument)
{
    Author_slot *slot = (Author_slot *)argument;
    ORM_BATCH(handed_on) ask_create(handed_on, "of another thread", slot);
    return (void *)(intptr_t)orm_failed();
}

WITH_DATABASE(a_transaction_that_is_handed_on_takes_batches_of_both)
{
    Author_slot ours, theirs, later;
    ORM_TRANSACTION(db) {
        ORM_BATCH(db) {
            ask_create(db, "ours", &ours);
            handed_on = orm_current(db);
            CHECK_INT(ours.status, ORM_OK);                   /* answered before anybody else may come */
            pthread_t thread;
            void *failed = NULL;
            REQUIRE(handed_on && pthread_create(&thread, NULL, asks_in_a_transaction_of_another, &theirs) == 0);
            pthread_join(thread, &failed);
            CHECK(!failed);
            ask_create(db, "later", &later);
        }
    }
    CHECK(!orm_failed());
    CHECK_INT(theirs.status, ORM_OK);
    CHECK_INT(later.status, ORM_OK);
    CHECK_INT(authors(db), 5);
    orm_free(ours.rows);
    orm_free(theirs.rows);
    orm_free(later.rows);
}
#endif

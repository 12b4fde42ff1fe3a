/* Writing through relations: what belongs to a row is added, removed, replaced, assigned, asked for and counted; and graphs of new rows. */
#include "orm.h"
#include "helpers.h"

#define About_VALUES(X) X(Writer) X(Book)
ORM_ENUM(About)

#define Writer_FIELDS(X)                                                          \
    X(id,         serial)                                                         \
    X(name,       string(40), not_empty)                                          \
    X(teacher_id, key(Writer), nullable)                                          \
    X(teacher,    belongs_to(Writer, teacher_id))                                 \
    X(pupils,     has_many(Writer, teacher_id))                                   \
    X(books,      has_many(Book, writer_id))                                      \
    X(classics,   has_many(Book, writer_id, where(orm_and(orm_eq(Book_.classic, true), orm_eq(Book_.shelf, "top"), orm_gt(Book_.pages, 0))))) \
    X(drafts,     has_many(Draft, writer_id))                                     \
    X(last_book,  has_one(Book, writer_id, order(orm_desc(Book_.id))))            \
    X(face,       has_one(Face, writer_id))                                       \
    X(notes,      has_many(Note, as(about)))
ORM_MODEL(Writer, writers)

#define Book_FIELDS(X)                                                            \
    X(id,         serial)                                                         \
    X(title,      string(40), not_empty)                                          \
    X(writer_id,  key(Writer), nullable)                                          \
    X(writer,     belongs_to(Writer, writer_id))                                  \
    X(classic,    boolean, default(false))                                        \
    X(shelf,      string(10), default("low"))                                     \
    X(pages,      integer, default(1))                                            \
    X(genres,     many_to_many(Genre, BookGenre, book_id, genre_id, link_order(orm_asc(BookGenre_.position)))) \
    X(notes,      has_many(Note, as(about)))
ORM_MODEL(Book, books)

#define Draft_FIELDS(X)                                                           \
    X(id,         serial)                                                         \
    X(line,       string(40))                                                     \
    X(writer_id,  key(Writer), on_delete(cascade))
ORM_MODEL(Draft, drafts)

#define Face_FIELDS(X)                                                            \
    X(id,         serial)                                                         \
    X(file,       string(40))                                                     \
    X(writer_id,  key(Writer), nullable, unique)
ORM_MODEL(Face, faces)

#define Genre_FIELDS(X)                                                           \
    X(code,       string(10), primary_key)                                        \
    X(classics,   many_to_many(Book, BookGenre, genre_id, book_id, where(orm_eq(Book_.classic, true)))) \
    X(leaders,    many_to_many(Book, BookGenre, genre_id, book_id, link_where(orm_lt(BookGenre_.position, 10)))) \
    X(books,      many_to_many(Book, BookGenre, genre_id, book_id))
ORM_MODEL(Genre, genres)

#define BookGenre_FIELDS(X)                                                       \
    X(book_id,    key(Book), primary_key, on_delete(cascade))                     \
    X(genre_id,   string(10), primary_key, references(Genre, code))               \
    X(position,   integer, default(0))
ORM_MODEL(BookGenre, book_genres)

#define Note_FIELDS(X)                                                            \
    X(id,         serial)                                                         \
    X(line,       string(40), not_empty)                                          \
    X(about_type, enumeration(About), nullable)                                   \
    X(about_id,   bigint, nullable)                                               \
    X(about,      belongs_to_any(About, about_type, about_id))
ORM_MODEL(Note, notes)

/* keys of two columns */
#define Room_FIELDS(X)                                                            \
    X(house,      string(10), primary_key)                                        \
    X(number,     integer, primary_key)                                           \
    X(beds,       has_many(Bed, (house, room)))
ORM_MODEL(Room, rooms)
#define Bed_FIELDS(X)                                                             \
    X(id,         serial)                                                         \
    X(house,      string(10), nullable)                                           \
    X(room,       integer, nullable)                                              \
    X(place,      belongs_to(Room, (house, room)))
ORM_MODEL(Bed, beds)

#define Library_MODELS(X) X(Writer) X(Book) X(Draft) X(Face) X(Genre) X(BookGenre) X(Note) X(Room) X(Bed)
ORM_SCHEMA(Library)
ORM_DEFINE(Library)

static const struct case_setup library = { &Library_schema, NULL, NULL, NULL };
#define ON_EACH(name) ON_EACH_OF(name, library)

static uint64_t sent(orm_db *db, uint64_t *before)
{
    uint64_t now = orm_counters_of(db).statements, n = now - *before;
    *before = now;
    return n;
}

static Writer writer(orm_db *db, const char *name)
{
    ORM_NEW(Writer, w, .name = name);
    OK(Writer_create(db, &w));
    return w;
}
static Book book(orm_db *db, const char *title)
{
    ORM_NEW(Book, b, .title = title);
    OK(Book_create(db, &b));
    return b;
}
static Genre genre(orm_db *db, const char *code)
{
    ORM_NEW(Genre, g, .code = code);
    OK(Genre_create(db, &g));
    return g;
}
static int64_t books_of(orm_db *db, const Writer *w)
{
    int64_t n = -1;
    OK(orm_count_rows(db, w, Writer_.books, &n));
    return n;
}
static int64_t genres_of(orm_db *db, const Book *b)
{
    int64_t n = -1;
    OK(orm_count_rows(db, b, Book_.genres, &n));
    return n;
}

/* ---- children ---------------------------------------------------------------------------------------------------------- */
ON_EACH(children_are_added_in_one_statement_and_know_it)
{
    Writer ada = writer(db, "Ada"), bob = writer(db, "Bob");
    Book books[3] = { book(db, "a"), book(db, "b"), book(db, "c") };
    uint64_t before = orm_counters_of(db).statements;
    OK(orm_add(db, &ada, Writer_.books, books, 3));
    CHECK_INT(sent(db, &before), 3);                 /* begin, update, commit */
    CHECK_INT(books[2].writer_id.value, ada.id);
    CHECK_INT(books_of(db, &ada), 3);
    OK(orm_add(db, &bob, Writer_.books, &books[1], 1));
    CHECK_INT(books_of(db, &ada), 2);
    CHECK_INT(books_of(db, &bob), 1);
    OK(orm_add(db, &bob, Writer_.books, books, 0));
    bool yes = false;
    OK(orm_has_row(db, &bob, Writer_.books, &books[1], &yes));
    CHECK(yes);
    OK(orm_has_row(db, &bob, Writer_.books, &books[0], &yes));
    CHECK(!yes);
    int64_t n = 0;
    OK(orm_count_rows(db, &ada, Writer_.books, &n, orm_eq(Book_.title, "a")));
    CHECK_INT(n, 1);
}

ON_EACH(fresh_children_are_created)
{
    Writer ada = writer(db, "Ada");
    Book books[3] = { Book_defaults(), book(db, "old"), Book_defaults() };
    books[0].title = "new";
    books[2].title = "newer";
    OK(orm_add(db, &ada, Writer_.books, books, 3));
    CHECK(books[0].id > 0 && books[2].id > 0);
    CHECK_INT(books_of(db, &ada), 3);
    Book twice[2] = { books[0], books[0] };
    OK(orm_add(db, &ada, Writer_.books, twice, 2));
    CHECK_INT(books_of(db, &ada), 3);
}

ON_EACH(what_the_relation_says_by_equalities_is_written)
{
    Writer ada = writer(db, "Ada");
    Book books[2] = { book(db, "old"), Book_defaults() };
    books[1].title = "new";
    OK(orm_add(db, &ada, Writer_.classics, books, 2));
    ORM_AUTO Book *found = Book_find_all(db, &(Book_query){ .where = orm_and(orm_eq(Book_.classic, true), orm_eq(Book_.shelf, "top")) });
    CHECK_INT(orm_len(found), 2);
    CHECK(books[0].classic && books[1].classic);
    int64_t n = 0;
    OK(orm_count_rows(db, &ada, Writer_.classics, &n));
    CHECK_INT(n, 2);
}

ON_EACH(a_failure_writes_nothing)
{
    Writer ada = writer(db, "Ada");
    Book books[2] = { book(db, "fine"), Book_defaults() };
    books[1].title = "";
    CHECK_INT(orm_add(db, &ada, Writer_.books, books, 2), ORM_VALIDATION);
    CHECK_INT(books_of(db, &ada), 0);
    CHECK_INT(COUNT(Book, db, .limit = 0), 1);
    Book gone = book(db, "gone"), copy = gone;
    OK(Book_destroy(db, &copy));
    Book pair[2] = { books[0], gone };
    CHECK_INT(orm_add(db, &ada, Writer_.books, pair, 2), ORM_STALE);
    CHECK_INT(books_of(db, &ada), 0);
    ORM_NEW(Writer, fresh, .name = "new");
    REFUSED(db, orm_add(db, &fresh, Writer_.books, books, 1), ORM_MISUSE);
    REFUSED(db, orm_add(db, &ada, Writer_.books, (Book *)NULL, 1), ORM_MISUSE);
    REFUSED(db, orm_remove(db, &ada, Writer_.books, &books[1], 1), ORM_MISUSE);
    Writer *read = Writer_find(db, ada.id), stale = *read;
    orm_free(read);
    REFUSED(db, orm_add(db, &stale, Writer_.books, books, 1), ORM_STALE_ROW);
}

ON_EACH(children_are_removed_where_they_can_be_without)
{
    Writer ada = writer(db, "Ada"), bob = writer(db, "Bob");
    Book books[3] = { book(db, "a"), book(db, "b"), book(db, "c") };
    OK(orm_add(db, &ada, Writer_.books, books, 2));
    OK(orm_add(db, &bob, Writer_.books, &books[2], 1));
    int64_t removed = 0;
    OK(orm_remove(db, &ada, Writer_.books, books, 3, .removed = &removed));
    CHECK_INT(removed, 2);                          /* the third is another's */
    CHECK_INT(books_of(db, &ada), 0);
    CHECK_INT(books_of(db, &bob), 1);
    Draft drafts[2] = { Draft_defaults(), Draft_defaults() };
    drafts[0].line = drafts[1].line = "line";
    OK(orm_add(db, &ada, Writer_.drafts, drafts, 2));
    CHECK_INT(orm_remove(db, &ada, Writer_.drafts, drafts, 1), ORM_MISUSE);
    CHECK_TEXT(orm_error()->field, "writer_id");
    OK(orm_remove(db, &ada, Writer_.drafts, drafts, 1, .destroy = true));
    CHECK_INT(COUNT(Draft, db, .limit = 0), 1);
}

ON_EACH(replacing_leaves_exactly_these)
{
    Writer ada = writer(db, "Ada");
    Book books[4] = { book(db, "a"), book(db, "b"), book(db, "c"), Book_defaults() };
    books[3].title = "d";
    OK(orm_add(db, &ada, Writer_.books, books, 2));
    int64_t removed = 0;
    OK(orm_replace(db, &ada, Writer_.books, &books[1], 3, .removed = &removed));
    CHECK_INT(removed, 1);
    ORM_AUTO Book *now = Book_find_all(db, &(Book_query){ .where = orm_eq(Book_.writer_id, ada.id), .order = { orm_asc(Book_.title) } });
    REQUIRE(now && orm_len(now) == 3);
    CHECK_TEXT(now[0].title, "b");
    OK(orm_replace(db, &ada, Writer_.books, (Book *)NULL, 0));
    CHECK_INT(books_of(db, &ada), 0);
    CHECK_INT(COUNT(Book, db, .limit = 0), 4);
    Draft draft = Draft_defaults();
    draft.line = "x";
    OK(orm_add(db, &ada, Writer_.drafts, &draft, 1));
    CHECK_INT(orm_replace(db, &ada, Writer_.drafts, (Draft *)NULL, 0), ORM_MISUSE);
    OK(orm_replace(db, &ada, Writer_.drafts, (Draft *)NULL, 0, .destroy = true));
    CHECK_INT(COUNT(Draft, db, .limit = 0), 0);
}

/* ---- links ----------------------------------------------------------------------------------------------------------------- */
ON_EACH(links_are_made_once_each)
{
    Book b = book(db, "b"), other = book(db, "o");
    Genre genres[4] = { genre(db, "x"), genre(db, "y"), Genre_defaults(), genre(db, "x2") };
    genres[2].code = "new";
    Genre copy = genres[0];
    OK(orm_add(db, &b, Book_.genres, &copy, 1));
    OK(orm_add(db, &other, Book_.genres, genres, 2));
    Genre again[4] = { genres[0], genres[1], genres[2], genres[1] };
    OK(orm_add(db, &b, Book_.genres, again, 4));
    CHECK_INT(genres_of(db, &b), 3);
    CHECK_INT(genres_of(db, &other), 2);
    CHECK_INT(COUNT(Genre, db, .limit = 0), 4);
    int64_t removed = 0;
    OK(orm_remove(db, &b, Book_.genres, again, 2, .removed = &removed));
    CHECK_INT(removed, 2);
    CHECK_INT(genres_of(db, &other), 2);
    OK(orm_replace(db, &b, Book_.genres, genres, 2));
    bool yes = true;
    OK(orm_has_row(db, &b, Book_.genres, &again[2], &yes));
    CHECK(!yes);
    CHECK_INT(genres_of(db, &b), 2);
    OK(orm_replace(db, &b, Book_.genres, (Genre *)NULL, 0));
    CHECK_INT(genres_of(db, &b), 0);
}

ON_EACH(links_may_have_values_of_their_own)
{
    Book b = book(db, "b");
    Genre genres[2] = { genre(db, "x"), Genre_defaults() };
    genres[1].code = "y";
    BookGenre links[2] = { BookGenre_defaults(), BookGenre_defaults() };
    links[0].position = 7;
    links[1].position = 3;
    OK(orm_add_links(db, &b, Book_.genres, genres, links, 2));
    ORM_AUTO Book *read = Book_find_one(db, &(Book_query){ .include = { orm_with(Book_.genres, .links = true) } });
    REQUIRE(read && orm_len(read->genres) == 2);
    CHECK_TEXT(read->genres[0].code, "y");
    CHECK_INT(orm_links(Book_.genres, read->genres)[1].position, 7);
    BookGenre more = BookGenre_defaults();
    CHECK_INT(orm_add_links(db, &b, Book_.genres, genres, &more, 1), ORM_UNIQUE);
    CHECK_INT(genres_of(db, &b), 2);
}

ON_EACH(two_thousand_rows_are_few_statements)
{
    enum { N = 2000 };
    static Book many[N];
    Writer ada = writer(db, "Ada");
    Genre g = genre(db, "x");
    for (size_t i = 0; i < N; i++) {
        many[i] = Book_defaults();
        many[i].title = "t";
    }
    OK(orm_add(db, &ada, Writer_.books, many, N));
    CHECK_INT(books_of(db, &ada), N);
    uint64_t before = orm_counters_of(db).statements;
    OK(orm_add(db, &g, Genre_.books, many, N));
    OK(orm_add(db, &g, Genre_.books, many, N));
    CHECK(sent(db, &before) < 40);
    int64_t n = 0;
    OK(orm_count_rows(db, &g, Genre_.books, &n));
    CHECK_INT(n, N);
    OK(orm_replace(db, &g, Genre_.books, many, 10));
    OK(orm_count_rows(db, &g, Genre_.books, &n));
    CHECK_INT(n, 10);
}

/* ---- conditions of relations: what they leave out does not belong to the owner ---------------------------------------------- */
ON_EACH(children_that_a_condition_leaves_out_are_left_alone)
{
    Writer ada = writer(db, "Ada");
    Book books[3] = { book(db, "plain"), book(db, "classic"), book(db, "other") };
    int64_t removed = -1;
    OK(orm_add(db, &ada, Writer_.books, books, 1));
    OK(orm_add(db, &ada, Writer_.classics, &books[1], 2));
    OK(orm_remove(db, &ada, Writer_.classics, books, 2, .removed = &removed));
    CHECK_INT(removed, 1);
    CHECK_INT(books_of(db, &ada), 2);
    OK(orm_replace(db, &ada, Writer_.classics, (Book *)NULL, 0, .removed = &removed));
    CHECK_INT(removed, 1);
    CHECK_INT(books_of(db, &ada), 1);
    OK(orm_remove(db, &ada, Writer_.classics, books, 1, .removed = &removed, .destroy = true));
    CHECK_INT(removed, 0);
    OK(orm_replace(db, &ada, Writer_.classics, &books[1], 1, .destroy = true));
    OK(orm_replace(db, &ada, Writer_.classics, (Book *)NULL, 0, .removed = &removed, .destroy = true));
    CHECK_INT(removed, 1);
    CHECK_INT(COUNT(Book, db, .limit = 0), 2);
    CHECK_INT(books_of(db, &ada), 1);
}

ON_EACH(links_that_a_condition_leaves_out_are_left_alone)
{
    Genre g = genre(db, "x");
    Book books[3] = { book(db, "a"), book(db, "b"), book(db, "c") };
    BookGenre links[3] = { BookGenre_defaults(), BookGenre_defaults(), BookGenre_defaults() };
    int64_t n = 0;
    links[2].position = 20;
    OK(orm_add_links(db, &g, Genre_.books, books, links, 3));
    books[1].classic = true;
    OK(Book_save(db, &books[1]));
    OK(orm_remove(db, &g, Genre_.classics, books, 3, .removed = &n));
    CHECK_INT(n, 1);
    OK(orm_replace(db, &g, Genre_.classics, (Book *)NULL, 0, .removed = &n));
    CHECK_INT(n, 0);
    OK(orm_replace(db, &g, Genre_.leaders, (Book *)NULL, 0, .removed = &n));
    CHECK_INT(n, 1);
    OK(orm_count_rows(db, &g, Genre_.books, &n));
    CHECK_INT(n, 1);
    CHECK_INT(COUNT(Book, db, .limit = 0), 3);
}

/* ---- one row ------------------------------------------------------------------------------------------------------------------ */
ON_EACH(a_relation_to_one_row_is_assigned)
{
    Writer ada = writer(db, "Ada"), bob = writer(db, "Bob");
    Book b = book(db, "b");
    OK(orm_assign(db, &b, Book_.writer, &ada));
    CHECK_INT(b.writer_id.value, ada.id);
    CHECK_INT(books_of(db, &ada), 1);
    OK(orm_assign(db, &b, Book_.writer, (Writer *)NULL));
    CHECK(!b.writer_id.set);
    CHECK_INT(books_of(db, &ada), 0);
    ORM_NEW(Writer, fresh, .name = "Cy");
    OK(orm_assign(db, &bob, Writer_.teacher, &fresh));
    CHECK(fresh.id > 0 && bob.teacher_id.value == fresh.id);
    ORM_NEW(Face, first, .file = "1");
    ORM_NEW(Face, second, .file = "2");
    OK(orm_assign(db, &ada, Writer_.face, &first));
    OK(orm_assign(db, &ada, Writer_.face, &second));
    ORM_AUTO Face *faces = Face_find_all(db, &(Face_query){ .order = { orm_asc(Face_.file) } });
    REQUIRE(faces && orm_len(faces) == 2);
    CHECK(!faces[0].writer_id.set);
    CHECK_INT(faces[1].writer_id.value, ada.id);
    ORM_NEW(Note, note, .line = "n");
    OK(orm_assign(db, &note, Note_.about.Writer, &ada));     /* a fresh owner: only the row */
    CHECK_INT(note.about_type, About_Writer);
    OK(Note_create(db, &note));
    OK(orm_assign(db, &note, Note_.about.Book, &b));
    ORM_AUTO Note *read = Note_find(db, note.id);
    REQUIRE(read);
    CHECK_INT(read->about_type, About_Book);
    CHECK_INT(read->about_id.value, b.id);
    OK(orm_assign(db, read, Note_.about.Book, (Book *)NULL));
    CHECK(!read->about_id.set && read->about_type == 0);
}

/* the others stay: they are no less the owner's */
ON_EACH(the_first_of_several_is_not_assigned)
{
    Writer ada = writer(db, "Ada");
    Book books[3] = { book(db, "a"), book(db, "b"), book(db, "c") };
    OK(orm_add(db, &ada, Writer_.books, books, 3));
    REFUSED(db, orm_assign(db, &ada, Writer_.last_book, &books[0]), ORM_MISUSE);
    REFUSED(db, orm_assign(db, &ada, Writer_.last_book, (Book *)NULL, .destroy = true), ORM_MISUSE);
    CHECK_INT(books_of(db, &ada), 3);
}

ON_EACH(tags_and_keys_of_two_columns_are_written)
{
    Writer ada = writer(db, "Ada");
    Book b = book(db, "b");
    Note notes[2] = { Note_defaults(), Note_defaults() };
    notes[0].line = notes[1].line = "n";
    OK(orm_add(db, &ada, Writer_.notes, notes, 2));
    CHECK_INT(notes[1].about_type, About_Writer);
    OK(orm_add(db, &b, Book_.notes, notes, 1));
    int64_t n = 0;
    OK(orm_count_rows(db, &ada, Writer_.notes, &n));
    CHECK_INT(n, 1);
    OK(orm_remove(db, &ada, Writer_.notes, notes, 2));
    OK(orm_count_rows(db, &b, Book_.notes, &n));
    CHECK_INT(n, 1);
    Room rooms[2] = { Room_defaults(), Room_defaults() };
    rooms[0].house = rooms[1].house = "red";
    rooms[0].number = 1;
    rooms[1].number = 2;
    OK(Room_create_all(db, rooms, 2, NULL));
    Bed beds[3] = { Bed_defaults(), Bed_defaults(), Bed_defaults() };
    OK(orm_add(db, &rooms[0], Room_.beds, beds, 3));
    CHECK_TEXT(beds[2].house, "red");
    OK(orm_add(db, &rooms[1], Room_.beds, beds, 1));
    OK(orm_count_rows(db, &rooms[0], Room_.beds, &n));
    CHECK_INT(n, 2);
    OK(orm_replace(db, &rooms[0], Room_.beds, &beds[1], 1));
    CHECK_INT(COUNT(Bed, db, .where = orm_is_null(Bed_.room)), 1);
    OK(orm_assign(db, &beds[2], Bed_.place, &rooms[1]));
    OK(orm_count_rows(db, &rooms[1], Room_.beds, &n));
    CHECK_INT(n, 2);
}

/* ---- graphs ---------------------------------------------------------------------------------------------------------------------- */
ON_EACH(a_list_of_fresh_rows_knows_its_length)
{
    (void)db;
    orm_arena arena = { 0 };
    Book *books = Book_list(&arena, 3), *none = Book_list(&arena, 0);
    REQUIRE(books && none);
    CHECK_INT(orm_len(books), 3);
    CHECK_INT(orm_len(none), 0);
    CHECK_INT(orm_len(&books[1]), 1);
    Book copy = books[0];
    CHECK_INT(orm_len(&copy), 1);
    CHECK_TEXT(books[2].shelf, "low");
    OK(Book_validate(&(Book){ .orm = books[0].orm, .title = "t", .shelf = "x" }, NULL));
    orm_arena_release(&arena);
    Book *own = Book_list(NULL, 2);
    CHECK_INT(orm_len(own), 2);
    orm_free(own);
}

static Writer *graph(orm_arena *arena, const Genre *known)
{
    Writer *ada = Writer_list(arena, 1);
    ada->name = "Ada";
    ada->teacher = Writer_list(arena, 1);
    ada->teacher->name = "Teacher";
    ada->face = Face_list(arena, 1);
    ada->face->file = "ada.png";
    ada->books = Book_list(arena, 2);
    ada->books[0].title = "one";
    ada->books[1].title = "two";
    ada->books[1].genres = Genre_list(arena, 2);
    ada->books[1].genres[0] = *known;
    ada->books[1].genres[1].code = "new";
    ada->books[0].notes = Note_list(arena, 2);
    ada->books[0].notes[0].line = "good";
    ada->books[0].notes[1].line = "bad";
    ada->pupils = Writer_list(arena, 1);
    ada->pupils[0].name = "Pupil";
    ada->pupils[0].teacher = ada;                   /* the way back, which is no ring */
    return ada;
}

ON_EACH(a_graph_is_created_as_a_whole)
{
    orm_arena arena = { 0 };
    Genre known = genre(db, "known");
    ORM_AUTO Genre *read = Genre_find(db, "known");
    Writer *ada = graph(&arena, read);
    OK(Writer_create_graph(db, ada));
    CHECK_INT(orm_len(ada->books), 2);              /* also now that its rows are created */
    ORM_AUTO Writer *found = Writer_find_one(db, &(Writer_query){ .where = orm_eq(Writer_.name, "Ada"),
        .include = { orm_with(Writer_.teacher), orm_with(Writer_.face), orm_with(Writer_.pupils),
                     orm_with(Writer_.books, .include = { orm_with(Book_.genres, .order = { orm_asc(Genre_.code) }), orm_with(Book_.notes) }) } });
    REQUIRE(found && found->teacher && found->face);
    CHECK_TEXT(found->teacher->name, "Teacher");
    CHECK_TEXT(found->face->file, "ada.png");
    REQUIRE(orm_len(found->books) == 2 && orm_len(found->pupils) == 1);
    CHECK_INT(orm_len(found->books[0].notes), 2);
    CHECK_INT(found->books[0].notes[0].about_type, About_Book);
    REQUIRE(orm_len(found->books[1].genres) == 2);
    CHECK_TEXT(found->books[1].genres[0].code, known.code);
    CHECK_INT(found->pupils[0].teacher_id.value, ada->id);
    CHECK_INT(orm_error()->kind, ORM_OK);
    CHECK_INT(Writer_create_graph(db, ada), ORM_MISUSE);      /* it is there */
    orm_arena_release(&arena);
}

ON_EACH(a_graph_that_fails_leaves_nothing_and_can_be_tried_again)
{
    orm_arena arena = { 0 };
    Genre known = genre(db, "known");
    Writer *ada = graph(&arena, &known);
    ada->books[0].notes[1].line = "";
    CHECK_INT(Writer_create_graph(db, ada), ORM_VALIDATION);
    CHECK_TEXT(orm_error()->field, "line");
    CHECK_INT(COUNT(Writer, db, .limit = 0), 0);
    CHECK_INT(COUNT(Book, db, .limit = 0), 0);
    CHECK_INT(COUNT(Genre, db, .limit = 0), 1);
    ada->books[0].notes[1].line = "mended";
    ORM_TRANSACTION(db) {
        OK(Writer_create_graph(db, ada));
        break;
    }
    CHECK_INT(COUNT(Writer, db, .limit = 0), 0);
    OK(Writer_create_graph(db, ada));
    CHECK_INT(COUNT(Writer, db, .limit = 0), 3);
    CHECK_INT(COUNT(Book, db, .limit = 0), 2);
    orm_arena_release(&arena);
}

ON_EACH(lists_of_a_graph_are_few_statements)
{
    enum { N = 2000 };
    static char codes[N][8];
    orm_arena arena = { 0 };
    Book old = book(db, "old");
    Genre known = genre(db, "known");
    Writer *w = Writer_list(&arena, 1);
    w->name = "w";
    w->books = Book_list(&arena, N + 1);
    for (int i = 0; i < N; i++) w->books[i].title = "new";
    w->books[N] = old;
    w->pupils = Writer_list(&arena, 0);
    Book *first = &w->books[0];
    first->genres = Genre_list(&arena, N + 2);
    for (int i = 0; i < N; i++) {
        snprintf(codes[i], sizeof codes[i], "g%d", i);
        first->genres[i].code = codes[i];
    }
    first->genres[N] = first->genres[N + 1] = known;              /* twice, and linked once */
    uint64_t before = orm_counters_of(db).statements;
    OK(Writer_create_graph(db, w));
    CHECK(sent(db, &before) < 75);                                   /* by hundreds where there are no arrays */
    CHECK_INT(books_of(db, w), N + 1);
    CHECK_INT(genres_of(db, first), N + 1);
    CHECK_INT(COUNT(BookGenre, db, .limit = 0), N + 1);
    orm_arena_release(&arena);
}

ON_EACH(a_new_row_may_be_reached_by_two_ways)
{
    orm_arena arena = { 0 };
    Genre *g = Genre_list(&arena, 1);
    g->code = "x";
    g->books = Book_list(&arena, 2);
    g->books[0].title = "a";
    g->books[1].title = "b";
    g->books[1].writer = Writer_list(&arena, 1);
    g->books[1].writer->name = "w";
    g->books[1].writer->books = Book_list(&arena, 1);
    g->books[1].writer->books[0].title = "c";
    OK(Genre_create_graph(db, g));
    CHECK_INT(COUNT(Book, db, .limit = 0), 3);
    CHECK_INT(books_of(db, g->books[1].writer), 2);
    Writer *top = Writer_list(&arena, 1);
    top->name = "top";
    top->notes = Note_list(&arena, 2);
    top->notes[0].line = top->notes[1].line = "n";
    top->face = Face_list(&arena, 1);
    top->face->file = "f";
    Genre *next = Genre_list(&arena, 1);
    next->code = "y";
    next->books = Book_list(&arena, 2);
    next->books[0].title = "d";
    next->books[0].writer = top;
    next->books[1].title = "e";
    next->books[1].writer = top;                    /* the same new row by two ways */
    OK(Genre_create_graph(db, next));
    CHECK_INT(books_of(db, top), 2);
    CHECK_INT(COUNT(Note, db, .limit = 0), 2);
    orm_arena_release(&arena);
}

ON_EACH(what_is_no_list_and_what_is_a_ring_is_refused)
{
    Book books[2] = { Book_defaults(), Book_defaults() };
    books[0].title = books[1].title = "t";
    ORM_NEW(Writer, ada, .name = "Ada", .books = books);
    CHECK_INT(Writer_create_graph(db, &ada), ORM_MISUSE);
    CHECK_CONTAINS(orm_error()->message, "Writer.books is no list of Book_list()");
    CHECK_INT(COUNT(Writer, db, .limit = 0), 0);
    ORM_NEW(Writer, one, .name = "One");
    ORM_NEW(Writer, two, .name = "Two", .teacher = &one);
    one.teacher = &two;
    CHECK_INT(Writer_create_graph(db, &two), ORM_MISUSE);
    CHECK_CONTAINS(orm_error()->message, "ring");
    CHECK_INT(COUNT(Writer, db, .limit = 0), 0);
}

ON_EACH(rows_of_a_graph_that_are_there_are_referred_to)
{
    Writer ada = writer(db, "Ada");
    Book old = book(db, "old");
    orm_arena arena = { 0 };
    Writer *bob = Writer_list(&arena, 1);
    bob->name = "Bob";
    bob->teacher = &ada;
    bob->books = Book_list(&arena, 2);
    bob->books[0] = old;
    bob->books[1].title = "new";
    OK(Writer_create_graph(db, bob));
    CHECK_INT(COUNT(Book, db, .limit = 0), 2);
    CHECK_INT(books_of(db, bob), 2);
    CHECK_INT(bob->teacher_id.value, ada.id);
    orm_arena_release(&arena);
}

CHECK_MAIN()

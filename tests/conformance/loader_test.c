/* ORM_LOADER: keys that come one by one become one statement, and each is asked for once. */
#include "helpers.h"

#define Author_FIELDS(X)                                  \
    X(id,         serial)                                 \
    X(name,       string(30))                             \
    X(pin,        string(20), nullable, secret)           \
    X(books,      has_many(Book, author_id))              \
    X(book_count, count_of(books))
ORM_MODEL(Author, authors)
#define Book_FIELDS(X)                                    \
    X(id,         serial)                                 \
    X(title,      string(30))                             \
    X(author_id,  key(Author))                            \
    X(author,     belongs_to(Author, author_id))
ORM_MODEL(Book, books)
/* keys of several columns */
#define Seat_FIELDS(X) X(row, string(8), primary_key) X(number, integer, primary_key) X(taken_by, integer, default(0))
ORM_MODEL(Seat, seats)
/* rows of tenants, destroyed softly, with conditions and hooks of their own */
#define Firm_FIELDS(X) X(id, serial) X(name, string(30))
ORM_MODEL(Firm, firms)
#define Bill_FIELDS(X)                                    \
    X(id,         serial)                                 \
    X(firm_id,    tenant(Firm))                           \
    X(number,     integer)                                \
    X(deleted_at, deleted_at)
ORM_MODEL(Bill, bills, default_scope(orm_gte(Bill_.number, 0)), hook(before_find, bill_before_find), hook(after_find, bill_after_find))
/* a key of each type */
#define Mood_VALUES(X) X(calm) X(glad, "very glad") X(sad)
ORM_ENUM(Mood)
#define ByText_FIELDS(X)    X(id, string(12), primary_key)        X(n, integer)
#define ByUuid_FIELDS(X)    X(id, uuid, primary_key)              X(n, integer)
#define BySmall_FIELDS(X)   X(id, smallint, primary_key)          X(n, integer)
#define ByInt_FIELDS(X)     X(id, integer, primary_key)           X(n, integer)
#define ByDouble_FIELDS(X)  X(id, double, primary_key)            X(n, integer)
#define ByDecimal_FIELDS(X) X(id, decimal(10, 2), primary_key)    X(n, integer)
#define ByDate_FIELDS(X)    X(id, date, primary_key)              X(n, integer)
#define ByTime_FIELDS(X)    X(id, timestamp, primary_key)         X(n, integer)
#define ByBlob_FIELDS(X)    X(id, blob, primary_key)              X(n, integer)
#define ByMood_FIELDS(X)    X(id, enumeration(Mood), primary_key) X(n, integer)
ORM_MODEL(ByText, by_text)
ORM_MODEL(ByUuid, by_uuid)
ORM_MODEL(BySmall, by_small)
ORM_MODEL(ByInt, by_int)
ORM_MODEL(ByDouble, by_double)
ORM_MODEL(ByDecimal, by_decimal)
ORM_MODEL(ByDate, by_date)
ORM_MODEL(ByTime, by_time)
ORM_MODEL(ByBlob, by_blob)
ORM_MODEL(ByMood, by_mood)
#define Shelf_MODELS(X) X(Author) X(Book) X(Seat) X(Firm) X(Bill) X(ByText) X(ByUuid) X(BySmall) X(ByInt) X(ByDouble) X(ByDecimal) X(ByDate) X(ByTime) X(ByBlob) X(ByMood)
ORM_SCHEMA(Shelf)

static struct { int before, after; size_t rows; orm_status answers; Bill_loader *asks; orm_status asked; bool found, clears; } hook;
orm_status bill_before_find(orm_db *db, Bill_query *query)
{
    (void)db, (void)query;
    hook.before++;
    return ORM_OK;
}
orm_status bill_after_find(orm_db *db, Bill *rows, size_t n)
{
    (void)db;
    hook.after++;
    hook.rows += n;
    for (size_t i = 0; i < n; i++) rows[i].number += 1000;
    if (hook.asks) {
        orm_want(hook.asks, 4000);
        hook.found = orm_get(hook.asks, 5000) != NULL;
        hook.asked = orm_error()->kind;
        if (hook.clears) orm_loader_clear(hook.asks);
    }
    return hook.answers;
}
ORM_DEFINE(Shelf)

static char last_sql[2000];
static int fails_in;                     /* statements from here, 0 for never */
static void remember(void *context, const orm_log_event *event)
{
    (void)context;
    if (event->level == ORM_LOG_SQL) snprintf(last_sql, sizeof last_sql, "%s", event->sql);
}
static void ready(void)
{
    memset(&hook, 0, sizeof hook);
    fails_in = 0;
}
static const struct case_setup cases = { &Shelf_schema, remember, NULL, ready };
#define ON_EACH(name) ON_EACH_OF(name, cases)

static uint64_t sent(orm_db *db) { return orm_counters_of(db).statements; }
static const char *status_of(const void *row) { return row ? "a row" : orm_status_name(orm_error()->kind); }

/* authors 1 to n, each with a book or two */
static void fill(orm_db *db, int n)
{
    Author *authors = Author_list(NULL, (size_t)n);
    Book *books = Book_list(NULL, (size_t)n);
    for (int i = 0; authors && books && i < n; i++) authors[i].name = i % 2 ? "Ada" : "Grace", authors[i].pin = "1234";
    OK(Author_create_all(db, authors, (size_t)n, NULL));
    for (int i = 0; i < n; i++) books[i].title = "notes", books[i].author_id = authors[i / 2].id;
    OK(Book_create_all(db, books, (size_t)n, NULL));
    orm_free(authors);
    orm_free(books);
}

ON_EACH(one_statement_brings_all_that_was_wanted)
{
    fill(db, 100);
    ORM_LOADER(Author, authors, db);
    uint64_t before = sent(db);
    for (int64_t id = 1; id <= 50; id++) orm_want(&authors, id);
    for (int64_t id = 50; id >= 1; id--) orm_want(&authors, id);
    CHECK_INT(sent(db) - before, 0);
    for (int64_t id = 1; id <= 60; id += 1 + (id == 50) * 9) {
        const Author *a = orm_get(&authors, id);
        REQUIRE(a);
        CHECK_INT(a->id, id);
        CHECK_TEXT(a->name, id % 2 ? "Grace" : "Ada");
        CHECK(a == orm_get(&authors, id));
        CHECK_INT(orm_error()->kind, ORM_OK);
        CHECK_INT(sent(db) - before, id <= 50 ? 1 : 2);      /* 60 was not wanted: it is asked for alone */
    }
    /* what is wanted later comes with the next statement, and nothing is asked for twice */
    orm_want(&authors, 61);
    orm_want(&authors, 3);
    orm_want(&authors, 62);
    CHECK(orm_get(&authors, 62));
    CHECK(orm_get(&authors, 61));
    CHECK_INT(sent(db) - before, 3);
    const Author *early = orm_get(&authors, 1);
    CHECK(early && early->id == 1);                          /* rows stay where they are */
}

ON_EACH(the_text_is_the_same_for_any_number_of_keys)
{
    char first[sizeof last_sql];
    fill(db, 70);
    ORM_LOADER(Author, warm, db);
    CHECK(orm_get(&warm, 1));
    snprintf(first, sizeof first, "%s", last_sql);
    CHECK_CONTAINS(first, "authors");
    uint64_t prepares = orm_counters_of(db).prepares;
    for (int n = 2; n < 70; n += 13) {
        ORM_LOADER(Author, authors, db);
        for (int64_t id = 1; id <= n; id++) orm_want(&authors, id);
        CHECK(orm_get(&authors, n));
        CHECK_TEXT(last_sql, first);
    }
    CHECK_INT(orm_counters_of(db).prepares - prepares, 0);
}

ON_EACH(what_is_not_there_is_remembered)
{
    fill(db, 3);
    ORM_LOADER(Author, authors, db);
    orm_want(&authors, 2);
    orm_want(&authors, 4);
    orm_want(&authors, 0);
    uint64_t before = sent(db);
    CHECK_TEXT(status_of(orm_get(&authors, 4)), "ORM_NOT_FOUND");
    CHECK(!orm_failed());
    CHECK_TEXT(status_of(orm_get(&authors, 2)), "a row");
    CHECK_INT(orm_error()->kind, ORM_OK);                    /* the absence before it is forgotten */
    CHECK_TEXT(status_of(orm_get(&authors, 0)), "ORM_NOT_FOUND");
    CHECK_TEXT(status_of(orm_get(&authors, -7)), "ORM_NOT_FOUND");
    CHECK_TEXT(status_of(orm_get(&authors, 4)), "ORM_NOT_FOUND");
    CHECK_TEXT(orm_error()->model, "Author");
    CHECK(!orm_failed());
    CHECK_INT(sent(db) - before, 2);                         /* the second for -7 */
    /* a row that came later is not seen before the loader is cleared */
    ORM_NEW(Author, late, .name = "late");
    OK(Author_create(db, &late));
    CHECK_INT(late.id, 4);
    CHECK(!orm_get(&authors, 4));
    orm_loader_clear(&authors);
    before = sent(db);
    const Author *a = orm_get(&authors, 4);
    REQUIRE(a);
    CHECK_TEXT(a->name, "late");
    CHECK(orm_get(&authors, 2));
    CHECK_INT(sent(db) - before, 2);
    orm_loader_clear(&authors);
    orm_loader_clear(&authors);
}

static void save_seats(orm_db *db, int rows, int numbers)
{
    Seat *seats = Seat_list(NULL, (size_t)(rows * numbers));
    char names[64][16];
    for (int r = 0; r < rows; r++) {
        snprintf(names[r], sizeof names[r], "r%d", r);
        for (int k = 0; k < numbers; k++) seats[r * numbers + k] = (Seat){ .row = names[r], .number = k, .taken_by = r * 1000 + k, .orm = ORM_FRESH };
    }
    OK(Seat_create_all(db, seats, (size_t)(rows * numbers), NULL));
    orm_free(seats);
}

ON_EACH(keys_of_several_columns)
{
    save_seats(db, 10, 20);
    ORM_LOADER(Seat, seats, db);
    char name[8];
    uint64_t before = sent(db), read = orm_counters_of(db).rows;
    for (int i = 0; i < 10; i++) {
        snprintf(name, sizeof name, "r%d", i);               /* the text is the loader's own from here on */
        orm_want(&seats, name, i + 1);
        orm_want(&seats, name, 77);
    }
    for (int i = 0; i < 10; i++) {
        snprintf(name, sizeof name, "r%d", i);
        const Seat *s = orm_get(&seats, name, i + 1);
        REQUIRE(s);
        CHECK_TEXT(s->row, name);
        CHECK_INT(s->taken_by, i * 1000 + i + 1);
        CHECK_TEXT(status_of(orm_get(&seats, name, 77)), "ORM_NOT_FOUND");
        const Seat_key key = { name, i + 1 };
        orm_want(&seats, key);
        CHECK(orm_get(&seats, key) == s);
    }
    CHECK_INT(sent(db) - before, 1);
    CHECK_INT(orm_counters_of(db).rows - read, 10);          /* no mixtures of one key with another */
    /* any number of keys is one of a few statements */
    for (int round = 0; round < 2; round++) {
        uint64_t prepares = orm_counters_of(db).prepares;
        for (int n = 1; n < 200; n += 7) {
            ORM_LOADER(Seat, some, db);
            for (int i = 0; i < n; i++) {
                snprintf(name, sizeof name, "r%d", i % 10);
                orm_want(&some, name, i / 10);
            }
            CHECK(orm_get(&some, name, (n - 1) / 10));
        }
        if (round) CHECK_INT(orm_counters_of(db).prepares - prepares, 0);
    }
    /* 600 keys are three statements */
    ORM_LOADER(Seat, many, db);
    for (int i = 0; i < 600; i++) {
        snprintf(name, sizeof name, "r%d", i % 30);
        orm_want(&many, name, i / 30);
    }
    before = sent(db);
    for (int i = 0; i < 600; i++) {
        snprintf(name, sizeof name, "r%d", i % 30);
        const Seat *s = orm_get(&many, name, i / 30);
        CHECK_TEXT(status_of(s), i % 30 < 10 ? "a row" : "ORM_NOT_FOUND");
        if (s) CHECK_INT(s->taken_by, i % 30 * 1000 + i / 30);
    }
    CHECK_INT(sent(db) - before, 3);
}

/* a key of each type: rows for some of the keys; wanted are all, and the answers are those of M_find */
enum { KEYS = 40 };
#define EACH_KEY(M, type, make)                                                                             \
    static void key_of_##M(orm_db *db)                                                                      \
    {                                                                                                       \
        uint64_t state = 7;                                                                                 \
        type keys[KEYS];                                                                                    \
        for (int i = 0; i < KEYS; i++) {                                                                    \
            keys[i] = make;                                                                                 \
            ORM_NEW(M, row, .id = keys[i], .n = i);                                                         \
            ORM_AUTO M *there = M##_find(db, keys[i]);                                                      \
            if (!there && random_below(&state, 3)) OK(M##_create(db, &row));                                \
        }                                                                                                   \
        ORM_LOADER(M, loader, db);                                                                          \
        for (int i = 0; i < KEYS; i += 1 + random_below(&state, 2)) orm_want(&loader, keys[i]);             \
        uint64_t before = sent(db);                                                                         \
        size_t found = 0, missing = 0;                                                                      \
        for (int round = 0; round < 2; round++)                                                             \
            for (int i = 0; i < KEYS; i++) {                                                                \
                const M *got = orm_get(&loader, keys[i]);                                                   \
                uint64_t asked = sent(db);                                                                  \
                ORM_AUTO M *wanted = M##_find(db, keys[i]);                                                 \
                before += sent(db) - asked;                                                                 \
                if (!CHECK_SAME(got, wanted)) printf("    " #M ", key %d\n", i);                            \
                found += wanted != NULL;                                                                    \
                missing += !wanted;                                                                         \
            }                                                                                               \
        CHECK(found > 0 && missing > 0);                                                                    \
        CHECK(sent(db) - before <= KEYS / 2 + 1);                                                           \
    }
#define CHECK_SAME(got, wanted) check_int(__FILE__, __LINE__, "the row's n", (got) ? (got)->n : -1, (wanted) ? (wanted)->n : -1)
static const char *any_text(uint64_t *state)
{
    static char texts[KEYS][16];
    static int at;
    char *out = texts[at = (at + 1) % KEYS];
    static const char *const parts[] = { "", "a", "A", "\xC3\xA9", " ", "'", "ab" };
    snprintf(out, 16, "%s%s%s", parts[random_below(state, 7)], parts[random_below(state, 7)], parts[1 + random_below(state, 6)]);
    return out;
}
static orm_uuid any_uuid(uint64_t *state)
{
    orm_uuid out = { { 0 } };
    out.byte[0] = (unsigned char)(1 + random_below(state, 2));
    out.byte[15] = (unsigned char)random_below(state, 20);
    return out;
}
static orm_blob any_blob(uint64_t *state)
{
    static unsigned char bytes[KEYS][4];
    static int at;
    at = (at + 1) % KEYS;
    size_t size = (size_t)random_below(state, 4);
    for (size_t i = 0; i < size; i++) bytes[at][i] = (unsigned char)random_below(state, 3);
    return (orm_blob){ bytes[at], size };
}
EACH_KEY(ByText, const char *, any_text(&state))
EACH_KEY(ByUuid, orm_uuid, any_uuid(&state))
EACH_KEY(BySmall, int16_t, (int16_t)(random_below(&state, 60) - 30))
EACH_KEY(ByInt, int32_t, random_below(&state, 60) - 30)
EACH_KEY(ByDouble, double, (random_below(&state, 60) - 30) / 8.0 * (i % 2 ? 1 : -1))
EACH_KEY(ByDecimal, orm_decimal, i % 3 ? orm_decimal_make(random_below(&state, 60) * 10, 2) : orm_decimal_make(random_below(&state, 60), 1))
EACH_KEY(ByDate, orm_date, ((orm_date){ random_below(&state, 60) - 30 }))
EACH_KEY(ByTime, orm_time, random_below(&state, 60) - 30)
EACH_KEY(ByBlob, orm_blob, any_blob(&state))

ON_EACH(a_key_of_each_type_finds_what_find_finds)
{
    key_of_ByText(db);
    key_of_ByUuid(db);
    key_of_BySmall(db);
    key_of_ByInt(db);
    key_of_ByDouble(db);
    key_of_ByDecimal(db);
    key_of_ByDate(db);
    key_of_ByTime(db);
    key_of_ByBlob(db);
}

ON_EACH(labels_are_keys)
{
    ORM_NEW(ByMood, glad, .id = Mood_glad, .n = 5);
    OK(ByMood_create(db, &glad));
    ORM_LOADER(ByMood, moods, db);
    uint64_t before = sent(db);
    orm_want(&moods, Mood_sad);
    orm_want(&moods, Mood_glad);
    CHECK_TEXT(status_of(orm_get(&moods, Mood_sad)), "ORM_NOT_FOUND");
    const ByMood *got = orm_get(&moods, Mood_glad);
    REQUIRE(got);
    CHECK_INT(got->n, 5);
    CHECK_INT(sent(db) - before, 1);
    REFUSED_ROWS(db, orm_get(&moods, (enum Mood)9), ORM_VALIDATION);
}

ON_EACH(random_keys_find_what_find_finds)
{
    uint64_t state = 42;
    fill(db, 300);
    int64_t gone = 0;
    OK(Author_destroy_all(db, &(Author_query){ .where = orm_gt(Author_.id, 200) }, &gone));
    CHECK_INT(gone, 100);
    for (int round = 0; round < 30; round++) {
        ORM_LOADER(Author, authors, db);
        for (int i = 0; i < 40; i++) {
            int64_t id = random_below(&state, 350);
            if (random_below(&state, 4)) {
                orm_want(&authors, id);
                continue;
            }
            const Author *got = orm_get(&authors, id);
            ORM_AUTO Author *wanted = Author_find(db, id);
            CHECK(!got == !wanted);
            if (got && wanted) CHECK(got->id == wanted->id && strcmp(got->name, wanted->name) == 0 && !got->pin);
        }
    }
}

ON_EACH(keys_that_are_none_are_refused_by_get_alone)
{
    ORM_NEW(ByText, row, .id = "here", .n = 1);
    OK(ByText_create(db, &row));
    ORM_LOADER(ByText, texts, db);
    const char *none = NULL;
    orm_want(&texts, "here");
    orm_want(&texts, none);
    orm_want(&texts, "\xFF");
    orm_want(&texts, "far too long for its column");
    CHECK_TEXT(status_of(orm_get(&texts, "here")), "a row");
    REFUSED_ROWS(db, orm_get(&texts, none), ORM_MISUSE);
    CHECK_CONTAINS(orm_error()->message, "the key has no value");
    REFUSED_ROWS(db, orm_get(&texts, "\xFF"), ORM_BAD_TEXT);
    ORM_AUTO ByText *found = ByText_find(db, "far too long for its column");
    CHECK(!found);
    const char *as_find = orm_status_name(orm_error()->kind);
    CHECK_TEXT(status_of(orm_get(&texts, "far too long for its column")), as_find);
    ORM_LOADER(ByUuid, uuids, db);
    orm_uuid nil = { { 0 } };
    orm_want(&uuids, nil);
    REFUSED_ROWS(db, orm_get(&uuids, nil), ORM_MISUSE);
    CHECK_TEXT(orm_error()->field, "id");
}

ON_EACH(options_are_those_of_a_query)
{
    fill(db, 20);
    ORM_LOADER(Author, authors, db, .select = { .name = 1 }, .include = { orm_with(Author_.books, .order = { orm_desc(Book_.id) }), orm_count_of(Author_.book_count) });
    for (int64_t id = 1; id <= 12; id++) orm_want(&authors, id);
    uint64_t before = sent(db);
    const Author *a = orm_get(&authors, 3);
    REQUIRE(a);
    CHECK_INT(sent(db) - before, 2);                         /* the authors, and the books of all of them */
    CHECK_INT(orm_len(a->books), 2);
    CHECK(a->books[0].id > a->books[1].id);
    CHECK_INT(a->book_count, 2);
    a = orm_get(&authors, 12);
    REQUIRE(a);
    CHECK(orm_loaded(a, Author_.books));
    CHECK_INT(orm_len(a->books), 0);
    CHECK_INT(sent(db) - before, 2);
    ORM_LOADER(Author, graces, db, .where = orm_eq(Author_.name, "Grace"), .with_secrets = true);
    CHECK_TEXT(status_of(orm_get(&graces, 2)), "ORM_NOT_FOUND");
    a = orm_get(&graces, 1);
    REQUIRE(a);
    CHECK_TEXT(a->pin, "1234");
    ORM_LOADER(Author, plain, db);
    a = orm_get(&plain, 1);
    REQUIRE(a);
    CHECK(!a->pin);                                          /* as M_find */
    CHECK(!orm_loaded(a, Author_.books));
    ORM_LOADER(Author, limited, db, .limit = 3);
    REFUSED_ROWS(db, orm_get(&limited, 1), ORM_MISUSE);
    ORM_LOADER(Author, ordered, db, .order = { orm_asc(Author_.name) });
    REFUSED_ROWS(db, orm_get(&ordered, 1), ORM_MISUSE);
    ORM_LOADER(Author, locked, db, .lock = ORM_FOR_UPDATE);
    REFUSED_ROWS(db, orm_get(&locked, 1), ORM_MISUSE);
    CHECK_CONTAINS(orm_error()->message, "a loader takes");
    /* with the row that a relation needs, or none */
    ORM_LOADER(Author, writers, db, .include = { orm_with(Author_.books, .required = true) });
    orm_want(&writers, 15);
    CHECK_TEXT(status_of(orm_get(&writers, 5)), "a row");
    CHECK_TEXT(status_of(orm_get(&writers, 15)), "ORM_NOT_FOUND");
}

struct request { Author_loader authors; Seat_loader seats; };
static const char *name_of(Author_loader *authors, int64_t id)
{
    const Author *a = orm_get(authors, id);
    return a ? a->name : "?";
}

ON_EACH(a_loader_in_a_struct)
{
    fill(db, 4);
    save_seats(db, 1, 3);
    struct request r = { .authors = ORM_LOADER_OF(Author, db), .seats = ORM_LOADER_OF(Seat, db, .select = { .taken_by = 1 }) };
    CHECK_TEXT(name_of(&r.authors, 1), "Grace");
    CHECK_TEXT(name_of(&r.authors, 9), "?");
    CHECK(orm_get(&r.seats, "r0", 2));
    orm_loader_clear(&r.authors);
    orm_loader_clear(&r.seats);
    Author_loader never = { .erased = { .db = db } };
    orm_want(&never, 1);
    REFUSED_ROWS(db, orm_get(&never, 1), ORM_MISUSE);
    ORM_LOADER(Author, nowhere, NULL);
    orm_want(&nowhere, 1);
    REFUSED_ROWS(db, orm_get(&nowhere, 1), ORM_MISUSE);
}

ON_EACH(rows_are_those_of_a_list)
{
    fill(db, 5);
    ORM_LOADER(Author, authors, db);
    orm_want(&authors, 1);
    orm_want(&authors, 2);
    const Author *first = orm_get(&authors, 1), *second = orm_get(&authors, 2);
    REQUIRE(first && second);
    CHECK_INT(orm_len(first), 1);
    CHECK_INT(orm_len(second), 1);
    CHECK_TEXT(orm_status_name(orm__free(first)), "ORM_MISUSE");         /* what orm_free makes of it */
    CHECK_TEXT(first->name, "Grace");
    Author copy = *first;
    copy.name = "Barbara";
    OK(Author_save(db, &copy));
    CHECK_TEXT(first->name, "Grace");
    ORM_AUTO Author *found = Author_find(db, 1);
    REQUIRE(found);
    CHECK_TEXT(found->name, "Barbara");
    orm_loader_clear(&authors);
    first = orm_get(&authors, 1);
    REQUIRE(first);
    CHECK_TEXT(first->name, "Barbara");
    copy.name = "Jean";
    CHECK_TEXT(orm_status_name(Author_save(db, &copy)), "ORM_STALE_ROW");      /* of rows that are gone */
    ORM_AUTO Author *own = Author_copy(first);
    orm_loader_clear(&authors);
    REQUIRE(own);
    CHECK_TEXT(own->name, "Barbara");
}

ON_EACH(in_a_transaction_it_reads_what_that_wrote)
{
    fill(db, 3);
    ORM_LOADER(Author, authors, db);
    ORM_TEST_ROLLBACK(db) {
        ORM_NEW(Author, new, .name = "new");
        OK(Author_create(db, &new));
        CHECK_TEXT(name_of(&authors, new.id), "new");
    }
    CHECK_TEXT(name_of(&authors, 4), "new");                 /* it knows nothing of what becomes of it */
    orm_loader_clear(&authors);
    CHECK_TEXT(name_of(&authors, 4), "?");
    ORM_TRANSACTION(db) {
        ORM_NEW(Author, bad, .id = 1, .name = "twice");
        CHECK(Author_create(db, &bad) != ORM_OK);
        CHECK_TEXT(status_of(orm_get(&authors, 4)), "ORM_NOT_FOUND");          /* known: nothing is sent */
        CHECK(!orm_get(&authors, 1));
        CHECK(orm_failed());                                 /* the transaction has failed */
    }
    CHECK(orm_failed());
    CHECK_TEXT(name_of(&authors, 1), "Grace");
    ORM_TRANSACTION(db, .read_only = true) CHECK_TEXT(name_of(&authors, 2), "Ada");
    CHECK(!orm_failed());
}

ON_EACH(statements_count_in_a_budget)
{
    fill(db, 10);
    ORM_LOADER(Author, authors, db);
    ORM_BUDGET(db, 1) {
        for (int64_t id = 1; id <= 5; id++) orm_want(&authors, id);
        for (int64_t id = 1; id <= 5; id++) CHECK(orm_get(&authors, id));
        CHECK_TEXT(status_of(orm_get(&authors, 6)), "ORM_OVER_BUDGET");
        CHECK(orm_get(&authors, 5));
    }
    CHECK_TEXT(status_of(orm_get(&authors, 6)), "a row");    /* after a failure the key is asked for again */
}

ON_EACH(a_batch_is_answered_before_it)
{
    fill(db, 3);
    Author_slot made = { 0 };
    ORM_LOADER(Author, authors, db);
    ORM_NEW(Author, new, .name = "new");
    ORM_BATCH(db) {
        Author_batch_create(db, &new, &made);
        CHECK_TEXT(name_of(&authors, 4), "new");
    }
    CHECK_INT(made.status, ORM_OK);
    orm_free(made.rows);
}

ON_EACH(tenants_scopes_and_soft_deletion_hold)
{
    ORM_NEW(Firm, first, .name = "first");
    ORM_NEW(Firm, second, .name = "second");
    OK(Firm_create(db, &first));
    OK(Firm_create(db, &second));
    orm_db *mine = orm_tenant(db, first.id), *theirs = orm_tenant(db, second.id);
    Bill bills[5];
    for (int i = 0; i < 5; i++) {
        bills[i] = Bill_defaults();
        bills[i].number = i == 3 ? -1 : i;
        OK(Bill_create(i == 1 ? theirs : mine, &bills[i]));
    }
    OK(Bill_destroy(mine, &bills[2]));
    memset(&hook, 0, sizeof hook);
    ORM_LOADER(Bill, own, mine);
    ORM_LOADER(Bill, other, theirs);
    ORM_LOADER(Bill, all, orm_all_tenants(db), .with_deleted = true, .unscoped = true);
    ORM_LOADER(Bill, gone, mine, .only_deleted = true);
    ORM_LOADER(Bill, nobodys, db);
    bool sees[5][4];
    for (int i = 0; i < 5; i++) {
        orm_want(&own, bills[i].id);
        orm_want(&other, bills[i].id);
        orm_want(&all, bills[i].id);
        orm_want(&gone, bills[i].id);
    }
    uint64_t before = sent(db);
    for (int i = 0; i < 5; i++) {
        sees[i][0] = orm_get(&own, bills[i].id);
        sees[i][1] = orm_get(&other, bills[i].id);
        sees[i][2] = orm_get(&all, bills[i].id);
        sees[i][3] = orm_get(&gone, bills[i].id);
        CHECK_INT(sees[i][0], i == 0 || i == 4);
        CHECK_INT(sees[i][1], i == 1);
        CHECK_INT(sees[i][2], true);
        CHECK_INT(sees[i][3], i == 2);
    }
    CHECK_INT(sent(db) - before, 4);
    CHECK_INT(hook.before, 0);                               /* as M_find */
    CHECK_INT(hook.after, 4);                                /* once for each statement */
    CHECK_INT(hook.rows, 2 + 1 + 5 + 1);
    const Bill *b = orm_get(&own, bills[4].id);
    REQUIRE(b);
    CHECK_INT(b->number, 1004);                              /* what the hook made of it */
    REFUSED_ROWS(db, orm_get(&nobodys, bills[0].id), ORM_MISUSE);
    CHECK_CONTAINS(orm_error()->message, "orm_tenant(db, id)");
}

ON_EACH(a_hook_may_refuse_and_may_not_ask)
{
    ORM_NEW(Firm, firm, .name = "first");
    OK(Firm_create(db, &firm));
    orm_db *mine = orm_tenant(db, firm.id);
    ORM_NEW(Bill, bill, .number = 1);
    OK(Bill_create(mine, &bill));
    ORM_LOADER(Bill, bills, mine);
    hook.answers = ORM_VALIDATION;
    CHECK_TEXT(status_of(orm_get(&bills, bill.id)), "ORM_VALIDATION");
    CHECK_TEXT(status_of(orm_get(&bills, bill.id)), "ORM_VALIDATION");
    CHECK_INT(hook.after, 2);
    hook.answers = ORM_OK;
    CHECK_TEXT(status_of(orm_get(&bills, bill.id)), "a row");
    /* what it wants is for the next statement; a question, or forgetting, is refused while its own runs */
    orm_loader_clear(&bills);
    hook.asks = &bills;
    hook.clears = true;
    const Bill *got = orm_get(&bills, bill.id);
    hook.asks = NULL;
    CHECK_INT(hook.asked, ORM_MISUSE);
    CHECK(!hook.found);
    if (got) CHECK_INT(got->number, 1001);
    uint64_t before = sent(db);
    CHECK_TEXT(status_of(orm_get(&bills, bill.id)), "a row");
    CHECK_TEXT(status_of(orm_get(&bills, 4000)), "ORM_NOT_FOUND");
    CHECK(sent(db) - before <= 1);
}

/* before a statement is sent */
static orm_status maybe_fail(void *context, const orm_log_event *event)
{
    (void)context;
    (void)event;
    return fails_in && --fails_in == 0 ? ORM_IO : ORM_OK;
}

ON_EACH(a_failure_in_the_midst_leaves_the_rest_to_be_asked_for)
{
    orm_db *again = orm_open(case_url, .max_rows = 10, .before_statement = maybe_fail);
    REQUIRE(again);
    if (case_engine == ON_MEMORY) OK(orm_sync(again, &Shelf_schema));
    fill(again, 35);
    ORM_LOADER(Author, authors, again);
    for (int64_t id = 1; id <= 35; id++) orm_want(&authors, id);
    uint64_t before = sent(again);
    fails_in = 3;
    CHECK_TEXT(status_of(orm_get(&authors, 1)), "ORM_IO");
    CHECK(orm_failed());
    CHECK_INT(sent(again) - before, 2);
    for (int64_t id = 1; id <= 20; id++) CHECK(orm_get(&authors, id));
    CHECK_INT(sent(again) - before, 2);
    for (int64_t id = 35; id >= 21; id--) CHECK(orm_get(&authors, id));
    CHECK_INT(sent(again) - before, 4);                      /* .max_rows keys a statement */
    fails_in = 0;
    orm_close(again);
    CHECK(orm_get(&authors, 7));                             /* what is there outlives the handle */
    (void)db;
}

ON_EACH(very_many_keys)
{
    enum { MANY = 100000, THERE = 2000 };
    fill(db, THERE);
    ORM_LOADER(Author, authors, db);
    for (int64_t id = MANY; id >= 1; id--) orm_want(&authors, id);
    for (int64_t id = MANY; id >= 1; id--) orm_want(&authors, id);
    uint64_t before = sent(db);
    int64_t found = 0;
    for (int64_t id = 1; id <= MANY; id++) {
        const Author *a = orm_get(&authors, id);
        found += a && a->id == id;
    }
    CHECK_INT(found, THERE);
    CHECK_INT(sent(db) - before, 4);
}

CHECK_MAIN()

/* Views: rows made of those of models, by joins, groups, windows, sets and walks; compared with loops over the rows they are made of. */
#include "engines.h"
#include "helpers.h"

#define Kind_VALUES(X) X(poem) X(novel) X(essay)
ORM_ENUM(Kind)
#define Writer_FIELDS(X)                                          \
    X(id,         serial)                                         \
    X(name,       string(40), not_empty)                          \
    X(country,    string(20), nullable)                           \
    X(boss_id,    key(Writer), nullable, indexed)                 \
    X(pin,        string(20), secret, nullable)                   \
    X(notes,      jsonb, nullable)                                \
    X(boss,       belongs_to(Writer, boss_id))                    \
    X(team,       has_many(Writer, boss_id))                      \
    X(books,      has_many(Book, writer_id))                      \
    X(deleted_at, deleted_at)
ORM_MODEL(Writer, writers)
#define Book_FIELDS(X)                                            \
    X(id,         serial)                                         \
    X(writer_id,  key(Writer), indexed)                           \
    X(title,      text)                                           \
    X(kind,       enumeration(Kind), default(Kind_novel))         \
    X(pages,      integer, default(0))                            \
    X(price,      decimal(8, 2), nullable)                        \
    X(weight,     double, nullable)                               \
    X(printed,    boolean, default(false))                        \
    X(sold_at,    timestamp, nullable)                            \
    X(day,        date, nullable)                                 \
    X(writer,     belongs_to(Writer, writer_id))                  \
    X(labels,     many_to_many(Label, Tagging, book_id, label_id))
ORM_MODEL(Book, books)
#define Label_FIELDS(X) X(id, serial) X(word, string(20), unique)
ORM_MODEL(Label, labels)
#define Tagging_FIELDS(X) X(book_id, key(Book), primary_key) X(label_id, key(Label), primary_key, indexed)
ORM_MODEL(Tagging, taggings)
#define Estate_FIELDS(X) X(id, serial) X(owner_id, tenant(Writer)) X(worth, bigint, default(0))
ORM_MODEL(Estate, estates)
#define Library_MODELS(X) X(Writer) X(Book) X(Label) X(Tagging) X(Estate)
ORM_SCHEMA(Library)
ORM_DEFINE(Library)

/* groups, over a left join */
#define WriterStats_FIELDS(X)                                                                 \
    X(writer_id, bigint,        of(Writer, id), group)                                        \
    X(name,      string(40),    of(Writer, name), group)                                      \
    X(books,     bigint,        count(Book, id))                                              \
    X(printed,   bigint,        count(Book, id), filter(orm_eq(Book_.printed, true)))         \
    X(kinds,     bigint,        count_distinct(Book, kind))                                   \
    X(pages,     bigint,        sum(Book, pages))                                             \
    X(earned,    decimal(8, 2), nullable, sum(Book, price))                                   \
    X(longest,   integer,       nullable, max(Book, pages))                                   \
    X(mean,      double,        nullable, avg(Book, pages))                                   \
    X(place,     bigint,        rank, order_row_desc(pages))
ORM_VIEW(WriterStats, from(Writer), left_join(Writer, books), where(orm_ne(Writer_.name, "Nobody")))
ORM_DEFINE_VIEW(WriterStats)

/* expressions, one row for each book */
#define BookView_FIELDS(X)                                                                    \
    X(id,        bigint,      primary_key, of(Book, id))                                      \
    X(title,     text,        of(Book, title))                                                \
    X(kind,      enumeration(Kind), of(Book, kind))                                           \
    X(writer,    string(40),  of(Writer, name))                                               \
    X(boss,      string(40),  nullable, of(Writer, name, chief))                              \
    X(country,   string(20),  coalesce(Writer, country, "nowhere"))                           \
    X(size,      string(10),  when(orm_gt(Book_.pages, 300), "long"), when(orm_gt(Book_.pages, 100), "middling"), otherwise("short")) \
    X(labelled,  boolean,     holds(orm_has_any(Book_.labels)))                                   \
    X(labels,    bigint,      count_related(Book, labels))                                    \
    X(xs,        bigint,      count_related(Book, labels), filter(orm_starts_with(Label_.word, "x"))) \
    X(pages,     text,        cast(Book, pages))                                              \
    X(shout,     text,        expr("upper(Book.title) || '!' || coalesce(chief.name, '')"))   \
    X(month,     date,        nullable, month_of(Book, sold_at))                              \
    X(year,      date,        nullable, year_of(Book, day))                                   \
    X(sold,      date,        nullable, day_of(Book, sold_at))                                \
    X(turn,      bigint,      row_number, partition(Writer, id), order(Book, id))             \
    X(before,    text,        nullable, lag(Book, title), partition(Writer, id), order(Book, id))  \
    X(last,      text,        last_value(Book, title), partition(Writer, id), order(Book, id))     \
    X(so_far,    bigint,      sum(Book, pages), partition(Writer, id), order(Book, id))       \
    X(all_pages, bigint,      sum(Book, pages), over)
ORM_VIEW(BookView, from(Book), join(Book, writer), left_join(Writer, boss, chief))
ORM_DEFINE_VIEW(BookView)

/* the window functions see groups, and a group is a condition */
#define SizeStats_FIELDS(X)                                                                   \
    X(thick,     boolean,    holds(orm_gte(Book_.pages, 100)), group)                         \
    X(kind,      enumeration(Kind), of(Book, kind), group)                                    \
    X(n,         bigint,     count_all)                                                       \
    X(pages,     integer,    min(Book, pages))                                                \
    X(share,     double,     aggregated, expr("1.0 * sum(Book.pages) / 100"))                 \
    X(turn,      bigint,     row_number, partition(Book, kind), order_row(n), order_row(thick))
ORM_VIEW(SizeStats, from(Book), having(orm_gt(SizeStats_.n, 1)))
ORM_DEFINE_VIEW(SizeStats)

/* a view of a view, joined with a model by columns */
#define Top_FIELDS(X)                                                                         \
    X(id,        bigint,     primary_key, of(Writer, id))                                     \
    X(country,   string(20), nullable, of(Writer, country))                                   \
    X(books,     bigint,     of(WriterStats, books))                                          \
    X(place,     bigint,     of(WriterStats, place))                                          \
    X(better,    bigint,     row_number, order_desc(WriterStats, books), order(Writer, id))
ORM_VIEW(Top, from(WriterStats), join_on(Writer, id, WriterStats, writer_id), where(orm_gt(WriterStats_.books, 1)))
ORM_DEFINE_VIEW(Top)

/* one book of each writer */
#define Best_FIELDS(X)                                                                        \
    X(writer,    string(40), of(Writer, name))                                                \
    X(title,     text,       of(Book, title))                                                 \
    X(pages,     integer,    of(Book, pages))
ORM_VIEW(Best, from(Writer), join(Writer, books), distinct_on(Writer, id), first_by_desc(Book, pages), first_by(Book, id), having(orm_gt(Best_.pages, 200)))
ORM_DEFINE_VIEW(Best)

#define KindOf_FIELDS(X) X(writer_id, bigint, of(Book, writer_id)) X(kind, enumeration(Kind), of(Book, kind))
ORM_VIEW(KindOf, from(Book), distinct)
ORM_DEFINE_VIEW(KindOf)

/* sets */
#define Name_FIELDS(X) X(name, text, primary_key, of(Writer, name))
ORM_VIEW(Name, from(Writer))
ORM_DEFINE_VIEW(Name)
#define Word_FIELDS(X) X(name, text, primary_key, of(Label, word))
ORM_VIEW(Word, from(Label))
ORM_DEFINE_VIEW(Word)
#define Term_FIELDS(X) X(name, text, group)
ORM_VIEW(Term, union_of(Name, Word, Name))
ORM_DEFINE_VIEW(Term)
#define TermAgain_FIELDS(X) X(name, text)
ORM_VIEW(TermAgain, union_all_of(Name, Word, Name))
ORM_DEFINE_VIEW(TermAgain)
#define Both_FIELDS(X) X(name, text)
ORM_VIEW(Both, intersect_of(Term, Word))
ORM_DEFINE_VIEW(Both)
#define Rest_FIELDS(X) X(name, text)
ORM_VIEW(Rest, except_of(Term, Word))
ORM_DEFINE_VIEW(Rest)

/* a walk down a tree, and where it began */
#define Under_FIELDS(X)                                                                       \
    X(id,        bigint,     of(Writer, id))                                                  \
    X(name,      string(40), of(Writer, name))                                                \
    X(depth,     bigint,     depth)                                                           \
    X(head,      string(40), of(Writer, name, start))
ORM_VIEW(Under, from(Writer), recursive(Writer, team))
ORM_DEFINE_VIEW(Under)
#define Above_FIELDS(X) X(name, string(40), of(Writer, name)) X(depth, bigint, depth)
ORM_VIEW(Above, from(Writer), recursive(Writer, boss), start(orm_eq(Writer_.name, "Eve")), where(orm_ne(Writer_.name, "Eve")))
ORM_DEFINE_VIEW(Above)

/* values out of documents */
#define Noted_FIELDS(X)                                                                       \
    X(id,     bigint,  primary_key, of(Writer, id))                                           \
    X(word,   text,    nullable, at(Writer, notes, orm_path("a.b", "it's")))                  \
    X(number, double,  nullable, at(Writer, notes, orm_path("n")))                            \
    X(whole,  bigint,  nullable, at(Writer, notes, orm_path("n")))                            \
    X(yes,    boolean, nullable, at(Writer, notes, orm_path("list", 1)))                      \
    X(list,   jsonb,   nullable, at(Writer, notes, orm_path("list")))
ORM_VIEW(Noted, from(Writer))
ORM_DEFINE_VIEW(Noted)

#define Counted_FIELDS(X) X(n, bigint) X(first, text)
ORM_VIEW(Counted, sql("select count(*) as n, min(title) as first from books"))
ORM_DEFINE_VIEW(Counted)

#define Worth_FIELDS(X) X(n, bigint, count_all) X(worth, bigint, sum(Estate, worth)) X(most, bigint, nullable, max(Estate, worth))
ORM_VIEW(Worth, from(Estate))
ORM_DEFINE_VIEW(Worth)
#define Hidden_FIELDS(X) X(n, bigint, expr("(select count(*) from estates)")) X(id, bigint, of(Writer, id))
ORM_VIEW(Hidden, from(Writer))
ORM_DEFINE_VIEW(Hidden)
#define Apart_FIELDS(X) X(n, bigint)
ORM_VIEW(Apart, sql("select count(*) as n from estates"))
ORM_DEFINE_VIEW(Apart)

/* what is wrong with these is told when they are used */
#define Unjoined_FIELDS(X) X(title, text, of(Book, title))
ORM_VIEW(Unjoined, from(Writer))
ORM_DEFINE_VIEW(Unjoined)
#define Unsure_FIELDS(X) X(title, text, of(Book, title))
ORM_VIEW(Unsure, from(Writer), left_join(Writer, books))
ORM_DEFINE_VIEW(Unsure)
#define Open_FIELDS(X) X(pin, string(20), nullable, of(Writer, pin))
ORM_VIEW(Open, from(Writer))
ORM_DEFINE_VIEW(Open)
#define Twice_FIELDS(X) X(name, string(40), of(Writer, name))
ORM_VIEW(Twice, from(Writer), left_join(Writer, boss))
ORM_DEFINE_VIEW(Twice)
#define Slip_FIELDS(X) X(name, text, expr("lower(Writer.nmae)"))
ORM_VIEW(Slip, from(Writer))
ORM_DEFINE_VIEW(Slip)
#define Fine_FIELDS(X) X(price, decimal(8, 3), nullable, of(Book, price))
ORM_VIEW(Fine, from(Book))
ORM_DEFINE_VIEW(Fine)
#define Empty_FIELDS(X) X(most, integer, max(Book, pages))
ORM_VIEW(Empty, from(Book))
ORM_DEFINE_VIEW(Empty)
#define Loose_FIELDS(X) X(id, bigint, of(Writer, id), group) X(n, bigint, count_all) X(place, bigint, rank, order(Writer, name))
ORM_VIEW(Loose, from(Writer))
ORM_DEFINE_VIEW(Loose)
#define Unlike_FIELDS(X) X(name, bigint)
ORM_VIEW(Unlike, union_of(Name, Word))
ORM_DEFINE_VIEW(Unlike)
#define Round_FIELDS(X) X(id, bigint, of(Round, id))
ORM_VIEW(Round, from(Round))
ORM_DEFINE_VIEW(Round)

enum { WRITERS = 5, BOOKS = 12 };
static const struct { const char *name, *country, *pin; int boss; } writers[WRITERS] = {
    { "Ada", "England", "1", 0 }, { "Bob", NULL, "2", 1 }, { "Cy", "Wales", "3", 1 }, { "Nobody", NULL, NULL, 0 }, { "Eve", "Peru", NULL, 2 },
};
static const struct { const char *title; int writer, pages, price; Kind kind; bool printed; } books[BOOKS] = {
    { "alpha", 1, 10, 100, Kind_poem, true }, { "beta", 1, 400, 0, Kind_novel, true }, { "gamma", 2, 150, 999, Kind_novel, false }, { "delta", 1, 20, 250, Kind_poem, false },
    { "epsilon", 3, 301, 1, Kind_essay, true }, { "zeta", 2, 100, 7, Kind_essay, true }, { "eta", 4, 5, 5, Kind_poem, true }, { "theta", 3, 300, 3000, Kind_novel, true },
    { "iota", 3, 300, 0, Kind_novel, false }, { "kappa", 1, 1, 1, Kind_essay, false }, { "lambda", 4, 1000, 1000, Kind_novel, true }, { "mu", 2, 0, 10, Kind_poem, false },
};

static char logged[40000];
static int statements;
static void keep_log(void *context, const orm_log_event *event)
{
    (void)context;
    if (event->level != ORM_LOG_SQL) return;
    statements++;
    snprintf(logged, sizeof logged, "%s", event->sql ? event->sql : "");
}
static void start(void) { logged[0] = 0; statements = 0; }
static const struct case_setup library_cases = { &Library_schema, keep_log, NULL, start };
#define ON_EACH(name) ON_EACH_OF(name, library_cases)

static void fill(orm_db *db)
{
    for (int i = 0; i < WRITERS; i++) {
        ORM_NEW(Writer, w, .name = writers[i].name, .country = writers[i].country, .pin = writers[i].pin);
        if (writers[i].boss) w.boss_id = orm_int64(writers[i].boss);
        OK(Writer_create(db, &w));
    }
    Label labels[3] = { Label_defaults(), Label_defaults(), Label_defaults() };
    for (int i = 0; i < 3; i++) labels[i].word = (const char *[]){ "xl", "xs", "old" }[i];
    OK(Label_create_all(db, labels, 3, NULL));
    for (int i = 0; i < BOOKS; i++) {
        ORM_NEW(Book, b, .title = books[i].title, .writer_id = books[i].writer, .pages = books[i].pages, .kind = books[i].kind, .printed = books[i].printed);
        if (books[i].price) b.price = orm_some_decimal(orm_decimal_make(books[i].price, 2));
        if (i % 3) b.sold_at = orm_some_time(orm_time_make(orm_date_make(1965 + i, 1 + i, 15 + i), (orm_clock){ 1 }));
        if (i % 2) b.day = orm_some_date(orm_date_make(2020 + i, 3, 4));
        OK(Book_create(db, &b));
        for (int k = 0; k < i % 4 && k < 3; k++) {
            ORM_NEW(Tagging, t, .book_id = b.id, .label_id = labels[k].id);
            OK(Tagging_create(db, &t));
        }
    }
    start();
}


ON_EACH(groups_count_and_sum)
{
    fill(db);
    ORM_AUTO WriterStats *all = WriterStats_find_all(db, &(WriterStats_query){ .order = { orm_asc(WriterStats_.name) } });
    REQUIRE(all);
    CHECK_INT(orm_len(all), 4);
    int64_t pages[WRITERS] = { 0 };
    for (int i = 0; i < BOOKS; i++) pages[books[i].writer - 1] += books[i].pages;
    for (size_t i = 0; i < orm_len(all); i++) {
        const WriterStats *w = &all[i];
        int64_t n = 0, printed = 0, earned = 0, longest = 0, kinds = 0, place = 1;
        unsigned seen = 0;
        for (int k = 0; k < BOOKS; k++) {
            if (books[k].writer != w->writer_id) continue;
            n++;
            printed += books[k].printed;
            earned += books[k].price;
            if (books[k].pages > longest) longest = books[k].pages;
            seen |= 1u << books[k].kind;
        }
        for (; seen; seen &= seen - 1) kinds++;
        for (int k = 0; k < WRITERS; k++) place += k != 3 && pages[k] > pages[w->writer_id - 1];
        CHECK_TEXT(w->name, writers[w->writer_id - 1].name);
        CHECK_INT(w->books, n);
        CHECK_INT(w->printed, printed);
        CHECK_INT(w->kinds, kinds);
        CHECK_INT(w->pages, pages[w->writer_id - 1]);
        CHECK_INT(w->place, place);
        CHECK(w->earned.set == (earned > 0) && w->longest.set == (n > 0) && w->mean.set == (n > 0));
        if (!n) continue;
        CHECK_INT(w->earned.value.low, earned);
        CHECK_INT(w->longest.value, longest);
        CHECK_DOUBLE(w->mean.value, (double)w->pages / (double)n);
    }
}

ON_EACH(conditions_orders_and_pages_are_about_the_rows_of_the_view)
{
    fill(db);
    int64_t n = 0, total = 0;
    bool yes = false;
    int64_t more = 0, ranged = 0;
    OK(WriterStats_count(db, &(WriterStats_query){ .where = orm_lt(WriterStats_.books, 3) }, &more));
    OK(WriterStats_count(db, &(WriterStats_query){ .where = orm_from_to(WriterStats_.books, 0, 3) }, &ranged));
    CHECK(more > 0 && ranged == more);
    OK(WriterStats_count(db, &(WriterStats_query){ .where = orm_gt(WriterStats_.books, 2) }, &n));
    CHECK_INT(n, 3);
    OK(WriterStats_exists(db, &(WriterStats_query){ .where = orm_and(orm_eq(WriterStats_.place, 1), orm_eq(WriterStats_.name, "Cy")) }, &yes));
    CHECK(yes);
    ORM_AUTO WriterStats *page = WriterStats_find_and_count(db, &(WriterStats_query){ .order = { orm_desc(WriterStats_.pages), orm_asc(WriterStats_.name) }, .limit = 2 }, &total);
    REQUIRE(page);
    CHECK_INT(total, 4);
    CHECK_TEXT(page[0].name, "Cy");
    ORM_AUTO WriterStats *next = WriterStats_find_all(db, &(WriterStats_query){ .order = { orm_desc(WriterStats_.pages), orm_asc(WriterStats_.name) }, .limit = 2, .after = &page[1] });
    REQUIRE(next);
    CHECK_INT(orm_len(next), 2);
    CHECK_TEXT(next[0].name, "Bob");
    CHECK_TEXT(next[1].name, "Eve");
    ORM_AUTO WriterStats *one = WriterStats_get_one(db, &(WriterStats_query){ .where = orm_is_null(WriterStats_.longest) });
    REQUIRE(one);
    CHECK_TEXT(one->name, "Eve");
    WriterStats_query sorted = { .with_secrets = false };
    OK(WriterStats_order_from_text("-place", (WriterStats_mask){ .books = 1, .place = 1 }, &sorted.order[0]));
    ORM_AUTO WriterStats *last = WriterStats_find_one(db, &sorted);
    REQUIRE(last);
    CHECK_TEXT(last->name, "Eve");
    int64_t pages = 0;
    OK(orm_sum(db, WriterStats_.pages, &pages, &(WriterStats_query){ .where = orm_ne(WriterStats_.name, "Cy") }));
    CHECK_INT(pages, 10 + 400 + 150 + 20 + 100 + 1);
    char *json = WriterStats_to_json(&page[0], (WriterStats_mask){ .name = 1, .books = 1, .earned = 1, .place = 1 });
    CHECK_TEXT(json, "{\"name\":\"Cy\",\"books\":3,\"earned\":30.01,\"place\":1}");
    orm_free_text(json);
    ORM_AUTO WriterStats *copy = WriterStats_copy(&page[0]);
    REQUIRE(copy);
    CHECK_TEXT(copy->name, "Cy");
}

ON_EACH(a_view_is_streamed_by_what_it_is_grouped_by)
{
    fill(db);
    int64_t n = 0, pages = 0;
    ORM_EACH(WriterStats, w, db, .where = orm_gt(WriterStats_.books, 0)) {
        n++;
        pages += w->pages;
    }
    CHECK_INT(n, 3);
    CHECK_INT(pages, 410 + 20 + 1 + 150 + 100 + 301 + 300 + 300);
}

ON_EACH(source_is_a_condition_before_the_groups)
{
    fill(db);
    ORM_AUTO WriterStats *some = WriterStats_find_all(db, &(WriterStats_query){ .source = orm_source(orm_or(orm_eq(Book_.printed, true), orm_eq(Book_.kind, Kind_poem))), .order = { orm_asc(WriterStats_.writer_id) } });
    REQUIRE(some);
    CHECK_INT(orm_len(some), 3);
    CHECK_INT(some[0].books, 3);
    CHECK_INT(some[1].books, 2);
    CHECK_INT(some[2].books, 2);
    int64_t n = 0;
    OK(WriterStats_count(db, &(WriterStats_query){ .source = orm_source(orm_eq(Writer_.country, "Peru")) }, &n));
    CHECK_INT(n, 1);
    /* the same statement with other values is not made anew */
    int before = statements;
    OK(WriterStats_count(db, &(WriterStats_query){ .source = orm_source(orm_eq(Writer_.country, "Wales")) }, &n));
    CHECK_INT(statements, before + 1);
    CHECK_INT(n, 1);
    REFUSED(db, WriterStats_count(db, &(WriterStats_query){ .source = orm_source(orm_eq(Label_.word, "x")) }, &n), ORM_MISUSE);
    CHECK_CONTAINS(orm_error()->message, "the view reads no Label");
    ORM_AUTO Book *none = Book_find_all(db, &(Book_query){ .source = orm_source(orm_eq(Book_.id, 1)) });
    CHECK(!none);
    CHECK_CONTAINS(orm_error()->message, ".source is said of a view");
}

ON_EACH(expressions_and_windows)
{
    fill(db);
    ORM_AUTO BookView *all = BookView_find_all(db, &(BookView_query){ .order = { orm_asc(BookView_.id) } });
    REQUIRE(all);
    CHECK_INT(orm_len(all), BOOKS);
    int64_t every = 0;
    for (int i = 0; i < BOOKS; i++) every += books[i].pages;
    for (size_t i = 0; i < orm_len(all); i++) {
        const BookView *b = &all[i];
        int w = books[i].writer - 1, boss = writers[w].boss - 1, k = (int)i % 4;
        const char *before = NULL, *last = NULL;
        int64_t turn = 0, so_far = 0;
        char text_[200];
        for (size_t j = 0; j < BOOKS; j++) {
            if (books[j].writer != books[i].writer) continue;
            last = books[j].title;
            if (j > i) continue;
            turn++;
            so_far += books[j].pages;
            if (j < i) before = books[j].title;
        }
        CHECK_TEXT(b->title, books[i].title);
        CHECK_TEXT(b->writer, writers[w].name);
        CHECK_INT(b->kind, books[i].kind);
        if (boss >= 0) CHECK_TEXT(b->boss, writers[boss].name);
        else CHECK(!b->boss);
        CHECK_TEXT(b->country, writers[w].country ? writers[w].country : "nowhere");
        CHECK_TEXT(b->size, books[i].pages > 300 ? "long" : books[i].pages > 100 ? "middling" : "short");
        CHECK_INT(b->labelled, k > 0);
        CHECK_INT(b->labels, k);
        CHECK_INT(b->xs, k > 2 ? 2 : k);
        snprintf(text_, sizeof text_, "%d", books[i].pages);
        CHECK_TEXT(b->pages, text_);
        size_t n = 0;
        for (; books[i].title[n]; n++) text_[n] = (char)(books[i].title[n] - 'a' + 'A');
        snprintf(text_ + n, sizeof text_ - n, "!%s", boss >= 0 ? writers[boss].name : "");
        CHECK_TEXT(b->shout, text_);
        CHECK(b->month.set == (i % 3 != 0) && b->sold.set == b->month.set && b->year.set == (i % 2 != 0));
        if (b->sold.set) CHECK_INT(b->sold.value.days, orm_date_make(1965 + (int)i, 1 + (int)i, 15 + (int)i).days);
        if (b->month.set) CHECK_INT(b->month.value.days, orm_date_make(1965 + (int)i, 1 + (int)i, 1).days);
        if (b->year.set) CHECK_INT(b->year.value.days, orm_date_make(2020 + (int)i, 1, 1).days);
        CHECK_INT(b->turn, turn);
        CHECK_INT(b->so_far, so_far);
        CHECK_INT(b->all_pages, every);
        CHECK_TEXT(b->last, last);
        if (before) CHECK_TEXT(b->before, before);
        else CHECK(!b->before);
    }
    /* what is made sorts by its bytes, and is compared as what is stored */
    ORM_AUTO BookView *sorted = BookView_find_all(db, &(BookView_query){ .where = orm_and(orm_gt(BookView_.size, "long"), orm_in(BookView_.kind, Kind_poem, Kind_novel)), .order = { orm_desc(BookView_.shout) } });
    REQUIRE(sorted);
    for (size_t i = 1; i < orm_len(sorted); i++) CHECK(strcmp(sorted[i - 1].shout, sorted[i].shout) > 0);
    CHECK_INT(orm_len(sorted), 7);
    int64_t n = 0;
    OK(BookView_count(db, &(BookView_query){ .where = orm_and(orm_eq(BookView_.turn, 1), orm_ne(BookView_.country, "nowhere")), .source = orm_source(orm_gt(Book_.pages, 1)) }, &n));
    CHECK_INT(n, 2);
}

ON_EACH(windows_over_groups_and_having)
{
    fill(db);
    ORM_AUTO SizeStats *all = SizeStats_find_all(db, &(SizeStats_query){ .order = { orm_asc(SizeStats_.kind), orm_asc(SizeStats_.thick) } });
    REQUIRE(all);
    size_t at = 0;
    for (int kind = Kind_poem; kind <= (int)Kind_essay; kind++) {
        int64_t groups[2] = { 0 };
        for (int i = 0; i < BOOKS; i++) groups[books[i].pages >= 100] += (int)books[i].kind == kind;
        for (int thick = 0; thick < 2; thick++) {
            int64_t least = INT64_MAX, sum = 0, turn = 1;
            for (int i = 0; i < BOOKS; i++) {
                if ((int)books[i].kind != kind || (books[i].pages >= 100) != thick) continue;
                if (books[i].pages < least) least = books[i].pages;
                sum += books[i].pages;
            }
            if (groups[!thick]) turn += groups[!thick] < groups[thick] || (groups[!thick] == groups[thick] && thick);
            if (groups[thick] < 2) continue;
            REQUIRE(at < orm_len(all));
            CHECK_INT(all[at].kind, kind);
            CHECK_INT(all[at].thick, thick);
            CHECK_INT(all[at].n, groups[thick]);
            CHECK_INT(all[at].pages, least);
            CHECK_DOUBLE(all[at].share, (double)sum / 100);
            CHECK_INT(all[at].turn, turn);
            at++;
        }
    }
    CHECK_INT(orm_len(all), at);
}

ON_EACH(a_view_of_a_view_joined_with_a_model)
{
    fill(db);
    ORM_AUTO Top *all = Top_find_all(db, &(Top_query){ .order = { orm_asc(Top_.better) } });
    REQUIRE(all);
    CHECK_INT(orm_len(all), 3);
    CHECK_INT(all[0].id, 1);
    CHECK_INT(all[0].books, 4);
    CHECK_INT(all[0].place, 2);
    CHECK_TEXT(all[0].country, "England");
    CHECK(!all[1].country);
    CHECK_INT(all[1].id, 2);
    CHECK_INT(all[2].place, 1);
}

ON_EACH(distinct_rows_and_the_first_of_each_kind)
{
    fill(db);
    ORM_AUTO Best *best = Best_find_all(db, &(Best_query){ .order = { orm_asc(Best_.writer) } });
    REQUIRE(best);
    CHECK_INT(orm_len(best), 3);
    CHECK_TEXT(best[0].title, "beta");
    CHECK_TEXT(best[1].title, "epsilon");
    CHECK_TEXT(best[2].title, "lambda");
    int64_t n = 0;
    OK(KindOf_count(db, NULL, &n));
    CHECK_INT(n, 3 + 3 + 2 + 2);
}

ON_EACH(sets_of_views)
{
    fill(db);
    ORM_NEW(Writer, w, .name = "xs");
    OK(Writer_create(db, &w));
    int64_t n = 0;
    OK(Term_count(db, NULL, &n));
    CHECK_INT(n, 8);
    OK(TermAgain_count(db, NULL, &n));
    CHECK_INT(n, 15);
    OK(Rest_count(db, NULL, &n));
    CHECK_INT(n, 5);
    ORM_AUTO Both *both = Both_find_all(db, &(Both_query){ .order = { orm_desc(Both_.name) } });
    REQUIRE(both);
    CHECK_INT(orm_len(both), 3);
    CHECK_TEXT(both[0].name, "xs");
    n = 0;
    ORM_EACH(Term, t, db, .where = orm_starts_with(Term_.name, "x")) n += t->name[0] == 'x';
    CHECK_INT(n, 2);
}

ON_EACH(a_walk_down_and_up_a_tree)
{
    fill(db);
    ORM_AUTO Under *under = Under_find_all(db, &(Under_query){ .source = orm_source(orm_eq(Writer_.name, "Ada")), .order = { orm_asc(Under_.depth), orm_asc(Under_.name) } });
    REQUIRE(under);
    CHECK_INT(orm_len(under), 4);
    CHECK_TEXT(under[1].name, "Bob");
    CHECK_INT(under[1].depth, 1);
    CHECK_TEXT(under[3].name, "Eve");
    CHECK_INT(under[3].depth, 2);
    CHECK_TEXT(under[3].head, "Ada");
    int64_t n = 0;
    OK(Under_count(db, NULL, &n));
    CHECK_INT(n, 4 + 2 + 1 + 1 + 1);
    ORM_AUTO Above *above = Above_find_all(db, &(Above_query){ .order = { orm_asc(Above_.depth) } });
    REQUIRE(above);
    CHECK_INT(orm_len(above), 2);
    CHECK_TEXT(above[0].name, "Bob");
    CHECK_TEXT(above[1].name, "Ada");
    /* a circle ends where it closes */
    OK(Writer_update(db, &(Writer_change){ .set = { orm_set(Writer_.boss_id, 5) }, .where = orm_eq(Writer_.name, "Ada") }, &n));
    OK(Under_count(db, &(Under_query){ .source = orm_source(orm_eq(Writer_.name, "Ada")) }, &n));
    CHECK_INT(n, 4);
    /* who is destroyed is not walked over */
    OK(Writer_destroy_all(db, &(Writer_query){ .where = orm_eq(Writer_.name, "Bob") }, &n));
    OK(Under_count(db, &(Under_query){ .source = orm_source(orm_eq(Writer_.name, "Ada")) }, &n));
    CHECK_INT(n, 2);
}

ON_EACH(values_out_of_documents_have_types)
{
    static const struct { const char *json, *word; bool number, whole, set; double d; int64_t i; bool yes; const char *list; } docs[] = {
        { "{\"a.b\":{\"it's\":\"x\\u00e9\\\"y\"},\"n\":1.5,\"list\":[1,true]}", "x\303\251\"y", true, false, true, 1.5, 0, true, "[1,true]" },
        { "{\"a\":{\"b\":{\"it's\":\"wrong\"}},\"n\":-9223372036854775808,\"list\":[null,\"true\"]}", NULL, true, true, false, -9223372036854775808.0, INT64_MIN, false, "[null,\"true\"]" },
        { "{\"a.b\":{\"it's\":5},\"n\":9223372036854775808,\"list\":{\"1\":true}}", NULL, true, false, false, 9223372036854775808.0, 0, false, "{\"1\":true}" },
        { "{\"a.b\":{\"it's\":\"\"},\"n\":\"7\",\"list\":[1,false]}", "", false, false, true, 0, 0, false, "[1,false]" },
        { "{\"n\":1.20e3}", NULL, true, true, false, 1200, 1200, false, NULL }, { "{\"n\":-0.0}", NULL, true, true, false, 0, 0, false, NULL },
        { "{\"n\":90071992547409930e-1}", NULL, true, true, false, 9007199254740993.0, INT64_C(9007199254740993), false, NULL }, { "[1]", NULL, false, false, false, 0, 0, false, NULL }, { NULL, NULL, false, false, false, 0, 0, false, NULL },
    };
    for (size_t i = 0; i < sizeof docs / sizeof *docs; i++) {
        ORM_NEW(Writer, w, .name = "N", .notes = docs[i].json);
        OK(Writer_create(db, &w));
    }
    ORM_AUTO Noted *all = Noted_find_all(db, &(Noted_query){ .order = { orm_asc(Noted_.id) } });
    REQUIRE(all);
    for (size_t i = 0; i < sizeof docs / sizeof *docs; i++) {
        CHECK(!all[i].word == !docs[i].word);
        if (all[i].word && docs[i].word) CHECK_TEXT(all[i].word, docs[i].word);
        CHECK_INT(all[i].number.set, docs[i].number);
        if (docs[i].number) CHECK_DOUBLE(all[i].number.value + 0, docs[i].d);
        CHECK_INT(all[i].whole.set, docs[i].whole);
        CHECK_INT(all[i].whole.value, docs[i].i);
        CHECK_INT(all[i].yes.set, docs[i].set);
        CHECK_INT(all[i].yes.value, docs[i].yes);
        CHECK(!all[i].list == !docs[i].list);
    }
    int64_t n = 0;
    OK(Noted_count(db, &(Noted_query){ .where = orm_and(orm_gt(Noted_.number, 1), orm_is_not_null(Noted_.whole)) }, &n));
    CHECK_INT(n, 2);
}

ON_EACH(destroyed_rows_are_left_out_of_views)
{
    fill(db);
    int64_t n = 0;
    OK(Writer_destroy_all(db, &(Writer_query){ .where = orm_eq(Writer_.name, "Cy") }, &n));
    OK(WriterStats_count(db, NULL, &n));
    CHECK_INT(n, 3);
    OK(BookView_count(db, NULL, &n));
    CHECK_INT(n, BOOKS - 3);
    OK(Name_count(db, NULL, &n));
    CHECK_INT(n, 4);
}

ON_EACH(tenants_see_their_own_rows)
{
    fill(db);
    for (int i = 0; i < 6; i++) {
        orm_db *theirs = orm_tenant(db, 1 + i % 2);
        ORM_NEW(Estate, e, .worth = 10 * i);
        OK(Estate_create(theirs, &e));
    }
    ORM_AUTO Worth *first = Worth_get_one(orm_tenant(db, 1), NULL);
    ORM_AUTO Worth *all = Worth_get_one(orm_all_tenants(db), NULL);
    ORM_AUTO Worth *none = Worth_get_one(orm_tenant(db, 3), NULL);
    REQUIRE(first && all && none);
    CHECK_INT(first->worth, 60);
    CHECK_INT(all->worth, 150);
    CHECK(none->n == 0 && none->worth == 0 && !none->most.set);
    CHECK(!Worth_find_all(db, NULL));
    CHECK_INT(orm_error()->kind, ORM_MISUSE);
    CHECK(!Hidden_find_all(orm_tenant(db, 1), NULL));
    CHECK_CONTAINS(orm_error()->message, "not limited to a tenant");
    CHECK(!Apart_find_all(orm_tenant(db, 1), NULL));
    CHECK_CONTAINS(orm_error()->message, "not limited to a tenant");
    ORM_AUTO Hidden *seen = Hidden_find_all(orm_all_tenants(db), NULL);
    REQUIRE(seen);
    CHECK_INT(seen[0].n, 6);
}

ON_EACH(rows_of_sql)
{
    fill(db);
    ORM_AUTO Counted *c = Counted_get_one(db, &(Counted_query){ .where = orm_gt(Counted_.n, 2) });
    REQUIRE(c);
    CHECK_INT(c->n, BOOKS);
    CHECK_TEXT(c->first, "alpha");
    int64_t n = 0;
    REFUSED(db, Counted_count(db, &(Counted_query){ .source = orm_source(orm_gt(Book_.id, 2)) }, &n), ORM_MISUSE);
    ORM_AUTO WriterStats *by_hand = orm_sql(db, WriterStats, "select id as writer_id, name from writers order by id", orm_params(1));
    CHECK(!by_hand);
}

ON_EACH(a_plan_is_told)
{
    fill(db);
    orm_arena arena = { 0 };
    const char *plan = WriterStats_explain(db, &(WriterStats_query){ .where = orm_gt(WriterStats_.books, 2) }, &arena);
    CHECK(plan && *plan);
    orm_arena_release(&arena);
}

#define WRONG(V, row, text_) do { REFUSED_ROWS(db, V##_find_all(db, NULL), ORM_MISUSE); CHECK_TEXT(orm_error()->model, #V); CHECK_TEXT(orm_error()->field, row); \
    CHECK_CONTAINS(orm_error()->message, text_); } while (0)
ON_EACH(what_is_wrong_with_a_view_is_told_at_its_first_use)
{
    fill(db);
    WRONG(Unjoined, "title", "the view reads no Book: it is neither from it nor joined with it");
    WRONG(Unsure, "title", "comes of what is left_joined, and may be NULL");
    WRONG(Open, "pin", "is made of a secret column");
    WRONG(Twice, "name", "Writer stands in the view twice");
    WRONG(Slip, "name", "Writer has no field nmae");
    WRONG(Fine, "price", "another scale");
    WRONG(Empty, "most", "there may be no value");
    WRONG(Loose, "place", "windows see groups");
    WRONG(Unlike, "name", "Name has another type there");
    WRONG(Round, "", "made of itself");
    CHECK_INT(statements, 0);
}
CHECK_MAIN()

/* Default scopes, scopes with names, and tenants: conditions that hold wherever rows of a model are read, changed or counted. */
#include "engines.h"
#include "helpers.h"

#define Firm_FIELDS(X) X(id, serial) X(name, string(30)) X(bills, has_many(Bill, firm_id))
ORM_MODEL(Firm, firms)
#define Bill_FIELDS(X)                                    \
    X(id,         serial)                                 \
    X(firm_id,    tenant(Firm))                           \
    X(number,     integer)                                \
    X(paid,       boolean, default(false))                \
    X(lines,      has_many(Line, bill_id))                \
    X(line_count, count_of(lines))                        \
    X(updated_at, updated_at)
ORM_MODEL(Bill, bills, unique(firm_id, number))
#define Line_FIELDS(X)                                    \
    X(id,         serial)                                 \
    X(firm_id,    tenant(Firm))                           \
    X(line,       string(30), nullable)                   \
    X(bill_id,    key(Bill), on_delete(cascade))          \
    X(bill,       belongs_to(Bill, bill_id))              \
    X(deleted_at, deleted_at)
ORM_MODEL(Line, lines)
#define Land_FIELDS(X) X(id, serial) X(name, string(30))
ORM_MODEL(Land, lands)

#define Article_FIELDS(X)                                 \
    X(id,         serial)                                 \
    X(title,      string(30), unique)                     \
    X(published,  boolean, default(true))                 \
    X(views,      integer, default(0))                    \
    X(author_id,  key(Author))                            \
    X(author,     belongs_to(Author, author_id))
ORM_MODEL(Article, articles, default_scope(orm_eq(Article_.published, true)), scope(popular, orm_gte(Article_.views, 100)),
    scope(between, (int low, int high), orm_and(orm_gte(Article_.views, low), orm_lte(Article_.views, high))))
#define Author_FIELDS(X)                                  \
    X(id,         serial)                                 \
    X(name,       string(30))                             \
    X(articles,   has_many(Article, author_id))           \
    X(article_count, count_of(articles))
ORM_MODEL(Author, authors, default_scope_fn(authors_who_wrote))
/* two whose scopes lead from one to the other and back */
#define Egg_FIELDS(X) X(id, serial) X(hen_id, key(Hen)) X(hen, belongs_to(Hen, hen_id))
ORM_MODEL(Egg, eggs, default_scope_fn(eggs_with_hens))
#define Hen_FIELDS(X) X(id, serial) X(eggs, has_many(Egg, hen_id))
ORM_MODEL(Hen, hens, default_scope_fn(hens_with_eggs))
#define Office_MODELS(X) X(Firm) X(Bill) X(Line) X(Land) X(Author) X(Article) X(Hen) X(Egg)
ORM_SCHEMA(Office)
Author_pred authors_who_wrote(void) { return orm_or(orm_has_any(Author_.articles), orm_starts_with(Author_.name, "new")); }
Egg_pred eggs_with_hens(void) { return orm_has_any(Egg_.hen); }
Hen_pred hens_with_eggs(void) { return orm_has_any(Hen_.eggs); }
ORM_DEFINE(Office)
static const struct case_setup office_cases = { &Office_schema, NULL, NULL, NULL };
#define ON_EACH(name) ON_EACH_OF(name, office_cases)

static Author make_author(orm_db *db, const char *name)
{
    Author a = Author_defaults();
    a.name = name;
    OK(Author_create(db, &a));
    return a;
}

static Article make_article(orm_db *db, const Author *author, const char *title, bool published, int32_t views)
{
    Article a = Article_defaults();
    a.title = title;
    a.published = published;
    a.views = views;
    a.author_id = author->id;
    OK(Article_create(db, &a));
    return a;
}

ON_EACH(a_default_scope_holds_everywhere)
{
    Author ada = make_author(db, "ada"), bob = make_author(db, "bob");
    Article shown = make_article(db, &ada, "shown", true, 5), hidden = make_article(db, &ada, "hidden", false, 200);
    make_article(db, &bob, "of bob", false, 7);
    CHECK_INT(COUNT(Article, db, .all = false), 1);
    CHECK_INT(COUNT(Article, db, .unscoped = true), 3);
    /* the caller's `or` stands in parentheses behind it */
    CHECK_INT(COUNT(Article, db, .where = orm_or(orm_eq(Article_.views, 5), orm_eq(Article_.views, 200))), 1);
    CHECK_INT(COUNT(Article, db, .where = orm_not(orm_eq(Article_.views, 5))), 0);
    CHECK(!Article_find(db, hidden.id));
    CHECK(!Article_find_by_title(db, "hidden"));
    ORM_AUTO Article *found = Article_find(db, shown.id);
    CHECK(found);
    ORM_AUTO Article *by_title = Article_find_by_title(db, "shown");
    CHECK(by_title);
    int64_t n = 0;
    OK(Article_update(db, &(Article_change){ .set = { orm_inc(Article_.views, 1) }, .all = true }, &n));
    CHECK_INT(n, 1);
    OK(Article_update(db, &(Article_change){ .set = { orm_inc(Article_.views, 1) }, .all = true, .unscoped = true }, &n));
    CHECK_INT(n, 3);
    OK(orm_sum(db, Article_.views, &n, NULL));
    CHECK_INT(n, 7);
    n = 0;
    ORM_EACH(Article, a, db) n++;
    CHECK_INT(n, 1);
    /* of related rows, too; and bob, whose only article is hidden, is none who wrote */
    ORM_AUTO Author *authors = Author_find_all(db, &(Author_query){ .include = { orm_with(Author_.articles), orm_count_of(Author_.article_count) } });
    REQUIRE(authors);
    CHECK_INT(orm_len(authors), 1);
    CHECK_INT(orm_len(authors[0].articles), 1);
    CHECK_INT(authors[0].article_count, 1);
    ORM_AUTO Author *every = Author_find_all(db, &(Author_query){ .unscoped = true, .include = { orm_with(Author_.articles, .unscoped = true) } });
    REQUIRE(every);
    CHECK_INT(orm_len(every), 2);
    CHECK_INT(orm_len(every[0].articles), 2);
    ORM_AUTO Article *with = Article_find_all(db, &(Article_query){ .unscoped = true, .order = { orm_asc(Article_.id) }, .include = { orm_with(Article_.author) } });
    REQUIRE(with);
    CHECK(with[0].author && !with[2].author);
    CHECK_INT(COUNT(Author, db, .unscoped = true, .where = orm_has(Author_.articles, orm_eq(Article_.title, "hidden"))), 0);
    OK(Article_destroy_all(db, &(Article_query){ .all = true }, &n));
    CHECK_INT(n, 1);
    OK(Article_destroy_all(db, &(Article_query){ .all = true, .unscoped = true }, &n));
    CHECK_INT(n, 2);
    ORM_AUTO Author *none = Author_find(db, ada.id);
    CHECK(!none);
}

ON_EACH(scopes_with_names_are_conditions)
{
    Author ada = make_author(db, "new ada");
    for (int i = 0; i < 5; i++) {
        static const char *const titles[] = { "a", "b", "c", "d", "e" };
        make_article(db, &ada, titles[i], true, i * 50);
    }
    CHECK_INT(COUNT(Article, db, .where = Article_scope_popular()), 3);
    CHECK_INT(COUNT(Article, db, .where = Article_scope_between(50, 150)), 3);
    CHECK_INT(COUNT(Article, db, .where = orm_and(Article_scope_popular(), Article_scope_between(0, 150))), 2);
    CHECK_INT(COUNT(Article, db, .where = orm_or(orm_not(Article_scope_popular()), Article_scope_between(200, 900))), 3);
    CHECK_INT(COUNT(Author, db, .where = orm_has(Author_.articles, Article_scope_popular())), 1);
}

ON_EACH(scopes_without_end_are_told)
{
    REFUSED_ROWS(db, Hen_find_all(db, NULL), ORM_MISUSE);
    CHECK_CONTAINS(orm_error()->message, "without end");
    ORM_AUTO Hen *hens = Hen_find_all(db, &(Hen_query){ .unscoped = true });
    CHECK(hens);
}

/* ---- tenants -------------------------------------------------------------------------------------------------------------------- */
static Firm make_firm(orm_db *db, const char *name)
{
    Firm f = Firm_defaults();
    f.name = name;
    OK(Firm_create(db, &f));
    return f;
}

static Bill make_bill(orm_db *db, int number)
{
    Bill b = Bill_defaults();
    b.number = number;
    OK(Bill_create(db, &b));
    Line l = Line_defaults();
    l.bill_id = b.id;
    OK(Line_create(db, &l));
    return b;
}

ON_EACH(a_tenant_sees_and_writes_its_own_rows)
{
    Firm first = make_firm(db, "first"), second = make_firm(db, "second");
    orm_db *mine = orm_tenant(db, first.id), *theirs = orm_tenant(db, second.id);
    REQUIRE(mine && theirs && mine != theirs);
    CHECK(mine == orm_tenant(db, first.id));
    Bill own = make_bill(mine, 1), other = make_bill(theirs, 1);
    make_bill(mine, 2);
    CHECK_INT(own.firm_id, first.id);
    CHECK_INT(COUNT(Bill, mine, .all = false), 2);
    CHECK_INT(COUNT(Bill, theirs, .all = false), 1);
    CHECK_INT(COUNT(Bill, orm_all_tenants(db), .all = false), 3);
    /* no condition of the caller's lets it out */
    CHECK_INT(COUNT(Bill, mine, .where = orm_or(orm_eq(Bill_.firm_id, second.id), orm_gt(Bill_.id, 0))), 2);
    CHECK_INT(COUNT(Bill, mine, .where = orm_eq(Bill_.firm_id, second.id), .unscoped = true), 0);
    CHECK(!Bill_find(mine, other.id));
    ORM_AUTO Bill *found = Bill_find(mine, own.id);
    CHECK(found);
    ORM_AUTO Bill *any = Bill_find(orm_all_tenants(db), other.id);
    CHECK(any);
    int64_t n = 0;
    OK(Bill_update(mine, &(Bill_change){ .set = { orm_set(Bill_.paid, true) }, .all = true }, &n));
    CHECK_INT(n, 2);
    other.paid = true;
    CHECK_TEXT(orm_status_name(Bill_save(mine, &other)), "ORM_STALE");
    CHECK_TEXT(orm_status_name(Bill_destroy(mine, &other)), "ORM_STALE");
    CHECK_TEXT(orm_status_name(Bill_destroy_by_key(mine, other.id)), "ORM_STALE");
    OK(Bill_save(theirs, &other));
    ORM_AUTO Bill *with = Bill_find_all(mine, &(Bill_query){ .include = { orm_with(Bill_.lines), orm_count_of(Bill_.line_count) } });
    REQUIRE(with);
    CHECK_INT(orm_len(with), 2);
    CHECK_INT(orm_len(with[0].lines), 1);
    CHECK_INT(with[0].line_count, 1);
    /* a line of this tenant that refers to a bill of the other: it is not shown */
    ORM_NEW(Line, stray, .bill_id = other.id);
    OK(Line_create(mine, &stray));
    ORM_AUTO Line *lines = Line_find_all(mine, &(Line_query){ .include = { orm_with(Line_.bill) }, .where = orm_eq(Line_.id, stray.id) });
    REQUIRE(lines);
    CHECK_INT(orm_len(lines), 1);
    CHECK(!lines[0].bill);
    ORM_AUTO Bill *bill = Bill_find_all(theirs, &(Bill_query){ .include = { orm_with(Bill_.lines) } });
    REQUIRE(bill);
    CHECK_INT(orm_len(bill[0].lines), 1);
    ORM_AUTO Firm *firms = Firm_find_all(mine, &(Firm_query){ .include = { orm_with(Firm_.bills) }, .order = { orm_asc(Firm_.id) } });
    REQUIRE(firms);
    CHECK_INT(orm_len(firms), 2);                        /* a model without tenants is everybody's */
    CHECK_INT(orm_len(firms[0].bills), 2);
    CHECK_INT(orm_len(firms[1].bills), 0);
    OK(Line_destroy_all(mine, &(Line_query){ .all = true }, &n));
    CHECK_INT(n, 3);
    OK(Bill_destroy_all(mine, &(Bill_query){ .all = true }, &n));
    CHECK_INT(n, 2);
    CHECK_INT(COUNT(Bill, orm_all_tenants(db), .all = false), 1);
}

ON_EACH(a_handle_without_tenant_is_refused)
{
    Firm first = make_firm(db, "first"), second = make_firm(db, "second");
    orm_db *mine = orm_tenant(db, first.id);
    Bill own = make_bill(mine, 1);
    int64_t n = 0;
    ORM_NEW(Bill, fresh, .number = 9);
    REFUSED_ROWS(db, Bill_find(db, own.id), ORM_MISUSE);
    CHECK_CONTAINS(orm_error()->message, "orm_tenant(db, id)");
    CHECK_TEXT(orm_error()->field, "firm_id");
    REFUSED_ROWS(db, Bill_find_all(db, NULL), ORM_MISUSE);
    REFUSED(db, Bill_count(db, NULL, &n), ORM_MISUSE);
    REFUSED(db, Bill_create(db, &fresh), ORM_MISUSE);
    REFUSED(db, Bill_create_all(db, &fresh, 1, NULL), ORM_MISUSE);
    REFUSED(db, Bill_save(db, &own), ORM_MISUSE);
    REFUSED(db, Bill_destroy(db, &own), ORM_MISUSE);
    REFUSED(db, Bill_destroy_by_key(db, own.id), ORM_MISUSE);
    REFUSED(db, Bill_update(db, &(Bill_change){ .set = { orm_set(Bill_.paid, true) }, .all = true }, &n), ORM_MISUSE);
    REFUSED(db, Bill_destroy_all(db, &(Bill_query){ .all = true }, &n), ORM_MISUSE);
    REFUSED_ROWS(db, Firm_find_all(db, &(Firm_query){ .where = orm_has_any(Firm_.bills) }), ORM_MISUSE);
    REFUSED(db, orm_sum(db, Bill_.number, &n, NULL), ORM_MISUSE);
    /* a row of somebody else, and one that says nothing for all */
    fresh.firm_id = second.id;
    REFUSED(mine, Bill_create(mine, &fresh), ORM_MISUSE);
    OK(Bill_create(orm_all_tenants(db), &fresh));
    ORM_NEW(Bill, nobodys, .number = 3);
    REFUSED(db, Bill_create(orm_all_tenants(db), &nobodys), ORM_VALIDATION);
    REFUSED(mine, Bill_update(mine, &(Bill_change){ .set = { orm_set(Bill_.firm_id, second.id) }, .all = true }, &n), ORM_MISUSE);
    CHECK(!orm_tenant(db, 0));
    CHECK_TEXT(orm_status_name(orm_error()->kind), "ORM_MISUSE");
    CHECK(!orm_tenant(NULL, 1));
    ORM_NEW(Land, land, .name = "everybody's");
    OK(Land_create(db, &land));
    OK(Land_create(mine, &(Land){ .id = 0, .name = "too", .orm = ORM_FRESH }));
}

ON_EACH(tenants_share_transactions_and_keep_apart_in_them)
{
    Firm first = make_firm(db, "first"), second = make_firm(db, "second");
    orm_db *mine = orm_tenant(db, first.id), *theirs = orm_tenant(db, second.id);
    ORM_TRANSACTION(mine) {
        make_bill(mine, 1);
        make_bill(theirs, 1);
        make_bill(theirs, 2);
        CHECK_INT(COUNT(Bill, mine, .all = false), 1);
        CHECK_INT(COUNT(Bill, theirs, .all = false), 2);
        CHECK_INT(COUNT(Bill, orm_current(theirs), .all = false), 2);
        CHECK_INT(COUNT(Bill, orm_current(mine), .all = false), 1);
        ORM_NEW(Land, land, .name = "x");
        OK(Land_create(db, &land));
        break;
    }
    CHECK_INT(COUNT(Bill, orm_all_tenants(db), .all = false), 0);
    CHECK_INT(COUNT(Land, db, .all = false), 0);
    Bill_slot made;
    orm_slot count;
    ORM_NEW(Bill, b, .number = 5);
    ORM_BATCH(mine) {
        Bill_batch_create(mine, &b, &made);
        Bill_batch_count(mine, NULL, &count);
    }
    CHECK_INT(made.status, ORM_OK);
    CHECK_INT(count.count, 1);
    orm_free(made.rows);
    CHECK_INT(COUNT(Bill, theirs, .all = false), 0);
}
CHECK_MAIN()

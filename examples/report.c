/* Reports as typed views: sales by month with a running total, the best customer of each country, who works under whom, and a search in documents.

       cc -o report report.c -lsqlite3 && ./report [URL]

   A view is declared like a model; its rows say where they come from. It is read with M_find_all and the like, and cannot be written. */
#define ORM_IMPLEMENTATION
#include "../orm.h"
#include "../dialects/sqlite.h"
#include <stdio.h>

#define Customer_FIELDS(X)                                        \
    X(id,       serial)                                           \
    X(name,     string(40), not_empty)                            \
    X(country,  string(40), not_empty)                            \
    X(settings, json, nullable)                                   \
    X(guide_id, key(Customer), nullable, indexed)                 \
    X(guided,   has_many(Customer, guide_id))                     \
    X(sales,    has_many(Sale, customer_id))
ORM_MODEL(Customer, customers)

#define Sale_FIELDS(X)                                            \
    X(id,          serial)                                        \
    X(customer_id, key(Customer), indexed)                        \
    X(cents,       integer, at_least(1))                          \
    X(sold_at,     timestamp, indexed)                            \
    X(customer,    belongs_to(Customer, customer_id))
ORM_MODEL(Sale, sales)

#define Shop_MODELS(X) X(Customer) X(Sale)
ORM_SCHEMA(Shop)

/* one row for each month; the windows see these rows */
#define Month_FIELDS(X)                                           \
    X(month,     date,   month_of(Sale, sold_at), group)          \
    X(sales,     bigint, count_all)                               \
    X(large,     bigint, count_all, filter(orm_gte(Sale_.cents, 5000))) \
    X(cents,     bigint, sum(Sale, cents))                        \
    X(rank,      bigint, rank, order_row_desc(cents))
ORM_VIEW(Month, from(Sale))

/* a view of a view: what was sold until the end of each month */
#define Total_FIELDS(X)                                           \
    X(month,     date,   of(Month, month))                        \
    X(cents,     bigint, of(Month, cents))                        \
    X(so_far,    bigint, sum(Month, cents), order(Month, month))  \
    X(size,      text,   when(orm_gte(Month_.cents, 10000), "good"), when(orm_gte(Month_.cents, 5000), "fair"), otherwise("poor"))
ORM_VIEW(Total, from(Month))

#define Spent_FIELDS(X)                                           \
    X(id,        bigint,     of(Customer, id), group)             \
    X(name,      string(40), of(Customer, name), group)           \
    X(country,   string(40), of(Customer, country), group)        \
    X(cents,     bigint,     sum(Sale, cents))
ORM_VIEW(Spent, from(Customer), left_join(Customer, sales))
#define Best_FIELDS(X)                                            \
    X(country,   string(40), primary_key, of(Spent, country))     \
    X(name,      string(40), of(Spent, name))                     \
    X(cents,     bigint,     of(Spent, cents))
ORM_VIEW(Best, from(Spent), distinct_on(Spent, country), first_by_desc(Spent, cents), first_by(Spent, id))

#define Guided_FIELDS(X)                                          \
    X(name,      string(40), of(Customer, name))                  \
    X(by,        string(40), of(Customer, name, start))           \
    X(depth,     bigint,     depth)
ORM_VIEW(Guided, from(Customer), recursive(Customer, guided))

#define Taste_FIELDS(X)                                           \
    X(name,      string(40), of(Customer, name))                  \
    X(colour,    text,       nullable, at(Customer, settings, orm_path("theme", "colour")))
ORM_VIEW(Taste, from(Customer))

ORM_DEFINE(Shop)
ORM_DEFINE_VIEW(Month)
ORM_DEFINE_VIEW(Total)
ORM_DEFINE_VIEW(Spent)
ORM_DEFINE_VIEW(Best)
ORM_DEFINE_VIEW(Guided)
ORM_DEFINE_VIEW(Taste)

static orm_status fill(orm_db *db)
{
    static const struct { const char *name, *country, *settings; int guide; } people[] = {
        { "Mira", "Norway", "{\"theme\":{\"colour\":\"green\"}}", 0 }, { "Jonas", "Norway", NULL, 1 }, { "Lena", "Peru", "{\"theme\":{\"colour\":\"red\"}}", 1 }, { "Tom", "Peru", "{\"theme\":7}", 3 },
    };
    static const struct { int customer, month, cents; } sales[] = { { 1, 1, 2500 }, { 2, 1, 4000 }, { 3, 2, 700 }, { 1, 2, 5200 }, { 4, 3, 12000 }, { 3, 3, 100 }, { 2, 3, 900 } };
    bool filled = false;
    if (Customer_exists(db, NULL, &filled) || filled) return orm_error()->kind;
    ORM_TRANSACTION(db) {
        for (size_t i = 0; i < sizeof people / sizeof *people; i++) {
            ORM_NEW(Customer, c, .name = people[i].name, .country = people[i].country, .settings = people[i].settings);
            if (people[i].guide) c.guide_id = orm_int64(people[i].guide);
            if (Customer_create(db, &c)) break;
        }
        for (size_t i = 0; i < sizeof sales / sizeof *sales && !orm_failed(); i++) {
            ORM_NEW(Sale, s, .customer_id = sales[i].customer, .cents = sales[i].cents, .sold_at = orm_time_make(orm_date_make(2026, sales[i].month, 10 + (int)i), (orm_clock){ 0 }));
            if (Sale_create(db, &s)) break;
        }
    }
    return orm_failed() ? orm_error()->kind : ORM_OK;
}

static bool by_month(orm_db *db)
{
    char month[ORM_DATE_SIZE];
    ORM_AUTO Month *months = Month_find_all(db, &(Month_query){ .order = { orm_asc(Month_.month) } });
    ORM_AUTO Total *totals = Total_find_all(db, &(Total_query){ .order = { orm_asc(Total_.month) } });
    if (!months || !totals) return false;
    printf("Month       sales large   cents  rank   so far\n");
    for (size_t i = 0; i < orm_len(months); i++)
        printf("%s  %5d %5d %7d %5d %8d  %s\n", orm_date_text(months[i].month, month), (int)months[i].sales, (int)months[i].large, (int)months[i].cents, (int)months[i].rank,
               (int)totals[i].so_far, totals[i].size);
    /* a condition on the rows that are summed, and one on the sums */
    ORM_AUTO Month *of_mira = Month_find_all(db, &(Month_query){ .source = orm_source(orm_eq(Sale_.customer_id, 1)), .where = orm_gt(Month_.cents, 3000) });
    if (!of_mira) return false;
    printf("Months in which Mira spent more than 30.00: %zu\n", orm_len(of_mira));
    return true;
}

static bool by_customer(orm_db *db)
{
    ORM_AUTO Best *best = Best_find_all(db, &(Best_query){ .order = { orm_asc(Best_.country) } });
    ORM_AUTO Guided *guided = Guided_find_all(db, &(Guided_query){ .source = orm_source(orm_eq(Customer_.name, "Mira")), .where = orm_gt(Guided_.depth, 0), .order = { orm_asc(Guided_.depth), orm_asc(Guided_.name) } });
    ORM_AUTO Taste *green = Taste_find_all(db, &(Taste_query){ .where = orm_eq(Taste_.colour, "green") });
    if (!best || !guided || !green) return false;
    char *json = Best_all_to_json(best, (Best_mask){ 0 });
    printf("The best of each country: %s\n", json ? json : "");
    orm_free_text(json);
    for (size_t i = 0; i < orm_len(guided); i++) printf("%s came by %s, %d step%s away\n", guided[i].name, guided[i].by, (int)guided[i].depth, guided[i].depth == 1 ? "" : "s");
    printf("Likes green: %s\n", orm_len(green) ? green[0].name : "nobody");
    return true;
}

int main(int argc, char **argv)
{
    orm_db *db = orm_open(argc > 1 ? argv[1] : "sqlite::memory:");
    bool done = db && !orm_sync(db, &Shop_schema) && !fill(db) && by_month(db) && by_customer(db);
    if (!done) orm_perror("report");
    orm_close(db);
    return done ? 0 : 1;
}

/* SQL by hand, for what the typed calls do not say: literal text, bound values, rows that are compared with a model.

       cc examples/raw_sql.c -I. -lsqlite3 -o raw_sql && ./raw_sql [URL]
       cc -DWITH_POSTGRES examples/raw_sql.c -I. -I$(pg_config --includedir) -lsqlite3 -lpq -o raw_sql && ./raw_sql "postgres://me@localhost/test" */
#define ORM_IMPLEMENTATION
#include "orm.h"
#include "dialects/sqlite.h"
#ifdef WITH_POSTGRES
#  include "dialects/postgres.h"
#endif
#include <stdio.h>

#define Ticket_FIELDS(X)                                        \
    X(id,      serial)                                          \
    X(city,    string(40), not_empty)                           \
    X(row,     integer)                                         \
    X(cents,   integer, at_least(0))                            \
    X(holder,  string(40), nullable)
ORM_MODEL(Ticket, tickets)
#define Theatre_MODELS(X) X(Ticket)
ORM_SCHEMA(Theatre)
ORM_DEFINE(Theatre)

/* What a query of yours answers, when it is no row of a table: a view, which is read only. */
#define CityTotal_FIELDS(X)                                     \
    X(city,  string(40), of(Ticket, city), group)               \
    X(sold,  bigint,     count(Ticket, holder))                 \
    X(share, double,     avg(Ticket, cents))
ORM_VIEW(CityTotal, from(Ticket))
ORM_DEFINE_VIEW(CityTotal)

static void show_refusal(const char *what) { printf("%s: %s: %s\n", what, orm_status_name(orm_error()->kind), orm_error()->message); }

static orm_status fill(orm_db *db)
{
    static const struct { const char *city; int row, cents; const char *holder; } tickets[] = {
        { "Lyon", 1, 4000, "Claude" }, { "Lyon", 2, 3000, NULL }, { "Lyon", 9, 1000, "Marie" }, { "Graz", 1, 2500, NULL }, { "Graz", 4, 1500, "Robert'); drop table tickets; --" } };
    ORM_TRANSACTION(db) {
        if (orm_exec(db, NULL, "delete from tickets", orm_no_params)) break;
        for (size_t i = 0; i < sizeof tickets / sizeof *tickets; i++)        /* ?1, ?2 ... on every engine; what is bound is never SQL */
            if (orm_exec(db, NULL, "insert into tickets (city, \"row\", cents, holder) values (?1, ?2, ?3, ?4)",
                         orm_params(tickets[i].city, tickets[i].row, tickets[i].cents, tickets[i].holder))) break;
    }
    return orm_error()->kind;
}

int main(int argc, char **argv)
{
    orm_db *db = orm_open(argc > 1 ? argv[1] : "sqlite::memory:");
    if (!db || orm_sync(db, &Theatre_schema) || fill(db)) return orm_perror("tickets");

    /* Rows of a model. Named values; an array is a list, whatever its length. The result is like that of Ticket_find_all. */
    orm_texts cities = orm_array(orm_texts, "Lyon", "Graz");
    ORM_AUTO Ticket *cheap = orm_sql(db, Ticket, "select * from tickets where cents < :most and city in (:cities) order by cents",
                                     orm_named("most", 2000, "cities", cities));
    if (!cheap) return orm_perror("cheap");
    for (size_t i = 0; i < orm_len(cheap); i++) printf("%s, row %d: %s\n", cheap[i].city, (int)cheap[i].row, cheap[i].holder ? cheap[i].holder : "free");

    /* One value. It stays unset when there is no row, or NULL. */
    orm_opt_int64 free_seats = { 0 };
    if (orm_scalar(db, &free_seats, "select count(*) from tickets where holder is null", orm_no_params)) return orm_perror("free");
    printf("free: %d\n", (int)free_seats.value);

    /* A shape of its own, and a window function that no call of the library would say like this. */
    ORM_AUTO CityTotal *totals = orm_sql(db, CityTotal,
        "select city, count(holder) as sold, 100.0 * sum(cents) / sum(sum(cents)) over () as share from tickets group by city order by city", orm_no_params);
    if (!totals) return orm_perror("totals");
    for (size_t i = 0; i < orm_len(totals); i++) printf("%s: %d sold, %.1f %% of the money\n", totals[i].city, (int)totals[i].sold, totals[i].share);

    /* Many rows, in little memory. */
    int sum = 0;
    ORM_SQL_EACH(Ticket, t, db, "select id, cents from tickets where holder is not null", orm_no_params) sum += t->cents;
    if (orm_failed()) return orm_perror("walk");
    printf("sold for %d\n", sum);

    /* By hand and typed calls are one transaction, if you like. Hooks and validators do not run for SQL by hand; the table's constraints hold. */
    int64_t changed = 0;
    ORM_TRANSACTION(db) {
        orm_exec(db, &changed, "update tickets set cents = cents - :off where \"row\" >= :from", orm_named("off", 500, "from", 4));
        Ticket_update(db, &(Ticket_change){ .set = { orm_set(Ticket_.holder, "the house") }, .where = orm_gte(Ticket_.row, 9) }, NULL);
    }
    if (orm_failed()) return orm_perror("reduce");
    printf("reduced: %d\n", (int)changed);
    if (orm_exec(db, NULL, "update tickets set cents = cents - ?1", orm_params(2500))) printf("below the rule: %s\n", orm_status_name(orm_error()->kind));

    /* When it goes wrong. A column that the model does not have, or of another type, is not read as something else ... */
    if (!orm_sql(db, Ticket, "select id, cents as price from tickets", orm_no_params)) show_refusal("another column");
    if (!orm_sql(db, Ticket, "select id, city as cents from tickets", orm_no_params)) printf("another type: %s\n", orm_status_name(orm_error()->kind));
    /* ... values and parameters must be the same ... */
    if (!orm_sql(db, Ticket, "select * from tickets where cents < :most", orm_named("moist", 2000))) show_refusal("a misspelt name");
    /* ... one row is one row ... */
    if (!orm_sql_one(db, Ticket, "select * from tickets where city = 'Lyon'", orm_no_params)) show_refusal("one of three");
    if (!orm_sql_one(db, Ticket, "select * from tickets where city = 'Oslo'", orm_no_params)) printf("one of none: %s\n", orm_status_name(orm_error()->kind));
    /* ... one statement is one statement, and transactions are begun by ORM_TRANSACTION ... */
    if (orm_exec(db, NULL, "delete from tickets; delete from tickets", orm_no_params)) printf("two statements: %s\n", orm_status_name(orm_error()->kind));
    if (orm_exec(db, NULL, "begin", orm_no_params)) show_refusal("begin");
    /* ... and what was not read is not written: save sends the columns that this query brought. (A text that is no literal does not compile.) */
    ORM_AUTO Ticket *part = orm_sql_one(db, Ticket, "select id, cents from tickets where city = :city and \"row\" = 1", orm_named("city", "Lyon"));
    if (!part) return orm_perror("part");
    part->city = "Nowhere";
    part->cents = 4200;
    if (Ticket_save(db, part)) return orm_perror("save");
    ORM_AUTO Ticket *whole = Ticket_find(db, part->id);
    if (!whole) return orm_perror("whole");
    printf("saved: %s, %d\n", whole->city, (int)whole->cents);
    orm_close(db);
    return 0;
}

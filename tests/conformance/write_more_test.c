/* More ways to write rows: one row by what the database calculates, many with values of their own, rows made of those of another table. */
#include "engines.h"
#include "helpers.h"
#include <pthread.h>

#define Visit_FIELDS(X)                                   \
    X(id,         serial)                                 \
    X(page,       string(40))                             \
    X(n,          integer, default(0), at_least(0))       \
    X(best,       integer, default(0))                    \
    X(note,       text, nullable)                         \
    X(updated_at, updated_at)
ORM_MODEL(Visit, visits)
#define Paper_FIELDS(X) X(id, serial) X(title, string(40), length(2, 40)) X(pages, integer, default(0)) X(version, version) X(deleted_at, deleted_at)
ORM_MODEL(Paper, papers)
#define Vault_FIELDS(X)                                   \
    X(id,         serial)                                 \
    X(title,      string(40))                             \
    X(pages,      integer, nullable)                      \
    X(reason,     string(20))                             \
    X(kind,       string(10), default("paper"))           \
    X(mail,       string(40), nullable, email)            \
    X(price,      decimal(8, 2), nullable)                \
    X(version,    version)                                \
    X(created_at, created_at)
ORM_MODEL(Vault, vaults)
#define Case_MODELS(X) X(Visit) X(Paper) X(Vault)
ORM_SCHEMA(Case)
ORM_DEFINE(Case)
static const struct case_setup more_cases = { &Case_schema, NULL, NULL, NULL };
#define ON_EACH(name) ON_EACH_OF(name, more_cases)

enum { THREADS = 8, TIMES = 25 };
struct counting { orm_db *db; int64_t id; bool failed; };
static void *count_up(void *arg)
{
    struct counting *c = arg;
    Visit *v = Visit_get(c->db, c->id);
    for (int i = 0; i < TIMES && v; i++) c->failed |= Visit_update_row(c->db, v, &(Visit_change){ .set = { orm_inc(Visit_.n, 1) } }) != ORM_OK;
    c->failed |= !v;
    orm_free(v);
    return NULL;
}

ON_EACH(one_row_is_changed_by_what_the_database_calculates)
{
    ORM_NEW(Visit, v, .page = "/", .n = 5);
    OK(Visit_create(db, &v));
    OK(Visit_update(db, &(Visit_change){ .set = { orm_inc(Visit_.n, 10) }, .all = true }, NULL));       /* somebody else */
    OK(Visit_update_row(db, &v, &(Visit_change){ .set = { orm_inc(Visit_.n, 1), orm_set(Visit_.note, "seen") } }));
    CHECK_INT(v.n, 16);
    CHECK_TEXT(v.note, "seen");
    ORM_AUTO Visit *row = Visit_get(db, v.id);
    REQUIRE(row);
    OK(Visit_update_row(db, row, &(Visit_change){ .set = { orm_set_column(Visit_.best, Visit_.n) } }));
    CHECK_INT(row->best, 16);
    CHECK(!orm_changed(row, Visit_.best) && !orm_changed(row, Visit_.n));
    CHECK_TEXT(orm_status_name(Visit_update_row(db, row, &(Visit_change){ .set = { orm_dec(Visit_.n, 1) }, .where = orm_gt(Visit_.n, 100) })), "ORM_STALE");
    CHECK_TEXT(orm_status_name(Visit_update_row(db, row, &(Visit_change){ .set = { orm_dec(Visit_.n, 100) } })), "ORM_CHECK");
    CHECK_INT(row->n, 16);
    OK(Visit_update(db, &(Visit_change){ .set = { orm_set(Visit_.n, 2147483647) }, .all = true }, NULL));
    orm_status status = Visit_update_row(db, row, &(Visit_change){ .set = { orm_inc(Visit_.n, 1) } });
    CHECK(status == ORM_VALUE_RANGE || status == ORM_CHECK);
    ORM_NEW(Visit, fresh, .page = "/");
    REFUSED(db, Visit_update_row(db, &fresh, &(Visit_change){ .set = { orm_inc(Visit_.n, 1) } }), ORM_MISUSE);
    REFUSED(db, Visit_update_row(db, row, &(Visit_change){ .set = { orm_set(Visit_.id, 3) } }), ORM_MISUSE);
    REFUSED(db, Visit_update_row(db, row, &(Visit_change){ .all = false }), ORM_MISUSE);
    REFUSED(db, Visit_update_row(db, row, NULL), ORM_MISUSE);
    ORM_NEW(Paper, p, .title = "one");
    OK(Paper_create(db, &p));
    OK(Paper_update_row(db, &p, &(Paper_change){ .set = { orm_inc(Paper_.pages, 3) } }));
    CHECK_INT(p.version, 2);
    OK(Paper_update(db, &(Paper_change){ .set = { orm_inc(Paper_.pages, 3) }, .all = true }, NULL));
    CHECK_TEXT(orm_status_name(Paper_update_row(db, &p, &(Paper_change){ .set = { orm_inc(Paper_.pages, 3) } })), "ORM_STALE");
}

ON_EACH(no_count_is_lost)
{
    struct counting counting[THREADS];
    pthread_t threads[THREADS];
    ORM_NEW(Visit, v, .page = "/");
    OK(Visit_create(db, &v));
    for (int i = 0; i < THREADS; i++) {
        counting[i] = (struct counting){ db, v.id, false };
        REQUIRE(pthread_create(&threads[i], NULL, count_up, &counting[i]) == 0);
    }
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    for (int i = 0; i < THREADS; i++) CHECK(!counting[i].failed);
    ORM_AUTO Visit *row = Visit_get(db, v.id);
    REQUIRE(row);
    CHECK_INT(row->n, THREADS * TIMES);
}

ON_EACH(many_rows_are_saved_each_with_its_own_values)
{
    Visit made[5];
    for (int i = 0; i < 5; i++) {
        made[i] = Visit_defaults();
        made[i].page = "/";
    }
    OK(Visit_create_all(db, made, 5, NULL));
    ORM_AUTO Visit *rows = Visit_find_all(db, &(Visit_query){ .order = { orm_asc(Visit_.id) }, .track = true });
    REQUIRE(orm_len(rows) == 5);
    for (int i = 0; i < 5; i++) rows[i].n = 10 * i;
    OK(Visit_save_all(db, rows, 5, (Visit_mask){ .n = 1 }));
    ORM_AUTO Visit *back = Visit_find_all(db, &(Visit_query){ .order = { orm_asc(Visit_.id) } });
    REQUIRE(orm_len(back) == 5);
    for (int i = 0; i < 5; i++) CHECK_INT(back[i].n, 10 * i);
    rows[1].n = 77;
    rows[3].n = -1;
    CHECK_TEXT(orm_status_name(Visit_save_all(db, rows, 5, (Visit_mask){ .id = 0 })), "ORM_VALIDATION");
    CHECK_INT(orm_error()->failures.item[0].row, 3);
    CHECK_INT(COUNT(Visit, db, .where = orm_eq(Visit_.n, 77)), 0);       /* all or nothing */
    OK(Visit_save_all(db, NULL, 0, (Visit_mask){ .id = 0 }));
    REFUSED(db, Visit_save_all(db, NULL, 2, (Visit_mask){ .id = 0 }), ORM_MISUSE);
}

ON_EACH(rows_are_made_of_those_of_another_table)
{
    int64_t created = 0;
    for (int i = 0; i < 6; i++) {
        ORM_NEW(Paper, p, .title = i % 2 ? "odd" : "even", .pages = i);
        OK(Paper_create(db, &p));
        if (i == 5) OK(Paper_destroy(db, &p));
    }
    OK(orm_insert_from(db, Vault, Paper, &created, (orm_set_from(Vault_.title, Paper_.title), orm_set_from(Vault_.pages, Paper_.pages), orm_set(Vault_.reason, "it's old"),
                                                    orm_set(Vault_.price, orm_decimal_make(150, 2))),
                       &(Paper_query){ .where = orm_gt(Paper_.pages, 0), .order = { orm_desc(Paper_.pages) }, .limit = 3 }));
    CHECK_INT(created, 3);                               /* 4, 3, 2: the fifth is destroyed */
    ORM_AUTO Vault *rows = Vault_find_all(db, &(Vault_query){ .order = { orm_asc(Vault_.pages) } });
    REQUIRE(orm_len(rows) == 3);
    CHECK_INT(rows[0].pages.value, 2);
    CHECK_TEXT(rows[1].title, "odd");
    CHECK_TEXT(rows[2].reason, "it's old");
    CHECK_TEXT(rows[2].kind, "paper");
    CHECK_INT(rows[2].version, 1);
    CHECK(rows[2].created_at > 0 && rows[2].price.set);
    OK(orm_insert_from(db, Vault, Paper, NULL, (orm_set_from(Vault_.title, Paper_.title), orm_set(Vault_.reason, "all"), orm_set_null(Vault_.pages)), NULL));
    CHECK_INT(COUNT(Vault, db, .where = orm_eq(Vault_.reason, "all")), 5);
    REFUSED(db, orm_insert_from(db, Vault, Paper, NULL, (orm_set_from(Vault_.title, Paper_.title)), NULL), ORM_MISUSE);      /* no reason */
    CHECK_TEXT(orm_error()->field, "reason");
    REFUSED(db, orm_insert_from(db, Vault, Paper, NULL, (orm_set_from(Vault_.mail, Paper_.title), orm_set(Vault_.title, "x"), orm_set(Vault_.reason, "x")), NULL), ORM_MISUSE);
    REFUSED(db, orm_insert_from(db, Vault, Paper, NULL, (orm_set_from(Vault_.title, Visit_.page), orm_set(Vault_.reason, "x")), NULL), ORM_MISUSE);
    REFUSED(db, orm_insert_from(db, Vault, Paper, NULL, (orm_set(Vault_.title, "x"), orm_set(Vault_.title, "y"), orm_set(Vault_.reason, "x")), NULL), ORM_MISUSE);
    REFUSED(db, orm_insert_from(db, Paper, Vault, NULL, (orm_set(Paper_.title, "x"), orm_set_from(Paper_.pages, Vault_.pages)), NULL), ORM_MISUSE);      /* may be NULL */
    REFUSED(db, orm_insert_from(db, Paper, Vault, NULL, (orm_set(Paper_.title, "x"), orm_inc(Paper_.pages, 1)), NULL), ORM_MISUSE);
    REFUSED(db, orm_insert_from(db, Paper, Vault, NULL, (orm_set(Paper_.title, "")), NULL), ORM_VALIDATION);
    ORM_NEW(Vault, empty, .title = "x", .reason = "x");
    OK(Vault_create(db, &empty));
    OK(orm_exec(db, NULL, "update vaults set title = 'x' where title = 'x'", orm_no_params));
    CHECK_TEXT(orm_status_name(orm_insert_from(db, Paper, Vault, &created, (orm_set_from(Paper_.title, Vault_.title)), &(Vault_query){ .where = orm_eq(Vault_.title, "x") })), "ORM_CHECK");
    CHECK_INT(created, 0);                               /* the table keeps the rule of the length */
}
CHECK_MAIN()

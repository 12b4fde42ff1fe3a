/* A database beside its models, exactly: everything that either has beyond the other is told */
#include "engines.h"
#include "helpers.h"

#define Shop_FIELDS(X) X(id, serial) X(name, string(30), unique) X(size, integer, nullable, at_least(0), indexed) X(sold, integer, counter_of(sales)) X(sales, has_many(Sale, shop_id))
ORM_MODEL(Shop, shops, comment("where things are sold"))
#define Sale_FIELDS(X) X(id, serial) X(shop_id, key(Shop), on_delete(cascade)) X(other_id, key(Shop), on_delete(cascade)) X(note, text, nullable, comment("what"))
ORM_MODEL(Sale, sales, index(note, shop_id))
#define Shops_MODELS(X) X(Shop) X(Sale)
ORM_SCHEMA(Shops)

/* the same, but another relation is counted; and none */
#define Shop2_FIELDS(X) X(id, serial) X(name, string(30), unique) X(size, integer, nullable, at_least(0), indexed) X(sold, integer, counter_of(sales)) X(sales, has_many(Sale2, other_id))
ORM_MODEL(Shop2, shops, comment("where things are sold"))
#define Sale2_FIELDS(X) X(id, serial) X(shop_id, key(Shop2), on_delete(cascade)) X(other_id, key(Shop2), on_delete(cascade)) X(note, text, nullable, comment("what"))
ORM_MODEL(Sale2, sales, index(note, shop_id))
#define Shops2_MODELS(X) X(Shop2) X(Sale2)
ORM_SCHEMA(Shops2)
#define Shop3_FIELDS(X) X(id, serial) X(name, string(30), unique) X(size, integer, nullable, at_least(0), indexed) X(sold, integer, default(0))
ORM_MODEL(Shop3, shops, comment("where things are sold"))
#define Sale3_FIELDS(X) X(id, serial) X(shop_id, key(Shop3), on_delete(cascade)) X(other_id, key(Shop3), on_delete(cascade)) X(note, text, nullable, comment("what"))
ORM_MODEL(Sale3, sales, index(note, shop_id))
#define Shops3_MODELS(X) X(Shop3) X(Sale3)
ORM_SCHEMA(Shops3)
ORM_DEFINE(Shops)
ORM_DEFINE(Shops2)
ORM_DEFINE(Shops3)

static const struct case_setup shop_cases = { &Shops_schema, NULL, NULL, NULL };
#define ON_EACH(name) ON_EACH_OF(name, shop_cases)
static char told[2048];
static void tell(void *context, const char *where_, const char *rule, const char *what)
{
    size_t n = strlen(told);
    (void)context;
    snprintf(told + n, sizeof told - n, "%s [%s] %s|", where_, rule, what);
}
static const char *verify(orm_db *db, const orm_schema *schema, const char *const *ignore)
{
    told[0] = 0;
    orm_status status = orm_verify(db, schema, ignore, tell, NULL);
    CHECK_TEXT(orm_status_name(status), told[0] ? "ORM_SCHEMA_DIFFERS" : "ORM_OK");
    return told;
}
static void run(orm_db *db, const char *sql) { CHECK_INT(orm__exec(db, sql, 0, NULL, NULL, NULL), ORM_OK); }

ON_EACH(what_was_made_of_models_is_what_they_say)
{
    orm_arena arena = { 0 };
    CHECK_TEXT(verify(db, &Shops_schema, NULL), "");
    OK(orm_migrate_status(db, &(orm_migrate_options){ .compiled = &(orm_migration){ .name = NULL } }, &arena, &(orm_migration_line *){ NULL }, &(size_t){ 0 }));
    orm_arena_release(&arena);
    OK(orm_migrate(db, &(orm_migrate_options){ .compiled = &(orm_migration){ .name = NULL } }, NULL));
    CHECK_TEXT(verify(db, &Shops_schema, NULL), "");
}

ON_EACH(what_the_database_has_beyond_its_models_is_told)
{
    run(db, "create table strange (id bigint)");
    run(db, "create view seen as select name from shops");
    run(db, "alter table shops add column more text");
    run(db, "create index by_hand on shops (name, size)");
    CHECK_TEXT(verify(db, &Shops_schema, NULL), "strange [table] is a table of no model|shops.more [column] is a column that the model does not have|"
                                               "shops [index] has the index by_hand on (name, size), the model does not|");
    CHECK_TEXT(verify(db, &Shops_schema, (const char *const[]){ "strange", NULL }), "shops.more [column] is a column that the model does not have|"
                                               "shops [index] has the index by_hand on (name, size), the model does not|");
    OK(orm_sync(db, &Shops_schema));
}

ON_EACH(what_the_database_lacks_is_told)
{
    run(db, case_engine == ON_POSTGRES ? "drop index shops_size" : "drop index shops_size");
    CHECK_TEXT(verify(db, &Shops_schema, NULL), "shops [index] lacks the model's index on (size)|");
    run(db, "drop table sales");
    verify(db, &Shops_schema, NULL);
    CHECK_CONTAINS(told, "sales [table] is missing|");
    CHECK_CONTAINS(told, "shops [counter] lacks triggers that keep a counter|");
}

ON_EACH(comments_are_compared_where_there_are_any)
{
    if (!orm_capabilities_of(db)->comments) return;
    run(db, "comment on table shops is 'else'");
    run(db, "comment on column sales.note is null");
    CHECK_TEXT(verify(db, &Shops_schema, NULL), "shops [comment] has another comment than the model|sales.note [comment] has another comment than the model|");
}

ON_EACH(a_counter_of_something_else_is_a_difference)
{
    CHECK_INT(orm_sync(db, &Shops2_schema), ORM_SCHEMA_DIFFERS);
    CHECK_CONTAINS(orm_error()->message, "shops is counted by the trigger orm_shops_sold_");
    CHECK_INT(orm_sync(db, &Shops3_schema), ORM_SCHEMA_DIFFERS);
    CHECK_CONTAINS(orm_error()->message, "the model does not say so");
    OK(orm_change_tables(db, &Shops_schema, &Shops2_schema));
    CHECK_TEXT(verify(db, &Shops2_schema, NULL), "");
    ORM_NEW(Shop2, a, .name = "a");
    ORM_NEW(Shop2, b, .name = "b");
    OK(Shop2_create(db, &a));
    OK(Shop2_create(db, &b));
    ORM_NEW(Sale2, sale, .shop_id = a.id, .other_id = b.id);
    OK(Sale2_create(db, &sale));
    Shop2 *rows = Shop2_find_all(db, &(Shop2_query){ .order = { orm_asc(Shop2_.id) } });
    REQUIRE(rows && orm_len(rows) == 2);
    CHECK_INT(rows[0].sold, 0);
    CHECK_INT(rows[1].sold, 1);
    orm_free(rows);
    OK(orm_change_tables(db, &Shops2_schema, &Shops3_schema));
    CHECK_TEXT(verify(db, &Shops3_schema, NULL), "");
}

CHECK_MAIN()

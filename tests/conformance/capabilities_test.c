/* What an engine declares is so: each capability is tried where it is declared, and missed where it is not. */
#include "open.h"

ON_EACH(insert_returning)
{
    orm_opt_int64 n;
    orm_status status = orm_scalar(db, &n, "insert into seats (\"row\", number) values ('A', 7) returning number", orm_no_params);
    CHECK_INT(status == ORM_OK, orm_capabilities_of(db)->returning);
    CHECK_INT(n.value, orm_capabilities_of(db)->returning ? 7 : 0);
}

ON_EACH(transactional_ddl)
{
    ORM_TRANSACTION(db) {
        OK(orm_exec(db, NULL, "create table made_inside (a integer)", orm_no_params));
        break;
    }
    CHECK_INT(orm_exec(db, NULL, "select * from made_inside", orm_no_params) == ORM_NO_TABLE, orm_capabilities_of(db)->transactional_ddl);
}

ON_EACH(comments_are_stored)
{
    char *sql = orm_schema_sql(db, &Core_schema);
    REQUIRE(sql);
    CHECK_INT(strstr(sql, "'things for sale'") != NULL, orm_capabilities_of(db)->comments);
    CHECK_INT(strstr(sql, "'in grams'") != NULL, orm_capabilities_of(db)->comments);
    orm_free_text(sql);
}

ON_EACH(enumerations_are_types)
{
    char *sql = orm_schema_sql(db, &Core_schema);
    REQUIRE(sql);
    CHECK_INT(strstr(sql, "create type \"Role\" as enum (") != NULL, orm_capabilities_of(db)->enum_types);
    CHECK_INT(strstr(sql, "role\" in (") == NULL, orm_capabilities_of(db)->enum_types);
    orm_free_text(sql);
}

ON_EACH(nulls_are_high)
{
    ORM_NEW(Maybe, none, .line = "none");
    ORM_NEW(Maybe, some, .small = orm_int32(INT32_MIN));
    OK(Maybe_create(db, &none));
    OK(Maybe_create(db, &some));
    orm_opt_int64 first;
    OK(orm_scalar(db, &first, "select id from maybes order by small limit 1", orm_no_params));
    CHECK_INT(first.value, orm_capabilities_of(db)->nulls_are_high ? some.id : none.id);
}

/* a name of 64 bytes */
#define Lengthy_FIELDS(X) X(id, serial) X(number, integer, column("a_name_of_64_bytes_that_goes_on_and_on_and_on_until_it_is_so_lon"))
ORM_MODEL(Lengthy, lengthy)
#define Long_MODELS(X) X(Lengthy)
ORM_SCHEMA(Long)
ORM_DEFINE(Long)

ON_EACH(names_of_tables_and_columns_may_be_so_long)
{
    size_t most = orm_capabilities_of(db)->max_name;
    if (most == 0 || most >= 64) {
        OK(orm_sync(db, &Long_schema));
        ORM_NEW(Lengthy, row, .number = 5);
        OK(Lengthy_create(db, &row));
    } else {
        CHECK_INT(orm_sync(db, &Long_schema), ORM_MISUSE);
        CHECK_CONTAINS(orm_error()->message, "Lengthy.number");
        CHECK_INT(orm_exec(db, NULL, "select * from lengthy", orm_no_params), ORM_NO_TABLE);
    }
}

CHECK_MAIN()

/* Indexes of expressions: made, recognised, and unique; and what else the database itself keeps of a model. */
#include "helpers.h"

#define User_FIELDS(X)                                                            \
    X(id,      serial)                                                            \
    X(email,   text, comment("where to write"))                                   \
    X(name,    text, nullable)                                                    \
    X(age,     integer, default(0), at_least(0))
ORM_MODEL(User, users, unique(sql("lower(email)")), index(age, sql("coalesce(name, 'it''s, none)')"), desc(email), where("age > 17")),
    index(sql("age + 1")), index(sql("age + 2")), comment("who may come in"))

#define Indexes_MODELS(X) X(User)
ORM_SCHEMA(Indexes)
ORM_DEFINE(Indexes)
static const struct case_setup cases = { .schema = &Indexes_schema };

ON_EACH_OF(an_expression_is_unique, cases)
{
    ORM_NEW(User, ada, .email = "Ada@example.com");
    ORM_NEW(User, twin, .email = "aDA@example.com");
    OK(User_create(db, &ada));
    CHECK_INT(User_create(db, &twin), ORM_UNIQUE);
    CHECK_CONTAINS(orm_error()->constraint, "users_lower_email");
    twin.email = "bob@example.com";
    OK(User_create(db, &twin));
    CHECK(twin.id > ada.id);
}

ON_EACH_OF(indexes_are_recognised_however_they_are_written, cases)
{
    OK(orm_sync(db, &Indexes_schema));
    OK(orm_exec(db, NULL, "drop index users_lower_email", orm_no_params));
    OK(orm_exec(db, NULL, "create unique index by_hand on users ( lower( email ) asc )", orm_no_params));
    OK(orm_sync(db, &Indexes_schema));
    orm_opt_int64 n = { 0 };
    if (case_engine == ON_POSTGRES) OK(orm_scalar(db, &n, "select count(*) from pg_indexes where schemaname = current_schema() and indexname like '%lower%'", orm_no_params));
    else OK(orm_scalar(db, &n, "select count(*) from sqlite_master where type = 'index' and name like '%lower%'", orm_no_params));
    CHECK_INT(n.value, case_engine == ON_POSTGRES ? 0 : 1);           /* SQLite keeps the words: there the blanks make it another */
}

ON_EACH_OF(an_index_of_the_name_on_another_expression_is_a_difference, cases)
{
    OK(orm_exec(db, NULL, "drop index users_lower_email", orm_no_params));
    OK(orm_exec(db, NULL, "create unique index users_lower_email on users (upper(email))", orm_no_params));
    CHECK_INT(orm_sync(db, &Indexes_schema), ORM_SCHEMA_DIFFERS);
    CHECK_CONTAINS(orm_error()->message, "users the index users_lower_email is not the model's unique index on (lower(email))");
    OK(orm_exec(db, NULL, "drop index users_lower_email", orm_no_params));
    OK(orm_sync(db, &Indexes_schema));
    ORM_NEW(User, ada, .email = "Ada@example.com");
    ORM_NEW(User, twin, .email = "aDA@example.com");
    OK(User_create(db, &ada));
    CHECK_INT(User_create(db, &twin), ORM_UNIQUE);
}

/* identity, checks and comments are the server's own */
ON_EACH_OF(the_server_keeps_the_rest_of_a_model, cases)
{
    orm_opt_int64 n = { 0 };
    CHECK_INT(orm_exec(db, NULL, "insert into users (email, age) values ('x', -1)", orm_no_params), ORM_CHECK);
    if (case_engine != ON_POSTGRES) return;
    OK(orm_scalar(db, &n, "select count(*) from pg_attribute where attrelid = 'users'::regclass and attname = 'id' and attidentity = 'd'", orm_no_params));
    CHECK_INT(n.value, 1);
    OK(orm_scalar(db, &n, "select count(*) from pg_description where objoid = 'users'::regclass and description in ('who may come in', 'where to write')", orm_no_params));
    CHECK_INT(n.value, 2);
    OK(orm_scalar(db, &n, "select count(*) from pg_index where indrelid = 'users'::regclass and indexprs is not null and (indpred is not null) = (indnatts = 3)", orm_no_params));
    CHECK_INT(n.value, 4);
}

CHECK_MAIN()

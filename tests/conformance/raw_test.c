/* SQL by hand: what is a parameter and what only looks like one, in the words of each engine; and one statement per call (S30, S01). */
#include "small.h"

static int64_t number(orm_status status, orm_opt_int64 n)
{
    if (status) printf("    %s\n", orm_error()->message);
    return n.set ? n.value : -1;
}
/* the one number that a statement answers, -1 for none */
#define NUMBER(sql, ...) __extension__({ orm_opt_int64 n_; orm_status status_ = orm_scalar(db, &n_, sql, __VA_ARGS__); number(status_, n_); })

ON_EACH(what_looks_like_a_parameter_in_a_text_a_name_or_a_comment_is_none)
{
    CHECK_INT(NUMBER("select count(*) from accounts where '?1' = ?1", orm_params("?1")), 0);
    small_account(db, "?1");
    CHECK_INT(NUMBER("select count(*) from accounts where name = '?1' and name = ?1", orm_params("?1")), 1);
    CHECK_INT(NUMBER("select count(*) from accounts where name <> 'it''s ?2' and name = ?1 -- ?3", orm_params("?1")), 1);
    CHECK_INT(NUMBER("select count(*) /* ?9 ' \" */ from accounts as \"a ?2\" where \"a ?2\".name = ?1", orm_params("?1")), 1);
    CHECK_INT(NUMBER("select count(*) from accounts where name = ?2 and id > ?1 and name = ?2", orm_params(0, "?1")), 1);
}

/* values that hold parameters are not looked into again */
ON_EACH(a_value_is_never_read_as_sql)
{
    static const char *const hostile[] = { "?2", "$1", "' or '1' = '1", "?1; drop table accounts", "$$", "\\'", "/*", "--", ":name", "%s" };
    for (size_t i = 0; i < sizeof hostile / sizeof hostile[0]; i++) {
        small_account(db, "other");
        ORM_NEW(Account, account, .name = "named", .bio = hostile[i]);
        CHECK_INT(Account_create(db, &account), ORM_OK);
        CHECK_INT(NUMBER("select count(*) from accounts where bio = ?1 or bio = ?2", orm_params(hostile[i], "none")), 1);
    }
}

ON_EACH(one_call_is_one_statement)
{
    small_account(db, "Ada");
    CHECK(orm_exec(db, NULL, "select 1; drop table entries", orm_no_params) == ORM_SYNTAX);
    CHECK(orm_exec(db, NULL, "select 1; select 2", orm_no_params) == ORM_SYNTAX);
    CHECK(orm_exec(db, NULL, "delete from accounts where name = ?1; delete from accounts", orm_params("x")) == ORM_SYNTAX);
    CHECK(orm_exec(db, NULL, "select 1; commit", orm_no_params) == ORM_SYNTAX);
    CHECK_INT(orm_exec(db, NULL, "select 1;", orm_no_params), ORM_OK);
    CHECK_INT(orm_exec(db, NULL, "select 1; -- and no more", orm_no_params), ORM_OK);
    CHECK_INT(NUMBER("select count(*) from entries", orm_no_params), 0);
    CHECK_INT(small_count(db), 1);
}

ON_EACH(values_and_parameters_are_counted)
{
    uint64_t sent = small_sent(db);
    CHECK_INT(orm_exec(db, NULL, "select cast(?1 as bigint)", orm_no_params), ORM_MISUSE);
    CHECK_INT(orm_exec(db, NULL, "select cast(?1 as bigint)", orm_params(1, 2)), ORM_MISUSE);
    CHECK_INT(orm_exec(db, NULL, "select cast(?0 as bigint)", orm_params(1)), ORM_MISUSE);
    CHECK_INT(orm_exec(db, NULL, "select cast(?32767 as bigint)", orm_params(1)), ORM_MISUSE);
    CHECK_INT(small_sent(db), sent);
    /* each engine has other spellings of its own, that nothing would be bound to */
    if (case_engine == ON_POSTGRES) CHECK(orm_exec(db, NULL, "select $1::bigint", orm_no_params) != ORM_OK);
    else CHECK(orm_exec(db, NULL, "select :name", orm_no_params) != ORM_OK);
    CHECK(orm_exec(db, NULL, "select count(*) from accounts where id = ?", orm_params(1)) != ORM_OK);
}

ON_EACH(what_only_one_engine_reads)
{
    small_account(db, "Ada");
    if (case_engine != ON_POSTGRES) {
        CHECK_INT(NUMBER("select count(*) as `what ?2` from accounts where name = ?1", orm_params("Ada")), 1);
        CHECK_INT(NUMBER("select count(*) as [what ?2] from accounts where name = ?1", orm_params("Ada")), 1);
        return;
    }
    CHECK_INT(NUMBER("select count(*) from accounts where name = ?1 and $$?2 '$$ <> $a$ $$ ?3 $b$ $a$", orm_params("Ada")), 1);
    CHECK_INT(NUMBER("select count(*) from accounts where name = ?1 and e'it\\'s ?2' = 'it''s ?2'", orm_params("Ada")), 1);
    CHECK_INT(NUMBER("select count(*) from accounts where e'a\\''\n'\\'?2' = 'a''''?2' and name = ?1", orm_params("Ada")), 1);
    CHECK_INT(NUMBER("select count(*) /* a /* b */ ?2 */ from accounts where name = ?1", orm_params("Ada")), 1);
    CHECK_INT(NUMBER("select count(*) from accounts where jsonb '{\"a\": 1}' ? 'a' and jsonb '{\"b\": 1}' ?| array['a', 'b'] and name = ?1", orm_params("Ada")), 1);
    CHECK_INT(NUMBER("select (array[10, 20, 30])[?1]", orm_params(2)), 20);
    CHECK_INT(orm_exec(db, NULL, "do $$ begin perform 1; perform '?1'; end $$", orm_no_params), ORM_OK);
}

CHECK_MAIN()

/* >>first_hour_test: what somebody tries in the first hour: the clock, dates on paper, a row on the screen, a line of SQL by hand, a test
   that leaves no trace. */
#include "small.h"
#include <locale.h>
#include <time.h>

/* ---- times and dates ---- */

ON_EACH(now_is_now_and_goes_through_the_database_and_back)
{
    orm_time now = orm_now();
    CHECK(now / 1000000 - (int64_t)time(NULL) <= 1 && (int64_t)time(NULL) - now / 1000000 <= 1);
    Account ada = small_account(db, "Ada");
    CHECK(ada.created_at >= now && ada.created_at <= orm_now());
    CHECK_INT(ada.created_at, ada.updated_at);
    Account *found = Account_find(db, ada.id);
    CHECK_INT(found->created_at, ada.created_at);
    char text[ORM_TIME_SIZE];
    orm_time parsed = 0;
    CHECK(orm_time_parse(orm_time_text(found->created_at, text), &parsed));
    CHECK_INT(parsed, ada.created_at);
    orm_free(found);
    orm_opt_time moment;
    CHECK_INT(orm_scalar(db, &moment, "select max(created_at) from accounts", orm_no_params), ORM_OK);
    CHECK(moment.set && moment.value == ada.created_at);
    CHECK_INT(orm_scalar(db, &moment, "select created_at from accounts where created_at <= ?1", orm_params(orm_now())), ORM_OK);
    CHECK(moment.set);
    int64_t n = 0;
    CHECK_INT(Account_count(db, &(Account_query){ .where = orm_between(Account_.created_at, now, orm_now()) }, &n), ORM_OK);
    CHECK_INT(n, 1);
}

TEST(dates_and_times_are_read_and_printed_as_iso_8601)
{
    char text[ORM_TIME_SIZE];
    orm_time moment = 0;
    CHECK(orm_time_parse("2026-11-20T09:08:07.5+02:00", &moment));
    CHECK_TEXT(orm_time_text(moment, text), "2026-11-20T07:08:07.500Z");
    CHECK_TEXT(orm_time_text(0, text), "1970-01-01T00:00:00Z");
    CHECK_TEXT(orm_time_text(-1, text), "1969-12-31T23:59:59.999999Z");
    CHECK_TEXT(orm_time_text(ORM_UNSET_TIME, text), "unset");
    static const char *const bad[] = { "", "now", "2026-11-20", "2026-02-30T00:00:00Z", "2026-11-20T24:00:00Z", "2026-11-20T09:08:60Z", "2026-11-20T09:08:07", "20261120T090807Z" };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) CHECK(!orm_time_parse(bad[i], &moment));
    orm_date day;
    char date[ORM_DATE_SIZE];
    CHECK(orm_date_parse("2024-02-29", &day));
    CHECK_TEXT(orm_date_text((orm_date){ day.days + 1 }, date), "2024-03-01");
    CHECK(!orm_date_parse("2023-02-29", &day));
    orm_clock hour;
    char clock[ORM_CLOCK_SIZE];
    CHECK(orm_clock_parse("09:08", &hour));
    CHECK_TEXT(orm_clock_text(hour, clock), "09:08:00");
    CHECK_INT(orm_time_make(orm_date_make(1970, 1, 2), orm_clock_make(0, 0, 1, 0)), INT64_C(86401000000));
}

/* ---- a row on the screen ---- */

static const char *dump_of(const orm_model *model, const void *row)
{
    static char text[4000];
    memset(text, 0, sizeof text);
    FILE *out = fmemopen(text, sizeof text - 1, "w");
    orm__dump(out, model, row);
    fclose(out);
    return text;
}

ON_EACH(a_dump_shows_every_member_and_no_secret)
{
    ORM_NEW(Account, ada, .name = "Ada \"the first\"\n", .rate = orm_double(0.5), .pin = "1234");
    CHECK_TEXT(dump_of(&Account_model, &ada),
        "Account (fresh) {\n    id = NULL\n    name = \"Ada \\\"the first\\\"\\x0a\"\n    email = NULL\n    balance = 0\n    rate = 0.5\n    bio = NULL\n    active = true\n"
        "    colour = \"green\"\n    pin = ***\n    created_at = NULL\n    updated_at = NULL\n    entries = not loaded\n}\n");
    CHECK_INT(Account_create(db, &ada), ORM_OK);
    ada.created_at = ada.updated_at = 0;
    CHECK_CONTAINS(dump_of(&Account_model, &ada), "Account (created) {\n    id = 1\n");
    CHECK_CONTAINS(dump_of(&Account_model, &ada), "created_at = \"1970-01-01T00:00:00.000Z\"");
    Account *found = Account_find_all(db, &(Account_query){ .select = { .name = 1 }, .include = { orm_with(Account_.entries) } });
    CHECK_CONTAINS(dump_of(&Account_model, found), "Account (loaded) {\n    id = 1\n");
    CHECK_CONTAINS(dump_of(&Account_model, found), "balance = not loaded\n");
    CHECK_CONTAINS(dump_of(&Account_model, found), "entries = [0]\n");
    orm_free(found);
    CHECK_TEXT(dump_of(&Account_model, NULL), "Account NULL\n");
}

ON_EACH(json_is_what_a_web_api_would_answer)
{
    ORM_NEW(Account, ada, .name = "Ada \"the first\"", .pin = "1234", .created_at = 0, .updated_at = 1500000);
    CHECK_INT(Account_create(db, &ada), ORM_OK);
    CHECK_INT(ada.created_at, 0);                         /* a time of one's own stays */
    ORM_NEW(Entry, entry, .account_id = ada.id, .note = "a/b", .amount = -5);
    CHECK_INT(Entry_create(db, &entry), ORM_OK);
    ORM_AUTO Account *list = Account_find_all(db, &(Account_query){ .include = { orm_with(Account_.entries) } });
    char *text = Account_all_to_json(list, (Account_mask){ 0 });
    CHECK_TEXT(text, "[{\"id\":1,\"name\":\"Ada \\\"the first\\\"\",\"email\":null,\"balance\":0,\"rate\":null,\"bio\":null,\"active\":true,\"colour\":\"green\","
                     "\"created_at\":\"1970-01-01T00:00:00.000Z\",\"updated_at\":\"1970-01-01T00:00:01.500Z\",\"entries\":[{\"id\":1,\"account_id\":1,\"note\":\"a/b\",\"amount\":-5}]}]");
    orm_free_text(text);
    text = Account_to_json(list, (Account_mask){ .name = 1, .pin = 1 });
    CHECK_TEXT(text, "{\"name\":\"Ada \\\"the first\\\"\",\"entries\":[{\"id\":1,\"account_id\":1,\"note\":\"a/b\",\"amount\":-5}]}");
    orm_free_text(text);
}

/* ---- SQL by hand ---- */

ON_EACH(scalars_of_each_type_and_their_absence)
{
    orm_opt_int64 number;
    orm_opt_double real;
    orm_opt_bool yes;
    orm_opt_time moment;
    orm_arena arena = { 0 };
    const char *text = "";
    CHECK_INT(orm_scalar(db, &number, "select cast(?1 as bigint) + ?2", orm_params(40, 2)), ORM_OK);
    CHECK(number.set && number.value == 42);
    CHECK_INT(orm_scalar(db, &real, "select cast(?1 as double precision) / 4", orm_params(1.0)), ORM_OK);
    CHECK(real.set);
    CHECK_DOUBLE(real.value, 0.25);
    CHECK_INT(orm_scalar(db, &yes, "select ?1 = ?2", orm_params("a", "a")), ORM_OK);
    CHECK(yes.set && yes.value);
    Account ada = small_account(db, "Ada");
    CHECK_INT(orm_exec(db, NULL, "update accounts set created_at = ?1, active = ?2, rate = ?3", orm_params((orm_time)-5, false, 1.5)), ORM_OK);
    CHECK_INT(orm_scalar(db, &moment, "select created_at from accounts where id = ?1", orm_params(ada.id)), ORM_OK);
    CHECK(moment.set && moment.value == -5);
    CHECK_INT(orm_scalar(db, &yes, "select active from accounts", orm_no_params), ORM_OK);
    CHECK(yes.set && !yes.value);
    CHECK_INT(orm_scalar(db, &real, "select rate from accounts", orm_no_params), ORM_OK);
    CHECK_DOUBLE(real.value, 1.5);
    CHECK_INT(orm_scalar(db, &number, "select balance from accounts", orm_no_params), ORM_OK);
    CHECK(number.set && number.value == 0);
    CHECK_INT(Account_destroy(db, &ada), ORM_OK);
    CHECK_INT(orm_scalar_text(db, &arena, &text, "select upper(?1)", orm_params("ada")), ORM_OK);
    CHECK_TEXT(text, "ADA");
    /* none, and NULL */
    CHECK_INT(orm_scalar(db, &number, "select id from accounts", orm_no_params), ORM_OK);
    CHECK(!number.set);
    CHECK_INT(orm_scalar(db, &number, "select cast(null as bigint)", orm_no_params), ORM_OK);
    CHECK(!number.set);
    CHECK_INT(orm_scalar_text(db, &arena, &text, "select name from accounts", orm_no_params), ORM_OK);
    CHECK_TEXT(text, NULL);
    /* what does not fit */
    CHECK_INT(orm_scalar(db, &number, "select 'many'", orm_no_params), ORM_BAD_DATA);
    CHECK(!number.set);
    CHECK_INT(orm_scalar(db, &yes, "select 2", orm_no_params), ORM_BAD_DATA);
    CHECK_INT(orm_scalar_text(db, &arena, &text, "select 1", orm_no_params), ORM_BAD_DATA);
    CHECK_INT(orm_scalar_text(db, NULL, &text, "select 'x'", orm_no_params), ORM_MISUSE);
    /* values of the other types */
    orm_uuid id = orm_uuid_v7();
    char printed[ORM_UUID_SIZE];
    CHECK_INT(orm_scalar_text(db, &arena, &text, "select ?1 || ' ' || ?2 || ' ' || ?3", orm_params(id, orm_date_make(2026, 11, 20), orm_clock_make(9, 8, 7, 0))), ORM_OK);
    CHECK_CONTAINS(text, orm_uuid_text(id, printed));
    CHECK_CONTAINS(text, " 2026-11-20 09:08:07");
    const char *none = NULL;
    CHECK_INT(orm_scalar(db, &yes, "select cast(?1 as text) is null", orm_params(none)), ORM_OK);
    CHECK(yes.set && yes.value);
    ORM_NEW(Tag, tag, .code = "x", .data = ((orm_blob){ "\0\1", 2 }));
    CHECK_INT(Tag_create(db, &tag), ORM_OK);
    CHECK_INT(orm_scalar(db, &number, "select count(*) from tags where data = ?1", orm_params(((orm_blob){ "\0\1", 2 }))), ORM_OK);
    CHECK_INT(number.value, 1);
    orm_arena_release(&arena);
}

ON_EACH(exec_counts_what_it_changed)
{
    for (int i = 0; i < 5; i++) small_account(db, "Ada");
    int64_t changed = -1;
    CHECK_INT(orm_exec(db, &changed, "update accounts set balance = ?1 where id > ?2", orm_params(7, 2)), ORM_OK);
    CHECK_INT(changed, 3);
    CHECK_INT(orm_exec(db, &changed, "update accounts set balance = 1 where id > 100", orm_no_params), ORM_OK);
    CHECK_INT(changed, 0);
    CHECK_INT(orm_exec(db, &changed, "create table extra (a integer, b text default 'b')", orm_no_params), ORM_OK);
    CHECK_INT(changed, 0);
    CHECK_INT(orm_exec(db, &changed, "select * from accounts", orm_no_params), ORM_OK);
    CHECK_INT(changed, 0);
    CHECK_INT(orm_exec(db, &changed, "delete from accounts", orm_no_params), ORM_OK);
    CHECK_INT(changed, 5);
    CHECK_INT(orm_exec(db, &changed, "insert into extra (a) values (?1), (?2), (?1)", orm_params(1, 2)), ORM_OK);
    CHECK_INT(changed, 3);
    changed = 9;
    CHECK_INT(orm_exec(db, &changed, "nonsense", orm_no_params), ORM_SYNTAX);
    CHECK_INT(changed, 0);
    /* what looks like a parameter inside a text, a name or a comment is none */
    CHECK_INT(orm_exec(db, &changed, "update extra set a = ?1 /* ?2 */ where '?3' <> \"b\" -- ?4", orm_params(5)), ORM_OK);
    CHECK_INT(changed, 3);
}

ON_EACH(a_statement_by_hand_is_prepared_once)
{
    orm_opt_int64 n;
    CHECK_INT(orm_scalar(db, &n, "select cast(?1 as bigint)", orm_params(1)), ORM_OK);
    uint64_t prepares = orm_counters_of(db).prepares;
    for (int i = 0; i < 10; i++) {
        CHECK_INT(orm_scalar(db, &n, "select cast(?1 as bigint)", orm_params(i)), ORM_OK);
        CHECK_INT(n.value, i);
    }
    CHECK_INT(orm_counters_of(db).prepares, prepares);
    /* and again when the tables change under it */
    CHECK_INT(orm_scalar(db, &n, "select count(*) from accounts", orm_no_params), ORM_OK);
    CHECK_INT(orm_exec(db, NULL, "alter table accounts add column extra text", orm_no_params), ORM_OK);
    CHECK_INT(orm_scalar(db, &n, "select count(*) from accounts", orm_no_params), ORM_OK);
}

/* ---- tests that leave no trace ---- */

static void a_test_of_the_user(orm_db *db)
{
    ORM_TEST_ROLLBACK(db) {
        Account ada = small_account(db, "Ada");
        ORM_AUTO Account *found = Account_find(db, ada.id);
        CHECK_TEXT(found ? found->name : NULL, "Ada");
        return;                                           /* even that way out */
    }
}

ON_EACH(a_test_block_leaves_nothing_behind)
{
    a_test_of_the_user(db);
    CHECK(!orm_failed());
    CHECK_INT(small_count(db), 0);
    CHECK_INT(small_log.errors, 0);
}

/* ---- around it ---- */

ON_EACH(the_handle_tells_about_itself)
{
    CHECK_CONTAINS(orm_engine(db), case_engine == ON_POSTGRES ? "PostgreSQL " : "SQLite 3.");
    orm_counters before = orm_counters_of(db);
    small_account(db, "Ada");
    orm_free(Account_find_all(db, NULL));
    orm_counters after = orm_counters_of(db);
    CHECK_INT(after.statements, before.statements + 2);
    CHECK_INT(after.prepares, before.prepares + 2);
    CHECK_INT(after.cached, before.cached + 2);
    CHECK_INT(after.rows, before.rows + (orm_capabilities_of(db)->keys_by_returning ? 2 : 1));
    CHECK(after.allocations > before.allocations);
}

ON_EACH(nothing_depends_on_the_locale)
{
    if (!setlocale(LC_ALL, "de_DE.UTF-8") && !setlocale(LC_ALL, "de_DE") && !setlocale(LC_ALL, "fr_FR.UTF-8")) return;
    ORM_NEW(Account, ada, .name = "Ada", .rate = orm_double(1234.5));
    CHECK_INT(Account_create(db, &ada), ORM_OK);
    ORM_AUTO Account *found = Account_find(db, ada.id);
    CHECK_DOUBLE(found->rate.value, 1234.5);
    char *text = Account_to_json(found, (Account_mask){ .rate = 1 });
    CHECK_TEXT(text, "{\"rate\":1234.5}");
    orm_free_text(text);
    CHECK_CONTAINS(dump_of(&Account_model, found), "rate = 1234.5\n");
    setlocale(LC_ALL, "C");
}

CHECK_MAIN()

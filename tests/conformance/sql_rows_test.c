/* Rows by SQL of the program's own: parameters by name and number, lists, what comes back against the model, and what is refused. */
#include "engines.h"
#include "helpers.h"
#include "check_alloc.h"

#define Person_FIELDS(X)                                  \
    X(id,         serial)                                 \
    X(name,       string(40), column("full_name"))        \
    X(age,        integer, nullable)                      \
    X(born,       date, nullable)                         \
    X(rich,       boolean, default(false))                \
    X(score,      double, nullable)                       \
    X(secret_word, string(20), secret, nullable)          \
    X(updated_at, updated_at)
ORM_MODEL(Person, persons)
#define Firm_FIELDS(X) X(id, serial) X(person_id, tenant(Person))
ORM_MODEL(Firm, firms)
#define Folk_MODELS(X) X(Person) X(Firm)
ORM_SCHEMA(Folk)
ORM_DEFINE(Folk)

static char logged[8000];
static int by_hand;
static void keep_log(void *context, const orm_log_event *event)
{
    (void)context;
    size_t n = strlen(logged);
    by_hand += event->by_hand;
    snprintf(logged + n, sizeof logged - n, "%s\n", event->sql ? event->sql : "");
    for (size_t i = 0; i < event->n_values; i++)
        if (event->values[i].type == ORM_TEXT) snprintf(logged + strlen(logged), sizeof logged - strlen(logged), "<%s>", event->values[i].as.s);
}
static void start(void) { logged[0] = 0; by_hand = 0; }
static const struct case_setup folk_cases = { &Folk_schema, keep_log, NULL, start };
#define ON_EACH(name) ON_EACH_OF(name, folk_cases)

static void make_people(orm_db *db)
{
    static const char *const names[] = { "Ada", "Bob", "Cy", "Di", "Eve" };
    for (int i = 0; i < 5; i++) {
        ORM_NEW(Person, p, .name = names[i], .secret_word = "word");
        if (i) p.age = orm_int32(10 * i);
        p.rich = i == 3;
        OK(Person_create(db, &p));
    }
    start();
}

ON_EACH(rows_come_by_sql_of_ones_own)
{
    make_people(db);
    ORM_AUTO Person *some = orm_sql(db, Person, "select id, full_name, age from persons where age >= :low and full_name <> :not order by age", orm_named("low", 20, "not", "Cy"));
    REQUIRE(some);
    CHECK_INT(orm_len(some), 2);
    CHECK_TEXT(some[0].name, "Di");
    CHECK_INT(some[1].age.value, 40);
    CHECK_INT(by_hand, 1);
    char *json = Person_all_to_json(some, (Person_mask){ .id = 0 });
    CHECK_TEXT(json, "[{\"id\":4,\"name\":\"Di\",\"age\":30},{\"id\":5,\"name\":\"Eve\",\"age\":40}]");
    orm_free_text(json);
    some[0].age = orm_int32(31);
    OK(Person_save(db, &some[0]));                       /* what was not read is left alone */
    ORM_AUTO Person *di = Person_find_one(db, &(Person_query){ .where = orm_eq(Person_.id, 4), .with_secrets = true });
    REQUIRE(di);
    CHECK(di->rich);
    CHECK_INT(di->age.value, 31);
    CHECK_TEXT(di->secret_word, "word");
    ORM_AUTO Person *all = orm_sql(db, Person, "select * from persons where id > ?1 order by id", orm_params(3));
    CHECK_INT(orm_len(all), 2);
    CHECK_TEXT(all[0].secret_word, "word");
    ORM_AUTO Person *none = orm_sql(db, Person, "select id from persons where full_name = :name", orm_named("name", "nobody"));
    REQUIRE(none);
    CHECK_INT(orm_len(none), 0);
    ORM_AUTO Person *grouped = orm_sql(db, Person, "select rich, max(age) as age from persons group by rich order by rich", orm_no_params);
    REQUIRE(grouped);
    CHECK_INT(orm_len(grouped), 2);
    CHECK_INT(grouped[1].age.value, 31);
    ORM_AUTO Person *one = orm_sql_one(db, Person, "select id, full_name from persons where id = :id", orm_named("id", 2));
    REQUIRE(one);
    CHECK_TEXT(one->name, "Bob");
    CHECK(!orm_sql_one(db, Person, "select id from persons where id = :id", orm_named("id", 77)));
    CHECK_TEXT(orm_status_name(orm_error()->kind), "ORM_NOT_FOUND");
    CHECK(!orm_sql_one(db, Person, "select id from persons", orm_no_params));
    CHECK_TEXT(orm_status_name(orm_error()->kind), "ORM_MISUSE");
}

ON_EACH(a_parameter_may_stand_often_and_is_of_its_type)
{
    make_people(db);
    ORM_AUTO Person *twice = orm_sql(db, Person, "select id from persons where age > :x or (age < :x and full_name like :like) order by id", orm_named("like", "B%", "x", 30));
    REQUIRE(twice);
    CHECK_INT(orm_len(twice), 2);
    orm_opt_int64 n = { 0, false };
    OK(orm_scalar(db, &n, "select count(*) from persons where rich = :yes", orm_named("yes", true)));
    CHECK_INT(n.value, 1);
    int64_t changed = 0;
    OK(orm_exec(db, &changed, "update persons set score = :score, born = :born where id = :id", orm_named("score", 1.5, "born", ((orm_date){ 42 }), "id", 1)));
    CHECK_INT(changed, 1);
    ORM_AUTO Person *ada = Person_get(db, 1);
    REQUIRE(ada);
    CHECK(ada->score.set && ada->born.value.days == 42);
    OK(orm_exec(db, &changed, "update persons set age = :none where id = :id", orm_named("none", orm_null, "id", 2)));
    ORM_AUTO Person *bob = Person_get(db, 2);
    CHECK(bob && !bob->age.set);
    OK(orm_exec(db, &changed, "update persons set secret_word = :w where id = :id", orm_named("w", orm_secret("hush hush"), "id", 2)));
    CHECK(!strstr(logged, "hush"));
}

ON_EACH(an_array_is_a_list)
{
    make_people(db);
    orm_int64s ids = orm_array(orm_int64s, 1, 3, 5, 77);
    orm_texts names = orm_array(orm_texts, "Ada", "it's", "Di");
    ORM_AUTO Person *some = orm_sql(db, Person, "select id from persons where id in (:ids) order by id", orm_named("ids", ids));
    REQUIRE(some);
    CHECK_INT(orm_len(some), 3);
    ORM_AUTO Person *named = orm_sql(db, Person, "select id from persons where full_name NOT IN ( ?1 ) order by id", orm_params(names));
    REQUIRE(named);
    CHECK_INT(orm_len(named), 3);
    orm_int64s empty = orm_empty(orm_int64s);
    ORM_AUTO Person *none = orm_sql(db, Person, "select id from persons where id in (:ids)", orm_named("ids", empty));
    REQUIRE(none);
    CHECK_INT(orm_len(none), 0);
}

/* quotes, comments, casts: nothing in them is a parameter (S01, S30) */
ON_EACH(what_only_looks_like_a_parameter_is_none)
{
    make_people(db);
    const char *text_ = NULL;
    orm_arena arena = { 0 };
    OK(orm_scalar_text(db, &arena, &text_, "select ':x' || :y || '?1 $1 @p1 %s' -- :z\n /* :w ?2 */ as \"a:b\"", orm_named("y", ":y")));
    CHECK_TEXT(text_, ":x:y?1 $1 @p1 %s");
    OK(orm_scalar_text(db, &arena, &text_, "select cast(:y as text)", orm_named("y", "OR true; DROP TABLE persons; --")));
    CHECK_TEXT(text_, "OR true; DROP TABLE persons; --");
    CHECK_INT(COUNT(Person, db, .all = false), 5);
    if (case_engine == ON_POSTGRES) {
        orm_opt_int64 n = { 0, false };
        OK(orm_scalar(db, &n, "select :n::bigint + cardinality((array[1, 2, 3])[2:3]) + length($q$ :x ?1 $q$) + (case when '{\"a\": 1}'::jsonb ? 'a' then 1 else 0 end)", orm_named("n", 5)));
        CHECK_INT(n.value, 15);
    }
    orm_arena_release(&arena);
}

ON_EACH(slips_are_told_and_nothing_is_sent)
{
    make_people(db);
    REFUSED_ROWS(db, orm_sql(db, Person, "select id from persons where age > :low", orm_named("lo", 3)), ORM_MISUSE);
    CHECK_CONTAINS(orm_error()->message, ":low");
    REFUSED_ROWS(db, orm_sql(db, Person, "select id from persons where age > :low", orm_no_params), ORM_MISUSE);
    REFUSED_ROWS(db, orm_sql(db, Person, "select id from persons where age > :low", orm_params(3)), ORM_MISUSE);
    REFUSED_ROWS(db, orm_sql(db, Person, "select id from persons where age > :low", orm_named("low", 3, "high", 4)), ORM_MISUSE);
    CHECK_CONTAINS(orm_error()->message, ":high");
    REFUSED_ROWS(db, orm_sql(db, Person, "select id from persons where age > :low", orm_named("low", 3, "low", 4)), ORM_MISUSE);
    CHECK_CONTAINS(orm_error()->message, "twice");
    REFUSED_ROWS(db, orm_sql(db, Person, "select id from persons where age > ?1", orm_named("low", 3)), ORM_MISUSE);
    REFUSED_ROWS(db, orm_sql(db, Person, "select id from persons where age > ?2", orm_params(3)), ORM_MISUSE);
    REFUSED_ROWS(db, orm_sql(db, Person, "", orm_no_params), ORM_MISUSE);
    REFUSED_ROWS(db, orm_sql(db, Person, "select id from persons where full_name = :n", orm_named("n", "\xC0\xAF")), ORM_BAD_TEXT);
    REFUSED_ROWS(db, orm_sql(orm_tenant(db, 1), Person, "select id from persons", orm_no_params), ORM_MISUSE);
    REFUSED(db, orm_exec(orm_tenant(db, 1), NULL, "delete from firms", orm_no_params), ORM_MISUSE);
    CHECK(!orm_sql(db, Person, "select id from persons; delete from persons", orm_no_params));
    CHECK_TEXT(orm_status_name(orm_error()->kind), "ORM_SYNTAX");
    CHECK_INT(COUNT(Person, db, .all = false), 5);
}

ON_EACH(what_comes_back_is_compared_with_the_model)
{
    make_people(db);
    CHECK(!orm_sql(db, Person, "select id, full_name as nam from persons", orm_no_params));
    CHECK_TEXT(orm_status_name(orm_error()->kind), "ORM_BAD_DATA");
    CHECK_CONTAINS(orm_error()->message, "\"nam\"");
    CHECK(!orm_sql(db, Person, "select id, age, age from persons", orm_no_params));
    CHECK_TEXT(orm_status_name(orm_error()->kind), "ORM_BAD_DATA");
    CHECK_TEXT(orm_error()->field, "age");
    CHECK(!orm_sql(db, Person, "select id, full_name as age from persons", orm_no_params));
    CHECK_TEXT(orm_status_name(orm_error()->kind), "ORM_BAD_DATA");
    CHECK_TEXT(orm_error()->field, "age");
    CHECK(!orm_sql(db, Person, "select id, cast(null as varchar(40)) as full_name from persons", orm_no_params));
    CHECK_TEXT(orm_status_name(orm_error()->kind), "ORM_BAD_DATA");
    CHECK_TEXT(orm_error()->field, "name");
    CHECK(!orm_sql(db, Person, "update persons set age = 3", orm_no_params));
    CHECK_TEXT(orm_status_name(orm_error()->kind), "ORM_BAD_DATA");
    ORM_AUTO Person *fine = orm_sql(db, Person, "update persons set age = 4 where id = 1 returning id, age", orm_no_params);
    REQUIRE(fine);
    CHECK_INT(fine[0].age.value, 4);
    for (int i = 0; i < 3; i++) {                        /* the same text for two models, and again: statements are kept by both */
        ORM_AUTO Person *p = orm_sql(db, Person, "select id from persons where id = 1", orm_no_params);
        ORM_AUTO Firm *f = orm_sql(db, Firm, "select id from persons where id = 1", orm_no_params);
        CHECK(p && f && p->id == 1 && f->id == 1);
    }
}
/* ---- one after the other ---------------------------------------------------------------------------------------------------------- */

/* more than two pages; their ids are 1 to MANY */
enum { MANY = 600 };
static void make_many(orm_db *db)
{
    static Person people[MANY];
    for (int i = 0; i < MANY; i++) {
        people[i] = Person_defaults();
        people[i].name = i % 2 ? "odd" : "even";
        people[i].age = orm_int32(i);
    }
    OK(Person_create_all(db, people, MANY, NULL));
    start();
}

ON_EACH(rows_are_walked_one_after_the_other)
{
    make_many(db);
    int64_t expected = MANY - 1, n = 0;
    char name[8] = "odd";
    ORM_SQL_EACH(Person, p, db, "select full_name, id, age from persons where full_name = :name and id >= :low order by id desc", orm_named("name", name, "low", 11)) {
        if (p->id == expected + 1) CHECK_TEXT(p->name, "odd");
        n += p->id == expected + 1 && p->age.set && p->age.value == expected;
        expected -= 2;
        if (p->id % 100 == 0) {                           /* other calls in between, and other walks */
            ORM_AUTO Person *again = Person_find(db, p->id);
            CHECK(again && again->age.value == p->age.value);
            int inner = 0;
            ORM_SQL_EACH(Person, q, db, "select id from persons where id <= ?1 order by id", orm_params(p->id)) {
                inner++;
                if (q->id == 90) break;
            }
            CHECK_INT(inner, 90);
        }
    }
    CHECK(!orm_failed());
    CHECK_INT(n, 295);
    CHECK_INT(by_hand > 0, 1);
    n = 0;
    ORM_SQL_EACH(Person, p, db, "select id from persons where id > ?1", orm_params(MANY)) n++;
    ORM_SQL_EACH(Person, p, db, "-- of all\n select id from persons", orm_no_params) n += p->id > 0;
    ORM_SQL_EACH(Person, p, db, "with few as (select id from persons where id in (:ids)) select id from few", orm_named("ids", orm_array(orm_int64s, 3, 5, 256, 257))) n += 1000;
    CHECK(!orm_failed());
    CHECK_INT(n, MANY + 4000);
    for (int64_t limit = 255; limit <= 257; limit++) {    /* at the edges of a page */
        n = 0;
        ORM_SQL_EACH(Person, p, db, "select id from persons where id <= ?1", orm_params(limit)) n++;
        CHECK_INT(n, limit);
        n = 0;
        ORM_SQL_EACH(Person, p, db, "select id from persons order by id", orm_no_params) {
            if (++n == limit) break;
            continue;
        }
        CHECK_INT(n, limit);
    }
    CHECK(!orm_failed());
}

/* the most bytes that were in use at once while so many rows were walked */
static size_t walk_measured(orm_db *db, const struct check_allocator *state, int64_t rows)
{
    size_t most = 0;
    int64_t n = 0;
    ORM_SQL_EACH(Person, p, db, "select id, full_name, age from persons where id <= ?1 order by id", orm_params(rows)) {
        n += p->id > 0;
        if (state->live_bytes > most) most = state->live_bytes;
    }
    CHECK(!orm_failed());
    CHECK_INT(n, rows);
    return most;
}

ON_EACH(memory_does_not_grow_with_the_rows_that_are_walked)
{
    (void)db;
    struct check_allocator state = { .fail_at = 0 };
    orm_db *own = orm_open(case_url, .allocator = check_failing_allocator(&state));
    REQUIRE(own);
    OK(orm_sync(own, &Folk_schema));
    for (int i = 0; i < 4; i++) make_many(own);
    walk_measured(own, &state, MANY);
    size_t few = walk_measured(own, &state, MANY), all = walk_measured(own, &state, 4 * MANY);
    CHECK(all <= few + 1024);
    orm_close(own);
    CHECK_INT(state.live, 0);
    CHECK(!state.wrong);
}

static int64_t first_over(orm_db *db, int32_t age)
{
    ORM_SQL_EACH(Person, p, db, "select id, age from persons where age > ?1 order by age", orm_params(age)) return p->id;
    return 0;
}

ON_EACH(a_walk_may_be_left_at_any_time)
{
    make_many(db);
    for (int i = 0; i < 40; i++) CHECK_INT(first_over(db, 300 + i), 302 + i);
    CHECK_INT(first_over(db, MANY), 0);
    ORM_TRANSACTION(db) {
        for (int i = 0; i < 40; i++) CHECK_INT(first_over(db, 300 + i), 302 + i);
        ORM_NEW(Person, p, .name = "more");
        OK(Person_create(db, &p));
    }
    CHECK(!orm_failed());
    ORM_SQL_EACH(Person, p, db, "select id from persons", orm_no_params) {
        CHECK(!Person_find(db, -1));
        break;
    }
    CHECK_INT(orm_error()->kind, ORM_NOT_FOUND);          /* the body's word stands */
    CHECK(!orm_failed());
    CHECK_INT(COUNT(Person, db, .all = false), MANY + 1);
    OK(orm_exec(db, NULL, "drop table firms", orm_no_params));      /* nothing is held that others need */
}

ON_EACH(in_a_transaction_the_body_writes)
{
    make_many(db);
    int64_t n = 0;
    ORM_TRANSACTION(db) {
        ORM_SQL_EACH(Person, p, db, "select id, full_name, age from persons where age < 300 order by id", orm_no_params) {
            n++;
            p->name = "seen";
            OK(Person_save(db, p));                       /* age is loaded as well, what was not read is not written */
            if (n % 100) continue;
            ORM_TRANSACTION(db) {
                OK(Person_update(db, &(Person_change){ .set = { orm_set(Person_.name, "undone") }, .where = orm_eq(Person_.id, p->id) }, NULL));
                break;
            }
            CHECK_INT(orm_error()->kind, ORM_ROLLED_BACK);
            orm_handled(db);
            ORM_TRANSACTION(db) CHECK_INT(first_over(db, 500), 502);
        }
        CHECK(!orm_failed());
    }
    CHECK(!orm_failed());
    CHECK_INT(n, 300);
    CHECK_INT(COUNT(Person, db, .where = orm_eq(Person_.name, "seen")), 300);
    n = 0;
    ORM_TRANSACTION(db) {
        ORM_SQL_EACH(Person, p, db, "select id from persons order by id", orm_no_params) {
            CHECK_INT(Person_destroy_by_key(db, p->id), n < 300 ? ORM_OK : ORM_FAILED);
            if (++n == 300) orm_fail(db, 7, "enough");
        }
        CHECK(orm_failed());                              /* after a failure the loop goes on with the page that it has, and ends */
    }
    CHECK_INT(orm_error()->code, 7);
    CHECK(n >= 300 && n < MANY);
    CHECK_INT(COUNT(Person, db, .all = false), MANY);
}

ON_EACH(outside_of_a_transaction_the_body_reads)
{
    make_many(db);
    int n = 0;
    ORM_SQL_EACH(Person, p, db, "select id from persons order by id", orm_no_params) {
        n++;
        CHECK_INT(Person_destroy_by_key(db, p->id), ORM_READ_ONLY);
        break;
    }
    CHECK_INT(orm_error()->kind, ORM_READ_ONLY);
    n = 0;
    ORM_SQL_EACH(Person, p, db, "select id from persons order by id", orm_no_params) {
        if (++n == 10) Person_destroy_by_key(db, p->id);
    }
    CHECK_INT(orm_error()->kind, ORM_READ_ONLY);
    CHECK_INT(n, 256);                                    /* of the rows that were there by then */
    CHECK_INT(COUNT(Person, db, .all = false), MANY);
    if (case_engine == ON_MEMORY) return;                 /* one connection: who writes outside waits for itself */
    n = 0;
    ORM_SQL_EACH(Person, p, db, "select id from persons order by id", orm_no_params) {
        OK(Person_destroy_by_key(orm_outside(db), p->id));
        n++;
    }
    CHECK(!orm_failed());
    CHECK_INT(n, MANY);
    CHECK_INT(COUNT(Person, db, .all = false), 0);
}

#define WALK_FAILS(db, kind_, sql, ...) do { int rounds = 0; ORM_SQL_EACH(Person, p, db, sql, __VA_ARGS__) rounds++;             \
        CHECK_TEXT(orm_status_name(orm_error()->kind), #kind_); CHECK(orm_failed()); CHECK_INT(rounds, 0); } while (0)

ON_EACH(what_goes_wrong_in_a_walk_is_told)
{
    make_many(db);
    WALK_FAILS(db, ORM_SYNTAX, "select id frm persons", orm_no_params);
    WALK_FAILS(db, ORM_BAD_DATA, "select id, 1 as other from persons", orm_no_params);
    CHECK_CONTAINS(orm_error()->message, "\"other\"");
    WALK_FAILS(db, ORM_BAD_DATA, "select 'x' as id from persons", orm_no_params);
    WALK_FAILS(db, ORM_MISUSE, "select id from persons where id = :id", orm_no_params);
    WALK_FAILS(db, ORM_MISUSE, "update persons set age = 1 returning id", orm_no_params);
    WALK_FAILS(db, ORM_MISUSE, "", orm_no_params);
    WALK_FAILS(db, ORM_MISUSE, "rollback", orm_no_params);
    WALK_FAILS(NULL, ORM_MISUSE, "select id from persons", orm_no_params);
    WALK_FAILS(orm_tenant(db, 1), ORM_MISUSE, "select id from persons", orm_no_params);
    WALK_FAILS(db, ORM_BAD_TEXT, "select id from persons where full_name = ?1", orm_params("\xff"));
    int n = 0;
    ORM_SQL_EACH(Person, p, db, "select id, abs(case when id = 300 then -9223372036854775807 - (id - 299) else id end) as age from persons order by id", orm_no_params) n++;
    CHECK(orm_failed());                                  /* in the second page */
    CHECK_INT(n, 256);
    ORM_TRANSACTION(db) {
        ORM_SQL_EACH(Person, p, db, "select id, 1 as other from persons", orm_no_params) n++;
        CHECK(!Person_find(db, 1));                       /* it failed */
    }
    CHECK_TEXT(orm_status_name(orm_error()->kind), "ORM_BAD_DATA");
    ORM_AUTO Person *there = Person_get(db, 1);
    CHECK(there != NULL);
    ORM_BATCH(db) {
        ORM_SQL_EACH(Person, p, db, "select id from persons", orm_no_params) n++;
        CHECK_TEXT(orm_status_name(orm_error()->kind), "ORM_MISUSE");
    }
    ORM_TRANSACTION(db) {
        ORM_SQL_EACH(Person, p, orm_current(db), "select id from persons", orm_no_params) n++;
        CHECK_TEXT(orm_status_name(orm_error()->kind), "ORM_MISUSE");
    }
    CHECK_INT(n, 256);
}

ON_EACH(a_transaction_that_ends_takes_its_walks_with_it)
{
    make_many(db);
    for (int how = 0; how < 3; how++) {
        int n = 0;
        orm_tx *tx = orm_begin(db, NULL);
        orm_tx *inner = how == 2 ? orm_begin(db, NULL) : NULL;
        REQUIRE(tx);
        ORM_SQL_EACH(Person, p, db, "select id from persons order by id", orm_no_params) {
            if (++n != 10) continue;
            if (how == 0) OK(orm_commit(tx));
            if (how == 1) orm_rollback(tx);
            if (how == 2) OK(orm_commit(inner));
        }
        CHECK_INT(n, 256);
        CHECK(orm_failed());
        CHECK_CONTAINS(orm_error()->message, how == 2 ? "has ended" : "");
        if (how == 2) orm_rollback(tx);
        CHECK_INT(COUNT(Person, db, .all = false), MANY);
    }
    orm_tx *tx = orm_begin(db, NULL);
    REQUIRE(tx);
    ORM_SQL_EACH(Person, p, db, "select id from persons order by id", orm_no_params) {
        if (p->id < 300) continue;
        OK(orm_commit(tx));
        break;
    }
    CHECK(!orm_failed());
    CHECK_INT(COUNT(Person, db, .all = false), MANY);
}
CHECK_MAIN()

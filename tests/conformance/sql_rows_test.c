/* Rows by SQL of the program's own: parameters by name and number, lists, what comes back against the model, and what is refused. */
#include "engines.h"
#include "helpers.h"

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
CHECK_MAIN()

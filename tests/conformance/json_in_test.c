/* Rows, patches and conditions out of JSON texts, on each engine: what is accepted is written and found, what is refused leaves no trace. */
#include "engines.h"
#include "helpers.h"

#define Kind_VALUES(X) X(guest) X(member) X(admin)
ORM_ENUM(Kind)
#define Person_FIELDS(X)                                       \
    X(id,         serial)                                      \
    X(name,       string(40), not_empty, normalize(trim))      \
    X(email,      string(60), email, unique)                   \
    X(age,        integer, nullable)                           \
    X(kind,       enumeration(Kind), default(Kind_guest))      \
    X(born,       date, nullable)                              \
    X(balance,    decimal(10, 2), nullable)                    \
    X(token,      text, nullable, secret)                      \
    X(created_at, created_at)                                  \
    X(notes,      has_many(Remark, person_id))                 \
    X(card,       has_one(Card, person_id))                    \
    X(groups,     many_to_many(Group, Membership, person_id, group_id))
ORM_MODEL(Person, persons)
#define Remark_FIELDS(X) X(id, serial) X(person_id, key(Person)) X(title, string(20), not_empty) X(person, belongs_to(Person, person_id))
ORM_MODEL(Remark, remarks)
#define Card_FIELDS(X) X(id, serial) X(person_id, key(Person), unique) X(digits, string(20))
ORM_MODEL(Card, cards)
#define Group_FIELDS(X) X(id, serial) X(label, string(20), unique)
ORM_MODEL(Group, groups_)
#define Membership_FIELDS(X) X(person_id, key(Person), primary_key) X(group_id, key(Group), primary_key)
ORM_MODEL(Membership, memberships)
#define Town_MODELS(X) X(Person) X(Remark) X(Card) X(Group) X(Membership)
ORM_SCHEMA(Town)
ORM_DEFINE(Town)

/* the text of the last statement */
static char last_sql[4096];
static void keep_sql(void *context, const orm_log_event *event)
{
    (void)context;
    if (event->sql) snprintf(last_sql, sizeof last_sql, "%s", event->sql);
}
static const struct case_setup town_cases = { &Town_schema, NULL, NULL, NULL };
#define ON_EACH(name) ON_EACH_OF(name, town_cases)
#define FROM(M, db, text, ...) M##_from_json(db, text, strlen(text), (M##_mask){ __VA_ARGS__ })

static Person *person(orm_db *db, const char *text) { return FROM(Person, db, text, .name = 1, .email = 1, .age = 1, .kind = 1, .born = 1, .balance = 1); }

static int64_t three(orm_db *db)
{
    static const char rows[] = "[{\"name\":\"Ada\",\"email\":\"ada@x.org\",\"age\":36,\"kind\":\"admin\",\"born\":\"1815-12-10\",\"balance\":10.50},"
                               "{\"name\":\"Bob\",\"email\":\"bob@x.org\",\"age\":20,\"kind\":\"member\"},{\"name\":\"C%\",\"email\":\"c@y.org\",\"age\":null,\"balance\":-3}]";
    ORM_AUTO Person *people = Person_all_from_json(db, rows, sizeof rows - 1, (Person_mask){ .name = 1, .email = 1, .age = 1, .kind = 1, .born = 1, .balance = 1 });
    CHECK(people && orm_len(people) == 3);
    if (!people) return 0;
    OK(Person_create_all(db, people, 3, NULL));
    return people[0].id;
}

ON_EACH(an_object_becomes_a_row_that_is_created)
{
    ORM_AUTO Person *p = person(db, "{\"email\":\"ada@x.org\",\"name\":\"  Ada \",\"age\":36,\"balance\":1234567.89,\"born\":\"1815-12-10\"}");
    REQUIRE(p);
    CHECK_INT(p->id, 0);
    OK(Person_create(db, p));
    ORM_AUTO Person *read = Person_get(db, p->id);
    REQUIRE(read);
    CHECK_TEXT(read->name, "Ada");
    CHECK_INT(read->kind, Kind_guest);
    CHECK_INT(orm_decimal_compare(read->balance.value, orm_decimal_of("1234567.89")), 0);
    CHECK_INT(read->born.value.days, orm_date_make(1815, 12, 10).days);
}

ON_EACH(what_is_refused_sends_nothing)
{
    REFUSED_ROWS(db, person(db, "{\"name\":\"\",\"email\":\"x\"}"), ORM_VALIDATION);
    CHECK_INT(orm_error()->failures.total, 2);
    REFUSED_ROWS(db, person(db, "{\"name\":\"Ada\",\"email\":\"a@x.org\""), ORM_BAD_JSON);
    REFUSED_ROWS(db, person(db, "{\"name\":\"Ada\",\"email\":\"a@x.org\",\"id\":7,\"token\":\"t\",\"created_at\":\"2026-01-01T00:00:00Z\",\"notes\":[]}"), ORM_VALIDATION);
    CHECK_INT(orm_error()->failures.total, 4);
    for (size_t i = 0; i < 4; i++) CHECK_TEXT(orm_error()->failures.item[i].rule, "unknown");
    CHECK_INT(COUNT(Person, db, .limit = 0), 0);
}

ON_EACH(an_array_is_created_whole_or_not_at_all)
{
    three(db);
    CHECK_INT(COUNT(Person, db, .limit = 0), 3);
    static const char taken[] = "[{\"name\":\"D\",\"email\":\"d@x.org\"},{\"name\":\"E\",\"email\":\"ada@x.org\"}]";
    ORM_AUTO Person *people = Person_all_from_json(db, taken, sizeof taken - 1, (Person_mask){ .name = 1, .email = 1 });
    REQUIRE(people);
    CHECK_TEXT(orm_status_name(Person_create_all(db, people, 2, NULL)), "ORM_UNIQUE");
    CHECK_INT(COUNT(Person, db, .limit = 0), 3);
}

#define SHAPE &(Person_query){ .select = { .name = 1, .email = 1 }, .include = { orm_with(Person_.notes, .select = { .title = 1 }, .limit = 3), orm_with(Person_.card, .select = { .digits = 1 }), \
    orm_with(Person_.groups, .select = { .label = 1 }) } }

ON_EACH(nested_rows_are_created_with_their_owner)
{
    static const char text[] = "{\"name\":\"Ada\",\"email\":\"ada@x.org\",\"notes\":[{\"title\":\"one\"},{\"title\":\"two\"}],\"card\":{\"digits\":\"42\"},\"groups\":[{\"label\":\"a\"},{\"label\":\"b\"}]}";
    ORM_AUTO Person *p = Person_graph_from_json(db, text, sizeof text - 1, SHAPE, NULL);
    REQUIRE(p);
    CHECK_INT(orm_len(p->notes), 2);
    OK(Person_create_graph(db, p));
    ORM_AUTO Person *read = Person_get_one(db, &(Person_query){ .include = { orm_with(Person_.notes, .order = { orm_asc(Remark_.id) }), orm_with(Person_.card), orm_with(Person_.groups) } });
    REQUIRE(read && orm_len(read->notes) == 2 && read->card && orm_len(read->groups) == 2);
    CHECK_TEXT(read->notes[1].title, "two");
    CHECK_TEXT(read->card->digits, "42");
    static const char child[] = "{\"title\":\"three\",\"person\":{\"name\":\"Bob\",\"email\":\"bob@x.org\"}}";
    ORM_AUTO Remark *remark = Remark_graph_from_json(db, child, sizeof child - 1, &(Remark_query){ .select = { .title = 1 }, .include = { orm_with(Remark_.person, .select = { .name = 1, .email = 1 }) } }, NULL);
    REQUIRE(remark && remark->person);
    OK(Remark_create_graph(db, remark));
    CHECK_INT(remark->person_id, remark->person->id);
    CHECK_INT(COUNT(Person, db, .limit = 0), 2);
}

ON_EACH(what_is_wrong_in_a_nested_row_is_named_by_its_path)
{
    static const char text[] = "{\"name\":\"Ada\",\"email\":\"ada@x.org\",\n \"notes\":[{\"title\":\"one\"},{\"title\":\"\",\"person_id\":1}]}";
    REFUSED_ROWS(db, Person_graph_from_json(db, text, sizeof text - 1, SHAPE, NULL), ORM_VALIDATION);
    const orm_failures *f = &orm_error()->failures;
    REQUIRE(f->count == 2);
    CHECK_TEXT(f->item[0].field, "notes[1].title");
    CHECK_INT(f->item[0].line, 2);
    CHECK_TEXT(f->item[1].field, "notes[1].person_id");
    static const char many[] = "{\"name\":\"Ada\",\"email\":\"ada@x.org\",\"notes\":[{\"title\":\"1\"},{\"title\":\"2\"},{\"title\":\"3\"},{\"title\":\"4\"}]}";
    REFUSED_ROWS(db, Person_graph_from_json(db, many, sizeof many - 1, SHAPE, NULL), ORM_VALIDATION);
    CHECK_TEXT(orm_error()->failures.item[0].field, "notes");
}

ON_EACH(a_patch_writes_what_is_there_and_nothing_else)
{
    int64_t id = three(db);
    ORM_AUTO Person *p = Person_get(db, id);
    REQUIRE(p);
    static const char text[] = "{\"age\":null,\"name\":\" Augusta \"}", wrong[] = "{\"name\":\"Eve\",\"age\":\"1\"}", key[] = "{\"id\":9}";
    Person_mask set;
    OK(Person_patch_from_json(db, p, text, sizeof text - 1, (Person_mask){ .name = 1, .age = 1, .email = 1 }, &set));
    CHECK(set.name && set.age && !set.email);
    OK(Person_save_only(db, p, set));
    ORM_AUTO Person *read = Person_get(db, id);
    REQUIRE(read);
    CHECK_TEXT(read->name, "Augusta");
    CHECK(!read->age.set);
    CHECK_TEXT(read->email, "ada@x.org");
    REFUSED(db, Person_patch_from_json(db, p, wrong, sizeof wrong - 1, (Person_mask){ .name = 1, .age = 1 }, NULL), ORM_VALIDATION);
    CHECK_TEXT(p->name, "Augusta");
    REFUSED(db, Person_patch_from_json(db, p, key, sizeof key - 1, (Person_mask){ .id = 1 }, NULL), ORM_MISUSE);
    ORM_NEW(Person, fresh, .name = "n", .email = "n@x.org");
    REFUSED(db, Person_patch_from_json(db, &fresh, text, sizeof text - 1, (Person_mask){ .name = 1, .age = 1 }, NULL), ORM_MISUSE);
}

/* ---- conditions ---- */

static const Person_filter all_of_it = { .eq = { .name = 1, .email = 1, .age = 1, .kind = 1, .born = 1, .balance = 1 }, .ne = { .name = 1, .age = 1, .kind = 1 },
    .in = { .name = 1, .age = 1, .kind = 1 }, .range = { .age = 1, .born = 1, .balance = 1, .name = 1 }, .contains = { .name = 1, .email = 1 },
    .starts_with = { .name = 1 }, .ends_with = { .email = 1 }, .null = { .age = 1, .born = 1 }, .connectives = true };

/* who is found, by their first letters; or what is wrong */
static const char *found(orm_db *db, const char *filter)
{
    static char names[64];
    orm_arena arena = { 0 };
    Person_pred where;
    size_t n = 0;
    orm_status status = Person_filter_from_json(db, filter, strlen(filter), &all_of_it, &arena, &where);
    if (!status) {
        ORM_AUTO Person *people = Person_find_all(db, &(Person_query){ .where = where, .order = { orm_asc(Person_.id) } });
        for (; people && n < orm_len(people); n++) names[n] = people[n].name[0];
        status = people ? ORM_OK : orm_error()->kind;
    }
    names[n] = 0;
    orm_arena_release(&arena);
    return status ? orm_status_name(status) : names;
}

ON_EACH(filters_find_what_they_say)
{
    static const struct { const char *filter, *who; } asked[] = {
        { "{}", "ABC" }, { "{\"name\":\"Ada\"}", "A" }, { "{\"name\":{\"eq\":\"Bob\"}}", "B" }, { "{\"name\":{\"ne\":\"Bob\"}}", "AC" }, { "{\"age\":{\"gte\":20,\"lt\":36}}", "B" },
        { "{\"age\":{\"gt\":20}}", "A" }, { "{\"age\":{\"lte\":20}}", "B" }, { "{\"age\":{\"null\":true}}", "C" }, { "{\"age\":{\"null\":false}}", "AB" }, { "{\"age\":{\"in\":[36,20,7]}}", "AB" },
        { "{\"age\":{\"not_in\":[36]}}", "B" }, { "{\"age\":{\"in\":[]}}", "" }, { "{\"kind\":\"admin\"}", "A" }, { "{\"kind\":{\"in\":[\"guest\",\"member\"]}}", "BC" },
        { "{\"name\":{\"contains\":\"%\"}}", "C" }, { "{\"name\":{\"starts_with\":\"A\"}}", "A" }, { "{\"email\":{\"ends_with\":\"x.org\"}}", "AB" }, { "{\"born\":\"1815-12-10\"}", "A" },
        { "{\"born\":{\"lt\":\"1900-01-01\"}}", "A" }, { "{\"balance\":10.5}", "A" }, { "{\"balance\":{\"lt\":0}}", "C" },
        { "{\"or\":[{\"name\":\"Ada\"},{\"age\":20}]}", "AB" }, { "{\"not\":{\"name\":\"Ada\"}}", "BC" }, { "{\"and\":[{\"kind\":\"member\"},{\"or\":[{\"age\":20},{\"age\":36}]}]}", "B" },
        { "{\"name\":{\"ne\":\"Bob\"},\"not\":{\"or\":[{\"age\":{\"null\":true}},{\"name\":\"Eve\"}]}}", "A" } };
    three(db);
    for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++) {
        const char *who = found(db, asked[i].filter);
        if (strcmp(who, asked[i].who) != 0) printf("%s\n", asked[i].filter);
        CHECK_TEXT(who, asked[i].who);
    }
}

ON_EACH(filters_refuse_what_they_are_not_allowed)
{
    static const char *const refused[] = {
        "{\"token\":\"a\"}", "{\"id\":1}", "{\"email\":{\"starts_with\":\"a\"}}", "{\"name\":{\"like\":\"%\"}}", "{\"name\":null}", "{\"name\":{\"eq\":null}}", "{\"name\":{}}", "{\"name\":[\"Ada\"]}",
        "{\"name\":{\"in\":\"Ada\"}}", "{\"age\":\"36\"}", "{\"age\":36.0}", "{\"kind\":\"boss\"}", "{\"kind\":1}", "{\"or\":[]}", "{\"or\":[{}]}", "{\"not\":{}}", "{\"or\":{\"name\":\"Ada\"}}",
        "{\"name\":\"Ada\",\"name\":\"Bob\"}", "{\"age\":{\"gt\":1,\"gt\":2}}", "[]", "3" };
    three(db);
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        const char *who = found(db, refused[i]);
        if (strcmp(who, "ORM_VALIDATION") != 0) printf("%s\n", refused[i]);
        CHECK_TEXT(who, "ORM_VALIDATION");
    }
    orm_arena arena = { 0 };
    Person_pred where;
    REFUSED(db, Person_filter_from_json(db, "{}", 2, &(Person_filter){ .starts_with = { .token = 1 } }, &arena, &where), ORM_MISUSE);
    REFUSED(db, Person_filter_from_json(db, "{}", 2, &(Person_filter){ .contains = { .age = 1 } }, &arena, &where), ORM_MISUSE);
    REFUSED(db, Person_filter_from_json(db, "{}", 2, &(Person_filter){ .connectives = true }, &arena, &where), ORM_MISUSE);
    REFUSED(db, Person_filter_from_json(db, "{}", 2, &all_of_it, NULL, &where), ORM_MISUSE);
}

ON_EACH(an_empty_filter_neither_changes_nor_destroys)
{
    three(db);
    orm_arena arena = { 0 };
    Person_pred where;
    OK(Person_filter_from_json(db, "{}", 2, &all_of_it, &arena, &where));
    REFUSED(db, Person_destroy_all(db, &(Person_query){ .where = where }, NULL), ORM_MISUSE);
    REFUSED(db, Person_update(db, &(Person_change){ .set = { orm_set(Person_.age, 1) }, .where = where }, NULL), ORM_MISUSE);
    CHECK_INT(COUNT(Person, db, .limit = 0), 3);
    orm_arena_release(&arena);
}

ON_EACH(hostile_values_do_not_change_the_sql)
{
    static const char *const texts[] = { "Ada", "'; drop table persons; --", "\\\\' or 1=1", "$1", "?1", ":name", "%_\\\\", "\\u0027\\u0022" };
    char plain[sizeof last_sql] = "", filter[256];
    (void)db;
    orm_db *logged = case_open(.log = keep_sql);
    REQUIRE(logged);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        snprintf(filter, sizeof filter, "{\"name\":{\"eq\":\"%s\",\"contains\":\"%s\"},\"or\":[{\"name\":{\"in\":[\"%s\"]}},{\"age\":1}]}", texts[i], texts[i], texts[i]);
        CHECK_TEXT(found(logged, filter), "");
        if (i == 0) memcpy(plain, last_sql, sizeof plain);
        CHECK_TEXT(last_sql, plain);
    }
    orm_close(logged);
}
CHECK_MAIN()

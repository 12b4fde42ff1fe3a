/* Enumerations on each engine: types of the database where it has such, texts with a check elsewhere, and no difference in what a program sees. */
#include "helpers.h"

/* by name: high, low, middle; declared in another order, so that the two cannot be taken for each other */
#define Level_VALUES(X) X(low) X(middle) X(high)
ORM_ENUM(Level)
#define Colour_VALUES(X) X(red) X(green)
ORM_ENUM(Colour)

#define Task_FIELDS(X)                                                            \
    X(id,       serial)                                                           \
    X(name,     text, unique)                                                     \
    X(level,    enumeration(Level), default(Level_middle))                        \
    X(before,   enumeration(Level), nullable, column("the \"before\""))           \
    X(colour,   enumeration(Colour), nullable, default_sql("'green'"))
ORM_MODEL(Task, tasks, index(level, desc(name)), check(urgent_is_red, "level <> 'high' or colour = 'red'"))

/* the same enumeration in another model, as its key */
#define Grade_FIELDS(X) X(id, enumeration(Level), primary_key) X(line, text) X(notes, has_many(Note, level))
ORM_MODEL(Grade, grades)
#define Note_FIELDS(X) X(id, serial) X(level, enumeration(Level), references(Grade, id)) X(text, text) X(grade, belongs_to(Grade, level))
ORM_MODEL(Note, notes)

#define Enums_MODELS(X) X(Note) X(Task) X(Grade)
ORM_SCHEMA(Enums)
ORM_DEFINE(Enums)
static const struct case_setup cases = { .schema = &Enums_schema };

static void make_tasks(orm_db *db)
{
    ORM_NEW(Task, a, .name = "a", .level = Level_low, .before = Level_high, .colour = Colour_red);
    ORM_NEW(Task, b, .name = "b", .level = Level_high, .colour = Colour_red);
    ORM_NEW(Task, c, .name = "c", .before = Level_middle);
    OK(Task_create(db, &a));
    OK(Task_create(db, &b));
    OK(Task_create(db, &c));
}

/* the names of the tasks that a query finds, in its order: "abc" */
static const char *named(orm_db *db, Task_query q)
{
    static char names[16];
    ORM_AUTO Task *tasks = Task_find_all(db, &q);
    names[0] = 0;
    for (size_t i = 0; i < orm_len(tasks); i++) strcat(names, tasks[i].name);
    return tasks ? names : "failed";
}

ON_EACH_OF(values_and_defaults_come_back, cases)
{
    make_tasks(db);
    ORM_AUTO Task *tasks = Task_find_all(db, &(Task_query){ .order = { orm_asc(Task_.name) } });
    REQUIRE(orm_len(tasks) == 3);
    CHECK_INT(tasks[0].level, Level_low);
    CHECK_INT(tasks[0].before, Level_high);
    CHECK_INT(tasks[2].level, Level_middle);
    CHECK_INT(tasks[1].before, 0);
    CHECK_INT(tasks[2].colour, Colour_green);       /* made by the database */
}

ON_EACH_OF(enumerations_compare_and_sort_as_declared, cases)
{
    make_tasks(db);
    CHECK_TEXT(named(db, (Task_query){ .order = { orm_asc(Task_.level) } }), "acb");
    CHECK_TEXT(named(db, (Task_query){ .order = { orm_desc(Task_.level) } }), "bca");
    CHECK_TEXT(named(db, (Task_query){ .order = { orm_asc(Task_.before), orm_asc(Task_.name) } }), "bca");
    CHECK_TEXT(named(db, (Task_query){ .order = { orm_desc_nulls_first(Task_.before) } }), "bac");
    CHECK_INT(COUNT(Task, db, .where = orm_gt(Task_.level, Level_low)), 2);
    CHECK_INT(COUNT(Task, db, .where = orm_gte(Task_.level, Level_low)), 3);
    CHECK_INT(COUNT(Task, db, .where = orm_lt(Task_.level, Level_high)), 2);
    CHECK_INT(COUNT(Task, db, .where = orm_between(Task_.level, Level_middle, Level_high)), 2);
    CHECK_INT(COUNT(Task, db, .where = orm_lt_column(Task_.level, Task_.before)), 1);
    CHECK_INT(COUNT(Task, db, .where = orm_eq_column(Task_.level, Task_.before)), 1);
}

ON_EACH_OF(parameters_find_their_type_in_every_position, cases)
{
    make_tasks(db);
    Level two[] = { Level_low, Level_high };
    CHECK_INT(COUNT(Task, db, .where = orm_eq(Task_.level, Level_high)), 1);
    CHECK_INT(COUNT(Task, db, .where = orm_ne(Task_.before, Level_high)), 1);
    CHECK_INT(COUNT(Task, db, .where = orm_in(Task_.level, Level_low, Level_middle)), 2);
    CHECK_INT(COUNT(Task, db, .where = orm_not_in(Task_.level, Level_low, Level_middle)), 1);
    CHECK_INT(COUNT(Task, db, .where = orm_in_array(Task_.level, two, 2)), 2);
    CHECK_INT(COUNT(Task, db, .where = orm_not_in_array(Task_.level, two, 2)), 1);
    CHECK_INT(COUNT(Task, db, .where = orm_is_null(Task_.before)), 1);
    int64_t changed = 0;
    OK(Task_update(db, &(Task_change){ .set = { orm_set(Task_.before, Level_low), orm_set_null(Task_.colour) }, .where = orm_eq(Task_.level, Level_middle) }, &changed));
    CHECK_INT(changed, 1);
    OK(Task_update(db, &(Task_change){ .set = { orm_set_column(Task_.before, Task_.level) }, .where = orm_eq(Task_.name, "a") }, &changed));
    ORM_AUTO Task *a = Task_find_by_name(db, "a");
    REQUIRE(a != NULL);
    CHECK_INT(a->before, Level_low);
    a->before = Level_middle;
    a->colour = Colour_green;
    OK(Task_save(db, a));
    ORM_AUTO Task *again = Task_reload(db, a);
    CHECK(again && again->before == Level_middle && again->colour == Colour_green);
}

ON_EACH_OF(pages_go_on_behind_a_row_in_the_order_of_an_enumeration, cases)
{
    make_tasks(db);
    ORM_AUTO Task *first = Task_find_one(db, &(Task_query){ .order = { orm_asc(Task_.level) } });
    REQUIRE(first != NULL);
    CHECK_TEXT(named(db, (Task_query){ .order = { orm_asc(Task_.level) }, .after = first }), "cb");
    CHECK_TEXT(named(db, (Task_query){ .order = { orm_desc(Task_.level) }, .after = first }), "");
    CHECK_TEXT(named(db, (Task_query){ .order = { orm_desc(Task_.before) }, .after = first }), "cb");
}

ON_EACH_OF(an_enumeration_is_a_key_of_relations, cases)
{
    ORM_NEW(Grade, high, .id = Level_high, .line = "h");
    ORM_NEW(Grade, low, .id = Level_low, .line = "l");
    OK(Grade_create(db, &high));
    OK(Grade_create(db, &low));
    for (int i = 0; i < 4; i++) {
        ORM_NEW(Note, note, .level = i % 2 ? Level_low : Level_high, .text = i < 2 ? "one" : "two");
        OK(Note_create(db, &note));
    }
    ORM_AUTO Grade *grades = Grade_find_all(db, &(Grade_query){ .order = { orm_asc(Grade_.id) }, .include = { orm_with(Grade_.notes, .limit = 1) } });
    REQUIRE(orm_len(grades) == 2);
    CHECK_INT(grades[0].id, Level_low);             /* keys sort as declared */
    CHECK_INT(orm_len(grades[0].notes), 1);
    CHECK_INT(orm_len(grades[1].notes), 1);
    ORM_AUTO Grade *found = Grade_find(db, Level_high);
    CHECK(found && strcmp(found->line, "h") == 0);
    int seen = 0;
    ORM_EACH(Grade, grade, db) seen = seen * 10 + (int)grade->id;
    CHECK_INT(seen, 13);
    CHECK_INT(COUNT(Note, db, .where = orm_has(Note_.grade, orm_eq(Grade_.line, "l"))), 2);
}

ON_EACH_OF(lists_are_written_in_one_statement, cases)
{
    Task tasks[40];
    char names[40][8];
    for (int i = 0; i < 40; i++) {
        snprintf(names[i], sizeof names[i], "t%d", i);
        tasks[i] = Task_defaults();
        tasks[i].name = names[i];
        tasks[i].level = (Level)(1 + i % 2);
        if (i % 3) tasks[i].before = (Level)(1 + i % 3);
    }
    OK(Task_create_all(db, tasks, 40, NULL));
    CHECK_INT(COUNT(Task, db, .where = orm_eq(Task_.level, Level_low)), 20);
    CHECK_INT(COUNT(Task, db, .where = orm_is_null(Task_.before)), 14);
}

ON_EACH_OF(the_database_refuses_other_labels, cases)
{
    make_tasks(db);
    CHECK(orm_exec(db, NULL, "update tasks set level = 'huge'", orm_no_params) != ORM_OK);
    CHECK(orm_exec(db, NULL, "update tasks set level = ?1", orm_params("huge")) != ORM_OK);
    OK(orm_exec(db, NULL, "update tasks set level = ?1, colour = 'red'", orm_params("high")));
    CHECK_INT(COUNT(Task, db, .where = orm_eq(Task_.level, Level_high)), 3);
    CHECK(orm_exec(db, NULL, "update tasks set colour = 'green'", orm_no_params) == ORM_CHECK);
}

ON_EACH_OF(a_second_sync_finds_no_difference, cases) { OK(orm_sync(db, &Enums_schema)); }

/* an engine with types of enumerations keeps the labels in one place, which may not be the model's */
ON_EACH_OF(other_labels_in_the_database_are_a_difference_and_bad_data, cases)
{
    char *sql = orm_schema_sql(db, &Enums_schema);
    CHECK_CONTAINS(sql, case_engine == ON_POSTGRES ? "create type \"Level\" as enum ('low', 'middle', 'high');\n" : "\"level\" in ('low', 'middle', 'high')");
    orm_free_text(sql);
    if (case_engine != ON_POSTGRES) return;
    OK(orm_exec(db, NULL, "alter type \"Level\" add value 'top' before 'high'", orm_no_params));
    CHECK_INT(orm_sync(db, &Enums_schema), ORM_SCHEMA_DIFFERS);
    CHECK_TEXT(orm_error()->message, "1 difference: Level has the labels low, middle, top, high; the model says low, middle, high");
    CHECK_TEXT(orm_error()->failures.item[0].rule, "labels");
    OK(orm_exec(db, NULL, "insert into tasks (name, level) values ('x', 'top')", orm_no_params));
    CHECK(Task_find_all(db, NULL) == NULL);
    CHECK_INT(orm_error()->kind, ORM_BAD_DATA);
    CHECK_CONTAINS(orm_error()->message, "unknown label \"top\"");
}

ON_EACH_OF(a_name_that_another_type_has_is_a_difference, cases)
{
    if (case_engine != ON_POSTGRES) return;
    OK(orm_exec(db, NULL, "drop table tasks, notes, grades", orm_no_params));
    OK(orm_exec(db, NULL, "drop type \"Level\"", orm_no_params));
    OK(orm_exec(db, NULL, "create type \"Level\" as (low integer)", orm_no_params));
    CHECK_INT(orm_sync(db, &Enums_schema), ORM_SCHEMA_DIFFERS);
    CHECK_CONTAINS(orm_error()->message, "Level is a type without labels; the model says low, middle, high");
}

/* the tasks once more, as a program could have them that was put together of two */
ON_EACH_OF(names_of_types_that_clash_are_refused, cases)
{
    const char *const labels[] = { "low" };
    const orm_enum other = { "Level", labels, 1 };
    orm_column columns[8];
    orm_model twice = Task_model;
    const orm_schema both = { "Both", (const orm_model *const[]){ &Task_model, &twice }, 2 };
    REQUIRE(Task_model.n_columns <= 8);
    memcpy(columns, Task_model.columns, Task_model.n_columns * sizeof *columns);
    twice.columns = columns;
    twice.name = "Twice";
    twice.table = "twice";
    char *sql = orm_schema_sql(db, &both);
    REQUIRE(sql != NULL);                       /* the same labels: it is made once */
    char *type = strstr(sql, "create type \"Level\"");
    CHECK_INT(type != NULL, (case_engine == ON_POSTGRES));
    CHECK(!type || !strstr(type + 1, "create type \"Level\""));
    orm_free_text(sql);
    if (!(case_engine == ON_POSTGRES)) return;
    columns[2].model = &twice;
    columns[2].is.labels = &other;
    CHECK(orm_schema_sql(db, &both) == NULL);
    CHECK_INT(orm_error()->kind, ORM_MISUSE);
    CHECK_CONTAINS(orm_error()->message, "Twice.level: there are two enumerations Level with different labels");
    columns[2].is.labels = Task_model.columns[2].is.labels;
    twice.table = "Level";
    CHECK(orm_schema_sql(db, &both) == NULL);
    CHECK_INT(orm_error()->kind, ORM_MISUSE);
    CHECK_CONTAINS(orm_error()->message, "the enumeration Level and the table of Twice would have the same name");
}

TEST(labels_are_told_and_parsed)
{
    Level level = Level_high;
    CHECK_TEXT(Level_label(Level_middle), "middle");
    CHECK(Level_label((Level)0) == NULL && Level_label((Level)99) == NULL);
    CHECK(Level_parse("low", &level) && level == Level_low);
    CHECK(!Level_parse("Low", &level) && !Level_parse("", &level) && !Level_parse(NULL, &level));
    CHECK(level == Level_low);
}

CHECK_MAIN()

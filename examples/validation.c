/* Validation: values made normal, rules of one field and of several, all that is wrong told at once, in whose words you like. examples/booking.c has more.

       cc examples/validation.c -I. -lsqlite3 -o validation && ./validation [URL]
       cc -DWITH_POSTGRES examples/validation.c -I. -I$(pg_config --includedir) -lsqlite3 -lpq -o validation && ./validation "postgres://me@localhost/test" */
#define ORM_IMPLEMENTATION
#include "orm.h"
#include "dialects/sqlite.h"
#ifdef WITH_POSTGRES
#  include "dialects/postgres.h"
#endif
#include <stdio.h>
#include <string.h>

#define Level_VALUES(X) X(beginners, "for beginners") X(experts, "for experts")
ORM_ENUM(Level)

/* A rule may have a message of its own. Rules that SQL can say are constraints of the table as well, so that others who write there keep them, too. */
#define Course_FIELDS(X)                                                                                        \
    X(id,      serial)                                                                                          \
    X(code,    string(20), unique("is the code of another course"), slug, normalize(trim, lowercase))           \
    X(title,   string(60), length(3, 60), normalize(trim, collapse))                                            \
    X(contact, string(80), email("needs an address that we can write to"), normalize(trim, lowercase))          \
    X(level,   enumeration(Level), default(Level_beginners))                                                    \
    X(seats,   integer, between(4, 30), check_with(is_even))                                                    \
    X(begins,  date)                                                                                            \
    X(ends,    date)
/* a rule in C: NULL, or what is wrong */
static const char *is_even(int64_t seats) { return seats % 2 ? "must be even, as two share a desk" : NULL; }

ORM_MODEL(Course, courses, validate(check_days, begins, ends))
#define School_MODELS(X) X(Course)
ORM_SCHEMA(School)

/* a rule of several fields; it is asked when each of them is fine by itself */
void check_days(const Course *row, Course_failures *failures)
{
    if (row->ends.days < row->begins.days) orm_blame(failures, Course_.ends, "is before it begins");
    if (row->ends.days - row->begins.days > 90) orm_blame_row(failures, "takes longer than a term");
}
ORM_DEFINE(School)

static void show_failures(const char *what, const orm_failures *failures)
{
    printf("%s: %d\n", what, (int)failures->total);
    for (size_t i = 0; i < failures->count; i++) {
        const orm_failure *f = &failures->item[i];
        printf("    %s%s%s (%s)\n", f->field, f->field[0] ? ": " : "", f->message, f->rule);
    }
}

/* Other words, for a language or a house style: the first entry that fits is taken, and what none fits keeps its message. */
static orm_message terse[] = {
    { .rule = "required", .text = "missing" },
    { .rule = "length",   .text = "{low} to {high} letters" },
    { .rule = "between",  .text = "{low} to {high}" },
    { .text = NULL } };

int main(int argc, char **argv)
{
    orm_db *db = orm_open(argc > 1 ? argv[1] : "sqlite::memory:");
    if (!db || orm_sync(db, &School_schema)) return orm_perror("open");
    if (Course_destroy_all(db, &(Course_query){ .all = true }, NULL)) return orm_perror("clear");

    /* What is typed in many ways is stored in one. Normal texts need memory: name an arena, and the rows of this thread get theirs there. */
    orm_arena request = { 0 };
    orm_arena *before = orm_texts_into(&request);
    ORM_NEW(Course, c, .code = " C-Basics ", .title = " C   from  the start", .contact = "Office@Example.ORG", .seats = 12,
            .begins = orm_date_make(2026, 3, 2), .ends = orm_date_make(2026, 4, 17));
    if (Course_create(db, &c)) return orm_perror("create");
    printf("created: '%s', '%s', '%s'\n", c.code, c.title, c.contact);

    /* All that is wrong, not the first thing only. M_validate needs no database, and M_create does the same before it sends anything. */
    ORM_NEW(Course, wrong, .code = "C & more", .title = "C", .contact = "nobody", .seats = 31, .begins = orm_date_make(2026, 5, 1), .ends = orm_date_make(2026, 4, 1));
    orm_failures failures;
    if (Course_validate(&wrong, &failures)) show_failures("broken rules", &failures);

    /* What only the database can know is in the same list, so that a form shows it in the same place. */
    ORM_NEW(Course, taken, .code = "C-BASICS", .title = "C once more", .contact = "office@example.org", .seats = 8,
            .begins = orm_date_make(2026, 3, 2), .ends = orm_date_make(2026, 3, 3));
    if (Course_create(db, &taken) == ORM_UNIQUE) show_failures("taken", &orm_error()->failures);

    /* For a web API: the answer to a bad request, in other words. The messages are this thread's until they are taken back. */
    char json[2048];
    orm_messages(orm_message_table, terse);
    ORM_NEW(Course, empty, .title = "C", .seats = 2);
    if (Course_create(db, &empty)) orm_errors_json(json, sizeof json), puts(json);
    orm_messages(NULL, NULL);

    /* A change is checked as well: save asks the rules of what it writes, and update those of the values that it assigns. */
    Course *found = Course_find_by_code(db, "c-basics");
    if (!found) return orm_perror("find");
    found->seats = 5;
    found->ends = orm_date_make(2027, 1, 1);
    if (Course_save(db, found)) show_failures("saved", &orm_error()->failures);
    orm_free(found);
    if (Course_update(db, &(Course_change){ .set = { orm_set(Course_.title, "C") }, .where = orm_eq(Course_.code, "c-basics") }, NULL))
        show_failures("updated", &orm_error()->failures);
    /* update does not read the row, so it cannot ask a rule that needs more fields than it sets: that is refused, not skipped. */
    if (Course_update(db, &(Course_change){ .set = { orm_set(Course_.ends, orm_date_make(2026, 4, 18)) }, .where = orm_eq(Course_.code, "c-basics") }, NULL))
        printf("a rule of two fields: %s: %s\n", orm_status_name(orm_error()->kind), orm_error()->message);

    /* Whoever writes past the program meets the table's constraints. */
    if (orm_exec(db, NULL, "update courses set seats = 400", orm_no_params)) printf("by hand: %s\n", orm_status_name(orm_error()->kind));
    orm_texts_into(before);
    orm_arena_release(&request);
    orm_close(db);
    return 0;
}

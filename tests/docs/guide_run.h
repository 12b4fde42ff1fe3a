/* The database on which the fragments of the guide run, one page after the other on a fresh one: what guide.h declares is filled here. */
#include "../../orm.h"
#include "../../dialects/sqlite.h"
#include "guide.h"

static void empty(void)
{
    orm_free(labels);
    orm_close(db);
    orm_arena_release(&arena);
}

static int fill(void)
{
    static const struct { const char *title; int who, points; enum State state; int day; } tasks[] = {
        { "Write the texts", 1, 3, State_done, 0 }, { "Draw the logo", 2, 5, State_doing, 3 }, { "Choose a server", 1, 2, State_open, 10 },
        { "Fix the footer", 0, 1, State_open, 1 },  { "Measure the speed", 2, 8, State_open, 0 } };
    db = orm_open("sqlite::memory:");
    if (!db || orm_sync(db, &Tracker_schema)) return orm_perror("fill");
    ada = Member_defaults();
    ada.name = "Ada";
    ada.email = "ada@example.com";
    grace = Member_defaults();
    grace.name = "Grace";
    grace.email = "grace@example.com";
    site = Project_defaults();
    site.name = "Website";
    site.budget = orm_decimal_of("5000.00");
    Label tags[] = { Label_defaults(), Label_defaults() };
    tags[0].name = "bug";
    tags[1].name = "docs";
    if (Member_create(db, &ada) || Member_create(db, &grace) || Project_create(db, &site) || Label_create_all(db, tags, 2, NULL)) return orm_perror("fill");
    label_id = tags[1].id;
    for (size_t i = 0; i < sizeof tasks / sizeof *tasks; i++) {
        ORM_NEW(Task, row, .project_id = site.id, .title = tasks[i].title, .points = (int16_t)tasks[i].points, .state = tasks[i].state);
        if (tasks[i].who) row.assignee_id = orm_int64(tasks[i].who == 1 ? ada.id : grace.id);
        if (tasks[i].day) row.due = orm_some_date(orm_date_make(2027, 3, tasks[i].day));
        if (Task_create(db, &row)) return orm_perror("fill");
        if (i == 0) task = row;
        if (i == 1) task_row = row;
    }
    today = orm_date_make(2027, 3, 5);
    name = "Barbara";
    email = "ada@example.com";
    words = "the";
    state = State_open;
    twin = edsger = Member_defaults();
    twin.name = edsger.name = "Edsger";
    twin.email = "ada@example.com";
    edsger.email = "edsger@example.com";
    labels = Label_find_all(db, NULL);
    take = (Task_change){ .set = { orm_dec(Task_.points, 1) }, .where = orm_eq(Task_.id, 1) };
    give = (Task_change){ .set = { orm_inc(Task_.points, 1) }, .where = orm_eq(Task_.id, 2) };
    return 0;
}

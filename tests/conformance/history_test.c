/* test: no-valgrind no-tsan: the address sanitizer sees the same, and sooner */
/* The migrations of the examples: every beginning of their history goes up, down and up again, the same each time, with the rows that were put in
   on the way; it ends at the models. */
#define ORM_IMPLEMENTATION
#include "../../examples/blog.h"
#include "engines.h"
#include "helpers.h"
#include "catalogue.h"
ORM_DEFINE(Blog)

static const struct case_setup empty_cases = { NULL, NULL, NULL, NULL };
#define ON_EACH(name) ON_EACH_OF(name, empty_cases)
enum { MOST = 32 };
static const char folder[] = "examples/migrations";
static struct catalogue stages[MOST + 1], now_there;

static void run(orm_db *db, const char *sql) { OK(orm__exec(db, sql, 0, NULL, NULL, NULL)); }

static size_t names_of(orm_db *db, orm_arena *arena, orm_migration_line **lines)
{
    size_t n = 0;
    OK(orm_migrate_status(db, &(orm_migrate_options){ .folder = folder }, arena, lines, &n));
    return n;
}

static void up(orm_db *db, const char *to) { OK(orm_migrate(db, &(orm_migrate_options){ .folder = folder, .to = to }, NULL)); }

static void is(orm_db *db, const struct catalogue *what, const char *where)
{
    catalogue_read(&now_there, db);
    catalogue_same(&now_there, what, where);
}

/* of the columns that the first tables have */
static void add_rows(orm_db *db)
{
    const char *moment = case_engine == ON_POSTGRES ? "'2026-11-03 10:00:00Z'" : "1793700000000000";
    char sql[400];
    snprintf(sql, sizeof sql, "insert into users (name, mail, password, created_at) values ('Ada', 'ada@example.com', 'x', %s), ('Grace', 'grace@example.com', 'y', %s)", moment, moment);
    run(db, sql);
    snprintf(sql, sizeof sql, "insert into posts (title, text, author_id, created_at) select 'by ' || name, 'text of ' || name, id, %s from users", moment);
    run(db, sql);
}

static void rows_are_there(orm_db *db)
{
    User *users = User_find_all(db, &(User_query){ .order = { orm_asc(User_.id) }, .include = { orm_with(User_.posts) } });
    REQUIRE(users && orm_len(users) == 2 && orm_len(users[1].posts) == 1);
    CHECK_TEXT(users[0].email, "ada@example.com");
    CHECK_INT(users[0].role, Role_member);
    CHECK(!users[0].age.set);
    CHECK_INT(users[0].updated_at, users[0].created_at);
    CHECK_TEXT(users[1].posts[0].title, "by Grace");
    CHECK_TEXT(users[1].posts[0].body, "text of Grace");
    CHECK(!users[1].posts[0].published);
    orm_free(users);
}

ON_EACH(every_beginning_of_the_history_goes_up_and_down_and_up_again)
{
    orm_arena arena = { 0 };
    orm_migration_line *lines = NULL;
    OK(orm_migrate(db, &(orm_migrate_options){ .compiled = &(orm_migration){ .name = NULL } }, NULL));      /* makes the table of what was applied */
    size_t n = names_of(db, &arena, &lines);
    REQUIRE(n > 4 && n <= MOST);
    catalogue_read(&stages[0], db);
    for (size_t i = 0; i < n && !check_failed; i++) {
        up(db, lines[i].name);
        catalogue_read(&stages[i + 1], db);
        OK(orm_migrate_undo(db, &(orm_migrate_options){ .folder = folder }, NULL));
        is(db, &stages[i], lines[i].name);
        up(db, lines[i].name);
        is(db, &stages[i + 1], lines[i].name);
        if (i == 0) add_rows(db);
    }
    OK(orm_verify(db, &Blog_schema, NULL, NULL, NULL));
    rows_are_there(db);
    for (size_t i = n; i-- > 1 && !check_failed; ) {           /* the rows come back down, and up, too */
        OK(orm_migrate_undo(db, &(orm_migrate_options){ .folder = folder, .to = lines[i - 1].name }, NULL));
        is(db, &stages[i], lines[i].name);
        up(db, NULL);
        is(db, &stages[n], lines[i].name);
        rows_are_there(db);
    }
    for (size_t i = 0; i < n && !check_failed; i++) {
        OK(orm_migrate_undo(db, &(orm_migrate_options){ .folder = folder, .all = true }, NULL));
        is(db, &stages[0], "all undone");
        up(db, lines[i].name);
        is(db, &stages[i + 1], lines[i].name);
    }
    for (size_t i = 0; i <= n; i++) catalogue_clear(&stages[i]);
    catalogue_clear(&now_there);
    orm_arena_release(&arena);
}

ON_EACH(the_history_ends_at_the_models)
{
    orm_arena arena = { 0 };
    const char *path = "";
    up(db, NULL);
    OK(orm_verify(db, &Blog_schema, NULL, NULL, NULL));
    OK(orm_generate(&Blog_schema, "more", &arena, &path, &(orm_generate_options){ .folder = folder }));
    CHECK(path == NULL);
    orm_arena_release(&arena);
}

CHECK_MAIN()

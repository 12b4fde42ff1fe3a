/* Migrations from the difference between two versions of the same models: what is written, pointed out and refused, and what becomes of rows */
#include "engines.h"
#include "helpers.h"
#include "migration_folder.h"
#include <sys/stat.h>

/* ---- two versions ---------------------------------------------------------------------------------------------------------------------- */
#define Rank_VALUES(X) X(low) X(high)
ORM_ENUM(Rank)
#define One_FIELDS(X)                                                                          \
    X(id,        serial)                                                                       \
    X(name,      string(40), not_empty)                                                        \
    X(age,       integer, nullable, at_least(0))                                               \
    X(rank,      enumeration(Rank), default(Rank_low))                                         \
    X(nick,      text, nullable)                                                               \
    X(old_notes, text, nullable)
ORM_MODEL(One, members, index(name, where("age > 3")))
#define OnePost_FIELDS(X)                                                                      \
    X(id,        serial)                                                                       \
    X(title,     text)                                                                         \
    X(member_id, key(One), on_delete(cascade), indexed)
ORM_MODEL(OnePost, posts)
#define First_MODELS(X) X(One) X(OnePost)
ORM_SCHEMA(First)

#define Two_FIELDS(X)                                                                          \
    X(id,        serial)                                                                       \
    X(full_name, string(80), not_empty, was("name"))                                           \
    X(age,       integer, default(1), at_least(0))                                             \
    X(rank,      enumeration(Rank), default(Rank_high))                                        \
    X(nick,      text, nullable)                                                               \
    X(joined,    date, nullable)                                                               \
    X(post_count, integer, counter_of(posts))                                                  \
    X(posts,     has_many(TwoPost, member_id))
ORM_MODEL(Two, people, was("members"), unique(nick), check(sane, "age < 200"))
#define TwoPost_FIELDS(X)                                                                      \
    X(id,        serial)                                                                       \
    X(title,     text)                                                                         \
    X(member_id, key(Two), on_delete(cascade), indexed)
ORM_MODEL(TwoPost, posts)
#define Second_MODELS(X) X(Two) X(TwoPost)
ORM_SCHEMA(Second)

/* what cannot be derived */
#define Three_FIELDS(X) X(id, serial) X(name, double)
ORM_MODEL(Three, members)
#define Third_MODELS(X) X(Three)
ORM_SCHEMA(Third)
ORM_DEFINE(First)
ORM_DEFINE(Second)
ORM_DEFINE(Third)

/* ---- a folder of its own for each case ------------------------------------------------------------------------------------------------ */
static const struct case_setup empty_cases = { NULL, NULL, NULL, NULL };
#define ON_EACH(name) ON_EACH_OF(name, empty_cases)
static orm_arena arena;
static void finish(void)
{
    folder_remove();
    orm_arena_release(&arena);
}
static const char *contents(const char *path)
{
    static char text_[65536];
    FILE *file = path ? fopen(path, "r") : NULL;
    size_t n = file ? fread(text_, 1, sizeof text_ - 1, file) : 0;
    text_[n] = 0;
    if (file) fclose(file);
    return text_;
}
/* 10 seconds apart */
static orm_time moment(int n) { return INT64_C(1767261600000000) + (int64_t)n * 10000000; }
static const char *generate(const orm_schema *schema, const char *name, orm_generate_options how)
{
    const char *path = NULL;
    how.folder = folder;
    CHECK_TEXT(orm_status_name(orm_generate(schema, name, &arena, &path, &how)), "ORM_OK");
    return path;
}

/* ---- the file ---------------------------------------------------------------------------------------------------------------------------- */
TEST(the_first_migration_makes_everything_for_each_engine)
{
    folder_make();
    const char *text_ = contents(generate(&First_schema, "Begin here", (orm_generate_options){ .now = moment(0) }));
    CHECK(access(orm_format(&arena, "%s/20260101100000_begin_here.sql", folder), R_OK) == 0);
    CHECK(strncmp(text_, "-- 20260101100000_begin_here\n-- parent: none\n\n-- up sqlite\ncreate table \"members\" (", 83) == 0);
    CHECK_CONTAINS(text_, "\n-- up postgres\ncreate type \"Rank\" as enum ('low', 'high');\n");
    CHECK_CONTAINS(text_, "\n-- down sqlite\ndrop table \"posts\";\ndrop table \"members\";\n");
    CHECK_CONTAINS(text_, "\n-- down postgres\ndrop table \"posts\", \"members\";\ndrop type \"Rank\";\n");
    CHECK_CONTAINS(text_, "\n-- schema\n-- enum \"Rank\": \"low\", \"high\"\n-- table \"members\"\n--   \"id\" serial\n--   \"name\" string(40) not_empty\n");
    CHECK(strstr(text_, "danger") == NULL);
    CHECK(generate(&First_schema, "again", (orm_generate_options){ .now = moment(1) }) == NULL);
    finish();
}

TEST(a_name_is_words_and_a_number_never_goes_back)
{
    const char *path = NULL;
    folder_make();
    generate(&First_schema, "begin", (orm_generate_options){ .now = moment(5) });
    CHECK_TEXT(generate(&First_schema, "by hand", (orm_generate_options){ .now = moment(0), .empty = true }), orm_format(&arena, "%s/20260101100051_by_hand.sql", folder));
    CHECK_INT(orm_generate(&First_schema, "../x", &arena, &path, &(orm_generate_options){ .folder = folder, .empty = true }), ORM_MISUSE);
    CHECK_CONTAINS(orm_error()->message, "which \"../x\" is not");
    CHECK(path == NULL);
    finish();
}

TEST(what_loses_data_needs_a_reason_and_what_is_dangerous_is_pointed_out)
{
    const char *path = NULL;
    folder_make();
    generate(&First_schema, "begin", (orm_generate_options){ .now = moment(0) });
    CHECK_INT(orm_generate(&Second_schema, "change", &arena, &path, &(orm_generate_options){ .folder = folder, .now = moment(1) }), ORM_MISUSE);
    CHECK_TEXT(orm_error()->message, "data would be lost for good: drop_column people.old_notes. Say why that is right: --irreversible \"...\"");
    CHECK(path == NULL);
    path = generate(&Second_schema, "change", (orm_generate_options){ .now = moment(1), .irreversible = "nobody \"reads\" them" });
    const char *text_ = contents(path);
    CHECK_CONTAINS(text_, "-- parent: 20260101100000_begin\n-- irreversible(\"nobody \\\"reads\\\" them\")\n");
    CHECK_CONTAINS(text_, "-- danger: drop_column people.old_notes: its values are gone\n");
    CHECK_CONTAINS(text_, "-- danger: not_null people.age: rows without a value get the default\n");
    CHECK_CONTAINS(text_, "-- danger: long_lock people: ");
    CHECK_CONTAINS(text_, "alter table \"members\" rename to \"people\";\nalter table \"people\" rename column \"name\" to \"full_name\";\n");
    CHECK(strstr(text_, "-- allow") == NULL);
    CHECK_INT(unlink(path), 0);
    CHECK_CONTAINS(contents(generate(&Second_schema, "change", (orm_generate_options){ .now = moment(1), .irreversible = "x", .allow = "few rows" })), "-- allow: drop_column people.old_notes: few rows\n");
    finish();
}

TEST(what_cannot_be_derived_is_named)
{
    const char *path = NULL;
    folder_make();
    generate(&First_schema, "begin", (orm_generate_options){ .now = moment(0) });
    CHECK_INT(orm_generate(&Third_schema, "change", &arena, &path, &(orm_generate_options){ .folder = folder, .irreversible = "x" }), ORM_MISUSE);
    CHECK_CONTAINS(orm_error()->message, "members.name: there is no conversion of its type without loss: write it by hand, with a new column");
    finish();
}

/* ---- on databases ---------------------------------------------------------------------------------------------------------------------------- */
ON_EACH(rows_live_through_a_change_and_its_way_back)
{
    folder_make();
    generate(&First_schema, "begin", (orm_generate_options){ .now = moment(0) });
    OK(orm_migrate(db, &(orm_migrate_options){ .folder = folder }, NULL));
    OK(orm_sync(db, &First_schema));
    ORM_NEW(One, ada, .name = "Ada", .age = orm_int32(36), .nick = "a");
    ORM_NEW(One, bob, .name = "Bob", .rank = Rank_high);
    OK(One_create(db, &ada));
    OK(One_create(db, &bob));
    ORM_NEW(OnePost, post, .title = "one", .member_id = bob.id);
    OK(OnePost_create(db, &post));
    generate(&Second_schema, "change", (orm_generate_options){ .now = moment(1), .irreversible = "x", .allow = "y" });
    OK(orm_migrate(db, &(orm_migrate_options){ .folder = folder }, NULL));
    OK(orm_sync(db, &Second_schema));
    Two *rows = Two_find_all(db, &(Two_query){ .order = { orm_asc(Two_.id) } });
    REQUIRE(rows && orm_len(rows) == 2);
    CHECK_TEXT(rows[0].full_name, "Ada");
    CHECK_INT(rows[0].age, 36);
    CHECK_INT(rows[1].age, 1);
    CHECK_INT(rows[1].rank, Rank_high);
    CHECK_INT(rows[0].post_count, 0);
    CHECK_INT(rows[1].post_count, 1);
    orm_free(rows);
    ORM_NEW(Two, cy, .full_name = "Cy");
    OK(Two_create(db, &cy));
    CHECK(cy.id > bob.id);
    CHECK(generate(&Second_schema, "again", (orm_generate_options){ .now = moment(2) }) == NULL);
    OK(orm_migrate_undo(db, &(orm_migrate_options){ .folder = folder, .lossy = true }, NULL));
    OK(orm_sync(db, &First_schema));
    CHECK_INT(number(db, "select count(*) from members where name in ('Ada', 'Bob', 'Cy')"), 3);
    CHECK_INT(number(db, "select count(*) from posts"), 1);
    finish();
}

ON_EACH(a_key_that_was_given_once_is_not_given_again)
{
    folder_make();
    generate(&First_schema, "begin", (orm_generate_options){ .now = moment(0) });
    OK(orm_migrate(db, &(orm_migrate_options){ .folder = folder }, NULL));
    ORM_NEW(One, ada, .name = "Ada");
    ORM_NEW(One, bob, .name = "Bob");
    OK(One_create(db, &ada));
    OK(One_create(db, &bob));
    run(db, "delete from members");
    generate(&Second_schema, "change", (orm_generate_options){ .now = moment(1), .irreversible = "x", .allow = "y" });
    OK(orm_migrate(db, &(orm_migrate_options){ .folder = folder }, NULL));
    ORM_NEW(Two, cy, .full_name = "Cy");
    OK(Two_create(db, &cy));
    CHECK_INT(cy.id, 3);
    finish();
}

ON_EACH(a_generated_file_runs_only_when_its_dangers_are_allowed)
{
    folder_make();
    generate(&First_schema, "begin", (orm_generate_options){ .now = moment(0) });
    generate(&Second_schema, "change", (orm_generate_options){ .now = moment(1), .irreversible = "x" });
    CHECK_INT(orm_migrate(db, &(orm_migrate_options){ .folder = folder }, NULL), ORM_MISUSE);
    CHECK_CONTAINS(orm_error()->message, "dangerous, and not allowed yet: ");
    CHECK_CONTAINS(orm_error()->message, "drop_column people.old_notes");
    finish();
}

ON_EACH(indexes_of_tables_that_exist_come_in_files_of_their_own)
{
    struct stat about;
    folder_make();
    generate(&First_schema, "begin", (orm_generate_options){ .now = moment(0) });
    OK(orm_migrate(db, &(orm_migrate_options){ .folder = folder }, NULL));
    const char *last = generate(&Second_schema, "change", (orm_generate_options){ .now = moment(1), .irreversible = "x", .allow = "y", .concurrently = true });
    const char *text_ = contents(last);
    CHECK_CONTAINS(text_, "-- no transaction\n\n-- up postgres\ncreate unique index concurrently \"people_nick\" on \"people\" (\"nick\");\n");
    CHECK_CONTAINS(text_, "-- down postgres\ndrop index concurrently \"people_nick\";\n");
    CHECK(stat(orm_format(&arena, "%s/20260101100010_change.sql", folder), &about) == 0);
    OK(orm_migrate(db, &(orm_migrate_options){ .folder = folder }, NULL));
    OK(orm_sync(db, &Second_schema));
    CHECK(generate(&Second_schema, "again", (orm_generate_options){ .now = moment(20) }) == NULL);
    OK(orm_migrate_undo(db, &(orm_migrate_options){ .folder = folder, .all = true, .lossy = true }, NULL));
    CHECK_INT(number(db, "select count(*) from orm_migrations"), 0);
    finish();
}

CHECK_MAIN()

/* Rows that are destroyed softly: what is left out everywhere, what brings it back, and what is unique among the rest. */
#include "engines.h"
#include "helpers.h"

#define Writer_FIELDS(X)                                  \
    X(id,         serial)                                 \
    X(email,      string(60), unique("is already taken")) \
    X(team,       integer, default(0))                    \
    X(code,       integer, default(0))                    \
    X(drafts,     has_many(Draft, writer_id))             \
    X(profile,    has_one(Profile, writer_id))            \
    X(draft_count, count_of(drafts))                      \
    X(tags,       many_to_many(Label, WriterLabel, writer_id, label_id)) \
    X(updated_at, updated_at)                             \
    X(deleted_at, deleted_at)
ORM_MODEL(Writer, writers, unique(team, code, where("code > 0")))
#define Draft_FIELDS(X)                                   \
    X(id,         serial)                                 \
    X(title,      string(40))                             \
    X(writer_id,  key(Writer), on_delete(cascade))        \
    X(writer,     belongs_to(Writer, writer_id))          \
    X(deleted_at, deleted_at)
ORM_MODEL(Draft, drafts)
#define Profile_FIELDS(X)                                 \
    X(id,         serial)                                 \
    X(line,       string(40))                             \
    X(writer_id,  key(Writer), unique)                    \
    X(deleted_at, deleted_at)
ORM_MODEL(Profile, profiles)
#define Label_FIELDS(X) X(id, serial) X(name, string(20), unique)
ORM_MODEL(Label, labels)
#define WriterLabel_FIELDS(X) X(writer_id, key(Writer), primary_key) X(label_id, key(Label), primary_key) X(deleted_at, deleted_at)
ORM_MODEL(WriterLabel, writer_labels)
#define Press_MODELS(X) X(Writer) X(Draft) X(Profile) X(Label) X(WriterLabel)
ORM_SCHEMA(Press)
ORM_DEFINE(Press)
static const struct case_setup press_cases = { &Press_schema, NULL, NULL, NULL };
#define ON_EACH(name) ON_EACH_OF(name, press_cases)

static Writer make_writer(orm_db *db, const char *email)
{
    Writer w = Writer_defaults();
    w.email = email;
    OK(Writer_create(db, &w));
    return w;
}

static Draft make_draft(orm_db *db, const Writer *w, const char *title)
{
    Draft d = Draft_defaults();
    d.title = title;
    d.writer_id = w->id;
    OK(Draft_create(db, &d));
    return d;
}

ON_EACH(destroy_sets_the_time_and_restore_clears_it)
{
    Writer w = make_writer(db, "ada@example.com");
    orm_time before = orm_now();
    CHECK(!w.deleted_at.set);
    OK(Writer_destroy(db, &w));
    CHECK(w.deleted_at.set && w.deleted_at.value >= before);
    CHECK(w.updated_at >= before);
    CHECK(!Writer_find(db, w.id));
    CHECK_TEXT(orm_status_name(orm_error()->kind), "ORM_NOT_FOUND");
    CHECK_INT(COUNT(Writer, db, .all = false), 0);
    CHECK_INT(COUNT(Writer, db, .with_deleted = true), 1);
    CHECK_INT(COUNT(Writer, db, .only_deleted = true), 1);
    CHECK_TEXT(orm_status_name(Writer_destroy(db, &w)), "ORM_STALE");
    orm_handled(db);
    OK(Writer_restore(db, &w));
    CHECK(!w.deleted_at.set);
    CHECK_TEXT(orm_status_name(Writer_restore(db, &w)), "ORM_STALE");
    ORM_AUTO Writer *back = Writer_get(db, w.id);
    REQUIRE(back);
    CHECK(!back->deleted_at.set);
    OK(Writer_destroy_by_key(db, w.id));
    CHECK_TEXT(orm_status_name(Writer_destroy_by_key(db, w.id)), "ORM_STALE");
    OK(Writer_restore_by_key(db, w.id));
    CHECK_TEXT(orm_status_name(Writer_restore_by_key(db, w.id)), "ORM_STALE");
    OK(Writer_destroy_hard(db, &w));
    CHECK_INT(COUNT(Writer, db, .with_deleted = true), 0);
}

ON_EACH(what_is_destroyed_is_left_out_of_every_call)
{
    Writer w = make_writer(db, "ada@example.com"), gone = make_writer(db, "gone@example.com");
    Draft kept = make_draft(db, &w, "kept"), lost = make_draft(db, &w, "lost");
    make_draft(db, &gone, "of nobody");
    OK(Draft_destroy(db, &lost));
    OK(Writer_destroy(db, &gone));
    bool yes = true;
    CHECK(!Writer_find_by_email(db, "gone@example.com"));
    OK(Writer_exists(db, &(Writer_query){ .where = orm_eq(Writer_.email, "gone@example.com") }, &yes));
    CHECK(!yes);
    int64_t sum = 0;
    OK(orm_sum(db, Draft_.id, &sum, &(Draft_query){ .where = orm_eq(Draft_.writer_id, w.id) }));
    CHECK_INT(sum, kept.id);
    ORM_AUTO Writer *writers = Writer_find_all(db, &(Writer_query){ .include = { orm_with(Writer_.drafts), orm_count_of(Writer_.draft_count) } });
    REQUIRE(writers);
    CHECK_INT(orm_len(writers), 1);
    CHECK_INT(orm_len(writers[0].drafts), 1);
    CHECK_INT(writers[0].draft_count, 1);
    ORM_AUTO Writer *all = Writer_find_all(db, &(Writer_query){ .with_deleted = true, .include = { orm_with(Writer_.drafts, .with_deleted = true) } });
    REQUIRE(all);
    CHECK_INT(orm_len(all), 2);
    CHECK_INT(orm_len(all[0].drafts), 2);
    ORM_AUTO Draft *drafts = Draft_find_all(db, &(Draft_query){ .include = { orm_with(Draft_.writer) }, .order = { orm_asc(Draft_.id) } });
    REQUIRE(drafts);
    CHECK_INT(orm_len(drafts), 2);
    CHECK(drafts[0].writer && !drafts[1].writer);       /* its writer is destroyed */
    CHECK_INT(COUNT(Draft, db, .include = { orm_with(Draft_.writer, .required = true) }), 1);
    CHECK_INT(COUNT(Draft, db, .include = { orm_with(Draft_.writer, .required = true, .with_deleted = true) }), 2);
    CHECK_INT(COUNT(Writer, db, .where = orm_has(Writer_.drafts, orm_eq(Draft_.title, "lost"))), 0);
    CHECK_INT(COUNT(Writer, db, .where = orm_has_all(Writer_.drafts, orm_eq(Draft_.title, "kept"))), 1);
    CHECK_INT(COUNT(Draft, db, .where = orm_has_any(Draft_.writer)), 1);
    int64_t n = 0;
    OK(Draft_update(db, &(Draft_change){ .set = { orm_set(Draft_.title, "changed") }, .all = true }, &n));
    CHECK_INT(n, 2);
    OK(Draft_update(db, &(Draft_change){ .set = { orm_set(Draft_.title, "changed") }, .only_deleted = true, .all = true }, &n));
    CHECK_INT(n, 1);
    n = 0;
    ORM_EACH(Draft, d, db) n += d->id > 0;
    CHECK_INT(n, 2);
    ORM_AUTO Draft *by_writer = Draft_find_all(db, &(Draft_query){ .order = { orm_by(Draft_.writer, orm_desc(Writer_.email)) } });
    REQUIRE(by_writer);
    CHECK_INT(by_writer[0].writer_id, w.id);            /* a destroyed one sorts as none */
    OK(orm_count_rows(db, &w, Writer_.drafts, &n));
    CHECK_INT(n, 1);
}

ON_EACH(all_rows_of_a_condition_are_destroyed_and_restored)
{
    Writer w = make_writer(db, "ada@example.com");
    int64_t n = 0;
    for (int i = 0; i < 5; i++) make_draft(db, &w, i % 2 ? "odd" : "even");
    OK(Draft_destroy_all(db, &(Draft_query){ .where = orm_eq(Draft_.title, "odd") }, &n));
    CHECK_INT(n, 2);
    OK(Draft_destroy_all(db, &(Draft_query){ .all = true }, &n));
    CHECK_INT(n, 3);
    REFUSED(db, Draft_restore_all(db, &(Draft_query){ .limit = 0 }, &n), ORM_MISUSE);
    OK(Draft_restore_all(db, &(Draft_query){ .where = orm_eq(Draft_.title, "odd") }, &n));
    CHECK_INT(n, 2);
    OK(Draft_destroy_hard_all(db, &(Draft_query){ .only_deleted = true, .all = true }, &n));
    CHECK_INT(n, 3);
    CHECK_INT(COUNT(Draft, db, .with_deleted = true), 2);
    OK(Draft_destroy_hard_all(db, &(Draft_query){ .all = true }, &n));
    CHECK_INT(n, 2);
    REFUSED(db, Draft_destroy_all(db, &(Draft_query){ .all = true, .with_deleted = true }, &n), ORM_MISUSE);
    REFUSED(db, Label_count(db, &(Label_query){ .only_deleted = true }, &n), ORM_MISUSE);
    REFUSED(db, Writer_count(db, &(Writer_query){ .only_deleted = true, .with_deleted = true }, &n), ORM_MISUSE);
    REFUSED(db, Draft_update(db, &(Draft_change){ .set = { orm_set_null(Draft_.deleted_at) }, .all = true }, &n), ORM_MISUSE);
    w.deleted_at = (orm_opt_time){ orm_now(), true };
    OK(Writer_save(db, &w));                             /* of a created row nothing is known, so that it is left out */
    CHECK_INT(COUNT(Writer, db, .all = false), 1);
    ORM_AUTO Writer *read = Writer_get(db, w.id);
    REQUIRE(read);
    read->deleted_at = (orm_opt_time){ orm_now(), true };
    REFUSED(db, Writer_save(db, read), ORM_MISUSE);
}

ON_EACH(a_value_of_a_destroyed_row_can_be_used_again)
{
    Writer first = make_writer(db, "ada@example.com");
    ORM_NEW(Writer, twin, .email = "ada@example.com");
    CHECK_TEXT(orm_status_name(Writer_create(db, &twin)), "ORM_UNIQUE");
    CHECK_INT(orm_error()->failures.count, 1);
    CHECK_TEXT(orm_error()->failures.item[0].field, "email");
    CHECK_TEXT(orm_error()->failures.item[0].message, "is already taken");
    OK(Writer_destroy(db, &first));
    OK(Writer_create(db, &twin));
    CHECK_TEXT(orm_status_name(Writer_restore(db, &first)), "ORM_UNIQUE");      /* now it stands in the way */
    OK(Writer_destroy(db, &twin));
    OK(Writer_restore(db, &first));
    /* several columns, with a condition of its own */
    ORM_NEW(Writer, a, .email = "a", .team = 1, .code = 7);
    ORM_NEW(Writer, b, .email = "b", .team = 1, .code = 7);
    OK(Writer_create(db, &a));
    CHECK_TEXT(orm_status_name(Writer_create(db, &b)), "ORM_UNIQUE");
    OK(Writer_destroy(db, &a));
    OK(Writer_create(db, &b));
    OK(orm_sync(db, &Press_schema));                     /* what was made is recognised */
}

ON_EACH(one_of_a_relation_is_the_one_that_is_there)
{
    Writer w = make_writer(db, "ada@example.com");
    for (int i = 0; i < 3; i++) {
        ORM_NEW(Profile, p, .line = i == 0 ? "first" : i == 1 ? "second" : "third", .writer_id = w.id);
        OK(Profile_create(db, &p));
        if (i < 2) OK(Profile_destroy(db, &p));
    }
    ORM_AUTO Writer *now = Writer_find_all(db, &(Writer_query){ .include = { orm_with(Writer_.profile) } });
    REQUIRE(now);
    REQUIRE(now[0].profile);
    CHECK_TEXT(now[0].profile->line, "third");
    ORM_AUTO Writer *any = Writer_find_all(db, &(Writer_query){ .include = { orm_with(Writer_.profile, .with_deleted = true) } });
    REQUIRE(any);
    CHECK_INT(orm_len(any), 1);                          /* three rows, but one relation to one row */
    REQUIRE(any[0].profile);
    CHECK_TEXT(any[0].profile->line, "first");
}

ON_EACH(links_come_and_go)
{
    Writer w = make_writer(db, "ada@example.com");
    ORM_NEW(Label, red, .name = "red");
    ORM_NEW(Label, blue, .name = "blue");
    OK(Label_create(db, &red));
    OK(Label_create(db, &blue));
    for (int i = 0; i < 3; i++) {                        /* a link of two keys is deleted, or it could not be made again */
        OK(orm_add(db, &w, Writer_.tags, &red, 1));
        OK(orm_remove(db, &w, Writer_.tags, &red, 1));
    }
    OK(orm_add(db, &w, Writer_.tags, &red, 1));
    OK(orm_add(db, &w, Writer_.tags, &blue, 1));
    OK(WriterLabel_destroy_by_key(db, (WriterLabel_key){ w.id, red.id }));
    ORM_AUTO Writer *with = Writer_find_all(db, &(Writer_query){ .include = { orm_with(Writer_.tags) } });
    REQUIRE(with);
    CHECK_INT(orm_len(with[0].tags), 1);
    CHECK_TEXT(with[0].tags[0].name, "blue");
    CHECK_INT(COUNT(Writer, db, .where = orm_has(Writer_.tags, orm_eq(Label_.name, "red"))), 0);
}
CHECK_MAIN()

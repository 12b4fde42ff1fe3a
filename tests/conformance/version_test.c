/* Optimistic locking by a row of type version, and what a row says of its changes. */
#include "engines.h"
#include "helpers.h"

#define Doc_FIELDS(X)                       \
    X(id,         serial)                   \
    X(title,      string(40))               \
    X(pages,      integer, default(0))      \
    X(note,       text, nullable)           \
    X(version,    version)                  \
    X(updated_at, updated_at)               \
    X(deleted_at, deleted_at)
ORM_MODEL(Doc, docs)
#define Plain_FIELDS(X) X(id, serial) X(title, string(40)) X(rank, integer, nullable)
ORM_MODEL(Plain, plains)
#define Desk_MODELS(X) X(Doc) X(Plain)
ORM_SCHEMA(Desk)
ORM_DEFINE(Desk)
static const struct case_setup desk_cases = { &Desk_schema, NULL, NULL, NULL };
#define ON_EACH(name) ON_EACH_OF(name, desk_cases)

static Doc make_doc(orm_db *db)
{
    Doc d = Doc_defaults();
    d.title = "first";
    OK(Doc_create(db, &d));
    return d;
}

ON_EACH(rows_of_a_save_all_that_fails_keep_their_versions)
{
    make_doc(db);
    make_doc(db);
    ORM_AUTO Doc *docs = Doc_find_all(db, &(Doc_query){ .track = true });
    REQUIRE(docs && orm_len(docs) == 2);
    orm_time before = docs[0].updated_at;
    docs[0].title = "second";
    docs[1].title = NULL;                                 /* is required */
    CHECK_TEXT(orm_status_name(Doc_save_all(db, docs, 2, (Doc_mask){ .id = 0 })), "ORM_VALIDATION");
    CHECK_INT(docs[0].version, 1);
    CHECK_INT(docs[0].updated_at, before);
    docs[1].title = "second, too";
    OK(Doc_save_all(db, docs, 2, (Doc_mask){ .title = 1 }));
    CHECK_INT(docs[0].version, 2);
    CHECK_INT(docs[1].version, 2);
}

ON_EACH(every_write_counts_and_a_row_that_is_behind_is_stale)
{
    Doc made = make_doc(db);
    CHECK_INT(made.version, 1);
    ORM_AUTO Doc *mine = Doc_get(db, made.id);
    ORM_AUTO Doc *yours = Doc_get(db, made.id);
    REQUIRE(mine && yours);
    mine->title = "mine";
    OK(Doc_save(db, mine));
    CHECK_INT(mine->version, 2);
    yours->title = "yours";
    CHECK_TEXT(orm_status_name(Doc_save(db, yours)), "ORM_STALE");
    CHECK_CONTAINS(orm_error()->message, "Doc 1 was changed or deleted since it was read as version 1");
    CHECK_TEXT(orm_error()->field, "version");
    CHECK_INT(yours->version, 1);
    CHECK_TEXT(orm_status_name(Doc_save_only(db, yours, (Doc_mask){ .title = 1 })), "ORM_STALE");
    CHECK_TEXT(orm_status_name(Doc_destroy(db, yours)), "ORM_STALE");
    ORM_AUTO Doc *again = Doc_reload(db, yours);
    REQUIRE(again);
    CHECK_TEXT(again->title, "mine");
    again->pages = 3;
    OK(Doc_save(db, again));
    OK(Doc_save(db, again));                             /* nothing changed: nothing is written */
    CHECK_INT(again->version, 3);
    int64_t n = 0;
    OK(Doc_update(db, &(Doc_change){ .set = { orm_inc(Doc_.pages, 1) }, .where = orm_eq(Doc_.id, made.id) }, &n));
    again->pages = 9;
    CHECK_TEXT(orm_status_name(Doc_save(db, again)), "ORM_STALE");
    ORM_AUTO Doc *last = Doc_get(db, made.id);
    REQUIRE(last);
    CHECK_INT(last->version, 4);
    CHECK_INT(last->pages, 4);
    OK(Doc_destroy(db, last));
    CHECK_INT(last->version, 5);
    OK(Doc_restore(db, last));
    CHECK_INT(last->version, 6);
    OK(Doc_destroy_hard(db, last));
}

ON_EACH(a_version_is_always_read_and_never_assigned)
{
    Doc made = make_doc(db);
    ORM_AUTO Doc *one = Doc_find_all(db, &(Doc_query){ .select = { .title = 1 }, .track = true });
    REQUIRE(one);
    CHECK_INT(one->version, 1);
    one->title = "changed";
    OK(Doc_save(db, one));
    CHECK_INT(one->version, 2);
    REFUSED(db, Doc_save_only(db, one, (Doc_mask){ .version = 1 }), ORM_MISUSE);
    REFUSED(db, Doc_update(db, &(Doc_change){ .set = { orm_set(Doc_.version, 1) }, .all = true }, NULL), ORM_MISUSE);
    /* what a form sends back is the version that is expected */
    ORM_AUTO Doc *form = Doc_get(db, made.id);
    REQUIRE(form);
    form->version = 1;
    form->title = "from an old form";
    CHECK_TEXT(orm_status_name(Doc_save(db, form)), "ORM_STALE");
    form->version = 2;
    OK(Doc_save(db, form));
}

ON_EACH(rows_of_many_begin_at_one)
{
    Doc docs[300];
    for (size_t i = 0; i < 300; i++) {
        docs[i] = Doc_defaults();
        docs[i].title = "many";
    }
    OK(Doc_create_all(db, docs, 300, NULL));
    CHECK_INT(docs[299].version, 1);
    CHECK_INT(COUNT(Doc, db, .where = orm_eq(Doc_.version, 1)), 300);
    docs[7].title = "other";
    OK(Doc_save(db, &docs[7]));
    CHECK_INT(docs[7].version, 2);
}

ON_EACH(a_row_knows_what_was_changed)
{
    ORM_NEW(Plain, p, .title = "first");
    OK(Plain_create(db, &p));
    ORM_AUTO Plain *row = Plain_get(db, p.id);
    REQUIRE(row);
    CHECK(!orm_changed(row, Plain_.title));
    CHECK(!Plain_changes(row).title && !Plain_changes(row).rank);
    row->title = "second";
    row->rank = orm_int32(4);
    CHECK(orm_changed(row, Plain_.title) && orm_changed(row, Plain_.rank) && !orm_changed(row, Plain_.id));
    CHECK(Plain_changes(row).title && Plain_changes(row).rank && !Plain_changes(row).id);
    const char *const *title = orm_previous(Plain, row, title);
    const orm_opt_int32 *rank = orm_previous(Plain, row, rank);
    REQUIRE(title && rank);
    CHECK_TEXT(*title, "first");
    CHECK(!rank->set);
    OK(Plain_save(db, row));
    CHECK(!orm_changed(row, Plain_.title));
    title = orm_previous(Plain, row, title);
    REQUIRE(title);
    CHECK_TEXT(*title, "second");
    /* without a snapshot all that was loaded would be written */
    ORM_AUTO Plain *list = Plain_find_all(db, &(Plain_query){ .select = { .title = 1 } });
    REQUIRE(list);
    CHECK(orm_changed(&list[0], Plain_.title) && !orm_changed(&list[0], Plain_.rank));
    CHECK(!orm_previous(Plain, &list[0], title));
    CHECK(orm_changed(&p, Plain_.rank));
    CHECK(!orm_changed((Plain *)NULL, Plain_.rank));
}
CHECK_MAIN()

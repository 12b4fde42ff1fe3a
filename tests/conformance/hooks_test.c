/* Hooks: which run, in which order, what they may change, and that a write and its hooks are one. */
#include "engines.h"
#include "helpers.h"

/* ---- what ran, as text ------------------------------------------------------------------------------------------------------ */
static char ran[2000];
static const char *fails;            /* the event that refuses */
static int deep;                     /* how often a hook writes again */
static bool fails_inside;            /* a call in a hook fails */
static void note(const char *event) { snprintf(ran + strlen(ran), sizeof ran - strlen(ran), "%s%s", ran[0] ? " " : "", event); }
static void begin(const char *event) { ran[0] = 0; fails = event; fails_inside = false; deep = 0; }
static orm_status tell(orm_db *db, const char *event)
{
    note(event);
    return fails && strcmp(fails, event) == 0 ? orm_fail(db, 7, "the hook of %s says no", event) : ORM_OK;
}

#define EVENTS(X) X(before_validate) X(after_validate) X(validation_failed) X(before_create) X(after_create) X(before_update) X(after_update) X(before_save) X(after_save) \
    X(before_destroy) X(after_destroy) X(before_restore) X(after_restore)
#define Song_FIELDS(X)                                    \
    X(id,         serial)                                 \
    X(name,       string(30), length(2, 30))              \
    X(slug,       string(30), nullable)                   \
    X(plays,      integer, default(0))                    \
    X(deleted_at, deleted_at)
ORM_MODEL(Song, songs, hook(before_validate, song_before_validate), hook(after_validate, song_after_validate), hook(validation_failed, song_validation_failed),
    hook(before_save, song_before_save), hook(after_save, song_after_save), hook(before_create, song_before_create), hook(after_create, song_after_create),
    hook(before_update, song_before_update), hook(after_update, song_after_update), hook(before_destroy, song_before_destroy), hook(after_destroy, song_after_destroy),
    hook(before_restore, song_before_restore), hook(after_restore, song_after_restore), hook(before_bulk_create, song_before_bulk_create),
    hook(after_bulk_create, song_after_bulk_create), hook(before_bulk_update, song_before_bulk_update), hook(after_bulk_update, song_after_bulk_update),
    hook(before_bulk_destroy, song_before_bulk_destroy), hook(after_bulk_destroy, song_after_bulk_destroy), hook(before_save, song_makes_its_slug))
#define Play_FIELDS(X) X(id, serial) X(song, string(30)) X(times, integer, default(1))
ORM_MODEL(Play, plays, hook(before_find, play_before_find), hook(after_find, play_after_find), hook(before_count, play_before_count),
    hook(before_bulk_destroy, play_before_bulk_destroy), hook(before_bulk_update, play_before_bulk_update))
#define Radio_MODELS(X) X(Song) X(Play)
ORM_SCHEMA(Radio)

#define SONG_HOOK(event) orm_status song_##event(orm_db *db, Song *song) { (void)song; return tell(db, #event); }
SONG_HOOK(before_validate)
SONG_HOOK(after_validate)
SONG_HOOK(validation_failed)
SONG_HOOK(before_save)
SONG_HOOK(after_save)
SONG_HOOK(before_create)
SONG_HOOK(before_update)
SONG_HOOK(after_update)
SONG_HOOK(before_destroy)
SONG_HOOK(after_destroy)
SONG_HOOK(before_restore)
SONG_HOOK(after_restore)
orm_status song_after_create(orm_db *db, Song *song)
{
    if (deep > 0) {
        deep--;
        ORM_NEW(Song, another, .name = "another");
        orm_status status = Song_create(db, &another);
        if (status) return status;
    }
    if (fails_inside) {
        ORM_NEW(Play, p);                                 /* without what is required; nobody looks at the answer */
        CHECK_TEXT(orm_status_name(Play_create(db, &p)), "ORM_VALIDATION");
    } else if (strcmp(song->name, "counted") == 0) {
        ORM_NEW(Play, p, .song = "counted");
        OK(Play_create(db, &p));
        ORM_AUTO Play *none = Play_find(db, -1);          /* what is looked for in vain is no failure */
        CHECK(!none);
    }
    return tell(db, "after_create");
}
/* what it makes belongs to the row, and is written, too */
orm_status song_makes_its_slug(orm_db *db, Song *song)
{
    (void)db;
    song->slug = strcmp(song->name, "odd") == 0 ? "the-odd-one" : "a-slug";
    if (strcmp(song->name, "broken") == 0) song->name = "x";      /* what the rules do not allow */
    return ORM_OK;
}
orm_status song_before_bulk_create(orm_db *db, Song *songs, size_t n) { CHECK(n > 0 && songs[0].name); return tell(db, "before_bulk_create"); }
orm_status song_after_bulk_create(orm_db *db, Song *songs, size_t n) { CHECK(n > 0 && songs[0].id > 0); return tell(db, "after_bulk_create"); }
orm_status song_before_bulk_update(orm_db *db, Song_change *change) { CHECK(change->all || change->where.expr.used); return tell(db, "before_bulk_update"); }
orm_status song_after_bulk_update(orm_db *db, const Song_change *change, int64_t n) { CHECK(change && n >= 0); return tell(db, "after_bulk_update"); }
orm_status song_before_bulk_destroy(orm_db *db, Song_query *query) { CHECK(query->all || query->where.expr.used); return tell(db, "before_bulk_destroy"); }
orm_status song_after_bulk_destroy(orm_db *db, const Song_query *query, int64_t n) { CHECK(query && n >= 0); return tell(db, "after_bulk_destroy"); }

static int least;                    /* plays of fewer times are not shown */
orm_status play_before_find(orm_db *db, Play_query *query) { orm_where(query, orm_gte(Play_.times, least)); return tell(db, "before_find"); }
orm_status play_before_count(orm_db *db, Play_query *query) { orm_where(query, orm_gte(Play_.times, least)); return tell(db, "before_count"); }
orm_status play_after_find(orm_db *db, Play *plays, size_t n)
{
    for (size_t i = 0; i < n; i++) plays[i].times *= 100;
    return tell(db, "after_find");
}
orm_status play_before_bulk_destroy(orm_db *db, Play_query *query) { orm_where(query, orm_lt(Play_.times, 10)); return tell(db, "before_bulk_destroy"); }
orm_status play_before_bulk_update(orm_db *db, Play_change *change) { orm_where(change, orm_lt(Play_.times, 10)); return tell(db, "before_bulk_update"); }
ORM_DEFINE(Radio)
static const struct case_setup radio_cases = { &Radio_schema, NULL, NULL, NULL };
#define ON_EACH(name) ON_EACH_OF(name, radio_cases)

#define CREATED "before_validate after_validate before_save before_create after_create after_save"
#define UPDATED "before_validate after_validate before_save before_update after_update after_save"

ON_EACH(they_run_in_their_order)
{
    ORM_NEW(Song, s, .name = "first");
    begin(NULL);
    OK(Song_create(db, &s));
    CHECK_TEXT(ran, CREATED);
    CHECK_TEXT(s.slug, "a-slug");
    begin(NULL);
    s.plays = 4;
    OK(Song_save(db, &s));
    CHECK_TEXT(ran, UPDATED);
    begin(NULL);
    OK(Song_destroy(db, &s));
    CHECK_TEXT(ran, "before_destroy after_destroy");
    begin(NULL);
    OK(Song_restore(db, &s));
    CHECK_TEXT(ran, "before_restore after_restore");
    begin(NULL);
    OK(Song_destroy_by_key(db, s.id));                   /* the row is read for them */
    CHECK_TEXT(ran, "before_destroy after_destroy");
    OK(Song_restore_by_key(db, s.id));
    begin(NULL);
    OK(Song_destroy_hard_by_key(db, s.id));
    CHECK_TEXT(ran, "before_destroy after_destroy");
    begin(NULL);
    ORM_NEW(Song, t, .name = "x");
    CHECK_TEXT(orm_status_name(Song_create(db, &t)), "ORM_VALIDATION");
    CHECK_TEXT(ran, "before_validate validation_failed");
}

ON_EACH(a_hook_that_refuses_undoes_the_write_and_is_named)
{
    static const char *const events[] = { "before_validate", "after_validate", "before_save", "before_create", "after_create", "after_save" };
    for (size_t i = 0; i < sizeof events / sizeof *events; i++) {
        ORM_NEW(Song, s, .name = "first");
        begin(events[i]);
        CHECK_TEXT(orm_status_name(Song_create(db, &s)), "ORM_FAILED");
        CHECK_INT(orm_error()->code, 7);
        CHECK_CONTAINS(orm_error()->message, "says no (in the hook song_");
        CHECK_CONTAINS(orm_error()->message, events[i]);
        CHECK_CONTAINS(orm_error()->message, "of Song");
        CHECK_INT(COUNT(Song, db, .with_deleted = true), 0);
        begin(NULL);
        OK(Song_create(db, &s));                          /* the row counts as new again */
        OK(Song_destroy_hard(db, &s));
    }
    ORM_NEW(Song, s, .name = "first");
    begin(NULL);
    OK(Song_create(db, &s));
    begin("after_update");
    s.plays = 9;
    CHECK_TEXT(orm_status_name(Song_save(db, &s)), "ORM_FAILED");
    begin("after_destroy");
    CHECK_TEXT(orm_status_name(Song_destroy(db, &s)), "ORM_FAILED");
    begin(NULL);
    ORM_AUTO Song *back = Song_get(db, s.id);
    REQUIRE(back);
    CHECK_INT(back->plays, 0);
}

ON_EACH(what_a_hook_does_belongs_to_the_write)
{
    ORM_NEW(Song, s, .name = "counted");
    begin("after_save");
    CHECK_TEXT(orm_status_name(Song_create(db, &s)), "ORM_FAILED");
    CHECK_INT(COUNT(Play, db, .all = false), 0);          /* what it created is gone, too */
    begin(NULL);
    OK(Song_create(db, &s));
    least = 0;
    CHECK_INT(COUNT(Play, db, .all = false), 1);
    /* in a transaction of the program */
    ORM_TRANSACTION(db) {
        ORM_NEW(Song, t, .name = "counted");
        begin("after_save");
        CHECK_TEXT(orm_status_name(Song_create(db, &t)), "ORM_FAILED");
        CHECK(orm_handled(db));                           /* nothing of it is left */
        begin(NULL);
        ORM_NEW(Song, u, .name = "kept");
        OK(Song_create(db, &u));
    }
    CHECK(!orm_failed());
    CHECK_INT(COUNT(Song, db, .all = false), 2);
    CHECK_INT(COUNT(Play, db, .all = false), 1);
    /* a failure in a hook is not lost when the hook does not look */
    ORM_NEW(Song, v, .name = "counted");
    begin(NULL);
    fails_inside = true;
    CHECK_TEXT(orm_status_name(Song_create(db, &v)), "ORM_VALIDATION");
    CHECK_CONTAINS(orm_error()->message, "in the hook song_after_create");
    CHECK_INT(COUNT(Song, db, .all = false), 2);
}

ON_EACH(what_a_hook_changes_is_checked_and_written)
{
    ORM_NEW(Song, s, .name = "broken");
    begin(NULL);
    CHECK_TEXT(orm_status_name(Song_create(db, &s)), "ORM_VALIDATION");      /* the hook broke a rule */
    CHECK_INT(COUNT(Song, db, .all = false), 0);
    ORM_NEW(Song, t, .name = "fine");
    OK(Song_create(db, &t));
    ORM_AUTO Song *row = Song_get(db, t.id);
    REQUIRE(row);
    row->name = "odd";
    OK(Song_save_only(db, row, (Song_mask){ .name = 1 }));
    ORM_AUTO Song *back = Song_get(db, t.id);
    REQUIRE(back);
    CHECK_TEXT(back->slug, "the-odd-one");
}

ON_EACH(hooks_in_hooks_are_bounded)
{
    ORM_NEW(Song, s, .name = "first");
    begin(NULL);
    deep = 5;
    OK(Song_create(db, &s));
    CHECK_INT(COUNT(Song, db, .all = false), 6);
    ORM_NEW(Song, t, .name = "second");
    begin(NULL);
    deep = 50;
    CHECK_TEXT(orm_status_name(Song_create(db, &t)), "ORM_MISUSE");
    CHECK_CONTAINS(orm_error()->message, "more than 8 deep");
    CHECK_INT(COUNT(Song, db, .all = false), 6);
}

ON_EACH(many_rows_run_them_for_each)
{
    Song songs[3] = { Song_defaults(), Song_defaults(), Song_defaults() };
    for (int i = 0; i < 3; i++) songs[i].name = "many";
    begin(NULL);
    OK(Song_create_all(db, songs, 3, NULL));
    CHECK_TEXT(ran, "before_bulk_create before_validate before_validate before_validate after_validate after_validate after_validate before_save before_save before_save "
                    "before_create before_create before_create after_create after_create after_create after_save after_save after_save after_bulk_create");
    CHECK_INT(COUNT(Song, db, .where = orm_eq(Song_.slug, "a-slug")), 3);
    begin("after_bulk_create");
    Song more[2] = { Song_defaults(), Song_defaults() };
    more[0].name = more[1].name = "more";
    CHECK_TEXT(orm_status_name(Song_create_all(db, more, 2, NULL)), "ORM_FAILED");
    CHECK_INT(COUNT(Song, db, .all = false), 3);
    /* set-based calls do not skip them in silence */
    begin(NULL);
    int64_t n = 0;
    REFUSED(db, Song_update(db, &(Song_change){ .set = { orm_set(Song_.plays, 3) }, .all = true }, &n), ORM_MISUSE);
    CHECK_CONTAINS(orm_error()->message, ".each_row");
    REFUSED(db, Song_destroy_all(db, &(Song_query){ .all = true }, &n), ORM_MISUSE);
    CHECK_TEXT(ran, "");
    OK(Song_update(db, &(Song_change){ .set = { orm_set(Song_.plays, 3) }, .all = true, .skip_row_hooks = true }, &n));
    CHECK_INT(n, 3);
    CHECK_TEXT(ran, "before_bulk_update after_bulk_update");
    begin(NULL);
    OK(Song_update(db, &(Song_change){ .set = { orm_set(Song_.plays, 4) }, .where = orm_eq(Song_.id, songs[1].id), .each_row = true }, &n));
    CHECK_INT(n, 1);
    CHECK_TEXT(ran, "before_bulk_update " UPDATED " after_bulk_update");
    CHECK_TEXT(orm_status_name(Song_update(db, &(Song_change){ .set = { orm_inc(Song_.plays, 4) }, .all = true, .each_row = true }, &n)), "ORM_MISUSE");
    begin(NULL);
    OK(Song_destroy_all(db, &(Song_query){ .where = orm_in(Song_.id, songs[0].id, songs[1].id), .each_row = true }, &n));
    CHECK_INT(n, 2);
    CHECK_TEXT(ran, "before_bulk_destroy before_destroy after_destroy before_destroy after_destroy after_bulk_destroy");
    begin("after_bulk_destroy");
    CHECK_TEXT(orm_status_name(Song_destroy_hard_all(db, &(Song_query){ .all = true, .skip_row_hooks = true }, &n)), "ORM_FAILED");
    CHECK_INT(COUNT(Song, db, .with_deleted = true), 3);
    /* hundreds, page by page */
    static Song rows[450];
    for (int i = 0; i < 450; i++) {
        rows[i] = Song_defaults();
        rows[i].name = "hundreds";
    }
    begin(NULL);
    OK(Song_create_all(db, rows, 450, NULL));
    begin(NULL);
    OK(Song_destroy_all(db, &(Song_query){ .where = orm_eq(Song_.name, "hundreds"), .each_row = true }, &n));
    CHECK_INT(n, 450);
    CHECK_INT(COUNT(Song, db, .where = orm_eq(Song_.name, "hundreds")), 0);
}

ON_EACH(queries_are_rewritten_and_rows_seen)
{
    for (int i = 0; i < 4; i++) {
        ORM_NEW(Play, p, .song = "x", .times = i * 10);
        OK(Play_create(db, &p));
    }
    least = 10;
    begin(NULL);
    ORM_AUTO Play *some = Play_find_all(db, &(Play_query){ .where = orm_lt(Play_.times, 30) });
    REQUIRE(some);
    CHECK_INT(orm_len(some), 2);
    CHECK_INT(some[0].times, 1000);
    CHECK_TEXT(ran, "before_find after_find");
    CHECK_INT(COUNT(Play, db, .where = orm_or(orm_eq(Play_.times, 0), orm_eq(Play_.times, 10))), 1);      /* with parentheses around what was asked */
    int64_t total = 0, sum = 0;
    begin(NULL);
    ORM_AUTO Play *page = Play_find_and_count(db, NULL, &total);
    CHECK_INT(orm_len(page), 3);
    CHECK_INT(total, 3);
    CHECK_TEXT(ran, "before_count before_find after_find");
    OK(orm_sum(db, Play_.times, &sum, NULL));
    CHECK_INT(sum, 60);
    begin(NULL);
    ORM_AUTO Play *one = Play_find(db, some[0].id);       /* by key: as it is asked for */
    REQUIRE(one);
    CHECK_INT(one->times, 1000);
    CHECK_TEXT(ran, "after_find");
    begin("after_find");
    CHECK(!Play_find_all(db, NULL));
    CHECK_TEXT(orm_status_name(orm_error()->kind), "ORM_FAILED");
    CHECK(!Play_find(db, some[0].id));
    begin("before_find");
    CHECK(!Play_find_one(db, NULL));
    CHECK_TEXT(orm_status_name(orm_error()->kind), "ORM_FAILED");
    begin(NULL);
    OK(Play_update(db, &(Play_change){ .set = { orm_set(Play_.song, "y") }, .all = true }, &total));
    CHECK_INT(total, 1);
    OK(Play_destroy_all(db, &(Play_query){ .all = true }, &total));
    CHECK_INT(total, 1);
    Play_slot rows;
    ORM_BATCH(db) Play_batch_find_all(db, NULL, &rows);
    CHECK_TEXT(orm_status_name(rows.status), "ORM_MISUSE");
}
CHECK_MAIN()

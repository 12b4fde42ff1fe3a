/* >>listen_test: notes between connections; on engines without them the refusal. */
#include "open.h"
#include <poll.h>

#define NEXT(l, ms, note, kind) CHECK_TEXT(orm_status_name(orm_listener_next(l, ms, note)), orm_status_name(kind))

ON_EACH_SHARED(notes_arrive_at_commit)
{
    orm_note note;
    NEEDS(db, notify, orm_notify(db, "news", "x"));
    orm_listener *l = orm_listen(db, "news");
    REQUIRE(l);
    NEXT(l, 0, &note, ORM_NOT_FOUND);
    CHECK(!orm_failed());
    OK(orm_notify(db, "news", "one"));
    OK(orm_notify(db, "other", "two"));
    OK(orm_notify(db, "news", NULL));
    struct pollfd readable = { .fd = orm_listener_fd(l), .events = POLLIN };
    CHECK_INT(poll(&readable, 1, 5000), 1);
    NEXT(l, 5000, &note, ORM_OK);
    CHECK_TEXT(note.payload, "one");
    CHECK_TEXT(note.channel, "news");
    CHECK(!note.missed);
    NEXT(l, 5000, &note, ORM_OK);
    CHECK_TEXT(note.payload, "");
    ORM_TRANSACTION(db) {
        OK(orm_notify(db, "news", "late"));
        NEXT(l, 50, &note, ORM_NOT_FOUND);
    }
    NEXT(l, 5000, &note, ORM_OK);
    CHECK_TEXT(note.payload, "late");
    ORM_TRANSACTION(db) {
        OK(orm_notify(db, "news", "never"));
        break;
    }
    NEXT(l, 50, &note, ORM_NOT_FOUND);
    orm_listener_close(l);
}

ON_EACH_SHARED(channels_and_payloads_are_texts)
{
    static char large[8001];
    orm_note note;
    const char *const names[] = { "a\"b", "a'b", "a b; drop table users", "\xE2\x82\xAC", "UPPER", "123456789012345678901234567890123456789012345678901234567890123" };
    if (!orm_capabilities_of(db)->notify) {
        REFUSED_ROWS(db, orm_listen(db, "news"), ORM_UNSUPPORTED);
        REFUSED(db, orm_notify(db, "news", "x"), ORM_UNSUPPORTED);
        return;
    }
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        orm_listener *l = orm_listen(db, names[i]);
        REQUIRE(l);
        OK(orm_notify(db, names[i], names[i]));
        NEXT(l, 5000, &note, ORM_OK);
        CHECK_TEXT(note.payload, names[i]);
        orm_listener_close(l);
    }
    memset(large, 'x', sizeof large - 1);
    REFUSED(db, orm_notify(db, "news", large), ORM_VALUE_RANGE);
    REFUSED(db, orm_notify(db, "", "x"), ORM_MISUSE);
    REFUSED(db, orm_notify(db, "1234567890123456789012345678901234567890123456789012345678901234", "x"), ORM_MISUSE);
    REFUSED(db, orm_notify(db, NULL, "x"), ORM_MISUSE);
    REFUSED_ROWS(db, orm_listen(db, NULL), ORM_MISUSE);
    large[7999] = 0;
    OK(orm_notify(db, "news", large));
    CHECK_INT(orm_listener_next(NULL, 0, &note), ORM_MISUSE);
    orm_listener_close(NULL);
}

ON_EACH_SHARED(a_lost_connection_is_told)
{
    orm_note note;
    NEEDS(db, notify, orm_notify(db, "news", "x"));
    orm_listener *l = orm_listen(db, "news");
    REQUIRE(l);
    orm_opt_bool done;
    OK(orm_scalar(db, &done, "select pg_terminate_backend(pid) from pg_stat_activity where query like 'listen%' and pid <> pg_backend_pid()", orm_no_params));
    NEXT(l, 5000, &note, ORM_OK);
    CHECK(note.missed);
    OK(orm_notify(db, "news", "again"));
    NEXT(l, 5000, &note, ORM_OK);
    CHECK(!note.missed);
    CHECK_TEXT(note.payload, "again");
    orm_listener_close(l);
}

CHECK_MAIN()

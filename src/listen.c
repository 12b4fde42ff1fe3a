/* >>listen_notes: listeners and notes. A listener has a session of its own, which is in no pool and runs no calls: it is what the connection reports to. */
#include "internal.h"

struct orm_listener {
    orm__session session;
    const orm_dialect *dialect;
    orm_allocator allocator;
    char *channel, *url;
    bool lost;                          /* a connection is to be made anew, and told of */
    orm_arena texts;                    /* of the last note */
};

static orm_status orm__channel_check(orm__session *db, const char *channel)
{
    size_t size = channel ? strlen(channel) : 0;
    if (!db->dialect->can.notify) return orm__raise(db, ORM_UNSUPPORTED, 0, "this engine sends no notes: it has neither LISTEN nor NOTIFY");
    if (size == 0 || size > 63) return orm__raise(db, ORM_MISUSE, 0, "a channel's name has 1 to 63 bytes");
    orm_value name = { .type = ORM_TEXT, .length = ORM_LENGTH_UNKNOWN, .as.s = channel };
    const orm_column column = { .name = "channel", .is = { .type = ORM_TEXT } };
    char why[160];
    orm_status kind = ORM_OK;
    return orm__fit(&column, &name, 64, why, &kind) ? orm__raise(db, kind, 0, "the channel %s", why) : ORM_OK;
}

/* connects, and begins to listen */
static orm_status orm__listener_open(orm_listener *l, int64_t until)
{
    orm_options options = l->session.options;
    if (until) options.timeout_ms = until - orm__ticks() < 1000 ? 1 : (uint32_t)((until - orm__ticks()) / 1000);
    orm_status status = l->dialect->open(&l->session, l->url, &options, false, &l->session.connection);
    if (!status && (status = l->dialect->listen(l->session.connection, l->channel)) != ORM_OK) l->dialect->close(l->session.connection);
    if (status) l->session.connection = NULL;
    return status;
}

static orm_listener *orm__listener_new(orm__session *db, const char *channel)
{
    const orm_allocator allocator = orm__default_allocator();
    const char *url = db->pool->servers[0].url;
    size_t n_url = strlen(url) + 1, n_channel = strlen(channel) + 1;
    orm_listener *l = (orm_listener *)orm__allocate(&allocator, sizeof *l + n_url + n_channel);
    if (!l) {
        orm__raise(db, ORM_NO_MEMORY, 0, "out of memory");
        return NULL;
    }
    memset(l, 0, sizeof *l);
    l->allocator = allocator;
    l->dialect = l->session.dialect = db->dialect;
    l->session.allocator = allocator;
    l->session.options = db->options;
    l->url = (char *)(l + 1);
    l->channel = l->url + n_url;
    memcpy(l->url, url, n_url);
    memcpy(l->channel, channel, n_channel);
    return l;
}

ORM_API orm_listener *orm_listen(orm_db *handle, const char *channel)
{
    orm_listener *l = NULL;
    orm__session *db = orm__enter(handle, ORM__READ, NULL, ORM__CALLER, 0);
    if (!db) return NULL;
    if (orm__channel_check(db, channel) == ORM_OK) l = orm__listener_new(db, channel);
    orm__leave(db);
    if (!l || orm__listener_open(l, 0) == ORM_OK) return l;
    orm_listener_close(l);
    return NULL;
}

ORM_API int orm_listener_fd(const orm_listener *l)
{
    return l && l->session.connection ? l->dialect->listen_fd(l->session.connection) : -1;
}

ORM_API orm_status orm_listener_next(orm_listener *l, int timeout_ms, orm_note *note)
{
    int64_t until = timeout_ms < 0 ? 0 : orm__ticks() + (int64_t)timeout_ms * 1000;
    orm__clear_error();
    if (!l || !note) return orm__raise(NULL, ORM_MISUSE, 0, "orm_listener_next needs a listener and a place for the note");
    *note = (orm_note){ .channel = l->channel, .payload = "" };
    orm_arena_reset(&l->texts);
    if (l->session.connection) {
        orm_step step = l->dialect->heard(l->session.connection, until, &l->texts, &note->payload);
        if (step == ORM_STEP_ROW) return ORM_OK;
        if (step == ORM_STEP_DONE) return orm__raise(&l->session, ORM_NOT_FOUND, 0, "no note came");
        if (orm__self()->error.kind == ORM_NO_MEMORY) return ORM_NO_MEMORY;
        orm__clear_error();
        orm__log_note(&l->session, "a listener lost its connection: notes may be lost");
        l->dialect->close(l->session.connection);
        l->session.connection = NULL;
    }
    if (orm__listener_open(l, 0)) return orm__self()->error.kind;
    note->missed = true;
    return ORM_OK;
}

ORM_API void orm_listener_close(orm_listener *l)
{
    if (!l) return;
    orm_allocator allocator = l->allocator;
    size_t size = sizeof *l + strlen(l->url) + 1 + strlen(l->channel) + 1;
    if (l->session.connection) l->dialect->close(l->session.connection);
    orm_arena_release(&l->texts);
    orm__release(&allocator, l, size);
}

/* ---- notes sent ----------------------------------------------------------------------------------------------------------------- */

static orm_status orm__notify_entered(orm__session *db, const char *channel, const char *payload)
{
    static const char key[] = { 3, 'n' };                       /* no query's key, nor that of SQL by hand, begins so */
    const orm_column column = { .name = "payload", .is = { .type = ORM_TEXT } };
    orm_value values[2] = { { .type = ORM_TEXT, .length = ORM_LENGTH_UNKNOWN, .as.s = channel }, { .type = ORM_TEXT, .length = ORM_LENGTH_UNKNOWN, .as.s = payload ? payload : "" } };
    char why[160];
    orm_status kind = ORM_OK, status = orm__channel_check(db, channel);
    orm__run run;
    if (status) return status;
    if (orm__fit(&column, &values[1], 7999, why, &kind)) return orm__raise(db, kind, 0, "the payload %s", why);
    values[0].length = (uint32_t)strlen(channel);
    orm__prepared *p = orm__shape_find(db, key, sizeof key);
    if (!p) {
        orm__writer sql = { .allocator = &db->allocator, .dialect = db->dialect };
        orm__put(&sql, db->dialect->notify);
        status = orm__prepare(db, &sql, &p);
        orm__writer_release(&sql);
        if (status) return status;
        status = orm__shape_add(db, p, key, sizeof key);
        if (status) {
            orm__prepared_free(db, p);
            return status;
        }
    }
    status = orm__run_start(db, &run, p, values, 2);
    if (status) return status;
    while (orm__run_fetch(db, &run, NULL, &db->scratch, NULL) == ORM_STEP_ROW) continue;
    return orm__run_finish(db, &run, NULL);
}

ORM_API orm_status orm_notify(orm_db *handle, const char *channel, const char *payload)
{
    orm__session *db = orm__enter(handle, ORM__WRITE, NULL, ORM__CALLER, 0);
    if (!db) return orm__refused();
    orm_status status = orm__notify_entered(db, channel, payload);
    orm__leave(db);
    return status;
}

/* >>listen: messages between programs that share a database. PostgreSQL's LISTEN and NOTIFY; on an engine without (capability `notify`) each call answers
   ORM_UNSUPPORTED and nothing is sent. */

/** A note that came. Its texts live until the next call on the listener. `missed`: it is no note of somebody's; the connection was lost and is made anew, and
    what was sent meanwhile is lost: look at the data itself. */
typedef struct orm_note { const char *channel, *payload; bool missed; } orm_note;

/** Listens to a channel, on a connection of its own to the primary that belongs to no pool and outlives the handle. The name is taken as it is, up to 63 bytes.
    NULL is an error. A listener is used by one thread at a time; the caller ends it by orm_listener_close. Behind a pooler that hands each transaction to another session nothing would
    ever arrive, so that is ORM_UNSUPPORTED. */
typedef struct orm_listener orm_listener;
ORM_API orm_listener *orm_listen(orm_db *db, const char *channel);
/** What becomes readable when orm_listener_next has something to look at, for poll; another one after a note with `missed`. -1 while the connection is lost. Call
    orm_listener_next with timeout 0 until it finds nothing, then poll: notes may have been read already. */
ORM_API int orm_listener_fd(const orm_listener *listener);
/** The next note. Waits up to `timeout_ms`, 0 not at all, negative for ever; ORM_NOT_FOUND when none came, which is no failure. A lost connection is made anew by
    this call, which then answers a note with `missed`; while that fails it answers the failure, and the next call tries again. */
ORM_API orm_status orm_listener_next(orm_listener *listener, int timeout_ms, orm_note *note);
/** Ends the listening and frees the listener; NULL is fine. */
ORM_API void orm_listener_close(orm_listener *listener);

/** Sends a note to all who listen to the channel, in a transaction when that commits: a rollback takes it back. Equal notes of one transaction arrive once. The payload is
    a text of less than 8,000 bytes, NULL for "". */
ORM_API orm_status orm_notify(orm_db *db, const char *channel, const char *payload);

/* >>read: calls that read together, of one moment and on one connection: ORM_READ.

       ORM_READ(db) {
           user = User_find(db, 1);
           ORM_EACH(Post, p, db, .where = orm_eq(Post_.author_id, 1)) puts(p->title);
           Post_count(db, NULL, &n);
       }
       if (orm_failed()) ...                         the first failure among them

   All that this thread reads on db in the block, and in what it calls, sees the database as it is at its first read, whatever others write
   meanwhile. The connection is taken once, and so is the engine's lock: many small reads cost less, most of all on a file. ORM_EACH walks an
   open statement there, row by row, without a copy of texts and blobs.

   However the block is left (its end, break, continue, return, goto), it is well: there is nothing to commit. Rows that were read are kept, as
   everywhere, until orm_free.

   Nothing writes in it: calls that would, and transactions that may, answer ORM_READ_ONLY and send nothing. SQL by hand must begin with select,
   with or values, and hold no insert, update, delete or merge behind a with. Calls on orm_outside(db) are no part of the block, and write; on a
   database of SQLite that has only one connection (in memory, or not in WAL mode) they are ORM_DEADLOCK_SELF.

   As in a transaction, the first call that fails fails the block: the later ones return its failure and send nothing, on every engine, and
   orm_failed() tells it afterwards. ORM_NOT_FOUND of a find is no failure, and stays to be seen behind the block. orm_handled forgives what was found
   before anything was sent.

   In a transaction on the same handle the block joins it: its calls see what the transaction wrote, and still write nothing. In another ORM_READ it
   is part of that. Neither sends anything. In ORM_BATCH it waits for the answers so far, and reads on the batch's connection; a batch in it
   reads in it. orm_current(db) in the block hands it to other threads, as it does with a transaction, and ends with it.

   It reads from a replica where there are any (see .replicas and .sticky_ms of orm_open): then so does all of it, orm_primary(db) too. */

/** How a block of ORM_READ reads. */
typedef struct orm_read_options {
    bool orm__begin;
    bool primary;               /* the block reads from the primary, also where there are replicas */
    bool orm__end;
} orm_read_options;
typedef struct orm__read { orm_db *db; orm_read_options options; const char *place; uint64_t serial; bool entered; } orm__read;      /* serial: of its level; 0 in another one */
ORM_API bool orm__read_enter(orm__read *read);
ORM_API void orm__read_leave(orm__read *read);
#ifndef __cplusplus
/** ORM_READ(db) { ... }, ORM_READ(db, .primary = true) { ... }: see above. When it gets no connection the block is not run, and orm_failed() tells why.
    Blocks are the thread's that opens them; not on what orm_current gave. On PostgreSQL and SQLite it is a transaction that only reads: two statements more
    than its calls. Keep it short on SQLite's files: as long as it is open the WAL file is not begun anew. */
#define ORM_READ(...) ORM__READ_(__COUNTER__, __VA_ARGS__, .orm__end = true)
#define ORM__READ_(id, ...) ORM__READ_BLOCK(ORM__CAT(orm__read, id), __VA_ARGS__)
#define ORM__READ_BLOCK(R, db_, ...)                                                                                            \
    for (orm__read R __attribute__((cleanup(orm__read_leave))) = { .db = (db_), .options = { true, __VA_ARGS__ },               \
             .place = __FILE__ ":" ORM__STRING(__LINE__) }; orm__read_enter(&R); )
#endif

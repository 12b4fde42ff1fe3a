/* >>batch: calls whose answers are waited for together: ORM_BATCH.

       User_slot ada = { 0 }, made = { 0 };
       Post_slot posts = { 0 };
       ORM_BATCH(db) {
           User_batch_find(db, 1, &ada);
           Post_batch_find_all(db, &(Post_query){ .where = orm_eq(Post_.author_id, 1) }, &posts);
           User_batch_create(db, &grace, &made);
       }
       if (orm_failed()) ...                         the first failure among them; each slot has its own
       if (ada.rows) puts(ada.rows->name);
       orm_free(ada.rows);

   On PostgreSQL the calls are sent one behind the other, and the server's answers are read at the end of the block (or when 256 calls or
   64 kB are on their way): many calls cost one round trip. Each stands for itself: outside a transaction each is one of its own, and
   what fails leaves the others alone; inside ORM_TRANSACTION they belong to it, its first failure fails it, and the slots of the later ones say so.
   On SQLite there is nothing to wait for: each call is answered at once, and outside a transaction the block is one, so that it is
   written to the disk once. A call that fails leaves the others alone there, too, but others see all of the block or nothing, and if its end
   fails, every slot of a call that wrote has that failure.

   ORM_BATCH(db, .atomic = true) is a unit of work: its calls are one transaction, of which all is kept or nothing.

       ORM_BATCH(db, .atomic = true) {
           Account_batch_update(db, &(Account_change){ .set = { orm_dec(Account_.cents, 100) }, .where = orm_eq(Account_.id, from) }, &taken);
           Account_batch_update(db, &(Account_change){ .set = { orm_inc(Account_.cents, 100) }, .where = orm_eq(Account_.id, to) }, &given);
           Transfer_batch_create(db, &transfer, &made);
       }

   On PostgreSQL its beginning and its commit go with the calls: all of it is one round trip, also when rows need keys of rows before them, see orm_batch_create_under. The first call that fails, or is refused, has its own failure;
   the calls behind it, which are not done, and the writes before it, which are undone, have ORM_ROLLED_BACK, and no rows. A commit that fails, or whose outcome
   is not known (ORM_COMMIT_UNKNOWN), is the failure of each write. As the commit may be done before the answers are read, what an answer lacks by itself (its
   rows do not fit the model, or memory) is the failure of its slot alone on PostgreSQL. The isolation is that of calls outside of transactions, read committed, as no
   call knows what another one read; with .read_only all see one moment. Ordinary calls in the block belong to it, and orm_fail rolls it back. Inside ORM_TRANSACTION
   the block is a savepoint: its failure is the transaction's, which orm_handled may forgive. It is refused (ORM_MISUSE, in its slots) inside a block that is not
   atomic, and in a transaction that other threads share.

   When a connection is lost, or a deadline passes (each call's counts from the answer before it), every slot without an answer says so:
   ORM_CONNECTION_LOST, ORM_TIMEOUT, or ORM_COMMIT_UNKNOWN for a write outside a transaction that may have been done. Nothing is sent twice.

   The block holds a connection from its first call to its end, however it is left: break, continue, return and goto make no difference, what was
   asked is done and answered. An ordinary call on the same handle in the block waits for the answers so far, then runs. A block in a block joins
   it: its slots are answered by the end of the outer one. Outside of blocks the calls are answered before they return. */

/* What a slot of any model has. `rows` is of the model's type, and belongs to the caller, who frees it with orm_free. */
#define ORM__SLOT_MEMBERS                                                                                                       \
    orm_status status;          /* ORM_OK; ORM_PENDING until it is answered; ORM_NOT_FOUND is no failure of the batch */        \
    int code;                   /* of the failure, as in orm_error_info */                                                      \
    int64_t count;              /* rows found, counted or changed */                                                            \
    uint64_t orm__serial;                                                                                                       \
    char field[64], message[160];       /* of the failure: one line for people, never a value of a `secret` field */

/** Where the answer to one call of a batch comes to. It is the caller's, who declares it outside of the block: it must live until the block is
    left. A call overwrites what is in its slot, so free `rows` before you use it again; a slot of two calls in a block has the answer to the latter.
    User_slot and the like have `rows` of their model. Not to be shared by threads while the block runs. */
typedef struct orm_slot { void *rows; ORM__SLOT_MEMBERS } orm_slot;
#define ORM__SLOT_OF(M) union M##_slot { struct { M *rows; ORM__SLOT_MEMBERS }; orm_slot erased; }

/** How a block of ORM_BATCH is done. */
typedef struct orm_batch_options {
    bool orm__begin;
    bool atomic;                /* the block is one transaction: see above */
    bool read_only;             /* calls that write are refused. SQLite: no write lock, and the block sees one moment. May go to a replica */
    bool orm__end;
} orm_batch_options;
typedef struct orm__batch {
    orm_db *db; orm_batch_options options; const char *place; struct orm__batch *outer;
    struct orm__session *session; uint64_t level;       /* held from the first call on; the serial of the block's own transaction, or 0 */
    bool entered, joins; orm_arena written; struct orm__written *last_written;
    uint64_t failed; orm_error_info failure;            /* of the first call that failed, its serial; 0 for none */
} orm__batch;
ORM_API bool orm__batch_enter(orm__batch *batch);
ORM_API void orm__batch_leave(orm__batch *batch);
#ifndef __cplusplus
/** ORM_BATCH(db) { ... }, ORM_BATCH(db, .atomic = true) { ... }, ORM_BATCH(db, .read_only = true) { ... }: see above. Afterwards orm_error() is the failure of the first call that failed, if any. */
#define ORM_BATCH(...) ORM__BATCH_(__COUNTER__, __VA_ARGS__, .orm__end = true)
#define ORM__BATCH_(id, ...) ORM__BATCH(ORM__CAT(orm__batch, id), __VA_ARGS__)
#define ORM__BATCH(B, db_, ...)                                                                                                 \
    for (orm__batch B __attribute__((cleanup(orm__batch_leave))) = { .db = (db_), .options = { true, __VA_ARGS__ },             \
             .place = __FILE__ ":" ORM__STRING(__LINE__) }; orm__batch_enter(&B); )
#endif

/** Of orm_batch_create_under, which makes it: a column, and the slot of the row that it refers to. */
typedef struct orm_under { const orm_column *column; orm_slot *slot; } orm_under;
ORM_API void orm__batch_create_under(orm_db *db, const orm_model *model, const void *row, const orm_under *under, size_t n, orm_slot *slot);
#ifndef __cplusplus
/** orm_batch_create_under(db, &link, PostTag_.post_id, &made, &slot): M_batch_create of a row that belongs to the row which the slot `made` has, or will have when it is
    answered: its column gets the key of that row. So may a second one: orm_batch_create_under(db, &link, PostTag_.post_id, &post, PostTag_.tag_id, &tag, &slot). The columns are
    declared key(Post), or with references(...); what `link` itself has in them does not count. `made` may be of a create or of a find of one row, in this block or before it.
    On PostgreSQL, in ORM_BATCH(db, .atomic = true) or in a transaction, nobody waits for a key that the database makes: the server itself keeps it for the calls behind it, also when
    triggers create rows of that table, too. So is that of the latest create of a model; for that of an earlier one, and for all keys elsewhere, the answers are waited for. So
    they are, too, where a rule of the model reads the column. When there is no such row, as its call failed, this one has ORM_ROLLED_BACK. */
#define orm_batch_create_under(...) ORM__CAT(ORM__CREATE_UNDER_, ORM__COUNT(__VA_ARGS__))(ORM__CAT(orm__h, __COUNTER__), ORM__CAT(orm__i, __COUNTER__), __VA_ARGS__)
#define ORM__CREATE_UNDER_5(A, B, db, row, h, made, slot) __extension__({ __auto_type A = (h); ORM__CREATES_UNDER(A, h, row, slot) ORM__IS_UNDER(A, h, made)               \
    orm__batch_create_under((db), A.kind.c->model, (row), &(const orm_under){ A.kind.c, (orm_slot *)(void *)(made) }, 1, (orm_slot *)(void *)(slot)); })
#define ORM__CREATE_UNDER_7(A, B, db, row, h, made, other, made_too, slot) __extension__({ __auto_type A = (h); __auto_type B = (other);                                \
    ORM__CREATES_UNDER(A, h, row, slot) ORM__CREATES_UNDER(B, other, row, slot) ORM__IS_UNDER(A, h, made) ORM__IS_UNDER(B, other, made_too)                               \
    orm__batch_create_under((db), A.kind.c->model, (row), (const orm_under[]){ { A.kind.c, (orm_slot *)(void *)(made) }, { B.kind.c, (orm_slot *)(void *)(made_too) } }, 2, (orm_slot *)(void *)(slot)); })
/* If a compile error led you here: the row and its slot are of the model that has the column, the other slot of the model that the column refers to. */
#define ORM__CREATES_UNDER(H, h, row_, slot_)                                                                                                                              \
    _Static_assert(__builtin_types_compatible_p(__typeof__(*(row_)), __typeof__(*H.row)), "orm: orm_batch_create_under: " #row_ " is no row of the model that has " #h);       \
    _Static_assert(!__builtin_types_compatible_p(__typeof__(*(row_)), __typeof__(*H.row)) || __builtin_types_compatible_p(__typeof__(*(slot_)->rows), __typeof__(*H.row)),        \
                   "orm: orm_batch_create_under: " #slot_ " is no slot of the model that has " #h);
#define ORM__IS_UNDER(H, h, made)                                                                                                                                          \
    _Static_assert(!__builtin_types_compatible_p(__typeof__(*H.refers), orm__none), "orm: orm_batch_create_under: " #h " refers to no model: declare it with key(...) or references(...)"); \
    _Static_assert(__builtin_types_compatible_p(__typeof__(*H.refers), orm__none) || __builtin_types_compatible_p(__typeof__(*(made)->rows), __typeof__(*H.refers)),           \
                   "orm: orm_batch_create_under: " #made " is no slot of the model that " #h " refers to");
#endif

ORM_API void orm__batch_find(orm_db *db, const orm_model *model, const void *key, orm_slot *slot);
ORM_API void orm__batch_find_all(orm_db *db, const orm_model *model, const orm_query *query, orm_slot *slot);
ORM_API void orm__batch_count(orm_db *db, const orm_model *model, const orm_query *query, orm_slot *slot);
ORM_API void orm__batch_create(orm_db *db, const orm_model *model, const void *row, orm_slot *slot);
ORM_API void orm__batch_update(orm_db *db, const orm_model *model, const orm_change *change, orm_slot *slot);
ORM_API void orm__batch_destroy_by_key(orm_db *db, const orm_model *model, const void *key, orm_slot *slot);
ORM_API void orm__batch_destroy_all(orm_db *db, const orm_model *model, const orm_query *query, orm_slot *slot);

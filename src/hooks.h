/* >>hooks: functions that the calls of a model run, declared with it: ORM_MODEL(User, users, hook(before_save, normalise_email)). They are not static, and
   ORM_MODEL declares them with the type that their event asks for:

   before_validate after_validate before_create after_create before_update after_update before_save after_save before_destroy after_destroy
   before_restore after_restore before_upsert after_upsert          orm_status function(orm_db *db, User *row)
   validation_failed                                                orm_status function(orm_db *db, User *row)      orm_error() tells what failed
   before_bulk_create after_bulk_create                             orm_status function(orm_db *db, User *rows, size_t n)
   after_find                                                       orm_status function(orm_db *db, User *rows, size_t n)
   before_bulk_update                                               orm_status function(orm_db *db, User_change *change)
   after_bulk_update                                                orm_status function(orm_db *db, const User_change *change, int64_t changed)
   before_bulk_destroy before_bulk_restore before_find before_count orm_status function(orm_db *db, User_query *query)
   after_bulk_destroy after_bulk_restore                            orm_status function(orm_db *db, const User_query *query, int64_t n)

   Order: before_validate, normalize(...), the rules, validate(...), after_validate (or validation_failed); before_save, before_create or before_update; the rules once more if a hook changed
   the row; the write; after_create or after_update, after_save. Hooks of one event run as they are written. create_all runs before_bulk_create, then the
   row's hooks for each row. update, destroy_all and restore_all change rows that they do not read: where the model has hooks for single rows of that kind they
   are refused, unless .each_row = true reads and writes row by row with all hooks, or .skip_row_hooks = true does without.
   The write and its hooks are one transaction, or one savepoint in yours. A hook that does not answer ORM_OK undoes it: the call answers the hook's status, and the
   message names hook and event. What a hook calls on `db` belongs to the same transaction. `db` is the handle of the call. A hook may change the row, its texts
   must live until the call has returned (orm_text with an arena of yours, or a literal); what it changes is written, also by save_only. Hooks that call what runs
   hooks go at most ORM_MAX_HOOK_DEPTH deep: then ORM_MISUSE.
   before_find and before_count may rewrite the query of find_all, find_one, find_and_count, count, exists and aggregates; find, get, find_by_<field>, reload, loaders and
   ORM_EACH have conditions of their own and run after_find only (ORM_EACH: page by page). Rows that come by an include run no hooks of their model.
   Not run: by SQL by hand, by what the database itself does (cascades, triggers: orm_schema_report lists those), and by ORM_BATCH, which refuses models with hooks for such calls. */

/** When a hook runs: hook(before_save, f) is ORM_BEFORE_SAVE. */
typedef enum orm_event {
    ORM_NO_EVENT, ORM_BEFORE_VALIDATE, ORM_AFTER_VALIDATE, ORM_VALIDATION_FAILED, ORM_BEFORE_CREATE, ORM_AFTER_CREATE, ORM_BEFORE_UPDATE, ORM_AFTER_UPDATE,
    ORM_BEFORE_SAVE, ORM_AFTER_SAVE, ORM_BEFORE_DESTROY, ORM_AFTER_DESTROY, ORM_BEFORE_RESTORE, ORM_AFTER_RESTORE, ORM_BEFORE_UPSERT, ORM_AFTER_UPSERT,
    ORM_BEFORE_BULK_CREATE, ORM_AFTER_BULK_CREATE, ORM_BEFORE_BULK_UPDATE, ORM_AFTER_BULK_UPDATE, ORM_BEFORE_BULK_DESTROY, ORM_AFTER_BULK_DESTROY,
    ORM_BEFORE_BULK_RESTORE, ORM_AFTER_BULK_RESTORE, ORM_BEFORE_FIND, ORM_AFTER_FIND, ORM_BEFORE_COUNT, ORM_EVENTS
} orm_event;
/** How deep hooks may call what runs hooks. */
#define ORM_MAX_HOOK_DEPTH 8

/** A hook of a model. A table of hooks ends with ORM_NO_EVENT. */
typedef struct orm_hook {
    orm_event event;
    const char *name;                                            /* of the function */
    orm_status (*run)(orm_db *db, void *subject, int64_t n);     /* calls it with a row, rows, a query or a change */
} orm_hook;

#ifndef __cplusplus
/* events: ~, what the function takes, the event, */
#define ORM__EVENT_before_validate     ~, ROW_orm, ORM_BEFORE_VALIDATE,
#define ORM__EVENT_after_validate      ~, ROW_orm, ORM_AFTER_VALIDATE,
#define ORM__EVENT_validation_failed   ~, ROW_orm, ORM_VALIDATION_FAILED,
#define ORM__EVENT_before_create       ~, ROW_orm, ORM_BEFORE_CREATE,
#define ORM__EVENT_after_create        ~, ROW_orm, ORM_AFTER_CREATE,
#define ORM__EVENT_before_update       ~, ROW_orm, ORM_BEFORE_UPDATE,
#define ORM__EVENT_after_update        ~, ROW_orm, ORM_AFTER_UPDATE,
#define ORM__EVENT_before_save         ~, ROW_orm, ORM_BEFORE_SAVE,
#define ORM__EVENT_after_save          ~, ROW_orm, ORM_AFTER_SAVE,
#define ORM__EVENT_before_destroy      ~, ROW_orm, ORM_BEFORE_DESTROY,
#define ORM__EVENT_after_destroy       ~, ROW_orm, ORM_AFTER_DESTROY,
#define ORM__EVENT_before_restore      ~, ROW_orm, ORM_BEFORE_RESTORE,
#define ORM__EVENT_after_restore       ~, ROW_orm, ORM_AFTER_RESTORE,
#define ORM__EVENT_before_upsert       ~, ROW_orm, ORM_BEFORE_UPSERT,
#define ORM__EVENT_after_upsert        ~, ROW_orm, ORM_AFTER_UPSERT,
#define ORM__EVENT_before_bulk_create  ~, ROWS_orm, ORM_BEFORE_BULK_CREATE,
#define ORM__EVENT_after_bulk_create   ~, ROWS_orm, ORM_AFTER_BULK_CREATE,
#define ORM__EVENT_before_bulk_update  ~, CHANGE_orm, ORM_BEFORE_BULK_UPDATE,
#define ORM__EVENT_after_bulk_update   ~, CHANGED_orm, ORM_AFTER_BULK_UPDATE,
#define ORM__EVENT_before_bulk_destroy ~, QUERY_orm, ORM_BEFORE_BULK_DESTROY,
#define ORM__EVENT_after_bulk_destroy  ~, QUERIED_orm, ORM_AFTER_BULK_DESTROY,
#define ORM__EVENT_before_bulk_restore ~, QUERY_orm, ORM_BEFORE_BULK_RESTORE,
#define ORM__EVENT_after_bulk_restore  ~, QUERIED_orm, ORM_AFTER_BULK_RESTORE,
#define ORM__EVENT_before_find         ~, QUERY_orm, ORM_BEFORE_FIND,
#define ORM__EVENT_after_find          ~, ROWS_orm, ORM_AFTER_FIND,
#define ORM__EVENT_before_count        ~, QUERY_orm, ORM_BEFORE_COUNT,
#define ORM__KNOWN_EVENTS "before_ and after_ of validate create update save destroy restore upsert bulk_create bulk_update bulk_destroy bulk_restore; before_find after_find before_count validation_failed"

#define ORM__HOOK_OF_hook(...) ~, HOOK_orm, __VA_ARGS__,
#define ORM__HOOK_BIT(M, o) ORM__CALL_A(ORM__HOOK_BIT_, M, ORM__HOOK_OF_##o, NOTHING_orm, ~, ~)
#define ORM__HOOK_BIT_(M, x, what, event_, ...) ORM__HOOK_BIT_IS_##what(event_)
#define ORM__HOOK_BIT_IS_NOTHING_orm(event_)
#define ORM__HOOK_BIT_IS_HOOK_orm(event_) | 1 << ORM__CALL_B(ORM__THIRD, ORM__EVENT_##event_, ORM_NO_EVENT, ORM_NO_EVENT, ~)
#define ORM__HOOK_DECLARE(M, o) ORM__CALL_A(ORM__HOOK_DECLARE_, M, ORM__HOOK_OF_##o, NOTHING_orm, ~, ~, ~)
#define ORM__HOOK_DECLARE_(M, x, what, event_, function_, ...) ORM__HOOK_DECLARES_##what(M, event_, function_)
#define ORM__HOOK_DECLARES_NOTHING_orm(M, event_, function_)
#define ORM__HOOK_DECLARES_HOOK_orm(M, event_, function_) ORM__CALL_B(ORM__HOOK_TAKES, M, event_, function_, ORM__EVENT_##event_, UNKNOWN_orm, ~)
#define ORM__HOOK_TAKES(M, event_, function_, x, what, ...) ORM__HOOK_TAKES_##what(M, event_, function_, orm__##M##_##event_##_##function_)
#define ORM__HOOK_TAKES_UNKNOWN_orm(M, event_, function_, thunk_) _Static_assert(0, "orm: " #M ": unknown event '" #event_ "' in hook(" #event_ ", " #function_ "); known: " ORM__KNOWN_EVENTS);
/* the function is called with its own type: each gets a small one of the common type */
#define ORM__HOOK_THUNK(thunk_, call_) static inline ORM__UNUSED orm_status thunk_(orm_db *db_, void *subject_, int64_t n_) { (void)n_; return call_; }
#define ORM__HOOK_TAKES_ROW_orm(M, event_, function_, thunk_)     orm_status function_(orm_db *db, M *row); ORM__HOOK_THUNK(thunk_, function_(db_, (M *)subject_))
#define ORM__HOOK_TAKES_ROWS_orm(M, event_, function_, thunk_)    orm_status function_(orm_db *db, M *rows, size_t n); ORM__HOOK_THUNK(thunk_, function_(db_, (M *)subject_, (size_t)n_))
#define ORM__HOOK_TAKES_CHANGE_orm(M, event_, function_, thunk_)  orm_status function_(orm_db *db, M##_change *change); ORM__HOOK_THUNK(thunk_, function_(db_, (M##_change *)subject_))
#define ORM__HOOK_TAKES_CHANGED_orm(M, event_, function_, thunk_) orm_status function_(orm_db *db, const M##_change *change, int64_t changed); \
    ORM__HOOK_THUNK(thunk_, function_(db_, (const M##_change *)subject_, n_))
#define ORM__HOOK_TAKES_QUERY_orm(M, event_, function_, thunk_)   orm_status function_(orm_db *db, M##_query *query); ORM__HOOK_THUNK(thunk_, function_(db_, (M##_query *)subject_))
#define ORM__HOOK_TAKES_QUERIED_orm(M, event_, function_, thunk_) orm_status function_(orm_db *db, const M##_query *query, int64_t n); \
    ORM__HOOK_THUNK(thunk_, function_(db_, (const M##_query *)subject_, n_))
#define ORM__HOOK_ENTRY(M, o) ORM__CALL_A(ORM__HOOK_ENTRY_, M, ORM__HOOK_OF_##o, NOTHING_orm, ~, ~, ~)
#define ORM__HOOK_ENTRY_(M, x, what, event_, function_, ...) ORM__HOOK_ENTRY_IS_##what(M, event_, function_)
#define ORM__HOOK_ENTRY_IS_NOTHING_orm(M, event_, function_)
#define ORM__HOOK_ENTRY_IS_HOOK_orm(M, event_, function_) ORM__CALL_B(ORM__HOOK_ENTRY_OF, M, event_, function_, ORM__EVENT_##event_, UNKNOWN_orm, ~, ~)
#define ORM__HOOK_ENTRY_OF(M, event_, function_, x, what, number_, ...) ORM__HOOK_ENTRY_WHEN_##what(number_, function_, orm__##M##_##event_##_##function_)
#define ORM__HOOK_ENTRY_WHEN_UNKNOWN_orm(number_, function_, thunk_)
#define ORM__HOOK_ENTRY_WHEN_ROW_orm(number_, function_, thunk_)     { .event = number_, .name = #function_, .run = thunk_ },
#define ORM__HOOK_ENTRY_WHEN_ROWS_orm(number_, function_, thunk_)    { .event = number_, .name = #function_, .run = thunk_ },
#define ORM__HOOK_ENTRY_WHEN_CHANGE_orm(number_, function_, thunk_)  { .event = number_, .name = #function_, .run = thunk_ },
#define ORM__HOOK_ENTRY_WHEN_CHANGED_orm(number_, function_, thunk_) { .event = number_, .name = #function_, .run = thunk_ },
#define ORM__HOOK_ENTRY_WHEN_QUERY_orm(number_, function_, thunk_)   { .event = number_, .name = #function_, .run = thunk_ },
#define ORM__HOOK_ENTRY_WHEN_QUERIED_orm(number_, function_, thunk_) { .event = number_, .name = #function_, .run = thunk_ },
#endif

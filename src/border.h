/* >>border: what a model says of its rows beyond the rules of single fields: how values are normalised, rules of several fields, rules for some calls only.

   X(email, string(255), unique, email, normalize(trim, lowercase))
   X(name,  string(80), normalize(trim, collapse, own_name))
                                     before a field is checked and written, its value is made normal: by trim (white space at both ends), collapse (white space
                                     within becomes one blank), lowercase, uppercase, and functions of the program, in this order. The words know ASCII only and
                                     no locale: other characters stay. A function takes and gives the type of the member, without NULL, and may want an arena for
                                     what it makes: `const char *own_name(const char *text, orm_arena *arena)`, `orm_time whole_seconds(orm_time t)`. A text that
                                     it is given is valid UTF-8; NULL from it fails the call (ORM_NO_MEMORY). What is normal already must stay as it is: calls
                                     with hooks ask twice. It is called on the thread of the call; what it makes in the arena lives until the call has returned.
   X(code,  string(10), on_create(length(3, 10)), on_update(not_empty))
                                     rules that hold for new rows only, or for changes only; an upsert, which may be either, asks both. No CHECK is made of them.
   ORM_MODEL(Event, events, validate(check_dates, starts_at, ends_at))
                                     a rule of several fields: `void check_dates(const Event *row, Event_failures *failures)`, which is not static. It tells what
                                     is wrong by orm_blame and orm_blame_row, as often as it likes. It may read the fields that are listed, and is not called
                                     when one of them breaks a rule of its own.

   When: create, create_all, bulk calls, upsert and the like ask all of them of each row; save, save_only and save_all ask those that read a field which is written.
   A field that they read and that was not loaded with the row is ORM_MISUSE. M_update, M_update_row, M_update_returning and the .set of an upsert are ORM_MISUSE where they
   assign a field of such a rule and the rule cannot be asked, as not all of its fields are known: assign them all by value, say .each_row = true (M_update reads
   and saves row by row then), or .unchecked = true to do without the rule. A password that is not written is known to nobody: rules that read it are left out then.

   Where normal texts live: a row that came from the database has them in its result. In a struct of the program (ORM_NEW, M_defaults) there is no memory
   for another text: they go into the arena that this thread has named by orm_texts_into; without one the member keeps the text that it was given, which
   is not what the table holds. Values of fixed size always come back into the row. When the call fails the row is as it was.
   Conditions, M_find_by_<field> and SQL by hand take values as they are: M_normalize(&row, &arena) makes a row normal without writing it. */

/** The arena for texts that calls of this thread make for the rows of the program, from now on; NULL for none. Gives back the one before, so that it can be
    set again. The arena must live as long as it is named, and the texts live as long as it is neither reset nor released. No failure. */
ORM_API orm_arena *orm_texts_into(orm_arena *arena);

/** What the function of validate(...) gets as Event_failures: to be used by orm_blame and orm_blame_row only, until the function returns. */
typedef struct orm_row_failures { orm_failures *orm__list; const orm_model *orm__model; const char *orm__rule; size_t orm__row; } orm_row_failures;
ORM_API void orm__blame(orm_row_failures *failures, const orm_column *column, const char *text_);
ORM_API orm_status orm__normalize(const orm_model *model, void *row, orm_arena *arena);

#ifndef __cplusplus
/** orm_blame(failures, Event_.ends_at, "must be after the start"): the rule is broken, and this field is to blame. The text is copied; it is for people
    and holds no values. A column of another model does not compile. */
#define orm_blame(failures_, h, text_) __extension__({                                                                                  \
    _Static_assert(__builtin_types_compatible_p(__typeof__((h).row), __typeof__((failures_)->orm__row)), "orm: orm_blame: the column is one of another model"); \
    orm__blame(&(failures_)->erased, (h).kind.c, (text_)); })
/** The same for the row as a whole. */
#define orm_blame_row(failures_, text_) orm__blame(&(failures_)->erased, NULL, (text_))

#define ORM__VALIDATE_OF_validate(...) ~, FUNCTION_orm, (__VA_ARGS__, none_orm),
#define ORM__VALIDATE_BIT(M, o) ORM__CALL_A(ORM__VALIDATE_BIT_, ORM__VALIDATE_OF_##o, NOTHING_orm, ~)
#define ORM__VALIDATE_BIT_(x, what, ...) ORM__VALIDATE_BIT_OF_##what
#define ORM__VALIDATE_BIT_OF_NOTHING_orm
#define ORM__VALIDATE_BIT_OF_FUNCTION_orm | 1
/* void check_dates(const Event *row, Event_failures *failures); and a function of one type that calls it */
#define ORM__VALIDATE_DECLARE(M, o) ORM__CALL_A(ORM__VALIDATE_DECLARE_, M, ORM__VALIDATE_OF_##o, NOTHING_orm, ~)
#define ORM__VALIDATE_DECLARE_(M, x, what, ...) ORM__VALIDATE_DECLARES_##what(M, ORM__FIRST(__VA_ARGS__))
#define ORM__VALIDATE_DECLARES_NOTHING_orm(M, args)
#define ORM__VALIDATE_DECLARES_FUNCTION_orm(M, args) ORM__CALL_B(ORM__VALIDATE_DECLARES_, M, ORM__UNWRAP args)
#define ORM__VALIDATE_DECLARES_(M, function_, ...)                                                                                      \
    _Static_assert(ORM__COUNT(__VA_ARGS__) > 1, "orm: " #M ": validate(" #function_ ") needs the fields that the function reads: validate(function, a, b)"); \
    void function_(const M *row, M##_failures *failures);                                                                               \
    static inline ORM__UNUSED void orm__##M##_validate_##function_(const void *row_, orm_row_failures *failures_) { function_((const M *)row_, (M##_failures *)failures_); }
#define ORM__VALIDATE_PARTS(M, function_, ...) .name = #function_, .check = orm__##M##_validate_##function_,                             \
    .parts = (const orm_index_part[]){ ORM__EACH_PART(ORM__VALIDATE_PART, M, __VA_ARGS__) }, .n_parts = ORM__COUNT(__VA_ARGS__) - 1
#define ORM__VALIDATE_PART(M, field) ORM__CALL_C(ORM__VALIDATE_PART_, M, field, ORM__VALIDATE_END_##field, FIELD_orm, ~)
#define ORM__VALIDATE_END_none_orm ~, END_orm,
#define ORM__VALIDATE_PART_(M, field, x, what, ...) ORM__VALIDATE_PART_IS_##what(M, field)
#define ORM__VALIDATE_PART_IS_FIELD_orm(M, field) { .column = &orm__##M##_columns.field },
#define ORM__VALIDATE_PART_IS_END_orm(M, field)   { .column = NULL },
#endif

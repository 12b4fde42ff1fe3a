/* >>upsert: rows that are written whether or not they are there already, known by a unique key that their model declares.

   orm_written how;
   User_upsert(db, &user, &(User_conflict){ .on = orm_key(User, email) }, &how);
   Hit_upsert(db, &hit, &(Hit_conflict){ .on = orm_key(Hit, page, day), .set = { orm_inc(Hit_.n, 1), orm_set_given(Hit_.seen_at) } }, NULL);

   orm_key(M, email)            of a `unique` field; orm_key(M, a, b) of the option unique(a, b), of up to four plain columns in that order;
   orm_primary_key(M)           of the primary key. What is no declared key does not compile: "orm__M_unique_... undeclared".

   orm_status M_upsert(db, &row, &conflict, &how)          creates the row, or changes the one that is there. `how` may be NULL
   orm_status M_upsert_all(db, rows, n, &conflict, how)    the same for many, all or nothing; `how` is an array of n, or NULL. On PostgreSQL they are sent as M_save_all's
   M *M_find_or_create(db, &row, key, &created)            the row with that key, which `row` is when there is none. One of many callers creates it, all get it.
                                                           The caller frees what comes back; NULL on failure. `created` may be NULL
   M *M_find_or_init(db, &row, key, &found)                the same, but nothing is written: without one it is a fresh copy of `row`
   The row begins like one for M_create. It must have values in the columns of the key. Afterwards what has a fixed size is as in the database (key, times, version,
   counters ...), texts are as they were given (or normal, see border.h), and the row counts as created. Rows that are destroyed softly are not there. Failures are those of M_create;
   ORM_UNIQUE also when another key is taken, or the row is another tenant's. Hooks: before_validate, after_validate, before_save, before_upsert, after_upsert,
   after_save. In a transaction of repeatable reads on PostgreSQL a row that somebody else has created since it began answers ORM_SERIALIZATION. */

/** What an upsert did with a row. */
typedef enum orm_written { ORM_NOT_WRITTEN, ORM_CREATED, ORM_UPDATED } orm_written;      /* not written: .ignore, or .where did not hold */

/** A key that the model declares, without its types; M_unique has the same layout. orm_key and orm_primary_key make them. */
typedef struct orm_unique_key { int orm__number; } orm_unique_key;
/** What becomes of a row that is there already. M_conflict has the same layout. Without .set and .only all that was given is written, but for the columns of
    the key, and created_at. updated_at and version move with every change. */
typedef struct orm_conflict {
    bool orm__literal;
    orm_unique_key on;                                   /* orm_key(M, ...) or orm_primary_key(M) */
    bool ignore;                                         /* nothing: it stays as it is */
    orm_mask only;                                       /* these fields are written as they were given */
    orm_assignment set[ORM_MAX_ASSIGNMENTS + 1];         /* what is written instead, or besides .only; orm_set_given(h): as it was given */
    orm_expr where;                                      /* of the row that is there: otherwise it stays as it is */
    bool unchecked;                                      /* without the rules of several fields that cannot be asked, see border.h */
    uint32_t timeout_ms;
} orm_conflict;

ORM_API orm_status orm__upsert(orm_db *db, const orm_model *model, void *row, const orm_conflict *conflict, orm_written *how);
ORM_API orm_status orm__upsert_all(orm_db *db, const orm_model *model, void *rows, size_t n, const orm_conflict *conflict, orm_written *how);
ORM_API void *orm__find_or_create(orm_db *db, const orm_model *model, void *row, orm_unique_key key, bool *created);
ORM_API void *orm__find_or_init(orm_db *db, const orm_model *model, const void *row, orm_unique_key key, bool *found);
ORM_API void *orm__update_returning(orm_db *db, const orm_model *model, const orm_change *change, const orm_mask *fields);
ORM_API void *orm__destroy_returning(orm_db *db, const orm_model *model, const orm_query *query);

#ifndef __cplusplus
/** The key that rows are known by, as an M_unique: orm_key(User, email) of a `unique` field, orm_key(Post, author_id, title) of the option unique(author_id, title), up to four
    columns in its order; orm_primary_key(Item). What is no key of the model does not compile: 'orm__User_unique_name' undeclared. */
#define orm_key(M, ...)     ((M##_unique){ { ORM__CAT(ORM__UNIQUE_TOKEN_, ORM__COUNT(__VA_ARGS__))(M, __VA_ARGS__) } })
#define orm_primary_key(M)  ((M##_unique){ { orm__##M##_unique_primary_key } })
/** In the .set of a conflict: the column is written as the row has it. */
#define orm_set_given(h)    ((__typeof__(*(h).assignment)){ .assignment = { .column = (h).kind.c, .kind = ORM_ASSIGN_GIVEN } })
#define ORM__UNIQUE_TOKEN_1(M, a)          orm__##M##_unique_##a
#define ORM__UNIQUE_TOKEN_2(M, a, b)       orm__##M##_unique_##a##_##b
#define ORM__UNIQUE_TOKEN_3(M, a, b, c)    orm__##M##_unique_##a##_##b##_##c
#define ORM__UNIQUE_TOKEN_4(M, a, b, c, d) orm__##M##_unique_##a##_##b##_##c##_##d

/* numbers of the keys: the unique fields in the order of the rows, then the options unique(...) of plain columns; orm__unique_columns counts alike */
#define ORM__P_UNIQUE(M, name, type, class, of, N, K, U, ...) ORM__UNIQUE_WHEN_##U(M, name)
#define ORM__UNIQUE_WHEN_0(M, name)
#define ORM__UNIQUE_WHEN_1(M, name) orm__##M##_unique_##name,
#define ORM__UNIQUE_OF_unique(...) ~, UNIQUE_orm, (__VA_ARGS__),
#define ORM__UNIQUE_OPTION(M, o) ORM__CALL_A(ORM__UNIQUE_OPTION_, M, ORM__UNIQUE_OF_##o, NOTHING_orm, ~)
#define ORM__UNIQUE_OPTION_(M, x, what, ...) ORM__UNIQUE_OPTION_IS_##what(M, ORM__FIRST(__VA_ARGS__))
#define ORM__UNIQUE_OPTION_IS_NOTHING_orm(M, args)
#define ORM__UNIQUE_OPTION_IS_UNIQUE_orm(M, args) ORM__CALL_B(ORM__CAT(ORM__UNIQUE_SIZED_, ORM__CALL_C(ORM__UNIQUE_SIZE, ORM__COUNT args)), M, ORM__UNWRAP args)
#define ORM__UNIQUE_SIZE(n) ORM__SECOND(ORM__CAT(ORM__UNIQUE_FEW_, n), MANY_orm, ~)
#define ORM__UNIQUE_FEW_1 ~, 1,
#define ORM__UNIQUE_FEW_2 ~, 2,
#define ORM__UNIQUE_FEW_3 ~, 3,
#define ORM__UNIQUE_FEW_4 ~, 4,
#define ORM__IS_PLAIN(part) ORM__CAT(ORM__IS_PLAIN_, ORM__SECOND(ORM__PART_##part, COLUMN_orm, ~))
#define ORM__IS_PLAIN_COLUMN_orm     1
#define ORM__IS_PLAIN_WHERE_orm      0
#define ORM__IS_PLAIN_DESCENDING_orm 0
#define ORM__IS_PLAIN_SQL_orm        0
#define ORM__UNIQUE_SIZED_MANY_orm(M, ...)
#define ORM__UNIQUE_SIZED_1(M, a)          ORM__CAT(ORM__UNIQUE_NAME_, ORM__IS_PLAIN(a))(1, M, a)
#define ORM__UNIQUE_SIZED_2(M, a, b)       ORM__CAT(ORM__UNIQUE_NAME_, ORM__AND(ORM__IS_PLAIN(a), ORM__IS_PLAIN(b)))(2, M, a, b)
#define ORM__UNIQUE_SIZED_3(M, a, b, c)    ORM__CAT(ORM__UNIQUE_NAME_, ORM__AND(ORM__AND(ORM__IS_PLAIN(a), ORM__IS_PLAIN(b)), ORM__IS_PLAIN(c)))(3, M, a, b, c)
#define ORM__UNIQUE_SIZED_4(M, a, b, c, d) ORM__CAT(ORM__UNIQUE_NAME_, ORM__AND(ORM__AND(ORM__IS_PLAIN(a), ORM__IS_PLAIN(b)), ORM__AND(ORM__IS_PLAIN(c), ORM__IS_PLAIN(d))))(4, M, a, b, c, d)
#define ORM__UNIQUE_NAME_0(n, M, ...)
#define ORM__UNIQUE_NAME_1(n, M, ...) ORM__UNIQUE_TOKEN_##n(M, __VA_ARGS__),
#define ORM__UNIQUES(M, each_row, rows, each_option, options_) ORM__UNIQUES_(M, each_row, rows, each_option, ORM__UNWRAP options_)
#define ORM__UNIQUES_(M, each_row, rows, each_option, ...)                                                                              \
    enum { orm__##M##_unique_primary_key = 1, ORM__EACH(ORM__P_UNIQUE, M, each_row, rows) each_option(ORM__UNIQUE_OPTION, M, __VA_ARGS__) orm__##M##_unique_last };
#endif

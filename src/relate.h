/* >>relate: writing through relations: what belongs to a row is added, removed, replaced, asked for and counted. Each call is all or nothing, in the
   transaction of this thread or in one of its own. What was loaded into the owner (post.tags) stays as it was read: load it again to see the change.

   The owner must be in the database: a fresh one answers ORM_MISUSE, one whose result was freed ORM_STALE_ROW, one that is gone ORM_STALE where
   that is seen. Rows are borrowed until the call returns. On failure nothing is written; members that the call set in rows keep their values. */
/** How orm_remove, orm_replace and orm_assign deal with rows that lose their owner. */
typedef struct orm_relate_options {
    bool orm__begin;
    bool destroy;                /* rows that lose their owner are destroyed, instead of having their key set to NULL */
    int64_t *removed;            /* how many lost it, or NULL */
    bool orm__end;
} orm_relate_options;
ORM_API orm_status orm__add(orm_db *db, const orm_relation *relation, const void *owner, void *rows, void *links, size_t n, const char *place);
ORM_API orm_status orm__remove(orm_db *db, const orm_relation *relation, const void *owner, const void *rows, size_t n, const orm_relate_options *options, const char *place);
ORM_API orm_status orm__replace(orm_db *db, const orm_relation *relation, const void *owner, void *rows, size_t n, const orm_relate_options *options, const char *place);
ORM_API orm_status orm__assign(orm_db *db, const orm_relation *relation, void *owner, void *row, const orm_relate_options *options, const char *place);
ORM_API orm_status orm__has_row(orm_db *db, const orm_relation *relation, const void *owner, const void *row, bool *out, const char *place);
ORM_API orm_status orm__count_rows(orm_db *db, const orm_relation *relation, const void *owner, const orm_expr *where, int64_t *out, const char *place);
ORM_API orm_status orm__create_graph(orm_db *db, const orm_model *model, void *row);

#ifndef __cplusplus
#define ORM__HERE __FILE__ ":" ORM__STRING(__LINE__)
/* If a compile error led you here: the owner or the rows are of another model than the relation's. */
#define ORM__OWNER(H, row)         ((__typeof__((const __typeof__(*H.owner_row) *)0)){ row })
#define ORM__WRITTEN_OWNER(H, row) ((__typeof__((__typeof__(*H.owner_row) *)0)){ row })
#define ORM__RELATED(H, rows)      ((__typeof__((const __typeof__(*H.target) *)0)){ rows })
#define ORM__WRITTEN(H, rows)      ((__typeof__((__typeof__(*H.target) *)0)){ rows })
#define ORM__TO_MANY(H, h, call) _Static_assert(_Generic(H.arity, orm__to_many *: 1, default: 0), "orm: " #h " is one row: " call " takes a relation to many, orm_assign sets this one");
/** orm_add(db, &post, Post_.tags, tags, n): these rows belong to the owner from now on. has_many: their key is written, in one statement, and set in the
    rows; fresh rows are created with it. What the relation's where(...) says by plain equalities is written, too. many_to_many: fresh rows are
    created, and links made for those that have none yet. ORM_STALE when a row is not there any more. */
#define orm_add(db, owner_, h, rows, n) ORM__ADD(ORM__CAT(orm__h, __COUNTER__), db, owner_, h, rows, n)
#define ORM__ADD(H, db, owner_, h, rows, n) __extension__({ __auto_type H = (h); ORM__TO_MANY(H, h, "orm_add")                    \
    orm__add((db), H.relation, ORM__OWNER(H, owner_), ORM__WRITTEN(H, rows), NULL, (n), ORM__HERE); })
/** orm_add_links(db, &post, Post_.tags, tags, links, n): the same of a many_to_many with rows of the link model, which begin with M_defaults() and
    may have values of their own; their keys are filled in. A link that is there already is ORM_UNIQUE. */
#define orm_add_links(db, owner_, h, rows, links, n) ORM__ADD_LINKS(ORM__CAT(orm__h, __COUNTER__), db, owner_, h, rows, links, n)
#define ORM__ADD_LINKS(H, db, owner_, h, rows, links, n) __extension__({ __auto_type H = (h);                                     \
    _Static_assert(!__builtin_types_compatible_p(__typeof__(*H.link), orm__none), "orm: " #h " has no link model: it is no many_to_many");            \
    orm__add((db), H.relation, ORM__OWNER(H, owner_), ORM__WRITTEN(H, rows), (__typeof__((__typeof__(*H.link) *)0)){ links }, (n), ORM__HERE); })
/** orm_remove(db, &post, Post_.tags, tags, n, .removed = &k): these rows do not belong to the owner any more; rows of others are left alone, and so
    are those that the relation's where(...) or link_where(...) leaves out, also by orm_replace and with .destroy.
    many_to_many: the links are deleted. has_many: the key becomes NULL; where it cannot be NULL the call is ORM_MISUSE without .destroy. */
#define orm_remove(...) ORM__REMOVE(ORM__CAT(orm__h, __COUNTER__), __VA_ARGS__, .orm__end = true)
#define ORM__REMOVE(H, db, owner_, h, rows, n, ...) __extension__({ __auto_type H = (h); ORM__TO_MANY(H, h, "orm_remove")         \
    orm__remove((db), H.relation, ORM__OWNER(H, owner_), ORM__RELATED(H, rows), (n), &(orm_relate_options){ true, __VA_ARGS__ }, ORM__HERE); })
/** orm_replace(db, &post, Post_.tags, tags, n): afterwards exactly these rows belong to the owner; n 0: none. Options as for orm_remove. */
#define orm_replace(...) ORM__REPLACE(ORM__CAT(orm__h, __COUNTER__), __VA_ARGS__, .orm__end = true)
#define ORM__REPLACE(H, db, owner_, h, rows, n, ...) __extension__({ __auto_type H = (h); ORM__TO_MANY(H, h, "orm_replace")       \
    orm__replace((db), H.relation, ORM__OWNER(H, owner_), ORM__WRITTEN(H, rows), (n), &(orm_relate_options){ true, __VA_ARGS__ }, ORM__HERE); })
/** orm_assign(db, &post, Post_.author, &user): sets a relation to one row; NULL clears it. A fresh row on the other side is created. belongs_to: the key
    is written in the owner, or only set in its struct while that is fresh. has_one: as orm_replace with one row; ORM_MISUSE for the first of several, which
    is one by its values. */
#define orm_assign(...) ORM__ASSIGN_ROW(ORM__CAT(orm__h, __COUNTER__), __VA_ARGS__, .orm__end = true)
#define ORM__ASSIGN_ROW(H, db, owner_, h, row, ...) __extension__({ __auto_type H = (h);                                          \
    _Static_assert(_Generic(H.arity, orm__to_one *: 1, default: 0), "orm: " #h " is a list: orm_add and orm_replace change it");     \
    orm__assign((db), H.relation, ORM__WRITTEN_OWNER(H, owner_), ORM__WRITTEN(H, row), &(orm_relate_options){ true, __VA_ARGS__ }, ORM__HERE); })
/** orm_has_row(db, &post, Post_.tags, &tag, &yes): does the row belong to the owner? */
#define orm_has_row(db, owner_, h, row, out) ORM__HAS_ROW(ORM__CAT(orm__h, __COUNTER__), db, owner_, h, row, out)
#define ORM__HAS_ROW(H, db, owner_, h, row, out) __extension__({ __auto_type H = (h); orm__has_row((db), H.relation, ORM__OWNER(H, owner_), ORM__RELATED(H, row), (out), ORM__HERE); })
/** orm_count_rows(db, &post, Post_.tags, &n) counts what belongs to the owner; orm_count_rows(db, &post, Post_.tags, &n, condition) what of it
    fulfils a condition. `n` is an int64_t. */
#define orm_count_rows(...) ORM__CAT(ORM__COUNT_ROWS_OF_, ORM__COUNT(__VA_ARGS__))(ORM__CAT(orm__h, __COUNTER__), __VA_ARGS__)
#define ORM__COUNT_ROWS_OF_4(H, db, owner_, h, out) __extension__({ __auto_type H = (h); orm__count_rows((db), H.relation, ORM__OWNER(H, owner_), NULL, (out), ORM__HERE); })
#define ORM__COUNT_ROWS_OF_5(H, db, owner_, h, out, condition) __extension__({ __auto_type H = (h);                               \
    orm__count_rows((db), H.relation, ORM__OWNER(H, owner_), &((const __typeof__(*H.target_pred)[]){ condition })[0].expr, (out), ORM__HERE); })
#endif

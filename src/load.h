/* >>load: relations of rows that are there already. Nothing is ever loaded behind a member access: these calls do it, for all rows of a level at
   once, so that a loop over rows costs one statement and not one a row. */
ORM_API orm_status orm__load_related(orm_db *db, const orm_relation *relation, void *rows, const orm_query *query, bool asked, bool one, const char *place);

#ifndef __cplusplus
/** orm_load(db, users, User_.posts, .where = ..., .order = { ... }, .limit = 3, .include = { ... }): loads a relation for a list that a call
    returned, or that an include brought; the options are those of orm_with but for .required. It is loaded for all rows of the same level of that
    result: orm_load(db, users[0].posts, Post_.tags) loads the tags of every user's posts, as the include would have. What is loaded already is
    left as it is when no options are given; with options it is loaded anew, and what was there before stays in memory until orm_free.
    The rows that are loaded belong to the result of those they are loaded for: they are freed with it, and only one thread at a time may use it.
    ORM_MISUSE for rows that came from no query, or were read without the columns that the relation is matched by; ORM_STALE_ROW for freed ones.
    On failure the rows are as they were. */
#define orm_load(...)     ORM__LOAD_RELATED(ORM__CAT(orm__h, __COUNTER__), false, __VA_ARGS__, .orm__literal = true)
/** orm_load_one(db, &users[i], User_.posts): the same from one row. The first call loads the relation for all its siblings, the rows of its
    level; the next ones find it loaded and send nothing. A copy of a row is given what the original has. A row that has no siblings, as
    M_find returns it, costs a statement each time: when one place in the program does that over and over, the log is told, or the call
    fails: see .n_plus_one of orm_options. */
#define orm_load_one(...) ORM__LOAD_RELATED(ORM__CAT(orm__h, __COUNTER__), true, __VA_ARGS__, .orm__literal = true)
#define ORM__LOAD_RELATED(H, one, db, rows, h, ...) __extension__({ __auto_type H = (h);                                                 \
    orm__load_related((db), H.relation, (__typeof__((__typeof__(*H.owner_row) *)0)){ rows }, &(__typeof__(*H.target_query)){ { __VA_ARGS__ } }.erased, ORM__COUNT(__VA_ARGS__) > 1, one, \
        __FILE__ ":" ORM__STRING(__LINE__)); })
#endif

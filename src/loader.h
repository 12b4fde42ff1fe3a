/* >>loader: many single finds as one statement: ORM_LOADER.

       ORM_LOADER(User, authors, db);
       for (size_t i = 0; i < orm_len(posts); i++) orm_want(&authors, posts[i].author_id);      sends nothing
       for (size_t i = 0; i < orm_len(posts); i++) {
           const User *author = orm_get(&authors, posts[i].author_id);                          the first one asks for all of them at once
           printf("%s: %s\n", posts[i].title, author ? author->name : "?");
       }

   For code that comes upon keys one by one, where there is no list whose relation could be included: resolvers, renderers, jobs. What was wanted is asked for
   by the first orm_get whose row is not there yet, with its own key: one statement, whose text is the same for any number of keys, or one for each 32768 keys (or .max_rows of the handle,
   if that is less). Keys of several columns come in statements of up to 256 keys. Each key is asked for once: rows, and what is not there, are remembered.

   What a row is, and whether it is there, is what M_find says: tenants, scopes and rows that were destroyed softly are as there, secret fields are not read. The
   hook after_find runs once for each statement, with its list; before_find does not run. The options are those of a query: .select, .include (the
   relations of all rows by one statement more each), .where (other rows are not there), .with_deleted, .only_deleted, .unscoped, .with_secrets, .timeout_ms.
   In a transaction of its thread the loader reads like every other call, also what the transaction wrote; and each of its statements counts in an ORM_BUDGET. It knows nothing
   of writes that follow: orm_loader_clear makes it ask anew.

   The rows belong to the loader, until orm_loader_clear or its end. They are const: a copy of one may be changed and saved while the loader lives, like a copy of any row of
   a list; orm_free of one is refused. A loader holds no connection, and lives in one thread at a time. Keys compare by their bytes. */

/** What a loader of any model has; User_loader and the like bring their model's types. Its members are not for programs. */
typedef struct orm_loader { orm_db *db; const orm_model *model; const orm_query *query; struct orm__loader *state; } orm_loader;
/* User_loader: the other members are never read, they tell the compiler the types. The size of `columns` is the number of columns in the key. */
#define ORM__LOADER_TYPE(M) union M##_loader { orm_loader erased; const struct M *row; const orm__##M##_key *key; char (*columns)[orm__##M##_key_columns]; }

ORM_API void orm__loader_want(orm_loader *loader, const void *key);
ORM_API const void *orm__loader_get(orm_loader *loader, const void *key);
ORM_API void orm__loader_clear(orm_loader *loader);
ORM_API void orm__loader_at_scope_end(void *loader);
#ifndef __cplusplus
/** ORM_LOADER(User, authors, db), ORM_LOADER(User, authors, db, .select = { .name = 1 }, .include = { orm_with(User_.posts) }): declares `User_loader authors`, which is released at the
    end of its scope. The handle must be open when it asks; it may be closed before the scope ends. */
#define ORM_LOADER(M, name, ...) M##_loader name __attribute__((cleanup(orm__loader_at_scope_end))) = ORM_LOADER_OF(M, __VA_ARGS__)
/** The same as the initialiser of a User_loader that lives elsewhere, in the struct of a request, say: .authors = ORM_LOADER_OF(User, db). orm_loader_clear releases it; options
    live in the block that they are written in. */
#define ORM_LOADER_OF(M, ...) ORM__LOADER_OF(M, __VA_ARGS__, .orm__literal = true)
#define ORM__LOADER_OF(M, db_, ...) { .erased = { .db = (db_), .model = &M##_model, .query = ORM__COUNT(__VA_ARGS__) > 1 ? &(M##_query){ { __VA_ARGS__ } }.erased : NULL } }

/** orm_want(&authors, id), orm_want(&links, post_id, tag_id), orm_want(&links, key): remembers that the row with this key will be asked for; sends nothing. The key is typed as for M_find, one of several
    columns is its values or a PostTag_key. Texts and blobs are copied. Wanting a key again is free. Does not fail: a key that cannot be one, or for which there is no memory, is
    left to orm_get. Leaves orm_error() alone. */
#define orm_want(...) ORM__WANT(ORM__CAT(orm__h, __COUNTER__), __VA_ARGS__)
/** The row with this key, `const User *`; see above. NULL with ORM_NOT_FOUND, no failure, when there is none. NULL with the failure as of M_find_all when
    it is unknown; it is then asked for again by the next orm_get. ORM_MISUSE for other options, for a key without a value, and inside of a hook of the loader's own statement.
    The row lives until orm_loader_clear or the end of the loader; it is not to be freed. */
#define orm_get(...)  ORM__GET(ORM__CAT(orm__h, __COUNTER__), __VA_ARGS__)
/** Forgets rows, keys and what is not there, and frees their memory: rows that orm_get returned are gone, and the next orm_get asks anew. Not inside of a hook of
    the loader's own statement: told to orm_error() as ORM_MISUSE, and nothing is forgotten. */
#define orm_loader_clear(loader) orm__loader_clear(&(loader)->erased)

/* If a compile error led you here: the first argument is the address of a loader, behind it stands its key. */
#define ORM__WANT(L, l, ...) __extension__({ __auto_type L = (l); ORM__LOADER_BY(TAKES, L, l, __VA_ARGS__) orm__loader_want(&L->erased, ORM__LOADER_BY(KEY, L, l, __VA_ARGS__)); })
#define ORM__GET(L, l, ...)  __extension__({ __auto_type L = (l); ORM__LOADER_BY(TAKES, L, l, __VA_ARGS__) (__typeof__(L->row))orm__loader_get(&L->erased, ORM__LOADER_BY(KEY, L, l, __VA_ARGS__)); })
#define ORM__LOADER_BY(what, L, l, ...) ORM__CAT(ORM__LOADER_##what##_, ORM__PROBE(ORM__CAT(ORM__IS_ONE_, ORM__COUNT(__VA_ARGS__))))(L, l, __VA_ARGS__)
#define ORM__IS_ONE_1 ~, 1,
#define ORM__LOADER_KEY_1(L, l, v)   (__typeof__(*L->key)[1]){ v }
#define ORM__LOADER_KEY_0(L, l, ...) (__typeof__(*L->key)[1]){ { __VA_ARGS__ } }
#define ORM__LOADER_TAKES_1(L, l, v)                                                                                            \
    { ORM__GIVEN(v) enum { orm__unfit, orm__fits = sizeof(*L->columns) == 1 ? (ORM__LOADER_CLASSES(ORM__CLASS(*L->key)) & ORM__CLASS_GIVEN) != 0 \
        : __builtin_types_compatible_p(__typeof__(*L->key), __typeof__(*orm__sample)) };                                        \
      _Static_assert(orm__fits, "orm: " #l " does not take " #v " for a key: it is typed as M_find takes it, and one of several columns is its values, or an M_key"); }
#define ORM__LOADER_TAKES_0(L, l, ...)                                                                                          \
    { enum { orm__unfit, orm__fits = sizeof(*L->columns) == ORM__COUNT(__VA_ARGS__) };                                           \
      _Static_assert(orm__fits, "orm: " #l " does not take (" #__VA_ARGS__ ") for a key: its key has another number of columns"); }
#define ORM__LOADER_CLASSES(class) ((class) | ((class) & (ORM__CLASS_NUMBER | ORM__CLASS_BOOL) ? ORM__CLASS_INT : 0))
#endif

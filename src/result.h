/* >>result: rows that the library made. One arena holds a result's rows, texts and nested rows; one orm_free frees them. */

/** An allocator with a context. `resize` and `release` are told the old size. All three are needed, or none. Calls may come
    from any thread that uses the handle. `allocate` and `resize` may answer NULL: the call then fails with ORM_NO_MEMORY. */
typedef struct orm_allocator {
    void *(*allocate)(void *context, size_t size);
    void *(*resize)(void *context, void *block, size_t old_size, size_t size);
    void (*release)(void *context, void *block, size_t size);
    void *context;
} orm_allocator;

/** Memory that is freed as a whole. Begin with `orm_arena a = { 0 };`. One thread at a time. */
typedef struct orm_arena {
    char *orm__at, *orm__end;
    struct orm__chunk *orm__chunks;
    orm_allocator orm__allocator;
    struct orm__result *orm__results;                    /* that live here; retired by reset and release */
} orm_arena;

/** Copies `text_` into the arena. NULL when out of memory or when `text_` is NULL. Lives until the arena's reset or release. */
ORM_API const char *orm_text(orm_arena *arena, const char *text_);
/** Prints like printf into the arena. NULL when out of memory. Lives until the arena's reset or release. */
ORM_API const char *orm_format(orm_arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
/** `size` bytes, zeroed, aligned for any type. NULL when out of memory. */
ORM_API void *orm_arena_allocate(orm_arena *arena, size_t size);
/** Forgets everything in the arena and keeps its memory for the next use. Results in it are gone: their rows answer ORM_STALE_ROW. */
ORM_API void orm_arena_reset(orm_arena *arena);
/** Frees everything; the arena may be used again. */
ORM_API void orm_arena_release(orm_arena *arena);

/* the untyped calls behind the macros */
ORM_API void *orm__new_list(orm_arena *arena, const orm_model *model, size_t n);
ORM_API size_t orm__len(const void *rows, size_t ticket_offset);
ORM_API orm_status orm__free(const void *rows);
ORM_API bool orm__loaded(const orm_model *model, const void *row, const orm_relation *relation);
ORM_API void *orm__copy(const orm_model *model, const void *row);
ORM_API void orm__free_at_scope_end(void *pointer_to_rows);

/** Rows in a list that came from a query, an include or M_list(); 1 for a single row, 0 for NULL. Reads only memory of the row itself and
    of live results. Any thread. */
#define orm_len(rows) orm__len((rows), offsetof(__typeof__(*(rows)), orm))
/** Frees a result: the pointer that a find returned. NULL is fine. Anything else (an inner row, a nested list, a stack row, a
    result freed before) is refused unread: ORM_MISUSE, told to the log hook. Any thread. */
#define orm_free(rows) ((void)orm__free(rows))
/** `ORM_AUTO User *u = User_find(db, 1);` frees at the end of the scope. */
#define ORM_AUTO __attribute__((cleanup(orm__free_at_scope_end)))
ORM_API const void *orm__links(const orm_relation *relation, const void *rows);
#ifndef __cplusplus
/** The rows of the link model that belong to a list of a many_to_many relation which was read with .links: the k-th of them made the k-th
    row of the list. `const PostTag *links = orm_links(Post_.tags, posts[i].tags);` NULL when they were not read. They belong to the result. */
#define orm_links(h, rows) ORM__LINKS(ORM__CAT(orm__h, __COUNTER__), h, rows)
#define ORM__LINKS(H, h, rows) __extension__({ __auto_type H = (h); (const __typeof__(*H.link) *)orm__links(H.relation, (__typeof__((const __typeof__(*H.target) *)0)){ rows }); })
#endif

/* >>json: rows as JSON (RFC 8259). Members in the model's order; relations that were loaded are nested, others left out; `secret`
   fields never appear. Integers and decimals exact; times in ISO 8601 UTC with milliseconds or more; NaN and infinity are null;
   blobs in base64 (RFC 4648); json columns as they are; enumerations by label; NULL is null. */
ORM_API char *orm__to_json(const orm_model *model, const void *row, const orm_mask *mask, bool all, size_t *length);
ORM_API orm_status orm__print_json(FILE *out, const orm_model *model, const void *rows, int how);

/** Where JSON is written to, and how. One of .file, .write and .buffer is given; the rest may be zero. */
typedef struct orm_json_output {
    bool list;                   /* an array of rows; else one row, or: */
    bool lines;                  /* one row on each line */
    bool pretty;                 /* over lines, two blanks deeper for each level */
    bool camel_case;             /* names as JavaScript has them: created_at is "createdAt" */
    bool numbers_as_text;        /* decimals, and whole numbers beyond 2^53 - 1, in quotes: JavaScript reads numbers as doubles (RFC 8259, section 6) */
    bool refuse_nan;             /* NaN and infinity are ORM_VALUE_RANGE, not null */
    FILE *file;
    bool (*write)(void *context, const char *bytes, size_t size); void *context;      /* false stops with ORM_IO. Called with some 64 KB at a time, by the thread that writes */
    char *buffer; size_t size;   /* gets the text with its NUL; what does not fit is ORM_VALUE_RANGE */
} orm_json_output;
/** A stream of rows. One thread at a time. */
typedef struct orm_json_writer orm_json_writer;
ORM_API orm_json_writer *orm__json_begin(const orm_json_output *to);
ORM_API orm_status orm__json_add(orm_json_writer *writer, const orm_model *model, const void *rows, const orm_mask *mask, bool all);
/** Writes what is left and frees the writer. The first failure of the stream, or ORM_OK; a stream that failed ends in the middle. `length` (bytes written) may be NULL.
    NULL for a writer that orm_json_begin did not make: its failure. */
ORM_API orm_status orm_json_end(orm_json_writer *writer, size_t *length);
ORM_API void orm__dump(FILE *out, const orm_model *model, const void *row);

#ifndef __cplusplus
/** One row, a list, and a list as JSON lines, to a file, each followed by a line end. Nothing is written when a row cannot be printed
    (ORM_STALE_ROW, ORM_BAD_TEXT ...); ORM_IO when writing failed. */
#define orm_print_json(file, M, row)        orm__print_json((file), &M##_model, (const M *){ row }, 0)
#define orm_print_json_all(file, M, rows)   orm__print_json((file), &M##_model, (const M *){ rows }, 1)
#define orm_print_json_lines(file, M, rows) orm__print_json((file), &M##_model, (const M *){ rows }, 2)
/** Rows as a stream, in constant memory whatever their number:
        orm_json_writer *out = orm_json_begin(.file = stdout, .list = true, .pretty = true);
        ORM_EACH(User, u, db) orm_json_row(out, User, u, (User_mask){ .name = 1, .email = 1 });
        if (orm_json_end(out, NULL)) ...
    A zero mask is all that was loaded. orm_json_rows takes a list. After a failure the other rows are left out, and orm_json_end tells the first. */
#define orm_json_begin(...) orm__json_begin(&(const orm_json_output){ __VA_ARGS__ })
#define orm_json_row(writer, M, row, ...)   orm__json_add((writer), &M##_model, (const M *){ row }, ORM__MASK(M, __VA_ARGS__), false)
#define orm_json_rows(writer, M, rows, ...) orm__json_add((writer), &M##_model, (const M *){ rows }, ORM__MASK(M, __VA_ARGS__), true)
#define ORM__MASK(M, ...) (&(const union { M##_mask mask; orm_mask erased; }){ __VA_ARGS__ }.erased)
/** orm_dump(User, &row): every member of one row, for people, on stderr; secrets as "***". */
#define orm_dump(M, row) orm__dump(stderr, &M##_model, (const M *){ row })
#endif

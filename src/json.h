/* >>json: rows as JSON (RFC 8259). Members in the model's order; relations that were loaded are nested, others left out; `secret`
   fields never appear. Integers and decimals exact; times in ISO 8601 UTC with milliseconds or more; NaN and infinity are null;
   blobs in base64 (RFC 4648); json columns as they are; enumerations by label; NULL is null. */
ORM_API char *orm__to_json(const orm_model *model, const void *row, const orm_mask *mask, bool all, size_t *length);
ORM_API orm_status orm__print_json(FILE *out, const orm_model *model, const void *rows, int how);
ORM_API void orm__dump(FILE *out, const orm_model *model, const void *row);

#ifndef __cplusplus
/** One row, a list, and a list as JSON lines, to a file, each followed by a line end. Nothing is written when a row cannot be printed
    (ORM_STALE_ROW, ORM_BAD_TEXT ...); ORM_IO when writing failed. */
#define orm_print_json(file, M, row)        orm__print_json((file), &M##_model, (const M *){ row }, 0)
#define orm_print_json_all(file, M, rows)   orm__print_json((file), &M##_model, (const M *){ rows }, 1)
#define orm_print_json_lines(file, M, rows) orm__print_json((file), &M##_model, (const M *){ rows }, 2)
/** orm_dump(User, &row): every member of one row, for people, on stderr; secrets as "***". */
#define orm_dump(M, row) orm__dump(stderr, &M##_model, (const M *){ row })
#endif

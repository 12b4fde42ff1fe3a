/* >>json_in: rows out of JSON texts that come from outside (RFC 8259, strictly). What may come in is named field by field, everything else is refused by its name,
   no type is taken for another one, and all that is wrong is told at once, each with its line and column. Nothing here sends a statement.

   An object is read into a fresh row, as M_defaults() makes it:
       ORM_AUTO User *user = User_from_json(db, body, length, (User_mask){ .name = 1, .email = 1 });
       if (!user || User_create(db, user)) return answer(422, orm_error());
   - The mask is the list of what the sender may set; an empty one is ORM_MISUSE. A key that is not in it is a failure, whether or not the model has such a field.
   - A field of the mask that is missing is a failure, unless it may be NULL, has a default, or the database makes it. null is NULL, and a failure where that may not be.
   - Values have the form in which M_to_json writes them: whole numbers without fraction or exponent, exact to 64 bits; decimals as numbers, exact; times as RFC 3339,
     dates and times of day as ISO 8601; uuids, addresses and labels of enumerations as texts; blobs in base64 (RFC 4648, section 4, with its padding); arrays as arrays; a
     json column takes any value. Nothing is rounded, cut or converted from another type of JSON.
   - Each value passes the rules of its field, so that what comes out is valid but for the fields that the program sets itself.
   - The same key twice, nesting beyond max_depth, more rows than max_rows: refused.
   Failures: ORM_BAD_JSON for a text that is no JSON (an API answers 400), ORM_VALIDATION for one that is not such a row (422): orm_error()->failures has field, rule,
   message, line and column of each; a field of a nested row is named with its path, "posts[1].title". ORM_OVER_BUDGET beyond max_rows or max_bytes, ORM_NO_MEMORY.
   Messages hold no values. The text is borrowed during the call only. Any thread. */

/** How JSON is read. All zero is a good default; NULL for it, too. */
typedef struct orm_json_input {
    bool list;                   /* an array of objects, not one object */
    bool camel_case;             /* names as JavaScript has them: "createdAt" is created_at */
    bool text_numbers;           /* whole numbers and decimals may also stand in quotes, as .numbers_as_text writes them */
    uint32_t max_depth;          /* of arrays and objects in each other; 0 is 64, which is the most */
    size_t max_rows;             /* nested ones with the others; 0 is 10,000 */
    size_t max_bytes;            /* of the text; 0 is 16 MB */
} orm_json_input;

/** What a filter may ask, operator by operator; M_filter is the same with the model's masks. See M_filter_from_json in define.h. */
typedef struct orm_filter {
    orm_mask eq, ne, in, range, contains, starts_with, ends_with, null;
    bool connectives;            /* "and", "or" and "not", too: not for a model with fields of these names */
    bool camel_case;             /* names as in orm_json_input */
    uint32_t max_conditions;     /* 0 is 20. ORM_MAX_TERMS, which counts "and", "or" and "not", too, holds in any case */
} orm_filter;

ORM_API void *orm__from_json(orm_db *db, const orm_model *model, const char *text_, size_t length, const orm_query *shape, const orm_mask *fields, const orm_json_input *how);
ORM_API orm_status orm__patch_from_json(orm_db *db, const orm_model *model, void *row, const char *text_, size_t length, const orm_mask *fields, orm_mask *set);
ORM_API orm_status orm__filter_from_json(orm_db *db, const orm_model *model, const char *text_, size_t length, const orm_filter *allowed, orm_arena *arena, orm_expr *out);

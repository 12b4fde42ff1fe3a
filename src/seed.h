/* >>seed: rows that a database begins with, from C or from files, and rows that are made up. */

/** Rows of one model: from an array in C, or from a file of the running program's file system. A table of them ends with ORM_SEED_LAST; all of it is borrowed.

       static const User users[] = { { .id = 1, .name = "Ada", .email = "ada@example.com" } };
       static const orm_seeding Blog_seeds[] = { ORM_SEED(User, users), ORM_SEED_FILE(Post, "seeds/posts.csv"), ORM_SEED_LAST };

    In an array, members that are zero count as not written: they get the field's default. A row is known by its primary key or, when that is not
    written, by its first `unique` field. Files: .csv (RFC 4180, UTF-8, its first line names the fields; an empty field without quotes is not written), .json
    (an array of objects; null is NULL). A name that is no field, a value that does not fit, a row with too many fields are ORM_VALIDATION, with file and line. */
typedef struct orm_seeding { const orm_model *model; const void *rows; size_t n; const char *file; } orm_seeding;
#ifndef __cplusplus
#define ORM_SEED(M, array)      { .model = &M##_model, .rows = _Generic(&(array)[0], M *: (array), const M *: (array)), .n = sizeof(array) / sizeof (array)[0] }
#define ORM_SEED_FILE(M, path)  { .model = &M##_model, .file = "" path "" }
#define ORM_SEED_LAST           { .model = NULL }
#endif

/** What came of it. */
typedef struct orm_seeded { size_t created, updated, unchanged, destroyed; } orm_seeded;
/** How seeds are written. All zero is a good default; NULL for it, too. */
typedef struct orm_seed_options {
    bool keep;                                   /* rows that are there stay as they are, also when they differ */
    void (*progress)(void *context, const orm_model *model, size_t done, size_t total); void *context;      /* total: 0 while it is not known */
} orm_seed_options;
/** Sees to it that the rows are there: those that are not are created, those that differ in what is written are updated, all of it in one transaction,
    parents before children in whatever order the table has them; where tables refer to each other in a circle, keys that may be NULL are written when all rows are there, and
    `deferred` ones wait for the end. Within a model rows stand in order:
    one that refers to another of the same model comes behind it. A second run changes nothing. Rows are validated as ever. NULL options are defaults; `out` may be NULL. Failures are those of create and save, and those of the file: ORM_IO, ORM_BAD_TEXT, ORM_VALIDATION. */
ORM_API orm_status orm_seed(orm_db *db, const orm_seeding *seeds, const orm_seed_options *options, orm_seeded *out);
/** Destroys these rows, by their keys, children first, in one transaction. Those that are gone already are no failure. */
ORM_API orm_status orm_seed_undo(orm_db *db, const orm_seeding *seeds, const orm_seed_options *options, orm_seeded *out);

/** How rows are made up. All zero is a good default; NULL for it, too. */
typedef struct orm_fake_options {
    uint64_t seed;                               /* the same seed, the same rows */
    const orm_model *const *models;              /* only these; NULL is all of the schema. Ends with NULL. */
    void (*progress)(void *context, const orm_model *model, size_t done, size_t total); void *context;
} orm_fake_options;
/** orm_fake(db, &Blog_schema, 1000, NULL): creates so many rows of each model, made up from types, rules, unique fields, enumerations and foreign keys to the rows
    that are there; parents first, in one transaction, by the way of many rows. The same seed makes the same rows in databases that hold the same.
    ORM_UNSUPPORTED: a field whose rule nobody can make values for (matches, not_matches, contains, check_with): give such rows by orm_seed. */
ORM_API orm_status orm_fake(orm_db *db, const orm_schema *schema, size_t n, const orm_fake_options *options);

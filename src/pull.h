/* >>pull: models of a database that is there already: a header to begin with, which from then on is the schema's source. */

/** What to read. All zero: every table. Everything is borrowed until the call returns; lists end with NULL. */
typedef struct orm_pull_options {
    const char *name;                            /* of the schema, a name in C; NULL is that of the database */
    const char *const *tables;                   /* only these */
    const char *const *ignore;                   /* not these; the library's own are never read */
} orm_pull_options;
/** Writes the tables of the connection's schema as models: `text` (in the arena) is a C header with ORM_ENUM, ORM_MODEL and ORM_SCHEMA. Names that
    are none in C stay in it as texts, escaped. Relations are made of foreign keys. What models cannot say is listed in the header's first comment: tables without a primary key,
    views, types without a member in C, and every difference that orm_verify would find. NULL options are defaults. ORM_NOT_FOUND: there is no table
    that could be a model. Reads only (an engine that retells SQL is asked in a transaction that is rolled back). */
ORM_API orm_status orm_pull(orm_db *db, const orm_pull_options *options, orm_arena *arena, const char **text_);

/* >>schema: tables from models. */

/** Creates the tables and indexes of the schema that are missing, in one transaction, parents first; never drops, never alters. An
    existing table that differs from its model gives ORM_SCHEMA_DIFFERS with the list of differences in orm_error()->message and
    ->failures, and nothing is changed. */
ORM_API orm_status orm_sync(orm_db *db, const orm_schema *schema);
/** The DDL that orm_sync would send to an empty database: statements ending in ";\n". Free with orm_free_text. NULL on failure. */
ORM_API char *orm_schema_sql(orm_db *db, const orm_schema *schema);
/** Frees a text that the library made (orm_schema_sql, M_to_json ...); NULL is fine. */
ORM_API void orm_free_text(char *text_);
/** Writes a table of which rules of a model the database enforces too, and which only the program does: a line per column and rule,
    "User.name    length(2, 200)    database and program". The database is asked nothing: it is what orm_sync or a migration makes of the model. */
ORM_API void orm_print_rules(FILE *out, orm_db *db, const orm_model *model);
/** The same of all models of a schema. */
ORM_API void orm_schema_report(FILE *out, orm_db *db, const orm_schema *schema);

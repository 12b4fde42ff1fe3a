/* >>wipe: calls that empty or drop whole tables. They exist with ORM_DESTRUCTIVE only, and refuse (ORM_MISUSE) a database that is not called what the caller
   says: that of the URL, of a file without its folder. Everything happens or nothing, in one transaction, or as part of the one around it.

   #define ORM_DESTRUCTIVE
   #include "orm.h"
   orm_sync_force(db, &Blog_schema, "blog_test")     the tables of the schema are dropped with all rows, and made anew
   orm_drop_tables(db, &Blog_schema, "blog_test")    and not made anew; the types of its enumerations go with them
   orm_truncate(db, &User_model, "blog_test")        all rows; keys that the database makes begin at 1 again
   orm_truncate_tables(db, &Blog_schema, "blog_test")    the same for all tables of the schema: what tests begin with

   A table beyond these that refers to one of them is ORM_FOREIGN_KEY, and named: nobody else's rows go along. On SQLite tables that refer to each other in a circle are not emptied or dropped in a transaction
   that looks at foreign keys: begin that with .unchecked = true. Other failures are those of every write. */
typedef enum orm__wipe_kind { ORM__WIPE_ROWS, ORM__WIPE_TABLES, ORM__WIPE_ANEW } orm__wipe_kind;
ORM_API orm_status orm__wipe(orm_db *db, const orm_schema *schema, orm__wipe_kind kind, const char *database);
ORM_API orm_status orm__truncate(orm_db *db, const orm_model *model, const char *database);
#ifndef __cplusplus
#if defined ORM_DESTRUCTIVE
#  define orm_sync_force(db, schema, database)      orm__wipe((db), (schema), ORM__WIPE_ANEW, (database))
#  define orm_drop_tables(db, schema, database)     orm__wipe((db), (schema), ORM__WIPE_TABLES, (database))
#  define orm_truncate_tables(db, schema, database) orm__wipe((db), (schema), ORM__WIPE_ROWS, (database))
#  define orm_truncate(db, model, database)         orm__truncate((db), (model), (database))
#else
#  define orm_sync_force(db, schema, database)      ORM__DESTRUCTIVE("orm_sync_force")
#  define orm_drop_tables(db, schema, database)     ORM__DESTRUCTIVE("orm_drop_tables")
#  define orm_truncate_tables(db, schema, database) ORM__DESTRUCTIVE("orm_truncate_tables")
#  define orm_truncate(db, model, database)         ORM__DESTRUCTIVE("orm_truncate")
#endif
#endif

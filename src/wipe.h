/* >>wipe: calls that empty or drop whole tables. They exist with ORM_DESTRUCTIVE only, and refuse (ORM_MISUSE) a database that is not called what the caller
   says: that of the URL, of a file without its folder. Everything happens or nothing, in one transaction, or as part of the one around it.

   #define ORM_DESTRUCTIVE
   #include "orm.h"
   orm_sync_force(db, &Blog_schema, "blog_test")     the tables of the schema are dropped with all rows, and made anew
   orm_drop_tables(db, &Blog_schema, "blog_test")    and not made anew; the types of its enumerations go with them
   orm_truncate(db, &User_model, "blog_test")        all rows, those that are deleted softly, too; keys that the database makes begin at 1 again
   orm_truncate_tables(db, &Blog_schema, "blog_test")    the same for all tables of the schema: what tests begin with

   A table beyond these that refers to one of them is ORM_FOREIGN_KEY, and named, whether it has rows or not: nobody else's rows go along, unless orm_truncate
   and orm_truncate_tables are told .cascade = true. A view or another thing that needs a table which is dropped makes it fail. Hooks of models are not
   called; what the engine does with each row that is deleted (a trigger) differs. On SQLite tables whose rows can hold each other (a circle of keys, or
   on_delete(restrict) to the own table) are not emptied or dropped in a transaction that looks at foreign keys (ORM_MISUSE): begin that with
   .unchecked = true. Keys that are `deferred` hold nobody. PostgreSQL empties and drops no table of which rows of the same transaction wait to be looked at
   (ORM_BUSY): call orm_check_constraints before. Other failures are those of every write. */
/** How to empty a table. Zero is the default. */
typedef struct orm_truncate_options {
    bool orm__begin;                             /* set by the call macros */
    bool cascade;                                /* tables that refer to what is emptied are, too, and those that refer to them, whatever on_delete says */
    bool orm__end;                               /* set by the call macros */
} orm_truncate_options;
typedef enum orm__wipe_kind { ORM__WIPE_ROWS, ORM__WIPE_TABLES, ORM__WIPE_ANEW } orm__wipe_kind;
ORM_API orm_status orm__wipe(orm_db *db, const orm_schema *schema, orm__wipe_kind kind, const char *database, const orm_truncate_options *options);
ORM_API orm_status orm__truncate(orm_db *db, const orm_model *model, const char *database, const orm_truncate_options *options);
#ifndef __cplusplus
#if defined ORM_DESTRUCTIVE
/** orm_sync_force(db, &Blog_schema, "blog_test"), orm_drop_tables(db, &Blog_schema, "blog_test"), orm_truncate_tables(db, &Blog_schema, "blog_test", .cascade = true),
    orm_truncate(db, &User_model, "blog_test"): see above. Without ORM_DESTRUCTIVE ahead of orm.h they do not compile. */
#  define orm_sync_force(db, schema, database)      orm__wipe((db), (schema), ORM__WIPE_ANEW, (database), NULL)
#  define orm_drop_tables(db, schema, database)     orm__wipe((db), (schema), ORM__WIPE_TABLES, (database), NULL)
#  define orm_truncate_tables(...)                  ORM__TRUNCATE_TABLES(__VA_ARGS__, .orm__end = true)
#  define orm_truncate(...)                         ORM__TRUNCATE(__VA_ARGS__, .orm__end = true)
#  define ORM__TRUNCATE_TABLES(db, schema, database, ...) orm__wipe((db), (schema), ORM__WIPE_ROWS, (database), &(orm_truncate_options){ true, __VA_ARGS__ })
#  define ORM__TRUNCATE(db, model, database, ...)   orm__truncate((db), (model), (database), &(orm_truncate_options){ true, __VA_ARGS__ })
#else
#  define orm_sync_force(db, schema, database)      ORM__DESTRUCTIVE("orm_sync_force")
#  define orm_drop_tables(db, schema, database)     ORM__DESTRUCTIVE("orm_drop_tables")
#  define orm_truncate_tables(...)                  ORM__DESTRUCTIVE("orm_truncate_tables")
#  define orm_truncate(...)                         ORM__DESTRUCTIVE("orm_truncate")
#endif
#endif

/* >>steps: tables changed by calls, for what is written by hand: in a migration's function, or anywhere else.

   A step is given the handles of models: those of the tables as they are at that point of the history. A migration's file therefore has frozen
   models of its own (ORM_MODEL(User2026, users), ORM_DEFINE), and a column that is misspelt, or of another model, does not compile.

   Every step is a transaction, or part of the one around it. On engines that make tables anew (SQLite) a step that needs it is refused in a
   transaction that looks at foreign keys all the time: begin that with .unchecked = true, or list the migration by ORM_STEP_OF_TABLES. The table must be
   what its model says then, or ORM_SCHEMA_DIFFERS: what the model does not know would be lost. Failures: ORM_NO_TABLE, ORM_NO_COLUMN, ORM_SYNTAX (it is
   there already), ORM_MISUSE (there is no conversion), those of constraints, and those of every write. */
typedef enum orm__step_kind {
    ORM__STEP_ADD_COLUMN, ORM__STEP_DROP_COLUMN, ORM__STEP_RENAME_COLUMN, ORM__STEP_ALTER_COLUMN, ORM__STEP_ADD_UNIQUE, ORM__STEP_DROP_UNIQUE,
    ORM__STEP_ADD_KEY, ORM__STEP_DROP_KEY, ORM__STEP_ADD_INDEX, ORM__STEP_DROP_INDEX, ORM__STEP_ADD_CHECK, ORM__STEP_DROP_CHECK
} orm__step_kind;
ORM_API orm_status orm__step(orm_db *db, orm__step_kind kind, const orm_column *column, const orm_column *other);
ORM_API orm_status orm__step_index(orm_db *db, orm__step_kind kind, bool unique, const orm_column *const *columns, size_t n);
ORM_API orm_status orm__step_check(orm_db *db, orm__step_kind kind, const orm_model *model, const char *name, const char *sql);
ORM_API orm_status orm__step_table(orm_db *db, const orm_model *model, const char *database);
ORM_API orm_status orm__change_tables_force(orm_db *db, const orm_schema *from, const orm_schema *to, const char *database);
ORM_API orm_status orm__step_column_gone(orm_db *db, const orm_column *column, const char *database);

/** Makes the model's table with its constraints, indexes and comments. Tables that it refers to must be there. */
ORM_API orm_status orm_create_table(orm_db *db, const orm_model *model);
/** The table of the model is called like that from now on. */
ORM_API orm_status orm_rename_table(orm_db *db, const orm_model *model, const char *name);
/** All that turns the tables of one version of the models into those of another, in one transaction: what a generated migration would do. ORM_MISUSE where
    data would be lost for good, a table or a column: that is orm_change_tables_force. */
ORM_API orm_status orm_change_tables(orm_db *db, const orm_schema *from, const orm_schema *to);
#ifndef __cplusplus
/** orm_add_column(db, V2_.age): with its default, checks, keys and index, as the row says. Of V2 all other columns are there. */
#define orm_add_column(db, handle)                orm__step((db), ORM__STEP_ADD_COLUMN, (handle).kind.c, NULL)
/** orm_rename_column(db, V1_.name, V2_.full_name): of V1 all columns are there; what leans on the column goes along. */
#define orm_rename_column(db, handle, renamed)    orm__step((db), ORM__STEP_RENAME_COLUMN, (handle).kind.c, (renamed).kind.c)
/** orm_alter_column(db, V1_.age, V2_.age): the column of V1 becomes what V2 says: type, NULL, default, checks, keys. Values are converted without loss, or it fails. */
#define orm_alter_column(db, handle, now)         orm__step((db), ORM__STEP_ALTER_COLUMN, (handle).kind.c, (now).kind.c)
/** The constraint that `unique` of a row makes. */
#define orm_add_unique(db, handle)                orm__step((db), ORM__STEP_ADD_UNIQUE, (handle).kind.c, NULL)
#define orm_drop_unique(db, handle)               orm__step((db), ORM__STEP_DROP_UNIQUE, (handle).kind.c, NULL)
/** The foreign key that key(Model) or references(...) of a row makes. */
#define orm_add_foreign_key(db, handle)           orm__step((db), ORM__STEP_ADD_KEY, (handle).kind.c, NULL)
#define orm_drop_foreign_key(db, handle)          orm__step((db), ORM__STEP_DROP_KEY, (handle).kind.c, NULL)
/** orm_add_index(db, User_.name, User_.age): the index that index(name, age) would make, under the same name. */
#define orm_add_index(db, ...)                    orm__step_index((db), ORM__STEP_ADD_INDEX, false, ORM__STEP_COLUMNS(__VA_ARGS__))
#define orm_add_unique_index(db, ...)             orm__step_index((db), ORM__STEP_ADD_INDEX, true, ORM__STEP_COLUMNS(__VA_ARGS__))
#define orm_drop_index(db, ...)                   orm__step_index((db), ORM__STEP_DROP_INDEX, false, ORM__STEP_COLUMNS(__VA_ARGS__))
#define ORM__STEP_COLUMNS(...) (const orm_column *const[]){ ORM__EACH_ARG(ORM__STEP_COLUMN, ~, __VA_ARGS__) NULL }, ORM__COUNT(__VA_ARGS__)
#define ORM__STEP_COLUMN(C, handle) (handle).kind.c,
/** orm_add_check(db, &User_model, "sane", "age < 200"): the condition is SQL, a literal. */
#define orm_add_check(db, model, name, sql)       orm__step_check((db), ORM__STEP_ADD_CHECK, (model), "" name "", "" sql "")
#define orm_drop_check(db, model, name, sql)      orm__step_check((db), ORM__STEP_DROP_CHECK, (model), "" name "", "" sql "")
#define ORM__DESTRUCTIVE(call) __extension__({ _Static_assert(0, "orm: " call " loses data: define ORM_DESTRUCTIVE before orm.h is included"); ORM_MISUSE; })
#if defined ORM_DESTRUCTIVE
/** orm_drop_table(db, &User_model, "blog"), orm_drop_column(db, User_.age, "blog"): what they hold is gone. orm_change_tables_force(db, &Old_schema, &New_schema,
    "blog"): the tables and columns that the new schema does not have are. They exist with ORM_DESTRUCTIVE only, and
    refuse (ORM_MISUSE) a database of another name: that of the URL, of a file without its folder. */
#  define orm_drop_table(db, model, database)     orm__step_table((db), (model), (database))
#  define orm_drop_column(db, handle, database)   orm__step_column_gone((db), (handle).kind.c, (database))
#  define orm_change_tables_force(db, from, to, database) orm__change_tables_force((db), (from), (to), (database))
#else
#  define orm_drop_table(db, model, database)     ORM__DESTRUCTIVE("orm_drop_table")
#  define orm_drop_column(db, handle, database)   ORM__DESTRUCTIVE("orm_drop_column")
#  define orm_change_tables_force(db, from, to, database) ORM__DESTRUCTIVE("orm_change_tables_force")
#endif
#endif

/** What there is: names of the tables (`views`: and of the views) in order; columns, keys, indexes and checks of one. Everything lives in the arena. */
ORM_API orm_status orm_list_tables(orm_db *db, bool views, orm_arena *arena, const char *const **names, size_t *n);
ORM_API orm_status orm_describe_table(orm_db *db, const char *table, orm_arena *arena, struct orm_found_table *out);

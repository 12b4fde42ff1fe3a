/* >>migrate: the schema's life: migrations from the difference between the models and what was migrated last, applied one by one,
   undone, verified.

   A migration is one reviewed file of SQL, named by UTC time and words ("20261127101500_add_age.sql"), or a pair of C functions for data.
   The file has lines of its own behind "--": where it comes from, what is dangerous in it and who allowed it, and its sections
   (docs/migrations.md has all of them). What was applied stands in the table orm_migrations. */

/** A migration that is compiled into the program: the text of its file (the command `embed` writes a header of those), or a pair of
    functions (ORM_MIGRATION). A table of them ends with one whose name is NULL. All of it is the program's, and read only. */
typedef struct orm_migration {
    const char *name;                            /* "20261127101500_add_age": orders it among the others, also those of a folder */
    const char *sql;                             /* the text of the file, or NULL with: */
    orm_status (*up)(orm_db *db);                /* runs in a transaction; anything but ORM_OK rolls it back */
    orm_status (*down)(orm_db *db);              /* NULL: there is no way back */
    bool tables;                                 /* the functions change tables (steps): foreign keys are looked at when they have ended, and nothing cascades (SQLite) */
} orm_migration;

#ifndef __cplusplus
/** ORM_MIGRATION(20261120093000_backfill) { return orm_exec(db, NULL, "update ...", orm_no_params); } defines a function with the parameter
    `orm_db *db`; ORM_UNDO(20261120093000_backfill) { ... } its way back. ORM_STEP(name), ORM_STEP_FOR_GOOD(name), which has no way back, and
    ORM_STEP_OF_TABLES(name), which changes tables by the calls of steps, are their rows in a table: static const orm_migration Blog_migrations[] = { ORM_STEP(20261120093000_backfill), { .name = NULL } }; */
#define ORM_MIGRATION(name)     static orm_status orm__up_##name(orm_db *db)
#define ORM_UNDO(name)          static orm_status orm__down_##name(orm_db *db)
#define ORM_STEP(name_)          { .name = #name_, .up = orm__up_##name_, .down = orm__down_##name_ }
#define ORM_STEP_OF_TABLES(name_) { .name = #name_, .up = orm__up_##name_, .down = orm__down_##name_, .tables = true }
#define ORM_STEP_FOR_GOOD(name_) { .name = #name_, .up = orm__up_##name_ }
#endif

/** What a migration is, by the table orm_migrations, the folder and what is compiled in. */
typedef enum orm_migration_state {
    ORM_MIGRATION_PENDING,                       /* not applied yet */
    ORM_MIGRATION_APPLIED,
    ORM_MIGRATION_EDITED,                        /* applied, but the file is not what it was then */
    ORM_MIGRATION_MISSING,                       /* applied, but the program and the folder do not have it */
    ORM_MIGRATION_LATE,                          /* not applied, and older than one that is */
    ORM_MIGRATION_UNFINISHED                     /* began outside of a transaction and did not end: see orm_migrate_repair */
} orm_migration_state;
/** One line of a status. */
typedef struct orm_migration_line {
    const char *name;
    orm_migration_state state;
    orm_time applied_at;                         /* microseconds since 1970 in UTC; ORM_UNSET_TIME while pending */
    int64_t microseconds;                        /* how long it took */
    size_t steps;                                /* of an unfinished one: statements that were done */
} orm_migration_line;

/** What is told while migrations run: `step` of `steps` statements of migration `number` of `count` is done. All texts are valid during the call. */
typedef struct orm_migrate_event {
    const char *name; bool undo;
    size_t number, count, step, steps;
    const char *sql;                             /* the statement; NULL when the migration is done, or is a function */
    int64_t microseconds;                        /* of the statement, or of the whole */
} orm_migrate_event;

/** How to migrate. All zero: the folder "migrations", all that is pending. Everything is borrowed until the call returns. */
typedef struct orm_migrate_options {
    const char *folder;                          /* of the files; NULL is "migrations", and may be missing when `compiled` is given; "" is none: just what is compiled, whatever lies in the current directory */
    const orm_migration *compiled;               /* of the program; NULL is none. A name in both must have the same text. */
    const char *to;                              /* up: the last one to apply; undo: the one that is to stay. A unique beginning of its name is enough. */
    bool all;                                    /* undo: every one */
    bool dry_run;                                /* nothing is sent but questions; `event` gets every statement that would be */
    bool late;                                   /* applies those that are older than the last one applied, too */
    bool unknown;                                /* goes on although the database has migrations that the program does not */
    bool lossy;                                  /* undo: also where the file says irreversible("...") */
    uint32_t wait_ms;                            /* how long to wait for another runner; 0 is 60,000. Then ORM_LOCK_TIMEOUT. */
    uint32_t lock_ms;                            /* how long a statement waits for a lock that others hold on a table; 0 is 10,000 */
    void (*event)(void *context, const orm_migrate_event *event); void *context;
} orm_migrate_options;

/** Applies what is pending, in the order of the names, each in a transaction of its own with its line in orm_migrations, under a lock that
    one runner has at a time: any number may begin at once. `done` (may be NULL) gets the number applied. NULL options are defaults.
    ORM_MIGRATIONS_DIFFER: a file was edited, is missing, came late, is unknown, or does not follow the one before it: all of them are listed in
    orm_error(), and nothing is applied. ORM_MISUSE: a file that cannot be read as a migration, with its line. Otherwise the failure of the
    statement, named with file and line; what was applied before it stays. */
ORM_API orm_status orm_migrate(orm_db *db, const orm_migrate_options *options, size_t *done);
/** Takes the last one back, or those behind `.to`, or `.all`. A migration without a way back is ORM_MISUSE with its reason. */
ORM_API orm_status orm_migrate_undo(orm_db *db, const orm_migrate_options *options, size_t *done);
/** The state of every migration, in order, in the arena. Reads only. */
ORM_API orm_status orm_migrate_status(orm_db *db, const orm_migrate_options *options, orm_arena *arena, orm_migration_line **lines, size_t *n);
/** Notes all (or those up to `.to`) as applied without running them: for a database that has their tables already. ORM_MISUSE when
    some are noted already. */
ORM_API orm_status orm_migrate_baseline(orm_db *db, const orm_migrate_options *options, size_t *done);
/** Takes the files as they are: edited ones are noted with their new checksum, missing ones are forgotten, unfinished ones are pending again. */
ORM_API orm_status orm_migrate_repair(orm_db *db, const orm_migrate_options *options, size_t *done);

/** How to generate. */
typedef struct orm_generate_options {
    const char *folder;                          /* NULL is "migrations"; made when it is missing */
    const orm_migration *compiled;
    const char *irreversible;                    /* the reason, needed when data are lost for good */
    const char *allow;                           /* the reason for all that is dangerous; NULL: to be written into the file */
    bool empty;                                  /* a file without statements, to be written by hand */
    bool concurrently;                           /* indexes of tables that exist: each in a migration of its own, without a transaction, holding nobody off (PostgreSQL) */
    orm_time now;                                /* 0 is now: for the name */
    /* is told each file when it is written (danger NULL), then each danger in it that waits for its line "-- allow: ...": "drop_column users.age". May be NULL. */
    void (*each)(void *context, const char *path, const char *danger, const char *what); void *context;
} orm_generate_options;
/** orm_generate(&Blog_schema, "add age", &arena, &path, &(orm_generate_options){ .allow = "few rows" }): writes the difference between the schema and the
    last migration as a new file, for each adapter that this file includes. `path` (in the arena, may be
    NULL) gets its name, that of the last one where `.concurrently` writes several, or NULL when there is no difference: then nothing is written. ORM_MISUSE: what cannot be derived, and what would lose data
    without `.irreversible`, each named. The options come last, so that a literal with commas can be written; NULL options are defaults. */
ORM_API orm_status orm__generate(const orm_schema *schema, const char *name, const struct orm_dialect *const *adapters, size_t n, const orm_generate_options *options,
                                 orm_arena *arena, const char **path);
#ifndef __cplusplus
#define orm_generate(schema, name, arena, path, ...) orm__generate((schema), (name), ORM__ADAPTER_LIST, __VA_ARGS__, (arena), (path))
/* the adapters that this file includes, and their number */
#define ORM__ADAPTER_LIST &(const struct orm_dialect *const[]){ ORM__ADAPTERS NULL }[0], sizeof((const struct orm_dialect *const[]){ ORM__ADAPTERS NULL }) / sizeof(void *) - 1
#endif

/** Compares the database with the models: every table, column, type, default, check, key, index, comment, trigger of a counter, and what the
    database has beyond them. ORM_OK, or ORM_SCHEMA_DIFFERS with the first differences in orm_error(); `each` (may be NULL) is told all of
    them: "users.age", "type", "is TEXT, the model says INTEGER". Reads only. `ignore`: tables that are no concern of the models, and columns ("users.shape"), ends with NULL. */
ORM_API orm_status orm_verify(orm_db *db, const orm_schema *schema, const char *const *ignore,
                              void (*each)(void *context, const char *where_, const char *rule, const char *what), void *context);

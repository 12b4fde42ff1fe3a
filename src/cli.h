/* >>cli: the command line of a program: migrations, the schema and its picture. ORM_CLI(Blog) is a whole program:

       #define ORM_IMPLEMENTATION
       #include "models.h"
       #include "dialects/sqlite.h"
       ORM_DEFINE(Blog)
       ORM_CLI(Blog)

   Defining ORM_NO_CLI leaves its implementation out. */

/** What a program gives its command line. Everything is borrowed. */
typedef struct orm_cli_options {
    bool orm__begin;
    const orm_schema *schema;
    const struct orm_dialect *const *adapters; size_t n_adapters;
    const char *folder;                          /* of migrations; NULL is "migrations"; --folder goes before it */
    const orm_migration *migrations;             /* compiled into the program; NULL is none */
    const struct orm_seeding *seeds;             /* what `seed` sees to; NULL is none */
    const char *const *ignore;                   /* tables and columns that are no concern of the models, for `verify`; ends with NULL; NULL is none; --ignore adds to them */
    const char *url;                             /* of the database; NULL: DATABASE_URL of the environment; --url goes before both */
    FILE *out, *err, *in;                        /* NULL: stdout, stderr, stdin */
    bool orm__end;
} orm_cli_options;
/** Runs one command; `help` lists them. Returns the exit code: 0 it worked, 1 it failed or found differences, or what it says could not be written,
    2 it was not understood. With --json `out` gets one document, whatever happens: {"error": {...}} is in it when the code is 1 or 2, but for differences.
    What people look at while it works goes to `err`. A closed pipe does not kill the program while it runs (SIGPIPE). One thread at a time. */
ORM_API int orm_cli(int argc, char **argv, const orm_cli_options *options);
/** A picture of the schema: tables with their columns and keys, and how they refer to each other. ORM_IO when `out` cannot
    be written. Any thread. */
typedef enum orm_erd_format { ORM_ERD_MERMAID, ORM_ERD_DOT } orm_erd_format;
ORM_API orm_status orm_erd(FILE *out, const orm_schema *schema, orm_erd_format format);
#ifndef __cplusplus
/** ORM_CLI(Blog), ORM_CLI(Blog, .folder = "db/migrations", .migrations = Blog_migrations): a main with the commands, for the adapters that this file
    includes. ORM_CLI_RUN(Blog, argc, argv, ...) is the call alone, for a program with a main of its own: its value is the exit code. */
#define ORM_CLI(...) int main(int argc, char **argv) { return ORM__CLI_RUN(argc, argv, __VA_ARGS__, .orm__end = true); }
#define ORM_CLI_RUN(S, argc, argv, ...) ORM__CLI_RUN(argc, argv, S, __VA_ARGS__)
#define ORM__CLI_RUN(argc_, argv_, S, ...) orm_cli((argc_), (argv_), &(orm_cli_options){ .orm__begin = true, .schema = &S##_schema,                       \
    .adapters = &(const struct orm_dialect *const[]){ ORM__ADAPTERS NULL }[0], .n_adapters = sizeof((const struct orm_dialect *const[]){ ORM__ADAPTERS NULL }) / sizeof(void *) - 1, __VA_ARGS__ })
#endif

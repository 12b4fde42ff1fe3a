/* >>evolve: what the parts share that make, compare and change schemas. Not for users. */
#ifndef ORM__EVOLVE_H
#define ORM__EVOLVE_H
#include "internal.h"

/* ---- models that are made while the program runs (draft.c) ---------------------------------------------------------------- */
/* A draft grows model by model and column by column; what is said goes to the latest. Texts are copied into the arena. Failure (memory) is
   sticky: finish answers NULL then, or when a name is not there (`why`). Names refer to tables and columns of the database. */
typedef struct orm__draft orm__draft;
ORM_PRIVATE orm__draft *orm__draft_new(orm_arena *arena);
ORM_PRIVATE orm_enum *orm__draft_enum(orm__draft *d, const char *name);                  /* one of that name; made where there is none */
ORM_PRIVATE void orm__draft_label(orm__draft *d, orm_enum *labels, const char *label);
ORM_PRIVATE orm_model *orm__draft_model(orm__draft *d, const char *name, const char *table);      /* name: in C */
/* the column, to be filled by the caller: `is`, flags, texts of the arena. NULL when memory is out. Valid until the next column. */
ORM_PRIVATE orm_column *orm__draft_column(orm__draft *d, const char *name, const char *column);  /* column: in the database */
ORM_PRIVATE void orm__draft_default(orm__draft *d, orm_value value);                      /* a constant, which must fit the column; texts live as long as the arena */
ORM_PRIVATE void orm__draft_rule(orm__draft *d, const orm_rule *rule);
ORM_PRIVATE void orm__draft_references(orm__draft *d, const char *table, const char *column);
ORM_PRIVATE void orm__draft_counter(orm__draft *d, const char *table, const char *const *key, size_t n);      /* the column counts the rows of the table whose key refers here */
/* of the latest model */
ORM_PRIVATE void orm__draft_foreign_key(orm__draft *d, const char *const *columns, size_t n, const char *table, orm_action on_delete, orm_action on_update, orm_deferral deferral);      /* several columns, to the table's primary key */
ORM_PRIVATE void orm__draft_option(orm__draft *d, orm_option_kind kind, const char *name, const char *sql);
ORM_PRIVATE void orm__draft_part(orm__draft *d, const char *column, const char *sql, bool descending);      /* of the latest option: index or unique */
ORM_PRIVATE void orm__draft_where(orm__draft *d, const char *sql);
ORM_PRIVATE const orm_schema *orm__draft_finish(orm__draft *d, const char *name, char why[200]);

/* ---- a schema as text (snapshot.c), see docs/migrations.md ------------------------------------------------------------------- */
ORM_PRIVATE void orm__snapshot_write(orm__writer *w, const orm_schema *schema, const char *before);      /* lines; `before` stands before each */
/* pieces that models as C are written with, too: a type, except for an enumeration and what refers; actions, each behind `before`; was the enumeration of this
   column written for an earlier one? */
ORM_PRIVATE void orm__put_type_word(orm__writer *w, const orm_column_type *is);
ORM_PRIVATE void orm__put_actions(orm__writer *w, const char *before, orm_action on_delete, orm_action on_update, orm_deferral deferral);
ORM_PRIVATE bool orm__enum_is_written(const orm_schema *schema, size_t model, size_t column);
/* the schema of such lines; NULL when it is none: `why` is a sentence with the number of the line */
ORM_PRIVATE const orm_schema *orm__snapshot_read(const char *text_, size_t size, orm_arena *arena, char why[200]);
ORM_PRIVATE bool orm__default_from_text(const orm_column_type *is, const char *text_, orm_arena *arena, orm_value *out);      /* a default in the form that they have there; texts are borrowed */
ORM_PRIVATE void orm__put_c_text(orm__writer *w, const char *text_);                     /* "..." as C reads it, trigraphs and controls escaped; valid UTF-8 stays */
/* rule_text.c: numbers as C reads them, and a rule as a row writes it */
ORM_PRIVATE void orm__put_c_integer(orm__writer *w, int64_t value);
ORM_PRIVATE void orm__put_c_number(orm__writer *w, double value, bool single);
ORM_PRIVATE void orm__put_rule(orm__writer *w, const orm_column *column, const orm_rule *rule);
ORM_PRIVATE void orm__report_model(orm__writer *w, const orm_model *model);               /* report.c: lines of orm_print_rules, for w->dialect */
/* the text of such a literal at *at, which moves behind it; NULL when there is none */
ORM_PRIVATE const char *orm__read_c_text(const char **at, const char *end_, orm_arena *arena);

/* ---- a schema in the words of an engine (spell.c) -------------------------------------------------------------------------------- */
typedef struct orm__spelled_column {
    const orm_column *column;
    const char *name, *type, *default_sql, *comment;     /* default_sql, comment: NULL is none */
    bool nullable, generated;
} orm__spelled_column;
typedef enum orm__clause { ORM__CLAUSE_CHECK, ORM__CLAUSE_UNIQUE, ORM__CLAUSE_REFERENCES } orm__clause;
typedef struct orm__spelled_rule {                /* a constraint of a table */
    orm__clause clause;
    const char *name, *sql;                       /* sql: what stands behind "constraint name" in a table: "check (...)", "unique (a)", "foreign key (a) references ..." */
    const char *column, *refers, *target;         /* the column that brings it, or NULL; the table that is referred to, and there the column, unless it is the primary key */
    orm_deferral deferral;                        /* its words are the end of `sql` */
} orm__spelled_rule;
typedef struct orm__spelled_index {
    const char *name, *sql;                       /* sql: the statement, ends in ";\n" */
    const char *alone;                            /* the column that it makes unique by itself, or NULL: keys may refer to that */
    bool free_sql;                                /* parts of it are the model's own SQL */
} orm__spelled_index;
typedef struct orm__spelled_table {
    const orm_model *model;
    const char *name, *key, *comment;             /* key: "a", "b" */
    orm__spelled_column *columns; size_t n_columns;
    orm__spelled_rule *rules; size_t n_rules;
    orm__spelled_index *indexes; size_t n_indexes;
} orm__spelled_table;
typedef struct orm__spelled {
    const orm_dialect *dialect; orm_arena *arena;
    orm__layout layout;
    orm__spelled_table *tables; size_t n_tables;  /* parents first */
    bool failed;                                  /* out of memory, or a schema that is none (raised) */
} orm__spelled;
ORM_PRIVATE bool orm__spell(orm__spelled *out, const orm_dialect *dialect, const orm_schema *schema, orm_arena *arena);

/* ---- a database beside its models (compare.c) -------------------------------------------------------------------------------------- */
typedef struct orm__comparison {
    orm__session *db;
    orm_arena *arena;
    orm__writer text;                /* the piece of SQL at hand */
    orm__layout layout;
    orm_found_table *found;          /* by table of the layout */
    orm_found_enum *found_enums;     /* by enumeration of it */
    orm_found_name *triggers; size_t n_triggers;
    orm_found_name *searches; size_t n_searches;      /* the indexes of all searches that are there */
    orm_failures differences;
    void (*each)(void *context, const char *where_, const char *rule, const char *what); void *context;      /* is told every difference; may be NULL */
    bool failed;                     /* out of memory: what was compared since is worth nothing */
} orm__comparison;
/* Notes the differences. `s` begins with db, arena and text, which its owner releases. */
ORM_PRIVATE orm_status orm__compare_schema(orm__comparison *s, const orm_schema *schema);
ORM_PRIVATE void orm__compare_differs(orm__comparison *s, const orm_model *model, const char *column, const char *rule, const char *format, ...) __attribute__((format(printf, 5, 6)));
/* SQL without outer brackets, comments and blanks beyond one, "" for NULL; and the model's SQL in the words in which the database tells it of the model's
   table, so normalised: `type` is that of the column whose default it is, or NULL. */
ORM_PRIVATE const char *orm__compare_normal(orm__comparison *s, const char *text_);
ORM_PRIVATE const char *orm__compare_ours(orm__comparison *s, const orm_model *model, const char *type, const char *text_);
ORM_PRIVATE bool orm__compare_has_trigger(const orm__comparison *s, const char *name);
ORM_PRIVATE bool orm__compare_is_made(const char *name);                                  /* does it look as those that are made for counters and searches? */
ORM_PRIVATE orm_status orm__compare_list_made(orm__comparison *s);                       /* triggers and searches */
ORM_PRIVATE const orm_found_name *orm__compare_find_search(const orm__comparison *s, const char *index);       /* NULL: there is no such index */
ORM_PRIVATE bool orm__compare_has_search(const orm__comparison *s, const orm_search_index *search, unsigned part);
ORM_PRIVATE bool orm__compare_search_is_whole(orm__comparison *s, const orm_search_index *search);           /* are all parts there that the engine needs? */
ORM_PRIVATE orm_status orm__compare_refuse(orm__comparison *s);                           /* raises what was noted */
ORM_PRIVATE orm_status orm__compare_no_memory(orm__comparison *s);
ORM_PRIVATE orm__writer *orm__compare_text(orm__comparison *s);                           /* the piece of SQL at hand, to be written anew; and as it is, "" when failed */
ORM_PRIVATE const char *orm__compare_written(orm__comparison *s);
/* Does the table have it? `option` is where its expressions are, or NULL. A unique index also serves where a plain one is wanted. */
ORM_PRIVATE bool orm__compare_indexed(orm__comparison *s, const orm_model *model, const orm_found_table *found, const char *columns, const orm_model_option *option,
                                      const char *where, bool unique);

/* makes what is missing, or refuses what differs, within the transaction of its caller (sync.c) */
ORM_PRIVATE orm_status orm__sync_schema(orm__comparison *s, const orm_schema *schema);
/* as orm_verify, within its transaction: what differs is noted, and nothing raised for it (verify.c) */
ORM_PRIVATE orm_status orm__verify_schema(orm__comparison *s, const orm_schema *schema, const char *const *ignore);

/* ---- models read from a database (pull.c), and models as C (models_text.c) ------------------------------------------------------------ */
/* the name as one of C: words in lower case with _ between, or in MixedCase, with nothing in it that C, its headers or the rows of models give a meaning */
typedef enum orm__c_style { ORM__C_MEMBER, ORM__C_TYPE, ORM__C_VALUE } orm__c_style;
ORM_PRIVATE const char *orm__c_name(const char *name, orm__c_style style, orm_arena *arena);      /* NULL when out of memory */
/* it, or with a number behind `between`, as none of the others is called; NULL when out of memory */
ORM_PRIVATE const char *orm__c_name_apart(const char *wanted, const char *between, const char *const *names, size_t n, orm_arena *arena);
/* the models of the schema as a header; `notes` are lines of a comment at its head; `ignored`: tables without models, for orm_verify */
ORM_PRIVATE void orm__models_text(orm__writer *w, const orm_schema *schema, const char *const *notes, size_t n_notes, const char *const *ignored, size_t n_ignored);

/* ---- what was renamed (renamed.c) -------------------------------------------------------------------------------------------------- */
typedef struct orm__renaming { const orm_schema *from, *to; bool back; } orm__renaming;      /* back: `from` is the newer one, whose rows say was("...") */
ORM_PRIVATE const orm_model *orm__becomes_model(const orm__renaming *r, const orm_model *model);      /* of `from`; NULL: it is gone */
ORM_PRIVATE const orm_column *orm__becomes_column(const orm__renaming *r, const orm_column *column, const orm_model *to);
/* a copy of `from` under the names that `to` has for it, in the order of the models; NULL when out of memory */
ORM_PRIVATE const orm_schema *orm__renamed_schema(const orm__renaming *renaming, orm_arena *arena);

/* ---- the steps from one schema to another (diff.c, alter.c, rebuild.c) -------------------------------------------------------------------- */
typedef struct orm__danger { const char *kind, *subject, *what; bool loses; } orm__danger;      /* "drop_column", "users.age", a sentence; loses: data are gone for good */
typedef struct orm__pair {                       /* a table that both schemas have */
    const orm__spelled_table *old, *was, *now;   /* was: the old one under its new names */
    bool enum_changed, key_changed, rebuilt;
} orm__pair;
typedef struct orm__diff {
    const orm_dialect *dialect; orm_arena *arena;
    orm__writer sql;                             /* statements, each ending in ";\n", with lines for the runner: see docs/migrations.md */
    orm__danger *dangers; size_t n_dangers, room_dangers;
    char why[400];                               /* what cannot be derived; "" is fine */
    bool back;                                   /* the way back: `was` is read in the other direction */
    bool apart;                                  /* new indexes of tables that exist are not made, but listed, and not dropped on the way back: */
    orm__spelled_index *made; size_t n_made;
    bool failed;                                 /* out of memory, or raised */
    /* its own: */
    orm__renaming renaming;
    orm__spelled old, was, now;
    orm__pair *pairs; size_t n_pairs;            /* in the order of `now` */
} orm__diff;
/* The difference as statements; false when it failed, or `why` tells. `from` may have no models. `d` begins with dialect, arena and flags; orm__diff_end
   frees the text. */
ORM_PRIVATE bool orm__diff_schemas(orm__diff *d, const orm_schema *from, const orm_schema *to);
ORM_PRIVATE void orm__diff_end(orm__diff *d);
/* pieces of statements: $t is the table, $c the column, $n another name, each quoted; $s is text as it is */
typedef struct orm__words { const char *t, *c, *n, *s; } orm__words;
ORM_PRIVATE void orm__say(orm__diff *d, const char *format, const orm__words *words);
ORM_PRIVATE void orm__diff_cannot(orm__diff *d, const orm__spelled_table *table, const orm__spelled_column *column, const char *what);
ORM_PRIVATE void orm__diff_danger(orm__diff *d, const char *kind, const orm__spelled_table *table, const orm__spelled_column *column, const char *what, bool loses);
ORM_PRIVATE const orm__spelled_column *orm__spelled_find(const orm__spelled_table *table, const char *name);
ORM_PRIVATE const orm__pair *orm__pair_of(const orm__diff *d, const char *table);         /* of the new name; NULL: a new table */
ORM_PRIVATE bool orm__is_dropped(const orm__diff *d, const orm__spelled_table *table);    /* table: of d->old */
ORM_PRIVATE bool orm__lean_kept(const orm__diff *d, const orm__spelled_rule *was);        /* is there still what the key needs where it refers to? */
ORM_PRIVATE bool orm__rule_kept(const orm__diff *d, const orm__pair *pair, size_t rule);       /* is rule `rule` of pair->was in pair->now, too? Perhaps under another name. */
ORM_PRIVATE const orm__spelled_rule *orm__rule_among(const orm__spelled_table *table, const orm__spelled_rule *rule);
/* how the values of the old column become those of the new one: "" as they are, a template with $c, or NULL with `why` */
ORM_PRIVATE const char *orm__diff_conversion(orm__diff *d, const orm__pair *pair, const orm__spelled_column *old, const orm__spelled_column *now);
/* an engine that alters (alter.c) */
ORM_PRIVATE void orm__alter_enums(orm__diff *d);
ORM_PRIVATE void orm__alter_drop_rules(orm__diff *d);
ORM_PRIVATE void orm__alter_table(orm__diff *d, const orm__pair *pair);
ORM_PRIVATE void orm__alter_drop_columns(orm__diff *d, const orm__pair *pair);
ORM_PRIVATE void orm__alter_add_rules(orm__diff *d, bool references);
ORM_PRIVATE void orm__alter_drop_enums(orm__diff *d);
/* one whose tables are made anew (rebuild.c) */
ORM_PRIVATE bool orm__rebuild_needed(const orm__diff *d, const orm__pair *pair);
ORM_PRIVATE void orm__rebuild_table(orm__diff *d, const orm__pair *pair);

/* ---- SQL scripts and files of migrations (split.c, lint.c, folder.c, migration.c) ------------------------------------------------------------- */
typedef enum orm__piece_kind { ORM__PIECE_SQL, ORM__PIECE_KEEP, ORM__PIECE_KEPT, ORM__PIECE_UNCHECKED, ORM__PIECE_BAD } orm__piece_kind;
typedef struct orm__piece { orm__piece_kind kind; const char *text; size_t size; unsigned line; } orm__piece;      /* KEEP, KEPT: the table's name; BAD: why */
/* Reads a script piece by piece: `at` is at the start of a line, `line` is its number, and a NUL stands at `end` or somewhere behind it. Texts of pieces
   are in the arena, or are those of the script. */
typedef struct orm__splitter { const orm_dialect *dialect; orm_arena *arena; const char *at, *end; unsigned line; bool inside; } orm__splitter;      /* inside: behind something else in the line */
ORM_PRIVATE bool orm__split_next(orm__splitter *s, orm__piece *out);                 /* the next statement or directive; false at the end */
ORM_PRIVATE bool orm__starts_comment(const char *at);
typedef struct orm__keeping { orm_found_name *kept; size_t n; } orm__keeping;      /* of the table that is being made anew */
/* Does a comment, which begins its line and ends at `stop`, nearly say something to the runner (marks.c)? Then why it is refused, in the arena; NULL: it is
   free. Of a line before the first section (head) or in one: is it nearly a section, or nearly or wrongly placed a line of the head? */
ORM_PRIVATE const char *orm__mark_slip(const char *at, const char *stop, bool head, orm_arena *arena);
ORM_PRIVATE const char *orm__mark_directive(const char *at, const char *stop, bool inside);          /* nearly keep, kept, unchecked; or inside of a statement */
ORM_PRIVATE const char *orm__mark_engine(const char *name);                         /* the one that is nearly called so; NULL: none, or this is its name */
/* sends a piece in the running transaction (steps.c) */
ORM_PRIVATE orm_status orm__piece_run(orm__session *db, const orm__piece *piece, orm_arena *arena, orm__keeping *keeping);
/* dangers of the statements of a script, in the arena */
ORM_PRIVATE orm_status orm__lint_script(const orm_dialect *dialect, const char *at, const char *end_, orm_arena *arena, orm__danger **out, size_t *n);
ORM_PRIVATE bool orm__is_migration_name(const char *name, size_t n);
ORM_PRIVATE orm_status orm__plain_text(const char *place, const char *from, size_t size, orm_arena *arena, const char **out, size_t *out_size);
ORM_PRIVATE orm_status orm__read_text_file(const char *path, size_t limit, orm_arena *arena, const char **text_, size_t *size);      /* limit: bytes */
ORM_PRIVATE orm_status orm__list_folder(const char *folder, bool may_be_missing, orm_arena *arena, const char ***names, size_t *n);
ORM_PRIVATE orm_status orm__write_new_file(const char *folder, const char *path, const char *text_, size_t size);
typedef struct orm__section { bool down; const char *dialect; const char *at, *end; unsigned line; } orm__section;      /* dialect: NULL is every one */
typedef struct orm__note { bool allows; const char *kind, *subject, *why; unsigned line; } orm__note;
enum { ORM__MAX_SECTIONS = 18 };
typedef struct orm__migration {
    const char *name, *place;                    /* place: the file, or the name when it is compiled */
    const char *text; size_t size;               /* NULL: functions */
    orm_status (*up)(orm_db *db); orm_status (*down)(orm_db *db); bool tables;
    char checksum[17];                           /* "" of functions */
    const char *parent, *irreversible;           /* NULL: not said */
    bool no_transaction;
    const char *snapshot; size_t snapshot_size;  /* NULL: it does not end with one */
    orm__section sections[ORM__MAX_SECTIONS]; size_t n_sections;
    orm__note *notes; size_t n_notes;
} orm__migration;
/* all migrations of the folder (NULL is "migrations") and of the program, by name. ORM_MISUSE: the first thing that is wrong in one, with file and line. */
ORM_PRIVATE orm_status orm__migrations_read(const char *folder, const orm_migration *compiled, orm_arena *arena, orm__migration **out, size_t *n);
/* the section for an engine, or NULL */
ORM_PRIVATE const orm__section *orm__migration_section(const orm__migration *m, const orm_dialect *dialect, bool down);
/* is everything dangerous in its way up allowed? */
ORM_PRIVATE orm_status orm__migration_check(const orm__migration *m, const orm_dialect *dialect, orm_arena *arena);
/* the schema that the last migration ends with, its name, and that of the very last one, which may be a function; NULL when there is none */
ORM_PRIVATE orm_status orm__last_schema(const char *folder, const orm_migration *compiled, orm_arena *arena, const orm_schema **schema, const char **parent, const char **latest);

/* ---- what was applied (history.c) ------------------------------------------------------------------------------------------------------------------ */
typedef struct orm__applied { const char *name; char checksum[17]; orm_time applied_at; int64_t microseconds; bool finished; } orm__applied;
ORM_PRIVATE const char *orm__history_table(void);
ORM_PRIVATE orm_status orm__history_make(orm_db *db);
ORM_PRIVATE orm_status orm__history_exists(orm_db *db, bool *exists);
ORM_PRIVATE orm_status orm__history_read(orm_db *db, orm_arena *arena, orm__applied **out, size_t *n);      /* by name; none when the table is not there */
ORM_PRIVATE orm_status orm__history_has(orm_db *db, const char *name, bool *there);
ORM_PRIVATE orm_status orm__history_note(orm_db *db, const char *name, const char *checksum, int64_t microseconds, bool finished);
ORM_PRIVATE orm_status orm__history_change(orm_db *db, const char *name, const char *checksum, int64_t microseconds);
ORM_PRIVATE orm_status orm__history_forget(orm_db *db, const char *name);

/* is the handle's database the one that the caller names? Else ORM_MISUSE, with both names. (named.c) */
ORM_PRIVATE orm_status orm__check_database(orm_db *db, const char *name);
ORM_PRIVATE const char *orm__database_name(const orm__pool *pool, char out[256]);      /* NULL: it has none */

ORM_PRIVATE bool orm__order_rows(const orm_schema *schema, orm_arena *arena, orm__layout *out);      /* its models only, in the order in which rows can be made; false when out of memory */
/* ---- rows from files, and made up (records.c, seed.c, fake.c) ---------------------------------------------------------------------------------------- */
enum { ORM__MAX_FIELDS = ORM_MAX_ROWS };
typedef enum orm__field_kind { ORM__FIELD_MISSING, ORM__FIELD_NULL, ORM__FIELD_TEXT, ORM__FIELD_NESTED } orm__field_kind;
typedef struct orm__field { const char *name, *text, *raw; orm__field_kind kind; unsigned line; } orm__field;      /* raw: the value as JSON has it, or NULL */
typedef struct orm__records {
    const char *path, *at, *end, *why; orm_arena *arena;      /* why: what is wrong in the line ... */
    bool out_of_memory;                                       /* ... and whether that is all that is wrong */
    unsigned line, first_line;                   /* where it is, and where the record begins */
    bool json, begun;
    const char *names[ORM__MAX_FIELDS]; size_t n_names;
    orm__field fields[ORM__MAX_FIELDS]; size_t n;
} orm__records;
ORM_PRIVATE orm_status orm__records_open(orm__records *r, const char *path, orm_arena *arena);
ORM_PRIVATE bool orm__records_next(orm__records *r);                     /* false at the end, or with `why`. Texts live in `arena`, which may change between two. */
ORM_PRIVATE bool orm__records_fail(orm__records *r, const char *why);    /* false */

ORM_PRIVATE void orm__erd_text(orm__writer *w, const orm_schema *schema, orm_erd_format format);      /* erd.c */

#ifndef ORM_NO_CLI
/* ---- the command line (cli.c, cli_words.c, cli_print.c) ------------------------------------------------------------------------------------------------- */
typedef struct orm__cli orm__cli;
typedef struct orm__cli_list { const char **item; size_t n, room; } orm__cli_list;        /* item: ends with NULL; NULL is none */
/* value: what it takes, or NULL; NAMES are a list with commas, which may come again. at: where it goes: a text, a list or a flag of orm__cli. */
typedef struct orm__cli_option { const char *name, *value, *what; size_t at; } orm__cli_option;
typedef struct orm__cli_command { const char *name, *argument, *what, *options, *example; int (*run)(orm__cli *c); } orm__cli_command;
struct orm__cli {
    const orm_cli_options *given;
    FILE *out, *err, *in;
    const char *program; const orm__cli_command *command;
    const char *argument, *url, *folder, *to, *irreversible, *allow, *output, *format, *dialect, *yes, *name, *fake, *random;
    orm__cli_list ignore, tables;
    bool keep, json, quiet, help, all, dry_run, late, unknown, lossy, empty, concurrently;
    bool colours, err_colours;                   /* of `out`, and of `err` */
    bool rewrites, open_line;                    /* `err` is a terminal, whose line can be written again; and there is one that will be */
    orm_arena arena;
    orm_allocator allocator; orm__writer document;      /* with --json: what goes to `out` at the end, as a whole */
    size_t told;                                 /* differences */
};
ORM_PRIVATE bool orm__cli_read(orm__cli *c, int argc, char **argv);
ORM_PRIVATE bool orm__cli_add(orm__cli *c, orm__cli_list *list, const char *name);        /* false: out of memory, raised. The name is borrowed. */
ORM_PRIVATE const orm__cli_command *orm__cli_find(const char *name, const char **nearest);
ORM_PRIVATE void orm__cli_help(orm__cli *c, FILE *out, const orm__cli_command *command);
ORM_PRIVATE const char *orm__cli_shown(const char *word, char out[64]);      /* a word of the command line, as it may be repeated: a URL has a password in it */
enum { ORM__CLI_FINE, ORM__CLI_FAILED, ORM__CLI_WRONG };       /* exit codes */
ORM_PRIVATE int orm__cli_error(orm__cli *c);                             /* tells this thread's error; ORM__CLI_FAILED */
ORM_PRIVATE int orm__cli_wrong(orm__cli *c);                             /* the same of words that were not understood; ORM__CLI_WRONG */
ORM_PRIVATE void orm__cli_rows(void *context, const orm_model *model, size_t done, size_t total);
ORM_PRIVATE void orm__cli_progress(void *context, const orm_migrate_event *event);
ORM_PRIVATE const char *orm__cli_colour(const orm__cli *c, const char *code);      /* "" where there are no colours */
/* pieces of the document, with the commas between them; without --json nothing happens. `name` NULL: an item of a list; `value` NULL: null. */
ORM_PRIVATE void orm__cli_json(orm__cli *c, const char *name, const char *value);
ORM_PRIVATE void orm__cli_json_number(orm__cli *c, const char *name, int64_t value);
ORM_PRIVATE void orm__cli_json_raw(orm__cli *c, const char *name, const char *value);      /* the same for what is JSON already */
ORM_PRIVATE void orm__cli_json_open(orm__cli *c, const char *name, char bracket);
ORM_PRIVATE void orm__cli_json_close(orm__cli *c, char bracket);
ORM_PRIVATE int orm__cli_end(orm__cli *c, int code);                     /* writes what is to be written still, and answers the exit code */
ORM_PRIVATE int orm__cli_migrate(orm__cli *c);
ORM_PRIVATE int orm__cli_undo(orm__cli *c);
ORM_PRIVATE int orm__cli_status(orm__cli *c);
ORM_PRIVATE int orm__cli_generate(orm__cli *c);
ORM_PRIVATE int orm__cli_verify(orm__cli *c);
ORM_PRIVATE int orm__cli_schema(orm__cli *c);
ORM_PRIVATE int orm__cli_pull(orm__cli *c);
ORM_PRIVATE int orm__cli_seed(orm__cli *c);
ORM_PRIVATE int orm__cli_seed_undo(orm__cli *c);
ORM_PRIVATE int orm__cli_embed(orm__cli *c);
ORM_PRIVATE int orm__cli_baseline(orm__cli *c);
ORM_PRIVATE int orm__cli_repair(orm__cli *c);
ORM_PRIVATE int orm__cli_rules(orm__cli *c);
ORM_PRIVATE int orm__cli_erd(orm__cli *c);
ORM_PRIVATE int orm__cli_db_create(orm__cli *c);
ORM_PRIVATE int orm__cli_db_drop(orm__cli *c);
#endif
#endif

/* >>model: the metadata of models, as const tables. ORM_DEFINE makes them from the lists; everything else reads them.
   All of it is const, public and may be read from any thread for the life of the program. */

/** A model, a row of it that is a column, a row that is a relation: see below. */
typedef struct orm_model    orm_model;
typedef struct orm_column   orm_column;
typedef struct orm_relation orm_relation;
struct orm_expr;
struct orm_order;
struct orm_arena;

/** An enumeration of ORM_ENUM: value v has the label labels[v - 1]; 0 is "none". */
typedef struct orm_enum {
    const char *name;
    const char *const *labels;
    size_t count;
} orm_enum;

/** What becomes of rows that refer to a row which is deleted, or given another key: on_delete(cascade), on_update(restrict) ... */
typedef enum orm_action { ORM_ACTION_NONE, ORM_CASCADE, ORM_SET_NULL, ORM_SET_DEFAULT, ORM_RESTRICT, ORM_NO_ACTION } orm_action;
/** When a foreign key is looked at (SQL:2016, 4.20.1): at the end of each statement, and that is all; the same, unless a transaction puts it off (orm_defer_constraints);
    when the transaction commits. */
typedef enum orm_deferral { ORM_NOT_DEFERRABLE, ORM_DEFERRABLE, ORM_DEFERRED } orm_deferral;

/** What a rule asks for: the words of docs/validators.md. */
typedef enum orm_rule_kind {
    ORM_RULE_NONE, ORM_RULE_NOT_EMPTY, ORM_RULE_LENGTH, ORM_RULE_AT_LEAST, ORM_RULE_AT_MOST, ORM_RULE_BETWEEN,
    ORM_RULE_EMAIL, ORM_RULE_URL, ORM_RULE_MATCHES, ORM_RULE_ONE_OF_TEXT, ORM_RULE_ONE_OF_INT, ORM_RULE_CHECK_WITH,
    ORM_RULE_NORMALIZE, ORM_RULE_ON_CREATE, ORM_RULE_ON_UPDATE,      /* no rules of a value: what is made of it before, and rules for some calls only */
    ORM_RULE_NOT_MATCHES, ORM_RULE_NOT_IN_TEXT, ORM_RULE_NOT_IN_INT, ORM_RULE_EQUALS, ORM_RULE_CONTAINS, ORM_RULE_NOT_CONTAINS, ORM_RULE_BYTES,
    ORM_RULE_AFTER, ORM_RULE_BEFORE, ORM_RULE_PAST, ORM_RULE_FUTURE, ORM_RULE_URL_WITH, ORM_RULE_UUID_VERSION,
    /* forms of a text: each is a row of the table in rules.c */
    ORM_RULE_IP, ORM_RULE_IPV4, ORM_RULE_IPV6, ORM_RULE_FQDN, ORM_RULE_PORT, ORM_RULE_MAC_ADDRESS,
    ORM_RULE_ALPHA, ORM_RULE_ALPHANUMERIC, ORM_RULE_DIGITS, ORM_RULE_HEXADECIMAL, ORM_RULE_ASCII, ORM_RULE_LOWERCASE, ORM_RULE_UPPERCASE, ORM_RULE_TRIMMED,
    ORM_RULE_NO_CONTROL, ORM_RULE_SLUG, ORM_RULE_NUMERIC, ORM_RULE_INTEGER_TEXT, ORM_RULE_FLOAT_TEXT, ORM_RULE_DECIMAL_TEXT, ORM_RULE_DATE_TEXT,
    ORM_RULE_TIMESTAMP_TEXT, ORM_RULE_JSON_TEXT, ORM_RULE_UUID_TEXT, ORM_RULE_BASE64, ORM_RULE_BASE64URL, ORM_RULE_HEX_COLOR, ORM_RULE_CREDIT_CARD,
    ORM_RULE_E164, ORM_RULE_ISBN, ORM_RULE_IBAN, ORM_RULE_SEMVER, ORM_RULE_COUNTRY, ORM_RULE_CURRENCY,
    ORM_RULE_KINDS
} orm_rule_kind;

/** A step of normalize(...). A table of steps ends with ORM_NORMAL_NONE. */
typedef enum orm_normal_word { ORM_NORMAL_NONE, ORM_NORMAL_TRIM, ORM_NORMAL_LOWERCASE, ORM_NORMAL_UPPERCASE, ORM_NORMAL_COLLAPSE, ORM_NORMAL_FUNCTION } orm_normal_word;
/** The step itself. */
typedef struct orm_normal {
    orm_normal_word word;
    void (*run)(void *row, struct orm_arena *arena);    /* of a function: puts what it makes of the row's member into it */
} orm_normal;

/** One rule of a field. A table of rules ends with kind ORM_RULE_NONE. */
typedef struct orm_rule {
    orm_rule_kind kind;
    const char *message;                         /* the user's own, or NULL */
    int64_t low, high;                           /* bounds as integers; lengths in characters, of bytes in bytes */
    double low_number, high_number;              /* the same bounds for real and double columns */
    const char *pattern;                         /* matches, not_matches: a POSIX extended regular expression; the text of equals, contains, not_contains, after and before */
    const char *const *texts;                    /* one_of, not_in, the schemes of url_with; ends with NULL */
    const int64_t *numbers; size_t n_numbers;    /* one_of, not_in, uuid_version */
    const char *(*check)(const void *row);       /* check_with: NULL, or what is wrong */
    const orm_normal *steps;                     /* normalize */
    const struct orm_rule *inner;                /* on_create, on_update: the rules in it */
} orm_rule;

/** Makes the text that is stored of a password: writes it, with its NUL, into `out` of `size` bytes (1,024), and answers ORM_OK; anything else fails the
    write. Called from the thread that writes. `plain` is valid UTF-8 and keeps the rules of the field. */
typedef orm_status orm_password_hash(const char *plain, char *out, size_t size);
/** Is this the password of which that hash was made? */
typedef bool orm_password_verify(const char *plain, const char *hash);

/** What the type word of a row says. */
typedef struct orm_column_type {
    orm_type type;
    bool generated;                              /* serial: the database makes the value */
    bool is_key;                                 /* key(M): 0 is unset */
    bool created_at, updated_at, deleted_at, version, tenant;
    uint32_t size;                               /* string(n), char(n): characters; 0 is no limit */
    bool fixed;                                  /* char(n): exactly `size` characters */
    uint8_t precision, scale;                    /* decimal(p, s) */
    const orm_enum *labels;                      /* enumeration(E), bits(E) */
    bool bits;                                   /* bits(E): bit i is label i; the type is ORM_INT64 */
    bool jsonb;                                  /* jsonb; the type is ORM_JSON */
    orm_type element;                            /* array(T) */
    const orm_column *target; const orm_model *target_model;        /* of key(M) and tenant(M) */
    orm_password_hash *hash; orm_password_verify *verify;          /* of a password */
} orm_column_type;

struct orm_column {
    const orm_model *model;
    const char *name;                            /* the struct's member */
    const char *column;                          /* the database's name, NULL when it is the same */
    const char *was;                             /* the database's name before a migration renames it, or NULL */
    const char *type_sql;                        /* the database's own word for the type, when it is not the usual one */
    orm_column_type is;
    size_t offset;                               /* in the row */
    size_t key_offset;                           /* in the model's key struct; only of primary keys */
    bool nullable, primary_key, unique, indexed, searched, secret, immutable, has_default, default_is_constant, normalized;
    const char *unique_message;
    const orm_column *references; const orm_model *references_model;
    orm_action on_delete, on_update; orm_deferral deferral;
    const char *default_sql, *comment;
    const orm_rule *rules;
    const orm_relation *count_of;                /* count_of(relation): no column of the table, but how many rows the relation has */
    void (*count_where)(struct orm_expr *out);   /* which of them; NULL is all */
    const orm_relation *counter_of;              /* counter_of(relation): such a number, kept in the table by the database */
};

/** The kinds of relations; has_one whose key is not unique is the first row in its order. */
typedef enum orm_relation_kind { ORM_HAS_MANY = 1, ORM_HAS_ONE, ORM_BELONGS_TO, ORM_MANY_TO_MANY } orm_relation_kind;

/** A relation row: `member` points to the row or the rows of `target` that belong to a row of `model`. Lists of columns end with NULL. */
struct orm_relation {
    const orm_model *model;                      /* the owner */
    const char *name;
    orm_relation_kind kind;
    size_t member;                               /* offset of the pointer in the row */
    const orm_model *target;
    /* the foreign key: columns of the target (has_many, has_one), of this model (belongs_to), or of `through` that refer to this model
       (many_to_many); NULL with `as` */
    const orm_column *const *key;
    const orm_model *through; const orm_column *const *other;      /* many_to_many: the link model, and its columns that refer to the target */
    const orm_relation *as;                      /* has_many(T, as(owner)): the relation of T which has the key and the tag */
    const orm_column *tag; int64_t tagged;       /* belongs_to_any: the column beside the key that says which model it refers to, and its value for this one */
    bool constrained; orm_action on_delete, on_update; orm_deferral deferral;      /* belongs_to with several columns: a foreign key of the table */
    void (*where)(struct orm_expr *out), (*link_where)(struct orm_expr *out);      /* which rows belong to the relation; NULL is all */
    void (*order)(struct orm_order *out), (*link_order)(struct orm_order *out);    /* their order where a query gives none; NULL is by key */
};

/** A model option. A table of options ends with kind ORM_OPTION_NONE. */
typedef enum orm_option_kind { ORM_OPTION_NONE, ORM_OPTION_INDEX, ORM_OPTION_UNIQUE, ORM_OPTION_CHECK, ORM_OPTION_COMMENT, ORM_OPTION_WAS, ORM_OPTION_VALIDATE } orm_option_kind;
struct orm_row_failures;
/** A part of index(...) and unique(...): a column, desc(column), sql("expression"), or where("condition"). */
typedef struct orm_index_part { const orm_column *column; bool descending; const char *where, *sql; } orm_index_part;
/** An option of a model: index(...), unique(...), check(...), comment(...), was(...), validate(...). */
typedef struct orm_model_option {
    orm_option_kind kind;
    const orm_index_part *parts; size_t n_parts; /* columns in order; a part with `sql` is an expression, one with `where` the condition */
    const char *name, *sql;                      /* check(name, "sql"), comment("text"), was("table"); validate(name, ...) */
    void (*check)(const void *row, struct orm_row_failures *out);        /* of validate, whose parts are the fields that it reads */
} orm_model_option;

/** A model: User_model is const, has one address in a program, and lives as long as it. */
struct orm_model {
    const char *name, *table;
    size_t size;                                 /* of the struct */
    size_t ticket;                               /* offset of the hidden member `orm` */
    size_t key_size;                             /* of the key struct */
    const orm_column *columns; size_t n_columns;
    const orm_relation *relations; size_t n_relations;
    const orm_column *counts; size_t n_counts;   /* rows count_of(...): members of the struct, not columns of the table */
    const orm_model_option *options;
    const orm_column *deleted_at, *version, *tenant;             /* rows of these types, or NULL */
    uint32_t hooked; const struct orm_hook *(*hooks)(void);      /* bits of the events that have hooks; the hooks in the order written, see hooks.h */
    const struct orm_view *(*view)(void);        /* of a view: what its rows are made of, see view.h; NULL for a table */
    bool validated;                              /* has it an option validate(...)? */
    bool scoped; void (*default_scope)(struct orm_expr *out);    /* is there a default scope? It adds its condition. */
    void (*defaults)(void *row);                 /* fills a row as M_defaults() does */
    const void *default_row;                     /* such a row, of a model that was not compiled but read; then `defaults` is NULL */
    uint32_t *number;                            /* given at first use, from 1; the index of the model's prepared statements */
};

/** A list of models, in the order written: ORM_SCHEMA(Blog) declares Blog_schema. */
typedef struct orm_schema {
    const char *name;
    const orm_model *const *models; size_t n_models;
} orm_schema;

/** The hidden member `orm` of a row that ORM_NEW or M_defaults() began. A row with 0 there began otherwise, and every call that writes refuses it. */
#define ORM_FRESH UINT64_C(1)

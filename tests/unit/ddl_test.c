/* DDL from metadata, the layout of a schema, and the comparison with tables that exist, on a dialect that only writes down what it is sent */
#include "internal.h"
#include "check.h"
#include "check_alloc.h"

#define Role_VALUES(X) X(admin) X(member)
ORM_ENUM(Role)

#define User_FIELDS(X)                                                        \
    X(id,       serial)                                                       \
    X(name,     string(200), length(2, 100), not_empty)                       \
    X(mail,     string(255), unique, email, column("e_mail"))                 \
    X(role,     enumeration(Role), default(Role_member))                      \
    X(age,      integer, nullable, at_least(0), at_most(150))                 \
    X(code,     char(3), one_of("a'b", "xyz"))                                \
    X(level,    smallint, default(-1), one_of(-1, 2))                         \
    X(active,   boolean, default(true))                                       \
    X(balance,  decimal(10, 2), between(0, 500))                              \
    X(ratio,    double, default(0.5), at_most(0.75))                          \
    X(made_by,  text, default_sql("current_user"), secret)                    \
    X(seen_at,  timestamp, default(INT64_C(5)))                               \
    X(posts,    has_many(Post, author_id))
ORM_MODEL(User, users, check(grown, "age >  1 or /* a baby */ role = 'admin'"), comment("who's who"))

#define Post_FIELDS(X)                                                        \
    X(id,        serial)                                                      \
    X(title,     text, indexed)                                               \
    X(author_id, key(User), on_delete(cascade), indexed)
ORM_MODEL(Post, posts, index(author_id, desc(title), where("title <> ''")), unique(author_id, title))

#define Vote_FIELDS(X)                                                        \
    X(user_id, key(User), primary_key)                                        \
    X(post_id, key(Post), primary_key, on_update(restrict), deferred)         \
    X(value,   smallint)
ORM_MODEL(Vote, votes)

#define Blog_MODELS(X) X(Vote) X(Post) X(User)
ORM_SCHEMA(Blog)
ORM_DEFINE(Blog)

/* ---- a dialect that keeps what it is sent ------------------------------------------------------------------------- */
static char sent[16384];
static size_t n_sent;
static orm_found_table *tables;          /* what the database has, by position in `names` */
static const char *const *names;
static size_t n_tables;
static unsigned describe_fails_at, described;

static orm_status fake_open(orm__session *db, const char *url, const orm_options *options, bool reader, orm_connection **out)
{
    (void)url, (void)options, (void)reader;
    *out = (orm_connection *)(void *)db;
    return ORM_OK;
}
static void fake_close(orm_connection *c) { (void)c; }
static const char *fake_engine(orm_connection *c) { (void)c; return "fake 1"; }
static size_t fake_max_parameters(orm_connection *c) { (void)c; return 100; }
static void fake_deadline(orm_connection *c, int64_t at) { (void)c, (void)at; }
static orm_status fake_prepare(orm_connection *c, const char *sql, size_t length, orm_statement **out)
{
    if (n_sent + length + 3 > sizeof sent) return ORM_FULL;
    memcpy(sent + n_sent, sql, length);
    memcpy(sent + n_sent + length, ";\n", 3);
    n_sent += length + 2;
    *out = (orm_statement *)(void *)c;
    return ORM_OK;
}
static void fake_finalize(orm_connection *c, orm_statement *s) { (void)c, (void)s; }
static orm_status fake_start(orm_connection *c, orm_statement *s, const orm_value *values, size_t n) { (void)c, (void)s, (void)values, (void)n; return ORM_OK; }
static orm_step fake_fetch(orm_connection *c, orm_statement *s, const orm_plan *plan, void **rows, orm_arena *texts, int64_t *extra)
{
    (void)c, (void)s, (void)plan, (void)rows, (void)texts, (void)extra;
    return ORM_STEP_DONE;
}
static orm_status fake_finish(orm_connection *c, orm_statement *s, orm_outcome *out)
{
    (void)c, (void)s;
    if (out) *out = (orm_outcome){ 0, 0 };
    return ORM_OK;
}
static bool in_transaction;
static orm_status fake_begin(orm_connection *c, const orm_transaction_options *how) { (void)c, (void)how; in_transaction = true; return ORM_OK; }
static orm_status fake_commit(orm_connection *c) { (void)c; in_transaction = false; return ORM_OK; }
static void fake_rollback(orm_connection *c) { (void)c; in_transaction = false; }
static bool fake_in_transaction(orm_connection *c) { (void)c; return in_transaction; }
static void fake_column_type(orm__sql *out, const orm_column *column)
{
    static const char *const words[ORM_TYPES] = { "", "int2", "int4", "int8", "real", "double", "bool", "text", "dec", "blob", "date", "time", "stamp", "uuid", "json", "word" };
    orm__put(out, words[column->is.type]);
}
static void fake_literal(orm__sql *out, const orm_column *column, orm_value value)
{
    char buffer[ORM_DECIMAL_SIZE];
    (void)column;
    switch (value.type) {
    case ORM_TEXT: case ORM_ENUM: orm__put_string_literal(out, value.as.s); break;
    case ORM_FLOAT: case ORM_DOUBLE: orm__put_number(out, value.as.d, false); break;
    case ORM_DECIMAL: orm__put(out, orm_decimal_text((orm_decimal){ .high = value.as.decimal.high, .low = value.as.decimal.low, .scale = value.scale }, buffer)); break;
    default: orm__put_int(out, value.as.i); break;
    }
}
static void fake_parameter(orm__sql *out, unsigned number) { orm__put_format(out, "?%u", number); }
static void fake_quote(orm__sql *out, const char *name) { orm__put_format(out, "[%.300s]", name); }
static orm_status fake_describe(orm_connection *c, const char *table, orm_arena *arena, orm_found_table *out)
{
    (void)arena;
    *out = (orm_found_table){ .exists = false };
    if (++described == describe_fails_at) return orm__raise((orm__session *)(void *)c, ORM_IO, 0, "disk");
    for (size_t i = 0; i < n_tables; i++)
        if (strcmp(names[i], table) == 0) *out = tables[i];
    return ORM_OK;
}

static orm_dialect fake = {
    .version = ORM_DIALECT_VERSION, .name = "fake", .scheme = "fake", .can = { .transactional_ddl = true },
    .open = fake_open, .close = fake_close, .engine = fake_engine, .max_parameters = fake_max_parameters, .deadline = fake_deadline,
    .prepare = fake_prepare, .finalize = fake_finalize, .start = fake_start, .fetch = fake_fetch, .finish = fake_finish,
    .begin = fake_begin, .commit = fake_commit, .rollback = fake_rollback, .in_transaction = fake_in_transaction,
    .column_type = fake_column_type, .literal = fake_literal, .parameter = fake_parameter, .quote = fake_quote,
    .char_length = "length($c)", .not_blank = "trim($c) <> ''", .serial_primary_key = " primary key autoincrement", .create_table_tail = " STRICT",
    .boolean_check = true, .integer_check = true, .describe = fake_describe,
};

static orm_db *open_fake(const orm_allocator *allocator)
{
    const orm_dialect *const adapters[] = { &fake };
    orm_options options = { .orm__begin = true };
    if (allocator) options.allocator = *allocator;
    n_sent = 0;
    sent[0] = 0;
    n_tables = 0;
    described = describe_fails_at = 0;
    return orm__open("fake:", adapters, 1, &options, sizeof(orm_query));
}

static orm_schema schema_of(const orm_model *const *models, size_t n) { return (orm_schema){ "Test", models, n }; }

/* the message of an orm_sync over one model that must fail */
static const char *refused(const orm_model *const *models, size_t n, orm_status kind)
{
    static char message[512];
    orm_db *db = open_fake(NULL);
    orm_schema schema = schema_of(models, n);
    CHECK_INT(orm_sync(db, &schema), kind);
    CHECK_INT(orm_error()->kind, kind);
    CHECK_TEXT(sent, "");
    CHECK(!in_transaction);
    memcpy(message, orm_error()->message, sizeof message);
    orm_close(db);
    return message;
}

/* ---- text ---------------------------------------------------------------------------------------------------------- */
static const char users_sql[] =
    "create table [users] (\n"
    "    [id] int8 primary key autoincrement,\n"
    "    [name] text not null,\n"
    "    [e_mail] text not null unique,\n"
    "    [role] word not null default 'member',\n"
    "    [age] int4,\n"
    "    [code] text not null,\n"
    "    [level] int2 not null default -1,\n"
    "    [active] bool not null default 1,\n"
    "    [balance] dec not null,\n"
    "    [ratio] double not null default 0.5,\n"
    "    [made_by] text not null default (current_user),\n"
    "    [seen_at] stamp not null,\n"
    "    constraint [name_size] check (length([name]) <= 200),\n"
    "    constraint [name_length] check (length([name]) between 2 and 100),\n"
    "    constraint [name_not_empty] check (trim([name]) <> ''),\n"
    "    constraint [e_mail_size] check (length([e_mail]) <= 255),\n"
    "    constraint [role_values] check ([role] in ('admin', 'member')),\n"
    "    constraint [age_range] check ([age] between -2147483648 and 2147483647),\n"
    "    constraint [age_at_least] check ([age] >= 0),\n"
    "    constraint [age_at_most] check ([age] <= 150),\n"
    "    constraint [code_size] check (length([code]) = 3),\n"
    "    constraint [code_one_of] check ([code] in ('a''b', 'xyz')),\n"
    "    constraint [level_range] check ([level] between -32768 and 32767),\n"
    "    constraint [level_one_of] check ([level] in (-1, 2)),\n"
    "    constraint [active_bool] check ([active] in (0, 1)),\n"
    "    constraint [balance_digits] check ([balance] between -99999999.99 and 99999999.99),\n"
    "    constraint [balance_between] check ([balance] between 0.00 and 500.00),\n"
    "    constraint [ratio_at_most] check ([ratio] <= 0.75),\n"
    "    constraint [grown] check (age >  1 or /* a baby */ role = 'admin')\n"
    ") STRICT;\n";
static const char posts_sql[] =
    "create table [posts] (\n"
    "    [id] int8 primary key autoincrement,\n"
    "    [title] text not null,\n"
    "    [author_id] int8 not null references [users] ([id]) on delete cascade\n"
    ") STRICT;\n";
static const char votes_sql[] =
    "create table [votes] (\n"
    "    [user_id] int8 not null references [users] ([id]),\n"
    "    [post_id] int8 not null references [posts] ([id]) on update restrict deferrable initially deferred,\n"
    "    [value] int2 not null,\n"
    "    primary key ([user_id], [post_id]),\n"
    "    constraint [value_range] check ([value] between -32768 and 32767)\n"
    ") STRICT;\n";

/* the two indexes on posts that would have one name get a hash each */
static const char *without_hashes(const char *sql)
{
    static char out[16384];
    size_t n = 0;
    for (const char *at = sql; *at; ) {
        size_t hex = at[0] == '_' ? strspn(at + 1, "0123456789abcdef") : 0;
        if (hex == 8 && at[9] == ']') {
            out[n++] = '#';
            at += 9;
        } else {
            out[n++] = *at++;
        }
    }
    out[n] = 0;
    return out;
}

TEST(the_ddl_of_a_schema_has_parents_first_and_names_its_rules)
{
    static char wanted[16384];
    orm_db *db = open_fake(NULL);
    REQUIRE(db);
    char *sql = orm_schema_sql(db, &Blog_schema);
    REQUIRE(sql);
    snprintf(wanted, sizeof wanted, "%s%s%s%s", users_sql, posts_sql, votes_sql,
             "create index [posts_title] on [posts] ([title]);\n"
             "create index [posts_author_id] on [posts] ([author_id]);\n"
             "create index [posts_author_id_title#] on [posts] ([author_id], [title] desc) where title <> '';\n"
             "create unique index [posts_author_id_title#] on [posts] ([author_id], [title]);\n");
    CHECK_TEXT(without_hashes(sql), wanted);
    CHECK_INT(orm_sync(db, &Blog_schema), ORM_OK);
    CHECK_TEXT(sent, sql);
    CHECK(!in_transaction);
    orm_free_text(sql);
    orm_close(db);
}

TEST(comments_are_written_where_they_are_kept)
{
    const orm_model *models[] = { &User_model };
    orm_schema schema = schema_of(models, 1);
    orm_db *db = open_fake(NULL);
    fake.can.comments = true;
    char *sql = orm_schema_sql(db, &schema);
    fake.can.comments = false;
    CHECK_CONTAINS(sql, ") STRICT;\ncomment on table [users] is 'who''s who';\n");
    orm_free_text(sql);
    orm_close(db);
}

TEST(long_names_are_cut_through_no_character_and_stay_different)
{
    orm_dialect small = { .can = { .max_name = 20 } };
    char a[ORM__MADE_NAME], b[ORM__MADE_NAME];
    orm__make_name(a, &small, (const char *const[]){ "abcdefghij", "klmnopqrs" }, 2, NULL);
    CHECK_TEXT(a, "abcdefghij_klmnopqrs");
    orm__make_name(a, &small, (const char *const[]){ "abcdefghij", "klmnopqrst" }, 2, NULL);
    orm__make_name(b, &small, (const char *const[]){ "abcdefghij", "klmnopqrsu" }, 2, NULL);
    CHECK_INT(strlen(a), 20);
    CHECK(strcmp(a, b) != 0);
    CHECK_INT(strncmp(a, "abcdefghij__", 12), 0);
    orm__make_name(a, &small, (const char *const[]){ "abcdefghij\xc3\xa9klmnopqrst" }, 1, NULL);
    CHECK_INT(strncmp(a, "abcdefghij_", 11), 0);
    orm__make_name(a, &small, (const char *const[]){ "a", "b" }, 2, "x");
    orm__make_name(b, &small, (const char *const[]){ "a", "b" }, 2, "y");
    CHECK_INT(strncmp(a, "a_b_", 4), 0);
    CHECK(strcmp(a, b) != 0);
}

/* ---- models that cannot be ------------------------------------------------------------------------------------------- */
TEST(names_that_no_database_keeps_are_refused)
{
    orm_model model = Post_model;
    const orm_model *models[] = { &model };
    model.table = "";
    CHECK_TEXT(refused(models, 1, ORM_MISUSE), "Post: its name in the database is empty");
    model.table = "caf\xe9";
    CHECK_TEXT(refused(models, 1, ORM_MISUSE), "Post: its name in the database is not valid UTF-8");
    model.table = "a_name_that_is_rather_long";
    fake.can.max_name = 16;
    CHECK_TEXT(refused(models, 1, ORM_MISUSE), "Post: its name in the database is longer than the 16 bytes that fake keeps");
    fake.can.max_name = 0;
}

TEST(two_things_of_one_name_are_refused)
{
    orm_model model = Post_model;
    const orm_model *models[] = { &User_model, &model };
    orm_column columns[3];
    memcpy(columns, Post_model.columns, sizeof columns);
    model.table = "Users";
    CHECK_TEXT(refused(models, 2, ORM_MISUSE), "User and Post have the same table \"Users\"");
    model = Post_model;
    model.columns = columns;
    columns[2].column = "TITLE";
    CHECK_TEXT(refused(models, 2, ORM_MISUSE), "Post.title and Post.author_id have the same column \"TITLE\"");
    columns[2].column = NULL;
    const orm_index_part parts[] = { { .column = &columns[1] } };
    const orm_model_option options[] = { { .kind = ORM_OPTION_INDEX, .parts = parts, .n_parts = 1 }, { .kind = ORM_OPTION_INDEX, .parts = parts, .n_parts = 1 }, { .kind = ORM_OPTION_NONE } };
    model.options = options;
    CHECK_CONTAINS(refused(models, 2, ORM_MISUSE), "Post has two indexes on (title): both would be called \"posts_title_");
}

TEST(an_index_steps_aside_for_a_table_of_its_name)
{
    orm_model other = Vote_model;
    const orm_model *models[] = { &User_model, &Post_model, &other };
    orm_schema schema = schema_of(models, 3);
    other.table = "posts_title";
    orm_db *db = open_fake(NULL);
    char *sql = orm_schema_sql(db, &schema);
    CHECK_CONTAINS(without_hashes(sql), "create index [posts_title#] on [posts] ([title]);\n");
    orm_free_text(sql);
    orm_close(db);
}

TEST(models_that_refer_to_each_other_are_both_made)
{
    orm_model a = Post_model, b = Post_model;
    orm_column columns_a[3], columns_b[3];
    const orm_model *models[] = { &a, &b };
    orm_schema schema = schema_of(models, 2);
    memcpy(columns_a, Post_model.columns, sizeof columns_a);
    memcpy(columns_b, Post_model.columns, sizeof columns_b);
    a.name = "A", a.table = "a", a.columns = columns_a, a.options = NULL, columns_a[2].is.target_model = &b;
    b.name = "B", b.table = "b", b.columns = columns_b, b.options = NULL, columns_b[2].is.target_model = &a;
    orm_db *db = open_fake(NULL);
    CHECK_INT(orm_sync(db, &schema), ORM_OK);
    CHECK(strstr(sent, "create table [b]") < strstr(sent, "create table [a]"));
    orm_close(db);
}

/* ---- tables that exist ------------------------------------------------------------------------------------------------ */
/* the tables that the DDL above makes, as a dialect would describe them */
#define INDEX(name_, columns_, where_, unique_, automatic_) { .name = name_, .columns = columns_, .where = where_, .unique = unique_, .automatic = automatic_ }
#define COLUMN(name_, type_, default_, nullable_, key_) { .name = name_, .type = type_, .default_sql = default_, .nullable = nullable_, .key = key_ }
static orm_found_column users_columns[] = {
    COLUMN("id", "int8", NULL, false, 1), COLUMN("name", "text", NULL, false, 0), COLUMN("e_mail", "TEXT", NULL, false, 0), COLUMN("role", "word", "'member'", false, 0),
    COLUMN("age", "int4", NULL, true, 0), COLUMN("code", "text", NULL, false, 0), COLUMN("level", "int2", "-1", false, 0), COLUMN("active", "bool", "1", false, 0),
    COLUMN("balance", "dec", NULL, false, 0), COLUMN("ratio", "double", "0.5", false, 0), COLUMN("made_by", "text", "current_user", false, 0), COLUMN("seen_at", "stamp", NULL, false, 0) };
static const char *users_checks[] = {
    "length([name]) <= 200", "length([name]) between 2 and 100", "trim([name]) <> ''", "length([e_mail]) <= 255", "[role] in ('admin', 'member')",
    "[age] between -2147483648 and 2147483647", "[age] >= 0", "[age] <= 150", "length([code]) = 3", "[code] in ('a''b', 'xyz')", "[level] between -32768 and 32767",
    "[level] in (-1, 2)", "[active] in (0, 1)", "[balance] between -99999999.99 and 99999999.99", "[balance] between 0.00 and 500.00", "[ratio] <= 0.75",
    "age > 1 or role = 'admin'" };
static orm_found_index users_indexes[] = { INDEX("auto", "e_mail", NULL, true, true) };
static orm_found_column posts_columns[] = { COLUMN("id", "int8", NULL, false, 1), COLUMN("title", "text", NULL, false, 0), COLUMN("author_id", "int8", NULL, false, 0) };
static orm_found_reference posts_references[] = { { .column = "author_id", .table = "users", .target = "id", .on_delete = "CASCADE", .on_update = "NO ACTION" } };
static orm_found_index posts_indexes[] = {
    INDEX("a", "title", NULL, false, false), INDEX("b", "author_id", NULL, false, false), INDEX("c", "author_id, title DESC", "(title  <> '')", false, false), INDEX("d", "author_id, title", NULL, true, false) };
static orm_found_column votes_columns[] = { COLUMN("user_id", "int8", NULL, false, 1), COLUMN("post_id", "int8", NULL, false, 2), COLUMN("value", "int2", NULL, false, 0) };
static orm_found_reference votes_references[] = { { .column = "user_id", .table = "users", .on_delete = "no action", .on_update = "" },
                                                { .column = "post_id", .table = "posts", .target = "id", .on_update = "restrict", .deferral = ORM_DEFERRED } };
static const char *votes_checks[] = { "[value] between -32768 and 32767" };

typedef struct world { orm_found_table table[3]; orm_found_column users[13], posts[4], votes[4]; orm_found_reference post_references[2]; orm_found_index post_indexes[5]; const char *checks[20]; } world;
static const char *const world_names[] = { "users", "posts", "votes" };
#define LENGTH(array) (sizeof(array) / sizeof *(array))

/* a world that agrees with the models, to be spoilt by a test */
static void make_world(world *w)
{
    memset(w, 0, sizeof *w);
    memcpy(w->users, users_columns, sizeof users_columns);
    memcpy(w->posts, posts_columns, sizeof posts_columns);
    memcpy(w->votes, votes_columns, sizeof votes_columns);
    memcpy(w->post_references, posts_references, sizeof posts_references);
    memcpy(w->post_indexes, posts_indexes, sizeof posts_indexes);
    memcpy(w->checks, users_checks, sizeof users_checks);
    w->table[0] = (orm_found_table){ .exists = true, .columns = w->users, .n_columns = LENGTH(users_columns), .references = NULL, .n_references = 0, .indexes = users_indexes, .n_indexes = 1, .checks = w->checks, .n_checks = LENGTH(users_checks) };
    w->table[1] = (orm_found_table){ .exists = true, .columns = w->posts, .n_columns = 3, .references = w->post_references, .n_references = 1, .indexes = w->post_indexes, .n_indexes = 4, .checks = NULL, .n_checks = 0 };
    w->table[2] = (orm_found_table){ .exists = true, .columns = w->votes, .n_columns = 3, .references = votes_references, .n_references = 2, .indexes = NULL, .n_indexes = 0, .checks = votes_checks, .n_checks = 1 };
}

static void use_world(world *w)
{
    tables = w->table;
    names = world_names;
    n_tables = 3;
}

/* syncs with the world; the differences as "field rule message; ..." */
static const char *differences(world *w)
{
    static char out[8192];
    size_t n = 0;
    orm_db *db = open_fake(NULL);
    use_world(w);
    orm_status status = orm_sync(db, &Blog_schema);
    out[0] = 0;
    if (status) CHECK_TEXT(sent, "");
    if (status) CHECK_INT(status, ORM_SCHEMA_DIFFERS);
    for (size_t i = 0; status && i < orm_error()->failures.count; i++) {
        const orm_failure *failure = &orm_error()->failures.item[i];
        n += (size_t)snprintf(out + n, sizeof out - n, "%s%s [%s] %s", i ? "; " : "", failure->field, failure->rule, failure->message);
    }
    CHECK(!in_transaction);
    orm_close(db);
    return out;
}

TEST(a_database_that_agrees_is_sent_nothing)
{
    world w;
    make_world(&w);
    CHECK_TEXT(differences(&w), "");
    CHECK_TEXT(sent, "");
}

TEST(columns_are_compared)
{
    world w;
    make_world(&w);
    w.users[4].type = "text";
    CHECK_TEXT(differences(&w), "users.age [type] is text, the model says int4");
    make_world(&w);
    w.users[4].nullable = false;
    w.users[1].nullable = true;
    CHECK_TEXT(differences(&w), "users.name [nullable] may be NULL, the model says not null; users.age [nullable] is not null, the model says nullable");
    make_world(&w);
    w.users[6].default_sql = "7";
    w.users[7].default_sql = NULL;
    w.users[1].default_sql = "'x'";
    w.users[10].default_sql = "'sesame'";
    CHECK_TEXT(differences(&w), "users.name [default] has a default, the model says none; users.level [default] has the default 7, the model says -1; "
                                "users.active [default] has no default, the model says 1; users.made_by [default] has the default ***, the model says another");
    make_world(&w);
    w.votes[0].key = 2;
    w.votes[1].key = 0;
    w.votes[2].key = 1;
    CHECK_TEXT(differences(&w), "votes.user_id [primary_key] is part 2 of the primary key, the model says part 1; "
                                "votes.post_id [primary_key] does not belong to the primary key, in the model it does; "
                                "votes.value [primary_key] belongs to the primary key, in the model it does not");
    make_world(&w);
    w.posts[1].name = "headline";
    CHECK_TEXT(differences(&w), "posts.title [column] is missing; posts.headline [column] is not null without a default, the model does not have it");
}

TEST(extra_columns_matter_only_when_they_break_inserts)
{
    world w;
    make_world(&w);
    w.table[1].n_columns = 4;
    w.posts[3] = (orm_found_column)COLUMN("extra", "text", NULL, true, 0);
    CHECK_TEXT(differences(&w), "");
    w.posts[3] = (orm_found_column)COLUMN("extra", "text", "''", false, 0);
    CHECK_TEXT(differences(&w), "");
    w.posts[3] = (orm_found_column)COLUMN("extra", "text", NULL, false, 0);
    CHECK_TEXT(differences(&w), "posts.extra [column] is not null without a default, the model does not have it");
}

TEST(references_are_compared)
{
    world w;
    make_world(&w);
    w.post_references[0] = (orm_found_reference){ .column = "author_id", .table = "people", .target = "id", .on_delete = "set null", .deferral = ORM_DEFERRABLE };
    CHECK_TEXT(differences(&w), "posts.author_id [references] refers to people.id, the model says users.id; posts.author_id [on_delete] is set null, the model says cascade; "
                                  "posts.author_id [deferral] is deferrable, the model says not deferrable");
    make_world(&w);
    w.table[1].n_references = 0;
    CHECK_TEXT(differences(&w), "posts.author_id [references] refers to nothing, the model says users");
    make_world(&w);
    w.table[1].n_references = 2;
    w.post_references[1] = (orm_found_reference){ .column = "title", .table = "words", .target = "word" };
    CHECK_TEXT(differences(&w), "posts.title [references] refers to words, in the model it does not");
}

TEST(missing_indexes_are_made_but_a_unique_column_is_a_difference)
{
    world w;
    make_world(&w);
    w.table[1].n_indexes = 1;
    CHECK_TEXT(differences(&w), "");
    CHECK_TEXT(without_hashes(sent), "create index [posts_author_id] on [posts] ([author_id]);\n"
                                     "create index [posts_author_id_title#] on [posts] ([author_id], [title] desc) where title <> '';\n"
                                     "create unique index [posts_author_id_title#] on [posts] ([author_id], [title]);\n");
    make_world(&w);
    w.post_indexes[0] = (orm_found_index)INDEX("posts_title", "title", "title > 'x'", false, false);
    CHECK_TEXT(differences(&w), "posts [index] the index posts_title is not the model's on (title)");
    make_world(&w);
    w.table[0].n_indexes = 0;
    CHECK_TEXT(differences(&w), "users.e_mail [unique] is not unique, the model says unique");
}

TEST(checks_are_compared_but_for_blanks_brackets_and_comments)
{
    world w;
    make_world(&w);
    w.checks[6] = " ( ([age]\n   >= /* so */ 0) )";
    CHECK_TEXT(differences(&w), "");
    w.checks[6] = "[age] >= 1";
    CHECK_TEXT(differences(&w), "users [check] lacks the model's check ([age] >= 0); users [check] has the check ([age] >= 1), the model does not");
    make_world(&w);
    w.checks[9] = "[code] in ('a''b',  'xyz')";
    CHECK_TEXT(differences(&w), "");
    w.checks[9] = "[code] in ('a''b', 'x  yz')";
    CHECK_CONTAINS(differences(&w), "has the check ([code] in ('a''b', 'x  yz'))");
}

TEST(all_differences_of_all_tables_are_told_at_once)
{
    world w;
    orm_db *db = open_fake(NULL);
    make_world(&w);
    for (int i = 0; i < 12; i++) w.users[i].type = "odd";
    for (int i = 0; i < 3; i++) w.posts[i].type = w.votes[i].type = "odd";
    use_world(&w);
    CHECK_INT(orm_sync(db, &Blog_schema), ORM_SCHEMA_DIFFERS);
    CHECK_TEXT(orm_error()->message, "18 differences: users.id is odd, the model says int8; users.name is odd, the model says text; users.e_mail is odd, the model says text ...");
    CHECK_INT(orm_error()->failures.total, 18);
    CHECK_INT(orm_error()->failures.count, ORM_MAX_FAILURES);
    CHECK_TEXT(orm_error()->failures.item[15].field, "votes.user_id");
    CHECK_INT(orm_sync(db, NULL), ORM_MISUSE);
    orm_close(db);
}

TEST(a_failure_to_describe_stops_before_anything_is_made)
{
    orm_db *db = open_fake(NULL);
    describe_fails_at = 2;
    CHECK_INT(orm_sync(db, &Blog_schema), ORM_IO);
    CHECK_TEXT(sent, "");
    CHECK(!in_transaction);
    orm_close(db);
}

TEST(every_failed_allocation_is_out_of_memory_and_leaks_nothing)
{
    bool done = false;
    for (size_t fail_at = 1; !done && fail_at < 2000; fail_at++) {
        for (int existing = 0; existing < 2; existing++) {
            struct check_allocator state = { .fail_at = 0 };
            orm_allocator allocator = check_failing_allocator(&state);
            world w;
            make_world(&w);
            orm_db *db = open_fake(&allocator);
            REQUIRE(db);
            if (existing) use_world(&w);
            state.fail_at = state.count + fail_at;
            orm_status status = orm_sync(db, &Blog_schema);
            done = state.failed == 0;
            CHECK_INT(status, done ? ORM_OK : ORM_NO_MEMORY);
            CHECK(!in_transaction);
            orm_close(db);
            CHECK_INT(state.live, 0);
            CHECK(!state.wrong);
        }
    }
    CHECK(done);
}

TEST(the_report_says_who_keeps_each_rule)
{
    static char text[8192];
    orm_db *db = open_fake(NULL);
    FILE *file = tmpfile();
    REQUIRE(file && db);
    orm_schema_report(file, db, &Blog_schema);
    rewind(file);
    text[fread(text, 1, sizeof text - 1, file)] = 0;
    fclose(file);
    CHECK_CONTAINS(text, "User.mail                                email                          program only\n");
    CHECK_CONTAINS(text, "User.name                                length(2, 100)                 database and program\n");
    CHECK_CONTAINS(text, "User.mail                                unique                         database\n");
    CHECK_CONTAINS(text, "User                                     grown                          database\n");
    CHECK_CONTAINS(text, "Post.author_id                           references                     database\n");
    CHECK_CONTAINS(text, "Vote.post_id                             references                     database, at the commit\n");
    orm_close(db);
}

CHECK_MAIN()

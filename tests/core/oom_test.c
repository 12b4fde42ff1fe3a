/* test: no-valgrind: the address sanitizer sees the same, and sooner */
/* >>oom_test: every call with the n-th allocation failing, for each n until it succeeds, once that one alone and once all from there on. It must
   answer ORM_NO_MEMORY, leak nothing, leave the database as it was and the handle usable. Three sources fail in turn: the handle's
   allocator, the hooks ORM_MALLOC, ORM_REALLOC and ORM_FREE, and the engine's own memory. */
#include <stddef.h>
static void *hook_malloc(size_t size);
static void *hook_realloc(void *block, size_t size);
static void hook_free(void *block);
#define ORM_MALLOC  hook_malloc
#define ORM_REALLOC hook_realloc
#define ORM_FREE    hook_free
#define ORM_IMPLEMENTATION
#define ORM_DESTRUCTIVE
#include "small_sqlite.h"
#include "check_alloc.h"
#include <sqlite3.h>

/* and a relation by links, beside the small models */
#define Label_FIELDS(X)                                                           \
    X(id,         serial)                                                         \
    X(text_,      string(40), not_empty, normalize(trim, collapse))               \
    X(accounts,   many_to_many(Account, Marking, label_id, account_id, link_order(orm_desc(Marking_.weight)))) \
    X(marks,      count_of(accounts))
ORM_MODEL(Label, labels, validate(check_label, text_))
#define Marking_FIELDS(X)                                                         \
    X(label_id,   key(Label), primary_key)                                        \
    X(account_id, bigint, primary_key)          /* without a foreign key: other cases delete accounts */ \
    X(weight,     integer, default(1))
ORM_MODEL(Marking, markings)
#define Marks_MODELS(X) X(Label) X(Marking)
ORM_SCHEMA(Marks)
void check_label(const Label *row, Label_failures *failures) { if (strcmp(row->text_, "no label") == 0) orm_blame(failures, Label_.text_, "is none"); }
ORM_DEFINE(Marks)

enum source { HANDLE, HOOKS, ENGINE, SOURCES };
static const char *const source_names[SOURCES] = { "handle", "hooks", "engine" };
static enum source source;
static struct check_allocator memory;
static long hook_live;

static bool fails(enum source asked) { return source == asked && check_allocator_fails(&memory); }

/* ---- the hooks ---- */

static void *hook_malloc(size_t size)
{
    void *block = fails(HOOKS) ? NULL : malloc(size);
    hook_live += block != NULL;
    return block;
}

static void *hook_realloc(void *block, size_t size)
{
    void *moved = fails(HOOKS) ? NULL : realloc(block, size);
    hook_live += moved && !block;
    return moved;
}

static void hook_free(void *block)
{
    hook_live -= block != NULL;
    free(block);
}

/* ---- the engine's memory ---- */

static sqlite3_mem_methods engine_memory;
static void *engine_malloc(int size) { return fails(ENGINE) ? NULL : engine_memory.xMalloc(size); }
static void *engine_realloc(void *block, int size) { return fails(ENGINE) ? NULL : engine_memory.xRealloc(block, size); }

__attribute__((constructor)) static void engine_setup(void)
{
    sqlite3_config(SQLITE_CONFIG_GETMALLOC, &engine_memory);
    sqlite3_mem_methods ours = engine_memory;
    ours.xMalloc = engine_malloc;
    ours.xRealloc = engine_realloc;
    sqlite3_config(SQLITE_CONFIG_MALLOC, &ours);
    sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0);        /* each small allocation shall be one that can fail */
}

/* ---- a database with a few rows ---- */

static orm_db *open_database(void)
{
    if (source == HANDLE) return orm_open("sqlite::memory:", .allocator = check_failing_allocator(&memory));
    return orm_open("sqlite::memory:");
}

static void fill_database(orm_db *db)
{
    static const char *const names[] = { "Ada", "Grace", "Edith" };
    for (int i = 0; i < 3; i++) {
        ORM_NEW(Account, account, .name = names[i], .email = i ? NULL : "ada@example.com", .bio = "a text that is a little longer than others");
        CHECK_INT(Account_create(db, &account), ORM_OK);
        for (int k = 0; k < i; k++) {
            ORM_NEW(Entry, entry, .account_id = account.id, .note = "note", .amount = k);
            CHECK_INT(Entry_create(db, &entry), ORM_OK);
        }
    }
}

static void fill_labels(orm_db *db)
{
    ORM_NEW(Label, label, .text_ = "label");
    CHECK_INT(Label_create(db, &label), ORM_OK);
    for (int64_t i = 1; i <= 2; i++) {
        ORM_NEW(Marking, marking, .label_id = label.id, .account_id = i);
        CHECK_INT(Marking_create(db, &marking), ORM_OK);
    }
}

static int64_t rows(orm_db *db)
{
    orm_opt_int64 n;
    CHECK_INT(orm_scalar(db, &n, "select (select count(*) from accounts) + (select count(*) from entries) + (select count(*) from tags) + (select count(*) from labels) + (select count(*) from markings)", orm_no_params), ORM_OK);
    return n.set ? n.value : -1;
}

/* ---- the calls: each answers ORM_OK or the first failure, and writes at its end ---- */

static orm_status found(void *pointer)
{
    if (!pointer) return orm_error()->kind;
    return orm__free(pointer);
}

static orm_status do_create(orm_db *db)
{
    ORM_NEW(Account, account, .name = "new", .pin = "secret");
    orm_status status = Account_create(db, &account);
    CHECK(status ? account.id == 0 && account.created_at == ORM_UNSET_TIME : account.id > 0);
    return status;
}

static orm_status do_create_with_text_key(orm_db *db)
{
    ORM_NEW(Tag, tag, .code = "red", .label = "a colour", .data = ((orm_blob){ "\0\1", 2 }), .extra = "{\"a\":[1,2]}");
    return Tag_create(db, &tag);
}

static orm_status do_create_all(orm_db *db)
{
    Account list[150];
    for (size_t i = 0; i < 150; i++) {
        list[i] = Account_defaults();
        list[i].name = "one of many";
    }
    orm_status status = Account_create_all(db, list, 150, NULL);
    CHECK(status ? list[0].id == 0 && list[149].id == 0 : list[149].id > 0);
    return status;
}

static orm_status do_find(orm_db *db) { return found(Account_find(db, 1)); }
static orm_status do_find_by(orm_db *db) { return found(Account_find_by_email(db, "ada@example.com")); }
static orm_status do_find_one(orm_db *db) { return found(Account_find_one(db, &(Account_query){ .where = orm_eq(Account_.name, "Grace"), .include = { orm_with(Account_.entries) } })); }

static orm_status do_find_all(orm_db *db)
{
    Account *list = Account_find_all(db, &(Account_query){
        .where = orm_and(orm_in(Account_.name, "Ada", "Grace", "Edith"), orm_or(orm_like(Account_.name, "%a%"), orm_ilike(Account_.name, "e%"))),
        .include = { orm_with(Account_.entries, .where = orm_gte(Entry_.amount, 0), .order = { orm_desc(Entry_.amount) }, .limit = 5, .include = { orm_with(Entry_.account) }) },
        .order = { orm_desc(Account_.name) }, .track = true });
    if (list) CHECK_INT(orm_len(list), 3);
    return found(list);
}

static orm_status do_find_all_into_an_arena(orm_db *db)
{
    orm_arena arena = { 0 };
    Entry *list = Entry_find_all(db, &(Entry_query){ .include = { orm_with(Entry_.account) }, .arena = &arena });
    orm_status status = list ? ORM_OK : orm_error()->kind;
    if (list && !orm_format(&arena, "%s %0100d", list[0].note, 7)) status = ORM_NO_MEMORY;
    if (!status && !orm_text(&arena, "a text")) status = ORM_NO_MEMORY;
    if (!status && !orm_arena_allocate(&arena, 10000)) status = ORM_NO_MEMORY;
    orm_arena_reset(&arena);
    if (!status && !orm_text(&arena, "a text")) status = ORM_NO_MEMORY;
    orm_arena_release(&arena);
    return status;
}

static orm_status do_find_linked(orm_db *db)
{
    Label *list = Label_find_all(db, &(Label_query){ .where = orm_gt(Label_.marks, 0),
        .include = { orm_with(Label_.accounts, .links = true, .limit = 3, .include = { orm_with(Account_.entries, .required = true) }), orm_count_of(Label_.marks, orm_gt(Account_.id, 0)) } });
    char *text = list ? Label_all_to_json(list, (Label_mask){ 0 }) : NULL;
    Label *copy = text ? Label_copy(list) : NULL;
    orm_status status = copy ? ORM_OK : orm_error()->kind;
    orm_free_text(text);
    if (copy) orm__free(copy);
    if (list) orm__free(list);
    return status;
}

static orm_status do_load(orm_db *db)
{
    Account *list = Account_find_all(db, NULL);
    orm_status status = list ? orm_load(db, list, Account_.entries, .order = { orm_desc(Entry_.amount) }, .include = { orm_with(Entry_.account) }) : orm_error()->kind;
    if (!status) status = orm_load_one(db, &list[2].entries[0], Entry_.account);
    if (list) CHECK(status ? true : orm_len(list[2].entries) == 2);
    if (list) orm__free(list);
    return status;
}

static orm_status do_relate(orm_db *db)
{
    orm_status status = ORM_OK;
    Label *label = Label_find(db, 1);
    Account *accounts = label ? Account_find_all(db, &(Account_query){ .order = { orm_asc(Account_.id) } }) : NULL;
    if (!accounts) status = orm_error()->kind;
    int64_t n = 0;
    if (!status) ORM_TRANSACTION(db) {
        orm_add(db, label, Label_.accounts, accounts, 3);
        orm_remove(db, label, Label_.accounts, accounts, 1);
        orm_replace(db, label, Label_.accounts, &accounts[1], 2);
        orm_count_rows(db, label, Label_.accounts, &n, orm_gt(Account_.id, 0));
        ORM_NEW(Entry, entry, .note = "added");
        orm_add(db, &accounts[0], Account_.entries, &entry, 1);
        orm_assign(db, &entry, Entry_.account, &accounts[1]);
    }
    if (!status && orm_failed()) status = orm_error()->kind;
    if (!status) CHECK_INT(n, 2);
    if (accounts) orm__free(accounts);
    if (label) orm__free(label);
    return status;
}

static orm_status do_graph(orm_db *db)
{
    Label *label = Label_list(NULL, 1);
    if (!label) return orm_error()->kind;
    label->text_ = "graph";
    label->accounts = Account_list(NULL, 2);
    orm_status status = label->accounts ? ORM_OK : orm_error()->kind;
    if (!status) {
        label->accounts[0].name = label->accounts[1].name = "of a graph";
        label->accounts[1].entries = Entry_list(NULL, 2);
        if (!label->accounts[1].entries) status = orm_error()->kind;
    }
    if (!status) {
        label->accounts[1].entries[0].note = label->accounts[1].entries[1].note = "note";
        status = Label_create_graph(db, label);
    }
    if (label->accounts && label->accounts[1].entries) orm__free(label->accounts[1].entries);
    if (label->accounts) orm__free(label->accounts);
    orm__free(label);
    return status;
}

static orm_status do_find_many(orm_db *db)
{
    orm_opt_int64 n;
    /* a list that grows in chunks of its own */
    CHECK(orm_scalar(db, &n, "select 1", orm_no_params) == ORM_OK || orm_error()->kind == ORM_NO_MEMORY);
    int64_t wanted[400];
    for (int i = 0; i < 400; i++) wanted[i] = i;
    Account *list = Account_find_all(db, &(Account_query){ .where = orm_in_array(Account_.id, wanted, 400) });
    return found(list);
}

static orm_status do_find_and_count(orm_db *db)
{
    int64_t total = 0;
    orm_status status = found(Account_find_and_count(db, &(Account_query){ .page = 1, .per_page = 2 }, &total));
    if (!status) CHECK_INT(total, 3);
    return status;
}

static orm_status do_count(orm_db *db)
{
    int64_t n = 0;
    orm_status status = Account_count(db, &(Account_query){ .where = orm_has(Account_.entries, orm_gte(Entry_.amount, 0)) }, &n);
    if (!status) CHECK_INT(n, 2);
    return status;
}

static orm_status do_exists(orm_db *db)
{
    bool yes = false;
    orm_status status = Account_exists(db, &(Account_query){ .where = orm_starts_with(Account_.name, "Gr") }, &yes);
    if (!status) CHECK(yes);
    return status;
}

static orm_status do_regexp(orm_db *db)
{
    int64_t n = 0;
    return Account_count(db, &(Account_query){ .where = orm_regexp(Account_.name, "^[AG]") }, &n);
}

static orm_status do_reload(orm_db *db)
{
    ORM_AUTO Account *first = Account_find(db, 1);
    return first ? found(Account_reload(db, first)) : orm_error()->kind;
}

static orm_status do_validate(orm_db *db)
{
    (void)db;
    ORM_NEW(Account, account, .name = "Ada", .email = "ada@example.com");
    return Account_validate(&account, NULL);
}

static orm_status do_save(orm_db *db)
{
    ORM_AUTO Account *first = Account_find(db, 1);
    if (!first) return orm_error()->kind;
    first->name = "another name";
    first->bio = "another text";
    orm_status status = Account_save(db, first);
    if (status) return status;
    first->balance = 3;
    return Account_save(db, first);
}

static orm_status do_normalize(orm_db *db)
{
    orm_arena arena = { 0 };
    orm_failures failures;
    if (Label_validate(&(Label){ .text_ = "  x ", .orm = ORM_FRESH }, &failures)) return orm_error()->kind;
    orm_texts_into(&arena);
    ORM_NEW(Label, label, .text_ = "  to be   trimmed ");
    ORM_TRANSACTION(db) {
        ORM_NEW(Label, borrowed, .text_ = " b  ");
        if (Label_create(db, &label)) break;
        orm_texts_into(NULL);
        if (Label_create(db, &borrowed)) break;
        ORM_AUTO Label *row = Label_find(db, label.id);
        if (!row) break;
        row->text_ = "another  text";
        if (Label_save(db, row)) break;
        CHECK_TEXT(row->text_, "another text");
        if (Label_update_row(db, row, &(Label_change){ .set = { orm_set(Label_.text_, " a  third") } })) break;
        Label many[3] = { Label_defaults(), Label_defaults(), Label_defaults() };
        for (int i = 0; i < 3; i++) many[i].text_ = i == 1 ? "plain" : "  many  of them";
        if (Label_create_all(db, many, 3, NULL)) break;
        if (Label_upsert(db, &(Label){ .id = 1, .text_ = " again ", .orm = ORM_FRESH }, &(Label_conflict){ .on = orm_primary_key(Label) }, NULL)) break;
        if (Label_update(db, &(Label_change){ .set = { orm_set(Label_.text_, " for  all ") }, .where = orm_gt(Label_.id, label.id) }, NULL)) break;
    }
    orm_status status = orm_error()->kind;
    CHECK(status || strcmp(label.text_, "to be trimmed") == 0);
    orm_texts_into(NULL);
    orm_arena_release(&arena);
    return status;
}

static orm_status do_save_only(orm_db *db)
{
    ORM_AUTO Account *first = Account_find_all(db, &(Account_query){ .where = orm_eq(Account_.id, 1) });
    if (!first) return orm_error()->kind;
    first->pin = "another";
    return Account_save_only(db, first, (Account_mask){ .name = 1, .pin = 1 });
}

static orm_status do_update(orm_db *db)
{
    int64_t changed = 0;
    return Account_update(db, &(Account_change){ .set = { orm_inc(Account_.balance, 1), orm_set(Account_.name, "all of them"), orm_set_null(Account_.bio) },
        .where = orm_not(orm_eq(Account_.name, "nobody")) }, &changed);
}

static orm_status do_destroy(orm_db *db)
{
    ORM_AUTO Account *first = Account_find(db, 1);
    return first ? Account_destroy(db, first) : orm_error()->kind;
}

static orm_status do_destroy_by_key(orm_db *db) { return Account_destroy_by_key(db, 1); }
static orm_status do_destroy_all(orm_db *db) { return Entry_destroy_all(db, &(Entry_query){ .where = orm_has(Entry_.account, orm_eq(Account_.name, "Edith")) }, NULL); }

static orm_status do_each(orm_db *db)
{
    int n = 0;
    ORM_EACH(Account, account, db, .where = orm_ne(Account_.name, "nobody")) n++;
    if (orm_failed()) return orm_error()->kind;
    CHECK_INT(n, 3);
    return ORM_OK;
}

static orm_status do_aggregates(orm_db *db)
{
    int64_t sum = 0;
    orm_opt_int32 least, most;
    orm_opt_double average;
    orm_status status = orm_sum(db, Entry_.amount, &sum, NULL);
    if (!status) status = orm_min(db, Entry_.amount, &least, NULL);
    if (!status) status = orm_max(db, Entry_.amount, &most, &((Entry_query){ .where = orm_gt(Entry_.amount, -1) }));
    if (!status) status = orm_avg(db, Account_.balance, &average, NULL);
    return status;
}

static orm_status do_scalars(orm_db *db)
{
    orm_arena arena = { 0 };
    orm_opt_int64 n;
    const char *name = NULL;
    orm_status status = orm_scalar(db, &n, "select count(*) from accounts where name <> ?1", orm_params("Ada"));
    if (!status) status = orm_scalar_text(db, &arena, &name, "select name from accounts where id = ?1", orm_params(1));
    if (!status) CHECK_TEXT(name, "Ada");
    orm_arena_release(&arena);
    return status;
}

static orm_status do_exec(orm_db *db) { return orm_exec(db, NULL, "insert into tags (code) values (?1)", orm_params("by hand")); }

static orm_status do_copy(orm_db *db)
{
    ORM_AUTO Account *list = Account_find_all(db, &(Account_query){ .where = orm_eq(Account_.id, 3), .include = { orm_with(Account_.entries) }, .track = true });
    if (!list) return orm_error()->kind;
    ORM_AUTO Account *copy = Account_copy(list);
    if (!copy) return orm_error()->kind;
    CHECK_INT(orm_len(copy->entries), 2);
    copy->balance = 1;
    return Account_save(db, copy);
}

static orm_status do_json(orm_db *db)
{
    ORM_AUTO Account *list = Account_find_all(db, &(Account_query){ .include = { orm_with(Account_.entries) } });
    if (!list) return orm_error()->kind;
    char *text = Account_all_to_json(list, (Account_mask){ 0 });
    if (!text) return orm_error()->kind;
    CHECK_CONTAINS(text, "Grace");
    orm_free_text(text);
    text = Account_to_json(&list[0], (Account_mask){ .name = 1 });
    if (!text) return orm_error()->kind;
    orm_free_text(text);
    FILE *out = fopen("/dev/null", "w");
    orm_status status = orm_print_json_lines(out, Account, list);
    orm__dump(out, &Account_model, list);                 /* prints nothing when memory is out */
    fclose(out);
    return status;
}

static orm_status do_transaction(orm_db *db)
{
    ORM_TRANSACTION(db, .retries = 2) {
        if (do_create(db)) break;
        ORM_TRANSACTION(db) {
            ORM_NEW(Entry, entry, .account_id = 1, .note = "in a savepoint");
            Entry_create(db, &entry);
        }
        do_update(db);
    }
    return orm_error()->kind;
}

static orm_status do_explicit_transaction(orm_db *db)
{
    orm_tx *tx = orm_begin(db, NULL);
    if (!tx) return orm_error()->kind;
    do_create(db);
    do_create_with_text_key(db);
    orm_tx *inner = orm_begin(db, NULL);
    if (inner) {
        do_create(db);
        orm_rollback(inner);
    }
    return orm_commit(tx);
}

static orm_status do_rolled_back(orm_db *db)
{
    ORM_NEW(Account, account, .name = "twice");
    ORM_TRANSACTION(db) {
        Account_create(db, &account);
        break;
    }
    if (orm_error()->kind != ORM_ROLLED_BACK) return orm_error()->kind;
    return Account_save(db, &account);
}

static orm_status do_budget(orm_db *db)
{
    ORM_BUDGET(db, 1) {
        orm_status status = do_find(db);
        if (status) return status;
        status = do_count(db);
        CHECK(status == ORM_OVER_BUDGET || status == ORM_NO_MEMORY);
        if (status != ORM_OVER_BUDGET) return status;
    }
    return ORM_OK;
}

static orm_status do_schema(orm_db *db)
{
    orm_status status = orm_sync(db, &Small_schema);
    if (status) return status;
    char *sql = orm_schema_sql(db, &Small_schema);
    if (!sql) return orm_error()->kind;
    orm_free_text(sql);
    FILE *out = fopen("/dev/null", "w");
    orm_schema_report(out, db, &Small_schema);
    fclose(out);
    return ORM_OK;
}

static orm_status do_verify(orm_db *db) { return orm_verify(db, &Small_schema, (const char *const[]){ "labels", "markings", NULL }, NULL, NULL); }

static orm_status do_pull(orm_db *db)
{
    orm_arena arena = { 0 };
    const char *text = NULL;
    orm_status status = orm_pull(db, NULL, &arena, &text);
    CHECK(!text == !!status);
    orm_arena_release(&arena);
    return status;
}

static orm_status do_migrate(orm_db *db)
{
    static const orm_migration compiled[] = { { .name = "20260101000000_more", .sql = "-- 20260101000000_more\n-- parent: none\n-- up\ncreate table more (id integer primary key);\n-- down\ndrop table more;\n" }, { .name = NULL } };
    orm_status status = orm_migrate(db, &(orm_migrate_options){ .compiled = compiled }, NULL);
    return status ? status : orm_migrate_undo(db, &(orm_migrate_options){ .compiled = compiled }, NULL);
}

/* one that fails leaves all rows, so that they end with what loses them */
static orm_status do_truncate(orm_db *db) { return orm_truncate(db, &Label_model, ":memory:", .cascade = true); }
static orm_status do_force(orm_db *db) { return orm_sync_force(db, &Marks_schema, ":memory:"); }

/* failures of another kind are told as what they are, even when the engine has no memory left to name the column */
static orm_status do_fail(orm_db *db)
{
    ORM_NEW(Account, twin, .name = "twin", .email = "ada@example.com");
    orm_status status = Account_create(db, &twin);
    if (status == ORM_UNIQUE && !memory.failed) CHECK_TEXT(orm_error()->field, "email");
    return status == ORM_UNIQUE ? ORM_OK : status;
}

static const struct oom_case { const char *name; orm_status (*run)(orm_db *db); int delta; } cases[] = {
    { "create", do_create, 1 }, { "create with a text key", do_create_with_text_key, 1 }, { "create_all", do_create_all, 150 },
    { "find", do_find, 0 }, { "find_by", do_find_by, 0 }, { "find_one", do_find_one, 0 }, { "find_all", do_find_all, 0 },
    { "find_all into an arena", do_find_all_into_an_arena, 0 }, { "find many", do_find_many, 0 }, { "find_and_count", do_find_and_count, 0 },
    { "count", do_count, 0 }, { "exists", do_exists, 0 }, { "regexp", do_regexp, 0 }, { "reload", do_reload, 0 }, { "validate", do_validate, 0 },
    { "save", do_save, 0 }, { "save_only", do_save_only, 0 }, { "normalize", do_normalize, 5 }, { "update", do_update, 0 }, { "destroy", do_destroy, -1 },
    { "destroy_by_key", do_destroy_by_key, -1 }, { "destroy_all", do_destroy_all, -2 }, { "each", do_each, 0 }, { "aggregates", do_aggregates, 0 },
    { "scalars", do_scalars, 0 }, { "exec", do_exec, 1 }, { "copy", do_copy, 0 }, { "json", do_json, 0 }, { "transaction", do_transaction, 2 },
    { "explicit transaction", do_explicit_transaction, 2 }, { "rolled back", do_rolled_back, 1 }, { "budget", do_budget, 0 }, { "schema", do_schema, 0 },
    { "fail", do_fail, 0 }, { "find linked", do_find_linked, 0 }, { "load", do_load, 0 }, { "relate", do_relate, 1 }, { "graph", do_graph, 7 },
    { "verify", do_verify, 0 }, { "pull", do_pull, 0 }, { "migrate", do_migrate, 0 }, { "truncate", do_truncate, -3 }, { "force", do_force, -3 },
};

/* ---- the sweep ---- */

/* the engine asks for hundreds of blocks: from the 40th on not every one of them is tried */
static size_t next_n(size_t n) { return n + 1 + (source == ENGINE && n > 40 ? n / 20 : 0); }

static bool check_one(const struct oom_case *c, size_t n, bool persistent)
{
    memory = (struct check_allocator){ 0 };
    long live = hook_live;
    int64_t engine_used = sqlite3_memory_used();
    orm_db *db = open_database();
    if (!db || orm_sync(db, &Small_schema) || orm_sync(db, &Marks_schema)) return check_that(__FILE__, __LINE__, "the database opens", false);
    fill_database(db);
    fill_labels(db);
    int64_t before = rows(db);
    memory.count = memory.failed = 0;
    memory.persistent = persistent;
    memory.fail_at = n;
    orm_status status = c->run(db);
    memory.fail_at = 0;
    size_t failed = memory.failed;
    CHECK(status == ORM_OK || status == ORM_NO_MEMORY);
    if (status == ORM_NO_MEMORY && orm_error()->kind) CHECK_CONTAINS(orm_error()->message, "out of memory");      /* the arena's own calls only answer NULL */
    CHECK_INT(rows(db), status ? before : before + c->delta);
    CHECK_INT(orm_attempt(db), 0);
    if (status) {
        CHECK_INT(c->run(db), ORM_OK);
        CHECK_INT(rows(db), before + c->delta);
    }
    orm_close(db);
    CHECK_INT(memory.live, 0);
    CHECK(!memory.wrong);
    CHECK_INT(hook_live, live);
    CHECK_INT(sqlite3_memory_used(), engine_used);
    if (check_failed) printf("    in %s, %s, allocation %zu %s\n", c->name, source_names[source], n, persistent ? "and all after it" : "alone");
    return failed > 0 && !check_failed;
}

/* what is kept for the life of the program is made once */
static void warm_up(void)
{
    source = SOURCES;
    orm_db *db = open_database();
    if (orm_sync(db, &Small_schema) == ORM_OK && orm_sync(db, &Marks_schema) == ORM_OK) fill_database(db);
    CHECK_INT(do_find(db), ORM_OK);
    CHECK_INT(do_regexp(db), ORM_OK);
    orm_close(db);
}

static void sweep(enum source which)
{
    warm_up();
    source = which;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0] && !check_failed; i++) {
        for (int persistent = 0; persistent < 2; persistent++) {
            size_t n = 1;
            while (check_one(&cases[i], n, persistent)) n = next_n(n);
        }
    }
    source = SOURCES;
}

TEST(every_call_survives_its_handles_allocator) { sweep(HANDLE); }
TEST(every_call_survives_the_default_allocator) { sweep(HOOKS); }
TEST(every_call_survives_the_engines_allocator) { sweep(ENGINE); }

/* ---- opening and the first sync ---- */

static bool check_open(size_t n, bool persistent)
{
    memory = (struct check_allocator){ .persistent = persistent, .fail_at = n };
    long live = hook_live;
    int64_t engine_used = sqlite3_memory_used();
    orm_db *db = open_database();
    size_t failed = memory.failed;
    if (!db) {
        memory.fail_at = 0;
        CHECK_INT(orm_error()->kind, ORM_NO_MEMORY);
        db = open_database();
        CHECK(db != NULL);
    }
    memory.fail_at = 0;
    orm_close(db);
    CHECK_INT(memory.live, 0);
    CHECK_INT(hook_live, live);
    CHECK_INT(sqlite3_memory_used(), engine_used);
    if (check_failed) printf("    in open, %s, allocation %zu %s\n", source_names[source], n, persistent ? "and all after it" : "alone");
    return failed > 0 && !check_failed;
}

static bool check_sync(size_t n, bool persistent)
{
    memory = (struct check_allocator){ 0 };
    orm_opt_int64 tables;
    orm_db *db = open_database();
    if (!db) return check_that(__FILE__, __LINE__, "the database opens", false);
    memory.count = memory.failed = 0;
    memory.persistent = persistent;
    memory.fail_at = n;
    orm_status status = orm_sync(db, &Small_schema);
    memory.fail_at = 0;
    size_t failed = memory.failed;
    CHECK(status == ORM_OK || status == ORM_NO_MEMORY);
    CHECK_INT(orm_scalar(db, &tables, "select count(*) from sqlite_master where type = 'table' and name not like 'sqlite%'", orm_no_params), ORM_OK);
    CHECK_INT(tables.value, status ? 0 : 3);              /* all or nothing */
    CHECK_INT(orm_sync(db, &Small_schema), ORM_OK);
    fill_database(db);
    orm_close(db);
    CHECK_INT(memory.live, 0);
    if (check_failed) printf("    in sync, %s, allocation %zu %s\n", source_names[source], n, persistent ? "and all after it" : "alone");
    return failed > 0 && !check_failed;
}

TEST(opening_and_making_the_tables_survive_all_three)
{
    warm_up();
    for (source = HANDLE; source < SOURCES; source++) {
        for (int persistent = 0; persistent < 2; persistent++) {
            size_t n = 1;
            while (check_open(n, persistent)) n = next_n(n);
            n = 1;
            while (check_sync(n, persistent)) n = next_n(n);
        }
    }
    source = SOURCES;
}

/* ---- arenas without a handle ---- */

TEST(an_arena_whose_allocator_fails_keeps_what_it_has)
{
    for (size_t n = 1; ; n++) {
        memory = (struct check_allocator){ .fail_at = n };
        orm_arena arena = { .orm__allocator = check_failing_allocator(&memory) };
        const char *texts[40] = { 0 };
        for (int i = 0; i < 40; i++) texts[i] = orm_format(&arena, "text %d %01000d", i, i);
        for (int i = 0; i < 40; i++) {
            char wanted[16];
            snprintf(wanted, sizeof wanted, "text %d ", i);
            if (texts[i]) CHECK_INT(strncmp(texts[i], wanted, strlen(wanted)), 0);
        }
        size_t failed = memory.failed;
        orm_arena_release(&arena);
        CHECK_INT(memory.live, 0);
        if (!failed) break;
    }
}

CHECK_MAIN()

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

/* and what the other calls need: keys to meet, arrays, documents, words to search, a tree, rows of tenants, rows destroyed softly, hooks */
#define Page_FIELDS(X)                                                            \
    X(id,         serial)                                                         \
    X(path,       string(40), unique)                                             \
    X(n,          integer, default(0))                                            \
    X(tags,       array(text), nullable)                                          \
    X(meta,       jsonb, nullable)                                                \
    X(parent_id,  key(Page), nullable, indexed)                                   \
    X(below,      has_many(Page, parent_id))                                      \
    X(notes,      has_many(Note, page_id))                                        \
    X(updated_at, updated_at)
ORM_MODEL(Page, pages, scope(between, (int low, int high), orm_and(orm_gte(Page_.n, low), orm_lte(Page_.n, high))))
#define Note_FIELDS(X)                                                            \
    X(id,         serial)                                                         \
    X(page_id,    key(Page), indexed)                                             \
    X(title,      string(40), searched)                                           \
    X(body,       text, nullable, searched)                                       \
    X(version,    version)                                                        \
    X(deleted_at, deleted_at)
ORM_MODEL(Note, notes)
#define Bill_FIELDS(X)                                                            \
    X(id,         serial)                                                         \
    X(page_id,    tenant(Page))                                                   \
    X(amount,     integer)                                                        \
    X(line,       string(40), nullable)
ORM_MODEL(Bill, bills, default_scope(orm_gte(Bill_.amount, 0)), hook(before_save, bill_before_save), hook(after_create, bill_after_create),
    hook(after_destroy, bill_after_destroy), hook(before_bulk_create, bill_before_bulk_create), hook(before_find, bill_before_find), hook(after_find, bill_after_find))
#define Pages_MODELS(X) X(Page) X(Note) X(Bill)
ORM_SCHEMA(Pages)

/* each hook makes calls of its own, and says how they went */
static orm_status note_of(orm_db *db, const Bill *bill, const char *title)
{
    ORM_NEW(Note, note, .page_id = bill->page_id, .title = title);
    return Note_create(db, &note);
}
orm_status bill_before_save(orm_db *db, Bill *bill)
{
    int64_t n = 0;
    if (!bill->line) bill->line = "by a hook";
    return Note_count(db, &(Note_query){ .where = orm_eq(Note_.page_id, bill->page_id) }, &n);
}
orm_status bill_after_create(orm_db *db, Bill *bill) { return note_of(db, bill, "a bill came"); }
orm_status bill_after_destroy(orm_db *db, Bill *bill) { return note_of(db, bill, "a bill went"); }
orm_status bill_before_bulk_create(orm_db *db, Bill *bills, size_t n)
{
    (void)bills;                                         /* the tenant comes into them when they are written */
    return n ? note_of(db, &(Bill){ .page_id = 1 }, "bills come") : ORM_OK;
}
orm_status bill_before_find(orm_db *db, Bill_query *query)
{
    (void)db;
    orm_where(query, orm_lt(Bill_.amount, 1000));
    return ORM_OK;
}
orm_status bill_after_find(orm_db *db, Bill *bills, size_t n)
{
    bool yes = false;
    return n ? Page_exists(db, &(Page_query){ .where = orm_eq(Page_.id, bills[0].page_id) }, &yes) : ORM_OK;
}
ORM_DEFINE(Pages)

/* rules whose look at a value takes memory */
#define Code_FIELDS(X) X(id, serial) X(code, string(10), matches("^[A-Z]+$", "has letters of its own")) X(doc, json)
ORM_MODEL(Code, codes)
#define Codes_MODELS(X) X(Code)
ORM_SCHEMA(Codes)
ORM_DEFINE(Codes)

/* the same table with another column, and searched: tables are changed, indexes made */
#define Paged_FIELDS(X)                                                           \
    X(id,         serial)                                                         \
    X(page_id,    key(Page), indexed)                                             \
    X(title,      string(60), searched)                                           \
    X(body,       text, nullable)                                                 \
    X(version,    version)                                                        \
    X(stars,      integer, default(3))                                            \
    X(deleted_at, deleted_at)
ORM_MODEL(Paged, notes)
ORM__DEFINE(Paged)
static const orm_schema changed_schema = { .name = "Changed", .models = (const orm_model *const[]){ &Page_model, &Paged_model, &Bill_model }, .n_models = 3 };

/* groups; a view of that view, and a walk: both are spelled as "with ..." */
#define PageStats_FIELDS(X)                                                       \
    X(page_id,    bigint,     of(Page, id), group)                                \
    X(path,       string(40), of(Page, path), group)                              \
    X(notes,      bigint,     count(Note, id), filter(orm_ne(Note_.title, "none"))) \
    X(longest,    string(40), nullable, max(Note, title))                         \
    X(place,      bigint,     rank, order_row_desc(notes))
ORM_VIEW(PageStats, from(Page), left_join(Page, notes), where(orm_ne(Page_.path, "nowhere")))
ORM_DEFINE_VIEW(PageStats)
#define Busy_FIELDS(X)                                                            \
    X(id,         bigint,     primary_key, of(Page, id))                          \
    X(path,       string(40), of(Page, path))                                     \
    X(size,       string(10), when(orm_gt(Page_.n, 2), "large"), otherwise("small")) \
    X(title,      text,       nullable, at(Page, meta, orm_path("title")))        \
    X(notes,      bigint,     of(PageStats, notes))
ORM_VIEW(Busy, from(PageStats), join_on(Page, id, PageStats, page_id), where(orm_gte(PageStats_.notes, 0)))
ORM_DEFINE_VIEW(Busy)
#define Under_FIELDS(X) X(id, bigint, of(Page, id)) X(path, string(40), of(Page, path)) X(depth, bigint, depth)
ORM_VIEW(Under, from(Page), recursive(Page, below))
ORM_DEFINE_VIEW(Under)

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

static void fill_pages(orm_db *db)
{
    Page pages[3];
    Note notes[3];
    for (int i = 0; i < 3; i++) {
        pages[i] = Page_defaults();
        pages[i].path = (const char *const[]){ "/a", "/a/b", "/c" }[i];
        pages[i].n = i + 1;
        notes[i] = Note_defaults();
        notes[i].title = (const char *const[]){ "A wild bee", "Beekeeping", "Deer" }[i];
        notes[i].body = "honey";
        notes[i].page_id = i / 2 + 1;
    }
    pages[0].meta = "{\"title\":\"first\",\"size\":1,\"list\":[1,2]}";
    pages[0].tags = orm_array(orm_texts, "x", "y\"");
    pages[1].parent_id = orm_int64(1);
    CHECK_INT(Page_create_all(db, pages, 3, NULL), ORM_OK);
    CHECK_INT(Note_create_all(db, notes, 3, NULL), ORM_OK);
    CHECK_INT(orm_exec(db, NULL, "insert into bills (page_id, amount) values (1, 10), (1, 20), (2, 30)", orm_no_params), ORM_OK);
    CHECK_INT(Note_destroy_by_key(db, 3), ORM_OK);
}

/* rows by thousands, and what is in them: a change without a row more shows, too */
static int64_t pages_state(orm_db *db)
{
    orm_opt_int64 n;
    CHECK_INT(orm_scalar(db, &n, "select (select 1000 * count(*) + sum(n) + 10 * coalesce(sum(json_extract(meta, '$.size')), 0) + 50 * coalesce(sum(json_array_length(tags)), 0) from pages)"
                                 " + (select 1000 * count(*) + 100 * sum(deleted_at is null) + sum(version) from notes) + (select 1000 * count(*) + sum(amount) from bills)"
                                 " + 100000 * (select count(*) from sqlite_master where type = 'trigger')", orm_no_params), ORM_OK);
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

/* the body walks and finds by other statements, and loads children, for which memory is needed */
static orm_status do_read(orm_db *db)
{
    int n = 0, inner = 0;
    ORM_READ(db) {
        ORM_EACH(Account, account, db, .where = orm_and(orm_ne(Account_.name, "nobody"), orm_in(Account_.id, 1, 2, 3))) {
            ORM_EACH(Account, other, db, .where = orm_and(orm_ne(Account_.name, "nobody"), orm_in(Account_.id, 1, 2, 3))) {
                inner++;
                if (other->id == 2) break;
            }
            ORM_AUTO Account *same = Account_find(db, account->id);
            if (!same || orm_load(db, account, Account_.entries)) break;
            n++;
        }
    }
    if (orm_failed()) return orm_error()->kind;
    CHECK_INT(n, 3);
    CHECK_INT(inner, 6);
    return ORM_OK;
}

static orm_status do_take(orm_db *db)
{
    ORM_TRANSACTION(db) {
        ORM_AUTO Account *first = orm_take(db, Account, (orm_desc(Account_.balance), orm_asc(Account_.id)), &(Account_change){ .where = orm_ne(Account_.name, "taken"), .set = { orm_set(Account_.name, "taken") } });
        ORM_AUTO Account *rest = orm_take_up_to(db, Account, 5, (orm_asc(Account_.id)), &(Account_change){ .where = orm_ne(Account_.name, "taken"), .set = { orm_inc(Account_.balance, 1) } });
        if (first && rest) CHECK_INT(orm_len(rest), 2);
    }
    return orm_error()->kind;
}

static orm_status do_sql_each(orm_db *db)
{
    int n = 0;
    ORM_SQL_EACH(Account, account, db, "select id, name from accounts where name <> :name order by id", orm_named("name", "nobody")) n += account->id > 0;
    if (orm_failed()) return orm_error()->kind;
    CHECK_INT(n, 3);
    ORM_TRANSACTION(db) {
        ORM_SQL_EACH(Account, account, db, "select id from accounts where id in (?1) order by id", orm_params(orm_array(orm_int64s, 1, 2))) {
            ORM_SQL_EACH(Account, other, db, "select id from accounts", orm_no_params) {
                if (other->id == 2) break;
            }
            n += account->id > 0;
        }
    }
    if (orm_failed()) return orm_error()->kind;
    CHECK_INT(n, 5);
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

/* keys of texts, which are copied, and of two columns */
static orm_status do_loader_of_texts(orm_db *db)
{
    ORM_LOADER(Tag, tags, db);
    ORM_LOADER(Marking, markings, db);
    orm_want(&tags, "one");
    orm_want(&tags, "two");
    orm_want(&markings, 1000, 1);
    CHECK(!orm_get(&tags, "nowhere"));
    if (orm_error()->kind != ORM_NOT_FOUND) return orm_error()->kind;
    CHECK(!orm_get(&markings, 1000, 2));
    return orm_error()->kind == ORM_NOT_FOUND ? ORM_OK : orm_error()->kind;
}

static const struct oom_case { const char *name; orm_status (*run)(orm_db *db); int delta; } cases[] = {
    { "loader of texts and of two columns", do_loader_of_texts, 0 },
    { "create", do_create, 1 }, { "create with a text key", do_create_with_text_key, 1 }, { "create_all", do_create_all, 150 },
    { "find", do_find, 0 }, { "find_by", do_find_by, 0 }, { "find_one", do_find_one, 0 }, { "find_all", do_find_all, 0 },
    { "find_all into an arena", do_find_all_into_an_arena, 0 }, { "find many", do_find_many, 0 }, { "find_and_count", do_find_and_count, 0 },
    { "count", do_count, 0 }, { "exists", do_exists, 0 }, { "regexp", do_regexp, 0 }, { "reload", do_reload, 0 }, { "validate", do_validate, 0 },
    { "save", do_save, 0 }, { "save_only", do_save_only, 0 }, { "normalize", do_normalize, 5 }, { "update", do_update, 0 }, { "destroy", do_destroy, -1 },
    { "destroy_by_key", do_destroy_by_key, -1 }, { "destroy_all", do_destroy_all, -2 }, { "each", do_each, 0 }, { "read", do_read, 0 }, { "take", do_take, 0 }, { "sql each", do_sql_each, 0 }, { "aggregates", do_aggregates, 0 },
    { "scalars", do_scalars, 0 }, { "exec", do_exec, 1 }, { "copy", do_copy, 0 }, { "json", do_json, 0 }, { "transaction", do_transaction, 2 },
    { "explicit transaction", do_explicit_transaction, 2 }, { "rolled back", do_rolled_back, 1 }, { "budget", do_budget, 0 }, { "schema", do_schema, 0 },
    { "fail", do_fail, 0 }, { "find linked", do_find_linked, 0 }, { "load", do_load, 0 }, { "relate", do_relate, 1 }, { "graph", do_graph, 7 },
    { "verify", do_verify, 0 }, { "pull", do_pull, 0 }, { "migrate", do_migrate, 0 }, { "truncate", do_truncate, -3 }, { "force", do_force, -3 },
};

/* ---- calls on pages, notes and bills ---- */

static orm_status do_upsert_new(orm_db *db)
{
    orm_written how;
    ORM_NEW(Page, page, .path = "/new", .n = 7);
    orm_status status = Page_upsert(db, &page, &(Page_conflict){ .on = orm_key(Page, path) }, &how);
    CHECK(status ? page.id == 0 : page.id > 0 && how == ORM_CREATED);
    return status;
}

static orm_status do_upsert(orm_db *db)
{
    orm_written how;
    ORM_NEW(Page, page, .path = "/a", .n = 7);
    orm_status status = Page_upsert(db, &page, &(Page_conflict){ .on = orm_key(Page, path), .set = { orm_inc(Page_.n, 5) }, .where = orm_gt(Page_.n, 0) }, &how);
    if (!status) CHECK(how == ORM_UPDATED && page.n == 6);
    return status;
}

static orm_status upsert_three(orm_db *db, const Page_conflict *conflict)
{
    Page list[3];
    orm_written how[3];
    for (int i = 0; i < 3; i++) {
        list[i] = Page_defaults();
        list[i].path = (const char *const[]){ "/x", "/c", "/y" }[i];
        list[i].n = 10;
    }
    orm_status status = Page_upsert_all(db, list, 3, conflict, how);
    if (!status) CHECK(list[2].id > 0 && how[2] == ORM_CREATED);
    return status;
}

static orm_status do_upsert_all(orm_db *db) { return upsert_three(db, &(Page_conflict){ .on = orm_key(Page, path), .set = { orm_set_given(Page_.n) } }); }
static orm_status do_upsert_ignore(orm_db *db) { return upsert_three(db, &(Page_conflict){ .on = orm_key(Page, path), .ignore = true }); }

static orm_status do_find_or_create(orm_db *db)
{
    ORM_NEW(Page, page, .path = "/new", .n = 1);
    bool created = false;
    orm_status status = found(Page_find_or_create(db, &page, orm_key(Page, path), &created));
    if (!status) CHECK(created);
    return status;
}

static orm_status do_find_or_create_found(orm_db *db)
{
    ORM_NEW(Page, page, .path = "/a");
    return found(Page_find_or_create(db, &page, orm_key(Page, path), NULL));
}

static orm_status do_find_or_init(orm_db *db)
{
    ORM_NEW(Page, page, .path = "/new");
    bool there = true;
    orm_status status = found(Page_find_or_init(db, &page, orm_key(Page, path), &there));
    if (!status) CHECK(!there);
    return status;
}

static orm_status do_save_all(orm_db *db)
{
    ORM_AUTO Page *list = Page_find_all(db, &(Page_query){ .track = true, .order = { orm_asc(Page_.id) } });
    if (!list) return orm_error()->kind;
    for (size_t i = 0; i < orm_len(list); i++) list[i].n += (int32_t)i * 10;
    return Page_save_all(db, list, orm_len(list), (Page_mask){ .id = 0 });
}

static orm_status do_save_all_masked(orm_db *db)
{
    ORM_AUTO Page *list = Page_find_all(db, NULL);
    if (!list) return orm_error()->kind;
    for (size_t i = 0; i < orm_len(list); i++) list[i].n += 1;
    return Page_save_all(db, list, orm_len(list), (Page_mask){ .n = 1, .meta = 1, .tags = 1 });
}

static orm_status do_update_row(orm_db *db)
{
    ORM_AUTO Page *page = Page_find(db, 1);
    if (!page) return orm_error()->kind;
    orm_status status = Page_update_row(db, page, &(Page_change){ .set = { orm_inc(Page_.n, 4), orm_set(Page_.path, "/moved") } });
    if (!status) CHECK_INT(page->n, 5);
    return status;
}

static orm_status do_update_returning(orm_db *db)
{
    Page *list = Page_update_returning(db, &(Page_change){ .set = { orm_inc(Page_.n, 2) }, .where = orm_gt(Page_.n, 1) }, (Page_mask){ .id = 1, .path = 1, .tags = 1 });
    if (list) CHECK_INT(orm_len(list), 2);
    return found(list);
}

static orm_status do_destroy_returning(orm_db *db)
{
    Note *list = Note_destroy_returning(db, &(Note_query){ .where = orm_eq(Note_.page_id, 1) });
    if (list) CHECK_INT(orm_len(list), 2);
    return found(list);
}

static orm_status do_insert_from(orm_db *db)
{
    int64_t created = 0;
    orm_status status = orm_insert_from(db, Bill, Page, &created, (orm_set_from(Bill_.page_id, Page_.id), orm_set_from(Bill_.amount, Page_.n)), &(Page_query){ .limit = 1 });
    CHECK(status == ORM_MISUSE || status == ORM_NO_MEMORY);              /* it has hooks */
    if (status != ORM_MISUSE) return status;
    status = orm_insert_from(db, Note, Page, &created, (orm_set_from(Note_.page_id, Page_.id), orm_set_from(Note_.title, Page_.path), orm_set(Note_.body, "made of a page")),
                             &(Page_query){ .where = Page_scope_between(2, 3), .order = { orm_desc(Page_.n) }, .limit = 5 });
    if (!status) CHECK_INT(created, 2);
    return status;
}

static orm_status do_view_grouped(orm_db *db)
{
    PageStats *list = PageStats_find_all(db, &(PageStats_query){ .where = orm_gt(PageStats_.notes, 0), .source = orm_source(orm_gt(Page_.n, 0)), .order = { orm_asc(PageStats_.place) } });
    if (list) CHECK_INT(list[0].notes, 2);
    return found(list);
}

static orm_status do_view(orm_db *db)
{
    Busy *list = Busy_find_all(db, &(Busy_query){ .order = { orm_asc(Busy_.id) } });
    if (list) CHECK_TEXT(list[0].title, "first");
    return found(list);
}

static orm_status do_view_each(orm_db *db)
{
    int64_t n = 0;
    ORM_EACH(Busy, row, db, .where = orm_ne(Busy_.path, "none")) n += row->notes;
    if (orm_failed()) return orm_error()->kind;
    CHECK_INT(n, 2);
    return ORM_OK;
}

static orm_status do_view_walk(orm_db *db)
{
    Under *list = Under_find_all(db, &(Under_query){ .source = orm_source(orm_eq(Page_.path, "/a")), .where = orm_gt(Under_.depth, 0) });
    if (list) CHECK_INT(orm_len(list), 1);
    int64_t n = 0;
    orm_status status = found(list);
    return status ? status : Under_count(db, NULL, &n);
}

static orm_status do_sql_rows(orm_db *db)
{
    const orm_texts paths = orm_array(orm_texts, "/a", "/c", "it's");
    Page *list = orm_sql(db, Page, "select id, path /* :no */, n, tags, meta from pages where n >= :low and path in (:paths) and path <> ':no' order by id", orm_named("paths", paths, "low", 1));
    if (list) CHECK_INT(orm_len(list), 2);
    return found(list);
}

static orm_status do_sql_view(orm_db *db)
{
    PageStats *one = orm_sql_one(db, PageStats, "select id as page_id, path, n as notes from pages where path = :path", orm_named("path", "/c"));
    if (one) CHECK_INT(one->notes, 3);
    return found(one);
}

static orm_status do_sql_exec(orm_db *db)
{
    int64_t changed = 0;
    const orm_int64s ids = orm_array(orm_int64s, 1, 2, 77);
    orm_status status = orm_exec(db, &changed, "update pages set n = n + :more, meta = coalesce(meta, :meta) where id in (:ids)", orm_named("ids", ids, "more", 2, "meta", orm_secret("{}")));
    if (!status) CHECK_INT(changed, 2);
    return status;
}

static orm_status do_json_where(orm_db *db)
{
    Page *list = Page_find_all(db, &(Page_query){ .where = orm_and(orm_json_eq(Page_.meta, orm_path("title"), "first"), orm_json_lt(Page_.meta, orm_path("size"), 1.5),
        orm_json_has_key(Page_.meta, ORM_WHOLE, "list"), orm_json_contains(Page_.meta, orm_path("list"), "[2]"), orm_json_missing(Page_.meta, orm_path("a.b", 0))),
        .order = { orm_json_desc(Page_.meta, orm_path("list", -1)) } });
    if (list) CHECK_INT(orm_len(list), 1);
    return found(list);
}

static orm_status do_json_set(orm_db *db)
{
    return Page_update(db, &(Page_change){ .set = { orm_json_set(Page_.meta, orm_path("size"), 4), orm_set(Page_.n, 3) }, .where = orm_json_exists(Page_.meta, orm_path("list", 1)) }, NULL);
}

static orm_status do_json_remove(orm_db *db) { return Page_update(db, &(Page_change){ .set = { orm_json_remove(Page_.meta, orm_path("size")) }, .all = true }, NULL); }

/* so many members that the look whether it is JSON takes memory */
static const char *large_document(void)
{
    static char text_[1000];
    size_t n = 0;
    for (int i = 0; i < 60; i++) n += (size_t)snprintf(text_ + n, sizeof text_ - n, "%s\"m%d\":%d", i ? "," : "{\"size\":3,", i, i);
    snprintf(text_ + n, sizeof text_ - n, "}");
    return text_;
}

static orm_status do_large_document(orm_db *db)
{
    return Page_update(db, &(Page_change){ .set = { orm_set(Page_.meta, large_document()) }, .where = orm_not(orm_json_contains(Page_.meta, ORM_WHOLE, large_document())) }, NULL);
}

static orm_status do_arrays(orm_db *db)
{
    const orm_texts some = orm_array(orm_texts, "x", "z");
    Page *list = Page_find_all(db, &(Page_query){ .where = orm_and(orm_holds(Page_.tags, "y\""), orm_holds_any(Page_.tags, some), orm_count_eq(Page_.tags, 2)) });
    if (list) CHECK_INT(orm_len(list), 1);
    return found(list);
}

static orm_status do_append(orm_db *db)
{
    return Page_update(db, &(Page_change){ .set = { orm_append(Page_.tags, "it's \"new\"") }, .where = orm_is_not_null(Page_.tags) }, NULL);
}

static orm_status do_search(orm_db *db)
{
    Note *list = Note_find_all(db, &(Note_query){ .where = orm_or(orm_search(Note, "bee honey"), orm_search_prefix(Note, "bee"), orm_search_phrase(Note, "wild bee")), .order = { orm_by_rank(Note, "wild bee") } });
    if (list) CHECK_INT(orm_len(list), 2);
    return found(list);
}

static orm_status do_search_create(orm_db *db)
{
    ORM_NEW(Note, note, .page_id = 3, .title = "words", .body = "to be found");
    return Note_create(db, &note);
}

/* the index of the search goes, is made of another column and filled, and the table is made anew around it */
static orm_status do_change_tables(orm_db *db) { return orm_change_tables(db, &Pages_schema, &changed_schema); }

static orm_status do_soft_destroy(orm_db *db)
{
    ORM_AUTO Note *note = Note_find(db, 1);
    return note ? Note_destroy(db, note) : orm_error()->kind;
}

static orm_status do_restore(orm_db *db)
{
    ORM_AUTO Note *note = Note_find_one(db, &(Note_query){ .only_deleted = true });
    return note ? Note_restore(db, note) : orm_error()->kind;
}

static orm_status do_restore_all(orm_db *db) { return Note_restore_all(db, &(Note_query){ .where = orm_eq(Note_.title, "Deer") }, NULL); }
static orm_status do_destroy_hard(orm_db *db) { return Note_destroy_hard_all(db, &(Note_query){ .where = orm_eq(Note_.page_id, 1), .with_deleted = true }, NULL); }

/* that somebody else was faster is told as that */
static orm_status do_version(orm_db *db)
{
    ORM_AUTO Note *note = Note_find(db, 1);
    if (!note) return orm_error()->kind;
    note->version += 5;
    note->title = "stale";
    orm_status status = Note_save(db, note);
    CHECK(status == ORM_STALE || status == ORM_NO_MEMORY);
    if (status != ORM_STALE) return status;
    note->version -= 5;
    return Note_save(db, note);
}

static orm_status do_hooked_create(orm_db *db)
{
    orm_db *own = orm_tenant(db, 2);
    ORM_NEW(Bill, bill, .amount = 1);
    return own ? Bill_create(own, &bill) : orm_error()->kind;
}

static orm_status do_hooked_create_all(orm_db *db)
{
    orm_db *own = orm_tenant(db, 1);
    Bill bills[2] = { Bill_defaults(), Bill_defaults() };
    bills[0].amount = bills[1].amount = 1;
    return own ? Bill_create_all(own, bills, 2, NULL) : orm_error()->kind;
}

static orm_status do_hooked_save(orm_db *db)
{
    orm_db *own = orm_tenant(db, 2);
    ORM_AUTO Bill *bill = own ? Bill_find(own, 3) : NULL;
    if (!bill) return orm_error()->kind;
    bill->amount = 31;
    return Bill_save(own, bill);
}

static orm_status do_hooked_destroy(orm_db *db)
{
    orm_db *own = orm_all_tenants(db);
    return own ? Bill_destroy_by_key(own, 1) : orm_error()->kind;
}

static orm_status do_hooked_update(orm_db *db)
{
    orm_db *own = orm_tenant(db, 1);
    int64_t changed = 0;
    orm_status status = own ? Bill_update(own, &(Bill_change){ .set = { orm_set(Bill_.amount, 16) }, .all = true, .each_row = true }, &changed) : orm_error()->kind;
    if (!status) CHECK_INT(changed, 2);
    return status;
}

static orm_status do_tenant(orm_db *db)
{
    orm_db *own = orm_tenant(db, 1);
    Bill *list = own ? Bill_find_all(own, &(Bill_query){ .where = orm_gt(Bill_.amount, 0) }) : NULL;
    if (list) CHECK_INT(orm_len(list), 2);
    return found(list);
}

static orm_status do_scope(orm_db *db)
{
    int64_t n = 0;
    orm_status status = Page_count(db, &(Page_query){ .where = orm_and(Page_scope_between(2, 3), orm_has_any(Page_.notes)) }, &n);
    if (!status) CHECK_INT(n, 0);                        /* the note of /a/b is destroyed */
    return status;
}

static orm_status do_explain(orm_db *db)
{
    orm_arena arena = { 0 };
    const char *plan = Page_explain(db, &(Page_query){ .where = orm_eq(Page_.path, "/a"), .order = { orm_asc(Page_.n) } }, &arena);
    orm_status status = plan ? ORM_OK : orm_error()->kind;
    if (plan) CHECK_CONTAINS(plan, "pages");
    orm_arena_release(&arena);
    return status;
}

static orm_status do_pluck(orm_db *db)
{
    orm_arena arena = { 0 };
    const char **paths = NULL;
    size_t n = 0;
    orm_status status = orm_pluck(db, Page_.path, &arena, &paths, &n, &(Page_query){ .order = { orm_desc(Page_.id) } });
    if (!status) CHECK(n == 3 && strcmp(paths[0], "/c") == 0);
    orm_arena_release(&arena);
    return status;
}

static orm_status do_order_from_text(orm_db *db)
{
    Page_order order;
    orm_status status = Page_order_from_text("-path", (Page_mask){ .path = 1 }, &order);
    if (status) return status;
    ORM_AUTO Page *list = Page_find_all(db, &(Page_query){ .order = { order }, .limit = 1 });
    if (!list) return orm_error()->kind;
    return found(Page_find_all(db, &(Page_query){ .order = { order }, .after = list, .limit = 1 }));
}

static orm_status do_lock(orm_db *db)
{
    ORM_TRANSACTION(db) {
        if (orm_lock(db, "a name")) break;
        Page *page = Page_find_one(db, &(Page_query){ .where = orm_eq(Page_.id, 1), .lock = ORM_FOR_UPDATE });
        if (!page) break;
        page->n++;
        Page_save(db, page);
        orm_free(page);
    }
    return orm_error()->kind;
}

static const Page page_seeds[] = { { .path = "/c", .n = 50 }, { .path = "/s", .n = 4 } };
static const orm_seeding seeds[] = { ORM_SEED(Page, page_seeds), ORM_SEED_LAST };
static orm_status do_seed(orm_db *db)
{
    orm_seeded done;
    orm_status status = orm_seed(db, seeds, &(orm_seed_options){ .keep = true }, &done);
    if (!status) CHECK(done.created == 1);
    return status;
}
static orm_status do_seed_changed(orm_db *db) { return orm_seed(db, seeds, NULL, NULL); }

static orm_status do_seed_file(orm_db *db)
{
    char paths[2][40];
    static const char *const texts[2] = { "path,n,tags\n\"/f\"\"f\",2,\"[\"\"x\"\",\"\"y\"\"]\"\n", "[{\"path\": \"/\\u00e9\", \"n\": 3, \"meta\": {\"size\": 2}, \"tags\": null}]" };
    const orm_seeding files[] = { { .model = &Page_model, .file = paths[0] }, { .model = &Page_model, .file = paths[1] }, ORM_SEED_LAST };
    for (int i = 0; i < 2; i++) {
        snprintf(paths[i], sizeof paths[i], "/tmp/orm_oom_%ld.%s", (long)getpid(), i ? "json" : "csv");
        FILE *out = fopen(paths[i], "w");
        if (!out) return ORM_IO;
        fputs(texts[i], out);
        fclose(out);
    }
    orm_status status = orm_seed(db, files, NULL, NULL);
    for (int i = 0; i < 2; i++) remove(paths[i]);
    return status;
}

static orm_status do_fake(orm_db *db) { return orm_fake(db, &Pages_schema, 2, &(orm_fake_options){ .models = (const orm_model *const[]){ &Note_model, NULL } }); }

/* each call of a batch has an answer of its own; here they belong to one transaction */
static orm_status do_batch(orm_db *db)
{
    Page_slot page = { 0 }, pages = { 0 };
    orm_slot changed = { 0 };
    ORM_NEW(Page, new, .path = "/batch");
    Page_slot made = { 0 };
    ORM_TRANSACTION(db) {
        ORM_BATCH(db) {
            Page_batch_find(db, 1, &page);
            Page_batch_find_all(db, &(Page_query){ .where = orm_gt(Page_.n, 1) }, &pages);
            Page_batch_create(db, &new, &made);
            Page_batch_update(db, &(Page_change){ .set = { orm_inc(Page_.n, 1) }, .all = true }, &changed);
        }
    }
    orm_status status = orm_error()->kind;
    if (!status) CHECK(page.status == ORM_OK && made.rows && changed.count == 4);
    if (page.rows) orm__free(page.rows);
    if (pages.rows) orm__free(pages.rows);
    if (made.rows) orm__free(made.rows);
    return status;
}

/* a want that has no memory leaves its key to the get; more keys than there is room for at first, and their relations */
static orm_status do_loader(orm_db *db)
{
    ORM_LOADER(Page, pages, db, .include = { orm_with(Page_.notes) });
    for (int64_t id = 1; id <= 40; id++) orm_want(&pages, id);
    const Page *page = orm_get(&pages, 1);
    orm_status status = orm_error()->kind;
    if (!status) CHECK(page && page->id == 1 && orm_loaded(page, Page_.notes));
    if (status) return status;
    CHECK(!orm_get(&pages, 1000) && (orm_error()->kind == ORM_NOT_FOUND || orm_error()->kind == ORM_NO_MEMORY));
    return orm_error()->kind == ORM_NOT_FOUND ? ORM_OK : orm_error()->kind;
}

static const struct oom_case page_cases[] = {
    { "upsert of a new row", do_upsert_new, 1007 }, { "upsert of a row that is there", do_upsert, 5 }, { "upsert_all", do_upsert_all, 2027 }, { "upsert_all that ignores", do_upsert_ignore, 2020 },
    { "find_or_create", do_find_or_create, 1001 }, { "find_or_create of a row that is there", do_find_or_create_found, 0 }, { "find_or_init", do_find_or_init, 0 },
    { "save_all", do_save_all, 30 }, { "save_all of some fields", do_save_all_masked, 3 }, { "update_row", do_update_row, 4 }, { "update_returning", do_update_returning, 4 },
    { "destroy_returning", do_destroy_returning, -198 }, { "insert_from", do_insert_from, 2202 },
    { "view of groups", do_view_grouped, 0 }, { "view of a view", do_view, 0 }, { "each of a view", do_view_each, 0 }, { "view that walks", do_view_walk, 0 },
    { "rows by SQL", do_sql_rows, 0 }, { "one row of a view by SQL", do_sql_view, 0 }, { "exec with names", do_sql_exec, 4 },
    { "paths", do_json_where, 0 }, { "a value at a path", do_json_set, 32 }, { "no value at a path", do_json_remove, -10 }, { "arrays", do_arrays, 0 }, { "append", do_append, 50 },
    { "search", do_search, 0 }, { "create what is searched", do_search_create, 1101 }, { "change tables", do_change_tables, 0 },
    { "soft destroy", do_soft_destroy, -99 }, { "restore", do_restore, 101 }, { "restore_all", do_restore_all, 101 }, { "destroy_hard_all", do_destroy_hard, -2202 }, { "version", do_version, 1 },
    { "create with hooks", do_hooked_create, 2102 }, { "create_all with hooks", do_hooked_create_all, 5305 }, { "save with hooks", do_hooked_save, 1 }, { "destroy with hooks", do_hooked_destroy, 91 },
    { "update with hooks", do_hooked_update, 2 }, { "tenant", do_tenant, 0 }, { "scope", do_scope, 0 }, { "explain", do_explain, 0 }, { "pluck", do_pluck, 0 },
    { "order from a text", do_order_from_text, 0 }, { "lock", do_lock, 1 }, { "seed what is missing", do_seed, 1004 }, { "seed", do_seed_changed, 1051 }, { "seed from files", do_seed_file, 2125 }, { "a large document", do_large_document, 20 }, { "fake", do_fake, 2202 }, { "batch", do_batch, 1004 }, { "loader", do_loader, 0 },
};

/* ---- the sweep ---- */

static orm_status small_tables(orm_db *db)
{
    orm_status status = orm_sync(db, &Small_schema);
    return status ? status : orm_sync(db, &Marks_schema);
}
static orm_status page_tables(orm_db *db) { return orm_sync(db, &Pages_schema); }
static void fill_small(orm_db *db)
{
    fill_database(db);
    fill_labels(db);
}

/* what the cases work on, and the number that shows what they did. `every`, `part`: which allocations of the engine's are tried */
struct world { orm_status (*tables)(orm_db *db); void (*fill)(orm_db *db); int64_t (*state)(orm_db *db); const struct oom_case *cases; size_t n, every, part; };
static const struct world small_world = { small_tables, fill_small, rows, cases, sizeof cases / sizeof cases[0], 40, 20 };
static const struct world page_world = { page_tables, fill_pages, pages_state, page_cases, sizeof page_cases / sizeof page_cases[0], 30, 8 };

/* the engine asks for hundreds of blocks, so that not each of them is tried: from `every` on one behind each `part`-th of those before */
static size_t next_n(const struct world *world, size_t n) { return n + 1 + (source == ENGINE && n > world->every ? n / world->part : 0); }

static bool check_one(const struct world *world, const struct oom_case *c, size_t n, bool persistent)
{
    memory = (struct check_allocator){ 0 };
    long live = hook_live;
    int64_t engine_used = sqlite3_memory_used();
    orm_db *db = open_database();
    if (!db || world->tables(db)) return check_that(__FILE__, __LINE__, "the database opens", false);
    world->fill(db);
    int64_t before = world->state(db);
    memory.count = memory.failed = 0;
    memory.persistent = persistent;
    memory.fail_at = n;
    orm_status status = c->run(db);
    memory.fail_at = 0;
    size_t failed = memory.failed;
    CHECK(status == ORM_OK || status == ORM_NO_MEMORY);
    if (check_failed) printf("    it answers: %s\n", orm_error()->message);
    if (status == ORM_NO_MEMORY && orm_error()->kind) CHECK_CONTAINS(orm_error()->message, "out of memory");      /* the arena's own calls only answer NULL */
    CHECK_INT(world->state(db), status ? before : before + c->delta);
    CHECK_INT(orm_attempt(db), 0);
    if (status) {
        CHECK_TEXT(c->run(db) ? orm_error()->message : NULL, NULL);
        CHECK_INT(world->state(db), before + c->delta);
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

static const char *only_case;         /* ORM_OOM_CASE: a part of the name of the cases to run */

static void sweep(enum source which, const struct world *world)
{
    only_case = getenv("ORM_OOM_CASE");
    warm_up();
    source = which;
    for (size_t i = 0; i < world->n && !check_failed; i++) {
        if (only_case && !strstr(world->cases[i].name, only_case)) continue;
        for (int persistent = 0; persistent < 2; persistent++) {
            size_t n = 1;
            while (check_one(world, &world->cases[i], n, persistent)) n = next_n(world, n);
        }
    }
    source = SOURCES;
}

TEST(every_call_survives_its_handles_allocator) { sweep(HANDLE, &small_world); }
TEST(every_call_survives_the_default_allocator) { sweep(HOOKS, &small_world); }
TEST(every_call_survives_the_engines_allocator) { sweep(ENGINE, &small_world); }
TEST(calls_on_pages_survive_their_handles_allocator) { sweep(HANDLE, &page_world); }
TEST(calls_on_pages_survive_the_default_allocator) { sweep(HOOKS, &page_world); }
TEST(calls_on_pages_survive_the_engines_allocator) { sweep(ENGINE, &page_world); }

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

static bool check_sync(const orm_schema *schema, int64_t made, size_t n, bool persistent)
{
    memory = (struct check_allocator){ 0 };
    orm_opt_int64 tables;
    orm_db *db = open_database();
    if (!db) return check_that(__FILE__, __LINE__, "the database opens", false);
    memory.count = memory.failed = 0;
    memory.persistent = persistent;
    memory.fail_at = n;
    orm_status status = orm_sync(db, schema);
    memory.fail_at = 0;
    size_t failed = memory.failed;
    CHECK(status == ORM_OK || status == ORM_NO_MEMORY);
    CHECK_INT(orm_scalar(db, &tables, "select count(*) from sqlite_master where type = 'table' and name not like 'sqlite%'", orm_no_params), ORM_OK);
    CHECK_INT(tables.value, status ? 0 : made);           /* all or nothing */
    CHECK_INT(orm_sync(db, schema), ORM_OK);
    if (schema == &Small_schema) fill_database(db);
    else fill_pages(db);
    orm_close(db);
    CHECK_INT(memory.live, 0);
    if (check_failed) printf("    in sync of %s, %s, allocation %zu %s\n", schema->name, source_names[source], n, persistent ? "and all after it" : "alone");
    return failed > 0 && !check_failed;
}

TEST(opening_and_making_the_tables_survive_all_three)
{
    warm_up();
    for (source = HANDLE; source < SOURCES; source++) {
        for (int persistent = 0; persistent < 2; persistent++) {
            size_t n = 1;
            while (check_open(n, persistent)) n = next_n(&small_world, n);
            n = 1;
            while (check_sync(&Small_schema, 3, n, persistent)) n = next_n(&small_world, n);
            n = 1;
            while (check_sync(&Pages_schema, 8, n, persistent)) n = next_n(&page_world, n);      /* FTS5 keeps its index in tables of its own */
        }
    }
    source = SOURCES;
}

/* ---- rules ---- */

/* it says nothing of the row when there is no memory to look */
TEST(a_rule_that_cannot_be_looked_at_is_not_broken)
{
    ORM_NEW(Code, code, .code = "ABC", .doc = large_document());
    size_t n = 0, failed;
    orm_failures failures;
    source = HOOKS;
    do {
        memory = (struct check_allocator){ .fail_at = ++n };
        orm_status status = Code_validate(&code, &failures);
        failed = memory.failed;
        memory.fail_at = 0;
        CHECK_INT(status, failed ? ORM_NO_MEMORY : ORM_OK);
        if (failed) CHECK_CONTAINS(orm_error()->message, "out of memory");
    } while (failed && !check_failed);
    CHECK_INT(n, 3);                                     /* the regular expression, the names, neither */
    code.code = "abc";
    CHECK_INT(Code_validate(&code, NULL), ORM_VALIDATION);
    CHECK_TEXT(orm_error()->failures.item[0].message, "has letters of its own");
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

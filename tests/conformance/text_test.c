/* test: no-valgrind: thousands of queries; the address sanitizer sees the same, and sooner */
/* >>text_test: the border between C and SQL: what no database should get is refused on every path before anything is sent, and what it may get
   is a value and never SQL, whatever it looks like. */
#include "small.h"
#include <math.h>

/* ---- refused ---- */

/* the call sent nothing and named the field */
static void refused(orm_db *db, uint64_t sent, const char *field, const char *reason)
{
    CHECK(orm_failed());
    CHECK_TEXT(orm_error()->field, field);
    CHECK_CONTAINS(orm_error()->message, reason);
    CHECK_INT(small_sent(db), sent);
}

static const char *const broken[] = {
    "\x80", "a\xBF", "\xC3", "\xC3(", "x\xE2\x82", "\xE2(\xA1", "\xF0\x9F\x98", "\xF0(\x8C\xBC",      /* alone, or cut off */
    "\xC0\x80", "\xC1\xBF", "\xE0\x80\xAF", "\xE0\x9F\xBF", "\xF0\x8F\xBF\xBF", "\xC0\xA7",              /* longer than need be: a NUL, a quote in disguise */
    "\xED\xA0\x80", "\xED\xBF\xBF", "\xED\xA0\xBD\xED\xB8\x80",                                          /* halves of UTF-16 */
    "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xF8\x88\x80\x80\x80", "\xFE", "\xFF", "ok \xFF\xFE",       /* beyond Unicode */
};

ON_EACH(text_that_is_not_utf8_is_refused_on_every_path)
{
    Account ada = small_account(db, "Ada");
    ORM_NEW(Tag, tag, .code = "good");
    CHECK_INT(Tag_create(db, &tag), ORM_OK);
    orm_arena arena = { 0 };
    static const char reason[] = "is not valid UTF-8";
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        const char *bad = broken[i], *list[2] = { "fine", bad };
        int64_t n = 0;
        bool yes = false;
        uint64_t sent = small_sent(db);
        ORM_NEW(Account, fresh, .name = "Grace", .bio = bad);
        CHECK_INT(Account_create(db, &fresh), ORM_VALIDATION);
        CHECK_TEXT(orm_error()->failures.item[0].rule, "text");
        refused(db, sent, "bio", reason);
        Account rows[2] = { Account_defaults(), Account_defaults() };
        rows[0].name = "Grace";
        rows[1].name = "Grace";
        rows[1].bio = bad;
        CHECK_INT(Account_create_all(db, rows, 2, NULL), ORM_VALIDATION);
        CHECK_INT(orm_error()->failures.item[0].row, 1);
        refused(db, sent, "bio", reason);
        ada.bio = bad;
        CHECK_INT(Account_save(db, &ada), ORM_VALIDATION);
        refused(db, sent, "bio", reason);
        CHECK_INT(Account_save_only(db, &ada, (Account_mask){ .bio = 1 }), ORM_VALIDATION);
        refused(db, sent, "bio", reason);
        CHECK(Account_update(db, &(Account_change){ .set = { orm_set(Account_.bio, bad) }, .all = true }, NULL) != ORM_OK);
        refused(db, sent, "bio", reason);
        CHECK_INT(Account_update(db, &(Account_change){ .set = { orm_set(Account_.balance, 1) }, .where = orm_eq(Account_.bio, bad) }, NULL), ORM_BAD_TEXT);
        refused(db, sent, "bio", reason);
        const Account_pred conditions[] = {
            orm_eq(Account_.bio, bad), orm_ne(Account_.bio, bad), orm_lt(Account_.bio, bad), orm_between(Account_.bio, "a", bad), orm_like(Account_.bio, bad),
            orm_ilike(Account_.bio, bad), orm_contains(Account_.bio, bad), orm_starts_with(Account_.bio, bad), orm_ends_with(Account_.bio, bad),
            orm_regexp(Account_.bio, bad), orm_in(Account_.bio, "fine", bad), orm_not_in(Account_.bio, bad), orm_in_array(Account_.bio, list, 2),
            orm_or(orm_eq(Account_.name, "x"), orm_not(orm_eq(Account_.bio, bad))),
        };
        for (size_t k = 0; k < sizeof conditions / sizeof conditions[0]; k++) {
            CHECK(!Account_find_all(db, &(Account_query){ .where = conditions[k] }));
            CHECK_INT(orm_error()->kind, ORM_BAD_TEXT);
            refused(db, sent, "bio", reason);
            CHECK_INT(Account_count(db, &(Account_query){ .where = conditions[k] }, &n), ORM_BAD_TEXT);
            CHECK_INT(Account_exists(db, &(Account_query){ .where = conditions[k] }, &yes), ORM_BAD_TEXT);
            CHECK_INT(Account_destroy_all(db, &(Account_query){ .where = conditions[k] }, NULL), ORM_BAD_TEXT);
            refused(db, sent, "bio", reason);
        }
        CHECK(!Entry_find_all(db, &(Entry_query){ .where = orm_has(Entry_.account, orm_eq(Account_.bio, bad)) }));
        refused(db, sent, "bio", reason);
        CHECK(!Account_find_all(db, &(Account_query){ .include = { orm_with(Account_.entries, .where = orm_eq(Entry_.note, bad)) } }));
        CHECK_INT(orm_error()->kind, ORM_BAD_TEXT);
        CHECK(!Account_find_by_email(db, bad));
        sent = small_sent(db);                            /* one of them may have read the accounts first */
        CHECK_INT(orm_error()->kind, ORM_BAD_TEXT);
        CHECK(!Tag_find(db, bad));
        CHECK_INT(orm_error()->kind, ORM_BAD_TEXT);
        refused(db, sent, "code", reason);
        CHECK_INT(Tag_destroy_by_key(db, bad), ORM_BAD_TEXT);
        refused(db, sent, "code", reason);
        orm_opt_int64 out;
        const char *text = NULL;
        CHECK_INT(orm_scalar(db, &out, "select length(?1)", orm_params(bad)), ORM_BAD_TEXT);
        refused(db, sent, "", "parameter 1 is not valid UTF-8");
        CHECK_INT(orm_scalar_text(db, &arena, &text, "select ?1 || ?2", orm_params("a", bad)), ORM_BAD_TEXT);
        refused(db, sent, "", "parameter 2 is not valid UTF-8");
        CHECK_INT(orm_exec(db, NULL, "update accounts set bio = ?1", orm_params(bad)), ORM_BAD_TEXT);
        refused(db, sent, "", "parameter 1");
        CHECK(!strstr(orm_error()->message, bad));        /* nor is it printed */
        if (check_failed) {
            printf("    at text %zu\n", i);
            break;
        }
    }
    CHECK_INT(small_count(db), 1);
    orm_arena_release(&arena);
}

ON_EACH(text_longer_than_allowed_is_refused_on_every_path)
{
    orm_db *own = case_open(.max_text = 1000);
    (void)db;
    static char longest[1001], too_long[1002];
    memset(longest, 'x', 1000);
    memset(too_long, 'x', 1001);
    ORM_NEW(Account, ada, .name = "Ada", .bio = longest);
    CHECK_INT(Account_create(own, &ada), ORM_OK);
    uint64_t sent = small_sent(own);
    static const char reason[] = "must have at most 1000 bytes";
    ada.bio = too_long;
    CHECK_INT(Account_save(own, &ada), ORM_VALIDATION);
    refused(own, sent, "bio", reason);
    CHECK(!Account_find_all(own, &(Account_query){ .where = orm_eq(Account_.bio, too_long) }));
    refused(own, sent, "bio", reason);
    CHECK(Account_update(own, &(Account_change){ .set = { orm_set(Account_.bio, too_long) }, .all = true }, NULL) != ORM_OK);
    refused(own, sent, "bio", reason);
    CHECK_INT(orm_exec(own, NULL, "select ?1", orm_params(too_long)), ORM_VALUE_RANGE);
    refused(own, sent, "", reason);
    ORM_NEW(Tag, tag, .code = "x", .data = ((orm_blob){ too_long, 1001 }));
    CHECK_INT(Tag_create(own, &tag), ORM_VALIDATION);
    refused(own, sent, "data", reason);
    tag.data.size = 1000;
    CHECK_INT(Tag_create(own, &tag), ORM_OK);
    CHECK(!orm_open(case_url, .max_text = 2000000000));
    orm_close(own);
}

ON_EACH(numbers_out_of_range_are_refused_on_every_path)
{
    Account ada = small_account(db, "Ada");
    uint64_t sent = small_sent(db);
    const int64_t big[] = { INT32_MAX + INT64_C(1), INT32_MIN - INT64_C(1), INT64_MAX, INT64_MIN };
    static const char reason[] = "must be between -2147483648 and 2147483647";
    for (size_t i = 0; i < sizeof big / sizeof big[0]; i++) {
        CHECK(!Account_find_all(db, &(Account_query){ .where = orm_eq(Account_.balance, big[i]) }));
        CHECK_INT(orm_error()->kind, ORM_VALUE_RANGE);
        refused(db, sent, "balance", reason);
        CHECK(!Account_find_all(db, &(Account_query){ .where = orm_in(Account_.balance, 1, big[i]) }));
        refused(db, sent, "balance", reason);
        CHECK(Account_update(db, &(Account_change){ .set = { orm_set(Account_.balance, big[i]) }, .all = true }, NULL) != ORM_OK);
        refused(db, sent, "balance", reason);
        CHECK(Account_update(db, &(Account_change){ .set = { orm_inc(Account_.balance, big[i]) }, .all = true }, NULL) != ORM_OK);
        refused(db, sent, "balance", "");
    }
    CHECK(!Account_find_all(db, &(Account_query){ .where = orm_eq(Account_.id, UINT64_MAX) }));
    refused(db, sent, "id", "is too large");
    ada.rate = orm_double((double)NAN);
    CHECK_INT(Account_save(db, &ada), ORM_VALIDATION);
    refused(db, sent, "rate", "is not a number");
    CHECK(!Account_find_all(db, &(Account_query){ .where = orm_eq(Account_.rate, (double)NAN) }));
    refused(db, sent, "rate", "is not a number");
    CHECK_INT(orm_exec(db, NULL, "select ?1", orm_params((double)NAN)), ORM_VALUE_RANGE);
    refused(db, sent, "", "is not a number");
    ada.rate = orm_double((double)INFINITY);
    ada.balance = INT32_MAX;
    CHECK_INT(Account_save(db, &ada), ORM_OK);
    Account *found = Account_find(db, ada.id);
    CHECK(isinf(found->rate.value) && found->balance == INT32_MAX);
    orm_free(found);
    CHECK_INT(Account_update(db, &(Account_change){ .set = { orm_inc(Account_.balance, 1) }, .all = true }, NULL), ORM_VALUE_RANGE);      /* found out by the database */
    if (case_engine != ON_POSTGRES) CHECK_TEXT(orm_error()->field, "balance");      /* which does not name it */
    ada.colour = (enum Colour)7;
    sent = small_sent(db);
    CHECK_INT(Account_save(db, &ada), ORM_VALIDATION);
    refused(db, sent, "colour", "must be one of red, green, blue");
    CHECK(!Account_find_all(db, &(Account_query){ .where = orm_eq(Account_.colour, 0) }));
    refused(db, sent, "colour", "must be one of");
}

ON_EACH(json_columns_take_json_only)
{
    static const char *const bad[] = { "", "{", "{'a':1}", "nul", "[1,]", "\"\\x\"", "1 2", "\"\xFF\"", "01" };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        uint64_t sent = small_sent(db);
        ORM_NEW(Tag, tag, .code = "x", .extra = bad[i]);
        CHECK_INT(Tag_create(db, &tag), ORM_VALIDATION);
        refused(db, sent, "extra", "is not valid");
    }
}

/* ---- stored and found literally ---- */

static const char *const hostile[] = {
    "'", "''", "\"", "`", "[x]", "\\", "\\'", "' or '1'='1", "'; drop table tags; --", "\"; drop table tags; --", "x' union select 1 --", "--", "-- x", "/*", "*/",
    "/* x */", ";", "; ;", "?", "?1", "$1", ":x", "@x", "#", "%s%n", "%d", "%", "_", "%%", "\\%", "\\_", "*", "?*[a-z]", "[", "]", "^", "{}", "${x}", "$(x)", "`x`",
    "null", "NULL", "true", "0", "1e999", "x'41'", "\t", "\n", "\r\n", "\x01", "\x1b[31m", "\x7f", "\xC2\x80", "\xC2\xA0", "\xE2\x80\xAE.abc", "\xE2\x81\xA6", "\xE2\x80\x8B",
    "\xEF\xBB\xBF", "\xEF\xBF\xBD", "\xEF\xBF\xBF", "\xF4\x8F\xBF\xBF", "ß", "ẞ", "İi", "e\xCC\x81", "é", "日本", "\xF0\x9F\x98\x80", " ", "  x  ", "a b",
};
enum { BASES = sizeof hostile / sizeof hostile[0], HOSTILE = 3000, HOSTILE_SIZE = 64 };
static char texts[HOSTILE][HOSTILE_SIZE];

/* each base alone and pairs of them around a number that makes them unique */
static void make_texts(void)
{
    for (int i = 0; i < HOSTILE; i++) {
        const char *first = hostile[i % BASES], *second = hostile[(i / BASES * 7 + i) % BASES];
        if (i < BASES) snprintf(texts[i], HOSTILE_SIZE, "%s", first);
        else snprintf(texts[i], HOSTILE_SIZE, "%s%d%s", first, i, second);
    }
}

/* remembers the SQL of each kind of call; a text that differs from the first is a value that became SQL */
enum { PATHS = 40 };
static char first_sql[PATHS][600];
static size_t paths_seen;
static void same_sql(const char *path, size_t number, size_t statement)
{
    const char *sql = small_sql(statement);
    if (!first_sql[number][0]) {
        snprintf(first_sql[number], sizeof first_sql[number], "%s", sql);
        paths_seen++;
    }
    if (strcmp(first_sql[number], sql) == 0) return;
    check_failed = true;
    printf("%s: the SQL differs: %s\n", path, sql);
}
static void forget_sql(void)
{
    memset(first_sql, 0, sizeof first_sql);
    paths_seen = 0;
}
#define SAME_SQL(number) same_sql(#number, number, 1)

/* the text as a pattern that matches itself only */
static const char *pattern_of(const char *text, char out[2 * HOSTILE_SIZE])
{
    size_t n = 0;
    for (; *text; text++) {
        if (*text == '%' || *text == '_' || *text == '\\') out[n++] = '\\';
        out[n++] = *text;
    }
    out[n] = 0;
    return out;
}

enum { CREATE, FIND, FIND_BY, RELOAD, SAVE, UPDATE, COUNT_EQ, COUNT_IN, COUNT_ARRAY, COUNT_CONTAINS, COUNT_STARTS, COUNT_ENDS, COUNT_LIKE, COUNT_ILIKE, COUNT_BETWEEN,
       HAS, SCALAR, SCALAR_TEXT, EXEC, DESTROY };

static int64_t tags_where(orm_db *db, Tag_pred where)
{
    int64_t n = -1;
    CHECK_INT(Tag_count(db, &(Tag_query){ .where = where }, &n), ORM_OK);
    return n;
}

static void store_and_find(orm_db *db, const char *text, int64_t account)
{
    char pattern[2 * HOSTILE_SIZE];
    const char *list[2] = { text, "no such text" };
    ORM_NEW(Tag, tag, .code = text, .label = text);
    CHECK_INT(Tag_create(db, &tag), ORM_OK);
    SAME_SQL(CREATE);
    Tag *found = Tag_find(db, text);
    SAME_SQL(FIND);
    if (!found) {
        check_failed = true;
        return;
    }
    CHECK_TEXT(found->code, text);
    CHECK_TEXT(found->label, text);
    found->label = "other";
    CHECK_INT(Tag_save(db, found), ORM_OK);
    SAME_SQL(SAVE);
    int64_t n = 0;
    CHECK_INT(Tag_update(db, &(Tag_change){ .set = { orm_set(Tag_.label, text) }, .where = orm_eq(Tag_.code, text) }, &n), ORM_OK);
    SAME_SQL(UPDATE);
    CHECK_INT(n, 1);
    Tag *again = Tag_reload(db, found);
    SAME_SQL(RELOAD);
    CHECK_TEXT(again ? again->label : NULL, text);
    orm_free(again);
    orm_free(found);
    CHECK_INT(tags_where(db, orm_eq(Tag_.label, text)), 1);
    SAME_SQL(COUNT_EQ);
    CHECK_INT(tags_where(db, orm_in(Tag_.label, "no such text", text)), 1);
    SAME_SQL(COUNT_IN);
    CHECK_INT(tags_where(db, orm_in_array(Tag_.label, list, 2)), 1);
    SAME_SQL(COUNT_ARRAY);
    CHECK_INT(tags_where(db, orm_and(orm_eq(Tag_.code, text), orm_contains(Tag_.label, text))), 1);
    SAME_SQL(COUNT_CONTAINS);
    CHECK_INT(tags_where(db, orm_and(orm_eq(Tag_.code, text), orm_starts_with(Tag_.label, text))), 1);
    SAME_SQL(COUNT_STARTS);
    CHECK_INT(tags_where(db, orm_and(orm_eq(Tag_.code, text), orm_ends_with(Tag_.label, text))), 1);
    SAME_SQL(COUNT_ENDS);
    /* with the key, as the engine's patterns do not tell U+FFFE and U+FFFF from U+FFFD */
    CHECK_INT(tags_where(db, orm_and(orm_eq(Tag_.code, text), orm_like(Tag_.label, pattern_of(text, pattern)))), 1);
    SAME_SQL(COUNT_LIKE);
    CHECK(tags_where(db, orm_and(orm_eq(Tag_.code, text), orm_ilike(Tag_.label, pattern_of(text, pattern)))) == 1);
    SAME_SQL(COUNT_ILIKE);
    CHECK_INT(tags_where(db, orm_between(Tag_.label, text, text)), 1);
    SAME_SQL(COUNT_BETWEEN);
    orm_opt_int64 one;
    CHECK_INT(orm_scalar(db, &one, "select count(*) from tags where label = ?1 and code = ?1", orm_params(text)), ORM_OK);
    SAME_SQL(SCALAR);
    CHECK_INT(one.value, 1);
    orm_arena arena = { 0 };
    const char *back = NULL;
    CHECK_INT(orm_scalar_text(db, &arena, &back, "select label from tags where code = ?1", orm_params(text)), ORM_OK);
    SAME_SQL(SCALAR_TEXT);
    CHECK_TEXT(back, text);
    orm_arena_release(&arena);
    CHECK_INT(orm_exec(db, &n, "update accounts set bio = ?2 where id = ?1", orm_params(account, text)), ORM_OK);
    SAME_SQL(EXEC);
    CHECK_INT(n, 1);
    int64_t entries = 0;
    CHECK_INT(Entry_count(db, &(Entry_query){ .where = orm_has(Entry_.account, orm_eq(Account_.bio, text)) }, &entries), ORM_OK);
    SAME_SQL(HAS);
    CHECK_INT(entries, 1);
}

ON_EACH(three_thousand_hostile_texts_are_values_and_never_sql)
{
    Account ada = small_account(db, "Ada");
    ORM_NEW(Entry, entry, .account_id = ada.id, .note = "x");
    CHECK_INT(Entry_create(db, &entry), ORM_OK);
    make_texts();
    forget_sql();
    orm_tx *tx = orm_begin(db, NULL);
    for (int i = 0; i < HOSTILE && !check_failed; i++) {
        store_and_find(db, texts[i], ada.id);
        if (check_failed) printf("    at text %d: %s\n", i, texts[i]);
        if (i % 100 == 99 && i < HOSTILE - 1) CHECK_INT(Tag_destroy_all(db, &(Tag_query){ .all = true }, NULL), ORM_OK);      /* keeps it short */
    }
    CHECK_INT(paths_seen, 18);                            /* all but two, which are below */
    for (int i = HOSTILE - 100; i < HOSTILE && !check_failed; i++) {
        CHECK_INT(Tag_destroy_by_key(db, texts[i]), ORM_OK);
        SAME_SQL(DESTROY);
    }
    CHECK_INT(tags_where(db, (Tag_pred){ .expr = { .used = 0 } }), 0);
    CHECK_INT(orm_commit(tx), ORM_OK);
}

ON_EACH(hostile_texts_in_lists_of_rows_and_by_a_unique_field)
{
    enum { N = 500 };
    static Tag rows[N];
    make_texts();
    forget_sql();
    for (int i = 0; i < N; i++) {
        rows[i] = Tag_defaults();
        rows[i].code = rows[i].label = texts[i];
    }
    CHECK_INT(Tag_create_all(db, rows, N, NULL), ORM_OK);
    CHECK_INT(tags_where(db, (Tag_pred){ .expr = { .used = 0 } }), N);
    static const char *all[N];
    for (int i = 0; i < N; i++) all[i] = texts[i];
    Tag *list = Tag_find_all(db, &(Tag_query){ .where = orm_in_array(Tag_.label, all, N), .order = { orm_asc(Tag_.code) } });
    CHECK_INT(orm_len(list), N);
    for (size_t i = 0; i + 1 < orm_len(list); i++) {
        CHECK(strcmp(list[i].code, list[i + 1].code) < 0);                  /* by bytes, as C compares them */
        CHECK_TEXT(list[i].code, list[i].label);
    }
    /* pages by key go through all of them */
    size_t seen = 0;
    Tag *page = Tag_find_all(db, &(Tag_query){ .limit = 50 });
    while (page && orm_len(page)) {
        seen += orm_len(page);
        Tag *next = Tag_find_all(db, &(Tag_query){ .limit = 50, .after = &page[orm_len(page) - 1] });
        orm_free(page);
        page = next;
    }
    orm_free(page);
    CHECK_INT(seen, N);
    orm_free(list);
    /* an address is one of few texts: those that the rule takes */
    static const char *const addresses[] = { "o'hara@example.com", "a+b%_@example.com", "x--y@example.com", "q?1@example.com" };
    for (size_t i = 0; i < sizeof addresses / sizeof addresses[0]; i++) {
        ORM_NEW(Account, account, .name = "Ada", .email = addresses[i]);
        CHECK_INT(Account_create(db, &account), ORM_OK);
        Account *found = Account_find_by_email(db, addresses[i]);
        SAME_SQL(FIND_BY);
        CHECK_TEXT(found ? found->email : NULL, addresses[i]);
        orm_free(found);
    }
}

ON_EACH(a_hostile_text_in_an_error_is_cleaned)
{
    CHECK_INT(orm__exec(db, "select \"\x1b[31m\xE2\x80\xAE\n\"", 0, NULL, NULL, NULL), ORM_NO_COLUMN);
    CHECK(!strchr(orm_error()->message, '\x1b') && !strchr(orm_error()->message, '\n') && !strstr(orm_error()->message, "\xE2\x80\xAE"));
}

CHECK_MAIN()

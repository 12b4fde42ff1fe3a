/* test: no-valgrind: large texts; the address sanitizer sees the same, and sooner
   >>bombs_test: the known attacks on ORMs, by their numbers in README.md, second part: by size, time, memory, the language, files, and who answers instead of a server.
   Times are those of the processor, so that a busy machine fails nothing; the bounds are many times what it takes. */
#include "hostile.h"
#include <arpa/inet.h>
#include <pthread.h>
#include <sqlite3.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>

static double seconds(clock_t since) { return (double)(clock() - since) / CLOCKS_PER_SEC; }

/* many times the same, and something behind it; to be freed */
static char *many(const char *part, size_t n, const char *behind)
{
    size_t size = strlen(part);
    char *text_ = (char *)malloc(n * size + strlen(behind) + 1);
    for (size_t i = 0; text_ && i < n; i++) memcpy(text_ + i * size, part, size);
    if (text_) memcpy(text_ + n * size, behind, strlen(behind) + 1);
    return text_;
}

ON_EACH(S15_a_length_is_never_cut_or_wrapped)
{
    static const size_t sizes[] = { SIZE_MAX, SIZE_MAX / 2, (size_t)1 << 32, ((size_t)1 << 32) + 10, ((size_t)1 << 32) - 1, (size_t)1 << 31, ((size_t)1 << 31) - 1, 65u << 20 };
    const char *one[] = { "a" };
    orm_opt_int64 n = { 0 };
    int64_t count = 0;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        const orm_blob blob = { "x", sizes[i] };                                  /* is not looked at: one byte is there */
        REFUSED(db, orm_scalar(db, &n, "select length(?1)", orm_params(blob)), ORM_VALUE_RANGE);
    }
    REFUSED(db, Word_count(db, &(Word_query){ .where = orm_in_array(Word_.word, one, SIZE_MAX) }, &count), ORM_NO_MEMORY);
    REFUSED(db, Word_count(db, &(Word_query){ .where = orm_in_array(Word_.word, one, SIZE_MAX / sizeof(orm_value) + 2) }, &count), ORM_NO_MEMORY);
}

ON_EACH(S22_a_number_that_is_too_large_is_not_sent)
{
    orm_opt_int64 n = { 0 };
    int64_t count = 0;
    const uint64_t large[] = { UINT64_C(9223372036854775808), UINT64_MAX };
    const int64_t wide[] = { INT64_C(2147483648), INT64_C(-2147483649), INT64_MAX, INT64_MIN };
    for (size_t i = 0; i < 2; i++) {
        REFUSED(db, Word_count(db, &(Word_query){ .where = orm_eq(Word_.id, large[i]) }, &count), ORM_VALUE_RANGE);
        REFUSED(db, orm_scalar(db, &n, "select count(*) from words where id = ?1", orm_params(large[i])), ORM_VALUE_RANGE);
    }
    for (size_t i = 0; i < 4; i++) {
        REFUSED(db, Word_count(db, &(Word_query){ .where = orm_eq(Word_.hits, wide[i]) }, &count), ORM_VALUE_RANGE);
        REFUSED(db, Word_count(db, &(Word_query){ .where = orm_in(Word_.hits, 1, wide[i]) }, &count), ORM_VALUE_RANGE);
        REFUSED(db, Word_count(db, &(Word_query){ .where = orm_count_eq(Word_.tags, wide[i]) }, &count), ORM_VALUE_RANGE);
        REFUSED(db, Word_count(db, &(Word_query){ .where = orm_json_eq(Word_.doc, orm_path(wide[i]), 1) }, &count), ORM_VALUE_RANGE);
    }
}

/* documents are data: they come back as they were, and nothing in them is looked up or called */
ON_EACH(S23_a_document_is_data)
{
    static const char *const documents[] = { "{\"json_class\":\"Evil\",\"__proto__\":{\"x\":1}}", "{\"$ref\":\"file:///etc/passwd\"}", "{\"!ruby/object:Gem\":null}",
        "\"\\u202e\\ud83d\\ude00\"", "[1e-400,-0,0.10,1E+2]",
        "{\"@type\":\"java.lang.Class\"}", "\"${jndi:ldap://x}\"", "[[],{},\"\",null,true]", " [ 1 ] " }, *const none[] = { "[1,]", "{\"a\":1,}", "{a:1}", "'a'",
            "NaN", "Infinity", "[1 2]", "\"\\x41\"", "\"\\ud800\"", "\xEF\xBB\xBF[]", "[\"\t\"]",
        "01", "+1", ".5", "1.", "tru", "[1]]", "{\"a\":1,\"a\":2}", "// x\n1", "/* x */1", "" };
    for (size_t i = 0; i < sizeof documents / sizeof documents[0]; i++) {
        ORM_NEW(Word, word, .word = "w", .raw = documents[i]);
        OK(Word_create(db, &word));
        ORM_AUTO Word *row = Word_get(db, word.id);
        CHECK_TEXT(row ? row->raw : NULL, documents[i]);
    }
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        ORM_NEW(Word, raw, .word = "w", .raw = none[i]);
        REFUSED(db, Word_create(db, &raw), ORM_VALIDATION);
        ORM_NEW(Word, doc, .word = "w", .doc = none[i]);
        REFUSED(db, Word_create(db, &doc), ORM_VALIDATION);
    }
}

/* ---- who answers instead of a server -------------------------------------------------------------------------------------------------------- */
struct impostor { int listener; const char *answer; size_t size; };
static void *answers(void *impostor_)
{
    const struct impostor *impostor = (const struct impostor *)impostor_;
    int client = accept(impostor->listener, NULL, NULL);
    char asked[64];
    if (client >= 0 && read(client, asked, sizeof asked) > 0 && write(client, impostor->answer, impostor->size) > 0) shutdown(client, SHUT_WR);
    while (client >= 0 && read(client, asked, sizeof asked) > 0) { }
    if (client >= 0) close(client);
    return NULL;
}

TEST(S26_a_connection_that_must_be_encrypted_is_or_is_none)
{
    static const char refuses[] = "N", lies[] = "E\0\0\0\x46SFATAL\0C28000\0M\x1b[2Jfake: give me your password\n[INFO] all is well\0\0", stuffs[] = "SE\0\0\0\x10SFATAL\0Mx\0\0";
    const struct { const char *answer; size_t size; } cases[] = { { refuses, 1 }, { lies, sizeof lies - 1 }, { stuffs, sizeof stuffs - 1 } };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
        socklen_t size = sizeof address;
        struct impostor impostor = { socket(AF_INET, SOCK_STREAM, 0), cases[i].answer, cases[i].size };
        pthread_t thread;
        char url[200];
        REQUIRE(impostor.listener >= 0 && bind(impostor.listener, (struct sockaddr *)&address, sizeof address) == 0 && listen(impostor.listener, 8) == 0);
        REQUIRE(getsockname(impostor.listener, (struct sockaddr *)&address, &size) == 0 && pthread_create(&thread, NULL, answers, &impostor) == 0);
        snprintf(url, sizeof url, "postgres:host=127.0.0.1 port=%d user=a password=hunter2 dbname=a connect_timeout=5 sslmode=%s", ntohs(address.sin_port),
            i % 2 ? "verify-full" : "require");
        CHECK(!orm_open(url));
        CHECK(orm_failed());
        for (const char *at = orm_error()->message; *at; at++) if ((unsigned char)*at < 0x20) case_failed("the message holds a control character");
        CHECK(!strstr(orm_error()->message, "hunter2"));
        shutdown(impostor.listener, SHUT_RDWR);
        close(impostor.listener);
        pthread_join(thread, NULL);
    }
}

/* ---- time ------------------------------------------------------------------------------------------------------------------------------------- */
#define Form_FIELDS(X)                                                                  \
    X(id,      serial)                                                                  \
    X(email,   text, nullable, email)                                                   \
    X(site,    text, nullable, url)                                                     \
    X(slug,    text, nullable, matches("^([a-z]+-?)+$"))                                \
    X(kind,    text, nullable, one_of("a", "b"))                                        \
    X(address, inet, nullable)
ORM_MODEL(Form, forms)
#define Forms_MODELS(X) X(Form)
ORM_SCHEMA(Forms)
ORM_DEFINE(Forms)

TEST(S31_rules_take_time_by_the_length_of_the_text)
{
    static const char *const parts[] = { "a", "a@", "a.", "(", "-", "a@a.", "\"", "\\", "http://", "%41", "[", "\xC3\xA9", "a-", ":", "/", "@" };
    clock_t begin = clock();
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        char *text_ = many(parts[i], ((size_t)1 << 20) / strlen(parts[i]), "!"), *site = many(parts[i], ((size_t)1 << 20) / strlen(parts[i]), "");
        REQUIRE(text_ && site);
        ORM_NEW(Form, form, .email = text_, .site = text_, .kind = text_);
        orm_failures failures;
        CHECK_INT(Form_validate(&form, &failures), ORM_VALIDATION);
        form.email = site;
        CHECK_INT(Form_validate(&form, &failures), ORM_VALIDATION);
        text_[100000] = 0;                       /* of the model's own pattern, which is glibc's to match */
        ORM_NEW(Form, slug, .slug = text_);
        (void)Form_validate(&slug, &failures);
        orm_inet inet;
        CHECK(!orm_inet_parse(text_, &inet));
        free(text_);
        free(site);
    }
    CHECK(seconds(begin) < 20);
}

/* a pattern from outside: bounded by us where we match it, by the server where it does */
ON_EACH(S31_a_pattern_from_outside_is_no_bomb)
{
    char *parens = many("(", 50000, "a"), *closed = many("(a", 50000, ""), *alternatives = many("|", 100000, ""), *long_stars = many("*", 100000, ""),
        *brackets = many("[", 100000, "");
    const char *const bombs[] = { parens, closed, alternatives, long_stars, brackets, "(((a{1,200}){1,200}){1,200}){1,200}", "a{1,30000}", "(a{1,255}){1,255}",
        "((((((((((((((((a+)+)+)+)+)+)+)+)+)+)+)+)+)+)+)+)+)b" };
    const char *const slow[] = { "^(a*)*(a*)*b$", "^(a|aa)+$", "(a*)*\\1b", "(.*a.*b.*c.*d.*)*x" };
    char *text_ = many("a", 2000, "c");
    int64_t n = 0;
    orm_opt_int64 found = { 0 };
    REQUIRE(parens && closed && alternatives && long_stars && brackets && text_);
    ORM_NEW(Word, word, .word = text_);
    OK(Word_create(db, &word));
    clock_t begin = clock();
    for (size_t i = 0; i < sizeof bombs / sizeof bombs[0]; i++) {
        orm_status status = Word_count(db, &(Word_query){ .where = orm_regexp(Word_.word, bombs[i]) }, &n);
        if (case_engine != ON_POSTGRES || bombs[i] != alternatives) CHECK_TEXT(orm_status_name(status), "ORM_VALUE_RANGE");      /* the server has room for them */
        if (case_engine != ON_POSTGRES) CHECK(orm_scalar(db, &found, "select count(*) from words where word regexp ?1", orm_params(bombs[i])) != ORM_OK);
        if (check_failed) printf("    %.40s: %s\n", bombs[i], orm_error()->message);
    }
    for (size_t i = 0; i < sizeof slow / sizeof slow[0]; i++) CHECK(Word_count(db, &(Word_query){ .where = orm_regexp(Word_.word, slow[i]) },
        &n) == ORM_OK || orm_error()->kind == ORM_VALUE_RANGE);
    CHECK(seconds(begin) < 10);
    CHECK_INT(COUNT(Word, db, .all = false), 1);
    free(parens);
    free(closed);
    free(alternatives);
    free(long_stars);
    free(brackets);
    free(text_);
}

ON_EACH(S32_a_document_is_no_bomb)
{
    char *deep = many("[", 100000, ""), *closed = many("[", 100000, "]"), *objects = many("[{\"\":", 50000, ""), *digits = many("9", 1000000, ""),
        *repeated = many("\"k\":1,", 100000, "\"k\":1}"),
         *keys = (char *)malloc(1u << 20), *long_text = many("\\\\", 2000000, "\"");
    REQUIRE(deep && closed && objects && digits && repeated && keys && long_text);
    repeated[0] = '{', repeated[1] = '"', repeated[2] = '"', repeated[3] = ':', repeated[4] = '1', repeated[5] = ',';
    long_text[0] = '"', long_text[1] = 'x';
    size_t n = 0;
    keys[n++] = '{';
    for (int i = 0; i < 50000; i++) n += (size_t)sprintf(keys + n, "%s\"key%d\":%d", i ? "," : "", i, i);
    memcpy(keys + n, "}", 2);
    const char *const bombs[] = { deep, closed, objects, repeated };
    clock_t begin = clock();
    for (size_t i = 0; i < sizeof bombs / sizeof bombs[0]; i++) {
        ORM_NEW(Word, raw, .word = "w", .raw = bombs[i]);
        REFUSED(db, Word_create(db, &raw), ORM_VALIDATION);
        ORM_NEW(Word, doc, .word = "w", .doc = bombs[i]);
        REFUSED(db, Word_create(db, &doc), ORM_VALIDATION);
        int64_t count = 0;
        REFUSED(db, Word_count(db, &(Word_query){ .where = orm_json_contains(Word_.doc, ORM_WHOLE, bombs[i]) }, &count), ORM_VALIDATION);
    }
    const char *const large[] = { keys, long_text };
    for (size_t i = 0; i < sizeof large / sizeof large[0]; i++) {
        ORM_NEW(Word, fine, .word = "w", .raw = large[i], .doc = large[i]);
        OK(Word_create(db, &fine));
        CHECK_INT(COUNT(Word, db, .where = orm_and(orm_eq(Word_.id, fine.id), orm_json_missing(Word_.doc, orm_path("no such key")), orm_json_missing(Word_.raw,
            orm_path("no such key")))), 1);
    }
    /* numbers that no engine, or not every engine, can hold: refused or kept, never another one */
    const char *const numbers[] = { digits, "1e999999999", "-1e999999999", "1e-999999999", "1e400" };
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        ORM_NEW(Word, raw, .word = "w", .raw = numbers[i]);
        if (Word_create(db, &raw) == ORM_OK) {
            ORM_AUTO Word *row = Word_get(db, raw.id);
            CHECK_TEXT(row ? row->raw : NULL, numbers[i]);
            int64_t count = 0;
            CHECK(Word_count(db, &(Word_query){ .where = orm_and(orm_eq(Word_.id, raw.id), orm_json_gt(Word_.raw, ORM_WHOLE, 5)) }, &count) == ORM_OK || orm_failed());
        }
        ORM_NEW(Word, doc, .word = "w", .doc = numbers[i]);
        CHECK(Word_create(db, &doc) == ORM_OK || orm_failed());
    }
    CHECK(seconds(begin) < 10);
    free(deep);
    free(closed);
    free(objects);
    free(digits);
    free(repeated);
    free(keys);
    free(long_text);
}

/* ---- the language --------------------------------------------------------------------------------------------------------------------------------- */
ON_EACH(S33_a_value_is_no_format)
{
    static const char *const formats[] = { "%s%s%s%n", "%n", "%99999d", "%*.*s", "%1$n", "%p%p%p", "%%n" };
    char json[2000];
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        ORM_NEW(Label, label, .code = formats[i], .line = formats[i]);
        OK(Label_create(db, &label));
        ORM_NEW(Label, twin, .code = formats[i]);
        ANSWERS(ORM_UNIQUE, Label_create(db, &twin));
        ORM_TRANSACTION(db) (void)orm_fail(db, 7, "%s", formats[i]);
        CHECK_CONTAINS(orm_error()->message, formats[i]);
        CHECK(orm_errors_json(json, sizeof json) < sizeof json);
        ORM_NEW(Word, word, .word = "w", .doc = formats[i]);
        ANSWERS(ORM_VALIDATION, Word_create(db, &word));
        ANSWERS(ORM_VALIDATION, Word_order_from_text(formats[i], (Word_mask){ .word = 1 }, &(Word_order){ .order = { .column = NULL } }));
        orm_opt_int64 n = { 0 };
        ANSWERS(ORM_MISUSE, orm_scalar(db, &n, "select '%s%n' || ?1 || ?2", orm_params(formats[i])));
        CHECK(!orm_open(formats[i]));
        CHECK(orm_failed());
    }
    /* bytes beyond ASCII are no characters of the locale */
    for (int c = 1; c < 256; c++) {
        const char text_[] = { (char)c, '@', (char)c, '.', (char)c, 0 };
        ORM_NEW(Form, form, .email = text_, .site = text_, .slug = text_);
        (void)Form_validate(&form, NULL);
    }
}

/* ---- sizes and stacks --------------------------------------------------------------------------------------------------------------------------------- */
enum { LIST = 100000, SMALL_STACK = 512 * 1024 };
struct tight { orm_db *db; int64_t found; bool failed; };
static void *in_little_stack(void *tight_)
{
    struct tight *t = (struct tight *)tight_;
    static int64_t ids[LIST];
    char *large = many("x", 1u << 20, "");
    for (int64_t i = 0; i < LIST; i++) ids[i] = i;
    ORM_NEW(Word, word, .word = large, .note = large);
    t->failed |= !large || Word_create(t->db, &word) != ORM_OK;
    t->failed |= Word_count(t->db, &(Word_query){ .where = orm_and(orm_in_array(Word_.id, ids, LIST), orm_contains(Word_.word, large), orm_not(orm_eq(Word_.note,
        "x"))) }, &t->found) != ORM_OK;
    t->failed |= Word_update(t->db, &(Word_change){ .set = { orm_set(Word_.note, large), orm_json_set(Word_.doc, orm_path("a"), large) }, .where = orm_eq(Word_.word,
        large) }, NULL) != ORM_OK;
    ORM_AUTO Word *rows = Word_find_all(t->db, &(Word_query){ .where = orm_eq(Word_.word, large), .include = { orm_with(Word_.page) } });
    t->failed |= !rows || orm_len(rows) != 1 || strcmp(rows->note, large) != 0;
    orm_free(rows);
    rows = NULL;
    free(large);
    return NULL;
}

ON_EACH(S34_what_is_large_is_not_on_the_stack)
{
    struct tight t = { .db = db };
    pthread_attr_t attributes;
    pthread_t thread;
    REQUIRE(pthread_attr_init(&attributes) == 0 && pthread_attr_setstacksize(&attributes, SMALL_STACK) == 0);
    REQUIRE(pthread_create(&thread, &attributes, in_little_stack, &t) == 0);
    pthread_join(thread, NULL);
    pthread_attr_destroy(&attributes);
    CHECK(!t.failed);
    CHECK_INT(t.found, 1);
}

/* a condition inside of a condition, for as long as one likes */
ON_EACH(S34_conditions_have_a_depth)
{
    enum { DEEP = 20000 };
    static Word_pred nested[DEEP], wide[DEEP];
    int64_t n = -1;
    orm_db *own = case_open(.busy_timeout_ms = 100);                               /* without a log, as each statement has 1 MB */
    (void)db;
    REQUIRE(own);
    nested[0] = orm_eq(Word_.word, "a");
    for (int i = 1; i < DEEP; i++) nested[i] = orm_any_of(1, &nested[i - 1]);
    ANSWERS(ORM_MISUSE, Word_count(own, &(Word_query){ .where = nested[DEEP - 1] }, &n));
    for (int i = 0; i < DEEP; i++) wide[i] = orm_eq(Word_.id, i);
    orm_status status = Word_count(own, &(Word_query){ .where = orm_any_of(DEEP, wide) }, &n);
    if (status != ORM_OK) CHECK_TEXT(orm_status_name(status), "ORM_VALUE_RANGE");      /* the engine's own limit of parameters */
    else CHECK_INT(n, 0);
    CHECK_INT(COUNT(Word, own, .where = orm_any_of(1000, wide)), 0);
    orm_close(own);
}

ON_EACH(S35_rows_that_are_gone_are_told)
{
    ORM_NEW(Word, word, .word = "w");
    OK(Word_create(db, &word));
    Word *list = Word_find_all(db, NULL);
    REQUIRE(orm_len(list) == 1);
    Word copy = list[0];
    orm_free(list);
    ANSWERS(ORM_STALE_ROW, Word_save(db, &copy));
    ANSWERS(ORM_STALE_ROW, Word_destroy(db, &copy));
    CHECK(!Word_reload(db, &copy) && orm_error()->kind == ORM_STALE_ROW);
    CHECK(!Word_copy(&copy) && orm_error()->kind == ORM_STALE_ROW);
    CHECK(!Word_to_json(&copy, (Word_mask){ .id = 0 }) && orm_error()->kind == ORM_STALE_ROW);
    ANSWERS(ORM_STALE_ROW, orm_load_one(db, &copy, Word_.page));
    /* calls in a loop over rows, and rows that outlive their handle */
    for (int i = 0; i < 3; i++) {
        ORM_NEW(Word, more, .word = "more");
        OK(Word_create(db, &more));
    }
    int rounds = 0;
    ORM_EACH(Word, each, db) {
        OK(Word_update(db, &(Word_change){ .set = { orm_set(Word_.note, each->word) }, .where = orm_eq(Word_.id, each->id) }, NULL));
        OK(Word_destroy_by_key(db, each->id));
        rounds++;
    }
    CHECK_INT(rounds, 4);
    orm_db *own = case_open(.busy_timeout_ms = 100);
    REQUIRE(own);
    ORM_NEW(Word, last, .word = "last");
    OK(Word_create(own, &last));
    Word *kept = Word_find_all(own, &(Word_query){ .where = orm_eq(Word_.word, "last") });
    orm_close(own);
    CHECK(kept && orm_len(kept) == 1 && strcmp(kept->word, "last") == 0);
    orm_free(kept);
}

/* ---- files from outside ---------------------------------------------------------------------------------------------------------------------------------- */
/* made by a library that trusts itself; read by ours */
static void file_from_outside(const char *path, const char *sql)
{
    sqlite3 *raw = NULL;
    CHECK_INT(sqlite3_open(path, &raw), SQLITE_OK);
    CHECK_INT(sqlite3_exec(raw, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(raw);
}

TEST(S36_a_database_from_outside_is_only_data)
{
    char dir[] = "/tmp/orm_hostile_XXXXXX", path[64], url[100];
    orm_opt_int64 n = { 0 };
    REQUIRE(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/evil.db", dir);
    snprintf(url, sizeof url, "sqlite:%s", path);
    file_from_outside(path, "create table words (id integer primary key, word text); insert into words values (1, 'w');"
                            "create view evil as select load_extension('/tmp/evil.so') as id;"
                            "create view odd as select fts3_tokenizer('simple') as id;"
                            "create trigger t after insert on words begin select load_extension('/tmp/evil.so'); end;");
    orm_db *db = orm_open(url);
    REQUIRE(db);
    OK(orm_scalar(db, &n, "select count(*) from words", orm_no_params));
    CHECK_INT(n.value, 1);
    CHECK(orm_scalar(db, &n, "select id from evil", orm_no_params) != ORM_OK);
    CHECK(orm_scalar(db, &n, "select id from odd", orm_no_params) != ORM_OK);
    CHECK(orm_exec(db, NULL, "insert into words values (2, 'x')", orm_no_params) != ORM_OK);
    CHECK(orm_scalar(db, &n, "select load_extension('/tmp/evil.so')", orm_no_params) != ORM_OK);
    CHECK(orm_exec(db, NULL, "update sqlite_schema set sql = 'x'", orm_no_params) != ORM_OK);
    (void)orm_exec(db, NULL, "pragma writable_schema = on", orm_no_params);
    CHECK(orm_exec(db, NULL, "delete from sqlite_schema", orm_no_params) != ORM_OK);
    OK(orm_scalar(db, &n, "select count(*) from words where word = ?1", orm_params("attach database '/tmp/evil.db' as evil")));
    orm_close(db);
    unlink(path);
    /* an index of searched columns that is none: it opens the door to FTS5 and to nothing else */
    file_from_outside(path, "create table words (id integer primary key, word text); insert into words values (1, 'w');"
                            "create virtual table orm_words_search_00000000 using fts5(word);"
                            "create view evil as select load_extension('/tmp/evil.so') as id;"
                            "create trigger t after insert on words begin insert into orm_words_search_00000000(rowid, word) values (new.id, new.word); select load_extension('/tmp/evil.so'); end;");
    db = orm_open(url);
    REQUIRE(db);
    CHECK(orm_exec(db, NULL, "insert into words values (2, 'x')", orm_no_params) != ORM_OK);
    CHECK(orm_scalar(db, &n, "select id from evil", orm_no_params) != ORM_OK);
    OK(orm_scalar(db, &n, "select count(*) from words", orm_no_params));
    CHECK_INT(n.value, 1);
    orm_close(db);
    unlink(path);
    CHECK(rmdir(dir) == 0);
}

TEST(S36_a_damaged_database_is_told_and_no_crash)
{
    char dir[] = "/tmp/orm_hostile_XXXXXX", path[64], url[100];
    uint64_t random = 2026;
    REQUIRE(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/damaged.db", dir);
    snprintf(url, sizeof url, "sqlite:%s?journal=delete", path);
    for (int round = 0; round < 60; round++) {
        unlink(path);
        orm_db *db = orm_open(url);
        REQUIRE(db);
        OK(orm_sync(db, &Hostile_schema));
        Word words[40];
        for (int i = 0; i < 40; i++) {
            words[i] = Word_defaults();
            words[i].word = "a word that takes some place in its page, so that there are several of them";
            words[i].raw = "{\"a\": [1, 2, 3]}";
        }
        OK(Word_create_all(db, words, 40, NULL));
        orm_close(db);
        FILE *file = fopen(path, "r+b");
        REQUIRE(file && fseek(file, 0, SEEK_END) == 0);
        long size = ftell(file);
        for (int i = 0; i < 50; i++) {
            CHECK(fseek(file, 100 + random_below(&random, (int)size - 100), SEEK_SET) == 0);
            fputc(random_below(&random, 256), file);
        }
        fclose(file);
        db = orm_open(url);
        if (!db) continue;
        ORM_AUTO Word *rows = Word_find_all(db, &(Word_query){ .include = { orm_with(Word_.page) } });
        if (!rows) CHECK(orm_failed());
        ORM_NEW(Word, word, .word = "w", .raw = "1");
        if (Word_create(db, &word) != ORM_OK) CHECK(orm_failed());
        (void)orm_verify(db, &Hostile_schema, NULL, NULL, NULL);
        orm_close(db);
    }
    unlink(path);
    CHECK(rmdir(dir) == 0);
}

CHECK_MAIN()

/* test: no-valgrind: thousands of queries; the address sanitizer sees the same, and sooner
   >>json_path_test: paths into JSON documents on each engine: conditions, orders, changes; keys that other libraries fell over; random documents against a walk in C. */
#include "helpers.h"

#define Doc_FIELDS(X)                                                             \
    X(id,      serial)                                                            \
    X(name,    text)                                                              \
    X(data,    jsonb, nullable)                                                   \
    X(raw,     json, nullable)                                                    \
    X(hidden,  jsonb, nullable, secret)
ORM_MODEL(Doc, docs)
#define Docs_MODELS(X) X(Doc)
ORM_SCHEMA(Docs)
ORM_DEFINE(Docs)
static const struct case_setup cases = { .schema = &Docs_schema };

static void make(orm_db *db, const char *name, const char *json)
{
    ORM_NEW(Doc, doc, .name = name, .data = json, .raw = json, .hidden = json);
    OK(Doc_create(db, &doc));
}

/* the names of the rows that the condition finds, on the jsonb and the json column alike */
static const char *found(orm_db *db, Doc_pred where)
{
    static char names[256];
    ORM_AUTO Doc *rows = Doc_find_all(db, &(Doc_query){ .where = where, .order = { orm_asc(Doc_.id) } });
    names[0] = 0;
    if (!rows) return orm_error()->message;
    for (size_t i = 0; i < orm_len(rows); i++) strncat(names, rows[i].name, sizeof names - strlen(names) - 1);
    return names;
}
static void finds(orm_db *db, int line, const char *expected, Doc_pred in_jsonb, Doc_pred in_json)
{
    check_text(__FILE__, line, "in a jsonb column", found(db, in_jsonb), expected);
    check_text(__FILE__, line, "in a json column", found(db, in_json), expected);
}
#define FINDS(expected, call, ...) finds(db, __LINE__, expected, call(Doc_.data, __VA_ARGS__), call(Doc_.raw, __VA_ARGS__))

static void make_all(orm_db *db)
{
    make(db, "a", "{\"theme\": \"dark\", \"size\": 3, \"on\": true, \"a.b\": 1, \"tags\": [\"red\", \"green\", 7]}");
    make(db, "b", "{\"theme\": \"light\", \"size\": 12, \"on\": false, \"a\": {\"b\": 1, \"x\": null}, \"tags\": []}");
    make(db, "c", "{\"theme\": 5, \"size\": \"3\", \"on\": 1, \"a\": {\"b\": \"1\"}, \"tags\": {\"0\": \"red\"}}");
    make(db, "d", "{\"theme\": null, \"size\": 3.50}");
    make(db, "e", "[1, [2, 3], {\"theme\": \"dark\"}]");
    make(db, "f", "\"dark\"");
    make(db, "g", "null");
    make(db, "h", NULL);
}

ON_EACH_OF(comparisons_look_at_values_of_their_type, cases)
{
    make_all(db);
    FINDS("a", orm_json_eq, orm_path("theme"), "dark");
    FINDS("b", orm_json_ne, orm_path("theme"), "dark");
    FINDS("b", orm_json_gt, orm_path("theme"), "dark");
    FINDS("ab", orm_json_gte, orm_path("theme"), "dark");
    FINDS("a", orm_json_lt, orm_path("theme"), "light");
    FINDS("ab", orm_json_lte, orm_path("theme"), "light");
    FINDS("c", orm_json_eq, orm_path("theme"), 5);
    FINDS("a", orm_json_eq, orm_path("size"), 3);
    FINDS("a", orm_json_eq, orm_path("size"), 3.0);
    FINDS("d", orm_json_eq, orm_path("size"), 3.5);
    FINDS("bd", orm_json_gt, orm_path("size"), 3);
    FINDS("ad", orm_json_lt, orm_path("size"), 12);
    FINDS("c", orm_json_eq, orm_path("size"), "3");
    CHECK_TEXT(found(db, orm_json_eq(Doc_.data, orm_path("on"), true)), "a");
    CHECK_TEXT(found(db, orm_json_eq(Doc_.raw, orm_path("on"), false)), "b");
    CHECK_TEXT(found(db, orm_json_eq(Doc_.raw, orm_path("size", 0), 3)), "");
    FINDS("c", orm_json_eq, orm_path("on"), 1);
    bool yes = true;
    FINDS("a", orm_json_eq, orm_path("on"), yes);
    FINDS("f", orm_json_eq, ORM_WHOLE, "dark");
    FINDS("e", orm_json_eq, orm_path(0), 1);
    FINDS("e", orm_json_eq, orm_path(1, 1), 3);
    FINDS("e", orm_json_eq, orm_path(-1, "theme"), "dark");
    FINDS("", orm_json_eq, orm_path("0"), 1);
    FINDS("a", orm_json_eq, orm_path("tags", 0), "red");
    FINDS("a", orm_json_eq, orm_path("tags", -1), 7);
    FINDS("c", orm_json_eq, orm_path("tags", "0"), "red");
    CHECK_TEXT(found(db, orm_not(orm_json_eq(Doc_.data, orm_path("theme"), "dark"))), "b");
    CHECK_TEXT(found(db, orm_and(orm_json_eq(Doc_.data, orm_path("theme"), "dark"), orm_eq(Doc_.name, "a"), orm_or(orm_json_gt(Doc_.data, orm_path("size"), 1), orm_json_missing(Doc_.raw, orm_path("x", "y", "z"))))), "a");
}

ON_EACH_OF(a_key_with_a_point_is_one_step, cases)
{
    make_all(db);
    FINDS("a", orm_json_eq, orm_path("a.b"), 1);
    FINDS("b", orm_json_eq, orm_path("a", "b"), 1);
    FINDS("", orm_json_eq, orm_path("$.a.b"), 1);
}

ON_EACH_OF(null_of_json_is_not_null_of_sql, cases)
{
    make_all(db);
    FINDS("d", orm_json_is_null, orm_path("theme"));
    FINDS("g", orm_json_is_null, ORM_WHOLE);
    FINDS("efgh", orm_json_missing, orm_path("theme"));
    FINDS("h", orm_json_missing, ORM_WHOLE);
    FINDS("abcd", orm_json_exists, orm_path("theme"));
    FINDS("abcd", orm_json_has_key, ORM_WHOLE, "theme");
    FINDS("b", orm_json_has_key, orm_path("a"), "x");
    FINDS("b", orm_json_is_null, orm_path("a", "x"));
    CHECK_TEXT(found(db, orm_not(orm_json_is_null(Doc_.data, orm_path("theme")))), "abcefgh");
    CHECK_TEXT(found(db, orm_is_null(Doc_.data)), "h");
}

ON_EACH_OF(documents_contain_others, cases)
{
    make_all(db);
    FINDS("a", orm_json_contains, orm_path("tags"), "[\"red\"]");
    FINDS("a", orm_json_contains, orm_path("tags"), "[7.0, \"red\", \"red\"]");
    FINDS("a", orm_json_contains, orm_path("tags"), "\"green\"");
    FINDS("ab", orm_json_contains, orm_path("tags"), "[]");
    FINDS("a", orm_json_contains, ORM_WHOLE, "{\"theme\": \"dark\", \"tags\": [\"green\"]}");
    FINDS("b", orm_json_contains, ORM_WHOLE, "{\"a\": {\"b\": 1}}");
    FINDS("", orm_json_contains, ORM_WHOLE, "{\"tags\": \"red\"}");
    FINDS("e", orm_json_contains, ORM_WHOLE, "[[3], {\"theme\": \"dark\"}]");
    FINDS("e", orm_json_contains, ORM_WHOLE, "1");
    FINDS("", orm_json_contains, ORM_WHOLE, "3");
    FINDS("abcd", orm_json_contains, ORM_WHOLE, "{}");
    FINDS("d", orm_json_contains, ORM_WHOLE, "{\"size\": 3.5}");
    FINDS("g", orm_json_contains, ORM_WHOLE, "null");
    int64_t n;
    REFUSED(db, Doc_count(db, &(Doc_query){ .where = orm_json_contains(Doc_.data, ORM_WHOLE, "{") }, &n), ORM_VALIDATION);
}

ON_EACH_OF(bad_keys_and_values_are_refused, cases)
{
    int64_t n;
    const char *none = NULL;
    double zero = 0;
    make_all(db);
    REFUSED(db, Doc_count(db, &(Doc_query){ .where = orm_json_eq(Doc_.data, orm_path("a", none), 1) }, &n), ORM_MISUSE);
    REFUSED(db, Doc_count(db, &(Doc_query){ .where = orm_json_eq(Doc_.data, orm_path("a"), none) }, &n), ORM_MISUSE);
    REFUSED(db, Doc_count(db, &(Doc_query){ .where = orm_json_eq(Doc_.data, orm_path(INT64_C(3000000000)), 1) }, &n), ORM_VALUE_RANGE);
    REFUSED(db, Doc_count(db, &(Doc_query){ .where = orm_json_eq(Doc_.data, orm_path("a"), 1 / zero) }, &n), ORM_VALUE_RANGE);
    REFUSED(db, Doc_count(db, &(Doc_query){ .where = orm_json_has_key(Doc_.data, orm_path("a", "b", "c", "d"), "e") }, &n), ORM_MISUSE);
    REFUSED(db, Doc_count(db, &(Doc_query){ .where = orm_json_eq(Doc_.data, orm_path("\xC3("), 1) }, &n), orm_error()->kind);
    REFUSED(db, Doc_update(db, &(Doc_change){ .set = { orm_json_set(Doc_.data, ORM_WHOLE, 1) }, .all = true }, &n), ORM_MISUSE);
    REFUSED(db, Doc_update(db, &(Doc_change){ .set = { orm_json_set_text(Doc_.data, orm_path("a"), "{") }, .all = true }, &n), ORM_VALIDATION);
    REFUSED_ROWS(db, Doc_find_all(db, &(Doc_query){ .order = { orm_json_asc(Doc_.data, orm_path("a")) }, .after = &(Doc){ .id = 1, .data = "1" } }), ORM_MISUSE);
}

ON_EACH_OF(keys_are_bound, cases)
{
    static char large[10001];
    memset(large, 'k', sizeof large - 1);
    const char *const keys[] = { "a'b", "a\"b", "a\\b", "a.b", "a[0]", "*", "**", "x::text) or 1=1--", "$.x", "''", "", "$1", "?1", "%s", "\xE2\x82\xAC", "\n", "-1", "0", large };
    for (size_t i = 0; i < sizeof keys / sizeof *keys && !check_failed; i++) {
        make(db, "a", "{}");
        make(db, "b", "{\"a\": {\"b\": 1}, \"x\": 1, \"ab\": 1, \"k\": 1}");
        OK(Doc_update(db, &(Doc_change){ .set = { orm_json_set(Doc_.data, orm_path(keys[i]), keys[i]), orm_json_set(Doc_.raw, orm_path(keys[i]), 1) }, .where = orm_eq(Doc_.name, "a") }, NULL));
        CHECK_TEXT(found(db, orm_json_eq(Doc_.data, orm_path(keys[i]), keys[i])), "a");
        CHECK_TEXT(found(db, orm_json_eq(Doc_.raw, orm_path(keys[i]), 1)), "a");
        CHECK_TEXT(found(db, orm_json_has_key(Doc_.data, ORM_WHOLE, keys[i])), "a");
        CHECK_TEXT(found(db, orm_json_eq(Doc_.data, orm_path("x"), keys[i])), "");
        OK(Doc_update(db, &(Doc_change){ .set = { orm_json_remove(Doc_.data, orm_path(keys[i])) }, .where = orm_eq(Doc_.name, "a") }, NULL));
        CHECK_TEXT(found(db, orm_json_missing(Doc_.data, orm_path(keys[i]))), "ab");
        CHECK_TEXT(found(db, orm_json_contains(Doc_.data, ORM_WHOLE, "{}")), "ab");
        OK(Doc_destroy_all(db, &(Doc_query){ .all = true }, NULL));
    }
}

ON_EACH_OF(numbers_keep_all_their_digits, cases)
{
    make(db, "a", "9007199254740993");
    make(db, "b", "9007199254740992");
    make(db, "c", "0.1");
    make(db, "d", "0.10000000000000000000001");
    make(db, "e", "1e300");
    make(db, "f", "-1e300");
    make(db, "g", "1000e-1");
    make(db, "h", "-0.00");
    FINDS("a", orm_json_eq, ORM_WHOLE, INT64_C(9007199254740993));
    FINDS("c", orm_json_eq, ORM_WHOLE, 0.1);
    FINDS("abdeg", orm_json_gt, ORM_WHOLE, 0.1);
    FINDS("e", orm_json_eq, ORM_WHOLE, 1e300);
    FINDS("g", orm_json_eq, ORM_WHOLE, 100);
    FINDS("h", orm_json_eq, ORM_WHOLE, 0);
    FINDS("f", orm_json_lt, ORM_WHOLE, 0);
    ORM_AUTO Doc *rows = Doc_find_all(db, &(Doc_query){ .order = { orm_json_desc(Doc_.raw, ORM_WHOLE) } });
    char order[16] = "";
    for (size_t i = 0; rows && i < orm_len(rows); i++) strcat(order, rows[i].name);
    CHECK_TEXT(order, "eabgdchf");
}

ON_EACH_OF(rows_sort_by_what_a_path_leads_to, cases)
{
    static const char *const values[] = { "{}", "{\"v\": null}", "{\"v\": \"\"}", "{\"v\": \"B\"}", "{\"v\": \"a\"}", "{\"v\": \"\\u00e9\"}", "{\"v\": -5}", "{\"v\": -0.5}", "{\"v\": 0}", "{\"v\": 2}", "{\"v\": 10}",
                                         "{\"v\": 10.5}", "{\"v\": false}", "{\"v\": true}", "{\"v\": []}", "{\"v\": {}}" };
    enum { N = sizeof values / sizeof *values };
    for (int i = 0; i < N; i++) make(db, "x", values[i * 7 % N]);
    ORM_AUTO Doc *up = Doc_find_all(db, &(Doc_query){ .order = { orm_json_asc(Doc_.raw, orm_path("v")) } });
    ORM_AUTO Doc *down = Doc_find_all(db, &(Doc_query){ .order = { orm_json_desc(Doc_.data, orm_path("v")) }, .limit = N });
    REQUIRE(orm_len(up) == N && orm_len(down) == N);
    for (int i = 0; i < N; i++) {
        CHECK_TEXT(up[i].raw, values[i]);
        CHECK_TEXT(down[i].raw, values[N - 1 - i]);
    }
}

static const char *changed(orm_db *db, const char *json, Doc_assignment set)
{
    static char text[256];
    OK(Doc_destroy_all(db, &(Doc_query){ .all = true }, NULL));
    make(db, "x", json);
    OK(Doc_update(db, &(Doc_change){ .set = { set }, .all = true }, NULL));
    ORM_AUTO Doc *row = Doc_find_one(db, NULL);
    size_t n = 0;
    for (const char *at = row && row->data ? row->data : "(null)"; *at && n < sizeof text - 1; at++) if (*at != ' ') text[n++] = *at;
    text[n] = 0;
    return text;
}

ON_EACH_OF(documents_are_changed_in_place, cases)
{
    CHECK_TEXT(changed(db, "{\"a\": 1}", orm_json_set(Doc_.data, orm_path("a"), 2)), "{\"a\":2}");
    CHECK_TEXT(changed(db, "{\"a\": 1}", orm_json_set(Doc_.data, orm_path("b"), "x\"y")), "{\"a\":1,\"b\":\"x\\\"y\"}");
    CHECK_TEXT(changed(db, "{}", orm_json_set(Doc_.data, orm_path("b"), true)), "{\"b\":true}");
    CHECK_TEXT(changed(db, "{\"a\": {\"b\": 1}}", orm_json_set(Doc_.data, orm_path("a", "b"), 0.5)), "{\"a\":{\"b\":0.5}}");
    CHECK_TEXT(changed(db, "{\"a\": 1}", orm_json_set(Doc_.data, orm_path("a", "b"), 2)), "{\"a\":1}");
    CHECK_TEXT(changed(db, "{\"a\": 1}", orm_json_set(Doc_.data, orm_path("x", "b"), 2)), "{\"a\":1}");
    CHECK_TEXT(changed(db, "{\"a\": [1, 2]}", orm_json_set(Doc_.data, orm_path("a", 1), 5)), "{\"a\":[1,5]}");
    CHECK_TEXT(changed(db, "{\"a\": [1, 2]}", orm_json_set(Doc_.data, orm_path("a", -2), 5)), "{\"a\":[5,2]}");
    CHECK_TEXT(changed(db, "{\"a\": [1, 2]}", orm_json_set(Doc_.data, orm_path("a", 9), 5)), "{\"a\":[1,2,5]}");
    CHECK_TEXT(changed(db, "{\"a\": [1, 2]}", orm_json_set(Doc_.data, orm_path("a", -9), 5)), "{\"a\":[5,1,2]}");
    CHECK_TEXT(changed(db, "[]", orm_json_set(Doc_.data, orm_path(0), 5)), "[5]");
    CHECK_TEXT(changed(db, "{\"a\": [1, 2]}", orm_json_set(Doc_.data, orm_path("a", "x"), 5)), "{\"a\":[1,2]}");
    CHECK_TEXT(changed(db, "{\"0\": 1}", orm_json_set(Doc_.data, orm_path(0), 5)), "{\"0\":1}");
    CHECK_TEXT(changed(db, "3", orm_json_set(Doc_.data, orm_path(0), 5)), "3");
    CHECK_TEXT(changed(db, NULL, orm_json_set(Doc_.data, orm_path("a"), 5)), "(null)");
    CHECK_TEXT(changed(db, "{\"a\": 1}", orm_json_set_text(Doc_.data, orm_path("a"), "null")), "{\"a\":null}");
    CHECK_TEXT(changed(db, "{\"a\": 1}", orm_json_set_text(Doc_.data, orm_path("a"), "[1, {}]")), "{\"a\":[1,{}]}");
    CHECK_TEXT(changed(db, "{\"a\": 1, \"b\": 2, \"c\": 3}", orm_json_remove(Doc_.data, orm_path("a"))), "{\"b\":2,\"c\":3}");
    CHECK_TEXT(changed(db, "{\"a\": 1, \"b\": 2, \"c\": 3}", orm_json_remove(Doc_.data, orm_path("b"))), "{\"a\":1,\"c\":3}");
    CHECK_TEXT(changed(db, "{\"a\": 1, \"b\": 2, \"c\": 3}", orm_json_remove(Doc_.data, orm_path("c"))), "{\"a\":1,\"b\":2}");
    CHECK_TEXT(changed(db, "{\"a\": [1, 2]}", orm_json_remove(Doc_.data, orm_path("a", -1))), "{\"a\":[1]}");
    CHECK_TEXT(changed(db, "{\"a\": [1]}", orm_json_remove(Doc_.data, orm_path("a", 0))), "{\"a\":[]}");
    CHECK_TEXT(changed(db, "{\"a\": [1]}", orm_json_remove(Doc_.data, orm_path("a", 5))), "{\"a\":[1]}");
    CHECK_TEXT(changed(db, "{\"a\": [1]}", orm_json_remove(Doc_.data, orm_path("a", "0"))), "{\"a\":[1]}");
}

/* ---- random documents: what an engine finds is what a walk in C finds -------------------------------------------------------------- */
/* a document as a tree: kind n s i t f a o; kids of arrays and objects; a text or a number */
typedef struct tree { char kind; int n, number; const char *text; struct tree *kid[4]; const char *key[4]; } tree;
static tree pool[4000];
static int used;
static const char *const words[] = { "a", "b", "a.b", "0", "1", "\"", "'", "" };

static tree *any_tree(uint64_t *r, int depth)
{
    tree *t = &pool[used++];
    *t = (tree){ .kind = "nsitfao"[random_below(r, depth < 3 ? 7 : 5)], .number = random_below(r, 7) - 3, .text = words[random_below(r, 8)] };
    for (int i = random_below(r, 4); (t->kind == 'a' || t->kind == 'o') && i > 0; i--) {
        t->key[t->n] = words[random_below(r, t->n == 2 ? 2 : 3) + t->n * 3];
        t->kid[t->n++] = any_tree(r, depth + 1);
    }
    return t;
}

static void put_text(char *out, const char *text)
{
    strcat(out, "\"");
    for (; *text; text++) {
        if (*text == '"') strcat(out, "\\");
        strncat(out, text, 1);
    }
    strcat(out, "\"");
}

static void put_tree(char *out, const tree *t)
{
    if (t->kind == 'n') strcat(out, "null");
    else if (t->kind == 't' || t->kind == 'f') strcat(out, t->kind == 't' ? "true" : "false");
    else if (t->kind == 's') put_text(out, t->text);
    else if (t->kind == 'i') sprintf(out + strlen(out), "%d%s", t->number, t->number % 2 ? ".0" : "");
    else {
        strcat(out, t->kind == 'a' ? "[" : "{ ");
        for (int i = 0; i < t->n; i++) {
            if (i) strcat(out, ", ");
            if (t->kind == 'o') put_text(out, t->key[i]), strcat(out, ":");
            put_tree(out, t->kid[i]);
        }
        strcat(out, t->kind == 'a' ? " ]" : "}");
    }
}

static const tree *walk(const tree *t, const orm_json_path *path)
{
    for (unsigned i = 0; t && i < path->n; i++) {
        const tree *next = NULL;
        if (path->indexes >> i & 1) {
            int64_t at = path->step[i].index + (path->step[i].index < 0 ? t->n : 0);
            if (t->kind == 'a' && at >= 0 && at < t->n) next = t->kid[at];
        } else {
            for (int k = 0; t->kind == 'o' && k < t->n; k++) if (strcmp(t->key[k], path->step[i].key) == 0) next = t->kid[k];
        }
        t = next;
    }
    return t;
}

ON_EACH_OF(random_documents_against_a_walk, cases)
{
    static tree *trees[30];
    static char json[20000];
    uint64_t r = 2026;
    used = 0;
    for (int i = 0; i < 30; i++) {
        trees[i] = any_tree(&r, 0);
        json[0] = 0;
        put_tree(json, trees[i]);
        make(db, "x", json);
    }
    for (int round = 0; round < 300 && !check_failed; round++) {
        orm_json_path path = { .n = 0 };
        for (int n = random_below(&r, 4); n > 0; n--) {
            orm_value step = random_below(&r, 2) ? orm__v_int(random_below(&r, 5) - 2) : orm__v_text(words[random_below(&r, 8)]);
            orm_json_path one = orm__path_to(1, &step);
            path.indexes = (uint8_t)(path.indexes | one.indexes << path.n);
            path.step[path.n++] = one.step[0];
        }
        int number = random_below(&r, 7) - 3;
        const char *word = words[random_below(&r, 8)];
        int64_t wanted[6] = { 0 };
        for (int i = 0; i < 30; i++) {
            const tree *t = walk(trees[i], &path);
            wanted[0] += t && t->kind == 'i' && t->number == number;
            wanted[1] += t && t->kind == 'i' && t->number < number;
            wanted[2] += t && t->kind == 's' && strcmp(t->text, word) >= 0;
            wanted[3] += t && t->kind == 't';
            wanted[4] += t && t->kind == 'n';
            wanted[5] += !t;
        }
        CHECK_INT(COUNT(Doc, db, .where = orm_json_eq(Doc_.data, path, number)), wanted[0]);
        CHECK_INT(COUNT(Doc, db, .where = orm_json_lt(Doc_.raw, path, number)), wanted[1]);
        CHECK_INT(COUNT(Doc, db, .where = orm_json_gte(Doc_.data, path, word)), wanted[2]);
        CHECK_INT(COUNT(Doc, db, .where = orm_json_eq(Doc_.raw, path, true)), wanted[3]);
        CHECK_INT(COUNT(Doc, db, .where = orm_json_is_null(Doc_.data, path)), wanted[4]);
        CHECK_INT(COUNT(Doc, db, .where = orm_json_missing(Doc_.data, path)), wanted[5]);
    }
}

CHECK_MAIN()

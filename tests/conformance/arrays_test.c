/* test: no-valgrind: thousands of queries; the address sanitizer sees the same, and sooner
   >>arrays_test: arrays of each element on each engine: random values come back to the bit, NULL is not empty, and what they hold can be asked for. */
#include "helpers.h"
#include "check_alloc.h"
#include <math.h>

#define Sets_FIELDS(X)                                                            \
    X(id,      serial)                                                            \
    X(tiny,    array(smallint), nullable)                                         \
    X(small,   array(integer), nullable)                                          \
    X(big,     array(bigint), nullable, column("big ones"))                       \
    X(half,    array(real), nullable)                                             \
    X(whole,   array(double), nullable)                                           \
    X(yes,     array(boolean), nullable)                                          \
    X(words,   array(text), nullable)                                             \
    X(days,    array(date), nullable)                                             \
    X(moments, array(timestamp), nullable)                                        \
    X(ids,     array(uuid), nullable)
ORM_MODEL(Sets, sets)

#define Post_FIELDS(X)                                                            \
    X(id,      serial)                                                            \
    X(title,   text)                                                              \
    X(tags,    array(text), unique)                                               \
    X(scores,  array(integer), nullable, secret)
ORM_MODEL(Post, posts)

#define Arrays_MODELS(X) X(Sets) X(Post)
ORM_SCHEMA(Arrays)
ORM_DEFINE(Arrays)
static const struct case_setup cases = { .schema = &Arrays_schema };

/* ---- random values ------------------------------------------------------------------------------------------------------------ */
enum { MOST = 12, TEXTS = 40 };
static struct {
    int16_t tiny[MOST]; int32_t small[MOST]; int64_t big[MOST]; float half[MOST]; double whole[MOST]; bool yes[MOST]; const char *words[MOST];
    orm_date days[MOST]; orm_time moments[MOST]; orm_uuid ids[MOST]; char texts[MOST][TEXTS];
} made;

static int64_t any_int(uint64_t *r, int64_t low, int64_t high)
{
    switch (random_below(r, 4)) {
    case 0:  return low;
    case 1:  return high;
    case 2:  return random_below(r, 100);
    default: return (int64_t)((uint64_t)low + random_next(r) % ((uint64_t)high - (uint64_t)low));
    }
}

static double any_number(uint64_t *r)
{
    static const double special[] = { 0, -0.0, INFINITY, -INFINITY, 5e-324, 1.7976931348623157e308, 0.1, -1e15, 1e22, 123456789012345680.0, 2.5, 1.0 / 3 };
    double number;
    uint64_t bits = random_next(r);
    if (random_below(r, 2)) return special[random_below(r, sizeof special / sizeof *special)];
    memcpy(&number, &bits, sizeof number);
    return isnan(number) ? 0.5 : number;
}

static float any_single(uint64_t *r)
{
    static const float special[] = { 0, -0.0f, INFINITY, 1e-45f, 3.4028235e38f, 0.1f, 16777216, -2.5f };
    float number;
    uint32_t bits = (uint32_t)random_next(r);
    if (random_below(r, 2)) return special[random_below(r, sizeof special / sizeof *special)];
    memcpy(&number, &bits, sizeof number);
    return isnan(number) ? 0.5f : number;
}

static const char *any_text(uint64_t *r, char *out)
{
    static const char *const pieces[] = { "a", "\"", "\\", "{", "}", ",", "null", "NULL", "'", "\n", "\t", "\x01", "\x1f", "\x7f", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80", " ", "/", "\\u0041", "" };
    out[0] = 0;
    for (int n = random_below(r, 8); n > 0; n--) strcat(out, pieces[random_below(r, sizeof pieces / sizeof *pieces)]);
    return out;
}

static Sets any_sets(uint64_t *r)
{
    Sets s = Sets_defaults();
    for (int i = 0; i < MOST; i++) {
        made.tiny[i] = (int16_t)any_int(r, INT16_MIN, INT16_MAX);
        made.small[i] = (int32_t)any_int(r, INT32_MIN, INT32_MAX);
        made.big[i] = any_int(r, INT64_MIN, INT64_MAX);
        made.half[i] = any_single(r);
        made.whole[i] = any_number(r);
        made.yes[i] = random_below(r, 2) != 0;
        made.words[i] = any_text(r, made.texts[i]);
        made.days[i] = (orm_date){ (int32_t)any_int(r, -719162, 2932896) };
        made.moments[i] = any_int(r, -719162 * INT64_C(86400000000), 2932897 * INT64_C(86400000000) - 1);
        made.ids[i] = random_below(r, 8) ? orm_uuid_v4() : (orm_uuid){ { 0 } };
    }
#define FILL(member, type) if (random_below(r, 5)) s.member = (type){ made.member, (size_t)random_below(r, MOST + 1) };
    FILL(tiny, orm_int16s) FILL(small, orm_int32s) FILL(big, orm_int64s) FILL(half, orm_floats) FILL(whole, orm_doubles) FILL(yes, orm_bools)
    FILL(words, orm_texts) FILL(days, orm_dates) FILL(moments, orm_times) FILL(ids, orm_uuids)
    return s;
}

#define SAME(a, b) ((a.at == NULL) == (b.at == NULL) && a.n == b.n && (a.n == 0 || memcmp(a.at, b.at, a.n * sizeof *a.at) == 0))
static bool same_texts(orm_texts a, orm_texts b)
{
    bool same = (a.at == NULL) == (b.at == NULL) && a.n == b.n;
    for (size_t i = 0; same && i < a.n; i++) same = strcmp(a.at[i], b.at[i]) == 0;
    return same;
}
static bool same_sets(const Sets *a, const Sets *b)
{
    return SAME(a->tiny, b->tiny) && SAME(a->small, b->small) && SAME(a->big, b->big) && SAME(a->half, b->half) && SAME(a->whole, b->whole) &&
           SAME(a->yes, b->yes) && same_texts(a->words, b->words) && SAME(a->days, b->days) && SAME(a->moments, b->moments) && SAME(a->ids, b->ids);
}

ON_EACH_OF(random_arrays_come_back_to_the_bit, cases)
{
    uint64_t r = 4711;
    for (int i = 0; i < 300 && !check_failed; i++) {
        Sets s = any_sets(&r);
        OK(Sets_create(db, &s));
        ORM_AUTO Sets *found = Sets_find(db, s.id);
        CHECK(found && same_sets(&s, found));
        if (check_failed) return;
        /* what was found is found again by its own value */
        if (found->words.at) CHECK_INT(COUNT(Sets, db, .where = orm_and(orm_eq(Sets_.id, s.id), orm_eq(Sets_.words, found->words), orm_holds_all(Sets_.words, found->words))), 1);
        if (found->whole.at) CHECK_INT(COUNT(Sets, db, .where = orm_and(orm_eq(Sets_.id, s.id), orm_eq(Sets_.whole, found->whole), orm_holds_all(Sets_.whole, found->whole))), 1);
        if (found->half.at) CHECK_INT(COUNT(Sets, db, .where = orm_and(orm_eq(Sets_.id, s.id), orm_eq(Sets_.half, found->half), orm_holds_all(Sets_.half, found->half))), 1);
        for (size_t k = 0; k < found->words.n; k++) CHECK_INT(COUNT(Sets, db, .where = orm_and(orm_eq(Sets_.id, s.id), orm_holds(Sets_.words, found->words.at[k]))), 1);
        for (size_t k = 0; k < found->half.n; k++) CHECK_INT(COUNT(Sets, db, .where = orm_and(orm_eq(Sets_.id, s.id), orm_holds(Sets_.half, found->half.at[k]))), 1);
        for (size_t k = 0; k < found->big.n; k++) CHECK_INT(COUNT(Sets, db, .where = orm_and(orm_eq(Sets_.id, s.id), orm_holds(Sets_.big, found->big.at[k]))), 1);
        ORM_AUTO Sets *copy = Sets_copy(found);
        CHECK(copy && same_sets(copy, found) && (!found->big.at || copy->big.at != found->big.at));
    }
}

ON_EACH_OF(many_rows_are_written_and_read_at_once, cases)
{
    static Sets rows[50];
    uint64_t r = 1;
    Sets one = any_sets(&r);
    for (int i = 0; i < 50; i++) {
        rows[i] = Sets_defaults();
        if (i % 3) rows[i].words = one.words;
        if (i % 2) rows[i].small = (orm_int32s){ made.small, (size_t)i % MOST };
    }
    OK(Sets_create_all(db, rows, 50, NULL));
    ORM_AUTO Sets *found = Sets_find_all(db, &(Sets_query){ .order = { orm_asc(Sets_.id) } });
    REQUIRE(orm_len(found) == 50);
    for (int i = 0; i < 50; i++) CHECK(same_sets(&rows[i], &found[i]));
}

/* ---- a column of tags ------------------------------------------------------------------------------------------------------------ */
static void make_posts(orm_db *db)
{
    int32_t scores[] = { 3, 1, 3 };
    ORM_NEW(Post, a, .title = "a", .tags = orm_array(orm_texts, "red", "green"), .scores = orm_array_at(orm_int32s, scores, 3));
    ORM_NEW(Post, b, .title = "b", .tags = orm_array(orm_texts, "green"), .scores = orm_empty(orm_int32s));
    ORM_NEW(Post, c, .title = "c", .tags = orm_empty(orm_texts));
    OK(Post_create(db, &a));
    OK(Post_create(db, &b));
    OK(Post_create(db, &c));
}

ON_EACH_OF(null_is_not_empty, cases)
{
    make_posts(db);
    ORM_AUTO Post *posts = Post_find_all(db, &(Post_query){ .order = { orm_asc(Post_.title) }, .with_secrets = true });
    REQUIRE(orm_len(posts) == 3);
    CHECK(posts[1].scores.at && posts[1].scores.n == 0);
    CHECK(!posts[2].scores.at);
    CHECK(posts[2].tags.at && posts[2].tags.n == 0);
    CHECK_INT(COUNT(Post, db, .where = orm_is_null(Post_.scores)), 1);
    CHECK_INT(COUNT(Post, db, .where = orm_eq(Post_.scores, orm_empty(orm_int32s))), 1);
    ORM_NEW(Post, untagged, .title = "none");
    CHECK_INT(Post_create(db, &untagged), ORM_VALIDATION);
    CHECK_TEXT(orm_error()->failures.item[0].message, "is required");
}

ON_EACH_OF(conditions_ask_what_an_array_holds, cases)
{
    orm_texts all = orm_array(orm_texts, "green", "red", "green"), some = orm_array(orm_texts, "red", "blue"), in_order = orm_array(orm_texts, "red", "green");
    orm_texts turned = orm_array(orm_texts, "green", "red"), one = orm_array(orm_texts, "green");
    orm_int32s seven = orm_array(orm_int32s, 7);
    make_posts(db);
    CHECK_INT(COUNT(Post, db, .where = orm_holds(Post_.tags, "green")), 2);
    CHECK_INT(COUNT(Post, db, .where = orm_holds(Post_.tags, "gree")), 0);
    CHECK_INT(COUNT(Post, db, .where = orm_not(orm_holds(Post_.tags, "red"))), 2);
    CHECK_INT(COUNT(Post, db, .where = orm_holds_all(Post_.tags, all)), 1);
    CHECK_INT(COUNT(Post, db, .where = orm_holds_all(Post_.tags, orm_empty(orm_texts))), 3);
    CHECK_INT(COUNT(Post, db, .where = orm_holds_any(Post_.tags, some)), 1);
    CHECK_INT(COUNT(Post, db, .where = orm_holds_any(Post_.tags, orm_empty(orm_texts))), 0);
    CHECK_INT(COUNT(Post, db, .where = orm_eq(Post_.tags, in_order)), 1);
    CHECK_INT(COUNT(Post, db, .where = orm_eq(Post_.tags, turned)), 0);
    CHECK_INT(COUNT(Post, db, .where = orm_ne(Post_.tags, one)), 2);
    /* of NULL nothing is known, whichever way it is asked */
    CHECK_INT(COUNT(Post, db, .where = orm_holds(Post_.scores, 3)), 1);
    CHECK_INT(COUNT(Post, db, .where = orm_not(orm_holds(Post_.scores, 3))), 1);
    CHECK_INT(COUNT(Post, db, .where = orm_not(orm_holds_any(Post_.scores, seven))), 2);
    CHECK_INT(COUNT(Post, db, .where = orm_holds_all(Post_.scores, orm_empty(orm_int32s))), 2);
    int64_t n = 0;
    CHECK_INT(Post_count(db, &(Post_query){ .where = orm_holds(Post_.tags, (const char *)NULL) }, &n), ORM_MISUSE);
    CHECK_INT(Post_count(db, &(Post_query){ .where = orm_holds(Post_.scores, INT64_C(3000000000)) }, &n), ORM_VALUE_RANGE);
    CHECK_INT(Post_count(db, &(Post_query){ .where = orm_eq(Post_.tags, ((orm_texts){ NULL, 0 })) }, &n), ORM_MISUSE);
}

ON_EACH_OF(arrays_are_updated_saved_and_found_by, cases)
{
    make_posts(db);
    int64_t changed = 0;
    orm_texts fresh = orm_array(orm_texts, "new");
    OK(Post_update(db, &(Post_change){ .set = { orm_set(Post_.tags, fresh), orm_set_null(Post_.scores) }, .where = orm_eq(Post_.title, "a") }, &changed));
    CHECK_INT(changed, 1);
    ORM_AUTO Post *a = Post_find_by_tags(db, fresh);
    REQUIRE(a != NULL);
    CHECK_TEXT(a->title, "a");
    CHECK(!a->scores.at);
    int32_t scores[] = { -1 };
    a->scores = (orm_int32s){ scores, 1 };
    OK(Post_save(db, a));
    scores[0] = 5;                      /* the snapshot of the save is a copy */
    OK(Post_save(db, a));
    ORM_AUTO Post *again = Post_find_one(db, &(Post_query){ .where = orm_eq(Post_.id, a->id), .with_secrets = true });
    CHECK(again && again->scores.n == 1 && again->scores.at[0] == 5);
    ORM_NEW(Post, twin, .title = "twin", .tags = orm_array(orm_texts, "new"));
    CHECK_INT(Post_create(db, &twin), ORM_UNIQUE);
}

ON_EACH_OF(what_no_array_may_hold_is_refused_before_it_is_sent, cases)
{
    const char *texts[] = { "a", NULL };
    char big[64];
    double nan_[] = { 1, NAN };
    orm_date none[] = { { 0 }, ORM_UNSET_DATE };
    ORM_NEW(Post, post, .title = "x", .tags = orm_array_at(orm_texts, texts, 2));
    CHECK_INT(Post_create(db, &post), ORM_VALIDATION);
    CHECK_TEXT(orm_error()->failures.item[0].message, "has an element, number 2, that is NULL");
    texts[1] = "\xFF";
    CHECK_INT(Post_create(db, &post), ORM_VALIDATION);
    CHECK_TEXT(orm_error()->failures.item[0].message, "has an element, number 2, that is not valid UTF-8");
    CHECK_TEXT(orm_error()->failures.item[0].rule, "text");
    ORM_NEW(Sets, sets, .whole = orm_array_at(orm_doubles, nan_, 2));
    CHECK_INT(Sets_create(db, &sets), ORM_VALIDATION);
    CHECK_TEXT(orm_error()->failures.item[0].message, "has an element, number 2, that is not a number");
    sets = Sets_defaults();
    sets.days = (orm_dates){ none, 2 };
    CHECK_INT(Sets_create(db, &sets), ORM_VALIDATION);
    orm_db *narrow = orm_open(case_url, .max_text = 20);
    REQUIRE(narrow != NULL);
    memset(big, 'x', sizeof big);
    big[12] = 0;
    texts[0] = texts[1] = big;
    CHECK_INT(Post_create(narrow, &post), ORM_VALIDATION);
    CHECK_CONTAINS(orm_error()->failures.item[0].message, "number 2, that must have at most 8 bytes");
    int64_t six[6] = { 0 };
    sets = Sets_defaults();
    sets.big = (orm_int64s){ six, 6 };
    CHECK_INT(Sets_create(narrow, &sets), ORM_VALIDATION);
    CHECK_TEXT(orm_error()->failures.item[0].message, "must have at most 20 bytes");
    orm_close(narrow);
}

ON_EACH_OF(json_shows_arrays_as_arrays, cases)
{
    int32_t scores[] = { 1 };
    double numbers[] = { 0.5, 3 };
    orm_date days[] = { orm_date_make(2026, 11, 21) };
    orm_time moments[] = { 0 };
    bool yes[] = { true, false };
    ORM_NEW(Post, post, .id = 1, .title = "a", .tags = orm_array(orm_texts, "a\"b", "\xC3\xA9"), .scores = orm_array_at(orm_int32s, scores, 1));
    char *json = Post_to_json(&post, (Post_mask){ 0 });
    CHECK_TEXT(json, "{\"id\":1,\"title\":\"a\",\"tags\":[\"a\\\"b\",\"\xC3\xA9\"]}");
    orm_free_text(json);
    ORM_NEW(Sets, sets, .id = 2, .small = orm_empty(orm_int32s), .whole = orm_array_at(orm_doubles, numbers, 2), .yes = orm_array_at(orm_bools, yes, 2), .days = orm_array_at(orm_dates, days, 1), .moments = orm_array_at(orm_times, moments, 1));
    json = Sets_to_json(&sets, (Sets_mask){ .tiny = 1, .small = 1, .whole = 1, .yes = 1, .days = 1, .moments = 1 });
    CHECK_TEXT(json, "{\"tiny\":null,\"small\":[],\"whole\":[0.5,3],\"yes\":[true,false],\"days\":[\"2026-11-21\"],\"moments\":[\"1970-01-01T00:00:00.000Z\"]}");
    orm_free_text(json);
    (void)db;
}

/* what another program wrote */
ON_EACH_OF(what_is_no_array_of_its_elements_is_bad_data, cases)
{
    static const char *const elsewhere[] = { "[1, 2.5]", "[1,null]", "[\"1\"]", "[[1]]", "[3000000000]", "[true]", "[{}]" };
    make_posts(db);
    if (case_engine == ON_POSTGRES) {
        OK(orm_exec(db, NULL, "alter table posts drop constraint \"scores_array\"", orm_no_params));
        OK(orm_exec(db, NULL, "update posts set scores = '{{1,2},{3,4}}'", orm_no_params));
        CHECK(Post_find_all(db, &(Post_query){ .with_secrets = true }) == NULL);
        CHECK_INT(orm_error()->kind, ORM_BAD_DATA);
        OK(orm_exec(db, NULL, "update posts set scores = '{1,null}'", orm_no_params));
        CHECK(Post_find_all(db, &(Post_query){ .with_secrets = true }) == NULL);
        CHECK_INT(orm_error()->kind, ORM_BAD_DATA);
        CHECK_CONTAINS(orm_error()->message, "column scores (id 1) holds a value that is no array of the column's type");
        OK(orm_exec(db, NULL, "update posts set scores = '[5:6]={1,-2}'", orm_no_params));
        ORM_AUTO Post *posts = Post_find_all(db, &(Post_query){ .with_secrets = true });         /* where it begins to count is not ours */
        CHECK(posts && posts[0].scores.n == 2 && posts[0].scores.at[1] == -2);
        return;
    }
    for (size_t i = 0; i < sizeof elsewhere / sizeof *elsewhere; i++) {
        OK(orm_exec(db, NULL, "update posts set scores = ?1", orm_params(elsewhere[i])));
        CHECK(Post_find_all(db, &(Post_query){ .with_secrets = true }) == NULL);
        CHECK_INT(orm_error()->kind, ORM_BAD_DATA);
    }
    OK(orm_exec(db, NULL, "update posts set scores = ?1, tags = ?2 || id || '\"]'", orm_params(" [ 1 ,\n-2 ] ", "[ \"\\u00e9\\ud83d\\ude00\\n\\/\" , \"")));
    ORM_AUTO Post *posts = Post_find_all(db, &(Post_query){ .with_secrets = true });
    REQUIRE(orm_len(posts) == 3);
    CHECK(posts[0].scores.n == 2 && posts[0].scores.at[1] == -2);
    CHECK_TEXT(posts[0].tags.at[0], "\xC3\xA9\xF0\x9F\x98\x80\n/");
    CHECK_TEXT(posts[0].tags.at[1], "1");
}

ON_EACH_OF(the_database_refuses_what_is_no_array, cases)
{
    make_posts(db);
    if (case_engine == ON_POSTGRES) {
        CHECK_INT(orm_exec(db, NULL, "update posts set scores = array[1, null]", orm_no_params), ORM_CHECK);
        return;
    }
    CHECK(orm_exec(db, NULL, "update posts set scores = 'x'", orm_no_params) != ORM_OK);
    CHECK_INT(orm_exec(db, NULL, "update posts set scores = '{}'", orm_no_params), ORM_CHECK);
}

ON_EACH_OF(sql_by_hand_takes_arrays, cases)
{
    orm_opt_int64 n = { 0 };
    make_posts(db);
    if (case_engine == ON_POSTGRES) OK(orm_scalar(db, &n, "select count(*) from posts where title = any(?1)", orm_params(orm_array(orm_texts, "a", "c", "z"))));
    else OK(orm_scalar(db, &n, "select count(*) from posts where title in (select value from json_each(?1))", orm_params(orm_array(orm_texts, "a", "c", "z"))));
    CHECK_INT(n.value, 2);
}

/* writes an array that needs blocks of its own, reads it, asks for it and copies it */
static orm_status use_arrays(orm_db *db, const char *const *texts, size_t n)
{
    int64_t found = 0;
    ORM_NEW(Sets, sets, .words = orm_array_at(orm_texts, texts, n));
    orm_status status = Sets_create(db, &sets);
    if (!status) status = Sets_count(db, &(Sets_query){ .where = orm_and(orm_holds(Sets_.words, "a"), orm_holds_all(Sets_.words, sets.words)) }, &found);
    ORM_AUTO Sets *read = status ? NULL : Sets_find(db, sets.id);
    ORM_AUTO Sets *copy = read ? Sets_copy(read) : NULL;
    if (!status && !copy) status = orm_error()->kind;
    if (copy) read->words.n--;
    if (copy) status = Sets_save(db, read);
    if (!status) CHECK(copy->words.n == n && read->words.n == n - 1 && strcmp(copy->words.at[n - 1], "a") == 0);
    return status;
}

ON_EACH_OF(memory_that_runs_out_is_told, cases)
{
    enum { MANY = 250 };
    const char *texts[MANY];
    struct check_allocator memory = { 0 };
    orm_db *failing = orm_open(case_url, .allocator = check_failing_allocator(&memory));
    REQUIRE(failing != NULL);
    OK(orm_sync(failing, &Arrays_schema));
    for (size_t i = 0; i < MANY; i++) texts[i] = "a";
    for (size_t n = 1; n == 1 || memory.failed; n++) {
        memory.count = memory.failed = 0;
        memory.fail_at = n;
        orm_status status = use_arrays(failing, texts, MANY);
        memory.fail_at = 0;
        CHECK(status == ORM_OK || (memory.failed && status == ORM_NO_MEMORY));       /* a save does without its snapshot */
    }
    orm_close(failing);
    CHECK_INT(memory.live, 0);
    CHECK(!memory.wrong);
    (void)db;
}

ON_EACH_OF(a_second_sync_finds_no_difference, cases) { OK(orm_sync(db, &Arrays_schema)); }

CHECK_MAIN()

/* Conditions: every operator on rows that hold its edges, what lists and NULL mean, how conditions join, and what is refused. */
#include "open.h"

/* the ids of a query's rows as "1 4 7" */
#define IDS(M, db, ...) __extension__({ M *ids_rows = M##_find_all(db, &(M##_query){ __VA_ARGS__ });                                    \
    ids_at = 0; ids_text[0] = 0; if (!ids_rows) { snprintf(ids_text, sizeof ids_text, "%s", orm_error()->message); check_failed = true; } \
    for (size_t ids_i = 0; ids_rows && ids_i < orm_len(ids_rows); ids_i++) add_id(ids_rows[ids_i].id);                                  \
    orm_free(ids_rows); (const char *)ids_text; })
static char ids_text[4096];
static size_t ids_at;
static void add_id(int64_t id)
{
    int n = snprintf(ids_text + ids_at, sizeof ids_text - ids_at, "%s%lld", ids_at ? " " : "", (long long)id);
    if (n > 0 && (size_t)n < sizeof ids_text - ids_at) ids_at += (size_t)n;
}
#define BY_ID .order = { orm_asc(User_.id) }

/*  1 Ada   ada@a.de  admin   36
    2 Bob   bob@b.de  member  20
    3 Cy    cy@b.de   editor  NULL
    4 adam  adam@a.de member  36, of 1
    5 D_%*\ d@d.de    editor  90, of 1 */
static void five_users(orm_db *db)
{
    ORM_NEW(User, a, .name = "Ada", .email = "ada@a.de", .role = Role_admin, .age = orm_int32(36));
    ORM_NEW(User, b, .name = "Bob", .email = "bob@b.de", .age = orm_int32(20));
    ORM_NEW(User, c, .name = "Cy", .email = "cy@b.de", .role = Role_editor);
    ORM_NEW(User, d, .name = "adam", .email = "adam@a.de", .age = orm_int32(36), .boss_id = orm_int64(1));
    ORM_NEW(User, e, .name = "D_%*\\", .email = "d@d.de", .role = Role_editor, .age = orm_int32(90), .boss_id = orm_int64(1));
    OK(User_create(db, &a));
    OK(User_create(db, &b));
    OK(User_create(db, &c));
    OK(User_create(db, &d));
    OK(User_create(db, &e));
}

ON_EACH(numbers_compare)
{
    five_users(db);
    CHECK_TEXT(IDS(User, db, .where = orm_eq(User_.age, 36), BY_ID), "1 4");
    CHECK_TEXT(IDS(User, db, .where = orm_ne(User_.age, 36), BY_ID), "2 5");           /* NULL matches no comparison */
    CHECK_TEXT(IDS(User, db, .where = orm_gt(User_.age, 36), BY_ID), "5");
    CHECK_TEXT(IDS(User, db, .where = orm_gte(User_.age, 36), BY_ID), "1 4 5");
    CHECK_TEXT(IDS(User, db, .where = orm_lt(User_.age, 36), BY_ID), "2");
    CHECK_TEXT(IDS(User, db, .where = orm_lte(User_.age, 36), BY_ID), "1 2 4");
    CHECK_TEXT(IDS(User, db, .where = orm_between(User_.age, 20, 36), BY_ID), "1 2 4");
    CHECK_TEXT(IDS(User, db, .where = orm_between(User_.age, 37, 20), BY_ID), "");
    CHECK_TEXT(IDS(User, db, .where = orm_not(orm_between(User_.age, 20, 36)), BY_ID), "5");
    CHECK_TEXT(IDS(User, db, .where = orm_is_null(User_.age), BY_ID), "3");
    CHECK_TEXT(IDS(User, db, .where = orm_is_not_null(User_.age), BY_ID), "1 2 4 5");
}

ON_EACH(a_range_is_without_its_end)
{
    five_users(db);
    CHECK_TEXT(IDS(User, db, .where = orm_from_to(User_.age, 20, 36), BY_ID), "2");
    CHECK_TEXT(IDS(User, db, .where = orm_from_to(User_.age, 20, 37), BY_ID), "1 2 4");
    CHECK_TEXT(IDS(User, db, .where = orm_from_to(User_.age, 36, 36), BY_ID), "");
    CHECK_TEXT(IDS(User, db, .where = orm_from_to(User_.age, 37, 20), BY_ID), "");           /* as orm_between */
    CHECK_TEXT(IDS(User, db, .where = orm_not(orm_from_to(User_.age, 20, 36)), BY_ID), "1 4 5");
    CHECK_TEXT(IDS(User, db, .where = orm_from_to(User_.name, "A", "B"), BY_ID), "1");
    CHECK_TEXT(IDS(User, db, .where = orm_from_to(User_.role, Role_editor, Role_admin), BY_ID), "3 5");
    CHECK_TEXT(IDS(User, db, .where = orm_or(orm_from_to(User_.age, 0, 21), orm_and(orm_from_to(User_.age, 36, 90), orm_is_not_null(User_.boss_id))), BY_ID), "2 4");
    const char *unset = NULL;
    REFUSED_ROWS(db, User_find_all(db, &(User_query){ .where = orm_from_to(User_.name, "A", unset) }), ORM_MISUSE);
    REFUSED_ROWS(db, User_find_all(db, &(User_query){ .where = orm_from_to(User_.age, 0, INT64_MAX) }), ORM_VALUE_RANGE);
}

ON_EACH(each_moment_is_in_one_day)
{
    static const char *const moments[] = { "2024-02-28T23:59:59.999999Z", "2024-02-29T00:00:00Z", "2024-02-29T23:59:59.999999Z", "2024-03-01T00:00:00Z" };
    orm_time days[4];
    for (int i = 0; i < 4; i++) days[i] = orm_time_make((orm_date){ .days = orm_date_make(2024, 2, 28).days + i }, (orm_clock){ 0 });
    for (size_t i = 0; i <= sizeof moments / sizeof moments[0]; i++) {
        Maybe row = Maybe_defaults();
        if (i < sizeof moments / sizeof moments[0]) REQUIRE(orm_time_parse(moments[i], &row.moment.value));
        row.moment.set = i < sizeof moments / sizeof moments[0];
        row.day = (orm_opt_date){ orm_date_make(2024, 2, 28 + (int)i % 2), row.moment.set };
        OK(Maybe_create(db, &row));
    }
#define MAYBES(...) IDS(Maybe, db, .where = __VA_ARGS__, .order = { orm_asc(Maybe_.id) })
    CHECK_TEXT(MAYBES(orm_from_to(Maybe_.moment, days[0], days[1])), "1");
    CHECK_TEXT(MAYBES(orm_from_to(Maybe_.moment, days[1], days[2])), "2 3");
    CHECK_TEXT(MAYBES(orm_from_to(Maybe_.moment, days[2], days[3])), "4");
    CHECK_TEXT(MAYBES(orm_between(Maybe_.moment, days[1], days[2])), "2 3 4");                /* midnight twice */
    CHECK_TEXT(MAYBES(orm_not(orm_from_to(Maybe_.moment, days[1], days[2]))), "1 4");         /* without a moment: in no range, and outside of none */
    CHECK_TEXT(MAYBES(orm_from_to(Maybe_.day, orm_date_make(2024, 2, 28), orm_date_make(2024, 2, 29))), "1 3");
}

ON_EACH(enumerations_compare_in_the_order_of_their_declaration)
{
    five_users(db);
    CHECK_TEXT(IDS(User, db, .where = orm_eq(User_.role, Role_editor), BY_ID), "3 5");
    CHECK_TEXT(IDS(User, db, .where = orm_gt(User_.role, Role_member), BY_ID), "1 3 5");
    CHECK_TEXT(IDS(User, db, .where = orm_gte(User_.role, Role_admin), BY_ID), "1");
    CHECK_TEXT(IDS(User, db, .where = orm_lt(User_.role, Role_admin), BY_ID), "2 3 4 5");
    CHECK_TEXT(IDS(User, db, .where = orm_lte(User_.role, Role_member), BY_ID), "2 4");
    CHECK_TEXT(IDS(User, db, .where = orm_between(User_.role, Role_editor, Role_admin), BY_ID), "1 3 5");
    CHECK_TEXT(IDS(User, db, .where = orm_in(User_.role, Role_admin, Role_member), BY_ID), "1 2 4");
    const Role roles[] = { Role_editor, Role_editor };
    CHECK_TEXT(IDS(User, db, .where = orm_in_array(User_.role, roles, 2), BY_ID), "3 5");
    REFUSED_ROWS(db, User_find_all(db, &(User_query){ .where = orm_eq(User_.role, 0) }), ORM_VALIDATION);
    REFUSED_ROWS(db, User_find_all(db, &(User_query){ .where = orm_gt(User_.role, 4) }), ORM_VALIDATION);
    REFUSED_ROWS(db, User_find_all(db, &(User_query){ .where = orm_in(User_.role, 1, -1) }), ORM_VALIDATION);
}

ON_EACH(texts_compare_by_bytes_and_match_patterns)
{
    five_users(db);
    CHECK_TEXT(IDS(User, db, .where = orm_eq(User_.name, "Ada"), BY_ID), "1");
    CHECK_TEXT(IDS(User, db, .where = orm_gt(User_.name, "D"), BY_ID), "4 5");
    CHECK_TEXT(IDS(User, db, .where = orm_like(User_.name, "Ada%"), BY_ID), "1");
    CHECK_TEXT(IDS(User, db, .where = orm_like(User_.name, "%da%"), BY_ID), "1 4");
    CHECK_TEXT(IDS(User, db, .where = orm_like(User_.name, "_d_"), BY_ID), "1");
    CHECK_TEXT(IDS(User, db, .where = orm_like(User_.name, "B"), BY_ID), "");
    CHECK_TEXT(IDS(User, db, .where = orm_like(User_.name, "ADA%"), BY_ID), "");
    CHECK_TEXT(IDS(User, db, .where = orm_ilike(User_.name, "ADA%"), BY_ID), "1 4");
    CHECK_TEXT(IDS(User, db, .where = orm_like(User_.name, "D\\_\\%*\\\\"), BY_ID), "5");
    CHECK_TEXT(IDS(User, db, .where = orm_ilike(User_.name, "d\\_\\%*\\\\"), BY_ID), "5");
    CHECK_TEXT(IDS(User, db, .where = orm_like(User_.name, "*"), BY_ID), "");
    CHECK_TEXT(IDS(User, db, .where = orm_starts_with(User_.name, "Ad"), BY_ID), "1");
    CHECK_TEXT(IDS(User, db, .where = orm_ends_with(User_.email, "@b.de"), BY_ID), "2 3");
    CHECK_TEXT(IDS(User, db, .where = orm_contains(User_.email, "@"), BY_ID), "1 2 3 4 5");
    CHECK_TEXT(IDS(User, db, .where = orm_regexp(User_.name, "^[A-C]"), BY_ID), "1 2 3");
    CHECK_TEXT(IDS(User, db, .where = orm_regexp(User_.name, "(dam?|ob)$"), BY_ID), "1 2 4");
    CHECK_TEXT(IDS(User, db, .where = orm_not(orm_regexp(User_.name, "a")), BY_ID), "2 3 5");
    CHECK(User_find_all(db, &(User_query){ .where = orm_regexp(User_.name, "(") }) == NULL);
    CHECK(orm_failed());
    CHECK(User_find_all(db, &(User_query){ .where = orm_like(User_.name, "x\\") }) == NULL);
    CHECK_INT(orm_error()->kind, ORM_VALUE_RANGE);
    CHECK(User_find_all(db, &(User_query){ .where = orm_ilike(User_.name, "x\\") }) == NULL);
    CHECK_INT(orm_error()->kind, ORM_VALUE_RANGE);
    REFUSED_ROWS(db, User_find_all(db, &(User_query){ .where = orm_like(User_.name, "\xc3") }), ORM_BAD_TEXT);
}

ON_EACH(literal_matches_know_no_wildcards)
{
    static const char *const texts[] = { "100%", "100x", "a_b", "aXb", "a\\b", "a*b", "a?b", "[ab]", "", "%", "äöü", "ÄÖÜ", "a'b", "x\"y", "🐪🐪" };
    enum { N = sizeof texts / sizeof texts[0] };
    for (size_t i = 0; i < N; i++) {
        ORM_NEW(Maybe, row, .line = texts[i]);
        OK(Maybe_create(db, &row));
    }
    ORM_NEW(Maybe, none, .line = NULL);
    OK(Maybe_create(db, &none));
    static const char *const needles[] = { "%", "_", "\\", "*", "?", "[", "]", "", "0%", "a_", "äö", "Ä", "'", "\"", "b", "🐪", "[ab]x", "a\\b" };
    for (size_t k = 0; k < sizeof needles / sizeof needles[0]; k++) {
        char contains[256] = "", starts[256] = "", ends[256] = "";
        for (size_t i = 0; i < N; i++) {
            char number[16];
            size_t length = strlen(texts[i]), n = strlen(needles[k]);
            snprintf(number, sizeof number, " %zu", i + 1);
            if (strstr(texts[i], needles[k])) strncat(contains, number, sizeof contains - strlen(contains) - 1);
            if (strncmp(texts[i], needles[k], n) == 0) strncat(starts, number, sizeof starts - strlen(starts) - 1);
            if (n <= length && strcmp(texts[i] + length - n, needles[k]) == 0) strncat(ends, number, sizeof ends - strlen(ends) - 1);
        }
        CHECK_TEXT(IDS(Maybe, db, .where = orm_contains(Maybe_.line, needles[k]), .order = { orm_asc(Maybe_.id) }), contains + (contains[0] == ' '));
        CHECK_TEXT(IDS(Maybe, db, .where = orm_starts_with(Maybe_.line, needles[k]), .order = { orm_asc(Maybe_.id) }), starts + (starts[0] == ' '));
        CHECK_TEXT(IDS(Maybe, db, .where = orm_ends_with(Maybe_.line, needles[k]), .order = { orm_asc(Maybe_.id) }), ends + (ends[0] == ' '));
    }
}

/* in PostgreSQL's own syntax some of these would be options, or classes of characters */
ON_EACH(regular_expressions_are_those_of_posix)
{
    static const char *const lines[] = { "a.b", "axb", "aab", "d1", "A", "(?i)a", "x*?", "\xC3\xA9", "a\nb", "tab\t", "" };
    static const struct { const char *pattern, *ids; } cases[] = {
        { "a\\.b", "1" }, { "a.b", "1 2 3 9" }, { "a{2}b", "3" }, { "\\d", "4" }, { "***=a.b", NULL }, { "(?i)A", NULL }, { "x\\*\\?", "7" }, { "^.$", "5 8" }, { "[[:digit:]]$", "4" },
        { "^b", "" }, { "a$", "6" }, { "[^a]", "1 2 3 4 5 6 7 8 9 10" }, { "(a|d)+1", "4" }, { "^$", "11" }, { "\\(", "6" }, { "[]a]", "1 2 3 6 9 10" }, { "(", NULL }, { "[", NULL }, { "\\", NULL },
    };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        ORM_NEW(Maybe, row, .line = lines[i]);
        OK(Maybe_create(db, &row));
    }
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (cases[i].ids) {
            CHECK_TEXT(IDS(Maybe, db, .where = orm_regexp(Maybe_.line, cases[i].pattern), .order = { orm_asc(Maybe_.id) }), cases[i].ids);
        } else {
            CHECK(!Maybe_find_all(db, &(Maybe_query){ .where = orm_regexp(Maybe_.line, cases[i].pattern) }));
            CHECK_INT(orm_error()->kind, ORM_VALUE_RANGE);
        }
        if (check_failed) printf("    at %s\n", cases[i].pattern);
    }
}

ON_EACH(only_ascii_letters_are_folded)
{
    ORM_NEW(Maybe, row, .line = "\xC3\x89T\xC3\x89");           /* E T E with accents */
    OK(Maybe_create(db, &row));
    CHECK_INT(COUNT(Maybe, db, .where = orm_ilike(Maybe_.line, "\xC3\x89t\xC3\x89")), 1);
    CHECK_INT(COUNT(Maybe, db, .where = orm_ilike(Maybe_.line, "\xC3\xA9t\xC3\xA9")), 0);
    CHECK_INT(COUNT(Maybe, db, .where = orm_like(Maybe_.line, "_T_")), 1);
}

ON_EACH(a_pattern_may_be_long_and_is_refused_when_too_long)
{
    static char pattern[60002];
    size_t longest = orm_capabilities_of(db)->max_pattern;
    five_users(db);
    memset(pattern, 'x', 60001);
    REQUIRE(longest < 60001);
    if (longest) {
        REFUSED_ROWS(db, User_find_all(db, &(User_query){ .where = orm_like(User_.name, pattern) }), ORM_VALUE_RANGE);
        REFUSED_ROWS(db, User_find_all(db, &(User_query){ .where = orm_ilike(User_.name, pattern) }), ORM_VALUE_RANGE);
    }
    CHECK_TEXT(IDS(User, db, .where = orm_contains(User_.name, pattern)), "");
    CHECK_TEXT(IDS(User, db, .where = orm_starts_with(User_.name, pattern)), "");
    if (longest) pattern[longest] = 0;
    CHECK_TEXT(IDS(User, db, .where = orm_like(User_.name, pattern)), "");
    CHECK_TEXT(IDS(User, db, .where = orm_ilike(User_.name, pattern)), "");
}

ON_EACH(lists_mean_the_same_however_they_are_written)
{
    five_users(db);
    CHECK_TEXT(IDS(User, db, .where = orm_in(User_.age, 36), BY_ID), "1 4");
    CHECK_TEXT(IDS(User, db, .where = orm_in(User_.age, 36, 20, 36, 20), BY_ID), "1 2 4");
    CHECK_TEXT(IDS(User, db, .where = orm_not_in(User_.age, 36), BY_ID), "2 5");        /* NULL is in no list and not in none */
    CHECK_TEXT(IDS(User, db, .where = orm_not_in(User_.age, 1, 2), BY_ID), "1 2 4 5");
    const int32_t ages[] = { 90, 20 };
    CHECK_TEXT(IDS(User, db, .where = orm_in_array(User_.age, ages, 2), BY_ID), "2 5");
    CHECK_TEXT(IDS(User, db, .where = orm_not_in_array(User_.age, ages, 2), BY_ID), "1 4");
    CHECK_TEXT(IDS(User, db, .where = orm_in_array(User_.age, ages, 1), BY_ID), "5");
    CHECK_TEXT(IDS(User, db, .where = orm_in_array(User_.age, ages, 0), BY_ID), "");
    CHECK_TEXT(IDS(User, db, .where = orm_not_in_array(User_.age, ages, 0), BY_ID), "1 2 3 4 5");
    CHECK_TEXT(IDS(User, db, .where = orm_in_array(User_.age, (int32_t *)NULL, 0), BY_ID), "");
    CHECK_TEXT(IDS(User, db, .where = orm_not(orm_in_array(User_.age, ages, 0)), BY_ID), "1 2 3 4 5");
    CHECK_TEXT(IDS(User, db, .where = orm_in(User_.name, "Bob", "Cy", "Cy"), BY_ID), "2 3");
    const char *names[] = { "Ada", "none", "adam" };
    CHECK_TEXT(IDS(User, db, .where = orm_in_array(User_.name, names, 3), BY_ID), "1 4");
    CHECK_TEXT(IDS(User, db, .where = orm_not_in_array(User_.name, names, 3), BY_ID), "2 3 5");
    char ada[] = "Ada", *own[] = { ada };
    CHECK_TEXT(IDS(User, db, .where = orm_in_array(User_.name, own, 1), BY_ID), "1");
    REFUSED_ROWS(db, User_find_all(db, &(User_query){ .where = orm_in_array(User_.age, (int32_t *)NULL, 1) }), ORM_MISUSE);
    names[1] = NULL;
    REFUSED_ROWS(db, User_find_all(db, &(User_query){ .where = orm_in_array(User_.name, names, 3) }), ORM_MISUSE);
    REFUSED_ROWS(db, User_find_all(db, &(User_query){ .where = orm_not_in_array(User_.name, names, 3) }), ORM_MISUSE);
    REFUSED_ROWS(db, User_find_all(db, &(User_query){ .where = orm_in(User_.name, "a", (const char *)NULL) }), ORM_MISUSE);
}

ON_EACH(lists_may_be_very_long)
{
    static int64_t keys[100000];
    five_users(db);
    for (int64_t i = 0; i < 100000; i++) keys[i] = i + 4;
    CHECK_TEXT(IDS(User, db, .where = orm_in_array(User_.id, keys, 100000), BY_ID), "4 5");
    CHECK_TEXT(IDS(User, db, .where = orm_not_in_array(User_.id, keys, 100000), BY_ID), "1 2 3");
    static const char *texts[100000];
    for (int64_t i = 0; i < 100000; i++) texts[i] = i % 2 ? "Ada" : "Cy";
    CHECK_TEXT(IDS(User, db, .where = orm_in_array(User_.name, texts, 100000), BY_ID), "1 3");
}

ON_EACH(null_is_a_value_of_no_comparison)
{
    const char *nothing = NULL;
    five_users(db);
    REFUSED_ROWS(db, User_find_all(db, &(User_query){ .where = orm_eq(User_.password, nothing) }), ORM_MISUSE);
    CHECK_CONTAINS(orm_error()->message, "orm_is_null");
    REFUSED_ROWS(db, User_find_all(db, &(User_query){ .where = orm_ne(User_.password, nothing) }), ORM_MISUSE);
    REFUSED_ROWS(db, User_find_all(db, &(User_query){ .where = orm_contains(User_.password, nothing) }), ORM_MISUSE);
    REFUSED_ROWS(db, User_find_all(db, &(User_query){ .where = orm_like(User_.password, nothing) }), ORM_MISUSE);
    REFUSED_ROWS(db, User_find_all(db, &(User_query){ .where = orm_between(User_.name, "a", nothing) }), ORM_MISUSE);
    REFUSED_ROWS(db, Thing_find_all(db, &(Thing_query){ .where = orm_eq(Thing_.data, ((orm_blob){ NULL, 0 })) }), ORM_MISUSE);
    REFUSED_ROWS(db, User_find_all(db, &(User_query){ .where = orm_not(orm_eq(User_.password, nothing)) }), ORM_MISUSE);
    int64_t n;
    REFUSED(db, User_count(db, &(User_query){ .where = orm_eq(User_.password, nothing) }, &n), ORM_MISUSE);
    REFUSED(db, User_destroy_all(db, &(User_query){ .where = orm_eq(User_.password, nothing) }, NULL), ORM_MISUSE);
    CHECK_INT(COUNT(User, db, .limit = 0), 5);
}

ON_EACH(columns_compare_with_columns)
{
    ORM_NEW(User, ada, .name = "Ada", .email = "ada@example.com");
    OK(User_create(db, &ada));
    ORM_NEW(Post, a, .title = "a", .body = "a", .views = 1, .likes = 1, .author_id = ada.id);
    ORM_NEW(Post, b, .title = "b", .body = "a", .views = 1, .likes = 2, .author_id = ada.id);
    ORM_NEW(Post, c, .title = "c", .views = 3, .likes = 2, .author_id = ada.id, .editor_id = orm_int64(ada.id));
    OK(Post_create(db, &a));
    OK(Post_create(db, &b));
    OK(Post_create(db, &c));
#define POST_IDS(...) IDS(Post, db, .where = __VA_ARGS__, .order = { orm_asc(Post_.id) })
    CHECK_TEXT(POST_IDS(orm_eq_column(Post_.views, Post_.likes)), "1");
    CHECK_TEXT(POST_IDS(orm_ne_column(Post_.views, Post_.likes)), "2 3");
    CHECK_TEXT(POST_IDS(orm_gt_column(Post_.views, Post_.likes)), "3");
    CHECK_TEXT(POST_IDS(orm_gte_column(Post_.views, Post_.likes)), "1 3");
    CHECK_TEXT(POST_IDS(orm_lt_column(Post_.views, Post_.likes)), "2");
    CHECK_TEXT(POST_IDS(orm_lte_column(Post_.views, Post_.likes)), "1 2");
    CHECK_TEXT(POST_IDS(orm_eq_column(Post_.title, Post_.body)), "1");
    CHECK_TEXT(POST_IDS(orm_not(orm_eq_column(Post_.title, Post_.body))), "2");
    CHECK_TEXT(POST_IDS(orm_eq_column(Post_.author_id, Post_.editor_id)), "3");
}

ON_EACH(conditions_join_and_empty_ones_are_neutral)
{
    five_users(db);
    const User_pred none = { .expr = { .used = 0 } };
    CHECK_TEXT(IDS(User, db, .where = orm_and(orm_eq(User_.age, 36), orm_eq(User_.role, Role_member)), BY_ID), "4");
    CHECK_TEXT(IDS(User, db, .where = orm_or(orm_eq(User_.age, 20), orm_eq(User_.role, Role_admin)), BY_ID), "1 2");
    CHECK_TEXT(IDS(User, db, .where = orm_not(orm_or(orm_eq(User_.age, 20), orm_eq(User_.role, Role_admin))), BY_ID), "4 5");
    CHECK_TEXT(IDS(User, db, .where = orm_not(orm_not(orm_eq(User_.age, 20))), BY_ID), "2");
    CHECK_TEXT(IDS(User, db, .where = orm_and(none, orm_eq(User_.age, 20)), BY_ID), "2");
    CHECK_TEXT(IDS(User, db, .where = orm_or(none, orm_eq(User_.age, 20), none), BY_ID), "2");
    CHECK_TEXT(IDS(User, db, .where = orm_or(none, none), BY_ID), "1 2 3 4 5");
    CHECK_TEXT(IDS(User, db, .where = orm_and(none), BY_ID), "1 2 3 4 5");
    CHECK_TEXT(IDS(User, db, .where = orm_not(none), BY_ID), "1 2 3 4 5");
    for (int flag = 0; flag < 2; flag++) {
        CHECK_TEXT(IDS(User, db, .where = orm_and(orm_if(flag, orm_eq(User_.age, 36)), orm_gt(User_.id, 1)), BY_ID), flag ? "4" : "2 3 4 5");
        CHECK_TEXT(IDS(User, db, .where = orm_if(flag, orm_eq(User_.age, 36)), BY_ID), flag ? "1 4" : "1 2 3 4 5");
    }
    int evaluated = 0;
    CHECK_TEXT(IDS(User, db, .where = orm_if(false, orm_eq(User_.age, evaluated++)), BY_ID), "1 2 3 4 5");
    CHECK_INT(evaluated, 0);
    /* nested the other way round: parentheses stand where they must */
    CHECK_TEXT(IDS(User, db, .where = orm_and(orm_or(orm_eq(User_.id, 1), orm_eq(User_.id, 2)), orm_or(orm_eq(User_.id, 2), orm_eq(User_.id, 3))), BY_ID), "2");
    CHECK_TEXT(IDS(User, db, .where = orm_or(orm_and(orm_eq(User_.id, 1), orm_eq(User_.age, 36)), orm_and(orm_eq(User_.id, 2), orm_eq(User_.age, 36))), BY_ID), "1");
    CHECK_TEXT(IDS(User, db, .where = orm_and(orm_eq(User_.role, Role_editor), orm_not(orm_and(orm_is_null(User_.age), orm_eq(User_.id, 3)))), BY_ID), "5");
}

ON_EACH(conditions_are_values)
{
    five_users(db);
    User_query q = { BY_ID };
    orm_where(&q, orm_gt(User_.id, 1));
    CHECK_TEXT(IDS(User, db, .where = q.where, BY_ID), "2 3 4 5");
    orm_where(&q, orm_if(false, orm_eq(User_.id, 5)));
    orm_where(&q, orm_lt(User_.id, 5));
    orm_where(&q, orm_or(orm_eq(User_.id, 2), orm_eq(User_.id, 4), orm_eq(User_.id, 5)));
    CHECK_TEXT(IDS(User, db, .where = q.where, BY_ID), "2 4");
    User_pred kept = q.where;
    q.where = orm_or(q.where, orm_eq(User_.name, "Ada"));
    CHECK_TEXT(IDS(User, db, .where = q.where, BY_ID), "1 2 4");
    CHECK_TEXT(IDS(User, db, .where = kept, BY_ID), "2 4");
    orm_where(&q, orm_ne(User_.id, 2));         /* appends with "and" to an "or" */
    CHECK_TEXT(IDS(User, db, .where = q.where, BY_ID), "1 4");
}

ON_EACH(arrays_of_conditions_hold_any_number)
{
    static User_pred many[2000];
    five_users(db);
    for (int i = 0; i < 2000; i++) many[i] = orm_eq(User_.id, i + 2);
    CHECK_TEXT(IDS(User, db, .where = orm_any_of(2000, many), BY_ID), "2 3 4 5");
    CHECK_TEXT(IDS(User, db, .where = orm_any_of(1, many), BY_ID), "2");
    CHECK_TEXT(IDS(User, db, .where = orm_all_of(1, many), BY_ID), "2");
    CHECK_TEXT(IDS(User, db, .where = orm_all_of(0, many), BY_ID), "1 2 3 4 5");
    CHECK_TEXT(IDS(User, db, .where = orm_any_of(0, many), BY_ID), "1 2 3 4 5");
    CHECK_TEXT(IDS(User, db, .where = orm_not(orm_any_of(2000, many)), BY_ID), "1");
    for (int i = 0; i < 2000; i++) many[i] = orm_ne(User_.id, i + 3);
    CHECK_TEXT(IDS(User, db, .where = orm_all_of(2000, many), BY_ID), "1 2");
    CHECK_TEXT(IDS(User, db, .where = orm_and(orm_all_of(2000, many), orm_gt(User_.id, 1)), BY_ID), "2");
    memset(many, 0, sizeof many);
    many[1999] = orm_eq(User_.id, 4);
    CHECK_TEXT(IDS(User, db, .where = orm_any_of(2000, many), BY_ID), "4");          /* empty ones are skipped */
    User_pred inner[] = { orm_eq(User_.id, 3), orm_all_of(2000, many) };
    CHECK_TEXT(IDS(User, db, .where = orm_any_of(2, inner), BY_ID), "3 4");
}

ON_EACH(an_array_without_conditions_is_neutral_like_any_empty_condition)
{
    User_pred none[2] = { { .expr = { .used = 0 } }, { .expr = { .used = 0 } } };
    five_users(db);
    for (size_t n = 0; n <= 2; n += 2) {
        CHECK_TEXT(IDS(User, db, .where = orm_or(orm_eq(User_.id, 2), orm_any_of(n, none)), BY_ID), "2");
        CHECK_TEXT(IDS(User, db, .where = orm_and(orm_eq(User_.id, 2), orm_any_of(n, none)), BY_ID), "2");
        CHECK_TEXT(IDS(User, db, .where = orm_not(orm_all_of(n, none)), BY_ID), "1 2 3 4 5");
        User_pred outer[] = { orm_all_of(n, none), orm_eq(User_.id, 3) };
        CHECK_TEXT(IDS(User, db, .where = orm_any_of(2, outer), BY_ID), "3");
        CHECK_TEXT(IDS(User, db, .where = orm_has(User_.team, orm_any_of(n, none)), BY_ID), "1");
        REFUSED(db, User_destroy_all(db, &(User_query){ .where = orm_any_of(n, none) }, NULL), ORM_MISUSE);
        REFUSED(db, User_destroy_all(db, &(User_query){ .where = orm_not(orm_any_of(n, none)) }, NULL), ORM_MISUSE);
    }
}

ON_EACH(a_condition_with_too_many_terms_is_refused_never_cut)
{
    five_users(db);
    User_query q = { BY_ID };
    for (int i = 0; i < ORM_MAX_TERMS - 1; i++) orm_where(&q, orm_ne(User_.id, 100 + i));
    CHECK_TEXT(IDS(User, db, .where = q.where, BY_ID), "1 2 3 4 5");
    User_pred full = q.where;
    orm_where(&q, orm_ne(User_.id, 1));
    REFUSED_ROWS(db, User_find_all(db, &q), ORM_MISUSE);
    CHECK_CONTAINS(orm_error()->message, "orm_all_of");
    orm_where(&q, orm_ne(User_.id, 2));             /* it stays too long, whatever is done to it */
    q.where = orm_and(q.where, orm_eq(User_.id, 1));
    REFUSED_ROWS(db, User_find_all(db, &q), ORM_MISUSE);
    REFUSED_ROWS(db, User_find_all(db, &(User_query){ .where = orm_not(full) }), ORM_MISUSE);
    REFUSED_ROWS(db, User_find_all(db, &(User_query){ .where = orm_or(orm_eq(User_.id, 1), full) }), ORM_MISUSE);
    REFUSED_ROWS(db, User_find_all(db, &(User_query){ .where = orm_has(User_.team, full) }), ORM_MISUSE);
    REFUSED_ROWS(db, User_find_all(db, &(User_query){ .where = orm_or(orm_eq(User_.id, 1), orm_not(q.where)) }), ORM_MISUSE);
    REFUSED_ROWS(db, User_find_all(db, &(User_query){ .where = orm_in(User_.id, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16) }), ORM_MISUSE);
    CHECK_TEXT(IDS(User, db, .where = orm_in(User_.id, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15), BY_ID), "1 2 3 4 5");
    User_pred one[] = { full }, poisoned[] = { q.where };
    CHECK_TEXT(IDS(User, db, .where = orm_not(orm_all_of(1, one)), BY_ID), "");
    REFUSED_ROWS(db, User_find_all(db, &(User_query){ .where = orm_all_of(1, poisoned) }), ORM_MISUSE);
    REFUSED(db, User_destroy_all(db, &q, NULL), ORM_MISUSE);
    REFUSED(db, User_update(db, &(User_change){ .set = { orm_set(User_.name, "x") }, .where = q.where }, NULL), ORM_MISUSE);
    int64_t n;
    bool yes;
    REFUSED(db, User_count(db, &q, &n), ORM_MISUSE);
    REFUSED(db, User_exists(db, &q, &yes), ORM_MISUSE);
}

ON_EACH(rows_are_found_by_what_they_have)
{
    five_users(db);
    ORM_NEW(Post, a, .title = "a", .published = true, .author_id = 1, .editor_id = orm_int64(2));
    ORM_NEW(Post, b, .title = "b", .author_id = 1);
    ORM_NEW(Post, c, .title = "c", .author_id = 2);
    OK(Post_create(db, &a));
    OK(Post_create(db, &b));
    OK(Post_create(db, &c));
    ORM_NEW(Comment, x, .line = "x", .stars = orm_int16(5), .post_id = a.id, .author_id = orm_int64(3));
    ORM_NEW(Comment, y, .line = "y", .post_id = a.id);
    OK(Comment_create(db, &x));
    OK(Comment_create(db, &y));
    CHECK_TEXT(IDS(User, db, .where = orm_has_any(User_.posts), BY_ID), "1 2");
    CHECK_TEXT(IDS(User, db, .where = orm_has_no(User_.posts), BY_ID), "3 4 5");
    CHECK_TEXT(IDS(User, db, .where = orm_has(User_.posts, orm_eq(Post_.published, false)), BY_ID), "1 2");
    CHECK_TEXT(IDS(User, db, .where = orm_has_none(User_.posts, orm_eq(Post_.published, true)), BY_ID), "2 3 4 5");
    CHECK_TEXT(IDS(User, db, .where = orm_has(User_.posts, orm_has(Post_.comments, orm_eq(Comment_.stars, 5))), BY_ID), "1");
    CHECK_TEXT(IDS(User, db, .where = orm_has(User_.posts, orm_has_no(Post_.comments)), BY_ID), "1 2");
    CHECK_TEXT(IDS(User, db, .where = orm_has_any(User_.boss), BY_ID), "4 5");
    CHECK_TEXT(IDS(User, db, .where = orm_has_no(User_.boss), BY_ID), "1 2 3");
    CHECK_TEXT(IDS(User, db, .where = orm_has(User_.boss, orm_eq(User_.name, "Ada")), BY_ID), "4 5");
    CHECK_TEXT(IDS(User, db, .where = orm_has(User_.team, orm_gt(User_.age, 80)), BY_ID), "1");
    CHECK_TEXT(IDS(User, db, .where = orm_has(User_.team, orm_has(User_.boss, orm_has(User_.team, orm_eq(User_.name, "adam")))), BY_ID), "1");
    CHECK_TEXT(IDS(Post, db, .where = orm_and(orm_has(Post_.author, orm_eq(User_.id, 1)), orm_has_any(Post_.editor)), .order = { orm_asc(Post_.id) }), "1");
    CHECK_TEXT(IDS(Comment, db, .where = orm_has(Comment_.post, orm_has(Post_.author, orm_eq(User_.role, Role_admin)))), "1 2");
    CHECK_TEXT(IDS(User, db, .where = orm_or(orm_has_any(User_.posts), orm_has_any(User_.comments)), BY_ID), "1 2 3");
    CHECK_TEXT(IDS(User, db, .where = orm_not(orm_has(User_.posts, orm_and(orm_eq(Post_.title, "a"), orm_not(orm_has_no(Post_.comments))))), BY_ID), "2 3 4 5");
    CHECK_TEXT(IDS(User, db, .where = orm_has(User_.posts, orm_if(false, orm_eq(Post_.title, "a"))), BY_ID), "1 2");
    CHECK_INT(COUNT(User, db, .where = orm_has_any(User_.posts)), 2);          /* never a duplicate row */
    /* two of the same kind side by side keep their values apart */
    CHECK_TEXT(IDS(User, db, .where = orm_and(orm_has(User_.posts, orm_eq(Post_.title, "a")), orm_has(User_.posts, orm_eq(Post_.title, "b"))), BY_ID), "1");
}

ON_EACH(keys_of_every_type_join_in_has)
{
    orm_blob bytes = { "\0k", 2 };
    ORM_NEW(ByEnum, e, .id = Role_editor, .line = "e");
    ORM_NEW(OfEnum, f, .parent = Role_editor);
    ORM_NEW(ByDecimal, d, .id = orm_decimal_of("1.5"), .line = "d");
    ORM_NEW(OfDecimal, g, .parent = orm_decimal_of("1.50"));
    ORM_NEW(ByBlob, b, .id = bytes, .line = "b");
    ORM_NEW(OfBlob, h, .parent = bytes);
    OK(ByEnum_create(db, &e));
    OK(OfEnum_create(db, &f));
    OK(ByDecimal_create(db, &d));
    OK(OfDecimal_create(db, &g));
    OK(ByBlob_create(db, &b));
    OK(OfBlob_create(db, &h));
    CHECK_INT(COUNT(ByEnum, db, .where = orm_has_any(ByEnum_.kids)), 1);
    CHECK_INT(COUNT(OfDecimal, db, .where = orm_has(OfDecimal_.up, orm_eq(ByDecimal_.id, orm_decimal_of("1.5")))), 1);
    CHECK_INT(COUNT(ByBlob, db, .where = orm_has(ByBlob_.kids, orm_eq(OfBlob_.parent, bytes))), 1);
}

ON_EACH(values_of_every_type_compare)
{
    orm_uuid id;
    CHECK(orm_uuid_parse("0190163D-8694-739B-AEA5-966C26F8AD91", &id));
    orm_blob bytes = { "\1\0\2", 3 }, shorter = { "\1\0", 2 }, empty = { "", 0 };
    ORM_NEW(Maybe, full, .tiny = orm_int16(-5), .small = orm_int32(7), .big = orm_int64(INT64_MAX), .half = orm_float(0.1f), .whole = orm_double(0.1),
            .yes = orm_bool(true), .name = "n", .code = "xyz", .price = orm_some_decimal(orm_decimal_of("-0.5")),
            .huge = orm_some_decimal(orm_decimal_of("99999999999999999999999999999999.999999")), .data = bytes,
            .day = orm_some_date(orm_date_make(1900, 1, 1)), .hour = orm_some_clock(orm_clock_make(23, 59, 59, 999999)), .moment = orm_some_time(-1),
            .tag = id, .extra = "{\"a\":1}", .role = Role_editor);
    ORM_NEW(Maybe, none, .name = NULL);
    OK(Maybe_create(db, &full));
    OK(Maybe_create(db, &none));
#define HOLDS(...)     ((void)check_text(__FILE__, __LINE__, #__VA_ARGS__, IDS(Maybe, db, .where = __VA_ARGS__), "1"))
#define HOLDS_NOT(...) ((void)check_text(__FILE__, __LINE__, #__VA_ARGS__, IDS(Maybe, db, .where = __VA_ARGS__), ""))
    HOLDS(orm_eq(Maybe_.tiny, -5));
    HOLDS(orm_eq(Maybe_.big, INT64_MAX));
    HOLDS(orm_gte(Maybe_.big, INT64_MAX));
    HOLDS_NOT(orm_lt(Maybe_.big, INT64_MAX));
    HOLDS(orm_eq(Maybe_.half, 0.1f));
    HOLDS(orm_eq(Maybe_.half, 0.1));            /* what the column can hold of it */
    HOLDS(orm_eq(Maybe_.whole, 0.1));
    HOLDS_NOT(orm_eq(Maybe_.whole, 0.1f));
    HOLDS(orm_lt(Maybe_.whole, 1));
    HOLDS(orm_eq(Maybe_.yes, true));
    HOLDS(orm_ne(Maybe_.yes, false));
    HOLDS(orm_eq(Maybe_.code, "xyz"));
    HOLDS_NOT(orm_eq(Maybe_.code, "longer than the column"));
    HOLDS_NOT(orm_eq(Maybe_.name, "longer than the column is wide"));
    HOLDS(orm_eq(Maybe_.price, orm_decimal_of("-0.50")));
    HOLDS(orm_lt(Maybe_.price, 0));
    HOLDS(orm_gt(Maybe_.price, orm_decimal_of("-0.501")));
    HOLDS(orm_in(Maybe_.price, orm_decimal_of("1"), orm_decimal_of("-0.5")));
    HOLDS(orm_eq(Maybe_.huge, orm_decimal_of("99999999999999999999999999999999.999999")));
    HOLDS(orm_gt(Maybe_.huge, orm_decimal_of("99999999999999999999999999999999.999998")));
    HOLDS(orm_gt(Maybe_.huge, 5));
    HOLDS(orm_gt(Maybe_.huge, orm_decimal_of("-99999999999999999999999999999999")));
    HOLDS(orm_eq(Maybe_.data, bytes));
    HOLDS(orm_gt(Maybe_.data, shorter));
    HOLDS_NOT(orm_eq(Maybe_.data, empty));
    HOLDS(orm_in(Maybe_.data, shorter, bytes));
    HOLDS(orm_eq(Maybe_.day, orm_date_make(1900, 1, 1)));
    HOLDS(orm_between(Maybe_.day, orm_date_make(1899, 12, 31), orm_date_make(1900, 1, 1)));
    HOLDS(orm_gt(Maybe_.hour, orm_clock_make(9, 0, 0, 0)));
    HOLDS(orm_eq(Maybe_.moment, -1));
    HOLDS(orm_lt(Maybe_.moment, 0));
    HOLDS(orm_eq(Maybe_.tag, id));
    HOLDS(orm_in(Maybe_.tag, orm_uuid_v4(), id));
    HOLDS(orm_eq(Maybe_.role, Role_editor));
    HOLDS(orm_contains(Maybe_.extra, "a"));
    const orm_uuid ids[] = { id };
    const orm_decimal decimals[] = { orm_decimal_of("-0.5") };
    const orm_blob blobs[] = { bytes };
    const orm_date days[] = { orm_date_make(1900, 1, 1) };
    const bool yes[] = { true };
    const float halves[] = { 0.1f };
    HOLDS(orm_in_array(Maybe_.tag, ids, 1));
    HOLDS(orm_in_array(Maybe_.price, decimals, 1));
    HOLDS(orm_in_array(Maybe_.data, blobs, 1));
    HOLDS(orm_in_array(Maybe_.day, days, 1));
    HOLDS(orm_in_array(Maybe_.yes, yes, 1));
    HOLDS(orm_in_array(Maybe_.half, halves, 1));
    CHECK_INT(COUNT(Maybe, db, .where = orm_and(orm_is_null(Maybe_.tag), orm_is_null(Maybe_.role), orm_is_null(Maybe_.data), orm_is_null(Maybe_.moment))), 1);
    /* values that the column cannot hold are refused, not rounded into a match */
    REFUSED_ROWS(db, Maybe_find_all(db, &(Maybe_query){ .where = orm_eq(Maybe_.tiny, 40000) }), ORM_VALUE_RANGE);
    REFUSED_ROWS(db, Maybe_find_all(db, &(Maybe_query){ .where = orm_eq(Maybe_.big, UINT64_MAX) }), ORM_VALUE_RANGE);
    REFUSED_ROWS(db, Maybe_find_all(db, &(Maybe_query){ .where = orm_eq(Maybe_.price, orm_decimal_of("0.0001")) }), ORM_VALUE_RANGE);
    REFUSED_ROWS(db, Maybe_find_all(db, &(Maybe_query){ .where = orm_eq(Maybe_.whole, (double)__builtin_nanf("")) }), ORM_VALUE_RANGE);
    REFUSED_ROWS(db, Maybe_find_all(db, &(Maybe_query){ .where = orm_eq(Maybe_.day, ORM_UNSET_DATE) }), ORM_VALUE_RANGE);
    REFUSED_ROWS(db, Maybe_find_all(db, &(Maybe_query){ .where = orm_eq(Maybe_.moment, ORM_UNSET_TIME) }), ORM_VALUE_RANGE);
}

CHECK_MAIN()

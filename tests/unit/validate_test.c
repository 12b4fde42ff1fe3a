/* rules and validation (V12, V22, S20, S31, S33) */
#include <math.h>
#include "internal.h"
#include "check.h"
#include <locale.h>

/* ---- rules ------------------------------------------------------------------------------------------------------ */
#define N(array) (sizeof (array) / sizeof (array)[0])

TEST(email_addresses_are_accepted)
{
    static const char *const good[] = { "a@b.c", "ada@example.com", "first.last@sub.example.co.uk", "user+tag@example.com", "!#$%&'*+-/=?^_`{|}~@example.com", "1@2.3com",
        "j\xC3\xB6rg@example.de", "a@xn--mnchen-3ya.de", "x@a-b.c-d.ef", "1234567890123456789012345678901234567890123456789012345678901234@example.com" };
    for (size_t i = 0; i < N(good); i++) {
        if (!orm__email_valid(good[i], strlen(good[i]))) printf("refused: %s\n", good[i]);
        CHECK(orm__email_valid(good[i], strlen(good[i])));
    }
}

TEST(what_is_no_email_address_is_refused)
{
    static const char *const wrong[] = { "", "@", "a", "a@", "@b.c", "a@b", "a@@b.c", "a@b@c.d", ".a@b.c", "a.@b.c", "a..b@c.d", "a b@c.d", "a@b .c", "a@-b.c", "a@b-.c", "a@b..c", "a@.b.c",
        "a@b.c.", "a@b_c.de", "a@[127.0.0.1]", "a@127.0.0.1", "\"a b\"@c.de", "a@b.c\n", "a\n@b.c", "a@b.c ", "<a@b.c>", "a(c)@b.c", "a,b@c.de", "a\x7F@b.c", "\xC3@b.c", "a@b.\xC3\xA9",
        "12345678901234567890123456789012345678901234567890123456789012345@example.com", "a@1234567890123456789012345678901234567890123456789012345678901234.com" };
    for (size_t i = 0; i < N(wrong); i++) {
        if (orm__email_valid(wrong[i], strlen(wrong[i]))) printf("accepted: %s\n", wrong[i]);
        CHECK(!orm__email_valid(wrong[i], strlen(wrong[i])));
    }
    char long_one[300] = "a@";
    for (size_t i = 2; i < 252; i += 2) memcpy(long_one + i, "b.", 2);
    memcpy(long_one + 252, "cd", 3);
    CHECK(orm__email_valid(long_one, 254));
    memcpy(long_one + 252, "cde", 4);
    CHECK(!orm__email_valid(long_one, 255));
    CHECK(!orm__email_valid("a@b.c\0d", 7));
}

TEST(urls_are_accepted)
{
    static const char *const good[] = { "http://example.com", "https://example.com/", "ftp://ftp.example.com/file.txt", "HTTP://EXAMPLE.COM", "http://localhost", "http://localhost:8080/a?b=c#d",
        "http://127.0.0.1", "https://[::1]/", "http://[2001:db8::1]:443/x", "http://user:secret@example.com/", "http://a-b.example/~x/%20/;p=1/(a)/*,!'$&=+:@", "http://example.com?q",
        "http://example.com#f?x/y", "http://xn--mnchen-3ya.de", "http://1.example", "http://example.com:1", "http://example.com:65535", "http://a/?/?" };
    for (size_t i = 0; i < N(good); i++) {
        if (!orm__url_valid(good[i], strlen(good[i]))) printf("refused: %s\n", good[i]);
        CHECK(orm__url_valid(good[i], strlen(good[i])));
    }
}

TEST(what_is_no_url_is_refused)
{
    static const char *const wrong[] = { "", "http", "http:", "http:/", "http://", "http:///x", "//example.com", "example.com", "javascript:alert(1)", "mailto:a@b.c", "file:///etc/passwd", "ftps://a.b",
        " http://example.com", "http://example.com ", "http://exa mple.com", "http://example.com/a b", "http://example.com/\n", "http://example.com/\xC3\xA9", "http://ex\xC3\xA9mple.com", "http://-a.com",
        "http://a-.com", "http://a..b", "http://.a", "http://a.", "http://a_b.com", "http://a:", "http://a:0", "http://a:65536", "http://a:123456", "http://a:8x", "http://a:80:80", "http://[::1", "http://::1",
        "http://[::1]x", "http://[]", "http://[::g]", "http://[127.0.0.1]", "http://256.1.1.1", "http://1.2.3", "http://1", "http://01.2.3.4", "http://a/%", "http://a/%2", "http://a/%2g", "http://a/#b#c",
        "http://a/<b>", "http://a/\"", "http://a/[x]", "http://a/{x}", "http://a\\b", "http://a/|", "http://a/^", "http://a@b@c.de", "http://@", "http:\\\\a.b", "httpx://a.b", "http//a.b" };
    for (size_t i = 0; i < N(wrong); i++) {
        if (orm__url_valid(wrong[i], strlen(wrong[i]))) printf("accepted: %s\n", wrong[i]);
        CHECK(!orm__url_valid(wrong[i], strlen(wrong[i])));
    }
    CHECK(!orm__url_valid("http://a/\0b", 11));
    CHECK(!orm__url_valid("http://a\0b/", 11));
}

TEST(a_megabyte_is_judged_in_linear_time)
{
    enum { SIZE = 1000000 };
    static const char *const fill[] = { "a", "a@a.", "((((", "-----", "%20", "[" };
    static const char *const begin[] = { "", "a@", "http://", "http://a/", "http://a@" };
    char *text_ = (char *)malloc(SIZE + 20);
    REQUIRE(text_ != NULL);
    for (size_t i = 0; i < N(fill); i++) {
        for (size_t b = 0; b < N(begin); b++) {
            size_t length = strlen(fill[i]), size = strlen(begin[b]);
            memcpy(text_, begin[b], size);
            while (size + length <= SIZE) {
                memcpy(text_ + size, fill[i], length);
                size += length;
            }
            clock_t start = clock();
            (void)orm__email_valid(text_, size);
            (void)orm__url_valid(text_, size);
            CHECK((clock() - start) * 1000 / CLOCKS_PER_SEC < 2000);      /* some milliseconds; valgrind needs its time */
        }
    }
    free(text_);
}

TEST(patterns_are_extended_regular_expressions)
{
    CHECK_INT(orm__regex_matches("^[a-z]+$", "abc"), 1);
    CHECK_INT(orm__regex_matches("^[a-z]+$", "aBc"), 0);
    CHECK_INT(orm__regex_matches("b|x", "abc"), 1);
    CHECK_INT(orm__regex_matches("^.{3}$", "\xC3\xA4\xC3\xB6\xC3\xBC"), 1);
    CHECK_INT(orm__regex_matches("^a{2,3}$", "aaaa"), 0);
    CHECK_INT(orm__regex_matches("", ""), 1);
    CHECK_INT(orm__regex_matches("(", "x"), -1);
    CHECK_INT(orm__regex_matches("[", "x"), -1);
    CHECK_INT(orm__regex_matches("^[a-z]+$", "\xFF"), 0);
}

static const char *many_times(const char *part, int n, const char *behind)
{
    static char text_[200000];
    size_t size = strlen(part);
    for (int i = 0; i < n; i++) memcpy(text_ + (size_t)i * size, part, size);
    memcpy(text_ + (size_t)n * size, behind, strlen(behind) + 1);
    return text_;
}

TEST(patterns_from_outside_are_bounded)
{
    static const char *const fine[] = { "", "^[a-z]+$", "(a|b)*c{2,5}", "a{255}", "a{1,500}", "((a{1,20}){1,20})", "[(]*", "[]*{1,99999}]", "[[:alpha:](]{3}", "\\(\\{99999", "a{x}", "a{", "(", ")", "[", "[[:a", "\\",
        "x****", "[^]*(]*", "\\0", "\\\\1", "[\\1]" };
    static const char *const bombs[] = { "a{1,30000}", "a{99999}", "a{1,99999999999999999999}", "(a{1,100}){1,100}", "((a{1,50}){1,50}){1,50}", "((a+)+b{30}){40}", "((((((((((((((((a+)+)+)+)+)+)+)+)+)+)+)+)+)+)+)+",
        "a{600,}", "(ab){15000}", "(a*)*\\1b", "\\9", "([^)]{200}[[:alpha:]]{200}){3}" };
    for (size_t i = 0; i < sizeof fine / sizeof fine[0]; i++) if (!orm__regex_is_bounded(fine[i])) CHECK_TEXT(fine[i], "bounded");
    for (size_t i = 0; i < sizeof bombs / sizeof bombs[0]; i++) if (orm__regex_is_bounded(bombs[i])) CHECK_TEXT(bombs[i], "not bounded");
    CHECK(orm__regex_is_bounded(many_times("a", 20000, "")));
    CHECK(!orm__regex_is_bounded(many_times("a", 20001, "")));
    CHECK(orm__regex_is_bounded(many_times("(", 100, "a")));
    CHECK(!orm__regex_is_bounded(many_times("(", 50000, "")));
    CHECK(!orm__regex_is_bounded(many_times("(a", 101, "")));
    CHECK(orm__regex_is_bounded(many_times("(a)", 5000, "")));
    CHECK(!orm__regex_is_bounded(many_times("*", 100000, "")));
    CHECK(!orm__regex_is_bounded(many_times("|", 501, "")));
    CHECK(!orm__regex_is_bounded(many_times("a|", 501, "")));
    CHECK(orm__regex_is_bounded(many_times("[|*+(]", 10000, "")));
}

TEST(more_patterns_than_the_cache_keeps_are_matched_all_the_same)
{
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 200; i++) {
            char pattern[32], text_[32];
            snprintf(pattern, sizeof pattern, "^x%d$", i);
            snprintf(text_, sizeof text_, "x%d", i);
            CHECK_INT(orm__regex_matches(pattern, text_), 1);
            CHECK_INT(orm__regex_matches(pattern, "x"), 0);
        }
    }
}

static void *match_many(void *seed)
{
    size_t wrong = 0;
    for (size_t i = 0; i < 500; i++) {
        char pattern[32], text_[32];
        size_t k = (i * 7 + *(size_t *)seed) % 100;
        snprintf(pattern, sizeof pattern, "^y%zu$", k);
        snprintf(text_, sizeof text_, "y%zu", k);
        wrong += orm__regex_matches(pattern, text_) != 1;
    }
    *(size_t *)seed = wrong;
    return NULL;
}

TEST(patterns_are_matched_by_many_threads_at_once)
{
    pthread_t threads[4];
    size_t wrong[4] = { 1, 2, 3, 4 };
    for (size_t i = 0; i < 4; i++) REQUIRE(pthread_create(&threads[i], NULL, match_many, &wrong[i]) == 0);
    for (size_t i = 0; i < 4; i++) pthread_join(threads[i], NULL);
    for (size_t i = 0; i < 4; i++) CHECK_INT(wrong[i], 0);
}

/* ---- a model ------------------------------------------------------------------------------------------------------ */
typedef struct person {
    int64_t id, boss; const char *name, *email, *site, *code, *password, *nick; orm_opt_int32 age; double score; float share; orm_decimal wage; unsigned role; int16_t level;
    orm_blob photo; orm_time born, created; const char *note; orm_date day; orm_opt_int64 odd; uint64_t orm;
} person;

static int checks_run;
static const char *check_odd(const void *row)
{
    checks_run++;
    return ((const person *)row)->odd.value % 2 != 0 ? NULL : "must be odd";
}
static const char *check_note(const void *row) { return strlen(((const person *)row)->note) > 5 ? "is too wordy" : NULL; }

static const char *const role_labels[] = { "admin", "member" };
static const orm_enum role = { "Role", role_labels, 2 };
static const char *const codes[] = { "red", "green", "blue", NULL };
static const int64_t levels[] = { 1, 2, 3, 5, 8 };
#define RULES(...) (const orm_rule[]){ __VA_ARGS__, { .kind = ORM_RULE_NONE } }
#define AT(member) .name = #member, .offset = offsetof(person, member)
enum { ID, BOSS, NAME, EMAIL, SITE, CODE, PASSWORD, NICK, AGE, SCORE, SHARE, WAGE, ROLE, LEVEL, PHOTO, BORN, CREATED, NOTE, DAY, ODD, COLUMNS };
static const orm_column columns[COLUMNS] = {
    [ID] = { AT(id), .is = { .type = ORM_INT64, .generated = true }, .primary_key = true },
    [BOSS] = { AT(boss), .is = { .type = ORM_INT64, .is_key = true } },
    [NAME] = { AT(name), .is = { .type = ORM_TEXT, .size = 10 }, .rules = RULES({ .kind = ORM_RULE_NOT_EMPTY }, { .kind = ORM_RULE_LENGTH, .low = 2, .high = 10 }) },
    [EMAIL] = { AT(email), .is = { .type = ORM_TEXT, .size = 255 }, .nullable = true, .rules = RULES({ .kind = ORM_RULE_EMAIL }) },
    [SITE] = { AT(site), .is = { .type = ORM_TEXT, .size = 255 }, .nullable = true, .rules = RULES({ .kind = ORM_RULE_URL, .message = "needs a web address" }) },
    [CODE] = { AT(code), .is = { .type = ORM_TEXT }, .nullable = true, .rules = RULES({ .kind = ORM_RULE_ONE_OF_TEXT, .texts = codes }, { .kind = ORM_RULE_MATCHES, .pattern = "^[a-z]+$" }) },
    [PASSWORD] = { AT(password), .is = { .type = ORM_TEXT }, .secret = true, .rules = RULES({ .kind = ORM_RULE_LENGTH, .low = 8, .high = INT64_MAX }) },
    [NICK] = { AT(nick), .is = { .type = ORM_TEXT, .size = 3, .fixed = true }, .nullable = true },
    [AGE] = { AT(age), .is = { .type = ORM_INT32 }, .nullable = true, .rules = RULES({ .kind = ORM_RULE_AT_LEAST, .low = 0, .low_number = 0 }, { .kind = ORM_RULE_AT_MOST, .high = 150, .high_number = 150 }) },
    [SCORE] = { AT(score), .is = { .type = ORM_DOUBLE }, .rules = RULES({ .kind = ORM_RULE_BETWEEN, .low = 0, .high = 1, .low_number = -0.5, .high_number = 1.5 }) },
    [SHARE] = { AT(share), .is = { .type = ORM_FLOAT }, .rules = RULES({ .kind = ORM_RULE_AT_MOST, .high = 0, .high_number = 0.1 }) },
    [WAGE] = { AT(wage), .is = { .type = ORM_DECIMAL, .precision = 10, .scale = 2 }, .rules = RULES({ .kind = ORM_RULE_BETWEEN, .low = 0, .high = 1000, .low_number = 0, .high_number = 1000 }) },
    [ROLE] = { AT(role), .is = { .type = ORM_ENUM, .labels = &role } },
    [LEVEL] = { AT(level), .is = { .type = ORM_INT16 }, .rules = RULES({ .kind = ORM_RULE_ONE_OF_INT, .numbers = levels, .n_numbers = N(levels) }) },
    [PHOTO] = { AT(photo), .is = { .type = ORM_BLOB }, .nullable = true, .rules = RULES({ .kind = ORM_RULE_LENGTH, .low = 0, .high = 4 }) },
    [BORN] = { AT(born), .is = { .type = ORM_TIME }, .rules = RULES({ .kind = ORM_RULE_AT_LEAST, .low = 0 }) },
    [CREATED] = { AT(created), .is = { .type = ORM_TIME, .created_at = true } },
    [NOTE] = { AT(note), .is = { .type = ORM_TEXT }, .default_sql = "'none'", .rules = RULES({ .kind = ORM_RULE_CHECK_WITH, .check = check_note }) },
    [DAY] = { AT(day), .is = { .type = ORM_DATE }, .rules = RULES({ .kind = ORM_RULE_AT_MOST, .high = 20000 }) },
    [ODD] = { AT(odd), .is = { .type = ORM_INT64 }, .nullable = true, .rules = RULES({ .kind = ORM_RULE_CHECK_WITH, .check = check_odd }) },
};
static uint32_t number;
static const orm_model model = { .name = "Person", .table = "people", .size = sizeof(person), .ticket = offsetof(person, orm), .columns = columns, .n_columns = COLUMNS, .number = &number };

static person good(void)
{
    return (person){ .boss = 1, .name = "Ada", .password = "engine-1843", .wage = orm_decimal_make(1999, 2), .role = 1, .level = 3, .born = 0, .created = ORM_UNSET_TIME };
}

static orm_failures failures;
static const char *all_failures(void)
{
    static char text_[4096];
    text_[0] = 0;
    for (size_t i = 0; i < failures.count; i++) {
        size_t used = strlen(text_);
        snprintf(text_ + used, sizeof text_ - used, "%s%s(%s) %s", i ? "; " : "", failures.item[i].field, failures.item[i].rule, failures.item[i].message);
    }
    return text_;
}

static const char *validated(person row)
{
    failures = (orm_failures){ .count = 0 };
    orm__validate_row(&model, &row, NULL, ORM__CREATES, 1000, 4, &failures);
    return all_failures();
}

static const char *assigned(int column, orm_value v)
{
    failures = (orm_failures){ .count = 0 };
    orm__validate_value(&model, &columns[column], &v, ORM__CHANGES, 1000, &failures);
    return all_failures();
}

#define BREAKS(change, expected) do { person p = good(); p.change; CHECK_TEXT(validated(p), expected); } while (0)

TEST(a_good_row_has_no_failures)
{
    CHECK_TEXT(validated(good()), "");
    person p = good();
    p.email = "ada@example.com", p.site = "https://example.com", p.code = "green", p.nick = "ada", p.age = orm_int32(36), p.photo = (orm_blob){ "1234", 4 }, p.odd = orm_int64(7), p.note = "short";
    CHECK_TEXT(validated(p), "");
    CHECK_INT(failures.total, 0);
}

TEST(all_that_is_missing_is_told_at_once_in_the_models_order)
{
    person p = { .born = ORM_UNSET_TIME, .created = ORM_UNSET_TIME, .day = ORM_UNSET_DATE, .level = 1 };
    CHECK_TEXT(validated(p), "boss(required) is required; name(required) is required; password(required) is required; role(required) is required; "
               "born(required) is required; day(required) is required");
    CHECK_INT(failures.item[0].row, 4);
}

TEST(only_the_columns_asked_for_are_looked_at)
{
    person p = { .name = "x", .boss = 0 };
    orm_mask only = { { 0 } };
    orm__mask_add(&only, NAME);
    failures = (orm_failures){ .count = 0 };
    orm__validate_row(&model, &p, &only, ORM__CHANGES, 1000, 0, &failures);
    CHECK_TEXT(all_failures(), "name(length) must have 2 to 10 characters");
}

TEST(each_rule_has_its_message)
{
    BREAKS(name = "", "name(not_empty) must not be empty; name(length) must have 2 to 10 characters");
    BREAKS(name = " \t\n", "name(not_empty) must not be empty");
    BREAKS(name = "x", "name(length) must have 2 to 10 characters");
    BREAKS(name = "\xC3\xA4", "name(length) must have 2 to 10 characters");
    BREAKS(email = "nobody", "email(email) is not an email address");
    BREAKS(email = "", "email(email) is not an email address");
    BREAKS(site = "nowhere", "site(url) needs a web address");
    BREAKS(code = "mauve", "code(one_of) must be one of red, green, blue");
    BREAKS(code = "Red", "code(one_of) must be one of red, green, blue; code(matches) does not have the required form");
    BREAKS(age = orm_int32(-1), "age(at_least) must be at least 0");
    BREAKS(age = orm_int32(151), "age(at_most) must be at most 150");
    BREAKS(score = 1.6, "score(between) must be between -0.5 and 1.5");
    BREAKS(score = -(double)INFINITY, "score(between) must be between -0.5 and 1.5");
    BREAKS(share = 0.11f, "share(at_most) must be at most 0.1");
    BREAKS(wage = orm_decimal_of("1000.01"), "wage(between) must be between 0 and 1000");
    BREAKS(wage = orm_decimal_of("-0.01"), "wage(between) must be between 0 and 1000");
    BREAKS(level = 4, "level(one_of) must be one of 1, 2, 3, 5, 8");
    BREAKS(photo = ((orm_blob){ "12345", 5 }), "photo(length) must have at most 4 bytes");
    BREAKS(born = -1, "born(at_least) must be at least 1970-01-01T00:00:00Z");
    BREAKS(day = ((orm_date){ 20001 }), "day(at_most) must be at most 2024-10-04");
    BREAKS(odd = orm_int64(4), "odd(check_with) must be odd");
    BREAKS(note = "far too long", "note(check_with) is too wordy");
}

TEST(values_at_the_bounds_keep_their_rules)
{
    person p = good();
    p.name = "1234567890", p.age = orm_int32(150), p.score = 1.5, p.share = 0.1f, p.wage = orm_decimal_of("1000.00"), p.day = (orm_date){ 20000 }, p.level = 8;
    CHECK_TEXT(validated(p), "");
    p.name = "ab", p.age = orm_int32(0), p.score = -0.5, p.wage = orm_decimal_of("0"), p.level = 1;
    CHECK_TEXT(validated(p), "");
}

TEST(what_does_not_fit_the_column_is_told_once)
{
    BREAKS(name = "far too long", "name(length) must have 2 to 10 characters");
    BREAKS(nick = "ab", "nick(length) must have exactly 3 characters");
    static char address[257];
    memset(address, 'x', 256);
    BREAKS(email = address, "email(email) is not an email address; email(length) must have at most 255 characters");
    BREAKS(name = "\xC3(", "name(text) is not valid UTF-8");
    BREAKS(score = (double)NAN, "score(range) is not a number");
    BREAKS(role = 3, "role(one_of) must be one of admin, member");
    BREAKS(wage = orm_decimal_of("0.001"), "wage(range) must have at most 2 digits after the point");
    BREAKS(wage = orm_decimal_of("zero"), "wage(type) is not a decimal number");
    BREAKS(created = INT64_MAX, "created(range) must be a time of the years 1 to 9999");
    static char big[1002];
    memset(big, 'x', 1001);
    BREAKS(code = big, "code(range) must have at most 1000 bytes");
}

TEST(a_secret_is_never_in_a_message)
{
    BREAKS(password = "hunter2", "password(length) must have at least 8 characters");
    CHECK(!strstr(all_failures(), "hunter2"));
}

TEST(values_with_formats_and_escapes_are_only_values)
{
    BREAKS(code = "%s%n%99999d", "code(one_of) must be one of red, green, blue; code(matches) does not have the required form");
    BREAKS(email = "\x1b[2J%n@\n", "email(email) is not an email address");
    BREAKS(site = "http://%s%n/", "site(url) needs a web address");
}

TEST(more_failures_than_fit_are_counted)
{
    failures = (orm_failures){ .count = 0 };
    person p = { .level = 1 };
    for (size_t i = 0; i < 10; i++) orm__validate_row(&model, &p, NULL, ORM__CREATES, 1000, i, &failures);
    CHECK_INT(failures.count, ORM_MAX_FAILURES);
    CHECK_INT(failures.total, 40);
    CHECK_INT(failures.item[4].row, 1);
}

TEST(assignments_are_checked_by_the_same_rules)
{
    CHECK_TEXT(assigned(NAME, orm__v_text("Ada")), "");
    CHECK_TEXT(assigned(NAME, orm__v_text("A")), "name(length) must have 2 to 10 characters");
    CHECK_TEXT(assigned(NAME, orm__v_text(NULL)), "name(required) is required");
    CHECK_TEXT(assigned(AGE, orm__v_text(NULL)), "");
    CHECK_TEXT(assigned(AGE, orm__v_int(200)), "age(at_most) must be at most 150");
    CHECK_TEXT(assigned(AGE, orm__v_int(INT64_MAX)), "age(range) must be between -2147483648 and 2147483647");
    CHECK_TEXT(assigned(WAGE, orm__v_int(12)), "");
    CHECK_TEXT(assigned(WAGE, orm__v_int(1001)), "wage(between) must be between 0 and 1000");
    CHECK_TEXT(assigned(SCORE, orm__v_int(2)), "score(between) must be between -0.5 and 1.5");
    CHECK_TEXT(assigned(ROLE, orm__v_int(2)), "");
    CHECK_TEXT(assigned(ROLE, orm__v_int(0)), "role(one_of) must be one of admin, member");
    CHECK_TEXT(assigned(BOSS, orm__v_int(0)), "boss(required) is required");
    CHECK_TEXT(assigned(BOSS, orm__v_int(3)), "");
    CHECK_TEXT(assigned(BORN, orm__v_int(ORM_UNSET_TIME)), "born(range) must be a time of the years 1 to 9999");
    CHECK_TEXT(assigned(ID, orm__v_uint(UINT64_MAX)), "id(range) is too large");
}

TEST(functions_of_check_with_see_the_assigned_value_in_a_row)
{
    CHECK_TEXT(assigned(ODD, orm__v_int(3)), "");
    CHECK_TEXT(assigned(ODD, orm__v_int(4)), "odd(check_with) must be odd");
    CHECK_TEXT(assigned(NOTE, orm__v_text("short")), "");
    CHECK_TEXT(assigned(NOTE, orm__v_text("far too long")), "note(check_with) is too wordy");
    checks_run = 0;
    CHECK_TEXT(assigned(ODD, orm__v_text("x")), "odd(type) is not a whole number");
    CHECK_TEXT(assigned(NOTE, orm__v_text("\xFF")), "note(text) is not valid UTF-8");
    CHECK_INT(checks_run, 0);
}

TEST(lengths_are_worded_for_people)
{
    static const struct { int64_t low, high; const char *message; } table[] = { { 3, 3, "must have exactly 3 characters" }, { 1, 1, "must have exactly 1 character" },
        { 5, INT64_MAX, "must have at least 5 characters" }, { 0, 1, "must have at most 1 character" }, { 3, 4, "must have 3 to 4 characters" } };
    for (size_t i = 0; i < N(table); i++) {
        char message[160] = "";
        orm_column c = { .name = "x", .is = { .type = ORM_TEXT } };
        orm_value v = { .type = ORM_TEXT, .length = 2, .as.s = "ab" };
        CHECK(!orm__rule_holds(&(orm_rule){ .kind = ORM_RULE_LENGTH, .low = table[i].low, .high = table[i].high }, &c, &v, NULL, message));
        CHECK_TEXT(message, table[i].message);
    }
}

TEST(long_lists_of_numbers_are_cut)
{
    int64_t numbers[100];
    for (size_t i = 0; i < N(numbers); i++) numbers[i] = INT64_MIN + (int64_t)i;
    char message[160] = "";
    orm_column c = { .name = "x", .is = { .type = ORM_INT64 } };
    orm_value v = orm__v_int(1);
    CHECK(!orm__rule_holds(&(orm_rule){ .kind = ORM_RULE_ONE_OF_INT, .numbers = numbers, .n_numbers = N(numbers) }, &c, &v, NULL, message));
    CHECK_CONTAINS(message, "must be one of -9223372036854775808, -9223372036854775807, ");
    CHECK_TEXT(message + strlen(message) - 5, ", ...");
    v.as.i = INT64_MIN + 99;
    CHECK(orm__rule_holds(&(orm_rule){ .kind = ORM_RULE_ONE_OF_INT, .numbers = numbers, .n_numbers = N(numbers) }, &c, &v, NULL, message));
}

TEST(a_pattern_that_is_none_breaks_its_rule)
{
    char message[160] = "";
    orm_column c = { .name = "x", .is = { .type = ORM_TEXT } };
    orm_value v = { .type = ORM_TEXT, .length = 1, .as.s = "a" };
    CHECK(!orm__rule_holds(&(orm_rule){ .kind = ORM_RULE_MATCHES, .pattern = "(" }, &c, &v, NULL, message));
    CHECK_TEXT(message, "cannot be checked: the pattern of its rule is no regular expression");
}

/* runs last: where the system has these locales, nothing may change */
TEST(the_locale_has_no_effect)
{
    static const char *const names[] = { "de_DE.UTF-8", "de_DE.utf8", "de_DE", "tr_TR.UTF-8", "tr_TR.utf8", "tr_TR", "C.UTF-8" };
    for (size_t i = 0; i < N(names); i++) {
        if (!setlocale(LC_ALL, names[i])) continue;
        char text_[ORM_DECIMAL_SIZE];
        CHECK_TEXT(orm_decimal_text(orm_decimal_of("1.5"), text_), "1.5");
        BREAKS(score = 1.6, "score(between) must be between -0.5 and 1.5");
        BREAKS(share = 0.2f, "share(at_most) must be at most 0.1");
        CHECK(orm__url_valid("HTTPS://EXAMPLE.COM/I", 21));
        CHECK(orm__email_valid("I\xC4\xB0@INFO.DE", 11));
        CHECK(!orm__url_valid("http://\xE9.de", 11));
        CHECK_INT(orm__regex_matches("^[a-z]+$", "istanbul"), 1);
        CHECK_INT(orm__regex_matches("^.$", "\xC4\xB0"), 1);
        CHECK(orm__json_valid("1.5", 3, NULL) && !orm__json_valid("1,5", 3, NULL));
    }
    setlocale(LC_ALL, "C");
}

CHECK_MAIN()

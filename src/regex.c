/* >>regex: the regular expressions of `matches` rules, and of conditions where the engine has none. Compiled once per process and kept in a bounded cache. A pattern
   of a rule comes from a model; one of a condition may come from outside, and is looked at before it is compiled. */
#include "internal.h"
#include <locale.h>

#define ORM__MAX_REGEXES 64

typedef struct orm__regex { regex_t compiled; unsigned users; bool kept; uint64_t used; size_t size; char pattern[]; } orm__regex;

static struct { pthread_mutex_t mutex; locale_t locale; uint64_t uses; orm__regex *kept[ORM__MAX_REGEXES]; } orm__regexes = { .mutex = PTHREAD_MUTEX_INITIALIZER };

/* Patterns mean the same whatever the program's locale is: characters are UTF-8, ranges go by code point. */
static locale_t orm__regex_locale(void)
{
    if (!orm__regexes.locale) orm__regexes.locale = newlocale(LC_ALL_MASK, "C.UTF-8", (locale_t)0);
    if (!orm__regexes.locale) orm__regexes.locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    return orm__regexes.locale;
}

static void orm__regex_free(orm__regex *regex)
{
    orm_allocator a = orm__default_allocator();
    regfree(&regex->compiled);
    orm__release(&a, regex, sizeof *regex + regex->size);
}

/* NULL: `fault` is -1 or -2 */
static orm__regex *orm__regex_compile(const char *pattern, int *fault)
{
    orm_allocator a = orm__default_allocator();
    size_t size = strlen(pattern) + 1;
    orm__regex *regex = (orm__regex *)orm__allocate(&a, sizeof *regex + size);
    *fault = -2;
    if (!regex) return NULL;
    *regex = (orm__regex){ .size = size };
    memcpy(regex->pattern, pattern, size);
    int failed = regcomp(&regex->compiled, pattern, REG_EXTENDED | REG_NOSUB);
    if (failed == 0) return regex;
    if (failed != REG_ESPACE) *fault = -1;
    orm__release(&a, regex, sizeof *regex + size);
    return NULL;
}

/* The place for a new pattern: a free one, or that of the pattern unused for longest; NULL when all are being matched. */
static orm__regex **orm__regex_place(void)
{
    orm__regex **place = NULL;
    for (size_t i = 0; i < ORM__MAX_REGEXES; i++) {
        orm__regex **slot = &orm__regexes.kept[i];
        if (!*slot) return slot;
        if ((*slot)->users == 0 && (!place || (*slot)->used < (*place)->used)) place = slot;
    }
    return place;
}

/* with the mutex held */
static orm__regex *orm__regex_find(const char *pattern, int *fault)
{
    for (size_t i = 0; i < ORM__MAX_REGEXES && orm__regexes.kept[i]; i++) {
        if (strcmp(orm__regexes.kept[i]->pattern, pattern) == 0) return orm__regexes.kept[i];
    }
    orm__regex *regex = orm__regex_compile(pattern, fault), **place = regex ? orm__regex_place() : NULL;
    if (place) {
        if (*place) orm__regex_free(*place);
        *place = regex;
        regex->kept = true;
    }
    return regex;
}

ORM_PRIVATE int orm__regex_matches(const char *pattern, const char *text_)
{
    int fault = 0;
    pthread_mutex_lock(&orm__regexes.mutex);
    locale_t before = uselocale(orm__regex_locale());
    orm__regex *regex = orm__regex_find(pattern, &fault);
    if (regex) {
        regex->users++;
        regex->used = ++orm__regexes.uses;
    }
    pthread_mutex_unlock(&orm__regexes.mutex);
    int answer = fault;
    if (regex) {
        int result = regexec(&regex->compiled, text_, 0, NULL, 0);
        answer = result == 0 ? 1 : result == REG_NOMATCH ? 0 : -2;
        pthread_mutex_lock(&orm__regexes.mutex);
        if (--regex->users == 0 && !regex->kept) orm__regex_free(regex);
        pthread_mutex_unlock(&orm__regexes.mutex);
    }
    uselocale(before);
    return answer;
}

/* ---- patterns from outside ------------------------------------------------------------------------------------------------------ */
/* regcomp copies what is repeated, goes down into what is nested on the stack, and takes memory by the square of its branches: of glibc 50,000 times "(" is the end of the
   process, and "a{1,30000}" is 2 GB. These bounds keep a pattern below some MB and milliseconds. A back reference is no part of POSIX's extended expressions, and matching it takes
   time without bound: "(a*)*\\1b" seconds for 200 letters. */
enum { ORM__REGEX_DEPTH = 100, ORM__REGEX_SIZE = 20000, ORM__REGEX_BRANCHES = 500, ORM__REGEX_RUN = 10, ORM__REGEX_TIMES = 32767 };
typedef struct orm__regex_cost { size_t size, branches; } orm__regex_cost;      /* of what a pattern is when all that is repeated is written out */

/* behind a bracket expression; in it "]" comes first, or behind the classes [:alpha:], [=a=] and [.a.] */
static const char *orm__regex_bracket(const char *at)
{
    at += at[1] == '^' ? 2 : 1;
    if (*at == ']') at++;
    while (*at && *at != ']') {
        char kind = *at++ == '[' ? *at : 0;
        if (kind != ':' && kind != '=' && kind != '.') continue;
        for (at++; *at && !(at[0] == kind && at[1] == ']'); at++) { }
        if (*at) at += 2;
    }
    return *at ? at + 1 : at;
}

/* how often "{2,5}" repeats what stands before it at most; 0 when it is no repetition. `at` goes behind it. */
static size_t orm__regex_times(const char **at)
{
    const char *digits = *at + 1;
    size_t times = 0, low = 0;
    if (*digits < '0' || *digits > '9') return 0;
    for (; *digits && *digits != '}'; digits++) {
        if (*digits == ',') low = times + 1, times = 0;
        else if (*digits >= '0' && *digits <= '9' && times <= ORM__REGEX_TIMES) times = 10 * times + (size_t)(*digits - '0');
    }
    *at = *digits ? digits + 1 : digits;
    return times > low ? times : low ? low : 1;
}

ORM_PRIVATE bool orm__regex_is_bounded(const char *pattern)
{
    orm__regex_cost level[ORM__REGEX_DEPTH + 1] = { { 0, 0 } }, last = { 0, 0 };      /* of each group that is open, and of what a repetition would repeat */
    unsigned depth = 0, run = 0;
    for (const char *at = pattern; *at; ) {
        orm__regex_cost *group = &level[depth];
        const char *behind = at;
        if (at[0] == '\\' && at[1] >= '1' && at[1] <= '9') return false;
        size_t times = *at == '{' ? orm__regex_times(&behind) : *at == '+' ? 2 : *at == '*' || *at == '?' ? 1 : 0;      /* a+ is aa* */
        if (times) {
            if (++run > ORM__REGEX_RUN || times > ORM__REGEX_TIMES) return false;
            orm__regex_cost more = { last.size * (times - 1), last.branches * (times - 1) + times };
            group->size += more.size;
            group->branches += more.branches;
            last = (orm__regex_cost){ last.size + more.size, last.branches + more.branches };
            at = *at == '{' ? behind : at + 1;
        } else if (*at == '(') {
            if (depth == ORM__REGEX_DEPTH) return false;
            level[++depth] = last = (orm__regex_cost){ 0, 0 };
            run = 0;
            at++;
        } else {
            bool closes = *at == ')' && depth > 0;
            last = closes ? *group : (orm__regex_cost){ 1, *at == '|' };
            if (closes) group = &level[--depth];
            group->size += last.size;
            group->branches += last.branches;
            run = 0;
            at = *at == '[' ? orm__regex_bracket(at) : at + (*at == '\\' && at[1] ? 2 : 1);
        }
        if (group->size > ORM__REGEX_SIZE || group->branches > ORM__REGEX_BRANCHES) return false;
    }
    return true;
}

/* >>regex: the regular expressions of `matches` rules. Compiled once per process and kept in a bounded cache; a pattern comes from
   a model, never from input. */
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

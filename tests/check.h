/* >>check: the runner of the unit tests: tests register themselves, a failed CHECK is reported and the test goes on.

   TEST(an_empty_list_has_length_zero) { CHECK_INT(length, 0); }
   CHECK_MAIN()                         at the end of the file
   ./list_test empty                    runs the tests whose names contain "empty" */
#ifndef CHECK_H
#define CHECK_H
#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct check_test { const char *name; void (*run)(void); struct check_test *next; };
static struct check_test *check_first, **check_last = &check_first;
static bool check_failed;
static void (*check_closing)(void);         /* called before the count, which is the last line */

__attribute__((unused)) static void check_register(struct check_test *test)
{
    *check_last = test;
    check_last = &test->next;
}

#define TEST(name)                                                                                                                       \
    static void test_##name(void);                                                                                                       \
    static struct check_test check_entry_##name = { #name, test_##name, NULL };                                                          \
    __attribute__((constructor)) static void check_register_##name(void) { check_register(&check_entry_##name); } \
    static void test_##name(void)

#define CHECK(expr)            ((void)check_that(__FILE__, __LINE__, #expr, (expr) ? true : false))
#define CHECK_INT(got, wanted) ((void)check_int(__FILE__, __LINE__, #got, (intmax_t)(got), (intmax_t)(wanted)))
#define CHECK_DOUBLE(got, wanted) ((void)check_double(__FILE__, __LINE__, #got, (got), (wanted)))      /* equal to the last bit */
#define CHECK_TEXT(got, wanted) ((void)check_text(__FILE__, __LINE__, #got, (got), (wanted)))
#define CHECK_CONTAINS(got, part) ((void)check_contains(__FILE__, __LINE__, #got, (got), (part)))
/* leaves the test when it fails: for what the rest of the test stands on */
#define REQUIRE(expr)          do { if (!check_that(__FILE__, __LINE__, #expr, (expr) ? true : false)) return; } while (0)

__attribute__((unused)) static bool check_that(const char *file, int line, const char *expr, bool holds)
{
    if (holds) return true;
    check_failed = true;
    printf("%s:%d: %s does not hold\n", file, line, expr);
    return false;
}

__attribute__((unused)) static bool check_int(const char *file, int line, const char *expr, intmax_t got, intmax_t wanted)
{
    if (got == wanted) return true;
    check_failed = true;
    printf("%s:%d: %s is %" PRIdMAX ", not %" PRIdMAX "\n", file, line, expr, got, wanted);
    return false;
}

__attribute__((unused)) static bool check_double(const char *file, int line, const char *expr, double got, double wanted)
{
    if (!(got < wanted) && !(got > wanted) && (got == got) == (wanted == wanted)) return true;
    check_failed = true;
    printf("%s:%d: %s is %.17g, not %.17g\n", file, line, expr, got, wanted);
    return false;
}

__attribute__((unused)) static bool check_text(const char *file, int line, const char *expr, const char *got, const char *wanted)
{
    if (got == wanted || (got && wanted && strcmp(got, wanted) == 0)) return true;
    check_failed = true;
    printf("%s:%d: %s is %s%s%s, not %s%s%s\n", file, line, expr, got ? "\"" : "", got ? got : "NULL", got ? "\"" : "",
           wanted ? "\"" : "", wanted ? wanted : "NULL", wanted ? "\"" : "");
    return false;
}

__attribute__((unused)) static bool check_contains(const char *file, int line, const char *expr, const char *got, const char *part)
{
    if (got && strstr(got, part)) return true;
    check_failed = true;
    printf("%s:%d: %s is %s%s%s, without \"%s\"\n", file, line, expr, got ? "\"" : "", got ? got : "NULL", got ? "\"" : "", part);
    return false;
}

__attribute__((unused)) static int check_run(int argc, char **argv)
{
    int passed = 0, failed = 0;
    for (struct check_test *test = check_first; test; test = test->next) {
        if (argc > 1 && (argv[1][0] == '!' ? strstr(test->name, argv[1] + 1) != NULL : !strstr(test->name, argv[1]))) continue;
        check_failed = false;
        test->run();
        if (check_failed) {
            printf("FAILED %s\n", test->name);
            failed++;
        } else {
            passed++;
        }
        fflush(stdout);
    }
    if (check_closing) check_closing();
    printf("%d passed, %d failed\n", passed, failed);
    return failed ? 1 : 0;
}

#define CHECK_MAIN() int main(int argc, char **argv) { return check_run(argc, argv); }
#endif

/* >>small: cases on the small models, with a log that remembers. */
#ifndef CASES_SMALL_H
#define CASES_SMALL_H
#include "small_models.h"
#include "engines.h"

static void small_ready(void) { memset(&small_log, 0, sizeof small_log); }
static const struct case_setup small_cases = { &Small_schema, small_hook, &small_log, small_ready };
#define ON_EACH(name)        ON_EACH_OF(name, small_cases)
#define ON_EACH_SHARED(name) ON_EACH_SHARED_OF(name, small_cases)

/* one more handle on the same database that soon gives up waiting */
__attribute__((unused)) static orm_db *case_again(void)
{
    return case_open(.log = small_hook, .log_context = &small_log, .busy_timeout_ms = 100);
}
#endif

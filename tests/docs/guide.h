/* The ground of the blocks of the guide and of the pages that use its models. */
#include "../../examples/tracker.h"
#include <stdlib.h>
#include <string.h>
static orm_db *db;
static Member ada, grace, twin, edsger;
static Project site;
static Task task;
static Task_change take, give;
static orm_date today;
static const char *url, *replica;
static int64_t label_id;
static orm_arena arena;
static Label *labels;
static Task task_row, *rows;
static size_t n_rows, n_ids;
static int64_t *ids;
static const char *name, *email, *words;
static enum State state;

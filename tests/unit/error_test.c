/* Errors and the log: what is kept, what it says, and that nothing in it can hurt a terminal. */
#include "internal.h"
#include "check.h"
#include <fcntl.h>

static const orm_model_option user_options[] = { { .kind = ORM_OPTION_CHECK, .name = "name_or_email", .sql = "name is not null or email is not null" }, { 0 } };
static const orm_column user_columns[] = {
    { .name = "id", .is = { .type = ORM_INT64, .generated = true }, .primary_key = true },
    { .name = "name", .is = { .type = ORM_TEXT } },
    { .name = "name_length", .is = { .type = ORM_INT32 } },
    { .name = "mail", .column = "e, mail", .is = { .type = ORM_TEXT }, .unique = true, .unique_message = "is known already" },
    { .name = "number", .column = "errno", .is = { .type = ORM_INT32 } },
};
static const orm_model user_model = { .name = "User", .table = "my.users", .columns = user_columns, .n_columns = 5, .options = user_options };

/* what the hook was told */
static struct { int calls; orm_log_level level; orm_status kind; char text[600], place[64]; const void *address; size_t n_values; } told;

static void hook(void *context, const orm_log_event *event)
{
    CHECK(context == &told);
    told.calls++;
    told.level = event->level;
    told.kind = event->kind;
    snprintf(told.text, sizeof told.text, "%s", event->message ? event->message : event->sql);
    snprintf(told.place, sizeof told.place, "%s", event->place ? event->place : "");
    told.address = event->address;
    told.n_values = event->n_values;
}

static orm__session *handle(void)
{
    static orm__session db;
    db = (orm__session){ .options = { .log = hook, .log_context = &told } };
    memset(&told, 0, sizeof told);
    orm__clear_error();
    return &db;
}

TEST(every_kind_has_a_name_and_a_text)
{
    for (int kind = 0; kind < ORM_STATUS_COUNT; kind++) {
        CHECK(strncmp(orm_status_name((orm_status)kind), "ORM_", 4) == 0);
        CHECK(strlen(orm_status_text((orm_status)kind)) > 5);
    }
    CHECK_TEXT(orm_status_name(ORM_UNIQUE), "ORM_UNIQUE");
    CHECK_TEXT(orm_status_name((orm_status)1000), "ORM_?");
    CHECK_TEXT(orm_status_name((orm_status)-1), "ORM_?");
    CHECK(orm_status_text((orm_status)-1) != NULL);
}

TEST(the_first_cause_wins_until_the_error_is_cleared)
{
    orm__session *db = handle();
    CHECK(!orm_failed());
    CHECK_INT(orm__raise(db, ORM_BUSY, 5, "busy %d", 1), ORM_BUSY);
    CHECK_INT(orm__raise(db, ORM_IO, 6, "io"), ORM_IO);
    CHECK_INT(orm__raise_at(db, ORM_MISUSE, &user_model, &user_columns[1], "no"), ORM_MISUSE);
    CHECK(orm_failed());
    CHECK_INT(orm_error()->kind, ORM_BUSY);
    CHECK_INT(orm_error()->code, 5);
    CHECK_TEXT(orm_error()->message, "busy 1");
    CHECK_TEXT(orm_error()->model, "");
    CHECK_INT(told.calls, 1);
    orm__clear_error();
    CHECK(!orm_failed());
    CHECK_TEXT(orm_error()->message, "");
    CHECK_INT(orm_error()->code, 0);
}

TEST(not_found_is_kept_but_is_no_failure_and_gives_way)
{
    orm__session *db = handle();
    orm__raise(db, ORM_NOT_FOUND, 0, "no such user");
    CHECK(!orm_failed());
    CHECK_INT(orm_error()->kind, ORM_NOT_FOUND);
    CHECK_INT(told.calls, 0);
    orm__raise_at(db, ORM_VALUE_RANGE, &user_model, &user_columns[4], "too big");
    CHECK_INT(orm_error()->kind, ORM_VALUE_RANGE);
    CHECK_TEXT(orm_error()->model, "User");
    CHECK_TEXT(orm_error()->field, "number");
    orm__raise(db, ORM_NOT_FOUND, 0, "no such user");
    CHECK_INT(orm_error()->kind, ORM_VALUE_RANGE);
}

TEST(messages_are_cut_between_characters_and_hold_nothing_that_a_terminal_obeys)
{
    orm__session *db = handle();
    char euros[700];
    for (size_t i = 0; i + 3 < sizeof euros; i += 3) memcpy(euros + i, "\xE2\x82\xAC", 4);
    for (size_t shift = 0; shift < 4; shift++) {
        orm__clear_error();
        orm__raise(db, ORM_IO, 0, "%.*s%s", (int)shift, "abc", euros);
        size_t characters = 0, length = strlen(orm_error()->message);
        CHECK(length > 508 && length < 512);
        CHECK_INT(orm__check_bytes(orm_error()->message, length, &characters), ORM__TEXT_OK);
        CHECK(strchr(orm_error()->message, '?') == NULL);
    }
    orm__clear_error();
    orm__raise(db, ORM_IO, 0, "a\x1b[2J\n[INFO] fake\x7f|\xC2\x85|\xE2\x80\xAE|\xE2\x81\xA6|\xE2\x80\xA6|\xC3\xA9|\xFF|\xE2\x82|%s", "%n%s");
    CHECK_TEXT(orm_error()->message, "a?[2J?[INFO] fake?|?|?|?|\xE2\x80\xA6|\xC3\xA9|?|??|%n%s");
}

TEST(a_failure_in_a_block_forbids_its_commit)
{
    orm__session *db = handle();
    orm__raise(db, ORM_VALIDATION, 0, "outside");
    CHECK_INT(db->levels[0].failed, ORM_OK);
    db->level = 2;
    orm__clear_error();
    orm__raise(db, ORM_BUSY, 5, "not ours: another thread holds the connection");
    CHECK_INT(db->levels[2].failed, ORM_OK);
    atomic_store(&db->owner, orm__self());
    orm__clear_error();
    orm__raise(db, ORM_NOT_FOUND, 0, "no such row");
    CHECK_INT(db->levels[2].failed, ORM_OK);
    orm__raise(db, ORM_VALIDATION, 3, "name is required");
    CHECK_INT(db->levels[2].failed, ORM_VALIDATION);
    CHECK_INT(db->levels[2].code, 3);
    CHECK(db->levels[2].failed_without_sql);
    CHECK_TEXT(db->levels[2].message, "name is required");
    CHECK_INT(db->levels[1].failed, ORM_OK);
    orm__clear_error();
    orm__raise(db, ORM_UNIQUE, 0, "taken");
    CHECK_INT(db->levels[2].failed, ORM_VALIDATION);
    db->level = 1;
    orm__clear_error();
    orm__raise(db, ORM_UNIQUE, 2067, "taken");
    CHECK_INT(db->levels[1].failed, ORM_UNIQUE);
    CHECK(!db->levels[1].failed_without_sql);
}

TEST(validation_names_the_first_field_and_counts_the_rest)
{
    orm__session *db = handle();
    orm_failures failures = { 0 };
    for (size_t i = 0; i < 20; i++) orm__add_failure(&failures, i, i ? "mail" : "name", "length", "must have %d to %d characters\x1b", 2, 200);
    CHECK_INT(failures.count, ORM_MAX_FAILURES);
    CHECK_INT(failures.total, 20);
    CHECK_INT(orm__raise_failures(db, &user_model, &failures), ORM_VALIDATION);
    const orm_error_info *error = orm_error();
    CHECK_TEXT(error->message, "User.name must have 2 to 200 characters? (and 19 more)");
    CHECK_TEXT(error->field, "name");
    CHECK_INT(error->failures.total, 20);
    CHECK_INT(error->failures.item[15].row, 15);
    CHECK_TEXT(told.text, error->message);
}

static const orm_error_info *broken(orm_status kind, const char *constraint, const char *columns)
{
    orm__session *db = handle();
    orm__self()->model = &user_model;
    orm_status answer = orm__raise_constraint(db, kind, 19, constraint, columns, "the engine's text");
    CHECK_INT(answer, orm_error()->kind);
    CHECK_INT(orm_error()->code, 19);
    CHECK_INT(orm_error()->failures.count, orm_error()->failures.total);
    return orm_error();
}

TEST(a_broken_unique_constraint_is_told_like_a_validation)
{
    const orm_error_info *error = broken(ORM_UNIQUE, NULL, "my.users.name");
    CHECK_INT(error->failures.count, 1);
    CHECK_TEXT(error->failures.item[0].field, "name");
    CHECK_TEXT(error->failures.item[0].rule, "unique");
    CHECK_TEXT(error->failures.item[0].message, "is already taken");
    CHECK_TEXT(error->message, "User.name is already taken");
    CHECK_INT(error->kind, ORM_UNIQUE);
    CHECK_TEXT(error->field, "name");
    CHECK_TEXT(error->model, "User");
    error = broken(ORM_UNIQUE, "users_name_number", "my.users.e, mail, my.users.errno");
    CHECK_INT(error->failures.count, 2);
    CHECK_TEXT(error->failures.item[0].field, "mail");
    CHECK_TEXT(error->failures.item[0].message, "is known already");
    CHECK_TEXT(error->failures.item[1].field, "number");
    CHECK_TEXT(error->failures.item[1].message, "is already taken in this combination");
    CHECK_TEXT(error->constraint, "users_name_number");
    error = broken(ORM_UNIQUE, NULL, "other.thing, other.more");
    CHECK_TEXT(error->failures.item[0].field, "thing");
    CHECK_TEXT(error->failures.item[1].field, "more");
}

TEST(other_broken_constraints_are_told_too)
{
    const orm_error_info *error = broken(ORM_NOT_NULL, NULL, "my.users.errno");
    CHECK_TEXT(error->message, "User.number is required");
    CHECK_TEXT(error->failures.item[0].rule, "required");
    error = broken(ORM_FOREIGN_KEY, NULL, NULL);
    CHECK_TEXT(error->message, "User refers to a row that does not exist, or is still referred to");
    CHECK_TEXT(error->failures.item[0].rule, "references");
    CHECK_TEXT(error->failures.item[0].field, "");
    /* of which the engine says who breaks it */
    orm__session *db = handle();
    orm__self()->model = &user_model;
    CHECK_INT(orm__raise_key(db, false, 787, "key", "my.users.errno", "the engine's text"), ORM_FOREIGN_KEY);
    CHECK_TEXT(error->message, "User.number refers to a row that does not exist");
    CHECK_TEXT(error->failures.item[0].rule, "references");
    db = handle();
    orm__self()->model = &user_model;
    CHECK_INT(orm__raise_key(db, true, 787, "key", NULL, "the engine's text"), ORM_FOREIGN_KEY);
    CHECK_TEXT(error->message, "User is still referred to by other rows (key)");
    CHECK_TEXT(error->constraint, "key");
    error = broken(ORM_CHECK, "name_not_empty", NULL);
    CHECK_TEXT(error->failures.item[0].field, "name");
    CHECK_TEXT(error->failures.item[0].message, "breaks the check name_not_empty");
    CHECK_INT(error->kind, ORM_CHECK);
    /* the limits of a type */
    error = broken(ORM_CHECK, "name_length_range", "");
    CHECK_TEXT(error->failures.item[0].field, "name_length");
    CHECK_INT(error->kind, ORM_VALUE_RANGE);
    error = broken(ORM_CHECK, "errno_range", "");
    CHECK_TEXT(error->failures.item[0].field, "number");
    CHECK_INT(error->kind, ORM_VALUE_RANGE);
    CHECK_INT(broken(ORM_CHECK, "name_size", "")->kind, ORM_VALUE_RANGE);
    CHECK_INT(broken(ORM_CHECK, "errno_digits", "")->kind, ORM_VALUE_RANGE);
    CHECK_INT(broken(ORM_CHECK, "errno_digits_too", "")->kind, ORM_CHECK);
    CHECK_INT(broken(ORM_CHECK, "unknown_range", "")->kind, ORM_CHECK);
    error = broken(ORM_CHECK, "name_or_email", NULL);
    CHECK_TEXT(error->failures.item[0].field, "");
    CHECK_TEXT(error->message, "User breaks the check name_or_email");
    error = broken(ORM_CHECK, "nam", NULL);
    CHECK_TEXT(error->failures.item[0].field, "");
    error = broken(ORM_EXCLUSION, "x", NULL);
    CHECK_TEXT(error->failures.item[0].rule, "exclusion");
    CHECK_INT(error->kind, ORM_EXCLUSION);
}

TEST(without_a_model_the_engine_speaks_and_columns_are_fields)
{
    orm__session *db = handle();
    orm__raise_constraint(db, ORM_UNIQUE, 2067, NULL, "t.a", "UNIQUE constraint failed: t.a");
    CHECK_TEXT(orm_error()->message, "UNIQUE constraint failed: t.a");
    CHECK_TEXT(orm_error()->field, "a");
    orm__clear_error();
    orm__raise_constraint(db, ORM_CHECK, 275, "positive", NULL, "CHECK constraint failed: positive");
    CHECK_TEXT(orm_error()->constraint, "positive");
    CHECK_TEXT(orm_error()->failures.item[0].message, "breaks the check positive");
    orm__clear_error();
    orm__raise_constraint(db, ORM_FOREIGN_KEY, 787, NULL, NULL, NULL);
    CHECK_INT(orm_error()->failures.count, 1);
}

TEST(errors_as_json_answer_the_full_length_like_snprintf)
{
    handle();
    char text_[2000];
    size_t length = orm_errors_json(text_, sizeof text_);
    CHECK_TEXT(text_, "{\"kind\":\"ORM_OK\",\"message\":\"no error\",\"errors\":[]}");
    orm_failures failures = { 0 };
    orm__add_failure(&failures, 0, "name", "length", "is \"too\\ long\"");
    orm__add_failure(&failures, 3, "", "check", "no");
    orm__raise_failures(NULL, &user_model, &failures);
    length = orm_errors_json(text_, sizeof text_);
    CHECK_TEXT(text_, "{\"kind\":\"ORM_VALIDATION\",\"message\":\"User.name is \\\"too\\\\ long\\\" (and 1 more)\",\"errors\":["
                      "{\"field\":\"name\",\"rule\":\"length\",\"message\":\"is \\\"too\\\\ long\\\"\",\"index\":0},{\"field\":\"\",\"rule\":\"check\",\"message\":\"no\",\"index\":3}]}");
    CHECK_INT(length, strlen(text_));
    char small[10] = "#########";
    CHECK_INT(orm_errors_json(small, 5), length);
    CHECK_TEXT(small, "{\"ki");
    CHECK_INT(orm_errors_json(NULL, 0), length);
}

TEST(the_longest_error_fits_its_json)
{
    orm__session *db = handle();
    char quotes[600];
    memset(quotes, '"', sizeof quotes - 1);
    quotes[599] = 0;
    orm_failures failures = { 0 };
    for (size_t i = 0; i < 16; i++) orm__add_failure(&failures, 0, quotes, quotes, "%s", quotes);
    orm__raise_failures(db, &user_model, &failures);
    static char text_[20000];
    size_t length = orm_errors_json(text_, sizeof text_);
    CHECK(length > 8000 && length < sizeof text_);
    CHECK_TEXT(text_ + length - 3, "}]}");
}

/* runs with stderr in a file and gives what was printed */
static const char *printed(void (*run)(void))
{
    static char text_[40000];
    char path[] = "/tmp/orm_error_test_XXXXXX";
    int file = mkstemp(path), before = dup(STDERR_FILENO);
    unlink(path);
    fflush(stderr);
    dup2(file, STDERR_FILENO);
    run();
    fflush(stderr);
    dup2(before, STDERR_FILENO);
    close(before);
    ssize_t length = pread(file, text_, sizeof text_ - 1, 0);
    close(file);
    text_[length < 0 ? 0 : length] = 0;
    return text_;
}

static void print_failures(void)
{
    orm__clear_error();
    orm_failures failures = { 0 };
    for (size_t i = 0; i < 18; i++) orm__add_failure(&failures, i, i % 2 ? "" : "name", "length", "is bad");
    orm__raise_failures(NULL, &user_model, &failures);
    CHECK_INT(orm_perror("blog"), 1);
}

TEST(perror_prints_the_message_and_each_failure_on_its_line)
{
    const char *text_ = printed(print_failures);
    CHECK(strncmp(text_, "blog: User.name is bad (and 17 more)\n  name: is bad\n  row 1: is bad\n  row 2: name: is bad\n", 87) == 0);
    CHECK_CONTAINS(text_, "  row 15: is bad\n  and 2 more\n");
}

static void print_nothing(void)
{
    unsetenv("ORM_LOG");
    orm__clear_error();
    orm__raise(NULL, ORM_MISUSE, 0, "unseen");
    setenv("ORM_LOG", "1", 1);
    orm__raise(NULL, ORM_MISUSE, 0, "the second is not told");
}

static void print_misuse(void)
{
    orm__clear_error();
    orm__self()->place = "blog.c:7";
    setenv("ORM_LOG", "1", 1);
    orm__raise(NULL, ORM_MISUSE, 0, "seen");
    orm__self()->place = NULL;
    unsetenv("ORM_LOG");
}

TEST(a_failure_without_a_handle_is_shown_only_with_ORM_LOG)
{
    CHECK_TEXT(printed(print_nothing), "");
    CHECK_TEXT(printed(print_misuse), "orm ORM_MISUSE: seen\n");
}

static orm_log_event event;
static void print_event(void) { orm__stderr_log(NULL, &event); }

TEST(a_statement_is_one_line_with_time_rows_values_and_place)
{
    const orm_value values[] = {
        { .type = ORM_INT64, .as.i = -5 }, { .type = ORM_TEXT, .length = 8, .as.s = "a'b\n\x1b[2J" }, { .type = ORM_TEXT, .length = ORM_LENGTH_UNKNOWN, .as.s = "%n%s" },
        { .type = ORM_DOUBLE, .as.d = 1.5 }, { .type = ORM_BOOL, .as.i = 1 }, { .type = ORM_NULL }, { .type = ORM_BLOB, .length = 12 }, { .type = ORM_TIME, .as.i = 0 },
        { .type = ORM_DATE, .as.i = 1 }, { .type = ORM_CLOCK, .as.i = 0 }, { .type = ORM_DECIMAL, .scale = 2, .as.decimal = { 1999, 0 } }, { .type = ORM_UUID },
    };
    event = (orm_log_event){ .sql = "select 1\nfrom t", .values = values, .n_values = 12, .microseconds = 12034, .rows = 3, .place = "blog.c:12" };
    CHECK_TEXT(printed(print_event), "orm 12.034 ms, 3 rows: select 1\\nfrom t [-5, 'a'b\\n\\x1b[2J', '%n%s', 1.5, true, NULL, <12 bytes>, 1970-01-01T00:00:00Z, 1970-01-02, "
                                     "00:00:00, 19.99, 00000000-0000-0000-0000-000000000000] at blog.c:12\n");
    event = (orm_log_event){ .sql = "insert", .kind = ORM_UNIQUE, .address = &event };
    CHECK_CONTAINS(printed(print_event), "orm 0.000 ms, 0 rows, ORM_UNIQUE: insert at 0x");
    event = (orm_log_event){ .level = ORM_LOG_NOTE, .message = "something" };
    CHECK_TEXT(printed(print_event), "orm note: something\n");
    event = (orm_log_event){ .level = ORM_LOG_ERROR, .kind = ORM_BUSY, .message = "locked\xE2\x80\xAE" };
    CHECK_TEXT(printed(print_event), "orm ORM_BUSY: locked\\xe2\\x80\\xae\n");
}

TEST(long_statements_are_cut_between_characters_and_long_values_too)
{
    static char sql[1 << 20];
    for (size_t i = 0; i + 2 < sizeof sql; i += 2) memcpy(sql + i, "\xC3\xA9", 2);
    sql[1] = 'x';
    sql[0] = 'x';
    sql[2] = 'x';      /* leaves a lone continuation byte, so that 2,000 falls into a character */
    orm_value values[40];
    for (size_t i = 0; i < 40; i++) values[i] = (orm_value){ .type = ORM_TEXT, .length = sizeof sql - 2, .as.s = sql };
    event = (orm_log_event){ .sql = sql, .values = values, .n_values = 40 };
    const char *text_ = printed(print_event);
    size_t characters = 0;
    CHECK_INT(orm__check_bytes(text_, strlen(text_), &characters), ORM__TEXT_OK);
    CHECK(strlen(text_) > 5000 && strlen(text_) < 8000);
    CHECK_CONTAINS(text_, "... ['xxx");
    CHECK_CONTAINS(text_, ", ...]\n");
}

TEST(the_worst_values_fit_the_line)
{
    static char bytes[3000];
    memset(bytes, 1, sizeof bytes - 1);
    orm_value values[40];
    for (size_t i = 0; i < 40; i++) values[i] = (orm_value){ .type = ORM_TEXT, .length = sizeof bytes - 1, .as.s = bytes };
    event = (orm_log_event){ .sql = bytes, .values = values, .n_values = 40, .place = bytes };
    const char *text_ = printed(print_event);
    CHECK(strlen(text_) > 20000);
    CHECK_TEXT(text_ + strlen(text_) - 4, "...\n");
}

TEST(the_hook_gets_place_or_address_and_values_only_when_asked)
{
    orm__session *db = handle();
    const orm_value value = { .type = ORM_INT64, .as.i = 1 };
    orm__self()->place = "a.c:1";
    orm__self()->address = db;
    orm__log_sql(db, "select ?1", &value, 1, ORM_OK, 10, 1);
    CHECK_TEXT(told.place, "a.c:1");
    CHECK(told.address == NULL);
    CHECK_INT(told.n_values, 0);
    CHECK_TEXT(told.text, "select ?1");
    orm__self()->place = NULL;
    db->options.log_values = true;
    orm__log_sql(db, "select ?1", &value, 1, ORM_OK, 10, 1);
    CHECK(told.address == db);
    CHECK_INT(told.n_values, 1);
    orm__log_note(db, "%s was left open", "x");
    CHECK_INT(told.level, ORM_LOG_NOTE);
    CHECK_TEXT(told.text, "x was left open");
    orm__raise(db, ORM_ROLLED_BACK, 0, "quiet");
    CHECK_INT(told.level, ORM_LOG_NOTE);
    db->options.log = NULL;
    orm__log_sql(db, "select ?1", &value, 1, ORM_OK, 10, 1);
    orm__log_note(db, "nobody listens");
    CHECK_INT(told.calls, 3);
}

static void nosy_hook(void *context, const orm_log_event *seen)
{
    (void)context, (void)seen;
    orm__clear_error();
    orm__raise(NULL, ORM_IO, 0, "of the hook's own call");
    orm__self()->place = "hook.c:1";
}

TEST(a_hook_that_uses_the_library_does_not_disturb_the_call)
{
    orm__session *db = handle();
    db->options.log = nosy_hook;
    orm__self()->place = "a.c:1";
    orm__raise(db, ORM_BUSY, 5, "locked");
    CHECK_INT(orm_error()->kind, ORM_BUSY);
    CHECK_TEXT(orm_error()->message, "locked");
    CHECK_TEXT(orm__self()->place, "a.c:1");
    orm__self()->place = NULL;
}

static void *fail_in_a_thread(void *unused)
{
    (void)unused;
    CHECK(!orm_failed());
    orm__raise(NULL, ORM_IO, 0, "in the thread");
    CHECK(orm_failed());
    return NULL;
}

TEST(errors_are_of_their_thread)
{
    handle();
    pthread_t thread;
    REQUIRE(pthread_create(&thread, NULL, fail_in_a_thread, NULL) == 0);
    pthread_join(thread, NULL);
    CHECK(!orm_failed());
}

TEST(ticks_ascend)
{
    int64_t before = orm__ticks();
    CHECK(before > 0 && orm__ticks() >= before);
}

CHECK_MAIN()

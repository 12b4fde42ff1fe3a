/* >>error_test: every failure that the engine can answer, produced once: what orm_error() says of it, what an API would send, and what the log
   is told. No text anywhere holds the value of a secret field. */
#include "small.h"
#include "told.h"

#define Seat_FIELDS(X)                                                     \
    X(id,       serial)                                                    \
    X(hall,     string(20))                                                \
    X(number,   integer)                                                   \
    X(holder,   string(40), nullable, unique("has a seat already"))        \
    X(previous, key(Seat), nullable)
ORM_MODEL(Seat, seats, unique(hall, number), check(hall_a_is_small, "hall <> 'A' or number <= 10"))
#define Hall_MODELS(X) X(Seat)
ORM_SCHEMA(Hall)
ORM_DEFINE(Hall)

/* ---- broken constraints ---- */

ON_EACH(a_unique_violation_is_told_like_a_validation)
{
    ORM_NEW(Account, ada, .name = "Ada", .email = "ada@example.com", .pin = secret_word);
    CHECK_INT(Account_create(db, &ada), ORM_OK);
    ORM_NEW(Account, twin, .name = "Twin", .email = "ada@example.com", .pin = secret_word);
    CHECK_INT(Account_create(db, &twin), ORM_UNIQUE);
    CHECK_INT(orm_error()->failures.total, 1);
    CHECK_TEXT(orm_error()->failures.item[0].field, "email");
    CHECK_TEXT(orm_error()->failures.item[0].rule, "unique");
    CHECK_TEXT(orm_error()->failures.item[0].message, "is already taken");
    CHECK_TEXT(orm_error()->message, "Account.email is already taken");
    bool postgres = case_engine == ON_POSTGRES;           /* the engine's own name of the failure */
    if (!postgres) CHECK_INT(orm_error()->code, 2067);    /* SQLITE_CONSTRAINT_UNIQUE */
    CHECK_TEXT(orm_error()->sqlstate, postgres ? "23505" : "");
    told(ORM_UNIQUE, "Account", "email");
    ORM_NEW(Account, same, .id = ada.id, .name = "Same key");
    CHECK_INT(Account_create(db, &same), ORM_UNIQUE);
    told(ORM_UNIQUE, "Account", "id");
    ORM_NEW(Tag, tag, .code = "red");
    CHECK_INT(Tag_create(db, &tag), ORM_OK);
    ORM_NEW(Tag, again, .code = "red");
    CHECK_INT(Tag_create(db, &again), ORM_UNIQUE);
    told(ORM_UNIQUE, "Tag", "code");
}

ON_EACH(a_unique_group_and_a_unique_message_of_ones_own)
{
    CHECK_INT(orm_sync(db, &Hall_schema), ORM_OK);
    ORM_NEW(Seat, first, .hall = "B", .number = 1, .holder = "Ada");
    CHECK_INT(Seat_create(db, &first), ORM_OK);
    ORM_NEW(Seat, same, .hall = "B", .number = 1);
    CHECK_INT(Seat_create(db, &same), ORM_UNIQUE);
    CHECK_INT(orm_error()->failures.total, 2);
    CHECK_TEXT(orm_error()->failures.item[1].field, "number");
    CHECK_TEXT(orm_error()->failures.item[1].message, "is already taken in this combination");
    told(ORM_UNIQUE, "Seat", "hall");
    ORM_NEW(Seat, twice, .hall = "B", .number = 2, .holder = "Ada");
    CHECK_INT(Seat_create(db, &twice), ORM_UNIQUE);
    CHECK_TEXT(orm_error()->failures.item[0].message, "has a seat already");
    CHECK_TEXT(orm_error()->message, "Seat.holder has a seat already");
    told(ORM_UNIQUE, "Seat", "holder");
}

/* SQLite does not say which one is broken */
static const char *foreign_key(void) { return case_engine == ON_POSTGRES ? "account_id" : ""; }

ON_EACH(a_foreign_key_that_is_broken_from_either_side)
{
    Account ada = small_account(db, "Ada");
    ORM_NEW(Entry, orphan, .account_id = 999, .note = "x");
    CHECK_INT(Entry_create(db, &orphan), ORM_FOREIGN_KEY);
    CHECK_INT(orm_error()->failures.total, 1);
    CHECK_TEXT(orm_error()->failures.item[0].rule, "references");
    CHECK_TEXT(orm_error()->failures.item[0].message, "refers to a row that does not exist");
    told(ORM_FOREIGN_KEY, "Entry", foreign_key());
    orphan.account_id = ada.id;
    CHECK_INT(Entry_create(db, &orphan), ORM_OK);
    CHECK_INT(Account_destroy(db, &ada), ORM_FOREIGN_KEY);
    CHECK_CONTAINS(orm_error()->message, "Account is still referred to by other rows");
    told(ORM_FOREIGN_KEY, "Account", "");                 /* none of its own */
    CHECK_INT(small_count(db), 1);
    /* an update may break it either way, and SQLite does not say which */
    CHECK_INT(Entry_update(db, &(Entry_change){ .set = { orm_set(Entry_.account_id, 999) }, .all = true }, NULL), ORM_FOREIGN_KEY);
    CHECK_CONTAINS(orm_error()->message, case_engine == ON_POSTGRES ? "Entry.account_id refers to a row that does not exist" : "refers to a row that does not exist, or is still referred to");
    told(ORM_FOREIGN_KEY, "Entry", foreign_key());
    CHECK_INT(orm_exec(db, NULL, "update accounts set id = 77", orm_no_params), ORM_FOREIGN_KEY);
    told(ORM_FOREIGN_KEY, "", "");
}

/* the words of the server name the same table for both sides */
#define Knot_FIELDS(X)                                                     \
    X(id,     serial)                                                      \
    X(up_id,  key(Knot), nullable, on_delete(restrict))                    \
    X(tied_to, key(Knot), nullable)
ORM_MODEL(Knot, knots)
#define Net_MODELS(X) X(Knot)
ORM_SCHEMA(Net)
ORM_DEFINE(Net)

ON_EACH(a_foreign_key_of_a_table_to_itself_tells_which_side_breaks_it)
{
    CHECK_INT(orm_sync(db, &Net_schema), ORM_OK);
    ORM_NEW(Knot, top, .up_id = orm_int64(999));
    CHECK_INT(Knot_create(db, &top), ORM_FOREIGN_KEY);
    CHECK_TEXT(orm_error()->failures.item[0].message, "refers to a row that does not exist");
    CHECK_TEXT(orm_error()->field, case_engine == ON_POSTGRES ? "up_id" : "");
    top.up_id.set = false;
    CHECK_INT(Knot_create(db, &top), ORM_OK);
    ORM_NEW(Knot, below, .up_id = orm_int64(top.id));
    CHECK_INT(Knot_create(db, &below), ORM_OK);
    CHECK_INT(Knot_destroy(db, &top), ORM_FOREIGN_KEY);                /* restrict */
    CHECK_CONTAINS(orm_error()->message, "Knot is still referred to by other rows");
    CHECK_TEXT(orm_error()->field, "");
    below.up_id.set = false;
    below.tied_to = orm_int64(top.id);
    CHECK_INT(Knot_save(db, &below), ORM_OK);
    CHECK_INT(Knot_destroy(db, &top), ORM_FOREIGN_KEY);                /* no action */
    CHECK_CONTAINS(orm_error()->message, "Knot is still referred to by other rows");
}

ON_EACH(checks_of_the_database_name_the_field_or_the_check)
{
    CHECK_INT(orm_sync(db, &Hall_schema), ORM_OK);
    Account ada = small_account(db, "Ada");
    CHECK_INT(Account_update(db, &(Account_change){ .set = { orm_dec(Account_.balance, 500) }, .where = orm_eq(Account_.id, ada.id) }, NULL), ORM_CHECK);
    CHECK_TEXT(orm_error()->constraint, "balance_at_least");
    CHECK_TEXT(orm_error()->failures.item[0].field, "balance");
    told(ORM_CHECK, "Account", "balance");
    ORM_NEW(Seat, seat, .hall = "A", .number = 11);
    CHECK_INT(Seat_create(db, &seat), ORM_CHECK);
    CHECK_TEXT(orm_error()->constraint, "hall_a_is_small");
    CHECK_INT(orm_error()->failures.total, 1);
    told(ORM_CHECK, "Seat", "");
}

ON_EACH(constraints_hold_for_sql_by_hand_in_the_engines_words)
{
    CHECK_INT(orm_exec(db, NULL, "insert into accounts (name, created_at, updated_at) values (null, ?1, ?1)", orm_params((orm_time)0)), ORM_NOT_NULL);
    CHECK_TEXT(orm_error()->failures.item[0].field, "name");
    CHECK_TEXT(orm_error()->failures.item[0].message, "is required");
    CHECK_CONTAINS(orm_error()->message, case_engine == ON_POSTGRES ? "not-null" : "NOT NULL");
    told(ORM_NOT_NULL, "", "name");
    CHECK_INT(orm_exec(db, NULL, "insert into accounts (name, created_at, updated_at) values ('x', ?1, ?1)", orm_params((orm_time)0)), ORM_CHECK);
    CHECK_TEXT(orm_error()->constraint, "name_length");
    told(ORM_CHECK, "", "");
    CHECK_INT(orm_exec(db, NULL, "insert into accounts (name, balance, created_at, updated_at) values ('xx', 'many', ?1, ?1)", orm_params((orm_time)0)), ORM_VALUE_RANGE);
    told(ORM_VALUE_RANGE, "", "");
    CHECK_INT(orm_exec(db, NULL, "insert into entries (account_id, note) values (99, 'x')", orm_no_params), ORM_FOREIGN_KEY);
    told(ORM_FOREIGN_KEY, "", foreign_key());
}

/* ---- statements ---- */

static const struct case_setup no_tables = { NULL, small_hook, &small_log, small_ready };
ON_EACH_OF(statements_that_the_engine_does_not_understand, no_tables)
{
    ORM_NEW(Account, ada, .name = "Ada");
    CHECK_INT(Account_create(db, &ada), ORM_NO_TABLE);
    CHECK_CONTAINS(orm_error()->message, "accounts");
    told(ORM_NO_TABLE, "", "");
    CHECK_INT(ada.id, 0);
    CHECK_INT(orm_sync(db, &Small_schema), ORM_OK);
    CHECK_INT(Account_create(db, &ada), ORM_OK);
    CHECK_INT(orm_exec(db, NULL, "update accounts set nmae = ?1", orm_params("x")), ORM_NO_COLUMN);
    CHECK_CONTAINS(orm_error()->message, "nmae");
    CHECK_CONTAINS(small_log.error_place, "error_test.c:");
    told(ORM_NO_COLUMN, "", "");
    CHECK_INT(orm_exec(db, NULL, "insert into accounts (nmae) values (1)", orm_no_params), ORM_NO_COLUMN);
    told(ORM_NO_COLUMN, "", "");
    CHECK_INT(orm_exec(db, NULL, "selct 1", orm_no_params), ORM_SYNTAX);
    told(ORM_SYNTAX, "", "");
    CHECK_INT(orm_exec(db, NULL, "select 1; drop table accounts", orm_no_params), ORM_SYNTAX);
    told(ORM_SYNTAX, "", "");
    CHECK_INT(orm_exec(db, NULL, "select ?1", orm_no_params), ORM_MISUSE);
    told(ORM_MISUSE, "", "");
    CHECK_INT(orm_exec(db, NULL, "select ?1", orm_params(1, 2)), ORM_MISUSE);
    told(ORM_MISUSE, "", "");
    CHECK_INT(orm_exec(db, NULL, "select ?1", orm_params(orm_decimal_of("1.5"))), ORM_UNSUPPORTED);
    told(ORM_UNSUPPORTED, "", "");
    CHECK_INT(orm_exec(db, NULL, "", orm_no_params), ORM_MISUSE);
    told(ORM_MISUSE, "", "");
    CHECK_INT(orm_exec(db, NULL, "-- nothing", orm_no_params), ORM_SYNTAX);
    told(ORM_SYNTAX, "", "");
    CHECK_INT(small_count(db), 1);
}

ON_EACH(numbers_that_overflow_in_the_engine)
{
    for (int i = 0; i < 2; i++) small_account(db, "Ada");
    orm_opt_int64 n;
    CHECK_INT(orm_scalar(db, &n, "select sum(9223372036854775807) from accounts", orm_no_params), ORM_VALUE_RANGE);
    CHECK(!n.set);
    told(ORM_VALUE_RANGE, "", case_engine == ON_POSTGRES ? "the value" : "");      /* which sums beyond 64 bits: it does not fit here */
    CHECK_INT(orm_exec(db, NULL, "select ?1", orm_params(UINT64_MAX)), ORM_VALUE_RANGE);
    told(ORM_VALUE_RANGE, "", "");
}

/* ---- values ---- */

ON_EACH(values_are_refused_before_the_engine_sees_them)
{
    small_log.errors = 0;
    uint64_t sent = small_sent(db);
    ORM_NEW(Account, bad, .name = "\xC3(", .email = "no address", .balance = -101, .pin = "hunter2hunter2hunter2hunter2");
    CHECK_INT(Account_create(db, &bad), ORM_VALIDATION);
    CHECK_INT(orm_error()->failures.total, 4);
    CHECK_CONTAINS(orm_error()->message, "(and 3 more)");
    CHECK_TEXT(orm_error()->failures.item[3].field, "pin");
    told(ORM_VALIDATION, "Account", "name");
    CHECK(!Account_find_by_email(db, "\xFF"));
    told(ORM_BAD_TEXT, "Account", "email");
    CHECK(!Account_find_all(db, &(Account_query){ .where = orm_eq(Account_.balance, INT64_C(3000000000)) }));
    told(ORM_VALUE_RANGE, "Account", "balance");
    CHECK(!Account_find_all(db, &(Account_query){ .limit = -1 }));
    told(ORM_MISUSE, "Account", "");
    CHECK_INT(small_sent(db), sent);
}

/* ---- rows ---- */

ON_EACH(rows_that_are_gone_or_never_were)
{
    Account ada = small_account(db, "Ada");
    Account *found = Account_find(db, ada.id);
    CHECK_INT(Account_destroy_by_key(db, ada.id), ORM_OK);
    found->balance = 1;
    CHECK_INT(Account_save(db, found), ORM_STALE);
    told(ORM_STALE, "Account", "");
    CHECK_INT(Account_destroy_by_key(db, ada.id), ORM_STALE);
    told(ORM_STALE, "Account", "");
    Account copy = *found;
    orm_free(found);
    CHECK_INT(Account_save(db, &copy), ORM_STALE_ROW);
    told(ORM_STALE_ROW, "Account", "");
    CHECK(!Account_get(db, 77));
    told(ORM_NOT_FOUND, "Account", "");
    CHECK(!Account_get_one(db, &(Account_query){ .where = orm_eq(Account_.name, "nobody") }));
    told(ORM_NOT_FOUND, "Account", "");
    CHECK(!Account_find(db, 77));
    CHECK_INT(orm_error()->kind, ORM_NOT_FOUND);
    CHECK(!orm_failed());
    CHECK_INT(small_log.errors, 0);                       /* no failure, and not told */
    CHECK_INT(Account_destroy_all(db, NULL, NULL), ORM_MISUSE);
    told(ORM_MISUSE, "Account", "");
}

/* ---- deadlines ---- */

ON_EACH(a_call_that_takes_too_long_is_ended_at_its_deadline)
{
    Account ada = small_account(db, "Ada");
    static Entry entries[1000];
    for (int i = 0; i < 1000; i++) {
        entries[i] = Entry_defaults();
        entries[i].account_id = ada.id;
        entries[i].note = "x";
    }
    CHECK_INT(Entry_create_all(db, entries, 1000, NULL), ORM_OK);
    int64_t n = 0;
    if (case_engine == ON_POSTGRES) {                     /* which is too clever for what follows */
        CHECK_INT(orm_exec(db, NULL, "alter table entries rename to fast", orm_no_params), ORM_OK);
        CHECK_INT(orm_exec(db, NULL, "create view entries as select * from fast where pg_sleep(0.01)::text is not null", orm_no_params), ORM_OK);
    }
    small_log.errors = 0;
    /* looks at a thousand entries for each of a thousand entries for each of a thousand entries */
    Account_query slow = { .timeout_ms = 30, .where = orm_has(Account_.entries, orm_has(Entry_.account, orm_has(Account_.entries, orm_has(Entry_.account,
        orm_has(Account_.entries, orm_eq(Entry_.note, "nothing")))))) };
    orm_time began = orm_now();
    CHECK_INT(Account_count(db, &slow, &n), ORM_TIMEOUT);
    CHECK(orm_now() - began >= 30000 && orm_now() - began < 3000000);
    told(ORM_TIMEOUT, "", "");
    CHECK(!Account_find_all(db, &slow));
    told(ORM_TIMEOUT, "", "");
    CHECK_INT(small_count(db), 1);                        /* others have their own time */
    ORM_TRANSACTION(db) {
        small_account(db, "in the block");
        CHECK(!Account_find_all(db, &slow));
    }
    CHECK_INT(orm_error()->kind, ORM_TIMEOUT);
    CHECK_INT(small_count(db), 1);
    /* and for the whole handle */
    orm_db *hasty = case_open(.timeout_ms = 40);
    orm_opt_int64 count;
    CHECK_INT(orm_scalar(hasty, &count, "with recursive c(x) as (select 1 union all select x + 1 from c where x < 1000000000) select count(*) from c", orm_no_params), ORM_TIMEOUT);
    CHECK_INT(orm_scalar(hasty, &count, "select 1", orm_no_params), ORM_OK);
    orm_close(hasty);
}

/* ---- the error itself ---- */

ON_EACH(the_first_cause_wins_and_the_next_call_clears_it)
{
    ORM_TRANSACTION(db) {
        ORM_NEW(Account, bad, .name = "x");
        CHECK_INT(Account_create(db, &bad), ORM_VALIDATION);
        CHECK_INT(orm_exec(db, NULL, "nonsense", orm_no_params), ORM_VALIDATION);
        CHECK_INT(orm_error()->failures.total, 1);
    }
    CHECK_INT(orm_error()->kind, ORM_VALIDATION);
    orm_free((Account *)NULL);
    orm_close(NULL);
    CHECK_INT(orm_error()->kind, ORM_VALIDATION);
    CHECK_TEXT(orm_error()->field, "name");
    small_count(db);
    CHECK_INT(orm_error()->kind, ORM_OK);
    CHECK_TEXT(orm_error()->field, "");
    CHECK_INT(orm_error()->failures.total, 0);
    orm_db *own = case_again();
    CHECK_INT(orm_exec(own, NULL, "nonsense", orm_no_params), ORM_SYNTAX);
    orm_close(own);                                       /* closing keeps it, too */
    CHECK_INT(orm_error()->kind, ORM_SYNTAX);
}

__attribute__((noinline)) static orm_status fails_here(orm_db *db)
{
    orm_status status = Account_destroy_by_key(db, 12345);
    return status == ORM_OK ? ORM_MISUSE : status;        /* no tail call */
}

ON_EACH(the_log_names_the_place_of_the_call)
{
    CHECK_INT(fails_here(db), ORM_STALE);
    uintptr_t at = (uintptr_t)small_log.address, from = (uintptr_t)fails_here;
    CHECK(at > from && at - from < 1000);
    CHECK_TEXT(small_log.error_place, "");
    int64_t sum = 0;
    char here[80];
    snprintf(here, sizeof here, "%s:%d", __FILE__, __LINE__ + 1);
    CHECK_INT(orm_sum(db, Account_.balance, &sum, NULL), ORM_OK);
    CHECK_TEXT(small_log.place[(small_log.statements - 1) % SMALL_LOG], here);
    snprintf(here, sizeof here, "%s:%d", __FILE__, __LINE__ + 1);
    CHECK_INT(orm_exec(db, NULL, "nonsense", orm_no_params), ORM_SYNTAX);
    CHECK_TEXT(small_log.error_place, here);
    CHECK(!small_log.address);
}

ON_EACH(json_of_the_error_is_cut_like_snprintf)
{
    CHECK_INT(orm_exec(db, NULL, "select \"quotes\" and \\ in it", orm_no_params), ORM_SYNTAX);
    char whole[2000], cut[20];
    size_t length = orm_errors_json(whole, sizeof whole);
    CHECK_INT(orm_errors_json(cut, sizeof cut), length);
    CHECK_INT(strlen(cut), sizeof cut - 1);
    CHECK_INT(strncmp(whole, cut, strlen(cut)), 0);
    CHECK_INT(orm_errors_json(NULL, 0), length);
    CHECK_CONTAINS(whole, "{\"kind\":\"ORM_SYNTAX\",\"message\":");
}

/* ---- secrets and stderr ---- */

/* what `run` writes to stderr */
static const char *standard_error_of(void (*run)(void))
{
    static char text[100000];
    fflush(stderr);
    FILE *file = tmpfile();
    int kept = dup(STDERR_FILENO);
    dup2(fileno(file), STDERR_FILENO);
    run();
    fflush(stderr);
    dup2(kept, STDERR_FILENO);
    close(kept);
    rewind(file);
    size_t n = fread(text, 1, sizeof text - 1, file);
    text[n] = 0;
    fclose(file);
    return text;
}

static void use_everything(bool log_values)
{
    orm_db *db = case_open(.log_values = log_values);
    ORM_NEW(Account, ada, .name = "Ada \x1b[31m\nLovelace", .pin = secret_word, .rate = orm_double(1.5));
    Account_create(db, &ada);
    ada.pin = "hunter2hunter2!";
    Account_save(db, &ada);
    Account_update(db, &(Account_change){ .set = { orm_set(Account_.pin, secret_word) }, .where = orm_eq(Account_.pin, "hunter2hunter2!") }, NULL);
    ORM_AUTO Account *found = Account_find_all(db, &(Account_query){ .where = orm_in(Account_.pin, secret_word, "x") });
    if (orm_len(found) != 1) fprintf(stderr, "not found\n");
    ORM_NEW(Account, bad, .name = "x", .pin = "hunter2hunter2hunter2hunter2");
    Account_create(db, &bad);
    orm_perror("create");
    orm_dump(Account, &ada);
    orm_dump(Account, found);
    orm_print_json_all(stderr, Account, found);
    orm_close(db);
}
static void use_with_values(void) { use_everything(true); }
static void use_without_values(void) { use_everything(false); }
static void use_perror(void)
{
    ORM_NEW(Account, bad, .name = "x", .email = "nowhere");
    Account_validate(&bad, NULL);
    CHECK_INT(orm_perror("blog"), 1);
}

ON_EACH(orm_log_1_shows_the_sql_and_never_a_secret)
{
    (void)db;
    setenv("ORM_LOG", "1", 1);
    const char *text = standard_error_of(use_without_values);
    CHECK_CONTAINS(text, "insert into \"accounts\"");
    CHECK_CONTAINS(text, "***");
    CHECK(!strstr(text, "hunter2"));
    CHECK(!strstr(text, "\x1b"));
    CHECK(!strstr(text, "'Ada"));
    text = standard_error_of(use_with_values);
    CHECK_CONTAINS(text, "'Ada \\x1b[31m\\nLovelace'");
    CHECK_CONTAINS(text, "1.5");
    CHECK(!strstr(text, "hunter2"));
    CHECK(!strstr(text, "\x1b"));
    unsetenv("ORM_LOG");
    text = standard_error_of(use_without_values);
    CHECK(!strstr(text, "insert into"));                  /* silent without it */
}

TEST(orm_perror_lists_every_failure)
{
    const char *text = standard_error_of(use_perror);
    CHECK_CONTAINS(text, "blog: Account.name ");
    CHECK_CONTAINS(text, "\n  name: must have 2 to 40 characters\n");
    CHECK_CONTAINS(text, "\n  email: ");
}

static size_t values_seen, secrets_seen;
static void look_at_values(void *context, const orm_log_event *event)
{
    (void)context;
    values_seen += event->n_values;
    for (size_t i = 0; i < event->n_values; i++)
        secrets_seen += event->values[i].type == ORM_TEXT && strstr(event->values[i].as.s, "hunter2") != NULL;
    secrets_seen += (event->message && strstr(event->message, "hunter2")) || (event->sql && strstr(event->sql, "hunter2"));
}

ON_EACH(the_hook_gets_values_only_when_asked_for)
{
    (void)db;
    values_seen = secrets_seen = 0;
    orm_db *own = case_open(.log = look_at_values);
    ORM_NEW(Account, ada, .name = "Ada", .pin = secret_word);
    CHECK_INT(Account_create(own, &ada), ORM_OK);
    CHECK_INT(values_seen, 0);
    orm_close(own);
    own = case_open(.log = look_at_values, .log_values = true);
    ORM_NEW(Account, grace, .name = "Grace", .pin = secret_word);
    CHECK_INT(Account_create(own, &grace), ORM_OK);
    CHECK(values_seen > 5);
    orm_free(Account_find_all(own, &(Account_query){ .where = orm_or(orm_eq(Account_.pin, secret_word), orm_starts_with(Account_.pin, "hunter2")) }));
    CHECK_INT(Account_save(own, &grace), ORM_OK);
    CHECK_INT(secrets_seen, 0);
    orm_close(own);
}

CHECK_MAIN()

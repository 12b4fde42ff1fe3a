/* Hooks of the handle: for each connection, before each statement, around transactions. */
#include "engines.h"
#include "helpers.h"

#define Note_FIELDS(X) X(id, serial) X(line, text)
ORM_MODEL(Note, notes)
#define Pad_MODELS(X) X(Note)
ORM_SCHEMA(Pad)
ORM_DEFINE(Pad)
static const struct case_setup pad_cases = { &Pad_schema, NULL, NULL, NULL };
#define ON_EACH(name) ON_EACH_OF(name, pad_cases)

static int connected, announced, events[4];
static const char *refused;              /* a word that no statement may have */
static orm_status connects(void *context, orm_connecting *connection)
{
    connected++;
    CHECK(context == &connected);
    if (case_engine == ON_POSTGRES) return orm_connecting_exec(connection, "set application_name = 'hooked'");
    return orm_connecting_exec(connection, "pragma cache_size = -4321");
}
static orm_status announces(void *context, const orm_log_event *event)
{
    (void)context;
    announced++;
    return refused && strstr(event->sql, refused) ? ORM_FAILED : ORM_OK;
}
static void tells(void *context, orm_transaction_event event) { (void)context; events[event]++; }
static orm_status refuses(void *context, orm_connecting *connection) { (void)context; (void)connection; return ORM_CONFIG; }
static orm_status fails(void *context, orm_connecting *connection) { (void)context; return orm_connecting_exec(connection, "no sql at all"); }

/* is the connection as the hook made it? */
static bool is_set(orm_db *db)
{
    orm_opt_int64 n = { 0, false };
    if (case_engine == ON_POSTGRES) OK(orm_scalar(db, &n, "select case current_setting('application_name') when 'hooked' then 1 else 0 end", orm_no_params));
    else OK(orm_scalar(db, &n, "select cache_size = -4321 from pragma_cache_size", orm_no_params));
    return n.value == 1;
}

ON_EACH(each_connection_is_set_up)
{
    CHECK(db != NULL);
    connected = 0;
    orm_db *other = orm_open(case_url, .on_connect = connects, .hook_context = &connected);
    REQUIRE(other);
    CHECK(connected > 0);
    CHECK(is_set(other));
    int before = connected;
    if (case_engine == ON_POSTGRES) {                    /* settings by hand are reset, those of the hook come again */
        OK(orm_exec(other, NULL, "set application_name = 'by hand'", orm_no_params));
        CHECK(is_set(other));
        CHECK(connected > before);
    }
    orm_close(other);
    CHECK(!orm_open(case_url, .on_connect = refuses));
    CHECK_TEXT(orm_status_name(orm_error()->kind), "ORM_CONFIG");
    CHECK(!orm_open(case_url, .on_connect = fails));
    CHECK_TEXT(orm_status_name(orm_error()->kind), "ORM_SYNTAX");
}

ON_EACH(a_statement_can_be_kept_from_being_sent)
{
    CHECK(db != NULL);
    refused = NULL;
    orm_db *other = case_filled(orm_open(case_url, .before_statement = announces), case_engine == ON_MEMORY);
    REQUIRE(other);
    ORM_NEW(Note, n, .line = "x");
    OK(Note_create(other, &n));
    announced = 0;
    CHECK_INT(COUNT(Note, other, .all = false), 1);
    CHECK_INT(COUNT(Note, other, .all = false), 1);
    CHECK_INT(announced, 2);
    refused = "delete";
    CHECK_TEXT(orm_status_name(Note_destroy(other, &n)), "ORM_FAILED");
    CHECK_CONTAINS(orm_error()->message, "before_statement refused");
    refused = NULL;
    CHECK_INT(COUNT(Note, other, .all = false), 1);
    orm_close(other);
}

ON_EACH(transactions_are_told)
{
    CHECK(db != NULL);
    orm_db *other = case_filled(orm_open(case_url, .on_transaction = tells), case_engine == ON_MEMORY);
    REQUIRE(other);
    memset(events, 0, sizeof events);
    ORM_TRANSACTION(other) {
        ORM_NEW(Note, n, .line = "x");
        OK(Note_create(other, &n));
        ORM_TRANSACTION(other) break;                    /* a savepoint is none */
        CHECK(orm_handled(other));
    }
    CHECK_INT(events[ORM_TRANSACTION_BEGUN], 1);
    CHECK_INT(events[ORM_TRANSACTION_COMMITTED], 1);
    CHECK_INT(events[ORM_TRANSACTION_ROLLED_BACK], 0);
    ORM_TRANSACTION(other) break;
    CHECK_INT(events[ORM_TRANSACTION_ROLLED_BACK], 1);
    orm_tx *tx = orm_begin(other, NULL);
    CHECK(tx);
    orm_close(other);                                    /* which was left open */
    CHECK_INT(events[ORM_TRANSACTION_BEGUN], 3);
    CHECK_INT(events[ORM_TRANSACTION_ROLLED_BACK], 2);
}
CHECK_MAIN()

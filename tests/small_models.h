/* >>small_models: a few models with one of each thing that matters around reading and writing, and a log that remembers what it was told.
   For one .c file each: it defines the schema, too. conformance/small.h and core/small_sqlite.h open databases for them. */
#ifndef SMALL_MODELS_H
#define SMALL_MODELS_H
#include "orm.h"
#include "check.h"
#include <pthread.h>

#define Colour_VALUES(X) X(red) X(green) X(blue)
ORM_ENUM(Colour)

#define Account_FIELDS(X)                                        \
    X(id,         serial)                                        \
    X(name,       string(40), length(2, 40))                     \
    X(email,      string(60), nullable, unique, email)           \
    X(balance,    integer, default(0), at_least(-100))           \
    X(rate,       double, nullable)                              \
    X(bio,        text, nullable)                                \
    X(active,     boolean, default(true))                        \
    X(colour,     enumeration(Colour), default(Colour_green))    \
    X(pin,        string(20), nullable, secret)                  \
    X(entries,    has_many(Entry, account_id))                   \
    X(created_at, created_at)                                    \
    X(updated_at, updated_at)
ORM_MODEL(Account, accounts)

#define Entry_FIELDS(X)                                          \
    X(id,         serial)                                        \
    X(account_id, key(Account), on_delete(restrict), indexed)    \
    X(note,       string(100), not_empty)                        \
    X(amount,     integer, default(0))                           \
    X(account,    belongs_to(Account, account_id))
ORM_MODEL(Entry, entries)

/* a key of text, and no clock */
#define Tag_FIELDS(X)                                            \
    X(code,       string(80), primary_key)                       \
    X(label,      text, nullable)                                \
    X(data,       blob, nullable)                                \
    X(extra,      json, nullable)
ORM_MODEL(Tag, tags)

#define Small_MODELS(X) X(Account) X(Entry) X(Tag)
ORM_SCHEMA(Small)
ORM_DEFINE(Small)

/* ---- a log that remembers ---- */
enum { SMALL_LOG = 64 };
struct small_log {
    size_t events, statements, errors, notes;
    char sql[SMALL_LOG][600], place[SMALL_LOG][80];              /* of the last statements */
    char message[600], error_place[80];                          /* of the last error */
    orm_status kind;
    const void *address;
    bool values_seen;
};
static struct small_log small_log;
static pthread_mutex_t small_log_mutex = PTHREAD_MUTEX_INITIALIZER;      /* threads of a test share a handle */

__attribute__((unused)) static void small_hook(void *context, const orm_log_event *event)
{
    struct small_log *log = (struct small_log *)context;
    pthread_mutex_lock(&small_log_mutex);
    log->events++;
    log->values_seen = log->values_seen || event->values;
    if (event->level == ORM_LOG_SQL) {
        size_t at = log->statements++ % SMALL_LOG;
        snprintf(log->sql[at], sizeof log->sql[at], "%s", event->sql);
        snprintf(log->place[at], sizeof log->place[at], "%s", event->place ? event->place : "");
    } else if (event->level == ORM_LOG_ERROR) {
        log->errors++;
        log->kind = event->kind;
        log->address = event->address;
        snprintf(log->message, sizeof log->message, "%s", event->message);
        snprintf(log->error_place, sizeof log->error_place, "%s", event->place ? event->place : "");
    } else {
        log->notes++;
    }
    pthread_mutex_unlock(&small_log_mutex);
}

/* the n-th last statement, 1 is the last */
__attribute__((unused)) static const char *small_sql(size_t n)
{
    return n <= small_log.statements && n <= SMALL_LOG ? small_log.sql[(small_log.statements - n) % SMALL_LOG] : "";
}

__attribute__((unused)) static uint64_t small_sent(orm_db *db) { return orm_counters_of(db).statements; }

__attribute__((unused)) static int64_t small_count(orm_db *db)
{
    int64_t n = -1;
    return Account_count(db, NULL, &n) ? -1 : n;
}

/* a new account, created */
__attribute__((unused)) static Account small_account(orm_db *db, const char *name)
{
    ORM_NEW(Account, account, .name = name);
    if (Account_create(db, &account)) orm_perror("small_account");
    return account;
}
#endif

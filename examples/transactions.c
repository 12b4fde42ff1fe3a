/* Transactions: all of it or nothing, what ends one without a commit, a part that may fail, and two who change the same row.

       cc examples/transactions.c -I. -lsqlite3 -o transactions && ./transactions [URL]
       cc -DWITH_POSTGRES examples/transactions.c -I. -I$(pg_config --includedir) -lsqlite3 -lpq -o transactions && ./transactions "postgres://me@localhost/test" */
#define ORM_IMPLEMENTATION
#include "orm.h"
#include "dialects/sqlite.h"
#ifdef WITH_POSTGRES
#  include "dialects/postgres.h"
#endif
#include <stdio.h>

#define Account_FIELDS(X)                                                           \
    X(id,      serial)                                                              \
    X(name,    string(40), unique)                                                  \
    X(cents,   bigint, at_least(0))              /* a rule of the table, too: no statement gets it below */ \
    X(version, version)                          /* counts the writes of a row: see the last case */
ORM_MODEL(Account, accounts)

#define Entry_FIELDS(X)                                                             \
    X(id,      serial)                                                              \
    X(text,    string(60), not_empty)
ORM_MODEL(Entry, entries)

#define Bank_MODELS(X) X(Account) X(Entry)
ORM_SCHEMA(Bank)
ORM_DEFINE(Bank)

static orm_status note(orm_db *db, const char *text)
{
    ORM_NEW(Entry, entry, .text = text);
    return Entry_create(db, &entry);
}

/* Every call on db by this thread in the block, and in what it calls, belongs to it. The closing brace commits, unless a call failed: whether the failure
   was looked at does not matter. After a conflict with somebody else the block runs again, so its body must be able to. */
static orm_status transfer(orm_db *db, const char *from, const char *to, int64_t cents)
{
    ORM_TRANSACTION(db, .retries = 5) {
        Account_update(db, &(Account_change){ .set = { orm_inc(Account_.cents, cents) }, .where = orm_eq(Account_.name, to) }, NULL);
        Account_update(db, &(Account_change){ .set = { orm_dec(Account_.cents, cents) }, .where = orm_eq(Account_.name, from) }, NULL);
        note(db, "a transfer");
    }
    return orm_error()->kind;                    /* ORM_OK, or why it was not committed */
}

static void show(orm_db *db, const char *what, bool failed)
{
    char why[600] = "committed";
    if (failed) snprintf(why, sizeof why, "%s: %s", orm_status_name(orm_error()->kind), orm_error()->message);
    ORM_AUTO Account *accounts = Account_find_all(db, &(Account_query){ .order = { orm_asc(Account_.name) } });
    int64_t entries = 0;
    if (!accounts || Entry_count(db, NULL, &entries)) { orm_perror(what); return; }
    printf("%s: %s\n    ", what, why);
    for (size_t i = 0; i < orm_len(accounts); i++) printf("%s %d, ", accounts[i].name, (int)accounts[i].cents);
    printf("entries %d\n", (int)entries);
}

/* `return` out of the block is no commit, however well all went: a forgotten end must not look like success */
static void leave_early(orm_db *db)
{
    ORM_TRANSACTION(db) {
        if (!note(db, "never seen")) return;
    }
}

int main(int argc, char **argv)
{
    orm_db *db = orm_open(argc > 1 ? argv[1] : "sqlite::memory:");
    if (!db || orm_sync(db, &Bank_schema)) return orm_perror("open");
    ORM_TRANSACTION(db) {
        Account_destroy_all(db, &(Account_query){ .all = true }, NULL);
        Entry_destroy_all(db, &(Entry_query){ .all = true }, NULL);
        ORM_NEW(Account, rent, .name = "rent", .cents = 10000);
        ORM_NEW(Account, food, .name = "food", .cents = 5000);
        if (Account_create(db, &rent) || Account_create(db, &food)) break;         /* break: nothing of it happened */
    }
    if (orm_failed()) return orm_perror("accounts");

    show(db, "a transfer", transfer(db, "rent", "food", 2500) != ORM_OK);
    /* The second update breaks the rule, so the first one is undone, too, and the note is not even sent. */
    show(db, "too much", transfer(db, "rent", "food", 99999) != ORM_OK);

    /* A failure of your own, from wherever you are: the code is yours. */
    ORM_TRANSACTION(db) {
        note(db, "never seen");
        orm_fail(db, 451, "the bank is closed");
    }
    show(db, "not now", orm_failed());
    ORM_TRANSACTION(db) {
        note(db, "never seen");
        break;
    }
    printf("break: %s\n", orm_status_name(orm_error()->kind));              /* the messages of these two name the file and line of the block */
    leave_early(db);
    printf("return: %s\n", orm_status_name(orm_error()->kind));

    /* A block in a block is a savepoint. What fails in it fails the outer one, unless that says that it can do without. */
    ORM_TRANSACTION(db) {
        note(db, "kept");
        ORM_TRANSACTION(db) {
            note(db, "");                        /* breaks a rule */
        }
        if (orm_failed()) orm_handled(db);
    }
    show(db, "a part that may fail", orm_failed());

    /* Two who read the same row and save it: the second one is told, and does not undo what the first one did. */
    ORM_AUTO Account *mine = Account_find_by_name(db, "food"), *yours = Account_find_by_name(db, "food");
    if (!mine || !yours) return orm_perror("food");
    yours->cents -= 100;
    mine->cents += 100;
    show(db, "the first to save", Account_save(db, yours) != ORM_OK);
    if (Account_save(db, mine)) printf("the second: %s\n", orm_status_name(orm_error()->kind));          /* read it again, and look whether the change still makes sense */
    /* What is calculated by the database needs no reading, and is never lost. */
    show(db, "without reading", Account_update_row(db, yours, &(Account_change){ .set = { orm_inc(Account_.cents, 100) } }) != ORM_OK);
    orm_close(db);
    return 0;
}

/* What a model says of its rows beyond the rules of single fields: normalize(...), validate(function, ...), on_create(...) and on_update(...), and failures in
   other words. */
#include "engines.h"
#include "helpers.h"
#include <pthread.h>

static int calls_of_dates;               /* how often the rule of several fields was asked */

const char *no_dots(const char *text, orm_arena *arena);
int32_t at_least_zero(int32_t n);
orm_time whole_seconds(orm_time t);
const char *has_no_digit(const char *text);

#define Guest_FIELDS(X)                                                                                     \
    X(id,      serial)                                                                                      \
    X(email,   string(20), unique, email, normalize(trim, lowercase))                                       \
    X(name,    string(30), length(2, 30), normalize(trim, collapse), check_with(has_no_digit))              \
    X(nick,    string(30), nullable, normalize(no_dots, uppercase))                                         \
    X(stars,   integer, nullable, normalize(at_least_zero))                                                 \
    X(code,    string(10), on_create(length(3, 10), matches("^[a-z]+$")), on_update(not_empty, check_with(has_no_digit)), default("abc")) \
    X(seen_at, timestamp, nullable, normalize(whole_seconds))
ORM_MODEL(Guest, guests)

#define Event_FIELDS(X)                                                                                     \
    X(id,        serial)                                                                                    \
    X(title,     string(30), not_empty, unique)                                                             \
    X(starts_at, timestamp)                                                                                 \
    X(ends_at,   timestamp)                                                                                 \
    X(seats,     integer, at_least(0))                                                                      \
    X(taken,     integer, default(0))                                                                       \
    X(note,      text, nullable)
ORM_MODEL(Event, events, validate(check_dates, starts_at, ends_at), validate(check_seats, seats, taken))

#define Host_FIELDS(X)                                                                                      \
    X(id,       serial)                                                                                     \
    X(name,     string(20), unique, not_empty, normalize(trim, lowercase))                                  \
    X(password, password(plain_hash, plain_verify), nullable)                                               \
    X(title,    string(20), nullable, normalize(trim))
ORM_MODEL(Host, hosts, hook(before_validate, host_checked), hook(before_save, host_saved), hook(after_create, host_created), validate(check_password, name, password))

#define Party_MODELS(X) X(Guest) X(Event) X(Host)
ORM_SCHEMA(Party)

const char *no_dots(const char *text, orm_arena *arena)
{
    if (!strchr(text, '.')) return text;
    if (strcmp(text, "...") == 0) return NULL;
    char *made = (char *)(uintptr_t)orm_text(arena, text), *to = made;
    for (const char *at = text; made && *at; at++)
        if (*at != '.') *to++ = *at;
    if (made) *to = 0;
    return made;
}
int32_t at_least_zero(int32_t n) { return n < 0 ? 0 : n; }
orm_time whole_seconds(orm_time t) { return t - t % 1000000; }
const char *has_no_digit(const char *text) { return strpbrk(text, "0123456789") ? "must have no digit" : NULL; }

void check_dates(const Event *row, Event_failures *failures)
{
    calls_of_dates++;
    if (row->ends_at < row->starts_at) orm_blame(failures, Event_.ends_at, "must not be before the start");
    if (row->ends_at == row->starts_at) {
        orm_blame(failures, Event_.starts_at, "is the end");
        orm_blame_row(failures, "lasts no time");
    }
}
void check_seats(const Event *row, Event_failures *failures)
{
    if (row->taken > row->seats) orm_blame(failures, Event_.taken, "are more than there are seats");
}
orm_status plain_hash(const char *plain, char *out, size_t size) { return snprintf(out, size, "hash of %zu", strlen(plain)) < (int)size ? ORM_OK : ORM_FAILED; }
bool plain_verify(const char *plain, const char *hash) { return strtoul(hash + 8, NULL, 10) == strlen(plain); }
void check_password(const Host *row, Host_failures *failures)
{
    if (row->password && strcmp(row->password, row->name) == 0) orm_blame(failures, Host_.password, "must not be the name");
}
static char seen[300];                   /* by the hooks */
static void see(const char *hook, const Host *row)
{
    size_t n = strlen(seen);
    snprintf(seen + n, sizeof seen - n, "%s(%s, %s) ", hook, row->name, row->title ? row->title : "none");
}
orm_status host_checked(orm_db *db, Host *row)
{
    (void)db;
    see("checked", row);
    return ORM_OK;
}
orm_status host_saved(orm_db *db, Host *row)
{
    see("saved", row);
    if (!row->title || strcmp(row->title, "twin") != 0) {
        row->title = " by a hook ";
        return ORM_OK;
    }
    ORM_NEW(Guest, g, .email = " Hook@x.org ", .name = " hook  made ");      /* a call inside leaves the row outside alone */
    return Guest_create(db, &g);
}
orm_status host_created(orm_db *db, Host *row)
{
    (void)db;
    see("created", row);
    return ORM_OK;
}
ORM_DEFINE(Party)

static void start(void) { seen[0] = 0; calls_of_dates = 0; orm_messages(NULL, NULL); }
static const struct case_setup party_cases = { &Party_schema, NULL, NULL, start };
#define ON_EACH(name) ON_EACH_OF(name, party_cases)

#define HOUR INT64_C(3600000000)
static const char *broken(void)
{
    static char list[1000];
    list[0] = 0;
    for (size_t i = 0; i < orm_error()->failures.count; i++) {
        const orm_failure *f = &orm_error()->failures.item[i];
        size_t n = strlen(list);
        snprintf(list + n, sizeof list - n, "%s%s(%s) %s", i ? "; " : "", f->field, f->rule, f->message);
    }
    return list;
}
static Guest guest(const char *email)
{
    Guest g = Guest_defaults();
    g.email = email;
    g.name = "Ada";
    return g;
}
static Event event(const char *title, int64_t from, int64_t to)
{
    Event e = Event_defaults();
    e.title = title;
    e.starts_at = from * HOUR;
    e.ends_at = to * HOUR;
    e.seats = 10;
    return e;
}
static const char *stored(orm_db *db, const char *column)
{
    static char text[100];
    orm_arena arena = { 0 };
    const char *found = NULL;
    snprintf(text, sizeof text, "?");
    ORM_AUTO Guest *g = Guest_find_one(db, &(Guest_query){ .order = { orm_desc(Guest_.id) } });
    if (g) found = strcmp(column, "email") == 0 ? g->email : strcmp(column, "name") == 0 ? g->name : strcmp(column, "nick") == 0 ? g->nick : g->code;
    snprintf(text, sizeof text, "%s", found ? found : "NULL");
    orm_arena_release(&arena);
    return text;
}

/* ---- normalize ------------------------------------------------------------------------------------------------------------------- */

ON_EACH(what_is_created_is_normal)
{
    orm_arena arena = { 0 };
    const char *typed = "  ADA@Example.ORG \n";          /* longer than the column, until it is trimmed */
    Guest g = guest(typed);
    g.name = "\t Ada \t  Lovelace ";
    g.nick = "a.d.a";
    g.stars = orm_int32(-3);
    g.seen_at = orm_some_time(1700000000123456);
    orm_arena *before = orm_texts_into(&arena);
    CHECK(!before);
    OK(Guest_create(db, &g));
    CHECK(orm_texts_into(NULL) == &arena);
    CHECK_TEXT(g.email, "ada@example.org");              /* the row holds what is stored */
    CHECK_TEXT(g.name, "Ada Lovelace");
    CHECK_TEXT(g.nick, "ADA");
    CHECK_INT(g.stars.value, 0);
    CHECK_INT(g.seen_at.value, INT64_C(1700000000000000));
    ORM_AUTO Guest *there = Guest_find_by_email(db, "ada@example.org");
    REQUIRE(there);
    CHECK_TEXT(there->name, "Ada Lovelace");
    CHECK_TEXT(there->nick, "ADA");
    CHECK_INT(there->stars.value, 0);
    CHECK_INT(there->seen_at.value, INT64_C(1700000000000000));
    /* what conditions compare with is as it is given */
    CHECK_INT(COUNT(Guest, db, .where = orm_eq(Guest_.email, typed)), 0);
    ORM_AUTO Guest *none = Guest_find_by_email(db, typed);
    CHECK(!none && !orm_failed());
    Guest probe = guest(typed);
    OK(Guest_normalize(&probe, &arena));
    CHECK_INT(COUNT(Guest, db, .where = orm_eq(Guest_.email, probe.email)), 1);
    orm_arena_release(&arena);
}

ON_EACH(a_row_without_memory_for_texts_keeps_what_it_was_given)
{
    const char *typed = " ADA@x.org";
    Guest g = guest(typed);
    g.stars = orm_int32(-3);
    OK(Guest_create(db, &g));
    CHECK(g.email == typed);
    CHECK_INT(g.stars.value, 0);                         /* what has a fixed size comes back */
    CHECK_TEXT(stored(db, "email"), "ada@x.org");
    g.name = "Ada L.";
    OK(Guest_save(db, &g));                              /* all is written, and made normal once more */
    CHECK_TEXT(stored(db, "email"), "ada@x.org");
    /* what is normal is not touched, and costs no memory */
    Guest plain = guest("bob@x.org");
    const char *same = plain.email;
    OK(Guest_create(db, &plain));
    CHECK(plain.email == same);
}

ON_EACH(a_call_that_fails_leaves_the_row_as_it_was)
{
    orm_arena arena = { 0 };
    const char *typed = " ADA@x.org";
    Guest g = guest(typed);
    g.stars = orm_int32(-3);
    g.name = " A ";
    orm_texts_into(&arena);
    REFUSED(db, Guest_create(db, &g), ORM_VALIDATION);
    CHECK_TEXT(broken(), "name(length) must have 2 to 30 characters");        /* of the normal text */
    CHECK(g.email == typed);
    CHECK_TEXT(g.name, " A ");
    CHECK_INT(g.stars.value, -3);
    g.name = "Ada";
    g.nick = "...";                                      /* which its function does not make normal */
    REFUSED(db, Guest_create(db, &g), ORM_NO_MEMORY);
    CHECK_TEXT(orm_error()->field, "nick");
    CHECK(g.email == typed);
    g.nick = NULL;
    OK(Guest_create(db, &g));
    Guest twin = guest("ada@X.org ");
    CHECK_TEXT(orm_status_name(Guest_create(db, &twin)), "ORM_UNIQUE");
    CHECK_TEXT(twin.email, "ada@X.org ");
    Guest bad = guest(" \xff\xfe ");
    REFUSED(db, Guest_create(db, &bad), ORM_VALIDATION);
    CHECK_TEXT(orm_error()->failures.item[0].rule, "text");
    orm_texts_into(NULL);
    orm_arena_release(&arena);
}

ON_EACH(what_is_saved_is_normal)
{
    Guest g = guest("ada@x.org");
    OK(Guest_create(db, &g));
    ORM_AUTO Guest *row = Guest_get(db, g.id);
    REQUIRE(row);
    row->email = " ADA@x.org ";                          /* is what it was */
    uint64_t statements = orm_counters_of(db).statements;
    OK(Guest_save(db, row));
    CHECK_INT(orm_counters_of(db).statements - statements, 0);
    row->email = " Lovelace@X.org";
    row->name = " Countess   Lovelace";
    OK(Guest_save(db, row));
    CHECK_TEXT(row->email, "lovelace@x.org");            /* in the memory of the result */
    CHECK_TEXT(row->name, "Countess Lovelace");
    CHECK(!orm_changed(row, Guest_.email));
    CHECK_TEXT(stored(db, "email"), "lovelace@x.org");
    row->email = " X@x.org";
    row->name = " Other  name";
    OK(Guest_save_only(db, row, (Guest_mask){ .name = 1 }));       /* only what is written */
    CHECK_TEXT(row->email, " X@x.org");
    CHECK_TEXT(stored(db, "email"), "lovelace@x.org");
    CHECK_TEXT(stored(db, "name"), "Other name");
    /* a row that is there, and not normal, changes by no save of another field */
    OK(orm_exec(db, NULL, "update guests set email = 'OLD@x.org'", orm_no_params));
    ORM_AUTO Guest *old = Guest_get(db, g.id);
    REQUIRE(old);
    old->name = "New name";
    OK(Guest_save(db, old));
    CHECK_TEXT(stored(db, "email"), "OLD@x.org");
    Guest many[2] = { guest(" A@x.org"), guest("B@x.org ") };
    OK(Guest_create_all(db, many, 2, NULL));
    ORM_AUTO Guest *list = Guest_find_all(db, &(Guest_query){ .where = orm_in(Guest_.email, "a@x.org", "b@x.org") });
    REQUIRE(list);
    CHECK_INT(orm_len(list), 2);
    list[0].email = "AA@x.org";
    list[1].email = "BB@x.org";
    OK(Guest_save_all(db, list, 2, (Guest_mask){ .email = 1 }));
    CHECK_TEXT(list[1].email, "bb@x.org");
    CHECK_INT(COUNT(Guest, db, .where = orm_in(Guest_.email, "aa@x.org", "bb@x.org")), 2);
}

ON_EACH(many_rows_are_created_normal)
{
    enum { N = 1200 };
    static Guest many[N];
    static char typed[N][24], name[N][8];
    for (int i = 0; i < N; i++) {
        snprintf(typed[i], sizeof typed[i], " U%d@X.org ", i);
        snprintf(name[i], sizeof name[i], " %c%c ", 'a' + i % 26, 'a' + i / 26 % 26);
        many[i] = guest(typed[i]);
        many[i].name = name[i];
    }
    OK(Guest_create_all(db, many, N, NULL));
    CHECK(many[7].email == typed[7]);
    CHECK_INT(COUNT(Guest, db, .where = orm_like(Guest_.email, "u%@x.org")), N);
    CHECK_INT(COUNT(Guest, db, .where = orm_eq(Guest_.name, "bb")), 2);
    orm_arena arena = { 0 };
    orm_texts_into(&arena);
    Guest two[2] = { guest(" P@x.org"), guest(" Q@x.org") };
    two[1].name = " x ";
    REFUSED(db, Guest_create_all(db, two, 2, NULL), ORM_VALIDATION);
    CHECK_INT(orm_error()->failures.item[0].row, 1);
    CHECK_TEXT(two[0].email, " P@x.org");
    two[1].name = " xy ";
    OK(Guest_create_all(db, two, 2, NULL));
    CHECK_TEXT(two[0].email, "p@x.org");
    CHECK_TEXT(two[1].name, "xy");
    /* with .no_keys they may be loaded */
    for (int i = 0; i < N; i++) {
        many[i] = guest(typed[i]);
        snprintf(typed[i], sizeof typed[i], " L%d@X.org ", i);
    }
    OK(Guest_create_all(db, many, N, &(orm_create_options){ .no_keys = true }));
    CHECK_INT(COUNT(Guest, db, .where = orm_like(Guest_.email, "l%@x.org")), N);
    orm_texts_into(NULL);
    orm_arena_release(&arena);
}

ON_EACH(what_is_assigned_is_normal)
{
    Guest g = guest("ada@x.org");
    int64_t changed = 0;
    OK(Guest_create(db, &g));
    OK(Guest_update(db, &(Guest_change){ .set = { orm_set(Guest_.email, "  NEW@Example.org  "), orm_set(Guest_.stars, -7) }, .where = orm_eq(Guest_.id, g.id) }, &changed));
    CHECK_INT(changed, 1);
    CHECK_TEXT(stored(db, "email"), "new@example.org");
    CHECK_INT(COUNT(Guest, db, .where = orm_eq(Guest_.stars, 0)), 1);
    REFUSED(db, Guest_update(db, &(Guest_change){ .set = { orm_set(Guest_.name, "  x ") }, .all = true }, NULL), ORM_VALIDATION);
    CHECK_TEXT(broken(), "name(length) must have 2 to 30 characters");
    ORM_AUTO Guest *rows = Guest_update_returning(db, &(Guest_change){ .set = { orm_set(Guest_.email, "R@x.org ") }, .all = true }, (Guest_mask){ .email = 1 });
    REQUIRE(rows);
    CHECK_TEXT(rows->email, "r@x.org");
    ORM_AUTO Guest *row = Guest_get(db, g.id);
    REQUIRE(row);
    OK(Guest_update_row(db, row, &(Guest_change){ .set = { orm_set(Guest_.email, " ROW@x.org "), orm_set(Guest_.nick, "a.b") } }));
    CHECK_TEXT(row->email, "row@x.org");
    CHECK_TEXT(row->nick, "AB");
    CHECK_TEXT(stored(db, "nick"), "AB");
    orm_slot slot = { 0 };
    ORM_BATCH(db) Guest_batch_update(db, &(Guest_change){ .set = { orm_set(Guest_.email, " B@x.org") }, .all = true }, &slot);
    OK(slot.status);
    CHECK_TEXT(stored(db, "email"), "b@x.org");
    Guest_slot made;
    Guest batched = guest(" MADE@x.org ");
    ORM_BATCH(db) Guest_batch_create(db, &batched, &made);
    OK(made.status);
    REQUIRE(made.rows);
    CHECK_TEXT(made.rows->email, "made@x.org");
    CHECK_TEXT(batched.email, " MADE@x.org ");
    CHECK_TEXT(stored(db, "email"), "made@x.org");
    orm_free(made.rows);
}

ON_EACH(keys_are_looked_for_by_their_normal_form)
{
    orm_written how;
    bool created = false, found = false;
    Guest g = guest(" Ada@x.org");
    OK(Guest_upsert(db, &g, &(Guest_conflict){ .on = orm_key(Guest, email) }, &how));
    CHECK_INT(how, ORM_CREATED);
    Guest again = guest("ADA@x.org  ");
    again.name = " Ada   L. ";
    OK(Guest_upsert(db, &again, &(Guest_conflict){ .on = orm_key(Guest, email) }, &how));
    CHECK_INT(how, ORM_UPDATED);
    CHECK_INT(again.id, g.id);
    CHECK_TEXT(stored(db, "name"), "Ada L.");
    Guest third = guest("ada@X.org");
    OK(Guest_upsert(db, &third, &(Guest_conflict){ .on = orm_key(Guest, email), .set = { orm_set(Guest_.nick, "q.q") } }, &how));
    CHECK_TEXT(stored(db, "nick"), "QQ");
    Guest wanted = guest(" ADA@X.org");
    ORM_AUTO Guest *there = Guest_find_or_create(db, &wanted, orm_key(Guest, email), &created);
    REQUIRE(there);
    CHECK(!created);
    CHECK_TEXT(there->email, "ada@x.org");
    CHECK_TEXT(wanted.email, " ADA@X.org");
    Guest other = guest(" Bob@X.org");
    ORM_AUTO Guest *made = Guest_find_or_create(db, &other, orm_key(Guest, email), &created);
    REQUIRE(made);
    CHECK(created);
    CHECK_TEXT(made->email, "bob@x.org");
    Guest once = guest(" BOB@X.org");
    ORM_AUTO Guest *init = Guest_find_or_init(db, &once, orm_key(Guest, email), &found);
    REQUIRE(init);
    CHECK(found && init->id == made->id);
    once.email = " Eve@x.org";
    ORM_AUTO Guest *fresh = Guest_find_or_init(db, &once, orm_key(Guest, email), &found);
    REQUIRE(fresh);
    CHECK(!found);
    CHECK_TEXT(fresh->email, "eve@x.org");
    Guest two[2] = { guest("X@x.org"), guest("ADA@x.org") };
    orm_written ways[2];
    OK(Guest_upsert_all(db, two, 2, &(Guest_conflict){ .on = orm_key(Guest, email) }, ways));
    CHECK(ways[0] == ORM_CREATED && ways[1] == ORM_UPDATED);
}

ON_EACH(graphs_and_validate_see_normal_values)
{
    orm_failures failures;
    Guest g = guest("  A@x.org ");
    g.name = "  Al ";
    OK(Guest_validate(&g, &failures));
    CHECK_TEXT(g.name, "  Al ");
    g.name = "  A ";
    CHECK_TEXT(orm_status_name(Guest_validate(&g, &failures)), "ORM_VALIDATION");
    CHECK_INT(failures.count, 1);
    g.name = " Al ";
    OK(Guest_create_graph(db, &g));
    CHECK_TEXT(stored(db, "email"), "a@x.org");
    CHECK_TEXT(orm_status_name(Guest_normalize(&g, NULL)), "ORM_MISUSE");
    Guest none = { .name = "x" };
    orm_arena arena = { 0 };
    CHECK_TEXT(orm_status_name(Guest_normalize(&none, &arena)), "ORM_MISUSE");
    orm_arena_release(&arena);
    /* rows that come from another table pass the program by */
    REFUSED(db, orm_insert_from(db, Guest, Guest, NULL, (orm_set_from(Guest_.email, Guest_.nick), orm_set(Guest_.name, "x")), NULL), ORM_MISUSE);
}

ON_EACH(hooks_see_normal_values)
{
    orm_arena arena = { 0 };
    ORM_NEW(Host, h, .name = " ADA ", .title = " Dr. ");
    OK(Host_create(db, &h));
    CHECK_TEXT(seen, "checked( ADA ,  Dr. ) saved(ada, Dr.) created(ada, by a hook) ");
    CHECK_TEXT(h.name, " ADA ");                         /* without an arena */
    ORM_AUTO Host *row = Host_get(db, h.id);
    REQUIRE(row);
    CHECK_TEXT(row->name, "ada");
    CHECK_TEXT(row->title, "by a hook");
    seen[0] = 0;
    row->name = "BOB ";
    OK(Host_save(db, row));
    CHECK_TEXT(seen, "checked(bob, by a hook) saved(bob, by a hook) ");
    CHECK_TEXT(row->name, "bob");
    CHECK_TEXT(row->title, "by a hook");
    orm_texts_into(&arena);
    ORM_NEW(Host, twin, .name = " EVE", .title = " twin ");
    OK(Host_create(db, &twin));
    CHECK_TEXT(twin.name, "eve");
    CHECK_TEXT(twin.title, "twin");
    CHECK_TEXT(stored(db, "email"), "hook@x.org");
    Host many[2] = { Host_defaults(), Host_defaults() };
    many[0].name = " X";
    many[1].name = " Y";
    OK(Host_create_all(db, many, 2, NULL));
    CHECK_TEXT(many[1].name, "y");
    CHECK_TEXT(many[1].title, "by a hook");
    OK(Host_update(db, &(Host_change){ .set = { orm_set(Host_.name, "            Z            ") }, .where = orm_eq(Host_.name, "y"), .each_row = true }, NULL));
    CHECK_INT(COUNT(Host, db, .where = orm_eq(Host_.name, "z")), 1);         /* longer than the column, until it is trimmed */
    CHECK_INT(COUNT(Host, db, .where = orm_eq(Host_.title, "by a hook")), 3);
    orm_texts_into(NULL);
    orm_arena_release(&arena);
}

ON_EACH(a_rule_that_reads_a_password_is_asked_when_it_is_written)
{
    ORM_NEW(Host, h, .name = "secret", .password = "secret");
    CHECK_TEXT(orm_status_name(Host_create(db, &h)), "ORM_VALIDATION");
    CHECK(strncmp(broken(), "password(check_password) must not be the name", 40) == 0);
    h.password = "another";
    OK(Host_create(db, &h));
    ORM_AUTO Host *row = Host_get(db, h.id);
    REQUIRE(row);
    row->name = "another";                               /* what the password is, nobody knows */
    OK(Host_save(db, row));
    row->password = "another";
    CHECK_TEXT(orm_status_name(Host_save(db, row)), "ORM_VALIDATION");
    row->password = "a third";
    OK(Host_save(db, row));
    bool yes = false;
    OK(Host_verify_password(db, row, "a third", &yes));
    CHECK(yes);
}

/* ---- rules for new rows and for changes --------------------------------------------------------------------------------------------- */

ON_EACH(some_rules_are_for_new_rows_and_some_for_changes)
{
    Guest g = guest("ada@x.org");
    g.code = "a1";
    REFUSED(db, Guest_create(db, &g), ORM_VALIDATION);
    CHECK_TEXT(broken(), "code(length) must have 3 to 10 characters; code(matches) does not have the required form");
    g.code = "new";
    OK(Guest_create(db, &g));
    ORM_AUTO Guest *row = Guest_get(db, g.id);
    REQUIRE(row);
    row->code = "X";                                     /* none of the table's checks, either */
    OK(Guest_save(db, row));
    CHECK_TEXT(stored(db, "code"), "X");
    row->code = "  ";
    REFUSED(db, Guest_save(db, row), ORM_VALIDATION);
    CHECK_TEXT(broken(), "code(not_empty) must not be empty");
    row->code = "Y9";
    REFUSED(db, Guest_save(db, row), ORM_VALIDATION);
    CHECK_TEXT(broken(), "code(check_with) must have no digit");
    REFUSED(db, Guest_update(db, &(Guest_change){ .set = { orm_set(Guest_.code, "Y9") }, .all = true }, NULL), ORM_VALIDATION);
    CHECK_TEXT(broken(), "code(check_with) must have no digit");
    OK(Guest_update(db, &(Guest_change){ .set = { orm_set(Guest_.code, "Z") }, .all = true }, NULL));
    /* an upsert may be either */
    Guest u = guest("ada@x.org");
    u.code = "Z";
    CHECK_TEXT(orm_status_name(Guest_upsert(db, &u, &(Guest_conflict){ .on = orm_key(Guest, email) }, NULL)), "ORM_VALIDATION");
    CHECK_TEXT(broken(), "code(length) must have 3 to 10 characters; code(matches) does not have the required form");
    u.code = "   ";
    CHECK_INT(COUNT(Guest, db, .where = orm_eq(Guest_.code, "Z")), 1);
    CHECK_TEXT(orm_status_name(Guest_upsert(db, &u, &(Guest_conflict){ .on = orm_key(Guest, email) }, NULL)), "ORM_VALIDATION");
    CHECK_TEXT(broken(), "code(matches) does not have the required form; code(not_empty) must not be empty");
    bool created;
    u = guest("eve@x.org");
    u.code = "Z9";                                       /* only a new row's rules */
    CHECK_TEXT(orm_status_name(Guest_upsert(db, &u, &(Guest_conflict){ .on = orm_key(Guest, email), .ignore = true }, NULL)), "ORM_VALIDATION");
    CHECK_TEXT(broken(), "code(length) must have 3 to 10 characters; code(matches) does not have the required form");
    u.code = "abc";
    ORM_AUTO Guest *made = Guest_find_or_create(db, &u, orm_key(Guest, email), &created);
    CHECK(made && created);
    orm_failures failures;
    g.code = "X";
    OK(Guest_validate(&g, &failures));                   /* it was created */
    Guest fresh = guest("f@x.org");
    fresh.code = "X";
    CHECK_TEXT(orm_status_name(Guest_validate(&fresh, &failures)), "ORM_VALIDATION");
}

ON_EACH(the_tables_have_no_trace_of_it)
{
    OK(orm_sync(db, &Party_schema));
    char *sql = orm_schema_sql(db, &Party_schema);
    REQUIRE(sql);
    CHECK(!strstr(sql, "code_length") && !strstr(sql, "code_not_empty") && !strstr(sql, "normalize") && !strstr(sql, "check_dates"));
    CHECK(strstr(sql, "name_length"));
    orm_free_text(sql);
    OK(orm_verify(db, &Party_schema, NULL, NULL, NULL));
    char report[4000] = "";
    FILE *out = fmemopen(report, sizeof report, "w");
    REQUIRE(out);
    orm_schema_report(out, db, &Party_schema);
    fclose(out);
    CHECK_CONTAINS(report, "check_dates                    program only\n");
    CHECK_CONTAINS(report, "on_create                      program only\n");
    CHECK_CONTAINS(report, "normalize                      program only\n");
}

/* ---- rules of several fields ---------------------------------------------------------------------------------------------------------- */

ON_EACH(a_rule_of_several_fields_is_asked_of_new_rows)
{
    Event e = event("late", 5, 3);
    REFUSED(db, Event_create(db, &e), ORM_VALIDATION);
    CHECK_TEXT(broken(), "ends_at(check_dates) must not be before the start");
    CHECK_TEXT(orm_error()->field, "ends_at");
    e = event("short", 5, 5);
    e.taken = 11;
    REFUSED(db, Event_create(db, &e), ORM_VALIDATION);
    CHECK_TEXT(broken(), "starts_at(check_dates) is the end; (check_dates) lasts no time; taken(check_seats) are more than there are seats");
    CHECK_INT(calls_of_dates, 2);
    e = event("", 5, 3);
    e.ends_at = ORM_UNSET_TIME;                          /* breaks a rule of its own: then it is not compared */
    REFUSED(db, Event_create(db, &e), ORM_VALIDATION);
    CHECK_TEXT(broken(), "title(not_empty) must not be empty; ends_at(required) is required");
    CHECK_INT(calls_of_dates, 2);
    Event many[3] = { event("a", 1, 2), event("b", 3, 2), event("c", 2, 2) };
    REFUSED(db, Event_create_all(db, many, 3, NULL), ORM_VALIDATION);
    CHECK_INT(orm_error()->failures.total, 3);
    CHECK_INT(orm_error()->failures.item[0].row, 1);
    CHECK_INT(orm_error()->failures.item[1].row, 2);
    orm_failures failures;
    CHECK_TEXT(orm_status_name(Event_validate(&many[1], &failures)), "ORM_VALIDATION");
    many[1].ends_at = many[2].ends_at = 9 * HOUR;
    OK(Event_create_all(db, many, 3, NULL));
    char json[1000];
    e = event("x", 2, 2);
    CHECK_TEXT(orm_status_name(Event_create(db, &e)), "ORM_VALIDATION");
    orm_errors_json(json, sizeof json);
    CHECK_TEXT(json, "{\"kind\":\"ORM_VALIDATION\",\"message\":\"Event.starts_at is the end (and 1 more)\",\"errors\":["
                     "{\"field\":\"starts_at\",\"rule\":\"check_dates\",\"message\":\"is the end\",\"index\":0},"
                     "{\"field\":\"\",\"rule\":\"check_dates\",\"message\":\"lasts no time\",\"index\":0}]}");
}

ON_EACH(a_save_asks_the_rules_that_read_what_it_writes)
{
    Event e = event("a", 1, 2);
    OK(Event_create(db, &e));
    calls_of_dates = 0;
    ORM_AUTO Event *row = Event_get(db, e.id);
    REQUIRE(row);
    row->note = "x";
    OK(Event_save(db, row));
    CHECK_INT(calls_of_dates, 0);
    row->starts_at = 3 * HOUR;
    REFUSED(db, Event_save(db, row), ORM_VALIDATION);
    CHECK_TEXT(broken(), "ends_at(check_dates) must not be before the start");
    row->ends_at = 4 * HOUR;
    OK(Event_save(db, row));
    CHECK_INT(calls_of_dates, 2);
    row->starts_at = 5 * HOUR;
    REFUSED(db, Event_save_only(db, row, (Event_mask){ .starts_at = 1 }), ORM_VALIDATION);
    row->starts_at = 3 * HOUR;
    row->taken = 11;
    REFUSED(db, Event_save(db, row), ORM_VALIDATION);
    CHECK_TEXT(broken(), "taken(check_seats) are more than there are seats");
    CHECK_INT(calls_of_dates, 3);
    /* what was not read is not known */
    ORM_AUTO Event *part = Event_find_one(db, &(Event_query){ .select = { .title = 1, .ends_at = 1 } });
    REQUIRE(part);
    part->title = "b";
    OK(Event_save(db, part));
    part->ends_at = 9 * HOUR;
    REFUSED(db, Event_save(db, part), ORM_MISUSE);
    CHECK_TEXT(orm_error()->message, "save: the rule check_dates of Event reads starts_at, which is not known here: read it with the row");
    REFUSED(db, Event_save_only(db, part, (Event_mask){ .ends_at = 1 }), ORM_MISUSE);
    CHECK_INT(calls_of_dates, 3);
    /* a created row knows all of itself */
    e.ends_at = 0;
    REFUSED(db, Event_save(db, &e), ORM_VALIDATION);
    e.ends_at = 3 * HOUR;
    OK(Event_save(db, &e));
}

ON_EACH(an_update_of_many_rows_asks_where_it_can)
{
    Event many[2] = { event("a", 1, 2), event("b", 3, 4) };
    int64_t changed = 0;
    OK(Event_create_all(db, many, 2, NULL));
    OK(Event_update(db, &(Event_change){ .set = { orm_set(Event_.note, "x") }, .all = true }, NULL));
    REFUSED(db, Event_update(db, &(Event_change){ .set = { orm_set(Event_.ends_at, 3 * HOUR) }, .all = true }, &changed), ORM_MISUSE);
    CHECK(strstr(orm_error()->message, "update: the rule check_dates of Event reads starts_at, which is not known here: assign all its fields by value, say .each_row = true"));
    REFUSED(db, Event_update(db, &(Event_change){ .set = { orm_inc(Event_.taken, 1) }, .all = true }, NULL), ORM_MISUSE);
    CHECK_TEXT(orm_error()->field, "seats");
    REFUSED(db, Event_update(db, &(Event_change){ .set = { orm_inc(Event_.taken, 1), orm_set(Event_.seats, 20) }, .all = true }, NULL), ORM_MISUSE);
    CHECK_TEXT(orm_error()->field, "taken");
    /* all fields by value */
    REFUSED(db, Event_update(db, &(Event_change){ .set = { orm_set(Event_.ends_at, 3 * HOUR), orm_set(Event_.starts_at, 4 * HOUR) }, .all = true }, NULL), ORM_VALIDATION);
    CHECK_TEXT(broken(), "ends_at(check_dates) must not be before the start");
    OK(Event_update(db, &(Event_change){ .set = { orm_set(Event_.ends_at, 8 * HOUR), orm_set(Event_.starts_at, 7 * HOUR) }, .where = orm_eq(Event_.id, many[0].id) }, NULL));
    /* row by row: one of the two would end before it begins */
    CHECK_TEXT(orm_status_name(Event_update(db, &(Event_change){ .set = { orm_set(Event_.ends_at, 5 * HOUR) }, .all = true, .each_row = true }, &changed)), "ORM_VALIDATION");
    CHECK_INT(changed, 0);
    CHECK_INT(COUNT(Event, db, .where = orm_eq(Event_.ends_at, 5 * HOUR)), 0);
    OK(Event_update(db, &(Event_change){ .set = { orm_set(Event_.ends_at, 9 * HOUR) }, .all = true, .each_row = true }, &changed));
    CHECK_INT(changed, 2);
    CHECK_TEXT(orm_status_name(Event_update(db, &(Event_change){ .set = { orm_inc(Event_.taken, 1) }, .all = true, .each_row = true }, NULL)), "ORM_MISUSE");
    /* or without */
    OK(Event_update(db, &(Event_change){ .set = { orm_inc(Event_.taken, 1) }, .all = true, .unchecked = true }, NULL));
    OK(Event_update(db, &(Event_change){ .set = { orm_set(Event_.ends_at, 0) }, .where = orm_eq(Event_.id, many[1].id), .unchecked = true }, NULL));
    /* what can be asked is asked all the same */
    REFUSED(db, Event_update(db, &(Event_change){ .set = { orm_set(Event_.ends_at, 3 * HOUR), orm_set(Event_.starts_at, 4 * HOUR) }, .all = true, .unchecked = true }, NULL), ORM_VALIDATION);
    REFUSED_ROWS(db, Event_update_returning(db, &(Event_change){ .set = { orm_set(Event_.ends_at, 3 * HOUR) }, .all = true }, (Event_mask){ .id = 1 }), ORM_MISUSE);
    orm_slot slot = { 0 };
    ORM_BATCH(db) Event_batch_update(db, &(Event_change){ .set = { orm_set(Event_.ends_at, 3 * HOUR) }, .all = true }, &slot);
    CHECK_TEXT(orm_status_name(slot.status), "ORM_MISUSE");
}

ON_EACH(an_update_of_one_row_knows_what_was_read_with_it)
{
    Event e = event("a", 1, 2);
    OK(Event_create(db, &e));
    ORM_AUTO Event *row = Event_get(db, e.id);
    ORM_AUTO Event *part = Event_find_one(db, &(Event_query){ .select = { .ends_at = 1 } });
    REQUIRE(row && part);
    OK(Event_update_row(db, row, &(Event_change){ .set = { orm_set(Event_.ends_at, 3 * HOUR) } }));
    REFUSED(db, Event_update_row(db, row, &(Event_change){ .set = { orm_set(Event_.ends_at, 0) } }), ORM_VALIDATION);
    REFUSED(db, Event_update_row(db, part, &(Event_change){ .set = { orm_set(Event_.ends_at, 4 * HOUR) } }), ORM_MISUSE);
    CHECK_TEXT(orm_error()->field, "starts_at");
    REFUSED(db, Event_update_row(db, row, &(Event_change){ .set = { orm_inc(Event_.taken, 1) } }), ORM_MISUSE);
    OK(Event_update_row(db, row, &(Event_change){ .set = { orm_inc(Event_.taken, 1) }, .unchecked = true }));
    CHECK_INT(row->taken, 1);
}

ON_EACH(an_upsert_asks_for_the_row_that_is_there_as_well)
{
    Event e = event("a", 1, 2);
    orm_written how;
    OK(Event_create(db, &e));
    Event next = event("a", 5, 3);
    CHECK_TEXT(orm_status_name(Event_upsert(db, &next, &(Event_conflict){ .on = orm_key(Event, title) }, &how)), "ORM_VALIDATION");
    next.ends_at = 6 * HOUR;
    OK(Event_upsert(db, &next, &(Event_conflict){ .on = orm_key(Event, title) }, &how));
    CHECK_INT(how, ORM_UPDATED);
    next = event("a", 5, 6);
    CHECK_TEXT(orm_status_name(Event_upsert(db, &next, &(Event_conflict){ .on = orm_key(Event, title), .only = { .ends_at = 1 } }, &how)), "ORM_MISUSE");
    CHECK_TEXT(orm_error()->field, "starts_at");
    OK(Event_upsert(db, &next, &(Event_conflict){ .on = orm_key(Event, title), .only = { .ends_at = 1 }, .unchecked = true }, &how));
    Event one = event("a", 5, 6);
    CHECK_TEXT(orm_status_name(Event_upsert(db, &one, &(Event_conflict){ .on = orm_key(Event, title), .set = { orm_inc(Event_.taken, 1) } }, &how)), "ORM_MISUSE");
    OK(Event_upsert(db, &one, &(Event_conflict){ .on = orm_key(Event, title), .set = { orm_set(Event_.note, "x") } }, &how));
    Event two = event("a", 5, 6);
    CHECK_TEXT(orm_status_name(Event_upsert(db, &two, &(Event_conflict){ .on = orm_key(Event, title), .set = { orm_set(Event_.taken, 30), orm_set_given(Event_.seats) } }, &how)), "ORM_VALIDATION");
    CHECK_TEXT(broken(), "taken(check_seats) are more than there are seats");
    bool created;
    Event found = event("a", 5, 6);
    ORM_AUTO Event *there = Event_find_or_create(db, &found, orm_key(Event, title), &created);
    CHECK(there && !created);
    REFUSED(db, orm_insert_from(db, Event, Event, NULL, (orm_set(Event_.title, "b"), orm_set_from(Event_.starts_at, Event_.starts_at), orm_set_from(Event_.ends_at, Event_.ends_at),
                                orm_set(Event_.seats, 3)), NULL), ORM_MISUSE);
    CHECK(strstr(orm_error()->message, "the rule check_dates of Event reads starts_at"));
    REFUSED(db, orm_insert_from(db, Event, Event, NULL, (orm_set(Event_.title, "b"), orm_set(Event_.starts_at, 5 * HOUR), orm_set(Event_.ends_at, 4 * HOUR), orm_set(Event_.seats, 3)), NULL), ORM_VALIDATION);
    int64_t made = 0;
    OK(orm_insert_from(db, Event, Event, &made, (orm_set(Event_.title, "b"), orm_set(Event_.starts_at, 3 * HOUR), orm_set(Event_.ends_at, 4 * HOUR), orm_set(Event_.seats, 3)), &(Event_query){ .limit = 1 }));
    CHECK_INT(made, 1);
}

/* ---- other words ------------------------------------------------------------------------------------------------------------------------ */

static const orm_message german[] = {
    { .model = "Guest", .field = "email", .rule = "email", .text = "ist keine Adresse" },
    { .rule = "length", .text = "muss {low} bis {high} Zeichen haben" },
    { .rule = "length", .text = "darf nicht mehr als {high} Zeichen haben" },
    { .rule = "at_least", .text = "{field} {is} mindestens {low}" },
    { .rule = "unique", .text = "ist vergeben" },
    { .rule = "check_dates", .field = "ends_at", .text = "liegt vor dem Anfang" },
    { .text = NULL } };
static const char *shout(const orm_failure *failure, void *context)
{
    static char said[100];
    (*(int *)context)++;
    snprintf(said, sizeof said, "%s.%s!", failure->model, failure->rule);
    return strcmp(failure->rule, "required") == 0 ? NULL : said;
}
static void *in_a_thread(void *db)
{
    orm_messages(orm_message_table, (void *)(uintptr_t)german);
    Guest g = guest("nobody");
    bool german_here = Guest_create((orm_db *)db, &g) == ORM_VALIDATION && strcmp(orm_error()->failures.item[0].message, "ist keine Adresse") == 0;
    orm_messages(NULL, NULL);
    return german_here ? db : NULL;
}

ON_EACH(failures_are_said_in_other_words)
{
    Guest g = guest("nobody");
    g.name = "A";
    REFUSED(db, Guest_create(db, &g), ORM_VALIDATION);
    CHECK_TEXT(broken(), "email(email) is not an email address; name(length) must have 2 to 30 characters");
    const orm_failure *f = &orm_error()->failures.item[1];
    CHECK(f->has_low && f->has_high && f->low == 2 && f->high == 30);
    CHECK_TEXT(f->model, "Guest");
    CHECK(f->declared && f->declared->kind == ORM_RULE_LENGTH);
    CHECK(!orm_error()->failures.item[0].has_low);
    orm_messages(orm_message_table, (void *)(uintptr_t)german);
    REFUSED(db, Guest_create(db, &g), ORM_VALIDATION);
    CHECK_TEXT(broken(), "email(email) ist keine Adresse; name(length) muss 2 bis 30 Zeichen haben");
    CHECK_TEXT(orm_error()->message, "Guest.email ist keine Adresse (and 1 more)");
    orm_failures failures;
    CHECK_TEXT(orm_status_name(Guest_validate(&g, &failures)), "ORM_VALIDATION");
    CHECK_TEXT(failures.item[1].message, "muss 2 bis 30 Zeichen haben");
    g.email = "a23456789012345@x.org";                   /* beyond the column's size, which is the type's and no rule */
    g.name = "Ada";
    REFUSED(db, Guest_create(db, &g), ORM_VALIDATION);
    CHECK_TEXT(broken(), "email(length) darf nicht mehr als 20 Zeichen haben");
    Event e = event("a", 3, 2);
    e.seats = -1;
    REFUSED(db, Event_create(db, &e), ORM_VALIDATION);
    CHECK_TEXT(broken(), "seats(at_least) seats {is} mindestens 0; ends_at(check_dates) liegt vor dem Anfang");
    g = guest("ada@x.org");
    Guest twin = guest("ada@x.org");
    OK(Guest_create(db, &g));
    CHECK_TEXT(orm_status_name(Guest_create(db, &twin)), "ORM_UNIQUE");
    CHECK_TEXT(broken(), "email(unique) ist vergeben");
    orm_messages(NULL, NULL);
    /* of a handle, which other threads use as well; a thread's own goes before it */
    int said = 0;
    orm_db *loud = case_open(.messages = shout, .messages_context = &said);
    REQUIRE(loud);
    g = guest("nobody");
    g.name = NULL;
    REFUSED(loud, Guest_create(loud, &g), ORM_VALIDATION);
    CHECK_TEXT(broken(), "email(email) Guest.email!; name(required) is required");
    CHECK_INT(said, 2);
    pthread_t thread;
    void *german_there = NULL;
    CHECK(pthread_create(&thread, NULL, in_a_thread, loud) == 0 && pthread_join(thread, &german_there) == 0);
    CHECK(german_there == loud);
    CHECK_INT(said, 2);
    orm_close(loud);
}
CHECK_MAIN()

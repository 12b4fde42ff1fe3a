/* Fields that are secret, and passwords: not read unless they are asked for, never shown, hashed on their way in. */
#include "engines.h"
#include "helpers.h"

static int hashed;                       /* how often the hash function was called */
static const char *refused_text;         /* what it refuses */

#define Member_FIELDS(X)                                          \
    X(id,       serial)                                           \
    X(name,     string(30), unique)                               \
    X(password, password(toy_hash, toy_verify), length(8, 72))    \
    X(pin,      password(toy_hash, toy_verify), nullable)         \
    X(token,    string(40), nullable, secret, unique)             \
    X(score,    integer, secret, default(0))
ORM_MODEL(Member, members)
#define Club_MODELS(X) X(Member)
ORM_SCHEMA(Club)

/* no hash that anybody should use: it shows what goes in and what comes out */
orm_status toy_hash(const char *plain, char *out, size_t size)
{
    hashed++;
    if (refused_text && strcmp(plain, refused_text) == 0) return ORM_FAILED;
    if (strcmp(plain, "makes nothing") == 0) return ORM_OK;
    return snprintf(out, size, "toy:%zu:%c%c", strlen(plain), plain[0], plain[strlen(plain) - 1]) < (int)size ? ORM_OK : ORM_FAILED;
}
bool toy_verify(const char *plain, const char *hash)
{
    char own[100];
    snprintf(own, sizeof own, "toy:%zu:%c%c", strlen(plain), plain[0], plain[strlen(plain) - 1]);
    return strcmp(own, hash) == 0;
}
ORM_DEFINE(Club)

static char logged[20000];
static void keep_log(void *context, const orm_log_event *event)
{
    (void)context;
    size_t n = strlen(logged);
    snprintf(logged + n, sizeof logged - n, "%s %s\n", event->sql ? event->sql : "", event->message ? event->message : "");
    for (size_t i = 0; i < event->n_values; i++) {
        n = strlen(logged);
        if (event->values[i].type == ORM_TEXT) snprintf(logged + n, sizeof logged - n, "%s\n", event->values[i].as.s);
    }
}
static void start(void) { logged[0] = 0; hashed = 0; refused_text = NULL; }
static const struct case_setup club_cases = { &Club_schema, keep_log, NULL, start };
#define ON_EACH(name) ON_EACH_OF(name, club_cases)

static Member make_member(orm_db *db, const char *name)
{
    Member m = Member_defaults();
    m.name = name;
    m.password = "correct horse";
    m.token = name;
    m.score = 12;
    OK(Member_create(db, &m));
    return m;
}

ON_EACH(secrets_are_read_when_they_are_asked_for)
{
    Member made = make_member(db, "ada");
    ORM_AUTO Member *plain = Member_get(db, made.id);
    ORM_AUTO Member *by_name = Member_find_by_name(db, "ada");
    ORM_AUTO Member *by_token = Member_find_by_token(db, "ada");
    ORM_AUTO Member *list = Member_find_all(db, NULL);
    REQUIRE(plain && by_name && by_token && list);
    CHECK(!plain->token && !plain->score && !by_name->token && !by_token->token && !list->token);
    CHECK(!strstr(logged, "select t0.\"id\", t0.\"name\", t0.\"password\""));
    ORM_AUTO Member *all = Member_find_one(db, &(Member_query){ .with_secrets = true });
    ORM_AUTO Member *one = Member_find_one(db, &(Member_query){ .select = { .token = 1 } });
    REQUIRE(all && one);
    CHECK_TEXT(all->token, "ada");
    CHECK_INT(all->score, 12);
    CHECK_TEXT(one->token, "ada");
    CHECK(!one->name && !one->score);
    CHECK_INT(COUNT(Member, db, .where = orm_eq(Member_.token, "ada")), 1);
    char *json = Member_to_json(all, (Member_mask){ .id = 0 });
    CHECK_TEXT(json, "{\"id\":1,\"name\":\"ada\"}");
    orm_free_text(json);
}

ON_EACH(secrets_that_were_not_read_are_left_alone)
{
    Member made = make_member(db, "ada");
    ORM_AUTO Member *row = Member_get(db, made.id);
    ORM_AUTO Member *list = Member_find_all(db, NULL);
    REQUIRE(row && list);
    row->name = "ada l.";
    OK(Member_save(db, row));
    list->name = "ada lovelace";
    OK(Member_save(db, list));
    ORM_AUTO Member *after = Member_find_one(db, &(Member_query){ .with_secrets = true });
    REQUIRE(after);
    CHECK_TEXT(after->name, "ada lovelace");
    CHECK_TEXT(after->token, "ada");
    CHECK_INT(after->score, 12);
    /* but what the program sets is written */
    row->token = "new";
    OK(Member_save(db, row));
    list->score = 3;
    OK(Member_save_only(db, list, (Member_mask){ .score = 1 }));
    ORM_AUTO Member *last = Member_find_one(db, &(Member_query){ .with_secrets = true });
    REQUIRE(last);
    CHECK_TEXT(last->token, "new");
    CHECK_INT(last->score, 3);
}

ON_EACH(a_password_is_hashed_and_never_comes_back)
{
    Member made = make_member(db, "ada");
    bool yes = false;
    const char *stored = NULL;
    CHECK_INT(hashed, 1);
    CHECK(!made.password);                               /* the row does not keep it */
    orm_arena arena = { 0 };
    OK(orm_scalar_text(db, &arena, &stored, "select password from members", orm_no_params));
    CHECK_TEXT(stored, "toy:13:ce");
    orm_arena_release(&arena);
    OK(Member_verify_password(db, &made, "correct horse", &yes));
    CHECK(yes);
    OK(Member_verify_password(db, &made, "wrong", &yes));
    CHECK(!yes);
    OK(Member_verify_pin(db, &made, "1234", &yes));      /* none is set */
    CHECK(!yes);
    ORM_AUTO Member *row = Member_get(db, made.id);
    REQUIRE(row);
    OK(Member_verify_password(db, row, "correct horse", &yes));
    CHECK(yes);
    row->name = "ada l.";
    OK(Member_save(db, row));
    CHECK_INT(hashed, 1);
    row->password = "battery staple";
    row->pin = "4711";
    CHECK(orm_changed(row, Member_.password));
    OK(Member_save(db, row));
    CHECK_INT(hashed, 3);
    CHECK(!row->password && !row->pin);
    OK(Member_verify_password(db, row, "correct horse", &yes));
    CHECK(!yes);
    OK(Member_verify_password(db, row, "battery staple", &yes));
    CHECK(yes);
    OK(Member_verify_pin(db, row, "4711", &yes));
    CHECK(yes);
    OK(Member_save(db, &made));                          /* a created row, whose password is gone from it */
    CHECK_INT(hashed, 3);
    OK(Member_verify_password(db, row, "battery staple", &yes));
    CHECK(yes);
    Member many[2] = { Member_defaults(), Member_defaults() };
    many[0].name = "b";
    many[1].name = "c";
    many[0].password = "one two three";
    many[1].password = "four five six";
    OK(Member_create_all(db, many, 2, NULL));
    OK(Member_verify_password(db, &many[1], "four five six", &yes));
    CHECK(yes && !many[0].password);
    OK(Member_destroy(db, &many[1]));
    CHECK_TEXT(orm_status_name(Member_verify_password(db, &many[1], "four five six", &yes)), "ORM_STALE");
    CHECK(!yes);
    REFUSED(db, Member_verify_password(db, row, NULL, &yes), ORM_MISUSE);
    CHECK(!strstr(logged, "battery") && !strstr(logged, "correct"));
}

ON_EACH(the_rules_are_about_what_is_typed_and_the_hash_may_fail)
{
    ORM_NEW(Member, m, .name = "ada", .password = "short");
    REFUSED(db, Member_create(db, &m), ORM_VALIDATION);
    CHECK_TEXT(orm_error()->failures.item[0].rule, "length");
    CHECK_INT(hashed, 0);
    m.password = NULL;
    REFUSED(db, Member_create(db, &m), ORM_VALIDATION);
    CHECK_TEXT(orm_error()->failures.item[0].rule, "required");
    refused_text = "refused by the hash";
    m.password = refused_text;
    REFUSED(db, Member_create(db, &m), ORM_FAILED);
    CHECK_TEXT(orm_error()->field, "password");
    m.password = "makes nothing";
    REFUSED(db, Member_create(db, &m), ORM_BAD_TEXT);
    CHECK_INT(COUNT(Member, db, .all = false), 0);
    OK(orm_sync(db, &Club_schema));                      /* the table checks nothing of what is typed */
}

ON_EACH(failures_do_not_tell_secrets)
{
    Member a = make_member(db, "ada");
    CHECK(a.id > 0);
    ORM_NEW(Member, b, .name = "bob", .password = "correct horse", .token = "ada");
    CHECK_TEXT(orm_status_name(Member_create(db, &b)), "ORM_UNIQUE");
    CHECK_TEXT(orm_error()->field, "token");
    CHECK(!strstr(orm_error()->message, "ada"));
    CHECK(!strstr(logged, "toy:"));
}
CHECK_MAIN()

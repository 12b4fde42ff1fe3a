/* Addresses and jsonb on each engine. */
#include "helpers.h"

#define Host_FIELDS(X)                                                            \
    X(id,      serial)                                                            \
    X(name,    text)                                                              \
    X(address, inet, unique)                                                      \
    X(gateway, inet, nullable, default(orm_inet_of("10.0.0.1")))                  \
    X(secret,  inet, nullable, secret)
ORM_MODEL(Host, hosts, index(gateway))

#define Note_FIELDS(X)                                                            \
    X(id,      serial)                                                            \
    X(plain,   json, default("{}"))                                               \
    X(binary,  jsonb, default("{}"))                                              \
    X(maybe,   jsonb, nullable)
ORM_MODEL(Note, notes)

#define Types_MODELS(X) X(Host) X(Note)
ORM_SCHEMA(Types)
ORM_DEFINE(Types)
static const struct case_setup cases = { .schema = &Types_schema };

/* ---- addresses ------------------------------------------------------------------------------------------------------------------ */
static const char *text_of(orm_inet address)
{
    static char text[ORM_INET_SIZE];
    return orm_inet_text(address, text);
}

TEST(addresses_have_one_canonical_text)
{
    static const struct { const char *text, *canonical; } forms[] = {
        { "192.0.2.1", NULL }, { "0.0.0.0", NULL }, { "255.255.255.255/0", NULL }, { "10.1.2.3/8", NULL }, { "10.0.0.0/32", "10.0.0.0" },
        { "::", NULL }, { "::1", NULL }, { "1::", NULL }, { "2001:db8::1", NULL }, { "2001:DB8:0:0:0:0:0:1/128", "2001:db8::1" }, { "fe80::1/64", NULL },
        { "1:2:3:4:5:6:7:8", NULL }, { "1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0" }, { "::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8" }, { "1:0:0:2:0:0:0:3", "1:0:0:2::3" },
        { "1:0:0:2:3:0:0:4", "1::2:3:0:0:4" }, { "2001:0db8:0001::", "2001:db8:1::" }, { "::ffff:192.0.2.1", NULL }, { "::ffff:c000:201", "::ffff:192.0.2.1" },
        { "64:ff9b::192.0.2.33", "64:ff9b::c000:221" }, { "1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304" }, { "::/0", NULL }, { "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/127", NULL },
    };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        orm_inet address = { .family = 0 }, again = { .family = 0 };
        CHECK(orm_inet_parse(forms[i].text, &address));
        CHECK_TEXT(text_of(address), forms[i].canonical ? forms[i].canonical : forms[i].text);
        CHECK(orm_inet_parse(text_of(address), &again) && orm_inet_equal(address, again));
    }
}

TEST(what_is_no_address_is_refused)
{
    static const char *const bad[] = {
        "", " ", "1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.4 ", "1.2.3.4/", "1.2.3.4/33", "1.2.3.4/01", "1.2.3.4/-1", "1.2.3.4/8/8", "0x1.2.3.4", "1..2.3",
        ":", ":::", "::1::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8", "12345::", "g::", "::1/129", "::1%eth0", "1:2:3:4:5:6:7:1.2.3.4", "::1.2.3.4:5",
        "::1.2.3.400", "1::2:", ":1::2", "/8", "::1/", "1:2:3:4:5:6:7:", "1.2.3.4:5::", "::ffff:1.2.3",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        orm_inet address = { .prefix = 77 };
        if (orm_inet_parse(bad[i], &address)) printf("%s is taken for %s\n", bad[i], text_of(address));
        CHECK(address.family == 0 && address.prefix == 77);
    }
    CHECK(!orm_inet_parse(NULL, &(orm_inet){ .family = 0 }));
    CHECK_TEXT(text_of((orm_inet){ .family = 0 }), "");
}

ON_EACH_OF(random_addresses_come_back, cases)
{
    uint64_t r = 99;
    for (int i = 0; i < 200 && !check_failed; i++) {
        orm_inet address = { .family = random_below(&r, 2) ? 4 : 6 };
        for (int k = 0; k < (address.family == 4 ? 4 : 16); k++) address.address[k] = random_below(&r, 3) ? 0 : (uint8_t)random_next(&r);
        address.address[3] = (uint8_t)i;                    /* no two are alike */
        address.prefix = (uint8_t)random_below(&r, address.family == 4 ? 33 : 129);
        ORM_NEW(Host, host, .name = "h", .address = address);
        if (i % 2) host.gateway = (orm_inet){ .family = 0 };
        OK(Host_create(db, &host));
        ORM_AUTO Host *found = Host_find_by_address(db, address);
        REQUIRE(found != NULL);
        CHECK(found->id == host.id && memcmp(&found->address, &address, sizeof address) == 0);
        CHECK_INT(found->gateway.family, i % 2 ? 0 : 4);
        CHECK_INT(found->secret.family, 0);
        CHECK_INT(COUNT(Host, db, .where = orm_ne(Host_.address, address)), i);
    }
}

ON_EACH_OF(addresses_are_equal_with_their_prefix, cases)
{
    static const char *const texts[] = { "10.0.0.1", "10.0.0.1/24", "10.0.0.0/24", "::1", "::ffff:10.0.0.1" };
    orm_inet list[] = { orm_inet_of("::1"), orm_inet_of("10.0.0.1/24") };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        ORM_NEW(Host, host, .name = texts[i], .address = orm_inet_of(texts[i]), .gateway = orm_inet_of(texts[i]));
        OK(Host_create(db, &host));
    }
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) CHECK_INT(COUNT(Host, db, .where = orm_eq(Host_.address, orm_inet_of(texts[i]))), 1);
    CHECK_INT(COUNT(Host, db, .where = orm_in(Host_.address, orm_inet_of("10.0.0.1"), orm_inet_of("1.1.1.1"))), 1);
    CHECK_INT(COUNT(Host, db, .where = orm_in_array(Host_.address, list, 2)), 2);
    CHECK_INT(COUNT(Host, db, .where = orm_not_in_array(Host_.address, list, 2)), 3);
    CHECK_INT(COUNT(Host, db, .where = orm_eq_column(Host_.address, Host_.gateway)), 5);
    int64_t changed = 0;
    OK(Host_update(db, &(Host_change){ .set = { orm_set(Host_.gateway, orm_inet_of("fe80::1/64")) }, .where = orm_eq(Host_.name, "::1") }, &changed));
    ORM_AUTO Host *host = Host_find_one(db, &(Host_query){ .where = orm_eq(Host_.name, "::1") });
    REQUIRE(host != NULL);
    CHECK_TEXT(text_of(host->gateway), "fe80::1/64");
    char *json = Host_to_json(host, (Host_mask){ .address = 1, .gateway = 1, .secret = 1 });
    CHECK_TEXT(json, "{\"address\":\"::1\",\"gateway\":\"fe80::1/64\"}");
    orm_free_text(json);
    OK(Host_update(db, &(Host_change){ .set = { orm_set_null(Host_.gateway) }, .all = true }, &changed));
    CHECK_INT(COUNT(Host, db, .where = orm_is_null(Host_.gateway)), 5);
    ORM_NEW(Host, twin, .name = "twin", .address = orm_inet_of("10.0.0.1"));
    CHECK_INT(Host_create(db, &twin), ORM_UNIQUE);
}

ON_EACH_OF(what_is_no_address_is_never_sent, cases)
{
    ORM_NEW(Host, host, .name = "h", .address = orm_inet_of("10.0.0.300"));
    CHECK_INT(Host_create(db, &host), ORM_VALIDATION);
    CHECK_TEXT(orm_error()->failures.item[0].message, "is not an IP address");
    host.address = (orm_inet){ .family = 4, .prefix = 33 };
    CHECK_INT(Host_create(db, &host), ORM_VALIDATION);
    host.address.family = 0;
    CHECK_INT(Host_create(db, &host), ORM_VALIDATION);
    CHECK_TEXT(orm_error()->failures.item[0].message, "is required");
    if (case_engine == ON_POSTGRES) return;
    OK(orm_exec(db, NULL, "insert into hosts (name, address) values ('x', 'nowhere')", orm_no_params));
    CHECK(Host_find_all(db, NULL) == NULL);
    CHECK_INT(orm_error()->kind, ORM_BAD_DATA);
    CHECK_CONTAINS(orm_error()->message, "column address (id 1) holds a text that is no address");
}

TEST(an_order_from_outside_is_never_one_that_engines_disagree_on)
{
    orm_order order = { .column = NULL };
    Host_order by = { .order = order };
    CHECK_INT(Host_order_from_text("-name", (Host_mask){ .name = 1, .address = 1 }, &by), ORM_OK);
    CHECK_INT(Host_order_from_text("-address", (Host_mask){ .name = 1, .address = 1 }, &by), ORM_VALIDATION);
    CHECK_TEXT(orm_error()->failures.item[0].message, "is not a field that the list can be ordered by");
}

/* ---- jsonb ------------------------------------------------------------------------------------------------------------------------ */
ON_EACH_OF(jsonb_keeps_the_document, cases)
{
    ORM_NEW(Note, note, .plain = "{\"b\": 1,  \"a\": [1.50, true, null, \"\xC3\xA9\"]}", .maybe = "[1,2]");
    note.binary = note.plain;
    OK(Note_create(db, &note));
    ORM_AUTO Note *found = Note_find(db, note.id);
    REQUIRE(found != NULL);
    CHECK_TEXT(found->plain, note.plain);
    CHECK_TEXT(found->binary, case_engine == ON_POSTGRES ? "{\"a\": [1.50, true, null, \"\xC3\xA9\"], \"b\": 1}" : note.plain);
    CHECK_INT(COUNT(Note, db, .where = orm_eq(Note_.binary, found->binary)), 1);
    CHECK_INT(COUNT(Note, db, .where = orm_eq(Note_.binary, "{ }")), 0);
    CHECK_INT(COUNT(Note, db, .where = orm_ne(Note_.maybe, "[2]")), 1);
    CHECK_INT(COUNT(Note, db, .where = orm_in(Note_.binary, "3", found->binary)), 1);
    if (case_engine == ON_POSTGRES) CHECK_INT(COUNT(Note, db, .where = orm_eq(Note_.maybe, "[ 1, 2 ]")), 1);
    int64_t n = 0;
    CHECK_INT(Note_count(db, &(Note_query){ .where = orm_eq(Note_.binary, "{") }, &n), ORM_VALIDATION);
    OK(Note_update(db, &(Note_change){ .set = { orm_set(Note_.binary, "[]"), orm_set_null(Note_.maybe) }, .all = true }, &n));
    CHECK_INT(COUNT(Note, db, .where = orm_is_null(Note_.maybe)), 1);
    ORM_NEW(Note, bad, .binary = "{\"a\":1,\"a\":2}");
    CHECK_INT(Note_create(db, &bad), ORM_VALIDATION);
    ORM_NEW(Note, plain);
    OK(Note_create(db, &plain));
    OK(orm_exec(db, NULL, "insert into notes default values", orm_no_params));
    CHECK_INT(COUNT(Note, db, .where = orm_eq(Note_.binary, "{}")), 2);
    char *json = Note_to_json(&plain, (Note_mask){ .binary = 1, .maybe = 1 });
    CHECK_TEXT(json, "{\"binary\":{},\"maybe\":null}");
    orm_free_text(json);
}

ON_EACH_OF(a_second_sync_finds_no_difference, cases)
{
    OK(orm_sync(db, &Types_schema));
    char *sql = orm_schema_sql(db, &Types_schema);
    CHECK_CONTAINS(sql, case_engine == ON_POSTGRES ? "\"binary\" jsonb not null default '{}'" : "\"binary\" TEXT not null default '{}'");
    orm_free_text(sql);
}

CHECK_MAIN()

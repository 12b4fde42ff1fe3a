/* Addresses, jsonb, intervals and bits on each engine. */
#define _DEFAULT_SOURCE         /* mkstemps */
#include "helpers.h"
#include <unistd.h>

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

#define Right_VALUES(X) X(read) X(write) X(grant, "grant rights") X(own)
ORM_ENUM(Right)
ORM_BITS(Right)
#define Plan_FIELDS(X)                                                            \
    X(id,      serial)                                                            \
    X(name,    text)                                                              \
    X(period,  interval)                                                          \
    X(grace,   interval, nullable, default(((orm_interval){ .days = 3 })))         \
    X(hidden,  interval, nullable, secret)                                        \
    X(rights,  bits(Right), indexed)                                              \
    X(lent,    bits(Right), nullable)                                             \
    X(usual,   bits(Right), default(orm_bits(Right, read, own)))
ORM_MODEL(Plan, plans)

/* money as docs/values.md keeps it: two columns */
#define Invoice_FIELDS(X)                                                         \
    X(id,       serial)                                                           \
    X(cents,    bigint)                                                           \
    X(currency, char(3), check_with(orm_check_currency))
ORM_MODEL(Invoice, invoices)

#define PlanPart_FIELDS(X)                                                        \
    X(name,   text,         of(Plan, name))                                       \
    X(period, interval,     of(Plan, period))                                     \
    X(rights, bits(Right),  of(Plan, rights))
ORM_VIEW(PlanPart, from(Plan))
#define PlanOnce_FIELDS(X) X(period, interval, of(Plan, period))
ORM_VIEW(PlanOnce, from(Plan), distinct)
#define PlanRank_FIELDS(X) X(name, text, of(Plan, name)) X(place, bigint, row_number, order(Plan, period))
ORM_VIEW(PlanRank, from(Plan))
#define PlanBoth_FIELDS(X) X(name, text) X(period, interval) X(rights, bits(Right))
ORM_VIEW(PlanBoth, union_of(PlanPart, PlanPart))

#define Types_MODELS(X) X(Host) X(Note) X(Plan) X(Invoice)
ORM_SCHEMA(Types)
ORM_DEFINE(Types)
ORM_DEFINE_VIEW(PlanPart)
ORM_DEFINE_VIEW(PlanOnce)
ORM_DEFINE_VIEW(PlanRank)
ORM_DEFINE_VIEW(PlanBoth)
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

/* ---- intervals -------------------------------------------------------------------------------------------------------------------- */
static const char *span(orm_interval interval)
{
    static char text[4][ORM_INTERVAL_SIZE];
    static unsigned next;
    return orm_interval_text(interval, text[next++ % 4]);
}

ON_EACH_OF(intervals_keep_their_parts, cases)
{
    static const char *const texts[] = { "PT0S", "P1M", "P30D", "PT720H", "P1D", "PT24H", "-P1Y2M3DT4H5M6.5S", "P1M-30D", "PT0.000001S", "PT-0.000001S", "P2147483647M", "P-2147483648M", "P2147483647D",
        "P-2147483648D", "PT9223372036854.775807S", "PT-9223372036854.775808S", "P178956970Y7M2147483647DT2562047788H54.775806S" };
    size_t n = sizeof texts / sizeof *texts;
    orm_interval list[] = { orm_interval_of("P30D"), orm_interval_of("P1M"), orm_interval_of("P99D") };
    for (size_t i = 0; i < n; i++) {
        orm_interval interval = orm_interval_of(texts[i]);
        ORM_NEW(Plan, plan, .name = texts[i], .period = interval);
        if (i % 2) plan.grace = orm_some_interval(interval);
        OK(Plan_create(db, &plan));
        ORM_AUTO Plan *found = Plan_find(db, plan.id);
        REQUIRE(found != NULL);
        CHECK(orm_interval_equal(found->period, interval) && !found->hidden.set && found->grace.set);
        CHECK_TEXT(span(found->grace.value), i % 2 ? span(interval) : "P3D");
        found->hidden = orm_some_interval(interval);
        found->grace = orm_some_interval(interval);
        OK(Plan_save(db, found));
        ORM_AUTO Plan *secret = Plan_find_one(db, &(Plan_query){ .where = orm_eq(Plan_.id, plan.id), .with_secrets = true });
        REQUIRE(secret != NULL && secret->hidden.set);
        CHECK_TEXT(span(secret->hidden.value), span(interval));
    }
    /* part by part, though one engine takes a month for 30 days, and these for 720 hours */
    for (size_t i = 0; i < n; i++) {
        orm_interval interval = orm_interval_of(texts[i]);
        CHECK_INT(COUNT(Plan, db, .where = orm_eq(Plan_.period, interval)), 1);
        CHECK_INT(COUNT(Plan, db, .where = orm_ne(Plan_.period, interval)), n - 1);
        CHECK_INT(COUNT(Plan, db, .where = orm_differs(Plan_.grace, interval)), n - 1);
    }
    CHECK_INT(COUNT(Plan, db, .where = orm_in(Plan_.period, orm_interval_of("P1M"), orm_interval_of("PT24H"), orm_interval_of("P31D"))), 2);
    CHECK_INT(COUNT(Plan, db, .where = orm_not_in(Plan_.period, orm_interval_of("P1M"), orm_interval_of("PT24H"))), n - 2);
    CHECK_INT(COUNT(Plan, db, .where = orm_in_array(Plan_.period, list, 3)), 2);
    CHECK_INT(COUNT(Plan, db, .where = orm_not_in_array(Plan_.period, list, 3)), n - 2);
    static orm_interval many[40];
    for (size_t i = 0; i < 40; i++) many[i] = (orm_interval){ .days = (int32_t)i };
    CHECK_INT(COUNT(Plan, db, .where = orm_in_array(Plan_.period, many, 40)), 3);
    CHECK_INT(COUNT(Plan, db, .where = orm_eq_column(Plan_.period, Plan_.grace)), n);
    orm_arena arena = { 0 };
    orm_interval *periods = NULL;
    size_t n_periods = 0;
    OK(orm_pluck(db, Plan_.period, &arena, &periods, &n_periods, &(Plan_query){ .order = { orm_asc(Plan_.id) }, .limit = 2 }));
    CHECK(n_periods == 2 && orm_interval_equal(periods[1], orm_interval_of("P1M")));
    orm_arena_release(&arena);
    int64_t changed = 0;
    OK(Plan_update(db, &(Plan_change){ .set = { orm_set(Plan_.period, orm_interval_of("P2W")), orm_set_null(Plan_.grace) }, .where = orm_eq(Plan_.period, orm_interval_of("P1M")) }, &changed));
    CHECK_INT(changed, 1);
    ORM_AUTO Plan *plan = Plan_find_one(db, &(Plan_query){ .where = orm_is_null(Plan_.grace) });
    REQUIRE(plan != NULL);
    char *json = Plan_to_json(plan, (Plan_mask){ .period = 1, .grace = 1, .hidden = 1 });
    CHECK_TEXT(json, "{\"period\":\"P14D\",\"grace\":null}");
    orm_free_text(json);
}

ON_EACH_OF(intervals_in_sql_by_hand_and_those_that_are_none, cases)
{
    ORM_NEW(Plan, plan, .name = "n", .period = orm_interval_of("a month"));
    CHECK_INT(Plan_create(db, &plan), ORM_VALIDATION);
    CHECK_TEXT(orm_error()->failures.item[0].field, "period");
    CHECK_TEXT(orm_error()->failures.item[0].message, "is not an interval");
    plan.period = (orm_interval){ INT32_MAX, INT32_MAX, INT64_MAX };
    CHECK_INT(Plan_create(db, &plan), ORM_VALIDATION);
    plan.period = orm_interval_of("P1M");
    OK(Plan_create(db, &plan));
    int64_t n = 0;
    CHECK_INT(Plan_count(db, &(Plan_query){ .where = orm_eq(Plan_.period, orm_interval_of("x")) }, &n), ORM_VALIDATION);
    OK(orm_exec(db, &n, "update plans set period = ?1", orm_params(orm_interval_of("P1DT0.5S"))));
    ORM_AUTO Plan *found = Plan_find(db, plan.id);
    REQUIRE(found != NULL);
    CHECK_TEXT(span(found->period), "P1DT0.5S");
    if (case_engine == ON_POSTGRES) OK(orm_exec(db, NULL, "update plans set period = '1 year 2 mons -3 days 04:05:06.789'", orm_no_params));
    else OK(orm_exec(db, NULL, "update plans set period = 'P14M-3DT4H5M6.789S'", orm_no_params));
    ORM_AUTO Plan *again = Plan_find(db, plan.id);
    REQUIRE(again != NULL);
    CHECK_TEXT(span(again->period), "P1Y2M-3DT4H5M6.789S");
    if (case_engine == ON_POSTGRES) return;
    OK(orm_exec(db, NULL, "update plans set period = '1 year'", orm_no_params));
    CHECK(Plan_find(db, plan.id) == NULL);
    CHECK_INT(orm_error()->kind, ORM_BAD_DATA);
    CHECK_CONTAINS(orm_error()->message, "column period (id 1) holds a text that is no interval");
}

ON_EACH_OF(random_intervals_come_back_from_a_list, cases)
{
    enum { N = 500 };
    static Plan plans[N];
    uint64_t r = 7;
    for (size_t i = 0; i < N; i++) {
        plans[i] = Plan_defaults();
        plans[i].name = "p";
        plans[i].period = (orm_interval){ (int32_t)random_next(&r) >> random_below(&r, 32), (int32_t)random_next(&r) >> random_below(&r, 32), (int64_t)random_next(&r) >> random_below(&r, 64) };
        if (i % 3) plans[i].grace = orm_some_interval(plans[i].period);
        plans[i].rights.bits = random_next(&r) & 15;
        if (i % 3) plans[i].lent = Right_some_bits((Right_bits){ random_next(&r) & 15 });
    }
    OK(Plan_create_all(db, plans, N, NULL));
    ORM_AUTO Plan *found = Plan_find_all(db, &(Plan_query){ .order = { orm_asc(Plan_.id) } });
    REQUIRE(found && orm_len(found) == N);
    for (size_t i = 0; i < N && !check_failed; i++) {
        CHECK(orm_interval_equal(found[i].period, plans[i].period) && found[i].rights.bits == plans[i].rights.bits && found[i].lent.set == (i % 3 != 0) && found[i].lent.value.bits == plans[i].lent.value.bits);
        CHECK_TEXT(span(found[i].grace.value), i % 3 ? span(plans[i].period) : "P3D");
    }
}

/* ---- bits ------------------------------------------------------------------------------------------------------------------------- */
TEST(sets_of_values_have_a_text)
{
    char text[64];
    Right_bits set = orm_bits(Right, own, read), none = { 0 };
    const Right_bits constant = orm_bits(Right, grant);
    CHECK(set.bits == 9 && constant.bits == 4 && Right_bits_has(set, Right_own) && !Right_bits_has(set, Right_write) && !Right_bits_has(set, (Right)0));
    CHECK_INT(Right_bits_text(set, text, sizeof text), 8);
    CHECK_TEXT(text, "read,own");
    CHECK_INT(Right_bits_text(set, text, 8), 8);
    CHECK_TEXT(text, "");
    CHECK_INT(Right_bits_text(none, text, sizeof text), 0);
    CHECK_TEXT(text, "");
    CHECK(Right_bits_parse("own,grant rights", &set) && set.bits == 12 && Right_bits_parse("", &none) && none.bits == 0);
    CHECK(Right_bits_with(set, Right_read).bits == 13 && Right_bits_without(set, Right_own).bits == 4 && Right_bits_with(set, (Right)0).bits == 12);
    static const char *const bad[] = { ",", "own,", ",own", "own,own", "ow", "owner", "own, read", "grant" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) CHECK(!Right_bits_parse(bad[i], &set));
    CHECK(!Right_bits_parse(NULL, &set) && set.bits == 12);
}

ON_EACH_OF(sets_of_values_are_found_by_what_is_in_them, cases)
{
    for (uint64_t i = 0; i < 16; i++) {
        ORM_NEW(Plan, plan, .name = "p", .rights.bits = i);
        if (i % 2) plan.lent = Right_some_bits(plan.rights);
        OK(Plan_create(db, &plan));
        ORM_AUTO Plan *found = Plan_find(db, plan.id);
        REQUIRE(found != NULL);
        CHECK(found->rights.bits == i && found->lent.set == (i % 2 != 0) && found->usual.bits == 9);
    }
    for (uint64_t i = 0; i < 16; i++) {
        Right_bits set = { i };
        int n = __builtin_popcountll(i);
        CHECK_INT(COUNT(Plan, db, .where = orm_bits_are(Plan_.rights, set)), 1);
        CHECK_INT(COUNT(Plan, db, .where = orm_bits_all(Plan_.rights, set)), 16 >> n);
        CHECK_INT(COUNT(Plan, db, .where = orm_bits_any(Plan_.rights, set)), 16 - (16 >> n));
        CHECK_INT(COUNT(Plan, db, .where = orm_not(orm_bits_any(Plan_.rights, set))), 16 >> n);
    }
    CHECK_INT(COUNT(Plan, db, .where = orm_and(orm_bits_all(Plan_.rights, orm_bits(Right, read, write)), orm_bits_any(Plan_.lent, orm_bits(Right, own, grant)))), 3);
    CHECK_INT(COUNT(Plan, db, .where = orm_is_null(Plan_.lent)), 8);
    CHECK_INT(COUNT(Plan, db, .where = orm_eq_column(Plan_.lent, Plan_.rights)), 8);
    int64_t changed = 0;
    OK(Plan_update(db, &(Plan_change){ .set = { orm_bits_add(Plan_.rights, orm_bits(Right, own)), orm_bits_add(Plan_.lent, orm_bits(Right, own)) }, .all = true }, &changed));
    CHECK_INT(COUNT(Plan, db, .where = orm_bits_all(Plan_.rights, orm_bits(Right, own))), 16);
    CHECK_INT(COUNT(Plan, db, .where = orm_is_null(Plan_.lent)), 8);
    OK(Plan_update(db, &(Plan_change){ .set = { orm_bits_remove(Plan_.rights, orm_bits(Right, read, own)), orm_bits_set(Plan_.usual, (Right_bits){ 0 }), orm_set_null(Plan_.lent) }, .all = true }, &changed));
    CHECK_INT(COUNT(Plan, db, .where = orm_bits_any(Plan_.rights, orm_bits(Right, read, own))), 0);
    CHECK_INT(COUNT(Plan, db, .where = orm_bits_are(Plan_.rights, orm_bits(Right, write, grant))), 4);
    ORM_AUTO Plan *row = Plan_find_one(db, &(Plan_query){ .where = orm_bits_are(Plan_.rights, orm_bits(Right, write, grant)) });
    REQUIRE(row != NULL);
    char *json = Plan_to_json(row, (Plan_mask){ .rights = 1, .lent = 1, .usual = 1 });
    CHECK_TEXT(json, "{\"rights\":[\"write\",\"grant rights\"],\"lent\":null,\"usual\":[]}");
    orm_free_text(json);
    row->rights = Right_bits_with(row->rights, Right_read);
    OK(Plan_save(db, row));
    CHECK_INT(COUNT(Plan, db, .where = orm_bits_are(Plan_.rights, orm_bits(Right, read, write, grant))), 1);
}

ON_EACH_OF(bits_that_are_no_values_are_never_sent, cases)
{
    ORM_NEW(Plan, plan, .name = "p", .rights.bits = 16);
    CHECK_INT(Plan_create(db, &plan), ORM_VALIDATION);
    CHECK_TEXT(orm_error()->failures.item[0].field, "rights");
    CHECK_TEXT(orm_error()->failures.item[0].message, "has bits that are no values of Right");
    plan.rights.bits = UINT64_MAX;
    CHECK_INT(Plan_create(db, &plan), ORM_VALIDATION);
    plan.rights.bits = 1;
    OK(Plan_create(db, &plan));
    int64_t n = 0;
    Right_bits wrong = { 17 };
    CHECK_INT(Plan_update(db, &(Plan_change){ .set = { orm_bits_add(Plan_.rights, wrong) }, .all = true }, &n), ORM_VALIDATION);
    CHECK_INT(Plan_count(db, &(Plan_query){ .where = orm_bits_any(Plan_.rights, wrong) }, &n), ORM_VALIDATION);
    OK(orm_exec(db, NULL, "update plans set rights = 33", orm_no_params));
    ORM_AUTO Plan *found = Plan_find(db, plan.id);      /* what another program wrote is read, but neither shown nor written */
    REQUIRE(found != NULL);
    CHECK(found->rights.bits == 33 && Plan_to_json(found, (Plan_mask){ .rights = 1 }) == NULL);
    CHECK_INT(Plan_save_only(db, found, (Plan_mask){ .rights = 1 }), ORM_VALIDATION);
}

ON_EACH_OF(intervals_and_bits_are_batched_copied_and_seeded, cases)
{
    Plan_slot slot;
    orm_slot tally;
    ORM_NEW(Plan, plan, .name = "b", .period = orm_interval_of("P1M"), .rights = orm_bits(Right, own));
    ORM_BATCH(db) {
        Plan_batch_create(db, &plan, &slot);
        Plan_batch_count(db, &(Plan_query){ .where = orm_and(orm_eq(Plan_.period, orm_interval_of("P1M")), orm_bits_all(Plan_.rights, orm_bits(Right, own))) }, &tally);
    }
    CHECK(!orm_failed());
    CHECK_INT(tally.count, 1);
    orm_free(slot.rows);
    static Plan many[3000];
    for (size_t i = 0; i < 3000; i++) {
        many[i] = Plan_defaults();
        many[i].name = "m";
        many[i].period = (orm_interval){ (int32_t)i, -(int32_t)i, (int64_t)i * 1000001 };
        many[i].rights.bits = i & 15;
    }
    OK(Plan_create_all(db, many, 3000, &(orm_create_options){ .no_keys = true }));
    ORM_AUTO Plan *copied = Plan_find_all(db, &(Plan_query){ .where = orm_eq(Plan_.name, "m"), .order = { orm_asc(Plan_.id) } });
    REQUIRE(copied && orm_len(copied) == 3000);
    for (size_t i = 0; i < 3000 && !check_failed; i++) CHECK(orm_interval_equal(copied[i].period, many[i].period) && copied[i].rights.bits == (i & 15) && copied[i].lent.set == false);
    char path[] = "/tmp/orm-plans-XXXXXX.json";
    int file = mkstemps(path, 5);
    static const char rows[] = "[{\"id\":70000,\"name\":\"s\",\"period\":\"P2W\",\"grace\":null,\"rights\":[\"own\",\"read\"],\"lent\":null,\"usual\":[]}]";
    REQUIRE(file >= 0 && write(file, rows, sizeof rows - 1) == (ssize_t)sizeof rows - 1);
    close(file);
    const orm_seeding seeds[] = { { .model = &Plan_model, .file = path }, ORM_SEED_LAST };
    orm_seeded done = { 0 };
    OK(orm_seed(db, seeds, NULL, &done));
    CHECK_INT(done.created, 1);
    OK(orm_seed(db, seeds, NULL, &done));
    CHECK_INT(done.unchanged, 1);
    unlink(path);
    ORM_AUTO Plan *seeded = Plan_find_one(db, &(Plan_query){ .where = orm_eq(Plan_.name, "s") });
    REQUIRE(seeded != NULL);
    CHECK_TEXT(span(seeded->period), "P14D");
    CHECK(!seeded->grace.set && seeded->rights.bits == 9 && !seeded->lent.set && seeded->usual.bits == 0);
    OK(orm_fake(db, &(orm_schema){ .name = "Plans", .models = (const orm_model *const[]){ &Plan_model, NULL }, .n_models = 1 }, 50, NULL));
    CHECK_INT(COUNT(Plan, db, .limit = 0), 3052);
}

#define Keyed_FIELDS(X) X(id, serial) X(number, integer) X(period, interval)
ORM_MODEL(Keyed, keyed, unique(number, period))
#define Keyeds_MODELS(X) X(Keyed)
ORM_SCHEMA(Keyeds)
ORM_DEFINE(Keyeds)
ON_EACH_OF(intervals_are_in_no_index, cases)
{
    CHECK_INT(orm_sync(db, &Keyeds_schema), ORM_MISUSE);
    CHECK_TEXT(orm_error()->message, "Keyed.period is an interval, of which engines do not agree on which are equal: it is in no index");
}

ON_EACH_OF(views_show_intervals_and_bits_but_do_not_sort_them, cases)
{
    ORM_NEW(Plan, plan, .name = "p", .period = orm_interval_of("P1M"), .rights = orm_bits(Right, own));
    OK(Plan_create(db, &plan));
    ORM_AUTO PlanPart *part = PlanPart_find_one(db, &(PlanPart_query){ .where = orm_and(orm_eq(PlanPart_.period, orm_interval_of("P1M")), orm_bits_any(PlanPart_.rights, orm_bits(Right, own))) });
    REQUIRE(part != NULL);
    CHECK(orm_interval_equal(part->period, plan.period) && part->rights.bits == plan.rights.bits);
    CHECK(PlanPart_find_one(db, &(PlanPart_query){ .where = orm_eq(PlanPart_.period, orm_interval_of("P30D")) }) == NULL && !orm_failed());
    static const char why[] = "engines do not agree on which intervals are equal, nor on their order";
    CHECK(PlanOnce_find_all(db, NULL) == NULL);
    CHECK_CONTAINS(orm_error()->message, why);
    CHECK(PlanRank_find_all(db, NULL) == NULL);
    CHECK_CONTAINS(orm_error()->message, why);
    CHECK(PlanBoth_find_all(db, NULL) == NULL);
    CHECK_CONTAINS(orm_error()->message, why);
}

ON_EACH_OF(money_is_two_columns, cases)
{
    orm_money parts[3], total = orm_money_make(0, "EUR");
    CHECK(orm_money_allocate(orm_money_make(10000, "EUR"), NULL, 3, parts));
    for (size_t i = 0; i < 3; i++) {
        ORM_NEW(Invoice, invoice, .cents = parts[i].minor, .currency = parts[i].currency);
        OK(Invoice_create(db, &invoice));
    }
    ORM_NEW(Invoice, yen, .cents = 500, .currency = "JPY");
    OK(Invoice_create(db, &yen));
    ORM_NEW(Invoice, shells, .cents = 1, .currency = "COW");
    CHECK_INT(Invoice_create(db, &shells), ORM_VALIDATION);
    CHECK_TEXT(orm_error()->failures.item[0].message, "is not a currency code");
    ORM_AUTO Invoice *found = Invoice_find_all(db, &(Invoice_query){ .order = { orm_asc(Invoice_.id) } });
    REQUIRE(found && orm_len(found) == 4);
    for (size_t i = 0; i < 3; i++) CHECK(orm_money_add(total, orm_money_make(found[i].cents, found[i].currency), &total));
    CHECK(!orm_money_add(total, orm_money_make(found[3].cents, found[3].currency), &total));
    int64_t sum = 0;
    OK(orm_sum(db, Invoice_.cents, &sum, &(Invoice_query){ .where = orm_eq(Invoice_.currency, "EUR") }));
    CHECK(sum == 10000 && total.minor == sum);
}

ON_EACH_OF(a_second_sync_finds_no_difference, cases)
{
    OK(orm_sync(db, &Types_schema));
    char *sql = orm_schema_sql(db, &Types_schema);
    CHECK_CONTAINS(sql, case_engine == ON_POSTGRES ? "\"binary\" jsonb not null default '{}'" : "\"binary\" TEXT not null default '{}'");
    CHECK_CONTAINS(sql, case_engine == ON_POSTGRES ? "\"period\" interval not null" : "\"period\" TEXT not null");
    CHECK_CONTAINS(sql, case_engine == ON_POSTGRES ? "\"rights\" bigint not null" : "\"rights\" INTEGER not null");
    orm_free_text(sql);
}

CHECK_MAIN()

/* >>schema_test: what orm_sync makes and leaves alone on every engine; and that the database itself keeps what the models promise. */
#include "small.h"
#include "things.h"
ORM_DEFINE(Things)
ORM_SCHEMA_OF(Few, &Tag_model, &Odd_model);

static const struct case_setup things = { &Things_schema, small_hook, &small_log, small_ready }, nothing = { NULL, small_hook, &small_log, small_ready };
#undef ON_EACH
#define ON_EACH(name) ON_EACH_OF(name, things)

/* the statements since then that change the schema */
static size_t ddl_statements(size_t from)
{
    size_t n = 0;
    for (size_t i = 1; i <= small_log.statements - from; i++) n += strncmp(small_sql(i), "create", 6) == 0 || strncmp(small_sql(i), "drop", 4) == 0 || strncmp(small_sql(i), "alter", 5) == 0;
    return n;
}

ON_EACH_OF(sync_makes_what_is_missing_and_sends_nothing_the_second_time, nothing)
{
    CHECK_INT(orm_sync(db, &Things_schema), ORM_OK);
    CHECK_INT(ddl_statements(0), orm_capabilities_of(db)->enum_types ? 7 : 6);         /* the type of an enumeration, where there are such */
    CHECK_TEXT(small_sql(1), "commit");
    size_t before = small_log.statements;
    CHECK_INT(orm_sync(db, &Things_schema), ORM_OK);
    CHECK_INT(ddl_statements(before), 0);
    CHECK_INT(orm_sync(db, &Few_schema), ORM_OK);         /* of another schema's models, one is missing */
    CHECK_INT(ddl_statements(before), 1);
}

ON_EACH(sync_makes_a_missing_index_and_table_beside_rows_that_it_keeps)
{
    ORM_NEW(Thing, thing, .name = "a", .code = "abc");
    CHECK_INT(Thing_create(db, &thing), ORM_OK);
    CHECK_INT(orm_exec(db, NULL, "drop index things_big_level", orm_no_params), ORM_OK);
    CHECK_INT(orm_exec(db, NULL, "drop table odd", orm_no_params), ORM_OK);
    size_t before = small_log.statements;
    CHECK_INT(orm_sync(db, &Things_schema), ORM_OK);
    CHECK_INT(ddl_statements(before), 4);                 /* the index, and the table with two of its own */
    int64_t n = 0;
    CHECK_INT(Thing_count(db, NULL, &n), ORM_OK);
    CHECK_INT(n, 1);
    CHECK_INT(Odd_count(db, NULL, &n), ORM_OK);
    CHECK_INT(n, 0);
}

ON_EACH(sync_never_drops_what_is_not_its_own)
{
    CHECK_INT(orm_exec(db, NULL, "create table foreigner (a integer)", orm_no_params), ORM_OK);
    CHECK_INT(orm_exec(db, NULL, "alter table things add column extra text", orm_no_params), ORM_OK);
    CHECK_INT(orm_exec(db, NULL, "alter table things add column counted integer not null default 3", orm_no_params), ORM_OK);
    CHECK_INT(orm_exec(db, NULL, "create index by_extra on things (extra)", orm_no_params), ORM_OK);
    CHECK_INT(orm_exec(db, NULL, "create view few as select 1 as one", orm_no_params), ORM_OK);
    size_t before = small_log.statements;
    CHECK_INT(orm_sync(db, &Things_schema), ORM_OK);
    CHECK_INT(ddl_statements(before), 0);
    ORM_NEW(Thing, thing, .name = "a", .code = "abc");
    CHECK_INT(Thing_create(db, &thing), ORM_OK);          /* and its extra columns are in nobody's way */
    orm_free(Thing_find(db, thing.id));
    CHECK(!orm_failed());
    orm_opt_int64 n;
    CHECK_INT(orm_scalar(db, &n, "select sum(counted) + (select count(*) from foreigner) + (select one from few) from things", orm_no_params), ORM_OK);
    CHECK_INT(n.value, 4);
    CHECK_INT(orm_exec(db, NULL, "drop index by_extra", orm_no_params), ORM_OK);
}

ON_EACH_OF(a_difference_is_refused_by_name_and_no_missing_table_is_made, nothing)
{
    CHECK_INT(orm_exec(db, NULL, "create table things (id integer primary key, name text)", orm_no_params), ORM_OK);
    CHECK_INT(orm_sync(db, &Things_schema), ORM_SCHEMA_DIFFERS);
    CHECK(orm_error()->failures.total > ORM_MAX_FAILURES);
    CHECK_INT(orm_error()->failures.count, ORM_MAX_FAILURES);
    CHECK_CONTAINS(orm_error()->message, " differences: ");
    CHECK_CONTAINS(orm_error()->message, "things.name");
    CHECK_INT(orm_exec(db, NULL, "select * from odd", orm_no_params), ORM_NO_TABLE);
}

ON_EACH_OF(the_schema_as_text_makes_the_same_tables, nothing)
{
    char *sql = orm_schema_sql(db, &Things_schema), *at = sql;
    REQUIRE(sql);
    for (char *end; (end = strstr(at, ";\n")) != NULL; at = end + 2) {
        *end = 0;
        CHECK_INT(orm__exec(db, at, 0, NULL, NULL, NULL), ORM_OK);
    }
    CHECK_TEXT(at, "");
    orm_free_text(sql);
    size_t before = small_log.statements;
    CHECK_INT(orm_sync(db, &Things_schema), ORM_OK);
    CHECK_INT(ddl_statements(before), 0);
}

/* ---- what the database keeps by itself ---- */

/* the program and the database must say the same of a value */
static void agree(orm_db *db, const Thing *row, const char *column, orm_value value, bool good, int line)
{
    char sql[120];
    CHECK_INT(orm_exec(db, NULL, "delete from things", orm_no_params), ORM_OK);
    CHECK_INT(orm_exec(db, NULL, "insert into things (name, code, made) values ('ok', 'abc', ?1)", orm_params((orm_time)0)), ORM_OK);
    snprintf(sql, sizeof sql, "update things set %s = ?1", column);
    bool program = Thing_validate(row, NULL) == ORM_OK, database = orm__exec(db, sql, 1, &value, NULL, NULL) == ORM_OK;
    if (program != good || database != good) {
        check_failed = true;
        printf("%s:%d: %s: the program says %d, the database %d, expected %d\n", __FILE__, line, column, program, database, good);
    }
}
#define AGREE(member, value, stored, good) do {                             \
        ORM_NEW(Thing, thing, .name = "ok", .code = "abc");                 \
        thing.member = value;                                               \
        agree(db, &thing, #member, ORM__VALUE(stored), good, __LINE__);     \
    } while (0)
#define AGREE_TEXT(member, text_, good)  AGREE(member, text_, text_, good)
#define AGREE_OPT(member, make, n, good) AGREE(member, make(n), n, good)
/* stored as the number itself, or in units of the last digit */
#define AGREE_DECIMAL(member, number, units, good) do {                     \
        orm_value stored_ = ORM__VALUE(units);                              \
        if (case_engine == ON_POSTGRES) stored_ = ORM__VALUE(number);       \
        ORM_NEW(Thing, thing, .name = "ok", .code = "abc");                 \
        thing.member = orm_some_decimal(orm_decimal_of(number));            \
        agree(db, &thing, #member, stored_, good, __LINE__);                \
    } while (0)

ON_EACH(program_and_database_agree_on_the_edges_of_every_rule)
{
    AGREE_TEXT(name, "12345", true);
    AGREE_TEXT(name, "123456", false);
    AGREE_TEXT(name, "äöü€\xF0\x9F\x98\x80", true);       /* characters, not bytes */
    AGREE_TEXT(name, "äöü€\xF0\x9F\x98\x80x", false);
    AGREE_TEXT(name, "e\xCC\x81" "e\xCC\x81" "e", true);  /* an accent of its own counts */
    AGREE_TEXT(name, "e\xCC\x81" "e\xCC\x81" "ee", false);
    AGREE_TEXT(name, "", false);
    AGREE_TEXT(name, " ", false);
    AGREE_TEXT(name, "\t\n\v\f\r", false);
    AGREE_TEXT(name, " x ", true);
    AGREE_TEXT(name, "\xC2\xA0", true);                   /* a no-break space is no ASCII blank, for either */
    AGREE_TEXT(name, "\xE3\x80\x80", true);
    AGREE_TEXT(name, "\x01", true);
    AGREE_TEXT(code, "abc", true);
    AGREE_TEXT(code, "ab", false);
    AGREE_TEXT(code, "abcd", false);
    AGREE_TEXT(code, "€€€", true);
    AGREE_TEXT(code, "   ", true);
    AGREE_TEXT(nick, "a", false);
    AGREE_TEXT(nick, "ab", true);
    AGREE_TEXT(nick, "abcd", true);
    AGREE_TEXT(nick, "abcde", false);
    AGREE_TEXT(nick, "€", false);
    AGREE_TEXT(nick, "€€", true);
    AGREE_OPT(small, orm_int16, -5, true);
    AGREE_OPT(small, orm_int16, -6, false);
    AGREE_OPT(small, orm_int16, INT16_MAX, true);
    AGREE_OPT(small, orm_int16, INT16_MIN, false);
    AGREE_OPT(medium, orm_int32, 10, true);
    AGREE_OPT(medium, orm_int32, 11, false);
    AGREE_OPT(medium, orm_int32, INT32_MIN, true);
    AGREE(big, -1, -1, false);
    AGREE(big, 0, 0, true);
    AGREE(big, INT64_C(1000000000000), INT64_C(1000000000000), true);
    AGREE(big, INT64_C(1000000000001), INT64_C(1000000000001), false);
    AGREE(big, INT64_MAX, INT64_MAX, false);
    AGREE(big, INT64_MIN, INT64_MIN, false);
    AGREE_OPT(ratio, orm_double, 0.0, true);
    AGREE_OPT(ratio, orm_double, -0.0, true);
    AGREE_OPT(ratio, orm_double, 1.0, true);
    AGREE_OPT(ratio, orm_double, 0x1.0000000000001p0, false);
    AGREE_OPT(ratio, orm_double, -0x1p-1074, false);
    AGREE_OPT(ratio, orm_double, (double)__builtin_inff(), false);
    AGREE_OPT(single, orm_float, 0.0f, true);
    AGREE_OPT(single, orm_float, 0x1p-149f, true);
    AGREE_OPT(single, orm_float, -0x1p-149f, false);
    AGREE_DECIMAL(price, "9999.99", 999999, true);
    AGREE_DECIMAL(price, "10000.00", 1000000, false);
    AGREE_DECIMAL(price, "-1", -100, true);
    AGREE_DECIMAL(price, "-1.01", -101, false);
    AGREE(level, 1, 1, true);
    AGREE(level, 5, 5, true);
    AGREE(level, 0, 0, false);
    AGREE(level, 3, 3, false);
    AGREE_TEXT(kind, "it's", true);
    AGREE_TEXT(kind, "x ", false);
    AGREE_TEXT(kind, "X", false);
    AGREE_TEXT(kind, "", false);
    AGREE(colour, Colour_blue, "blue", true);
    AGREE(colour, (enum Colour)9, "9", false);
    AGREE(flag, true, true, true);
}

/* ---- odd names ---- */

ON_EACH(odd_names_work_in_every_statement)
{
    Odd rows[3];
    for (int i = 0; i < 3; i++) {
        static const char *const umlauts[] = { "eins", "zwei", NULL };
        rows[i] = Odd_defaults();
        rows[i].key_word = i;
        rows[i].quoted = "'\"`]";
        rows[i].spaced = 10 - i;
        rows[i].umlaut = umlauts[i];
    }
    CHECK_INT(Odd_create(db, &rows[0]), ORM_OK);
    CHECK_INT(Odd_create_all(db, rows + 1, 2, NULL), ORM_OK);
    Odd *found = Odd_find_by_umlaut(db, "zwei");
    REQUIRE(found);
    CHECK_INT(found->spaced, 9);
    CHECK_TEXT(found->percent, "d'ef");
    found->quoted = "5'\"--";
    found->number = orm_int32(1);
    CHECK_INT(Odd_save(db, found), ORM_OK);
    orm_free(found);
    int64_t n = 0;
    CHECK_INT(Odd_update(db, &(Odd_change){ .set = { orm_inc(Odd_.key_word, 1), orm_set_column(Odd_.spaced, Odd_.key_word), orm_set(Odd_.percent, "%s%n") },
        .where = orm_and(orm_gt(Odd_.spaced, 8), orm_contains(Odd_.quoted, "'\"")) }, &n), ORM_OK);
    CHECK_INT(n, 2);
    Odd *list = Odd_find_all(db, &(Odd_query){ .order = { orm_desc(Odd_.key_word), orm_asc(Odd_.percent) }, .select = { .key_word = 1, .quoted = 1 } });
    CHECK_INT(orm_len(list), 3);
    CHECK_TEXT(list[0].quoted, "5'\"--");
    orm_free(list);
    int64_t sum = 0;
    CHECK_INT(orm_sum(db, Odd_.key_word, &sum, &((Odd_query){ .where = orm_is_null(Odd_.umlaut) })), ORM_OK);
    CHECK_INT(sum, 2);
    /* broken rules name the member */
    ORM_NEW(Odd, twin, .umlaut = "eins");
    CHECK_INT(Odd_create(db, &twin), ORM_UNIQUE);
    CHECK_TEXT(orm_error()->field, "umlaut");
    CHECK_INT(Odd_update(db, &(Odd_change){ .set = { orm_dec(Odd_.key_word, 5) }, .all = true }, NULL), ORM_CHECK);
    CHECK_TEXT(orm_error()->field, "key_word");
    CHECK_INT(Odd_destroy_all(db, &(Odd_query){ .where = orm_gte(Odd_.spaced, 0) }, &n), ORM_OK);
    CHECK_INT(n, 3);
}

/* ---- the report ---- */

ON_EACH(the_report_says_who_keeps_which_rule)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    orm_schema_report(out, db, &Things_schema);
    fclose(out);
    static const char *const lines[][3] = {
        { "\nThing.name ", " not_empty ", "database and program" }, { "\nThing.code ", " unique ", "database" }, { "\nThing.site ", " url ", "program only" },
        { "\nThing.parent_id ", " references ", "database" }, { "\nThing ", " small_below_medium ", "database" },
    };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        bool found = false;
        for (const char *at = text; (at = strstr(at, lines[i][0])) != NULL && !found; at++) {
            char line[200];
            snprintf(line, sizeof line, "%.*s", (int)strcspn(at + 1, "\n"), at + 1);
            const char *rule = strstr(line, lines[i][1]);
            found = rule && strcmp(rule + strlen(lines[i][1]) + strspn(rule + strlen(lines[i][1]), " "), lines[i][2]) == 0;
        }
        CHECK(found);
        if (!found) printf("    at %s%s\n", lines[i][0] + 1, lines[i][1]);
    }
    free(text);
}

CHECK_MAIN()

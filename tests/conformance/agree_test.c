/* test: no-valgrind: thousands of writes; the address sanitizer sees the same, and sooner */
/* What is a check of the table says what the program says: values at the edges of every rule, and at random, go through M_validate and M_create, and past
   them, by SQL by hand, to the database. Both take a value, or both refuse it. ORM_TEST_SEED=n looks at other values. */
#include "engines.h"
#include "helpers.h"
#include <float.h>
#include <math.h>
#include "agree.h"
static const struct case_setup agree_cases = { &Agreement_schema, NULL, NULL, NULL };
#define ON_EACH(name) ON_EACH_OF(name, agree_cases)

static uint64_t state, seed;

static unsigned below(unsigned n) { return (unsigned)random_below(&state, (int)n); }

static void seed_set(void)
{
    const char *given = getenv("ORM_TEST_SEED");
    state = seed = given ? strtoull(given, NULL, 10) : 20261128;
}

/* ---- values --------------------------------------------------------------------------------------------------------------- */
/* pieces of texts: blanks of every kind, letters and digits and what stands beside them in ASCII, what SQL and patterns read, and characters that look alike
   or change their case elsewhere: dotless and dotted i, sharp s, fullwidth and Arabic digits, blanks and controls beyond ASCII */
static const char *const pieces[] = { " ", "\t", "\n", "\v", "\f", "\r", "a", "f", "g", "z", "A", "F", "Z", "0", "9", "1", "-", "--", "+", "#", ".", "_", "'", "\"", "\\", "%", "*", "[", "]", "^", "?",
    "@", "`", "{", "/", ":", "<", "$", "|", "\x01", "\x1F", "\x7F", "\xC2\x80", "\xC2\x9F", "\xC2\xA0", "\xC3\xA9", "\xC3\x89", "\xC3\x9F", "\xC4\xB0", "\xC4\xB1", "\xD9\xA1", "\xEF\xBC\xA1", "\xEF\xBC\x91",
    "\xE2\x82\xAC", "\xE2\x80\xA8", "\xE3\x80\x80", "\xF0\x9F\x99\x82", "e\xCC\x81", "abc", "root" };
/* what some rule takes, to be changed a little */
static const char *const bases[] = { "", "a", "a-b", "release-2026", "-12", "+7", "0", "#fff", "#00ff00", "#00FF00cc", "+14155550100", "+123456789012345", "It's \\ \xC3\xA9", "a'b", "%", "\xC3\xA9\\", "abc", "root", "it's",
    "back\\slash", "two words", "<" };
enum { TEXT = 200, N_PIECES = sizeof pieces / sizeof pieces[0], N_BASES = sizeof bases / sizeof bases[0] };

/* where a character begins, at random, or the end */
static size_t some_place(const char *text)
{
    size_t at = below((unsigned)strlen(text) + 1);
    while (at > 0 && ((unsigned char)text[at] & 0xC0) == 0x80) at--;
    return at;
}

static void change_a_little(char *text)
{
    size_t at = some_place(text), size = strlen(text), n = 0;
    unsigned how = below(4);
    if (how > 0 && at < size)                               /* a character goes */
        for (n = 1; ((unsigned char)text[at + n] & 0xC0) == 0x80; n++) { }
    const char *piece = how < 3 ? pieces[below(N_PIECES)] : "";
    if (size + strlen(piece) >= TEXT) piece = "";
    memmove(text + at + strlen(piece), text + at + n, size - at - n + 1);
    memcpy(text + at, piece, strlen(piece));
}

static const char *nth_text(const orm_rule *rule, unsigned n)
{
    static char text[TEXT];
    size_t listed = 0;
    while (rule->texts && rule->texts[listed]) listed++;
    if (rule->pattern && n == 0) return rule->pattern;
    if (n < listed) return rule->texts[n];
    n -= (unsigned)listed;
    if (n < N_BASES) return bases[n];
    if (n < N_BASES + N_PIECES) return pieces[n - N_BASES];
    text[0] = 0;
    if (below(2)) {
        unsigned k = below(rule->pattern ? N_BASES + 4 : N_BASES + (unsigned)listed);
        snprintf(text, sizeof text, "%s", k < N_BASES ? bases[k] : rule->pattern ? rule->pattern : rule->texts[k - N_BASES]);
        for (unsigned i = below(3); i-- > 0; ) change_a_little(text);
    } else
        for (unsigned i = below(7); i-- > 0; ) strcat(text, pieces[below(N_PIECES)]);
    return text;
}

static int64_t nth_integer(const orm_column *column, unsigned n)
{
    const orm_rule *rule = column->rules;
    int64_t most = column->is.type == ORM_INT16 ? INT16_MAX : column->is.type == ORM_INT32 ? INT32_MAX : INT64_MAX, v;
    const int64_t edges[] = { 0, 1, -1, most, -most - 1, rule->low, rule->low - 1, rule->low + 1, rule->high, rule->high - 1, rule->high + 1 };
    if (n < sizeof edges / sizeof edges[0]) v = edges[n];
    else if (rule->n_numbers && below(2)) v = rule->numbers[below((unsigned)rule->n_numbers)] + (int64_t)below(3) - 1;
    else v = (int64_t)below(40) - 20;
    return v > most || v < -most - 1 ? 0 : v;
}

static double nth_double(const orm_rule *rule, unsigned n)
{
    const double low = rule->low_number, high = rule->high_number;
    const double edges[] = { 0, -0.0, 1, low, nextafter(low, -INFINITY), nextafter(low, INFINITY), high, nextafter(high, -INFINITY), nextafter(high, INFINITY), DBL_MAX, -DBL_MAX, DBL_MIN, INFINITY, -INFINITY,
                             (double)(float)low, (double)(float)high, (double)nextafterf((float)low, -1e9f), (double)nextafterf((float)high, 1e9f) };
    return n < sizeof edges / sizeof edges[0] ? edges[n] : ((double)below(2001) - 1000) / 500;
}

/* ---- the two ways --------------------------------------------------------------------------------------------------------- */
static struct { const orm_column *column; char shown[640]; unsigned taken, refused, apart; } now;
static char by_hand[200];

static const char *shown_text(const char *text)
{
    static char out[600];
    size_t n = 0;
    for (; *text && n + 8 < sizeof out; text++) n += (size_t)((unsigned char)*text < 0x20 || (unsigned char)*text >= 0x7F ? snprintf(out + n, 8, "\\x%02X", (unsigned char)*text) : snprintf(out + n, 8, "%c", *text));
    out[n] = 0;
    return out;
}

static void both(orm_db *db, Agree *row, orm_status written)
{
    orm_failures failures = { .count = 0 };
    bool program = Agree_validate(row, &failures) == ORM_OK, database = written == ORM_OK;
    if (program) OK(Agree_create(db, row));
    else CHECK_INT(Agree_create(db, row), ORM_VALIDATION);
    if (database) now.taken++;
    else now.refused++;
    if (program == database && (database || written == ORM_CHECK)) return;
    now.apart++;
    check_failed = true;
    printf("%s, seed %" PRIu64 ": %s of %s: the program %s, the database %s (%s)\n", engine_names[case_engine], seed, now.shown, now.column->name, program ? "takes it" : "refuses it",
           database ? "takes it" : "refuses it", orm_status_name(written));
}

/* the value in its column of a row, and sent past the program */
#define BY_HAND(v) ORM__EXEC(db, NULL, by_hand, orm_params(v))
static void nth_value(orm_db *db, unsigned n)
{
    const orm_rule *rule = now.column->rules;
    Agree row = Agree_defaults();
    switch (now.column->is.type) {
    case ORM_TEXT: {
        const char *v = nth_text(rule, n);
        snprintf(now.shown, sizeof now.shown, "\"%s\"", shown_text(v));
        memcpy((char *)&row + now.column->offset, &v, sizeof v);
        orm_status written = BY_HAND(v);
        /* the type of a column with a size says what the rule does not */
        if (now.column->is.size && written == ORM_VALUE_RANGE) written = ORM_CHECK;
        both(db, &row, written);
        break;
    }
    case ORM_BLOB: {
        orm_blob v = { "\0\xFF" "abc", n % 6 };
        snprintf(now.shown, sizeof now.shown, "%u bytes", n % 6);
        memcpy((char *)&row + now.column->offset, &v, sizeof v);
        both(db, &row, BY_HAND(v));
        break;
    }
    case ORM_INT16: case ORM_INT32: case ORM_INT64: {
        int64_t v = nth_integer(now.column, n);
        snprintf(now.shown, sizeof now.shown, "%" PRId64, v);
        if (now.column->is.type == ORM_INT16) memcpy((char *)&row + now.column->offset, &(orm_opt_int16){ (int16_t)v, true }, sizeof(orm_opt_int16));
        else if (now.column->is.type == ORM_INT32) memcpy((char *)&row + now.column->offset, &(orm_opt_int32){ (int32_t)v, true }, sizeof(orm_opt_int32));
        else memcpy((char *)&row + now.column->offset, &(orm_opt_int64){ v, true }, sizeof(orm_opt_int64));
        both(db, &row, BY_HAND(v));
        break;
    }
    case ORM_FLOAT: {
        float v = (float)nth_double(rule, n);
        snprintf(now.shown, sizeof now.shown, "%.9g", (double)v);
        memcpy((char *)&row + now.column->offset, &(orm_opt_float){ v, true }, sizeof(orm_opt_float));
        both(db, &row, BY_HAND(v));
        break;
    }
    case ORM_DOUBLE: {
        double v = nth_double(rule, n);
        snprintf(now.shown, sizeof now.shown, "%.17g", v);
        memcpy((char *)&row + now.column->offset, &(orm_opt_double){ v, true }, sizeof(orm_opt_double));
        both(db, &row, BY_HAND(v));
        break;
    }
    case ORM_DECIMAL: {
        int64_t unit = now.column->is.scale == 2 ? 100 : 1000, bound = (n % 2 ? rule->high : rule->low) * unit;
        orm_decimal v = orm_decimal_make(n < 8 ? bound + (int64_t)(n / 2) - 2 : (int64_t)below(400000) - 200000, now.column->is.scale);
        orm_decimal_text(v, now.shown);
        memcpy((char *)&row + now.column->offset, &(orm_opt_decimal){ v, true }, sizeof(orm_opt_decimal));
        /* SQL by hand takes no decimals: the value comes from a column beside it that has no rule */
        ORM_NEW(Agree, from, .id = 0);
        if (now.column->is.scale == 2) from.free_from = orm_some_decimal(v);
        else from.free_among = orm_some_decimal(v);
        OK(Agree_create(db, &from));
        both(db, &row, now.column->is.scale == 2 ? orm_exec(db, NULL, "insert into agree (decimal_from) select free_from from agree where id = ?1", orm_params(from.id))
                                                 : orm_exec(db, NULL, "insert into agree (decimal_among) select free_among from agree where id = ?1", orm_params(from.id)));
        break;
    }
    case ORM_DATE: {
        orm_date bound, v;
        CHECK(orm_date_parse(rule->pattern, &bound));
        v.days = bound.days + (n < 3 ? (int32_t)n - 1 : (int32_t)below(20000) - 10000);
        orm_date_text(v, now.shown);
        memcpy((char *)&row + now.column->offset, &(orm_opt_date){ v, true }, sizeof(orm_opt_date));
        both(db, &row, BY_HAND(v));
        break;
    }
    default: {
        orm_time bound = 0, v;
        orm_date day;
        if (orm_date_parse(rule->pattern, &day)) bound = orm_time_make(day, (orm_clock){ 0 });
        else CHECK(orm_time_parse(rule->pattern, &bound));
        v = bound + (n < 3 ? (int64_t)n - 1 : ((int64_t)below(2000001) - 1000000) * (below(2) ? 1 : 1000000));
        orm_time_text(v, now.shown);
        memcpy((char *)&row + now.column->offset, &(orm_opt_time){ v, true }, sizeof(orm_opt_time));
        both(db, &row, BY_HAND(v));
    }
    }
}

ON_EACH(the_program_and_the_database_agree_on_every_value)
{
    seed_set();
    for (size_t i = 0; i < Agree_model.n_columns; i++) {
        now.column = &Agree_model.columns[i];
        if (!now.column->rules || !now.column->rules[0].kind) continue;
        now.taken = now.refused = now.apart = 0;
        snprintf(by_hand, sizeof by_hand, "insert into agree (%s) values (?1)", now.column->name);
        for (unsigned n = 0; n < 160 && now.apart < 5; n++) nth_value(db, n);
        bool empty = now.column->rules[0].pattern && !now.column->rules[0].pattern[0] && now.column->rules[0].kind == ORM_RULE_CONTAINS;      /* which all texts do */
        if (!now.taken || (!now.refused && !empty)) printf("%s: %u values taken, %u refused\n", now.column->name, now.taken, now.refused);
        CHECK(now.taken > 0 && (now.refused > 0 || empty));      /* or nothing was looked at */
    }
}

/* ---- what is a check ------------------------------------------------------------------------------------------------------- */
/* does a column of this type have a check of this rule on the engine? A model that is made here says it. */
static bool is_a_check(orm_db *db, orm_rule_kind kind, orm_type type)
{
    static const char *const texts[] = { "a", NULL };
    static const int64_t numbers[] = { 1 };
    orm_model model = { .name = "Made", .table = "made", .n_columns = 1 };
    const orm_rule rules[] = { { .kind = kind, .low = 1, .high = 2, .low_number = 1, .high_number = 2 }, { .kind = ORM_RULE_NONE } };
    orm_rule made[2] = { rules[0], rules[1] };
    made[0].pattern = type == ORM_DATE || type == ORM_TIME ? "2000-01-01" : "a";
    if (type == ORM_TEXT) made[0].texts = texts;
    else made[0].numbers = numbers, made[0].n_numbers = 1;
    const orm_column column = { .model = &model, .name = "c", .is = { .type = type, .precision = type == ORM_DECIMAL ? 10 : 0 }, .nullable = true, .rules = made };
    model.columns = &column;
    char *report = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&report, &size);
    orm_print_rules(out, db, &model);
    fclose(out);
    const char *last = strrchr(report, '\n');        /* the rule's line is the last one */
    while (last && last > report && last[-1] != '\n') last--;
    bool kept = last && strstr(last, "database and program") != NULL;
    free(report);
    return kept;
}

static bool has_a_column(orm_rule_kind kind, orm_type type)
{
    for (size_t i = 0; i < Agree_model.n_columns; i++)
        for (const orm_rule *rule = Agree_model.columns[i].rules; rule && rule->kind; rule++)
            if (rule->kind == kind && Agree_model.columns[i].is.type == type) return true;
    return false;
}

/* where a rule may stand (words.h) */
static bool fits(orm_rule_kind kind, orm_type type)
{
    bool whole = type == ORM_INT16 || type == ORM_INT32 || type == ORM_INT64, number = whole || type == ORM_FLOAT || type == ORM_DOUBLE || type == ORM_DECIMAL, day = type == ORM_DATE || type == ORM_TIME;
    switch (kind) {
    case ORM_RULE_AT_LEAST: case ORM_RULE_AT_MOST: case ORM_RULE_BETWEEN: return number;
    case ORM_RULE_ONE_OF_INT: case ORM_RULE_NOT_IN_INT: return whole;
    case ORM_RULE_AFTER: case ORM_RULE_BEFORE: case ORM_RULE_PAST: case ORM_RULE_FUTURE: return day;
    case ORM_RULE_BYTES: return type == ORM_TEXT || type == ORM_BLOB;
    case ORM_RULE_CHECK_WITH: return false;
    default: return type == ORM_TEXT;
    }
}

/* One type of numbers stands for all; both halves of the calendar are looked at. */
static const orm_type looked_at[] = { ORM_TEXT, ORM_BLOB, ORM_INT32, ORM_INT64, ORM_DOUBLE, ORM_DATE, ORM_TIME };
static bool kept_before[ORM_RULE_KINDS][ORM_TYPES], kept_known;

ON_EACH(every_rule_that_is_a_check_has_a_column_here_and_is_one_on_every_engine)
{
    unsigned n = 0;
    for (int kind = ORM_RULE_NONE + 1; kind < ORM_RULE_KINDS; kind++) {
        bool somewhere = false, here = false;
        for (size_t t = 0; t < sizeof looked_at / sizeof looked_at[0]; t++) {
            orm_type type = looked_at[t];
            if (!fits((orm_rule_kind)kind, type)) continue;
            bool kept = is_a_check(db, (orm_rule_kind)kind, type);
            if (kept_known && kept != kept_before[kind][type]) printf("rule %d, type %d: a check on some engines only\n", kind, (int)type);
            CHECK(!kept_known || kept == kept_before[kind][type]);
            kept_before[kind][type] = kept;
            somewhere = somewhere || kept;
            here = here || has_a_column((orm_rule_kind)kind, type);
            if (kept && (type == ORM_TEXT || type == ORM_BLOB || type == ORM_DATE || type == ORM_TIME) && !has_a_column((orm_rule_kind)kind, type))
                printf("rule %d is a check of type %d: add a column to Agree\n", kind, (int)type), CHECK(false);
        }
        if (somewhere && !here) printf("rule %d is a check: add a column to Agree\n", kind);
        CHECK(!somewhere || here);
        n += somewhere;
    }
    kept_known = true;
    CHECK(n >= 25);
}

/* what was made is recognised: a second orm_sync finds no difference, whatever the engine makes of the checks */
ON_EACH(the_tables_that_were_made_are_those_of_the_model)
{
    OK(orm_sync(db, &Agreement_schema));
    Agree row = Agree_defaults();
    row.has_two = "\xC3\xA9";                                /* the second of two alike */
    CHECK_INT(orm_exec(db, NULL, "insert into agree (has_two) values (?1)", orm_params(row.has_two)), ORM_CHECK);
    CHECK_CONTAINS(orm_error()->constraint, "has_two_contains_");
}

ON_EACH(the_report_has_each_rule_as_its_row_does)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    orm_print_rules(out, db, &Agree_model);
    fclose(out);
    CHECK_CONTAINS(text, "Agree.two_to_four                        length(2, 4)                   database and program\n");
    CHECK_CONTAINS(text, "Agree.has_two                            contains(\"\\\\\")                 database and program\n");
    CHECK_CONTAINS(text, "Agree.day_after                          after(\"2000-02-29\")            database and program\n");
    CHECK_CONTAINS(text, "Agree.no_int                             not_in(13, -1)                 database and program\n");
    CHECK_CONTAINS(text, "Agree.letters                            alpha                          database and program\n");
    free(text);
}

/* ---- what else knows of rules -------------------------------------------------------------------------------------------------- */
ON_EACH(rows_that_are_made_up_keep_every_rule)
{
    const orm_model *const models[] = { &Formed_model, NULL };
    int64_t n = 0;
    OK(orm_fake(db, &Agreement_schema, 200, &(orm_fake_options){ .models = models }));
    OK(Formed_count(db, NULL, &n));
    CHECK_INT(n, 200);
    CHECK_INT(orm_fake(db, &Agreement_schema, 100, &(orm_fake_options){ .models = models }), ORM_UNSUPPORTED);      /* there are 249 countries */
    CHECK_TEXT(orm_error()->field, "d9");
}

/* the rules of the tables that were made are the rules of the models that are pulled, but those of a second one alike, which is a check of the model */
ON_EACH(what_is_pulled_has_the_rules_that_are_checks)
{
    orm_arena arena = { 0 };
    const char *text = NULL;
    OK(orm_pull(db, &(orm_pull_options){ .name = "Pulled" }, &arena, &text));
    REQUIRE(text);
    static const char *const rows[] = { "filled, text, nullable, not_empty", "bytes_between, text, nullable, bytes(2, 4)", "bytes_from, text, nullable, bytes(3, INT64_MAX)", "blob_bytes, blob, nullable, bytes(1, 3)",
        "no_text, text, nullable, not_in(\"root\", \"a'b\", ", "no_int, bigint, nullable, not_in(13, -1)", "same, text, nullable, equals(\"It's \\\\ ", "same_sized, string(3), nullable, equals(\"abc\")",
        "has, text, nullable, contains(\"a'b\")", "has_percent, text, nullable, contains(\"%\")", "has_not, text, nullable, not_contains(\"", "letters, text, nullable, alpha)", "letters_digits, text, nullable, alphanumeric)",
        "number, text, nullable, digits)", "hex, text, nullable, hexadecimal)", "plain, text, nullable, ascii)", "low, text, nullable, lowercase)", "high, text, nullable, uppercase)", "tidy, text, nullable, trimmed)",
        "clean, text, nullable, no_control)", "words, text, nullable, slug)", "whole, text, nullable, integer_text)", "color, text, nullable, hex_color)", "phone, text, nullable, e164)" };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) CHECK_CONTAINS(text, rows[i]);
    if (case_engine == ON_POSTGRES) {                     /* SQLite has integers and texts for days and moments, and what it is asked for says nothing of them */
        CHECK_CONTAINS(text, "day_after, date, nullable, after(\"2000-02-29\")");
        CHECK_CONTAINS(text, "day_before, date, nullable, before(\"1969-12-31\")");
    }
    orm_arena_release(&arena);
}

CHECK_MAIN()

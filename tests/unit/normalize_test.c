/* What the words of normalize make of texts, and what becomes of memory that is out; messages with placeholders. */
#include "check.h"
#include "internal.h"

typedef struct thing { int64_t id; const char *text, *note; int32_t n; orm_blob blob; uint64_t orm; } thing;
static orm_normal steps[6];
static const orm_rule rules[] = { { .kind = ORM_RULE_NORMALIZE, .steps = steps }, { .kind = ORM_RULE_NONE } };
static int calls;
static void double_n(void *row, struct orm_arena *arena)
{
    (void)arena;
    calls++;
    ((thing *)row)->n *= 2;
}
static const orm_normal doubles[] = { { ORM_NORMAL_FUNCTION, double_n }, { ORM_NORMAL_NONE, NULL } };
static const orm_rule n_rules[] = { { .kind = ORM_RULE_NORMALIZE, .steps = doubles }, { .kind = ORM_RULE_NONE } };
static const orm_model model;
#define AT(member) .model = &model, .name = #member, .offset = offsetof(thing, member)
static const orm_column columns[] = {
    { AT(id), .is = { .type = ORM_INT64, .generated = true }, .primary_key = true },
    { AT(text), .is = { .type = ORM_TEXT, .size = 10 }, .nullable = true, .normalized = true, .rules = rules },
    { AT(note), .is = { .type = ORM_TEXT }, .nullable = true },
    { AT(n), .is = { .type = ORM_INT32 }, .normalized = true, .rules = n_rules },
};
static const orm_model model = { .name = "Thing", .table = "things", .size = sizeof(thing), .ticket = offsetof(thing, orm), .columns = columns, .n_columns = 4 };

static const char *normal(const char *text, orm_normal_word a, orm_normal_word b, orm_normal_word c)
{
    static char out[200];
    orm_arena arena = { 0 };
    thing t = { .text = text, .note = "  A  ", .n = 3, .orm = ORM_FRESH };
    const orm_normal_word words[] = { a, b, c, ORM_NORMAL_NONE };
    for (size_t i = 0; i < 4; i++) steps[i] = (orm_normal){ words[i], NULL };
    CHECK_INT(orm__normalize(&model, &t, &arena), ORM_OK);
    CHECK_TEXT(t.note, "  A  ");
    CHECK_INT(t.n, 6);
    snprintf(out, sizeof out, "%s", t.text ? t.text : "NULL");
    if (text && strcmp(out, text) == 0) CHECK(t.text == text);        /* no copy of what is normal */
    orm_arena_release(&arena);
    return out;
}
#define ONE(text, word) normal(text, ORM_NORMAL_##word, ORM_NORMAL_NONE, ORM_NORMAL_NONE)

TEST(words_know_ascii_only)
{
    CHECK_TEXT(ONE("  a b \t\n\v\f\r", TRIM), "a b");
    CHECK_TEXT(ONE("", TRIM), "");
    CHECK_TEXT(ONE(" \t ", TRIM), "");
    CHECK_TEXT(ONE("a", TRIM), "a");
    CHECK_TEXT(ONE(" a", TRIM), "a");
    CHECK_TEXT(ONE("a ", TRIM), "a");
    CHECK_TEXT(ONE("\xc2\xa0" "a", TRIM), "\xc2\xa0" "a");            /* no-break space is none of ASCII */
    CHECK_TEXT(ONE("AbC\xc3\x84@[`{Z", LOWERCASE), "abc\xc3\x84@[`{z");
    CHECK_TEXT(ONE("aBc\xc3\xa4@[`{z", UPPERCASE), "ABC\xc3\xa4@[`{Z");
    CHECK_TEXT(ONE("a  b\t\tc\nd", COLLAPSE), "a b c d");
    CHECK_TEXT(ONE("  a ", COLLAPSE), " a ");
    CHECK_TEXT(ONE("a b", COLLAPSE), "a b");
    CHECK_TEXT(ONE(NULL, TRIM), "NULL");
    CHECK_TEXT(normal(" A   b ", ORM_NORMAL_COLLAPSE, ORM_NORMAL_TRIM, ORM_NORMAL_UPPERCASE), "A B");
    CHECK_TEXT(ONE(" \xff ", TRIM), " \xff ");                        /* no text: left for the rules */
}

TEST(a_word_makes_normal_what_it_made)
{
    static const char *const texts[] = { "", " ", "  a  B \t c\n", "A", "\t\t", "a b  c", "\n a" };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        for (orm_normal_word word = ORM_NORMAL_TRIM; word <= ORM_NORMAL_COLLAPSE; word++) {
            char once[200];
            snprintf(once, sizeof once, "%s", normal(texts[i], word, ORM_NORMAL_NONE, ORM_NORMAL_NONE));
            CHECK_TEXT(normal(once, word, ORM_NORMAL_NONE, ORM_NORMAL_NONE), once);
        }
}

TEST(misuse_is_told)
{
    orm_arena arena = { 0 };
    thing t = { .text = "a" };
    CHECK_INT(orm__normalize(&model, &t, &arena), ORM_MISUSE);
    CHECK_INT(orm__normalize(&model, NULL, &arena), ORM_MISUSE);
    t.orm = ORM_FRESH;
    CHECK_INT(orm__normalize(&model, &t, NULL), ORM_MISUSE);
}

static void *no_memory(void *context, size_t size) { (void)context, (void)size; return NULL; }
static void *no_resize(void *context, void *block, size_t old, size_t size) { (void)context, (void)block, (void)old, (void)size; return NULL; }
static void nothing(void *context, void *block, size_t size) { (void)context, (void)block, (void)size; }
TEST(without_memory_the_member_stays)
{
    orm_arena arena = { .orm__allocator = { no_memory, no_resize, nothing, NULL } };
    thing t = { .text = " a", .orm = ORM_FRESH };
    steps[0] = (orm_normal){ ORM_NORMAL_TRIM, NULL };
    steps[1] = (orm_normal){ ORM_NORMAL_NONE, NULL };
    CHECK_INT(orm__normalize(&model, &t, &arena), ORM_NO_MEMORY);
    CHECK_TEXT(orm_error()->field, "text");
    CHECK_TEXT(t.text, " a");
}

static const char *fixed_text;
static const char *fixed(const orm_failure *failure, void *context)
{
    (void)failure, (void)context;
    return fixed_text;
}
static const char *said(const orm_failure *failure, const char *text)
{
    static orm_failures list;
    list = (orm_failures){ .count = 1, .total = 1, .item = { *failure } };
    fixed_text = text;
    orm_messages(fixed, NULL);
    orm__say_failures(NULL, &list);
    orm_messages(NULL, NULL);
    return list.item[0].message;
}

TEST(placeholders_are_filled_in)
{
    static const char *const texts[] = { "a", "b", NULL };
    static const int64_t numbers[] = { 1, -2 };
    const orm_rule of_texts = { .kind = ORM_RULE_ONE_OF_TEXT, .texts = texts }, of_numbers = { .kind = ORM_RULE_ONE_OF_INT, .numbers = numbers, .n_numbers = 2 };
    orm_failure f = { .field = "age", .rule = "between", .message = "ours", .has_low = true, .has_high = true, .low = 3, .high = 9, .type = ORM_INT32 };
    CHECK_TEXT(said(&f, "{field}: {low}-{high} {low}"), "age: 3-9 3");
    CHECK_TEXT(said(&f, "{lo} {} { {low"), "{lo} {} { {low");
    CHECK_TEXT(said(&f, "%s %n {values}."), "%s %n .");
    CHECK_TEXT(said(&f, NULL), "ours");
    f.type = ORM_DOUBLE;
    f.low_number = 0.5;
    f.high_number = 1e20;
    CHECK_TEXT(said(&f, "{low} {high}"), "0.5 1e+20");
    f.type = ORM_DATE;
    f.low = 0;
    CHECK_TEXT(said(&f, "{low}"), "1970-01-01");
    f.declared = &of_texts;
    CHECK_TEXT(said(&f, "{values}"), "a, b");
    f.declared = &of_numbers;
    CHECK_TEXT(said(&f, "{values}"), "1, -2");
    CHECK_TEXT(said(&f, "\x1b[31m red"), "?[31m red");
    char longest[2000];
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = 0;
    CHECK_INT(strlen(said(&f, longest)), 159);
    for (size_t i = 0; i + 2 < sizeof longest; i += 2) memcpy(longest + i, "\xc3\xa4", 2);
    CHECK_INT(strlen(said(&f, longest)), 158);
}

TEST(a_table_is_looked_through_in_order)
{
    static const orm_message table[] = { { "A", "x", NULL, "A.x" }, { "A", NULL, "length", "A {low} {high}" }, { NULL, NULL, "length", "{high}" }, { NULL, NULL, "length", "any" }, { NULL, NULL, NULL, NULL } };
    void *context = (void *)(uintptr_t)table;
    orm_failure f = { .model = "A", .field = "x", .rule = "email" };
    CHECK_TEXT(orm_message_table(&f, context), "A.x");
    f = (orm_failure){ .model = "A", .field = "y", .rule = "length", .has_low = true, .has_high = true };
    CHECK_TEXT(orm_message_table(&f, context), "A {low} {high}");
    f.has_low = false;
    CHECK_TEXT(orm_message_table(&f, context), "{high}");
    f.has_high = false;
    CHECK_TEXT(orm_message_table(&f, context), "any");
    f = (orm_failure){ .model = "B", .field = "x", .rule = "email" };
    CHECK(!orm_message_table(&f, context));
    CHECK(!orm_message_table(&f, NULL));
}
CHECK_MAIN()

/* Arrays as JSON text: what is written is read back, and a text from elsewhere is an array of its elements or it is none, without a byte read
   beyond its end. */
#include "internal.h"
#include "check.h"
#include "check_alloc.h"

static orm_arena arena;

/* reads the text from a block of exactly its size, so that the sanitizers see a byte too many */
static orm__array_fault read_bytes(orm_type type, const char *json, size_t size, orm_value *out)
{
    char *block = malloc(size + 1);
    if (!block) return ORM__ARRAY_NO_MEMORY;
    memcpy(block, json, size);
    block[size] = 0;
    orm__array_fault fault = orm__read_array(type, block, size, &arena, out);
    free(block);
    return fault;
}
static orm__array_fault read_text(orm_type type, const char *json, orm_value *out) { return read_bytes(type, json, strlen(json), out); }

static const char *written(const orm_value *array)
{
    static char text[512];
    orm__writer w = { .text = text, .capacity = sizeof text };
    orm__put_array(&w, array);
    return w.failed ? "too long" : text;
}

TEST(arrays_are_written_in_one_form)
{
    static const struct { orm_type type; const char *from, *canonical; } forms[] = {
        { ORM_INT16, " [ 1 ,\t-32768,\n32767 ] ", "[1,-32768,32767]" }, { ORM_INT64, "[9223372036854775807,-9223372036854775808,0,-0]", "[9223372036854775807,-9223372036854775808,0,0]" },
        { ORM_DOUBLE, "[1.50,1e2,-0,-0.0,1E-2,0.1,12345678901234567890,1.7976931348623157e+308,9e999,-1e400,4.9e-324,1e-400]",
          "[1.5,100,-0,-0,0.01,0.1,1.2345678901234567e+19,1.7976931348623157e+308,9e999,-9e999,4.94065645841247e-324,0]" },
        { ORM_FLOAT, "[0.10000000149011612,9e999]", "[0.10000000149011612,9e999]" }, { ORM_BOOL, "[true,false]", "[true,false]" },
        { ORM_TEXT, "[\"\",\"a\\u00e9\\uD83D\\uDE00\\\"\\\\\\/\\b\",\",]\"]", "[\"\",\"a\xC3\xA9\xF0\x9F\x98\x80\\\"\\\\/\\b\",\",]\"]" },
        { ORM_DATE, "[\"2026-11-21\",\"0001-01-01\"]", "[\"2026-11-21\",\"0001-01-01\"]" }, { ORM_TIME, "[0,-1]", "[0,-1]" },
        { ORM_UUID, "[\"0190163D-8694-739B-AEA5-966C26F8AD91\"]", "[\"0190163d-8694-739b-aea5-966c26f8ad91\"]" }, { ORM_TEXT, "[]", "[]" }, { ORM_INT32, " [ ] ", "[]" },
    };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        orm_value array = { .type = ORM_NULL }, again = { .type = ORM_NULL };
        char first[512];
        CHECK_INT(read_text(forms[i].type, forms[i].from, &array), ORM__ARRAY_FINE);
        CHECK(array.type == ORM_ARRAY && array.as.list.data && array.scale == forms[i].type);
        snprintf(first, sizeof first, "%s", written(&array));
        CHECK_TEXT(first, forms[i].canonical);
        CHECK_INT(read_text(forms[i].type, first, &again), ORM__ARRAY_FINE);
        CHECK(orm__arrays_equal(&array, &again));
    }
    orm_arena_reset(&arena);
}

TEST(digits_beyond_a_double_and_long_exponents_are_read_as_near_as_can_be)
{
    char json[2200];
    orm_value array = { .type = ORM_NULL };
    int n = snprintf(json, sizeof json, "[0.");
    memset(json + n, '0', 1000);
    snprintf(json + n + 1000, sizeof json - (size_t)n - 1000, "25e1001]");
    CHECK_INT(read_text(ORM_DOUBLE, json, &array), ORM__ARRAY_FINE);
    CHECK_TEXT(written(&array), "[2.5]");
    n = snprintf(json, sizeof json, "[2");
    memset(json + n, '5', 1000);
    snprintf(json + n + 1000, sizeof json - (size_t)n - 1000, ".5e-1000]");
    CHECK_INT(read_text(ORM_DOUBLE, json, &array), ORM__ARRAY_FINE);
    CHECK_TEXT(written(&array), "[2.5555555555555554]");
    CHECK_INT(read_text(ORM_DOUBLE, "[1e99999999999999999999999, 1e-99999999999999999999999, 1e+5]", &array), ORM__ARRAY_FINE);
    CHECK_TEXT(written(&array), "[9e999,0,100000]");
    orm_arena_reset(&arena);
}

TEST(what_is_no_array_of_its_elements_is_refused)
{
    static const struct { orm_type type; const char *json; } bad[] = {
        { ORM_INT32, "" }, { ORM_INT32, "[" }, { ORM_INT32, "[1" }, { ORM_INT32, "[1,]" }, { ORM_INT32, "1" }, { ORM_INT32, "{}" }, { ORM_INT32, "null" }, { ORM_INT32, "[1]]" },
        { ORM_INT32, "[null]" }, { ORM_INT32, "[[1]]" }, { ORM_INT32, "[{}]" }, { ORM_INT32, "[true]" }, { ORM_INT32, "[\"1\"]" }, { ORM_INT32, "[1.0]" }, { ORM_INT32, "[1e2]" },
        { ORM_INT32, "[2147483648]" }, { ORM_INT16, "[-32769]" }, { ORM_INT64, "[9223372036854775808]" }, { ORM_INT64, "[-9223372036854775809]" }, { ORM_INT64, "[99999999999999999999]" },
        { ORM_TIME, "[-9223372036854775808]" }, { ORM_BOOL, "[1]" }, { ORM_BOOL, "[null]" }, { ORM_DOUBLE, "[true]" }, { ORM_DOUBLE, "[\"1\"]" }, { ORM_FLOAT, "[1e39]" },
        { ORM_TEXT, "[1]" }, { ORM_TEXT, "[\"a\\u0000\"]" }, { ORM_TEXT, "[\"\\ud800\"]" }, { ORM_TEXT, "[\"\xFF\"]" }, { ORM_TEXT, "[\"a" }, { ORM_TEXT, "[\"a\\" }, { ORM_TEXT, "[null]" },
        { ORM_DATE, "[\"2026-02-30\"]" }, { ORM_DATE, "[\"2026-11-21 and a good deal more than a date\"]" }, { ORM_DATE, "[\"\"]" }, { ORM_UUID, "[\"x\"]" },
        { ORM_UUID, "[\"{0190163d-8694-739b-aea5-966c26f8ad91}\"]" },
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        orm_value array;
        if (read_text(bad[i].type, bad[i].json, &array) != ORM__ARRAY_BAD) printf("%s is taken\n", bad[i].json);
        CHECK_INT(read_text(bad[i].type, bad[i].json, &array), ORM__ARRAY_BAD);
    }
    CHECK_INT(read_bytes(ORM_TEXT, "[\"a\0b\"]", 7, &(orm_value){ 0 }), ORM__ARRAY_BAD);
    orm_arena_reset(&arena);
}

/* a valid text with one byte changed, or its end cut off, is read or refused */
TEST(damaged_texts_do_no_harm)
{
    static const struct { orm_type type; const char *json; } whole[] = {
        { ORM_TEXT, "[\"a\\u00e9\\ud83d\\ude00\", \"b\\\\\", \"\"]" }, { ORM_DOUBLE, "[1.5e-3, -0.25, 1E+9]" }, { ORM_INT64, "[ -12, 3 ,4]" }, { ORM_UUID, "[\"0190163d-8694-739b-aea5-966c26f8ad91\"]" },
        { ORM_BOOL, "[true, false]" }, { ORM_DATE, "[\"2026-11-21\"]" },
    };
    static const char bytes[] = "\"\\[]{},:.-+eE0u1tnd \n\x01\x80\xFF";
    int fine = 0;
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++) {
        size_t size = strlen(whole[i].json);
        for (size_t at = 0; at < size; at++) {
            char text[128];
            orm_value array;
            snprintf(text, sizeof text, "%s", whole[i].json);
            fine += read_bytes(whole[i].type, text, at, &array) == ORM__ARRAY_FINE;
            for (const char *byte = bytes; *byte; byte++) {
                text[at] = *byte;
                if (read_text(whole[i].type, text, &array) != ORM__ARRAY_FINE) continue;
                fine++;
                char first[512];
                orm_value again;
                snprintf(first, sizeof first, "%s", written(&array));
                CHECK(read_text(whole[i].type, first, &again) == ORM__ARRAY_FINE && orm__arrays_equal(&array, &again));
            }
        }
        orm_arena_reset(&arena);
    }
    CHECK(fine > 50);
}

TEST(memory_that_runs_out_is_told)
{
    const char *json = "[\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\",\"b\"]";
    for (size_t n = 1; ; n++) {
        struct check_allocator memory = { .fail_at = n };
        orm_arena tight = { .orm__allocator = check_failing_allocator(&memory) };
        orm_value array = { .type = ORM_NULL };
        orm__array_fault fault = orm__read_array(ORM_TEXT, json, strlen(json), &tight, &array);
        orm_arena_release(&tight);
        CHECK_INT(memory.live, 0);
        CHECK_INT(fault, memory.failed ? ORM__ARRAY_NO_MEMORY : ORM__ARRAY_FINE);
        if (!memory.failed) break;
    }
}

TEST(released_at_the_end) { orm_arena_release(&arena); }

CHECK_MAIN()

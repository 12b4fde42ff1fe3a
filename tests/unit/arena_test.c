/* Arenas, the default allocator, and text that is written. */
#include "internal.h"
#include "check.h"
#include "check_alloc.h"

static orm_arena arena_on(struct check_allocator *state)
{
    return (orm_arena){ .orm__allocator = check_failing_allocator(state) };
}

TEST(a_zeroed_arena_uses_malloc)
{
    orm_arena arena = { 0 };
    CHECK_TEXT(orm_text(&arena, "hello"), "hello");
    orm_arena_release(&arena);
    CHECK_TEXT(orm_text(&arena, "again"), "again");
    orm_arena_release(&arena);
    orm_arena_release(&arena);
    orm_arena_reset(&arena);
    CHECK(arena.orm__chunks == NULL);
}

TEST(memory_is_zeroed_aligned_and_does_not_overlap)
{
    struct check_allocator state = { 0 };
    orm_arena arena = arena_on(&state);
    unsigned char *blocks[200];
    for (size_t i = 0; i < 200; i++) {
        blocks[i] = (unsigned char *)orm_arena_allocate(&arena, i * 7);
        REQUIRE(blocks[i] != NULL);
        CHECK_INT((uintptr_t)blocks[i] % _Alignof(max_align_t), 0);
        for (size_t k = 0; k < i * 7; k++) CHECK_INT(blocks[i][k], 0);
        memset(blocks[i], (int)i, i * 7);
        CHECK(orm_text(&arena, "x") != NULL);
    }
    for (size_t i = 0; i < 200; i++) {
        for (size_t k = 0; k < i * 7; k++) CHECK_INT(blocks[i][k], i);
    }
    orm_arena_release(&arena);
    CHECK_INT(state.live, 0);
    CHECK(!state.wrong);
}

TEST(a_large_block_gets_a_chunk_of_its_own_and_the_present_one_stays_in_use)
{
    struct check_allocator state = { 0 };
    orm_arena arena = arena_on(&state);
    CHECK(orm_text(&arena, "a") != NULL);
    char *large = (char *)orm_arena_allocate(&arena, 1000000);
    CHECK(large != NULL);
    CHECK(orm_text(&arena, "b") != NULL);
    CHECK_INT(state.live, 2);
    CHECK(orm__arena_holds(&arena, large) && orm__arena_holds(&arena, large + 999999));
    CHECK(!orm__arena_holds(&arena, &state) && !orm__arena_holds(&arena, NULL));
    CHECK(state.live_bytes < 1010000);
    orm_arena_release(&arena);
    CHECK_INT(state.live, 0);
    CHECK(!state.wrong);
}

TEST(chunks_grow_so_that_there_are_few_and_little_is_unused)
{
    struct check_allocator state = { 0 };
    orm_arena arena = arena_on(&state);
    for (size_t i = 0; i < 1000000; i++) {
        if (!orm__bump(&arena, 50, 1)) break;
    }
    CHECK(state.live < 40);
    CHECK(state.live_bytes < 57000000);
    orm_arena_release(&arena);
    CHECK_INT(state.live, 0);
    CHECK(!state.wrong);
}

TEST(reset_keeps_the_largest_chunk_for_the_next_use)
{
    struct check_allocator state = { 0 };
    orm_arena arena = arena_on(&state);
    for (int round = 0; round < 10; round++) {
        for (int i = 0; i < 2000; i++) CHECK(orm__bump(&arena, 10, 8) != NULL);
        orm_arena_reset(&arena);
        CHECK_INT(state.live, 1);
    }
    size_t before = state.count;
    for (int i = 0; i < 900; i++) CHECK(orm__bump(&arena, 10, 8) != NULL);
    orm_arena_reset(&arena);
    CHECK_INT(state.count, before);
    orm_arena_release(&arena);
    CHECK_INT(state.live, 0);
    CHECK(!state.wrong);
}

TEST(format_prints_texts_that_fit_and_texts_that_do_not)
{
    struct check_allocator state = { 0 };
    orm_arena arena = arena_on(&state);
    CHECK_TEXT(orm_format(&arena, "%d-%s", 7, "x"), "7-x");
    CHECK_TEXT(orm_format(&arena, "%s", ""), "");
    const char *longer = orm_format(&arena, "%09000d|", 1);
    REQUIRE(longer != NULL);
    CHECK_INT(strlen(longer), 9001);
    for (int i = 0; i < 500; i++) {
        const char *text_ = orm_format(&arena, "%040d", i);
        REQUIRE(text_ != NULL);
        CHECK_INT(strlen(text_), 40);
    }
    CHECK(orm_text(&arena, NULL) == NULL);
    orm_arena_release(&arena);
    CHECK(!state.wrong);
}

TEST(out_of_memory_is_NULL_and_leaves_the_arena_usable)
{
    struct check_allocator state = { .fail_at = 1 };
    orm_arena arena = arena_on(&state);
    CHECK(orm_text(&arena, "a") == NULL);
    CHECK(orm_format(&arena, "%d", 1) != NULL);
    state.fail_at = state.count + 1;
    CHECK(orm_arena_allocate(&arena, 100000) == NULL);
    CHECK(orm_arena_allocate(&arena, SIZE_MAX - 3) == NULL);
    CHECK(orm_arena_allocate(&arena, SIZE_MAX - 40) == NULL);
    CHECK(orm_text(&arena, "b") != NULL);
    orm_arena_release(&arena);
    CHECK_INT(state.live, 0);
    CHECK(!state.wrong);
}

/* ---- the writer ---- */

static void quote_twice(orm__sql *out, const char *name)
{
    orm__put_char(out, '[');
    orm__put(out, name);
    orm__put_char(out, ']');
}

static orm__writer writer_on(orm_allocator *a)
{
    static const orm_dialect dialect = { .quote = quote_twice };
    return (orm__writer){ .allocator = a, .dialect = &dialect };
}

TEST(a_writer_grows_and_its_text_ends_with_NUL)
{
    struct check_allocator state = { 0 };
    orm_allocator a = check_failing_allocator(&state);
    orm__writer w = writer_on(&a);
    for (int i = 0; i < 1000; i++) {
        orm__put(&w, "abc");
        CHECK_INT(w.text[w.length], 0);
    }
    CHECK_INT(w.length, 3000);
    CHECK(!w.failed);
    orm__writer_release(&w);
    CHECK_INT(state.live, 0);
    CHECK(!state.wrong);
}

TEST(integers_names_and_literals_are_written)
{
    orm_allocator a = orm__default_allocator();
    orm__writer w = writer_on(&a);
    const int64_t numbers[] = { 0, 7, -7, 100, INT64_MAX, INT64_MIN };
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        orm__put_int(&w, numbers[i]);
        orm__put_char(&w, ' ');
    }
    orm__put_name(&w, "users");
    orm__put_string_literal(&w, "it's 'x'");
    orm__put_string_literal(&w, "");
    orm__put_format(&w, " $%u", 12u);
    CHECK_TEXT(w.text, "0 7 -7 100 9223372036854775807 -9223372036854775808 [users]'it''s ''x''''' $12");
    orm__writer_release(&w);
}

TEST(json_texts_are_escaped_at_every_position)
{
    orm_allocator a = orm__default_allocator();
    for (size_t size = 0; size < 40; size++) {
        for (size_t at = 0; at <= size; at++) {
            char plain[48], wanted[64];
            memset(plain, 'x', sizeof plain);
            if (at < size) plain[at] = '\n';
            size_t n = 0;
            wanted[n++] = '"';
            for (size_t i = 0; i < size; i++) {
                if (i == at) wanted[n++] = '\\';
                wanted[n++] = i == at ? 'n' : 'x';
            }
            wanted[n++] = '"';
            wanted[n] = 0;
            orm__writer w = writer_on(&a);
            orm__put_json_text(&w, plain, size);
            CHECK_TEXT(w.text, wanted);
            orm__writer_release(&w);
        }
    }
}

TEST(every_byte_below_a_blank_has_its_escape_and_others_stay)
{
    orm_allocator a = orm__default_allocator();
    orm__writer w = writer_on(&a);
    char bytes[36];
    for (int i = 0; i < 34; i++) bytes[i] = (char)i;
    bytes[34] = '"';
    bytes[35] = '\\';
    orm__put_json_text(&w, bytes, sizeof bytes);
    CHECK_TEXT(w.text, "\"\\u0000\\u0001\\u0002\\u0003\\u0004\\u0005\\u0006\\u0007\\b\\t\\n\\u000b\\f\\r\\u000e\\u000f\\u0010\\u0011\\u0012\\u0013\\u0014\\u0015"
                       "\\u0016\\u0017\\u0018\\u0019\\u001a\\u001b\\u001c\\u001d\\u001e\\u001f !\\\"\\\\\"");
    w.length = 0;
    orm__put_json_text(&w, "Zo\xC3\xAB \xF0\x9F\x90\x8E \x7F/", 12);
    CHECK_TEXT(w.text, "\"Zo\xC3\xAB \xF0\x9F\x90\x8E \x7F/\"");
    orm__writer_release(&w);
}

TEST(a_failed_writer_stays_failed_and_frees_what_it_has)
{
    for (size_t n = 1; n < 6; n++) {
        struct check_allocator state = { .fail_at = n };
        orm_allocator a = check_failing_allocator(&state);
        orm__writer w = writer_on(&a);
        for (int i = 0; i < 3000; i++) orm__put_json_text(&w, "text", 4);
        CHECK(w.failed);
        CHECK_INT(state.failed, 1);
        orm__put_int(&w, 1);
        orm__put_format(&w, "%d", 1);
        CHECK(w.failed);
        orm__writer_release(&w);
        CHECK_INT(state.live, 0);
        CHECK(!state.wrong);
    }
}

TEST(a_fixed_buffer_is_never_left)
{
    char buffer[8] = "1234567";
    orm__writer w = { .text = buffer, .capacity = 5 };
    orm__put(&w, "abcd");
    CHECK(!w.failed);
    orm__put_char(&w, 'e');
    CHECK(w.failed);
    CHECK_TEXT(buffer, "abcd");
    CHECK_TEXT(buffer + 5, "67");
}

TEST(a_piece_that_would_be_cut_fails)
{
    orm_allocator a = orm__default_allocator();
    orm__writer w = writer_on(&a);
    orm__put_format(&w, "%0512d", 1);
    CHECK(!w.failed);
    orm__put_format(&w, "%0513d", 1);
    CHECK(w.failed);
    orm__writer_release(&w);
}

CHECK_MAIN()

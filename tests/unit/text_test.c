/* UTF-8 and JSON (V20, V22, S28, S29, S32) */
#include "internal.h"
#include "check.h"

static orm__text_fault checked(const char *bytes, size_t size, size_t *characters)
{
    /* in a block of exactly its size, so that a read behind its end is seen by the sanitizers */
    char *copy = (char *)malloc(size ? size : 1);
    if (!copy) return ORM__TEXT_INVALID;
    memcpy(copy, bytes, size);
    orm__text_fault fault = orm__check_bytes(copy, size, characters);
    free(copy);
    return fault;
}

/* the definition, character by character: what the fast check must agree with */
static bool well_formed(const unsigned char *s, size_t size, size_t *characters)
{
    *characters = 0;
    for (size_t i = 0; i < size; (*characters)++) {
        uint32_t c = s[i];
        size_t length = c < 0x80 ? 1 : c >> 5 == 6 ? 2 : c >> 4 == 14 ? 3 : c >> 3 == 30 ? 4 : 0;
        static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 }, mask[] = { 0, 0x7F, 0x1F, 0x0F, 0x07 };
        if (c == 0 || length == 0 || length > size - i) return false;
        c &= mask[length];
        for (size_t k = 1; k < length; k++) {
            if ((s[i + k] & 0xC0) != 0x80) return false;
            c = c << 6 | (s[i + k] & 0x3F);
        }
        if (c < least[length] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) return false;
        i += length;
    }
    return true;
}

TEST(the_check_agrees_with_the_definition_on_all_short_sequences)
{
    int wrong = 0;
    static const unsigned char third[] = { 0x00, 0x41, 0x7F, 0x80, 0x9F, 0xBF, 0xC0, 0xFF };
    for (uint32_t word = 0; word < 1u << 19; word++) {
        unsigned char bytes[4] = { (unsigned char)(word >> 11), (unsigned char)(word >> 3), third[word & 7], 0x80 };
        size_t a = 0, b = 0;
        for (size_t size = 3; size <= 4; size++) {
            bool valid = orm__check_bytes((const char *)bytes, size, &a) == ORM__TEXT_OK;
            wrong += valid != well_formed(bytes, size, &b) || (valid && a != b);
        }
    }
    CHECK_INT(wrong, 0);
}

TEST(the_check_agrees_with_the_definition_on_random_mixtures)
{
    static const char *const pieces[] = { "a", "bc", "defghijk", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80", "12345678901234567", "\xC3", "\x80", "\0" };
    uint64_t state = 88172645463325252u;
    int wrong = 0, valid = 0;
    for (int i = 0; i < 20000; i++) {
        char text_[512];
        size_t size = 0, a = 0, b = 0;
        state ^= state << 13, state ^= state >> 7, state ^= state << 17;
        for (unsigned k = 0, n = (unsigned)(state & 15); k < n; k++) {
            size_t piece = (state >> (k * 3 + 4)) % (state >> 60 == 0 ? 10 : 7), length = piece == 9 ? 1 : strlen(pieces[piece]);
            memcpy(text_ + size, pieces[piece], length);
            size += length;
        }
        bool good = checked(text_, size, &a) == ORM__TEXT_OK;
        valid += good;
        wrong += good != well_formed((const unsigned char *)text_, size, &b) || (good && a != b);
    }
    CHECK_INT(wrong, 0);
    CHECK(valid > 10000 && valid < 20000);
}

TEST(malformed_utf_8_is_refused_at_every_place_of_a_text)
{
    static const char *const wrong[] = { "\xC0\xAF", "\xC1\xBF", "\xE0\x80\xAF", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xED\xBF\xBF", "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80",
        "\xF5\x80\x80\x80", "\xF8\x88\x80\x80\x80", "\xFE", "\xFF", "\x80", "\xBF", "\xC3", "\xC3(", "\xE2\x82", "\xE2(\xA1", "\xF0\x9F\x98", "\xF0(\x8C\xBC", "\xC3(\xFF" };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        for (size_t before = 0; before < 20; before++) {
            char text_[64];
            memset(text_, 'x', sizeof text_);
            size_t size = strlen(wrong[i]);
            memcpy(text_ + before, wrong[i], size);
            CHECK_INT(checked(text_, before + size, NULL), ORM__TEXT_INVALID);
            CHECK_INT(checked(text_, before + size + 9, NULL), ORM__TEXT_INVALID);
        }
    }
}

TEST(the_edges_of_unicode_are_kept)
{
    static const char *const good[] = { "\x01", "\x7F", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEE\x80\x80", "\xEF\xBB\xBF", "\xEF\xBF\xBE", "\xEF\xBF\xBF",
        "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF" };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        size_t characters = 0;
        CHECK_INT(checked(good[i], strlen(good[i]), &characters), ORM__TEXT_OK);
        CHECK_INT(characters, 1);
    }
}

TEST(characters_are_code_points)
{
    static const struct { const char *text; size_t characters; } table[] = { { "", 0 }, { "\xC3\xA9", 1 }, { "e\xCC\x81", 2 }, { "\xC3\x9F\xC4\xB0", 2 },
        { "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x92\xBB", 3 }, { "\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB", 3 }, { "\xE2\x80\xAE" "abc", 4 }, { "12345678\xC3\xA9" "12345678", 17 } };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        size_t characters = 99, bytes = 99;
        CHECK_INT(orm__check_text(table[i].text, 1000, &bytes, &characters), ORM__TEXT_OK);
        CHECK_INT(characters, table[i].characters);
        CHECK_INT(bytes, strlen(table[i].text));
    }
    char many[2001] = "a";
    for (size_t i = 1; i < 2001 - 1; i += 2) memcpy(many + i, "\xCC\x81", 2);
    many[1999] = 0;
    size_t characters;
    CHECK_INT(orm__check_text(many, 5000, NULL, &characters), ORM__TEXT_OK);
    CHECK_INT(characters, 1000);
}

TEST(a_nul_in_a_text_of_known_size_is_refused)
{
    for (size_t size = 1; size < 40; size++) {
        for (size_t at = 0; at < size; at++) {
            char text_[40];
            memset(text_, 'x', sizeof text_);
            text_[at] = 0;
            CHECK_INT(checked(text_, size, NULL), ORM__TEXT_INVALID);
        }
    }
}

TEST(a_text_longer_than_allowed_is_told_apart)
{
    size_t bytes = 77;
    CHECK_INT(orm__check_text("12345", 5, &bytes, NULL), ORM__TEXT_OK);
    CHECK_INT(bytes, 5);
    CHECK_INT(orm__check_text("12345", 4, &bytes, NULL), ORM__TEXT_TOO_LONG);
    CHECK_INT(orm__check_text("12345", 0, &bytes, NULL), ORM__TEXT_TOO_LONG);
    CHECK_INT(orm__check_text("", 0, &bytes, NULL), ORM__TEXT_OK);
    CHECK_INT(orm__check_text("12345", SIZE_MAX, &bytes, NULL), ORM__TEXT_OK);
}

TEST(a_megabyte_is_checked_in_linear_time)
{
    enum { SIZE = 1000000 };
    char *text_ = (char *)malloc(SIZE + 1);
    REQUIRE(text_ != NULL);
    static const char *const fill[] = { "a", "\xC3\xA9", "a\xC3\xA9", "\xE2\x82\xAC", "((((" };
    for (size_t i = 0; i < sizeof fill / sizeof fill[0]; i++) {
        size_t length = strlen(fill[i]), size = SIZE / length * length, bytes;
        for (size_t k = 0; k < size; k += length) memcpy(text_ + k, fill[i], length);
        text_[size] = 0;
        clock_t start = clock();
        CHECK_INT(orm__check_text(text_, SIZE, &bytes, NULL), ORM__TEXT_OK);
        CHECK((clock() - start) * 1000 / CLOCKS_PER_SEC < 2000);
        CHECK_INT(bytes, size);
    }
    free(text_);
}

/* ---- JSON ------------------------------------------------------------------------------------------------------- */
static bool json(const char *text_)
{
    size_t size = strlen(text_);
    char *copy = (char *)malloc(size ? size : 1);
    const char *why = NULL;
    if (!copy) return false;
    memcpy(copy, text_, size);
    bool valid = orm__json_valid(copy, size, &why);
    free(copy);
    CHECK(valid == (why == NULL));
    return valid;
}

TEST(well_formed_json_is_accepted)
{
    static const char *const good[] = { "null", "true", "false", "0", "-0", "-1", "10", "1.5", "-0.5e10", "1E+2", "1e-2", "123456789012345678901234567890", "1e400", "\"\"", "\"a\"",
        " [ ] ", "{}", "[1]", "[1, 2]", "[[],[[]],{}]", "{\"a\":1}", "{ \"a\" : 1 , \"b\" : [ ] }", "{\"a\":{\"a\":{}}}", "\t\r\n 1 \n", "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
        "\"\\u0041\\u00e9\\uD83D\\uDE00\\uFFFF\"", "\"\xC3\xA9\xF0\x9F\x98\x80\"", "\"\x7F\"", "[\"a\",\"b\"]", "{\"\":0}", "[null,true,false]", "[1.0,{\"k\":\"v\"},[]]" };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        if (!json(good[i])) printf("refused: %s\n", good[i]);
        CHECK(json(good[i]));
    }
}

TEST(malformed_json_is_refused)
{
    static const char *const wrong[] = { "", " ", "nul", "nulll", "True", "NaN", "Infinity", "-Infinity", "+1", "01", "-01", "1.", ".5", "-", "-a", "1e", "1e+", "1.e1", "0x10", "1 2",
        "\"", "\"a", "\"\\\"", "\"\\x\"", "\"\\u12\"", "\"\\u12G4\"", "\"\\", "\"\n\"", "\"\t\"", "'a'", "[", "]", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "[1}", "{", "}", "{\"a\"", "{\"a\":",
        "{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "{,}", "{a:1}", "{1:1}", "{\"a\" 1}", "{\"a\"::1}", "{\"a\":1 \"b\":2}", "[]]", "{}}", "{]", "[[]", "[1]//", "/* */1", "\357\273\2771", "[\xC2\xA0]",
        "\"\xC3\"", "\"\xED\xA0\x80\"", "\"\xFF\"", "\xFF", "\"\\uD800\"", "\"\\uDC00\"", "\"\\uD800\\u0041\"", "\"\\uD800\\uD800\"", "\"\\uD800x\"", "\"\\uD83D\\", "\"\\u0000\"", "{\"\\u0000\":1}" };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        if (json(wrong[i])) printf("accepted: %s\n", wrong[i]);
        CHECK(!json(wrong[i]));
    }
    const char *why;
    CHECK(!orm__json_valid("\"a\0b\"", 5, &why));
    CHECK(!orm__json_valid("1\0", 2, NULL));
    CHECK(!orm__json_valid("\"\\\0\"", 4, &why));
}

TEST(two_members_of_one_name_are_refused)
{
    static const char *const twice[] = { "{\"a\":1,\"a\":2}", "{\"a\":{\"b\":1,\"c\":2,\"b\":3}}", "[{\"\":1,\"\":2}]", "{\"a\":1,\"\\u0061\":2}",
                                         "{\"\xC3\xA9\":1,\"\\u00e9\":2}", "{\"\xF0\x9F\x98\x80\":1,\"\\ud83d\\ude00\":2}", "{\"\\n\":1,\"x\":{},\"\\u000A\":2}" };
    static const char *const once[] = { "{\"a\":1,\"b\":{\"a\":2}}", "[{\"a\":1},{\"a\":2}]", "{\"a\":1,\"A\":2}", "{\"a\":1,\"\\u0062\":2}", "{\"ab\":1,\"a\":2,\"\":3}" };
    for (size_t i = 0; i < sizeof twice / sizeof *twice; i++) CHECK(!json(twice[i]));
    for (size_t i = 0; i < sizeof once / sizeof *once; i++) CHECK(json(once[i]));
    /* many members: more than are kept without memory of their own */
    enum { MEMBERS = 5000 };
    char *text_ = malloc(MEMBERS * 12 + 2), *at = text_;
    REQUIRE(text_);
    for (int i = 0; i < MEMBERS; i++) at += snprintf(at, 12, "%c\"%d\":1", i ? ',' : '{', i);
    memcpy(at, "}", 2);
    CHECK(json(text_));
    memcpy(at, ",\"7\":1}", 8);
    CHECK(!json(text_));
    free(text_);
}

TEST(json_is_nested_64_deep_at_most)
{
    for (size_t depth = 60; depth <= 68; depth++) {
        char arrays[140], objects[700], *at = objects;
        memset(arrays, '[', depth);
        memset(arrays + depth, ']', depth);
        arrays[2 * depth] = 0;
        CHECK_INT(json(arrays), depth <= 64);
        for (size_t i = 0; i < depth; i++, at += 5) memcpy(at, "{\"a\":", 5);
        *at++ = '1';
        for (size_t i = 0; i < depth; i++) *at++ = '}';
        *at = 0;
        CHECK_INT(json(objects), depth <= 64);
    }
}

TEST(json_bombs_are_answered_in_linear_time)
{
    enum { SIZE = 1000000 };
    static const char *const fill[] = { "[", "{\"a\":", "[{\"\":", "1", "\"", "1,", " ", "\\", "\"\\u0041\",", "-", "{\"a\":1,\"a\":1}," };
    char *text_ = (char *)malloc(SIZE + 1);
    REQUIRE(text_ != NULL);
    for (size_t i = 0; i < sizeof fill / sizeof fill[0]; i++) {
        size_t length = strlen(fill[i]);
        text_[0] = '[';
        for (size_t k = 1; k + length <= SIZE; k += length) memcpy(text_ + k, fill[i], length);
        clock_t start = clock();
        (void)orm__json_valid(text_, (SIZE - 1) / length * length + 1, NULL);
        CHECK((clock() - start) * 1000 / CLOCKS_PER_SEC < 2000);
    }
    free(text_);
}

TEST(every_cut_of_a_document_is_refused)
{
    static const char document[] = "{\"name\": \"A\\u00e9\\uD83D\\uDE00\", \"list\": [1, -2.5e+3, true, null, {\"x\": \"\xE2\x82\xAC\"}]}";
    for (size_t size = 0; size < sizeof document - 1; size++) {
        char *copy = (char *)malloc(size + 1);
        REQUIRE(copy != NULL);
        memcpy(copy, document, size);
        CHECK(!orm__json_valid(copy, size, NULL));
        free(copy);
    }
    CHECK(orm__json_valid(document, sizeof document - 1, NULL));
}

TEST(long_lists_are_cut_with_a_sign_that_they_go_on)
{
    static const char *const texts[] = { "alpha", "beta", "gamma", "delta" };
    char out[64], small[16], one[9];
    orm__list_texts(out, sizeof out, texts, 4);
    CHECK_TEXT(out, "alpha, beta, gamma, delta");
    orm__list_texts(small, sizeof small, texts, 4);
    CHECK_TEXT(small, "alpha, ...");
    orm__list_texts(one, sizeof one, texts, 4);
    CHECK_TEXT(one, "...");
    orm__list_texts(out, sizeof out, texts, 0);
    CHECK_TEXT(out, "");
}

CHECK_MAIN()

/* UUIDs (V19) */
#include "internal.h"
#include "check.h"

TEST(version_4_has_its_version_and_variant_and_differs_each_time)
{
    char buffer[ORM_UUID_SIZE];
    orm_uuid a = orm_uuid_v4(), b = orm_uuid_v4();
    CHECK_INT(a.byte[6] >> 4, 4);
    CHECK_INT(a.byte[8] >> 6, 2);
    CHECK(!orm_uuid_equal(a, b));
    CHECK(!orm_uuid_is_nil(a));
    CHECK_INT(strlen(orm_uuid_text(a, buffer)), 36);
}

TEST(version_4_sets_every_free_bit_now_and_then)
{
    orm_uuid ones = { { 0 } }, zeros = { { 0 } };
    for (int i = 0; i < 300; i++) {
        orm_uuid id = orm_uuid_v4();
        for (size_t k = 0; k < 16; k++) {
            ones.byte[k] |= id.byte[k];
            zeros.byte[k] |= (uint8_t)~id.byte[k];
        }
    }
    char buffer[ORM_UUID_SIZE];
    CHECK_TEXT(orm_uuid_text(ones, buffer), "ffffffff-ffff-4fff-bfff-ffffffffffff");
    CHECK_TEXT(orm_uuid_text(zeros, buffer), "ffffffff-ffff-bfff-7fff-ffffffffffff");
}

TEST(version_7_ascends_and_tells_the_time)
{
    orm_uuid last = orm_uuid_v7();
    uint64_t milliseconds = 0;
    for (int i = 0; i < 6; i++) milliseconds = milliseconds << 8 | last.byte[i];
    int64_t now = orm_now() / 1000;
    CHECK((int64_t)milliseconds <= now + 1 && (int64_t)milliseconds > now - 5000);
    int wrong = 0;
    for (int i = 0; i < 50000; i++) {
        orm_uuid next = orm_uuid_v7();
        wrong += memcmp(last.byte, next.byte, 16) >= 0 || next.byte[6] >> 4 != 7 || next.byte[8] >> 6 != 2;
        last = next;
    }
    CHECK_INT(wrong, 0);
}

enum { THREADS = 4, EACH = 5000 };
static orm_uuid made[THREADS][EACH];

static void *make_many(void *into)
{
    for (int i = 0; i < EACH; i++) ((orm_uuid *)into)[i] = orm_uuid_v7();
    return NULL;
}

static int by_bytes(const void *a, const void *b) { return memcmp(a, b, sizeof(orm_uuid)); }

TEST(version_7_of_many_threads_is_unique_and_ascends_in_each)
{
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) REQUIRE(pthread_create(&threads[i], NULL, make_many, made[i]) == 0);
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    int wrong = 0;
    for (int i = 0; i < THREADS; i++) {
        for (int k = 1; k < EACH; k++) wrong += by_bytes(&made[i][k - 1], &made[i][k]) >= 0;
    }
    CHECK_INT(wrong, 0);
    qsort(made, THREADS * EACH, sizeof(orm_uuid), by_bytes);
    for (int k = 1; k < THREADS * EACH; k++) wrong += by_bytes(&made[0][0] + k - 1, &made[0][0] + k) == 0;
    CHECK_INT(wrong, 0);
}

TEST(uuids_are_read_in_either_case_and_with_braces)
{
    static const char *const good[] = { "0190163d-8694-739b-aea5-966c26f8ad91", "0190163D-8694-739B-AEA5-966C26F8AD91", "{0190163d-8694-739b-aea5-966c26f8ad91}" };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        orm_uuid id;
        char buffer[ORM_UUID_SIZE];
        REQUIRE(orm_uuid_parse(good[i], &id));
        CHECK_TEXT(orm_uuid_text(id, buffer), good[0]);
    }
}

TEST(what_is_no_uuid_is_refused)
{
    static const char *const wrong[] = { "", "{", "{}", "0190163d-8694-739b-aea5-966c26f8ad9", "0190163d-8694-739b-aea5-966c26f8ad911", "0190163d8694739baea5966c26f8ad91",
        "0190163d-8694-739b-aea5-966c26f8ad9g", "{0190163d-8694-739b-aea5-966c26f8ad91", "0190163d-8694-739b-aea5-966c26f8ad91}", " 0190163d-8694-739b-aea5-966c26f8ad91",
        "0190163d-8694-739b-aea5-966c26f8ad91 ", "0190163d-8694-739baea5--966c26f8ad91", "urn:uuid:0190163d-8694-739b-aea5-966c26f8ad91", "0190163d-8694-739b-aea5-966c26f8ad9\xC3" };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        orm_uuid id = { { 9 } };
        CHECK(!orm_uuid_parse(wrong[i], &id));
        CHECK_INT(id.byte[0], 9);
    }
    orm_uuid id;
    CHECK(!orm_uuid_parse(NULL, &id));
}

TEST(only_all_zero_is_nil)
{
    orm_uuid id = { { 0 } };
    CHECK(orm_uuid_is_nil(id));
    id.byte[15] = 1;
    CHECK(!orm_uuid_is_nil(id));
}

CHECK_MAIN()

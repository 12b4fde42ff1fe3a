/* moments, days and times of day (V15, V16, V17) */
#include "internal.h"
#include "check.h"

static const char *date_of(int year, int month, int day)
{
    static char buffer[ORM_DATE_SIZE];
    return orm_date_text(orm_date_make(year, month, day), buffer);
}

static const char *printed(orm_time moment)
{
    static char buffer[ORM_TIME_SIZE];
    return orm_time_text(moment, buffer);
}

/* reads and prints again; "refused" when it is no moment */
static const char *reread(const char *text_)
{
    orm_time moment = 12345;
    if (orm_time_parse(text_, &moment)) return printed(moment);
    return moment == 12345 ? "refused" : "refused, but written to";
}

TEST(every_day_of_the_years_1_to_9999_splits_and_is_made_again)
{
    int year = 1, month = 1, day = 1, wrong = 0;
    static const int lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    for (int32_t days = ORM__FIRST_DAY; days <= ORM__LAST_DAY; days++) {
        int y, m, d;
        orm_date_split((orm_date){ days }, &y, &m, &d);
        wrong += y != year || m != month || d != day || orm_date_make(year, month, day).days != days;
        int length = lengths[month - 1] + (month == 2 && (year % 400 == 0 || (year % 4 == 0 && year % 100 != 0)));
        if (++day > length) {
            day = 1;
            if (++month > 12) {
                month = 1;
                year++;
            }
        }
    }
    CHECK_INT(wrong, 0);
    CHECK_INT(year, 10000);
}

TEST(every_day_is_printed_and_read_again)
{
    int wrong = 0;
    for (int32_t days = ORM__FIRST_DAY; days <= ORM__LAST_DAY; days += 7) {
        char buffer[ORM_DATE_SIZE];
        orm_date again;
        wrong += !orm_date_parse(orm_date_text((orm_date){ days }, buffer), &again) || again.days != days;
    }
    CHECK_INT(wrong, 0);
}

TEST(well_known_days_have_their_numbers)
{
    CHECK_INT(orm_date_make(1970, 1, 1).days, 0);
    CHECK_INT(orm_date_make(1969, 12, 31).days, -1);
    CHECK_INT(orm_date_make(2000, 3, 1).days, 11017);
    CHECK_INT(orm_date_make(1, 1, 1).days, -719162);
    CHECK_INT(orm_date_make(9999, 12, 31).days, 2932896);
    CHECK_INT(orm_date_make(2038, 1, 19).days, 24855);
}

TEST(days_that_do_not_exist_are_unset)
{
    static const int none[][3] = { { 2024, 2, 30 }, { 2023, 2, 29 }, { 1900, 2, 29 }, { 0, 1, 1 }, { -1, 1, 1 }, { 10000, 1, 1 }, { 2024, 0, 1 },
        { 2024, 13, 1 }, { 2024, 1, 0 }, { 2024, 4, 31 }, { 2024, 1, 32 }, { INT_MAX, 1, 1 }, { 2024, INT_MIN, 1 }, { 2024, 1, INT_MAX } };
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) CHECK(!orm_date_is_set(orm_date_make(none[i][0], none[i][1], none[i][2])));
    CHECK_TEXT(date_of(2024, 2, 29), "2024-02-29");
    CHECK_TEXT(date_of(2000, 2, 29), "2000-02-29");
    CHECK_TEXT(date_of(2023, 2, 29), "unset");
    CHECK_TEXT(date_of(7, 8, 9), "0007-08-09");
}

TEST(dates_are_read_strictly)
{
    static const char *const wrong[] = { "", "2024", "2024-2-3", "2024-02-30", "24-02-03", "2024-02-03 ", " 2024-02-03", "2024/02/03", "20240203",
        "+2024-02-03", "-2024-02-03", "02024-02-03", "2024-02-0x", "2024-02-03T00:00:00Z", "0000-01-01", "\331\242024-02-03" };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        orm_date day = { 77 };
        CHECK(!orm_date_parse(wrong[i], &day));
        CHECK_INT(day.days, 77);
    }
    orm_date day;
    CHECK(!orm_date_parse(NULL, &day));
    REQUIRE(orm_date_parse("2026-11-20", &day));
    CHECK_INT(day.days, orm_date_make(2026, 11, 20).days);
}

TEST(out_pointers_of_splits_may_be_null)
{
    int month;
    orm_date_split(orm_date_make(2026, 11, 20), NULL, &month, NULL);
    CHECK_INT(month, 11);
    orm_time_split(0, NULL, NULL);
    orm_date day;
    orm_time_split(-1, &day, NULL);
    CHECK_INT(day.days, -1);
    int year = 5;
    orm_date_split(ORM_UNSET_DATE, &year, &month, NULL);
    CHECK_INT(year, 0);
    CHECK_INT(month, 0);
}

TEST(times_of_day_are_made_printed_and_read)
{
    char buffer[ORM_CLOCK_SIZE];
    CHECK_TEXT(orm_clock_text(orm_clock_make(9, 8, 7, 123456), buffer), "09:08:07.123456");
    CHECK_TEXT(orm_clock_text(orm_clock_make(9, 8, 7, 120000), buffer), "09:08:07.120");
    CHECK_TEXT(orm_clock_text(orm_clock_make(9, 8, 7, 10), buffer), "09:08:07.000010");
    CHECK_TEXT(orm_clock_text(orm_clock_make(0, 0, 0, 0), buffer), "00:00:00");
    CHECK_TEXT(orm_clock_text(orm_clock_make(23, 59, 59, 999999), buffer), "23:59:59.999999");
    CHECK_TEXT(orm_clock_text(ORM_UNSET_CLOCK, buffer), "unset");
    CHECK_TEXT(orm_clock_text((orm_clock){ ORM__DAY }, buffer), "out of range");
    CHECK_TEXT(orm_clock_text((orm_clock){ -1 }, buffer), "out of range");
    CHECK(!orm_clock_is_set(orm_clock_make(24, 0, 0, 0)));
    CHECK(!orm_clock_is_set(orm_clock_make(0, 60, 0, 0)));
    CHECK(!orm_clock_is_set(orm_clock_make(0, 0, 60, 0)));
    CHECK(!orm_clock_is_set(orm_clock_make(0, 0, 0, 1000000)));
    CHECK(!orm_clock_is_set(orm_clock_make(-1, 0, 0, 0)));
    static const struct { const char *text; int64_t microseconds; } good[] = { { "09:08", 32880000000 }, { "09:08:07", 32887000000 },
        { "09:08:07.5", 32887500000 }, { "09:08:07.123456", 32887123456 }, { "09:08:07.1234569", 32887123456 }, { "00:00", 0 } };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        orm_clock clock_ = { -5 };
        CHECK(orm_clock_parse(good[i].text, &clock_));
        CHECK_INT(clock_.microseconds, good[i].microseconds);
    }
    static const char *const wrong[] = { "", "9:08", "09", "09:", "24:00", "23:60", "23:59:60", "09:08:", "09:08:07.", "09:08:07,5", "09:08 ", "09:08Z", "-9:08" };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        orm_clock clock_ = { -5 };
        CHECK(!orm_clock_parse(wrong[i], &clock_));
        CHECK_INT(clock_.microseconds, -5);
    }
}

TEST(moments_are_printed_with_as_many_digits_as_needed)
{
    CHECK_TEXT(printed(0), "1970-01-01T00:00:00Z");
    CHECK_TEXT(printed(-1), "1969-12-31T23:59:59.999999Z");
    CHECK_TEXT(printed(INT64_C(2147483647) * 1000000), "2038-01-19T03:14:07Z");
    CHECK_TEXT(printed(INT64_C(2147483648) * 1000000), "2038-01-19T03:14:08Z");
    CHECK_TEXT(printed(INT64_C(4294967296) * 1000000 + 250000), "2106-02-07T06:28:16.250Z");
    CHECK_TEXT(printed(INT64_C(-2208988800) * 1000000), "1900-01-01T00:00:00Z");
    CHECK_TEXT(printed(ORM__FIRST_TIME), "0001-01-01T00:00:00Z");
    CHECK_TEXT(printed(ORM__LAST_TIME), "9999-12-31T23:59:59.999999Z");
    CHECK_TEXT(printed(ORM_UNSET_TIME), "unset");
    CHECK_TEXT(printed(ORM__FIRST_TIME - 1), "out of range");
    CHECK_TEXT(printed(ORM__LAST_TIME + 1), "out of range");
    CHECK_TEXT(printed(INT64_MAX), "out of range");
}

TEST(moments_are_read_from_rfc_3339)
{
    CHECK_TEXT(reread("2026-11-20T09:08:07Z"), "2026-11-20T09:08:07Z");
    CHECK_TEXT(reread("2026-11-20 09:08:07Z"), "2026-11-20T09:08:07Z");
    CHECK_TEXT(reread("2026-11-20t09:08:07z"), "2026-11-20T09:08:07Z");
    CHECK_TEXT(reread("2026-11-20T09:08:07.5Z"), "2026-11-20T09:08:07.500Z");
    CHECK_TEXT(reread("2026-11-20T09:08:07.123456789Z"), "2026-11-20T09:08:07.123456Z");
    CHECK_TEXT(reread("2026-11-20T09:08:07+02:00"), "2026-11-20T07:08:07Z");
    CHECK_TEXT(reread("2026-11-20T23:08:07-12:00"), "2026-11-21T11:08:07Z");
    CHECK_TEXT(reread("2026-11-20T09:08:07+05:45"), "2026-11-20T03:23:07Z");
    CHECK_TEXT(reread("2026-01-01T00:00:00+14:00"), "2025-12-31T10:00:00Z");
    CHECK_TEXT(reread("1969-12-31T23:59:59.999999Z"), "1969-12-31T23:59:59.999999Z");
    CHECK_TEXT(reread("0001-01-01T00:00:00Z"), "0001-01-01T00:00:00Z");
    CHECK_TEXT(reread("9999-12-31T23:59:59.999999-00:00"), "9999-12-31T23:59:59.999999Z");
    /* a local time that New York skipped is a moment all the same: only offsets count */
    CHECK_TEXT(reread("2024-03-10T02:30:00-05:00"), "2024-03-10T07:30:00Z");
}

TEST(texts_that_are_no_moments_are_refused)
{
    static const char *const wrong[] = { "", "2026-11-20", "2026-11-20T09:08:07", "2026-11-20T09:08Z", "2024-02-30T00:00:00Z", "2016-12-31T23:59:60Z",
        "2026-11-20T24:00:00Z", "2026-11-20  09:08:07Z", "2026-11-20T09:08:07 Z", "2026-11-20T09:08:07+0200", "2026-11-20T09:08:07+24:00",
        "2026-11-20T09:08:07+02:60", "2026-11-20T09:08:07+02", "2026-11-20T09:08:07.Z", "2026-11-20T09:08:07,5Z", "2026-11-20T09:08:07ZZ", "infinity",
        "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01", "0000-12-31T23:59:59Z", "-0001-01-01T00:00:00Z", "2026-11-20T09:08:07\302\26102:00" };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) CHECK_TEXT(reread(wrong[i]), "refused");
    CHECK_TEXT(reread(NULL), "refused");
}

TEST(moments_are_made_of_day_and_clock_and_split_again)
{
    int wrong = 0;
    uint64_t state = 88172645463325252u;
    for (int i = 0; i < 50000; i++) {
        state ^= state << 13, state ^= state >> 7, state ^= state << 17;
        orm_time moment = ORM__FIRST_TIME + (int64_t)(state % (uint64_t)(ORM__LAST_TIME - ORM__FIRST_TIME + 1)), again;
        orm_date day;
        orm_clock clock_;
        char buffer[ORM_TIME_SIZE];
        orm_time_split(moment, &day, &clock_);
        wrong += orm_time_make(day, clock_) != moment || !orm_time_parse(orm_time_text(moment, buffer), &again) || again != moment;
    }
    CHECK_INT(wrong, 0);
    CHECK_INT(orm_time_make(ORM_UNSET_DATE, orm_clock_make(0, 0, 0, 0)), ORM_UNSET_TIME);
    CHECK_INT(orm_time_make(orm_date_make(2024, 1, 1), ORM_UNSET_CLOCK), ORM_UNSET_TIME);
    CHECK_INT(orm_time_make((orm_date){ INT32_MAX }, orm_clock_make(0, 0, 0, 0)), ORM_UNSET_TIME);
    CHECK_INT(orm_time_make(orm_date_make(2024, 1, 1), (orm_clock){ ORM__DAY }), ORM_UNSET_TIME);
    orm_date day;
    orm_clock clock_;
    orm_time_split(ORM_UNSET_TIME, &day, &clock_);
    CHECK(!orm_date_is_set(day) && !orm_clock_is_set(clock_));
    orm_time_split(INT64_MAX, &day, &clock_);
    orm_time_split(INT64_MIN + 1, &day, &clock_);
    CHECK(clock_.microseconds >= 0);
}

TEST(the_time_zone_of_the_environment_has_no_effect)
{
    setenv("TZ", "America/New_York", 1);
    tzset();
    CHECK_TEXT(reread("2024-07-01T12:00:00Z"), "2024-07-01T12:00:00Z");
    unsetenv("TZ");
    tzset();
}

TEST(now_lies_after_the_day_this_was_written)
{
    orm_time now = orm_now();
    CHECK(now > orm_time_make(orm_date_make(2024, 1, 1), orm_clock_make(0, 0, 0, 0)) && now < ORM__LAST_TIME);
}

CHECK_MAIN()

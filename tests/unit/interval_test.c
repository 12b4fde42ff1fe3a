/* spans of months, days and microseconds: ISO 8601 durations, and what they make of dates and moments */
#include "internal.h"
#include "check.h"

static const char *reread(const char *text_)
{
    static char buffer[ORM_INTERVAL_SIZE];
    orm_interval interval = { 1, 2, 3 };
    if (orm_interval_parse(text_, &interval)) return orm_interval_text(interval, buffer);
    return orm_interval_equal(interval, (orm_interval){ 1, 2, 3 }) ? "refused" : "refused, but written to";
}

TEST(durations_have_one_canonical_text)
{
    static const char *const table[][2] = {
        { "P1Y2M3DT4H5M6.5S", NULL }, { "PT0S", NULL }, { "P0D", "PT0S" }, { "P0Y", "PT0S" }, { "P14M", "P1Y2M" }, { "P2W", "P14D" }, { "P1W1D", "P8D" }, { "PT36H", NULL }, { "PT90M", "PT1H30M" },
        { "PT3600S", "PT1H" }, { "PT0.000001S", NULL }, { "PT1,5S", "PT1.5S" }, { "PT1.1234567S", "PT1.123456S" }, { "-P1D", "P-1D" }, { "-P1Y-2M", "P-10M" }, { "P1M-2D", NULL }, { "+P1D", "P1D" },
        { "P-1Y-2M3DT-4H-5M-6S", NULL }, { "PT-0.5S", NULL }, { "PT1H-30M", "PT30M" }, { "P2147483647M", "P178956970Y7M" }, { "P-2147483648M", "P-178956970Y-8M" }, { "P-2147483648D", NULL },
        { "PT9223372036854.775807S", "PT2562047788H54.775807S" }, { "PT-9223372036854.775808S", "PT-2562047788H-54.775808S" }, { "P0001Y", "P1Y" },
        { "P-178956970Y-8M-2147483648DT-2562047788H-54.775807S", NULL },
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        CHECK_TEXT(reread(table[i][0]), table[i][1] ? table[i][1] : table[i][0]);
        CHECK_TEXT(reread(reread(table[i][0])), reread(table[i][0]));
    }
}

TEST(what_is_no_duration_is_refused)
{
    static const char *const wrong[] = { "", "P", "PT", "P1", "1D", "P1DT", "P1Y1Y", "P1M1Y", "P1D1M", "PT1S1M", "P1H", "PT1D", "P1.5D", "PT1.5H", "P1S", "P1D ", " P1D", "p1d", "P1DT1HT1M", "P--1D", "P1D-", "PT.5S", "PT5.S",
        "P1Y2M3D4H", "P2147483648M", "P2147483648D", "P178956971Y", "PT9223372036855S", "PT-9223372036854.775809S", "P99999999999999999999D", "P1e3D", "-", "P-", "P0x1D", "P-178956970Y-8M-2147483648DT-2562047788H-54.775808S",
        "P178956970Y7M2147483647DT2562047788H54.775807S", "PT1.S", "P1\xC2\xA0S", "infinity" };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char text_[ORM_INTERVAL_SIZE];
        CHECK_TEXT(reread(wrong[i]), "refused");
        CHECK_TEXT(orm_interval_text(orm_interval_of(wrong[i]), text_), "invalid");
    }
    CHECK_TEXT(reread(NULL), "refused");
}

TEST(random_intervals_are_read_again)
{
    uint64_t state = 88172645463325252u;
    for (int i = 0; i < 100000; i++) {
        char text_[ORM_INTERVAL_SIZE];
        state ^= state << 13, state ^= state >> 7, state ^= state << 17;
        orm_interval again, interval = { (int32_t)(state >> 32) >> (state & 31), (int32_t)state >> (state >> 8 & 31), (int64_t)(state * 0x9E3779B97F4A7C15u) >> (state >> 16 & 63) };
        if (state >> 24 & 1) interval.microseconds = interval.microseconds / 1000000 * 1000000;
        REQUIRE(orm_interval_parse(orm_interval_text(interval, text_), &again) && orm_interval_equal(again, interval));
    }
}

static const char *day_plus(const char *day, const char *interval)
{
    static char buffer[ORM_DATE_SIZE];
    orm_date date = ORM_UNSET_DATE;
    orm_date_parse(day, &date);
    return orm_date_text(orm_date_add(date, orm_interval_of(interval)), buffer);
}

static const char *moment_plus(const char *moment, const char *interval)
{
    static char buffer[ORM_TIME_SIZE];
    orm_time time_ = ORM_UNSET_TIME;
    orm_time_parse(moment, &time_);
    return orm_time_text(orm_time_add(time_, orm_interval_of(interval)), buffer);
}

TEST(a_day_that_the_month_does_not_have_becomes_its_last)
{
    static const char *const table[][3] = {
        { "2024-01-31", "P1M", "2024-02-29" }, { "2023-01-31", "P1M", "2023-02-28" }, { "2024-02-29", "P1Y", "2025-02-28" }, { "2024-02-29", "-P4Y", "2020-02-29" }, { "2024-02-29", "-P1M", "2024-01-29" },
        { "2024-03-31", "-P1M", "2024-02-29" }, { "2024-05-31", "P1M", "2024-06-30" }, { "2024-01-31", "P1M1D", "2024-03-01" }, { "2024-12-31", "P2M", "2025-02-28" }, { "2024-01-01", "-P1D", "2023-12-31" },
        { "2024-01-01", "-P1M", "2023-12-01" }, { "0001-01-01", "P9998Y11M30D", "9999-12-31" }, { "9999-12-31", "P1D", "unset" }, { "9999-12-31", "P1M", "unset" }, { "0001-01-31", "-P1M", "unset" },
        { "0001-01-01", "-P1D", "unset" }, { "2024-01-01", "P2147483647D", "unset" }, { "2024-01-01", "P-2147483648M", "unset" }, { "2024-01-01", "PT24H", "unset" }, { "never", "P1D", "unset" },
        { "2024-01-01", "never", "unset" } };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) CHECK_TEXT(day_plus(table[i][0], table[i][1]), table[i][2]);
}

TEST(months_come_before_days_and_days_before_hours)
{
    static const char *const table[][3] = {
        { "2024-01-31T23:30:00Z", "P1M1DT1H", "2024-03-02T00:30:00Z" }, { "1970-01-01T00:00:00Z", "PT-0.000001S", "1969-12-31T23:59:59.999999Z" }, { "2024-02-29T12:00:00.5Z", "-P1Y", "2023-02-28T12:00:00.500Z" },
        { "9999-12-31T23:59:59.999999Z", "PT0.000001S", "unset" }, { "0001-01-01T00:00:00Z", "PT-0.000001S", "unset" }, { "2024-01-01T00:00:00Z", "PT9223372036854.775807S", "unset" },
        { "2024-01-01T00:00:00Z", "PT-9223372036854.775808S", "unset" }, { "9999-12-31T00:00:00Z", "P1DT-24H", "unset" }, { "2024-01-01T00:00:00Z", "x", "unset" }, { "x", "P1D", "unset" } };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) CHECK_TEXT(moment_plus(table[i][0], table[i][1]), table[i][2]);
}

/* against the plain count of days, month by month */
TEST(adding_months_agrees_with_counting_them)
{
    static const int lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    for (int year = 1896; year <= 1908; year++) for (int month = 1; month <= 12; month++) for (int day = 28; day <= 31; day++) {
        orm_date from = orm_date_make(year, month, day);
        if (!orm_date_is_set(from)) continue;
        for (int months = -30; months <= 30; months++) {
            int y = year, m = month;
            for (int k = 0; k < months; k++) if (++m > 12) m = 1, y++;
            for (int k = 0; k > months; k--) if (--m < 1) m = 12, y--;
            int length = lengths[m - 1] + (m == 2 && y % 4 == 0 && (y % 100 != 0 || y % 400 == 0));
            REQUIRE(orm_date_add(from, (orm_interval){ .months = months }).days == orm_date_make(y, m, day < length ? day : length).days);
        }
    }
}

TEST(differences_are_days_and_microseconds)
{
    int32_t days = 7;
    int64_t us = 7;
    CHECK(orm_days_between(orm_date_make(2024, 2, 28), orm_date_make(2024, 3, 1), &days) && days == 2);
    CHECK(orm_days_between(orm_date_make(9999, 12, 31), orm_date_make(1, 1, 1), &days) && days == -3652058);
    CHECK(!orm_days_between(ORM_UNSET_DATE, orm_date_make(1, 1, 1), &days) && days == -3652058);
    CHECK(orm_microseconds_between(0, 5, &us) && us == 5);
    CHECK(orm_microseconds_between(ORM__LAST_TIME, ORM__FIRST_TIME, &us) && us == ORM__FIRST_TIME - ORM__LAST_TIME);
    CHECK(!orm_microseconds_between(0, ORM_UNSET_TIME, &us) && !orm_microseconds_between(INT64_MAX, 0, &us));
}

TEST(intervals_are_added_part_by_part)
{
    orm_interval out = { 9, 9, 9 };
    CHECK(orm_interval_add(orm_interval_of("P1Y1DT1S"), orm_interval_of("-P1M2DT2S"), &out) && orm_interval_equal(out, orm_interval_of("P11M-1DT-1S")));
    CHECK(orm_interval_neg(out, &out) && orm_interval_equal(out, orm_interval_of("P-11M1DT1S")));
    CHECK(!orm_interval_add(orm_interval_of("P2147483647D"), orm_interval_of("P1D"), &out) && !orm_interval_neg((orm_interval){ .days = INT32_MIN }, &out) && !orm_interval_add(orm_interval_of("x"), out, &out));
    CHECK(orm_interval_equal(out, orm_interval_of("P-11M1DT1S")));
    CHECK(!orm_interval_equal(orm_interval_of("P1M"), orm_interval_of("P30D")) && !orm_interval_equal(orm_interval_of("P1D"), orm_interval_of("PT24H")));
}

CHECK_MAIN()

/* >>calendar: moments, days and times of day: made, split, read and printed. Pure arithmetic in the proleptic Gregorian calendar:
   mktime and localtime depend on TZ, take locks and end in 2038 here and there. Years 1 to 9999, as ISO 8601 and SQL know them. */
#include "internal.h"

#define ORM__ONE_SECOND INT64_C(1000000)

/* days since 1970-01-01; the year is counted from March, so that the leap day is its last (any year) */
static int64_t orm__days_of(int64_t year, int month, int day)
{
    if (month <= 2) year--;
    int64_t era = (year >= 0 ? year : year - 399) / 400, year_of_era = year - era * 400;
    int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

static int orm__days_in_month(int year, int month)
{
    static const signed char days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return days[month - 1] + (month == 2 && leap);
}

ORM_API orm_date orm_date_make(int year, int month, int day)
{
    if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > orm__days_in_month(year, month)) return ORM_UNSET_DATE;
    return (orm_date){ (int32_t)orm__days_of(year, month, day) };
}

ORM_API void orm_date_split(orm_date day, int *year, int *month, int *day_of_month)
{
    int64_t y = 0, m = 0, d = 0;
    if (orm_date_is_set(day)) {
        int64_t shifted = (int64_t)day.days + 719468, era = (shifted >= 0 ? shifted : shifted - 146096) / 146097, day_of_era = shifted - era * 146097;
        int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
        int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100), from_march = (5 * day_of_year + 2) / 153;
        d = day_of_year - (153 * from_march + 2) / 5 + 1;
        m = from_march < 10 ? from_march + 3 : from_march - 9;
        y = year_of_era + era * 400 + (m <= 2);
    }
    if (year) *year = (int)y;
    if (month) *month = (int)m;
    if (day_of_month) *day_of_month = (int)d;
}

ORM_API orm_clock orm_clock_make(int hour, int minute, int second, int microsecond)
{
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59 || microsecond < 0 || microsecond > 999999) return ORM_UNSET_CLOCK;
    return (orm_clock){ (((int64_t)hour * 60 + minute) * 60 + second) * ORM__ONE_SECOND + microsecond };
}

ORM_API bool orm_date_is_set(orm_date day) { return day.days != INT32_MIN; }
ORM_API bool orm_clock_is_set(orm_clock clock_) { return clock_.microseconds != INT64_MIN; }

ORM_API orm_time orm_now(void)
{
    struct timespec now;
    if (clock_gettime(CLOCK_REALTIME, &now) != 0) return ORM_UNSET_TIME;
    return (int64_t)now.tv_sec * ORM__ONE_SECOND + now.tv_nsec / 1000;
}

ORM_API orm_time orm_time_make(orm_date day, orm_clock clock_)
{
    if (day.days < ORM__FIRST_DAY || day.days > ORM__LAST_DAY || clock_.microseconds < 0 || clock_.microseconds >= ORM__DAY) return ORM_UNSET_TIME;
    return day.days * ORM__DAY + clock_.microseconds;
}

ORM_API void orm_time_split(orm_time moment, orm_date *day, orm_clock *clock_)
{
    orm_date d = ORM_UNSET_DATE;
    orm_clock c = ORM_UNSET_CLOCK;
    if (moment != ORM_UNSET_TIME) {
        c.microseconds = moment % ORM__DAY;
        if (c.microseconds < 0) c.microseconds += ORM__DAY;
        d.days = (int32_t)((moment / ORM__DAY) - (moment % ORM__DAY < 0));
    }
    if (day) *day = d;
    if (clock_) *clock_ = c;
}

/* ---- reading ------------------------------------------------------------------------------------------------ */
/* exactly `digits` digits; moves `at` behind them */
static bool orm__read_number(const char **at, int digits, int *out)
{
    int number = 0;
    for (int i = 0; i < digits; i++, (*at)++) {
        if (**at < '0' || **at > '9') return false;
        number = number * 10 + (**at - '0');
    }
    *out = number;
    return true;
}

static bool orm__read_char(const char **at, char c)
{
    if (**at != c) return false;
    (*at)++;
    return true;
}

static bool orm__read_date(const char **at, orm_date *out)
{
    int year, month, day;
    if (!orm__read_number(at, 4, &year) || !orm__read_char(at, '-') || !orm__read_number(at, 2, &month)
        || !orm__read_char(at, '-') || !orm__read_number(at, 2, &day)) return false;
    *out = orm_date_make(year, month, day);
    return orm_date_is_set(*out);
}

/* hh:mm[:ss[.fraction]]; digits of the fraction beyond microseconds are cut */
static bool orm__read_clock(const char **at, bool seconds_needed, orm_clock *out)
{
    int hour, minute, second = 0, fraction = 0;
    if (!orm__read_number(at, 2, &hour) || !orm__read_char(at, ':') || !orm__read_number(at, 2, &minute)) return false;
    if (orm__read_char(at, ':')) {
        if (!orm__read_number(at, 2, &second)) return false;
        if (orm__read_char(at, '.')) {
            int digits = 0;
            for (; **at >= '0' && **at <= '9'; (*at)++) {
                if (digits == 6) continue;
                fraction = fraction * 10 + (**at - '0');
                digits++;
            }
            if (digits == 0) return false;
            for (; digits < 6; digits++) fraction *= 10;
        }
    } else if (seconds_needed) {
        return false;
    }
    *out = orm_clock_make(hour, minute, second, fraction);
    return orm_clock_is_set(*out);
}

/* "Z" or an offset, as microseconds east of Greenwich */
static bool orm__read_zone(const char **at, int64_t *east)
{
    int hours, minutes;
    *east = 0;
    if (orm__read_char(at, 'Z') || orm__read_char(at, 'z')) return true;
    int64_t sign = orm__read_char(at, '+') ? 1 : orm__read_char(at, '-') ? -1 : 0;
    if (sign == 0 || !orm__read_number(at, 2, &hours) || !orm__read_char(at, ':') || !orm__read_number(at, 2, &minutes)) return false;
    *east = sign * (hours * 60 + minutes) * 60 * ORM__ONE_SECOND;
    return hours <= 23 && minutes <= 59;
}

ORM_API bool orm_date_parse(const char *text_, orm_date *out)
{
    orm_date day;
    if (!text_ || !orm__read_date(&text_, &day) || *text_ != 0) return false;
    *out = day;
    return true;
}

ORM_API bool orm_clock_parse(const char *text_, orm_clock *out)
{
    orm_clock clock_;
    if (!text_ || !orm__read_clock(&text_, false, &clock_) || *text_ != 0) return false;
    *out = clock_;
    return true;
}

ORM_API bool orm_time_parse(const char *text_, orm_time *out)
{
    orm_date day;
    orm_clock clock_;
    int64_t east;
    if (!text_ || !orm__read_date(&text_, &day)) return false;
    if (!orm__read_char(&text_, 'T') && !orm__read_char(&text_, 't') && !orm__read_char(&text_, ' ')) return false;
    if (!orm__read_clock(&text_, true, &clock_) || !orm__read_zone(&text_, &east) || *text_ != 0) return false;
    orm_time moment = orm_time_make(day, clock_) - east;
    if (moment < ORM__FIRST_TIME || moment > ORM__LAST_TIME) return false;       /* 0001-01-01T00:00:00+01:00 is in the year 0 */
    *out = moment;
    return true;
}

/* ---- printing ----------------------------------------------------------------------------------------------- */
static char *orm__print_number(char *at, int64_t number, int digits)
{
    for (int i = digits; i-- > 0; number /= 10) at[i] = (char)('0' + number % 10);
    return at + digits;
}

static char *orm__print_date(char *at, orm_date day)
{
    int year, month, day_of_month;
    orm_date_split(day, &year, &month, &day_of_month);
    at = orm__print_number(at, year, 4);
    *at++ = '-';
    at = orm__print_number(at, month, 2);
    *at++ = '-';
    return orm__print_number(at, day_of_month, 2);
}

static char *orm__print_clock(char *at, orm_clock clock_)
{
    int64_t seconds = clock_.microseconds / ORM__ONE_SECOND, fraction = clock_.microseconds % ORM__ONE_SECOND;
    at = orm__print_number(at, seconds / 3600, 2);
    *at++ = ':';
    at = orm__print_number(at, seconds / 60 % 60, 2);
    *at++ = ':';
    at = orm__print_number(at, seconds % 60, 2);
    if (fraction == 0) return at;
    *at++ = '.';
    return fraction % 1000 == 0 ? orm__print_number(at, fraction / 1000, 3) : orm__print_number(at, fraction, 6);
}

/* what stands for a value that has no text; fits the smallest of the buffers */
static const char *orm__print_none(char *buffer, bool set)
{
    const char *words = set ? "out of range" : "unset";
    memcpy(buffer, words, strlen(words) + 1);
    return buffer;
}

ORM_API const char *orm_date_text(orm_date day, char buffer[ORM_DATE_SIZE])
{
    if (day.days < ORM__FIRST_DAY || day.days > ORM__LAST_DAY) return orm__print_none(buffer, orm_date_is_set(day));
    *orm__print_date(buffer, day) = 0;
    return buffer;
}

ORM_API const char *orm_clock_text(orm_clock clock_, char buffer[ORM_CLOCK_SIZE])
{
    if (clock_.microseconds < 0 || clock_.microseconds >= ORM__DAY) return orm__print_none(buffer, orm_clock_is_set(clock_));
    *orm__print_clock(buffer, clock_) = 0;
    return buffer;
}

ORM_API const char *orm_time_text(orm_time moment, char buffer[ORM_TIME_SIZE])
{
    orm_date day;
    orm_clock clock_;
    if (moment < ORM__FIRST_TIME || moment > ORM__LAST_TIME) return orm__print_none(buffer, moment != ORM_UNSET_TIME);
    orm_time_split(moment, &day, &clock_);
    char *at = orm__print_date(buffer, day);
    *at++ = 'T';
    at = orm__print_clock(at, clock_);
    *at++ = 'Z';
    *at = 0;
    return buffer;
}

/* >>interval: spans of months, days and microseconds: read and printed as ISO 8601 durations, added to dates and moments. No locale, no time zone. */
#include "internal.h"

#define ORM__US_PER_SECOND INT64_C(1000000)

static const orm_interval orm__no_interval = { INT32_MIN, INT32_MIN, INT64_MIN };

/* PostgreSQL has an infinite interval of either sign, with these parts; a literal that is none is the first of them */
ORM_PRIVATE bool orm__interval_is_finite(orm_interval interval)
{
    return !orm_interval_equal(interval, orm__no_interval) && !orm_interval_equal(interval, (orm_interval){ INT32_MAX, INT32_MAX, INT64_MAX });
}

ORM_API bool orm_interval_equal(orm_interval a, orm_interval b) { return a.months == b.months && a.days == b.days && a.microseconds == b.microseconds; }

/* a number with its sign; its fraction, in millionths, where one may stand */
static bool orm__read_amount(const char **at, bool negative, int64_t *whole, int64_t *fraction, bool *broken)
{
    bool minus = **at == '-';
    *whole = *fraction = 0;
    *broken = false;
    if (**at == '-' || **at == '+') (*at)++;
    if (**at < '0' || **at > '9') return false;
    int sign = minus != negative ? -1 : 1;
    for (; **at >= '0' && **at <= '9'; (*at)++)
        if (__builtin_mul_overflow(*whole, 10, whole) || __builtin_add_overflow(*whole, sign * (**at - '0'), whole)) return false;
    if (**at != '.' && **at != ',') return true;
    *broken = true;
    int64_t place = ORM__US_PER_SECOND / 10 * sign;
    for ((*at)++; **at >= '0' && **at <= '9'; (*at)++, place /= 10) *fraction += place * (**at - '0');
    return (*at)[-1] >= '0' && (*at)[-1] <= '9';
}

ORM_API bool orm_interval_parse(const char *text_, orm_interval *out)
{
    static const struct { char unit; bool clock; int64_t factor; } units[] = { { 'Y', false, 12 }, { 'M', false, 1 }, { 'W', false, 7 }, { 'D', false, 1 },
        { 'H', true, 3600 * ORM__US_PER_SECOND }, { 'M', true, 60 * ORM__US_PER_SECOND }, { 'S', true, ORM__US_PER_SECOND } };
    int64_t parts[3] = { 0, 0, 0 }, whole, fraction;        /* months, days, microseconds */
    bool negative = false, clock_ = false, any = false, broken;
    size_t next = 0;
    if (!text_) return false;
    if (*text_ == '-' || *text_ == '+') negative = *text_++ == '-';
    if (*text_++ != 'P') return false;
    while (*text_ || !any) {
        if (*text_ == 'T' && !clock_) {
            clock_ = true;
            any = false;                                    /* something must follow */
            text_++;
            continue;
        }
        if (!orm__read_amount(&text_, negative, &whole, &fraction, &broken)) return false;
        while (next < sizeof units / sizeof *units && (units[next].unit != *text_ || units[next].clock != clock_)) next++;
        if (next == sizeof units / sizeof *units || (broken && *text_ != 'S')) return false;
        int64_t *part = &parts[clock_ ? 2 : next < 2 ? 0 : 1];
        if (__builtin_mul_overflow(whole, units[next].factor, &whole) || __builtin_add_overflow(*part, whole, part) || __builtin_add_overflow(*part, fraction, part)) return false;
        any = true;
        next++;
        text_++;
    }
    orm_interval interval = { (int32_t)parts[0], (int32_t)parts[1], parts[2] };
    if (interval.months != parts[0] || interval.days != parts[1] || !orm__interval_is_finite(interval)) return false;
    *out = interval;
    return true;
}

ORM_API orm_interval orm_interval_of(const char *text_)
{
    orm_interval interval;
    return orm_interval_parse(text_, &interval) ? interval : orm__no_interval;
}

/* "-3D", or nothing for 0 */
static void orm__put_amount(orm__writer *w, int64_t amount, char unit)
{
    if (!amount) return;
    orm__put_int(w, amount);
    orm__put_char(w, unit);
}

ORM_API const char *orm_interval_text(orm_interval interval, char buffer[ORM_INTERVAL_SIZE])
{
    orm__writer w = { .text = buffer, .capacity = ORM_INTERVAL_SIZE };
    int64_t seconds = interval.microseconds / ORM__US_PER_SECOND, fraction = interval.microseconds % ORM__US_PER_SECOND;
    if (!orm__interval_is_finite(interval)) {
        memcpy(buffer, "invalid", sizeof "invalid");
        return buffer;
    }
    orm__put_char(&w, 'P');
    orm__put_amount(&w, interval.months / 12, 'Y');
    orm__put_amount(&w, interval.months % 12, 'M');
    orm__put_amount(&w, interval.days, 'D');
    if (interval.microseconds || (!interval.months && !interval.days)) orm__put_char(&w, 'T');
    orm__put_amount(&w, seconds / 3600, 'H');
    orm__put_amount(&w, seconds / 60 % 60, 'M');
    if (fraction) {
        char digits[8] = "";
        int64_t left = fraction < 0 ? -fraction : fraction;
        size_t n = 6;
        for (size_t i = n; i-- > 0; left /= 10) digits[i] = (char)('0' + left % 10);
        while (digits[n - 1] == '0') n--;
        if (fraction < 0) orm__put_char(&w, '-');           /* also of -0.5, whose whole seconds have no sign */
        orm__put_int(&w, seconds % 60 < 0 ? -(seconds % 60) : seconds % 60);
        orm__put_char(&w, '.');
        orm__put_bytes(&w, digits, n);
        orm__put_char(&w, 'S');
    } else {
        orm__put_amount(&w, seconds % 60, 'S');
    }
    if (buffer[strlen(buffer) - 1] == 'T') orm__put(&w, "0S");
    return buffer;
}

ORM_API bool orm_interval_add(orm_interval a, orm_interval b, orm_interval *out)
{
    orm_interval sum;
    if (!orm__interval_is_finite(a) || !orm__interval_is_finite(b)) return false;
    if (__builtin_add_overflow(a.months, b.months, &sum.months) || __builtin_add_overflow(a.days, b.days, &sum.days) ||
        __builtin_add_overflow(a.microseconds, b.microseconds, &sum.microseconds) || !orm__interval_is_finite(sum)) return false;
    *out = sum;
    return true;
}

ORM_API bool orm_interval_neg(orm_interval interval, orm_interval *out)
{
    if (!orm__interval_is_finite(interval) || interval.months == INT32_MIN || interval.days == INT32_MIN || interval.microseconds == INT64_MIN) return false;
    *out = (orm_interval){ -interval.months, -interval.days, -interval.microseconds };
    return true;
}

static bool orm__day_in_range(int64_t day) { return day >= ORM__FIRST_DAY && day <= ORM__LAST_DAY; }

ORM_API orm_date orm_date_add(orm_date day, orm_interval interval)
{
    int year, month, day_of_month;
    if (!orm__day_in_range(day.days) || interval.microseconds || !orm__interval_is_finite(interval)) return ORM_UNSET_DATE;
    if (interval.months) {
        orm_date_split(day, &year, &month, &day_of_month);
        int64_t months = (int64_t)year * 12 + month - 1 + interval.months;
        if (months < 12 || months >= 12 * INT64_C(10000)) return ORM_UNSET_DATE;
        do day = orm_date_make((int)(months / 12), (int)(months % 12) + 1, day_of_month); while (!orm_date_is_set(day) && day_of_month-- > 28);
    }
    int64_t days = (int64_t)day.days + interval.days;
    return orm__day_in_range(days) ? (orm_date){ (int32_t)days } : ORM_UNSET_DATE;
}

ORM_API orm_time orm_time_add(orm_time moment, orm_interval interval)
{
    orm_date day;
    orm_clock clock_;
    int64_t microseconds = interval.microseconds;
    if (moment < ORM__FIRST_TIME || moment > ORM__LAST_TIME || !orm__interval_is_finite(interval)) return ORM_UNSET_TIME;
    orm_time_split(moment, &day, &clock_);
    interval.microseconds = 0;
    day = orm_date_add(day, interval);
    if (!orm_date_is_set(day) || __builtin_add_overflow(orm_time_make(day, clock_), microseconds, &moment)) return ORM_UNSET_TIME;
    return moment >= ORM__FIRST_TIME && moment <= ORM__LAST_TIME ? moment : ORM_UNSET_TIME;
}

ORM_API bool orm_days_between(orm_date from, orm_date to, int32_t *days)
{
    if (!orm__day_in_range(from.days) || !orm__day_in_range(to.days)) return false;
    *days = to.days - from.days;
    return true;
}

ORM_API bool orm_microseconds_between(orm_time from, orm_time to, int64_t *microseconds)
{
    if (from < ORM__FIRST_TIME || from > ORM__LAST_TIME || to < ORM__FIRST_TIME || to > ORM__LAST_TIME) return false;
    *microseconds = to - from;
    return true;
}

/* >>values: the C types of columns, and the calls that make, read and print them.
   Nothing here allocates, takes a lock or touches a database; every call may be used from any thread. */

/** A moment: microseconds since 1970-01-01T00:00:00Z, UTC, without leap seconds (POSIX). */
typedef int64_t orm_time;
/** The mark of a moment that nobody has set (0 is a moment: midnight of 1970-01-01). */
#define ORM_UNSET_TIME INT64_MIN
/** A calendar day: days since 1970-01-01 in the proleptic Gregorian calendar (ISO 8601). */
typedef struct orm_date { int32_t days; } orm_date;
#define ORM_UNSET_DATE ((orm_date){ INT32_MIN })
/** A time of day: microseconds since midnight, 0 to 86,399,999,999. */
typedef struct orm_clock { int64_t microseconds; } orm_clock;
#define ORM_UNSET_CLOCK ((orm_clock){ INT64_MIN })
/** A UUID (RFC 9562) in network byte order; all zero is "none". */
typedef struct orm_uuid { uint8_t byte[16]; } orm_uuid;
/** Bytes with a length. `data` NULL is "none"; an empty blob has a `data` that is not NULL. */
typedef struct orm_blob { const void *data; size_t size; } orm_blob;
/** An exact decimal number: the 128-bit integer high:low (two's complement) divided by 10^scale; |value| < 10^38. */
typedef struct orm_decimal { int64_t high; uint64_t low; int32_t scale; } orm_decimal;

/** An IP address (RFC 791, RFC 4291) with the length of a network prefix. An IPv4 address is in the first four bytes. `family` 0 is "none". */
typedef struct orm_inet { uint8_t address[16]; uint8_t family, prefix; } orm_inet;      /* family: 4 or 6; prefix: 32 or 128 for one host */

/** A span of the calendar and the clock (ISO 8601-1, 5.5.2: a duration): months, days and microseconds are kept apart, because neither a month nor a
    day (of a zone with summer time) has always the same length. Twelve months are a year; the three may have different signs. */
typedef struct orm_interval { int32_t months, days; int64_t microseconds; } orm_interval;
/** An amount of money: whole minor units (cents) and the currency's code (ISO 4217). `currency` "" is "none": no amount at all. */
typedef struct orm_money { int64_t minor; char currency[4]; } orm_money;

/** Arrays: members of `array(T)` rows. `at` NULL is "none"; an empty array has an `at` that is not NULL: orm_empty(orm_texts). Elements are
    never NULL. What a find returns belongs to its result; what a call gets is borrowed until it returns. */
typedef struct orm_int16s   { const int16_t *at; size_t n; } orm_int16s;
typedef struct orm_int32s   { const int32_t *at; size_t n; } orm_int32s;
typedef struct orm_int64s   { const int64_t *at; size_t n; } orm_int64s;
typedef struct orm_floats   { const float *at; size_t n; } orm_floats;
typedef struct orm_doubles  { const double *at; size_t n; } orm_doubles;
typedef struct orm_bools    { const bool *at; size_t n; } orm_bools;
typedef struct orm_texts    { const char *const *at; size_t n; } orm_texts;
typedef struct orm_dates    { const orm_date *at; size_t n; } orm_dates;
typedef struct orm_times    { const orm_time *at; size_t n; } orm_times;
typedef struct orm_uuids    { const orm_uuid *at; size_t n; } orm_uuids;

/** Members of `nullable` rows: zero-initialised is NULL, and a bare number does not assign by accident. */
typedef struct orm_opt_int16   { int16_t value; bool set; } orm_opt_int16;
typedef struct orm_opt_int32   { int32_t value; bool set; } orm_opt_int32;
typedef struct orm_opt_int64   { int64_t value; bool set; } orm_opt_int64;
typedef struct orm_opt_float   { float value; bool set; } orm_opt_float;
typedef struct orm_opt_double  { double value; bool set; } orm_opt_double;
typedef struct orm_opt_bool    { bool value; bool set; } orm_opt_bool;
typedef struct orm_opt_time    { orm_time value; bool set; } orm_opt_time;
typedef struct orm_opt_date    { orm_date value; bool set; } orm_opt_date;
typedef struct orm_opt_clock   { orm_clock value; bool set; } orm_opt_clock;
typedef struct orm_opt_decimal { orm_decimal value; bool set; } orm_opt_decimal;
typedef struct orm_opt_interval { orm_interval value; bool set; } orm_opt_interval;

#ifndef __cplusplus
/** Values for nullable members: `.age = orm_int32(36)`. */
static inline ORM__UNUSED orm_opt_int16   orm_int16(int16_t v)        { return (orm_opt_int16){ v, true }; }
static inline ORM__UNUSED orm_opt_int32   orm_int32(int32_t v)        { return (orm_opt_int32){ v, true }; }
static inline ORM__UNUSED orm_opt_int64   orm_int64(int64_t v)        { return (orm_opt_int64){ v, true }; }
static inline ORM__UNUSED orm_opt_float   orm_float(float v)          { return (orm_opt_float){ v, true }; }
static inline ORM__UNUSED orm_opt_double  orm_double(double v)        { return (orm_opt_double){ v, true }; }
static inline ORM__UNUSED orm_opt_bool    orm_bool(bool v)            { return (orm_opt_bool){ v, true }; }
static inline ORM__UNUSED orm_opt_time    orm_some_time(orm_time v)   { return (orm_opt_time){ v, true }; }
static inline ORM__UNUSED orm_opt_date    orm_some_date(orm_date v)   { return (orm_opt_date){ v, true }; }
static inline ORM__UNUSED orm_opt_clock   orm_some_clock(orm_clock v) { return (orm_opt_clock){ v, true }; }
static inline ORM__UNUSED orm_opt_decimal orm_some_decimal(orm_decimal v) { return (orm_opt_decimal){ v, true }; }
static inline ORM__UNUSED orm_opt_interval orm_some_interval(orm_interval v) { return (orm_opt_interval){ v, true }; }
/** An array of the values, which live to the end of the block: `.tags = orm_array(orm_texts, "a", "b")`. In conditions and assignments it needs
    a name: `orm_texts wanted = orm_array(orm_texts, "a", "b"); ... orm_holds_any(Post_.tags, wanted)`. One of `n` elements elsewhere, and one of none. */
#define ORM__ARRAY_LITERAL "__extension__ (("       /* how orm_array begins: see ORM__TAKES */
#define orm_array(type, ...) __extension__ ((type){ (__typeof__(*(type){ 0 }.at)[]){ __VA_ARGS__ }, sizeof (__typeof__(*(type){ 0 }.at)[]){ __VA_ARGS__ } / sizeof *(type){ 0 }.at })
#define orm_array_at(type, elements, n) ((type){ (elements), (n) })
#define orm_empty(type) ((type){ (const void *)&orm__nothing, 0 })
static const uint64_t orm__nothing ORM__UNUSED = 0;
#endif

/** Sizes of the buffers that the printing calls fill, terminating NUL included. */
#define ORM_TIME_SIZE    32     /* 2026-11-20T09:08:07.123456Z */
#define ORM_DATE_SIZE    16     /* 2026-11-20 */
#define ORM_CLOCK_SIZE   16     /* 09:08:07.123456 */
#define ORM_UUID_SIZE    37     /* 0190163d-8694-739b-aea5-966c26f8ad91 */
#define ORM_INET_SIZE    48     /* 2001:db8:1:2:3:4:5:6/128 and longer */
#define ORM_INTERVAL_SIZE 64    /* P-178956970Y-8M-2147483648DT-2562047788H-54.775808S */
#define ORM_MONEY_SIZE   32     /* -9223372036854775.808 KWD */
#define ORM_DECIMAL_SIZE 48     /* -12345678901234567890.123456 */

/** Digits of a decimal. */
#define ORM_MAX_DIGITS   38

/** The moment now (CLOCK_REALTIME). */
ORM_API orm_time orm_now(void);
/** Reads RFC 3339 ("2026-11-20T09:08:07.5Z", "+02:00" offsets, 'T' or one space); a day or second that does not exist
    (02-30, 24:00, :60) and a text without zone are refused; digits beyond microseconds are cut. Returns false and leaves `out` alone when the text is not a moment. */
ORM_API bool orm_time_parse(const char *text_, orm_time *out);
/** Prints RFC 3339 in UTC, with as many fraction digits as needed (0, 3 or 6). Returns `buffer`. "unset" for ORM_UNSET_TIME. */
ORM_API const char *orm_time_text(orm_time moment, char buffer[ORM_TIME_SIZE]);
/** The moment of a day and a time of day in UTC; ORM_UNSET_TIME when either is unset or out of range. */
ORM_API orm_time orm_time_make(orm_date day, orm_clock clock_);
/** The UTC day and time of day of a moment (floor division: moments before 1970 work). Each out pointer may be NULL. */
ORM_API void orm_time_split(orm_time moment, orm_date *day, orm_clock *clock_);
/** The day of year-month-day; ORM_UNSET_DATE when there is no such day. Years 1 to 9999. */
ORM_API orm_date orm_date_make(int year, int month, int day);
/** Year, month and day of a date. Each out pointer may be NULL. */
ORM_API void orm_date_split(orm_date day, int *year, int *month, int *day_of_month);
/** "2026-11-20" (ISO 8601 extended format) to a date; false when it is not one. */
ORM_API bool orm_date_parse(const char *text_, orm_date *out);
ORM_API const char *orm_date_text(orm_date day, char buffer[ORM_DATE_SIZE]);
/** The time of day h:m:s.us; ORM_UNSET_CLOCK when there is none such. */
ORM_API orm_clock orm_clock_make(int hour, int minute, int second, int microsecond);
/** "09:08", "09:08:07" or "09:08:07.123456" to a time of day; false when it is not one. */
ORM_API bool orm_clock_parse(const char *text_, orm_clock *out);
ORM_API const char *orm_clock_text(orm_clock clock_, char buffer[ORM_CLOCK_SIZE]);
ORM_API bool orm_date_is_set(orm_date day);
ORM_API bool orm_clock_is_set(orm_clock clock_);

/** A random UUID, version 4 (RFC 9562, 5.4), from the system's random source. All zero only if that source fails. */
ORM_API orm_uuid orm_uuid_v4(void);
/** A time-ordered UUID, version 7 (RFC 9562, 5.7): milliseconds, then a counter so that one process's values ascend. */
ORM_API orm_uuid orm_uuid_v7(void);
/** 8-4-4-4-12 hex digits, either case, with or without braces; false when it is not a UUID. */
ORM_API bool orm_uuid_parse(const char *text_, orm_uuid *out);
/** Canonical lower-case form. Returns `buffer`. */
ORM_API const char *orm_uuid_text(orm_uuid id, char buffer[ORM_UUID_SIZE]);
ORM_API bool orm_uuid_is_nil(orm_uuid id);
ORM_API bool orm_uuid_equal(orm_uuid a, orm_uuid b);

/** "192.0.2.1", "2001:db8::1" or either with a prefix length behind it, "10.0.0.0/8" (RFC 4291, 2.2 and 2.3; IPv4 without leading zeros);
    bits behind the prefix are kept. False when it is none, and `out` is left alone. */
ORM_API bool orm_inet_parse(const char *text_, orm_inet *out);
/** The same for literals: a text that is not an address gives a value that every write refuses. */
ORM_API orm_inet orm_inet_of(const char *text_);
/** Canonical text (RFC 5952), with the prefix length unless it is a host's. Returns `buffer`. "" for none. */
ORM_API const char *orm_inet_text(orm_inet address, char buffer[ORM_INET_SIZE]);
/** The same address and prefix? */
ORM_API bool orm_inet_equal(orm_inet a, orm_inet b);

/** "-12.340" to a decimal with the scale as written (3); no exponent, at most 38 digits. False when it is not one. */
ORM_API bool orm_decimal_parse(const char *text_, orm_decimal *out);
/** The same for literals: a text that is not a decimal gives a value that every write refuses. */
ORM_API orm_decimal orm_decimal_of(const char *text_);
/** `units` divided by 10^scale: orm_decimal_make(1999, 2) is 19.99. Scale 0 to 38. */
ORM_API orm_decimal orm_decimal_make(int64_t units, int scale);
/** Prints all digits of the scale. Returns `buffer`. */
ORM_API const char *orm_decimal_text(orm_decimal number, char buffer[ORM_DECIMAL_SIZE]);
/** -1, 0 or 1, by value: 1.50 equals 1.5. */
ORM_API int orm_decimal_compare(orm_decimal a, orm_decimal b);
/** The same value with `scale` digits after the point; false when digits other than 0 would be lost or 38 are not enough. */
ORM_API bool orm_decimal_rescale(orm_decimal number, int scale, orm_decimal *out);
/** The number times 10^scale as a 64-bit integer; false when it does not fit or `scale` loses digits. */
ORM_API bool orm_decimal_units(orm_decimal number, int scale, int64_t *out);

/** What becomes of digits that have no place. Zero is the default: to the nearest, halves to the even neighbour, so that many roundings do not drift. */
typedef enum orm_rounding {
    ORM_HALF_EVEN,      /* 0.125 is 0.12, 0.135 is 0.14 */
    ORM_HALF_UP,        /* halves away from zero, as merchants do: 0.125 is 0.13, -0.125 is -0.13 */
    ORM_HALF_DOWN,      /* halves towards zero: 0.125 is 0.12 */
    ORM_DOWN,           /* towards zero: the digits are cut */
    ORM_UP,             /* away from zero */
    ORM_FLOOR,          /* towards minus infinity */
    ORM_CEILING,        /* towards plus infinity */
    ORM_EXACT           /* not at all: digits other than 0 that have no place are refused */
} orm_rounding;
/** Sum, difference and product are exact on their way (256 bits), and so is the quotient's rest, which is what is rounded. The sum has the larger scale of
    both; product and quotient have the scale that is asked for, 0 to 38. False, and `out` is left alone, when the result has more than 38 digits,
    when a number is none (orm_decimal_of("x")), when ORM_EXACT would lose digits, and when it is divided by zero. `out` may be one of the operands' places. */
ORM_API bool orm_decimal_add(orm_decimal a, orm_decimal b, orm_decimal *out);
ORM_API bool orm_decimal_sub(orm_decimal a, orm_decimal b, orm_decimal *out);
ORM_API bool orm_decimal_mul(orm_decimal a, orm_decimal b, int scale, orm_rounding how, orm_decimal *out);
ORM_API bool orm_decimal_div(orm_decimal a, orm_decimal b, int scale, orm_rounding how, orm_decimal *out);
/** The number with `scale` digits behind the point, fewer by rounding, more by zeros. False as above. */
ORM_API bool orm_decimal_round(orm_decimal number, int scale, orm_rounding how, orm_decimal *out);
/** What is no number stays none. */
ORM_API orm_decimal orm_decimal_neg(orm_decimal number);
ORM_API orm_decimal orm_decimal_abs(orm_decimal number);
/** -1, 0 or 1: below, at or above zero; what is no number is 0. */
ORM_API int orm_decimal_sign(orm_decimal number);
/** Doubles: not for money. The nearest double (NaN of what is no number); and the double's exact value, 0.1 being
    0.1000000000000000055511151231257827..., rounded to `scale` digits. False for NaN, infinities and what has more than 38 digits. */
ORM_API double orm_decimal_to_double(orm_decimal number);
ORM_API bool orm_decimal_from_double(double number, int scale, orm_rounding how, orm_decimal *out);

/** How a number is shown to people; all zero is orm_decimal_text's form. Texts are UTF-8 and borrowed for the call; no locale has a say.
    { .group = ",", .prefix = "$" } is -$1,234,567.50; { .group = ".", .point = "," } is -1.234.567,50; { .group = ",", .next_groups = 2 } is
    -12,34,567.50 (India). */
typedef struct orm_number_style {
    const char *point, *group;          /* NULL: ".", and no groups */
    int first_group, next_groups;       /* digits of the group before the point, 0 is 3; of those before it, 0 is the same */
    const char *minus, *plus;           /* NULL: "-", and nothing; zero has neither */
    const char *prefix, *suffix;        /* between the sign and the digits, and behind them */
} orm_number_style;
/** Prints the number in that style (NULL is all zero) with its NUL into `buffer`. Returns how long the text is, without the NUL, as snprintf does; but one that
    does not fit leaves an empty text, never a number that was cut. 0 for what is no number. */
ORM_API size_t orm_decimal_format(orm_decimal number, const orm_number_style *style, char *buffer, size_t size);

/** How many digits the currency's minor unit stands behind the point (ISO 4217: JPY 0, EUR 2, KWD 3, UYW 4); -1 for what is no code of the list, which holds
    the national currencies and funds codes of 2026 and those that were withdrawn since 2015, but neither metals nor test codes. */
ORM_API int orm_currency_digits(const char *code);
/** The same as a rule of a column: X(currency, char(3), check_with(orm_check_currency)). NULL, or what is wrong. */
ORM_API const char *orm_check_currency(const char *code);
/** orm_money_make(1999, "EUR") is 19.99 EUR; of an unknown currency it is none (""). */
ORM_API orm_money orm_money_make(int64_t minor, const char *currency);
/** "19.99 EUR" or "EUR 19.99", with at most the currency's digits behind the point, no groups; false when it is not one. */
ORM_API bool orm_money_parse(const char *text_, orm_money *out);
/** "19.99 EUR". Returns `buffer`; "" for none. */
ORM_API const char *orm_money_text(orm_money amount, char buffer[ORM_MONEY_SIZE]);
/** The number in a style, as orm_decimal_format: the currency's symbol is the style's prefix or suffix. */
ORM_API size_t orm_money_format(orm_money amount, const orm_number_style *style, char *buffer, size_t size);
/** As a decimal of the currency's scale, and back; false when it does not fit, or ORM_EXACT loses digits. */
ORM_API orm_decimal orm_money_decimal(orm_money amount);
ORM_API bool orm_money_from_decimal(orm_decimal number, const char *currency, orm_rounding how, orm_money *out);
/** Sums and differences of one currency. False, and `out` is left alone, for two currencies, for none, and when 64 bits are not enough. */
ORM_API bool orm_money_add(orm_money a, orm_money b, orm_money *out);
ORM_API bool orm_money_sub(orm_money a, orm_money b, orm_money *out);
/** The amount times a factor (a rate, 0.19), rounded to minor units. */
ORM_API bool orm_money_mul(orm_money amount, orm_decimal factor, orm_rounding how, orm_money *out);
/** `order` gets -1, 0 or 1; false for two currencies or none. */
ORM_API bool orm_money_compare(orm_money a, orm_money b, int *order);
/** Splits an amount into n parts in the ratio of the weights (NULL: equal parts) without losing a cent: each gets its share, cut, and the minor units that
    are left go one each to the first parts whose weight is not 0. The parts add up to the amount. False when it is none, n is 0 or all weights are. */
ORM_API bool orm_money_allocate(orm_money amount, const uint32_t *weights, size_t n, orm_money *parts);

/** An ISO 8601 duration, "P1Y2M3DT4H5M6.5S", "P2W", "PT36H", "-P1D", "P1M-2D": each unit once and in this order, whole numbers with a sign of their own if they
    need one, a fraction of seconds only (behind a point or comma; digits beyond microseconds are cut). Years are 12 months, weeks 7 days; nothing else is
    converted. False when it is not one or does not fit, and `out` is left alone. */
ORM_API bool orm_interval_parse(const char *text_, orm_interval *out);
/** The same for literals: a text that is not a duration gives a value that every write refuses. */
ORM_API orm_interval orm_interval_of(const char *text_);
/** Canonical text: years and months, days, hours, minutes and seconds of one sign each, without those that are 0; "PT0S" for nothing. Two intervals
    have the same text when they are equal. Returns `buffer`; "invalid" for what is none. */
ORM_API const char *orm_interval_text(orm_interval interval, char buffer[ORM_INTERVAL_SIZE]);
/** Are months, days and microseconds the same? P1M is not P30D, and P1D is not PT24H. */
ORM_API bool orm_interval_equal(orm_interval a, orm_interval b);
/** Part by part; false when one does not fit, and `out` is left alone. */
ORM_API bool orm_interval_add(orm_interval a, orm_interval b, orm_interval *out);
ORM_API bool orm_interval_neg(orm_interval interval, orm_interval *out);
/** Months first, then days, then microseconds, in UTC. A day that the month does not have becomes its last: 2024-01-31 and P1M make 2024-02-29, and that and
    -P1M makes 2024-01-29: adding and taking away is not always the way back. ORM_UNSET_TIME when a step leaves the years 1 to 9999, or the moment is unset. */
ORM_API orm_time orm_time_add(orm_time moment, orm_interval interval);
/** The same of a date, which takes no microseconds: ORM_UNSET_DATE then, and as above. */
ORM_API orm_date orm_date_add(orm_date day, orm_interval interval);
/** How far it is from one to the other, negative when that is earlier; false when one is unset or out of range. */
ORM_API bool orm_days_between(orm_date from, orm_date to, int32_t *days);
ORM_API bool orm_microseconds_between(orm_time from, orm_time to, int64_t *microseconds);

/** What a value is, in metadata, parameters and results. */
typedef enum orm_type {
    ORM_NULL, ORM_INT16, ORM_INT32, ORM_INT64, ORM_FLOAT, ORM_DOUBLE, ORM_BOOL, ORM_TEXT, ORM_DECIMAL, ORM_BLOB,
    ORM_DATE, ORM_CLOCK, ORM_TIME, ORM_UUID, ORM_JSON, ORM_ENUM, ORM_INET, ORM_ARRAY, ORM_INTERVAL, ORM_TYPES
} orm_type;

/** A typed value on its way to or from the database. Texts, blobs and arrays are borrowed. An enumeration's value is its number with length 0, or
    its label (as.s, length) once it is fit to be bound. An address is in as.uuid, its length is family * 256 + prefix. An array is as.list, as
    the elements lie in the member's struct, and `scale` is their orm_type. */
typedef struct orm_value {
    uint8_t type;             /* an orm_type, or one of the marks below */
    uint8_t scale;            /* of a decimal; of an array, the type of the elements */
    uint8_t op, n;            /* used by conditions; of a value fit for a decimal column n is its precision */
    uint32_t length;          /* bytes of a text or blob, ORM_LENGTH_UNKNOWN for a text not measured yet */
    union orm_payload {
        int64_t i; double d; const char *s; const void *p; orm_uuid uuid; orm_interval interval;
        struct { uint64_t low; int64_t high; } decimal;
        struct { const void *data; size_t count; } list;
    } as;
} orm_value;
/** Marks in an orm_value: the length of a text that was not measured, and the type of what is too large to be one, which the call refuses. */
#define ORM_LENGTH_UNKNOWN UINT32_MAX
#define ORM_VALUE_TOO_BIG 0xFE       /* mark: an unsigned number over INT64_MAX, or a blob over 4 GiB: refused by the call */
#define ORM__VALUE_NAME   0xFD       /* mark: the name of the value behind it, of orm_named */

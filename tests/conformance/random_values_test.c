/* Random values of every type, many at once: created, found, compared to the bit, and one of each lot found by a condition on it. ORM_TEST_VALUES is how
   many of each type; 100,000 without it, fewer where the sanitizers watch. */
#include "helpers.h"
#include <math.h>

#define Shade_VALUES(X) X(red) X(green) X(blue, "deep blue") X(grey) X(black)
ORM_ENUM(Shade)
ORM_BITS(Shade)
#define Any_FIELDS(X)                                                             \
    X(id,       serial)                                                           \
    X(number,   bigint, unique)                                                   \
    X(tiny,     smallint, nullable)                                               \
    X(small,    integer, nullable)                                                \
    X(big,      bigint, nullable)                                                 \
    X(half,     real, nullable)                                                   \
    X(whole,    double, nullable)                                                 \
    X(yes,      boolean, nullable)                                                \
    X(name,     string(20), nullable)                                             \
    X(line,     text, nullable)                                                   \
    X(code,     char(3), nullable)                                                \
    X(price,    decimal(12, 3), nullable)                                         \
    X(huge,     decimal(38, 6), nullable)                                         \
    X(data,     blob, nullable)                                                   \
    X(day,      date, nullable)                                                   \
    X(hour,     time, nullable)                                                   \
    X(moment,   timestamp, nullable)                                              \
    X(tag,      uuid, nullable)                                                   \
    X(extra,    json, nullable)                                                   \
    X(shade,    enumeration(Shade), nullable)                                     \
    X(address,  inet, nullable)                                                   \
    X(span,     interval, nullable)                                               \
    X(shades,   bits(Shade), nullable)                                            \
    X(words,    array(text), nullable)                                            \
    X(counts,   array(bigint), nullable)                                          \
    X(weights,  array(double), nullable)
ORM_MODEL(Any, anys)
#define Anys_MODELS(X) X(Any)
ORM_SCHEMA(Anys)
ORM_DEFINE(Anys)
static const struct case_setup cases = { .schema = &Anys_schema };

#if defined __has_feature
#  if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#    define WATCHED 1
#  endif
#endif
#ifdef WATCHED
enum { VALUES = 5000, LOT = 2500 };
#else
enum { VALUES = 100000, LOT = 10000 };
#endif

static size_t how_many(void)
{
    const char *wanted = getenv("ORM_TEST_VALUES");
    return wanted && atol(wanted) > 0 ? (size_t)atol(wanted) : VALUES;
}

/* with as many digits in front as not: small and large ones alike */
static int64_t any_whole(uint64_t *r)
{
    int shift = random_below(r, 64);
    return (int64_t)random_next(r) >> shift;
}

static double any_double(uint64_t *r)
{
    for (;;) {
        uint64_t bits = random_next(r);
        double d;
        memcpy(&d, &bits, sizeof d);
        if (random_below(r, 4) == 0) d = (double)any_whole(r) / 1000;
        if (!isnan(d) && !(!(d < 0) && !(d > 0) && signbit(d))) return d;          /* the sign of zero is not kept by every engine */
    }
}

static float any_float(uint64_t *r)
{
    for (;;) {
        uint32_t bits = (uint32_t)random_next(r);
        float f;
        memcpy(&f, &bits, sizeof f);
        if (!isnan(f) && !(!(f < 0) && !(f > 0) && signbit(f))) return f;
    }
}

/* n characters of any plane */
static const char *any_text(uint64_t *r, orm_arena *arena, int n)
{
    char *text = orm_arena_allocate(arena, (size_t)n * 4 + 1), *at = text;
    for (int i = 0; text && i < n; i++) {
        uint32_t c = (uint32_t)random_below(r, 4) < 2 ? 1 + (uint32_t)random_below(r, 126) : 1 + (uint32_t)random_below(r, random_below(r, 2) ? 0x7FF : 0x10FFFE);
        if (c >= 0xD800 && c <= 0xDFFF) c = 0xFFFD;
        if (c < 0x80) *at++ = (char)c;
        else if (c < 0x800) *at++ = (char)(0xC0 | c >> 6), *at++ = (char)(0x80 | (c & 63));
        else if (c < 0x10000) *at++ = (char)(0xE0 | c >> 12), *at++ = (char)(0x80 | (c >> 6 & 63)), *at++ = (char)(0x80 | (c & 63));
        else *at++ = (char)(0xF0 | c >> 18), *at++ = (char)(0x80 | (c >> 12 & 63)), *at++ = (char)(0x80 | (c >> 6 & 63)), *at++ = (char)(0x80 | (c & 63));
    }
    if (text) *at = 0;
    return text;
}

static const char *any_json(uint64_t *r, orm_arena *arena)
{
    switch (random_below(r, 4)) {
    case 0:  return orm_format(arena, "{\"n\":%lld,\"d\":%.17g}", (long long)any_whole(r), (double)any_whole(r) / 7);
    case 1:  return orm_format(arena, "[%d, null, {\"\\u00e4\": \"\\ud83d\\udc2a%d\"} ]", random_below(r, 100), random_below(r, 100));
    case 2:  return orm_format(arena, "\"%d\\n\\\"\"", random_below(r, 1000));
    default: return orm_format(arena, "%lld", (long long)any_whole(r));
    }
}

static void any_row(uint64_t *r, orm_arena *arena, size_t number, Any *row)
{
    static const int64_t first_time = INT64_C(-62135596800000000), last_time = INT64_C(253402300799999999);
    *row = Any_defaults();
    row->number = (int64_t)number;
#define HERE (random_below(r, 8) != 0)       /* one of eight is NULL */
    if (HERE) row->tiny = orm_int16((int16_t)any_whole(r));
    if (HERE) row->small = orm_int32((int32_t)any_whole(r));
    if (HERE) row->big = orm_int64(any_whole(r));
    if (HERE) row->half = orm_float(any_float(r));
    if (HERE) row->whole = orm_double(any_double(r));
    if (HERE) row->yes = orm_bool(random_below(r, 2) == 1);
    if (HERE) row->name = any_text(r, arena, random_below(r, 21));
    if (HERE) row->line = any_text(r, arena, random_below(r, 40));
    if (HERE) row->code = any_text(r, arena, 3);
    if (HERE) row->price = orm_some_decimal(orm_decimal_make(any_whole(r) % INT64_C(1000000000000), 3));
    if (HERE) {
        orm_decimal a = orm_decimal_make(any_whole(r), 0), b = orm_decimal_make(any_whole(r) % INT64_C(5000000000000000000), 0), huge = orm_decimal_make(0, 6);
        (void)orm_decimal_mul(a, b, 0, ORM_DOWN, &huge);
        huge.scale = 6;
        row->huge = orm_some_decimal(huge);
    }
    if (HERE) {
        size_t n = (size_t)random_below(r, 40);
        unsigned char *bytes = orm_arena_allocate(arena, n + 1);
        for (size_t i = 0; bytes && i < n; i++) bytes[i] = (unsigned char)random_next(r);
        row->data = (orm_blob){ bytes, n };
    }
    if (HERE) row->day = orm_some_date((orm_date){ random_below(r, 3652059) - 719162 });
    if (HERE) row->hour = orm_some_clock((orm_clock){ (int64_t)(random_next(r) % UINT64_C(86400000000)) });
    if (HERE) row->moment = orm_some_time(first_time + (int64_t)(random_next(r) % (uint64_t)(last_time - first_time + 1)));
    if (HERE) row->tag = (orm_uuid){ { 1, (uint8_t)random_next(r), 0, (uint8_t)random_next(r), (uint8_t)random_next(r) } };
    if (HERE) row->extra = any_json(r, arena);
    if (HERE) row->shade = (Shade)(1 + random_below(r, 5));
    if (HERE) {
        row->address.family = random_below(r, 2) ? 4 : 6;
        for (size_t i = 0; i < (row->address.family == 4 ? 4u : 16u); i++) row->address.address[i] = random_below(r, 2) ? (uint8_t)random_next(r) : 0;
        row->address.prefix = (uint8_t)random_below(r, row->address.family == 4 ? 33 : 129);
    }
    if (HERE) row->span = orm_some_interval((orm_interval){ (int32_t)any_whole(r), (int32_t)any_whole(r), any_whole(r) });
    if (HERE) row->shades = Shade_some_bits((Shade_bits){ random_next(r) & 31 });
    if (HERE) {
        size_t n = (size_t)random_below(r, 3);
        const char **words = orm_arena_allocate(arena, sizeof *words * (n + 1));
        for (size_t i = 0; words && i < n; i++) words[i] = any_text(r, arena, random_below(r, 6));
        row->words = orm_array_at(orm_texts, words, n);
    }
    if (HERE) {
        size_t n = (size_t)random_below(r, 4);
        int64_t *counts = orm_arena_allocate(arena, sizeof *counts * (n + 1));
        for (size_t i = 0; counts && i < n; i++) counts[i] = any_whole(r);
        row->counts = orm_array_at(orm_int64s, counts, n);
    }
    if (HERE) {
        size_t n = (size_t)random_below(r, 3);
        double *weights = orm_arena_allocate(arena, sizeof *weights * (n + 1));
        for (size_t i = 0; weights && i < n; i++) weights[i] = any_double(r);
        row->weights = orm_array_at(orm_doubles, weights, n);
    }
#undef HERE
}

static bool same_text(const char *a, const char *b) { return a == b || (a && b && strcmp(a, b) == 0); }

/* the first field in which two rows differ, or NULL */
static const char *difference(const Any *a, const Any *b)
{
#define SAME_OPT(field) if (a->field.set != b->field.set || (a->field.set && memcmp(&a->field.value, &b->field.value, sizeof a->field.value) != 0)) return #field;
#define SAME_TEXT(field) if (!same_text(a->field, b->field)) return #field;
#define SAME_PLAIN(field) if (memcmp(&a->field, &b->field, sizeof a->field) != 0) return #field;
#define SAME_ITEMS(field) if (!a->field.at != !b->field.at || a->field.n != b->field.n || (a->field.n && memcmp(a->field.at, b->field.at, a->field.n * sizeof *a->field.at) != 0)) return #field;
    SAME_PLAIN(number) SAME_OPT(tiny) SAME_OPT(small) SAME_OPT(big) SAME_OPT(half) SAME_OPT(whole) SAME_OPT(yes) SAME_TEXT(name) SAME_TEXT(line) SAME_TEXT(code)
    if (a->price.set != b->price.set || (a->price.set && orm_decimal_compare(a->price.value, b->price.value) != 0)) return "price";
    if (a->huge.set != b->huge.set || (a->huge.set && orm_decimal_compare(a->huge.value, b->huge.value) != 0)) return "huge";
    if (!a->data.data != !b->data.data || a->data.size != b->data.size || (a->data.size && memcmp(a->data.data, b->data.data, a->data.size) != 0)) return "data";
    SAME_OPT(day) SAME_OPT(hour) SAME_OPT(moment) SAME_PLAIN(tag) SAME_TEXT(extra) SAME_PLAIN(shade)
    if (a->address.family ? !orm_inet_equal(a->address, b->address) : b->address.family) return "address";
    SAME_OPT(span) SAME_OPT(shades) SAME_ITEMS(counts) SAME_ITEMS(weights)
    if (!a->words.at != !b->words.at || a->words.n != b->words.n) return "words";
    for (size_t i = 0; i < a->words.n; i++) if (!same_text(a->words.at[i], b->words.at[i])) return "words";
    return NULL;
}

/* the row is among those that a condition on each of its values finds */
static void found_by_its_values(orm_db *db, const Any *row)
{
#define FINDS(field, has, ...) if (has) check_int(__FILE__, __LINE__, "rows found by " #field, COUNT(Any, db, .where = orm_and(orm_eq(Any_.number, row->number), __VA_ARGS__)), 1);
#define FINDS_OPT(field) FINDS(field, row->field.set, orm_eq(Any_.field, row->field.value))
    FINDS_OPT(tiny) FINDS_OPT(small) FINDS_OPT(big) FINDS_OPT(half) FINDS_OPT(whole) FINDS_OPT(yes) FINDS_OPT(price) FINDS_OPT(huge) FINDS_OPT(day) FINDS_OPT(hour) FINDS_OPT(moment) FINDS_OPT(span)
    FINDS(name, row->name, orm_eq(Any_.name, row->name)) FINDS(line, row->line, orm_eq(Any_.line, row->line)) FINDS(code, row->code, orm_eq(Any_.code, row->code))
    FINDS(data, row->data.data, orm_eq(Any_.data, row->data)) FINDS(tag, !orm_uuid_is_nil(row->tag), orm_eq(Any_.tag, row->tag)) FINDS(extra, row->extra, orm_eq(Any_.extra, row->extra))
    FINDS(shade, row->shade, orm_eq(Any_.shade, row->shade)) FINDS(address, row->address.family, orm_eq(Any_.address, row->address)) FINDS(shades, row->shades.set, orm_bits_are(Any_.shades, row->shades.value))
    FINDS(words, row->words.at, orm_eq(Any_.words, row->words)) FINDS(counts, row->counts.at, orm_eq(Any_.counts, row->counts)) FINDS(weights, row->weights.at, orm_eq(Any_.weights, row->weights))
}

ON_EACH_OF(random_values_of_every_type_come_back, cases)
{
    static Any rows[LOT];
    size_t values = how_many();
    uint64_t r = 20261128;
    orm_arena arena = { 0 };
    if (case_engine == ON_FILE) return;                 /* which keeps values as the one in memory does */
    for (size_t done = 0; done < values && !check_failed; done += LOT) {
        size_t n = values - done < LOT ? values - done : LOT;
        for (size_t i = 0; i < n; i++) any_row(&r, &arena, done + i, &rows[i]);
        /* each lot another way: with keys, and without */
        OK(Any_create_all(db, rows, n, &(orm_create_options){ .no_keys = done / LOT % 2 == 1 }));
        ORM_AUTO Any *found = Any_find_all(db, &(Any_query){ .order = { orm_asc(Any_.number) } });
        REQUIRE(found && orm_len(found) == n);
        for (size_t i = 0; i < n && !check_failed; i++) {
            const char *field = difference(&rows[i], &found[i]);
            if (field) printf("row %zu comes back with another %s\n", done + i, field);
            CHECK(field == NULL);
        }
        for (int i = 0; i < 3; i++) found_by_its_values(db, &rows[random_below(&r, (int)n)]);
        OK(Any_destroy_all(db, &(Any_query){ .all = true }, NULL));
        orm_arena_reset(&arena);
    }
    orm_arena_release(&arena);
}

CHECK_MAIN()

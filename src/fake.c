/* >>fake: rows that are made up: each value of its type and rules, by numbers that depend on the seed, the table, the row and the field alone. */
#include "evolve.h"

enum { ORM__FAKE_PAGE = 500, ORM__FAKE_PARENTS = 10000 };
typedef struct orm__fake_parent { const orm_relation *relation; const orm_column *column; char *rows; size_t n; } orm__fake_parent;      /* rows of whom a column, or several, refer to */
typedef struct orm__faking {
    orm_db *db; const orm_model *model;
    orm_arena arena, page;
    orm__fake_parent parents[ORM_MAX_ROWS]; size_t n_parents;
    size_t before, row;                          /* rows that were there, the one at hand of those to be made */
    uint64_t table;                              /* of the seed and the table's name */
    bool out_of_memory;                          /* why the last value was not made */
} orm__faking;

/* SplitMix64 (Steele, Lea, Flood 2014): one round over what the value depends on */
static uint64_t orm__fake_mix(uint64_t z)
{
    z += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static uint64_t orm__fake_number(const orm__faking *f, const orm_column *column, unsigned turn)
{
    return orm__fake_mix(f->table ^ orm__fake_mix((f->before + f->row) * 4096 + orm__column_index(f->model, column) * 16 + turn));
}

static uint64_t orm__fake_below(const orm__faking *f, const orm_column *column, unsigned turn, uint64_t n) { return n ? orm__fake_number(f, column, turn) % n : 0; }

static bool orm__fake_out(orm__faking *f) { return f->out_of_memory = true, false; }
static orm_status orm__fake_no_memory(void) { return orm__raise(NULL, ORM_NO_MEMORY, 0, "out of memory"); }

/* Is every row's value to be another one? An index over several columns is met by the first of them that refers to nobody. */
static bool orm__fake_is_unique(const orm__faking *f, const orm_column *column)
{
    if (column->unique || column->primary_key) return true;
    for (const orm_model_option *o = f->model->options; o && o->kind; o++) {
        if (o->kind != ORM_OPTION_UNIQUE) continue;
        for (size_t i = 0; i < o->n_parts; i++) {
            const orm_model *parent = NULL;
            if (!o->parts[i].column || orm__target_of(o->parts[i].column, &parent)) continue;
            if (o->parts[i].column == column) return true;
            break;
        }
        for (size_t i = 0; i < o->n_parts; i++)       /* of an expression we know nothing, but that other values make another one */
            if (o->parts[i].sql && strstr(o->parts[i].sql, orm__column_name(column))) return true;
    }
    return false;
}

static const orm_rule *orm__fake_rule(const orm_column *column, orm_rule_kind kind)
{
    for (const orm_rule *rule = column->rules; rule && rule->kind; rule++)
        if (rule->kind == kind) return rule;
    return NULL;
}

/* ---- values ---------------------------------------------------------------------------------------------------------------- */
static void orm__fake_bounds(const orm_column *column, int64_t *low, int64_t *high)
{
    *low = 0;
    *high = column->is.type == ORM_INT16 ? INT16_MAX : column->is.type == ORM_INT32 ? INT32_MAX : INT64_C(1) << 40;
    for (const orm_rule *rule = column->rules; rule && rule->kind; rule++) {
        bool least = rule->kind == ORM_RULE_AT_LEAST || rule->kind == ORM_RULE_BETWEEN, most = rule->kind == ORM_RULE_AT_MOST || rule->kind == ORM_RULE_BETWEEN;
        if (least && (rule->low > *low || *low == 0)) *low = rule->low;
        if (most && rule->high < *high) *high = rule->high;
    }
    if (*low > *high) *low = *high;
}

static bool orm__fake_whole(const orm__faking *f, const orm_column *column, orm_value *out)
{
    const orm_rule *list = orm__fake_rule(column, ORM_RULE_ONE_OF_INT);
    int64_t low, high;
    orm__fake_bounds(column, &low, &high);
    bool unique = orm__fake_is_unique(f, column);
    uint64_t span = (uint64_t)high - (uint64_t)low + 1, at = f->before + f->row;
    if (!unique && span > 1000) span = 1000;          /* people's numbers are small */
    if (list) out->as.i = list->numbers[unique ? at % list->n_numbers : orm__fake_below(f, column, 0, list->n_numbers)];
    else if (unique) out->as.i = (int64_t)((uint64_t)low + (low <= 0 && span > at + 1 - (uint64_t)low ? at + 1 - (uint64_t)low : at));
    else out->as.i = (int64_t)((uint64_t)low + orm__fake_below(f, column, 0, span));
    return !unique || (list ? at < list->n_numbers : at < span);
}

static const char *orm__fake_words(const orm__faking *f, const orm_column *column, size_t low, size_t high, bool unique, char *out)
{
    static const char *const words[] = { "amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "harbor", "island", "jasper", "kelp", "lagoon", "meadow", "north", "olive", "pine",
                                         "quartz", "river", "stone", "tide", "umber", "valley", "willow", "yarrow", "zephyr" };
    char number[24] = "";
    size_t n = 0, digits = 0;
    if (unique)
        for (uint64_t at = f->before + f->row + 1; at; at /= 36) number[digits++] = "0123456789abcdefghijklmnopqrstuvwxyz"[at % 36];
    if (digits > high) return NULL;
    size_t wanted = low > 12 ? low : 12;
    if (wanted > high) wanted = high;
    for (unsigned turn = 0; n + digits < wanted; turn++) {
        const char *word = words[orm__fake_below(f, column, turn % 15, sizeof words / sizeof words[0])];
        if (n && n + digits < wanted) out[n++] = ' ';
        while (*word && n + digits < (wanted > low ? high : wanted)) out[n++] = *word++;
    }
    while (n > 0 && out[n - 1] == ' ' && n + digits > low) n--;
    if (n > 0 && out[n - 1] == ' ') out[n - 1] = 'x';
    for (size_t i = 0; i < digits; i++) out[n++] = number[digits - 1 - i];
    out[n] = 0;
    return out;
}

/* ---- texts of a form --------------------------------------------------------------------------------------------------------- */
/* by the number of the row, for which %PRIu64 stands */
static const struct { const char *text; uint64_t most; } orm__fake_forms[ORM_RULE_KINDS] = {
    [ORM_RULE_EMAIL] = { "user%" PRIu64 "@example.com", UINT64_MAX }, [ORM_RULE_URL] = { "https://example.com/%" PRIu64, UINT64_MAX }, [ORM_RULE_FQDN] = { "host%" PRIu64 ".example.com", UINT64_MAX },
    [ORM_RULE_IP] = { "2001:db8::%" PRIx64, 65535 }, [ORM_RULE_IPV6] = { "2001:db8::%" PRIx64, 65535 }, [ORM_RULE_IPV4] = { "192.0.2.%" PRIu64, 254 }, [ORM_RULE_PORT] = { "%" PRIu64, 65535 },
    [ORM_RULE_MAC_ADDRESS] = { "02-00-00-00-00-%02" PRIx64, 255 }, [ORM_RULE_FLOAT_TEXT] = { "%" PRIu64 ".5", UINT64_MAX }, [ORM_RULE_DECIMAL_TEXT] = { "%" PRIu64 ".50", UINT64_MAX },
    [ORM_RULE_JSON_TEXT] = { "{\"n\": %" PRIu64 "}", UINT64_MAX }, [ORM_RULE_UUID_TEXT] = { "0190163d-8694-739b-aea5-%012" PRIx64, UINT64_C(0xFFFFFFFFFFFF) }, [ORM_RULE_HEX_COLOR] = { "#%06" PRIx64, 0xFFFFFF },
    [ORM_RULE_E164] = { "+1201%07" PRIu64, 9999999 }, [ORM_RULE_SEMVER] = { "%" PRIu64 ".0.0", UINT64_MAX },
    /* with a check digit behind it */
    [ORM_RULE_CREDIT_CARD] = { "400000%09" PRIu64, 999999999 }, [ORM_RULE_ISBN] = { "978%09" PRIu64, 999999999 }, [ORM_RULE_IBAN] = { "DE%02u37040044%010" PRIu64, 9999999999 },
};

/* the one of a hundred check digits, or of ten, with which it is right */
static bool orm__fake_checked(orm_rule_kind kind, uint64_t at, char *out, size_t size)
{
    orm__format *valid = orm__rule_format(kind);
    for (unsigned check = 0; check < 100; check++) {
        size_t n = (size_t)(kind == ORM_RULE_IBAN ? snprintf(out, size, orm__fake_forms[kind].text, check, at) : snprintf(out, size, orm__fake_forms[kind].text, at));
        if (kind != ORM_RULE_IBAN && n + 1 < size) n += (size_t)snprintf(out + n, size - n, "%u", check);
        if (n < size && valid(out, n)) return true;
    }
    return false;
}

/* a text of the form that the rule wants: `at` is from 1 */
static bool orm__fake_form(const orm_rule *rule, uint64_t at, bool unique, char *out, size_t size)
{
    char code[4], made[64];
    orm_rule_kind kind = rule->kind;
    uint64_t most = kind == ORM_RULE_COUNTRY ? 249 : kind == ORM_RULE_CURRENCY ? 150 : kind == ORM_RULE_DATE_TEXT || kind == ORM_RULE_TIMESTAMP_TEXT ? 100000 : orm__fake_forms[kind].most;
    if (kind == ORM_RULE_UUID_VERSION) most = UINT64_C(0xFFFFFFFFFFFF);
    if (kind == ORM_RULE_URL_WITH) most = UINT64_MAX;
    if (unique && at > most) return false;
    at = (at - 1) % most + 1;
    if (kind == ORM_RULE_COUNTRY || kind == ORM_RULE_CURRENCY) return snprintf(out, size, "%s", orm__nth_code(kind, at - 1, code)) < (int)size;
    if (kind == ORM_RULE_DATE_TEXT) return snprintf(out, size, "%s", orm_date_text((orm_date){ 10957 + (int32_t)at }, made)) < (int)size;
    if (kind == ORM_RULE_TIMESTAMP_TEXT) return snprintf(out, size, "%s", orm_time_text(INT64_C(1577836800000000) + (int64_t)at * 60000000, made)) < (int)size;
    if (kind == ORM_RULE_URL_WITH) return snprintf(out, size, "%s://example.com/%" PRIu64, rule->texts[0], at) < (int)size;
    if (kind == ORM_RULE_UUID_VERSION) return snprintf(out, size, "0190163d-8694-%" PRId64 "39b-aea5-%012" PRIx64, rule->numbers[0], at) < (int)size;
    if (kind == ORM_RULE_CREDIT_CARD || kind == ORM_RULE_ISBN || kind == ORM_RULE_IBAN) return orm__fake_checked(kind, at, out, size);
    return snprintf(out, size, orm__fake_forms[kind].text, at) < (int)size;
}

/* the rule that says how the text looks; NULL when words do */
static const orm_rule *orm__fake_form_of(const orm_column *column)
{
    for (const orm_rule *rule = column->rules; rule && rule->kind; rule++)
        if (orm__fake_forms[rule->kind].text || rule->kind == ORM_RULE_COUNTRY || rule->kind == ORM_RULE_CURRENCY || rule->kind == ORM_RULE_DATE_TEXT || rule->kind == ORM_RULE_TIMESTAMP_TEXT
            || rule->kind == ORM_RULE_URL_WITH || rule->kind == ORM_RULE_UUID_VERSION) return rule;
    return NULL;
}

/* The characters that all rules of the column allow; none when words are as good. */
static size_t orm__fake_alphabet(const orm_column *column, char out[64])
{
    static const char all[] = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    static const bool narrow[ORM_RULE_KINDS] = { [ORM_RULE_ALPHA] = true, [ORM_RULE_ALPHANUMERIC] = true, [ORM_RULE_DIGITS] = true, [ORM_RULE_HEXADECIMAL] = true, [ORM_RULE_UPPERCASE] = true,
        [ORM_RULE_LOWERCASE] = true, [ORM_RULE_SLUG] = true, [ORM_RULE_NUMERIC] = true, [ORM_RULE_INTEGER_TEXT] = true };
    size_t n = 0;
    bool any = false;
    for (const char *c = all; *c; c++) {
        bool fits = true;
        for (const orm_rule *rule = column->rules; rule && rule->kind; rule++) {
            bool base64 = rule->kind == ORM_RULE_BASE64 || rule->kind == ORM_RULE_BASE64URL;      /* its characters are these, in fours */
            any = any || narrow[rule->kind] || base64;
            if (narrow[rule->kind] && !orm__rule_format(rule->kind)(c, 1)) fits = false;
        }
        if (fits) out[n++] = *c;
    }
    return any ? n : 0;
}

/* Characters of an alphabet: a number in its digits at the end, and whatever before it */
static bool orm__fake_characters(const orm__faking *f, const orm_column *column, const char *alphabet, size_t n, size_t low, size_t high, bool unique, char *out)
{
    bool fours = orm__fake_rule(column, ORM_RULE_BASE64) || orm__fake_rule(column, ORM_RULE_BASE64URL);
    size_t size = low > 8 ? low : 8;
    if (size > high) size = high;
    if (fours) size = low && low <= high / 4 * 4 ? (low + 3) / 4 * 4 : size / 4 * 4;
    uint64_t number = unique ? f->before + f->row : orm__fake_number(f, column, 0);
    for (size_t i = size; i-- > 0; number /= n) out[i] = alphabet[number % n];
    out[size] = 0;
    return size > 0 && (!unique || number == 0);
}

static bool orm__fake_text(orm__faking *f, const orm_column *column, orm_value *out)
{
    size_t low = column->is.fixed ? column->is.size : 0, high = column->is.size ? column->is.size : 200;
    bool unique = orm__fake_is_unique(f, column);
    const orm_rule *list = orm__fake_rule(column, ORM_RULE_ONE_OF_TEXT);
    uint64_t at = f->before + f->row;
    for (const orm_rule *rule = column->rules; rule && rule->kind; rule++) {
        if (rule->kind == ORM_RULE_NOT_EMPTY && !low) low = 1;
        if (rule->kind != ORM_RULE_LENGTH && rule->kind != ORM_RULE_BYTES) continue;      /* what is made up has a byte for each character */
        if ((size_t)rule->low > low) low = (size_t)rule->low;
        if (rule->high < (int64_t)high) high = (size_t)rule->high;
    }
    if (list) {
        size_t n = 0;
        while (list->texts[n]) n++;
        *out = orm__v_text(list->texts[unique ? at % n : orm__fake_below(f, column, 0, n)]);
        return !unique || at < n;
    }
    char *text_ = orm_arena_allocate(&f->page, high + 64);
    if (!text_) return orm__fake_out(f);
    char alphabet[64];
    size_t n = orm__fake_alphabet(column, alphabet);
    const orm_rule *equals = orm__fake_rule(column, ORM_RULE_EQUALS), *form = orm__fake_form_of(column);
    if (equals) {
        *out = orm__v_text(equals->pattern);
        return !unique || at == 0;
    }
    if (form) {
        if (!orm__fake_form(form, at + 1, unique, text_, high + 1)) return false;
    } else if (n > 0) {
        if (!orm__fake_characters(f, column, alphabet, n, low, high, unique, text_)) return false;
    } else if (!orm__fake_words(f, column, low, high, unique, text_)) return false;
    *out = orm__v_text(text_);
    return true;
}

static double orm__fake_double(const orm__faking *f, const orm_column *column)
{
    double low = 0, high = 1000;
    bool bounded = false;
    for (const orm_rule *rule = column->rules; rule && rule->kind; rule++) {
        bool least = rule->kind == ORM_RULE_AT_LEAST || rule->kind == ORM_RULE_BETWEEN, most = rule->kind == ORM_RULE_AT_MOST || rule->kind == ORM_RULE_BETWEEN;
        if (least) low = rule->low_number;
        if (most) high = rule->high_number;
        if (most && !bounded && !least && low > high) low = high - 1000;
        if (least && !most && high < low) high = low + 1000;
        bounded = true;
    }
    if (orm__fake_is_unique(f, column)) return low + (double)(f->before + f->row) / 4;
    return low + (high - low) * ((double)orm__fake_below(f, column, 0, 4097) / 4096);
}

static bool orm__fake_decimal(const orm__faking *f, const orm_column *column, orm_value *out)
{
    int64_t low = 0, high = 0, units = 1;
    int digits = column->is.precision && column->is.precision < 15 ? column->is.precision : 15, scale = column->is.scale;
    for (int i = 0; i < scale && i < digits; i++) units *= 10;
    for (int i = 0; i < digits - scale && high < INT64_MAX / 100; i++) high = high * 10 + 9;
    for (const orm_rule *rule = column->rules; rule && rule->kind; rule++) {
        if ((rule->kind == ORM_RULE_AT_LEAST || rule->kind == ORM_RULE_BETWEEN) && (rule->low > low || low == 0)) low = rule->low;
        if ((rule->kind == ORM_RULE_AT_MOST || rule->kind == ORM_RULE_BETWEEN) && rule->high < high) high = rule->high;
    }
    if (high > low + 1000) high = low + 1000;
    uint64_t span = high > low ? (uint64_t)(high - low) * (uint64_t)units : 1;
    uint64_t at = orm__fake_is_unique(f, column) ? f->before + f->row : orm__fake_below(f, column, 0, span);
    *out = orm__v_decimal(orm_decimal_make(low * units + (int64_t)at, scale));
    return !orm__fake_is_unique(f, column) || at < span;
}

static bool orm__fake_array(orm__faking *f, const orm_column *column, orm_value *out)
{
    static const char *const made[ORM_TYPES] = { [ORM_BOOL] = "[true,false]", [ORM_TEXT] = "[\"amber\",\"birch\"]", [ORM_DATE] = "[\"2026-01-02\"]", [ORM_TIME] = "[\"2026-01-02T03:04:05Z\"]",
                                                 [ORM_UUID] = "[\"0190163d-8694-739b-aea5-966c26f8ad91\"]" };
    const char *text_ = made[column->is.element] ? made[column->is.element] : "[1,2,3]";
    return orm__read_array(column->is.element, text_, strlen(text_), &f->page, out) == ORM__ARRAY_FINE || orm__fake_out(f);      /* the text is one */
}

/* a day, or a moment by minutes, between what the rules allow; else from `from` on */
static bool orm__fake_moment(const orm__faking *f, const orm_column *column, int64_t from, int64_t step, orm_value *out)
{
    orm_value bound;
    orm_date today;
    orm_time now = orm_now();
    orm_time_split(now, &today, NULL);
    int64_t at = (int64_t)(orm__fake_is_unique(f, column) ? f->before + f->row : orm__fake_below(f, column, 0, 20000)), low = INT64_MIN, high = INT64_MAX;
    int64_t here = column->is.type == ORM_DATE ? today.days : now;
    for (const orm_rule *rule = column->rules; rule && rule->kind; rule++) {
        bool after = rule->kind == ORM_RULE_AFTER, before = rule->kind == ORM_RULE_BEFORE;
        if ((after || before) && !orm__rule_moment(rule, column, &bound)) return false;
        if (after && bound.as.i > low) low = bound.as.i;
        if (before && bound.as.i < high) high = bound.as.i;
        if (rule->kind == ORM_RULE_FUTURE && here > low) low = here + step;
        if (rule->kind == ORM_RULE_PAST && here < high) high = here;
    }
    if (low == INT64_MIN && high == INT64_MAX) out->as.i = from + at * step;
    else if (low == INT64_MIN) out->as.i = high - (at + 1) * step;
    else {
        int64_t room = high == INT64_MAX ? INT64_MAX : (high - low - 1) / step;
        out->as.i = low + (at % (room > 0 ? room : 1) + 1) * step;
        return room > 0 && (!orm__fake_is_unique(f, column) || at < room);
    }
    return true;
}

static bool orm__fake_value(orm__faking *f, const orm_column *column, orm_value *out)
{
    uint64_t at = orm__fake_is_unique(f, column) ? f->before + f->row : orm__fake_below(f, column, 0, 20000);
    *out = (orm_value){ .type = (uint8_t)column->is.type };
    switch (column->is.type) {
    case ORM_INT16: case ORM_INT32: case ORM_INT64:
        if (column->is.bits) {
            *out = orm__v_uint(orm__fake_number(f, column, 1) & ((UINT64_C(1) << column->is.labels->count) - 1));
            return true;
        }
        return orm__fake_whole(f, column, out);
    case ORM_TEXT:    return orm__fake_text(f, column, out);
    case ORM_FLOAT: case ORM_DOUBLE:
        out->as.d = orm__fake_double(f, column);
        return true;
    case ORM_DECIMAL: return orm__fake_decimal(f, column, out);
    case ORM_BOOL:    out->as.i = (int64_t)(at & 1); return true;
    case ORM_ENUM:
        out->as.i = (int64_t)(at % column->is.labels->count) + 1;
        return !orm__fake_is_unique(f, column) || at < column->is.labels->count;
    case ORM_DATE:    return orm__fake_moment(f, column, 10957, 1, out);                                     /* from 2000 on */
    case ORM_CLOCK:   out->as.i = (int64_t)(at % 86400) * 1000000; return true;
    case ORM_TIME:    return orm__fake_moment(f, column, INT64_C(1577836800000000), 60000000, out);          /* from 2020 on */
    case ORM_UUID: {
        const uint64_t half[2] = { orm__fake_number(f, column, 1), orm__fake_number(f, column, 2) };
        memcpy(out->as.uuid.byte, half, sizeof half);
        out->as.uuid.byte[6] = (unsigned char)((out->as.uuid.byte[6] & 0x0F) | 0x40);      /* RFC 9562, version 4 */
        out->as.uuid.byte[8] = (unsigned char)((out->as.uuid.byte[8] & 0x3F) | 0x80);
        return true;
    }
    case ORM_JSON: {
        const char *text_ = orm_format(&f->page, "{\"n\": %" PRIu64 "}", at);
        *out = orm__v_text(text_);
        out->type = ORM_JSON;
        return text_ || orm__fake_out(f);
    }
    case ORM_BLOB: {
        uint64_t *bytes = orm_arena_allocate(&f->page, sizeof *bytes);
        if (bytes) *bytes = orm__fake_number(f, column, 1);
        *out = (orm_value){ .type = ORM_BLOB, .length = sizeof *bytes, .as.p = bytes };
        return bytes || orm__fake_out(f);
    }
    case ORM_INET: {
        orm_inet address = { .family = 4, .prefix = 32, .address = { 10, (unsigned char)(at >> 16), (unsigned char)(at >> 8), (unsigned char)at } };
        *out = orm__v_inet(address);
        return true;
    }
    case ORM_INTERVAL:
        *out = orm__v_interval((orm_interval){ (int32_t)(at % 25), (int32_t)(at % 31), (int64_t)(at % 24) * 3600000000 });
        return true;
    case ORM_ARRAY:   return orm__fake_array(f, column, out);
    default:          return false;
    }
}

/* ---- keys to other rows --------------------------------------------------------------------------------------------------------- */
/* rows of the parent, by their key: as many as a page of choice needs */
static orm_status orm__fake_parents(orm__faking *f, const orm_relation *relation, const orm_column *column, const orm_model *parent)
{
    orm_query query = { .orm__literal = true, .limit = ORM__FAKE_PARENTS, .arena = &f->arena };
    void *rows = orm__find_all(f->db, parent, &query);
    if (!rows) return orm_error()->kind;
    f->parents[f->n_parents++] = (orm__fake_parent){ relation, column, (char *)rows, orm__len(rows, parent->ticket) };
    return ORM_OK;
}

static orm_status orm__fake_read_parents(orm__faking *f)
{
    orm_status status = ORM_OK;
    for (size_t c = 0; c < f->model->n_columns && !status; c++) {
        const orm_model *parent = NULL;
        if (orm__target_of(&f->model->columns[c], &parent)) status = orm__fake_parents(f, NULL, &f->model->columns[c], parent);
    }
    for (size_t i = 0; i < f->model->n_relations && !status && f->n_parents < ORM_MAX_ROWS; i++) {
        const orm_relation *key = orm__foreign_key(f->model, i);
        if (key) status = orm__fake_parents(f, key, NULL, key->target);
    }
    return status;
}

/* Which of the parent's rows: keys of several that refer, as of a link, count through all pairs; a key alone through all rows. */
static size_t orm__fake_choice(const orm__faking *f, size_t which, bool *enough)
{
    const orm__fake_parent *p = &f->parents[which];
    const orm_column *column = p->column ? p->column : p->relation->key[0];
    uint64_t at = f->before + f->row;
    if (!column->primary_key && !column->unique) return (size_t)orm__fake_below(f, column, 0, p->n);
    for (size_t i = 0; i < which; i++)
        if (f->parents[i].column && f->parents[i].column->primary_key && column->primary_key && f->parents[i].n) at /= f->parents[i].n;
    bool last = true;
    for (size_t i = which + 1; i < f->n_parents; i++) last &= !(f->parents[i].column && f->parents[i].column->primary_key && column->primary_key);
    if (last && at >= p->n) *enough = false;
    return (size_t)(at % p->n);
}

static orm_status orm__fake_refer(orm__faking *f, char *row)
{
    for (size_t i = 0; i < f->n_parents; i++) {
        const orm__fake_parent *p = &f->parents[i];
        const orm_column *column = p->column ? p->column : p->relation->key[0];
        const orm_model *parent = p->relation ? p->relation->target : NULL;
        const orm_column *target = p->column ? orm__target_of(p->column, &parent) : NULL;
        bool enough = true;
        if (!p->n && column->nullable) continue;
        if (!p->n) return orm__raise_at(NULL, ORM_MISUSE, f->model, column, "%s.%s: there is no %s to refer to: make some first", f->model->name, column->name, parent->name);
        const char *chosen = p->rows + orm__fake_choice(f, i, &enough) * parent->size;
        if (!enough) return orm__raise_at(NULL, ORM_MISUSE, f->model, column, "%s.%s: there are not so many rows of %s that each of these has others", f->model->name, column->name, parent->name);
        if (target) {
            const orm_value value = orm__value_of(target, chosen);
            orm__store(column, row, &value);
        } else {
            orm__path path;
            orm__path_of(p->relation, &path);
            for (unsigned k = 0; k < path.n; k++) {
                const orm_value value = orm__value_of(path.there[k], chosen);
                orm__store(path.here[k], row, &value);
            }
        }
    }
    return ORM_OK;
}

static bool orm__fake_refers(const orm__faking *f, const orm_column *column)
{
    for (size_t i = 0; i < f->n_parents; i++) {
        bool refers = f->parents[i].column == column;
        for (size_t k = 0; f->parents[i].relation && f->parents[i].relation->key[k]; k++) refers |= f->parents[i].relation->key[k] == column;
        if (refers) return true;
    }
    return false;
}

/* ---- rows ------------------------------------------------------------------------------------------------------------------------ */
static orm_status orm__fake_row(orm__faking *f, char *row)
{
    for (size_t c = 0; c < f->model->n_columns; c++) {
        const orm_column *column = &f->model->columns[c];
        orm_value value;
        if (column->is.generated || column->counter_of || column->is.created_at || column->is.updated_at || column->is.deleted_at || column->is.version || orm__fake_refers(f, column)) continue;
        if (column->nullable && !column->unique && orm__fake_below(f, column, 15, 8) == 0) continue;
        static const orm_rule_kind guesses[] = { ORM_RULE_MATCHES, ORM_RULE_NOT_MATCHES, ORM_RULE_CONTAINS, ORM_RULE_CHECK_WITH };
        const char *unknown = NULL;
        for (size_t i = 0; i < sizeof guesses / sizeof guesses[0] && !unknown; i++)
            if (orm__fake_rule(column, guesses[i])) unknown = orm__rule_name(guesses[i]);
        if (unknown && column->nullable) continue;
        if (unknown && !orm__fake_rule(column, ORM_RULE_ONE_OF_TEXT) && !orm__fake_rule(column, ORM_RULE_EQUALS))
            return orm__raise_at(NULL, ORM_UNSUPPORTED, f->model, column, "%s.%s: nobody can make up values for %s: give such rows as seeds", f->model->name, column->name, unknown);
        f->out_of_memory = false;
        if (!orm__fake_value(f, column, &value)) return f->out_of_memory ? orm__fake_no_memory() : orm__raise_at(NULL, ORM_UNSUPPORTED, f->model, column, "%s.%s: there are not so many different values that fit it", f->model->name, column->name);
        orm__store(column, row, &value);
    }
    return orm__fake_refer(f, row);
}

static orm_status orm__fake_page(orm__faking *f, char *rows, size_t n)
{
    orm_status status = ORM_OK;
    for (size_t i = 0; i < n && !status; i++, f->row++) {
        char *row = rows + i * f->model->size;
        if (f->model->defaults) f->model->defaults(row);
        else memcpy(row, f->model->default_row, f->model->size);
        status = orm__fake_row(f, row);
    }
    return status ? status : orm__create_all(f->db, f->model, rows, n, NULL);
}

static orm_status orm__fake_model(orm_db *db, const orm_model *model, size_t n, const orm_fake_options *options)
{
    orm__faking f = { .db = db->tenant ? db : orm_all_tenants(db), .model = model, .table = options->seed };
    int64_t before = 0;
    f.arena.orm__allocator = f.page.orm__allocator = orm__default_allocator();
    for (const char *s = model->table; *s; s++) f.table = orm__fake_mix(f.table ^ (unsigned char)*s);
    char *rows = orm_arena_allocate(&f.arena, ORM__FAKE_PAGE * model->size);
    orm_status status = rows ? orm__count(f.db, model, NULL, &before) : orm__fake_no_memory();
    f.before = (size_t)before;
    if (!status) status = orm__fake_read_parents(&f);
    while (f.row < n && !status) {
        size_t page = n - f.row < ORM__FAKE_PAGE ? n - f.row : ORM__FAKE_PAGE;
        orm_arena_reset(&f.page);
        status = orm__fake_page(&f, rows, page);
        if (!status && options->progress) options->progress(options->context, model, f.row, n);
    }
    orm_arena_release(&f.page);
    orm_arena_release(&f.arena);
    return status;
}

ORM_API orm_status orm_fake(orm_db *db, const orm_schema *schema, size_t n, const orm_fake_options *options)
{
    static const orm_fake_options usual = { .seed = 0 };
    const orm_fake_options *o = options ? options : &usual;
    orm_arena arena = { .orm__allocator = orm__default_allocator() };
    orm__layout layout = { .n_models = 0 };
    if (!db || !schema) return orm__raise(NULL, ORM_MISUSE, 0, "made up rows need a database and a schema");
    orm_status status = orm__order_rows(schema, &arena, &layout) ? ORM_OK : orm__fake_no_memory();
    orm_tx *tx = status ? NULL : orm_begin(db, NULL);
    if (!status && !tx) status = orm_error()->kind;
    for (size_t m = 0; m < layout.n_models && !status; m++) {
        bool wanted = !o->models;
        for (size_t i = 0; o->models && o->models[i]; i++) wanted |= o->models[i] == layout.models[m];
        if (wanted) status = orm__fake_model(db, layout.models[m], n, o);
    }
    if (tx && !status) status = orm_commit(tx);
    else if (tx) orm_rollback(tx);
    orm_arena_release(&arena);
    return status;
}

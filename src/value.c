/* >>value: members of rows as values and back. The one place that knows how each type lies in a struct. */
#include "internal.h"

typedef struct orm__array { const void *at; size_t n; } orm__array;      /* orm_int16s and all the others */

ORM_PRIVATE size_t orm__member_size(orm_type type)
{
    switch (type) {
    case ORM_INT16:   return sizeof(int16_t);
    case ORM_INT32:   return sizeof(int32_t);
    case ORM_INT64:   return sizeof(int64_t);
    case ORM_FLOAT:   return sizeof(float);
    case ORM_DOUBLE:  return sizeof(double);
    case ORM_BOOL:    return sizeof(bool);
    case ORM_TEXT:
    case ORM_JSON:    return sizeof(const char *);
    case ORM_DECIMAL: return sizeof(orm_decimal);
    case ORM_BLOB:    return sizeof(orm_blob);
    case ORM_DATE:    return sizeof(orm_date);
    case ORM_CLOCK:   return sizeof(orm_clock);
    case ORM_TIME:    return sizeof(orm_time);
    case ORM_UUID:    return sizeof(orm_uuid);
    case ORM_ENUM:    return sizeof(unsigned);
    case ORM_INET:    return sizeof(orm_inet);
    case ORM_INTERVAL: return sizeof(orm_interval);
    case ORM_ARRAY:   return sizeof(orm__array);
    case ORM_NULL:
    case ORM_TYPES:   break;
    }
    return 0;
}

/* is the member of a nullable column a struct with `set`, or does the type have a NULL of its own? */
ORM_PRIVATE bool orm__has_flag(const orm_column *column)
{
    const unsigned own = 1u << ORM_TEXT | 1u << ORM_JSON | 1u << ORM_BLOB | 1u << ORM_ENUM | 1u << ORM_UUID | 1u << ORM_INET | 1u << ORM_ARRAY;
    return column->nullable && !(own >> column->is.type & 1);
}

/* members are read by memcpy into their own type: one load each, without aliasing doubts */
#define ORM__READ(T, at) __extension__({ T read_; memcpy(&read_, (at), sizeof read_); read_; })

ORM_PRIVATE orm_value orm__value_of(const orm_column *column, const void *row)
{
    const orm_value null = { .type = ORM_NULL };
    const char *at = (const char *)row + column->offset;
    orm_value v = { .type = (uint8_t)column->is.type };
    bool flagged = orm__has_flag(column), zero_is_unset = !flagged && (column->is.is_key || column->is.generated);
    if (flagged && !ORM__READ(bool, at + orm__member_size(column->is.type))) return null;
    switch (column->is.type) {
    case ORM_INT16:
        v.as.i = ORM__READ(int16_t, at);
        return v.as.i == 0 && zero_is_unset ? null : v;
    case ORM_INT32:
        v.as.i = ORM__READ(int32_t, at);
        return v.as.i == 0 && zero_is_unset ? null : v;
    case ORM_INT64:
        v.as.i = ORM__READ(int64_t, at);
        return v.as.i == 0 && zero_is_unset ? null : v;
    case ORM_FLOAT:
        v.as.d = (double)ORM__READ(float, at);
        return v;
    case ORM_DOUBLE:
        v.as.d = ORM__READ(double, at);
        return v;
    case ORM_BOOL:
        v.as.i = ORM__READ(unsigned char, at);              /* as a bool, a byte other than 0 and 1 would be undefined */
        return v;
    case ORM_TEXT:
    case ORM_JSON:
        v.as.s = ORM__READ(const char *, at);
        v.length = ORM_LENGTH_UNKNOWN;
        return v.as.s ? v : null;
    case ORM_DECIMAL: {
        orm_decimal number = ORM__READ(orm_decimal, at);
        v.scale = (uint8_t)(number.scale < 0 || number.scale > UINT8_MAX ? UINT8_MAX : number.scale);
        v.as.decimal.high = number.high;
        v.as.decimal.low = number.low;
        return v;
    }
    case ORM_BLOB: {
        orm_blob blob = ORM__READ(orm_blob, at);
        if (!blob.data) return null;
        if (blob.size >= UINT32_MAX) return (orm_value){ .type = ORM_VALUE_TOO_BIG };
        v.as.p = blob.data;
        v.length = (uint32_t)blob.size;
        return v;
    }
    case ORM_DATE:
        v.as.i = ORM__READ(orm_date, at).days;
        return v.as.i == INT32_MIN && !flagged ? null : v;
    case ORM_CLOCK:
    case ORM_TIME:
        v.as.i = ORM__READ(int64_t, at);
        return v.as.i == INT64_MIN && !flagged ? null : v;
    case ORM_UUID:
        v.as.uuid = ORM__READ(orm_uuid, at);
        return orm_uuid_is_nil(v.as.uuid) ? null : v;
    case ORM_ENUM:
        v.as.i = ORM__READ(unsigned, at);
        return v.as.i == 0 ? null : v;
    case ORM_INET:
        return orm__v_inet(ORM__READ(orm_inet, at));
    case ORM_INTERVAL:
        v.as.interval = ORM__READ(orm_interval, at);
        return v;
    case ORM_ARRAY: {
        orm__array array = ORM__READ(orm__array, at);
        return orm__v_array(column->is.element, array.at, array.n);
    }
    case ORM_NULL:
    case ORM_TYPES:
        break;
    }
    return null;
}

ORM_PRIVATE bool orm__is_unset(const orm_column *column, const void *row) { return orm__value_of(column, row).type == ORM_NULL; }

/* the number of an enumeration's value: it comes by number from rows, by label once it is fit to be bound */
ORM_PRIVATE int64_t orm__enum_number(const orm_column *column, const orm_value *v)
{
    if (v->length == 0) return v->as.i;
    for (size_t i = 0; i < column->is.labels->count; i++) {
        const char *label = column->is.labels->labels[i];
        if (strlen(label) == v->length && memcmp(label, v->as.s, v->length) == 0) return (int64_t)i + 1;
    }
    return 0;
}

static orm_decimal orm__value_decimal(const orm_value *v)
{
    return (orm_decimal){ .high = v->as.decimal.high, .low = v->as.decimal.low, .scale = v->scale };
}

ORM_PRIVATE orm_inet orm__value_inet(const orm_value *v)
{
    orm_inet inet = { .family = (uint8_t)(v->length >> 8), .prefix = (uint8_t)v->length };
    memcpy(inet.address, v->as.uuid.byte, sizeof inet.address);
    return inet;
}

#define ORM__WRITE(T, at, ...) do { T write_ = __VA_ARGS__; memcpy((at), &write_, sizeof write_); } while (0)

ORM_PRIVATE void orm__store(const orm_column *column, void *row, const orm_value *value)
{
    char *at = (char *)row + column->offset;
    bool null = value->type == ORM_NULL, flagged = orm__has_flag(column), mark = null && !flagged;
    int64_t i = null ? 0 : value->as.i;
    switch (column->is.type) {
    case ORM_INT16:  ORM__WRITE(int16_t, at, (int16_t)i); break;
    case ORM_INT32:  ORM__WRITE(int32_t, at, (int32_t)i); break;
    case ORM_INT64:  ORM__WRITE(int64_t, at, i); break;
    case ORM_FLOAT:  ORM__WRITE(float, at, null ? 0 : (float)value->as.d); break;
    case ORM_DOUBLE: ORM__WRITE(double, at, null ? 0 : value->as.d); break;
    case ORM_BOOL:   ORM__WRITE(bool, at, i != 0); break;
    case ORM_TEXT:
    case ORM_JSON:   ORM__WRITE(const char *, at, null ? NULL : value->as.s); break;
    case ORM_DECIMAL: ORM__WRITE(orm_decimal, at, null ? (orm_decimal){ .scale = 0 } : orm__value_decimal(value)); break;
    case ORM_BLOB:   ORM__WRITE(orm_blob, at, null ? (orm_blob){ NULL, 0 } : (orm_blob){ value->as.p, value->length }); break;
    case ORM_DATE:   ORM__WRITE(orm_date, at, mark ? ORM_UNSET_DATE : (orm_date){ (int32_t)i }); break;
    case ORM_CLOCK:
    case ORM_TIME:   ORM__WRITE(int64_t, at, mark ? INT64_MIN : i); break;
    case ORM_UUID:   ORM__WRITE(orm_uuid, at, null ? (orm_uuid){ { 0 } } : value->as.uuid); break;
    case ORM_ENUM:   ORM__WRITE(unsigned, at, null ? 0 : (unsigned)orm__enum_number(column, value)); break;
    case ORM_INET:   ORM__WRITE(orm_inet, at, null ? (orm_inet){ .family = 0 } : orm__value_inet(value)); break;
    case ORM_INTERVAL: ORM__WRITE(orm_interval, at, null ? (orm_interval){ 0, 0, 0 } : value->as.interval); break;
    case ORM_ARRAY:  ORM__WRITE(orm__array, at, null ? (orm__array){ NULL, 0 } : (orm__array){ value->as.list.data, value->as.list.count }); break;
    case ORM_NULL:
    case ORM_TYPES:  break;
    }
    if (flagged) ORM__WRITE(bool, at + orm__member_size(column->is.type), !null);
}

static int orm__order(int64_t a, int64_t b) { return (a > b) - (a < b); }

static int orm__order_bytes(const void *a, size_t a_size, const void *b, size_t b_size)
{
    int order = memcmp(a, b, a_size < b_size ? a_size : b_size);
    return order != 0 ? order : (a_size > b_size) - (a_size < b_size);
}

static size_t orm__text_size(const orm_value *v) { return v->length == ORM_LENGTH_UNKNOWN ? strlen(v->as.s) : v->length; }

ORM_PRIVATE int orm__compare_values(const orm_column *column, const orm_value *a, const orm_value *b)
{
    switch (column->is.type) {
    case ORM_FLOAT:
    case ORM_DOUBLE:
        /* NaN never comes from a write of ours; what stands in the table orders it behind all numbers */
        if (__builtin_isnan(a->as.d) || __builtin_isnan(b->as.d)) return !!__builtin_isnan(a->as.d) - !!__builtin_isnan(b->as.d);
        return (a->as.d > b->as.d) - (a->as.d < b->as.d);
    case ORM_TEXT:
    case ORM_JSON:    return orm__order_bytes(a->as.s, orm__text_size(a), b->as.s, orm__text_size(b));
    case ORM_DECIMAL: return orm_decimal_compare(orm__value_decimal(a), orm__value_decimal(b));
    case ORM_BLOB:    return orm__order_bytes(a->as.p, a->length, b->as.p, b->length);
    case ORM_UUID:    return memcmp(a->as.uuid.byte, b->as.uuid.byte, sizeof a->as.uuid.byte);
    case ORM_ENUM:    return orm__order(orm__enum_number(column, a), orm__enum_number(column, b));
    case ORM_INET:    return orm_inet_equal(orm__value_inet(a), orm__value_inet(b)) ? 0 : 1;
    case ORM_INTERVAL: return orm_interval_equal(a->as.interval, b->as.interval) ? 0 : 1;
    case ORM_ARRAY:   return orm__arrays_equal(a, b) ? 0 : 1;
    default:          return orm__order(a->as.i, b->as.i);
    }
}

ORM_PRIVATE bool orm__members_equal(const orm_column *column, const void *row, const void *other)
{
    /* nothing was touched, as in nearly every member: the same bits, and texts are the same pointer (decimals have padding) */
    size_t size = orm__member_size(column->is.type), flag = column->offset + size;
    if (column->is.type != ORM_DECIMAL && memcmp((const char *)row + column->offset, (const char *)other + column->offset, size) == 0 &&
        (!orm__has_flag(column) || ((const char *)row)[flag] == ((const char *)other)[flag])) return true;
    orm_value a = orm__value_of(column, row), b = orm__value_of(column, other);
    if (a.type != b.type) return false;
    if (a.type == ORM_NULL) return true;
    /* by bits: 0.0 and -0.0 are different things to write, NaN and NaN are not */
    if (a.type == ORM_FLOAT || a.type == ORM_DOUBLE) return a.as.i == b.as.i;
    return orm__compare_values(column, &a, &b) == 0;
}

/* ---- enumerations ---- */

ORM_API size_t orm__bits_text(const orm_enum *e, uint64_t set, char *buffer, size_t size)
{
    size_t length = 0;
    for (size_t i = 0; i < e->count && i < 63; i++) {
        size_t n = strlen(e->labels[i]), comma = length > 0;
        if (!(set >> i & 1)) continue;
        if (comma && length < size) buffer[length] = ',';
        if (length + comma + n < size) memcpy(buffer + length + comma, e->labels[i], n);
        length += comma + n;
    }
    if (size > 0) buffer[length < size ? length : 0] = 0;
    return length;
}

ORM_API bool orm__bits_parse(const orm_enum *e, const char *text_, uint64_t *out)
{
    uint64_t set = 0;
    if (!text_) return false;
    while (*text_) {
        size_t n = strcspn(text_, ","), i = 0;
        while (i < e->count && (strlen(e->labels[i]) != n || memcmp(e->labels[i], text_, n) != 0)) i++;
        if (i >= e->count || i >= 63 || set >> i & 1 || (text_[n] == ',' && !text_[n + 1])) return false;
        set |= UINT64_C(1) << i;
        text_ += n + (text_[n] == ',');
    }
    *out = set;
    return true;
}


ORM_API const char *orm__enum_label(const orm_enum *e, unsigned value)
{
    return value >= 1 && value <= e->count ? e->labels[value - 1] : NULL;
}

ORM_API unsigned orm__enum_value(const orm_enum *e, const char *label)
{
    for (unsigned i = 0; label && i < e->count; i++)
        if (strcmp(e->labels[i], label) == 0) return i + 1;
    return 0;
}

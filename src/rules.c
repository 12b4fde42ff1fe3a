/* >>rules: does a value keep a rule? One function per kind, linear time, ASCII by hand: the <ctype.h> calls depend on the locale. */
#include "internal.h"
#include <arpa/inet.h>

static bool orm__is_digit(char c) { return c >= '0' && c <= '9'; }
static bool orm__is_alphanumeric(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || orm__is_digit(c); }
static bool orm__is_one_of(char c, const char *set) { return c != 0 && strchr(set, c) != NULL; }

/* ---- email and URL -------------------------------------------------------------------------------------------- */
/* Labels of letters, digits and inner hyphens, at most 63 bytes each (RFC 1123); how many there are, or 0 when one is wrong.
   `number`: the last one is all digits, as in an IPv4 address and in no name. */
static size_t orm__count_labels(const char *name, size_t size, bool *number)
{
    size_t labels = 0, start = 0;
    for (size_t i = 0; i <= size; i++) {
        if (i < size && name[i] != '.') {
            if (i == start) *number = true;
            if (!orm__is_digit(name[i])) *number = false;
            if (i - start >= 63 || (!orm__is_alphanumeric(name[i]) && name[i] != '-')) return 0;
            continue;
        }
        if (i == start || name[start] == '-' || name[i - 1] == '-') return 0;
        labels++;
        start = i + 1;
    }
    return labels;
}

/* dots separate atoms, none is empty; bytes from 0x80 are characters of RFC 6531 */
static bool orm__local_part_valid(const char *name, size_t size)
{
    if (size == 0 || size > 64 || name[0] == '.' || name[size - 1] == '.') return false;
    for (size_t i = 0; i < size; i++) {
        if (name[i] == '.' ? name[i - 1] == '.' : !((unsigned char)name[i] >= 0x80 || orm__is_alphanumeric(name[i]) || orm__is_one_of(name[i], "!#$%&'*+-/=?^_`{|}~"))) return false;
    }
    return orm__check_bytes(name, size, NULL) == ORM__TEXT_OK;
}

ORM_PRIVATE bool orm__email_valid(const char *text_, size_t size)
{
    bool number = false;
    const char *at = size <= 254 ? memchr(text_, '@', size) : NULL;
    if (!at) return false;
    size_t local = (size_t)(at - text_);
    return orm__local_part_valid(text_, local) && orm__count_labels(at + 1, size - local - 1, &number) >= 2 && !number;
}

static bool orm__address_valid(int family, const char *text_, size_t size)
{
    char copy[INET6_ADDRSTRLEN];
    struct in6_addr address;
    if (size >= sizeof copy) return false;
    memcpy(copy, text_, size);
    copy[size] = 0;
    return inet_pton(family, copy, &address) == 1;
}

static bool orm__host_valid(const char *host, size_t size)
{
    bool number = false;
    if (size >= 2 && host[0] == '[') return host[size - 1] == ']' && orm__address_valid(AF_INET6, host + 1, size - 2);
    if (size > 253 || orm__count_labels(host, size, &number) == 0) return false;
    return !number || orm__address_valid(AF_INET, host, size);
}

static bool orm__port_valid(const char *digits, size_t size)
{
    unsigned port = 0;
    if (size == 0 || size > 5) return false;
    for (size_t i = 0; i < size; i++) {
        if (!orm__is_digit(digits[i])) return false;
        port = port * 10 + (unsigned)(digits[i] - '0');
    }
    return port >= 1 && port <= 65535;
}

/* unreserved characters, sub-delims, those of `more`, and percent-encoded bytes (RFC 3986) */
static bool orm__url_part_valid(const char *part, size_t size, const char *more)
{
    for (size_t i = 0; i < size; i++) {
        if (part[i] == '%') {
            for (size_t k = 1; k <= 2; k++) {
                if (i + k >= size || !(orm__is_digit(part[i + k]) || (part[i + k] >= 'a' && part[i + k] <= 'f') || (part[i + k] >= 'A' && part[i + k] <= 'F'))) return false;
            }
            i += 2;
        } else if (!orm__is_alphanumeric(part[i]) && !orm__is_one_of(part[i], "-._~!$&'()*+,;=") && !orm__is_one_of(part[i], more)) {
            return false;
        }
    }
    return true;
}

/* [user@]host[:port] */
static bool orm__authority_valid(const char *text_, size_t size)
{
    const char *at = memchr(text_, '@', size);
    if (at) {
        size_t user = (size_t)(at - text_);
        if (!orm__url_part_valid(text_, user, ":")) return false;
        text_ += user + 1;
        size -= user + 1;
    }
    const char *closing = size > 0 && text_[0] == '[' ? memchr(text_, ']', size) : NULL;
    size_t host = closing ? (size_t)(closing - text_) + 1 : 0;
    while (host < size && text_[host] != ':') host++;
    if (host < size && !orm__port_valid(text_ + host + 1, size - host - 1)) return false;
    return orm__host_valid(text_, host);
}

ORM_PRIVATE bool orm__url_valid(const char *text_, size_t size)
{
    static const char *const schemes[] = { "http://", "https://", "ftp://" };
    size_t start = 0;
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0] && start == 0; i++) {
        size_t length = strlen(schemes[i]), same = 0;
        while (same < length && same < size && (text_[same] >= 'A' && text_[same] <= 'Z' ? text_[same] + 32 : text_[same]) == schemes[i][same]) same++;
        if (same == length) start = length;
    }
    if (start == 0) return false;
    size_t end = start;
    while (end < size && !orm__is_one_of(text_[end], "/?#")) end++;
    if (!orm__authority_valid(text_ + start, end - start)) return false;
    size_t fragment = end;
    while (fragment < size && text_[fragment] != '#') fragment++;
    return orm__url_part_valid(text_ + end, fragment - end, ":@/?") && (fragment == size || orm__url_part_valid(text_ + fragment + 1, size - fragment - 1, ":@/?"));
}

/* ---- the kinds of rules ------------------------------------------------------------------------------------------ */
static bool orm__is_blank(const orm_value *v)
{
    if (v->type == ORM_BLOB) return v->length == 0;
    size_t i = 0;
    while (i < v->length && orm__is_one_of(v->as.s[i], " \t\n\v\f\r")) i++;
    return i == v->length;
}

static bool orm__length_holds(const orm_rule *rule, const orm_value *v, char message[160])
{
    bool blob = v->type == ORM_BLOB;
    size_t units = v->length;
    if (!blob) (void)orm__check_bytes(v->as.s, v->length, &units);       /* the choke point has found it valid */
    if ((int64_t)units >= rule->low && (int64_t)units <= rule->high) return true;
    int64_t last = rule->high == INT64_MAX ? rule->low : rule->high;
    const char *unit = blob ? last == 1 ? "byte" : "bytes" : last == 1 ? "character" : "characters";
    if (rule->low == rule->high) snprintf(message, 160, "must have exactly %" PRId64 " %s", rule->low, unit);
    else if (rule->high == INT64_MAX) snprintf(message, 160, "must have at least %" PRId64 " %s", rule->low, unit);
    else if (rule->low <= 0) snprintf(message, 160, "must have at most %" PRId64 " %s", rule->high, unit);
    else snprintf(message, 160, "must have %" PRId64 " to %" PRId64 " %s", rule->low, rule->high, unit);
    return false;
}

/* the value against a bound, which stands in the rule both as integer and as number */
static int orm__against_bound(const orm_column *column, const orm_value *v, int64_t i, double number)
{
    orm_value bound = { .type = v->type, .as.i = i };
    if (v->type == ORM_DOUBLE) bound.as.d = number;
    else if (v->type == ORM_FLOAT) bound.as.d = (double)(float)number;      /* a float 0.1 is at most 0.1 */
    else if (v->type == ORM_DECIMAL) bound = orm__v_decimal(orm_decimal_make(i, 0));
    return orm__compare_values(column, v, &bound);
}

/* the bound for people; the decimal point is a point in every locale */
ORM_PRIVATE const char *orm__bound_text(const orm_value *v, int64_t i, double number, char out[48])
{
    if (v->type == ORM_TIME) return orm_time_text(i, out);
    if (v->type == ORM_DATE) return orm_date_text((orm_date){ (int32_t)i }, out);
    if (v->type == ORM_CLOCK) return orm_clock_text((orm_clock){ i }, out);
    if (v->type != ORM_DOUBLE && v->type != ORM_FLOAT) {
        snprintf(out, 48, "%" PRId64, i);
        return out;
    }
    char *end = out;
    snprintf(out, 48, "%.15g", number);
    for (const char *at = out; *at; at++) {
        if (orm__is_alphanumeric(*at) || *at == '-' || *at == '+') *end++ = *at;
        else if (end[-1] != '.') *end++ = '.';
    }
    *end = 0;
    return out;
}

static bool orm__bounds_hold(const orm_rule *rule, const orm_column *column, const orm_value *v, char message[160])
{
    char low[48], high[48];
    bool has_low = rule->kind != ORM_RULE_AT_MOST, has_high = rule->kind != ORM_RULE_AT_LEAST;
    if ((!has_low || orm__against_bound(column, v, rule->low, rule->low_number) >= 0)
        && (!has_high || orm__against_bound(column, v, rule->high, rule->high_number) <= 0)) return true;
    orm__bound_text(v, rule->low, rule->low_number, low);
    orm__bound_text(v, rule->high, rule->high_number, high);
    if (has_low && has_high) snprintf(message, 160, "must be between %s and %s", low, high);
    else snprintf(message, 160, "must be at %s %s", has_low ? "least" : "most", has_low ? low : high);
    return false;
}

static bool orm__text_listed(const orm_rule *rule, const orm_value *v, char message[160])
{
    size_t n = 0;
    char list[128];
    for (; rule->texts[n]; n++) {
        if (strlen(rule->texts[n]) == v->length && memcmp(rule->texts[n], v->as.s, v->length) == 0) return true;
    }
    orm__list_texts(list, sizeof list, rule->texts, n);
    snprintf(message, 160, "must be one of %s", list);
    return false;
}

static bool orm__int_listed(const orm_rule *rule, const orm_value *v, char message[160])
{
    for (size_t i = 0; i < rule->n_numbers; i++) {
        if (rule->numbers[i] == v->as.i) return true;
    }
    size_t used = (size_t)snprintf(message, 160, "must be one of ");
    for (size_t i = 0; i < rule->n_numbers; i++) {
        if (used > 160 - sizeof ", -9223372036854775808, ...") {         /* the next and the sign that it goes on */
            snprintf(message + used, 160 - used, ", ...");
            break;
        }
        used += (size_t)snprintf(message + used, 160 - used, "%s%" PRId64, i > 0 ? ", " : "", rule->numbers[i]);
    }
    return false;
}

static bool orm__match_holds(const orm_rule *rule, const orm_value *v, char message[160])
{
    int answer = orm__regex_matches(rule->pattern, v->as.s);
    if (answer != 1) snprintf(message, 160, "%s", answer == 0 ? "does not have the required form" : answer == -1
        ? "cannot be checked: the pattern of its rule is no regular expression" : "cannot be checked: out of memory");
    return answer == 1;
}

static bool orm__format_holds(bool holds, const char *wrong, char message[160])
{
    if (!holds) snprintf(message, 160, "%s", wrong);
    return holds;
}

ORM_PRIVATE bool orm__rule_holds(const orm_rule *rule, const orm_column *column, const orm_value *value, const void *row, char message[160])
{
    const char *wrong = NULL;
    switch (rule->kind) {
    case ORM_RULE_NOT_EMPTY:   return orm__format_holds(!orm__is_blank(value), "must not be empty", message);
    case ORM_RULE_LENGTH:      return orm__length_holds(rule, value, message);
    case ORM_RULE_AT_LEAST:
    case ORM_RULE_AT_MOST:
    case ORM_RULE_BETWEEN:     return orm__bounds_hold(rule, column, value, message);
    case ORM_RULE_EMAIL:       return orm__format_holds(orm__email_valid(value->as.s, value->length), "is not an email address", message);
    case ORM_RULE_URL:         return orm__format_holds(orm__url_valid(value->as.s, value->length), "is not a URL", message);
    case ORM_RULE_MATCHES:     return orm__match_holds(rule, value, message);
    case ORM_RULE_ONE_OF_TEXT: return orm__text_listed(rule, value, message);
    case ORM_RULE_ONE_OF_INT:  return orm__int_listed(rule, value, message);
    case ORM_RULE_CHECK_WITH:
        wrong = rule->check(row);
        return orm__format_holds(wrong == NULL, wrong, message);
    case ORM_RULE_NORMALIZE:   case ORM_RULE_ON_CREATE: case ORM_RULE_ON_UPDATE:      /* no rules of a value: see validate.c and normalize.c */
    case ORM_RULE_NONE:
    case ORM_RULE_KINDS:       break;
    }
    return true;
}

ORM_PRIVATE const char *orm__rule_name(orm_rule_kind kind)
{
    static const char *const names[ORM_RULE_KINDS] = { "", "not_empty", "length", "at_least", "at_most", "between", "email", "url",
                                                       "matches", "one_of", "one_of", "check_with", "normalize", "on_create", "on_update" };
    return names[kind];
}

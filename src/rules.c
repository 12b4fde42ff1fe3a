/* >>rules: does a value keep a rule? The table has a row for every kind: those that are a form of a text name the function that knows it, the others
   have one here. What is wrong is said in words that hold no value. */
#include "internal.h"

/* ---- the kinds -------------------------------------------------------------------------------------------------- */
/* `may_be_check`: SQL can say the same, see orm__ddl_check. What is not, is beyond SQL, or a list that grows: a check would keep it as it was. */
static const struct orm__rule_row { const char *name; bool may_be_check; orm__format *format; const char *wrong; } orm__rule_rows[ORM_RULE_KINDS] = {
    [ORM_RULE_NONE]           = { "", false, NULL, NULL },
    [ORM_RULE_NOT_EMPTY]      = { "not_empty", true, NULL, NULL },
    [ORM_RULE_NORMALIZE]      = { "normalize", false, NULL, NULL },       /* no rules of a value: see validate.c and normalize.c */
    [ORM_RULE_ON_CREATE]      = { "on_create", false, NULL, NULL },
    [ORM_RULE_ON_UPDATE]      = { "on_update", false, NULL, NULL },
    [ORM_RULE_LENGTH]         = { "length", true, NULL, NULL },
    [ORM_RULE_BYTES]          = { "bytes", true, NULL, NULL },
    [ORM_RULE_AT_LEAST]       = { "at_least", true, NULL, NULL },
    [ORM_RULE_AT_MOST]        = { "at_most", true, NULL, NULL },
    [ORM_RULE_BETWEEN]        = { "between", true, NULL, NULL },
    [ORM_RULE_ONE_OF_TEXT]    = { "one_of", true, NULL, NULL },
    [ORM_RULE_ONE_OF_INT]     = { "one_of", true, NULL, NULL },
    [ORM_RULE_NOT_IN_TEXT]    = { "not_in", true, NULL, NULL },
    [ORM_RULE_NOT_IN_INT]     = { "not_in", true, NULL, NULL },
    [ORM_RULE_EQUALS]         = { "equals", true, NULL, NULL },
    [ORM_RULE_CONTAINS]       = { "contains", true, NULL, NULL },
    [ORM_RULE_NOT_CONTAINS]   = { "not_contains", true, NULL, NULL },
    [ORM_RULE_AFTER]          = { "after", true, NULL, NULL },
    [ORM_RULE_BEFORE]         = { "before", true, NULL, NULL },
    [ORM_RULE_PAST]           = { "past", false, NULL, NULL },
    [ORM_RULE_FUTURE]         = { "future", false, NULL, NULL },
    [ORM_RULE_MATCHES]        = { "matches", false, NULL, NULL },
    [ORM_RULE_NOT_MATCHES]    = { "not_matches", false, NULL, NULL },
    [ORM_RULE_CHECK_WITH]     = { "check_with", false, NULL, NULL },
    [ORM_RULE_URL_WITH]       = { "url_with", false, NULL, NULL },
    [ORM_RULE_UUID_VERSION]   = { "uuid_version", false, NULL, NULL },
    [ORM_RULE_EMAIL]          = { "email", false, orm__email_valid, "is not an email address" },
    [ORM_RULE_URL]            = { "url", false, orm__url_valid, "is not a URL" },
    [ORM_RULE_IP]             = { "ip", false, orm__ip_valid, "is not an IP address" },
    [ORM_RULE_IPV4]           = { "ipv4", false, orm__ipv4_valid, "is not an IPv4 address" },
    [ORM_RULE_IPV6]           = { "ipv6", false, orm__ipv6_valid, "is not an IPv6 address" },
    [ORM_RULE_FQDN]           = { "fqdn", false, orm__fqdn_valid, "is not a full domain name" },
    [ORM_RULE_PORT]           = { "port", false, orm__port_valid, "is not a port number" },
    [ORM_RULE_MAC_ADDRESS]    = { "mac_address", false, orm__mac_address_valid, "is not a MAC address" },
    [ORM_RULE_ALPHA]          = { "alpha", true, orm__alpha_valid, "must have letters only" },
    [ORM_RULE_ALPHANUMERIC]   = { "alphanumeric", true, orm__alphanumeric_valid, "must have letters and digits only" },
    [ORM_RULE_DIGITS]         = { "digits", true, orm__digits_valid, "must have digits only" },
    [ORM_RULE_HEXADECIMAL]    = { "hexadecimal", true, orm__hexadecimal_valid, "must have hexadecimal digits only" },
    [ORM_RULE_ASCII]          = { "ascii", true, orm__ascii_valid, "must have ASCII characters only" },
    [ORM_RULE_LOWERCASE]      = { "lowercase", true, orm__lowercase_valid, "must have no capital letters" },
    [ORM_RULE_UPPERCASE]      = { "uppercase", true, orm__uppercase_valid, "must have no small letters" },
    [ORM_RULE_TRIMMED]        = { "trimmed", true, orm__trimmed_valid, "must not begin or end with a blank" },
    [ORM_RULE_NO_CONTROL]     = { "no_control", true, orm__no_control_valid, "must have no control characters" },
    [ORM_RULE_SLUG]           = { "slug", true, orm__slug_valid, "must be words of small letters and digits with hyphens between them" },
    [ORM_RULE_NUMERIC]        = { "numeric", false, orm__numeric_valid, "is not a number" },
    [ORM_RULE_INTEGER_TEXT]   = { "integer_text", true, orm__integer_text_valid, "is not an integer" },
    [ORM_RULE_FLOAT_TEXT]     = { "float_text", false, orm__float_text_valid, "is not a number" },
    [ORM_RULE_DECIMAL_TEXT]   = { "decimal_text", false, orm__decimal_text_valid, "is not a decimal number" },
    [ORM_RULE_DATE_TEXT]      = { "date_text", false, orm__date_text_valid, "is not a date" },
    [ORM_RULE_TIMESTAMP_TEXT] = { "timestamp_text", false, orm__timestamp_text_valid, "is not a date and time" },
    [ORM_RULE_JSON_TEXT]      = { "json_text", false, orm__json_text_valid, "is not JSON" },
    [ORM_RULE_UUID_TEXT]      = { "uuid_text", false, orm__uuid_text_valid, "is not a UUID" },
    [ORM_RULE_BASE64]         = { "base64", false, orm__base64_valid, "is not Base64" },
    [ORM_RULE_BASE64URL]      = { "base64url", false, orm__base64url_valid, "is not Base64 for URLs" },
    [ORM_RULE_HEX_COLOR]      = { "hex_color", true, orm__hex_color_valid, "is not a hexadecimal color" },
    [ORM_RULE_CREDIT_CARD]    = { "credit_card", false, orm__credit_card_valid, "is not a card number" },
    [ORM_RULE_E164]           = { "e164", true, orm__e164_valid, "is not an international phone number" },
    [ORM_RULE_ISBN]           = { "isbn", false, orm__isbn_valid, "is not an ISBN" },
    [ORM_RULE_IBAN]           = { "iban", false, orm__iban_valid, "is not an IBAN" },
    [ORM_RULE_SEMVER]         = { "semver", false, orm__semver_valid, "is not a semantic version" },
    [ORM_RULE_COUNTRY]        = { "country", false, orm__country_valid, "is not a country code" },
    [ORM_RULE_CURRENCY]       = { "currency", false, orm__currency_valid, "is not a currency code" },
};

ORM_PRIVATE const char *orm__rule_name(orm_rule_kind kind) { return orm__rule_rows[kind].name; }
ORM_PRIVATE bool orm__rule_may_be_check(orm_rule_kind kind) { return orm__rule_rows[kind].may_be_check; }
ORM_PRIVATE orm__format *orm__rule_format(orm_rule_kind kind) { return orm__rule_rows[kind].format; }

/* ---- the others ------------------------------------------------------------------------------------------------------ */
static bool orm__is_blank(const orm_value *v)
{
    if (v->type == ORM_BLOB) return v->length == 0;
    size_t i = 0;
    while (i < v->length && orm__is_one_of(v->as.s[i], ORM__BLANKS)) i++;
    return i == v->length;
}

static bool orm__length_holds(const orm_rule *rule, const orm_value *v, char message[160])
{
    bool blob = v->type == ORM_BLOB || rule->kind == ORM_RULE_BYTES;
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

static bool orm__is_listed_text(const orm_rule *rule, const orm_value *v)
{
    for (size_t n = 0; rule->texts[n]; n++)
        if (strlen(rule->texts[n]) == v->length && memcmp(rule->texts[n], v->as.s, v->length) == 0) return true;
    return false;
}

static bool orm__text_list_holds(const orm_rule *rule, const orm_value *v, char message[160])
{
    size_t n = 0;
    char list[128];
    bool wanted = rule->kind == ORM_RULE_ONE_OF_TEXT;
    if (orm__is_listed_text(rule, v) == wanted) return true;
    while (rule->texts[n]) n++;
    orm__list_texts(list, sizeof list, rule->texts, n);
    snprintf(message, 160, "must %sbe one of %s", wanted ? "" : "not ", list);
    return false;
}

static bool orm__int_list_holds(const orm_rule *rule, const orm_value *v, char message[160])
{
    bool wanted = rule->kind == ORM_RULE_ONE_OF_INT, listed = false;
    for (size_t i = 0; i < rule->n_numbers; i++) listed = listed || rule->numbers[i] == v->as.i;
    if (listed == wanted) return true;
    size_t used = (size_t)snprintf(message, 160, "must %sbe one of ", wanted ? "" : "not ");
    for (size_t i = 0; i < rule->n_numbers; i++) {
        if (used > 160 - sizeof ", -9223372036854775808, ...") {         /* the next and the sign that it goes on */
            snprintf(message + used, 160 - used, ", ...");
            break;
        }
        used += (size_t)snprintf(message + used, 160 - used, "%s%" PRId64, i > 0 ? ", " : "", rule->numbers[i]);
    }
    return false;
}

/* equals, contains, not_contains */
static bool orm__part_holds(const orm_rule *rule, const orm_value *v, char message[160])
{
    char part[128];
    bool holds = rule->kind == ORM_RULE_EQUALS ? strcmp(v->as.s, rule->pattern) == 0 : (strstr(v->as.s, rule->pattern) != NULL) == (rule->kind == ORM_RULE_CONTAINS);
    if (holds) return true;
    orm__list_texts(part, sizeof part, &rule->pattern, 1);
    snprintf(message, 160, "must %s %s", rule->kind == ORM_RULE_EQUALS ? "be" : rule->kind == ORM_RULE_CONTAINS ? "contain" : "not contain", part);
    return false;
}

static bool orm__match_holds(const orm_rule *rule, const orm_value *v, char message[160])
{
    int answer = orm__regex_matches(rule->pattern, v->as.s), wanted = rule->kind == ORM_RULE_MATCHES;
    if (answer != wanted) snprintf(message, 160, "%s", answer >= 0 ? "does not have the required form" : answer == -1
        ? "cannot be checked: the pattern of its rule is no regular expression" : ORM__UNCHECKED);
    return answer == wanted;
}

/* A moment of a rule is written as a day, which begins in UTC, or as RFC 3339 has it; of a date it is a day. */
ORM_PRIVATE bool orm__rule_moment(const orm_rule *rule, const orm_column *column, orm_value *out)
{
    orm_date day = ORM_UNSET_DATE;
    orm_time moment = ORM_UNSET_TIME;
    bool is_day = orm_date_parse(rule->pattern, &day);
    *out = (orm_value){ .type = (uint8_t)column->is.type };
    if (column->is.type == ORM_DATE) {
        out->as.i = day.days;
        return is_day;
    }
    if (is_day) moment = orm_time_make(day, (orm_clock){ 0 });
    else if (!orm_time_parse(rule->pattern, &moment)) return false;
    out->as.i = moment;
    return true;
}

static bool orm__moment_holds(const orm_rule *rule, const orm_column *column, const orm_value *v, char message[160])
{
    char text_[48];
    orm_value bound;
    bool after = rule->kind == ORM_RULE_AFTER;
    if (!orm__rule_moment(rule, column, &bound)) snprintf(message, 160, "cannot be checked: its rule names no %s", column->is.type == ORM_DATE ? "day" : "moment");
    else if (after ? v->as.i > bound.as.i : v->as.i < bound.as.i) return true;
    else snprintf(message, 160, "must be %s %s", after ? "after" : "before", orm__bound_text(v, bound.as.i, 0, text_));
    return false;
}

/* today, in UTC, is neither past nor future */
static bool orm__now_holds(const orm_rule *rule, const orm_value *v, char message[160])
{
    orm_date today;
    orm_time now = orm_now();
    orm_time_split(now, &today, NULL);
    bool past = rule->kind == ORM_RULE_PAST;
    int64_t bound = v->type == ORM_DATE ? today.days : now;
    if (past ? v->as.i < bound : v->as.i > bound) return true;
    snprintf(message, 160, "must be in the %s", past ? "past" : "future");
    return false;
}

static bool orm__scheme_holds(const orm_rule *rule, const orm_value *v, char message[160])
{
    size_t n = 0;
    char list[96];
    if (orm__url_of_valid(rule->texts, v->as.s, v->length)) return true;
    while (rule->texts[n]) n++;
    orm__list_texts(list, sizeof list, rule->texts, n);
    snprintf(message, 160, "is not a URL of %s", list);
    return false;
}

static bool orm__version_holds(const orm_rule *rule, const orm_value *v, char message[160])
{
    int version = orm__uuid_version_of(v->as.s, v->length);
    for (size_t i = 0; i < rule->n_numbers && version > 0; i++)
        if (rule->numbers[i] == version) return true;
    snprintf(message, 160, "is not a UUID of the required version");
    return false;
}

static bool orm__format_holds(bool holds, const char *wrong, char message[160])
{
    if (!holds) snprintf(message, 160, "%s", wrong);
    return holds;
}

ORM_PRIVATE bool orm__rule_holds(const orm_rule *rule, const orm_column *column, const orm_value *value, const void *row, char message[160])
{
    const struct orm__rule_row *kind = &orm__rule_rows[rule->kind];
    if (kind->format) return orm__format_holds(kind->format(value->as.s, value->length), kind->wrong, message);
    const char *wrong = NULL;
    switch (rule->kind) {
    case ORM_RULE_NOT_EMPTY:    return orm__format_holds(!orm__is_blank(value), "must not be empty", message);
    case ORM_RULE_LENGTH:
    case ORM_RULE_BYTES:        return orm__length_holds(rule, value, message);
    case ORM_RULE_AT_LEAST:
    case ORM_RULE_AT_MOST:
    case ORM_RULE_BETWEEN:      return orm__bounds_hold(rule, column, value, message);
    case ORM_RULE_MATCHES:
    case ORM_RULE_NOT_MATCHES:  return orm__match_holds(rule, value, message);
    case ORM_RULE_ONE_OF_TEXT:
    case ORM_RULE_NOT_IN_TEXT:  return orm__text_list_holds(rule, value, message);
    case ORM_RULE_ONE_OF_INT:
    case ORM_RULE_NOT_IN_INT:   return orm__int_list_holds(rule, value, message);
    case ORM_RULE_EQUALS:
    case ORM_RULE_CONTAINS:
    case ORM_RULE_NOT_CONTAINS: return orm__part_holds(rule, value, message);
    case ORM_RULE_AFTER:
    case ORM_RULE_BEFORE:       return orm__moment_holds(rule, column, value, message);
    case ORM_RULE_PAST:
    case ORM_RULE_FUTURE:       return orm__now_holds(rule, value, message);
    case ORM_RULE_URL_WITH:     return orm__scheme_holds(rule, value, message);
    case ORM_RULE_UUID_VERSION: return orm__version_holds(rule, value, message);
    case ORM_RULE_CHECK_WITH:
        wrong = rule->check(row);
        return orm__format_holds(wrong == NULL, wrong, message);
    default:                    return true;
    }
}

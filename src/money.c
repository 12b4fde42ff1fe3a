/* >>money: amounts in minor units with their currency (ISO 4217). Whole numbers only: a double has no cents. */
#include "internal.h"

ORM_API int orm_currency_digits(const char *code) { return code && strnlen(code, 4) == 3 ? orm__minor_digits(code) : -1; }
ORM_API const char *orm_check_currency(const char *code) { return orm_currency_digits(code) < 0 ? "is not a currency code" : NULL; }

ORM_API orm_money orm_money_make(int64_t minor, const char *currency)
{
    orm_money amount = { .minor = minor };
    if (orm_currency_digits(currency) < 0) return (orm_money){ .minor = 0 };
    memcpy(amount.currency, currency, 4);
    return amount;
}

/* the code's letters stand at the beginning or at the end, with one space to the number */
ORM_API bool orm_money_parse(const char *text_, orm_money *out)
{
    char number[ORM_DECIMAL_SIZE] = "", code[4] = "";
    orm_decimal amount;
    size_t n = text_ ? strnlen(text_, sizeof number + 4) : 0;
    if (n < 5 || n >= sizeof number + 4) return false;
    bool leads = text_[0] >= 'A' && text_[0] <= 'Z';
    if (text_[leads ? 3 : n - 4] != ' ') return false;
    memcpy(code, leads ? text_ : text_ + n - 3, 3);
    memcpy(number, leads ? text_ + 4 : text_, n - 4);
    if (!orm_decimal_parse(number, &amount)) return false;
    int digits = orm_currency_digits(code);
    return digits >= 0 && amount.scale <= digits && orm_money_from_decimal(amount, code, ORM_EXACT, out);
}

ORM_API orm_decimal orm_money_decimal(orm_money amount) { return orm_decimal_make(amount.minor, orm_currency_digits(amount.currency)); }

ORM_API bool orm_money_from_decimal(orm_decimal number, const char *currency, orm_rounding how, orm_money *out)
{
    orm_decimal rounded;
    int64_t minor;
    int digits = orm_currency_digits(currency);
    if (digits < 0 || !orm_decimal_round(number, digits, how, &rounded) || !orm_decimal_units(rounded, digits, &minor)) return false;
    *out = orm_money_make(minor, currency);
    return true;
}

ORM_API const char *orm_money_text(orm_money amount, char buffer[ORM_MONEY_SIZE])
{
    const char suffix[] = { ' ', amount.currency[0], amount.currency[1], amount.currency[2], 0 };
    orm_money_format(amount, &(orm_number_style){ .suffix = suffix }, buffer, ORM_MONEY_SIZE);
    return buffer;
}

ORM_API size_t orm_money_format(orm_money amount, const orm_number_style *style, char *buffer, size_t size)
{
    return orm_decimal_format(orm_money_decimal(amount), style, buffer, size);
}

/* one currency, and a known one */
static bool orm__money_alike(const orm_money *a, const orm_money *b)
{
    return memcmp(a->currency, b->currency, sizeof a->currency) == 0 && orm_currency_digits(a->currency) >= 0;
}

ORM_API bool orm_money_add(orm_money a, orm_money b, orm_money *out)
{
    int64_t minor;
    if (!orm__money_alike(&a, &b) || __builtin_add_overflow(a.minor, b.minor, &minor)) return false;
    *out = a;
    out->minor = minor;
    return true;
}

ORM_API bool orm_money_sub(orm_money a, orm_money b, orm_money *out)
{
    int64_t minor;
    if (!orm__money_alike(&a, &b) || __builtin_sub_overflow(a.minor, b.minor, &minor)) return false;
    *out = a;
    out->minor = minor;
    return true;
}

ORM_API bool orm_money_mul(orm_money amount, orm_decimal factor, orm_rounding how, orm_money *out)
{
    orm_decimal product;
    int digits = orm_currency_digits(amount.currency);
    if (digits < 0 || !orm_decimal_mul(orm_money_decimal(amount), factor, digits, how, &product)) return false;
    return orm_money_from_decimal(product, amount.currency, ORM_EXACT, out);
}

ORM_API bool orm_money_compare(orm_money a, orm_money b, int *order)
{
    if (!orm__money_alike(&a, &b)) return false;
    *order = (a.minor > b.minor) - (a.minor < b.minor);
    return true;
}

/* whole * weight / total, cut: by way of more than 64 bits */
static uint64_t orm__share(uint64_t whole, uint32_t weight, uint64_t total)
{
    const orm__wide divisor = orm__wide_of(0, total);
    orm__wide product = orm__wide_of(0, whole), rest;
    orm__wide_times(&product, weight, 0);
    product = orm__wide_divide(product, &divisor, &rest);
    return orm__wide_word(&product, 0);
}

/* On magnitudes, so that an amount and its negative are split alike. The shares are cut, so that what is left is less than one unit for each
   part that has a weight. */
ORM_API bool orm_money_allocate(orm_money amount, const uint32_t *weights, size_t n, orm_money *parts)
{
    uint64_t total = weights ? 0 : n, whole = amount.minor < 0 ? -(uint64_t)amount.minor : (uint64_t)amount.minor, left = whole;
    bool negative = amount.minor < 0;
    for (size_t i = 0; weights && i < n; i++)
        if (__builtin_add_overflow(total, weights[i], &total)) return false;
    if (total == 0 || orm_currency_digits(amount.currency) < 0) return false;
    for (size_t i = 0; i < n; i++) left -= orm__share(whole, weights ? weights[i] : 1, total);
    for (size_t i = 0; i < n; i++) {
        uint64_t share = orm__share(whole, weights ? weights[i] : 1, total);
        if (left > 0 && (!weights || weights[i] > 0)) share++, left--;
        parts[i] = amount;
        parts[i].minor = negative ? (int64_t)-share : (int64_t)share;
    }
    return true;
}

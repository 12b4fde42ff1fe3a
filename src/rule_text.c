/* >>rule_text: a rule as a row of a model writes it: length(2, 200). For models that are printed, schemas as text, and reports. */
#include "evolve.h"

ORM_PRIVATE void orm__put_c_integer(orm__writer *w, int64_t value)
{
    if (value == INT64_MIN) orm__put(w, "(-9223372036854775807 - 1)");
    else orm__put_int(w, value);
}

ORM_PRIVATE void orm__put_c_number(orm__writer *w, double value, bool single)
{
    size_t from = w->length;
    orm__put_number(w, value, single);
    if (w->failed) return;
    bool whole = !memchr(w->text + from, '.', w->length - from) && !memchr(w->text + from, 'e', w->length - from);
    if (whole) orm__put(w, ".0");
    if (single) orm__put_char(w, 'f');
}

static void orm__put_bound(orm__writer *w, const orm_column *column, int64_t integer, double number)
{
    if (column->is.type == ORM_FLOAT || column->is.type == ORM_DOUBLE) orm__put_c_number(w, number, false);
    else orm__put_c_integer(w, integer);
}

ORM_PRIVATE void orm__put_rule(orm__writer *w, const orm_column *column, const orm_rule *rule)
{
    bool low = rule->kind == ORM_RULE_AT_LEAST || rule->kind == ORM_RULE_BETWEEN, high = rule->kind == ORM_RULE_AT_MOST || rule->kind == ORM_RULE_BETWEEN;
    orm__put(w, orm__rule_name(rule->kind));
    if (rule->kind == ORM_RULE_CHECK_WITH) orm__put(w, "(function)");      /* its name is known to the compiler only */
    if (rule->kind == ORM_RULE_LENGTH || rule->kind == ORM_RULE_BYTES) {
        orm__put_char(w, '(');
        orm__put_c_integer(w, rule->low);
        orm__put(w, ", ");
        if (rule->high == INT64_MAX) orm__put(w, "INT64_MAX");
        else orm__put_c_integer(w, rule->high);
        orm__put_char(w, ')');
    } else if (low || high) {
        orm__put_char(w, '(');
        if (low) orm__put_bound(w, column, rule->low, rule->low_number);
        if (low && high) orm__put(w, ", ");
        if (high) orm__put_bound(w, column, rule->high, rule->high_number);
        orm__put_char(w, ')');
    } else if (rule->pattern) {
        orm__put_char(w, '(');
        orm__put_c_text(w, rule->pattern);
        orm__put_char(w, ')');
    } else if (rule->texts || rule->n_numbers) {
        orm__put_char(w, '(');
        for (size_t i = 0; rule->texts ? rule->texts[i] != NULL : i < rule->n_numbers; i++) {
            orm__put(w, i ? ", " : "");
            if (rule->texts) orm__put_c_text(w, rule->texts[i]);
            else orm__put_c_integer(w, rule->numbers[i]);
        }
        orm__put_char(w, ')');
    }
}

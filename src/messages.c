/* >>messages: failures in other words: the hook of the thread or of the handle says them, from a table if the program likes. */
#include "internal.h"

ORM_API void orm_messages(orm_message_hook *hook, void *context)
{
    orm__self()->messages = hook;
    orm__self()->messages_context = context;
}

/* does the text ask for nothing that the failure does not have? */
static bool orm__message_fits(const orm_message *m, const orm_failure *failure)
{
    if (m->model && strcmp(m->model, failure->model) != 0) return false;
    if (m->field && strcmp(m->field, failure->field) != 0) return false;
    if (m->rule && strcmp(m->rule, failure->rule) != 0) return false;
    return (failure->has_low || !strstr(m->text, "{low}")) && (failure->has_high || !strstr(m->text, "{high}"));
}

ORM_API const char *orm_message_table(const orm_failure *failure, void *table)
{
    for (const orm_message *m = (const orm_message *)table; m && m->text; m++)
        if (orm__message_fits(m, failure)) return m->text;
    return NULL;
}

static void orm__said_bound(orm__writer *w, const orm_failure *failure, bool high)
{
    char text_[48];
    const orm_value of = { .type = (uint8_t)failure->type };
    orm__put(w, orm__bound_text(&of, high ? failure->high : failure->low, high ? failure->high_number : failure->low_number, text_));
}

static void orm__put_listed(orm__writer *w, const orm_rule *rule)
{
    for (size_t i = 0; rule && rule->texts && rule->texts[i]; i++) {
        orm__put(w, i ? ", " : "");
        orm__put(w, rule->texts[i]);
    }
    for (size_t i = 0; rule && i < rule->n_numbers; i++) {
        orm__put(w, i ? ", " : "");
        orm__put_int(w, rule->numbers[i]);
    }
}

/* the text with its placeholders filled in; what is no placeholder is left as it is */
static void orm__put_said(orm__writer *w, const orm_failure *failure, const char *text_)
{
    static const char *const marks[] = { "{low}", "{high}", "{field}", "{values}" };
    enum { ORM__MARK_LOW, ORM__MARK_HIGH, ORM__MARK_FIELD, ORM__MARK_VALUES, ORM__MARK_NONE };
    while (*text_) {
        int mark = ORM__MARK_LOW;
        while (mark < ORM__MARK_NONE && strncmp(text_, marks[mark], strlen(marks[mark])) != 0) mark++;
        if (mark == ORM__MARK_LOW || mark == ORM__MARK_HIGH) orm__said_bound(w, failure, mark == ORM__MARK_HIGH);
        else if (mark == ORM__MARK_FIELD) orm__put(w, failure->field);
        else if (mark == ORM__MARK_VALUES) orm__put_listed(w, failure->declared);
        else orm__put_char(w, *text_);
        text_ += mark < ORM__MARK_NONE ? strlen(marks[mark]) : 1;
    }
}

ORM_PRIVATE void orm__say_failures(const orm_options *options, orm_failures *failures)
{
    orm_message_hook *hook = orm__self()->messages;
    void *context = orm__self()->messages_context;
    if (!hook && options) {
        hook = options->messages;
        context = options->messages_context;
    }
    for (size_t i = 0; hook && i < failures->count; i++) {
        char said[1024];
        orm__writer w = { .text = said, .capacity = sizeof said };
        const char *text_ = hook(&failures->item[i], context);
        if (!text_) continue;
        orm__put_said(&w, &failures->item[i], text_);
        orm__copy_clean(failures->item[i].message, sizeof failures->item[i].message, "%.*s", (int)w.length, said);
    }
}

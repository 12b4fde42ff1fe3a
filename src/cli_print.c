/* >>cli_print: what the command line tells: errors and progress for people, and one JSON document for programs. */
#include "evolve.h"
#ifndef ORM_NO_CLI

ORM_PRIVATE const char *orm__cli_colour(const orm__cli *c, const char *code) { return c->colours ? code : ""; }

/* ---- the document ------------------------------------------------------------------------------------------------------------------- */
/* what stands last tells whether a comma is due: a text ends with its quote, whatever is in it */
static bool orm__cli_json_next(orm__cli *c, const char *name)
{
    orm__writer *w = &c->document;
    if (!c->json) return false;
    if (!w->failed && w->length && w->text[w->length - 1] != '{' && w->text[w->length - 1] != '[') orm__put(w, ", ");
    if (name) orm__put_json_text(w, name, strlen(name));
    if (name) orm__put(w, ": ");
    return true;
}

ORM_PRIVATE void orm__cli_json_raw(orm__cli *c, const char *name, const char *value) { if (orm__cli_json_next(c, name)) orm__put(&c->document, value); }

ORM_PRIVATE void orm__cli_json(orm__cli *c, const char *name, const char *value)
{
    char clean[700];
    size_t characters = 0;
    if (!value) orm__cli_json_raw(c, name, "null");
    if (!value || !orm__cli_json_next(c, name)) return;
    /* names in paths and databases may be any bytes, a document may not */
    bool fine = orm__check_bytes(value, strlen(value), &characters) == ORM__TEXT_OK;
    if (!fine) orm__copy_clean(clean, sizeof clean, "%s", value);
    orm__put_json_text(&c->document, fine ? value : clean, strlen(fine ? value : clean));
}

ORM_PRIVATE void orm__cli_json_number(orm__cli *c, const char *name, int64_t value) { if (orm__cli_json_next(c, name)) orm__put_int(&c->document, value); }
ORM_PRIVATE void orm__cli_json_open(orm__cli *c, const char *name, char bracket)    { if (orm__cli_json_next(c, name)) orm__put_char(&c->document, bracket); }
ORM_PRIVATE void orm__cli_json_close(orm__cli *c, char bracket)                     { if (c->json) orm__put_char(&c->document, bracket); }

/* ---- errors -------------------------------------------------------------------------------------------------------------------------- */
static void orm__cli_clear_line(orm__cli *c)
{
    if (c->open_line) fputs("\r\033[K", c->err);
    c->open_line = false;
}

static void orm__cli_error_json(orm__cli *c)
{
    if (!c->json) return;
    size_t size = orm_errors_json(NULL, 0) + 1;
    char *text_ = orm_arena_allocate(&c->arena, size);
    c->document.failed |= !text_;
    if (!text_) return;
    orm_errors_json(text_, size);
    orm__cli_json_raw(c, "error", text_);
}

ORM_PRIVATE int orm__cli_error(orm__cli *c)
{
    const orm_error_info error = *orm_error();
    orm__cli_clear_line(c);
    orm__cli_error_json(c);
    fprintf(c->err, "%s: %s%s%s: %s\n", c->program, c->err_colours ? "\033[31m" : "", orm_status_name(error.kind), c->err_colours ? "\033[0m" : "", error.message);
    for (size_t i = 0; i < error.failures.count; i++) fprintf(c->err, "    %s: %s\n", error.failures.item[i].field, error.failures.item[i].message);
    if (error.failures.total > error.failures.count) fprintf(c->err, "    ... and %zu more\n", error.failures.total - error.failures.count);
    return ORM__CLI_FAILED;
}

ORM_PRIVATE int orm__cli_wrong(orm__cli *c)
{
    orm__cli_error_json(c);
    fprintf(c->err, "%s: %s\n", c->program, orm_error()->message);
    return ORM__CLI_WRONG;
}

/* ---- progress --------------------------------------------------------------------------------------------------------------------------- */
/* a line for each migration; on a terminal it is rewritten statement by statement */
static void orm__cli_progress_line(orm__cli *c, const orm_migrate_event *event)
{
    if (c->quiet) return;
    if (event->sql) {
        c->open_line |= c->rewrites && event->steps > 1;
        if (c->open_line) fprintf(c->err, "\r%zu of %zu  %s  statement %zu of %zu\033[K", event->number, event->count, event->name, event->step, event->steps);
        return;
    }
    orm__cli_clear_line(c);
    fprintf(c->err, "%s%s%s  %s  (%zu of %zu, %" PRId64 ".%03d s)\n", c->err_colours ? "\033[32m" : "", event->undo ? "undone" : "applied", c->err_colours ? "\033[0m" : "",
            event->name, event->number, event->count, event->microseconds / 1000000, (int)(event->microseconds / 1000 % 1000));
}

/* rows that are created, page by page; only a terminal is told of each */
ORM_PRIVATE void orm__cli_rows(void *context, const orm_model *model, size_t done, size_t total)
{
    orm__cli *c = (orm__cli *)context;
    if (c->quiet || !c->rewrites) return;
    c->open_line = true;
    if (total) fprintf(c->err, "\r%s  %zu of %zu\033[K", model->table, done, total);
    else fprintf(c->err, "\r%s  %zu\033[K", model->table, done);
    if (done == total) orm__cli_clear_line(c);
}

ORM_PRIVATE void orm__cli_progress(void *context, const orm_migrate_event *event)
{
    orm__cli *c = (orm__cli *)context;
    if (!c->dry_run) orm__cli_progress_line(c, event);
    if (c->dry_run && !c->json) {
        if (event->step <= 1) fprintf(c->out, "-- %s%s\n", event->name, event->sql ? "" : ": a function");
        if (event->sql) fprintf(c->out, "%s;\n", event->sql);
    }
    if (event->sql && !c->dry_run) return;
    orm__cli_json_open(c, NULL, '{');
    orm__cli_json(c, "name", event->name);
    if (c->dry_run) orm__cli_json(c, "sql", event->sql);
    else orm__cli_json_number(c, "microseconds", event->microseconds);
    orm__cli_json_close(c, '}');
}

/* ---- the end -------------------------------------------------------------------------------------------------------------------------------- */
ORM_PRIVATE int orm__cli_end(orm__cli *c, int code)
{
    static const char no_memory[] = "{\"error\": {\"kind\": \"ORM_NO_MEMORY\", \"message\": \"out of memory\", \"errors\": []}}\n";
    orm__cli_json_close(c, '}');
    orm__cli_json_close(c, '\n');
    if (c->json && c->document.failed) {
        fprintf(c->err, "%s: out of memory\n", c->program);
        fputs(no_memory, c->out);
        code = ORM__CLI_FAILED;
    } else if (c->json) {
        fwrite(c->document.text, 1, c->document.length, c->out);
    }
    orm__writer_release(&c->document);
    errno = 0;
    if (!fflush(c->out) && !ferror(c->out)) return code;
    fprintf(c->err, "%s: not all of this could be written to the output%s%s\n", c->program, errno ? ": " : "", errno ? strerror(errno) : "");
    return ORM__CLI_FAILED;
}
#endif

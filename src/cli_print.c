/* >>cli_print: what the command line tells: errors, progress, and texts inside of JSON. */
#include "evolve.h"
#ifndef ORM_NO_CLI

ORM_PRIVATE const char *orm__cli_colour(const orm__cli *c, const char *code) { return c->colours ? code : ""; }

ORM_PRIVATE void orm__cli_json_text(FILE *out, const char *text_)
{
    orm_allocator allocator = orm__default_allocator();
    orm__writer w = { .allocator = &allocator };
    orm__put_json_text(&w, text_, strlen(text_));
    fputs(w.failed ? "\"\"" : w.text, out);
    orm__writer_release(&w);
}

static void orm__cli_error_json(orm__cli *c, const orm_error_info *error)
{
    fputs("{\"error\": {\"kind\": ", c->out);
    orm__cli_json_text(c->out, orm_status_name(error->kind));
    fputs(", \"message\": ", c->out);
    orm__cli_json_text(c->out, error->message);
    fputs(", \"failures\": [", c->out);
    for (size_t i = 0; i < error->failures.count; i++) {
        fputs(i ? ", {\"field\": " : "{\"field\": ", c->out);
        orm__cli_json_text(c->out, error->failures.item[i].field);
        fputs(", \"rule\": ", c->out);
        orm__cli_json_text(c->out, error->failures.item[i].rule);
        fputs(", \"message\": ", c->out);
        orm__cli_json_text(c->out, error->failures.item[i].message);
        fputc('}', c->out);
    }
    fputs("]}}\n", c->out);
}

ORM_PRIVATE int orm__cli_error(orm__cli *c)
{
    const orm_error_info error = *orm_error();
    if (c->json) orm__cli_error_json(c, &error);
    fprintf(c->err, "%s: %s%s%s: %s\n", c->program, c->terminal ? "\033[31m" : "", orm_status_name(error.kind), c->terminal ? "\033[0m" : "", error.message);
    for (size_t i = 0; i < error.failures.count; i++) fprintf(c->err, "    %s: %s\n", error.failures.item[i].field, error.failures.item[i].message);
    return ORM__CLI_FAILED;
}

/* a line for each migration; on a terminal it is rewritten statement by statement */
static void orm__cli_progress_line(orm__cli *c, const orm_migrate_event *event)
{
    const char *what = event->undo ? "undone" : "applied";
    if (c->quiet || c->json) return;
    if (event->sql && c->terminal && event->steps > 1) fprintf(c->err, "\r%zu of %zu  %s  statement %zu of %zu\033[K", event->number, event->count, event->name, event->step, event->steps);
    if (event->sql) return;
    if (c->terminal) fputs("\r\033[K", c->err);
    fprintf(c->out, "%s%s%s  %s  (%zu of %zu, %" PRId64 ".%03d s)\n", orm__cli_colour(c, "\033[32m"), what, orm__cli_colour(c, "\033[0m"), event->name, event->number, event->count,
            event->microseconds / 1000000, (int)(event->microseconds / 1000 % 1000));
}

/* rows that are created, page by page; only a terminal is told of each */
ORM_PRIVATE void orm__cli_rows(void *context, const orm_model *model, size_t done, size_t total)
{
    orm__cli *c = (orm__cli *)context;
    if (c->quiet || c->json || !c->terminal) return;
    if (total) fprintf(c->err, "\r%s  %zu of %zu\033[K", model->table, done, total);
    else fprintf(c->err, "\r%s  %zu\033[K", model->table, done);
    if (done == total) fputs("\r\033[K", c->err);
}

ORM_PRIVATE void orm__cli_progress(void *context, const orm_migrate_event *event)
{
    orm__cli *c = (orm__cli *)context;
    if (c->dry_run && !c->json) {
        if (event->step <= 1) fprintf(c->out, "-- %s%s\n", event->name, event->sql ? "" : ": a function");
        if (event->sql) fprintf(c->out, "%s;\n", event->sql);
        return;
    }
    orm__cli_progress_line(c, event);
    if (!c->json || (event->sql && !c->dry_run)) return;
    fputs(c->told++ ? ", {\"name\": " : "{\"name\": ", c->out);
    orm__cli_json_text(c->out, event->name);
    if (event->sql) {
        fputs(", \"sql\": ", c->out);
        orm__cli_json_text(c->out, event->sql);
    }
    fprintf(c->out, ", \"microseconds\": %" PRId64 "}", event->microseconds);
}
#endif

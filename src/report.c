/* >>report: which rules of a model the database keeps, too, and which only the program does: a line per field and rule. */
#include "evolve.h"

/* what stands between columns of the table; more than that, where it is longer */
static void orm__report_pad(orm__writer *w, size_t from, size_t width)
{
    while (w->length < from + width && !w->failed) orm__put_char(w, ' ');
    orm__put_char(w, ' ');
}

/* Of a field: its column, or the `name` of a relation; of neither, the model's own. The rule is a `word`, or one of its row. */
static void orm__report_line(orm__writer *w, const orm_model *model, const orm_column *column, const char *name, const char *word, const orm_rule *rule, const char *who)
{
    size_t from = w->length;
    orm__put(w, model->name);
    if (column || name) orm__put_char(w, '.');
    orm__put(w, column ? column->name : name ? name : "");
    orm__report_pad(w, from, 40);
    from = w->length;
    if (rule) orm__put_rule(w, column, rule);
    else orm__put(w, word);
    orm__report_pad(w, from, 30);
    orm__put(w, who);
    orm__put_char(w, '\n');
}

/* what the type promises, and the rules as the row has them */
static void orm__report_checks(orm__writer *w, const orm_column *column)
{
    for (size_t n = 0; n == 0 || (column->rules && column->rules[n - 1].kind); n++) {
        bool kept = n < orm__ddl_checks(column) && orm__ddl_keeps(w->dialect, column, n);      /* of a password the table holds but the hash */
        const char *word = n ? NULL : orm__ddl_type_rule(w->dialect, column);
        if (n || word) orm__report_line(w, column->model, column, NULL, word, n ? &column->rules[n - 1] : NULL, kept ? "database and program" : "program only");
    }
}

static const char *orm__report_deferral(orm_deferral deferral)
{
    static const char *const when[] = { "database", "database, at the commit if a transaction says so", "database, at the commit" };
    return when[deferral];
}

static void orm__report_column(orm__writer *w, const orm_column *column)
{
    const char *both = "database and program", *database = "database";
    const orm_model *model = column->model, *parent = NULL;
    if (!column->nullable && !column->is.generated) orm__report_line(w, model, column, NULL, "required", NULL, both);
    if (column->unique) orm__report_line(w, model, column, NULL, "unique", NULL, database);
    if (orm__target_of(column, &parent)) orm__report_line(w, model, column, NULL, "references", NULL, orm__report_deferral(column->deferral));
    if (column->on_delete == ORM_CASCADE && orm__hooked(model, ORM__DESTROY_EVENTS | ORM__BULK_DESTROY_EVENTS)) orm__report_line(w, model, column, NULL, "cascade", NULL, "database, without hooks");
    if (column->on_delete == ORM_CASCADE && parent && parent->deleted_at) orm__report_line(w, model, column, NULL, "cascade", NULL, "only when the parent is destroyed hard");
    if (column->is.type == ORM_ENUM && w->dialect->can.enum_types) orm__report_line(w, model, column, NULL, "values", NULL, both);
    orm__report_checks(w, column);
}

ORM_PRIVATE void orm__report_model(orm__writer *w, const orm_model *model)
{
    for (size_t i = 0; i < model->n_columns; i++) orm__report_column(w, &model->columns[i]);
    for (size_t i = 0; i < model->n_relations; i++)
        if (orm__foreign_key(model, i)) orm__report_line(w, model, NULL, model->relations[i].name, "references", NULL, orm__report_deferral(model->relations[i].deferral));
    for (const orm_model_option *o = model->options; o && o->kind; o++) {
        if (o->kind == ORM_OPTION_UNIQUE) orm__report_line(w, model, NULL, NULL, "unique", NULL, "database");
        if (o->kind == ORM_OPTION_CHECK) orm__report_line(w, model, NULL, NULL, o->name, NULL, "database");
        if (o->kind == ORM_OPTION_VALIDATE) orm__report_line(w, model, NULL, NULL, o->name, NULL, "program only");
    }
}

ORM_API void orm_print_rules(FILE *out, orm_db *handle, const orm_model *model)
{
    orm_allocator allocator = orm__default_allocator();
    if (!out || !handle || !model) return;
    orm__writer w = { .allocator = &allocator, .dialect = handle->pool->dialect };
    orm__report_model(&w, model);
    if (!w.failed && w.length) fwrite(w.text, 1, w.length, out);
    orm__writer_release(&w);
}

ORM_API void orm_schema_report(FILE *out, orm_db *handle, const orm_schema *schema)
{
    for (size_t m = 0; schema && m < schema->n_models; m++) orm_print_rules(out, handle, schema->models[m]);
}

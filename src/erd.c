/* >>erd: the schema as a picture: an entity-relationship diagram for Mermaid, or a graph for Graphviz. */
#include "evolve.h"

static const char *const orm__erd_types[ORM_TYPES] = {
    [ORM_INT16] = "smallint", [ORM_INT32] = "integer", [ORM_INT64] = "bigint", [ORM_FLOAT] = "real", [ORM_DOUBLE] = "double", [ORM_BOOL] = "boolean", [ORM_TEXT] = "text",
    [ORM_DECIMAL] = "decimal", [ORM_BLOB] = "blob", [ORM_DATE] = "date", [ORM_CLOCK] = "time", [ORM_TIME] = "timestamp", [ORM_UUID] = "uuid", [ORM_JSON] = "json",
    [ORM_INET] = "inet", [ORM_INTERVAL] = "interval", [ORM_ENUM] = "enum", [ORM_ARRAY] = "array",
};
static const char *orm__erd_type(const orm_column *column) { return column->is.generated ? "serial" : orm__erd_types[column->is.type]; }

/* a table that a table refers to, by one column or several */
typedef struct orm__erd_link { const orm_model *from, *to; const char *name; bool optional, single; } orm__erd_link;

static bool orm__erd_next(const orm_model *model, size_t *i, orm__erd_link *out)
{
    for (; *i < model->n_columns + model->n_relations; ++*i) {
        const orm_model *parent = NULL;
        if (*i < model->n_columns) {
            const orm_column *column = &model->columns[*i];
            if (!orm__target_of(column, &parent)) continue;
            bool whole_key = column->primary_key && orm__key_length(model) == 1;
            *out = (orm__erd_link){ model, parent, orm__column_name(column), column->nullable, column->unique || whole_key };
        } else {
            const orm_relation *key = orm__foreign_key(model, *i - model->n_columns);
            if (!key) continue;
            *out = (orm__erd_link){ model, key->target, key->name, key->key[0]->nullable, false };
        }
        ++*i;
        return true;
    }
    return false;
}

/* ---- Mermaid: names of tables in quotes, of columns without ------------------------------------------------------------------------------- */
static void orm__mermaid_quoted(orm__writer *out, const char *name)
{
    orm__put_char(out, '"');
    for (; *name; name++)
        if (*name == '"' || *name == '#') orm__put(out, *name == '#' ? "#35;" : "#quot;");
        else orm__put_char(out, (unsigned char)*name < ' ' ? ' ' : *name);
    orm__put_char(out, '"');
}

static void orm__mermaid_word(orm__writer *out, const char *name)
{
    bool first = true;
    for (; *name; name++, first = false) {
        bool letter = (*name >= 'a' && *name <= 'z') || (*name >= 'A' && *name <= 'Z') || (unsigned char)*name >= 0x80;
        orm__put_char(out, letter || (!first && *name >= '0' && *name <= '9') ? *name : '_');
    }
}

static void orm__mermaid_column(orm__writer *out, const orm_column *column)
{
    const orm_model *parent = NULL;
    const char *between = " ";
    bool refers = orm__target_of(column, &parent) != NULL;
    orm__put_format(out, "        %s ", orm__erd_type(column));
    orm__mermaid_word(out, orm__column_name(column));
    if (column->primary_key) orm__put_format(out, "%sPK", between), between = ", ";
    if (refers) orm__put_format(out, "%sFK", between), between = ", ";
    if (column->unique) orm__put_format(out, "%sUK", between);
    if (column->nullable) orm__put(out, " \"may be NULL\"");
    orm__put_char(out, '\n');
}

static void orm__mermaid(orm__writer *out, const orm_schema *schema)
{
    orm__put(out, "erDiagram\n");
    for (size_t m = 0; m < schema->n_models; m++) {
        orm__put(out, "    ");
        orm__mermaid_quoted(out, schema->models[m]->table);
        orm__put(out, " {\n");
        for (size_t i = 0; i < schema->models[m]->n_columns; i++) orm__mermaid_column(out, &schema->models[m]->columns[i]);
        orm__put(out, "    }\n");
    }
    for (size_t m = 0; m < schema->n_models; m++) {
        orm__erd_link link;
        for (size_t i = 0; orm__erd_next(schema->models[m], &i, &link); ) {
            orm__put(out, "    ");
            orm__mermaid_quoted(out, link.to->table);
            orm__put_format(out, " %s--%s ", link.optional ? "|o" : "||", link.single ? "o|" : "o{");
            orm__mermaid_quoted(out, link.from->table);
            orm__put(out, " : ");
            orm__mermaid_quoted(out, link.name);
            orm__put_char(out, '\n');
        }
    }
}

/* ---- Graphviz ------------------------------------------------------------------------------------------------------------------------------- */
static void orm__dot_html(orm__writer *out, const char *text_)
{
    for (; *text_; text_++) {
        if (*text_ == '&') orm__put(out, "&amp;");
        else if (*text_ == '<') orm__put(out, "&lt;");
        else if (*text_ == '>') orm__put(out, "&gt;");
        else if (*text_ == '"') orm__put(out, "&quot;");
        else orm__put_char(out, (unsigned char)*text_ < ' ' ? ' ' : *text_);
    }
}

static void orm__dot_quoted(orm__writer *out, const char *text_)
{
    orm__put_char(out, '"');
    for (; *text_; text_++) {
        if (*text_ == '"' || *text_ == '\\') orm__put_char(out, '\\');
        orm__put_char(out, (unsigned char)*text_ < ' ' ? ' ' : *text_);
    }
    orm__put_char(out, '"');
}

static void orm__dot(orm__writer *out, const orm_schema *schema)
{
    orm__put(out, "digraph schema {\n    rankdir = LR;\n    node [shape = plaintext];\n");
    for (size_t m = 0; m < schema->n_models; m++) {
        const orm_model *model = schema->models[m];
        orm__put(out, "    ");
        orm__dot_quoted(out, model->table);
        orm__put(out, " [label = <<table border=\"0\" cellborder=\"1\" cellspacing=\"0\"><tr><td colspan=\"2\"><b>");
        orm__dot_html(out, model->table);
        orm__put(out, "</b></td></tr>");
        for (size_t i = 0; i < model->n_columns; i++) {
            orm__put_format(out, "<tr><td align=\"left\">%s", model->columns[i].primary_key ? "<u>" : "");
            orm__dot_html(out, orm__column_name(&model->columns[i]));
            orm__put_format(out, "%s</td><td align=\"left\">%s%s</td></tr>", model->columns[i].primary_key ? "</u>" : "", orm__erd_type(&model->columns[i]), model->columns[i].nullable ? "?" : "");
        }
        orm__put(out, "</table>>];\n");
    }
    for (size_t m = 0; m < schema->n_models; m++) {
        orm__erd_link link;
        for (size_t i = 0; orm__erd_next(schema->models[m], &i, &link); ) {
            orm__put(out, "    ");
            orm__dot_quoted(out, link.from->table);
            orm__put(out, " -> ");
            orm__dot_quoted(out, link.to->table);
            orm__put(out, " [label = ");
            orm__dot_quoted(out, link.name);
            orm__put_format(out, ", arrowhead = %s, arrowtail = %s, dir = both];\n", link.optional ? "odot" : "tee", link.single ? "tee" : "crow");
        }
    }
    orm__put(out, "}\n");
}

ORM_PRIVATE void orm__erd_text(orm__writer *w, const orm_schema *schema, orm_erd_format format)
{
    if (format == ORM_ERD_DOT) orm__dot(w, schema);
    else orm__mermaid(w, schema);
}

ORM_API orm_status orm_erd(FILE *out, const orm_schema *schema, orm_erd_format format)
{
    const orm_allocator allocator = orm__default_allocator();
    orm__writer w = { .allocator = &allocator };
    orm__clear_error();
    if (!out || !schema) return orm__raise(NULL, ORM_MISUSE, 0, "a diagram needs a file and a schema");
    orm__erd_text(&w, schema, format);
    errno = 0;
    orm_status status = w.failed ? orm__raise(NULL, ORM_NO_MEMORY, 0, "out of memory") : ORM_OK;
    if (!status && fwrite(w.text, 1, w.length, out) != w.length) status = orm__raise(NULL, ORM_IO, errno, "the diagram cannot be written: %s", strerror(errno));
    orm__writer_release(&w);
    return status;
}

/* >>erd: the schema as a picture: an entity-relationship diagram for Mermaid, or a graph for Graphviz. */
#include "evolve.h"

static const char *const orm__erd_types[ORM_TYPES] = {
    [ORM_INT16] = "smallint", [ORM_INT32] = "integer", [ORM_INT64] = "bigint", [ORM_FLOAT] = "real", [ORM_DOUBLE] = "double", [ORM_BOOL] = "boolean", [ORM_TEXT] = "text",
    [ORM_DECIMAL] = "decimal", [ORM_BLOB] = "blob", [ORM_DATE] = "date", [ORM_CLOCK] = "time", [ORM_TIME] = "timestamp", [ORM_UUID] = "uuid", [ORM_JSON] = "json",
    [ORM_INET] = "inet", [ORM_ENUM] = "enum", [ORM_ARRAY] = "array",
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
static void orm__mermaid_quoted(FILE *out, const char *name)
{
    fputc('"', out);
    for (; *name; name++)
        if (*name == '"') fputs("#quot;", out);
        else fputc((unsigned char)*name < ' ' ? ' ' : *name, out);
    fputc('"', out);
}

static void orm__mermaid_word(FILE *out, const char *name)
{
    bool first = true;
    for (; *name; name++, first = false) {
        bool letter = (*name >= 'a' && *name <= 'z') || (*name >= 'A' && *name <= 'Z') || (unsigned char)*name >= 0x80;
        fputc(letter || (!first && *name >= '0' && *name <= '9') ? *name : '_', out);
    }
}

static void orm__mermaid_column(FILE *out, const orm_column *column)
{
    const orm_model *parent = NULL;
    const char *between = " ";
    bool refers = orm__target_of(column, &parent) != NULL;
    fprintf(out, "        %s ", orm__erd_type(column));
    orm__mermaid_word(out, orm__column_name(column));
    if (column->primary_key) fprintf(out, "%sPK", between), between = ", ";
    if (refers) fprintf(out, "%sFK", between), between = ", ";
    if (column->unique) fprintf(out, "%sUK", between);
    if (column->nullable) fputs(" \"may be NULL\"", out);
    fputc('\n', out);
}

static void orm__mermaid(FILE *out, const orm_schema *schema)
{
    fputs("erDiagram\n", out);
    for (size_t m = 0; m < schema->n_models; m++) {
        fputs("    ", out);
        orm__mermaid_quoted(out, schema->models[m]->table);
        fputs(" {\n", out);
        for (size_t i = 0; i < schema->models[m]->n_columns; i++) orm__mermaid_column(out, &schema->models[m]->columns[i]);
        fputs("    }\n", out);
    }
    for (size_t m = 0; m < schema->n_models; m++) {
        orm__erd_link link;
        for (size_t i = 0; orm__erd_next(schema->models[m], &i, &link); ) {
            fputs("    ", out);
            orm__mermaid_quoted(out, link.to->table);
            fprintf(out, " %s--%s ", link.optional ? "|o" : "||", link.single ? "o|" : "o{");
            orm__mermaid_quoted(out, link.from->table);
            fputs(" : ", out);
            orm__mermaid_quoted(out, link.name);
            fputc('\n', out);
        }
    }
}

/* ---- Graphviz ------------------------------------------------------------------------------------------------------------------------------- */
static void orm__dot_html(FILE *out, const char *text_)
{
    for (; *text_; text_++) {
        if (*text_ == '&') fputs("&amp;", out);
        else if (*text_ == '<') fputs("&lt;", out);
        else if (*text_ == '>') fputs("&gt;", out);
        else if (*text_ == '"') fputs("&quot;", out);
        else fputc((unsigned char)*text_ < ' ' ? ' ' : *text_, out);
    }
}

static void orm__dot_quoted(FILE *out, const char *text_)
{
    fputc('"', out);
    for (; *text_; text_++) {
        if (*text_ == '"' || *text_ == '\\') fputc('\\', out);
        fputc((unsigned char)*text_ < ' ' ? ' ' : *text_, out);
    }
    fputc('"', out);
}

static void orm__dot(FILE *out, const orm_schema *schema)
{
    fputs("digraph schema {\n    rankdir = LR;\n    node [shape = plaintext];\n", out);
    for (size_t m = 0; m < schema->n_models; m++) {
        const orm_model *model = schema->models[m];
        fputs("    ", out);
        orm__dot_quoted(out, model->table);
        fputs(" [label = <<table border=\"0\" cellborder=\"1\" cellspacing=\"0\"><tr><td colspan=\"2\"><b>", out);
        orm__dot_html(out, model->table);
        fputs("</b></td></tr>", out);
        for (size_t i = 0; i < model->n_columns; i++) {
            fprintf(out, "<tr><td align=\"left\">%s", model->columns[i].primary_key ? "<u>" : "");
            orm__dot_html(out, orm__column_name(&model->columns[i]));
            fprintf(out, "%s</td><td align=\"left\">%s%s</td></tr>", model->columns[i].primary_key ? "</u>" : "", orm__erd_type(&model->columns[i]), model->columns[i].nullable ? "?" : "");
        }
        fputs("</table>>];\n", out);
    }
    for (size_t m = 0; m < schema->n_models; m++) {
        orm__erd_link link;
        for (size_t i = 0; orm__erd_next(schema->models[m], &i, &link); ) {
            fputs("    ", out);
            orm__dot_quoted(out, link.from->table);
            fputs(" -> ", out);
            orm__dot_quoted(out, link.to->table);
            fputs(" [label = ", out);
            orm__dot_quoted(out, link.name);
            fprintf(out, ", arrowhead = %s, arrowtail = %s, dir = both];\n", link.optional ? "odot" : "tee", link.single ? "tee" : "crow");
        }
    }
    fputs("}\n", out);
}

ORM_API void orm_erd(FILE *out, const orm_schema *schema, orm_erd_format format)
{
    if (!out || !schema) return;
    if (format == ORM_ERD_DOT) orm__dot(out, schema);
    else orm__mermaid(out, schema);
}

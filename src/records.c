/* >>records: files of rows, record by record: CSV (RFC 4180) and JSON (RFC 8259): an array of objects of plain values, in which objects and arrays stay as text. */
#include "evolve.h"

/* ---- CSV ---------------------------------------------------------------------------------------------------------------- */
ORM_PRIVATE bool orm__records_fail(orm__records *r, const char *why)
{
    if (!r->why) r->why = why;
    return false;
}

static bool orm__records_out(orm__records *r) { return r->out_of_memory = true, orm__records_fail(r, "out of memory"); }

static orm__field *orm__records_add(orm__records *r)
{
    if (r->n == ORM__MAX_FIELDS) {
        orm__records_fail(r, "there are too many fields");
        return NULL;
    }
    r->fields[r->n] = (orm__field){ .line = r->line };
    return &r->fields[r->n++];
}

/* in quotes, with two for one, over several lines; the text is made in the arena */
static bool orm__csv_quoted(orm__records *r, orm__field *field)
{
    const char *stop = r->at + 1;
    while (stop < r->end && (*stop != '"' || (stop + 1 < r->end && stop[1] == '"'))) stop += *stop == '"' ? 2 : 1;
    char *out = orm__bump(r->arena, (size_t)(stop - r->at) + 1, 1);
    size_t n = 0;
    if (!out) return orm__records_out(r);
    for (r->at++; r->at < r->end; r->at++) {
        r->line += *r->at == '\n';
        if (*r->at != '"') out[n++] = *r->at;
        else if (r->at + 1 < r->end && r->at[1] == '"') out[n++] = *r->at++;
        else {
            out[n] = 0;
            *field = (orm__field){ .kind = ORM__FIELD_TEXT, .text = out, .line = field->line };
            r->at++;
            return true;
        }
    }
    return orm__records_fail(r, "a field in quotes does not end");
}

static bool orm__csv_field(orm__records *r)
{
    orm__field *field = orm__records_add(r);
    if (!field) return false;
    if (r->at < r->end && *r->at == '"') {
        if (!orm__csv_quoted(r, field)) return false;
        return r->at == r->end || strchr(",\r\n", *r->at) || orm__records_fail(r, "something stands behind a field in quotes");
    }
    const char *from = r->at;
    while (r->at < r->end && !strchr(",\r\n", *r->at)) {
        if (*r->at++ == '"') return orm__records_fail(r, "a quote stands inside of a field without quotes");
    }
    field->kind = r->at == from ? ORM__FIELD_MISSING : ORM__FIELD_TEXT;
    field->text = orm__bump_text(r->arena, from, (size_t)(r->at - from));
    return field->text || orm__records_out(r);
}

static bool orm__records_next_line(orm__records *r)
{
    r->n = 0;
    while (r->at < r->end && (*r->at == '\n' || *r->at == '\r')) r->line += *r->at++ == '\n';      /* empty lines */
    r->first_line = r->line;
    if (r->at == r->end) return false;
    for (;;) {
        if (!orm__csv_field(r)) return false;
        if (r->at == r->end || *r->at != ',') break;
        r->at++;
    }
    if (r->at < r->end && *r->at == '\r') r->at++;
    if (r->at < r->end && *r->at == '\n') r->at++, r->line++;
    return true;
}

/* ---- JSON: the whole text was scanned before, so it is one ------------------------------------------------------------------- */
static void orm__records_blank(orm__records *r)
{
    for (; r->at < r->end && strchr(" \t\r\n", *r->at); r->at++) r->line += *r->at == '\n';
}

/* the characters of a string, to behind it */
static const char *orm__records_string(orm__records *r)
{
    const char *stop = r->at + 1;
    while (*stop != '"') stop += *stop == '\\' ? 2 : 1;
    const char *made = orm__json_text_of(r->arena, r->at, stop + 1);
    if (!made) return orm__records_out(r), NULL;
    r->at = stop + 1;
    return made;
}

/* behind a value, whatever is in it */
static void orm__records_pass(orm__records *r)
{
    unsigned depth = 0;
    for (bool text_ = false; r->at < r->end; r->at++) {
        if (text_ && *r->at == '\\') r->at++;
        else if (*r->at == '"') text_ = !text_;
        else if (!text_ && depth == 0 && strchr(",]} \t\r\n", *r->at)) return;
        else if (!text_ && (*r->at == '{' || *r->at == '[')) depth++;
        else if (!text_ && (*r->at == '}' || *r->at == ']')) depth--;
        r->line += *r->at == '\n';
    }
}

static bool orm__records_value(orm__records *r, orm__field *field)
{
    const char *from = r->at;
    field->line = r->line;
    orm__records_pass(r);
    field->raw = orm__bump_text(r->arena, from, (size_t)(r->at - from));
    if (!field->raw) return orm__records_out(r);
    field->kind = *from == '{' || *from == '[' ? ORM__FIELD_NESTED : strcmp(field->raw, "null") == 0 ? ORM__FIELD_NULL : ORM__FIELD_TEXT;
    field->text = field->raw;
    if (*from != '"') return true;
    const char *behind = r->at;
    r->at = from;
    field->text = orm__records_string(r);
    r->at = behind;
    return field->text != NULL;
}

static bool orm__records_next_object(orm__records *r)
{
    r->n = 0;
    orm__records_blank(r);
    if (*r->at == '[' && !r->begun) r->begun = true;
    else if (!r->begun) return orm__records_fail(r, "the file is no array of objects");
    else if (*r->at == ']') return false;
    r->at++;                                         /* the bracket, or the comma between two */
    orm__records_blank(r);
    r->first_line = r->line;
    if (*r->at == ']') return false;
    if (*r->at != '{') return orm__records_fail(r, "the file is no array of objects");
    for (r->at++; ; r->at++) {
        orm__records_blank(r);
        if (*r->at == '}') break;
        orm__field *field = orm__records_add(r);
        const char *name = field ? orm__records_string(r) : NULL;
        if (!name) return false;
        orm__records_blank(r);
        r->at++;                                     /* the colon */
        orm__records_blank(r);
        if (!orm__records_value(r, field)) return false;
        field->name = name;
        orm__records_blank(r);
        if (*r->at == '}') break;
    }
    r->at++;
    orm__records_blank(r);
    return true;
}

/* ---- either -------------------------------------------------------------------------------------------------------------- */
ORM_PRIVATE orm_status orm__records_open(orm__records *r, const char *path, orm_arena *arena)
{
    size_t length = strlen(path), size = 0;
    *r = (orm__records){ .path = path, .arena = arena, .line = 1 };
    bool csv = length > 4 && strcmp(path + length - 4, ".csv") == 0, json = length > 5 && strcmp(path + length - 5, ".json") == 0;
    if (!csv && !json) return orm__raise(NULL, ORM_MISUSE, 0, "%.200s: a file of rows ends in .csv or .json", path);
    r->json = json;
    orm_status status = orm__read_text_file(path, (size_t)1 << 30, arena, &r->at, &size);
    if (status) return status;
    r->end = r->at + size;
    const char *wrong = NULL;
    if (json && !orm__json_valid(r->at, size, &wrong)) return orm__raise(NULL, orm__is_unchecked(wrong) ? ORM_NO_MEMORY : ORM_VALIDATION, 0, "%.200s: %s%s", path, orm__is_unchecked(wrong) ? "" : "is no JSON: ", wrong);
    if (json) return ORM_OK;
    if (!orm__records_next_line(r)) return orm__raise(NULL, r->out_of_memory ? ORM_NO_MEMORY : ORM_VALIDATION, 0, "%.200s:%u: %s", path, r->first_line, r->why ? r->why : "the first line names the fields, and is missing");
    r->n_names = r->n;
    for (size_t i = 0; i < r->n; i++) r->names[i] = r->fields[i].text;
    return ORM_OK;
}

ORM_PRIVATE bool orm__records_next(orm__records *r)
{
    if (r->json) return orm__records_next_object(r);
    if (!orm__records_next_line(r)) return false;
    if (r->n != r->n_names) return orm__records_fail(r, r->n > r->n_names ? "there are more fields than the first line names" : "there are fewer fields than the first line names");
    for (size_t i = 0; i < r->n; i++) r->fields[i].name = r->names[i];
    return true;
}

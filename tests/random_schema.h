/* >>random_schema: schemas made at random, and changed at random, as the text that migrations end with (src/snapshot.c).

   struct schema s = { .state = 7 }; schema_change(&s); schema_text(&s, buffer, size, true); */
#ifndef RANDOM_SCHEMA_H
#define RANDOM_SCHEMA_H
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { SCHEMA_TABLES = 6, SCHEMA_COLUMNS = 7, SCHEMA_LABELS = 5, SCHEMA_TEXT = 32768 };
/* types by how they may change into each other: a column becomes another of its family */
enum { OF_WHOLE, OF_TEXT, OF_DECIMAL, OF_REAL, OF_BOOL, OF_ENUM, OF_DATE, OF_TIME, OF_UUID, OF_JSON, OF_ARRAY, OF_BLOB, FAMILIES };
static const struct { const char *word; int family; const char *defaults[2]; const char *rules[2]; } schema_types[] = {
    { "bigint", OF_WHOLE, { "7", "-1" }, { " at_least(-10)", " between(-10, 1000)" } },
    { "integer", OF_WHOLE, { "7", "0" }, { " at_most(1000)", " one_of(0, 1, 2, 3, 4, 5, 6, 7)" } },
    { "smallint", OF_WHOLE, { "7", "3" }, { " at_least(-10)", " between(-10, 1000)" } },
    { "string(20)", OF_TEXT, { "x", "it's" }, { " length(1, 15)", " one_of(\"x\", \"it's\", \"t1\", \"t2\")" } },
    { "string(40)", OF_TEXT, { "x", "\\\"y\\\" \\\\ ?" }, { " not_empty", " length(1, 30)" } },
    { "text", OF_TEXT, { "x", "\xc3\xbc\xe2\x82\xac" }, { " length(1, 100)", " not_empty" } },
    { "decimal(8, 2)", OF_DECIMAL, { "1.50", "-2.00" }, { " at_least(-10)", " between(-10, 1000)" } },
    { "decimal(12, 4)", OF_DECIMAL, { "1.5000", "3.0000" }, { " at_most(1000)", " between(-10, 1000)" } },
    { "double", OF_REAL, { "0.5", "-1.25" }, { " at_least(-10)", " between(-10.5, 1000.5)" } },
    { "boolean", OF_BOOL, { "true", "false" }, { "", "" } },
    { "enumeration(\"Mood\")", OF_ENUM, { NULL, NULL }, { "", "" } },
    { "date", OF_DATE, { NULL, NULL }, { "", "" } },
    { "timestamp", OF_TIME, { NULL, NULL }, { "", "" } },
    { "uuid", OF_UUID, { NULL, NULL }, { "", "" } },
    { "jsonb", OF_JSON, { "{}", "[1, 2]" }, { "", "" } },
    { "array(integer)", OF_ARRAY, { NULL, NULL }, { "", "" } },
    { "blob", OF_BLOB, { "00ff", "" }, { "", "" } } };
enum { SCHEMA_TYPES = sizeof schema_types / sizeof schema_types[0] };

enum { NOT_DISTINCT, DISTINCT, DISTINCT_BY_ROW, DISTINCT_BY_OPTION, DISTINCTS };
struct schema_column {
    char name[24], was[24];
    int identity;                        /* the same for the column's whole life, whatever it is called */
    int type, value, rule;               /* value, rule: 0 for none, else number + 1 */
    bool nullable, indexed, comment;
    int distinct;                        /* each row has a value of its own in this bigint: NOT_DISTINCT, or how the schema says so */
    int refers, target;                  /* identities of a table, or 0, and of a distinct column there, or 0 for its key; then the column is a bigint */
    int action;
    bool bare;                           /* it refers, or did so once: rows hold nothing in it, or the way back would look for what they refer to */
};
struct schema_table {
    char name[24], was[24];
    int identity;
    struct schema_column columns[SCHEMA_COLUMNS]; int n;
    bool pair_key;                       /* a key of two columns instead of a serial */
    bool comment, check, counter;        /* counter: "n", which counts those that refer here by their first key */
    int index;                           /* 0 none, 1 two columns, 2 descending and partial, 3 an expression, 4 unique */
};
struct schema {
    uint64_t state;
    struct schema_table tables[SCHEMA_TABLES]; int n, identities, names;
    char labels[SCHEMA_LABELS][8]; int n_labels;
};

static int schema_below(struct schema *s, int n)
{
    s->state += UINT64_C(0x9E3779B97F4A7C15);        /* splitmix64 */
    uint64_t z = s->state;
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return (int)((z ^ (z >> 31)) % (uint64_t)n);
}

/* names of which some need quotes */
static void schema_name(struct schema *s, const char *kind, char out[24])
{
    static const char *const ends[] = { "", "", "", " x", "_\xc3\xbc", "'s", "-y" };
    snprintf(out, 24, "%s%d%s", kind, ++s->names, ends[schema_below(s, 7)]);
}

static struct schema_table *schema_table_of(struct schema *s, int identity)
{
    for (int i = 0; i < s->n; i++)
        if (s->tables[i].identity == identity) return &s->tables[i];
    return NULL;
}

static struct schema_column *schema_column_of(struct schema_table *t, int identity)
{
    for (int i = 0; i < t->n; i++)
        if (t->columns[i].identity == identity) return &t->columns[i];
    return NULL;
}

static bool schema_is_target(const struct schema *s, int identity)
{
    for (int i = 0; i < s->n; i++)
        for (int c = 0; c < s->tables[i].n; c++)
            if (s->tables[i].columns[c].refers && s->tables[i].columns[c].target == identity) return true;
    return false;
}

/* to the key of the table, or to another column that is unique; false when there is neither */
static bool schema_refer(struct schema *s, struct schema_column *c, const struct schema_table *parent)
{
    const struct schema_column *target = NULL;
    c->distinct = NOT_DISTINCT;          /* never to itself */
    for (int i = 0; i < parent->n; i++)
        if (parent->columns[i].distinct > DISTINCT && (parent->pair_key || schema_below(s, 2))) target = &parent->columns[i];
    if (parent->pair_key && !target) return false;
    c->refers = parent->identity;
    c->target = target ? target->identity : 0;
    c->type = c->value = 0;
    c->bare = true;
    c->action = schema_below(s, 9);
    return true;
}

static void schema_add_column(struct schema *s, struct schema_table *t, bool new_table)
{
    if (t->n == SCHEMA_COLUMNS) return;
    struct schema_column *c = &t->columns[t->n];
    *c = (struct schema_column){ .identity = ++s->identities, .type = schema_below(s, SCHEMA_TYPES) };
    schema_name(s, "c", c->name);
    const struct schema_table *parent = s->n && schema_below(s, 4) == 0 ? &s->tables[schema_below(s, s->n)] : NULL;
    if (schema_types[c->type].family == OF_ENUM && !s->n_labels) c->type = 0;
    bool refers = parent && schema_refer(s, c, parent);
    if (!refers && schema_below(s, 5) == 0) {
        c->type = 0;
        c->distinct = 1 + schema_below(s, DISTINCTS - 1);
    }
    c->nullable = schema_below(s, 2) == 0;
    bool has_default = schema_types[c->type].defaults[0] && !c->refers && !c->distinct;
    if (has_default && schema_below(s, 2)) c->value = 1 + schema_below(s, 2);
    /* rows that exist need a value */
    if (!new_table && !c->value) c->nullable = true;
    if (schema_below(s, 3) == 0) c->rule = 1;
    c->indexed = schema_below(s, 5) == 0 && schema_types[c->type].family != OF_JSON;
    c->comment = schema_below(s, 6) == 0;
    t->n++;
}

static void schema_add_table(struct schema *s)
{
    if (s->n == SCHEMA_TABLES) return;
    struct schema_table *t = &s->tables[s->n];
    *t = (struct schema_table){ .identity = ++s->identities, .pair_key = schema_below(s, 6) == 0 };
    schema_name(s, "t", t->name);
    for (int i = 2 + schema_below(s, 4); i > 0; i--) schema_add_column(s, t, true);
    s->n++;
    /* with another table it makes a circle */
    struct schema_table *other = &s->tables[schema_below(s, s->n)];
    int n = other->n;
    if (schema_below(s, 2)) schema_add_column(s, other, other == t);
    if (other->n == n || !schema_refer(s, &other->columns[n], t)) return;
    other->columns[n].nullable = true;
    struct schema_column *back = &t->columns[t->n - 1];
    if (other != t && !schema_is_target(s, back->identity)) back->nullable |= schema_refer(s, back, other);
}

static void schema_drop_table(struct schema *s, int i)
{
    for (int k = 0; k < s->n; k++)
        for (int c = 0; c < s->tables[k].n; c++)
            if (s->tables[k].columns[c].refers == s->tables[i].identity) s->tables[k].columns[c].refers = 0;
    s->tables[i] = s->tables[--s->n];
}

static void schema_retype(struct schema *s, struct schema_column *c)
{
    int family = schema_types[c->type].family, type = schema_below(s, SCHEMA_TYPES);
    if (schema_types[type].family != family || c->refers || c->distinct) return;
    c->type = type;
    c->value = c->rule = 0;
}

static void schema_change_column(struct schema *s, struct schema_table *t)
{
    struct schema_column *c = &t->columns[schema_below(s, t->n)];
    int family = schema_types[c->type].family;
    switch (schema_below(s, 12)) {
    case 0:
        memcpy(c->was, c->name, sizeof c->was);
        schema_name(s, "c", c->name);
        break;
    case 1: schema_retype(s, c); break;
    case 2: if (!c->bare) c->nullable = c->value ? !c->nullable : true; break;
    case 3: if (schema_types[c->type].defaults[0] && !c->bare && !c->distinct) c->value = schema_below(s, 3); break;
    case 4: c->rule = schema_below(s, 2); break;
    case 5: c->indexed = !c->indexed && family != OF_JSON; break;
    case 6: c->comment = !c->comment; break;
    case 7: if (c->refers) c->action = schema_below(s, 9); break;
    case 8: if (c->refers && schema_below(s, 2)) c->refers = 0; break;
    case 9:
        /* on the way back rows need a value again */
        if (t->n > 2 && !schema_is_target(s, c->identity) && (c->nullable || (c->value && !c->refers))) memmove(c, c + 1, (size_t)(&t->columns[--t->n] - c) * sizeof *c);
        break;
    default:
        /* its values stay distinct, so that all of these can be said of them on the way back */
        if (c->distinct) c->distinct = schema_is_target(s, c->identity) ? DISTINCT_BY_ROW + schema_below(s, 2) : DISTINCT + schema_below(s, 3);
        break;
    }
}

static void schema_change_labels(struct schema *s)
{
    if (s->n_labels < SCHEMA_LABELS) {
        int at = schema_below(s, s->n_labels + 1);
        memmove(s->labels[at + 1], s->labels[at], sizeof s->labels[0] * (size_t)(s->n_labels++ - at));
        snprintf(s->labels[at], sizeof s->labels[at], "l%d", ++s->names % 1000);
    }
}

/* one change, or several */
static void schema_change(struct schema *s)
{
    for (int i = 0; i < s->n; i++) {
        s->tables[i].was[0] = 0;
        for (int c = 0; c < s->tables[i].n; c++) s->tables[i].columns[c].was[0] = 0;
    }
    if (!s->n_labels) schema_change_labels(s);
    for (int times = s->n < 2 ? 3 : 1 + schema_below(s, 4); times > 0; times--) {
        struct schema_table *t = s->n ? &s->tables[schema_below(s, s->n)] : NULL;
        int what = schema_below(s, 12);
        if (!t || what == 0) schema_add_table(s);
        else if (what == 1 && s->n > 3) schema_drop_table(s, schema_below(s, s->n));
        else if (what == 2 && !t->was[0]) {
            memcpy(t->was, t->name, sizeof t->was);
            schema_name(s, "t", t->name);
        }
        else if (what == 3) schema_add_column(s, t, false);
        else if (what == 4) t->index = schema_below(s, 4);
        else if (what == 5) t->check = !t->check;
        else if (what == 6) t->comment = !t->comment;
        else if (what == 7) t->counter = !t->counter && !t->pair_key;
        else if (what == 8) schema_change_labels(s);
        else schema_change_column(s, t);
    }
}

/* ---- as text ------------------------------------------------------------------------------------------------------------------------ */
struct schema_writer { char *at, *end; };
static void schema_put(struct schema_writer *w, const char *format, ...) __attribute__((format(printf, 2, 3)));
#include <stdarg.h>
static void schema_put(struct schema_writer *w, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    int n = vsnprintf(w->at, (size_t)(w->end - w->at), format, list);
    va_end(list);
    if (n > 0 && n < w->end - w->at) w->at += n;
}

static const char *schema_action(const struct schema_column *c)
{
    static const char *const actions[] = { "", " on_delete(cascade)", " on_delete(set_null)" };
    return actions[c->action % 3 == 2 && !c->nullable ? 1 : c->action % 3];
}

static const char *schema_deferral(const struct schema_column *c)
{
    static const char *const words[] = { "", " deferred", " deferrable" };
    return words[c->action / 3];
}

static void schema_put_column(struct schema *s, struct schema_writer *w, const struct schema_column *c, bool renames)
{
    struct schema_table *parent = c->refers ? schema_table_of(s, c->refers) : NULL;
    const struct schema_column *target = parent && c->target ? schema_column_of(parent, c->target) : NULL;
    const char *value = c->value && !parent ? schema_types[c->type].defaults[c->value - 1] : NULL;
    schema_put(w, "  \"%s\" %s", c->name, schema_types[c->type].word);
    if (c->nullable) schema_put(w, " nullable");
    if (c->distinct == DISTINCT_BY_ROW) schema_put(w, " unique");
    if (c->indexed && c->distinct < DISTINCT_BY_ROW) schema_put(w, " indexed");
    if (value) schema_put(w, " default(\"%s\")", value);
    if (c->rule) schema_put(w, "%s", schema_types[c->type].rules[0]);
    if (parent) schema_put(w, " references(\"%s\", \"%s\")%s%s", parent->name, target ? target->name : "id", schema_action(c), schema_deferral(c));
    if (renames && c->was[0]) schema_put(w, " was(\"%s\")", c->was);
    if (c->comment) schema_put(w, " comment(\"about %s; \\\"it's\\\"\")", c->name);
    schema_put(w, "\n");
}

/* the first column of any table that refers to this one */
static const struct schema_column *schema_first_key(struct schema *s, const struct schema_table *t, const struct schema_table **child)
{
    for (int i = 0; i < s->n; i++)
        for (int c = 0; c < s->tables[i].n; c++)
            if (s->tables[i].columns[c].refers == t->identity) {
                *child = &s->tables[i];
                return &s->tables[i].columns[c];
            }
    return NULL;
}

/* do two tables, or more, refer to each other in a circle? */
__attribute__((unused)) static bool schema_has_circle(struct schema *s)
{
    bool reaches[SCHEMA_TABLES][SCHEMA_TABLES] = { { false } };
    for (int i = 0; i < s->n; i++)
        for (int c = 0; c < s->tables[i].n; c++) {
            const struct schema_table *parent = schema_table_of(s, s->tables[i].columns[c].refers);
            if (parent && parent != &s->tables[i]) reaches[i][parent - s->tables] = true;
        }
    for (int via = 0; via < s->n; via++)
        for (int i = 0; i < s->n; i++)
            for (int k = 0; k < s->n; k++) reaches[i][k] |= reaches[i][via] && reaches[via][k];
    for (int i = 0; i < s->n; i++) if (reaches[i][i]) return true;
    return false;
}

__attribute__((unused)) static bool schema_has_target(struct schema *s)
{
    for (int i = 0; i < s->n; i++)
        for (int c = 0; c < s->tables[i].n; c++)
            if (s->tables[i].columns[c].refers && s->tables[i].columns[c].target) return true;
    return false;
}

static void schema_put_table(struct schema *s, struct schema_writer *w, const struct schema_table *t, bool renames)
{
    const struct schema_table *child = NULL;
    const struct schema_column *key = t->counter ? schema_first_key(s, t, &child) : NULL;
    schema_put(w, "table \"%s\"\n", t->name);
    schema_put(w, t->pair_key ? "  \"a\" bigint primary_key\n  \"b\" string(10) primary_key\n" : "  \"id\" serial\n");
    for (int i = 0; i < t->n; i++) schema_put_column(s, w, &t->columns[i], renames);
    if (key) schema_put(w, "  \"n\" bigint counter_of(\"%s\", \"%s\")\n", child->name, key->name);
    const char *id = t->pair_key ? "a" : "id", *first = t->columns[0].name, *second = t->columns[1].name;
    bool json = schema_types[t->columns[0].type].family == OF_JSON || schema_types[t->columns[1].type].family == OF_JSON;
    if (t->index == 1 && !json) schema_put(w, "  index(\"%s\", \"%s\")\n", first, second);
    if (t->index == 2 && !json) schema_put(w, "  index(desc \"%s\") where(\"\\\"%s\\\" > 5\")\n", first, id);
    if (t->index == 3) schema_put(w, "  index(sql \"\\\"%s\\\" + 1\")\n", id);
    for (int i = 0; i < t->n; i++)
        if (t->columns[i].distinct == DISTINCT_BY_OPTION) schema_put(w, "  unique(\"%s\")\n", t->columns[i].name);
    if (t->check) schema_put(w, "  check(\"sane\", \"\\\"%s\\\" > 0\")\n", id);
    if (t->comment) schema_put(w, "  comment(\"table %s\")\n", t->name);
    if (renames && t->was[0]) schema_put(w, "  was(\"%s\")\n", t->was);
}

__attribute__((unused)) static void schema_text(struct schema *s, char *out, size_t size, bool renames)
{
    struct schema_writer w = { out, out + size };
    bool used = false;
    out[0] = 0;
    for (int i = 0; i < s->n; i++)
        for (int c = 0; c < s->tables[i].n; c++) used |= schema_types[s->tables[i].columns[c].type].family == OF_ENUM;
    if (used) {
        schema_put(&w, "enum \"Mood\"");
        for (int i = 0; i < s->n_labels; i++) schema_put(&w, "%s \"%s\"", i ? "," : ":", s->labels[i]);
        schema_put(&w, "\n");
    }
    for (int i = 0; i < s->n; i++) schema_put_table(s, &w, &s->tables[i], renames);
}
#endif

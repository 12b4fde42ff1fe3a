/* >>pull: models of a database that is there: what is found in it becomes a schema, which is compared with the database, and written as C. A word of the rows is chosen
   where the SQL that it makes is what the database has; all else stays SQL. */
#include "evolve.h"

typedef struct orm__pulled_column {
    const orm_found_column *found;
    const char *name;                                /* in C */
    orm_column_type is;
    const char *type_sql;
    bool left_out, unique, indexed, searched;
    const struct orm__pulled_table *refers; const struct orm__pulled_column *target;      /* by this column alone */
    orm_action on_delete, on_update; orm_deferral deferral;
} orm__pulled_column;
typedef struct orm__pulled_table {
    const char *table, *name;                        /* name: in C */
    orm_found_table found;
    bool left_out;
    orm__pulled_column *columns;
    bool *checked;                                   /* checks that words of the rows make */
} orm__pulled_table;
typedef struct orm__pull {
    orm__comparison s;
    const orm_pull_options *given;
    orm__draft *draft;
    orm__pulled_table *tables; size_t n_tables;
    const char **names; size_t n_names, room_names;  /* of types in C */
    const char **notes; size_t n_notes, room_notes;
    const char **ignored; size_t n_ignored, room_ignored;
} orm__pull;

static void *orm__pull_take(orm__pull *p, size_t size)
{
    void *memory = orm_arena_allocate(p->s.arena, size);
    if (!memory) p->s.failed = true;
    return memory;
}

static const char *orm__pull_text(orm__pull *p, const char *text_)
{
    if (!text_) p->s.failed = true;
    return text_ ? text_ : "";
}

static void orm__pull_add(orm__pull *p, const char ***list, size_t *n, size_t *room, const char *text_)
{
    if (*n == *room) {
        size_t more = *room ? *room * 2 : 16;
        const char **larger = orm__pull_take(p, more * sizeof *larger);
        if (!larger) return;
        if (*n) memcpy(larger, *list, *n * sizeof *larger);
        *list = larger;
        *room = more;
    }
    (*list)[(*n)++] = orm__pull_text(p, text_);
}

static void orm__pull_note(orm__pull *p, const char *text_) { orm__pull_add(p, &p->notes, &p->n_notes, &p->room_notes, text_); }

static void orm__pull_ignore(orm__pull *p, const char *text_) { orm__pull_add(p, &p->ignored, &p->n_ignored, &p->room_ignored, text_); }

/* a name in C that no other type has */
static const char *orm__pull_type_name(orm__pull *p, const char *name, orm__c_style style)
{
    const char *made = orm__pull_text(p, orm__c_name_apart(orm__pull_text(p, orm__c_name(name, style, p->s.arena)), "", p->names, p->n_names, p->s.arena));
    orm__pull_add(p, &p->names, &p->n_names, &p->room_names, made);
    return made;
}

static bool orm__pull_listed(const char *const *list, const char *name)
{
    for (; list && *list; list++)
        if (orm__same_word(*list, name)) return true;
    return false;
}

/* can it be the name of a table or column of models? */
static bool orm__pull_is_name(const orm__pull *p, const char *name)
{
    size_t max = p->s.db->dialect->can.max_name;
    return name && name[0] && orm__check_text(name, max ? max : SIZE_MAX, NULL, NULL) == ORM__TEXT_OK;
}

/* ---- what there is ------------------------------------------------------------------------------------------------------- */
static size_t orm__pull_key_length(const orm_found_table *found)
{
    size_t n = 0;
    for (size_t i = 0; i < found->n_columns; i++) n += found->columns[i].key > 0;
    return n;
}

static bool orm__pull_seen(const orm__pull *p, const char *table)
{
    for (size_t i = 0; i < p->n_tables; i++)
        if (!p->tables[i].left_out && orm__same_word(p->tables[i].table, table)) return true;
    return false;
}

/* why there can be no model of the table, or NULL */
static const char *orm__pull_refuses(const orm__pull *p, const orm__pulled_table *t)
{
    if (!orm__pull_is_name(p, t->table)) return "its name is none that a model can have";
    if (!orm__pull_key_length(&t->found)) return "it has no primary key";
    if (orm__pull_key_length(&t->found) > ORM__MAX_KEY) return "its primary key has too many columns";
    if (t->found.n_columns > ORM_MAX_ROWS) return "it has too many columns";
    if (orm__pull_seen(p, t->table)) return "another table's name differs in the case of letters only";
    return NULL;
}

static orm_status orm__pull_find_tables(orm__pull *p)
{
    const orm_dialect *dialect = p->s.db->dialect;
    orm_found_name *names = NULL;
    size_t n = 0;
    orm_status status = dialect->list_tables(p->s.db->connection, p->s.arena, &names, &n);
    p->tables = status ? NULL : orm__pull_take(p, (n + 1) * sizeof *p->tables);
    for (size_t i = 0; i < n && !status && !p->s.failed; i++) {
        orm__pulled_table *t = &p->tables[p->n_tables];
        const orm_pull_options *o = p->given;
        if ((o->tables && !orm__pull_listed(o->tables, names[i].name)) || orm__pull_listed(o->ignore, names[i].name) || orm__same_word(names[i].name, orm__history_table())) {
            if (names[i].kind == ORM_FOUND_TABLE && !orm__same_word(names[i].name, orm__history_table())) orm__pull_ignore(p, names[i].name);
            continue;
        }
        if (names[i].kind != ORM_FOUND_TABLE) {
            orm__pull_note(p, orm_format(p->s.arena, "the view %s: use it in SQL by hand", names[i].name));
            continue;
        }
        *t = (orm__pulled_table){ .table = names[i].name };
        status = dialect->describe(p->s.db->connection, t->table, p->s.arena, &t->found);
        const char *why = status ? NULL : orm__pull_refuses(p, t);
        if (why) {
            orm__pull_note(p, orm_format(p->s.arena, "the table %s: %s", t->table, why));
            orm__pull_ignore(p, t->table);
        } else p->n_tables++;
    }
    return status;
}

/* ---- SQL in pieces ------------------------------------------------------------------------------------------------------- */
/* the text in quotes at *at, which moves behind it */
static const char *orm__pull_quoted(orm__pull *p, const char **at, char quote, bool escapes)
{
    char *out = orm__pull_take(p, strlen(*at) + 1);
    size_t n = 0;
    for (const char *s = *at + 1; out && *s; s++) {
        if (*s == quote && s[1] != quote) {
            *at = s + 1;
            break;
        }
        if (*s == quote || (*s == '\\' && escapes && s[1])) s++;
        out[n++] = *s;
        if (!s[1]) *at = s + 1;
    }
    if (out) out[n] = 0;
    return out ? out : "";
}

enum { ORM__PULL_LITERALS = 64 };
typedef struct orm__pulled_literals { const char *texts[ORM__PULL_LITERALS + 1]; size_t n_texts; int64_t integers[ORM__PULL_LITERALS]; double numbers[ORM__PULL_LITERALS]; size_t n_numbers; } orm__pulled_literals;

static void orm__pull_number(orm__pulled_literals *out, const char *digits, size_t n)
{
    char copy[40] = "";
    double number = 0;
    if (n == 0 || n >= sizeof copy || out->n_numbers == ORM__PULL_LITERALS || !orm__read_double(digits, digits + n, &number)) return;
    memcpy(copy, digits, n);
    errno = 0;
    out->integers[out->n_numbers] = strtoll(copy, NULL, 10);
    if (errno) return;
    out->numbers[out->n_numbers++] = number;
}

/* the literals of an expression in order; a text that is a number counts as both */
static void orm__pull_literals(orm__pull *p, const char *sql, orm__pulled_literals *out)
{
    char before = ' ';
    *out = (orm__pulled_literals){ .n_texts = 0 };
    for (const char *s = sql; *s && !p->s.failed; before = s[-1]) {
        bool word = (before >= 'a' && before <= 'z') || (before >= 'A' && before <= 'Z') || before == '_' || (unsigned char)before >= 0x80 || (before >= '0' && before <= '9');
        size_t n = strspn(s + (*s == '-'), "0123456789.eE") + (*s == '-');
        if (*s == '"') orm__pull_quoted(p, &s, '"', false);
        else if (*s == '\'') {
            const char *text_ = orm__pull_quoted(p, &s, '\'', before == 'E');
            if (out->n_texts < ORM__PULL_LITERALS) out->texts[out->n_texts++] = text_;
            orm__pull_number(out, text_, strlen(text_));
        } else if (!word && ((*s >= '0' && *s <= '9') || (*s == '-' && s[1] >= '0' && s[1] <= '9'))) {
            orm__pull_number(out, s, n);
            s += n;
        } else s++;
    }
    out->texts[out->n_texts] = NULL;
}

/* SQL for a model: as it can be written, or else as it was told */
static const char *orm__pull_sql(orm__pull *p, const char *written, const char *told) { return orm__compare_normal(&p->s, written ? written : told); }

static const char *orm__pull_check(orm__pull *p, const orm_found_table *found, size_t i) { return orm__pull_sql(p, found->checks_written ? found->checks_written[i] : NULL, found->checks[i]); }

/* Is the n-th check of the table what this column's row would make: 0 its type, 1 its only rule? */
static bool orm__pull_is_check(orm__pull *p, const orm__pulled_table *t, size_t check, const char *column, const orm_column_type *is, const orm_rule *rule)
{
    const orm_model model = { .name = t->name, .table = t->table };
    const orm_rule rules[] = { rule ? *rule : (orm_rule){ .kind = ORM_RULE_NONE }, { .kind = ORM_RULE_NONE } };
    const orm_column made = { .model = &model, .name = column, .column = column, .is = *is, .rules = rules };
    char name[ORM__MADE_NAME];
    bool expressed = false;
    const char *word = orm__ddl_check(orm__compare_text(&p->s), &made, rule ? 1 : 0, &expressed);
    if (!word || !expressed || !t->found.check_names || !t->found.check_names[check]) return false;
    orm__ddl_check_name(name, p->s.db->dialect, &made, rule ? 1 : 0, word);
    if (strcmp(name, t->found.check_names[check]) != 0) return false;
    const char *ours = orm__compare_ours(&p->s, &model, NULL, orm__compare_written(&p->s));
    return !p->s.failed && strcmp(ours, orm__compare_normal(&p->s, t->found.checks[check])) == 0;
}

/* ---- types --------------------------------------------------------------------------------------------------------------- */
static bool orm__pull_spells(orm__pull *p, const orm_column_type *is, const char *type)
{
    const orm_column column = { .name = "", .is = *is };
    p->s.db->dialect->column_type(orm__compare_text(&p->s), &column);
    return orm__same_word(orm__compare_written(&p->s), type);
}

static orm_enum *orm__pull_enum(orm__pull *p, const char *name, const char *const *labels, size_t n)
{
    orm_enum *made = orm__draft_enum(p->draft, name);
    for (size_t i = 0; i < n && made && made->count < n; i++) orm__draft_label(p->draft, made, labels[i]);
    return made;
}

/* an engine's type of an enumeration, which other columns may share: "Mood" */
static orm_status orm__pull_enum_type(orm__pull *p, orm__pulled_column *c, bool *is_one)
{
    const char *at = c->found->type;
    orm_found_enum found = { .exists = false };
    *is_one = false;
    if (!p->s.db->dialect->can.enum_types || at[0] != '"') return ORM_OK;
    const char *name = orm__pull_quoted(p, &at, '"', false);
    orm_status status = at[0] ? ORM_OK : p->s.db->dialect->describe_enum(p->s.db->connection, name, p->s.arena, &found);
    if (status || !found.n_labels) return status;
    const char *plain = orm__pull_text(p, orm__c_name(name, ORM__C_VALUE, p->s.arena));
    bool known = false;
    for (size_t i = 0; i < p->n_names; i++) known |= strcmp(p->names[i], plain) == 0;
    if (!known) orm__pull_add(p, &p->names, &p->n_names, &p->room_names, plain);
    c->is = (orm_column_type){ .type = ORM_ENUM, .labels = orm__pull_enum(p, plain, found.labels, found.n_labels) };
    if (!c->is.labels) p->s.failed = true;
    else c->type_sql = orm__pull_spells(p, &c->is, c->found->type) ? NULL : c->found->type;
    *is_one = true;
    return ORM_OK;
}

/* A type that the engine keeps by a check of the table: the check that it would make has its name. */
static bool orm__pull_checked_type(orm__pull *p, orm__pulled_table *t, orm__pulled_column *c, size_t check, const orm_column_type *is)
{
    if (!orm__pull_spells(p, is, c->found->type) || !orm__pull_is_check(p, t, check, c->found->name, is, NULL)) return false;
    c->is = *is;
    c->type_sql = NULL;
    return t->checked[check] = true;
}

static bool orm__pull_type_by_check(orm__pull *p, orm__pulled_table *t, orm__pulled_column *c, size_t check)
{
    char name[ORM__MADE_NAME];
    orm__pulled_literals l;
    const orm_dialect *dialect = p->s.db->dialect;
    orm__pull_literals(p, orm__pull_check(p, &t->found, check), &l);
    if (orm__pull_checked_type(p, t, c, check, &(orm_column_type){ .type = ORM_BOOL }) || orm__pull_checked_type(p, t, c, check, &(orm_column_type){ .type = ORM_INT16 })
        || orm__pull_checked_type(p, t, c, check, &(orm_column_type){ .type = ORM_INT32 })) return true;
    for (size_t i = 0; i < l.n_numbers; i++) {
        uint32_t size = l.integers[i] > 0 && l.integers[i] <= 1000000000 ? (uint32_t)l.integers[i] : 0;
        if (size && (orm__pull_checked_type(p, t, c, check, &(orm_column_type){ .type = ORM_TEXT, .size = size })
                     || orm__pull_checked_type(p, t, c, check, &(orm_column_type){ .type = ORM_TEXT, .size = size, .fixed = true }))) return true;
    }
    orm__make_name(name, dialect, (const char *const[]){ c->found->name, "values" }, 2, NULL);
    if (!l.n_texts || dialect->can.enum_types || strcmp(name, t->found.check_names[check]) != 0) return false;
    const orm_enum labels = { c->found->name, l.texts, l.n_texts };
    if (!orm__pull_checked_type(p, t, c, check, &(orm_column_type){ .type = ORM_ENUM, .labels = &labels })) return false;
    c->is.labels = orm__pull_enum(p, orm__pull_type_name(p, c->found->name, ORM__C_TYPE), l.texts, l.n_texts);
    if (!c->is.labels) p->s.failed = true;
    return true;
}

/* does the table have the check that the type makes? */
static bool orm__pull_has_type_check(orm__pull *p, orm__pulled_table *t, const orm__pulled_column *c)
{
    const orm_model model = { .name = t->name, .table = t->table };
    const orm_column made = { .model = &model, .name = c->found->name, .is = c->is };
    bool expressed = false;
    if (!orm__ddl_check(orm__compare_text(&p->s), &made, 0, &expressed) || !expressed) return true;
    const char *ours = orm__compare_ours(&p->s, &model, NULL, orm__compare_written(&p->s));
    for (size_t i = 0; i < t->found.n_checks && !p->s.failed; i++) {
        if (strcmp(ours, orm__compare_normal(&p->s, t->found.checks[i])) != 0) continue;
        t->checked[i] = true;
        return true;
    }
    return false;
}

/* is the column among those of an index, "a, b desc"? */
static bool orm__pull_is_indexed(const orm__pulled_table *t, const char *name)
{
    size_t n = strlen(name);
    for (size_t i = 0; i < t->found.n_indexes; i++)
        for (const char *at = t->found.indexes[i].columns; at; at = strstr(at, ", ") ? strstr(at, ", ") + 2 : NULL)
            if (strncmp(at, name, n) == 0 && (!at[n] || at[n] == ',' || at[n] == ' ')) return true;
    return false;
}

static orm_status orm__pull_type(orm__pull *p, orm__pulled_table *t, orm__pulled_column *c)
{
    const orm_found_column *found = c->found;
    bool done = false, whole_key = found->key && orm__pull_key_length(&t->found) == 1;
    orm_status status = orm__pull_enum_type(p, c, &done);
    if (status || done) return status;
    for (size_t i = 0; i < t->found.n_checks && t->found.check_names && !p->s.failed; i++)
        if (t->found.check_names[i] && !t->checked[i] && orm__pull_type_by_check(p, t, c, i)) return ORM_OK;
    c->left_out = !p->s.db->dialect->read_type(found->base ? found->base : found->type, &c->is);
    if (c->is.type == ORM_INTERVAL && (found->key || orm__pull_is_indexed(t, found->name))) c->left_out = true;       /* no model has such a key */
    if (c->left_out) return ORM_OK;
    if (found->generated && whole_key && (c->is.type == ORM_INT16 || c->is.type == ORM_INT32 || c->is.type == ORM_INT64)) c->is = (orm_column_type){ .type = ORM_INT64, .generated = true };
    if (!orm__pull_spells(p, &c->is, found->type) || !orm__pull_has_type_check(p, t, c)) c->type_sql = found->type;
    return ORM_OK;
}

/* a number that the engine makes beside the key has no word in rows, unless its default says how */
static bool orm__pull_is_hidden(const orm__pulled_table *t, const orm_found_column *found)
{
    return found->generated && !found->default_written && !(found->key && orm__pull_key_length(&t->found) == 1);
}

static void orm__pull_leave_out(orm__pull *p, const orm__pulled_table *t, const orm_found_column *found)
{
    orm__pull_note(p, orm_format(p->s.arena, "the column %s.%s of the type %s%s", t->table, found->name, found->type, found->computed ? ", which the database computes" : ""));
    if (!found->computed) orm__pull_ignore(p, orm_format(p->s.arena, "%s.%s", t->table, found->name));
}

static orm_status orm__pull_columns(orm__pull *p, orm__pulled_table *t)
{
    orm_status status = ORM_OK;
    t->columns = orm__pull_take(p, (t->found.n_columns + 1) * sizeof *t->columns);
    t->checked = orm__pull_take(p, (t->found.n_checks + 1) * sizeof *t->checked);
    const char **names = orm__pull_take(p, (t->found.n_columns + 1) * sizeof *names);
    for (size_t i = 0; i < t->found.n_columns && !status && !p->s.failed; i++) {
        orm__pulled_column *c = &t->columns[i];
        *c = (orm__pulled_column){ .found = &t->found.columns[i] };
        bool same = false;
        for (size_t k = 0; k < i; k++) same |= orm__same_word(t->found.columns[k].name, c->found->name);
        if (c->found->computed || same || !orm__pull_is_name(p, c->found->name) || orm__pull_is_hidden(t, c->found)) c->left_out = true;
        else status = orm__pull_type(p, t, c);
        if (c->left_out && !status) orm__pull_leave_out(p, t, c->found);
        names[i] = c->name = orm__pull_text(p, orm__c_name_apart(orm__pull_text(p, orm__c_name(c->found->name ? c->found->name : "", ORM__C_MEMBER, p->s.arena)), "_", names, i, p->s.arena));
    }
    return status;
}

/* ---- keys and indexes ------------------------------------------------------------------------------------------------------ */
typedef struct orm__pulled_part { orm__pulled_column *column; bool descending; } orm__pulled_part;      /* column: NULL is an expression */

/* "a, (expression), b desc" in its parts, whatever is in the names: how many, 0 when it is none of this table's */
static size_t orm__pull_split(const orm__pulled_table *t, const char *list, orm__pulled_part *out, size_t most)
{
    static const char expression[] = "(expression)";
    if (!most) return 0;
    for (size_t i = 0; i <= t->found.n_columns; i++) {
        const char *name = i < t->found.n_columns ? t->found.columns[i].name : expression;
        size_t n = name ? strlen(name) : 0;
        if (!name || strncmp(list, name, n) != 0) continue;
        for (unsigned descending = 0; descending < 2; descending++) {
            const char *rest = list + n;
            if (descending && strncmp(rest, " desc", 5) != 0) continue;
            if (descending) rest += 5;
            *out = (orm__pulled_part){ i < t->found.n_columns ? &t->columns[i] : NULL, descending };
            if (!*rest) return 1;
            size_t more = strncmp(rest, ", ", 2) == 0 ? orm__pull_split(t, rest + 2, out + 1, most - 1) : 0;
            if (more) return more + 1;
        }
    }
    return 0;
}

static bool orm__pull_is_key(const orm__pulled_table *t, const orm__pulled_part *parts, size_t n)
{
    if (n != orm__pull_key_length(&t->found)) return false;
    for (size_t i = 0; i < n; i++)
        if (!parts[i].column || parts[i].column->found->key != (int)i + 1) return false;
    return true;
}

static orm__pulled_column *orm__pull_plain(const orm_found_index *index, const orm__pulled_part *parts, size_t n)
{
    return n == 1 && parts[0].column && !parts[0].descending && !index->where && !parts[0].column->left_out ? parts[0].column : NULL;
}

/* what a word of a column's row says; the others become options of the model */
static void orm__pull_index_words(orm__pulled_table *t)
{
    for (unsigned pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < t->found.n_indexes; i++) {
            orm__pulled_part parts[ORM__MAX_KEY];
            const orm_found_index *index = &t->found.indexes[i];
            size_t n = index->columns ? orm__pull_split(t, index->columns, parts, ORM__MAX_KEY) : 0;
            orm__pulled_column *c = n ? orm__pull_plain(index, parts, n) : NULL;
            if (!c || index->method || (index->automatic && orm__pull_is_key(t, parts, n))) continue;
            if (index->unique && pass == 0) c->unique = true;
            if (!index->unique && pass == 1 && !c->unique && !(c->found->key && orm__pull_key_length(&t->found) == 1)) c->indexed = true;
        }
}

/* the columns of the index that was made to search the table, if there is one: its name says whether it is ours, and of these columns */
static void orm__pull_searched(orm__pull *p, orm__pulled_table *t)
{
    orm_search_index search = { .table = t->table };
    for (size_t i = 0; i < t->found.n_columns; i++)
        if (t->found.columns[i].key) search.key = t->found.columns[i].name;
    for (size_t i = 0; i < p->s.n_searches && search.key && !p->s.failed; i++) {
        orm__pulled_column *columns[ORM_MAX_SEARCHED];
        orm__pulled_part parts[ORM_MAX_ROWS];
        size_t n = p->s.searches[i].sql ? orm__pull_split(t, p->s.searches[i].sql, parts, ORM_MAX_ROWS) : 0;
        bool ours = n > 0 && n <= ORM_MAX_SEARCHED;
        search.n = 0;
        for (size_t k = 0; ours && k < n; k++) {
            columns[k] = parts[k].column;
            ours = columns[k] && !columns[k]->left_out;
            if (ours) search.columns[search.n++] = columns[k]->found->name;
        }
        if (ours && !orm__name_search(p->s.db->dialect, &search, p->s.arena)) p->s.failed = true;
        if (p->s.failed || !ours || !orm__same_word(search.names[ORM__SEARCH_INDEX], p->s.searches[i].name)) continue;
        for (size_t k = 0; k < n; k++) columns[k]->searched = true;
    }
}

static orm_action orm__pull_action(const char *found)
{
    static const struct { const char *words; orm_action action; } known[] = { { "cascade", ORM_CASCADE }, { "set null", ORM_SET_NULL }, { "set default", ORM_SET_DEFAULT }, { "restrict", ORM_RESTRICT } };
    for (size_t i = 0; found && i < sizeof known / sizeof known[0]; i++)
        if (orm__same_word(found, known[i].words)) return known[i].action;
    return ORM_ACTION_NONE;
}

static orm__pulled_table *orm__pull_table(const orm__pull *p, const char *table)
{
    for (size_t i = 0; i < p->n_tables; i++)
        if (orm__same_word(p->tables[i].table, table)) return &p->tables[i];
    return NULL;
}

static orm__pulled_column *orm__pull_column(const orm__pulled_table *t, const char *name)
{
    for (size_t i = 0; i < t->found.n_columns; i++)
        if (t->columns[i].found->name && orm__same_word(t->columns[i].found->name, name)) return &t->columns[i];
    return NULL;
}


/* A column that refers has the type of the other one, if need be in words of its own. False when that is another kind of type. */
static bool orm__pull_adopt(orm__pull *p, orm__pulled_column *c, const orm__pulled_column *target)
{
    bool same = c->is.type == target->is.type && (c->is.type != ORM_ENUM || c->is.labels == target->is.labels);
    if (c->left_out || target->left_out || c->is.generated || c->is.type == ORM_ARRAY || c->is.type == ORM_INET || c->is.type == ORM_INTERVAL || c->is.jsonb) return false;
    if (same) return true;
    if (!orm__is_whole(c->is.type) || !orm__is_whole(target->is.type)) return false;
    c->is = (orm_column_type){ .type = target->is.type };
    c->type_sql = c->type_sql || !orm__pull_spells(p, &c->is, c->found->type) ? c->found->type : NULL;
    return true;
}

/* keys of one column are words of its row; it must refer to a key, or what is unique: an engine may allow others, but cannot keep them */
static void orm__pull_reference(orm__pull *p, orm__pulled_table *t, const orm_found_reference *reference)
{
    const orm__pulled_table *parent = orm__pull_table(p, reference->table);
    orm__pulled_column *c = orm__pull_column(t, reference->column);
    const orm__pulled_column *target = parent && reference->target ? orm__pull_column(parent, reference->target) : NULL;
    for (size_t i = 0; parent && !reference->target && i < parent->found.n_columns && orm__pull_key_length(&parent->found) == 1; i++)
        if (parent->found.columns[i].key) target = &parent->columns[i];
    bool one = target && (target->unique || (target->found->key && orm__pull_key_length(&parent->found) == 1));
    if (!c || !one || c->refers || !orm__pull_adopt(p, c, target)) return;
    c->refers = parent;
    c->target = target;
    c->on_delete = orm__pull_action(reference->on_delete);
    c->on_update = orm__pull_action(reference->on_update);
    c->deferral = reference->deferral;
    if (c->on_delete == ORM_SET_NULL && !c->found->nullable) c->on_delete = ORM_ACTION_NONE;
    if (c->on_update == ORM_SET_NULL && !c->found->nullable) c->on_update = ORM_ACTION_NONE;
}

/* The columns of a key that refers to the parent's primary key, in its order: how many; 0 when it does not. */
static size_t orm__pull_key(orm__pull *p, const orm__pulled_table *t, const orm_found_reference *reference, const orm__pulled_table *parent, const char *columns[ORM__MAX_KEY])
{
    orm__pulled_part here[ORM__MAX_KEY], there[ORM__MAX_KEY];
    size_t n = reference->target ? orm__pull_split(t, reference->column, here, ORM__MAX_KEY) : 0;
    memset(columns, 0, ORM__MAX_KEY * sizeof *columns);
    if (!n || orm__pull_split(parent, reference->target, there, ORM__MAX_KEY) != n || n != orm__pull_key_length(&parent->found)) return 0;
    for (size_t i = 0; i < n; i++) {
        if (!here[i].column || !there[i].column || !there[i].column->found->key || !orm__pull_adopt(p, here[i].column, there[i].column)) return 0;
        columns[there[i].column->found->key - 1] = here[i].column->found->name;
    }
    for (size_t i = 0; i < n; i++)
        if (!columns[i]) return 0;
    return n;
}

/* ---- the draft ------------------------------------------------------------------------------------------------------------- */
/* the value of a default that is a literal, in the form of orm__default_from_text; NULL when it is none */
static const char *orm__pull_literal(orm__pull *p, const orm_column_type *is, const char *sql)
{
    const char *at = sql;
    if (is->type == ORM_BOOL && (strcmp(sql, "true") == 0 || strcmp(sql, "1") == 0)) return "true";
    if (is->type == ORM_BOOL && (strcmp(sql, "false") == 0 || strcmp(sql, "0") == 0)) return "false";
    if (at[0] == 'E' && at[1] == '\'') at++;
    if (at[0] == '\'') return orm__pull_quoted(p, &at, '\'', at > sql);
    size_t n = strspn(at, "+-.0123456789eE");
    return n && !at[n] ? at : NULL;
}

/* is the database's default the one that this value would make? */
static bool orm__pull_same_default(orm__pull *p, const orm_model *model, const orm_column *column, const orm_found_column *found, const orm_value *value)
{
    if (!orm__ddl_literal(orm__compare_text(&p->s), column, *value)) return false;
    const char *ours = orm__compare_ours(&p->s, model, found->type, orm__compare_written(&p->s));
    return !p->s.failed && strcmp(ours, orm__compare_normal(&p->s, found->default_sql)) == 0;
}

static void orm__pull_default(orm__pull *p, const orm_model *model, orm_column *column, const orm_found_column *found)
{
    orm_value value;
    orm_type type = column->is.type;
    bool constant = orm__is_whole(type) || type == ORM_FLOAT || type == ORM_DOUBLE || type == ORM_BOOL || type == ORM_TEXT || type == ORM_JSON || type == ORM_ENUM;
    if (!found->default_sql || column->is.generated) return;
    orm_column made = *column;
    made.model = model;
    const char *text_ = constant ? orm__pull_literal(p, &column->is, orm__compare_normal(&p->s, found->default_sql)) : NULL;
    if (text_ && orm__default_from_text(&column->is, text_, p->s.arena, &value) && orm__pull_same_default(p, model, &made, found, &value)) {
        column->has_default = column->default_is_constant = true;
        orm__draft_default(p->draft, value);
    } else column->default_sql = orm__pull_sql(p, found->default_written, found->default_sql);
}

/* Does the rule fit the type, and are there the literals that it is made of? `with_arguments`: or is it a word alone? */
static bool orm__pull_may_have(const orm__pulled_column *c, const orm_rule *rule, const orm__pulled_literals *l, bool with_arguments)
{
    orm_type type = c->is.type;
    bool whole = orm__is_whole(type), number = whole || type == ORM_FLOAT || type == ORM_DOUBLE || type == ORM_DECIMAL;
    if (!with_arguments) return type == ORM_TEXT && orm__rule_may_be_check(rule->kind) && (rule->kind == ORM_RULE_NOT_EMPTY || orm__rule_format(rule->kind));
    switch (rule->kind) {
    case ORM_RULE_LENGTH:       return type == ORM_TEXT && l->n_numbers > 0;
    case ORM_RULE_BYTES:        return (type == ORM_TEXT || type == ORM_BLOB) && l->n_numbers > 0;
    case ORM_RULE_ONE_OF_TEXT:
    case ORM_RULE_NOT_IN_TEXT:
    case ORM_RULE_EQUALS:
    case ORM_RULE_CONTAINS:
    case ORM_RULE_NOT_CONTAINS: return type == ORM_TEXT && l->n_texts > 0;
    case ORM_RULE_ONE_OF_INT:
    case ORM_RULE_NOT_IN_INT:   return whole && l->n_numbers > 0;
    case ORM_RULE_AFTER:
    case ORM_RULE_BEFORE:       return (type == ORM_DATE || type == ORM_TIME) && l->n_texts > 0;
    default:                    return number && l->n_numbers > 0;
    }
}

/* a check under the name that a rule of this column would give it is tried as one */
static bool orm__pull_rule(orm__pull *p, orm__pulled_table *t, const orm__pulled_column *c, size_t check)
{
    orm__pulled_literals l;
    orm__pull_literals(p, orm__pull_check(p, &t->found, check), &l);
    int64_t a = l.n_numbers ? l.integers[0] : 0, b = l.n_numbers > 1 ? l.integers[1] : 0;
    double low = l.n_numbers ? l.numbers[0] : 0, high = l.n_numbers > 1 ? l.numbers[1] : 0;
    const char **texts = orm__pull_take(p, (l.n_texts + 1) * sizeof *texts);
    int64_t *numbers = orm__pull_take(p, (l.n_numbers + 1) * sizeof *numbers);
    if (!texts || !numbers) return false;
    memcpy(texts, l.texts, (l.n_texts + 1) * sizeof *texts);
    memcpy(numbers, l.integers, l.n_numbers * sizeof *numbers);
    const char *text_ = l.n_texts ? l.texts[0] : NULL;
    const orm_rule tried[] = {
        { .kind = ORM_RULE_LENGTH, .low = a, .high = b }, { .kind = ORM_RULE_LENGTH, .low = 0, .high = a }, { .kind = ORM_RULE_LENGTH, .low = a, .high = a },
        { .kind = ORM_RULE_LENGTH, .low = a, .high = INT64_MAX }, { .kind = ORM_RULE_BYTES, .low = a, .high = b }, { .kind = ORM_RULE_BYTES, .low = 0, .high = a },
        { .kind = ORM_RULE_BYTES, .low = a, .high = a }, { .kind = ORM_RULE_BYTES, .low = a, .high = INT64_MAX },
        { .kind = ORM_RULE_AT_LEAST, .low = a, .low_number = low }, { .kind = ORM_RULE_AT_MOST, .high = a, .high_number = low },
        { .kind = ORM_RULE_BETWEEN, .low = a, .high = b, .low_number = low, .high_number = high }, { .kind = ORM_RULE_ONE_OF_TEXT, .texts = texts }, { .kind = ORM_RULE_NOT_IN_TEXT, .texts = texts },
        { .kind = ORM_RULE_ONE_OF_INT, .numbers = numbers, .n_numbers = l.n_numbers }, { .kind = ORM_RULE_NOT_IN_INT, .numbers = numbers, .n_numbers = l.n_numbers },
        { .kind = ORM_RULE_EQUALS, .pattern = text_ }, { .kind = ORM_RULE_CONTAINS, .pattern = text_ }, { .kind = ORM_RULE_NOT_CONTAINS, .pattern = text_ },
        { .kind = ORM_RULE_AFTER, .pattern = text_ }, { .kind = ORM_RULE_BEFORE, .pattern = text_ } };
    size_t n = sizeof tried / sizeof tried[0];
    for (size_t i = 0; i < n + ORM_RULE_KINDS && !p->s.failed; i++) {
        const orm_rule rule = i < n ? tried[i] : (orm_rule){ .kind = (orm_rule_kind)(i - n) };
        if (c->is.generated || !orm__pull_may_have(c, &rule, &l, i < n) || !orm__pull_is_check(p, t, check, c->found->name, &c->is, &rule)) continue;
        orm__draft_rule(p->draft, &rule);
        return true;
    }
    return false;
}

/* Does the column count the rows whose key refers here? Then there are triggers that do it, with names of their own. */
static bool orm__pull_counter(orm__pull *p, const orm__pulled_table *t, const orm__pulled_column *c)
{
    const char *key[ORM__MAX_KEY], *referred[ORM__MAX_KEY];
    if (!p->s.n_triggers || !orm__is_whole(c->is.type) || c->is.generated || c->found->nullable || !c->found->default_sql) return false;
    for (size_t i = 0; i < t->found.n_columns; i++)
        if (t->found.columns[i].key) referred[t->found.columns[i].key - 1] = t->found.columns[i].name;
    for (size_t i = 0; i < p->n_tables; i++)
        for (size_t k = 0; k < p->tables[i].found.n_references; k++) {
            const orm_found_reference *reference = &p->tables[i].found.references[k];
            size_t n = orm__pull_table(p, reference->table) == t ? orm__pull_key(p, &p->tables[i], reference, t, key) : 0;
            orm_counter counter = { .child = p->tables[i].table, .parent = t->table, .column = c->found->name, .key = key, .referred = referred, .n = n };
            if (!n) continue;
            if (!orm__name_counter(p->s.db->dialect, &counter, p->s.arena)) p->s.failed = true;
            if (p->s.failed || !orm__compare_has_trigger(&p->s, counter.names[ORM__COUNTER_INSERT])) continue;
            orm__draft_counter(p->draft, counter.child, key, n);
            return true;
        }
    return false;
}

static void orm__pull_draft_column(orm__pull *p, const orm_model *model, orm__pulled_table *t, const orm__pulled_column *c)
{
    orm_column *column = orm__draft_column(p->draft, c->name, c->found->name);
    if (!column) {
        p->s.failed = true;
        return;
    }
    column->is = c->is;
    column->type_sql = c->type_sql;
    column->nullable = c->found->nullable && !c->found->key;
    column->primary_key = c->found->key > 0;
    column->unique = c->unique;
    column->indexed = c->indexed;
    column->searched = c->searched;
    column->comment = c->found->comment;
    column->on_delete = c->refers ? c->on_delete : ORM_ACTION_NONE;
    column->on_update = c->refers ? c->on_update : ORM_ACTION_NONE;
    column->deferral = c->refers ? c->deferral : ORM_NOT_DEFERRABLE;
    if (!orm__pull_counter(p, t, c)) orm__pull_default(p, model, column, c->found);
    if (c->refers) orm__draft_references(p->draft, c->refers->table, c->target->found->name);
    for (size_t i = 0; i < t->found.n_checks && t->found.check_names && !p->s.failed; i++)
        if (!t->checked[i] && t->found.check_names[i]) t->checked[i] = orm__pull_rule(p, t, c, i);
}

/* the columns in the order of the table, but those of a key in its own */
static void orm__pull_draft_columns(orm__pull *p, const orm_model *model, orm__pulled_table *t)
{
    int last = 0;
    bool in_order = true;
    for (size_t i = 0; i < t->found.n_columns; i++) {
        int key = t->found.columns[i].key;
        in_order &= !key || key == last + 1;
        if (key) last = key;
    }
    for (int key = 1; !in_order && key <= (int)orm__pull_key_length(&t->found); key++)
        for (size_t i = 0; i < t->found.n_columns && !p->s.failed; i++)
            if (t->found.columns[i].key == key && !t->columns[i].left_out) orm__pull_draft_column(p, model, t, &t->columns[i]);
    for (size_t i = 0; i < t->found.n_columns && !p->s.failed; i++)
        if (!t->columns[i].left_out && (in_order || !t->found.columns[i].key)) orm__pull_draft_column(p, model, t, &t->columns[i]);
}

static void orm__pull_draft_keys(orm__pull *p, const orm__pulled_table *t)
{
    for (size_t i = 0; i < t->found.n_references; i++) {
        const orm_found_reference *reference = &t->found.references[i];
        const orm__pulled_table *parent = orm__pull_table(p, reference->table);
        const char *columns[ORM__MAX_KEY];
        size_t n = parent ? orm__pull_key(p, t, reference, parent, columns) : 0;
        if (n > 1) orm__draft_foreign_key(p->draft, columns, n, parent->table, orm__pull_action(reference->on_delete), orm__pull_action(reference->on_update), reference->deferral);
    }
}

static bool orm__pull_same_index(orm__pull *p, const orm_found_index *a, const orm_found_index *b)
{
    bool same = a->unique == b->unique && a->columns && b->columns && strcmp(a->columns, b->columns) == 0 && a->n_expressions == b->n_expressions
                && strcmp(orm__compare_normal(&p->s, a->where), orm__compare_normal(&p->s, b->where)) == 0;
    for (size_t i = 0; same && i < a->n_expressions; i++) same = strcmp(a->expressions[i], b->expressions[i]) == 0;
    return same;
}

static void orm__pull_draft_index(orm__pull *p, const orm__pulled_table *t, size_t at)
{
    orm__pulled_part parts[ORM_MAX_ROWS];
    const orm_found_index *index = &t->found.indexes[at];
    size_t n = index->columns ? orm__pull_split(t, index->columns, parts, ORM_MAX_ROWS) : 0, expression = 0;
    const orm__pulled_column *plain = n ? orm__pull_plain(index, parts, n) : NULL;
    bool said = !n || (index->automatic && (!index->unique || orm__pull_is_key(t, parts, n))) || (plain && (index->unique ? plain->unique : plain->indexed));
    for (size_t i = 0; i < n; i++) said |= parts[i].column && parts[i].column->left_out;
    said |= orm__compare_find_search(&p->s, index->name) != NULL;
    for (size_t i = 0; i < at && !said; i++) said = orm__pull_same_index(p, &t->found.indexes[i], index);
    if (said) return;
    orm__draft_option(p->draft, index->unique ? ORM_OPTION_UNIQUE : ORM_OPTION_INDEX, NULL, NULL);
    for (size_t i = 0; i < n; i++) {
        const char *sql = NULL;
        if (!parts[i].column && expression < index->n_expressions) sql = orm__pull_sql(p, index->expressions_written ? index->expressions_written[expression] : NULL, index->expressions[expression]);
        expression += !parts[i].column;
        orm__draft_part(p->draft, parts[i].column ? parts[i].column->found->name : NULL, sql, parts[i].descending);
    }
    if (index->method) orm__pull_note(p, orm_format(p->s.arena, "the index %s on %s is of the kind %s", index->name, t->table, index->method));
    if (index->where) orm__draft_where(p->draft, orm__pull_sql(p, index->where_written, index->where));
}

static void orm__pull_draft_checks(orm__pull *p, const orm__pulled_table *t)
{
    const char **names = orm__pull_take(p, (t->found.n_checks + 1) * sizeof *names);
    for (size_t i = 0, n = 0; i < t->found.n_checks && names && !p->s.failed; i++) {
        const char *found = t->found.check_names ? t->found.check_names[i] : NULL;
        if (t->checked[i]) continue;
        const char *wanted = orm__pull_text(p, found ? orm__c_name(found, ORM__C_VALUE, p->s.arena) : orm_format(p->s.arena, "check_%zu", i + 1));
        names[n] = orm__pull_text(p, orm__c_name_apart(wanted, "_", names, n, p->s.arena));
        if (!p->s.failed) orm__draft_option(p->draft, ORM_OPTION_CHECK, names[n], orm__pull_check(p, &t->found, i));
        n++;
    }
}

static void orm__pull_draft(orm__pull *p, orm__pulled_table *t)
{
    const orm_model *model = orm__draft_model(p->draft, t->name, t->table);
    if (!model) {
        p->s.failed = true;
        return;
    }
    orm__pull_draft_columns(p, model, t);
    orm__pull_draft_keys(p, t);
    for (size_t i = 0; i < t->found.n_indexes && !p->s.failed; i++) orm__pull_draft_index(p, t, i);
    orm__pull_draft_checks(p, t);
    if (t->found.comment) orm__draft_option(p->draft, ORM_OPTION_COMMENT, NULL, t->found.comment);
}

/* ---- what is there besides -------------------------------------------------------------------------------------------------- */
static void orm__pull_differs(void *context, const char *where_, const char *rule, const char *what)
{
    orm__pull *p = (orm__pull *)context;
    (void)rule;
    orm__pull_note(p, orm_format(p->s.arena, "%s %s", where_, what));
}

static const orm_schema *orm__pull_schema(orm__pull *p, const char *name, orm_status *status)
{
    char why[200];
    p->draft = orm__draft_new(p->s.arena);
    if (!p->draft) p->s.failed = true;
    if (!p->s.failed) *status = orm__pull_find_tables(p);
    if (!*status) *status = orm__compare_list_made(&p->s);
    for (size_t i = 0; i < p->n_tables && !*status && !p->s.failed; i++) *status = orm__pull_columns(p, &p->tables[i]);
    for (size_t i = 0; i < p->n_tables && !*status && !p->s.failed; i++) {
        p->tables[i].name = orm__pull_type_name(p, p->tables[i].table, ORM__C_TYPE);
        orm__pull_index_words(&p->tables[i]);
        orm__pull_searched(p, &p->tables[i]);
    }
    for (size_t i = 0; i < p->n_tables && !*status && !p->s.failed; i++)
        for (size_t k = 0; k < p->tables[i].found.n_references; k++) orm__pull_reference(p, &p->tables[i], &p->tables[i].found.references[k]);
    for (size_t i = 0; i < p->n_tables && !*status && !p->s.failed; i++) orm__pull_draft(p, &p->tables[i]);
    if (*status || p->s.failed) return NULL;
    if (!p->n_tables) {
        *status = orm__raise(p->s.db, ORM_NOT_FOUND, 0, "the database has no table that could be a model%s%s", p->n_notes ? ": " : "", p->n_notes ? p->notes[0] : "");
        return NULL;
    }
    const orm_schema *schema = orm__draft_finish(p->draft, name, why);
    if (!schema) *status = orm__raise(p->s.db, ORM_NO_MEMORY, 0, "the tables cannot be read as models: %s", why);
    return schema;
}

static orm_status orm__pull_within(orm__pull *p, orm_arena *arena, const char **text_)
{
    orm_status status = ORM_OK;
    char base[256];
    const char *name = p->given->name, *called = orm__database_name(p->s.db->pool, base);
    if (!name) name = orm__pull_text(p, orm__c_name(called ? called : "models", ORM__C_TYPE, p->s.arena));
    orm__pull_add(p, &p->names, &p->n_names, &p->room_names, name);
    const orm_schema *schema = orm__pull_schema(p, name, &status);
    const char **ignored = orm__pull_take(p, (p->n_ignored + 1) * sizeof *ignored);
    if (ignored && p->n_ignored) memcpy(ignored, p->ignored, p->n_ignored * sizeof *ignored);
    if (schema && !p->s.failed) status = orm__verify_schema(&p->s, schema, ignored);
    if (!status && p->s.failed) status = orm__compare_no_memory(&p->s);
    if (status) return status;
    orm__writer w = { .allocator = &p->s.db->allocator, .dialect = p->s.db->dialect };
    orm__models_text(&w, schema, p->notes, p->n_notes, p->ignored, p->n_ignored);
    *text_ = w.failed ? NULL : orm_text(arena, w.text);
    orm__writer_release(&w);
    return *text_ ? ORM_OK : orm__compare_no_memory(&p->s);
}

ORM_API orm_status orm_pull(orm_db *handle, const orm_pull_options *options, orm_arena *arena, const char **text_)
{
    static const orm_pull_options nothing = { .name = NULL };
    *text_ = NULL;
    const char *plain = options && options->name ? orm__c_name(options->name, ORM__C_VALUE, arena) : "";
    if (!plain) return orm__raise(NULL, ORM_NO_MEMORY, 0, "out of memory");
    if (plain[0] && strcmp(plain, options->name) != 0) return orm__raise(NULL, ORM_MISUSE, 0, "the schema's name \"%s\" is none in C", options->name);
    orm__session *db = orm__enter(handle, handle && handle->pool->dialect->retell ? ORM__WRITE : ORM__READ, NULL, ORM__CALLER, 0);
    if (!db) return orm__refused();
    orm_status status = orm__level_begin(db, &(orm_transaction_options){ .orm__begin = true, .read_only = !db->dialect->retell });
    if (!status) {
        orm__pull p = { .s = { .db = db, .arena = &db->scratch, .text = { .allocator = &db->allocator, .dialect = db->dialect }, .each = orm__pull_differs }, .given = options ? options : &nothing };
        p.s.context = &p;
        status = orm__pull_within(&p, arena, text_);
        orm__writer_release(&p.s.text);
        orm__level_rollback(db);
    }
    orm__leave(db);
    return status;
}

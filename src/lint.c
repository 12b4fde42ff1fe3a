/* >>lint: what is dangerous in SQL that was written by hand: the same things that a generated migration points out by itself. It knows the usual
   forms of statements, and is silent on others. */
#include "evolve.h"

typedef struct orm__lint_word { const char *at; size_t n; bool quoted; } orm__lint_word;
typedef struct orm__lint {
    const orm_dialect *dialect; orm_arena *arena;
    orm__lint_word *words; size_t n, room;
    const char **made; size_t n_made, room_made;            /* tables that this script makes, or gives new columns: nobody waits for them, or soon */
    orm__danger *out; size_t n_out, room_out;
    bool failed;                                            /* out of memory */
} orm__lint;

/* a list with room for one more; NULL when memory is out */
static void *orm__lint_room(orm__lint *l, void *list, size_t n, size_t *room, size_t size)
{
    if (n < *room) return list;
    size_t more = *room ? *room * 2 : 64;
    void *grown = orm_arena_allocate(l->arena, more * size);
    if (!grown) {
        l->failed = true;
        return NULL;
    }
    if (n) memcpy(grown, list, n * size);
    *room = more;
    return grown;
}

static bool orm__lint_is(const orm__lint *l, size_t i, const char *word)
{
    if (i >= l->n || l->words[i].quoted || strlen(word) != l->words[i].n) return false;
    for (size_t k = 0; k < l->words[i].n; k++)
        if ((l->words[i].at[k] | 0x20) != word[k] && l->words[i].at[k] != word[k]) return false;
    return true;
}

static size_t orm__lint_find(const orm__lint *l, size_t from, const char *word)
{
    while (from < l->n && !orm__lint_is(l, from, word)) from++;
    return from;
}

static void orm__lint_word_add(orm__lint *l, const char *at, size_t n, bool quoted)
{
    orm__lint_word *words = orm__lint_room(l, l->words, l->n, &l->room, sizeof *words);
    if (!words) return;
    l->words = words;
    l->words[l->n++] = (orm__lint_word){ at, n, quoted };
}

/* the words of a statement: names without their quotes, single signs */
static void orm__lint_read(orm__lint *l, const char *at, const char *end_)
{
    l->n = 0;
    while (at < end_ && !l->failed) {
        size_t n = orm__lex_word(l->dialect, at);
        const char *next = orm__lex_skip(l->dialect, at);
        if (next == at) next = at + 1;
        if (n) orm__lint_word_add(l, at, n, false);
        else if ((*at == '"' || *at == '`' || *at == '[') && next > at + 1) orm__lint_word_add(l, at + 1, (size_t)(next - at) - 2, true);
        else if (*at > ' ' && !orm__starts_comment(at)) orm__lint_word_add(l, at, 1, true);
        at = n && next < at + n ? at + n : next;
    }
}

static bool orm__lint_sign(const orm__lint *l, size_t i, char sign) { return i < l->n && l->words[i].quoted && l->words[i].n == 1 && l->words[i].at[0] == sign; }

/* a name, with the schema before it: the index behind it */
static size_t orm__lint_name(orm__lint *l, size_t i, const char **out)
{
    *out = "";
    if (i >= l->n) return i;
    *out = orm_format(l->arena, "%.*s", (int)l->words[i].n, l->words[i].at);
    for (i++; i + 1 < l->n && orm__lint_sign(l, i, '.'); i += 2)
        *out = *out ? orm_format(l->arena, "%s.%.*s", *out, (int)l->words[i + 1].n, l->words[i + 1].at) : NULL;
    l->failed |= !*out;
    return i;
}

static size_t orm__lint_skip(const orm__lint *l, size_t i, const char *const *words)
{
    for (size_t k = 0; words[k]; k++)
        if (orm__lint_is(l, i, words[k])) i++;
    return i;
}

static void orm__lint_tell(orm__lint *l, const char *kind, const char *table, const char *column, const char *what)
{
    const char *subject = column ? orm_format(l->arena, "%s.%s", table, column) : table;
    orm__danger *more = orm__lint_room(l, l->out, l->n_out, &l->room_out, sizeof *more);
    l->failed |= !subject || !more;
    if (l->failed) return;
    l->out = more;
    l->out[l->n_out++] = (orm__danger){ kind, subject, what, false };
}

static void orm__lint_made(orm__lint *l, const char *table)
{
    const char **made = orm__lint_room(l, l->made, l->n_made, &l->room_made, sizeof *made);
    l->failed |= !table || !made;
    if (l->failed) return;
    l->made = made;
    l->made[l->n_made++] = table;
}

static bool orm__lint_is_made(const orm__lint *l, const char *table)
{
    for (size_t i = 0; i < l->n_made; i++)
        if (orm__same_word(l->made[i], table)) return true;
    return false;
}

static const char *const orm__lint_if[] = { "if", "not", "exists", NULL };
static const char *const orm__lint_only[] = { "if", "exists", "only", NULL };
static const char *const orm__lint_column[] = { "column", "if", "not", "exists", NULL };

/* one action of an alter table, from word `i` to word `stop` */
static void orm__lint_action(orm__lint *l, const char *table, size_t i, size_t stop)
{
    const char *column = "";
    bool add = orm__lint_is(l, i, "add"), drop = orm__lint_is(l, i, "drop"), alter = orm__lint_is(l, i, "alter");
    bool constraint = orm__lint_is(l, i + 1, "constraint") || orm__lint_is(l, i + 1, "foreign") || orm__lint_is(l, i + 1, "check") || orm__lint_is(l, i + 1, "unique") || orm__lint_is(l, i + 1, "primary");
    if (!add && !drop && !alter) return;
    size_t behind = orm__lint_name(l, orm__lint_skip(l, i + 1, orm__lint_column), &column);
    if (drop && !constraint) orm__lint_tell(l, "drop_column", table, column, "its values are gone");
    if (add && constraint && l->dialect->alters && !orm__lint_is_made(l, table) && orm__lint_find(l, i, "valid") >= stop)
        orm__lint_tell(l, "long_lock", table, NULL, "all its rows are looked at while what uses the table waits");
    if (add && !constraint) {
        size_t null = orm__lint_find(l, behind, "null");
        if (null < stop && orm__lint_is(l, null - 1, "not") && orm__lint_find(l, behind, "default") >= stop)
            orm__lint_tell(l, "not_null", table, column, "rows that exist have no value for it: it fails unless the table is empty");
        orm__lint_made(l, table);
    }
    if (alter && (orm__lint_is(l, behind, "type") || (orm__lint_is(l, behind, "set") && orm__lint_is(l, behind + 1, "data"))))
        orm__lint_tell(l, "long_lock", table, NULL, "the table is written anew while what uses it waits");
    if (alter && orm__lint_is(l, behind, "set") && orm__lint_is(l, behind + 1, "not")) orm__lint_tell(l, "not_null", table, column, "it fails when a row has no value");
}

static void orm__lint_alter(orm__lint *l)
{
    const char *table = "";
    size_t i = orm__lint_name(l, orm__lint_skip(l, 2, orm__lint_only), &table), depth = 0;
    if (!table) return;
    for (size_t from = i; i <= l->n; i++) {
        if (orm__lint_sign(l, i, '(')) depth++;
        if (orm__lint_sign(l, i, ')') && depth) depth--;
        if (i < l->n && !(orm__lint_sign(l, i, ',') && depth == 0)) continue;
        orm__lint_action(l, table, from, i);
        from = i + 1;
    }
}

/* the index of searched columns, where that is a table: it can be made anew from the rows */
static bool orm__lint_is_search(const char *name) { return orm__compare_is_made(name) && strstr(name, "_search_") != NULL; }

/* names with commas between them */
static void orm__lint_each(orm__lint *l, size_t i, const char *kind, const char *what)
{
    const char *name = "";
    do {
        i = orm__lint_name(l, i, &name);
        if (name && !orm__lint_is_search(name)) orm__lint_tell(l, kind, name, NULL, what);
        if (orm__lint_sign(l, i, '*')) i++;
    } while (orm__lint_sign(l, i, ',') && i++ < l->n);
}

/* A delete, perhaps behind or within a `with`, that its own `where` does not narrow: up to the ) or the end of what it stands in */
static void orm__lint_delete(orm__lint *l)
{
    const char *table = "";
    for (size_t i = 0; i + 2 < l->n; i++) {
        size_t depth = 0, k = i + 2;
        if (!orm__lint_is(l, i, "delete") || !orm__lint_is(l, i + 1, "from")) continue;
        for (; k < l->n && !(depth == 0 && (orm__lint_is(l, k, "where") || orm__lint_sign(l, k, ')'))); k++) {
            depth += orm__lint_sign(l, k, '(');
            depth -= orm__lint_sign(l, k, ')');
        }
        if (orm__lint_is(l, k, "where")) continue;
        orm__lint_name(l, orm__lint_skip(l, i + 2, orm__lint_only), &table);
        if (table) orm__lint_tell(l, "delete_all", table, NULL, "all its rows are gone");
    }
}

static void orm__lint_index(orm__lint *l)
{
    const char *table = "";
    size_t on = orm__lint_find(l, 0, "on");
    if (!l->dialect->alters || orm__lint_find(l, 0, "concurrently") < on) return;
    orm__lint_name(l, orm__lint_skip(l, on + 1, orm__lint_only), &table);
    if (table && !orm__lint_is_made(l, table)) orm__lint_tell(l, "long_lock", table, NULL, "what writes to the table waits until the index is built");
}

static void orm__lint_statement(orm__lint *l)
{
    static const char *const table_word[] = { "table", "only", NULL };
    const char *table = "";
    bool create = orm__lint_is(l, 0, "create");
    if (create && orm__lint_find(l, 1, "table") <= 3 && orm__lint_find(l, 1, "table") < l->n) {
        orm__lint_name(l, orm__lint_skip(l, orm__lint_find(l, 1, "table") + 1, orm__lint_if), &table);
        orm__lint_made(l, table);
    }
    else if (create && (orm__lint_is(l, 1, "index") || orm__lint_is(l, 2, "index"))) orm__lint_index(l);
    else if (orm__lint_is(l, 0, "drop") && orm__lint_is(l, 1, "table")) orm__lint_each(l, orm__lint_skip(l, 2, orm__lint_if), "drop_table", "the table and all its rows are gone");
    else if (orm__lint_is(l, 0, "drop") && orm__lint_is(l, 1, "schema")) orm__lint_each(l, orm__lint_skip(l, 2, orm__lint_if), "drop_schema", "the schema is gone, and with cascade all its tables");
    else if (orm__lint_is(l, 0, "alter") && orm__lint_is(l, 1, "table")) orm__lint_alter(l);
    else if (orm__lint_is(l, 0, "truncate")) orm__lint_each(l, orm__lint_skip(l, 1, table_word), "delete_all", "all its rows are gone");
    else if (orm__lint_is(l, 0, "delete") || orm__lint_is(l, 0, "with") || orm__lint_is(l, 0, "insert") || orm__lint_is(l, 0, "update") || orm__lint_is(l, 0, "select")) orm__lint_delete(l);
}

/* between keep and kept a table is made anew: what its statements drop is in the new one */
ORM_PRIVATE orm_status orm__lint_script(const orm_dialect *dialect, const char *at, const char *end_, orm_arena *arena, orm__danger **out, size_t *n)
{
    orm__lint l = { .dialect = dialect, .arena = arena };
    orm__splitter s = { .dialect = dialect, .arena = arena, .at = at, .end = end_, .line = 1 };
    orm__piece piece;
    bool kept = false;
    while (!l.failed && orm__split_next(&s, &piece)) {
        if (piece.kind == ORM__PIECE_KEEP || piece.kind == ORM__PIECE_KEPT) kept = piece.kind == ORM__PIECE_KEEP;
        if (piece.kind != ORM__PIECE_SQL || kept) continue;
        orm__lint_read(&l, piece.text, piece.text + piece.size);
        orm__lint_statement(&l);
    }
    *out = l.out;
    *n = l.n_out;
    return l.failed ? orm__raise(NULL, ORM_NO_MEMORY, 0, "out of memory") : ORM_OK;
}

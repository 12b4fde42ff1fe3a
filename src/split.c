/* >>split: the statements of an SQL script, as the engine would read them: a semicolon in a text, a comment or the body of a trigger ends nothing. */
#include "evolve.h"

/* fresh: at the start of a line; open: the line of a text or comment that does not end in the script, or 0 */
typedef struct orm__splitter { const orm_dialect *dialect; const char *at, *end; unsigned line, open; bool fresh; } orm__splitter;

static bool orm__split_word_is(const char *at, size_t n, const char *word)
{
    if (strlen(word) != n) return false;
    for (size_t i = 0; i < n; i++)
        if ((at[i] >= 'A' && at[i] <= 'Z' ? at[i] | 0x20 : at[i]) != word[i]) return false;
    return true;
}

/* the whole line at `at` without its end */
static size_t orm__split_line(const orm__splitter *s)
{
    const char *stop = memchr(s->at, '\n', (size_t)(s->end - s->at));
    size_t n = (size_t)((stop ? stop : s->end) - s->at);
    while (n && (s->at[n - 1] == '\r' || s->at[n - 1] == ' ' || s->at[n - 1] == '\t')) n--;
    return n;
}

static void orm__split_go(orm__splitter *s, const char *to)
{
    for (; s->at < to && s->at < s->end; s->at++) {
        s->fresh = *s->at == '\n';
        s->line += s->fresh;
    }
}

/* past one token, of which a text or a comment is one */
static void orm__split_token(orm__splitter *s)
{
    const char *next = orm__lex_skip(s->dialect, s->at);
    if (next > s->end) s->open = s->line;
    orm__split_go(s, next > s->at ? next : s->at + 1);
}

/* is the line one for the runner? `out` gets it, and may be NULL: then nothing is passed */
static bool orm__split_directive(orm__splitter *s, orm_arena *arena, orm__piece *out)
{
    size_t n = orm__split_line(s);
    const char *at = s->at + 8, *stop = s->at + n;
    bool keep = n > 8 && memcmp(s->at, "-- keep ", 8) == 0, kept = n > 8 && memcmp(s->at, "-- kept ", 8) == 0;
    bool unchecked = n == 12 && memcmp(s->at, "-- unchecked", 12) == 0;
    if (!keep && !kept && !unchecked) return false;
    if (!out) return true;
    *out = (orm__piece){ .kind = keep ? ORM__PIECE_KEEP : kept ? ORM__PIECE_KEPT : ORM__PIECE_UNCHECKED, .line = s->line };
    if (!unchecked) {
        out->text = orm__read_c_text(&at, stop, arena);
        if (!out->text || at != stop) *out = (orm__piece){ .kind = ORM__PIECE_BAD, .text = "a table's name in quotes is missing", .line = s->line };
        else out->size = strlen(out->text);
    }
    orm__split_go(s, stop);
    return true;
}

static orm__piece orm__split_bad(orm__splitter *s, const char *why)
{
    const orm__piece bad = { .kind = ORM__PIECE_BAD, .text = why, .line = s->open ? s->open : s->line };
    s->at = s->end;
    return bad;
}

/* What a statement's first words say about the words `begin` and `end` in it: the body of a trigger (or, on engines that have them, of a function
   that is written "begin atomic") holds semicolons of its own. */
typedef struct orm__split_body { unsigned words, depth; bool creates, trigger, begun; } orm__split_body;
static void orm__split_count(orm__split_body *b, const char *at, size_t n)
{
    b->words++;
    if (b->words == 1) b->creates = orm__split_word_is(at, n, "create");
    if (!b->creates) return;
    if (b->words <= 4 && orm__split_word_is(at, n, "trigger")) b->trigger = true;
    bool atomic = orm__split_word_is(at, n, "atomic") && b->begun;
    b->begun = orm__split_word_is(at, n, "begin");
    if (atomic || (b->begun && b->trigger && b->depth == 0) || (b->depth && orm__split_word_is(at, n, "case"))) b->depth++;
    else if (b->depth && orm__split_word_is(at, n, "end")) b->depth--;
}

static const char *const orm__split_forbidden[] = { "begin", "commit", "rollback", "savepoint", "release", "end", "start", "abort", NULL };

static orm__piece orm__split_statement(orm__splitter *s)
{
    orm__split_body body = { .words = 0 };
    orm__piece out = { .kind = ORM__PIECE_SQL, .text = s->at, .line = s->line };
    const char *stop = s->at;
    size_t first = orm__lex_word(s->dialect, s->at);
    for (const char *const *word = orm__split_forbidden; *word && first; word++)
        if (orm__split_word_is(s->at, first, *word)) return orm__split_bad(s, "a migration runs in a transaction of its own: it neither begins nor ends one");
    while (s->at < s->end && !(*s->at == ';' && body.depth == 0)) {
        size_t n = orm__lex_word(s->dialect, s->at);
        bool blank = *s->at == ' ' || (*s->at >= '\t' && *s->at <= '\r'), comment = orm__starts_comment(s->at);
        if (s->fresh && *s->at == '\\') return orm__split_bad(s, "a line that begins with \\ is a command of psql, and no SQL");
        if (s->fresh && comment && orm__split_directive(s, NULL, NULL)) return orm__split_bad(s, "the statement before this line does not end with ;");
        if (n) orm__split_count(&body, s->at, n);
        if (n && orm__lex_skip(s->dialect, s->at) > s->at + n) n = 0;       /* e'...' */
        if (n) orm__split_go(s, s->at + n);
        else orm__split_token(s);
        if (s->open) return orm__split_bad(s, "a text, a name in quotes or a comment begins here and does not end");
        if (!blank && !comment) stop = s->at < s->end ? s->at : s->end;
    }
    if (body.depth && s->at == s->end) return orm__split_bad(s, "a body that begins does not end");
    out.size = (size_t)(stop - out.text);
    orm__split_go(s, s->at + 1);
    return out;
}

ORM_PRIVATE bool orm__starts_comment(const char *at) { return (at[0] == '-' && at[1] == '-') || (at[0] == '/' && at[1] == '*'); }

ORM_PRIVATE bool orm__split_next(const orm_dialect *dialect, const char **at, const char *end_, unsigned *line, orm_arena *arena, orm__piece *out)
{
    orm__splitter s = { .dialect = dialect, .at = *at, .end = end_, .line = *line, .fresh = true };
    bool found = false;
    while (s.at < s.end && !found) {
        if (*s.at == ' ' || (*s.at >= '\t' && *s.at <= '\r') || *s.at == ';') orm__split_go(&s, s.at + 1);
        else if (s.fresh && orm__split_directive(&s, arena, out)) found = true;
        else if (orm__starts_comment(s.at)) {
            orm__split_token(&s);
            found = s.open != 0;
            if (found) *out = orm__split_bad(&s, "a comment begins here and does not end");
        } else if (s.fresh && *s.at == '\\') {
            *out = orm__split_bad(&s, "a line that begins with \\ is a command of psql, and no SQL");
            found = true;
        } else {
            *out = orm__split_statement(&s);
            found = true;
        }
    }
    *at = s.at;
    *line = s.line;
    return found;
}

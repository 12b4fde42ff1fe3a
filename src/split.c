/* >>split: the statements of an SQL script, as the engine would read them: a semicolon in a text, a comment or the body of a trigger ends nothing. */
#include "evolve.h"

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

static bool orm__split_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

static void orm__split_go(orm__splitter *s, const char *to)
{
    for (; s->at < to && s->at < s->end; s->at++) {
        if (*s->at == '\n') s->inside = false;
        else if (!orm__split_blank(*s->at)) s->inside = true;
        s->line += *s->at == '\n';
    }
}

static orm__piece orm__split_bad(orm__splitter *s, const char *why, unsigned line)
{
    s->at = s->end;
    return (orm__piece){ .kind = ORM__PIECE_BAD, .text = why, .line = line };
}

/* Past one token, of which a text or a comment is one. What is open at the end of the section would swallow what stands behind it: why, or NULL. */
static const char *orm__split_token(orm__splitter *s)
{
    const char *next = orm__lex_skip(s->dialect, s->at), *at = s->at;
    if (next <= s->end && orm__lex_ends(s->dialect, at)) {
        orm__split_go(s, next > at ? next : at + 1);
        return NULL;
    }
    switch (*at) {
    case '/':  return "a comment that begins here does not end";
    case '"': case '`': case '[': return "a name in quotes that begins here does not end";
    case '$':  return "a text in $...$ that begins here does not end";
    default:   return "a text in quotes that begins here does not end";
    }
}

static bool orm__split_directive(orm__splitter *s, orm__piece *out)
{
    size_t n = orm__split_line(s);
    const char *at = s->at + 8, *stop = s->at + n;
    bool keep = n > 8 && memcmp(s->at, "-- keep ", 8) == 0, kept = n > 8 && memcmp(s->at, "-- kept ", 8) == 0;
    bool unchecked = n == 12 && memcmp(s->at, "-- unchecked", 12) == 0;
    if (!keep && !kept && !unchecked) return false;
    *out = (orm__piece){ .kind = keep ? ORM__PIECE_KEEP : kept ? ORM__PIECE_KEPT : ORM__PIECE_UNCHECKED, .line = s->line };
    if (!unchecked) {
        out->text = orm__read_c_text(&at, stop, s->arena);
        if (!out->text || at != stop) *out = (orm__piece){ .kind = ORM__PIECE_BAD, .text = "a table's name in quotes is missing", .line = s->line };
        else out->size = strlen(out->text);
    }
    orm__split_go(s, stop);
    return true;
}

/* a comment that begins its line may nearly be a directive, or be one where a ; is missing */
static const char *orm__split_slip(const orm__splitter *s, bool inside)
{
    return !s->inside && s->at[0] == '-' ? orm__mark_directive(s->at, s->at + orm__split_line(s), inside) : NULL;
}

/* What a statement's first words say about the words `begin` and `end` in it: the body of a trigger (or, on engines that have them, of a function
   that is written "begin atomic") holds semicolons of its own. */
typedef struct orm__split_body { unsigned words, depth, line; bool creates, trigger, begun; } orm__split_body;      /* line: where it begins */
static void orm__split_count(orm__split_body *b, const char *at, size_t n, unsigned line)
{
    b->words++;
    if (b->words == 1) b->creates = orm__split_word_is(at, n, "create");
    if (!b->creates) return;
    if (b->words <= 4 && orm__split_word_is(at, n, "trigger")) b->trigger = true;
    bool atomic = orm__split_word_is(at, n, "atomic") && b->begun;
    b->begun = orm__split_word_is(at, n, "begin");
    if (b->begun && b->depth == 0) b->line = line;
    if (atomic || (b->begun && b->trigger && b->depth == 0) || (b->depth && orm__split_word_is(at, n, "case"))) b->depth++;
    else if (b->depth && orm__split_word_is(at, n, "end")) b->depth--;
}

static const char *const orm__split_forbidden[] = { "begin", "commit", "rollback", "savepoint", "release", "end", "start", "abort", NULL };

static bool orm__split_is_forbidden(const orm__splitter *s)
{
    size_t n = orm__lex_word(s->dialect, s->at);
    for (const char *const *word = orm__split_forbidden; *word && n; word++)
        if (orm__split_word_is(s->at, n, *word)) return true;
    return false;
}

static orm__piece orm__split_statement(orm__splitter *s)
{
    orm__split_body body = { .words = 0 };
    orm__piece out = { .kind = ORM__PIECE_SQL, .text = s->at, .line = s->line };
    const char *stop = s->at, *why = NULL;
    unsigned opened = s->line;
    if (orm__split_is_forbidden(s)) return orm__split_bad(s, "a migration runs in a transaction of its own: it neither begins nor ends one", s->line);
    while (s->at < s->end && !(*s->at == ';' && body.depth == 0)) {
        size_t n = orm__lex_word(s->dialect, s->at);
        bool blank = orm__split_blank(*s->at), comment = orm__starts_comment(s->at);
        if (!s->inside && *s->at == '\\') return orm__split_bad(s, "a line that begins with \\ is a command of psql, and no SQL", s->line);
        if (comment && (why = orm__split_slip(s, true)) != NULL) return orm__split_bad(s, why, s->line);
        if (n) orm__split_count(&body, s->at, n, s->line);
        if (n && orm__lex_skip(s->dialect, s->at) > s->at + n) n = 0;       /* e'...' */
        if (s->at == out.text || s->at[-1] != *s->at) opened = s->line;     /* a doubled quote goes on with a text that began before */
        if (n) orm__split_go(s, s->at + n);
        else if ((why = orm__split_token(s)) != NULL) return orm__split_bad(s, why, opened);
        if (!blank && !comment) stop = s->at;
    }
    if (body.depth && s->at == s->end) return orm__split_bad(s, "a body that begins here does not end", body.line);
    out.size = (size_t)(stop - out.text);
    orm__split_go(s, s->at + 1);
    return out;
}

ORM_PRIVATE bool orm__starts_comment(const char *at) { return (at[0] == '-' && at[1] == '-') || (at[0] == '/' && at[1] == '*'); }

ORM_PRIVATE bool orm__split_next(orm__splitter *s, orm__piece *out)
{
    const char *begin = s->at, *why = NULL;
    while (s->at < s->end && !why) {
        bool first = !s->inside && (s->at == begin || s->at[-1] == '\n'), comment = orm__starts_comment(s->at);
        if (first && orm__split_directive(s, out)) return true;
        if (!comment && *s->at != ';' && !orm__split_blank(*s->at)) {
            *out = orm__split_statement(s);
            return true;
        }
        if (comment) why = orm__split_slip(s, false);
        if (!why) why = orm__split_token(s);
    }
    if (why) *out = orm__split_bad(s, why, s->line);
    return why != NULL;
}

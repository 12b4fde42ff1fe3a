/* >>marks: the lines of a migration that speak to the runner are comments to everybody else, so that a slip in one would pass for a comment, too. What
   is nearly such a line is refused; what cannot be told from prose is prose. */
#include "evolve.h"

enum { ORM__MARK_WORDS = 3, ORM__MARK_LETTERS = 16 };
typedef struct orm__mark {                                         /* a comment: its first words in small letters, longer ones without their end, and how many there are */
    char word[ORM__MARK_WORDS][ORM__MARK_LETTERS];
    size_t n;
    const char *behind, *stop;                                     /* behind the first word and blanks; the end of the line */
} orm__mark;

static bool orm__mark_is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || (unsigned char)c >= 0x80; }

static const char *orm__mark_skip(const char *at, const char *stop, const char *signs)
{
    while (at < stop && *at && strchr(signs, *at)) at++;
    return at;
}

/* False when it does not begin with a word. Dashes and other ornament do not count. */
static bool orm__mark_read(const char *at, const char *stop, orm__mark *out)
{
    *out = (orm__mark){ .n = 0 };
    at = orm__mark_skip(at, stop, " \t");
    if (stop - at < 2 || at[0] != '-' || at[1] != '-') return false;
    at = orm__mark_skip(at, stop, " \t-=*+#@");
    if (at == stop || !orm__mark_is_letter(*at)) return false;
    while (at < stop) {
        size_t n = 0;
        for (; at < stop && orm__mark_is_letter(*at); at++, n++)
            if (out->n < ORM__MARK_WORDS && n + 1 < ORM__MARK_LETTERS) out->word[out->n][n] = (char)(*at >= 'A' && *at <= 'Z' ? *at | 0x20 : *at);
        out->n += n > 0;
        if (out->n == 1 && n) out->behind = orm__mark_skip(at, stop, " \t");
        while (at < stop && !orm__mark_is_letter(*at)) at++;
    }
    out->stop = stop;
    return true;
}

/* short words have neighbours that mean something else */
static bool orm__mark_is_near(const char *word, const char *target)
{
    size_t n = strlen(target);
    if (n > 2) return orm__distance(word, target) <= (n < 6 ? 1 : 2);
    return strlen(word) >= n && strlen(word) <= n + 1 && strspn(word, target) == strlen(word);
}

ORM_PRIVATE const char *orm__mark_engine(const char *name)
{
    static const char *const engines[][4] = { { "sqlite", "lite", "sqlite3", NULL }, { "postgres", "pg", "psql", NULL } };      /* the name, and what else it is called */
    for (size_t i = 0; i < sizeof engines / sizeof engines[0]; i++) {
        if (strcmp(name, engines[i][0]) == 0) return NULL;
        if (orm__mark_is_near(name, engines[i][0]) || strncmp(name, engines[i][0], strlen(engines[i][0])) == 0) return engines[i][0];
        for (size_t k = 1; engines[i][k]; k++)
            if (strcmp(name, engines[i][k]) == 0) return engines[i][0];
    }
    return NULL;
}

static const char *orm__mark_say(orm_arena *arena, const char *a, const char *b, const char *c)
{
    const char *said = orm_format(arena, "%s%s%s", a, b, c);
    return said ? said : "is nearly a line that speaks to the runner";
}

/* ---- sections ------------------------------------------------------------------------------------------------------------------------- */
/* one word, or two of which the second may be an engine */
static const char *orm__mark_section(const orm__mark *m, orm_arena *arena)
{
    static const char *const sections[] = { "up", "down", "schema", NULL };
    const char *near = NULL, *engine = NULL;
    for (size_t i = 0; sections[i] && !near; i++)
        if (orm__mark_is_near(m->word[0], sections[i])) near = sections[i];
    if (!near) return NULL;
    if (m->n > 1) engine = strcmp(m->word[1], "sqlite") == 0 ? "sqlite" : strcmp(m->word[1], "postgres") == 0 ? "postgres" : orm__mark_engine(m->word[1]);
    if (strcmp(near, "schema") == 0) return m->n == 1 || engine ? "is nearly the beginning of the last section, which is written  -- schema" : NULL;
    if (m->n > 1 && !engine && (m->n > 2 || strcmp(m->word[0], near) != 0)) return NULL;
    const char *written = strcmp(near, "up") == 0 ? "is nearly the beginning of a section, which is written  -- up" : "is nearly the beginning of a section, which is written  -- down";
    return engine ? orm__mark_say(arena, written, " ", engine) : written;
}

/* ---- the head --------------------------------------------------------------------------------------------------------------------------- */
/* in a section there is more prose: only what looks like a call or stands alone */
static bool orm__mark_no_transaction(const orm__mark *m, bool head)
{
    bool two = strcmp(m->word[0], "no") == 0 || strcmp(m->word[0], "without") == 0;
    return orm__mark_is_near(m->word[0], "notransaction") || (two && (head || m->n == 2) && orm__mark_is_near(m->word[1], "transaction"));
}

static bool orm__mark_irreversible(const orm__mark *m, bool head)
{
    if (m->word[0][0] != 'i' || !orm__mark_is_near(m->word[0], "irreversible")) return false;      /* "reversible" is near, and says the opposite */
    return (head && strcmp(m->word[0], "irreversible") == 0) || m->behind == m->stop || strchr("(:\"", *m->behind);
}

/* parent: NAME */
static bool orm__mark_parent(const orm__mark *m)
{
    bool digits = m->word[1][0] >= '0' && m->word[1][0] <= '9', colon = m->behind < m->stop && *m->behind == ':';
    if (m->n != 2 || !orm__mark_is_near(m->word[0], "parent")) return false;
    return digits || (colon && strcmp(m->word[1], "none") == 0);
}

/* KIND SUBJECT: why. Behind a first word that is only near there is a colon. */
static bool orm__mark_note(const orm__mark *m, const char *word)
{
    static const char *const kinds[] = { "drop_table", "drop_column", "drop_schema", "not_null", "narrow", "convert", "long_lock", "delete_all", NULL };
    bool kind = false, colon = m->behind < m->stop && *m->behind == ':';
    if (m->n < 3 || !orm__mark_is_near(m->word[0], word)) return false;
    for (size_t i = 0; kinds[i] && !kind; i++) kind = orm__mark_is_near(m->word[1], kinds[i]);
    return kind && (colon || strcmp(m->word[0], word) == 0);
}

static const char *orm__mark_head(const orm__mark *m, bool head)
{
    if (orm__mark_no_transaction(m, head)) return "-- no transaction";
    if (orm__mark_irreversible(m, head)) return "-- irreversible(\"why\")";
    if (orm__mark_parent(m)) return "-- parent: NAME";
    if (orm__mark_note(m, "danger")) return "-- danger: KIND NAME: what";
    if (orm__mark_note(m, "allow")) return "-- allow: KIND NAME: why";
    return NULL;
}

/* ---- between the statements ---------------------------------------------------------------------------------------------------------------- */
static const char *orm__mark_script(const orm__mark *m)
{
    const char *word = m->word[0];
    bool quoted = m->behind < m->stop && *m->behind == '"', kept = strcmp(word, "kept") == 0, keep = strcmp(word, "keep") == 0;
    if (m->n == 1 && orm__distance(word, "unchecked") <= 1) return "is nearly a line that speaks to the runner, which is written  -- unchecked";
    if (!quoted && (m->n > 1 || (!keep && !kept))) return NULL;
    if (!kept && orm__distance(word, "keep") <= 1) return "is nearly a line that speaks to the runner, which is written  -- keep \"TABLE\"";
    return kept || orm__distance(word, "kept") <= 1 ? "is nearly a line that speaks to the runner, which is written  -- kept \"TABLE\"" : NULL;
}

ORM_PRIVATE const char *orm__mark_slip(const char *at, const char *stop, bool head, orm_arena *arena)
{
    orm__mark m;
    if (!orm__mark_read(at, stop, &m)) return NULL;
    const char *why = orm__mark_section(&m, arena), *line = why ? NULL : orm__mark_head(&m, head);
    if (line) return head ? orm__mark_say(arena, "is nearly a line of the head, which is written  ", line, "") : orm__mark_say(arena, line, "  stands in the head, before the first section", "");
    if (!why && head && orm__mark_script(&m)) return "speaks to the runner about statements: it stands in a section";
    return why;
}

ORM_PRIVATE const char *orm__mark_directive(const char *at, const char *stop, bool inside)
{
    orm__mark m;
    const char *why = orm__mark_read(at, stop, &m) ? orm__mark_script(&m) : NULL;
    return why && inside ? "speaks to the runner, and stands inside of a statement: does a ; miss before it?" : why;
}

/* >>lexer: SQL text as the engine reads it: where texts, names and comments end, in which nothing is a parameter. */
#include "internal.h"

static bool orm__lex_is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || (unsigned char)c >= 0x80; }

/* The functions that skip answer NULL for what does not end. */

/* behind the next `end` */
static const char *orm__lex_behind(const char *s, const char *end)
{
    const char *found = strstr(s, end);
    return found ? found + strlen(end) : NULL;
}

/* PostgreSQL joins texts on different lines, and the first decides how backslashes are read: the quote of the next one, or NULL */
static const char *orm__lex_next_line(const char *s)
{
    bool other_line = false;
    for (;;) {
        size_t blanks = strspn(s, " \t\r\n\f\v");
        other_line = other_line || memchr(s, '\n', blanks) || memchr(s, '\r', blanks);
        s += blanks;
        if (s[0] != '-' || s[1] != '-') return other_line && *s == '\'' ? s : NULL;
        s += strcspn(s, "\n");
    }
}

/* behind a text in which a backslash quotes; `s` is at its quote */
static const char *orm__lex_escaped(const char *s)
{
    for (s++; *s; s++) {
        if (*s == '\\' && s[1]) {
            s++;
        } else if (*s == '\'' && s[1] == '\'') {
            s++;
        } else if (*s == '\'') {
            const char *next = orm__lex_next_line(s + 1);
            if (!next) return s + 1;
            s = next;
        }
    }
    return NULL;
}

/* behind $tag$...$tag$; `s` itself when it is at no such tag */
static const char *orm__lex_dollars(const char *s)
{
    const char *p = s + 1;
    if (*p >= '0' && *p <= '9') return s;
    while (orm__lex_is_letter(*p)) p++;
    if (*p++ != '$') return s;
    size_t size = (size_t)(p - s);
    for (; (p = strchr(p, '$')) != NULL; p++) if (strncmp(p, s, size) == 0) return p + size;
    return NULL;
}

static const char *orm__lex_comment(const char *s, bool nested)
{
    if (!nested) return orm__lex_behind(s + 2, "*/");
    for (size_t depth = 0; *s; s++) {
        if (s[0] == '/' && s[1] == '*') depth++, s++;
        else if (s[0] == '*' && s[1] == '/' && (s++, --depth == 0)) return s + 1;
    }
    return NULL;
}

ORM_PRIVATE size_t orm__lex_word(const orm_dialect *dialect, const char *s)
{
    size_t n = 0;
    while (orm__lex_is_letter(s[n]) || (n > 0 && s[n] == '$' && dialect->reads.dollar_quotes)) n++;
    return n;
}

static const char *orm__lex_token(const orm_dialect *dialect, const char *s)
{
    size_t word = orm__lex_word(dialect, s);
    if (word) return dialect->reads.escape_texts && word == 1 && (*s | 0x20) == 'e' && s[1] == '\'' ? orm__lex_escaped(s + 1) : s + word;
    switch (*s) {       /* a doubled quote reads as two texts side by side, which comes to the same */
    case '\'': return orm__lex_behind(s + 1, "'");
    case '"':  return orm__lex_behind(s + 1, "\"");
    case '`':  return dialect->reads.backquotes ? orm__lex_behind(s + 1, "`") : s;
    case '[':  return dialect->reads.brackets ? orm__lex_behind(s + 1, "]") : s;
    case '$':  return dialect->reads.dollar_quotes ? orm__lex_dollars(s) : s;
    case '-':  return s[1] == '-' ? s + strcspn(s, "\n") : s;
    case '/':  return s[1] == '*' ? orm__lex_comment(s, dialect->reads.nested_comments) : s;
    default:   return s;
    }
}

ORM_PRIVATE const char *orm__lex_skip(const orm_dialect *dialect, const char *s)
{
    const char *behind = orm__lex_token(dialect, s);
    return behind ? behind : s + strlen(s);
}

ORM_PRIVATE bool orm__lex_ends(const orm_dialect *dialect, const char *s) { return orm__lex_token(dialect, s) != NULL; }

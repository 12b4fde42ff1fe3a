/* >>texts: what people, programs and attackers write where a text is expected. Each of these is a text like any other: it is stored, found and compared as it is. */
#ifndef HOSTILE_TEXTS_H
#define HOSTILE_TEXTS_H
#include <stddef.h>

static char long_word[2001], long_quotes[2001], long_escapes[2001];      /* filled by texts_make */

static const char *const hostile[] = {
    /* nothing, and next to it */
    "", " ", "  x  ", "\xC2\xA0", "\xE3\x80\x80", "\t", "\n", "\r", "\r\n", "\v", "\f",
    /* quotes */
    "'", "''", "'''", "\"", "\"\"", "`", "``", "[", "]", "[x]", "]]", "'a'", "\"a\"", "'\"'", "it's", "O'Neil", "\xC2\xB4", "\xCA\xBC", "\xE2\x80\x98", "\xE2\x80\x99", "\xE2\x80\xB2", "\xE2\x80\x9C",
    "\xEF\xBC\x87", "\xEF\xBC\x82",                                     /* U+00B4, U+02BC, U+2018, U+2019, U+2032, U+201C, and those of full width */
    /* backslashes and other ways to write a quote */
    "\\", "\\\\", "\\'", "\\\\'", "\\\"", "\\0", "\\x27", "\\u0027", "\\047", "E'\\''", "U&'\\0027'", "%27", "&#39;", "0x27", "x'27'", "\\N", "\\.", "\xEF\xBC\xBC",
    /* out of a text into SQL */
    "' or '1'='1", "' or 1=1 --", "\" or \"\"=\"", "') or ('1'='1", "')) or 1=1 --", "'; drop table canaries; --", "\"; drop table canaries; --", "\\'; drop table canaries; --", "'; delete from words; --",
    "' union select id, word from canaries --", "'||(select word from canaries limit 1)||'", "' and 1=(select count(*) from canaries) --", "'; select pg_sleep(5); --", "' returning * --", "' order by 1 --",
    "' limit 0 --", "'; commit; --", "'; rollback; --", "';attach database '/tmp/hostile' as x; --", "'; copy words to program 'id'; --", "1; drop table canaries", "1 or 1=1", "x' where 1=1 --", "');",
    "select", "select 1", "DEFAULT", "CURRENT_USER", "load_extension('x')", "pragma foreign_keys=off",
    /* comments and ends */
    "--", "-- x", "/*", "*/", "/* x */", "/*'*/", "/*! x */", "#", "# x", ";", "; ;", ";--", "\xEF\xBC\x9B", "\xCD\xBE",
    /* what some engine or library takes for a parameter */
    "?", "??", "?0", "?1", "?2", "?999", "$0", "$1", "$2", "$10", ":x", ":name", ":1", "::text", "@x", "@p1", "#{x}", "${x}", "$(x)", "{0}", "{x}", "{{x}}", "`id`",
    "$$", "$$x$$", "$a$", "$a$x$a$",
    /* patterns */
    "%", "_", "%%", "__", "%_%", "\\%", "\\_", "100%", "a_b", "*", "?*", "[a-z]", "[^a]", "^.*$", ".", "(", ")", "(?i)x", "a|b", "x{1,}", "+", "***=x", "\xEF\xBC\x85", "\xEF\xBC\xBF",
    /* formats */
    "%s", "%d", "%n", "%s%s%s%n", "%99999d", "%*.*s", "%1$s", "%p", "%%n",
    /* numbers, and words that are no texts elsewhere */
    "0", "-1", "- -1", "1e999", "NaN", "Infinity", "0x10", "9223372036854775808", "1_000", "true", "false", "null", "NULL", "None", "undefined", "\\null",
    /* JSON */
    "{", "}", "{}", "[]", "[1, 2]", "{\"a\": 1}", "{\"$gt\": \"\"}", "{\"not\": \"\"}", "{\"__proto__\": 1}", "\\u0000", "\",\"x\":\"", "\"}", "'{}'::jsonb",
    /* paths */
    "->", "->>", "#>", "#>>", "$", "$.a", "$.a[0]", "$[*]", "a.b", "a[0]", "a->>'b'", "**", "..", "$.*", "@.x", "x::text) or 1=1 --", "../../x", "-0",
    /* arrays and records */
    "{a,b}", "{NULL}", "{\"a\"}", ",", "{{1}}", "{a,\"b\\\"\"}", "\\{", "(a,b)", "[1,2)", "a,b",
    /* control characters */
    "\x01", "\x02x", "\x07", "\x08", "\x0E", "\x1A", "\x1B[31m", "\x1B]0;x\x07", "\x1F", "\x7F", "\n[INFO] fake", "\xC2\x80", "\xC2\x85", "\xC2\x9B" "31m",
    /* what Unicode hides or turns round */
    "\xC2\xAD", "\xE2\x80\x8B", "\xE2\x80\x8D", "\xE2\x80\x8E", "\xE2\x80\x8F", "\xE2\x80\xA8", "\xE2\x80\xA9", "\xE2\x80\xAE.abc", "\xE2\x81\xA6", "\xE2\x88\x92" "1", "\xEF\xBB\xBF", "\xEF\xB8\x8F",
    "\xEF\xBF\xBD", "\xEF\xBF\xBE", "\xEF\xBF\xBF", "\xF4\x8F\xBF\xBF",
    /* letters */
    "\xC3\xA9", "e\xCC\x81", "\xC3\x9F", "\xE1\xBA\x9E", "\xC4\xB0i", "\xC4\xB1I", "\xE6\x97\xA5\xE6\x9C\xAC", "\xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D", "\xD8\xB3\xD9\x84\xD8\xA7\xD9\x85", "\xE1\x84\x92\xE1\x85\xA1",
    "z\xCC\xB4\xCC\xB5\xCC\xB6\xCC\xB7", "\xF0\x9F\x98\x80", "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x92\xBB", "\xF0\x9F\x87\xB1\xF0\x9F\x87\xBB",
    /* long */
    long_word, long_quotes, long_escapes,
};
enum { N_HOSTILE = sizeof hostile / sizeof hostile[0] };

__attribute__((unused)) static void texts_make(void)
{
    for (size_t i = 0; i < sizeof long_word - 1; i++) {
        long_word[i] = 'x';
        long_quotes[i] = '\'';
        long_escapes[i] = i % 2 ? '\'' : '\\';
    }
}

/* No texts at all. The C strings end where they end; what is cut off is cut off. */
static const char *const broken[] = {
    "\x80", "a\xBF", "1\xE0'; ", "\xC0'", "\xF0  ';;", "\x81\x5C'", "\xC3", "\xC3(", "x\xE2\x82", "\xF0\x9F\x98", "\xF0(\x8C\xBC",      /* alone, or cut off: 1, 2, 3 bytes */
    "\xC0\xA7", "\xC1\xBF", "\xE0\x80\xA7", "\xF0\x80\x80\xA7", "\xC0\x80",                             /* quotes and a NUL, longer than need be */
    "\xED\xA0\x80", "\xED\xBF\xBF", "\xED\xA0\xBD\xED\xB8\x80",                                         /* halves of UTF-16 */
    "\xF4\x90\x80\x80", "\xF8\x88\x80\x80\x80", "\xFE", "\xFF", "ok \xFF\xFE",                          /* beyond Unicode */
};
enum { N_BROKEN = sizeof broken / sizeof broken[0] };
#endif

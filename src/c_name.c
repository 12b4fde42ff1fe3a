/* >>c_name: names of a database as names of C: what C, its headers or the rows of models give a meaning gets a "_" behind it. */
#include "evolve.h"

/* keywords of C11 and C++20, for a header may be read by both; macros of the headers that orm.h includes, and of compilers that are not told a standard; and what
   stands in the rows of models beside names of columns, or is a parameter of the functions that are made of them */
static const char *const orm__c_reserved[] = {
    "alignas", "alignof", "and", "and_eq", "asm", "assert", "auto", "bitand", "bitor", "bool", "break", "case", "catch", "char", "char8_t", "char16_t", "char32_t", "class", "co_await",
    "co_return", "co_yield", "compl", "concept", "const", "const_cast", "consteval", "constexpr", "constinit", "continue", "decltype", "default", "delete", "do", "double",
    "dynamic_cast", "else", "enum", "errno", "explicit", "export", "extern", "false", "final", "float", "for", "friend", "goto", "i386", "if", "inline", "int", "linux", "long", "mutable",
    "namespace", "new", "noexcept", "noreturn", "not", "not_eq", "nullptr", "offsetof", "operator", "or", "or_eq", "override", "private", "protected", "public", "register",
    "reinterpret_cast", "requires", "restrict", "return", "short", "signed", "sizeof", "static", "static_assert", "static_cast", "stderr", "stdin", "stdout", "struct", "switch", "template",
    "this", "thread_local", "throw", "true", "try", "typedef", "typeid", "typename", "typeof", "typeof_unqual", "union", "unix", "unsigned", "using", "virtual", "void", "volatile",
    "wchar_t", "while", "xor", "xor_eq",
    "as", "db", "desc", "end", "none", "orm", "row", "sql", "where", "X",
    NULL };

enum { ORM__C_LONGEST = 60 };       /* characters: a name that nobody wants to write is cut */

static bool orm__c_is_reserved(const char *name)
{
    for (size_t i = 0; orm__c_reserved[i]; i++)
        if (strcmp(orm__c_reserved[i], name) == 0) return true;
    return strncmp(name, "orm_", 4) == 0;
}

static bool orm__c_is_lower(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }
static bool orm__c_is_upper(char c) { return c >= 'A' && c <= 'Z'; }

/* a name in capitals alone may be a macro: of a header, or of whoever includes this one */
static bool orm__c_in_capitals(const char *name)
{
    bool upper = false, lower = false;
    for (; *name; name++) {
        upper |= orm__c_is_upper(*name);
        lower |= *name >= 'a' && *name <= 'z';
    }
    return upper && !lower;
}

/* OrderID and "order id" are order_id; a value keeps its letters */
static size_t orm__c_words(const char *name, bool keeps, char *out)
{
    size_t n = 0;
    keeps = keeps && !orm__c_in_capitals(name);
    for (size_t i = 0; name[i]; i++) {
        char c = name[i];
        bool upper = orm__c_is_upper(c), begins = upper && !keeps && i > 0 && orm__c_is_lower(name[i - 1]);
        if (begins && n > 0 && out[n - 1] != '_') out[n++] = '_';
        if (upper || orm__c_is_lower(c)) out[n++] = upper && !keeps ? (char)(c + 'a' - 'A') : c;
        else if (n > 0 && out[n - 1] != '_') out[n++] = '_';
    }
    while (n > 0 && out[n - 1] == '_') n--;
    out[n] = 0;
    return n;
}

static bool orm__c_ends(const char *word, size_t n, const char *end_)
{
    size_t m = strlen(end_);
    return n > m && memcmp(word + n - m, end_, m) == 0;
}

/* one of what the table has many of, as English mostly does it; a wrong guess is a name like another */
static size_t orm__c_singular(char *word, size_t n)
{
    if (orm__c_ends(word, n, "ies") && n > 4) {
        word[n - 3] = 'y';
        n -= 2;
    } else if (orm__c_ends(word, n, "sses") || orm__c_ends(word, n, "xes") || orm__c_ends(word, n, "ches") || orm__c_ends(word, n, "shes")) n -= 2;
    else if (orm__c_ends(word, n, "s") && !orm__c_ends(word, n, "ss") && !orm__c_ends(word, n, "us") && !orm__c_ends(word, n, "is") && n > 2) n--;
    word[n] = 0;
    return n;
}

/* order_line is OrderLine */
static size_t orm__c_mixed(char *word, size_t n)
{
    size_t m = 0;
    for (size_t i = 0; i < n; i++) {
        if (word[i] == '_') continue;
        bool begins = i == 0 || word[i - 1] == '_';
        word[m++] = begins && word[i] >= 'a' && word[i] <= 'z' ? (char)(word[i] - 'a' + 'A') : word[i];
    }
    word[m] = 0;
    return m;
}

ORM_PRIVATE const char *orm__c_name(const char *name, orm__c_style style, orm_arena *arena)
{
    char *out = orm_arena_allocate(arena, 2 * strlen(name) + 16);
    if (!out) return NULL;
    char *word = out + 1;                            /* room for what goes before a digit */
    size_t n = orm__c_words(name, style == ORM__C_VALUE, word);
    if (style == ORM__C_TYPE) n = orm__c_mixed(word, orm__c_singular(word, n));
    if (n > ORM__C_LONGEST) word[n = ORM__C_LONGEST] = 0;
    if (n == 0) n = (size_t)snprintf(word, 8, "%s", style == ORM__C_TYPE ? "Table" : "field");
    if (style == ORM__C_TYPE && n == 1) n += (size_t)snprintf(word + 1, 8, "Row");
    if (word[0] >= '0' && word[0] <= '9') {
        *--word = style == ORM__C_TYPE ? 'T' : 'n';
        n++;
    }
    if (orm__c_is_reserved(word)) memcpy(word + n, "_", 2);
    return word;
}

static bool orm__c_is_among(const char *name, const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(names[i], name) == 0) return true;
    return false;
}

ORM_PRIVATE const char *orm__c_name_apart(const char *wanted, const char *between, const char *const *names, size_t n, orm_arena *arena)
{
    const char *name = wanted;
    for (size_t number = 2; name && orm__c_is_among(name, names, n); number++) name = orm_format(arena, "%s%s%zu", wanted, between, number);
    return name;
}

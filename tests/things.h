/* >>things: a model with a rule of each kind, and one whose names need their quotes. Wants the small models. */
#ifndef THINGS_H
#define THINGS_H
#include "small_models.h"

#define Thing_FIELDS(X)                                                          \
    X(id,        serial)                                                         \
    X(name,      string(5), not_empty)                                           \
    X(code,      char(3), unique)                                                \
    X(nick,      text, nullable, length(2, 4))                                   \
    X(small,     smallint, nullable, at_least(-5))                               \
    X(medium,    integer, nullable, at_most(10))                                 \
    X(big,       bigint, default(7), between(0, 1000000000000))                  \
    X(ratio,     double, nullable, between(0, 1))                                \
    X(single,    real, nullable, at_least(0))                                    \
    X(price,     decimal(6, 2), nullable, at_least(-1))                          \
    X(level,     smallint, default(1), one_of(1, 2, 5))                          \
    X(kind,      string(10), default("x"), one_of("x", "y", "it's"))             \
    X(colour,    enumeration(Colour), default(Colour_red))                       \
    X(flag,      boolean, default(false))                                        \
    X(parent_id, bigint, nullable, references(Thing, id), on_delete(set_null))   \
    X(site,      string(40), nullable, url)                                      \
    X(made,      created_at)
ORM_MODEL(Thing, things, unique(name, where("flag")), index(desc(big), level), check(small_below_medium, "small < medium"))

/* names that need their quotes */
#define Odd_FIELDS(X)                                                            \
    X(id,       serial)                                                          \
    X(key_word, integer, column("select"), default(0), at_least(0))              \
    X(quoted,   text, nullable, column("it's \"quoted\""), length(1, 5))         \
    X(spaced,   integer, column("with  two spaces; --"), indexed)                \
    X(umlaut,   string(5), column("Größe"), unique, nullable)                    \
    X(number,   integer, column("errno"), nullable)                              \
    X(percent,  string(9), column("%s%n?1:x"), default("d'ef"))
ORM_MODEL(Odd, odd, index(spaced, umlaut))

#define Things_MODELS(X) X(Thing) X(Odd)
ORM_SCHEMA(Things)
#endif

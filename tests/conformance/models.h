/* The models of the core tests: a forum with relations of both kinds, one of everything, keys of every type, and a model as wide as they get. */
#ifndef CORE_MODELS_H
#define CORE_MODELS_H
#include "orm.h"

/* ---- a forum ------------------------------------------------------------------------------------------------------------- */
#define Role_VALUES(X) X(member) X(editor) X(admin)      /* by name: admin, editor, member */
ORM_ENUM(Role)

#define User_FIELDS(X)                                                            \
    X(id,         serial)                                                         \
    X(name,       string(40), length(1, 40))                                      \
    X(email,      string(255), unique("is already registered"), email)            \
    X(role,       enumeration(Role), default(Role_member))                        \
    X(age,        integer, nullable, between(0, 150))                             \
    X(password,   string(255), secret, nullable)                                  \
    X(boss_id,    key(User), nullable, on_delete(set_null))                       \
    X(boss,       belongs_to(User, boss_id))                                      \
    X(team,       has_many(User, boss_id))                                        \
    X(posts,      has_many(Post, author_id))                                      \
    X(comments,   has_many(Comment, author_id))                                   \
    X(created_at, created_at)                                                     \
    X(updated_at, updated_at)
ORM_MODEL(User, users)

#define Post_FIELDS(X)                                                            \
    X(id,         serial)                                                         \
    X(title,      string(255), not_empty)                                         \
    X(body,       text, nullable, column("body_text"))                            \
    X(published,  boolean, default(false))                                        \
    X(views,      integer, default(0), at_least(0))                               \
    X(likes,      integer, default(0))                                            \
    X(score,      double, nullable)                                               \
    X(author_id,  key(User), on_delete(cascade), indexed)                         \
    X(author,     belongs_to(User, author_id))                                    \
    X(editor_id,  key(User), nullable, on_delete(set_null))                       \
    X(editor,     belongs_to(User, editor_id))                                    \
    X(comments,   has_many(Comment, post_id))                                     \
    X(created_at, created_at)
ORM_MODEL(Post, posts, unique(author_id, title), index(author_id, desc(created_at)), check(views_are_counted, "views >= 0"))

#define Comment_FIELDS(X)                                                         \
    X(id,         serial)                                                         \
    X(line,       text)                                                           \
    X(stars,      smallint, nullable)                                             \
    X(post_id,    key(Post), on_delete(cascade), indexed)                         \
    X(post,       belongs_to(Post, post_id))                                      \
    X(author_id,  key(User), nullable, on_delete(set_null))                       \
    X(author,     belongs_to(User, author_id))
ORM_MODEL(Comment, comments)

/* ---- one of everything, required and nullable ----------------------------------------------------------------------------- */
#define Thing_FIELDS(X)                                                           \
    X(id,         serial)                                                         \
    X(tiny,       smallint, default(0))                                           \
    X(small,      integer, default(0))                                            \
    X(big,        bigint, default(0))                                             \
    X(half,       real, default(0))                                               \
    X(whole,      double, default(0))                                             \
    X(yes,        boolean, default(false))                                        \
    X(name,       string(20), default("name"))                                    \
    X(line,       text, default("line"))                                          \
    X(code,       char(3), default("abc"))                                        \
    X(price,      decimal(12, 3))                                                 \
    X(huge,       decimal(38, 6))                                                 \
    X(data,       blob)                                                           \
    X(day,        date)                                                           \
    X(hour,       time)                                                           \
    X(moment,     timestamp)                                                      \
    X(tag,        uuid)                                                           \
    X(extra,      json, default("{}"))                                            \
    X(role,       enumeration(Role), default(Role_member))
ORM_MODEL(Thing, things)

#define Maybe_FIELDS(X)                                                           \
    X(id,         serial)                                                         \
    X(tiny,       smallint, nullable)                                             \
    X(small,      integer, nullable)                                              \
    X(big,        bigint, nullable)                                               \
    X(half,       real, nullable)                                                 \
    X(whole,      double, nullable)                                               \
    X(yes,        boolean, nullable)                                              \
    X(name,       string(20), nullable)                                           \
    X(line,       text, nullable)                                                 \
    X(code,       char(3), nullable)                                              \
    X(price,      decimal(12, 3), nullable)                                       \
    X(huge,       decimal(38, 6), nullable)                                       \
    X(data,       blob, nullable)                                                 \
    X(day,        date, nullable)                                                 \
    X(hour,       time, nullable)                                                 \
    X(moment,     timestamp, nullable)                                            \
    X(tag,        uuid, nullable)                                                 \
    X(extra,      json, nullable)                                                 \
    X(role,       enumeration(Role), nullable)
ORM_MODEL(Maybe, maybes)

/* every attribute that the forum does not have */
static inline ORM__UNUSED const char *starts_with_s(const char *sku) { return sku[0] == 'S' ? NULL : "must start with S"; }
#define Ware_FIELDS(X)                                                            \
    X(sku,        string(10), primary_key, check_with(starts_with_s))             \
    X(kind,       text, default("tool"), one_of("tool", "toy"))                   \
    X(grade,      integer, default(1), one_of((1, 2, 3), "is no grade"))          \
    X(site,       text, nullable, url)                                            \
    X(slug,       string(20), unique, matches("^[a-z-]+$", "is no slug"))         \
    X(weight,     integer, default(1), at_least(1), at_most(1000, "is too heavy"), comment("in grams")) \
    X(origin,     char(2), default("de"), immutable)                              \
    X(stock,      integer, nullable, default_sql("40 + 2"))                       \
    X(note,       text, nullable, default_sql("'by ' || 'hand'"))                 \
    X(seller_id,  bigint, nullable, references(User, id), on_delete(restrict), on_update(cascade))
ORM_MODEL(Ware, wares, comment("things for sale"))

/* ---- keys ------------------------------------------------------------------------------------------------------------------ */
#define Seat_FIELDS(X)                                                            \
    X(row,        string(4), primary_key)                                         \
    X(number,     integer, primary_key)                                           \
    X(taken_by,   text, nullable)
ORM_MODEL(Seat, seats)

/* a parent and a child for each type of key */
#define ByText_FIELDS(X)      X(id, text, primary_key)              X(line, text) X(kids, has_many(OfText, parent))
#define OfText_FIELDS(X)      X(id, serial) X(parent, text, references(ByText, id))              X(up, belongs_to(ByText, parent))
#define ByUuid_FIELDS(X)      X(id, uuid, primary_key)              X(line, text) X(kids, has_many(OfUuid, parent))
#define OfUuid_FIELDS(X)      X(id, serial) X(parent, uuid, references(ByUuid, id))              X(up, belongs_to(ByUuid, parent))
#define ByDate_FIELDS(X)      X(id, date, primary_key)              X(line, text) X(kids, has_many(OfDate, parent))
#define OfDate_FIELDS(X)      X(id, serial) X(parent, date, references(ByDate, id))              X(up, belongs_to(ByDate, parent))
#define ByEnum_FIELDS(X)      X(id, enumeration(Role), primary_key) X(line, text) X(kids, has_many(OfEnum, parent))
#define OfEnum_FIELDS(X)      X(id, serial) X(parent, enumeration(Role), references(ByEnum, id)) X(up, belongs_to(ByEnum, parent))
#define ByDecimal_FIELDS(X)   X(id, decimal(10, 2), primary_key)    X(line, text) X(kids, has_many(OfDecimal, parent))
#define OfDecimal_FIELDS(X)   X(id, serial) X(parent, decimal(10, 2), references(ByDecimal, id)) X(up, belongs_to(ByDecimal, parent))
#define ByLong_FIELDS(X)      X(id, decimal(38, 6), primary_key)    X(line, text) X(kids, has_many(OfLong, parent))
#define OfLong_FIELDS(X)      X(id, serial) X(parent, decimal(38, 6), references(ByLong, id))    X(up, belongs_to(ByLong, parent))
#define ByTime_FIELDS(X)      X(id, timestamp, primary_key)         X(line, text) X(kids, has_many(OfTime, parent))
#define OfTime_FIELDS(X)      X(id, serial) X(parent, timestamp, references(ByTime, id))         X(up, belongs_to(ByTime, parent))
#define ByBlob_FIELDS(X)      X(id, blob, primary_key)              X(line, text) X(kids, has_many(OfBlob, parent))
#define OfBlob_FIELDS(X)      X(id, serial) X(parent, blob, references(ByBlob, id))              X(up, belongs_to(ByBlob, parent))
ORM_MODEL(ByText, by_text)
ORM_MODEL(OfText, of_text)
ORM_MODEL(ByUuid, by_uuid)
ORM_MODEL(OfUuid, of_uuid)
ORM_MODEL(ByDate, by_date)
ORM_MODEL(OfDate, of_date)
ORM_MODEL(ByEnum, by_enum)
ORM_MODEL(OfEnum, of_enum)
ORM_MODEL(ByDecimal, by_decimal)
ORM_MODEL(OfDecimal, of_decimal)
ORM_MODEL(ByLong, by_long)
ORM_MODEL(OfLong, of_long)
ORM_MODEL(ByTime, by_time)
ORM_MODEL(OfTime, of_time)
ORM_MODEL(ByBlob, by_blob)
ORM_MODEL(OfBlob, of_blob)

/* ---- 128 rows --------------------------------------------------------------------------------------------------------------- */
#define WIDE_4(X, n)  X(n##0, integer, default(7)) X(n##1, integer, nullable) X(n##2, text, nullable) X(n##3, boolean, default(true))
#define WIDE_16(X, n) WIDE_4(X, n##a) WIDE_4(X, n##b) WIDE_4(X, n##c) WIDE_4(X, n##d)
#define Wide_FIELDS(X) X(id, serial) X(first, integer, default(1)) X(second, integer, default(2)) X(last, text, nullable)               \
    WIDE_16(X, a) WIDE_16(X, b) WIDE_16(X, c) WIDE_16(X, d) WIDE_16(X, e) WIDE_16(X, f) WIDE_16(X, g)                                   \
    WIDE_4(X, ha) WIDE_4(X, hb) WIDE_4(X, hc)
ORM_MODEL(Wide, wides)

#define Core_MODELS(X) X(User) X(Post) X(Comment) X(Thing) X(Maybe) X(Ware) X(Seat) X(ByText) X(OfText) X(ByUuid) X(OfUuid)             \
    X(ByDate) X(OfDate) X(ByEnum) X(OfEnum) X(ByDecimal) X(OfDecimal) X(ByLong) X(OfLong) X(ByTime) X(OfTime) X(ByBlob) X(OfBlob) X(Wide)
ORM_SCHEMA(Core)
#endif

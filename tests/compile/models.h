/* Models with one of everything: compiled by programs here, and the ground of the slips in tests/compile_fail. */
#ifndef MODELS_H
#define MODELS_H
#include "orm.h"

#define Role_VALUES(X) X(admin) X(member)
ORM_ENUM(Role)
ORM_BITS(Role)
#define Mood_VALUES(X) X(calm)
ORM_ENUM(Mood)
ORM_BITS(Mood)

#define User_FIELDS(X)                                                            \
    X(id,         serial)                                                         \
    X(name,       string(200), length(2, 200))                                    \
    X(email,      string(255), unique("is taken"), email)                         \
    X(role,       enumeration(Role), default(Role_member))                        \
    X(age,        integer, nullable, at_least(0), at_most(150, "too old"))        \
    X(password,   string(255), secret, nullable)                                  \
    X(posts,      has_many(Post, author_id))                                      \
    X(post_count, count_of(posts, where(orm_eq(Post_.published, true))))          \
    X(best,       has_one(Post, author_id, order(orm_desc(Post_.score), orm_asc(Post_.title)))) \
    X(created_at, created_at)                                                     \
    X(updated_at, updated_at)
ORM_MODEL(User, users)

#define Post_FIELDS(X)                                                            \
    X(id,         serial)                                                         \
    X(title,      string(255), not_empty)                                         \
    X(body,       text, nullable, searched)                                          \
    X(published,  boolean, default(false))                                        \
    X(views,      integer, default(0), at_least(0))                               \
    X(kind,       text, default("news"), one_of("news", "essay"))                 \
    X(stars,      integer, default(1), one_of((1, 2, 3), "one to three"))         \
    X(score,      double, nullable, default(1.5), between(0, 10))                 \
    X(author_id,  key(User), on_delete(cascade), indexed)                         \
    X(author,     belongs_to(User, author_id))                                    \
    X(things,     many_to_many(Thing, Label, post_id, thing_id, where(orm_is_not_null(Thing_.owner)), link_where(orm_in(Label_.weight, 1, 2)), link_order(orm_desc(Label_.weight)))) \
    X(notes,      has_many(Note, as(subject)))                                    \
    X(created_at, created_at)
ORM_MODEL(Post, posts, index(author_id, desc(created_at)), unique(author_id, title, where("published")), check(positive, "views >= 0"))

static inline ORM__UNUSED const char *kind_of_weight(orm_decimal weight) { return orm_decimal_compare(weight, (orm_decimal){ 0 }) < 0 ? "is negative" : NULL; }

#define Thing_FIELDS(X)                                                           \
    X(id,         uuid, primary_key)                                              \
    X(tiny,       smallint, default(-1))                                          \
    X(huge,       bigint, nullable)                                               \
    X(half,       real, default(0.5))                                             \
    X(code,       char(3), default("abc"), matches("^[a-z]{3}$"))                 \
    X(weight,     decimal(12, 3), check_with(kind_of_weight))                     \
    X(picture,    blob, nullable)                                                 \
    X(day,        date, nullable)                                                 \
    X(hour,       time, nullable)                                                 \
    X(moment,     timestamp, default_sql("unixepoch() * 1000000"))                \
    X(extra,      json, nullable, comment("whatever else there is"))              \
    X(site,       text, nullable, url, column("web_site"), immutable)             \
    X(role,       enumeration(Role), nullable)                                    \
    X(mood,       enumeration(Mood), nullable)                                    \
    X(address,    inet, nullable)                                                 \
    X(period,     interval, default(((orm_interval){ .months = 1 })))             \
    X(pause,      interval, nullable)                                             \
    X(allowed,    bits(Role), default(orm_bits(Role, member)))                    \
    X(denied,     bits(Role), nullable)                                           \
    X(choices,    jsonb, nullable)                                                \
    X(tags,       array(text), nullable)                                          \
    X(counts,     array(integer), nullable)                                       \
    X(owner,      bigint, nullable, references(User, id), on_delete(set_null), on_update(cascade))
ORM_MODEL(Thing, things, index(sql("lower(code)"), desc(day)), comment("one of everything"))

static inline ORM__UNUSED const char *without_tabs(const char *line, orm_arena *arena) { (void)arena; return line; }
static inline ORM__UNUSED int32_t from_one(int32_t n) { return n < 1 ? 1 : n; }
static inline ORM__UNUSED orm_decimal whole(orm_decimal n) { return n; }
static inline ORM__UNUSED enum Mood calm(enum Mood mood) { return mood; }
static inline ORM__UNUSED orm_texts few(orm_texts list, orm_arena *arena) { (void)arena; return list; }

#define Line_FIELDS(X)                                                            \
    X(post_id,    key(Post), primary_key)                                         \
    X(number,     integer, primary_key)                                           \
    X(line,       text, normalize(trim, collapse, without_tabs, lowercase, uppercase), on_create(length(1, 80), matches("^[^\t]*$")), on_update(not_empty("is needed"), email, url)) \
    X(words,      integer, nullable, normalize(from_one), on_create(between(1, 9), one_of((1, 2), "one or two")), on_update(at_least(1), at_most(9), one_of(1, 2))) \
    X(price,      decimal(8, 2), nullable, normalize(whole))                      \
    X(mood,       enumeration(Mood), nullable, normalize(calm))                   \
    X(marks,      array(text), nullable, normalize(few))                          \
    X(next_id,    key(User), nullable, on_delete(set_null), on_update(set_null))
ORM_MODEL(Line, lines)

#define Label_FIELDS(X)                                                           \
    X(post_id,    key(Post), primary_key)                                         \
    X(thing_id,   uuid, primary_key, references(Thing, id))                       \
    X(weight,     integer, default(1))
ORM_MODEL(Label, labels)

#define Subject_VALUES(X) X(User) X(Post)
ORM_ENUM(Subject)
#define Note_FIELDS(X)                                                            \
    X(id,         serial)                                                         \
    X(subject_type, enumeration(Subject))                                         \
    X(subject_id, bigint)                                                         \
    X(subject,    belongs_to_any(Subject, subject_type, subject_id))              \
    X(post_id,    key(Post), nullable)                                            \
    X(number,     integer, nullable)                                              \
    X(at,         belongs_to(Line, (post_id, number), on_delete(set_null)))
ORM_MODEL(Note, notes)

#define Blog_MODELS(X) X(User) X(Post) X(Thing) X(Line) X(Label) X(Note)
ORM_SCHEMA(Blog)
#endif

/* >>relations: the models that relations are tested on: a forum with a library. Every kind of relation, by keys of every sort.

   RELATED_EACH(name) { ... uses orm_db *db ... } */
#ifndef CASES_RELATIONS_H
#define CASES_RELATIONS_H
#include "engines.h"
#include "helpers.h"

#define Color_VALUES(X) X(red) X(green) X(blue)           /* by name: blue, green, red */
ORM_ENUM(Color)
#define Subject_VALUES(X) X(Topic) X(Person)              /* not in the order of the models */
ORM_ENUM(Subject)

#define Person_FIELDS(X)                                                                                                     \
    X(id,           serial)                                                                                                  \
    X(name,         text)                                                                                                    \
    X(age,          integer, nullable)                                                                                       \
    X(boss_id,      key(Person), nullable, on_delete(set_null))                                                              \
    X(boss,         belongs_to(Person, boss_id))                                                                             \
    X(old_boss,     belongs_to(Person, boss_id, where(orm_gte(Person_.age, 3))))                                             \
    X(team,         has_many(Person, boss_id))                                                                               \
    X(topics,       has_many(Topic, author_id))                                                                              \
    X(edited,       has_many(Topic, editor_id, order(orm_desc(Topic_.title))))                                               \
    X(popular,      has_many(Topic, author_id, where(orm_gt(Topic_.score, 2)), order(orm_desc(Topic_.score), orm_asc(Topic_.title)))) \
    X(latest,       has_one(Topic, author_id, order(orm_desc(Topic_.id))))                                                   \
    X(best,         has_one(Topic, author_id, where(orm_eq(Topic_.open, true)), order(orm_desc_nulls_last(Topic_.score), orm_asc(Topic_.title)))) \
    X(card,         has_one(Card, person_id))                                                                                \
    X(follows,      many_to_many(Person, Follow, follower_id, followed_id, link_order(orm_desc(Follow_.since))))             \
    X(followers,    many_to_many(Person, Follow, followed_id, follower_id))                                                  \
    X(friends,      many_to_many(Person, Follow, follower_id, followed_id, link_where(orm_eq(Follow_.close, true)),          \
                        where(orm_is_not_null(Person_.age)), order(orm_asc(Person_.name))))                                  \
    X(remarks,      has_many(Remark, as(subject)))                                                                           \
    X(first_remark, has_one(Remark, as(subject), order(orm_asc_nulls_last(Remark_.stars))))                                  \
    X(shelves,      many_to_many(Shelf, Visit, person_id, (hall, number)))                                                   \
    X(topic_count,  count_of(topics))                                                                                        \
    X(open_count,   count_of(topics, where(orm_eq(Topic_.open, true))))                                                      \
    X(popular_count, count_of(popular))                                                                                      \
    X(friend_count, count_of(friends))                                                                                       \
    X(remark_count, count_of(remarks, where(orm_is_not_null(Remark_.stars))))                                                \
    X(has_latest,   count_of(latest, where(orm_eq(Topic_.open, true))))
ORM_MODEL(Person, persons)

#define Card_FIELDS(X)                                                                                                       \
    X(id,           serial)                                                                                                  \
    X(motto,        text)                                                                                                    \
    X(person_id,    key(Person), unique, on_delete(cascade))                                                                 \
    X(person,       belongs_to(Person, person_id))
ORM_MODEL(Card, cards)

#define Topic_FIELDS(X)                                                                                                      \
    X(id,           serial)                                                                                                  \
    X(title,        text)                                                                                                    \
    X(score,        integer, nullable)                                                                                       \
    X(open,         boolean, default(false))                                                                                 \
    X(author_id,    key(Person), on_delete(cascade), indexed)                                                                \
    X(author,       belongs_to(Person, author_id))                                                                           \
    X(editor_id,    key(Person), nullable, on_delete(set_null))                                                              \
    X(editor,       belongs_to(Person, editor_id))                                                                           \
    X(tags,         many_to_many(Tag, TopicTag, topic_id, tag_name, link_order(orm_asc(TopicTag_.position))))                \
    X(remarks,      has_many(Remark, as(subject)))                                                                           \
    X(best_remark,  has_one(Remark, as(subject), where(orm_gt(Remark_.stars, 0)), order(orm_desc(Remark_.stars))))           \
    X(tag_count,    count_of(tags))                                                                                          \
    X(remark_count, count_of(remarks))
ORM_MODEL(Topic, topics)

#define Tag_FIELDS(X)                                                                                                        \
    X(name,         text, primary_key)                                                                                       \
    X(weight,       integer, nullable)                                                                                       \
    X(topics,       many_to_many(Topic, TopicTag, tag_name, topic_id))                                                       \
    X(noted,        many_to_many(Topic, TopicTag, tag_name, topic_id, link_where(orm_is_not_null(TopicTag_.note)), link_order(orm_asc(TopicTag_.note)), order(orm_desc(Topic_.title)))) \
    X(topic_count,  count_of(topics))
ORM_MODEL(Tag, tags)

#define TopicTag_FIELDS(X)                                                                                                   \
    X(topic_id,     key(Topic), primary_key, on_delete(cascade))                                                             \
    X(tag_name,     text, primary_key, references(Tag, name), on_delete(cascade))                                            \
    X(position,     integer, default(0))                                                                                     \
    X(note,         text, nullable)                                                                                          \
    X(topic,        belongs_to(Topic, topic_id))                                                                             \
    X(tag,          belongs_to(Tag, tag_name))
ORM_MODEL(TopicTag, topic_tags)

#define Follow_FIELDS(X)                                                                                                     \
    X(id,           serial)                                                                                                  \
    X(follower_id,  key(Person), on_delete(cascade), indexed)                                                                \
    X(followed_id,  key(Person), on_delete(cascade), indexed)                                                                \
    X(since,        integer, default(0))                                                                                     \
    X(close,        boolean, default(false))
ORM_MODEL(Follow, follows)

#define Remark_FIELDS(X)                                                                                                     \
    X(id,           serial)                                                                                                  \
    X(line,         text)                                                                                                    \
    X(stars,        smallint, nullable)                                                                                      \
    X(subject_type, enumeration(Subject), nullable)                                                                          \
    X(subject_id,   bigint, nullable)                                                                                        \
    X(subject,      belongs_to_any(Subject, subject_type, subject_id))
ORM_MODEL(Remark, remarks, index(subject_type, subject_id))

#define Shelf_FIELDS(X)                                                                                                      \
    X(hall,         text, primary_key)                                                                                       \
    X(number,       integer, primary_key)                                                                                    \
    X(label,        text, nullable)                                                                                          \
    X(books,        has_many(Book, (hall, number)))                                                                          \
    X(last_book,    has_one(Book, (hall, number), order(orm_desc(Book_.title))))                                             \
    X(visitors,     many_to_many(Person, Visit, (hall, number), person_id))                                                  \
    X(book_count,   count_of(books))                                                                                         \
    X(visit_count,  count_of(visitors))
ORM_MODEL(Shelf, shelves)

#define Visit_FIELDS(X)                                                                                                      \
    X(person_id,    key(Person), primary_key, on_delete(cascade))                                                            \
    X(hall,         text, primary_key)                                                                                       \
    X(number,       integer, primary_key)                                                                                    \
    X(times,        integer, default(1))                                                                                     \
    X(shelf,        belongs_to(Shelf, (hall, number), on_delete(cascade)))
ORM_MODEL(Visit, visits)

#define Book_FIELDS(X)                                                                                                       \
    X(id,           uuid, primary_key)                                                                                       \
    X(title,        text)                                                                                                    \
    X(hall,         text, nullable)                                                                                          \
    X(number,       integer, nullable)                                                                                       \
    X(shelf,        belongs_to(Shelf, (hall, number), on_delete(set_null)))                                                  \
    X(cover,        enumeration(Color), nullable, references(Paint, color))                                                  \
    X(paint,        belongs_to(Paint, cover))                                                                                \
    X(pages,        has_many(Page, book_id))                                                                                 \
    X(paints,       many_to_many(Paint, BookPaint, book_id, color))                                                          \
    X(page_count,   count_of(pages))
ORM_MODEL(Book, books)

#define Page_FIELDS(X)                                                                                                       \
    X(id,           serial)                                                                                                  \
    X(line,         text)                                                                                                    \
    X(book_id,      uuid, nullable, references(Book, id))                                                                    \
    X(book,         belongs_to(Book, book_id))
ORM_MODEL(Page, pages)

#define Paint_FIELDS(X)                                                                                                      \
    X(color,        enumeration(Color), primary_key)                                                                         \
    X(price,        integer, nullable)                                                                                       \
    X(covers,       has_many(Book, cover))                                                                                   \
    X(books,        many_to_many(Book, BookPaint, color, book_id))
ORM_MODEL(Paint, paints)

#define BookPaint_FIELDS(X)                                                                                                  \
    X(book_id,      uuid, primary_key, references(Book, id))                                                                 \
    X(color,        enumeration(Color), primary_key, references(Paint, color))                                               \
    X(layers,       integer, default(1))
ORM_MODEL(BookPaint, book_paints)

#define Related_MODELS(X) X(Person) X(Card) X(Topic) X(Tag) X(TopicTag) X(Follow) X(Remark) X(Shelf) X(Visit) X(Paint) X(Book) X(Page) X(BookPaint)
ORM_SCHEMA(Related)
ORM_DEFINE(Related)

/* the last statement, for a failure to show */
static char related_sql[16384];
static void related_log(void *context, const orm_log_event *event)
{
    (void)context;
    if (event->sql) snprintf(related_sql, sizeof related_sql, "%s", event->sql);
}
static const struct case_setup related_cases = { &Related_schema, related_log, NULL, NULL };
#define RELATED_EACH(name) ON_EACH_OF(name, related_cases)

/* how many statements the engine got since the last call of this function */
__attribute__((unused)) static uint64_t statements_since(orm_db *db, uint64_t *before)
{
    uint64_t now = orm_counters_of(db).statements, n = now - *before;
    *before = now;
    return n;
}
#endif

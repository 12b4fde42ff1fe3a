/* >>json_models: what comes in as JSON in tests: a model with every type, and a few that hang on each other. For one .c file each, which has included orm.h
   or the parts of it; it defines the schema, too. */
#ifndef JSON_MODELS_H
#define JSON_MODELS_H

#define Mood_VALUES(X) X(calm) X(angry) X(tired)
ORM_ENUM(Mood)

/* every type, once as it must be given and once as it may be NULL; arrays of all that they hold */
#define Every_FIELDS(X)                                          \
    X(id,        serial)                                         \
    X(small,     smallint, default(7))                           \
    X(medium,    integer)                                        \
    X(big,       bigint)                                         \
    X(single,    real)                                           \
    X(number,    double)                                         \
    X(flag,      boolean)                                        \
    X(word,      string(10))                                     \
    X(body,      text)                                           \
    X(code,      char(3))                                        \
    X(price,     decimal(10, 2))                                 \
    X(long_,     decimal(38, 10))                                \
    X(bytes,     blob)                                           \
    X(day,       date)                                           \
    X(clock_,    time)                                           \
    X(moment,    timestamp)                                      \
    X(token,     uuid)                                           \
    X(extra,     json)                                           \
    X(binary,    jsonb)                                          \
    X(address,   inet)                                           \
    X(mood,      enumeration(Mood))                              \
    X(opt_small,  smallint, nullable)                            \
    X(opt_medium, integer, nullable)                             \
    X(opt_big,    bigint, nullable)                              \
    X(opt_single, real, nullable)                                \
    X(opt_number, double, nullable)                              \
    X(opt_flag,   boolean, nullable)                             \
    X(opt_body,   text, nullable)                                \
    X(opt_price,  decimal(10, 2), nullable)                      \
    X(opt_bytes,  blob, nullable)                                \
    X(opt_day,    date, nullable)                                \
    X(opt_clock,  time, nullable)                                \
    X(opt_moment, timestamp, nullable)                           \
    X(opt_token,  uuid, nullable)                                \
    X(opt_extra,  json, nullable)                                \
    X(opt_address, inet, nullable)                               \
    X(opt_mood,   enumeration(Mood), nullable)                   \
    X(smalls,    array(smallint), nullable)                      \
    X(mediums,   array(integer), nullable)                       \
    X(bigs,      array(bigint), nullable)                        \
    X(singles,   array(real), nullable)                          \
    X(numbers,   array(double), nullable)                        \
    X(flags,     array(boolean), nullable)                       \
    X(words,     array(text), nullable)                          \
    X(days,      array(date), nullable)                          \
    X(moments,   array(timestamp), nullable)                     \
    X(tokens,    array(uuid), nullable)
ORM_MODEL(Every, everies)
/* all but the key: what a text may set */
#define EVERY_FIELD .small = 1, .medium = 1, .big = 1, .single = 1, .number = 1, .flag = 1, .word = 1, .body = 1, .code = 1, .price = 1, .long_ = 1, .bytes = 1, \
    .day = 1, .clock_ = 1, .moment = 1, .token = 1, .extra = 1, .binary = 1, .address = 1, .mood = 1, .opt_small = 1, .opt_medium = 1, .opt_big = 1, .opt_single = 1, \
    .opt_number = 1, .opt_flag = 1, .opt_body = 1, .opt_price = 1, .opt_bytes = 1, .opt_day = 1, .opt_clock = 1, .opt_moment = 1, .opt_token = 1, .opt_extra = 1, \
    .opt_address = 1, .opt_mood = 1, .smalls = 1, .mediums = 1, .bigs = 1, .singles = 1, .numbers = 1, .flags = 1, .words = 1, .days = 1, .moments = 1, .tokens = 1

/* and rows on each other */
#define Author_FIELDS(X)                                         \
    X(id,         serial)                                        \
    X(name,       string(40), length(2, 40))                     \
    X(email,      string(60), nullable, unique, email)           \
    X(age,        integer, nullable, between(0, 150))            \
    X(role,       string(10), default("reader"), one_of("reader", "writer", "admin")) \
    X(home_page,  text, nullable)                                \
    X(extra,      json, nullable)                                \
    X(pin,        string(20), nullable, secret)                  \
    X(invited_by, bigint, nullable, immutable)                   \
    X(posts,      has_many(Post, author_id))                     \
    X(profile,    has_one(Profile, author_id))                   \
    X(post_count, count_of(posts))                               \
    X(version,    version)                                       \
    X(created_at, created_at)                                    \
    X(updated_at, updated_at)                                    \
    X(deleted_at, deleted_at)
ORM_MODEL(Author, authors)

#define Post_FIELDS(X)                                           \
    X(id,        serial)                                         \
    X(title,     string(20), not_empty)                          \
    X(body,      text, nullable)                                 \
    X(author_id, key(Author), indexed)                           \
    X(author,    belongs_to(Author, author_id))                  \
    X(comments,  has_many(Comment, post_id))                     \
    X(tags,      many_to_many(Tag, PostTag, post_id, tag_id))    \
    X(created_at, created_at)
ORM_MODEL(Post, posts)

#define Comment_FIELDS(X)                                        \
    X(id,        serial)                                         \
    X(words,     string(40), not_empty)                          \
    X(post_id,   key(Post), on_delete(cascade), indexed)         \
    X(post,      belongs_to(Post, post_id))
ORM_MODEL(Comment, comments)

#define Profile_FIELDS(X)                                        \
    X(id,        serial)                                         \
    X(bio,       text, nullable)                                 \
    X(author_id, key(Author), unique)
ORM_MODEL(Profile, profiles)

#define Tag_FIELDS(X)                                            \
    X(id,        serial)                                         \
    X(label,     string(20), unique)
ORM_MODEL(Tag, tags)

#define PostTag_FIELDS(X)                                        \
    X(post_id,   key(Post), primary_key)                         \
    X(tag_id,    key(Tag), primary_key)
ORM_MODEL(PostTag, post_tags)

#define JsonIn_MODELS(X) X(Every) X(Author) X(Post) X(Comment) X(Profile) X(Tag) X(PostTag)
ORM_SCHEMA(JsonIn)
ORM_DEFINE(JsonIn)

/* a text that has every field of Every, as M_to_json writes it */
#define EVERY_TEXT "{\"small\":-32768,\"medium\":2147483647,\"big\":-9223372036854775808,\"single\":0.1,\"number\":-1.5e-300,\"flag\":true,\"word\":\"caf\xC3\xA9\"," \
    "\"body\":\"a\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83D\\uDE00\",\"code\":\"abc\",\"price\":-12345678.90,\"long_\":1234567890123456789012345678.0123456789," \
    "\"bytes\":\"AAECAw==\",\"day\":\"2024-02-29\",\"clock_\":\"23:59:59.999999\",\"moment\":\"1969-12-31T23:59:59.999Z\",\"token\":\"0190163d-8694-739b-aea5-966c26f8ad91\"," \
    "\"extra\":{\"a\":[1,2.50,null,true]},\"binary\":[{}],\"address\":\"2001:db8::/32\",\"mood\":\"tired\",\"opt_small\":null,\"opt_medium\":5,\"opt_big\":9223372036854775807," \
    "\"opt_single\":null,\"opt_number\":1e308,\"opt_flag\":false,\"opt_body\":\"\",\"opt_price\":0.01,\"opt_bytes\":\"\",\"opt_day\":\"0001-01-01\",\"opt_clock\":\"00:00:00\"," \
    "\"opt_moment\":\"9999-12-31T23:59:59.999999Z\",\"opt_token\":null,\"opt_extra\":0,\"opt_address\":\"10.0.0.1\",\"opt_mood\":\"calm\",\"smalls\":[],\"mediums\":[1,-2]," \
    "\"bigs\":[9223372036854775807],\"singles\":[0.1,-0],\"numbers\":[1e-300],\"flags\":[true,false],\"words\":[\"\",\"a\\\"b\"],\"days\":[\"2024-02-29\"]," \
    "\"moments\":[\"2024-02-29T00:00:00.000Z\"],\"tokens\":[\"0190163d-8694-739b-aea5-966c26f8ad91\"]}"
#endif

/* JSON as a stream of rows, and what rows must be like, told as JSON Schema and as attributes of HTML inputs */
#include <math.h>
#include "internal.h"
#include "check.h"

#define Tone_VALUES(X) X(soft) X(loud)
ORM_ENUM(Tone)
ORM_BITS(Tone)
#define Song_FIELDS(X)                                                              \
    X(id,         serial)                                                           \
    X(title_text, string(40), length(2, 30), comment("a \"title\" <of> a song"))    \
    X(email,      string(60), email)                                                \
    X(code,       char(3), matches("^[a-z]+$"))                                     \
    X(klass,      text, nullable, matches("[[:alpha:]]"))                           \
    X(plays,      bigint, at_least(0), default(0))                                  \
    X(stars,      smallint, nullable, between(1, 5))                                \
    X(price,      decimal(8, 2))                                                    \
    X(ratio,      double, at_most(1.5))                                             \
    X(genre,      string(10), one_of("rock", "folk"))                               \
    X(tone,       enumeration(Tone), nullable)                                      \
    X(tones,      bits(Tone))                                                       \
    X(tags,       array(text), nullable)                                            \
    X(cover,      blob, nullable)                                                   \
    X(played_at,  timestamp, nullable)                                              \
    X(length_,    interval, nullable)                                               \
    X(extra,      jsonb, nullable)                                                  \
    X(live,       boolean, default(false))                                          \
    X(secret_key, text, nullable, secret)                                           \
    X(created_at, created_at)
ORM_MODEL(Song, songs)
#define Band_FIELDS(X) X(id, serial) X(name, text) X(nums, array(bigint), nullable) X(ratio, double, default(0))
ORM_MODEL(Band, bands)
#define Music_MODELS(X) X(Song) X(Band)
ORM_SCHEMA(Music)
ORM_DEFINE(Music)

static char buffer[4096];

/* what a stream of these rows writes into the buffer */
#define WRITES(text, mask, how, ...) do {                                           \
        Band bands[] = { __VA_ARGS__ };                                             \
        orm_json_writer *w = orm_json_begin(.buffer = buffer, .size = sizeof buffer, ORM__UNWRAP how); \
        size_t length = 99;                                                         \
        for (size_t i = 0; i < sizeof bands / sizeof bands[0]; i++) orm_json_row(w, Band, &bands[i], ORM__UNWRAP mask); \
        CHECK_INT(orm_json_end(w, &length), ORM_OK);                                \
        CHECK_TEXT(buffer, text);                                                   \
        CHECK_INT(length, strlen(text));                                            \
    } while (0)
#define BAND(...) { __VA_ARGS__, .orm = ORM_FRESH }
#define ONE_ROW ((Band_mask){ .id = 1, .name = 1 })

TEST(a_row_a_list_and_lines)
{
    WRITES("{\"id\":1,\"name\":\"a\"}", ONE_ROW, (.list = false), BAND(.id = 1, .name = "a"));
    WRITES("[{\"id\":1,\"name\":\"a\"},{\"id\":2,\"name\":\"b\"}]", ONE_ROW, (.list = true), BAND(.id = 1, .name = "a"), BAND(.id = 2, .name = "b"));
    WRITES("{\"id\":1,\"name\":\"a\"}\n{\"id\":2,\"name\":\"b\"}\n", ONE_ROW, (.lines = true), BAND(.id = 1, .name = "a"), BAND(.id = 2, .name = "b"));
    WRITES("[\n  {\n    \"id\": 1,\n    \"name\": \"a\"\n  },\n  {\n    \"id\": 2,\n    \"name\": \"b\"\n  }\n]\n", ONE_ROW, (.list = true, .pretty = true), BAND(.id = 1, .name = "a"), BAND(.id = 2, .name = "b"));
    WRITES("{\"id\":1,\"name\":null,\"nums\":null,\"ratio\":0}", ((Band_mask){ .id = 0 }), (.list = false), BAND(.id = 1));
}

TEST(an_empty_list_is_one)
{
    size_t length = 0;
    CHECK_INT(orm_json_end(orm_json_begin(.buffer = buffer, .size = sizeof buffer, .list = true), &length), ORM_OK);
    CHECK_TEXT(buffer, "[]");
    CHECK_INT(length, 2);
    CHECK_INT(orm_json_end(orm_json_begin(.buffer = buffer, .size = sizeof buffer, .list = true, .pretty = true), NULL), ORM_OK);
    CHECK_TEXT(buffer, "[]\n");
    CHECK_INT(orm_json_end(orm_json_begin(.buffer = buffer, .size = sizeof buffer, .lines = true), NULL), ORM_OK);
    CHECK_TEXT(buffer, "");
}

TEST(numbers_that_javascript_cannot_hold_are_texts_on_request)
{
    const int64_t nums[] = { INT64_C(9007199254740991), INT64_C(9007199254740992), INT64_MIN };
    WRITES("{\"nums\":[9007199254740991,\"9007199254740992\",\"-9223372036854775808\"]}", ((Band_mask){ .nums = 1 }), (.numbers_as_text = true), BAND(.nums = { nums, 3 }));
    WRITES("{\"nums\":[9007199254740991,9007199254740992,-9223372036854775808]}", ((Band_mask){ .nums = 1 }), (.list = false), BAND(.nums = { nums, 3 }));
    Song song = Song_defaults();
    song.price = orm_decimal_of("12.30");
    orm_json_writer *w = orm_json_begin(.buffer = buffer, .size = sizeof buffer, .numbers_as_text = true);
    orm_json_row(w, Song, &song, (Song_mask){ .price = 1, .plays = 1 });
    CHECK_INT(orm_json_end(w, NULL), ORM_OK);
    CHECK_TEXT(buffer, "{\"plays\":0,\"price\":\"12.30\"}");
    /* and come in again as they went out */
    static const char quoted[] = "{\"price\":\"12.30\",\"plays\":\"9007199254740993\"}";
    const Song_query shape = { .select = { .price = 1, .plays = 1 } };
    ORM_AUTO Song *read = Song_graph_from_json(NULL, quoted, sizeof quoted - 1, &shape, &(orm_json_input){ .text_numbers = true });
    REQUIRE(read);
    CHECK_INT(read->plays, INT64_C(9007199254740993));
    CHECK(!Song_graph_from_json(NULL, quoted, sizeof quoted - 1, &shape, NULL));
    CHECK_INT(orm_error()->kind, ORM_VALIDATION);
}

TEST(nan_is_null_or_refused)
{
    WRITES("{\"ratio\":null}", ((Band_mask){ .ratio = 1 }), (.list = false), BAND(.ratio = NAN));
    Band band = { .ratio = INFINITY, .orm = ORM_FRESH };
    orm_json_writer *w = orm_json_begin(.buffer = buffer, .size = sizeof buffer, .refuse_nan = true);
    CHECK_INT(orm_json_row(w, Band, &band, (Band_mask){ .id = 0 }), ORM_VALUE_RANGE);
    CHECK_TEXT(orm_error()->field, "ratio");
    band.ratio = 1;
    CHECK_INT(orm_json_row(w, Band, &band, (Band_mask){ .id = 0 }), ORM_VALUE_RANGE);      /* the first failure stays */
    CHECK_INT(orm_json_end(w, NULL), ORM_VALUE_RANGE);
}

TEST(names_in_camel_case_read_back)
{
    Song song = Song_defaults();
    song.title_text = "Tune";
    orm_json_writer *w = orm_json_begin(.buffer = buffer, .size = sizeof buffer, .camel_case = true);
    orm_json_row(w, Song, &song, (Song_mask){ .title_text = 1, .length_ = 1 });
    CHECK_INT(orm_json_end(w, NULL), ORM_OK);
    CHECK_TEXT(buffer, "{\"titleText\":\"Tune\",\"length_\":null}");
    ORM_AUTO Song *read = Song_graph_from_json(NULL, buffer, strlen(buffer), &(Song_query){ .select = { .title_text = 1, .length_ = 1 } }, &(orm_json_input){ .camel_case = true });
    REQUIRE(read);
    CHECK_TEXT(read->title_text, "Tune");
}

/* a sink that takes so many bytes */
struct sink { size_t taken, room; unsigned calls; };
static bool sink_write(void *context, const char *bytes, size_t size)
{
    struct sink *sink = (struct sink *)context;
    (void)bytes;
    sink->calls++;
    sink->taken += size;
    return sink->taken <= sink->room;
}

TEST(a_long_stream_is_handed_on_in_pieces)
{
    struct sink sink = { .room = SIZE_MAX }, small = { .room = 100000 };
    Band band = { .id = 7, .name = "a name of some length", .orm = ORM_FRESH };
    size_t length = 0;
    orm_json_writer *w = orm_json_begin(.write = sink_write, .context = &sink, .list = true);
    for (int i = 0; i < 100000; i++) orm_json_row(w, Band, &band, ONE_ROW);
    CHECK_INT(orm_json_end(w, &length), ORM_OK);
    CHECK_INT(length, sink.taken);
    CHECK_INT(length, 100000 * (strlen("{\"id\":7,\"name\":\"a name of some length\"},")) + 1);
    CHECK(sink.calls > 50 && sink.calls < 70);
    w = orm_json_begin(.write = sink_write, .context = &small, .list = true);
    for (int i = 0; i < 100000; i++) orm_json_row(w, Band, &band, ONE_ROW);
    CHECK_INT(orm_json_end(w, NULL), ORM_IO);
    CHECK_INT(small.calls, 2);                           /* nobody asks again */
    FILE *full = fopen("/dev/full", "w");
    REQUIRE(full);
    w = orm_json_begin(.file = full, .list = true);
    orm_json_row(w, Band, &band, ONE_ROW);
    CHECK_INT(orm_json_end(w, NULL), ORM_IO);
    fclose(full);
}

TEST(a_buffer_that_is_too_small_is_told_of)
{
    char few[22] = "before";
    Band band = { .id = 7, .name = "a", .orm = ORM_FRESH };
    size_t length = 9;
    orm_json_writer *w = orm_json_begin(.buffer = few, .size = 21);
    orm_json_row(w, Band, &band, ONE_ROW);
    CHECK_INT(orm_json_end(w, NULL), ORM_OK);            /* 20 bytes and the NUL */
    CHECK_TEXT(few, "{\"id\":7,\"name\":\"a\"}");
    w = orm_json_begin(.buffer = few, .size = 19);
    orm_json_row(w, Band, &band, ONE_ROW);
    CHECK_INT(orm_json_end(w, &length), ORM_VALUE_RANGE);
    CHECK_INT(length, 0);
    CHECK_TEXT(few, "");
}

TEST(a_stream_that_is_asked_for_wrongly_is_refused)
{
    Band band = { .id = 7, .name = "a", .orm = ORM_FRESH };
    CHECK(!orm_json_begin(.list = true));
    CHECK_INT(orm_error()->kind, ORM_MISUSE);
    CHECK_INT(orm_json_end(NULL, NULL), ORM_MISUSE);
    CHECK(!orm_json_begin(.file = stdout, .buffer = buffer, .size = 10));
    CHECK(!orm_json_begin(.file = stdout, .lines = true, .pretty = true));
    orm_json_writer *w = orm_json_begin(.buffer = buffer, .size = sizeof buffer);
    CHECK_INT(orm_json_row(w, Band, &band, ONE_ROW), ORM_OK);
    CHECK_INT(orm_json_row(w, Band, &band, ONE_ROW), ORM_MISUSE);
    CHECK_INT(orm_json_end(w, NULL), ORM_MISUSE);
    CHECK_INT(orm_json_end(orm_json_begin(.buffer = buffer, .size = sizeof buffer), NULL), ORM_MISUSE);
    w = orm_json_begin(.buffer = buffer, .size = sizeof buffer);
    CHECK_INT(orm_json_row(w, Band, (Band *)NULL, ONE_ROW), ORM_MISUSE);
    CHECK_INT(orm_json_end(w, NULL), ORM_MISUSE);
}

/* ---- the rules, for others ---- */

static char *schema;
static const char *schema_of(char *text_)
{
    orm_free_text(schema);
    schema = text_;
    CHECK(text_ && orm__json_valid(text_, strlen(text_), NULL));
    return text_ ? text_ : "";
}

TEST(a_schema_says_what_may_come_in)
{
    const char *s = schema_of(orm_json_schema(Song, (Song_mask){ .title_text = 1, .email = 1, .code = 1, .klass = 1, .plays = 1, .stars = 1, .price = 1, .ratio = 1, .genre = 1, .tone = 1, .tones = 1,
        .tags = 1, .cover = 1, .played_at = 1, .length_ = 1, .extra = 1, .live = 1, .secret_key = 1 }));
    CHECK_CONTAINS(s, "{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\",\"title\":\"Song\",\"type\":\"object\",\"properties\":{");
    CHECK_CONTAINS(s, "\"title_text\":{\"type\":\"string\",\"minLength\":2,\"maxLength\":30,\"description\":\"a \\\"title\\\" <of> a song\"}");
    CHECK_CONTAINS(s, "\"email\":{\"type\":\"string\",\"maxLength\":60,\"format\":\"email\"}");
    CHECK_CONTAINS(s, "\"code\":{\"type\":\"string\",\"minLength\":3,\"maxLength\":3,\"pattern\":\"^[a-z]+$\"}");
    CHECK_CONTAINS(s, "\"klass\":{\"type\":[\"string\",\"null\"]}");             /* ECMA-262 has no [:alpha:] */
    CHECK_CONTAINS(s, "\"plays\":{\"type\":\"integer\",\"minimum\":0,\"maximum\":9223372036854775807,\"default\":0}");
    CHECK_CONTAINS(s, "\"stars\":{\"type\":[\"integer\",\"null\"],\"minimum\":1,\"maximum\":5}");
    CHECK_CONTAINS(s, "\"price\":{\"type\":\"number\"}");
    CHECK_CONTAINS(s, "\"ratio\":{\"type\":\"number\",\"maximum\":1.5}");
    CHECK_CONTAINS(s, "\"genre\":{\"type\":\"string\",\"enum\":[\"rock\",\"folk\"],\"maxLength\":10}");
    CHECK_CONTAINS(s, "\"tone\":{\"type\":[\"string\",\"null\"],\"enum\":[\"soft\",\"loud\",null]}");
    CHECK_CONTAINS(s, "\"tones\":{\"type\":\"array\",\"uniqueItems\":true,\"items\":{\"type\":\"string\",\"enum\":[\"soft\",\"loud\"]}}");
    CHECK_CONTAINS(s, "\"tags\":{\"type\":[\"array\",\"null\"],\"items\":{\"type\":\"string\"}}");
    CHECK_CONTAINS(s, "\"cover\":{\"type\":[\"string\",\"null\"],\"contentEncoding\":\"base64\"}");
    CHECK_CONTAINS(s, "\"played_at\":{\"type\":[\"string\",\"null\"],\"format\":\"date-time\"}");
    CHECK_CONTAINS(s, "\"length_\":{\"type\":[\"string\",\"null\"],\"format\":\"duration\"}");
    CHECK_CONTAINS(s, "\"extra\":{}");
    CHECK_CONTAINS(s, "\"live\":{\"type\":\"boolean\",\"default\":false}");
    CHECK_CONTAINS(s, "\"secret_key\":{\"type\":[\"string\",\"null\"],\"writeOnly\":true}");
    CHECK_CONTAINS(s, "},\"required\":[\"title_text\",\"email\",\"code\",\"price\",\"ratio\",\"genre\",\"tones\"],\"additionalProperties\":false}");
    CHECK(!strstr(s, "created_at"));
}

TEST(a_schema_of_what_goes_out_has_no_secrets)
{
    const char *s = schema_of(orm_json_schema_camel(Song, (Song_mask){ .id = 0 }));
    CHECK(!strstr(s, "secret"));
    CHECK_CONTAINS(s, "\"id\":{\"type\":\"integer\",\"minimum\":-9223372036854775808,\"maximum\":9223372036854775807,\"readOnly\":true}");
    CHECK_CONTAINS(s, "\"createdAt\":{\"type\":\"string\",\"format\":\"date-time\",\"readOnly\":true}");
    CHECK_CONTAINS(s, "\"required\":[\"id\",\"titleText\",");
    CHECK(!strstr(s, "additionalProperties"));           /* relations that were loaded stand beside */
    orm_free_text(schema);
    schema = NULL;
}

#define INPUT(h, text) do { char *made = orm_html_input(h); CHECK_TEXT(made, text); orm_free_text(made); } while (0)

TEST(inputs_of_html_have_the_rules_as_attributes)
{
    INPUT(Song_.title_text, "name=\"title_text\" type=\"text\" required minlength=\"2\" maxlength=\"30\" title=\"a &quot;title&quot; &lt;of&gt; a song\"");
    INPUT(Song_.email, "name=\"email\" type=\"email\" required maxlength=\"60\"");
    INPUT(Song_.code, "name=\"code\" type=\"text\" required minlength=\"3\" maxlength=\"3\" pattern=\".*(?:^[a-z]+$).*\"");
    INPUT(Song_.stars, "name=\"stars\" type=\"number\" min=\"1\" max=\"5\" step=\"1\"");
    INPUT(Song_.price, "name=\"price\" type=\"number\" required step=\"0.01\"");
    INPUT(Song_.ratio, "name=\"ratio\" type=\"number\" required max=\"1.5\" step=\"any\"");
    INPUT(Song_.live, "name=\"live\" type=\"checkbox\"");
    INPUT(Song_.secret_key, "name=\"secret_key\" type=\"password\"");
}
CHECK_MAIN()

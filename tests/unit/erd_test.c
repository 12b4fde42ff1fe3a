/* Diagrams, to the letter; names that mean something to the language of a diagram are only names in it */
#include "evolve.h"
#include "check.h"
#include <stdlib.h>

#define Role_VALUES(X) X(admin) X(member)
ORM_ENUM(Role)
#define User_FIELDS(X)                                   \
    X(id,       serial)                                  \
    X(name,     string(200), unique)                     \
    X(role,     enumeration(Role))                       \
    X(boss_id,  key(User), nullable)                     \
    X(boss,     belongs_to(User, boss_id))
ORM_MODEL(User, users)
#define Profile_FIELDS(X)                                \
    X(user_id, key(User), primary_key, on_delete(cascade)) \
    X(seen_at, timestamp, nullable)                      \
    X(ratio,   double)
ORM_MODEL(Profile, profiles)
#define Hall_FIELDS(X)                                   \
    X(wing,   string(20), primary_key)                   \
    X(number, integer, primary_key)                      \
    X(visitors, has_many(Visitor, (hall_wing, hall_number)))
ORM_MODEL(Hall, halls)
#define Visitor_FIELDS(X)                                \
    X(id,          serial)                               \
    X(hall_wing,   string(20), nullable)                 \
    X(hall_number, integer, nullable)                    \
    X(hall,        belongs_to(Hall, (hall_wing, hall_number), on_delete(cascade)))
ORM_MODEL(Visitor, visitors)
#define Small_MODELS(X) X(User) X(Profile) X(Hall) X(Visitor)
ORM_SCHEMA(Small)
ORM_DEFINE(Small)

#define Bad_FIELDS(X)                                    \
    X(id,    serial, column("id\"] -- <b>&\\N"))         \
    X(other, key(Bad), column("o\n}\nerDiagram"), nullable)
ORM_MODEL(Bad, table("t\"#quot;\n}>];\\"))
#define Bads_MODELS(X) X(Bad)
ORM_SCHEMA(Bads)
ORM_DEFINE(Bads)

static const char *drawn(const orm_schema *schema, orm_erd_format format)
{
    static char *text_;
    size_t size = 0;
    free(text_);
    text_ = NULL;
    FILE *out = open_memstream(&text_, &size);
    CHECK_INT(orm_erd(out, schema, format), ORM_OK);
    fclose(out);
    return text_;
}

TEST(a_schema_for_mermaid)
{
    CHECK_TEXT(drawn(&Small_schema, ORM_ERD_MERMAID),
        "erDiagram\n"
        "    \"users\" {\n"
        "        serial id PK\n"
        "        text name UK\n"
        "        enum role\n"
        "        bigint boss_id FK \"may be NULL\"\n"
        "    }\n"
        "    \"profiles\" {\n"
        "        bigint user_id PK, FK\n"
        "        timestamp seen_at \"may be NULL\"\n"
        "        double ratio\n"
        "    }\n"
        "    \"halls\" {\n"
        "        text wing PK\n"
        "        integer number PK\n"
        "    }\n"
        "    \"visitors\" {\n"
        "        serial id PK\n"
        "        text hall_wing \"may be NULL\"\n"
        "        integer hall_number \"may be NULL\"\n"
        "    }\n"
        "    \"users\" |o--o{ \"users\" : \"boss_id\"\n"
        "    \"users\" ||--o| \"profiles\" : \"user_id\"\n"
        "    \"halls\" |o--o{ \"visitors\" : \"hall\"\n");
}

TEST(a_schema_for_graphviz)
{
    CHECK_TEXT(drawn(&Small_schema, ORM_ERD_DOT),
        "digraph schema {\n"
        "    rankdir = LR;\n"
        "    node [shape = plaintext];\n"
        "    \"users\" [label = <<table border=\"0\" cellborder=\"1\" cellspacing=\"0\"><tr><td colspan=\"2\"><b>users</b></td></tr>"
            "<tr><td align=\"left\"><u>id</u></td><td align=\"left\">serial</td></tr><tr><td align=\"left\">name</td><td align=\"left\">text</td></tr>"
            "<tr><td align=\"left\">role</td><td align=\"left\">enum</td></tr><tr><td align=\"left\">boss_id</td><td align=\"left\">bigint?</td></tr></table>>];\n"
        "    \"profiles\" [label = <<table border=\"0\" cellborder=\"1\" cellspacing=\"0\"><tr><td colspan=\"2\"><b>profiles</b></td></tr>"
            "<tr><td align=\"left\"><u>user_id</u></td><td align=\"left\">bigint</td></tr><tr><td align=\"left\">seen_at</td><td align=\"left\">timestamp?</td></tr>"
            "<tr><td align=\"left\">ratio</td><td align=\"left\">double</td></tr></table>>];\n"
        "    \"halls\" [label = <<table border=\"0\" cellborder=\"1\" cellspacing=\"0\"><tr><td colspan=\"2\"><b>halls</b></td></tr>"
            "<tr><td align=\"left\"><u>wing</u></td><td align=\"left\">text</td></tr><tr><td align=\"left\"><u>number</u></td><td align=\"left\">integer</td></tr></table>>];\n"
        "    \"visitors\" [label = <<table border=\"0\" cellborder=\"1\" cellspacing=\"0\"><tr><td colspan=\"2\"><b>visitors</b></td></tr>"
            "<tr><td align=\"left\"><u>id</u></td><td align=\"left\">serial</td></tr><tr><td align=\"left\">hall_wing</td><td align=\"left\">text?</td></tr>"
            "<tr><td align=\"left\">hall_number</td><td align=\"left\">integer?</td></tr></table>>];\n"
        "    \"users\" -> \"users\" [label = \"boss_id\", arrowhead = odot, arrowtail = crow, dir = both];\n"
        "    \"profiles\" -> \"users\" [label = \"user_id\", arrowhead = tee, arrowtail = tee, dir = both];\n"
        "    \"visitors\" -> \"halls\" [label = \"hall\", arrowhead = odot, arrowtail = crow, dir = both];\n"
        "}\n");
}

TEST(hostile_names_stay_names)
{
    CHECK_TEXT(drawn(&Bads_schema, ORM_ERD_MERMAID),
        "erDiagram\n"
        "    \"t#quot;#35;quot; }>];\\\" {\n"
        "        serial id_______b___N PK\n"
        "        bigint o___erDiagram FK \"may be NULL\"\n"
        "    }\n"
        "    \"t#quot;#35;quot; }>];\\\" |o--o{ \"t#quot;#35;quot; }>];\\\" : \"o } erDiagram\"\n");
    CHECK_TEXT(drawn(&Bads_schema, ORM_ERD_DOT),
        "digraph schema {\n"
        "    rankdir = LR;\n"
        "    node [shape = plaintext];\n"
        "    \"t\\\"#quot; }>];\\\\\" [label = <<table border=\"0\" cellborder=\"1\" cellspacing=\"0\"><tr><td colspan=\"2\"><b>t&quot;#quot; }&gt;];\\</b></td></tr>"
            "<tr><td align=\"left\"><u>id&quot;] -- &lt;b&gt;&amp;\\N</u></td><td align=\"left\">serial</td></tr>"
            "<tr><td align=\"left\">o } erDiagram</td><td align=\"left\">bigint?</td></tr></table>>];\n"
        "    \"t\\\"#quot; }>];\\\\\" -> \"t\\\"#quot; }>];\\\\\" [label = \"o } erDiagram\", arrowhead = odot, arrowtail = crow, dir = both];\n"
        "}\n");
}

TEST(what_cannot_be_written_is_told)
{
    FILE *full = fopen("/dev/full", "w");
    REQUIRE(full != NULL);
    setvbuf(full, NULL, _IONBF, 0);
    CHECK_INT(orm_erd(full, &Small_schema, ORM_ERD_DOT), ORM_IO);
    CHECK_CONTAINS(orm_error()->message, "the diagram cannot be written: ");
    fclose(full);
    CHECK_INT(orm_erd(NULL, &Small_schema, ORM_ERD_DOT), ORM_MISUSE);
    CHECK_INT(orm_erd(stdout, NULL, ORM_ERD_DOT), ORM_MISUSE);
}

CHECK_MAIN()

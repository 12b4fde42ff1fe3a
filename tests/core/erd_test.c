/* The picture of a schema: what it says of keys and NULLs, and that no name ends a text in it */
#include "orm.h"
#include "check.h"
#include <stdlib.h>

#define Owner_FIELDS(X) X(id, serial) X(name, string(20), unique, column("the \"name\""))
ORM_MODEL(Owner, table("own<er>s \"x\\"))
#define Pet_FIELDS(X) X(id, serial) X(owner_id, key(Owner)) X(vet_id, key(Owner), nullable) X(chip, key(Owner), unique)
ORM_MODEL(Pet, pets)
#define Pets_MODELS(X) X(Owner) X(Pet)
ORM_SCHEMA(Pets)
ORM_DEFINE(Pets)

static const char *drawn(orm_erd_format format)
{
    static char text[4096];
    char *made = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&made, &size);
    orm_erd(out, &Pets_schema, format);
    fclose(out);
    snprintf(text, sizeof text, "%s", made);
    free(made);
    return text;
}

TEST(mermaid)
{
    CHECK_TEXT(drawn(ORM_ERD_MERMAID),
               "erDiagram\n"
               "    \"own<er>s #quot;x\\\" {\n"
               "        serial id PK\n"
               "        text the__name_ UK\n"
               "    }\n"
               "    \"pets\" {\n"
               "        serial id PK\n"
               "        bigint owner_id FK\n"
               "        bigint vet_id FK \"may be NULL\"\n"
               "        bigint chip FK, UK\n"
               "    }\n"
               "    \"own<er>s #quot;x\\\" ||--o{ \"pets\" : \"owner_id\"\n"
               "    \"own<er>s #quot;x\\\" |o--o{ \"pets\" : \"vet_id\"\n"
               "    \"own<er>s #quot;x\\\" ||--o| \"pets\" : \"chip\"\n");
}

TEST(graphviz)
{
    const char *text = drawn(ORM_ERD_DOT);
    CHECK_CONTAINS(text, "digraph schema {\n    rankdir = LR;\n");
    CHECK_CONTAINS(text, "\"own<er>s \\\"x\\\\\" [label = <<table border=\"0\" cellborder=\"1\" cellspacing=\"0\"><tr><td colspan=\"2\"><b>own&lt;er&gt;s &quot;x\\</b></td></tr>");
    CHECK_CONTAINS(text, "<tr><td align=\"left\">the &quot;name&quot;</td><td align=\"left\">text</td></tr>");
    CHECK_CONTAINS(text, "<td align=\"left\">bigint?</td>");
    CHECK_CONTAINS(text, "    \"pets\" -> \"own<er>s \\\"x\\\\\" [label = \"vet_id\", arrowhead = odot, arrowtail = crow, dir = both];\n");
    CHECK_CONTAINS(text, "[label = \"chip\", arrowhead = tee, arrowtail = tee, dir = both];\n}\n");
}

CHECK_MAIN()

#define Org_FIELDS(X) X(id, serial) X(name, text)
ORM_MODEL(Org, orgs)

#define Post_FIELDS(X) X(id, serial)
ORM_MODEL(Post, posts)

#define Blog_MODELS(X) X(Org) X(Post)
ORM_SCHEMA(Blog)

static orm_db *db;
static Org org;
static Post post;

#define Article_FIELDS(X) X(id, serial)
ORM_MODEL(Article, articles)

#define App_MODELS(X) X(Article)
ORM_SCHEMA(App)

static orm_db *db;
static const char *typed;

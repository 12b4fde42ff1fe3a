#define User_FIELDS(X) X(id, serial) X(name, text) X(age, integer) X(city, text) X(token, text, nullable)
ORM_MODEL(User, users)

#define App_MODELS(X) X(User)
ORM_SCHEMA(App)

static orm_db *db;
static orm_texts cities;
static int64_t n, changed;
static const char *token;

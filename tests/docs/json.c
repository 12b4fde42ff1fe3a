#define User_FIELDS(X) X(id, serial)
ORM_MODEL(User, users)

#define App_MODELS(X) X(User)
ORM_SCHEMA(App)

static orm_db *db;

#define Account_FIELDS(X) X(id, serial) X(name, text)
ORM_MODEL(Account, accounts)

#define App_MODELS(X) X(Account)
ORM_SCHEMA(App)

void print(const char *name);

static orm_db *db;
static int64_t n;

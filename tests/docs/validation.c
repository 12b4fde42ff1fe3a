const char *is_not_past(orm_date day);

const char *phone_digits(const char *typed, orm_arena *arena);
orm_time whole_seconds(orm_time t);

#define Stay_FIELDS(X) X(id, serial)
ORM_MODEL(Stay, stays)

#define App_MODELS(X) X(Stay)
ORM_SCHEMA(App)

static orm_db *db;
static const char *url;
static Stay stay;
static orm_date day, a, b;
static Stay_pred mine;
static int64_t n;

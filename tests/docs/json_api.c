#define Role_VALUES(X) X(admin) X(member)
ORM_ENUM(Role)

#define User_FIELDS(X)                                                                  \
    X(id,         serial)                                                               \
    X(name,       string(200))                                                          \
    X(email,      string(80), email)                                                    \
    X(age,        integer, nullable)                                                    \
    X(city,       text, nullable)                                                       \
    X(role,       enumeration(Role), default(Role_member))                              \
    X(created_at, created_at)
ORM_MODEL(User, users)

#define App_MODELS(X) X(User)
ORM_SCHEMA(App)

int answer(int code, const orm_error_info *error);

static orm_db *db;
static const char *body, *text;
static size_t length;
static orm_arena arena;
